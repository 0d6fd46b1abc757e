//! States and trajectories as files that other programs read: CCSDS OPM and OEM, SPK, CSV, Parquet.
//!
//! Every file becomes a [`StateTable`] or an [`Opm`], with epochs in TDB, km, km/s and ICRF axes. Writers give
//! text or bytes; putting them on a disk is the caller's.
//!
//! EME2000 and J2000 are read as the axes of the ICRF, as SPICE does. The mean equator and equinox of J2000
//! are some 0.02″ from the ICRF, 40 m at the Moon's distance; files rarely mean that difference, so it is
//! not applied.

mod comma;
mod engines;
mod error;
mod interpolation;
mod kvn;
mod oem;
mod opm;
#[cfg(feature = "parquet")]
mod parquet;
mod spk;
mod stamps;
mod table;

pub use error::FileError;
pub use oem::{Oem, Segment};
pub use opm::{Anomaly, Burn, BurnFrame, Covariance, CraftParameters, Keplerian, Opm};
pub use table::{Fitted, Interpolation, Row, Sampling, StateTable, TableError};

use crate::bodies::Body;
use crate::time::Epoch;

/// What a file is, by its first lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// CCSDS orbit parameter message, KVN
    Opm,
    /// CCSDS orbit ephemeris message, KVN
    Oem,
    /// a table with a header of names and units
    Csv,
    /// portolan's own state file
    Toml,
}

impl FileKind {
    /// What a text looks like; TOML where nothing else fits.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        if lines.clone().any(|l| l.starts_with("CCSDS_OPM_VERS")) {
            Self::Opm
        } else if lines.clone().any(|l| l.starts_with("CCSDS_OEM_VERS")) {
            Self::Oem
        } else if lines.find(|l| !l.starts_with('#')).is_some_and(|l| l.contains(',') && !l.contains('=')) {
            Self::Csv
        } else {
            Self::Toml
        }
    }
}

/// The time scale that a file's dates are written in. Inside portolan every epoch is TDB.
///
/// Every scale is written with the digits that bring the same [`Epoch`] back, to its last place of 0.12 µs in 2035. A second
/// 60 of UTC is read and written where it has a leap second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeSystem {
    /// barycentric dynamical time, what SPICE calls ET
    #[default]
    Tdb,
    /// terrestrial time
    Tt,
    /// international atomic time
    Tai,
    /// coordinated universal time
    Utc,
}

impl TimeSystem {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Tdb, Self::Tt, Self::Tai, Self::Utc];

    /// The name in a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tdb => "TDB",
            Self::Tt => "TT",
            Self::Tai => "TAI",
            Self::Utc => "UTC",
        }
    }

    fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(name))
    }
}

/// What a file calls its axes. All three are the ICRF here (see the head of this module).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrameName {
    /// international celestial reference frame
    #[default]
    Icrf,
    /// mean equator and equinox of J2000
    Eme2000,
    /// SPICE's word for the same axes
    J2000,
}

impl FrameName {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Icrf, Self::Eme2000, Self::J2000];

    /// The name in a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Icrf => "ICRF",
            Self::Eme2000 => "EME2000",
            Self::J2000 => "J2000",
        }
    }

    fn find(name: &str) -> Option<Self> {
        // the system that the frame realises, which anise and others write, and its axes with the Earth at the origin
        if ["ICRS", "GCRF"].iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return Some(Self::Icrf);
        }
        Self::ALL.into_iter().find(|f| f.name().eq_ignore_ascii_case(name))
    }
}

/// Whose states they are, from where, and how the file writes axes and dates.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// name of the spacecraft, `OBJECT_NAME`
    pub object_name: String,
    /// its number, `OBJECT_ID`: an international designator such as `2022-070A`, or a NAIF number
    pub object_id: String,
    /// body at the origin
    pub center: Body,
    /// what the file calls the axes
    pub frame: FrameName,
    /// the scale of the file's dates
    pub time_system: TimeSystem,
}

impl Label {
    /// A spacecraft without a number, ICRF axes, dates in TDB.
    #[must_use]
    pub fn new(object_name: &str, center: Body) -> Self {
        Self {
            object_name: object_name.to_owned(),
            object_id: "UNKNOWN".to_owned(),
            center,
            frame: FrameName::default(),
            time_system: TimeSystem::default(),
        }
    }
}

/// The head of a CCSDS message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// when the file was made, UTC, as written: `2026-11-24T12:00:00`
    pub creation_date: String,
    /// who made it
    pub originator: String,
    /// number of the message, where it has one
    pub message_id: Option<String>,
    /// comments at the head
    pub comments: Vec<String>,
}

impl Heading {
    /// A head by portolan. The date is the caller's, so that the same run gives the same bytes.
    #[must_use]
    pub fn new(created: Epoch) -> Self {
        Self {
            creation_date: stamps::write(created, TimeSystem::Utc),
            originator: "portolan".to_owned(),
            message_id: None,
            comments: Vec::new(),
        }
    }
}

/// The centre as CCSDS files name it: the Earth-Moon barycentre is `EARTH BARYCENTER` there.
fn center_name(body: Body) -> String {
    if body.naif_id == 3 { "EARTH BARYCENTER".to_owned() } else { plain_name(body).to_uppercase() }
}

/// A name that finds the body again: a body that only a user's kernel knows goes by its number.
fn plain_name(body: Body) -> String {
    if body.name.starts_with("NAIF ") { body.naif_id.to_string() } else { body.name.to_owned() }
}

fn find_center(name: &str) -> Result<Body, crate::bodies::BodyError> {
    let word = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if word.eq_ignore_ascii_case("EARTH BARYCENTER") { Body::find("emb") } else { Body::find(&word) }
}

#[cfg(test)]
mod tests;
