//! States and trajectories as files that other programs read: CCSDS OPM and OEM, SPK, CSV, Parquet.
//!
//! Every file becomes a [`StateTable`] or an [`Opm`], with epochs in TDB, km, km/s and ICRF axes. Writers give
//! text or bytes; putting them on a disk is the caller's.
//!
//! EME2000, which messages also call J2000, is the mean equator and equinox of J2000: 0.023″ from the ICRF, 0.8 m in a low
//! orbit of the Earth and 43 m at the Moon. What is read in it is turned by that, the frame bias. Tools built on SPICE mean
//! the ICRF by the same word; their files are read with [`Eme2000::Icrf`].

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
pub(crate) use kvn::in_range;
pub use oem::{Oem, Segment};
pub use opm::{Anomaly, Burn, BurnFrame, Covariance, CraftParameters, Keplerian, Opm};
pub use table::{Fitted, Interpolation, Row, Sampling, StateTable, TableError};

use crate::bodies::Body;
use crate::ephemerides::State;
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
    /// a message in XML, which is not read here
    Xml,
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
        } else if lines.clone().next().is_some_and(|l| l.trim_start_matches('\u{feff}').starts_with('<')) {
            Self::Xml
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

/// What a file means by EME2000 and J2000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eme2000 {
    /// the mean equator and equinox of J2000, as CCSDS has it: what is read is turned into the ICRF by the frame bias
    #[default]
    MeanEquator,
    /// the ICRF itself, which tools built on SPICE call so: what is read is taken as it stands
    Icrf,
}

/// What a file calls its axes, and what is meant by it. Numbers that were read are in ICRF axes, whatever the file calls its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrameName {
    /// international celestial reference frame
    #[default]
    Icrf,
    /// mean equator and equinox of J2000, the frame bias away from the ICRF
    Eme2000,
    /// another word for [`FrameName::Eme2000`]
    J2000,
    /// EME2000 or J2000 in a file that means the ICRF by it ([`Eme2000::Icrf`]); written as ICRF
    IcrfCalledEme2000,
}

impl FrameName {
    /// The words of files.
    pub const ALL: [Self; 3] = [Self::Icrf, Self::Eme2000, Self::J2000];

    /// The name in a file that is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Icrf | Self::IcrfCalledEme2000 => "ICRF",
            Self::Eme2000 => "EME2000",
            Self::J2000 => "J2000",
        }
    }

    fn find(name: &str, eme2000: Eme2000) -> Option<Self> {
        // the system that the frame realises, which anise and others write, its axes with the Earth at the origin, and
        // its realisations, which differ by less than 0.1 mas
        if ["ICRS", "GCRF", "ICRF1", "ICRF2", "ICRF3"].iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return Some(Self::Icrf);
        }
        let found = Self::ALL.into_iter().find(|f| f.name().eq_ignore_ascii_case(name))?;
        Some(if eme2000 == Eme2000::Icrf && found != Self::Icrf { Self::IcrfCalledEme2000 } else { found })
    }

    /// Whether the axes are the frame bias away from those of the ICRF.
    const fn is_mean_equator(self) -> bool {
        matches!(self, Self::Eme2000 | Self::J2000)
    }

    /// A state that a file tells in these axes.
    pub(crate) fn read(self, state: State) -> State {
        if self.is_mean_equator() { state.icrf_of_eme2000() } else { state }
    }

    /// A state as a file tells it in these axes.
    fn written(self, state: State) -> State {
        if self.is_mean_equator() { state.eme2000_of_icrf() } else { state }
    }

    /// What was read, for an answer: nothing where the axes are the ICRF by name.
    #[must_use]
    pub const fn taken_as(self) -> Option<&'static str> {
        match self {
            Self::Icrf => None,
            Self::Eme2000 | Self::J2000 => Some("mean equator and equinox of J2000, turned by the frame bias"),
            Self::IcrfCalledEme2000 => Some("ICRF"),
        }
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
    /// what the file calls the axes; a message is written in them
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
    let emb = ["EARTH BARYCENTER", "EARTH MOON BARYCENTER"].iter().any(|other| other.eq_ignore_ascii_case(&word));
    Body::find(if emb { "emb" } else { &word })
}

#[cfg(test)]
mod tests;
