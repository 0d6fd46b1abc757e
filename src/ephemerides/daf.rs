//! Double precision array files (DAF), the container of SPICE kernels, of either byte order.
//!
//! Everything that a file says about its own size is checked here, before anyone follows it.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// Bytes of a record.
const RECORD: usize = 1024;
/// Bytes of a word.
const WORD: usize = 8;
/// Doubles and integers of a summary; doubles come first.
const DOUBLES: usize = 2;
/// Where the file record says which way its bytes go.
const FORMAT_AT: usize = 88;

/// What a kernel is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DafKind {
    /// places of bodies
    Spk,
    /// orientations of bodies
    Pck,
}

impl DafKind {
    /// Integers of a summary.
    const fn integers(self) -> usize {
        match self {
            Self::Spk => 6,
            Self::Pck => 5,
        }
    }
}

/// The summary of an array.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summary {
    /// first and last epoch, TDB s past J2000
    pub(super) start_s: f64,
    pub(super) end_s: f64,
    /// the integers before the two addresses: body, centre, frame and type of an SPK; body, frame and type of a PCK
    pub(super) numbers: Vec<i32>,
    /// first and last word of the array, from 1
    words: [usize; 2],
}

/// A file of arrays.
#[derive(Debug)]
pub(super) struct Daf<'a> {
    bytes: &'a [u8],
    kind: DafKind,
    big_endian: bool,
    /// record numbers of the summaries
    summary_records: Vec<usize>,
    summaries: Vec<Summary>,
}

impl<'a> Daf<'a> {
    /// What a file is, by its first eight bytes; none when it is no SPK and no PCK.
    pub(super) fn kind_of(bytes: &[u8]) -> Option<DafKind> {
        match bytes.get(..8)? {
            b"DAF/SPK " => Some(DafKind::Spk),
            b"DAF/PCK " => Some(DafKind::Pck),
            // files from before 1993: the number of integers tells
            b"NAIF/DAF" => match bytes.get(12..16)? {
                [6, 0, 0, 0] | [0, 0, 0, 6] => Some(DafKind::Spk),
                [5, 0, 0, 0] | [0, 0, 0, 5] => Some(DafKind::Pck),
                _ => None,
            },
            _ => None,
        }
    }

    /// The summaries of a file.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    ///
    /// # Source
    /// NAIF, *DAF Required Reading*.
    pub(super) fn read(bytes: &'a [u8], kind: DafKind) -> Result<Self, String> {
        if bytes.len() < RECORD {
            return Err(format!("it has {} bytes, a kernel has a first record of {RECORD}", bytes.len()));
        }
        let big_endian = match &bytes[FORMAT_AT..FORMAT_AT + 8] {
            b"LTL-IEEE" => false,
            b"BIG-IEEE" => true,
            // files from before 1993 do not say
            _ if bytes.starts_with(b"NAIF/DAF") => bytes[8..12] == [0, 0, 0, 2],
            other => {
                let said: String = other.iter().map(|b| char::from(*b)).collect();
                return Err(format!(
                    "its numbers are of the format \"{}\", only LTL-IEEE and BIG-IEEE are read: convert it with NAIF's bingo",
                    said.escape_default()
                ));
            }
        };
        let mut file = Self { bytes, kind, big_endian, summary_records: Vec::new(), summaries: Vec::new() };
        let (doubles, integers) = (file.integer(8), file.integer(12));
        if (doubles, integers) != (DOUBLES as i32, kind.integers() as i32) {
            return Err(format!(
                "its summaries have {doubles} doubles and {integers} integers, those of this kind have {DOUBLES} and {}",
                kind.integers()
            ));
        }
        file.read_summaries()?;
        // segments of a kernel never share words; thousands that do would take the memory of thousands of files
        let words: usize = file.summaries.iter().map(|s| s.words[1] - s.words[0] + 1).sum();
        if words > bytes.len() / WORD {
            return Err(format!("its segments hold {words} numbers, the file has room for {}", bytes.len() / WORD));
        }
        Ok(file)
    }

