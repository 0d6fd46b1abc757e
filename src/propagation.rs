//! What the forces do over time: the two-body step, and Taylor series among the planets.

pub mod collocation;
pub mod events;
pub mod kepler;
pub mod state_file;
pub mod taylor;
mod trajectory;

pub use trajectory::Trajectory;
