//! The porkchop as one page to explore: hover, pin, zoom; nothing fetched, so that it opens offline for ever.
//!
//! Cells travel as packed tables: C3 and arrival speed as 32-bit floats (relative 6e-8), angles as 16-bit steps
//! (declination to 0.0014°, right ascension and transfer angle to 0.0028°), little-endian in base64: 16 bytes a
//! cell. Everything else is computed from them in the page, by the formulae of this program.

use super::bands::{Bands, Rank, ShownCells};
use super::colour::Rgb;
use super::escape::xml;
use super::labels::levels;
use super::porkchop_page::{
    Limit, PorkchopPicture, for_any_asymptote, marks, most_c3_km2_s2, provenance, smooth_values, subtitle, title,
};
use super::scale::{Scale, Wish, extent, unrolled};
use super::{ArrivalRule, FigureError};
use crate::bodies::{Body, EARTH, MARS, SUN};
use crate::ephemerides::Ephemerides;
use crate::time::Epoch;
use crate::transfers::ParkingOrbit;
use crate::transfers::porkchop::{CellNumbers, Porkchop, Quantity, Reason, Status};
use crate::vehicles::{Braking, CurvePoint, Freight, Launcher};
use serde_json::{Value, json};

const STYLE: &str = include_str!("porkchop_html/page.css");
const SCRIPT: &str = include_str!("porkchop_html/page.js");

/// Distance of the C3 at which a launcher without a curve is asked, km²/s²: between them the page draws straight
/// lines, which are wrong by less than 0.01 % of the mass.
const ESTIMATE_STEP_KM2_S2: f64 = 0.25;

/// The page of a porkchop.
///
/// * `solved`: the porkchop
/// * `ephemerides`: the kernels it was solved with
/// * `picture`: branch, first layer, launch period, chosen transfers
/// * `freights`: launchers whose deliveries the page tells, in this order
///
/// # Errors
/// [`FigureError::NoBranch`] for a branch that was not solved.
pub fn porkchop_html(
    solved: &Porkchop,
    ephemerides: &Ephemerides,
    picture: &PorkchopPicture,
    freights: &[Freight],
) -> Result<String, FigureError> {
    let cells = ShownCells::of(solved, picture.branches)?;
    let data = data(solved, picture, freights, &cells).to_string().replace('<', "\\u003c");
    let heading = xml(&title(solved));
    let how = "Move over the map to read a cell; click to pin it below; drag to zoom, double-click to reset. With the \
               keyboard: <kbd>Tab</kbd> to the map, arrows move (<kbd>Shift</kbd>: by ten), <kbd>Enter</kbd> pins, \
               <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>Esc</kbd> resets, <kbd>Delete</kbd> takes the last pin away.";
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n\
         <h1>{heading}</h1><p class=\"sub\">{}</p>\n\
         <div class=\"both\"><section aria-label=\"map\"><div class=\"bar\"><label>Colours <select id=\"layer\"></select></label>\
         <button id=\"in\">zoom in</button><button id=\"out\">zoom out</button><button id=\"reset\">reset zoom</button></div>\
         <div class=\"plot\"><canvas id=\"map\" role=\"img\"></canvas>\
         <canvas id=\"over\" tabindex=\"0\" role=\"application\" aria-label=\"porkchop: arrows move, Enter pins\"></canvas></div>\
         <p class=\"note how\">{how}</p></section>\n\
         <aside aria-label=\"cell and legend\"><table><tbody id=\"read\"></tbody></table>\
         <div id=\"key\"><b id=\"keyname\"></b><div id=\"bandkey\"></div><div id=\"rows\"></div></div></aside></div>\n\
         <p id=\"say\" class=\"hide\" aria-live=\"polite\"></p>\n\
         <h2>Pinned</h2><div class=\"bar act\"><button id=\"copy\">copy as CSV</button><button id=\"save\">download CSV</button>\
         <button id=\"clear\">clear</button></div><p id=\"none\" class=\"note\">No cell is pinned yet.</p>\
         <div class=\"wide\"><table id=\"pins\" hidden><thead></thead><tbody></tbody></table></div>\n\
         <h2>Best cells</h2><ol id=\"best\"></ol>\n<footer>{}</footer>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n<script>{SCRIPT}</script></body></html>\n",
        xml(&subtitle(solved, &plain_picture(picture))),
        footer(solved, ephemerides, freights),
    ))
}

