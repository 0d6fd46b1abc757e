//! One pass over the cells: which of them no neighbour undercuts, and where the rows cross the lines beside the ridge.

use super::ridge::LINE_DEG;
use super::{Criterion, MOST_BASINS, RIDGE_DEG, Search};
use crate::numerics::lanes::{Kernel, Lanes, Mask, Octet, WIDTH, Width, run};
use crate::transfers::porkchop::{Layer, Status};
use rayon::prelude::*;
use std::f64::consts::PI;
use std::ops::Range;

/// A cell that is no higher than its neighbours of the same type, eight inside the dates, fewer on their border.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basin {
    /// 0 below half a turn, 1 above
    pub(super) half: usize,
    pub(super) criterion: Criterion,
    pub(super) cell: usize,
    pub(super) value: f64,
}

/// Where a column crosses one of the two lines between a row and the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crossing {
    /// whether it is the line above half a turn
    pub(super) beyond: bool,
    pub(super) column: usize,
    /// the later of the two rows
    pub(super) row: usize,
}

/// What a pass finds.
#[derive(Debug, Default)]
pub(in super::super) struct Pass {
    basins: Vec<Basin>,
    pub(super) crossings: Vec<Crossing>,
}

impl Pass {
    /// What the next rows have.
    pub(in super::super) fn join(&mut self, next: Self) {
        self.basins.extend(next.basins);
        self.crossings.extend(next.crossings);
    }

    /// The lowest cells of one type and criterion, as many as are looked into.
    pub(super) fn lowest(&self, half: usize, criterion: Criterion) -> Vec<Basin> {
        let mut of: Vec<Basin> =
            self.basins.iter().filter(|b| (b.half, b.criterion) == (half, criterion)).copied().collect();
        of.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.cell.cmp(&b.cell)));
        of.truncate(MOST_BASINS);
        of
    }
}

/// Rows that one task looks through: its tables stay in the cache.
const BAND: usize = 16;

/// Look through rows of a layer, some of them at a time.
pub(super) fn pass(search: &Search<'_>, layer: &Layer, first: usize, rows: Range<usize>) -> Pass {
    let bands: Vec<Range<usize>> = rows.clone().step_by(BAND).map(|row| row..(row + BAND).min(rows.end)).collect();
    let found: Vec<Pass> =
        bands.into_par_iter().map(|rows| run(Width::best(), Band { search, layer, first, rows })).collect();
    found.into_iter().fold(Pass::default(), |mut all, band| {
        all.join(band);
        all
    })
}

struct Band<'a> {
    search: &'a Search<'a>,
    layer: &'a Layer,
    /// the row of the grid that the layer begins with
    first: usize,
    /// of the grid
    rows: Range<usize>,
}

impl Kernel for Band<'_> {
    type Output = Pass;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Pass {
        let Self { search, layer, first, rows } = self;
        let mut pass = Pass::default();
        let (columns, height) = (search.axes.depart.len(), search.axes.arrive.len());
        // the band with a row on either side
        let (low, high) = (rows.start.saturating_sub(1), (rows.end + 1).min(height));
        // where they lie in the layer, and where that begins in the grid
        let cells = (low - first) * columns..(high - first) * columns;
        let origin = first * columns;
        let angle = &layer.angle_rad[cells.clone()];
        let mut kinds = vec![0.0; angle.len()];
        for (k, kind) in kinds.iter_mut().enumerate() {
            let there = layer.status[cells.start + k] == Status::Transfer;
            let away = (angle[k].to_degrees() - 180.0).abs() > RIDGE_DEG;
            *kind = f64::from(u8::from(there && away) * if angle[k] > PI { 2 } else { 1 });
        }
        let mut table = vec![f64::INFINITY; angle.len() + WIDTH];
        for half in 0..2 {
            for criterion in Criterion::ALL {
                fill::<L>(search, layer, (criterion, half), cells.start, &kinds, &mut table);
                for row in rows.start.max(1)..rows.end.min(height - 1) {
                    let begin = (row - low) * columns;
                    scan::<L>(&table, columns, begin, |k| {
                        let cell = origin + cells.start + k;
                        pass.basins.push(Basin { half, criterion, cell, value: table[k] });
                    });
                }
                // the border too: a bottom less than a cell inside has no cell of its own
                for row in rows.clone() {
                    let step = if row == 0 || row + 1 == height { 1 } else { columns - 1 };
                    for column in (0..columns).step_by(step) {
                        let k = (row - low) * columns + column;
                        let beside = column.saturating_sub(1)..(column + 2).min(columns);
                        let mut around = (row.max(low + 1) - 1..(row + 2).min(high))
                            .flat_map(|r| beside.clone().map(move |c| (r - low) * columns + c));
                        if table[k].is_finite() && around.all(|n| table[k] <= table[n]) {
                            let cell = origin + cells.start + k;
                            pass.basins.push(Basin { half, criterion, cell, value: table[k] });
                        }
                    }
                }
            }
        }
        for row in rows.start.max(1)..rows.end {
            for column in 0..columns {
                let [below, here] = [row - 1, row].map(|row| (row - first) * columns + column);
                let there = |k: usize| layer.status[k] == Status::Transfer;
                let [a, b] = [below, here].map(|k| layer.angle_rad[k].to_degrees() - 180.0);
                // no line is near where both lie on one side of both lines
                if a.min(b) > LINE_DEG || a.max(b) < -LINE_DEG || !(there(below) && there(here)) {
                    continue;
                }
                for (beyond, line) in [(false, -LINE_DEG), (true, LINE_DEG)] {
                    if (a - line) * (b - line) <= 0.0 {
                        pass.crossings.push(Crossing { beyond, column, row });
                    }
                }
            }
        }
        pass
    }
}

