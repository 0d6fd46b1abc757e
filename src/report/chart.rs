//! Two plain charts for reports: horizontal bars (money, masses, waterfalls) and lines with points.

use super::axes::{Area, Side, Span, Tick, Ticks, draw_axis, number_ticks, round_up};
use super::canvas::{Canvas, Dash, Pen, Type};
use super::colour::{FAINT, INK, PAPER, RULE, SERIES};
use super::text::{Anchor, Weight, fit, width_px, wrap};
use super::{Figure, FigureError};

/// Horizontal bars, each of one part or of several.
#[derive(Debug, Clone, PartialEq)]
pub struct BarsView {
    /// headline
    pub title: String,
    /// second line
    pub subtitle: String,
    /// what the bars measure, with its unit
    pub axis_title: String,
    /// names of the parts, in their order along a bar; empty when bars have one part
    pub series: Vec<String>,
    /// the bars, from top to bottom
    pub bars: Vec<Bar>,
    /// where the numbers come from
    pub provenance: String,
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// its name
    pub label: String,
    /// where it starts on the axis; not zero in a waterfall
    pub start_value: f64,
    /// lengths of its parts, one after another; a negative one runs back
    pub part_values: Vec<f64>,
    /// what is written at its end, such as `412 MUSD`
    pub note: String,
}

/// Lines through points.
#[derive(Debug, Clone, PartialEq)]
pub struct LinesView {
    /// headline
    pub title: String,
    /// second line
    pub subtitle: String,
    /// what runs to the right, with its unit
    pub x_title: String,
    /// what runs upward, with its unit
    pub y_title: String,
    /// the curves
    pub curves: Vec<Curve>,
    /// where the numbers come from
    pub provenance: String,
}

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// its name in the legend
    pub name: String,
    /// abscissas
    pub x_values: Vec<f64>,
    /// ordinates; one that is no number leaves a gap
    pub y_values: Vec<f64>,
}

const WIDTH_PX: f64 = 1000.0;
const SMALL_PX: f64 = 8.5;
const TEXT_PX: f64 = 11.0;

/// A bar chart, 1000 wide and as high as its bars need.
///
/// * `view`: bars and words
///
/// # Errors
/// [`FigureError::Empty`] without bars, [`FigureError::NotFinite`] for a part that is no number.
///
/// ```
/// use portolan::report::{Bar, BarsView, draw_bars};
/// let payload = Bar { label: "payload".into(), start_value: 0.0, part_values: vec![10.0], note: "10 t".into() };
/// let view = BarsView {
///     title: "Mass in orbit".into(),
///     subtitle: "one flight".into(),
///     axis_title: "Mass, t".into(),
///     series: Vec::new(),
///     bars: vec![payload],
///     provenance: "made up".into(),
/// };
/// assert!(draw_bars(&view)?.svg().contains("Mass, t"));
/// # Ok::<(), portolan::report::FigureError>(())
/// ```
pub fn draw_bars(view: &BarsView) -> Result<Figure, FigureError> {
    Figure::of(bars_page(view)?)
}

/// A line chart, 1000 × 640.
///
/// * `view`: curves and words
///
/// # Errors
/// [`FigureError::Empty`] without a point, [`FigureError::Pairs`] and [`FigureError::NotFinite`] for curves
/// that cannot be drawn.
pub fn draw_lines(view: &LinesView) -> Result<Figure, FigureError> {
    Figure::of(lines_page(view)?)
}

fn headline(canvas: &mut Canvas, title: &str, subtitle: &str) {
    let room = WIDTH_PX - 48.0;
    canvas.text(&fit(title, 18.0, Weight::Bold, room), [24.0, 28.0], Type::plain(18.0, INK).bold());
    canvas.text(&fit(subtitle, 11.5, Weight::Normal, room), [24.0, 50.0], Type::plain(11.5, FAINT));
}

fn provenance_px(text: &str) -> f64 {
    1.35 * SMALL_PX * wrap(text, SMALL_PX, WIDTH_PX - 48.0).len() as f64
}

