//! Facts come with their source: every data file and every row of the catalogue.

use crate::source::{Finding, files_under, relative};
use sha2::{Digest, Sha256};
use std::path::Path;
use toml::{Table, Value};

/// Files of the data folder that are about it, not in it.
const ABOUT: [&str; 2] = ["PROVENANCE.toml", "README.md"];
/// What a row of PROVENANCE.toml tells besides the file's path, size and hash.
const TOLD: [&str; 4] = ["content", "span", "source", "licence"];
/// How a fact of the catalogue was checked (catalogue/README.md).
const VERIFIED: [&str; 4] = ["read", "read-2nd", "computed", "memory"];

/// Files without a row, rows without a file, bytes that are not those of the row.
pub(super) fn provenance(folder: &Path) -> Vec<Finding> {
    let finding = |what: String| Finding { file: "PROVENANCE.toml".to_owned(), what };
    let text = std::fs::read_to_string(folder.join("PROVENANCE.toml")).expect("PROVENANCE.toml");
    let table: Table = text.parse().expect("PROVENANCE.toml is TOML");
    let empty = Vec::new();
    let rows = table.get("file").and_then(Value::as_array).unwrap_or(&empty);
    let path_of = |row: &Value| row.get("path").and_then(Value::as_str).unwrap_or("(no path)").to_owned();
    let mut found = Vec::new();
    for file in files_under(folder).iter().map(|path| relative(path, folder)).filter(|p| !ABOUT.contains(&p.as_str())) {
        match rows.iter().filter(|row| path_of(row) == file).count() {
            0 => found.push(finding(format!("{file}: no row"))),
            1 => {}
            _ => found.push(finding(format!("{file}: two rows"))),
        }
    }
    for row in rows {
        let path = path_of(row);
        let Ok(bytes) = std::fs::read(folder.join(&path)) else {
            found.push(finding(format!("{path}: no such file")));
            continue;
        };
        let sha256: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        if row.get("sha256").and_then(Value::as_str) != Some(&sha256) {
            found.push(finding(format!("{path}: sha256 is {sha256}, the row says otherwise")));
        }
        if row.get("bytes").and_then(Value::as_integer) != i64::try_from(bytes.len()).ok() {
            found.push(finding(format!("{path}: {} bytes, the row says otherwise", bytes.len())));
        }
        for key in TOLD.iter().filter(|key| row.get(**key).and_then(Value::as_str).is_none_or(|v| v.trim().is_empty()))
        {
            found.push(finding(format!("{path}: {key} is not told")));
        }
    }
    found
}

/// Rows of the catalogue without a source, or without a word on how it was checked.
pub(super) fn catalogue(folder: &Path) -> Vec<Finding> {
    let files = files_under(folder).into_iter().map(|path| (relative(&path, folder), path));
    files
        .filter(|(name, _)| !ABOUT.contains(&name.as_str()))
        .flat_map(|(name, path)| catalogue_file(&name, &std::fs::read_to_string(path).expect("a text file")))
        .collect()
}

/// The same of one file.
pub(super) fn catalogue_file(name: &str, text: &str) -> Vec<Finding> {
    let faults = match name.rsplit_once('.') {
        Some((_, "csv")) => csv_faults(text),
        Some((_, "toml")) => {
            let table: Table = text.parse().unwrap_or_else(|e| panic!("{name}: {e}"));
            let mut faults = Vec::new();
            table_faults("", &table, (None, None), &mut faults);
            faults
        }
        _ => vec!["neither CSV nor TOML, whose rows can name their source".to_owned()],
    };
    faults.into_iter().map(|what| Finding { file: name.to_owned(), what }).collect()
}

fn csv_faults(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|h| h == name);
    let (Some(source), Some(verified)) = (column("source"), column("verified")) else {
        let missing = ["source", "verified"].into_iter().filter(|name| column(name).is_none());
        return missing.map(|name| format!("no column {name}")).collect();
    };
    let mut faults = Vec::new();
    let mut told_before = false;
    for (index, row) in reader.records().enumerate() {
        let place = format!("row {}", index + 1);
        match row {
            Err(e) => faults.push(format!("{place}: {e}")),
            Ok(row) => {
                let origin = row[source].trim();
                if origin == "same" && !told_before {
                    faults.push(format!("{place}: \"same\" as what?"));
                }
                told_before = !origin.is_empty() && (origin != "same" || told_before);
                faults.extend(fault(&place, Some(origin), Some(&row[verified])));
            }
        }
    }
    faults
}

/// A table of facts, or its parents, must tell both.
fn table_faults(place: &str, table: &Table, told: (Option<&str>, Option<&str>), faults: &mut Vec<String>) {
    let own = |key: &str| table.get(key).and_then(Value::as_str);
    let told = (own("source").or(told.0), own("verified").or(told.1));
    let inner = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    let mut states_facts = false;
    for (key, value) in table {
        match value {
            Value::Table(table) => table_faults(&inner(key), table, told, faults),
            Value::Array(rows) if rows.iter().any(Value::is_table) => {
                for (index, row) in rows.iter().enumerate() {
                    if let Value::Table(row) = row {
                        table_faults(&format!("{}[{index}]", inner(key)), row, told, faults);
                    }
                }
            }
            _ => states_facts |= key != "source" && key != "verified",
        }
    }
    if states_facts {
        faults.extend(fault(if place.is_empty() { "top" } else { place }, told.0, told.1));
    }
}

fn fault(place: &str, source: Option<&str>, verified: Option<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    if source.is_none_or(|s| s.trim().is_empty()) {
        faults.push(format!("{place}: no source"));
    }
    match verified.map(str::trim) {
        None | Some("") => faults.push(format!("{place}: no verified")),
        Some(words) if !words.split([' ', '+', ';']).any(|word| VERIFIED.contains(&word)) => {
            faults.push(format!("{place}: verified is \"{words}\", none of {}", VERIFIED.join(", ")));
        }
        Some(_) => {}
    }
    faults
}
