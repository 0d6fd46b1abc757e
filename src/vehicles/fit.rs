//! Backwards: the largest payload that a stack carries through its flight, and the smallest stack for a payload.

use super::element::{Growth, Supply, Vehicle};
use super::flight::{Flight, FlightError, Step, Stopped, TankOf, fly, fly_owing};
use crate::units::Mass;
use thiserror::Error;

/// What a search over flights refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// The flight does not close even without payload.
    #[error("even without {load} the flight stops: {}", stopped.error)]
    NotEvenEmpty {
        /// the payload that was varied
        load: String,
        /// where it stops
        stopped: Box<Stopped>,
    },
    /// No payload is too heavy.
    #[error("{load} does not ride on any burn, so no mass of it is too much; carry it on a stack that burns")]
    NoLimit {
        /// the payload that was varied
        load: String,
    },
    /// The structure eats what it is built for: no size is enough.
    #[error(
        "no size of {element} is enough: at {reached_kg:.0} kg of propellant its own structure still asks for more; use a lighter structure, a higher specific impulse, or one more stage"
    )]
    NoSize {
        /// the element that grows without end
        element: String,
        /// where the search gave up
        reached_kg: f64,
    },
    /// Something else is wrong with a step of the flight.
    #[error("{}", stopped.error)]
    Stopped {
        /// where it stops, and why
        stopped: Box<Stopped>,
    },
    /// Something else is wrong with the vehicle.
    #[error(transparent)]
    Flight(#[from] FlightError),
}

/// What keeps a payload from being larger.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// the element whose tank, seats or hold it is
    pub element: String,
    /// the step that a larger payload does not pass; none for the hold
    pub step: Option<usize>,
    /// the refusal that one kilogram more meets
    pub refusal: FlightError,
}

/// The largest payload of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct LargestPayload {
    /// the payload
    pub payload: Mass,
    /// what limits it
    pub limit: Limit,
    /// the flight with it
    pub flight: Flight,
}

/// The largest mass of a load with which a flight closes.
///
/// * `vehicle`, `steps`: as for [`fly`]
/// * `load`: the load whose mass is varied; it may come aboard in a step
///
/// Bisection on the flight itself, boil-off, drops and all, to the last bit that the flight tells apart.
///
/// # Errors
/// [`FitError`] when the flight does not even close without it, or when nothing limits it.
pub fn largest_payload(vehicle: &Vehicle, steps: &[Step], load: &str) -> Result<LargestPayload, FitError> {
    let attempt = |kg: f64| -> Result<Result<Flight, Box<Stopped>>, FlightError> {
        let mass = Mass::from_kg(kg);
        match vehicle.find_load(load) {
            Ok(_) => match vehicle.with_load_of(load, mass) {
                Ok(vehicle) => Ok(fly(&vehicle, steps)),
                Err(error @ FlightError::Full { .. }) => {
                    Ok(Err(Box::new(Stopped { events: Vec::new(), step: 0, error })))
                }
                Err(other) => Err(other),
            },
            Err(unknown) => {
                let mut steps = steps.to_vec();
                let mut found = false;
                for step in &mut steps {
                    if let Step::Load(l) = step
                        && l.name.eq_ignore_ascii_case(load.trim())
                    {
                        (l.mass, found) = (mass, true);
                    }
                }
                if found { Ok(fly(vehicle, &steps)) } else { Err(unknown) }
            }
        }
    };
    let mut best = match attempt(0.0)? {
        Ok(flight) => flight,
        Err(stopped) if stopped.error.is_shortage() => {
            return Err(FitError::NotEvenEmpty { load: load.to_owned(), stopped });
        }
        Err(stopped) => return Err(FitError::Stopped { stopped }),
    };
    let (mut low_kg, mut high_kg) = (0.0, best.start.kg().max(1.0));
    let mut refused = loop {
        match attempt(high_kg)? {
            Err(stopped) => break stopped,
            Ok(flight) => (low_kg, best) = (high_kg, flight),
        }
        high_kg *= 4.0;
        if high_kg > 1e15 {
            return Err(FitError::NoLimit { load: load.to_owned() });
        }
    };
    loop {
        let middle_kg = 0.5 * (low_kg + high_kg);
        if middle_kg <= low_kg || middle_kg >= high_kg {
            break;
        }
        match attempt(middle_kg)? {
            Ok(flight) => (low_kg, best) = (middle_kg, flight),
            Err(stopped) => (high_kg, refused) = (middle_kg, stopped),
        }
    }
    // what a kilogram more meets says more than what a rounding more meets
    let refusal = match attempt(low_kg + 1.0)? {
        Err(stopped) => stopped,
        Ok(_) => refused,
    };
    let (element, at_step) = match &refusal.error {
        FlightError::TankTooSmall { element, .. } => (element.clone(), Some(refusal.step)),
        FlightError::Full { element, .. } => (element.clone(), None),
        _ => return Err(FitError::Stopped { stopped: refusal }),
    };
    let limit = Limit { element, step: at_step, refusal: refusal.error };
    Ok(LargestPayload { payload: Mass::from_kg(low_kg), limit, flight: best })
}

