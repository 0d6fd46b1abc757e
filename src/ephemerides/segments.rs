//! The segments of an SPK: what is read of them, on which axes, and how the rest is refused.

use super::chebyshev::Segment;
use super::daf::{Daf, Summary};
use super::difference_lines::DifferenceLines;
use super::elements::OBLIQUITY_RAD;
use super::state_lists::StateList;
use super::{EphemerisError, State};
use crate::bodies::Body;
use crate::time::{DAY_S, Epoch, J2000_JD_TDB_D};
use std::sync::Arc;

/// Frame numbers of SPICE.
const J2000: i32 = 1;
const ECLIPJ2000: i32 = 17;

/// What to do with a segment that is not read.
const CURE: &str = "sample it with SPICE (spkgeo, axes J2000) and write the states as type 13 (spkw13)";

/// A segment of a loaded kernel. Cheap to clone.
#[derive(Clone)]
pub(super) enum AnySegment {
    /// one polynomial a record for the places (types 2 and 20)
    Chebyshev(Arc<Segment>),
    /// any other that is read
    Other(Arc<OtherSegment>),
    /// one that is not
    Unread(Arc<UnreadSegment>),
}

/// A segment without records of polynomials for the places alone.
pub(super) struct OtherSegment {
    target: i32,
    center: i32,
    start: Epoch,
    end: Epoch,
    /// whether its axes are those of the ecliptic
    ecliptic: bool,
    motion: Motion,
}

enum Motion {
    Differences(DifferenceLines),
    States(StateList),
    Chebyshev(Polynomials),
}

/// A segment of a type or on axes that are not read.
pub(super) struct UnreadSegment {
    target: i32,
    center: i32,
    start: Epoch,
    end: Epoch,
    file: String,
    what: String,
}

impl AnySegment {
    /// Target and centre.
    pub(super) fn ends(&self) -> (i32, i32) {
        match self {
            Self::Chebyshev(s) => (s.target, s.center),
            Self::Other(s) => (s.target, s.center),
            Self::Unread(s) => (s.target, s.center),
        }
    }

    pub(super) fn span(&self) -> (Epoch, Epoch) {
        match self {
            Self::Chebyshev(s) => (s.start, s.end),
            Self::Other(s) => (s.start, s.end),
            Self::Unread(s) => (s.start, s.end),
        }
    }

    pub(super) fn covers(&self, epoch: Epoch) -> bool {
        let (start, end) = self.span();
        start <= epoch && epoch <= end
    }

    /// The refusal of a segment that is not read.
    pub(super) fn refusal(&self, body: Body) -> Option<EphemerisError> {
        let Self::Unread(segment) = self else { return None };
        let (file, what) = (segment.file.clone(), segment.what.clone());
        Some(EphemerisError::UnreadSegment { body: body.name.to_owned(), file, what })
    }
}

impl OtherSegment {
    /// Place and velocity of the target from its centre, ICRF axes.
    pub(super) fn state(&self, epoch: Epoch) -> State {
        let tdb_s = epoch.tdb_s();
        let state = match &self.motion {
            Motion::Differences(lines) => lines.state(tdb_s),
            Motion::States(list) => list.state(tdb_s),
            Motion::Chebyshev(records) => records.state(tdb_s),
        };
        if !self.ecliptic {
            return state;
        }
        State { position_km: to_icrf(state.position_km), velocity_km_s: to_icrf(state.velocity_km_s) }
    }
}

/// From the ecliptic and mean equinox of J2000 to ICRF axes.
fn to_icrf([x, y, z]: [f64; 3]) -> [f64; 3] {
    let (sin, cos) = OBLIQUITY_RAD.sin_cos();
    [x, cos * y - sin * z, sin * y + cos * z]
}

