//! Epochs and windows. Inside portolan time is TDB, as SPICE counts it; other scales live at the edges.

pub(crate) mod utc;

use hifitime::Epoch as ScaledEpoch;
use std::fmt;
use std::ops::{Add, Sub};
use thiserror::Error;
use utc::{NoInstant, Reading, Scale};

/// Seconds in a day of 86 400 SI seconds.
pub const DAY_S: f64 = 86_400.0;

/// Julian date of the epoch J2000, 2000-01-01 12:00:00 TDB.
pub const J2000_JD_TDB_D: f64 = 2_451_545.0;

/// Midnight that begins the year 1 and midnight that ends the year 9999, TDB s past J2000.
const CALENDAR_S: [f64; 2] =
    [(days_before(1, 1, 1) as f64 - 0.5) * DAY_S, (days_before(10_000, 1, 1) as f64 - 0.5) * DAY_S];

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
    /// * `year`, `month` 1 to 12, `day` 1 to 31; days beyond the end of a month count on into the next, months
    ///   beyond the twelfth into the next year. [`Epoch::parse`] refuses such dates.
    #[must_use]
    pub const fn from_calendar(year: i32, month: u8, day: u8) -> Self {
        Self(days_before(year, month, day) as f64 * DAY_S - DAY_S / 2.0)
    }

    /// Whether the Gregorian calendar of the years 1 to 9999 holds the instant, which is what dates are written for.
    #[must_use]
    pub fn in_calendar(self) -> bool {
        (CALENDAR_S[0]..CALENDAR_S[1]).contains(&self.0)
    }

    /// The instant, or the end of the calendar that is nearest to it; J2000 for what is no number.
    fn held_in_calendar_s(self) -> f64 {
        if self.0.is_nan() { 0.0 } else { self.0.clamp(CALENDAR_S[0], CALENDAR_S[1] - 1e-3) }
    }

    /// The calendar date in TDB; `day` carries the fraction. Outside the years 1 to 9999 the nearest end of them
    /// (see [`Epoch::in_calendar`]).
    #[must_use]
    pub fn calendar(self) -> CalendarDate {
        let after_noon_s = self.held_in_calendar_s() + DAY_S / 2.0;
        let whole = (after_noon_s / DAY_S).floor();
        let (year, month, day) = civil(whole as i64);
        CalendarDate { year, month, day, second_s: after_noon_s - whole * DAY_S }
    }

    /// `2033-04-28`, the calendar day in TDB; `JD 1e12` outside the years 1 to 9999.
    #[must_use]
    pub fn date(self) -> String {
        if !self.in_calendar() {
            return self.julian();
        }
        let c = self.calendar();
        format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
    }

    /// ISO 8601 to the second in TDB, without the scale: `2033-04-28T05:10:00`; `JD 1e12` outside the years 1 to 9999.
    #[must_use]
    pub fn iso(self) -> String {
        self.stamp(Scale::Tdb, 0)
    }

    /// ISO 8601 in UTC with the letter Z, to the millisecond: `2016-12-31T23:59:60.500Z` in a leap second.
    #[must_use]
    pub fn utc_iso(self) -> String {
        self.stamp(Scale::Utc, 3) + "Z"
    }

    /// ISO 8601 in a scale, without its name, with so many decimals of a second.
    pub(crate) fn stamp(self, scale: Scale, decimals: usize) -> String {
        if !self.in_calendar() {
            return self.julian();
        }
        let parts = 10_f64.powi(decimals as i32);
        let Reading { day, second, fraction_s } = utc::reading(self.0, scale, parts);
        let (year, month, day) = civil(day);
        let (minute, second) = if second < 86_400 { (second / 60, second % 60) } else { (1439, second - 86_340) };
        let clock = format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{second:02}", minute / 60, minute % 60);
        if decimals == 0 {
            return clock;
        }
        format!("{clock}.{:0decimals$}", (fraction_s * parts).round() as u64)
    }

    fn julian(self) -> String {
        format!("JD {:e}", self.jd_tdb_d())
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
    ///   `MJD 61344.4`, of the years 1 to 9999; scales TDB (also written ET; the default), UTC, TAI and TT. A second
    ///   60 is read where UTC has one.
    ///
    /// # Errors
    /// [`TimeError::NotADate`] with the text and the forms that are understood, [`TimeError::OutsideCalendar`],
    /// [`TimeError::NoLeapSecond`], [`TimeError::BeforeUtc`].
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
                let epoch = Self::from_jd_tdb(value + offset_d);
                let outside = || TimeError::OutsideCalendar { text: text.to_owned() };
                return if epoch.in_calendar() { Ok(epoch) } else { Err(outside()) };
            }
        }
        let (stamp, scale) = split_scale(trimmed);
        let (date, clock) = stamp.split_once(['T', ' ']).unwrap_or((stamp, ""));
        let mut fields = date.split('-');
        let mut field =
            || fields.next().filter(|f| (1..=4).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_digit()));
        let year: i32 = field().filter(|f| f.len() == 4).and_then(|f| f.parse().ok()).ok_or_else(refuse)?;
        let month: u8 = field().and_then(|f| f.parse().ok()).ok_or_else(refuse)?;
        let day: u8 = field().and_then(|f| f.parse().ok()).ok_or_else(refuse)?;
        if fields.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return Err(refuse());
        }
        if year == 0 {
            return Err(TimeError::OutsideCalendar { text: text.to_owned() });
        }
        let (second, fraction_s) = parse_clock(clock.trim()).ok_or_else(refuse)?;
        let reading = Reading { day: days_before(year, month, day), second, fraction_s };
        utc::tdb_s(scale, reading).map(Self).map_err(|no| match no {
            NoInstant::NoLeapSecond => TimeError::NoLeapSecond { text: text.to_owned() },
            NoInstant::BeforeUtc => TimeError::BeforeUtc { text: text.to_owned() },
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
    /// A date that the calendar of the years 1 to 9999 does not hold.
    #[error(
        "\"{text}\" is outside the years 1 to 9999: write a date between them, or a Julian date from 1721425.5 to 5373484.5"
    )]
    OutsideCalendar {
        /// what was written
        text: String,
    },
    /// A second 60 that UTC does not have there.
    #[error(
        "\"{text}\" has a second 60 where there is none: only UTC has one, at 23:59:60 of a day that ends with a leap second, such as 2016-12-31T23:59:60 UTC"
    )]
    NoLeapSecond {
        /// what was written
        text: String,
    },
    /// UTC before there was any.
    #[error("\"{text}\" is before 1960, when UTC begins: give the date in TAI, TT or TDB")]
    BeforeUtc {
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

fn split_scale(text: &str) -> (&str, Scale) {
    if let Some(stamp) = text.strip_suffix('Z') {
        return (stamp, Scale::Utc);
    }
    for (suffix, scale) in
        [("TDB", Scale::Tdb), ("ET", Scale::Tdb), ("UTC", Scale::Utc), ("TAI", Scale::Tai), ("TT", Scale::Tt)]
    {
        if let Some(stamp) = text.strip_suffix(suffix) {
            return (stamp.trim_end(), scale);
        }
    }
    (text, Scale::Tdb)
}

/// Whole seconds since midnight and the rest, of `05:10`, `05:10:30.25` or nothing; 86 400 for a second 60 at 23:59.
fn parse_clock(text: &str) -> Option<(i64, f64)> {
    if text.is_empty() {
        return Some((0, 0.0));
    }
    let mut parts = text.split(':');
    let whole = |text: &str, below: i64| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|n| digits && *n < below)
    };
    let (hour, minute) = (whole(parts.next()?, 24)?, whole(parts.next()?, 60)?);
    let (second, decimals) = parts.next().map_or(("0", ""), |s| s.split_once('.').unwrap_or((s, "")));
    if parts.next().is_some() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction_s: f64 = format!("0.{decimals}0").parse().ok()?;
    let second = whole(second, 61)?;
    let in_day = hour * 3600 + minute * 60 + second;
    // a second 60 inside the day is told from one at its end by lying beyond every clock
    let in_day = if second == 60 && in_day < 86_400 { 86_401 } else { in_day };
    // more decimals than a double holds may round up to a whole second
    Some(if fraction_s < 1.0 { (in_day, fraction_s) } else { (in_day, 1.0 - f64::EPSILON / 2.0) })
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
const fn days_before(year: i32, month: u8, day: u8) -> i64 {
    let (m, d) = ((month as i64 + 11) % 12 + 1, day as i64);
    let y = year as i64 + (month as i64 - m) / 12;
    let a = (m - 14) / 12;
    let jdn =
        (1461 * (y + 4800 + a)) / 4 + (367 * (m - 2 - 12 * a)) / 12 - (3 * ((y + 4900 + a) / 100)) / 4 + d - 32075;
    jdn - 2_451_545
}

