//! The cells: states per axis, Lambert in rows over all cores.

use super::{Cell, CellCounts, Layer, Limits, PorkchopError, PorkchopRequest, Problem, Reason};
use crate::ephemerides::State;
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::lambert::Branch;
use rayon::prelude::*;

/// Most dates on a side: 64 bytes a cell and layer make 6.4 GB of this.
const MOST_DATES: usize = 10_000;

pub(super) struct Grid {
    pub(super) depart: Vec<Epoch>,
    pub(super) arrive: Vec<Epoch>,
    pub(super) layers: Vec<Layer>,
    pub(super) counts: CellCounts,
}

pub(super) fn solve(problem: &Problem, request: &PorkchopRequest) -> Result<Grid, PorkchopError> {
    let size = request.size;
    if !(2..=MOST_DATES).contains(&size.depart) || !(2..=MOST_DATES).contains(&size.arrive) {
        return Err(PorkchopError::BadSize { depart: size.depart, arrive: size.arrive, most: MOST_DATES });
    }
    if request.arrive.end <= request.depart.start {
        return Err(PorkchopError::ArrivesFirst { depart: request.depart, arrive: request.arrive });
    }
    let (depart, arrive) = (axis(request.depart, size.depart), axis(request.arrive, size.arrive));
    let from = depart.iter().map(|t| problem.departure_state(*t)).collect::<Result<Vec<_>, _>>()?;
    let to = arrive.iter().map(|t| problem.arrival_state(*t)).collect::<Result<Vec<_>, _>>()?;
    let branches: Vec<(u32, Branch)> = std::iter::once((0, Branch::Single))
        .chain((1..=request.max_revs).flat_map(|n| [(n, Branch::Low), (n, Branch::High)]))
        .collect();
    // a row holds its cells layer after layer
    let rows: Vec<Vec<Cell>> = arrive
        .par_iter()
        .zip(&to)
        .map(|(arrive, to)| {
            let mut row = vec![Cell::None(Reason::ArrivesFirst); branches.len() * depart.len()];
            for (i, (depart_i, from)) in depart.iter().zip(&from).enumerate() {
                column(problem, (from, to), *arrive - *depart_i, &branches, &request.limits, |layer, cell| {
                    row[layer * depart.len() + i] = cell;
                });
            }
            row
        })
        .collect();
    let mut counts = CellCounts::default();
    let layers = branches
        .iter()
        .enumerate()
        .map(|(k, (revs, branch))| {
            let part = k * depart.len()..(k + 1) * depart.len();
            let cells: Vec<Cell> = rows.iter().flat_map(|row| &row[part.clone()]).copied().collect();
            cells.iter().for_each(|cell| count(&mut counts, cell));
            Layer { revs: *revs, branch: *branch, cells }
        })
        .collect();
    Ok(Grid { depart, arrive, layers, counts })
}

/// All layers of one date pair.
fn column(
    problem: &Problem,
    (from, to): (&State, &State),
    tof_s: f64,
    branches: &[(u32, Branch)],
    limits: &Limits,
    mut put: impl FnMut(usize, Cell),
) {
    if tof_s <= 0.0 {
        return;
    }
    let geometry = match problem.geometry(from, to) {
        Ok(geometry) => geometry,
        Err(reason) => return (0..branches.len()).for_each(|layer| put(layer, Cell::None(reason))),
    };
    for (layer, (revs, branch)) in branches.iter().enumerate() {
        put(
            layer,
            match Problem::arc(&geometry, from, to, tof_s, *revs, *branch) {
                Ok(arc) => {
                    if limits.allow(&arc, tof_s / DAY_S) {
                        Cell::Transfer(arc)
                    } else {
                        Cell::Masked(arc)
                    }
                }
                Err(reason) => Cell::None(reason),
            },
        );
    }
}

fn count(counts: &mut CellCounts, cell: &Cell) {
    match cell {
        Cell::Transfer(_) => counts.solved += 1,
        Cell::Masked(_) => counts.masked += 1,
        Cell::None(Reason::ArrivesFirst) => counts.arrives_first += 1,
        Cell::None(Reason::TooShort) => counts.too_short += 1,
        Cell::None(Reason::InLine) => counts.in_line += 1,
    }
}

/// Equally spaced dates, both ends included.
fn axis(window: Window, dates: usize) -> Vec<Epoch> {
    let step_s = (window.end - window.start) / (dates - 1) as f64;
    (0..dates).map(|i| if i + 1 == dates { window.end } else { window.start + step_s * i as f64 }).collect()
}
