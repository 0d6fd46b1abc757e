//! The launch manifest: how many of each launcher carry a demand at the least price or mass.
//!
//! Identical launches are counted by one integer, not copied. The integer programme is solved by HiGHS, or
//! by microlp when portolan is built without the feature `highs`; the model is the same.

use good_lp::variable::UnsolvedProblem;
use good_lp::{Expression, Solution, SolverModel, Variable, variable, variables};
use thiserror::Error;

/// One launcher on one date, with what a launch of it delivers.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchOption {
    /// launcher, as the catalogue calls it
    pub launcher: String,
    /// who brings it
    pub partner: String,
    /// delivered by one launch
    pub delivered_kg: f64,
    /// injected by one launch
    pub launch_mass_kg: f64,
    /// price of one launch and of the craft that rides on it
    pub price_musd: f64,
    /// most launches
    pub most: u32,
}

/// What is to be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// the price; among equal prices the mass
    Price,
    /// the injected mass; among equal masses the price
    LaunchMass,
}

/// A manifest, proven to be the best.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// launches of each option, in the order given
    pub launches: Vec<u32>,
    /// price of all launches
    pub price_musd: f64,
    /// injected by all launches
    pub launch_mass_kg: f64,
    /// what all launches could deliver
    pub deliverable_kg: f64,
    /// relative distance between the answer and the solver's bound
    pub gap: f64,
}

/// Why there is no manifest.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The options are too few.
    #[error(
        "{demanded_kg:.0} kg are wanted, but all launches together deliver {deliverable_kg:.0} kg: allow more launches, a later date or another launcher"
    )]
    NotEnough {
        /// the demand
        demanded_kg: f64,
        /// what every launch of every option would deliver
        deliverable_kg: f64,
    },
    /// A number of an option makes no sense.
    #[error("{launcher}: {quantity} is {value}; it must be a finite number from 0 up")]
    BadOption {
        /// launcher of the option
        launcher: String,
        /// the quantity at fault
        quantity: &'static str,
        /// its value
        value: f64,
    },
    /// The solver gave up.
    #[error("the solver found no manifest: {reason}")]
    Solver {
        /// what it said
        reason: String,
    },
}

/// The best manifest for a demand.
///
/// * `options`: launchers with what a launch of each delivers and costs
/// * `demanded_kg`: what must be delivered
/// * `preference`: what is to be least
///
/// min Σ cᵢnᵢ subject to Σ mᵢnᵢ ≥ demand, 0 ≤ nᵢ ≤ Nᵢ integer; then the other quantity among the best.
///
/// # Errors
/// [`ManifestError::NotEnough`] with what all options together deliver, [`ManifestError::BadOption`],
/// [`ManifestError::Solver`].
///
/// ```
/// use portolan::network::{LaunchOption, Preference, plan_launches};
/// let option = |launcher: &str, delivered_kg, price_musd| LaunchOption {
///     launcher: launcher.to_owned(), partner: String::new(), delivered_kg, launch_mass_kg: 2.0 * delivered_kg, price_musd, most: 9,
/// };
/// let manifest = plan_launches(&[option("large", 6000.0, 150.0), option("small", 2500.0, 60.0)], 10_000.0, Preference::Price)?;
/// assert_eq!((manifest.launches, manifest.price_musd), (vec![0, 4], 240.0));
/// # Ok::<(), portolan::network::ManifestError>(())
/// ```
pub fn plan_launches(
    options: &[LaunchOption],
    demanded_kg: f64,
    preference: Preference,
) -> Result<Manifest, ManifestError> {
    for option in options {
        for (quantity, value) in [
            ("the delivered mass", option.delivered_kg),
            ("the launch mass", option.launch_mass_kg),
            ("the price", option.price_musd),
        ] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(ManifestError::BadOption { launcher: option.launcher.clone(), quantity, value });
            }
        }
    }
    let deliverable_kg: f64 = options.iter().map(|o| o.delivered_kg * f64::from(o.most)).sum();
    if deliverable_kg < demanded_kg {
        return Err(ManifestError::NotEnough { demanded_kg, deliverable_kg });
    }
    let (first, second): (Weight, Weight) = match preference {
        Preference::Price => (|o| o.price_musd, |o| o.launch_mass_kg),
        Preference::LaunchMass => (|o| o.launch_mass_kg, |o| o.price_musd),
    };
    let best = solve(options, demanded_kg, first, None)?;
    let total = |launches: &[u32], of: fn(&LaunchOption) -> f64| -> f64 {
        launches.iter().zip(options).map(|(n, o)| f64::from(*n) * of(o)).sum()
    };
    let ceiling = total(&best, first) * (1.0 + 1e-9) + 1e-9;
    let launches = solve(options, demanded_kg, second, Some((first, ceiling)))?;
    Ok(Manifest {
        price_musd: total(&launches, |o| o.price_musd),
        launch_mass_kg: total(&launches, |o| o.launch_mass_kg),
        deliverable_kg: total(&launches, |o| o.delivered_kg),
        launches,
        // both solvers are asked for, and answer only with, a proven optimum
        gap: 0.0,
    })
}

