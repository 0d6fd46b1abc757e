//! Every opportunity of a span of years, found without being told where to look, each with its minima.

use crate::bodies::SUN;
use crate::ephemerides::{Ephemerides, State};
use crate::numerics::vector::{dot, norm};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::{
    Criterion, GridSize, Minimum, PorkchopError, PorkchopRequest, Problem, Transfer, porkchop,
};
use rayon::prelude::*;
use std::f64::consts::TAU;

/// One opportunity: dates worth a porkchop, and the least of each criterion and type on them.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedOpportunity {
    /// departure date of the least sum of both excess speeds, to the spacing of the scan
    pub lowest: Epoch,
    /// departure dates that were searched
    pub depart: Window,
    /// arrival dates that were searched
    pub arrive: Window,
    /// the minima of the porkchop of those dates
    pub minima: Vec<Minimum>,
}

impl DatedOpportunity {
    /// The lowest interior minimum of a criterion over all types.
    ///
    /// * `criterion`: what is to be least
    #[must_use]
    pub fn best(&self, criterion: Criterion) -> Option<&Transfer> {
        let found = self.minima.iter().filter(|m| m.criterion == criterion).filter_map(|m| m.found.as_ref());
        found.min_by(|a, b| criterion.transfer_value(a).total_cmp(&criterion.transfer_value(b)))
    }
}

/// How two bodies meet again: the clock of their opportunities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rhythm {
    /// time after which both bodies stand alike again
    pub synodic_d: f64,
    /// flight time of the ellipse that touches both orbits, taken as circles
    pub hohmann_d: f64,
    /// an opportunity is the best within this many days before and after it
    pub apart_d: f64,
}

impl Rhythm {
    /// The rhythm of two bodies from their orbits about the Sun at one date.
    ///
    /// * `from`, `to`: their states from the Sun
    ///
    /// `None` when one of them does not come back. Bodies of nearly equal periods meet again after many years, but have
    /// an opportunity each time round: then half the shorter period keeps opportunities apart, not half the synodic one.
    #[must_use]
    pub fn new(from: &State, to: &State) -> Option<Self> {
        let sma_km =
            |s: &State| 1.0 / (2.0 / norm(s.position_km) - dot(s.velocity_km_s, s.velocity_km_s) / SUN.mu_km3_s2);
        let (a1_km, a2_km) = (sma_km(from), sma_km(to));
        if !(a1_km > 0.0 && a2_km > 0.0) {
            return None;
        }
        let period_d = |a_km: f64| TAU * (a_km.powi(3) / SUN.mu_km3_s2).sqrt() / DAY_S;
        let (p1_d, p2_d) = (period_d(a1_km), period_d(a2_km));
        let synodic_d = 1.0 / (1.0 / p1_d - 1.0 / p2_d).abs();
        let rhythm_d = if synodic_d <= 2.5 * p1_d.max(p2_d) { synodic_d } else { p1_d.min(p2_d) };
        Some(Self { synodic_d, hohmann_d: 0.5 * period_d(0.5 * (a1_km + a2_km)), apart_d: 0.45 * rhythm_d })
    }
}

/// Shortest and longest direct flight that is looked at, in flights of the touching ellipse.
const SHORTEST: f64 = 0.25;
const LONGEST: f64 = 1.8;

/// Every opportunity of which a minimum, or the least sum of both excess speeds, departs in `request.depart`, in the
/// order of time.
///
/// * `ephemerides`: the kernels
/// * `request`: bodies, orbits, limits, revolutions; its departures are the years to search, its arrivals and its grid
///   are not looked at
///
/// The least sum of both excess speeds of direct transfers is scanned over all departures; each valley that is the
/// deepest within [`Rhythm::apart_d`] is an opportunity. Its dates are solved as a porkchop for the minima of all types.
///
/// # Errors
/// [`PorkchopError`] for bodies that make no transfer or do not come back, and when the kernels end too soon.
pub fn opportunities(
    ephemerides: &Ephemerides,
    request: &PorkchopRequest,
) -> Result<Vec<DatedOpportunity>, PorkchopError> {
    let problem = Problem::new(ephemerides, request)?;
    let years = request.depart;
    let middle = years.start + 0.5 * (years.end - years.start);
    let rhythm = Rhythm::new(&problem.departure_state(middle)?, &problem.arrival_state(middle)?).ok_or_else(|| {
        PorkchopError::NoOpportunity {
            departure: request.departure.name.to_owned(),
            arrival: request.arrival.name.to_owned(),
            after: years.start,
        }
    })?;
    problem.departure_state(years.start)?;
    problem.departure_state(years.end)?;
    problem.arrival_state(years.end + 0.5 * rhythm.hohmann_d * DAY_S)?;
    let kernels = (ephemerides.track(request.departure, SUN)?.span(), ephemerides.track(request.arrival, SUN)?.span());
    let lows = scan(&problem, request, &rhythm, kernels.0);
    let found = lows.into_iter().map(|lowest| {
        let (depart, arrive) = dates(lowest, &rhythm, request.max_revs, kernels);
        let minima = minima(ephemerides, request, &rhythm, depart, arrive)?;
        Ok(DatedOpportunity { lowest, depart, arrive, minima })
    });
    let found = found.collect::<Result<Vec<DatedOpportunity>, PorkchopError>>()?;
    let inside = |o: &DatedOpportunity| {
        years.contains(o.lowest) || o.minima.iter().filter_map(|m| m.found.as_ref()).any(|t| years.contains(t.depart))
    };
    Ok(found.into_iter().filter(inside).collect())
}

