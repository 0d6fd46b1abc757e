//! The kernels: embedded ones, loaded once, and a user's own beside them.

use super::chebyshev::Segment;
use super::daf::{Daf, DafKind};
use super::fence::fenced;
use super::segments::{self, AnySegment};
use super::{EarthOrientationParameters, EphemerisError, State, Track};
use crate::bodies::{Body, BodyError, SmallBody};
use crate::time::Epoch;
use anise::naif::SPK;
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

/// Planets that are where their barycentre is when no kernel holds their own place: Mercury and Venus have no moon, and
/// Phobos and Deimos move Mars by 0.2 m.
const AT_BARYCENTER: [(i32, i32); 3] = [(199, 1), (299, 2), (499, 4)];

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
        let stand_in = |(body, center)| AnySegment::Chebyshev(Arc::new(Segment::at_barycenter(body, center)));
        let mut segments: Vec<AnySegment> = AT_BARYCENTER.map(stand_in).into();
        let mut kernels = Vec::new();
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

    /// The same kernels as anise holds them, but for those with segments on other axes than the ICRF's, which anise does not turn.
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
    let Some(kind) = Daf::kind_of(bytes) else {
        let loaded = fenced(|| almanac.load_from_bytes(BytesMut::from(bytes)).map_err(|e| e.to_string()));
        return loaded.unwrap_or_else(|panic| Err(format!("it is damaged ({panic})"))).map_err(refuse);
    };
    // what anise follows without a question has been checked when the summaries are read
    let daf = Daf::read(bytes, kind).map_err(refuse)?;
    match kind {
        DafKind::Spk => {
            segments.extend(segments::read(file, &daf).map_err(refuse)?);
            if !segments::on_icrf_axes(&daf) {
                return Ok(almanac);
            }
            // what anise cannot read of it has been read here
            let parsed = fenced(|| SPK::parse(&*daf.little_endian()).ok()).ok().flatten();
            // anise would name it by the clock
            Ok(match parsed {
                Some(spk) => almanac.with_spk_as(spk, Some(name)),
                None => almanac,
            })
        }
        DafKind::Pck => {
            check_orientations(&daf).map_err(refuse)?;
            let bytes = BytesMut::from(&*daf.little_endian());
            let loaded = fenced(|| almanac.load_from_bytes(bytes).map_err(|e| e.to_string()));
            loaded.unwrap_or_else(|panic| Err(format!("it is damaged ({panic})"))).map_err(refuse)
        }
    }
}

