//! Flights over moments and borders at which a force jumps: none is refused for a rounding, none is told what is not so.

use crate::bodies::{Body, EARTH, MOON, SUN};
use crate::dynamics::{Atmosphere, Drag, Forces, GravityField, Indirect, PointMasses, Steering, ThrustArc};
use crate::ephemerides::{Ephemerides, Orientation, State};
use crate::numerics::vector::{minus, norm, plus};
use crate::propagation::taylor::{BatchStart, propagate_batch, propagate_end};
use crate::propagation::{
    Flown, Integrator, PropagationError, Propagator, Start, Stop, Tolerance, dominant_body, fly_journey,
};
use crate::time::{DAY_S, Epoch};

fn kernels() -> &'static Ephemerides {
    Ephemerides::embedded().expect("kernels")
}

fn points(center: Body, others: &[Body]) -> Forces {
    Forces::new(PointMasses::new(kernels(), center, others).expect("a model"))
}

fn low() -> State {
    State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 4.8, 5.98] }
}

fn tolerance(value: f64) -> Tolerance {
    Tolerance::new(value).expect("a tolerance")
}

/// A generator of whole numbers (Knuth, MMIX), the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// A date between 2010 and 2059 on a tenth of a second, as a reader of text makes it: whole tenths over ten.
    fn tenths(&mut self) -> u64 {
        3_200_000_000 + self.below(15_600_000_000)
    }
}

fn date(tenths: u64) -> Epoch {
    Epoch::from_tdb_s(tenths as f64 / 10.0)
}

fn apart_km(a: State, b: State) -> f64 {
    norm(minus(a.position_km, b.position_km))
}

/// Two burns back to back, each date and each length on a tenth of a second, are one burn, and a flight ends on the very end of
/// the second: 10 000 pairs, forward, and back from there.
#[test]
fn law_burns_back_to_back_are_one() {
    let mut dice = Dice(1);
    let burn = |start, tenths: u64| {
        ThrustArc::new(start, tenths as f64 / 10.0, 30.0, 310.0, Steering::AlongVelocity).expect("a burn")
    };
    let bare = points(EARTH, &[]).with_craft(500.0, 10.0).expect("a craft");
    let mut worst_km = 0.0_f64;
    for _ in 0..10_000 {
        let (begin, coast, first, second) =
            (dice.tenths(), dice.below(3000), 1 + dice.below(3000), 1 + dice.below(3000));
        let pair = bare
            .clone()
            .with_thrust(burn(date(begin + coast), first))
            .with_thrust(burn(date(begin + coast + first), second));
        let whole = bare.clone().with_thrust(burn(date(begin + coast), first + second));
        let start = Start { state: low(), epoch: date(begin), span_s: (coast + first + second) as f64 / 10.0 };
        let fly = |forces: &Forces, start: &Start| {
            let flown = Propagator::new(forces).fly(start);
            flown.result.unwrap_or_else(|error| panic!("{begin} {coast} {first} {second}: {error}"));
            flown.trajectory.end()
        };
        let end = fly(&pair, &start);
        worst_km = worst_km.max(apart_km(end, fly(&whole, &start)));
        // and back; the mass at the end is what the burns have left
        let end_epoch = date(begin + coast + first + second);
        let left_kg = pair.mass_kg(start.epoch, end_epoch - start.epoch);
        let light = pair.clone().with_craft(left_kg, 10.0).expect("a craft");
        let back = fly(&light, &Start { state: end, epoch: end_epoch, span_s: start.epoch - end_epoch });
        worst_km = worst_km.max(apart_km(back, low()));
        // past the end
        fly(&pair, &Start { span_s: start.span_s + 100.0, ..start });
    }
    // a tenth of a microsecond at the orbit's speed
    assert!(worst_km < 1e-6, "{worst_km:e} km");
}

