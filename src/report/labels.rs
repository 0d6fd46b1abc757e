//! Which levels a contour figure draws, and where each line says its own.

use super::axes::{Area, round_up};
use super::canvas::Type;
use super::text::{Anchor, Box2, width_px};
use std::collections::HashMap;

/// Levels on round numbers from just above the least value to the greatest level: close together near the
/// least, where a designer looks, wider apart as values grow.
///
/// At most about a dozen; none when `most` is not above `least`.
pub(super) fn levels(least: f64, most: f64, finest: f64) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    if !(least.is_finite() && most.is_finite() && most > least) {
        return found;
    }
    let span = most - least;
    let finest = round_up(finest.max(span / 60.0));
    let mut at = least;
    while found.len() < 40 {
        let gap = (0.7 * (at - least)).max(finest);
        let power = 10f64.powf(gap.log10().floor());
        let step = [5.0, 2.0, 1.0].iter().map(|m| m * power).find(|s| *s <= gap * 1.0001).unwrap_or(power);
        let mut next = ((at / step).floor() + 1.0) * step;
        if next - at < 0.2 * step {
            next += step;
        }
        if next >= most - 0.25 * step {
            break;
        }
        found.push(next);
        at = next;
    }
    found.push(most);
    found
}

/// Round steps that cut a span into `fewest` to about twice as many parts.
pub(super) fn even_levels(from: f64, to: f64, fewest: f64) -> (Vec<f64>, f64) {
    if !(from.is_finite() && to.is_finite() && to > from) {
        return (Vec::new(), 1.0);
    }
    let rough = (to - from) / fewest;
    let power = 10f64.powf(rough.log10().floor());
    let step = [5.0, 2.0, 1.0].iter().map(|m| m * power).find(|s| *s <= rough).unwrap_or(power);
    let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
    ((first..=last).map(|k| k as f64 * step).collect(), step)
}

/// Side of the squares in which drawn lines are remembered.
const SQUARE_PX: f64 = 4.0;

/// Keeps track of what is taken on a plot, and finds room for labels on lines.
pub(super) struct Placer {
    area: Area,
    taken: Vec<Box2>,
    lines: HashMap<(i32, i32), Vec<u32>>,
    count: u32,
}

/// A line that wants a label.
pub(super) struct Labelled<'a> {
    /// what it says
    pub(super) text: &'a str,
    /// how it is set; turn and anchor are chosen here
    pub(super) set: Type,
    /// labels along one line stand at least this far apart
    pub(super) every_px: f64,
    /// where on the plot a label would rather be, or anywhere
    pub(super) rather_px: Option<[f64; 2]>,
}

/// How well a label has to sit on its line; loosely only where it finds no better place.
#[derive(Clone, Copy)]
pub(super) enum Fit {
    Easy,
    Loose,
}

/// Where a label goes.
pub(super) struct Spot {
    pub(super) at_px: [f64; 2],
    pub(super) set: Type,
    pub(super) covers: Box2,
}

impl Placer {
    pub(super) fn new(area: Area) -> Self {
        Self { area, taken: Vec::new(), lines: HashMap::new(), count: 0 }
    }

    /// Reserves a box.
    pub(super) fn take(&mut self, taken: Box2) {
        self.taken.push(taken);
    }

    /// Whether a box is clear of everything reserved, with room around it.
    pub(super) fn is_free(&self, wanted: &Box2, room_px: f64) -> bool {
        let grown = wanted.grown(room_px);
        self.taken.iter().all(|t| t.is_clear_of(&grown))
    }

    /// Whether a box lies wholly on the plot.
    pub(super) fn holds(&self, wanted: &Box2) -> bool {
        let edge = 1.0;
        wanted.lies_in(self.area.least_px.map(|c| c + edge), self.area.most_px.map(|c| c - edge))
    }

    /// Remembers a drawn line, so that labels of others keep off it; answers its number.
    pub(super) fn remember(&mut self, points_px: &[[f64; 2]]) -> u32 {
        self.count += 1;
        for pair in points_px.windows(2) {
            let length = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
            let steps = (length / SQUARE_PX * 1.5).ceil().clamp(1.0, 1e4) as u32;
            for k in 0..=steps {
                let share = f64::from(k) / f64::from(steps);
                let at = [0, 1].map(|c| pair[0][c] + share * (pair[1][c] - pair[0][c]));
                let there = self.lines.entry(square(at)).or_default();
                if there.last() != Some(&self.count) {
                    there.push(self.count);
                }
            }
        }
        self.count
    }

    /// Shares of a box that other lines cross.
    fn crowding(&self, wanted: &Box2, own: u32) -> f64 {
        let mut crossed = 0;
        let mut all = 0;
        for u in -4..=4 {
            for v in -1..=1 {
                let at = wanted.at([f64::from(u) / 4.0, f64::from(v)]);
                all += 1;
                crossed += i32::from(self.lines.get(&square(at)).is_some_and(|l| l.iter().any(|n| *n != own)));
            }
        }
        f64::from(crossed) / f64::from(all)
    }

