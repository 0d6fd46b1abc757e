//! The porkchop on a page: C3 in filled bands, arrival speed and time of flight in lines, the best cells
//! numbered and named below, the way NASA/TM-2010-216764 lays them out.

use super::axes::{Area, Side, Span, date_ticks, draw_axis};
use super::canvas::{Canvas, Dash, Pen, Type};
use super::colour::{ARRIVAL, FAINT, FLIGHT, INK, PAPER, RULE, Rgb, bands};
use super::contours::{Field, GridPoint, thin};
use super::labels::{Fit, Labelled, Placer, Spot, even_levels, levels, outside};
use super::text::{Anchor, Box2, Weight, fit, width_px, wrap};
use super::{Figure, FigureError};
use crate::time::{DAY_S, Epoch};
use std::collections::HashSet;

mod marks;

pub use marks::{Mark, MarkKind};

/// What a porkchop figure shows.
///
/// Tables run row by row of equal arrival, `[i_arrive * departs + i_depart]`; NaN is an empty cell.
#[derive(Debug, Clone)]
pub struct PorkchopView<'a> {
    /// headline, such as `Earth to Mars 2033`
    pub title: String,
    /// second line: kind of transfer, grid, model
    pub subtitle: String,
    /// departure dates, rising
    pub depart: &'a [Epoch],
    /// arrival dates, rising
    pub arrive: &'a [Epoch],
    /// launch energy of each cell
    pub c3_km2_s2: &'a [f64],
    /// arrival speed of each cell; an empty slice leaves its lines out
    pub v_inf_arr_km_s: &'a [f64],
    /// a region to hatch, such as declinations a launch site cannot reach
    pub hatch: Option<Hatch<'a>>,
    /// cells to point out; they are numbered in this order
    pub marks: Vec<Mark>,
    /// where the numbers come from: kernels, program, version
    pub provenance: String,
    /// highest C3 that is coloured; chosen from the least one when absent
    pub max_c3_km2_s2: Option<f64>,
}

/// A region drawn hatched.
#[derive(Debug, Clone)]
pub struct Hatch<'a> {
    /// which cells, in the order of the tables
    pub cells: &'a [bool],
    /// what it means, for the legend
    pub label: String,
}

const WIDTH_PX: f64 = 1000.0;
const HEIGHT_PX: f64 = 800.0;
/// Left edge of the column that explains colours and lines.
const KEY_PX: f64 = 852.0;
/// Where no transfer is drawn.
const BLANK: Rgb = Rgb(241, 243, 245);
const SMALL_PX: f64 = 8.5;
const KEY_TEXT_PX: f64 = 10.0;

/// The figure of a porkchop, 1000 × 800.
///
/// * `view`: tables, marks and words
///
/// # Errors
/// [`FigureError::Shape`] and [`FigureError::Dates`] when tables and axes do not fit;
/// [`FigureError::Level`] when the highest C3 asked for is below the least there is. A table without any
/// transfer is drawn and says so.
///
/// ```
/// use portolan::report::{PorkchopView, draw_porkchop};
/// use portolan::time::Epoch;
/// let view = PorkchopView {
///     title: "Earth to Mars 2033".to_owned(),
///     subtitle: "two dates by two".to_owned(),
///     depart: &[Epoch::from_calendar(2033, 4, 1), Epoch::from_calendar(2033, 5, 1)],
///     arrive: &[Epoch::from_calendar(2033, 10, 1), Epoch::from_calendar(2033, 12, 1)],
///     c3_km2_s2: &[8.4, 12.0, 9.1, 10.2],
///     v_inf_arr_km_s: &[],
///     hatch: None,
///     marks: Vec::new(),
///     provenance: "made up".to_owned(),
///     max_c3_km2_s2: None,
/// };
/// assert!(draw_porkchop(&view)?.svg().contains("Departure date (TDB)"));
/// # Ok::<(), portolan::report::FigureError>(())
/// ```
pub fn draw_porkchop(view: &PorkchopView<'_>) -> Result<Figure, FigureError> {
    Figure::of(page(view)?)
}

