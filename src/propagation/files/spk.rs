//! SPICE kernels of spacecraft states: SPK types 9 and 13, little-endian.

use super::table::MOST_DEGREE;
use super::{Interpolation, StateTable, TableError};

/// Bytes of a record of a DAF.
const RECORD: usize = 1024;
/// Characters of a record of comments.
const COMMENT: usize = 1000;
/// What a file that was not spoilt by a text transfer holds at byte 699.
const TRANSFER_TEST: &[u8] = b"FTPSTR:\r:\n:\r\n:\r\0:\x81:\x10\xce:ENDFTP";
/// Summaries in a record: 125 words hold them at five each.
const SUMMARIES: usize = 25;
/// The frame number of J2000.
const J2000: i32 = 1;

impl StateTable {
    /// The table as an SPK file: type 13 where it interpolates by Hermite, type 9 where by Lagrange.
    ///
    /// * `naif_id`: number of the spacecraft, negative by custom, such as −1176
    ///
    /// The epochs are the table's own doubles, TDB seconds past J2000. The comment area holds the table's comments.
    ///
    /// # Errors
    /// [`TableError::Degree`], [`TableError::TooFew`] for fewer rows than a polynomial takes,
    /// [`TableError::OwnCenter`], [`TableError::Order`], [`TableError::NotFinite`].
    ///
    /// # Source
    /// NAIF, *SPK Required Reading*, types 9 and 13, and *DAF Required Reading*.
    pub fn to_spk(&self, naif_id: i32) -> Result<Vec<u8>, TableError> {
        Self::to_spk_in_segments(std::slice::from_ref(self), naif_id)
    }

    /// Tables that follow one another as an SPK file, a segment each.
    ///
    /// * `tables`: in the order of time, all of one spacecraft from one centre
    /// * `naif_id`: as for [`StateTable::to_spk`]
    ///
    /// The comment area holds those of the first table.
    ///
    /// # Errors
    /// As for [`StateTable::to_spk`], for any of the tables; [`TableError::TooFew`] when there is none.
    pub fn to_spk_in_segments(tables: &[Self], naif_id: i32) -> Result<Vec<u8>, TableError> {
        let first = tables.first().ok_or(TableError::TooFew { rows: 0, wanted: 2 })?;
        for table in tables {
            table.check_for_spk(naif_id)?;
        }
        let doubles: Vec<Vec<f64>> = tables.iter().map(Self::segment_doubles).collect();
        let comments = comment_records(&first.spk_comments(naif_id, tables.iter().map(|t| t.rows.len()).sum()));
        // records: the file's own, comments, then summaries and names by turns, then data
        let first_summary = 2 + comments.len() / RECORD;
        let pairs = tables.len().div_ceil(SUMMARIES);
        let first_word = (first_summary + 2 * pairs - 1) * RECORD / 8 + 1;
        let words: usize = doubles.iter().map(Vec::len).sum();
        let last_summary = first_summary + 2 * (pairs - 1);

        let mut bytes = Vec::with_capacity((first_word + words) * 8 + RECORD);
        bytes.extend(file_record([first_summary as i32, last_summary as i32], (first_word + words) as i32));
        bytes.extend(comments);
        let mut word = first_word;
        for (pair, (some, their)) in tables.chunks(SUMMARIES).zip(doubles.chunks(SUMMARIES)).enumerate() {
            let at = first_summary + 2 * pair;
            // next and previous summary record, and how many summaries this one holds
            let next = if at == last_summary { 0 } else { at + 2 };
            let before = if pair == 0 { 0 } else { at - 2 };
            let head = [next as f64, before as f64, some.len() as f64];
            let mut summaries: Vec<u8> = head.iter().flat_map(|x| x.to_le_bytes()).collect();
            let mut names = Vec::new();
            for (table, doubles) in some.iter().zip(their) {
                let (start, end) = (table.rows[0].epoch.tdb_s(), table.rows[table.rows.len() - 1].epoch.tdb_s());
                summaries.extend([start, end].iter().flat_map(|x| x.to_le_bytes()));
                let kind = if matches!(table.interpolation, Interpolation::Hermite { .. }) { 13 } else { 9 };
                let last_word = word + doubles.len() - 1;
                let numbers = [naif_id, table.label.center.naif_id, J2000, kind, word as i32, last_word as i32];
                summaries.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
                names.extend(ascii(&table.label.object_name, 40));
                word = last_word + 1;
            }
            bytes.extend(padded(summaries, RECORD, 0));
            bytes.extend(padded(names, RECORD, b' '));
        }
        bytes.extend(doubles.iter().flatten().flat_map(|x| x.to_le_bytes()));
        let whole = bytes.len().next_multiple_of(RECORD);
        bytes.resize(whole, 0);
        Ok(bytes)
    }

