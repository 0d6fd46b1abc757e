//! Stages, tanks, depots, stacks, launchers.

use super::{catalogue, either, epoch, hold};
use crate::finite::{Told, answer, bare};
use crate::tape::Tape;
use portolan::transfers::porkchop::CellNumbers;
use portolan::units::{DeltaV, Mass};
use portolan::vehicles::{
    BoilOff, Braking, Burn, Buyer, Cooling, Curve, CurvePoint, Depot, Destination, Element, Engine, EscapeBasis,
    Extent, Firing, FlightRecord, Freight, Growth, LaunchSlots, Load, PlaceRate, Plant, Shuttle, Sizing, SizingLaw,
    Spent, Stage, Step, StepRule, Supplied, Supply, Tank, TankerTrip, Vehicle, Verified, departure_launches,
    estimate::UpperStage, fewest_launches, flown_gear_ratio, fly, gear_ratio, largest_payload, smallest_stack,
    stage as rocket,
};
use std::hint::black_box;

fn mass(tape: &mut Tape, name: &str, low_kg: f64, high_kg: f64) -> Mass {
    Mass::from_kg(tape.number(&format!("{name}_kg"), low_kg, high_kg))
}

fn dv(tape: &mut Tape, name: &str, low_km_s: f64, high_km_s: f64) -> DeltaV {
    DeltaV::from_km_s(tape.number(&format!("{name}_km_s"), low_km_s, high_km_s))
}

pub(super) fn stage(tape: &mut Tape) -> Result<Told, String> {
    let (dry, propellant) = (mass(tape, "dry", 10.0, 1e5), mass(tape, "propellant", 10.0, 1e6));
    let (isp_s, burn) = (tape.number("isp_s", 50.0, 1e3), dv(tape, "dv", 0.0, 8.0));
    let plain = tape.is_plain();
    let (dry_kg, wet_kg) = (dry.kg(), dry.kg() + propellant.kg());
    bare("exhaust_km_s", plain, &rocket::exhaust_km_s(isp_s))?;
    bare("propellant_for_kg", plain, &rocket::propellant_for_kg(burn.km_s(), dry_kg, isp_s))?;
    bare("propellant_of_kg", plain, &rocket::propellant_of_kg(burn.km_s(), wet_kg, isp_s))?;
    bare("dv_of_km_s", plain, &rocket::dv_of_km_s(wet_kg, dry_kg, isp_s))?;
    let stage = Stage::new("stage", dry, propellant, isp_s);
    let mut told = answer("Stage::new", &stage)?;
    let (initial, part) = (mass(tape, "initial", 10.0, 1e6), mass(tape, "part", 0.0, 1e6));
    if let Ok(stage) = stage {
        answer("Stage::payload_for", &stage.payload_for(burn))?;
        answer("Stage::deliver", &stage.deliver(initial, burn))?;
        answer("Stage::wet", &stage.wet())?;
        answer("Stage::filled_to", &stage.filled_to(part))?;
    }
    let inert_ratio = tape.number("inert_ratio", 0.0, 0.5);
    for sizing in
        [Sizing::for_payload(initial, burn, isp_s, inert_ratio), Sizing::for_initial(initial, burn, isp_s, inert_ratio)]
    {
        told = either(told, answer("Sizing", &sizing)?);
        if let Ok(sizing) = sizing {
            answer("Sizing::initial", &(sizing.wet(), sizing.initial()))?;
            hold(sizing.payload.kg() >= 0.0 && sizing.propellant.kg() >= 0.0 && sizing.dry.kg() >= 0.0, || {
                format!("Sizing answers with a mass below zero: {sizing:?}")
            })?;
        }
    }
    Ok(either(told, answer("gear_ratio", &gear_ratio(burn, isp_s, inert_ratio))?))
}

fn boil_off(tape: &mut Tape) -> BoilOff {
    let mut boil_off = BoilOff::everywhere(tape.number("daily_fraction", 0.0, 0.02));
    if tape.toss("places") {
        let daily_fraction = tape.number("place_fraction", 0.0, 0.02);
        boil_off.places.push(PlaceRate { place: "LEO".to_owned(), daily_fraction });
    }
    boil_off
}

