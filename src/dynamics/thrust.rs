//! Thrust arcs: an engine that burns for a while, and the mass that leaves through it.

use super::DynamicsError;
use crate::numerics::vector::{Vector3, norm, scale};
use crate::time::Epoch;
use crate::units::G0_M_S2;

/// Where an engine points.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Steering {
    /// along the velocity from the model's centre: the most energy a second
    AlongVelocity,
    /// against it
    AgainstVelocity,
    /// along one direction of the ICRF axes
    Inertial {
        /// unit vector
        direction: Vector3,
    },
    /// along p + q·t, t from the beginning of the arc: the optimum over a flat body, and the first term of any optimum
    ///
    /// Bryson and Ho, *Applied Optimal Control*, section 2.4.
    LinearTangent {
        /// p, a unit vector of the ICRF axes
        direction: Vector3,
        /// q, 1/s
        rate_s1: Vector3,
    },
    /// along one direction of axes that turn with the orbit about the model's centre
    Turning {
        /// the axes
        axes: LocalAxes,
        /// unit vector, in those axes
        direction: Vector3,
    },
}

/// Axes that turn with an orbit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalAxes {
    /// along the velocity, across it in the orbital plane (inwards on a circle), along the angular momentum
    Tnw,
    /// outwards, across in the orbital plane, along the angular momentum
    Rtn,
}

/// One burn of constant thrust and specific impulse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThrustArc {
    /// ignition
    pub start: Epoch,
    /// burning time
    pub duration_s: f64,
    /// thrust
    pub thrust_n: f64,
    /// specific impulse
    pub isp_s: f64,
    /// where the engine points
    pub steering: Steering,
}

impl ThrustArc {
    /// A burn whose numbers make sense.
    ///
    /// * `start`: ignition
    /// * `duration_s`: burning time, > 0
    /// * `thrust_n`: thrust, ≥ 0
    /// * `isp_s`: specific impulse, > 0
    /// * `steering`: where the engine points; directions are made unit vectors
    ///
    /// # Errors
    /// [`DynamicsError::BadNumber`] for a number out of range or a direction of no length.
    pub fn new(
        start: Epoch,
        duration_s: f64,
        thrust_n: f64,
        isp_s: f64,
        steering: Steering,
    ) -> Result<Self, DynamicsError> {
        let bad = |quantity, value| Err(DynamicsError::BadNumber { quantity, value });
        if !start.tdb_s().is_finite() {
            return bad("ignition (s past J2000)", start.tdb_s());
        }
        if !(duration_s > 0.0 && duration_s.is_finite()) {
            return bad("burning time (s)", duration_s);
        }
        if !(thrust_n >= 0.0 && thrust_n.is_finite()) {
            return bad("thrust (N)", thrust_n);
        }
        if !(isp_s > 0.0 && isp_s.is_finite()) {
            return bad("specific impulse (s)", isp_s);
        }
        let flow_kg_s = thrust_n / (G0_M_S2 * isp_s);
        if !flow_kg_s.is_finite() {
            return bad("mass flow (kg/s)", flow_kg_s);
        }
        let steering = match steering {
            Steering::Inertial { direction }
            | Steering::LinearTangent { direction, .. }
            | Steering::Turning { direction, .. }
                if !(norm(direction) > 0.0 && norm(direction).is_finite()) =>
            {
                return bad("length of a thrust direction", norm(direction));
            }
            Steering::LinearTangent { rate_s1, .. } if !norm(rate_s1).is_finite() => {
                return bad("rate of a thrust direction (1/s)", norm(rate_s1));
            }
            Steering::Inertial { direction } => {
                Steering::Inertial { direction: scale(direction, 1.0 / norm(direction)) }
            }
            Steering::LinearTangent { direction, rate_s1 } => {
                let size = 1.0 / norm(direction);
                Steering::LinearTangent { direction: scale(direction, size), rate_s1: scale(rate_s1, size) }
            }
            Steering::Turning { axes, direction } => {
                Steering::Turning { axes, direction: scale(direction, 1.0 / norm(direction)) }
            }
            other => other,
        };
        Ok(Self { start, duration_s, thrust_n, isp_s, steering })
    }

    /// Mass flow T/(g₀·Isp), kg/s.
    #[must_use]
    pub fn flow_kg_s(&self) -> f64 {
        self.thrust_n / (G0_M_S2 * self.isp_s)
    }

    /// Burning time inside the first `after_s` seconds from an epoch, negative where these lead back.
    #[must_use]
    pub fn burnt_s(&self, epoch: Epoch, after_s: f64) -> f64 {
        let [from_s, to_s] = self.span_s(epoch);
        after_s.clamp(from_s, to_s) - 0.0_f64.clamp(from_s, to_s)
    }

    /// Ignition and cut-off as seconds after an epoch.
    pub(crate) fn span_s(&self, epoch: Epoch) -> [f64; 2] {
        let from_s = self.start.tdb_s() - epoch.tdb_s();
        [from_s, from_s + self.duration_s]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc() -> ThrustArc {
        ThrustArc::new(Epoch::from_tdb_s(1000.0), 100.0, 9.806_65 * 450.0, 450.0, Steering::AlongVelocity)
            .expect("an arc")
    }

    #[test]
    fn law_burning_time_counts_what_lies_inside() {
        let at = |epoch: f64, after: f64| arc().burnt_s(Epoch::from_tdb_s(epoch), after);
        assert!((arc().flow_kg_s() - 1.0).abs() < 1e-15);
        assert_eq!([at(900.0, 50.0), at(900.0, 150.0), at(900.0, 500.0)], [0.0, 50.0, 100.0]);
        assert_eq!([at(1050.0, 20.0), at(1050.0, -20.0), at(1050.0, -500.0)], [20.0, -20.0, -50.0]);
        assert_eq!([at(2000.0, -1000.0), at(2000.0, -950.0), at(2000.0, 10.0)], [-100.0, -50.0, 0.0]);
    }

    #[test]
    fn refuses_arcs_that_make_no_sense() {
        let refuse = |duration_s, thrust_n, isp_s, steering| {
            ThrustArc::new(Epoch::from_tdb_s(0.0), duration_s, thrust_n, isp_s, steering)
                .expect_err("refused")
                .to_string()
        };
        let along = Steering::AlongVelocity;
        assert!(refuse(0.0, 1.0, 1.0, along).contains("burning time (s) is 0"));
        assert!(refuse(1.0, -1.0, 1.0, along).contains("thrust (N) is -1"));
        assert!(refuse(1.0, 1.0, f64::NAN, along).contains("specific impulse (s) is NaN"));
        assert!(refuse(1.0, 1.0, 1.0, Steering::Inertial { direction: [0.0; 3] }).contains("direction is 0"));
    }
}
