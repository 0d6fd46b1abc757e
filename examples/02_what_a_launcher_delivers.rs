//! How much does one launch deliver into an orbit of Mars, and how sure is that?
//!
//! ```text
//! $ cargo run --release --example 02_what_a_launcher_delivers
//! C3 7.781 km²/s², insertion 1.904 km/s with 320 s and a tenth of the propellant as dry mass
//! Falcon Heavy (expendable): 12909 kg injected, 6449 kg in orbit (curve)
//! Vulcan VC6: 9498 kg injected, 4745 kg in orbit (curve)
//! New Glenn: 5565 kg injected, 2780 kg in orbit (curve)
//! Ariane 64: 7446 kg injected, 3720 kg in orbit (estimate)
//! H3-24L: 3996 kg injected, 1997 kg in orbit (estimate)
//! ```

use portolan::transfers::ParkingOrbit;
use portolan::units::Mass;
use portolan::vehicles::{Catalogue, Sizing};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // the type II transfer of 2033 with the least C3
    let (c3_km2_s2, v_inf_arr_km_s) = (7.781, 4.376);
    let mars = portolan::bodies::MARS;
    let orbit = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 };
    let dv = orbit.impulse(v_inf_arr_km_s, mars.radius_km, mars.mu_km3_s2)?;
    println!(
        "C3 {c3_km2_s2} km²/s², insertion {:.3} km/s with 320 s and a tenth of the propellant as dry mass",
        dv.km_s()
    );
    for name in ["Falcon Heavy (expendable)", "Vulcan VC6", "New Glenn", "Ariane 64", "H3-24L"] {
        let capacity = Catalogue::embedded()?.launcher(name)?.capacity(c3_km2_s2)?;
        let sized = Sizing::for_initial(capacity.mass, dv, 320.0, 0.1)?;
        let whole = |mass: Mass| format!("{:.0}", mass.kg());
        println!(
            "{name}: {} kg injected, {} kg in orbit ({})",
            whole(capacity.mass),
            whole(sized.payload),
            basis(&capacity)
        );
    }
    Ok(())
}

fn basis(capacity: &portolan::vehicles::Capacity) -> &'static str {
    match capacity.basis {
        portolan::vehicles::Basis::Curve => "curve",
        _ => "estimate",
    }
}