fn a_tank(tape: &mut Tape) -> Tank {
    let held = mass(tape, "tank", 10.0, 1e6);
    let mut tank = if tape.toss("two") {
        Tank::of_two("LH2", "LOX", tape.number("mixture_ratio", 0.5, 8.0), held)
    } else {
        Tank::of("MMH", held)
    };
    if tape.toss("boils") {
        tank = tank.boiling(&boil_off(tape));
    }
    if tape.pick("rests", 3) == 0 {
        tank.residual_fraction = tape.number("residual_fraction", 0.0, 0.05);
        tank.reserve = mass(tape, "reserve", 0.0, 50.0);
    }
    if tape.pick("part", 3) == 0 {
        let part = tape.number("filled_fraction", 0.0, 1.0);
        for fluid in &mut tank.fluids {
            fluid.mass = Mass::from_kg(fluid.capacity.kg() * part);
        }
    }
    if tape.pick("cooled", 5) == 0 {
        let leak_kw = tape.number("heat_leak_kw", 0.0, 1.0);
        tank.cooling = Cooling::lifting(leak_kw, catalogue().cryocooler().expect("a cooler"));
    }
    tank
}

pub(super) fn tank(tape: &mut Tape) -> Result<Told, String> {
    let tank = a_tank(tape);
    let plain = tape.is_plain();
    let masses = (tank.mass(), tank.capacity(), tank.residual(), tank.usable(), tank.room(), tank.cooling.power_kw());
    bare("Tank", plain, &masses)?;
    drop(tank.kind());
    let boil_off = boil_off(tape);
    let duration_d = tape.number("duration_d", 0.0, 3000.0);
    let kept = boil_off.kept_fraction("LEO", duration_d);
    bare("BoilOff::kept_fraction", tape.is_plain(), &kept)?;
    hold(!tape.is_plain() || (0.0..=1.0).contains(&kept), || format!("BoilOff::kept_fraction answers {kept}"))?;
    let law = SizingLaw { payload: mass(tape, "payload", 100.0, 20_000.0) };
    // beyond what the law reaches the answer is infinite, as its page says
    let dry = law.dry(mass(tape, "propellant", 100.0, 40_000.0));
    let reached = tape.is_plain() && dry.kg() != f64::INFINITY;
    bare("SizingLaw::dry", reached, &dry)?;
    Ok(if tape.is_plain() { Told::Answer } else { Told::Refusal })
}

pub(super) fn depot(tape: &mut Tape) -> Result<Told, String> {
    let a_depot = |tape: &mut Tape| Depot {
        place: ["LEO", "NRHO"][tape.pick("place", 2)].to_owned(),
        target: mass(tape, "target", 1e3, 3e6),
        tanker: mass(tape, "tanker", 1e3, 3e5),
        interval_d: tape.number("interval_d", 0.0, 100.0),
        boil_off: boil_off(tape),
        transfer_loss_fraction: tape.number("transfer_loss_fraction", 0.0, 0.2),
    };
    let (far, near) = (a_depot(tape), a_depot(tape));
    let flights = far.flights();
    let mut told = answer("Depot::flights", &flights)?;
    let filling = far.fill();
    told = either(told, answer("Depot::fill", &filling)?);
    bare("Depot::limit", false, &far.limit())?;
    if let Ok(filling) = &filling {
        answer("Filling::reached", &filling.reached())?;
        // two sums of one series, each with its own rounding
        if let Ok(flights) = flights {
            let apart = flights.abs_diff(filling.flights);
            hold(apart <= 1, || format!("Depot::flights answers {flights}, Depot::fill {}", filling.flights))?;
        }
    }
    let both = departure_launches(&far, tape.toss("near").then_some(&near));
    told = either(told, answer("departure_launches", &both)?);
    if let Ok(launches) = both {
        black_box(launches.total());
    }
    let trip = TankerTrip {
        dry: mass(tape, "dry", 1e3, 1e5),
        propellant: mass(tape, "propellant", 1e3, 1e6),
        isp_s: tape.number("isp_s", 100.0, 500.0),
        out: dv(tape, "out", 0.0, 4.0),
        back: dv(tape, "back", 0.0, 4.0),
    };
    told = either(told, answer("TankerTrip::delivers", &trip.delivers())?);
    let slots: Vec<LaunchSlots> = (0..tape.whole("slots", 0, 4, 0))
        .map(|_| LaunchSlots {
            each: mass(tape, "each", 0.0, 1e5),
            most: tape.whole("most", 0, 20, u64::from(u32::MAX)) as u32,
        })
        .collect();
    let wanted = mass(tape, "wanted", 0.0, 1e6);
    let launches = fewest_launches(&slots, wanted);
    if launches.is_some() && wanted.kg().is_finite() {
        let most: f64 = slots.iter().map(|s| s.each.kg() * f64::from(s.most)).filter(|m| *m > 0.0).sum();
        hold(most >= wanted.kg() * (1.0 - 1e-9), || {
            format!("fewest_launches answers {launches:?} for what cannot be carried")
        })?;
    }
    Ok(told)
}

