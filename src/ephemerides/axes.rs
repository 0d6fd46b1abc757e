//! Body-fixed axes for a loop: the slow part of a rotation in records of a day, the spin by its angle.
//!
//! A body-fixed set of axes turns as W(t)·R₃(ω·τ)·P(t): a steady spin about its own third axis, τ counted from the middle
//! of the day, a matrix P that hardly moves in a day (precession, nutation, libration), and for the Earth the two small
//! angles of polar motion, which in P would turn with the day. P is taken from
//! the source (anise, or the IAU series for the Earth) at eight Chebyshev nodes the first time that a day is asked
//! for, and kept. The days are fixed in time, so an answer does not depend on who asked first or on which thread. Each
//! record is compared with its source at three more places; a day whose source is not so smooth is answered by the
//! source itself.

use super::earth_orientation::{self, Day, Turn, wobbled};
use super::eop::EarthOrientationParameters;
use super::frames::rotate;
use super::{Ephemerides, EphemerisError, Orientation, Rotation};
use crate::time::{DAY_S, Epoch};
use anise::constants::frames::EARTH_J2000;
use anise::prelude::{Almanac, Frame};
use std::f64::consts::{PI, TAU};
use std::sync::{Arc, OnceLock};

/// Coefficients of a record. The fastest term that counts, the fortnightly one of nutation (1e-6 rad) or of the
/// Moon's libration, is left out from (2π/13.7·½)^8/(2^7·8!) = 2e-12 of itself on.
const TERMS: usize = 8;
/// The nine elements, the two angles of polar motion, and one to make the row a multiple of four.
const WIDTH: usize = 12;
const XP: usize = 9;
const YP: usize = 10;
/// Days that records are kept for, modified Julian: 1900-01-01 to 2100-01-01.
const FIRST_DAY: i64 = 15_020;
const LAST_DAY: i64 = 88_069;
/// Days in a chunk of the shelf.
const CHUNK: usize = 64;

/// Where the matrices come from.
enum Source {
    /// the same for ever
    Fixed([[f64; 3]; 3]),
    /// a frame of anise, its name, and how far a record may be off it
    Anise { almanac: Arc<Almanac>, frame: Frame, orientation: Orientation, allowed_rad: f64 },
    /// the IAU series, and the measured parameters where there are any
    Earth(Option<Arc<EarthOrientationParameters>>),
}

/// A day.
#[derive(Clone, Copy)]
struct Block {
    index: i64,
    middle_s: f64,
    day: Option<Day>,
}

enum Kept {
    /// P as a polynomial in τ over half a day, the constant first
    Record(Box<[[f64; WIDTH]; TERMS]>),
    /// the source is not smooth enough, or does not hold the whole day
    AskSource,
}

type Chunk = Box<[OnceLock<Kept>; CHUNK]>;

struct Held {
    orientation: Orientation,
    source: Source,
    /// spin about the third axis
    spin_rad_s: f64,
    /// whether there is polar motion
    wobbles: bool,
    shelf: Box<[OnceLock<Chunk>]>,
}

/// The turn from ICRF axes to those of a body, ready for a loop. Cheap to clone; clones share what they have learnt.
#[derive(Clone)]
pub struct AxesTrack {
    held: Arc<Held>,
}

/// Spins of the IAU 2015 report, degrees a day (Archinal et al. 2018, Celest. Mech. Dyn. Astron. 130:22), and of the
/// Earth rotation angle, turns a day (IERS Conventions 2010, eq. 5.15). What is missing from a spin stays in P.
fn spin_rad_s(orientation: Orientation) -> f64 {
    let turns_d = match orientation {
        Orientation::J2000 | Orientation::EclipJ2000 => 0.0,
        Orientation::MoonPa | Orientation::MoonMe | Orientation::IauMoon => 13.17635815 / 360.0,
        Orientation::IauEarth | Orientation::Itrs | Orientation::Itrf93 => 1.00273781191135448,
        Orientation::IauMars => 350.891982443297 / 360.0,
    };
    TAU * turns_d / DAY_S
}

