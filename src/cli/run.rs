//! `portolan run`: the whole chain for one campaign file, and its report.

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::output::{OutputFile, write_directory};
use crate::campaign::{Campaign, Known, Plan, Status, run as fly};
use crate::costs::{Anchor, anchors};
use crate::ephemerides::Ephemerides;
use crate::report::run::{delivered_usd_per_kg, run_figures, run_json, run_page, run_tables};
use crate::units::KG_PER_LB;
use comfy_table::{CellAlignment, Table, presets};
use std::path::{Path, PathBuf};

/// The whole chain for one campaign file: windows, masses, launches, money, shares; writes a report
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// the campaign file
    #[arg(value_name = "CAMPAIGN.toml")]
    campaign: PathBuf,
    /// folder of the report; named after the campaign file if not given
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    kernels: flags::Kernels,
    #[command(flatten)]
    own: flags::OwnCatalogue,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let ephemerides = arguments.kernels.load()?;
    let catalogue = &arguments.own.load()?;
    let campaign = Campaign::read(&arguments.campaign, &Known::new(catalogue, &ephemerides)?)?;
    let plan = fly(&ephemerides, catalogue, &campaign)?;
    let object = run_json(&campaign, &plan, &ephemerides)?;
    let out = arguments.out.clone().unwrap_or_else(|| default_folder(&arguments.campaign));
    let files = files(&campaign, &plan, &ephemerides, &object)?;
    write_directory(&out, &files)?;
    match format {
        Format::Json => print_json(&object)?,
        Format::Text => print(&to_text(&campaign, &plan, &beside(&anchors()?), &out, &files))?,
    }
    Ok(match plan.status {
        Status::Optimal | Status::Feasible => Exit::Done,
        Status::Infeasible { .. } => Exit::Infeasible,
    })
}

/// `mars_cargo_2033` beside nothing: in the folder the program was called from.
fn default_folder(campaign: &Path) -> PathBuf {
    PathBuf::from(campaign.file_stem().unwrap_or_else(|| "report".as_ref()))
}

fn files(
    campaign: &Campaign,
    plan: &Plan,
    ephemerides: &Ephemerides,
    object: &serde_json::Value,
) -> Result<Vec<OutputFile>, Failure> {
    let figures = run_figures(campaign, plan, ephemerides)?;
    let file = |name: String, bytes: Vec<u8>| OutputFile { name: PathBuf::from(name), bytes };
    let mut files = vec![
        file("report.html".to_owned(), run_page(campaign, plan, ephemerides, &figures)?.into_bytes()),
        file("report.json".to_owned(), format!("{object:#}\n").into_bytes()),
    ];
    for (name, figure) in &figures {
        files.push(file(format!("{name}.svg"), figure.svg().as_bytes().to_vec()));
        #[cfg(feature = "png")]
        files.push(file(format!("{name}.png"), figure.png().map_err(crate::report::ReportError::from)?));
    }
    for table in run_tables(campaign, plan) {
        files.push(file(format!("tables/{}", table.name), table.text.into_bytes()));
    }
    Ok(files)
}

fn to_text(campaign: &Campaign, plan: &Plan, beside: &str, out: &Path, files: &[OutputFile]) -> String {
    let mut text = format!("{}\n", campaign.name.value);
    if let Status::Infeasible { reasons } = &plan.status {
        for reason in reasons {
            text.push_str(&format!("cannot be flown: {reason}\n"));
        }
    } else {
        text.push_str(&format!("{}\n", launches(plan)));
        let bill = plan.bill();
        text.push_str(&format!(
            "delivered {:.2} t of {:.2} t injected (IMLEO with a reference stage {:.2} t)\n",
            plan.delivered().tonnes(),
            plan.launch_mass().tonnes(),
            plan.launches().map(|l| l.departure.imleo().tonnes()).sum::<f64>(),
        ));
        text.push_str(&format!(
            "cost {:.1} M$ of {}: launches {:.1}, craft {:.1}, operations {:.1}; {:.0} to {:.0} M$ (10 to 90 %)\n",
            bill.total_musd(),
            bill.currency_year,
            bill.launch_musd,
            bill.craft_musd,
            bill.operations_musd,
            bill.p10_musd,
            bill.p90_musd
        ));
        if let Some(usd_per_kg) = delivered_usd_per_kg(plan) {
            text.push_str(&format!(
                "{usd_per_kg:.0} $/kg ({:.0} $/lb) delivered; launches alone {:.0} $/kg ({:.0} $/lb). {beside}\n",
                usd_per_kg * KG_PER_LB,
                bill.launch_musd * 1e6 / plan.delivered().kg(),
                bill.launch_musd * 1e6 / plan.delivered().pounds(),
            ));
        }
        text.push_str(&format!("{}\n", partners(plan)));
        for gone in &plan.withdrawals {
            text.push_str(&match gone.premium {
                Some(premium) => format!("without {}: {:+.1} %\n", gone.without, 100.0 * premium),
                None => format!("without {}: {:.0} kg stay behind\n", gone.without, gone.unmet.kg()),
            });
        }
    }
    for line in plan.left_out() {
        text.push_str(&format!("left out: {line}\n"));
    }
    text.push_str(&format!("{} files in {}: report.html, report.json, figures, tables\n", files.len(), out.display()));
    text
}

/// The anchors of the catalogue in one line.
fn beside(anchors: &[Anchor]) -> String {
    let one = |a: &Anchor| match (a.low_usd_per_lb, a.high_usd_per_lb) {
        (low, high) if low < high => format!("{} {low} to {high} $/lb", a.what),
        (_, price) => format!("{} {price} $/lb", a.what),
    };
    anchors.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn launches(plan: &Plan) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "launcher",
        "partner",
        "departs",
        "arrives",
        "C3 km²/s²",
        "v∞ arr km/s",
        "Δv in km/s",
        "injected kg",
        "cargo kg",
        "M$",
    ]);
    for launch in plan.launches() {
        let (d, t) = (&launch.departure, &launch.departure.transfer);
        table.add_row([
            d.launcher.clone(),
            d.partner.clone(),
            t.depart.date(),
            t.arrive.date(),
            format!("{:.2}", t.c3_km2_s2),
            format!("{:.3}", t.v_inf_arr_km_s),
            format!("{:.3}", t.dv_arrive_km_s),
            format!("{:.0}", d.masses.launch.kg()),
            format!("{:.0}", launch.cargo.kg()),
            format!("{:.1}", launch.price.price.musd()),
        ]);
    }
    for column in table.column_iter_mut().skip(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn partners(plan: &Plan) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "partner",
        "agreed",
        "delivers kg",
        "launches M$",
        "pays by share M$",
        "Shapley M$",
        "nucleolus M$",
        "stays",
    ]);
    let optional = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.1}"));
    for p in &plan.partners {
        table.add_row([
            p.id.clone(),
            format!("{:.0} %", 100.0 * p.share),
            format!("{:.0}", p.contributes.kg()),
            format!("{:.1}", p.contributes_musd),
            format!("{:.1}", p.proportional_musd),
            optional(p.shapley_musd),
            optional(p.nucleolus_musd),
            p.in_core.map_or("–", |inside| if inside { "yes" } else { "no" }).to_owned(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
