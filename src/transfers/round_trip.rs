//! Round trips: out, stay, back, searched together.
//!
//! Both legs are solved on one lattice of dates. The best stay between them is found by dynamic programming over the
//! dates, so that every pair of departure and homecoming is known; its valleys are then refined on the true function.

mod lattice;

use crate::bodies::{Body, SUN};
use crate::ephemerides::{Ephemerides, EphemerisError, Track};
use crate::numerics::golden::lattice_search;
use crate::numerics::vector::{dot, norm};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::burns::ParkingOrbit;
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::scan::{LONGEST_FLIGHT_D, Swing, half_ellipse_s};
use crate::transfers::porkchop::window::clip;
use crate::transfers::porkchop::{PorkchopError, PorkchopRequest, Problem, Transfer, arrival_orbit, departure_orbit};
use lattice::Lattice;
use rayon::prelude::*;
use std::f64::consts::TAU;
use std::fmt;
use thiserror::Error;

/// What a round trip refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RoundTripError {
    /// A leg is refused.
    #[error(transparent)]
    Porkchop(#[from] PorkchopError),
    /// The stays are no span.
    #[error("a stay of {min_d} to {max_d} days is no span: the shortest is not negative and not over the longest")]
    BadStay {
        /// shortest stay
        min_d: f64,
        /// longest stay
        max_d: f64,
    },
    /// The lattice is too coarse or too fine.
    #[error(
        "dates every {step_d} days make {dates} dates on an axis: choose a step, or a longest leg, that makes 3 to {most}"
    )]
    BadStep {
        /// spacing
        step_d: f64,
        /// dates it makes
        dates: u64,
        /// most dates
        most: u32,
    },
    /// A limit that is no positive number.
    #[error("{what} of {value} is none: it is a number over 0")]
    BadLimit {
        /// which limit, with its unit
        what: &'static str,
        /// the number
        value: f64,
    },
    /// More revolutions than are looked at.
    #[error("{revs} revolutions of a leg are more than are looked at: ask for {most} at most")]
    TooManyRevs {
        /// revolutions asked for
        revs: u32,
        /// most of them
        most: u32,
    },
    /// The limit of the whole trip leaves nothing after the stay.
    #[error("a trip of at most {total_d} days has no room for two flights and a stay of {min_stay_d} days")]
    NoTime {
        /// longest trip
        total_d: f64,
        /// shortest stay
        min_stay_d: f64,
    },
}

/// What happens at the homecoming.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Homecoming {
    /// straight into the atmosphere, no burn; faster than the limit does not count
    Entry {
        /// most excess speed
        max_v_inf_km_s: Option<f64>,
    },
    /// a burn into an orbit
    Orbit(ParkingOrbit),
}

/// What is to be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// all burns together, km/s
    DeltaV,
    /// the departure energies of both legs together, km²/s²
    C3Sum,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundTripRequest {
    /// where the trip begins and ends
    pub home: Body,
    /// where it goes
    pub away: Body,
    /// dates of the first departure
    pub depart: Window,
    /// shortest stay
    pub min_stay_d: f64,
    /// longest stay
    pub max_stay_d: f64,
    /// longest trip
    pub max_total_d: Option<f64>,
    /// longest flight of either leg; a revolution and a half of the ellipse that touches both orbits where they are
    /// farthest if not given, and two half revolutions more for each revolution
    pub max_leg_d: Option<f64>,
    /// orbit that the first burn leaves
    pub parking: ParkingOrbit,
    /// orbit that waits during the stay: entered by the second burn, left by the third
    pub away_orbit: ParkingOrbit,
    /// what happens at the end
    pub homecoming: Homecoming,
    /// what is to be least
    pub objective: Objective,
    /// most revolutions of either leg
    pub max_revs: u32,
    /// spacing of the dates that are tried before the refinement
    pub step_d: f64,
}

