//! `portolan run`.

use crate::{Outcome, names, portolan_in};
use serde_json::{Value, json};
use std::path::Path;

const EXAMPLE: &str = include_str!("../../examples/campaigns/mars_cargo_2033.toml");

/// Run the example with one text put for another that stands in it.
fn run_changed(place: &Path, from: &str, to: &str, extra: &[&str]) -> Outcome {
    assert!(EXAMPLE.contains(from), "the example has no {from}");
    std::fs::write(place.join("mars.toml"), EXAMPLE.replacen(from, to, 1)).expect("written");
    portolan_in(place, &[&["run", "mars.toml", "--out", "report"], extra].concat())
}

#[test]
fn law_the_example_is_flown_and_its_report_is_there_whole() {
    let place = tempfile::tempdir().expect("a directory");
    let object = run_changed(place.path(), "400x400", "200x200", &["--format", "json"]).json();
    assert_eq!(object["status"], json!("optimal"));
    let launches = object["launches"].as_array().expect("a list");
    let date = |l: &Value| l["date"].as_str().expect("a date")[..10].to_owned();
    assert!(launches.iter().all(|l| ("2032-06-01".to_owned()..="2035-06-30".to_owned()).contains(&date(l))));
    assert!(launches.iter().all(|l| l["payload_kg"].as_f64() <= l["capacity_kg"].as_f64()));
    let delivered: f64 =
        object["deliveries"].as_array().expect("a list").iter().map(|d| d["mass_kg"].as_f64().expect("a mass")).sum();
    assert!((delivered - 10_000.0).abs() < 1.0, "{delivered}");
    let report = place.path().join("report");
    let file: Value =
        serde_json::from_slice(&std::fs::read(report.join("report.json")).expect("written")).expect("JSON");
    assert_eq!(file["launches"], object["launches"]);
    assert!(names(&report).contains(&"report.html".to_owned()));
    assert_eq!(names(place.path()), ["mars.toml", "report"]);
    // A second run takes the place of the first.
    assert_eq!(run_changed(place.path(), "400x400", "100x100", &[]).code, 0);
    assert_eq!(names(place.path()), ["mars.toml", "report"]);
}

