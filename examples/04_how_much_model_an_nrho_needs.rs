//! How much of a force model does a week on Gateway's kind of orbit need?
//!
//! CAPSTONE as JPL Horizons has it, flown from 2022-11-25 for six and a half days, each force added in turn. Its mass, area
//! and reflectivity (25 kg, 0.3 m², 1.3) are guesses, not published values.
//!
//! ```text
//! $ cargo run --release --example 04_how_much_model_an_nrho_needs
//! Moon, Earth, Sun, Jupiter as points: 17.04 km from the flown orbit
//! and the Moon's field 20 x 20: 7.46 km
//! and sunlight: 3.35 km
//! perilune of the flown week 2022-11-27T01:36 TDB, 3377 km
//! ```

use portolan::bodies::{EARTH, JUPITER_BARYCENTER, MOON, SUN};
use portolan::dynamics::{Forces, GravityField, PointMasses, Radiation};
use portolan::ephemerides::{Ephemerides, Orientation, State};
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::{Propagator, Start, events::Event};
use portolan::time::{DAY_S, Epoch};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let kernels = Ephemerides::embedded()?;
    let state = State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    };
    let start = Start { state, epoch: Epoch::parse("2022-11-25")?, span_s: 6.5 * DAY_S };
    let flown_km = [6_130.628_843_185_915_7, 18_582.229_822_608_278_5, -60_503.079_477_259_656_4];

    let points = Forces::new(PointMasses::new(kernels, MOON, &[EARTH, SUN, JUPITER_BARYCENTER])?);
    let field = GravityField::embedded("moon_grgm1200a_70", 20, 20)?;
    let uneven = points.clone().with_field(kernels, MOON, field, Orientation::MoonPa)?;
    let light =
        Radiation { area_m2: 0.3, reflectivity_coefficient: 1.3, flux_w_m2: 1367.0, shadows: vec![EARTH, MOON] };
    let lit = uneven.clone().with_radiation(kernels, light)?.with_craft(25.0, 25.0)?;
    let models = [
        ("Moon, Earth, Sun, Jupiter as points", &points, " from the flown orbit"),
        ("and the Moon's field 20 x 20", &uneven, ""),
        ("and sunlight", &lit, ""),
    ];
    for (name, forces, rest) in models {
        let flight = Propagator::new(forces).fly(&start);
        flight.result?;
        let miss_km = norm(minus(flight.trajectory.end().position_km, flown_km));
        println!("{name}: {miss_km:.2} km{rest}");
    }

    // events are read off the trajectory, none is missed between two steps
    let flight = Propagator::new(&lit).fly(&start);
    for perilune in flight.trajectory.occurrences(&[Event::periapsis()]) {
        let radius_km = norm(perilune.state.position_km);
        println!("perilune of the flown week {} TDB, {radius_km:.0} km", &perilune.epoch.iso()[..16]);
    }
    Ok(())
}
