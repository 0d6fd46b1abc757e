//! `portolan transfer`.

use crate::{portolan, portolan_in};
use serde_json::Value;
use std::fs;

/// The handbook's opportunity of 2026, from 407 km with the stage of TRAJECTORY.md's table F.
const MARS_2026: [&str; 16] = [
    "transfer",
    "Earth",
    "Mars",
    "--depart",
    "2026-10-31",
    "--arrive",
    "2027-08-19",
    "--parking",
    "407 km",
    "--thrust",
    "78.4532 kN",
    "--isp",
    "900 s",
    "--mass",
    "40 t",
    "--inclination=28.5 deg",
];

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} is a number: {value}"))
}

fn vector(value: &Value) -> [f64; 3] {
    let parts: Vec<f64> = value.as_array().expect("a vector").iter().map(|x| x.as_f64().expect("a number")).collect();
    parts.try_into().expect("three numbers")
}

/// C3, declination and right ascension of the hyperbola that a state around the Earth is on.
fn hyperbola(answer: &Value) -> [f64; 3] {
    let state = portolan::ephemerides::State {
        position_km: vector(&answer["position_km"]),
        velocity_km_s: vector(&answer["velocity_km_s"]),
    };
    let mu = number(&answer["gm_km3_s2"], "Earth");
    let [x, y, z] = portolan::transfers::departure::excess_velocity_km_s(&state, mu).expect("a hyperbola");
    let c3 = x * x + y * y + z * z;
    [c3, (z / c3.sqrt()).asin().to_degrees(), y.atan2(x).to_degrees().rem_euclid(360.0)]
}

#[test]
fn law_the_answer_has_the_keys_of_every_transfer() {
    let object = portolan(&[&MARS_2026[..], &["--format", "json"]].concat()).json();
    let keys = [
        "from",
        "to",
        "depart",
        "arrive",
        "tof_d",
        "model",
        "burns",
        "dv_total_km_s",
        "dv_with_losses_km_s",
        "residual_km",
        "residual_km_s",
        "verified",
        "escape",
    ];
    for key in keys {
        assert!(object.get(key).is_some(), "{key}");
    }
    let burns = object["burns"].as_array().expect("a list");
    for key in ["name", "epoch", "dv_km_s", "dv_vector_km_s", "frame", "finite_loss_km_s", "margin_km_s"] {
        assert!(burns.iter().all(|burn| burn.get(key).is_some()), "{key}");
    }
    assert_eq!((&object["from"], &object["to"], &object["verified"]), (&"Earth".into(), &"Mars".into(), &Value::Null));
    assert!((number(&object, "tof_d") - 292.0).abs() < 1e-9);
    let sum = number(&burns[0], "dv_km_s") + number(&burns[1], "dv_km_s");
    assert!((number(&object, "dv_total_km_s") - sum).abs() < 1e-12);
    let loss = number(&burns[0], "finite_loss_km_s");
    assert!((number(&object, "dv_with_losses_km_s") - sum - loss).abs() < 1e-12);
    assert!(number(&object, "residual_km") < 1e-2 && number(&object, "residual_km_s") < 1e-8, "{object}");
    let dv = vector(&burns[0]["dv_vector_km_s"]);
    let size = (dv[0] * dv[0] + dv[1] * dv[1] + dv[2] * dv[2]).sqrt();
    assert!((size - number(&burns[0], "dv_km_s")).abs() < 1e-12);
    // two burns are worth it, three are not: 219, 59 and 27 m/s for this stage
    let escape = &object["escape"];
    let plans = escape["plans"].as_array().expect("a list");
    let taken: Vec<bool> = plans.iter().map(|plan| plan["taken"] == true).collect();
    assert_eq!(taken, [false, true, false]);
    let lost: Vec<f64> = plans.iter().map(|plan| (1e3 * number(plan, "finite_loss_km_s")).round()).collect();
    assert_eq!(lost, [219.0, 60.0, 27.0], "C3 {}", number(&object, "c3_km2_s2"));
    assert_eq!((&escape["equator"], &escape["inclination_bound"]), (&"mean equator of J2000".into(), &"asked".into()));
    let [a, b] = [0, 1].map(|k| number(&escape["planes"][k], "raan_deg"));
    assert!((a - b).abs() > 1.0, "two planes: {a} {b}");
    assert!((number(escape, "asymptote_declination_deg") - number(&object, "dla_deg")).abs() < 1e-9);
    assert!(number(escape, "node_rate_deg_d") < -6.0);
}

