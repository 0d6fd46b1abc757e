//! `portolan porkchop`.

use crate::{names, portolan, portolan_in};
use serde_json::{Value, json};

const MARS_2033: [&str; 9] = [
    "porkchop",
    "emb",
    "Mars",
    "--depart",
    "2033-01-01..2033-08-31",
    "--arrive",
    "2033-07-01..2034-08-31",
    "--size",
    "123x140",
];

fn row<'a>(object: &'a Value, criterion: &str, kind: &str) -> &'a Value {
    let minima = object["minima"].as_array().expect("a list");
    minima.iter().find(|m| m["criterion"] == criterion && m["type"] == kind).expect("the row")
}

/// NASA/TM-2010-216764 by way of the catalogue's `mars_windows.csv`: type II of 2033 leaves on 2033-04-28 with
/// C3 = 7.781 km²/s² and arrives on 2034-01-27. Its DE405 and its daily grid allow a day and 0.005 km²/s².
#[test]
fn published_mars_2033_type_ii() {
    let object = portolan(&[&MARS_2033[..], &["--format", "json"]].concat()).json();
    let least = row(&object, "c3", "II");
    let c3 = least["c3_km2_s2"].as_f64().expect("a number");
    assert!((c3 - 7.781).abs() < 5e-3, "{c3}");
    assert_eq!(least["interior"], json!(true));
    assert!(["2033-04-27", "2033-04-28", "2033-04-29"].contains(&&least["depart"].as_str().expect("a date")[..10]));
    assert!(["2034-01-26", "2034-01-27", "2034-01-28"].contains(&&least["arrive"].as_str().expect("a date")[..10]));
}

#[test]
fn law_the_object_has_the_keys_that_scripts_lean_on() {
    let object = portolan(&[&MARS_2033[..], &["--format", "json"]].concat()).json();
    assert_eq!((&object["departure_body"], &object["size"]), (&json!("emb"), &json!([123, 140])));
    let cells = &object["cells"];
    let count = |value: &Value| value.as_u64().expect("a count");
    let reasons: u64 = cells["reasons"].as_object().expect("reasons").values().map(count).sum();
    assert_eq!(count(&cells["solved"]) + count(&cells["masked"]) + reasons, 123 * 140);
    assert!(object["elapsed_s"].as_f64().expect("a time") > 0.0);
    for minimum in object["minima"].as_array().expect("a list") {
        let keys: Vec<&str> = minimum.as_object().expect("a row").keys().map(String::as_str).collect();
        let head = ["criterion", "type", "revs", "interior"];
        if minimum["interior"] == json!(false) {
            assert_eq!(keys, head);
            continue;
        }
        let cell = [
            "depart",
            "arrive",
            "tof_d",
            "c3_km2_s2",
            "v_inf_dep_km_s",
            "v_inf_arr_km_s",
            "dla_deg",
            "rla_deg",
            "dv_depart_km_s",
            "dv_arrive_km_s",
            "dv_total_km_s",
        ];
        assert_eq!(keys, [&head[..], &cell[..], &["ridge_lower", "others"]].concat());
        assert!(minimum["ridge_lower"].is_boolean());
        let criterion = minimum["criterion"].as_str().expect("a word");
        let value = |t: &Value| {
            let number = |key: &str| t[key].as_f64().expect("a number");
            match criterion {
                "c3" => number("c3_km2_s2"),
                "v_inf_arr" => number("v_inf_arr_km_s"),
                "v_inf_sum" => number("v_inf_dep_km_s") + number("v_inf_arr_km_s"),
                _ => number("dv_total_km_s"),
            }
        };
        let mut lowest = value(minimum);
        for other in minimum["others"].as_array().expect("a list") {
            assert_eq!(other.as_object().expect("a row").keys().collect::<Vec<_>>(), cell);
            assert!(value(other) >= lowest, "the lowest first");
            lowest = value(other);
        }
        let number = |key: &str| minimum[key].as_f64().expect("a number");
        assert!((number("v_inf_dep_km_s").powi(2) - number("c3_km2_s2")).abs() < 1e-9);
        assert!((number("dv_depart_km_s") + number("dv_arrive_km_s") - number("dv_total_km_s")).abs() < 1e-12);
    }
    let text = portolan(&MARS_2033);
    assert_eq!(text.code, 0);
    assert!(text.stdout.contains("Earth-Moon Barycenter to Mars") && text.stdout.contains("Δv km/s"));
}

