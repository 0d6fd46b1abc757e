//! CCSDS orbit ephemeris messages (KVN): tables of states, one a segment.

use super::kvn::{self, Block, Entry, digits};
use super::opm::Text;
use super::{Eme2000, FileError, Heading, Interpolation, Row, StateTable, TableError, stamps};
use crate::ephemerides::State;
use crate::time::{Epoch, Window};
use std::path::Path;

/// One segment of an ephemeris message.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// the states; `INTERPOLATION` is Hermite of degree 7 where the file is silent
    pub table: StateTable,
    /// first epoch that the interpolation is meant for; the first row where the file is silent
    pub useable_start: Option<Epoch>,
    /// last such epoch
    pub useable_stop: Option<Epoch>,
    /// what the file holds besides and is not taken: `"12 covariance matrices"`
    pub left_out: Vec<String>,
}

/// An orbit ephemeris message.
#[derive(Debug, Clone, PartialEq)]
pub struct Oem {
    /// when and by whom
    pub heading: Heading,
    /// one at least, in the order of the file
    pub segments: Vec<Segment>,
}

const HEADING: [&str; 5] = ["CCSDS_OEM_VERS", "CLASSIFICATION", "CREATION_DATE", "ORIGINATOR", "MESSAGE_ID"];
const METADATA: [&str; 12] = [
    "OBJECT_NAME",
    "OBJECT_ID",
    "CENTER_NAME",
    "REF_FRAME",
    "REF_FRAME_EPOCH",
    "TIME_SYSTEM",
    "START_TIME",
    "USEABLE_START_TIME",
    "USEABLE_STOP_TIME",
    "STOP_TIME",
    "INTERPOLATION",
    "INTERPOLATION_DEGREE",
];
/// What a silent file is interpolated with: eight conditions from four rows.
const SILENT: Interpolation = Interpolation::Hermite { degree: 7 };

/// Where the reader stands.
enum Place<'a> {
    Heading,
    Metadata(Block<'a>),
    Rows(Box<Open>),
    Covariance(Box<Open>),
}

/// A segment that is being read.
struct Open {
    segment: Segment,
    covariances: usize,
    accelerations: usize,
    /// line of META_STOP, then of the last row
    line: usize,
}

impl Open {
    fn close(mut self, file: &str) -> Result<Segment, FileError> {
        if self.segment.table.rows.is_empty() {
            return Err(FileError::Empty { file: file.to_owned(), line: self.line });
        }
        let counts = [(self.covariances, "covariance matrices"), (self.accelerations, "accelerations")];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            self.segment.left_out.push(format!("{count} {what}"));
        }
        if self.segment.useable().is_none() {
            let table = &self.segment.table;
            let stamp = |epoch: Option<Epoch>| {
                epoch.map_or_else(|| "?".to_owned(), |epoch| stamps::write(epoch, table.label.time_system))
            };
            let [first, last] = [table.first(), table.last()].map(|row| row.map(|row| row.epoch));
            return Err(FileError::Useable {
                file: file.to_owned(),
                line: self.line,
                useable: format!(
                    "{} to {}",
                    stamp(self.segment.useable_start.or(first)),
                    stamp(self.segment.useable_stop.or(last))
                ),
                rows: format!("{} to {}", stamp(first), stamp(last)),
            });
        }
        Ok(self.segment)
    }
}

impl Segment {
    /// First and last date that the interpolation is meant for and that lie among the rows; `None` where there is no such date.
    #[must_use]
    pub fn useable(&self) -> Option<Window> {
        let (first, last) = (self.table.first()?.epoch, self.table.last()?.epoch);
        let start = self.useable_start.filter(|start| *start > first).unwrap_or(first);
        let end = self.useable_stop.filter(|stop| *stop < last).unwrap_or(last);
        (start <= end).then_some(Window { start, end })
    }
}

impl Oem {
    /// A message of one table.
    #[must_use]
    pub fn new(heading: Heading, table: StateTable) -> Self {
        let segment = Segment { table, useable_start: None, useable_stop: None, left_out: Vec::new() };
        Self { heading, segments: vec![segment] }
    }

    /// A message of several tables that follow one another, each a segment that is meant for its own dates alone.
    ///
    /// * `tables`: in the order of time; neighbours may share a row, as the message's useable dates may share an end
    #[must_use]
    pub fn of_segments(heading: Heading, tables: Vec<StateTable>) -> Self {
        let several = tables.len() > 1;
        let useable = |row: Option<&Row>| row.filter(|_| several).map(|row| row.epoch);
        let segment = |table: StateTable| Segment {
            useable_start: useable(table.first()),
            useable_stop: useable(table.last()),
            table,
            left_out: Vec::new(),
        };
        Self { heading, segments: tables.into_iter().map(segment).collect() }
    }

