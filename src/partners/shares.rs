//! Contributions in kilograms and money, and shares in proportion.

use super::{MOST_MUSD, PartnerError};
use crate::units::{Mass, Money, Share};

/// How far the written shares may miss one: rounding of decimals, no more.
const SUM_TOLERANCE: f64 = 1e-9;

/// What one partner brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// the partner
    pub partner: String,
    /// mass it delivers
    pub mass: Mass,
    /// money it spends, launches and craft of its own included
    pub money: Money,
}

/// What every partner brings, in the order of first mention, in the money of one currency year.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    currency_year: i32,
    entries: Vec<Contribution>,
}

impl Contributions {
    /// Nothing yet.
    ///
    /// * `currency_year`: year of the money
    #[must_use]
    pub fn new(currency_year: i32) -> Self {
        Self { currency_year, entries: Vec::new() }
    }

    /// Add a delivery, a launch, a craft to what a partner brings.
    ///
    /// * `partner`: its name
    /// * `mass`: what it delivers, perhaps nothing
    /// * `money`: what it spends, perhaps nothing
    ///
    /// # Errors
    /// [`PartnerError::Unit`] for money of another year; [`PartnerError::NegativeWeight`] for less than nothing.
    pub fn add(&mut self, partner: &str, mass: Mass, money: Money) -> Result<(), PartnerError> {
        for value in [mass.kg(), money.musd()] {
            weight(partner, value)?;
        }
        let nothing = Money::from_musd(0.0, self.currency_year);
        nothing.try_add(money)?;
        let place = match self.entries.iter().position(|e| e.partner == partner) {
            Some(place) => place,
            None => {
                let partner = partner.to_owned();
                self.entries.push(Contribution { partner, mass: Mass::ZERO, money: nothing });
                self.entries.len() - 1
            }
        };
        if let Some(entry) = self.entries.get_mut(place) {
            entry.mass += mass;
            entry.money = entry.money.try_add(money)?;
        }
        Ok(())
    }

    /// What each brings.
    #[must_use]
    pub fn entries(&self) -> &[Contribution] {
        &self.entries
    }

    /// Mass of all together.
    #[must_use]
    pub fn mass(&self) -> Mass {
        self.entries.iter().map(|e| e.mass).sum()
    }

    /// Money of all together.
    #[must_use]
    pub fn money(&self) -> Money {
        // from zero: the sum of nothing is −0
        let musd = self.entries.iter().fold(0.0, |sum, e| sum + e.money.musd());
        Money::from_musd(musd, self.currency_year)
    }

    /// A total divided in proportion to the mass that each delivers.
    ///
    /// # Errors
    /// [`PartnerError::NothingContributed`] when nobody delivers anything.
    pub fn divide_by_mass(&self, total: Money) -> Result<Vec<(String, Money)>, PartnerError> {
        self.divided(total, |entry| entry.mass.kg())
    }

    /// A total divided in proportion to the money that each spends.
    ///
    /// # Errors
    /// [`PartnerError::NothingContributed`] when nobody spends anything.
    pub fn divide_by_money(&self, total: Money) -> Result<Vec<(String, Money)>, PartnerError> {
        self.divided(total, |entry| entry.money.musd())
    }

    fn divided(&self, total: Money, of: impl Fn(&Contribution) -> f64) -> Result<Vec<(String, Money)>, PartnerError> {
        let weights: Vec<(String, f64)> = self.entries.iter().map(|e| (e.partner.clone(), of(e))).collect();
        divide(total, &weights)
    }
}

/// A total divided in proportion to weights.
///
/// xᵢ = C wᵢ / Σ w
///
/// * `total`: what is divided
/// * `weights`: each partner with its weight, zero or more, of any one unit
///
/// # Errors
/// [`PartnerError::NegativeWeight`]; [`PartnerError::NothingContributed`] when all are zero.
///
/// ```
/// use portolan::{partners::divide, units::Money};
/// let parts = divide(Money::from_musd(90.0, 2025), &[("NASA".to_owned(), 2.0), ("ESA".to_owned(), 1.0)])?;
/// assert_eq!(parts[1], ("ESA".to_owned(), Money::from_musd(30.0, 2025)));
/// # Ok::<(), portolan::partners::PartnerError>(())
/// ```
pub fn divide(total: Money, weights: &[(String, f64)]) -> Result<Vec<(String, Money)>, PartnerError> {
    weights.iter().try_for_each(|(name, value)| weight(name, *value).map(|_| ()))?;
    weight("the total", total.musd().abs())?;
    let all: f64 = weights.iter().map(|(_, value)| value).sum();
    if all <= 0.0 {
        return Err(PartnerError::NothingContributed { total_musd: total.musd() });
    }
    Ok(weights.iter().map(|(name, value)| (name.clone(), total.scaled(value / all))).collect())
}

