//! Several opportunities on one sheet: small porkchops in one scale of colours, each with its least C3 and dates.

use super::axes::{Area, Side, date_ticks, draw_axis};
use super::bands::{Bands, Branches, ShownCells};
use super::canvas::{Canvas, Pen, Type};
use super::colour::{FAINT, INK, PAPER, RULE, Rgb};
use super::contours::Field;
use super::mapped::Mapped;
use super::porkchop_figure::on_ridge;
use super::porkchop_page::{Limit, for_any_asymptote, provenance, smooth_values};
use super::scale::{Scale, Wish, extent, usual_max};
use super::text::{Anchor, Weight, fit, wrap};
use super::{Figure, FigureError, Rank};
use crate::ephemerides::Ephemerides;
use crate::transfers::porkchop::{Criterion, Porkchop, Quantity};

const PANEL_PX: [f64; 2] = [262.0, 246.0];
/// Room of a panel's own for its words: left, top, right, bottom.
const WITHIN_PX: [f64; 4] = [66.0, 38.0, 8.0, 36.0];
const KEY_PX: f64 = 112.0;
const HEAD_PX: f64 = 62.0;
const BLANK: Rgb = Rgb(241, 243, 245);

/// One table of a panel.
struct Panel<'a> {
    solved: &'a Porkchop,
    values: Vec<f64>,
    c3: Vec<f64>,
    kinds: Vec<u32>,
    masks: Vec<(Vec<f64>, f64)>,
}

/// A sheet of porkchops of one pair of bodies.
///
/// * `opportunities`: solved porkchops, in the order in which they are shown
/// * `ephemerides`: the kernels they were solved with
/// * `bands`: what their colours show; one scale for all, from the best of all
///
/// What a limit of a porkchop excludes stays blank.
///
/// # Errors
/// [`FigureError::NoPanel`] when there is none, or none with a transfer.
pub fn contact_sheet(
    opportunities: &[Porkchop],
    ephemerides: &Ephemerides,
    bands: &Bands,
) -> Result<Figure, FigureError> {
    Figure::of(sheet(opportunities, ephemerides, bands)?)
}

fn sheet(opportunities: &[Porkchop], ephemerides: &Ephemerides, bands: &Bands) -> Result<Canvas, FigureError> {
    let of_any = for_any_asymptote(bands);
    let sign = if bands.rank() == Rank::HighIsGood { -1.0 } else { 1.0 };
    let mut panels = Vec::new();
    for solved in opportunities {
        let cells = ShownCells::of(solved, Branches::Best)?;
        let limits = Limit::all(solved, bands);
        panels.push(Panel {
            solved,
            values: smooth_values(&cells, &of_any).into_iter().map(|v| sign * v).collect(),
            kinds: cells.kinds(),
            c3: cells.values(|c| c.c3_km2_s2),
            masks: limits.iter().map(|limit| (cells.values(|c| limit.of(c)), limit.most)).collect(),
        });
    }
    let least_c3 = extent(panels.iter().flat_map(|p| p.c3.iter().copied())).0;
    // directions and speeds are coloured where a launch is worth it, C3 and masses bound themselves
    let is_bound = !matches!(bands, Bands::Number(Quantity::C3));
    let most_c3 = match bands.freight() {
        Some(freight) => freight.most_c3_km2_s2().unwrap_or(f64::INFINITY),
        None if is_bound => usual_max(least_c3, 25.0),
        None => f64::INFINITY,
    };
    let open = |p: &Panel<'_>, k: usize| p.c3[k] <= most_c3 && p.masks.iter().all(|(values, most)| values[k] <= *most);
    let shown = panels.iter().flat_map(|p| (0..p.values.len()).filter(|k| open(p, *k)).map(|k| sign * p.values[k]));
    let scale = Scale::new(shown, Wish { is_bound, ..Wish::of(bands.rank(), bands.unit()) });
    let (Some(first), false) = (opportunities.first(), scale.levels.is_empty()) else {
        return Err(FigureError::NoPanel);
    };

    let across = (panels.len() as f64).sqrt().ceil().clamp(2.0, 5.0) as usize;
    let rows = panels.len().div_ceil(across);
    let width_px = 12.0 + across as f64 * PANEL_PX[0] + KEY_PX;
    let small = 8.5;
    let margin = provenance_of_all(opportunities, ephemerides);
    let lines = wrap(&margin, small, width_px - 40.0).len() as f64;
    let height_px = HEAD_PX + rows as f64 * PANEL_PX[1] + 14.0 + 1.35 * small * lines + 8.0;
    let request = &first.request;
    let title = format!("{} to {}", request.departure.name, request.arrival.name);
    let mut canvas = Canvas::new(width_px, height_px, &title);
    canvas.text(&title, [20.0, 24.0], Type::plain(18.0, INK).bold());
    let subtitle = format!(
        "{} in {}; least C3 starred; departure dates to the right, arrival dates upward (TDB); one scale of colours",
        bands.label(),
        bands.unit()
    );
    canvas.text(&fit(&subtitle, 11.5, Weight::Normal, width_px - 40.0), [20.0, 45.0], Type::plain(11.5, FAINT));
    let colours = scale.colours();
    for (k, panel) in panels.iter().enumerate() {
        let at = [12.0 + (k % across) as f64 * PANEL_PX[0], HEAD_PX + (k / across) as f64 * PANEL_PX[1]];
        draw_panel(&mut canvas, panel, at, &scale, &colours, most_c3)?;
    }
    draw_key(&mut canvas, [12.0 + across as f64 * PANEL_PX[0] + 18.0, HEAD_PX + WITHIN_PX[1]], &scale, &colours, bands);
    let foot = HEAD_PX + rows as f64 * PANEL_PX[1] + 14.0;
    canvas.paragraph(&margin, [20.0, foot], width_px - 40.0, Type::plain(small, FAINT));
    Ok(canvas)
}

