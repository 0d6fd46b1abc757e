//! The local minima of C3, speed and Δv of each type, on the true function of the dates.

mod basins;
mod ridge;

use super::grid::Axes;
use super::{CellNumbers, Gradient, Layer, Masks, Problem, Quantity, Transfer, TransferType, Varying};
use crate::numerics::minima::{Slope, newton};
use crate::time::{DAY_S, Epoch};
use crate::transfers::lambert::Branch;
use basins::Basin;
pub(super) use basins::Pass;
use rayon::prelude::*;
use ridge::Ridge;
use std::fmt;
use std::ops::Range;

/// What is to be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Criterion {
    /// launch energy
    C3,
    /// excess speed at arrival
    ArrivalSpeed,
    /// excess speed at departure and arrival together
    SpeedSum,
    /// both impulses together
    DeltaV,
}

impl Criterion {
    /// All of them, in the order of the handbook's tables.
    pub const ALL: [Self; 4] = [Self::C3, Self::ArrivalSpeed, Self::SpeedSum, Self::DeltaV];

    /// The number of one transfer, km²/s² for C3, km/s for the others.
    ///
    /// * `cell`: its numbers
    #[must_use]
    pub fn value(self, cell: &CellNumbers) -> f64 {
        self.quantity().value(cell)
    }

    /// The number that is to be least.
    #[must_use]
    pub const fn quantity(self) -> Quantity {
        match self {
            Self::C3 => Quantity::C3,
            Self::ArrivalSpeed => Quantity::ArrivalSpeed,
            Self::SpeedSum => Quantity::SpeedSum,
            Self::DeltaV => Quantity::DeltaV,
        }
    }

    /// The number with its derivatives.
    fn varying(self, gradient: &Gradient) -> Varying {
        match self {
            Self::C3 => gradient.c3,
            Self::ArrivalSpeed => gradient.v_inf_arr,
            Self::SpeedSum => gradient.v_inf_dep.plus(gradient.v_inf_arr),
            Self::DeltaV => gradient.dv_total,
        }
    }

    /// The number of a transfer with its dates, likewise.
    ///
    /// * `transfer`: the transfer
    #[must_use]
    pub fn transfer_value(self, transfer: &Transfer) -> f64 {
        self.value(&CellNumbers::from(transfer))
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::C3 => "c3",
            Self::ArrivalSpeed => "v_inf_arr",
            Self::SpeedSum => "v_inf_sum",
            Self::DeltaV => "dv_total",
        })
    }
}

/// The local minima of one criterion for one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// what is least
    pub criterion: Criterion,
    /// type of the transfer
    pub kind: TransferType,
    /// complete revolutions
    pub revs: u32,
    /// the lowest local minimum; `None` when the dates hold no stationary point of this type
    pub found: Option<Transfer>,
    /// the other local minima, the lowest first: another opportunity inside the dates, or a month of the Moon's pull on
    /// the Earth
    pub others: Vec<Transfer>,
    /// whether a lower value than that of `found` leans on the ridge, half a degree from half a turn, where the planes of
    /// the two orbits meet: no minimum, but cheaper
    pub ridge_lower: bool,
}

/// Nearer than this to half a turn begins the ridge where the planes of the two orbits part: what is lower there leans on
/// it.
const RIDGE_DEG: f64 = 0.5;

/// Distance of the gradients whose differences bend the search, d: far above their rounding, far below the Moon's month.
const PROBE_D: f64 = 0.02;

/// Cells that are looked into for one criterion, type and branch: the Moon's pull on the Earth makes a basin a month, and
/// the dates may span decades.
const MOST_BASINS: usize = 1024;

/// Bottoms nearer to each other than this in both dates are one, d: the Moon's month holds sixty of it.
const SAME_D: f64 = 0.5;

/// A layer with its lowest cells, and the ridge along both sides of half a turn.
struct Searched<'a> {
    of: (u32, Branch),
    pass: &'a Pass,
    ridges: [Ridge; 2],
}

/// What the search looks at: the dates and the function behind the cells.
///
/// Cells that no neighbour of their type undercuts are found in one pass over the rows; from each Newton's method leads
/// down on the true function.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) problem: &'a Problem,
    pub(super) axes: &'a Axes,
    pub(super) masks: &'a Masks,
}

