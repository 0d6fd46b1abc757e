//! The Earth's axes against ERFA, with measured parameters given as an IERS file.

use crate::{Worst, numbers, rows};
use portolan::ephemerides::{EarthOrientationParameters, Ephemerides, Orientation};
use portolan::time::Epoch;

/// One unit in the last place of an epoch of 2050 is 2.4e-7 s, which is 1.7e-11 rad of the Earth's turn; ERFA's script
/// and this program split the same number, and differ by the rounding of a day's fraction, 8e-12 rad.
const ROTATION: f64 = 1e-11;
/// The same in the rate, by the spin of 7.3e-5 rad/s.
const RATE_S1: f64 = 1e-14;

/// A file in the layout of 20 C04 with the same pole and UT1 − TAI on the days about an epoch.
fn file(tdb_s: f64, ut1_minus_utc_s: f64, xp_arcsec: f64, yp_arcsec: f64) -> String {
    // TAI − UTC before the leap seconds of 2012-07-01, 2015-07-01 and 2017-01-01, and after (IERS Bulletin C)
    let tai_minus_utc_s = |mjd: i64| match mjd {
        ..56_109 => 34.0,
        56_109..57_204 => 35.0,
        57_204..57_754 => 36.0,
        _ => 37.0,
    };
    let of = |ahead_s: f64| 51_544 + ((tdb_s - 32.184 - ahead_s + 43_200.0) / 86_400.0).floor() as i64;
    // in a leap second the day before still lasts
    let day = of(tai_minus_utc_s(of(38.0))).min(of(37.0));
    let mut text = "# YR  MM  DD  HH       MJD        x(\")        y(\")  UT1-UTC(s)\n".to_owned();
    for mjd in day - 3..=day + 4 {
        let ut1 = ut1_minus_utc_s + (tai_minus_utc_s(mjd) - tai_minus_utc_s(day));
        text += &format!("2000  1  1  0 {mjd}.00 {xp_arcsec} {yp_arcsec} {ut1:.7}");
        text += &" 0.0".repeat(13);
        text += "\n";
    }
    text
}

#[test]
fn agrees_with_erfa_on_the_earth() {
    let kernels = Ephemerides::embedded().expect("kernels");
    let table = rows("earth_orientation_erfa.csv");
    assert_eq!(table.len(), 12, "the table has lost rows");
    let (mut worst, mut plain) = (Worst::none(), Worst::none());
    for row in &table {
        let [tdb_s, ut1_minus_utc_s, xp, yp] = numbers::<4>(row, 0);
        let epoch = Epoch::from_tdb_s(tdb_s);
        let text = file(tdb_s, ut1_minus_utc_s, xp, yp);
        let parameters = EarthOrientationParameters::parse("made.c04", text.as_bytes()).expect("parameters");
        let axes = kernels.with_earth_orientation(parameters).axes(Orientation::Itrs).expect("axes");
        let (got, wanted) = (axes.matrix(epoch).expect("a matrix"), numbers::<9>(row, 4));
        let alone = kernels.axes(Orientation::Itrs).expect("axes").matrix(epoch).expect("a matrix");
        for k in 0..9 {
            worst.see((got[k / 3][k % 3] - wanted[k]).abs(), || epoch.iso());
            plain.see((alone[k / 3][k % 3] - wanted[k]).abs(), || epoch.iso());
        }
    }
    println!("ITRS against ERFA: {:.1e} at {}; without parameters {:.1e}", worst.value, worst.at, plain.value);
    assert!(worst.within(ROTATION), "{:e} at {}", worst.value, worst.at);
    // UT1 = UTC costs 0.9 s of the Earth's turn, 6.6e-5 rad, and the pole 0.6 arcsec, 2.9e-6 rad
    assert!(plain.within(7e-5) && plain.value > 1e-5, "{:e} at {}", plain.value, plain.at);
}

#[test]
fn law_the_rate_of_the_earth_is_its_difference() {
    let axes = Ephemerides::embedded().expect("kernels").axes(Orientation::Itrs).expect("axes");
    for tdb_s in [3.2e8, 7.5e8, 1.4e9] {
        let base = Epoch::from_tdb_s(tdb_s);
        let got = axes.rotation(base).expect("a rotation");
        assert_eq!(got.matrix, axes.matrix(base).expect("a matrix"));
        let at = |after_s: f64| axes.matrix_after(base, after_s).expect("a matrix");
        for k in 0..9 {
            let of = |after_s: f64| at(after_s)[k / 3][k % 3];
            let wanted = (8.0 * (of(8.0) - of(-8.0)) - (of(16.0) - of(-16.0))) / 96.0;
            assert!((got.matrix_rate_s1[k / 3][k % 3] - wanted).abs() < RATE_S1 * 100.0, "{k}: {got:?} {wanted}");
        }
    }
}

#[test]
fn law_the_earth_turns_back() {
    let kernels = Ephemerides::embedded().expect("kernels");
    let epoch = Epoch::from_tdb_s(1.05e9);
    let there = kernels.rotation(Orientation::MoonPa, Orientation::Itrs, epoch).expect("a rotation");
    let back = kernels.rotation(Orientation::Itrs, Orientation::MoonPa, epoch).expect("a rotation");
    for k in 0..9 {
        let (i, j) = (k / 3, k % 3);
        assert!((there.matrix[i][j] - back.matrix[j][i]).abs() < 1e-15);
        assert!((there.matrix_rate_s1[i][j] - back.matrix_rate_s1[j][i]).abs() < 1e-18);
    }
}

#[test]
fn refuses_a_date_outside_the_parameters() {
    let text = file(7e8, 0.1, 0.0, 0.0);
    let parameters = EarthOrientationParameters::parse("/data/short.c04", text.as_bytes()).expect("parameters");
    let kernels = Ephemerides::embedded().expect("kernels").with_earth_orientation(parameters);
    let axes = kernels.axes(Orientation::Itrs).expect("axes");
    assert!(axes.matrix(Epoch::from_tdb_s(7e8)).is_ok());
    let said = axes.matrix(Epoch::from_tdb_s(7.1e8)).expect_err("refused").to_string();
    assert!(said.starts_with("2022-07-02T02:13:20 TDB is outside the Earth orientation of short.c04"), "{said}");
    let early = Ephemerides::embedded().expect("kernels").axes(Orientation::Itrs).expect("axes");
    assert!(early.matrix(Epoch::from_tdb_s(-1e9)).is_err(), "UTC has no leap seconds in 1968");
    assert!(early.matrix(Epoch::from_tdb_s(f64::NAN)).is_err(), "no number");
    let missing = Ephemerides::embedded().expect("kernels").axes(Orientation::Itrf93).expect("axes");
    assert!(missing.matrix(Epoch::from_tdb_s(7e8)).is_err(), "no kernel has ITRF93");
}
