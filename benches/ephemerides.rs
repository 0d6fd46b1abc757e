//! A planet's state from the kernel: our records beside anise, with the distance between the two.
//!
//! `cargo bench --bench ephemerides`

use anise::constants::frames::{MARS_BARYCENTER_J2000, SUN_J2000};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use portolan::bodies::{MARS_BARYCENTER, SOLAR_SYSTEM_BARYCENTER, SUN};
use portolan::ephemerides::Ephemerides;
use portolan::time::Epoch;
use std::hint::black_box;

/// Epochs of a porkchop's axis, 2030 to 2034, in an order that jumps between records.
fn epochs() -> Vec<Epoch> {
    let start = Epoch::from_calendar(2030, 1, 1);
    (0..1024).map(|i| start + f64::from(i * 389 % 1024) * 123_456.7).collect()
}

fn state(c: &mut Criterion) {
    let Ok(ephemerides) = Ephemerides::embedded() else { return };
    let epochs = epochs();
    let one_segment = ephemerides.track(MARS_BARYCENTER, SOLAR_SYSTEM_BARYCENTER);
    let from_sun = ephemerides.track(MARS_BARYCENTER, SUN);
    let (Ok(one_segment), Ok(from_sun)) = (one_segment, from_sun) else { return };
    let almanac = ephemerides.almanac();
    let apart_km = epochs.iter().filter_map(|t| {
        let ours = from_sun.state(*t).ok()?.position_km;
        let theirs = almanac.translate(MARS_BARYCENTER_J2000, SUN_J2000, t.scaled(), None).ok()?.radius_km;
        Some((0..3).map(|k| (ours[k] - theirs[k]).abs()).fold(0.0, f64::max))
    });
    println!("ephemerides/state: at most {:.1e} km from anise", apart_km.fold(0.0, f64::max));
    let mut group = c.benchmark_group("ephemerides/state");
    group.throughput(Throughput::Elements(epochs.len() as u64));
    group.bench_function("mars_from_ssb/portolan", |b| {
        b.iter(|| epochs.iter().map(|t| one_segment.state(*t).map_or(0.0, |s| s.position_km[0])).sum::<f64>());
    });
    group.bench_function("mars_from_sun/portolan", |b| {
        b.iter(|| epochs.iter().map(|t| from_sun.state(*t).map_or(0.0, |s| s.position_km[0])).sum::<f64>());
    });
    group.bench_function("mars_from_sun/anise", |b| {
        b.iter(|| {
            let x = |t: &Epoch| almanac.translate(MARS_BARYCENTER_J2000, SUN_J2000, t.scaled(), None);
            epochs.iter().map(|t| x(black_box(t)).map_or(0.0, |s| s.radius_km.x)).sum::<f64>()
        });
    });
    group.finish();
}

criterion_group!(benches, state);
criterion_main!(benches);
