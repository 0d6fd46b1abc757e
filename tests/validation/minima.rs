//! Least C3, speeds and Δv of whole opportunities against the continuous minima of an independent search
//! (another Lambert solver, on DE440 by CSPICE). Only interior minima are in the tables.

use crate::{Row, table};
use portolan::bodies::Body;
use portolan::ephemerides::Ephemerides;
use portolan::time::{Epoch, Window};
use portolan::transfers::burns::ParkingOrbit;
use portolan::transfers::porkchop::{Criterion, PorkchopRequest, Transfer, porkchop};
use std::collections::BTreeMap;

const C3_KM2_S2: f64 = 0.003;
const V_INF_KM_S: f64 = 0.0005;
/// Valleys are flat: a date may be off where the number is not.
const DATE_D: f64 = 1.5;
const ANGLE_DEG: f64 = 0.3;

/// Days before and after the dates of an opportunity's rows that are searched.
const MARGIN_D: f64 = 45.0;

const MARS_1_SOL: ParkingOrbit = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 };
const LOW: ParkingOrbit = ParkingOrbit::Circular { altitude_km: 300.0 };

/// A table, where it goes, and the orbits its Δv columns are for.
struct Case {
    table: &'static str,
    arrival: &'static str,
    parking: ParkingOrbit,
    capture: ParkingOrbit,
    /// column of the Δv, and the number that it is
    dv: (&'static str, fn(&Transfer) -> f64),
    /// rows from this opportunity on lie inside the kernels
    first: &'static str,
    /// rows of those opportunities
    rows: usize,
    /// what that search, which takes the least of a type, found no interior minimum of: it leans on the ridge, or on the
    /// border; a local minimum above what leans on the ridge is told as one
    absent: &'static [&'static str],
}

/// Compares every row, asks for nothing where nothing is known to be, and tells all that disagrees.
fn assert_minima(case: &Case) {
    let mut opportunities: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for row in table(case.table).into_iter().filter(|row| row.text("opportunity") >= case.first) {
        let key = (row.text("departure_body").to_owned(), row.text("opportunity").to_owned());
        opportunities.entry(key).or_default().push(row);
    }
    assert_eq!(opportunities.values().map(Vec::len).sum::<usize>(), case.rows, "{} has lost rows", case.table);
    let mut faults = Vec::new();
    let mut worst: BTreeMap<&str, f64> = BTreeMap::new();
    let mut absent = 0;
    for ((departure, opportunity), rows) in &opportunities {
        // both departure bodies search the dates of both: where one has a minimum, the other may not
        let window = |column: &str| {
            let of_opportunity =
                || opportunities.iter().filter(|((_, o), _)| o == opportunity).flat_map(|(_, rows)| rows);
            let dates = || of_opportunity().map(|row| row.number(column));
            Window {
                start: Epoch::from_jd_tdb(dates().fold(f64::INFINITY, f64::min) - MARGIN_D),
                end: Epoch::from_jd_tdb(dates().fold(f64::NEG_INFINITY, f64::max) + MARGIN_D),
            }
        };
        let body = |name: &str| Body::find(name).expect("a body");
        let mut request =
            PorkchopRequest::new(body(departure), body(case.arrival), window("dep_jd_tdb"), window("arr_jd_tdb"));
        (request.parking, request.capture) = (case.parking, case.capture);
        let solved = porkchop(Ephemerides::embedded().expect("kernels"), &request).expect("a porkchop");
        for minimum in &solved.minima {
            let Some(objective) = objective(minimum.criterion, rows) else { continue };
            let place = format!("{departure} {opportunity}-{} {objective}", minimum.kind);
            let row = rows
                .iter()
                .find(|row| row.text("type") == minimum.kind.to_string() && row.text("objective") == objective);
            match (row, &minimum.found) {
                (Some(row), Some(found)) => compare(case, &place, row, found, &mut worst, &mut faults),
                (Some(_), None) => faults.push(format!("{place}: not found")),
                (None, found) if case.absent.contains(&place.as_str()) => {
                    absent += 1;
                    match found {
                        Some(t) if !minimum.ridge_lower => {
                            faults.push(format!("{place}: there is none, found {}", told(t)));
                        }
                        Some(t) => println!("{place}: above what leans on the ridge, {}", told(t)),
                        None => {}
                    }
                }
                (None, Some(t)) => println!("{place}: not in the table, found {}", told(t)),
                (None, None) => {}
            }
        }
    }
    assert_eq!(absent, case.absent.len(), "not all of {:?} were looked for", case.absent);
    println!("{}: largest differences {worst:?}", case.table);
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), case.table, faults.join("\n"));
}

