//! The circular restricted problem of three bodies, with the units that its numbers are counted in.
//!
//! Two primaries go round their barycentre on circles; a third body without mass moves in the frame that turns with
//! them. The larger primary stands at x = −μ, the smaller at x = 1 − μ. Lengths are counted in the distance of the two
//! (LU), times so that they turn by one radian a unit (TU). A period or a radius says nothing without those units: two
//! common choices differ by 2 % for Earth and Moon, so a [`Cr3bp`] carries them.

use crate::bodies::{EARTH, MOON};
use crate::numerics::vector::{Vector3, dot, norm, plus, scale};

/// A system: the share of the smaller primary, and what its units are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cr3bp {
    /// mass of the smaller primary over the mass of both, above 0 and at most ½
    pub mass_ratio: f64,
    /// the unit of length: distance of the primaries
    pub length_km: f64,
    /// the unit of time: that in which the primaries turn by one radian
    pub time_s: f64,
}

/// Place and speed in the turning frame, from the barycentre, in units of the system.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RotatingState {
    /// position in units of length: x towards the smaller primary, z along the turning
    pub position_lu: Vector3,
    /// velocity in the turning frame, in units of length over units of time
    pub velocity_lu_tu: Vector3,
}

/// A point where a body at rest in the turning frame stays at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LagrangePoint {
    /// between the primaries
    L1,
    /// beyond the smaller
    L2,
    /// beyond the larger
    L3,
    /// 60° ahead of the smaller
    L4,
    /// 60° behind it
    L5,
}

impl Cr3bp {
    /// Earth and Moon as JPL's catalogue of periodic orbits has them.
    ///
    /// # Source
    /// JPL Solar System Dynamics, *Three-Body Periodic Orbits*, as kept in `ephemerides/nrho/nrho_reference.json`.
    pub const JPL_EARTH_MOON: Self =
        Self { mass_ratio: 0.012_150_585_609_624_04, length_km: 389_703.264_829_278, time_s: 382_981.289_129_055 };

    /// Earth and Moon with the masses of DE440, in the units of JPL's catalogue.
    ///
    /// # Source
    /// `gm_de440.tpc` for the masses; for the units see [`Cr3bp::JPL_EARTH_MOON`].
    #[must_use]
    pub fn earth_moon() -> Self {
        Self { mass_ratio: MOON.mu_km3_s2 / (EARTH.mu_km3_s2 + MOON.mu_km3_s2), ..Self::JPL_EARTH_MOON }
    }

    /// From the larger and the smaller primary, LU.
    #[must_use]
    pub fn from_primaries_lu(&self, position_lu: Vector3) -> [Vector3; 2] {
        let [x, y, z] = position_lu;
        // in this order neither difference loses a digit beside its primary
        [[x + self.mass_ratio, y, z], [(x - 1.0) + self.mass_ratio, y, z]]
    }

    /// Distances from the larger and the smaller primary, LU.
    #[must_use]
    pub fn distances_lu(&self, position_lu: Vector3) -> [f64; 2] {
        self.from_primaries_lu(position_lu).map(norm)
    }

    /// What keeps its value along a trajectory: C = x² + y² + 2(1 − μ)/r₁ + 2μ/r₂ − v², LU²/TU².
    ///
    /// # Source
    /// Szebehely, *Theory of Orbits*, section 1.9, without his constant μ(1 − μ).
    #[must_use]
    pub fn jacobi_lu2_tu2(&self, state: &RotatingState) -> f64 {
        let [x, y, _] = state.position_lu;
        let [far, near] = self.distances_lu(state.position_lu);
        let pull = 2.0 * ((1.0 - self.mass_ratio) / far + self.mass_ratio / near);
        (x * x + y * y) + pull - dot(state.velocity_lu_tu, state.velocity_lu_tu)
    }

    /// Acceleration in the turning frame: ẍ = 2ẏ + ∂Ω/∂x, ÿ = −2ẋ + ∂Ω/∂y, z̈ = ∂Ω/∂z.
    ///
    /// # Source
    /// Szebehely, *Theory of Orbits*, eqs. 1.7-5.
    pub(crate) fn acceleration_lu_tu2(&self, state: &RotatingState) -> Vector3 {
        let [x, y, _] = state.position_lu;
        let [vx, vy, _] = state.velocity_lu_tu;
        let [far, near] = self.from_primaries_lu(state.position_lu);
        let pull = |d: Vector3, share: f64| scale(d, -share / norm(d).powi(3));
        let sum = plus(pull(far, 1.0 - self.mass_ratio), pull(near, self.mass_ratio));
        plus(sum, [2.0 * vy + x, y - 2.0 * vx, 0.0])
    }

