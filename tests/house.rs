//! The house in order: floors, names with units, manners, sources. Every check is shown a mistake first,
//! so that a check which sees nothing is noticed.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its functions too")]

#[path = "house/facts.rs"]
mod facts;
#[path = "house/floors.rs"]
mod floors;
#[path = "house/manners.rs"]
mod manners;
#[path = "house/numbers.rs"]
mod numbers;
#[path = "house/source.rs"]
mod source;

use source::{Finding, Source, repository, rust_files};

/// All findings of a check over some folders must be none; otherwise the test prints them, one a line.
fn assert_none(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
}

fn over(folders: &[&str], check: impl Fn(&Source) -> Vec<Finding>) -> Vec<Finding> {
    rust_files(folders).iter().flat_map(check).collect()
}

/// Whether the check finds something in a piece of source, at the place and for the reason given.
fn assert_caught(check: impl Fn(&Source) -> Vec<Finding>, path: &str, text: &str, wanted: &str) {
    let lines: Vec<String> = check(&Source::parse(path, text)).iter().map(ToString::to_string).collect();
    assert!(
        lines.iter().any(|line| line.contains(wanted)),
        "not caught in {path}: {text}\nwanted {wanted}, got {lines:?}"
    );
}

fn assert_passes(check: impl Fn(&Source) -> Vec<Finding>, path: &str, text: &str) {
    assert_none(&check(&Source::parse(path, text)));
}

#[test]
fn law_floors_import_only_from_above() {
    assert_none(&over(&["src"], floors::check));
}

#[test]
fn refuses_an_upward_import() {
    for (path, text) in [
        ("src/units.rs", "use crate::time::Epoch;"),
        ("src/bodies/small.rs", "use crate::{units::AU_KM, report::{table, html}};"),
        ("src/bodies/small.rs", "use super::super::report::table;"),
        ("src/bodies.rs", "use super::transfers::porkchop as p;"),
        ("src/staging.rs", "mod inner { use super::super::vehicles::Stage; }"),
        ("src/staging.rs", "#[cfg(test)] mod tests { use portolan::cli::run; }"),
        ("src/numerics.rs", "fn f() -> f64 { crate::dynamics::pull(1.0) }"),
        ("src/numerics.rs", "fn f(x: Vec<crate::campaign::Plan>) {}"),
        ("src/numerics.rs", "fn f() { println!(\"{}\", crate::costs::total()); }"),
        ("src/numerics.rs", "macro_rules! m { () => { $crate::sweep::plan() } }"),
        ("src/numerics.rs", "impl crate::network::Flow for X {}"),
    ] {
        assert_caught(floors::check, path, text, "is below");
    }
    assert_caught(floors::check, "src/units.rs", "use crate::*;", "the whole crate");
    assert_caught(floors::check, "src/units.rs", "use crate::Epoch;", "no floor");
    assert_caught(floors::check, "src/shed.rs", "fn f() {}", "no floor");
    assert_caught(floors::check, "src/lib.rs", "pub mod shed;", "no floor");
    assert_caught(floors::check, "src/costs.rs", "use miette::Report;", "miette");
    assert_passes(
        floors::check,
        "src/report/html.rs",
        "use crate::{campaign::Run, units}; use super::table; use std::fmt;",
    );
    assert_passes(
        floors::check,
        "src/units.rs",
        "//! `crate::time` is said, not used\n#[cfg(test)] mod tests { use super::*; }",
    );
    assert_passes(floors::check, "src/units.rs", "fn f() { println!(\"crate::time::Epoch\"); }");
}

#[test]
fn law_bare_numbers_say_their_unit() {
    let sources = rust_files(&["src"]);
    let aliases = numbers::aliases(&sources);
    let findings: Vec<Finding> = sources.iter().flat_map(|s| numbers::check(s, &aliases)).collect();
    assert_none(&findings);
}

