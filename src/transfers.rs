//! From here to there: Lambert arcs, porkchops, the burns that leave and enter parking orbits.

pub mod burns;
pub mod cases;
pub mod departure;
pub mod lambert;
pub mod launch_period;
pub mod mars_moons;
pub mod moon_window;
pub mod opportunities;
pub mod porkchop;
pub mod round_trip;
pub mod tangential;
pub mod validation;

pub use burns::{BurnError, ParkingOrbit, departure_burn};
