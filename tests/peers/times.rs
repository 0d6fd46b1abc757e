//! UTC to TDB against CSPICE.

use crate::{Worst, numbers, rows};
use portolan::time::Epoch;

/// TDB − TT is a series; CSPICE keeps its first term, with constants that hifitime has too. What is left is
/// rounding: hifitime counts nanoseconds, and one unit in the last place of 1e9 s is 0.12 µs.
const TIME_S: f64 = 1e-6;

#[test]
fn agrees_with_cspice_on_utc() {
    let table = rows("time_utc_tdb_cspice.csv");
    assert_eq!(table.len(), 14, "the table has lost rows");
    let mut worst = Worst::none();
    for row in &table {
        let epoch = Epoch::parse(&format!("{} UTC", &row[0])).expect("a date");
        worst.see((epoch.tdb_s() - numbers::<1>(row, 1)[0]).abs(), || row[0].to_owned());
    }
    println!("UTC to TDB, portolan and CSPICE: {:.2e} s ({})", worst.value, worst.at);
    assert!(worst.within(TIME_S), "{:e} s for {}", worst.value, worst.at);
}
