//! From a low Earth orbit to the Moon: injection and insertion over departure date and flight time.
//!
//! Conics are patched at the Moon itself: the arc about the Earth ends at the Moon's centre, its speed against the Moon
//! is the excess speed of the hyperbola about the Moon. The plane of the arc goes through the Moon at arrival and has
//! the inclination of the low orbit; the injection is made along the orbit's motion at the arc's perigee.

use crate::bodies::{EARTH, MOON};
use crate::ephemerides::{Ephemerides, EphemerisError, State, Track};
use crate::numerics::minima::descend;
use crate::numerics::vector::{cross, dot, minus, norm, plus, scale};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::burns::{BurnError, ParkingOrbit};
use crate::transfers::tangential::{TangentialArc, tangential_arc};
use rayon::prelude::*;
use std::f64::consts::TAU;
use std::fmt;
use thiserror::Error;

/// What a Moon window refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum MoonWindowError {
    /// The kernels do not hold a date.
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
    /// An orbit at either end does not exist.
    #[error(transparent)]
    Burn(#[from] BurnError),
    /// The inclination is none.
    #[error("an inclination of {inc_deg}° is none: write 0 to 180 degrees")]
    BadInclination {
        /// inclination
        inc_deg: f64,
    },
    /// The flight times are no span.
    #[error("flight times of {from_d} to {to_d} d are no span: the shortest is over 0 and under the longest")]
    BadFlights {
        /// shortest
        from_d: f64,
        /// longest
        to_d: f64,
    },
    /// The dates are no span.
    #[error("injections of {start} to {end} are no span: the first date comes before the last")]
    BadDates {
        /// first date
        start: Epoch,
        /// last date
        end: Epoch,
    },
    /// The grid is too small or too large.
    #[error("a grid of {depart} × {flights} cells cannot be made: each side needs 2 to {most} dates")]
    BadSize {
        /// departure dates
        depart: usize,
        /// flight times
        flights: usize,
        /// most on a side
        most: usize,
    },
}

/// Which way the craft crosses the sky at the Moon: of the two planes through it, one is climbing and one is falling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// northward at the Moon
    North,
    /// southward at the Moon
    South,
}

impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::North => "north",
            Self::South => "south",
        })
    }
}

/// What to solve.
#[derive(Debug, Clone, PartialEq)]
pub struct MoonWindowRequest {
    /// dates of the injection
    pub depart: Window,
    /// shortest flight
    pub min_tof_d: f64,
    /// longest flight
    pub max_tof_d: f64,
    /// dates and flight times
    pub size: (usize, usize),
    /// height of the circular orbit that is left
    pub altitude_km: f64,
    /// its inclination to the ICRF equator
    pub inc_deg: f64,
    /// orbit about the Moon
    pub lunar_orbit: ParkingOrbit,
}

impl MoonWindowRequest {
    /// 185 km at 28.5°, flights of 2.5 to 6 days into 100 km about the Moon, a cell every few hours.
    ///
    /// * `depart`: dates of the injection
    #[must_use]
    pub fn new(depart: Window) -> Self {
        Self {
            depart,
            min_tof_d: 2.5,
            max_tof_d: 6.0,
            size: (200, 100),
            altitude_km: 185.0,
            inc_deg: 28.5,
            lunar_orbit: ParkingOrbit::Circular { altitude_km: 100.0 },
        }
    }
}

/// One flight to the Moon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MoonTransfer {
    /// injection
    pub depart: Epoch,
    /// arrival at the Moon
    pub arrive: Epoch,
    /// flight time
    pub tof_d: f64,
    /// which of the two planes
    pub heading: Heading,
    /// eccentricity about the Earth
    pub ecc: f64,
    /// energy about the Earth, negative for an ellipse
    pub c3_km2_s2: f64,
    /// injection from the low orbit
    pub dv_depart_km_s: f64,
    /// speed against the Moon
    pub v_inf_km_s: f64,
    /// insertion about the Moon
    pub dv_arrive_km_s: f64,
    /// both
    pub dv_total_km_s: f64,
    /// right ascension of the low orbit's node, 0 to 360
    pub raan_deg: f64,
    /// angle from the node to the injection, 0 to 360
    pub argument_deg: f64,
    /// declination of the Moon at arrival
    pub moon_dec_deg: f64,
    /// distance of the Moon at arrival
    pub moon_distance_km: f64,
}

