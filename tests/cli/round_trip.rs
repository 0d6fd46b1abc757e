//! `portolan round-trip`.

use crate::portolan;
use serde_json::json;

const MARS: [&str; 5] = ["round-trip", "Earth", "Mars", "--depart", "2035-04-01..2035-10-31"];

#[test]
fn law_both_classes_come_out_and_the_limits_are_kept() {
    let with = |extra: &[&str]| portolan(&[&MARS[..], extra, &["--step", "8 d", "--format", "json"]].concat()).json();
    let object = with(&["--stay", "30 d..600 d"]);
    let best = &object["optima"][0];
    assert_eq!((&best["class"], &object["homecoming"]), (&json!("conjunction"), &json!("entry")));
    let number = |v: &serde_json::Value| v.as_f64().expect("a number");
    assert!((number(&best["dv_total_km_s"]) - 6.0).abs() < 0.6 && number(&best["stay_d"]) > 250.0, "{best}");
    let front = object["front"].as_array().expect("a front");
    assert!(front.iter().any(|t| t["class"] == "opposition"));
    let short = with(&["--stay", "40 d", "--max-total", "600 d", "--home-orbit", "400 km"]);
    for trip in short["optima"].as_array().expect("trips").iter().chain(short["front"].as_array().expect("trips")) {
        assert!(number(&trip["total_d"]) <= 600.0 + 1e-6 && (number(&trip["stay_d"]) - 40.0).abs() < 1e-6);
        let burns = number(&trip["outbound"]["dv_total_km_s"]) + number(&trip["inbound"]["dv_total_km_s"]);
        assert!((burns - number(&trip["dv_total_km_s"])).abs() < 1e-9);
    }
    let text = portolan(&[&MARS[..], &["--step", "8 d"]].concat());
    assert!(text.code == 0 && text.stdout.contains("shortest to cheapest") && text.stdout.contains("opposition"));
}

#[test]
fn refuses_limits_that_leave_nothing() {
    let with = |extra: &[&str]| portolan(&[&MARS[..], extra].concat());
    assert!(with(&["--stay", "90 d..30 d"]).refusal(2).contains("a stay of 90 to 30 days is no span"));
    assert!(with(&["--stay", "90"]).refusal(2).contains("has no unit"));
    assert!(with(&["--max-total", "10 d"]).refusal(2).contains("no room for two flights"));
    assert!(with(&["--home-orbit", "400 km", "--max-v-inf-home", "9 km/s"]).refusal(2).contains("cannot be used with"));
    assert!(
        portolan(&["round-trip", "Earth", "emb", "--depart", "2035-01-01..2035-06-01"])
            .refusal(2)
            .contains("does not leave")
    );
    let none = with(&["--stay", "30 d", "--max-total", "100 d", "--max-v-inf-home", "2 km/s"]);
    assert_eq!(none.code, 1, "{}", none.stdout);
    assert!(none.stdout.contains("no round trip within the dates and limits"));
}
