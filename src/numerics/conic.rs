//! Motion on a conic counted from its periapsis: one formula for ellipse, parabola and hyperbola.

use std::f64::consts::{PI, TAU};

/// Place and velocity in the plane of a conic: x to the periapsis, y a quarter turn ahead along the motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Perifocal {
    /// towards the periapsis
    pub x_km: f64,
    /// across, along the motion at the periapsis
    pub y_km: f64,
    /// velocity towards the periapsis
    pub vx_km_s: f64,
    /// velocity across
    pub vy_km_s: f64,
}

impl Perifocal {
    /// No place.
    const NOWHERE: Self = Self { x_km: f64::NAN, y_km: f64::NAN, vx_km_s: f64::NAN, vy_km_s: f64::NAN };

    /// Distance from the centre.
    #[must_use]
    pub fn radius_km(&self) -> f64 {
        self.x_km.hypot(self.y_km)
    }

    /// True anomaly, −π to π.
    #[must_use]
    pub fn nu_rad(&self) -> f64 {
        self.y_km.atan2(self.x_km)
    }
}

/// Where a body is some time after its periapsis.
///
/// * `periapsis_km`: distance of the periapsis from the centre, > 0
/// * `ecc`: eccentricity, ≥ 0; 1 is the parabola
/// * `after_s`: time since the periapsis, negative before it
/// * `mu_km3_s2`: gravitational parameter of the centre, > 0
///
/// q·s + μe·s³c₃(αs²) = t with α = μ(1 − e)/q, solved for Stumpff's variable s by Newton's method inside a bracket.
/// Numbers that make no conic, or a place farther out than a double counts, give NaN in every field.
///
/// # Source
/// Danby, *Fundamentals of Celestial Mechanics*, 2nd ed., section 6.9, with the epoch at the periapsis.
#[must_use]
pub fn from_periapsis(periapsis_km: f64, ecc: f64, after_s: f64, mu_km3_s2: f64) -> Perifocal {
    let (q, mu) = (periapsis_km, mu_km3_s2);
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if !(positive(q) && positive(mu) && ecc >= 0.0 && ecc.is_finite() && after_s.is_finite()) {
        return Perifocal::NOWHERE;
    }
    let alpha = mu * (1.0 - ecc) / q;
    let mut t = after_s;
    if alpha > 0.0 {
        let period = TAU * (q / (1.0 - ecc)) * (q / (1.0 - ecc) / mu).sqrt();
        // a period that no double holds is never over
        if period.is_finite() {
            t -= (t / period).round() * period;
        }
    }
    let sign = if t < 0.0 { -1.0 } else { 1.0 };
    let s = sign * solve(q, ecc, t.abs(), mu, alpha);
    let [c0, c1, c2, _] = stumpff(alpha * s * s);
    let radius = q * c0 + mu * s * s * c2;
    let speed = (mu * (1.0 + ecc) / q).sqrt();
    let at = Perifocal {
        x_km: q - mu * s * s * c2,
        y_km: q * s * c1 * speed,
        vx_km_s: -mu * s * c1 / radius,
        // g′ = 1 − μs²c₂/r without its cancellation
        vy_km_s: q * c0 / radius * speed,
    };
    let numbers = [at.x_km, at.y_km, at.vx_km_s, at.vy_km_s];
    if numbers.iter().all(|x| x.is_finite()) { at } else { Perifocal::NOWHERE }
}

/// s of a time that is not negative. The left side grows with s and is convex, so Newton from above descends on it.
fn solve(q: f64, ecc: f64, t: f64, mu: f64, alpha: f64) -> f64 {
    // with c₃ = 1/6 the equation is a cubic: exact for the parabola, above the root of a hyperbola, below an ellipse's
    let (p, half) = (2.0 * q / (mu * ecc).max(f64::MIN_POSITIVE), 3.0 * t / (mu * ecc).max(f64::MIN_POSITIVE));
    let root = (half + half.hypot(p * p.sqrt())).cbrt();
    let cubic = if root.is_finite() && root > 0.0 {
        // Cardano's a − b, with ab = p, as (a³ − b³)/(a² + ab + b²): next to the periapsis a and b are one but for rounding,
        // and a difference of either sign
        let other = p / root;
        2.0 * half / (root * root + p + other * other)
    } else {
        t / q
    };
    let mut high = if alpha > 0.0 {
        PI / alpha.sqrt()
    } else if alpha < 0.0 {
        // e·sinh H − H ≥ (e − 1)·sinh H
        let w = (-alpha).sqrt();
        let mean = t * w.powi(3) / mu;
        // so little time that its mean anomaly has no digits is still some place
        let most = if mean.is_normal() { cubic.min((mean / (ecc - 1.0)).asinh() / w) } else { cubic };
        most * (1.0 + 1e-12)
    } else {
        cubic * (1.0 + 1e-12)
    };
    let mut low = 0.0_f64;
    let mut s = cubic.min(high);
    for _ in 0..100 {
        let [c0, _, c2, c3] = stumpff(alpha * s * s);
        let f = q * s + mu * ecc * s * s * s * c3 - t;
        if f > 0.0 {
            high = high.min(s);
        } else {
            low = low.max(s);
        }
        let next = s - f / (q * c0 + mu * s * s * c2);
        let next = if next >= low && next <= high { next } else { 0.5 * (low + high) };
        let moved = (next - s).abs();
        s = next;
        if moved <= 2.0 * f64::EPSILON * s {
            break;
        }
    }
    s
}

