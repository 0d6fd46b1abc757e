//! `portolan launch-period`: some launch days in a row, the worst of them as good as it can be.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::pair::{
    Pair, TRANSFER_COLUMNS, criterion, late_arrivals, on_elements, table, transfer_cells, transfer_json,
};
use crate::time::Window;
use crate::transfers::launch_period::{ArrivalDates, LaunchPeriod, LaunchPeriodRequest, launch_periods};
use crate::transfers::porkchop::{Criterion, PorkchopError, fitting_arrivals};
use serde_json::{Value, json};
use std::time::Instant;

/// The launch period whose worst day is best: start, arrival and a table of the days
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pair: Pair,
    /// dates that the launch days must lie in
    #[arg(long, value_name = "A..B", value_parser = flags::span)]
    depart: Window,
    /// arrival dates; those that fit the departures if not given
    #[arg(long, value_name = "C..D", value_parser = flags::span)]
    arrive: Option<Window>,
    /// launch days, one a day: the last is N − 1 days after the first
    #[arg(long, value_name = "N", default_value_t = 21)]
    days: u32,
    /// one arrival date for all days, or the best for each
    #[arg(long, value_enum, default_value_t)]
    arrival: Arrival,
    /// what the worst day is measured by: c3, dv_total, v_inf_arr, v_inf_sum
    #[arg(long, value_name = "WHAT", value_parser = criterion, default_value = "c3")]
    least: Criterion,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Arrival {
    #[default]
    Fixed,
    Free,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let ephemerides = arguments.pair.kernels.load()?;
    let depart = arguments.depart;
    let mut porkchop = arguments.pair.request(&ephemerides, depart, arguments.arrive.unwrap_or(depart))?;
    let mut cut = None;
    if arguments.arrive.is_none() {
        match fitting_arrivals(&ephemerides, porkchop.departure, porkchop.arrival, depart, 0.3) {
            Ok(fitting) => (porkchop.arrive, cut) = (fitting.arrive, late_arrivals(fitting.cut)),
            Err(PorkchopError::NoOpportunity { .. }) => {
                let reason = format!(
                    "no arrival dates at {} fit departures {depart} by themselves, so they must be given",
                    porkchop.arrival.name
                );
                return Err(Failure::Flag { flag: "--arrive", reason });
            }
            Err(other) => return Err(other.into()),
        }
    }
    let request = LaunchPeriodRequest {
        porkchop,
        days: arguments.days,
        arrival: match arguments.arrival {
            Arrival::Fixed => ArrivalDates::Fixed,
            Arrival::Free => ArrivalDates::Free,
        },
        criterion: arguments.least,
    };
    let started = Instant::now();
    let found = launch_periods(&ephemerides, &request)?;
    let elapsed_s = started.elapsed().as_secs_f64();
    let porkchop = &request.porkchop;
    match format {
        Format::Json => print_json(&json!({
            "from": porkchop.departure.name,
            "to": porkchop.arrival.name,
            "days": request.days,
            "arrival": if request.arrival == ArrivalDates::Fixed { "fixed" } else { "free" },
            "least": request.criterion.to_string(),
            "parking": porkchop.parking.to_string(),
            "capture": porkchop.capture.to_string(),
            "cut": cut,
            "periods": found.iter().map(period_json).collect::<Vec<_>>(),
            "elapsed_s": elapsed_s,
        }))?,
        Format::Text => {
            let mut text = format!(
                "{} to {}, {} launch days in {}, arrivals {} (TDB)\ndeparture burn from {}, arrival burn into {}\n",
                porkchop.departure.name,
                porkchop.arrival.name,
                request.days,
                porkchop.depart,
                porkchop.arrive,
                porkchop.parking,
                porkchop.capture
            );
            for period in &found {
                let quantity = period.criterion.quantity();
                text += &format!(
                    "\ntype {}: worst {} {:.4} {}\n{}\n",
                    period.kind,
                    quantity.label(),
                    period.worst_value(),
                    quantity.unit(),
                    table(TRANSFER_COLUMNS, period.days.iter().map(transfer_cells).collect(), 2),
                );
            }
            if found.is_empty() {
                text += "no launch period within the dates and limits\n";
            }
            if let Some(cut) = cut {
                text += &format!("{cut}\n");
            }
            print(&format!("{text}{}{elapsed_s:.2} s\n", on_elements(&ephemerides, porkchop)))?;
        }
    }
    Ok(if found.is_empty() { Exit::Infeasible } else { Exit::Done })
}

fn period_json(period: &LaunchPeriod) -> Value {
    json!({
        "type": period.kind.to_string(),
        "start": period.start().map(|t| t.iso()),
        "end": period.end().map(|t| t.iso()),
        "worst": period.worst_value(),
        "worst_unit": period.criterion.quantity().unit(),
        "days": period.days.iter().map(transfer_json).collect::<Vec<_>>(),
    })
}
