//! Costs, shares, games, manifests.

use super::{either, hold};
use crate::finite::{Told, answer, bare};
use crate::tape::Tape;
use portolan::costs::{
    Amcm, CashFlow, Development, Difficulty, Inflation, Learning, LearningCurve, Profile, usd_per_kg,
};
use portolan::network::{LaunchOption, Preference, minimal_manifests, plan_launches};
use portolan::partners::{Contributions, CostGame, airport_musd, check_shares, divide};
use portolan::units::{Mass, Money, Share};
use std::hint::black_box;

fn year(tape: &mut Tape, name: &str) -> i32 {
    tape.whole(name, 1960, 2040, u64::from(u32::MAX)) as u32 as i32
}

fn money(tape: &mut Tape, name: &str) -> Money {
    Money::from_musd(tape.number(&format!("{name}_musd"), 0.1, 1e5), year(tape, &format!("{name}_year")))
}

pub(super) fn amcm(tape: &mut Tape) -> Result<Told, String> {
    let set = if tape.toss("set") { Amcm::set_a() } else { Amcm::set_b() }.expect("a set");
    let spec = &set.specs()[tape.pick("spec", set.specs().len())].name;
    let difficulty = Difficulty::new(tape.number("difficulty", -3.0, 3.0));
    let development = Development {
        spec,
        units: tape.whole("units", 1, 100, u64::from(u32::MAX)) as u32,
        dry_mass: Mass::from_kg(tape.number("dry_kg", 10.0, 1e5)),
        ioc_year: year(tape, "ioc_year"),
        block: tape.whole("block", 1, 6, u64::from(u32::MAX)) as u32,
        difficulty: difficulty.unwrap_or(Difficulty::AVERAGE),
    };
    let estimate = set.estimate(&development);
    let told = answer("Amcm::estimate", &estimate)?;
    if let Ok(estimate) = estimate {
        answer("Estimate", &(estimate.p10(), estimate.p50(), estimate.p90(), estimate.spread_factor()))?;
    }
    Ok(told)
}

pub(super) fn learning(tape: &mut Tape) -> Result<Told, String> {
    let curve = [LearningCurve::Wright, LearningCurve::Crawford][tape.pick("curve", 2)];
    let first = money(tape, "first");
    let Ok(learning) = Learning::new(curve, tape.number("slope_fraction", 0.5, 1.0)) else { return Ok(Told::Refusal) };
    answer("Learning::exponent", &learning.exponent())?;
    let units = tape.whole("units", 0, 300, u64::from(u32::MAX)) as u32;
    let told = answer("Learning::total", &learning.total(first, units))?;
    Ok(either(told, answer("Learning::unit", &learning.unit(first, units))?))
}

pub(super) fn inflation(tape: &mut Tape) -> Result<Told, String> {
    let table = Inflation::embedded().expect("a table");
    let (money, to) = (money(tape, "price"), year(tape, "to_year"));
    let brought = table.bring(money, to);
    let told = answer("Inflation::bring", &brought)?;
    if let Ok(brought) = brought {
        drop(brought.to_string());
    }
    answer("Inflation::bring_by", &table.bring_by(money, to, "CPI-U"))?;
    let cargo = Mass::from_kg(tape.number("cargo_kg", 1.0, 1e5));
    Ok(either(told, answer("usd_per_kg", &usd_per_kg(money, cargo))?))
}

pub(super) fn cash_flow(tape: &mut Tape) -> Result<Told, String> {
    let profile = match tape.pick("profile", 4) {
        0 => Ok(Profile::launch()),
        1 => Ok(Profile::at_once()),
        2 => Profile::even_before(tape.whole("years", 1, 12, u64::from(u32::MAX)) as u32),
        _ => {
            let parts: Vec<f64> = (0..tape.whole("parts", 0, 5, 0)).map(|_| tape.number("part", 0.0, 1.0)).collect();
            // parts that sum to one, now and then
            let sum: f64 = parts.iter().sum();
            let parts = if tape.toss("whole") { parts.iter().map(|p| p / sum).collect() } else { parts };
            Profile::new(tape.whole("offset", 0, 9, u64::from(u32::MAX)) as u32 as i32, &parts)
        }
    };
    answer("Profile", &profile)?;
    let (cost, event_year) = (money(tape, "cost"), year(tape, "event_year"));
    let plain = tape.is_plain();
    let Ok(profile) = profile else { return Ok(Told::Refusal) };
    let flow = profile.spread(cost, event_year);
    bare("Profile::spread", plain, &flow)?;
    let mut sum = CashFlow::new(cost.year());
    let mut told = Told::Refusal;
    if sum.add(&flow).is_ok() {
        black_box(sum.by_year().count());
        bare("CashFlow::total", plain, &sum.total())?;
        let (discount, base) = (tape.number("discount", 0.0, 0.3), year(tape, "base_year"));
        told = answer("CashFlow::present_value", &sum.present_value(discount, base))?;
    }
    Ok(told)
}

