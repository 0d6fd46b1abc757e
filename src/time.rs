//! Epochs and windows. Inside portolan time is TDB, as SPICE counts it; other scales live at the edges.

use hifitime::{Epoch as ScaledEpoch, TimeScale};
use std::fmt;
use std::ops::{Add, Sub};
use thiserror::Error;

/// Seconds in a day of 86 400 SI seconds.
pub const DAY_S: f64 = 86_400.0;

/// Julian date of the epoch J2000, 2000-01-01 12:00:00 TDB.
pub const J2000_JD_TDB_D: f64 = 2_451_545.0;

/// An instant: TDB seconds past J2000 (what SPICE calls ET).
///
/// One unit in the last place is 0.12 µs in 2035, 4 mm at the Earth's speed around the Sun; a
/// propagation that needs more keeps its time relative to its first epoch.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Epoch(f64);

impl Epoch {
    /// From TDB seconds past J2000.
    #[must_use]
    pub const fn from_tdb_s(tdb_s: f64) -> Self {
        Self(tdb_s)
    }

    /// TDB seconds past J2000.
    #[must_use]
    pub const fn tdb_s(self) -> f64 {
        self.0
    }

    /// From a Julian date in TDB.
    #[must_use]
    pub fn from_jd_tdb(jd_tdb_d: f64) -> Self {
        Self((jd_tdb_d - J2000_JD_TDB_D) * DAY_S)
    }

    /// The Julian date in TDB, days.
    #[must_use]
    pub fn jd_tdb_d(self) -> f64 {
        self.0 / DAY_S + J2000_JD_TDB_D
    }

    /// Midnight of a calendar day in TDB.
    ///
    /// * `year`, `month` 1 to 12, `day` 1 to 31
    #[must_use]
    pub fn from_calendar(year: i32, month: u8, day: u8) -> Self {
        Self(days_before(year, month, day) as f64 * DAY_S - DAY_S / 2.0)
    }

    /// The calendar date in TDB; `day` carries the fraction.
    #[must_use]
    pub fn calendar(self) -> CalendarDate {
        let days_d = (self.0 + DAY_S / 2.0) / DAY_S;
        let whole = days_d.floor();
        let (year, month, day) = civil(whole as i64);
        CalendarDate { year, month, day, second_s: (self.0 + DAY_S / 2.0) - whole * DAY_S }
    }

    /// `2033-04-28`, the calendar day in TDB.
    #[must_use]
    pub fn date(self) -> String {
        let c = self.calendar();
        format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
    }

