//! Least core and nucleolus by successive linear programmes.

use super::{Coalition, CostGame, count};
use crate::partners::PartnerError;
use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, microlp, variable};

/// Most partners of a nucleolus: 62 coalitions to settle.
pub const NUCLEOLUS_PLAYERS: usize = 6;

// The programmes are in units of the greatest cost. The solver keeps its rows to 1e-10; an excess that must not rise
// is given ten times that, and one that falls by a thousand times more has fallen.
const SLACK: f64 = 1e-9;
/// Slacks that are tried where rounding leaves no room for the excesses settled before.
const SLACKS: [f64; 3] = [SLACK, 10.0 * SLACK, 100.0 * SLACK];
const FALLEN: f64 = 1e-6;

/// The allocations whose worst excess is least.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastCore {
    /// least ε with x(S) − c(S) ≤ ε for every coalition but nobody and all: below zero the core has room, above
    /// zero it is empty, and ε is what leaving would have to cost to hold all together
    pub epsilon_musd: f64,
    /// one allocation that reaches it
    pub allocation_musd: Vec<f64>,
}

impl CostGame {
    /// The least core.
    ///
    /// min ε subject to x(N) = c(N) and x(S) ≤ c(S) + ε for every proper coalition S; one partner alone has none, and
    /// ε = 0
    ///
    /// # Errors
    /// [`PartnerError::PlayerCount`] above six partners.
    ///
    /// # Source
    /// Maschler, Peleg and Shapley, *Mathematics of Operations Research* 4 (1979) 303.
    pub fn least_core(&self) -> Result<LeastCore, PartnerError> {
        count("the least core", self.players.len(), NUCLEOLUS_PLAYERS)?;
        if self.players.len() == 1 {
            return Ok(LeastCore { epsilon_musd: 0.0, allocation_musd: vec![self.bill_musd()] });
        }
        let open: Vec<Coalition> = self.proper().collect();
        let best = Programme { game: self, settled: &[], open: &open, alone: Alone::MayBeExceeded }.least_epsilon()?;
        Ok(LeastCore {
            epsilon_musd: best.value * self.scale(),
            allocation_musd: best.allocation.iter().map(|x| x * self.scale()).collect(),
        })
    }

    /// The nucleolus: nobody pays more than alone, and the excesses x(S) − c(S), worst first, are least in the order of
    /// a dictionary. It is one allocation, in the core whenever there is one.
    ///
    /// Programme k: min ε subject to x(N) = c(N), x({i}) ≤ c({i}), the excesses settled before, and x(S) − c(S) ≤ ε
    /// for the coalitions that are left; then those are settled whose excess is ε in every best allocation.
    ///
    /// # Errors
    /// [`PartnerError::PlayerCount`] above six partners; [`PartnerError::TogetherDearer`] when all together pay more
    /// than each alone.
    ///
    /// # Source
    /// Schmeidler, *SIAM Journal on Applied Mathematics* 17 (1969) 1163; Kopelowitz's programmes as told in Maschler,
    /// Peleg and Shapley (1979).
    pub fn nucleolus_musd(&self) -> Result<Vec<f64>, PartnerError> {
        let n = self.players.len();
        count("the nucleolus", n, NUCLEOLUS_PLAYERS)?;
        let alone_musd: f64 = self.standalone_musd().iter().sum();
        if self.bill_musd() > alone_musd + SLACK * self.scale() {
            return Err(PartnerError::TogetherDearer { together_musd: self.bill_musd(), alone_musd });
        }
        let mut span = Span::default();
        span.add(self.all());
        let mut settled: Vec<(Coalition, f64)> = Vec::new();
        let mut open: Vec<Coalition> = self.proper().collect();
        let mut allocation = vec![self.bill_musd() / self.scale()];
        while span.rank() < n {
            let programme = Programme { game: self, settled: &settled, open: &open, alone: Alone::IsTheMost };
            let best = programme.least_epsilon()?;
            let mut tight = Vec::new();
            for &coalition in &open {
                if best.excess(self, coalition) < best.value - FALLEN {
                    continue;
                }
                if programme.least_excess(coalition, best.value)? > best.value - FALLEN {
                    tight.push((coalition, best.value));
                }
            }
            let rank = span.rank();
            tight.iter().for_each(|(coalition, _)| span.add(*coalition));
            if span.rank() == rank {
                return Err(PartnerError::Programme { detail: "no coalition could be settled".to_owned() });
            }
            settled.append(&mut tight);
            // what the settled ones determine has its excess already
            open.retain(|coalition| !span.holds(*coalition));
            allocation = best.allocation;
        }
        Ok(allocation.iter().map(|x| x * self.scale()).collect())
    }
}

