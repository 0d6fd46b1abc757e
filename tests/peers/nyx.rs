//! Arcs flown again by nyx-space 2.4.0 in this process: the same start, forces and constants, another program.

use crate::{distance, numbers, rows};
use portolan::bodies::{
    Body, EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, NEPTUNE_BARYCENTER, PLUTO_BARYCENTER,
    SATURN_BARYCENTER, SUN, URANUS_BARYCENTER, VENUS,
};
use portolan::dynamics::{Atmosphere, Drag, Forces, GravityField, PointMasses, Radiation, Relativity};
use portolan::ephemerides::{Ephemerides, Orientation, State};
use portolan::propagation::nyx::{Difference, ENGINE, NyxError, Options, Scope, compare, fly};
use portolan::propagation::taylor::propagate;
use portolan::propagation::{Ending, PropagationError, Propagator, Start, Stop, Tolerance, Trajectory};
use portolan::time::{DAY_S, Epoch};

/// Collocation at its tightest.
fn collocated(
    forces: &Forces,
    start: &State,
    epoch: Epoch,
    span_s: f64,
) -> (Trajectory, Result<Ending, PropagationError>) {
    let start = Start { state: *start, epoch, span_s };
    let flown = Propagator::new(forces).tolerance(Tolerance::TIGHTEST).fly(&start);
    (flown.trajectory, flown.result)
}

fn kernels() -> &'static Ephemerides {
    Ephemerides::embedded().expect("kernels")
}

fn points(center: Body, others: &[Body]) -> PointMasses {
    PointMasses::new(kernels(), center, others).expect("a model")
}

fn ours(model: &PointMasses, start: &State, epoch: Epoch, span_s: f64) -> Trajectory {
    let (flown, end) = propagate(model, start, epoch, span_s, Tolerance::TIGHTEST, Stop::Never);
    end.expect("to the end");
    flown
}

/// A row of CAPSTONE's week: epoch and state from the Moon.
fn capstone(row: &csv::StringRecord) -> (Epoch, State) {
    (Epoch::from_tdb_s(numbers::<1>(row, 0)[0]), State { position_km: numbers(row, 2), velocity_km_s: numbers(row, 5) })
}

/// Flies an arc in both programs and prints the differences at five times.
fn worst(name: &str, model: &PointMasses, start: &State, epoch: Epoch, span_s: f64) -> Difference {
    let flown = ours(model, start, epoch, span_s);
    let differences =
        compare(&Forces::new(model.clone()), kernels(), &flown, 5, Options::default()).expect("to the end");
    for d in &differences {
        let (days_d, mm, um_s) = (d.after_s / DAY_S, 1e6 * d.position_km, 1e9 * d.velocity_km_s);
        println!("{name}, {days_d:.1} d: {ENGINE} is {mm:.4} mm and {um_s:.6} um/s from Taylor");
    }
    assert_eq!(differences.len(), 5);
    let worse = |a: Difference, b: Difference| if b.position_km > a.position_km { b } else { a };
    differences.into_iter().reduce(worse).expect("five")
}

/// Thirty days are four revolutions and a half; what is left is the rounding of either program, grown at each perilune.
#[test]
fn agrees_with_nyx_on_thirty_days_of_an_nrho() {
    let (epoch, start) = capstone(&rows("capstone_nrho_horizons_2022.csv")[0]);
    for (name, others) in [("Earth, Sun", &[EARTH, SUN][..]), ("with Jupiter", &[EARTH, SUN, JUPITER_BARYCENTER])] {
        for days_d in [30.0, -10.0] {
            let end = worst(&format!("NRHO, {name}"), &points(MOON, others), &start, epoch, days_d * DAY_S);
            assert!(end.position_km < 1e-6 && end.velocity_km_s < 1e-11, "{name}, {days_d} d: {end:?}");
        }
    }
}

/// From the Earth's place two per cent farther out and a tenth faster, the way of a cruise to Mars.
#[test]
fn agrees_with_nyx_on_two_hundred_days_around_the_sun() {
    let epoch = Epoch::parse("2022-11-25").expect("a date");
    let earth = kernels().state(EARTH, SUN, epoch).expect("the Earth");
    let start =
        State { position_km: earth.position_km.map(|x| 1.02 * x), velocity_km_s: earth.velocity_km_s.map(|x| 1.1 * x) };
    let planets = [
        MERCURY,
        VENUS,
        EARTH,
        MOON,
        MARS_BARYCENTER,
        JUPITER_BARYCENTER,
        SATURN_BARYCENTER,
        URANUS_BARYCENTER,
        NEPTUNE_BARYCENTER,
        PLUTO_BARYCENTER,
    ];
    let end = worst("cruise", &points(SUN, &planets), &start, epoch, 200.0 * DAY_S);
    // one unit in the last place of the position is 0.03 mm, and thousands of them are added
    assert!(end.position_km < 1e-5 && end.velocity_km_s < 1e-12, "{end:?}");
}

