//! A vehicle flown step by step: burns from tanks that give no more than they hold, coasts that boil off, stages
//! dropped, joined, parted and refuelled, crew and cargo that change places.
//!
//! Δv = vₑ·ln(m₀/m₁) for each engine and tank in turn. Engines that burn together have the exhaust speed
//! Σ F / Σ ṁ. A tank stands (1 − b)^days. What is lifted, burnt, boiled off, dropped and taken aboard adds up.

mod burn;
#[cfg(test)]
mod laws;
mod refusal;

pub use refusal::FlightError;

use super::element::{Load, Vehicle};
use crate::units::{DeltaV, Mass};
use burn::{Burnt, Pour};
use std::collections::BTreeMap;
use thiserror::Error;

/// How long a burn goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Extent {
    /// until the speed has changed so far
    Speed(DeltaV),
    /// until the tanks are empty
    Depletion,
}

/// Which engines of an element fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Motor {
    /// the main engine
    #[default]
    Main,
    /// the small ones
    Thrusters,
}

/// How several elements share a burn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Firing {
    /// one after another
    #[default]
    Sequence,
    /// all at once, each with its own flow, until its tank is empty
    Together,
}

/// What becomes of an element that is empty while others burn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spent {
    /// it is dropped
    #[default]
    Dropped,
    /// it stays
    Kept,
}

/// A burn.
#[derive(Debug, Clone, PartialEq)]
pub struct Burn {
    /// its name, such as `TLI`
    pub name: String,
    /// how long it goes on
    pub extent: Extent,
    /// the elements that fire, in their order; if none is named, all of the first stack from the lowest on
    pub by: Vec<String>,
    /// which of their engines
    pub motor: Motor,
    /// how they share it
    pub firing: Firing,
    /// what becomes of those that are empty first
    pub spent: Spent,
    /// added to the change of speed
    pub margin_fraction: f64,
    /// part of the full thrust
    pub throttle_fraction: f64,
}

impl Burn {
    /// A burn of the main engines of elements, one after another, at full thrust and without margin.
    ///
    /// * `name`: such as `TLI`
    /// * `dv`: change of speed
    /// * `by`: the elements that fire
    #[must_use]
    pub fn new(name: &str, dv: DeltaV, by: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            extent: Extent::Speed(dv),
            by: by.iter().map(|&n| n.to_owned()).collect(),
            motor: Motor::Main,
            firing: Firing::Sequence,
            spent: Spent::Dropped,
            margin_fraction: 0.0,
            throttle_fraction: 1.0,
        }
    }

    /// The same burn with the small engines.
    #[must_use]
    pub fn with_thrusters(mut self) -> Self {
        self.motor = Motor::Thrusters;
        self
    }
}

/// One step of a flight.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// engines burn
    Burn(Burn),
    /// time goes by and tanks boil off
    Coast {
        /// such as `three days to the Moon`
        name: String,
        /// how long
        duration_d: f64,
        /// where, for tanks that boil off at a rate of the place
        place: String,
        /// the stack meant; all of them if none is named
        stack: Option<String>,
    },
    /// elements are left behind for good, with everything in and aboard them
    Drop {
        /// which
        elements: Vec<String>,
    },
    /// stacks become one
    Join {
        /// which; the first keeps its name unless `name` says otherwise
        stacks: Vec<String>,
        /// what the joined stack is called
        name: Option<String>,
    },
    /// elements leave their stack and make one of their own
    Part {
        /// which
        elements: Vec<String>,
        /// what the new stack is called
        name: String,
    },
    /// crew or cargo changes places inside a stack
    Move {
        /// which
        load: String,
        /// the element it goes to
        to: String,
    },
    /// something is taken aboard
    Load(Load),
    /// crew or cargo is left behind
    Unload {
        /// which
        load: String,
    },
    /// a tank is filled from outside
    Refuel {
        /// the element
        element: String,
        /// how much is sent; all there is room for if not said
        sent: Option<Mass>,
        /// part of what is sent that is lost on the way
        lost_fraction: f64,
    },
}

