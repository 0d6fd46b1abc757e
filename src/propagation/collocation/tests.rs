//! What collocation must keep: other methods' answers, the laws, published burns, refusals.

use super::*;
use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MOON, SUN, VENUS};
use crate::dynamics::shadow::light_fraction;
use crate::dynamics::{Atmosphere, Drag, GravityField, PointMasses, Radiation, Relativity, Steering, ThrustArc};
use crate::ephemerides::{Ephemerides, Orientation};
use crate::numerics::vector::minus;
use crate::propagation::events::{Crossing, Event, Occurrence};
use crate::propagation::{Ending, Flown, Integrator, Propagator, Stop};
use crate::time::DAY_S;
use crate::units::G0_M_S2;

fn kernels() -> &'static Ephemerides {
    Ephemerides::embedded().expect("kernels")
}

fn points(center: Body, others: &[Body]) -> Forces {
    Forces::new(PointMasses::new(kernels(), center, others).expect("a model"))
}

fn epoch(text: &str) -> Epoch {
    Epoch::parse(text).expect("a date")
}

fn leo() -> State {
    State { position_km: [-2436.45, -2436.45, 6891.037], velocity_km_s: [5.088_611, -5.088_611, 0.0] }
}

fn low() -> State {
    State { position_km: [6778.0, 0.0, 0.0], velocity_km_s: [0.0, 4.8, 5.98] }
}

fn nrho() -> State {
    // CAPSTONE, JPL Horizons, 2022-11-25 00:00 TDB
    State {
        position_km: [-16_983.140_756_423_53, 21_213.558_424_230_40, -58_035.630_453_794_20],
        velocity_km_s: [-0.044_576_458_569_052_86, -0.051_374_827_285_916_16, 0.141_642_154_042_946_8],
    }
}

fn field(degree: u16) -> GravityField {
    GravityField::embedded("earth_egm2008_70", degree, degree).expect("a field")
}

fn earth(degree: u16) -> Forces {
    points(EARTH, &[MOON, SUN]).with_field(kernels(), EARTH, field(degree), Orientation::IauEarth).expect("a model")
}

fn lit(forces: Forces) -> Forces {
    let radiation =
        Radiation { area_m2: 10.0, reflectivity_coefficient: 1.5, flux_w_m2: 1361.0, shadows: vec![EARTH, MOON] };
    forces.with_radiation(kernels(), radiation).and_then(|f| f.with_craft(500.0, 0.0)).expect("a model")
}

fn windy(forces: Forces) -> Forces {
    let atmosphere = Atmosphere::HarrisPriester { exponent: 4.0 };
    let drag = Drag { area_m2: 10.0, drag_coefficient: 2.2, atmosphere };
    forces.with_drag(kernels(), drag, Orientation::IauEarth).and_then(|f| f.with_craft(500.0, 0.0)).expect("a model")
}

fn tolerance(value: f64) -> Tolerance {
    Tolerance::new(value).expect("a tolerance")
}

fn fly(forces: &Forces, state: State, epoch: Epoch, span_s: f64, value: f64) -> State {
    let flown = Propagator::new(forces).tolerance(tolerance(value)).fly(&Start { state, epoch, span_s });
    flown.result.expect("to the end");
    flown.trajectory.end()
}

fn apart_km(a: State, b: State) -> f64 {
    norm(minus(a.position_km, b.position_km))
}

#[test]
fn agrees_with_the_analytic_p1() {
    let forces = Forces::new(points(EARTH, &[]).points.with_mu(EARTH, 398_600.4415));
    for value in [1e-8, 1e-10, 1e-12, 1e-14] {
        let end = fly(&forces, leo(), epoch("2020-01-01"), DAY_S, value);
        // TRAJECTORY.md P1; its sixteen digits are more than a day's motion keeps
        let wanted = [-5_971.194_191_670_505, 3_945.506_653_222_689, 2_864.636_618_416_717];
        assert!(norm(minus(end.position_km, wanted)) < 2e-8, "{value:e}: {end:?}");
    }
}

