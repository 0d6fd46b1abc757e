//! A catalogue file as rows that were checked: columns known, numbers in range, a source on every row.

use crate::units::{LONGEST_NAME, NameError, check_line};
use std::fmt;
use thiserror::Error;

/// Longest note or source of a row, in characters.
const LONGEST_NOTE: usize = 4000;

/// What a catalogue file refuses; each names the file, the line, the column and the cure.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The file is no table.
    #[error("{file}:{line}: not a table of comma-separated values: {detail}; put text with commas in double quotes")]
    NotATable {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// what the reader met
        detail: String,
    },
    /// A TOML file does not parse, or lacks something.
    #[error("{file}:{line}: {detail}; write it as in the catalogue's own {file}")]
    NotThisToml {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// what the reader met
        detail: String,
    },
    /// The first line lacks a column.
    #[error("{file}:1: there is no column `{column}`; the first line must read {expected}")]
    MissingColumn {
        /// file name
        file: String,
        /// the column that is not there
        column: String,
        /// the whole heading
        expected: String,
    },
    /// The first line has a column that nobody reads.
    #[error("{file}:1: column `{column}` is not known; the first line must read {expected}")]
    UnknownColumn {
        /// file name
        file: String,
        /// the column that is too much
        column: String,
        /// the whole heading
        expected: String,
    },
    /// A cell that must not be empty is.
    #[error("{file}:{line}: column `{column}` is empty; write a value, every row needs one")]
    Empty {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
    },
    /// A text that is not one printable line.
    #[error("{file}:{line}: column `{column}`: {error}")]
    NotPlain {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
        /// the character at fault
        error: NameError,
    },
    /// A cell that must be a number is not.
    #[error(
        "{file}:{line}: column `{column}`: \"{text}\" is not a number; write digits without unit, or leave it empty for unknown"
    )]
    NotANumber {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
        /// what was written
        text: String,
    },
    /// A number lies where it cannot.
    #[error(
        "{file}:{line}: column `{column}`: {value} is outside {min_value} to {max_value}; check the unit, the column is in {unit}"
    )]
    OutOfRange {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
        /// the number, in the column's unit
        value: f64,
        /// least value, in the column's unit
        min_value: f64,
        /// greatest value, in the column's unit
        max_value: f64,
        /// unit of the column
        unit: &'static str,
    },
    /// A word that is none of those allowed.
    #[error("{file}:{line}: column `{column}`: \"{text}\" is none of {allowed}; write one of them")]
    NotOneOf {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
        /// what was written
        text: String,
        /// the words that are understood
        allowed: String,
    },
    /// A name that must be unique occurs twice.
    #[error("{file}:{line}: column `{column}`: \"{name}\" is already there on line {first}; rename or remove one")]
    Twice {
        /// file name
        file: String,
        /// line of the second, counted from 1
        line: u64,
        /// column
        column: String,
        /// the name
        name: String,
        /// line of the first
        first: u64,
    },
    /// Two figures of one row contradict each other.
    #[error(
        "{file}:{line}: column `{column}`: {value} is below `{other}` = {bound_value}; exchange the two or correct one"
    )]
    Contradiction {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
        /// its value, in the column's unit
        value: f64,
        /// the column it is compared with
        other: String,
        /// that column's value, in the same unit
        bound_value: f64,
    },
    /// A curve does not go on to higher C3 with less mass.
    #[error(
        "{file}:{line}: column `{column}`: the curve of {vehicle} goes from {before_value} to {after_value}; C3 must rise from row to row and the mass must fall"
    )]
    CurveNotFalling {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column that goes the wrong way
        column: String,
        /// the curve
        vehicle: String,
        /// value on the row before, in the column's unit
        before_value: f64,
        /// value on this row, in the column's unit
        after_value: f64,
    },
    /// A curve of one point.
    #[error("{file}:{line}: column `vehicle`: the curve of {vehicle} has one point; a curve needs two or more")]
    CurveTooShort {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// the curve
        vehicle: String,
    },
    /// A row that lacks what is needed of it.
    #[error(
        "the catalogue's row of the {kind} \"{name}\" has no `{column}`; choose another, or write the numbers yourself"
    )]
    Incomplete {
        /// stage, …
        kind: &'static str,
        /// the row's name
        name: String,
        /// the column that is empty
        column: String,
    },
    /// A row that names what the catalogue does not have.
    #[error("{file}:{line}: column `{column}`: {unknown}")]
    NotThere {
        /// file name
        file: String,
        /// line, counted from 1
        line: u64,
        /// column
        column: String,
        /// the name, and the nearest one
        unknown: Box<CatalogueError>,
    },
    /// A name that the catalogue does not have.
    #[error("the catalogue has no {kind} \"{name}\"{hint}")]
    Unknown {
        /// launcher, curve, stage, …
        kind: &'static str,
        /// the name that was asked for
        name: String,
        /// `; did you mean "…"?`
        hint: String,
    },
}

