//! What a vehicle is made of: elements with engines and tanks, crew and cargo aboard them, and who is joined to whom.

use super::flight::FlightError;
use super::propulsion::{Engine, Tank};
use super::sizing_law::SizingLaw;
use super::stage::{HEAVIEST_KG, HIGHEST_ISP_S};
use super::table::{Verified, did_you_mean};
use crate::units::{G0_M_S2, Mass};

/// Small engines for trims and attitude.
#[derive(Debug, Clone, PartialEq)]
pub struct Thrusters {
    /// their specific impulse and thrust
    pub engine: Engine,
    /// what they draw from
    pub supply: Supply,
}

/// What the small engines draw from.
#[derive(Debug, Clone, PartialEq)]
pub enum Supply {
    /// the tank of the main engine
    Shared,
    /// a tank of their own
    Own(Tank),
}

/// How the structure grows with what it holds, when a stack is sized.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Growth {
    /// it does not
    #[default]
    Fixed,
    /// in proportion to the propellant that the main tank has room for
    Inert {
        /// dry mass per propellant, kg/kg
        ratio: f64,
    },
    /// by a fitted law of the whole dry mass
    Law(SizingLaw),
}

/// One piece of a vehicle that is dropped, joined and parted as a whole: a stage, a capsule, a drop tank, a fairing.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// its name, by which steps call it
    pub name: String,
    /// mass without propellant, crew, cargo and adapter
    pub dry: Mass,
    /// adapter to what stands on top, which leaves with this element
    pub adapter: Mass,
    /// what the structure weighs besides `dry`
    pub growth: Growth,
    /// main engine
    pub engine: Option<Engine>,
    /// tank of the main engine
    pub tank: Option<Tank>,
    /// small engines
    pub thrusters: Option<Thrusters>,
    /// the element whose main engine draws from this tank first: this is a drop tank
    pub feeds: Option<String>,
    /// the element that takes this one along when it is dropped
    pub leaves_with: Option<String>,
    /// people it has seats for, where that is limited
    pub seats: Option<u32>,
    /// cargo it has room for, where that is limited
    pub cargo_capacity: Option<Mass>,
    /// where the numbers come from
    pub source: String,
    /// how far they can be trusted
    pub verified: Verified,
}

impl Element {
    /// A piece without engine or tank.
    ///
    /// * `name`: by which steps call it
    /// * `dry`: its mass
    #[must_use]
    pub fn new(name: &str, dry: Mass) -> Self {
        Self {
            name: name.to_owned(),
            dry,
            adapter: Mass::ZERO,
            growth: Growth::Fixed,
            engine: None,
            tank: None,
            thrusters: None,
            feeds: None,
            leaves_with: None,
            seats: None,
            cargo_capacity: None,
            source: "given by the user".to_owned(),
            verified: Verified::Read,
        }
    }

    /// The same piece with a main engine and its tank.
    #[must_use]
    pub fn with_engine(mut self, engine: Engine, tank: Tank) -> Self {
        (self.engine, self.tank) = (Some(engine), Some(tank));
        self
    }

    /// The same piece with small engines.
    #[must_use]
    pub fn with_thrusters(mut self, engine: Engine, supply: Supply) -> Self {
        self.thrusters = Some(Thrusters { engine, supply });
        self
    }

    /// Tanks of the main and of the small engines, as far as they are two.
    pub fn tanks(&self) -> impl Iterator<Item = &Tank> {
        let own = self.thrusters.as_ref().and_then(|t| match &t.supply {
            Supply::Own(tank) => Some(tank),
            Supply::Shared => None,
        });
        self.tank.iter().chain(own)
    }

    /// Mass with empty tanks and nobody aboard: `dry`, adapter, coolers and what the structure grows by.
    #[must_use]
    pub fn empty(&self) -> Mass {
        let coolers: Mass = self.tanks().map(|t| t.cooling.mass()).sum();
        let room = self.tank.as_ref().map_or(Mass::ZERO, Tank::capacity);
        let grown = match self.growth {
            Growth::Fixed => Mass::ZERO,
            Growth::Inert { ratio } => room * ratio,
            Growth::Law(law) => law.dry(room),
        };
        self.dry + self.adapter + coolers + grown
    }

    /// Everything in its tanks.
    #[must_use]
    pub fn propellant(&self) -> Mass {
        self.tanks().map(Tank::mass).sum()
    }

    /// Mass with what is in its tanks, nobody aboard.
    #[must_use]
    pub fn wet(&self) -> Mass {
        self.empty() + self.propellant()
    }
}

