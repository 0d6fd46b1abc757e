//! What flies: launchers and what they inject, stages and what they burn, and the catalogue of both.

pub mod catalogue; // the files of catalogue/, checked row by row, and the user's own beside them
pub mod curve; // injected mass against C3
pub mod delivery; // what of it arrives, and the price of a kilogram
pub mod element; // what a vehicle is made of, and who is joined to whom
pub mod estimate; // the same where there is no curve, and how wrong that is
pub mod fit; // backwards: largest payload, smallest stack
pub mod flight; // step by step: burns, coasts, drops, what is left
pub mod isru; // propellant made at a surface
pub mod launch_site; // what an inclination costs from a site
pub mod launcher; // what a launcher carries where, and on what ground
pub mod price; // what launches cost whom, by the number bought
pub mod propulsion; // engines, tanks, boil-off
pub mod refuelling; // depots, tankers, launches behind a departure
pub mod reliability; // what flights say about the next
pub mod sizing_law; // a fitted dry mass
pub mod stage; // the rocket equation, tanks, stacks, sizing
pub mod table; // a file as checked rows

pub use catalogue::{CargoCraft, Catalogue};
pub use curve::{Curve, CurvePoint, CurvePolynomial};
pub use delivery::{BRAKING_INERT_RATIO, BRAKING_ISP_S, Braking, Delivered, DeliveryError, Freight};
pub use element::{Element, Growth, Load, Supply, Thrusters, Vehicle};
pub use estimate::{EstimateCheck, EstimateError, Pair};
pub use fit::{
    Built, FitError, LargestPayload, Limit, SizedTank, SmallestStack, flown_gear_ratio, largest_payload, smallest_stack,
};
pub use flight::{Burn, Draw, Event, Extent, Firing, Flight, FlightError, Motor, Spent, Step, Stopped, fly};
pub use isru::{Plant, Shuttle, ShuttleFlight, Supplied};
pub use launch_site::{EARTH_TURNS_RAD_S, LaunchSite, SiteError, inclination_cost};
pub use launcher::{
    Availability, Basis, CAPACITY_DLA_DEG, Capacity, Destination, EscapeBasis, Launcher, PriceRange, VehicleError,
};
pub use launcher::{Dated, FactSource, Fairing, LauncherFacts, Service};
pub use price::{Buyer, PriceError, PriceGround, PriceStep, Purchase, StepRule};
pub use propulsion::{BoilOff, CoolerFigures, Cooling, Engine, Fluid, PlaceRate, Tank};
pub use refuelling::{
    DepartureLaunches, Depot, DepotError, Filling, LaunchSlots, TankerTrip, departure_launches, fewest_launches,
};
pub use reliability::{Confidence, FlightRecord};
pub use sizing_law::SizingLaw;
pub use stage::{Sizing, Stage, StageError, gear_ratio};
pub use table::{CatalogueError, Verified};
