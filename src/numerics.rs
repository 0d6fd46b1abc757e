//! Numbers without a unit: small vectors, roots, minima, Kepler's equation.

pub mod kepler_equation;
pub mod minima;
pub mod vector;

pub use kepler_equation::eccentric_anomaly;
