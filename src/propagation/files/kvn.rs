//! Keyword = value notation: the lines of CCSDS messages.

use super::{Eme2000, FileError, FrameName, Label, TimeSystem, find_center, stamps};
use crate::bodies::edit_distance;
use crate::time::Epoch;
use crate::units::check_name;
use std::collections::BTreeMap;

/// What a line is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'a> {
    /// `KEYWORD = value`
    Pair { key: &'a str, value: &'a str },
    /// `COMMENT text`
    Comment(&'a str),
    /// anything else: a row of numbers, `META_START`
    Bare(&'a str),
}

/// The lines that are not empty, with their numbers from 1.
pub(super) fn entries(text: &str) -> Vec<(usize, Entry<'_>)> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // a file saved on some systems begins with a mark of its encoding
        let line = line.trim_start_matches('\u{feff}').trim();
        let entry = if line.is_empty() {
            continue;
        } else if line == "COMMENT" {
            Entry::Comment("")
        } else if let Some(comment) = line.strip_prefix("COMMENT ") {
            Entry::Comment(comment.trim())
        } else if let Some((key, value)) = line.split_once('=') {
            Entry::Pair { key: key.trim(), value: value.trim() }
        } else {
            Entry::Bare(line)
        };
        entries.push((index + 1, entry));
    }
    entries
}

/// The first keyword with its version.
pub(super) fn check_version(file: &str, entries: &[(usize, Entry<'_>)], wanted: &'static str) -> Result<(), FileError> {
    let first = entries.iter().find(|(_, entry)| !matches!(entry, Entry::Comment(_)));
    let (line, found) = match first {
        Some((line, Entry::Pair { key, value })) if *key == wanted => {
            return if ["1.0", "2.0", "3.0"].contains(value) {
                Ok(())
            } else {
                Err(FileError::Version { file: file.to_owned(), line: *line, version: (*value).to_owned() })
            };
        }
        Some((line, Entry::Pair { key, .. })) => (*line, *key),
        Some((line, Entry::Bare(text) | Entry::Comment(text))) => (*line, *text),
        None => (1, ""),
    };
    Err(FileError::WrongKind { file: file.to_owned(), line, found: found.to_owned(), wanted })
}

#[derive(Debug, Clone, Copy)]
struct Value<'a> {
    line: usize,
    text: &'a str,
}

/// The pairs of a block, taken out one by one.
#[derive(Debug)]
pub(super) struct Block<'a> {
    file: &'a str,
    pairs: BTreeMap<&'a str, Value<'a>>,
    /// last line that belongs to the block
    pub(super) end: usize,
    pub(super) comments: Vec<String>,
}

impl<'a> Block<'a> {
    pub(super) const fn new(file: &'a str) -> Self {
        Self { file, pairs: BTreeMap::new(), end: 1, comments: Vec::new() }
    }

