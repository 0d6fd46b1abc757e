//! The porkchop on a page: a number in filled bands, arrival speed and time of flight in lines, limits hatched, the
//! best cells numbered and named below, the way NASA/TM-2010-216764 lays them out.

use super::axes::{Area, Side, date_ticks, draw_axis};
use super::bands::Rank;
use super::canvas::{Canvas, Pen, Type};
use super::colour::{FAINT, INK, PAPER, RULE, Rgb};
use super::contours::Field;
use super::labels::Placer;
use super::mapped::Mapped;
use super::scale::{Scale, Wish, extent, plain, unrolled};
use super::text::{Anchor, Box2, Weight, fit, width_px, wrap};
use super::{Figure, FigureError};
use crate::time::Epoch;

mod kinds;
mod lines;
mod marks;
mod masks;
mod period;

use lines::{ARRIVAL_PEN, Families, LEVEL_PEN};
pub use marks::{Mark, MarkKind};
pub use masks::Mask;
pub use period::{ArrivalRule, LaunchPeriod};

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
    /// what the bands show
    pub bands: BandTable<'a>,
    /// what bounds the coloured region besides the bands themselves
    pub worth: Option<Worth<'a>>,
    /// arrival speed of each cell; an empty slice leaves its lines out
    pub v_inf_arr_km_s: &'a [f64],
    /// kind of transfer of each cell, a number of its own for each, 0 where there is none; an empty slice leaves
    /// their borders and names out
    pub kinds: &'a [u32],
    /// what a kind is called
    pub kind_names: Vec<(u32, String)>,
    /// regions to hatch, such as declinations that a launch site cannot reach
    pub masks: Vec<Mask<'a>>,
    /// a launch period to mark
    pub period: Option<LaunchPeriod>,
    /// cells to point out; they are numbered in this order
    pub marks: Vec<Mark>,
    /// where the numbers come from: kernels, program, version
    pub provenance: String,
}

/// The table that is drawn in bands.
#[derive(Debug, Clone)]
pub struct BandTable<'a> {
    /// value of each cell, in `unit`
    pub values: &'a [f64],
    /// what a reader calls it, such as `Departure C3`
    pub label: String,
    /// its unit
    pub unit: &'a str,
    /// which end is good
    pub rank: Rank,
    /// worst value that is coloured; chosen from the best one when absent
    pub most_value: Option<f64>,
    /// whether values go round a circle of 360
    pub turn_deg: Option<f64>,
}

/// A table that says where a transfer is worth its colour.
#[derive(Debug, Clone, Copy)]
pub struct Worth<'a> {
    /// launch energy of each cell
    pub c3_km2_s2: &'a [f64],
    /// highest one worth a look; chosen from the least when absent
    pub max_c3_km2_s2: Option<f64>,
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
/// [`FigureError::Level`] when the worst value asked for is better than the best there is. A table without any
/// transfer is drawn and says so.
///
/// ```
/// use portolan::report::{BandTable, PorkchopView, Rank, draw_porkchop};
/// use portolan::time::Epoch;
/// let view = PorkchopView {
///     title: "Earth to Mars 2033".to_owned(),
///     subtitle: "two dates by two".to_owned(),
///     depart: &[Epoch::from_calendar(2033, 4, 1), Epoch::from_calendar(2033, 5, 1)],
///     arrive: &[Epoch::from_calendar(2033, 10, 1), Epoch::from_calendar(2033, 12, 1)],
///     bands: BandTable {
///         values: &[8.4, 12.0, 9.1, 10.2],
///         label: "Departure C3".to_owned(),
///         unit: "km²/s²",
///         rank: Rank::LowIsGood,
///         most_value: None,
///         turn_deg: None,
///     },
///     worth: None,
///     v_inf_arr_km_s: &[],
///     kinds: &[],
///     kind_names: Vec::new(),
///     masks: Vec::new(),
///     period: None,
///     marks: Vec::new(),
///     provenance: "made up".to_owned(),
/// };
/// assert!(draw_porkchop(&view)?.svg().contains("Departure date (TDB)"));
/// # Ok::<(), portolan::report::FigureError>(())
/// ```
pub fn draw_porkchop(view: &PorkchopView<'_>) -> Result<Figure, FigureError> {
    Figure::of(page(view)?)
}

