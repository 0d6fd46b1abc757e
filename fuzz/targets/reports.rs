//! Figures and pages: whatever a name holds, what is written is well-formed.

use super::readers::{CAMPAIGN, known};
use super::{catalogue, ephemerides, hold};
use crate::finite::Told;
use crate::mutate::name;
use crate::tape::Tape;
use crate::xml;
use portolan::bodies::{EARTH, MARS};
use portolan::campaign::{Campaign, run as run_campaign};
use portolan::report::run::{run_figures, run_json, run_page, run_tables};
use portolan::report::{
    Bar, BarsView, Curve, Figure, FigureError, LinesView, PorkchopPicture, draw_bars, draw_lines, draw_waterfall,
    porkchop_html, porkchop_page,
};
use portolan::time::Window;
use portolan::transfers::porkchop::{GridSize, PorkchopRequest, porkchop as solve};
use portolan::units::{DeltaV, Mass};
use portolan::vehicles::{Burn, Element, Engine, Load, Step, Tank, Vehicle, fly};

fn text(tape: &mut Tape, what: &str) -> String {
    tape.text(what, name)
}

fn drawn(figure: Result<Figure, FigureError>) -> Result<Told, String> {
    let Ok(figure) = figure else { return Ok(Told::Refusal) };
    svg(figure.svg())?;
    Ok(Told::Answer)
}

fn svg(text: &str) -> Result<(), String> {
    xml::check(text).map_err(|why| format!("a figure is no XML: {why}"))?;
    hold(!text.contains("NaN") && !text.contains("inf\""), || "a figure has a coordinate that is no number".to_owned())
}

pub(super) fn charts(tape: &mut Tape) -> Result<Told, String> {
    let [title, subtitle, axis, provenance] = ["title", "subtitle", "axis", "provenance"].map(|w| text(tape, w));
    // the words NaN and inf are no numbers of the figure's
    let count = tape.whole("count", 0, 5, 0);
    if tape.toss("bars") {
        let series = vec![text(tape, "series"), "other".to_owned()];
        let bars = (0..count)
            .map(|_| Bar {
                label: text(tape, "label"),
                start_value: tape.number("start_value", 0.0, 1e3),
                part_values: vec![tape.number("part_value", 0.0, 1e3), tape.number("part_value", 0.0, 1e3)],
                note: text(tape, "note"),
            })
            .collect();
        drawn(draw_bars(&BarsView { title, subtitle, axis_title: axis, series, bars, provenance }))
    } else {
        let mut curve = || {
            let points = tape.whole("points", 0, 6, 0);
            let (mut x_values, mut y_values) = (Vec::new(), Vec::new());
            for _ in 0..points {
                x_values.push(tape.number("x", -1e3, 1e3));
                y_values.push(tape.number("y", -1e3, 1e3));
            }
            Curve { name: text(tape, "name"), x_values, y_values }
        };
        let curves = (0..count).map(|_| curve()).collect();
        let y_title = "y".to_owned();
        drawn(draw_lines(&LinesView { title, subtitle, x_title: axis, y_title, curves, provenance }))
    }
}

pub(super) fn waterfall(tape: &mut Tape) -> Result<Told, String> {
    let (element, load, stack) = (text(tape, "element"), text(tape, "load"), text(tape, "stack"));
    let propellant = Mass::from_kg(tape.number("propellant_kg", 100.0, 1e5));
    let stage = Element::new(&element, Mass::from_kg(tape.number("dry_kg", 10.0, 1e4)))
        .with_engine(Engine::of_isp(tape.number("isp_s", 200.0, 460.0)), Tank::of(&text(tape, "fluid"), propellant));
    let load =
        Load { name: load, mass: Mass::from_kg(tape.number("load_kg", 0.0, 1e4)), people: 0, aboard: element.clone() };
    let Ok(vehicle) = Vehicle::new().stack(&stack, vec![stage]).and_then(|v| v.carry(load)) else {
        return Ok(Told::Refusal);
    };
    let burn = Burn::new(&text(tape, "burn"), DeltaV::from_km_s(tape.number("dv_km_s", 0.0, 3.0)), &[&element]);
    let coast = Step::Coast { name: text(tape, "coast"), duration_d: 3.0, place: text(tape, "place"), stack: None };
    let Ok(flown) = fly(&vehicle, &[Step::Burn(burn), coast]) else { return Ok(Told::Refusal) };
    drawn(draw_waterfall(&text(tape, "vehicle"), &flown, &text(tape, "provenance")))
}

