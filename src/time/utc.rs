//! Clocks: coordinated universal time with its leap seconds, TAI, TT, and TDB against TT.
//!
//! An instant is carried as whole seconds and a fraction, so that a date goes into a double and back without a
//! rounding on the way.

use super::DAY_S;
use hifitime::leap_seconds::LatestLeapSeconds;
use std::sync::OnceLock;

/// Modified Julian date of 2000-01-01, whose noon seconds are counted from.
pub(crate) const MJD_2000: i64 = 51_544;
/// Modified Julian date of 1900-01-01, which hifitime's table counts from.
const MJD_1900: i64 = 15_020;
/// Modified Julian date of 1972-01-01, the first day of UTC by leap seconds.
const MJD_1972: i64 = 41_317;
const DAY_WHOLE_S: i64 = 86_400;
const NOON_WHOLE_S: i64 = 43_200;
/// TT − TAI
const TT_MINUS_TAI_S: f64 = 32.184;

/// A time scale that a date can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Tdb,
    Tt,
    Tai,
    Utc,
}

/// The reading of a clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// days since 2000-01-01
    pub(crate) day: i64,
    /// whole seconds since midnight; 86 400 in a leap second
    pub(crate) second: i64,
    /// the rest of the second, from 0 to below 1
    pub(crate) fraction_s: f64,
}

/// Why a clock never shows a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoInstant {
    /// a second 60 where there is no leap second
    NoLeapSecond,
    /// UTC before 1960
    BeforeUtc,
}

/// Days with the same difference of TAI and UTC, by leap seconds.
#[derive(Clone, Copy)]
pub(crate) struct Era {
    pub(crate) first_mjd: i64,
    pub(crate) tai_minus_utc_s: i64,
}

impl Era {
    /// TAI of its first midnight, s past 2000-01-01 12:00 TAI.
    const fn start_tai_s(self) -> i64 {
        (self.first_mjd - MJD_2000) * DAY_WHOLE_S - NOON_WHOLE_S + self.tai_minus_utc_s
    }
}

/// The leap seconds since 1972 (IERS Bulletin C, as hifitime carries them), the oldest first.
pub(crate) fn eras() -> &'static [Era] {
    static ERAS: OnceLock<Vec<Era>> = OnceLock::new();
    ERAS.get_or_init(|| {
        let announced = LatestLeapSeconds::default().filter(|leap| leap.announced_by_iers);
        announced
            .map(|leap| Era {
                first_mjd: MJD_1900 + (leap.timestamp_tai_s / DAY_S).floor() as i64,
                tai_minus_utc_s: leap.delta_at.round() as i64,
            })
            .collect()
    })
}

/// TAI − UTC on a day; none before 1972.
pub(crate) fn tai_minus_utc_s(mjd: i64) -> Option<f64> {
    eras().iter().rev().find(|era| era.first_mjd <= mjd).map(|era| era.tai_minus_utc_s as f64)
}

/// Stretches of UTC before its leap seconds: it ran by a rate of its own and was set now and then.
///
/// First day, TAI − UTC at the day of reference, that day, and seconds a day: (MJD, s, MJD, s).
///
/// # Source
/// USNO, `tai-utc.dat`, as the IAU's SOFA has it (`dat`).
const RATES: [(i64, f64, i64, f64); 14] = [
    (36_934, 1.417_818_0, 37_300, 0.001_296_0),
    (37_300, 1.422_818_0, 37_300, 0.001_296_0),
    (37_512, 1.372_818_0, 37_300, 0.001_296_0),
    (37_665, 1.845_858_0, 37_665, 0.001_123_2),
    (38_334, 1.945_858_0, 37_665, 0.001_123_2),
    (38_395, 3.240_130_0, 38_761, 0.001_296_0),
    (38_486, 3.340_130_0, 38_761, 0.001_296_0),
    (38_639, 3.440_130_0, 38_761, 0.001_296_0),
    (38_761, 3.540_130_0, 38_761, 0.001_296_0),
    (38_820, 3.640_130_0, 38_761, 0.001_296_0),
    (38_942, 3.740_130_0, 38_761, 0.001_296_0),
    (39_004, 3.840_130_0, 38_761, 0.001_296_0),
    (39_126, 4.313_170_0, 39_126, 0.002_592_0),
    (39_887, 4.213_170_0, 39_126, 0.002_592_0),
];

