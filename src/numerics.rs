//! Numbers without a unit: small vectors, roots, minima, Kepler's equation, lanes of a register.

pub mod conic;
pub mod golden;
pub(crate) mod double_double;
pub mod kepler_equation;
pub(crate) mod lanes;
pub mod minima;
pub mod simplex;
pub mod vector;

pub use kepler_equation::eccentric_anomaly;
