//! Lambert arcs and porkchops: ours beside the crate `lambert_izzo`, each with its round-trip error.
//!
//! `cargo bench --bench transfers`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lambert_izzo::{LambertInput, RevolutionBudget, TransferWay, lambert};
use portolan::bodies::SUN;
use portolan::ephemerides::{Ephemerides, State};
use portolan::numerics::vector::{cross, dot, minus, norm};
use portolan::propagation::kepler;
use portolan::transfers::cases::{Triangle, inner_planets, mars_2031};
use portolan::transfers::lambert::{Batch, Branch, Pairs, Way, solve};
use portolan::transfers::porkchop::{GridSize, porkchop};
use std::hint::black_box;

/// How far a solver's velocity misses the second position, relative to it, and the same in last digits of the start: what
/// one last digit of position or velocity makes at the end, no double undercuts by much.
fn round_trip(name: &str, cases: &[Triangle], mut v1: impl FnMut(&Triangle) -> Option<[f64; 3]>) {
    let fly = |case: &Triangle, position_km: [f64; 3], velocity_km_s: [f64; 3]| {
        Some(kepler::propagate(&State { position_km, velocity_km_s }, case.tof_tu, 1.0)?.position_km)
    };
    let flown = cases.iter().filter_map(|case| {
        let v = v1(case)?;
        let (end, size) = (fly(case, case.r1_lu, v)?, norm(case.r2_lu));
        let mut digit = f64::EPSILON * size;
        for axis in 0..3 {
            let (mut near, mut fast) = (case.r1_lu, v);
            near[axis] += f64::EPSILON * norm(case.r1_lu);
            fast[axis] += f64::EPSILON * norm(v);
            for other in [fly(case, near, v)?, fly(case, case.r1_lu, fast)?] {
                digit = digit.max(norm(minus(other, end)));
            }
        }
        let miss = norm(minus(end, case.r2_lu));
        Some((miss / size, miss / digit))
    });
    let (mut misses, mut digits): (Vec<f64>, Vec<f64>) = flown.unzip();
    misses.sort_by(f64::total_cmp);
    digits.sort_by(f64::total_cmp);
    let of = |sorted: &[f64]| (sorted[sorted.len() * 99 / 100], sorted[sorted.len() - 1]);
    let ((p99, max), (p99_digits, max_digits)) = (of(&misses), of(&digits));
    println!(
        "{name}: round trip p99 {p99:.1e}, max {max:.1e}; in last digits of the start p99 {p99_digits:.1}, max {max_digits:.1}; {} of {} solved",
        misses.len(),
        cases.len()
    );
}

/// Positions and times, one array an axis.
fn columns(cases: &[Triangle]) -> [Vec<f64>; 7] {
    let numbers = |case: &Triangle| {
        let ([a, b, c], [d, e, f]) = (case.r1_lu, case.r2_lu);
        [a, b, c, d, e, f, case.tof_tu]
    };
    [0, 1, 2, 3, 4, 5, 6].map(|k| cases.iter().map(|case| numbers(case)[k]).collect())
}

fn pairs(columns: &[Vec<f64>; 7]) -> Pairs<'_> {
    let [a, b, c, d, e, f, tof] = columns;
    Pairs { r1_km: [a, b, c], r2_km: [d, e, f], tof_s: tof }
}

