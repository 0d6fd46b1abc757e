//! What the flags ask for.

use super::Arguments;
use crate::cli::failure::Failure;
use crate::cli::flags;
use crate::ephemerides::State;
use crate::numerics::golden::golden_section;
use crate::numerics::vector::norm;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::departure::Propulsion;
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::scan::{LONGEST_FLIGHT_D, Swing, clock, half_ellipse_s};
use crate::transfers::porkchop::window::clip;
use crate::transfers::porkchop::{PorkchopRequest, Problem, Transfer};
use crate::units::{Dimension, parse_quantity};
use crate::vehicles::Catalogue;

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
    /// on the arrival of least delta-v, and the end of the kernels where it left later arrivals out
    Chosen(Box<Transfer>, Option<Epoch>),
    /// none, and why
    None(String),
}

/// The transfer asked for.
///
/// * `kernel`: the dates that the kernels hold of the body flown to
pub(super) fn transfer(arguments: &Arguments, problem: &Problem, kernel: Window) -> Result<Sought, Failure> {
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
    let to = problem.arrival_state(depart)?;
    let (shortest_s, longest_s) = flights_s(&from, &to, arguments.revs);
    let wanted = Window { start: depart + shortest_s, end: depart + longest_s };
    let open = clip(wanted, kernel);
    let cut = (open.end < wanted.end).then_some(kernel.end);
    if open.start >= open.end {
        // told with the dates that the kernels hold
        problem.arrival_state(wanted.start)?;
    }
    let at_most_s = (longest_s - shortest_s) / 400.0;
    let dates = clock(|epoch| problem.arrival_state(epoch), open, at_most_s)?;
    let cost = |arrive: Epoch| on(arrive).map_or(f64::INFINITY, |t| t.dv_total_km_s);
    let costs: Vec<f64> = dates.iter().map(|(arrive, _)| cost(*arrive)).collect();
    // a valley, not the slope that the end of the dates cuts off
    let valleys = (1..costs.len().saturating_sub(1))
        .filter(|k| costs[*k].is_finite() && costs[*k] <= costs[k - 1] && costs[*k] <= costs[k + 1]);
    let best = valleys.min_by(|a, b| costs[*a].total_cmp(&costs[*b]));
    if let Some(k) = best {
        let arrive = least(cost, dates[k - 1].0, dates[k + 1].0);
        if let Some(transfer) = on(arrive) {
            return Ok(Sought::Chosen(Box::new(transfer), cut));
        }
    }
    let (from, to) = (arguments.from.name, arguments.to.name);
    if let Some(end) = cut {
        let reason = format!(
            "no arrival of least delta-v lies between the departure {} and {}, where the kernels end: give a date yourself, or add a kernel with --kernel FILE",
            depart.date(),
            end.date()
        );
        return Err(Failure::Flag { flag: "--arrive", reason });
    }
    let longest_d = longest_s / DAY_S;
    Ok(Sought::None(if costs.iter().any(|cost| cost.is_finite()) {
        format!(
            "from {from} on {} to {to} the delta-v{revs} has no least value within {longest_d:.0} d: give --arrive",
            depart.iso()
        )
    } else {
        format!("no orbit{revs} from {from} on {} to {to} arrives within {longest_d:.0} d", depart.iso())
    }))
}

/// Flights that are looked at: from a fifth of half the ellipse that touches the near ends of both orbits to two and a
/// half of that between the far ends, and more with revolutions; of a body that does not come back by where it is.
fn flights_s(from: &State, to: &State, revs: u32) -> (f64, f64) {
    let reach = |state: &State| {
        let radius_km = norm(state.position_km);
        Swing::of(state).map_or((radius_km, radius_km), |swing| (swing.perihelion_km, swing.aphelion_km))
    };
    let ((near_from, far_from), (near_to, far_to)) = (reach(from), reach(to));
    let whole = f64::from(revs);
    let shortest_s = (0.2 + whole) * half_ellipse_s(near_from, near_to);
    let longest_s = (2.5 + 3.0 * whole) * half_ellipse_s(far_from, far_to);
    (shortest_s, longest_s.min(LONGEST_FLIGHT_D * DAY_S).max(1.5 * shortest_s))
}

/// Golden section, to a minute.
fn least(function: impl Fn(Epoch) -> f64, low: Epoch, high: Epoch) -> Epoch {
    let found = golden_section(|after_s| function(low + after_s), 0.0, high - low, 60.0);
    low + found.x
}