/// TRAJECTORY.md P3 and P4: GMAT's arcs with GMAT's constants; the differences are those of DE438 against DE440.
#[test]
fn agrees_with_gmat_p3_p4() {
    let gmat = [
        (EARTH, 398_600.4415),
        (MOON, 4_902.800_582_147_8),
        (SUN, 132_712_440_017.99),
        (JUPITER_BARYCENTER, 126_712_767.857_8),
    ];
    let model = |others: &[Body]| {
        Forces::new(gmat.iter().fold(points(EARTH, others).points, |m, (body, mu)| m.with_mu(*body, *mu)))
    };
    let end = fly(&model(&[MOON, SUN, JUPITER_BARYCENTER]), leo(), epoch("2020-01-01T00:00:00 TAI"), DAY_S, 1e-13);
    let p3 = [-5_971.190_141_842_914, 3_945.572_972_028_369, 2_864.554_642_502_679];
    assert!(norm(minus(end.position_km, p3)) < 2e-6, "{end:?}");
    let start = State {
        position_km: [-752.948_527_740_460_9, 5_624.035_455_855_085, 3_278.632_833_875_311],
        velocity_km_s: [-7.683_161_946_015_461, -0.860_670_301_418_699_3, -0.085_614_035_370_280_35],
    };
    let end = fly(&model(&[SUN, MOON]), start, epoch("2022-11-27T05:55:49 UTC"), 1.5 * DAY_S, 1e-13);
    let p4 = [-6_151.500_843_512_164, 1_833.914_559_118_256, 1_384.255_278_442_759];
    assert!(norm(minus(end.position_km, p4)) < 2e-7, "{end:?}");
}

/// Two methods that share nothing but the kernels and the law of gravity.
#[test]
fn law_collocation_is_taylor() {
    let planets = [VENUS, EARTH, MOON, MARS_BARYCENTER, JUPITER_BARYCENTER];
    let helio = State { position_km: [1.47e8, 1.0e7, 2.0e6], velocity_km_s: [-3.0, 32.5, 1.5] };
    let cases = [
        (points(MOON, &[EARTH, SUN]), nrho(), 6.5 * DAY_S, 2e-8),
        (points(EARTH, &[MOON, SUN]), leo(), DAY_S, 2e-8),
        (points(SUN, &planets), helio, 200.0 * DAY_S, 2e-6),
    ];
    for (forces, state, span_s, bound_km) in cases {
        let start = Start { state, epoch: epoch("2022-11-25"), span_s };
        let end = |integrator, value| {
            let flown = Propagator::new(&forces).integrator(integrator).tolerance(tolerance(value)).fly(&start);
            flown.result.expect("to the end");
            flown.trajectory.end()
        };
        let taylor = end(Integrator::Taylor, 1e-16_f64.max(f64::EPSILON));
        let miss_km = apart_km(end(Integrator::Collocation, 1e-12), taylor);
        assert!(miss_km < bound_km, "{}: {miss_km:e} km", forces.points.center.name);
    }
}

#[test]
fn law_there_and_back() {
    let cases = [
        (earth(8), low(), DAY_S),
        (earth(70), low(), 0.25 * DAY_S),
        (lit(earth(4)), low(), 0.5 * DAY_S),
        (windy(earth(4)), low(), 0.5 * DAY_S),
        (points(MOON, &[EARTH, SUN]).with_relativity(Relativity::Schwarzschild), nrho(), 6.5 * DAY_S),
    ];
    for (number, (forces, state, span_s)) in cases.into_iter().enumerate() {
        let epoch = epoch("2022-11-25");
        let there = fly(&forces, state, epoch, span_s, 1e-12);
        let back = fly(&forces, there, epoch + span_s, -span_s, 1e-12);
        let miss_km = apart_km(back, state);
        assert!(miss_km < 1e-6, "case {number}: {miss_km:e} km");
    }
}