/// The segments of a file, in its order.
///
/// # Errors
/// A sentence on what is wrong with the file, or on why none of its segments is read.
pub(super) fn read(file: &str, daf: &Daf<'_>) -> Result<Vec<AnySegment>, String> {
    let segments: Vec<AnySegment> =
        daf.summaries().iter().map(|summary| segment(file, daf, summary)).collect::<Result<_, _>>()?;
    let unread = |segment: &AnySegment| match segment {
        AnySegment::Unread(unread) => Some(format!("NAIF {} is {}", unread.target, unread.what)),
        _ => None,
    };
    let all: Vec<String> = segments.iter().map_while(unread).collect();
    if all.len() == segments.len() {
        let more = if all.len() > 1 { format!(", and so on for {} segments", all.len()) } else { String::new() };
        return Err(format!("it has nothing that is read: {}{more}; {CURE}", all[0]));
    }
    Ok(segments)
}

/// Whether anise, which takes every segment for one on ICRF axes, may have the file.
pub(super) fn on_icrf_axes(daf: &Daf<'_>) -> bool {
    daf.summaries().iter().all(|summary| summary.numbers[2] == J2000)
}

fn segment(file: &str, daf: &Daf<'_>, summary: &Summary) -> Result<AnySegment, String> {
    let [target, center, frame, kind] = summary.numbers[..] else {
        return Err("its summaries are those of no SPK".to_owned());
    };
    let (start, end) = (Epoch::from_tdb_s(summary.start_s), Epoch::from_tdb_s(summary.end_s));
    let unread = |what: String| {
        let file = file.to_owned();
        Ok(AnySegment::Unread(Arc::new(UnreadSegment { target, center, start, end, file, what })))
    };
    if target == center {
        return Err(format!("it has a segment of {target} about itself"));
    }
    if ![J2000, ECLIPJ2000].contains(&frame) {
        return unread(format!("given on the axes {}", frame_name(frame)));
    }
    let ecliptic = frame == ECLIPJ2000;
    let damaged = |reason: String| format!("its segment of {target} about {center} (SPK type {kind}) {reason}");
    let chebyshev = |mut records: Vec<f64>, size: usize| {
        if ecliptic {
            turn_records(&mut records, size);
        }
        Segment::from_doubles(target, center, start, end, &records, size)
            .map(|segment| AnySegment::Chebyshev(Arc::new(segment)))
    };
    let other =
        |motion: Motion| AnySegment::Other(Arc::new(OtherSegment { target, center, start, end, ecliptic, motion }));
    match kind {
        2 => records(&daf.doubles(summary), 4).and_then(|(records, size)| chebyshev(records, size)),
        20 => positions_of_velocities(&daf.doubles(summary)).and_then(|(records, size)| chebyshev(records, size)),
        1 | 21 => DifferenceLines::new(&daf.doubles(summary), kind).map(|m| other(Motion::Differences(m))),
        3 => Polynomials::new(&daf.doubles(summary)).map(|m| other(Motion::Chebyshev(m))),
        5 | 8 | 9 | 12 | 13 => StateList::new(&daf.doubles(summary), kind).map(|m| other(Motion::States(m))),
        _ => return unread(format!("SPK type {kind} ({})", type_name(kind))),
    }
    .map_err(damaged)
}

/// Refuse records of type 2 that are damaged.
pub(super) fn check_chebyshev(target: i32, summary: &Summary, doubles: &[f64]) -> Result<(), String> {
    let (records, size) = records(doubles, 4)?;
    let (start, end) = (Epoch::from_tdb_s(summary.start_s), Epoch::from_tdb_s(summary.end_s));
    Segment::from_doubles(target, 0, start, end, &records, size).map(|_| ())
}

