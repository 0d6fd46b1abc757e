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
    assert_eq!(object["events"][0]["event"], "surface");
    assert!(object["events"][0]["epoch"].as_str().expect("a date").starts_with("2022-11-27T06:34:19"), "{object}");
    assert!(object["steps"].as_u64().expect("a count") > 10 && object["verified"].is_null());
    let csv = std::fs::read_to_string(folder.path().join("arc.csv")).expect("a file");
    assert_eq!(csv.lines().count(), 38);
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
    let ending = run(&["propagate", "state.toml", "--for", "1 d", "--out", "x.oem"]);
    assert!(ending.refusal(2).contains("let it end in .csv"));
    assert_eq!(names(folder.path()), before);
    assert!(portolan(&["propagate", "state.toml"]).stderr.contains("--for"));
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