/// What a tank gave in a burn.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// the element that holds the tank
    pub element: String,
    /// what it gave
    pub used: Mass,
    /// what of it a burn could still use
    pub left: Mass,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// which step, counted from 0
    pub step: usize,
    /// burn, coast, drop, join, part, move, load, unload, refuel
    pub kind: &'static str,
    /// its name
    pub name: String,
    /// the stack it happened to
    pub stack: String,
    /// change of speed given, margin included
    pub dv: DeltaV,
    /// tanks that gave
    pub draws: Vec<Draw>,
    /// mass of the stack before; of all stacks where no one stack is meant
    pub before: Mass,
    /// mass of the same after
    pub after: Mass,
    /// propellant burnt
    pub burnt: Mass,
    /// propellant boiled off, or lost in a transfer
    pub boiled: Mass,
    /// what was left behind
    pub dropped: Mass,
    /// elements that were left behind
    pub dropped_names: Vec<String>,
    /// what came aboard from outside
    pub added: Mass,
    /// how long it took, where thrusts or days are known
    pub duration_s: Option<f64>,
    /// greatest acceleration of a burn, where thrusts are known, m/s²
    pub acceleration_m_s2: Option<f64>,
}

/// A flight that was flown to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Flight {
    /// mass of all stacks at the start
    pub start: Mass,
    /// the steps
    pub events: Vec<Event>,
    /// what is left
    pub vehicle: Vehicle,
}

/// A flight that stopped.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("step {}: {error}", step + 1)]
pub struct Stopped {
    /// the steps before
    pub events: Vec<Event>,
    /// the step that could not be taken, counted from 0
    pub step: usize,
    /// why
    pub error: FlightError,
}

impl Flight {
    /// Sum of one kind of mass over all steps.
    fn sum(&self, of: impl Fn(&Event) -> Mass) -> Mass {
        self.events.iter().map(of).sum()
    }

    /// Propellant burnt.
    #[must_use]
    pub fn burnt(&self) -> Mass {
        self.sum(|e| e.burnt)
    }

    /// Propellant boiled off or lost in transfers.
    #[must_use]
    pub fn boiled(&self) -> Mass {
        self.sum(|e| e.boiled)
    }

    /// What was left behind.
    #[must_use]
    pub fn dropped(&self) -> Mass {
        self.sum(|e| e.dropped)
    }

    /// What came aboard from outside.
    #[must_use]
    pub fn added(&self) -> Mass {
        self.sum(|e| e.added)
    }

    /// Start and what came aboard, less what was burnt, boiled off and dropped, less what is left: rounding alone.
    #[must_use]
    pub fn unaccounted(&self) -> Mass {
        self.start + self.added() - self.burnt() - self.boiled() - self.dropped() - self.vehicle.mass()
    }

    /// Change of speed of all burns.
    #[must_use]
    pub fn dv(&self) -> DeltaV {
        self.events.iter().map(|e| e.dv).sum()
    }
}

/// A tank: an element and which of its engines draws on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TankOf {
    pub(super) element: usize,
    pub(super) motor_is_main: bool,
}

/// Longest coast, d: a thousand million years.
const LONGEST_D: f64 = 3.65e11;

/// Propellant that tanks did not hold, by tank and fluid, kg.
pub(super) type Owed = BTreeMap<TankOf, Vec<f64>>;

