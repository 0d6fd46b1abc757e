//! Order, step and the way from one epoch to another.

use super::batch::BatchStart;
use super::series::{MOST_ORDER, root, roots};
use super::single::{Single, Stride, Way, smaller};
use super::window::{Window, Windows};
use crate::dynamics::PointMasses;
use crate::ephemerides::{EphemerisError, State};
use crate::numerics::lanes::{Lanes, WIDTH, Width};
use crate::numerics::vector::norm;
use crate::propagation::Start;
use crate::propagation::limits::{Pace, checked, last_epoch, too_many};
use crate::propagation::trajectory::{Piece, Seen, Trajectory};
use crate::time::Epoch;
use std::rc::Rc;
use thiserror::Error;

/// Relative size of the last term kept of a step's series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance(f64);

impl Tolerance {
    /// The tightest that doubles carry.
    pub const TIGHTEST: Self = Self(f64::EPSILON);

    /// Below a millimetre in every arc that the tests fly, and far from rounding.
    pub const DEFAULT: Self = Self(1e-12);

    /// A tolerance from 2e-16 to 1e-3.
    ///
    /// * `value`: relative size of the last term kept
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

    /// The tolerance as a number.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

/// Order of the series and the size of the last term kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tuning {
    order: usize,
    epsilon: f64,
}

impl Tuning {
    /// Order ⌈1 − ½·ln ε⌉ + 4: a step has its price besides that of the order's products, so the best order is higher
    /// than the one that makes the products cheapest.
    pub(super) fn of(tolerance: Tolerance) -> Self {
        let order = (1.0 - 0.5 * tolerance.0.ln()).ceil() as usize + 4;
        Self { order: order.clamp(6, MOST_ORDER), epsilon: tolerance.0 }
    }

    /// For references: order and last term well beyond what the tightest tolerance asks for.
    pub(super) fn reference() -> Self {
        Self { order: MOST_ORDER - 4, epsilon: f64::EPSILON / 256.0 }
    }

    #[cfg(test)]
    pub(super) fn by_hand(order: usize, epsilon: f64) -> Self {
        Self { order: order.clamp(6, MOST_ORDER), epsilon }
    }

    pub(super) const fn order(self) -> usize {
        self.order
    }

    pub(super) const fn epsilon(self) -> f64 {
        self.epsilon
    }

    /// What a term of the position may be beside its first. The velocity's terms are n times larger and act for the
    /// rest of the way, so they are held to the tolerance by asking this much more of the position.
    pub(super) const fn of_position(self) -> f64 {
        self.epsilon / 32.0
    }

    /// Step at which the last two terms are as small as they must be beside the first, s.
    #[inline(always)]
    pub(super) fn stride_s(self, first: f64, last: f64, before: f64) -> f64 {
        let a = root(self.of_position() * (first / last), self.order);
        let b = root(self.of_position() * (first / before), self.order - 1);
        if a < b { a } else { b }
    }

    /// [`Tuning::stride_s`] of eight.
    #[inline(always)]
    pub(super) fn strides<L: Lanes>(self, first: L, last: L, before: L) -> [f64; WIDTH] {
        let bound = L::splat(self.of_position());
        let a = roots::<L>(&(bound * (first / last)).to_array(), self.order);
        let b = roots::<L>(&(bound * (first / before)).to_array(), self.order - 1);
        L::load(&a).min(L::load(&b)).to_array()
    }

    /// [`Tuning::stride_of_velocity`] of eight.
    #[inline(always)]
    pub(super) fn strides_of_velocity<L: Lanes>(self, allowed: L, last: L, before: L) -> [f64; WIDTH] {
        let a = roots::<L>(&(allowed / (L::splat(self.order as f64) * last)).to_array(), self.order - 1);
        let b = roots::<L>(&(allowed / (L::splat((self.order - 1) as f64) * before)).to_array(), self.order - 2);
        L::load(&a).min(L::load(&b)).to_array()
    }

