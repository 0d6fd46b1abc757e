//! Numbered badges on the best cells, and the box below that says what each is.

use super::{Anchor, Box2, Canvas, Epoch, FAINT, INK, PAPER, Pen, Placer, RULE, Rgb, Type, Weight, fit, width_px};
use crate::transfers::porkchop::Criterion;
use std::f64::consts::{PI, TAU};

/// A cell to point out.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// departure date
    pub depart: Epoch,
    /// arrival date
    pub arrive: Epoch,
    /// what it is, such as `least C3, type II: 8.17 km²/s², 2031-02-22 → 2032-01-09`
    pub label: String,
    /// what it is best at; gives the badge its shape
    pub kind: MarkKind,
}

/// What a marked cell is best at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarkKind {
    /// least launch energy: a disc
    LeastC3,
    /// least arrival speed: a diamond
    LeastVInfArr,
    /// least sum of both speeds: a square
    LeastVInfSum,
    /// least total Δv: a hexagon
    LeastDv,
    /// best of what the bands show: a triangle
    BestShown,
    /// the transfer that was chosen: a star
    Chosen,
}

impl From<Criterion> for MarkKind {
    fn from(criterion: Criterion) -> Self {
        match criterion {
            Criterion::C3 => Self::LeastC3,
            Criterion::ArrivalSpeed => Self::LeastVInfArr,
            Criterion::SpeedSum => Self::LeastVInfSum,
            Criterion::DeltaV => Self::LeastDv,
        }
    }
}

const RADIUS_PX: f64 = 8.0;
const TEXT_PX: f64 = 10.0;
const ROW_PX: f64 = 15.0;
/// A yellow that no band has.
const GOLD: Rgb = Rgb(255, 200, 40);

impl MarkKind {
    /// The outline of a badge about a point.
    fn outline(self, at: [f64; 2], radius: f64) -> Vec<[f64; 2]> {
        let around = |count: u32, first: f64, radii: [f64; 2]| {
            (0..=count)
                .map(|k| {
                    let (sin, cos) = (first + TAU * f64::from(k % count) / f64::from(count)).sin_cos();
                    let r = radii[(k % 2) as usize];
                    [at[0] + r * cos, at[1] + r * sin]
                })
                .collect::<Vec<_>>()
        };
        match self {
            Self::LeastC3 => around(36, 0.0, [radius; 2]),
            Self::LeastVInfArr => around(4, 0.0, [1.3 * radius; 2]),
            Self::LeastVInfSum => around(4, PI / 4.0, [1.25 * radius; 2]),
            Self::LeastDv => around(6, 0.0, [1.12 * radius; 2]),
            Self::BestShown => around(3, -PI / 2.0, [1.75 * radius; 2]),
            Self::Chosen => around(10, -PI / 2.0, [1.75 * radius, 0.95 * radius]),
        }
    }
}

fn badge(canvas: &mut Canvas, kind: MarkKind, number: usize, at: [f64; 2], radius: f64) {
    let outline = kind.outline(at, radius);
    canvas.fill(&outline, if matches!(kind, MarkKind::Chosen | MarkKind::BestShown) { GOLD } else { PAPER });
    canvas.line(&outline, Pen::solid(INK, 1.2));
    let set = Type::plain(1.15 * radius, INK).bold().anchored(Anchor::Middle);
    canvas.text(&number.to_string(), at, set);
}

fn covers(kind: MarkKind, at: [f64; 2]) -> Box2 {
    let wide = if matches!(kind, MarkKind::Chosen | MarkKind::BestShown) { 1.75 } else { 1.3 };
    Box2 { centre_px: at, half_px: [wide * RADIUS_PX; 2], turn_rad: 0.0 }
}

/// Where a badge sits, and the cell it speaks of.
pub(super) struct Seat {
    number: usize,
    kind: MarkKind,
    at_px: [f64; 2],
    cell_px: [f64; 2],
}