#[test]
fn refuses_a_bare_number_without_a_unit() {
    let check = |s: &Source| numbers::check(s, &numbers::aliases(std::slice::from_ref(s)));
    for (text, wanted) in [
        ("pub fn f(speed: f64) {}", "f(speed)"),
        ("pub fn f(speeds: &[f64]) {}", "f(speeds)"),
        ("pub fn f(speeds: &mut Vec<[f64; 3]>) {}", "f(speeds)"),
        ("pub fn f(speed: Option<f64>) {}", "f(speed)"),
        ("pub fn f(pair: (f64, u8)) {}", "f(pair)"),
        ("pub fn f(sums: std::collections::BTreeMap<String, f64>) {}", "f(sums)"),
        ("pub fn f(speeds: impl Iterator<Item = f64>) {}", "f(speeds)"),
        ("pub fn speed() -> f64 { 1.0 }", "speed()"),
        ("pub fn speed() -> Result<f64, E> { Ok(1.0) }", "speed()"),
        ("pub struct S { pub speed: f64 }", "S.speed"),
        ("pub struct S(pub f64);", "S.0"),
        ("pub enum E { A { speed: f64 } }", "E::A.speed"),
        ("pub enum E { A(f64) }", "E::A.0"),
        ("pub const SPEED: f64 = 1.0;", "SPEED"),
        ("pub const SPEED: [f64; 2] = [1.0, 2.0];", "SPEED"),
        ("pub struct S; impl S { pub fn f(&self, speed: f64) {} }", "S::f(speed)"),
        ("pub struct S; impl S { pub const SPEED: f64 = 1.0; }", "S::SPEED"),
        ("pub trait T { fn f(&self, speed: f64); }", "T::f(speed)"),
        ("pub type Triple = [f64; 3]; pub fn f(place: Triple) {}", "f(place)"),
        ("pub mod m { pub fn f(speed_furlong: f64) {} }", "f(speed_furlong)"),
    ] {
        assert_caught(check, "src/transfers.rs", text, wanted);
    }
    assert_passes(
        check,
        "src/transfers.rs",
        "pub struct S { pub tof_d: f64, pub ecc: f64, own: f64, pub names: Vec<String> }
         pub const DAY_S: f64 = 1.0;
         pub const KG_PER_LB: f64 = 1.0;
         impl S { pub fn kg(&self) -> f64 { 1.0 } pub fn mass_fraction(&self) -> f64 { 1.0 } fn own(&self, x: f64) {} }
         impl std::ops::Mul<f64> for S { type Output = S; fn mul(self, other: f64) -> S { self } }
         pub fn f(v_inf_km_s: f64, price_usd_per_kg: f64, root: impl Fn(f64) -> f64) {}
         #[cfg(test)] mod tests { pub fn f(speed: f64) {} }",
    );
    assert_passes(check, "src/numerics/roots.rs", "pub fn root(x: f64, low: f64) -> f64 { x }");
}

#[test]
fn refuses_a_unit_that_lies() {
    let check = |s: &Source| numbers::check(s, &[]);
    for (text, wanted) in [
        ("pub fn f(mu_km2_s2: f64) {}", "f(mu_km2_s2)"),
        ("pub fn f(mu_km2_s3: f64) {}", "f(mu_km2_s3)"),
        ("pub fn f(mu_km3_s: f64) {}", "f(mu_km3_s)"),
        ("pub fn f(sun_mu_km: f64) {}", "f(sun_mu_km)"),
        ("pub fn f(c3_km_s: f64) {}", "f(c3_km_s)"),
        ("pub fn f(isp_d: f64) {}", "f(isp_d)"),
        ("pub fn f(v_inf_m_s: f64) {}", "f(v_inf_m_s)"),
        ("pub fn f(dv_km: f64) {}", "f(dv_km)"),
        ("pub fn f(v_inf_dep_km2_s2: f64) {}", "f(v_inf_dep_km2_s2)"),
        ("pub fn f(sma_km_s: f64) {}", "f(sma_km_s)"),
        ("pub fn f(tof_km: f64) {}", "f(tof_km)"),
        ("pub fn f(inc_km: f64) {}", "f(inc_km)"),
        ("pub fn f(dry_mass_s: f64) {}", "f(dry_mass_s)"),
        ("pub struct S { pub thrust_kg: f64 }", "S.thrust_kg"),
        ("pub fn f(mu_m3_s2: f64) {}", "f(mu_m3_s2)"),
    ] {
        assert_caught(check, "src/numerics.rs", text, wanted);
        assert_caught(check, "src/transfers.rs", text, wanted);
    }
    assert_passes(
        check,
        "src/transfers.rs",
        "pub fn f(mu_km3_s2: f64, c3_km2_s2: f64, isp_s: f64, v_inf_km_s: f64, payload_at_c3_kg: f64, radius_km: f64,
                  tof_s: f64, tof_d: f64, dla_deg: f64, raan_rad: f64, mass_flow_kg_s: f64, radius_rate_km_s: f64,
                  mass_ratio: f64) {}",
    );
}