/// A flight that ends or begins on the edge of a record of the centre, by both methods, where its acceleration is the kernel's.
#[test]
fn law_edges_of_records_end_no_flight() {
    let model = PointMasses::new(kernels(), EARTH, &[MOON, SUN]).expect("a model");
    let felt = Forces::new(model.clone().with_indirect(kernels(), Indirect::Kernel).expect("a model"));
    let bare = Forces::new(model);
    let track = felt.points.barycentric.clone().expect("the centre");
    let mut dice = Dice(2);
    for _ in 0..1000 {
        let somewhere = date(dice.tenths());
        let edge = somewhere + track.record_left_s(somewhere, 0.0, 1.0);
        // the edge as a sum of a date and a span on tenths, some last places beside it
        let span_s = (1 + dice.below(50_000)) as f64 / 10.0;
        let nudge_s = (dice.below(9) as f64 - 4.0) * 1.2e-7;
        let starts = [
            Start { state: low(), epoch: edge - span_s, span_s: span_s + nudge_s },
            Start { state: low(), epoch: edge + span_s, span_s: -span_s + nudge_s },
            Start { state: low(), epoch: edge + nudge_s, span_s },
            Start { state: low(), epoch: edge + nudge_s, span_s: -span_s },
        ];
        for start in starts {
            for (forces, integrator) in [(&felt, Integrator::Collocation), (&bare, Integrator::Taylor)] {
                let flown = Propagator::new(forces).integrator(integrator).fly(&start);
                flown.result.unwrap_or_else(|error| panic!("{start:?}: {error}"));
                assert_eq!(flown.trajectory.span_s(), start.span_s, "{start:?}");
            }
        }
    }
}

/// Taylor series know Newton's indirect terms alone: the kernel's are flown by collocation, and not by another law unsaid.
#[test]
fn refuses_the_kernels_indirect_terms_in_series() {
    let model = PointMasses::new(kernels(), EARTH, &[MOON, SUN]).expect("a model");
    let felt = model.clone().with_indirect(kernels(), Indirect::Kernel).expect("a model");
    let start = Start { state: low(), epoch: Epoch::from_tdb_s(8.5e8), span_s: DAY_S };
    let forces = Forces::new(felt.clone());
    assert!(!forces.only_points() && Forces::new(model).only_points());
    let flown = Propagator::new(&forces).integrator(Integrator::Taylor).fly(&start);
    assert_eq!(flown.method(), Integrator::Collocation);
    assert_eq!(flown.trajectory.end(), Propagator::new(&forces).fly(&start).trajectory.end());
    let error = propagate_end(&felt, &low(), start.epoch, DAY_S, Tolerance::DEFAULT).expect_err("refused");
    assert!(matches!(error, PropagationError::OnlyNewtonian { center: "Earth" }), "{error}");
    let batch =
        propagate_batch(&felt, &[BatchStart { state: low(), epoch: start.epoch, span_s: DAY_S }], Tolerance::DEFAULT);
    assert_eq!(batch, [Err(error)]);
}

