//! Where is a spacecraft on a near-rectilinear halo orbit after six and a half days, and does the way back meet the start?
//!
//! The start is CAPSTONE on 2022-11-25 as JPL Horizons has it; Moon, Earth and Sun pull as points.
//!
//! ```text
//! $ cargo run --release --example 03_there_and_back_in_the_ephemeris
//! 49 steps; then 63580 km from the Moon
//! perilune 3377 km
//! and back within a micrometre: yes
//! ```

use portolan::bodies::{EARTH, MOON, SUN};
use portolan::dynamics::PointMasses;
use portolan::ephemerides::{Ephemerides, State};
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::taylor::{Stop, Tolerance, propagate};
use portolan::time::{DAY_S, Epoch};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let model = PointMasses::new(Ephemerides::embedded()?, MOON, &[EARTH, SUN])?;
    let start = State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    };
    let (epoch, span_s) = (Epoch::parse("2022-11-25")?, 6.5 * DAY_S);
    let (there, arrived) = propagate(&model, &start, epoch, span_s, Tolerance::TIGHTEST, Stop::AtSurface);
    arrived?;
    let end = there.end();
    println!("{} steps; then {:.0} km from the Moon", there.steps(), norm(end.position_km));

    // the trajectory can be asked at any time; its lowest point is the perilune
    let radius_km =
        |k: u32| there.state(span_s * f64::from(k) / 20_000.0).map_or(f64::INFINITY, |s| norm(s.position_km));
    let lowest_km = (0..=20_000).map(radius_km).fold(f64::INFINITY, f64::min);
    println!("perilune {lowest_km:.0} km");

    let (back, returned) = propagate(&model, &end, epoch + span_s, -span_s, Tolerance::TIGHTEST, Stop::AtSurface);
    returned?;
    let miss_km = norm(minus(back.end().position_km, start.position_km));
    println!("and back within a micrometre: {}", if miss_km < 1e-9 { "yes" } else { "no" });
    Ok(())
}