fn page(view: &PorkchopView<'_>) -> Result<Canvas, FigureError> {
    let plot = Plot::new(view)?;
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, &view.title);
    let mut placer = Placer::new(plot.area);
    let left = plot.area.least_px[0];
    let room = WIDTH_PX - left - 14.0;
    canvas.text(&fit(&view.title, 18.0, Weight::Bold, room), [left, 26.0], Type::plain(18.0, INK).bold());
    canvas.text(&fit(&view.subtitle, 11.5, Weight::Normal, room), [left, 47.0], Type::plain(11.5, FAINT));

    canvas.rect(plot.area.least_px, plot.area.most_px, BLANK);
    let colours = bands(plot.c3_levels.len());
    plot.draw_bands(&mut canvas, &colours);
    if let Some(hatch) = &view.hatch {
        plot.draw_hatch(&mut canvas, hatch);
    }
    let mut drawn = plot.lines(&mut placer);
    let seats = marks::seats(&mut placer, &view.marks, |mark| plot.place(mark.depart, mark.arrive));
    drawn.label(&mut placer);
    drawn.draw_lines(&mut canvas);
    canvas.frame(plot.area.least_px, plot.area.most_px, Pen::solid(INK, 1.2));
    let (x_ticks, y_ticks) =
        (date_ticks(plot.x, plot.area.width_px(), Side::Bottom), date_ticks(plot.y, plot.area.height_px(), Side::Left));
    draw_axis(&mut canvas, plot.area, plot.x, &x_ticks, Side::Bottom, "Departure date (TDB)");
    draw_axis(&mut canvas, plot.area, plot.y, &y_ticks, Side::Left, "Arrival date (TDB)");

    drawn.draw_labels(&mut canvas);
    marks::draw(&mut canvas, &seats);
    if plot.c3.is_blank() {
        let none = "no transfer between these dates";
        let sparse = "transfers lie too far apart on this grid to be drawn";
        let set = Type::plain(14.0, FAINT).anchored(Anchor::Middle).haloed(3.0);
        canvas.text(if plot.c3_levels.is_empty() { none } else { sparse }, plot.area.at(0.5, 0.5), set);
    }
    plot.draw_key(&mut canvas, &colours, &drawn);
    let foot = marks::draw_legend(&mut canvas, &view.marks, [left, plot.area.most_px[1] + 66.0], room, |mark| {
        plot.place(mark.depart, mark.arrive).is_some()
    });
    canvas.paragraph(&view.provenance, [left, foot + 6.0], room, Type::plain(SMALL_PX, FAINT));
    Ok(canvas)
}

/// The plotting area with the view's tables mapped into it.
struct Plot<'a> {
    view: &'a PorkchopView<'a>,
    area: Area,
    x: Span,
    y: Span,
    columns_px: Vec<f64>,
    rows_px: Vec<f64>,
    c3: Field<'a>,
    c3_levels: Vec<f64>,
    /// the highest level is reached somewhere, so that cells above it stay blank
    capped: Option<f64>,
}

/// A line of a family, mapped to the page.
struct Drawn {
    text: String,
    set: Type,
    every_px: f64,
    rather_px: Option<[f64; 2]>,
    points_px: Vec<[f64; 2]>,
    own: u32,
    spots: Vec<Spot>,
}

/// All lines on the plot, by family.
struct Families {
    c3: Vec<Drawn>,
    arrival: Vec<Drawn>,
    flight: Vec<Drawn>,
}

const C3_PEN: Pen = Pen::solid(INK, 0.75);
const ARRIVAL_PEN: Pen = Pen::solid(ARRIVAL, 1.3);
const FLIGHT_PEN: Pen = Pen { colour: FLIGHT, width_px: 0.9, dash: Dash::Long };