/// The subtitle names no launcher: the page has several.
fn plain_picture(picture: &PorkchopPicture) -> PorkchopPicture {
    PorkchopPicture { bands: Bands::Number(Quantity::C3), ..picture.clone() }
}

fn data(solved: &Porkchop, picture: &PorkchopPicture, freights: &[Freight], cells: &ShownCells) -> Value {
    let request = &solved.request;
    let numbers = || cells.numbers.iter();
    let floats = |number: fn(&CellNumbers) -> f64| {
        let bytes = numbers().flat_map(|c| (c.as_ref().map_or(f64::NAN, number) as f32).to_le_bytes());
        base64(&bytes.collect::<Vec<u8>>())
    };
    let steps = |low: f64, high: f64, number: fn(&CellNumbers) -> f64| {
        let bytes = numbers().flat_map(|c| c.as_ref().map_or(0, |c| step(number(c), low, high)).to_le_bytes());
        base64(&bytes.collect::<Vec<u8>>())
    };
    let codes: Vec<u8> = cells
        .status
        .iter()
        .zip(&cells.layer)
        .flat_map(|(status, layer)| (code(*status) | (*layer as u16) << 3).to_le_bytes())
        .collect();
    let layers = layers(picture, freights, cells, solved);
    let first = layers.iter().position(|layer| layer["first"] == json!(true)).unwrap_or(0);
    let marks = marks(solved, picture, cells);
    let worth = most_c3_km2_s2(solved, &plain_picture(picture), cells);
    let speeds = numbers().flatten().filter(|c| c.c3_km2_s2 <= worth).map(|c| c.v_inf_arr_km_s);
    let (least, most) = extent(speeds);
    let mut arrival_levels = levels(least, most.min(3.0 * least), 0.12 * least);
    arrival_levels.pop();
    json!({
        "title": title(solved),
        "file": format!("portolan_{}_{}.csv", request.departure.slug(), request.arrival.slug()),
        "size": [request.size.depart, request.size.arrive],
        "depart": [request.depart.start.tdb_s(), request.depart.end.tdb_s()],
        "arrive": [request.arrive.start.tdb_s(), request.arrive.end.tdb_s()],
        "cells": {
            "c3": floats(|c| c.c3_km2_s2),
            "v_inf_arr": floats(|c| c.v_inf_arr_km_s),
            "dla": steps(-90.0, 90.0, |c| c.dla_deg),
            "rla": steps(0.0, 360.0, |c| c.rla_deg),
            "angle": steps(0.0, 360.0, |c| c.angle_rad.to_degrees()),
            "code": base64(&codes),
        },
        "branches": solved.layers.iter().map(|l| json!({ "revs": l.revs, "branch": l.branch.to_string() })).collect::<Vec<_>>(),
        "leave": end(request.departure, request.parking),
        "enter": end(request.arrival, request.capture),
        "freights": freights.iter().map(freight).collect::<Vec<_>>(),
        "layers": layers,
        "first": first,
        "limits": Limit::all(solved, &Bands::Number(Quantity::C3)).iter().map(limit).collect::<Vec<_>>(),
        "arrival_levels": arrival_levels,
        "marks": marks.iter().enumerate().map(|(k, m)| json!({
            "number": k + 1, "depart": m.depart.tdb_s(), "arrive": m.arrive.tdb_s(), "label": m.label,
        })).collect::<Vec<_>>(),
        "period": picture.period.as_ref().map(|p| {
            let pairs: Vec<(Epoch, Epoch)> = match &p.arrival {
                ArrivalRule::Fixed(arrive) => vec![(p.depart.start, *arrive), (p.depart.end, *arrive)],
                ArrivalRule::Free(pairs) => pairs.clone(),
                ArrivalRule::Unknown => Vec::new(),
            };
            json!({
                "depart": [p.depart.start.tdb_s(), p.depart.end.tdb_s()],
                "track": pairs.iter().map(|(d, a)| [d.tdb_s(), a.tdb_s()]).collect::<Vec<_>>(),
                "label": p.label,
            })
        }),
    })
}

