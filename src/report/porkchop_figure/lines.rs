//! The lines of a porkchop figure, by family, and where each says its number.

use super::super::canvas::{Canvas, Dash, Pen, Type};
use super::super::colour::{ARRIVAL, FLIGHT, INK};
use super::super::contours::Field;
use super::super::labels::{Fit, Labelled, Placer, Spot, even_levels, levels, outside};
use super::super::scale::{extent, plain};
use super::super::text::Box2;
use super::Plot;
use super::kinds;
use crate::time::DAY_S;
use std::collections::HashSet;

/// A line of a family, mapped to the page.
pub(super) struct Drawn {
    pub(super) text: String,
    pub(super) set: Type,
    every_px: f64,
    rather_px: Option<[f64; 2]>,
    pub(super) points_px: Vec<[f64; 2]>,
    own: u32,
    pub(super) spots: Vec<Spot>,
}

/// All lines on the plot, by family.
pub(super) struct Families {
    pub(super) level: Vec<Drawn>,
    pub(super) arrival: Vec<Drawn>,
    pub(super) flight: Vec<Drawn>,
}

pub(super) const LEVEL_PEN: Pen = Pen::solid(INK, 0.75);
pub(super) const ARRIVAL_PEN: Pen = Pen::solid(ARRIVAL, 1.3);
pub(super) const FLIGHT_PEN: Pen = Pen { colour: FLIGHT, width_px: 0.9, dash: Dash::Long };

impl Plot<'_> {
    /// All lines, remembered by the placer so that labels keep off them.
    pub(super) fn lines(&self, placer: &mut Placer) -> Families {
        let flight = self.flight_lines(placer);
        let arrival = self.arrival_lines(placer);
        let set = Type::plain(10.0, INK).bold().haloed(1.8);
        let level = self.scale.levels.iter().flat_map(|level| {
            let lines = self.bands.lines(*level).into_iter().flat_map(|line| self.open_parts(&line.points));
            let mapped = lines.map(|part| self.map.on_page(&part)).collect();
            family(mapped, &self.scale.label(*level), set, 420.0, placer)
        });
        Families { level: level.collect(), arrival, flight }
    }

    /// Lines of arrival speed, cut off where the bands leave their colours.
    fn arrival_lines(&self, placer: &mut Placer) -> Vec<Drawn> {
        let (top, speeds) = (self.scale.top(), self.view.v_inf_arr_km_s);
        let (columns, rows) = self.map.size();
        let Some(mut field) = Field::new(columns, rows, speeds) else { return Vec::new() };
        if !self.view.kinds.is_empty() {
            // from one branch to another the speed jumps, and no line says anything
            field.keep(|corners| kinds::is_one(self.view.kinds, corners));
        }
        let worth = |k: usize| {
            let bound = self.view.worth.zip(self.worth.as_ref());
            self.bands_value(k) <= top && bound.is_none_or(|(w, (_, most))| w.c3_km2_s2[k] <= *most)
        };
        let coloured = speeds.iter().enumerate().filter(|(k, _)| worth(*k)).map(|(_, speed)| *speed);
        let (least, most) = extent(coloured);
        let mut wanted = levels(least, most.min(3.0 * least), 0.12 * least);
        // The last one is no round number, only where the values end.
        wanted.pop();
        let set = Type::plain(9.5, ARRIVAL).haloed(1.8);
        let mut lines = Vec::new();
        for level in wanted {
            let cut: Vec<Vec<[f64; 2]>> = field
                .lines(level)
                .iter()
                .flat_map(|line| self.bands.below(&line.points, top))
                .flat_map(|part| self.open_parts(&part))
                .collect();
            let mapped = cut.iter().map(|points| self.map.on_page(points)).collect();
            lines.extend(family(mapped, &format!("{} km/s", plain(level)), set, 480.0, placer));
        }
        lines
    }

    fn flight_lines(&self, placer: &mut Placer) -> Vec<Drawn> {
        let (x, y, area) = (self.map.x, self.map.y, self.map.area);
        let shortest = (y.from - x.to) / DAY_S;
        let longest = (y.to - x.from) / DAY_S;
        let (wanted, step) = even_levels(shortest.max(0.0), longest, 5.0);
        let set = Type::plain(9.5, FLIGHT).haloed(1.8);
        let mut lines = Vec::new();
        for tof_d in wanted.into_iter().filter(|t| *t > 0.0) {
            let tof_s = tof_d * DAY_S;
            let (from, to) = (x.from.max(y.from - tof_s), x.to.min(y.to - tof_s));
            if to <= from {
                continue;
            }
            let at = |depart_s: f64| area.at(x.share(depart_s), y.share(depart_s + tof_s));
            let points_px = vec![at(from), at(to)];
            let own = placer.remember(&points_px);
            let text = format!("{} d", super::super::axes::short(tof_d, step));
            let rather_px = Some(at(to - 0.07 * (x.to - x.from).min(to - from)));
            lines.push(Drawn { text, set, every_px: 2000.0, rather_px, points_px, own, spots: Vec::new() });
        }
        lines
    }
}

/// Lines of one level; those too short to see are left out.
fn family(lines_px: Vec<Vec<[f64; 2]>>, text: &str, set: Type, every_px: f64, placer: &mut Placer) -> Vec<Drawn> {
    let seen =
        |line: &Vec<[f64; 2]>| line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum::<f64>() > 2.0;
    lines_px
        .into_iter()
        .filter(seen)
        .map(|points_px| {
            let own = placer.remember(&points_px);
            Drawn { text: text.to_owned(), set, every_px, rather_px: None, points_px, own, spots: Vec::new() }
        })
        .collect()
}

impl Families {
    /// Places labels: wherever they sit well, and once per level wherever they sit at all.
    pub(super) fn label(&mut self, placer: &mut Placer) {
        for lines in [&mut self.level, &mut self.arrival, &mut self.flight] {
            let mut told: HashSet<String> = HashSet::new();
            for fit in [Fit::Easy, Fit::Loose] {
                for line in lines.iter_mut() {
                    if matches!(fit, Fit::Loose) && told.contains(&line.text) {
                        continue;
                    }
                    let Drawn { text, set, every_px, rather_px, .. } = line;
                    let wish = Labelled { text, set: *set, every_px: *every_px, rather_px: *rather_px };
                    line.spots = placer.label(&line.points_px, line.own, &wish, fit);
                    if !line.spots.is_empty() {
                        told.insert(line.text.clone());
                    }
                }
            }
        }
    }

    pub(super) fn draw_lines(&self, canvas: &mut Canvas) {
        // A dash too close to its number would read as a minus, so those lines keep farther off.
        let families =
            [(&self.flight, FLIGHT_PEN, 5.0), (&self.arrival, ARRIVAL_PEN, 1.5), (&self.level, LEVEL_PEN, 1.5)];
        let all: Vec<Box2> =
            families.iter().flat_map(|(lines, _, _)| lines.iter()).flat_map(|l| &l.spots).map(|s| s.covers).collect();
        for (lines, pen, room_px) in families {
            for line in lines {
                let own = line.spots.iter().map(|spot| spot.covers.grown(room_px));
                let boxes: Vec<Box2> = own.chain(all.iter().copied()).collect();
                for part in outside(&line.points_px, &boxes) {
                    canvas.line(&part, pen);
                }
            }
        }
    }

    pub(super) fn draw_labels(&self, canvas: &mut Canvas) {
        for line in self.flight.iter().chain(&self.arrival).chain(&self.level) {
            for spot in &line.spots {
                canvas.text(&line.text, spot.at_px, spot.set);
            }
        }
    }
}
