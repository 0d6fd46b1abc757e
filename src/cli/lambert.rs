//! `portolan lambert`: the orbits that join two positions in a given time.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use crate::bodies::{Body, SUN};
use crate::numerics::vector::norm;
use crate::transfers::lambert::{LambertError, Solution, Way, solve};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

/// The orbits that join two positions in a given time
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// first position from the centre, km
    #[arg(long, value_name = "X,Y,Z", value_parser = flags::position_km, allow_hyphen_values = true)]
    r1: [f64; 3],
    /// second position from the centre, km, on the same axes
    #[arg(long, value_name = "X,Y,Z", value_parser = flags::position_km, allow_hyphen_values = true)]
    r2: [f64; 3],
    /// time of flight: "3600 s", "260 d", or bare seconds
    #[arg(long, value_name = "T", value_parser = flags::time_s, allow_negative_numbers = true)]
    tof: f64,
    /// gravitational parameter of the centre, km³/s²
    #[arg(long, value_name = "GM", value_parser = flags::mu_km3_s2, conflicts_with = "about", allow_negative_numbers = true)]
    mu: Option<f64>,
    /// the centre by its name; the Sun if neither this nor --mu is given
    #[arg(long, value_name = "BODY", value_parser = flags::body, allow_negative_numbers = true)]
    about: Option<Body>,
    /// most full revolutions; those that the time is too short for are left out
    #[arg(long, value_name = "N", default_value_t = 0)]
    revs: u32,
    /// which way round the z axis
    #[arg(long, value_enum, default_value_t)]
    way: WayFlag,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum WayFlag {
    /// angular momentum along +z
    #[default]
    Prograde,
    /// angular momentum along −z
    Retrograde,
}

impl Arguments {
    /// Gravitational parameter of the centre, km³/s².
    fn mu_km3_s2(&self) -> Result<f64, Failure> {
        match (self.mu, self.about) {
            (Some(mu_km3_s2), _) => Ok(mu_km3_s2),
            (None, Some(body)) if body.mu_km3_s2 > 0.0 => Ok(body.mu_km3_s2),
            (None, Some(body)) => Err(Failure::Flag {
                flag: "--about",
                reason: format!("no gravitational parameter of {} is known; give it with --mu", body.name),
            }),
            // Kilometres from the Earth's centre are an everyday slip when nothing says which centre is meant.
            (None, None) if norm(self.r1).min(norm(self.r2)) < SUN.radius_km => Err(Failure::Flag {
                flag: "--about",
                reason: "a position lies inside the Sun, which is the centre if none is given; name the centre, such as --about Earth"
                    .to_owned(),
            }),
            (None, None) => Ok(SUN.mu_km3_s2),
        }
    }
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let mu_km3_s2 = arguments.mu_km3_s2()?;
    let way = match arguments.way {
        WayFlag::Prograde => Way::Prograde,
        WayFlag::Retrograde => Way::Retrograde,
    };
    match solve(arguments.r1, arguments.r2, arguments.tof, mu_km3_s2, way, arguments.revs) {
        Ok(solutions) => {
            match format {
                Format::Json => print_json(&to_json(&solutions, mu_km3_s2))?,
                Format::Text => print(&to_text(&solutions))?,
            }
            Ok(Exit::Done)
        }
        // No orbit is an answer; a number that makes no question is not.
        Err(reason @ (LambertError::Parallel | LambertError::PlaneFree { .. } | LambertError::TooShort { .. })) => {
            let sentence = reason_sentence(&reason);
            match format {
                Format::Json => print_json(&json!({ "reason": sentence }))?,
                Format::Text => print(&format!("no orbit: {sentence}\n"))?,
            }
            Ok(Exit::Infeasible)
        }
        Err(other) => Err(other.into()),
    }
}

/// The library speaks of its types, the program of its flags.
fn reason_sentence(reason: &LambertError) -> String {
    match reason {
        LambertError::PlaneFree { .. } => {
            "the positions are opposite (180°), so any plane holds both: move one of them a little to choose the plane"
                .to_owned()
        }
        other => other.to_string(),
    }
}

fn to_json(solutions: &[Solution], mu_km3_s2: f64) -> Value {
    let rows: Vec<Value> = solutions
        .iter()
        .map(|s| {
            json!({
                "revs": s.revs,
                "branch": s.branch.to_string(),
                "v1_km_s": s.v1_km_s,
                "v2_km_s": s.v2_km_s,
                "iterations": s.iterations,
            })
        })
        .collect();
    json!({ "mu_km3_s2": mu_km3_s2, "solutions": rows })
}

fn to_text(solutions: &[Solution]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["revs", "branch", "v1 km/s", "v2 km/s", "|v1| km/s", "|v2| km/s"]);
    let vector = |v: [f64; 3]| format!("{:.6}, {:.6}, {:.6}", v[0], v[1], v[2]);
    for s in solutions {
        table.add_row([
            s.revs.to_string(),
            s.branch.to_string(),
            vector(s.v1_km_s),
            vector(s.v2_km_s),
            format!("{:.6}", norm(s.v1_km_s)),
            format!("{:.6}", norm(s.v2_km_s)),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{table}\n")
}
