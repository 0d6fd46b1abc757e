//! About Mars: between its moons, and between parking orbits and the moons.
//!
//! Two impulses. Between the moons the arc is Lambert's; from a parking orbit it begins at the orbit's periapsis, along
//! its motion and in the plane of the moon's orbit, so that the flight time alone fixes its shape. What the moons pull is
//! left out: 11 and 6 m/s of escape speed.

use crate::bodies::MARS;
use crate::ephemerides::mars_moons::MarsMoon;
use crate::numerics::minima::descend;
use crate::numerics::vector::{cross, minus, norm, plus, scale};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::burns::{BurnError, ParkingOrbit};
use crate::transfers::lambert::{Branch, Geometry, Way};
use crate::transfers::tangential::tangential_arc;
use rayon::prelude::*;
use std::f64::consts::TAU;
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
    #[error("flight times of {from_d} to {to_d} d are no span: the shortest is over 0 and under the longest")]
    BadFlights {
        /// shortest
        from_d: f64,
        /// longest
        to_d: f64,
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
    /// an orbit in the plane of the moon's, left or entered at its periapsis
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
    /// angle about Mars
    pub angle_deg: f64,
    /// first impulse
    pub dv_depart_km_s: f64,
    /// second impulse
    pub dv_arrive_km_s: f64,
    /// both
    pub dv_total_km_s: f64,
}

/// A solved grid.
#[derive(Debug, Clone)]
pub struct MarsMoonWindow {
    /// departure dates
    pub depart: Vec<Epoch>,
    /// flight times
    pub tof_d: Vec<f64>,
    /// `[i_flight · departs + i_depart]`; `None` where there is no transfer
    pub cells: Vec<Option<MarsMoonTransfer>>,
    /// interior minima of both impulses together, the best first
    pub minima: Vec<MarsMoonTransfer>,
}

const MOST_DATES: usize = 5000;

/// Distance of the difference quotients, d: 9 s.
const PROBE_D: f64 = 1e-4;

/// Periapsis and speed there of a parking orbit about Mars.
fn periapsis(orbit: &ParkingOrbit) -> Result<(f64, f64), BurnError> {
    orbit.impulse(0.0, MARS.radius_km, MARS.mu_km3_s2)?;
    Ok(match *orbit {
        ParkingOrbit::Circular { altitude_km } => {
            let radius_km = MARS.radius_km + altitude_km;
            (radius_km, (MARS.mu_km3_s2 / radius_km).sqrt())
        }
        ParkingOrbit::Elliptic { periapsis_altitude_km, period_s } => {
            let radius_km = MARS.radius_km + periapsis_altitude_km;
            let sma_km = (MARS.mu_km3_s2 * (period_s / TAU).powi(2)).cbrt();
            (radius_km, (MARS.mu_km3_s2 * (2.0 / radius_km - 1.0 / sma_km)).sqrt())
        }
    })
}

