//! `portolan porkchop`: every departure date against every arrival date, and the best of them.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::figures;
use super::flags;
use super::output::{Growing, write_atomically};
use super::pair::{Pair, late_arrivals};
use crate::bodies::Body;
use crate::ephemerides::Ephemerides;
use crate::report::{CellFileError, CellFormat, CellWriter, porkchop_html, porkchop_page};
use crate::time::{Epoch, Window};
use crate::transfers::porkchop::{
    CellCounts, Criterion, GridSize, Layer, Minimum, Porkchop, PorkchopRequest, Transfer, fitting_arrivals,
    next_opportunity, porkchop_in_bands,
};
use crate::vehicles::Freight;
use comfy_table::{CellAlignment, Table, presets};
use hifitime::Epoch as ScaledEpoch;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

mod pictures;
mod sheet;

/// Every departure date against every arrival date: windows, launch energies, delta-v
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pair: Pair,
    /// departure dates; the next opportunity if not given
    #[arg(long, value_name = "A..B", value_parser = flags::span)]
    depart: Option<Window>,
    /// arrival dates; those that fit the departures if not given
    #[arg(long, value_name = "C..D", value_parser = flags::span, requires = "depart")]
    arrive: Option<Window>,
    /// look for the next opportunity after this date; today if not given
    #[arg(long, value_name = "DATE", value_parser = flags::date, conflicts_with = "depart")]
    after: Option<Epoch>,
    /// departure by arrival dates
    #[arg(long, value_name = "NxM", value_parser = flags::size, default_value = "400x400")]
    size: GridSize,
    /// all opportunities that depart in these years, on one contact sheet
    #[arg(long, value_name = "A..B", value_parser = sheet::years, conflicts_with_all = ["depart", "arrive", "after"])]
    years: Option<sheet::Years>,
    /// also write a figure (.png, .svg), a page to explore (.html), the answer (.json), or all cells (.csv, .npz,
    /// .parquet where that is built in)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// write all cells: .csv, .json, .npz (arrays for NumPy), .parquet where that is built in; they go to the disk band
    /// by band, so the grid may be larger than memory
    #[arg(long, value_name = "FILE")]
    cells: Option<PathBuf>,
    #[command(flatten)]
    pictures: pictures::Pictures,
}

/// What `--out` asks for.
#[derive(Debug, Clone, Copy)]
enum Written {
    Figure,
    Html,
    Cells(CellFormat),
    Json,
}

impl Written {
    fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
            Some("svg" | "png") => figures::check(path).map(|()| Self::Figure),
            Some("html" | "htm") => Ok(Self::Html),
            Some("json") => Ok(Self::Json),
            Some("csv" | "npz" | "parquet") => cell_format(path, "--out").map(Self::Cells),
            _ => Err(Failure::Flag {
                flag: "--out",
                reason: format!(
                    "{} is no file that a porkchop can be written to: let it end in .png, .svg, .html, .csv, .npz or .json",
                    path.display()
                ),
            }),
        }
    }
}

/// What a file of cells is by its name.
fn cell_format(path: &Path, flag: &'static str) -> Result<CellFormat, Failure> {
    match path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv") => Ok(CellFormat::Csv),
        Some("json") => Ok(CellFormat::Json),
        Some("npz") => Ok(CellFormat::Npz),
        #[cfg(feature = "parquet")]
        Some("parquet") => Ok(CellFormat::Parquet),
        #[cfg(not(feature = "parquet"))]
        Some("parquet") => Err(Failure::Flag {
            flag,
            reason: "this build writes no Parquet: write a .npz or .csv, or build with the feature parquet".to_owned(),
        }),
        _ => Err(Failure::Flag {
            flag,
            reason: format!(
                "{} is no file that cells can be written to: let it end in .csv, .json, .npz or .parquet",
                path.display()
            ),
        }),
    }
}

