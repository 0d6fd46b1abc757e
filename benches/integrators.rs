//! Which integrator for which forces: each method at the loosest setting that still ends within a millimetre.
//!
//! `cargo bench --bench integrators`, under a minute. The curves behind it:
//! `cargo bench --bench integrators -- work-precision`, a minute and a half; with `write` after it they are kept in
//! `benches/results` as CSV and SVG, and as PNG with the feature `png`.
//!
//! All are given the same forces, the classical ones by [`portolan::dynamics::Evaluator`] (0.27 µs a point for 8 × 8
//! with Moon and Sun, 1.7 µs for 70 × 70, 0.15 µs for three points, the arithmetic of Gauss–Jackson included); one
//! thread, the quickest of many runs, AMD EPYC with AVX-512, 2026-11-24. Milliseconds of the quickest flight that ends
//! within 1 mm, evaluations in brackets:
//!
//! | method | LEO 8 × 8, 1 d | LEO 70 × 70, 1 d | NRHO revolution | NRHO 20 × 20, 7 d | heliocentric, 200 d |
//! | --- | --- | --- | --- | --- | --- |
//! | collocation | **0.26** | **5.9** | 0.056 | **0.22** | **0.036** |
//! | Taylor | – | – | **0.052** | – | 0.18 |
//! | Gauss–Jackson 14 | 0.32 (1165) | 8.0 (4794) | 0.38 (2487) | 1.18 (3223) | 0.058 (131) |
//! | Gauss–Jackson 12 | 0.31 (1152) | 9.3 (5566) | 0.48 (3218) | 1.51 (4174) | 0.052 (122) |
//! | Gauss–Jackson 8 | 0.39 (1473) | 10.7 (6479) | 0.58 (4164) | 1.90 (5406) | 0.056 (158) |
//! | GBS, eight columns | 1.15 (5032) | 36.3 (22 344) | 0.14 (1285) | 0.46 (1432) | never |
//! | DOP853 | 1.45 (6072) | 47.4 (28 818) | 0.17 (1476) | 0.49 (1512) | 0.13 (600) |
//! | Verner 9(8) | 2.2 (9392) | 29.4 (17 853) | 0.13 (1178) | 0.39 (1209) | 0.10 (399) |
//!
//! So collocation flies every force, and Taylor remains for points. What speaks against the choice: at a metre
//! Gauss–Jackson is quicker in low orbits (0.20 against 0.22 ms, 4.3 against 5.9 ms); and nobody has measured a machine
//! without AVX-512, where eight nodes take more than one register. What speaks for it besides: it has its polynomial
//! between the nodes, chooses its own step and asks for no start; the times of Gauss–Jackson are those of a step that
//! somebody already knows, and none of the classical ones pays here for an answer between its steps.
//!
//! GBS was tried with 6 to 12 columns: 0.96 to 1.44 ms and 34 to 37 ms in low orbits; six end within 1 mm of the
//! heliocentric coast too, in 0.12 ms.

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
