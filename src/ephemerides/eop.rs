//! Measured Earth orientation: the IERS files C04 and finals, with the offsets of the celestial pole of either convention.

use super::earth_orientation::{Day, dx_dy_of_iau1980_rad, tai_minus_utc_s};
use super::{EphemerisError, KernelInfo};
use crate::time::{DAY_S, Epoch};
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;
use std::path::Path;
use thiserror::Error;

/// Radians in an arcsecond.
const ARCSEC_RAD: f64 = std::f64::consts::PI / 648_000.0;
/// First day of UTC by leap seconds, 1972-01-01.
const FIRST_MJD: i64 = 41_317;
/// Days that rows are read for, 1900 to 2099.
const DAYS_MJD: RangeInclusive<f64> = 15_020.0..=88_068.0;
/// Most that dX and dY are, arcsec: 0.0087 in finals2000A (January 1982), 0.001 in C04 since 1990.
const MOST_DX_ARCSEC: f64 = 0.01;
/// Most that dPsi and dEps are, arcsec: 0.125 in 2026, 0.003 more every year.
const MOST_DPSI_ARCSEC: f64 = 0.4;

/// What a file of Earth orientation refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EarthOrientationError {
    /// The file cannot be read at all.
    #[error("the Earth orientation file {file} cannot be read: {reason}")]
    Unreadable {
        /// path of the file
        file: String,
        /// what the system said
        reason: String,
    },
    /// No line of a known layout.
    #[error(
        "{file} is no Earth orientation file that is known here: give IERS C04 (05 to 20) or finals (2000A or IAU 1980; .all, .data, .daily)"
    )]
    UnknownLayout {
        /// path of the file
        file: String,
    },
    /// A line that says something else than it should.
    #[error("{file}, line {line}: {quantity} should be a number, it is \"{text}\": fetch the file again")]
    Malformed {
        /// path of the file
        file: String,
        /// number of the line, from 1
        line: usize,
        /// what was read
        quantity: String,
        /// what is written
        text: String,
    },
    /// A value that the Earth does not have.
    #[error(
        "{file}, line {line}: {quantity} of {value} is beyond {bound}, which the Earth does not reach: is it the file's unit?"
    )]
    OutOfReach {
        /// path of the file
        file: String,
        /// number of the line, from 1
        line: usize,
        /// what was read, with its unit
        quantity: String,
        /// what is written
        value: f64,
        /// the most it can be, as a magnitude
        bound: String,
    },
    /// The row of no day.
    #[error(
        "{file}, line {line}: {mjd_d:e} is no modified Julian date of 1900 to 2099: the columns are not those of the layout, fetch the file again"
    )]
    NoDay {
        /// path of the file
        file: String,
        /// number of the line, from 1
        line: usize,
        /// what stands in its place, days
        mjd_d: f64,
    },
    /// The head of a file speaks of both conventions.
    #[error(
        "{file}: its head names dX, dY and dPsi, dEps, so that its offsets of the pole may be either: leave the one name out that is not its columns'"
    )]
    BothConventions {
        /// path of the file
        file: String,
    },
    /// A day is left out or comes twice.
    #[error("{file}, line {line}: day {mjd} follows day {before}: the days have to follow each other without a gap")]
    Gap {
        /// path of the file
        file: String,
        /// number of the line, from 1
        line: usize,
        /// modified Julian date of the line
        mjd: i64,
        /// that of the line before
        before: i64,
    },
    /// Too few days to interpolate between.
    #[error("{file} has {days} days since 1972, four are needed to interpolate: fetch the whole file")]
    TooShort {
        /// path of the file
        file: String,
        /// days there are
        days: usize,
    },
}

/// Whether a day was measured or foretold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// measured
    Measured,
    /// foretold (flag P of finals2000A, for polar motion or UT1)
    Predicted,
}

/// The parameters at midnight of a day, or between two.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parameters {
    pub(super) xp_rad: f64,
    pub(super) yp_rad: f64,
    pub(super) ut1_minus_tai_s: f64,
    pub(super) dx_rad: f64,
    pub(super) dy_rad: f64,
}