impl Ephemerides {
    /// The axes of a body, ready for a loop: about 60 ns a matrix where the source takes 1 to 50 µs.
    ///
    /// * `orientation`: any; [`Orientation::Itrs`] takes the parameters of [`Ephemerides::with_earth_orientation`]
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] when no loaded kernel has the axes; those of one that a kernel is missing for refuse
    /// when they are asked for a matrix.
    ///
    /// ```
    /// use portolan::{ephemerides::{Ephemerides, Orientation}, time::Epoch};
    /// let mars = Ephemerides::embedded()?.axes(Orientation::IauMars)?;
    /// let matrix = mars.matrix(Epoch::parse("2033-04-28")?)?;
    /// // declination of the pole: 52.9 deg (IAU 2015 report)
    /// assert!((matrix[2][2].asin().to_degrees() - 52.9).abs() < 0.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn axes(&self, orientation: Orientation) -> Result<AxesTrack, EphemerisError> {
        let source = match (orientation, orientation.anise_frame()) {
            (Orientation::J2000 | Orientation::EclipJ2000, _) => {
                Source::Fixed(self.rotation(Orientation::J2000, orientation, Epoch::from_tdb_s(0.0))?.matrix)
            }
            (_, None) => Source::Earth(self.earth_orientation().map(Arc::clone)),
            (_, Some(frame)) => {
                let allowed_rad = match orientation {
                    // a prime meridian of 8e6 degrees has an ulp of 1.6e-11 rad: the source is no smoother
                    Orientation::IauEarth | Orientation::IauMoon | Orientation::IauMars => 2e-10,
                    _ => 5e-12,
                };
                Source::Anise { almanac: Arc::clone(self.almanac()), frame, orientation, allowed_rad }
            }
        };
        let chunks = (LAST_DAY - FIRST_DAY) as usize / CHUNK + 1;
        let shelf = (0..chunks).map(|_| OnceLock::new()).collect();
        let wobbles = matches!(source, Source::Earth(Some(_)));
        let spin_rad_s = spin_rad_s(orientation);
        Ok(AxesTrack { held: Arc::new(Held { orientation, source, spin_rad_s, wobbles, shelf }) })
    }
}

