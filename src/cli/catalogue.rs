//! `portolan catalogue`: what is known, with sources.

mod show;

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use crate::bodies::edit_distance;
use crate::costs::Amcm;
use crate::time::Epoch;
use crate::vehicles::Catalogue;
use crate::vehicles::table::{Row, Table as Rows};
use comfy_table::{Table, presets};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// What is known, with sources: launchers, stages, engines, craft, rates, price levels
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// which table: launchers, curves, stages, engines, craft, …; show for a launcher with all that is known of it;
    /// all tables are named if not given
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    /// one entry by its name, such as "Ariane 64"; several launchers after show
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// after show: say whether it flies on this date, such as 2033-04-28
    #[arg(long, value_name = "DATE", value_parser = flags::date)]
    on: Option<Epoch>,
    /// after show: estimate the mass to a low orbit of this inclination, degrees
    #[arg(long, value_name = "DEG", default_value_t = show::SUN_SYNCHRONOUS_DEG)]
    inclination: f64,
    /// after show: price this many launches, bought together
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    buy: u32,
    /// after show: draw payload against C3, FILE.svg or FILE.png
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    own: flags::OwnCatalogue,
}

/// Words that people type, and the table each stands for.
const KINDS: [(&str, &str); 18] = [
    ("launchers", "launch_vehicles"),
    ("curves", "launch_c3"),
    ("launcher_curves", "launcher_curves"),
    ("launcher_facts", "launcher_facts"),
    ("prices", "launch_prices"),
    ("stages", "stages"),
    ("engines", "engines_propellants"),
    ("craft", "cargo_craft"),
    ("landers", "landers"),
    ("arcs", "arcs_delta_v"),
    ("windows", "mars_windows"),
    ("crew", "crew_rates"),
    ("classes", "classes_of_supply"),
    ("depots", "depots_isru"),
    ("contracts", "service_contracts"),
    ("inflation", "inflation"),
    ("anchors", "anchors"),
    ("sites", "launch_sites"),
];

/// The cost model's classes of spacecraft, which are no table of the catalogue.
const COST_CLASSES: &str = "cost_classes";

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let catalogue = arguments.own.load()?;
    let Some(kind) = &arguments.kind else {
        list_kinds(&catalogue, format)?;
        return Ok(Exit::Done);
    };
    if kind == "show" {
        let asked = show::Asked {
            on: arguments.on,
            number: arguments.buy,
            inclination_deg: arguments.inclination,
            errors: show::estimate_errors(&catalogue),
            out: arguments.out.as_deref(),
        };
        return show::run(&catalogue, &arguments.ids, &asked, format);
    }
    if arguments.out.is_some() {
        let reason =
            "a table has no figure; portolan catalogue show \"Vulcan VC6\" --out FILE.svg draws one".to_owned();
        return Err(Failure::Flag { flag: "--out", reason });
    }
    let entries = if kind == COST_CLASSES { Entries::cost_classes()? } else { Entries::of(&catalogue, kind)? };
    let id = match arguments.ids.as_slice() {
        [] => None,
        [id] => Some(id),
        [_, second, ..] => {
            let reason =
                format!("one entry at a time, \"{second}\" is a second; put a name of several words in quotes");
            return Err(Failure::Flag { flag: "ID", reason });
        }
    };
    let entries = match id {
        Some(id) => entries.only(kind, id)?,
        None => entries,
    };
    match (format, id) {
        (Format::Json, _) => print_json(&json!({ "kind": kind, "rows": entries.to_json() }))?,
        (Format::Text, Some(_)) => print(&entries.each_in_full())?,
        (Format::Text, None) => print(&entries.as_table(kind))?,
    }
    Ok(Exit::Done)
}

fn list_kinds(catalogue: &Catalogue, format: Format) -> Result<(), Failure> {
    let classes = Amcm::set_a()?.specs().len();
    let mut kinds = Vec::new();
    for (kind, file) in KINDS {
        kinds.push((kind, catalogue.table(file)?.rows.len()));
    }
    kinds.push((COST_CLASSES, classes));
    match format {
        Format::Json => {
            let rows: Vec<Value> = kinds.iter().map(|(kind, rows)| json!({ "kind": kind, "rows": rows })).collect();
            print_json(&json!({ "kinds": rows }))
        }
        Format::Text => {
            let lines: Vec<String> = kinds.iter().map(|(kind, rows)| format!("{kind:16} {rows:4} rows\n")).collect();
            print(&format!(
                "{}portolan catalogue KIND lists one of them, with ID an entry and its source\n",
                lines.concat()
            ))
        }
    }
}

