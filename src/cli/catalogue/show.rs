//! `portolan catalogue show`: launchers with all that is known of them, and payload against C3.

use crate::cli::answer::{Format, print, print_json};
use crate::cli::failure::{Exit, Failure};
use crate::cli::figures;
use crate::report::{Curve, LinesView, draw_lines};
use crate::time::Epoch;
use crate::vehicles::estimate::ESTIMATE_C3_MAX_KM2_S2;
use crate::vehicles::{
    Basis, Buyer, Catalogue, Launcher, PriceGround, PriceRange, PriceStep, Service, SiteError, StepRule,
};
use serde_json::{Value, json};
use std::path::Path;

/// Inclination of the sun-synchronous orbits that the estimate is held against, degrees.
pub(super) const SUN_SYNCHRONOUS_DEG: f64 = 97.4;
const CONFIDENCE: f64 = 0.95;
const BUYERS: [Buyer; 2] = [Buyer::Commercial, Buyer::Government];
/// Where the table of `show` asks, km²/s².
const ASKED_KM2_S2: [f64; 7] = [0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0];

/// What is asked besides the names.
pub(super) struct Asked<'a> {
    pub(super) on: Option<Epoch>,
    pub(super) number: u32,
    pub(super) inclination_deg: f64,
    /// of the estimate by inclination, where the figure is known
    pub(super) errors: Vec<f64>,
    pub(super) out: Option<&'a Path>,
}

pub(super) fn run(catalogue: &Catalogue, names: &[String], asked: &Asked<'_>, format: Format) -> Result<Exit, Failure> {
    let mut launchers = Vec::new();
    for name in names {
        launchers.push(catalogue.launcher(name)?);
    }
    if launchers.is_empty() {
        let reason = "which launcher? portolan catalogue show \"Falcon Heavy (expendable)\"".to_owned();
        return Err(Failure::Flag { flag: "ID", reason });
    }
    if let Some(path) = asked.out {
        let view = figure(catalogue, &launchers);
        figures::write(path, &draw_lines(&view)?)?;
    }
    match format {
        Format::Json => {
            let rows: Vec<Value> = launchers.iter().map(|l| to_json(l, asked)).collect();
            print_json(&json!({ "launchers": rows }))?;
        }
        Format::Text => print(&launchers.iter().map(|l| to_text(l, asked)).collect::<Vec<_>>().join("\n"))?,
    }
    Ok(Exit::Done)
}

/// The estimate by inclination against every figure to a sun-synchronous orbit that is known, as a fraction.
pub(super) fn estimate_errors(catalogue: &Catalogue) -> Vec<f64> {
    let error = |l: &Launcher| {
        let known = l.facts.sso?;
        let estimate = l.low_orbit_estimate(SUN_SYNCHRONOUS_DEG).ok()?;
        Some(estimate.kg() / known.kg() - 1.0)
    };
    catalogue.launchers().iter().filter_map(error).collect()
}

/// The launchers asked for, and with one alone the others that have a curve, to compare it with.
fn figure(catalogue: &Catalogue, launchers: &[&Launcher]) -> LinesView {
    let mut shown: Vec<&Launcher> = launchers.to_vec();
    if let [only] = launchers {
        let strength = |l: &Launcher| l.curve.as_ref().and_then(|c| c.points.first()).map_or(0.0, |p| p.injected_kg);
        let mut others: Vec<&Launcher> =
            catalogue.launchers().iter().filter(|l| l.curve.is_some() && l.name != only.name).collect();
        others.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        shown.extend(others.into_iter().take(5));
    }
    let mut estimated = false;
    let curves = shown
        .iter()
        .filter_map(|launcher| {
            let (name, points) = match &launcher.curve {
                Some(curve) => {
                    let points = curve.points.iter().map(|p| (p.c3_km2_s2, p.injected_kg)).collect::<Vec<_>>();
                    (launcher.name.clone(), points)
                }
                None => {
                    let steps = (0..=ESTIMATE_C3_MAX_KM2_S2 as u32).step_by(5).map(f64::from);
                    let points: Vec<(f64, f64)> =
                        steps.filter_map(|c3| Some((c3, launcher.capacity(c3).ok()?.mass.kg()))).collect();
                    estimated |= !points.is_empty();
                    (format!("{} (estimate)", launcher.name), points)
                }
            };
            let (x_values, kilograms): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
            let y_values = kilograms.into_iter().map(|kg| kg * 1e-3).collect();
            (!x_values.is_empty()).then_some(Curve { name, x_values, y_values })
        })
        .collect();
    let mut provenance = "Curves: catalogue/launch_c3.csv, NASA Launch Services Program query of 2024-09-17 as tabulated by EMTG, or a file of the user's; straight between the points, never beyond them; adapter not counted; asymptotes of −28.5° to 28.5°.".to_owned();
    if estimated {
        provenance.push_str(" Estimates: an upper stage through two published figures.");
    }
    LinesView {
        title: if let [only] = launchers {
            format!("What {} injects", only.name)
        } else {
            "What launchers inject".to_owned()
        },
        subtitle: "mass that one launch puts on a conic of given characteristic energy".to_owned(),
        x_title: "C3, km²/s²".to_owned(),
        y_title: "Injected mass, t".to_owned(),
        curves,
        provenance,
    }
}