fn single(c: &mut Criterion) {
    let cases = inner_planets(10_000);
    let input = |case: &Triangle| LambertInput {
        r1: case.r1_lu,
        r2: case.r2_lu,
        tof: case.tof_tu,
        mu: 1.0,
        way: if case.r2_lu[1] >= 0.0 { TransferWay::Short } else { TransferWay::Long },
        revolutions: RevolutionBudget::SingleOnly,
    };
    let ours =
        |case: &Triangle| solve(case.r1_lu, case.r2_lu, case.tof_tu, 1.0, Way::Prograde, 0).ok().map(|s| s[0].v1_km_s);
    round_trip("transfers/lambert_single/portolan", &cases, ours);
    round_trip("transfers/lambert_single/lambert_izzo", &cases, |case| lambert(&input(case)).ok().map(|s| s.single.v1));
    let axes = columns(&cases);
    let mut batch = Batch::default();
    let solved = batch.solve(&pairs(&axes), 1.0, Way::Prograde, 0, Branch::Single);
    if let Err(refused) = solved {
        println!("{refused}");
        return;
    }
    let mut next = 0;
    round_trip("transfers/lambert_single/portolan batch", &cases, |_| {
        let k = next;
        next += 1;
        batch.solved[k].then(|| [batch.v1_km_s[0][k], batch.v1_km_s[1][k], batch.v1_km_s[2][k]])
    });
    let mut group = c.benchmark_group("transfers/lambert_single/10000");
    group.throughput(Throughput::Elements(cases.len() as u64));
    group.bench_function("portolan", |b| {
        b.iter(|| cases.iter().filter_map(|case| ours(black_box(case))).map(|v| v[0]).sum::<f64>());
    });
    group.bench_function("portolan batch", |b| {
        b.iter(|| batch.solve(black_box(&pairs(&axes)), 1.0, Way::Prograde, 0, Branch::Single).is_ok());
    });
    group.bench_function("lambert_izzo", |b| {
        b.iter(|| {
            cases.iter().filter_map(|case| lambert(&input(black_box(case))).ok()).map(|s| s.single.v1[0]).sum::<f64>()
        });
    });
    group.finish();
}

/// C3 of a cell as the crate solves it between the same states.
fn c3_by_the_crate(from: &State, to: &State, tof_s: f64) -> Option<f64> {
    let pole = cross(from.position_km, from.velocity_km_s);
    let short = dot(cross(from.position_km, to.position_km), pole) >= 0.0;
    let input = LambertInput {
        r1: from.position_km,
        r2: to.position_km,
        tof: tof_s,
        mu: SUN.mu_km3_s2,
        way: if short { TransferWay::Short } else { TransferWay::Long },
        revolutions: RevolutionBudget::SingleOnly,
    };
    let excess = minus(lambert(&input).ok()?.single.v1, from.velocity_km_s);
    Some(dot(excess, excess))
}

fn grid(c: &mut Criterion) {
    let Ok(ephemerides) = Ephemerides::embedded() else { return };
    let mut request = mars_2031();
    let mut group = c.benchmark_group("transfers/porkchop/earth_mars_2031");
    group.sample_size(10);
    for side in [500, 1000] {
        request.size = GridSize { depart: side, arrive: side };
        let Ok(solved) = porkchop(ephemerides, &request) else { return };
        let states = |k: usize| {
            let (depart, arrive) = solved.dates(k);
            let (from, to) = (solved.problem.departure_state(depart).ok()?, solved.problem.arrival_state(arrive).ok()?);
            Some((from, to, arrive - depart))
        };
        let misses = (0..solved.cells()).step_by(97).filter_map(|k| {
            // next to half a turn the planes of both solvers part by the last digits of the places
            let away = (solved.numbers(0, k)?.angle_rad.to_degrees() - 180.0).abs();
            let (from, to, tof_s) = states(k).filter(|_| away > 1.0)?;
            Some((solved.layers[0].c3_km2_s2(k) - c3_by_the_crate(&from, &to, tof_s)?).abs())
        });
        let worst = misses.fold(0.0, f64::max);
        println!(
            "transfers/porkchop/{side}x{side}: C3 at most {worst:.1e} km2/s2 from lambert_izzo between the same states"
        );
        group.throughput(Throughput::Elements((side * side) as u64));
        group.bench_function(format!("{side}x{side}/portolan"), |b| {
            b.iter(|| porkchop(ephemerides, &request).map_or(0, |p| p.counts.solved));
        });
        // what the crate alone takes for the arcs of the same cells, one thread, states at hand
        let cells: Vec<(State, State, f64)> = (0..solved.cells()).step_by(101).filter_map(states).collect();
        group.throughput(Throughput::Elements(cells.len() as u64));
        group.bench_function(format!("{side}x{side}/lambert_izzo, one cell in 101"), |b| {
            b.iter(|| cells.iter().filter_map(|(from, to, tof_s)| c3_by_the_crate(from, to, *tof_s)).sum::<f64>());
        });
    }
    group.finish();
}

criterion_group!(benches, single, grid);
criterion_main!(benches);
