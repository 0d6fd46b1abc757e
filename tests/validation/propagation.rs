//! What the issue of propagation asks of every arc: a millimetre from our own tightest run, and back to the start.

use portolan::bodies::{
    Body, EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, SATURN_BARYCENTER, SUN, VENUS,
};
use portolan::dynamics::{Forces, GravityField, Indirect, PointMasses};
use portolan::ephemerides::{Ephemerides, Orientation, State};
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::{Propagator, Start, Tolerance};
use portolan::time::{DAY_S, Epoch};

fn kernels() -> &'static Ephemerides {
    Ephemerides::embedded().expect("kernels")
}

fn points(center: Body, others: &[Body]) -> PointMasses {
    PointMasses::new(kernels(), center, others).expect("a model")
}

fn earth(degree: u16) -> Forces {
    let field = GravityField::embedded("earth_egm2008_70", degree, degree).expect("a field");
    Forces::new(points(EARTH, &[MOON, SUN]))
        .with_field(kernels(), EARTH, field, Orientation::IauEarth)
        .expect("a model")
}

/// CAPSTONE, JPL Horizons, 2022-11-25 00:00 TDB.
fn nrho() -> State {
    State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    }
}

fn end(forces: &Forces, start: &Start, tolerance: Tolerance) -> State {
    let flown = Propagator::new(forces).tolerance(tolerance).fly(start);
    flown.result.expect("to the end");
    flown.trajectory.end()
}

fn apart_km(a: State, b: State) -> f64 {
    norm(minus(a.position_km, b.position_km))
}

/// The arcs, and how far the way back may end from the start, km.
fn arcs() -> Vec<(&'static str, Forces, Start)> {
    let epoch = Epoch::parse("2022-11-25").expect("a date");
    let low = State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 4.8, 5.98] };
    let helio = State { position_km: [1.47e8, 1.0e7, 2.0e6], velocity_km_s: [-3.0, 32.5, 1.5] };
    let planets = [MERCURY, VENUS, EARTH, MOON, MARS_BARYCENTER, JUPITER_BARYCENTER, SATURN_BARYCENTER];
    let moon = GravityField::embedded("moon_grgm1200a_70", 20, 20).expect("a field");
    let week = Forces::new(points(MOON, &[EARTH, SUN, JUPITER_BARYCENTER]))
        .with_field(kernels(), MOON, moon, Orientation::MoonPa)
        .expect("a model");
    let start = |state, span_d: f64| Start { state, epoch, span_s: span_d * DAY_S };
    vec![
        ("NRHO, 30 d", Forces::new(points(MOON, &[EARTH, SUN])), start(nrho(), 30.0)),
        ("NRHO, 6.5 d, 20 x 20", week, start(nrho(), 6.5)),
        ("200 d around the Sun", Forces::new(points(SUN, &planets)), start(helio, 200.0)),
        ("LEO day, 8 x 8", earth(8), start(low, 1.0)),
        ("LEO day, 70 x 70", earth(70), start(low, 1.0)),
    ]
}

/// Less than a millimetre at the tolerance that is the default.
#[test]
fn law_the_default_is_a_millimetre_from_the_tightest() {
    for (name, forces, start) in arcs() {
        let tight = end(&forces, &start, Tolerance::new(1e-14).expect("a tolerance"));
        let miss_km = apart_km(end(&forces, &start, Tolerance::DEFAULT), tight);
        println!("{name}: {:.2e} mm", 1e6 * miss_km);
        assert!(miss_km < 1e-6, "{name}: {miss_km:e} km");
    }
}

#[test]
fn law_there_and_back_within_a_centimetre() {
    for (name, forces, start) in arcs() {
        let there = end(&forces, &start, Tolerance::DEFAULT);
        let back = Start { state: there, epoch: start.epoch + start.span_s, span_s: -start.span_s };
        let miss_km = apart_km(end(&forces, &back, Tolerance::DEFAULT), start.state);
        println!("{name}: {:.2e} mm", 1e6 * miss_km);
        assert!(miss_km < 1e-5, "{name}: {miss_km:e} km");
    }
}

/// Energy of two bodies over a thousand revolutions, relative.
#[test]
fn law_energy_is_kept_over_a_thousand_revolutions() {
    let forces = Forces::new(points(EARTH, &[]));
    for eccentricity in [0.001, 0.3] {
        let mu = EARTH.mu_km3_s2;
        let (sma_km, periapsis_km) = (9000.0_f64 / (1.0 - eccentricity), 9000.0);
        let speed = (mu * (1.0 + eccentricity) / periapsis_km).sqrt();
        let state = State { position_km: [periapsis_km, 0.0, 0.0], velocity_km_s: [0.0, speed * 0.6, speed * 0.8] };
        let period_s = std::f64::consts::TAU * (sma_km * sma_km * sma_km / mu).sqrt();
        let epoch = Epoch::parse("2022-11-25").expect("a date");
        let start = Start { state, epoch, span_s: 1000.0 * period_s };
        let after = end(&forces, &start, Tolerance::TIGHTEST);
        let energy = |s: State| 0.5 * norm(s.velocity_km_s).powi(2) - mu / norm(s.position_km);
        let drift = (energy(after) / energy(state) - 1.0).abs();
        println!("e = {eccentricity}: {drift:.1e}");
        assert!(drift < 1e-13, "e = {eccentricity}: {drift:e}");
    }
}

/// The issue: Newtonian indirect terms and the kernel's own acceleration of the centre differ by 2.3 km after 30 days on an
/// NRHO. Its arc is not told; on CAPSTONE's with Earth and Sun alone it is of that size.
#[test]
fn law_indirect_terms_differ_by_kilometres_in_a_month() {
    let newtonian = points(MOON, &[EARTH, SUN]);
    let kernel = newtonian.clone().with_indirect(kernels(), Indirect::Kernel).expect("a track");
    let epoch = Epoch::parse("2022-11-25").expect("a date");
    let start = Start { state: nrho(), epoch, span_s: 30.0 * DAY_S };
    let [a, b] = [newtonian, kernel].map(|points| end(&Forces::new(points), &start, Tolerance::DEFAULT));
    println!("{:.3} km", apart_km(a, b));
    assert!((1.0..4.0).contains(&apart_km(a, b)), "{} km", apart_km(a, b));
}
