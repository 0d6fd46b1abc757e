//! Laws of flights: mass adds up, a burn may be split, nothing does nothing, and what refuses says so.

use crate::units::{DeltaV, Mass};
use crate::vehicles::propulsion::{BoilOff, Cooling};
use crate::vehicles::stage::{Sizing, dv_of_km_s, gear_ratio};
use crate::vehicles::{
    Built, Burn, Element, Engine, Extent, Firing, FitError, FlightError, Growth, Load, SizingLaw, Spent, Step, Supply,
    Tank, Vehicle, fly, largest_payload, smallest_stack,
};
use proptest::prelude::*;

const fn kg(value: f64) -> Mass {
    Mass::from_kg(value)
}

fn m_s(value: f64) -> DeltaV {
    DeltaV::from_km_s(value * 1e-3)
}

fn stage(name: &str, dry: f64, propellant: f64, isp_s: f64) -> Element {
    Element::new(name, kg(dry)).with_engine(Engine::of_isp(isp_s), Tank::of("propellant", kg(propellant)))
}

fn burn(dv_m_s: f64, by: &[&str]) -> Step {
    Step::Burn(Burn::new("burn", m_s(dv_m_s), by))
}

fn coast(days: f64, place: &str) -> Step {
    Step::Coast { name: "coast".to_owned(), duration_d: days, place: place.to_owned(), stack: None }
}

fn one(element: Element) -> Vehicle {
    Vehicle::new().stack("stack", vec![element]).expect("a stack")
}

fn cargo(mass: f64, aboard: &str) -> Load {
    Load { name: "cargo".to_owned(), mass: kg(mass), people: 0, aboard: aboard.to_owned() }
}

/// A lower stage, an upper stage with small engines, cargo on top; both boil off.
fn two_stages(lower: [f64; 3], upper: [f64; 3], payload: f64, daily_fraction: f64) -> Vehicle {
    let mut low = stage("lower", lower[0], lower[1], lower[2]);
    low.tank = low.tank.map(|t| t.boiling(&BoilOff::everywhere(daily_fraction)));
    let mut up = stage("upper", upper[0], upper[1], upper[2]).with_thrusters(Engine::of_isp(220.0), Supply::Shared);
    up.tank = Some(Tank::of_two("LH2", "LOX", 5.5, kg(upper[1])).boiling(&BoilOff::everywhere(0.3 * daily_fraction)));
    Vehicle::new().stack("stack", vec![low, up]).and_then(|v| v.carry(cargo(payload, "upper"))).expect("a stack")
}

