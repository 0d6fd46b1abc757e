//! `portolan launch-period`.

use crate::portolan;
use serde_json::{Value, json};

const MARS_2033: [&str; 7] = ["launch-period", "Earth", "Mars", "--depart", "2033-02-01..2033-06-20", "--days", "21"];

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn law_the_worst_of_the_days_is_told_and_free_arrivals_are_no_worse() {
    let worst = |arrival: &str| {
        let object = portolan(&[&MARS_2033[..], &["--arrival", arrival, "--format", "json"]].concat()).json();
        let best = &object["periods"][0];
        let days = best["days"].as_array().expect("days");
        assert_eq!(days.len(), 21);
        let worst = days.iter().map(|d| number(&d["c3_km2_s2"])).fold(0.0, f64::max);
        assert!((worst - number(&best["worst"])).abs() < 1e-12);
        assert_eq!(best["worst_unit"], json!("km²/s²"));
        assert_eq!((&best["start"], &best["end"]), (&days[0]["depart"], &days[20]["depart"]));
        let arrivals: std::collections::BTreeSet<&str> = days.iter().filter_map(|d| d["arrive"].as_str()).collect();
        assert_eq!(arrivals.len() == 1, arrival == "fixed", "{arrivals:?}");
        worst
    };
    let (fixed, free) = (worst("fixed"), worst("free"));
    // the minimum of the opportunity, a single day's, is 7.78 from the barycentre
    assert!(free <= fixed && free > 7.7 && fixed < 12.0, "{free} {fixed}");
    let text = portolan(&MARS_2033);
    assert_eq!(text.code, 0);
    assert!(text.stdout.contains("worst departure C3") && text.stdout.contains("DLA °"), "{}", text.stdout);
}

/// Arrival dates that nobody gave end with the kernels, and the answer says so.
#[test]
fn law_arrivals_over_the_end_of_the_kernels_are_cut_and_told() {
    let with = |dates: &str| {
        let line = ["launch-period", "Earth", "Mars", "--depart", dates, "--days", "5"];
        portolan(&[&line[..], &["--format", "json"]].concat())
    };
    let cut = with("2058-09-15..2058-11-01").json();
    assert!(cut["cut"].as_str().is_some_and(|told| told.contains("arrivals after 2060-02-01")), "{cut}");
    assert!(cut["periods"].as_array().is_some_and(|periods| !periods.is_empty()), "{cut}");
    assert_eq!(with("2033-03-01..2033-05-01").json()["cut"], Value::Null);
}

#[test]
fn refuses_what_makes_no_period() {
    let with = |extra: &[&str]| portolan(&[&["launch-period", "Earth", "Mars"], extra].concat());
    let dates = ["--depart", "2033-03-01..2033-03-11"];
    assert!(with(&[&dates[..], &["--days", "30"]].concat()).refusal(2).contains("hold 1 to 11 launch days"));
    assert!(with(&[&dates[..], &["--least", "mass"]].concat()).refusal(2).contains("write c3, v_inf_arr"));
    assert!(
        portolan(&["launch-period", "Earth", "Mras", "--depart", "2033-03-01..2033-05-01"])
            .refusal(2)
            .contains("did you mean \"Mars\"?")
    );
    // a limit that no entry keeps is refused, not forgotten
    assert!(
        with(&[&dates[..], &["--max-entry-speed", "4"]].concat()).refusal(2).contains("a fall from rest makes 4.9")
    );
    let none = with(&[&dates[..], &["--days", "5", "--max-c3", "1", "--format", "json"]].concat());
    assert_eq!(none.code, 1, "{}", none.stderr);
    assert!(none.stdout.contains("\"periods\": []"));
}
