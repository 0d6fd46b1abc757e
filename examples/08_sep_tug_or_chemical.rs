//! Does an electric tug to high orbit save mass for the same Mars cargo, and what does it cost in time?
//!
//! ```text
//! $ cargo run --release --example 08_sep_tug_or_chemical
//! ```

use portolan::bodies::EARTH;
use portolan::units::{DeltaV, Mass};
use portolan::vehicles::{Burn, Catalogue, Element, Engine, Growth, Load, Step, Tank, Vehicle, smallest_stack};
use std::error::Error;
use std::f64::consts::{FRAC_PI_2, PI};

/// C3 of the transfer of April 2033, km²/s², and the impulse into a 1-sol orbit, km/s.
const C3_KM2_S2: f64 = 7.781;
const CAPTURE_KM_S: f64 = 0.9;

/// Change of speed of a spiral between circles that turns the plane on the way (Edelbaum 1961).
fn spiral_km_s(from_km: f64, to_km: f64, turn_rad: f64, mu_km3_s2: f64) -> f64 {
    let (v0, v1) = ((mu_km3_s2 / from_km).sqrt(), (mu_km3_s2 / to_km).sqrt());
    (v0 * v0 - 2.0 * v0 * v1 * (FRAC_PI_2 * turn_rad).cos() + v1 * v1).sqrt()
}

/// Impulse from a circle to a C3.
fn departure(radius_km: f64, mu_km3_s2: f64) -> DeltaV {
    let well = mu_km3_s2 / radius_km;
    DeltaV::from_km_s((C3_KM2_S2 + 2.0 * well).sqrt() - well.sqrt())
}

/// A stage whose structure grows with its propellant.
fn stage(name: &str, dry: Mass, isp_s: f64, inert_ratio: f64, propellant: &str) -> Element {
    let mut stage =
        Element::new(name, dry).with_engine(Engine::of_isp(isp_s), Tank::of(propellant, Mass::from_kg(0.0)));
    stage.growth = Growth::Inert { ratio: inert_ratio };
    stage
}

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::embedded()?;
    let (hydrolox_s, xenon_s) = (catalogue.isp_s("hydrolox LH2/LOX")?, catalogue.isp_s("xenon EP")?);
    let (low_km, high_km) = (7000.0, 42_166.0);
    let spiral = DeltaV::from_km_s(spiral_km_s(low_km, high_km, 28.5 * PI / 180.0, 398_600.441_8));
    println!("spiral from {low_km} to {high_km} km with a turn of 28.5°: {:.5} km/s", spiral.km_s());
    let cargo = Load { name: "cargo".to_owned(), mass: Mass::from_kg(20e3), people: 0, aboard: "kick".to_owned() };
    let kick = stage("kick", Mass::ZERO, hydrolox_s, 0.1, "LH2/LOX");
    let capture = Step::Burn(Burn::new("capture", DeltaV::from_km_s(CAPTURE_KM_S), &["kick"]));
    let leave = |radius_km: f64| Step::Burn(Burn::new("departure", departure(radius_km, EARTH.mu_km3_s2), &["kick"]));

    let chemical = Vehicle::new().stack("chemical", vec![kick.clone()])?.carry(cargo.clone())?;
    let chemical = smallest_stack(&chemical, &[leave(low_km), capture.clone()])?;
    println!("chemical from low orbit: {:.1} t for 20 t of cargo around Mars", chemical.flight.start.tonnes());

    // 10 t of arrays, thrusters and bus: a round number for the sake of the example
    let tug = stage("tug", Mass::from_kg(10e3), xenon_s, 0.05, "xenon");
    let electric = Vehicle::new().stack("electric", vec![tug, kick])?.carry(cargo)?;
    let steps = [
        Step::Burn(Burn::new("spiral", spiral, &["tug"])),
        Step::Drop { elements: vec!["tug".to_owned()] },
        leave(high_km),
        capture,
    ];
    let electric = smallest_stack(&electric, &steps)?;
    let start_kg = electric.flight.start.kg();
    println!("electric to high orbit, chemical from there: {:.1} t", electric.flight.start.tonnes());
    for tank in &electric.tanks {
        println!(
            "  {}: {:.2} t of propellant, {:.2} t without",
            tank.element,
            tank.propellant.tonnes(),
            tank.empty.tonnes()
        );
    }
    // thrust 2 η P / vₑ, at 60 % efficiency; the xenon over its flow
    let exhaust_m_s = xenon_s * portolan::units::G0_M_S2;
    let xenon_kg = electric.flight.events.first().map_or(0.0, |e| e.burnt.kg());
    for power_kw in [50.0, 100.0, 200.0] {
        let thrust_n = 2.0 * 0.6 * power_kw * 1e3 / exhaust_m_s;
        let duration_d = xenon_kg * exhaust_m_s / thrust_n / 86_400.0;
        println!(
            "  with {power_kw:.0} kW: {thrust_n:.2} N, {:.1e} m/s² at the start, {duration_d:.0} d",
            thrust_n / start_kg
        );
    }
    Ok(())
}
