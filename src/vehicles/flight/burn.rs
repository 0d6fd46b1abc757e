//! One burn: engines and tanks in turn, until the speed has changed or nothing is left.

use super::{Burn, Extent, Firing, FlightError, Motor, Owed, Spent, TankOf};
use crate::units::Mass;
use crate::vehicles::element::{Element, Supply, Vehicle};
use crate::vehicles::propulsion::{Engine, Tank};
use crate::vehicles::stage::MOST_DV_RATIO;

/// What happens when a tank is too small.
pub(in crate::vehicles) enum Pour {
    /// the burn is refused
    Held,
    /// what lacks is written down, and the flight goes on as if it had been there
    Owed(Owed),
}

/// What a burn did.
pub(super) struct Burnt {
    pub(super) dv_km_s: f64,
    pub(super) draws: Vec<(TankOf, f64)>,
    pub(super) burnt_kg: f64,
    pub(super) dropped: Mass,
    pub(super) dropped_names: Vec<String>,
    pub(super) duration_s: Option<f64>,
    pub(super) acceleration_m_s2: Option<f64>,
}

impl Burnt {
    fn none() -> Self {
        Self {
            dv_km_s: 0.0,
            draws: Vec::new(),
            burnt_kg: 0.0,
            dropped: Mass::ZERO,
            dropped_names: Vec::new(),
            duration_s: Some(0.0),
            acceleration_m_s2: Some(0.0),
        }
    }

    fn drew(&mut self, tank: TankOf, kg: f64) {
        self.burnt_kg += kg;
        match self.draws.iter_mut().find(|(t, _)| *t == tank) {
            Some((_, sum_kg)) => *sum_kg += kg,
            None => self.draws.push((tank, kg)),
        }
    }
}

/// One part in 1e12 is rounding, not a shortage.
const ROUNDING: f64 = 1e-12;

/// An engine that burns and the tank it draws on now.
struct Line {
    element: usize,
    tank: TankOf,
    exhaust_km_s: f64,
    thrust_n: Option<f64>,
    /// part of the flow of all that burn together
    flow_share: f64,
}

impl Element {
    pub(in crate::vehicles) fn tanks_mut(&mut self) -> impl Iterator<Item = &mut Tank> {
        let own = self.thrusters.as_mut().and_then(|t| match &mut t.supply {
            Supply::Own(tank) => Some(tank),
            Supply::Shared => None,
        });
        self.tank.iter_mut().chain(own)
    }

    fn motor(&self, motor: Motor) -> Option<&Engine> {
        match motor {
            Motor::Main => self.engine.as_ref(),
            Motor::Thrusters => self.thrusters.as_ref().map(|t| &t.engine),
        }
    }
}

impl Vehicle {
    pub(in crate::vehicles) fn tank(&self, at: TankOf) -> Option<&Tank> {
        let element = &self.elements.get(at.element)?.element;
        match (&element.thrusters, at.motor_is_main) {
            (Some(thrusters), false) => match &thrusters.supply {
                Supply::Own(tank) => Some(tank),
                Supply::Shared => element.tank.as_ref(),
            },
            _ => element.tank.as_ref(),
        }
    }

    pub(in crate::vehicles) fn tank_mut(&mut self, at: TankOf) -> Option<&mut Tank> {
        let element = &mut self.elements.get_mut(at.element)?.element;
        match (&mut element.thrusters, at.motor_is_main) {
            (Some(thrusters), false) => match &mut thrusters.supply {
                Supply::Own(tank) => Some(tank),
                Supply::Shared => element.tank.as_mut(),
            },
            _ => element.tank.as_mut(),
        }
    }

    fn usable_kg(&self, at: TankOf) -> f64 {
        self.tank(at).map_or(0.0, |t| t.usable().kg())
    }

    /// The tanks an element's engine draws on, drop tanks first; one is the same whichever engine asks.
    fn tanks_for(&self, element: usize, motor: Motor, stack: usize) -> Vec<TankOf> {
        let own_small = motor == Motor::Thrusters
            && matches!(&self.elements[element].element.thrusters, Some(t) if matches!(t.supply, Supply::Own(_)));
        if own_small {
            return vec![TankOf { element, motor_is_main: false }];
        }
        let name = &self.elements[element].element.name;
        let feeding = (0..self.elements.len()).filter(|at| {
            let placed = &self.elements[*at];
            placed.stack == Some(stack) && placed.element.feeds.as_ref().is_some_and(|f| f.eq_ignore_ascii_case(name))
        });
        feeding.chain([element]).map(|element| TankOf { element, motor_is_main: true }).collect()
    }

