//! The report of a run: one object, tables, figures and a page, all from the same plan.

mod html;
mod json;
mod tables;

pub use html::run_page;
pub use json::run_json;
pub use tables::{CsvTable, run_tables};

use super::escape::file_part;
use super::{Bar, BarsView, Figure, FigureError, PorkchopPicture, draw_bars, porkchop_page};
use crate::campaign::{Campaign, Plan};
use crate::costs::{CostError, anchors};
use crate::ephemerides::Ephemerides;
use crate::transfers::porkchop::Transfer;
use crate::units::KG_PER_LB;
use thiserror::Error;

/// Why a report cannot be made.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A figure cannot be drawn.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// The price anchors do not read.
    #[error(transparent)]
    Cost(#[from] CostError),
}

/// What a kilogram cost, in dollars of the campaign's year; `None` when nothing arrives.
///
/// * `plan`: a finished run
#[must_use]
pub fn delivered_usd_per_kg(plan: &Plan) -> Option<f64> {
    let kg = plan.delivered().kg();
    (kg > 0.0).then(|| plan.total_musd() * 1e6 / kg)
}

/// Launch prices alone, by kilogram delivered.
fn launch_usd_per_kg(plan: &Plan) -> Option<f64> {
    let kg = plan.delivered().kg();
    (kg > 0.0).then(|| plan.bill().launch_musd * 1e6 / kg)
}

/// The figures of a run: name of the file without ending, figure.
///
/// # Errors
/// [`ReportError`] when one cannot be drawn.
pub fn run_figures(
    campaign: &Campaign,
    plan: &Plan,
    ephemerides: &Ephemerides,
) -> Result<Vec<(String, Figure)>, ReportError> {
    let mut figures = Vec::new();
    for demand in &plan.demands {
        for (k, grid) in demand.departures.porkchops.iter().enumerate() {
            let mut chosen: Vec<(Transfer, String)> = Vec::new();
            for launch in demand.launches.iter().filter(|l| l.departure.opportunity == k) {
                let what = format!("flown by {}", launch.departure.launcher);
                if !chosen.iter().any(|(_, other)| *other == what) {
                    chosen.push((launch.departure.transfer, what));
                }
            }
            // one porkchop is the rule; others carry their demand and their number
            let mut name = if plan.demands.len() == 1 && k == 0 {
                "porkchop".to_owned()
            } else {
                format!("porkchop_{}_{}", file_part(&demand.demand), k + 1)
            };
            // two names may differ in what a file's name leaves out, or in case
            while figures.iter().any(|(other, _): &(String, Figure)| other.to_lowercase() == name.to_lowercase()) {
                name.push('_');
            }
            figures.push((
                name,
                porkchop_page(grid, ephemerides, &PorkchopPicture { chosen, ..PorkchopPicture::default() })?,
            ));
        }
    }
    if plan.launches().next().is_some() {
        figures.push(("masses".to_owned(), masses(campaign, plan)?));
        figures.push(("price_per_kg".to_owned(), prices(campaign, plan)?));
    }
    Ok(figures)
}

/// Where the injected mass of each launch goes.
fn masses(campaign: &Campaign, plan: &Plan) -> Result<Figure, ReportError> {
    let bars = plan
        .launches()
        .enumerate()
        .map(|(k, launch)| {
            let m = &launch.departure.masses;
            Bar {
                label: format!("{} {}", k + 1, launch.departure.launcher),
                start_value: 0.0,
                part_values: [launch.cargo, m.cargo - launch.cargo, m.craft_dry, m.stage_dry, m.burnt, m.residual]
                    .map(|mass| mass.tonnes().max(0.0))
                    .to_vec(),
                note: format!("{:.2} t", m.launch.tonnes()),
            }
        })
        .collect();
    let series = ["cargo", "room left", "craft dry", "stage dry", "propellant burnt", "residual"];
    Ok(draw_bars(&BarsView {
        title: "Injected mass of each launch".to_owned(),
        subtitle: format!("{}; dry masses with growth, burn with margin", campaign.name.value),
        axis_title: "mass, t".to_owned(),
        series: series.map(str::to_owned).to_vec(),
        bars,
        provenance: format!("portolan {}; masses.csv holds the numbers", env!("CARGO_PKG_VERSION")),
    })?)
}

/// The price of a delivered kilogram beside the anchors of the catalogue.
fn prices(campaign: &Campaign, plan: &Plan) -> Result<Figure, ReportError> {
    let bar = |label: String, low: f64, high: f64, note: String| {
        let value = if high > low { vec![high - low] } else { vec![high] };
        Bar { label, start_value: if high > low { low } else { 0.0 }, part_values: value, note }
    };
    let mut bars = Vec::new();
    for anchor in anchors()? {
        let (low, high) = (anchor.low_usd_per_kg() / 1e3, anchor.high_usd_per_kg() / 1e3);
        let pounds = if anchor.low_usd_per_lb < anchor.high_usd_per_lb {
            format!("{:.0} to {:.0} $/lb", anchor.low_usd_per_lb, anchor.high_usd_per_lb)
        } else {
            format!("{:.0} $/lb", anchor.high_usd_per_lb)
        };
        bars.push(bar(anchor.what.clone(), low, high, pounds));
    }
    for (what, value) in [
        ("this campaign, launches alone", launch_usd_per_kg(plan)),
        ("this campaign, all costs", delivered_usd_per_kg(plan)),
    ] {
        if let Some(usd_per_kg) = value {
            let pounds = format!("{:.0} $/lb", usd_per_kg * KG_PER_LB);
            bars.push(bar(what.to_owned(), 0.0, usd_per_kg / 1e3, pounds));
        }
    }
    Ok(draw_bars(&BarsView {
        title: "Price of a kilogram".to_owned(),
        subtitle: format!(
            "anchors: to low Earth orbit or the station, year not stated; this campaign: delivered to its node, dollars of {}",
            campaign.currency_year
        ),
        axis_title: "thousand $/kg".to_owned(),
        series: Vec::new(),
        bars,
        provenance: "anchors.csv of the catalogue; see report.json for the campaign".to_owned(),
    })?)
}