impl RoundTripRequest {
    /// A request with the usual orbits, entry at home, stays of 30 to 600 days and dates every four days.
    ///
    /// * `home`, `away`: bodies that go around the Sun
    /// * `depart`: dates of the first departure
    #[must_use]
    pub fn new(home: Body, away: Body, depart: Window) -> Self {
        Self {
            home,
            away,
            depart,
            min_stay_d: 30.0,
            max_stay_d: 600.0,
            max_total_d: None,
            max_leg_d: None,
            parking: departure_orbit(home),
            away_orbit: arrival_orbit(away),
            homecoming: Homecoming::Entry { max_v_inf_km_s: None },
            objective: Objective::DeltaV,
            max_revs: 0,
            step_d: 4.0,
        }
    }
}

/// The two families of round trips, told by the laps that craft and home make around the Sun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TripClass {
    /// the craft keeps pace with home: a short stay, paid for by a leg that falls far inside (or outside) both orbits
    Opposition,
    /// the craft waits away until home has gained a lap (or lost one) for each of these: both legs are cheap
    Conjunction {
        /// laps gained or lost
        laps: u32,
    },
}

impl fmt::Display for TripClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opposition => f.write_str("opposition"),
            Self::Conjunction { laps: 1 } => f.write_str("conjunction"),
            Self::Conjunction { laps } => write!(f, "conjunction, {laps} laps"),
        }
    }
}

/// One round trip.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundTrip {
    /// first leg
    pub outbound: Transfer,
    /// second leg
    pub inbound: Transfer,
    /// between the legs
    pub stay_d: f64,
    /// from the first departure to the homecoming
    pub total_d: f64,
    /// family
    pub class: TripClass,
    /// all burns; the last one only where home is an orbit
    pub dv_total_km_s: f64,
    /// departure energies of both legs
    pub c3_sum_km2_s2: f64,
}

impl RoundTrip {
    /// The number that is to be least, in the objective's unit.
    ///
    /// * `objective`: which number
    #[must_use]
    pub fn value(&self, objective: Objective) -> f64 {
        match objective {
            Objective::DeltaV => self.dv_total_km_s,
            Objective::C3Sum => self.c3_sum_km2_s2,
        }
    }
}

/// The answer: every valley, and the trade of time against the objective.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundTrips {
    /// local optima, the best first
    pub optima: Vec<RoundTrip>,
    /// trips that nothing both shorter and cheaper beats, the shortest first
    pub front: Vec<RoundTrip>,
    /// longest flight of either leg that was looked at
    pub max_leg_d: f64,
    /// the end of the kernels, where trips of these limits would come home after it
    pub last_homecoming: Option<Epoch>,
}

impl RoundTrips {
    /// Whether a leg of a trip is as long as the limit of legs lets it be: a longer one may be cheaper.
    ///
    /// * `trip`: one of these
    #[must_use]
    pub fn leans_on_leg_limit(&self, trip: &RoundTrip) -> bool {
        [trip.outbound.tof_d, trip.inbound.tof_d].into_iter().any(|tof_d| tof_d > self.max_leg_d - 10.0 * DATE_D)
    }
}

/// Valleys that are refined, and points of the front.
const MOST_OPTIMA: usize = 16;
const MOST_FRONT: usize = 24;

/// Most revolutions of a leg.
const MOST_REVS: u32 = 20;

/// Longest leg where nobody sets one, in halves of the touching ellipse: a revolution and a half of it.
const LONGEST_LEG: f64 = 3.0;

/// Length in days at which the refinement of a date stops: 2 minutes; the valleys are flat to 1e-9 km/s by then.
const DATE_D: f64 = 1.5e-3;