/// Fly a vehicle.
///
/// * `vehicle`: as it stands at the start
/// * `steps`: in their order
///
/// # Errors
/// [`Stopped`] with the steps before and the [`FlightError`] of the first step that cannot be taken.
///
/// ```
/// use portolan::units::{DeltaV, Mass};
/// use portolan::vehicles::{Burn, Element, Engine, Step, Tank, Vehicle, fly};
/// let tug = Element::new("tug", Mass::from_kg(1000.0))
///     .with_engine(Engine::of_isp(450.0), Tank::of("LH2/LOX", Mass::from_kg(9000.0)));
/// let vehicle = Vehicle::new().stack("tug", vec![tug])?;
/// let flight = fly(&vehicle, &[Step::Burn(Burn::new("departure", DeltaV::from_km_s(3.6), &["tug"]))])?;
/// assert_eq!(format!("{:.1}", flight.burnt().kg()), "5577.0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fly(vehicle: &Vehicle, steps: &[Step]) -> Result<Flight, Box<Stopped>> {
    fly_with(vehicle, steps, &mut Pour::Held)
}

/// Fly as if tanks that are too small were filled in passing; what they lacked.
pub(super) fn fly_owing(vehicle: &Vehicle, steps: &[Step]) -> Result<(Flight, Owed), Box<Stopped>> {
    let mut pour = Pour::Owed(Owed::new());
    let flight = fly_with(vehicle, steps, &mut pour)?;
    match pour {
        Pour::Owed(owed) => Ok((flight, owed)),
        Pour::Held => Ok((flight, Owed::new())),
    }
}

fn fly_with(vehicle: &Vehicle, steps: &[Step], pour: &mut Pour) -> Result<Flight, Box<Stopped>> {
    let start = vehicle.mass();
    let mut vehicle = vehicle.clone();
    let mut events = Vec::with_capacity(steps.len());
    for (k, step) in steps.iter().enumerate() {
        match vehicle.take(step, pour) {
            Ok(mut event) => {
                event.step = k;
                events.push(event);
            }
            Err(error) => return Err(Box::new(Stopped { events, step: k, error })),
        }
    }
    Ok(Flight { start, events, vehicle })
}

impl Vehicle {
    /// Take one step; a step that is refused may leave the vehicle half changed, and the flight ends there.
    fn take(&mut self, step: &Step, pour: &mut Pour) -> Result<Event, FlightError> {
        match step {
            Step::Burn(burn) => self.burn(burn, pour),
            Step::Coast { name, duration_d, place, stack } => self.coast(name, *duration_d, place, stack.as_deref()),
            Step::Drop { elements } => self.drop_elements(elements),
            Step::Join { stacks, name } => self.join(stacks, name.as_deref()),
            Step::Part { elements, name } => self.part(elements, name),
            Step::Move { load, to } => self.move_load(load, to),
            Step::Load(load) => {
                let stack = self.elements[self.find(&load.aboard)?].stack.unwrap_or_default();
                let mut event = self.event("load", &load.name, Some(stack));
                self.take_aboard(load.clone())?;
                event.added = load.mass;
                Ok(self.closed(event, Some(stack)))
            }
            Step::Unload { load } => {
                let at = self.find_load(load)?;
                let stack = self.elements[self.find(&self.loads[at].aboard)?].stack.unwrap_or_default();
                let mut event = self.event("unload", load, Some(stack));
                event.dropped = self.loads.remove(at).mass;
                Ok(self.closed(event, Some(stack)))
            }
            Step::Refuel { element, sent, lost_fraction } => self.refuel(element, *sent, *lost_fraction),
        }
    }

    /// An event that has not done anything yet.
    fn event(&self, kind: &'static str, name: &str, stack: Option<usize>) -> Event {
        let before = stack.map_or_else(|| self.mass(), |s| self.stack_mass(s));
        Event {
            step: 0,
            kind,
            name: name.to_owned(),
            stack: stack.map_or_else(String::new, |s| self.stacks[s].clone()),
            dv: DeltaV::ZERO,
            draws: Vec::new(),
            before,
            after: before,
            burnt: Mass::ZERO,
            boiled: Mass::ZERO,
            dropped: Mass::ZERO,
            dropped_names: Vec::new(),
            added: Mass::ZERO,
            duration_s: None,
            acceleration_m_s2: None,
        }
    }