/// What a file's offsets of the celestial pole are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoleOffsets {
    /// dX, dY from the IAU 2006/2000A precession-nutation
    Iau2000,
    /// dPsi, dEps from the IAU 1976 precession and the IAU 1980 nutation
    Iau1980,
}

/// Polar motion, UT1 and the offsets of the celestial pole, day by day.
///
/// UT1 − TAI is what is interpolated, by a cubic through four days: it does not jump with a leap second.
#[derive(Debug, Clone)]
pub struct EarthOrientationParameters {
    info: KernelInfo,
    first_mjd: i64,
    start: Epoch,
    end: Epoch,
    days: Vec<(Parameters, DayKind)>,
    pole_offsets: PoleOffsets,
}

impl EarthOrientationParameters {
    /// A user's file.
    ///
    /// * `path`: IERS C04 in the layout of 14 C04 or 20 C04, or finals2000A
    ///
    /// # Errors
    /// [`EarthOrientationError`] with the file, the line and what to do.
    pub fn read(path: &Path) -> Result<Self, EarthOrientationError> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|e| EarthOrientationError::Unreadable { file: file.clone(), reason: e.to_string() })?;
        Self::parse(&file, &bytes)
    }

    /// The parameters in the bytes of a file.
    ///
    /// * `file_name`: said in refusals and in the provenance of results
    /// * `bytes`: the file
    ///
    /// Of finals the values of Bulletin A are taken. Rows of it that give neither pole nor UT1 end the file; where the
    /// offsets of the celestial pole are blank they are zero. Days before 1972 are left out.
    ///
    /// dPsi and dEps, which C04 and finals of the IAU 1980 nutation have (GMAT's own file among them), are turned into dX and dY:
    /// they say where the pole is, and so does IAU 2006/2000A. Which of the two a C04 has its head says; finals have no head, but
    /// dX and dY stay below 0.01″ and dPsi has been beyond it since July 1992. What is left of IERS' own dX and dY is below 0.35 mas, 1 cm
    /// on the ground, and 0.15 mas since 1990.
    ///
    /// # Errors
    /// [`EarthOrientationError`] with the file, the line and what to do.
    ///
    /// # Source
    /// Layouts: the head of `eopc04.1962-now` (20 C04), of `eopc04_IAU2000.62-now` (14 C04), of `eopc04_08.62-now`, and
    /// `readme.finals2000A`.
    pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Self, EarthOrientationError> {
        let text = String::from_utf8_lossy(bytes);
        let (mut named, mut rows) = ([false; 2], Vec::new());
        let mut before: Option<i64> = None;
        for (line, text) in text.lines().enumerate().map(|(k, row)| (k + 1, row)) {
            let place = Place { file: file_name, line };
            let Some(found) = place.row(text)? else {
                if before.is_none() {
                    let says = |words: [&str; 2]| {
                        let mut all = text.split(|c: char| !c.is_ascii_alphabetic());
                        all.any(|word| words.iter().any(|w| word.eq_ignore_ascii_case(w)))
                    };
                    named[0] |= says(["dX", "dY"]);
                    named[1] |= says(["dPsi", "dEps"]);
                }
                continue;
            };
            let Found::Day(row) = found else { break };
            let mjd = row.mjd;
            if let Some(before) = before.filter(|day| *day + 1 != mjd) {
                return Err(EarthOrientationError::Gap { file: file_name.to_owned(), line, mjd, before });
            }
            before = Some(mjd);
            if mjd >= FIRST_MJD {
                rows.push((place, row));
            }
        }
        if before.is_none() {
            return Err(EarthOrientationError::UnknownLayout { file: file_name.to_owned() });
        }
        if rows.len() < 4 {
            return Err(EarthOrientationError::TooShort { file: file_name.to_owned(), days: rows.len() });
        }
        let pole_offsets = match named {
            [true, true] => return Err(EarthOrientationError::BothConventions { file: file_name.to_owned() }),
            [true, false] => PoleOffsets::Iau2000,
            [false, true] => PoleOffsets::Iau1980,
            [false, false] => convention(&rows),
        };
        let days = rows
            .iter()
            .map(|(place, row)| Ok((place.parameters(row, pole_offsets)?, row.kind)))
            .collect::<Result<Vec<_>, EarthOrientationError>>()?;
        let first_mjd = rows[0].1.mjd;
        let name =
            Path::new(file_name).file_name().map_or_else(|| file_name.into(), |n| n.to_string_lossy().into_owned());
        let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        let (start, end) = (midnight(first_mjd), midnight(first_mjd + days.len() as i64 - 1));
        Ok(Self { info: KernelInfo { name, sha256 }, first_mjd, start, end, days, pole_offsets })
    }

    /// What the file's offsets of the celestial pole were counted from, before they were turned into dX and dY.
    #[must_use]
    pub fn pole_offsets(&self) -> PoleOffsets {
        self.pole_offsets
    }

    /// Name and hash of the file.
    #[must_use]
    pub fn info(&self) -> &KernelInfo {
        &self.info
    }

    /// First epoch that is answered for: midnight UTC of the first day.
    #[must_use]
    pub fn start(&self) -> Epoch {
        self.start
    }

    /// Last epoch that is answered for: midnight UTC of the last day.
    #[must_use]
    pub fn end(&self) -> Epoch {
        self.end
    }

    /// The last epoch up to which every day was measured; later ones are predictions. None when none was.
    #[must_use]
    pub fn measured_until(&self) -> Option<Epoch> {
        let measured = self.days.iter().take_while(|(_, kind)| *kind == DayKind::Measured).count() as i64;
        (measured > 0).then(|| midnight(self.first_mjd + measured - 1))
    }

    /// Whether the day of an epoch was measured or foretold; none outside the file.
    #[must_use]
    pub fn kind(&self, epoch: Epoch) -> Option<DayKind> {
        let place = Day::at(epoch.tdb_s())?.mjd - self.first_mjd;
        usize::try_from(place).ok().and_then(|k| self.days.get(k)).map(|(_, kind)| *kind)
    }

    fn last_mjd(&self) -> i64 {
        self.first_mjd + self.days.len() as i64 - 1
    }

    /// Refuse an epoch outside the file.
    pub(super) fn check(&self, tdb_s: f64) -> Result<(), EphemerisError> {
        let (epoch, start, end) = (Epoch::from_tdb_s(tdb_s), self.start, self.end);
        if start <= epoch && epoch <= end {
            return Ok(());
        }
        Err(EphemerisError::OutsideEarthOrientation { file: self.info.name.clone(), epoch, start, end })
    }

    /// The parameters some seconds after midnight UTC of a day.
    ///
    /// The day's cubic goes through the four nearest midnights; at the ends of the file through the last four. A day's
    /// own cubic answers for the whole of it, a little outside the file too, for whoever fits a day as one piece.
    pub(super) fn at(&self, day: Day, second_s: f64) -> Result<Parameters, EphemerisError> {
        if day.mjd < self.first_mjd || day.mjd > self.last_mjd() {
            self.check(day.start_s + second_s)?;
        }
        let place = ((day.mjd - self.first_mjd - 1).max(0) as usize).min(self.days.len() - 4);
        let u = (day.mjd - self.first_mjd) as f64 - place as f64 + second_s / DAY_S;
        let weights = [
            -(u - 1.0) * (u - 2.0) * (u - 3.0) / 6.0,
            u * (u - 2.0) * (u - 3.0) / 2.0,
            -u * (u - 1.0) * (u - 3.0) / 2.0,
            u * (u - 1.0) * (u - 2.0) / 6.0,
        ];
        let mut sum = Parameters::default();
        for (weight, (p, _)) in weights.iter().zip(&self.days[place..place + 4]) {
            sum.xp_rad += weight * p.xp_rad;
            sum.yp_rad += weight * p.yp_rad;
            sum.ut1_minus_tai_s += weight * p.ut1_minus_tai_s;
            sum.dx_rad += weight * p.dx_rad;
            sum.dy_rad += weight * p.dy_rad;
        }
        Ok(sum)
    }
}

