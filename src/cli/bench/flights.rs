//! Flights: alone by the fastest method that ends within a millimetre, in batches, and by nyx.

use super::super::failure::Failure;
use super::measure::{Peer, Row, Session, Unit, broken, one_thread};
use crate::ephemerides::State;
use crate::numerics::vector::{minus, norm};
use crate::propagation::cases::{
    ForcesCase, PointMassCase, cr3bp_revolution, heliocentric_coast, leo_day, nrho_revolution, spread, spread_rotating,
};
use crate::propagation::taylor::{cr3bp, propagate_batch, propagate_end, reference};
use crate::propagation::{Propagator, Tolerance};

/// What an end may miss, m.
const WANTED_M: f64 = 1e-3;

pub(super) fn rows(session: &Session) -> Result<Vec<Row>, Failure> {
    let ephemerides = session.ephemerides;
    let mut rows = restricted(session)?;
    let nrho = nrho_revolution(ephemerides).map_err(broken("nrho_rev_single"))?;
    let helio = heliocentric_coast(ephemerides).map_err(broken("helio_200d_single"))?;
    rows.extend(points(
        session,
        &nrho,
        ["nrho_rev_single", "nrho_rev_batch"],
        "6.56 d on CAPSTONE's orbit with Moon, Earth and Sun",
    )?);
    rows.extend(points(
        session,
        &helio,
        ["helio_200d_single", "helio_200d_batch"],
        "200 d around the Sun with eight planets",
    )?);
    for (id, degree) in [("leo8_day", 8), ("leo70_day", 70)] {
        session.say(id);
        let case = leo_day(ephemerides, degree).map_err(broken(id))?;
        let truth = case.reference()?;
        let peer = witness(session, id, &case, truth, Unit::Ms)?;
        let note = format!("one day at 400 km in EGM2008 {degree} × {degree} with Sun and Moon");
        rows.push(row(id, by_collocation(session, &case, truth)?, Unit::Ms, peer, note));
    }
    Ok(rows)
}

/// A method's time and error.
struct Flown {
    method: String,
    seconds: f64,
    error_m: f64,
}

/// The fastest that misses by less than a millimetre, or else the one that misses by the least.
fn best(one: Flown, other: Flown) -> Flown {
    match (one.error_m <= WANTED_M, other.error_m <= WANTED_M) {
        (true, false) => one,
        (false, true) => other,
        (true, true) if one.seconds <= other.seconds => one,
        (true, true) => other,
        (false, false) if one.error_m <= other.error_m => one,
        (false, false) => other,
    }
}

fn row(id: &'static str, flown: Flown, unit: Unit, peer: Option<Peer>, note: String) -> Row {
    let Flown { method, seconds, error_m } = flown;
    Row { id, method, value: unit.of_s(seconds), unit, error: error_m, error_unit: "m", peer, note }
}

/// Distance between two ends, m.
fn apart_m(a: State, b: State) -> f64 {
    1e3 * norm(minus(a.position_km, b.position_km))
}

fn by_collocation(session: &Session, case: &ForcesCase, truth: State) -> Result<Flown, Failure> {
    let error_m = apart_m(case.end(case.tolerance)?, truth);
    let propagator = Propagator::new(&case.forces).tolerance(Tolerance::new(case.tolerance)?);
    let seconds = session.time_s(|| propagator.fly(&case.start).trajectory.end());
    Ok(Flown { method: format!("collocation {:.0e}", case.tolerance), seconds, error_m })
}

/// The same flight by nyx, when it is to be had.
#[cfg(feature = "nyx")]
fn witness(
    session: &Session,
    id: &'static str,
    case: &ForcesCase,
    truth: State,
    unit: Unit,
) -> Result<Option<Peer>, Failure> {
    if session.peers != super::measure::Peers::All {
        return Ok(None);
    }
    let seen = case.witnessed(session.ephemerides).map_err(broken(id))?;
    let seconds = session.median_s(|| case.witnessed(session.ephemerides).map_or(f64::NAN, |seen| seen.elapsed_s));
    Ok(Some(Peer { name: "nyx", value: unit.of_s(seconds), error: Some(apart_m(seen.end, truth)) }))
}

#[cfg(not(feature = "nyx"))]
fn witness(_: &Session, _: &'static str, _: &ForcesCase, _: State, _: Unit) -> Result<Option<Peer>, Failure> {
    Ok(None)
}

