//! Impulses that leave and enter parking orbits: v-infinity on one side, a closed orbit on the other.

use crate::units::DeltaV;
use std::f64::consts::PI;
use std::fmt;
use thiserror::Error;

/// What a burn refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BurnError {
    /// A radius or a gravitational parameter that makes no orbit.
    #[error(
        "no parking orbit: radius {radius_km} km about {mu_km3_s2} km³/s²; both must be positive, and of a size that makes a speed"
    )]
    NoOrbit {
        /// radius, km
        radius_km: f64,
        /// gravitational parameter, km³/s²
        mu_km3_s2: f64,
    },
    /// The excess speed is negative, not finite, or so large that its square is not.
    #[error("an excess speed is a number from 0 up, got {v_inf_km_s} km/s")]
    BadExcess {
        /// excess speed, km/s
        v_inf_km_s: f64,
    },
    /// The period is too short for the periapsis.
    #[error(
        "an orbit of {period_s} s does not reach the periapsis radius {periapsis_km} km: the circular orbit there takes {circular_s:.0} s"
    )]
    PeriodTooShort {
        /// period, s
        period_s: f64,
        /// periapsis radius, km
        periapsis_km: f64,
        /// period of the circular orbit at that radius, s
        circular_s: f64,
    },
    /// The orbit lies below the surface.
    #[error("an orbit altitude of {altitude_km} km lies below the surface")]
    BelowSurface {
        /// altitude of the periapsis, km
        altitude_km: f64,
    },
}

/// Where a stack waits before the departure burn or after the arrival burn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParkingOrbit {
    /// a circle
    Circular {
        /// height over the equatorial radius
        altitude_km: f64,
    },
    /// an ellipse entered or left at its periapsis
    Elliptic {
        /// height of the periapsis over the equatorial radius
        periapsis_altitude_km: f64,
        /// period
        period_s: f64,
    },
}

impl ParkingOrbit {
    /// Altitude of the periapsis.
    #[must_use]
    pub const fn periapsis_altitude_km(&self) -> f64 {
        match *self {
            Self::Circular { altitude_km } | Self::Elliptic { periapsis_altitude_km: altitude_km, .. } => altitude_km,
        }
    }

    /// Impulse at the periapsis between this orbit and a hyperbola of given excess speed.
    ///
    /// * `v_inf_km_s`: hyperbolic excess speed, ≥ 0
    /// * `radius_km`: equatorial radius of the body
    /// * `mu_km3_s2`: its gravitational parameter
    ///
    /// Δv = √(v∞² + 2μ/r) − √(μ(2/r − 1/a)), a = (μ(P/2π)²)^⅓
    ///
    /// # Errors
    /// [`BurnError`] when the orbit or the hyperbola does not exist.
    ///
    /// # Source
    /// Curtis, *Orbital Mechanics for Engineering Students*, 4th ed., eqs. 8.40 to 8.42 and 8.58 to 8.60.
    pub fn impulse(&self, v_inf_km_s: f64, radius_km: f64, mu_km3_s2: f64) -> Result<DeltaV, BurnError> {
        let altitude_km = self.periapsis_altitude_km();
        if altitude_km < 0.0 {
            return Err(BurnError::BelowSurface { altitude_km });
        }
        let periapsis_km = radius_km + altitude_km;
        let Self::Elliptic { period_s, .. } = *self else {
            return departure_burn(v_inf_km_s, periapsis_km, mu_km3_s2);
        };
        let circle = departure_burn(v_inf_km_s, periapsis_km, mu_km3_s2)?;
        let circular_s = 2.0 * PI * (periapsis_km.powi(3) / mu_km3_s2).sqrt();
        if !(period_s >= circular_s && period_s.is_finite()) {
            return Err(BurnError::PeriodTooShort { period_s, periapsis_km, circular_s });
        }
        let sma_km = (mu_km3_s2 * (period_s / (2.0 * PI)).powi(2)).cbrt();
        let on_ellipse_km_s = (mu_km3_s2 * (2.0 / periapsis_km - 1.0 / sma_km)).sqrt();
        let on_circle_km_s = (mu_km3_s2 / periapsis_km).sqrt();
        let dv_km_s = circle.km_s() - (on_ellipse_km_s - on_circle_km_s);
        if dv_km_s.is_finite() {
            Ok(DeltaV::from_km_s(dv_km_s))
        } else {
            Err(BurnError::NoOrbit { radius_km: periapsis_km, mu_km3_s2 })
        }
    }
}

impl fmt::Display for ParkingOrbit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Circular { altitude_km } => write!(f, "{altitude_km} km circular"),
            Self::Elliptic { periapsis_altitude_km, period_s } => {
                write!(f, "{periapsis_altitude_km} km periapsis, {period_s} s period")
            }
        }
    }
}