impl<'a> Plot<'a> {
    fn new(view: &'a PorkchopView<'a>) -> Result<Self, FigureError> {
        let (departs, arrives) = (view.depart.len(), view.arrive.len());
        let span = |dates: &[Epoch], axis| {
            let rising = dates.windows(2).all(|pair| pair[1] > pair[0]);
            match (dates.first(), dates.last()) {
                (Some(from), Some(to)) if rising && dates.len() > 1 => Ok(Span { from: from.tdb_s(), to: to.tdb_s() }),
                _ => Err(FigureError::Dates { axis }),
            }
        };
        let (x, y) = (span(view.depart, "departure")?, span(view.arrive, "arrival")?);
        let shape = |what, found| FigureError::Shape { what, found, depart: departs, arrive: arrives };
        let c3 =
            Field::new(departs, arrives, view.c3_km2_s2).ok_or_else(|| shape("the C3 table", view.c3_km2_s2.len()))?;
        if !view.v_inf_arr_km_s.is_empty() && view.v_inf_arr_km_s.len() != departs * arrives {
            return Err(shape("the table of arrival speeds", view.v_inf_arr_km_s.len()));
        }
        if let Some(hatch) = view.hatch.as_ref().filter(|h| h.cells.len() != departs * arrives) {
            return Err(shape("the hatched region", hatch.cells.len()));
        }

        let (least, most) = extent(view.c3_km2_s2.iter().copied());
        let (c3_levels, capped) = match view.max_c3_km2_s2 {
            _ if least > most => (Vec::new(), None),
            Some(max) if !max.is_finite() || max <= least => {
                return Err(FigureError::Level { max_c3_km2_s2: max, least_c3_km2_s2: least });
            }
            Some(max) => (levels(least, max, 0.05 * least), Some(max).filter(|m| *m < most)),
            None => {
                let max = usual_max(least);
                let mut found = levels(least, max, 0.05 * least);
                // A flat field ends at the first level above it.
                let needed = found.partition_point(|level| *level < most) + 1;
                found.truncate(needed);
                (found, Some(max).filter(|m| *m < most))
            }
        };

        let left = 112.0;
        let room = WIDTH_PX - left - 14.0;
        let notes =
            15.0 * marks::legend_rows(&view.marks, room) as f64 + if view.marks.is_empty() { 0.0 } else { 14.0 };
        let small = 1.35 * SMALL_PX * wrap(&view.provenance, SMALL_PX, room).len() as f64;
        let area = Area {
            least_px: [left, 64.0],
            most_px: [KEY_PX - 24.0, (HEIGHT_PX - 66.0 - notes - small - 6.0).max(300.0)],
        };
        let columns_px = view.depart.iter().map(|d| area.at(x.share(d.tdb_s()), 0.0)[0]).collect();
        let rows_px = view.arrive.iter().map(|a| area.at(0.0, y.share(a.tdb_s()))[1]).collect();
        Ok(Self { view, area, x, y, columns_px, rows_px, c3, c3_levels, capped })
    }

    /// Where two dates meet; none outside the plot.
    fn place(&self, depart: Epoch, arrive: Epoch) -> Option<[f64; 2]> {
        let (right, up) = (self.x.share(depart.tdb_s()), self.y.share(arrive.tdb_s()));
        let inside = (0.0..=1.0).contains(&right) && (0.0..=1.0).contains(&up);
        inside.then(|| self.area.at(right, up))
    }

    fn on_page(&self, points: &[GridPoint]) -> Vec<[f64; 2]> {
        let along = |nodes: &[f64], at: f64| {
            let k = (at.floor() as usize).min(nodes.len() - 2);
            nodes[k] + (at - k as f64) * (nodes[k + 1] - nodes[k])
        };
        let mapped: Vec<[f64; 2]> =
            points.iter().map(|p| [along(&self.columns_px, p[0]), along(&self.rows_px, p[1])]).collect();
        // A tenth of a pixel is the grain of the page.
        thin(&mapped, 0.12)
    }

    /// Paints from the highest level down, each lower region over the last: no seam can show the page.
    fn draw_bands(&self, canvas: &mut Canvas, colours: &[Rgb]) {
        for (level, colour) in self.c3_levels.iter().zip(colours).rev() {
            let rings: Vec<Vec<[f64; 2]>> = self
                .c3
                .band(f64::NEG_INFINITY, *level)
                .iter()
                .map(|ring| self.on_page(ring))
                .filter(|ring| ring.len() > 2)
                .collect();
            canvas.fill_rings(&rings, *colour);
        }
    }

