//! From here to there: Lambert arcs, porkchops, the burns that leave and enter parking orbits.

pub mod burns;
pub mod cases;
pub mod departure;
pub mod lambert;
pub mod porkchop;
pub mod validation;

pub use burns::{BurnError, ParkingOrbit, departure_burn};
