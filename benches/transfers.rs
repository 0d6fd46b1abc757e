//! Lambert arcs and porkchops: ours beside the crate `lambert_izzo`, each with its round-trip error.
//!
//! `cargo bench --bench transfers`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lambert_izzo::{LambertInput, RevolutionBudget, TransferWay, lambert};
use portolan::ephemerides::{Ephemerides, State};
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::kepler;
use portolan::transfers::cases::{Triangle, inner_planets, mars_2031};
use portolan::transfers::lambert::{Batch, Branch, Pairs, Way, solve};
use portolan::transfers::porkchop::{GridSize, porkchop};
use std::hint::black_box;

fn round_trip(name: &str, cases: &[Triangle], mut v1: impl FnMut(&Triangle) -> Option<[f64; 3]>) {
    let mut misses: Vec<f64> = cases
        .iter()
        .filter_map(|case| {
            let end =
                kepler::propagate(&State { position_km: case.r1_lu, velocity_km_s: v1(case)? }, case.tof_tu, 1.0)?;
            Some(norm(minus(end.position_km, case.r2_lu)) / norm(case.r2_lu))
        })
        .collect();
    misses.sort_by(f64::total_cmp);
    let (p99, max) = (misses[misses.len() * 99 / 100], misses[misses.len() - 1]);
    println!("{name}: round trip p99 {p99:.1e}, max {max:.1e}, {} of {} solved", misses.len(), cases.len());
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

fn grid(c: &mut Criterion) {
    let Ok(ephemerides) = Ephemerides::embedded() else { return };
    let mut request = mars_2031();
    let mut group = c.benchmark_group("transfers/porkchop/earth_mars_2031");
    group.sample_size(10);
    for side in [500, 1000] {
        request.size = GridSize { depart: side, arrive: side };
        group.throughput(Throughput::Elements((side * side) as u64));
        group.bench_function(format!("{side}x{side}"), |b| {
            b.iter(|| porkchop(ephemerides, &request).map_or(0, |p| p.counts.solved));
        });
    }
    group.finish();
}

criterion_group!(benches, single, grid);
criterion_main!(benches);
