//! A burn along the velocity in one plane about one point, and the conics between burns.
//!
//! The burn is integrated over the orbital energy, which it only ever raises, so that it ends where it is wanted and not
//! near it. With ε = v²/2 − μ/r, a = (T/m₀)·e^(w/c), c = g₀·Isp and w the velocity spent,
//!
//! dε = a·v·dt, dw = a·dt, and in polar coordinates r̈ = vₜ²/r − μ/r² + a·vᵣ/v, v̇ₜ = −vᵣ·vₜ/r + a·vₜ/v.

use crate::numerics::eccentric_anomaly;
use std::f64::consts::{PI, TAU};

/// A place and velocity in a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Planar {
    pub(super) radius_km: f64,
    /// outwards
    pub(super) radial_km_s: f64,
    /// across
    pub(super) across_km_s: f64,
    /// angle travelled, whole turns counted
    pub(super) angle_rad: f64,
}

impl Planar {
    pub(super) fn speed_km_s(&self) -> f64 {
        self.radial_km_s.hypot(self.across_km_s)
    }

    pub(super) fn energy_km2_s2(&self, mu_km3_s2: f64) -> f64 {
        0.5 * self.speed_km_s().powi(2) - mu_km3_s2 / self.radius_km
    }
}

/// The orbit that a state is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Conic {
    mu_km3_s2: f64,
    pub(super) energy_km2_s2: f64,
    momentum_km2_s: f64,
    pub(super) ecc: f64,
    /// true anomaly of the state
    pub(super) nu_rad: f64,
    /// direction of the periapsis
    pub(super) periapsis_rad: f64,
}

impl Conic {
    pub(super) fn of(state: &Planar, mu_km3_s2: f64) -> Self {
        let momentum_km2_s = state.radius_km * state.across_km_s;
        let along = momentum_km2_s * momentum_km2_s / (mu_km3_s2 * state.radius_km) - 1.0;
        let across = state.radial_km_s * momentum_km2_s / mu_km3_s2;
        let nu_rad = across.atan2(along);
        Self {
            mu_km3_s2,
            energy_km2_s2: state.energy_km2_s2(mu_km3_s2),
            momentum_km2_s,
            ecc: along.hypot(across),
            nu_rad,
            periapsis_rad: state.angle_rad - nu_rad,
        }
    }

    pub(super) fn periapsis_km(&self) -> f64 {
        self.momentum_km2_s * self.momentum_km2_s / (self.mu_km3_s2 * (1.0 + self.ecc))
    }

    /// 2π·√(a³/μ); infinite where the orbit is open.
    pub(super) fn period_s(&self) -> f64 {
        if self.energy_km2_s2 >= 0.0 {
            return f64::INFINITY;
        }
        let sma_km = -0.5 * self.mu_km3_s2 / self.energy_km2_s2;
        TAU * (sma_km.powi(3) / self.mu_km3_s2).sqrt()
    }

    /// Time from the periapsis to a true anomaly between −π and π, s.
    pub(super) fn since_periapsis_s(&self, nu_rad: f64) -> f64 {
        let sma_km = (0.5 * self.mu_km3_s2 / self.energy_km2_s2).abs();
        let rate_s1 = (self.mu_km3_s2 / sma_km.powi(3)).sqrt();
        let half = (0.5 * nu_rad).tan();
        let mean_rad = if self.energy_km2_s2 < 0.0 {
            let e = 2.0 * (((1.0 - self.ecc) / (1.0 + self.ecc)).sqrt() * half).atan();
            e - self.ecc * e.sin()
        } else {
            let f = 2.0 * (((self.ecc - 1.0) / (self.ecc + 1.0)).sqrt() * half).atanh();
            self.ecc * f.sinh() - f
        };
        mean_rad / rate_s1
    }

    /// The state at a true anomaly, some turns of the periapsis on.
    pub(super) fn state(&self, nu_rad: f64, turns: u32) -> Planar {
        let p_km = self.momentum_km2_s * self.momentum_km2_s / self.mu_km3_s2;
        let radius_km = p_km / (1.0 + self.ecc * nu_rad.cos());
        Planar {
            radius_km,
            radial_km_s: self.mu_km3_s2 / self.momentum_km2_s * self.ecc * nu_rad.sin(),
            across_km_s: self.momentum_km2_s / radius_km,
            angle_rad: self.periapsis_rad + nu_rad + TAU * f64::from(turns),
        }
    }

    /// The true anomaly that the asymptote of an open orbit points to.
    pub(super) fn asymptote_nu_rad(&self) -> f64 {
        (-1.0 / self.ecc).clamp(-1.0, 1.0).acos()
    }
}

/// True anomaly some seconds before or after the periapsis of an ellipse, −π to π.
pub(super) fn nu_of_time_rad(since_s: f64, period_s: f64, ecc: f64) -> f64 {
    let e = eccentric_anomaly(TAU * since_s / period_s, ecc);
    let nu = 2.0 * (((1.0 + ecc) / (1.0 - ecc)).sqrt() * (0.5 * e).tan()).atan();
    if nu > PI { nu - TAU } else { nu }
}

