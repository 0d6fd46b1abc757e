//! Kinds of transfer on the plot: the ridge at half a turn, borders between branches, and their names.

use super::super::canvas::{Dash, Pen, Type};
use super::super::colour::FLIGHT;
use super::super::labels::Placer;
use super::super::text::Anchor;
use super::Plot;

pub(super) const BORDER_PEN: Pen = Pen { colour: FLIGHT, width_px: 1.1, dash: Dash::Dotted };
pub(super) const NAME_TYPE: Type = Type::plain(11.0, FLIGHT).bold().haloed(2.2).anchored(Anchor::Middle);

/// Whether a cell joins a type below half a turn and the one above it of one branch: kinds are numbered so that
/// such a pair shares its half.
pub(super) fn on_ridge(kinds: &[u32], corners: [usize; 4]) -> bool {
    let first = kinds[corners[0]];
    first > 0 && corners.iter().any(|k| kinds[*k] != first && kinds[*k].div_ceil(2) == first.div_ceil(2))
}

/// Whether a cell lies in one kind.
pub(super) fn is_one(kinds: &[u32], corners: [usize; 4]) -> bool {
    corners.iter().all(|k| kinds[*k] == kinds[corners[0]])
}

/// The borders between kinds where colours are drawn: chains of steps between nodes, straightened.
pub(super) fn borders(plot: &Plot<'_>) -> Vec<Vec<[f64; 2]>> {
    let kinds = plot.view.kinds;
    let (columns, rows) = plot.map.size();
    if kinds.is_empty() {
        return Vec::new();
    }
    let mut wanted: Vec<u32> = kinds.iter().copied().filter(|k| *k > 0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut lines = Vec::new();
    // a border is drawn with the higher of its two kinds
    for kind in wanted.iter().skip(1) {
        let share: Vec<f64> = kinds
            .iter()
            .map(|k| match *k {
                0 => f64::NAN,
                k if k == *kind => 1.0,
                k if k < *kind => 0.0,
                _ => f64::NAN,
            })
            .collect();
        let smooth = smoothed(&share, columns, rows);
        let Some(field) = super::Field::new(columns, rows, &smooth) else { continue };
        for line in field.lines(0.5) {
            for part in plot.open_parts(&line.points) {
                lines.push(plot.map.on_page(&part));
            }
        }
    }
    lines.retain(|line| line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum::<f64>() > 8.0);
    lines
}

/// Means over three by three nodes, twice, so that steps of the grid do not show.
fn smoothed(share: &[f64], columns: usize, rows: usize) -> Vec<f64> {
    let once = |table: &[f64]| -> Vec<f64> {
        (0..table.len())
            .map(|k| {
                let (i, j) = (k % columns, k / columns);
                let (mut sum, mut count) = (0.0, 0.0);
                for b in j.saturating_sub(1)..=(j + 1).min(rows - 1) {
                    for a in i.saturating_sub(1)..=(i + 1).min(columns - 1) {
                        let value = table[b * columns + a];
                        if value.is_finite() {
                            (sum, count) = (sum + value, count + 1.0);
                        }
                    }
                }
                if table[k].is_finite() { sum / count } else { f64::NAN }
            })
            .collect()
    };
    once(&once(share))
}

/// Names of kinds where there is most room for them.
pub(super) fn names(plot: &Plot<'_>, placer: &mut Placer) -> Vec<(String, [f64; 2])> {
    let kinds = plot.view.kinds;
    let (columns, rows) = plot.map.size();
    let mut placed = Vec::new();
    if kinds.is_empty() {
        return placed;
    }
    let top = plot.scale.top();
    let coloured = |k: usize| {
        plot.bands_value(k) <= top
            && plot.view.worth.zip(plot.worth.as_ref()).is_none_or(|(w, (_, most))| w.c3_km2_s2[k] <= *most)
            && plot.view.masks.iter().all(|m| m.values[k] <= m.most_value)
    };
    for (kind, name) in &plot.view.kind_names {
        let across = (columns / 48).max(1);
        let up = (rows / 48).max(1);
        let mut nodes: Vec<[f64; 2]> = Vec::new();
        for j in (0..rows).step_by(up) {
            for i in (0..columns).step_by(across) {
                let k = j * columns + i;
                if kinds[k] == *kind && coloured(k) {
                    nodes.push(plot.map.node(i, j));
                }
            }
        }
        // a sliver needs no name
        if nodes.len() < 40 {
            continue;
        }
        let middle = [0, 1].map(|c| nodes.iter().map(|n| n[c]).sum::<f64>() / nodes.len() as f64);
        let far = |p: &[f64; 2]| (p[0] - middle[0]).hypot(p[1] - middle[1]);
        // beside the middle, where the best cells and most labels are
        nodes.sort_by(|a, b| (far(a) - 110.0).abs().total_cmp(&(far(b) - 110.0).abs()));
        let free = nodes.iter().find(|at| {
            let covers = NAME_TYPE.box_of(name, **at);
            placer.holds(&covers.grown(4.0)) && placer.is_free(&covers, 4.0)
        });
        if let Some(at) = free {
            placer.take(NAME_TYPE.box_of(name, *at));
            placed.push((name.clone(), *at));
        }
    }
    placed
}
