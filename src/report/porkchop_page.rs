//! A solved porkchop as a figure: its minima become marks, its limits hatches, its kernels the line in the margin.

use super::bands::{Bands, Branches, ShownCells, kind_name};
use super::scale::{extent, plain, usual_max};
use super::{BandTable, Figure, FigureError, LaunchPeriod, Mark, MarkKind, Mask, PorkchopView, Worth, draw_porkchop};
use crate::ephemerides::Ephemerides;
use crate::transfers::porkchop::{CellCounts, CellNumbers, Criterion, Porkchop, Quantity, Status, Transfer};
use crate::vehicles::Freight;

/// What a picture of a porkchop shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PorkchopPicture {
    /// what the bands show
    pub bands: Bands,
    /// which of several transfers between two dates
    pub branches: Branches,
    /// a launch period to mark
    pub period: Option<LaunchPeriod>,
    /// transfers that a plan flies and what to call them; marked before the minima
    pub chosen: Vec<(Transfer, String)>,
}

impl Default for PorkchopPicture {
    fn default() -> Self {
        Self { bands: Bands::Number(Quantity::C3), branches: Branches::Best, period: None, chosen: Vec::new() }
    }
}

/// The figure of a porkchop.
///
/// * `solved`: the porkchop
/// * `ephemerides`: the kernels it was solved with
/// * `picture`: what to show of it
///
/// # Errors
/// [`FigureError`] for a branch that was not solved.
pub fn porkchop_page(
    solved: &Porkchop,
    ephemerides: &Ephemerides,
    picture: &PorkchopPicture,
) -> Result<Figure, FigureError> {
    let cells = ShownCells::of(solved, picture.branches)?;
    let bands = for_any_asymptote(&picture.bands);
    let values = smooth_values(&cells, &bands);
    let (c3, v_inf) = (cells.values(|c| c.c3_km2_s2), cells.values(|c| c.v_inf_arr_km_s));
    let limits = Limit::all(solved, &picture.bands);
    let tables: Vec<Vec<f64>> = limits.iter().map(|limit| cells.values(|c| limit.of(c))).collect();
    let masks = limits.iter().zip(&tables).map(|(limit, table)| Mask {
        values: table,
        most_value: limit.most,
        label: limit.label.clone(),
    });
    let kinds = cells.kinds();
    let mut names: Vec<u32> = kinds.iter().copied().filter(|k| *k > 0).collect();
    names.sort_unstable();
    names.dedup();
    let most_c3 = most_c3_km2_s2(solved, picture, &cells);
    let is_c3 = picture.bands == Bands::Number(Quantity::C3);
    let least_c3 = extent(c3.iter().copied()).0;
    let max_c3_km2_s2 = Some(most_c3).filter(|most| *most > least_c3);
    let worth = (!is_c3).then_some(Worth { c3_km2_s2: &c3, max_c3_km2_s2 });
    let is_turn = matches!(picture.bands, Bands::Number(Quantity::Rla));
    draw_porkchop(&PorkchopView {
        title: title(solved),
        subtitle: subtitle(solved, picture),
        depart: &solved.depart,
        arrive: &solved.arrive,
        bands: BandTable {
            values: &values,
            label: bands.label(),
            unit: bands.unit(),
            rank: bands.rank(),
            most_value: max_c3_km2_s2.filter(|_| is_c3 && limits.iter().all(|limit| limit.key != "c3")),
            turn_deg: is_turn.then_some(360.0),
        },
        worth,
        v_inf_arr_km_s: if picture.bands == Bands::Number(Quantity::ArrivalSpeed) { &[] } else { &v_inf },
        kinds: &kinds,
        kind_names: names.into_iter().map(|kind| (kind, kind_name(solved, kind))).collect(),
        masks: masks.collect(),
        period: picture.period.clone(),
        marks: marks(solved, picture, &cells),
        provenance: with_freight(provenance(solved, ephemerides), &picture.bands),
    })
}

/// The provenance with the launcher and stage of the bands.
fn with_freight(provenance: String, bands: &Bands) -> String {
    bands.freight().map_or_else(
        || provenance.clone(),
        |f| format!("{provenance}; {}, no margins; capacity by {}", f.braking.words(), f.launcher.source),
    )
}

