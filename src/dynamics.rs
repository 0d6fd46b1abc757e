//! What pulls.

pub mod gravity;
pub mod point_masses;

pub use gravity::{FieldGradient, GravityError, GravityField, TideSystem};
pub use point_masses::{Attractor, DynamicsError, Indirect, PointMasses};
