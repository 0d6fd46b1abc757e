//! Measured Earth orientation: the IERS files C04 and finals2000A.

use super::earth_orientation::{Day, tai_minus_utc_s};
use super::{EphemerisError, KernelInfo};
use crate::time::{DAY_S, Epoch};
use sha2::{Digest, Sha256};
use std::path::Path;
use thiserror::Error;

/// Radians in an arcsecond.
const ARCSEC_RAD: f64 = std::f64::consts::PI / 648_000.0;
/// First day of UTC by leap seconds, 1972-01-01.
const FIRST_MJD: i64 = 41_317;

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
        "{file} is no Earth orientation file that is known here: give IERS C04 (14 or 20) or finals2000A (.all, .data, .daily)"
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
    /// Of finals2000A the values of Bulletin A are taken. Rows of it that give neither pole nor UT1 end the file; where
    /// the offsets of the celestial pole are blank they are zero. Days before 1972 are left out.
    ///
    /// # Errors
    /// [`EarthOrientationError`] with the file, the line and what to do.
    ///
    /// # Source
    /// Layouts: the head of `eopc04.1962-now` (20 C04), of `eopc04_IAU2000.62-now` (14 C04), and `readme.finals2000A`.
    pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Self, EarthOrientationError> {
        let text = String::from_utf8_lossy(bytes);
        let (mut first_mjd, mut days) = (None, Vec::new());
        let mut before: Option<i64> = None;
        for (line, row) in text.lines().enumerate().map(|(k, row)| (k + 1, row)) {
            let place = Place { file: file_name, line };
            let Some(found) = place.row(row)? else { continue };
            let Row::Day { mjd, parameters, ut1_minus_utc_s, kind } = found else { break };
            if let Some(before) = before.filter(|day| *day + 1 != mjd) {
                return Err(EarthOrientationError::Gap { file: file_name.to_owned(), line, mjd, before });
            }
            before = Some(mjd);
            let Some(tai_minus_utc_s) = tai_minus_utc_s(mjd).filter(|_| mjd >= FIRST_MJD) else { continue };
            first_mjd.get_or_insert(mjd);
            days.push((Parameters { ut1_minus_tai_s: ut1_minus_utc_s - tai_minus_utc_s, ..parameters }, kind));
        }
        if before.is_none() {
            return Err(EarthOrientationError::UnknownLayout { file: file_name.to_owned() });
        }
        let Some(first_mjd) = first_mjd.filter(|_| days.len() >= 4) else {
            return Err(EarthOrientationError::TooShort { file: file_name.to_owned(), days: days.len() });
        };
        let name =
            Path::new(file_name).file_name().map_or_else(|| file_name.into(), |n| n.to_string_lossy().into_owned());
        let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        let (start, end) = (midnight(first_mjd), midnight(first_mjd + days.len() as i64 - 1));
        Ok(Self { info: KernelInfo { name, sha256 }, first_mjd, start, end, days })
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
enum Row {
    Day {
        mjd: i64,
        parameters: Parameters,
        ut1_minus_utc_s: f64,
        kind: DayKind,
    },
    /// the first row without values of finals2000A
    End,
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

    fn day(self, mjd: f64, values: [f64; 5], kind: DayKind) -> Result<Row, EarthOrientationError> {
        let [xp, yp, ut1_minus_utc_s, dx, dy] = values;
        for (value, bound, quantity) in [
            (xp, 2.0, "x of the pole, arcsec,"),
            (yp, 2.0, "y of the pole, arcsec,"),
            (ut1_minus_utc_s, 1.0, "UT1-UTC, s,"),
            (dx, 0.1, "dX of the pole, arcsec,"),
            (dy, 0.1, "dY of the pole, arcsec,"),
        ] {
            if value.abs() > bound {
                let (file, quantity, bound) = (self.file.to_owned(), quantity.to_owned(), bound.to_string());
                return Err(EarthOrientationError::OutOfReach { file, line: self.line, quantity, value, bound });
            }
        }
        let parameters = Parameters {
            xp_rad: xp * ARCSEC_RAD,
            yp_rad: yp * ARCSEC_RAD,
            ut1_minus_tai_s: 0.0,
            dx_rad: dx * ARCSEC_RAD,
            dy_rad: dy * ARCSEC_RAD,
        };
        Ok(Row::Day { mjd: mjd.floor() as i64, parameters, ut1_minus_utc_s, kind })
    }

    /// A line of any layout; nothing for a head, a comment or an empty line.
    fn row(self, row: &str) -> Result<Option<Row>, EarthOrientationError> {
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
        let mjd = self.number(fields[mjd], "the modified Julian date")?;
        let values = [
            self.number(fields[x], "x of the pole")?,
            self.number(fields[y], "y of the pole")?,
            self.number(fields[ut1], "UT1-UTC")?,
            self.number(fields[dx], "dX of the pole")?,
            self.number(fields[dy], "dY of the pole")?,
        ];
        self.day(mjd, values, DayKind::Measured).map(Some)
    }

    /// finals2000A: fixed columns, milliarcseconds for dX and dY.
    fn finals(self, row: &str) -> Result<Option<Row>, EarthOrientationError> {
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
            return Ok(Some(Row::End));
        }
        let offset = |from: usize, to: usize, quantity: &str| {
            let text = column(from, to).trim();
            if text.is_empty() { Ok(0.0) } else { self.number(text, quantity).map(|mas| mas / 1e3) }
        };
        let values = [
            self.number(column(19, 27), "x of the pole")?,
            self.number(column(38, 46), "y of the pole")?,
            self.number(column(59, 68), "UT1-UTC")?,
            offset(98, 106, "dX of the pole")?,
            offset(117, 125, "dY of the pole")?,
        ];
        let predicted = [17, 58].iter().any(|at| column(*at, *at) == "P");
        let kind = if predicted { DayKind::Predicted } else { DayKind::Measured };
        self.day(self.number(mjd, "the modified Julian date")?, values, kind).map(Some)
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

    #[test]
    fn law_the_layouts_say_the_same() {
        let day = |text: &str| match (Place { file: "f", line: 1 }).row(text) {
            Ok(Some(Row::Day { mjd, parameters: p, ut1_minus_utc_s, kind })) => {
                (mjd, [p.xp_rad, p.yp_rad, p.dx_rad, p.dy_rad].map(|x| x / ARCSEC_RAD), ut1_minus_utc_s, kind)
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
