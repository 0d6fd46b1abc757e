//! Stacks flown against published sheets and sorties.

use portolan::units::{DeltaV, G0_M_S2, KG_PER_LB, Mass};
use portolan::vehicles::{
    Burn, Catalogue, Element, Engine, Event, Extent, Flight, Growth, LaunchSlots, Load, Step, Tank, Vehicle,
    fewest_launches, fly, largest_payload, smallest_stack,
};

const fn kg(value: f64) -> Mass {
    Mass::from_kg(value)
}

fn m_s(value: f64) -> DeltaV {
    DeltaV::from_km_s(value * 1e-3)
}

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|&n| n.to_owned()).collect()
}

fn element(name: &str) -> Element {
    Catalogue::embedded().expect("the catalogue").element(name).expect(name)
}

fn burn(name: &str, dv_m_s: f64, by: &str) -> Step {
    Step::Burn(Burn::new(name, m_s(dv_m_s), &[by]))
}

fn trim(name: &str, dv_m_s: f64, by: &str) -> Step {
    Step::Burn(Burn::new(name, m_s(dv_m_s), &[by]).with_thrusters())
}

fn drop_of(names: &[&str]) -> Step {
    Step::Drop { elements: words(names) }
}

/// LOGISTICS V1: SpaceNet 2.5r2 Quick Start 1, whose formulae have g₀ = 9.81 m/s².
fn sortie() -> (Vehicle, Vec<Step>) {
    let mut tower = element("Orion LAS");
    tower.leaves_with = Some("Ares I First Stage".to_owned());
    let vehicle = Vehicle::new()
        .with_gravity(9.81)
        .expect("a gravity")
        .stack(
            "Ares I",
            vec![
                element("Ares I First Stage"),
                element("Ares I Upper Stage"),
                element("Orion SM (Constellation)"),
                element("Orion CM (Constellation)"),
                tower,
            ],
        )
        .and_then(|v| {
            v.stack(
                "Ares V",
                ["Ares V SRBs", "Ares V Core", "Ares V EDS", "Altair DM", "Altair AM"].map(element).to_vec(),
            )
        })
        .and_then(|v| {
            let aboard = "Orion CM (Constellation)".to_owned();
            v.carry(Load { name: "crew".to_owned(), mass: kg(400.0), people: 4, aboard })
        })
        .and_then(|v| {
            let aboard = "Altair DM".to_owned();
            v.carry(Load { name: "cargo".to_owned(), mass: kg(500.0), people: 0, aboard })
        })
        .expect("the sortie");
    let (sm, cm) = ("Orion SM (Constellation)", "Orion CM (Constellation)");
    let steps = vec![
        Step::Burn(Burn::new("Ares I ascent", m_s(9500.0), &["Ares I First Stage", "Ares I Upper Stage"])),
        drop_of(&["Ares I Upper Stage"]),
        Step::Burn(Burn::new("Ares V ascent", m_s(9500.0), &["Ares V SRBs", "Ares V Core", "Ares V EDS"])),
        Step::Join { stacks: words(&["Ares V", "Ares I"]), name: Some("Altair and Orion".to_owned()) },
        burn("TLI", 3150.0, "Ares V EDS"),
        drop_of(&["Ares V EDS"]),
        trim("first correction", 2.0, "Altair DM"),
        trim("second correction", 2.0, "Altair DM"),
        burn("LOI", 950.0, "Altair DM"),
        Step::Move { load: "crew".to_owned(), to: "Altair AM".to_owned() },
        Step::Part { elements: words(&[sm, cm]), name: "Orion".to_owned() },
        burn("descent", 2030.0, "Altair DM"),
        trim("descent trim", 11.0, "Altair DM"),
        Step::Load(Load { name: "samples".to_owned(), mass: kg(100.0), people: 0, aboard: "Altair AM".to_owned() }),
        drop_of(&["Altair DM"]),
        burn("ascent", 1875.0, "Altair AM"),
        trim("ascent trim", 31.0, "Altair AM"),
        Step::Join { stacks: words(&["Orion", "Altair and Orion"]), name: None },
        Step::Move { load: "crew".to_owned(), to: cm.to_owned() },
        Step::Move { load: "samples".to_owned(), to: cm.to_owned() },
        drop_of(&["Altair AM"]),
        burn("first TEI", 612.3, sm),
        burn("second TEI", 276.5, sm),
        burn("third TEI", 333.6, sm),
        trim("first home trim", 3.2, sm),
        trim("second home trim", 3.2, sm),
        drop_of(&[sm]),
        trim("entry trim", 5.0, cm),
    ];
    (vehicle, steps)
}

