//! Version, help, usage errors, the schema.

use crate::portolan;

#[test]
fn law_version_names_the_licence() {
    let outcome = portolan(&["--version"]);
    assert_eq!(outcome.code, 0);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines, [format!("portolan {}", env!("CARGO_PKG_VERSION")).as_str(), "licence AGPL-3.0-or-later"]);
}

#[test]
fn law_help_lists_the_commands_and_the_exit_codes() {
    let outcome = portolan(&["--help"]);
    assert_eq!(outcome.code, 0);
    for word in ["porkchop", "lambert", "catalogue", "schema", "70 our bug"] {
        assert!(outcome.stdout.contains(word), "no {word} in\n{}", outcome.stdout);
    }
}

#[test]
fn refuses_usage_with_2_and_a_sentence() {
    assert!(portolan(&[]).refusal(2).contains("Usage: portolan"));
    assert!(portolan(&["porkchp"]).refusal(2).contains("'porkchop'"), "the nearest command");
    assert!(portolan(&["schema", "--format", "xml"]).refusal(2).contains("text, json"));
    let tof = portolan(&["lambert", "--r1", "1,0,0", "--r2", "0,1,0", "--tof", "5 kg"]);
    assert!(tof.refusal(2).contains("\"kg\" measures a mass, but a time is asked for here"));
    let body = portolan(&["porkchop", "Earth", "Mras"]);
    assert!(body.refusal(2).contains("no body is called \"Mras\"; did you mean \"Mars\"?"));
}

#[test]
fn law_the_schema_is_one_object_in_either_format() {
    let schema = portolan(&["schema", "--format", "json"]).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["required"], serde_json::json!(["campaign"]));
    assert_eq!(schema, portolan(&["schema"]).json());
}

/// More threads than the machine can use are held to what it can, with a word.
#[test]
fn regress_a_thousand_threads_are_not_started() {
    let run = |threads: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_portolan"))
            .args([
                "porkchop",
                "Earth",
                "Mars",
                "--depart",
                "2033-03-01..2033-06-01",
                "--size",
                "60x60",
                "--format",
                "json",
            ])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("the program starts")
    };
    let began = std::time::Instant::now();
    let (many, two) = (run("100000"), run("2"));
    assert!(began.elapsed().as_secs() < 60);
    let told = String::from_utf8_lossy(&many.stderr);
    assert!(told.starts_with("portolan: RAYON_NUM_THREADS=100000 is more than 4 for each of the "), "{told}");
    assert!(two.stderr.is_empty(), "{}", String::from_utf8_lossy(&two.stderr));
    let minima = |output: &std::process::Output| {
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("one object")["minima"].clone()
    };
    assert_eq!(minima(&many), minima(&two));
}
