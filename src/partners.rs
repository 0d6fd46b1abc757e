//! Who pays: what each partner contributes, shares of a total, and the cooperative games that divide it.

pub mod games;
pub mod shares;

pub use games::{Coalition, CoreTest, CostGame, LeastCore, airport_musd};
pub use shares::{Contribution, Contributions, check_shares, divide};

use crate::units::UnitError;
use thiserror::Error;

/// Greatest amount, in millions of dollars or in kilograms, that is shared: sums and differences of such stay exact
/// enough to be shared, and finite.
pub(crate) const MOST_MUSD: f64 = 1e18;

/// What sharing refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PartnerError {
    /// Shares that are not a whole.
    #[error("the shares of the partners sum to {sum_share}, not 1: {listed}; {cure}")]
    SharesSum {
        /// their sum
        sum_share: f64,
        /// each partner with its share
        listed: String,
        /// what to change
        cure: String,
    },
    /// One partner occurs twice.
    #[error("the partner \"{name}\" has two shares; give it one")]
    Twice {
        /// the partner
        name: String,
    },
    /// A weight that is negative or not a number.
    #[error("the contribution of \"{name}\" is {value}; it must be {}", if *value > MOST_MUSD { "1e18 or less" } else { "zero or more" })]
    NegativeWeight {
        /// the partner
        name: String,
        /// the weight that was offered
        value: f64,
    },
    /// All weights are zero.
    #[error("nobody contributes anything, so {total_musd} M$ cannot be divided in proportion; choose another rule")]
    NothingContributed {
        /// what is to be divided
        total_musd: f64,
    },
    /// A game of nobody, or of too many.
    #[error("{what} takes 1 to {most} partners, got {players}")]
    PlayerCount {
        /// which calculation
        what: &'static str,
        /// most partners it takes
        most: usize,
        /// partners offered
        players: usize,
    },
    /// The table of coalitions has the wrong length.
    #[error(
        "a game of {players} partners has {expected} coalitions (the empty one included), got the cost of {offered}"
    )]
    CoalitionCount {
        /// partners
        players: usize,
        /// 2ⁿ
        expected: usize,
        /// costs offered
        offered: usize,
    },
    /// A coalition whose cost is no number, or an empty one that pays.
    #[error("the cost of {coalition} is {cost_musd} M$; {cure}")]
    CoalitionCost {
        /// the coalition, by names
        coalition: String,
        /// its cost
        cost_musd: f64,
        /// what it must be
        cure: &'static str,
    },
    /// An allocation for another number of partners.
    #[error("an allocation to {offered} partners was offered to a game of {players}")]
    AllocationLength {
        /// partners of the game
        players: usize,
        /// parts of the allocation
        offered: usize,
    },
    /// An allocation of more or less than the bill.
    #[error("the parts sum to {sum_musd} M$, but the bill of all together is {bill_musd} M$")]
    AllocationSum {
        /// sum of the parts
        sum_musd: f64,
        /// cost of the grand coalition
        bill_musd: f64,
    },
    /// Together is dearer than alone.
    #[error(
        "together the partners pay {together_musd} M$, alone {alone_musd} M$ in all: there is nothing to share, and no nucleolus"
    )]
    TogetherDearer {
        /// cost of the grand coalition
        together_musd: f64,
        /// sum of the standalone costs
        alone_musd: f64,
    },
    /// A linear programme of the nucleolus did not solve; a fault of ours.
    #[error("a linear programme of the game did not solve: {detail}; please report this")]
    Programme {
        /// what the solver said
        detail: String,
    },
    /// Money of two years, or a share outside 0 to 1.
    #[error(transparent)]
    Unit(#[from] UnitError),
}
