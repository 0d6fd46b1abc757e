//! Does the Constellation lunar sortie close, and what is left after each burn?
//!
//! ```text
//! $ cargo run --release --example 06_constellation_sortie
//! Constellation lunar sortie: 4559400 kg on two launch pads
//! burn                 Δv m/s    before kg     burnt kg  left in
//! Ares I ascent        9500.0   889575.000   741380.428  Ares I Upper Stage 3619.572 kg
//! Ares V ascent        9500.0  3669825.000  3099529.358  Ares V EDS 115470.642 kg
//! TLI                  3150.0   206870.642   105847.405  Ares V EDS 9623.237 kg
//! first correction        2.0    65400.000       44.429  Altair DM 380.571 kg
//! second correction       2.0    65355.571       44.399  Altair DM 336.171 kg
//! LOI                   950.0    65311.171    12696.107  Altair DM 12203.893 kg
//! descent              2030.0    31440.065    11630.163  Altair DM 573.730 kg
//! descent trim           11.0    19809.902       73.905  Altair DM 262.267 kg
//! ascent               1875.0     6500.000     2923.029  Altair AM 76.971 kg
//! ascent trim            31.0     3576.971       37.480  Altair AM 39.490 kg
//! TEI 1                 612.3    21675.000     3755.901  Orion SM 6244.099 kg
//! TEI 2                 276.5    17919.099     1475.510  Orion SM 4768.589 kg
//! TEI 3                 333.6    16443.589     1619.426  Orion SM 3149.163 kg
//! home trim 1             3.2    14824.163       16.056  Orion SM 3133.106 kg
//! home trim 2             3.2    14808.106       16.039  Orion SM 3117.067 kg
//! entry trim              5.0     8675.000       14.677  Orion CM 160.323 kg
//! 8660.323 kg come home
//! samples: 100.0 kg at most; one more: Altair AM has room for 100.0 kg of cargo, not for 101.0; use a larger one, or two
//! ```
//!
//! The stages, loads and burns of SpaceNet 2.5r2, Quick Start 1 (Grogan and de Weck 2010), whose formulae have
//! g₀ = 9.81 m/s²: the same numbers to the gram. The margin is thin: the ascent stage comes back with 39 kg.

use portolan::campaign::StackFile;
use portolan::vehicles::{Catalogue, fly, largest_payload};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stacks/constellation_sortie.toml");
    let file = StackFile::read(&path, Catalogue::embedded()?)?;
    let flight = fly(&file.vehicle, &file.steps)?;
    println!("{}: {:.0} kg on two launch pads", file.name, flight.start.kg());
    println!("{:18} {:>8} {:>12} {:>12}  left in", "burn", "Δv m/s", "before kg", "burnt kg");
    for event in flight.events.iter().filter(|e| e.kind == "burn") {
        let left: Vec<String> = event.draws.iter().map(|d| format!("{} {:.3} kg", d.element, d.left.kg())).collect();
        println!(
            "{:18} {:8.1} {:12.3} {:12.3}  {}",
            event.name,
            event.dv.m_s(),
            event.before.kg(),
            event.burnt.kg(),
            left.last().map_or("", String::as_str)
        );
    }
    println!("{:.3} kg come home", flight.vehicle.mass().kg());
    let most = largest_payload(&file.vehicle, &file.steps, "samples")?;
    println!("samples: {:.1} kg at most; one more: {}", most.payload.kg(), most.limit.refusal);
    Ok(())
}