/// Cells of a band: the next one is solved while this one is small enough to forget.
const BAND_CELLS: usize = 1 << 20;

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let out = arguments.out.as_deref().map(|path| Ok::<_, Failure>((path, Written::of(path)?))).transpose()?;
    let cells = arguments.cells.as_deref().map(|path| Ok::<_, Failure>((path, cell_format(path, "--cells")?)));
    let mut files = Vec::from_iter(cells.transpose()?);
    if let Some((path, Written::Cells(format))) = out {
        files.push((path, format));
    }
    let ephemerides = arguments.pair.kernels.load()?;
    let bodies = arguments.pair.bodies(&ephemerides)?;
    let freights = arguments.pictures.freights(bodies.0)?;
    let bands = arguments.pictures.bands(&freights)?;
    if let Some(years) = arguments.years {
        if arguments.cells.is_some() {
            let reason =
                "a sheet of several opportunities has no one grid: ask for one of them with --depart".to_owned();
            return Err(Failure::Flag { flag: "--cells", reason });
        }
        let window = Window { start: today(), end: today() };
        return sheet::run(&ephemerides, &dated(arguments, bodies, window, window), years, &bands, out, format);
    }
    let (request, cut) = request(arguments, bodies, &ephemerides)?;
    let cut = late_arrivals(cut);
    let picture = out.filter(|(_, written)| !matches!(written, Written::Cells(_) | Written::Json));
    let started = Instant::now();
    let (solved, best) = solve(&ephemerides, &request, &files, picture.is_some(), &freights)?;
    let elapsed_s = started.elapsed().as_secs_f64();
    let mut object = to_json(&solved, &ephemerides, elapsed_s);
    object["cut"] = json!(cut);
    if !best.is_empty() {
        object["deliveries"] = pictures::to_json(&best);
    }
    if let Some((path, written)) = out {
        match written {
            Written::Figure => {
                let picture = arguments.pictures.picture(&solved, &freights)?;
                figures::write(path, &porkchop_page(&solved, &ephemerides, &picture)?)?;
            }
            Written::Html => {
                let picture = arguments.pictures.picture(&solved, &freights)?;
                let told = arguments.pictures.page_freights(bodies.0)?;
                let page = porkchop_html(&solved, &ephemerides, &picture, &told)?;
                write_atomically(path, page.as_bytes())?;
            }
            Written::Json => write_atomically(path, format!("{object:#}\n").as_bytes())?,
            Written::Cells(_) => {}
        }
    }
    match format {
        Format::Json => print_json(&object)?,
        Format::Text => {
            let cut = cut.map_or_else(String::new, |cut| format!("{cut}\n"));
            print(&format!("{}{cut}{}", to_text(&solved, &ephemerides, elapsed_s), pictures::to_text(&best)))?;
        }
    }
    Ok(Exit::Done)
}

