//! About Mars: between its moons, and between parking orbits and the moons.
//!
//! Between the moons the arc is Lambert's; from a parking orbit it begins at one of the orbit's apsides, along its motion
//! and in the plane of the moon's orbit, so that the flight time alone fixes its shape: two impulses by the periapsis or
//! the apoapsis, three by another apsis between. What the moons pull is left out: 11 and 6 m/s of escape speed.

mod routes;

pub use routes::{MarsRoute, usual_flights_d};

use crate::bodies::MARS;
use crate::ephemerides::mars_moons::MarsMoon;
use crate::numerics::minima::descend;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::burns::{BurnError, ParkingOrbit};
use rayon::prelude::*;
use std::fmt;
use thiserror::Error;

/// What a transfer about Mars refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum MarsMoonError {
    /// An orbit does not exist.
    #[error(transparent)]
    Burn(#[from] BurnError),
    /// Both ends are one place, or neither is a moon.
    #[error("from {from} to {to} is no transfer here: at least one end is Phobos or Deimos, and the ends differ")]
    NoMoon {
        /// where it begins
        from: MarsPlace,
        /// where it ends
        to: MarsPlace,
    },
    /// The flight times are no span.
    #[error(
        "flight times of {from_d} to {to_d} d are no span: the shortest is over 0 and under the longest, a year at most"
    )]
    BadFlights {
        /// shortest
        from_d: f64,
        /// longest
        to_d: f64,
    },
    /// The dates are no span, or lie where the theory of the moons does not reach.
    #[error("departures of {start} to {end} are no span of dates between 1900 and 2100, where the moons are known")]
    BadDates {
        /// first date
        start: Epoch,
        /// last date
        end: Epoch,
    },
    /// The grid is too small or too large.
    #[error("a grid of {depart} × {flights} cells cannot be made: each side needs 3 to {most} dates")]
    BadSize {
        /// departure dates
        depart: usize,
        /// flight times
        flights: usize,
        /// most on a side
        most: usize,
    },
}

/// One end of a transfer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MarsPlace {
    /// a moon, met at its own speed
    Moon(MarsMoon),
    /// an orbit in the plane of the moon's, left or entered at one of its apsides
    Orbit(ParkingOrbit),
}

impl fmt::Display for MarsPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moon(moon) => f.write_str(moon.body().name),
            Self::Orbit(orbit) => write!(f, "{orbit}"),
        }
    }
}

/// What to solve.
#[derive(Debug, Clone, PartialEq)]
pub struct MarsMoonRequest {
    /// where it begins
    pub from: MarsPlace,
    /// where it ends
    pub to: MarsPlace,
    /// departure dates
    pub depart: Window,
    /// shortest flight
    pub min_tof_d: f64,
    /// longest flight
    pub max_tof_d: f64,
    /// dates and flight times
    pub size: (usize, usize),
}

/// One transfer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarsMoonTransfer {
    /// first impulse
    pub depart: Epoch,
    /// second impulse
    pub arrive: Epoch,
    /// flight time
    pub tof_d: f64,
    /// the way that is taken
    pub route: MarsRoute,
    /// angle about Mars
    pub angle_deg: f64,
    /// first impulse
    pub dv_depart_km_s: f64,
    /// the impulse between, 0 on a way of two
    pub dv_middle_km_s: f64,
    /// last impulse
    pub dv_arrive_km_s: f64,
    /// all of them
    pub dv_total_km_s: f64,
}

/// The cheapest transfer of one way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeastOfRoute {
    /// the way
    pub route: MarsRoute,
    /// its cheapest transfer; `None` where the flight times hold none
    pub least: Option<MarsMoonTransfer>,
    /// whether that is a minimum: otherwise it leans on the bounds of dates or flight times, or on a way of fewer burns
    pub interior: bool,
}