    /// The same from the velocity's last terms, n·c_n: step at which they are as small as is allowed.
    #[inline(always)]
    pub(super) fn stride_of_velocity(self, allowed: f64, last: f64, before: f64) -> f64 {
        let a = root(allowed / (self.order as f64 * last), self.order - 1);
        let b = root(allowed / ((self.order - 1) as f64 * before), self.order - 2);
        if a < b { a } else { b }
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
        /// position, velocity, epoch or span
        quantity: &'static str,
    },
    /// The start is no place or speed of a spacecraft.
    #[error("the starting {quantity} is {value:e}, more than {most_value:e} that are flown: check its unit")]
    OutOfRange {
        /// which, with its unit
        quantity: &'static str,
        /// its size
        value: f64,
        /// the most that is flown
        most_value: f64,
    },
    /// Taylor series, and the centre's acceleration by the kernel.
    #[error(
        "Taylor series take the acceleration of {center} from Newton's law: fly indirect terms from the kernel by collocation"
    )]
    OnlyNewtonian {
        /// centre of the model
        center: &'static str,
    },
    /// More steps than a flight has.
    #[error(
        "the flight would take some {steps:.0e} steps at the pace it has kept until {epoch}, and {most:.0e} is the most: fly it in \
         parts, or for a shorter time"
    )]
    TooManySteps {
        /// about how many
        steps: usize,
        /// the most
        most: usize,
        /// when that was seen
        epoch: Epoch,
        /// position and velocity at that moment
        state: State,
    },
    /// A flight that is to end before its event comes once.
    #[error("occurrences are counted from 1: the flight cannot end at the zeroth {event}")]
    ZerothEvent {
        /// name of the event
        event: String,
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
    /// The digits of a position told from the centre end before those of the pull of a body far from it.
    #[error(
        "told from {center}, a position at {epoch} has no digits below {place_km:.0e} km, by which the pull of {body}, \
         {distance_km:.0} km away, is known to {noise_ratio:.0e} of itself: tell the state from {body}, or ask for a tolerance of {cure_tolerance:.0e}"
    )]
    CoarseCenter {
        /// centre of the model
        center: &'static str,
        /// body whose pull is felt most
        body: &'static str,
        /// distance from that body
        distance_km: f64,
        /// the last place of a coordinate
        place_km: f64,
        /// relative change of the pull that a last place makes
        noise_ratio: f64,
        /// a tolerance that can be kept
        cure_tolerance: f64,
        /// when
        epoch: Epoch,
    },
    /// The forces jump, or change faster than a step can be short.
    #[error(
        "the step has shrunk to {step_s:e} s at {epoch}, where no polynomial follows the forces to a tolerance of {tolerance:.0e}: \
         ask for a looser one"
    )]
    NotSmooth {
        /// when
        epoch: Epoch,
        /// the step
        step_s: f64,
        /// what was asked
        tolerance: f64,
        /// position and velocity at that moment
        state: State,
    },
    /// An engine burns what is not there.
    #[error("the tanks are empty at {epoch}: the burns ask for {short_kg:.3} kg more than the craft carries")]
    OutOfPropellant {
        /// when the step that found it ended
        epoch: Epoch,
        /// what is missing by then
        short_kg: f64,
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
    /// nothing: pass through the bodies as points; where the model has the centre's air, which ends on the ground, the surface does
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
/// * `tolerance`: relative size of the last term kept
/// * `stop`: whether a surface ends it
///
/// The trajectory, as far as it came, and the reason if that is not all the way. A flight that nothing ends before its time and
/// that the kernels do not hold to its end is refused at once.
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
    if stop == Stop::Never
        && let Err(error) = held(model, (start, epoch, span_s))
    {
        return (trajectory, Err(error));
    }
    let landed = fly_pieces(model, &Start { state: *start, epoch, span_s }, tolerance, |piece, end| {
        let lowest_s = if stop == Stop::AtSurface { piece.lowest_s() } else { piece.h_s };
        if stop == Stop::AtSurface && norm(piece.state(lowest_s).position_km) < model.center.radius_km {
            let (hit_s, state) = piece.crossing(model.center.radius_km, lowest_s);
            let hit = epoch + (piece.after_s + hit_s);
            trajectory.push(piece.cut(hit_s), state);
            return Err(PropagationError::Impact {
                body: model.center.name.to_owned(),
                epoch: hit,
                radius_km: norm(state.position_km),
                state,
            });
        }
        trajectory.push(piece, end);
        Ok(Seen::GoOn)
    });
    (trajectory, landed)
}

/// Step by step to the end; `see` is shown each step and the state at its end and says whether to go on.
pub(in crate::propagation) fn fly_pieces(
    model: &PointMasses,
    start: &Start,
    tolerance: Tolerance,
    mut see: impl FnMut(Piece, State) -> Result<Seen, PropagationError>,
) -> Result<(), PropagationError> {
    let Start { state, epoch, span_s } = start;
    let landed =
        fly(model, (state, *epoch, *span_s), Tuning::of(tolerance), Width::best(), |after_s, h_s, single, order| {
            let terms = (0..=order).map(|n| std::array::from_fn(|axis| single.position[axis][n])).collect();
            see(Piece::from_series(after_s, h_s, terms), single.state)
        });
    landed.map(|_| ())
}

fn newtonian(model: &PointMasses) -> Result<(), PropagationError> {
    match model.barycentric {
        Some(_) => Err(PropagationError::OnlyNewtonian { center: model.center.name }),
        None => Ok(()),
    }
}

/// Whether the kernels hold a flight from its first moment to its last.
pub(super) fn held(model: &PointMasses, (start, epoch, span_s): (&State, Epoch, f64)) -> Result<(), PropagationError> {
    newtonian(model)?;
    checked(start, epoch, span_s)?;
    let all = model.holds(epoch).and_then(|()| model.holds(last_epoch(epoch, span_s)));
    all.map_err(|source| PropagationError::Ephemeris { source, state: *start })
}