/// TAI − UTC of one of the stretches at a number of days after an MJD.
fn by_rate_s((_, at_s, from_mjd, a_day_s): (i64, f64, i64, f64), mjd: i64, days_d: f64) -> f64 {
    at_s + ((mjd - from_mjd) as f64 + days_d) * a_day_s
}

/// TT − TDB as SPICE counts it.
///
/// # Source
/// NAIF, `naif0012.tls`, DELTET/K, EB and M: TDB − TT = K sin E, E = M + EB sin M. Off the full expression by 30 µs,
/// which turns the Earth by 2e-9 rad.
pub(crate) fn tt_minus_tdb_s(tdb_s: f64) -> f64 {
    let m = 6.239996 + 1.99096871e-7 * tdb_s;
    -1.657e-3 * (m + 1.671e-2 * m.sin()).sin()
}

/// Whole seconds past 2000-01-01 12:00 of a scale, and the rest.
#[derive(Clone, Copy)]
struct Count {
    whole_s: i64,
    fraction_s: f64,
}

impl Count {
    fn of(seconds_s: f64) -> Self {
        let whole_s = seconds_s.floor();
        Self { whole_s: whole_s as i64, fraction_s: seconds_s - whole_s }
    }

    fn plus(self, span_s: f64) -> Self {
        let span = Self::of(span_s);
        let carry = Self::of(self.fraction_s + span.fraction_s);
        Self { whole_s: self.whole_s + span.whole_s + carry.whole_s, fraction_s: carry.fraction_s }
    }

    fn seconds_s(self) -> f64 {
        self.whole_s as f64 + self.fraction_s
    }

    /// To the nearest of so many parts of a second.
    fn rounded(self, parts: f64) -> Self {
        let fraction_s = (self.fraction_s * parts).round() / parts;
        Self { fraction_s: 0.0, ..self }.plus(fraction_s)
    }
}

/// TDB seconds past J2000 of a reading.
pub(crate) fn tdb_s(scale: Scale, reading: Reading) -> Result<f64, NoInstant> {
    let Reading { day, second, fraction_s } = reading;
    let clock = Count { whole_s: day * DAY_WHOLE_S - NOON_WHOLE_S + second, fraction_s };
    let mjd = MJD_2000 + day;
    let leaps = scale == Scale::Utc && mjd >= MJD_1972 && eras().iter().skip(1).any(|era| era.first_mjd == mjd + 1);
    if second >= DAY_WHOLE_S + i64::from(leaps) {
        return Err(NoInstant::NoLeapSecond);
    }
    let tai = match scale {
        Scale::Tdb => return Ok(clock.seconds_s()),
        Scale::Tt => clock.plus(-TT_MINUS_TAI_S),
        Scale::Tai => clock,
        Scale::Utc => match tai_minus_utc_s(mjd) {
            Some(delta_s) => clock.plus(delta_s),
            None => {
                let stretch = RATES.iter().rev().find(|s| s.0 <= mjd).ok_or(NoInstant::BeforeUtc)?;
                clock.plus(by_rate_s(*stretch, mjd, (second as f64 + fraction_s) / DAY_S))
            }
        },
    };
    let tt = tai.plus(TT_MINUS_TAI_S);
    Ok(tt.plus(-tt_minus_tdb_s(tt.seconds_s())).seconds_s())
}

/// What a clock shows at an instant, to the nearest of so many parts of a second.
///
/// * `tdb_s`: within the calendar
pub(crate) fn reading(tdb_s: f64, scale: Scale, parts: f64) -> Reading {
    let of = |count: Count| {
        let since = count.whole_s + NOON_WHOLE_S;
        let (day, second) = (since.div_euclid(DAY_WHOLE_S), since.rem_euclid(DAY_WHOLE_S));
        Reading { day, second, fraction_s: count.fraction_s }
    };
    let tdb = Count::of(tdb_s);
    if scale == Scale::Tdb {
        return of(tdb.rounded(parts));
    }
    let tt = tdb.plus(tt_minus_tdb_s(tdb_s));
    let tai = tt.plus(-TT_MINUS_TAI_S);
    match scale {
        Scale::Tdb | Scale::Tt => of(tt.rounded(parts)),
        Scale::Tai => of(tai.rounded(parts)),
        Scale::Utc => by_leap_seconds(tai.rounded(parts)).unwrap_or_else(|| of(by_rates(tai).rounded(parts))),
    }
}