/// The departures of the deepest valleys, in the years and as far beyond as one of their minima may lie inside.
fn scan(problem: &Problem, request: &PorkchopRequest, rhythm: &Rhythm, kernel: Window) -> Vec<Epoch> {
    let years = request.depart;
    let step_d = (rhythm.apart_d / 80.0).clamp(0.5, 10.0);
    // a valley at the edge of the years is one only if it is not the flank of a deeper one outside
    let reach = (rhythm.apart_d / step_d).ceil() as usize;
    let beyond_s = HALF * rhythm.apart_d * DAY_S;
    let wider = Window { start: years.start - beyond_s, end: years.end + beyond_s };
    let margin = 2 * reach as i64;
    let last = (years.length_d() / step_d).floor() as i64;
    let departs: Vec<Epoch> = (-margin..=last + margin)
        .map(|k| years.start + k as f64 * step_d * DAY_S)
        .filter(|t| kernel.contains(*t))
        .collect();
    let flights = 64;
    let flight_d = |k: u32| rhythm.hohmann_d * (SHORTEST + (LONGEST - SHORTEST) * f64::from(k) / f64::from(flights));
    let least: Vec<f64> = departs
        .par_iter()
        .map(|depart| {
            let sum = |k| {
                let t = problem.transfer(*depart, *depart + flight_d(k) * DAY_S, 0, Branch::Single);
                t.map_or(f64::INFINITY, |t| t.v_inf_dep_km_s + t.v_inf_arr_km_s)
            };
            (0..=flights).map(sum).fold(f64::INFINITY, f64::min)
        })
        .collect();
    (0..departs.len())
        .filter(|&i| {
            let around = i.saturating_sub(reach)..(i + reach + 1).min(departs.len());
            // of two equal ones the first counts
            least[i].is_finite()
                && wider.contains(departs[i])
                && around.into_iter().all(|k| if k < i { least[i] < least[k] } else { least[i] <= least[k] })
        })
        .map(|i| departs[i])
        .collect()
}

/// The departures and arrivals around a valley, on whole days, inside the kernels.
fn dates(lowest: Epoch, rhythm: &Rhythm, revs: u32, kernels: (Window, Window)) -> (Window, Window) {
    let (half_s, hohmann_s) = (HALF * rhythm.apart_d * DAY_S, rhythm.hohmann_d * DAY_S);
    let clip = |start: Epoch, end: Epoch, kernel: Window| Window {
        start: if start > kernel.start { start } else { kernel.start },
        end: if end < kernel.end { end } else { kernel.end },
    };
    let whole = |epoch: Epoch| Epoch::from_tdb_s(((epoch.tdb_s() + 0.5 * DAY_S) / DAY_S).round() * DAY_S - 0.5 * DAY_S);
    let depart = clip(whole(lowest - half_s), whole(lowest + half_s), kernels.0);
    let longest = LONGEST + 2.0 * f64::from(revs);
    let arrive = clip(whole(depart.start + SHORTEST * hohmann_s), whole(depart.end + longest * hohmann_s), kernels.1);
    (depart, arrive)
}

/// Departures searched before and after the valley, in [`Rhythm::apart_d`]: both types of a Mars or Venus opportunity
/// lie within it, the neighbours' do not.
const HALF: f64 = 0.6;

