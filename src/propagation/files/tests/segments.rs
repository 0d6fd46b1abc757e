//! Ephemerides in segments: which state is the last, which one holds at a date; and numbers that no file may hold.

use super::*;

/// A segment of straight lines, a row an hour.
fn segment(hours: std::ops::RangeInclusive<u32>, x_km: f64, metadata: &str) -> String {
    let stamp = |hour: u32| format!("2031-04-28T{hour:02}:00:00");
    let rows: String = hours
        .clone()
        .map(|hour| format!("{} {:?} 7000.0 0.0 1.0 0.0 0.0\n", stamp(hour), x_km + 3600.0 * f64::from(hour)))
        .collect();
    format!(
        "META_START\nOBJECT_NAME = TUG\nOBJECT_ID = 1\nCENTER_NAME = EARTH\nREF_FRAME = ICRF\nTIME_SYSTEM = TDB\n\
         START_TIME = {}\n{metadata}STOP_TIME = {}\nINTERPOLATION = HERMITE\nINTERPOLATION_DEGREE = 3\nMETA_STOP\n{rows}\n",
        stamp(*hours.start()),
        stamp(*hours.end()),
    )
}

fn ephemeris(segments: &[String]) -> Result<Oem, FileError> {
    let head = "CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2026-11-24T12:00:00\nORIGINATOR = portolan\n\n";
    Oem::parse("tug.oem", &format!("{head}{}", segments.concat()))
}

fn at(clock: &str) -> Epoch {
    Epoch::parse(&format!("2031-04-28T{clock}")).expect("a date")
}

/// Rows beyond the useable dates are there for the interpolation alone: the next segment, which ends before them, holds.
#[test]
fn law_the_last_state_is_the_last_useable_one() {
    let superseded = segment(0..=9, 0.0, "USEABLE_STOP_TIME = 2031-04-28T03:00:00\n");
    let next = segment(3..=5, 50_000.0, "");
    let message = ephemeris(&[superseded.clone(), next]).expect("a message");
    let (found, row) = message.last().expect("a state");
    assert_eq!((found, row.epoch), (&message.segments[1], at("05:00:00")));
    assert_eq!(row.state.position_km[0], 50_000.0 + 5.0 * 3600.0);
    // alone, it ends where it is useable
    let message = ephemeris(&[superseded]).expect("a message");
    let (_, row) = message.last().expect("a state");
    assert_eq!((row.epoch, row.state.position_km[0]), (at("03:00:00"), 3.0 * 3600.0));
    // between rows, by the file's own interpolation
    let between = segment(0..=9, 0.0, "USEABLE_STOP_TIME = 2031-04-28T03:30:00\n");
    let message = ephemeris(&[between]).expect("a message");
    let (_, row) = message.last().expect("a state");
    assert_eq!(row.epoch, at("03:30:00"));
    assert!((row.state.position_km[0] - 3.5 * 3600.0).abs() < 1e-9, "{row:?}");
    // a date after the rows is no date of theirs
    let beyond = segment(0..=2, 0.0, "USEABLE_STOP_TIME = 2031-04-28T08:00:00\n");
    assert_eq!(ephemeris(&[beyond]).expect("a message").last().expect("a state").1.epoch, at("02:00:00"));
}

/// Every useable date has a state, the ends and the dates between rows among them; others are refused with the right dates.
#[test]
fn law_every_useable_date_has_a_state() {
    let first =
        segment(0..=4, 0.0, "USEABLE_START_TIME = 2031-04-28T01:00:00\nUSEABLE_STOP_TIME = 2031-04-28T03:00:00\n");
    let second = segment(3..=5, 50_000.0, "");
    let third = segment(8..=9, 90_000.0, "");
    let message = ephemeris(&[first, second, third]).expect("a message");
    let x_km = |clock: &str| message.state(at(clock)).expect(clock).1.position_km[0];
    for (clock, wanted) in [
        ("01:00:00", 3600.0),
        ("02:15:00", 8100.0),
        ("03:00:00", 60_800.0),
        ("04:59:59", 67_999.0),
        ("05:00:00", 68_000.0),
        ("08:00:00", 118_800.0),
        ("09:00:00", 122_400.0),
    ] {
        assert!((x_km(clock) - wanted).abs() < 1e-9, "{clock}: {}", x_km(clock));
    }
    let refused = |clock: &str| message.state(at(clock)).expect_err(clock).to_string();
    let whole = "which holds 2031-04-28T01:00:00 TDB to 2031-04-28T09:00:00 TDB";
    assert!(refused("00:30:00").contains(whole), "{}", refused("00:30:00"));
    assert!(refused("10:00:00").contains(whole), "{}", refused("10:00:00"));
    let gap = "one ends at 2031-04-28T05:00:00 TDB and the next begins at 2031-04-28T08:00:00 TDB";
    assert!(refused("06:00:00").contains(gap), "{}", refused("06:00:00"));
}