/// The reading of UTC at an instant of TAI; none before 1972.
fn by_leap_seconds(tai: Count) -> Option<Reading> {
    let eras = eras();
    let place = eras.iter().rposition(|era| era.start_tai_s() <= tai.whole_s)?;
    let since = tai.whole_s - eras[place].start_tai_s();
    let mut days = since / DAY_WHOLE_S;
    if let Some(next) = eras.get(place + 1) {
        // a leap second belongs to the day that it ends
        days = days.min(next.first_mjd - eras[place].first_mjd - 1);
    }
    let day = eras[place].first_mjd - MJD_2000 + days;
    Some(Reading { day, second: since - days * DAY_WHOLE_S, fraction_s: tai.fraction_s })
}

/// UTC, counted like TAI, at an instant before 1972; before 1960 with the difference of 1960's first day.
fn by_rates(tai: Count) -> Count {
    let start = |stretch: (i64, f64, i64, f64)| {
        let utc_s = (stretch.0 - MJD_2000) * DAY_WHOLE_S - NOON_WHOLE_S;
        (utc_s, by_rate_s(stretch, stretch.0, 0.0))
    };
    let since_s = |stretch| {
        let (utc_s, delta_s) = start(stretch);
        (tai.whole_s - utc_s) as f64 + (tai.fraction_s - delta_s)
    };
    let Some(stretch) = RATES.into_iter().rev().find(|stretch| since_s(*stretch) >= 0.0) else {
        return tai.plus(-start(RATES[0]).1);
    };
    // TAI − UTC has grown since the stretch began
    let grown_s = since_s(stretch) * (stretch.3 / DAY_S) / (1.0 + stretch.3 / DAY_S);
    tai.plus(-start(stretch).1).plus(-grown_s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Epoch, days_before};

    /// TAI − UTC of dates before the leap seconds, by `erfa.dat` of pyerfa 2.0.1.5.
    #[test]
    fn agrees_with_sofa_on_utc_before_1972() {
        for (text, delta_s) in [
            ("1960-01-01T00:00:00", 0.943_481_999_999_999_9),
            ("1961-07-31T12:00:00", 1.696_921_999_999_999_8),
            ("1965-06-30T23:45:36", 3.874_693_039_999_997_3),
            ("1968-02-01T00:00:01", 6.185_682_03),
            ("1969-07-20T19:12:00", 7.574_475_600_000_007_5),
            ("1971-12-31T23:58:33.6", 9.892_239_408_000_009),
        ] {
            let at = |scale: &str| Epoch::parse(&format!("{text} {scale}")).expect(text).tdb_s();
            let got_s = at("UTC") - at("TAI");
            assert!((got_s - delta_s).abs() < 2.4e-7, "{text}: {got_s}");
            let back = Epoch::from_tdb_s(at("UTC")).utc_iso();
            let wanted = format!("{}Z", if text.contains('.') { format!("{text}00") } else { format!("{text}.000") });
            assert_eq!(back, wanted);
        }
        assert_eq!(
            tdb_s(Scale::Utc, Reading { day: days_before(1959, 12, 31), second: 0, fraction_s: 0.0 }),
            Err(NoInstant::BeforeUtc)
        );
    }

    /// Every leap second since 1972: the seconds on both sides of it are one SI second apart, each reads as it is written,
    /// and the day after has no second 60.
    #[test]
    fn law_utc_counts_through_every_leap_second() {
        assert!(eras().len() >= 28);
        for era in &eras()[1..] {
            let day = era.first_mjd - MJD_2000;
            let at = |day: i64, second: i64, fraction_s: f64| tdb_s(Scale::Utc, Reading { day, second, fraction_s });
            let mut before = at(day - 1, 86_340, 0.5).expect("a second");
            for (day, second) in (86_341..=86_400).map(|s| (day - 1, s)).chain((0..60).map(|s| (day, s))) {
                let now = at(day, second, 0.5).expect("a second");
                // whole SI seconds but for the last place of the doubles and 4e-10 of TDB's rate
                assert!((now - before - 1.0).abs() < 2.4e-7, "{day} {second}: {}", now - before);
                let shown = reading(now, Scale::Utc, 1e6);
                assert_eq!((shown.day, shown.second, shown.fraction_s), (day, second, 0.5));
                before = now;
            }
            assert_eq!(at(day, 86_400, 0.0), Err(NoInstant::NoLeapSecond));
            assert_eq!(at(day - 1, 86_401, 0.0), Err(NoInstant::NoLeapSecond));
            assert_eq!(at(day - 2, 86_400, 0.0), Err(NoInstant::NoLeapSecond));
        }
    }
}