/// Why a cell is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMoon {
    /// the Moon stands farther from the equator than the orbit reaches
    Inclination,
    /// the flight is longer than once round the ellipse that just reaches the Moon
    TooLong,
}

/// A solved window.
#[derive(Debug, Clone)]
pub struct MoonWindow {
    /// dates of the injection
    pub depart: Vec<Epoch>,
    /// flight times
    pub tof_d: Vec<f64>,
    /// the cheaper plane of each cell, `[i_flight · departs + i_depart]`
    pub cells: Vec<Result<MoonTransfer, NoMoon>>,
    /// interior minima of the sum of both burns, the best first: about one for each passage of the Moon through the
    /// latitudes that the orbit reaches
    pub minima: Vec<MoonTransfer>,
}

/// Most dates on a side.
const MOST_DATES: usize = 5000;

/// Distance of the difference quotients of the minima, d.
const PROBE_D: f64 = 0.002;

/// The Earth, the Moon and both orbits: a function of date and flight time.
pub struct MoonProblem<'a> {
    moon: Track,
    request: &'a MoonWindowRequest,
}

impl<'a> MoonProblem<'a> {
    /// The function behind a window.
    ///
    /// * `ephemerides`: the kernels
    /// * `request`: orbits
    ///
    /// # Errors
    /// [`MoonWindowError`].
    pub fn new(ephemerides: &Ephemerides, request: &'a MoonWindowRequest) -> Result<Self, MoonWindowError> {
        if !(0.0..=180.0).contains(&request.inc_deg) {
            return Err(MoonWindowError::BadInclination { inc_deg: request.inc_deg });
        }
        // an orbit that does not exist is refused here, not in every cell
        ParkingOrbit::Circular { altitude_km: request.altitude_km }.impulse(0.0, EARTH.radius_km, EARTH.mu_km3_s2)?;
        request.lunar_orbit.impulse(1.0, MOON.radius_km, MOON.mu_km3_s2)?;
        Ok(Self { moon: ephemerides.track(MOON, EARTH)?, request })
    }

    /// The flight of one date, one flight time and one plane.
    ///
    /// * `depart`: injection; `tof_d`: flight time; `heading`: which plane
    ///
    /// `None` when there is none, or the Moon is outside the kernels.
    #[must_use]
    pub fn transfer(&self, depart: Epoch, tof_d: f64, heading: Heading) -> Option<MoonTransfer> {
        let moon = self.moon.state(depart + tof_d * DAY_S).ok()?;
        self.flight(&moon, depart, tof_d, heading).ok()
    }

    fn flight(&self, moon: &State, depart: Epoch, tof_d: f64, heading: Heading) -> Result<MoonTransfer, NoMoon> {
        let perigee_km = EARTH.radius_km + self.request.altitude_km;
        let distance_km = norm(moon.position_km);
        let up = scale(moon.position_km, 1.0 / distance_km);
        let pole = plane_through(up, self.request.inc_deg.to_radians(), heading).ok_or(NoMoon::Inclination)?;
        let arc: TangentialArc =
            tangential_arc(perigee_km, distance_km, tof_d * DAY_S, EARTH.mu_km3_s2).ok_or(NoMoon::TooLong)?;
        let along = cross(pole, up);
        let velocity = plus(scale(up, arc.radial_km_s), scale(along, arc.transverse_km_s));
        let v_inf_km_s = norm(minus(velocity, moon.velocity_km_s));
        let circular_km_s = (EARTH.mu_km3_s2 / perigee_km).sqrt();
        let dv_depart_km_s = arc.start_speed_km_s - circular_km_s;
        let insertion = self.request.lunar_orbit.impulse(v_inf_km_s, MOON.radius_km, MOON.mu_km3_s2);
        // both orbits were tried before, so that only an arc without finite speeds is refused here
        let dv_arrive_km_s = insertion.map_err(|_| NoMoon::TooLong)?.km_s();
        // where the injection is: back along the arc from the Moon
        let (sin, cos) = arc.angle_rad.sin_cos();
        let injection = minus(scale(up, cos), scale(along, sin));
        // the node of an orbit over the equator is where the x axis is
        let node = if pole[0].hypot(pole[1]) > 1e-12 { [-pole[1], pole[0], 0.0] } else { [1.0, 0.0, 0.0] };
        let argument_rad = dot(injection, cross(pole, node)).atan2(dot(injection, node));
        Ok(MoonTransfer {
            depart,
            arrive: depart + tof_d * DAY_S,
            tof_d,
            heading,
            ecc: arc.ecc,
            c3_km2_s2: -EARTH.mu_km3_s2 * (1.0 - arc.ecc) / perigee_km,
            dv_depart_km_s,
            v_inf_km_s,
            dv_arrive_km_s,
            dv_total_km_s: dv_depart_km_s + dv_arrive_km_s,
            raan_deg: node[1].atan2(node[0]).rem_euclid(TAU).to_degrees(),
            argument_deg: argument_rad.rem_euclid(TAU).to_degrees(),
            moon_dec_deg: up[2].clamp(-1.0, 1.0).asin().to_degrees(),
            moon_distance_km: distance_km,
        })
    }

