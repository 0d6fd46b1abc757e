//! Taylor's method in the circular restricted problem of three bodies, one trajectory or eight at a time.
//!
//! Both give the same bits: the single one has the coordinates side by side in the lanes and the two primaries, the
//! batch has eight trajectories there, and each number goes through the same operations in the same order.

/// One call an order, each compiled for its own number.
macro_rules! orders {
    (0..=$last:expr => $about:ident.$next:ident($($list:ident),*)) => {
        orders!(@ $last, $about, $next, ($($list),*),
            1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30);
    };
    (@ $last:expr, $about:ident, $next:ident, $list:tt, $($k:literal)*) => {
        'orders: {
            orders!(# $about, $next, 0, $list);
            $(
                if $k > $last {
                    break 'orders;
                }
                orders!(# $about, $next, $k, $list);
            )*
        }
    };
    (# $about:ident, $next:ident, $k:literal, ($($list:ident),*)) => {
        $about.$next::<$k>($($list),*)
    };
}

mod lanes;
mod single;
mod variation;

use super::step::{Clock, Tolerance, Tuning, stuck};
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::numerics::lanes::Width;
use crate::propagation::limits::Pace;
use thiserror::Error;

pub use lanes::{RotatingStart, propagate_batch, propagate_batch_with_transition};
use single::Single;
use variation::Variation;

/// Steps after which a flight is given up: two hundred thousand revolutions of a distant retrograde orbit.
const MOST_STEPS: usize = 5_000_000;

/// Places and speeds that are flown, LU and LU/TU: their series stay within the range of doubles.
const FARTHEST: f64 = 1e9;

/// Why a flight in the restricted problem ended before its time. The trajectory up to there is kept.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum RotatingError {
    /// The start is no state.
    #[error("the starting {quantity} is not finite")]
    NotFinite {
        /// position, velocity or span
        quantity: &'static str,
    },
    /// The primaries are none.
    #[error("the share of the smaller primary is {mass_ratio}: write a number above 0 and at most 0.5")]
    BadSystem {
        /// what it is
        mass_ratio: f64,
    },
    /// The start lies beyond everything.
    #[error("the starting {quantity} is {value:e}: up to {most_value:e} units of the system are flown")]
    OutOfRange {
        /// position or velocity
        quantity: &'static str,
        /// its greatest coordinate, LU or LU/TU
        value: f64,
        /// the greatest that is flown
        most_value: f64,
    },
    /// The series converge nowhere.
    #[error("the step has shrunk to {step_tu:e} TU after {after_tu} TU: the spacecraft is all but on top of a primary")]
    StepCollapsed {
        /// time since the start
        after_tu: f64,
        /// the step
        step_tu: f64,
        /// place and speed at that moment
        state: RotatingState,
    },
    /// More steps than a flight has.
    #[error(
        "the flight would take some {steps:.0e} steps at the pace it has kept for {after_tu} TU, and {most:.0e} is the most: fly it in \
         parts, or for a shorter time"
    )]
    TooManySteps {
        /// about how many
        steps: usize,
        /// the most
        most: usize,
        /// time since the start
        after_tu: f64,
        /// place and speed at that moment
        state: RotatingState,
    },
    /// A place or a speed beyond all doubles.
    #[error("the flight ends beyond the numbers that a double holds: check the units of its start, LU and LU/TU")]
    Overflow,
}

/// The end of a flight and what it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RotatingEnd {
    /// place and speed at the end
    pub state: RotatingState,
    /// number of steps
    pub steps: usize,
}

/// The end of a flight and how it changes with the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RotatingVaried {
    /// place and speed at the end, with the bits of a flight without the variational equations
    pub end: RotatingEnd,
    /// ∂(end)/∂(start); rows and columns are x, y, z in LU and vx, vy, vz in LU/TU
    pub matrix: [[f64; 6]; 6],
}

impl RotatingVaried {
    /// A flight of no time.
    fn at_rest(state: RotatingState) -> Self {
        let matrix = std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))));
        Self { end: RotatingEnd { state, steps: 0 }, matrix }
    }
}

