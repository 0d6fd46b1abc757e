//! The arcs that portolan is measured by: what it finds, what nyx finds, and what is printed elsewhere.
//!
//! The printed numbers, their digits and their sources are the rows of `catalogue/validation.toml`; nothing of them is
//! here. A residual passes within the tolerance of its row or, where that has none, within half a unit of the last
//! digit printed.

mod flown;
mod told;

use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::propagation::PropagationError;
use crate::propagation::state_file::StateFileError;
use crate::propagation::taylor::cr3bp::RotatingError;
use crate::transfers::BurnError;
use crate::transfers::lambert::LambertError;
use thiserror::Error;
pub use told::{Arc, arcs};

/// Why an arc has no result.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ValidationError {
    /// The rows in the program cannot be read.
    #[error("catalogue/validation.toml: {reason}")]
    Rows {
        /// what the reader met
        reason: String,
    },
    /// A row asks for what its kind of arc does not have.
    #[error("an arc of this kind has no \"{quantity}\"")]
    NoQuantity {
        /// what the row asks for
        quantity: String,
    },
    /// A printed value is no number.
    #[error("\"{printed}\" is printed, which is no number")]
    NoNumber {
        /// as printed
        printed: String,
    },
    /// The arc lies outside the kernels.
    #[error("not flown: {source}")]
    NoKernel {
        /// which kernels there are
        source: EphemerisError,
    },
    /// The state or its forces.
    #[error(transparent)]
    State(#[from] StateFileError),
    /// The flight.
    #[error(transparent)]
    Flight(PropagationError),
    /// The flight in the restricted problem.
    #[error(transparent)]
    Rotating(#[from] RotatingError),
    /// Lambert's problem.
    #[error(transparent)]
    Lambert(#[from] LambertError),
    /// A branch of Lambert's problem that has no orbit.
    #[error("no orbit with {revs} revolutions on the branch {branch}")]
    NoBranch {
        /// full revolutions
        revs: u32,
        /// branch
        branch: String,
    },
    /// An impulse.
    #[error(transparent)]
    Burn(#[from] BurnError),
    /// A burn that does not come to its end.
    #[error("the burn does not reach a C3 of {c3_km2_s2} km²/s²")]
    NoCutoff {
        /// wanted
        c3_km2_s2: f64,
    },
    /// nyx.
    #[error("{reason}")]
    Witness {
        /// what it said
        reason: String,
    },
}

/// Outside the kernels is a reason of its own: such an arc waits for another kernel.
impl From<PropagationError> for ValidationError {
    fn from(error: PropagationError) -> Self {
        match error {
            PropagationError::Ephemeris { source, .. } => Self::NoKernel { source },
            other => Self::Flight(other),
        }
    }
}

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// within its tolerance, and nyx within its bound
    Passed,
    /// not so
    Failed,
    /// could not be tried with these kernels
    NotTried,
}

/// One number of an arc.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// which arc
    pub id: &'static str,
    /// what the arc is
    pub what: &'static str,
    /// what was measured
    pub quantity: &'static str,
    /// unit of the values, the residual and the tolerance
    pub unit: &'static str,
    /// ours, one number or the components of a vector; empty when there is none
    pub ours_values: Vec<f64>,
    /// as printed elsewhere; empty where nothing is
    pub published_values: Vec<f64>,
    /// how far ours is from print, or from nothing; of a vector the greatest of the components
    pub residual_value: Option<f64>,
    /// what the residual may be
    pub tolerance: f64,
    /// why that much, where it is not half a unit of the last digit
    pub because: Option<&'static str>,
    /// how far nyx is from ours at the end of the arc
    pub nyx_m: Option<f64>,
    /// how far it may be
    pub nyx_bound_m: f64,
    /// what came of it
    pub verdict: Verdict,
    /// why it is not tried, or has failed without a number
    pub note: Option<String>,
    /// where the printed value is from
    pub source: &'static str,
}

/// Fly an arc and judge each of its numbers.
///
/// * `arc`: one of [`arcs`]
/// * `ephemerides`: the kernels
///
/// One row for each number of the arc; a refusal on the way is told in the rows.
#[must_use]
pub fn check(arc: &'static Arc, ephemerides: &Ephemerides) -> Vec<Row> {
    let flown = flown::Flown::fly(arc, ephemerides);
    let judge = |value: &'static told::Asked| {
        let mut row = Row {
            id: &arc.id,
            what: &arc.what,
            quantity: &value.quantity,
            unit: &value.unit,
            ours_values: Vec::new(),
            published_values: Vec::new(),
            residual_value: None,
            tolerance: f64::NAN,
            because: value.because.as_deref(),
            nyx_m: None,
            nyx_bound_m: arc.nyx_m,
            verdict: Verdict::Failed,
            note: None,
            source: &arc.source,
        };
        let outcome = flown.as_ref().map_err(Clone::clone).and_then(|flown| {
            row.published_values = value.published()?;
            row.tolerance = value.tolerance();
            row.ours_values = flown.measure(&value.quantity)?;
            row.nyx_m = flown.nyx_m(ephemerides)?;
            Ok(())
        });
        match outcome {
            Ok(()) => {
                let nothing = vec![0.0; row.ours_values.len()];
                let wanted = if row.published_values.is_empty() { &nothing } else { &row.published_values };
                let misses = || row.ours_values.iter().zip(wanted).map(|(ours, theirs)| ours - theirs);
                // f64::max forgets a NaN, a sum does not
                let broken = wanted.len() != row.ours_values.len() || misses().sum::<f64>().is_nan();
                let residual = misses().fold(0.0, |worst: f64, miss| worst.max(miss.abs()));
                row.residual_value = Some(if broken { f64::NAN } else { residual });
                let near = !broken && residual <= row.tolerance;
                let witnessed = row.nyx_m.is_none_or(|nyx_m| nyx_m <= row.nyx_bound_m);
                row.verdict = if near && witnessed { Verdict::Passed } else { Verdict::Failed };
            }
            Err(error) => {
                if matches!(error, ValidationError::NoKernel { .. }) {
                    row.verdict = Verdict::NotTried;
                }
                row.note = Some(error.to_string());
            }
        }
        row
    };
    arc.values.iter().map(judge).collect()
}
