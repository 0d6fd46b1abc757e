//! The campaign file: what is wanted where and when, by whom, on what; read, checked, every value with its place.
//!
//! A campaign keeps the text it came from, so that whatever turns out wrong later, when windows and
//! masses are known, still points at the line that asked for it: [`Campaign::refuse`].

mod bill;
mod check;
mod departures;
mod error;
mod file;
mod plan;
#[cfg(test)]
mod refusals;
mod schema;
mod sharing;
mod sizing;
mod stack_file;
#[cfg(test)]
mod wild;

pub use bill::{Bill, LaunchPrice};
pub use departures::{Departure, Departures};
#[cfg(feature = "cli")]
pub use error::Pointed;
pub use error::{CampaignError, LineAndColumn, Mistake, Source, Spot};
pub use plan::{DemandPlan, Launch, PartnerBill, Plan, RunError, Status, Withdrawal, run};
pub use schema::json_schema;
pub use sizing::{Carrier, CraftMasses};
pub use stack_file::{StackFile, StackFileError, StackMistake};

use crate::bodies::{Body, EARTH, SUN};
use crate::costs::Amcm;
use crate::ephemerides::Ephemerides;
use crate::time::{Epoch, Window};
use crate::transfers::ParkingOrbit;
use crate::transfers::porkchop::GridSize;
use crate::units::{Mass, Money, Share};
use crate::vehicles::Catalogue;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A value of the file, as checked and as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// the checked value
    pub value: T,
    /// the text as people wrote it
    pub text: String,
    /// where it stands, in bytes of the file
    pub span: Range<usize>,
}

/// What the file's names are resolved against.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// launchers of the catalogue
    pub launchers: Vec<String>,
    /// partners of the catalogue; a file may bring others
    pub partners: Vec<String>,
    /// classes of the cost model
    pub cost_classes: Vec<String>,
    /// the dates that the kernels cover
    pub kernels: Window,
}

impl Known {
    /// The names of a catalogue and of the cost model, and the dates of the loaded kernels.
    ///
    /// * `catalogue`: the embedded one, or one with a user's launchers
    /// * `ephemerides`: the dates are those of the Earth seen from the Sun
    ///
    /// # Errors
    /// [`RunError`] when the cost model or the kernels do not read.
    pub fn new(catalogue: &Catalogue, ephemerides: &Ephemerides) -> Result<Self, RunError> {
        let partners: BTreeSet<&str> = catalogue.launchers().iter().flat_map(|l| l.partner.split('/')).collect();
        Ok(Self {
            launchers: catalogue.launchers().iter().map(|l| l.name.clone()).collect(),
            partners: partners.into_iter().map(str::to_owned).collect(),
            cost_classes: Amcm::set_a()?.specs().iter().map(|spec| spec.name.clone()).collect(),
            kernels: ephemerides.track(EARTH, SUN)?.span(),
        })
    }
}

/// What a plan makes as small as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objective {
    /// the discounted cost
    #[default]
    Cost,
    /// the mass that all launches inject
    LaunchMass,
    /// the cost, and among the cheapest the mass
    CostThenMass,
}

/// How windows are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// departure and arrival dates of the grid
    pub size: GridSize,
    /// most revolutions
    pub revs: u32,
}

/// Reserves, each a part of what it is added to or taken from.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Margins {
    /// added to every burn, as a fraction of it
    pub burn_fraction: f64,
    /// added to every dry mass, as a fraction of it
    pub dry_mass_fraction: f64,
    /// part of a launcher's capacity that stays unused
    pub launch_fraction: f64,
}

/// A staging point.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// its name, standing where its section begins
    pub name: Located<String>,
    /// when it can be used; always if not said
    pub open: Option<Located<Window>>,
    /// whose it is
    pub owner: Option<Located<String>>,
    /// where it is
    pub place: Place,
}

