//! Flights: short ones, so that thousands can be flown.

use super::{ephemerides, epoch, kernels::tug_forces, state};
use crate::finite::{Told, answer, bare};
use crate::tape::Tape;
use portolan::bodies::{Body, EARTH, MARS_BARYCENTER, MOON, SUN};
use portolan::dynamics::cr3bp::RotatingState;
use portolan::dynamics::{Cr3bp, Forces, Indirect, PointMasses};
use portolan::propagation::events::{Crossing, Event};
use portolan::propagation::files::{Heading, Interpolation, Label, Oem, Sampling, StateTable};
use portolan::propagation::periodic::{Held, RightCrossing, Towards, correct};
use portolan::propagation::taylor::cr3bp::{
    RotatingStart, propagate as fly_rotating, propagate_batch as fly_rotating_batch, propagate_end as rotating_end,
    propagate_with_transition,
};
use portolan::propagation::taylor::{BatchStart, propagate, propagate_batch, propagate_end};
use portolan::propagation::{Integrator, Propagator, Start, Stop, Tolerance, Trajectory, dominant_body, fly_journey};
use std::sync::OnceLock;

fn tolerance(tape: &mut Tape) -> Option<Tolerance> {
    Tolerance::new(tape.number("tolerance", 1e-15, 1e-6)).ok()
}

fn system(tape: &mut Tape) -> Cr3bp {
    if tape.pick("system", 3) > 0 {
        return Cr3bp::JPL_EARTH_MOON;
    }
    Cr3bp { mass_ratio: tape.number("mass_ratio", 1e-7, 0.5), ..Cr3bp::JPL_EARTH_MOON }
}

pub(super) fn cr3bp(tape: &mut Tape) -> Result<Told, String> {
    let system = system(tape);
    let start = RotatingState {
        position_lu: tape.vector("position_lu", 0.02, 3.0),
        velocity_lu_tu: tape.vector("velocity_lu_tu", 1e-3, 2.0),
    };
    let span_tu = tape.number("span_tu", -6.0, 6.0);
    let Some(tolerance) = tolerance(tape) else { return Ok(Told::Refusal) };
    match tape.pick("how", 4) {
        0 => {
            let (flown, result) = fly_rotating(&system, &start, span_tu, tolerance);
            if flown.steps() > 0 {
                answer("cr3bp::propagate", &(flown.end(), flown.state(0.37 * flown.span_tu())))?;
            }
            answer("cr3bp::propagate", &result)
        }
        1 => answer("cr3bp::propagate_end", &rotating_end(&system, &start, span_tu, tolerance)),
        2 => {
            answer("cr3bp::propagate_with_transition", &propagate_with_transition(&system, &start, span_tu, tolerance))
        }
        _ => {
            let other = RotatingState { velocity_lu_tu: tape.vector("other_lu_tu", 1e-3, 2.0), ..start };
            let starts = [start, other].map(|state| RotatingStart { state, span_tu });
            let mut told = Told::Refusal;
            for end in fly_rotating_batch(&system, &starts, tolerance) {
                told = super::either(told, answer("cr3bp::propagate_batch", &end)?);
            }
            Ok(told)
        }
    }
}

/// An NRHO, a halo, a planar orbit and a distant retrograde one; then anything.
const CROSSINGS: [[f64; 4]; 4] = [
    [1.021_339_954_746_55, -0.181_619_505_027_16, -0.101_761_767_581_503, 1.502_191_242_913_625],
    [1.180_859, -0.000_1, -0.155_83, 3.415_5],
    [0.836_9, 0.0, 0.000_1, 2.69],
    [0.8, 0.0, 0.53, 3.3],
];

