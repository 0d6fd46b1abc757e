//! `portolan windows`: every opportunity of some years, with the best transfers of each.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::pair::{Pair, TRANSFER_COLUMNS, on_elements, table, transfer_cells, transfer_json};
use crate::time::Window;
use crate::transfers::opportunities::{DatedOpportunity, Opportunities, opportunities};
use crate::transfers::porkchop::Criterion;
use serde_json::{Value, json};
use std::time::Instant;

/// Every opportunity of some years: least C3, speeds and delta-v of each type
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pair: Pair,
    /// departures to search: whole years, 2026..2050, or dates, 2026-06-01..2030-12-31; years that the kernels do not
    /// hold are left out, and the answer says so
    #[arg(long, value_name = "A..B", value_parser = flags::years)]
    years: Window,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let ephemerides = arguments.pair.kernels.load()?;
    let request = arguments.pair.request(&ephemerides, arguments.years, arguments.years)?;
    let started = Instant::now();
    let answer = opportunities(&ephemerides, &request)?;
    let elapsed_s = started.elapsed().as_secs_f64();
    let (cut, found) = (cut(&answer, arguments.years), answer.found);
    match format {
        Format::Json => print_json(&json!({
            "from": request.departure.name,
            "to": request.arrival.name,
            "years": [request.depart.start.iso(), request.depart.end.iso()],
            "searched": [answer.searched.start.iso(), answer.searched.end.iso()],
            "cut": cut,
            "parking": request.parking.to_string(),
            "capture": request.capture.to_string(),
            "opportunities": found.iter().map(opportunity_json).collect::<Vec<_>>(),
            "elapsed_s": elapsed_s,
        }))?,
        Format::Text => {
            let rows = found.iter().enumerate().flat_map(|(k, opportunity)| {
                Criterion::ALL.into_iter().map(move |criterion| {
                    let least = criterion.quantity().label().to_owned();
                    let best = opportunity.best(criterion);
                    let head =
                        [(k + 1).to_string(), least, best.map_or_else(|| "–".to_owned(), |t| t.kind.to_string())];
                    let cells = best.map_or_else(|| std::array::from_fn(|_| "–".to_owned()), transfer_cells);
                    let mut all = head.into_iter().chain(cells);
                    std::array::from_fn::<String, 12, _>(|_| all.next().unwrap_or_default())
                })
            });
            let mut names = ["no", "least", "type"].into_iter().chain(TRANSFER_COLUMNS);
            let header: [&str; 12] = std::array::from_fn(|_| names.next().unwrap_or_default());
            print(&format!(
                "{} to {}, departures {} (TDB): {} opportunities\ndeparture burn from {}, arrival burn into {}\n{}\n{}{}{elapsed_s:.2} s\n",
                request.departure.name,
                request.arrival.name,
                answer.searched,
                found.len(),
                request.parking,
                request.capture,
                table(header, rows.collect(), 5),
                cut.map_or_else(String::new, |cut| format!("{cut}\n")),
                on_elements(&ephemerides, &request),
            ))?;
        }
    }
    Ok(if found.is_empty() { Exit::Infeasible } else { Exit::Done })
}

/// What the kernels' ends leave out of the years asked for, in a sentence.
fn cut(answer: &Opportunities, years: Window) -> Option<String> {
    let Opportunities { searched, last_arrival, .. } = answer;
    let left_out = match (searched.start > years.start, searched.end < years.end) {
        (false, false) => None,
        (true, false) => Some(format!("departures before {} were not searched", searched.start.date())),
        (false, true) => Some(format!("departures after {} were not searched", searched.end.date())),
        (true, true) => Some(format!(
            "departures before {} and after {} were not searched",
            searched.start.date(),
            searched.end.date()
        )),
    };
    let late = last_arrival.map(|end| format!("flights that arrive after {} were not looked at", end.date()));
    let parts: Vec<String> = left_out.into_iter().chain(late).collect();
    let cure = "the kernels end there, --kernel FILE adds more";
    (!parts.is_empty()).then(|| format!("{}: {cure}", parts.join(", and ")))
}

fn opportunity_json(opportunity: &DatedOpportunity) -> Value {
    let minima = opportunity.minima.iter().map(|minimum| {
        let mut object = json!({
            "criterion": minimum.criterion.to_string(),
            "type": minimum.kind.to_string(),
            "revs": minimum.revs,
            "interior": minimum.found.is_some(),
        });
        if let (Some(t), Some(object)) = (&minimum.found, object.as_object_mut())
            && let Value::Object(cell) = transfer_json(t)
        {
            object.extend(cell);
        }
        object
    });
    json!({
        "depart": [opportunity.depart.start.iso(), opportunity.depart.end.iso()],
        "arrive": [opportunity.arrive.start.iso(), opportunity.arrive.end.iso()],
        "minima": minima.collect::<Vec<_>>(),
    })
}
