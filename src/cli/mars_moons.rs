//! `portolan mars-moons`: between Phobos, Deimos and orbits about Mars, by date and flight time.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::figures;
use super::flags;
use super::flight_curves::{Burns, Words, draw};
use super::pair::table;
use crate::ephemerides::mars_moons::MarsMoon;
use crate::time::Window;
use crate::transfers::mars_moons::{MarsMoonRequest, MarsMoonTransfer, MarsPlace, mars_moon_window};
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
    /// shortest and longest flight
    #[arg(long, value_name = "S..T", value_parser = flags::days, default_value = "1 h..22 h")]
    tof: (f64, f64),
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
    let request = MarsMoonRequest {
        from: arguments.from,
        to: arguments.to,
        depart: arguments.depart,
        min_tof_d: arguments.tof.0,
        max_tof_d: arguments.tof.1,
        size: (arguments.size.depart, arguments.size.arrive),
    };
    let solved = mars_moon_window(&request)?;
    let cells = solved.cells.iter().flatten().count();
    if let Some(path) = &arguments.out {
        let words = Words {
            title: format!("{} to {} about Mars", request.from, request.to),
            subtitle: format!("flights of {:.3} to {:.3} d", request.min_tof_d, request.max_tof_d),
            names: ["departure", "arrival"],
            provenance: format!(
                "portolan {}; moons by Sinclair's theory, within 40 km; two-body arcs",
                env!("CARGO_PKG_VERSION")
            ),
        };
        let burns: Vec<Burns> = solved.cells.iter().map(|c| c.map(|t| [t.dv_depart_km_s, t.dv_arrive_km_s])).collect();
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
            "minima": solved.minima.iter().map(transfer_json).collect::<Vec<_>>(),
        }))?,
        Format::Text => print(&format!(
            "{} to {} about Mars, departures {} (TDB), flights of {:.3} to {:.3} d\n{}\n\
             {cells} of {} cells have a transfer; moons by Sinclair's theory, within 40 km\n",
            request.from,
            request.to,
            request.depart,
            request.min_tof_d,
            request.max_tof_d,
            table(COLUMNS, solved.minima.iter().map(row).collect(), 2),
            solved.cells.len(),
        ))?,
    }
    Ok(if cells == 0 { Exit::Infeasible } else { Exit::Done })
}

const COLUMNS: [&str; 7] = ["depart", "arrive", "tof h", "angle °", "Δv dep km/s", "Δv arr km/s", "Δv km/s"];

fn row(t: &MarsMoonTransfer) -> [String; 7] {
    [
        t.depart.iso(),
        t.arrive.iso(),
        format!("{:.2}", 24.0 * t.tof_d),
        format!("{:.1}", t.angle_deg),
        format!("{:.4}", t.dv_depart_km_s),
        format!("{:.4}", t.dv_arrive_km_s),
        format!("{:.4}", t.dv_total_km_s),
    ]
}

fn transfer_json(t: &MarsMoonTransfer) -> Value {
    json!({
        "depart": t.depart.iso(),
        "arrive": t.arrive.iso(),
        "tof_d": t.tof_d,
        "angle_deg": t.angle_deg,
        "dv_depart_km_s": t.dv_depart_km_s,
        "dv_arrive_km_s": t.dv_arrive_km_s,
        "dv_total_km_s": t.dv_total_km_s,
    })
}
