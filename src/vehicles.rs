//! What flies: launchers and what they inject, stages and what they burn, and the catalogue of both.

pub mod catalogue; // the files of catalogue/, checked row by row, and the user's own beside them
pub mod curve; // injected mass against C3
pub mod delivery; // what of it arrives, and the price of a kilogram
pub mod estimate; // the same where there is no curve, and how wrong that is
pub mod launcher; // what a launcher carries where, and on what ground
pub mod stage; // the rocket equation, tanks, stacks, sizing
pub mod table; // a file as checked rows

pub use catalogue::{CargoCraft, Catalogue, LaunchSite};
pub use curve::{Curve, CurvePoint, CurvePolynomial};
pub use delivery::{BRAKING_INERT_RATIO, BRAKING_ISP_S, Braking, Delivered, DeliveryError, Freight};
pub use estimate::{EstimateCheck, EstimateError, Pair};
pub use launcher::{
    Availability, Basis, CAPACITY_DLA_DEG, Capacity, Destination, EscapeBasis, Launcher, PriceRange, VehicleError,
};
pub use stage::{Sizing, Stack, Stage, StageError, gear_ratio};
pub use table::{CatalogueError, Verified};
