//! One row a cell, columns with their units in the metadata.

use super::{COLUMNS, CellFileError, columns};
use crate::time::DAY_S;
use crate::transfers::porkchop::Porkchop;
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

/// Units of the numbers, as data frames find them beside each column.
const UNITS: [&str; 9] = ["km2/s2", "km/s", "km/s", "deg", "deg", "deg", "km/s", "km/s", "km/s"];

pub(super) struct Writer<F: Write + Send> {
    schema: Arc<Schema>,
    file: ArrowWriter<F>,
}

fn refuse(reason: impl ToString) -> CellFileError {
    CellFileError::Format { reason: reason.to_string() }
}

impl<F: Write + Send> Writer<F> {
    pub(super) fn new(file: F, about: &Value) -> Result<Self, CellFileError> {
        let field = |name: &str, kind: DataType, nullable: bool, unit: &str| {
            let metadata = HashMap::from([("unit".to_owned(), unit.to_owned())]);
            Field::new(name, kind, nullable).with_metadata(metadata)
        };
        let mut fields = vec![
            field("depart_tdb_s", DataType::Float64, false, "s past J2000 TDB"),
            field("arrive_tdb_s", DataType::Float64, false, "s past J2000 TDB"),
            field("tof_d", DataType::Float64, false, "d"),
            field("revs", DataType::UInt32, false, "1"),
            field("branch", DataType::Utf8, false, ""),
        ];
        fields.extend(COLUMNS.iter().zip(UNITS).map(|(name, unit)| field(name, DataType::Float64, true, unit)));
        fields.push(field("status", DataType::Utf8, false, ""));
        let schema = Arc::new(Schema::new(fields));
        let keys = about.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            KeyValue::new(format!("portolan.{key}"), text)
        });
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(keys.collect()))
            .build();
        let file = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(refuse)?;
        Ok(Self { schema, file })
    }

    pub(super) fn band(&mut self, band: &Porkchop) -> Result<(), CellFileError> {
        for (l, layer) in band.layers.iter().enumerate() {
            let cells = band.cells();
            let numbers = |of: &dyn Fn(usize) -> f64| -> ArrayRef {
                Arc::new(Float64Array::from_iter_values((0..cells).map(of)))
            };
            let mut arrays = vec![
                numbers(&|k| band.dates(k).0.tdb_s()),
                numbers(&|k| band.dates(k).1.tdb_s()),
                numbers(&|k| (band.dates(k).1 - band.dates(k).0) / DAY_S),
                Arc::new(UInt32Array::from(vec![layer.revs; cells])) as ArrayRef,
                Arc::new(StringArray::from(vec![layer.branch.to_string(); cells])) as ArrayRef,
            ];
            let found: Vec<Option<[f64; 9]>> =
                (0..cells).map(|k| band.numbers(l, k).map(|cell| columns(&cell))).collect();
            for n in 0..COLUMNS.len() {
                let column: Float64Array = found.iter().map(|cell| cell.map(|c| c[n])).collect();
                arrays.push(Arc::new(column));
            }
            arrays.push(Arc::new(StringArray::from_iter_values((0..cells).map(|k| layer.status(k).word()))));
            let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(refuse)?;
            self.file.write(&batch).map_err(refuse)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<F, CellFileError> {
        self.file.into_inner().map_err(refuse)
    }
}