impl AxesTrack {
    /// Which axes these are.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.held.orientation
    }

    /// The direction cosine matrix from ICRF axes to the body's: `matrix · v` is `v` in body axes.
    ///
    /// Off its source by less than 3e-13 rad ([`Orientation::Itrs`]), 5e-12 rad (kernel frames, which have no more
    /// digits) or 2e-10 rad (IAU frames, likewise). One unit in the last place of an epoch is 9e-12 rad of the Earth.
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] when the frame's kernel does not hold the epoch,
    /// [`EphemerisError::OutsideEarthOrientation`] for a date outside the user's file.
    pub fn matrix(&self, epoch: Epoch) -> Result<[[f64; 3]; 3], EphemerisError> {
        self.matrix_after(epoch, 0.0)
    }

    /// The same at `base + after_s`, the two kept apart for the digits of a short span.
    ///
    /// # Errors
    /// As [`AxesTrack::matrix`].
    pub fn matrix_after(&self, base: Epoch, after_s: f64) -> Result<[[f64; 3]; 3], EphemerisError> {
        if let Source::Fixed(matrix) = self.held.source {
            return Ok(matrix);
        }
        let block = self.block(base.tdb_s() + after_s)?;
        let tau_s = (base.tdb_s() - block.middle_s) + after_s;
        let Kept::Record(record) = self.kept(block) else {
            return self.source(block, tau_s).map(Turn::whole);
        };
        let s = tau_s / (DAY_S / 2.0);
        let mut p = record[TERMS - 1];
        for row in record[..TERMS - 1].iter().rev() {
            for k in 0..WIDTH {
                p[k] = p[k] * s + row[k];
            }
        }
        let matrix = turned(&p, self.held.spin_rad_s * tau_s);
        Ok(if self.held.wobbles { wobbled(&matrix, p[XP], p[YP]) } else { matrix })
    }

    /// The rotation from ICRF axes with its rate.
    ///
    /// # Errors
    /// As [`AxesTrack::matrix`].
    pub fn rotation(&self, epoch: Epoch) -> Result<Rotation, EphemerisError> {
        if let Source::Fixed(matrix) = self.held.source {
            return Ok(Rotation { matrix, matrix_rate_s1: [[0.0; 3]; 3] });
        }
        let block = self.block(epoch.tdb_s())?;
        let tau_s = epoch.tdb_s() - block.middle_s;
        let spin_rad_s = self.held.spin_rad_s;
        let Kept::Record(record) = self.kept(block) else {
            // no record: the rate by a difference over two seconds, as anise takes it for IAU frames
            let whole = |tau_s: f64| self.source(block, tau_s).map(Turn::whole);
            let (before, after) = (whole(tau_s - 1.0)?, whole(tau_s + 1.0)?);
            let matrix_rate_s1 = std::array::from_fn(|i| std::array::from_fn(|j| (after[i][j] - before[i][j]) / 2.0));
            return Ok(Rotation { matrix: whole(tau_s)?, matrix_rate_s1 });
        };
        let half_s = DAY_S / 2.0;
        let s = tau_s / half_s;
        let (mut p, mut slope) = (record[TERMS - 1], [0.0; WIDTH]);
        for row in record[..TERMS - 1].iter().rev() {
            for k in 0..WIDTH {
                slope[k] = slope[k] * s + p[k];
                p[k] = p[k] * s + row[k];
            }
        }
        let matrix = turned(&p, spin_rad_s * tau_s);
        let mut matrix_rate_s1 = turned(&slope.map(|x| x / half_s), spin_rad_s * tau_s);
        for j in 0..3 {
            matrix_rate_s1[0][j] += spin_rad_s * matrix[1][j];
            matrix_rate_s1[1][j] -= spin_rad_s * matrix[0][j];
        }
        if !self.held.wobbles {
            return Ok(Rotation { matrix, matrix_rate_s1 });
        }
        let (x_rate_s1, y_rate_s1) = (slope[XP] / half_s, slope[YP] / half_s);
        let mut wobbling = wobbled(&matrix_rate_s1, p[XP], p[YP]);
        for j in 0..3 {
            wobbling[0][j] += x_rate_s1 * matrix[2][j];
            wobbling[1][j] -= y_rate_s1 * matrix[2][j];
            wobbling[2][j] += y_rate_s1 * matrix[1][j] - x_rate_s1 * matrix[0][j];
        }
        Ok(Rotation { matrix: wobbled(&matrix, p[XP], p[YP]), matrix_rate_s1: wobbling })
    }

    /// The day of an epoch: of TDB, or of UTC for the Earth, whose parameters are given by the day of UTC.
    fn block(&self, tdb_s: f64) -> Result<Block, EphemerisError> {
        let refuse = |reason: &str| EphemerisError::NoAnswer {
            what: format!("the axes {}", self.held.orientation.spice_name()),
            epoch: Epoch::from_tdb_s(tdb_s),
            reason: reason.to_owned(),
        };
        if !Epoch::from_tdb_s(tdb_s).in_calendar() {
            return Err(refuse("it is asked for 1900 to 2099"));
        }
        let block = if let Source::Earth(parameters) = &self.held.source {
            let Some(day) = Day::at(tdb_s) else {
                return Err(refuse("UTC by leap seconds begins in 1972"));
            };
            if let Some(parameters) = parameters {
                parameters.check(tdb_s)?;
            }
            Block { index: day.mjd, middle_s: day.start_s + DAY_S / 2.0, day: Some(day) }
        } else {
            let days = (tdb_s / DAY_S + 0.5).floor();
            Block { index: days as i64 + 51_544, middle_s: days * DAY_S, day: None }
        };
        if (FIRST_DAY..=LAST_DAY).contains(&block.index) {
            Ok(block)
        } else {
            Err(refuse("it is asked for 1900 to 2099"))
        }
    }

    fn kept(&self, block: Block) -> &Kept {
        let place = (block.index - FIRST_DAY) as usize;
        let chunk = self.held.shelf[place / CHUNK].get_or_init(|| Box::new(std::array::from_fn(|_| OnceLock::new())));
        chunk[place % CHUNK].get_or_init(|| self.fit(block).map_or(Kept::AskSource, Kept::Record))
    }

    /// The matrix itself, τ from the middle of the day.
    fn source(&self, block: Block, tau_s: f64) -> Result<Turn, EphemerisError> {
        let still = |matrix| Turn { matrix, xp_rad: 0.0, yp_rad: 0.0 };
        match (&self.held.source, block.day) {
            (Source::Fixed(matrix), _) => Ok(still(*matrix)),
            (Source::Anise { almanac, frame, orientation, .. }, _) => {
                let epoch = Epoch::from_tdb_s(block.middle_s + tau_s);
                let icrf = (Orientation::J2000, EARTH_J2000);
                rotate(almanac, icrf, (*orientation, *frame), epoch).map(|rotation| still(rotation.matrix))
            }
            (Source::Earth(parameters), Some(day)) => {
                earth_orientation::turn(day, tau_s + DAY_S / 2.0, parameters.as_deref())
            }
            (Source::Earth(_), None) => Err(EphemerisError::NoAnswer {
                what: "the axes ITRS".to_owned(),
                epoch: Epoch::from_tdb_s(block.middle_s),
                reason: "UTC by leap seconds begins in 1972".to_owned(),
            }),
        }
    }

    /// P of a day as a polynomial; none where the source refuses or is not smooth.
    fn fit(&self, block: Block) -> Option<Box<[[f64; WIDTH]; TERMS]>> {
        let half_s = DAY_S / 2.0;
        let slow = |s: f64| -> Option<[f64; WIDTH]> {
            let Turn { matrix, xp_rad, yp_rad } = self.source(block, s * half_s).ok()?;
            let mut flat = [0.0; WIDTH];
            for (k, x) in flat[..9].iter_mut().enumerate() {
                *x = matrix[k / 3][k % 3];
            }
            let back = turned(&flat, -self.held.spin_rad_s * (s * half_s));
            for (k, x) in flat[..9].iter_mut().enumerate() {
                *x = back[k / 3][k % 3];
            }
            (flat[XP], flat[YP]) = (xp_rad, yp_rad);
            Some(flat)
        };
        let node = |k: usize| ((k as f64 + 0.5) * PI / TERMS as f64).cos();
        let values = (0..TERMS).map(|k| slow(node(k))).collect::<Option<Vec<_>>>()?;
        let mut record = [[0.0; WIDTH]; TERMS];
        // c_j T_j, each T_j written out in powers: T_{j+1} = 2s T_j − T_{j−1}
        let (mut chebyshev, mut below) = ([0.0; TERMS], [0.0; TERMS]);
        chebyshev[0] = 1.0;
        for j in 0..TERMS {
            let scale = if j == 0 { 1.0 } else { 2.0 } / TERMS as f64;
            for column in 0..WIDTH {
                let sum: f64 = (0..TERMS)
                    .map(|k| values[k][column] * (j as f64 * (k as f64 + 0.5) * PI / TERMS as f64).cos())
                    .sum();
                for power in 0..=j {
                    record[power][column] += scale * sum * chebyshev[power];
                }
            }
            let mut next = [0.0; TERMS];
            for power in 0..TERMS - 1 {
                next[power + 1] = if j == 0 { 1.0 } else { 2.0 } * chebyshev[power];
            }
            for power in 0..TERMS {
                next[power] -= if j == 0 { 0.0 } else { below[power] };
            }
            (below, chebyshev) = (chebyshev, next);
        }
        let allowed_rad = match self.held.source {
            Source::Anise { allowed_rad, .. } => allowed_rad,
            Source::Earth(_) | Source::Fixed(_) => 1e-12,
        };
        for s in [-0.9, 0.1, 1.0] {
            let wanted = slow(s)?;
            for column in 0..WIDTH {
                let got = record.iter().rev().fold(0.0, |sum, row| sum * s + row[column]);
                if (got - wanted[column]).abs() > allowed_rad {
                    return None;
                }
            }
        }
        Some(Box::new(record))
    }
}

