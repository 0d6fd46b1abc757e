//! `portolan propagate`.

use crate::{names, portolan, portolan_in};

const STATE: &str = include_str!("../../examples/states/gmat_36h.toml");

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("state.toml"), STATE).expect("a file");
    folder
}

/// TRAJECTORY.md P4, as GMAT flew it with DE438.
#[test]
fn agrees_with_gmat_over_36_hours() {
    let folder = folder();
    let line = ["propagate", "state.toml", "--for", "36 h", "--out", "arc.csv", "--rows", "37"];
    let object = portolan_in(folder.path(), &[&line[..], &["--format", "json"]].concat()).json();
    let wanted = [-6_151.500_843_512_164, 1_833.914_559_118_256, 1_384.255_278_442_759];
    for (got, wanted) in object["position_km"].as_array().expect("a vector").iter().zip(wanted) {
        let miss = (got.as_f64().expect("a number") - wanted).abs();
        assert!(miss < 2e-7, "{got} is not {wanted}");
    }
    let wanted = [-2.604_989_451_776_925, -6.353_097_736_110_432, -3.519_264_757_529_829];
    for (got, wanted) in object["velocity_km_s"].as_array().expect("a vector").iter().zip(wanted) {
        assert!((got.as_f64().expect("a number") - wanted).abs() < 2e-10, "{got} is not {wanted}");
    }
    assert_eq!(object["gm_km3_s2"]["Moon"], 4902.800_582_147_8);
    assert_eq!((&object["center"], &object["frame"]), (&"Earth".into(), &"J2000".into()));
    // the perigee lies below the surface: said, not stopped at
    let events = object["events"].as_array().expect("a list");
    let surface = events.iter().find(|event| event["event"] == "surface").expect("said");
    assert!(surface["epoch"].as_str().expect("a date").starts_with("2022-11-27T06:34:19"), "{object}");
    let apsides: Vec<_> = events.iter().filter(|event| event["event"] != "surface").map(|e| &e["event"]).collect();
    assert!(
        apsides.len() >= 49 && apsides.chunks_exact(2).all(|pair| pair == ["apoapsis", "periapsis"]),
        "{apsides:?}"
    );
    assert!(object["steps"].as_u64().expect("a count") > 10 && object["verified"].is_null());
    let csv = std::fs::read_to_string(folder.path().join("arc.csv")).expect("a file");
    assert_eq!(csv.lines().filter(|line| !line.starts_with('#')).count(), 38);
    let last: Vec<f64> = csv.lines().last().expect("a row").split(',').map(|n| n.parse().expect("a number")).collect();
    assert_eq!(last[1], object["position_km"][0].as_f64().expect("a number"));
}

#[test]
fn law_there_and_back() {
    let folder = folder();
    let there = portolan_in(folder.path(), &["propagate", "state.toml", "--for", "20 h", "--format", "json"]).json();
    let vector = |key: &str| there[key].to_string();
    let epoch = there["epoch_tdb_s"].as_f64().expect("a number");
    // 2022-11-27T05:55:49 UTC in TDB, from the epoch of the answer
    let jd = format!("JD {}", epoch / 86_400.0 + 2_451_545.0);
    let text = STATE
        .replace("2022-11-27T05:55:49 UTC", &jd)
        .replace("[-752.9485277404609, 5624.035455855085, 3278.632833875311]", &vector("position_km"))
        .replace("[-7.683161946015461, -0.8606703014186993, -0.08561403537028035]", &vector("velocity_km_s"));
    std::fs::write(folder.path().join("back.toml"), text).expect("a file");
    let back = portolan_in(folder.path(), &["propagate", "back.toml", "--for", "-20 h", "--format", "json"]).json();
    for (got, wanted) in
        back["position_km"].as_array().expect("a vector").iter().zip([-752.948_527_740_460_9, 5_624.035_455_855_085])
    {
        assert!((got.as_f64().expect("a number") - wanted).abs() < 1e-5, "{got} is not {wanted}");
    }
}

