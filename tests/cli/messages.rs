//! `portolan propagate` with OPM and OEM: what the message tells of the craft, where it begins, what its axes are.

use crate::portolan_in;
use std::fs;
use std::path::Path;

const OPM: &str = "CCSDS_OPM_VERS = 2.0
CREATION_DATE = 2026-11-24T12:00:00
ORIGINATOR = elsewhere

OBJECT_NAME = TUG 3
OBJECT_ID = 2031-044A
CENTER_NAME = EARTH
REF_FRAME = EME2000
TIME_SYSTEM = UTC

EPOCH = 2031-04-28T05:10:00
X = 6778.0 [km]
Y = 0.0 [km]
Z = 0.0 [km]
X_DOT = 0.0 [km/s]
Y_DOT = 4.8 [km/s]
Z_DOT = 5.98 [km/s]

MASS = 1913.0 [kg]
SOLAR_RAD_AREA = 10.0 [m**2]
SOLAR_RAD_COEFF = 1.3
DRAG_AREA = 12.0 [m**2]
DRAG_COEFF = 2.2
";

const STATE: &str = "epoch = \"2031-04-28\"
center = \"Earth\"
position_km = [6778.0, 0.0, 0.0]
velocity_km_s = [0.0, 4.8, 5.98]
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    portolan_in(folder, &[&["propagate"], arguments, &["--format", "json"]].concat()).json()
}

fn vector_km(value: &serde_json::Value) -> [f64; 3] {
    let numbers: Vec<f64> =
        value.as_array().expect("a vector").iter().map(|number| number.as_f64().expect("a number")).collect();
    [numbers[0], numbers[1], numbers[2]]
}

fn apart_km(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt()
}

/// Name, mass, areas and coefficients come out as they went in, whatever pulls.
#[test]
fn law_what_a_message_tells_of_the_craft_is_handed_on() {
    let light = "[model]\npoint_masses = [\"Sun\"]\nradiation = { shadows = [\"Earth\"] }\n";
    let folder = folder(&[("tug.opm", OPM), ("light.toml", light)]);
    for model in [&[][..], &["--model", "light.toml"]] {
        let flown = json(folder.path(), &[&["tug.opm", "--for", "1 h", "--out", "on.opm"], model].concat());
        assert_eq!(flown["mass_kg"], 1913.0);
        let text = fs::read_to_string(folder.path().join("on.opm")).expect("a file");
        for line in
            OPM.lines().filter(|line| ["OBJECT", "MASS", "SOLAR", "DRAG"].iter().any(|key| line.starts_with(key)))
        {
            assert!(text.contains(&format!("{line}\n")), "{line} in {text}");
        }
        assert!(text.contains("REF_FRAME = ICRF\n"), "{text}");
    }
    // the areas of the message are what the sun shines on
    let flown = json(folder.path(), &["tug.opm", "--for", "1 h", "--model", "light.toml"]);
    assert_eq!(
        (&flown["model"]["radiation"]["area_m2"], &flown["model"]["radiation"]["cr"]),
        (&10.0.into(), &1.3.into())
    );
    let named = ["tug.opm", "--for", "1 h", "--out", "on.opm", "--name", "ANOTHER"];
    json(folder.path(), &named);
    assert!(fs::read_to_string(folder.path().join("on.opm")).expect("a file").contains("OBJECT_NAME = ANOTHER\n"));
}

/// A mass that nobody told is none: not in the answer, and not in the message.
#[test]
fn law_an_untold_mass_stays_untold() {
    let weightless: String =
        OPM.lines().filter(|line| !line.starts_with("MASS")).map(|line| format!("{line}\n")).collect();
    let folder = folder(&[("state.toml", STATE), ("tug.opm", &weightless)]);
    for state in ["state.toml", "tug.opm"] {
        let flown = json(folder.path(), &[state, "--for", "1 h", "--out", "on.opm", "--out", "on.oem"]);
        assert!(flown["mass_kg"].is_null(), "{state}: {}", flown["mass_kg"]);
        let text = fs::read_to_string(folder.path().join("on.opm")).expect("a file");
        assert!(!text.contains("MASS"), "{text}");
        let on = json(folder.path(), &["on.oem", "--for", "1 h"]);
        assert!(on["mass_kg"].is_null());
    }
    let massive = format!("{STATE}mass_kg = 700.0\n");
    fs::write(folder.path().join("state.toml"), massive).expect("a file");
    assert_eq!(json(folder.path(), &["state.toml", "--for", "1 h"])["mass_kg"], 700.0);
}