/// A tank of the smallest stack.
#[derive(Debug, Clone, PartialEq)]
pub struct SizedTank {
    /// the element
    pub element: String,
    /// propellant at the start, residual and reserve included
    pub propellant: Mass,
    /// the element without it, nobody aboard
    pub empty: Mass,
    /// whether a tank of this size had to be built, or one of a given size is filled so far
    pub built: Built,
}

/// Where the size of a tank comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Built {
    /// structure and tank are sized for the propellant
    ToMeasure,
    /// a tank of given size is filled as far as needed
    AsGiven,
    /// filled as the file says: another element's burn takes over where this one is empty
    Kept,
}

/// The smallest stack for its loads.
#[derive(Debug, Clone, PartialEq)]
pub struct SmallestStack {
    /// the vehicle, sized and filled
    pub vehicle: Vehicle,
    /// its flight
    pub flight: Flight,
    /// its tanks
    pub tanks: Vec<SizedTank>,
}

/// Propellant beyond which a stack counts as growing without end, kg.
const WITHOUT_END_KG: f64 = 1e10;
const ROUNDS: usize = 20_000;
/// After so many rounds the climb leaps once.
const LEAP: usize = 32;
/// How often what is left over at the end is taken out again.
const PASSES: usize = 60;

/// The least propellant, and with it the least structure, with which a flight closes.
///
/// * `vehicle`: elements that [`Growth`] lets grow are built to measure, the tanks of the others are filled as far as
///   needed and no further than they hold
/// * `steps`: as for [`fly`]
///
/// Each round flies with tanks as if they were filled in passing, and adds what they lacked. That climbs from below
/// to the least load with which nothing lacks: what is lifted grows with every part of it. A climb whose rounds lack a
/// constant part r of the last leaps nine tenths of the rest of the geometric series, l/(1 − r), now and then. What an
/// early round or a leap loaded too much, because it dropped a tank elsewhere than the last, is taken out again. An
/// element that another takes over from in a burn keeps its fill, for the split of such a burn is the file's choice.
///
/// # Errors
/// [`FitError::NoSize`] when the structure eats what it is built for; a tank of given size that is too small is
/// [`FlightError::TankTooSmall`].
pub fn smallest_stack(vehicle: &Vehicle, steps: &[Step]) -> Result<SmallestStack, FitError> {
    let kept = taken_over(vehicle, steps);
    let mut sized = vehicle.clone();
    let drains = |element: &super::Element| element.engine.is_some() || element.thrusters.is_some();
    for at in 0..sized.elements.len() {
        let element = &sized.elements[at].element;
        if drains(element) && !kept.contains(&at) && element.feeds.is_none() {
            sized.empty_tanks(at);
        }
    }
    let (mut last_kg, mut passes) = (f64::INFINITY, 0);
    for round in 1..=ROUNDS {
        let (flight, owed) = fly_owing(&sized, steps).map_err(|stopped| FitError::Stopped { stopped })?;
        let lacking_kg: f64 = owed.values().flatten().sum();
        // below a part in 1e13 of everything, adding what lacks changes nothing that a tank can tell
        if lacking_kg <= 1e-13 * flight.start.kg() {
            // an early round may have dropped another element than the last does: what that left over goes again
            let surplus_kg = sized.give_back(&flight.vehicle, &kept);
            if passes == PASSES || surplus_kg <= 1e-10 * flight.start.kg() {
                return finish(vehicle, sized, steps, &kept);
            }
            passes += 1;
            continue;
        }
        let slows = lacking_kg / last_kg;
        let leaps = round % LEAP == 0 && slows < 1.0;
        let leap = if leaps { (0.9 / (1.0 - slows)).clamp(1.0, 1e6) } else { 1.0 };
        for (tank, kg) in &owed {
            // a tank of given size is not overfilled by a guess
            let leap = if sized.is_built(*tank) { leap } else { 1.0 };
            let more_kg: Vec<f64> = kg.iter().map(|kg| leap * kg).collect();
            sized.enlarge(*tank, &more_kg);
            let held_kg = sized.tank(*tank).map_or(0.0, |t| t.mass().kg());
            let element = &sized.elements[tank.element].element;
            if held_kg > WITHOUT_END_KG || !held_kg.is_finite() || !element.empty().kg().is_finite() {
                return Err(FitError::NoSize { element: element.name.clone(), reached_kg: held_kg });
            }
            // a given tank that would have to be larger: the true flight says by how much
            let room_kg = vehicle.tank(*tank).map_or(0.0, |t| t.capacity().kg());
            if !sized.is_built(*tank) && held_kg > room_kg * (1.0 + 1e-9) {
                return Err(as_given(vehicle, steps, &sized, &element.name, held_kg));
            }
        }
        last_kg = lacking_kg;
    }
    let largest =
        sized.elements.iter().max_by(|a, b| a.element.propellant().kg().total_cmp(&b.element.propellant().kg()));
    let element = largest.map_or_else(String::new, |p| p.element.name.clone());
    Err(FitError::NoSize { element, reached_kg: last_kg })
}