    /// Places a label along a line where it fits best, and again where the line is long.
    ///
    /// * `line_px`: the line; `own`: its number from [`Placer::remember`]
    pub(super) fn label(&mut self, line_px: &[[f64; 2]], own: u32, wish: &Labelled<'_>, fit: Fit) -> Vec<Spot> {
        let run = Run::new(line_px);
        let room_px = width_px(wish.text, wish.set.size_px, wish.set.weight);
        let mut placed: Vec<Spot> = Vec::new();
        if run.length_px() < 1.6 * room_px {
            return placed;
        }
        let wanted = ((run.length_px() / wish.every_px).round() as usize).clamp(1, 4);
        for _ in 0..wanted {
            let Some((at_px, turn_rad)) = self.best_spot(&run, own, wish, &placed, fit) else { break };
            let set = wish.set.anchored(Anchor::Middle).turned(turn_rad);
            let covers = set.box_of(wish.text, at_px);
            self.take(covers);
            placed.push(Spot { at_px, set, covers });
        }
        placed
    }

    fn best_spot(
        &self,
        run: &Run,
        own: u32,
        wish: &Labelled<'_>,
        placed: &[Spot],
        fit: Fit,
    ) -> Option<([f64; 2], f64)> {
        let half = 0.5 * width_px(wish.text, wish.set.size_px, wish.set.weight) + 1.0;
        let (bent, room_px, crossed) = match fit {
            Fit::Easy => (0.35, 4.0, 0.45),
            Fit::Loose => (0.9, 1.5, 0.9),
        };
        let mut best: Option<(f64, [f64; 2], f64)> = None;
        let mut along = half;
        while along <= run.length_px() - half {
            let (a, at, b) = (run.at(along - half), run.at(along), run.at(along + half));
            along += 5.0;
            let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
            let chord = (b[0] - a[0]).hypot(b[1] - a[1]);
            let bow = (at[0] - middle[0]).hypot(at[1] - middle[1]);
            if chord < 1.5 * half || bow > bent * wish.set.size_px {
                continue;
            }
            if placed.iter().any(|p| (p.at_px[0] - at[0]).hypot(p.at_px[1] - at[1]) < 0.6 * wish.every_px) {
                continue;
            }
            let turn_rad = upright((b[1] - a[1]).atan2(b[0] - a[0]));
            // Between the chord and the line, so that both halves of the label sit on it.
            let spot = [0.5 * (at[0] + middle[0]), 0.5 * (at[1] + middle[1])];
            let taken = wish.set.anchored(Anchor::Middle).turned(turn_rad).box_of(wish.text, spot);
            let edge = 5.0;
            let inner = (
                [self.area.least_px[0] + edge, self.area.least_px[1] + edge],
                [self.area.most_px[0] - edge, self.area.most_px[1] - edge],
            );
            if !taken.lies_in(inner.0, inner.1) || !self.is_free(&taken, room_px) {
                continue;
            }
            let crowding = self.crowding(&taken, own);
            if crowding > crossed {
                continue;
            }
            let near = |wanted: f64| {
                let nearest = self
                    .taken
                    .iter()
                    .map(|t| (t.centre_px[0] - spot[0]).hypot(t.centre_px[1] - spot[1]))
                    .fold(f64::INFINITY, f64::min);
                (1.0 - nearest / wanted).max(0.0)
            };
            let far = wish.rather_px.map_or(0.0, |r| (r[0] - spot[0]).hypot(r[1] - spot[1]) / 100.0);
            let cost = 6.0 * crowding + 0.5 * bow + turn_rad.abs() + 3.0 * near(70.0) + far;
            if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
                best = Some((cost, spot, turn_rad));
            }
        }
        best.map(|(_, at, turn_rad)| (at, turn_rad))
    }
}

fn square(at: [f64; 2]) -> (i32, i32) {
    ((at[0] / SQUARE_PX).floor() as i32, (at[1] / SQUARE_PX).floor() as i32)
}

/// The turn of a text that follows a direction and still reads from left to right.
fn upright(direction_rad: f64) -> f64 {
    use std::f64::consts::{FRAC_PI_2, PI};
    if direction_rad > FRAC_PI_2 {
        direction_rad - PI
    } else if direction_rad <= -FRAC_PI_2 {
        direction_rad + PI
    } else {
        direction_rad
    }
}

/// The parts of a line outside some boxes: a line steps aside for its own label.
pub(super) fn outside(line_px: &[[f64; 2]], boxes: &[Box2]) -> Vec<Vec<[f64; 2]>> {
    let within = |p: [f64; 2]| boxes.iter().any(|b| b.contains(p));
    let reach = |b: &Box2| b.half_px[0] + b.half_px[1];
    let mut parts = Vec::new();
    let mut part: Vec<[f64; 2]> = Vec::new();
    for pair in line_px.windows(2) {
        let length = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
        let close = boxes.iter().any(|b| {
            let away = (pair[0][0] - b.centre_px[0]).hypot(pair[0][1] - b.centre_px[1]);
            away < reach(b) + length
        });
        let steps = if close { (2.0 * length).ceil().clamp(1.0, 1e4) as u32 } else { 1 };
        for k in 0..=steps {
            let share = f64::from(k) / f64::from(steps);
            let at = [0, 1].map(|c| pair[0][c] + share * (pair[1][c] - pair[0][c]));
            if close && within(at) {
                parts.push(std::mem::take(&mut part));
            } else if part.last() != Some(&at) {
                part.push(at);
            }
        }
    }
    parts.push(part);
    parts.retain(|p| p.len() > 1);
    parts.iter().map(|p| super::contours::thin(p, 0.05)).collect()
}

