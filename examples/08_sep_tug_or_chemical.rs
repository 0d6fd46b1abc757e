//! Does an electric tug to high orbit save mass for the same Mars cargo, and what does it cost in time?
//!
//! ```text
//! $ cargo run --release --example 08_sep_tug_or_chemical
//! spiral from 7000 to 42166 km with a turn of 28.5°: 5.784 km/s at 3000 s
//! departure from the low circle: 3.484 km/s at 452 s
//! departure from the high circle: 2.091 km/s at 452 s
//! 20 t around Mars, chemical from low orbit: 64.7 t launched
//! electric to high orbit, chemical from there: 68.8 t launched the first time
//!   58.1 t from the second time on, with the tug of 10.7 t back in low orbit
//!   with 100 kW: 4.1 N, 1025 d up for 12.3 t of xenon
//!   with 200 kW: 8.2 N, 513 d up for 12.3 t of xenon
//!   with 400 kW: 16.3 N, 256 d up for 12.3 t of xenon
//! ```
//!
//! Flown once the tug saves nothing: from a high circle the departure loses the deep well of low orbit, and 10 t of
//! arrays go up with it. It pays from the second cargo on, when it has come back and only xenon and cargo are
//! launched; each cargo waits for the spiral. The 10 t and the power are round numbers for the sake of the example.

use portolan::bodies::EARTH;
use portolan::units::{DeltaV, G0_M_S2, Mass};
use portolan::vehicles::{Burn, Catalogue, Element, Engine, Growth, Load, Step, Tank, Vehicle, smallest_stack};
use std::error::Error;
use std::f64::consts::FRAC_PI_2;

/// C3 of the transfer of April 2033, km²/s², and the impulse into a 1-sol orbit, km/s.
const C3_KM2_S2: f64 = 7.781;
const CAPTURE_KM_S: f64 = 0.9;
const LOW_KM: f64 = 7000.0;
const HIGH_KM: f64 = 42_166.0;

/// Change of speed of a spiral between circles that turns the plane on the way (Edelbaum 1961).
fn spiral(from_km: f64, to_km: f64, turn_rad: f64) -> DeltaV {
    let (v0, v1) = ((EARTH.mu_km3_s2 / from_km).sqrt(), (EARTH.mu_km3_s2 / to_km).sqrt());
    DeltaV::from_km_s((v0 * v0 - 2.0 * v0 * v1 * (FRAC_PI_2 * turn_rad).cos() + v1 * v1).sqrt())
}

/// Impulse from a circle to the C3.
fn departure(radius_km: f64) -> DeltaV {
    let well = EARTH.mu_km3_s2 / radius_km;
    DeltaV::from_km_s((C3_KM2_S2 + 2.0 * well).sqrt() - well.sqrt())
}

/// A stage whose structure grows with its propellant.
fn stage(name: &str, dry: Mass, isp_s: f64, inert_ratio: f64, propellant: &str) -> Element {
    let mut stage = Element::new(name, dry).with_engine(Engine::of_isp(isp_s), Tank::of(propellant, Mass::ZERO));
    stage.growth = Growth::Inert { ratio: inert_ratio };
    stage
}

fn burn(name: &str, dv: DeltaV, by: &str) -> Step {
    Step::Burn(Burn::new(name, dv, &[by]))
}

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::embedded()?;
    let (hydrolox_s, xenon_s) = (catalogue.isp_s("hydrolox LH2/LOX")?, catalogue.isp_s("xenon EP")?);
    let up = spiral(LOW_KM, HIGH_KM, 28.5_f64.to_radians());
    println!("spiral from {LOW_KM} to {HIGH_KM} km with a turn of 28.5°: {:.3} km/s at {xenon_s} s", up.km_s());
    for (from, radius_km) in [("low", LOW_KM), ("high", HIGH_KM)] {
        println!("departure from the {from} circle: {:.3} km/s at {hydrolox_s} s", departure(radius_km).km_s());
    }
    let cargo = Load { name: "cargo".to_owned(), mass: Mass::from_kg(20e3), people: 0, aboard: "kick".to_owned() };
    let kick = stage("kick", Mass::ZERO, hydrolox_s, 0.1, "LH2/LOX");
    let capture = burn("capture", DeltaV::from_km_s(CAPTURE_KM_S), "kick");

    let chemical = Vehicle::new().stack("chemical", vec![kick.clone()])?.carry(cargo.clone())?;
    let chemical = smallest_stack(&chemical, &[burn("departure", departure(LOW_KM), "kick"), capture.clone()])?;
    println!("20 t around Mars, chemical from low orbit: {:.1} t launched", chemical.flight.start.tonnes());

    // the tug carries its way back, parts from the stage and spirals home
    let tug = stage("tug", Mass::from_kg(10e3), xenon_s, 0.05, "xenon");
    let electric = Vehicle::new().stack("stack", vec![tug, kick])?.carry(cargo)?;
    let steps = [
        burn("spiral up", up, "tug"),
        Step::Part { elements: vec!["kick".to_owned()], name: "ship".to_owned() },
        burn("spiral home", up, "tug"),
        burn("departure", departure(HIGH_KM), "kick"),
        capture,
    ];
    let electric = smallest_stack(&electric, &steps)?;
    let start = electric.flight.start;
    let empty = electric.tanks.iter().find(|t| t.element == "tug").map_or(Mass::ZERO, |t| t.empty);
    println!("electric to high orbit, chemical from there: {:.1} t launched the first time", start.tonnes());
    println!(
        "  {:.1} t from the second time on, with the tug of {:.1} t back in low orbit",
        (start - empty).tonnes(),
        empty.tonnes()
    );
    // thrust 2 η P / vₑ at 60 % efficiency; the time is the xenon over its flow
    let exhaust_m_s = xenon_s * G0_M_S2;
    let xenon = electric.flight.events.first().map_or(Mass::ZERO, |e| e.burnt);
    for power_kw in [100.0, 200.0, 400.0] {
        let thrust_n = 2.0 * 0.6 * power_kw * 1e3 / exhaust_m_s;
        let duration_d = xenon.kg() * exhaust_m_s / thrust_n / 86_400.0;
        println!("  with {power_kw:.0} kW: {thrust_n:.1} N, {duration_d:.0} d up for {:.1} t of xenon", xenon.tonnes());
    }
    Ok(())
}
