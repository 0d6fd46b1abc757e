//! Arrays for NumPy: one a number and layer, of shape (arrivals, departures), stored without compression.

use super::{COLUMNS, CellFileError, columns};
use crate::transfers::porkchop::{Porkchop, Status};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Words of the numbers that an array of states holds, by their value.
const STATES: [&str; 5] = ["solved", "masked", "arrives_first", "too_short", "in_line"];

pub(super) struct Writer<F: Write + Seek> {
    file: F,
    about: Value,
    room: PathBuf,
    depart_s: Vec<f64>,
    arrive_s: Vec<f64>,
    /// name, type and numbers of each array; they wait in nameless files, since an archive takes one after the other
    arrays: Vec<(String, &'static str, BufWriter<File>)>,
}

impl<F: Write + Seek> Writer<F> {
    pub(super) fn new(file: F, mut about: Value, room: &Path) -> Result<Self, CellFileError> {
        let room = room.to_owned();
        about["status"] = json!(STATES);
        Ok(Self { file, about, room, depart_s: Vec::new(), arrive_s: Vec::new(), arrays: Vec::new() })
    }

    pub(super) fn band(&mut self, band: &Porkchop) -> Result<(), CellFileError> {
        if self.arrays.is_empty() {
            self.depart_s = band.depart.iter().map(|t| t.tdb_s()).collect();
            for layer in &band.layers {
                let of = |name: &str| format!("{name}_{}_{}", layer.revs, layer.branch);
                for name in COLUMNS {
                    self.arrays.push((of(name), "<f8", BufWriter::new(tempfile::tempfile_in(&self.room)?)));
                }
                self.arrays.push((of("status"), "|u1", BufWriter::new(tempfile::tempfile_in(&self.room)?)));
            }
        }
        self.arrive_s.extend(band.arrive.iter().map(|t| t.tdb_s()));
        for (l, layer) in band.layers.iter().enumerate() {
            let cells: Vec<[f64; 9]> = (0..band.cells())
                .into_par_iter()
                .map(|k| band.numbers(l, k).map_or([f64::NAN; 9], |cell| columns(&cell)))
                .collect();
            let arrays = &mut self.arrays[l * (COLUMNS.len() + 1)..];
            for n in 0..COLUMNS.len() {
                let bytes: Vec<u8> = cells.iter().flat_map(|cell| cell[n].to_le_bytes()).collect();
                arrays[n].2.write_all(&bytes)?;
            }
            let states: Vec<u8> = (0..band.cells()).map(|k| number(layer.status(k))).collect();
            arrays[COLUMNS.len()].2.write_all(&states)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<F, CellFileError> {
        let refuse = |e: zip::result::ZipError| CellFileError::Format { reason: e.to_string() };
        let mut archive = ZipWriter::new(self.file);
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
        let begin = |archive: &mut ZipWriter<F>, name: &str, head: &[u8]| {
            archive.start_file(format!("{name}.npy"), plain).map_err(refuse)?;
            archive.write_all(head).map_err(CellFileError::from)
        };
        let about = self.about.to_string();
        let letters: Vec<u8> = about.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        begin(&mut archive, "about", &head(&format!("<U{}", about.chars().count()), "()"))?;
        archive.write_all(&letters)?;
        for (name, dates) in [("depart_tdb_s", &self.depart_s), ("arrive_tdb_s", &self.arrive_s)] {
            begin(&mut archive, name, &head("<f8", &format!("({},)", dates.len())))?;
            let bytes: Vec<u8> = dates.iter().flat_map(|s| s.to_le_bytes()).collect();
            archive.write_all(&bytes)?;
        }
        let shape = format!("({}, {})", self.arrive_s.len(), self.depart_s.len());
        for (name, kind, numbers) in self.arrays {
            let mut numbers = numbers.into_inner().map_err(|e| e.into_error())?;
            numbers.seek(SeekFrom::Start(0))?;
            begin(&mut archive, &name, &head(kind, &shape))?;
            io::copy(&mut numbers, &mut archive)?;
        }
        archive.finish().map_err(refuse)
    }
}

/// The head of an array in NumPy's format 1.0: magic, length, a dictionary padded to 64 bytes.
///
/// # Source
/// NumPy, *numpy.lib.format*, "Format Version 1.0".
fn head(kind: &str, shape: &str) -> Vec<u8> {
    let mut dictionary = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let padding = 64 - (10 + dictionary.len() + 1) % 64;
    dictionary.extend(std::iter::repeat_n(' ', padding % 64));
    dictionary.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((dictionary.len() as u16).to_le_bytes());
    bytes.extend(dictionary.as_bytes());
    bytes
}

fn number(status: Status) -> u8 {
    STATES.iter().position(|word| *word == status.word()).map_or(u8::MAX, |at| at as u8)
}