/// A polyline by the length along it.
struct Run<'a> {
    points: &'a [[f64; 2]],
    lengths: Vec<f64>,
}

impl<'a> Run<'a> {
    fn new(points: &'a [[f64; 2]]) -> Self {
        let mut lengths = vec![0.0; points.len()];
        for k in 1..points.len() {
            let (a, b) = (points[k - 1], points[k]);
            lengths[k] = lengths[k - 1] + (b[0] - a[0]).hypot(b[1] - a[1]);
        }
        Self { points, lengths }
    }

    fn length_px(&self) -> f64 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    fn at(&self, along_px: f64) -> [f64; 2] {
        let k = self.lengths.partition_point(|l| *l < along_px).clamp(1, self.points.len() - 1);
        let piece = self.lengths[k] - self.lengths[k - 1];
        let share = if piece > 0.0 { ((along_px - self.lengths[k - 1]) / piece).clamp(0.0, 1.0) } else { 0.0 };
        [0, 1].map(|c| self.points[k - 1][c] + share * (self.points[k][c] - self.points[k - 1][c]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::colour::INK;
    use std::f64::consts::PI;

    #[test]
    fn law_levels_widen_away_from_the_least() {
        for (least, most, finest) in [(8.17, 35.0, 0.4), (5.6, 30.0, 0.3), (75.3, 160.0, 2.0), (0.3, 3.0, 0.05)] {
            let found = levels(least, most, finest);
            assert!((6..=14).contains(&found.len()), "{found:?}");
            assert!(found[0] > least && found.last() == Some(&most), "{found:?}");
            assert!(found.windows(2).all(|p| p[1] > p[0]), "{found:?}");
            let inner = &found[..found.len() - 1];
            assert!(inner.windows(3).all(|p| p[2] - p[1] > 0.49 * (p[1] - p[0])), "{found:?}");
            assert!(inner[1] - inner[0] <= 0.25 * (inner[inner.len() - 1] - inner[inner.len() - 2]) + finest * 2.0);
        }
        assert!(levels(3.0, 3.0, 0.1).is_empty());
        assert!(levels(f64::INFINITY, 3.0, 0.1).is_empty());
    }

    #[test]
    fn law_even_levels_are_round_and_inside() {
        let (found, step) = even_levels(131.0, 477.0, 5.0);
        assert_eq!(step, 50.0);
        assert_eq!(found, [150.0, 200.0, 250.0, 300.0, 350.0, 400.0, 450.0]);
        assert!(even_levels(2.0, 1.0, 5.0).0.is_empty());
    }

    #[test]
    fn law_text_is_never_upside_down() {
        for k in -200..=200 {
            let turn = upright(f64::from(k) / 200.0 * PI);
            assert!(turn.abs() <= PI / 2.0 + 1e-12, "{k}: {turn}");
        }
    }

    #[test]
    fn law_labels_on_neighbouring_lines_keep_apart() {
        let area = Area { least_px: [0.0, 0.0], most_px: [400.0, 300.0] };
        let mut placer = Placer::new(area);
        let mut spots: Vec<Spot> = Vec::new();
        for k in 0..20 {
            let line: Vec<[f64; 2]> =
                (0..80).map(|x| [f64::from(x) * 5.0, 20.0 + f64::from(k) * 6.0 + f64::from(x * x) * 0.01]).collect();
            let own = placer.remember(&line);
            let wish = Labelled { text: "12.5", set: Type::plain(10.0, INK), every_px: 1000.0, rather_px: None };
            spots.extend(placer.label(&line, own, &wish, Fit::Loose));
        }
        assert!(spots.len() >= 15, "{}", spots.len());
        for (k, a) in spots.iter().enumerate() {
            assert!(a.covers.lies_in(area.least_px, area.most_px));
            assert!(spots[k + 1..].iter().all(|b| a.covers.is_clear_of(&b.covers)));
        }
    }

    #[test]
    fn law_a_line_steps_aside_for_its_label() {
        let line: Vec<[f64; 2]> = (0..=20).map(|k| [f64::from(k) * 10.0, 50.0 + f64::from(k)]).collect();
        let label = Box2 { centre_px: [100.0, 60.0], half_px: [15.0, 5.0], turn_rad: 0.1 };
        let parts = outside(&line, &[label]);
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().flatten().all(|p| !label.contains(*p)));
        let gap = parts[1][0][0] - parts[0][parts[0].len() - 1][0];
        assert!((gap - 30.0).abs() < 1.5, "{gap}");
        assert_eq!(outside(&line, &[]).len(), 1);
    }
}