fn page(view: &PorkchopView<'_>) -> Result<Canvas, FigureError> {
    let turned = view.bands.turn_deg.map(|_| unrolled(view.bands.values));
    let signed = |sign: f64| turned.as_deref().unwrap_or(view.bands.values).iter().map(|v| sign * v).collect();
    let values: Vec<f64> = signed(if view.bands.rank == Rank::HighIsGood { -1.0 } else { 1.0 });
    let plot = Plot::new(view, &values)?;
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX, &view.title);
    let area = plot.map.area;
    let mut placer = Placer::new(area);
    let left = area.least_px[0];
    let room = WIDTH_PX - left - 14.0;
    canvas.text(&fit(&view.title, 18.0, Weight::Bold, room), [left, 26.0], Type::plain(18.0, INK).bold());
    canvas.text(&fit(&view.subtitle, 11.5, Weight::Normal, room), [left, 47.0], Type::plain(11.5, FAINT));

    canvas.rect(area.least_px, area.most_px, BLANK);
    let colours = plot.scale.colours();
    plot.map.paint(&mut canvas, &plot.bands, &plot.scale.levels, &colours);
    if let Some((field, top)) = &plot.worth {
        canvas.fill_rings(&plot.map.rings(field, *top, f64::INFINITY), BLANK);
    }
    for (k, (mask, field)) in view.masks.iter().zip(&plot.masks).enumerate() {
        masks::draw(&mut canvas, &plot.map.rings(field, mask.most_value, f64::INFINITY), k);
    }
    let borders = kinds::borders(&plot);
    for border in &borders {
        placer.remember(border);
        canvas.line(border, kinds::BORDER_PEN);
    }
    let mut drawn = plot.lines(&mut placer);
    if let Some(period) = &view.period {
        period.reserve(&plot.map, &mut placer);
    }
    let seats = marks::seats(&mut placer, &view.marks, |mark| plot.map.place(mark.depart, mark.arrive));
    drawn.label(&mut placer);
    let names = kinds::names(&plot, &mut placer);
    drawn.draw_lines(&mut canvas);
    if let Some(period) = &view.period {
        period.draw(&mut canvas, &plot.map);
    }
    canvas.frame(area.least_px, area.most_px, Pen::solid(INK, 1.2));
    let (x_ticks, y_ticks) =
        (date_ticks(plot.map.x, area.width_px(), Side::Bottom), date_ticks(plot.map.y, area.height_px(), Side::Left));
    draw_axis(&mut canvas, area, plot.map.x, &x_ticks, Side::Bottom, "Departure date (TDB)");
    draw_axis(&mut canvas, area, plot.map.y, &y_ticks, Side::Left, "Arrival date (TDB)");

    drawn.draw_labels(&mut canvas);
    for (name, at_px) in names {
        canvas.text(&name, at_px, kinds::NAME_TYPE);
    }
    marks::draw(&mut canvas, &seats);
    if plot.bands.is_blank() {
        let none = "no transfer between these dates";
        let sparse = "transfers lie too far apart on this grid to be drawn";
        let set = Type::plain(14.0, FAINT).anchored(Anchor::Middle).haloed(3.0);
        canvas.text(if plot.scale.levels.is_empty() { none } else { sparse }, area.at(0.5, 0.5), set);
    }
    plot.draw_key(&mut canvas, &colours, &drawn, !borders.is_empty());
    let foot = marks::draw_legend(&mut canvas, &view.marks, [left, area.most_px[1] + 66.0], room, |mark| {
        plot.map.place(mark.depart, mark.arrive).is_some()
    });
    canvas.paragraph(&view.provenance, [left, foot + 6.0], room, Type::plain(SMALL_PX, FAINT));
    Ok(canvas)
}

/// The plotting area with the view's tables mapped into it.
struct Plot<'a> {
    view: &'a PorkchopView<'a>,
    map: Mapped,
    /// of `sign · value`
    values: &'a [f64],
    bands: Field<'a>,
    scale: Scale,
    /// launch energy and the highest worth a look
    worth: Option<(Field<'a>, f64)>,
    masks: Vec<Field<'a>>,
}

