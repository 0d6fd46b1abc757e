//! The restricted problem against published and computed orbits, and against itself.

use super::lanes::{Along, fly_all};
use super::*;
use crate::numerics::vector::{minus, norm};

fn system(mass_ratio: f64) -> Cr3bp {
    Cr3bp { mass_ratio, ..Cr3bp::JPL_EARTH_MOON }
}

fn crossing(x: f64, z: f64, vy: f64) -> RotatingState {
    RotatingState { position_lu: [x, 0.0, z], velocity_lu_tu: [0.0, vy, 0.0] }
}

/// TRAJECTORY.md C2.
fn nrho() -> RotatingState {
    crossing(1.021_344_895_916_729_1, -0.181_626_337_853_603_55, -0.101_777_715_932_378_6)
}
const NRHO_TU: f64 = 1.502_191_242_913_625;

/// TRAJECTORY.md C4.
fn dro() -> RotatingState {
    crossing(0.805_910_793_116_505_15, 0.0, 0.519_169_959_824_356_87)
}
const DRO_TU: f64 = 3.201_454_345_771_366_7;

fn apart(a: &RotatingState, b: &RotatingState) -> f64 {
    norm(minus(a.position_lu, b.position_lu)).hypot(norm(minus(a.velocity_lu_tu, b.velocity_lu_tu)))
}

fn end(system: &Cr3bp, start: &RotatingState, span_tu: f64) -> RotatingState {
    propagate_end(system, start, span_tu, Tolerance::TIGHTEST).expect("to the end").state
}

fn fly_ends(
    system: &Cr3bp,
    starts: &[RotatingStart],
    tuning: Tuning,
    width: Width,
) -> Vec<Result<RotatingEnd, RotatingError>> {
    let flown = fly_all(system, starts, (tuning, Along::Nothing), width);
    flown.into_iter().map(|landed| landed.map(|landed| landed.end)).collect()
}

/// TRAJECTORY.md C2: closure, Jacobi's constant, and the nearest and farthest distances from the Moon.
#[test]
fn agrees_with_c2() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let (flown, landed) = propagate(&system, &nrho(), NRHO_TU, Tolerance::TIGHTEST);
    assert_eq!(landed, Ok(()));
    let closure = apart(&flown.end(), &nrho());
    println!("C2: closure {closure:e}, {} steps", flown.steps());
    assert!(closure < 1.35e-12 * 1.5, "{closure:e}");
    assert!((system.jacobi_lu2_tu2(&nrho()) - 3.047_178_341_7).abs() <= 0.5e-10);
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for k in 0..=200_000 {
        let state = flown.state(NRHO_TU * f64::from(k) / 200_000.0).expect("inside");
        let [_, moon] = system.distances_lu(state.position_lu);
        (low, high) = (low.min(moon), high.max(moon));
    }
    assert!((low - 0.008_178_851).abs() <= 0.5e-9, "{low}");
    assert!((high - 0.184_689_128).abs() <= 0.5e-9, "{high}");
    assert_eq!(flown.state(0.0), Some(nrho()));
    assert_eq!(flown.state(NRHO_TU * 1.001), None);
    assert_eq!(flown.state(-0.1), None);
}

/// TRAJECTORY.md C3: two rows of a printed table close to their printed digits.
#[test]
fn agrees_with_c3() {
    let system = system(0.012_150_584_269_940);
    for (period_tu, start, closes) in [
        (1.587_271_460_6, crossing(1.027_792_609_1, -0.185_804_418_4, -0.115_489_663_7), 9e-8),
        (3.226_600_049_5, crossing(1.154_234_911_5, -0.137_974_494_0, -0.214_741_194_9), 4e-6),
    ] {
        let closure = apart(&end(&system, &start, period_tu), &start);
        println!("C3: closure {closure:e}");
        assert!((closure / closes - 1.0).abs() < 0.5, "{closure:e}");
    }
    let start = crossing(1.027_792_609_1, -0.185_804_418_4, -0.115_489_663_7);
    assert!((system.jacobi_lu2_tu2(&start) - 3.041_085_7).abs() <= 0.5e-7);
}