/// A launcher's layer without its limit of declination, which a mask shows instead, with a smooth edge.
pub(super) fn for_any_asymptote(bands: &Bands) -> Bands {
    let mut bands = bands.clone();
    if let Bands::Delivered(freight) | Bands::CostPerKg(freight) = &mut bands {
        freight.max_dla_deg = 90.0;
    }
    bands
}

/// The values of all cells, each taken no farther than the launcher of the bands goes: what lies beyond is covered
/// along the line where C3 reaches that end, and needs a value only for the edge to be smooth.
pub(super) fn smooth_values(cells: &ShownCells, bands: &Bands) -> Vec<f64> {
    let end = bands.freight().and_then(Freight::most_c3_km2_s2).unwrap_or(f64::INFINITY);
    cells.values(|c| bands.value(&CellNumbers { c3_km2_s2: c.c3_km2_s2.min(end), ..*c }))
}

/// The C3 up to which a picture is coloured: as much above the least as a launcher may still give, and the least Δv
/// among it; with a launcher, where its figures end.
pub(super) fn most_c3_km2_s2(solved: &Porkchop, picture: &PorkchopPicture, cells: &ShownCells) -> f64 {
    if let Some(freight) = picture.bands.freight() {
        return freight.most_c3_km2_s2().unwrap_or(f64::INFINITY);
    }
    let least = extent(cells.values(|c| c.c3_km2_s2).into_iter()).0;
    let dv = solved.minima.iter().filter(|m| m.criterion == Criterion::DeltaV).filter_map(|m| m.found.as_ref());
    let best = dv.filter(|t| is_shown(picture, t)).min_by(|a, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s));
    usual_max(least, best.map_or(25.0, |t| (1.2 * t.c3_km2_s2 - least).max(25.0)))
}

fn is_shown(picture: &PorkchopPicture, t: &Transfer) -> bool {
    match picture.branches {
        Branches::Best => true,
        Branches::One { revs, branch } => t.revs == revs && t.branch == branch,
    }
}

/// A limit of the request, or of the launcher in the bands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit {
    /// `dla`, `c3` or `tof`
    pub(super) key: &'static str,
    pub(super) most: f64,
    pub(super) label: String,
}

impl Limit {
    pub(super) fn all(solved: &Porkchop, bands: &Bands) -> Vec<Self> {
        let asked = &solved.request.limits;
        let mut all = Vec::new();
        let mut add = |key, most: Option<f64>, label: &dyn Fn(f64) -> String| {
            if let Some(most) = most {
                all.push(Self { key, most, label: label(most) });
            }
        };
        add("dla", asked.max_dla_deg, &|most| format!("masked: |DLA| above {}°", plain(most)));
        add("c3", asked.max_c3_km2_s2, &|most| format!("masked: C3 above {} km²/s²", plain(most)));
        add("tof", asked.max_tof_d, &|most| format!("masked: flight longer than {} d", plain(most)));
        if let Some(entry) = asked.max_entry_km_s {
            // a porkchop that is solved has a speed of entry
            add("v_inf_arr", asked.max_excess_km_s(solved.request.arrival), &|most| {
                format!("masked: entry above {} km/s, arrival v∞ {most:.3}", plain(entry))
            });
        }
        let own = bands.freight().map(|f| f.max_dla_deg);
        let tighter = own.filter(|own| asked.max_dla_deg.is_none_or(|most| most > *own));
        add("dla", tighter, &|most| format!("|DLA| above {}°: no capacity known", plain(most)));
        all
    }

    pub(super) fn of(&self, cell: &CellNumbers) -> f64 {
        match self.key {
            "dla" => cell.dla_deg.abs(),
            "c3" => cell.c3_km2_s2,
            "v_inf_arr" => cell.v_inf_arr_km_s,
            _ => cell.tof_d,
        }
    }
}

pub(super) fn title(solved: &Porkchop) -> String {
    let request = &solved.request;
    // the year that most departures fall in
    let middle = request.depart.start + 0.5 * (request.depart.end - request.depart.start);
    format!("{} to {} {}", request.departure.name, request.arrival.name, middle.calendar().year)
}

