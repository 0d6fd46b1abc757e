//! The next opportunity between two bodies, found without being told where to look.

use super::grid::{Axes, MOST_HELD};
use super::{GridSize, Masks, PorkchopError, PorkchopRequest, Problem, Status};
use crate::bodies::{Body, SUN};
use crate::ephemerides::{Ephemerides, State};
use crate::numerics::vector::{dot, norm};
use crate::time::{DAY_S, Epoch, Window};
use std::f64::consts::PI;

/// Dates worth a porkchop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opportunity {
    /// departure dates
    pub depart: Window,
    /// arrival dates
    pub arrive: Window,
}

/// The next opportunity after a date: departure and arrival spans around the cheapest direct transfer of the
/// coming synodic period.
///
/// * `ephemerides`: the kernels
/// * `departure`, `arrival`: bodies that go around the Sun
/// * `after`: the first departure date that counts
///
/// Cheapest is the least sum of both excess speeds on a coarse grid, so that neither end is forgotten.
///
/// # Errors
/// [`PorkchopError`] for bodies that make no transfer, or when the kernels end too soon.
pub fn next_opportunity(
    ephemerides: &Ephemerides,
    departure: Body,
    arrival: Body,
    after: Epoch,
) -> Result<Opportunity, PorkchopError> {
    let (from, to) = (ephemerides.track(departure, SUN)?, ephemerides.track(arrival, SUN)?);
    let none = || PorkchopError::NoOpportunity {
        departure: departure.name.to_owned(),
        arrival: arrival.name.to_owned(),
        after,
    };
    let sma_km = |state: State| {
        1.0 / (2.0 / norm(state.position_km) - dot(state.velocity_km_s, state.velocity_km_s) / SUN.mu_km3_s2)
    };
    let (a1_km, a2_km) = (sma_km(from.state(after)?), sma_km(to.state(after)?));
    if !(a1_km > 0.0 && a2_km > 0.0) {
        return Err(none());
    }
    let period_s = |a_km: f64| 2.0 * PI * (a_km.powi(3) / SUN.mu_km3_s2).sqrt();
    let hohmann_s = 0.5 * period_s(0.5 * (a1_km + a2_km));
    let (p1_s, p2_s) = (period_s(a1_km), period_s(a2_km));
    // bodies of nearly equal periods meet again after many years; look at a few of them
    let synodic_s = (1.0 / (1.0 / p1_s - 1.0 / p2_s).abs()).min(4.0 * p1_s.max(p2_s));
    let clip = |window: Window, span: Window| Window {
        start: if window.start > span.start { window.start } else { span.start },
        end: if window.end < span.end { window.end } else { span.end },
    };
    let depart = clip(Window { start: after, end: after + 1.05 * synodic_s }, from.span());
    let arrive =
        clip(Window { start: after + 0.3 * hohmann_s, end: after + 1.05 * synodic_s + 1.8 * hohmann_s }, to.span());
    if depart.start >= depart.end || arrive.start >= arrive.end {
        return Err(none());
    }
    let mut request = PorkchopRequest::new(departure, arrival, depart, arrive);
    let dates = |window: &Window| ((window.length_d() / 4.0).ceil() as usize).clamp(60, 1200);
    request.size = GridSize { depart: dates(&depart), arrive: dates(&arrive) };
    request.limits.max_tof_d = Some(1.8 * hohmann_s / DAY_S);
    let problem = Problem::new(ephemerides, &request)?;
    let coarse = Axes::new(&problem, &request, MOST_HELD)?;
    let layers = coarse.solve(0..coarse.arrive.len(), &Masks::new(&request.limits, arrival)?);
    let layer = &layers[0];
    let sum = |k: usize| layer.c3_km2_s2[k].sqrt() + layer.v_inf_arr_km_s[k];
    let best = (0..layer.status.len())
        .filter(|k| layer.status(*k) == Status::Transfer)
        .min_by(|a, b| sum(*a).total_cmp(&sum(*b)))
        .ok_or_else(none)?;
    let leave = coarse.depart[best % coarse.depart.len()];
    // half of the dates that a handbook page shows: 110 d for the Earth and Mars
    let half_s = (0.14 * synodic_s).clamp(30.0 * DAY_S, 0.5 * p1_s.max(p2_s));
    let depart = clip(Window { start: leave - half_s, end: leave + half_s }, Window { start: after, ..from.span() });
    let arrive = clip(Window { start: leave + 0.4 * hohmann_s, end: leave + 1.75 * hohmann_s }, to.span());
    if depart.start >= depart.end || arrive.start >= arrive.end {
        return Err(none());
    }
    // whole days read better on an axis
    let whole = |window: Window| Window {
        start: Epoch::from_tdb_s(((window.start.tdb_s() + 0.5 * DAY_S) / DAY_S).ceil() * DAY_S - 0.5 * DAY_S),
        end: Epoch::from_tdb_s(((window.end.tdb_s() + 0.5 * DAY_S) / DAY_S).floor() * DAY_S - 0.5 * DAY_S),
    };
    Ok(Opportunity { depart: whole(depart), arrive: whole(arrive) })
}
