//! Who brings what, who pays what, and what happens when somebody is gone.

use super::plan::{Flights, PartnerBill, Plan, RunError, Withdrawal};
use super::{Campaign, Demand};
use crate::partners::games::{Coalition, CostGame};
use crate::units::Mass;

/// Most partners whose every coalition is planned: 63 plans.
const MOST_PLANNED: usize = 6;

/// Bills of all partners.
pub(super) fn share(campaign: &Campaign, flights: &[Flights<'_>], plan: &Plan) -> Result<Vec<PartnerBill>, RunError> {
    let names: Vec<&str> = campaign.partners.iter().map(|p| p.name.value.as_str()).collect();
    let total_musd = plan.total_musd();
    let game = cost_game(campaign, flights, &names)?;
    let proportional: Vec<f64> = campaign.partners.iter().map(|p| p.share.value.fraction() * total_musd).collect();
    let (shapley, nucleolus) = match &game {
        Some(game) => (Some(game.shapley_musd()), game.nucleolus_musd().ok()),
        None => (None, None),
    };
    let bill = |k: usize| {
        let own = || plan.launches().filter(|l| l.departure.partner == names[k]);
        PartnerBill {
            id: names[k].to_owned(),
            share: campaign.partners[k].share.value.fraction(),
            contributes: own().map(|l| l.cargo).sum::<Mass>(),
            contributes_musd: own().map(|l| l.price.price.musd()).fold(0.0, |sum, one| sum + one),
            proportional_musd: proportional[k],
            shapley_musd: shapley.as_ref().map(|s| s[k]),
            nucleolus_musd: nucleolus.as_ref().map(|s| s[k]),
            alone_musd: game.as_ref().map(|g| g.cost_musd(Coalition::single(k))),
            in_core: game.as_ref().map(|g| content(g, k, &proportional)),
        }
    };
    Ok((0..names.len()).map(bill).collect())
}

/// Whether no coalition with this partner pays less on its own than by an allocation.
fn content(game: &CostGame, player: usize, allocation_musd: &[f64]) -> bool {
    let tolerance_musd = 1e-9 * game.bill_musd();
    (1..1_u32 << allocation_musd.len()).map(Coalition).filter(|s| s.contains(player)).all(|s| {
        let pays: f64 = s.members().filter_map(|k| allocation_musd.get(k)).sum();
        pays <= game.cost_musd(s) + tolerance_musd
    })
}

/// The cost of every coalition for its own part of the demands with its own launchers; `None` when one of them
/// cannot fly its part, or there are too many partners.
fn cost_game(campaign: &Campaign, flights: &[Flights<'_>], names: &[&str]) -> Result<Option<CostGame>, RunError> {
    if names.len() > MOST_PLANNED {
        return Ok(None);
    }
    let mut costs_musd = vec![0.0];
    for bits in 1..1_u32 << names.len() {
        let coalition = Coalition(bits);
        let member = |name: &str| names.iter().position(|n| *n == name).is_some_and(|k| coalition.contains(k));
        let mut sum_musd = 0.0;
        for one in flights {
            let wanted_kg = part(campaign, one.demand, &member) * one.demand.mass.value.kg();
            if wanted_kg > 0.0 {
                let (planned, _) = one.plan(wanted_kg, member)?;
                if planned.manifest.is_none() {
                    return Ok(None);
                }
                sum_musd += planned.bill.total_musd();
            }
        }
        costs_musd.push(sum_musd);
    }
    let players = names.iter().map(|n| (*n).to_owned()).collect();
    Ok(Some(CostGame::new(players, costs_musd)?))
}

/// The part of a demand that belongs to some partners: by the shares when it is everybody's.
fn part(campaign: &Campaign, demand: &Demand, member: &impl Fn(&str) -> bool) -> f64 {
    match &demand.partner {
        Some(owner) => f64::from(u8::from(member(&owner.value))),
        None => campaign.partners.iter().filter(|p| member(&p.name.value)).map(|p| p.share.value.fraction()).sum(),
    }
}

/// The campaign without each partner in turn: its launchers stay at home, its cargo must fly all the same.
pub(super) fn withdrawals(
    campaign: &Campaign,
    flights: &[Flights<'_>],
    plan: &Plan,
) -> Result<Vec<Withdrawal>, RunError> {
    let mut gone = Vec::new();
    for partner in &campaign.partners {
        let (mut cost_musd, mut score, mut unmet) = (Some(0.0), Some(0.0), Mass::ZERO);
        for one in flights {
            let (planned, one_score) = one.plan(one.demand.mass.value.kg(), |name| name != partner.name.value)?;
            score = score.zip(one_score).map(|(sum, one)| sum + one);
            unmet += planned.unmet;
            let met = planned.manifest.is_some();
            cost_musd = cost_musd.filter(|_| met).map(|sum| sum + planned.bill.total_musd());
        }
        gone.push(Withdrawal {
            without: partner.name.value.clone(),
            cost_musd,
            unmet,
            premium: score.zip(plan.objective_value.filter(|all| *all > 0.0)).map(|(without, all)| without / all - 1.0),
        });
    }
    Ok(gone)
}