pub(super) fn periodic(tape: &mut Tape) -> Result<Told, String> {
    let system = system(tape);
    let seed = CROSSINGS[tape.pick("seed", CROSSINGS.len())];
    let guess = if tape.pick("near", 3) > 0 {
        let size = tape.number("size", 1e-9, 0.1);
        let mut near = |name: &str, k: usize| seed[k] + size * tape.number(name, -1.0, 1.0);
        let (x_lu, z_lu, vy_lu_tu, period_tu) = (near("dx", 0), near("dz", 1), near("dvy", 2), near("dperiod", 3));
        RightCrossing { x_lu, z_lu, vy_lu_tu, period_tu }
    } else {
        RightCrossing {
            x_lu: tape.number("x_lu", -1.5, 1.5),
            z_lu: tape.number("z_lu", -1.0, 1.0),
            vy_lu_tu: tape.number("vy_lu_tu", -2.0, 2.0),
            period_tu: tape.number("period_tu", 0.1, 8.0),
        }
    };
    let held = [Held::Period, Held::X, Held::Z, Held::Jacobi][tape.pick("held", 4)];
    let orbit = correct(&system, &guess, held);
    let told = answer("periodic::correct", &orbit)?;
    if let Ok(orbit) = orbit {
        answer("PeriodicOrbit", &(orbit.jacobi_lu2_tu2(), orbit.closure_lu(), orbit.stability_index()))?;
        let towards = [Towards::LongerPeriods, Towards::ShorterPeriods][tape.pick("towards", 2)];
        if tape.pick("family", 4) == 0
            && let Ok(family) = orbit.family(towards, tape.number("stride_lu", 1e-3, 0.05))
        {
            for member in family.take(2) {
                answer("Family::next", &member)?;
            }
        }
    }
    Ok(told)
}

/// A start, and a span of a few revolutions; one that is far longer lies beyond the kernels, where it is refused.
fn start(tape: &mut Tape, center: Body) -> Start {
    let (low_km, high_km) = if center == SUN { (5e7, 1e9) } else { (1.01 * center.radius_km, 60.0 * center.radius_km) };
    let speed_km_s = (center.mu_km3_s2 / low_km).sqrt();
    let state = state(tape, low_km, high_km, 0.05 * speed_km_s, 1.6 * speed_km_s);
    let radius_km = state.position_km.iter().map(|x| x * x).sum::<f64>().sqrt();
    let revs = tape.number("revs", -2.0, 2.0);
    let period_s = std::f64::consts::TAU * (radius_km.powi(3) / center.mu_km3_s2).sqrt();
    let span_s = revs * period_s.clamp(1e-3, 4e7);
    // a flight of centuries would be right to take long
    let span_s = if span_s.is_finite() && revs.abs() > 4.0 { 1e13_f64.copysign(span_s) } else { span_s };
    Start { state, epoch: epoch(tape, "epoch"), span_s }
}

struct Models {
    points: [PointMasses; 4],
    forces: [Forces; 4],
}

fn models() -> &'static Models {
    static MODELS: OnceLock<Models> = OnceLock::new();
    MODELS.get_or_init(|| {
        let points = |center, others: &[Body]| PointMasses::new(ephemerides(), center, others).expect("points");
        let points = [
            points(EARTH, &[MOON, SUN]),
            points(MOON, &[EARTH, SUN]),
            points(SUN, &[EARTH, MARS_BARYCENTER]),
            points(EARTH, &[SUN]).with_indirect(ephemerides(), Indirect::Kernel).expect("a kernel"),
        ];
        let forces = points.clone().map(Forces::new);
        Models { points, forces }
    })
}

const CENTERS: [Body; 4] = [EARTH, MOON, SUN, EARTH];

