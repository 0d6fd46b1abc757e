//! What a campaign file refuses: where it stands, what is wrong, what cures it.

use crate::time::{TimeError, Window};
#[cfg(feature = "cli")]
use crate::units::is_printable;
use crate::units::{NameError, QuantityError, UnitError, told};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// A campaign file's name and text, shared by everything that points into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// the path as the user gave it
    pub name: String,
    /// the whole text
    pub text: String,
}

/// A place in a campaign file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// the file
    pub source: Arc<Source>,
    /// bytes of the text that are meant
    pub span: Range<usize>,
}

impl Spot {
    /// Line and column, both counted from one; the column counts characters.
    #[must_use]
    pub fn line_and_column(&self) -> LineAndColumn {
        let before = self.source.text.get(..self.span.start).unwrap_or(&self.source.text);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        LineAndColumn { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// The line of the file that the place begins on.
    #[must_use]
    pub fn line_text(&self) -> &str {
        self.source.text.lines().nth(self.line_and_column().line - 1).unwrap_or("")
    }
}

/// Where in a text something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineAndColumn {
    /// line, from 1
    pub line: usize,
    /// column in characters, from 1
    pub column: usize,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LineAndColumn { line, column } = self.line_and_column();
        write!(f, "{}:{line}:{column}", self.source.name)
    }
}

/// Why a campaign file is not taken.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CampaignError {
    /// The file cannot be read.
    #[error("cannot read the campaign file {}: {reason}", path.display())]
    Unreadable {
        /// the path as the user gave it
        path: PathBuf,
        /// what the system says
        reason: String,
    },
    /// Something in the file is wrong.
    #[error("{at}: {mistake}{}", cure_clause(mistake))]
    Wrong {
        /// where it stands
        at: Box<Spot>,
        /// what is wrong
        mistake: Box<Mistake>,
    },
}

impl CampaignError {
    /// The mistake, if the file could be read at all.
    #[must_use]
    pub fn mistake(&self) -> Option<&Mistake> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Wrong { mistake, .. } => Some(mistake),
        }
    }

    /// Where the mistake stands, if the file could be read at all.
    #[must_use]
    pub fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Wrong { at, .. } => Some(at),
        }
    }
}

fn cure_clause(mistake: &Mistake) -> String {
    mistake.cure().map(|cure| format!("; {cure}")).unwrap_or_default()
}