/// Crew or cargo: mass that is carried and can change places.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// its name, by which steps call it
    pub name: String,
    /// what it weighs
    pub mass: Mass,
    /// how many people it is; zero for cargo
    pub people: u32,
    /// the element that carries it
    pub aboard: String,
}

/// An element and where it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) element: Element,
    /// which stack it belongs to; nothing once it has been dropped
    pub(super) stack: Option<usize>,
    /// starts of its main engine
    pub(super) starts: u32,
}

/// Elements in one or several stacks, with crew and cargo: the state that steps change.
#[derive(Debug, Clone, PartialEq)]
pub struct Vehicle {
    /// names of the stacks
    pub(super) stacks: Vec<String>,
    pub(super) elements: Vec<Placed>,
    pub(super) loads: Vec<Load>,
    /// standard gravity that specific impulses are multiplied by
    pub(super) g0_m_s2: f64,
}

impl Vehicle {
    /// A vehicle without elements, whose specific impulses are multiplied by [`G0_M_S2`].
    #[must_use]
    pub fn new() -> Self {
        Self { stacks: Vec::new(), elements: Vec::new(), loads: Vec::new(), g0_m_s2: G0_M_S2 }
    }

    /// The same vehicle with another factor from specific impulse to exhaust speed, as some sources round it.
    ///
    /// * `g0_m_s2`: such as 9.81
    ///
    /// # Errors
    /// [`FlightError::NotPhysical`] for a number that is no standard gravity.
    pub fn with_gravity(mut self, g0_m_s2: f64) -> Result<Self, FlightError> {
        if !(1.0..=100.0).contains(&g0_m_s2) {
            return Err(FlightError::NotPhysical {
                name: "the vehicle".to_owned(),
                what: "standard gravity",
                value: g0_m_s2,
                unit: "m/s2",
                cure: "number such as 9.80665",
            });
        }
        self.g0_m_s2 = g0_m_s2;
        Ok(self)
    }

    /// Put elements into a stack, the lowest first; a new one unless there is a stack of that name.
    ///
    /// # Errors
    /// [`FlightError::NotPhysical`] for a number that cannot be, [`FlightError::Twice`] for a name that is taken.
    pub fn stack(mut self, name: &str, elements: Vec<Element>) -> Result<Self, FlightError> {
        let stack = self.stack_of(name);
        let count = self.elements.len() + elements.len();
        if count > MOST_ELEMENTS {
            return Err(FlightError::TooMany { count, most: MOST_ELEMENTS });
        }
        for element in elements {
            check(&element)?;
            if self.elements.iter().any(|p| p.element.name == element.name) {
                return Err(FlightError::Twice { what: "element", name: element.name });
            }
            self.elements.push(Placed { element, stack: Some(stack), starts: 0 });
        }
        Ok(self)
    }

    /// Put crew or cargo aboard an element.
    ///
    /// # Errors
    /// [`FlightError::Unknown`] for an element that is not there, [`FlightError::Full`] beyond its seats or room,
    /// [`FlightError::Twice`] for a name that is taken.
    pub fn carry(mut self, load: Load) -> Result<Self, FlightError> {
        self.take_aboard(load)?;
        Ok(self)
    }

    /// The stack of a name, made if it is not there.
    pub(super) fn stack_of(&mut self, name: &str) -> usize {
        self.stacks.iter().position(|s| s == name).unwrap_or_else(|| {
            self.stacks.push(name.to_owned());
            self.stacks.len() - 1
        })
    }

    pub(super) fn take_aboard(&mut self, load: Load) -> Result<(), FlightError> {
        if !(0.0..=HEAVIEST_KG).contains(&load.mass.kg()) {
            let cure = if load.mass.kg() > HEAVIEST_KG { "smaller number" } else { "number of zero or more" };
            return Err(not_physical(&load.name, "mass", load.mass.kg(), "kg", cure));
        }
        if self.loads.iter().any(|l| l.name == load.name) {
            return Err(FlightError::Twice { what: "load", name: load.name });
        }
        let at = self.find(&load.aboard)?;
        self.check_room(at, &load)?;
        self.loads.push(load);
        Ok(())
    }