    /// Read a file; EME2000 is what CCSDS means by it.
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Self::read_as(path, Eme2000::default())
    }

    /// Read a file that may mean the ICRF by EME2000.
    ///
    /// * `eme2000`: what it means
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn read_as(path: &Path, eme2000: Eme2000) -> Result<Self, FileError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|e| FileError::Unreadable { file: file.clone(), reason: e.to_string() })?;
        Self::parse_as(&file, &text, eme2000)
    }

    /// Read the text of a message, KVN; EME2000 is what CCSDS means by it.
    ///
    /// * `file`, `text`: as for [`Oem::parse_as`]
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        Self::parse_as(file, text, Eme2000::default())
    }

    /// Read the text of a message, KVN, that may mean the ICRF by EME2000.
    ///
    /// * `file`: what errors call it
    /// * `text`: versions 1.0 to 3.0; covariances and accelerations are counted and left out
    /// * `eme2000`: what EME2000 means in it
    ///
    /// # Errors
    /// [`FileError`] with the first mistake and its line.
    ///
    /// # Source
    /// CCSDS 502.0-B-3, *Orbit Data Messages*, section 5.
    pub fn parse_as(file: &str, text: &str, eme2000: Eme2000) -> Result<Self, FileError> {
        let entries = kvn::entries(text);
        kvn::check_version(file, &entries, "CCSDS_OEM_VERS")?;
        let no_place = |line: usize, text: &str, cure: &str| FileError::NoPlace {
            file: file.to_owned(),
            line,
            text: text.to_owned(),
            cure: cure.to_owned(),
        };
        let mut heading = Block::new(file);
        let mut segments = Vec::new();
        let mut place = Place::Heading;
        let mut last = 1;
        for (line, entry) in entries {
            last = line;
            place = match (place, entry) {
                (Place::Heading, Entry::Comment(comment)) => {
                    heading.comments.push(comment.to_owned());
                    Place::Heading
                }
                (Place::Heading, Entry::Pair { key, value }) => {
                    if !HEADING.contains(&key) {
                        return Err(kvn::unknown(file, line, key, HEADING.into_iter()));
                    }
                    heading.insert(line, key, value)?;
                    Place::Heading
                }
                (Place::Heading, Entry::Bare("META_START")) => Place::Metadata(Block::new(file)),
                (Place::Heading, Entry::Bare(text)) => {
                    return Err(no_place(line, text, "a segment begins with META_START"));
                }
                (Place::Metadata(mut block), Entry::Comment(comment)) => {
                    block.comments.push(comment.to_owned());
                    Place::Metadata(block)
                }
                (Place::Metadata(mut block), Entry::Pair { key, value }) => {
                    if !METADATA.contains(&key) {
                        return Err(kvn::unknown(file, line, key, METADATA.into_iter()));
                    }
                    block.insert(line, key, value)?;
                    Place::Metadata(block)
                }
                (Place::Metadata(mut block), Entry::Bare("META_STOP")) => {
                    block.end = line;
                    Place::Rows(Box::new(open(file, block, eme2000)?))
                }
                (Place::Metadata(_), Entry::Bare(text)) => {
                    return Err(no_place(line, text, "metadata end with META_STOP"));
                }
                (Place::Rows(mut open), Entry::Comment(comment)) => {
                    open.segment.table.comments.push(comment.to_owned());
                    Place::Rows(open)
                }
                (Place::Rows(open), Entry::Bare("META_START")) => {
                    segments.push(open.close(file)?);
                    Place::Metadata(Block::new(file))
                }
                (Place::Rows(open), Entry::Bare("COVARIANCE_START")) => Place::Covariance(open),
                (Place::Rows(mut open), Entry::Bare(text)) => {
                    read_row(file, line, text, &mut open)?;
                    Place::Rows(open)
                }
                (Place::Rows(_), Entry::Pair { key, .. }) => {
                    return Err(no_place(
                        line,
                        key,
                        "a row is a date and six numbers; metadata stand after META_START",
                    ));
                }
                (Place::Covariance(open), Entry::Bare("COVARIANCE_STOP")) => Place::Rows(open),
                (Place::Covariance(mut open), Entry::Pair { key: "EPOCH", .. }) => {
                    open.covariances += 1;
                    Place::Covariance(open)
                }
                (Place::Covariance(_), Entry::Bare("META_START")) => {
                    return Err(no_place(line, "META_START", "covariances end with COVARIANCE_STOP"));
                }
                (Place::Covariance(open), _) => Place::Covariance(open),
            };
        }
        match place {
            Place::Rows(open) => segments.push(open.close(file)?),
            Place::Heading => return Err(missing(file, last, "META_START", "an ephemeris has one segment at least")),
            Place::Metadata(_) => {
                return Err(missing(file, last, "META_STOP", "end the metadata, then write the rows"));
            }
            Place::Covariance(_) => return Err(missing(file, last, "COVARIANCE_STOP", "end the covariances")),
        }
        Ok(Self {
            heading: Heading {
                creation_date: heading.text("CREATION_DATE", "write CREATION_DATE = 2026-11-24T12:00:00")?,
                originator: heading.text("ORIGINATOR", "write ORIGINATOR = who made the file")?,
                message_id: heading.optional_text("MESSAGE_ID"),
                comments: heading.comments,
            },
            segments,
        })
    }

    /// The latest state that the message is meant for, and the segment it stands in: a row, or the interpolation at
    /// USEABLE_STOP_TIME where rows go on beyond it.
    #[must_use]
    pub fn last(&self) -> Option<(&Segment, Row)> {
        let spans = self.segments.iter().filter_map(|segment| Some((segment, segment.useable()?.end)));
        // of two segments that end together the later one holds
        let (segment, epoch) = spans.reduce(|best, next| if next.1 >= best.1 { next } else { best })?;
        let state = segment.table.state(epoch).ok()?;
        Some((segment, Row { epoch, state }))
    }

    /// The state at an epoch by the file's own interpolation, and the segment it stands in; where two segments
    /// meet, the later one holds.
    ///
    /// # Errors
    /// [`TableError::Outside`] before the first and after the last useable date, [`TableError::Gap`] between two segments.
    pub fn state(&self, epoch: Epoch) -> Result<(&Segment, State), TableError> {
        let (mut before, mut after): (Option<Epoch>, Option<Epoch>) = (None, None);
        for segment in self.segments.iter().rev() {
            let Some(Window { start, end }) = segment.useable() else { continue };
            if start <= epoch && epoch <= end {
                return Ok((segment, segment.table.state(epoch)?));
            }
            if end < epoch {
                before = Some(before.map_or(end, |other| if end > other { end } else { other }));
            } else {
                after = Some(after.map_or(start, |other| if start < other { start } else { other }));
            }
        }
        if let (Some(end), Some(start)) = (before, after) {
            return Err(TableError::Gap { epoch, end, start });
        }
        let spans = || self.segments.iter().filter_map(Segment::useable);
        let start = spans().map(|span| span.start).reduce(|a, b| if b < a { b } else { a });
        let end = spans().map(|span| span.end).reduce(|a, b| if b > a { b } else { a });
        Err(match (start, end) {
            (Some(start), Some(end)) => TableError::Outside { epoch, start, end },
            _ => TableError::TooFew { rows: 0, wanted: 1 },
        })
    }

    /// The text of the message, KVN, version 3.0; [`Oem::parse`] brings back the same states to the last bit where the axes
    /// are the ICRF (in others to a rounding), and the same epochs when they are written in TDB.
    ///
    /// # Errors
    /// [`TableError`] for a segment without rows, with dates that do not grow, or with numbers that are none.
    ///
    /// # Source
    /// CCSDS 502.0-B-3, *Orbit Data Messages*, section 5.
    pub fn to_kvn(&self) -> Result<String, TableError> {
        let mut text = Text::new("CCSDS_OEM_VERS");
        text.heading(&self.heading);
        if self.segments.is_empty() {
            return Err(TableError::TooFew { rows: 0, wanted: 1 });
        }
        for segment in &self.segments {
            let table = &segment.table;
            table.check(1)?;
            let system = table.label.time_system;
            let time = |text: &mut Text, key: &str, epoch: Option<Epoch>| {
                if let Some(epoch) = epoch {
                    text.pair(key, &stamps::write(epoch, system));
                }
            };
            text.0.push_str("META_START\n");
            text.label(&table.label, &[]);
            time(&mut text, "START_TIME", table.first().map(|row| row.epoch));
            time(&mut text, "USEABLE_START_TIME", segment.useable_start);
            time(&mut text, "USEABLE_STOP_TIME", segment.useable_stop);
            time(&mut text, "STOP_TIME", table.last().map(|row| row.epoch));
            text.pair("INTERPOLATION", table.interpolation.name());
            text.pair("INTERPOLATION_DEGREE", &table.interpolation.degree().to_string());
            text.0.push_str("META_STOP\n\n");
            text.comments(&table.comments);
            for row in &table.rows {
                text.0.push_str(&stamps::write(row.epoch, system));
                let state = table.label.frame.written(row.state);
                for value in state.position_km.iter().chain(&state.velocity_km_s) {
                    text.0.push(' ');
                    text.0.push_str(&digits(*value));
                }
                text.blank();
            }
            text.blank();
        }
        Ok(text.0)
    }
}