/// Interstellar objects whose arrival dates begin at the instant of their perihelion, where the conic used to ask for a
/// number between 0 and a rounding below it.
#[test]
fn regress_arrivals_begin_at_a_hyperbola_s_own_perihelion() {
    for (q, e) in
        [("0.255", "1.2"), ("1.355", "6.14"), ("2.007", "3.357"), ("0.7", "1.0001"), ("1.1", "2.3"), ("0.9", "5.5")]
    {
        let elements = format!("name=Visitor, epoch=2464000.5, q={q}, e={e}, i=44, node=308, peri=209, tp=2464000.5");
        let line = ["porkchop", "Earth", "Visitor", "--elements", &elements, "--depart", "2033-01-01..2033-06-01"];
        let arrive = ["--arrive", "2034-02-07..2034-09-01", "--size", "40x40", "--format", "json"];
        let outcome = portolan(&[&line[..], &arrive].concat());
        assert_eq!(outcome.code, 0, "{q} {e}: {}", outcome.stderr);
        assert_eq!(outcome.json()["cells"]["solved"], json!(1600), "{q} {e}");
    }
}

#[test]
fn law_a_parking_orbit_changes_the_burns_alone() {
    let line = |orbits: &[&str]| portolan(&[&MARS_2033[..], orbits, &["--format", "json"]].concat()).json();
    let (low, high) = (line(&["--parking", "200 km"]), line(&["--parking", "2000 km", "--capture", "250 km x 5 d"]));
    let (a, b) = (row(&low, "c3", "II"), row(&high, "c3", "II"));
    assert_eq!(a["c3_km2_s2"], b["c3_km2_s2"]);
    assert_ne!(a["dv_depart_km_s"], b["dv_depart_km_s"]);
    assert_ne!(a["dv_arrive_km_s"], b["dv_arrive_km_s"]);
}

#[test]
fn law_dates_are_found_when_none_are_given() {
    let object =
        portolan(&["porkchop", "Earth", "Mars", "--after", "2032-06-01", "--size", "60x60", "--format", "json"]).json();
    assert_eq!(&row(&object, "c3", "II")["depart"].as_str().expect("a date")[..7], "2033-04");
    let half = ["porkchop", "Earth", "Mars", "--depart", "2033-02-01..2033-07-01", "--size", "60x60"];
    let object = portolan(&[&half[..], &["--format", "json"]].concat()).json();
    assert_eq!(&row(&object, "c3", "II")["depart"].as_str().expect("a date")[..7], "2033-04");
}

#[test]
fn law_files_are_written_whole() {
    let place = tempfile::tempdir().expect("a directory");
    let with_out = |file| portolan_in(place.path(), &[&MARS_2033[..], &["--out", file, "--max-c3", "20"]].concat());
    assert_eq!(with_out("cells.csv").code, 0);
    let text = std::fs::read_to_string(place.path().join("cells.csv")).expect("written");
    assert!(text.starts_with("# program = portolan ") && text.contains("\n# max_c3_km2_s2 = 20.0\n"));
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(lines.len(), 1 + 123 * 140);
    assert!(lines[0].starts_with("depart_tdb,arrive_tdb,tof_d,revs,branch,c3_km2_s2,"));
    let columns = lines[0].split(',').count();
    assert!(lines.iter().all(|l| l.split(',').count() == columns));
    for (status, least) in [("solved", 100), ("masked", 100), ("arrives_first", 100)] {
        let rows: Vec<f64> = lines
            .iter()
            .filter(|l| l.ends_with(status))
            .map(|l| l.split(',').nth(5).expect("C3").parse().unwrap_or(f64::NAN))
            .collect();
        assert!(rows.len() > least, "{status}: {}", rows.len());
        let fits = |c3: &f64| match status {
            "solved" => *c3 <= 20.0,
            "masked" => *c3 > 20.0,
            _ => c3.is_nan(),
        };
        assert!(rows.iter().all(fits), "{status}");
    }
    assert_eq!(with_out("answer.json").code, 0);
    let file = std::fs::read(place.path().join("answer.json")).expect("written");
    let object: Value = serde_json::from_slice(&file).expect("one object");
    assert_eq!(object["to"], json!("Mars"));
    assert_eq!(with_out("figure.svg").code, 0);
    let svg = std::fs::read_to_string(place.path().join("figure.svg")).expect("written");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{}", &svg[..80]);
    for word in ["Earth-Moon Barycenter to Mars", "least C3, type II: 7.7", "de440_2010_2060.bsp"] {
        assert!(svg.contains(word), "the figure does not say {word}");
    }
    #[cfg(feature = "png")]
    {
        assert_eq!(with_out("figure.PNG").code, 0);
        let png = std::fs::read(place.path().join("figure.PNG")).expect("written");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        std::fs::remove_file(place.path().join("figure.PNG")).expect("removed");
    }
    assert_eq!(names(place.path()), ["answer.json", "cells.csv", "figure.svg"]);
}