#[test]
fn law_what_cannot_be_flown_leaves_with_1_and_says_why() {
    let place = tempfile::tempdir().expect("a directory");
    let outcome = run_changed(place.path(), "mass = \"10 t\"", "mass = \"1000 t\"", &["--format", "json"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let object: Value = serde_json::from_str(&outcome.stdout).expect("one object");
    assert_eq!(object["status"], json!("infeasible"));
    assert!(object["reasons"][0].as_str().is_some_and(|r| r.contains("cargo")), "{}", object["reasons"]);
}

#[test]
fn law_a_launcher_that_flies_no_more_is_left_out_and_told() {
    let place = tempfile::tempdir().expect("a directory");
    std::fs::write(place.path().join("mars.toml"), EXAMPLE.replace("400x400", "100x100")).expect("written");
    let with = EXAMPLE.replace("400x400", "100x100").replace("[\"H3-24L\"]", "[\"H3-24L\", \"Space Shuttle\"]");
    assert!(with.contains("Space Shuttle"));
    std::fs::write(place.path().join("shuttle.toml"), with).expect("written");
    let run = |file: &str| portolan_in(place.path(), &["run", file, "--out", "report", "--format", "json"]).json();
    let (without, with) = (run("mars.toml"), run("shuttle.toml"));
    assert_eq!(without["launches"], with["launches"]);
    assert_eq!(without["left_out"], json!([]));
    let told = with["left_out"].as_array().expect("a list");
    assert!(
        told.iter()
            .any(|line| line.as_str().is_some_and(|l| l.starts_with("Space Shuttle of JAXA flew last in 2011-07"))),
        "{told:?}"
    );
}

/// A launcher that the catalogue does not have flies from a file of the user's own, in a run and in a porkchop.
#[test]
fn law_a_launcher_of_ones_own_flies_in_a_run_and_in_a_porkchop() {
    let place = tempfile::tempdir().expect("a directory");
    let row = "Kestrel,JAXA,Here,development,30000,15000,9000,escape,10,12,2025,mine,open,expendable,my notes,read";
    let heading = "name,partner,country,status,leo_kg,gto_kg,tli_or_escape_kg,escape_basis,price_low_musd,price_high_musd,price_year,price_basis,availability,reuse,source,verified";
    std::fs::write(place.path().join("mine.csv"), format!("{heading}\n{row}\n")).expect("written");
    let campaign = EXAMPLE.replace("400x400", "100x100").replace("[\"H3-24L\"]", "[\"Kestrel\"]");
    std::fs::write(place.path().join("mars.toml"), campaign).expect("written");
    let run = ["run", "mars.toml", "--out", "report", "--format", "json"];
    assert!(portolan_in(place.path(), &run).refusal(2).contains("no launcher is called \"Kestrel\""));
    let object = portolan_in(place.path(), &[&run[..], &["--catalogue", "mine.csv"]].concat()).json();
    let launches = object["launches"].as_array().expect("a list");
    assert!(launches.iter().any(|l| l["launcher"] == json!("Kestrel")), "the cheapest of all: {launches:?}");
    let porkchop = [
        "porkchop",
        "earth",
        "mars",
        "--depart",
        "2033-03-01..2033-06-01",
        "--arrive",
        "2033-10-01..2034-03-01",
        "--size",
        "60x60",
        "--launcher",
        "Kestrel",
        "--catalogue",
        "mine.csv",
    ];
    let told = portolan_in(place.path(), &porkchop).stdout;
    assert!(told.contains("Kestrel has not flown, and no date of its first flight is known"), "{told}");
}

#[test]
fn refuses_with_file_line_and_cure_and_writes_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    for (from, to, message) in [
        ("body = \"Mars\"", "body = \"Mras\"", "no body is called \"Mras\"; did you mean \"Mars\"?"),
        ("\"10 t\"", "\"10 stone\"", "\"stone\" is not a unit portolan knows; for a mass write one of: kg"),
        ("\"10 t\"", "\"-10 t\"", "and a mass here is more than nothing; write a mass such as \"10 t\""),
        ("\"Ariane 64\"", "\"Arianne 64\"", "no launcher is called \"Arianne 64\"; did you mean \"Ariane 64\"?"),
        ("share = 0.2", "share = 0.1", "the shares add up to 0.9, not to one"),
        ("..2035-06-30", "..2075-06-30", "2075-06-30 lies outside the kernels"),
        ("spec = \"planetary\"", "spec = \"planatery\"", "did you mean \"planetary\"?"),
        ("tank = \"6 t\"", "tank = \"100 kg\"", "kg of propellant and its tank gives"),
        ("by = \"2034-12-31\"", "by = \"2033-05-31\"", "has no opportunity that leaves within"),
    ] {
        let outcome = run_changed(place.path(), from, to, &["--format", "json"]);
        let sentence = outcome.refusal(2);
        assert!(sentence.starts_with("portolan: mars.toml:") && sentence.contains(message), "{sentence}");
        let line = to.lines().next().expect("a line");
        let shown = sentence.lines().nth(1).expect("the line of the file");
        assert!(shown.contains(line) || message.contains("opportunity") || message.contains("tank"), "{sentence}");
        assert_eq!(names(place.path()), ["mars.toml"], "{sentence}");
    }
    let missing = portolan_in(place.path(), &["run", "venus.toml"]);
    assert!(missing.refusal(2).contains("cannot read the campaign file venus.toml"));
}

#[test]
fn refuses_what_a_run_cannot_fly_yet() {
    let place = tempfile::tempdir().expect("a directory");
    let second = "stack = [\"insertion\", \"spare\"]";
    let two = EXAMPLE.replace("stack = [\"insertion\"]", second)
        + "\n[stage.spare]\nisp = \"320 s\"\nthrust = \"4 kN\"\ndry = \"100 kg\"\ndry_per_propellant = \"10 %\"\n";
    let halo = EXAMPLE.replace(
        "[node.mars_1sol.orbit]\nbody = \"Mars\"\nperiapsis_altitude = \"250 km\"\nperiod = \"88775.244 s\"",
        "[node.mars_1sol]\nnrho = { resonance = \"9:2\", family = \"L2 southern\" }",
    );
    for (text, message) in [(two, "has 2 stages, and a run shares no burn"), (halo, "is no orbit around a planet")] {
        assert_ne!(text, EXAMPLE);
        std::fs::write(place.path().join("mars.toml"), text).expect("written");
        let outcome = portolan_in(place.path(), &["run", "mars.toml", "--out", "report"]);
        let sentence = outcome.refusal(2);
        assert!(sentence.starts_with("portolan: mars.toml:") && sentence.contains(message), "{sentence}");
        assert_eq!(names(place.path()), ["mars.toml"]);
    }
}

#[test]
fn refuses_to_replace_what_is_not_a_report() {
    let place = tempfile::tempdir().expect("a directory");
    let thesis = place.path().join("report");
    std::fs::create_dir(&thesis).expect("made");
    std::fs::write(thesis.join("chapter1.tex"), "years of work").expect("written");
    let outcome = run_changed(place.path(), "400x400", "50x50", &[]);
    assert!(outcome.refusal(2).contains("it holds chapter1.tex, which portolan did not write"));
    assert_eq!(names(&thesis), ["chapter1.tex"]);
    assert_eq!(names(place.path()), ["mars.toml", "report"]);
}
