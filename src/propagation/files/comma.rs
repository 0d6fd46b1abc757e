//! Tables of states as CSV: a head of `# key = value`, then columns that say their units.

use super::kvn::{digits, number};
use super::table::MOST_READ;
use super::{
    Eme2000, FileError, FrameName, Interpolation, Label, Row, StateTable, TableError, TimeSystem, find_center,
    plain_name, stamps,
};
use crate::ephemerides::State;
use std::fmt::Write;

/// The columns, with their units.
pub(super) const COLUMNS: [&str; 7] = ["epoch_tdb_s", "x_km", "y_km", "z_km", "vx_km_s", "vy_km_s", "vz_km_s"];

/// The dates that a table may hold: ten thousand years either side of J2000.
pub(super) const MOST_TDB_S: f64 = 3.16e11;
/// What to write instead of others.
pub(super) const NEARER: &str = "write TDB seconds past J2000, within ten thousand years of it";

impl StateTable {
    /// The table as CSV text; [`StateTable::from_csv`] brings it back to the last bit where its axes are the ICRF.
    ///
    /// Epochs are TDB seconds past J2000, whatever scale the label names.
    ///
    /// # Errors
    /// [`TableError`] for a table without rows, with dates that do not grow, or with numbers that are none.
    pub fn to_csv(&self) -> Result<String, TableError> {
        self.check(1)?;
        let mut text = String::new();
        for (key, value) in self.head() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "# {key} = {}", value.replace(['\n', '\r'], " "));
        }
        text.push_str(&COLUMNS.join(","));
        text.push('\n');
        for row in &self.rows {
            text.push_str(&digits(row.epoch.tdb_s()));
            let state = self.label.frame.written(row.state);
            for value in state.position_km.iter().chain(&state.velocity_km_s) {
                text.push(',');
                text.push_str(&digits(*value));
            }
            text.push('\n');
        }
        Ok(text)
    }

    /// A table from CSV text.
    ///
    /// * `file`: what errors call it
    /// * `text`: lines `# key = value`, of which `center` must be there, then a header; columns may stand in any
    ///   order and others beside them; instead of `epoch_tdb_s` a column `epoch` may hold dates in the head's
    ///   `time_system`
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, FileError> {
        let name = || file.to_owned();
        let mut head = Head::default();
        let lines = || text.lines().enumerate().map(|(k, line)| (k + 1, line.trim_start_matches('\u{feff}').trim()));
        for (line, said) in lines().filter_map(|(line, l)| Some((line, l.strip_prefix('#')?.trim()))) {
            // other programs' comments stay comments
            match said.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
                Some((key, value)) if head.take(key, value, file, line)? => {}
                _ => head.comments.push(said.to_owned()),
            }
        }
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let unreadable = |e: csv::Error| FileError::Unreadable { file: name(), reason: e.to_string() };
        let headers = reader.headers().map_err(unreadable)?.clone();
        let header_line = lines().find(|(_, l)| !l.is_empty() && !l.starts_with('#')).map_or(1, |(line, _)| line);
        let column = |wanted: &str| headers.iter().position(|h| h.trim_start_matches('\u{feff}') == wanted);
        let mut places = [0; 7];
        let dated = column("epoch").filter(|_| column(COLUMNS[0]).is_none());
        for (place, wanted) in places.iter_mut().zip(COLUMNS).skip(usize::from(dated.is_some())) {
            *place = column(wanted).ok_or_else(|| FileError::Missing {
                file: name(),
                line: header_line,
                quantity: format!("column {wanted}"),
                cure: format!("the header is {}", COLUMNS.join(",")),
            })?;
        }
        let label = head.label(file, header_line)?;
        let mut rows: Vec<Row> = Vec::new();
        let mut last_line = header_line;
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(header_line, |p| p.line() as usize);
            last_line = line;
            if record.len() != headers.len() {
                let wanted = format!("{}, as the header has", headers.len());
                return Err(FileError::Fields { file: name(), line, found: record.len(), wanted });
            }
            let mut numbers = [0.0; 7];
            for k in usize::from(dated.is_some())..7 {
                numbers[k] = number(&record[places[k]]).ok_or_else(|| FileError::NoNumber {
                    file: name(),
                    line,
                    quantity: COLUMNS[k].to_owned(),
                    text: record[places[k]].to_owned(),
                })?;
            }
            let epoch = match dated {
                None if numbers[0].abs() > MOST_TDB_S => {
                    let quantity = COLUMNS[0].to_owned();
                    return Err(FileError::OutOfRange {
                        file: name(),
                        line,
                        quantity,
                        value: numbers[0],
                        cure: NEARER,
                    });
                }
                None => crate::time::Epoch::from_tdb_s(numbers[0]),
                Some(place) => stamps::parse(&record[place], label.time_system).ok_or_else(|| FileError::NoDate {
                    file: name(),
                    line,
                    quantity: "epoch".to_owned(),
                    text: record[place].to_owned(),
                })?,
            };
            if let Some(before) = rows.last().filter(|before| epoch <= before.epoch) {
                let stamp = |epoch| stamps::write(epoch, label.time_system);
                return Err(FileError::Order { file: name(), line, epoch: stamp(epoch), before: stamp(before.epoch) });
            }
            let [_, x, y, z, vx, vy, vz] = numbers;
            let state = State { position_km: [x, y, z], velocity_km_s: [vx, vy, vz] };
            rows.push(Row { epoch, state: label.frame.read(state) });
        }
        if rows.is_empty() {
            return Err(FileError::Empty { file: name(), line: last_line });
        }
        Ok(Self { label, interpolation: head.interpolation, comments: head.comments, rows })
    }

    /// What CSV and Parquet say of a table besides its rows.
    pub(super) fn head(&self) -> Vec<(&'static str, String)> {
        let label = &self.label;
        let mut head = vec![
            ("object", label.object_name.clone()),
            ("object_id", label.object_id.clone()),
            ("center", plain_name(label.center)),
            ("center_naif_id", label.center.naif_id.to_string()),
            ("frame", label.frame.name().to_owned()),
            ("time_system", label.time_system.name().to_owned()),
            ("interpolation", format!("{} {}", self.interpolation.name(), self.interpolation.degree())),
        ];
        head.extend(self.comments.iter().map(|comment| ("comment", comment.clone())));
        head
    }
}