/// A grid larger than what a band holds, its cells on the disk and the answer on stdout.
#[test]
fn law_cells_go_to_the_disk_beside_any_other_file() {
    let place = tempfile::tempdir().expect("a directory");
    let both = ["--cells", "cells.npz", "--out", "answer.json", "--size", "1500x1400"];
    assert_eq!(portolan_in(place.path(), &[&MARS_2033[..7], &both[..]].concat()).code, 0);
    assert_eq!(names(place.path()), ["answer.json", "cells.npz"]);
    let bytes = std::fs::metadata(place.path().join("cells.npz")).expect("written").len();
    let numbers = 1500 * 1400 * (9 * 8 + 1);
    assert!((numbers..numbers + 60_000).contains(&bytes), "{bytes}");
    let entries = ["--cells", "cells.json", "--size", "30x20", "--max-entry-speed", "6.2 km/s"];
    assert_eq!(portolan_in(place.path(), &[&MARS_2033[..7], &entries[..]].concat()).code, 0);
    let text = std::fs::read(place.path().join("cells.json")).expect("written");
    let object: Value = serde_json::from_slice(&text).expect("one object");
    assert_eq!(object["about"]["max_entry_km_s"], json!(6.2));
    assert!(object["cells"]["masked"].as_u64() > Some(20), "{}", object["cells"]);
    let wrong = portolan_in(place.path(), &["porkchop", "Earth", "Mars", "--cells", "cells.xls"]);
    assert!(wrong.refusal(2).contains("let it end in .csv, .json, .npz or .parquet"));
    let slow = portolan_in(place.path(), &["porkchop", "Earth", "Mars", "--max-entry-speed", "4", "--cells", "c.csv"]);
    assert!(slow.refusal(2).contains("a fall from rest makes 4.9"), "{}", slow.stderr);
    assert_eq!(names(place.path()), ["answer.json", "cells.json", "cells.npz"]);
}