    /// Whether an element has seats and room for one more load.
    pub(super) fn check_room(&self, at: usize, load: &Load) -> Result<(), FlightError> {
        let element = &self.elements[at].element;
        let aboard = || self.loads.iter().filter(|l| l.aboard == element.name && l.name != load.name);
        let full = |what: &'static str, asked_value: f64, room_value: f64| FlightError::Full {
            element: element.name.clone(),
            what,
            asked_value,
            room_value,
        };
        let people = aboard().fold(load.people, |sum, l| sum.saturating_add(l.people));
        if let Some(seats) = element.seats.filter(|seats| people > *seats && load.people > 0) {
            return Err(full("people", f64::from(people), f64::from(seats)));
        }
        let cargo = load.mass + aboard().filter(|l| l.people == 0).map(|l| l.mass).sum::<Mass>();
        // a nanogram is rounding
        match element.cargo_capacity {
            Some(room) if load.people == 0 && cargo.kg() > room.kg() + 1e-9 => {
                Err(full("kg of cargo", cargo.kg(), room.kg()))
            }
            _ => Ok(()),
        }
    }

    /// The element of a name that has not been dropped.
    pub(super) fn find(&self, name: &str) -> Result<usize, FlightError> {
        match self.elements.iter().position(|p| p.element.name.eq_ignore_ascii_case(name.trim())) {
            Some(at) if self.elements[at].stack.is_none() => {
                Err(FlightError::Gone { element: self.elements[at].element.name.clone() })
            }
            Some(at) => Ok(at),
            None => Err(FlightError::Unknown {
                what: "element",
                name: name.to_owned(),
                hint: did_you_mean(name, self.elements.iter().map(|p| p.element.name.as_str())),
            }),
        }
    }

    /// The load of a name.
    pub(super) fn find_load(&self, name: &str) -> Result<usize, FlightError> {
        self.loads.iter().position(|l| l.name.eq_ignore_ascii_case(name.trim())).ok_or_else(|| FlightError::Unknown {
            what: "load",
            name: name.to_owned(),
            hint: did_you_mean(name, self.loads.iter().map(|l| l.name.as_str())),
        })
    }

    /// The stack of a name.
    pub(super) fn find_stack(&self, name: &str) -> Result<usize, FlightError> {
        let there = |at: &usize| self.elements.iter().any(|p| p.stack == Some(*at));
        self.stacks.iter().position(|s| s.eq_ignore_ascii_case(name.trim())).filter(there).ok_or_else(|| {
            FlightError::Unknown {
                what: "stack",
                name: name.to_owned(),
                hint: did_you_mean(name, self.stacks.iter().map(String::as_str)),
            }
        })
    }

    /// Mass of an element with what is in and aboard it.
    pub(super) fn element_mass(&self, at: usize) -> Mass {
        let element = &self.elements[at].element;
        element.wet() + self.loads.iter().filter(|l| l.aboard == element.name).map(|l| l.mass).sum::<Mass>()
    }

    /// Mass of a stack.
    pub(super) fn stack_mass(&self, stack: usize) -> Mass {
        let there = (0..self.elements.len()).filter(|at| self.elements[*at].stack == Some(stack));
        there.map(|at| self.element_mass(at)).sum()
    }

    /// Mass of everything that has not been dropped.
    #[must_use]
    pub fn mass(&self) -> Mass {
        (0..self.elements.len()).filter(|at| self.elements[*at].stack.is_some()).map(|at| self.element_mass(at)).sum()
    }

    /// Mass of a stack by its name.
    ///
    /// # Errors
    /// [`FlightError::Unknown`] when there is none.
    pub fn mass_of(&self, stack: &str) -> Result<Mass, FlightError> {
        Ok(self.stack_mass(self.find_stack(stack)?))
    }

    /// Names of the stacks that have elements, in the order in which they were made.
    #[must_use]
    pub fn stack_names(&self) -> Vec<&str> {
        let there = |at: &usize| self.elements.iter().any(|p| p.stack == Some(*at));
        (0..self.stacks.len()).filter(there).map(|at| self.stacks[at].as_str()).collect()
    }

    /// Elements that have not been dropped.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(|p| p.stack.is_some()).map(|p| &p.element)
    }

    /// An element by name, dropped or not.
    ///
    /// # Errors
    /// [`FlightError::Unknown`] with the nearest name.
    pub fn element(&self, name: &str) -> Result<&Element, FlightError> {
        self.elements.iter().map(|p| &p.element).find(|e| e.name.eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            FlightError::Unknown {
                what: "element",
                name: name.to_owned(),
                hint: did_you_mean(name, self.elements.iter().map(|p| p.element.name.as_str())),
            }
        })
    }

    /// Crew and cargo.
    #[must_use]
    pub fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// The same vehicle with another mass of a load.
    ///
    /// # Errors
    /// [`FlightError::Unknown`] when there is none of that name, [`FlightError::Full`] beyond its element's room.
    pub fn with_load_of(&self, name: &str, mass: Mass) -> Result<Self, FlightError> {
        let mut vehicle = self.clone();
        let at = vehicle.find_load(name)?;
        if !(0.0..=HEAVIEST_KG).contains(&mass.kg()) {
            return Err(not_physical(name, "mass", mass.kg(), "kg", "number of zero or more"));
        }
        vehicle.loads[at].mass = mass;
        let element = vehicle.find(&vehicle.loads[at].aboard)?;
        vehicle.check_room(element, &vehicle.loads[at])?;
        Ok(vehicle)
    }
}

