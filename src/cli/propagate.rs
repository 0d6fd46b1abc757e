//! `portolan propagate`: a state among point masses, forward or back.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::output::write_atomically;
use crate::ephemerides::State;
use crate::numerics::vector::norm;
use crate::propagation::state_file::StateFile;
use crate::propagation::taylor::{PropagationError, Stop, Trajectory, propagate};
use crate::time::Epoch;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Instant;

/// A state file forward or back among point masses, by Taylor series in the ephemeris
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// the state file (TOML): epoch, center, position_km, velocity_km_s, [model]
    #[arg(value_name = "STATE.toml")]
    state: PathBuf,
    /// how long: "30 d", "36 h", or bare seconds; negative for back
    #[arg(long = "for", value_name = "T", value_parser = flags::time_s, allow_hyphen_values = true)]
    span: f64,
    /// also write the trajectory to a .csv file
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
    /// rows of that file, the ends included
    #[arg(long, value_name = "N", default_value_t = 1001)]
    rows: u32,
    /// end with an error where the way meets the surface of the centre; otherwise that is an event of the answer
    #[arg(long)]
    stop_at_surface: bool,
    #[command(flatten)]
    kernels: flags::Kernels,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let csv = arguments.out.as_deref().filter(|path| path.extension().is_none_or(|e| e != "csv"));
    if let Some(path) = csv {
        let reason = format!("{} is no file that a trajectory can be written to: let it end in .csv", path.display());
        return Err(Failure::Flag { flag: "--out", reason });
    }
    if !(2..=10_000_000).contains(&arguments.rows) {
        return Err(Failure::Flag { flag: "--rows", reason: "write a number from 2 to 10000000".to_owned() });
    }
    let ephemerides = arguments.kernels.load()?;
    let file = StateFile::read(&arguments.state, &ephemerides)?;
    let fly = |stop| propagate(&file.model, &file.state, file.epoch, arguments.span, file.tolerance, stop);
    let mut started = Instant::now();
    let (mut flown, mut end) = fly(Stop::AtSurface);
    let mut surface = None;
    if let Err(PropagationError::Impact { epoch, .. }) = &end
        && !arguments.stop_at_surface
    {
        surface = Some(*epoch);
        started = Instant::now();
        (flown, end) = fly(Stop::Never);
    }
    let elapsed_s = started.elapsed().as_secs_f64();
    // what was flown is kept, also when it ended early
    if let Some(path) = &arguments.out {
        write_atomically(path, to_csv(&flown, arguments.rows).as_bytes())?;
    }
    end?;
    match format {
        Format::Json => print_json(&to_json(&file, &flown, surface, elapsed_s))?,
        Format::Text => print(&to_text(&file, &flown, surface, elapsed_s))?,
    }
    Ok(Exit::Done)
}

fn to_json(file: &StateFile, flown: &Trajectory, surface: Option<Epoch>, elapsed_s: f64) -> Value {
    let State { position_km, velocity_km_s } = flown.end();
    let mut gm: Map<String, Value> = Map::new();
    gm.insert(file.model.center.name.to_owned(), json!(file.model.mu_km3_s2));
    for other in &file.model.others {
        gm.insert(other.body.name.to_owned(), json!(other.mu_km3_s2));
    }
    json!({
        "epoch": format!("{} TDB", (flown.epoch() + flown.span_s()).iso()),
        "epoch_tdb_s": flown.epoch().tdb_s() + flown.span_s(),
        "center": file.model.center.name,
        "frame": "J2000",
        "position_km": position_km,
        "velocity_km_s": velocity_km_s,
        "model": {
            "integrator": "Taylor",
            "point_masses": file.model.others.iter().map(|o| o.body.name).collect::<Vec<_>>(),
            "indirect": "newtonian",
        },
        "gm_km3_s2": gm,
        "steps": flown.steps(),
        "elapsed_s": elapsed_s,
        "events": surface.iter().map(|epoch| json!({
            "event": "surface",
            "body": file.model.center.name,
            "epoch": epoch.to_string(),
        })).collect::<Vec<_>>(),
        "verified": null,
    })
}

fn to_text(file: &StateFile, flown: &Trajectory, surface: Option<Epoch>, elapsed_s: f64) -> String {
    let State { position_km: r, velocity_km_s: v } = flown.end();
    let bodies: Vec<&str> = file.model.others.iter().map(|o| o.body.name).collect();
    let below = surface.map_or_else(String::new, |epoch| {
        format!("passes below the surface of {} at {epoch}: points have none\n", file.model.center.name)
    });
    let with = if bodies.is_empty() { String::new() } else { format!(" with {}", bodies.join(", ")) };
    format!(
        "{} to {} TDB around {}{with} as point masses, indirect terms Newtonian\n\
         r {:.9} {:.9} {:.9} km, {:.3} km from the centre\nv {:.12} {:.12} {:.12} km/s\n\
         {below}{} steps, {:.3} ms\n",
        flown.epoch().iso(),
        (flown.epoch() + flown.span_s()).iso(),
        file.model.center.name,
        r[0],
        r[1],
        r[2],
        norm(r),
        v[0],
        v[1],
        v[2],
        flown.steps(),
        1e3 * elapsed_s,
    )
}

fn to_csv(flown: &Trajectory, rows: u32) -> String {
    let mut text = String::from("epoch_tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s\n");
    for k in 0..rows {
        let last = k + 1 == rows;
        let after_s = if last { flown.span_s() } else { flown.span_s() * f64::from(k) / f64::from(rows - 1) };
        let Some(State { position_km: r, velocity_km_s: v }) = flown.state(after_s) else { continue };
        let epoch = flown.epoch().tdb_s() + after_s;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{epoch},{},{},{},{},{},{}", r[0], r[1], r[2], v[0], v[1], v[2]);
    }
    text
}