/// How far a row can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verified {
    /// read in the named source
    Read,
    /// read in a secondary source that names the primary
    ReadSecond,
    /// computed from values that were read
    Computed,
    /// computed from values of a secondary source
    ReadSecondComputed,
    /// from memory: may be asked for, never feeds a test
    Memory,
}

impl Verified {
    /// Every tag with its text.
    pub const ALL: [(&'static str, Self); 5] = [
        ("read", Self::Read),
        ("read-2nd", Self::ReadSecond),
        ("computed", Self::Computed),
        ("memory", Self::Memory),
        ("read-2nd+computed", Self::ReadSecondComputed),
    ];

    /// The tag as the catalogue writes it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        Self::ALL.iter().find(|(_, v)| *v == self).map_or("", |(tag, _)| tag)
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(tag, _)| *tag == text).map(|(_, v)| *v)
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// text that must be there
    Name,
    /// text or nothing
    Text,
    /// a number that must be there, with unit, least and greatest value
    Number(&'static str, f64, f64),
    /// a number or nothing (unknown, never zero)
    Known(&'static str, f64, f64),
    /// a number, a bound `<1`, a span `3545-4103`, a pair `0.04/0.01`, or nothing
    Figure(&'static str, f64, f64),
    /// a number, the word, or nothing
    KnownOr(&'static str, &'static str, f64, f64),
}

/// A column: its heading and what it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Column(pub(crate) &'static str, pub(crate) Kind);

/// What a file must look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// columns in order, without `source` and `verified`, which every file ends with
    pub columns: &'static [Column],
    /// whether the first column may not repeat
    pub unique: bool,
}

impl Layout {
    fn heading(&self) -> String {
        let mut names: Vec<&str> = self.columns.iter().map(|c| c.0).collect();
        names.extend(["source", "verified"]);
        names.join(",")
    }
}

/// One row, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// line of the file, counted from 1
    pub line: u64,
    /// cells in the order of [`Table::columns`]
    pub cells: Vec<String>,
    /// where the row comes from; `same` has been replaced by what it stands for
    pub source: String,
    /// how far the row can be trusted
    pub verified: Verified,
}

/// A catalogue file, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// file name
    pub file: String,
    /// headings, without `source` and `verified`
    pub columns: Vec<String>,
    /// rows in the order of the file
    pub rows: Vec<Row>,
}

impl Table {
    /// Read and check a file.
    ///
    /// * `text`: comma-separated values, the first line the heading of `layout` in any order
    /// * `file`: the name that refusals carry
    ///
    /// # Errors
    /// [`CatalogueError`] with file, line, column and cure.
    pub(crate) fn read(text: &str, file: &str, layout: &Layout) -> Result<Self, CatalogueError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut order: Vec<usize> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| CatalogueError::NotATable {
                file: file.to_owned(),
                line: e.position().map_or(1, csv::Position::line),
                detail: csv_detail(&e),
            })?;
            let line = record.position().map_or(1, csv::Position::line);
            if order.is_empty() {
                order = heading_order(&record, file, layout)?;
                continue;
            }
            let row = read_row(&record, line, file, layout, &order, rows.last())?;
            let same_name = |r: &&Row| layout.unique && r.cells.first() == row.cells.first();
            if let Some(first) = rows.iter().find(same_name) {
                return Err(CatalogueError::Twice {
                    file: file.to_owned(),
                    line,
                    column: layout.columns.first().map_or("", |c| c.0).to_owned(),
                    name: row.cells.first().cloned().unwrap_or_default(),
                    first: first.line,
                });
            }
            rows.push(row);
        }
        if order.is_empty() {
            let column = layout.columns.first().map_or("source", |c| c.0).to_owned();
            return Err(CatalogueError::MissingColumn { file: file.to_owned(), column, expected: layout.heading() });
        }
        Ok(Self { file: file.to_owned(), columns: layout.columns.iter().map(|c| c.0.to_owned()).collect(), rows })
    }

    /// The cell of a row under a heading; empty where the cell or the heading is not there.
    #[must_use]
    pub fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns.iter().position(|c| c == column).and_then(|i| row.cells.get(i)).map_or("", String::as_str)
    }

    /// The number of a cell in the column's unit; `None` where it is unknown or a word.
    #[must_use]
    pub fn value(&self, row: &Row, column: &str) -> Option<f64> {
        self.cell(row, column).parse().ok()
    }
}

