//! What a manifest costs: launches, craft, operations; by year, and with its spread.

use super::departures::Departure;
use super::{Campaign, Craft, RunError};
use crate::costs::{Amcm, CashFlow, Converted, Development, Difficulty, Inflation, Profile};
use crate::time::Epoch;
use crate::units::{Mass, Money};
use crate::vehicles::Catalogue;

/// Price of one launch in the campaign's currency year.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchPrice {
    /// launcher
    pub launcher: String,
    /// least of the catalogue's range
    pub low: Money,
    /// what the plan counts: the middle, or the price in the file
    pub price: Money,
    /// most of the range
    pub high: Money,
    /// how it was brought to the currency year
    pub note: String,
}

/// The price of a launcher: the file's, or the middle of the catalogue's range.
///
/// * `campaign`: the file, whose `[launcher]` section goes first
/// * `launcher`: name in the catalogue
///
/// # Errors
/// [`RunError`] when no price or no price index is known.
pub(super) fn launch_price(
    campaign: &Campaign,
    catalogue: &Catalogue,
    launcher: &str,
) -> Result<LaunchPrice, RunError> {
    let own =
        campaign.launchers.iter().find(|terms| terms.name.value == launcher).and_then(|terms| terms.price.as_ref());
    if let Some(price) = own {
        let (value, name) = (price.value, launcher.to_owned());
        let note = "price of the campaign file".to_owned();
        return Ok(LaunchPrice { launcher: name, low: value, price: value, high: value, note });
    }
    let range = catalogue.launcher(launcher)?.price_range()?;
    let bring = |money: Money| -> Result<Converted, RunError> {
        Ok(Inflation::embedded()?.bring(money, campaign.currency_year)?)
    };
    let (low, high, middle) = (bring(range.low)?, bring(range.high)?, bring(range.mid())?);
    Ok(LaunchPrice {
        launcher: launcher.to_owned(),
        low: low.money,
        price: middle.money,
        high: high.money,
        note: format!(
            "middle of {:.0} to {:.0} M$ of {}, times {:.4} ({})",
            range.low.musd(),
            range.high.musd(),
            range.low.year(),
            middle.factor,
            middle.index
        ),
    })
}

/// What something costs, in millions of dollars of one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// dollars of this year
    pub currency_year: i32,
    /// all launches
    pub launch_musd: f64,
    /// development and production of the craft
    pub craft_musd: f64,
    /// propellant bought apart from launches; what rides on a launch is in the price of the craft
    pub propellant_musd: f64,
    /// operations while something flies
    pub operations_musd: f64,
    /// payments by calendar year
    pub by_year: Vec<(i32, f64)>,
    /// all payments, discounted to the first day of the campaign's span
    pub discounted_musd: f64,
    /// one in ten such campaigns costs less
    pub p10_musd: f64,
    /// half of them cost less
    pub p50_musd: f64,
    /// nine in ten cost less
    pub p90_musd: f64,
    /// standard deviation of the logarithm of the craft's cost
    pub craft_ln_sigma: Option<f64>,
}

impl Bill {
    /// Everything together.
    #[must_use]
    pub fn total_musd(&self) -> f64 {
        self.launch_musd + self.craft_musd + self.propellant_musd + self.operations_musd
    }
}

/// Development and production of `units` craft.
pub(super) struct CraftCost {
    pub(super) musd: f64,
    pub(super) ln_sigma: Option<f64>,
}

/// AMCM in the campaign's currency.
///
/// * `units`: flights, each with a craft of its own
/// * `dry`: heaviest dry mass among them, stage included
///
/// # Errors
/// [`RunError`] outside the model or its price index.
pub(super) fn craft_cost(campaign: &Campaign, craft: &Craft, units: u32, dry: Mass) -> Result<CraftCost, RunError> {
    if units == 0 {
        return Ok(CraftCost { musd: 0.0, ln_sigma: None });
    }
    let estimate = Amcm::set_a()?.estimate(&Development {
        spec: &craft.amcm.class.value,
        units,
        dry_mass: dry,
        ioc_year: craft.amcm.ioc_year,
        block: craft.amcm.block,
        difficulty: Difficulty::new(craft.amcm.difficulty)?,
    })?;
    let brought = Inflation::embedded()?.bring(estimate.cost, campaign.currency_year)?;
    Ok(CraftCost { musd: brought.money.musd(), ln_sigma: estimate.ln_sigma })
}

/// The bill of a manifest, with its spread.
///
/// * `flown`: departures with the number of launches of each
/// * `prices`: price of each departure's launcher, in the same order
///
/// # Errors
/// [`RunError`] outside the cost models.
pub(super) fn bill(
    campaign: &Campaign,
    craft: &Craft,
    flown: &[(&Departure, u32)],
    prices: &[LaunchPrice],
) -> Result<Bill, RunError> {
    let expected = expected_bill(campaign, craft, flown, prices)?;
    let operations_musd = expected.operations_musd;
    let craft = CraftCost { musd: expected.craft_musd, ln_sigma: expected.craft_ln_sigma };
    let [p10_musd, p50_musd, p90_musd] = Spread { flown, prices, craft: &craft, operations_musd }.quantiles();
    Ok(Bill { p10_musd, p50_musd, p90_musd, ..expected })
}

