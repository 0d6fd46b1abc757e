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