/// One step: a polynomial about its beginning.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    after_tu: f64,
    h_tu: f64,
    /// rows of x, y, z, one a power
    terms: Vec<[f64; 3]>,
}

impl Piece {
    fn state(&self, t_tu: f64) -> RotatingState {
        let mut state = RotatingState::default();
        for axis in 0..3 {
            // the first two terms last, so that the small ones are summed before they meet the large
            let (mut r, mut v) = (0.0, 0.0);
            for (n, row) in self.terms.iter().enumerate().skip(2).rev() {
                r = (r + row[axis]) * t_tu;
                v = (v + n as f64 * row[axis]) * t_tu;
            }
            state.position_lu[axis] = self.terms[0][axis] + (self.terms[1][axis] + r) * t_tu;
            state.velocity_lu_tu[axis] = self.terms[1][axis] + v;
        }
        state
    }
}

/// A trajectory in the turning frame: the series of every step.
#[derive(Debug, Clone, PartialEq)]
pub struct RotatingTrajectory {
    start: RotatingState,
    end: RotatingState,
    pieces: Vec<Piece>,
}

impl RotatingTrajectory {
    /// State at the start.
    #[must_use]
    pub const fn start(&self) -> RotatingState {
        self.start
    }

    /// State at the end.
    #[must_use]
    pub const fn end(&self) -> RotatingState {
        self.end
    }

    /// Number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.pieces.len()
    }

    /// Time from the start to the end, negative when the way leads back.
    #[must_use]
    pub fn span_tu(&self) -> f64 {
        self.pieces.last().map_or(0.0, |piece| piece.after_tu + piece.h_tu)
    }

    /// State some time after the start, to the accuracy of the integration.
    ///
    /// * `after_tu`: between zero and [`RotatingTrajectory::span_tu`]
    ///
    /// `None` outside.
    #[must_use]
    pub fn state(&self, after_tu: f64) -> Option<RotatingState> {
        let direction = if self.span_tu() < 0.0 { -1.0 } else { 1.0 };
        let inside = after_tu * direction >= 0.0 && (self.span_tu() - after_tu) * direction >= 0.0;
        if !inside {
            return None;
        }
        let next = self.pieces.partition_point(|piece| (after_tu - piece.after_tu) * direction >= 0.0);
        Some(self.pieces.get(next.saturating_sub(1)).map_or(self.start, |piece| piece.state(after_tu - piece.after_tu)))
    }
}

/// Fly a state for some time in the restricted problem.
///
/// * `system`: the share of the smaller primary, and the units
/// * `start`: place and speed in the turning frame
/// * `span_tu`: time to go, negative for back
/// * `tolerance`: relative size of the last term kept
///
/// The trajectory, as far as it came, and the reason if that is not all the way.
///
/// # Source
/// Szebehely, *Theory of Orbits*, eqs. 1.7-5 and 10.2-1 for the motion; Jorba and Zou (see
/// [`propagate`](super::propagate)) for order and step.
///
/// ```
/// use portolan::dynamics::cr3bp::{Cr3bp, RotatingState};
/// use portolan::propagation::taylor::{Tolerance, cr3bp};
/// // a near-rectilinear halo orbit of JPL's catalogue
/// let start = RotatingState {
///     position_lu: [1.0213448959167291, 0.0, -0.18162633785360355],
///     velocity_lu_tu: [0.0, -0.1017777159323786, 0.0],
/// };
/// let (flown, end) =
///     cr3bp::propagate(&Cr3bp::JPL_EARTH_MOON, &start, 1.502191242913625, Tolerance::TIGHTEST);
/// end?;
/// assert!((flown.end().position_lu[0] - start.position_lu[0]).abs() < 2e-12);
/// # Ok::<(), portolan::propagation::taylor::cr3bp::RotatingError>(())
/// ```
#[must_use = "the reason why it stopped is beside the trajectory"]
pub fn propagate(
    system: &Cr3bp,
    start: &RotatingState,
    span_tu: f64,
    tolerance: Tolerance,
) -> (RotatingTrajectory, Result<(), RotatingError>) {
    let mut trajectory = RotatingTrajectory { start: *start, end: *start, pieces: Vec::new() };
    let landed = fly(system, start, span_tu, Tuning::of(tolerance), Width::best(), |after_tu, h_tu, single, order| {
        trajectory.pieces.push(Piece { after_tu, h_tu, terms: single.terms(order) });
        trajectory.end = single.state;
    });
    (trajectory, landed.map(|_| ()))
}