/// What can be wrong in a campaign file.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Mistake {
    /// The text is not TOML.
    #[error("this is not TOML: {message}")]
    NotToml {
        /// what the TOML reader says
        message: String,
    },
    /// A name or another text that is not one printable line.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A key or section that portolan does not know.
    #[error("{place} has no key \"{key}\"")]
    UnknownKey {
        /// the key as written
        key: String,
        /// `[node.leo.orbit]`, or `the file`
        place: String,
        /// nearest known key, if one is near
        near: Option<String>,
        /// every key that may stand here
        known: String,
    },
    /// A key that must be there is not.
    #[error("{place} does not say its \"{key}\"")]
    MissingKey {
        /// the key that is missing
        key: String,
        /// the section
        place: String,
        /// a line that would do
        example: String,
    },
    /// A value of the wrong kind: a list where a text belongs.
    #[error("\"{key}\" wants {wanted}, and this is {found}")]
    WrongKind {
        /// the key
        key: String,
        /// what belongs here
        wanted: String,
        /// what stands here
        found: String,
        /// a line that would do
        example: String,
    },
    /// A word outside its list.
    #[error("\"{text}\" is no {key} that portolan knows")]
    UnknownChoice {
        /// the key
        key: String,
        /// the word as written
        text: String,
        /// what may be written
        known: String,
    },
    /// A quantity that cannot be read: its unit, its dimension, its number.
    #[error("\"{key}\": {source}")]
    Quantity {
        /// the key
        key: String,
        /// why
        #[source]
        source: QuantityError,
    },
    /// A date or a span of dates that cannot be read.
    #[error("\"{key}\": {source}")]
    Time {
        /// the key
        key: String,
        /// why
        #[source]
        source: TimeError,
    },
    /// A mass below zero, or of nothing.
    #[error("\"{key}\" is {text}, and a mass here is more than nothing")]
    NegativeMass {
        /// the key
        key: String,
        /// the mass as written
        text: String,
    },
    /// A number outside what makes sense.
    #[error("\"{key}\" is {text}, which is not {range}")]
    OutOfRange {
        /// the key
        key: String,
        /// the number as written
        text: String,
        /// what makes sense
        range: &'static str,
    },
    /// A date that no kernel covers.
    #[error("{date} lies outside the kernels, which cover {kernels}")]
    OutsideKernels {
        /// the date
        date: String,
        /// what the kernels cover
        kernels: Window,
    },
    /// No body carries the name.
    #[error("no body is called \"{name}\"")]
    UnknownBody {
        /// the name as written
        name: String,
        /// the nearest name, or a list
        hint: String,
    },
    /// A point without mass or size cannot be orbited at an altitude.
    #[error("{body} has no surface to measure an altitude from")]
    NothingToOrbit {
        /// the body
        body: String,
    },
    /// A section that names no place, or two.
    #[error("[node.{node}] describes {found} of orbit and nrho")]
    PlaceNotOne {
        /// the node
        node: String,
        /// `none` or `both`
        found: &'static str,
    },
    /// An orbit that is neither a circle nor an ellipse.
    #[error("the orbit of \"{node}\" is neither a circle nor an ellipse")]
    OrbitUnclear {
        /// the node
        node: String,
    },
    /// A period too short for its periapsis.
    #[error(
        "an orbit of {} s cannot have its periapsis {periapsis_altitude_km} km above {body}: the circle there takes {} s",
        told(*period_s, least_s - period_s, 0), told(*least_s, least_s - period_s, 0)
    )]
    PeriodTooShort {
        /// the body
        body: String,
        /// the period as written
        period_s: f64,
        /// the periapsis as written
        periapsis_altitude_km: f64,
        /// the period of the circle at that altitude
        least_s: f64,
    },
    /// A node that is not in the file.
    #[error("there is no node \"{name}\" in this file")]
    UnknownNode {
        /// the name as written
        name: String,
        /// the nearest name, or a list
        hint: String,
    },
    /// A demand that begins where it ends.
    #[error("demand \"{demand}\" starts at \"{node}\" and ends there")]
    NoWayToGo {
        /// the demand
        demand: String,
        /// the node
        node: String,
    },
    /// A node that is closed when cargo arrives.
    #[error("node \"{node}\" closes on {closes}, before the arrival on {arrival}")]
    NodeClosesBeforeArrival {
        /// the node
        node: String,
        /// its last day
        closes: String,
        /// the day of arrival
        arrival: String,
    },
    /// A node that is not there yet when cargo arrives.
    #[error("node \"{node}\" opens on {opens}, after the arrival on {arrival}")]
    NodeOpensAfterArrival {
        /// the node
        node: String,
        /// its first day
        opens: String,
        /// the day of arrival
        arrival: String,
    },
    /// A demand that is due before the campaign begins or after it ends.
    #[error("demand \"{demand}\" is due on {by}, outside the campaign's span {span}")]
    ByOutsideSpan {
        /// the demand
        demand: String,
        /// the date it is due
        by: String,
        /// the campaign's span
        span: Window,
    },
    /// A section that a campaign cannot be without.
    #[error("the campaign has no {what}")]
    Nothing {
        /// `demand`, `partner` or `craft`
        what: &'static str,
        /// lines that would do
        example: &'static str,
    },
    /// A partner that is not in the file.
    #[error("there is no partner \"{name}\" in this file")]
    UnknownPartner {
        /// the name as written
        name: String,
        /// the nearest name, a list, or that the catalogue knows it
        hint: String,
    },
    /// A partner that carries cargo on nothing.
    #[error("partner \"{partner}\" carries {share} of the campaign and has no launcher")]
    PartnerWithoutLauncher {
        /// the partner
        partner: String,
        /// the share as written
        share: String,
    },
    /// A launcher that is not in the catalogue.
    #[error("no launcher is called \"{name}\"")]
    UnknownLauncher {
        /// the name as written
        name: String,
        /// the nearest name, or a list
        hint: String,
    },
    /// Shares that do not make a whole.
    #[error("the shares add up to {sum_fraction}, not to one: {terms}")]
    SharesNotOne {
        /// their sum
        sum_fraction: f64,
        /// `NASA 0.5 + ESA 0.3`
        terms: String,
    },
    /// A share outside 0 to 1.
    #[error(transparent)]
    Share(UnitError),
    /// Money of a year that is not the campaign's.
    #[error("{source}")]
    MoneyOfTwoYears {
        /// the two amounts that would be added
        #[source]
        source: UnitError,
        /// the campaign's currency year
        currency_year: i32,
    },
    /// A name that stands twice in one list.
    #[error("\"{name}\" stands twice in \"{key}\"")]
    Duplicate {
        /// the list
        key: String,
        /// the name
        name: String,
    },
    /// A stage that is not in the file.
    #[error("there is no stage \"{name}\" in this file")]
    UnknownStage {
        /// the name as written
        name: String,
        /// the nearest name, or a list
        hint: String,
    },
    /// Stages that carry one another in a circle.
    #[error("the stack goes in a circle: {path}")]
    StackCycle {
        /// `kick carries insertion carries kick`
        path: String,
    },
    /// A stage of fixed dry mass whose tank has no size.
    #[error("stage \"{stage}\" has a dry mass that does not grow with its propellant, and no size of its tank")]
    TankWithoutSize {
        /// the stage
        stage: String,
    },
    /// A stage or a craft that weighs nothing.
    #[error("{what} \"{name}\" weighs nothing without propellant and cargo")]
    NoDryMass {
        /// `stage` or `craft`
        what: &'static str,
        /// its name
        name: String,
        /// the key that grows with the load
        grows: &'static str,
    },
    /// A burn that wants more propellant than the tank holds.
    #[error("stage \"{stage}\" needs {} kg of propellant and its tank gives {} kg",
        told(*needed_kg, needed_kg - holds_kg, 0), told(*holds_kg, needed_kg - holds_kg, 0))]
    TankTooSmall {
        /// the stage
        stage: String,
        /// what the burn takes
        needed_kg: f64,
        /// what the tank can give
        holds_kg: f64,
    },
    /// The craft burns more stages than one.
    #[error("craft \"{craft}\" has {stages} stages, and a run shares no burn between stages yet")]
    StackOfMany {
        /// name of the craft
        craft: String,
        /// stages of its stack
        stages: usize,
    },
    /// The node is no orbit around a planet.
    #[error("node \"{node}\" is no orbit around a planet, and a run flies only between such orbits yet")]
    NoOrbitYet {
        /// name of the node
        node: String,
    },
    /// No opportunity lies between the first day and the due date.
    #[error("demand \"{demand}\" has no opportunity that leaves within {span} and arrives in time")]
    NoOpportunity {
        /// name of the demand
        demand: String,
        /// the campaign's span
        span: Window,
    },
    /// A craft that is not in the file.
    #[error("there is no craft \"{name}\" in this file")]
    UnknownCraft {
        /// the name as written
        name: String,
        /// the nearest name, or a list
        hint: String,
    },
    /// A demand that could ride on several craft.
    #[error("demand \"{demand}\" does not say which craft carries it, and there are {count}")]
    CraftUnclear {
        /// the demand
        demand: String,
        /// how many there are
        count: usize,
    },
    /// A cost class that the cost model does not know.
    #[error("the cost model knows no class \"{name}\"")]
    UnknownCostClass {
        /// the name as written
        name: String,
        /// the nearest name, or a list
        hint: String,
    },
}