/// A flight among points, alone and many times.
fn points(
    session: &Session,
    case: &PointMassCase,
    [single, batch]: [&'static str; 2],
    what: &str,
) -> Result<[Row; 2], Failure> {
    session.say(single);
    let tolerance = Tolerance::new(case.tolerance)?;
    let truth = reference(&case.model, &case.start)?.state;
    let alone = || propagate_end(&case.model, &case.start.state, case.start.epoch, case.start.span_s, tolerance);
    let taylor = Flown {
        method: format!("Taylor {:.0e}", case.tolerance),
        error_m: apart_m(alone()?.state, truth),
        seconds: session.time_s(alone),
    };
    let forces = case.under_forces();
    let peer = witness(session, single, &forces, truth, Unit::Us)?;
    let flown = best(taylor, by_collocation(session, &forces, truth)?);
    let first = row(single, flown, Unit::Us, peer.clone(), what.to_owned());

    session.say(batch);
    let (count, pool) = (session.batch(), one_thread(batch)?);
    let starts = spread(case, count);
    let fly = || propagate_batch(&case.model, &starts, tolerance);
    let mut error_m: f64 = 0.0;
    for (end, start) in pool.install(fly).into_iter().zip(&starts) {
        error_m = error_m.max(apart_m(end?.state, reference(&case.model, start)?.state));
    }
    let seconds = pool.install(|| session.time_s(fly)) / f64::from(count);
    let in_lanes = Flown { method: format!("Taylor {:.0e} in lanes", case.tolerance), seconds, error_m };
    let propagator = Propagator::new(&forces.forces).tolerance(Tolerance::new(forces.tolerance)?);
    let starts = forces.spread(count);
    let mut error_m: f64 = 0.0;
    for start in &starts {
        let beside = ForcesCase { start: *start, ..forces.clone() };
        error_m = error_m.max(apart_m(beside.end(forces.tolerance)?, beside.reference()?));
    }
    let seconds = pool.install(|| session.time_s(|| propagator.fly_all(&starts).len())) / f64::from(count);
    let in_turn = Flown { method: format!("collocation {:.0e}", forces.tolerance), seconds, error_m };
    let note = format!("the same {count} times beside one another; the error is the largest");
    Ok([first, row(batch, best(in_lanes, in_turn), Unit::Us, peer, note)])
}

/// The restricted problem, alone and many times.
fn restricted(session: &Session) -> Result<Vec<Row>, Failure> {
    let [single, batch] = ["cr3bp_rev_single", "cr3bp_rev_batch"];
    session.say(single);
    let case = cr3bp_revolution();
    let tolerance = Tolerance::new(case.tolerance)?;
    let alone = || cr3bp::propagate_end(&case.system, &case.start.state, case.start.span_tu, tolerance);
    let (count, pool) = (session.batch(), one_thread(batch)?);
    let starts = spread_rotating(&case, count);
    let fly = || cr3bp::propagate_batch(&case.system, &starts, tolerance);
    let mut errors_lu = Vec::new();
    for (end, start) in pool.install(fly).into_iter().zip(&starts) {
        let (end, truth) = (end.map_err(broken(batch))?, cr3bp::reference(&case.system, start).map_err(broken(batch))?);
        errors_lu.push(norm(minus(end.state.position_lu, truth.state.position_lu)));
    }
    let row = |id, seconds: f64, error, method: &str, note: String| Row {
        id,
        method: format!("Taylor {:.0e}{method}", case.tolerance),
        value: Unit::Us.of_s(seconds),
        unit: Unit::Us,
        error,
        error_unit: "LU",
        peer: None,
        note,
    };
    // the first of the batch is the case itself, with the bits of the flight alone
    let note = "a southern L2 NRHO of JPL's catalogue, Earth-Moon, one revolution".to_owned();
    let first = row(single, session.time_s(alone), errors_lu[0], "", note);
    session.say(batch);
    let seconds = pool.install(|| session.time_s(fly)) / f64::from(count);
    let largest_lu = errors_lu.into_iter().fold(0.0, f64::max);
    let note = format!("the same {count} times beside one another; the error is the largest");
    Ok(vec![first, row(batch, seconds, largest_lu, " in lanes", note)])
}