    pub(super) fn insert(&mut self, line: usize, key: &'a str, text: &'a str) -> Result<(), FileError> {
        self.end = line;
        match self.pairs.insert(key, Value { line, text }) {
            None => Ok(()),
            Some(first) => {
                let (file, keyword) = (self.file.to_owned(), key.to_owned());
                Err(FileError::Twice { file, line, keyword, first: first.line })
            }
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.pairs.contains_key(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn optional(&self, key: &str) -> Option<Value<'a>> {
        self.pairs.get(key).copied().filter(|value| !value.text.is_empty())
    }

    fn required(&self, key: &str, cure: &str) -> Result<Value<'a>, FileError> {
        self.optional(key).ok_or_else(|| FileError::Missing {
            file: self.file.to_owned(),
            // an empty value is missing where it stands
            line: self.pairs.get(key).map_or(self.end, |value| value.line),
            quantity: key.to_owned(),
            cure: cure.to_owned(),
        })
    }

    pub(super) fn text(&self, key: &str, cure: &str) -> Result<String, FileError> {
        let value = self.required(key, cure)?;
        check_name(value.text).map_err(|error| FileError::Name {
            file: self.file.to_owned(),
            line: value.line,
            quantity: key.to_owned(),
            error,
        })?;
        Ok(value.text.to_owned())
    }

    pub(super) fn optional_text(&self, key: &str) -> Option<String> {
        self.optional(key).map(|value| value.text.to_owned())
    }

    pub(super) fn number(&self, key: &str, unit: &'static str) -> Result<f64, FileError> {
        let value = self.required(key, &format!("write {key} = number [{unit}]"))?;
        self.parse(key, value, unit)
    }

    pub(super) fn optional_number(&self, key: &str, unit: &'static str) -> Result<Option<f64>, FileError> {
        self.optional(key).map(|value| self.parse(key, value, unit)).transpose()
    }

    /// A number that must not be negative.
    pub(super) fn optional_amount(&self, key: &str, unit: &'static str) -> Result<Option<f64>, FileError> {
        match self.optional_number(key, unit)? {
            Some(value) if value < 0.0 => Err(self.out_of_range(key, value, "write a number from zero up")),
            other => Ok(other),
        }
    }

    pub(super) fn out_of_range(&self, key: &str, value: f64, cure: &'static str) -> FileError {
        let line = self.pairs.get(key).map_or(self.end, |value| value.line);
        FileError::OutOfRange { file: self.file.to_owned(), line, quantity: key.to_owned(), value, cure }
    }

    fn parse(&self, key: &str, value: Value<'a>, wanted: &'static str) -> Result<f64, FileError> {
        let (file, quantity, line) = (|| self.file.to_owned(), || key.to_owned(), value.line);
        let number = match value.text.split_once('[') {
            None => value.text,
            Some((number, unit)) => {
                let unit = unit.trim_end_matches(']').trim();
                if !unit.eq_ignore_ascii_case(wanted) {
                    return Err(FileError::Unit {
                        file: file(),
                        line,
                        quantity: quantity(),
                        unit: unit.to_owned(),
                        wanted,
                    });
                }
                number.trim()
            }
        };
        self::number(number).ok_or_else(|| FileError::NoNumber {
            file: file(),
            line,
            quantity: quantity(),
            text: number.to_owned(),
        })
    }

    pub(super) fn epoch(&self, key: &str, system: TimeSystem) -> Result<Epoch, FileError> {
        let value = self.required(key, &format!("write {key} = 2033-04-28T05:10:00.25"))?;
        self.stamp(key, value, system)
    }

    pub(super) fn optional_epoch(&self, key: &str, system: TimeSystem) -> Result<Option<Epoch>, FileError> {
        self.optional(key).map(|value| self.stamp(key, value, system)).transpose()
    }

    fn stamp(&self, key: &str, value: Value<'a>, system: TimeSystem) -> Result<Epoch, FileError> {
        stamps::parse(value.text, system).ok_or_else(|| FileError::NoDate {
            file: self.file.to_owned(),
            line: value.line,
            quantity: key.to_owned(),
            text: value.text.to_owned(),
        })
    }

    /// The metadata that every message has.
    pub(super) fn label(&self, eme2000: Eme2000) -> Result<Label, FileError> {
        let file = || self.file.to_owned();
        let object_name = self.text("OBJECT_NAME", "write OBJECT_NAME = name of the spacecraft")?;
        let object_id = self.text("OBJECT_ID", "write OBJECT_ID = 2022-070A, or UNKNOWN")?;
        let center = self.required("CENTER_NAME", "write CENTER_NAME = EARTH, MOON, SUN, …")?;
        let body =
            find_center(center.text).map_err(|source| FileError::Body { file: file(), line: center.line, source })?;
        let axes = self.required("REF_FRAME", "write REF_FRAME = EME2000 or ICRF")?;
        let frame = FrameName::find(axes.text, eme2000).ok_or_else(|| FileError::Frame {
            file: file(),
            line: axes.line,
            quantity: "REF_FRAME".to_owned(),
            found: axes.text.to_owned(),
            wanted: "ICRF, EME2000 or J2000",
        })?;
        let scale = self.required("TIME_SYSTEM", "write TIME_SYSTEM = UTC, TAI, TT or TDB")?;
        let time_system = TimeSystem::find(scale.text).ok_or_else(|| FileError::TimeSystem {
            file: file(),
            line: scale.line,
            found: scale.text.to_owned(),
        })?;
        Ok(Label { object_name, object_id, center: body, frame, time_system })
    }

    pub(super) fn line(&self, key: &str) -> usize {
        self.pairs.get(key).map_or(self.end, |value| value.line)
    }
}

/// A keyword that has no place, with the nearest that has.
pub(super) fn unknown<'k>(file: &str, line: usize, keyword: &str, known: impl Iterator<Item = &'k str>) -> FileError {
    let nearest = known.min_by_key(|word| edit_distance(word, keyword));
    let hint = match nearest {
        Some(word) if edit_distance(word, keyword) <= 2 => format!("; did you mean {word}?"),
        _ => ": take the line out".to_owned(),
    };
    FileError::UnknownKeyword { file: file.to_owned(), line, keyword: keyword.to_owned(), hint }
}

/// The largest number that a file may hold, whatever its unit: the edge of what is seen of the universe is 4e23 km away.
const LARGEST: f64 = 1e30;

/// Whether a number may stand in a file: finite, and so small that no sum or square of it overflows.
pub(crate) fn in_range(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// The number of a text; `None` for the words that Rust would take as infinite, and for what no craft can have.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value| in_range(*value))
}

/// A number with all its digits: the fewest that bring the same double back.
pub(super) fn digits(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e15).contains(&size) {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    // CCSDS wants a digit on either side of the point
    if text.contains('.') { text } else { text.replacen('E', ".0E", 1) }
}
