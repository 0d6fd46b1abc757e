//! `portolan validate`.

use crate::portolan;

/// Every arc passes; what could not be tried is said, and nothing is left out.
#[test]
fn law_every_arc_passes() {
    let told = portolan(&["validate", "--format", "json"]).json();
    assert_eq!(told["passed"], true);
    let rows = told["rows"].as_array().expect("a list");
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().expect("a name")).collect();
    for id in
        ["P1", "P2", "P3", "P4", "C1", "C6", "CAPSTONE-3", "F 900/0.3", "NRHO-30d", "HELIO-200d", "LEO-70", "L6", "I6"]
    {
        assert!(ids.contains(&id), "{id}");
    }
    for row in rows {
        if row["id"] == "P2" {
            assert!(row["passed"].is_null() && row["residual"].is_null(), "{row}");
            assert!(row["note"].as_str().expect("a sentence").contains("outside the kernels"), "{row}");
            continue;
        }
        assert_eq!(row["passed"], true, "{row}");
        let number = |key: &str| row[key].as_f64().expect("a number");
        assert!(number("residual") <= number("tolerance") && row["source"].is_string(), "{row}");
        let flies = ["P", "CAPSTONE", "F ", "NRHO", "HELIO", "LEO"]
            .iter()
            .any(|p| row["id"].as_str().is_some_and(|id| id.starts_with(p)));
        assert_eq!(row["nyx_m"].is_number(), flies && cfg!(feature = "nyx"), "{row}");
    }
}

#[test]
fn law_a_part_of_the_arcs_is_a_table() {
    let table = portolan(&["validate", "CAPSTONE"]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    assert!(table.stdout.contains("6 passed, 0 failed, 0 not tried"), "{}", table.stdout);
    assert!(table.stdout.contains("GRGM1200A 20 x 20"), "{}", table.stdout);
}

#[test]
fn refuses_an_arc_that_is_not_there() {
    assert!(portolan(&["validate", "Q"]).refusal(2).contains("no arc's name begins with \"Q\""));
}