/// The table's word for a criterion; none for one that the table does not have at all.
fn objective(criterion: Criterion, rows: &[Row]) -> Option<&'static str> {
    let word = match criterion {
        Criterion::C3 => "min_c3",
        Criterion::ArrivalSpeed => "min_vinf_arr",
        Criterion::SpeedSum => "min_vinf_sum",
        Criterion::DeltaV => "min_dv",
        _ => return None,
    };
    let has_dv = rows.iter().any(|row| row.text("objective") == "min_dv") || rows[0].0.contains_key("dv_total_kms");
    (word != "min_dv" || has_dv).then_some(word)
}

fn told(t: &Transfer) -> String {
    let Transfer { depart, arrive, c3_km2_s2, v_inf_arr_km_s, angle_deg, .. } = t;
    format!("{depart} to {arrive}, C3 {c3_km2_s2:.5}, v∞ {v_inf_arr_km_s:.5}, angle {angle_deg:.2}°")
}

fn compare(
    case: &Case,
    place: &str,
    row: &Row,
    found: &Transfer,
    worst: &mut BTreeMap<&'static str, f64>,
    faults: &mut Vec<String>,
) {
    let angle = |a: f64, b: f64| ((a - b + 180.0).rem_euclid(360.0) - 180.0).abs();
    let sum_km_s = found.v_inf_dep_km_s + found.v_inf_arr_km_s;
    for (column, off, tolerance) in [
        ("dep_jd_tdb", found.depart.jd_tdb_d() - row.number("dep_jd_tdb"), DATE_D),
        ("arr_jd_tdb", found.arrive.jd_tdb_d() - row.number("arr_jd_tdb"), DATE_D),
        ("tof_d", found.tof_d - row.number("tof_d"), DATE_D),
        ("transfer_angle_deg", angle(found.angle_deg, row.number("transfer_angle_deg")), ANGLE_DEG),
        ("c3_dep_km2s2", found.c3_km2_s2 - row.number("c3_dep_km2s2"), C3_KM2_S2),
        ("vinf_dep_kms", found.v_inf_dep_km_s - row.number("vinf_dep_kms"), V_INF_KM_S),
        ("vinf_arr_kms", found.v_inf_arr_km_s - row.number("vinf_arr_kms"), V_INF_KM_S),
        ("vinf_sum_kms", sum_km_s - row.number("vinf_sum_kms"), V_INF_KM_S),
        ("dla_deg", angle(found.dla_deg, row.number("dla_deg")), ANGLE_DEG),
        ("rla_deg", angle(found.rla_deg, row.number("rla_deg")), ANGLE_DEG),
        (case.dv.0, (case.dv.1)(found) - row.number(case.dv.0), V_INF_KM_S),
    ] {
        let largest = worst.entry(column).or_default();
        *largest = largest.max(off.abs());
        if off.is_nan() || off.abs() > tolerance {
            faults.push(format!("{place}: {column} {} is off by {off:.6}", row.text(column)));
        }
    }
}

#[test]
fn agrees_with_recomputed_earth_mars_minima() {
    assert_minima(&Case {
        table: "earth_mars_minima_odd.csv",
        arrival: "mars",
        parking: LOW,
        capture: MARS_1_SOL,
        dv: ("dv_total_kms", |t| t.dv_total_km_s),
        first: "2026",
        rows: 67,
        absent: &[
            "earth 2026-I min_c3",
            "earth 2026-I min_vinf_arr",
            "earth 2026-I min_vinf_sum",
            "earth 2026-I min_dv",
            "emb 2026-I min_c3",
            "emb 2026-I min_vinf_arr",
            "emb 2026-I min_vinf_sum",
            "emb 2026-I min_dv",
            "earth 2035-II min_c3",
            "earth 2035-II min_vinf_sum",
            "earth 2035-II min_dv",
            "emb 2035-II min_vinf_sum",
            "emb 2035-II min_dv",
        ],
    });
}

#[test]
fn agrees_with_recomputed_mars_earth_minima() {
    assert_minima(&Case {
        table: "mars_earth_minima_odd.csv",
        arrival: "earth",
        parking: MARS_1_SOL,
        capture: LOW,
        dv: ("dv_tei_from_250km_1sol_kms", |t| t.dv_depart_km_s),
        first: "2028",
        rows: 26,
        absent: &[
            "mars 2033-II min_vinf_arr",
            "mars 2041-I min_c3",
            "mars 2041-I min_vinf_arr",
            "mars 2041-I min_vinf_sum",
        ],
    });
}

#[test]
fn agrees_with_recomputed_earth_venus_minima() {
    assert_minima(&Case {
        table: "earth_venus_minima_odd.csv",
        arrival: "venus",
        parking: LOW,
        capture: LOW,
        dv: ("dv_tvi300_plus_voi300_kms", |t| t.dv_total_km_s),
        first: "2028",
        rows: 14,
        absent: &["emb 2031-I min_c3", "emb 2031-II min_vinf_arr", "emb 2034-I min_vinf_arr"],
    });
}