/// The refusal of a tank of given size that is too small.
fn as_given(vehicle: &Vehicle, steps: &[Step], sized: &Vehicle, element: &str, asked_kg: f64) -> FitError {
    let mut full = sized.clone();
    for (own, given) in full.elements.iter_mut().zip(&vehicle.elements) {
        if given.element.growth == Growth::Fixed {
            own.element.tank.clone_from(&given.element.tank);
        }
        own.element.thrusters.clone_from(&given.element.thrusters);
    }
    match fly(&full, steps) {
        Err(stopped) => stopped.error.into(),
        Ok(_) => {
            let room_kg =
                vehicle.element(element).ok().and_then(|e| e.tank.as_ref()).map_or(0.0, |t| t.capacity().kg());
            FlightError::Overfull { element: element.to_owned(), asked_kg, room_kg }.into()
        }
    }
}

fn finish(given: &Vehicle, mut sized: Vehicle, steps: &[Step], kept: &[usize]) -> Result<SmallestStack, FitError> {
    // the climb ends a rounding below: a part in 1e12 more closes every burn
    for at in 0..sized.elements.len() {
        if !kept.contains(&at) {
            sized.round_up(at);
        }
    }
    let flight = fly(&sized, steps).map_err(|stopped| FitError::Stopped { stopped })?;
    let tanks = sized
        .elements
        .iter()
        .enumerate()
        .filter(|(_, p)| p.element.propellant() > Mass::ZERO)
        .map(|(at, p)| SizedTank {
            element: p.element.name.clone(),
            propellant: p.element.propellant(),
            empty: p.element.empty(),
            built: match given.elements[at].element.growth {
                _ if kept.contains(&at) || p.element.feeds.is_some() => Built::Kept,
                Growth::Fixed => Built::AsGiven,
                _ => Built::ToMeasure,
            },
        })
        .collect();
    Ok(SmallestStack { vehicle: sized, flight, tanks })
}

/// Elements that burn to the end and leave the rest of the burn to others.
fn taken_over(vehicle: &Vehicle, steps: &[Step]) -> Vec<usize> {
    let mut kept = Vec::new();
    for step in steps {
        let Step::Burn(burn) = step else { continue };
        if burn.by.is_empty() {
            let engines = (0..vehicle.elements.len()).filter(|at| vehicle.elements[*at].element.engine.is_some());
            let mut engines: Vec<usize> = engines.collect();
            engines.pop();
            kept.extend(engines);
        }
        let takes_all = burn.extent == super::Extent::Depletion;
        let others = if takes_all { burn.by.len() } else { burn.by.len().saturating_sub(1) };
        for name in burn.by.iter().take(others) {
            kept.extend(vehicle.elements.iter().position(|p| p.element.name.eq_ignore_ascii_case(name)));
        }
    }
    kept
}

