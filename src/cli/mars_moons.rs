//! `portolan mars-moons`: between Phobos, Deimos and orbits about Mars, by date and flight time.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::figures;
use super::flags;
use super::flight_curves::{Burns, Words, draw};
use super::pair::table;
use crate::ephemerides::mars_moons::MarsMoon;
use crate::time::Window;
use crate::transfers::mars_moons::{
    LeastOfRoute, MarsMoonError, MarsMoonRequest, MarsMoonTransfer, MarsPlace, mars_moon_window, usual_flights_d,
};
use crate::transfers::porkchop::GridSize;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Between Phobos, Deimos and orbits about Mars: the two burns over departure date and flight time
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// phobos, deimos, or an orbit in the moon's plane: "300 km", "250 km x 88775.244 s"
    #[arg(value_name = "FROM", value_parser = place)]
    from: MarsPlace,
    /// likewise
    #[arg(value_name = "TO", value_parser = place)]
    to: MarsPlace,
    /// departure dates; a few days show all there is, for the moons meet every 10 hours
    #[arg(long, value_name = "A..B", value_parser = flags::span)]
    depart: Window,
    /// shortest and longest flight; if not given 1 h..22 h, and longer for an ellipse whose far end takes longer
    #[arg(long, value_name = "S..T", value_parser = flags::days)]
    tof: Option<(f64, f64)>,
    /// dates by flight times
    #[arg(long, value_name = "NxM", value_parser = flags::size, default_value = "200x100")]
    size: GridSize,
    /// also write a picture of the cheapest flight of each date (.svg, .png)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn place(text: &str) -> Result<MarsPlace, String> {
    let moon = MarsMoon::ALL.into_iter().find(|moon| moon.body().name.eq_ignore_ascii_case(text.trim()));
    match moon {
        Some(moon) => Ok(MarsPlace::Moon(moon)),
        None => flags::orbit(text)
            .map(MarsPlace::Orbit)
            .map_err(|e| format!("\"{text}\" is neither phobos nor deimos nor an orbit about Mars: {e}")),
    }
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    arguments.out.as_deref().map_or(Ok(()), figures::check)?;
    let usual = || usual_flights_d(arguments.from, arguments.to).map_err(MarsMoonError::from);
    let (min_tof_d, max_tof_d) = arguments.tof.map_or_else(usual, Ok)?;
    let request = MarsMoonRequest {
        from: arguments.from,
        to: arguments.to,
        depart: arguments.depart,
        min_tof_d,
        max_tof_d,
        size: (arguments.size.depart, arguments.size.arrive),
    };
    let solved = mars_moon_window(&request)?;
    let cells = solved.cells.iter().flatten().count();
    if let Some(path) = &arguments.out {
        let words = Words {
            title: format!("{} to {} about Mars", request.from, request.to),
            subtitle: format!("flights of {:.3} to {:.3} d", request.min_tof_d, request.max_tof_d),
            names: ["departure", "rest"],
            provenance: format!(
                "portolan {}; moons by Sinclair's theory, within 40 km; two-body arcs",
                env!("CARGO_PKG_VERSION")
            ),
        };
        let burns: Vec<Burns> =
            solved.cells.iter().map(|c| c.map(|t| [t.dv_depart_km_s, t.dv_middle_km_s + t.dv_arrive_km_s])).collect();
        draw(path, words, &solved.depart, &burns)?;
    }
    match format {
        Format::Json => print_json(&json!({
            "from": request.from.to_string(),
            "to": request.to.to_string(),
            "depart": [request.depart.start.iso(), request.depart.end.iso()],
            "tof_d": [request.min_tof_d, request.max_tof_d],
            "size": [request.size.0, request.size.1],
            "cells": { "solved": cells, "none": solved.cells.len() - cells },
            "routes": solved.routes.iter().map(route_json).collect::<Vec<_>>(),
            "minima": solved.minima.iter().map(transfer_json).collect::<Vec<_>>(),
        }))?,
        Format::Text => print(&format!(
            "{} to {} about Mars, departures {} (TDB), flights of {:.3} to {:.3} d\n{}\n\
             the cheapest of each way, the least first\n{}\n\
             {cells} of {} cells have a transfer; moons by Sinclair's theory, within 40 km\n",
            request.from,
            request.to,
            request.depart,
            request.min_tof_d,
            request.max_tof_d,
            table(COLUMNS, solved.minima.iter().map(row).collect(), 3),
            table(WAYS, solved.routes.iter().map(way).collect(), 3),
            solved.cells.len(),
        ))?,
    }
    Ok(if cells == 0 { Exit::Infeasible } else { Exit::Done })
}

const COLUMNS: [&str; 9] =
    ["way", "depart", "arrive", "tof h", "angle °", "Δv dep km/s", "Δv mid km/s", "Δv arr km/s", "Δv km/s"];

fn row(t: &MarsMoonTransfer) -> [String; 9] {
    [
        t.route.to_string(),
        t.depart.iso(),
        t.arrive.iso(),
        format!("{:.2}", 24.0 * t.tof_d),
        format!("{:.1}", t.angle_deg),
        format!("{:.4}", t.dv_depart_km_s),
        if t.route.burns() == 3 { format!("{:.4}", t.dv_middle_km_s) } else { "–".to_owned() },
        format!("{:.4}", t.dv_arrive_km_s),
        format!("{:.4}", t.dv_total_km_s),
    ]
}

const WAYS: [&str; 5] = ["way", "burns", "a minimum", "tof h", "Δv km/s"];

fn way(of: &LeastOfRoute) -> [String; 5] {
    let none = || "–".to_owned();
    [
        of.route.to_string(),
        of.route.burns().to_string(),
        match (of.least, of.interior) {
            (None, _) => "none in these flight times".to_owned(),
            (Some(_), true) => "yes".to_owned(),
            (Some(_), false) => "no, at a bound or a wait".to_owned(),
        },
        of.least.map_or_else(none, |t| format!("{:.2}", 24.0 * t.tof_d)),
        of.least.map_or_else(none, |t| format!("{:.4}", t.dv_total_km_s)),
    ]
}

fn route_json(of: &LeastOfRoute) -> Value {
    json!({
        "route": of.route.to_string(),
        "burns": of.route.burns(),
        "interior": of.interior,
        "least": of.least.as_ref().map(transfer_json),
    })
}

fn transfer_json(t: &MarsMoonTransfer) -> Value {
    json!({
        "route": t.route.to_string(),
        "depart": t.depart.iso(),
        "arrive": t.arrive.iso(),
        "tof_d": t.tof_d,
        "angle_deg": t.angle_deg,
        "dv_depart_km_s": t.dv_depart_km_s,
        "dv_middle_km_s": t.dv_middle_km_s,
        "dv_arrive_km_s": t.dv_arrive_km_s,
        "dv_total_km_s": t.dv_total_km_s,
    })
}
