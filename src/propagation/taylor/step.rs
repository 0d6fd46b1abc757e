//! Order, step and the way from one epoch to another.

use super::series::{MOST_ORDER, Workspace};
use crate::dynamics::PointMasses;
use crate::ephemerides::{EphemerisError, State};
use crate::numerics::vector::norm;
use crate::propagation::trajectory::{Piece, Trajectory};
use crate::time::Epoch;
use thiserror::Error;

/// Relative size of the first term left out of a step's series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance(f64);

impl Tolerance {
    /// The tightest that doubles carry.
    pub const TIGHTEST: Self = Self(f64::EPSILON);

    /// A tolerance from 2e-16 to 1e-3.
    ///
    /// * `value`: relative size of the first term left out
    ///
    /// # Errors
    /// [`PropagationError::BadTolerance`] outside that range.
    pub fn new(value: f64) -> Result<Self, PropagationError> {
        if (f64::EPSILON..=1e-3).contains(&value) {
            Ok(Self(value))
        } else {
            Err(PropagationError::BadTolerance { value })
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }

    /// Order of the series: ⌈1 − ½·ln ε⌉.
    fn order(self) -> usize {
        ((1.0 - 0.5 * self.0.ln()).ceil() as usize).clamp(6, MOST_ORDER)
    }
}

/// Why a propagation ended before its time. The trajectory up to there is kept.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PropagationError {
    /// The tolerance is out of range.
    #[error("a tolerance is a number from 2.3e-16 to 1e-3, got {value}")]
    BadTolerance {
        /// what was asked
        value: f64,
    },
    /// The start is no state.
    #[error("the starting {quantity} is not finite")]
    NotFinite {
        /// position or velocity
        quantity: &'static str,
    },
    /// The way leads below a surface.
    #[error("the spacecraft meets the surface of {body} at {epoch}, {radius_km:.3} km from its centre")]
    Impact {
        /// body that is met
        body: String,
        /// when
        epoch: Epoch,
        /// distance from its centre
        radius_km: f64,
        /// position and velocity at that moment, from the centre of the model
        state: State,
    },
    /// The series converge nowhere.
    #[error("the step has shrunk to {step_s:e} s at {epoch}: the spacecraft is all but on top of a mass")]
    StepCollapsed {
        /// when
        epoch: Epoch,
        /// the step
        step_s: f64,
        /// position and velocity at that moment
        state: State,
    },
    /// The kernels end.
    #[error("{source}")]
    Ephemeris {
        /// which kernel, and its span
        source: EphemerisError,
        /// position and velocity at the last moment
        state: State,
    },
}

/// What ends a propagation besides its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stop {
    /// nothing: pass through the bodies as points
    #[default]
    Never,
    /// the surface of the centre
    AtSurface,
}

/// Fly a state for some time among point masses.
///
/// * `model`: what pulls
/// * `start`: position and velocity from the model's centre, ICRF axes
/// * `epoch`: of the start
/// * `span_s`: time to go, negative for back
/// * `tolerance`: relative size of the first term left out
/// * `stop`: whether a surface ends it
///
/// The trajectory, as far as it came, and the reason if that is not all the way.
///
/// # Source
/// Jorba and Zou, "A software package for the numerical integration of ODEs by means of high-order Taylor
/// methods", Exp. Math. 14 (2005) 99, eqs. 3-7 to 3-9, for order and step.
pub fn propagate(
    model: &PointMasses,
    start: &State,
    epoch: Epoch,
    span_s: f64,
    tolerance: Tolerance,
    stop: Stop,
) -> (Trajectory, Result<(), PropagationError>) {
    let mut trajectory = Trajectory::new(epoch, *start);
    for (quantity, v) in [("position", start.position_km), ("velocity", start.velocity_km_s)] {
        if !v.iter().all(|x| x.is_finite()) {
            return (trajectory, Err(PropagationError::NotFinite { quantity }));
        }
    }
    let order = tolerance.order();
    let direction = if span_s < 0.0 { -1.0 } else { 1.0 };
    let mut workspace = Workspace::new(model);
    let (mut state, mut after_s) = (*start, 0.0);
    // the sum of many steps carries its rounding along (Kahan)
    let mut carry_s = 0.0;
    while (span_s - after_s) * direction > 0.0 {
        let room_s = match workspace.expand(model, &state, (epoch, after_s), direction, order) {
            Ok(room_s) => room_s,
            Err(source) => return (trajectory, Err(PropagationError::Ephemeris { source, state })),
        };
        let free_s = step_s(&workspace, order);
        let left_s = (span_s - after_s) * direction;
        if !(free_s > 1e-12 * left_s.min(1.0) && room_s > 0.0) {
            let error = PropagationError::StepCollapsed { epoch: epoch + after_s, step_s: free_s.min(room_s), state };
            return (trajectory, Err(error));
        }
        let h_s = free_s.min(room_s).min(left_s) * direction;
        let piece = Piece::from_series(after_s, h_s, workspace.terms(order));
        let end = piece.state(h_s);
        let lowest_s = if stop == Stop::AtSurface { piece.lowest_s() } else { h_s };
        if stop == Stop::AtSurface && norm(piece.state(lowest_s).position_km) < model.center.radius_km {
            let (hit_s, state) = piece.crossing(model.center.radius_km, lowest_s);
            trajectory.push(piece.cut(hit_s), state);
            let error = PropagationError::Impact {
                body: model.center.name.to_owned(),
                epoch: epoch + (after_s + hit_s),
                radius_km: norm(state.position_km),
                state,
            };
            return (trajectory, Err(error));
        }
        trajectory.push(piece, end);
        state = end;
        if left_s <= h_s.abs() {
            break;
        }
        let step = h_s - carry_s;
        let next = after_s + step;
        carry_s = (next - after_s) - step;
        after_s = next;
    }
    (trajectory, Ok(()))
}

/// Step from the last two terms: h = ρ·e^(−2 − 0.7/(p − 1)), ρ the smaller of the two estimates of the radius.
fn step_s(workspace: &Workspace, order: usize) -> f64 {
    let size = |n: usize| workspace.position.iter().map(|axis| axis[n].abs()).fold(0.0, f64::max);
    let radius = |n: usize| (size(0) / size(n)).powf(1.0 / n as f64);
    let rho = radius(order).min(radius(order - 1));
    rho * (-2.0 - 0.7 / (order as f64 - 1.0)).exp()
}