pub(super) fn shares(tape: &mut Tape) -> Result<Told, String> {
    let count = tape.whole("partners", 0, 6, 0);
    let total = money(tape, "total");
    let weights: Vec<(String, f64)> = (0..count).map(|k| (format!("P{k}"), tape.number("weight", 0.0, 1.0))).collect();
    let divided = divide(total, &weights);
    let mut told = answer("divide", &divided)?;
    if let Ok(parts) = divided {
        let sum: f64 = parts.iter().map(|(_, part)| part.musd()).sum();
        hold((sum - total.musd()).abs() <= 1e-9 * total.musd().abs() + 1e-300, || {
            format!("divide answers with parts that sum to {sum} of {}", total.musd())
        })?;
    }
    let shares: Vec<(String, Share)> =
        weights.iter().filter_map(|(name, w)| Some((name.clone(), Share::new(*w).ok()?))).collect();
    answer("check_shares", &check_shares(&shares))?;
    let mut contributions = Contributions::new(total.year());
    for (name, _) in &weights {
        let mass = Mass::from_kg(tape.number("mass_kg", 0.0, 1e5));
        let money = Money::from_musd(tape.number("money_musd", 0.0, 1e4), total.year());
        if contributions.add(name, mass, money).is_err() {
            continue;
        }
    }
    bare("Contributions", tape.is_plain(), &(contributions.mass(), contributions.money()))?;
    told = either(told, answer("Contributions::divide_by_mass", &contributions.divide_by_mass(total))?);
    Ok(either(told, answer("Contributions::divide_by_money", &contributions.divide_by_money(total))?))
}

pub(super) fn game(tape: &mut Tape) -> Result<Told, String> {
    let players = tape.whole("players", 1, 4, 17) as usize;
    // more players are more numbers, and the same code
    let players = if players > 5 && players < 17 { 5 } else { players };
    let names: Vec<String> = (0..players).map(|k| format!("P{k}")).collect();
    let count = if players > 16 { 3 } else { (1 << players) - usize::from(tape.pick("few", 30) == 0) };
    let costs: Vec<f64> = (0..count).map(|k| if k == 0 { 0.0 } else { tape.number("cost_musd", 1.0, 1e4) }).collect();
    let single: Vec<f64> = costs.iter().copied().take(8).collect();
    let mut told = answer("airport_musd", &airport_musd(&single))?;
    let game = CostGame::new(names, costs);
    answer("CostGame::new", &game)?;
    let Ok(game) = game else { return Ok(told) };
    let shapley = game.shapley_musd();
    answer("CostGame::shapley_musd", &shapley)?;
    answer("CostGame", &(game.bill_musd(), game.standalone_musd(), game.marginal_musd()))?;
    answer("CostGame::core_test", &game.core_test(&shapley))?;
    told = either(told, answer("CostGame::least_core", &game.least_core())?);
    Ok(either(told, answer("CostGame::nucleolus_musd", &game.nucleolus_musd())?))
}

fn options(tape: &mut Tape, most: u64) -> Vec<LaunchOption> {
    (0..tape.whole("options", 0, 4, 0))
        .map(|k| {
            let round = tape.toss("round");
            let mut number = |name: &str, low: f64, high: f64| {
                let x = tape.number(name, low, high);
                if round { x.round() } else { x }
            };
            let (delivered_kg, launch_mass_kg) =
                (number("delivered_kg", 100.0, 3e4), number("launch_mass_kg", 500.0, 1e5));
            let price_musd = number("price_musd", 10.0, 500.0);
            let most = tape.whole("most", 0, most, u64::from(u32::MAX)) as u32;
            LaunchOption {
                launcher: format!("L{k}"),
                partner: String::new(),
                delivered_kg,
                launch_mass_kg,
                price_musd,
                most,
            }
        })
        .collect()
}

fn delivers(options: &[LaunchOption], launches: &[u32]) -> f64 {
    options.iter().zip(launches).map(|(o, n)| o.delivered_kg * f64::from(*n)).sum()
}

pub(super) fn manifest(tape: &mut Tape) -> Result<Told, String> {
    let options = options(tape, 6);
    // a sum of what launches deliver, to the last digit, is where a tolerance shows
    let exact = tape.pick("exact", 3) == 0;
    let demanded_kg = if exact {
        let counts: Vec<u32> =
            options.iter().map(|o| tape.whole("count", 0, u64::from(o.most.min(6)), 0) as u32).collect();
        delivers(&options, &counts) * (1.0 + tape.number("over", -1e-6, 1e-6))
    } else {
        tape.number("demanded_kg", 0.0, 2e5)
    };
    let preference = [Preference::Price, Preference::LaunchMass][tape.pick("preference", 2)];
    let planned = plan_launches(&options, demanded_kg, preference);
    let told = answer("plan_launches", &planned)?;
    if let Ok(manifest) = planned {
        let delivered_kg = delivers(&options, &manifest.launches);
        // a part in 1e12 is the rounding of the sum
        hold(delivered_kg >= demanded_kg * (1.0 - 1e-12), || {
            format!("plan_launches delivers {delivered_kg} kg of {demanded_kg} demanded")
        })?;
        let within = manifest.launches.iter().zip(&options).all(|(n, o)| *n <= o.most);
        hold(within && manifest.launches.len() == options.len(), || {
            format!("plan_launches launches {:?} more often than allowed", manifest.launches)
        })?;
    }
    Ok(told)
}

pub(super) fn minimal(tape: &mut Tape) -> Result<Told, String> {
    let options = options(tape, 5);
    let demanded_kg = tape.number("demanded_kg", 0.0, 1e5);
    let found = minimal_manifests(&options, demanded_kg, 200);
    for launches in found.iter().flatten() {
        let delivered_kg = delivers(&options, launches);
        hold(delivered_kg >= demanded_kg * (1.0 - 1e-12) - 1e-9, || {
            format!("minimal_manifests delivers {delivered_kg} kg of {demanded_kg}")
        })?;
    }
    answer("minimal_manifests", &found)
}