impl Vehicle {
    /// Whether a tank is built to measure, and not one of given size.
    fn is_built(&self, at: TankOf) -> bool {
        at.motor_is_main && self.elements[at.element].element.growth != Growth::Fixed
    }

    /// Nothing to draw in the tanks of an element; those that are built to measure have no room yet either.
    fn empty_tanks(&mut self, at: usize) {
        let grows = self.elements[at].element.growth != Growth::Fixed;
        let element = &mut self.elements[at].element;
        let main_tanks = usize::from(element.tank.is_some());
        for (k, tank) in element.tanks_mut().enumerate() {
            let (residual_fraction, reserve) = (tank.residual_fraction, tank.reserve);
            for fluid in &mut tank.fluids {
                if grows && k < main_tanks {
                    (fluid.mass, fluid.capacity) = (Mass::ZERO, Mass::ZERO);
                } else {
                    fluid.mass = fluid.capacity * residual_fraction + reserve * fluid.share_fraction;
                }
            }
        }
    }

    /// More of each fluid, and room for it in a tank that is built to measure.
    fn enlarge(&mut self, at: TankOf, more_kg: &[f64]) {
        let built = self.is_built(at);
        let Some(tank) = self.tank_mut(at) else { return };
        // the first kilograms of a tank have the reserve under them
        let reserve_kg = if tank.capacity() == Mass::ZERO { tank.reserve.kg() } else { 0.0 };
        let drawn_fraction = 1.0 - tank.residual_fraction;
        for (fluid, kg) in tank.fluids.iter_mut().zip(more_kg) {
            if built {
                let add = Mass::from_kg((kg + reserve_kg * fluid.share_fraction) / drawn_fraction);
                (fluid.mass, fluid.capacity) = (fluid.mass + add, fluid.capacity + add);
            } else {
                fluid.mass += Mass::from_kg(*kg);
            }
        }
    }

    /// Take out of each tank what it could still give at the end of the flight; how much in all.
    fn give_back(&mut self, end: &Self, kept: &[usize]) -> f64 {
        let mut all_kg = 0.0;
        for element in (0..self.elements.len()).filter(|at| !kept.contains(at)) {
            let own = &self.elements[element].element;
            if own.feeds.is_some() || (own.engine.is_none() && own.thrusters.is_none()) {
                continue;
            }
            let apart = own.thrusters.as_ref().is_some_and(|t| matches!(t.supply, Supply::Own(_)));
            for at in [true, false].map(|motor_is_main| TankOf { element, motor_is_main }) {
                if !at.motor_is_main && !apart {
                    continue;
                }
                let surplus_kg = end.tank(at).map_or(0.0, |t| t.usable().kg());
                let shares: Vec<f64> = self
                    .tank(at)
                    .map(|t| t.fluids.iter().map(|f| -surplus_kg * f.share_fraction).collect())
                    .unwrap_or_default();
                self.enlarge(at, &shares);
                all_kg += surplus_kg;
            }
        }
        all_kg
    }

    /// One part in 1e12 more of everything in an element's tanks.
    fn round_up(&mut self, at: usize) {
        for tank in self.elements[at].element.tanks_mut() {
            for fluid in &mut tank.fluids {
                fluid.mass = fluid.mass * (1.0 + 1e-12);
                fluid.capacity = Mass::from_kg(fluid.capacity.kg().max(fluid.mass.kg()));
            }
        }
    }
}

/// Everything that was launched, what was taken aboard on the way too, over what a load weighs, a plain ratio.
///
/// * `flight`: flown to its end
/// * `payload`: what it was flown for, > 0
#[must_use]
pub fn flown_gear_ratio(flight: &Flight, payload: Mass) -> f64 {
    (flight.start + flight.added()).kg() / payload.kg()
}
