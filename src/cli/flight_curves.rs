//! What a flight about one planet costs by its date: the picture of `moon-window` and `mars-moons`.

use super::failure::Failure;
use super::figures;
use crate::ephemerides::Ephemerides;
use crate::report::{Curve, LinesView, draw_lines};
use crate::time::{DAY_S, Epoch};
use std::path::Path;

/// The burns of one cell, km/s.
pub(super) type Burns = Option<[f64; 2]>;

/// What the picture says around its curves.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) subtitle: String,
    /// the two burns
    pub(super) names: [&'static str; 2],
    pub(super) provenance: String,
}

/// The line under a picture.
pub(super) fn provenance(ephemerides: &Ephemerides, model: &str) -> String {
    let kernels: Vec<&str> = ephemerides.kernels().iter().map(|k| k.name.as_str()).collect();
    format!("portolan {}; {model}; kernels {}", env!("CARGO_PKG_VERSION"), kernels.join(", "))
}

/// Draw the cheapest flight of each date and its two burns; dates without a flight are gaps.
///
/// * `depart`: the dates
/// * `burns`: of every cell, row after row of equal flight time
pub(super) fn draw(path: &Path, words: Words, depart: &[Epoch], burns: &[Burns]) -> Result<(), Failure> {
    let start = depart.first().copied().unwrap_or_else(|| Epoch::from_tdb_s(0.0));
    let x_values: Vec<f64> = depart.iter().map(|t| (*t - start) / DAY_S).collect();
    let cheapest: Vec<Burns> = (0..depart.len())
        .map(|i| {
            let of_date = burns.iter().skip(i).step_by(depart.len()).flatten();
            of_date.copied().min_by(|a, b| (a[0] + a[1]).total_cmp(&(b[0] + b[1])))
        })
        .collect();
    let curve = |name: &str, number: &dyn Fn([f64; 2]) -> f64| Curve {
        name: name.to_owned(),
        x_values: x_values.clone(),
        y_values: cheapest.iter().map(|b| b.map_or(f64::NAN, number)).collect(),
    };
    let [first, second] = words.names;
    let view = LinesView {
        title: words.title,
        subtitle: words.subtitle,
        x_title: format!("Departure, days after {} TDB", start.iso()),
        y_title: "Δv of the cheapest flight of the date, km/s".to_owned(),
        curves: vec![curve("both burns", &|b| b[0] + b[1]), curve(first, &|b| b[0]), curve(second, &|b| b[1])],
        provenance: words.provenance,
    };
    figures::write(path, &draw_lines(&view)?)
}
