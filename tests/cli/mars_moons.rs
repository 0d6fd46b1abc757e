//! `portolan mars-moons`.

use crate::{names, portolan, portolan_in};

#[test]
fn law_minima_are_listed_best_first() {
    let dates = ["--depart", "2035-01-01..2035-01-03", "--size", "120x80"];
    let object = portolan(&[&["mars-moons", "phobos", "Deimos"], &dates[..], &["--format", "json"]].concat()).json();
    let totals: Vec<f64> = object["minima"]
        .as_array()
        .expect("minima")
        .iter()
        .map(|m| m["dv_total_km_s"].as_f64().expect("a number"))
        .collect();
    assert!(totals.len() >= 2 && totals.is_sorted(), "{totals:?}");
    // a Hohmann transfer between the circles takes 0.7476 km/s
    assert!((totals[0] - 0.7476).abs() < 0.06, "{totals:?}");
    let text = portolan(&[&["mars-moons", "300 km", "phobos"], &dates[..]].concat());
    assert!(text.code == 0 && text.stdout.contains("300 km circular to Phobos about Mars"), "{}", text.stderr);
}

/// From a high ellipse the way by the apoapsis is the cheap one, and it lies in the flight times that nobody gave.
#[test]
fn law_every_way_is_told_and_the_least_comes_first() {
    let line = ["mars-moons", "250 km x 286030 s", "deimos", "--depart", "2035-01-01..2035-01-04", "--size", "60x120"];
    let object = portolan(&[&line[..], &["--format", "json"]].concat()).json();
    let routes = object["routes"].as_array().expect("ways");
    let told: Vec<&str> = routes.iter().filter_map(|r| r["route"].as_str()).collect();
    assert_eq!((told[0], told.len()), ("by the apoapsis", 4), "{told:?}");
    assert_eq!(&object["minima"][0], &routes[0]["least"]);
    let total = |v: &serde_json::Value| v["least"]["dv_total_km_s"].as_f64().expect("a number");
    assert!((total(&routes[0]) - 0.604).abs() < 0.002 && total(&routes[3]) > 0.88, "{routes:?}");
    assert_eq!(routes.iter().map(|r| r["burns"].as_u64().expect("a number")).sum::<u64>(), 10);
    let text = portolan(&line).stdout;
    assert!(text.contains("the cheapest of each way") && text.contains("by another periapsis"), "{text}");
}

#[test]
fn refuses_what_is_no_place_about_mars() {
    let with = |from: &str, to: &str| portolan(&["mars-moons", from, to, "--depart", "2035-01-01..2035-01-03"]);
    assert!(with("phobos", "phobos").refusal(2).contains("from Phobos to Phobos is no transfer here"));
    assert!(with("phobo", "deimos").refusal(2).contains("neither phobos nor deimos nor an orbit"));
    assert!(with("-20 km", "deimos").code == 2);
    let dates = ["--depart", "2035-01-01..2035-01-03", "--size", "80x60"];
    let place = tempfile::tempdir().expect("a directory");
    let drawn = |file: &str| {
        portolan_in(place.path(), &[&["mars-moons", "phobos", "deimos", "--out", file], &dates[..]].concat())
    };
    assert!(drawn("a.csv").refusal(2).contains("neither .svg nor .png"));
    assert_eq!((drawn("a.svg").code, names(place.path())), (0, vec!["a.svg".to_owned()]));
}