/// A quoted TOML string of any text.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

pub(super) fn run(tape: &mut Tape) -> Result<Told, String> {
    let campaign = String::from_utf8_lossy(CAMPAIGN).replace("400x400", "24x24");
    let [title, demand, craft] = ["title", "demand", "craft"].map(|w| text(tape, w));
    let campaign = campaign
        .replace("\"Ten tonnes of cargo to Mars orbit\"", &quoted(&title))
        .replace("[demand.cargo]", &format!("[demand.{}]", quoted(&demand)))
        .replace("cargo_module", &quoted(&craft));
    let Ok(campaign) = Campaign::parse("campaign.toml", &campaign, known()) else { return Ok(Told::Refusal) };
    let Ok(plan) = run_campaign(ephemerides(), catalogue(), &campaign) else { return Ok(Told::Refusal) };
    let figures = run_figures(&campaign, &plan, ephemerides()).map_err(|e| format!("no figures: {e}"))?;
    for (_, figure) in &figures {
        svg(figure.svg())?;
    }
    let page = run_page(&campaign, &plan, ephemerides(), &figures).map_err(|e| format!("no page: {e}"))?;
    let bad = page.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    hold(bad.is_none(), || format!("the control character {bad:?} stands in the page"))?;
    let json = run_json(&campaign, &plan, ephemerides()).map_err(|e| format!("no JSON: {e}"))?;
    hold(serde_json::from_str::<serde_json::Value>(&json.to_string()).is_ok(), || "the JSON is none".to_owned())?;
    for table in run_tables(&campaign, &plan) {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.text.as_bytes());
        let rows: Result<Vec<_>, _> = reader.records().collect();
        let rows = rows.map_err(|e| format!("{} is no CSV: {e}", table.name))?;
        let cells = rows.iter().flat_map(csv::StringRecord::iter);
        let formula = cells.clone().find(|c| c.starts_with(['=', '@', '+']) && c.parse::<f64>().is_err());
        hold(formula.is_none(), || format!("{} has a cell that a spreadsheet runs: {formula:?}", table.name))?;
        let odd = cells.clone().find(|c| c.chars().any(char::is_control));
        hold(odd.is_none(), || format!("{} has a control character in {odd:?}", table.name))?;
    }
    Ok(Told::Answer)
}

pub(super) fn porkchop(tape: &mut Tape) -> Result<Told, String> {
    let window = |text| Window::parse(text).expect("dates");
    let mut asked =
        PorkchopRequest::new(EARTH, MARS, window("2033-01-01..2033-07-01"), window("2033-08-01..2034-06-01"));
    asked.size =
        GridSize { depart: tape.whole("departs", 2, 12, 0) as usize, arrive: tape.whole("arrives", 2, 12, 0) as usize };
    asked.limits.max_c3_km2_s2 = tape.toss("limited").then(|| tape.number("max_c3_km2_s2", 0.1, 50.0));
    let Ok(solved) = solve(ephemerides(), &asked) else { return Ok(Told::Refusal) };
    let mut picture = PorkchopPicture::default();
    if let Some(transfer) = solved.minima.first().and_then(|m| m.found) {
        picture.chosen.push((transfer, text(tape, "chosen")));
    }
    let told = drawn(porkchop_page(&solved, ephemerides(), &picture))?;
    drop(porkchop_html(&solved, ephemerides(), &picture, &[]));
    Ok(told)
}