/// Every manifest that meets a demand and from which no launch can be left out.
///
/// * `options`: launchers with what a launch of each delivers
/// * `demanded_kg`: what must be delivered
/// * `most_manifests`: when there are more, the answer is `None`
///
/// As long as no cost falls with another launch, the best manifest is among them.
#[must_use]
pub fn minimal_manifests(options: &[LaunchOption], demanded_kg: f64, most_manifests: usize) -> Option<Vec<Vec<u32>>> {
    let mut found = Vec::new();
    let mut launches = vec![0; options.len()];
    extend(options, demanded_kg, most_manifests, 0, &mut launches, &mut found).then_some(found)
}

/// Try every count of option `k` and the ones behind it; false when there are too many.
fn extend(
    options: &[LaunchOption],
    missing_kg: f64,
    most: usize,
    k: usize,
    launches: &mut Vec<u32>,
    found: &mut Vec<Vec<u32>>,
) -> bool {
    if missing_kg <= 0.0 {
        // what is delivered too much must be less than any single launch
        let idle = |o: &LaunchOption, n: u32| n > 0 && o.delivered_kg <= -missing_kg;
        if !options.iter().zip(launches.iter()).any(|(o, n)| idle(o, *n)) {
            found.push(launches.clone());
        }
        return found.len() <= most;
    }
    let Some(option) = options.get(k) else { return true };
    for n in 0..=option.most {
        launches[k] = n;
        let left_kg = missing_kg - f64::from(n) * option.delivered_kg;
        // one more would be idle once the demand is met
        let met = left_kg <= 0.0;
        if !extend(options, left_kg, most, k + 1, launches, found) {
            return false;
        }
        if met {
            break;
        }
    }
    launches[k] = 0;
    true
}

type Weight = fn(&LaunchOption) -> f64;

fn solve(
    options: &[LaunchOption],
    demanded_kg: f64,
    weight: Weight,
    ceiling: Option<(Weight, f64)>,
) -> Result<Vec<u32>, ManifestError> {
    let mut model = variables!();
    let counts: Vec<Variable> =
        options.iter().map(|o| model.add(variable().integer().min(0).max(f64::from(o.most)))).collect();
    let sum = |of: Weight| -> Expression { counts.iter().zip(options).map(|(n, o)| *n * of(o)).sum() };
    let mut problem = solver(model.minimise(sum(weight)));
    // scaled to the demand, so that the solver's absolute tolerances mean the same in kg and in t
    let scale = demanded_kg.max(1.0);
    problem = problem.with((sum(|o| o.delivered_kg) / scale).geq(demanded_kg / scale));
    if let Some((of, most)) = ceiling {
        problem = problem.with((sum(of) / most.max(1.0)).leq(most / most.max(1.0)));
    }
    let solution = problem.solve().map_err(|e| ManifestError::Solver { reason: e.to_string() })?;
    Ok(counts.iter().map(|n| solution.value(*n).round() as u32).collect())
}

#[cfg(feature = "highs")]
fn solver(model: UnsolvedProblem) -> impl SolverModel {
    let mut problem = model.using(good_lp::highs);
    problem.set_verbose(false);
    // one thread and no tolerated gap: the same answer everywhere, and a proven one
    problem.set_threads(1).set_option("mip_rel_gap", 0.0).set_option("mip_abs_gap", 0.0)
}

