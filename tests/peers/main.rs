//! Agreement with other programs, by numbers they left: CSPICE N0067 on the full kernels, and anise in this process.
//! Each test prints the largest difference it met; `cargo test --release --test peers -- --nocapture` shows them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its functions too")]

mod earth_orientation;
// anise's own messages come with its feature `analysis`, which nyx asks for
#[cfg(feature = "nyx")]
mod files;
#[cfg(feature = "nyx")]
mod nyx;
mod provenance;
mod rotations;
mod spk;
mod states;
mod times;

use std::path::PathBuf;

/// A file of the repository.
fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The rows of a stored table, header and comments left out.
fn rows(table: &str) -> Vec<csv::StringRecord> {
    let path = file("tests/golden").join(table);
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).expect(table);
    reader.records().collect::<Result<_, _>>().expect(table)
}

/// Some columns of a row as numbers.
fn numbers<const N: usize>(row: &csv::StringRecord, first: usize) -> [f64; N] {
    std::array::from_fn(|i| row[first + i].parse().expect("a number"))
}

/// The largest of many differences, and what it was met at.
struct Worst {
    value: f64,
    at: String,
}

impl Worst {
    fn none() -> Self {
        Self { value: 0.0, at: "nothing".to_owned() }
    }

    /// A difference that is no number is the worst of all.
    fn see(&mut self, value: f64, at: impl Fn() -> String) {
        let worse = value.is_nan() || value > self.value;
        if worse && !self.value.is_nan() {
            (self.value, self.at) = (value, at());
        }
    }

    fn within(&self, tolerance: f64) -> bool {
        self.value <= tolerance
    }
}

/// Length of the difference of two vectors.
fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
}
