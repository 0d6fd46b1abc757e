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
/// Numbers that make no conic give NaN.
///
/// # Source
/// Danby, *Fundamentals of Celestial Mechanics*, 2nd ed., section 6.9, with the epoch at the periapsis.
#[must_use]
pub fn from_periapsis(periapsis_km: f64, ecc: f64, after_s: f64, mu_km3_s2: f64) -> Perifocal {
    let (q, mu) = (periapsis_km, mu_km3_s2);
    let alpha = mu * (1.0 - ecc) / q;
    let mut t = after_s;
    if alpha > 0.0 {
        let period = TAU * (q / (1.0 - ecc)) * (q / (1.0 - ecc) / mu).sqrt();
        t -= (t / period).round() * period;
    }
    let sign = if t < 0.0 { -1.0 } else { 1.0 };
    let s = sign * solve(q, ecc, t.abs(), mu, alpha);
    let [c0, c1, c2, _] = stumpff(alpha * s * s);
    let radius = q * c0 + mu * s * s * c2;
    let speed = (mu * (1.0 + ecc) / q).sqrt();
    Perifocal {
        x_km: q - mu * s * s * c2,
        y_km: q * s * c1 * speed,
        vx_km_s: -mu * s * c1 / radius,
        // g′ = 1 − μs²c₂/r without its cancellation
        vy_km_s: q * c0 / radius * speed,
    }
}

/// s of a time that is not negative. The left side grows with s and is convex, so Newton from above descends on it.
fn solve(q: f64, ecc: f64, t: f64, mu: f64, alpha: f64) -> f64 {
    // with c₃ = 1/6 the equation is a cubic: exact for the parabola, above the root of a hyperbola, below an ellipse's
    let (p, half) = (2.0 * q / (mu * ecc).max(f64::MIN_POSITIVE), 3.0 * t / (mu * ecc).max(f64::MIN_POSITIVE));
    let cubic = if p.powi(3).is_finite() {
        let root = (half + (half * half + p.powi(3)).sqrt()).cbrt();
        if root > 0.0 { root - p / root } else { 0.0 }
    } else {
        t / q
    };
    let mut high = if alpha > 0.0 {
        PI / alpha.sqrt()
    } else if alpha < 0.0 {
        // e·sinh H − H ≥ (e − 1)·sinh H
        let w = (-alpha).sqrt();
        let mean = t * w.powi(3) / mu;
        cubic.min((mean / (ecc - 1.0)).asinh() / w) * (1.0 + 1e-12)
    } else {
        cubic * (1.0 + 1e-12)
    };
    let mut low = 0.0_f64;
    let mut s = cubic.clamp(low, high);
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
}
