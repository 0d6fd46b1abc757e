//! `portolan verify`: a state flown by us and by nyx-space.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::question::{Question, Reading};
use super::witness::{self, Witness};
use crate::propagation::{Propagator, Start};
use crate::time::DAY_S;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

/// A state flown twice, by portolan and by nyx-space, and how far the two are apart on the way
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// the state: TOML (with its [model]), CCSDS OPM, or CCSDS OEM (its last state, or that of --from)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// how long: "30 d", "36 h", or bare seconds; negative for back
    #[arg(long = "for", value_name = "T", value_parser = flags::time_s, allow_hyphen_values = true)]
    span: f64,
    #[command(flatten)]
    reading: Reading,
    /// at how many epochs, spread evenly, the last at the end
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    #[command(flatten)]
    kernels: flags::Kernels,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    if arguments.span == 0.0 {
        let reason = "nothing is flown in no time: write how long, such as \"1 d\"".to_owned();
        return Err(Failure::Flag { flag: "--for", reason });
    }
    // said before anything is flown
    if cfg!(not(feature = "nyx")) {
        return Err(Failure::NoWitness);
    }
    let ephemerides = arguments.kernels.load()?;
    let question = Question::from_files(&arguments.file, &arguments.reading, &ephemerides)?;
    if let Some(talk) = question.talk() {
        eprintln!("portolan: {talk}");
    }
    let (told_in, taken_as) = (question.told_in(), question.taken_as());
    let Question { epoch, state, told_from, forces, tolerance, .. } = question;
    let start = Start { state, epoch, span_s: arguments.span };
    let flown = Propagator::new(&forces).tolerance(tolerance).fly(&start);
    flown.result?;
    let witness = witness::verify(&forces, &ephemerides, &flown.trajectory, arguments.epochs)?;
    match format {
        Format::Json => print_json(&json!({
            "engine": witness.engine,
            "scope": witness.scope,
            "reason": witness.reason,
            "forces": witness.forces,
            "epoch": format!("{} TDB", epoch.iso()),
            "center": forces.points.center.name,
            "told_from": told_from.name,
            "told_in": told_in,
            "rows": witness.rows.iter().map(|row| json!({
                "after_s": row.after_s,
                "position_km": row.position_km,
                "velocity_km_s": row.velocity_km_s,
            })).collect::<Vec<_>>(),
        }))?,
        Format::Text => {
            let taken_as = taken_as.map(|sentence| format!("{sentence}\n")).unwrap_or_default();
            print(&format!("{taken_as}{}", text(&witness, &start, forces.points.center.name)))?;
        }
    }
    Ok(Exit::Done)
}

fn text(witness: &Witness, start: &Start, center: &str) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} TDB around {center}, flown again by {}", start.epoch.iso(), witness.engine);
    if let Some(reason) = &witness.reason {
        let _ = writeln!(text, "the integration alone is witnessed, because {reason}");
    }
    let _ = writeln!(text, "{} was handed:", witness.engine);
    for force in &witness.forces {
        let _ = writeln!(text, "  {force}");
    }
    let _ = writeln!(text, "{:>14} {:>24}   {:>10} {:>12}", "after d", "epoch TDB", "apart m", "apart m/s");
    for row in &witness.rows {
        let _ = writeln!(
            text,
            "{:>14.6} {:>24}   {:>10.3e} {:>12.3e}",
            row.after_s / DAY_S,
            (start.epoch + row.after_s).iso(),
            1e3 * row.position_km,
            1e3 * row.velocity_km_s
        );
    }
    text
}