/// A solved grid.
#[derive(Debug, Clone)]
pub struct MarsMoonWindow {
    /// departure dates
    pub depart: Vec<Epoch>,
    /// flight times
    pub tof_d: Vec<f64>,
    /// the cheapest way, `[i_flight · departs + i_depart]`; `None` where there is no transfer
    pub cells: Vec<Option<MarsMoonTransfer>>,
    /// interior minima of all impulses together, whatever the way, the best first
    pub minima: Vec<MarsMoonTransfer>,
    /// the cheapest of each way, the best first to a metre a second
    pub routes: Vec<LeastOfRoute>,
}

const MOST_DATES: usize = 5000;

/// Distance of the difference quotients, d: 9 s.
const PROBE_D: f64 = 1e-4;

/// Longest flight that is looked at, d.
const MOST_FLIGHT_D: f64 = 366.0;

/// Impulses smaller than this on a way of three are none, km/s: it is a way of two then, after a wait.
const NO_BURN_KM_S: f64 = 1e-5;

/// The cheapest transfer of one date and flight time; `None` when there is none.
///
/// * `from`, `to`: the ends, of which one is a moon at least
/// * `depart`, `tof_d`: when
///
/// # Errors
/// [`BurnError`] for an orbit that does not exist.
pub fn mars_moon_transfer(
    from: MarsPlace,
    to: MarsPlace,
    depart: Epoch,
    tof_d: f64,
) -> Result<Option<MarsMoonTransfer>, BurnError> {
    let all = MarsRoute::between(from, to).iter().map(|route| routes::transfer((from, to), *route, depart, tof_d));
    Ok(cheapest(all.collect::<Result<Vec<_>, _>>()?.into_iter().flatten()))
}

fn cheapest(transfers: impl Iterator<Item = MarsMoonTransfer>) -> Option<MarsMoonTransfer> {
    transfers.min_by(|a, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s))
}

/// Solve a grid and find its minima.
///
/// * `request`: ends, dates, flight times
///
/// # Errors
/// [`MarsMoonError`].
pub fn mars_moon_window(request: &MarsMoonRequest) -> Result<MarsMoonWindow, MarsMoonError> {
    let (from, to) = (request.from, request.to);
    let moons = [from, to].iter().filter(|place| matches!(place, MarsPlace::Moon(_))).count();
    if moons == 0 || from == to {
        return Err(MarsMoonError::NoMoon { from, to });
    }
    let (from_d, to_d) = (request.min_tof_d, request.max_tof_d);
    if !(from_d > 0.0 && to_d > from_d && to_d <= MOST_FLIGHT_D) {
        return Err(MarsMoonError::BadFlights { from_d, to_d });
    }
    let Window { start, end } = request.depart;
    let known = Window { start: Epoch::from_calendar(1900, 1, 1), end: Epoch::from_calendar(2100, 1, 1) };
    if !(start < end && known.contains(start) && known.contains(end)) {
        return Err(MarsMoonError::BadDates { start, end });
    }
    let (departs, flights) = request.size;
    if !(3..=MOST_DATES).contains(&departs) || !(3..=MOST_DATES).contains(&flights) {
        return Err(MarsMoonError::BadSize { depart: departs, flights, most: MOST_DATES });
    }
    let (step_d, flight_step_d) =
        (request.depart.length_d() / (departs - 1) as f64, (to_d - from_d) / (flights - 1) as f64);
    let depart: Vec<Epoch> = (0..departs).map(|i| request.depart.start + i as f64 * step_d * DAY_S).collect();
    let tof_d: Vec<f64> = (0..flights).map(|j| from_d + j as f64 * flight_step_d).collect();
    let grid = Grid { request, depart: &depart, tof_d: &tof_d, step_d, flight_step_d };
    let mut cells: Vec<Option<MarsMoonTransfer>> = vec![None; departs * flights];
    let (mut minima, mut leasts) = (Vec::new(), Vec::new());
    for route in MarsRoute::between(from, to) {
        let of_route = grid.cells(*route)?;
        let found = grid.minima(*route, &of_route);
        let least_cell = cheapest(of_route.iter().flatten().copied());
        let least = cheapest(found.iter().copied().chain(least_cell));
        let interior = least.is_some_and(|least| found.contains(&least));
        leasts.push(LeastOfRoute { route: *route, least, interior });
        minima.extend(found);
        for (best, cell) in cells.iter_mut().zip(of_route) {
            *best = cheapest(best.iter().copied().chain(cell));
        }
    }
    minima.sort_by(|a: &MarsMoonTransfer, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s));
    // of two that are equal to a metre a second the one that is a minimum comes first, not the one that waits for it
    let order =
        |of: &LeastOfRoute| (of.least.map_or(u64::MAX, |t| (1e3 * t.dv_total_km_s).round() as u64), !of.interior);
    leasts.sort_by_key(order);
    Ok(MarsMoonWindow { depart, tof_d, cells, minima, routes: leasts })
}