/// The bill at the middle of every price and estimate; its quantiles are the total.
///
/// * `flown`: departures with the number of launches of each
/// * `prices`: price of each departure's launcher, in the same order
///
/// # Errors
/// [`RunError`] outside the cost models.
pub(super) fn expected_bill(
    campaign: &Campaign,
    craft: &Craft,
    flown: &[(&Departure, u32)],
    prices: &[LaunchPrice],
) -> Result<Bill, RunError> {
    let year = campaign.currency_year;
    let units: u32 = flown.iter().map(|(_, n)| n).sum();
    let dry = flown.iter().map(|(d, _)| d.masses.dry()).fold(Mass::ZERO, |a, b| if b > a { b } else { a });
    let craft_cost = craft_cost(campaign, craft, units, dry)?;
    let calendar = |epoch: Epoch| epoch.calendar().year;
    let launch_musd: f64 = flown.iter().zip(prices).map(|((_, n), p)| f64::from(*n) * p.price.musd()).sum();
    let first = flown.iter().map(|(d, _)| d.transfer.depart).reduce(|a, b| if b < a { b } else { a });
    let last = flown.iter().map(|(d, _)| d.transfer.arrive).reduce(|a, b| if b > a { b } else { a });
    let mut flow = CashFlow::new(year);
    for ((departure, n), price) in flown.iter().zip(prices) {
        let cost = price.price.scaled(f64::from(*n));
        flow.add(&Profile::launch().spread(cost, calendar(departure.transfer.depart)))?;
    }
    let mut operations_musd = 0.0;
    if let (Some(first), Some(last)) = (first, last) {
        let craft_money = Money::from_musd(craft_cost.musd, year);
        flow.add(&Profile::even_before(DEVELOPMENT_YEARS)?.spread(craft_money, calendar(first)))?;
        // a yearly part of the development cost for every year something is under way
        let yearly_musd = craft_cost.musd * craft.operations_fraction;
        for y in calendar(first)..=calendar(last) {
            let (start, end) = (Epoch::from_calendar(y, 1, 1), Epoch::from_calendar(y + 1, 1, 1));
            let (from, to) = (if first > start { first } else { start }, if last < end { last } else { end });
            let part_musd = yearly_musd * ((to - from) / (end - start)).max(0.0);
            operations_musd += part_musd;
            flow.add(&Profile::at_once().spread(Money::from_musd(part_musd, year), y))?;
        }
    }
    let base = calendar(campaign.span.value.start);
    let total_musd = launch_musd + craft_cost.musd + operations_musd;
    Ok(Bill {
        currency_year: year,
        launch_musd,
        craft_musd: craft_cost.musd,
        propellant_musd: 0.0,
        operations_musd,
        by_year: flow.by_year().map(|(y, money)| (y, money.musd())).collect(),
        discounted_musd: flow.present_value(campaign.discount_fraction, base)?.musd(),
        p10_musd: total_musd,
        p50_musd: total_musd,
        p90_musd: total_musd,
        craft_ln_sigma: craft_cost.ln_sigma,
    })
}

/// Years over which a craft is paid before it first flies.
const DEVELOPMENT_YEARS: u32 = 4;

/// Draws for the quantiles; their own scatter is a fifth of a percent.
const DRAWS: u64 = 20_000;

/// The uncertain parts of a bill: launch prices even between the ends of their range, the craft lognormal.
struct Spread<'a> {
    flown: &'a [(&'a Departure, u32)],
    prices: &'a [LaunchPrice],
    craft: &'a CraftCost,
    operations_musd: f64,
}

impl Spread<'_> {
    /// The 10, 50 and 90 % quantiles, the same on every machine: each draw is seeded by its index.
    fn quantiles(&self) -> [f64; 3] {
        let mut totals: Vec<f64> = (0..DRAWS).map(|draw| self.draw(draw)).collect();
        totals.sort_by(f64::total_cmp);
        [0.1, 0.5, 0.9].map(|q| totals[((DRAWS - 1) as f64 * q) as usize])
    }

    fn draw(&self, draw: u64) -> f64 {
        let mut stream = 0;
        let mut uniform = || {
            stream += 1;
            split_mix(draw * 64 + stream)
        };
        // Box and Muller, Ann. Math. Stat. 29 (1958) 610
        let (u, v) = (uniform().max(1e-300), uniform());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let craft = (self.craft.ln_sigma.unwrap_or(0.0) * normal).exp();
        let mut launchers: Vec<&str> = self.prices.iter().map(|p| p.launcher.as_str()).collect();
        launchers.dedup();
        // one price for all launches of a launcher
        let at: Vec<(&str, f64)> = launchers.into_iter().map(|name| (name, uniform())).collect();
        let launches: f64 = self
            .flown
            .iter()
            .zip(self.prices)
            .map(|((_, n), p)| {
                let part = at.iter().find(|(name, _)| *name == p.launcher).map_or(0.5, |(_, u)| *u);
                f64::from(*n) * (p.low.musd() + part * (p.high.musd() - p.low.musd()))
            })
            .sum();
        launches + craft * (self.craft.musd + self.operations_musd)
    }
}

/// A number in 0 to 1 from an index (Steele, Lea and Flood, OOPSLA 2014, SplitMix64).
fn split_mix(index: u64) -> f64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
