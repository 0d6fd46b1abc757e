//! `portolan propagate` at the edges: moments a rounding apart, borders of the air, dates outside the kernels, absurd numbers.

use crate::{Outcome, portolan_in};
use portolan::bodies::{EARTH, SUN};
use portolan::ephemerides::Ephemerides;
use portolan::time::Epoch;
use std::time::Instant;

fn propagate(state: &str, arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("state.toml"), state).expect("a file");
    let outcome = portolan_in(folder.path(), &[&["propagate", "state.toml", "--events", "none"], arguments].concat());
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert!(outcome.code == 0 || left == 1, "a refusal leaves {left} files: {}", outcome.stderr);
    outcome
}

const HEAD: &str = "epoch = \"2030-01-01T00:00:00 UTC\"\ncenter = \"Earth\"\nframe = \"J2000\"\n";
const LOW: &str = "position_km = [6778.0, 0.0, 0.0]\nvelocity_km_s = [0.0, 4.8, 5.98]\n";

/// Two burns back to back on tenths of a second, whose cut-off and ignition come out two last places of a date apart.
#[test]
fn law_burns_back_to_back_are_flown() {
    let burn = |start: &str, duration: &str| {
        format!(
            "[[model.thrust]]\nstart = \"2030-01-01T{start} UTC\"\nduration_s = {duration}\nthrust_n = 20.0\nisp_s = 300.0\n\
             steering = \"along-velocity\"\n"
        )
    };
    let state = format!(
        "{HEAD}{LOW}mass_kg = 500.0\n[model]\npoint_masses = [\"Moon\", \"Sun\"]\n{}{}",
        burn("00:00:10.1", "60.3"),
        burn("00:01:10.4", "60.3")
    );
    for span in ["130.7", "600"] {
        let object = propagate(&state, &["--for", span, "--format", "json"]).json();
        let burnt_kg = 500.0 - object["mass_kg"].as_f64().expect("a number");
        assert!((burnt_kg - 120.6 * 20.0 / (300.0 * 9.806_65)).abs() < 1e-6, "{object}");
    }
}

/// The default air above and below the end of its table, at the default tolerance.
#[test]
fn law_air_ends_no_flight() {
    let drag = "mass_kg = 500.0\n[model]\npoint_masses = [\"Moon\", \"Sun\"]\ndrag = { area_m2 = 10.0, cd = 2.2 }\n";
    let across = "position_km = [6958.0, 0.0, 0.0]\nvelocity_km_s = [0.0, 4.9, 5.93]\n";
    let gto = "position_km = [6628.0, 0.0, 0.0]\nvelocity_km_s = [0.0, 9.2, 4.3]\n";
    for orbit in [across, gto] {
        let object = propagate(&format!("{HEAD}{orbit}{drag}"), &["--for", "1 d", "--format", "json"]).json();
        assert!(object["steps"].as_u64().expect("a count") > 50, "{object}");
    }
}

/// What lies outside the kernels is said before it is flown.
#[test]
fn refuses_spans_before_flying_them() {
    let model = "[model]\npoint_masses = [\"Moon\", \"Sun\"]\n";
    let state = format!("{HEAD}{LOW}{model}");
    for (span, said) in [("40000 d", "2060"), ("-40000 d", "2009"), ("1e9 d", "span (s) is 8.64e13, more than 1e12")] {
        let started = Instant::now();
        let outcome = propagate(&state, &["--for", span, "--out", "arc.oem"]);
        assert!(outcome.refusal(2).contains(said), "{span}: {}", outcome.stderr);
        assert!(started.elapsed().as_secs_f64() < 20.0, "{span} was flown");
    }
    let alone = format!("{HEAD}{LOW}[model]\npoint_masses = []\n");
    let outcome = propagate(&alone, &["--for", "1e7 d"]);
    assert!(outcome.refusal(2).contains("steps at the pace"), "{}", outcome.stderr);
    let fast = format!("{HEAD}position_km = [6778.0, 0.0, 0.0]\nvelocity_km_s = [0.0, 4.8e6, 0.0]\n{model}");
    assert!(propagate(&fast, &["--for", "60"]).refusal(2).contains("the starting speed (km/s) is 4.8e6"));
}

/// A low orbit of the Earth told from the Sun: the reason is the centre, and both cures work.
#[test]
fn refuses_the_sun_as_a_centre_of_a_low_orbit() {
    let epoch = Epoch::parse("2030-01-01 TDB").expect("a date");
    let kernels = Ephemerides::embedded().expect("kernels");
    let earth = kernels.track(EARTH, SUN).expect("a track").state(epoch).expect("a state");
    let plus = |a: [f64; 3], b: [f64; 3]| format!("{:?}", [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
    let state = |tolerance: &str| {
        format!(
            "epoch = \"2030-01-01 TDB\"\ncenter = \"Sun\"\nframe = \"J2000\"\nposition_km = {}\nvelocity_km_s = {}\n[model]\n\
             point_masses = [\"Earth\", \"Moon\"]\n{tolerance}",
            plus(earth.position_km, [6778.0, 0.0, 0.0]),
            plus(earth.velocity_km_s, [0.0, 4.8, 5.98])
        )
    };
    let outcome = propagate(&state(""), &["--for", "1 d"]);
    let sentence = outcome.refusal(2);
    assert!(
        sentence.contains("told from Sun, a position") && sentence.contains("tell the state from Earth"),
        "{sentence}"
    );
    let cure = sentence.rsplit("a tolerance of ").next().expect("a number").trim();
    propagate(&state(&format!("tolerance = {cure}\n")), &["--for", "1 d", "--format", "json"]).json();
    let object = propagate(&state(""), &["--for", "1 d", "--switch-center", "--format", "json"]).json();
    assert_eq!(object["center"], "Earth", "{object}");
}
