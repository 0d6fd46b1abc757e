//! What is known of a launcher beside its row: facts and prices, each row with its own source.

use super::{Catalogue, word};
use crate::units::{Mass, Money};
use crate::vehicles::launcher::{Dated, FactSource, Fairing, LauncherFacts, PriceRange};
use crate::vehicles::price::{Buyer, PriceStep};
use crate::vehicles::reliability::FlightRecord;
use crate::vehicles::table::{CatalogueError, Row, Table};
use std::collections::BTreeMap;

impl Catalogue {
    /// Give each launcher what a table of facts knows of it.
    pub(super) fn take_facts(&mut self, table: &Table) -> Result<(), CatalogueError> {
        let mut all: BTreeMap<String, LauncherFacts> = BTreeMap::new();
        for row in &table.rows {
            let named = self.launcher(table.cell(row, "launcher"));
            let name = named.map_err(|e| at_row(e, table, row, "launcher"))?.name.clone();
            self.read_facts(table, row, all.entry(name).or_default())?;
        }
        for (name, facts) in all {
            if let Some(launcher) = self.launchers.iter_mut().find(|l| l.name == name) {
                launcher.facts = facts;
            }
        }
        Ok(())
    }

    /// Give each launcher the prices of a table.
    pub(super) fn take_prices(&mut self, table: &Table) -> Result<(), CatalogueError> {
        let mut all: BTreeMap<String, Vec<PriceStep>> = BTreeMap::new();
        for row in &table.rows {
            let named = self.launcher(table.cell(row, "launcher"));
            let name = named.map_err(|e| at_row(e, table, row, "launcher"))?.name.clone();
            let step = read_step(table, row)?;
            let steps = all.entry(name).or_default();
            if steps.iter().any(|s| (s.buyer, s.from_number) == (step.buyer, step.from_number)) {
                let name = format!("{} {} from {}", table.cell(row, "launcher"), step.buyer, step.from_number);
                return Err(twice(table, row, "from_number", name));
            }
            steps.push(step);
        }
        for (name, prices) in all {
            if let Some(launcher) = self.launchers.iter_mut().find(|l| l.name == name) {
                launcher.prices = prices;
            }
        }
        Ok(())
    }

    /// Add what one row says to what the rows before it said of the same launcher.
    fn read_facts(&self, table: &Table, row: &Row, facts: &mut LauncherFacts) -> Result<(), CatalogueError> {
        let mut told = Told { table, row, columns: Vec::new() };
        let before = facts.clone();
        let site = table.cell(row, "site");
        if !site.is_empty() {
            told.only(&["site"], before.site.is_some())?;
            facts.site = Some(self.launch_site(site).map_err(|e| at_row(e, table, row, "site"))?);
        }
        if let Some(kg) = table.value(row, "sso_kg") {
            told.only(&["sso_kg"], before.sso.is_some())?;
            facts.sso = Some(Mass::from_kg(kg));
        }
        if let Some([diameter_m, height_m]) = told.both("fairing_diameter_m", "fairing_height_m")? {
            told.only(&["fairing_diameter_m", "fairing_height_m"], before.fairing.is_some())?;
            facts.fairing = Some(Fairing { diameter_m, height_m });
        }
        if let Some(volume_m3) = table.value(row, "fairing_volume_m3") {
            told.only(&["fairing_volume_m3"], before.fairing_volume_m3.is_some())?;
            facts.fairing_volume_m3 = Some(volume_m3);
        }
        if let Some([flown, failed]) = told.both("flown", "failed")? {
            told.only(&["flown", "failed", "counted_to"], before.record.is_some())?;
            told.in_order(("flown", flown), ("failed", failed))?;
            let counted_to = told.dated("counted_to")?.ok_or_else(|| told.empty("counted_to"))?.text;
            let (flown, failed) = (whole(table, row, "flown")?, whole(table, row, "failed")?);
            if let (Some(flown), Some(failed)) = (flown, failed) {
                facts.record = Some(FlightRecord { flown, failed, counted_to });
            }
        }
        if let Some(first) = told.dated("first_flight")? {
            told.only(&["first_flight"], before.first_flight.is_some())?;
            facts.first_flight = Some(first);
        }
        if let Some(last) = told.dated("last_flight")? {
            told.only(&["last_flight"], before.last_flight.is_some())?;
            facts.last_flight = Some(last);
        }
        if let (Some(first), Some(last)) = (&facts.first_flight, &facts.last_flight) {
            let years = |date: &Dated| f64::from(date.span.start.calendar().year);
            if last.span.end <= first.span.start {
                told.in_order(("last_flight", years(last)), ("first_flight", years(first)))?;
            }
        }
        if let Some(launches) = whole(table, row, "per_year")? {
            told.only(&["per_year"], before.launches_per_year.is_some())?;
            facts.launches_per_year = Some(launches);
        }
        facts.sources.push(FactSource {
            columns: told.columns,
            note: table.cell(row, "note").to_owned(),
            source: row.source.clone(),
            verified: row.verified,
        });
        Ok(())
    }
}