pub(super) fn taylor(tape: &mut Tape) -> Result<Told, String> {
    let which = tape.pick("model", 4);
    let model = &models().points[which];
    let Start { state, epoch, span_s } = start(tape, CENTERS[which]);
    let Some(tolerance) = tolerance(tape) else { return Ok(Told::Refusal) };
    match tape.pick("how", 3) {
        0 => {
            let stop = [Stop::Never, Stop::AtSurface][tape.pick("stop", 2)];
            let (flown, result) = propagate(model, &state, epoch, span_s, tolerance, stop);
            trajectory(&flown)?;
            answer("taylor::propagate", &result)
        }
        1 => answer("taylor::propagate_end", &propagate_end(model, &state, epoch, span_s, tolerance)),
        _ => {
            let mut other = state;
            other.velocity_km_s[0] *= 1.001;
            let starts = [state, other].map(|state| BatchStart { state, epoch, span_s });
            let mut told = Told::Refusal;
            for end in propagate_batch(model, &starts, tolerance) {
                told = super::either(told, answer("taylor::propagate_batch", &end)?);
            }
            Ok(told)
        }
    }
}

/// What was flown is finite, however the flight ended.
fn trajectory(flown: &Trajectory) -> Result<(), String> {
    if flown.steps() > 0 {
        let at = [0.0, 0.31, 1.0].map(|part| flown.state(part * flown.span_s()));
        answer("Trajectory::state", &(at.to_vec(), flown.end()))?;
    }
    Ok(())
}

fn propagator<'a>(tape: &mut Tape, forces: &'a Forces) -> Option<Propagator<'a>> {
    let mut propagator = Propagator::new(forces).tolerance(tolerance(tape)?);
    if tape.pick("integrator", 3) == 0 {
        propagator = propagator.integrator(Integrator::Taylor);
    }
    if tape.pick("surface", 3) == 0 {
        propagator = propagator.stop(Stop::AtSurface);
    }
    Some(propagator)
}

pub(super) fn collocation(tape: &mut Tape) -> Result<Told, String> {
    let which = tape.pick("model", 5);
    let (forces, center) = if which == 4 { (tug_forces(), EARTH) } else { (&models().forces[which], CENTERS[which]) };
    let start = start(tape, center);
    let Some(mut propagator) = propagator(tape, forces) else { return Ok(Told::Refusal) };
    match tape.pick("how", 5) {
        0 => {
            propagator = propagator.with_transition();
            let flown = propagator.fly(&start);
            trajectory(&flown.trajectory)?;
            if flown.result.is_ok() {
                answer("Flown::transition", &flown.transition)?;
            }
            answer("Propagator::fly", &flown.result)
        }
        1 => {
            let body = dominant_body(forces, ephemerides(), &start);
            if tape.is_plain() {
                answer("dominant_body", &body)?;
            }
            let journey = fly_journey(forces, ephemerides(), &start, |forces| Propagator::new(forces));
            for leg in &journey.legs {
                trajectory(&leg.flown.trajectory)?;
            }
            answer("fly_journey", &journey.result)
        }
        _ => {
            let flown = propagator.fly(&start);
            trajectory(&flown.trajectory)?;
            answer("Propagator::fly", &flown.result)
        }
    }
}

fn event(tape: &mut Tape, center: Body) -> Event {
    let crossing = [Crossing::Rising, Crossing::Falling, Crossing::Either][tape.pick("crossing", 3)];
    let kernels = ephemerides();
    match tape.pick("event", 9) {
        0 => Event::periapsis(),
        1 => Event::apoapsis(),
        2 => Event::radius(tape.number("radius_km", center.radius_km, 60.0 * center.radius_km), crossing),
        3 => Event::altitude(center, tape.number("altitude_km", 0.0, 50.0 * center.radius_km), crossing),
        4 => Event::plane(tape.vector("normal", 0.5, 2.0), tape.number("offset_km", -1e4, 1e4), crossing),
        5 => Event::node(tape.vector("pole", 0.5, 2.0), crossing),
        6 => Event::time(epoch(tape, "moment")),
        7 => Event::penumbra(kernels, center, center, crossing).expect("a shadow"),
        _ => Event::umbra(kernels, center, center, crossing).expect("a shadow"),
    }
}