/// The layers of the switcher: every number, then mass and price for each launcher.
fn layers(picture: &PorkchopPicture, freights: &[Freight], cells: &ShownCells, solved: &Porkchop) -> Vec<Value> {
    let all = Quantity::ALL.into_iter().map(|q| (Bands::Number(q), None)).chain(
        freights
            .iter()
            .enumerate()
            .flat_map(|(k, f)| [(Bands::Delivered(f.clone()), Some(k)), (Bands::CostPerKg(f.clone()), Some(k))]),
    );
    let c3 = cells.values(|c| c.c3_km2_s2);
    let plain = plain_picture(picture);
    let most_c3 = most_c3_km2_s2(solved, &plain, cells);
    let own = Limit::all(solved, &Bands::Number(Quantity::C3));
    all.filter_map(|(bands, freight)| {
        let of_any = for_any_asymptote(&bands);
        let mut values = smooth_values(cells, &of_any);
        let is_turn = matches!(bands, Bands::Number(Quantity::Rla));
        let mean_deg = is_turn.then(|| mean_direction_deg(&values));
        if is_turn {
            values = unrolled(&values);
        }
        let is_c3 = matches!(bands, Bands::Number(Quantity::C3));
        let max_c3 = match bands.freight() {
            Some(f) => f.most_c3_km2_s2(),
            None => (!is_c3).then_some(most_c3),
        };
        let limits = Limit::all(solved, &bands);
        let open = |k: usize| {
            let cell = cells.numbers[k].as_ref();
            max_c3.is_none_or(|most| c3[k] <= most) && cell.is_some_and(|c| limits.iter().all(|l| l.of(c) <= l.most))
        };
        let shown = (0..values.len()).filter(|k| open(*k)).map(|k| values[k]);
        let most = Some(most_c3).filter(|_| is_c3 && limits.iter().all(|limit| limit.key != "c3"));
        let turn = is_turn.then_some(360.0);
        let wish = Wish { turn, most, is_bound: max_c3.is_some(), ..Wish::of(bands.rank(), bands.unit()) };
        let scale = Scale::new(shown, wish);
        if scale.levels.is_empty() {
            return None;
        }
        let side = if bands.rank() == Rank::HighIsGood { "below" } else { "above" };
        let capped = scale.is_capped.then(|| format!(", or {side} {}", scale.label(scale.top())));
        let bound = max_c3.map(|most| format!(", or C3 above {}", super::scale::plain(most)));
        Some(json!({
            "key": bands.key(),
            "label": bands.label(),
            "unit": bands.unit(),
            "freight": freight,
            "sign": scale.sign,
            "levels": scale.levels,
            "names": scale.levels.iter().map(|l| scale.label(*l)).collect::<Vec<_>>(),
            "colours": scale.colours().iter().map(|Rgb(r, g, b)| [*r, *g, *b]).collect::<Vec<_>>(),
            "mean_deg": mean_deg,
            "max_c3": max_c3,
            "limits": limits.iter().filter(|l| !own.contains(l)).map(limit).collect::<Vec<_>>(),
            "beyond": format!("{}{}", capped.unwrap_or_default(), bound.unwrap_or_default()),
            "first": bands == picture.bands,
        }))
    })
    .collect()
}

fn mean_direction_deg(angles_deg: &[f64]) -> f64 {
    let finite = angles_deg.iter().filter(|a| a.is_finite());
    let (sine, cosine) = finite.fold((0.0, 0.0), |(s, c), a| (s + a.to_radians().sin(), c + a.to_radians().cos()));
    f64::atan2(sine, cosine).to_degrees()
}

fn limit(limit: &Limit) -> Value {
    json!({ "key": limit.key, "most": limit.most, "label": limit.label })
}

/// Δv = √(v∞² + 2μ/r) − v at the periapsis of the parking orbit; both zero where no pull is known.
fn end(body: Body, orbit: ParkingOrbit) -> Value {
    // as the porkchop has it: a stack waits around a planet, not around a barycentre
    let planet = match body.naif_id {
        3 => EARTH,
        4 => MARS,
        _ => body,
    };
    let (ParkingOrbit::Circular { altitude_km } | ParkingOrbit::Elliptic { periapsis_altitude_km: altitude_km, .. }) =
        orbit;
    let escape2 = 2.0 * planet.mu_km3_s2 / (planet.radius_km + altitude_km);
    let constants = match orbit.impulse(0.0, planet.radius_km, planet.mu_km3_s2) {
        Ok(from_rest) if planet.mu_km3_s2 > 0.0 && planet.radius_km > 0.0 => {
            (escape2, escape2.sqrt() - from_rest.km_s())
        }
        _ => (0.0, 0.0),
    };
    json!({ "escape2_km2_s2": constants.0, "periapsis_km_s": constants.1 })
}

