//! A launch period on the plot: the days on which it opens and closes, and where its days arrive.

use super::super::canvas::{Canvas, Dash, Pen};
use super::super::colour::{INK, PAPER};
use super::super::labels::Placer;
use super::super::mapped::Mapped;
use super::super::text::Box2;
use crate::time::{Epoch, Window};

/// A span of departure dates that one vehicle has to be able to leave on.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchPeriod {
    /// first and last day of departure
    pub depart: Window,
    /// when its days arrive
    pub arrival: ArrivalRule,
    /// what it is, for the legend, such as `20-day launch period, C3 up to 9.2 km²/s²`
    pub label: String,
}

/// When the days of a launch period arrive.
#[derive(Debug, Clone, PartialEq)]
pub enum ArrivalRule {
    /// all on one date
    Fixed(Epoch),
    /// each on its own: pairs of departure and arrival, in the order of departure
    Free(Vec<(Epoch, Epoch)>),
    /// not said
    Unknown,
}

const CASING: Pen = Pen::solid(PAPER, 5.5);
const TRACK: Pen = Pen::solid(INK, 3.0);
const POST: Pen = Pen { colour: INK, width_px: 1.1, dash: Dash::Short };

impl LaunchPeriod {
    fn track(&self, map: &Mapped) -> Vec<[f64; 2]> {
        let pairs = match &self.arrival {
            ArrivalRule::Fixed(arrive) => vec![(self.depart.start, *arrive), (self.depart.end, *arrive)],
            ArrivalRule::Free(pairs) => pairs.clone(),
            ArrivalRule::Unknown => Vec::new(),
        };
        pairs.into_iter().filter_map(|(depart, arrive)| map.place(depart, arrive)).collect()
    }

    fn posts(&self, map: &Mapped) -> Vec<[[f64; 2]; 2]> {
        let post = |day: Epoch| {
            let right = map.x.share(day.tdb_s());
            (0.0..=1.0).contains(&right).then(|| [map.area.at(right, 0.0), map.area.at(right, 1.0)])
        };
        [self.depart.start, self.depart.end].into_iter().filter_map(post).collect()
    }

    /// Keeps labels off.
    pub(super) fn reserve(&self, map: &Mapped, placer: &mut Placer) {
        for post in self.posts(map) {
            placer.remember(&post);
        }
        let track = self.track(map);
        placer.remember(&track);
        for pair in track.windows(2) {
            let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
            let centre_px = [0.5 * (pair[0][0] + pair[1][0]), 0.5 * (pair[0][1] + pair[1][1])];
            placer.take(Box2 { centre_px, half_px: [0.5 * dx.hypot(dy), 3.0], turn_rad: dy.atan2(dx) });
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, map: &Mapped) {
        let posts = self.posts(map);
        for post in &posts {
            canvas.line(post, POST);
        }
        if let [open, close] = posts.as_slice() {
            // a bar on the axis, where the eye looks for a date
            let foot = |p: &[[f64; 2]; 2]| [p[0][0], p[0][1] - 2.5];
            canvas.line(&[foot(open), foot(close)], Pen::solid(INK, 5.0));
        }
        let track = self.track(map);
        canvas.line(&track, CASING);
        canvas.line(&track, TRACK);
    }
}

/// How it looks in the legend.
pub(super) fn sample(canvas: &mut Canvas, at_px: [f64; 2]) {
    let [x, y] = at_px;
    canvas.line(&[[x + 3.0, y], [x + 23.0, y]], TRACK);
    for post in [x + 3.0, x + 23.0] {
        canvas.line(&[[post, y - 6.0], [post, y + 6.0]], POST);
    }
}