/// A twentieth of a millimetre from the tightest run at the default tolerance, in air too, whose density's slope jumps from layer
/// to layer of the table.
#[test]
fn law_the_tolerance_holds() {
    let cases = [(earth(8), 5e-8), (lit(earth(8)), 5e-8), (windy(earth(8)), 5e-8), (earth(40), 5e-8)];
    for (number, (forces, default_km)) in cases.into_iter().enumerate() {
        let span_s = 0.5 * DAY_S;
        let tight = fly(&forces, low(), epoch("2022-11-25"), span_s, 2e-14);
        for (value, bound_km) in [(1e-12, default_km), (1e-9, 1e-4)] {
            let miss_km = apart_km(fly(&forces, low(), epoch("2022-11-25"), span_s, value), tight);
            assert!(miss_km < bound_km, "case {number}, {value:e}: {miss_km:e} km");
        }
    }
}

#[test]
fn law_the_way_between_is_as_good_as_the_end() {
    let forces = lit(earth(20));
    let (state, at) = (low(), epoch("2022-11-25"));
    let flown = Propagator::new(&forces).fly(&Start { state, epoch: at, span_s: 20_000.0 });
    flown.result.clone().expect("to the end");
    for after_s in [1.0, 777.7, 5000.0, 12_345.6, 19_999.0] {
        let end = fly(&forces, state, at, after_s, 1e-13);
        let between = flown.trajectory.state(after_s).expect("inside");
        // the first term left out is 1e-12 of 9e-3 km/s², over a step of 2500 s
        assert!(apart_km(end, between) < 2e-7, "{after_s}: {:e}", apart_km(end, between));
        let dv = norm(minus(end.velocity_km_s, between.velocity_km_s));
        assert!(dv < 5e-10, "{after_s}: {dv:e}");
    }
}

#[test]
fn law_many_flights_are_single_ones() {
    let forces = earth(8);
    let starts: Vec<Start> = (0..7)
        .map(|k| Start {
            state: State { position_km: [6778.0 + 10.0 * f64::from(k), 0.0, 0.0], ..low() },
            epoch: epoch("2022-11-25"),
            span_s: 3000.0 * f64::from(k) - 9000.0,
        })
        .collect();
    let propagator = Propagator::new(&forces);
    let all = propagator.fly_all(&starts);
    for (start, flown) in starts.iter().zip(all) {
        assert_eq!(propagator.fly(start), flown);
    }
}

fn varied(forces: &Forces, state: State, span_s: f64) -> Flown {
    let start = Start { state, epoch: epoch("2022-11-25"), span_s };
    Propagator::new(forces).tolerance(tolerance(1e-13)).with_transition().fly(&start)
}

/// Columns of the transition matrix against differences of flights.
#[test]
fn law_the_transition_matrix_is_the_slope() {
    let burn = ThrustArc::new(epoch("2022-11-25") + 500.0, 900.0, 400.0, 320.0, Steering::AlongVelocity);
    let cases = [
        (earth(20), low(), 9000.0, 2e-7),
        (points(MOON, &[EARTH, SUN]), nrho(), 6.5 * DAY_S, 2e-6),
        // a difference over an edge of the shadow or a layer of the air is no slope
        (windy(lit(earth(4))), low(), 9000.0, 2e-6),
        (earth(4).with_thrust(burn.expect("a burn")).with_craft(900.0, 100.0).expect("a craft"), low(), 4000.0, 2e-7),
    ];
    for (number, (forces, state, span_s, bound)) in cases.into_iter().enumerate() {
        let flown = varied(&forces, state, span_s);
        flown.result.expect("to the end");
        let matrix = flown.transition.expect("asked for").matrix;
        for column in 0..6 {
            let step = if column < 3 { 1e-3 } else { 1e-6 };
            let at = |x: f64| {
                let mut moved = state;
                match column {
                    0..3 => moved.position_km[column] += x,
                    _ => moved.velocity_km_s[column - 3] += x,
                }
                fly(&forces, moved, epoch("2022-11-25"), span_s, 1e-13)
            };
            // differences of the fourth order
            let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(|k| at(k * step));
            let size = (0..3).map(|row| matrix[row][column].abs()).fold(0.0, f64::max);
            for row in 0..3 {
                let of = |s: State| s.position_km[row];
                let slope = (of(a) - 8.0 * of(b) + 8.0 * of(c) - of(d)) / (12.0 * step);
                let miss = (slope - matrix[row][column]).abs() / size;
                assert!(miss < bound, "case {number}, row {row}, column {column}: {miss:e}");
            }
        }
    }
}