impl Mistake {
    /// What to write instead, when that can be said.
    #[must_use]
    pub fn cure(&self) -> Option<String> {
        let hint = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        match self {
            Self::NotToml { .. } | Self::Name(_) | Self::Quantity { .. } | Self::Time { .. } | Self::Share(_) => None,
            Self::UnknownKey { near: Some(near), .. } => Some(format!("did you mean \"{near}\"?")),
            Self::UnknownKey { known, .. } => Some(format!("known here: {known}")),
            Self::MissingKey { example, .. } | Self::WrongKind { example, .. } => {
                Some(format!("write it like {example}"))
            }
            Self::UnknownChoice { known, .. } => Some(format!("write one of {known}")),
            Self::NegativeMass { .. } => Some("write a mass such as \"10 t\"".to_owned()),
            Self::OutOfRange { range, .. } => Some(format!("give a number that is {range}")),
            Self::OutsideKernels { .. } => Some("choose other dates, or give a kernel with --kernel FILE".to_owned()),
            Self::UnknownBody { hint: text, .. }
            | Self::UnknownNode { hint: text, .. }
            | Self::UnknownPartner { hint: text, .. }
            | Self::UnknownLauncher { hint: text, .. }
            | Self::UnknownStage { hint: text, .. }
            | Self::UnknownCraft { hint: text, .. }
            | Self::UnknownCostClass { hint: text, .. } => hint(text),
            Self::NothingToOrbit { .. } => Some("name the planet itself, such as \"Earth\" or \"Mars\"".to_owned()),
            Self::PlaceNotOne { node, .. } => {
                Some(format!("give it one place: [node.{node}.orbit], or nrho = {{ resonance = \"9:2\", family = … }}"))
            }
            Self::OrbitUnclear { .. } => Some(
                "write altitude = \"400 km\" for a circle, periapsis_altitude = \"250 km\" and period = \"88775.244 s\" for an ellipse"
                    .to_owned(),
            ),
            Self::PeriodTooShort { .. } => Some("lengthen the period, or lower the periapsis".to_owned()),
            Self::NoWayToGo { .. } => Some("let \"from\" and \"node\" be two nodes".to_owned()),
            Self::NodeClosesBeforeArrival { .. } => Some("keep the node open longer, or ask for an earlier date".to_owned()),
            Self::NodeOpensAfterArrival { .. } => Some("open the node earlier, or ask for a later date".to_owned()),
            Self::ByOutsideSpan { .. } => Some("move the date into the span, or widen the span".to_owned()),
            Self::Nothing { example, .. } => Some(format!("add {example}")),
            Self::PartnerWithoutLauncher { .. } => {
                Some("give it launchers = [\"…\"] out of `portolan catalogue launchers`, or a share of 0".to_owned())
            }
            Self::SharesNotOne { .. } => Some("change them until they do".to_owned()),
            Self::MoneyOfTwoYears { currency_year, .. } => {
                Some(format!("write the price in dollars of {currency_year}, or change currency_year"))
            }
            Self::Duplicate { .. } => Some("take one of them out".to_owned()),
            Self::StackCycle { .. } => Some("let the uppermost stage carry nothing".to_owned()),
            Self::TankWithoutSize { .. } => {
                Some("add tank = \"3 t\", or let the dry mass grow with dry_per_propellant = \"12 %\"".to_owned())
            }
            Self::NoDryMass { grows, .. } => Some(format!("add dry = \"500 kg\", or {grows} = \"15 %\"")),
            Self::TankTooSmall { .. } => Some("enlarge the tank, or carry less on each flight".to_owned()),
            Self::StackOfMany { .. } => Some("give it one stage".to_owned()),
            Self::NoOrbitYet { .. } => Some("give it an orbit: [node.….orbit] with a body and an altitude".to_owned()),
            Self::NoOpportunity { .. } => Some("begin earlier, or ask for a later date".to_owned()),
            Self::CraftUnclear { .. } => Some("add craft = \"…\" to it".to_owned()),
        }
    }
}