/// The records of types 2, 3 and 20 and their size, by the last two of the closing numbers.
fn records(doubles: &[f64], closing: usize) -> Result<(Vec<f64>, usize), String> {
    let wrong = || "does not say how many records it has, or how long they are".to_owned();
    let [.., size, count] = doubles else { return Err(wrong()) };
    let whole = |x: f64| (x.fract() == 0.0 && 1.0 <= x && x <= doubles.len() as f64).then_some(x as usize);
    let (size, count) = (whole(*size).ok_or_else(wrong)?, whole(*count).ok_or_else(wrong)?);
    let wanted = size.saturating_mul(count).saturating_add(closing);
    if doubles.len() != wanted {
        return Err(format!("has {} numbers, {count} records of {size} take {wanted}", doubles.len()));
    }
    Ok((doubles[..size * count].to_vec(), size))
}

/// The coefficients of records of type 2 on ICRF axes instead of the ecliptic's.
fn turn_records(records: &mut [f64], size: usize) {
    let terms = size.saturating_sub(2) / 3;
    for record in records.chunks_exact_mut(size) {
        for k in 2..2 + terms {
            let [x, y, z] = to_icrf([record[k], record[k + terms], record[k + 2 * terms]]);
            (record[k], record[k + terms], record[k + 2 * terms]) = (x, y, z);
        }
    }
}

/// Records of type 2 out of those of type 20: coefficients of the velocity, integrated from the place at the middle.
///
/// ∫T₀ = T₁, ∫T₁ = T₂/4, ∫T_k = T_{k+1}/(2k + 2) − T_{k−1}/(2k − 2), up to a constant that the place at the middle gives.
///
/// # Source
/// NAIF, *SPK Required Reading*, "Type 20: Chebyshev (velocity only)": for each coordinate the coefficients of the velocity and the
/// place at the middle; closing with km and s of the units, Julian date and its fraction of the first record's start, days of a
/// record, size and number.
fn positions_of_velocities(doubles: &[f64]) -> Result<(Vec<f64>, usize), String> {
    let (velocities, size) = records(doubles, 7)?;
    let closing = &doubles[velocities.len()..];
    let [unit_km, unit_s, jd_d, part_d, length_d] = std::array::from_fn(|k| closing[k]);
    if !size.is_multiple_of(3) || size < 6 {
        return Err(format!("has records of {size} numbers, which are not three coordinates"));
    }
    if !(unit_km > 0.0 && unit_s > 0.0 && length_d > 0.0) {
        return Err(format!("has units of {unit_km} km and {unit_s} s, and records of {length_d} d"));
    }
    let (given, half_s) = (size / 3, length_d * DAY_S / 2.0);
    let terms = given; // `given − 1` of the velocity, one more of the place
    let whole_d = jd_d - J2000_JD_TDB_D;
    let mut places = Vec::with_capacity(velocities.len() + 2 * velocities.len() / size);
    for (number, record) in velocities.chunks_exact(size).enumerate() {
        // whole days and their fraction apart, as NAIF has it: the last place of an epoch is then the same
        let middle_s = (whole_d + number as f64 * length_d) * DAY_S + part_d * DAY_S + half_s;
        places.extend([middle_s, half_s]);
        for coordinate in record.chunks_exact(given) {
            let (slopes, middle) = coordinate.split_at(given - 1);
            let mut place = vec![0.0; terms];
            for (k, slope) in slopes.iter().enumerate() {
                let c = slope * (unit_km / unit_s) * half_s;
                match k {
                    0 => place[1] += c,
                    1 => {
                        if let Some(second) = place.get_mut(2) {
                            *second += c / 4.0;
                        }
                    }
                    _ => {
                        place[k + 1] += c / (2 * k + 2) as f64;
                        place[k - 1] -= c / (2 * k - 2) as f64;
                    }
                }
            }
            // T_j is 0 at the middle for odd j and ±1 for even
            let at_middle: f64 =
                place.iter().enumerate().skip(2).step_by(2).map(|(j, c)| if j % 4 == 0 { *c } else { -c }).sum();
            place[0] = middle[0] * unit_km - at_middle;
            places.extend(place);
        }
    }
    Ok((places, 2 + 3 * terms))
}