/// Solve the grid band by band: cells to their files, all of them kept only where a picture wants them.
fn solve<'a>(
    ephemerides: &Ephemerides,
    request: &PorkchopRequest,
    files: &[(&Path, CellFormat)],
    keep: bool,
    freights: &'a [Freight],
) -> Result<(Porkchop, Vec<pictures::Best<'a>>), Failure> {
    if keep {
        request.check_held()?;
    }
    let rows = (BAND_CELLS / request.size.depart.max(1)).clamp(8, 1024);
    let bar = ProgressBar::new(request.size.arrive as u64).with_style(
        ProgressStyle::with_template("{bar:40} {pos} of {len} arrival dates, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let mut writers: Vec<(Growing, CellWriter<File>)> = Vec::new();
    let mut kept: Vec<Layer> = Vec::new();
    let mut best = pictures::Deliveries::new(freights);
    let told = |path: &Path, error: CellFileError| match error {
        CellFileError::Porkchop(error) => Failure::from(error),
        other => Failure::Cells { path: path.to_owned(), reason: other.to_string() },
    };
    let seen = porkchop_in_bands(ephemerides, request, rows, |band| {
        // nothing is begun before the first band is there: what is refused leaves no file
        for (path, format) in &files[writers.len()..] {
            let (draft, file) = Growing::begin(path)?;
            let room = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let writer = CellWriter::new(file, *format, request, ephemerides, room).map_err(|e| told(path, e))?;
            writers.push((draft, writer));
        }
        for ((_, writer), (path, _)) in writers.iter_mut().zip(files) {
            writer.band(band).map_err(|e| told(path, e))?;
        }
        best.see(band);
        if keep {
            keep_band(&mut kept, band);
        }
        bar.inc(band.arrive.len() as u64);
        Ok::<(), Failure>(())
    });
    bar.finish_and_clear();
    let mut solved = seen?;
    solved.layers = kept;
    for ((draft, writer), (path, _)) in writers.into_iter().zip(files) {
        draft.keep(writer.finish(&solved).map_err(|e| told(path, e))?)?;
    }
    Ok((solved, best.finish()))
}

fn keep_band(kept: &mut Vec<Layer>, band: &Porkchop) {
    if kept.is_empty() {
        kept.clone_from(&band.layers);
    } else {
        kept.iter_mut().zip(&band.layers).for_each(|(all, next)| all.extend(next));
    }
}

/// The request of the flags, and the end of the kernels where it cuts the arrivals that nobody gave.
fn request(
    arguments: &Arguments,
    (from, to): (Body, Body),
    ephemerides: &Ephemerides,
) -> Result<(PorkchopRequest, Option<Epoch>), Failure> {
    let mut cut = None;
    let dates = match (arguments.depart, arguments.arrive) {
        (Some(depart), Some(arrive)) => (depart, arrive),
        (Some(depart), None) => {
            let fitting = fitting_arrivals(ephemerides, from, to, depart, 0.43)?;
            cut = fitting.cut;
            (depart, fitting.arrive)
        }
        (None, _) => {
            let next = next_opportunity(ephemerides, from, to, arguments.after.unwrap_or_else(today))?;
            cut = next.cut;
            (next.depart, next.arrive)
        }
    };
    Ok((dated(arguments, (from, to), dates.0, dates.1), cut))
}

/// The request of the flags, for some dates.
fn dated(arguments: &Arguments, bodies: (Body, Body), depart: Window, arrive: Window) -> PorkchopRequest {
    let mut request = arguments.pair.between(bodies, depart, arrive);
    request.size = arguments.size;
    request
}

/// Today's midnight, so that one day gives one answer; J2000 on a machine whose clock cannot be read.
fn today() -> Epoch {
    let now = ScaledEpoch::now().map_or(Epoch::from_tdb_s(0.0), Epoch::from_scaled);
    let date = now.calendar();
    Epoch::from_calendar(date.year, date.month, date.day)
}

fn to_json(solved: &Porkchop, ephemerides: &Ephemerides, elapsed_s: f64) -> Value {
    let request = &solved.request;
    let kernels: Vec<Value> =
        ephemerides.kernels().iter().map(|k| json!({ "name": k.name, "sha256": k.sha256 })).collect();
    let CellCounts { solved: cells, masked, arrives_first, too_short, in_line } = solved.counts;
    json!({
        "from": request.departure.name,
        "to": request.arrival.name,
        "departure_body": request.departure.slug(),
        "depart": [request.depart.start.iso(), request.depart.end.iso()],
        "arrive": [request.arrive.start.iso(), request.arrive.end.iso()],
        "parking": request.parking.to_string(),
        "capture": request.capture.to_string(),
        "size": [request.size.depart, request.size.arrive],
        "cells": {
            "solved": cells,
            "masked": masked,
            "reasons": { "arrives_first": arrives_first, "too_short": too_short, "in_line": in_line },
        },
        "minima": solved.minima.iter().map(minimum_json).collect::<Vec<_>>(),
        "kernels": kernels,
        "from_elements": solved.problem.from_elements().iter().map(|b| b.body.name).collect::<Vec<_>>(),
        "elapsed_s": elapsed_s,
    })
}

fn minimum_json(minimum: &Minimum) -> Value {
    let (criterion, kind) = (minimum.criterion.to_string(), minimum.kind.to_string());
    let mut row = json!({ "criterion": criterion, "type": kind, "revs": minimum.revs, "interior": false });
    if let (Some(t), Some(row)) = (&minimum.found, row.as_object_mut()) {
        row.insert("interior".to_owned(), true.into());
        row.extend(cell_json(t));
        row.insert("ridge_lower".to_owned(), minimum.ridge_lower.into());
        let others = minimum.others.iter().map(|t| Value::Object(cell_json(t))).collect();
        row.insert("others".to_owned(), Value::Array(others));
    }
    row
}

/// Dates and numbers of one transfer.
fn cell_json(t: &Transfer) -> Map<String, Value> {
    let keys = [
        ("depart", t.depart.iso().into()),
        ("arrive", t.arrive.iso().into()),
        ("tof_d", t.tof_d.into()),
        ("c3_km2_s2", t.c3_km2_s2.into()),
        ("v_inf_dep_km_s", t.v_inf_dep_km_s.into()),
        ("v_inf_arr_km_s", t.v_inf_arr_km_s.into()),
        ("dla_deg", t.dla_deg.into()),
        ("rla_deg", t.rla_deg.into()),
        ("dv_depart_km_s", t.dv_depart_km_s.into()),
        ("dv_arrive_km_s", t.dv_arrive_km_s.into()),
        ("dv_total_km_s", t.dv_total_km_s.into()),
    ];
    keys.into_iter().map(|(key, value): (&str, Value)| (key.to_owned(), value)).collect()
}

fn to_text(solved: &Porkchop, ephemerides: &Ephemerides, elapsed_s: f64) -> String {
    let request = &solved.request;
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "least",
        "type",
        "depart",
        "arrive",
        "tof d",
        "C3 km²/s²",
        "v∞ dep km/s",
        "v∞ arr km/s",
        "DLA °",
        "Δv dep km/s",
        "Δv arr km/s",
        "Δv km/s",
    ]);
    for minimum in &solved.minima {
        let head = [name(minimum.criterion).to_owned(), minimum.kind.to_string()];
        let numbers = minimum.found.as_ref().map_or_else(
            || vec!["no minimum inside".to_owned()],
            |t| {
                let km_s = |v: f64| format!("{v:.3}");
                vec![
                    t.depart.date(),
                    t.arrive.date(),
                    format!("{:.1}", t.tof_d),
                    format!("{:.3}", t.c3_km2_s2),
                    km_s(t.v_inf_dep_km_s),
                    km_s(t.v_inf_arr_km_s),
                    format!("{:.1}", t.dla_deg),
                    km_s(t.dv_depart_km_s),
                    km_s(t.dv_arrive_km_s),
                    km_s(t.dv_total_km_s),
                ]
            },
        );
        table.add_row(head.into_iter().chain(numbers));
    }
    for column in table.column_iter_mut().skip(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let CellCounts { solved: cells, masked, arrives_first, too_short, in_line } = solved.counts;
    let kernels: Vec<&str> = ephemerides.kernels().iter().map(|k| k.name.as_str()).collect();
    let by_elements: String = solved
        .problem
        .from_elements()
        .iter()
        .map(|b| {
            format!(
                "\n{} moves on two-body elements of {}: see KNOWN_LIMITS.md for how far off that is",
                b.body.name,
                b.elements_date()
            )
        })
        .collect();
    let leaning: Vec<String> = solved
        .minima
        .iter()
        .filter(|minimum| minimum.ridge_lower)
        .map(|minimum| format!("{} of type {}", name(minimum.criterion), minimum.kind))
        .collect();
    let leaning = match leaning.len() {
        0 => String::new(),
        _ => {
            format!("a lower value leans on the ridge at half a turn, no minimum of its own: {}\n", leaning.join(", "))
        }
    };
    let others = match solved.minima.iter().map(|minimum| minimum.others.len()).sum::<usize>() {
        0 => String::new(),
        more => format!("local minima beside those above: {more}, told by --format json\n"),
    };
    format!(
        "{} to {}, departures {}, arrivals {} (TDB), {} × {} dates\n\
         departure burn from {}, arrival burn into {}\n{table}\n{leaning}{others}\
         cells: {cells} solved, {masked} masked, {arrives_first} arrive first, {too_short} too short, {in_line} in line; {elapsed_s:.2} s\n\
         kernels: {}{}\n",
        request.departure.name,
        request.arrival.name,
        request.depart,
        request.arrive,
        request.size.depart,
        request.size.arrive,
        request.parking,
        request.capture,
        kernels.join(", "),
        by_elements,
    )
}

const fn name(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::C3 => "C3",
        Criterion::ArrivalSpeed => "v∞ arrival",
        Criterion::SpeedSum => "v∞ sum",
        Criterion::DeltaV => "Δv",
    }
}