fn engine(tape: &mut Tape) -> Engine {
    let mut engine = Engine::of_isp(tape.number("isp_s", 100.0, 1000.0));
    if tape.toss("thrust") {
        engine.thrust_n = Some(tape.number("thrust_n", 10.0, 1e7));
        engine.least_throttle_fraction = tape.number("least_throttle_fraction", 0.0, 1.0);
    }
    if tape.pick("starts", 4) == 0 {
        engine.starts = Some(tape.whole("starts", 0, 9, u64::from(u32::MAX)) as u32);
    }
    engine
}

const NAMES: [&str; 3] = ["lower", "upper", "ship"];

fn vehicle(tape: &mut Tape) -> Option<Vehicle> {
    let count = 1 + tape.pick("elements", 3);
    let elements: Vec<Element> = NAMES[..count]
        .iter()
        .map(|name| {
            let mut element = Element::new(name, mass(tape, "dry", 10.0, 1e5));
            if tape.pick("inert", 5) > 0 {
                let (engine, tank) = (engine(tape), a_tank(tape));
                element = element.with_engine(engine, tank);
            }
            if tape.pick("thrusters", 4) == 0 {
                let supply = if tape.toss("shared") { Supply::Shared } else { Supply::Own(a_tank(tape)) };
                let engine = engine(tape);
                element = element.with_thrusters(engine, supply);
            }
            element.growth = match tape.pick("growth", 4) {
                0 => Growth::Inert { ratio: tape.number("growth_ratio", 0.0, 0.3) },
                1 => Growth::Law(SizingLaw { payload: mass(tape, "law_payload", 100.0, 2e4) }),
                _ => Growth::Fixed,
            };
            if tape.pick("adapts", 4) == 0 {
                element.adapter = mass(tape, "adapter", 0.0, 500.0);
                element.cargo_capacity = Some(mass(tape, "cargo_capacity", 0.0, 1e5));
                element.seats = Some(tape.whole("seats", 0, 8, 0) as u32);
            }
            if count > 1 && tape.pick("feeds", 8) == 0 {
                element.feeds = Some(NAMES[tape.pick("fed", count)].to_owned());
            }
            element
        })
        .collect();
    let mut vehicle = Vehicle::new();
    if tape.pick("gravity", 8) == 0 {
        vehicle = vehicle.with_gravity(tape.number("g0_m_s2", 9.7, 9.9)).ok()?;
    }
    let load = Load {
        name: "cargo".to_owned(),
        mass: mass(tape, "cargo", 0.0, 1e5),
        people: tape.whole("people", 0, 6, 0) as u32,
        aboard: NAMES[tape.pick("aboard", count)].to_owned(),
    };
    vehicle.stack("stack", elements).ok()?.carry(load).ok()
}

