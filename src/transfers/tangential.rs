//! Flights that leave an orbit along its motion, at an apsis of the arc, and meet a distance after a given time.
//!
//! Where on the orbit the burn is made is free, so it is made where it costs least: the arc begins at its periapsis, or
//! at its apoapsis where it falls, and the flight time alone fixes its shape.

use crate::numerics::conic::{Perifocal, from_periapsis};
use crate::numerics::golden::golden_section;
use std::f64::consts::TAU;

/// An arc from one of its apsides to a distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TangentialArc {
    /// eccentricity
    pub ecc: f64,
    /// angle from the apsis where it begins to the end, along the motion
    pub angle_rad: f64,
    /// speed at the apsis where it begins
    pub start_speed_km_s: f64,
    /// speed at the end, away from the centre; negative where it falls
    pub radial_km_s: f64,
    /// speed at the end, across
    pub transverse_km_s: f64,
}

/// The arc that takes a given time from a periapsis to a distance; `None` when the time is longer than the period of
/// the ellipse that just reaches it, or a number makes no arc.
///
/// * `periapsis_km`, `radius_km`: where it begins and ends, the end farther out
/// * `tof_s`: time between
/// * `mu_km3_s2`: gravitational parameter of the centre
///
/// At a fixed time the distance grows with the eccentricity, from the ellipse whose apoapsis is the end.
///
/// # Source
/// Bate, Mueller and White, *Fundamentals of Astrodynamics*, section 7.3, for the free injection point of a lunar
/// transfer.
///
/// ```
/// use portolan::transfers::tangential::tangential_arc;
/// // half the ellipse from 6678.1366 km to 384 400 km: the Hohmann transfer to the Moon's distance
/// let arc = tangential_arc(6678.1366, 384_400.0, 430_285.5, 398_600.4355).unwrap();
/// assert!((arc.ecc - 0.965_84).abs() < 1e-5 && (arc.angle_rad - std::f64::consts::PI).abs() < 1e-2);
/// ```
#[must_use]
pub fn tangential_arc(periapsis_km: f64, radius_km: f64, tof_s: f64, mu_km3_s2: f64) -> Option<TangentialArc> {
    let (q, r) = (periapsis_km, radius_km);
    if !(q > 0.0
        && r > q
        && r.is_finite()
        && tof_s > 0.0
        && tof_s.is_finite()
        && mu_km3_s2 > 0.0
        && mu_km3_s2.is_finite())
    {
        return None;
    }
    let least_ecc = (r - q) / (r + q);
    let sma_km = 0.5 * (q + r);
    let period_s = TAU * (sma_km.powi(3) / mu_km3_s2).sqrt();
    if tof_s >= period_s || period_s.is_nan() {
        return None;
    }
    let beyond_km = |ecc: f64| from_periapsis(q, ecc, tof_s, mu_km3_s2).radius_km() - r;
    let (mut low, mut at_low) = (least_ecc, beyond_km(least_ecc).min(0.0));
    let mut high = least_ecc + 0.05;
    let mut at_high = beyond_km(high);
    let mut widened = 0;
    while at_high < 0.0 {
        (low, at_low) = (high, at_high);
        high += 2.0 * (high - least_ecc);
        at_high = beyond_km(high);
        widened += 1;
        if widened > 60 {
            return None;
        }
    }
    // Illinois: the false position that halves the end that stays
    for _ in 0..100 {
        if high - low <= 4.0 * f64::EPSILON * high || at_high == at_low {
            break;
        }
        let middle = (high * at_low - low * at_high) / (at_low - at_high);
        let middle = if middle > low && middle < high { middle } else { 0.5 * (low + high) };
        let at_middle = beyond_km(middle);
        if at_middle >= 0.0 {
            (high, at_high) = (middle, at_middle);
            at_low *= 0.5;
        } else {
            (low, at_low) = (middle, at_middle);
            at_high *= 0.5;
        }
    }
    let ecc = high;
    let end = from_periapsis(q, ecc, tof_s, mu_km3_s2);
    let Perifocal { x_km, y_km, vx_km_s, vy_km_s } = end;
    let radius = end.radius_km();
    let arc = TangentialArc {
        ecc,
        angle_rad: end.nu_rad().rem_euclid(TAU),
        start_speed_km_s: (mu_km3_s2 * (1.0 + ecc) / q).sqrt(),
        radial_km_s: (x_km * vx_km_s + y_km * vy_km_s) / radius,
        transverse_km_s: (x_km * vy_km_s - y_km * vx_km_s) / radius,
    };
    let TangentialArc { ecc, angle_rad, start_speed_km_s, radial_km_s, transverse_km_s } = arc;
    let numbers = [ecc, angle_rad, start_speed_km_s, radial_km_s, transverse_km_s];
    // an arc that ends elsewhere was not found inside the doubles
    let arrives = (radius - r).abs() <= 1e-6 * r;
    (numbers.iter().all(|x| x.is_finite()) && arrives).then_some(arc)
}

