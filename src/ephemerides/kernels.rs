//! The kernels: embedded ones, loaded once, and a user's own beside them.

use super::chebyshev::Segment;
use super::{EarthOrientationParameters, EphemerisError, State, Track};
use crate::bodies::{Body, BodyError, SmallBody};
use crate::time::Epoch;
use anise::naif::SPK;
use anise::naif::daf::datatypes::Type2ChebyshevSet;
use anise::naif::daf::{DafDataType, NAIFSummaryRecord};
use anise::prelude::Almanac;
use bytes::BytesMut;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

const EMBEDDED: [(&str, &[u8]); 6] = [
    ("de440_2010_2060.bsp", include_bytes!("../../ephemerides/de440_2010_2060.bsp")),
    ("mars_center_499.bsp", include_bytes!("../../ephemerides/mars_center_499.bsp")),
    (
        "sb441_ceres_vesta_psyche_2010_2060.bsp",
        include_bytes!("../../ephemerides/sb441_ceres_vesta_psyche_2010_2060.bsp"),
    ),
    ("moon_pa_de440_2010_2060.bpc", include_bytes!("../../ephemerides/moon_pa_de440_2010_2060.bpc")),
    ("pck11_gmde440.pca", include_bytes!("../../ephemerides/pck11_gmde440.pca")),
    ("frames_moon_eclip.epa", include_bytes!("../../ephemerides/frames_moon_eclip.epa")),
];

/// Name and SHA-256 of a loaded kernel, for the provenance of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelInfo {
    /// file name
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal
    pub sha256: String,
}

/// A segment that only anise can evaluate (SPK types other than 2).
pub(super) struct ForeignSegment {
    pub(super) target: i32,
    pub(super) center: i32,
    pub(super) start: Epoch,
    pub(super) end: Epoch,
}

pub(super) enum AnySegment {
    Chebyshev(Arc<Segment>),
    Foreign(Arc<ForeignSegment>),
}

impl AnySegment {
    pub(super) fn ends(&self) -> (i32, i32) {
        match self {
            Self::Chebyshev(s) => (s.target, s.center),
            Self::Foreign(s) => (s.target, s.center),
        }
    }
}

struct Loaded {
    almanac: Arc<Almanac>,
    /// in the order of loading; a later segment goes before an earlier one, as in SPICE
    segments: Vec<AnySegment>,
    kernels: Vec<KernelInfo>,
}

/// The loaded kernels. Cheap to clone.
#[derive(Clone)]
pub struct Ephemerides {
    loaded: Arc<Loaded>,
    earth_orientation: Option<Arc<EarthOrientationParameters>>,
    small_bodies: Arc<Vec<SmallBody>>,
}

