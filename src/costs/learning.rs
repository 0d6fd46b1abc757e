//! Learning curves: what the n-th unit costs, in the two forms that the trade uses and confuses.

use super::{CostError, finite, within};
use crate::units::Money;

/// Which quantity falls to the slope at each doubling of the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LearningCurve {
    /// the average of all units so far (Wright 1936)
    Wright,
    /// the unit itself (Crawford)
    Crawford,
}

/// A learning curve. At a slope of 85 % and 50 units the two forms differ by 28 %: say which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    curve: LearningCurve,
    slope_fraction: f64,
}

const WHAT_UNITS: &str = "the number of units on a learning curve";
const MOST_UNITS: f64 = 1e6;

impl Learning {
    /// A curve.
    ///
    /// * `curve`: which form
    /// * `slope_fraction`: cost left after a doubling, 0.5 to 1; 0.85 for 85 %
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for a slope outside.
    pub fn new(curve: LearningCurve, slope_fraction: f64) -> Result<Self, CostError> {
        within("the slope of a learning curve", slope_fraction, 0.5, 1.0)
            .map(|slope_fraction| Self { curve, slope_fraction })
    }

    /// b = log₂ slope, zero or negative.
    #[must_use]
    pub fn exponent(&self) -> f64 {
        self.slope_fraction.log2()
    }

    /// Cost of units 1 to `units` together.
    ///
    /// Wright: C₁ n^(1+b); Crawford: C₁ Σ k^b, k = 1 … n
    ///
    /// * `first`: cost of the first unit
    /// * `units`: how many, 0 to a million
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for more units.
    ///
    /// # Source
    /// Wright, *Journal of the Aeronautical Sciences* 3 (1936) 122; GAO, *Cost Estimating and Assessment Guide*,
    /// GAO-20-195G (2020), appendix on learning curves.
    ///
    /// ```
    /// use portolan::costs::{Learning, LearningCurve};
    /// use portolan::units::Money;
    /// let wright = Learning::new(LearningCurve::Wright, 0.85)?;
    /// let total = wright.total(Money::from_musd(100.0, 2025), 10)?;
    /// assert_eq!(format!("{total:.3}"), "582.820 M$ (2025)");
    /// # Ok::<(), portolan::costs::CostError>(())
    /// ```
    pub fn total(&self, first: Money, units: u32) -> Result<Money, CostError> {
        let n = within(WHAT_UNITS, f64::from(units), 0.0, MOST_UNITS)?;
        let b = self.exponent();
        let factor = match self.curve {
            // n^(1+b) of zero units is zero only while b > −1; a slope of one half is b = −1 exactly
            LearningCurve::Wright if units == 0 => 0.0,
            LearningCurve::Wright => n.powf(1.0 + b),
            LearningCurve::Crawford => (1..=units).fold(0.0, |sum, k| sum + f64::from(k).powf(b)),
        };
        finite("the cost of all units", first.scaled(factor))
    }

    /// Cost of one unit.
    ///
    /// Wright: C₁ (n^(1+b) − (n−1)^(1+b)); Crawford: C₁ n^b
    ///
    /// * `first`: cost of the first unit
    /// * `number`: which unit, from 1
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for unit 0 or beyond a million.
    pub fn unit(&self, first: Money, number: u32) -> Result<Money, CostError> {
        let n = within(WHAT_UNITS, f64::from(number), 1.0, MOST_UNITS)?;
        match self.curve {
            LearningCurve::Crawford => finite("the cost of a unit", first.scaled(n.powf(self.exponent()))),
            LearningCurve::Wright => {
                let before = self.total(first, number - 1)?;
                Ok(Money::from_musd(self.total(first, number)?.musd() - before.musd(), first.year()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Money = Money::from_musd(100.0, 2025);

    fn curve(curve: LearningCurve, slope_fraction: f64) -> Learning {
        Learning::new(curve, slope_fraction).expect("a curve")
    }

    #[test]
    fn published_totals_of_both_forms() {
        for (form, slope, units, total) in [
            (LearningCurve::Wright, 0.85, 10, 582.820),
            (LearningCurve::Wright, 0.85, 50, 1998.115),
            (LearningCurve::Crawford, 0.85, 10, 711.606),
            (LearningCurve::Crawford, 0.85, 50, 2551.311),
            (LearningCurve::Wright, 0.90, 10, 704.688),
            (LearningCurve::Crawford, 0.90, 10, 799.448),
        ] {
            let found = curve(form, slope).total(FIRST, units).expect("a total").musd();
            assert!((found - total).abs() <= 0.0005, "{form:?} {slope} {units}: {found}");
        }
        let tenth = curve(LearningCurve::Crawford, 0.85).unit(FIRST, 10).expect("a unit").musd();
        assert!((tenth - 58.282).abs() <= 0.0005, "{tenth}");
    }

    #[test]
    fn law_units_add_up_to_the_total() {
        for form in [LearningCurve::Wright, LearningCurve::Crawford] {
            let learning = curve(form, 0.8);
            let units: f64 = (1..=40).map(|k| learning.unit(FIRST, k).expect("a unit").musd()).sum();
            let total = learning.total(FIRST, 40).expect("a total").musd();
            assert!((units - total).abs() < 1e-9 * total, "{form:?}");
            assert_eq!(learning.total(FIRST, 0).expect("a total").musd(), 0.0);
            assert_eq!(learning.unit(FIRST, 1).expect("a unit"), FIRST);
        }
    }

    #[test]
    fn law_no_learning_is_plain_multiplication() {
        for form in [LearningCurve::Wright, LearningCurve::Crawford] {
            assert_eq!(curve(form, 1.0).total(FIRST, 7).expect("a total").musd(), 700.0);
        }
    }

    #[test]
    fn refuses_a_slope_or_a_unit_that_is_none() {
        assert_eq!(
            Learning::new(LearningCurve::Wright, 85.0).expect_err("a refusal").to_string(),
            "the slope of a learning curve must be from 0.5 to 1, got 85"
        );
        assert_eq!(
            curve(LearningCurve::Wright, 0.9).unit(FIRST, 0).expect_err("a refusal").to_string(),
            "the number of units on a learning curve must be from 1 to 1000000, got 0"
        );
    }
}
