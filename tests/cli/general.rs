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
