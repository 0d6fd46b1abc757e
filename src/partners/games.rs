//! Cooperative cost games: what each coalition would pay, and allocations that it has no reason to refuse.
//!
//! c(S) is the least cost of serving the partners of S with their own means alone. Everything here is in millions of
//! dollars of one currency year. A game of values (gains to divide) is asked through its dual, c(S) = v(N) − v(N∖S).

mod nucleolus;

pub use nucleolus::{LeastCore, NUCLEOLUS_PLAYERS};

use super::{MOST_MUSD, PartnerError};
use crate::units::Money;

/// Most partners of a game: 2¹⁶ coalitions.
pub const MOST_PLAYERS: usize = 16;

/// Rounding of sums and of optimal costs, relative to the bill, below which an excess is none.
const EXCESS_RATIO: f64 = 1e-9;

/// How far an allocation may miss the bill, relative to it: figures that people have rounded to a cent.
const BILL_RATIO: f64 = 1e-6;

/// Some of the partners: bit k is set for partner k.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Coalition(pub u32);

impl Coalition {
    /// Of one partner.
    #[must_use]
    pub fn single(player: usize) -> Self {
        Self(1 << player)
    }

    /// Of the first `players` partners.
    #[must_use]
    pub fn all(players: usize) -> Self {
        Self((1 << players) - 1)
    }

    /// Whether a partner belongs to it.
    #[must_use]
    pub fn contains(self, player: usize) -> bool {
        self.0 >> player & 1 == 1
    }

    /// Its partners, by number.
    pub fn members(self) -> impl Iterator<Item = usize> {
        (0..MOST_PLAYERS).filter(move |&k| self.contains(k))
    }

    /// This one with a partner more.
    #[must_use]
    pub fn with(self, player: usize) -> Self {
        Self(self.0 | 1 << player)
    }

    /// This one without a partner.
    #[must_use]
    pub fn without(self, player: usize) -> Self {
        Self(self.0 & !(1 << player))
    }

    /// How many partners.
    #[must_use]
    pub fn size(self) -> usize {
        self.0.count_ones() as usize
    }
}

/// Partners and the cost of each of their coalitions.
#[derive(Debug, Clone, PartialEq)]
pub struct CostGame {
    players: Vec<String>,
    /// by bits of the coalition
    costs: Vec<f64>,
}

/// Whether an allocation gives a coalition reason to leave.
#[derive(Debug, Clone, PartialEq)]
pub struct CoreTest {
    /// the coalition that pays most above its own cost, or least below it; none for a single partner
    pub worst: Option<Coalition>,
    /// its partners by name, joined by `+`
    pub worst_names: String,
    /// e(S) = x(S) − c(S): above zero, the coalition would do better alone
    pub worst_excess_musd: f64,
    /// excess that counts as none, from rounding
    pub tolerance_musd: f64,
}

impl CoreTest {
    /// Whether nobody has a reason to leave.
    #[must_use]
    pub fn in_core(&self) -> bool {
        self.worst_excess_musd <= self.tolerance_musd
    }
}

impl CostGame {
    /// A game from the cost of every coalition.
    ///
    /// * `players`: names, 1 to 16
    /// * `costs_musd`: cost of the coalition with bits k at place k; 2ⁿ numbers, the first of them 0
    ///
    /// # Errors
    /// [`PartnerError::PlayerCount`], [`PartnerError::CoalitionCount`], [`PartnerError::CoalitionCost`].
    pub fn new(players: Vec<String>, costs_musd: Vec<f64>) -> Result<Self, PartnerError> {
        let n = players.len();
        count("a game", n, MOST_PLAYERS)?;
        if costs_musd.len() != 1 << n {
            return Err(PartnerError::CoalitionCount { players: n, expected: 1 << n, offered: costs_musd.len() });
        }
        let game = Self { players, costs: costs_musd };
        for coalition in game.coalitions() {
            let cost_musd = game.cost_musd(coalition);
            let refuse = |cure| PartnerError::CoalitionCost { coalition: game.names(coalition), cost_musd, cure };
            if !cost_musd.is_finite() {
                return Err(refuse("give the cost of every coalition, of an impossible one a high penalty"));
            }
            if cost_musd.abs() > MOST_MUSD {
                return Err(refuse("a bill is 1e18 M$ or less"));
            }
            if coalition.0 == 0 && cost_musd != 0.0 {
                return Err(refuse("nobody pays nothing"));
            }
        }
        Ok(game)
    }