fn minima(
    ephemerides: &Ephemerides,
    request: &PorkchopRequest,
    rhythm: &Rhythm,
    depart: Window,
    arrive: Window,
) -> Result<Vec<Minimum>, PorkchopError> {
    if depart.start >= depart.end || arrive.start >= arrive.end {
        return Ok(Vec::new());
    }
    // a direct flight of two turns' time would pass for an opportunity of its type, so flights are bounded
    let solve = |revs: u32| {
        let longest_d = (LONGEST + 2.0 * f64::from(revs)) * rhythm.hohmann_d;
        let step_d = (rhythm.apart_d / 230.0).clamp(0.25, 8.0);
        let dates = |window: &Window| ((window.length_d() / step_d).ceil() as usize + 1).clamp(40, 1600);
        let end = depart.end + longest_d * DAY_S;
        let arrive = Window { start: arrive.start, end: if end < arrive.end { end } else { arrive.end } };
        let mut porkchop_request = PorkchopRequest { depart, arrive, max_revs: revs, ..request.clone() };
        porkchop_request.size = GridSize { depart: dates(&depart), arrive: dates(&arrive) };
        porkchop_request.limits.max_tof_d = Some(request.limits.max_tof_d.map_or(longest_d, |d| d.min(longest_d)));
        porkchop(ephemerides, &porkchop_request).map(|solved| solved.minima)
    };
    let mut all = solve(0)?;
    if request.max_revs > 0 {
        all.extend(solve(request.max_revs)?.into_iter().filter(|m| m.revs > 0));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{Body, EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, MARS, MERCURY, VENUS};

    fn found(from: Body, to: Body, years: &str) -> Vec<DatedOpportunity> {
        let years = Window::parse(years).expect("a span");
        let request = PorkchopRequest::new(from, to, years, years);
        opportunities(Ephemerides::embedded().expect("kernels"), &request).expect("opportunities")
    }

    /// NASA/TM-2010-216764, tables 1 to 11 (by way of `catalogue/mars_windows.csv`): least C3 from the Earth-Moon
    /// barycentre, opportunities of 2026 to 2045. Its daily grid and DE405 allow 0.015 km²/s² (2037 is off by 0.0103).
    #[test]
    fn published_no_mars_opportunity_is_missed() {
        let found = found(EARTH_MOON_BARYCENTER, MARS, "2026-01-01..2050-12-31");
        let least: Vec<f64> = found.iter().map(|o| o.best(Criterion::C3).expect("a minimum").c3_km2_s2).collect();
        let handbook = [9.144, 8.928, 8.237, 7.781, 10.19, 14.84, 12.17, 9.818, 8.969, 8.587];
        assert_eq!(least.len(), handbook.len() + 2, "and 2048 and 2050: {least:?}");
        for (got, wanted) in least.iter().zip(handbook) {
            assert!((got - wanted).abs() <= 0.015, "{got} {wanted}, {least:?}");
        }
    }

    #[test]
    fn law_opportunities_are_a_synodic_period_apart() {
        for (from, to, years, spread) in [
            (EARTH_MOON_BARYCENTER, MARS, "2026-01-01..2050-12-31", 0.12),
            // on the way home the cheaper of two types is now the early, now the late one
            (MARS, EARTH_MOON_BARYCENTER, "2026-01-01..2050-12-31", 0.25),
            (EARTH_MOON_BARYCENTER, VENUS, "2026-01-01..2050-12-31", 0.15),
            (EARTH_MOON_BARYCENTER, JUPITER_BARYCENTER, "2026-01-01..2045-12-31", 0.15),
            (EARTH_MOON_BARYCENTER, MERCURY, "2026-01-01..2030-12-31", 0.5),
        ] {
            let found = found(from, to, years);
            let track = |body| Ephemerides::embedded().expect("kernels").track(body, SUN).expect("a track");
            let state = |body| track(body).state(found[0].lowest).expect("a state");
            let rhythm = Rhythm::new(&state(from), &state(to)).expect("a rhythm");
            let span_d = Window::parse(years).expect("a span").length_d();
            let count = span_d / rhythm.synodic_d;
            assert!((found.len() as f64 - count).abs() <= 1.0, "{}: {} of {count}", to.name, found.len());
            for pair in found.windows(2) {
                let apart = (pair[1].lowest - pair[0].lowest) / DAY_S / rhythm.synodic_d;
                assert!((apart - 1.0).abs() < spread, "{} {}: {apart}", to.name, pair[0].lowest);
            }
        }
    }

    #[test]
    fn refuses_years_outside_the_kernels() {
        let years = Window::parse("2026-01-01..2060-01-20").expect("a span");
        let request = PorkchopRequest::new(EARTH_MOON_BARYCENTER, MARS, years, years);
        let refused = opportunities(Ephemerides::embedded().expect("kernels"), &request).expect_err("refused");
        assert!(refused.to_string().contains("is outside the kernels, which hold"), "{refused}");
    }
}
