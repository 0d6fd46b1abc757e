//! Flights by Taylor's method, by collocation and by nyx-space, alone and in batches, each with its error against a
//! reference run. The tolerances are those at which the error comes near a millimetre.
//!
//! `cargo bench --bench propagation`
//!
//! A batch runs on one thread, and its time is that of a trajectory, so that it stands beside the one flown alone.

#[cfg(feature = "nyx")]
use criterion::SamplingMode;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use portolan::ephemerides::{Ephemerides, State};
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::Propagator;
use portolan::propagation::cases::{
    ForcesCase, PointMassCase, cr3bp_revolution, heliocentric_coast, leo_day, nrho_revolution, spread, spread_rotating,
};
use portolan::propagation::taylor::{Stop, Tolerance, cr3bp, propagate, propagate_batch, propagate_end, reference};
use std::hint::black_box;
#[cfg(feature = "nyx")]
use std::time::Duration;

/// Trajectories of a batch.
const BATCH: u32 = 256;
/// Of a batch in which they are flown one after the other.
const FEW: u32 = 16;

fn one_thread() -> Option<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().ok()
}

/// Distance between two ends, m.
fn apart_m(a: State, b: State) -> f64 {
    norm(minus(a.position_km, b.position_km)) * 1e3
}

fn by_taylor(c: &mut Criterion, case: &PointMassCase) {
    let start = case.start;
    let (Ok(tolerance), Ok(truth)) = (Tolerance::new(case.tolerance), reference(&case.model, &start)) else { return };
    let alone = || propagate_end(&case.model, &start.state, start.epoch, start.span_s, tolerance);
    let starts = spread(case, BATCH);
    let (Ok(end), Some(pool)) = (alone(), one_thread()) else { return };
    let misses = pool.install(|| propagate_batch(&case.model, &starts, tolerance)).into_iter().zip(&starts);
    let misses =
        misses.filter_map(|(end, start)| Some(apart_m(end.ok()?.state, reference(&case.model, start).ok()?.state)));
    let (name, at, error_m) = (case.name, case.tolerance, apart_m(end.state, truth.state));
    println!("propagation/{name}/taylor: {} steps at {at:.1e}, error {error_m:.1e} m", end.steps);
    println!("propagation/{name}/taylor_batch: error at most {:.1e} m of {BATCH}", misses.fold(0.0, f64::max));
    let mut group = c.benchmark_group(format!("propagation/{name}"));
    group.bench_function("taylor", |b| b.iter(|| black_box(alone())));
    group.bench_function("taylor_dense", |b| {
        b.iter(|| {
            black_box(propagate(&case.model, &start.state, start.epoch, start.span_s, tolerance, Stop::Never).0.steps())
        });
    });
    group.throughput(Throughput::Elements(u64::from(BATCH)));
    group.bench_function("taylor_batch", |b| {
        pool.install(|| b.iter(|| black_box(propagate_batch(&case.model, &starts, tolerance))));
    });
    group.finish();
}

/// Collocation at the tolerance of a millimetre and at the one that a user gets who asks for none; then many flights on
/// one thread, one after the other.
fn by_collocation(c: &mut Criterion, case: &ForcesCase) {
    let (Ok(truth), Some(pool)) = (case.reference(), one_thread()) else { return };
    let name = &case.name;
    let mut group = c.benchmark_group(format!("propagation/{name}"));
    for (method, at) in [("collocation", case.tolerance), ("collocation_default", Tolerance::DEFAULT.value())] {
        let (Ok(end), Ok(tolerance)) = (case.end(at), Tolerance::new(at)) else { continue };
        let propagator = Propagator::new(&case.forces).tolerance(tolerance);
        let steps = propagator.fly(&case.start).trajectory.steps();
        println!("propagation/{name}/{method}: {steps} steps at {at:.1e}, error {:.1e} m", apart_m(end, truth));
        group.bench_function(method, |b| b.iter(|| black_box(propagator.fly(&case.start).trajectory.end())));
    }
    let Ok(tolerance) = Tolerance::new(case.tolerance) else { return };
    let (propagator, starts) = (Propagator::new(&case.forces).tolerance(tolerance), case.spread(FEW));
    let misses = propagator.fly_all(&starts).into_iter().zip(&starts).filter_map(|(flown, start)| {
        let beside = ForcesCase { start: *start, ..case.clone() };
        Some(apart_m(flown.trajectory.end(), beside.reference().ok()?))
    });
    println!("propagation/{name}/collocation_batch: error at most {:.1e} m of {FEW}", misses.fold(0.0, f64::max));
    group.throughput(Throughput::Elements(u64::from(FEW)));
    group.sample_size(10);
    group.bench_function("collocation_batch", |b| {
        pool.install(|| b.iter(|| black_box(propagator.fly_all(&starts).len())));
    });
    group.finish();
}

/// The peer: the same flight and forces in nyx-space, without the time that handing them over takes.
#[cfg(feature = "nyx")]
fn by_nyx(c: &mut Criterion, case: &ForcesCase, ephemerides: &Ephemerides) {
    let (Ok(truth), Ok(seen)) = (case.reference(), case.witnessed(ephemerides)) else { return };
    let (name, at) = (&case.name, case.nyx.tolerance);
    println!("propagation/{name}/nyx: Dormand-Prince 7(8) at {at:.1e}, error {:.1e} m", apart_m(seen.end, truth));
    let mut group = c.benchmark_group(format!("propagation/{name}"));
    group.sample_size(10).sampling_mode(SamplingMode::Flat).warm_up_time(Duration::from_millis(100));
    group.bench_function("nyx", |b| {
        b.iter_custom(|times| {
            let flight_s = |_| case.witnessed(ephemerides).map_or(0.0, |seen| seen.elapsed_s);
            Duration::from_secs_f64((0..times).map(flight_s).sum())
        });
    });
    group.finish();
}

#[cfg(not(feature = "nyx"))]
fn by_nyx(_: &mut Criterion, _: &ForcesCase, _: &Ephemerides) {}

fn among_the_planets(c: &mut Criterion) {
    let Ok(ephemerides) = Ephemerides::embedded() else { return };
    for case in [nrho_revolution(ephemerides), heliocentric_coast(ephemerides)].into_iter().flatten() {
        by_taylor(c, &case);
        by_collocation(c, &case.under_forces());
        by_nyx(c, &case.under_forces(), ephemerides);
    }
}

fn in_the_earths_field(c: &mut Criterion) {
    let Ok(ephemerides) = Ephemerides::embedded() else { return };
    for case in [leo_day(ephemerides, 8), leo_day(ephemerides, 70)].into_iter().flatten() {
        by_collocation(c, &case);
        by_nyx(c, &case, ephemerides);
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
        "propagation/{name}/taylor: {} steps, error {error_lu:.1e} LU = {:.1e} m, closure {closure_lu:.1e} LU",
        end.steps,
        error_lu * case.system.length_km * 1e3
    );
    let mut group = c.benchmark_group(format!("propagation/{name}"));
    group.bench_function("taylor", |b| b.iter(|| black_box(alone())));
    group.throughput(Throughput::Elements(u64::from(BATCH)));
    group.bench_function("taylor_batch", |b| {
        pool.install(|| b.iter(|| black_box(cr3bp::propagate_batch(&case.system, &starts, tolerance))));
    });
    group.finish();
}

criterion_group!(benches, among_the_planets, in_the_earths_field, restricted);
criterion_main!(benches);