    /// The same event with the mass that its stack has now.
    fn closed(&self, mut event: Event, stack: Option<usize>) -> Event {
        event.after = stack.map_or_else(|| self.mass(), |s| self.stack_mass(s));
        event
    }

    fn burn(&mut self, burn: &Burn, pour: &mut Pour) -> Result<Event, FlightError> {
        let burn = &if burn.by.is_empty() { self.lowest_first(burn) } else { burn.clone() };
        let stack = self.stack_that_burns(burn)?;
        let mut event = self.event("burn", &burn.name, Some(stack));
        let Burnt { dv_km_s, draws, burnt_kg, dropped, dropped_names, duration_s, acceleration_m_s2 } =
            self.fire(burn, stack, pour)?;
        event.dv = DeltaV::from_km_s(dv_km_s);
        event.burnt = Mass::from_kg(burnt_kg);
        (event.dropped, event.dropped_names) = (dropped, dropped_names);
        (event.duration_s, event.acceleration_m_s2) = (duration_s, acceleration_m_s2);
        event.draws = draws
            .into_iter()
            .map(|(tank, kg)| Draw {
                element: self.elements[tank.element].element.name.clone(),
                used: Mass::from_kg(kg),
                left: self.tank(tank).map_or(Mass::ZERO, |t| t.usable()),
            })
            .collect();
        Ok(self.closed(event, Some(stack)))
    }

    fn coast(&mut self, name: &str, duration_d: f64, place: &str, stack: Option<&str>) -> Result<Event, FlightError> {
        if !(0.0..=LONGEST_D).contains(&duration_d) {
            return Err(FlightError::NotPhysical {
                name: name.to_owned(),
                what: "duration",
                value: duration_d,
                unit: "d",
                cure: if duration_d > LONGEST_D { "smaller number" } else { "number of zero or more" },
            });
        }
        let stack = stack.map(|s| self.find_stack(s)).transpose()?;
        let mut event = self.event("coast", name, stack);
        let meant = |at: Option<usize>| at.is_some() && (stack.is_none() || at == stack);
        for placed in self.elements.iter_mut().filter(|p| meant(p.stack)) {
            for tank in placed.element.tanks_mut() {
                event.boiled += tank.stand(place, duration_d);
            }
        }
        event.duration_s = Some(duration_d * 86_400.0);
        Ok(self.closed(event, stack))
    }

    fn drop_elements(&mut self, names: &[String]) -> Result<Event, FlightError> {
        let first = names.first().ok_or(FlightError::Nothing { action: "drop" })?;
        let stack = self.elements[self.find(first)?].stack.unwrap_or_default();
        let mut event = self.event("drop", &names.join(", "), Some(stack));
        for name in names {
            let at = self.find(name)?;
            if self.elements[at].stack != Some(stack) {
                return Err(self.apart(stack, at));
            }
            self.leave_behind(at, &mut event.dropped, &mut event.dropped_names);
        }
        Ok(self.closed(event, Some(stack)))
    }