/// A row of facts, and the columns that it fills.
struct Told<'a> {
    table: &'a Table,
    row: &'a Row,
    columns: Vec<String>,
}

impl Told<'_> {
    fn empty(&self, column: &str) -> CatalogueError {
        let (file, line) = (self.table.file.clone(), self.row.line);
        CatalogueError::Empty { file, line, column: column.to_owned() }
    }

    /// Of two that belong together one alone says nothing.
    fn both(&self, a: &'static str, b: &'static str) -> Result<Option<[f64; 2]>, CatalogueError> {
        match (self.table.value(self.row, a), self.table.value(self.row, b)) {
            (Some(x), Some(y)) => Ok(Some([x, y])),
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.empty(b)),
            (None, Some(_)) => Err(self.empty(a)),
        }
    }

    /// Note the columns, which no row before has filled for this launcher.
    fn only(&mut self, columns: &[&str], known_before: bool) -> Result<(), CatalogueError> {
        if known_before {
            return Err(twice(self.table, self.row, columns[0], self.table.cell(self.row, "launcher").to_owned()));
        }
        self.columns.extend(columns.iter().map(|c| (*c).to_owned()));
        Ok(())
    }

    fn in_order(&self, (column, value): (&str, f64), (other, bound_value): (&str, f64)) -> Result<(), CatalogueError> {
        if value >= bound_value {
            return Ok(());
        }
        Err(CatalogueError::Contradiction {
            file: self.table.file.clone(),
            line: self.row.line,
            column: column.to_owned(),
            value,
            other: other.to_owned(),
            bound_value,
        })
    }

    fn dated(&self, column: &str) -> Result<Option<Dated>, CatalogueError> {
        let text = self.table.cell(self.row, column);
        if text.is_empty() {
            return Ok(None);
        }
        Dated::parse(text).map(Some).map_err(|_| CatalogueError::NotOneOf {
            file: self.table.file.clone(),
            line: self.row.line,
            column: column.to_owned(),
            text: text.to_owned(),
            allowed: "a day 2024-07-09, a month 2024-07, a year 2024".to_owned(),
        })
    }
}

/// The same refusal with the place of the name.
fn at_row(error: CatalogueError, table: &Table, row: &Row, column: &str) -> CatalogueError {
    match error {
        unknown @ CatalogueError::Unknown { .. } => {
            let (file, line, column) = (table.file.clone(), row.line, column.to_owned());
            CatalogueError::NotThere { file, line, column, unknown: Box::new(unknown) }
        }
        other => other,
    }
}

/// The launcher's row that already said so, for a refusal.
fn twice(table: &Table, row: &Row, column: &str, name: String) -> CatalogueError {
    let launcher = table.cell(row, "launcher");
    let earlier = |r: &&Row| {
        r.line < row.line
            && table.cell(r, "launcher").eq_ignore_ascii_case(launcher)
            && (column == "from_number" || !table.cell(r, column).is_empty())
    };
    let first = table.rows.iter().filter(earlier).map(|r| r.line).next_back().unwrap_or(row.line);
    CatalogueError::Twice { file: table.file.clone(), line: row.line, column: column.to_owned(), name, first }
}

/// A number of things.
fn whole(table: &Table, row: &Row, column: &str) -> Result<Option<u32>, CatalogueError> {
    match table.value(row, column) {
        Some(number) if number.fract() != 0.0 => Err(CatalogueError::NotOneOf {
            file: table.file.clone(),
            line: row.line,
            column: column.to_owned(),
            text: table.cell(row, column).to_owned(),
            allowed: "the whole numbers".to_owned(),
        }),
        number => Ok(number.map(|n| n as u32)),
    }
}

fn read_step(table: &Table, row: &Row) -> Result<PriceStep, CatalogueError> {
    let number = |column: &str| table.value(row, column).unwrap_or(f64::NAN);
    let (low, high) = (number("low_musd"), number("high_musd"));
    let told = Told { table, row, columns: Vec::new() };
    told.in_order(("high_musd", high), ("low_musd", low))?;
    let year = number("price_year") as i32;
    let from_number = whole(table, row, "from_number")?.unwrap_or(1);
    Ok(PriceStep {
        buyer: word(table, row, "buyer", &Buyer::WORDS)?,
        from_number,
        each: PriceRange { low: Money::from_musd(low, year), high: Money::from_musd(high, year) },
        note: table.cell(row, "note").to_owned(),
        source: row.source.clone(),
        verified: row.verified,
    })
}
