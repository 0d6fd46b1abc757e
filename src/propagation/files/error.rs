//! What the files refuse: each with the file, the line, the quantity and the cure.

use crate::bodies::BodyError;
use crate::units::NameError;
use thiserror::Error;

/// A file that cannot be taken.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file cannot be read.
    #[error("cannot read {file}: {reason}")]
    Unreadable {
        /// path
        file: String,
        /// what the system said
        reason: String,
    },
    /// A burn that cannot be flown.
    #[error("{file}: burn {number}: {reason}")]
    Burn {
        /// path
        file: String,
        /// which, counted from 1
        number: usize,
        /// what is wrong with it
        reason: String,
    },
    /// A name that is not one printable line.
    #[error("{file}:{line}: {quantity}: {error}")]
    Name {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// the keyword
        quantity: String,
        /// the character at fault
        error: NameError,
    },
    /// The file is of another kind.
    #[error("{file}:{line}: the file begins with \"{found}\": the first keyword of this kind is {wanted}")]
    WrongKind {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// what was met
        found: String,
        /// what should stand there
        wanted: &'static str,
    },
    /// A version that is not known.
    #[error("{file}:{line}: version {version} is not known: 1.0, 2.0 and 3.0 are read")]
    Version {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// what was written
        version: String,
    },
    /// A line that is neither a keyword with a value nor anything else that may stand there.
    #[error("{file}:{line}: \"{text}\" cannot stand here: {cure}")]
    NoPlace {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// the line
        text: String,
        /// what may
        cure: String,
    },
    /// A keyword that the standard has not, or not here.
    #[error("{file}:{line}: the keyword {keyword} is not known here{hint}")]
    UnknownKeyword {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// the keyword
        keyword: String,
        /// `; did you mean …?` or nothing
        hint: String,
    },
    /// A keyword stands twice.
    #[error("{file}:{line}: {keyword} stands here and on line {first}: take one out")]
    Twice {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// the keyword
        keyword: String,
        /// line of the first
        first: usize,
    },
    /// A keyword, column or block is not there.
    #[error("{file}:{line}: {quantity} is missing: {cure}")]
    Missing {
        /// path
        file: String,
        /// where it should have come at the latest, counted from 1
        line: usize,
        /// keyword, column or block
        quantity: String,
        /// what to write
        cure: String,
    },
    /// A text that should be a number no larger than 1e30.
    #[error("{file}:{line}: {quantity} is \"{text}\": write a finite number up to 1e30, such as 6655.9942 or 1.25E-3")]
    NoNumber {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// keyword or column
        quantity: String,
        /// what was written
        text: String,
    },
    /// A number that cannot be.
    #[error("{file}:{line}: {quantity} is {value}: {cure}")]
    OutOfRange {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// keyword or column
        quantity: String,
        /// what was written
        value: f64,
        /// what may be written
        cure: &'static str,
    },
    /// Another unit than the standard's.
    #[error("{file}:{line}: {quantity} is given in [{unit}]: convert it to [{wanted}]")]
    Unit {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// keyword
        quantity: String,
        /// what was written
        unit: String,
        /// the unit of the standard
        wanted: &'static str,
    },
    /// A text that is no date.
    #[error("{file}:{line}: {quantity} is \"{text}\": write 2033-04-28T05:10:00.25 or 2033-118T05:10:00.25")]
    NoDate {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// keyword or column
        quantity: String,
        /// what was written
        text: String,
    },
    /// A time scale that is not read.
    #[error("{file}:{line}: the time system is {found}: convert the dates to TDB, TT, TAI or UTC")]
    TimeSystem {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// what was written
        found: String,
    },
    /// Axes that are not read.
    #[error("{file}:{line}: {quantity} is {found}: rotate the vectors to {wanted}")]
    Frame {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// keyword
        quantity: String,
        /// what was written
        found: String,
        /// what is read
        wanted: &'static str,
    },
    /// A centre that is not known.
    #[error("{file}:{line}: {source}")]
    Body {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: BodyError,
    },
    /// An interpolation that is not read.
    #[error("{file}:{line}: INTERPOLATION is {found}: write HERMITE, LAGRANGE or LINEAR")]
    Interpolation {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// what was written
        found: String,
    },
    /// Dates that do not grow.
    #[error("{file}:{line}: the row of {epoch} does not come after that of {before}: sort the rows, each date once")]
    Order {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// date of the row
        epoch: String,
        /// date of the row before
        before: String,
    },
    /// A row with too few or too many numbers.
    #[error("{file}:{line}: {found} fields in the row: write {wanted}")]
    Fields {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// how many were met
        found: usize,
        /// what a row holds
        wanted: String,
    },
    /// Dates that the interpolation is meant for, and none of them among the rows.
    #[error(
        "{file}:{line}: the useable dates {useable} hold none of the rows, which go from {rows}: correct USEABLE_START_TIME and USEABLE_STOP_TIME, or leave them out"
    )]
    Useable {
        /// path
        file: String,
        /// line of the last row
        line: usize,
        /// first and last useable date
        useable: String,
        /// dates of the first and last row
        rows: String,
    },
    /// A file without a state.
    #[error("{file}:{line}: no row with a state: a table needs one at least")]
    Empty {
        /// path
        file: String,
        /// last line
        line: usize,
    },
    /// A binary table that is damaged, or no such table.
    #[error("{file} cannot be read as Parquet: {reason}")]
    Damaged {
        /// path
        file: String,
        /// what the reader said
        reason: String,
    },
}
