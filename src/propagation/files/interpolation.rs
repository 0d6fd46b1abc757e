//! Polynomials through rows of states, as SPICE evaluates its types 9 and 13.

use super::Row;
use crate::ephemerides::State;
use crate::time::Epoch;

/// Lagrange polynomials through positions and, apart from them, through velocities (Neville's scheme).
pub(super) fn lagrange(rows: &[Row], epoch: Epoch) -> State {
    let mut state = State::default();
    for axis in 0..3 {
        state.position_km[axis] = neville(rows, epoch, |row| row.state.position_km[axis]);
        state.velocity_km_s[axis] = neville(rows, epoch, |row| row.state.velocity_km_s[axis]);
    }
    state
}

fn neville(rows: &[Row], epoch: Epoch, of: impl Fn(&Row) -> f64) -> f64 {
    let mut work: Vec<f64> = rows.iter().map(of).collect();
    for level in 1..rows.len() {
        for k in 0..rows.len() - level {
            let (left_s, right_s) = (epoch - rows[k].epoch, epoch - rows[k + level].epoch);
            work[k] = (left_s * work[k + 1] - right_s * work[k]) / (left_s - right_s);
        }
    }
    work[0]
}

/// The Hermite polynomial through positions and velocities; its derivative is the velocity.
pub(super) fn hermite(rows: &[Row], epoch: Epoch) -> State {
    let mut state = State::default();
    // every date stands twice, seconds from the epoch asked for
    let times: Vec<f64> = rows.iter().flat_map(|row| [row.epoch - epoch; 2]).collect();
    for axis in 0..3 {
        // divided differences (Newton) about the nearest row's position, which is added last: the large number
        // keeps out of the differences
        let base = rows[rows.len() / 2].state.position_km[axis];
        let mut work: Vec<f64> = rows.iter().flat_map(|row| [row.state.position_km[axis] - base; 2]).collect();
        let n = work.len();
        let slopes: Vec<f64> = rows.iter().map(|row| row.state.velocity_km_s[axis]).collect();
        for level in 1..n {
            for k in (level..n).rev() {
                let twins = level == 1 && k % 2 == 1;
                work[k] = if twins { slopes[k / 2] } else { (work[k] - work[k - 1]) / (times[k] - times[k - level]) };
            }
        }
        let (mut value, mut slope) = (0.0, 0.0);
        for k in (0..n).rev() {
            slope = value - slope * times[k];
            value = work[k] - value * times[k];
        }
        state.position_km[axis] = base + value;
        state.velocity_km_s[axis] = slope;
    }
    state
}