impl<'a> Plot<'a> {
    fn new(view: &'a PorkchopView<'a>, values: &'a [f64]) -> Result<Self, FigureError> {
        let left = 112.0;
        let room = WIDTH_PX - left - 14.0;
        let notes =
            15.0 * marks::legend_rows(&view.marks, room) as f64 + if view.marks.is_empty() { 0.0 } else { 14.0 };
        let small = 1.35 * SMALL_PX * wrap(&view.provenance, SMALL_PX, room).len() as f64;
        let area = Area {
            least_px: [left, 64.0],
            most_px: [KEY_PX - 24.0, (HEIGHT_PX - 66.0 - notes - small - 6.0).max(300.0)],
        };
        let map = Mapped::new(area, view.depart, view.arrive)?;
        let (departs, arrives) = map.size();
        let shape = |what, found| FigureError::Shape { what, found, depart: departs, arrive: arrives };
        let field =
            |what, table: &'a [f64]| Field::new(departs, arrives, table).ok_or_else(|| shape(what, table.len()));
        let mut bands = field("the table of the bands", values)?;
        for (what, found) in
            [("the table of arrival speeds", view.v_inf_arr_km_s.len()), ("the table of kinds", view.kinds.len())]
        {
            if found != 0 && found != departs * arrives {
                return Err(shape(what, found));
            }
        }
        let masks =
            view.masks.iter().map(|mask| field("the table of a mask", mask.values)).collect::<Result<Vec<_>, _>>()?;
        let worth = match view.worth {
            Some(Worth { c3_km2_s2, max_c3_km2_s2 }) => {
                let least = extent(c3_km2_s2.iter().copied()).0;
                let top = max_c3_km2_s2.unwrap_or_else(|| super::scale::usual_max(least, 25.0));
                Some((field("the C3 table", c3_km2_s2)?, top))
            }
            None => None,
        };
        if view.bands.turn_deg.is_some() {
            bands.keep(|corners| {
                let (least, most) = extent(corners.iter().map(|k| values[*k]));
                most - least < 180.0
            });
        }
        if !view.kinds.is_empty() {
            // a cell across half a turn joins what the ridge parts
            bands.keep(|corners| !kinds::on_ridge(view.kinds, corners));
        }
        let open = |k: usize| {
            view.worth.is_none_or(|w| {
                let top = worth.as_ref().map_or(f64::INFINITY, |(_, top)| *top);
                w.c3_km2_s2[k] <= top
            }) && view.masks.iter().all(|m| m.values[k] <= m.most_value)
        };
        let shown = || values.iter().enumerate().filter(|(k, _)| open(*k)).map(|(_, v)| *v);
        let wish = Wish {
            most: view.bands.most_value,
            turn: view.bands.turn_deg,
            ..Wish::of(view.bands.rank, view.bands.unit)
        };
        let sign = if view.bands.rank == Rank::HighIsGood { -1.0 } else { 1.0 };
        let (best, worst) = extent(shown());
        if let Some(max) = view.bands.most_value
            && best <= worst
            && (!max.is_finite() || sign * max <= best)
        {
            return Err(FigureError::Level {
                what: view.bands.label.clone(),
                asked_value: max,
                best_value: sign * best,
                unit: view.bands.unit.to_owned(),
            });
        }
        let mut scale = Scale::new(shown().map(|v| sign * v), wish);
        // what lies beyond the worth is said in the key by its own bound
        scale.is_capped &= worst > scale.top();
        Ok(Self { view, map, values, bands, scale, worth, masks })
    }

    /// The value of a node, great ones bad.
    fn bands_value(&self, k: usize) -> f64 {
        self.values[k]
    }

    /// The parts of a line that no mask and no bound covers.
    fn open_parts(&self, line: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
        let bounds = self.view.masks.iter().zip(&self.masks).map(|(mask, field)| (field, mask.most_value));
        let all = bounds.chain(self.worth.iter().map(|(field, top)| (field, *top)));
        all.fold(vec![line.to_vec()], |parts, (field, top)| {
            parts.iter().flat_map(|part| field.below(part, top)).collect()
        })
    }