/// A flight of no more than some last places of a date, and a burn as short.
#[test]
fn law_a_flight_may_be_as_short_as_it_is() {
    let epoch = Epoch::from_tdb_s(8.5e8);
    for span_s in [1e-3, 1e-6, 1e-7, 1e-9, 1e-12, -1e-12, -1e-7] {
        for integrator in [Integrator::Collocation, Integrator::Taylor] {
            let forces = points(EARTH, &[MOON, SUN]);
            let flown = Propagator::new(&forces).integrator(integrator).fly(&Start { state: low(), epoch, span_s });
            flown.result.expect("to the end");
            let moved_km = apart_km(flown.trajectory.end(), low());
            let wanted_km = norm(low().velocity_km_s) * span_s.abs();
            assert!((moved_km - wanted_km).abs() < 1e-12, "{span_s:e}: {moved_km:e}");
        }
    }
    // a kick: 10 m/s in a tenth of a microsecond
    let kick = ThrustArc::new(epoch + 100.0, 1e-7, 1e10, 3e6, Steering::Inertial { direction: [0.0, 0.0, 1.0] });
    let forces = points(EARTH, &[]).with_thrust(kick.expect("a burn")).with_craft(100.0, 1.0).expect("a craft");
    let flown = Propagator::new(&forces).fly(&Start { state: low(), epoch, span_s: 200.0 });
    flown.result.expect("to the end");
    let bare = Propagator::new(&points(EARTH, &[])).fly(&Start { state: low(), epoch, span_s: 100.0 });
    let mut kicked = bare.trajectory.end();
    kicked.velocity_km_s[2] += 1e-2;
    let after = Start { state: kicked, epoch: epoch + 100.0, span_s: 100.0 };
    let wanted = Propagator::new(&points(EARTH, &[])).fly(&after).trajectory.end();
    let miss_km = apart_km(flown.trajectory.end(), wanted);
    assert!(miss_km < 1e-3 * 1e-2 * 100.0, "{miss_km:e} km of a kilometre");
}