/// Where a state is after some time: [`propagate`] without the way between, with the same bits.
///
/// * `system`, `start`, `span_tu`, `tolerance`: as for [`propagate`]
///
/// # Errors
/// [`RotatingError`] for a system or a start that is none, for a fall onto a primary and for five million steps without an end.
pub fn propagate_end(
    system: &Cr3bp,
    start: &RotatingState,
    span_tu: f64,
    tolerance: Tolerance,
) -> Result<RotatingEnd, RotatingError> {
    fly(system, start, span_tu, Tuning::of(tolerance), Width::best(), |_, _, _, _| ())
}

/// Where a state is after some time, and how that changes with the start: the state transition matrix.
///
/// * `system`, `start`, `span_tu`, `tolerance`: as for [`propagate`]
///
/// The columns are flown through the same steps by their own series, so they are as good as the state beside them. The flight's
/// end has the bits of [`propagate_end`].
///
/// # Errors
/// [`RotatingError`] as for [`propagate_end`].
///
/// # Source
/// Szebehely, *Theory of Orbits*, section 10.2, for the equations of variation.
///
/// ```
/// use portolan::dynamics::cr3bp::{Cr3bp, RotatingState};
/// use portolan::propagation::taylor::{Tolerance, cr3bp};
/// let start = RotatingState {
///     position_lu: [1.0213448959167291, 0.0, -0.18162633785360355],
///     velocity_lu_tu: [0.0, -0.1017777159323786, 0.0],
/// };
/// let tight = Tolerance::TIGHTEST;
/// let flown = cr3bp::propagate_with_transition(&Cr3bp::JPL_EARTH_MOON, &start, 1.502191242913625, tight)?;
/// // six multipliers in three pairs of λ and 1/λ, one of them 1 and 1
/// let trace: f64 = (0..6).map(|k| flown.matrix[k][k]).sum();
/// assert!((trace - 0.77170775).abs() < 1e-8);
/// # Ok::<(), portolan::propagation::taylor::cr3bp::RotatingError>(())
/// ```
pub fn propagate_with_transition(
    system: &Cr3bp,
    start: &RotatingState,
    span_tu: f64,
    tolerance: Tolerance,
) -> Result<RotatingVaried, RotatingError> {
    fly_varied(system, start, span_tu, Tuning::of(tolerance), Width::best())
}

/// [`propagate_with_transition`] with no more steps than are left; those made are taken away.
pub(crate) fn propagate_with_transition_within(
    system: &Cr3bp,
    start: &RotatingState,
    span_tu: f64,
    tolerance: Tolerance,
    left: &mut usize,
) -> Result<RotatingVaried, RotatingError> {
    let mut variation = Variation::new();
    let width = Width::best();
    let most = *left;
    let end = fly_within(system, start, (span_tu, most), Tuning::of(tolerance), width, |_, h_tu, single, order| {
        *left -= 1;
        variation.step(width, single, h_tu, order);
    })?;
    Ok(RotatingVaried { end, matrix: variation.matrix() })
}

fn fly_varied(
    system: &Cr3bp,
    start: &RotatingState,
    span_tu: f64,
    tuning: Tuning,
    width: Width,
) -> Result<RotatingVaried, RotatingError> {
    let mut variation = Variation::new();
    let end = fly(system, start, span_tu, tuning, width, |_, h_tu, single, order| {
        variation.step(width, single, h_tu, order);
    })?;
    landed(end, variation.matrix())
}