impl Ephemerides {
    /// The kernels in the program itself: DE440 for 2009-12-01 to 2060-02-01, Ceres, Vesta, Psyche, the
    /// Moon's orientation and the IAU frames. Loaded at the first call.
    ///
    /// # Errors
    /// [`EphemerisError::BadKernel`] when the program was built with a damaged file.
    ///
    /// ```
    /// use portolan::{bodies::{EARTH, SUN}, ephemerides::Ephemerides, time::Epoch};
    /// let earth = Ephemerides::embedded()?.state(EARTH, SUN, Epoch::from_tdb_s(631_108_800.0))?;
    /// // CSPICE N0067 on the full kernel
    /// assert!((earth.position_km[0] - -2.488_497_152_984_777_1e7).abs() < 1e-6);
    /// # Ok::<(), portolan::ephemerides::EphemerisError>(())
    /// ```
    pub fn embedded() -> Result<&'static Self, EphemerisError> {
        static EPHEMERIDES: OnceLock<Result<Ephemerides, EphemerisError>> = OnceLock::new();
        EPHEMERIDES.get_or_init(|| Self::load(&[])).as_ref().map_err(Clone::clone)
    }

    /// The embedded kernels and a user's own; a later file goes before an earlier one.
    ///
    /// * `paths`: SPK, binary PCK, or anise files
    ///
    /// # Errors
    /// [`EphemerisError::BadKernel`] with the path and what is wrong with it.
    pub fn with_kernels(paths: &[PathBuf]) -> Result<Self, EphemerisError> {
        if paths.is_empty() { Self::embedded().cloned() } else { Self::load(paths) }
    }

    fn load(paths: &[PathBuf]) -> Result<Self, EphemerisError> {
        let mut almanac = Almanac::default();
        let (mut segments, mut kernels) = (Vec::new(), Vec::new());
        for (name, bytes) in EMBEDDED {
            almanac = add(almanac, name, bytes, &mut segments, &mut kernels)?;
        }
        for path in paths {
            let file = path.display().to_string();
            let bytes = std::fs::read(path)
                .map_err(|e| EphemerisError::BadKernel { file: file.clone(), reason: e.to_string() })?;
            almanac = add(almanac, &file, &bytes, &mut segments, &mut kernels)?;
        }
        let loaded = Arc::new(Loaded { almanac: Arc::new(almanac), segments, kernels });
        Ok(Self { loaded, earth_orientation: None, small_bodies: Arc::default() })
    }

    /// The same kernels, with small bodies of the user's that move on two-body elements.
    ///
    /// * `small_bodies`: bodies read by [`crate::bodies::osculating`]
    #[must_use]
    pub fn with_small_bodies(mut self, small_bodies: Vec<SmallBody>) -> Self {
        self.small_bodies = Arc::new(small_bodies);
        self
    }

    /// The user's small bodies that move on elements.
    #[must_use]
    pub fn own_small_bodies(&self) -> &[SmallBody] {
        &self.small_bodies
    }

    /// The body of a name: the user's own small bodies first, then what every portolan knows.
    ///
    /// * `name`: as [`Body::find`] takes it; case does not matter
    ///
    /// # Errors
    /// [`BodyError::Unknown`] with the nearest known name.
    pub fn find_body(&self, name: &str) -> Result<Body, BodyError> {
        let wanted = name.trim().to_lowercase();
        let own = self.small_bodies.iter().find(|s| s.body.name.to_lowercase() == wanted);
        own.map_or_else(|| Body::find(name), |small| Ok(small.body))
    }

    /// The way from one body to another through the kernels, ready for a loop.
    ///
    /// # Errors
    /// [`EphemerisError::NoSuchBody`] or [`EphemerisError::NotLinked`].
    pub fn track(&self, target: Body, center: Body) -> Result<Track, EphemerisError> {
        Track::find(self, target, center)
    }

    /// Position and velocity of one body from another, ICRF axes, geometric.
    ///
    /// # Errors
    /// As [`Ephemerides::track`], and [`EphemerisError::OutsideKernel`].
    pub fn state(&self, target: Body, center: Body, epoch: Epoch) -> Result<State, EphemerisError> {
        self.track(target, center)?.state(epoch)
    }

    /// Name and hash of every kernel, in the order of loading.
    #[must_use]
    pub fn kernels(&self) -> &[KernelInfo] {
        &self.loaded.kernels
    }

    /// The same kernels as anise holds them.
    #[must_use]
    pub fn almanac(&self) -> &Arc<Almanac> {
        &self.loaded.almanac
    }

    /// The measured Earth orientation, where a user gave one.
    #[must_use]
    pub fn earth_orientation(&self) -> Option<&Arc<EarthOrientationParameters>> {
        self.earth_orientation.as_ref()
    }

    /// The same kernels with measured Earth orientation for [`super::Orientation::Itrs`].
    ///
    /// A date outside the file is refused: an answer that silently fell back on UT1 = UTC could be 420 m off.
    #[must_use]
    pub fn with_earth_orientation(&self, parameters: EarthOrientationParameters) -> Self {
        Self {
            loaded: Arc::clone(&self.loaded),
            earth_orientation: Some(Arc::new(parameters)),
            small_bodies: Arc::clone(&self.small_bodies),
        }
    }

    pub(super) fn segments(&self) -> &[AnySegment] {
        &self.loaded.segments
    }
}

fn add(
    almanac: Almanac,
    file: &str,
    bytes: &[u8],
    segments: &mut Vec<AnySegment>,
    kernels: &mut Vec<KernelInfo>,
) -> Result<Almanac, EphemerisError> {
    let refuse = |reason: String| EphemerisError::BadKernel { file: file.to_owned(), reason };
    let name = Path::new(file).file_name().map_or_else(|| file.to_owned(), |n| n.to_string_lossy().into_owned());
    let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    kernels.push(KernelInfo { name: name.clone(), sha256 });
    if !bytes.starts_with(b"DAF/SPK") {
        return almanac.load_from_bytes(BytesMut::from(bytes)).map_err(|e| refuse(e.to_string()));
    }
    let spk = SPK::parse(bytes).map_err(|e| refuse(e.to_string()))?;
    read_segments(&spk, segments).map_err(refuse)?;
    // anise would name it by the clock
    Ok(almanac.with_spk_as(spk, Some(name)))
}

fn read_segments(spk: &SPK, segments: &mut Vec<AnySegment>) -> Result<(), String> {
    let mut block = None;
    loop {
        let summaries = spk.data_summaries(block).map_err(|e| e.to_string())?;
        for (index, summary) in summaries.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
            let (start, end) = (Epoch::from_tdb_s(summary.start_epoch_et_s), Epoch::from_tdb_s(summary.end_epoch_et_s));
            let (target, center) = (summary.target_id, summary.center_id);
            let chebyshev =
                summary.data_type().is_ok_and(|t| t == DafDataType::Type2ChebyshevTriplet) && summary.frame_id == 1;
            segments.push(if chebyshev {
                let set: Type2ChebyshevSet<'_> = spk.nth_data(block, index).map_err(|e| e.to_string())?;
                let records = &set.record_data[..set.num_records * set.rsize];
                let segment = Segment::from_doubles(target, center, start, end, records, set.rsize)
                    .ok_or_else(|| format!("segment {target} about {center} has damaged records"))?;
                AnySegment::Chebyshev(Arc::new(segment))
            } else {
                AnySegment::Foreign(Arc::new(ForeignSegment { target, center, start, end }))
            });
        }
        let record = spk.daf_summary(block).map_err(|e| e.to_string())?;
        if record.is_final_record() {
            return Ok(());
        }
        block = Some(record.next_record());
    }
}
