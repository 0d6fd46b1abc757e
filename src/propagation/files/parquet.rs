//! Tables of states as Parquet: seven columns of doubles, their units and the table's head in the metadata.

use super::comma::{COLUMNS, Head, MOST_TDB_S, NEARER};
use super::kvn::in_range;
use super::{FileError, Row, StateTable, TableError};
use crate::ephemerides::State;
use crate::time::Epoch;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use std::collections::HashMap;
use std::sync::Arc;

/// The beginning of our keys in the file's metadata.
const OURS: &str = "portolan.";
/// Units of the columns, as pandas and others find them beside each.
const UNITS: [&str; 7] = ["s past J2000 TDB", "km", "km", "km", "km/s", "km/s", "km/s"];

impl StateTable {
    /// The table as a Parquet file; [`StateTable::from_parquet`] brings it back to the last bit.
    ///
    /// The head and the comments stand in the file's metadata under `portolan.`, each column's unit in its field's.
    ///
    /// # Errors
    /// [`TableError`] for rows that cannot be written, or [`TableError::Parquet`].
    pub fn to_parquet(&self) -> Result<Vec<u8>, TableError> {
        self.check(1)?;
        let field = |(name, unit): (&str, &str)| {
            let metadata = HashMap::from([("unit".to_owned(), unit.to_owned())]);
            Field::new(name, DataType::Float64, false).with_metadata(metadata)
        };
        let schema = Arc::new(Schema::new(COLUMNS.into_iter().zip(UNITS).map(field).collect::<Vec<_>>()));
        let column = |of: &dyn Fn(&Row) -> f64| -> ArrayRef {
            Arc::new(self.rows.iter().map(of).map(Some).collect::<Float64Array>())
        };
        let frame = self.label.frame;
        let mut columns = vec![column(&|row| row.epoch.tdb_s())];
        columns.extend((0..3).map(|k| column(&|row| frame.written(row.state).position_km[k])));
        columns.extend((0..3).map(|k| column(&|row| frame.written(row.state).velocity_km_s[k])));
        let no_nulls = |columns: Vec<ArrayRef>| RecordBatch::try_new(Arc::clone(&schema), columns);
        let refuse = |reason: String| TableError::Parquet { reason };
        let batch = no_nulls(columns).map_err(|e| refuse(e.to_string()))?;
        let head = self.head().into_iter().enumerate();
        // keys of a Parquet file are one each, so comments are numbered
        let keys = head.map(|(k, (key, value))| {
            let key = if key == "comment" { format!("{OURS}comment.{k:04}") } else { format!("{OURS}{key}") };
            KeyValue::new(key, value)
        });
        let writer = KeyValue::new(format!("{OURS}version"), env!("CARGO_PKG_VERSION").to_owned());
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(keys.chain([writer]).collect()))
            .build();
        let mut bytes = Vec::new();
        let mut file = ArrowWriter::try_new(&mut bytes, Arc::clone(&schema), Some(properties))
            .map_err(|e| refuse(e.to_string()))?;
        file.write(&batch).and_then(|()| file.close().map(drop)).map_err(|e| refuse(e.to_string()))?;
        Ok(bytes)
    }

    /// A table from the bytes of a Parquet file that [`StateTable::to_parquet`] wrote, or that has the same columns
    /// and `portolan.center` in its metadata.
    ///
    /// * `file`: what errors call it
    ///
    /// # Errors
    /// [`FileError::Damaged`], or what is wrong with the head or a row (counted from 1).
    pub fn from_parquet(file: &str, bytes: Vec<u8>) -> Result<Self, FileError> {
        let damaged = |reason: String| FileError::Damaged { file: file.to_owned(), reason };
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|e| damaged(e.to_string()))?;
        let mut head = Head::default();
        let pairs = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
        for KeyValue { key, value } in pairs {
            let (Some(key), Some(value)) = (key.strip_prefix(OURS), value) else { continue };
            let key = if key.starts_with("comment.") { "comment" } else { key };
            head.take(key, &value, file, 1)?;
        }
        let label = head.label(file, 1)?;
        let mut rows: Vec<Row> = Vec::new();
        for batch in builder.build().map_err(|e| damaged(e.to_string()))? {
            let batch = batch.map_err(|e| damaged(e.to_string()))?;
            let mut columns = Vec::with_capacity(7);
            for name in COLUMNS {
                let column = batch.column_by_name(name).ok_or_else(|| FileError::Missing {
                    file: file.to_owned(),
                    line: 1,
                    quantity: format!("column {name}"),
                    cure: format!("the columns are {}", COLUMNS.join(", ")),
                })?;
                let doubles = column.as_any().downcast_ref::<Float64Array>();
                columns.push(doubles.ok_or_else(|| damaged(format!("column {name} does not hold doubles")))?);
            }
            for k in 0..batch.num_rows() {
                let line = rows.len() + 1;
                let at = |column: usize| columns[column].value(k);
                let row = Row {
                    epoch: Epoch::from_tdb_s(at(0)),
                    state: label
                        .frame
                        .read(State { position_km: [at(1), at(2), at(3)], velocity_km_s: [at(4), at(5), at(6)] }),
                };
                if let Some(place) = (0..7).find(|column| !in_range(at(*column))) {
                    let (quantity, text) = (COLUMNS[place].to_owned(), at(place).to_string());
                    return Err(FileError::NoNumber { file: file.to_owned(), line, quantity, text });
                }
                if at(0).abs() > MOST_TDB_S {
                    let (quantity, file) = (COLUMNS[0].to_owned(), file.to_owned());
                    return Err(FileError::OutOfRange { file, line, quantity, value: at(0), cure: NEARER });
                }
                if let Some(before) = rows.last().filter(|before| row.epoch <= before.epoch) {
                    let (epoch, before) = (row.epoch.to_string(), before.epoch.to_string());
                    return Err(FileError::Order { file: file.to_owned(), line, epoch, before });
                }
                rows.push(row);
            }
        }
        if rows.is_empty() {
            return Err(FileError::Empty { file: file.to_owned(), line: 1 });
        }
        Ok(Self { label, interpolation: head.interpolation, comments: head.comments, rows })
    }
}
