//! The cells: states per axis, Lambert in rows over all cores.

use super::{Arc, CellCounts, Layer, Limits, PorkchopError, PorkchopRequest, Problem, Reason, Status};
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
    let rows: Vec<Vec<Found>> = arrive
        .par_iter()
        .zip(&to)
        .map(|(arrive, to)| {
            let mut row = vec![(Status::None(Reason::ArrivesFirst), None); branches.len() * depart.len()];
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
            let cells: Vec<Found> = rows.iter().flat_map(|row| &row[part.clone()]).copied().collect();
            cells.iter().for_each(|(status, _)| count(&mut counts, *status));
            let column =
                |number: fn(&Arc) -> f64| cells.iter().map(|(_, arc)| arc.as_ref().map_or(f64::NAN, number)).collect();
            Layer {
                revs: *revs,
                branch: *branch,
                status: cells.iter().map(|(status, _)| *status).collect(),
                c3_km2_s2: column(Arc::c3_km2_s2),
                v_inf_arr_km_s: column(Arc::arrival_speed_km_s),
                dla_deg: column(Arc::dla_deg),
                rla_deg: column(Arc::rla_deg),
                angle_rad: column(|arc| arc.angle_rad),
            }
        })
        .collect();
    Ok(Grid { depart, arrive, layers, counts })
}

type Found = (Status, Option<Arc>);

/// All layers of one date pair.
fn column(
    problem: &Problem,
    (from, to): (&State, &State),
    tof_s: f64,
    branches: &[(u32, Branch)],
    limits: &Limits,
    mut put: impl FnMut(usize, Found),
) {
    if tof_s <= 0.0 {
        return;
    }
    let geometry = match problem.geometry(from, to) {
        Ok(geometry) => geometry,
        Err(reason) => return (0..branches.len()).for_each(|layer| put(layer, (Status::None(reason), None))),
    };
    for (layer, (revs, branch)) in branches.iter().enumerate() {
        put(
            layer,
            match Problem::arc(&geometry, from, to, tof_s, *revs, *branch) {
                Ok(arc) if limits.allow(&arc, tof_s / DAY_S) => (Status::Transfer, Some(arc)),
                Ok(arc) => (Status::Masked, Some(arc)),
                Err(reason) => (Status::None(reason), None),
            },
        );
    }
}

fn count(counts: &mut CellCounts, status: Status) {
    match status {
        Status::Transfer => counts.solved += 1,
        Status::Masked => counts.masked += 1,
        Status::None(Reason::ArrivesFirst) => counts.arrives_first += 1,
        Status::None(Reason::TooShort) => counts.too_short += 1,
        Status::None(Reason::InLine) => counts.in_line += 1,
    }
}

/// Equally spaced dates, both ends included.
fn axis(window: Window, dates: usize) -> Vec<Epoch> {
    let step_s = (window.end - window.start) / (dates - 1) as f64;
    (0..dates).map(|i| if i + 1 == dates { window.end } else { window.start + step_s * i as f64 }).collect()
}