/// Where a staging point is.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// an orbit around a body
    Orbit {
        /// the body
        body: Located<Body>,
        /// the orbit
        orbit: ParkingOrbit,
        /// inclination to the body's equator, degrees
        inclination_deg: Option<Located<f64>>,
    },
    /// a near-rectilinear halo orbit of the Moon
    Nrho {
        /// revolutions, and in how many synodic months
        resonance: Located<Resonance>,
        /// libration point and side, such as `L2 southern`
        family: Located<String>,
    },
}

/// Revolutions in synodic months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resonance {
    /// revolutions
    pub revolutions: u32,
    /// synodic months
    pub months: u32,
}

/// What must be somewhere by a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// its name, standing where its section begins
    pub name: Located<String>,
    /// class of supply
    pub commodity: Located<String>,
    /// the node it leaves from
    pub from: Located<String>,
    /// the node it is wanted at
    pub node: Located<String>,
    /// how much
    pub mass: Located<Mass>,
    /// the end of the last day it may arrive, or the instant if one was written
    pub by: Located<Epoch>,
    /// whose it is; everybody's if not said
    pub partner: Option<Located<String>>,
    /// the craft that carries it
    pub craft: String,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    /// its name, standing where its section begins
    pub name: Located<String>,
    /// the part of the campaign it agreed to carry
    pub share: Located<Share>,
    /// the launchers it brings
    pub launchers: Vec<Located<String>>,
}

/// What differs from the launcher catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct LauncherTerms {
    /// the launcher's name in the catalogue
    pub name: Located<String>,
    /// price of a launch in the campaign's currency year
    pub price: Option<Located<Money>>,
    /// most launches in a calendar year
    pub per_year: Option<Located<u32>>,
}

/// A stage: its dry mass is `dry` and a part that grows with the propellant loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// its name, standing where its section begins
    pub name: Located<String>,
    /// specific impulse in vacuum, s
    pub isp_s: Located<f64>,
    /// thrust of all engines, N
    pub thrust_n: Located<f64>,
    /// dry mass whatever the load
    pub dry: Mass,
    /// dry mass for each mass of propellant loaded
    pub dry_per_propellant_ratio: f64,
    /// most propellant it can load; as much as needed if not said
    pub tank: Option<Located<Mass>>,
    /// part of the loaded propellant that cannot be burnt
    pub residual_fraction: f64,
}

/// What rides on a launch: its dry mass without stages is `dry` and a part that grows with the cargo.
#[derive(Debug, Clone, PartialEq)]
pub struct Craft {
    /// its name, standing where its section begins
    pub name: Located<String>,
    /// names of its stages, lowest first, with all that they carry
    pub stack: Vec<String>,
    /// dry mass whatever the cargo
    pub dry: Mass,
    /// dry mass for each mass of cargo
    pub dry_per_cargo_ratio: f64,
    /// yearly operations as a part of the development cost
    pub operations_fraction: f64,
    /// what the cost model asks
    pub amcm: AmcmInputs,
}

/// What the Advanced Missions Cost Model asks besides mass and number.
#[derive(Debug, Clone, PartialEq)]
pub struct AmcmInputs {
    /// class of spacecraft
    pub class: Located<String>,
    /// −3 very easy to 3 very hard
    pub difficulty: f64,
    /// 1 for a new design, 2 for its second version
    pub block: u32,
    /// year it first flies
    pub ioc_year: i32,
}

/// A checked campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// the file it came from
    pub source: Arc<Source>,
    /// title of the report
    pub name: Located<String>,
    /// first and last day that anything may happen
    pub span: Located<Window>,
    /// all money is in dollars of this year
    pub currency_year: i32,
    /// what the plan makes small
    pub objective: Objective,
    /// real discount, a fraction per year
    pub discount_fraction: f64,
    /// how windows are searched
    pub search: Search,
    /// reserves
    pub margins: Margins,
    /// staging points, in the order of the file, as are all lists below
    pub nodes: Vec<Node>,
    /// what must be where, and when
    pub demands: Vec<Demand>,
    /// who takes part
    pub partners: Vec<Partner>,
    /// what differs from the launcher catalogue
    pub launchers: Vec<LauncherTerms>,
    /// stages
    pub stages: Vec<Stage>,
    /// craft
    pub crafts: Vec<Craft>,
}