impl Search<'_> {
    /// One pass over rows of a layer.
    ///
    /// * `first`: the row of the grid that the layer begins with
    /// * `rows`: rows of the grid to look through, whose neighbours the layer holds
    pub(super) fn pass(&self, layer: &Layer, first: usize, rows: Range<usize>) -> Pass {
        basins::pass(self, layer, first, rows)
    }

    /// The minima of every criterion, type by type.
    ///
    /// * `passes`: over all rows, one a layer
    pub(super) fn find(&self, passes: &[Pass]) -> Vec<Minimum> {
        let highest = self.axes.branches.iter().map(|(revs, _)| *revs).max().unwrap_or(0);
        let along = |of, pass: &Pass| [false, true].map(|beyond| Ridge::along(self, of, beyond, &pass.crossings));
        let layers: Vec<Searched> = self
            .axes
            .branches
            .par_iter()
            .zip(passes)
            .map(|(of, pass)| Searched { of: *of, pass, ridges: along(*of, pass) })
            .collect();
        let rows: Vec<(u32, usize, Criterion)> = (0..=highest)
            .flat_map(|revs| (0..2).flat_map(move |half| Criterion::ALL.map(move |criterion| (revs, half, criterion))))
            .collect();
        rows.into_par_iter().map(|(revs, half, criterion)| self.of_type(revs, half, criterion, &layers)).collect()
    }

    /// The minima of one criterion and type, from the layers of its revolutions.
    fn of_type(&self, revs: u32, half: usize, criterion: Criterion, layers: &[Searched]) -> Minimum {
        let kind = TransferType::new(revs, if half == 0 { 0.0 } else { std::f64::consts::TAU });
        let value = |t: &Transfer| criterion.transfer_value(t);
        let own = || layers.iter().filter(|layer| layer.of.0 == revs);
        let mut bottoms: Vec<Transfer> = own()
            .flat_map(|layer| {
                let basins: Vec<Basin> = layer.pass.lowest(half, criterion);
                let bottoms = basins.into_par_iter().filter_map(|b| self.bottom(layer.of, kind, criterion, b.cell));
                bottoms.collect::<Vec<Transfer>>()
            })
            .collect();
        let dates = |t: &Transfer| (t.depart.tdb_s(), t.arrive.tdb_s());
        bottoms.sort_by(|a, b| {
            let ((a1, a2), (b1, b2)) = (dates(a), dates(b));
            value(a).total_cmp(&value(b)).then(a1.total_cmp(&b1)).then(a2.total_cmp(&b2))
        });
        let mut minima: Vec<Transfer> = Vec::new();
        for bottom in bottoms {
            let near = |a: Epoch, b: Epoch| (a - b).abs() < SAME_D * DAY_S;
            let same = |m: &Transfer| {
                m.branch == bottom.branch && near(m.depart, bottom.depart) && near(m.arrive, bottom.arrive)
            };
            if !minima.iter().any(same) {
                minima.push(bottom);
            }
        }
        let mut minima = minima.into_iter();
        let found = minima.next();
        let ridge_lower = found
            .as_ref()
            .map(value)
            .is_some_and(|least| own().any(|layer| layer.ridges[half].least(self, layer.of, criterion, least) < least));
        Minimum { criterion, kind, revs, found, others: minima.collect(), ridge_lower }
    }

    /// Whether a transfer of this angle belongs to a type, away from the ridge.
    fn counts(kind: TransferType, angle_rad: f64) -> bool {
        TransferType::new(kind.revs(), angle_rad) == kind && (angle_rad.to_degrees() - 180.0).abs() > RIDGE_DEG
    }

    /// The minimum that a cell leads down to.
    fn bottom(
        &self,
        (revs, branch): (u32, Branch),
        kind: TransferType,
        criterion: Criterion,
        cell: usize,
    ) -> Option<Transfer> {
        let Axes { depart, arrive, .. } = self.axes;
        let (start, origin, columns) = (depart[0], arrive[0], depart.len());
        let (width_d, height_d) = ((depart[columns - 1] - start) / DAY_S, (arrive[arrive.len() - 1] - origin) / DAY_S);
        let dates = |(x_d, y_d): (f64, f64)| (start + x_d * DAY_S, origin + y_d * DAY_S);
        let inside = |x_d: f64, y_d: f64| (0.0..=width_d).contains(&x_d) && (0.0..=height_d).contains(&y_d);
        let function = |five: [(f64, f64); 5]| {
            let found = self.problem.gradients(&five.map(dates), revs, branch);
            std::array::from_fn(|k| {
                let tof_d = (dates(five[k]).1 - dates(five[k]).0) / DAY_S;
                let good = |g: &Gradient| {
                    inside(five[k].0, five[k].1)
                        && Self::counts(kind, g.angle_rad)
                        && self.masks.allow(g.c3.value, g.dla_deg, tof_d, g.v_inf_arr.value)
                };
                found[k].filter(good).map(|g| {
                    let Varying { value, rate_values } = criterion.varying(&g);
                    Slope { value, by: rate_values.map(|rate| rate * DAY_S) }
                })
            })
        };
        let reach_d = 2.0 * (width_d / (columns - 1) as f64).max(height_d / (arrive.len() - 1) as f64);
        // a step's width inside the border, where the first gradients have room
        let within = |at_d: f64, most_d: f64| at_d.min(most_d - 2.0 * PROBE_D).max(2.0 * PROBE_D);
        let from = (
            within((depart[cell % columns] - start) / DAY_S, width_d),
            within((arrive[cell / columns] - origin) / DAY_S, height_d),
        );
        let bottom = newton(function, from, reach_d, PROBE_D)?;
        let (depart, arrive) = dates((bottom.x, bottom.y));
        self.problem.transfer(depart, arrive, revs, branch)
    }
}