proptest! {
    #[test]
    fn law_mass_is_conserved(
        lower in [500.0..3e3_f64, 5e3..3e4_f64, 250.0..340.0_f64],
        upper in [300.0..2e3_f64, 2e3..1e4_f64, 300.0..460.0_f64],
        payload in 0.0..5e3_f64, days in 0.0..200.0_f64, daily in 0.0..0.01_f64, part in 0.0..1.0_f64,
    ) {
        let vehicle = two_stages(lower, upper, payload, daily);
        let mut first = Burn::new("first", DeltaV::ZERO, &["lower"]);
        first.extent = Extent::Depletion;
        let steps = [
            coast(days, "LEO"),
            burn(100.0 * part, &["upper"]),
            Step::Burn(first),
            Step::Drop { elements: vec!["lower".to_owned()] },
            Step::Refuel { element: "upper".to_owned(), sent: None, lost_fraction: 0.03 },
            coast(0.5 * days, "NRHO"),
            burn(500.0 * part, &["upper"]),
            Step::Unload { load: "cargo".to_owned() },
            Step::Burn(Burn::new("trim", m_s(5.0 * part), &["upper"]).with_thrusters()),
        ];
        let flight = fly(&vehicle, &steps).expect("it closes");
        prop_assert!(flight.unaccounted().kg().abs() <= 1e-9, "{}", flight.unaccounted());
        for e in &flight.events {
            let sum = e.before + e.added - e.burnt - e.boiled - e.dropped - e.after;
            prop_assert!(sum.kg().abs() <= 1e-9, "{}: {}", e.name, sum);
        }
    }

    #[test]
    fn law_splitting_a_burn_without_coast_changes_nothing(
        dry in 500.0..3e3_f64, propellant in 5e3..3e4_f64, isp_s in 250.0..460.0_f64, payload in 0.0..5e3_f64,
        part in 0.0..1.0_f64, cut in 0.0..1.0_f64,
    ) {
        let vehicle = Vehicle::new()
            .stack("stack", vec![stage("tug", dry, propellant, isp_s)])
            .and_then(|v| v.carry(cargo(payload, "tug")))
            .expect("a stack");
        let all_m_s = 1e3 * dv_of_km_s(vehicle.mass().kg(), vehicle.mass().kg() - propellant, isp_s);
        let asked = 0.999 * part * all_m_s;
        let whole = fly(&vehicle, &[burn(asked, &["tug"])]).expect("it closes");
        let split = fly(&vehicle, &[burn(cut * asked, &["tug"]), burn((1.0 - cut) * asked, &["tug"])]).expect("so does this");
        prop_assert!((whole.vehicle.mass().kg() - split.vehicle.mass().kg()).abs() <= 1e-9 * whole.start.kg());
    }

    #[test]
    fn law_a_zero_burn_changes_nothing(
        lower in [500.0..3e3_f64, 5e3..3e4_f64, 250.0..340.0_f64],
        upper in [300.0..2e3_f64, 2e3..1e4_f64, 300.0..460.0_f64], payload in 0.0..5e3_f64,
    ) {
        let vehicle = two_stages(lower, upper, payload, 0.01);
        let flight = fly(&vehicle, &[burn(0.0, &["lower", "upper"]), coast(0.0, "LEO")]).expect("nothing happens");
        prop_assert_eq!(flight.vehicle, vehicle);
    }

    #[test]
    fn law_payload_grows_with_propellant(
        dry in 300.0..2e3_f64, propellant in 5e3..2e4_f64, isp_s in 300.0..460.0_f64, more in 1.0..5e3_f64,
        dv in 500.0..3000.0_f64, days in 0.0..50.0_f64,
    ) {
        let largest = |propellant: f64| {
            let mut tug = stage("tug", dry, propellant, isp_s);
            tug.tank = tug.tank.map(|t| t.boiling(&BoilOff::everywhere(1e-3)));
            let vehicle = one(tug).carry(cargo(0.0, "tug")).expect("room");
            let steps = [burn(0.6 * dv, &["tug"]), coast(days, "LEO"), burn(0.4 * dv, &["tug"])];
            largest_payload(&vehicle, &steps, "cargo").expect("it closes empty").payload.kg()
        };
        let (small, large) = (largest(propellant), largest(propellant + more));
        prop_assert!(large > small, "{small} and {large}");
    }

    #[test]
    fn law_the_smallest_stack_is_the_largest_payloads_inverse(
        payload in 100.0..2e4_f64, ratio in 0.02..0.15_f64, isp_s in 300.0..460.0_f64, dv in 500.0..3500.0_f64,
        days in 0.0..100.0_f64,
    ) {
        let mut tug = stage("tug", 200.0, 0.0, isp_s);
        (tug.growth, tug.tank) =
            (Growth::Inert { ratio }, tug.tank.map(|t| t.boiling(&BoilOff::everywhere(5e-4))));
        let vehicle = one(tug).carry(cargo(payload, "tug")).expect("room");
        let steps = [burn(0.7 * dv, &["tug"]), coast(days, "LEO"), burn(0.3 * dv, &["tug"])];
        let smallest = smallest_stack(&vehicle, &steps).expect("it can be built");
        prop_assert_eq!(smallest.tanks[0].built, Built::ToMeasure);
        let back = largest_payload(&smallest.vehicle, &steps, "cargo").expect("it closes");
        prop_assert!((back.payload.kg() - payload).abs() <= 1e-6 * payload + 1e-6, "{} and {payload}", back.payload);
    }
}

#[test]
fn law_a_sized_stage_has_the_gear_ratio_of_the_closed_form() {
    let mut tug = stage("tug", 0.0, 0.0, 450.0);
    tug.growth = Growth::Inert { ratio: 0.1 };
    let vehicle = one(tug).carry(cargo(10_000.0, "tug")).expect("room");
    let smallest = smallest_stack(&vehicle, &[burn(3600.0, &["tug"])]).expect("it can be built");
    let gear = gear_ratio(m_s(3600.0), 450.0, 0.1).expect("a ratio");
    assert!((smallest.flight.start.kg() / 10_000.0 - gear).abs() <= 1e-9, "{}", smallest.flight.start);
}