pub(super) fn subtitle(solved: &Porkchop, picture: &PorkchopPicture) -> String {
    let request = &solved.request;
    let which = match (picture.branches, request.max_revs) {
        (Branches::One { revs: 0, .. }, _) | (_, 0) => "direct transfers".to_owned(),
        (Branches::One { revs, branch }, _) => {
            format!("{revs} full revolution{}, {branch} branch", if revs == 1 { "" } else { "s" })
        }
        (Branches::Best, revs) => {
            format!("0 to {revs} full revolution{}, the branch of least C3", if revs == 1 { "" } else { "s" })
        }
    };
    format!(
        "Lambert arcs, {which}; Δv from {} to {}; {} × {} dates",
        request.parking, request.capture, request.size.depart, request.size.arrive
    )
}

/// The chosen, the best of the bands, and the minima of the branches shown.
pub(super) fn marks(solved: &Porkchop, picture: &PorkchopPicture, cells: &ShownCells) -> Vec<Mark> {
    let mut marks: Vec<Mark> = picture
        .chosen
        .iter()
        .map(|(t, what)| Mark {
            depart: t.depart,
            arrive: t.arrive,
            label: label(what, t, None),
            kind: MarkKind::Chosen,
        })
        .collect();
    marks.extend(best_of_bands(solved, picture, cells));
    let shown = |t: &Transfer| is_shown(picture, t);
    for (criterion, kind) in [(Criterion::C3, MarkKind::LeastC3), (Criterion::ArrivalSpeed, MarkKind::LeastVInfArr)] {
        for minimum in solved.minima.iter().filter(|m| m.criterion == criterion) {
            if let Some(t) = minimum.found.as_ref().filter(|t| shown(t)) {
                let what = match criterion {
                    Criterion::C3 => format!("least C3, type {}", t.kind),
                    _ => format!("least arrival v∞, type {}", t.kind),
                };
                marks.push(Mark { depart: t.depart, arrive: t.arrive, label: label(&what, t, Some(criterion)), kind });
            }
        }
    }
    let dv = solved.minima.iter().filter(|m| m.criterion == Criterion::DeltaV).filter_map(|m| m.found.as_ref());
    let least = dv.filter(|t| shown(t)).min_by(|a, b| a.dv_total_km_s.total_cmp(&b.dv_total_km_s));
    if let Some(t) = least {
        let label = label(&format!("least Δv, type {}", t.kind), t, Some(Criterion::DeltaV));
        marks.push(Mark { depart: t.depart, arrive: t.arrive, label, kind: MarkKind::LeastDv });
    }
    marks
}

/// The cell of the grid that a launcher's layer is best in.
fn best_of_bands(solved: &Porkchop, picture: &PorkchopPicture, cells: &ShownCells) -> Option<Mark> {
    picture.bands.freight()?;
    let sign = if picture.bands.rank() == super::Rank::HighIsGood { -1.0 } else { 1.0 };
    let open = (0..cells.numbers.len()).filter(|k| cells.status[*k] == Status::Transfer);
    let valued = open.filter_map(|k| Some((k, picture.bands.value(cells.numbers[k].as_ref()?))));
    let (k, value) = valued.filter(|(_, v)| v.is_finite()).min_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)))?;
    let (depart, arrive) = solved.dates(k);
    let what = if sign < 0.0 { "most delivered" } else { "least launch price" };
    let (value, unit) = (plain(value.round()), picture.bands.unit());
    let label = format!("{what} (grid): {value} {unit}, {} → {}", depart.date(), arrive.date());
    Some(Mark { depart, arrive, label, kind: MarkKind::BestShown })
}

fn label(what: &str, t: &Transfer, criterion: Option<Criterion>) -> String {
    let number = match criterion {
        Some(Criterion::ArrivalSpeed) => format!("{:.3} km/s", t.v_inf_arr_km_s),
        Some(Criterion::DeltaV) => format!("{:.3} km/s", t.dv_total_km_s),
        _ => format!("{:.2} km²/s²", t.c3_km2_s2),
    };
    format!("{what}: {number}, {} → {}", t.depart.date(), t.arrive.date())
}

pub(super) fn provenance(solved: &Porkchop, ephemerides: &Ephemerides) -> String {
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