/// TRAJECTORY.md C4: closure, and Jacobi's constant over ten thousand revolutions.
#[test]
fn agrees_with_c4_for_ten_thousand_revolutions() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let closure = apart(&end(&system, &dro(), DRO_TU), &dro());
    assert!(closure < 7.5e-12, "{closure:e}");
    let jacobi = system.jacobi_lu2_tu2(&dro());
    assert!((jacobi - 2.928_621_2).abs() <= 0.5e-7, "{jacobi}");
    // at the end of every step
    let (mut worst, mut steps) = (0.0_f64, 0);
    let mut watch = |state: &RotatingState| worst = worst.max((system.jacobi_lu2_tu2(state) - jacobi).abs());
    let flown =
        fly(&system, &dro(), 10_000.0 * DRO_TU, Tuning::of(Tolerance::TIGHTEST), Width::best(), |_, _, single, _| {
            watch(&single.state);
            steps += 1;
        });
    let flown = flown.expect("to the end");
    println!(
        "C4: closure {closure:e}, Jacobi's constant strays by {worst:e} at any of {steps} steps in 10 000 revolutions"
    );
    assert!(flown.steps == steps && steps > 100_000, "{steps}");
    assert!(worst < 1e-13, "{worst:e}");
}

/// TRAJECTORY.md C5: Arenstorf's orbit, whose three passages of the Earth and two of the Moon make a rounding of the start
/// a hundred thousand times larger.
///
/// The start and the period are no doubles: they are printed to thirty digits, and what rounding takes from them, seen through
/// the transition matrix, is the closure that an exact method would find. The bound is on what comes on top of that;
/// heyoka's whole closure is 1.4e-11.
#[test]
fn agrees_with_c5() {
    let system = system(0.012_277_471);
    let start = crossing(0.994, 0.0, -2.001_585_106_379_082_5);
    let period_tu = 17.065_216_560_157_962_6;
    let flown = end(&system, &start, period_tu);
    let closure = apart(&flown, &start);
    let matrix = varied(&system, &start, period_tu);
    // 0.994, -2.00158510637908252240537862224 and 17.0652165601579625588917206249 less the doubles nearest to them
    let (x, vy, period) = (5.329_070_518e-18, -1.430_145_128_69e-16, -1.395_333_403_7e-15);
    let [vx_end, vy_end, vz_end] = flown.velocity_lu_tu;
    let [ax, ay, az] = system.acceleration_lu_tu2(&flown);
    let rate = [vx_end, vy_end, vz_end, ax, ay, az];
    let [r, v] = [minus(flown.position_lu, start.position_lu), minus(flown.velocity_lu_tu, start.velocity_lu_tu)];
    let mut beyond = 0.0_f64;
    for (row, got) in r.into_iter().chain(v).enumerate() {
        let taken = [x, 0.0, 0.0, 0.0, vy, 0.0][row];
        let of_start = taken - matrix[row][0] * x - matrix[row][4] * vy - rate[row] * period;
        beyond = beyond.hypot(got - of_start);
    }
    println!("C5: closure {closure:e}, of which {beyond:e} is not the start's rounding");
    assert!(closure < 1.7e-11, "{closure:e}");
    assert!(beyond < 2e-12, "{beyond:e}");
    assert!((system.jacobi_lu2_tu2(&start) - 2.856_412_520_210).abs() <= 0.5e-12);
}

/// TRAJECTORY.md C6: a state of pykep's tests and where it leads, to half the last digit.
#[test]
fn agrees_with_c6() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let start = RotatingState {
        position_lu: [1.012_380_823_452_34, -0.042_352_352_345_4, 0.226_343_763_21],
        velocity_lu_tu: [-0.123_262_361_4, 0.123_462_698_209_365, 0.123_667_064_622],
    };
    let got = end(&system, &start, 5.785_665_678_258_923_4);
    for (got, wanted) in got.position_lu.iter().chain(&got.velocity_lu_tu).zip([
        0.430_383_59,
        -1.646_506_69,
        0.102_719_23,
        -0.931_562_99,
        -0.426_801_51,
        0.222_572_22,
    ]) {
        assert!((got - wanted).abs() <= 0.5e-8, "{got} {wanted}");
    }
    assert!((system.jacobi_lu2_tu2(&start) - 2.967_373_061_9).abs() <= 0.5e-10);
}

#[test]
fn law_time_turns_back_and_the_step_does_not_matter() {
    let system = Cr3bp::JPL_EARTH_MOON;
    for (start, span_tu) in [(nrho(), NRHO_TU), (dro(), DRO_TU), (nrho(), 0.3)] {
        let there = end(&system, &start, span_tu);
        let back = apart(&end(&system, &there, -span_tu), &start);
        assert!(back < 2e-12, "{back:e}");
        let fine = fly(&system, &start, span_tu, Tuning::by_hand(28, 1e-20), Width::best(), |_, _, _, _| ());
        let miss = apart(&fine.expect("an end").state, &there);
        println!("back {back:e}, against finer steps {miss:e}");
        assert!(miss < 1e-12, "{miss:e}");
    }
}

