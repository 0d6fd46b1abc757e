//! Events on orbits that have none, small eccentricities, shadows that all but miss.

use super::*;
use crate::bodies::EARTH;
use crate::dynamics::{Forces, PointMasses};
use crate::numerics::vector::cross;
use crate::propagation::{Ending, Integrator, PropagationError, Propagator, Start, Tolerance};
use crate::time::DAY_S;
use rayon::prelude::*;

fn kernels() -> &'static Ephemerides {
    Ephemerides::embedded().expect("kernels")
}

fn two_bodies(center: Body) -> Forces {
    Forces::new(PointMasses::new(kernels(), center, &[]).expect("a model"))
}

fn at(text: &str) -> Epoch {
    Epoch::parse(text).expect("a date")
}

fn fly(forces: &Forces, integrator: Integrator, state: State, span_s: f64) -> Trajectory {
    let start = Start { state, epoch: at("2030-01-01"), span_s };
    let flown = Propagator::new(forces).integrator(integrator).fly(&start);
    flown.result.expect("to the end");
    flown.trajectory
}

const BOTH: [Integrator; 2] = [Integrator::Collocation, Integrator::Taylor];

/// An orbit from its periapsis.
fn orbit(mu_km3_s2: f64, radius_km: f64, eccentricity: f64, toward: [f64; 3]) -> State {
    let speed_km_s = (mu_km3_s2 * (1.0 + eccentricity) / radius_km).sqrt();
    State { position_km: [radius_km, 0.0, 0.0], velocity_km_s: scale(toward, speed_km_s / norm(toward)) }
}