    fn draw_hatch(&self, canvas: &mut Canvas, hatch: &Hatch<'_>) {
        let nearest = |nodes: &[f64], at: f64| {
            let away = |k: &usize| (nodes[*k] - at).abs();
            (0..nodes.len()).min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(0)
        };
        let (width, height) = (self.area.width_px() as usize, self.area.height_px() as usize);
        let [left, top] = self.area.least_px;
        let columns: Vec<usize> = (0..=width).map(|x| nearest(&self.columns_px, left + x as f64)).collect();
        let rows: Vec<usize> = (0..=height).map(|y| nearest(&self.rows_px, top + y as f64)).collect();
        for start in (0..width + height).step_by(8) {
            let mut from: Option<usize> = None;
            let first = start.saturating_sub(height);
            for x in first..=width.min(start) + 1 {
                let inside = x <= width.min(start) && hatch.cells[rows[start - x] * self.columns_px.len() + columns[x]];
                match (from, inside) {
                    (None, true) => from = Some(x),
                    (Some(a), false) => {
                        let at = |x: usize| [left + x as f64, top + (start - x) as f64];
                        canvas.line(&[at(a), at(x - 1)], Pen::solid(FAINT, 0.7));
                        from = None;
                    }
                    _ => {}
                }
            }
        }
    }

    /// All lines, remembered by the placer so that labels keep off them.
    fn lines(&self, placer: &mut Placer) -> Families {
        let flight = self.flight_lines(placer);
        let arrival = self.arrival_lines(placer);
        let set = Type::plain(10.0, INK).bold().haloed(1.8);
        let c3 = self.c3_levels.iter().flat_map(|level| {
            let lines = self.c3.lines(*level).into_iter().map(|line| self.on_page(&line.points)).collect();
            family(lines, &plain(*level), set, 420.0, placer)
        });
        Families { c3: c3.collect(), arrival, flight }
    }

    /// Lines of arrival speed, cut off where C3 leaves its colours.
    fn arrival_lines(&self, placer: &mut Placer) -> Vec<Drawn> {
        let top = self.c3_levels.last().copied().unwrap_or(f64::NEG_INFINITY);
        let speeds = self.view.v_inf_arr_km_s;
        let coloured = speeds.iter().zip(self.view.c3_km2_s2).filter(|(_, c3)| **c3 <= top).map(|(speed, _)| *speed);
        let (least, most) = extent(coloured);
        let Some(field) = Field::new(self.columns_px.len(), self.rows_px.len(), speeds) else { return Vec::new() };
        let mut wanted = levels(least, most.min(3.0 * least), 0.12 * least);
        // The last one is no round number, only where the values end.
        wanted.pop();
        let set = Type::plain(9.5, ARRIVAL).haloed(1.8);
        let mut lines = Vec::new();
        for level in wanted {
            let cut: Vec<Vec<[f64; 2]>> =
                field.lines(level).iter().flat_map(|line| self.c3.below(&line.points, top)).collect();
            let mapped = cut.iter().map(|points| self.on_page(points)).collect();
            lines.extend(family(mapped, &format!("{} km/s", plain(level)), set, 480.0, placer));
        }
        lines
    }

    fn flight_lines(&self, placer: &mut Placer) -> Vec<Drawn> {
        let shortest = (self.y.from - self.x.to) / DAY_S;
        let longest = (self.y.to - self.x.from) / DAY_S;
        let (wanted, step) = even_levels(shortest.max(0.0), longest, 5.0);
        let set = Type::plain(9.5, FLIGHT).haloed(1.8);
        let mut lines = Vec::new();
        for tof_d in wanted.into_iter().filter(|t| *t > 0.0) {
            let tof_s = tof_d * DAY_S;
            let (from, to) = (self.x.from.max(self.y.from - tof_s), self.x.to.min(self.y.to - tof_s));
            if to <= from {
                continue;
            }
            let at = |depart_s: f64| self.area.at(self.x.share(depart_s), self.y.share(depart_s + tof_s));
            let points_px = vec![at(from), at(to)];
            let own = placer.remember(&points_px);
            let text = format!("{} d", super::axes::short(tof_d, step));
            let rather_px = Some(at(to - 0.07 * (self.x.to - self.x.from).min(to - from)));
            lines.push(Drawn { text, set, every_px: 2000.0, rather_px, points_px, own, spots: Vec::new() });
        }
        lines
    }