/// The OPM flown by `propagate`: on the asymptote with the Earth alone, and as told with the other bodies.
#[test]
fn law_the_message_is_flown_onto_the_asymptote() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("alone.toml"), "[model]\npoint_masses = []\n").expect("written");
    for burns in ["1", "2", "3"] {
        let command = [&MARS_2026[..], &["--burns", burns, "--opm", "tug.opm", "--format", "json"]].concat();
        let object = portolan_in(folder.path(), &command).json();
        let wanted = [number(&object, "c3_km2_s2"), number(&object, "dla_deg"), number(&object, "rla_deg")];
        let text = fs::read_to_string(folder.path().join("tug.opm")).expect("an OPM");
        assert_eq!(text.matches("MAN_REF_FRAME = TNW").count().to_string(), burns);
        assert!(text.contains("REF_FRAME = ICRF\nTIME_SYSTEM = UTC") && text.contains("MASS = 40000.0 [kg]"), "{text}");
        let flight = ["propagate", "tug.opm", "--for", "4 d", "--events", "none", "--format", "json"];
        let alone = portolan_in(folder.path(), &[&flight[..], &["--model", "alone.toml"]].concat()).json();
        assert_eq!(alone["model"]["burns"].to_string(), burns);
        let left_kg = number(&alone, "mass_kg");
        let propellant_kg = number(&object["escape"]["plans"][0], "propellant_kg");
        assert!((40_000.0 - left_kg - propellant_kg).abs() < 1e-6, "{left_kg} {propellant_kg}");
        // C3 to 1e-7 km²/s² and the direction to 1e-5 deg: what is lost is the 0.12 µs of an epoch in UTC
        let ended = hyperbola(&alone);
        assert!((ended[0] - wanted[0]).abs() < 1e-7, "{burns}: {ended:?} {wanted:?}");
        assert!(
            (ended[1] - wanted[1]).abs() < 1e-5 && (ended[2] - wanted[2]).abs() < 1e-5,
            "{burns}: {ended:?} {wanted:?}"
        );
        // with the Sun, the Moon and Jupiter, to the same edge as the command: the same end
        let edge = format!("radius={}", number(&object["escape"]["flown"]["disturbed"], "radius_km"));
        let full = ["propagate", "tug.opm", "--for", "30 d", "--events", "none", "--until", &edge, "--format", "json"];
        let ended = hyperbola(&portolan_in(folder.path(), &full).json());
        let told = &object["escape"]["flown"]["disturbed"];
        for (ended, key) in ended.iter().zip(["c3_km2_s2", "dla_deg", "rla_deg"]) {
            assert!((ended - number(told, key)).abs() < 1e-5, "{burns} {key}: {ended} {told}");
        }
    }
}

/// Aimed off the Sun, the Moon and Jupiter, the OPM ends on the asymptote where `propagate` has them all.
#[test]
fn law_a_message_that_is_aimed_off_ends_on_the_asymptote_among_the_bodies() {
    let folder = tempfile::tempdir().expect("a folder");
    for burns in ["1", "2"] {
        let command =
            [&MARS_2026[..], &["--burns", burns, "--aim-off", "--opm", "tug.opm", "--format", "json"]].concat();
        let object = portolan_in(folder.path(), &command).json();
        let flown = &object["escape"]["flown"];
        // what there is to aim off: the Moon stands near the way out on that day
        let off = number(&flown["disturbed"], "off_deg");
        assert!(off > 0.1 && off < 5.0, "{burns}: {off}");
        let edge = format!("radius={}", number(&flown["aimed"], "radius_km"));
        let full = ["propagate", "tug.opm", "--for", "30 d", "--events", "none", "--until", &edge, "--format", "json"];
        let ended = hyperbola(&portolan_in(folder.path(), &full).json());
        for (ended, key) in ended.iter().zip(["c3_km2_s2", "dla_deg", "rla_deg"]) {
            assert!((ended - number(&object, key)).abs() < 1e-5, "{burns} {key}: {ended} {}", object[key]);
        }
    }
}