#[test]
fn refuses_a_model_that_contradicts_its_message() {
    let light = "[model]\npoint_masses = [\"Sun\"]\nradiation = { area_m2 = 11.0 }\n";
    let air = "mass_kg = 1913.0\n[model]\npoint_masses = [\"Sun\"]\ndrag = { cd = 2.0 }\n";
    let heavy = "mass_kg = 1900.0\n[model]\npoint_masses = [\"Sun\"]\n";
    let folder = folder(&[("tug.opm", OPM), ("light.toml", light), ("air.toml", air), ("heavy.toml", heavy)]);
    for (model, wanted) in [
        ("heavy.toml", "heavy.toml:1: \"mass_kg\" is 1900 in the model, but MASS is 1913 in tug.opm: write the same"),
        ("light.toml", "light.toml:3: \"radiation.area_m2\" is 11 in the model, but SOLAR_RAD_AREA is 10 in tug.opm"),
        ("air.toml", "air.toml:4: \"drag.cd\" is 2 in the model, but DRAG_COEFF is 2.2 in tug.opm"),
    ] {
        let refused = portolan_in(folder.path(), &["propagate", "tug.opm", "--for", "1 h", "--model", model]);
        assert!(refused.refusal(2).contains(wanted), "{}", refused.stderr);
    }
    // the cure of the first sentence
    fs::write(folder.path().join("heavy.toml"), heavy.replace("1900", "1913")).expect("a file");
    assert_eq!(json(folder.path(), &["tug.opm", "--for", "1 h", "--model", "heavy.toml"])["mass_kg"], 1913.0);
}

/// A flight with a burn is a message of three segments; it begins anywhere in it.
#[test]
fn law_a_flight_begins_anywhere_in_an_ephemeris() {
    let burn = format!(
        "{STATE}mass_kg = 500.0\n[model]\npoint_masses = [\"Moon\", \"Sun\"]\nthrust = [{{ start = \"2031-04-28T01:00:00\", \
         duration_s = 60, thrust_n = 220, isp_s = 300, steering = \"along-velocity\" }}]\n"
    );
    let folder = folder(&[("all.toml", &burn)]);
    json(folder.path(), &["all.toml", "--for", "3 h", "--out", "all.oem"]);
    // first, coasting, burning, behind the burn, last; with the dates between rows as good as the file: a millimetre
    for (date, span_s) in [
        ("2031-04-28", "0"),
        ("2031-04-28T00:17:33", "1053"),
        ("2031-04-28T01:00:30", "3630"),
        ("2031-04-28T02:02:02", "7322"),
        ("2031-04-28T03:00:00", "10800"),
    ] {
        let flown = json(folder.path(), &["all.toml", "--for", span_s]);
        let from = json(folder.path(), &["all.oem", "--for", "0", "--from", date]);
        let miss_km = apart_km(vector_km(&from["position_km"]), vector_km(&flown["position_km"]));
        assert!(miss_km < 2e-6, "{date}: {miss_km:e} km");
        assert_eq!(from["epoch_tdb_s"], flown["epoch_tdb_s"], "{date}");
        assert_eq!(from["from"], from["epoch"], "{date}");
    }
    let last = json(folder.path(), &["all.oem", "--for", "0"]);
    assert_eq!(last["epoch"], "2031-04-28T03:00:00 TDB");
    let refused = |arguments: &[&str]| {
        let line = [&["propagate"], arguments, &["--for", "0"]].concat();
        portolan_in(folder.path(), &line).refusal(2).to_owned()
    };
    let late = refused(&["all.oem", "--from", "2031-04-28T03:00:01"]);
    assert!(late.contains("--from: all.oem: 2031-04-28T03:00:01 TDB is outside the table"), "{late}");
    assert!(late.contains("holds 2031-04-28T00:00:00 TDB to 2031-04-28T03:00:00 TDB"), "{late}");
    assert!(refused(&["all.toml", "--from", "2031-04-28"]).contains("all.toml is no OEM"));
}

/// EME2000 is turned by the frame bias unless the file means the ICRF by it; the answer says which.
#[test]
fn law_eme2000_is_turned_unless_told_otherwise() {
    let folder = folder(&[("tug.opm", OPM)]);
    let turned = json(folder.path(), &["tug.opm", "--for", "0"]);
    let taken = json(folder.path(), &["tug.opm", "--for", "0", "--eme2000", "icrf"]);
    assert_eq!(vector_km(&taken["position_km"]), [6778.0, 0.0, 0.0]);
    // ERFA, t_erfa_c.c, bp00: the first row of the bias is where the x axis of EME2000 points
    let wanted = [0.999_999_999_999_994_2, -0.707_827_974_4e-7, 0.805_621_714_7e-7].map(|x| 6778.0 * x);
    assert!(apart_km(vector_km(&turned["position_km"]), wanted) < 1e-8, "{}", turned["position_km"]);
    assert_eq!(turned["told_in"]["taken_as"], "mean equator and equinox of J2000, turned by the frame bias");
    assert_eq!((&taken["told_in"]["frame"], &taken["told_in"]["taken_as"]), (&"EME2000".into(), &"ICRF".into()));
    let text = portolan_in(folder.path(), &["propagate", "tug.opm", "--for", "0"]).stdout;
    assert!(text.contains("EME2000 of the file taken as the mean equator and equinox of J2000"), "{text}");
    // a state file says J2000 as SPICE does
    fs::write(folder.path().join("state.toml"), STATE.replace("\nposition", "\nframe = \"J2000\"\nposition"))
        .expect("a file");
    let same = json(folder.path(), &["state.toml", "--for", "0"]);
    assert_eq!((vector_km(&same["position_km"]), &same["told_in"]["taken_as"]), ([6778.0, 0.0, 0.0], &"ICRF".into()));
}

