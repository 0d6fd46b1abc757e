//! A failing input made smaller, for as long as it fails in the same way.

use crate::run::{Named, try_input};
use crate::tape::{Entry, Tape};
use crate::targets::Target;
use std::time::{Duration, Instant};

/// Time for one failure.
const LONGEST: Duration = Duration::from_millis(1500);

/// The smallest input found that `same` takes for the same failure.
pub(crate) fn smaller(target: &Target, entries: Vec<Named>, same: impl Fn(&str) -> bool) -> Vec<Named> {
    let start = Instant::now();
    let late = || start.elapsed() > LONGEST;
    // what a run draws, if it fails in the same way
    let fails = |list: &[Named]| {
        let entries = list.iter().map(|(_, e)| e.clone()).collect();
        let outcome = try_input(target, Tape::replayed(entries));
        outcome.told.is_err_and(|why| same(&why)).then_some(outcome.entries)
    };
    let Some(mut best) = fails(&entries) else { return entries };
    for _ in 0..3 {
        let before = best.clone();
        for k in 0..best.len() {
            let Some((name, entry)) = best.get(k).cloned() else { break };
            match entry {
                Entry::Number(value) => {
                    for simple in simpler(value) {
                        let mut list = best.clone();
                        list[k] = (name.clone(), Entry::Number(simple));
                        if late() {
                            return best;
                        }
                        if let Some(found) = fails(&list) {
                            best = found;
                            break;
                        }
                    }
                }
                Entry::Whole(value) => {
                    for simple in [0, 1, value / 2, value.saturating_sub(1)].into_iter().filter(|s| *s < value) {
                        let mut list = best.clone();
                        list[k] = (name.clone(), Entry::Whole(simple));
                        if late() {
                            return best;
                        }
                        if let Some(found) = fails(&list) {
                            best = found;
                            break;
                        }
                    }
                }
                Entry::Bytes(bytes) => {
                    let mut bytes = bytes;
                    let mut part = bytes.len() / 2;
                    while part > 0 && !late() {
                        let mut from = 0;
                        while from < bytes.len() && !late() {
                            let mut fewer = bytes.clone();
                            fewer.drain(from..(from + part).min(bytes.len()));
                            let mut list = best.clone();
                            let Some(place) = list.get_mut(k) else { break };
                            place.1 = Entry::Bytes(fewer.clone());
                            match fails(&list) {
                                Some(found) => (best, bytes) = (found, fewer),
                                None => from += part,
                            }
                        }
                        part /= 2;
                    }
                }
            }
        }
        if best == before {
            break;
        }
    }
    best
}

/// Numbers that are easier to read, the easiest first.
fn simpler(value: f64) -> Vec<f64> {
    let digits = |n: usize| format!("{value:.n$e}").parse::<f64>().unwrap_or(value);
    let all = [0.0, 1.0, -1.0, 10.0, digits(0), digits(1), digits(3)];
    all.into_iter().take_while(|s| s.to_bits() != value.to_bits()).collect()
}
