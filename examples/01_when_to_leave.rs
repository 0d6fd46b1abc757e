//! When does the next cargo ship leave for Mars, and what does it cost in speed?
//!
//! ```text
//! $ cargo run --release --example 01_when_to_leave
//! after 2029-06-01: leave 2030-09-13 to 2031-04-17, arrive 2031-04-13 to 2032-03-26
//! least C3, type I: 2031-01-27 to 2031-08-05, C3 8.97 km²/s², arrival 5.60 km/s, Δv 6.38 km/s
//! least C3, type II: 2031-02-22 to 2032-01-08, C3 8.17 km²/s², arrival 5.52 km/s, Δv 6.29 km/s
//! least Δv, type II: 2030-12-25 to 2031-10-04, C3 10.70 km²/s², arrival 3.48 km/s, Δv 5.02 km/s
//! ```

use portolan::bodies::{EARTH, MARS};
use portolan::ephemerides::Ephemerides;
use portolan::time::Epoch;
use portolan::transfers::porkchop::{Criterion, PorkchopRequest, Transfer, next_opportunity, porkchop};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let ephemerides = Ephemerides::embedded()?;
    let after = Epoch::parse("2029-06-01")?;
    let next = next_opportunity(ephemerides, EARTH, MARS, after)?;
    let dates = |w: portolan::time::Window| format!("{} to {}", w.start.date(), w.end.date());
    println!("after {}: leave {}, arrive {}", after.date(), dates(next.depart), dates(next.arrive));

    let solved = porkchop(ephemerides, &PorkchopRequest::new(EARTH, MARS, next.depart, next.arrive))?;
    for minimum in solved.minima.iter().filter(|m| m.criterion == Criterion::C3) {
        match &minimum.found {
            Some(transfer) => print("C3", transfer),
            None => println!("least C3, type {}: none inside these dates", minimum.kind),
        }
    }
    if let Some(transfer) = solved.best(Criterion::DeltaV) {
        print("Δv", transfer);
    }
    Ok(())
}

fn print(least: &str, t: &Transfer) {
    println!(
        "least {least}, type {}: {} to {}, C3 {:.2} km²/s², arrival {:.2} km/s, Δv {:.2} km/s",
        t.kind,
        t.depart.date(),
        t.arrive.date(),
        t.c3_km2_s2,
        t.v_inf_arr_km_s,
        t.dv_total_km_s
    );
}