#[cfg(not(feature = "highs"))]
fn solver(model: UnsolvedProblem) -> impl SolverModel {
    model.using(good_lp::microlp)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every manifest there is.
    fn enumerate(options: &[LaunchOption], demanded_kg: f64, preference: Preference) -> Option<(f64, f64)> {
        let mut best: Option<(f64, f64)> = None;
        let mut launches = vec![0; options.len()];
        loop {
            let sum = |of: Weight| launches.iter().zip(options).map(|(n, o)| f64::from(*n) * of(o)).sum::<f64>();
            if sum(|o| o.delivered_kg) >= demanded_kg {
                let (price, mass) = (sum(|o| o.price_musd), sum(|o| o.launch_mass_kg));
                let score = if preference == Preference::Price { (price, mass) } else { (mass, price) };
                if best.is_none_or(|b| score < b) {
                    best = Some(score);
                }
            }
            let Some(k) = (0..options.len()).find(|&k| launches[k] < options[k].most) else { return best };
            launches[k] += 1;
            launches[..k].fill(0);
        }
    }

    fn uniform(index: u64) -> f64 {
        let mut z = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    #[test]
    fn law_the_programme_finds_what_enumeration_finds() {
        for case in 0..60_u64 {
            let options: Vec<LaunchOption> = (0..2 + case % 3)
                .map(|k| {
                    let draw = |stream| uniform(case * 64 + k * 8 + stream);
                    let delivered_kg = (1000.0 + 6000.0 * draw(0)).round();
                    LaunchOption {
                        launcher: format!("launcher {k}"),
                        partner: String::new(),
                        delivered_kg,
                        launch_mass_kg: (delivered_kg * (1.5 + draw(1))).round(),
                        price_musd: (40.0 + 150.0 * draw(2)).round(),
                        most: 1 + (draw(3) * 6.0) as u32,
                    }
                })
                .collect();
            let demanded_kg = (20_000.0 * uniform(case * 64 + 63)).round();
            for preference in [Preference::Price, Preference::LaunchMass] {
                match (plan_launches(&options, demanded_kg, preference), enumerate(&options, demanded_kg, preference)) {
                    (Ok(found), Some((first, second))) => {
                        let (price, mass) = (found.price_musd, found.launch_mass_kg);
                        let got = if preference == Preference::Price { (price, mass) } else { (mass, price) };
                        assert!(
                            (got.0 - first).abs() < 1e-6 && (got.1 - second).abs() < 1e-6,
                            "{case} {got:?} {first} {second}"
                        );
                        assert!(found.deliverable_kg >= demanded_kg && found.gap == 0.0);
                    }
                    (Err(ManifestError::NotEnough { .. }), None) => {}
                    other => panic!("case {case}: {other:?}"),
                }
            }
        }
    }

    /// LOGISTICS.md V13: fewest Falcon Heavy (expendable) for 100 t, at most four a window.
    #[test]
    fn published_v13_fewest_launches() {
        let window = |fh_kg: f64| LaunchOption {
            launcher: "Falcon Heavy (expendable)".to_owned(),
            partner: "SpaceX".to_owned(),
            delivered_kg: fh_kg,
            launch_mass_kg: fh_kg,
            price_musd: 1.0,
            most: 4,
        };
        let all: Vec<LaunchOption> = [12_562.0, 12_617.0, 12_793.0, 12_909.0, 12_301.0, 11_227.0].map(window).to_vec();
        let count = |options: &[LaunchOption]| {
            plan_launches(options, 100_000.0, Preference::Price).expect("a manifest").launches.iter().sum::<u32>()
        };
        assert_eq!(count(&all), 8);
        let alone = |kg| [LaunchOption { most: 20, ..window(kg) }];
        assert_eq!((count(&alone(11_227.0)), count(&alone(12_909.0))), (9, 8));
    }

    #[test]
    fn refuses_what_cannot_be_carried() {
        let option = LaunchOption {
            launcher: "H3-24L".to_owned(),
            partner: "JAXA".to_owned(),
            delivered_kg: 1825.0,
            launch_mass_kg: 4000.0,
            price_musd: 60.0,
            most: 4,
        };
        let refused = plan_launches(std::slice::from_ref(&option), 10_000.0, Preference::Price).expect_err("refused");
        assert_eq!(
            refused.to_string(),
            "10000 kg are wanted, but all launches together deliver 7300 kg: allow more launches, a later date or another launcher"
        );
        let odd = LaunchOption { price_musd: f64::NAN, ..option };
        let refused = plan_launches(&[odd], 100.0, Preference::Price).expect_err("refused").to_string();
        assert_eq!(refused, "H3-24L: the price is NaN; it must be a finite number from 0 up");
    }
}