    /// Whether SPICE takes it.
    fn check_for_spk(&self, naif_id: i32) -> Result<(), TableError> {
        let degree = self.interpolation.degree();
        let hermite = matches!(self.interpolation, Interpolation::Hermite { .. });
        let least = if hermite { 3 } else { 1 };
        if !(least..=MOST_DEGREE).contains(&degree) || hermite && degree.is_multiple_of(2) {
            return Err(TableError::Degree { degree, least, most: MOST_DEGREE });
        }
        if naif_id == self.label.center.naif_id {
            return Err(TableError::OwnCenter { naif_id });
        }
        self.check(self.interpolation.window().max(2))
    }

    /// States, epochs, every hundredth epoch, degree (9) or window less one (13), number of states.
    fn segment_doubles(&self) -> Vec<f64> {
        let n = self.rows.len();
        let mut doubles = Vec::with_capacity(7 * n + n / 100 + 2);
        for row in &self.rows {
            doubles.extend(row.state.position_km);
            doubles.extend(row.state.velocity_km_s);
        }
        doubles.extend(self.rows.iter().map(|row| row.epoch.tdb_s()));
        // (n − 1)/100 entries: with 100 rows the directory is empty
        doubles.extend((1..=(n - 1) / 100).map(|k| self.rows[100 * k - 1].epoch.tdb_s()));
        let shape = match self.interpolation {
            Interpolation::Hermite { .. } => self.interpolation.window() - 1,
            Interpolation::Lagrange { degree } => degree,
        };
        doubles.extend([shape as f64, n as f64]);
        doubles
    }

    fn spk_comments(&self, naif_id: i32, states: usize) -> Vec<String> {
        let label = &self.label;
        let head = [
            format!("{} (NAIF {naif_id}), {states} states from {}", label.object_name, label.center.name),
            format!(
                "{} interpolation of degree {}; TDB seconds past J2000, J2000 axes, km, km/s; written by portolan {}",
                self.interpolation.name(),
                self.interpolation.degree(),
                env!("CARGO_PKG_VERSION")
            ),
        ];
        head.into_iter().chain(self.comments.iter().cloned()).collect()
    }
}

fn file_record(summary_records: [i32; 2], free: i32) -> Vec<u8> {
    let mut bytes = b"DAF/SPK ".to_vec();
    // two doubles and six integers in a summary
    bytes.extend([2_i32, 6].iter().flat_map(|x| x.to_le_bytes()));
    bytes.extend(ascii("portolan", 60));
    let [first, last] = summary_records;
    bytes.extend([first, last, free].iter().flat_map(|x| x.to_le_bytes()));
    bytes.extend(b"LTL-IEEE");
    bytes.resize(699, 0);
    bytes.extend(TRANSFER_TEST);
    padded(bytes, RECORD, 0)
}

/// Lines end in a zero byte, the text in a four; a thousand characters a record.
fn comment_records(lines: &[String]) -> Vec<u8> {
    let mut text: Vec<u8> = Vec::new();
    for line in lines.iter().flat_map(|line| line.lines()) {
        text.extend(ascii(line, 0));
        text.push(0);
    }
    text.push(4);
    text.chunks(COMMENT).flat_map(|chunk| padded(chunk.to_vec(), RECORD, 0)).collect()
}

/// Printable ASCII; other signs become words or question marks. Filled with blanks or cut to a width, unless zero.
fn ascii(text: &str, width: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for sign in text.chars() {
        match sign {
            ' '..='~' => bytes.push(sign as u8),
            '²' => bytes.extend(b"**2"),
            '³' => bytes.extend(b"**3"),
            '–' | '−' => bytes.push(b'-'),
            _ => bytes.push(b'?'),
        }
    }
    if width > 0 {
        bytes.resize(width, b' ');
    }
    bytes
}

fn padded(mut bytes: Vec<u8>, width: usize, with: u8) -> Vec<u8> {
    bytes.resize(width, with);
    bytes
}
