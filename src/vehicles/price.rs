//! What launches cost: whom, and how many bought together.

use super::launcher::{Launcher, PriceRange};
use super::table::Verified;
use crate::units::Money;
use std::fmt;
use thiserror::Error;

/// Who buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Buyer {
    /// a company, at the list price or its own contract
    Commercial,
    /// a government, which asks for more oversight, data and insurance in the price
    Government,
}

impl Buyer {
    /// The words of the catalogue's column, with what they stand for.
    pub(crate) const WORDS: [(&'static str, Self); 2] =
        [("commercial", Self::Commercial), ("government", Self::Government)];

    /// `commercial` or `government`.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, buyer)| *buyer == self).map_or("", |(word, _)| word)
    }
}

impl fmt::Display for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a launch costs a buyer who buys so many or more together.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceStep {
    /// who buys
    pub buyer: Buyer,
    /// from how many launches on, 1 or more
    pub from_number: u32,
    /// price of each
    pub each: PriceRange,
    /// contract, award, list price, …
    pub note: String,
    /// where the row comes from
    pub source: String,
    /// how far it can be trusted
    pub verified: Verified,
}

/// How a lower price from some number on is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepRule {
    /// the step that is reached prices every launch bought
    AllUnits,
    /// each launch has the price of the step it lies in
    Increments,
}

/// On what ground a purchase is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceGround {
    /// a step of the catalogue's prices for that buyer
    Step {
        /// the step that the last launch lies in
        from_number: u32,
    },
    /// the launcher's own range, since there is no price for that buyer and number
    Range,
}

/// So many launches, bought together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchase {
    /// how many
    pub number: u32,
    /// who buys
    pub buyer: Buyer,
    /// price of all
    pub total: PriceRange,
    /// on what ground
    pub ground: PriceGround,
}

impl Purchase {
    /// The middle of the price of one, over all.
    #[must_use]
    pub fn each(&self) -> Money {
        let middle = self.total.mid();
        Money::from_musd(middle.musd() / f64::from(self.number), middle.year())
    }
}

/// What a purchase refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PriceError {
    /// Nothing is bought.
    #[error("no launch of {launcher} is bought: ask for 1 or more")]
    NoLaunch {
        /// the launcher
        launcher: String,
    },
    /// The catalogue has no price.
    #[error("{launcher} has no price for a {buyer} buyer in the catalogue; give it one in a file of your own")]
    NoPrice {
        /// the launcher
        launcher: String,
        /// who buys
        buyer: Buyer,
    },
    /// A price that no number can hold.
    #[error("the price of {number} launches of {launcher} is no finite amount: check its price")]
    NotFinite {
        /// the launcher
        launcher: String,
        /// how many are bought
        number: u32,
    },
    /// The prices of two steps are of two years.
    #[error(
        "the {buyer} prices of {launcher} from {first} and from {second} launches are of {first_year} and {second_year}, and money of two years is not added; bring them to one year in a file of your own, or let the last step price all"
    )]
    TwoYears {
        /// the launcher
        launcher: String,
        /// who buys
        buyer: Buyer,
        /// number that one step begins with
        first: u32,
        /// number that the other begins with
        second: u32,
        /// currency year of the one
        first_year: i32,
        /// currency year of the other
        second_year: i32,
    },
}

impl Launcher {
    /// Price of so many launches bought together.
    ///
    /// * `number`: 1 or more
    /// * `buyer`: whose prices
    /// * `rule`: whether a step prices every launch or those that lie in it
    ///
    /// Where the catalogue has no step for that buyer that begins at `number` or below, the launcher's own range
    /// holds for each.
    ///
    /// # Errors
    /// [`PriceError`] for no launch, without a price, or where steps of two currency years would be added.
    ///
    /// ```
    /// use portolan::vehicles::{Buyer, Catalogue, StepRule};
    /// let falcon = Catalogue::embedded()?.launcher("Falcon Heavy (expendable)")?;
    /// let bought = falcon.buy(1, Buyer::Government, StepRule::AllUnits)?;
    /// assert_eq!(format!("{:.0}", bought.each().musd()), "178"); // Europa Clipper
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn buy(&self, number: u32, buyer: Buyer, rule: StepRule) -> Result<Purchase, PriceError> {
        let launcher = || self.name.clone();
        if number == 0 {
            return Err(PriceError::NoLaunch { launcher: launcher() });
        }
        let mut steps: Vec<&PriceStep> =
            self.prices.iter().filter(|s| s.buyer == buyer && s.from_number <= number).collect();
        steps.sort_by_key(|s| s.from_number);
        let purchase = |total: PriceRange, ground| {
            if total.low.musd().is_finite() && total.high.musd().is_finite() {
                Ok(Purchase { number, buyer, total, ground })
            } else {
                Err(PriceError::NotFinite { launcher: launcher(), number })
            }
        };
        let Some(last) = steps.last() else {
            let each = self.price.ok_or_else(|| PriceError::NoPrice { launcher: launcher(), buyer })?;
            return purchase(times(each, number), PriceGround::Range);
        };
        let ground = PriceGround::Step { from_number: last.from_number };
        if rule == StepRule::AllUnits {
            return purchase(times(last.each, number), ground);
        }
        let first = steps[0];
        let mut total = [0.0; 2];
        // launches below the first step have the launcher's own range
        let mut parts: Vec<(u32, u32, PriceRange)> = Vec::new();
        if first.from_number > 1 {
            let each = self.price.ok_or_else(|| PriceError::NoPrice { launcher: launcher(), buyer })?;
            parts.push((1, first.from_number, each));
        }
        for (i, step) in steps.iter().enumerate() {
            parts.push((
                step.from_number,
                steps.get(i + 1).map_or(number.saturating_add(1), |next| next.from_number),
                step.each,
            ));
        }
        let (begin, year) = (parts[0].0, parts[0].2.low.year());
        for (from, to, each) in parts {
            if each.low.year() != year {
                return Err(PriceError::TwoYears {
                    launcher: launcher(),
                    buyer,
                    first: begin,
                    second: from,
                    first_year: year,
                    second_year: each.low.year(),
                });
            }
            for (sum, musd) in total.iter_mut().zip([each.low.musd(), each.high.musd()]) {
                *sum += f64::from(to - from) * musd;
            }
        }
        let [low, high] = total.map(|musd| Money::from_musd(musd, year));
        purchase(PriceRange { low, high }, ground)
    }
}

