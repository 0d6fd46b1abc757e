//! The next opportunity between two bodies, found without being told where to look.

use super::grid::{Axes, MOST_HELD};
use super::scan::{Ends, Flights, Lattice, Swing};
use super::{GridSize, Masks, PorkchopError, PorkchopRequest, Problem, Status};
use crate::bodies::{Body, SUN};
use crate::ephemerides::Ephemerides;
use crate::time::{DAY_S, Epoch, Window};

/// Dates worth a porkchop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opportunity {
    /// departure dates
    pub depart: Window,
    /// arrival dates
    pub arrive: Window,
    /// the end of the kernels, where they end before the arrival dates would
    pub cut: Option<Epoch>,
}

/// Arrival dates that fit some departures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittingArrivals {
    /// arrival dates
    pub arrive: Window,
    /// the end of the kernels, where they end before the arrival dates would
    pub cut: Option<Epoch>,
}

/// Parts of the time from the departure of the best transfer to its arrival that the dates of an eccentric body span.
const EARLIER: f64 = 0.5;
const LATER: f64 = 1.5;

/// The next opportunity after a date: departure and arrival spans around the cheapest direct transfer of the
/// coming synodic period.
///
/// * `ephemerides`: the kernels
/// * `departure`, `arrival`: bodies that go around the Sun
/// * `after`: the first departure date that counts
///
/// Cheapest is the least sum of both excess speeds on a coarse lattice, so that neither end is forgotten. A transfer
/// that arrives on the last day of a kernel only because the kernel ends there is none.
///
/// # Errors
/// [`PorkchopError`] for bodies that make no transfer, or when the kernels end too soon.
pub fn next_opportunity(
    ephemerides: &Ephemerides,
    departure: Body,
    arrival: Body,
    after: Epoch,
) -> Result<Opportunity, PorkchopError> {
    let none = || PorkchopError::NoOpportunity {
        departure: departure.name.to_owned(),
        arrival: arrival.name.to_owned(),
        after,
    };
    let pair = Pair::new(ephemerides, departure, arrival, after)?;
    let Pair { problem, kernels, from, to } = &pair;
    let flights = pair.flights().ok_or_else(none)?;
    let (Some(from), Some(to)) = (from, to) else { return Err(none()) };
    let (p1_s, p2_s) = (from.period_s(), to.period_s());
    let longer_s = p1_s.max(p2_s);
    // bodies of nearly equal periods meet again after many years; look at a few of them
    let synodic_s = (1.0 / (1.0 / p1_s - 1.0 / p2_s).abs()).min(4.0 * longer_s);
    let depart = clip(Window { start: after, end: after + 1.05 * synodic_s }, kernels.0);
    if depart.start >= depart.end {
        return Err(none());
    }
    let bounds_s = flights.bounds_s(0.3, 1.8);
    // where the kernels end before the period is over, the flank of an opportunity that has passed is not the next one
    let whole = after + 1.05 * synodic_s + bounds_s.1 <= kernels.1.end && depart.end >= after + 1.05 * synodic_s;
    let (leave, reach) = if flights.eccentric || !whole {
        let coarse = Lattice::solve(problem, depart, bounds_s, kernels.1, to, f64::INFINITY)?;
        coarse.best(if whole { Ends::Allowed } else { Ends::Refused }).ok_or_else(none)?
    } else {
        let arrive = Window { start: after + 0.3 * flights.mean_s, end: depart.end + 1.8 * flights.mean_s };
        let mut request = PorkchopRequest::new(departure, arrival, depart, arrive);
        request.limits.max_tof_d = Some(1.8 * flights.mean_s / DAY_S);
        pair.best_cell(request)?.ok_or_else(none)?
    };
    // half of the dates that a handbook page shows: 110 d for the Earth and Mars
    let most_s = 0.5 * if flights.eccentric { p1_s.min(p2_s) } else { longer_s };
    let half_s = (0.14 * synodic_s).max(30.0 * DAY_S).min(most_s);
    let depart = clip(Window { start: leave - half_s, end: leave + half_s }, Window { start: after, ..kernels.0 });
    let wanted = if flights.eccentric {
        Window { start: leave + EARLIER * (reach - leave), end: leave + LATER * (reach - leave) }
    } else {
        Window { start: leave + 0.4 * flights.mean_s, end: leave + 1.75 * flights.mean_s }
    };
    let arrive = clip(wanted, kernels.1);
    let (depart, whole) = (whole_days(depart), whole_days(arrive));
    if depart.start >= depart.end || whole.start >= whole.end {
        return Err(none());
    }
    Ok(Opportunity { depart, arrive: whole, cut: (arrive.end < wanted.end).then_some(kernels.1.end) })
}

