//! The same state and forces flown again by nyx-space 2.4.0, an independent propagator.
//!
//! What nyx is handed is made of the same numbers: gravitational parameters and radii go into a set of planetary
//! constants of its own, a gravity field goes as a SHADR file with all digits, places and axes come from the same
//! kernels through anise. What differs is everything that can go wrong: another integrator, another evaluation of
//! the kernels, other sums of harmonics, shadows by other formulas.
//!
//! nyx steps in the time scale of its first epoch; it is given ET, so a second is a TDB second there as here. Given TT
//! it would fly an NRHO 5 cm away in 30 days and a cruise 1.7 m away in 200.
//! Its indirect terms are Newtonian.

mod models;
mod pull;

use models::Models;

use crate::dynamics::Forces;
use crate::ephemerides::{Ephemerides, State};
use crate::numerics::vector::{minus, norm};
use crate::propagation::Trajectory;
use crate::time::Epoch;
use nyx_space::State as _;
use nyx_space::dynamics::SpacecraftDynamics;
use nyx_space::propagators::{ErrorControl, IntegratorMethod, IntegratorOptions, Propagator};
use nyx_space::time::Unit;
use std::sync::Arc;
use thiserror::Error;

/// The engine and its version, for reports.
pub const ENGINE: &str = "nyx-space 2.4.0";

/// What the door refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum NyxError {
    /// A force that nyx has not, or not in the same form.
    #[error("{ENGINE} cannot fly {what}: {cure}")]
    NoSuchForce {
        /// the force
        what: String,
        /// what to do
        cure: &'static str,
    },
    /// nyx did not take a part of the model.
    #[error("{ENGINE} does not take {what}: {reason}")]
    NotTaken {
        /// body, field or light
        what: String,
        /// what it said
        reason: String,
    },
    /// The start or a time is no number.
    #[error("the {quantity} handed to {ENGINE} is not finite")]
    NotFinite {
        /// position, velocity, time
        quantity: &'static str,
    },
    /// The times asked for do not lead one way.
    #[error("the times asked of {ENGINE} turn round at {after_s} s: sort them from the start, one way")]
    Order {
        /// the first that does not follow
        after_s: f64,
    },
    /// The integration broke off.
    #[error("{ENGINE} broke off on the way to {after_s} s after {epoch}: {reason}")]
    BrokeOff {
        /// epoch of the start
        epoch: Epoch,
        /// the time it was on its way to
        after_s: f64,
        /// what it said
        reason: String,
    },
}

/// nyx's integrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Method {
    /// Runge-Kutta 8(9), nyx's own choice
    RungeKutta89,
    /// Dormand-Prince 7(8), the better one at tight tolerances
    #[default]
    DormandPrince78,
}

/// How much of a flight nyx witnesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// forces and integration; refused where nyx has not the same forces
    #[default]
    Everything,
    /// the integration alone, of our own accelerations: any forces
    IntegrationAlone,
}

/// How nyx integrates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// what is witnessed
    pub scope: Scope,
    /// integrator
    pub method: Method,
    /// relative error of a step that is let pass
    pub tolerance: f64,
    /// longest step
    pub longest_step_s: f64,
}

/// What came nearest to our tightest runs: an NRHO of 30 days to 0.06 mm, a cruise of 200 days to 0.8 mm. nyx's own limit
/// of 2700 s for a step costs a cruise 28 times the time and, by rounding, another decimal.
impl Default for Options {
    fn default() -> Self {
        Self { scope: Scope::default(), method: Method::default(), tolerance: 1e-12, longest_step_s: 86_400.0 }
    }
}

/// How far nyx is from a trajectory of ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// seconds after the start
    pub after_s: f64,
    /// nyx's position less ours, length
    pub position_km: f64,
    /// nyx's velocity less ours, length
    pub velocity_km_s: f64,
}