#[test]
fn agrees_with_nyx_on_other_gravitational_parameters() {
    let start = State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088_611, -5.088_611, 0.0] };
    let epoch = Epoch::parse("2030-01-01T00:00:00 TAI").expect("a date");
    let de440 = points(EARTH, &[MOON, SUN]);
    // GMAT's constants, TRAJECTORY.md P2 to P4
    let gmat = de440.clone().with_mu(EARTH, 398_600.4415).with_mu(MOON, 4_902.800_582_147_8);
    let end = worst("LEO", &gmat, &start, epoch, DAY_S);
    assert!(end.position_km < 1e-6, "{end:?}");
    let apart = distance(
        ours(&gmat, &start, epoch, DAY_S).end().position_km,
        ours(&de440, &start, epoch, DAY_S).end().position_km,
    );
    println!("GMAT's constants move the orbit by {:.1} m a day", 1e3 * apart);
    assert!(apart > 1e-3, "a test that could not see them: {apart:e} km");
}

/// ephemerides/README.md: CAPSTONE's flown week with one force after another, kilometres from Horizons at its end.
#[test]
fn agrees_with_capstones_flown_week_force_by_force() {
    let table = rows("capstone_nrho_horizons_2022.csv");
    let (epoch, start) = capstone(&table[0]);
    let (end, flown) = capstone(&table[table.len() - 1]);
    let span_s = end - epoch;
    assert_eq!(span_s, 6.5 * DAY_S);
    let model = points(MOON, &[EARTH, SUN, JUPITER_BARYCENTER]);
    let taylor_km = distance(ours(&model, &start, epoch, span_s).end().position_km, flown.position_km);
    println!("points, Taylor: {taylor_km:.3} km from Horizons");
    assert!((taylor_km - 17.04).abs() <= 0.005, "{taylor_km} km");
    let bare = Forces::new(model);
    let field = GravityField::embedded("moon_grgm1200a_70", 20, 20).expect("a field");
    let oblate = bare.clone().with_field(kernels(), MOON, field, Orientation::MoonPa).expect("a field of the centre");
    // 25 kg, 0.3 m², 1.3, and nyx's own flux of 1367 W/m², as when the figures were made
    let sunlight =
        Radiation { area_m2: 0.3, reflectivity_coefficient: 1.3, flux_w_m2: 1367.0, shadows: vec![EARTH, MOON] };
    let lit = oblate.clone().with_radiation(kernels(), sunlight).and_then(|f| f.with_craft(25.0, 25.0)).expect("light");
    for (name, forces, wanted_km) in
        [("points", bare, 17.04), ("and GRGM1200A 20x20", oblate, 7.46), ("and sunlight", lit, 3.35)]
    {
        let theirs = fly(&forces, kernels(), &start, epoch, &[span_s], Options::default()).expect("to the end");
        let (flight, result) = collocated(&forces, &start, epoch, span_s);
        result.expect("to the end");
        let miss_km = |state: State| distance(state.position_km, flown.position_km);
        let apart_km = distance(theirs[0].position_km, flight.end().position_km);
        let (nyx_km, own_km) = (miss_km(theirs[0]), miss_km(flight.end()));
        println!(
            "{name}: {nyx_km:.3} km from Horizons by {ENGINE}, {own_km:.3} km by collocation, {apart_km:.2e} km apart"
        );
        assert!((nyx_km - wanted_km).abs() <= 0.005 && (own_km - wanted_km).abs() <= 0.005, "{name}");
        assert!(apart_km < 1e-3, "{name}: {apart_km:e} km");
    }
}

/// A day in a low orbit with fields of 8 and 70 degrees: the bound is a metre.
#[test]
fn agrees_with_nyx_on_a_low_orbit_in_a_field() {
    let start = State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088_611, -5.088_611, 0.0] };
    let epoch = Epoch::parse("2030-01-01").expect("a date");
    for degree in [8, 70] {
        let field = GravityField::embedded("earth_egm2008_70", degree, degree).expect("a field");
        let forces = Forces::new(points(EARTH, &[MOON, SUN]));
        let forces = forces.with_field(kernels(), EARTH, field, Orientation::IauEarth).expect("a field of the centre");
        let (flight, result) = collocated(&forces, &start, epoch, DAY_S);
        result.expect("to the end");
        for d in compare(&forces, kernels(), &flight, 4, Options::default()).expect("to the end") {
            println!("LEO {degree}x{degree}, {:.2} d: {:.4} mm apart", d.after_s / DAY_S, 1e6 * d.position_km);
            assert!(d.position_km < 1e-4, "{degree}: {d:?}");
        }
    }
}

