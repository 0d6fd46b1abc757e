//! `portolan catalogue`.

use crate::portolan;
use serde_json::json;

#[test]
fn law_every_kind_that_is_named_can_be_listed() {
    let object = portolan(&["catalogue", "--format", "json"]).json();
    let kinds = object["kinds"].as_array().expect("a list");
    assert!(kinds.len() > 10);
    for row in kinds {
        let kind = row["kind"].as_str().expect("a word");
        let listed = portolan(&["catalogue", kind, "--format", "json"]).json();
        let rows = listed["rows"].as_array().expect("rows");
        assert_eq!(Some(rows.len() as u64), row["rows"].as_u64(), "{kind}");
        if kind != "cost_classes" {
            assert!(rows.iter().all(|r| r["source"].as_str().is_some_and(|s| !s.is_empty())), "{kind}: no source");
        }
        assert_eq!(portolan(&["catalogue", kind]).code, 0, "{kind}");
    }
}

/// The numbers of `catalogue/launch_vehicles.csv`.
#[test]
fn agrees_with_the_table_of_launchers() {
    let object = portolan(&["catalogue", "launchers", "ariane 64", "--format", "json"]).json();
    let row = &object["rows"][0];
    assert_eq!((&row["name"], &row["leo_kg"]), (&json!("Ariane 64"), &json!(21_600.0)));
    assert_eq!((&row["price_year"], &row["verified"]), (&json!(2026.0), &json!("read-2nd")));
    let shuttle = portolan(&["catalogue", "launchers", "Space Shuttle", "--format", "json"]).json();
    assert_eq!(shuttle["rows"][0]["gto_kg"], json!(null), "unknown is never zero");
    let text = portolan(&["catalogue", "launchers", "Ariane 64"]).stdout;
    assert!(text.contains("leo_kg") && text.contains("21600") && text.contains("source"), "{text}");
    let points = portolan(&["catalogue", "curves", "Vulcan VC6", "--format", "json"]).json();
    assert_eq!(points["rows"].as_array().map(Vec::len), Some(21), "the points of a curve");
    let class = portolan(&["catalogue", "cost_classes", "planetary", "--format", "json"]).json();
    assert_eq!(class["rows"][0]["s"], json!(2.39));
}

/// Rows of launch_prices.csv, launcher_facts.csv and launch_sites.csv.
#[test]
fn agrees_with_the_tables_of_prices_and_facts() {
    let shown = |asked: &[&str]| portolan(&[&["catalogue", "show"], asked, &["--format", "json"]].concat()).json();
    let many = shown(&["Vulcan VC4", "--buy", "11", "--on", "2026-01-01"]);
    let vulcan = &many["launchers"][0];
    let government = &vulcan["purchases"][1];
    assert_eq!((&government["buyer"], &government["from_number"]), (&json!("government"), &json!(11)));
    assert_eq!((&government["low_musd"], &government["price_year"]), (&json!(11.0 * 118.2), &json!(2023)));
    assert_eq!(vulcan["purchases"][0]["from_number"], json!(null), "no commercial step, so the launcher's own range");
    assert_eq!((&vulcan["on"]["flies"], &vulcan["fairing_volume_m3"]), (&json!(true), &json!(171.0)));
    assert_eq!((&vulcan["launches_per_year"], &vulcan["site"]["latitude_deg"]), (&json!(24), &json!(28.4889)));
    let few = shown(&["Vulcan VC4", "--buy", "10"]);
    assert_eq!(few["launchers"][0]["purchases"][1]["from_number"], json!(2));
    let early = portolan(&["catalogue", "show", "Vulcan VC6", "--on", "2026-01-01"]).stdout;
    assert!(early.contains("on 2026-01-01: Vulcan VC6 does not fly before 2026-10"), "{early}");
    let late = portolan(&["catalogue", "show", "Space Shuttle", "--on", "2033-04-28"]).stdout;
    assert!(late.contains("on 2033-04-28: Space Shuttle flew last in 2011-07"), "{late}");
    assert_eq!(late.matches("has no figure beyond Earth orbit").count(), 1, "said once: {late}");
    let polar = shown(&["Ariane 62", "--inclination", "90"]);
    let east = shown(&["Ariane 62", "--inclination", "5.2372"]);
    let kg = |object: &serde_json::Value| object["launchers"][0]["low_orbit_estimate_kg"].as_f64().expect("a mass");
    assert!((kg(&east) - 10_300.0).abs() < 1e-6, "due east is the figure itself: {}", kg(&east));
    assert!(kg(&polar) < kg(&east));
    let low = portolan(&["catalogue", "show", "Ariane 62", "--inclination", "3"]).stdout;
    assert!(low.contains("no launch leads straight to an inclination of 3°"), "{low}");
    let odd = portolan(&["catalogue", "show", "Ariane 62", "--buy", "0"]);
    assert!(odd.refusal(2).contains("0 is not in 1..=10000"), "{}", odd.stderr);
}

#[test]
fn refuses_names_that_are_not_there() {
    let kind = portolan(&["catalogue", "launcher"]);
    assert!(kind.refusal(2).contains("there is no table \"launcher\"; did you mean \"launchers\""));
    let id = portolan(&["catalogue", "launchers", "Arianne 64"]);
    assert_eq!(
        id.refusal(2),
        "portolan: ID: nothing in launchers is called \"Arianne 64\"; did you mean \"Ariane 64\"?"
    );
    let family = portolan(&["catalogue", "launchers", "falcon heavy"]);
    assert!(family.refusal(2).contains("\"Falcon Heavy (side boosters recovered)\" or \"Falcon Heavy (expendable)\"?"));
}
