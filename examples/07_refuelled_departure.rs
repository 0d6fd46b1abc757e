//! How many launches stand behind one refuelled departure to Mars, and what does the ship carry?
//!
//! ```text
//! $ cargo run --release --example 07_refuelled_departure
//! 1200 t in low orbit from tankers of 100 t:
//!   0.1 % a day, one every 6 d: 13 tankers in 72 d, 46 t boil off
//!   0.5 % a day, one every 6 d: 15 tankers in 84 d, 274 t boil off
//!   1 % a day, one every 6 d: 21 tankers in 120 d, 873 t boil off
//!   0.5 % a day, one every 12 d: 21 tankers in 240 d, 871 t boil off
//!   1 % a day, one every 12 d: never full: it stays below 880 t
//! launches behind a departure (depots, tankers, what fuels them, the ship):
//!   from LEO: 15
//!   from NRHO: 59 (4 tankers that give 350 t each)
//!   from LLO: 87 (6 tankers that give 256 t each)
//! a ship with 100 t of cargo: 1456 t brought to low orbit
//!   922.5 t burnt to depart, 72.2 t to land, 43.9 t boiled off or lost
//!   its propellant alone would land 368.9 t of cargo
//! ```
//!
//! The depot of 1200 t that tankers of 100 t fill is the toy of the "high teens" of launches that NASA spoke of in
//! November 2023: that many come out at one percent a day, or with a tanker every twelve days. A depot farther out is
//! filled by tankers that are fuelled in low orbit themselves, so its launches multiply. The ship is of Starship's
//! size (examples/stacks/refuelled_ship.toml); what its propellant could land is more than its heat shield could.

use portolan::campaign::StackFile;
use portolan::units::Mass;
use portolan::vehicles::{BoilOff, Catalogue, Depot, TankerTrip, departure_launches, fly, largest_payload};
use std::error::Error;
use std::path::Path;

/// A depot of the size of the ship's tanks.
fn depot(place: &str, daily_fraction: f64, interval_d: f64) -> Depot {
    Depot {
        place: place.to_owned(),
        target: Mass::from_kg(1.2e6),
        tanker: Mass::from_kg(1e5),
        interval_d,
        boil_off: BoilOff::everywhere(daily_fraction),
        transfer_loss_fraction: 0.0,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::embedded()?;
    println!("1200 t in low orbit from tankers of 100 t:");
    for (percent, interval_d) in [(0.1, 6.0), (0.5, 6.0), (1.0, 6.0), (0.5, 12.0), (1.0, 12.0)] {
        let depot = depot("LEO", 0.01 * percent, interval_d);
        let told = match depot.fill() {
            Ok(filling) => format!(
                "{} tankers in {:.0} d, {:.0} t boil off",
                filling.flights,
                filling.duration_d,
                filling.boiled.tonnes()
            ),
            Err(_) => format!("never full: it stays below {:.0} t", depot.limit().tonnes()),
        };
        println!("  {percent} % a day, one every {interval_d} d: {told}");
    }
    // the same depot farther out is filled by tankers that were fuelled in low orbit themselves and go back there
    let near = depot("LEO", 0.001, 6.0);
    let loss = catalogue.depot_value("in-space transfer loss")?;
    let leo_tli = catalogue.arc("LEO(407km)", "TLI")?;
    println!("launches behind a departure (depots, tankers, what fuels them, the ship):");
    println!("  from LEO: {}", departure_launches(&near, None)?.total());
    for (place, to) in [("NRHO", "NRHO"), ("LLO", "LLO(100km)")] {
        let tanker = TankerTrip {
            dry: Mass::from_kg(120e3),
            propellant: near.target,
            isp_s: catalogue.isp_s("methalox LCH4/LOX")?,
            out: leo_tli + catalogue.arc("TLI", to)?,
            // home by a heat shield, as the ship itself comes home
            back: catalogue.arc(to, "TEI")?,
        };
        let gives = tanker.delivers()?;
        let far = Depot { tanker: gives, interval_d: 80.0, transfer_loss_fraction: loss, ..depot(place, 0.001, 80.0) };
        let launches = departure_launches(&far, Some(&near))?;
        println!(
            "  from {place}: {} ({} tankers that give {:.0} t each)",
            launches.total(),
            launches.tankers,
            gives.tonnes()
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stacks/refuelled_ship.toml");
    let file = StackFile::read(&path, catalogue)?;
    let flight = fly(&file.vehicle, &file.steps)?;
    let burn = |name: &str| flight.events.iter().find(|e| e.name == name).map_or(0.0, |e| e.burnt.tonnes());
    println!(
        "a ship with 100 t of cargo: {:.0} t brought to low orbit\n  {:.1} t burnt to depart, {:.1} t to land, {:.1} t boiled off or lost",
        (flight.start + flight.added()).tonnes(),
        burn("departure"),
        burn("landing"),
        flight.boiled().tonnes()
    );
    let most = largest_payload(&file.vehicle, &file.steps, "cargo")?;
    println!("  its propellant alone would land {:.1} t of cargo", most.payload.tonnes());
    Ok(())
}
