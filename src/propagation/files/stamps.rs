//! Dates in files: `2033-04-28T05:10:00.25` and `2033-118T05:10:00.25` in four time scales.

use super::TimeSystem;
use crate::time::{DAY_S, Epoch};
use hifitime::TimeScale;

/// The epoch of a stamp; `None` when it is none.
pub(super) fn parse(text: &str, system: TimeSystem) -> Option<Epoch> {
    let text = match (text.strip_suffix('Z'), system) {
        (Some(stamp), TimeSystem::Utc) => stamp,
        (Some(_), _) => return None,
        (None, _) => text,
    };
    let (date, clock) = text.split_once('T')?;
    let clock_s = clock.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.') && clock.contains(':');
    if !clock_s {
        return None;
    }
    let date = match date.split_once('-')? {
        (year, day) if day.len() == 3 && !day.contains('-') => month_and_day(year, day)?,
        _ => date.to_owned(),
    };
    Epoch::parse(&format!("{date}T{clock} {}", system.name())).ok()
}

/// `2033`, `118` to `2033-04-28`.
fn month_and_day(year: &str, day: &str) -> Option<String> {
    let (year, mut day): (i32, u16) = (year.parse().ok()?, day.parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, length) in (1..).zip(lengths) {
        if (1..=length).contains(&day) {
            return Some(format!("{year:04}-{month:02}-{day:02}"));
        }
        day = day.checked_sub(length)?;
    }
    None
}

/// A stamp that [`parse`] brings back: in TDB to the last bit, unless within days of J2000 itself, where doubles
/// are finer than a day's seconds.
pub(super) fn write(epoch: Epoch, system: TimeSystem) -> String {
    let scale = match system {
        TimeSystem::Tdb => return write_tdb(epoch),
        TimeSystem::Tt => TimeScale::TT,
        TimeSystem::Tai => TimeScale::TAI,
        TimeSystem::Utc => TimeScale::UTC,
    };
    let (y, m, d, h, min, s, ns) = epoch.scaled().to_gregorian(scale);
    stamp(&format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}"), &format!("{ns:09}"))
}

fn write_tdb(epoch: Epoch) -> String {
    // whole seconds apart from their fraction: the sum with half a day would round
    let whole_s = epoch.tdb_s().floor();
    let noon = whole_s as i64 + DAY_S as i64 / 2;
    let (day, second) = (noon.div_euclid(DAY_S as i64), noon.rem_euclid(DAY_S as i64));
    let date = Epoch::from_tdb_s(day as f64 * DAY_S - DAY_S / 2.0).date();
    let clock = format!("{date}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let fraction_s = epoch.tdb_s() - whole_s;
    let digits = |n: usize| {
        let printed = format!("{fraction_s:.n$}");
        printed.strip_prefix("0.").map(|digits| stamp(&clock, digits))
    };
    // nine digits are enough for every epoch from 2001 on, fifteen for the rest
    [9, 12, 15].into_iter().filter_map(digits).find(|text| parse(text, TimeSystem::Tdb) == Some(epoch)).unwrap_or(clock)
}

fn stamp(clock: &str, digits: &str) -> String {
    match digits.trim_end_matches('0') {
        "" => clock.to_owned(),
        digits => format!("{clock}.{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds that no calendar prints evenly, over fifty years.
    fn epochs() -> impl Iterator<Item = Epoch> {
        (0..2000).map(|k| Epoch::from_tdb_s(3.2e8 + 789_456.123_456_7 * f64::from(k)))
    }

    #[test]
    fn law_tdb_comes_back_to_the_last_bit() {
        for epoch in
            epochs().chain([0.0, -0.25, 1_234_567.890_123_4, -1_234_567.890_123_4, -9.9e8].map(Epoch::from_tdb_s))
        {
            let text = write(epoch, TimeSystem::Tdb);
            assert_eq!(parse(&text, TimeSystem::Tdb), Some(epoch), "{text}");
        }
        assert_eq!(write(Epoch::from_tdb_s(722_606_400.0), TimeSystem::Tdb), "2022-11-25T00:00:00");
    }

    #[test]
    fn law_other_scales_come_back_within_a_unit_in_the_last_place() {
        let mut worst = 0.0_f64;
        for system in [TimeSystem::Tt, TimeSystem::Tai, TimeSystem::Utc] {
            for epoch in epochs() {
                let text = write(epoch, system);
                let back = parse(&text, system).expect("a date");
                worst = worst.max((back - epoch).abs());
                assert_eq!(write(back, system), text, "the second time nothing moves");
            }
        }
        println!("TT, TAI, UTC there and back: {worst:e} s");
        assert!(worst <= 2.4e-7, "{worst:e} s");
    }

    #[test]
    fn law_days_of_the_year_are_dates() {
        let same =
            |doy: &str, date: &str| assert_eq!(parse(doy, TimeSystem::Utc), parse(date, TimeSystem::Utc), "{doy}");
        same("2033-118T05:10:00.25", "2033-04-28T05:10:00.25Z");
        same("2028-366T00:00:00", "2028-12-31T00:00:00");
        same("2027-001T00:00:00Z", "2027-01-01T00:00:00");
    }

    #[test]
    fn refuses_what_is_no_stamp() {
        for text in
            ["2027-366T00:00:00", "2027-000T00:00:00", "2027-01-01", "2027-01-01 00:00:00", "T", "2027-1T0:0", "x"]
        {
            assert_eq!(parse(text, TimeSystem::Tdb), None, "{text}");
        }
        assert_eq!(parse("2027-01-01T00:00:00Z", TimeSystem::Tdb), None, "Z is UTC");
    }
}