    /// The column that says what colours and lines mean.
    fn draw_key(&self, canvas: &mut Canvas, colours: &[Rgb], drawn: &Families, has_borders: bool) {
        let room = WIDTH_PX - KEY_PX - 10.0;
        let mut y = self.map.area.least_px[1] + 6.0;
        let (label, unit) = (&self.view.bands.label, self.view.bands.unit);
        if !colours.is_empty() {
            for line in wrap(label, 11.0 * 1.1, room) {
                canvas.text(&line, [KEY_PX, y], Type::plain(11.0, INK).bold());
                y += 15.0;
            }
            canvas.text(unit, [KEY_PX, y], Type::plain(KEY_TEXT_PX, FAINT));
            y += 17.0;
            let each = (270.0 / colours.len() as f64).min(26.0);
            let bottom = y + each * colours.len() as f64;
            let set = Type::plain(KEY_TEXT_PX, INK);
            for (k, colour) in colours.iter().enumerate() {
                let foot = bottom - k as f64 * each;
                canvas.rect([KEY_PX, foot - each], [KEY_PX + 22.0, foot], *colour);
                canvas.text(&self.scale.label(self.scale.levels[k]), [KEY_PX + 31.0, foot - each], set);
                canvas.line(&[[KEY_PX, foot - each], [KEY_PX + 26.0, foot - each]], Pen::solid(INK, 0.7));
            }
            canvas.line(&[[KEY_PX, bottom], [KEY_PX + 26.0, bottom]], Pen::solid(INK, 0.7));
            canvas.frame([KEY_PX, y], [KEY_PX + 22.0, bottom], Pen::solid(INK, 0.8));
            y = bottom + 24.0;
        }
        let mut entry = |sample: &dyn Fn(&mut Canvas, f64), text: &str| {
            sample(canvas, y);
            y = canvas.paragraph(text, [KEY_PX + 32.0, y], room - 32.0, Type::plain(KEY_TEXT_PX, INK)) + 6.0;
        };
        let stroke = |pen: Pen| move |c: &mut Canvas, y: f64| c.line(&[[KEY_PX, y], [KEY_PX + 26.0, y]], pen);
        if !drawn.level.is_empty() {
            let mut first = label.chars();
            let small: String = first.next().into_iter().flat_map(char::to_lowercase).chain(first).collect();
            // a launcher is called by its own name, and an abbreviation keeps its capitals
            let abbreviated = label.chars().take(2).all(char::is_uppercase);
            let text = if abbreviated || self.view.bands.unit.contains("kg") { label } else { &small };
            entry(&stroke(LEVEL_PEN), &format!("{text}, {unit}"));
        }
        if !drawn.arrival.is_empty() {
            entry(&stroke(ARRIVAL_PEN), "arrival v∞, km/s");
        }
        if !drawn.flight.is_empty() {
            entry(&stroke(lines::FLIGHT_PEN), "time of flight, d");
        }
        if has_borders {
            entry(&stroke(kinds::BORDER_PEN), "half a turn, or another branch");
        }
        for (k, mask) in self.view.masks.iter().enumerate() {
            let sample = |c: &mut Canvas, y: f64| {
                let (least, most) = ([KEY_PX, y - 6.0], [KEY_PX + 26.0, y + 6.0]);
                masks::draw(c, &[vec![least, [most[0], least[1]], most, [least[0], most[1]]]], k);
            };
            entry(&sample, &mask.label);
        }
        if let Some(period) = &self.view.period {
            entry(&|c, y| period::sample(c, [KEY_PX, y]), &period.label);
        }
        let blank = |c: &mut Canvas, y: f64| {
            c.rect([KEY_PX, y - 5.0], [KEY_PX + 26.0, y + 5.0], BLANK);
            c.frame([KEY_PX, y - 5.0], [KEY_PX + 26.0, y + 5.0], Pen::solid(RULE, 0.8));
        };
        let side = if self.scale.sign < 0.0 { "below" } else { "above" };
        let capped = self.scale.is_capped.then(|| {
            let what = if unit == "km²/s²" { "C3" } else { "values" };
            format!(", or {what} {side} {}", self.scale.label(self.scale.top()))
        });
        let worth = self.worth.as_ref().map(|(_, top)| format!(", or C3 above {}", plain(*top)));
        entry(&blank, &format!("no transfer{}{}", capped.unwrap_or_default(), worth.unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests;