fn to_json(launcher: &Launcher, asked: &Asked<'_>) -> Value {
    let facts = &launcher.facts;
    let points: Vec<Value> = ASKED_KM2_S2
        .iter()
        .map(|c3_km2_s2| match launcher.capacity(*c3_km2_s2) {
            Ok(capacity) => json!({
                "c3_km2_s2": c3_km2_s2, "injected_kg": capacity.mass.kg(), "basis": basis(&capacity.basis),
            }),
            Err(refusal) => json!({ "c3_km2_s2": c3_km2_s2, "injected_kg": null, "reason": refusal.to_string() }),
        })
        .collect();
    let curve = launcher.curve.as_ref().map(|c| {
        let points: Vec<Value> = c.points.iter().map(|p| json!([p.c3_km2_s2, p.injected_kg])).collect();
        json!({ "vehicle": c.vehicle, "points": points, "source": c.source, "verified": c.verified.tag() })
    });
    let record = facts.record.as_ref().map(|r| {
        let span = r.confidence(CONFIDENCE);
        json!({
            "flown": r.flown, "failed": r.failed, "counted_to": r.counted_to,
            "success_fraction": r.success_fraction(),
            "confidence_probability": CONFIDENCE,
            "low_probability": span.low_probability, "high_probability": span.high_probability,
        })
    });
    let estimate = launcher.low_orbit_estimate(asked.inclination_deg);
    json!({
        "name": launcher.name,
        "partner": launcher.partner,
        "country": launcher.country,
        "status": launcher.status,
        "leo_kg": launcher.leo.map(|m| m.kg()),
        "sso_kg": facts.sso.map(|m| m.kg()),
        "inclination_deg": asked.inclination_deg,
        "low_orbit_estimate_kg": estimate.as_ref().ok().map(|m| m.kg()),
        "gto_kg": launcher.gto.map(|m| m.kg()),
        "tli_or_escape_kg": launcher.escape.map(|m| m.kg()),
        "escape_c3_km2_s2": launcher.escape_basis.c3_km2_s2(),
        "price_low_musd": launcher.price.map(|p| p.low.musd()),
        "price_high_musd": launcher.price.map(|p| p.high.musd()),
        "price_year": launcher.price.map(|p| p.low.year()),
        "price_basis": launcher.price_basis,
        "reuse": launcher.reuse,
        "site": facts.site.as_ref().map(|s| json!({ "name": s.name, "latitude_deg": s.latitude_deg })),
        "fairing": facts.fairing.map(|f| json!({
            "diameter_m": f.diameter_m, "height_m": f.height_m, "cylinder_m3": f.cylinder_m3(),
        })),
        "fairing_volume_m3": facts.fairing_volume_m3,
        "first_flight": facts.first_flight.as_ref().map(|d| &d.text),
        "last_flight": facts.last_flight.as_ref().map(|d| &d.text),
        "launches_per_year": facts.launches_per_year,
        "on": asked.on.map(|epoch| {
            let service = launcher.service(epoch);
            json!({ "date": epoch.date(), "flies": service == Service::Flying, "service": service.to_string() })
        }),
        "prices": prices(launcher),
        "purchases": purchases(launcher, asked.number),
        "record": record,
        "capacity": points,
        "curve": curve,
        "source": launcher.source,
        "verified": launcher.verified.tag(),
        "facts_sources": facts.sources.iter().map(|s| json!({
            "columns": s.columns, "note": s.note, "source": s.source, "verified": s.verified.tag(),
        })).collect::<Vec<_>>(),
    })
}

