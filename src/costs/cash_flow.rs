//! When it is paid: a cost spread over years, and its present value.

use super::{CostError, finite, within};
use crate::units::{Money, UnitError};
use std::collections::BTreeMap;

/// How a cost is paid over the years about an event.
///
/// These profiles are round assumptions of ours, not a contract's milestones; a campaign may state its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// years from the event to the first payment, negative before it
    first_offset: i32,
    /// part paid in each year from then on
    parts: Vec<f64>,
}

/// Rounding that parts written as decimals may leave in their sum.
const PARTS_TOLERANCE: f64 = 1e-9;

impl Profile {
    /// A launch: half of the price in each of the two calendar years before the launch.
    #[must_use]
    pub fn launch() -> Self {
        Self { first_offset: -2, parts: vec![0.5, 0.5] }
    }

    /// Operations: all in the year itself.
    #[must_use]
    pub fn at_once() -> Self {
        Self { first_offset: 0, parts: vec![1.0] }
    }

    /// Development: equal parts in the calendar years before first use.
    ///
    /// * `years`: over how many, 1 to 50
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for none or more.
    pub fn even_before(years: u32) -> Result<Self, CostError> {
        let parts = within("the years that a cost is spread over", f64::from(years), 1.0, 50.0)?;
        let first_offset = -i32::try_from(years).unwrap_or(1);
        Ok(Self { first_offset, parts: (0..years).map(|_| 1.0 / parts).collect() })
    }

    /// A profile of the user's own.
    ///
    /// * `first_offset`: years from the event to the first payment, negative before it
    /// * `parts_fraction`: part paid in each year from then on, from 0 to 1, together 1
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for a part outside 0 to 1; [`CostError::ProfileSum`] when they do not sum to one.
    pub fn new(first_offset: i32, parts_fraction: &[f64]) -> Result<Self, CostError> {
        for part in parts_fraction {
            within("a part of a payment profile", *part, 0.0, 1.0)?;
        }
        let sum_fraction: f64 = parts_fraction.iter().sum();
        if (sum_fraction - 1.0).abs() > PARTS_TOLERANCE {
            return Err(CostError::ProfileSum { sum_fraction });
        }
        Ok(Self { first_offset, parts: parts_fraction.to_vec() })
    }

    /// Payments for one cost; their sum is the cost, since the last payment is what is left of it.
    ///
    /// * `cost`: what is paid in all
    /// * `event_year`: calendar year of the launch, or of first use
    ///
    /// ```
    /// use portolan::{costs::Profile, units::Money};
    /// let flow = Profile::launch().spread(Money::from_musd(90.0, 2025), 2033);
    /// assert_eq!(flow.by_year().collect::<Vec<_>>(), [(2031, Money::from_musd(45.0, 2025)), (2032, Money::from_musd(45.0, 2025))]);
    /// ```
    #[must_use]
    pub fn spread(&self, cost: Money, event_year: i32) -> CashFlow {
        let mut flow = CashFlow::new(cost.year());
        let mut left_musd = cost.musd();
        for (year, (k, part)) in (event_year.saturating_add(self.first_offset)..).zip(self.parts.iter().enumerate()) {
            let paid_musd = if k + 1 == self.parts.len() { left_musd } else { cost.musd() * part };
            left_musd -= paid_musd;
            *flow.paid_musd.entry(year).or_insert(0.0) += paid_musd;
        }
        flow
    }
}

/// Payments by calendar year, all in the money of one currency year.
#[derive(Debug, Clone, PartialEq)]
pub struct CashFlow {
    currency_year: i32,
    paid_musd: BTreeMap<i32, f64>,
}

impl CashFlow {
    /// Nothing paid yet.
    ///
    /// * `currency_year`: year of the money
    #[must_use]
    pub fn new(currency_year: i32) -> Self {
        Self { currency_year, paid_musd: BTreeMap::new() }
    }

    /// Add the payments of another flow.
    ///
    /// # Errors
    /// [`CostError::Money`] when its money is of another year.
    pub fn add(&mut self, other: &Self) -> Result<(), CostError> {
        if other.currency_year != self.currency_year {
            return Err(CostError::Money(UnitError::YearsDiffer {
                left_musd: self.total().musd(),
                left_year: self.currency_year,
                right_musd: other.total().musd(),
                right_year: other.currency_year,
            }));
        }
        finite(
            "the sum of the payments",
            Money::from_musd(self.total().musd() + other.total().musd(), self.currency_year),
        )?;
        for (year, musd) in &other.paid_musd {
            *self.paid_musd.entry(*year).or_insert(0.0) += musd;
        }
        Ok(())
    }

    /// Payments in the order of their calendar years.
    pub fn by_year(&self) -> impl Iterator<Item = (i32, Money)> {
        self.paid_musd.iter().map(|(year, musd)| (*year, Money::from_musd(*musd, self.currency_year)))
    }

