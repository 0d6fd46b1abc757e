//! `portolan porkchop FROM TO --years A..B`: every opportunity of some years on one contact sheet.

use super::super::answer::{Format, print, print_json};
use super::super::failure::{Exit, Failure};
use super::super::figures;
use super::Written;
use crate::ephemerides::{Ephemerides, EphemerisError};
use crate::report::{Bands, contact_sheet};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::porkchop::{
    Criterion, Porkchop, PorkchopError, PorkchopRequest, Transfer, next_opportunity, porkchop,
};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};
use std::path::Path;

/// Opportunities on one sheet, at most: more are too small to read.
const MOST_PANELS: usize = 30;

/// Calendar years, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Years {
    first: i32,
    last: i32,
}

/// `2026..2050`.
pub(super) fn years(text: &str) -> Result<Years, String> {
    let refuse = || format!("\"{text}\" is no span of years: write 2026..2050");
    let (first, last) = text.split_once("..").ok_or_else(refuse)?;
    let year = |part: &str| part.trim().parse().ok().filter(|y| (1600..=2600).contains(y));
    let (first, last) = (year(first).ok_or_else(refuse)?, year(last).ok_or_else(refuse)?);
    if first <= last { Ok(Years { first, last }) } else { Err(refuse()) }
}

/// Solve every opportunity that departs in the years, draw them, tell their least C3.
///
/// * `request`: bodies, size, orbits and limits; its dates are replaced
pub(super) fn run(
    ephemerides: &Ephemerides,
    request: &PorkchopRequest,
    years: Years,
    bands: &Bands,
    out: Option<(&Path, Written)>,
    format: Format,
) -> Result<Exit, Failure> {
    let end = Epoch::from_calendar(years.last + 1, 1, 1);
    let mut after = Epoch::from_calendar(years.first, 1, 1);
    let mut solved: Vec<Porkchop> = Vec::new();
    let mut cut = None;
    while after < end {
        let next = match next_opportunity(ephemerides, request.departure, request.arrival, after) {
            Ok(next) if next.depart.start < end => next,
            Ok(_) => break,
            Err(
                PorkchopError::NoOpportunity { .. } | PorkchopError::Ephemeris(EphemerisError::OutsideKernel { .. }),
            ) if !solved.is_empty() => {
                cut = Some(format!(
                    "the kernels hold no whole opportunity after {}: --kernel FILE adds more",
                    after.date()
                ));
                break;
            }
            Err(other) => return Err(other.into()),
        };
        if solved.len() == MOST_PANELS {
            return Err(Failure::Flag {
                flag: "--years",
                reason: format!(
                    "more than {MOST_PANELS} opportunities depart in {} to {}: a sheet of them cannot be read, take fewer years",
                    years.first, years.last
                ),
            });
        }
        let one = PorkchopRequest { depart: next.depart, arrive: next.arrive, ..request.clone() };
        solved.push(porkchop(ephemerides, &one)?);
        after = next.depart.end + 30.0 * DAY_S;
    }
    if let Some((path, written)) = out {
        let sheet = contact_sheet(&solved, ephemerides, bands)?;
        match written {
            Written::Figure => figures::write(path, &sheet)?,
            _ => {
                return Err(Failure::Flag {
                    flag: "--out",
                    reason: "a contact sheet is a picture: let its name end in .png or .svg".to_owned(),
                });
            }
        }
    }
    match format {
        Format::Json => {
            let mut object = to_json(request, years, &solved);
            object["cut"] = json!(cut);
            print_json(&object)?;
        }
        Format::Text => {
            let cut = cut.map_or_else(String::new, |cut| format!("{cut}\n"));
            print(&format!("{}{cut}", to_text(request, years, &solved)))?;
        }
    }
    Ok(Exit::Done)
}

fn to_json(request: &PorkchopRequest, years: Years, solved: &[Porkchop]) -> Value {
    let window = |w: Window| [w.start.iso(), w.end.iso()];
    let least = |t: &Transfer| {
        json!({
            "type": t.kind.to_string(), "revs": t.revs, "depart": t.depart.iso(), "arrive": t.arrive.iso(),
            "tof_d": t.tof_d, "c3_km2_s2": t.c3_km2_s2, "v_inf_arr_km_s": t.v_inf_arr_km_s, "dla_deg": t.dla_deg,
            "dv_total_km_s": t.dv_total_km_s,
        })
    };
    let rows = solved.iter().map(|p| {
        json!({
            "depart": window(p.request.depart),
            "arrive": window(p.request.arrive),
            "least_c3": p.best(Criterion::C3).map(least),
            "least_dv_total": p.best(Criterion::DeltaV).map(least),
        })
    });
    json!({
        "from": request.departure.name,
        "to": request.arrival.name,
        "years": [years.first, years.last],
        "opportunities": rows.collect::<Vec<_>>(),
    })
}

fn to_text(request: &PorkchopRequest, years: Years, solved: &[Porkchop]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["least C3 km²/s²", "type", "depart", "arrive", "tof d", "v∞ arr km/s", "DLA °", "Δv km/s"]);
    for porkchop in solved {
        match porkchop.best(Criterion::C3) {
            Some(t) => table.add_row([
                format!("{:.3}", t.c3_km2_s2),
                t.kind.to_string(),
                t.depart.date(),
                t.arrive.date(),
                format!("{:.1}", t.tof_d),
                format!("{:.3}", t.v_inf_arr_km_s),
                format!("{:.1}", t.dla_deg),
                format!("{:.3}", t.dv_total_km_s),
            ]),
            None => table.add_row([format!("no minimum inside {}", porkchop.request.depart)]),
        };
    }
    for column in table.column_iter_mut().skip(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!(
        "{} to {}, {} opportunities departing in {} to {} (TDB)\n{table}\n",
        request.departure.name,
        request.arrival.name,
        solved.len(),
        years.first,
        years.last
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_span_of_years() {
        assert_eq!(years("2026..2050"), Ok(Years { first: 2026, last: 2050 }));
        for text in ["2026", "2050..2026", "26..50", "2026..x", "2026-01-01..2027-01-01"] {
            assert!(years(text).expect_err("refused").contains("write 2026..2050"), "{text}");
        }
    }
}