/// The answer says which gravitational parameter was used, and whose it is.
#[test]
fn law_the_answer_names_the_source_of_each_parameter() {
    let field = "gravity = { Earth = { field = \"earth_jgm3_70\", degree = 4 } }";
    let model = |gm: &str| format!("{STATE}[model]\npoint_masses = [\"Moon\"]\n{gm}{field}\n");
    let folder = folder(&[("own.toml", &model("")), ("given.toml", &model("gm_km3_s2 = { Earth = 398600.0 }\n"))]);
    let own = json(folder.path(), &["own.toml", "--for", "1 h"]);
    assert_eq!(
        (&own["gm_km3_s2"]["Earth"], &own["gm_source"]["Earth"]),
        (&398_600.4415.into(), &"field earth_jgm3_70".into())
    );
    assert_eq!(own["gm_source"]["Moon"], "DE440");
    let given = json(folder.path(), &["given.toml", "--for", "1 h"]);
    assert_eq!((&given["gm_km3_s2"]["Earth"], &given["gm_source"]["Earth"]), (&398_600.0.into(), &"given".into()));
    let text = |name: &str| portolan_in(folder.path(), &["propagate", name, "--for", "1 h"]).stdout;
    assert!(text("own.toml").contains("GM 398600.4415 km3/s2 of its file"), "{}", text("own.toml"));
    assert!(text("given.toml").contains("GM 398600 km3/s2 as given"), "{}", text("given.toml"));
}

/// A body that only a kernel of the user's knows pulls and is a centre, with the parameter that the model gives.
#[test]
fn law_bodies_of_a_users_kernel_pull_and_are_centres() {
    let about = "epoch = \"2031-04-28T01:00:00\"\ncenter = \"1000012\"\nposition_km = [0.0, 300.0, 0.0]\n\
        velocity_km_s = [0.1, 0.0, 0.0]\n[model]\npoint_masses = [\"Earth\"]\ngm_km3_s2 = { 1000012 = 3.0 }\n";
    let beside = STATE.to_owned() + "[model]\npoint_masses = [\"1000012\"]\n";
    let folder = folder(&[
        ("state.toml", &STATE.replace("6778.0", "42164.0").replace("4.8, 5.98", "3.07, 0.0")),
        ("about.toml", about),
        ("beside.toml", &beside),
    ]);
    json(folder.path(), &["state.toml", "--for", "1 d", "--out", "moon.bsp", "--naif-id", "1000012"]);
    let flown = json(folder.path(), &["about.toml", "--for", "2 h", "--kernel", "moon.bsp"]);
    assert_eq!((&flown["center"], &flown["gm_km3_s2"]["NAIF 1000012"]), (&"NAIF 1000012".into(), &3.0.into()));
    let line = ["propagate", "beside.toml", "--for", "1 h", "--kernel", "moon.bsp"];
    let unknown = portolan_in(folder.path(), &line).refusal(2).to_owned();
    let cure = "gm_km3_s2 = { \"1000012\" = 3.0 }";
    assert!(unknown.contains(&cure.replace("3.0", "…")), "{unknown}");
    fs::write(folder.path().join("beside.toml"), format!("{beside}{cure}\n")).expect("a file");
    let flown = json(folder.path(), &line[1..]);
    assert_eq!(flown["gm_source"]["NAIF 1000012"], "given");
}

/// A state told from the solar-system barycentre is flown about the Sun, and the answer says both.
#[test]
fn law_the_barycentre_is_told_from_the_sun() {
    let state = "epoch = \"2030-01-01\"\ncenter = \"SSB\"\nposition_km = [1.3e8, 7.0e7, 3.1e7]\n\
        velocity_km_s = [-14.0, 26.0, 11.0]\n[model]\npoint_masses = [\"Sun\", \"Jupiter\"]\n";
    let folder = folder(&[("ssb.toml", state)]);
    let flown = portolan_in(folder.path(), &["propagate", "ssb.toml", "--for", "1 d", "--format", "json"]);
    let answer = flown.json();
    assert_eq!((&answer["center"], &answer["told_from"]), (&"Sun".into(), &"Solar System Barycenter".into()));
    assert_eq!(answer["model"]["indirect"], "kernel");
    assert!(flown.stderr.contains("flown about Sun, and told from there"), "{}", flown.stderr);
    let message = OPM
        .replace("CENTER_NAME = EARTH", "CENTER_NAME = SOLAR SYSTEM BARYCENTER")
        .replace("X = 6778.0", "X = 130000000.0")
        .replace("Y_DOT = 4.8", "Y_DOT = 30.0");
    fs::write(folder.path().join("ssb.opm"), message).expect("a file");
    assert_eq!(json(folder.path(), &["ssb.opm", "--for", "1 d"])["center"], "Sun");
}