/// Dates and flight times.
struct Grid<'a> {
    request: &'a MarsMoonRequest,
    depart: &'a [Epoch],
    tof_d: &'a [f64],
    step_d: f64,
    flight_step_d: f64,
}

impl Grid<'_> {
    fn transfer(&self, route: MarsRoute, depart: Epoch, tof_d: f64) -> Result<Option<MarsMoonTransfer>, BurnError> {
        routes::transfer((self.request.from, self.request.to), route, depart, tof_d)
    }

    /// All transfers of a way.
    fn cells(&self, route: MarsRoute) -> Result<Vec<Option<MarsMoonTransfer>>, BurnError> {
        let row = |tof_d: &f64| {
            self.depart.iter().map(|t| self.transfer(route, *t, *tof_d)).collect::<Result<Vec<_>, BurnError>>()
        };
        let rows = self.tof_d.par_iter().map(row).collect::<Result<Vec<_>, BurnError>>()?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The interior minima of a way.
    fn minima(&self, route: MarsRoute, cells: &[Option<MarsMoonTransfer>]) -> Vec<MarsMoonTransfer> {
        let MarsMoonRequest { depart: dates, min_tof_d, max_tof_d, .. } = *self.request;
        let (departs, flights) = (self.depart.len(), self.tof_d.len());
        let value = |k: usize| cells[k].map_or(f64::INFINITY, |t| t.dv_total_km_s);
        let at = |x_d: f64, y_d: f64| {
            let leave = dates.start + x_d * DAY_S;
            let inside = dates.contains(leave) && (min_tof_d..=max_tof_d).contains(&y_d);
            if inside { self.transfer(route, leave, y_d).ok().flatten() } else { None }
        };
        let mut minima: Vec<MarsMoonTransfer> = Vec::new();
        for j in 1..flights - 1 {
            for i in 1..departs - 1 {
                let k = j * departs + i;
                let mut around = [k - departs, k, k + departs].into_iter().flat_map(|row| [row - 1, row, row + 1]);
                let Some(start) = cells[k].filter(|_| around.all(|n| value(k) <= value(n))) else { continue };
                let begin = ((start.depart - dates.start) / DAY_S, start.tof_d);
                let reach_d = 2.0 * self.step_d.max(self.flight_step_d);
                let bottom = descend(|x, y| at(x, y).map(|t| t.dv_total_km_s), begin, reach_d, PROBE_D);
                let Some(t) = bottom.and_then(|b| at(b.x, b.y)) else { continue };
                let waits = t.dv_depart_km_s.min(t.dv_middle_km_s).min(t.dv_arrive_km_s) < NO_BURN_KM_S;
                let same = |m: &MarsMoonTransfer| {
                    (m.depart - t.depart).abs() < 600.0 && (m.tof_d - t.tof_d).abs() * DAY_S < 600.0
                };
                if !(minima.iter().any(same) || route.burns() == 3 && waits) {
                    minima.push(t);
                }
            }
        }
        minima
    }
}

/// The impulses from a long ellipse to a circle between its apsides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ApsisBurns {
    /// at the apoapsis, the periapsis is raised to the circle
    pub raise_km_s: f64,
    /// at the new periapsis, the orbit is made a circle
    pub circularise_km_s: f64,
    /// instead of both: drag lowers the apoapsis to the circle, one burn there raises the periapsis
    pub after_aerobraking_km_s: f64,
}

