//! The run: windows, masses, manifest, money, shares, and what happens when somebody is gone.

use super::bill::{Bill, LaunchPrice, bill, craft_cost, launch_price};
use super::departures::{Departure, Departures, search};
use super::sizing::Carrier;
use super::{Campaign, CampaignError, Craft, Demand, Mistake, Objective};
use crate::costs::CostError;
use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::network::{LaunchOption, Manifest, ManifestError, Preference, plan_launches};
use crate::partners::PartnerError;
use crate::transfers::porkchop::PorkchopError;
use crate::units::Mass;
use crate::vehicles::{Catalogue, CatalogueError, StageError, VehicleError};
use std::collections::BTreeMap;
use thiserror::Error;

/// What stops a run.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The file is wrong, at a place it names.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// The kernels do not hold what is needed.
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
    /// The bodies and orbits make no porkchop.
    #[error(transparent)]
    Porkchop(#[from] PorkchopError),
    /// The catalogue does not read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A launcher does not answer.
    #[error(transparent)]
    Vehicle(#[from] VehicleError),
    /// A stage does not exist.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The manifest could not be made, for another reason than too few launches.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A cost model does not answer.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// A sharing rule does not answer.
    #[error(transparent)]
    Partner(#[from] PartnerError),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// every demand is met, and no cheaper manifest exists at these craft costs
    Optimal,
    /// something is missing
    Infeasible {
        /// what, in sentences with a cure
        reasons: Vec<String>,
    },
}

/// One launch of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Launch {
    /// the departure it flies
    pub departure: Departure,
    /// price of the launch
    pub price: LaunchPrice,
    /// cargo on this launch: the last one need not be full
    pub cargo: Mass,
}

/// How one demand is met.
#[derive(Debug, Clone)]
pub struct DemandPlan {
    /// name of the demand
    pub demand: String,
    /// porkchops, and the best departures of every launcher
    pub departures: Departures,
    /// launches, in the order of their dates
    pub launches: Vec<Launch>,
    /// the manifest behind them; none when the demand cannot be met
    pub manifest: Option<Manifest>,
    /// what it costs
    pub bill: Bill,
    /// what is missing
    pub unmet: Mass,
    /// why
    pub reason: Option<String>,
}

/// What happens without one partner.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawal {
    /// who is gone
    pub without: String,
    /// what the campaign then costs; none when it cannot be flown
    pub cost_musd: Option<f64>,
    /// what is then missing
    pub unmet: Mass,
    /// how much dearer it gets, a fraction of the cost with everybody
    pub premium: Option<f64>,
}

/// What one partner brings, pays and would pay alone.
#[derive(Debug, Clone, PartialEq)]
pub struct PartnerBill {
    /// name
    pub id: String,
    /// the part it agreed to carry, 0 to 1
    pub share: f64,
    /// cargo that its launches deliver
    pub contributes: Mass,
    /// price of its launches
    pub contributes_musd: f64,
    /// total cost by the agreed shares
    pub proportional_musd: f64,
    /// Shapley value of the cost game; none when some coalition cannot fly its own part
    pub shapley_musd: Option<f64>,
    /// nucleolus of the cost game, likewise
    pub nucleolus_musd: Option<f64>,
    /// cost of its own part with its own launchers alone
    pub alone_musd: Option<f64>,
    /// whether no group that it belongs to would pay less on its own than by the agreed shares
    pub in_core: Option<bool>,
}

/// A finished run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// how it ended
    pub status: Status,
    /// how each demand is met
    pub demands: Vec<DemandPlan>,
    /// what partners bring and pay
    pub partners: Vec<PartnerBill>,
    /// what happens without each of them
    pub withdrawals: Vec<Withdrawal>,
    /// largest proven gap of the manifests
    pub gap: f64,
}

impl Plan {
    /// A sum over the bills of all demands.
    fn sum(&self, of: impl Fn(&Bill) -> f64) -> f64 {
        self.demands.iter().map(|d| of(&d.bill)).sum()
    }

    /// What everything costs, millions of dollars of the campaign's year.
    #[must_use]
    pub fn total_musd(&self) -> f64 {
        self.sum(Bill::total_musd)
    }

    /// The bills of all demands as one. Their spreads are added end to end, as if they rose and fell together.
    #[must_use]
    pub fn bill(&self) -> Bill {
        let mut years: BTreeMap<i32, f64> = BTreeMap::new();
        for (year, musd) in self.demands.iter().flat_map(|d| &d.bill.by_year) {
            *years.entry(*year).or_insert(0.0) += musd;
        }
        Bill {
            currency_year: self.demands.first().map_or(0, |d| d.bill.currency_year),
            launch_musd: self.sum(|b| b.launch_musd),
            craft_musd: self.sum(|b| b.craft_musd),
            propellant_musd: self.sum(|b| b.propellant_musd),
            operations_musd: self.sum(|b| b.operations_musd),
            by_year: years.into_iter().collect(),
            discounted_musd: self.sum(|b| b.discounted_musd),
            p10_musd: self.sum(|b| b.p10_musd),
            p50_musd: self.sum(|b| b.p50_musd),
            p90_musd: self.sum(|b| b.p90_musd),
            craft_ln_sigma: self.demands.first().and_then(|d| d.bill.craft_ln_sigma),
        }
    }