pub(super) fn events(tape: &mut Tape) -> Result<Told, String> {
    let which = tape.pick("model", 2);
    let (forces, center) = (&models().forces[which], CENTERS[which]);
    let mut start = start(tape, center);
    // on a circle, and a circle in the plane of reference, now and then
    if tape.pick("circle", 3) == 0 {
        let radius_km = tape.number("circle_km", 1.05 * center.radius_km, 20.0 * center.radius_km);
        let tilt_rad = tape.number("tilt_rad", 0.0, 3.0);
        let tilt_rad = if tape.toss("flat") { 0.0 } else { tilt_rad };
        let speed = (center.mu_km3_s2 / radius_km).sqrt();
        start.state.position_km = [radius_km, 0.0, 0.0];
        start.state.velocity_km_s = [0.0, speed * tilt_rad.cos(), speed * tilt_rad.sin()];
        let period_s = std::f64::consts::TAU * radius_km / speed;
        start.span_s = tape.number("circle_revs", 0.01, 3.0) * period_s;
        if start.span_s.abs() > 1e8 {
            start.span_s = 1e13_f64.copysign(start.span_s);
        }
    }
    let Some(mut propagator) = propagator(tape, forces) else { return Ok(Told::Refusal) };
    if tape.pick("until", 3) == 0 {
        propagator = propagator.until(event(tape, center), tape.whole("nth", 1, 3, u64::from(u32::MAX)) as u32);
    }
    let count = tape.whole("events", 1, 3, 0);
    let events: Vec<Event> = (0..count).map(|_| event(tape, center)).collect();
    let flown = propagator.fly(&start);
    trajectory(&flown.trajectory)?;
    answer("Trajectory::occurrences", &flown.trajectory.occurrences(&events))?;
    answer("Propagator::fly", &flown.result)
}

pub(super) fn tables(tape: &mut Tape) -> Result<Told, String> {
    let which = tape.pick("model", 3);
    let center = CENTERS[which];
    let start = start(tape, center);
    let flown = Propagator::new(&models().forces[which]).fly(&start).trajectory;
    let label = Label::new(&tape.text("name", crate::mutate::name), center);
    let degree = tape.whole("degree", 1, 15, 400) as usize;
    let interpolation =
        if tape.toss("hermite") { Interpolation::Hermite { degree } } else { Interpolation::Lagrange { degree } };
    let rows = tape.whole("rows", 2, 300, 0) as usize;
    let made = match tape.pick("how", 6) {
        0 => StateTable::sample(
            &flown,
            label,
            Sampling::Every { step_s: flown.span_s() / tape.number("parts", 0.5, 500.0) },
        ),
        1 => StateTable::sample(&flown, label, Sampling::Rows { rows }),
        2 => StateTable::sample(&flown, label, Sampling::Steps { parts: 1 + rows % 4 }),
        3 => StateTable::sample(&flown, label, Sampling::Graded { parts: rows }),
        4 => StateTable::sampled_in_segments(&flown, &label, interpolation, rows).map(|mut t| t.swap_remove(0)),
        _ => {
            let bound_km = tape.number("bound_km", 1e-7, 1.0);
            StateTable::fitted(&flown, label, interpolation, bound_km).map(|fitted| fitted.table)
        }
    };
    let told = answer("StateTable", &made)?;
    if let Ok(table) = made {
        bare("StateTable::state", true, &table.state(flown.epoch() + 0.43 * flown.span_s()))?;
        drop(table.to_spk(-999));
        if let Ok(text) = table.to_csv() {
            let again = StateTable::from_csv("again.csv", &text);
            super::hold(again.is_ok(), || {
                format!("StateTable::to_csv writes what StateTable::from_csv refuses: {again:?}")
            })?;
        }
        if let Ok(text) = Oem::new(Heading::new(flown.epoch()), table).to_kvn() {
            let again = Oem::parse("again.oem", &text);
            super::hold(again.is_ok(), || format!("Oem::to_kvn writes what Oem::parse refuses: {again:?}"))?;
        }
    }
    Ok(told)
}
