//! `portolan stack`, and `portolan catalogue show`.

use crate::{portolan, portolan_in};
use serde_json::Value;

const SORTIE: &str = "examples/stacks/constellation_sortie.toml";
const TUG: &str = "examples/stacks/mars_tug.toml";

fn event<'a>(object: &'a Value, name: &str) -> &'a Value {
    object["events"].as_array().expect("events").iter().find(|e| e["name"] == name).expect(name)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// LOGISTICS V1 through the file and the program, to its printed grams.
#[test]
fn published_sortie_from_its_file() {
    let object = portolan(&["stack", SORTIE, "--format", "json"]).json();
    assert_eq!(object["closes"], true);
    assert_eq!(number(&object["start_kg"]), 889_575.0 + 3_669_825.0);
    assert!(number(&object["unaccounted_kg"]).abs() < 1e-7);
    let left = |name: &str| {
        let draws = event(&object, name)["draws"].as_array().expect("draws").clone();
        number(&draws.last().expect("a tank")["left_kg"])
    };
    for (found, printed) in [
        (left("Ares I ascent"), 3619.572),
        (left("Ares V ascent"), 115_470.642),
        (number(&event(&object, "TLI")["before_kg"]), 206_870.642),
        (number(&event(&object, "TLI")["burnt_kg"]), 105_847.405),
        (left("TLI"), 9623.237),
        (number(&event(&object, "LOI")["burnt_kg"]), 12_696.107),
        (number(&event(&object, "descent")["burnt_kg"]), 11_630.163),
        (left("descent"), 573.730),
        (left("descent trim"), 262.267),
        (left("ascent trim"), 39.490),
        (left("home trim 2"), 3117.067),
        (left("entry trim"), 160.323),
    ] {
        assert!((found - printed).abs() <= 5e-4 + 1e-9, "{found} is not {printed}");
    }
    let text = portolan(&["stack", SORTIE]).stdout;
    assert!(text.contains("105847.405") && text.contains("closes: Δv of all burns"), "{text}");
}

#[test]
fn law_the_largest_payload_closes_and_a_kilogram_more_does_not() {
    let object = portolan(&["stack", TUG, "--largest-payload", "--format", "json"]).json();
    let most = number(&object["largest_payload"]["mass_kg"]);
    assert!(most > 18_000.0, "{most}");
    assert_eq!(object["largest_payload"]["limit"]["element"], "tug");
    let directory = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(TUG).expect("the example");
    for (mass, code) in [(most.floor(), 0), (most.ceil() + 1.0, 1)] {
        let changed = text.replace("mass = \"18 t\"", &format!("mass = \"{mass} kg\""));
        std::fs::write(directory.path().join("tug.toml"), changed).expect("written");
        assert_eq!(portolan_in(directory.path(), &["stack", "tug.toml"]).code, code, "{mass}");
    }
}

#[test]
fn law_the_smallest_stack_is_smaller_and_closes_without_rest() {
    let given = portolan(&["stack", TUG, "--format", "json"]).json();
    let object = portolan(&["stack", TUG, "--smallest-stack", "--format", "json"]).json();
    let least = number(&object["smallest_stack"]["launch_mass_kg"]);
    assert!(least < number(&given["start_kg"]), "{least}");
    let tug = object["left"].as_array().expect("elements").iter().find(|e| e["element"] == "tug").expect("tug");
    assert!(number(&tug["usable_kg"]) < 0.01, "{tug}");
    let text = portolan(&["stack", TUG, "--smallest-stack"]).stdout;
    assert!(text.contains("smallest stack: ") && text.contains("(to measure)"), "{text}");
}

#[test]
fn law_burns_of_a_flag_and_of_a_transfer_are_flown() {
    let burns = "departure 3598.56 m/s @tug, at cruise 274 d, trim 30 m/s @tug:rcs";
    let object = portolan(&["stack", TUG, "--burns", burns, "--format", "json"]).json();
    assert_eq!(object["events"].as_array().map(Vec::len), Some(3));
    assert!((number(&object["dv_total_km_s"]) - 3.62856).abs() < 1e-9);
    let directory = tempfile::tempdir().expect("a folder");
    let transfer = r#"{"burns": [
        {"name": "departure", "epoch": "2033-04-28", "dv_km_s": 3.5, "finite_loss_km_s": 0.05},
        {"name": "capture", "epoch": "2034-01-27", "dv_km_s": 0.9, "margin_km_s": 0.018}]}"#;
    std::fs::write(directory.path().join("transfer.json"), transfer).expect("written");
    std::fs::copy(TUG, directory.path().join("tug.toml")).expect("copied");
    let flown =
        portolan_in(directory.path(), &["stack", "tug.toml", "--transfer", "transfer.json", "--format", "json"]).json();
    assert!((number(&flown["dv_total_km_s"]) - 4.468).abs() < 1e-9);
    assert_eq!(number(&event(&flown, "to capture")["duration_s"]), 274.0 * 86_400.0);
}