fn freight(freight: &Freight) -> Value {
    let launcher = &freight.launcher;
    let stage = match &freight.braking {
        Braking::Whole => Value::Null,
        Braking::Sized { isp_s, inert_ratio } => json!({ "isp_s": isp_s, "inert_ratio": inert_ratio }),
        Braking::Built(stage) => json!({
            "isp_s": stage.isp_s, "inert_ratio": null, "dry_kg": stage.dry.kg(), "propellant_kg": stage.propellant.kg(),
        }),
    };
    json!({
        "name": launcher.name,
        "max_dla_deg": freight.max_dla_deg,
        "curve": points(launcher).iter().map(|p| [p.c3_km2_s2, p.injected_kg]).collect::<Vec<_>>(),
        "stage": stage,
        "price_musd": launcher.price.map(|p| p.mid().musd()),
    })
}

/// The launcher's curve, or its estimate asked at small steps as far as it answers.
fn points(launcher: &Launcher) -> Vec<CurvePoint> {
    if let Some(curve) = &launcher.curve {
        return curve.points.clone();
    }
    let asked = |k: i32| {
        let c3_km2_s2 = f64::from(k) * ESTIMATE_STEP_KM2_S2;
        let mass = launcher.capacity(c3_km2_s2).ok()?.mass;
        Some(CurvePoint { c3_km2_s2, injected_kg: mass.kg() })
    };
    (0..=2000).map_while(asked).collect()
}

/// 0 for none, then 65 535 steps from `low` to `high`.
fn step(value: f64, low: f64, high: f64) -> u16 {
    if !value.is_finite() {
        return 0;
    }
    1 + ((value - low) / (high - low) * 65_534.0).round().clamp(0.0, 65_534.0) as u16
}

const fn code(status: Status) -> u16 {
    match status {
        Status::Transfer => 0,
        Status::Masked => 1,
        Status::None(Reason::ArrivesFirst) => 2,
        Status::None(Reason::TooShort) => 3,
        Status::None(_) => 4,
    }
}

