//! Our own accelerations in nyx's integrator: what is left to witness is the integration.

use crate::dynamics::Forces;
use crate::time::Epoch;
use anise::errors::AlmanacError;
use anise::prelude::{Almanac, Orbit};
use nalgebra::{Matrix3, Vector3};
use nyx_space::dynamics::{AccelModel, DynamicsError};
use std::fmt;

/// All forces of ours but the central term, which nyx adds by itself.
pub(super) struct Pull {
    forces: Forces,
    epoch: Epoch,
}

impl Pull {
    pub(super) const fn new(forces: Forces, epoch: Epoch) -> Self {
        Self { forces, epoch }
    }
}

impl fmt::Display for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "forces of portolan about {}", self.forces.points.center.name)
    }
}

impl AccelModel for Pull {
    fn eom(&self, osc: &Orbit, _almanac: &Almanac) -> Result<Vector3<f64>, DynamicsError> {
        // nyx keeps nanoseconds since its own start, which an Epoch of the middle would round
        let after_s = (osc.epoch - self.epoch.scaled()).to_seconds();
        let (r, v) = (osc.radius_km, osc.velocity_km_s);
        let pull = self.forces.acceleration_km_s2(self.epoch, after_s, [r.x, r.y, r.z], [v.x, v.y, v.z]);
        let pull = pull.map_err(|e| refuse(e.to_string()))?;
        Ok(Vector3::from(pull) + r * (self.forces.points.mu_km3_s2 / r.norm().powi(3)))
    }

    fn gradient(&self, _osc: &Orbit, _almanac: &Almanac) -> Result<(Vector3<f64>, Matrix3<f64>), DynamicsError> {
        Err(refuse("nyx is asked for states alone".to_owned()))
    }
}

fn refuse(err: String) -> DynamicsError {
    let source = Box::new(AlmanacError::GenericError { err });
    DynamicsError::DynamicsAlmanacError { action: "evaluating the forces", source }
}
