//! How many launches stand behind one refuelled departure to Mars, and what does the ship carry?
//!
//! ```text
//! $ cargo run --release --example 07_refuelled_departure
//! ```

use portolan::campaign::StackFile;
use portolan::units::{DeltaV, Mass};
use portolan::vehicles::{BoilOff, Catalogue, Depot, TankerTrip, departure_launches, fly, largest_payload};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::embedded()?;
    // a depot in low orbit of the size of the ship's tanks; a tenth of a percent a day is cool, one percent is not
    let depot = |daily_fraction: f64, interval_d: f64| Depot {
        place: "LEO".to_owned(),
        target: Mass::from_kg(1.2e6),
        tanker: Mass::from_kg(1e5),
        interval_d,
        boil_off: BoilOff::everywhere(daily_fraction),
        transfer_loss_fraction: 0.0,
    };
    for (percent, interval_d) in [(0.1, 6.0), (0.5, 6.0), (1.0, 6.0), (0.5, 12.0), (1.0, 12.0)] {
        let depot = depot(0.01 * percent, interval_d);
        match depot.fill() {
            Ok(filling) => println!(
                "{percent} % a day, a tanker every {interval_d} d: {} tankers in {:.0} d, {:.1} t boil off",
                filling.flights,
                filling.duration_d,
                filling.boiled.tonnes()
            ),
            Err(never) => println!("{percent} % a day, a tanker every {interval_d} d: {never}"),
        }
    }
    // the same depot farther out is filled by tankers that were fuelled in low orbit themselves
    let near = depot(0.001, 6.0);
    let loss = catalogue.depot_value("in-space transfer loss")?;
    let leo_nrho = catalogue.arc("LEO(407km)", "TLI")? + catalogue.arc("TLI", "NRHO")?;
    let tanker = TankerTrip {
        dry: Mass::from_kg(120e3),
        propellant: Mass::from_kg(1.2e6),
        isp_s: catalogue.isp_s("methalox LCH4/LOX")?,
        out: leo_nrho,
        back: DeltaV::from_km_s(0.45),
    };
    let far = Depot { tanker: tanker.delivers()?, interval_d: 80.0, transfer_loss_fraction: loss, ..near.clone() };
    for (place, launches) in
        [("LEO", departure_launches(&near, None)?), ("NRHO", departure_launches(&far, Some(&near))?)]
    {
        println!("a departure fuelled in {place}: {} launches behind it", launches.total());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stacks/refuelled_ship.toml");
    let file = StackFile::read(&path, catalogue)?;
    let flight = fly(&file.vehicle, &file.steps)?;
    let burn = |name: &str| flight.events.iter().find(|e| e.name == name).map_or(0.0, |e| e.burnt.tonnes());
    println!(
        "{:.0} t leave low orbit: {:.1} t burnt to depart, {:.1} t to land, {:.1} t boiled off or lost",
        (flight.start + flight.added()).tonnes(),
        burn("departure"),
        burn("landing"),
        flight.boiled().tonnes()
    );
    let most = largest_payload(&file.vehicle, &file.steps, "cargo")?;
    println!("at most {:.1} t of cargo land; the limit is the tank of {}", most.payload.tonnes(), most.limit.element);
    Ok(())
}