/// A mistake as a terminal shows it: the sentence above the line, the cure under it.
#[cfg(feature = "cli")]
#[derive(Debug)]
pub struct Pointed {
    source: miette::NamedSource<String>,
    label: miette::LabeledSpan,
    sentence: String,
}

#[cfg(feature = "cli")]
impl Pointed {
    /// The picture of an error that stands in a file; none for a file that could not be read.
    #[must_use]
    pub fn new(error: &CampaignError) -> Option<Self> {
        let CampaignError::Wrong { at, mistake } = error else { return None };
        Some(Self::at(at, mistake.to_string(), mistake.cure()))
    }

    /// The picture of a sentence about a place.
    ///
    /// * `at`: the place
    /// * `sentence`: what is wrong there
    /// * `cure`: what stands under the place
    #[must_use]
    pub fn at(at: &Spot, sentence: String, cure: Option<String>) -> Self {
        // A value over several lines is marked on its first: a label over many lines hides the line.
        let text = at.source.text.get(at.span.clone()).unwrap_or("");
        let length = text.lines().next().map_or(0, str::len);
        Self {
            source: miette::NamedSource::new(harmless(&at.source.name), harmless(&at.source.text)),
            label: miette::LabeledSpan::new(cure.as_deref().map(harmless), at.span.start, length),
            sentence: harmless(&sentence),
        }
    }
}

/// A text with something harmless of the same length for what a terminal would obey, so that places stay where they are.
#[cfg(feature = "cli")]
fn harmless(text: &str) -> String {
    let one = |c: char| match c.len_utf8() {
        _ if is_printable(c) || matches!(c, '\n' | '\t') => c,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    };
    // the line ends of other systems stay what they are
    text.replace("\r\n", " \n").chars().map(one).collect()
}

#[cfg(feature = "cli")]
impl fmt::Display for Pointed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

#[cfg(feature = "cli")]
impl std::error::Error for Pointed {}

#[cfg(feature = "cli")]
impl miette::Diagnostic for Pointed {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}