    /// The same burn by all elements of the first stack that have the engines, the lowest first.
    pub(super) fn lowest_first(&self, burn: &Burn) -> Burn {
        let stack = self.elements.iter().find_map(|p| p.stack);
        let there = self.elements.iter().filter(|p| p.stack == stack && p.element.motor(burn.motor).is_some());
        Burn { by: there.map(|p| p.element.name.clone()).collect(), ..burn.clone() }
    }

    /// The one stack that all elements of a burn are in.
    pub(super) fn stack_that_burns(&self, burn: &Burn) -> Result<usize, FlightError> {
        let first = burn.by.first().ok_or(FlightError::Nothing { action: "burn" })?;
        let stack = self.elements[self.find(first)?].stack.unwrap_or_default();
        for name in &burn.by {
            let at = self.find(name)?;
            if self.elements[at].stack != Some(stack) {
                return Err(self.apart(stack, at));
            }
            let element = &self.elements[at].element;
            if element.motor(burn.motor).is_none() {
                let engine = if burn.motor == Motor::Main { "main engine" } else { "thrusters" };
                return Err(FlightError::NoEngine { element: element.name.clone(), engine });
            }
        }
        Ok(stack)
    }

    pub(super) fn fire(&mut self, burn: &Burn, stack: usize, pour: &mut Pour) -> Result<Burnt, FlightError> {
        let asked_km_s = match burn.extent {
            Extent::Speed(dv) => dv.km_s() * (1.0 + burn.margin_fraction),
            Extent::Depletion => f64::INFINITY,
        };
        if asked_km_s.is_nan() || asked_km_s < 0.0 {
            return Err(FlightError::NotPhysical {
                name: burn.name.clone(),
                what: "delta-v",
                value: asked_km_s * 1e3,
                unit: "m/s",
                cure: "number of zero or more",
            });
        }
        let mut burnt = Burnt::none();
        if asked_km_s == 0.0 {
            return Ok(burnt);
        }
        let by = burn.by.iter().map(|name| self.find(name)).collect::<Result<Vec<usize>, _>>()?;
        for at in &by {
            self.check_engine(burn, *at)?;
        }
        self.check_rockets(burn, &by, asked_km_s)?;
        let turns: Vec<&[usize]> = match burn.firing {
            Firing::Sequence => by.chunks(1).collect(),
            Firing::Together => vec![&by],
        };
        let mut left_km_s = asked_km_s;
        for (turn, active) in turns.iter().enumerate() {
            for at in active.iter().filter(|_| burn.motor == Motor::Main) {
                self.start(burn, *at)?;
            }
            self.fire_together(burn, stack, active, &mut left_km_s, &mut burnt);
            if left_km_s == 0.0 {
                break;
            }
            if turn + 1 < turns.len() && burn.spent == Spent::Dropped {
                for at in *active {
                    self.leave_behind(*at, &mut burnt.dropped, &mut burnt.dropped_names);
                }
            }
        }
        if asked_km_s.is_infinite() {
            if burnt.dv_km_s.is_finite() {
                return Ok(burnt);
            }
            return Err(FlightError::NotPhysical {
                name: burn.name.clone(),
                what: "mass that is left at the end",
                value: 0.0,
                unit: "kg",
                cure: "dry mass above zero",
            });
        }
        if left_km_s > 0.0 {
            let last = by.last().copied().unwrap_or_default();
            self.run_short(burn, stack, last, (asked_km_s, left_km_s), &mut burnt, pour)?;
        }
        burnt.dv_km_s = asked_km_s;
        Ok(burnt)
    }

    /// Whether an engine can do what the burn asks, before anything burns.
    fn check_engine(&self, burn: &Burn, at: usize) -> Result<(), FlightError> {
        let element = &self.elements[at].element;
        let Some(engine) = element.motor(burn.motor) else { return Ok(()) };
        let least_fraction = engine.least_throttle_fraction;
        if !(least_fraction..=1.0).contains(&burn.throttle_fraction) {
            return Err(FlightError::Throttle {
                element: element.name.clone(),
                burn: burn.name.clone(),
                least_fraction,
                throttle_fraction: burn.throttle_fraction,
            });
        }
        if burn.firing == Firing::Together && burn.by.len() > 1 && engine.thrust_n.is_none() {
            return Err(FlightError::NoThrust { element: element.name.clone() });
        }
        Ok(())
    }

