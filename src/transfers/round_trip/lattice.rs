//! All dates on one lattice: both legs solved once, the best stay by dynamic programming.

use super::{Dates, Layer, Point, RoundTripError, Search};
use rayon::prelude::*;
use std::collections::VecDeque;

/// Most dates on an axis.
const MOST_DATES: u32 = 4000;

/// A leg's best orbit on two dates.
#[derive(Debug, Clone, Copy)]
struct Leg {
    value: f64,
    layer: usize,
}

const NO_LEG: Leg = Leg { value: f64::INFINITY, layer: 0 };

/// The best trip of one departure and one homecoming: the place of its two middle dates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Best {
    pub(super) value: f64,
    reach: usize,
    part: usize,
}

/// The dates are `k · step_d` for all four.
pub(super) struct Lattice<'a> {
    search: &'a Search<'a>,
    step_d: f64,
    /// `[departure][flight − 1]`
    out: Vec<Vec<Leg>>,
    back: Vec<Vec<Leg>>,
    /// `[departure][total]`
    pub(super) best: Vec<Vec<Best>>,
}

impl<'a> Lattice<'a> {
    pub(super) fn solve(search: &'a Search<'a>) -> Result<Self, RoundTripError> {
        let request = search.request;
        let step_d = request.step_d;
        let dates = request.depart.length_d() / step_d + 2.0 * search.max_leg_d / step_d + request.max_stay_d / step_d;
        let departs_f = request.depart.length_d() / step_d;
        if !(departs_f >= 2.0 && dates <= f64::from(MOST_DATES)) {
            return Err(RoundTripError::BadStep { step_d, dates: dates.ceil() as u64, most: MOST_DATES });
        }
        let steps = |days: f64| (days / step_d + 1e-9).floor() as usize;
        let (departs, leg) = (steps(request.depart.length_d()) + 1, steps(search.max_leg_d));
        // a stay on the lattice keeps both bounds; where no multiple of the step does, the shortest stay is rounded up
        let shortest = (request.min_stay_d / step_d - 1e-9).ceil().max(0.0) as usize;
        let longest = steps(request.max_stay_d).max(shortest);
        let most_total = steps(request.max_total_d.unwrap_or(f64::INFINITY).min(1e7)).min(2 * leg + longest);
        let solve = |count: usize, leg_of: &(dyn Fn(f64, f64, Layer) -> Option<f64> + Sync)| -> Vec<Vec<Leg>> {
            (0..count)
                .into_par_iter()
                .map(|i| {
                    let cell = |flight: usize| {
                        let (from_d, to_d) = (i as f64 * step_d, (i + flight) as f64 * step_d);
                        let of_layer =
                            |(layer, l): (usize, &Layer)| leg_of(from_d, to_d, *l).map(|value| Leg { value, layer });
                        let legs = search.layers.iter().enumerate().filter_map(of_layer);
                        legs.min_by(|a, b| a.value.total_cmp(&b.value)).unwrap_or(NO_LEG)
                    };
                    (1..=leg).map(cell).collect()
                })
                .collect()
        };
        let out =
            solve(departs, &|from_d, to_d, layer| search.outbound(from_d, to_d, layer).map(|t| search.out_value(&t)));
        let back_departs = departs + leg + longest;
        let back = solve(back_departs, &|from_d, to_d, layer| {
            search.inbound(from_d, to_d, layer).map(|t| search.back_value(&t))
        });
        let best = (0..departs)
            .into_par_iter()
            .map(|i| best_of_departure(&out[i], &back, i, shortest..=longest, most_total))
            .collect();
        Ok(Self { search, step_d, out, back, best })
    }

    fn point(&self, depart: usize, total: usize, best: Best) -> Point {
        let home = depart + total;
        let layer = |leg: &Leg| self.search.layers[leg.layer];
        let dates_d: Dates = [depart, best.reach, best.part, home].map(|k| k as f64 * self.step_d);
        Point {
            dates_d,
            layers: [
                layer(&self.out[depart][best.reach - depart - 1]),
                layer(&self.back[best.part][home - best.part - 1]),
            ],
        }
    }