impl Turn {
    fn whole(self) -> [[f64; 3]; 3] {
        wobbled(&self.matrix, self.xp_rad, self.yp_rad)
    }
}

/// R₃(angle)·P, with P row by row.
fn turned(p: &[f64; WIDTH], angle_rad: f64) -> [[f64; 3]; 3] {
    let (sin, cos) = angle_rad.sin_cos();
    let row = |k: usize| [p[k], p[k + 1], p[k + 2]];
    let (first, second) = (row(0), row(3));
    let mut matrix = [[0.0; 3], [0.0; 3], row(6)];
    for j in 0..3 {
        matrix[0][j] = cos * first[j] + sin * second[j];
        matrix[1][j] = cos * second[j] - sin * first[j];
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Orientation; 6] = [
        Orientation::Itrs,
        Orientation::MoonPa,
        Orientation::MoonMe,
        Orientation::IauMoon,
        Orientation::IauMars,
        Orientation::IauEarth,
    ];

    /// Largest element of the difference between a record and its source, over days from 2010 to 2059.
    fn worst(axes: &AxesTrack) -> (f64, usize) {
        let (mut worst, mut without) = (0f64, 0);
        for k in 0..60 {
            let day_s = (3660.0 + 305.0 * f64::from(k)) * DAY_S;
            for part in [0.07, 0.31, 0.5, 0.83, 0.96] {
                let base = Epoch::from_tdb_s(day_s);
                let got = axes.matrix_after(base, part * DAY_S).expect("a matrix");
                let block = axes.block(day_s + part * DAY_S).expect("a day");
                without += usize::from(matches!(axes.kept(block), Kept::AskSource));
                let tau_s = (day_s - block.middle_s) + part * DAY_S;
                let wanted = axes.source(block, tau_s).expect("a matrix").whole();
                for k in 0..9 {
                    worst = worst.max((got[k / 3][k % 3] - wanted[k / 3][k % 3]).abs());
                }
            }
        }
        (worst, without)
    }

    #[test]
    fn law_a_record_with_a_moving_pole_is_its_source() {
        let rows: String = (0..6)
            .map(|k| {
                let (xp, yp) = (0.21 - 0.004 * f64::from(k * k), 0.4 + 0.002 * f64::from(k));
                format!("2028 1 1 0 {}.00 {xp} {yp} 0.{k} 0.0002 -0.0003{}\n", 61_760 + k, " 0".repeat(12))
            })
            .collect();
        let parameters = EarthOrientationParameters::parse("made", rows.as_bytes()).expect("a file");
        let kernels = Ephemerides::embedded().expect("kernels").with_earth_orientation(parameters);
        let axes = kernels.axes(Orientation::Itrs).expect("axes");
        for k in 0..40 {
            let epoch = Epoch::from_tdb_s(Day::midnight_s(61_760) + 10_000.0 * f64::from(k + 1));
            let block = axes.block(epoch.tdb_s()).expect("a day");
            assert!(matches!(axes.kept(block), Kept::Record(_)), "{k}");
            let source = |s: f64| axes.source(block, epoch.tdb_s() - block.middle_s + s).expect("a turn").whole();
            let (wanted, got) = (source(0.0), axes.rotation(epoch).expect("a rotation"));
            assert_eq!(got.matrix, axes.matrix(epoch).expect("a matrix"));
            for k in 0..9 {
                let (i, j) = (k / 3, k % 3);
                assert!((got.matrix[i][j] - wanted[i][j]).abs() < 1e-12);
                let rate = (source(10.0)[i][j] - source(-10.0)[i][j]) / 20.0;
                // (ωh)²/6 of the spin, h = 10 s
                assert!((got.matrix_rate_s1[i][j] - rate).abs() < 1e-11, "{got:?}");
            }
        }
    }

    #[test]
    fn law_a_record_is_its_source() {
        for (orientation, bound) in ALL.into_iter().zip([3e-13, 5e-12, 5e-12, 1e-10, 1e-10, 1e-10]) {
            let axes = Ephemerides::embedded().expect("kernels").axes(orientation).expect("axes");
            let (off, without) = worst(&axes);
            println!("{orientation:?}: {off:.1e}, {without} answers without a record");
            assert!(off < bound && without == 0, "{orientation:?}: {off:e}, {without}");
        }
    }

    #[test]
    fn law_the_matrix_turns_and_does_not_depend_on_who_asked_first() {
        let kernels = Ephemerides::embedded().expect("kernels");
        for orientation in ALL.into_iter().chain([Orientation::J2000, Orientation::EclipJ2000]) {
            let (early, late) = (kernels.axes(orientation).expect("axes"), kernels.axes(orientation).expect("axes"));
            let epochs: Vec<Epoch> = (0..50).map(|k| Epoch::from_tdb_s(7e8 + 12_345.6 * f64::from(k))).collect();
            let forward: Vec<_> = epochs.iter().map(|e| early.matrix(*e).expect("a matrix")).collect();
            let backward: Vec<_> = epochs.iter().rev().map(|e| late.matrix(*e).expect("a matrix")).collect();
            assert!(forward.iter().eq(backward.iter().rev()), "{orientation:?}");
            for m in forward {
                for (i, j) in [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)] {
                    let dot: f64 = (0..3).map(|k| m[i][k] * m[j][k]).sum();
                    assert!((dot - f64::from(u8::from(i == j))).abs() < 1e-10, "{orientation:?}: {dot}");
                }
            }
        }
    }

    #[test]
    fn law_no_seam_between_days() {
        for (orientation, bound) in ALL.into_iter().zip([3e-13, 5e-12, 5e-12, 1e-10, 1e-10, 1e-10]) {
            let axes = Ephemerides::embedded().expect("kernels").axes(orientation).expect("axes");
            for day in [3700, 6209, 9000, 15_000] {
                // midnight of UTC for the Earth (2017-01-01 is the end of a leap second: UT1 = UTC jumps there)
                let start_s = match orientation {
                    Orientation::Itrs => Day::midnight_s(51_545 + day),
                    _ => (day as f64 + 0.5) * DAY_S,
                };
                let leap = orientation == Orientation::Itrs && day == 6209;
                let base = Epoch::from_tdb_s(start_s);
                let (before, after) = (axes.matrix_after(base, -1e-6), axes.matrix_after(base, 1e-6));
                let (before, after) = (before.expect("a matrix"), after.expect("a matrix"));
                for k in 0..9 {
                    let moved = 2e-6 * axes.held.spin_rad_s;
                    let off = (before[k / 3][k % 3] - after[k / 3][k % 3]).abs();
                    assert!(leap || off < bound + moved, "{orientation:?} {day}: {off:e}");
                }
            }
        }
    }
}