/// The numbers of one criterion and type; infinite where a cell is of another.
#[inline(always)]
fn fill<L: Lanes>(
    search: &Search<'_>,
    layer: &Layer,
    (criterion, half): (Criterion, usize),
    start: usize,
    kinds: &[f64],
    table: &mut [f64],
) {
    let [leave, enter] = search.problem.periapsis_speeds_km_s();
    let (wanted, none) = (L::splat((half + 1) as f64), L::splat(f64::INFINITY));
    let (leave2, enter2) = (L::splat(leave.0 * leave.0), L::splat(enter.0 * enter.0));
    let own = L::splat(leave.1 + enter.1);
    let cells = kinds.len();
    let mut k = 0;
    while k < cells {
        let many = (cells - k).min(WIDTH);
        let (mut kind, mut c3, mut arrival) = ([0.0; WIDTH], [1.0; WIDTH], [1.0; WIDTH]);
        kind[..many].copy_from_slice(&kinds[k..k + many]);
        c3[..many].copy_from_slice(&layer.c3_km2_s2[start + k..start + k + many]);
        arrival[..many].copy_from_slice(&layer.v_inf_arr_km_s[start + k..start + k + many]);
        let (kind, c3, arrival) = (L::load(&kind), L::load(&c3), L::load(&arrival));
        let value = match criterion {
            Criterion::C3 => c3,
            Criterion::ArrivalSpeed => arrival,
            Criterion::SpeedSum => c3.sqrt() + arrival,
            Criterion::DeltaV => (c3 + leave2).sqrt() + arrival.mul_add(arrival, enter2).sqrt() - own,
        };
        let here = kind.le(wanted).and(wanted.le(kind));
        let mut into = [0.0; WIDTH];
        L::select(here, value, none).store(&mut into);
        table[k..k + many].copy_from_slice(&into[..many]);
        k += WIDTH;
    }
}

/// Eight numbers from a place on.
#[inline(always)]
fn at<L: Lanes>(table: &[f64], k: usize) -> L {
    let mut eight = [0.0; WIDTH];
    eight.copy_from_slice(&table[k..k + WIDTH]);
    L::load(&eight)
}

/// Cells of one row that no neighbour undercuts.
#[inline(always)]
fn scan<L: Lanes>(table: &[f64], columns: usize, begin: usize, mut found: impl FnMut(usize)) {
    let finite = L::splat(f64::MAX);
    let mut i = 1;
    while i < columns - 1 {
        let k = begin + i;
        let here = at::<L>(table, k);
        let sides = at::<L>(table, k - 1).min(at::<L>(table, k + 1));
        let (below, above) = (k - columns, k + columns);
        let under = at::<L>(table, below - 1).min(at::<L>(table, below)).min(at::<L>(table, below + 1));
        let over = at::<L>(table, above - 1).min(at::<L>(table, above)).min(at::<L>(table, above + 1));
        let mut bits = here.le(sides.min(under).min(over)).and(here.le(finite)).bits();
        while bits != 0 {
            let lane = bits.trailing_zeros() as usize;
            if i + lane < columns - 1 {
                found(k + lane);
            }
            bits &= bits - 1;
        }
        i += WIDTH;
    }
}