fn named<'a>(flight: &'a Flight, name: &str) -> &'a Event {
    flight.events.iter().find(|e| e.name == name).expect(name)
}

/// Within half of the last of three printed decimals.
fn prints(found_kg: f64, printed_kg: f64) {
    assert!((found_kg - printed_kg).abs() <= 5.0e-4 + 1e-9, "{found_kg} is not {printed_kg}");
}

#[test]
fn published_spacenet_lunar_sortie_burn_by_burn() {
    let (vehicle, steps) = sortie();
    assert_eq!(vehicle.mass_of("Ares I").expect("a stack"), kg(889_575.0));
    assert_eq!(vehicle.mass_of("Ares V").expect("a stack"), kg(3_669_825.0));
    let flight = fly(&vehicle, &steps).expect("the sortie closes");
    let left = |name: &str| named(&flight, name).draws.last().expect(name).left.kg();
    let used = |name: &str| named(&flight, name).burnt.kg();
    prints(left("Ares I ascent"), 3619.572);
    assert_eq!(named(&flight, "Ares I ascent").dropped_names, ["Ares I First Stage", "Orion LAS"]);
    prints(left("Ares V ascent"), 115_470.642);
    prints(named(&flight, "TLI").before.kg(), 206_870.642);
    prints(used("TLI"), 105_847.405);
    prints(left("TLI"), 9623.237);
    prints(used("LOI"), 12_696.107);
    prints(used("descent"), 11_630.163);
    prints(left("descent"), 573.730);
    prints(left("descent trim"), 262.267);
    prints(used("ascent"), 2923.029);
    prints(used("ascent trim"), 37.480);
    prints(left("ascent trim"), 39.490);
    prints(left("second home trim"), 3117.067);
    prints(left("entry trim"), 160.323);
    assert!(flight.unaccounted().kg().abs() <= 1e-7, "{}", flight.unaccounted());
    // the first stage by itself, to its printed m/s
    let mut alone = Burn::new("boost", DeltaV::ZERO, &["Ares I First Stage"]);
    alone.extent = Extent::Depletion;
    let boost = fly(&vehicle, &[Step::Burn(alone)]).expect("it burns");
    assert!((boost.dv().m_s() - 3127.139).abs() <= 5e-4, "{}", boost.dv().m_s());
}

/// What the sortie of V1 could carry more, and what keeps it from more: the ascent stage's one tank.
#[test]
fn law_the_largest_sample_return_empties_the_ascent_stage() {
    let (vehicle, steps) = sortie();
    // the capsule's row has room for 100 kg, which is asked apart from what the tanks allow
    let largest = largest_payload(&vehicle, &steps, "samples").expect("it closes without samples");
    assert_eq!(largest.payload.kg().round(), 100.0);
    assert_eq!(largest.limit.element, "Altair AM");
    assert_eq!(largest.limit.step, None);
    let largest = largest_payload(&vehicle, &steps, "cargo").expect("it closes without cargo");
    assert!((largest.payload.kg() - 500.0).abs() < 1e-6, "{}", largest.payload);
}

/// LOGISTICS V8: NASA's Orion Quick Facts, 58 467 lb injected, 20 500 lb propellant, 4390 ft/s: 316.03 s.
#[test]
fn published_orion_quick_facts() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let (full, propellant) = (58_467.0 * KG_PER_LB, 20_500.0 * KG_PER_LB);
    let implied_s = 4390.0 * 0.3048 / (G0_M_S2 * (full / (full - propellant)).ln());
    assert!((implied_s - 316.03).abs() <= 5e-3, "{implied_s}");
    let isp_s = catalogue.isp_s("ESM main engine (AJ10-190)").expect("a row");
    assert_eq!(isp_s, 316.0);
    let craft = Element::new("Orion", kg(full - propellant))
        .with_engine(Engine::of_isp(isp_s), Tank::of("MMH/MON", kg(propellant)));
    let vehicle = Vehicle::new().stack("Orion", vec![craft]).expect("a craft");
    let mut all = Burn::new("all", DeltaV::ZERO, &["Orion"]);
    all.extent = Extent::Depletion;
    let dv = fly(&vehicle, &[Step::Burn(all)]).expect("it burns").dv();
    assert!((dv.m_s() - 1337.94).abs() <= 5e-3, "{}", dv.m_s());
}

