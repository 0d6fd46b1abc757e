//! What the rows of the catalogue tell.

use super::ValidationError;
use serde::Deserialize;
use std::sync::OnceLock;

const TEXT: &str = include_str!("../../../catalogue/validation.toml");

/// An arc to fly, and the numbers it is judged by.
#[derive(Debug, Clone, Deserialize)]
pub struct Arc {
    /// short name
    pub id: String,
    /// what it is
    pub what: String,
    /// where the printed numbers are from
    pub source: String,
    /// how they were checked: words of `catalogue/README.md`
    pub verified: String,
    /// how far nyx may be
    #[serde(default = "a_metre")]
    pub nyx_m: f64,
    /// what is flown
    #[serde(flatten)]
    pub(super) case: Case,
    pub(super) values: Vec<Asked>,
}

fn a_metre() -> f64 {
    1.0
}

/// What is flown.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Case {
    /// a state file, and for how long
    Flight { flight: String, span_s: f64, flown_km: Option<[f64; 3]> },
    /// the restricted problem
    Rotating { mass_ratio: f64, position_lu: [f64; 3], velocity_lu_tu: [f64; 3], span_tu: f64 },
    /// its points of equilibrium
    LagrangePoints { mass_ratio: f64 },
    /// a burn along the velocity from a circle until an energy is reached
    FiniteBurn { isp_s: f64, thrust_to_weight_ratio: f64, c3_km2_s2: f64, radius_km: f64, mu_km3_s2: f64 },
    /// Lambert's problem
    Lambert { mu_km3_s2: f64, r1_km: [f64; 3], r2_km: [f64; 3], tof_s: f64, way: String, revs: u32, branch: String },
    /// Earth to Mars between circles
    Hohmann { departure_au: f64, arrival_au: f64 },
}

/// A number to judge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) quantity: String,
    pub(super) published: Option<Printed>,
    pub(super) unit: String,
    pub(super) tolerance: Option<f64>,
    pub(super) because: Option<String>,
}

/// Digits as printed.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Printed {
    One(String),
    Vector(Vec<String>),
}

impl Asked {
    fn printed(&self) -> &[String] {
        match &self.published {
            None => &[],
            Some(Printed::One(text)) => std::slice::from_ref(text),
            Some(Printed::Vector(texts)) => texts,
        }
    }

    /// The printed numbers.
    pub(super) fn published(&self) -> Result<Vec<f64>, ValidationError> {
        let number = |text: &String| {
            text.parse()
                .ok()
                .filter(|x: &f64| x.is_finite())
                .ok_or_else(|| ValidationError::NoNumber { printed: text.clone() })
        };
        self.printed().iter().map(number).collect()
    }

    /// The row's own, or half a unit of the last digit: the finest of a vector, whose zeros are printed bare.
    pub(super) fn tolerance(&self) -> f64 {
        let finest = || self.printed().iter().map(|text| half_digit(text)).fold(f64::INFINITY, f64::min);
        self.tolerance.unwrap_or_else(|| if self.published.is_some() { finest() } else { f64::NAN })
    }
}

/// Half a unit of the last digit of a printed number.
fn half_digit(text: &str) -> f64 {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let behind = mantissa.split_once('.').map_or(0, |(_, digits)| digits.len());
    let exponent = exponent.parse::<f64>().unwrap_or(f64::NAN) - behind as f64;
    0.5 * 10.0_f64.powf(exponent)
}

/// All arcs, in the order of the file.
///
/// # Errors
/// [`ValidationError::Rows`] when the rows in the program cannot be read.
pub fn arcs() -> Result<&'static [Arc], ValidationError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        arcs: Vec<Arc>,
    }
    static ARCS: OnceLock<Result<Vec<Arc>, ValidationError>> = OnceLock::new();
    let read = || match toml::from_str::<File>(TEXT) {
        Ok(file) => Ok(file.arcs),
        Err(error) => Err(ValidationError::Rows { reason: error.to_string() }),
    };
    ARCS.get_or_init(read).as_deref().map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::half_digit;

    #[test]
    fn law_half_a_digit_is_that_of_the_print() {
        let near = |text: &str, wanted: f64| assert!((half_digit(text) / wanted - 1.0).abs() < 1e-12, "{text}");
        near("17.04", 0.005);
        near("490", 0.5);
        near("9e-8", 0.5e-8);
        near("-1.30e2", 0.5);
    }
}