/// Whether agreed shares are a whole, each partner once.
///
/// * `shares`: each partner with its share
///
/// # Errors
/// [`PartnerError::SharesSum`] with the list and the cure; [`PartnerError::Twice`] for a partner named twice.
pub fn check_shares(shares: &[(String, Share)]) -> Result<(), PartnerError> {
    for (k, (name, _)) in shares.iter().enumerate() {
        if shares.iter().take(k).any(|(earlier, _)| earlier == name) {
            return Err(PartnerError::Twice { name: name.clone() });
        }
    }
    let sum = shares.iter().fold(0.0, |sum, (_, share)| sum + share.fraction());
    let missing = 1.0 - sum;
    if missing.abs() <= SUM_TOLERANCE {
        return Ok(());
    }
    let listed: Vec<String> = shares.iter().map(|(name, share)| format!("{name} {}", share.fraction())).collect();
    let cure = if missing > 0.0 {
        format!("{} is not given to anybody", decimals(missing))
    } else {
        format!("{} is given twice", decimals(-missing))
    };
    let listed = if listed.is_empty() { "no partner has any".to_owned() } else { listed.join(", ") };
    Err(PartnerError::SharesSum { sum_share: decimals(sum), listed, cure })
}

/// A sum of written decimals without the dust of binary addition.
fn decimals(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

fn weight(name: &str, value: f64) -> Result<f64, PartnerError> {
    if (0.0..=MOST_MUSD).contains(&value) {
        Ok(value)
    } else {
        Err(PartnerError::NegativeWeight { name: name.to_owned(), value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(list: &[(&str, f64)]) -> Vec<(String, Share)> {
        list.iter().map(|(name, s)| ((*name).to_owned(), Share::new(*s).expect("a share"))).collect()
    }

    fn money(musd: f64) -> Money {
        Money::from_musd(musd, 2025)
    }

    #[test]
    fn law_contributions_gather_by_partner() {
        let mut all = Contributions::new(2025);
        all.add("ESA", Mass::from_kg(2000.0), money(115.0)).expect("added");
        all.add("NASA", Mass::from_kg(5000.0), money(0.0)).expect("added");
        all.add("ESA", Mass::from_kg(1000.0), money(15.0)).expect("added");
        assert_eq!(all.entries().len(), 2);
        assert_eq!(
            all.entries()[0],
            Contribution { partner: "ESA".to_owned(), mass: Mass::from_kg(3000.0), money: money(130.0) }
        );
        assert_eq!((all.mass(), all.money()), (Mass::from_kg(8000.0), money(130.0)));
        assert_eq!(Contributions::new(2025).money().to_string(), "0.0 M$ (2025)");
        let by_mass = all.divide_by_mass(money(80.0)).expect("divided");
        assert_eq!(by_mass, [("ESA".to_owned(), money(30.0)), ("NASA".to_owned(), money(50.0))]);
        let by_money = all.divide_by_money(money(80.0)).expect("divided");
        assert_eq!(by_money, [("ESA".to_owned(), money(80.0)), ("NASA".to_owned(), money(0.0))]);
    }

    proptest! {
        #[test]
        fn law_parts_sum_to_the_total(total in 0.0..1e5_f64, weights in prop::collection::vec(0.001..1e4_f64, 1..12)) {
            let named: Vec<(String, f64)> = weights.iter().enumerate().map(|(k, w)| (k.to_string(), *w)).collect();
            let parts = divide(money(total), &named).expect("divided");
            let sum: f64 = parts.iter().map(|(_, part)| part.musd()).sum();
            prop_assert!((sum - total).abs() <= 1e-12 * total);
            prop_assert!(parts.iter().all(|(_, part)| part.year() == 2025));
        }
    }

    #[test]
    fn refuses_shares_that_are_not_a_whole() {
        let refusal = |list: &[(&str, f64)]| check_shares(&shares(list)).expect_err("a refusal").to_string();
        assert_eq!(
            refusal(&[("NASA", 0.65), ("ESA", 0.3)]),
            "the shares of the partners sum to 0.95, not 1: NASA 0.65, ESA 0.3; 0.05 is not given to anybody"
        );
        assert_eq!(
            refusal(&[("NASA", 0.8), ("ESA", 0.3)]),
            "the shares of the partners sum to 1.1, not 1: NASA 0.8, ESA 0.3; 0.1 is given twice"
        );
        assert_eq!(refusal(&[("ESA", 0.5), ("ESA", 0.5)]), "the partner \"ESA\" has two shares; give it one");
        assert!(refusal(&[]).contains("sum to 0, not 1: no partner has any"));
        assert_eq!(check_shares(&shares(&[("a", 0.7), ("b", 0.1), ("c", 0.2)])), Ok(()));
        assert_eq!(check_shares(&shares(&[("NASA", 0.766), ("JAXA", 0.128), ("ESA", 0.083), ("CSA", 0.023)])), Ok(()));
    }

    #[test]
    fn refuses_to_divide_among_those_who_bring_nothing() {
        let none = [("ESA".to_owned(), 0.0)];
        assert_eq!(
            divide(money(12.5), &none).expect_err("a refusal").to_string(),
            "nobody contributes anything, so 12.5 M$ cannot be divided in proportion; choose another rule"
        );
        let mut all = Contributions::new(2025);
        assert_eq!(
            all.add("ESA", Mass::from_kg(-3.0), money(0.0)).expect_err("a refusal").to_string(),
            "the contribution of \"ESA\" is -3; it must be zero or more"
        );
        assert_eq!(
            all.add("ESA", Mass::ZERO, Money::from_musd(2.0, 1999)).expect_err("a refusal").to_string(),
            "cannot add 0 M$ of 2025 and 2 M$ of 1999: bring both to one currency year first"
        );
        assert!(all.entries().is_empty());
    }
}