    /// A game whose coalitions are priced one by one, the empty one excepted.
    ///
    /// * `players`: names, 1 to 16
    /// * `price`: cost of a coalition, all in the money of one year
    ///
    /// # Errors
    /// Whatever `price` refuses; as [`CostGame::new`]; [`PartnerError::Unit`] when the years of the money differ.
    pub fn priced<E: From<PartnerError>>(
        players: Vec<String>,
        mut price: impl FnMut(Coalition) -> Result<Money, E>,
    ) -> Result<Self, E> {
        count("a game", players.len(), MOST_PLAYERS)?;
        let mut costs_musd = vec![0.0];
        let mut nothing: Option<Money> = None;
        for bits in 1..1_u32 << players.len() {
            let cost = price(Coalition(bits))?;
            let zero = *nothing.get_or_insert(Money::from_musd(0.0, cost.year()));
            costs_musd.push(zero.try_add(cost).map_err(PartnerError::from)?.musd());
        }
        Ok(Self::new(players, costs_musd)?)
    }

    /// The partners.
    #[must_use]
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// c(S).
    ///
    /// * `coalition`: of this game's partners; anybody else in it is not counted
    #[must_use]
    pub fn cost_musd(&self, coalition: Coalition) -> f64 {
        self.costs.get((coalition.0 & self.all().0) as usize).copied().unwrap_or(0.0)
    }

    /// c(N), the bill of all together.
    #[must_use]
    pub fn bill_musd(&self) -> f64 {
        self.cost_musd(self.all())
    }

    /// The names of a coalition, joined by `+`.
    #[must_use]
    pub fn names(&self, coalition: Coalition) -> String {
        let names: Vec<&str> = coalition.members().filter_map(|k| self.players.get(k)).map(String::as_str).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(" + ") }
    }

    /// What each would pay alone, c({i}).
    #[must_use]
    pub fn standalone_musd(&self) -> Vec<f64> {
        (0..self.players.len()).map(|k| self.cost_musd(Coalition::single(k))).collect()
    }

    /// What each adds to the bill of the others, c(N) − c(N∖i).
    #[must_use]
    pub fn marginal_musd(&self) -> Vec<f64> {
        let all = self.all();
        (0..self.players.len()).map(|k| self.bill_musd() - self.cost_musd(all.without(k))).collect()
    }

    /// The Shapley value: what each adds on average over all orders of joining.
    ///
    /// φᵢ = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n! · (c(S ∪ i) − c(S)), summed by size and then by the bits of S
    ///
    /// # Source
    /// Shapley, "A value for n-person games", *Contributions to the Theory of Games* II (1953) 307. The numbers below:
    /// a taxi shared by three, costs 6, 12 and 42.
    ///
    /// ```
    /// use portolan::partners::CostGame;
    /// let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    /// let taxi = CostGame::new(names, vec![0.0, 6.0, 12.0, 12.0, 42.0, 42.0, 42.0, 42.0])?;
    /// let rounded: Vec<String> = taxi.shapley_musd().iter().map(|x| format!("{x:.1}")).collect();
    /// assert_eq!(rounded, ["2.0", "5.0", "35.0"]);
    /// # Ok::<(), portolan::partners::PartnerError>(())
    /// ```
    #[must_use]
    pub fn shapley_musd(&self) -> Vec<f64> {
        let n = self.players.len();
        (0..n)
            .map(|player| {
                let mut by_size = vec![0.0; n];
                for coalition in self.coalitions().filter(|s| !s.contains(player)) {
                    let added = self.cost_musd(coalition.with(player)) - self.cost_musd(coalition);
                    if let Some(sum) = by_size.get_mut(coalition.size()) {
                        *sum += added;
                    }
                }
                // |S|! (n − |S| − 1)! / n! = 1 / (n · C(n − 1, |S|))
                let mut ways = 1.0;
                let mut value = 0.0;
                for (size, sum) in by_size.iter().enumerate() {
                    value += sum / (n as f64 * ways);
                    ways = ways * (n - 1 - size) as f64 / (size + 1) as f64;
                }
                value
            })
            .collect()
    }

    /// Whether an allocation is in the core: no coalition S pays more than c(S).
    ///
    /// * `allocation_musd`: what each partner pays, in the order of the partners
    ///
    /// # Errors
    /// [`PartnerError::AllocationLength`]; [`PartnerError::AllocationSum`] when it is not the bill.
    pub fn core_test(&self, allocation_musd: &[f64]) -> Result<CoreTest, PartnerError> {
        let n = self.players.len();
        if allocation_musd.len() != n {
            return Err(PartnerError::AllocationLength { players: n, offered: allocation_musd.len() });
        }
        let (sum_musd, bill_musd) = (allocation_musd.iter().sum::<f64>(), self.bill_musd());
        if sum_musd.is_nan() || (sum_musd - bill_musd).abs() > BILL_RATIO * self.scale() {
            return Err(PartnerError::AllocationSum { sum_musd, bill_musd });
        }
        let excess = |s: Coalition| s.members().filter_map(|k| allocation_musd.get(k)).sum::<f64>() - self.cost_musd(s);
        // of equal excesses the first by bits
        let worst = self.proper().map(|s| (s, excess(s))).reduce(|a, b| if b.1 > a.1 { b } else { a });
        Ok(CoreTest {
            worst: worst.map(|(s, _)| s),
            worst_names: worst.map_or_else(|| "nobody".to_owned(), |(s, _)| self.names(s)),
            worst_excess_musd: worst.map_or(0.0, |(_, e)| e),
            tolerance_musd: EXCESS_RATIO * self.scale(),
        })
    }

    fn all(&self) -> Coalition {
        Coalition::all(self.players.len())
    }

    /// Every coalition, the empty one and all included, by its bits.
    fn coalitions(&self) -> impl Iterator<Item = Coalition> + use<> {
        (0..1_u32 << self.players.len()).map(Coalition)
    }

    /// Every coalition but the empty one and all.
    fn proper(&self) -> impl Iterator<Item = Coalition> + use<> {
        (1..self.all().0).map(Coalition)
    }

    /// Greatest cost in sight, the scale of rounding; one for a game of nothing.
    fn scale(&self) -> f64 {
        let greatest = self.costs.iter().fold(0.0, |most: f64, c| most.max(c.abs()));
        if greatest > 0.0 { greatest } else { 1.0 }
    }
}