/// LOGISTICS V19: ESA's mass sheet of the ATV Jules Verne, May 2005.
#[test]
fn published_atv_mass_sheet() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let atv = catalogue.element("ATV Jules Verne").expect("a row");
    assert_eq!(atv.wet(), kg(8790.0 + 3690.0));
    let mut vehicle = Vehicle::new().stack("ATV", vec![atv]).expect("a craft");
    let cargo = [1610.0, 860.0, 280.0, 100.0, 2010.0];
    assert_eq!(cargo.iter().sum::<f64>(), 4860.0, "net cargo");
    for (k, mass) in cargo.into_iter().chain([2260.0]).enumerate() {
        let load = Load { name: format!("cargo {k}"), mass: kg(mass), people: 0, aboard: "ATV Jules Verne".to_owned() };
        vehicle = vehicle.carry(load).expect("there is room for 7120 kg");
    }
    assert_eq!(vehicle.mass(), kg(19_600.0));
    let more = Load { name: "one more".to_owned(), mass: kg(1.0), people: 0, aboard: "ATV Jules Verne".to_owned() };
    assert_eq!(
        vehicle.carry(more).expect_err("7120 kg are full").to_string(),
        "ATV Jules Verne has room for 7120.0 kg of cargo, not for 7121.0; use a larger one, or two"
    );
}

/// LOGISTICS V20: the NRHO budget of Evans and Graham 2020, table 4.
#[test]
fn published_nrho_budget() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let sum = |arcs: &[(&str, &str)]| -> f64 {
        arcs.iter().map(|(from, to)| catalogue.arc(from, to).expect("an arc").m_s()).sum()
    };
    let (up, down) = (("Lunar surface", "LLO(100km)"), ("LLO(100km)", "Lunar surface"));
    for (arcs, printed) in [
        ([("LEO(407km)", "TLI"), ("TLI", "NRHO")], 3726.0),
        ([("NRHO", "LLO(100km)"), down], 2920.0),
        ([up, ("LLO(100km)", "NRHO")], 2818.0),
        ([up, ("LLO(100km)", "TEI")], 3224.0),
    ] {
        assert!((sum(&arcs) - printed).abs() < 0.5, "{arcs:?}: {}", sum(&arcs));
    }
    assert!(
        catalogue.arc("NRHO", "LLO").expect_err("two LLOs").to_string().contains("did you mean \"NRHO to LLO(100km)\"")
    );
}

/// LOGISTICS V13: impulses from a circle of 407 km in the ten windows, and the fewest launches for 100 t.
#[test]
fn published_trans_mars_impulses_and_launches() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let table = catalogue.table("mars_windows.csv").expect("a table");
    let well_km2_s2 = 398_600.441_8 / (6378.137 + 407.0);
    assert_eq!(table.rows.len(), 10);
    let launcher = catalogue.launcher("Falcon Heavy (expendable)").expect("a row");
    let mut slots = Vec::new();
    for row in &table.rows {
        let number = |column: &str| table.value(row, column).expect(column);
        let c3_km2_s2 = number("c3_min_km2_s2");
        let dv_m_s = 1e3 * ((c3_km2_s2 + 2.0 * well_km2_s2).sqrt() - well_km2_s2.sqrt());
        assert!((dv_m_s - number("dv_tmi_407km_m_s")).abs() <= 0.05 + 1e-9, "{c3_km2_s2}: {dv_m_s}");
        let each = launcher.capacity(c3_km2_s2).expect("on the curve").mass;
        assert!((each.kg() - number("fh_exp_kg")).abs() <= 0.5, "{c3_km2_s2}: {each}");
        slots.push((number("window"), LaunchSlots { each, most: 4 }));
    }
    let hundred = kg(100e3);
    let until_2037: Vec<LaunchSlots> = slots.iter().filter(|(year, _)| *year <= 2037.0).map(|(_, s)| *s).collect();
    assert_eq!(fewest_launches(&until_2037, hundred), Some(8));
    let all_in = |year: f64| {
        let each = slots.iter().find(|(y, _)| *y == year).expect("a window").1.each;
        fewest_launches(&[LaunchSlots { each, most: u32::MAX }], hundred)
    };
    assert_eq!((all_in(2037.0), all_in(2033.0)), (Some(9), Some(8)));
    assert_eq!(fewest_launches(&until_2037[..1], hundred), None);
}

