//! States against CSPICE's numbers and against anise.

use crate::{Worst, distance, numbers, rows};
use anise::constants::orientations::J2000;
use anise::prelude::Frame;
use portolan::bodies::Body;
use portolan::ephemerides::{Ephemerides, State};
use portolan::time::Epoch;

/// Rounding in the 1e9 km of an outer planet's position is 1e-7 km, and CSPICE sums the segments in another order;
/// 2 cm is the bound of ephemerides/README.md.
const POSITION_KM: f64 = 2e-5;
/// As above, in the velocities.
const VELOCITY_KM_S: f64 = 1e-11;

/// A row of a stored table of states.
struct Row {
    epoch: Epoch,
    target: Body,
    center: Body,
    position_km: [f64; 3],
    velocity_km_s: [f64; 3],
}

impl Row {
    fn place(&self) -> String {
        format!("{} from {} at {}", self.target.name, self.center.name, self.epoch)
    }
}

fn table(name: &str) -> Vec<Row> {
    let body = |text: &str| Body::from_naif_id(text.parse().expect("a NAIF id"));
    let row = |r: csv::StringRecord| Row {
        epoch: Epoch::from_tdb_s(numbers::<1>(&r, 0)[0]),
        target: body(&r[1]),
        center: body(&r[2]),
        position_km: numbers(&r, 3),
        velocity_km_s: numbers(&r, 6),
    };
    rows(name).into_iter().map(row).collect()
}

fn by_anise(ephemerides: &Ephemerides, row: &Row) -> State {
    let frame = |body: Body| Frame::new(body.naif_id, J2000);
    let answer = ephemerides.almanac().translate(frame(row.target), frame(row.center), row.epoch.scaled(), None);
    let state = answer.expect("a state from anise");
    let array = |v: nalgebra::Vector3<f64>| [v.x, v.y, v.z];
    State { position_km: array(state.radius_km), velocity_km_s: array(state.velocity_km_s) }
}

/// The states of a row by two programs.
type Pair = fn(&Ephemerides, &Row) -> [State; 2];

fn assert_agree(name: &str, count: usize) {
    let ephemerides = Ephemerides::embedded().expect("kernels");
    let table = table(name);
    assert_eq!(table.len(), count, "{name} has lost rows");
    let pairs: [(&str, Pair); 3] = [
        ("portolan and CSPICE", |e, row| [by_portolan(e, row), stored(row)]),
        ("anise and CSPICE", |e, row| [by_anise(e, row), stored(row)]),
        ("portolan and anise", |e, row| [by_portolan(e, row), by_anise(e, row)]),
    ];
    for (who, pair) in pairs {
        let (mut position, mut velocity) = (Worst::none(), Worst::none());
        for row in &table {
            let [a, b] = pair(ephemerides, row);
            position.see(distance(a.position_km, b.position_km), || row.place());
            velocity.see(distance(a.velocity_km_s, b.velocity_km_s), || row.place());
        }
        println!(
            "{name}, {who}: {:.2e} km ({}), {:.2e} km/s ({})",
            position.value, position.at, velocity.value, velocity.at
        );
        assert!(position.within(POSITION_KM), "{who}: {:e} km for {}", position.value, position.at);
        assert!(velocity.within(VELOCITY_KM_S), "{who}: {:e} km/s for {}", velocity.value, velocity.at);
    }
}

fn by_portolan(ephemerides: &Ephemerides, row: &Row) -> State {
    ephemerides.state(row.target, row.center, row.epoch).expect("a state")
}

fn stored(row: &Row) -> State {
    State { position_km: row.position_km, velocity_km_s: row.velocity_km_s }
}

#[test]
fn agrees_with_cspice_on_planets() {
    assert_agree("de440_states_cspice.csv", 220);
}

#[test]
fn agrees_with_cspice_on_small_bodies() {
    assert_agree("small_bodies_states_cspice.csv", 24);
}