    /// Drop an element with those that leave with it.
    pub(super) fn leave_behind(&mut self, at: usize, dropped: &mut Mass, names: &mut Vec<String>) {
        let stack = self.elements[at].stack;
        if stack.is_none() {
            return;
        }
        *dropped += self.element_mass(at);
        let name = self.elements[at].element.name.clone();
        self.elements[at].stack = None;
        self.loads.retain(|l| l.aboard != name);
        names.push(name.clone());
        for other in 0..self.elements.len() {
            let placed = &self.elements[other];
            let follows = placed.element.leaves_with.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(&name));
            if placed.stack == stack && follows {
                self.leave_behind(other, dropped, names);
            }
        }
    }

    fn join(&mut self, stacks: &[String], name: Option<&str>) -> Result<Event, FlightError> {
        let [first, others @ ..] = stacks else { return Err(FlightError::Nothing { action: "join" }) };
        let mut found = vec![self.find_stack(first)?];
        for other in others {
            found.push(self.find_stack(other)?);
        }
        let joined = name.map_or(found[0], |name| self.stack_of(name));
        let mut event = self.event("join", &stacks.join(" + "), Some(joined));
        event.before = found.iter().map(|s| self.stack_mass(*s)).sum();
        for placed in self.elements.iter_mut().filter(|p| p.stack.is_some_and(|s| found.contains(&s))) {
            placed.stack = Some(joined);
        }
        Ok(self.closed(event, Some(joined)))
    }

    fn part(&mut self, elements: &[String], name: &str) -> Result<Event, FlightError> {
        let first = elements.first().ok_or(FlightError::Nothing { action: "part" })?;
        let from = self.elements[self.find(first)?].stack.unwrap_or_default();
        let mut event = self.event("part", name, Some(from));
        if self.find_stack(name).is_ok() {
            return Err(FlightError::Twice { what: "stack", name: name.to_owned() });
        }
        let to = self.stack_of(name);
        for element in elements {
            let at = self.find(element)?;
            if self.elements[at].stack != Some(from) {
                return Err(self.apart(from, at));
            }
            self.elements[at].stack = Some(to);
        }
        // both parts are still there: the row shows what the old stack weighed and what the new one weighs
        event.stack = name.to_owned();
        Ok(self.closed(event, Some(to)))
    }

    fn move_load(&mut self, load: &str, to: &str) -> Result<Event, FlightError> {
        let at = self.find_load(load)?;
        let (from, to) = (self.find(&self.loads[at].aboard)?, self.find(to)?);
        let stack = self.elements[from].stack.unwrap_or_default();
        if self.elements[to].stack != Some(stack) {
            return Err(self.apart(stack, to));
        }
        self.check_room(to, &self.loads[at])?;
        let target = self.elements[to].element.name.clone();
        let event = self.event("move", &format!("{} to {target}", self.loads[at].name), Some(stack));
        self.loads[at].aboard = target;
        Ok(self.closed(event, Some(stack)))
    }

    fn refuel(&mut self, element: &str, sent: Option<Mass>, lost_fraction: f64) -> Result<Event, FlightError> {
        let at = self.find(element)?;
        let stack = self.elements[at].stack.unwrap_or_default();
        let mut event = self.event("refuel", element, Some(stack));
        let name = self.elements[at].element.name.clone();
        let not_physical =
            |what, value, unit, cure| FlightError::NotPhysical { name: name.clone(), what, value, unit, cure };
        if !(0.0..1.0).contains(&lost_fraction) {
            return Err(not_physical("loss", lost_fraction, "of what is sent", "part of one"));
        }
        let Some(tank) = self.elements[at].element.tank.as_mut() else {
            return Err(FlightError::NoTank { element: name });
        };
        let kept = 1.0 - lost_fraction;
        let room_kg = tank.room().kg();
        let sent_kg = sent.map_or(room_kg / kept, Mass::kg);
        if !(sent_kg.is_finite() && sent_kg >= 0.0) {
            return Err(not_physical("propellant", sent_kg, "kg", "number of zero or more"));
        }
        // a part in 1e12 of the tank is rounding
        if sent_kg * kept > room_kg + 1e-12 * tank.capacity().kg() {
            return Err(FlightError::Overfull { element: name, asked_kg: sent_kg * kept, room_kg });
        }
        tank.fill(Mass::from_kg(sent_kg * kept));
        (event.added, event.boiled) = (Mass::from_kg(sent_kg), Mass::from_kg(sent_kg * lost_fraction));
        Ok(self.closed(event, Some(stack)))
    }

    /// The refusal of an element that is in another stack.
    pub(super) fn apart(&self, stack: usize, at: usize) -> FlightError {
        let other = self.elements[at].stack.map_or_else(String::new, |s| self.stacks[s].clone());
        FlightError::Apart { element: self.elements[at].element.name.clone(), stack: self.stacks[stack].clone(), other }
    }
}