impl Campaign {
    /// Read and check a campaign file.
    ///
    /// * `path`: the file
    /// * `known`: what its names are resolved against
    ///
    /// # Errors
    /// [`CampaignError`] with the first mistake, its line and a cure.
    pub fn read(path: &Path, known: &Known) -> Result<Self, CampaignError> {
        let unreadable = |reason: String| CampaignError::Unreadable { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".to_owned()))?;
        Self::parse(&path.display().to_string(), &text, known)
    }

    /// Check the text of a campaign file.
    ///
    /// * `name`: what errors call the file
    /// * `text`: its text
    /// * `known`: what its names are resolved against
    ///
    /// # Errors
    /// [`CampaignError`] with the first mistake, its line and a cure.
    ///
    /// ```
    /// use portolan::campaign::{Campaign, Known};
    /// use portolan::time::Window;
    /// let known = Known {
    ///     launchers: ["Falcon Heavy (expendable)", "Ariane 64", "H3-24L"].map(str::to_owned).to_vec(),
    ///     partners: Vec::new(),
    ///     cost_classes: vec!["planetary".to_owned()],
    ///     kernels: Window::parse("2009-12-01..2060-02-01")?,
    /// };
    /// let text = include_str!("../examples/campaigns/mars_cargo_2033.toml");
    /// let campaign = Campaign::parse("mars_cargo_2033.toml", text, &known)?;
    /// assert_eq!(campaign.demands[0].mass.value.kg(), 10_000.0);
    /// let error = Campaign::parse("x.toml", &text.replace("\"10 t\"", "\"10 km\""), &known).unwrap_err();
    /// assert!(error.to_string().starts_with("x.toml:43:8: \"mass\": \"km\" measures a length"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(name: &str, text: &str, known: &Known) -> Result<Self, CampaignError> {
        check::check(Arc::new(Source { name: name.to_owned(), text: text.to_owned() }), known)
    }

    /// A node by its name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|n| n.name.value == name)
    }

    /// A craft by its name.
    #[must_use]
    pub fn craft(&self, name: &str) -> Option<&Craft> {
        self.crafts.iter().find(|c| c.name.value == name)
    }

    /// The stages of a craft, lowest first.
    pub fn stack<'a>(&'a self, craft: &'a Craft) -> impl Iterator<Item = &'a Stage> {
        craft.stack.iter().filter_map(|name| self.stages.iter().find(|s| s.name.value == *name))
    }

    /// Whether a node can be used on a date.
    ///
    /// * `node`: the node
    /// * `arrival`: when something gets there
    ///
    /// # Errors
    /// [`Mistake::NodeClosesBeforeArrival`] or [`Mistake::NodeOpensAfterArrival`], at the node's `open`.
    pub fn check_open(&self, node: &Node, arrival: Epoch) -> Result<(), CampaignError> {
        match &node.open {
            Some(open) => check::open_at(&node.name.value, open, arrival).map_err(|m| self.refuse(&open.span, m)),
            None => Ok(()),
        }
    }

    /// An error that points at a value of this file, for what only shows once the campaign runs.
    ///
    /// * `span`: the value's [`Located::span`]
    /// * `mistake`: what is wrong with it
    #[must_use]
    pub fn refuse(&self, span: &Range<usize>, mistake: Mistake) -> CampaignError {
        let at = Box::new(Spot { source: Arc::clone(&self.source), span: span.clone() });
        CampaignError::Wrong { at, mistake: Box::new(mistake) }
    }
}
