//! Modified difference arrays (SPK types 1 and 21): the steps of JPL's integrator, as Horizons gives small bodies and
//! navigation teams give spacecraft.

use super::State;

/// Largest difference line that CSPICE evaluates (`MAXTRM` of spk21.inc).
const MOST_TERMS: usize = 25;
/// Terms of a type 1 line.
const TYPE_1_TERMS: usize = 15;

/// The difference lines of a segment.
#[derive(Debug)]
pub(super) struct DifferenceLines {
    /// terms of a line
    terms: usize,
    /// 4·terms + 11 numbers each
    lines: Vec<f64>,
    /// last epoch of each line, TDB s past J2000
    ends_s: Vec<f64>,
}

impl DifferenceLines {
    /// * `doubles`: the array of a segment
    /// * `kind`: SPK type, 1 or 21
    ///
    /// # Errors
    /// A sentence on what is wrong with the numbers.
    ///
    /// # Source
    /// NAIF, *SPK Required Reading*, "Type 1: Modified Difference Arrays" and "Type 21: Extended Modified Difference Arrays":
    /// the lines, their last epochs, every hundredth of those, for type 21 the terms of a line, the number of lines.
    pub(super) fn new(doubles: &[f64], kind: i32) -> Result<Self, String> {
        let count = |at: usize| {
            let value = doubles.len().checked_sub(at).and_then(|k| doubles.get(k)).copied().unwrap_or(-1.0);
            if value >= 1.0 && value.fract() == 0.0 && value < 1e9 { Some(value as usize) } else { None }
        };
        let (terms, tail) = if kind == 1 { (Some(TYPE_1_TERMS), 1) } else { (count(2), 2) };
        let terms = terms.filter(|n| (1..=MOST_TERMS).contains(n));
        let (Some(terms), Some(lines)) = (terms, count(1)) else {
            return Err("says neither how many difference lines it has nor how long they are".to_owned());
        };
        let size = 4 * terms + 11;
        let wanted = lines * (size + 1) + tail;
        // a directory of every hundredth epoch, which leaves the last one out or not
        if ![wanted + lines / 100, wanted + (lines - 1) / 100].contains(&doubles.len()) {
            return Err(format!(
                "has {} numbers, {lines} difference lines of {terms} terms take {}",
                doubles.len(),
                wanted + lines / 100
            ));
        }
        let (of_lines, rest) = doubles.split_at(lines * size);
        let ends_s = rest[..lines].to_vec();
        if !ends_s.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err("has difference lines whose epochs do not grow".to_owned());
        }
        for (number, line) in of_lines.chunks_exact(size).enumerate() {
            let orders = &line[4 * terms + 7..];
            let (highest, orders) = (orders[0], &orders[1..]);
            let whole = |x: f64, most: f64| x.fract() == 0.0 && (0.0..=most).contains(&x);
            let sound = line.iter().chain(&ends_s[number..=number]).all(|x| x.is_finite())
                && highest >= 2.0
                && whole(highest, terms as f64 + 1.0)
                && orders.iter().all(|q| whole(*q, (highest - 1.0).min(terms as f64)));
            let steps = &line[1..(highest as usize).clamp(2, terms + 2) - 1];
            if !sound || steps.contains(&0.0) {
                return Err(format!("has a damaged difference line, the one numbered {}", number + 1));
            }
        }
        Ok(Self { terms, lines: of_lines.to_vec(), ends_s })
    }

    /// Place and velocity.
    ///
    /// # Source
    /// Krogh, *Changing Stepsize in the Integration of Differential Equations Using Modified Divided Differences*, JPL 1972, as
    /// NAIF evaluates it (`spke21`).
    pub(super) fn state(&self, tdb_s: f64) -> State {
        let number = self.ends_s.partition_point(|end_s| *end_s < tdb_s).min(self.ends_s.len() - 1);
        let size = 4 * self.terms + 11;
        let line = &self.lines[number * size..(number + 1) * size];
        let (steps_s, rest) = line[1..].split_at(self.terms);
        let (reference, rest) = rest.split_at(6);
        let (differences, orders) = rest.split_at(3 * self.terms);
        let highest = orders[0] as usize;

        let after_s = tdb_s - line[0];
        // ratios of the distances to the earlier points of the integrator
        let (mut far, mut near) = ([0.0; MOST_TERMS], [0.0; MOST_TERMS]);
        let mut distance_s = after_s;
        for j in 0..highest - 2 {
            far[j] = distance_s / steps_s[j];
            near[j] = after_s / steps_s[j];
            distance_s = after_s + steps_s[j];
        }
        let mut weights = [0.0; MOST_TERMS + 2];
        for (k, weight) in weights[..highest].iter_mut().enumerate() {
            *weight = 1.0 / (k + 1) as f64;
        }
        // each round turns one more weight into that of the next integral
        let mut lower = |count: usize, at: usize| {
            for j in 0..count {
                weights[j + at] = far[j] * weights[j + at - 1] - near[j] * weights[j + at];
            }
            weights
        };
        for round in 1..highest.saturating_sub(1) {
            lower(round, highest - round);
        }
        let twice = lower(0, 1);
        let once = lower(highest - 2, 1);
        let sum = |axis: usize, weights: &[f64]| {
            let order = orders[1 + axis] as usize;
            let row = &differences[axis * self.terms..(axis + 1) * self.terms];
            (0..order).rev().fold(0.0, |sum, j| sum + row[j] * weights[j])
        };
        let mut state = State::default();
        for axis in 0..3 {
            let (place, velocity) = (reference[2 * axis], reference[2 * axis + 1]);
            state.position_km[axis] = place + after_s * (velocity + after_s * sum(axis, &twice[1..]));
            state.velocity_km_s[axis] = velocity + after_s * sum(axis, &once);
        }
        state
    }
}