/// Shares of a facility that each needs up to its own size, where a larger size serves the smaller users too.
///
/// With costs in rising order, xᵢ = Σ_{k ≤ i} (cₖ − cₖ₋₁) / (n − k + 1): each step is paid in equal parts by those
/// who need it. It is the Shapley value of c(S) = max over S, for any number of users.
///
/// * `costs_musd`: what each would pay alone, zero or more, in any order
///
/// # Errors
/// [`PartnerError::NegativeWeight`] for a cost below zero, named by its place from 1.
///
/// # Source
/// Littlechild and Owen, *Management Science* 20 (1973) 370.
///
/// ```
/// assert_eq!(portolan::partners::airport_musd(&[6.0, 12.0, 42.0])?, [2.0, 5.0, 35.0]);
/// # Ok::<(), portolan::partners::PartnerError>(())
/// ```
pub fn airport_musd(costs_musd: &[f64]) -> Result<Vec<f64>, PartnerError> {
    if let Some((place, value)) = costs_musd.iter().enumerate().find(|(_, c)| !(0.0..=MOST_MUSD).contains(*c)) {
        return Err(PartnerError::NegativeWeight { name: format!("user {}", place + 1), value: *value });
    }
    let mut order: Vec<(usize, f64)> = costs_musd.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut shares = vec![0.0; costs_musd.len()];
    let (mut below, mut paid) = (0.0, 0.0);
    for (rank, (place, cost)) in order.iter().enumerate() {
        paid += (cost - below) / (order.len() - rank) as f64;
        below = *cost;
        if let Some(share) = shares.get_mut(*place) {
            *share = paid;
        }
    }
    Ok(shares)
}

