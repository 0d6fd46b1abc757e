//! What it costs: development by mass, learning, price levels, anchors, cash flow. Money keeps its year.

pub mod amcm;
pub mod anchors;
pub mod cash_flow;
pub mod inflation;
pub mod learning;
mod reading;

pub use amcm::{Amcm, Development, Difficulty, Estimate, Spec};
pub use anchors::{Anchor, Contract, anchors, contracts, usd_per_kg, usd_per_kg_from_lb, usd_per_lb_from_kg};
pub use cash_flow::{CashFlow, Profile};
pub use inflation::{Converted, How, Inflation};
pub use learning::{Learning, LearningCurve};

use crate::bodies::edit_distance;
use crate::units::{Money, UnitError};
use thiserror::Error;

/// What a cost refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CostError {
    /// A catalogue file does not read.
    #[error("{file}:{line}: {detail}")]
    Catalogue {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// what is wrong there, and the cure
        detail: String,
    },
    /// No row of this name.
    #[error("no {kind} is called \"{name}\"{hint}")]
    Unknown {
        /// specification, price index, anchor
        kind: &'static str,
        /// the name that was asked for
        name: String,
        /// `; did you mean …? known are …`
        hint: String,
    },
    /// A number lies where the model says nothing.
    #[error("{what} must be from {min_value} to {max_value}, got {value}")]
    OutOfRange {
        /// what the number is, with its unit
        what: &'static str,
        /// the number offered
        value: f64,
        /// least value, in the same unit
        min_value: f64,
        /// greatest value, in the same unit
        max_value: f64,
    },
    /// An amount that is no number.
    #[error("{what} is {value_musd} M$; it must be a finite amount")]
    NotFinite {
        /// which amount
        what: &'static str,
        /// the amount, millions of USD
        value_musd: f64,
    },
    /// No price index reaches from one year to the other.
    #[error(
        "no price index goes from {from} to {to}: the table covers {covers}; choose a currency year inside it or add a row to inflation.csv"
    )]
    NoIndex {
        /// currency year of the amount
        from: i32,
        /// currency year wanted
        to: i32,
        /// each index with its first and last year
        covers: String,
    },
    /// The parts of a payment profile are not the whole.
    #[error("the parts of a payment profile sum to {sum_fraction}, not 1; a cost spread by it would change")]
    ProfileSum {
        /// sum of the parts
        sum_fraction: f64,
    },
    /// Money of two currency years met.
    #[error(transparent)]
    Money(#[from] UnitError),
}

/// The sum of amounts that all have one currency year.
///
/// * `items`: the amounts
/// * `year`: the currency year they must have; that of the sum, also of an empty one
///
/// # Errors
/// [`CostError::Money`] at the first amount of another year: bring it over with [`Inflation::bring`] first.
pub fn sum(items: &[Money], year: i32) -> Result<Money, CostError> {
    items.iter().try_fold(Money::from_musd(0.0, year), |total, item| Ok(total.try_add(*item)?))
}

/// `value` when it lies in the range, a refusal otherwise; NaN lies in no range.
fn within(what: &'static str, value: f64, min_value: f64, max_value: f64) -> Result<f64, CostError> {
    if (min_value..=max_value).contains(&value) {
        Ok(value)
    } else {
        Err(CostError::OutOfRange { what, value, min_value, max_value })
    }
}

/// An amount that is one.
fn finite(what: &'static str, money: Money) -> Result<Money, CostError> {
    if money.musd().is_finite() { Ok(money) } else { Err(CostError::NotFinite { what, value_musd: money.musd() }) }
}

/// The refusal of a name, with the nearest known one and the whole list.
fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> CostError {
    let known: Vec<&str> = known.collect();
    let asked = name.trim().to_lowercase();
    let nearest = known.iter().map(|k| (edit_distance(&asked, &k.to_lowercase()), *k)).min();
    let list = known.join(", ");
    let hint = match nearest {
        Some((edits, near)) if edits <= 1 + asked.chars().count() / 3 => {
            format!("; did you mean \"{near}\"? known are {list}")
        }
        _ => format!("; known are {list}"),
    };
    CostError::Unknown { kind, name: name.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_a_sum_keeps_its_year() {
        let items = [Money::from_musd(1.5, 2025), Money::from_musd(2.0, 2025)];
        assert_eq!(sum(&items, 2025), Ok(Money::from_musd(3.5, 2025)));
        assert_eq!(sum(&[], 2025), Ok(Money::from_musd(0.0, 2025)));
    }

    #[test]
    fn refuses_a_sum_over_two_years() {
        let items = [Money::from_musd(1.5, 2025), Money::from_musd(2.0, 1999)];
        assert_eq!(
            sum(&items, 2025).expect_err("two years").to_string(),
            "cannot add 1.5 M$ of 2025 and 2 M$ of 1999: bring both to one currency year first"
        );
    }

    #[test]
    fn refuses_a_number_out_of_range_and_a_nan() {
        assert_eq!(
            within("the slope", 1.2, 0.5, 1.0).expect_err("range").to_string(),
            "the slope must be from 0.5 to 1, got 1.2"
        );
        assert!(within("the slope", f64::NAN, 0.5, 1.0).is_err());
        assert_eq!(within("the slope", 1.0, 0.5, 1.0), Ok(1.0));
    }
}