/// The law of `SizingLaw` as a stage's structure: the propellant it was printed with comes back.
#[test]
fn law_a_stage_of_the_sizing_law_is_built_to_measure() {
    let payload = kg(2000.0);
    let mut lander = stage("lander", 0.0, 0.0, 420.0);
    lander.growth = Growth::Law(SizingLaw { payload });
    let vehicle = one(lander).carry(cargo(2000.0, "lander")).expect("room");
    let smallest = smallest_stack(&vehicle, &[burn(4000.0, &["lander"])]).expect("it can be built");
    let tank = &smallest.tanks[0];
    assert!((tank.empty.kg() - SizingLaw { payload }.dry(tank.propellant).kg()).abs() <= 1e-6);
    assert!(smallest.flight.vehicle.element("lander").expect("it").propellant().kg() < 1e-3);
}

#[test]
fn law_a_fluid_that_boils_off_is_loaded_in_advance_and_none_is_stranded() {
    let mut tug = stage("tug", 1000.0, 0.0, 450.0);
    let mut tank = Tank::of_two("LH2", "LOX", 5.5, Mass::ZERO);
    tank.fluids[0].boil_off = BoilOff::everywhere(0.005);
    (tug.tank, tug.growth) = (Some(tank), Growth::Inert { ratio: 0.1 });
    let vehicle = one(tug).carry(cargo(5000.0, "tug")).expect("room");
    let steps = [coast(40.0, "LEO"), burn(3000.0, &["tug"])];
    let smallest = smallest_stack(&vehicle, &steps).expect("it can be built");
    let end = smallest.flight.vehicle.element("tug").expect("it").propellant();
    assert!(end.kg() < 1e-4, "{end} are left");
    let fluids = &smallest.vehicle.element("tug").expect("it").tank.as_ref().expect("a tank").fluids;
    assert!((fluids[1].mass.kg() / fluids[0].mass.kg() / 5.5 - 0.995_f64.powi(40)).abs() < 1e-9);
}

#[test]
fn law_engines_that_burn_together_share_by_their_flow() {
    let engine = |isp_s: f64, thrust_n: f64| Engine { thrust_n: Some(thrust_n), ..Engine::of_isp(isp_s) };
    let booster = Element::new("booster", kg(10e3)).with_engine(engine(270.0, 4e6), Tank::of("solid", kg(90e3)));
    let core = Element::new("core", kg(15e3)).with_engine(engine(430.0, 1e6), Tank::of("LH2/LOX", kg(150e3)));
    let vehicle = Vehicle::new().stack("rocket", vec![booster, core]).expect("a rocket");
    let mut together = Burn::new("ascent", m_s(4000.0), &["booster", "core"]);
    together.firing = Firing::Together;
    let flight = fly(&vehicle, &[Step::Burn(together.clone())]).expect("it closes");
    let event = &flight.events[0];
    assert_eq!(event.dropped_names, ["booster"]);
    // by hand: flows, the exhaust speed of both, the mass when the booster is empty, the core alone
    let g = crate::units::G0_M_S2;
    let (flow_b, flow_c) = (4e6 / (270.0 * g), 1e6 / (430.0 * g));
    let until_s = 90e3 / flow_b;
    let core_used = flow_c * until_s;
    let exhaust = 5e6 / (flow_b + flow_c);
    let dv_both = exhaust * (265e3_f64 / (265e3 - 90e3 - core_used)).ln();
    let alone = 265e3 - 90e3 - core_used - 10e3;
    let after = alone * (-(4000.0 - dv_both) / (430.0 * g)).exp();
    assert!((flight.vehicle.mass().kg() - after).abs() < 1e-6, "{} and {after}", flight.vehicle.mass());
    assert!((event.duration_s.expect("thrusts") - (until_s + (alone - after) / flow_c)).abs() < 1e-6);
    together.spent = Spent::Kept;
    let kept = fly(&vehicle, &[Step::Burn(together)]).expect("it closes");
    assert!(kept.burnt() > flight.burnt() && kept.dropped() == Mass::ZERO);
}

