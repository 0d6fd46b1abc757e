//! The bytes that a result names are those that PROVENANCE.toml and the README describe.

use crate::file;
use portolan::ephemerides::Ephemerides;
use sha2::{Digest, Sha256};

#[test]
fn agrees_with_the_provenance_of_embedded_kernels() {
    let text = std::fs::read_to_string(file("ephemerides/PROVENANCE.toml")).expect("PROVENANCE.toml");
    let table: toml::Table = text.parse().expect("TOML");
    let told = table["file"].as_array().expect("rows");
    let kernels = Ephemerides::embedded().expect("kernels").kernels();
    assert_eq!(kernels.len(), 6);
    for kernel in kernels {
        let row = told.iter().find(|row| row["path"].as_str() == Some(&kernel.name)).expect(&kernel.name);
        assert_eq!(row["sha256"].as_str(), Some(kernel.sha256.as_str()), "{}", kernel.name);
    }
}

#[test]
fn agrees_with_the_provenance_of_stored_tables() {
    let readme = std::fs::read_to_string(file("ephemerides/README.md")).expect("README.md");
    for table in [
        "de440_states_cspice.csv",
        "small_bodies_states_cspice.csv",
        "rotations_cspice.csv",
        "time_utc_tdb_cspice.csv",
        "capstone_nrho_horizons_2022.csv",
        "spk/states.csv",
    ] {
        let line = readme.lines().find(|line| line.starts_with(&format!("| `{table}`"))).expect(table);
        let bytes = std::fs::read(file("tests/golden").join(table)).expect(table);
        let sha256: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert!(line.contains(&sha256), "{table} is not the table of ephemerides/README.md: its sha256 is {sha256}");
    }
}