/// The head of a file as it is read.
#[derive(Default)]
pub(super) struct Head {
    object: Option<String>,
    object_id: Option<String>,
    center: Option<crate::bodies::Body>,
    frame: FrameName,
    time_system: TimeSystem,
    pub(super) interpolation: Interpolation,
    pub(super) comments: Vec<String>,
}

impl Head {
    /// One line; false when the key is none of ours.
    pub(super) fn take(&mut self, key: &str, value: &str, file: &str, line: usize) -> Result<bool, FileError> {
        let (name, found) = (|| file.to_owned(), || value.to_owned());
        match key {
            "object" => self.object = Some(found()),
            "object_id" => self.object_id = Some(found()),
            "center" | "center_naif_id" => {
                let body = find_center(value).map_err(|source| FileError::Body { file: name(), line, source })?;
                self.center = Some(body);
            }
            "frame" => {
                // a table says ICRF where it means that
                self.frame = FrameName::find(value, Eme2000::MeanEquator).ok_or_else(|| FileError::Frame {
                    file: name(),
                    line,
                    quantity: "frame".to_owned(),
                    found: found(),
                    wanted: "ICRF, EME2000 or J2000",
                })?;
            }
            "time_system" => {
                self.time_system = TimeSystem::find(value).ok_or_else(|| FileError::TimeSystem {
                    file: name(),
                    line,
                    found: found(),
                })?;
            }
            "interpolation" => {
                let refuse = || FileError::Interpolation { file: name(), line, found: found() };
                let (kind, degree) = value.split_once(' ').ok_or_else(refuse)?;
                let degree =
                    degree.trim().parse().ok().filter(|degree| (1..=MOST_READ).contains(degree)).ok_or_else(refuse)?;
                self.interpolation = match kind {
                    "HERMITE" => Interpolation::Hermite { degree },
                    "LAGRANGE" => Interpolation::Lagrange { degree },
                    _ => return Err(refuse()),
                };
            }
            "comment" => self.comments.push(found()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn label(&self, file: &str, line: usize) -> Result<Label, FileError> {
        let center = self.center.ok_or_else(|| FileError::Missing {
            file: file.to_owned(),
            line,
            quantity: "center".to_owned(),
            cure: "write a line \"# center = Moon\" above the header".to_owned(),
        })?;
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "UNKNOWN".to_owned());
        let (object_name, object_id) = (said(&self.object), said(&self.object_id));
        Ok(Label { object_name, object_id, center, frame: self.frame, time_system: self.time_system })
    }
}
