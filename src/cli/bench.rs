//! `portolan bench`: this machine's speeds, each with its error.

mod arcs;
mod flights;
mod known;
mod measure;

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use crate::ephemerides::Ephemerides;
use crate::numerics::lanes::Width;
use comfy_table::{CellAlignment, Table, presets};
use measure::{Peers, Row, Session};
use serde_json::{Value, json};
use std::fmt::Write;

/// This machine's speeds, each with the error that it bought and a peer measured in the same run
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// a few seconds: fewer runs of each, and none of nyx
    #[arg(long)]
    quick: bool,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let ephemerides = Ephemerides::embedded()?;
    let peers = match arguments.quick {
        true => Peers::TooSlow,
        false if cfg!(feature = "nyx") => Peers::All,
        false => Peers::NotBuilt,
    };
    let session = Session::new(ephemerides, peers);
    let mut rows = arcs::rows(&session)?;
    rows.extend(flights::rows(&session)?);
    session.done();
    match format {
        Format::Json => print_json(&to_json(&rows, peers))?,
        Format::Text => print(&to_text(&rows, peers))?,
    }
    Ok(Exit::Done)
}

/// How wide the lanes of this machine are.
fn lanes() -> &'static str {
    match Width::best() {
        Width::Avx512 => "AVX-512",
        Width::Avx2 => "AVX2",
        Width::Scalar => "scalar",
    }
}

fn to_json(rows: &[Row], peers: Peers) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "value": row.value,
                "unit": row.unit.to_string(),
                "error": row.error,
                "error_unit": row.error_unit,
                "method": row.method,
                "peer": row.peer.as_ref().map(|peer| peer.name),
                "peer_value": row.peer.as_ref().map(|peer| peer.value),
                "peer_error": row.peer.as_ref().and_then(|peer| peer.error),
                "ratio": row.ratio(),
                "known": known::best(row.id).map(|known| json!({
                    "name": known.name,
                    "value": known.value,
                    "ratio": row.ratio_to(known.value),
                    "how": known.how,
                    "machine": known::MACHINE,
                })),
                "note": row.note,
            })
        })
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "lanes": lanes(),
        "threads": rayon::current_num_threads(),
        "peers": peers.sentence(),
        "rows": rows,
    })
}

fn to_text(rows: &[Row], peers: Peers) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["", "portolan", "error", "by", "peer", "its error", "ratio", "best known elsewhere", "ratio"]);
    for row in rows {
        let (peer, known) = (row.peer.as_ref(), known::best(row.id));
        table.add_row([
            row.id.to_owned(),
            row.unit.spoken(row.value),
            spoken_error(row.error, row.error_unit),
            row.method.clone(),
            peer.map_or_else(|| "–".to_owned(), |peer| format!("{} {}", peer.name, row.unit.spoken(peer.value))),
            peer.and_then(|peer| peer.error).map_or_else(|| "–".to_owned(), |e| spoken_error(e, row.error_unit)),
            row.ratio().map_or_else(|| "–".to_owned(), |ratio| format!("{} ×", significant(ratio))),
            known.map_or_else(|| "–".to_owned(), |known| format!("{} {}", known.name, row.unit.spoken(known.value))),
            known.map_or_else(|| "–".to_owned(), |known| format!("{} ×", significant(row.ratio_to(known.value)))),
        ]);
    }
    for column in [1, 2, 5, 6, 8] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{table}\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "portolan {}, {} lanes, one thread where nothing else is said; medians; a batch's value is that of one of its \
         trajectories.\nA ratio above one is how many times faster than the peer in the same run, or than the best other tool \
         as it was measured on {}; docs/SPEED.md has more of them.",
        env!("CARGO_PKG_VERSION"),
        lanes(),
        known::MACHINE,
    );
    for row in rows {
        let _ = writeln!(text, "{}: {}", row.id, row.note);
    }
    let _ = writeln!(text, "{}", peers.sentence());
    text
}

fn spoken_error(error: f64, unit: &str) -> String {
    if error == 0.0 { format!("0 {unit}") } else { format!("{error:.1e} {unit}") }
}

/// Three significant digits, no powers of ten.
fn significant(number: f64) -> String {
    let digits = (2.0 - number.abs().max(1e-3).log10().floor()).clamp(0.0, 5.0) as usize;
    format!("{number:.digits$}")
}