/// Gravity alone keeps the symplectic form: ΦᵀJΦ = J.
#[test]
fn law_the_transition_matrix_is_symplectic() {
    let matrix = varied(&earth(20), low(), 20_000.0).transition.expect("asked for").matrix;
    let form = |a: usize, b: usize| -> f64 {
        (0..3).map(|k| matrix[k][a] * matrix[k + 3][b] - matrix[k + 3][a] * matrix[k][b]).sum()
    };
    let size = (0..6).flat_map(|i| matrix[i]).fold(0.0_f64, |m, x| m.max(x.abs()));
    for a in 0..6 {
        for b in 0..6 {
            let wanted = if b == a + 3 {
                1.0
            } else if a == b + 3 {
                -1.0
            } else {
                0.0
            };
            assert!((form(a, b) - wanted).abs() < 1e-12 * size * size.sqrt(), "{a} {b}: {}", form(a, b));
        }
    }
}

/// Mass, thrust and specific impulse: the same against differences.
#[test]
fn law_parameters_of_a_burn_have_slopes() {
    let model = |mass_kg: f64, thrust_n: f64, isp_s: f64| {
        let arc = ThrustArc::new(epoch("2022-11-25") + 100.0, 700.0, thrust_n, isp_s, Steering::AlongVelocity);
        lit(points(EARTH, &[MOON])).with_thrust(arc.expect("a burn")).with_craft(mass_kg, 10.0).expect("a craft")
    };
    let (mass_kg, thrust_n, isp_s, span_s) = (900.0, 500.0, 320.0, 3000.0);
    let transition = varied(&model(mass_kg, thrust_n, isp_s), low(), span_s).transition.expect("asked for");
    let end = |m: f64, t: f64, i: f64| fly(&model(m, t, i), low(), epoch("2022-11-25"), span_s, 1e-13);
    let checks = [
        (transition.mass_coefficients, end(mass_kg + 0.1, thrust_n, isp_s), end(mass_kg - 0.1, thrust_n, isp_s), 0.2),
        (
            transition.thrust_coefficients[0],
            end(mass_kg, thrust_n + 0.1, isp_s),
            end(mass_kg, thrust_n - 0.1, isp_s),
            0.2,
        ),
        (transition.isp_coefficients[0], end(mass_kg, thrust_n, isp_s + 0.1), end(mass_kg, thrust_n, isp_s - 0.1), 0.2),
    ];
    for (number, (column, ahead, behind, apart)) in checks.into_iter().enumerate() {
        let size = column[..3].iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        for row in 0..3 {
            let slope = (ahead.position_km[row] - behind.position_km[row]) / apart;
            assert!((slope - column[row]).abs() < 1e-5 * size, "{number} {row}: {slope} {}", column[row]);
        }
    }
}

