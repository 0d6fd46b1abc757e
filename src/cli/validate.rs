//! `portolan validate`: all validation arcs by us, by nyx, and as printed.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use crate::transfers::validation::{Row, Verdict, arcs, check};
use comfy_table::{CellAlignment, Table, presets};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::time::Instant;

/// The validation arcs flown here and now, against what is printed and against nyx-space
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// only the arcs whose name begins so, such as C or CAPSTONE
    #[arg(value_name = "ARC")]
    only: Option<String>,
    #[command(flatten)]
    kernels: flags::Kernels,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let ephemerides = arguments.kernels.load()?;
    let chosen = |id: &str| arguments.only.as_ref().is_none_or(|only| id.starts_with(only.as_str()));
    let arcs: Vec<_> = arcs()?.iter().filter(|arc| chosen(&arc.id)).collect();
    if arcs.is_empty() {
        let reason = format!("no arc's name begins with \"{}\"", arguments.only.as_deref().unwrap_or_default());
        return Err(Failure::Flag { flag: "ARC", reason });
    }
    let started = Instant::now();
    let rows: Vec<Row> = arcs.par_iter().flat_map_iter(|arc| check(arc, &ephemerides)).collect();
    let elapsed_s = started.elapsed().as_secs_f64();
    let passed = rows.iter().all(|row| row.verdict != Verdict::Failed);
    match format {
        Format::Json => print_json(&json!({
            "engine": engine(),
            "passed": passed,
            "elapsed_s": elapsed_s,
            "rows": rows.iter().map(row_json).collect::<Vec<_>>(),
        }))?,
        Format::Text => print(&text(&rows, elapsed_s))?,
    }
    Ok(if passed { Exit::Done } else { Exit::Bug })
}

/// Who flies it again.
fn engine() -> Option<&'static str> {
    #[cfg(feature = "nyx")]
    return Some(crate::propagation::nyx::ENGINE);
    #[cfg(not(feature = "nyx"))]
    None
}

fn row_json(row: &Row) -> Value {
    let values = |values: &[f64]| match values {
        [] => Value::Null,
        [one] => json!(one),
        many => json!(many),
    };
    json!({
        "id": row.id,
        "what": row.what,
        "quantity": row.quantity,
        "unit": row.unit,
        "ours": values(&row.ours_values),
        "published": values(&row.published_values),
        "residual": row.residual_value,
        "tolerance": row.tolerance,
        "because": row.because,
        "nyx_m": row.nyx_m,
        "nyx_bound_m": row.nyx_bound_m,
        "passed": match row.verdict {
            Verdict::Passed => Some(true),
            Verdict::Failed => Some(false),
            Verdict::NotTried => None,
        },
        "note": row.note,
        "source": row.source,
    })
}

fn text(rows: &[Row], elapsed_s: f64) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["arc", "what", "quantity", "residual", "tolerance", "unit", "nyx m", "verdict"]);
    for row in rows {
        let number = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{x:.2e}"));
        let verdict = match row.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed => "FAILED",
            Verdict::NotTried => "not tried",
        };
        table.add_row([
            row.id.to_owned(),
            row.what.to_owned(),
            row.quantity.to_owned(),
            number(row.residual_value),
            number(Some(row.tolerance).filter(|t| t.is_finite())),
            row.unit.to_owned(),
            number(row.nyx_m),
            verdict.to_owned(),
        ]);
    }
    for column in [3, 4, 6] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let (passed, failed, not_tried) = (count(Verdict::Passed), count(Verdict::Failed), count(Verdict::NotTried));
    let mut text = format!("{table}\n");
    let mut told: Vec<&str> = Vec::new();
    for row in rows {
        if let Some(note) = row.note.as_deref().filter(|note| !told.contains(note)) {
            text.push_str(&format!("{}: {note}\n", row.id));
            told.push(note);
        }
    }
    let witness = engine().unwrap_or("none in this build (cargo build --release --features nyx brings it)");
    text.push_str(&format!(
        "{passed} passed, {failed} failed, {not_tried} not tried; witness: {witness}; {elapsed_s:.1} s\n"
    ));
    text
}