/// Chebyshev polynomials for place and velocity apart (type 3).
struct Polynomials {
    first_s: f64,
    length_s: f64,
    size: usize,
    /// middle, half length, six rows of coefficients
    records: Vec<f64>,
}

impl Polynomials {
    /// # Source
    /// NAIF, *SPK Required Reading*, "Type 3: Chebyshev (position and velocity)".
    fn new(doubles: &[f64]) -> Result<Self, String> {
        let (records, size) = records(doubles, 4)?;
        let (first_s, length_s) = (doubles[records.len()], doubles[records.len() + 1]);
        if size < 8 || !(size - 2).is_multiple_of(6) {
            return Err(format!("has records of {size} numbers, which are not six coordinates"));
        }
        let sound = length_s > 0.0 && records.chunks_exact(size).all(|record| record[1] > 0.0);
        if !sound || !doubles.iter().all(|x| x.is_finite()) {
            return Err("has records that are no numbers, or of no length".to_owned());
        }
        Ok(Self { first_s, length_s, size, records })
    }

    fn state(&self, tdb_s: f64) -> State {
        let count = self.records.len() / self.size;
        let number = (((tdb_s - self.first_s) / self.length_s).max(0.0) as usize).min(count - 1);
        let record = &self.records[number * self.size..(number + 1) * self.size];
        let s = (tdb_s - record[0]) / record[1];
        let terms = (self.size - 2) / 6;
        let value = |row: usize| {
            let coefficients = &record[2 + row * terms..2 + (row + 1) * terms];
            let (mut b1, mut b2) = (0.0, 0.0);
            for c in coefficients[1..].iter().rev() {
                (b1, b2) = (2.0 * s * b1 - b2 + c, b1);
            }
            s * b1 - b2 + coefficients[0]
        };
        State { position_km: std::array::from_fn(value), velocity_km_s: std::array::from_fn(|k| value(k + 3)) }
    }
}

/// The name of an SPK type in NAIF's required reading.
fn type_name(kind: i32) -> &'static str {
    match kind {
        10 => "two-line elements",
        14 => "Chebyshev polynomials over unequal spans",
        15 => "precessing conic",
        17 => "equinoctial elements",
        18 => "ESOC/DDID Hermite and Lagrange interpolation",
        19 => "ESOC/DDID piecewise interpolation",
        4 | 6 | 7 | 11 | 16 => "reserved by NAIF",
        _ => "unknown to NAIF's required reading",
    }
}

/// Name and number of a frame of SPICE.
fn frame_name(frame: i32) -> String {
    const INERTIAL: [&str; 21] = [
        "J2000",
        "B1950",
        "FK4",
        "DE-118",
        "DE-96",
        "DE-102",
        "DE-108",
        "DE-111",
        "DE-114",
        "DE-122",
        "DE-125",
        "DE-130",
        "GALACTIC",
        "DE-200",
        "DE-202",
        "MARSIAU",
        "ECLIPJ2000",
        "ECLIPB1950",
        "DE-140",
        "DE-142",
        "DE-143",
    ];
    let inertial = usize::try_from(frame).ok().and_then(|k| INERTIAL.get(k.wrapping_sub(1))).copied();
    let name = inertial.or(match frame {
        13_000 => Some("ITRF93"),
        10_013 => Some("IAU_EARTH"),
        10_014 => Some("IAU_MARS"),
        10_020 => Some("IAU_MOON"),
        10_081 => Some("EARTH_FIXED"),
        31_006 => Some("MOON_PA_DE421"),
        31_007 => Some("MOON_ME_DE421"),
        31_008 => Some("MOON_PA_DE440"),
        31_009 => Some("MOON_ME_DE440_ME421"),
        _ => None,
    });
    name.map_or_else(|| format!("of SPICE's frame {frame}"), |name| format!("{name} (SPICE's frame {frame})"))
}