/// The steps as the catalogue has them.
fn prices(launcher: &Launcher) -> Vec<Value> {
    let step = |s: &PriceStep| {
        json!({
            "buyer": s.buyer.word(), "from_number": s.from_number,
            "low_musd": s.each.low.musd(), "high_musd": s.each.high.musd(), "price_year": s.each.low.year(),
            "note": s.note, "source": s.source, "verified": s.verified.tag(),
        })
    };
    launcher.prices.iter().map(step).collect()
}

/// What so many launches cost each buyer, the step that is reached pricing all of them.
fn purchases(launcher: &Launcher, number: u32) -> Vec<Value> {
    let of = |buyer: Buyer| {
        let bought = launcher.buy(number, buyer, StepRule::AllUnits).ok()?;
        Some(json!({
            "buyer": buyer.word(), "number": number,
            "low_musd": bought.total.low.musd(), "high_musd": bought.total.high.musd(),
            "price_year": bought.total.low.year(),
            "from_number": match bought.ground { PriceGround::Step { from_number } => Some(from_number), _ => None },
        }))
    };
    BUYERS.into_iter().filter_map(of).collect()
}

/// The same in lines.
fn price_lines(launcher: &Launcher, number: u32) -> String {
    let span = |p: &PriceRange| {
        let (low, high) = (p.low.musd(), p.high.musd());
        if (high - low).abs() < 1e-9 { format!("{low:.1}") } else { format!("{low:.1} to {high:.1}") }
    };
    let mut text = String::new();
    for s in &launcher.prices {
        let from = if s.from_number > 1 { format!(" from {} launches on", s.from_number) } else { String::new() };
        text.push_str(&format!(
            "price, {} buyer{from}: {} M$ of {} each ({})\n",
            s.buyer,
            span(&s.each),
            s.each.low.year(),
            s.note
        ));
    }
    if number > 1 {
        for buyer in BUYERS {
            let line = match launcher.buy(number, buyer, StepRule::AllUnits) {
                Ok(bought) => {
                    let ground = match bought.ground {
                        PriceGround::Step { from_number } => format!("price from {from_number}"),
                        PriceGround::Range => "the launcher's own range".to_owned(),
                    };
                    let year = bought.total.low.year();
                    format!("{number} launches, {buyer} buyer: {} M$ of {year} ({ground})\n", span(&bought.total))
                }
                Err(refusal) => format!("{number} launches, {buyer} buyer: {refusal}\n"),
            };
            text.push_str(&line);
        }
    }
    text
}

fn basis(basis: &Basis) -> &'static str {
    match basis {
        Basis::Curve => "curve",
        Basis::OrbitFigure | Basis::SingleFigure { .. } => "figure",
        Basis::Estimate { .. } => "estimate",
    }
}

