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

/// The cap of a leg that nobody asked for is a revolution and a half, and the answer tells it: with legs of 1.8 flights of
/// the touching ellipse the best of 2035 took 7.785 km/s.
#[test]
fn law_the_longest_leg_is_told_and_hides_nothing_cheaper() {
    let line = ["round-trip", "Earth", "Mars", "--depart", "2035-01-01..2035-12-31", "--stay", "30 d..90 d"];
    let with = |extra: &[&str]| portolan(&[&line[..], &["--step", "8 d"], extra].concat());
    let json = |extra: &[&str]| with(&[extra, &["--format", "json"]].concat()).json();
    let number = |v: &serde_json::Value| v.as_f64().expect("a number");
    let found = json(&[]);
    let best = &found["optima"][0];
    assert!((number(&best["dv_total_km_s"]) - 7.4697).abs() < 1e-3, "{best}");
    assert_eq!(
        (&best["leg_at_limit"], &found["max_leg_given"], &found["cut"]),
        (&json!(false), &json!(false), &json!(null))
    );
    assert!((number(&found["max_leg_d"]) - 851.0).abs() < 2.0);
    let wider = json(&["--max-leg", "1100 d"]);
    assert!((number(&wider["optima"][0]["dv_total_km_s"]) - number(&best["dv_total_km_s"])).abs() < 1e-5);
    let short = json(&["--max-leg", "466 d"]);
    assert!((number(&short["optima"][0]["dv_total_km_s"]) - 7.7845).abs() < 2e-3, "{}", short["optima"][0]);
    assert_eq!((&short["optima"][0]["leg_at_limit"], &short["max_leg_given"]), (&json!(true), &json!(true)));
    let text = with(&[]);
    assert!(text.stdout.contains("legs of up to 851 d, a revolution and a half"), "{}", text.stdout);
    let limited = with(&["--max-leg", "466 d"]).stdout;
    assert!(limited.contains("as long as the limit: a longer one may be cheaper"), "{limited}");
    let late = portolan(&["round-trip", "Earth", "Mars", "--depart", "2057-06-01..2057-12-31", "--step", "8 d"]);
    assert!(late.code == 0 && late.stdout.contains("come home after 2060-02-01 were not looked at"), "{}", late.stderr);
}

#[test]
fn refuses_limits_that_leave_nothing() {
    let with = |extra: &[&str]| portolan(&[&MARS[..], extra].concat());
    assert!(with(&["--stay", "90 d..30 d"]).refusal(2).contains("a stay of 90 to 30 days is no span"));
    assert!(with(&["--stay", "90"]).refusal(2).contains("has no unit"));
    assert!(with(&["--step", "0 d"]).refusal(2).contains("a step in days of 0 is none"));
    assert!(with(&["--max-leg", "-3 d"]).code == 2);
    assert!(with(&["--revs", "4294967295"]).refusal(2).contains("ask for 20 at most"));
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
