//! `portolan moon-window`.

use crate::{names, portolan, portolan_in};

const MARCH: [&str; 5] = ["moon-window", "--depart", "2030-03-01..2030-03-31", "--size", "90x40"];

/// C10 of the anchors: two-body injection from 300 km and insertion at 100 km are 3.106 and 0.823 km/s; the Moon's
/// ellipse and a plane change of up to its inclination move them.
#[test]
fn law_the_best_flights_of_a_month_are_near_the_two_body_ones() {
    let object = portolan(&[&MARCH[..], &["--altitude", "300 km", "--format", "json"]].concat()).json();
    let minima = object["minima"].as_array().expect("minima");
    assert!(minima.len() >= 2);
    for minimum in minima {
        let number = |key: &str| minimum[key].as_f64().expect(key);
        assert!((number("dv_depart_km_s") - 3.1064).abs() < 0.02, "{minimum}");
        assert!((number("dv_arrive_km_s") - 0.8234).abs() < 0.07, "{minimum}");
        assert!((number("dv_depart_km_s") + number("dv_arrive_km_s") - number("dv_total_km_s")).abs() < 1e-12);
    }
    let count = |key: &str| object["cells"][key].as_u64().expect("a count");
    assert_eq!(count("solved"), 90 * 40);
    let text = portolan(&MARCH);
    assert!(text.code == 0 && text.stdout.contains("TLI km/s"), "{}", text.stderr);
}

#[test]
fn refuses_and_writes_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    let with = |extra: &[&str]| portolan_in(place.path(), &[&MARCH[..], extra].concat());
    assert!(with(&["--tof", "6 d..2 d", "--out", "a.csv"]).refusal(2).contains("are no span"));
    assert!(
        with(&["--inclination", "300 deg", "--out", "a.csv"]).refusal(2).contains("an inclination of 300° is none")
    );
    assert!(
        with(&["--lunar-orbit", "100 km x 1 h", "--out", "a.csv"])
            .refusal(2)
            .contains("the circular orbit there takes")
    );
    assert!(with(&["--out", "a.gif"]).refusal(2).contains("let it end in .csv, .svg or .png"));
    assert_eq!(names(place.path()), Vec::<String>::new());
    assert_eq!(with(&["--out", "a.csv", "--inclination", "10 deg"]).code, 0);
    let text = std::fs::read_to_string(place.path().join("a.csv")).expect("written");
    let columns = text.lines().next().expect("a header").split(',').count();
    assert_eq!(text.lines().count(), 1 + 90 * 40);
    assert!(text.lines().all(|l| l.split(',').count() == columns));
    assert!(text.contains(",inclination\n") && text.contains(",solved\n"));
}

/// The Moon stands beyond 20° for days of every month in 2026: the curves have gaps there.
#[test]
fn law_a_picture_has_both_burns_and_gaps() {
    let place = tempfile::tempdir().expect("a directory");
    let with = |inclination: &str| {
        let question = ["moon-window", "--depart", "2026-12-01..2026-12-31", "--size", "90x12", "--out", "a.svg"];
        assert_eq!(portolan_in(place.path(), &[&question[..], &["--inclination", inclination]].concat()).code, 0);
        std::fs::read_to_string(place.path().join("a.svg")).expect("written")
    };
    let (whole, cut) = (with("29 deg"), with("20 deg"));
    for word in ["both burns", "injection", "insertion", "de440_2010_2060.bsp"] {
        assert!(whole.contains(word) && cut.contains(word), "{word}");
    }
    let lines = |svg: &str| svg.matches("<polyline").count();
    assert!(lines(&cut) >= lines(&whole) + 3, "{} {}", lines(&cut), lines(&whole));
}