#[test]
fn law_a_batch_has_the_bits_of_each_alone() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let start = |k: u32| {
        let mut state = if k.is_multiple_of(2) { nrho() } else { dro() };
        state.position_lu[0] += 1e-4 * f64::from(k);
        RotatingStart { state, span_tu: f64::from(k % 7) * if k.is_multiple_of(3) { -0.4 } else { 0.7 } }
    };
    let starts: Vec<RotatingStart> = (0..37).map(start).collect();
    let turned: Vec<RotatingStart> = starts.iter().rev().copied().collect();
    let bits = |end: &Result<RotatingEnd, RotatingError>| {
        let RotatingEnd { state, steps } = end.expect("an end");
        let numbers = state.position_lu.into_iter().chain(state.velocity_lu_tu);
        numbers.map(f64::to_bits).chain([steps as u64]).collect::<Vec<_>>()
    };
    for tolerance in [Tolerance::TIGHTEST, Tolerance::new(1e-10).expect("a tolerance")] {
        let tuning = Tuning::of(tolerance);
        let alone = |s: &RotatingStart, width| fly(&system, &s.state, s.span_tu, tuning, width, |_, _, _, _| ());
        let wanted: Vec<_> = starts.iter().map(|s| bits(&alone(s, Width::best()))).collect();
        for width in Width::available() {
            for (k, s) in starts.iter().enumerate() {
                assert_eq!(bits(&alone(s, width)), wanted[k], "{width:?} alone {k}");
            }
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
                let together = pool.install(|| fly_ends(&system, &starts, tuning, width));
                let other = pool.install(|| fly_ends(&system, &turned, tuning, width));
                for k in 0..starts.len() {
                    assert_eq!(bits(&together[k]), wanted[k], "{width:?}, {threads} threads, {k}");
                    assert_eq!(bits(&other[starts.len() - 1 - k]), wanted[k], "{width:?}, turned, {k}");
                }
            }
        }
    }
}

#[test]
fn refuses_what_is_no_start_and_falls() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let lost = RotatingState { position_lu: [f64::NAN, 0.0, 0.0], ..nrho() };
    let (_, end) = propagate(&system, &lost, 1.0, Tolerance::TIGHTEST);
    assert_eq!(end, Err(RotatingError::NotFinite { quantity: "position" }));
    // at rest beside the Moon
    let fall = RotatingState { position_lu: [1.0 - system.mass_ratio + 0.01, 0.0, 0.0], velocity_lu_tu: [0.0; 3] };
    let on_top = RotatingState { position_lu: [1.0 - system.mass_ratio, 0.0, 0.0], velocity_lu_tu: [0.0; 3] };
    let (_, end) = propagate(&system, &on_top, 1.0, Tolerance::TIGHTEST);
    assert!(matches!(end, Err(RotatingError::StepCollapsed { .. })), "{end:?}");
    let starts = [lost, on_top, fall, nrho()].map(|state| RotatingStart { state, span_tu: 0.02 });
    let ends = propagate_batch(&system, &starts, Tolerance::TIGHTEST);
    assert!(ends[0].is_err() && ends[1].is_err() && ends[3].is_ok(), "{ends:?}");
    assert_eq!(ends[2], propagate_end(&system, &fall, 0.02, Tolerance::TIGHTEST));
}

/// Absurd starts and spans: a sentence after some steps, never an endless flight, never a number that is none in an answer.
#[test]
fn refuses_flights_without_end_and_numbers_beyond_doubles() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let sizes = [1e-300, 1e-8, 1.0, 1e154, -1e300];
    let mut starts = Vec::new();
    for size in sizes {
        for speed in sizes {
            for span_tu in [1e-300, 1e-3, 100.0, 1e300, -1e300] {
                let state =
                    RotatingState { position_lu: [size, 0.3 * size, 0.1], velocity_lu_tu: [speed, 0.0, -speed] };
                starts.push(RotatingStart { state, span_tu });
            }
        }
    }
    let batch = propagate_batch(&system, &starts, Tolerance::DEFAULT);
    for (start, end) in starts.iter().zip(&batch) {
        if let Ok(RotatingEnd { state, .. }) = end {
            let numbers = state.position_lu.iter().chain(&state.velocity_lu_tu);
            assert!(numbers.into_iter().all(|x| x.is_finite()), "{start:?}: {end:?}");
        }
        let alone = propagate_end(&system, &start.state, start.span_tu, Tolerance::DEFAULT);
        assert_eq!(bits_or_name(&alone), bits_or_name(end), "{start:?}");
        let varied =
            propagate_with_transition(&system, &start.state, start.span_tu.clamp(-1.0, 1.0), Tolerance::DEFAULT);
        assert!(varied.is_err() || varied.is_ok_and(|v| v.matrix.iter().flatten().all(|x| x.is_finite())), "{start:?}");
    }
    let endless = propagate_end(&system, &nrho(), 1e9, Tolerance::TIGHTEST);
    assert!(matches!(endless, Err(RotatingError::TooManySteps { steps, .. }) if steps > 100_000_000), "{endless:?}");
}