#[test]
fn law_the_site_and_the_arrival_are_found() {
    let line = ["transfer", "Earth", "Mars", "--depart", "2031-02-22", "--site", "Kourou"];
    let object = portolan(&[&line[..], &["--format", "json"]].concat()).json();
    assert_eq!(object["arrival_chosen"], true);
    assert_eq!(object["dv_with_losses_km_s"], Value::Null, "no stage, no loss");
    let escape = &object["escape"];
    assert_eq!((&escape["site"]["name"], &escape["stage"]), (&"Kourou".into(), &Value::Null));
    let least = number(escape, "inclination_deg");
    assert!((least - number(&object, "dla_deg").abs().max(5.2372)).abs() < 1e-9, "{least}");
    let off = number(&escape["flown"]["two_body"], "off_deg");
    assert!(off < 1e-7, "{off}");
    // a later and an earlier arrival cost more
    let arrive = number(&object, "tof_d");
    for tof_d in [arrive - 3.0, arrive + 3.0] {
        let tof = format!("{tof_d} d");
        let other = portolan(&[&line[..], &["--tof", &tof, "--format", "json"]].concat()).json();
        assert!(number(&other, "dv_total_km_s") > number(&object, "dv_total_km_s"));
    }
    let text = portolan(&[&line[..], &["--arrive", "2032-01-08"]].concat());
    assert_eq!(text.code, 0, "{}", text.stderr);
    for part in [
        "Earth to Mars, type II",
        "escape from Earth",
        "from Kourou, latitude 5.237 deg: azimuth",
        "this one",
        "no stage given",
    ] {
        assert!(text.stdout.contains(part), "{part}: {}", text.stdout);
    }
}