/// Stumpff's functions c₀ to c₃ of z.
pub(crate) fn stumpff(z: f64) -> [f64; 4] {
    if z.abs() < 0.5 {
        let (mut c2, mut c3) = (0.0, 0.0);
        let (mut term2, mut term3) = (0.5, 1.0 / 6.0);
        for k in 1..12_u32 {
            c2 += term2;
            c3 += term3;
            let n = f64::from(2 * k);
            term2 *= -z / ((n + 1.0) * (n + 2.0));
            term3 *= -z / ((n + 2.0) * (n + 3.0));
        }
        return [1.0 - z * c2, 1.0 - z * c3, c2, c3];
    }
    let w = z.abs().sqrt();
    if z > 0.0 {
        let (sin, cos) = w.sin_cos();
        let half = (0.5 * w).sin();
        [cos, sin / w, 2.0 * half * half / z, (w - sin) / (z * w)]
    } else {
        let half = (0.5 * w).sinh();
        [w.cosh(), w.sinh() / w, -2.0 * half * half / z, -(w.sinh() - w) / (z * w)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// μ of the Sun in au³/d², by Gauss' constant.
    const GAUSS: f64 = 0.017_202_098_95 * 0.017_202_098_95;

    /// Meeus, *Astronomical Algorithms*, 2nd ed., example 34.a and the table of chapter 35: true anomaly and distance.
    #[test]
    fn published_parabola_and_its_neighbours() {
        for (q, ecc, days, nu_deg, radius) in [
            (0.921_326, 1.0, 138.4783, 102.744_26, 2.364_192),
            (0.1, 0.987, 254.9, 164.500_29, 4.063_777),
            (3.363_943, 1.057_31, 1237.1, 109.405_98, 10.668_551),
        ] {
            let at = from_periapsis(q, ecc, days, GAUSS);
            assert!((at.nu_rad().to_degrees() - nu_deg).abs() <= 5e-6, "{ecc}: {}", at.nu_rad().to_degrees());
            assert!((at.radius_km() - radius).abs() <= 5e-7, "{ecc}: {}", at.radius_km());
        }
    }

    #[test]
    fn law_energy_momentum_and_time_hold_on_every_conic() {
        for ecc in [0.0, 1e-9, 0.3, 0.967, 0.999_999, 1.0, 1.000_001, 1.2, 3.4, 50.0] {
            for t in [-4000.0, -31.0, -1e-3, 0.0, 0.5, 7.0, 90.0, 1500.0] {
                let (q, mu) = (0.6, GAUSS);
                let at = from_periapsis(q, ecc, t, mu);
                let r = at.radius_km();
                let momentum = at.x_km * at.vy_km_s - at.y_km * at.vx_km_s;
                let wanted = (mu * q * (1.0 + ecc)).sqrt();
                assert!((momentum / wanted - 1.0).abs() < 1e-13, "e {ecc} t {t}: {momentum}");
                let energy = 0.5 * (at.vx_km_s.powi(2) + at.vy_km_s.powi(2)) - mu / r;
                let energy_wanted = -mu * (1.0 - ecc) / (2.0 * q);
                assert!((energy - energy_wanted).abs() < 1e-13 * (mu / r + energy_wanted.abs()), "e {ecc} t {t}");
                // the velocity is the slope of the place
                let h = 1e-3;
                let (a, b) = (from_periapsis(q, ecc, t + h, mu), from_periapsis(q, ecc, t - h, mu));
                let slope = (a.x_km - b.x_km) / (2.0 * h);
                assert!((slope - at.vx_km_s).abs() < 2e-9, "e {ecc} t {t}: {slope} {}", at.vx_km_s);
            }
        }
    }

    /// Numbers from 0 to 1, the same in every run.
    fn uniform(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// e·sinh H − H, or E − e·sin E, without the cancellation of small angles near e = 1.
    fn mean_rad(ecc: f64, angle_rad: f64) -> f64 {
        let open = ecc > 1.0;
        let excess = if angle_rad.abs() < 0.5 {
            let square = if open { angle_rad * angle_rad } else { -angle_rad * angle_rad };
            let (mut term, mut sum) = (angle_rad, 0.0);
            for k in 1..12_u32 {
                term *= square / f64::from(2 * k * (2 * k + 1));
                sum += term;
            }
            sum
        } else if open {
            angle_rad.sinh() - angle_rad
        } else {
            angle_rad.sin() - angle_rad
        };
        if open { (ecc - 1.0) * angle_rad + ecc * excess } else { (1.0 - ecc) * angle_rad - ecc * excess }
    }

    /// At the periapsis itself, next to it, and on to where an hour or a year leads: place, speed and time of each.
    #[test]
    fn law_every_conic_passes_its_periapsis() {
        const MU: f64 = 132_712_440_041.279_42;
        let mut seed = 24;
        for k in 0..4000 {
            let q = 10.0_f64.powf(6.0 + 4.0 * uniform(&mut seed));
            let ecc = match k % 4 {
                0 => uniform(&mut seed),
                1 => 1.0 + 10.0_f64.powf(-12.0 * uniform(&mut seed)),
                2 => 1.0 - 10.0_f64.powf(-12.0 * uniform(&mut seed)),
                _ => 1.0 + 60.0 * uniform(&mut seed),
            };
            let speed = (MU * (1.0 + ecc) / q).sqrt();
            for after_s in [0.0, 5e-324, 1e-300, 1e-30, 1e-12, 1e-9, 1e-6, 1e-3, 1.0, 60.0, 3600.0, 86_400.0, 3.15e7] {
                let after_s = if after_s > 1.0 { after_s * uniform(&mut seed) } else { after_s };
                let (at, before) = (from_periapsis(q, ecc, after_s, MU), from_periapsis(q, ecc, -after_s, MU));
                let what = format!("q {q} e {ecc} t {after_s}: {at:?}");
                let mirrored = [at.x_km - before.x_km, at.y_km + before.y_km, at.vx_km_s + before.vx_km_s];
                assert_eq!((mirrored, at.vy_km_s), ([0.0; 3], before.vy_km_s), "{what}");
                let momentum = at.x_km * at.vy_km_s - at.y_km * at.vx_km_s;
                let size = (at.x_km * at.vy_km_s).abs() + (at.y_km * at.vx_km_s).abs();
                assert!((momentum - q * speed).abs() < 5e-15 * size, "{what}");
                let energy = 0.5 * at.vx_km_s.hypot(at.vy_km_s).powi(2) - MU / at.radius_km();
                assert!((energy + 0.5 * MU * (1.0 - ecc) / q).abs() < 2e-13 * speed * speed, "{what}");
                if after_s * speed < 1e-9 * q {
                    // a straight line, to the square of the angle
                    assert!((at.y_km - speed * after_s).abs() <= 1e-15 * speed * after_s + 1e-300, "{what}");
                    assert!(at.x_km <= q && at.x_km >= q * (1.0 - 1e-15), "{what}");
                    continue;
                }
                let (rate, sma) = ((MU * (1.0 - ecc).abs().powi(3) / q.powi(3)).sqrt(), q / (1.0 - ecc).abs());
                let minor = sma * ((1.0 - ecc).abs() * (1.0 + ecc)).sqrt();
                let (angle, turn) = if ecc > 1.0 {
                    ((at.y_km / minor).asinh(), 0.0)
                } else {
                    let e = (at.y_km / minor).atan2(at.x_km / sma + ecc);
                    (e, (rate * after_s / TAU).round() * TAU)
                };
                let mean = rate * after_s - turn;
                // a hyperbola's place is known to its own digits, an ellipse's to those of its whole size
                let close = 1e-12 * mean.abs().max(if ecc > 1.0 { 0.0 } else { 1e-3 * (1.0 - ecc) }) + 1e-15 * turn;
                assert!((mean_rad(ecc, angle) - mean).abs() <= close, "{what}: {} {mean}", mean_rad(ecc, angle));
            }
        }
    }

    #[test]
    fn refuses_numbers_that_make_no_conic() {
        let (nan, infinite) = (f64::NAN, f64::INFINITY);
        for (q, ecc, after_s, mu) in [
            (nan, 1.2, 1.0, 1.0),
            (0.0, 1.2, 1.0, 1.0),
            (-1.0, 0.2, 1.0, 1.0),
            (infinite, 0.2, 1.0, 1.0),
            (1.0, nan, 1.0, 1.0),
            (1.0, -0.1, 1.0, 1.0),
            (1.0, infinite, 1.0, 1.0),
            (1.0, 1.2, nan, 1.0),
            (1.0, 1.2, infinite, 1.0),
            (1.0, 1.2, 1.0, nan),
            (1.0, 1.2, 1.0, 0.0),
            (1.0, 1.2, 1.0, -1.0),
            (1.0, 1.2, 1.0, infinite),
            (1e-300, 5.0, 1e300, 1e300),
        ] {
            let at = from_periapsis(q, ecc, after_s, mu);
            let all = [at.x_km, at.y_km, at.vx_km_s, at.vy_km_s].iter().all(|x| x.is_nan());
            assert!(all, "{q} {ecc} {after_s} {mu}: {at:?}");
        }
    }
}