/// The end of a flight and what it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// position and velocity at the end, from the centre of the model
    pub state: State,
    /// number of steps
    pub steps: usize,
}

/// Where a state is after some time among point masses: [`propagate`] without the way between.
///
/// * `model`, `start`, `epoch`, `span_s`, `tolerance`: as for [`propagate`]
///
/// The same bits as the end of [`propagate`] and of [`propagate_batch`](super::propagate_batch).
///
/// # Errors
/// [`PropagationError`] as for [`propagate`]; no surface ends it.
pub fn propagate_end(
    model: &PointMasses,
    start: &State,
    epoch: Epoch,
    span_s: f64,
    tolerance: Tolerance,
) -> Result<End, PropagationError> {
    held(model, (start, epoch, span_s))?;
    fly(model, (start, epoch, span_s), Tuning::of(tolerance), Width::best(), |_, _, _, _| Ok(Seen::GoOn))
}

/// What errors are measured against: [`propagate_end`] with a higher order and shorter steps than any tolerance gives.
///
/// * `model`: what pulls
/// * `start`: state, epoch and span
///
/// The last terms kept are 256 times smaller than those of [`Tolerance::TIGHTEST`], so what is left is rounding.
///
/// # Errors
/// [`PropagationError`] as for [`propagate`].
pub fn reference(model: &PointMasses, start: &BatchStart) -> Result<End, PropagationError> {
    let BatchStart { state, epoch, span_s } = start;
    held(model, (state, *epoch, *span_s))?;
    fly(model, (state, *epoch, *span_s), Tuning::reference(), Width::best(), |_, _, _, _| Ok(Seen::GoOn))
}

/// A clock that counts many steps and carries its rounding along (Kahan).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    pub(super) after_s: f64,
    carry_s: f64,
}

impl Clock {
    pub(super) fn tick(&mut self, h_s: f64) {
        let step_s = h_s - self.carry_s;
        let next_s = self.after_s + step_s;
        self.carry_s = (next_s - self.after_s) - step_s;
        self.after_s = next_s;
    }
}

/// Whether a step is none: shorter than what a clock would notice, or no number.
pub(super) fn stuck(free_s: f64, left_s: f64) -> bool {
    free_s.is_nan() || free_s <= 1e-12 * left_s.min(1.0)
}

/// Step by step to the end; `see` is shown the beginning and the length of each step and its series.
pub(super) fn fly(
    model: &PointMasses,
    (start, epoch, span_s): (&State, Epoch, f64),
    tuning: Tuning,
    width: Width,
    see: impl FnMut(f64, f64, &Single, usize) -> Result<Seen, PropagationError>,
) -> Result<End, PropagationError> {
    newtonian(model)?;
    let windows = Windows::new(model, epoch, width);
    let mut windows = windows.map_err(|source| PropagationError::Ephemeris { source, state: *start })?;
    fly_through(&mut windows, (start, epoch, span_s), tuning, see)
}

/// [`fly`] by windows that other flights may have looked through.
pub(super) fn fly_through(
    windows: &mut Windows<'_>,
    (start, epoch, span_s): (&State, Epoch, f64),
    tuning: Tuning,
    mut see: impl FnMut(f64, f64, &Single, usize) -> Result<Seen, PropagationError>,
) -> Result<End, PropagationError> {
    checked(start, epoch, span_s)?;
    let width = windows.width();
    let direction = if span_s < 0.0 { -1.0 } else { 1.0 };
    let lost = |source, state| PropagationError::Ephemeris { source, state };
    let mut single = Single::new(windows.model(), *start, windows.terms());
    let mut window: Option<Rc<Window>> = None;
    let mut clock = Clock::default();
    let mut pace = Pace::new();
    while (span_s - clock.after_s) * direction > 0.0 {
        let after_s = clock.after_s;
        let held = window.take().filter(|window| !window.ends(epoch, after_s, direction));
        let here = match held {
            Some(window) => window,
            None => {
                let next = windows.around(epoch, after_s, direction).map_err(|source| lost(source, single.state))?;
                single.look_through(&next);
                next
            }
        };
        let left_s = (span_s - after_s) * direction;
        let room_s = smaller(here.room_s(epoch, after_s, direction), left_s);
        let before = single.state;
        let at = here.since_middle_s(epoch, after_s) / here.half_s;
        let Stride { free_s, h_s, order } = single.step(width, tuning, at, here.half_s, Way { room_s, direction });
        if stuck(free_s, left_s) {
            let epoch = epoch + after_s;
            return Err(PropagationError::StepCollapsed { epoch, step_s: free_s, state: before });
        }
        let many = pace.step(|| after_s / span_s);
        if see(after_s, h_s, &single, order)? != Seen::GoOn || left_s <= h_s.abs() {
            break;
        }
        if let Some(steps) = many {
            return Err(too_many(steps, epoch + after_s, single.state));
        }
        clock.tick(h_s);
        window = Some(here);
    }
    Ok(End { state: single.state, steps: pace.steps() })
}