fn draw_panel(
    canvas: &mut Canvas,
    panel: &Panel<'_>,
    at_px: [f64; 2],
    scale: &Scale,
    colours: &[Rgb],
    most_c3_km2_s2: f64,
) -> Result<(), FigureError> {
    let area = Area {
        least_px: [at_px[0] + WITHIN_PX[0], at_px[1] + WITHIN_PX[1]],
        most_px: [at_px[0] + PANEL_PX[0] - WITHIN_PX[2], at_px[1] + PANEL_PX[1] - WITHIN_PX[3]],
    };
    let solved = panel.solved;
    let map = Mapped::new(area, &solved.depart, &solved.arrive)?;
    let (departs, arrives) = map.size();
    let field = |table| {
        let (what, found) = ("the table of a panel", solved.cells());
        Field::new(departs, arrives, table).ok_or(FigureError::Shape { what, found, depart: departs, arrive: arrives })
    };
    canvas.rect(area.least_px, area.most_px, BLANK);
    let mut bands = field(&panel.values)?;
    bands.keep(|corners| !on_ridge(&panel.kinds, corners));
    map.paint(canvas, &bands, &scale.levels, colours);
    for level in &scale.levels {
        for line in bands.lines(*level) {
            canvas.line(&map.on_page(&line.points), Pen::solid(INK, 0.35));
        }
    }
    let bounds = panel.masks.iter().map(|(values, most)| (values, *most)).chain([(&panel.c3, most_c3_km2_s2)]);
    for (values, most) in bounds.filter(|(_, most)| most.is_finite()) {
        canvas.fill_rings(&map.rings(&field(values)?, most, f64::INFINITY), BLANK);
    }
    canvas.frame(area.least_px, area.most_px, Pen::solid(INK, 0.9));
    let (x, y) = (date_ticks(map.x, area.width_px(), Side::Bottom), date_ticks(map.y, area.height_px(), Side::Left));
    draw_axis(canvas, area, map.x, &x, Side::Bottom, "");
    draw_axis(canvas, area, map.y, &y, Side::Left, "");
    let middle = solved.request.depart.start + 0.5 * (solved.request.depart.end - solved.request.depart.start);
    let least = solved.best(Criterion::C3);
    let year = least.map_or(middle, |t| t.depart).calendar().year.to_string();
    canvas.text(&year, [area.least_px[0], at_px[1] + 12.0], Type::plain(13.0, INK).bold());
    let words = least.map_or_else(
        || "no minimum inside these dates".to_owned(),
        |t| format!("C3 {:.2}, {} → {}, type {}", t.c3_km2_s2, t.depart.date(), t.arrive.date(), t.kind),
    );
    let room = area.most_px[0] - at_px[0] - 4.0;
    canvas.text(
        &fit(&words, 9.0, Weight::Normal, room),
        [area.most_px[0], at_px[1] + 28.0],
        Type::plain(9.0, INK).anchored(Anchor::End),
    );
    if let Some(at) = least.and_then(|t| map.place(t.depart, t.arrive)) {
        star(canvas, at);
    }
    Ok(())
}

fn star(canvas: &mut Canvas, at_px: [f64; 2]) {
    let tip = |k: u32| {
        let (sin, cos) = (f64::from(k) * std::f64::consts::PI / 5.0 - std::f64::consts::FRAC_PI_2).sin_cos();
        let radius = if k.is_multiple_of(2) { 7.5 } else { 3.2 };
        [at_px[0] + radius * cos, at_px[1] + radius * sin]
    };
    let outline: Vec<[f64; 2]> = (0..=10).map(|k| tip(k % 10)).collect();
    canvas.fill(&outline, Rgb(255, 200, 40));
    canvas.line(&outline, Pen::solid(INK, 1.0));
}