/// Rows under headings, each with all that is known of it.
struct Entries {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Entries {
    fn of(catalogue: &Catalogue, kind: &str) -> Result<Self, Failure> {
        let file = KINDS.iter().find(|(word, _)| *word == kind).map_or(kind, |(_, file)| file);
        let unknown = || {
            let words: Vec<&str> = KINDS.iter().map(|(word, _)| *word).chain([COST_CLASSES]).collect();
            Failure::Flag { flag: "KIND", reason: format!("there is no table \"{kind}\"{}", nearest(kind, &words)) }
        };
        let table = catalogue.table(file).map_err(|_| unknown())?;
        let mut columns = table.columns.clone();
        columns.extend(["source".to_owned(), "verified".to_owned()]);
        Ok(Self { columns, rows: table.rows.iter().map(|row| cells(table, row)).collect() })
    }

    fn cost_classes() -> Result<Self, Failure> {
        let optional = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        let rows = Amcm::set_a()?.specs().iter().map(|spec| {
            vec![spec.name.clone(), spec.s_value.to_string(), optional(spec.s_sigma), spec.missions.to_string()]
        });
        Ok(Self { columns: ["name", "s", "s_sigma", "missions"].map(str::to_owned).to_vec(), rows: rows.collect() })
    }

    /// The rows whose first cell is the name that is asked for; several for the points of a curve.
    fn only(self, kind: &str, id: &str) -> Result<Self, Failure> {
        let wanted = id.trim().to_lowercase();
        let rows: Vec<Vec<String>> = self.rows.iter().filter(|row| row[0].to_lowercase() == wanted).cloned().collect();
        if rows.is_empty() {
            let names: Vec<&str> = self.rows.iter().map(|row| row[0].as_str()).collect();
            let reason = format!("nothing in {kind} is called \"{id}\"{}", nearest(id, &names));
            return Err(Failure::Flag { flag: "ID", reason });
        }
        Ok(Self { columns: self.columns, rows })
    }

    /// Numbers as numbers, what is unknown as null; the first column is the name and stays a text.
    fn to_json(&self) -> Vec<Value> {
        let cell = |column: usize, text: &str| match text.parse::<f64>() {
            _ if text.is_empty() => Value::Null,
            Ok(number) if column > 0 && number.is_finite() => json!(number),
            _ => json!(text),
        };
        let row = |cells: &Vec<String>| {
            let named = self.columns.iter().zip(cells).enumerate();
            Value::Object(named.map(|(i, (name, text))| (name.clone(), cell(i, text))).collect::<Map<_, _>>())
        };
        self.rows.iter().map(row).collect()
    }

    /// Every cell on a line of its own.
    fn each_in_full(&self) -> String {
        let width = self.columns.iter().map(|c| c.chars().count()).max().unwrap_or(0);
        let line = |(name, text): (&String, &String)| {
            let shown = if text.is_empty() { "unknown" } else { text };
            format!("{name:width$}  {shown}\n")
        };
        let rows: Vec<String> =
            self.rows.iter().map(|row| self.columns.iter().zip(row).map(line).collect::<String>()).collect();
        rows.join("\n")
    }

    /// All rows, without the long texts that an entry by itself shows.
    fn as_table(&self, kind: &str) -> String {
        let long = ["source", "note", "price_basis", "basis", "escape_basis"];
        let shown: Vec<usize> =
            (0..self.columns.len()).filter(|i| !long.contains(&self.columns[*i].as_str())).collect();
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(shown.iter().map(|i| self.columns[*i].as_str()));
        for row in &self.rows {
            table.add_row(shown.iter().map(|i| row[*i].as_str()));
        }
        format!("{table}\nportolan catalogue {kind} NAME shows an entry in full, with its source\n")
    }
}

fn cells(table: &Rows, row: &Row) -> Vec<String> {
    let own = table.columns.iter().map(|column| table.cell(row, column).to_owned());
    own.chain([row.source.clone(), row.verified.tag().to_owned()]).collect()
}

/// `; did you mean "launchers"?`, or what there is.
fn nearest(asked: &str, known: &[&str]) -> String {
    let asked = asked.trim().to_lowercase();
    let mut names = known.to_vec();
    names.dedup();
    let contained: Vec<&str> =
        names.iter().copied().filter(|n| !asked.is_empty() && n.to_lowercase().contains(&asked)).collect();
    if !contained.is_empty() {
        return format!("; did you mean \"{}\"?", contained.join("\" or \""));
    }
    let distance = |name: &str| edit_distance(&asked, &name.to_lowercase());
    match names.iter().min_by_key(|n| distance(n)) {
        Some(name) if distance(name) <= 1 + asked.chars().count() / 3 => format!("; did you mean \"{name}\"?"),
        _ => format!("; there are {}", names.join(", ")),
    }
}