/// The transfer of one date and flight time; `None` when there is none.
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
    let arrive = depart + tof_d * DAY_S;
    let (dv_depart_km_s, dv_arrive_km_s, angle_rad) = match (from, to) {
        (MarsPlace::Moon(a), MarsPlace::Moon(b)) => {
            let (a, b) = (a.state(depart), b.state(arrive));
            let pole = cross(a.position_km, a.velocity_km_s);
            let Ok(geometry) = Geometry::new(a.position_km, b.position_km, Way::About { pole }) else {
                return Ok(None);
            };
            let Ok(orbit) = geometry.orbit(tof_d * DAY_S, MARS.mu_km3_s2, 0, Branch::Single) else { return Ok(None) };
            (
                norm(minus(orbit.v1_km_s, a.velocity_km_s)),
                norm(minus(orbit.v2_km_s, b.velocity_km_s)),
                geometry.angle_rad(),
            )
        }
        (MarsPlace::Orbit(orbit), MarsPlace::Moon(moon)) | (MarsPlace::Moon(moon), MarsPlace::Orbit(orbit)) => {
            let outward = matches!(from, MarsPlace::Orbit(_));
            let (periapsis_km, speed_km_s) = periapsis(&orbit)?;
            let state = moon.state(if outward { arrive } else { depart });
            let radius_km = norm(state.position_km);
            let Some(arc) = tangential_arc(periapsis_km, radius_km, tof_d * DAY_S, MARS.mu_km3_s2) else {
                return Ok(None);
            };
            let up = scale(state.position_km, 1.0 / radius_km);
            let pole = cross(state.position_km, state.velocity_km_s);
            let along = cross(scale(pole, 1.0 / norm(pole)), up);
            // the way in is the way out flown backwards
            let radial_km_s = if outward { arc.radial_km_s } else { -arc.radial_km_s };
            let velocity = plus(scale(up, radial_km_s), scale(along, arc.transverse_km_s));
            let (at_orbit, at_moon) =
                ((arc.periapsis_speed_km_s - speed_km_s).abs(), norm(minus(velocity, state.velocity_km_s)));
            if outward { (at_orbit, at_moon, arc.angle_rad) } else { (at_moon, at_orbit, arc.angle_rad) }
        }
        (MarsPlace::Orbit(_), MarsPlace::Orbit(_)) => return Ok(None),
    };
    Ok(Some(MarsMoonTransfer {
        depart,
        arrive,
        tof_d,
        angle_deg: angle_rad.to_degrees(),
        dv_depart_km_s,
        dv_arrive_km_s,
        dv_total_km_s: dv_depart_km_s + dv_arrive_km_s,
    }))
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
    if !(from_d > 0.0 && to_d > from_d && to_d.is_finite()) {
        return Err(MarsMoonError::BadFlights { from_d, to_d });
    }
    let (departs, flights) = request.size;
    if !(3..=MOST_DATES).contains(&departs) || !(3..=MOST_DATES).contains(&flights) {
        return Err(MarsMoonError::BadSize { depart: departs, flights, most: MOST_DATES });
    }
    let (step_d, flight_step_d) =
        (request.depart.length_d() / (departs - 1) as f64, (to_d - from_d) / (flights - 1) as f64);
    let depart: Vec<Epoch> = (0..departs).map(|i| request.depart.start + i as f64 * step_d * DAY_S).collect();
    let tof_d: Vec<f64> = (0..flights).map(|j| from_d + j as f64 * flight_step_d).collect();
    let rows: Vec<Vec<Option<MarsMoonTransfer>>> = tof_d
        .par_iter()
        .map(|tof_d| depart.iter().map(|t| mars_moon_transfer(from, to, *t, *tof_d)).collect::<Result<Vec<_>, _>>())
        .collect::<Result<Vec<_>, _>>()?;
    let cells: Vec<Option<MarsMoonTransfer>> = rows.into_iter().flatten().collect();
    let value = |k: usize| cells[k].map_or(f64::INFINITY, |t| t.dv_total_km_s);
    let at = |x_d: f64, y_d: f64| {
        let leave = request.depart.start + x_d * DAY_S;
        let inside = request.depart.contains(leave) && (from_d..=to_d).contains(&y_d);
        if inside { mars_moon_transfer(from, to, leave, y_d).ok().flatten() } else { None }
    };
    let mut minima: Vec<MarsMoonTransfer> = Vec::new();
    for j in 1..flights - 1 {
        for i in 1..departs - 1 {
            let k = j * departs + i;
            let mut around = [k - departs, k, k + departs].into_iter().flat_map(|row| [row - 1, row, row + 1]);
            let Some(start) = cells[k].filter(|_| around.all(|n| value(k) <= value(n))) else { continue };
            let begin = ((start.depart - request.depart.start) / DAY_S, start.tof_d);
            let bottom =
                descend(|x, y| at(x, y).map(|t| t.dv_total_km_s), begin, 2.0 * step_d.max(flight_step_d), PROBE_D);
            if let Some(t) = bottom.and_then(|b| at(b.x, b.y)) {
                let same = |m: &MarsMoonTransfer| {
                    (m.depart - t.depart).abs() < 600.0 && (m.tof_d - t.tof_d).abs() * DAY_S < 600.0
                };
                if !minima.iter().any(same) {
                    minima.push(t);
                }
            }
        }
    }
    minima.sort_by(|a, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s));
    Ok(MarsMoonWindow { depart, tof_d, cells, minima })
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
    if !(periapsis_km > 0.0 && periapsis_km <= circle_km && circle_km <= apoapsis_km && apoapsis_km.is_finite()) {
        return Err(BurnError::NoOrbit { radius_km: circle_km, mu_km3_s2 });
    }
    // speed at one apsis of the ellipse that has another
    let speed = |here_km: f64, there_km: f64| (2.0 * mu_km3_s2 * (1.0 / here_km - 1.0 / (here_km + there_km))).sqrt();
    let circle = (mu_km3_s2 / circle_km).sqrt();
    Ok(ApsisBurns {
        raise_km_s: speed(apoapsis_km, circle_km) - speed(apoapsis_km, periapsis_km),
        circularise_km_s: speed(circle_km, apoapsis_km) - circle,
        after_aerobraking_km_s: circle - speed(circle_km, periapsis_km),
    })
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
        assert!(say(MarsMoonRequest { size: (2, 9), ..request(LOW, PHOBOS) }).contains("a grid of 2 × 9"));
        let below = MarsPlace::Orbit(ParkingOrbit::Circular { altitude_km: -1.0 });
        assert!(say(request(below, PHOBOS)).contains("lies below the surface"));
    }
}
