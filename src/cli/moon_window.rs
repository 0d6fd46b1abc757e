//! `portolan moon-window`: from a low Earth orbit to the Moon, injection and insertion by date and flight time.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::figures::is_figure;
use super::flags;
use super::flight_curves::{Burns, Words, draw, provenance};
use super::output::write_atomically;
use super::pair::table;
use crate::time::Window;
use crate::transfers::ParkingOrbit;
use crate::transfers::moon_window::{MoonTransfer, MoonWindow, MoonWindowRequest, NoMoon, moon_window};
use crate::transfers::porkchop::GridSize;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

/// Low Earth orbit to the Moon: injection and insertion over departure date and flight time
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// dates of the injection
    #[arg(long, value_name = "A..B", value_parser = flags::span)]
    depart: Window,
    /// shortest and longest flight
    #[arg(long, value_name = "S..T", value_parser = flags::days, default_value = "2.5 d..6 d")]
    tof: (f64, f64),
    /// dates by flight times
    #[arg(long, value_name = "NxM", value_parser = flags::size, default_value = "200x100")]
    size: GridSize,
    /// height of the circular orbit that is left
    #[arg(long, value_name = "H", value_parser = flags::length_km, default_value = "185 km")]
    altitude: f64,
    /// its inclination to the equator
    #[arg(long, value_name = "I", value_parser = flags::angle_deg, default_value = "28.5 deg")]
    inclination: f64,
    /// orbit about the Moon: "100 km", or "60 km x 8 h" (periapsis altitude, period)
    #[arg(long, value_name = "ORBIT", value_parser = flags::orbit, default_value = "100 km")]
    lunar_orbit: ParkingOrbit,
    /// also write all cells (.csv), or a picture of the cheapest flight of each date (.svg, .png)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    kernels: flags::Kernels,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let is_cells = |path: &PathBuf| path.extension().is_some_and(|e| e == "csv");
    if let Some(path) = arguments.out.as_ref().filter(|path| !is_cells(path) && !is_figure(path)) {
        let reason =
            format!("{} is no file that this can be written to: let it end in .csv, .svg or .png", path.display());
        return Err(Failure::Flag { flag: "--out", reason });
    }
    let ephemerides = arguments.kernels.load()?;
    let mut request = MoonWindowRequest::new(arguments.depart);
    (request.min_tof_d, request.max_tof_d) = arguments.tof;
    request.size = (arguments.size.depart, arguments.size.arrive);
    (request.altitude_km, request.inc_deg) = (arguments.altitude, arguments.inclination);
    request.lunar_orbit = arguments.lunar_orbit;
    let solved = moon_window(&ephemerides, &request)?;
    match &arguments.out {
        Some(path) if is_cells(path) => write_atomically(path, to_csv(&solved).as_bytes())?,
        Some(path) => {
            let words = Words {
                title: format!("Low Earth orbit to the Moon, {}", request.depart),
                subtitle: format!(
                    "from {} km circular at {}° into {}, flights of {} to {} d",
                    request.altitude_km, request.inc_deg, request.lunar_orbit, request.min_tof_d, request.max_tof_d
                ),
                names: ["injection", "insertion"],
                provenance: provenance(&ephemerides, "conics patched at the Moon itself"),
            };
            let burns: Vec<Burns> =
                solved.cells.iter().map(|c| c.as_ref().ok().map(|t| [t.dv_depart_km_s, t.dv_arrive_km_s])).collect();
            draw(path, words, &solved.depart, &burns)?;
        }
        None => {}
    }
    let none = |why| solved.cells.iter().filter(|c| **c == Err(why)).count();
    let (inclination, too_long) = (none(NoMoon::Inclination), none(NoMoon::TooLong));
    let cells = solved.cells.len() - inclination - too_long;
    match format {
        Format::Json => print_json(&json!({
            "depart": [request.depart.start.iso(), request.depart.end.iso()],
            "tof_d": [request.min_tof_d, request.max_tof_d],
            "altitude_km": request.altitude_km,
            "inc_deg": request.inc_deg,
            "lunar_orbit": request.lunar_orbit.to_string(),
            "size": [request.size.0, request.size.1],
            "cells": { "solved": cells, "reasons": { "inclination": inclination, "too_long": too_long } },
            "minima": solved.minima.iter().map(flight_json).collect::<Vec<_>>(),
        }))?,
        Format::Text => print(&format!(
            "{} km circular at {}° to the Moon, {} into {}: injections {} (TDB), flights of {} to {} d\n{}\n\
             cells: {cells} solved, {inclination} with the Moon beyond the inclination, {too_long} too long\n\
             conics patched at the Moon itself: see KNOWN_LIMITS.md\n",
            request.altitude_km,
            request.inc_deg,
            "insertion",
            request.lunar_orbit,
            request.depart,
            request.min_tof_d,
            request.max_tof_d,
            table(COLUMNS, solved.minima.iter().map(row).collect(), 2),
        ))?,
    }
    Ok(if cells == 0 { Exit::Infeasible } else { Exit::Done })
}

