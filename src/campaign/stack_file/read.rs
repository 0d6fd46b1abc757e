//! From a stack file as it stands to a vehicle and its steps, or the first mistake with its place.

use super::raw::{self, File};
use super::{StackFile, StackMistake};
use crate::campaign::error::Source;
use crate::campaign::file::{Name, Named, Scalar, Whole, Written, name_fault};
use crate::units::{DeltaV, Dimension, Mass, parse_quantity};
use crate::vehicles::table::names_near;
use crate::vehicles::{
    BoilOff, Burn, Catalogue, Cooling, Element, Engine, Extent, Firing, Growth, Load, Motor, PlaceRate, SizingLaw,
    Spent, Step, Supply, Tank, Vehicle,
};
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

type Fault = (Range<usize>, StackMistake);

/// Most people, seats and starts.
const MOST_COUNTED: u32 = 1_000_000;

pub(super) fn read(source: &Arc<Source>, catalogue: &Catalogue) -> Result<StackFile, Fault> {
    let fault = |error: toml::de::Error| {
        let message = error.message().trim().replace('\n', ", ");
        (error.span().unwrap_or(0..0), StackMistake::Toml { message })
    };
    if let Some((span, error)) = name_fault(&DeTable::parse(&source.text).map_err(fault)?) {
        return Err((span, error.into()));
    }
    let file: File = toml::from_str(&source.text).map_err(fault)?;
    Reader { text: &source.text, catalogue, file: &file }.stack_file(source)
}

/// A stack, and the stages in it.
struct Assembled {
    name: String,
    stages: Vec<String>,
    span: Range<usize>,
}

/// The file's text, and what its names are resolved against.
struct Reader<'a> {
    text: &'a str,
    catalogue: &'a Catalogue,
    file: &'a File,
}