/// LOGISTICS V12: DRA 5.0 in nine and twelve heavy launches; the crewed vehicle is what two cargo vehicles leave.
#[test]
fn published_dra5_masses_in_orbit() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let table = catalogue.table("landers.csv").expect("a table");
    let row = table.rows.iter().find(|r| table.cell(r, "name") == "DRA 5.0 Mars lander").expect("a row");
    assert!(table.cell(row, "note").contains("IMLEO per cargo vehicle 246.2 t"));
    let (nuclear, chemical, cargo) = (kg(848.7e3), kg(1_251.8e3), kg(246.2e3));
    let crewed = nuclear - cargo * 2.0;
    assert!((crewed.tonnes() - 356.3).abs() <= 0.05, "{crewed}");
    assert!((nuclear.tonnes() * 0.32 - 271.6).abs() <= 0.05, "68 % less with lunar propellant");
    // one lift that makes both counts true
    let launches = |mass: Mass, lift_t: f64| fewest_launches(&[LaunchSlots { each: kg(1e3 * lift_t), most: 99 }], mass);
    assert_eq!((launches(nuclear, 105.0), launches(chemical, 105.0)), (Some(9), Some(12)));
}

/// LOGISTICS V12, through the flight and the sizing: a cargo vehicle of 246.2 t with 103 t on top (the payload element
/// with its aeroshell, from the research note behind the row of `landers.csv`), the nuclear engine of
/// `engines_propellants.csv`, and both ends of the departures that DRA 5.0 prints, 3545 and 4103 m/s.
#[test]
fn agrees_with_the_dra5_cargo_vehicle_both_ways() {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let isp_s = catalogue.isp_s("nuclear thermal LH2").expect("a row");
    let (initial, payload) = (kg(246.2e3), kg(103e3));
    let cargo = || Load { name: "payload".to_owned(), mass: payload, people: 0, aboard: "shroud".to_owned() };
    // its mass is in the 103 t
    let shroud = || Element::new("shroud", Mass::ZERO);
    for dv_m_s in [3545.0, 4103.0] {
        // what is neither payload nor burnt is the stage
        let burnt = initial * (1.0 - (-dv_m_s / (isp_s * G0_M_S2)).exp());
        let dry = initial - payload - burnt;
        let stage = |tank: Tank| Element::new("stage", dry).with_engine(Engine::of_isp(isp_s), tank);
        let steps = [burn("TMI", dv_m_s, "stage"), drop_of(&["stage"])];
        // LH2 for one stage and its tank, not more than the vehicle
        assert!((70.0..100.0).contains(&burnt.tonnes()) && dry.tonnes() > 40.0, "{burnt} {dry}");
        let given = Vehicle::new()
            .stack("cargo vehicle", vec![stage(Tank::of("LH2", burnt)), shroud()])
            .and_then(|v| v.carry(cargo()))
            .expect("a vehicle");
        assert!((given.mass() - initial).kg().abs() < 1e-6);
        let largest = largest_payload(&given, &steps, "payload").expect("it closes");
        assert!((largest.payload - payload).kg().abs() < 1e-3, "{}", largest.payload);
        assert_eq!(largest.limit.element, "stage");
        // and built to measure, its structure grown with the tank
        let mut growing = stage(Tank::of("LH2", Mass::ZERO));
        (growing.dry, growing.growth) = (Mass::ZERO, Growth::Inert { ratio: dry.kg() / burnt.kg() });
        let sized = Vehicle::new()
            .stack("cargo vehicle", vec![growing, shroud()])
            .and_then(|v| v.carry(cargo()))
            .expect("a vehicle");
        let sized = smallest_stack(&sized, &steps).expect("a size");
        assert!((sized.flight.start - initial).kg().abs() <= 1e-6 * initial.kg(), "{}", sized.flight.start);
        assert!((sized.flight.vehicle.mass() - payload).kg().abs() < 1e-6, "the payload alone goes on");
    }
    // 109.7 t enter and 56.8 t are of use on the ground: what 610 m/s of methalox leave holds that and the lander
    let methalox_s = catalogue.isp_s("methalox LCH4/LOX").expect("a row");
    let propellant = kg(109.7e3 * (1.0 - (-610.0 / (methalox_s * G0_M_S2)).exp()));
    let lander = Element::new("lander", kg(109.7e3 - 56.8e3) - propellant)
        .with_engine(Engine::of_isp(methalox_s), Tank::of("LCH4/LOX", propellant));
    let lander = Vehicle::new()
        .stack("lander", vec![lander])
        .and_then(|v| {
            v.carry(Load { name: "useful".to_owned(), mass: kg(56.8e3), people: 0, aboard: "lander".to_owned() })
        })
        .expect("a lander");
    let most = largest_payload(&lander, &[burn("deorbit", 15.0, "lander"), burn("descent", 595.0, "lander")], "useful")
        .expect("it lands");
    assert!((most.payload.kg() - 56.8e3).abs() < 1e-3, "{}", most.payload);
}
