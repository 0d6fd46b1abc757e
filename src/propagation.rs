//! What the forces do over time: the two-body step, collocation and Taylor series among the planets, periodic orbits,
//! events, files.

pub mod cases;
pub mod collocation;
pub mod events;
pub mod files;
mod journey;
pub mod kepler;
mod limits;
pub mod periodic;
mod propagator;
#[cfg(feature = "nyx")]
pub mod nyx;
pub mod state_file;
pub mod taylor;
mod trajectory;

pub use collocation::Transition;
pub use journey::{Journey, JourneyError, Leg, dominant_body, fly_journey};
pub use propagator::{Awaited, Ending, Flown, Integrator, Propagator, Start};
pub use taylor::{PropagationError, Stop, Tolerance};
pub use trajectory::Trajectory;
