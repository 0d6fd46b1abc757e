//! One object: provenance, departures, one entry a row of equal arrival, and what became of the cells.

use super::{COLUMNS, CellFileError, columns};
use crate::transfers::porkchop::{CellCounts, Porkchop};
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::io::{BufWriter, Write};

pub(super) struct Writer<F: Write> {
    file: BufWriter<F>,
    about: Option<Value>,
    rows: usize,
}

impl<F: Write> Writer<F> {
    pub(super) fn new(file: F, about: Value) -> Result<Self, CellFileError> {
        Ok(Self { file: BufWriter::new(file), about: Some(about), rows: 0 })
    }

    pub(super) fn band(&mut self, band: &Porkchop) -> Result<(), CellFileError> {
        if let Some(about) = self.about.take() {
            let departs: Vec<String> = band.depart.iter().map(|t| t.iso()).collect();
            write!(self.file, "{{\"about\":{about},\"depart_tdb\":{},\"rows\":[", json!(departs))?;
        }
        let width = band.depart.len();
        let rows: Vec<String> = (0..band.arrive.len())
            .into_par_iter()
            .map(|row| {
                let layers: Vec<Value> = (0..band.layers.len()).map(|l| layer(band, l, row, width)).collect();
                json!({ "arrive_tdb": band.arrive[row].iso(), "layers": layers }).to_string()
            })
            .collect();
        for row in rows {
            let comma = if self.rows > 0 { ",\n" } else { "\n" };
            write!(self.file, "{comma}{row}")?;
            self.rows += 1;
        }
        Ok(())
    }

    pub(super) fn finish(mut self, whole: &Porkchop) -> Result<F, CellFileError> {
        let CellCounts { solved, masked, arrives_first, too_short, in_line } = whole.counts;
        let reasons = json!({ "arrives_first": arrives_first, "too_short": too_short, "in_line": in_line });
        let counts = json!({ "solved": solved, "masked": masked, "reasons": reasons });
        writeln!(self.file, "],\n\"cells\":{counts}}}")?;
        Ok(self.file.into_inner().map_err(|e| e.into_error())?)
    }
}

/// One row of one layer; `null` where there is no transfer.
fn layer(band: &Porkchop, l: usize, row: usize, width: usize) -> Value {
    let layer = &band.layers[l];
    let cells: Vec<Option<[f64; 9]>> =
        (row * width..(row + 1) * width).map(|k| band.numbers(l, k).map(|cell| columns(&cell))).collect();
    let mut object = Map::new();
    object.insert("revs".to_owned(), json!(layer.revs));
    object.insert("branch".to_owned(), json!(layer.branch.to_string()));
    for (n, name) in COLUMNS.iter().enumerate() {
        let numbers: Vec<Option<f64>> = cells.iter().map(|cell| cell.map(|c| c[n])).collect();
        object.insert((*name).to_owned(), json!(numbers));
    }
    let words: Vec<&str> = (row * width..(row + 1) * width).map(|k| layer.status(k).word()).collect();
    object.insert("status".to_owned(), json!(words));
    Value::Object(object)
}