/// The round trips of some years.
///
/// * `ephemerides`: the kernels
/// * `request`: what to look for
///
/// # Errors
/// [`RoundTripError`]. No trip within the limits is an answer, not an error: both lists are empty then.
///
/// # Source
/// The classes and what they cost: NASA SP-2009-566 (Mars Design Reference Architecture 5.0), section 3.
pub fn round_trips(ephemerides: &Ephemerides, request: &RoundTripRequest) -> Result<RoundTrips, RoundTripError> {
    let (min_d, max_d) = (request.min_stay_d, request.max_stay_d);
    if !(min_d >= 0.0 && max_d >= min_d && max_d.is_finite()) {
        return Err(RoundTripError::BadStay { min_d, max_d });
    }
    if let Some(total_d) = request.max_total_d.filter(|total_d| total_d.is_nan() || *total_d <= min_d) {
        return Err(RoundTripError::NoTime { total_d, min_stay_d: min_d });
    }
    let entry_km_s = match request.homecoming {
        Homecoming::Entry { max_v_inf_km_s } => max_v_inf_km_s,
        Homecoming::Orbit(_) => None,
    };
    for (what, value) in [
        ("a longest leg in days", request.max_leg_d),
        ("a highest excess speed in km/s", entry_km_s),
        ("a step in days", Some(request.step_d)),
    ] {
        if let Some(value) = value.filter(|value| !(*value > 0.0 && value.is_finite())) {
            return Err(RoundTripError::BadLimit { what, value });
        }
    }
    if request.max_revs > MOST_REVS {
        return Err(RoundTripError::TooManyRevs { revs: request.max_revs, most: MOST_REVS });
    }
    let search = Search::new(ephemerides, request)?;
    let lattice = Lattice::solve(&search)?;
    let optima: Vec<RoundTrip> = lattice
        .valleys()
        .into_par_iter()
        .take(3 * MOST_OPTIMA)
        .filter_map(|dates| search.refine(dates, f64::INFINITY))
        .collect();
    let mut optima = distinct(optima, request);
    optima.truncate(MOST_OPTIMA);
    let caps = lattice.front(MOST_FRONT);
    let mut front: Vec<RoundTrip> =
        caps.into_par_iter().filter_map(|(dates, total_d)| search.refine(dates, total_d)).collect();
    // an optimum may beat what the lattice knows of its time
    front.extend(optima.iter().cloned());
    Ok(RoundTrips {
        front: undominated(front, request.objective),
        optima,
        max_leg_d: search.max_leg_d,
        last_homecoming: search.last_homecoming,
    })
}

/// One of several that ended in the same valley.
fn distinct(mut trips: Vec<RoundTrip>, request: &RoundTripRequest) -> Vec<RoundTrip> {
    trips.sort_by(|a, b| a.value(request.objective).total_cmp(&b.value(request.objective)));
    let mut kept: Vec<RoundTrip> = Vec::new();
    for trip in trips {
        let near = |a: Epoch, b: Epoch| (a - b).abs() < 3.0 * DAY_S;
        let same = |k: &RoundTrip| {
            near(k.outbound.depart, trip.outbound.depart)
                && near(k.outbound.arrive, trip.outbound.arrive)
                && near(k.inbound.depart, trip.inbound.depart)
                && near(k.inbound.arrive, trip.inbound.arrive)
        };
        if !kept.iter().any(same) {
            kept.push(trip);
        }
    }
    kept
}

fn undominated(mut trips: Vec<RoundTrip>, objective: Objective) -> Vec<RoundTrip> {
    trips.sort_by(|a, b| a.total_d.total_cmp(&b.total_d).then(a.value(objective).total_cmp(&b.value(objective))));
    let mut least = f64::INFINITY;
    trips.retain(|trip| {
        // less by what a designer would see: 1 mm/s
        let better = trip.value(objective) < least - 1e-6;
        least = least.min(trip.value(objective));
        better
    });
    trips
}

/// Four dates, days after the first departure date.
type Dates = [f64; 4];

/// Which orbit a leg flies.
type Layer = (u32, Branch);

/// A point of the lattice: its dates and the orbits of both legs.
#[derive(Debug, Clone, Copy)]
struct Point {
    dates_d: Dates,
    layers: [Layer; 2],
}

struct Search<'a> {
    request: &'a RoundTripRequest,
    out: Problem,
    back: Problem,
    home: Track,
    away: Track,
    max_leg_d: f64,
    last_homecoming: Option<Epoch>,
    layers: Vec<Layer>,
}