    /// The column that says what colours and lines mean.
    fn draw_key(&self, canvas: &mut Canvas, colours: &[Rgb], drawn: &Families) {
        let room = WIDTH_PX - KEY_PX - 10.0;
        let mut y = self.area.least_px[1] + 6.0;
        if !colours.is_empty() {
            canvas.text("Departure C3", [KEY_PX, y], Type::plain(11.0, INK).bold());
            canvas.text("km²/s²", [KEY_PX, y + 15.0], Type::plain(KEY_TEXT_PX, FAINT));
            y += 32.0;
            let each = (310.0 / colours.len() as f64).min(26.0);
            let bottom = y + each * colours.len() as f64;
            let label = Type::plain(KEY_TEXT_PX, INK);
            for (k, colour) in colours.iter().enumerate() {
                let foot = bottom - k as f64 * each;
                canvas.rect([KEY_PX, foot - each], [KEY_PX + 22.0, foot], *colour);
                canvas.text(&plain(self.c3_levels[k]), [KEY_PX + 31.0, foot - each], label);
                canvas.line(&[[KEY_PX, foot - each], [KEY_PX + 26.0, foot - each]], Pen::solid(INK, 0.7));
            }
            canvas.line(&[[KEY_PX, bottom], [KEY_PX + 26.0, bottom]], Pen::solid(INK, 0.7));
            canvas.frame([KEY_PX, y], [KEY_PX + 22.0, bottom], Pen::solid(INK, 0.8));
            y = bottom + 28.0;
        }
        let mut entry = |sample: &dyn Fn(&mut Canvas, f64), text: &str| {
            sample(canvas, y);
            y = canvas.paragraph(text, [KEY_PX + 32.0, y], room - 32.0, Type::plain(KEY_TEXT_PX, INK)) + 6.0;
        };
        let stroke = |pen: Pen| move |c: &mut Canvas, y: f64| c.line(&[[KEY_PX, y], [KEY_PX + 26.0, y]], pen);
        if !drawn.c3.is_empty() {
            entry(&stroke(C3_PEN), "departure C3, km²/s²");
        }
        if !drawn.arrival.is_empty() {
            entry(&stroke(ARRIVAL_PEN), "arrival v∞, km/s");
        }
        if !drawn.flight.is_empty() {
            entry(&stroke(FLIGHT_PEN), "time of flight, d");
        }
        if let Some(hatch) = &self.view.hatch {
            let sample = |c: &mut Canvas, y: f64| {
                for k in 0..5 {
                    let x = KEY_PX + f64::from(k) * 5.0;
                    c.line(&[[x, y + 5.0], [x + 6.0, y - 5.0]], Pen::solid(FAINT, 0.7));
                }
            };
            entry(&sample, &hatch.label);
        }
        let blank = |c: &mut Canvas, y: f64| {
            c.rect([KEY_PX, y - 5.0], [KEY_PX + 26.0, y + 5.0], BLANK);
            c.frame([KEY_PX, y - 5.0], [KEY_PX + 26.0, y + 5.0], Pen::solid(RULE, 0.8));
        };
        let above = self.capped.map_or_else(String::new, |max| format!(", or C3 above {}", plain(max)));
        entry(&blank, &format!("no transfer{above}"));
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
    fn label(&mut self, placer: &mut Placer) {
        for lines in [&mut self.c3, &mut self.arrival, &mut self.flight] {
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

    fn draw_lines(&self, canvas: &mut Canvas) {
        // A dash too close to its number would read as a minus, so those lines keep farther off.
        let families = [(&self.flight, FLIGHT_PEN, 5.0), (&self.arrival, ARRIVAL_PEN, 1.5), (&self.c3, C3_PEN, 1.5)];
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

    fn draw_labels(&self, canvas: &mut Canvas) {
        for line in self.flight.iter().chain(&self.arrival).chain(&self.c3) {
            for spot in &line.spots {
                canvas.text(&line.text, spot.at_px, spot.set);
            }
        }
    }
}

/// Least and greatest finite value; least above greatest when there is none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), v| (least.min(v), most.max(v)))
}

/// The C3 up to which a designer reads: the least one and as much again as a launcher may still give.
fn usual_max(least_c3_km2_s2: f64) -> f64 {
    let wanted = least_c3_km2_s2 + (0.6 * least_c3_km2_s2).max(25.0);
    let step = super::axes::round_up(wanted / 10.0);
    (wanted / step).ceil() * step
}

/// A number with the decimals it needs, at most three.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