    /// All payments together, undiscounted.
    #[must_use]
    pub fn total(&self) -> Money {
        // from zero: the sum of nothing is −0
        Money::from_musd(self.paid_musd.values().fold(0.0, |sum, paid| sum + paid), self.currency_year)
    }

    /// What the payments are worth in one calendar year.
    ///
    /// PV = Σ Cₜ / (1 + d)^(t − t₀), a payment standing at the date t of its calendar year
    ///
    /// * `discount`: real rate per year, above −0.5 and up to 1; 0.03 for 3 %. The money is of constant year, so
    ///   inflation is no part of it.
    /// * `base_year`: t₀
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for a rate outside.
    ///
    /// # Source
    /// OMB Circular A-94 (1992), on net present value in real terms.
    pub fn present_value(&self, discount: f64, base_year: i32) -> Result<Money, CostError> {
        let growth = 1.0 + within("the yearly discount rate", discount, -0.5, 1.0)?;
        let worth = |(year, musd): (&i32, &f64)| musd * growth.powi(base_year.saturating_sub(*year));
        let sum_musd = self.paid_musd.iter().map(worth).fold(0.0, |sum, one| sum + one);
        finite("the present value", Money::from_musd(sum_musd, self.currency_year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn law_a_payment_doubles_its_worth_at_full_rate() {
        let flow = Profile::at_once().spread(Money::from_musd(8.0, 2025), 2030);
        assert_eq!(flow.present_value(1.0, 2027).expect("a value"), Money::from_musd(1.0, 2025));
        assert_eq!(flow.present_value(1.0, 2031).expect("a value"), Money::from_musd(16.0, 2025));
        assert_eq!(flow.present_value(0.0, 2000).expect("a value"), flow.total());
    }

    #[test]
    fn law_flows_add_year_by_year() {
        let mut flow = Profile::launch().spread(Money::from_musd(100.0, 2025), 2033);
        flow.add(&Profile::even_before(3).expect("a profile").spread(Money::from_musd(30.0, 2025), 2033))
            .expect("one year");
        let paid: Vec<(i32, f64)> = flow.by_year().map(|(y, m)| (y, m.musd())).collect();
        assert_eq!(paid, [(2030, 10.0), (2031, 60.0), (2032, 60.0)]);
    }

    proptest! {
        #[test]
        fn law_spreading_loses_nothing(musd in 0.0..1e5_f64, year in 2000..2060_i32, years in 1..40_u32) {
            let flow = Profile::even_before(years).expect("a profile").spread(Money::from_musd(musd, 2025), year);
            prop_assert!((flow.total().musd() - musd).abs() <= 1e-12 * musd);
            prop_assert_eq!(flow.by_year().last().map(|(y, _)| y), Some(year - 1));
            prop_assert_eq!(flow.by_year().count(), years as usize);
        }

        #[test]
        fn law_later_is_cheaper(musd in 1.0..1e5_f64, wait in 1..30_i32, rate in 0.001..0.2_f64) {
            let cost = Money::from_musd(musd, 2025);
            let worth = |year| Profile::launch().spread(cost, year).present_value(rate, 2025).expect("a value").musd();
            let ratio = worth(2030) / worth(2030 + wait);
            prop_assert!((ratio / (1.0 + rate).powi(wait) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn refuses_a_profile_that_is_not_the_whole() {
        assert_eq!(
            Profile::new(-1, &[0.5, 0.25]).expect_err("a refusal").to_string(),
            "the parts of a payment profile sum to 0.75, not 1; a cost spread by it would change"
        );
        assert_eq!(
            Profile::new(-1, &[1.5, -0.5]).expect_err("a refusal").to_string(),
            "a part of a payment profile must be from 0 to 1, got 1.5"
        );
        assert_eq!(
            Profile::even_before(0).expect_err("a refusal").to_string(),
            "the years that a cost is spread over must be from 1 to 50, got 0"
        );
        assert!(Profile::new(-1, &[]).is_err());
        assert!(Profile::new(-3, &[0.1, 0.2, 0.7]).is_ok());
    }

    #[test]
    fn refuses_flows_of_two_years_and_a_wild_rate() {
        let mut flow = Profile::at_once().spread(Money::from_musd(1.0, 2025), 2030);
        let other = Profile::at_once().spread(Money::from_musd(2.0, 1999), 2030);
        assert_eq!(
            flow.add(&other).expect_err("a refusal").to_string(),
            "cannot add 1 M$ of 2025 and 2 M$ of 1999: bring both to one currency year first"
        );
        assert_eq!(
            flow.present_value(3.0, 2025).expect_err("a refusal").to_string(),
            "the yearly discount rate must be from -0.5 to 1, got 3"
        );
    }
}