fn step(tape: &mut Tape) -> Step {
    let name = |tape: &mut Tape, what: &str| NAMES[tape.pick(what, 3)].to_owned();
    match tape.pick("step", 12) {
        0..=5 => {
            let first = tape.pick("by", 3);
            let more = tape.pick("more", 6) == 0;
            let by: Vec<&str> = if more { vec![NAMES[first], NAMES[(first + 1) % 3]] } else { vec![NAMES[first]] };
            let mut burn = Burn::new("burn", dv(tape, "dv", 0.0, 4.0), &by);
            if tape.pick("depletes", 8) == 0 {
                burn.extent = Extent::Depletion;
            }
            if tape.pick("odd", 3) == 0 {
                burn.margin_fraction = tape.number("margin_fraction", 0.0, 0.1);
                burn.throttle_fraction = tape.number("throttle_fraction", 0.1, 1.0);
                burn.firing = [Firing::Sequence, Firing::Together][tape.pick("firing", 2)];
                burn.spent = [Spent::Dropped, Spent::Kept][tape.pick("spent", 2)];
            }
            if tape.pick("small", 6) == 0 {
                burn = burn.with_thrusters();
            }
            Step::Burn(burn)
        }
        6 | 7 => Step::Coast {
            name: "coast".to_owned(),
            duration_d: tape.number("duration_d", 0.0, 500.0),
            place: "LEO".to_owned(),
            stack: None,
        },
        8 => Step::Drop { elements: vec![name(tape, "dropped")] },
        9 => Step::Part { elements: vec![name(tape, "parted")], name: "other".to_owned() },
        10 => Step::Refuel {
            element: name(tape, "refuelled"),
            sent: tape.toss("all").then(|| mass(tape, "sent", 0.0, 1e6)),
            lost_fraction: tape.number("lost_fraction", 0.0, 0.1),
        },
        _ => match tape.pick("load", 3) {
            0 => Step::Unload { load: "cargo".to_owned() },
            1 => Step::Move { load: "cargo".to_owned(), to: name(tape, "to") },
            _ => Step::Load(Load {
                name: "more".to_owned(),
                mass: mass(tape, "more", 0.0, 1e4),
                people: 0,
                aboard: name(tape, "with"),
            }),
        },
    }
}

fn a_flight(tape: &mut Tape) -> Option<(Vehicle, Vec<Step>)> {
    let vehicle = vehicle(tape);
    let count = tape.whole("steps", 1, 4, 0);
    let steps = (0..count).map(|_| step(tape)).collect();
    Some((vehicle?, steps))
}

pub(super) fn flight(tape: &mut Tape) -> Result<Told, String> {
    let Some((vehicle, steps)) = a_flight(tape) else { return Ok(Told::Refusal) };
    answer("Vehicle", &(&vehicle, vehicle.mass()))?;
    let flown = fly(&vehicle, &steps);
    let told = answer("fly", &flown)?;
    if let Ok(flight) = flown {
        let sums = (flight.burnt(), flight.boiled(), flight.dropped(), flight.added(), flight.dv());
        answer("Flight", &sums)?;
        let (off, whole) = (flight.unaccounted().kg().abs(), flight.start.kg() + flight.added().kg());
        hold(off <= 1e-6 + 1e-9 * whole, || format!("fly loses {off} kg of {whole}"))?;
    } else if let Err(stopped) = flown {
        drop(stopped.to_string());
    }
    Ok(told)
}

pub(super) fn fit(tape: &mut Tape) -> Result<Told, String> {
    let Some((vehicle, steps)) = a_flight(tape) else { return Ok(Told::Refusal) };
    let largest = largest_payload(&vehicle, &steps, "cargo");
    let mut told = answer("largest_payload", &largest)?;
    if let Ok(found) = &largest {
        bare("flown_gear_ratio", found.payload.kg() > 1e-3, &flown_gear_ratio(&found.flight, found.payload))?;
    }
    let smallest = smallest_stack(&vehicle, &steps);
    told = either(told, answer("smallest_stack", &smallest)?);
    if let Err(why) = &smallest {
        drop(why.to_string());
    }
    Ok(told)
}