impl<'a> Search<'a> {
    fn new(ephemerides: &Ephemerides, request: &'a RoundTripRequest) -> Result<Self, RoundTripError> {
        let leg = |from, to, parking, capture| {
            let max_revs = request.max_revs;
            let request = PorkchopRequest::new(from, to, request.depart, request.depart);
            let request = PorkchopRequest { parking, capture, max_revs, ..request };
            Problem::new(ephemerides, &request)
        };
        let (home, away) = (request.home, request.away);
        // the orbit at home is of use only when it is entered
        let end = match request.homecoming {
            Homecoming::Orbit(orbit) => orbit,
            Homecoming::Entry { .. } => request.parking,
        };
        let (out, back) =
            (leg(home, away, request.parking, request.away_orbit)?, leg(away, home, request.away_orbit, end)?);
        let track = |body| ephemerides.track(body, SUN).map_err(PorkchopError::from);
        let (home, away) = (track(home)?, track(away)?);
        let layers = std::iter::once((0, Branch::Single))
            .chain((1..=request.max_revs).flat_map(|n| [(n, Branch::Low), (n, Branch::High)]))
            .collect();
        let mut search = Self { request, out, back, home, away, max_leg_d: 0.0, last_homecoming: None, layers };
        search.max_leg_d = match request.max_leg_d {
            Some(leg_d) => leg_d,
            None => search.longest_leg_d().map_err(PorkchopError::from)?,
        };
        let last = request.depart.end + (2.0 * search.max_leg_d + request.max_stay_d) * DAY_S;
        let last = request.max_total_d.map_or(last, |total_d| {
            let capped = request.depart.end + total_d * DAY_S;
            if capped < last { capped } else { last }
        });
        let end = clip(search.home.span(), search.away.span()).end;
        search.last_homecoming = (end < last).then_some(end);
        for track in [&search.home, &search.away] {
            track.state(request.depart.start).map_err(PorkchopError::from)?;
            track.state(request.depart.end).map_err(PorkchopError::from)?;
            // no trip at all comes home in time
            track.state(request.depart.start + request.min_stay_d * DAY_S).map_err(PorkchopError::from)?;
        }
        Ok(search)
    }

    /// By the far ends of both orbits; of a body that does not come back by where it is.
    fn longest_leg_d(&self) -> Result<f64, EphemerisError> {
        let farthest_km = |track: &Track| -> Result<f64, EphemerisError> {
            let state = track.state(self.request.depart.start)?;
            Ok(Swing::of(&state).map_or_else(|| norm(state.position_km), |swing| swing.aphelion_km))
        };
        let half_d = half_ellipse_s(farthest_km(&self.home)?, farthest_km(&self.away)?) / DAY_S;
        Ok(((LONGEST_LEG + 2.0 * f64::from(self.request.max_revs)) * half_d).min(LONGEST_FLIGHT_D))
    }

    fn epoch(&self, after_d: f64) -> Epoch {
        self.request.depart.start + after_d * DAY_S
    }

    fn outbound(&self, depart_d: f64, arrive_d: f64, layer: Layer) -> Option<Transfer> {
        self.out.transfer(self.epoch(depart_d), self.epoch(arrive_d), layer.0, layer.1)
    }

    /// A way home that is not too fast for its end.
    fn inbound(&self, depart_d: f64, arrive_d: f64, layer: Layer) -> Option<Transfer> {
        let t = self.back.transfer(self.epoch(depart_d), self.epoch(arrive_d), layer.0, layer.1)?;
        match self.request.homecoming {
            Homecoming::Entry { max_v_inf_km_s: Some(most) } if t.v_inf_arr_km_s > most => None,
            _ => Some(t),
        }
    }

    /// What the first leg adds to the objective.
    fn out_value(&self, t: &Transfer) -> f64 {
        match self.request.objective {
            Objective::DeltaV => t.dv_total_km_s,
            Objective::C3Sum => t.c3_km2_s2,
        }
    }

