//! The dates of a grid on a rectangle of the page.

use super::FigureError;
use super::axes::{Area, Span};
use super::canvas::Canvas;
use super::colour::Rgb;
use super::contours::{Field, GridPoint, thin};
use crate::time::Epoch;

/// A grid of dates mapped into an area.
pub(super) struct Mapped {
    pub(super) area: Area,
    pub(super) x: Span,
    pub(super) y: Span,
    columns_px: Vec<f64>,
    rows_px: Vec<f64>,
}

impl Mapped {
    /// A grid in an area.
    pub(super) fn new(area: Area, depart: &[Epoch], arrive: &[Epoch]) -> Result<Self, FigureError> {
        let span = |dates: &[Epoch], axis| {
            let rising = dates.windows(2).all(|pair| pair[1] > pair[0]);
            match (dates.first(), dates.last()) {
                (Some(from), Some(to)) if rising && dates.len() > 1 => Ok(Span { from: from.tdb_s(), to: to.tdb_s() }),
                _ => Err(FigureError::Dates { axis }),
            }
        };
        let (x, y) = (span(depart, "departure")?, span(arrive, "arrival")?);
        let columns_px = depart.iter().map(|d| area.at(x.share(d.tdb_s()), 0.0)[0]).collect();
        let rows_px = arrive.iter().map(|a| area.at(0.0, y.share(a.tdb_s()))[1]).collect();
        Ok(Self { area, x, y, columns_px, rows_px })
    }

    /// Where two dates meet; none outside the area.
    pub(super) fn place(&self, depart: Epoch, arrive: Epoch) -> Option<[f64; 2]> {
        let (right, up) = (self.x.share(depart.tdb_s()), self.y.share(arrive.tdb_s()));
        let inside = (0.0..=1.0).contains(&right) && (0.0..=1.0).contains(&up);
        inside.then(|| self.area.at(right, up))
    }

    /// Departure and arrival dates of the grid.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.columns_px.len(), self.rows_px.len())
    }

    /// The point of a node.
    pub(super) fn node(&self, column: usize, row: usize) -> [f64; 2] {
        [self.columns_px[column], self.rows_px[row]]
    }

    /// Points of the grid on the page, those left out that nobody sees.
    pub(super) fn on_page(&self, points: &[GridPoint]) -> Vec<[f64; 2]> {
        let along = |nodes: &[f64], at: f64| {
            let k = (at.floor() as usize).min(nodes.len() - 2);
            nodes[k] + (at - k as f64) * (nodes[k + 1] - nodes[k])
        };
        let mapped: Vec<[f64; 2]> =
            points.iter().map(|p| [along(&self.columns_px, p[0]), along(&self.rows_px, p[1])]).collect();
        // A tenth of a pixel is the grain of the page.
        thin(&mapped, 0.12)
    }

    /// The rings of a band on the page.
    pub(super) fn rings(&self, field: &Field<'_>, low: f64, high: f64) -> Vec<Vec<[f64; 2]>> {
        field.band(low, high).iter().map(|ring| self.on_page(ring)).filter(|ring| ring.len() > 2).collect()
    }

    /// Paints from the highest level down, each lower region over the last: no seam can show the page.
    pub(super) fn paint(&self, canvas: &mut Canvas, field: &Field<'_>, levels: &[f64], colours: &[Rgb]) {
        for (level, colour) in levels.iter().zip(colours).rev() {
            canvas.fill_rings(&self.rings(field, f64::NEG_INFINITY, *level), *colour);
        }
    }
}
