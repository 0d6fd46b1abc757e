//! Does the Constellation lunar sortie close, and what is left after each burn?
//!
//! ```text
//! $ cargo run --release --example 06_constellation_sortie
//! ```

use portolan::campaign::StackFile;
use portolan::vehicles::{Catalogue, fly, largest_payload};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    // the stages, loads and burns of SpaceNet 2.5r2, Quick Start 1
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stacks/constellation_sortie.toml");
    let file = StackFile::read(&path, Catalogue::embedded()?)?;
    let flight = fly(&file.vehicle, &file.steps)?;
    println!("{}: {:.0} kg on two launch pads", file.name, flight.start.kg());
    for event in flight.events.iter().filter(|e| e.kind == "burn") {
        let left: Vec<String> = event.draws.iter().map(|d| format!("{} {:.3}", d.element, d.left.kg())).collect();
        println!(
            "{:18} {:7.1} m/s  burns {:11.3} kg of {:11.3} kg, left in {} kg",
            event.name,
            event.dv.m_s(),
            event.burnt.kg(),
            event.before.kg(),
            left.join(", ")
        );
    }
    println!("{:.3} kg come home", flight.vehicle.mass().kg());
    let most = largest_payload(&file.vehicle, &file.steps, "samples")?;
    println!("samples: {:.0} kg at most ({})", most.payload.kg(), most.limit.refusal);
    Ok(())
}