/// Sunlight with the Earth's shadow, which is crossed on every revolution: the cones of both programs, and steps over
/// the edges of a force.
#[test]
fn agrees_with_nyx_on_the_earths_shadow() {
    let start = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0, 7.0, 2.8] };
    let epoch = Epoch::parse("2030-03-20").expect("a date");
    let sunlight = Radiation { area_m2: 16.0, reflectivity_coefficient: 1.8, flux_w_m2: 1361.0, shadows: vec![EARTH] };
    let points = Forces::new(points(EARTH, &[MOON, SUN]));
    let forces =
        points.clone().with_radiation(kernels(), sunlight).and_then(|f| f.with_craft(300.0, 300.0)).expect("light");
    let fly = |forces: &Forces| {
        let (flight, result) = collocated(forces, &start, epoch, DAY_S);
        result.expect("to the end");
        flight
    };
    let flight = fly(&forces);
    println!("sunlight moves it by {:.3} km", distance(flight.end().position_km, fly(&points).end().position_km));
    for scope in [Scope::Everything, Scope::IntegrationAlone] {
        for longest_step_s in [86_400.0, 10.0] {
            let options = Options { scope, longest_step_s, ..Options::default() };
            for d in compare(&forces, kernels(), &flight, 2, options).expect("to the end") {
                println!(
                    "{scope:?}, {longest_step_s} s, {:.2} d: {:.4} mm apart",
                    d.after_s / DAY_S,
                    1e6 * d.position_km
                );
                assert!(d.position_km < 1e-5, "{scope:?}: {d:?}");
            }
        }
    }
}

/// Air, relativity and a burn are not nyx's, its integrator is.
#[test]
fn agrees_with_nyx_on_the_integration_of_any_forces() {
    let start = State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 5.0, 5.8] };
    let epoch = Epoch::parse("2030-03-20").expect("a date");
    let air = Atmosphere::Exponential { density_kg_m3: 2.803e-12, altitude_km: 400.0, scale_km: 58.515 };
    let drag = Drag { area_m2: 16.0, drag_coefficient: 2.2, atmosphere: air };
    let field = GravityField::embedded("earth_egm2008_70", 8, 8).expect("a field");
    let forces = Forces::new(points(EARTH, &[MOON, SUN]))
        .with_field(kernels(), EARTH, field, Orientation::IauEarth)
        .and_then(|f| f.with_drag(kernels(), drag, Orientation::IauEarth))
        .and_then(|f| f.with_craft(300.0, 100.0))
        .expect("forces")
        .with_relativity(Relativity::Schwarzschild);
    let (flight, result) = collocated(&forces, &start, epoch, 0.25 * DAY_S);
    result.expect("to the end");
    let refused = compare(&forces, kernels(), &flight, 1, Options::default());
    assert!(matches!(refused, Err(NyxError::NoSuchForce { .. })), "{refused:?}");
    let options = Options { scope: Scope::IntegrationAlone, ..Options::default() };
    for d in compare(&forces, kernels(), &flight, 2, options).expect("to the end") {
        println!("air, field, relativity, {:.2} d: {:.4} mm apart", d.after_s / DAY_S, 1e6 * d.position_km);
        assert!(d.position_km < 1e-5, "{d:?}");
    }
}

#[test]
fn refuses_what_nyx_cannot_fly() {
    let (epoch, start) = capstone(&rows("capstone_nrho_horizons_2022.csv")[0]);
    let forces = Forces::new(points(MOON, &[EARTH]));
    let fly =
        |start: &State, epoch: Epoch, at_s: &[f64]| fly(&forces, kernels(), start, epoch, at_s, Options::default());
    let lost = State { position_km: [f64::NAN; 3], ..start };
    assert_eq!(fly(&lost, epoch, &[1.0]), Err(NyxError::NotFinite { quantity: "position" }));
    assert_eq!(fly(&start, epoch, &[f64::INFINITY]), Err(NyxError::NotFinite { quantity: "time" }));
    assert_eq!(fly(&start, epoch, &[2.0, 1.0]), Err(NyxError::Order { after_s: 1.0 }));
    assert_eq!(fly(&start, epoch, &[-2.0, -1.0]), Err(NyxError::Order { after_s: -1.0 }));
    assert_eq!(fly(&start, epoch, &[]), Ok(Vec::new()));
    let late = Epoch::parse("2060-01-30").expect("a date");
    let Err(NyxError::BrokeOff { after_s, reason, .. }) = fly(&start, late, &[3600.0, 10.0 * DAY_S]) else {
        panic!("the kernels end before")
    };
    println!("{reason}");
    assert_eq!(after_s, 10.0 * DAY_S);
    let relative = forces.clone().with_relativity(Relativity::Schwarzschild);
    let refused =
        self::fly(&relative, kernels(), &start, epoch, &[1.0], Options::default()).expect_err("no relativity");
    assert!(refused.to_string().starts_with("nyx-space 2.4.0 cannot fly relativity: compare without it"), "{refused}");
}
