//! Why a step of a flight cannot be taken.

use crate::units::{number, told};
use thiserror::Error;

/// What a flight refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FlightError {
    /// The tanks do not hold what the burn needs.
    #[error(
        "the burn {burn} of {} m/s needs {} kg and the tank of {element} gives {} kg: {} kg or {} m/s short; load at least {} kg more, lighten the stack or add a stage",
        told(*dv_m_s, *short_m_s, 1), told(*needs_kg, *short_kg, 1), told(*holds_kg, *short_kg, 1),
        told(*short_kg, *short_kg, 1), told(*short_m_s, *short_m_s, 1), told(*more_kg, *more_kg, 1)
    )]
    TankTooSmall {
        /// the burn
        burn: String,
        /// the element that ran out last
        element: String,
        /// what was asked, margin included, m/s
        dv_m_s: f64,
        /// propellant that the tanks of this burn give
        holds_kg: f64,
        /// propellant that the burn needs of the mass as it is
        needs_kg: f64,
        /// propellant missing: the difference
        short_kg: f64,
        /// change of speed missing, m/s
        short_m_s: f64,
        /// propellant that would have to be loaded besides, which this burn lifts too; earlier burns may ask for more
        more_kg: f64,
    },
    /// More change of speed than any mass of propellant gives.
    #[error(
        "the burn {burn} of {} km/s is {} times the exhaust speed of {element}, {} km/s, and a rocket of a thousand tonnes could not give it to two grams; if metres per second are meant, write \"{} m/s\"",
        number(*dv_km_s), told(dv_km_s / exhaust_km_s, 0.0, 0), told(*exhaust_km_s, *exhaust_km_s, 3), number(*dv_km_s)
    )]
    BeyondRockets {
        /// the burn
        burn: String,
        /// the element whose exhaust is fastest
        element: String,
        /// what was asked
        dv_km_s: f64,
        /// its exhaust speed
        exhaust_km_s: f64,
    },
    /// More pieces than a vehicle may have.
    #[error("a vehicle of {count} elements has more than the {most} that it may have; join some of them")]
    TooMany {
        /// how many there would be
        count: usize,
        /// how many there may be
        most: usize,
    },
    /// A name that is not there.
    #[error("there is no {what} called \"{name}\"{hint}")]
    Unknown {
        /// element, load, stack
        what: &'static str,
        /// what was asked for
        name: String,
        /// `; did you mean "…"?`
        hint: String,
    },
    /// A name that is there already.
    #[error("there are two {what}s called \"{name}\"; rename one")]
    Twice {
        /// element, load, stack
        what: &'static str,
        /// the name
        name: String,
    },
    /// An element that was dropped before.
    #[error("{element} has been dropped before this step; drop it later, or let another element do this")]
    Gone {
        /// the element
        element: String,
    },
    /// Elements of two stacks in one step.
    #[error("{element} is in the stack {other}, not in {stack}; join the two first")]
    Apart {
        /// the element
        element: String,
        /// where the others are
        stack: String,
        /// where it is
        other: String,
    },
    /// A step about nothing.
    #[error("there is nothing to {action}; name at least one")]
    Nothing {
        /// burn, drop, join, part
        action: &'static str,
    },
    /// An element without the engines that shall burn.
    #[error("{element} has no {engine}; let another element burn, or give it one")]
    NoEngine {
        /// the element
        element: String,
        /// main engine, thrusters
        engine: &'static str,
    },
    /// An element without a tank.
    #[error("{element} has no tank of a main engine; give it one")]
    NoTank {
        /// the element
        element: String,
    },
    /// Engines that burn together need thrusts.
    #[error("{element} burns together with others and its thrust is not known; give its thrust")]
    NoThrust {
        /// the element
        element: String,
    },
    /// An engine that cannot be started once more.
    #[error(
        "the engine of {element} starts {starts} times and the burn {burn} asks for one more; join burns, or use another engine"
    )]
    NoStart {
        /// the element
        element: String,
        /// the burn
        burn: String,
        /// how often it can be started
        starts: u32,
    },
    /// A throttle that the engine does not have.
    #[error(
        "the engine of {element} runs at {least_fraction} to 1 of its thrust, not at {throttle_fraction} as the burn {burn} asks; choose a setting between"
    )]
    Throttle {
        /// the element
        element: String,
        /// the burn
        burn: String,
        /// least part of the thrust
        least_fraction: f64,
        /// what was asked
        throttle_fraction: f64,
    },
    /// More than a tank has room for.
    #[error(
        "the tank of {element} has room for {} kg, not for {} kg; send less, or enlarge the tank",
        told(*room_kg, asked_kg - room_kg, 1), told(*asked_kg, asked_kg - room_kg, 1)
    )]
    Overfull {
        /// the element
        element: String,
        /// what should go in
        asked_kg: f64,
        /// room that there is
        room_kg: f64,
    },
    /// More people or cargo than an element has room for.
    #[error(
        "{element} has room for {} {what}, not for {}; use a larger one, or two",
        told(*room_value, asked_value - room_value, 0), told(*asked_value, asked_value - room_value, 0)
    )]
    Full {
        /// the element
        element: String,
        /// people, kg of cargo
        what: &'static str,
        /// what should be aboard, in `what`
        asked_value: f64,
        /// room that there is, in `what`
        room_value: f64,
    },
    /// A number that cannot be.
    #[error("the {what} of {name} cannot be {} {unit}; write a {cure}", number(*value))]
    NotPhysical {
        /// element, load or step
        name: String,
        /// mass, specific impulse, …
        what: &'static str,
        /// what was given, in `unit`
        value: f64,
        /// kg, s, d, m/s
        unit: &'static str,
        /// positive number, number of zero or more
        cure: &'static str,
    },
}

impl FlightError {
    /// Whether it is the vehicle that cannot do this, and not the question that makes no sense.
    #[must_use]
    pub fn is_shortage(&self) -> bool {
        matches!(self, Self::TankTooSmall { .. } | Self::NoStart { .. } | Self::Full { .. })
    }
}
