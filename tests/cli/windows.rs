//! `portolan windows`.

use crate::portolan;

#[test]
fn law_every_opportunity_of_ten_years_is_listed() {
    let object = portolan(&["windows", "emb", "Mars", "--years", "2026..2035", "--format", "json"]).json();
    let opportunities = object["opportunities"].as_array().expect("a list");
    assert_eq!(opportunities.len(), 5);
    for opportunity in opportunities {
        let minima = opportunity["minima"].as_array().expect("minima");
        assert_eq!(minima.len(), 8, "four criteria of two types");
        assert!(minima.iter().any(|m| m["interior"] == true && m["c3_km2_s2"].as_f64().is_some_and(|c3| c3 < 16.0)));
    }
    let text = portolan(&["windows", "emb", "Mars", "--years", "2031-01-01..2033-12-31"]);
    assert_eq!(text.code, 0);
    // the cheapest sum of the first lies in December 2030, its least C3 in February 2031
    assert!(text.stdout.contains("2 opportunities") && text.stdout.contains("2033-04-28"), "{}", text.stdout);
}

/// Years that reach over the end of the kernels are searched as far as these go, and the answer says so.
#[test]
fn law_years_over_the_end_of_the_kernels_are_cut_and_told() {
    let years = ["windows", "Earth", "Mars", "--years", "2050..2070"];
    let object = portolan(&[&years[..], &["--format", "json"]].concat()).json();
    assert_eq!(object["years"][1], "2070-12-31T00:00:00");
    assert_eq!(&object["searched"][1].as_str().expect("a date")[..7], "2059-09");
    let told = object["cut"].as_str().expect("a sentence");
    for part in ["departures after 2059-09-", "arrive after 2060-02-01", "the kernels end there", "--kernel FILE"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(object["opportunities"].as_array().is_some_and(|all| all.len() >= 4), "{object}");
    let text = portolan(&years);
    assert!(text.code == 0 && text.stdout.contains(told), "{}", text.stdout);
    let all = portolan(&["windows", "Earth", "Mars", "--years", "0001..9999", "--format", "json"]).json();
    assert!(all["cut"].as_str().is_some_and(|told| told.contains("before 2009-12-")), "{}", all["cut"]);
    let whole = portolan(&["windows", "Earth", "Mars", "--years", "2030..2033", "--format", "json"]).json();
    assert_eq!((&whole["cut"], &whole["years"]), (&serde_json::Value::Null, &whole["searched"]));
}

/// An ellipse that the Earth's own path nearly touches: the flights to its far end, four times as long as half the mean
/// ellipse, are the cheap ones.
#[test]
fn law_flights_to_the_far_end_of_an_ellipse_are_among_the_opportunities() {
    let ellipse = "name=Ellipse, q=0.993, e=0.624, i=4, node=35, peri=150, tp=2462900.5";
    let with = |years: &str| {
        portolan(&["windows", "Earth", "Ellipse", "--elements", ellipse, "--years", years, "--format", "json"])
    };
    let object = with("2027..2034").json();
    let minima = object["opportunities"].as_array().expect("a list").iter().flat_map(|o| o["minima"].as_array());
    let least = minima
        .flatten()
        .filter(|m| m["criterion"] == "dv_total")
        .filter_map(|m| m["dv_total_km_s"].as_f64())
        .fold(f64::INFINITY, f64::min);
    // the dense grid of tests/validation/eccentric.rs has 6.5562
    assert!((least - 6.5556).abs() < 1e-3, "{least}");
    assert_eq!(object["cut"], serde_json::Value::Null, "elements have no end");
}

#[test]
fn refuses_years_that_are_none() {
    let with = |years: &str| portolan(&["windows", "Earth", "Mars", "--years", years]);
    assert!(with("2050..2026").refusal(2).contains("end before they begin"));
    assert!(with("soon").refusal(2).contains("not a span of dates"));
    assert!(with("2061..2070").refusal(2).contains("outside the kernels"));
    assert!(with("26..50").refusal(2).contains("is not a date"));
    assert!(
        portolan(&["windows", "Earth", "Moon", "--years", "2026..2027"])
            .refusal(2)
            .contains("does not go around the Sun")
    );
}