    /// What the second leg adds.
    fn back_value(&self, t: &Transfer) -> f64 {
        match (self.request.objective, self.request.homecoming) {
            (Objective::C3Sum, _) => t.c3_km2_s2,
            (Objective::DeltaV, Homecoming::Entry { .. }) => t.dv_depart_km_s,
            (Objective::DeltaV, Homecoming::Orbit(_)) => t.dv_total_km_s,
        }
    }

    fn allows(&self, dates_d: &Dates, total_d: f64) -> bool {
        let [leave, reach, part, home] = *dates_d;
        let slack_d = 1e-9;
        let stay = self.request.min_stay_d - slack_d..=self.request.max_stay_d + slack_d;
        (0.0..=self.request.depart.length_d()).contains(&leave)
            && stay.contains(&(part - reach))
            && reach - leave > 0.0
            && reach - leave <= self.max_leg_d
            && home - part > 0.0
            && home - part <= self.max_leg_d
            && home - leave <= total_d.min(self.request.max_total_d.unwrap_or(f64::INFINITY)) + slack_d
    }

    /// The bottom of the valley that a point lies in, within a limit of the whole trip.
    fn refine(&self, point: Point, total_d: f64) -> Option<RoundTrip> {
        let [out_layer, back_layer] = point.layers;
        let legs = |dates_d: &Dates| {
            let [leave, reach, part, home] = *dates_d;
            Some((self.outbound(leave, reach, out_layer)?, self.inbound(part, home, back_layer)?))
        };
        let value = |dates_d: &Dates| {
            if !self.allows(dates_d, total_d) {
                return f64::INFINITY;
            }
            legs(dates_d).map_or(f64::INFINITY, |(out, back)| self.out_value(&out) + self.back_value(&back))
        };
        let bottom = lattice_search(value, point.dates_d, 0.5 * self.request.step_d, DATE_D);
        let (outbound, inbound) = legs(&bottom.at)?;
        bottom.value.is_finite().then(|| self.trip(outbound, inbound)).flatten()
    }

    fn trip(&self, outbound: Transfer, inbound: Transfer) -> Option<RoundTrip> {
        let end_km_s = match self.request.homecoming {
            Homecoming::Entry { .. } => 0.0,
            Homecoming::Orbit(_) => inbound.dv_arrive_km_s,
        };
        Some(RoundTrip {
            stay_d: (inbound.depart - outbound.arrive) / DAY_S,
            total_d: (inbound.arrive - outbound.depart) / DAY_S,
            class: self.class(&outbound, &inbound)?,
            dv_total_km_s: outbound.dv_total_km_s + inbound.dv_depart_km_s + end_km_s,
            c3_sum_km2_s2: outbound.c3_km2_s2 + inbound.c3_km2_s2,
            outbound,
            inbound,
        })
    }

    /// Craft and home start together and end together, so their angles differ by whole laps.
    fn class(&self, outbound: &Transfer, inbound: &Transfer) -> Option<TripClass> {
        let swept = |track: &Track, from: Epoch, to: Epoch| -> Option<f64> {
            let s = track.state(from).ok()?;
            let alpha = 2.0 / norm(s.position_km) - dot(s.velocity_km_s, s.velocity_km_s) / SUN.mu_km3_s2;
            // mean motion: off by the equation of the centre at both ends, far less than half a lap
            Some((SUN.mu_km3_s2 * alpha.max(0.0).powi(3)).sqrt() * (to - from))
        };
        let home = swept(&self.home, outbound.depart, inbound.arrive)?;
        let stay = swept(&self.away, outbound.arrive, inbound.depart)?;
        let craft = outbound.angle_deg.to_radians() + stay + inbound.angle_deg.to_radians();
        Some(match ((home - craft) / TAU).round().abs() as u32 {
            0 => TripClass::Opposition,
            laps => TripClass::Conjunction { laps },
        })
    }
}

#[cfg(test)]
mod tests;
