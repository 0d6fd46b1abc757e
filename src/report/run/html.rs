//! The page of a run: everything inside one file, nothing fetched.

use super::tables::{CsvTable, run_tables};
use super::{delivered_usd_per_kg, launch_usd_per_kg};
use crate::campaign::{Campaign, Plan, Status};
use crate::costs::anchors;
use crate::ephemerides::Ephemerides;
use crate::report::escape::{unguarded, xml};
use crate::report::{Figure, ReportError};
use crate::units::KG_PER_LB;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:1040px;margin:2rem auto;padding:0 1rem;color:#1b2530}\
h1{font-size:1.7rem;margin-bottom:.2rem}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid #ccd3da}\
table{border-collapse:collapse;margin:.6rem 0;font-size:.9rem}th,td{padding:.25rem .7rem;border-bottom:1px solid #e3e7eb;text-align:left}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}figure{margin:1rem 0}svg{max-width:100%;height:auto}\
.facts{display:flex;flex-wrap:wrap;gap:.8rem;margin:1rem 0}.facts div{background:#f1f4f7;padding:.6rem 1rem;border-radius:.4rem}\
.facts b{display:block;font-size:1.25rem}.note{color:#55616d;font-size:.85rem}.bad{background:#fdecea;padding:.6rem 1rem;border-left:4px solid #b3261e}\
.wide{overflow-x:auto}";

/// The page of a run as HTML: figures drawn in, no script, no address to fetch from.
///
/// * `campaign`, `plan`: the file and what came of it
/// * `ephemerides`: the kernels, for the provenance
/// * `figures`: name and figure, in their order
///
/// # Errors
/// [`ReportError`] when the price anchors do not read.
pub fn run_page(
    campaign: &Campaign,
    plan: &Plan,
    ephemerides: &Ephemerides,
    figures: &[(String, Figure)],
) -> Result<String, ReportError> {
    let mut page = String::new();
    let title = xml(&campaign.name.value);
    page.push_str(&format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    ));
    page.push_str(&format!(
        "<p class=\"note\">{} to {} TDB; money in dollars of {}; made by portolan {}</p>\n",
        campaign.span.value.start.date(),
        campaign.span.value.end.date(),
        campaign.currency_year,
        env!("CARGO_PKG_VERSION")
    ));
    match &plan.status {
        Status::Optimal | Status::Feasible => page.push_str(&facts(plan)),
        Status::Infeasible { reasons } => {
            for reason in reasons {
                page.push_str(&format!("<p class=\"bad\">{}</p>\n", xml(reason)));
            }
        }
    }
    let figure = |name: &str| {
        figures.iter().filter(|(n, _)| n.starts_with(name)).map(|(_, f)| figure_html(f)).collect::<String>()
    };
    page.push_str("<h2>When</h2>\n");
    page.push_str(&figure("porkchop"));
    let tables = run_tables(campaign, plan);
    let table = |name: &str, columns: &[Column]| {
        tables.iter().find(|t| t.name == format!("{name}.csv")).map_or_else(String::new, |t| table_html(t, columns))
    };
    page.push_str("<h2>Launches</h2>\n");
    page.push_str(&table("launches", LAUNCH_COLUMNS));
    page.push_str(&bases(plan));
    page.push_str("<h2>Masses</h2>\n");
    page.push_str(&figure("masses"));
    page.push_str(&table("masses", MASS_COLUMNS));
    page.push_str("<h2>Money</h2>\n");
    page.push_str(&money(campaign, plan)?);
    page.push_str(&figure("price_per_kg"));
    page.push_str("<h2>Partners</h2>\n");
    page.push_str(&table("partners", PARTNER_COLUMNS));
    page.push_str(
        "<p class=\"note\">Agreed share: the total by the shares of the file. Alone: the same part of the cargo with the \
         partner's own launchers. Stays: no group it belongs to would pay less on its own than by the agreed shares. \
         Shapley value and nucleolus divide the saving of flying together.</p>\n",
    );
    page.push_str("<h2>When somebody is gone</h2>\n");
    page.push_str(&table("withdrawals", WITHDRAWAL_COLUMNS));
    page.push_str(
        "<p class=\"note\">The launchers of the partner stay at home; all of the cargo must fly all the same.</p>\n",
    );
    page.push_str("<h2>Where the numbers come from</h2>\n");
    page.push_str(&provenance(campaign, ephemerides));
    page.push_str("</body></html>\n");
    Ok(page)
}

/// A column of a table on the page: its heading in the CSV, what people read, digits after the point.
type Column = (&'static str, &'static str, Option<usize>);

const LAUNCH_COLUMNS: &[Column] = &[
    ("launch", "#", Some(0)),
    ("launcher", "launcher", None),
    ("partner", "partner", None),
    ("depart_tdb", "departs", None),
    ("arrive_tdb", "arrives", None),
    ("type", "type", None),
    ("c3_km2_s2", "C3, km²/s²", Some(2)),
    ("dla_deg", "DLA, °", Some(1)),
    ("v_inf_arr_km_s", "arrival v∞, km/s", Some(3)),
    ("dv_insertion_km_s", "insertion Δv, km/s", Some(3)),
    ("payload_kg", "injected, kg", Some(0)),
    ("price_musd", "price, M$", Some(1)),
];

const MASS_COLUMNS: &[Column] = &[
    ("launch", "#", Some(0)),
    ("launcher", "launcher", None),
    ("launch_kg", "injected, kg", Some(0)),
    ("cargo_kg", "cargo, kg", Some(0)),
    ("cargo_capacity_kg", "room, kg", Some(0)),
    ("craft_dry_kg", "craft dry, kg", Some(0)),
    ("stage_dry_kg", "stage dry, kg", Some(0)),
    ("propellant_burnt_kg", "burnt, kg", Some(0)),
    ("residual_kg", "residual, kg", Some(0)),
    ("dv_with_margin_km_s", "Δv with margin, km/s", Some(3)),
];

const PARTNER_COLUMNS: &[Column] = &[
    ("partner", "partner", None),
    ("share", "agreed part", Some(2)),
    ("contributes_kg", "delivers, kg", Some(0)),
    ("contributes_musd", "its launches, M$", Some(1)),
    ("proportional_musd", "agreed share, M$", Some(1)),
    ("shapley_musd", "Shapley, M$", Some(1)),
    ("nucleolus_musd", "nucleolus, M$", Some(1)),
    ("alone_musd", "alone, M$", Some(1)),
    ("in_core", "stays", None),
];

const WITHDRAWAL_COLUMNS: &[Column] = &[
    ("without", "without", None),
    ("cost_musd", "cost, M$", Some(1)),
    ("unmet_kg", "missing, kg", Some(0)),
    ("premium", "dearer by (1 = 100 %)", Some(3)),
];

fn facts(plan: &Plan) -> String {
    let bill = plan.bill();
    let price = delivered_usd_per_kg(plan).map_or_else(String::new, |usd| {
        format!("<div><b>{} $/kg</b>{} $/lb delivered</div>", thousands(usd), thousands(usd * KG_PER_LB))
    });
    format!(
        "<div class=\"facts\"><div><b>{}</b>launches</div><div><b>{:.2} t</b>delivered</div><div><b>{:.2} t</b>injected</div>\
         <div><b>{:.2} t</b>IMLEO, reference stage</div><div><b>{} M$</b>{} to {} M$ (10 to 90 %)</div>{price}</div>\n",
        plan.launches().count(),
        plan.delivered().tonnes(),
        plan.launch_mass().tonnes(),
        plan.launches().map(|l| l.departure.imleo().tonnes()).sum::<f64>(),
        thousands(bill.total_musd()),
        thousands(bill.p10_musd),
        thousands(bill.p90_musd),
    )
}

/// What each launcher's capacity rests on, once.
fn bases(plan: &Plan) -> String {
    let mut said: Vec<String> = Vec::new();
    for departure in plan.demands.iter().flat_map(|d| &d.departures.departures) {
        let line = format!("{}: {}", departure.launcher, departure.basis);
        if !said.contains(&line) {
            said.push(line);
        }
    }
    let items: String = said.iter().map(|line| format!("<li>{}</li>", xml(line))).collect();
    let left: String =
        plan.demands.iter().flat_map(|d| &d.departures.left_out).map(|l| format!("<li>{}</li>", xml(l))).collect();
    format!("<p class=\"note\">Capacity rests on:</p><ul class=\"note\">{items}{left}</ul>\n")
}

fn money(campaign: &Campaign, plan: &Plan) -> Result<String, ReportError> {
    let bill = plan.bill();
    let mut rows = String::new();
    for (what, musd) in [
        ("launches", bill.launch_musd),
        ("craft, development and production (AMCM)", bill.craft_musd),
        ("operations", bill.operations_musd),
        ("total", bill.total_musd()),
        ("total, discounted to the first year", bill.discounted_musd),
        ("one in ten costs less than", bill.p10_musd),
        ("half cost less than", bill.p50_musd),
        ("nine in ten cost less than", bill.p90_musd),
    ] {
        rows.push_str(&format!("<tr><td>{what}</td><td class=\"n\">{}</td></tr>", thousands(musd)));
    }
    let year = campaign.currency_year;
    let mut text = format!("<table><tr><th>item</th><th class=\"n\">M$ of {year}</th></tr>{rows}</table>\n");
    let years: String = bill
        .by_year
        .iter()
        .map(|(y, musd)| format!("<tr><td>{y}</td><td class=\"n\">{}</td></tr>", thousands(*musd)))
        .collect();
    text.push_str(&format!("<table><tr><th>year</th><th class=\"n\">paid, M$ of {year}</th></tr>{years}</table>\n"));
    let mut prices = String::new();
    let mut row = |what: &str, low_usd_per_kg: f64, high_usd_per_kg: f64| {
        let range = |factor: f64| {
            let (low, high) = (thousands(low_usd_per_kg * factor), thousands(high_usd_per_kg * factor));
            if low == high { low } else { format!("{low} to {high}") }
        };
        prices.push_str(&format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            xml(what),
            range(1.0),
            range(KG_PER_LB)
        ));
    };
    for (what, usd_per_kg) in [
        ("this campaign, all costs", delivered_usd_per_kg(plan)),
        ("this campaign, launches alone", launch_usd_per_kg(plan)),
    ] {
        if let Some(usd) = usd_per_kg {
            row(what, usd, usd);
        }
    }
    for anchor in anchors()? {
        row(&anchor.what, anchor.low_usd_per_kg(), anchor.high_usd_per_kg());
    }
    text.push_str(&format!(
        "<table><tr><th>price of a kilogram</th><th class=\"n\">$/kg</th><th class=\"n\">$/lb</th></tr>{prices}</table>\n\
         <p class=\"note\">The campaign's prices are for cargo handed over at its node, dollars of {year}; the anchors are for low Earth \
         orbit or the station and state no year.</p>\n"
    ));
    let mut notes: Vec<String> =
        plan.launches().map(|l| format!("{}: {}", l.departure.launcher, l.price.note)).collect();
    notes.dedup();
    let items: String = notes.iter().map(|n| format!("<li>{}</li>", xml(n))).collect();
    text.push_str(&format!("<p class=\"note\">Launch prices:</p><ul class=\"note\">{items}</ul>\n"));
    Ok(text)
}

fn provenance(campaign: &Campaign, ephemerides: &Ephemerides) -> String {
    let kernels: String = ephemerides
        .kernels()
        .iter()
        .map(|k| format!("<tr><td>{}</td><td><code>{}</code></td></tr>", xml(&k.name), k.sha256))
        .collect();
    let file = campaign.source.name.rsplit(['/', '\\']).next().unwrap_or_default();
    format!(
        "<p>Lambert arcs between states of the kernels below, impulses at the periapsis of the orbits at both ends; the loss of a \
         burn that lasts is not counted. Gravitational parameters of DE440, g₀ 9.80665 m/s². Campaign file: <code>{}</code>.</p>\n\
         <div class=\"wide\"><table><tr><th>kernel</th><th>SHA-256</th></tr>{kernels}</table></div>\n\
         <p class=\"note\">portolan {}, {}; its source is offered to whoever uses it over a network.</p>\n",
        xml(file),
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_LICENSE"),
    )
}

fn figure_html(figure: &Figure) -> String {
    // an XML declaration has no place inside HTML
    let svg = figure.svg();
    let body = svg.find("<svg").map_or(svg, |at| &svg[at..]);
    format!("<figure>{body}</figure>\n")
}

/// Some columns of a CSV table as HTML.
fn table_html(table: &CsvTable, columns: &[Column]) -> String {
    let mut reader = csv::Reader::from_reader(table.text.as_bytes());
    let Ok(headings) = reader.headers().cloned() else { return String::new() };
    let places: Vec<(usize, &Column)> =
        columns.iter().filter_map(|c| headings.iter().position(|h| h == c.0).map(|k| (k, c))).collect();
    let class = |column: &Column| if column.2.is_some() { " class=\"n\"" } else { "" };
    let mut text = String::from("<div class=\"wide\"><table><tr>");
    for (_, column) in &places {
        text.push_str(&format!("<th{}>{}</th>", class(column), column.1));
    }
    text.push_str("</tr>\n");
    for record in reader.records().flatten() {
        text.push_str("<tr>");
        for (k, column) in &places {
            let raw = unguarded(record.get(*k).unwrap_or(""));
            let shown = match (column.2, raw.parse::<f64>()) {
                (Some(0), Ok(value)) => thousands(value),
                (Some(digits), Ok(value)) => format!("{value:.digits$}"),
                // dates to the day
                _ if column.0.ends_with("_tdb") => raw.get(..10).unwrap_or(raw).to_owned(),
                _ if raw == "true" => "yes".to_owned(),
                _ if raw == "false" => "no".to_owned(),
                _ if raw.is_empty() => "–".to_owned(),
                _ => xml(raw),
            };
            text.push_str(&format!("<td{}>{shown}</td>", class(column)));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</table></div>\n");
    text
}

/// A whole number with thin spaces between thousands.
fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (k, c) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(c);
    }
    if value < -0.5 { format!("−{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_thousands_stand_apart() {
        assert_eq!(
            (thousands(1_234_567.4), thousands(999.0), thousands(-12_000.0)),
            ("1\u{202f}234\u{202f}567".to_owned(), "999".to_owned(), "−12\u{202f}000".to_owned())
        );
    }
}
