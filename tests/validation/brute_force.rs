//! Minima against a fine grid: twenty opportunities of three pairs of bodies, every cell of a type looked at.

use portolan::bodies::{Body, EARTH, JUPITER_BARYCENTER, MARS, VENUS};
use portolan::ephemerides::Ephemerides;
use portolan::time::{DAY_S, Epoch};
use portolan::transfers::porkchop::{
    CellNumbers, GridSize, Minimum, Porkchop, PorkchopRequest, Status, next_opportunity, porkchop,
};

/// Cells nearer to half a turn belong to the ridge; the search compares with the line half a degree from it.
const RIDGE_DEG: f64 = 1.5;
const LINE_DEG: f64 = 0.5;

/// Cells of the fine grid in one of the grid that is searched, and one more.
const FINER: usize = 4;

/// The least of a criterion over the cells of a type that no neighbour undercuts, and over those between line and ridge.
fn by_looking(fine: &Porkchop, minimum: &Minimum) -> (f64, f64) {
    let (columns, rows) = (fine.depart.len(), fine.arrive.len());
    let below = minimum.kind.number() % 2 == 1;
    let from_half_turn = |c: &CellNumbers| c.angle_rad.to_degrees() - 180.0;
    let table: Vec<(f64, f64)> = (0..fine.cells())
        .map(|k| match fine.numbers(0, k) {
            Some(c) if fine.layers[0].status(k) == Status::Transfer && (from_half_turn(&c) < 0.0) == below => {
                (minimum.criterion.value(&c), from_half_turn(&c).abs())
            }
            _ => (f64::INFINITY, f64::INFINITY),
        })
        .collect();
    let value = |k: usize| if table[k].1 > RIDGE_DEG { table[k].0 } else { f64::INFINITY };
    let mut lowest = f64::INFINITY;
    // nearer to the border than a cell of the coarse grid a basin has no cell of its own there
    for row in FINER..rows - FINER {
        for column in FINER..columns - FINER {
            let k = row * columns + column;
            let around = [k - columns, k, k + columns].into_iter().flat_map(|k| [k - 1, k, k + 1]);
            if value(k) < lowest && around.into_iter().all(|n| value(k) <= value(n)) {
                lowest = value(k);
            }
        }
    }
    let ridge = table.iter().filter(|(_, away)| (LINE_DEG..RIDGE_DEG).contains(away)).map(|(v, _)| *v);
    (lowest, ridge.fold(f64::INFINITY, f64::min))
}

fn compare(from: Body, to: Body, opportunities: usize) -> usize {
    let ephemerides = Ephemerides::embedded().expect("kernels");
    let mut after = Epoch::from_calendar(2026, 1, 1);
    let mut compared = 0;
    for _ in 0..opportunities {
        let next = next_opportunity(ephemerides, from, to, after).expect("an opportunity");
        after = next.depart.end + 30.0 * DAY_S;
        let mut request = PorkchopRequest::new(from, to, next.depart, next.arrive);
        let found = porkchop(ephemerides, &request).expect("a porkchop");
        request.size = GridSize { depart: 1201, arrive: 1203 };
        let fine = porkchop(ephemerides, &request).expect("a porkchop");
        for minimum in &found.minima {
            let (lowest, ridge) = by_looking(&fine, minimum);
            let Minimum { criterion, kind, .. } = *minimum;
            let what = format!("{} to {} {} {criterion} type {kind}", from.name, to.name, next.depart);
            match &minimum.found {
                Some(t) => {
                    let value = criterion.transfer_value(t);
                    // the bottom lies below every cell, and a fine cell lies close above it
                    assert!(value <= lowest * (1.0 + 1e-9), "{what}: {value} found, a cell has {lowest}");
                    assert!(lowest - value <= 2e-3 * value, "{what}: {value} found, the lowest cell has {lowest}");
                    compared += 1;
                }
                None => assert!(
                    lowest >= ridge || lowest.is_infinite(),
                    "{what}: none found, a cell has {lowest}, beside the ridge {ridge}"
                ),
            }
        }
    }
    compared
}

#[test]
fn law_no_cell_of_a_fine_grid_lies_below_a_minimum() {
    let compared = [(EARTH, MARS, 8), (EARTH, VENUS, 7), (EARTH, JUPITER_BARYCENTER, 5)]
        .map(|(from, to, opportunities)| compare(from, to, opportunities));
    println!("minima compared with every cell of 1201 × 1203: {compared:?}");
    assert!(compared.iter().sum::<usize>() > 100, "{compared:?}");
}