/// The bits of an end, or which refusal it is.
fn bits_or_name(end: &Result<RotatingEnd, RotatingError>) -> String {
    match end {
        Ok(RotatingEnd { state, steps }) => {
            let bits = state.position_lu.iter().chain(&state.velocity_lu_tu).map(|x| x.to_bits());
            format!("{steps} {:?}", bits.collect::<Vec<_>>())
        }
        Err(error) => format!("{error:?}").split([' ', '{']).next().unwrap_or_default().to_owned(),
    }
}

/// A close circle about the Moon, a far start, a system that is none: each is refused in time, with the same words alone and
/// in a batch.
#[test]
fn refuses_flights_without_an_end() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let radius_lu = 1e-5;
    let speed_lu_tu = (system.mass_ratio / radius_lu).sqrt();
    let tight = RotatingState {
        position_lu: [1.0 - system.mass_ratio + radius_lu, 0.0, 0.0],
        velocity_lu_tu: [0.0, speed_lu_tu, 0.0],
    };
    let loose = Tolerance::new(1e-10).expect("a tolerance");
    let alone = propagate_end(&system, &tight, 1e3, loose);
    let Err(RotatingError::TooManySteps { most: MOST_STEPS, after_tu, state, .. }) = alone else { panic!("{alone:?}") };
    assert!(after_tu > 0.0 && after_tu < 1e3 && system.distances_lu(state.position_lu)[1] < 1e-3, "{after_tu}");
    let batch = propagate_batch(&system, &[RotatingStart { state: tight, span_tu: 1e3 }], loose);
    assert_eq!(batch, [alone]);
    let far = RotatingState { position_lu: [1e200, 0.0, 0.0], ..nrho() };
    let error = propagate_end(&system, &far, 1.0, loose).expect_err("refused");
    assert_eq!(error.to_string(), "the starting position is 1e200: up to 1e9 units of the system are flown");
    for mass_ratio in [f64::NAN, f64::INFINITY, -0.1, 0.0, 0.7] {
        let none = Cr3bp { mass_ratio, ..system };
        let error = propagate_end(&none, &nrho(), 1.0, loose).expect_err("refused");
        assert!(matches!(error, RotatingError::BadSystem { .. }), "{error}");
        let batch = propagate_batch(&none, &[RotatingStart { state: nrho(), span_tu: 1.0 }], loose);
        assert!(matches!(batch[0], Err(RotatingError::BadSystem { .. })), "{batch:?}");
    }
}

fn varied(system: &Cr3bp, start: &RotatingState, span_tu: f64) -> [[f64; 6]; 6] {
    propagate_with_transition(system, start, span_tu, Tolerance::TIGHTEST).expect("to the end").matrix
}

fn largest(matrix: &[[f64; 6]; 6]) -> f64 {
    matrix.iter().flatten().fold(0.0, |most: f64, x| most.max(x.abs()))
}

/// A start that no symmetry makes simple.
fn crooked() -> RotatingState {
    RotatingState { position_lu: [0.93, 0.06, -0.04], velocity_lu_tu: [0.11, -0.32, 0.27] }
}

/// Columns of the transition matrix against differences of flights.
#[test]
fn law_the_transition_matrix_is_the_slope() {
    let system = Cr3bp::JPL_EARTH_MOON;
    for (start, span_tu) in [(nrho(), 0.6 * NRHO_TU), (dro(), DRO_TU), (crooked(), 1.3), (crooked(), -0.9)] {
        let matrix = varied(&system, &start, span_tu);
        let size = largest(&matrix);
        for column in 0..6 {
            let step = 1e-4 / size.sqrt();
            let at = |k: f64| {
                let mut moved = start;
                let part = if column < 3 { &mut moved.position_lu } else { &mut moved.velocity_lu_tu };
                part[column % 3] += k * step;
                let RotatingState { position_lu: [x, y, z], velocity_lu_tu: [vx, vy, vz] } =
                    end(&system, &moved, span_tu);
                [x, y, z, vx, vy, vz]
            };
            // differences of the sixth order
            let [a, b, c, d, e, f] = [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0].map(at);
            for row in 0..6 {
                let slope = (45.0 * (d[row] - c[row]) - 9.0 * (e[row] - b[row]) + (f[row] - a[row])) / (60.0 * step);
                let miss = (slope - matrix[row][column]).abs() / size;
                assert!(miss < 1e-9, "{span_tu}, row {row}, column {column}: {slope} {} {miss:e}", matrix[row][column]);
            }
        }
    }
}