/// The arc that takes a given time from an apoapsis down to a distance, met on the way down or, past the periapsis, on
/// the way up; `None` when no such arc takes that time.
///
/// * `apoapsis_km`, `radius_km`: where it begins and ends, the end nearer to the centre
/// * `floor_km`: an arc that goes by its periapsis stays above this
/// * `tof_s`: time between
/// * `mu_km3_s2`: gravitational parameter of the centre
///
/// On the way down a lower periapsis is the quicker way; past it the arc whose periapsis is nearest to the end is taken,
/// which is the cheapest of that time.
///
/// # Source
/// Kepler's equation; Curtis, *Orbital Mechanics for Engineering Students*, 4th ed., section 3.4.
///
/// ```
/// use portolan::transfers::tangential::falling_arc;
/// // half the ellipse from 85 569 km about Mars to Deimos
/// let arc = falling_arc(85_569.0, 23_458.0, 3500.0, 193_218.0, 42_828.375).unwrap();
/// assert!((arc.start_speed_km_s - 0.4641).abs() < 1e-4 && arc.radial_km_s.abs() < 0.02);
/// ```
#[must_use]
pub fn falling_arc(
    apoapsis_km: f64,
    radius_km: f64,
    floor_km: f64,
    tof_s: f64,
    mu_km3_s2: f64,
) -> Option<TangentialArc> {
    let (far, r) = (apoapsis_km, radius_km);
    let sound = |x: f64| x > 0.0 && x.is_finite();
    if !(sound(r) && sound(far) && far > r && sound(tof_s) && sound(mu_km3_s2) && floor_km.is_finite()) {
        return None;
    }
    // time from the apoapsis to the periapsis, and from there to the distance
    let times_s = |periapsis_km: f64| {
        let Fall { anomaly_rad, ecc, rate_rad_s } = Fall::new(far, periapsis_km, r, mu_km3_s2);
        (0.5 * TAU / rate_rad_s, (anomaly_rad - ecc * anomaly_rad.sin()) / rate_rad_s)
    };
    let half_s = times_s(r).0;
    let rising = tof_s > half_s;
    let late_s = |periapsis_km: f64| {
        let (half_s, rest_s) = times_s(periapsis_km);
        if rising { half_s + rest_s } else { half_s - rest_s }
    };
    // past the periapsis the time grows as the periapsis sinks, and then falls again
    let low = if rising {
        if floor_km >= r {
            return None;
        }
        golden_section(|q| -late_s(q), floor_km.max(1e-3 * r), r, 1e-6 * r).x
    } else {
        1e-3 * r
    };
    let beyond = |q: f64| if rising { late_s(q) >= tof_s } else { late_s(q) <= tof_s };
    if !beyond(low) {
        return None;
    }
    let (mut inside, mut outside) = (low, r);
    while outside - inside > 2.0 * f64::EPSILON * r {
        let middle = 0.5 * (inside + outside);
        if beyond(middle) { inside = middle } else { outside = middle }
    }
    let Fall { anomaly_rad, ecc, .. } = Fall::new(far, inside, r, mu_km3_s2);
    let (sin, cos) = (0.5 * anomaly_rad).sin_cos();
    let nu_rad = 2.0 * ((1.0 + ecc).sqrt() * sin).atan2((1.0 - ecc).sqrt() * cos);
    let parameter_km = inside * (1.0 + ecc);
    let momentum = (mu_km3_s2 * parameter_km).sqrt();
    let radial_km_s = (mu_km3_s2 / parameter_km).sqrt() * ecc * nu_rad.sin();
    let (angle_rad, radial_km_s) =
        if rising { (0.5 * TAU + nu_rad, radial_km_s) } else { (0.5 * TAU - nu_rad, -radial_km_s) };
    Some(TangentialArc { ecc, angle_rad, start_speed_km_s: momentum / far, radial_km_s, transverse_km_s: momentum / r })
}

/// An ellipse between an apoapsis and a periapsis, at a distance between them.
struct Fall {
    /// eccentric anomaly of the distance
    anomaly_rad: f64,
    ecc: f64,
    rate_rad_s: f64,
}