#[test]
fn refuses_useable_dates_without_rows() {
    let early = segment(4..=6, 0.0, "USEABLE_STOP_TIME = 2031-04-28T03:00:00\n");
    let crossed =
        segment(0..=6, 0.0, "USEABLE_START_TIME = 2031-04-28T05:00:00\nUSEABLE_STOP_TIME = 2031-04-28T03:00:00\n");
    for text in [early, crossed] {
        let refusal = ephemeris(&[text]).expect_err("refused").to_string();
        assert!(
            refusal.starts_with("tug.oem:") && refusal.contains("hold none of the rows, which go from 2031"),
            "{refusal}"
        );
    }
}

/// An even degree is met by the next odd one: three rows make a quintic, which a quartic is a case of.
#[test]
fn law_a_hermite_polynomial_has_the_degree_that_is_asked() {
    for degree in 1..30 {
        let window = Interpolation::Hermite { degree }.window();
        assert!((degree..=degree + 1).contains(&(2 * window - 1)), "{degree}: {window} rows");
    }
}

/// No reader of states lets a number in that is not finite, or so large that what is made of it is not.
#[test]
fn refuses_numbers_that_are_not_finite_wherever_they_stand() {
    for text in ["1e999", "-1e999", "NaN", "inf", "-infinity", "1e31", "-3e200"] {
        for key in ["X = ", "Z_DOT = ", "MASS = ", "DRAG_AREA = ", "MAN_DURATION = ", "MAN_DV_2 = ", "ECCENTRICITY = "]
        {
            let (line, from) = OPM.lines().enumerate().find(|(_, line)| line.starts_with(key)).expect(key);
            let refusal =
                Opm::parse("tug.opm", &OPM.replacen(from, &format!("{key}{text}"), 1)).expect_err(text).to_string();
            assert!(refusal.starts_with(&format!("tug.opm:{}: ", line + 1)) && refusal.contains(text), "{refusal}");
        }
        let refusal =
            Oem::parse("tug.oem", &OEM.replacen(" 13800.0 ", &format!(" {text} "), 1)).expect_err(text).to_string();
        assert!(refusal.starts_with(&format!("tug.oem:19: z is \"{text}\": write a finite number")), "{refusal}");
        let csv = format!(
            "# center = Moon\nepoch_tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s\n1.0,2.0,{text},4.0,5.0,6.0,7.0\n"
        );
        let refusal = StateTable::from_csv("tug.csv", &csv).expect_err(text).to_string();
        assert!(refusal.starts_with("tug.csv:3: y_km is"), "{refusal}");
    }
    let late = "# center = Moon\nepoch_tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s\n1e12,2.0,3.0,4.0,5.0,6.0,7.0\n";
    assert!(
        StateTable::from_csv("tug.csv", late).expect_err("the year 33 700").to_string().contains("ten thousand years")
    );
}

/// Rows that are numbers and no orbit: the polynomial through them overflows, and says so.
#[test]
fn refuses_a_polynomial_that_overflows() {
    let mut table = table();
    table.rows.truncate(40);
    table.interpolation = Interpolation::Lagrange { degree: 39 };
    for (k, row) in table.rows.iter_mut().enumerate() {
        row.epoch = Epoch::from_tdb_s(1e8 + 1e-6 * k as f64 * k as f64);
        row.state.position_km = [if k % 2 == 0 { 1e300 } else { -1e300 }; 3];
    }
    let between = Epoch::from_tdb_s(1e8 + 1e-6 * 38.0_f64.powi(2) + 4e-5);
    assert!(matches!(table.state(between), Err(TableError::Overflow { .. })), "{:?}", table.state(between));
}