    /// One of the five points of equilibrium, at rest.
    ///
    /// The three on the axis are roots of a quintic each, found by Newton's method in the distance from the nearest
    /// primary, where the equation keeps its digits.
    #[must_use]
    pub fn lagrange_point(&self, point: LagrangePoint) -> RotatingState {
        let mu = self.mass_ratio;
        let rest = |position_lu| RotatingState { position_lu, velocity_lu_tu: [0.0; 3] };
        let hill = (mu / 3.0).cbrt();
        match point {
            // (1 − μ)/(1 − γ)² − μ/γ² = (1 − μ) − γ
            LagrangePoint::L1 => {
                let gamma = newton(hill, |g| {
                    let (a, b) = (1.0 - g, (1.0 - mu) / ((1.0 - g) * (1.0 - g)));
                    (b - mu / (g * g) - (1.0 - mu) + g, 2.0 * b / a + 2.0 * mu / (g * g * g) + 1.0)
                });
                rest([(1.0 - mu) - gamma, 0.0, 0.0])
            }
            // (1 − μ)/(1 + γ)² + μ/γ² = (1 − μ) + γ
            LagrangePoint::L2 => {
                let gamma = newton(hill, |g| {
                    let (a, b) = (1.0 + g, (1.0 - mu) / ((1.0 + g) * (1.0 + g)));
                    (b + mu / (g * g) - (1.0 - mu) - g, -2.0 * b / a - 2.0 * mu / (g * g * g) - 1.0)
                });
                rest([(1.0 - mu) + gamma, 0.0, 0.0])
            }
            // (1 − μ)/γ² + μ/(1 + γ)² = μ + γ, γ from the larger primary
            LagrangePoint::L3 => {
                let gamma = newton(1.0 - 7.0 / 12.0 * mu, |g| {
                    let (a, b) = (1.0 + g, mu / ((1.0 + g) * (1.0 + g)));
                    let c = (1.0 - mu) / (g * g);
                    (c + b - mu - g, -2.0 * c / g - 2.0 * b / a - 1.0)
                });
                rest([-mu - gamma, 0.0, 0.0])
            }
            LagrangePoint::L4 => rest([0.5 - mu, 0.75_f64.sqrt(), 0.0]),
            LagrangePoint::L5 => rest([0.5 - mu, -(0.75_f64.sqrt()), 0.0]),
        }
    }
}

/// Newton's method from a start that lies on the right side of its root.
fn newton(start: f64, value_and_slope: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut x = start;
    for _ in 0..60 {
        let (value, slope) = value_and_slope(x);
        let next = x - value / slope;
        if (next - x).abs() <= f64::EPSILON * x.abs() {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TRAJECTORY.md C1, to half the last digit printed there.
    #[test]
    fn agrees_with_c1_on_lagrange_points() {
        let system = Cr3bp::JPL_EARTH_MOON;
        for (point, x, jacobi, half_digit) in [
            (LagrangePoint::L1, Some(0.836_915_125_772_357), 3.188_341_117_75, 0.5e-11),
            (LagrangePoint::L2, Some(1.155_682_165_444_884), 3.172_160_460_97, 0.5e-11),
            (LagrangePoint::L3, Some(-1.005_062_645_810_278), 3.012_147_150_68, 0.5e-11),
            (LagrangePoint::L4, None, 2.987_997_051_12, 0.5e-11),
            (LagrangePoint::L5, None, 2.987_997_051_12, 0.5e-11),
        ] {
            let state = system.lagrange_point(point);
            if let Some(x) = x {
                assert!((state.position_lu[0] - x).abs() <= 0.5e-15, "{point:?}: {:?}", state.position_lu);
            }
            let got = system.jacobi_lu2_tu2(&state);
            assert!((got - jacobi).abs() <= half_digit, "{point:?}: {got}");
        }
        // `mu_source` of the file named above, which has it from the same kernel
        assert_eq!(Cr3bp::earth_moon().mass_ratio, 0.012_150_584_395_829_193);
    }

    #[test]
    fn law_lagrange_points_exist_for_every_share() {
        for mass_ratio in [1e-9, 3e-6, 9.5e-4, 0.012, 0.1, 0.3, 0.5] {
            let system = Cr3bp { mass_ratio, ..Cr3bp::JPL_EARTH_MOON };
            for point in [LagrangePoint::L1, LagrangePoint::L2, LagrangePoint::L3, LagrangePoint::L4, LagrangePoint::L5]
            {
                let [x, y, _] = system.lagrange_point(point).position_lu;
                let [from_large, from_small] = system.from_primaries_lu([x, y, 0.0]);
                let (a, b) = ((1.0 - mass_ratio) / norm(from_large).powi(3), mass_ratio / norm(from_small).powi(3));
                let force = [x - a * from_large[0] - b * from_small[0], y * (1.0 - a - b)];
                // the pull of the small primary turns fast around it
                let steep = 1.0 + 4.0 * b;
                assert!(force[0].abs() + force[1].abs() < 1e-15 * steep, "{mass_ratio} {point:?}: {force:?}");
            }
        }
    }
}