/// The Gregorian date some days after 2000-01-01 (same source as [`days_before`]), in the years 1 to 9999.
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

    const CSPICE_LEAPS: [(&str, f64); 10] = [
        ("2015-06-30T23:59:59.000", 488_980_866.184_127),
        ("2015-06-30T23:59:60.000", 488_980_867.184_127),
        ("2015-06-30T23:59:60.500", 488_980_867.684_127),
        ("2015-07-01T00:00:00.000", 488_980_868.184_127),
        ("2016-12-31T23:59:24.250", 536_500_832.433_929_8),
        ("2016-12-31T23:59:59.999", 536_500_868.182_929_8),
        ("2016-12-31T23:59:60.250", 536_500_868.433_929_8),
        ("2017-01-01T00:00:00.500", 536_500_869.683_929_8),
        ("1972-06-30T23:59:60.500", -867_931_157.315_905_6),
        ("2033-12-31T23:59:59.000", 1_072_958_468.183_917_8),
    ];

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

    /// Dates of UTC about the leap seconds of 2015 and 2016 by CSPICE N0067 (`str2et` with `naif0012.tls`).
    #[test]
    fn agrees_with_cspice_on_leap_seconds() {
        for (text, tdb_s) in CSPICE_LEAPS {
            let epoch = Epoch::parse(&format!("{text} UTC")).expect(text);
            assert!((epoch.tdb_s() - tdb_s).abs() < 1.2e-7, "{text}: {}", epoch.tdb_s() - tdb_s);
            assert_eq!(epoch.utc_iso().trim_end_matches('Z'), text);
        }
    }

    #[test]
    fn refuses_a_second_60_without_a_leap_second() {
        for text in [
            "2015-06-29T23:59:60 UTC",
            "2015-06-30T23:58:60 UTC",
            "2015-06-30T22:59:60.5 UTC",
            "2015-07-01T00:00:60 UTC",
            "2015-06-30T23:59:60 TDB",
            "2015-06-30T23:59:60 TAI",
            "2015-06-30T23:59:60 TT",
            "2015-06-30T23:59:60",
            "1971-12-31T23:59:60 UTC",
            "2033-12-31T23:59:60Z",
        ] {
            let said = Epoch::parse(text).expect_err(text);
            assert!(matches!(said, TimeError::NoLeapSecond { .. }), "{text}: {said}");
        }
        assert!(Epoch::parse("2015-06-30T23:59:61 UTC").is_err());
        assert!(matches!(Epoch::parse("1959-12-31T23:59:59 UTC"), Err(TimeError::BeforeUtc { .. })));
    }

    #[test]
    fn refuses_absurd_years() {
        for text in ["JD 1e308", "JD -1e308", "MJD 1e18", "JD 1721425.4", "JD 5373484.5", "0000-12-31"] {
            let said = Epoch::parse(text).expect_err(text);
            assert!(matches!(said, TimeError::OutsideCalendar { .. }), "{text}: {said}");
        }
        for text in ["JD inf", "JD nan", "12033-01-01", "2033-00-01", "2033-01-00", "2033-04-31", "2100-02-29"] {
            assert!(Epoch::parse(text).is_err(), "{text} passed");
        }
        assert_eq!(Epoch::parse("JD 1721425.5").expect("a date").date(), "0001-01-01");
        assert_eq!(Epoch::parse("9999-12-31T23:59:59").expect("a date").iso(), "9999-12-31T23:59:59");
    }

    #[test]
    fn law_an_epoch_beyond_the_calendar_is_written_as_it_is() {
        for (tdb_s, said) in
            [(1e300, "JD 1.1574"), (-1e300, "JD -1.1574"), (f64::INFINITY, "JD inf"), (f64::NAN, "JD NaN")]
        {
            let epoch = Epoch::from_tdb_s(tdb_s);
            assert!(!epoch.in_calendar());
            for text in [epoch.iso(), epoch.date(), epoch.utc_iso(), epoch.to_string()] {
                assert!(text.starts_with(said), "{tdb_s}: {text}");
            }
            let c = epoch.calendar();
            assert!((1..=9999).contains(&c.year) && (1..=12).contains(&c.month) && (1..=31).contains(&c.day));
        }
        assert_eq!(Epoch::from_calendar(i32::MAX, 255, 255).calendar().year, 9999);
        assert_eq!(Epoch::from_calendar(2033, 2, 30), Epoch::from_calendar(2033, 3, 2));
        assert_eq!(Epoch::from_calendar(2033, 13, 1), Epoch::from_calendar(2034, 1, 1));
        assert_eq!(Epoch::from_calendar(2033, 0, 1), Epoch::from_calendar(2032, 12, 1));
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
