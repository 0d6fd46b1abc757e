//! A solved porkchop as a figure: its minima become marks, its kernels the line in the margin.

use super::{Figure, FigureError, Hatch, Mark, MarkKind, PorkchopView, draw_porkchop};
use crate::ephemerides::Ephemerides;
use crate::transfers::porkchop::{CellCounts, Criterion, Limits, Porkchop, Quantity, Status, Transfer};

/// The figure of a porkchop.
///
/// * `solved`: the porkchop; where it has several layers, each cell shows the one with the least C3
/// * `ephemerides`: the kernels it was solved with
/// * `chosen`: transfers that a plan flies, marked before the minima
///
/// # Errors
/// [`FigureError`] when no cell holds a transfer.
pub fn porkchop_page(
    solved: &Porkchop,
    ephemerides: &Ephemerides,
    chosen: &[(Transfer, String)],
) -> Result<Figure, FigureError> {
    let (c3, v_inf) = (solved.values(|c| Quantity::C3.of(c)), solved.values(|c| Quantity::ArrivalSpeed.of(c)));
    let masked = masked(solved);
    let request = &solved.request;
    let mut marks: Vec<Mark> = chosen
        .iter()
        .map(|(t, what)| Mark {
            depart: t.depart,
            arrive: t.arrive,
            label: label(what, t, None),
            kind: MarkKind::Chosen,
        })
        .collect();
    for (criterion, kind) in [(Criterion::C3, MarkKind::LeastC3), (Criterion::ArrivalSpeed, MarkKind::LeastVInfArr)] {
        for minimum in solved.minima.iter().filter(|m| m.criterion == criterion) {
            if let Some(t) = &minimum.found {
                let what = match criterion {
                    Criterion::C3 => format!("least C3, type {}", t.kind),
                    _ => format!("least arrival v∞, type {}", t.kind),
                };
                marks.push(Mark { depart: t.depart, arrive: t.arrive, label: label(&what, t, Some(criterion)), kind });
            }
        }
    }
    if let Some(t) = solved.best(Criterion::DeltaV) {
        let label = label(&format!("least Δv, type {}", t.kind), t, Some(Criterion::DeltaV));
        marks.push(Mark { depart: t.depart, arrive: t.arrive, label, kind: MarkKind::LeastDv });
    }
    let revs = match request.max_revs {
        0 => "direct transfers".to_owned(),
        1 => "up to 1 revolution".to_owned(),
        n => format!("up to {n} revolutions"),
    };
    // the year that most departures fall in
    let middle = request.depart.start + 0.5 * (request.depart.end - request.depart.start);
    let subtitle = format!(
        "Lambert arcs, {revs}; Δv from {} to {}; {} × {} dates",
        request.parking, request.capture, request.size.depart, request.size.arrive
    );
    draw_porkchop(&PorkchopView {
        title: format!("{} to {} {}", request.departure.name, request.arrival.name, middle.calendar().year),
        subtitle,
        depart: &solved.depart,
        arrive: &solved.arrive,
        c3_km2_s2: &c3,
        v_inf_arr_km_s: &v_inf,
        hatch: masked.iter().any(|m| *m).then(|| Hatch { cells: &masked, label: limits(&request.limits) }),
        marks,
        provenance: provenance(solved, ephemerides),
        max_c3_km2_s2: None,
    })
}

/// Cells where a limit leaves no layer.
fn masked(solved: &Porkchop) -> Vec<bool> {
    let empty = |k: usize| solved.layers.iter().all(|layer| layer.status(k) != Status::Transfer);
    let excluded = |k: usize| solved.layers.iter().any(|layer| layer.status(k) == Status::Masked);
    (0..solved.cells()).map(|k| empty(k) && excluded(k)).collect()
}

/// What is masked, in words.
fn limits(limits: &Limits) -> String {
    let Limits { max_c3_km2_s2, max_tof_d, max_dla_deg } = limits;
    let parts = [
        max_dla_deg.map(|most| format!("|DLA| > {most}°")),
        max_c3_km2_s2.map(|most| format!("C3 > {most}")),
        max_tof_d.map(|most| format!("TOF > {most:.0} d")),
    ];
    format!("masked: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn label(what: &str, t: &Transfer, criterion: Option<Criterion>) -> String {
    let number = match criterion {
        Some(Criterion::ArrivalSpeed) => format!("{:.3} km/s", t.v_inf_arr_km_s),
        Some(Criterion::DeltaV) => format!("{:.3} km/s", t.dv_total_km_s),
        _ => format!("{:.2} km²/s²", t.c3_km2_s2),
    };
    format!("{what}: {number}, {} → {}", t.depart.date(), t.arrive.date())
}

fn provenance(solved: &Porkchop, ephemerides: &Ephemerides) -> String {
    let CellCounts { solved: cells, masked, arrives_first, too_short, in_line } = solved.counts;
    let kernels: Vec<String> = ephemerides
        .kernels()
        .iter()
        .filter(|k| k.name.ends_with(".bsp"))
        .map(|k| format!("{} ({})", k.name, &k.sha256[..8.min(k.sha256.len())]))
        .collect();
    let by_elements: String = solved
        .problem
        .from_elements()
        .iter()
        .map(|b| format!("; {} by two-body elements of {}, see KNOWN_LIMITS.md", b.body.name, b.elements_date()))
        .collect();
    format!(
        "portolan {}; departure from {}, dates in TDB; {cells} cells solved, {masked} masked, {} empty; kernels {}{by_elements}",
        env!("CARGO_PKG_VERSION"),
        solved.request.departure.name,
        arrives_first + too_short + in_line,
        kernels.join(", ")
    )
}
