//! All opportunities of 2026 to 2050 in one call against the same tables as single ones.

use crate::table;
use portolan::bodies::Body;
use portolan::ephemerides::Ephemerides;
use portolan::time::{DAY_S, Epoch, Window};
use portolan::transfers::burns::ParkingOrbit;
use portolan::transfers::opportunities::{DatedOpportunity, opportunities};
use portolan::transfers::porkchop::PorkchopRequest;

const MARS_1_SOL: ParkingOrbit = ParkingOrbit::Elliptic { periapsis_altitude_km: 250.0, period_s: 88_775.244 };
const LOW: ParkingOrbit = ParkingOrbit::Circular { altitude_km: 300.0 };

/// The tolerances of `minima.rs`.
const C3_KM2_S2: f64 = 0.003;
const V_INF_KM_S: f64 = 0.0005;
const DATE_D: f64 = 1.5;

fn in_one_call(from: &str, to: &str, parking: ParkingOrbit, capture: ParkingOrbit) -> Vec<DatedOpportunity> {
    let years = Window::parse("2026-01-01..2050-12-31").expect("years");
    let body = |name: &str| Body::find(name).expect("a body");
    let request = PorkchopRequest { parking, capture, ..PorkchopRequest::new(body(from), body(to), years, years) };
    opportunities(Ephemerides::embedded().expect("kernels"), &request).expect("opportunities").found
}

/// Every row of a departure body inside the years is among the minima.
fn assert_rows(name: &str, to: &str, departures: &[(&str, usize)], parking: ParkingOrbit, capture: ParkingOrbit) {
    let mut faults = Vec::new();
    for (from, wanted) in departures {
        let found = in_one_call(from, to, parking, capture);
        let rows: Vec<_> = table(name)
            .into_iter()
            .filter(|row| row.text("departure_body") == *from && row.text("opportunity") >= "2026")
            .collect();
        assert_eq!(rows.len(), *wanted, "{name} has lost rows of {from}");
        for row in rows {
            let criterion = match row.text("objective") {
                "min_c3" => "c3",
                "min_vinf_arr" => "v_inf_arr",
                "min_vinf_sum" => "v_inf_sum",
                _ => "dv_total",
            };
            let depart = Epoch::from_jd_tdb(row.number("dep_jd_tdb"));
            let near = found
                .iter()
                .flat_map(|o| &o.minima)
                .filter(|m| m.criterion.to_string() == criterion && m.kind.to_string() == row.text("type"));
            let same = near.filter_map(|m| m.found.as_ref()).find(|t| (t.depart - depart).abs() < DATE_D * DAY_S);
            let place =
                format!("{from} {}-{} {criterion} of {}", row.text("opportunity"), row.text("type"), depart.date());
            let Some(t) = same else {
                faults.push(format!("{place}: not found"));
                continue;
            };
            for (column, off, tolerance) in [
                ("c3_dep_km2s2", t.c3_km2_s2 - row.number("c3_dep_km2s2"), C3_KM2_S2),
                ("vinf_arr_kms", t.v_inf_arr_km_s - row.number("vinf_arr_kms"), V_INF_KM_S),
                ("tof_d", t.tof_d - row.number("tof_d"), DATE_D),
            ] {
                if off.is_nan() || off.abs() > tolerance {
                    faults.push(format!("{place}: {column} is off by {off:.6}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {name}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn agrees_with_recomputed_earth_mars_minima_in_one_call() {
    assert_rows(
        "earth_mars_minima_odd.csv",
        "mars",
        &[("earth", EARTH_MARS.0), ("emb", EARTH_MARS.1)],
        LOW,
        MARS_1_SOL,
    );
}

const EARTH_MARS: (usize, usize) = (33, 34);

#[test]
fn agrees_with_recomputed_mars_earth_minima_in_one_call() {
    assert_rows("mars_earth_minima_odd.csv", "earth", &[("mars", 26)], MARS_1_SOL, LOW);
}

#[test]
fn agrees_with_recomputed_earth_venus_minima_in_one_call() {
    assert_rows("earth_venus_minima_odd.csv", "venus", &[("emb", 14)], LOW, LOW);
}