/// Finds a seat for every mark that lies in the plot; badges that would touch step aside.
pub(super) fn seats(placer: &mut Placer, marks: &[Mark], place: impl Fn(&Mark) -> Option<[f64; 2]>) -> Vec<Seat> {
    let spots: Vec<Option<[f64; 2]>> = marks.iter().map(place).collect();
    let distance = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let alone: Vec<bool> = spots
        .iter()
        .enumerate()
        .map(|(k, spot)| {
            let others = spots.iter().enumerate().filter(|(other, _)| *other != k).filter_map(|(_, s)| *s);
            spot.is_some_and(|at| others.into_iter().all(|other| distance(at, other) > 3.2 * RADIUS_PX))
        })
        .collect();
    for at in spots.iter().flatten() {
        placer.take(Box2 { centre_px: *at, half_px: [4.0, 4.0], turn_rad: 0.0 });
    }
    let mut seats = Vec::new();
    for (k, mark) in marks.iter().enumerate() {
        let Some(at) = spots[k] else { continue };
        let seat = if alone[k] && placer.holds(&covers(mark.kind, at)) {
            at
        } else {
            let turns = (0..16).map(|n| -PI / 4.0 + TAU * f64::from(n) / 16.0);
            let aside = [24.0, 34.0, 46.0, 60.0].into_iter().flat_map(|far| turns.clone().map(move |turn| (far, turn)));
            let free = aside.map(|(far, turn)| [at[0] + far * turn.cos(), at[1] + far * turn.sin()]).find(|seat| {
                let wanted = covers(mark.kind, *seat);
                placer.holds(&wanted) && placer.is_free(&wanted, 2.0)
            });
            free.unwrap_or(at)
        };
        placer.take(covers(mark.kind, seat));
        seats.push(Seat { number: k + 1, kind: mark.kind, at_px: seat, cell_px: at });
    }
    seats
}

/// Draws the badges, those that stepped aside on a leader from their cell.
pub(super) fn draw(canvas: &mut Canvas, seats: &[Seat]) {
    for seat in seats.iter().filter(|seat| seat.at_px != seat.cell_px) {
        let leader = [seat.cell_px, seat.at_px];
        canvas.line(&leader, Pen::solid(PAPER, 3.0));
        canvas.line(&leader, Pen::solid(INK, 1.0));
    }
    for seat in seats.iter().filter(|seat| seat.at_px != seat.cell_px) {
        canvas.disc(seat.cell_px, 3.6, PAPER);
        canvas.disc(seat.cell_px, 2.6, INK);
    }
    for seat in seats {
        badge(canvas, seat.kind, seat.number, seat.at_px, RADIUS_PX);
    }
}

fn columns(marks: &[Mark], room_px: f64) -> usize {
    let widest = marks.iter().map(|m| width_px(&m.label, TEXT_PX, Weight::Normal)).fold(0.0, f64::max);
    if marks.len() > 1 && widest + 30.0 <= 0.5 * (room_px - 16.0) { 2 } else { 1 }
}

/// Rows that the legend of the marks needs.
pub(super) fn legend_rows(marks: &[Mark], room_px: f64) -> usize {
    marks.len().div_ceil(columns(marks, room_px))
}

/// The box that says what each number is; answers where it ends.
pub(super) fn draw_legend(
    canvas: &mut Canvas,
    marks: &[Mark],
    at_px: [f64; 2],
    room_px: f64,
    is_inside: impl Fn(&Mark) -> bool,
) -> f64 {
    if marks.is_empty() {
        return at_px[1] - 6.0;
    }
    let (across, rows) = (columns(marks, room_px), legend_rows(marks, room_px));
    let bottom = at_px[1] + ROW_PX * rows as f64 + 6.0;
    canvas.frame([at_px[0], at_px[1] - 2.0], [at_px[0] + room_px, bottom], Pen::solid(RULE, 1.0));
    let each_px = (room_px - 16.0) / across as f64;
    for (k, mark) in marks.iter().enumerate() {
        let x = at_px[0] + 14.0 + each_px * (k / rows) as f64;
        let y = at_px[1] + 2.0 + ROW_PX * ((k % rows) as f64 + 0.5);
        // A star reaches farther than the others and would leave its row.
        badge(
            canvas,
            mark.kind,
            k + 1,
            [x, y],
            if matches!(mark.kind, MarkKind::Chosen | MarkKind::BestShown) { 4.6 } else { 5.8 },
        );
        let aside = if is_inside(mark) { "" } else { "outside the figure: " };
        let text = fit(&format!("{aside}{}", mark.label), TEXT_PX, Weight::Normal, each_px - 28.0);
        canvas.text(&text, [x + 13.0, y], Type::plain(TEXT_PX, if aside.is_empty() { INK } else { FAINT }));
    }
    bottom + 8.0
}