fn missing(file: &str, line: usize, quantity: &str, cure: &str) -> FileError {
    FileError::Missing { file: file.to_owned(), line, quantity: quantity.to_owned(), cure: cure.to_owned() }
}

/// The metadata of a segment; its rows follow.
fn open(file: &str, block: Block<'_>, eme2000: Eme2000) -> Result<Open, FileError> {
    let label = block.label(eme2000)?;
    let system = label.time_system;
    for key in ["START_TIME", "STOP_TIME"] {
        // mandatory; the rows say it again, and they are what is used
        block.epoch(key, system)?;
    }
    let degree = match block.optional_number("INTERPOLATION_DEGREE", "")? {
        Some(value) if value.fract() != 0.0 || !(1.0..=99.0).contains(&value) => {
            return Err(block.out_of_range("INTERPOLATION_DEGREE", value, "write a whole number from 1 to 99"));
        }
        other => other.map(|value| value as usize),
    };
    let interpolation = match block.optional_text("INTERPOLATION").map(|t| t.to_uppercase()).as_deref() {
        None => SILENT,
        Some("HERMITE") => Interpolation::Hermite { degree: degree.unwrap_or(SILENT.degree()) },
        Some("LAGRANGE") => Interpolation::Lagrange { degree: degree.unwrap_or(SILENT.degree()) },
        Some("LINEAR") => Interpolation::Lagrange { degree: 1 },
        Some(other) => {
            let (line, found) = (block.line("INTERPOLATION"), other.to_owned());
            return Err(FileError::Interpolation { file: file.to_owned(), line, found });
        }
    };
    let segment = Segment {
        useable_start: block.optional_epoch("USEABLE_START_TIME", system)?,
        useable_stop: block.optional_epoch("USEABLE_STOP_TIME", system)?,
        left_out: Vec::new(),
        table: StateTable { label, interpolation, comments: block.comments, rows: Vec::new() },
    };
    Ok(Open { segment, covariances: 0, accelerations: 0, line: block.end })
}