/// A low orbit of the Earth told from the Sun, whose coordinates end at 3e-8 km.
#[test]
fn refuses_a_low_orbit_told_from_the_sun_with_the_reason() {
    let epoch = Epoch::from_tdb_s(8.5e8);
    // with the kernel's indirect terms a change of centre changes nothing
    let model = PointMasses::new(kernels(), SUN, &[EARTH, MOON]).expect("a model");
    let forces = Forces::new(model.with_indirect(kernels(), Indirect::Kernel).expect("a model"));
    let earth = kernels().track(EARTH, SUN).expect("a track").state(epoch).expect("a state");
    let state = State {
        position_km: plus(earth.position_km, low().position_km),
        velocity_km_s: plus(earth.velocity_km_s, low().velocity_km_s),
    };
    let start = Start { state, epoch, span_s: DAY_S };
    let flown = Propagator::new(&forces).fly(&start);
    let error = flown.result.expect_err("refused");
    let PropagationError::CoarseCenter { center, body, distance_km, cure_tolerance: cure, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((center, body), ("Sun", "Earth"));
    assert!((distance_km - 6778.0).abs() < 50.0 && (1e-11..=1e-9).contains(&cure), "{distance_km} {cure:e}");
    let sentence = error.to_string();
    assert!(sentence.contains("tell the state from Earth") && !sentence.contains("on top of"), "{sentence}");
    // both cures work
    let loose = Propagator::new(&forces).tolerance(tolerance(cure)).fly(&start);
    loose.result.expect("to the end");
    let there = forces.about(kernels(), EARTH).expect("a model");
    let told = State {
        position_km: minus(state.position_km, earth.position_km),
        velocity_km_s: minus(state.velocity_km_s, earth.velocity_km_s),
    };
    let about = Propagator::new(&there).fly(&Start { state: told, ..start });
    about.result.expect("to the end");
    // a journey begins about the body whose sphere the start is in
    assert_eq!(dominant_body(&forces, kernels(), &start).expect("a body"), EARTH);
    let journey = fly_journey(&forces, kernels(), &start, |forces| Propagator::new(forces));
    journey.result.expect("to the end");
    let legs: Vec<&str> = journey.legs.iter().map(|leg| leg.forces.points.center.name).collect();
    assert_eq!(legs, ["Earth"]);
    assert_eq!(journey.legs[0].flown.trajectory.end(), about.trajectory.end());
    let end = kernels().track(EARTH, SUN).expect("a track").state(epoch + DAY_S).expect("a state");
    let from_sun = State {
        position_km: minus(loose.trajectory.end().position_km, end.position_km),
        velocity_km_s: minus(loose.trajectory.end().velocity_km_s, end.velocity_km_s),
    };
    let miss_km = apart_km(from_sun, about.trajectory.end());
    println!("told from the Sun at {cure:e}: {miss_km:e} km after a day");
    assert!(miss_km < 1e-3, "{miss_km:e} km");
}

fn windy(atmosphere: Atmosphere) -> Forces {
    let drag = Drag { area_m2: 10.0, drag_coefficient: 2.2, atmosphere };
    let field = GravityField::embedded("earth_egm2008_70", 4, 4).expect("a field");
    points(EARTH, &[MOON, SUN])
        .with_field(kernels(), EARTH, field, Orientation::IauEarth)
        .and_then(|f| f.with_drag(kernels(), drag, Orientation::IauEarth))
        .and_then(|f| f.with_craft(500.0, 0.0))
        .expect("a model")
}

/// An orbit with the altitudes of its ends, inclined by 51°.
fn between(perigee_km: f64, apogee_km: f64) -> State {
    let (low_km, high_km) = (EARTH.radius_km + perigee_km, EARTH.radius_km + apogee_km);
    let speed = (EARTH.mu_km3_s2 * 2.0 * high_km / (low_km * (low_km + high_km))).sqrt();
    State {
        position_km: [low_km, 0.0, 0.0],
        velocity_km_s: [0.0, 0.63 * speed, (1.0 - 0.63_f64.powi(2)).sqrt() * speed],
    }
}

/// Through every layer of the tables and over their end, a day at the default tolerance is a day at the tightest.
#[test]
fn law_borders_of_the_air_cost_no_digits() {
    let models = [
        ("Harris-Priester", Atmosphere::HarrisPriester { exponent: 4.0 }),
        ("layers", Atmosphere::Layers),
        ("exponential", Atmosphere::Exponential { density_kg_m3: 4e-12, altitude_km: 400.0, scale_km: 58.0 }),
    ];
    let orbits = [(400.0, 420.0), (580.0, 1040.0), (250.0, 35_786.0), (990.0, 1005.0), (300.0, 305.0)];
    let epoch = Epoch::parse("2022-11-25").expect("a date");
    for (name, atmosphere) in models {
        let forces = windy(atmosphere);
        for (perigee_km, apogee_km) in orbits {
            let start = Start { state: between(perigee_km, apogee_km), epoch, span_s: DAY_S };
            let fly = |value: f64| -> Flown {
                let flown = Propagator::new(&forces).tolerance(tolerance(value)).stop(Stop::AtSurface).fly(&start);
                flown.result.clone().unwrap_or_else(|error| panic!("{name}, {perigee_km} x {apogee_km}: {error}"));
                flown
            };
            let (asked, tight) = (fly(1e-12), fly(2e-14));
            let miss_km = apart_km(asked.trajectory.end(), tight.trajectory.end());
            println!(
                "{name}, {perigee_km} x {apogee_km}: {miss_km:e} km, {} and {} steps",
                asked.trajectory.steps(),
                tight.trajectory.steps()
            );
            assert!(miss_km < 1e-6, "{name}, {perigee_km} x {apogee_km}: {miss_km:e} km");
        }
    }
}

/// Air ends on the ground: a craft that comes down meets it, whatever else was asked.
#[test]
fn refuses_to_fly_through_the_ground_in_air() {
    let forces = windy(Atmosphere::HarrisPriester { exponent: 4.0 });
    let epoch = Epoch::parse("2022-11-25").expect("a date");
    let down = Start { state: between(-50.0, 300.0), epoch: epoch + 2000.0, span_s: DAY_S };
    // from the apogee
    let up = Propagator::new(&points(EARTH, &[])).fly(&Start { span_s: -2700.0, ..down });
    let start = Start { state: up.trajectory.end(), ..down };
    let flown = Propagator::new(&forces).fly(&start);
    assert!(matches!(flown.result, Err(PropagationError::Impact { .. })), "{:?}", flown.result);
    assert!((norm(flown.trajectory.end().position_km) - EARTH.radius_km).abs() < 1e-6);
}
