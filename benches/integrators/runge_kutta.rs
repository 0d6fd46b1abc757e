//! Embedded Runge–Kutta pairs with step control.

use super::pull::{Pull, Summed, relative};
use super::tableaus::{
    DOP853_A, DOP853_B, DOP853_B3, DOP853_C, DOP853_E5, VERNER98_A, VERNER98_B, VERNER98_B8, VERNER98_C,
};
use portolan::ephemerides::{EphemerisError, State};
use portolan::numerics::vector::{Vector3, norm};
use portolan::propagation::Start;

/// An explicit pair.
pub(crate) struct Pair {
    pub(crate) a: &'static [&'static [f64]],
    pub(crate) b: &'static [f64],
    pub(crate) c: &'static [f64],
    /// order of the solution that goes on
    pub(crate) order: usize,
    estimator: Estimator,
}

/// How a step's error is told.
enum Estimator {
    /// weights of the lower order
    Lower(&'static [f64]),
    /// Hairer's mixture of an error of the fifth and one of the third order
    Two { fifth: &'static [f64], third: &'static [f64] },
}

pub(crate) const DOP853: Pair = Pair {
    a: &DOP853_A,
    b: &DOP853_B,
    c: &DOP853_C,
    order: 8,
    estimator: Estimator::Two { fifth: &DOP853_E5, third: &DOP853_B3 },
};

pub(crate) const VERNER98: Pair =
    Pair { a: &VERNER98_A, b: &VERNER98_B, c: &VERNER98_C, order: 9, estimator: Estimator::Lower(&VERNER98_B8) };

const MOST_STAGES: usize = 16;

/// Slopes of a step: velocities and accelerations.
type Stages = [[Vector3; 2]; MOST_STAGES];

impl Pair {
    /// To the end by step control.
    ///
    /// * `tolerance`: of a step's error, relative to position and velocity
    pub(crate) fn fly(&self, pull: &mut Pull, start: &Start, tolerance: f64, mu: f64) -> Result<State, EphemerisError> {
        let mut now = Summed::new(start.state);
        let radius = norm(start.state.position_km);
        let mut h_s = (0.05 * (radius * radius * radius / mu).sqrt()).min(start.span_s);
        let (mut after_s, mut rejected) = (0.0, false);
        let mut k: Stages = [[[0.0; 3]; 2]; MOST_STAGES];
        let mut first = pull.at(0.0, &now.state)?;
        while after_s < start.span_s {
            let left_s = start.span_s - after_s;
            let last = h_s >= left_s * (1.0 - 1e-12);
            let h = if last { left_s } else { h_s };
            k[0] = [now.state.velocity_km_s, first];
            self.stages(pull, after_s, h, &now.state, &mut k)?;
            let error = self.error(&k, h, &now.state) / tolerance;
            let stretch = 0.9 * error.max(1e-12).powf(-1.0 / 8.0);
            if error > 1.0 {
                h_s = h * stretch.max(0.2);
                rejected = true;
                continue;
            }
            let [dr, dv] = weighted(&k, self.b, h);
            now.add(dr, dv);
            after_s = if last { start.span_s } else { after_s + h };
            h_s = h * stretch.clamp(0.3, if rejected { 1.0 } else { 5.0 });
            rejected = false;
            if !last {
                first = pull.at(after_s, &now.state)?;
            }
        }
        Ok(now.state)
    }

    /// To the end in equal steps.
    pub(crate) fn fly_evenly(&self, pull: &mut Pull, start: &Start, steps: usize) -> Result<State, EphemerisError> {
        let mut now = Summed::new(start.state);
        let h = start.span_s / steps as f64;
        let mut k: Stages = [[[0.0; 3]; 2]; MOST_STAGES];
        for step in 0..steps {
            let after_s = step as f64 * h;
            k[0] = [now.state.velocity_km_s, pull.at(after_s, &now.state)?];
            self.stages(pull, after_s, h, &now.state, &mut k)?;
            let [dr, dv] = weighted(&k, self.b, h);
            now.add(dr, dv);
        }
        Ok(now.state)
    }

    fn stages(
        &self,
        pull: &mut Pull,
        after_s: f64,
        h: f64,
        from: &State,
        k: &mut Stages,
    ) -> Result<(), EphemerisError> {
        for (row, c) in self.a.iter().zip(&self.c[1..]) {
            let [dr, dv] = weighted(k, row, h);
            let mut at = *from;
            for axis in 0..3 {
                at.position_km[axis] += dr[axis];
                at.velocity_km_s[axis] += dv[axis];
            }
            k[row.len()] = [at.velocity_km_s, pull.at(after_s + c * h, &at)?];
        }
        Ok(())
    }

    fn error(&self, k: &Stages, h: f64, state: &State) -> f64 {
        match self.estimator {
            Estimator::Lower(lower) => {
                let weights: [f64; MOST_STAGES] = std::array::from_fn(|i| self.b[i] - lower[i]);
                let [dr, dv] = weighted(k, &weights, h);
                relative(dr, dv, state)
            }
            Estimator::Two { fifth, third } => {
                let [dr, dv] = weighted(k, fifth, h);
                let five = relative(dr, dv, state);
                let mut weights = [0.0; 12];
                for (i, weight) in weights.iter_mut().enumerate() {
                    *weight = self.b[i] - third[i];
                }
                let [dr, dv] = weighted(k, &weights, h);
                let three = relative(dr, dv, state);
                let size = (five * five + 0.01 * three * three).sqrt();
                if size == 0.0 { 0.0 } else { five * five / size }
            }
        }
    }
}

/// h·Σ w·k; rows of zeros cost nothing.
#[inline]
fn weighted(k: &Stages, weights: &[f64], h: f64) -> [Vector3; 2] {
    let mut sum = [[0.0; 3]; 2];
    for (slope, weight) in k.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
        for half in 0..2 {
            for axis in 0..3 {
                sum[half][axis] += weight * slope[half][axis];
            }
        }
    }
    sum.map(|half| half.map(|x| x * h))
}