impl Default for Vehicle {
    fn default() -> Self {
        Self::new()
    }
}

/// Most elements of a vehicle.
const MOST_ELEMENTS: usize = 1000;

fn check(element: &Element) -> Result<(), FlightError> {
    let name = &element.name;
    let within = |what: &'static str, value: f64, unit: &'static str, range: (f64, f64), cure: &'static str| {
        if (range.0..=range.1).contains(&value) { Ok(()) } else { Err(not_physical(name, what, value, unit, cure)) }
    };
    let mass = |what: &'static str, mass: Mass| {
        let cure = if mass.kg() > HEAVIEST_KG { "smaller number" } else { "number of zero or more" };
        within(what, mass.kg(), "kg", (0.0, HEAVIEST_KG), cure)
    };
    let part = |what: &'static str, fraction: f64| within(what, fraction, "of the whole", (0.0, 1.0), "part of one");
    mass("dry mass", element.dry)?;
    mass("adapter", element.adapter)?;
    match element.growth {
        Growth::Fixed => {}
        Growth::Inert { ratio } => {
            within("dry mass per propellant", ratio, "kg/kg", (0.0, 1e6), "number of zero or more")?;
        }
        Growth::Law(law) => mass("payload it is built for", law.payload)?,
    }
    if let Some(room) = element.cargo_capacity {
        mass("room for cargo", room)?;
    }
    for tank in element.tanks() {
        mass("reserve", tank.reserve)?;
        mass("cooler", tank.cooling.mass())?;
        within("power of the cooler", tank.cooling.power_kw(), "kW", (0.0, f64::MAX), "number of zero or more")?;
        within("residual", tank.residual_fraction, "of the tank", (0.0, 1.0 - 1e-9), "part of one")?;
        for fluid in &tank.fluids {
            mass("propellant", fluid.mass)?;
            mass("room for propellant", fluid.capacity)?;
            part("share of the flow", fluid.share_fraction)?;
            part("boil-off", fluid.boil_off.daily_fraction)?;
            fluid.boil_off.places.iter().try_for_each(|place| part("boil-off", place.daily_fraction))?;
            if fluid.mass.kg() > fluid.capacity.kg() * (1.0 + 1e-12) {
                return Err(FlightError::Overfull {
                    element: name.clone(),
                    asked_kg: fluid.mass.kg(),
                    room_kg: fluid.capacity.kg(),
                });
            }
        }
        let whole: f64 = tank.fluids.iter().map(|f| f.share_fraction).sum();
        // the rounding of a mixture ratio
        within("flow of all fluids", whole, "of the flow", (1.0 - 1e-9, 1.0 + 1e-9), "shares that add up to one")?;
    }
    let engines = element.engine.iter().chain(element.thrusters.iter().map(|t| &t.engine));
    for engine in engines {
        let isp_cure = if engine.isp_s > HIGHEST_ISP_S { "number below that of light" } else { "positive number" };
        within("specific impulse", engine.isp_s, "s", (f64::MIN_POSITIVE, HIGHEST_ISP_S), isp_cure)?;
        if let Some(thrust_n) = engine.thrust_n {
            within("thrust", thrust_n, "N", (1e-12, 1e15), "positive number")?;
        }
        part("least throttle", engine.least_throttle_fraction)?;
    }
    let wet = element.wet();
    within("mass of structure and propellant", wet.kg(), "kg", (0.0, 1e3 * HEAVIEST_KG), "smaller tank")
}

fn not_physical(name: &str, what: &'static str, value: f64, unit: &'static str, cure: &'static str) -> FlightError {
    FlightError::NotPhysical { name: name.to_owned(), what, value, unit, cure }
}