/// Base64 of RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |sum, k| sum << 8 | u32::from(three.get(k).copied().unwrap_or(0)));
        for k in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * k) & 63) as usize];
            text.push(if k <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// Where the numbers come from.
fn footer(solved: &Porkchop, ephemerides: &Ephemerides, freights: &[Freight]) -> String {
    let request = &solved.request;
    let mut lines = vec![provenance(solved, ephemerides)];
    let kernels: Vec<String> =
        ephemerides.kernels().iter().map(|k| format!("{} sha256 {}", k.name, k.sha256)).collect();
    lines.push(format!("Kernels: {}.", kernels.join("; ")));
    let mut bodies = vec![SUN];
    for body in [request.departure, request.arrival] {
        bodies.push(match body.naif_id {
            3 => EARTH,
            4 => MARS,
            _ => body,
        });
    }
    let constants: Vec<String> =
        bodies.iter().map(|b| format!("{} GM {} km³/s², radius {} km", b.name, b.mu_km3_s2, b.radius_km)).collect();
    lines.push(format!(
        "Constants: {}; g₀ 9.80665 m/s². Model: two-body arcs about the Sun between ephemeris states, impulses at both ends; no margins, no losses.",
        constants.join("; ")
    ));
    lines.push(
        "Precision in this page: C3 and arrival v∞ as 32-bit floats (relative 6e-8), DLA to 0.0014°, RLA and transfer angle to 0.0028°; all else is computed from these."
            .to_owned(),
    );
    for f in freights {
        let basis = f.launcher.capacity(solved_c3(solved)).map_or_else(|e| e.to_string(), |c| c.basis.to_string());
        let price = f.launcher.price.map_or_else(
            || "no price known".to_owned(),
            |p| format!("{} to {} M$ of {} ({})", p.low.musd(), p.high.musd(), p.mid().year(), f.launcher.price_basis),
        );
        lines.push(format!(
            "{}: {basis}; launch asymptotes up to {}°; {}; launch price {price}, its middle is used. Source: {}.",
            f.launcher.name,
            f.max_dla_deg,
            f.braking.words(),
            f.launcher.source
        ));
    }
    lines.iter().map(|line| format!("<p>{}</p>", xml(line))).collect()
}

/// The least C3 there is, to ask a launcher for the ground of its capacity.
fn solved_c3(solved: &Porkchop) -> f64 {
    extent((0..solved.cells()).filter_map(|k| solved.best_layer(k).map(|l| solved.layers[l].c3_km2_s2(k)))).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Window;
    use crate::transfers::porkchop::{GridSize, PorkchopRequest, porkchop};
    use crate::vehicles::Catalogue;

    fn solved(size: usize) -> Porkchop {
        let window = |text| Window::parse(text).expect("a window");
        let dates = (window("2033-01-01..2033-08-31"), window("2033-07-01..2034-08-31"));
        let mut request = PorkchopRequest::new(EARTH, MARS, dates.0, dates.1);
        request.size = GridSize { depart: size, arrive: size };
        porkchop(Ephemerides::embedded().expect("kernels"), &request).expect("a porkchop")
    }

    fn freights() -> Vec<Freight> {
        let catalogue = Catalogue::embedded().expect("the catalogue");
        ["Falcon Heavy (expendable)", "Ariane 64", "Vulcan VC6"]
            .iter()
            .map(|name| Freight::new(catalogue.launcher(name).expect(name).clone(), Braking::default()))
            .collect()
    }

    /// RFC 4648, section 10.
    #[test]
    fn published_base64() {
        let coded = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|t| base64(t.as_bytes()));
        assert_eq!(coded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn law_steps_come_back_within_half_of_one() {
        for value in [-90.0, -28.4999, 0.0, 13.37, 90.0] {
            let back = -90.0 + f64::from(step(value, -90.0, 90.0) - 1) * 180.0 / 65_534.0;
            assert!((back - value).abs() <= 0.5 * 180.0 / 65_534.0 + 1e-12, "{value} and {back}");
        }
        assert_eq!(step(f64::NAN, 0.0, 1.0), 0);
    }

    #[test]
    fn law_the_pages_burns_are_the_cells_burns() {
        let solved = solved(20);
        let request = &solved.request;
        let dv = |end: &Value, v: f64| {
            let number = |key: &str| end[key].as_f64().expect("a number");
            (v * v + number("escape2_km2_s2")).sqrt() - number("periapsis_km_s")
        };
        let (leave, enter) = (end(request.departure, request.parking), end(request.arrival, request.capture));
        let mut compared = 0;
        for cell in (0..solved.cells()).filter_map(|k| solved.numbers(0, k)) {
            assert!((dv(&leave, cell.v_inf_dep_km_s) - cell.dv_depart_km_s).abs() < 1e-12);
            assert!((dv(&enter, cell.v_inf_arr_km_s) - cell.dv_arrive_km_s).abs() < 1e-12);
            compared += 1;
        }
        assert!(compared > 300, "{compared}");
    }

    #[test]
    fn law_the_pages_curves_follow_the_launchers() {
        for freight in freights() {
            let points = points(&freight.launcher);
            let mut worst: f64 = 0.0;
            for k in 0..290 {
                let c3 = f64::from(k) * 0.1 + 0.03;
                let told = freight.launcher.capacity(c3).expect("a capacity").mass.kg();
                let at = points.partition_point(|p| p.c3_km2_s2 <= c3);
                let (a, b) = (points[at - 1], points[at]);
                let share = (c3 - a.c3_km2_s2) / (b.c3_km2_s2 - a.c3_km2_s2);
                worst = worst.max((a.injected_kg + share * (b.injected_kg - a.injected_kg) - told).abs() / told);
            }
            assert!(worst < 1e-4, "{}: {worst}", freight.launcher.name);
        }
    }

    #[test]
    fn law_a_page_stands_alone_and_stays_small() {
        let solved = solved(400);
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let page = porkchop_html(&solved, ephemerides, &PorkchopPicture::default(), &freights()).expect("a page");
        assert!(page.len() < 4_000_000, "{} bytes", page.len());
        let script = page.matches("<script").count();
        assert_eq!((script, page.matches("</script>").count()), (2, 2));
        for fetched in ["src=", "href=", "http:", "https:", "@import", "fetch("] {
            assert!(!page.split("<footer>").next().expect("a head").contains(fetched), "{fetched}");
            assert!(!SCRIPT.contains(fetched) && !STYLE.contains(fetched), "{fetched}");
        }
        for kernel in ephemerides.kernels() {
            assert!(page.contains(&kernel.sha256), "{} has no hash in the page", kernel.name);
        }
        assert!(page.contains(env!("CARGO_PKG_VERSION")) && page.contains("132712440041"));
    }
}
