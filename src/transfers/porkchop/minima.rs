//! The least C3, speed and Δv of each type, on the true function of the dates.

use super::grid::Grid;
use super::{CellNumbers, Layer, Limits, Problem, Quantity, Status, Transfer, TransferType};
use crate::numerics::minima::descend;
use crate::time::{DAY_S, Epoch};
use rayon::prelude::*;
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

/// Distance from half a turn at which the ridge is compared with a minimum.
const LINE_DEG: f64 = 0.5;

/// Distance of the difference quotients, d: far above the rounding of C3 (1e-12), far below the Moon's month.
const PROBE_D: f64 = 0.02;

/// Cells that are looked into for one criterion and type: the Moon's pull on the Earth makes a basin a month.
const MOST_BASINS: usize = 24;

pub(super) fn find(problem: &Problem, grid: &Grid, limits: &Limits) -> Vec<Minimum> {
    let highest = grid.layers.iter().map(|layer| layer.revs).max().unwrap_or(0);
    let rows: Vec<(TransferType, Criterion)> = (0..=highest)
        .flat_map(|revs| [0.0, std::f64::consts::TAU].map(|half| TransferType::new(revs, half)))
        .flat_map(|kind| Criterion::ALL.map(|criterion| (kind, criterion)))
        .collect();
    rows.into_par_iter()
        .map(|(kind, criterion)| {
            let layers = grid.layers.iter().filter(|layer| layer.revs == kind.revs());
            let found = layers
                .filter_map(|layer| lowest(problem, grid, limits, layer, kind, criterion))
                .min_by(|a, b| criterion.transfer_value(a).total_cmp(&criterion.transfer_value(b)));
            Minimum { criterion, kind, revs: kind.revs(), found }
        })
        .collect()
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
    let (revs, branch) = (kind.revs(), layer.branch);
    let columns = grid.depart.len();
    let counts = |angle_rad: f64| {
        TransferType::new(revs, angle_rad) == kind && (angle_rad.to_degrees() - 180.0).abs() > RIDGE_DEG
    };
    let value = |k: usize| -> f64 {
        if layer.status(k) != Status::Transfer || !counts(layer.angle_rad[k]) {
            return f64::INFINITY;
        }
        // the criteria do not ask for the time of flight
        layer.numbers(problem, k, f64::NAN).map_or(f64::INFINITY, |c| criterion.value(&c))
    };
    let values: Vec<f64> = (0..layer.status.len()).map(value).collect();
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
            .filter(|t| counts(t.arc.angle_rad) && limits.allow(t.c3_km2_s2, t.dla_deg, t.tof_d))
            .map(|t| criterion.transfer_value(&t))
    };
    let reach_d = 2.0 * (width_d / (columns - 1) as f64).max(height_d / (grid.arrive.len() - 1) as f64);
    let mut best: Option<Transfer> = None;
    for k in basins.into_iter().take(MOST_BASINS) {
        let from = ((grid.depart[k % columns] - start) / DAY_S, (grid.arrive[k / columns] - origin) / DAY_S);
        let bottom = descend(function, from, reach_d, PROBE_D).and_then(|b| at(b.x, b.y));
        if let Some(t) = bottom
            && best.as_ref().is_none_or(|b| criterion.transfer_value(&t) < criterion.transfer_value(b))
        {
            best = Some(t);
        }
    }
    // What is least of this type may lean on the ridge: a higher basin elsewhere is not its minimum then.
    let ridge = ridge_least(problem, grid, limits, layer, kind, criterion);
    best.filter(|t| criterion.transfer_value(t) <= ridge)
}

/// The least of a criterion along the line that lies [`LINE_DEG`] from half a turn, on the side of a type.
///
/// Along that line the valley where the planes of both orbits meet is narrower than a cell, so the lowest column is
/// refined by golden section.
fn ridge_least(
    problem: &Problem,
    grid: &Grid,
    limits: &Limits,
    layer: &Layer,
    kind: TransferType,
    criterion: Criterion,
) -> f64 {
    let line_deg = if kind.number().is_multiple_of(2) { 180.0 + LINE_DEG } else { 180.0 - LINE_DEG };
    let columns = grid.depart.len();
    let solve = |depart: Epoch, arrive: Epoch| problem.transfer(depart, arrive, layer.revs, layer.branch);
    let beyond = |t: &Transfer| t.arc.angle_rad.to_degrees() - line_deg;
    // the transfer of a departure that lies on the line, between two arrivals on either side of it
    let on_line = |depart: Epoch, mut low: Epoch, mut high: Epoch| -> Option<Transfer> {
        let (before, after) = (beyond(&solve(depart, low)?), beyond(&solve(depart, high)?));
        // the angle jumps by a whole turn elsewhere
        if before * after > 0.0 || (before - after).abs() > 90.0 {
            return None;
        }
        for _ in 0..40 {
            let middle = low + 0.5 * (high - low);
            if beyond(&solve(depart, middle)?) * before > 0.0 { low = middle } else { high = middle }
        }
        solve(depart, low).filter(|t| limits.allow(t.c3_km2_s2, t.dla_deg, t.tof_d))
    };
    let mut lowest: Option<(f64, usize, Epoch)> = None;
    for (i, depart) in grid.depart.iter().enumerate() {
        for j in 1..grid.arrive.len() {
            let side = |row: usize| {
                let k = row * columns + i;
                if layer.status(k) == Status::Transfer { layer.angle_rad[k].to_degrees() - line_deg } else { f64::NAN }
            };
            if side(j - 1) * side(j) <= 0.0
                && let Some(t) = on_line(*depart, grid.arrive[j - 1], grid.arrive[j])
            {
                let value = criterion.transfer_value(&t);
                if lowest.is_none_or(|(least, ..)| value < least) {
                    lowest = Some((value, i, t.arrive));
                }
            }
        }
    }
    let Some((mut least, i, arrive)) = lowest else { return f64::INFINITY };
    let column_s = grid.depart[1] - grid.depart[0];
    let reach_s = 4.0 * column_s.max(grid.arrive[1] - grid.arrive[0]);
    let value = |after_s: f64| {
        let depart = grid.depart[i] + after_s;
        on_line(depart, arrive - reach_s, arrive + reach_s).map_or(f64::INFINITY, |t| criterion.transfer_value(&t))
    };
    let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = (-column_s, column_s);
    for _ in 0..40 {
        let (c, d) = (b - ratio * (b - a), a + ratio * (b - a));
        let (at_c, at_d) = (value(c), value(d));
        least = least.min(at_c).min(at_d);
        if at_c < at_d { b = d } else { a = c }
    }
    least
}
