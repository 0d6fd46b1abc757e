//! One line a cell.

use super::{COLUMNS, CellFileError, columns};
use crate::time::DAY_S;
use crate::transfers::porkchop::Porkchop;
use rayon::prelude::*;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};

pub(super) struct Writer<F: Write> {
    file: BufWriter<F>,
}

impl<F: Write> Writer<F> {
    pub(super) fn new(file: F, about: &Value) -> Result<Self, CellFileError> {
        let mut file = BufWriter::new(file);
        for (key, value) in about.as_object().into_iter().flatten() {
            match value {
                Value::Null => {}
                Value::String(text) => writeln!(file, "# {key} = {text}")?,
                Value::Array(items) if key == "kernels" => {
                    for item in items {
                        let of = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
                        writeln!(file, "# kernel = {} sha256 {}", of("name"), of("sha256"))?;
                    }
                }
                Value::Array(ends) if ends.len() == 2 => {
                    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
                    let between = if key == "size" { " x " } else { " .. " };
                    writeln!(file, "# {key} = {}{between}{}", text(&ends[0]), text(&ends[1]))?;
                }
                other => writeln!(file, "# {key} = {other}")?,
            }
        }
        writeln!(file, "depart_tdb,arrive_tdb,tof_d,revs,branch,{},status", COLUMNS.join(","))?;
        Ok(Self { file })
    }

    pub(super) fn band(&mut self, band: &Porkchop) -> Result<(), CellFileError> {
        let width = band.depart.len();
        let departs: Vec<String> = band.depart.iter().map(|t| t.iso()).collect();
        for (l, layer) in band.layers.iter().enumerate() {
            let rows: Vec<String> = (0..band.arrive.len())
                .into_par_iter()
                .map(|row| {
                    let mut text = String::with_capacity(width * 200);
                    let arrive = band.arrive[row].iso();
                    for k in row * width..(row + 1) * width {
                        let (leave, come) = band.dates(k);
                        // Writing to a String cannot fail.
                        let _ = write!(
                            text,
                            "{},{arrive},{},{},{},",
                            departs[k % width],
                            (come - leave) / DAY_S,
                            layer.revs,
                            layer.branch
                        );
                        match band.numbers(l, k) {
                            Some(cell) => columns(&cell).iter().for_each(|x| {
                                let _ = write!(text, "{x},");
                            }),
                            None => text.extend(std::iter::repeat_n(',', COLUMNS.len())),
                        }
                        text.push_str(layer.status(k).word());
                        text.push('\n');
                    }
                    text
                })
                .collect();
            for row in rows {
                self.file.write_all(row.as_bytes())?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<F, CellFileError> {
        Ok(self.file.into_inner().map_err(|e| e.into_error())?)
    }
}
