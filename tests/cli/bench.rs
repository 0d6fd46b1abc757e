//! `portolan bench`: every row, its units and its error; never its speed.

use crate::portolan;

/// What an error may be by the physics and the tolerances asked for.
const ROWS: [(&str, &str, &str, f64); 12] = [
    // one last digit of a coordinate of Mars, 2⁻²⁵ km = 0.03 mm, on each side: anise sums in another order
    ("state", "ns", "mm", 0.06),
    ("lambert_single", "M/s", "relative", 1e-11),
    ("lambert_multi", "M/s", "relative", 1e-11),
    ("porkchop_1000", "ms", "km2/s2", 1e-6),
    ("cr3bp_rev_single", "us", "LU", 1e-13),
    ("cr3bp_rev_batch", "us", "LU", 1e-13),
    ("nrho_rev_single", "us", "m", 1e-3),
    ("nrho_rev_batch", "us", "m", 1e-3),
    ("helio_200d_single", "us", "m", 1e-3),
    ("helio_200d_batch", "us", "m", 1e-3),
    ("leo8_day", "ms", "m", 1e-3),
    ("leo70_day", "ms", "m", 1e-3),
];

#[test]
fn law_every_speed_is_told_with_its_error() {
    let object = portolan(&["bench", "--quick", "--format", "json"]).json();
    let rows = object["rows"].as_array().expect("rows");
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ROWS.map(|(id, ..)| id));
    for (row, (id, unit, error_unit, bound)) in rows.iter().zip(ROWS) {
        let number = |key: &str| row[key].as_f64().unwrap_or_else(|| panic!("{id}: no {key} in {row}"));
        assert!(number("value") > 0.0 && number("value").is_finite(), "{row}");
        assert!((0.0..=bound).contains(&number("error")), "{row}");
        assert_eq!((row["unit"].as_str(), row["error_unit"].as_str()), (Some(unit), Some(error_unit)), "{row}");
        assert!(row["method"].as_str().is_some_and(|method| !method.is_empty()), "{row}");
        if id == "state" {
            assert_eq!(row["peer"], "anise");
            let ratio = number("peer_value") / number("value");
            assert!((number("ratio") / ratio - 1.0).abs() < 1e-12, "{row}");
        } else {
            assert!(row["peer"].is_null() && row["ratio"].is_null(), "{row}");
        }
    }
    // the best other tools are told by name, each as a constant in the row's own unit
    for row in rows.iter().filter(|row| row["id"] != "state" && row["id"] != "lambert_multi") {
        let known = &row["known"];
        let (value, theirs) = (row["value"].as_f64().expect("a number"), known["value"].as_f64().expect("a number"));
        let ratio = if row["unit"] == "M/s" { value / theirs } else { theirs / value };
        assert!((known["ratio"].as_f64().expect("a number") / ratio - 1.0).abs() < 1e-12, "{row}");
        assert!(known["name"].as_str().is_some_and(|name| !name.is_empty() && name != "nyx"), "{row}");
    }
    let porkchop = rows[3]["note"].as_str().expect("a note");
    assert!(porkchop.contains("of 1000000 cells solved") && porkchop.contains("threads"), "{porkchop}");
    assert!(object["peers"].as_str().expect("a sentence").contains("--quick leaves nyx out"), "{object}");
}
