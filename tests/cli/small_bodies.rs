//! Small bodies of the user's own, in every command that takes a body.

use crate::{portolan, portolan_in};
use serde_json::{Value, json};

/// JPL's elements of Ceres, as the program has them, under another name.
const CERES: &str = "Mine, 2461200.5, 2.765552595034094, 0.07969229514816586, 10.58802780183462, 80.24862682043221, 73.29421453021587, 274.4193463761342";

/// 1P/Halley as JPL prints it, rounded; its passage of 1986. It goes around the Sun the other way.
const HALLEY: &str = "name=1P/Halley, q=0.58598, e=0.96714, i=162.2627, node=58.4201, peri=111.3325, tp=2446470.46";

/// A hyperbola through the inner solar system.
const VISITOR: &str = "name=Visitor, q=1.2, e=1.6, i=25, node=40, peri=110, tp=2464000.5";

fn least(object: &Value, criterion: &str, key: &str) -> f64 {
    let minima = object["minima"].as_array().expect("a list");
    let found = minima.iter().filter(|m| m["criterion"] == criterion).filter_map(|m| m[key].as_f64());
    found.fold(f64::INFINITY, f64::min)
}

#[test]
fn agrees_with_the_kernel_of_the_same_body() {
    let with = |to: &[&str]| {
        let dates = ["--depart", "2026-01-01..2026-12-31", "--arrive", "2026-10-01..2028-06-30", "--size", "150x150"];
        portolan(&[&["porkchop", "Earth"], to, &dates, &["--format", "json"]].concat()).json()
    };
    let (kernel, own) = (with(&["Ceres"]), with(&["mine", "--elements", CERES]));
    assert_eq!((&own["to"], &own["from_elements"]), (&json!("Mine"), &json!([])));
    let (a, b) = (least(&kernel, "c3", "c3_km2_s2"), least(&own, "c3", "c3_km2_s2"));
    assert!((a - b).abs() < 0.05 && a < 120.0, "{a} {b}");
}

#[test]
fn law_retrograde_and_unbound_targets_have_porkchops() {
    let place = tempfile::tempdir().expect("a directory");
    // least C3 and least arrival speed of all cells
    let with = |to: &str, elements: &str, way: &str| {
        let dates = ["--depart", "2034-06-01..2036-05-31", "--arrive", "2035-01-01..2038-12-31", "--size", "120x120"];
        let question = ["porkchop", "Earth", to, "--elements", elements, "--way", way, "--out", "cells.csv"];
        assert_eq!(portolan_in(place.path(), &[&question[..], &dates].concat()).code, 0);
        let text = std::fs::read_to_string(place.path().join("cells.csv")).expect("written");
        let solved: Vec<Vec<&str>> =
            text.lines().filter(|l| l.ends_with(",solved")).map(|l| l.split(',').collect()).collect();
        assert!(solved.len() > 5000, "{}", solved.len());
        let least = |column: usize| {
            solved.iter().map(|row| row[column].parse::<f64>().expect("a number")).fold(f64::INFINITY, f64::min)
        };
        (least(5), least(7))
    };
    // going around the Sun with Halley costs at the Earth what is saved at the comet
    let (along, against) = (with("1P/Halley", HALLEY, "along"), with("1P/Halley", HALLEY, "against"));
    assert!(against.0 > 2000.0 && against.0 > 4.0 * along.0, "{along:?} {against:?}");
    assert!(against.1 < along.1, "{along:?} {against:?}");
    let visitor = with("Visitor", VISITOR, "along");
    assert!(visitor.0 < 1000.0, "{visitor:?}");
}

#[test]
fn law_files_bring_several_bodies() {
    let place = tempfile::tempdir().expect("a directory");
    let text = "[[body]]\nname = \"A\"\nepoch_jd_tdb = 2461200.5\na_au = 1.3\ne = 0.1\ni_deg = 3.0\nnode_deg = 4.0\nperi_deg = 5.0\nmean_anomaly_deg = 6.0\n\n[[body]]\nname = \"B\"\nepoch_jd_tdb = 2461200.5\nq_au = 1.1\ne = 0.3\ni_deg = 300.0\nnode_deg = 4.0\nperi_deg = 5.0\npassage_jd_tdb = 2461300.5\n";
    std::fs::write(place.path().join("mine.toml"), text).expect("written");
    let dates = ["--depart", "2030-01-01..2030-12-31", "--size", "40x40"];
    let ask = |to: &str| {
        portolan_in(place.path(), &[&["porkchop", "Earth", to, "--elements", "mine.toml"], &dates[..]].concat())
    };
    assert!(ask("A").refusal(2).contains("mine.toml:11: B has i_deg = 300: an inclination is 0 to 180 degrees"));
    std::fs::write(place.path().join("mine.toml"), text.replace("300.0", "30.0")).expect("written");
    assert_eq!((ask("A").code, ask("b").code), (0, 0), "{}", ask("A").stderr);
    assert!(ask("C").refusal(2).contains("no body is called \"C\""));
}