fn count(what: &'static str, players: usize, most: usize) -> Result<(), PartnerError> {
    if (1..=most).contains(&players) { Ok(()) } else { Err(PartnerError::PlayerCount { what, most, players }) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(super) fn game(costs_musd: &[f64]) -> CostGame {
        let players = costs_musd.len().ilog2() as usize;
        let names = ["N", "J", "E", "C", "I", "U", "K"].iter().take(players).map(|s| (*s).to_owned()).collect();
        CostGame::new(names, costs_musd.to_vec()).expect("a game")
    }

    pub(super) fn close(found: &[f64], wanted: &[f64], tolerance: f64) -> bool {
        found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| (f - w).abs() <= tolerance)
    }

    /// Three partners resupply one station: N, J, NJ, E, NE, JE, all.
    pub(super) const RESUPPLY: [f64; 8] = [0.0, 1000.0, 460.0, 1230.0, 600.0, 1500.0, 990.0, 1710.0];

    #[test]
    fn published_taxi() {
        let taxi = game(&[0.0, 6.0, 12.0, 12.0, 42.0, 42.0, 42.0, 42.0]);
        assert!(close(&taxi.shapley_musd(), &[2.0, 5.0, 35.0], 1e-12));
        assert!(close(&airport_musd(&[42.0, 6.0, 12.0]).expect("shares"), &[35.0, 2.0, 5.0], 1e-12));
    }

    #[test]
    fn published_game_of_values() {
        // v(1, 2, 12, 3, 13, 23, 123); the Shapley value does not ask whether the numbers are costs or gains
        let values = game(&[0.0, 5.0, 3.0, 12.0, 2.0, 5.0, 4.0, 13.0]);
        assert!(close(&values.shapley_musd(), &[20.0 / 3.0, 31.0 / 6.0, 7.0 / 6.0], 1e-12));
    }

    #[test]
    fn published_resupply_shapley_is_in_the_core() {
        let resupply = game(&RESUPPLY);
        let shapley = resupply.shapley_musd();
        assert!(close(&shapley, &[851.667, 326.667, 531.667], 0.0005), "{shapley:?}");
        assert!(resupply.core_test(&shapley).expect("a test").in_core());
        assert_eq!(resupply.standalone_musd(), [1000.0, 460.0, 600.0]);
        assert_eq!(resupply.marginal_musd(), [720.0, 210.0, 480.0]);
        assert_eq!(resupply.bill_musd(), 1710.0);
    }

    #[test]
    fn law_the_core_test_names_who_would_leave() {
        let resupply = game(&RESUPPLY);
        let test = resupply.core_test(&[650.0, 460.0, 600.0]).expect("a test");
        // J + E pay 1060 for what costs them 990
        assert_eq!((test.worst, test.worst_names.as_str()), (Some(Coalition(0b110)), "J + E"));
        assert_eq!((test.worst_excess_musd, test.in_core()), (70.0, false));
        let alone = game(&[0.0, 5.0]).core_test(&[5.0]).expect("a test");
        assert_eq!((alone.worst, alone.in_core()), (None, true));
    }

    #[test]
    fn law_pricing_one_by_one_is_the_same_game() {
        let names = ["N", "J", "E"].map(str::to_owned).to_vec();
        let priced = CostGame::priced(names, |s| Ok::<_, PartnerError>(Money::from_musd(RESUPPLY[s.0 as usize], 2025)));
        assert_eq!(priced, Ok(game(&RESUPPLY)));
    }

    fn costs_of(players: u32) -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(0.0..1e4_f64, 1 << players).prop_map(|mut costs| {
            costs[0] = 0.0;
            costs
        })
    }

    proptest! {
        #[test]
        fn law_shapley_pays_the_bill(costs in (1..7_u32).prop_flat_map(costs_of)) {
            let game = game(&costs);
            let sum: f64 = game.shapley_musd().iter().sum();
            prop_assert!((sum - game.bill_musd()).abs() < 1e-8);
        }

        #[test]
        fn law_a_dummy_pays_its_own_cost(costs in costs_of(4), own in 0.0..100.0_f64, dummy in 0..5_usize) {
            // put a fifth partner that always adds the same among four others
            let with: Vec<f64> = (0..32_usize).map(|bits| {
                let low = bits & ((1 << dummy) - 1);
                let rest = low | (bits >> (dummy + 1)) << dummy;
                costs[rest] + if bits >> dummy & 1 == 1 { own } else { 0.0 }
            }).collect();
            prop_assert!((game(&with).shapley_musd()[dummy] - own).abs() < 1e-8);
        }

        #[test]
        fn law_equals_pay_alike(costs in costs_of(5), a in 0..5_usize, b in 0..5_usize) {
            // exchange a and b in every coalition and take the mean: they become equals
            let swapped = |bits: usize| {
                let (x, y) = (bits >> a & 1, bits >> b & 1);
                if x == y { bits } else { bits ^ (1 << a) ^ (1 << b) }
            };
            let mean: Vec<f64> = (0..32).map(|s| (costs[s] + costs[swapped(s)]) / 2.0).collect();
            let shapley = game(&mean).shapley_musd();
            prop_assert!((shapley[a] - shapley[b]).abs() < 1e-8);
        }

        #[test]
        fn law_shapley_is_additive(left in costs_of(4), right in costs_of(4)) {
            let both: Vec<f64> = left.iter().zip(&right).map(|(a, b)| a + b).collect();
            let parts: Vec<f64> =
                game(&left).shapley_musd().iter().zip(game(&right).shapley_musd()).map(|(a, b)| a + b).collect();
            prop_assert!(close(&game(&both).shapley_musd(), &parts, 1e-8));
        }

        #[test]
        fn law_the_airport_is_the_shapley_value_of_its_game(costs in prop::collection::vec(0.0..1e3_f64, 1..8)) {
            let table: Vec<f64> = (0..1_u32 << costs.len())
                .map(|bits| Coalition(bits).members().map(|k| costs[k]).fold(0.0, f64::max))
                .collect();
            let game = game(&table);
            let shares = airport_musd(&costs).expect("shares");
            prop_assert!(close(&shares, &game.shapley_musd(), 1e-9));
            prop_assert!(game.core_test(&shares).expect("a test").in_core());
        }
    }

    #[test]
    fn law_sixteen_partners_are_counted() {
        let names = (0..16).map(|k| format!("p{k}")).collect();
        let costs = (0..1_u32 << 16).map(|bits| Coalition(bits).size() as f64 * 3.0).collect();
        let game = CostGame::new(names, costs).expect("a game");
        assert!(close(&game.shapley_musd(), &[3.0; 16], 1e-9));
    }

    #[test]
    fn refuses_games_that_are_none() {
        let names = |n: usize| (0..n).map(|k| format!("p{k}")).collect::<Vec<_>>();
        let refusal = |n: usize, costs: &[f64]| CostGame::new(names(n), costs.to_vec()).expect_err("none").to_string();
        assert_eq!(refusal(0, &[0.0]), "a game takes 1 to 16 partners, got 0");
        assert_eq!(refusal(17, &[0.0]), "a game takes 1 to 16 partners, got 17");
        assert_eq!(
            refusal(2, &[0.0, 1.0]),
            "a game of 2 partners has 4 coalitions (the empty one included), got the cost of 2"
        );
        assert_eq!(refusal(1, &[2.0, 1.0]), "the cost of nobody is 2 M$; nobody pays nothing");
        assert_eq!(
            refusal(2, &[0.0, 1.0, 1.0, f64::INFINITY]),
            "the cost of p0 + p1 is inf M$; give the cost of every coalition, of an impossible one a high penalty"
        );
        let years =
            CostGame::priced(names(2), |s| Ok::<_, PartnerError>(Money::from_musd(1.0, 2024 + s.size() as i32)));
        assert_eq!(
            years.expect_err("two years").to_string(),
            "cannot add 0 M$ of 2025 and 1 M$ of 2026: bring both to one currency year first"
        );
    }

    #[test]
    fn refuses_allocations_of_another_bill() {
        let resupply = game(&RESUPPLY);
        let refusal = |parts: &[f64]| resupply.core_test(parts).expect_err("a refusal").to_string();
        assert_eq!(refusal(&[1.0]), "an allocation to 1 partners was offered to a game of 3");
        assert_eq!(
            refusal(&[800.0, 300.0, 500.0]),
            "the parts sum to 1600 M$, but the bill of all together is 1710 M$"
        );
        assert!(refusal(&[f64::NAN, 300.0, 500.0]).starts_with("the parts sum to NaN M$"));
        assert_eq!(
            airport_musd(&[3.0, -1.0]).expect_err("a refusal").to_string(),
            "the contribution of \"user 2\" is -1; it must be zero or more"
        );
    }
}