/// Date, three positions, three velocities, and accelerations that are not taken.
fn read_row(file: &str, line: usize, text: &str, open: &mut Open) -> Result<(), FileError> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != 7 && fields.len() != 10 {
        let wanted = "a date, x y z in km and vx vy vz in km/s".to_owned();
        return Err(FileError::Fields { file: file.to_owned(), line, found: fields.len(), wanted });
    }
    let table = &mut open.segment.table;
    let epoch = stamps::parse(fields[0], table.label.time_system).ok_or_else(|| FileError::NoDate {
        file: file.to_owned(),
        line,
        quantity: "the row's date".to_owned(),
        text: fields[0].to_owned(),
    })?;
    let mut numbers = [0.0; 9];
    let names = ["x", "y", "z", "vx", "vy", "vz", "ax", "ay", "az"];
    for ((value, field), name) in numbers.iter_mut().zip(&fields[1..]).zip(names) {
        *value = kvn::number(field).ok_or_else(|| FileError::NoNumber {
            file: file.to_owned(),
            line,
            quantity: name.to_owned(),
            text: (*field).to_owned(),
        })?;
    }
    if let Some(before) = table.last()
        && epoch <= before.epoch
    {
        let before = stamps::write(before.epoch, table.label.time_system);
        return Err(FileError::Order { file: file.to_owned(), line, epoch: fields[0].to_owned(), before });
    }
    open.accelerations += usize::from(fields.len() == 10);
    open.line = line;
    let [x, y, z, vx, vy, vz, ..] = numbers;
    let state = State { position_km: [x, y, z], velocity_km_s: [vx, vy, vz] };
    table.rows.push(Row { epoch, state: table.label.frame.read(state) });
    Ok(())
}