fn cell(tape: &mut Tape) -> CellNumbers {
    let mut number = |name: &str, low: f64, high: f64| tape.number(name, low, high);
    CellNumbers {
        c3_km2_s2: number("c3_km2_s2", 0.0, 120.0),
        v_inf_dep_km_s: number("v_inf_dep_km_s", 0.0, 11.0),
        v_inf_arr_km_s: number("v_inf_arr_km_s", 0.0, 11.0),
        dla_deg: number("dla_deg", -90.0, 90.0),
        rla_deg: number("rla_deg", 0.0, 360.0),
        tof_d: number("tof_d", 1.0, 1000.0),
        angle_rad: number("angle_rad", 0.0, std::f64::consts::TAU),
        revs: 0,
        dv_depart_km_s: number("dv_depart_km_s", 0.0, 10.0),
        dv_arrive_km_s: number("dv_arrive_km_s", 0.0, 10.0),
    }
}

pub(super) fn launcher(tape: &mut Tape) -> Result<Told, String> {
    let all = catalogue().launchers();
    let launcher = &all[tape.pick("launcher", all.len())];
    let c3_km2_s2 = tape.number("energy_km2_s2", -60.0, 120.0);
    let mut told = answer("Launcher::capacity", &launcher.capacity(c3_km2_s2))?;
    let destination = [
        Destination::LowEarthOrbit,
        Destination::GeostationaryTransfer,
        Destination::SunSynchronous,
        Destination::Energy { c3_km2_s2 },
    ][tape.pick("destination", 4)];
    told = either(told, answer("Launcher::capacity_to", &launcher.capacity_to(destination))?);
    answer("Launcher::low_orbit_estimate", &launcher.low_orbit_estimate(tape.number("inclination_deg", 0.0, 180.0)))?;
    answer("Launcher::service", &launcher.service(epoch(tape, "date")))?;
    let number = tape.whole("number", 1, 40, u64::from(u32::MAX)) as u32;
    let buyer = [Buyer::Commercial, Buyer::Government][tape.pick("buyer", 2)];
    let rule = [StepRule::AllUnits, StepRule::Increments][tape.pick("rule", 2)];
    let bought = launcher.buy(number, buyer, rule);
    answer("Launcher::buy", &bought)?;
    if let Ok(bought) = bought {
        answer("Purchase::each", &bought.each())?;
    }
    let braking = match tape.pick("braking", 3) {
        0 => Braking::Whole,
        1 => Braking::Sized {
            isp_s: tape.number("isp_s", 200.0, 500.0),
            inert_ratio: tape.number("inert_ratio", 0.0, 0.3),
        },
        _ => {
            let made = Stage::new("brake", mass(tape, "dry", 10.0, 5e3), mass(tape, "propellant", 10.0, 5e4), 320.0);
            made.map_or(Braking::Whole, Braking::Built)
        }
    };
    let cell = cell(tape);
    let freight = Freight::new(launcher.clone(), braking);
    let delivered = freight.deliver(&cell);
    told = either(told, answer("Freight::deliver", &delivered)?);
    if let Ok(delivered) = delivered {
        answer("Delivered::launch_usd_per_kg", &delivered.launch_usd_per_kg())?;
    }
    answer("Freight::most_c3_km2_s2", &freight.most_c3_km2_s2())?;
    Ok(told)
}