fn provenance(canvas: &mut Canvas, text: &str) {
    let top = canvas.height_px() - provenance_px(text) - 4.0;
    canvas.paragraph(text, [24.0, top], WIDTH_PX - 48.0, Type::plain(SMALL_PX, FAINT));
}

fn bars_page(view: &BarsView) -> Result<Canvas, FigureError> {
    if view.bars.iter().all(|bar| bar.part_values.is_empty()) {
        return Err(FigureError::Empty { title: view.title.clone() });
    }
    let mut least: f64 = 0.0;
    let mut most: f64 = 0.0;
    for bar in &view.bars {
        let mut at = bar.start_value;
        for value in [0.0].iter().chain(&bar.part_values) {
            at += value;
            if !drawable(at) {
                return Err(FigureError::NotFinite { name: bar.label.clone() });
            }
            least = least.min(at);
            most = most.max(at);
        }
    }
    if least >= most {
        most = least + 1.0;
    }
    let key_px = if view.series.is_empty() { 0.0 } else { 26.0 };
    let each_px: f64 = if view.bars.len() > 16 { 24.0 } else { 32.0 };
    let top = 72.0 + key_px;
    let bottom = top + each_px * view.bars.len() as f64 + 8.0;
    let mut canvas = Canvas::new(WIDTH_PX, bottom + 62.0 + provenance_px(&view.provenance), &view.title);
    headline(&mut canvas, &view.title, &view.subtitle);

    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts.map(|t| width_px(t, TEXT_PX, Weight::Normal)).fold(0.0, f64::max)
    };
    let names_px = widest(&mut view.bars.iter().map(|b| &b.label)).min(300.0);
    let notes_px = widest(&mut view.bars.iter().map(|b| &b.note)).min(260.0);
    let area = Area { least_px: [24.0 + names_px + 12.0, top], most_px: [WIDTH_PX - 30.0 - notes_px - 8.0, bottom] };
    let span = padded(least, most);
    let ticks = number_ticks(span, area.width_px(), 90.0);
    for tick in &ticks.major {
        let share = span.share(tick.at);
        canvas.line(&[area.at(share, 0.0), area.at(share, 1.0)], Pen::solid(RULE, 0.7));
    }
    let mut key_x = area.least_px[0];
    for (k, name) in view.series.iter().enumerate() {
        let y = 72.0;
        canvas.rect([key_x, y - 5.0], [key_x + 14.0, y + 5.0], SERIES[k % SERIES.len()]);
        let text = fit(name, TEXT_PX, Weight::Normal, (WIDTH_PX - key_x - 40.0).max(20.0));
        canvas.text(&text, [key_x + 20.0, y], Type::plain(TEXT_PX, INK));
        key_x += 44.0 + width_px(&text, TEXT_PX, Weight::Normal);
    }
    for (k, bar) in view.bars.iter().enumerate() {
        let y = top + 4.0 + each_px * (k as f64 + 0.5);
        let half = 0.34 * each_px;
        let name = fit(&bar.label, TEXT_PX, Weight::Normal, names_px + 1.0);
        canvas.text(&name, [area.least_px[0] - 10.0, y], Type::plain(TEXT_PX, INK).anchored(Anchor::End));
        let mut at = bar.start_value;
        let mut reach = span.share(at);
        for (part, value) in bar.part_values.iter().enumerate() {
            let ends = [span.share(at), span.share(at + value)];
            let (from, to) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            // Without named parts a bar that runs back is another colour.
            let colour = SERIES[if view.series.is_empty() { usize::from(*value < 0.0) } else { part % SERIES.len() }];
            let (a, b) = (area.at(from, 0.0)[0], area.at(to, 0.0)[0]);
            // a part that is there can be seen
            let b = if *value == 0.0 { b } else { b.max(a + 1.2) };
            canvas.rect([a, y - half], [b, y + half], colour);
            if part > 0 && *value != 0.0 && at != bar.start_value {
                let seam = area.at(ends[0], 0.0)[0];
                canvas.line(&[[seam, y - half], [seam, y + half]], Pen::solid(PAPER, 1.0));
            }
            at += value;
            reach = reach.max(to);
        }
        let note = fit(&bar.note, TEXT_PX, Weight::Normal, notes_px + 1.0);
        canvas.text(&note, [area.at(reach, 0.0)[0] + 7.0, y], Type::plain(TEXT_PX, INK).haloed(2.0));
    }
    let zero = span.share(0.0);
    canvas.line(&[area.at(zero, 0.0), area.at(zero, 1.0)], Pen::solid(INK, 1.2));
    draw_axis(&mut canvas, area, span, &ticks, Side::Bottom, &view.axis_title);
    provenance(&mut canvas, &view.provenance);
    Ok(canvas)
}