/// Table F of TRAJECTORY.md: burns from a circular orbit at 407 km along the velocity to a C3 of 9.144.
#[test]
fn published_finite_burns_of_table_f() {
    let mu: f64 = 398_600.435_507;
    let radius_km = 6378.1366 + 407.0;
    let speed = (mu / radius_km).sqrt();
    // Isp, T/W0, loss m/s, burn s, cutoff altitude km
    let rows = [
        (450.0, 1.0, 3.595_681, 250.8, 490.0),
        (450.0, 0.5, 3.616_292, 503.4, 733.0),
        (450.0, 0.3, 3.662_921, 845.9, 1279.0),
        (450.0, 0.2, 3.746_407, 1287.3, 2246.0),
        (450.0, 0.1, 4.091_250, 2719.3, 6095.0),
        (450.0, 0.05, 4.814_695, 5977.2, 13_361.0),
        (900.0, 1.0, 3.598_785, 301.4, 540.0),
        (900.0, 0.5, 3.628_270, 606.7, 928.0),
        (900.0, 0.3, 3.693_732, 1025.9, 1782.0),
    ];
    for (isp_s, ratio, dv_km_s, burn_s, altitude_km) in rows {
        let at = epoch("2022-11-25");
        let arc = ThrustArc::new(at, 1e5, ratio * 1000.0 * G0_M_S2, isp_s, Steering::AlongVelocity);
        let forces = Forces::new(points(EARTH, &[]).points.with_mu(EARTH, mu))
            .with_thrust(arc.expect("a burn"))
            .with_craft(1000.0, 0.0)
            .expect("a craft");
        let state = State { position_km: [radius_km, 0.0, 0.0], velocity_km_s: [0.0, speed, 0.0] };
        let c3 = Event::of("C3", Crossing::Rising, move |m| {
            let v = norm(m.state.velocity_km_s);
            v * v - 2.0 * mu / norm(m.state.position_km) - 9.144
        });
        let flown = Propagator::new(&forces).until(c3, 1).fly(&Start { state, epoch: at, span_s: 9000.0 });
        let Ok(Ending::Event(cutoff)) = flown.result else { panic!("no cut-off: {:?}", flown.result) };
        let mass_kg = forces.mass_kg(at, cutoff.after_s);
        let dv = 1e-3 * G0_M_S2 * isp_s * (1000.0 / mass_kg).ln();
        assert!((dv - dv_km_s).abs() < 0.5e-6, "{isp_s} {ratio}: {dv}");
        assert!((cutoff.after_s - burn_s).abs() < 0.05, "{isp_s} {ratio}: {}", cutoff.after_s);
        // above 6378.1366 km one of the nine (2245.496) would round the other way: the column counts from a rounder number
        let altitude = norm(cutoff.state.position_km) - 6378.1;
        assert!((altitude - altitude_km).abs() < 0.5, "{isp_s} {ratio}: {altitude}");
    }
}

#[test]
fn refuses_what_cannot_be_flown() {
    let forces = points(EARTH, &[MOON]);
    let at = epoch("2022-11-25");
    let refuse = |forces: &Forces, state: State, span_s: f64| {
        let start = Start { state, epoch: at, span_s };
        let flown = Propagator::new(forces).stop(Stop::AtSurface).fly(&start);
        (flown.result.expect_err("refused"), flown.trajectory)
    };
    let lost = State { position_km: [f64::NAN, 0.0, 0.0], ..leo() };
    assert!(matches!(refuse(&forces, lost, 1.0).0, PropagationError::NotFinite { quantity: "position" }));
    let lost = State { velocity_km_s: [f64::INFINITY, 0.0, 0.0], ..leo() };
    assert!(matches!(refuse(&forces, lost, 1.0).0, PropagationError::NotFinite { quantity: "velocity" }));
    // down from rest, onto the ground
    let falling = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0; 3] };
    let (error, way) = refuse(&forces, falling, DAY_S);
    assert!(matches!(&error, PropagationError::Impact { body, .. } if body == "Earth"), "{error}");
    assert!((norm(way.end().position_km) - EARTH.radius_km).abs() < 1e-6 && way.span_s() > 300.0);
    // into the middle, as if the Earth were a point
    let start = Start { state: falling, epoch: at, span_s: DAY_S };
    let flown = Propagator::new(&forces).fly(&start);
    assert!(matches!(flown.result, Err(PropagationError::StepCollapsed { .. })), "{:?}", flown.result);
    assert!(flown.trajectory.steps() > 3);
    // past the kernels
    let (error, way) = refuse(&forces, leo(), 50.0 * 365.25 * DAY_S);
    assert!(matches!(error, PropagationError::Ephemeris { .. }) && way.steps() > 0, "{error}");
    // burning what is not there
    let arc = ThrustArc::new(at, 1000.0, 1000.0, 300.0, Steering::AgainstVelocity).expect("a burn");
    let thirsty = forces.with_thrust(arc).with_craft(500.0, 400.0).expect("a craft");
    assert!(matches!(refuse(&thirsty, leo(), 2000.0).0, PropagationError::OutOfPropellant { .. }));
}

