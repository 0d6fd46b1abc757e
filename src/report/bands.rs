//! What the bands of a porkchop show, and of which branch: a number of the transfer, or what a launcher makes of it.

use super::FigureError;
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::{CellNumbers, Porkchop, Quantity, Status, TransferType};
use crate::vehicles::Freight;

/// What the bands of a porkchop show.
#[derive(Debug, Clone, PartialEq)]
pub enum Bands {
    /// a number of the transfer
    Number(Quantity),
    /// mass that one launch delivers into the capture orbit
    Delivered(Freight),
    /// launch price of a delivered kilogram
    CostPerKg(Freight),
}

/// Which end of a scale a designer looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// the least
    LowIsGood,
    /// the greatest
    HighIsGood,
    /// neither: a direction, an angle
    Neither,
}

impl Bands {
    /// Its column in a file, with the unit as a suffix.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Number(quantity) => quantity.key(),
            Self::Delivered(_) => "delivered_kg",
            Self::CostPerKg(_) => "launch_usd_per_kg",
        }
    }

    /// What a reader calls it.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Number(quantity) => capital(quantity.label()),
            Self::Delivered(freight) => format!("Delivered by {}", freight.launcher.name),
            Self::CostPerKg(freight) => format!("Launch price, {}", freight.launcher.name),
        }
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::Number(quantity) => quantity.unit(),
            Self::Delivered(_) => "kg",
            Self::CostPerKg(_) => "$/kg",
        }
    }

    /// Which end is wanted.
    #[must_use]
    pub const fn rank(&self) -> Rank {
        match self {
            Self::Number(Quantity::Dla | Quantity::Rla | Quantity::Phase | Quantity::Tof) => Rank::Neither,
            Self::Number(_) | Self::CostPerKg(_) => Rank::LowIsGood,
            Self::Delivered(_) => Rank::HighIsGood,
        }
    }

    /// The value of one cell in [`Bands::unit`]; NaN where a launcher cannot.
    ///
    /// * `cell`: numbers of its transfer
    #[must_use]
    pub fn value(&self, cell: &CellNumbers) -> f64 {
        match self {
            Self::Number(quantity) => quantity.value(cell),
            Self::Delivered(freight) => freight.delivered_kg(cell),
            Self::CostPerKg(freight) => freight.launch_usd_per_kg(cell),
        }
    }

    /// The launcher and stage behind it.
    #[must_use]
    pub const fn freight(&self) -> Option<&Freight> {
        match self {
            Self::Number(_) => None,
            Self::Delivered(freight) | Self::CostPerKg(freight) => Some(freight),
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Which of several transfers between two dates a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Branches {
    /// the one with the least C3 that no limit excludes
    #[default]
    Best,
    /// one revolution count and branch
    One {
        /// complete revolutions
        revs: u32,
        /// which of the two orbits
        branch: Branch,
    },
}

/// The transfers of a picture, cell by cell: masked ones too, so that a picture can show why they are.
#[derive(Debug, Clone)]
pub struct ShownCells {
    /// numbers; none where there is no transfer
    pub numbers: Vec<Option<CellNumbers>>,
    /// place in [`Porkchop::layers`]; of a cell without transfer any layer's
    pub layer: Vec<usize>,
    /// what became of the cell
    pub status: Vec<Status>,
}

impl ShownCells {
    /// The cells of a porkchop that a picture shows.
    ///
    /// * `solved`: the porkchop
    /// * `branches`: which of its layers
    ///
    /// # Errors
    /// [`FigureError::NoBranch`] for a branch that was not solved.
    pub fn of(solved: &Porkchop, branches: Branches) -> Result<Self, FigureError> {
        let layers: Vec<usize> = match branches {
            Branches::Best => (0..solved.layers.len()).collect(),
            Branches::One { revs, branch } => {
                let found = solved.layers.iter().position(|l| l.revs == revs && l.branch == branch);
                vec![found.ok_or_else(|| FigureError::NoBranch {
                    asked: format!("{revs} {branch}"),
                    solved: solved.layers.iter().map(|l| format!("{} {}", l.revs, l.branch)).collect(),
                })?]
            }
        };
        let least = |k: usize, wanted: Status| {
            let there = layers.iter().copied().filter(|l| solved.layers[*l].status(k) == wanted);
            there.min_by(|a, b| solved.layers[*a].c3_km2_s2(k).total_cmp(&solved.layers[*b].c3_km2_s2(k)))
        };
        let cells = solved.cells();
        let layer: Vec<usize> = (0..cells)
            .map(|k| least(k, Status::Transfer).or_else(|| least(k, Status::Masked)).unwrap_or(layers[0]))
            .collect();
        let status = (0..cells).map(|k| solved.layers[layer[k]].status(k)).collect();
        let numbers = (0..cells).map(|k| solved.numbers(layer[k], k)).collect();
        Ok(Self { numbers, layer, status })
    }

    /// A table of some number; NaN where there is no transfer.
    ///
    /// * `quantity`: the number of one transfer
    #[must_use]
    pub fn values(&self, quantity: impl Fn(&CellNumbers) -> f64) -> Vec<f64> {
        self.numbers.iter().map(|cell| cell.as_ref().map_or(f64::NAN, &quantity)).collect()
    }

    /// Layer and type of each cell as one number, one for one kind of transfer; 0 where there is none.
    #[must_use]
    pub fn kinds(&self) -> Vec<u32> {
        let kind = |k: usize| {
            self.numbers[k].as_ref().map_or(0, |c| {
                let half = TransferType::new(c.revs, c.angle_rad).number() % 2;
                1 + 2 * self.layer[k] as u32 + (1 - half)
            })
        };
        (0..self.numbers.len()).map(kind).collect()
    }
}

/// The name of a number of [`ShownCells::kinds`], such as `type II` or `type III, low branch`.
pub(super) fn kind_name(solved: &Porkchop, kind: u32) -> String {
    let layer = &solved.layers[(kind as usize - 1) / 2];
    let number = TransferType::new(layer.revs, if kind.is_multiple_of(2) { 6.0 } else { 1.0 });
    match layer.branch {
        Branch::Single => format!("type {number}"),
        branch => format!("type {number}, {branch} branch"),
    }
}
