//! Names of a user's file on their way through the program: to the terminal, into figures, tables and pages.

use crate::{names, portolan_in};
use std::path::Path;

const CAMPAIGN: &str = include_str!("../../examples/campaigns/mars_cargo_2033.toml");
const STACK: &str = include_str!("../../examples/stacks/mars_tug.toml");

fn write(folder: &Path, name: &str, text: &str, from: &str, to: &str) {
    assert!(text.contains(from), "no {from} in {name}");
    std::fs::write(folder.join(name), text.replace(from, to)).expect("written");
}

/// Nothing that a terminal would obey is on stderr, and nothing is written.
#[test]
fn refuses_a_name_that_is_no_printable_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for (escape, character) in [
        ("\\u001b[2J", "U+001B"),
        ("\\n", "U+000A"),
        ("\\r", "U+000D"),
        ("\\u007f", "U+007F"),
        ("\\u009b31m", "U+009B"),
        ("\\u202e", "U+202E"),
        ("\\u0000", "U+0000"),
        ("\\uffff", "U+FFFF"),
    ] {
        write(folder.path(), "mars.toml", CAMPAIGN, "[demand.cargo]", &format!("[demand.\"cargo{escape}\"]"));
        let told = portolan_in(folder.path(), &["run", "mars.toml", "--out", "report"]);
        let sentence = told.refusal(2);
        let wanted = format!("a name is one printable line, and character 6 of this one is {character}; take it out");
        assert!(sentence.starts_with("portolan: mars.toml:") && sentence.contains(&wanted), "{sentence}");
        assert!(!told.stderr.chars().any(|c| c.is_control() && c != '\n'), "{:?}", told.stderr);
        write(folder.path(), "tug.toml", STACK, "name = \"", &format!("name = \"{escape}"));
        let told = portolan_in(folder.path(), &["stack", "tug.toml", "--out", "tug.svg"]);
        assert!(told.refusal(2).contains(&format!("character 1 of this one is {character}")), "{}", told.stderr);
        assert_eq!(names(folder.path()), ["mars.toml", "tug.toml"], "{escape}");
        std::fs::remove_file(folder.path().join("tug.toml")).expect("removed");
    }
    let long = format!("[demand.\"{}\"]", "x".repeat(201));
    write(folder.path(), "mars.toml", CAMPAIGN, "[demand.cargo]", &long);
    let told = portolan_in(folder.path(), &["run", "mars.toml"]);
    assert!(told.refusal(2).contains("a name of 201 characters is longer than 200"), "{}", told.stderr);
}

/// A byte that a terminal obeys, raw in the file or in a name that is not known, is written out where it is quoted.
#[test]
fn law_what_a_refusal_quotes_does_nothing_to_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "mars.toml", CAMPAIGN, "\"Mars\"", "\"M\u{1b}[31mars\"");
    let told = portolan_in(folder.path(), &["run", "mars.toml"]);
    assert!(told.refusal(2).starts_with("portolan: mars.toml:"), "{}", told.stderr);
    assert!(told.stderr.contains("\\u{1b}[31m") && !told.stderr.contains('\u{1b}'), "{:?}", told.stderr);
    let row = "Kest\u{1b}[2Jrel,JAXA,Here,development,30000,15000,9000,escape,10,12,2025,mine,open,expendable,me,read";
    let heading = "name,partner,country,status,leo_kg,gto_kg,tli_or_escape_kg,escape_basis,price_low_musd,price_high_musd,price_year,price_basis,availability,reuse,source,verified";
    std::fs::write(folder.path().join("mine.csv"), format!("{heading}\n{row}\n")).expect("written");
    let told = portolan_in(folder.path(), &["catalogue", "launchers", "--catalogue", "mine.csv"]);
    let sentence = told.refusal(2);
    assert!(sentence.contains("mine.csv:2: column `name`: a name is one printable line"), "{sentence}");
}

/// Bodies and craft of a user's own go through the same gate.
#[test]
fn refuses_the_name_of_a_body_or_a_craft_that_is_no_printable_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = "name=Wan\u{1b}[2Jderer, epoch=2460000.5, a=2.5, e=0.1, i=5, node=10, peri=20, M=30";
    let told =
        portolan_in(folder.path(), &["windows", "Earth", "Wanderer", "--years", "2030..2032", "--elements", body]);
    assert!(told.refusal(2).contains("character 4 of this one is U+001B"), "{}", told.stderr);
    assert!(!told.stderr.contains('\u{1b}'), "{:?}", told.stderr);
    let state = "CCSDS_OPM_VERS = 2.0\nCREATION_DATE = 2026-01-01T00:00:00\nORIGINATOR = ME\nOBJECT_NAME = TUG\u{9b}31m\n\
                 OBJECT_ID = UNKNOWN\nCENTER_NAME = EARTH\nREF_FRAME = ICRF\nTIME_SYSTEM = TDB\nEPOCH = 2026-01-01T00:00:00\n\
                 X = 7000\nY = 0\nZ = 0\nX_DOT = 0\nY_DOT = 7.5\nZ_DOT = 0.1\n";
    std::fs::write(folder.path().join("tug.opm"), state).expect("written");
    let told = portolan_in(folder.path(), &["propagate", "tug.opm", "--for", "1 h"]);
    assert!(told.refusal(2).contains("tug.opm:4: OBJECT_NAME: a name is one printable line"), "{}", told.stderr);
}

/// Names that a spreadsheet would calculate, that need quotes, and that no file can be called by: every table reads back,
/// every figure is XML, and the report lies in its folder.
#[test]
fn law_names_leave_as_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = "=HYPERLINK(1), <b>&amp; ../../x";
    let text = CAMPAIGN
        .replacen("400x400", "40x40", 1)
        .replace("[demand.cargo]", &format!("[demand.\"{evil}\"]"))
        .replace("[partner.ESA]", "[partner.\"@ESA\"]");
    assert!(text.contains("@ESA"), "the example has no partner ESA");
    std::fs::write(folder.path().join("mars.toml"), text).expect("written");
    let told = portolan_in(folder.path(), &["run", "mars.toml", "--out", "report"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let report = folder.path().join("report");
    assert_eq!(names(folder.path()), ["mars.toml", "report"]);
    let list = std::fs::read_to_string(report.join(".portolan-files")).expect("a list");
    for name in list.lines() {
        let bytes = std::fs::read(report.join(name)).expect("listed and there");
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if name.ends_with(".csv") {
            let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for record in rows.records() {
                for cell in &record.expect("a row") {
                    let number = cell.parse::<f64>().is_ok();
                    assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
                }
            }
        }
        let page = name.ends_with(".svg") || name.ends_with(".html");
        assert!(!page || !text.contains("<b>&amp; .."), "{name} holds the name as markup");
    }
    let departures = std::fs::read_to_string(report.join("tables/departures.csv")).expect("a table");
    assert!(departures.contains(&format!("\"'{evil}\"")), "{departures}");
    assert!(departures.contains(",'@ESA,"), "{departures}");
    let page = std::fs::read_to_string(report.join("report.html")).expect("the page");
    assert!(page.contains("@ESA") && !page.contains("'@ESA"), "the page shows the name itself");
}
