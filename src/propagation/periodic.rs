//! Periodic orbits of the restricted problem: a differential corrector by their symmetry, and the walk along a family.
//!
//! A trajectory that crosses the plane y = 0 at a right angle is its own mirror image about it, run backwards. One that does so
//! twice is periodic, and half of it is the whole: from (x, 0, z) with the velocity (0, vy, 0) the corrector asks for y, vx and
//! vz to vanish half a period later, by Newton's method with the transition matrix. Four numbers (x, z, vy, the period) meet three
//! conditions, so orbits come in families of one parameter; what is held fixed picks one of them. Lyapunov, halo,
//! near-rectilinear, axial-free and distant retrograde orbits are all of this kind.
//!
//! # Source
//! Howell, "Three-dimensional, periodic, halo orbits", Celest. Mech. 32 (1984) 53, for the correction over half a period;
//! Keller, "Numerical solution of bifurcation and nonlinear eigenvalue problems" (1977), for the pseudo-arclength.

mod family;
mod stability;

pub use family::{Family, Towards};

use super::taylor::Tolerance;
use super::taylor::cr3bp::{RotatingError, RotatingVaried, propagate_with_transition_within};
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::numerics::vector::{minus, norm};
use nalgebra::{Matrix4, Vector4};
use std::fmt;
use thiserror::Error;

/// Newton's steps before the corrector gives up.
const MOST_STEPS: usize = 40;
/// Halvings of a step that makes matters worse.
const MOST_HALVINGS: u32 = 10;
/// Steps of one flight: a period of the longest orbits published takes some thousands.
const MOST_FLIGHT_STEPS: usize = 10_000;
/// Steps of all flights of one correction: a good guess takes some hundreds.
const MOST_CORRECTION_STEPS: usize = 200_000;
/// Rounding of a flight over half a period, in units of the last place times the largest entry of the transition matrix.
const ROUNDING: f64 = 64.0 * f64::EPSILON;
/// A speed that only a point of equilibrium has, LU/TU.
const AT_REST_LU_TU: f64 = 1e-9;

/// A crossing of the plane y = 0 at a right angle, and the time until the orbit is back there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RightCrossing {
    /// along the line of the primaries
    pub x_lu: f64,
    /// above their plane; zero for an orbit in it
    pub z_lu: f64,
    /// speed across
    pub vy_lu_tu: f64,
    /// the whole period
    pub period_tu: f64,
}

impl RightCrossing {
    /// Place and speed.
    #[must_use]
    pub const fn state(&self) -> RotatingState {
        RotatingState { position_lu: [self.x_lu, 0.0, self.z_lu], velocity_lu_tu: [0.0, self.vy_lu_tu, 0.0] }
    }

    const fn unknowns(&self) -> [f64; 4] {
        [self.x_lu, self.z_lu, self.vy_lu_tu, self.period_tu]
    }

    const fn of([x_lu, z_lu, vy_lu_tu, period_tu]: [f64; 4]) -> Self {
        Self { x_lu, z_lu, vy_lu_tu, period_tu }
    }
}

/// What the corrector leaves as the guess has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// the period
    Period,
    /// x of the crossing
    X,
    /// z of the crossing
    Z,
    /// Jacobi's constant
    Jacobi,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Period => "the period",
            Self::X => "x",
            Self::Z => "z",
            Self::Jacobi => "Jacobi's constant",
        })
    }
}