    /// Whether the fastest exhaust that burns could give the change of speed to anything at all.
    fn check_rockets(&self, burn: &Burn, by: &[usize], asked_km_s: f64) -> Result<(), FlightError> {
        let exhaust = |at: &usize| {
            let engine = self.elements[*at].element.motor(burn.motor)?;
            Some((*at, engine.isp_s * self.g0_m_s2 * 1e-3))
        };
        let Some((at, exhaust_km_s)) = by.iter().filter_map(exhaust).max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return Ok(());
        };
        if asked_km_s.is_infinite() || asked_km_s <= MOST_DV_RATIO * exhaust_km_s {
            return Ok(());
        }
        let element = self.elements[at].element.name.clone();
        // as it is written, without the margin, unless it is the margin that is too much
        let dv_km_s = match burn.extent {
            Extent::Speed(dv) if dv.km_s() > MOST_DV_RATIO * exhaust_km_s => dv.km_s(),
            _ => asked_km_s,
        };
        Err(FlightError::BeyondRockets { burn: burn.name.clone(), element, dv_km_s, exhaust_km_s })
    }

    fn start(&mut self, burn: &Burn, at: usize) -> Result<(), FlightError> {
        let placed = &mut self.elements[at];
        let limit = placed.element.engine.as_ref().and_then(|e| e.starts);
        if let Some(starts) = limit.filter(|limit| placed.starts >= *limit) {
            return Err(FlightError::NoStart { element: placed.element.name.clone(), burn: burn.name.clone(), starts });
        }
        placed.starts += 1;
        Ok(())
    }

    /// The engines that still have something to burn, each with its part of the flow.
    fn lines(&self, burn: &Burn, stack: usize, active: &[usize]) -> Vec<Line> {
        let g0_km_s2 = self.g0_m_s2 * 1e-3;
        let mut lines: Vec<Line> = Vec::new();
        for element in active.iter().copied().filter(|at| self.elements[*at].stack == Some(stack)) {
            let Some(engine) = self.elements[element].element.motor(burn.motor) else { continue };
            let tanks = self.tanks_for(element, burn.motor, stack);
            if let Some(tank) = tanks.into_iter().find(|t| self.usable_kg(*t) > 0.0) {
                lines.push(Line {
                    element,
                    tank,
                    exhaust_km_s: engine.isp_s * g0_km_s2,
                    thrust_n: engine.thrust_n.map(|n| n * burn.throttle_fraction),
                    flow_share: 1.0,
                });
            }
        }
        if lines.len() > 1 {
            let flow = |l: &Line| l.thrust_n.unwrap_or(0.0) / l.exhaust_km_s;
            let whole: f64 = lines.iter().map(flow).sum();
            lines.iter_mut().for_each(|l| l.flow_share = flow(l) / whole);
        }
        lines
    }

    /// Burn with engines that fire at once until the speed has changed or all their tanks are empty.
    fn fire_together(&mut self, burn: &Burn, stack: usize, active: &[usize], left_km_s: &mut f64, burnt: &mut Burnt) {
        // each round empties a tank, and a rounding may leave it a second one
        let tanks: usize = self.elements.iter().map(|p| p.element.tanks().count()).sum();
        for _ in 0..2 * tanks + 2 {
            let lines = self.lines(burn, stack, active);
            let mass_kg = self.stack_mass(stack).kg();
            if lines.is_empty() || mass_kg <= 0.0 {
                return;
            }
            let exhaust_km_s: f64 = lines.iter().map(|l| l.flow_share * l.exhaust_km_s).sum();
            let needs_kg = -mass_kg * (-*left_km_s / exhaust_km_s).exp_m1();
            let shares = |tank: TankOf| lines.iter().filter(|l| l.tank == tank).map(|l| l.flow_share).sum::<f64>();
            let limit = |l: &Line| self.usable_kg(l.tank) / shares(l.tank);
            let limit_kg = lines.iter().map(limit).fold(f64::INFINITY, f64::min);
            let done = needs_kg <= limit_kg * (1.0 + ROUNDING);
            let taken_kg = needs_kg.min(limit_kg);
            let empties: Vec<TankOf> = lines
                .iter()
                .filter(|l| limit(l) <= limit_kg * (1.0 + ROUNDING) && taken_kg >= limit_kg)
                .map(|l| l.tank)
                .collect();
            self.clock(&lines, mass_kg, taken_kg, burnt);
            for line in &lines {
                let kg = taken_kg * line.flow_share;
                if let Some(tank) = self.tank_mut(line.tank) {
                    if empties.contains(&line.tank) {
                        let before_kg = tank.mass().kg();
                        tank.draw_all();
                        burnt.drew(line.tank, (before_kg - tank.mass().kg()).max(0.0));
                    } else {
                        tank.draw(kg);
                        burnt.drew(line.tank, kg);
                    }
                }
            }
            if done {
                burnt.dv_km_s += *left_km_s;
                *left_km_s = 0.0;
            } else {
                let gained_km_s = exhaust_km_s * (mass_kg / (mass_kg - taken_kg)).ln();
                burnt.dv_km_s += gained_km_s;
                *left_km_s -= gained_km_s;
            }
            self.drop_the_empty(burn, stack, active, &lines, burnt);
            if done {
                return;
            }
        }
    }

    /// Drop tanks and boosters that have just run dry.
    fn drop_the_empty(&mut self, burn: &Burn, stack: usize, active: &[usize], lines: &[Line], burnt: &mut Burnt) {
        for line in lines {
            if self.usable_kg(line.tank) > 0.0 {
                continue;
            }
            let is_drop_tank = line.tank.element != line.element;
            // a booster that burns beside others goes when it is empty, unless it is the last
            let others = active.iter().any(|at| {
                *at != line.element && self.tanks_for(*at, burn.motor, stack).iter().any(|t| self.usable_kg(*t) > 0.0)
            });
            if is_drop_tank || (active.len() > 1 && others && burn.spent == Spent::Dropped) {
                self.leave_behind(line.tank.element, &mut burnt.dropped, &mut burnt.dropped_names);
            }
        }
    }

    /// Time and acceleration of a stretch of burning.
    fn clock(&self, lines: &[Line], mass_kg: f64, taken_kg: f64, burnt: &mut Burnt) {
        let thrust_n = lines.iter().map(|l| l.thrust_n).sum::<Option<f64>>();
        let flow_kg_s = lines.iter().map(|l| l.thrust_n.map(|n| n / (l.exhaust_km_s * 1e3))).sum::<Option<f64>>();
        burnt.duration_s = burnt.duration_s.zip(flow_kg_s).map(|(s, flow)| s + taken_kg / flow);
        let end_m_s2 = thrust_n.map(|n| n / (mass_kg - taken_kg)).filter(|a| a.is_finite());
        burnt.acceleration_m_s2 = burnt.acceleration_m_s2.zip(end_m_s2).map(|(a, b)| a.max(b));
    }

    /// The tanks are empty and some speed is left to be gained: refuse, or write down what lacks.
    fn run_short(
        &mut self,
        burn: &Burn,
        stack: usize,
        element: usize,
        (asked_km_s, left_km_s): (f64, f64),
        burnt: &mut Burnt,
        pour: &mut Pour,
    ) -> Result<(), FlightError> {
        let placed = &self.elements[element].element;
        let isp_s = placed.motor(burn.motor).map_or(f64::NAN, |e| e.isp_s);
        let exhaust_km_s = isp_s * self.g0_m_s2 * 1e-3;
        let mass_kg = self.stack_mass(stack).kg();
        match pour {
            Pour::Held => {
                let short_kg = -mass_kg * (-left_km_s / exhaust_km_s).exp_m1();
                Err(FlightError::TankTooSmall {
                    burn: burn.name.clone(),
                    element: placed.name.clone(),
                    dv_m_s: asked_km_s * 1e3,
                    holds_kg: burnt.burnt_kg,
                    needs_kg: burnt.burnt_kg + short_kg,
                    short_kg,
                    short_m_s: left_km_s * 1e3,
                    // loaded in advance it is lifted by the rest of the same tank too
                    more_kg: (mass_kg + if burnt.draws.len() == 1 { burnt.burnt_kg } else { 0.0 })
                        * (left_km_s / exhaust_km_s).exp_m1(),
                })
            }
            Pour::Owed(owed) => {
                let own = TankOf { element, motor_is_main: true };
                let at = self.tanks_for(element, burn.motor, stack).pop().unwrap_or(own);
                if let Some(tank) = self.tank_mut(at) {
                    let lacking = owed.entry(at).or_insert_with(|| vec![0.0; tank.fluids.len()]);
                    tank.borrow(mass_kg, left_km_s / exhaust_km_s, lacking);
                }
                Ok(())
            }
        }
    }
}