const COLUMNS: [&str; 10] =
    ["depart", "heading", "tof d", "TLI km/s", "v∞ km/s", "LOI km/s", "Δv km/s", "RAAN °", "argument °", "Moon dec °"];

fn row(t: &MoonTransfer) -> [String; 10] {
    [
        t.depart.iso(),
        t.heading.to_string(),
        format!("{:.3}", t.tof_d),
        format!("{:.4}", t.dv_depart_km_s),
        format!("{:.4}", t.v_inf_km_s),
        format!("{:.4}", t.dv_arrive_km_s),
        format!("{:.4}", t.dv_total_km_s),
        format!("{:.2}", t.raan_deg),
        format!("{:.2}", t.argument_deg),
        format!("{:.2}", t.moon_dec_deg),
    ]
}

fn flight_json(t: &MoonTransfer) -> Value {
    json!({
        "depart": t.depart.iso(),
        "arrive": t.arrive.iso(),
        "tof_d": t.tof_d,
        "heading": t.heading.to_string(),
        "ecc": t.ecc,
        "c3_km2_s2": t.c3_km2_s2,
        "dv_depart_km_s": t.dv_depart_km_s,
        "v_inf_km_s": t.v_inf_km_s,
        "dv_arrive_km_s": t.dv_arrive_km_s,
        "dv_total_km_s": t.dv_total_km_s,
        "raan_deg": t.raan_deg,
        "argument_deg": t.argument_deg,
        "moon_dec_deg": t.moon_dec_deg,
        "moon_distance_km": t.moon_distance_km,
    })
}

/// One row for each cell.
fn to_csv(solved: &MoonWindow) -> String {
    let mut text = String::from(
        "depart_tdb,tof_d,heading,c3_km2_s2,dv_depart_km_s,v_inf_km_s,dv_arrive_km_s,dv_total_km_s,raan_deg,argument_deg,status\n",
    );
    let dates = solved.tof_d.iter().flat_map(|tof_d| solved.depart.iter().map(move |depart| (depart, tof_d)));
    for ((depart, tof_d), cell) in dates.zip(&solved.cells) {
        // Writing to a String cannot fail.
        let _ = match cell {
            Ok(t) => writeln!(
                text,
                "{},{tof_d},{},{},{},{},{},{},{},{},solved",
                depart.iso(),
                t.heading,
                t.c3_km2_s2,
                t.dv_depart_km_s,
                t.v_inf_km_s,
                t.dv_arrive_km_s,
                t.dv_total_km_s,
                t.raan_deg,
                t.argument_deg
            ),
            Err(NoMoon::Inclination) => writeln!(text, "{},{tof_d},,,,,,,,,inclination", depart.iso()),
            Err(NoMoon::TooLong) => writeln!(text, "{},{tof_d},,,,,,,,,too_long", depart.iso()),
        };
    }
    text
}