fn times(each: PriceRange, number: u32) -> PriceRange {
    let many = |money: Money| Money::from_musd(money.musd() * f64::from(number), money.year());
    PriceRange { low: many(each.low), high: many(each.high) }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::*;
    use proptest::prelude::*;

    fn catalogue() -> &'static Catalogue {
        Catalogue::embedded().expect("the catalogue")
    }

    const HEADING: &str = "launcher,buyer,from_number,low_musd,high_musd,price_year,note,source,verified\n";

    fn stepped() -> Launcher {
        let rows = "LVM3,commercial,1,50,60,2026,,mine,read\nLVM3,commercial,3,40,44,2026,,mine,read\n\
                    LVM3,government,5,30,30,2020,,mine,read\n";
        let mine = catalogue().with_file(&format!("{HEADING}{rows}"), "prices.csv").expect("prices");
        mine.launcher("LVM3").expect("a row").clone()
    }

    #[test]
    fn law_a_step_prices_all_launches_or_those_that_lie_in_it() {
        let lvm3 = stepped();
        let total = |n, rule| {
            let bought = lvm3.buy(n, Buyer::Commercial, rule).expect("a price");
            (bought.total.low.musd(), bought.total.high.musd())
        };
        assert_eq!(total(2, StepRule::AllUnits), (100.0, 120.0));
        assert_eq!(total(4, StepRule::AllUnits), (160.0, 176.0));
        assert_eq!(total(4, StepRule::Increments), (100.0 + 80.0, 120.0 + 88.0));
        let bought = lvm3.buy(4, Buyer::Commercial, StepRule::AllUnits).expect("a price");
        assert_eq!((bought.each().musd(), bought.ground), (42.0, PriceGround::Step { from_number: 3 }));
    }

    #[test]
    fn law_below_the_first_step_the_launchers_own_range_holds() {
        let lvm3 = stepped();
        let bought = lvm3.buy(2, Buyer::Government, StepRule::Increments).expect("a price");
        let own = lvm3.price.expect("a range");
        assert_eq!(bought.ground, PriceGround::Range);
        assert_eq!((bought.total.low.musd(), bought.total.low.year()), (2.0 * own.low.musd(), own.low.year()));
    }

    #[test]
    fn refuses_what_is_no_purchase() {
        let lvm3 = stepped();
        assert_eq!(
            lvm3.buy(0, Buyer::Commercial, StepRule::AllUnits).expect_err("none").to_string(),
            "no launch of LVM3 is bought: ask for 1 or more"
        );
        assert_eq!(
            lvm3.buy(6, Buyer::Government, StepRule::Increments).expect_err("two years").to_string(),
            "the government prices of LVM3 from 1 and from 5 launches are of 2026 and 2020, and money of two years is not added; bring them to one year in a file of your own, or let the last step price all"
        );
        let ares = catalogue().launcher("Ares V (notional SpaceNet)").expect("a row");
        assert!(matches!(ares.buy(1, Buyer::Government, StepRule::AllUnits), Err(PriceError::NoPrice { .. })));
    }

    proptest! {
        #[test]
        fn law_increments_never_make_more_launches_cheaper(n in 1..200_u32) {
            let lvm3 = stepped();
            let total = |n| lvm3.buy(n, Buyer::Commercial, StepRule::Increments).expect("a price").total.low.musd();
            prop_assert!(total(n + 1) > total(n));
        }
    }
}