    /// Every launch, demand after demand.
    pub fn launches(&self) -> impl Iterator<Item = &Launch> {
        self.demands.iter().flat_map(|d| &d.launches)
    }

    /// Mass that all launches inject.
    #[must_use]
    pub fn launch_mass(&self) -> Mass {
        self.launches().map(|l| l.departure.masses.launch).sum()
    }

    /// Cargo handed over.
    #[must_use]
    pub fn delivered(&self) -> Mass {
        self.launches().map(|l| l.cargo).sum()
    }
}

/// Launches of one launcher in one opportunity when the file sets no limit: the yearly rhythm that
/// LOGISTICS case V13 counts with.
const LAUNCHES_PER_OPPORTUNITY: u32 = 4;

/// Rounds in which the cost of one more craft goes back into the manifest.
const ROUNDS: usize = 8;

/// Fly a campaign on paper.
///
/// * `ephemerides`, `catalogue`: what is known
/// * `campaign`: the checked file
///
/// Windows come from porkchops over the whole span; each launcher leaves on the dates on which one launch of it
/// delivers most; the manifest is an integer programme over those departures; development of the craft is
/// counted by flights, and its marginal cost goes back into the manifest until that stands still.
///
/// # Errors
/// [`RunError`]. A demand that cannot be met is no error: [`Plan::status`] says so.
pub fn run(ephemerides: &Ephemerides, catalogue: &Catalogue, campaign: &Campaign) -> Result<Plan, RunError> {
    let mut flights = Vec::new();
    for demand in &campaign.demands {
        let craft = campaign.craft(&demand.craft).ok_or_else(|| {
            let mistake = Mistake::UnknownCraft { name: demand.craft.clone(), hint: String::new() };
            campaign.refuse(&demand.name.span, mistake)
        })?;
        let carrier = Carrier::new(campaign, craft)?;
        let departures = search(ephemerides, catalogue, campaign, demand, &carrier)?;
        let prices = departures
            .departures
            .iter()
            .map(|d| launch_price(campaign, catalogue, &d.launcher))
            .collect::<Result<Vec<_>, _>>()?;
        flights.push(Flights { campaign, craft, demand, departures, prices });
    }
    let mut demands = Vec::new();
    for one in &flights {
        demands.push(one.plan(one.demand.mass.value.kg(), |_| true)?.0);
    }
    let reasons: Vec<String> = demands.iter().filter_map(|d| d.reason.clone()).collect();
    let status = if reasons.is_empty() { Status::Optimal } else { Status::Infeasible { reasons } };
    let gap = demands.iter().filter_map(|d| d.manifest.as_ref()).map(|m| m.gap).fold(0.0, f64::max);
    let mut plan = Plan { status, demands, partners: Vec::new(), withdrawals: Vec::new(), gap };
    plan.partners = super::sharing::share(campaign, &flights, &plan)?;
    plan.withdrawals = super::sharing::withdrawals(campaign, &flights, &plan)?;
    Ok(plan)
}

/// One demand with everything that could carry it.
pub(super) struct Flights<'a> {
    pub(super) campaign: &'a Campaign,
    pub(super) craft: &'a Craft,
    pub(super) demand: &'a Demand,
    pub(super) departures: Departures,
    pub(super) prices: Vec<LaunchPrice>,
}