#[test]
fn refuses_and_writes_nothing() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("lost.toml", &STATE.replace("\"Earth\"", "\"Erth\""));
    let before = names(folder.path());
    let run = |arguments: &[&str]| portolan_in(folder.path(), arguments);
    let wrong = run(&["propagate", "lost.toml", "--for", "1 d", "--out", "x.csv"]);
    assert_eq!(wrong.refusal(2), "portolan: lost.toml:7: no body is called \"Erth\"; did you mean \"Earth\"?");
    let missing = run(&["propagate", "nowhere.toml", "--for", "1 d"]);
    assert!(missing.refusal(2).starts_with("portolan: cannot read the state file nowhere.toml"));
    let ending = run(&["propagate", "state.toml", "--for", "1 d", "--out", "x.txt"]);
    assert!(ending.refusal(2).contains("let it end in .csv"));
    assert_eq!(names(folder.path()), before);
    assert!(portolan(&["propagate", "state.toml"]).stderr.contains("--for"));
}

const EVERYTHING: &str = r#"
epoch = "2022-11-25T00:00:00 TDB"
center = "Earth"
position_km = [6778.0, 0.0, 0.0]
velocity_km_s = [0.0, 4.8, 5.98]
mass_kg = 500.0
dry_mass_kg = 100.0

[model]
point_masses = ["Moon", "Sun"]
gravity = { Earth = { field = "earth_egm2008_70", degree = 12, order = 12, orientation = "IAU_EARTH" } }
radiation = { area_m2 = 10.0, cr = 1.5, shadows = ["Earth"] }
thrust = [{ start = "2022-11-25T01:00:00", duration_s = 60, thrust_n = 220, isp_s = 300, steering = "along-velocity" }]
"#;

/// Every force, every file, and back in again from the messages.
#[test]
fn law_files_hand_the_state_on() {
    let folder = folder();
    std::fs::write(folder.path().join("all.toml"), EVERYTHING).expect("a file");
    let line = ["propagate", "all.toml", "--for", "3 h", "--events", "node,umbra=Earth", "--format", "json"];
    let files = ["--out", "a.oem", "--out", "a.opm", "--out", "a.bsp", "--out", "a.csv", "--name", "TUG"];
    let flown = portolan_in(folder.path(), &[&line[..], &files].concat()).json();
    // 60 s of 220 N at 300 s are 4.487 kg
    let mass_kg = flown["mass_kg"].as_f64().expect("a number");
    assert!((mass_kg - (500.0 - 220.0 * 60.0 / (9.806_65 * 300.0))).abs() < 1e-9, "{mass_kg}");
    assert_eq!(flown["model"]["gravity"][0]["orientation"], "IAU_EARTH");
    assert_eq!(flown["model"]["indirect"], "newtonian");
    let kinds: Vec<_> = flown["events"].as_array().expect("a list").iter().map(|e| &e["event"]).collect();
    assert!(
        kinds.iter().any(|kind| *kind == "node") && kinds.iter().any(|kind| *kind == "umbra of Earth"),
        "{kinds:?}"
    );
    for message in ["a.oem", "a.opm"] {
        let on = portolan_in(folder.path(), &["propagate", message, "--for", "0 s", "--format", "json"]).json();
        assert_eq!(on["position_km"], flown["position_km"], "{message}");
        assert_eq!(on["velocity_km_s"], flown["velocity_km_s"], "{message}");
        assert_eq!(on["epoch"], flown["epoch"], "{message}");
    }
    let on = ["propagate", "a.opm", "--for", "1 h", "--kernel", "a.bsp", "--format", "json"];
    assert_eq!(portolan_in(folder.path(), &on).json()["center"], "Earth");
}

#[test]
fn law_an_event_ends_a_flight() {
    let folder = folder();
    std::fs::write(folder.path().join("all.toml"), EVERYTHING).expect("a file");
    let to = |n: &str| {
        let line = ["propagate", "all.toml", "--for", "1 d", "--until", "node", "--nth", n, "--format", "json"];
        portolan_in(folder.path(), &line).json()
    };
    let z = |answer: &serde_json::Value| answer["position_km"][2].as_f64().expect("a number");
    let (first, third) = (to("1"), to("3"));
    assert!(z(&first).abs() < 1e-9 && z(&third).abs() < 1e-9);
    let apart = third["epoch_tdb_s"].as_f64().expect("a number") - first["epoch_tdb_s"].as_f64().expect("a number");
    assert!((5500.0..5650.0).contains(&apart), "a revolution of {apart} s");
}

