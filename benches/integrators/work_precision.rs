//! Work against precision: every method over its settings, as a table and a figure in `benches/results`.

use super::cases::{Case, cases};
use super::figure::{Panel, Point};
use super::gauss_jackson::GaussJackson;
use super::methods::{METHODS, Reference, apart_m, reference};
use super::pull::Pull;
use super::runge_kutta::{DOP853, Pair, VERNER98};
use portolan::bodies::EARTH;
use portolan::dynamics::{Forces, PointMasses};
use portolan::ephemerides::{Ephemerides, State};
use portolan::propagation::{Start, kepler};
use portolan::time::Epoch;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// Measure, print, and keep when asked.
pub(crate) fn run(keep: bool) -> Result<(), Box<dyn Error>> {
    orders()?;
    let mut csv = head();
    let mut panels = Vec::new();
    for case in cases()? {
        let reference = reference(&case)?;
        let Reference { other, apart_m, .. } = &reference;
        writeln!(csv, "# {}: the reference and {} at its tightest are {apart_m:.1e} m apart", case.name, other.name())?;
        panels.push(Panel {
            case: case.name,
            title: case.title,
            apart_m: *apart_m,
            points: measure(&case, &reference)?,
        });
    }
    writeln!(csv, "case,method,setting,time_s,least_s,error_m,evaluations")?;
    for panel in &panels {
        for p in &panel.points {
            let Point { method, setting, time_s, least_s, error_m, evaluations } = p;
            let count = evaluations.map_or(String::new(), |n| n.to_string());
            writeln!(
                csv,
                "{},{},{setting:.3e},{time_s:.4e},{least_s:.4e},{error_m:.3e},{count}",
                panel.case,
                method.name()
            )?;
        }
    }
    print!("{csv}");
    best(&panels);
    if keep {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("work_precision.csv"), &csv)?;
        let svg = super::figure::draw(&panels, &provenance());
        std::fs::write(folder.join("work_precision.svg"), &svg)?;
        #[cfg(feature = "png")]
        std::fs::write(folder.join("work_precision.png"), super::figure::png(&svg)?)?;
    }
    Ok(())
}

/// Machine and day.
fn provenance() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let model = model.trim_start_matches(['\t', ' ', ':']);
    let widest = if cpu.contains("avx512f") { "AVX-512" } else { "no AVX-512" };
    let day = hifitime::Epoch::now().map(|now| Epoch::from_scaled(now).date()).unwrap_or_default();
    format!("portolan {}, {model} ({widest}), one thread, {day}", env!("CARGO_PKG_VERSION"))
}

fn head() -> String {
    format!(
        "# Work against precision: {}.\n\
         # time_s: median of the runs of one flight, least_s: the quickest of them (of a shared machine); error_m: distance at the end from collocation at its tightest;\n\
         # setting: tolerance, or number of equal steps for gauss_jackson; evaluations: of all forces together.\n",
        provenance()
    )
}

/// Every setting of every method.
fn measure(case: &Case, reference: &Reference) -> Result<Vec<Point>, Box<dyn Error>> {
    let mut points = Vec::new();
    for method in METHODS.into_iter().filter(|method| method.flies(case)) {
        for setting in method.settings(case) {
            let Ok(flight) = method.fly(case, setting) else { continue };
            let error_m = apart_m(&flight.end, &reference.end);
            if !error_m.is_finite() {
                continue;
            }
            let mut times_s = Vec::new();
            let begun = Instant::now();
            while times_s.len() < 9 || times_s.len() < 401 && begun.elapsed().as_secs_f64() < 0.1 {
                let one = Instant::now();
                std::hint::black_box(method.fly(case, setting)?.end);
                times_s.push(one.elapsed().as_secs_f64());
            }
            times_s.sort_by(f64::total_cmp);
            let (time_s, least_s) = (times_s[times_s.len() / 2], times_s[0]);
            points.push(Point { method, setting, time_s, least_s, error_m, evaluations: flight.evaluations });
        }
    }
    Ok(points)
}

/// The quickest of each method within some bounds.
fn best(panels: &[Panel]) {
    for bound_m in [1.0, 1e-3] {
        for panel in panels {
            println!("\n{} within {bound_m} m:", panel.case);
            for method in METHODS {
                let within = panel.points.iter().filter(|p| p.method == method && p.error_m <= bound_m);
                if let Some(p) = within.min_by(|a, b| a.least_s.total_cmp(&b.least_s)) {
                    let count = p.evaluations.map_or(String::new(), |n| format!(", {n} evaluations"));
                    println!("  {:16} {:9.3} ms, {:.1e} m{count}", method.name(), 1e3 * p.least_s, p.error_m);
                }
            }
        }
    }
}

/// The orders that the coefficients have, seen on a Kepler orbit: a wrong digit would show.
fn orders() -> Result<(), Box<dyn Error>> {
    let points = PointMasses::new(Ephemerides::embedded()?, EARTH, &[])?;
    let mu = points.mu_km3_s2;
    let forces = Forces::new(points);
    let state = State { position_km: [7000.0, 0.0, 0.0], velocity_km_s: [0.0, 6.0, 5.0] };
    let start = Start { state, epoch: Epoch::parse("2022-11-25")?, span_s: 20_000.0 };
    let wanted = kepler::propagate(&start.state, start.span_s, mu).ok_or("no Kepler orbit")?;
    type Fly<'a> = Box<dyn Fn(usize) -> Result<State, Box<dyn Error>> + 'a>;
    let pull = || Pull::new(&forces, &start);
    let even =
        |pair: &'static Pair| -> Fly<'_> { Box::new(move |steps| Ok(pair.fly_evenly(&mut pull(), &start, steps)?)) };
    let sums = |order: usize| -> Fly<'_> {
        let method = GaussJackson::new(order);
        Box::new(move |steps| Ok(method.fly(&mut pull(), &start, steps, mu)?))
    };
    let (dop853, verner98) = (&DOP853, &VERNER98);
    let cases: [(&str, usize, usize, Fly<'_>); 5] = [
        ("dop853", dop853.order, 120, even(dop853)),
        ("verner98", verner98.order, 90, even(verner98)),
        ("gauss_jackson8", 8, 200, sums(8)),
        ("gauss_jackson12", 12, 220, sums(12)),
        ("gauss_jackson14", 14, 220, sums(14)),
    ];
    for (name, order, steps, fly) in cases {
        let [coarse, fine] = [steps, steps * 3 / 2].map(|steps| fly(steps).map(|end| apart_m(&end, &wanted)));
        let (coarse, fine) = (coarse?, fine?);
        let seen = (coarse / fine).ln() / 1.5_f64.ln();
        println!("{name}: order {seen:.1} seen, {order} wanted; {coarse:.1e} m and {fine:.1e} m off");
        if seen < order as f64 - 0.7 {
            return Err(format!("{name} shows order {seen:.1}").into());
        }
    }
    Ok(())
}