/// The arrival dates that fit some departures: about the flight time of the ellipse that touches both orbits, or, where
/// an orbit is far from a circle, about that of the cheapest transfer of these departures.
///
/// * `ephemerides`: the kernels
/// * `departure`, `arrival`: bodies that go around the Sun
/// * `depart`: departure dates
/// * `shortest_factor`: the shortest flight, in flights of the touching ellipse
///
/// # Errors
/// [`PorkchopError`] for bodies that make no transfer, that do not come back, and when the kernels end before the first
/// arrival.
pub fn fitting_arrivals(
    ephemerides: &Ephemerides,
    departure: Body,
    arrival: Body,
    depart: Window,
    shortest_factor: f64,
) -> Result<FittingArrivals, PorkchopError> {
    let none = || PorkchopError::NoOpportunity {
        departure: departure.name.to_owned(),
        arrival: arrival.name.to_owned(),
        after: depart.start,
    };
    let pair = Pair::new(ephemerides, departure, arrival, depart.start)?;
    pair.problem.departure_state(depart.end)?;
    let flights = pair.flights().ok_or_else(none)?;
    let (earliest_s, latest_s) = match pair.to.filter(|_| flights.eccentric) {
        Some(to) => {
            let bounds_s = flights.bounds_s(0.25, 1.8);
            let coarse = Lattice::solve(&pair.problem, depart, bounds_s, pair.kernels.1, &to, f64::INFINITY)?;
            let (leave, reach) = coarse.best(Ends::Allowed).ok_or_else(none)?;
            (EARLIER * (reach - leave), LATER * (reach - leave))
        }
        None => (shortest_factor * flights.mean_s, 1.83 * flights.mean_s),
    };
    let wanted = Window { start: depart.start + earliest_s, end: depart.end + latest_s };
    let arrive = clip(wanted, pair.kernels.1);
    if arrive.start >= arrive.end {
        // told with the dates that the kernels hold
        pair.problem.arrival_state(wanted.start)?;
        return Err(none());
    }
    Ok(FittingArrivals { arrive, cut: (arrive.end < wanted.end).then_some(pair.kernels.1.end) })
}

/// Two bodies on a date.
struct Pair {
    problem: Problem,
    /// the dates that the kernels hold of both
    kernels: (Window, Window),
    from: Option<Swing>,
    to: Option<Swing>,
}

impl Pair {
    fn new(ephemerides: &Ephemerides, departure: Body, arrival: Body, on: Epoch) -> Result<Self, PorkchopError> {
        let day = Window { start: on, end: on };
        let problem = Problem::new(ephemerides, &PorkchopRequest::new(departure, arrival, day, day))?;
        let (from, to) = (Swing::of(&problem.departure_state(on)?), Swing::of(&problem.arrival_state(on)?));
        let kernels = (ephemerides.track(departure, SUN)?.span(), ephemerides.track(arrival, SUN)?.span());
        Ok(Self { problem, kernels, from, to })
    }