pub(super) fn upper_stage(tape: &mut Tape) -> Result<Told, String> {
    let mut maybe = |name: &str, low: f64, high: f64| (tape.pick(name, 4) > 0).then(|| tape.number(name, low, high));
    let leo_kg = maybe("leo_kg", 1e3, 1.5e5);
    let gto_kg = maybe("gto_kg", 5e2, 5e4);
    let escape_kg = maybe("escape_kg", 2e2, 3e4);
    let bases = [EscapeBasis::Escape, EscapeBasis::TransLunar, EscapeBasis::MarsTransfer, EscapeBasis::NeedsRefuelling];
    let basis = bases[tape.pick("basis", 4)];
    let stage = UpperStage::through(leo_kg, gto_kg, escape_kg, basis, tape.number("isp_s", 200.0, 500.0));
    let told = answer("UpperStage::through", &stage)?;
    let c3_km2_s2 = tape.number("c3_km2_s2", -10.0, 30.0);
    if let Some(stage) = stage {
        bare("UpperStage::injected_kg", tape.is_plain(), &stage.injected_kg(c3_km2_s2))?;
        bare("UpperStage::exhausted_c3_km2_s2", tape.is_plain(), &stage.exhausted_c3_km2_s2())?;
    }
    let count = tape.whole("points", 0, 5, 0);
    let points = (0..count)
        .map(|_| CurvePoint {
            c3_km2_s2: tape.number("at_km2_s2", -10.0, 60.0),
            injected_kg: tape.number("injected_kg", 0.0, 3e4),
        })
        .collect();
    let curve = Curve { vehicle: "own".to_owned(), points, source: "made".to_owned(), verified: Verified::Computed };
    bare("Curve::at", false, &curve.at(c3_km2_s2))?;
    Ok(told)
}

pub(super) fn plant(tape: &mut Tape) -> Result<Told, String> {
    let plant = Plant {
        mass: mass(tape, "plant", 10.0, 1e5),
        yearly_ratio: tape.number("yearly_ratio", 0.5, 20.0),
        decay_fraction: tape.number("decay_fraction", 0.0, 0.3),
        maintenance_fraction: tape.number("maintenance_fraction", 0.0, 0.3),
    };
    let duration_d = tape.number("duration_d", 1.0, 5000.0);
    let plain = tape.is_plain();
    bare("Plant", plain, &(plant.makes(duration_d), plant.spares(duration_d)))?;
    let propellant = mass(tape, "propellant", 1e2, 1e6);
    bare("Plant::sized_for", tape.is_plain(), &plant.sized_for(propellant, duration_d))?;
    let shuttle = Shuttle {
        dry: mass(tape, "dry", 1e3, 5e4),
        isp_s: tape.number("isp_s", 300.0, 470.0),
        each_way: dv(tape, "each_way", 0.5, 3.0),
        payload: mass(tape, "payload", 100.0, 2e4),
        gear_ratio: tape.number("gear_ratio", 1.0, 12.0),
    };
    for supplied in [Supplied::FromEarth, Supplied::AscentFromSurface, Supplied::AllFromSurface] {
        bare("Shuttle::flight", tape.is_plain(), &shuttle.flight(supplied))?;
    }
    let flights = tape.whole("flights", 1, 40, u64::from(u32::MAX)) as u32;
    bare("Shuttle::imleo_with_plant", tape.is_plain(), &shuttle.imleo_with_plant(flights, duration_d, plant))?;
    Ok(if tape.is_plain() { Told::Answer } else { Told::Refusal })
}

pub(super) fn reliability(tape: &mut Tape) -> Result<Told, String> {
    let most = u64::from(u32::MAX);
    let flown = tape.whole("flown", 1, 500, most) as u32;
    let failed = tape.whole("failed", 0, u64::from(flown.min(500)), most) as u32;
    let record = FlightRecord { flown, failed, counted_to: "2026-01-01".to_owned() };
    let probability = tape.number("probability", 0.5, 0.999);
    let span = record.confidence(probability);
    // a record is counted flights: more failures than flights are no record
    let sensible = tape.is_plain() && failed <= flown;
    bare("FlightRecord::success_fraction", sensible, &record.success_fraction())?;
    hold(
        !sensible || (0.0..=1.0).contains(&span.low_probability) && span.low_probability <= span.high_probability,
        || format!("FlightRecord::confidence answers {span:?}"),
    )?;
    bare("FlightRecord::confidence", sensible, &span)
}
