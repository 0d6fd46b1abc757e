//! The least C3, speed and Δv of each type, on the true function of the dates.

use super::grid::Grid;
use super::{Arc, Layer, Limits, Problem, Transfer, TransferType};
use crate::numerics::minima::descend;
use crate::time::DAY_S;
use std::fmt;

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

    /// The number of one transfer.
    ///
    /// * `transfer`: km²/s² for C3, km/s for the others
    #[must_use]
    pub fn of(self, transfer: &Transfer) -> f64 {
        match self {
            Self::C3 => transfer.c3_km2_s2,
            Self::ArrivalSpeed => transfer.v_inf_arr_km_s,
            Self::SpeedSum => transfer.v_inf_dep_km_s + transfer.v_inf_arr_km_s,
            Self::DeltaV => transfer.dv_total_km_s,
        }
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

/// The least of one criterion for one type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// what is least
    pub criterion: Criterion,
    /// type of the transfer
    pub kind: TransferType,
    /// complete revolutions
    pub revs: u32,
    /// the transfer; `None` when the dates hold no interior minimum
    pub found: Option<Transfer>,
}

/// Nearer than this to half a turn a lowest cell leans on the ridge where the planes of the two orbits part.
const RIDGE_DEG: f64 = 1.5;

/// A cell this near that leads to no interior minimum leads to the ridge, not over the border.
const NEAR_RIDGE_DEG: f64 = 10.0;

/// Distance of the difference quotients, d: far above the rounding of C3 (1e-12), far below the Moon's month.
const PROBE_D: f64 = 0.02;

/// Cells that are looked into for one criterion and type: the Moon's pull on the Earth makes a basin a month.
const MOST_BASINS: usize = 24;

pub(super) fn find(problem: &Problem, grid: &Grid, limits: &Limits) -> Vec<Minimum> {
    let highest = grid.layers.iter().map(|layer| layer.revs).max().unwrap_or(0);
    let mut minima = Vec::new();
    for revs in 0..=highest {
        for half in [0.0, std::f64::consts::TAU] {
            let kind = TransferType::new(revs, half);
            for criterion in Criterion::ALL {
                let layers = grid.layers.iter().filter(|layer| layer.revs == revs);
                let found = layers
                    .filter_map(|layer| lowest(problem, grid, limits, layer, kind, criterion))
                    .min_by(|a, b| criterion.of(a).total_cmp(&criterion.of(b)));
                minima.push(Minimum { criterion, kind, revs, found });
            }
        }
    }
    minima
}

/// The lowest interior minimum of one layer and type.
fn lowest(
    problem: &Problem,
    grid: &Grid,
    limits: &Limits,
    layer: &Layer,
    kind: TransferType,
    criterion: Criterion,
) -> Option<Transfer> {
    let (revs, branch, cells) = (kind.revs(), layer.branch, &layer.cells);
    let columns = grid.depart.len();
    let from_ridge_deg = |arc: &Arc| (arc.angle_rad.to_degrees() - 180.0).abs();
    let counts = |of: TransferType, arc: &Arc| of == kind && from_ridge_deg(arc) > RIDGE_DEG;
    let value = |k: usize| -> f64 {
        let arc: Option<&Arc> = cells[k].arc().filter(|arc| counts(TransferType::new(revs, arc.angle_rad), arc));
        let dates = (grid.depart[k % columns], grid.arrive[k / columns]);
        let transfer = arc.and_then(|arc| problem.dated(dates.0, dates.1, revs, branch, *arc));
        transfer.map_or(f64::INFINITY, |t| criterion.of(&t))
    };
    let values: Vec<f64> = (0..cells.len()).map(value).collect();
    let mut basins: Vec<usize> = (1..grid.arrive.len() - 1)
        .flat_map(|j| (1..columns - 1).map(move |i| j * columns + i))
        .filter(|&k| {
            let rows = [k - columns, k, k + columns];
            values[k].is_finite() && rows.iter().flat_map(|r| [r - 1, *r, r + 1]).all(|n| values[k] <= values[n])
        })
        .collect();
    basins.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let (start, origin) = (grid.depart[0], grid.arrive[0]);
    let (width_d, height_d) =
        ((grid.depart[columns - 1] - start) / DAY_S, (grid.arrive[grid.arrive.len() - 1] - origin) / DAY_S);
    let at = |x_d: f64, y_d: f64| problem.transfer(start + x_d * DAY_S, origin + y_d * DAY_S, revs, branch);
    let inside = |x_d: f64, y_d: f64| (0.0..=width_d).contains(&x_d) && (0.0..=height_d).contains(&y_d);
    let function = |x_d: f64, y_d: f64| {
        inside(x_d, y_d)
            .then(|| at(x_d, y_d))
            .flatten()
            .filter(|t| counts(t.kind, &t.arc) && limits.allow(&t.arc, t.tof_d))
            .map(|t| criterion.of(&t))
    };
    let reach_d = 2.0 * (width_d / (columns - 1) as f64).max(height_d / (grid.arrive.len() - 1) as f64);
    let mut best: Option<Transfer> = None;
    for k in basins.into_iter().take(MOST_BASINS) {
        let from = ((grid.depart[k % columns] - start) / DAY_S, (grid.arrive[k / columns] - origin) / DAY_S);
        let bottom = descend(function, from, reach_d, PROBE_D).and_then(|b| at(b.x, b.y));
        match bottom {
            Some(t) if best.as_ref().is_none_or(|b| criterion.of(&t) < criterion.of(b)) => best = Some(t),
            Some(_) => {}
            // What is least of this type leans on the ridge: a higher basin elsewhere is not its minimum.
            None if best.is_none() && cells[k].arc().is_some_and(|arc| from_ridge_deg(arc) < NEAR_RIDGE_DEG) => {
                return None;
            }
            None => {}
        }
    }
    best
}