/// Impulse that leaves a circular parking orbit on a hyperbola of given excess speed.
///
/// * `v_inf_km_s`: hyperbolic excess speed, ≥ 0
/// * `radius_km`: radius of the parking orbit, from the body's centre
/// * `mu_km3_s2`: gravitational parameter of the body left behind
///
/// Δv = √(v∞² + 2μ/r) − √(μ/r)
///
/// # Errors
/// [`BurnError::NoOrbit`] when the radius or the parameter is not positive, [`BurnError::BadExcess`]; no answer is infinite.
///
/// # Source
/// Curtis, *Orbital Mechanics for Engineering Students*, 4th ed., eq. 8.42; his example 8.4.
///
/// ```
/// # use portolan::{bodies::EARTH, transfers::departure_burn};
/// let dv = departure_burn(2.943, 6678.0, EARTH.mu_km3_s2)?;
/// assert_eq!(format!("{:.3}", dv.km_s()), "3.590");
/// # Ok::<(), portolan::transfers::BurnError>(())
/// ```
pub fn departure_burn(v_inf_km_s: f64, radius_km: f64, mu_km3_s2: f64) -> Result<DeltaV, BurnError> {
    let sound = |x: f64| x > 0.0 && x.is_finite();
    if !(sound(radius_km) && sound(mu_km3_s2)) {
        return Err(BurnError::NoOrbit { radius_km, mu_km3_s2 });
    }
    if !(v_inf_km_s >= 0.0 && v_inf_km_s.is_finite()) {
        return Err(BurnError::BadExcess { v_inf_km_s });
    }
    let escape2 = 2.0 * mu_km3_s2 / radius_km;
    if !escape2.is_finite() {
        return Err(BurnError::NoOrbit { radius_km, mu_km3_s2 });
    }
    let dv_km_s = (v_inf_km_s * v_inf_km_s + escape2).sqrt() - (0.5 * escape2).sqrt();
    if dv_km_s.is_finite() { Ok(DeltaV::from_km_s(dv_km_s)) } else { Err(BurnError::BadExcess { v_inf_km_s }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TRAJECTORY.md M1: capture at 250 km into 88 775.244 s and into five times that.
    #[test]
    fn published_mars_orbit_insertion() {
        let sol = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 };
        let sols = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 5.0 * 88_775.244 };
        for (v_inf, one, five) in [(2.5, 0.827_88, 0.681_23), (3.0, 1.074_43, 0.927_78), (4.0, 1.658_52, 1.511_87)] {
            let dv = |orbit: ParkingOrbit| orbit.impulse(v_inf, 3396.19, 42_828.375).expect("a burn").km_s();
            assert!((dv(sol) - one).abs() <= 5e-6, "{v_inf}: {}", dv(sol));
            assert!((dv(sols) - five).abs() <= 5e-6, "{v_inf}: {}", dv(sols));
        }
    }

    /// LOGISTICS.md V13: from 407 km, μ 398 600.4418, R 6378.137.
    #[test]
    fn published_trans_mars_injection() {
        for (c3, dv_m_s) in [(9.144_f64, 3588.7), (7.781, 3528.0), (14.84, 3839.0)] {
            let dv = departure_burn(c3.sqrt(), 6378.137 + 407.0, 398_600.4418).expect("a burn");
            assert!((dv.m_s() - dv_m_s).abs() <= 0.05, "{c3}: {}", dv.m_s());
        }
    }

    #[test]
    fn law_an_ellipse_of_the_circular_period_is_the_circle() {
        let circle = ParkingOrbit::Circular { altitude_km: 300.0 };
        let period_s = 2.0 * PI * (6678.0_f64.powi(3) / 398_600.0).sqrt();
        let ellipse = ParkingOrbit::Elliptic { periapsis_altitude_km: 300.0, period_s: period_s * (1.0 + 1e-15) };
        let (a, b) = (circle.impulse(3.0, 6378.0, 398_600.0), ellipse.impulse(3.0, 6378.0, 398_600.0));
        assert!((a.expect("a burn").km_s() - b.expect("a burn").km_s()).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_is_no_orbit() {
        let message = |orbit: ParkingOrbit, v, r, mu| orbit.impulse(v, r, mu).expect_err("refused").to_string();
        let circle = ParkingOrbit::Circular { altitude_km: 300.0 };
        assert!(message(circle, 3.0, 6378.0, 0.0).contains("both must be positive"));
        assert!(message(circle, -3.0, 6378.0, 1e5).contains("from 0 up, got -3 km/s"));
        let low = ParkingOrbit::Circular { altitude_km: -5.0 };
        assert!(message(low, 3.0, 6378.0, 1e5).contains("-5 km lies below the surface"));
        let short = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 3600.0 };
        assert!(message(short, 3.0, 3396.19, 42_828.0).contains("does not reach the periapsis radius"));
    }

    #[test]
    fn law_every_impulse_is_a_number() {
        let pool =
            [0.0, -1.0, 1e-320, 1e-160, 1e-3, 1.0, 300.0, 6678.0, 4e5, 1e150, 1e200, f64::MAX, f64::NAN, f64::INFINITY];
        let mut found = 0;
        for (a, b) in pool.iter().flat_map(|a| pool.iter().map(move |b| (*a, *b))) {
            for (v, r, mu) in pool.iter().flat_map(|v| pool.iter().flat_map(move |r| pool.map(|mu| (*v, *r, mu)))) {
                let orbits = [
                    ParkingOrbit::Circular { altitude_km: a },
                    ParkingOrbit::Elliptic { periapsis_altitude_km: a, period_s: b },
                ];
                for orbit in orbits {
                    if let Ok(dv) = orbit.impulse(v, r, mu) {
                        found += 1;
                        assert!(dv.km_s().is_finite(), "{orbit:?} {v} {r} {mu}: {dv}");
                    }
                }
            }
        }
        assert!(found > 10_000, "{found}");
    }
}