/// A span that ends on a tick beyond the data, and starts at zero when the data do.
/// Whether an axis can reach a number: the length of the axis is a double too.
fn drawable(value: f64) -> bool {
    value.abs() <= 1e300
}

fn padded(least: f64, most: f64) -> Span {
    let step = round_up((most - least) / 8.0);
    Span { from: (least / step + 1e-9).floor() * step, to: (most / step - 1e-9).ceil() * step }
}

fn lines_page(view: &LinesView) -> Result<Canvas, FigureError> {
    for curve in &view.curves {
        let (xs, ys) = (curve.x_values.len(), curve.y_values.len());
        if xs != ys {
            return Err(FigureError::Pairs { name: curve.name.clone(), xs, ys });
        }
        let endless =
            !curve.x_values.iter().all(|x| drawable(*x)) || !curve.y_values.iter().all(|y| y.is_nan() || drawable(*y));
        if endless {
            return Err(FigureError::NotFinite { name: curve.name.clone() });
        }
    }
    let extent = |values: &dyn Fn(&Curve) -> Vec<f64>| {
        view.curves.iter().flat_map(values).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    };
    let (mut x, mut y) = (extent(&|c| c.x_values.clone()), extent(&|c| c.y_values.clone()));
    if x.0 > x.1 || y.0 > y.1 {
        return Err(FigureError::Empty { title: view.title.clone() });
    }
    for range in [&mut x, &mut y] {
        // Zero belongs on the axis unless the data keep far from it.
        if range.0 > 0.0 && range.0 < 0.6 * range.1 {
            range.0 = 0.0;
        }
        if range.0 >= range.1 {
            // one, or as much as the digits of a large number can tell
            let room = (1e-12 * range.0.abs()).max(1.0);
            *range = (range.0 - room, range.1 + room);
        }
    }
    let (x, y) = (padded(x.0, x.1), padded(y.0, y.1));
    let mut canvas = Canvas::new(WIDTH_PX, 640.0, &view.title);
    headline(&mut canvas, &view.title, &view.subtitle);
    let names_px = view.curves.iter().map(|c| width_px(&c.name, TEXT_PX, Weight::Normal)).fold(0.0, f64::max);
    let key_px = names_px.min(220.0) + 44.0;
    let bottom = 640.0 - 62.0 - provenance_px(&view.provenance);
    let area = Area { least_px: [96.0, 76.0], most_px: [WIDTH_PX - key_px - 28.0, bottom] };
    let x_ticks = number_ticks(x, area.width_px(), 80.0);
    let y_ticks = number_ticks(y, area.height_px(), 45.0);
    draw_grid(&mut canvas, area, (x, &x_ticks), (y, &y_ticks));
    let key_x = area.most_px[0] + 20.0;
    for (k, curve) in view.curves.iter().enumerate() {
        let colour = SERIES[k % SERIES.len()];
        let dash = [Dash::Solid, Dash::Long, Dash::Short, Dash::Dotted][(k / SERIES.len()) % 4];
        let pen = Pen { colour, width_px: 2.0, dash };
        let pairs: Vec<(f64, f64)> = curve.x_values.iter().copied().zip(curve.y_values.iter().copied()).collect();
        for part in pairs.split(|(_, b)| b.is_nan()).filter(|part| !part.is_empty()) {
            let points: Vec<[f64; 2]> = part.iter().map(|(a, b)| area.at(x.share(*a), y.share(*b))).collect();
            canvas.line(&points, pen);
            // A sampled function is a line; a table is its points, and so is what stands between two gaps.
            if pairs.len() <= 40 || points.len() == 1 {
                points.iter().for_each(|at| marker(&mut canvas, k, *at));
            }
        }
        let row = area.least_px[1] + 10.0 + 20.0 * k as f64;
        if row < bottom {
            canvas.line(&[[key_x, row], [key_x + 26.0, row]], pen);
            marker(&mut canvas, k, [key_x + 13.0, row]);
            let name = fit(&curve.name, TEXT_PX, Weight::Normal, key_px - 42.0);
            canvas.text(&name, [key_x + 34.0, row], Type::plain(TEXT_PX, INK));
        }
    }
    draw_axis(&mut canvas, area, x, &x_ticks, Side::Bottom, &view.x_title);
    draw_axis(&mut canvas, area, y, &y_ticks, Side::Left, &view.y_title);
    provenance(&mut canvas, &view.provenance);
    Ok(canvas)
}

