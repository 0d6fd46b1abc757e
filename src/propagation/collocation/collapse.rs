//! Why a step shrinks to nothing: a mass, the digits of the centre, or forces that jump.

use super::Flight;
use crate::bodies::Body;
use crate::numerics::vector::{Vector3, minus, norm};
use crate::propagation::taylor::PropagationError;

/// A body without a radius is met nearer than this, km.
const MET_KM: f64 = 1.0;

/// The body that is felt most.
struct Felt {
    body: Body,
    distance_km: f64,
    pull_km_s2: f64,
}

impl<const B: usize> Flight<'_, B> {
    /// The refusal of a step that has shrunk to nothing.
    pub(super) fn collapse(&self, step_s: f64) -> PropagationError {
        let (epoch, state) = (self.epoch + self.after_s, self.state);
        let points = &self.forces.points;
        let felt = |body: Body, mu_km3_s2: f64, distance_km: f64| Felt {
            body,
            distance_km,
            pull_km_s2: mu_km3_s2 / (distance_km * distance_km),
        };
        let r = state.position_km;
        let mut most = felt(points.center, points.mu_km3_s2, norm(r));
        let mut widest_km = largest(r);
        for other in &points.others {
            // where the kernels end is told by the step itself
            let Ok(place) = other.track.state(epoch) else { continue };
            let one = felt(other.body, other.mu_km3_s2, norm(minus(r, place.position_km)));
            if one.pull_km_s2 > most.pull_km_s2 {
                widest_km = largest(r).max(largest(place.position_km));
                most = one;
            }
        }
        if most.distance_km.is_nan() || most.distance_km <= most.body.radius_km.max(MET_KM) {
            return PropagationError::StepCollapsed { epoch, step_s, state };
        }
        let place_km = widest_km.next_up() - widest_km;
        // 2·δr/r for the size of the pull, and as much for its direction
        let noise = 4.0 * place_km / most.distance_km;
        if most.body != points.center && noise > 0.1 * self.tolerance {
            return PropagationError::CoarseCenter {
                center: points.center.name,
                body: most.body.name,
                distance_km: most.distance_km,
                place_km,
                noise_ratio: noise,
                cure_tolerance: 10.0_f64.powf((10.0 * noise).log10().ceil()),
                epoch,
            };
        }
        PropagationError::NotSmooth { epoch, step_s, tolerance: self.tolerance, state }
    }
}

fn largest(v: Vector3) -> f64 {
    v.iter().fold(0.0, |most: f64, x| most.max(x.abs()))
}