/// `; did you mean "…"?` with the name nearest to what was asked, or nothing when none is near.
pub(crate) fn did_you_mean<'a>(asked: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let asked = asked.to_lowercase();
    let nearest = names
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let contained = !asked.is_empty() && (lower.contains(&asked) || asked.contains(&lower));
            (if contained { 0 } else { edits(&asked, &lower) }, name)
        })
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((distance, name)) if distance <= asked.chars().count() / 2 => format!("; did you mean \"{name}\"?"),
        _ => String::new(),
    }
}

/// The nearest name, or where none is near all that there are.
pub(crate) fn names_near(asked: &str, names: &[&str]) -> String {
    match did_you_mean(asked, names.iter().copied()) {
        near if !near.is_empty() => near,
        _ if names.is_empty() => "; there is none".to_owned(),
        _ => format!("; there is {}", names.join(", ")),
    }
}

/// Edit distance of two words (Levenshtein 1966).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let best = (diagonal + usize::from(ca != *cb)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            left = best;
            *cell = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn csv_detail(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells where the first line has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "text that is not UTF-8".to_owned(),
        _ => "the row cannot be read".to_owned(),
    }
}

/// For each wanted column (then source, verified) its place in the file.
fn heading_order(record: &csv::StringRecord, file: &str, layout: &Layout) -> Result<Vec<usize>, CatalogueError> {
    let wanted: Vec<&str> = layout.columns.iter().map(|c| c.0).chain(["source", "verified"]).collect();
    if let Some(extra) = record.iter().find(|name| !wanted.contains(&name.trim())) {
        return Err(CatalogueError::UnknownColumn {
            file: file.to_owned(),
            column: extra.trim().to_owned(),
            expected: layout.heading(),
        });
    }
    wanted
        .iter()
        .map(|name| {
            record.iter().position(|cell| cell.trim() == *name).ok_or_else(|| CatalogueError::MissingColumn {
                file: file.to_owned(),
                column: (*name).to_owned(),
                expected: layout.heading(),
            })
        })
        .collect()
}

fn read_row(
    record: &csv::StringRecord,
    line: u64,
    file: &str,
    layout: &Layout,
    order: &[usize],
    above: Option<&Row>,
) -> Result<Row, CatalogueError> {
    let place = |k: usize| order.get(k).and_then(|&i| record.get(i)).unwrap_or("").trim();
    let mut cells = Vec::with_capacity(layout.columns.len());
    for (k, column) in layout.columns.iter().enumerate() {
        check_cell(place(k), column, line, file)?;
        cells.push(place(k).to_owned());
    }
    let written = place(layout.columns.len());
    let empty = |column: &str| CatalogueError::Empty { file: file.to_owned(), line, column: column.to_owned() };
    let source = match (written, above) {
        ("", _) => return Err(empty("source")),
        ("same", Some(row)) => row.source.clone(),
        (text, _) => {
            check_cell(text, &Column("source", Kind::Text), line, file)?;
            text.to_owned()
        }
    };
    let tag = place(layout.columns.len() + 1);
    let verified = Verified::parse(tag).ok_or_else(|| CatalogueError::NotOneOf {
        file: file.to_owned(),
        line,
        column: "verified".to_owned(),
        text: tag.to_owned(),
        allowed: Verified::ALL.map(|(t, _)| t).join(", "),
    })?;
    Ok(Row { line, cells, source, verified })
}