/// An engine: what it accelerates a mass by, and how fast its exhaust leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Push {
    /// thrust over the mass at ignition
    pub(super) acceleration_km_s2: f64,
    /// g₀·Isp
    pub(super) exhaust_km_s: f64,
}

impl Push {
    /// Burning time of a velocity spent, s: (m₀/ṁ)·(1 − e^(−w/c)).
    pub(super) fn time_s(&self, spent_km_s: f64) -> f64 {
        -self.exhaust_km_s / self.acceleration_km_s2 * (-spent_km_s / self.exhaust_km_s).exp_m1()
    }
}

/// How finely a burn is integrated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fineness {
    /// radians of motion in a step
    pub(super) step_rad: f64,
    /// order of the extrapolation is twice this
    pub(super) columns: usize,
}

impl Fineness {
    /// To rounding: see the test against the propagator.
    pub(super) const FULL: Self = Self { step_rad: 0.5, columns: 7 };
    /// For grids.
    pub(super) const COARSE: Self = Self { step_rad: 1.0, columns: 3 };
}

/// Where a burn ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Burnt {
    pub(super) state: Planar,
    pub(super) spent_km_s: f64,
}

/// Most steps of a burn: some thousand radians, hundreds of revolutions.
const MOST_STEPS: f64 = 4000.0;

/// r, vᵣ, vₜ, θ, w.
type Polar = [f64; 5];

/// Burn along the velocity until an energy is reached.
///
/// `None` when the burn would take hundreds of revolutions or more velocity than a double can count.
pub(super) fn burn(start: &Planar, push: Push, to_km2_s2: f64, mu_km3_s2: f64, fine: Fineness) -> Option<Burnt> {
    let from_km2_s2 = start.energy_km2_s2(mu_km3_s2);
    let gain = to_km2_s2 - from_km2_s2;
    if !(gain >= 0.0 && gain.is_finite()) {
        return None;
    }
    // about the impulsive velocity, for the length of the burn; the angular rate at the start is the fastest
    let speed = start.speed_km_s();
    let impulse = (speed * speed + 2.0 * gain).sqrt() - speed;
    let rate_s1 = (mu_km3_s2 / start.radius_km.powi(3)).sqrt();
    let steps = (push.time_s(impulse) * rate_s1 / fine.step_rad).ceil() + 1.0;
    if steps.is_nan() || steps > MOST_STEPS {
        return None;
    }
    let slope = |row: Polar| -> Polar {
        let [r, vr, vt, _, w] = row;
        let v = vr.hypot(vt);
        let a = push.acceleration_km_s2 * (w / push.exhaust_km_s).exp();
        // dt/dε
        let dt = 1.0 / (a * v);
        [
            vr * dt,
            (vt * vt / r - mu_km3_s2 / (r * r)) * dt + vr / (v * v),
            -vr * vt / r * dt + vt / (v * v),
            vt / r * dt,
            1.0 / v,
        ]
    };
    let mut row = [start.radius_km, start.radial_km_s, start.across_km_s, start.angle_rad, 0.0];
    // steps of equal time rather than of equal energy: the mass, and so the step, shrinks on the way
    let whole = push.time_s(impulse);
    let share = |k: f64| {
        let w = -push.exhaust_km_s * (-push.acceleration_km_s2 / push.exhaust_km_s * whole * k / steps).ln_1p();
        ((speed + w).powi(2) - speed * speed) / (2.0 * gain)
    };
    let mut reached = 0.0;
    for k in 1..=steps as u32 {
        let next = if f64::from(k) >= steps { 1.0 } else { share(f64::from(k)) };
        row = midpoint_extrapolated(slope, row, gain * (next - reached), fine.columns);
        reached = next;
    }
    let [radius_km, radial_km_s, across_km_s, angle_rad, spent_km_s] = row;
    let state = Planar { radius_km, radial_km_s, across_km_s, angle_rad };
    row.iter().all(|x| x.is_finite()).then_some(Burnt { state, spent_km_s })
}

/// One step of the midpoint rule in 2, 4, 6, … parts, extrapolated to none.
///
/// Hairer, Nørsett, Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.9.
pub(super) fn midpoint_extrapolated<const N: usize>(
    slope: impl Fn([f64; N]) -> [f64; N],
    from: [f64; N],
    step: f64,
    columns: usize,
) -> [f64; N] {
    let along =
        |row: [f64; N], slope: [f64; N], h: f64| -> [f64; N] { std::array::from_fn(|i| h.mul_add(slope[i], row[i])) };
    let first = slope(from);
    let mut table: [[f64; N]; 8] = [from; 8];
    for j in 0..columns {
        let parts = 2 * (j + 1);
        let h = step / parts as f64;
        let (mut before, mut now) = (from, along(from, first, h));
        for _ in 1..parts {
            let after = along(before, slope(now), 2.0 * h);
            before = now;
            now = after;
        }
        let mut entry = now;
        // Aitken and Neville in the square of the part
        for k in 0..j {
            let ratio = parts as f64 / (2 * (j - k)) as f64;
            let weight = 1.0 / (ratio * ratio - 1.0);
            let older = table[k];
            table[k] = entry;
            entry = std::array::from_fn(|i| weight.mul_add(entry[i] - older[i], entry[i]));
        }
        table[j] = entry;
    }
    table[columns - 1]
}