/// From an ellipse with a high apoapsis to a moon's circle inside it, by its apsides.
///
/// * `periapsis_km`, `apoapsis_km`: radii of the ellipse; `circle_km`: radius of the circle, between them
///
/// # Errors
/// [`BurnError::NoOrbit`] when the radii are not in that order.
///
/// # Source
/// Curtis, *Orbital Mechanics for Engineering Students*, 4th ed., section 6.3; the case is Foster's, NASA Ames 2011.
///
/// ```
/// use portolan::transfers::mars_moons::ellipse_to_circle;
/// let burns = ellipse_to_circle(3396.19 + 250.0, 3396.19 + 82_173.0, 9375.0)?;
/// assert_eq!(format!("{:.4}", burns.raise_km_s + burns.circularise_km_s), "0.8443");
/// # Ok::<(), portolan::transfers::BurnError>(())
/// ```
pub fn ellipse_to_circle(periapsis_km: f64, apoapsis_km: f64, circle_km: f64) -> Result<ApsisBurns, BurnError> {
    let mu_km3_s2 = MARS.mu_km3_s2;
    let no_orbit = || BurnError::NoOrbit { radius_km: circle_km, mu_km3_s2 };
    if !(periapsis_km > 0.0 && periapsis_km <= circle_km && circle_km <= apoapsis_km && apoapsis_km.is_finite()) {
        return Err(no_orbit());
    }
    // speed at one apsis of the ellipse that has another
    let speed = |here_km: f64, there_km: f64| (2.0 * mu_km3_s2 * (1.0 / here_km - 1.0 / (here_km + there_km))).sqrt();
    let circle = (mu_km3_s2 / circle_km).sqrt();
    let burns = ApsisBurns {
        raise_km_s: speed(apoapsis_km, circle_km) - speed(apoapsis_km, periapsis_km),
        circularise_km_s: speed(circle_km, apoapsis_km) - circle,
        after_aerobraking_km_s: circle - speed(circle_km, periapsis_km),
    };
    let numbers = [burns.raise_km_s, burns.circularise_km_s, burns.after_aerobraking_km_s];
    if numbers.iter().all(|x| x.is_finite()) { Ok(burns) } else { Err(no_orbit()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOBOS: MarsPlace = MarsPlace::Moon(MarsMoon::Phobos);
    const DEIMOS: MarsPlace = MarsPlace::Moon(MarsMoon::Deimos);
    const LOW: MarsPlace = MarsPlace::Orbit(ParkingOrbit::Circular { altitude_km: 300.0 });

    fn request(from: MarsPlace, to: MarsPlace) -> MarsMoonRequest {
        let depart = Window::parse("2035-01-01..2035-01-04").expect("a window");
        MarsMoonRequest { from, to, depart, min_tof_d: 0.05, max_tof_d: 0.9, size: (145, 120) }
    }

    fn best(from: MarsPlace, to: MarsPlace) -> MarsMoonTransfer {
        mars_moon_window(&request(from, to)).expect("a window").minima[0]
    }

    /// TRAJECTORY.md M2: 845 m/s printed, 844.3 computed, and 537.9 m/s with aerobraking.
    #[test]
    fn published_staging_orbit_to_phobos() {
        let burns = ellipse_to_circle(3396.19 + 250.0, 3396.19 + 82_173.0, 9375.0).expect("burns");
        assert!((1e3 * (burns.raise_km_s + burns.circularise_km_s) - 844.3).abs() <= 0.05);
        assert!((1e3 * burns.after_aerobraking_km_s - 537.9).abs() <= 0.05);
        assert!(ellipse_to_circle(9000.0, 8000.0, 8500.0).is_err());
    }

    /// TRAJECTORY.md M3: Hohmann to Phobos 1.2029 and to Deimos 1.7165 km/s. The real orbits' eccentricities, 0.015 and
    /// 0.0004, move the best flights of three days by less than 0.02 and 0.001 km/s.
    #[test]
    fn published_low_orbit_to_the_moons() {
        let (phobos, deimos) = (best(LOW, PHOBOS), best(LOW, DEIMOS));
        assert!((phobos.dv_total_km_s - 1.2029).abs() < 0.02, "{phobos:?}");
        assert!((deimos.dv_total_km_s - 1.7165).abs() < 0.001, "{deimos:?}");
    }

    /// From the staging ellipse of Foster's case, 250 by 82 173 km, to Deimos: Hohmann's sums on circles of 23 458 km are
    /// 604 m/s where the periapsis is raised from the apoapsis, 888 m/s where the apoapsis is lowered at the periapsis.
    #[test]
    fn law_a_high_ellipse_is_left_by_its_apoapsis() {
        let mu_km3_s2: f64 = MARS.mu_km3_s2;
        let (periapsis_km, apoapsis_km) = (3396.19 + 250.0, 3396.19 + 82_173.0);
        let period_s =
            std::f64::consts::TAU * (0.5_f64 * (periapsis_km + apoapsis_km)).powi(3).sqrt() / mu_km3_s2.sqrt();
        let staging = MarsPlace::Orbit(ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s });
        for (from, to) in [(staging, DEIMOS), (DEIMOS, staging)] {
            let (min_tof_d, max_tof_d) = usual_flights_d(from, to).expect("flights");
            let depart = Window::parse("2035-01-01..2035-01-04").expect("a window");
            let request = MarsMoonRequest { from, to, depart, min_tof_d, max_tof_d, size: (60, 160) };
            let found = mars_moon_window(&request).expect("a window");
            let apsides = ellipse_to_circle(periapsis_km, apoapsis_km, 23_458.0).expect("burns");
            let by_apoapsis = apsides.raise_km_s + apsides.circularise_km_s;
            assert!((by_apoapsis - 0.604).abs() < 5e-4, "{by_apoapsis}");
            let best = found.minima[0];
            assert_eq!((best.route, found.routes[0].route), (MarsRoute::Apoapsis, MarsRoute::Apoapsis));
            assert!(found.routes[0].interior && (best.dv_total_km_s - by_apoapsis).abs() < 2e-3, "{best:?}");
            let of = |route| found.routes.iter().find(|r| r.route == route).expect("a way");
            assert_eq!(found.routes.len(), 4, "all ways are told");
            let periapsis = of(MarsRoute::Periapsis);
            assert!(periapsis.interior && (periapsis.least.expect("one").dv_total_km_s - 0.888).abs() < 2e-3);
            for way in &found.routes {
                let t = way.least.expect("a transfer");
                assert!(t.dv_total_km_s > best.dv_total_km_s - 1e-4, "{way:?}");
                assert_eq!(t.dv_middle_km_s > 0.0, way.route.burns() == 3, "{way:?}");
                let sum = t.dv_depart_km_s + t.dv_middle_km_s + t.dv_arrive_km_s;
                assert!((sum - t.dv_total_km_s).abs() < 1e-12);
            }
            // and the cells are of the cheapest way
            let least = found.cells.iter().flatten().map(|t| t.dv_total_km_s).fold(f64::INFINITY, f64::min);
            assert!(least >= best.dv_total_km_s && least < best.dv_total_km_s + 5e-3, "{least}");
        }
    }

    /// Three burns by a far apoapsis are cheaper than Hohmann's two from a ratio of radii of 15.58 on: Vallado, section
    /// 6.3.2. From a low orbit to Deimos, 6.4, they are not, and the way has no minimum of its own.
    #[test]
    fn law_three_burns_are_not_cheaper_where_the_radii_are_near() {
        let depart = Window::parse("2035-01-01..2035-01-04").expect("a window");
        let request =
            MarsMoonRequest { from: LOW, to: DEIMOS, depart, min_tof_d: 0.1, max_tof_d: 4.0, size: (60, 200) };
        let found = mars_moon_window(&request).expect("a window");
        let [two, three] = found.routes[..] else { panic!("two ways: {:?}", found.routes) };
        assert_eq!((two.route, three.route), (MarsRoute::Periapsis, MarsRoute::OtherApoapsis));
        assert!(two.interior && !three.interior);
        let (two, three) = (two.least.expect("one"), three.least.expect("one"));
        assert!(three.dv_total_km_s > two.dv_total_km_s - 1e-3, "{two:?} {three:?}");
    }

    #[test]
    fn law_there_and_back_cost_the_same() {
        let (there, back) = (best(LOW, DEIMOS), best(DEIMOS, LOW));
        assert!((there.dv_total_km_s - back.dv_total_km_s).abs() < 5e-4, "{there:?} {back:?}");
        assert!((there.dv_depart_km_s - back.dv_arrive_km_s).abs() < 5e-4);
        let (out, home) = (best(PHOBOS, DEIMOS), best(DEIMOS, PHOBOS));
        // between circles of 9376 and 23 458 km in one plane a Hohmann transfer takes 0.747 km/s
        for t in [out, home] {
            assert!((t.dv_total_km_s - 0.747).abs() < 0.06, "{t:?}");
        }
    }

    #[test]
    fn law_no_cell_is_cheaper_than_the_best_minimum() {
        let window = mars_moon_window(&request(PHOBOS, DEIMOS)).expect("a window");
        let least = window.cells.iter().flatten().map(|t| t.dv_total_km_s).fold(f64::INFINITY, f64::min);
        assert!((least - window.minima[0].dv_total_km_s).abs() < 0.01 && least >= window.minima[0].dv_total_km_s);
    }

    #[test]
    fn refuses_what_is_no_transfer() {
        let say = |request: MarsMoonRequest| mars_moon_window(&request).expect_err("refused").to_string();
        assert!(say(request(PHOBOS, PHOBOS)).contains("from Phobos to Phobos is no transfer here"));
        assert!(say(request(LOW, LOW)).contains("at least one end is Phobos or Deimos"));
        assert!(say(MarsMoonRequest { max_tof_d: 0.01, ..request(LOW, PHOBOS) }).contains("are no span"));
        assert!(say(MarsMoonRequest { max_tof_d: f64::NAN, ..request(LOW, PHOBOS) }).contains("are no span"));
        assert!(say(MarsMoonRequest { max_tof_d: 1e300, ..request(LOW, PHOBOS) }).contains("a year at most"));
        for end in [f64::NAN, f64::INFINITY, 9e12, 0.0] {
            let depart = Window { end: Epoch::from_tdb_s(end), ..request(LOW, PHOBOS).depart };
            assert!(say(MarsMoonRequest { depart, ..request(LOW, PHOBOS) }).contains("between 1900 and 2100"), "{end}");
        }
        assert!(say(MarsMoonRequest { size: (2, 9), ..request(LOW, PHOBOS) }).contains("a grid of 2 × 9"));
        let below = MarsPlace::Orbit(ParkingOrbit::Circular { altitude_km: -1.0 });
        assert!(say(request(below, PHOBOS)).contains("lies below the surface"));
        // orbits of any size either make no orbit or make numbers
        for (altitude_km, period_s) in
            [(f64::NAN, 9e4), (300.0, f64::NAN), (300.0, 1e300), (1e300, 1e300), (1e7, 1e12), (1e300, 0.0)]
        {
            for orbit in [
                ParkingOrbit::Circular { altitude_km },
                ParkingOrbit::Elliptic { periapsis_altitude_km: altitude_km, period_s },
            ] {
                let request = MarsMoonRequest { size: (5, 7), ..request(MarsPlace::Orbit(orbit), PHOBOS) };
                if let Ok(window) = mars_moon_window(&request) {
                    assert!(window.cells.iter().flatten().all(|t| t.dv_total_km_s.is_finite()), "{orbit}");
                }
            }
        }
    }
}
