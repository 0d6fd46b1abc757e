//! `portolan lambert`.

use crate::portolan;
use serde_json::json;

const CURTIS: [&str; 9] =
    ["lambert", "--r1", "5000,10000,2100", "--r2", "-14600,2500,7000", "--tof", "3600 s", "--mu", "398600"];

/// Curtis, *Orbital Mechanics for Engineering Students*, 4th ed., example 5.2: velocities to the digits printed.
#[test]
fn published_curtis_example_5_2() {
    let object = portolan(&[&CURTIS[..], &["--format", "json"]].concat()).json();
    let solutions = object["solutions"].as_array().expect("a list");
    assert_eq!(solutions.len(), 1);
    let only = &solutions[0];
    assert_eq!((&only["revs"], &only["branch"]), (&json!(0), &json!("single")));
    assert!(only["iterations"].as_u64().expect("a count") > 0);
    for (key, printed) in [("v1_km_s", [-5.9925, 1.9254, 3.2456]), ("v2_km_s", [-3.3125, -4.1966, -0.38529])] {
        let got = only[key].as_array().expect("a vector");
        for (got, printed) in got.iter().zip(printed) {
            let got = got.as_f64().expect("a number");
            // half a unit of the last of five significant digits
            let half_unit = if printed == -0.38529 { 5e-6 } else { 5e-5 };
            assert!((got - printed).abs() <= half_unit, "{key}: {got} is not {printed}");
        }
    }
}

#[test]
fn law_ways_and_revolutions_are_listed() {
    let day = ["lambert", "--r1", "5000,10000,2100", "--r2", "-14600,2500,7000", "--tof", "1 d", "--about", "Earth"];
    let object = portolan(&[&day[..], &["--revs", "2", "--format", "json"]].concat()).json();
    let rows: Vec<String> = object["solutions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| format!("{} {}", s["revs"], s["branch"].as_str().expect("a word")))
        .collect();
    assert_eq!(rows, ["0 single", "1 low", "1 high", "2 low", "2 high"]);
    let other = portolan(&[&day[..], &["--way", "retrograde", "--format", "json"]].concat()).json();
    assert_ne!(object["solutions"][0]["v1_km_s"], other["solutions"][0]["v1_km_s"]);
    let text = portolan(&CURTIS);
    assert_eq!(text.code, 0);
    assert!(text.stdout.contains("-5.992") && text.stdout.contains("single"), "{}", text.stdout);
}

#[test]
fn law_no_orbit_is_an_answer_with_its_reason() {
    for (r2, part) in [("10000,20000,4200", "one direction"), ("-5000,-10000,0", "opposite")] {
        let r1 = if part == "opposite" { "5000,10000,0" } else { "5000,10000,2100" };
        let line = ["lambert", "--r1", r1, "--r2", r2, "--tof", "3600", "--about", "Earth"];
        let outcome = portolan(&[&line[..], &["--format", "json"]].concat());
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        let object: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("one object");
        let reason = object["reason"].as_str().expect("a reason");
        assert!(reason.contains(part) && object.get("solutions").is_none(), "{object}");
        let text = portolan(&line);
        assert_eq!((text.code, text.stdout), (1, format!("no orbit: {reason}\n")));
    }
}

#[test]
fn refuses_numbers_that_make_no_question() {
    let with = |tof: &str, centre: &[&str]| {
        let line = ["lambert", "--r1", "5000,10000,2100", "--r2", "-14600,2500,7000", "--tof", tof];
        portolan(&[&line[..], centre].concat()).refusal(2).to_owned()
    };
    assert!(with("-1", &["--about", "Earth"]).contains("the time of flight must be positive, got -1 s"));
    assert!(with("3600", &["--mu", "-1"]).contains("the gravitational parameter must be positive"));
    assert!(with("3600", &[]).contains("a position lies inside the Sun"));
    assert!(with("3600", &["--about", "433"]).contains("give it with --mu"));
    assert!(with("3600", &["--about", "Earth", "--mu", "1"]).contains("cannot be used with"));
    // some 4e9 revolutions, and two orbits of 72 bytes for each of them
    let many = with("4e13", &["--about", "Earth", "--revs", "4294967295"]);
    assert!(many.contains("revolutions fit into") && many.contains("and 10000 are listed at most"), "{many}");
    // where fewer exist they are all told, however many are asked for
    let line = ["lambert", "--r1", "5000,10000,2100", "--r2", "-14600,2500,7000", "--tof", "1 d", "--about", "Earth"];
    let all = portolan(&[&line[..], &["--revs", "4294967295", "--format", "json"]].concat()).json();
    assert_eq!(all["solutions"].as_array().map(Vec::len), Some(11));
    let tiny = portolan(&["lambert", "--r1", "1e-150,0,0", "--r2", "0,1e150,0", "--tof", "1", "--mu", "1"]);
    assert!(tiny.refusal(2).contains("can be told in doubles: look at the units"), "{}", tiny.stderr);
}