/// Fly a state in nyx.
///
/// * `forces`: what pulls and pushes
/// * `ephemerides`: the kernels, the same that ours is flown with
/// * `start`: position and velocity from the model's centre, ICRF axes
/// * `epoch`: of the start
/// * `at_s`: seconds after the start at which the state is wanted, one way: growing, or falling below zero
/// * `options`: how
///
/// One state for each of `at_s`.
///
/// # Errors
/// [`NyxError`].
pub fn fly(
    forces: &Forces,
    ephemerides: &Ephemerides,
    start: &State,
    epoch: Epoch,
    at_s: &[f64],
    options: Options,
) -> Result<Vec<State>, NyxError> {
    let sides = [("position", start.position_km.as_slice()), ("velocity", &start.velocity_km_s), ("time", at_s)];
    if let Some((quantity, _)) = sides.into_iter().find(|(_, numbers)| !numbers.iter().all(|x| x.is_finite())) {
        return Err(NyxError::NotFinite { quantity });
    }
    let models = match options.scope {
        Scope::Everything => Models::alike(forces)?,
        Scope::IntegrationAlone => Models(forces),
    };
    let handed = match options.scope {
        Scope::Everything => models.hand_over(ephemerides)?,
        Scope::IntegrationAlone => models.hand_over_pull(ephemerides, epoch)?,
    };
    let craft = models.spacecraft(start, epoch);
    let dynamics = SpacecraftDynamics {
        orbital_dyn: handed.orbital,
        force_models: handed.forces,
        guid_law: None,
        decrement_mass: false,
    };
    let method = match options.method {
        Method::RungeKutta89 => IntegratorMethod::RungeKutta89,
        Method::DormandPrince78 => IntegratorMethod::DormandPrince78,
    };
    let propagator = Propagator::new(dynamics, method, integration(options));
    let mut instance = propagator.with(craft, Arc::new(handed.almanac)).quiet();
    let (mut states, mut before_s) = (Vec::with_capacity(at_s.len()), 0.0);
    let way = at_s.iter().copied().find(|after_s| *after_s != 0.0).unwrap_or(0.0).signum();
    for after_s in at_s.iter().copied() {
        let span_s = after_s - before_s;
        if span_s * way < 0.0 {
            return Err(NyxError::Order { after_s });
        }
        before_s = after_s;
        let flown = instance.for_duration(span_s * Unit::Second).map_err(|e| NyxError::BrokeOff {
            epoch,
            after_s,
            reason: e.to_string(),
        })?;
        let orbit = flown.orbit();
        let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
        states.push(State { position_km: array(orbit.radius_km), velocity_km_s: array(orbit.velocity_km_s) });
    }
    Ok(states)
}

/// Fly the start of a trajectory in nyx and say how far it comes from ours.
///
/// * `forces`, `ephemerides`, `options`: as for [`fly`]; the forces should be those of the trajectory
/// * `trajectory`: ours
/// * `parts`: into how many equal parts its span is cut; a difference is told at the end of each
///
/// # Errors
/// [`NyxError`].
pub fn compare(
    forces: &Forces,
    ephemerides: &Ephemerides,
    trajectory: &Trajectory,
    parts: u32,
    options: Options,
) -> Result<Vec<Difference>, NyxError> {
    let span_s = trajectory.span_s();
    let at_s: Vec<f64> =
        (1..=parts).map(|k| if k == parts { span_s } else { span_s * (f64::from(k) / f64::from(parts)) }).collect();
    let states = fly(forces, ephemerides, &trajectory.start(), trajectory.epoch(), &at_s, options)?;
    let difference = |(after_s, theirs): (f64, State)| {
        let ours = trajectory.state(after_s).unwrap_or_else(|| trajectory.end());
        Difference {
            after_s,
            position_km: norm(minus(theirs.position_km, ours.position_km)),
            velocity_km_s: norm(minus(theirs.velocity_km_s, ours.velocity_km_s)),
        }
    };
    Ok(at_s.into_iter().zip(states).map(difference).collect())
}

fn integration(options: Options) -> IntegratorOptions {
    let longest = options.longest_step_s * Unit::Second;
    IntegratorOptions {
        init_step: (60.0 * Unit::Second).min(longest),
        min_step: 0.001 * Unit::Second,
        max_step: longest,
        tolerance: options.tolerance,
        attempts: 50,
        fixed_step: false,
        // errors measured against the way of a step, position and velocity apart
        error_ctrl: ErrorControl::RSSCartesianStep,
        integration_frame: None,
    }
}