#[test]
fn refuses_and_writes_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    let with = |extra: &[&str], code| {
        let outcome = portolan_in(place.path(), &[&["porkchop"], extra, &["--out", "cells.csv"]].concat());
        let sentence = outcome.refusal(code).to_owned();
        assert_eq!(names(place.path()), Vec::<String>::new(), "{sentence}");
        sentence
    };
    let dates = ["--depart", "2058-01-01..2059-01-01", "--arrive", "2059-06-01..2063-01-01"];
    assert!(with(&[&["Earth", "Mars"], &dates[..]].concat(), 2).contains("is outside the kernels, which hold"));
    assert!(with(&["Earth", "-1176", "--depart", "2033-01-01..2033-02-01"], 3).contains("add one with --kernel FILE"));
    assert!(with(&["Earth", "Moon"], 2).contains("Moon does not go around the Sun by itself"));
    assert!(with(&["Earth", "Mars", "--kernel", "no/such.bsp"], 2).contains("no/such.bsp cannot be read as a kernel"));
    let backwards = ["--depart", "2034-01-01..2034-02-01", "--arrive", "2033-01-01..2033-06-01"];
    assert!(with(&[&["Earth", "Mars"], &backwards[..]].concat(), 2).contains("lie before all departures"));
    assert!(with(&["Earth", "Mars", "--size", "1x1"], 2).contains("each side needs 2 to"));
    // 64 GiB of layers, 3 TB of dates, a year of cells: told before any work
    let dates = ["Earth", "Mars", "--depart", "2033-01-01..2033-08-31", "--arrive", "2033-07-01..2034-08-31"];
    for (more, part) in [
        (
            &["--revs", "4294967295"][..],
            "up to 4294967295 revolutions around the Sun are more than are looked at: ask for 1000",
        ),
        (
            &["--size", "4000000000x4000000000"],
            "a grid of 4000000000 × 4000000000 cells cannot be made: each side needs 2 to",
        ),
        (&["--size", "1000000x1000000"], "make 1000000000000 cells, 10000000000 at most are solved"),
        (&["--size", "1000000x2", "--revs", "900"], "100000000 at most are held in one band"),
    ] {
        let sentence = with(&[&dates[..], more].concat(), 2);
        assert!(sentence.contains(part), "{sentence}");
    }
    let picture = [&["porkchop"], &dates[..], &["--size", "9000x9000", "--revs", "1", "--out", "x.svg"]].concat();
    let sentence = portolan_in(place.path(), &picture).refusal(2).to_owned();
    assert!(sentence.contains("make 243000000 cells, 100000000 at most are held in memory at once"), "{sentence}");
    let windows = ["windows", "Earth", "Mars", "--years", "2030..2034", "--revs", "4294967295"];
    assert!(portolan(&windows).refusal(2).contains("ask for 50 at most"));
    let trip = ["round-trip", "Earth", "Mars", "--depart", "2033-01-01..2033-08-31", "--stay", "30 d..60 d"];
    assert!(portolan(&[&trip[..], &["--revs", "4294967295"]].concat()).refusal(2).contains("ask for 20 at most"));
    let period = [&["launch-period"], &dates[..], &["--days", "20", "--revs", "4294967295"]].concat();
    assert!(portolan(&period).refusal(2).contains("ask for 50 at most"));
    assert!(with(&["Earth", "Mars", "--capture", "250 km x 1 h"], 2).contains("the circular orbit there takes"));
    assert!(with(&["Earth", "Mars", "--arrive", "2033-01-01..2033-06-01"], 2).contains("--depart"));
    let xls = portolan_in(place.path(), &["porkchop", "Earth", "Mars", "--out", "cells.xls"]);
    assert!(xls.refusal(2).contains("let it end in .png, .svg, .html, .csv, .npz or .json"));
    assert_eq!(names(place.path()), Vec::<String>::new());
}

/// Arrival dates that nobody gave end with the kernels, and the answer says so; the last day of the kernels is no
/// opportunity.
#[test]
fn law_dates_over_the_end_of_the_kernels_are_cut_and_told() {
    let with = |extra: &[&str]| {
        portolan(&[&["porkchop", "Earth", "Mars", "--size", "60x60"], extra, &["--format", "json"]].concat())
    };
    let cut = with(&["--depart", "2058-09-01..2059-01-15"]).json();
    assert!(cut["cut"].as_str().is_some_and(|told| told.contains("arrivals after 2060-02-01")), "{cut}");
    assert_eq!(with(&["--depart", "2033-02-01..2033-07-01"]).json()["cut"], Value::Null);
    let none = with(&["--after", "2059-03-01"]);
    assert!(
        none.refusal(1).contains("no opportunity from Earth to Mars was found after 2059-03-01"),
        "{}",
        none.stderr
    );
    let sheet = with(&["--years", "2055..2070"]).json();
    assert!(sheet["cut"].as_str().is_some_and(|told| told.contains("hold no whole opportunity after")), "{sheet}");
    assert!(sheet["opportunities"].as_array().is_some_and(|all| !all.is_empty()), "{sheet}");
}