#[test]
fn law_public_items_have_words_and_manners() {
    assert_none(&over(&["src"], manners::check));
}

#[test]
fn refuses_bad_manners() {
    let path = "src/vehicles/tank.rs";
    for (text, wanted) in [
        ("//! A.\npub fn f() {}", "f: no doc"),
        ("//! A.\n/// B.\npub struct S { pub a: u8 }", "S.a: no doc"),
        ("//! A.\n/// B.\npub enum E { A }", "E::A: no doc"),
        ("//! A.\n/// B.\npub trait T { fn f(); }", "T::f: no doc"),
        ("//! A.\npub struct S;", "S: no doc"),
        ("//! A.\npub const N: usize = 3;", "N: no doc"),
        ("//! A.\npub mod m { }", "m: no doc"),
        ("fn f() {}", "the file has no //!"),
        ("//! A.\nfn get_mass() {}", "get_mass"),
        ("//! A.\n/// B.\npub fn f(full: bool) {}", "f(full): a bool"),
        ("//! A.\n/// B.\npub fn f(full: Option<bool>) {}", "f(full): a bool"),
        ("//! A.\n/// B.\npub fn f() -> Result<(), E> { Ok(()) }", "f: no # Errors"),
        ("//! A.\n/// B.\npub trait T {\n/// C.\nfn f() -> std::io::Result<()>; }", "T::f: no # Errors"),
        ("//! A.\nfn f() { g().unwrap(); }", "f: unwrap()"),
        ("//! A.\nfn f() { println!(\"{}\", g().unwrap()); }", "f: unwrap()"),
        ("//! A.\nimpl S { fn f() { todo!() } }", "f: todo!"),
        ("//! A.\nfn f() { panic!(\"no\") }", "f: panic!"),
        ("//! A.\nfn f() { dbg!(1); }", "f: dbg!"),
        ("//! A.\n#[allow(clippy::unwrap_used)] fn f() {}", "clippy::unwrap_used"),
        ("//! A.\nmod utils {}", "utils"),
    ] {
        assert_caught(manners::check, path, text, wanted);
    }
    for path in ["src/vehicles/mod.rs", "src/vehicles/helpers.rs", "src/common/tank.rs", "src/network/manager.rs"] {
        assert_caught(manners::check, path, "//! A.", "name");
    }
    let long = "//! A.\n".to_owned() + &"// line\n".repeat(700);
    assert_caught(manners::check, path, &long, "701 lines");
    let tested = "//! A.\n#[cfg(test)]\nmod tests {\n".to_owned() + &"    // line\n".repeat(700) + "}\n";
    assert_passes(manners::check, path, &tested);
    assert_passes(
        manners::check,
        path,
        "//! A.
         /// B.
         ///
         /// # Errors
         /// Always.
         pub fn f() -> Result<(), E> { g().unwrap_or(1); Err(E) }
         /// C.
         pub struct S { own: u8 }
         impl Clone for S { fn clone(&self) -> S { S { own: 1 } } }
         pub use inner::Thing;
         #[cfg(test)] mod tests { fn f() { g().unwrap(); } }",
    );
}

#[test]
fn law_tests_are_named_for_their_warrant() {
    assert_none(&over(&["src", "tests"], manners::check_tests));
}

#[test]
fn refuses_a_test_without_a_warrant() {
    let check = manners::check_tests;
    assert_caught(check, "tests/a.rs", "#[test] fn it_works() {}", "it_works");
    assert_caught(check, "src/a.rs", "#[cfg(test)] mod tests { #[test] fn works() {} }", "works");
    assert_caught(check, "tests/a.rs", "proptest! { #[test] fn works(x in 0..1) {} }", "works");
    assert_caught(check, "tests/a.rs", "#[test] #[ignore] fn law_a() {}", "ignore");
    assert_caught(check, "tests/a.rs", "#[test] #[ignore = \"slow\"] fn law_a() {}", "ignore");
    assert_passes(check, "tests/a.rs", "#[test] fn law_a() {} #[test] fn published_b() {} fn other() {}");
    assert_passes(check, "tests/a.rs", "proptest! { #[test] fn law_a(x in 0..1) { other(); } }");
}

