//! What pulls.

pub mod point_masses;

pub use point_masses::{Attractor, DynamicsError, Indirect, PointMasses};
