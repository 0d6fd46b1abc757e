//! Lambert arcs and porkchops: ours beside the crate `lambert_izzo`, each with its round-trip error.
//!
//! `cargo bench --bench transfers`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lambert_izzo::{LambertInput, RevolutionBudget, TransferWay, lambert};
use portolan::bodies::{EARTH, MARS};
use portolan::ephemerides::{Ephemerides, State};
use portolan::numerics::vector::{minus, norm};
use portolan::propagation::kepler;
use portolan::time::Window;
use portolan::transfers::lambert::{Way, solve};
use portolan::transfers::porkchop::{GridSize, PorkchopRequest, porkchop};
use std::hint::black_box;

struct Case {
    r1: [f64; 3],
    r2: [f64; 3],
    tof: f64,
}

/// Geometries of the inner solar system in canonical units: radii 0.7 to 1.7, any angle, 0.2 to 3 parabolic times.
fn cases(count: u64) -> Vec<Case> {
    // SplitMix64, seeded by the index: the same cases on every machine
    let uniform = |index: u64, stream: u64| {
        let mut z = (index * 8 + stream).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..count)
        .map(|i| {
            let (ra, rb) = (0.7 + uniform(i, 0), 0.7 + uniform(i, 1));
            let (angle, tilt) = (std::f64::consts::TAU * uniform(i, 2), 0.1 * uniform(i, 3));
            let r2 = [rb * angle.cos(), rb * angle.sin() * tilt.cos(), rb * angle.sin() * tilt.sin()];
            Case { r1: [ra, 0.0, 0.0], r2, tof: 1.0 + 6.0 * uniform(i, 4) }
        })
        .collect()
}

fn round_trip(name: &str, cases: &[Case], v1: impl Fn(&Case) -> Option<[f64; 3]>) {
    let mut misses: Vec<f64> = cases
        .iter()
        .filter_map(|case| {
            let end = kepler::propagate(&State { position_km: case.r1, velocity_km_s: v1(case)? }, case.tof, 1.0)?;
            Some(norm(minus(end.position_km, case.r2)) / norm(case.r2))
        })
        .collect();
    misses.sort_by(f64::total_cmp);
    let (p99, max) = (misses[misses.len() * 99 / 100], misses[misses.len() - 1]);
    println!("{name}: round trip p99 {p99:.1e}, max {max:.1e}, {} of {} solved", misses.len(), cases.len());
}

fn single(c: &mut Criterion) {
    let cases = cases(10_000);
    let input = |case: &Case| LambertInput {
        r1: case.r1,
        r2: case.r2,
        tof: case.tof,
        mu: 1.0,
        way: if case.r2[1] >= 0.0 { TransferWay::Short } else { TransferWay::Long },
        revolutions: RevolutionBudget::SingleOnly,
    };
    let ours = |case: &Case| solve(case.r1, case.r2, case.tof, 1.0, Way::Prograde, 0).ok().map(|s| s[0].v1_km_s);
    round_trip("transfers/lambert_single/portolan", &cases, ours);
    round_trip("transfers/lambert_single/lambert_izzo", &cases, |case| lambert(&input(case)).ok().map(|s| s.single.v1));
    let mut group = c.benchmark_group("transfers/lambert_single/10000");
    group.throughput(Throughput::Elements(cases.len() as u64));
    group.bench_function("portolan", |b| {
        b.iter(|| cases.iter().filter_map(|case| ours(black_box(case))).map(|v| v[0]).sum::<f64>());
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
    let window = |text| Window::parse(text).ok();
    let (Some(depart), Some(arrive)) = (window("2030-11-01..2031-05-31"), window("2031-07-01..2032-07-31")) else {
        return;
    };
    let mut request = PorkchopRequest::new(EARTH, MARS, depart, arrive);
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