/// Every eclipse in its order, and the light on both sides of each contact.
#[test]
fn law_eclipses_come_and_go() {
    let forces = lit(points(EARTH, &[MOON, SUN]));
    let start = Start { state: low(), epoch: epoch("2022-11-25"), span_s: 0.5 * DAY_S };
    let flown = Propagator::new(&forces).fly(&start);
    let either = Crossing::Either;
    let edges = [
        Event::penumbra(kernels(), EARTH, EARTH, either).expect("an event"),
        Event::umbra(kernels(), EARTH, EARTH, either).expect("an event"),
    ];
    let found = flown.trajectory.occurrences(&edges);
    let entry = |o: &Occurrence| o.event.starts_with("penumbra") && o.crossing == Crossing::Falling;
    let first = found.iter().position(entry).expect("an eclipse");
    assert!(found.len() >= 24, "{}", found.len());
    for four in found[first..].chunks_exact(4) {
        let names: Vec<&str> = four.iter().map(|o| o.event.as_str()).collect();
        assert_eq!(names, ["penumbra of Earth", "umbra of Earth", "umbra of Earth", "penumbra of Earth"]);
        let light = |after_s: f64| {
            let r = flown.trajectory.state(after_s).expect("inside").position_km;
            let to = |body| {
                minus(
                    kernels()
                        .track(body, EARTH)
                        .expect("a track")
                        .state(start.epoch + after_s)
                        .expect("a state")
                        .position_km,
                    r,
                )
            };
            light_fraction(to(SUN), SUN.radius_km, to(EARTH), EARTH.radius_km)
        };
        let around = |o: &Occurrence| [light(o.after_s - 0.05), light(o.after_s + 0.05)];
        let [down, dark, dawn, up] = [0, 1, 2, 3].map(|k| around(&four[k]));
        assert!(down[0] == 1.0 && down[1] < 1.0 && dark[0] > 0.0 && dark[1] == 0.0, "{down:?} {dark:?}");
        assert!(dawn[0] == 0.0 && dawn[1] > 0.0 && up[0] < 1.0 && up[1] == 1.0, "{dawn:?} {up:?}");
    }
}

/// The energy of two bodies over a thousand revolutions, at the tightest tolerance and at the default one.
#[test]
fn law_two_bodies_keep_their_energy_for_a_thousand_revolutions() {
    let forces = points(EARTH, &[]);
    let mu = forces.points.mu_km3_s2;
    for eccentricity in [0.001, 0.3, 0.7, 0.95_f64] {
        let periapsis_km = 6778.0;
        let speed_km_s = (mu * (1.0 + eccentricity) / periapsis_km).sqrt();
        let state =
            State { position_km: [periapsis_km, 0.0, 0.0], velocity_km_s: [0.0, 0.8 * speed_km_s, 0.6 * speed_km_s] };
        let energy = |s: &State| 0.5 * norm(s.velocity_km_s).powi(2) - mu / norm(s.position_km);
        let sma_km = periapsis_km / (1.0 - eccentricity);
        let period_s = std::f64::consts::TAU * (sma_km * sma_km * sma_km / mu).sqrt();
        let start = Start { state, epoch: epoch("2022-11-25"), span_s: 1000.3 * period_s };
        for tolerance in [Tolerance::TIGHTEST, Tolerance::DEFAULT] {
            let flown = Propagator::new(&forces).tolerance(tolerance).fly(&start);
            flown.result.expect("to the end");
            // at the end, away from the periapsis, where the energy would be a difference of larger numbers
            let drift = (energy(&flown.trajectory.end()) / energy(&state) - 1.0).abs();
            println!("e = {eccentricity}, {tolerance:?}: {drift:e}, {} steps", flown.trajectory.steps());
            assert!(drift < 1e-13, "{eccentricity}, {tolerance:?}: {drift:e}");
        }
    }
}
