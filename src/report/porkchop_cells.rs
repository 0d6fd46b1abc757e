//! All cells of a porkchop as a file, band by band: CSV, JSON, NPZ, and Parquet under its feature.
//!
//! Every format names its units in the names of its columns and carries the provenance inside: bodies, dates, orbits,
//! limits, kernels with their hashes, and the version that wrote it.

mod csv;
mod json;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;

use crate::ephemerides::Ephemerides;
use crate::transfers::porkchop::{CellNumbers, Porkchop, PorkchopError, PorkchopRequest};
use serde_json::{Value, json};
use std::io::{self, Seek, Write};
use std::path::Path;
use thiserror::Error;

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellFormat {
    /// a head of `# key = value`, then one line a cell
    Csv,
    /// one object with one entry a row of equal arrival
    Json,
    /// arrays of shape (arrivals, departures) for NumPy
    Npz,
    /// one row a cell, for data frames
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Why cells could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CellFileError {
    /// The cells could not be solved.
    #[error(transparent)]
    Porkchop(#[from] PorkchopError),
    /// The system refuses.
    #[error("{0}")]
    System(#[from] io::Error),
    /// A library refuses.
    #[error("{reason}")]
    Format {
        /// what it says
        reason: String,
    },
}

/// Numbers of a cell in the order of the columns.
const COLUMNS: [&str; 9] = [
    "c3_km2_s2",
    "v_inf_dep_km_s",
    "v_inf_arr_km_s",
    "dla_deg",
    "rla_deg",
    "angle_deg",
    "dv_depart_km_s",
    "dv_arrive_km_s",
    "dv_total_km_s",
];

fn columns(cell: &CellNumbers) -> [f64; 9] {
    [
        cell.c3_km2_s2,
        cell.v_inf_dep_km_s,
        cell.v_inf_arr_km_s,
        cell.dla_deg,
        cell.rla_deg,
        cell.angle_rad.to_degrees() + 360.0 * f64::from(cell.revs),
        cell.dv_depart_km_s,
        cell.dv_arrive_km_s,
        cell.dv_depart_km_s + cell.dv_arrive_km_s,
    ]
}

/// What a file says about where its numbers come from.
fn provenance(request: &PorkchopRequest, ephemerides: &Ephemerides) -> Value {
    let kernels: Vec<Value> =
        ephemerides.kernels().iter().map(|k| json!({ "name": k.name, "sha256": k.sha256 })).collect();
    let limits = request.limits;
    json!({
        "program": concat!("portolan ", env!("CARGO_PKG_VERSION")),
        "from": request.departure.name,
        "to": request.arrival.name,
        "depart": [request.depart.start.iso(), request.depart.end.iso()],
        "arrive": [request.arrive.start.iso(), request.arrive.end.iso()],
        "time_scale": "TDB",
        "size": [request.size.depart, request.size.arrive],
        "revs": request.max_revs,
        "parking": request.parking.to_string(),
        "capture": request.capture.to_string(),
        "max_c3_km2_s2": limits.max_c3_km2_s2,
        "max_tof_d": limits.max_tof_d,
        "max_dla_deg": limits.max_dla_deg,
        "max_entry_km_s": limits.max_entry_km_s,
        "kernels": kernels,
    })
}

/// A file of cells that grows by bands.
pub struct CellWriter<F: Write + Seek + Send> {
    kind: Kind<F>,
}

enum Kind<F: Write + Seek + Send> {
    Csv(csv::Writer<F>),
    Json(json::Writer<F>),
    Npz(Box<npz::Writer<F>>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Writer<F>>),
}

impl<F: Write + Seek + Send> CellWriter<F> {
    /// Begin a file.
    ///
    /// * `file`: where it goes
    /// * `request`, `ephemerides`: what the cells are solved from, for the provenance
    /// * `room`: a directory with as much room as the file itself; arrays wait there in files without a name
    ///
    /// # Errors
    /// [`CellFileError`] when the file does not take its head.
    pub fn new(
        file: F,
        format: CellFormat,
        request: &PorkchopRequest,
        ephemerides: &Ephemerides,
        room: &Path,
    ) -> Result<Self, CellFileError> {
        let about = provenance(request, ephemerides);
        let kind = match format {
            CellFormat::Csv => Kind::Csv(csv::Writer::new(file, &about)?),
            CellFormat::Json => Kind::Json(json::Writer::new(file, about)?),
            CellFormat::Npz => Kind::Npz(Box::new(npz::Writer::new(file, about, room)?)),
            #[cfg(feature = "parquet")]
            CellFormat::Parquet => Kind::Parquet(Box::new(parquet::Writer::new(file, &about)?)),
        };
        Ok(Self { kind })
    }

    /// Add the next band, or a whole porkchop at once.
    ///
    /// * `band`: some rows of equal arrival with all departures, in their order
    ///
    /// # Errors
    /// [`CellFileError`] when the file does not take it.
    pub fn band(&mut self, band: &Porkchop) -> Result<(), CellFileError> {
        match &mut self.kind {
            Kind::Csv(writer) => writer.band(band),
            Kind::Json(writer) => writer.band(band),
            Kind::Npz(writer) => writer.band(band),
            #[cfg(feature = "parquet")]
            Kind::Parquet(writer) => writer.band(band),
        }
    }

    /// End the file and give it back.
    ///
    /// * `whole`: the porkchop, with its minima and counts; its cells are not asked for
    ///
    /// # Errors
    /// [`CellFileError`] when the file does not take its end.
    pub fn finish(self, whole: &Porkchop) -> Result<F, CellFileError> {
        match self.kind {
            Kind::Csv(writer) => writer.finish(),
            Kind::Json(writer) => writer.finish(whole),
            Kind::Npz(writer) => writer.finish(),
            #[cfg(feature = "parquet")]
            Kind::Parquet(writer) => writer.finish(),
        }
    }
}

#[cfg(test)]
mod tests;