/// Whether an allocation may ask more of a partner than it would pay alone.
#[derive(Clone, Copy, PartialEq)]
enum Alone {
    IsTheMost,
    MayBeExceeded,
}

/// What the programmes of one round have in common.
struct Programme<'a> {
    game: &'a CostGame,
    settled: &'a [(Coalition, f64)],
    open: &'a [Coalition],
    alone: Alone,
}

/// The answer of a programme, in units of the greatest cost.
struct Best {
    value: f64,
    allocation: Vec<f64>,
}

impl Best {
    fn excess(&self, game: &CostGame, coalition: Coalition) -> f64 {
        coalition.members().filter_map(|k| self.allocation.get(k)).sum::<f64>()
            - game.cost_musd(coalition) / game.scale()
    }
}

impl Programme<'_> {
    /// Least ε over the open coalitions.
    fn least_epsilon(&self) -> Result<Best, PartnerError> {
        self.with_room(|slack| {
            let mut variables = ProblemVariables::new();
            let parts = self.parts(&mut variables, slack);
            let epsilon = variables.add(variable());
            let rows = self.open.iter().map(|s| (self.excess(&parts, *s) - epsilon, 0.0)).collect();
            self.solve(variables, &parts, epsilon.into(), rows, slack)
        })
    }

    /// A programme with as little slack as leaves it a solution.
    fn with_room(&self, solve: impl Fn(f64) -> Result<Best, PartnerError>) -> Result<Best, PartnerError> {
        let mut tried = solve(SLACK);
        for slack in SLACKS.into_iter().skip(1) {
            if tried.is_ok() {
                break;
            }
            tried = solve(slack);
        }
        tried
    }

    /// Least excess of one coalition while no open one exceeds ε.
    fn least_excess(&self, coalition: Coalition, epsilon: f64) -> Result<f64, PartnerError> {
        let best = self.with_room(|slack| {
            let mut variables = ProblemVariables::new();
            let parts = self.parts(&mut variables, slack);
            let rows = self.open.iter().map(|s| (self.excess(&parts, *s), epsilon + slack)).collect();
            let goal = self.excess(&parts, coalition);
            self.solve(variables, &parts, goal, rows, slack)
        });
        Ok(best?.value)
    }

    fn parts(&self, variables: &mut ProblemVariables, slack: f64) -> Vec<Variable> {
        let scale = self.game.scale();
        self.game
            .standalone_musd()
            .iter()
            .map(|alone| match self.alone {
                Alone::IsTheMost => variables.add(variable().max(alone / scale + slack)),
                Alone::MayBeExceeded => variables.add(variable()),
            })
            .collect()
    }

    /// x(S) − c(S).
    fn excess(&self, parts: &[Variable], coalition: Coalition) -> Expression {
        let sum: Expression = coalition.members().filter_map(|k| parts.get(k)).sum();
        sum - self.game.cost_musd(coalition) / self.game.scale()
    }

    /// Minimise `goal` with every row at most its bound, the settled excesses kept and the bill paid.
    fn solve(
        &self,
        variables: ProblemVariables,
        parts: &[Variable],
        goal: Expression,
        rows: Vec<(Expression, f64)>,
        slack: f64,
    ) -> Result<Best, PartnerError> {
        let mut model = variables.minimise(goal.clone()).using(microlp);
        model.add_constraint(constraint!(self.excess(parts, self.game.all()) == 0.0));
        for (row, bound) in rows {
            model.add_constraint(constraint!(row <= bound));
        }
        for (coalition, excess) in self.settled {
            model.add_constraint(constraint!(self.excess(parts, *coalition) <= excess + slack));
            model.add_constraint(constraint!(self.excess(parts, *coalition) >= excess - slack));
        }
        let solution = model.solve().map_err(|e| PartnerError::Programme { detail: e.to_string() })?;
        Ok(Best { value: goal.eval_with(&solution), allocation: parts.iter().map(|x| solution.value(*x)).collect() })
    }
}