impl Fall {
    fn new(far_km: f64, near_km: f64, radius_km: f64, mu_km3_s2: f64) -> Self {
        let sma_km = 0.5 * (far_km + near_km);
        let ecc = (far_km - near_km) / (far_km + near_km);
        let cos = ((sma_km - radius_km) / (sma_km * ecc)).clamp(-1.0, 1.0);
        Self { anomaly_rad: cos.acos(), ecc, rate_rad_s: (mu_km3_s2 / sma_km.powi(3)).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::vector::norm;
    use crate::transfers::lambert::{Branch, Way, solve};

    const MU: f64 = 398_600.435_507;

    #[test]
    fn law_no_arc_holds_what_is_no_number() {
        let pool =
            [1e-320, 1e-160, 1e-9, 1.0, 6678.0, 384_400.0, 1e6, 1e12, 1e150, 1e200, f64::MAX, f64::NAN, f64::INFINITY];
        let mut found = 0;
        for q in pool {
            for r in pool {
                for tof_s in pool {
                    for mu in pool {
                        let Some(arc) = tangential_arc(q, r, tof_s, mu) else { continue };
                        found += 1;
                        let numbers =
                            [arc.ecc, arc.angle_rad, arc.start_speed_km_s, arc.radial_km_s, arc.transverse_km_s];
                        assert!(numbers.iter().all(|x| x.is_finite()), "{q} {r} {tof_s} {mu}: {arc:?}");
                    }
                }
            }
        }
        assert!(found > 50, "{found}");
        assert_eq!(tangential_arc(6678.0, 384_400.0, -1.0, MU), None);
    }

    #[test]
    fn agrees_with_lambert_on_the_same_two_places() {
        for hours in [20.0, 40.0, 72.0, 96.0, 115.0, 119.0, 125.0, 160.0, 220.0] {
            let (q, r, tof_s) = (6563.0, 384_400.0, hours * 3600.0);
            let arc = tangential_arc(q, r, tof_s, MU).expect("an arc");
            let end = [r * arc.angle_rad.cos(), r * arc.angle_rad.sin(), 0.0];
            let orbits = solve([q, 0.0, 0.0], end, tof_s, MU, Way::Prograde, 0).expect("an orbit");
            let orbit = orbits.iter().find(|o| o.branch == Branch::Single).expect("one");
            assert!(orbit.v1_km_s[0].abs() < 1e-7, "{hours} h: not tangential, {:?}", orbit.v1_km_s);
            assert!((norm(orbit.v1_km_s) - arc.start_speed_km_s).abs() < 1e-9, "{hours} h");
            let speed = arc.radial_km_s.hypot(arc.transverse_km_s);
            assert!((norm(orbit.v2_km_s) - speed).abs() < 1e-7, "{hours} h");
            assert_eq!(arc.radial_km_s > 0.0, hours < 119.5, "{hours} h: out before the apoapsis, back after it");
        }
    }

    #[test]
    fn law_the_shortest_ellipse_is_the_cheapest() {
        let hohmann_s = 0.5 * TAU * ((0.5_f64 * (6678.0 + 384_400.0)).powi(3) / MU).sqrt();
        let speed =
            |factor: f64| tangential_arc(6678.0, 384_400.0, factor * hohmann_s, MU).expect("an arc").start_speed_km_s;
        assert!(speed(1.0) < speed(0.9) && speed(1.0) < speed(1.1));
        let arc = tangential_arc(6678.0, 384_400.0, hohmann_s, MU).expect("an arc");
        assert!((arc.ecc - (384_400.0 - 6678.0) / (384_400.0 + 6678.0)).abs() < 1e-9 && arc.radial_km_s.abs() < 1e-3);
        assert_eq!(tangential_arc(6678.0, 384_400.0, 2.1 * hohmann_s, MU), None);
        assert_eq!(tangential_arc(6678.0, 6000.0, 1e5, MU), None);
    }

    /// From an apoapsis about Mars to Deimos, on the way down and on the way up, in Lambert's words.
    #[test]
    fn agrees_with_lambert_on_arcs_that_fall() {
        let (far, r, mu) = (85_569.0_f64, 23_458.0_f64, 42_828.375);
        let half_s = 0.5 * TAU * ((0.5 * (far + r)).powi(3) / mu).sqrt();
        for part in [0.7, 0.9, 0.99, 1.01, 1.015] {
            let tof_s = part * half_s;
            let arc = falling_arc(far, r, 3500.0, tof_s, mu).expect("an arc");
            let end = [r * arc.angle_rad.cos(), r * arc.angle_rad.sin(), 0.0];
            let orbits = solve([far, 0.0, 0.0], end, tof_s, mu, Way::Prograde, 0).expect("an orbit");
            let orbit = orbits.iter().find(|o| o.branch == Branch::Single).expect("one");
            assert!(orbit.v1_km_s[0].abs() < 1e-7, "{part}: not tangential, {:?}", orbit.v1_km_s);
            assert!((norm(orbit.v1_km_s) - arc.start_speed_km_s).abs() < 1e-7, "{part}");
            let speed = arc.radial_km_s.hypot(arc.transverse_km_s);
            assert!((norm(orbit.v2_km_s) - speed).abs() < 1e-6, "{part}");
            assert_eq!(arc.radial_km_s > 0.0, part > 1.0, "{part}: down before the periapsis, up after it");
        }
        // the longest way up again takes two hundredths more than half the ellipse
        assert_eq!(falling_arc(far, r, 3500.0, 1.05 * half_s, mu), None);
        assert_eq!(falling_arc(r, far, 3500.0, half_s, mu), None);
        assert_eq!(falling_arc(far, f64::NAN, 3500.0, half_s, mu), None);
    }
}