/// The number of a sequence that looks random, from 0 to 1.
pub(in crate::propagation) fn random(seed: u64) -> f64 {
    let mut bits = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The apsides of a circle, its own radius, the plane it lies in, its own energy: none occurs, and each is told as what it is.
#[test]
fn law_what_is_zero_all_along_does_not_occur() {
    for (center, radius_km, span_s) in [
        (EARTH, 7000.0, 60.0),
        (EARTH, 7000.0, 0.7 * DAY_S),
        (EARTH, 7000.0, 30.0 * DAY_S),
        (EARTH, 7000.0, -0.7 * DAY_S),
        (EARTH, EARTH.radius_km, DAY_S),
        (EARTH, 42_164.0, 10.0 * DAY_S),
        (SUN, 1.5e8, 3000.0 * DAY_S),
    ] {
        let forces = two_bodies(center);
        let mu = forces.points.mu_km3_s2;
        for (k, toward) in [[0.0, 1.0, 0.0], [0.0, 0.6, 0.8], [0.0, -0.28, 0.96]].into_iter().enumerate() {
            let state = orbit(mu, radius_km, 0.0, toward);
            let energy = -mu / (2.0 * radius_km);
            let events = [
                Event::periapsis(),
                Event::apoapsis(),
                Event::radius(radius_km, Crossing::Either),
                Event::altitude(center, radius_km - center.radius_km, Crossing::Either),
                Event::plane(cross(state.position_km, state.velocity_km_s), 0.0, Crossing::Either),
                Event::of("energy", Crossing::Either, move |m| {
                    0.5 * dot(m.state.velocity_km_s, m.state.velocity_km_s) - mu / norm(m.state.position_km) - energy
                }),
                Event::node([0.0, 0.0, 1.0], Crossing::Either),
            ];
            for integrator in BOTH {
                let found = fly(&forces, integrator, state, span_s).passages(&events);
                let told = format!("{} {radius_km} km {span_s} s {integrator:?}", center.name);
                let nodes = found.occurrences.iter().filter(|o| o.event == "node").count();
                assert_eq!(found.occurrences.len(), nodes, "{told}: {:?}", found.occurrences.first());
                let period_s = std::f64::consts::TAU * (radius_km.powi(3) / mu).sqrt();
                let wanted = if k == 0 { 0.0 } else { (2.0 * span_s.abs() / period_s).floor() };
                assert_eq!(nodes as f64, wanted, "{told}");
                assert_eq!(found.gaps.len(), if k == 0 { 7 } else { 6 }, "{told}: {:?}", found.gaps);
                for gap in &found.gaps {
                    assert!(gap.reason == GapReason::Zero && gap.is_all_along(), "{told}: {gap:?}");
                }
                assert!(found.gaps[0].to_string().contains("the orbit is circular to rounding"));
            }
        }
    }
}

/// Apsides are there down to what a double knows of them: one a revolution, at its time as well as that eccentricity tells it,
/// and where it tells nothing there is none, or a word that it is so.
#[test]
fn law_apsides_of_small_eccentricities() {
    let forces = two_bodies(EARTH);
    let mu = forces.points.mu_km3_s2;
    for integrator in BOTH {
        for exponent in 1..=16 {
            let eccentricity = 10f64.powi(-exponent);
            let state = orbit(mu, 7000.0, eccentricity, [0.0, 0.6, 0.8]);
            let sma_km = 7000.0 / (1.0 - eccentricity);
            let period_s = std::f64::consts::TAU * (sma_km.powi(3) / mu).sqrt();
            // as tight as can be: at the default what series leave out adds up to an eccentricity of 1e-11 in ten revolutions
            let start = Start { state, epoch: at("2030-01-01"), span_s: 10.25 * period_s };
            let propagator = Propagator::new(&forces).integrator(integrator).tolerance(Tolerance::TIGHTEST);
            let flown = propagator.fly(&start).trajectory;
            let found = flown.passages(&[Event::periapsis(), Event::apoapsis()]);
            let periapses: Vec<f64> =
                found.occurrences.iter().filter(|o| o.event == "periapsis").map(|o| o.after_s).collect();
            println!("{integrator:?} e = {eccentricity:e}: {} and {:?}", found.occurrences.len(), found.gaps);
            if exponent <= 11 {
                assert_eq!((periapses.len(), found.occurrences.len(), found.gaps.len()), (10, 20, 0));
                for (k, after_s) in (1..=10).zip(&periapses) {
                    let miss = (after_s - f64::from(k) * period_s).abs() / period_s;
                    assert!(miss < 1e-12 + 2e-13 / eccentricity, "{eccentricity:e} {k}: {miss:e}");
                }
            } else {
                assert!(found.occurrences.len() <= 21, "{eccentricity:e}: {}", found.occurrences.len());
            }
            if exponent >= 15 {
                assert!(found.occurrences.is_empty() && found.gaps.iter().all(Gap::is_all_along), "{found:?}");
            }
        }
    }
}

/// A flight to an event that is zero all along ends with its time and says why; one to the zeroth is refused.
#[test]
fn law_a_flight_to_nothing_ends_with_its_time() {
    let forces = two_bodies(EARTH);
    let state = orbit(forces.points.mu_km3_s2, 7000.0, 0.0, [0.0, 1.0, 0.0]);
    let start = Start { state, epoch: at("2030-01-01"), span_s: DAY_S };
    for integrator in BOTH {
        let to = |event, nth| Propagator::new(&forces).integrator(integrator).until(event, nth).fly(&start);
        for event in [
            Event::periapsis(),
            Event::radius(7000.0, Crossing::Either),
            Event::node([0.0, 0.0, 1.0], Crossing::Either),
        ] {
            let flown = to(event, 1);
            assert_eq!(flown.result, Ok(Ending::Time));
            let awaited = flown.awaited.expect("an event");
            assert!(awaited.passages == 0 && awaited.gaps.len() == 1 && awaited.gaps[0].is_all_along(), "{awaited:?}");
        }
        let plane = Event::plane([1.0, 0.0, 0.0], 0.0, Crossing::Either);
        let flown = to(plane.clone(), 100);
        assert_eq!(flown.result, Ok(Ending::Time));
        // a revolution takes 5828.5 s
        let awaited = flown.awaited.expect("an event");
        assert_eq!((awaited.passages, awaited.gaps.len()), (30, 0));
        assert_eq!(awaited.to_string(), "the event plane occurs 30 of 100 times in the time flown");
        let flown = to(plane, 30);
        assert!(matches!(flown.result, Ok(Ending::Event(_))), "{:?}", flown.result);
        // what ended a flight is among what it passed
        let again = flown.trajectory.occurrences(&[Event::plane([1.0, 0.0, 0.0], 0.0, Crossing::Either)]);
        assert_eq!(again.len(), 30);
        let flown = to(Event::periapsis(), 0);
        assert_eq!(flown.result, Err(PropagationError::ZerothEvent { event: "periapsis".to_owned() }));
    }
}

/// A closure in which large terms cancel: noise is found to be noise, and where its size is stated it is zero.
#[test]
fn law_a_closure_may_state_its_scale() {
    let forces = two_bodies(EARTH);
    let state = orbit(forces.points.mu_km3_s2, 7000.0, 0.0, [0.0, 1.0, 0.0]);
    let flown = fly(&forces, Integrator::Collocation, state, DAY_S);
    let hidden = || Event::of("hidden", Crossing::Either, |m| (norm(m.state.position_km) + 1e12) - (1e12 + 7000.0));
    let stated = flown.passages(&[hidden().with_scale(|_| 1e12)]);
    assert!(stated.occurrences.is_empty() && stated.gaps[0].reason == GapReason::Zero, "{stated:?}");
    assert!(stated.gaps[0].is_all_along());
    // on an ellipse the same closure crosses, twice a revolution, however coarse it is
    let state = orbit(forces.points.mu_km3_s2, 7000.0, 0.01, [0.0, 1.0, 0.0]);
    let flown = fly(&forces, Integrator::Collocation, state, DAY_S);
    let beyond = Event::of("hidden", Crossing::Either, |m| (norm(m.state.position_km) + 1e12) - (1e12 + 7050.0));
    let exact = flown.passages(&[Event::radius(7050.0, Crossing::Either)]);
    for event in [beyond.clone().with_scale(|_| 1e12), beyond] {
        let found = flown.passages(&[event]);
        assert_eq!(found.occurrences.len(), exact.occurrences.len());
        for (got, wanted) in found.occurrences.iter().zip(&exact.occurrences) {
            // a rounding of 1.2e-4 km at 0.075 km/s or so
            assert!((got.after_s - wanted.after_s).abs() < 0.02, "{} {}", got.after_s, wanted.after_s);
        }
    }
    // the moment at which something is told by a kernel that ends before the flight does
    let lost = Event::of("lost", Crossing::Either, |m| if m.epoch > at("2030-01-01T12:00") { f64::NAN } else { 1.0 });
    let found = flown.passages(&[lost]);
    assert!(found.gaps.len() == 1 && found.gaps[0].reason == GapReason::NotFinite, "{found:?}");
    assert!((found.gaps[0].lasting_s - 0.5 * DAY_S).abs() < 60.0, "{found:?}");
}

/// The angles of the discs, by other formulae than the search: outer and inner contact, rad.
pub(in crate::propagation) fn angles(forces: &Forces, epoch: Epoch, position_km: [f64; 3]) -> [f64; 2] {
    let sun_km =
        kernels().track(SUN, forces.points.center).expect("a track").state(epoch).expect("a state").position_km;
    let (s, d) = (minus(sun_km, position_km), scale(position_km, -1.0));
    let apart = norm(cross(s, d)).atan2(dot(s, d));
    let (a, b) = ((SUN.radius_km / norm(s)).asin(), (EARTH.radius_km / norm(d)).asin());
    [apart - (a + b), apart - (a - b).abs()]
}

/// The least of a function that has one bottom, and where.
pub(in crate::propagation) fn bottom(value: impl Fn(f64) -> f64, from: f64, to: f64) -> (f64, f64) {
    let (mut a, mut b) = (from, to);
    for _ in 0..90 {
        let (left, right) = (a + 0.382 * (b - a), a + 0.618 * (b - a));
        if value(left) < value(right) { b = right } else { a = left }
    }
    (0.5 * (a + b), value(0.5 * (a + b)))
}

/// A circular orbit whose umbra or penumbra is missed or met by a hair: a quarter of a revolution about the middle.
pub(in crate::propagation) struct Graze {
    pub(in crate::propagation) start: Start,
    /// 0 for the penumbra, 1 for the umbra
    pub(in crate::propagation) which: usize,
}

pub(in crate::propagation) fn graze(forces: &Forces, seed: u64) -> Graze {
    let draw = |k: u64| random(8 * seed + k);
    let mu = forces.points.mu_km3_s2;
    let radius_km = 6500.0 * 10f64.powf(draw(0));
    let which = usize::from(draw(1) < 0.5);
    let depth_rad = 10f64.powf(-13.0 + 10.0 * draw(2)) * if draw(3) < 0.5 { 1.0 } else { -1.0 };
    let middle = at("2024-01-01") + 3000.0 * DAY_S * draw(4);
    let sun_km = kernels().track(SUN, EARTH).expect("a track").state(middle).expect("a state").position_km;
    let away = scale(sun_km, -1.0 / norm(sun_km));
    let aside = cross(away, [draw(5) - 0.5, draw(6) - 0.5, draw(7) - 0.5]);
    let aside = scale(aside, 1.0 / norm(aside));
    let along = cross(aside, away);
    let rate_s1 = (mu / radius_km.powi(3)).sqrt();
    // the orbit passes the axis of the shadow at an angle
    let place = |off_rad: f64, turn_rad: f64| {
        let top: [f64; 3] = std::array::from_fn(|k| away[k] * off_rad.cos() + aside[k] * off_rad.sin());
        let km = |a: f64, b: f64| std::array::from_fn(|k| radius_km * (a * top[k] + b * along[k]));
        let speed_km_s: [f64; 3] = km(-turn_rad.sin(), turn_rad.cos());
        State { position_km: km(turn_rad.cos(), turn_rad.sin()), velocity_km_s: scale(speed_km_s, rate_s1) }
    };
    let least = |off_rad: f64| {
        let edge = |turn_rad: f64| angles(forces, middle + turn_rad / rate_s1, place(off_rad, turn_rad).position_km);
        bottom(|turn_rad| edge(turn_rad)[which], -0.3, 0.3).1
    };
    let mut off_rad = (EARTH.radius_km / radius_km).asin();
    for _ in 0..6 {
        off_rad += depth_rad - least(off_rad);
    }
    let span_s = 0.25 * std::f64::consts::TAU / rate_s1;
    let epoch = middle + -0.5 * span_s;
    Graze { start: Start { state: place(off_rad, -0.5 * span_s * rate_s1), epoch, span_s }, which }
}

/// Ten thousand orbits that touch a shadow or miss it by a hair, against samples as dense as it takes.
#[test]
fn law_grazing_shadows_are_those_of_dense_sampling() {
    let forces = two_bodies(EARTH);
    let either = Crossing::Either;
    let edges = [
        Event::penumbra(kernels(), EARTH, EARTH, either).expect("an event"),
        Event::umbra(kernels(), EARTH, EARTH, either).expect("an event"),
    ];
    let [mut touched, mut missed] = [0, 0];
    let counts: Vec<[usize; 3]> = (0..10_000_u64)
        .into_par_iter()
        .map(|seed| {
            let Graze { start, which } = graze(&forces, seed);
            let flown = Propagator::new(&forces).fly(&start).trajectory;
            let found = flown.passages(&edges[which..=which]);
            assert!(found.gaps.is_empty(), "{seed}: {:?}", found.gaps);
            let edge = |after_s: f64| {
                let state = flown.state(after_s.clamp(0.0, flown.span_s())).expect("inside");
                angles(&forces, start.epoch + after_s, state.position_km)[which]
            };
            let samples = 64;
            let sample_s = |k: usize| flown.span_s() * k as f64 / samples as f64;
            let values: Vec<f64> = (0..=samples).map(|k| edge(sample_s(k))).collect();
            let lowest = (0..=samples).min_by(|a, b| values[*a].total_cmp(&values[*b])).expect("samples");
            let between = [lowest.saturating_sub(1), (lowest + 1).min(samples)].map(sample_s);
            let (_, least_rad) = bottom(edge, between[0], between[1]);
            let got = found.occurrences.len();
            // the Sun moves by 3e-14 rad in a rounding of the epoch: a dip of some dozens of those is not told from none
            if least_rad.abs() < 1e-12 {
                assert!(got == 0 || got == 2, "{seed}: {got}");
                return [0, 0, 1];
            }
            let wanted = if least_rad < 0.0 { 2 } else { 0 };
            assert_eq!(got, wanted, "{seed}: {least_rad:e}");
            for o in &found.occurrences {
                let near = edge(o.after_s).abs();
                assert!(near < 5e-13, "{seed}: {near:e} of {least_rad:e}");
            }
            if wanted == 2 { [1, 0, 0] } else { [0, 1, 0] }
        })
        .collect();
    for [touch, miss, _] in counts {
        touched += touch;
        missed += miss;
    }
    println!("{touched} touched, {missed} missed");
    assert!(touched > 4000 && missed > 4000);
}

/// A planet beyond the Sun casts no shadow this way.
#[test]
fn law_a_body_beyond_the_sun_hides_nothing() {
    let forces = two_bodies(SUN);
    let epoch = at("2030-01-01");
    let earth = kernels().track(EARTH, SUN).expect("a track").state(epoch).expect("a state");
    let start = |sign: f64, part: f64| Start {
        state: State {
            position_km: scale(earth.position_km, sign * part),
            velocity_km_s: scale(earth.velocity_km_s, sign / part.sqrt()),
        },
        epoch,
        span_s: 20.0 * DAY_S,
    };
    let events = [
        Event::penumbra(kernels(), SUN, EARTH, Crossing::Either).expect("an event"),
        Event::umbra(kernels(), SUN, EARTH, Crossing::Either).expect("an event"),
    ];
    let far = Propagator::new(&forces).fly(&start(-1.0, 1.0)).trajectory.passages(&events);
    assert!(far.occurrences.is_empty() && far.gaps.is_empty(), "{far:?}");
    // behind the Earth it is there: out of the ring within days
    let near = Propagator::new(&forces).fly(&start(1.0, 1.02)).trajectory.passages(&events);
    assert_eq!(near.occurrences.len(), 2, "{near:?}");
}