    /// ISO 8601 to the second in TDB, without the scale: `2033-04-28T05:10:00`.
    #[must_use]
    pub fn iso(self) -> String {
        // Round first, so that 23:59:59.7 does not print as second 60.
        let rounded = Self(self.0.round());
        let c = rounded.calendar();
        let s = c.second_s.round() as u32;
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, s / 3600, s / 60 % 60, s % 60)
    }

    /// ISO 8601 in UTC with the letter Z, to the millisecond.
    #[must_use]
    pub fn utc_iso(self) -> String {
        let (y, m, d, h, min, s, ns) = self.scaled().to_gregorian(TimeScale::UTC);
        format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}.{:03}Z", ns / 1_000_000)
    }

    /// The same instant as a hifitime epoch.
    #[must_use]
    pub fn scaled(self) -> ScaledEpoch {
        ScaledEpoch::from_et_seconds(self.0)
    }

    /// From a hifitime epoch of any scale.
    #[must_use]
    pub fn from_scaled(epoch: ScaledEpoch) -> Self {
        Self(epoch.to_et_seconds())
    }

    /// An epoch from text.
    ///
    /// * `text`: `2033-04-28`, `2033-04-28T05:10`, `2033-04-28 05:10:00.5 UTC`, `JD 2461344.933`,
    ///   `MJD 61344.4`; scales TDB (also written ET; the default), UTC, TAI and TT
    ///
    /// # Errors
    /// [`TimeError::NotADate`] with the text and the forms that are understood.
    ///
    /// ```
    /// use portolan::time::Epoch;
    /// let epoch = Epoch::parse("2000-01-01T12:00:00 TDB")?;
    /// assert_eq!(epoch.tdb_s(), 0.0);
    /// # Ok::<(), portolan::time::TimeError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let refuse = || TimeError::NotADate { text: text.to_owned() };
        let trimmed = text.trim();
        for (prefix, offset_d) in [("MJD", 2_400_000.5), ("JD", 0.0)] {
            if let Some(rest) = trimmed.strip_prefix(prefix) {
                let number = rest.trim().trim_end_matches("TDB").trim();
                let value: f64 = number.parse().map_err(|_| refuse())?;
                return if value.is_finite() { Ok(Self::from_jd_tdb(value + offset_d)) } else { Err(refuse()) };
            }
        }
        let (stamp, scale) = split_scale(trimmed);
        let (date, clock) = stamp.split_once(['T', ' ']).unwrap_or((stamp, ""));
        let mut fields = date.split('-');
        let mut field = || fields.next().filter(|f| f.bytes().all(|b| b.is_ascii_digit()));
        let year: i32 = field().filter(|f| f.len() == 4).and_then(|f| f.parse().ok()).ok_or_else(refuse)?;
        let month: u8 = field().and_then(|f| f.parse().ok()).ok_or_else(refuse)?;
        let day: u8 = field().and_then(|f| f.parse().ok()).ok_or_else(refuse)?;
        if fields.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return Err(refuse());
        }
        let second_s = parse_clock(clock.trim()).ok_or_else(refuse)?;
        Ok(match scale {
            TimeScale::ET => Self(Self::from_calendar(year, month, day).0 + second_s),
            other => {
                let midnight =
                    ScaledEpoch::maybe_from_gregorian(year, month, day, 0, 0, 0, 0, other).map_err(|_| refuse())?;
                // A UTC day with a leap second keeps its clock reading by adding SI seconds to midnight.
                Self::from_scaled(midnight + hifitime::Unit::Second * second_s)
            }
        })
    }
}

/// A calendar date in TDB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalendarDate {
    /// year of the Gregorian calendar
    pub year: i32,
    /// month, 1 to 12
    pub month: u8,
    /// day of the month, 1 to 31
    pub day: u8,
    /// seconds since midnight
    pub second_s: f64,
}

/// Add seconds.
impl Add<f64> for Epoch {
    type Output = Self;
    fn add(self, span_s: f64) -> Self {
        Self(self.0 + span_s)
    }
}

/// Take away seconds.
impl Sub<f64> for Epoch {
    type Output = Self;
    fn sub(self, span_s: f64) -> Self {
        Self(self.0 - span_s)
    }
}

/// The seconds from one epoch to another.
impl Sub<Epoch> for Epoch {
    type Output = f64;
    fn sub(self, other: Epoch) -> f64 {
        self.0 - other.0
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} TDB", self.iso())
    }
}

/// What a date refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TimeError {
    /// The text is no date.
    #[error(
        "\"{text}\" is not a date: write 2033-04-28, 2033-04-28T05:10:00 UTC or JD 2463715.5 (TDB unless a scale is given)"
    )]
    NotADate {
        /// what was written
        text: String,
    },
    /// The text is no span of dates.
    #[error("\"{text}\" is not a span of dates: write 2033-01-01..2033-12-31")]
    NotASpan {
        /// what was written
        text: String,
    },
    /// The span ends before it begins.
    #[error("the span \"{text}\" ends before it begins: exchange the two dates")]
    Backwards {
        /// what was written
        text: String,
    },
}

/// A span of time from `start` to `end`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// first instant
    pub start: Epoch,
    /// last instant
    pub end: Epoch,
}

impl Window {
    /// A window from `2033-01-01..2033-12-31`.
    ///
    /// # Errors
    /// [`TimeError`] when a side is no date or the span is empty.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let (from, to) = text.split_once("..").ok_or_else(|| TimeError::NotASpan { text: text.to_owned() })?;
        let window = Self { start: Epoch::parse(from)?, end: Epoch::parse(to)? };
        if window.start < window.end { Ok(window) } else { Err(TimeError::Backwards { text: text.to_owned() }) }
    }

    /// Length in days.
    #[must_use]
    pub fn length_d(&self) -> f64 {
        (self.end - self.start) / DAY_S
    }

    /// Whether an epoch lies in the window, its ends included.
    #[must_use]
    pub fn contains(&self, epoch: Epoch) -> bool {
        self.start <= epoch && epoch <= self.end
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start.date(), self.end.date())
    }
}