#[test]
fn law_a_drop_tank_is_emptied_first_and_leaves() {
    let mut tank = Element::new("drop tank", kg(500.0));
    (tank.tank, tank.feeds) = (Some(Tank::of("propellant", kg(4000.0))), Some("tug".to_owned()));
    let vehicle = Vehicle::new().stack("stack", vec![tank, stage("tug", 1000.0, 3000.0, 320.0)]).expect("a stack");
    let first = 1e3 * dv_of_km_s(8500.0, 4500.0, 320.0);
    let flight = fly(&vehicle, &[burn(first + 500.0, &["tug"])]).expect("it closes");
    assert_eq!(flight.events[0].dropped_names, ["drop tank"]);
    let left = 4000.0 * (-0.5 / (320.0 * crate::units::G0_M_S2 * 1e-3)).exp();
    assert!((flight.vehicle.mass().kg() - left).abs() < 1e-6, "{}", flight.vehicle.mass());
}

#[test]
fn law_a_cooled_tank_coasts_for_nothing() {
    let mut tug = stage("tug", 1000.0, 9000.0, 450.0);
    tug.tank = tug.tank.map(|t| t.boiling(&BoilOff::everywhere(0.01)));
    let boiled = fly(&one(tug.clone()), &[coast(30.0, "LEO")]).expect("it coasts").boiled();
    assert!((boiled.kg() - 9000.0 * (1.0 - 0.99_f64.powi(30))).abs() < 1e-9);
    if let Some(tank) = &mut tug.tank {
        tank.cooling = Cooling::ZeroBoilOff { power_kw: 2.0, mass: kg(120.0) };
    }
    assert_eq!(one(tug.clone()).mass(), kg(10_120.0));
    assert_eq!(fly(&one(tug), &[coast(30.0, "LEO")]).expect("it coasts").boiled(), Mass::ZERO);
}

#[test]
fn refuses_what_no_tank_holds_with_kilograms_and_metres_per_second() {
    let vehicle = one(stage("EDS", 4500.0, 500.0, 450.0));
    let stopped = fly(&vehicle, &[coast(1.0, "LEO"), burn(950.0, &["EDS"])]).expect_err("too small");
    assert_eq!((stopped.step, stopped.events.len()), (1, 1));
    assert_eq!(
        stopped.error.to_string(),
        "the burn burn of 950.0 m/s needs 968.4 kg and the tank of EDS gives 500.0 kg: 468.4 kg or 485.0 m/s short; load at least 580.9 kg more, lighten the stack or add a stage"
    );
    // with that much more it closes, and not with ten grams less
    for (more, closes) in [(580.91, true), (580.90, false)] {
        let filled = one(stage("EDS", 4500.0, 500.0 + more, 450.0));
        assert_eq!(fly(&filled, &[burn(950.0, &["EDS"])]).is_ok(), closes, "{more}");
    }
    assert!(stopped.error.is_shortage());
}

fn refusal(vehicle: &Vehicle, steps: &[Step]) -> String {
    fly(vehicle, steps).expect_err("a refusal").error.to_string()
}

#[test]
fn refuses_engines_that_do_not_do_what_is_asked() {
    let mut tug = stage("tug", 1000.0, 9000.0, 450.0);
    tug.engine = Some(Engine { starts: Some(1), least_throttle_fraction: 0.4, ..Engine::of_isp(450.0) });
    let vehicle = Vehicle::new().stack("s", vec![tug, Element::new("pod", kg(10.0))]).expect("a stack");
    assert_eq!(
        refusal(&vehicle, &[burn(1.0, &["tug"]), burn(1.0, &["tug"])]),
        "the engine of tug starts 1 times and the burn burn asks for one more; join burns, or use another engine"
    );
    let mut gentle = Burn::new("gentle", m_s(1.0), &["tug"]);
    gentle.throttle_fraction = 0.2;
    assert_eq!(
        refusal(&vehicle, &[Step::Burn(gentle)]),
        "the engine of tug runs at 0.4 to 1 of its thrust, not at 0.2 as the burn gentle asks; choose a setting between"
    );
    assert_eq!(
        refusal(&vehicle, &[burn(1.0, &["pod"])]),
        "pod has no main engine; let another element burn, or give it one"
    );
    let mut both = Burn::new("both", m_s(1.0), &["tug", "tug2"]);
    both.firing = Firing::Together;
    let twins = Vehicle::new()
        .stack("s", vec![stage("tug", 1.0, 1.0, 300.0), stage("tug2", 1.0, 1.0, 300.0)])
        .expect("a stack");
    assert_eq!(
        refusal(&twins, &[Step::Burn(both)]),
        "tug burns together with others and its thrust is not known; give its thrust"
    );
    assert_eq!(
        refusal(&twins, &[burn(-1.0, &["tug"])]),
        "the delta-v of burn cannot be -1 m/s; write a number of zero or more"
    );
}