fn draw_grid(canvas: &mut Canvas, area: Area, x: (Span, &Ticks), y: (Span, &Ticks)) {
    let share = |(span, _): (Span, &Ticks), tick: &Tick| span.share(tick.at);
    for tick in &x.1.major {
        canvas.line(&[area.at(share(x, tick), 0.0), area.at(share(x, tick), 1.0)], Pen::solid(RULE, 0.7));
    }
    for tick in &y.1.major {
        canvas.line(&[area.at(0.0, share(y, tick)), area.at(1.0, share(y, tick))], Pen::solid(RULE, 0.7));
    }
    canvas.frame(area.least_px, area.most_px, Pen::solid(INK, 1.0));
}

/// A point of a series: shape and colour both tell which.
fn marker(canvas: &mut Canvas, series: usize, at: [f64; 2]) {
    let colour = SERIES[series % SERIES.len()];
    let r = 4.2;
    let corners: &[[f64; 2]] = match series % 4 {
        0 => {
            canvas.disc(at, r + 1.0, PAPER);
            canvas.disc(at, r, colour);
            return;
        }
        1 => &[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
        2 => &[[0.0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
        _ => &[[0.0, -1.25], [1.25, 0.0], [0.0, 1.25], [-1.25, 0.0]],
    };
    let scaled = |s: f64| corners.iter().map(|c| [at[0] + s * c[0], at[1] + s * c[1]]).collect::<Vec<_>>();
    canvas.fill(&scaled(r + 1.3), PAPER);
    canvas.fill(&scaled(r), colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(label: &str, start_value: f64, part_values: &[f64]) -> Bar {
        let sum: f64 = part_values.iter().sum();
        Bar { label: label.to_owned(), start_value, part_values: part_values.to_vec(), note: format!("{sum:.1} t") }
    }

    fn bars() -> BarsView {
        BarsView {
            title: "Mass in low Earth orbit".to_owned(),
            subtitle: "from payload to launch".to_owned(),
            axis_title: "Mass, t".to_owned(),
            series: Vec::new(),
            bars: vec![
                bar("payload", 0.0, &[10.0]),
                bar("stage, dry", 10.0, &[4.2]),
                bar("propellant", 14.2, &[31.0]),
                bar("boil-off saved", 45.2, &[-1.3]),
                bar(
                    "a name so long that it could never be set beside a bar without being cut off somewhere",
                    0.0,
                    &[43.9],
                ),
            ],
            provenance: "portolan test".to_owned(),
        }
    }

    fn lines() -> LinesView {
        let curve = |name: &str, top: f64| Curve {
            name: name.to_owned(),
            x_values: (0..12).map(|k| f64::from(k) * 5.0).collect(),
            y_values: (0..12).map(|k| top / (1.0 + 0.08 * f64::from(k))).collect(),
        };
        LinesView {
            title: "Payload against C3".to_owned(),
            subtitle: "published curves".to_owned(),
            x_title: "C3, km²/s²".to_owned(),
            y_title: "Injected mass, kg".to_owned(),
            curves: ["one", "two", "three", "four", "five"]
                .iter()
                .zip([16e3, 12e3, 8e3, 5e3, 3e3])
                .map(|(n, t)| curve(n, t))
                .collect(),
            provenance: "portolan test".to_owned(),
        }
    }

    fn assert_legible(canvas: &Canvas) {
        let texts = canvas.texts();
        for (k, (text, a)) in texts.iter().enumerate() {
            assert!(a.lies_in([0.0, 0.0], [WIDTH_PX, canvas.height_px()]), "{text} runs off the page");
            for (other, b) in &texts[k + 1..] {
                assert!(a.is_clear_of(b), "{text} touches {other}");
            }
        }
    }

    #[test]
    fn law_chart_texts_never_touch() {
        let mut stacked = bars();
        stacked.series = vec!["launch".to_owned(), "craft".to_owned(), "operations".to_owned()];
        stacked.bars = (2030..2040).map(|y| bar(&y.to_string(), 0.0, &[f64::from(y - 2029), 3.0, 1.5])).collect();
        for view in [bars(), stacked] {
            assert_legible(&bars_page(&view).expect("a page"));
        }
        let canvas = lines_page(&lines()).expect("a page");
        assert_legible(&canvas);
        let said: Vec<&str> = canvas.texts().iter().map(|(t, _)| t.as_str()).collect();
        for wanted in ["C3, km²/s²", "Injected mass, kg", "three", "portolan test", "0"] {
            assert!(said.contains(&wanted), "{wanted} is missing in {said:?}");
        }
    }

    #[test]
    fn law_bars_are_as_long_as_their_values() {
        let view = bars();
        let canvas = bars_page(&view).expect("a page");
        let drawn: Vec<f64> = canvas
            .filled_px()
            .into_iter()
            .filter(|(colour, _)| *colour == SERIES[0] || *colour == SERIES[1])
            .map(|(_, width)| width)
            .collect();
        assert_eq!(drawn.len(), 5);
        for (width, bar) in drawn.iter().zip(&view.bars) {
            let per_unit = drawn[0] / 10.0;
            let value = bar.part_values[0].abs();
            assert!((width - value * per_unit).abs() < 0.25, "{}: {width} px", bar.label);
        }
    }

    #[test]
    fn law_a_gap_is_not_bridged() {
        let strokes = |view: &LinesView| draw_lines(view).expect("a chart").svg().matches("<polyline").count();
        let whole = lines();
        let mut cut = lines();
        cut.curves[0].y_values[5] = f64::NAN;
        assert_eq!(strokes(&cut), strokes(&whole) + 1, "two lines instead of one");
    }

    #[test]
    fn refuses_charts_of_nothing() {
        let empty = BarsView { bars: Vec::new(), ..bars() };
        assert!(matches!(draw_bars(&empty), Err(FigureError::Empty { .. })));
        let broken = BarsView { bars: vec![bar("x", 0.0, &[f64::NAN])], ..bars() };
        assert_eq!(draw_bars(&broken), Err(FigureError::NotFinite { name: "x".to_owned() }));
        let none = LinesView { curves: Vec::new(), ..lines() };
        assert!(matches!(draw_lines(&none), Err(FigureError::Empty { .. })));
        let mut uneven = lines();
        uneven.curves[1].x_values.pop();
        assert_eq!(draw_lines(&uneven), Err(FigureError::Pairs { name: "two".to_owned(), xs: 11, ys: 12 }));
        let mut beyond = lines();
        beyond.curves[0].x_values[0] = -f64::MAX;
        assert!(matches!(draw_lines(&beyond), Err(FigureError::NotFinite { .. })));
        let mut nowhere = lines();
        nowhere.curves.iter_mut().for_each(|c| c.y_values.fill(f64::NAN));
        assert!(matches!(draw_lines(&nowhere), Err(FigureError::Empty { .. })));
        let mut endless = lines();
        endless.curves[0].y_values[3] = f64::INFINITY;
        assert_eq!(draw_lines(&endless), Err(FigureError::NotFinite { name: "one".to_owned() }));
    }
}