fn check_cell(text: &str, column: &Column, line: u64, file: &str) -> Result<(), CatalogueError> {
    let Column(name, kind) = *column;
    let one = |part: &str, unit: &'static str, min: f64, max: f64| -> Result<(), CatalogueError> {
        let value: f64 = part.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| {
            CatalogueError::NotANumber { file: file.to_owned(), line, column: name.to_owned(), text: text.to_owned() }
        })?;
        if (min..=max).contains(&value) {
            Ok(())
        } else {
            Err(CatalogueError::OutOfRange {
                file: file.to_owned(),
                line,
                column: name.to_owned(),
                value,
                min_value: min,
                max_value: max,
                unit,
            })
        }
    };
    match kind {
        Kind::Name | Kind::Number(..) if text.is_empty() => {
            Err(CatalogueError::Empty { file: file.to_owned(), line, column: name.to_owned() })
        }
        // a note is longer than a name and has one line too
        Kind::Name | Kind::Text => check_line(text, if kind == Kind::Name { LONGEST_NAME } else { LONGEST_NOTE })
            .map_err(|error| CatalogueError::NotPlain { file: file.to_owned(), line, column: name.to_owned(), error }),
        Kind::KnownOr(word, ..) if text == word => Ok(()),
        Kind::Known(..) | Kind::KnownOr(..) | Kind::Figure(..) if text.is_empty() => Ok(()),
        Kind::Number(unit, min, max) | Kind::Known(unit, min, max) | Kind::KnownOr(_, unit, min, max) => {
            one(text, unit, min, max)
        }
        Kind::Figure(unit, min, max) => {
            text.trim_start_matches('<').split(['-', '/']).try_for_each(|part| one(part.trim(), unit, min, max))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout =
        Layout { columns: &[Column("name", Kind::Name), Column("dry_kg", Kind::Known("kg", 0.0, 1e6))], unique: true };

    fn refusal(text: &str) -> String {
        Table::read(text, "mine.csv", &LAYOUT).expect_err("a refusal").to_string()
    }

    #[test]
    fn law_columns_may_stand_in_any_order_and_same_means_the_row_above() {
        let text = "verified,dry_kg,name,source\nread,12,tug,\"a, page\"\nmemory,,sled,same\n";
        let table = Table::read(text, "mine.csv", &LAYOUT).expect("a table");
        assert_eq!(table.value(&table.rows[0], "dry_kg"), Some(12.0));
        assert_eq!(table.value(&table.rows[1], "dry_kg"), None);
        assert_eq!(table.rows[1].source, "a, page");
        assert_eq!(table.rows[1].verified, Verified::Memory);
        assert_eq!(table.rows[1].line, 3);
    }

    #[test]
    fn refuses_a_bad_table_with_file_line_column_and_cure() {
        assert_eq!(
            refusal("name,dry_kg,source,verified\ntug,12,here\n"),
            "mine.csv:2: not a table of comma-separated values: 3 cells where the first line has 4; put text with commas in double quotes"
        );
        assert_eq!(
            refusal("name,source,verified\n"),
            "mine.csv:1: there is no column `dry_kg`; the first line must read name,dry_kg,source,verified"
        );
        assert_eq!(
            refusal(""),
            "mine.csv:1: there is no column `name`; the first line must read name,dry_kg,source,verified"
        );
        assert_eq!(
            refusal("name,dry_kgs,dry_kg,source,verified\n"),
            "mine.csv:1: column `dry_kgs` is not known; the first line must read name,dry_kg,source,verified"
        );
        assert_eq!(
            refusal("name,dry_kg,source,verified\ntug,12,,read\n"),
            "mine.csv:2: column `source` is empty; write a value, every row needs one"
        );
        assert_eq!(
            refusal("name,dry_kg,source,verified\ntug,12 kg,here,read\n"),
            "mine.csv:2: column `dry_kg`: \"12 kg\" is not a number; write digits without unit, or leave it empty for unknown"
        );
        assert_eq!(
            refusal("name,dry_kg,source,verified\ntug,-3,here,read\n"),
            "mine.csv:2: column `dry_kg`: -3 is outside 0 to 1000000; check the unit, the column is in kg"
        );
        assert_eq!(
            refusal("name,dry_kg,source,verified\ntug,3,here,heard\n"),
            "mine.csv:2: column `verified`: \"heard\" is none of read, read-2nd, computed, memory, read-2nd+computed; write one of them"
        );
        assert_eq!(
            refusal("name,dry_kg,source,verified\ntug,3,here,read\ntug,4,here,read\n"),
            "mine.csv:3: column `name`: \"tug\" is already there on line 2; rename or remove one"
        );
    }

    #[test]
    fn law_figures_may_be_bounds_spans_and_pairs() {
        let column = Column("value", Kind::Figure("kg", 0.0, 5000.0));
        for text in ["", "12", "<1", "3545-4103", "0.04/0.01"] {
            assert_eq!(check_cell(text, &column, 2, "mine.csv"), Ok(()), "{text}");
        }
        assert!(matches!(check_cell("1-9000", &column, 2, "mine.csv"), Err(CatalogueError::OutOfRange { .. })));
        assert!(matches!(check_cell("1-", &column, 2, "mine.csv"), Err(CatalogueError::NotANumber { .. })));
    }

    #[test]
    fn law_a_near_name_is_offered() {
        let names = ["Ariane 62", "Ariane 64", "H3-24L"];
        assert_eq!(did_you_mean("Arian 64", names), "; did you mean \"Ariane 64\"?");
        assert_eq!(did_you_mean("ariane", names), "; did you mean \"Ariane 62\"?");
        assert_eq!(did_you_mean("zzz", names), "");
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