    fn read_summaries(&mut self) -> Result<(), String> {
        let records = self.bytes.len() / RECORD;
        let size = DOUBLES + self.kind.integers().div_ceil(2);
        let most = (RECORD / WORD - 3) / size;
        let mut seen = BTreeSet::new();
        let mut next = f64::from(self.integer(76));
        while next != 0.0 {
            if !(next.fract() == 0.0 && (2.0..=records as f64).contains(&next)) {
                return Err(format!("it points to a summary record {next}, it has {records} records"));
            }
            let record = next as usize;
            if !seen.insert(record) {
                return Err(format!("its summary records go round in a circle, by way of record {record}"));
            }
            let at = (record - 1) * RECORD;
            let count = self.double(at + 2 * WORD);
            if !(count.fract() == 0.0 && (0.0..=most as f64).contains(&count)) {
                return Err(format!("its record {record} says it holds {count} summaries, at most {most} fit"));
            }
            for k in 0..count as usize {
                let summary = self.summary(at + (3 + k * size) * WORD)?;
                self.summaries.push(summary);
            }
            self.summary_records.push(record);
            next = self.double(at);
        }
        if self.summaries.is_empty() { Err("it has no segment".to_owned()) } else { Ok(()) }
    }

    fn summary(&self, at: usize) -> Result<Summary, String> {
        let (start_s, end_s) = (self.double(at), self.double(at + WORD));
        let integers: Vec<i32> = (0..self.kind.integers()).map(|k| self.integer(at + DOUBLES * WORD + 4 * k)).collect();
        let (numbers, addresses) = integers.split_at(self.kind.integers() - 2);
        let number = self.summaries.len() + 1;
        let words = self.bytes.len() / WORD;
        let address =
            |k: usize| usize::try_from(addresses[k]).ok().filter(|word| (RECORD / WORD + 1..=words).contains(word));
        let (Some(first), Some(last)) = (address(0), address(1)) else {
            return Err(format!(
                "its segment {number} lies at the words {} to {}, the file has {words}: it is cut short or damaged",
                addresses[0], addresses[1]
            ));
        };
        if last < first {
            return Err(format!("its segment {number} ends at word {last}, before its first, {first}"));
        }
        if !(start_s.is_finite() && end_s.is_finite() && start_s <= end_s) {
            return Err(format!("its segment {number} is said to hold {start_s} to {end_s} s past J2000"));
        }
        Ok(Summary { start_s, end_s, numbers: numbers.to_vec(), words: [first, last] })
    }

    /// The summaries, in the order of the file.
    pub(super) fn summaries(&self) -> &[Summary] {
        &self.summaries
    }

    /// The doubles of an array.
    pub(super) fn doubles(&self, summary: &Summary) -> Vec<f64> {
        let [first, last] = summary.words;
        (first - 1..last).map(|word| self.double(word * WORD)).collect()
    }

    /// The file with the bytes of its numbers as this machine's are, for readers that take no other.
    pub(super) fn little_endian(&self) -> Cow<'a, [u8]> {
        let id = match self.kind {
            DafKind::Spk => b"DAF/SPK ",
            DafKind::Pck => b"DAF/PCK ",
        };
        if !self.big_endian && self.bytes.starts_with(id) {
            return Cow::Borrowed(self.bytes);
        }
        let mut bytes = self.bytes.to_vec();
        bytes[..8].copy_from_slice(id);
        bytes[FORMAT_AT..FORMAT_AT + 8].copy_from_slice(b"LTL-IEEE");
        if !self.big_endian {
            return Cow::Owned(bytes);
        }
        let mut swap = |at: usize, size: usize| bytes[at..at + size].reverse();
        for at in [8, 12, 76, 80, 84] {
            swap(at, 4);
        }
        for record in &self.summary_records {
            let at = (record - 1) * RECORD;
            let size = DOUBLES + self.kind.integers().div_ceil(2);
            let count = self.double(at + 2 * WORD) as usize;
            for k in 0..3 {
                swap(at + k * WORD, WORD);
            }
            for summary in 0..count {
                let at = at + (3 + summary * size) * WORD;
                for k in 0..DOUBLES {
                    swap(at + k * WORD, WORD);
                }
                for k in 0..self.kind.integers() {
                    swap(at + DOUBLES * WORD + 4 * k, 4);
                }
            }
        }
        for summary in &self.summaries {
            for word in summary.words[0] - 1..summary.words[1] {
                swap(word * WORD, WORD);
            }
        }
        Cow::Owned(bytes)
    }

    fn integer(&self, at: usize) -> i32 {
        let mut four = [0; 4];
        four.copy_from_slice(&self.bytes[at..at + 4]);
        if self.big_endian { i32::from_be_bytes(four) } else { i32::from_le_bytes(four) }
    }

    fn double(&self, at: usize) -> f64 {
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[at..at + 8]);
        if self.big_endian { f64::from_be_bytes(eight) } else { f64::from_le_bytes(eight) }
    }
}