impl Flights<'_> {
    /// The best manifest for a mass with the launchers of some partners.
    ///
    /// * `wanted_kg`: what must arrive
    /// * `takes_part`: whether a partner's launchers may be used
    ///
    /// # Errors
    /// [`RunError`] of the cost models and the solver.
    pub(super) fn plan(
        &self,
        wanted_kg: f64,
        takes_part: impl Fn(&str) -> bool,
    ) -> Result<(DemandPlan, f64), RunError> {
        let allowed: Vec<usize> = (0..self.departures.departures.len())
            .filter(|&k| takes_part(&self.departures.departures[k].partner))
            .collect();
        let departure = |k: usize| &self.departures.departures[k];
        let preference = match self.campaign.objective {
            Objective::Cost | Objective::CostThenMass => Preference::Price,
            Objective::LaunchMass => Preference::LaunchMass,
        };
        let dry = allowed.iter().map(|&k| departure(k).masses.dry()).fold(Mass::ZERO, |a, b| if b > a { b } else { a });
        let mut best: Option<(f64, Manifest, Bill)> = None;
        let mut units = 1;
        let mut seen = Vec::new();
        let mut missing = None;
        for _ in 0..ROUNDS {
            let extra_musd = craft_cost(self.campaign, self.craft, units + 1, dry)?.musd
                - craft_cost(self.campaign, self.craft, units, dry)?.musd;
            let options: Vec<LaunchOption> = allowed.iter().map(|&k| self.option(k, extra_musd)).collect();
            let manifest = match plan_launches(&options, wanted_kg, preference) {
                Ok(manifest) => manifest,
                Err(ManifestError::NotEnough { demanded_kg, deliverable_kg }) => {
                    missing = Some(ManifestError::NotEnough { demanded_kg, deliverable_kg });
                    break;
                }
                Err(other) => return Err(other.into()),
            };
            let flown = self.flown(&allowed, &manifest);
            let prices: Vec<LaunchPrice> = flown.iter().map(|(k, ..)| self.prices[*k].clone()).collect();
            let pairs: Vec<(&Departure, u32)> = flown.iter().map(|(k, n)| (departure(*k), *n)).collect();
            let bill = bill(self.campaign, self.craft, &pairs, &prices)?;
            let score = match preference {
                Preference::Price => bill.discounted_musd,
                Preference::LaunchMass => manifest.launch_mass_kg,
            };
            units = manifest.launches.iter().sum::<u32>().max(1);
            let again = seen.contains(&manifest.launches);
            seen.push(manifest.launches.clone());
            if best.as_ref().is_none_or(|(least, ..)| score < *least) {
                best = Some((score, manifest, bill));
            }
            if again {
                break;
            }
        }
        let none = |reason: String, unmet_kg: f64, bill: Bill| DemandPlan {
            demand: self.demand.name.value.clone(),
            departures: self.departures.clone(),
            launches: Vec::new(),
            manifest: None,
            bill,
            unmet: Mass::from_kg(unmet_kg),
            reason: Some(reason),
        };
        let Some((score, manifest, bill)) = best else {
            let empty = bill(self.campaign, self.craft, &[], &[])?;
            let reason = missing.map_or_else(String::new, |m| m.to_string());
            let deliverable_kg: f64 = allowed
                .iter()
                .map(|&k| departure(k).masses.cargo.kg() * f64::from(self.most(&departure(k).launcher)))
                .sum();
            let reason = format!("demand \"{}\": {reason}", self.demand.name.value);
            return Ok((none(reason, wanted_kg - deliverable_kg, empty), f64::INFINITY));
        };
        let launches = self.launches(&allowed, &manifest, wanted_kg);
        let plan = DemandPlan {
            demand: self.demand.name.value.clone(),
            departures: self.departures.clone(),
            launches,
            manifest: Some(manifest),
            bill,
            unmet: Mass::ZERO,
            reason: None,
        };
        Ok((plan, score))
    }

    fn option(&self, k: usize, craft_musd: f64) -> LaunchOption {
        let departure = &self.departures.departures[k];
        LaunchOption {
            launcher: departure.launcher.clone(),
            partner: departure.partner.clone(),
            delivered_kg: departure.masses.cargo.kg(),
            launch_mass_kg: departure.masses.launch.kg(),
            price_musd: self.discount(departure) * (self.prices[k].price.musd() + craft_musd.max(0.0)),
            most: self.most(&departure.launcher),
        }
    }

    /// What a dollar paid for a launch is worth on the first day of the span: launches are paid over the two years
    /// before, on average one and a half.
    fn discount(&self, departure: &Departure) -> f64 {
        let ahead = departure.transfer.depart.calendar().year - self.campaign.span.value.start.calendar().year;
        (1.0 + self.campaign.discount_fraction).powf(1.5 - f64::from(ahead))
    }

    fn most(&self, launcher: &str) -> u32 {
        let terms = self.campaign.launchers.iter().find(|terms| terms.name.value == launcher);
        terms.and_then(|t| t.per_year.as_ref()).map_or(LAUNCHES_PER_OPPORTUNITY, |n| n.value)
    }

    fn flown(&self, allowed: &[usize], manifest: &Manifest) -> Vec<(usize, u32)> {
        allowed.iter().copied().zip(manifest.launches.iter().copied()).filter(|(_, n)| *n > 0).collect()
    }

    /// One entry a launch, by date; cargo is spread in proportion to what each launch could carry.
    fn launches(&self, allowed: &[usize], manifest: &Manifest, wanted_kg: f64) -> Vec<Launch> {
        let part = wanted_kg / manifest.deliverable_kg;
        let mut launches: Vec<Launch> = self
            .flown(allowed, manifest)
            .into_iter()
            .flat_map(|(k, n)| (0..n).map(move |_| k))
            .map(|k| {
                let departure = self.departures.departures[k].clone();
                let cargo = departure.masses.cargo * part;
                Launch { departure, price: self.prices[k].clone(), cargo }
            })
            .collect();
        launches.sort_by(|a, b| a.departure.transfer.depart.tdb_s().total_cmp(&b.departure.transfer.depart.tdb_s()));
        launches
    }
}
