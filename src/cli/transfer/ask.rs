//! What the flags ask for.

use super::Arguments;
use crate::bodies::SUN;
use crate::cli::failure::Failure;
use crate::cli::flags;
use crate::numerics::vector::norm;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::departure::Propulsion;
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::{PorkchopRequest, Problem, Transfer};
use crate::units::{Dimension, parse_quantity};
use crate::vehicles::Catalogue;
use std::f64::consts::PI;

/// Which orbit with revolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum BranchFlag {
    /// the flatter path, of the longer period
    Low,
    /// the path of the shorter period
    High,
}

/// How many burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum BurnsFlag {
    /// as many as are worth it
    #[default]
    Auto,
    /// one
    #[value(name = "1")]
    One,
    /// two
    #[value(name = "2")]
    Two,
    /// three
    #[value(name = "3")]
    Three,
}

impl BurnsFlag {
    pub(super) const fn count(self) -> Option<u32> {
        match self {
            Self::Auto => None,
            Self::One => Some(1),
            Self::Two => Some(2),
            Self::Three => Some(3),
        }
    }
}

/// Which equator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum EquatorFlag {
    /// mean equator of J2000
    J2000,
    /// the body's own at the injection
    Date,
}

/// Which plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PlaneFlag {
    /// the asymptote on the half that goes north
    Northbound,
    /// on the half that goes south
    Southbound,
}

/// `110 kN`.
pub(super) fn thrust_n(text: &str) -> Result<f64, String> {
    parse_quantity(text, Dimension::Force).map_err(|e| e.to_string())
}

/// `40 t`.
pub(super) fn mass_kg(text: &str) -> Result<f64, String> {
    parse_quantity(text, Dimension::Mass).map_err(|e| e.to_string())
}

/// A launch site.
pub(super) struct Site {
    pub(super) name: Option<String>,
    pub(super) latitude_deg: f64,
}

impl Site {
    /// A name of the catalogue, or a latitude.
    pub(super) fn of(text: &str) -> Result<Self, Failure> {
        match flags::angle_deg(text) {
            Ok(latitude_deg) => Ok(Self { name: None, latitude_deg }),
            Err(_) => {
                let site = Catalogue::embedded()?.launch_site(text)?;
                Ok(Self { name: Some(site.name), latitude_deg: site.latitude_deg })
            }
        }
    }
}

/// The stage, when there is one.
pub(super) fn propulsion(arguments: &Arguments) -> Option<Propulsion> {
    Some(Propulsion { thrust_n: arguments.thrust?, isp_s: arguments.isp?, mass_kg: arguments.mass? })
}

/// Bodies and orbits; the dates of the request are not asked for by a single transfer.
pub(super) fn request(arguments: &Arguments) -> PorkchopRequest {
    let window = Window { start: arguments.depart, end: arguments.depart };
    let mut request = PorkchopRequest::new(arguments.from, arguments.to, window, window);
    request.parking = arguments.parking.unwrap_or(request.parking);
    request.capture = arguments.capture.unwrap_or(request.capture);
    request
}

/// What was found.
pub(super) enum Sought {
    /// on the dates given
    Found(Box<Transfer>),
    /// on the arrival of least delta-v
    Chosen(Box<Transfer>),
    /// none, and why
    None(String),
}

/// The transfer asked for.
pub(super) fn transfer(arguments: &Arguments, problem: &Problem) -> Result<Sought, Failure> {
    let branches: &[Branch] = match (arguments.revs, arguments.branch) {
        (0, None) => &[Branch::Single],
        (0, Some(_)) => {
            let reason = "a transfer without revolutions has one orbit: leave it out, or give --revs".to_owned();
            return Err(Failure::Flag { flag: "--branch", reason });
        }
        (_, Some(BranchFlag::Low)) => &[Branch::Low],
        (_, Some(BranchFlag::High)) => &[Branch::High],
        (_, None) => &[Branch::Low, Branch::High],
    };
    let depart = arguments.depart;
    // a date outside the kernels is told as such
    let from = problem.departure_state(depart)?;
    let on = |arrive: Epoch| {
        let found = branches.iter().filter_map(|branch| problem.transfer(depart, arrive, arguments.revs, *branch));
        found.min_by(|a, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s))
    };
    let revs = match arguments.revs {
        0 => String::new(),
        revs => format!(" with {revs} revolutions"),
    };
    let given = arguments.arrive.or(arguments.tof.map(|tof_s| depart + tof_s));
    if let Some(arrive) = given {
        if arrive <= depart {
            let flag = if arguments.tof.is_some() { "--tof" } else { "--arrive" };
            let reason = format!("the arrival {} is not after the departure {}", arrive.iso(), depart.iso());
            return Err(Failure::Flag { flag, reason });
        }
        problem.arrival_state(arrive)?;
        return Ok(on(arrive).map_or_else(
            || {
                Sought::None(format!(
                    "no orbit{revs} joins {} on {} and {} on {}, {:.1} d later",
                    arguments.from.name,
                    depart.iso(),
                    arguments.to.name,
                    arrive.iso(),
                    (arrive - depart) / DAY_S
                ))
            },
            |transfer| Sought::Found(Box::new(transfer)),
        ));
    }
    // the half of an ellipse that touches both orbits, shorter and longer
    let to = problem.arrival_state(depart)?;
    let sma_km = 0.5 * (norm(from.position_km) + norm(to.position_km));
    let hohmann_s = PI * (sma_km.powi(3) / SUN.mu_km3_s2).sqrt();
    let whole = f64::from(arguments.revs);
    let (shortest_s, longest_s) = ((0.2 + whole) * hohmann_s, (2.5 + 3.0 * whole) * hohmann_s);
    let step_s = (longest_s - shortest_s) / 400.0;
    let cost = |tof_s: f64| on(depart + tof_s).map_or(f64::INFINITY, |t| t.dv_total_km_s);
    let best = (0..=400).map(|k| shortest_s + f64::from(k) * step_s).min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
    let middle_s = best.unwrap_or(hohmann_s);
    let found = on(depart + least(cost, middle_s - step_s, middle_s + step_s));
    Ok(found.map_or_else(
        || {
            Sought::None(format!(
                "no orbit{revs} from {} on {} to {} arrives within {:.0} d",
                arguments.from.name,
                depart.iso(),
                arguments.to.name,
                longest_s / DAY_S
            ))
        },
        |transfer| Sought::Chosen(Box::new(transfer)),
    ))
}

/// Golden section, to a minute.
fn least(function: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    while high - low > 60.0 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if function(a) <= function(b) { high = b } else { low = a }
    }
    0.5 * (low + high)
}