/// Why there is no periodic orbit.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum PeriodicError {
    /// The guess is no crossing.
    #[error("the guess's {quantity} is {value}: write a finite number, the period above zero")]
    BadGuess {
        /// which number
        quantity: &'static str,
        /// what it is
        value: f64,
    },
    /// A flight over half the period failed.
    #[error("the orbit cannot be flown: {source}")]
    Flight {
        /// why not
        #[from]
        source: RotatingError,
    },
    /// Neighbouring orbits of the family are the same in what is held.
    #[error(
        "with {held} held there is no single orbit near a period of {period_tu} TU: the family turns or branches there; hold something else"
    )]
    Singular {
        /// what was held
        held: Held,
        /// where
        period_tu: f64,
    },
    /// Newton's method does not settle.
    #[error(
        "after {steps} steps the orbit still crosses the plane at a slant, {miss_lu:e} LU and LU/TU off: begin with a better guess"
    )]
    NotConverged {
        /// steps made
        steps: usize,
        /// what is left of y, vx and vz half a period on, LU and LU/TU
        miss_lu: f64,
    },
    /// The trials wind about a primary, or the period is of no orbit.
    #[error(
        "the corrector has flown {steps} steps and come to no orbit: begin with a better guess, or a shorter period"
    )]
    TooLong {
        /// steps of all its flights
        steps: usize,
    },
    /// The orbit has shrunk to a point.
    #[error("the guess leads to the point of equilibrium at x = {x_lu} LU, which is no orbit: begin farther from it")]
    Equilibrium {
        /// where
        x_lu: f64,
    },
    /// A family ends or turns before it gets there.
    #[error(
        "the family's periods turn back at {turn_tu} TU and do not reach {wanted_tu} TU: ask for a period on this side"
    )]
    TurnsBack {
        /// the last period found
        turn_tu: f64,
        /// what was asked
        wanted_tu: f64,
    },
    /// A period that no walk of a sensible length reaches.
    #[error(
        "after {strides} strides along the family its period is {period_tu} TU, far from {wanted_tu} TU: ask for one nearer"
    )]
    TooFar {
        /// strides made
        strides: usize,
        /// where they led
        period_tu: f64,
        /// what was asked
        wanted_tu: f64,
    },
    /// The walk makes no headway.
    #[error("the walk along the family stands still at a period of {period_tu} TU, its stride down to {stride_lu:e}")]
    Stuck {
        /// where
        period_tu: f64,
        /// length of the last stride tried
        stride_lu: f64,
    },
}

/// A periodic orbit, and how its neighbours move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodicOrbit {
    /// the primaries and the units
    pub system: Cr3bp,
    /// the crossing it was corrected from, and its period
    pub crossing: RightCrossing,
    /// the crossing half a period later
    pub half: RotatingState,
    /// place and speed after a whole period
    pub end: RotatingState,
    /// ∂(end)/∂(start) over a whole period; rows and columns are x, y, z in LU and vx, vy, vz in LU/TU
    pub monodromy_matrix: [[f64; 6]; 6],
}

impl PeriodicOrbit {
    /// Jacobi's constant of the crossing.
    #[must_use]
    pub fn jacobi_lu2_tu2(&self) -> f64 {
        self.system.jacobi_lu2_tu2(&self.crossing.state())
    }

    /// How far the end of a period is from its start, the root of the squares of LU and LU/TU.
    #[must_use]
    pub fn closure_lu(&self) -> f64 {
        let start = self.crossing.state();
        let dr = norm(minus(self.end.position_lu, start.position_lu));
        dr.hypot(norm(minus(self.end.velocity_lu_tu, start.velocity_lu_tu)))
    }

    /// How fast neighbours leave: ½(|λ| + 1/|λ|) of the largest multiplier; 1 where none does.
    ///
    /// # Source
    /// Howell (1984), whose ν it is for real multipliers.
    #[must_use]
    pub fn stability_index(&self) -> f64 {
        stability::index(&self.monodromy_matrix)
    }
}

