//! A right-hand side that counts.

use portolan::dynamics::Evaluator;
use portolan::ephemerides::{EphemerisError, State};
use portolan::numerics::vector::Vector3;
use portolan::propagation::Start;

/// The forces of a flight, asked one moment after the other.
pub(crate) struct Pull<'a> {
    evaluator: Evaluator<'a>,
    pub(crate) count: usize,
}

impl<'a> Pull<'a> {
    pub(crate) fn new(forces: &'a portolan::dynamics::Forces, start: &Start) -> Self {
        Self { evaluator: forces.evaluator(start.epoch), count: 0 }
    }

    /// km/s² at some seconds after the start.
    #[inline]
    pub(crate) fn at(&mut self, after_s: f64, state: &State) -> Result<Vector3, EphemerisError> {
        self.count += 1;
        self.evaluator.acceleration_km_s2(after_s, state.position_km, state.velocity_km_s)
    }
}

/// A state with what rounding has taken from it (Kahan), since a tenth of a micrometre a step is seen here.
pub(crate) struct Summed {
    pub(crate) state: State,
    low: State,
}

impl Summed {
    pub(crate) fn new(state: State) -> Self {
        Self { state, low: State::default() }
    }

    pub(crate) fn add(&mut self, dr_km: Vector3, dv_km_s: Vector3) {
        for k in 0..3 {
            add(&mut self.state.position_km[k], &mut self.low.position_km[k], dr_km[k]);
            add(&mut self.state.velocity_km_s[k], &mut self.low.velocity_km_s[k], dv_km_s[k]);
        }
    }
}

/// sum + x, the rounding kept for the next time.
pub(crate) fn add(sum: &mut f64, low: &mut f64, x: f64) {
    let wanted = x + *low;
    let new = *sum + wanted;
    *low = wanted - (new - *sum);
    *sum = new;
}

/// How far two increments are apart, relative to where the craft is and how fast: the norm of every step control here.
pub(crate) fn relative(error_km: Vector3, error_km_s: Vector3, state: &State) -> f64 {
    let square = |v: &Vector3| v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    let position = square(&error_km) / square(&state.position_km);
    let velocity = square(&error_km_s) / square(&state.velocity_km_s);
    (0.5 * (position + velocity)).sqrt()
}