#[test]
fn law_examples_are_short_and_say_their_question() {
    assert_none(&over(&["examples"], manners::check_example));
}

#[test]
fn refuses_an_example_that_is_long_or_careless() {
    let path = "examples/01_a.rs";
    assert_caught(manners::check_example, path, "fn main() { f().unwrap(); }", "unwrap()");
    assert_caught(manners::check_example, path, "fn main() {}", "//!");
    assert_caught(manners::check_example, path, &("//! A?\n".to_owned() + &"//\n".repeat(120)), "121 lines");
    assert_caught(manners::check_example, path, "//! What?\nfn main() {}", "no text block");
    let whole = "//! What?\n//! ```text\n//! $ cargo run --release --example 01_a\n//! 42\n//! ```\nfn main() {}";
    assert_passes(manners::check_example, path, whole);
}

#[test]
fn law_every_data_file_has_its_provenance() {
    assert_none(&facts::provenance(&repository().join("ephemerides")));
}

#[test]
fn refuses_data_without_provenance() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |path: &str, bytes: u64, sha256: &str| {
        format!(
            "[[file]]\npath = \"{path}\"\nbytes = {bytes}\nsha256 = \"{sha256}\"\ncontent = \"c\"\nspan = \"-\"\nsource = \"s\"\nlicence = \"l\"\n"
        )
    };
    // SHA-256 of "abc": FIPS 180-4, example of appendix B.1 of its predecessor FIPS 180-2.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let say = |table: &str| {
        std::fs::write(folder.path().join("PROVENANCE.toml"), table).expect("written");
        facts::provenance(folder.path()).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    std::fs::create_dir(folder.path().join("deep")).expect("a folder");
    std::fs::write(folder.path().join("deep/a.bsp"), "abc").expect("written");
    assert_eq!(say(&row("deep/a.bsp", 3, abc)), "");
    assert!(say("").contains("deep/a.bsp: no row"));
    assert!(say(&row("deep/a.bsp", 3, &abc.replace('b', "c"))).contains("sha256"));
    assert!(say(&row("deep/a.bsp", 4, abc)).contains("bytes"));
    assert!(say(&row("deep/a.bsp", 3, abc).replace("\"l\"", "\"\"")).contains("licence"));
    assert!(say(&(row("deep/a.bsp", 3, abc) + &row("b.bsp", 3, abc))).contains("b.bsp: no such file"));
    assert!(say(&row("deep/a.bsp", 3, abc).repeat(2)).contains("two rows"));
}

#[test]
fn law_every_catalogue_row_has_its_source() {
    assert_none(&facts::catalogue(&repository().join("catalogue")));
}

#[test]
fn refuses_a_catalogue_row_without_a_source() {
    for (name, text, wanted) in [
        ("a.csv", "name,source,verified\nx,,read\n", "row 1: no source"),
        ("a.csv", "name,source,verified\nx,s,\n", "row 1: no verified"),
        ("a.csv", "name,source,verified\nx,s,perhaps\n", "row 1: verified"),
        ("a.csv", "name,source,verified\nx,same,read\n", "row 1: \"same\""),
        ("a.csv", "name,verified\nx,read\n", "no column source"),
        ("a.csv", "name,source\nx,s\n", "no column verified"),
        ("a.csv", "name,source,verified\nx,s,read,more\n", "row 1"),
        ("a.toml", "[x]\nmass_kg = 1.0\nverified = \"read\"\n", "x: no source"),
        ("a.toml", "[x]\nmass_kg = 1.0\nsource = \"s\"\n", "x: no verified"),
        ("a.toml", "[[x]]\nmass_kg = 1.0\n", "x[0]: no source"),
        ("a.toml", "[x.y]\nmass_kg = 1.0\n", "x.y: no source"),
        ("a.json", "{}", "neither CSV nor TOML"),
    ] {
        let lines: Vec<String> = facts::catalogue_file(name, text).iter().map(ToString::to_string).collect();
        assert!(lines.iter().any(|line| line.contains(wanted)), "{name}: {text}: wanted {wanted}, got {lines:?}");
    }
    assert_none(&facts::catalogue_file("a.csv", "name,source,verified\nx,s,read\ny,same,read-2nd+computed\n"));
    assert_none(&facts::catalogue_file("a.toml", "source = \"s\"\nverified = \"read\"\n[[x]]\nmass_kg = 1.0\n"));
}