#[test]
fn refuses_a_tank_that_is_too_small_at_its_line() {
    let directory = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(TUG).expect("the example").replace("\"18 t\"", "\"60 t\"");
    let line = 1 + text.lines().position(|l| l.starts_with("burn = \"departure\"")).expect("the burn");
    std::fs::write(directory.path().join("tug.toml"), text).expect("written");
    let stopped = portolan_in(directory.path(), &["stack", "tug.toml", "--out", "tug.svg"]);
    assert_eq!(stopped.code, 1, "{}", stopped.stderr);
    assert!(
        stopped.stderr.starts_with(&format!("portolan: tug.toml:{line}:8: the burn departure of ")),
        "{}",
        stopped.stderr
    );
    assert!(stopped.stderr.contains(" kg or ") && stopped.stderr.contains(" m/s short"), "{}", stopped.stderr);
    assert_eq!(crate::names(directory.path()), ["tug.toml"], "nothing is drawn of a flight that stops");
    let json = portolan_in(directory.path(), &["stack", "tug.toml", "--format", "json"]);
    let object: Value = serde_json::from_str(&json.stdout).expect("one object");
    assert_eq!((json.code, &object["closes"], &object["element"]), (1, &Value::Bool(false), &Value::from("tug")));
    assert!(number(&object["short_kg"]) > 0.0 && number(&object["short_m_s"]) > 0.0);
    assert!((number(&object["needs_kg"]) - number(&object["holds_kg"]) - number(&object["short_kg"])).abs() < 1e-6);
}

/// Metres typed as kilometres: told as what it is at its line, in every way of asking, and at once.
#[test]
fn regress_a_slip_of_the_unit_ends_and_is_told() {
    let directory = tempfile::tempdir().expect("a folder");
    let example = std::fs::read_to_string(TUG).expect("the example");
    let line = 1 + example.lines().position(|l| l.starts_with("burn = \"departure\"")).expect("the burn");
    for dv in ["3528 km/s", "300 km/s", "1e300 km/s"] {
        let text = example.replace("dv = \"3528 m/s\"", &format!("dv = \"{dv}\""));
        std::fs::write(directory.path().join("tug.toml"), text).expect("written");
        for question in [&["--smallest-stack"][..], &["--largest-payload"], &[]] {
            let began = std::time::Instant::now();
            let told = portolan_in(directory.path(), &[&["stack", "tug.toml"], question].concat());
            assert!(began.elapsed().as_secs() < 20, "{dv} {question:?}");
            let sentence = told.refusal(2);
            assert!(sentence.starts_with(&format!("portolan: tug.toml:{line}:")), "{question:?}: {sentence}");
            let (number, _) = dv.split_once(' ').expect("a unit");
            let cure = format!("if metres per second are meant, write \"{number} m/s\"");
            assert!(sentence.contains(&cure), "{question:?}: {sentence}");
        }
        let flag = format!("departure {dv} @tug");
        let told = portolan_in(directory.path(), &["stack", "tug.toml", "--burns", &flag, "--smallest-stack"]);
        assert!(told.refusal(2).contains("times the exhaust speed of tug"), "{}", told.stderr);
    }
}

/// Grams that lack are told as grams.
#[test]
fn regress_no_refusal_is_of_nothing() {
    let directory = tempfile::tempdir().expect("a folder");
    let example = std::fs::read_to_string(TUG).expect("the example");
    let object = portolan(&["stack", TUG, "--largest-payload", "--format", "json"]).json();
    let most = number(&object["largest_payload"]["mass_kg"]);
    for more_kg in [1e-3, 1e-5, 1e-8] {
        let text = example.replace("mass = \"18 t\"", &format!("mass = \"{:.12} kg\"", most + more_kg));
        std::fs::write(directory.path().join("tug.toml"), text).expect("written");
        let told = portolan_in(directory.path(), &["stack", "tug.toml"]);
        assert_eq!(told.code, 1, "{}", told.stderr);
        for nothing in [" 0.0 kg", " 0.0 m/s", " 0 kg"] {
            assert!(!told.stderr.contains(nothing), "{more_kg}: {}", told.stderr);
        }
        let amount = |after: &str| {
            let rest = told.stderr.split_once(after).map(|(_, rest)| rest).expect(after);
            rest.split(' ').next().expect("a word").to_owned()
        };
        assert_ne!(amount("needs "), amount("gives "), "{}", told.stderr);
    }
}