    /// Every place that none of its neighbours in departure and homecoming lies below, the deepest first.
    pub(super) fn valleys(&self) -> Vec<Point> {
        let at = |i: i64, total: i64| -> f64 {
            let row = usize::try_from(i).ok().and_then(|i| self.best.get(i));
            row.and_then(|row| row.get(usize::try_from(total).ok()?)).map_or(f64::INFINITY, |b| b.value)
        };
        let mut found: Vec<(f64, Point)> = Vec::new();
        for (i, row) in self.best.iter().enumerate() {
            for (total, best) in row.iter().enumerate() {
                let (x, y) = (i as i64, total as i64);
                // neighbours in the dates of departure and homecoming
                let lowest = (-1..=1)
                    .flat_map(|dx| (-1..=1).map(move |dy| (dx, dy)))
                    .all(|(dx, dy)| best.value <= at(x + dx, y + dy - dx));
                if best.value.is_finite() && lowest {
                    found.push((best.value, self.point(i, total, *best)));
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().map(|(_, point)| point).collect()
    }

    /// Points at which a longer trip becomes cheaper than all shorter ones, with the length that they may have; thinned
    /// to `most`.
    pub(super) fn front(&self, most: usize) -> Vec<(Point, f64)> {
        let totals = self.best.iter().map(Vec::len).max().unwrap_or(0);
        let mut least = f64::INFINITY;
        let mut steps: Vec<(Point, f64)> = Vec::new();
        for total in 0..totals {
            let column = (0..self.best.len()).filter_map(|i| self.best[i].get(total).map(|b| (i, *b)));
            let Some((i, best)) = column.min_by(|a, b| a.1.value.total_cmp(&b.1.value)) else { continue };
            if best.value < least {
                least = best.value;
                steps.push((self.point(i, total, best), total as f64 * self.step_d));
            }
        }
        let count = steps.len();
        let keep = |k: usize| count <= most || (k * most) / count != ((k + 1) * most) / count;
        steps.into_iter().enumerate().filter(|(k, _)| keep(*k)).map(|(_, step)| step).collect()
    }

    /// Longest flight in steps.
    #[cfg(test)]
    pub(super) fn longest_leg(&self) -> usize {
        self.out[0].len()
    }

    /// What both legs cost on given dates, for a search that looks at all of them.
    #[cfg(test)]
    pub(super) fn legs(&self, [depart, reach, part, home]: [usize; 4]) -> f64 {
        self.out[depart][reach - depart - 1].value + self.back[part][home - part - 1].value
    }
}

/// The best middle dates for each total time of one departure.
///
/// First the best arrival for each date of leaving again: a sliding minimum over the stays. Then, for each homecoming,
/// the best date of leaving.
fn best_of_departure(
    out: &[Leg],
    back: &[Vec<Leg>],
    depart: usize,
    stays: std::ops::RangeInclusive<usize>,
    most_total: usize,
) -> Vec<Best> {
    let (shortest, longest) = (*stays.start(), *stays.end());
    let none = Best { value: f64::INFINITY, reach: 0, part: 0 };
    let mut best = vec![none; most_total + 1];
    let mut queue: VecDeque<usize> = VecDeque::new();
    let mut next = depart + 1;
    let value = |reach: usize| out[reach - depart - 1].value;
    for part in depart + 1 + shortest..(depart + out.len() + longest + 1).min(back.len()) {
        while next + shortest <= part && next <= depart + out.len() {
            while queue.back().is_some_and(|k| value(*k) > value(next)) {
                queue.pop_back();
            }
            queue.push_back(next);
            next += 1;
        }
        while queue.front().is_some_and(|k| k + longest < part) {
            queue.pop_front();
        }
        let Some(reach) = queue.front().copied().filter(|k| value(*k).is_finite()) else { continue };
        for (flight, leg) in back[part].iter().enumerate() {
            let total = part + flight + 1 - depart;
            if total > most_total {
                break;
            }
            let sum = value(reach) + leg.value;
            if sum < best[total].value {
                best[total] = Best { value: sum, reach, part };
            }
        }
    }
    best
}