fn split_scale(text: &str) -> (&str, TimeScale) {
    if let Some(stamp) = text.strip_suffix('Z') {
        return (stamp, TimeScale::UTC);
    }
    for (suffix, scale) in [
        ("TDB", TimeScale::ET),
        ("ET", TimeScale::ET),
        ("UTC", TimeScale::UTC),
        ("TAI", TimeScale::TAI),
        ("TT", TimeScale::TT),
    ] {
        if let Some(stamp) = text.strip_suffix(suffix) {
            return (stamp.trim_end(), scale);
        }
    }
    (text, TimeScale::ET)
}

/// Seconds since midnight of `05:10`, `05:10:30.25` or nothing.
fn parse_clock(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let mut parts = text.split(':');
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second_s: f64 = parts.next().map_or(Some(0.0), |s| s.parse().ok())?;
    let fits = parts.next().is_none() && hour < 24 && minute < 60 && (0.0..61.0).contains(&second_s);
    fits.then(|| f64::from(hour * 3600 + minute * 60) + second_s)
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 2000-01-01 to a Gregorian date (Fliegel and Van Flandern, CACM 11, 1968, p. 657).
fn days_before(year: i32, month: u8, day: u8) -> i64 {
    let (y, m, d) = (i64::from(year), i64::from(month), i64::from(day));
    let a = (m - 14) / 12;
    let jdn =
        (1461 * (y + 4800 + a)) / 4 + (367 * (m - 2 - 12 * a)) / 12 - (3 * ((y + 4900 + a) / 100)) / 4 + d - 32075;
    jdn - 2_451_545
}

/// The Gregorian date some days after 2000-01-01 (same source as [`days_before`]).
fn civil(days: i64) -> (i32, u8, u8) {
    let mut l = days + 2_451_545 + 68_569;
    let n = 4 * l / 146_097;
    l -= (146_097 * n + 3) / 4;
    let i = 4000 * (l + 1) / 1_461_001;
    l = l - 1461 * i / 4 + 31;
    let j = 80 * l / 2447;
    let day = l - 2447 * j / 80;
    let k = j / 11;
    ((100 * (n - 49) + i + k) as i32, (j + 2 - 12 * k) as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_calendar_and_julian_date_agree() {
        for day in (0..60_000).step_by(7) {
            let epoch = Epoch::from_jd_tdb(J2000_JD_TDB_D - 0.5 + f64::from(day));
            let c = epoch.calendar();
            assert_eq!(Epoch::from_calendar(c.year, c.month, c.day), epoch);
            assert_eq!(c.second_s, 0.0);
        }
    }

    #[test]
    fn law_text_goes_round() {
        for text in ["2033-04-28T05:10:00", "2026-10-31T10:23:00", "1999-12-31T23:59:59"] {
            assert_eq!(Epoch::parse(text).expect(text).iso(), text);
        }
        assert_eq!(Epoch::parse("JD 2461344.933").expect("a date").iso(), "2026-10-31T10:23:31");
        assert_eq!(Epoch::parse("2017-01-01 UTC").expect("a date").utc_iso(), "2017-01-01T00:00:00.000Z");
        let tai = Epoch::parse("2002-02-07T00:00:00 TAI").expect("a date");
        let tdb = Epoch::parse("2002-02-07T00:00:32.184").expect("a date");
        assert!((tai - tdb).abs() < 2e-3, "TDB stays within 2 ms of TT: {}", tai - tdb);
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["2033-13-01", "2033-02-29", "33-01-01", "soon", "2033-01-01T25:00", "2033-01-01-01", "JD x", ""] {
            assert!(Epoch::parse(text).is_err(), "{text} passed");
        }
        let backwards = Window::parse("2033-02-01..2033-01-01").expect_err("backwards");
        assert_eq!(
            backwards.to_string(),
            "the span \"2033-02-01..2033-01-01\" ends before it begins: exchange the two dates"
        );
        assert!(matches!(Window::parse("2033-02-01"), Err(TimeError::NotASpan { .. })));
    }
}
