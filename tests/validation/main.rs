//! Numbers of the handbooks, and their recomputation on DE440.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its functions too")]

mod brute_force;
mod campaign;
mod eccentric;
mod handbook;
mod minima;
mod opportunities;
mod propagation;
mod vehicles;

use std::path::PathBuf;

/// The rows of a stored table by the names of its columns.
fn table(name: &str) -> Vec<Row> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let mut reader = csv::Reader::from_path(path).expect(name);
    reader.deserialize().map(|row| Row(row.expect(name))).collect()
}

struct Row(std::collections::HashMap<String, String>);

impl Row {
    fn text(&self, column: &str) -> &str {
        &self.0[column]
    }

    fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap_or_else(|_| panic!("{column} of {:?} is no number", self.0))
    }

    /// Half a unit in the last printed digit.
    fn half_digit(&self, column: &str) -> f64 {
        let digits = self.text(column).split_once('.').map_or(0, |(_, fraction)| fraction.len());
        0.5 * 10f64.powi(-i32::try_from(digits).expect("few digits"))
    }
}