/// The periodic orbit near a guess.
///
/// * `system`: the share of the smaller primary, and the units
/// * `guess`: a crossing of y = 0 at nearly a right angle and the period, to two digits or so
/// * `held`: what the orbit shares with the guess
///
/// # Errors
/// [`PeriodicError`]: a guess that is no crossing, a flight that falls onto a primary or has no end, no convergence, a
/// singular condition, a point of equilibrium.
///
/// ```
/// use portolan::dynamics::Cr3bp;
/// use portolan::propagation::periodic::{Held, RightCrossing, correct};
/// // three digits of a near-rectilinear halo orbit
/// let guess = RightCrossing { x_lu: 1.021, z_lu: -0.182, vy_lu_tu: -0.102, period_tu: 1.502191242913625 };
/// let orbit = correct(&Cr3bp::JPL_EARTH_MOON, &guess, Held::Period)?;
/// assert_eq!(format!("{:.8}", orbit.crossing.x_lu), "1.02134490"); // JPL's catalogue: 1.0213448959…
/// assert_eq!(format!("{:.4}", orbit.stability_index()), "1.3039");
/// assert!(orbit.closure_lu() < 1e-11);
/// # Ok::<(), portolan::propagation::periodic::PeriodicError>(())
/// ```
pub fn correct(system: &Cr3bp, guess: &RightCrossing, held: Held) -> Result<PeriodicOrbit, PeriodicError> {
    let condition = Condition::Held { held, as_in: *guess };
    let landed = newton(system, guess, &condition)?;
    whole(system, landed.crossing)
}

/// The fourth condition.
#[derive(Debug, Clone, Copy)]
enum Condition {
    Held {
        held: Held,
        as_in: RightCrossing,
    },
    /// on the plane across a direction through a point
    Arc {
        tangent: [f64; 4],
        through: [f64; 4],
    },
}

impl Condition {
    /// What it misses by, and how that changes with x, z, vy and the period.
    fn row(&self, system: &Cr3bp, at: &RightCrossing) -> (f64, [f64; 4]) {
        match self {
            Self::Held { held: Held::Period, as_in } => (at.period_tu - as_in.period_tu, [0.0, 0.0, 0.0, 1.0]),
            Self::Held { held: Held::X, as_in } => (at.x_lu - as_in.x_lu, [1.0, 0.0, 0.0, 0.0]),
            Self::Held { held: Held::Z, as_in } => (at.z_lu - as_in.z_lu, [0.0, 1.0, 0.0, 0.0]),
            Self::Held { held: Held::Jacobi, as_in } => {
                let (now, wanted) = (at.state(), as_in.state());
                // the gradient is twice the acceleration without the turning's part
                let still = RotatingState { velocity_lu_tu: [0.0; 3], ..now };
                let [x, _, z] = system.acceleration_lu_tu2(&still);
                let miss = system.jacobi_lu2_tu2(&now) - system.jacobi_lu2_tu2(&wanted);
                (miss, [2.0 * x, 2.0 * z, -2.0 * at.vy_lu_tu, 0.0])
            }
            Self::Arc { tangent, through } => {
                let along = |k: usize| tangent[k] * (at.unknowns()[k] - through[k]);
                ((0..4).map(along).sum(), *tangent)
            }
        }
    }

    const fn held(&self) -> Held {
        match self {
            Self::Held { held, .. } => *held,
            Self::Arc { .. } => Held::Period,
        }
    }
}

/// Half a period flown.
#[derive(Debug, Clone, Copy)]
struct Shot {
    crossing: RightCrossing,
    /// y, vx, vz half a period on, and the fourth condition
    miss: Vector4<f64>,
    /// how they change with x, z, vy and the period
    slope: Matrix4<f64>,
    /// largest entry of the transition matrix
    growth: f64,
}

/// A flight with its transition matrix, which takes away from the steps that are left.
fn fly(
    system: &Cr3bp,
    crossing: &RightCrossing,
    span_tu: f64,
    left: &mut usize,
) -> Result<RotatingVaried, RotatingError> {
    let mut of_flight = MOST_FLIGHT_STEPS.min(*left);
    let granted = of_flight;
    let tight = Tolerance::TIGHTEST;
    let flown = propagate_with_transition_within(system, &crossing.state(), span_tu, tight, &mut of_flight);
    // a refused flight costs too
    *left -= (granted - of_flight).max(1).min(*left);
    flown
}