#[test]
fn refuses_files_and_flags_that_are_wrong() {
    let missing = portolan(&["stack", "no_such.toml"]);
    assert!(missing.refusal(2).starts_with("portolan: cannot read the stack file no_such.toml"));
    let burns = portolan(&["stack", TUG, "--burns", "TLI 3 km/s @tugg"]);
    assert_eq!(burns.refusal(2), "portolan: --burns: there is no element called \"tugg\"; did you mean \"tug\"?");
    let load = portolan(&["stack", TUG, "--largest-payload", "habitatt"]);
    assert!(load.refusal(2).contains("there is no load called \"habitatt\"; did you mean \"habitat\"?"));
    let directory = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(TUG).expect("the example").replace("isp = \"452 s\"", "isp = \"452 kg\"");
    std::fs::write(directory.path().join("tug.toml"), text).expect("written");
    let wrong = portolan_in(directory.path(), &["stack", "tug.toml"]);
    assert!(
        wrong.refusal(2).contains("\"isp\": \"kg\" measures a mass, but a time is asked for here"),
        "{}",
        wrong.stderr
    );
    assert!(wrong.stderr.contains(" | isp = \"452 kg\""), "{}", wrong.stderr);
}

#[test]
fn law_figures_are_drawn_as_their_name_says() {
    let directory = tempfile::tempdir().expect("a folder");
    let sortie = std::fs::canonicalize(SORTIE).expect("the example");
    let sortie = sortie.to_str().expect("a path");
    let drawn = portolan_in(directory.path(), &["stack", sortie, "--out", "sortie.svg"]);
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    let svg = std::fs::read_to_string(directory.path().join("sortie.svg")).expect("the figure");
    assert!(svg.contains("where the mass goes") && svg.contains("LOI"));
    let curve = ["catalogue", "show", "Falcon Heavy (expendable)", "Vulcan VC6", "Ariane 64", "--out", "curves.svg"];
    assert_eq!(portolan_in(directory.path(), &curve).code, 0);
    let svg = std::fs::read_to_string(directory.path().join("curves.svg")).expect("the figure");
    for word in ["Falcon Heavy (expendable)", "Ariane 64 (estimate)", "C3, km²/s²", "Injected mass, t"] {
        assert!(svg.contains(word), "{word}");
    }
    let wrong = portolan_in(directory.path(), &["stack", sortie, "--out", "sortie.pdf"]);
    assert!(wrong.refusal(2).contains("neither .svg nor .png"));
}

#[test]
fn agrees_with_the_curve_in_catalogue_show() {
    let object = portolan(&["catalogue", "show", "Falcon Heavy (expendable)", "--format", "json"]).json();
    let launcher = &object["launchers"][0];
    let ten = launcher["capacity"].as_array().expect("rows").iter().find(|r| r["c3_km2_s2"] == 10.0).expect("C3 10");
    assert_eq!((number(&ten["injected_kg"]), &ten["basis"]), (12_345.0, &Value::from("curve")));
    assert_eq!(launcher["record"]["flown"], 13);
    let low = number(&launcher["record"]["low_probability"]);
    // thirteen flights without failure: (0.025)^(1/13)
    assert!((low - 0.025_f64.powf(1.0 / 13.0)).abs() < 1e-9, "{low}");
    let ariane = portolan(&["catalogue", "show", "Ariane 64"]).stdout;
    assert!(ariane.contains("SSO 15500 kg") && ariane.contains("estimate") && ariane.contains("wrong by"), "{ariane}");
    let beyond = portolan(&["catalogue", "show", "New Glenn"]).stdout;
    assert!(
        beyond.contains("the curve of New Glenn ends at C3 = 30 km²/s² with 120 kg and says nothing at 50.000"),
        "{beyond}"
    );
}

#[test]
fn law_a_catalogue_of_ones_own_is_checked_and_used() {
    let directory = tempfile::tempdir().expect("a folder");
    let curve = "vehicle,c3_km2_s2,injected_kg,source,verified\nNew Glenn,0,8000,me,read\nNew Glenn,20,3000,me,read\n";
    std::fs::write(directory.path().join("mine.csv"), curve).expect("written");
    let own = ["catalogue", "show", "New Glenn", "--catalogue", "mine.csv", "--format", "json"];
    let object = portolan_in(directory.path(), &own).json();
    assert_eq!(number(&object["launchers"][0]["capacity"][2]["injected_kg"]), 5500.0);
    std::fs::write(directory.path().join("mine.csv"), curve.replace("3000", "9000")).expect("written");
    let refused = portolan_in(directory.path(), &own);
    assert!(
        refused.refusal(2).starts_with("portolan: --catalogue: mine.csv:3: column `injected_kg`"),
        "{}",
        refused.stderr
    );
}