    /// The dates of the least sum of both excess speeds on a grid of a date every few days.
    fn best_cell(&self, mut request: PorkchopRequest) -> Result<Option<(Epoch, Epoch)>, PorkchopError> {
        let dates = |window: &Window| ((window.length_d() / 4.0).ceil() as usize).clamp(60, 1200);
        request.size = GridSize { depart: dates(&request.depart), arrive: dates(&request.arrive) };
        let coarse = Axes::new(&self.problem, &request, MOST_HELD)?;
        let layers = coarse.solve(0..coarse.arrive.len(), &Masks::new(&request.limits, request.arrival)?);
        let layer = &layers[0];
        let sum = |k: usize| layer.c3_km2_s2[k].sqrt() + layer.v_inf_arr_km_s[k];
        let solved = (0..layer.status.len()).filter(|k| layer.status(*k) == Status::Transfer);
        let best = solved.min_by(|a, b| sum(*a).total_cmp(&sum(*b)));
        let departs = coarse.depart.len();
        Ok(best.map(|k| (coarse.depart[k % departs], coarse.arrive[k / departs])))
    }

    /// `None` when a body does not come back.
    fn flights(&self) -> Option<Flights> {
        Some(Flights::between(&self.from?, &self.to?))
    }
}

/// The part of a window that another holds.
pub(crate) fn clip(window: Window, span: Window) -> Window {
    Window {
        start: if window.start > span.start { window.start } else { span.start },
        end: if window.end < span.end { window.end } else { span.end },
    }
}

/// The whole days within a window: they read better on an axis.
fn whole_days(window: Window) -> Window {
    Window {
        start: Epoch::from_tdb_s(((window.start.tdb_s() + 0.5 * DAY_S) / DAY_S).ceil() * DAY_S - 0.5 * DAY_S),
        end: Epoch::from_tdb_s(((window.end.tdb_s() + 0.5 * DAY_S) / DAY_S).floor() * DAY_S - 0.5 * DAY_S),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, MARS, VENUS};

    /// Where the kernels end before the arrival, the next opportunity is none, not the last day of the kernels.
    #[test]
    fn refuses_the_last_day_of_the_kernels_as_an_arrival() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let next = |day: &str| next_opportunity(ephemerides, EARTH, MARS, Epoch::parse(day).expect("a date"));
        // Mars opportunities of 2058 and 2061: the kernels end on 2060-02-01
        let refused = next("2059-03-01").expect_err("refused");
        assert!(matches!(refused, PorkchopError::NoOpportunity { .. }), "{refused}");
        let whole = next("2055-06-01").expect("an opportunity");
        assert_eq!(whole.cut, None);
        let fits = |day: &str| {
            let depart = Window::parse(day).expect("a window");
            fitting_arrivals(ephemerides, EARTH, MARS, depart, 0.4)
        };
        assert_eq!(fits("2033-03-01..2033-05-01").expect("dates").cut, None);
        let cut = fits("2059-03-01..2059-05-01").expect("dates");
        assert_eq!(cut.cut, Some(cut.arrive.end), "{cut:?}");
        let late = fits("2060-01-01..2060-01-20").expect_err("refused").to_string();
        assert!(late.contains("is outside the kernels, which hold"), "{late}");
    }

    /// The windows that circles gave before orbits were looked at: the planets' have not moved.
    #[test]
    fn regress_planets_keep_their_windows() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        for (to, after, leave, half_d) in
            [(MARS, "2032-06-01", "2033-04-18", 110.0), (VENUS, "2031-01-01", "2031-05-25", 82.0)]
        {
            let after = Epoch::parse(after).expect("a date");
            let next = next_opportunity(ephemerides, EARTH, to, after).expect("an opportunity");
            let middle = next.depart.start + 0.5 * (next.depart.end - next.depart.start);
            let off_d = (middle - Epoch::parse(leave).expect("a date")) / DAY_S;
            assert!(off_d.abs() < 25.0, "{} {off_d} {}", to.name, next.depart);
            assert!((next.depart.length_d() - 2.0 * half_d).abs() < 4.0, "{} {}", to.name, next.depart);
        }
    }
}