/// The segments of a binary PCK, which anise evaluates: of type 2, and sound.
fn check_orientations(daf: &Daf<'_>) -> Result<(), String> {
    for summary in daf.summaries() {
        let [frame, _, kind] = summary.numbers[..] else { return Err("its summaries are those of no PCK".to_owned()) };
        if kind != 2 {
            return Err(format!(
                "its segment of the frame {frame} is PCK type {kind}, only type 2 (Chebyshev angles) is read: fetch the kernel as type 2 from NAIF's generic kernels"
            ));
        }
        let doubles = daf.doubles(summary);
        segments::check_chebyshev(frame, summary, &doubles)
            .map_err(|reason| format!("its segment of the frame {frame} (PCK type 2) {reason}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::EARTH;

    const SAMPLES: [&[u8]; 3] = [
        include_bytes!("../../tests/golden/spk/segments.bsp"),
        include_bytes!("../../tests/golden/spk/differences.bsp"),
        include_bytes!("../../tests/golden/spk/big_endian.bsp"),
    ];

    fn load(bytes: &[u8]) -> Result<Vec<AnySegment>, EphemerisError> {
        let mut segments = Vec::new();
        add(Almanac::default(), "dir/x.bsp", bytes, &mut segments, &mut Vec::new()).map(|_| segments)
    }

    fn beside_the_embedded(segments: &[AnySegment]) -> Ephemerides {
        let embedded = Ephemerides::embedded().expect("kernels").segments();
        let segments = embedded.iter().chain(segments).cloned().collect();
        let loaded = Arc::new(Loaded { almanac: Arc::default(), segments, kernels: Vec::new() });
        Ephemerides { loaded, earth_orientation: None, small_bodies: Arc::default() }
    }

    fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        bytes[at..at + new.len()].copy_from_slice(new);
        bytes
    }

    /// Where the first summary record of these files is, and its first summary's integers.
    const SUMMARIES: usize = 1024;
    const NUMBERS: usize = SUMMARIES + 24 + 16;

    #[test]
    fn refuses_a_kernel_that_lies_about_itself() {
        let [sample, differences, _] = SAMPLES;
        let number = |x: f64| x.to_le_bytes();
        let whole = |x: i32| x.to_le_bytes();
        let last = i32::try_from(sample.len() / 8).expect("a word");
        let mut overlapping = sample.to_vec();
        for summary in 0..20 {
            let at = NUMBERS + summary * 40 + 16;
            overlapping[at..at + 4].copy_from_slice(&whole(385));
            overlapping[at + 4..at + 8].copy_from_slice(&whole(last));
        }
        let first_array =
            (i32::from_le_bytes(differences[NUMBERS + 16..NUMBERS + 20].try_into().expect("four")) as usize - 1) * 8;
        for (bytes, what) in [
            (with(sample, SUMMARIES, &number(2.0)), "its summary records go round in a circle, by way of record 2"),
            (with(sample, SUMMARIES, &number(1e9)), "it points to a summary record 1000000000, it has 30 records"),
            (with(sample, SUMMARIES, &number(f64::NAN)), "it points to a summary record NaN"),
            (
                with(sample, SUMMARIES + 16, &number(1e6)),
                "its record 2 says it holds 1000000 summaries, at most 25 fit",
            ),
            (with(sample, SUMMARIES + 16, &number(-1.0)), "its record 2 says it holds -1 summaries"),
            (with(sample, SUMMARIES + 16, &number(0.0)), "it has no segment"),
            (with(sample, SUMMARIES + 24, &number(f64::NAN)), "its segment 1 is said to hold NaN"),
            (with(sample, NUMBERS + 16, &whole(1)), "its segment 1 lies at the words 1 to"),
            (with(sample, NUMBERS + 20, &whole(i32::MAX)), "the file has 3840: it is cut short or damaged"),
            (with(sample, NUMBERS + 20, &whole(385)), "does not say how many states it has"),
            (with(sample, NUMBERS + 4, &whole(-1001)), "it has a segment of -1001 about itself"),
            (with(sample, 76, &whole(-7)), "it points to a summary record -7"),
            (with(sample, 8, &whole(7)), "its summaries have 7 doubles and 6 integers"),
            (with(sample, 88, b"VAX-GFLT"), "its numbers are of the format \"VAX-GFLT\""),
            (sample[..sample.len() - 2048].to_vec(), "it is cut short or damaged"),
            (sample[..100].to_vec(), "it has 100 bytes"),
            (overlapping, "the file has room for 3840"),
            (with(differences, first_array + 8, &number(0.0)), "has a damaged difference line, the one numbered 1"),
            (
                with(differences, first_array + 8, &number(f64::NAN)),
                "has a damaged difference line, the one numbered 1",
            ),
        ] {
            let said = load(&bytes).err().expect(what).to_string();
            assert!(
                said.starts_with("dir/x.bsp cannot be read as a kernel: ") && said.contains(what),
                "{what}: {said}"
            );
        }
    }

    #[test]
    fn refuses_a_kernel_with_nothing_to_read() {
        let [sample, ..] = SAMPLES;
        let mut foreign = sample.to_vec();
        for summary in 0..25 {
            let at = NUMBERS + summary * 40 + 8;
            foreign[at..at + 4].copy_from_slice(&13_000_i32.to_le_bytes());
        }
        let said = load(&foreign).err().expect("refused").to_string();
        let part =
            "it has nothing that is read: NAIF -1001 is given on the axes ITRF93 (SPICE's frame 13000), and so on for";
        assert!(said.contains(part) && said.contains("spkw13"), "{said}");
    }

    /// A later kernel that gives the whole span of a segment on unread axes: nobody asks that segment any more.
    #[test]
    fn law_a_segment_that_never_answers_is_not_in_the_way() {
        let mut segments = load(SAMPLES[0]).expect("segments");
        let track = |segments: &[AnySegment]| beside_the_embedded(segments).track(Body::from_naif_id(-1091), EARTH);
        assert!(matches!(track(&segments), Err(EphemerisError::UnreadSegment { .. })));
        let at = (0..25).map(|k| NUMBERS + 40 * k).find(|at| SAMPLES[0][*at..at + 4] == (-1091_i32).to_le_bytes());
        let turned = with(SAMPLES[0], at.expect("its summary") + 8, &1_i32.to_le_bytes());
        segments.extend(load(&turned).expect("segments"));
        let state = track(&segments).expect("a track").state(Epoch::from_tdb_s(800_064_600.0));
        assert!(state.is_ok(), "{state:?}");
    }

    /// Damaged bytes anywhere in any kind of kernel: refused, or read and answered with numbers or a refusal; no panic passes,
    /// nothing runs on.
    #[test]
    fn law_damaged_kernels_are_refused_or_answer() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below as u64) as usize
        };
        let kernels: [&[u8]; 6] =
            [SAMPLES[0], SAMPLES[1], SAMPLES[2], EMBEDDED[1].1, &EMBEDDED[4].1[..8192], EMBEDDED[5].1];
        let (mut refused, mut read, mut answers) = (0, 0, 0);
        for round in 0..4000 {
            let mut bytes = kernels[round % kernels.len()].to_vec();
            for _ in 0..=next(3) {
                // heads and summaries are where it hurts
                let reach = if next(2) == 0 { bytes.len().min(2048) } else { bytes.len() };
                let at = next(reach);
                bytes[at] = [0, 1, 2, 0x7F, 0x80, 0xFF, next(256) as u8, bytes[at] ^ (1 << next(8))][next(8)];
            }
            let Ok(segments) = load(&bytes) else {
                refused += 1;
                continue;
            };
            read += 1;
            let ephemerides = beside_the_embedded(&segments);
            for id in segments.iter().map(|s| s.ends().0) {
                let Ok(track) = ephemerides.track(Body::from_naif_id(id), EARTH) else { continue };
                for after_s in [0.0, 1.5, 700.0, 3000.0, 6500.0] {
                    if let Ok(state) = track.state(Epoch::from_tdb_s(800_064_000.0 + after_s)) {
                        answers += 1;
                        assert!(state.position_km.iter().chain(&state.velocity_km_s).all(|x| x.is_finite()));
                    }
                }
            }
        }
        println!("{refused} refused, {read} read, {answers} states");
        assert!(refused > 500 && read > 500 && answers > 50_000);
    }

    /// The embedded constants with one byte changed, everywhere in their head and somewhere in every block of the rest.
    #[test]
    fn refuses_damaged_constants_without_a_panic() {
        let mut panics = 0;
        for (name, bytes, step) in [(EMBEDDED[4].0, EMBEDDED[4].1, 397), (EMBEDDED[5].0, EMBEDDED[5].1, 1)] {
            for at in (0..200).chain((200..bytes.len()).step_by(step)) {
                for new in [0_u8, 9, 0x30, 0x7F, 0x80, 0xFF] {
                    let damaged = with(bytes, at, &[new]);
                    let mut segments = Vec::new();
                    let said = add(Almanac::default(), name, &damaged, &mut segments, &mut Vec::new()).err();
                    panics += usize::from(said.is_some_and(|e| e.to_string().contains("it is damaged (")));
                }
            }
        }
        println!("{panics} panics of the reader were caught");
    }
}