/// What errors are measured against: [`propagate_end`] with a higher order and shorter steps than any tolerance gives.
///
/// * `system`, `start`: as for [`propagate`]
///
/// # Errors
/// [`RotatingError`] as for [`propagate_end`].
pub fn reference(system: &Cr3bp, start: &RotatingStart) -> Result<RotatingEnd, RotatingError> {
    fly(system, &start.state, start.span_tu, Tuning::reference(), Width::best(), |_, _, _, _| ())
}

/// Whether a system, a start and a time to go can be flown.
fn check(system: &Cr3bp, start: &RotatingState, span_tu: f64) -> Result<(), RotatingError> {
    let mass_ratio = system.mass_ratio;
    if !(mass_ratio > 0.0 && mass_ratio <= 0.5) {
        return Err(RotatingError::BadSystem { mass_ratio });
    }
    if !span_tu.is_finite() {
        return Err(RotatingError::NotFinite { quantity: "span" });
    }
    for (quantity, v) in [("position", start.position_lu), ("velocity", start.velocity_lu_tu)] {
        if !v.iter().all(|x| x.is_finite()) {
            return Err(RotatingError::NotFinite { quantity });
        }
        let value = v.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if value > FARTHEST {
            return Err(RotatingError::OutOfRange { quantity, value, most_value: FARTHEST });
        }
    }
    Ok(())
}

/// Step by step to the end; `see` is shown the beginning and the length of each step and its series.
fn fly(
    system: &Cr3bp,
    start: &RotatingState,
    span_tu: f64,
    tuning: Tuning,
    width: Width,
    see: impl FnMut(f64, f64, &Single, usize),
) -> Result<RotatingEnd, RotatingError> {
    fly_within(system, start, (span_tu, MOST_STEPS), tuning, width, see)
}

/// [`fly`] with a bound on the steps.
fn fly_within(
    system: &Cr3bp,
    start: &RotatingState,
    (span_tu, most_steps): (f64, usize),
    tuning: Tuning,
    width: Width,
    mut see: impl FnMut(f64, f64, &Single, usize),
) -> Result<RotatingEnd, RotatingError> {
    check(system, start, span_tu)?;
    let mut pace = Pace::up_to(MOST_STEPS);
    let direction = if span_tu < 0.0 { -1.0 } else { 1.0 };
    let mut single = Single::new(system, *start);
    let mut clock = Clock::default();
    while (span_tu - clock.after_s) * direction > 0.0 {
        let after_tu = clock.after_s;
        let left_tu = (span_tu - after_tu) * direction;
        let before = single.state;
        if pace.steps() >= most_steps {
            return Err(RotatingError::TooManySteps { steps: pace.steps(), most: most_steps, after_tu, state: before });
        }
        let stride = single.step(width, tuning, left_tu, direction);
        if stuck(stride.free_s, left_tu) {
            return Err(RotatingError::StepCollapsed { after_tu, step_tu: stride.free_s, state: before });
        }
        let many = pace.step(|| after_tu / span_tu);
        see(after_tu, stride.h_s, &single, stride.order);
        if left_tu <= stride.h_s.abs() {
            break;
        }
        clock.tick(stride.h_s);
        let over = (span_tu - clock.after_s) * direction <= 0.0;
        if let Some(steps) = many.filter(|_| !over) {
            return Err(too_many(steps, after_tu, single.state));
        }
    }
    let end = RotatingEnd { state: single.state, steps: pace.steps() };
    landed(end, [[0.0; 6]; 6]).map(|landed| landed.end)
}

/// An end, if it is one.
fn landed(end: RotatingEnd, matrix: [[f64; 6]; 6]) -> Result<RotatingVaried, RotatingError> {
    let numbers = end.state.position_lu.iter().chain(&end.state.velocity_lu_tu).chain(matrix.iter().flatten());
    if numbers.into_iter().all(|x| x.is_finite()) {
        Ok(RotatingVaried { end, matrix })
    } else {
        Err(RotatingError::Overflow)
    }
}

/// The refusal of too many steps.
fn too_many(steps: usize, after_tu: f64, state: RotatingState) -> RotatingError {
    RotatingError::TooManySteps { steps, most: MOST_STEPS, after_tu, state }
}

#[cfg(test)]
mod tests;
