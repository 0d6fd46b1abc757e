//! The run: windows, masses, manifest, money, shares, and what happens when somebody is gone.

use super::bill::{Bill, LaunchPrice, bill, craft_cost, expected_bill, launch_price};
use super::departures::{Departure, Departures, search};
use super::sizing::Carrier;
use super::{Campaign, CampaignError, Craft, Demand, Mistake, Objective};
use crate::costs::CostError;
use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::network::{LaunchOption, Manifest, ManifestError, Preference, minimal_manifests, plan_launches};
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
    /// every demand is met, and no better manifest exists
    Optimal,
    /// every demand is met; whether a better manifest exists is not proven
    Feasible,
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
    /// how much the objective grows, a fraction of its value with everybody
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
    /// what was made least: discounted millions of dollars, or kg injected; none where something is missing
    pub objective_value: Option<f64>,
    /// proven relative distance of the manifests from the best; none when nothing is proven
    pub gap: Option<f64>,
}

impl Plan {
    /// Why launchers were left out of opportunities, each reason once.
    #[must_use]
    pub fn left_out(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = Vec::new();
        for line in self.demands.iter().flat_map(|d| &d.departures.left_out) {
            if !lines.contains(&line.as_str()) {
                lines.push(line);
            }
        }
        lines
    }

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

/// Manifests that are gone through one by one; more are left to the integer programme.
const MOST_MANIFESTS: usize = 20_000;

/// Rounds in which the cost of one more craft goes back into the manifest.
const ROUNDS: usize = 8;

/// Fly a campaign on paper.
///
/// * `ephemerides`, `catalogue`: what is known
/// * `campaign`: the checked file
///
/// Windows come from porkchops over the whole span; each launcher leaves on the dates on which one launch of it
/// delivers most; every manifest from which no launch can be left out is priced, craft and operations included, and
/// the best is taken. Options too many for that go to an integer programme, whose answer is feasible, not proven.
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
    let (mut demands, mut objective_value) = (Vec::new(), Some(0.0));
    for one in &flights {
        let (planned, score) = one.plan(one.demand.mass.value.kg(), |_| true)?;
        demands.push(planned);
        objective_value = objective_value.zip(score).map(|(sum, one)| sum + one);
    }
    let reasons: Vec<String> = demands.iter().filter_map(|d| d.reason.clone()).collect();
    let proven = demands.iter().filter_map(|d| d.manifest.as_ref()).all(|m| m.gap == Some(0.0));
    let status = match (reasons.is_empty(), proven) {
        (true, true) => Status::Optimal,
        (true, false) => Status::Feasible,
        (false, _) => Status::Infeasible { reasons },
    };
    let gap = proven.then_some(0.0);
    let mut plan = Plan { status, demands, partners: Vec::new(), withdrawals: Vec::new(), objective_value, gap };
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
    ) -> Result<(DemandPlan, Option<f64>), RunError> {
        let allowed: Vec<usize> = (0..self.departures.departures.len())
            .filter(|&k| takes_part(&self.departures.departures[k].partner))
            .collect();
        let options: Vec<LaunchOption> = allowed.iter().map(|&k| self.option(k, 0.0)).collect();
        let deliverable_kg: f64 = options.iter().map(|o| f64::from(o.most) * o.delivered_kg).sum();
        let missing =
            (deliverable_kg < wanted_kg).then_some(ManifestError::NotEnough { demanded_kg: wanted_kg, deliverable_kg });
        let mut best: Option<(f64, Vec<u32>)> = None;
        let mut proven = true;
        if missing.is_none() {
            // none where the rounding of one sum meets the demand and that of another does not
            let all = minimal_manifests(&options, wanted_kg, MOST_MANIFESTS).filter(|all| !all.is_empty());
            let candidates = all.map_or_else(
                || {
                    proven = false;
                    self.programmed(&allowed, wanted_kg)
                },
                Ok,
            )?;
            for launches in candidates {
                let score = self.score(&allowed, &launches)?;
                if best.as_ref().is_none_or(|(least, _)| score < *least) {
                    best = Some((score, launches));
                }
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
        let Some((score, launches)) = best else {
            let empty = bill(self.campaign, self.craft, &[], &[])?;
            let reason = missing.map_or_else(String::new, |m| m.to_string());
            let reason = format!("demand \"{}\": {reason}", self.demand.name.value);
            return Ok((none(reason, wanted_kg - deliverable_kg, empty), None));
        };
        let total =
            |of: fn(&LaunchOption) -> f64| launches.iter().zip(&options).map(|(n, o)| f64::from(*n) * of(o)).sum();
        let manifest = Manifest {
            price_musd: total(|o| o.price_musd),
            launch_mass_kg: total(|o| o.launch_mass_kg),
            deliverable_kg: total(|o| o.delivered_kg),
            launches: launches.clone(),
            gap: proven.then_some(0.0),
        };
        let (pairs, prices) = self.flown_with_prices(&allowed, &launches);
        let bill = bill(self.campaign, self.craft, &pairs, &prices)?;
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
        Ok((plan, Some(score)))
    }

    /// What the objective counts: the discounted bill, or the injected mass.
    fn score(&self, allowed: &[usize], launches: &[u32]) -> Result<f64, RunError> {
        let (pairs, prices) = self.flown_with_prices(allowed, launches);
        Ok(match self.campaign.objective {
            Objective::Cost => expected_bill(self.campaign, self.craft, &pairs, &prices)?.discounted_musd,
            Objective::LaunchMass => pairs.iter().map(|(d, n)| f64::from(*n) * d.masses.launch.kg()).sum(),
            // the mass decides only between bills that are equal to a dollar
            Objective::CostThenMass => {
                let mass_kg: f64 = pairs.iter().map(|(d, n)| f64::from(*n) * d.masses.launch.kg()).sum();
                expected_bill(self.campaign, self.craft, &pairs, &prices)?.discounted_musd + 1e-12 * mass_kg
            }
        })
    }

    fn flown_with_prices(&self, allowed: &[usize], launches: &[u32]) -> (Vec<(&Departure, u32)>, Vec<LaunchPrice>) {
        let flown = allowed.iter().zip(launches).filter(|(_, n)| **n > 0);
        flown.map(|(k, n)| ((&self.departures.departures[*k], *n), self.prices[*k].clone())).unzip()
    }

    /// Manifests of the integer programme, for options too many to go through: the marginal cost of one more craft
    /// goes into the price of a launch until the manifest stands still.
    fn programmed(&self, allowed: &[usize], wanted_kg: f64) -> Result<Vec<Vec<u32>>, RunError> {
        let preference = match self.campaign.objective {
            Objective::Cost | Objective::CostThenMass => Preference::Price,
            Objective::LaunchMass => Preference::LaunchMass,
        };
        let dry = allowed.iter().map(|&k| self.departures.departures[k].masses.dry());
        let dry = dry.fold(Mass::ZERO, |a, b| if b > a { b } else { a });
        let (mut units, mut seen) = (1, Vec::new());
        for _ in 0..ROUNDS {
            let extra_musd = craft_cost(self.campaign, self.craft, units + 1, dry)?.musd
                - craft_cost(self.campaign, self.craft, units, dry)?.musd;
            let options: Vec<LaunchOption> = allowed.iter().map(|&k| self.option(k, extra_musd)).collect();
            let launches = plan_launches(&options, wanted_kg, preference)?.launches;
            units = launches.iter().sum::<u32>().max(1);
            if seen.contains(&launches) {
                break;
            }
            seen.push(launches);
        }
        Ok(seen)
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

    /// One entry a launch, by date; cargo is spread in proportion to what each launch could carry.
    fn launches(&self, allowed: &[usize], manifest: &Manifest, wanted_kg: f64) -> Vec<Launch> {
        let part = wanted_kg / manifest.deliverable_kg;
        let mut launches: Vec<Launch> = allowed
            .iter()
            .zip(&manifest.launches)
            .flat_map(|(k, n)| (0..*n).map(move |_| *k))
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