impl Reader<'_> {
    fn stack_file(&self, source: &Arc<Source>) -> Result<StackFile, Fault> {
        let stages = in_order(&self.file.stage);
        if stages.is_empty() {
            return Err((0..0, StackMistake::NoStage));
        }
        let mut elements = Vec::new();
        for (name, stage) in &stages {
            elements.push(self.element(name, stage)?);
        }
        self.no_circle("feeds", &stages, |stage| stage.feeds.as_ref())?;
        self.no_circle("leaves_with", &stages, |stage| stage.leaves_with.as_ref())?;
        let mut vehicle = Vehicle::new();
        if let Some(g0) = &self.file.stack.g0_m_s2 {
            let out_of_range = || {
                let (key, text) = ("g0_m_s2".to_owned(), g0.get_ref().to_string());
                (g0.span(), StackMistake::OutOfRange { key, text, range: "standard gravity, 9.80665" })
            };
            let given = Some(*g0.get_ref()).filter(|g0| (9.0..10.0).contains(g0)).ok_or_else(out_of_range)?;
            vehicle = vehicle.with_gravity(given).map_err(|_| out_of_range())?;
        }
        for Assembled { name, stages: names, span } in self.assemblies(&stages)? {
            let of_stack = names
                .iter()
                .filter_map(|name| elements.iter().position(|e| e.name == *name))
                .map(|at| elements[at].clone())
                .collect();
            vehicle = vehicle.stack(&name, of_stack).map_err(|e| (span.clone(), e.into()))?;
        }
        let mut cargo = Vec::new();
        for (name, load) in in_order(&self.file.load) {
            let people = people(load.people.as_ref())?;
            if people == 0 {
                cargo.push(name.get_ref().clone());
            }
            let load = Load {
                name: name.get_ref().clone(),
                mass: self.mass("mass", &load.mass)?,
                people,
                aboard: self.stage(&load.aboard)?,
            };
            vehicle = vehicle.carry(load).map_err(|e| (name.span(), e.into()))?;
        }
        let (mut steps, mut spans) = (Vec::new(), Vec::new());
        for step in &self.file.step {
            let (span, step) = self.step(step)?;
            steps.push(step);
            spans.push(span);
        }
        let payload = match (&self.file.stack.payload, cargo.as_slice()) {
            (Some(name), _) => Some(self.known_load(name)?),
            (None, [only]) => Some(only.clone()),
            _ => None,
        };
        let stages = stages.iter().map(|(name, _)| (name.get_ref().clone(), name.span())).collect();
        let name = self.file.stack.name.get_ref().clone();
        Ok(StackFile { source: Arc::clone(source), name, vehicle, steps, payload, spans, stages })
    }

    /// Refuse stages of which each feeds, or follows, the next and the last the first.
    fn no_circle<'a>(
        &self,
        key: &'static str,
        stages: &[(&Name, &'a raw::Stage)],
        next: impl Fn(&'a raw::Stage) -> Option<&'a Name>,
    ) -> Result<(), Fault> {
        for (name, stage) in stages {
            let mut circle = vec![name.get_ref().clone()];
            let mut at = next(stage);
            while let Some(other) = at {
                circle.push(self.stage(other)?);
                if circle.last() == circle.first() {
                    let span = next(stage).map_or_else(|| name.span(), toml::Spanned::span);
                    return Err((span, StackMistake::Circle { key, circle: circle.join(" to ") }));
                }
                // a circle further on is found from its own stages
                if circle.len() > stages.len() {
                    break;
                }
                let found = stages.iter().find(|(n, _)| Some(n.get_ref()) == circle.last());
                at = found.and_then(|(_, stage)| next(stage));
            }
        }
        Ok(())
    }

    /// Stacks with their stages; without `[assembly]` all stages make one, in the order of the file.
    fn assemblies(&self, stages: &[(&Name, &raw::Stage)]) -> Result<Vec<Assembled>, Fault> {
        let all: Vec<String> = stages.iter().map(|(name, _)| name.get_ref().clone()).collect();
        if self.file.assembly.is_empty() {
            let name = &self.file.stack.name;
            return Ok(vec![Assembled { name: name.get_ref().clone(), stages: all, span: name.span() }]);
        }
        let mut assemblies = Vec::new();
        let mut used: Vec<String> = Vec::new();
        for (name, assembly) in in_order(&self.file.assembly) {
            let mut names = Vec::new();
            for stage in &assembly.stages {
                names.push(self.stage(stage)?);
            }
            used.extend(names.clone());
            assemblies.push(Assembled { name: name.get_ref().clone(), stages: names, span: name.span() });
        }
        match stages.iter().find(|(name, _)| !used.contains(name.get_ref())) {
            Some((idle, _)) => {
                let what = format!("stage \"{}\"", idle.get_ref());
                let example = "its name to the stages of an [assembly]";
                Err((idle.span(), StackMistake::Missing { what, needs: "is in no assembly", example }))
            }
            None => Ok(assemblies),
        }
    }

    fn element(&self, name: &Name, stage: &raw::Stage) -> Result<Element, Fault> {
        let mut element = match &stage.catalogue {
            Some(row) => self.catalogue.element(row.get_ref()).map_err(|e| (row.span(), e.into()))?,
            None => {
                let Some(dry) = &stage.dry else {
                    let what = format!("stage \"{}\"", name.get_ref());
                    return Err((
                        name.span(),
                        StackMistake::Missing { what, needs: "has no dry mass", example: "dry = \"3 t\"" },
                    ));
                };
                Element::new(name.get_ref(), self.mass("dry", dry)?)
            }
        };
        element.name = name.get_ref().clone();
        if let Some(dry) = &stage.dry {
            element.dry = self.mass("dry", dry)?;
        }
        if let Some(adapter) = &stage.adapter {
            element.adapter = self.mass("adapter", adapter)?;
        }
        element.growth = self.growth(name, stage)?;
        self.tank(&mut element, stage)?;
        self.engine(&mut element, name, stage)?;
        if let Some(rcs) = &stage.rcs {
            let mut engine = Engine::of_isp(self.positive("isp", &rcs.isp, Dimension::Time)?);
            engine.thrust_n = rcs.thrust.as_ref().map(|t| self.positive("thrust", t, Dimension::Force)).transpose()?;
            let supply = match &rcs.propellant {
                Some(p) if self.written(p).0 == "shared" => Supply::Shared,
                Some(p) => Supply::Own(Tank::of("RCS propellant", self.mass("propellant", p)?)),
                None => Supply::Shared,
            };
            element = element.with_thrusters(engine, supply);
        }
        if let Some(feeds) = &stage.feeds {
            element.feeds = Some(self.stage(feeds)?);
        }
        if let Some(with) = &stage.leaves_with {
            element.leaves_with = Some(self.stage(with)?);
        }
        if let Some(seats) = &stage.seats {
            element.seats = Some(people(Some(seats))?);
        }
        if let Some(cargo) = &stage.cargo {
            element.cargo_capacity = Some(self.mass("cargo", cargo)?);
        }
        Ok(element)
    }

    fn growth(&self, name: &Name, stage: &raw::Stage) -> Result<Growth, Fault> {
        match (&stage.inert, &stage.sizing_law) {
            (Some(inert), None) => Ok(Growth::Inert { ratio: self.at_least("inert", inert, Dimension::Ratio)? }),
            (None, Some(law)) if law.get_ref() == "isaji" => {
                let Some(payload) = &stage.built_for else {
                    let what = format!("stage \"{}\"", name.get_ref());
                    let needs = "has a sizing law and no payload to be built for";
                    return Err((law.span(), StackMistake::Missing { what, needs, example: "built_for = \"2 t\"" }));
                };
                Ok(Growth::Law(SizingLaw { payload: self.mass("built_for", payload)? }))
            }
            (None, Some(law)) => Err(choice_fault("sizing_law", law, "isaji")),
            (Some(_), Some(law)) => {
                let (found, cure) = ("inert and sizing_law".to_owned(), "keep one of them".to_owned());
                Err((law.span(), StackMistake::NotOne { found, cure }))
            }
            (None, None) => Ok(Growth::Fixed),
        }
    }

    /// The main tank: propellant and room, one fluid or two, what stays in it and what boils off.
    fn tank(&self, element: &mut Element, stage: &raw::Stage) -> Result<(), Fault> {
        let loaded = stage.propellant.as_ref().map(|p| self.mass("propellant", p)).transpose()?;
        let room = stage.tank.as_ref().map(|t| self.mass("tank", t)).transpose()?;
        let grows = element.growth != Growth::Fixed && element.tank.is_none();
        let kind = match (&stage.kind, &element.tank) {
            (Some(kind), _) => kind.get_ref().clone(),
            (None, Some(tank)) => tank.kind(),
            (None, None) => "propellant".to_owned(),
        };
        let given =
            room.or(loaded).or_else(|| element.tank.as_ref().map(Tank::capacity)).or(grows.then_some(Mass::ZERO));
        let Some(capacity) = given else { return Ok(()) };
        let mut tank = match &stage.mixture_ratio {
            Some(ratio) => {
                let mixture_ratio = self.positive("mixture_ratio", ratio, Dimension::Ratio)?;
                let (fuel, oxidiser) = kind.split_once('/').unwrap_or(("fuel", "oxidiser"));
                Tank::of_two(fuel.trim(), oxidiser.trim(), mixture_ratio, capacity)
            }
            None => Tank::of(&kind, capacity),
        };
        let loaded = loaded.unwrap_or(capacity);
        if loaded > capacity {
            let scalar = stage.propellant.as_ref().map(|p| self.written(p));
            let (text, span) = scalar.unwrap_or_default();
            return Err((
                span,
                StackMistake::OutOfRange { key: "propellant".to_owned(), text, range: "what the tank holds, or less" },
            ));
        }
        if capacity > Mass::ZERO {
            tank.fluids.iter_mut().for_each(|f| f.mass = f.mass * (loaded.kg() / capacity.kg()));
        }
        if let Some(residual) = &stage.residual {
            tank.residual_fraction = self.fraction("residual", residual)?;
        }
        if let Some(reserve) = &stage.reserve {
            tank.reserve = self.mass("reserve", reserve)?;
        }
        let mut boil_off = BoilOff::default();
        if let Some(daily) = &stage.boil_off {
            boil_off.daily_fraction = self.fraction("boil_off", daily)?;
        }
        for (place, daily) in in_order(&stage.boil_off_at) {
            let daily_fraction = self.fraction(place.get_ref(), daily)?;
            boil_off.places.push(PlaceRate { place: place.get_ref().clone(), daily_fraction });
        }
        tank = tank.boiling(&boil_off);
        let own = [("boil_off_fuel", &stage.boil_off_fuel), ("boil_off_oxidiser", &stage.boil_off_oxidiser)];
        for ((key, daily), at) in own.into_iter().zip([0, tank.fluids.len() - 1]) {
            if let Some(daily) = daily {
                tank.fluids[at].boil_off = BoilOff::everywhere(self.fraction(key, daily)?);
            }
        }
        if let Some(cooler) = &stage.zero_boil_off {
            let power_kw = *cooler.power_kw.get_ref();
            if !(power_kw.is_finite() && power_kw >= 0.0) {
                let (key, text) = ("power_kw".to_owned(), power_kw.to_string());
                return Err((cooler.power_kw.span(), StackMistake::OutOfRange { key, text, range: "0 or more" }));
            }
            tank.cooling = Cooling::ZeroBoilOff { power_kw, mass: self.mass("mass", &cooler.mass)? };
        }
        element.tank = Some(tank);
        Ok(())
    }

    fn engine(&self, element: &mut Element, name: &Name, stage: &raw::Stage) -> Result<(), Fault> {
        if let Some(isp) = &stage.isp {
            element.engine = Some(Engine::of_isp(self.positive("isp", isp, Dimension::Time)?));
        }
        let asks = [
            ("thrust", stage.thrust.as_ref().map(toml::Spanned::span)),
            ("throttle", stage.throttle.as_ref().map(toml::Spanned::span)),
        ];
        let Some(engine) = &mut element.engine else {
            return match asks.into_iter().find_map(|(key, span)| Some((key, span?))) {
                Some((key, span)) => {
                    let what = format!("stage \"{}\"", name.get_ref());
                    let needs = if key == "thrust" { "has a thrust and no isp" } else { "has a throttle and no isp" };
                    Err((span, StackMistake::Missing { what, needs, example: "isp = \"450 s\"" }))
                }
                None => Ok(()),
            };
        };
        if let Some(thrust) = &stage.thrust {
            engine.thrust_n = Some(self.positive("thrust", thrust, Dimension::Force)?);
        }
        if let Some(throttle) = &stage.throttle {
            engine.least_throttle_fraction = self.fraction("throttle", throttle)?;
        }
        if let Some(starts) = &stage.starts {
            engine.starts = Some(people(Some(starts))?);
        }
        Ok(())
    }

    fn step(&self, step: &raw::Step) -> Result<(Range<usize>, Step), Fault> {
        let span_of = |name: &Option<Name>| name.as_ref().map(toml::Spanned::span);
        let names = |name: &Option<raw::Names>| name.as_ref().map(toml::Spanned::span);
        let actions = [
            ("burn", span_of(&step.burn)),
            ("burn_out", span_of(&step.burn_out)),
            ("coast", step.coast.as_ref().map(toml::Spanned::span)),
            ("drop", names(&step.drop)),
            ("join", names(&step.join)),
            ("part", names(&step.part)),
            ("move", span_of(&step.moved)),
            ("load", span_of(&step.load)),
            ("unload", span_of(&step.unload)),
            ("refuel", span_of(&step.refuel)),
        ];
        let said: Vec<(&str, Range<usize>)> =
            actions.iter().filter_map(|(key, span)| Some((*key, span.clone()?))).collect();
        let (action, span) = match said.as_slice() {
            [one] => one.clone(),
            [] => {
                let cure = format!("give it one of {}", actions.map(|(key, _)| key).join(", "));
                let place = [span_of(&step.name), span_of(&step.named), span_of(&step.to), names(&step.by)];
                let place = place.into_iter().flatten().next().unwrap_or(0..0);
                return Err((place, StackMistake::NotOne { found: "none".to_owned(), cure }));
            }
            [.., (_, span)] => {
                let found = said.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(" and ");
                return Err((span.clone(), StackMistake::NotOne { found, cure: "make it two".to_owned() }));
            }
        };
        let needs = |needs: &'static str, example: &'static str| {
            let article = if action == "unload" { "an" } else { "a" };
            (span.clone(), StackMistake::Missing { what: format!("{article} {action}"), needs, example })
        };
        let made = if let Some(name) = &step.burn {
            let dv = step.dv.as_ref().ok_or_else(|| needs("needs dv", "dv = \"3.2 km/s\""))?;
            let dv_km_s = self.at_least("dv", dv, Dimension::Speed)?;
            Step::Burn(self.burn(name, Extent::Speed(DeltaV::from_km_s(dv_km_s)), step)?)
        } else if let Some(name) = &step.burn_out {
            Step::Burn(self.burn(name, Extent::Depletion, step)?)
        } else if let Some(time) = &step.coast {
            let place = step.at.as_ref().map_or_else(String::new, |p| p.get_ref().clone());
            let days = self.at_least("coast", time, Dimension::Time)? / 86_400.0;
            let text = self.written(time).0;
            let default = if place.is_empty() { text } else { format!("{text} in {place}") };
            let name = step.name.as_ref().map_or(default, |n| n.get_ref().clone());
            let stack = step.stack.as_ref().map(|s| s.get_ref().clone());
            Step::Coast { name, duration_d: days, place, stack }
        } else if let Some(elements) = &step.drop {
            Step::Drop { elements: self.stages_of(elements)? }
        } else if let Some(stacks) = &step.join {
            let name = step.named.as_ref().map(|n| n.get_ref().clone());
            Step::Join { stacks: stacks.get_ref().0.clone(), name }
        } else if let Some(elements) = &step.part {
            let name = step.named.as_ref().ok_or_else(|| needs("needs a name for the new stack", "as = \"…\""))?;
            Step::Part { elements: self.stages_of(elements)?, name: name.get_ref().clone() }
        } else if let Some(load) = &step.moved {
            let to = step.to.as_ref().ok_or_else(|| needs("needs a stage to go to", "to = \"…\""))?;
            Step::Move { load: self.known_load(load)?, to: self.stage(to)? }
        } else if let Some(load) = &step.load {
            let to = step.to.as_ref().ok_or_else(|| needs("needs a stage to go to", "to = \"…\""))?;
            let mass = step.mass.as_ref().ok_or_else(|| needs("needs a mass", "mass = \"100 kg\""))?;
            let people = people(step.people.as_ref())?;
            Step::Load(Load {
                name: load.get_ref().clone(),
                mass: self.mass("mass", mass)?,
                people,
                aboard: self.stage(to)?,
            })
        } else if let Some(load) = &step.unload {
            Step::Unload { load: self.known_load(load)? }
        } else if let Some(element) = &step.refuel {
            let sent = step.mass.as_ref().map(|m| self.mass("mass", m)).transpose()?;
            let lost_fraction = step.lost.as_ref().map_or(Ok(0.0), |l| self.fraction("lost", l))?;
            Step::Refuel { element: self.stage(element)?, sent, lost_fraction }
        } else {
            return Err(needs("is no step", "burn, coast or drop"));
        };
        Ok((span, made))
    }

    fn burn(&self, name: &Name, extent: Extent, step: &raw::Step) -> Result<Burn, Fault> {
        let by = step.by.as_ref().map_or(Ok(Vec::new()), |by| self.stages_of(by))?;
        let choice = |key: &str, name: &Option<Name>, words: [&str; 2]| -> Result<usize, Fault> {
            let Some(name) = name else { return Ok(0) };
            words.iter().position(|w| w == name.get_ref()).ok_or_else(|| choice_fault(key, name, &words.join(", ")))
        };
        let throttle_fraction =
            step.throttle.as_ref().map_or(Ok(1.0), |t| self.positive("throttle", t, Dimension::Ratio))?;
        Ok(Burn {
            name: name.get_ref().clone(),
            extent,
            by,
            motor: [Motor::Main, Motor::Thrusters][choice("engine", &step.engine, ["main", "rcs"])?],
            firing: [Firing::Sequence, Firing::Together][choice("firing", &step.firing, ["sequence", "together"])?],
            spent: [Spent::Dropped, Spent::Kept][choice("spent", &step.spent, ["dropped", "kept"])?],
            margin_fraction: step.margin.as_ref().map_or(Ok(0.0), |m| self.at_least("margin", m, Dimension::Ratio))?,
            throttle_fraction,
        })
    }

    /// A value as people wrote it, and where.
    fn written(&self, value: &Scalar) -> (String, Range<usize>) {
        let text = match value.get_ref() {
            Written::Text(text) => text.clone(),
            Written::Bare => self.text.get(value.span()).unwrap_or_default().to_owned(),
        };
        (text, value.span())
    }

    fn quantity(&self, key: &str, value: &Scalar, dimension: Dimension) -> Result<f64, Fault> {
        let (text, span) = self.written(value);
        parse_quantity(&text, dimension)
            .map_err(|source| (span, StackMistake::Quantity { key: key.to_owned(), source }))
    }

    fn within(&self, key: &str, value: &Scalar, fits: bool, range: &'static str) -> Result<(), Fault> {
        let (text, span) = self.written(value);
        if fits { Ok(()) } else { Err((span, StackMistake::OutOfRange { key: key.to_owned(), text, range })) }
    }

    fn at_least(&self, key: &str, value: &Scalar, dimension: Dimension) -> Result<f64, Fault> {
        let found = self.quantity(key, value, dimension)?;
        self.within(key, value, found >= 0.0, "0 or more")?;
        Ok(found)
    }

    fn positive(&self, key: &str, value: &Scalar, dimension: Dimension) -> Result<f64, Fault> {
        let found = self.quantity(key, value, dimension)?;
        self.within(key, value, found > 0.0, "more than 0")?;
        Ok(found)
    }

    fn fraction(&self, key: &str, value: &Scalar) -> Result<f64, Fault> {
        let found = self.quantity(key, value, Dimension::Ratio)?;
        self.within(key, value, (0.0..1.0).contains(&found), "a part of the whole, 0 % to 100 %")?;
        Ok(found)
    }

    fn mass(&self, key: &str, value: &Scalar) -> Result<Mass, Fault> {
        Ok(Mass::from_kg(self.at_least(key, value, Dimension::Mass)?))
    }

    /// The stage of a name.
    fn stage(&self, name: &Name) -> Result<String, Fault> {
        self.stage_called(name.get_ref(), name.span())
    }

    fn stages_of(&self, names: &raw::Names) -> Result<Vec<String>, Fault> {
        names.get_ref().0.iter().map(|name| self.stage_called(name, names.span())).collect()
    }

    fn stage_called(&self, name: &str, span: Range<usize>) -> Result<String, Fault> {
        let known: Vec<&str> = self.file.stage.keys().map(|n| n.get_ref().as_str()).collect();
        known.iter().find(|k| k.eq_ignore_ascii_case(name)).map(|k| (*k).to_owned()).ok_or_else(|| {
            let hint = names_near(name, &known);
            (span, StackMistake::Unknown { what: "stage", name: name.to_owned(), hint })
        })
    }

    /// A load that is aboard at the start or comes aboard in a step.
    fn known_load(&self, name: &Name) -> Result<String, Fault> {
        let aboard = self.file.load.keys().map(|n| n.get_ref().as_str());
        let later = self.file.step.iter().filter_map(|s| s.load.as_ref()).map(|n| n.get_ref().as_str());
        let known: Vec<&str> = aboard.chain(later).collect();
        known.iter().find(|k| *k == name.get_ref()).map(|k| (*k).to_owned()).ok_or_else(|| {
            let hint = names_near(name.get_ref(), &known);
            (name.span(), StackMistake::Unknown { what: "load", name: name.get_ref().clone(), hint })
        })
    }
}

fn choice_fault(key: &str, name: &Name, known: &str) -> Fault {
    let (key, text, known) = (key.to_owned(), name.get_ref().clone(), known.to_owned());
    (name.span(), StackMistake::Choice { key, text, known })
}

/// The sections in the order of the file.
fn in_order<T>(section: &Named<T>) -> Vec<(&Name, &T)> {
    let mut entries: Vec<(&Name, &T)> = section.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

fn people(count: Option<&Whole>) -> Result<u32, Fault> {
    let Some(count) = count else { return Ok(0) };
    u32::try_from(*count.get_ref()).ok().filter(|n| *n <= MOST_COUNTED).ok_or_else(|| {
        let (key, text) = ("people".to_owned(), count.get_ref().to_string());
        (count.span(), StackMistake::OutOfRange { key, text, range: "a whole number, 0 to 1000000" })
    })
}