#[test]
fn law_a_journey_changes_its_centre() {
    let folder = folder();
    let away =
        STATE.replace("[-7.683161946015461, -0.8606703014186993, -0.08561403537028035]", "[-10.94, -1.226, -0.122]");
    std::fs::write(folder.path().join("away.toml"), away).expect("a file");
    let line = ["propagate", "away.toml", "--for", "20 d", "--switch-center", "--format", "json"];
    let answer = portolan_in(folder.path(), &line).json();
    assert_eq!(answer["center"], "Sun", "{answer}");
    assert_eq!(answer["legs"][0]["center"], "Earth");
}

#[test]
fn refuses_events_and_methods_that_are_not_there() {
    let folder = folder();
    std::fs::write(folder.path().join("all.toml"), EVERYTHING).expect("a file");
    let refused = |arguments: &[&str]| {
        let line = [&["propagate", "all.toml", "--for", "1 h"], arguments].concat();
        portolan_in(folder.path(), &line).refusal(2).to_owned()
    };
    assert!(refused(&["--events", "perigee"]).contains("no event is called \"perigee\": write periapsis"));
    assert!(refused(&["--until", "radius"]).contains("\"radius\" needs a number of km"));
    assert!(refused(&["--events", "soi=Mun"]).contains("no body is called \"Mun\""));
    assert!(refused(&["--integrator", "taylor"]).contains("Taylor series fly point masses alone"));
    assert!(refused(&["--model", "all.toml"]).contains("a TOML state has its own [model]"));
    let dry = EVERYTHING.replace("dry_mass_kg = 100.0", "dry_mass_kg = 499.0");
    std::fs::write(folder.path().join("dry.toml"), dry).expect("a file");
    let empty = portolan_in(folder.path(), &["propagate", "dry.toml", "--for", "3 h"]);
    assert!(empty.refusal(1).contains("the tanks are empty"), "a tank never gives more than it holds");
}

/// nyx-space 2.4.0 flies the same and comes within a millimetre a quarter of a day later.
#[cfg(feature = "nyx")]
#[test]
fn agrees_with_nyx() {
    let folder = folder();
    let state = EVERYTHING.lines().filter(|line| !line.starts_with("thrust")).collect::<Vec<_>>().join("\n");
    std::fs::write(folder.path().join("all.toml"), state).expect("a file");
    let line = ["propagate", "all.toml", "--for", "6 h", "--verify", "--format", "json"];
    let verified = portolan_in(folder.path(), &line).json()["verified"].clone();
    assert_eq!((&verified["engine"], &verified["scope"]), (&"nyx-space 2.4.0".into(), &"everything".into()));
    let apart_km = verified["position_km"].as_f64().expect("a number");
    // the light's constants differ where nothing is said of the flux: it is handed over, so they do not
    assert!(apart_km < 5e-6, "{apart_km}");
}

/// What was flown before the ground is kept.
#[test]
fn refuses_the_ground_and_keeps_the_way_there() {
    let folder = folder();
    let down = STATE.replace("[-7.683161946015461, -0.8606703014186993, -0.08561403537028035]", "[-3.0, -1.0, 0.0]");
    std::fs::write(folder.path().join("down.toml"), down).expect("a file");
    let fall = portolan_in(
        folder.path(),
        &["propagate", "down.toml", "--for", "1 d", "--out", "fall.csv", "--stop-at-surface"],
    );
    let said = fall.refusal(1);
    assert!(said.contains("meets the surface of Earth at 2022-11-27T0") && said.contains("6378.137 km"), "{said}");
    assert!(std::fs::read_to_string(folder.path().join("fall.csv")).expect("a file").lines().count() > 100);
}
