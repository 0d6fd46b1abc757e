//! Flights by Taylor's method, alone and in batches, each with its error against a reference run.
//!
//! `cargo bench --bench propagation`
//!
//! A batch runs on one thread, and its time is that of a trajectory, so that it stands beside the one flown alone.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use portolan::ephemerides::Ephemerides;
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::cases::{
    PointMassCase, cr3bp_revolution, heliocentric_coast, nrho_revolution, spread, spread_rotating,
};
use portolan::propagation::taylor::{Stop, Tolerance, cr3bp, propagate, propagate_batch, propagate_end, reference};
use std::hint::black_box;

/// Trajectories of a batch.
const BATCH: u32 = 256;

fn one_thread() -> Option<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().ok()
}

fn point_masses(c: &mut Criterion, case: &PointMassCase) {
    let start = case.start;
    let (Ok(tolerance), Ok(truth)) = (Tolerance::new(case.tolerance), reference(&case.model, &start)) else { return };
    let alone = || propagate_end(&case.model, &start.state, start.epoch, start.span_s, tolerance);
    let starts = spread(case, BATCH);
    let (Ok(end), Some(pool)) = (alone(), one_thread()) else { return };
    let misses = pool.install(|| propagate_batch(&case.model, &starts, tolerance)).into_iter().zip(&starts);
    let misses = misses.filter_map(|(end, start)| {
        let truth = reference(&case.model, start).ok()?.state.position_km;
        Some(norm(minus(end.ok()?.state.position_km, truth)) * 1e3)
    });
    let (name, error_m) = (case.name, norm(minus(end.state.position_km, truth.state.position_km)) * 1e3);
    println!("propagation/{name}/single: {} steps, error {error_m:.1e} m", end.steps);
    println!("propagation/{name}/batch: error at most {:.1e} m of {BATCH}", misses.fold(0.0, f64::max));
    let mut group = c.benchmark_group(format!("propagation/{name}"));
    group.bench_function("single", |b| b.iter(|| black_box(alone())));
    group.bench_function("dense", |b| {
        b.iter(|| {
            black_box(propagate(&case.model, &start.state, start.epoch, start.span_s, tolerance, Stop::Never).0.steps())
        });
    });
    // the peer nyx flies the same case here, under its feature
    group.throughput(Throughput::Elements(u64::from(BATCH)));
    group.bench_function("batch", |b| {
        pool.install(|| b.iter(|| black_box(propagate_batch(&case.model, &starts, tolerance))));
    });
    group.finish();
}

fn among_the_planets(c: &mut Criterion) {
    let Ok(ephemerides) = Ephemerides::embedded() else { return };
    for case in [nrho_revolution(ephemerides), heliocentric_coast(ephemerides)].into_iter().flatten() {
        point_masses(c, &case);
    }
}

fn restricted(c: &mut Criterion) {
    let case = cr3bp_revolution();
    let (Ok(tolerance), Ok(truth)) = (Tolerance::new(case.tolerance), cr3bp::reference(&case.system, &case.start))
    else {
        return;
    };
    let alone = || cr3bp::propagate_end(&case.system, &case.start.state, case.start.span_tu, tolerance);
    let starts = spread_rotating(&case, BATCH);
    let (Ok(end), Some(pool)) = (alone(), one_thread()) else { return };
    let error_lu = norm(minus(end.state.position_lu, truth.state.position_lu));
    let closure_lu = norm(minus(end.state.position_lu, case.start.state.position_lu));
    let name = case.name;
    println!(
        "propagation/{name}/single: {} steps, error {error_lu:.1e} LU = {:.1e} m, closure {closure_lu:.1e} LU",
        end.steps,
        error_lu * case.system.length_km * 1e3
    );
    let mut group = c.benchmark_group(format!("propagation/{name}"));
    group.bench_function("single", |b| b.iter(|| black_box(alone())));
    group.throughput(Throughput::Elements(u64::from(BATCH)));
    group.bench_function("batch", |b| {
        pool.install(|| b.iter(|| black_box(cr3bp::propagate_batch(&case.system, &starts, tolerance))));
    });
    group.finish();
}

criterion_group!(benches, among_the_planets, restricted);
criterion_main!(benches);