fn draw_key(canvas: &mut Canvas, at_px: [f64; 2], scale: &Scale, colours: &[Rgb], bands: &Bands) {
    let [x, mut y] = at_px;
    for line in wrap(&bands.label(), 11.5, KEY_PX - 26.0) {
        canvas.text(&line, [x, y], Type::plain(10.5, INK).bold());
        y += 14.0;
    }
    canvas.text(bands.unit(), [x, y], Type::plain(10.0, FAINT));
    y += 18.0;
    let each = (270.0 / colours.len() as f64).min(24.0);
    let bottom = y + each * colours.len() as f64;
    for (k, colour) in colours.iter().enumerate() {
        let foot = bottom - k as f64 * each;
        canvas.rect([x, foot - each], [x + 20.0, foot], *colour);
        canvas.text(&scale.label(scale.levels[k]), [x + 28.0, foot - each], Type::plain(10.0, INK));
        canvas.line(&[[x, foot - each], [x + 24.0, foot - each]], Pen::solid(INK, 0.7));
    }
    canvas.frame([x, y], [x + 20.0, bottom], Pen::solid(INK, 0.8));
    canvas.rect([x, bottom + 16.0], [x + 20.0, bottom + 27.0], BLANK);
    canvas.frame([x, bottom + 16.0], [x + 20.0, bottom + 27.0], Pen::solid(RULE, 0.8));
    canvas.paragraph("none, masked or beyond", [x + 28.0, bottom + 18.0], KEY_PX - 52.0, Type::plain(9.0, INK));
    canvas.disc([x + 10.0, bottom + 56.0], 9.0, PAPER);
    star(canvas, [x + 10.0, bottom + 56.0]);
    canvas.text("least C3", [x + 28.0, bottom + 56.0], Type::plain(9.0, INK));
}

fn provenance_of_all(opportunities: &[Porkchop], ephemerides: &Ephemerides) -> String {
    let Some(first) = opportunities.first() else { return String::new() };
    let of_first = provenance(first, ephemerides);
    let kernels = of_first.split_once("kernels ").map_or("", |(_, kernels)| kernels);
    let request = &first.request;
    let arcs = match request.max_revs {
        0 => "direct Lambert arcs".to_owned(),
        1 => "Lambert arcs up to 1 full revolution, the branch of least C3".to_owned(),
        revs => format!("Lambert arcs up to {revs} full revolutions, the branch of least C3"),
    };
    format!(
        "portolan {}; {} opportunities of {} × {} dates, {arcs}; Δv from {} to {}; kernels {kernels}",
        env!("CARGO_PKG_VERSION"),
        opportunities.len(),
        request.size.depart,
        request.size.arrive,
        request.parking,
        request.capture,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, MARS};
    use crate::time::Window;
    use crate::transfers::porkchop::{GridSize, PorkchopRequest, porkchop};

    fn solved(depart: &str, arrive: &str, max_c3_km2_s2: Option<f64>) -> Porkchop {
        let window = |text| Window::parse(text).expect("a window");
        let mut request = PorkchopRequest::new(EARTH, MARS, window(depart), window(arrive));
        request.size = GridSize { depart: 40, arrive: 40 };
        request.limits.max_c3_km2_s2 = max_c3_km2_s2;
        porkchop(Ephemerides::embedded().expect("kernels"), &request).expect("a porkchop")
    }

    #[test]
    fn law_a_sheet_shows_each_year_with_its_least_c3_and_no_text_touches() {
        let three = [
            solved("2030-11-01..2031-05-31", "2031-07-01..2032-07-31", None),
            solved("2033-01-01..2033-08-31", "2033-07-01..2034-08-31", None),
            solved("2035-03-01..2035-10-31", "2035-10-01..2036-12-31", Some(20.0)),
        ];
        let ephemerides = Ephemerides::embedded().expect("kernels");
        for bands in [Bands::Number(Quantity::C3), Bands::Number(Quantity::Dla)] {
            let canvas = sheet(&three, ephemerides, &bands).expect("a sheet");
            let texts = canvas.texts();
            for year in ["2031", "2033", "2035"] {
                assert!(texts.iter().any(|(text, _)| text == year), "{year} is missing");
            }
            for porkchop in &three {
                let t = porkchop.best(Criterion::C3).expect("a minimum");
                let said = format!("C3 {:.2}, {}", t.c3_km2_s2, t.depart.date());
                assert!(texts.iter().any(|(text, _)| text.starts_with(&said)), "{said} is missing");
            }
            for (k, (text, a)) in texts.iter().enumerate() {
                for (other, b) in &texts[k + 1..] {
                    assert!(a.is_clear_of(b), "{text} touches {other}");
                }
            }
        }
    }

    #[test]
    fn refuses_a_sheet_of_nothing() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let none = contact_sheet(&[], ephemerides, &Bands::Number(Quantity::C3)).expect_err("nothing");
        assert_eq!(none.to_string(), "a contact sheet needs at least one porkchop with a transfer: widen the years");
    }
}