fn midnight(mjd: i64) -> Epoch {
    let tt_s = Day::midnight_s(mjd);
    Epoch::from_tdb_s(tt_s - super::earth_orientation::tt_minus_tdb_s(tt_s))
}

/// A line that says something.
enum Found {
    Day(Row),
    /// the first row without values of finals
    End,
}

/// A day as it is written.
#[derive(Debug, PartialEq)]
struct Row {
    mjd: i64,
    xp_arcsec: f64,
    yp_arcsec: f64,
    ut1_minus_utc_s: f64,
    /// of either convention; none where the columns are blank
    pole_arcsec: Option<[f64; 2]>,
    kind: DayKind,
}

/// The convention of a file whose head does not say: dX and dY unless most of the offsets are too large for them.
fn convention(rows: &[(Place<'_>, Row)]) -> PoleOffsets {
    let offsets = || rows.iter().filter_map(|(_, row)| row.pole_arcsec);
    let large = offsets().filter(|pair| pair.iter().any(|x| x.abs() > MOST_DX_ARCSEC)).count();
    if 2 * large > offsets().count() { PoleOffsets::Iau1980 } else { PoleOffsets::Iau2000 }
}

#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    line: usize,
}

impl Place<'_> {
    fn number(self, text: &str, quantity: &str) -> Result<f64, EarthOrientationError> {
        let value: Option<f64> = text.trim().parse().ok();
        value.filter(|v| v.is_finite()).ok_or_else(|| EarthOrientationError::Malformed {
            file: self.file.to_owned(),
            line: self.line,
            quantity: quantity.to_owned(),
            text: text.trim().to_owned(),
        })
    }

    fn within(self, value: f64, most: f64, quantity: &str) -> Result<f64, EarthOrientationError> {
        if value.abs() <= most {
            return Ok(value);
        }
        let (file, quantity, bound) = (self.file.to_owned(), quantity.to_owned(), most.to_string());
        Err(EarthOrientationError::OutOfReach { file, line: self.line, quantity, value, bound })
    }

    fn mjd(self, text: &str) -> Result<i64, EarthOrientationError> {
        let mjd_d = self.number(text, "the modified Julian date")?;
        if DAYS_MJD.contains(&mjd_d) {
            return Ok(mjd_d.floor() as i64);
        }
        Err(EarthOrientationError::NoDay { file: self.file.to_owned(), line: self.line, mjd_d })
    }

    /// A row with offsets from IAU 2006/2000A.
    fn parameters(self, row: &Row, offsets: PoleOffsets) -> Result<Parameters, EarthOrientationError> {
        let ut1_minus_utc_s = self.within(row.ut1_minus_utc_s, 1.0, "UT1-UTC, s,")?;
        let [dx_rad, dy_rad] = match (row.pole_arcsec, offsets) {
            (None, _) => [0.0; 2],
            (Some([dx, dy]), PoleOffsets::Iau2000) => [
                self.within(dx, MOST_DX_ARCSEC, "dX of the pole, arcsec,")? * ARCSEC_RAD,
                self.within(dy, MOST_DX_ARCSEC, "dY of the pole, arcsec,")? * ARCSEC_RAD,
            ],
            (Some([dpsi, deps]), PoleOffsets::Iau1980) => {
                let dpsi_rad = self.within(dpsi, MOST_DPSI_ARCSEC, "dPsi of the pole, arcsec,")? * ARCSEC_RAD;
                let deps_rad = self.within(deps, MOST_DPSI_ARCSEC, "dEps of the pole, arcsec,")? * ARCSEC_RAD;
                let pair = dx_dy_of_iau1980_rad(row.mjd, dpsi_rad, deps_rad);
                for (value, quantity) in pair.iter().zip(["dX", "dY"]) {
                    let quantity = format!("{quantity} of the pole out of dPsi and dEps, arcsec,");
                    self.within(value / ARCSEC_RAD, MOST_DX_ARCSEC, &quantity)?;
                }
                pair
            }
        };
        Ok(Parameters {
            xp_rad: self.within(row.xp_arcsec, 2.0, "x of the pole, arcsec,")? * ARCSEC_RAD,
            yp_rad: self.within(row.yp_arcsec, 2.0, "y of the pole, arcsec,")? * ARCSEC_RAD,
            ut1_minus_tai_s: ut1_minus_utc_s - tai_minus_utc_s(row.mjd).unwrap_or(10.0),
            dx_rad,
            dy_rad,
        })
    }

    /// A line of any layout; nothing for a head, a comment or an empty line.
    fn row(self, row: &str) -> Result<Option<Found>, EarthOrientationError> {
        if row.trim().is_empty() || row.trim_start().starts_with('#') {
            return Ok(None);
        }
        if let Some(found) = self.finals(row)? {
            return Ok(Some(found));
        }
        let fields: Vec<&str> = row.split_whitespace().collect();
        let is_date = fields.len() >= 16
            && fields[0].len() == 4
            && fields[..4].iter().all(|f| f.bytes().all(|b| b.is_ascii_digit()));
        if !is_date {
            return Ok(None);
        }
        // 20 C04: year month day hour MJD x y UT1-UTC dX dY …; 14 C04: year month day MJD x y UT1-UTC LOD dX dY …
        let (mjd, [x, y, ut1, dx, dy]) = if fields.len() >= 21 { (4, [5, 6, 7, 8, 9]) } else { (3, [4, 5, 6, 8, 9]) };
        Ok(Some(Found::Day(Row {
            mjd: self.mjd(fields[mjd])?,
            xp_arcsec: self.number(fields[x], "x of the pole")?,
            yp_arcsec: self.number(fields[y], "y of the pole")?,
            ut1_minus_utc_s: self.number(fields[ut1], "UT1-UTC")?,
            pole_arcsec: Some([
                self.number(fields[dx], "dX (or dPsi) of the pole")?,
                self.number(fields[dy], "dY (or dEps) of the pole")?,
            ]),
            kind: DayKind::Measured,
        })))
    }

    /// finals: fixed columns, milliarcseconds for the offsets of the pole.
    fn finals(self, row: &str) -> Result<Option<Found>, EarthOrientationError> {
        let column = |from: usize, to: usize| row.get(from - 1..to.min(row.len())).unwrap_or("");
        let mjd = column(8, 15).trim();
        let looks = row.is_ascii()
            && column(7, 7) == " "
            && column(1, 6).bytes().all(|b| b.is_ascii_digit() || b == b' ')
            && column(5, 6).trim().parse::<u8>().is_ok()
            && mjd.len() == 8
            && mjd.as_bytes()[5] == b'.'
            && mjd.parse::<f64>().is_ok();
        if !looks {
            return Ok(None);
        }
        if column(19, 27).trim().is_empty() || column(59, 68).trim().is_empty() {
            return Ok(Some(Found::End));
        }
        let offset = |from: usize, to: usize, quantity: &str| {
            let text = column(from, to).trim();
            if text.is_empty() { Ok(None) } else { self.number(text, quantity).map(|mas| Some(mas / 1e3)) }
        };
        let first = offset(98, 106, "dX (or dPsi) of the pole")?;
        let second = offset(117, 125, "dY (or dEps) of the pole")?;
        let predicted = [17, 58].iter().any(|at| column(*at, *at) == "P");
        Ok(Some(Found::Day(Row {
            mjd: self.mjd(mjd)?,
            xp_arcsec: self.number(column(19, 27), "x of the pole")?,
            yp_arcsec: self.number(column(38, 46), "y of the pole")?,
            ut1_minus_utc_s: self.number(column(59, 68), "UT1-UTC")?,
            pole_arcsec: first.zip(second).map(|(a, b)| [a, b]),
            kind: if predicted { DayKind::Predicted } else { DayKind::Measured },
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of IERS files about the leap second of 2016-12-31, as the package astropy-iers-data 2026 carries them.
    const C04_20: &str = "# EOP (IERS) 20 C04 TIME SERIES  consistent with ITRF 2020 - sampled at 0h UTC\n\
        2016  12  30   0  57752.00    0.082941    0.263562  -0.4069114    0.000052   -0.000172   -0.001516   -0.000565   0.0008362    0.000069    0.000053   0.0000168    0.000130    0.000101    0.000081    0.000105   0.0000537\n\
        2016  12  31   0  57753.00    0.081440    0.263099  -0.4077697    0.000106   -0.000192   -0.001260   -0.000354   0.0008920    0.000069    0.000053   0.0000147    0.000122    0.000095    0.000081    0.000106   0.0000548\n\
        2017   1   1   0  57754.00    0.080549    0.263128   0.5912870    0.000120   -0.000168   -0.000570    0.000251   0.0009962    0.000069    0.000058   0.0000146    0.000089    0.000089    0.000084    0.000102   0.0000553\n\
        2017   1   2   0  57755.00    0.080338    0.263580   0.5902172    0.000107   -0.000135   -0.000033    0.000519   0.0011525    0.000069    0.000058   0.0000138    0.000088    0.000087    0.000084    0.000102   0.0000555\n";
    const FINALS: &str = "161226 57748.00 I  0.091175 0.000046  0.264593 0.000029  I-0.4035526 0.0000095  0.9340 0.0054  I    -0.030    0.119    -0.142    0.047  0.091182  0.264608 -0.4035274    -0.014    -0.045  \n\
        161227 57749.00 I  0.089084 0.000046  0.264637 0.000030  I-0.4044543 0.0000099  0.8644 0.0061  I    -0.028    0.119    -0.147    0.047  0.089160  0.264588 -0.4044647    -0.020    -0.035  \n\
        161228 57750.00 I  0.086813 0.000052  0.264636 0.000036  I-0.4052850 0.0000076  0.8055 0.0063  I    -0.017    0.119    -0.138    0.024  0.086807  0.264711 -0.4052870    -0.025    -0.024  \n\
        161229 57751.00 P  0.084635 0.000052  0.264193 0.000037  P-0.4060885 0.0000079                                                                                                             \n\
        161230 57752.00                                                                                                                                                                            \n";
    const C04_14: &str = "2016  12  30  57752   0.082941   0.263562  -0.4069114   0.0008362   0.000052  -0.000172   0.000069   0.000053  0.0000168  0.0000537    0.000130    0.000101\n";

    fn parse(text: &str) -> Result<EarthOrientationParameters, EarthOrientationError> {
        EarthOrientationParameters::parse("f", text.as_bytes())
    }

    fn at(parameters: &EarthOrientationParameters, mjd: i64, second_s: f64) -> Parameters {
        let day = Day::at(Day::midnight_s(mjd) + 0.5).expect("a day");
        parameters.at(day, second_s).expect("parameters")
    }

    #[test]
    fn law_midnights_are_the_rows_and_ut1_does_not_jump() {
        let parameters = parse(C04_20).expect("a file");
        let noon = at(&parameters, 57_753, 0.0);
        assert!(
            (noon.xp_rad / ARCSEC_RAD - 0.081440).abs() < 1e-12 && (noon.yp_rad / ARCSEC_RAD - 0.263099).abs() < 1e-12
        );
        assert!(
            (noon.dx_rad / ARCSEC_RAD - 0.000106).abs() < 1e-12 && (noon.dy_rad / ARCSEC_RAD + 0.000192).abs() < 1e-12
        );
        assert!((noon.ut1_minus_tai_s + 36.4077697).abs() < 1e-12);
        // halfway across the leap second: the mean of the neighbours but for the curvature, 1e-5 s
        let between = at(&parameters, 57_753, DAY_S / 2.0).ut1_minus_tai_s;
        let mean = 0.5 * ((-0.4077697 - 36.0) + (0.5912870 - 37.0));
        assert!((between - mean).abs() < 3e-5, "{between} {mean}");
        let (before, after) = (at(&parameters, 57_753, DAY_S), at(&parameters, 57_754, 0.0));
        assert!((before.ut1_minus_tai_s - after.ut1_minus_tai_s).abs() < 1e-12);
    }

    #[test]
    fn law_a_cubic_of_days_is_taken_exactly() {
        let p = |d: f64| 0.1 + 0.01 * d - 0.002 * d * d + 0.0003 * d * d * d;
        let text: String = (0..9)
            .map(|k| format!("2020 1 1 0 {}.00 {:.12} 0 0 0 0{}\n", 59_000 + k, p(f64::from(k)), " 0".repeat(12)))
            .collect();
        let parameters = parse(&text).expect("a file");
        for (k, part) in [(0, 0.0), (0, 0.3), (4, 0.7), (7, 0.999), (8, 0.0)] {
            let got = at(&parameters, 59_000 + k, part * DAY_S).xp_rad / ARCSEC_RAD;
            assert!((got - p(k as f64 + part)).abs() < 1e-11, "{k} {part}: {got}");
        }
    }

    /// 08 C04 with dPsi and dEps, as GMAT carries it (`eopc04_08.62-now`), and finals of the IAU 1980 nutation (`finals.all`).
    const C04_08: &str = "                        EARTH ORIENTATION PARAMETERS\n                          EOP (IERS) 08 C04\n\n\
              Date      MJD      x          y        UT1-UTC       LOD         dPsi      dEps       x Err     y Err   UT1-UTC Err  LOD Err    dPsi Err   dEpsilon Err\n\
        2016  12  30  57752   0.082941   0.263562  -0.4069114   0.0008362  -0.099334  -0.009220   0.000069   0.000053  0.0000168  0.0000537    0.000327    0.000101\n\
        2016  12  31  57753   0.081440   0.263099  -0.4077697   0.0008920  -0.098958  -0.009327   0.000069   0.000053  0.0000147  0.0000548    0.000307    0.000095\n\
        2017   1   1  57754   0.080549   0.263128   0.5912870   0.0009962  -0.098775  -0.009335   0.000069   0.000058  0.0000146  0.0000553    0.000224    0.000089\n\
        2017   1   2  57755   0.080338   0.263580   0.5902172   0.0011525  -0.098837  -0.009264   0.000069   0.000058  0.0000138  0.0000555    0.000220    0.000087\n";
    const FINALS_1980: &str = " 5 3 1 53430.00 I  0.024095 0.000052  0.211514 0.000042  I-0.5473454 0.0000038  1.5623 0.0024  I   -55.304     .151    -2.863     .340   .024110   .211090  -.5473360   -55.300    -2.800  \n\
        \x205 3 2 53431.00 I  0.021805 0.000053  0.213045 0.000102  I-0.5488276 0.0000035  1.3864 0.0027  I   -55.338     .127    -2.963     .340   .021880   .212750  -.5488330   -55.300    -3.000  \n\
        \x205 3 3 53432.00 I  0.019365 0.000049  0.214311 0.000102  I-0.5501087 0.0000038  1.1819 0.0024  I   -55.292     .127    -3.041     .340   .019440   .213970  -.5500970   -55.200    -3.100  \n\
        \x205 3 4 53433.00 I  0.017021 0.000049  0.215104 0.000107  I-0.5512141 0.0000032  1.0453 0.0032  I   -55.231     .127    -3.132     .340   .017160   .214930  -.5512200   -55.000    -3.200  \n";

    /// dX and dY of those days as 20 C04 prints them, and by pyerfa 2.0.1.5 (`pmat76`, `nut80`, `obl80`, `numat`, `xys06a`), arcsec.
    #[test]
    fn published_offsets_of_both_conventions_agree() {
        for (text, mjd, printed, erfa) in [
            (C04_08, 57_752, [0.000_052, -0.000_172], [0.000_078_339_395, -0.000_041_625_498]),
            (C04_08, 57_753, [0.000_106, -0.000_192], [0.000_131_614_900, -0.000_062_809_322]),
            (C04_08, 57_755, [0.000_107, -0.000_135], [0.000_133_154_498, -0.000_004_370_853]),
            (FINALS_1980, 53_430, [-0.000_124, -0.000_364], [-0.000_210_138_488, -0.000_356_080_552]),
            (FINALS_1980, 53_433, [-0.000_122, -0.000_485], [-0.000_135_428_215, -0.000_314_477_405]),
        ] {
            let parameters = parse(text).expect("a file");
            assert_eq!(parameters.pole_offsets(), PoleOffsets::Iau1980);
            let got = at(&parameters, mjd, 0.0);
            for (k, got_rad) in [got.dx_rad, got.dy_rad].into_iter().enumerate() {
                let got = got_rad / ARCSEC_RAD;
                assert!((got - erfa[k]).abs() < 1e-9, "{mjd}: {got} {erfa:?}");
                // IERS counts from IAU 2000, and the two series are of several solutions: 0.2 mas, 6 mm
                assert!((got - printed[k]).abs() < 2e-4, "{mjd}: {got} {printed:?}");
            }
        }
        assert_eq!(parse(C04_20).expect("a file").pole_offsets(), PoleOffsets::Iau2000);
        assert_eq!(parse(FINALS).expect("a file").pole_offsets(), PoleOffsets::Iau2000);
    }

    #[test]
    fn law_the_layouts_say_the_same() {
        let day = |text: &str| match (Place { file: "f", line: 1 }).row(text) {
            Ok(Some(Found::Day(row))) => {
                let [dx, dy] = row.pole_arcsec.expect("offsets");
                (row.mjd, [row.xp_arcsec, row.yp_arcsec, dx, dy], row.ut1_minus_utc_s, row.kind)
            }
            _ => panic!("no day: {text}"),
        };
        let (new, old) = (day(C04_20.lines().nth(1).expect("a line")), day(C04_14));
        assert_eq!(new, old);
        let finals = day(FINALS.lines().next().expect("a line"));
        assert_eq!((finals.0, finals.2, finals.3), (57_748, -0.4035526, DayKind::Measured));
        for (got, wanted) in finals.1.iter().zip([0.091175, 0.264593, -0.000030, -0.000142]) {
            assert!((got - wanted).abs() < 1e-15, "{got} {wanted}");
        }
        let parameters = parse(FINALS).expect("a file");
        assert_eq!(parameters.end(), midnight(57_751), "the row without values ends the file");
        assert_eq!(parameters.measured_until(), Some(midnight(57_750)));
        let kind = |mjd: i64| parameters.kind(midnight(mjd) + 1.0);
        assert_eq!(kind(57_750), Some(DayKind::Measured));
        assert_eq!(kind(57_751), Some(DayKind::Predicted));
        assert_eq!((kind(57_747), kind(57_752)), (None, None));
    }

    #[test]
    fn refuses_what_is_no_earth_orientation() {
        for (text, wanted) in [
            (C04_20.replace("57752.00", "1e300"), "f, line 2: 1e300 is no modified Julian date of 1900 to 2099"),
            (C04_20.replace("57752.00", "-9e99"), "f, line 2: -9e99 is no"),
            (
                C04_20.replace("57754.00", "9223372036854775807"),
                "f, line 4: 9.223372036854776e18 is no modified Julian date",
            ),
            (C04_20.replace("0.000106", "0.010601"), "f, line 3: dX of the pole, arcsec, of 0.010601 is beyond 0.01"),
            (format!("# dX dY dPsi dEps\n{C04_20}"), "f: its head names dX, dY and dPsi, dEps"),
            ("hello\n".to_owned(), "f is no Earth orientation file that is known here"),
            (String::new(), "f is no Earth orientation file"),
            (C04_14.to_owned(), "f has 1 days since 1972, four are needed"),
            (C04_20.replace("57754", "57755"), "f, line 4: day 57755 follows day 57753"),
            (C04_20.replace("57754", "57753"), "f, line 4: day 57753 follows day 57753"),
            (C04_20.replace("0.081440", "0.08144x"), "f, line 3: x of the pole should be a number, it is \"0.08144x\""),
            (C04_20.replace("0.081440", "NaN"), "f, line 3: x of the pole should be a number"),
            (C04_20.replace(" 0.081440", "81.44000"), "f, line 3: x of the pole, arcsec, of 81.44 is beyond 2"),
            (FINALS.replace("I-0.4044543", "I-4.4044543"), "f, line 2: UT1-UTC, s, of -4.4044543 is beyond 1"),
            (FINALS.replace("  0.089084", "  0.0x9084"), "f, line 2: x of the pole should be a number"),
        ] {
            let said = parse(&text).expect_err("refused").to_string();
            assert!(said.starts_with(wanted), "wanted {wanted}\ngot {said}");
        }
        let said = EarthOrientationParameters::read(Path::new("/nowhere")).expect_err("refused").to_string();
        assert!(said.starts_with("the Earth orientation file /nowhere cannot be read"), "{said}");
    }
}