/// With p = v + ẑ×r the motion is Hamiltonian: T·Φ·T⁻¹ keeps the symplectic form; so its determinant is one.
#[test]
fn law_the_transition_matrix_is_symplectic_and_finer_steps_do_not_change_it() {
    let system = Cr3bp::JPL_EARTH_MOON;
    for (start, span_tu) in [(nrho(), NRHO_TU), (dro(), DRO_TU), (crooked(), 1.3), (crooked(), -0.9)] {
        let matrix = varied(&system, &start, span_tu);
        // of a column: position and momentum
        let canonical = |k: usize| {
            let [x, y, z, vx, vy, vz] = [0, 1, 2, 3, 4, 5].map(|row: usize| matrix[row][k]);
            [x, y, z, vx - y, vy + x, vz]
        };
        let form = |a: [f64; 6], b: [f64; 6]| (0..3).map(|k| a[k] * b[k + 3] - a[k + 3] * b[k]).sum::<f64>();
        let unit = |k: usize| {
            let [x, y, z, vx, vy, vz] = [0, 1, 2, 3, 4, 5].map(|row| f64::from(u8::from(row == k)));
            [x, y, z, vx - y, vy + x, vz]
        };
        let size = largest(&matrix);
        let mut worst = 0.0_f64;
        for a in 0..6 {
            for b in 0..6 {
                worst = worst.max((form(canonical(a), canonical(b)) - form(unit(a), unit(b))).abs() / (size * size));
            }
        }
        let fine = fly_varied(&system, &start, span_tu, Tuning::by_hand(28, 1e-20), Width::best()).expect("an end");
        let mut apart = 0.0_f64;
        for (row, other) in matrix.iter().zip(&fine.matrix) {
            apart = row.iter().zip(other).fold(apart, |most, (x, y)| most.max((x - y).abs() / size));
        }
        println!("symplectic to {worst:e} of {size:e} squared, {apart:e} from finer steps");
        assert!(worst < 1e-14 && apart < 1e-12, "{worst:e} {apart:e}");
    }
}

#[test]
fn law_transition_matrices_of_a_batch_have_the_bits_of_each_alone() {
    let system = Cr3bp::JPL_EARTH_MOON;
    let start = |k: u32| {
        let mut state = [nrho(), dro(), crooked()][k as usize % 3];
        state.position_lu[1] += 1e-4 * f64::from(k);
        RotatingStart { state, span_tu: f64::from(k % 7) * if k.is_multiple_of(4) { -0.2 } else { 0.3 } }
    };
    let starts: Vec<RotatingStart> = (0..21).map(start).collect();
    let bits = |varied: &Result<RotatingVaried, RotatingError>| {
        let RotatingVaried { end, matrix } = varied.expect("an end");
        let numbers = end.state.position_lu.into_iter().chain(end.state.velocity_lu_tu);
        numbers.chain(matrix.into_iter().flatten()).map(f64::to_bits).chain([end.steps as u64]).collect::<Vec<_>>()
    };
    for tolerance in [Tolerance::TIGHTEST, Tolerance::new(1e-10).expect("a tolerance")] {
        let tuning = Tuning::of(tolerance);
        let alone = |s: &RotatingStart, width| fly_varied(&system, &s.state, s.span_tu, tuning, width);
        let wanted: Vec<_> = starts.iter().map(|s| bits(&alone(s, Width::best()))).collect();
        for (s, wanted) in starts.iter().zip(&wanted) {
            let end = propagate_end(&system, &s.state, s.span_tu, tolerance).expect("an end");
            assert_eq!(bits(&Ok(RotatingVaried { end, ..alone(s, Width::best()).expect("an end") })), *wanted);
        }
        for width in Width::available() {
            for (s, wanted) in starts.iter().zip(&wanted) {
                assert_eq!(bits(&alone(s, width)), *wanted, "{width:?} alone");
            }
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
                let together = pool.install(|| fly_all(&system, &starts, (tuning, Along::Variation), width));
                for (k, (flown, wanted)) in together.iter().zip(&wanted).enumerate() {
                    assert_eq!(bits(flown), *wanted, "{width:?}, {threads} threads, {k}");
                }
            }
        }
    }
}
