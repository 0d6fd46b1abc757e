//! What pulls and pushes.

pub mod atmosphere;
pub mod forces;
pub mod gravity;
pub mod cr3bp;
pub mod point_masses;
pub mod shadow;
pub mod thrust;

pub use atmosphere::Atmosphere;
pub use cr3bp::Cr3bp;
pub use forces::{Craft, Drag, Evaluator, Field, Forces, Radiation, Relativity};
pub use gravity::{FieldGradient, GravityError, GravityField, TideSystem};
pub use point_masses::{Attractor, DynamicsError, Indirect, MuSource, PointMasses};
pub use thrust::{LocalAxes, Steering, ThrustArc};
