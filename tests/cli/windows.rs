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

#[test]
fn refuses_years_that_are_none() {
    let with = |years: &str| portolan(&["windows", "Earth", "Mars", "--years", years]);
    assert!(with("2050..2026").refusal(2).contains("end before they begin"));
    assert!(with("soon").refusal(2).contains("not a span of dates"));
    assert!(with("2026..2070").refusal(2).contains("outside the kernels"));
    assert!(
        portolan(&["windows", "Earth", "Moon", "--years", "2026..2027"])
            .refusal(2)
            .contains("does not go around the Sun")
    );
}
