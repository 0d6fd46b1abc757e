//! `portolan propagate` on orbits whose events are zero all along, and to events that never come.

use crate::{Outcome, portolan_in};
use serde_json::Value;

/// A state about the Earth with nothing else in the model.
fn folder(radius_km: f64, speed: f64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    // v = √(GM/r) with the program's GM
    let circular = (398_600.435_507_022_66_f64 / radius_km).sqrt();
    let state = format!(
        "epoch = \"2030-01-01\"\ncenter = \"Earth\"\nposition_km = [{radius_km:?}, 0.0, 0.0]\n\
         velocity_km_s = [0.0, {:?}, 0.0]\n",
        circular * speed
    );
    std::fs::write(folder.path().join("state.toml"), state).expect("a file");
    folder
}

fn run(folder: &tempfile::TempDir, flags: &[&str]) -> Outcome {
    portolan_in(folder.path(), &[&["propagate", "state.toml", "--format", "json"], flags].concat())
}

fn object(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).expect("one JSON object")
}

/// The first state that anyone tries.
#[test]
fn law_a_circle_is_flown_and_told() {
    let folder = folder(7000.0, 1.0);
    for integrator in ["collocation", "taylor"] {
        for span in ["60", "10 d", "-1 d"] {
            let flown = run(&folder, &["--for", span, "--integrator", integrator]);
            let answer = flown.json();
            assert_eq!(answer["events"], serde_json::json!([]), "{answer}");
            let gaps = answer["event_gaps"].as_array().expect("a list");
            assert_eq!(gaps.len(), 2, "{answer}");
            for (gap, name) in gaps.iter().zip(["periapsis", "apoapsis"]) {
                assert_eq!((&gap["event"], &gap["reason"]), (&name.into(), &"zero".into()));
                assert_eq!(gap["all_along"], true);
                let said = format!("portolan: the event {name} is zero all along: the orbit is circular to rounding");
                assert!(flown.stderr.contains(&said), "{}", flown.stderr);
            }
        }
        let events = "radius=7000,altitude=621.8634,node";
        let answer = run(&folder, &["--for", "1 d", "--events", events, "--integrator", integrator]).json();
        let gaps = answer["event_gaps"].as_array().expect("a list");
        assert!(gaps.len() == 3 && gaps.iter().all(|gap| gap["all_along"] == true), "{answer}");
        assert_eq!(answer["events"], serde_json::json!([]));
    }
}

/// On the surface all along: told as such, and not looked at where no events are asked for.
#[test]
fn law_a_circle_on_the_surface_is_flown_and_told() {
    let folder = folder(6378.1366, 1.0);
    let flown = run(&folder, &["--for", "1 d"]);
    let gaps = flown.json()["event_gaps"].as_array().expect("a list").clone();
    assert!(gaps.iter().any(|gap| gap["event"] == "surface" && gap["all_along"] == true), "{gaps:?}");
    let quiet = run(&folder, &["--for", "1 d", "--events", "none"]);
    let answer = quiet.json();
    assert_eq!((&answer["events"], &answer["event_gaps"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(quiet.stderr, "");
}

/// An event that does not come is told, with null in the answer and 1 as the exit code.
#[test]
fn refuses_to_be_silent_about_an_event_that_never_comes() {
    let circle = folder(7000.0, 1.0);
    for integrator in ["collocation", "taylor"] {
        let flown = run(&circle, &["--for", "1 d", "--until", "periapsis", "--integrator", integrator]);
        assert_eq!(flown.code, 1, "{}", flown.stderr);
        let answer = object(&flown);
        assert!(answer["until"].is_null() && answer.as_object().expect("an object").contains_key("until"), "{answer}");
        assert_eq!(answer["until_gaps"][0]["all_along"], true);
        let said = &flown.stderr;
        assert!(said.contains("--until: the event periapsis is zero all along: the orbit is circular"), "{said}");
        assert!(said.contains("--until: the event periapsis does not occur in the time flown"), "{said}");
    }
    let ellipse = folder(7000.0, 1.01);
    let flown = run(&ellipse, &["--for", "1 d", "--until", "apoapsis", "--nth", "99"]);
    assert_eq!((flown.code, &object(&flown)["until"]), (1, &Value::Null));
    assert!(flown.stderr.contains("the event apoapsis occurs 14 of 99 times in the time flown"), "{}", flown.stderr);
    let flown = run(&ellipse, &["--for", "1 d", "--until", "apoapsis", "--nth", "3"]);
    let answer = flown.json();
    assert_eq!((&answer["until"]["event"], flown.stderr.as_str()), (&"apoapsis".into(), ""));
    assert_eq!(answer["until"]["epoch"], answer["epoch"]);
    assert!(run(&ellipse, &["--for", "1 d"]).json().get("until").is_none());
}

#[test]
fn refuses_the_zeroth_occurrence() {
    let ellipse = folder(7000.0, 1.01);
    let refused = run(&ellipse, &["--for", "1 d", "--until", "apoapsis", "--nth", "0"]);
    assert!(refused.refusal(2).contains("--nth"), "{}", refused.stderr);
}