fn shoot(
    system: &Cr3bp,
    crossing: RightCrossing,
    condition: &Condition,
    left: &mut usize,
) -> Result<Shot, PeriodicError> {
    let flown = fly(system, &crossing, 0.5 * crossing.period_tu, left)?;
    let state = flown.end.state;
    let [ax, _, az] = system.acceleration_lu_tu2(&state);
    let (miss, last) = condition.row(system, &crossing);
    let m = &flown.matrix;
    let vy = state.velocity_lu_tu[1];
    let row = |row: usize, rate: f64| [m[row][0], m[row][2], m[row][4], 0.5 * rate];
    // an orbit in the plane stays there; what its neighbours above it do is another matter
    let above = if crossing.z_lu == 0.0 { [0.0, 1.0, 0.0, 0.0] } else { row(5, az) };
    let rows = [row(1, vy), row(3, ax), above, last];
    Ok(Shot {
        crossing,
        miss: Vector4::new(state.position_lu[1], state.velocity_lu_tu[0], state.velocity_lu_tu[2], miss),
        slope: Matrix4::from_fn(|row, column| rows[row][column]),
        growth: m.iter().flatten().fold(1.0, |most: f64, x| most.max(x.abs())),
    })
}

/// The crossing that meets a condition.
#[derive(Debug, Clone, Copy)]
struct Landed {
    crossing: RightCrossing,
    steps: usize,
    slope: Matrix4<f64>,
}

fn newton(system: &Cr3bp, guess: &RightCrossing, condition: &Condition) -> Result<Landed, PeriodicError> {
    let numbers = guess.unknowns();
    for (quantity, value) in ["x", "z", "vy", "period"].into_iter().zip(numbers) {
        if !value.is_finite() || quantity == "period" && value <= 0.0 {
            return Err(PeriodicError::BadGuess { quantity, value });
        }
    }
    let mut left = MOST_CORRECTION_STEPS;
    let mut at = shoot(system, *guess, condition, &mut left)?;
    for steps in 0..MOST_STEPS {
        let singular = PeriodicError::Singular { held: condition.held(), period_tu: at.crossing.period_tu };
        let step = at.slope.lu().solve(&at.miss).filter(|s| s.iter().all(|x| x.is_finite())).ok_or(singular)?;
        let mut better = None;
        for halving in 0..=MOST_HALVINGS {
            let part = 0.5_f64.powi(halving as i32);
            let old = at.crossing.unknowns();
            let next = RightCrossing::of(std::array::from_fn(|k| old[k] - part * step[k]));
            // a trial that cannot be flown is a trial too far
            let trial = if next.period_tu > 0.0 { shoot(system, next, condition, &mut left).ok() } else { None };
            if let Some(trial) = trial.filter(|trial| trial.miss.norm() < at.miss.norm()) {
                better = Some(trial);
                break;
            }
            if at.miss.norm() <= ROUNDING * at.growth {
                break;
            }
        }
        match better {
            Some(trial) => at = trial,
            None if at.miss.norm() <= ROUNDING * at.growth => {
                let RightCrossing { x_lu, vy_lu_tu, .. } = at.crossing;
                if vy_lu_tu.abs() < AT_REST_LU_TU {
                    return Err(PeriodicError::Equilibrium { x_lu });
                }
                return Ok(Landed { crossing: at.crossing, steps, slope: at.slope });
            }
            None if left == 0 => return Err(PeriodicError::TooLong { steps: MOST_CORRECTION_STEPS }),
            None => return Err(PeriodicError::NotConverged { steps, miss_lu: at.miss.norm() }),
        }
    }
    Err(PeriodicError::NotConverged { steps: MOST_STEPS, miss_lu: at.miss.norm() })
}

/// The whole orbit of a crossing.
fn whole(system: &Cr3bp, crossing: RightCrossing) -> Result<PeriodicOrbit, PeriodicError> {
    let mut left = MOST_CORRECTION_STEPS;
    let half = fly(system, &crossing, 0.5 * crossing.period_tu, &mut left)?.end.state;
    let flown = fly(system, &crossing, crossing.period_tu, &mut left)?;
    Ok(PeriodicOrbit { system: *system, crossing, half, end: flown.end.state, monodromy_matrix: flown.matrix })
}

#[cfg(test)]
mod tests;