fn to_text(launcher: &Launcher, asked: &Asked<'_>) -> String {
    let facts = &launcher.facts;
    let kg =
        |mass: Option<crate::units::Mass>| mass.map_or_else(|| "unknown".to_owned(), |m| format!("{:.0} kg", m.kg()));
    let mut text = format!(
        "{} ({}, {}), {}, {}\n",
        launcher.name, launcher.partner, launcher.country, launcher.status, launcher.reuse
    );
    text.push_str(&format!(
        "LEO {}, SSO {}, GTO {}, beyond {}{}\n",
        kg(launcher.leo),
        kg(facts.sso),
        kg(launcher.gto),
        kg(launcher.escape),
        launcher.escape_basis.c3_km2_s2().map_or_else(String::new, |c3| format!(" (C3 {c3:.2} km²/s²)"))
    ));
    let inclination_deg = asked.inclination_deg;
    match launcher.low_orbit_estimate(inclination_deg) {
        Ok(estimate) => {
            let percent = asked.errors.iter().map(|e| 100.0 * e);
            let (low, high) =
                percent.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p), high.max(p)));
            text.push_str(&format!(
                "low orbit of {inclination_deg}° by the Earth's turn and its upper stage: {:.0} kg (estimate; at {SUN_SYNCHRONOUS_DEG}° the same is off by {low:+.0} to {high:+.0} % on the {} launchers with a figure)\n",
                estimate.kg(),
                asked.errors.len()
            ));
        }
        Err(SiteError::NoFigure { .. }) => {}
        Err(refusal) => text.push_str(&format!("low orbit of {inclination_deg}°: {refusal}\n")),
    }
    if let Some(price) = launcher.price {
        text.push_str(&format!(
            "price {} to {} M$ of {} ({})\n",
            price.low.musd(),
            price.high.musd(),
            price.low.year(),
            launcher.price_basis
        ));
    }
    text.push_str(&price_lines(launcher, asked.number));
    let dates = [("first flight", &facts.first_flight), ("last flight", &facts.last_flight)];
    let dates: Vec<String> =
        dates.iter().filter_map(|(what, date)| date.as_ref().map(|d| format!("{what} {d}"))).collect();
    let cadence = facts.launches_per_year.map(|n| format!("{n} launches a year (see facts)"));
    let service: Vec<String> = dates.into_iter().chain(cadence).collect();
    if !service.is_empty() {
        text.push_str(&format!("{}\n", service.join(", ")));
    }
    if let Some(epoch) = asked.on {
        text.push_str(&format!("on {}: {} {}\n", epoch.date(), launcher.name, launcher.service(epoch)));
    }
    if let Some(site) = &facts.site {
        text.push_str(&format!("launched from {}, latitude {}°\n", site.name, site.latitude_deg));
    }
    if let Some(fairing) = facts.fairing {
        text.push_str(&format!(
            "fairing {} m wide, {} m high, {:.0} m³ at most\n",
            fairing.diameter_m,
            fairing.height_m,
            fairing.cylinder_m3()
        ));
    }
    if let Some(volume_m3) = facts.fairing_volume_m3 {
        text.push_str(&format!("{volume_m3} m³ for a payload under it\n"));
    }
    if let Some(record) = &facts.record {
        let span = record.confidence(CONFIDENCE);
        text.push_str(&format!(
            "{} flights, {} failed, to {}: success {:.1} %, {:.1} to {:.1} % with 95 % confidence (Clopper-Pearson)\n",
            record.flown,
            record.failed,
            record.counted_to,
            100.0 * record.success_fraction(),
            100.0 * span.low_probability,
            100.0 * span.high_probability
        ));
    }
    let mut note = String::new();
    let mut refused = false;
    for c3_km2_s2 in ASKED_KM2_S2 {
        let answer = match launcher.capacity(c3_km2_s2) {
            Ok(capacity) => {
                if matches!(capacity.basis, Basis::Estimate { .. }) {
                    note = format!("{}\n", capacity.basis);
                }
                format!("{:7.0} kg  {}", capacity.mass.kg(), basis(&capacity.basis))
            }
            // what is refused once is refused beyond for the same reason
            Err(_) if refused => continue,
            Err(refusal) => {
                refused = true;
                format!("      –     {refusal}")
            }
        };
        text.push_str(&format!("C3 {c3_km2_s2:4} km²/s²  {answer}\n"));
    }
    text.push_str(&note);
    text.push_str(&format!("source: {} ({})\n", launcher.source, launcher.verified.tag()));
    if let Some(curve) = &launcher.curve {
        text.push_str(&format!("curve: {} ({})\n", curve.source, curve.verified.tag()));
    }
    for s in &facts.sources {
        let note = if s.note.is_empty() { String::new() } else { format!("; {}", s.note) };
        text.push_str(&format!("{}: {} ({}){note}\n", s.columns.join(", "), s.source, s.verified.tag()));
    }
    text
}