#[test]
fn refuses_names_and_places_that_do_not_fit() {
    let vehicle = Vehicle::new()
        .stack("A", vec![stage("tug", 1000.0, 9000.0, 450.0)])
        .and_then(|v| v.stack("B", vec![Element::new("pod", kg(10.0))]))
        .and_then(|v| v.carry(cargo(5.0, "pod")))
        .expect("two stacks");
    assert_eq!(
        refusal(&vehicle, &[burn(1.0, &["tugg"])]),
        "there is no element called \"tugg\"; did you mean \"tug\"?"
    );
    let go = Step::Drop { elements: vec!["pod".to_owned()] };
    assert_eq!(
        refusal(&vehicle, &[go.clone(), go]),
        "pod has been dropped before this step; drop it later, or let another element do this"
    );
    assert_eq!(
        refusal(&vehicle, &[Step::Move { load: "cargo".to_owned(), to: "tug".to_owned() }]),
        "tug is in the stack A, not in B; join the two first"
    );
    assert_eq!(
        refusal(&vehicle, &[Step::Refuel { element: "tug".to_owned(), sent: Some(kg(3.0)), lost_fraction: 0.0 }]),
        "the tank of tug has room for 0.0 kg, not for 3.0 kg; send less, or enlarge the tank"
    );
    assert_eq!(
        vehicle.clone().carry(cargo(1.0, "tug")).expect_err("taken").to_string(),
        "there are two loads called \"cargo\"; rename one"
    );
    assert!(matches!(
        Vehicle::new().stack("A", vec![stage("tug", -1.0, 1.0, 300.0)]),
        Err(FlightError::NotPhysical { .. })
    ));
}

/// Where a kilogram of propellant asks for all but a ten-thousandth of another: the closed form of one stage.
#[test]
fn agrees_with_the_closed_form_where_the_structure_nearly_eats_what_it_is_built_for() {
    for (ratio, part) in [(0.1, 0.9), (0.1, 0.999), (0.15, 0.999_9), (0.08, 0.999_99)] {
        let mut tug = stage("tug", 0.0, 0.0, 300.0);
        tug.growth = Growth::Inert { ratio };
        let vehicle = one(tug).carry(cargo(10.0, "tug")).expect("room");
        // f·(exp(Δv/vₑ) − 1) = part
        let dv_m_s = 300.0 * crate::units::G0_M_S2 * f64::ln_1p(part / ratio);
        let began = std::time::Instant::now();
        let found = smallest_stack(&vehicle, &[burn(dv_m_s, &["tug"])]).expect("it can be built");
        assert!(began.elapsed().as_secs() < 5, "{part}");
        let sized = Sizing::for_payload(kg(10.0), DeltaV::from_km_s(dv_m_s / 1e3), 300.0, ratio).expect("likewise");
        let (got_kg, closed_kg) = (found.tanks[0].propellant.kg(), sized.propellant.kg());
        // the rounding of both, as often as the load is lifted
        assert!((got_kg / closed_kg - 1.0).abs() < 1e-10 / (1.0 - part), "{part}: {got_kg} is not {closed_kg}");
    }
}

#[test]
fn refuses_sizes_that_do_not_exist() {
    let mut tug = stage("tug", 100.0, 0.0, 300.0);
    tug.growth = Growth::Inert { ratio: 0.1 };
    let vehicle = one(tug).carry(cargo(10.0, "tug")).expect("room");
    let error = smallest_stack(&vehicle, &[burn(9500.0, &["tug"])]).expect_err("no size");
    assert!(matches!(error, FitError::NoSize { .. }), "{error}");
    let given = one(stage("tug", 1000.0, 500.0, 300.0)).carry(cargo(5000.0, "tug")).expect("room");
    let error = smallest_stack(&given, &[burn(2000.0, &["tug"])]).expect_err("the tank is what it is");
    assert!(matches!(error, FitError::Flight(FlightError::TankTooSmall { .. })), "{error}");
    let error = largest_payload(&given, &[burn(9000.0, &["tug"])], "cargo").expect_err("not even empty");
    assert!(matches!(error, FitError::NotEvenEmpty { .. }), "{error}");
    let error = largest_payload(&given, &[], "cargo").expect_err("no burn");
    assert!(matches!(error, FitError::NoLimit { .. }), "{error}");
}
