//! `portolan verify`.

use crate::{portolan, portolan_in};

const STATE: &str = include_str!("../../examples/states/gmat_36h.toml");

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("state.toml"), STATE).expect("a file");
    folder
}

/// Ten epochs, each a tenth of the span after the one before, and a millimetre between the two programs.
#[cfg(feature = "nyx")]
#[test]
fn agrees_with_nyx_at_every_epoch() {
    let folder = folder();
    for (span, sign) in [("36 h", 1.0), ("-36 h", -1.0)] {
        let line = ["verify", "state.toml", "--for", span, "--format", "json"];
        let told = portolan_in(folder.path(), &line).json();
        assert_eq!((&told["engine"], &told["scope"]), (&"nyx-space 2.4.0".into(), &"everything".into()));
        assert!(told["reason"].is_null());
        assert_eq!(told["forces"], serde_json::json!(["Earth as a point", "Moon as a point", "Sun as a point"]));
        let rows = told["rows"].as_array().expect("a list");
        assert_eq!(rows.len(), 10);
        for (k, row) in (1_i32..).zip(rows) {
            let number = |key: &str| row[key].as_f64().expect("a number");
            assert!((number("after_s") - sign * 12_960.0 * f64::from(k)).abs() < 1e-6, "{row}");
            assert!(number("position_km") < 1e-6 && number("velocity_km_s") < 1e-9, "{row}");
        }
    }
    let text = portolan_in(folder.path(), &["verify", "state.toml", "--for", "36 h", "--epochs", "3"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    assert!(text.stdout.contains("nyx-space 2.4.0 was handed:\n  Earth as a point\n"), "{}", text.stdout);
    assert_eq!(text.stdout.lines().filter(|line| line.contains("2022-11-2")).count(), 4, "{}", text.stdout);
}

/// Air and relativity are not nyx's: the integration is witnessed, and the sentence says why.
#[cfg(feature = "nyx")]
#[test]
fn agrees_with_nyx_on_the_integration_of_what_it_has_not() {
    let folder = folder();
    let state = STATE.replace("[model]", "[model]\nrelativity = \"schwarzschild\"");
    std::fs::write(folder.path().join("state.toml"), state).expect("a file");
    let line = ["verify", "state.toml", "--for", "6 h", "--format", "json"];
    let told = portolan_in(folder.path(), &line).json();
    assert_eq!(told["scope"], "integration alone");
    let reason = told["reason"].as_str().expect("a sentence");
    assert!(reason.starts_with("nyx-space 2.4.0 cannot fly relativity"), "{reason}");
    let rows = told["rows"].as_array().expect("a list");
    assert!(rows.iter().all(|row| row["position_km"].as_f64().is_some_and(|km| km < 1e-6)), "{told}");
    let text = portolan_in(folder.path(), &line[..4]).stdout;
    assert!(
        text.contains("the integration alone is witnessed, because nyx-space 2.4.0 cannot fly relativity"),
        "{text}"
    );
}

/// A message has no forces: those of the model, or the usual four bodies.
#[cfg(feature = "nyx")]
#[test]
fn law_messages_are_verified_too() {
    let folder = folder();
    let line = ["propagate", "state.toml", "--for", "6 h", "--out", "a.opm"];
    assert_eq!(portolan_in(folder.path(), &line).code, 0);
    let model = "[model]\npoint_masses = [\"Moon\"]\n";
    std::fs::write(folder.path().join("model.toml"), model).expect("a file");
    let handed = |more: &[&str]| {
        let line = ["verify", "a.opm", "--for", "1 h", "--format", "json", "--epochs", "1"];
        let told = portolan_in(folder.path(), &[&line[..], more].concat()).json();
        told["forces"].as_array().expect("a list").len()
    };
    assert_eq!((handed(&[]), handed(&["--model", "model.toml"])), (4, 2));
}

/// Every flag that asks for the witness, before anything is flown or written.
#[cfg(not(feature = "nyx"))]
#[test]
fn refuses_without_nyx() {
    let folder = folder();
    let transfer = ["transfer", "Earth", "Mars", "--depart", "2033-04-28", "--arrive", "2033-11-20", "--verify"];
    for line in [
        &["verify", "state.toml", "--for", "6 h"][..],
        &["propagate", "state.toml", "--for", "6 h", "--verify", "--out", "end.opm"],
        &transfer,
    ] {
        let said = portolan_in(folder.path(), line);
        assert!(said.refusal(3).contains("build it with `cargo build --release --features nyx`"), "{}", said.stderr);
        assert_eq!(crate::names(folder.path()), ["state.toml"], "{line:?}");
    }
}

#[test]
fn refuses_what_cannot_be_flown() {
    let folder = folder();
    let none = portolan_in(folder.path(), &["verify", "state.toml", "--for", "0 s"]);
    assert!(none.refusal(2).contains("--for: nothing is flown in no time"));
    assert!(portolan(&["verify", "state.toml"]).stderr.contains("--for"));
    assert_eq!(portolan_in(folder.path(), &["verify", "state.toml", "--for", "1 d", "--epochs", "0"]).code, 2);
    #[cfg(feature = "nyx")]
    {
        let missing = portolan_in(folder.path(), &["verify", "nowhere.toml", "--for", "1 d"]);
        assert!(missing.refusal(2).starts_with("portolan: cannot read the state file nowhere.toml"));
    }
}
