//! Which integrator for which forces: each method at the loosest setting that still ends within a millimetre.
//!
//! `cargo bench --bench integrators`. The curves behind it, two minutes: `cargo bench --bench integrators -- work-precision`;
//! with `write` after it they are kept in `benches/results` as CSV and SVG, and as PNG with the feature `png`.

#[path = "integrators/cases.rs"]
mod cases;
#[path = "integrators/extrapolation.rs"]
mod extrapolation;
#[path = "integrators/figure.rs"]
mod figure;
#[path = "integrators/gauss_jackson.rs"]
mod gauss_jackson;
#[path = "integrators/methods.rs"]
mod methods;
#[path = "integrators/pull.rs"]
mod pull;
#[path = "integrators/runge_kutta.rs"]
mod runge_kutta;
#[path = "integrators/tableaus.rs"]
mod tableaus;
#[path = "integrators/work_precision.rs"]
mod work_precision;

use cases::{Case, cases};
use criterion::{Criterion, criterion_group};
use methods::{METHODS, Method, apart_m, reference};
use std::error::Error;
use std::time::Duration;

/// What a method may miss the end by, m.
const WITHIN_M: f64 = 1e-3;

/// The loosest setting that ends within the bound, and how far off it ends.
fn loosest(method: Method, case: &Case, end: &portolan::ephemerides::State) -> Option<(f64, f64)> {
    method.settings(case).into_iter().find_map(|setting| {
        let miss_m = apart_m(&method.fly(case, setting).ok()?.end, end);
        (miss_m <= WITHIN_M).then_some((setting, miss_m))
    })
}

fn flights(c: &mut Criterion) {
    if let Err(error) = all(c) {
        eprintln!("propagation: {error}");
    }
}

fn all(c: &mut Criterion) -> Result<(), Box<dyn Error>> {
    for case in cases()? {
        let reference = reference(&case)?;
        let (other, apart_m) = (reference.other.name(), reference.apart_m);
        println!("propagation/{}: the reference and {other} at its tightest are {apart_m:.1e} m apart", case.name);
        let mut group = c.benchmark_group(format!("propagation/{}", case.name));
        group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(800));
        for method in METHODS.into_iter().filter(|method| method.flies(&case)) {
            let name = method.name();
            let Some((setting, miss_m)) = loosest(method, &case, &reference.end) else {
                println!("propagation/{}/{name}: not within {WITHIN_M:.0e} m at any setting", case.name);
                continue;
            };
            println!("propagation/{}/{name}: {miss_m:.1e} m off at {setting:.1e}", case.name);
            group.bench_function(name, |b| b.iter(|| method.fly(&case, setting).map(|f| f.end).ok()));
        }
        group.finish();
    }
    Ok(())
}

criterion_group!(benches, flights);

fn main() -> Result<(), Box<dyn Error>> {
    let asked = |word: &str| std::env::args().any(|argument| argument == word);
    if asked("work-precision") {
        return work_precision::run(asked("write"));
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
    Ok(())
}
