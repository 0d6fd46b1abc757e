//! Dates in files: `2033-04-28T05:10:00.25` and `2033-118T05:10:00.25` in four time scales.

use super::TimeSystem;
use crate::time::Epoch;
use crate::time::utc::Scale;

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

/// A stamp that [`parse`] brings back to the last bit, unless within days of J2000 itself, where doubles are finer than
/// a day's seconds; in UTC with the second 60 of a leap second. Outside the years 1 to 9999 it is the Julian date that
/// [`Epoch::iso`] writes, which is no stamp.
pub(super) fn write(epoch: Epoch, system: TimeSystem) -> String {
    // nine digits are enough for every epoch from 2001 on, fifteen for the rest; outside TDB the fewest that do, since a
    // round date there is a rounded double here
    let (scale, decimals): (_, &[usize]) = match system {
        TimeSystem::Tdb => (Scale::Tdb, &[9, 12, 15]),
        TimeSystem::Tt => (Scale::Tt, &[6, 7, 8, 9, 12]),
        TimeSystem::Tai => (Scale::Tai, &[6, 7, 8, 9, 12]),
        TimeSystem::Utc => (Scale::Utc, &[6, 7, 8, 9, 12]),
    };
    let mut stamps = decimals.iter().map(|decimals| short(&epoch.stamp(scale, *decimals)));
    stamps.find(|text| parse(text, system) == Some(epoch)).unwrap_or_else(|| short(&epoch.stamp(scale, 9)))
}

/// Without the zeros at the end of a fraction.
fn short(stamp: &str) -> String {
    match stamp.contains('.') && !stamp.starts_with('J') {
        true => stamp.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => stamp.to_owned(),
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

    /// Every leap second, and the 40 s before it, written and read.
    #[test]
    fn law_utc_comes_back_through_leap_seconds() {
        for (day, next) in [("2015-06-30", "2015-07-01"), ("2016-12-31", "2017-01-01"), ("1998-12-31", "1999-01-01")] {
            let seconds = (20..61).map(|s| format!("{day}T23:59:{s}")).chain([format!("{next}T00:00:00")]);
            let mut before: Option<Epoch> = None;
            for text in seconds.flat_map(|s| [s.clone(), format!("{s}.5")]) {
                let epoch = parse(&text, TimeSystem::Utc).expect(&text);
                assert_eq!(write(epoch, TimeSystem::Utc), text);
                assert!(before.is_none_or(|before| (epoch - before - 0.5).abs() < 2.4e-7), "{text}");
                before = Some(epoch);
            }
        }
        let text = "2016-366T23:59:60.25";
        assert_eq!(parse(text, TimeSystem::Utc), parse("2016-12-31T23:59:60.25", TimeSystem::Utc));
    }

    /// Rows a second apart at 23:59:59, 23:59:60 and 00:00:00: the file was refused as out of order.
    #[test]
    fn law_an_oem_reads_through_a_leap_second() {
        let text = "CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2017-01-02T00:00:00\nORIGINATOR = TEST\nMETA_START\n\
            OBJECT_NAME = X\nOBJECT_ID = 2016-001A\nCENTER_NAME = EARTH\nREF_FRAME = ICRF\nTIME_SYSTEM = UTC\n\
            START_TIME = 2016-12-31T23:59:59\nSTOP_TIME = 2017-01-01T00:00:00\nMETA_STOP\n\
            2016-12-31T23:59:59 7000 0 0 0 7.5 0\n2016-12-31T23:59:60 7000 7.5 0 0 7.5 0\n\
            2017-01-01T00:00:00 7000 15 0 0 7.5 0\n";
        let oem = super::super::Oem::parse("x.oem", text).expect("an OEM");
        let rows = &oem.segments[0].table.rows;
        assert_eq!(rows.len(), 3);
        for pair in rows.windows(2) {
            assert!((pair[1].epoch - pair[0].epoch - 1.0).abs() < 2.4e-7);
        }
    }

    #[test]
    fn refuses_days_that_no_month_has_and_absurd_epochs() {
        for text in ["2033-02-29T00:00:00", "2033-04-31T00:00:00", "2033-366T00:00:00", "99999-001T00:00:00"] {
            assert_eq!(parse(text, TimeSystem::Tdb), None, "{text}");
        }
        for system in TimeSystem::ALL {
            for tdb_s in [1e19, -1e300, f64::INFINITY] {
                let text = write(Epoch::from_tdb_s(tdb_s), system);
                assert!(text.starts_with("JD ") && parse(&text, system).is_none(), "{text}");
            }
        }
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