    fn cheaper(&self, moon: &State, depart: Epoch, tof_d: f64) -> Result<MoonTransfer, NoMoon> {
        let (a, b) =
            (self.flight(moon, depart, tof_d, Heading::North)?, self.flight(moon, depart, tof_d, Heading::South)?);
        Ok(if a.dv_total_km_s <= b.dv_total_km_s { a } else { b })
    }
}

/// The pole of the plane of an inclination that holds a direction; `None` when the direction lies higher than it reaches.
fn plane_through(up: [f64; 3], inc_rad: f64, heading: Heading) -> Option<[f64; 3]> {
    let cos_dec = up[0].hypot(up[1]);
    if cos_dec < 1e-12 {
        return None;
    }
    // north along the meridian, and east
    let north = scale(minus([0.0, 0.0, 1.0], scale(up, up[2])), 1.0 / cos_dec);
    let east = cross(north, up);
    let a = inc_rad.cos() / cos_dec;
    if a.abs() > 1.0 {
        return None;
    }
    // heading = pole × up: northward when the pole lies west of the meridian
    let b = (1.0 - a * a).sqrt();
    let b = match heading {
        Heading::North => -b,
        Heading::South => b,
    };
    Some(plus(scale(north, a), scale(east, b)))
}

/// Solve a window and find its minima.
///
/// * `ephemerides`: the kernels
/// * `request`: dates, flight times, orbits
///
/// # Errors
/// [`MoonWindowError`]. A cell without a flight is not an error.
pub fn moon_window(ephemerides: &Ephemerides, request: &MoonWindowRequest) -> Result<MoonWindow, MoonWindowError> {
    let (from_d, to_d) = (request.min_tof_d, request.max_tof_d);
    if !(from_d > 0.0 && to_d > from_d && to_d.is_finite()) {
        return Err(MoonWindowError::BadFlights { from_d, to_d });
    }
    let (departs, flights) = request.size;
    if !(2..=MOST_DATES).contains(&departs) || !(2..=MOST_DATES).contains(&flights) {
        return Err(MoonWindowError::BadSize { depart: departs, flights, most: MOST_DATES });
    }
    let Window { start, end } = request.depart;
    if !(start < end && start.tdb_s().is_finite() && end.tdb_s().is_finite()) {
        return Err(MoonWindowError::BadDates { start, end });
    }
    let problem = MoonProblem::new(ephemerides, request)?;
    problem.moon.state(request.depart.start)?;
    problem.moon.state(request.depart.end + to_d * DAY_S)?;
    let (step_d, flight_step_d) =
        (request.depart.length_d() / (departs - 1) as f64, (to_d - from_d) / (flights - 1) as f64);
    let depart: Vec<Epoch> = (0..departs).map(|i| request.depart.start + i as f64 * step_d * DAY_S).collect();
    let tof_d: Vec<f64> = (0..flights).map(|j| from_d + j as f64 * flight_step_d).collect();
    let rows: Vec<Vec<Result<MoonTransfer, NoMoon>>> = tof_d
        .par_iter()
        .map(|tof_d| {
            let cell = |depart: &Epoch| {
                let moon = problem.moon.state(*depart + tof_d * DAY_S)?;
                Ok(problem.cheaper(&moon, *depart, *tof_d))
            };
            depart.iter().map(cell).collect::<Result<Vec<_>, EphemerisError>>()
        })
        .collect::<Result<Vec<_>, _>>()?;
    let cells: Vec<_> = rows.into_iter().flatten().collect();
    let value = |k: usize| cells[k].as_ref().map_or(f64::INFINITY, |t| t.dv_total_km_s);
    let mut minima: Vec<MoonTransfer> = Vec::new();
    for j in 1..flights - 1 {
        for i in 1..departs - 1 {
            let k = j * departs + i;
            let around = [k - departs, k, k + departs].into_iter().flat_map(|row| [row - 1, row, row + 1]);
            let Ok(start) = &cells[k] else { continue };
            if !around.into_iter().all(|n| value(k) <= value(n)) {
                continue;
            }
            let at = |x_d: f64, y_d: f64| {
                let inside = y_d >= from_d && y_d <= to_d;
                let depart = request.depart.start + x_d * DAY_S;
                (inside && request.depart.contains(depart)).then(|| problem.transfer(depart, y_d, start.heading))?
            };
            let from = ((start.depart - request.depart.start) / DAY_S, start.tof_d);
            let bottom = descend(|x, y| at(x, y).map(|t| t.dv_total_km_s), from, 0.5, PROBE_D);
            if let Some(t) = bottom.and_then(|b| at(b.x, b.y)) {
                let same = |m: &MoonTransfer| (m.depart - t.depart).abs() < 0.2 * DAY_S && m.heading == t.heading;
                if !minima.iter().any(same) {
                    minima.push(t);
                }
            }
        }
    }
    minima.sort_by(|a, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s));
    Ok(MoonWindow { depart, tof_d, cells, minima })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(depart: &str) -> MoonWindowRequest {
        MoonWindowRequest::new(Window::parse(depart).expect("a window"))
    }

    fn solve(request: &MoonWindowRequest) -> MoonWindow {
        moon_window(Ephemerides::embedded().expect("kernels"), request).expect("a window")
    }

    /// TRAJECTORY.md C10: from 300 km to 384 400 km on half an ellipse, 3.106 43 km/s, and with the Moon on a circle
    /// 0.823 36 km/s into 100 km.
    #[test]
    fn published_two_body_transfer() {
        let request = MoonWindowRequest { altitude_km: 300.0, inc_deg: 0.0, ..request("2030-01-01..2030-01-02") };
        let problem = MoonProblem::new(Ephemerides::embedded().expect("kernels"), &request).expect("a problem");
        let distance_km = 384_400.0;
        let speed_km_s = ((EARTH.mu_km3_s2 + MOON.mu_km3_s2) / distance_km).sqrt();
        let moon = State { position_km: [distance_km, 0.0, 0.0], velocity_km_s: [0.0, speed_km_s, 0.0] };
        let sma_km = 0.5 * (EARTH.radius_km + 300.0 + distance_km);
        let half_d = 0.5 * TAU * (sma_km.powi(3) / EARTH.mu_km3_s2).sqrt() / DAY_S;
        let flight = problem.flight(&moon, request.depart.start, half_d, Heading::North).expect("a flight");
        assert!((flight.dv_depart_km_s - 3.106_43).abs() <= 5e-6, "{}", flight.dv_depart_km_s);
        assert!((flight.dv_arrive_km_s - 0.823_36).abs() <= 5e-6, "{}", flight.dv_arrive_km_s);
        assert!((flight.argument_deg - 180.0).abs() < 0.1 && flight.raan_deg == 0.0, "{flight:?}");
    }

    /// Apollo by the Numbers (TRAJECTORY.md C10): injections of 3.04 to 3.20 km/s and insertions of 0.889 to 0.922 km/s.
    /// Apollo flew about 73 to 78 hours from about 185 km at 28.5° to 33° into orbits of 110 by 310 km.
    #[test]
    fn published_apollo_burns_are_like_ours() {
        let mut request = request("2019-07-01..2019-07-31");
        (request.min_tof_d, request.max_tof_d, request.inc_deg) = (72.5 / 24.0, 76.5 / 24.0, 32.5);
        request.size = (120, 9);
        // 60 by 169 nautical miles, entered at the low end
        let (low_km, high_km) = (1737.4 + 111.1, 1737.4 + 313.0);
        let period_s = TAU * ((0.5_f64 * (low_km + high_km)).powi(3) / MOON.mu_km3_s2).sqrt();
        request.lunar_orbit = ParkingOrbit::Elliptic { periapsis_altitude_km: 111.1, period_s };
        let window = solve(&request);
        let flights: Vec<&MoonTransfer> = window.cells.iter().flatten().collect();
        assert!(flights.len() > 1000);
        let inside = flights
            .iter()
            .filter(|t| (3.04..=3.20).contains(&t.dv_depart_km_s) && (0.83..=0.95).contains(&t.dv_arrive_km_s));
        assert_eq!(inside.count(), flights.len(), "all of the month's");
        let apollo = flights.iter().filter(|t| (0.889..=0.922).contains(&t.dv_arrive_km_s)).count();
        assert!(apollo > 50, "{apollo} of {}", flights.len());
    }

    #[test]
    fn law_the_arc_ends_at_the_moon_in_a_plane_of_the_inclination() {
        let request = request("2030-03-01..2030-03-29");
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let problem = MoonProblem::new(ephemerides, &request).expect("a problem");
        for day in 0..27 {
            let depart = request.depart.start + f64::from(day) * DAY_S;
            for heading in [Heading::North, Heading::South] {
                let t = problem.transfer(depart, 4.0, heading).expect("a flight");
                // fly the injection as an orbit of that node, argument and inclination
                let (raan, argument, inc) =
                    (t.raan_deg.to_radians(), t.argument_deg.to_radians(), request.inc_deg.to_radians());
                let at = |u: f64| {
                    [
                        raan.cos() * u.cos() - raan.sin() * u.sin() * inc.cos(),
                        raan.sin() * u.cos() + raan.cos() * u.sin() * inc.cos(),
                        u.sin() * inc.sin(),
                    ]
                };
                let perigee_km = EARTH.radius_km + request.altitude_km;
                let speed_km_s = (EARTH.mu_km3_s2 / perigee_km).sqrt() + t.dv_depart_km_s;
                let state = State {
                    position_km: scale(at(argument), perigee_km),
                    velocity_km_s: scale(at(argument + 0.25 * TAU), speed_km_s),
                };
                let end = crate::propagation::kepler::propagate(&state, 4.0 * DAY_S, EARTH.mu_km3_s2).expect("a state");
                let moon = ephemerides.state(MOON, EARTH, t.arrive).expect("the Moon");
                assert!(norm(minus(end.position_km, moon.position_km)) < 0.05, "{day} {heading}");
                assert!((norm(minus(end.velocity_km_s, moon.velocity_km_s)) - t.v_inf_km_s).abs() < 1e-6);
                let climbing = end.velocity_km_s[2]
                    - dot(end.velocity_km_s, moon.position_km) * moon.position_km[2]
                        / dot(moon.position_km, moon.position_km);
                assert_eq!(climbing > 0.0, heading == Heading::North, "{day} {heading}");
            }
        }
    }

    #[test]
    fn law_a_minimum_is_no_dearer_than_any_cell_near_it() {
        let window = solve(&request("2030-03-01..2030-03-31"));
        assert!(!window.minima.is_empty());
        let best = window.minima[0];
        let least = window.cells.iter().flatten().map(|t| t.dv_total_km_s).fold(f64::INFINITY, f64::min);
        assert!((least - best.dv_total_km_s).abs() < 2e-3, "{least} {}", best.dv_total_km_s);
        assert!((3.8..=4.05).contains(&best.dv_total_km_s), "{best:?}");
    }

    #[test]
    fn refuses_orbits_that_do_not_exist() {
        let say = |change: fn(&mut MoonWindowRequest)| {
            let mut request = request("2030-03-01..2030-03-31");
            change(&mut request);
            moon_window(Ephemerides::embedded().expect("kernels"), &request).expect_err("refused").to_string()
        };
        assert!(say(|r| r.inc_deg = 200.0).contains("an inclination of 200° is none"));
        assert!(say(|r| r.altitude_km = -5.0).contains("-5 km lies below the surface"));
        assert!(say(|r| r.max_tof_d = 2.0).contains("flight times of 2.5 to 2 d are no span"));
        assert!(say(|r| r.max_tof_d = f64::NAN).contains("are no span"));
        assert!(say(|r| r.inc_deg = f64::NAN).contains("is none"));
        assert!(say(|r| r.altitude_km = f64::NAN).contains("both must be positive"));
        assert!(say(|r| r.depart.end = Epoch::from_tdb_s(f64::NAN)).contains("the first date comes before the last"));
        assert!(say(|r| r.depart.end = r.depart.start).contains("the first date comes before the last"));
        assert!(say(|r| r.size = (1, 5)).contains("a grid of 1 × 5 cells cannot be made"));
        assert!(say(|r| r.depart = Window::parse("2060-01-01..2060-03-01").expect("a window")).contains("outside"));
        let mut low = request("2030-03-01..2030-03-31");
        (low.inc_deg, low.size) = (5.0, (60, 5));
        let window = solve(&low);
        let over = window.cells.iter().filter(|c| **c == Err(NoMoon::Inclination)).count();
        assert!(over > 150 && over < 300, "the Moon is mostly above 5° of declination: {over}");
    }
}