/// The space that coalitions span as vectors of zeros and ones, reduced row by row.
#[derive(Default)]
struct Span {
    /// pivot and row with a one at the pivot
    rows: Vec<(usize, [f64; NUCLEOLUS_PLAYERS])>,
}

impl Span {
    fn rank(&self) -> usize {
        self.rows.len()
    }

    fn holds(&self, coalition: Coalition) -> bool {
        pivot(&self.reduced(coalition)).is_none()
    }

    fn add(&mut self, coalition: Coalition) {
        let mut row = self.reduced(coalition);
        if let Some((place, lead)) = pivot(&row) {
            row.iter_mut().for_each(|x| *x /= lead);
            self.rows.push((place, row));
        }
    }

    fn reduced(&self, coalition: Coalition) -> [f64; NUCLEOLUS_PLAYERS] {
        let mut vector = std::array::from_fn(|k| if coalition.contains(k) { 1.0 } else { 0.0 });
        for (place, row) in &self.rows {
            let lead = vector.get(*place).copied().unwrap_or(0.0);
            vector.iter_mut().zip(row).for_each(|(x, y)| *x -= lead * y);
        }
        vector
    }
}

/// The greatest entry, if it is more than the dust of elimination: entries are ratios of small whole numbers.
fn pivot(row: &[f64; NUCLEOLUS_PLAYERS]) -> Option<(usize, f64)> {
    let greatest = row.iter().copied().enumerate().reduce(|a, b| if b.1.abs() > a.1.abs() { b } else { a });
    greatest.filter(|(_, x)| x.abs() > 1e-9)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RESUPPLY, close, game};
    use super::*;
    use proptest::prelude::*;

    /// An estate and claims: the dual c(S) = min(E, claims of S) of what S is sure of.
    fn estate(estate: f64, claims: &[f64]) -> CostGame {
        let costs: Vec<f64> = (0..1_u32 << claims.len())
            .map(|bits| Coalition(bits).members().map(|k| claims[k]).sum::<f64>().min(estate))
            .collect();
        game(&costs)
    }

    #[test]
    fn published_estates_of_the_talmud() {
        for (sum, parts, tolerance) in [
            (100.0, [33.33, 33.33, 33.33], 0.005),
            (200.0, [50.0, 75.0, 75.0], 1e-5),
            (300.0, [50.0, 100.0, 150.0], 1e-5),
        ] {
            let found = estate(sum, &[100.0, 200.0, 300.0]).nucleolus_musd().expect("a nucleolus");
            assert!(close(&found, &parts, tolerance), "{sum}: {found:?}");
        }
    }

    #[test]
    fn published_resupply_nucleolus_is_in_the_core() {
        let resupply = game(&RESUPPLY);
        let found = resupply.nucleolus_musd().expect("a nucleolus");
        assert!(close(&found, &[840.0, 330.0, 540.0], 1e-5), "{found:?}");
        assert!(resupply.core_test(&found).expect("a test").in_core());
        let least = resupply.least_core().expect("a least core");
        let worst = resupply.core_test(&found).expect("a test").worst_excess_musd;
        assert!((least.epsilon_musd - worst).abs() < 1e-4, "{least:?} {worst}");
        assert!((least.epsilon_musd + 60.0).abs() < 1e-4, "{least:?}");
    }

    #[test]
    fn law_an_empty_core_has_a_positive_epsilon() {
        // any two do for 10 what costs one 8 and all 18: each pair would leave
        let rivals = game(&[0.0, 8.0, 8.0, 10.0, 8.0, 10.0, 10.0, 18.0]);
        let least = rivals.least_core().expect("a least core");
        assert!((least.epsilon_musd - 2.0).abs() < 1e-6, "{least:?}");
        let nucleolus = rivals.nucleolus_musd().expect("a nucleolus");
        assert!(close(&nucleolus, &[6.0, 6.0, 6.0], 1e-6), "{nucleolus:?}");
        let test = rivals.core_test(&least.allocation_musd).expect("a test");
        assert!(!test.in_core());
        assert_eq!(test.worst.map(Coalition::size), Some(2));
    }

    #[test]
    fn regress_rounding_leaves_the_programmes_room() {
        let costs = [
            0.0,
            10.488395823909016,
            15.165799914080118,
            24.371485951089678,
            15.098508061744795,
            24.30755869137112,
            28.751092577033667,
            33.48365927869861,
            19.540532853618174,
            28.52748224365083,
            31.838162040964423,
            40.67525573244658,
            32.907088869594816,
            37.62833750237872,
            44.82435674649878,
            47.05779757485323,
        ];
        let four = game(&costs);
        let found = four.nucleolus_musd().expect("a nucleolus");
        assert!((found.iter().sum::<f64>() - costs[15]).abs() < 1e-6, "{found:?}");
        let worst = four.core_test(&found).expect("a test").worst_excess_musd;
        let least = four.least_core().expect("a least core").epsilon_musd;
        assert!((worst - least).abs() < 1e-5, "{worst} {least}");
    }

    #[test]
    fn law_one_and_two_partners() {
        assert_eq!(game(&[0.0, 7.0]).nucleolus_musd(), Ok(vec![7.0]));
        assert_eq!(game(&[0.0, 7.0]).least_core().map(|l| l.epsilon_musd), Ok(0.0));
        // two partners halve what they save
        let two = game(&[0.0, 7.0, 5.0, 10.0]).nucleolus_musd().expect("a nucleolus");
        assert!(close(&two, &[6.0, 4.0], 1e-6), "{two:?}");
    }

    /// Aumann and Maschler's rule for an estate: halves of the claims gained, then halves of the claims lost.
    fn contested_garment(sum: f64, claims: &[f64]) -> Vec<f64> {
        let all: f64 = claims.iter().sum();
        let level = |sum: f64| {
            // equal awards, each at most half of its claim
            let (mut low, mut high) = (0.0, all);
            for _ in 0..200 {
                let mid = (low + high) / 2.0;
                let given: f64 = claims.iter().map(|c| (c / 2.0).min(mid)).sum();
                if given < sum { low = mid } else { high = mid }
            }
            claims.iter().map(|c| (c / 2.0).min(low)).collect::<Vec<f64>>()
        };
        if sum <= all / 2.0 { level(sum) } else { claims.iter().zip(level(all - sum)).map(|(c, l)| c - l).collect() }
    }

    fn savings(players: u32) -> impl Strategy<Value = Vec<f64>> {
        // standalone costs from 10 to 20 and a saving that grows with the coalition keep together cheaper than alone
        prop::collection::vec(0.0..1.0_f64, 1 << players).prop_map(move |draws| {
            (0..draws.len())
                .map(|bits| {
                    let s = Coalition(bits as u32);
                    let alone: f64 = s.members().map(|k| 10.0 + 10.0 * draws[1 << k]).sum();
                    alone * (1.0 - 0.1 * (s.size().max(1) - 1) as f64 * (0.5 + draws[bits] / 2.0))
                })
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn law_the_nucleolus_of_an_estate_is_the_contested_garment(
            claims in prop::collection::vec(1.0..100.0_f64, 2..6), part in 0.05..0.95_f64
        ) {
            let sum = part * claims.iter().sum::<f64>();
            let found = estate(sum, &claims).nucleolus_musd().expect("a nucleolus");
            prop_assert!(close(&found, &contested_garment(sum, &claims), 1e-3), "{:?}", found);
        }

        #[test]
        fn law_the_nucleolus_pays_the_bill_and_has_the_least_worst_excess(costs in (2..5_u32).prop_flat_map(savings)) {
            let game = game(&costs);
            let nucleolus = game.nucleolus_musd().expect("a nucleolus");
            prop_assert!((nucleolus.iter().sum::<f64>() - game.bill_musd()).abs() < 1e-6);
            for (part, alone) in nucleolus.iter().zip(game.standalone_musd()) {
                prop_assert!(*part <= alone + 1e-6);
            }
            let worst = |x: &[f64]| game.core_test(x).expect("a test").worst_excess_musd;
            let least = game.least_core().expect("a least core");
            prop_assert!((worst(&least.allocation_musd) - least.epsilon_musd).abs() < 1e-6);
            // where the core has room the bound by the standalone costs does not bind
            if least.epsilon_musd <= 0.0 {
                prop_assert!((worst(&nucleolus) - least.epsilon_musd).abs() < 1e-4);
            }
            prop_assert!(worst(&game.shapley_musd()) >= least.epsilon_musd - 1e-6);
        }

        #[test]
        fn law_equals_pay_alike_in_the_nucleolus(costs in savings(4)) {
            // partners 0 and 1 exchanged and averaged become equals
            let swapped = |s: usize| if (s & 1) == (s >> 1 & 1) { s } else { s ^ 3 };
            let mean: Vec<f64> = (0..16).map(|s| (costs[s] + costs[swapped(s)]) / 2.0).collect();
            let nucleolus = game(&mean).nucleolus_musd().expect("a nucleolus");
            prop_assert!((nucleolus[0] - nucleolus[1]).abs() < 1e-4, "{:?}", nucleolus);
        }

        #[test]
        fn law_a_dummy_pays_its_own_cost_in_the_nucleolus(costs in savings(3), own in 1.0..20.0_f64) {
            let with: Vec<f64> = (0..16).map(|s| costs[s & 7] + if s >> 3 == 1 { own } else { 0.0 }).collect();
            let game = game(&with);
            prop_assume!(game.least_core().expect("a least core").epsilon_musd <= 0.0);
            let nucleolus = game.nucleolus_musd().expect("a nucleolus");
            prop_assert!((nucleolus[3] - own).abs() < 1e-4, "{:?}", nucleolus);
        }
    }

    #[test]
    fn refuses_where_there_is_no_nucleolus() {
        let dearer = game(&[0.0, 3.0, 4.0, 9.0]);
        assert_eq!(
            dearer.nucleolus_musd().expect_err("a refusal").to_string(),
            "together the partners pay 9 M$, alone 7 M$ in all: there is nothing to share, and no nucleolus"
        );
        let seven = game(&[[0.0].as_slice(), &[1.0; 127]].concat());
        assert_eq!(
            seven.nucleolus_musd().expect_err("a refusal").to_string(),
            "the nucleolus takes 1 to 6 partners, got 7"
        );
        assert_eq!(
            seven.least_core().expect_err("a refusal").to_string(),
            "the least core takes 1 to 6 partners, got 7"
        );
    }

    #[test]
    fn refuses_a_programme_without_a_solution() {
        // J settled at more than its own cost, which it may not pay
        let two = game(&[0.0, 7.0, 5.0, 10.0]);
        let settled = [(Coalition(0b10), 0.5)];
        let open = [Coalition(0b01)];
        let programme = Programme { game: &two, settled: &settled, open: &open, alone: Alone::IsTheMost };
        let refusal = programme.least_epsilon().err().expect("a refusal").to_string();
        assert!(refusal.starts_with("a linear programme of the game did not solve: "), "{refusal}");
        assert!(refusal.ends_with("; please report this"), "{refusal}");
    }
}