/// Where the kernels end before the best arrival, none is chosen; where they end after it, the answer says so.
#[test]
fn refuses_the_end_of_the_kernels_as_the_best_arrival() {
    let with = |depart: &str| portolan(&["transfer", "Earth", "Mars", "--depart", depart, "--format", "json"]);
    let refused = with("2059-06-01");
    let sentence = refused.refusal(2);
    for part in ["--arrive: no arrival of least delta-v", "2059-06-01 and 2060-02-01", "--kernel FILE"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    let given = portolan(&["transfer", "Earth", "Mars", "--depart", "2059-06-01", "--arrive", "2060-01-31"]);
    assert_eq!(given.code, 0, "the cure works: {}", given.stderr);
    let seen = with("2058-10-01").json();
    assert_eq!(&seen["arrive"].as_str().expect("a date")[..10], "2059-08-25");
    assert!(seen["cut"].as_str().is_some_and(|cut| cut.contains("arrivals after 2060-02-01")), "{seen}");
    assert_eq!(with("2033-04-20").json()["cut"], Value::Null);
    assert!(with("2060-01-25").refusal(2).contains("outside the kernels"));
}

#[test]
fn law_a_departure_from_mars_counts_from_its_own_equator() {
    let line = ["transfer", "Mars", "Earth", "--depart", "2033-07-01", "--inclination", "60", "--format", "json"];
    let object = portolan(&line).json();
    let escape = &object["escape"];
    assert_eq!(escape["equator"], "equator of Mars of date");
    assert_eq!(escape["parking"], "250 km periapsis, 88775.244 s period");
    assert!((number(escape, "asymptote_declination_deg") - number(&object, "dla_deg")).abs() > 1.0);
    assert!(number(&escape["flown"]["two_body"], "off_deg") < 1e-7);
}

#[test]
fn law_revolutions_take_the_cheaper_branch() {
    let line =
        ["transfer", "Earth", "Mars", "--depart", "2031-02-22", "--tof", "900 d", "--revs", "1", "--format", "json"];
    let chosen = portolan(&line).json();
    let costs: Vec<f64> = ["low", "high"]
        .iter()
        .map(|branch| number(&portolan(&[&line[..], &["--branch", branch]].concat()).json(), "dv_total_km_s"))
        .collect();
    assert_eq!(number(&chosen, "dv_total_km_s"), costs[0].min(costs[1]));
    let none = portolan(&["transfer", "Earth", "Mars", "--depart", "2031-02-22", "--tof", "200 d", "--revs", "2"]);
    assert_eq!(none.code, 1);
    assert!(none.stdout.starts_with("no transfer: no orbit with 2 revolutions joins Earth"), "{}", none.stdout);
}

/// Where nothing orbits, the departure is the excess velocity itself.
#[test]
fn law_a_small_body_has_no_parking_orbit() {
    let line = ["transfer", "2008 EV5", "Earth", "--depart", "2031-02-22", "--format", "json"];
    let object = portolan(&line).json();
    assert_eq!(object["escape"], Value::Null);
    let dv = vector(&object["burns"][0]["dv_vector_km_s"]);
    let size = (dv[0] * dv[0] + dv[1] * dv[1] + dv[2] * dv[2]).sqrt();
    assert!((size - number(&object["burns"][0], "dv_km_s")).abs() < 1e-12);
    let tug = ["--thrust", "1 kN", "--isp", "300 s", "--mass", "1 t"];
    let refused = portolan(&[&line[..], &tug].concat());
    assert!(refused.refusal(1).contains("no parking orbit around 2008 EV5"), "{}", refused.stderr);
}

#[cfg(feature = "nyx")]
#[test]
fn agrees_with_nyx_on_both_parts() {
    let object = portolan(&[&MARS_2026[..], &["--verify", "--format", "json"]].concat()).json();
    for verified in [&object["verified"], &object["escape"]["verified"]] {
        assert!(verified["engine"].as_str().is_some_and(|engine| engine.contains("nyx")), "{verified}");
        assert!(number(verified, "position_km") < 1e-2, "{verified}");
        assert!(number(verified, "velocity_km_s") < 1e-7, "{verified}");
    }
}

#[test]
fn refuses_with_the_numbers_and_a_cure() {
    let line = ["transfer", "Earth", "Mars", "--depart", "2018-05-05", "--arrive", "2018-11-26"];
    let with = |more: &[&str]| portolan(&[&line[..], more].concat());
    let steep = with(&["--inclination", "28.5 deg"]);
    let sentence = steep.refusal(1);
    assert!(sentence.contains("an orbit inclined 28.500 deg never heads for a declination of -40."), "{sentence}");
    assert!(sentence.contains("at least is needed, or a departure burn that also turns the plane by"), "{sentence}");
    let high = with(&["--inclination", "45", "--site", "Plesetsk"]);
    assert!(high.refusal(1).contains("no launch from latitude 62.926 deg reaches an inclination of 45.000 deg"));
    for (more, code, part) in [
        (&["--site", "Kuru"][..], 2, "the catalogue has no launch site \"Kuru\"; did you mean \"Kourou\"?"),
        (&["--branch", "low"], 2, "--branch: a transfer without revolutions has one orbit"),
        (&["--thrust", "1 kN"], 2, "--isp"),
        (&["--burns", "2"], 2, "--thrust"),
        (
            &["--thrust", "1 kg", "--isp", "450 s", "--mass", "1 t"],
            2,
            "\"kg\" measures a mass, but a force is asked for here",
        ),
        (
            &["--thrust", "1 N", "--isp", "3000 s", "--mass", "10 t"],
            1,
            "that is a low-thrust transfer, not a departure burn",
        ),
        (&["--plane-change"], 2, "--inclination"),
        (
            &[
                "--inclination",
                "28.5",
                "--plane-change",
                "--thrust",
                "200 kN",
                "--isp",
                "450 s",
                "--mass",
                "40 t",
                "--burns",
                "2",
            ],
            2,
            "is planned as one, not as 2",
        ),
        (&["--inclination", "200"], 2, "an inclination lies between 0 and 180 deg, got 200 deg"),
    ] {
        let outcome = with(more);
        assert!(outcome.refusal(code).contains(part), "{more:?}: {}", outcome.stderr);
    }
    let early = portolan(&["transfer", "Earth", "Mars", "--depart", "2018-05-05", "--arrive", "2018-05-01"]);
    assert!(early.refusal(2).contains("the arrival 2018-05-01T00:00:00"), "{}", early.stderr);
    let late = portolan(&["transfer", "Earth", "Mars", "--depart", "2150-05-05", "--tof", "200 d"]);
    assert!(late.refusal(2).contains("2150"), "{}", late.stderr);
}

/// An impulse in somebody's message is not passed over.
#[test]
fn refuses_to_fly_past_an_impulse() {
    let folder = tempfile::tempdir().expect("a folder");
    let command = [&MARS_2026[..], &["--burns", "1", "--opm", "tug.opm"]].concat();
    assert_eq!(portolan_in(folder.path(), &command).code, 0);
    let text = fs::read_to_string(folder.path().join("tug.opm")).expect("an OPM");
    let line = text.lines().find(|line| line.starts_with("MAN_DURATION")).expect("a duration");
    fs::write(folder.path().join("kick.opm"), text.replace(line, "MAN_DURATION = 0 [s]")).expect("written");
    let refused = portolan_in(folder.path(), &["propagate", "kick.opm", "--for", "1 d"]);
    assert!(refused.refusal(2).contains("kick.opm holds an impulse at 2026-10-30T23:"), "{}", refused.stderr);
}

/// From an orbit that does not hold the asymptote: the price that the refusal tells is what the burn costs, and the OPM
/// behind the burn is flown onto the asymptote.
#[test]
fn law_a_plane_change_is_flown_onto_the_asymptote() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("alone.toml"), "[model]\npoint_masses = []\n").expect("written");
    let line =
        ["transfer", "Earth", "Mars", "--depart", "2018-05-05", "--arrive", "2018-11-26", "--inclination", "28.5"];
    let refused = portolan(&line);
    let sentence = refused.refusal(1);
    let more = ["--plane-change", "--opm", "turned.opm", "--format", "json"];
    let object = portolan_in(folder.path(), &[&line[..], &more].concat()).json();
    let (burn, escape) = (&object["burns"][0], &object["escape"]);
    let turn = &escape["plane_change"];
    let price_km_s = number(turn, "more_km_s");
    assert_eq!(number(burn, "plane_change_km_s"), price_km_s);
    let told = format!("by {:.2} deg, {price_km_s:.3} km/s more (--plane-change)", number(turn, "turn_deg"));
    assert!(sentence.ends_with(&told), "{sentence} {told}");
    assert!((number(turn, "off_deg") - (number(&object, "dla_deg").abs() - 28.5)).abs() < 1e-9);
    let dv = vector(&burn["dv_vector_km_s"]);
    let size = (dv[0] * dv[0] + dv[1] * dv[1] + dv[2] * dv[2]).sqrt();
    assert!((size - number(burn, "dv_km_s")).abs() < 1e-9 && price_km_s > 1.0 && price_km_s < 1.5, "{burn}");
    let sum = number(burn, "dv_km_s") + number(&object["burns"][1], "dv_km_s");
    assert!((number(&object, "dv_total_km_s") - sum).abs() < 1e-12);
    assert!((number(escape, "inclination_deg") - 28.5).abs() < 1e-12);
    assert!(number(&escape["flown"]["two_body"], "off_deg") < 1e-7, "{escape}");
    let wanted = [number(&object, "c3_km2_s2"), number(&object, "dla_deg"), number(&object, "rla_deg")];
    let flight = ["propagate", "turned.opm", "--for", "4 d", "--events", "none", "--format", "json"];
    let alone = [&flight[..], &["--model", "alone.toml"]].concat();
    let ended = hyperbola(&portolan_in(folder.path(), &alone).json());
    for (ended, wanted) in ended.iter().zip(wanted) {
        assert!((ended - wanted).abs() < 1e-6, "{ended} {wanted}");
    }
    // by a stage, in one burn whose direction the OPM tells
    let stage = ["--thrust", "200 kN", "--isp", "450 s", "--mass", "40 t"];
    let staged = portolan_in(folder.path(), &[&line[..], &stage, &more].concat()).json();
    let loss_km_s = number(&staged["burns"][0], "finite_loss_km_s");
    assert!(loss_km_s > 0.0 && loss_km_s < 0.3, "{loss_km_s}");
    assert!((number(&staged, "dv_with_losses_km_s") - number(&object, "dv_total_km_s") - loss_km_s).abs() < 1e-9);
    assert!(number(&staged["escape"]["flown"]["two_body"], "off_deg") < 1e-6, "{staged}");
    let text = fs::read_to_string(folder.path().join("turned.opm")).expect("an OPM");
    assert!(text.contains("MAN_REF_FRAME = ICRF"), "{text}");
    let ended = hyperbola(&portolan_in(folder.path(), &alone).json());
    for (ended, wanted) in ended.iter().zip(wanted) {
        assert!((ended - wanted).abs() < 1e-5, "{ended} {wanted}");
    }
    // the inclinations of which both were told 90.00 deg and 10.100 km/s
    for (inclination, km_s) in [("5", 4.9635), ("10", 4.3488), ("37.185", 0.8365)] {
        let line = ["transfer", "Earth", "Mars", "--depart", "2033-04-28", "--arrive", "2033-11-12T06:42:19"];
        let more = ["--inclination", inclination, "--plane-change", "--format", "json"];
        let price = number(&portolan(&[&line[..], &more].concat()).json()["escape"]["plane_change"], "more_km_s");
        assert!((price - km_s).abs() < 1e-4, "{inclination}: {price}");
    }
    // aimed off the other bodies it turns too
    let aimed = portolan(&[&line[..], &["--plane-change", "--aim-off", "--format", "json"]].concat()).json();
    assert!(number(&aimed["escape"]["flown"]["aimed"], "off_deg") < 1e-5, "{aimed}");
    assert_eq!(aimed["escape"]["aim"]["inclination_deg"], 28.5);
    let text = portolan(&[&line[..], &["--plane-change"]].concat());
    assert!(text.stdout.contains("deg off that plane: the burn turns it by"), "{}", text.stdout);
    // where the plane holds the asymptote there is nothing to turn
    let held = portolan(&[&MARS_2026[..9], &["--inclination", "28.5", "--plane-change", "--format", "json"]].concat());
    let held = held.json();
    assert_eq!((&held["escape"]["plane_change"], &held["burns"][0]["plane_change_km_s"]), (&Value::Null, &Value::Null));
}
