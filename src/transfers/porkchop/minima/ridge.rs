//! The ridge at half a turn: what leans on it may lie lower than a minimum, and is none.

use super::basins::Crossing;
use super::{Criterion, Search};
use crate::ephemerides::State;
use crate::time::Epoch;
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::Transfer;

/// Distance from half a turn at which the ridge is compared with a minimum: where it begins.
pub(super) const LINE_DEG: f64 = super::RIDGE_DEG;

/// The transfers along one of the two lines that lie [`LINE_DEG`] from half a turn, one a column that crosses it.
pub(super) struct Ridge {
    line_deg: f64,
    points: Vec<(usize, Transfer)>,
}

impl Ridge {
    /// Follow the line through the cells.
    pub(super) fn along(search: &Search<'_>, of: (u32, Branch), beyond: bool, crossings: &[Crossing]) -> Self {
        let line_deg = if beyond { 180.0 + LINE_DEG } else { 180.0 - LINE_DEG };
        let mut ridge = Self { line_deg, points: Vec::new() };
        let arrive = &search.axes.arrive;
        for Crossing { column, row, .. } in crossings.iter().filter(|c| c.beyond == beyond) {
            let between = (arrive[row - 1], arrive[*row]);
            if let Some(transfer) = ridge.on_line(search, of, search.axes.depart[*column], between) {
                ridge.points.push((*column, transfer));
            }
        }
        ridge.points.sort_by_key(|(column, transfer)| (*column, transfer.arrive.tdb_s().to_bits()));
        ridge
    }

    /// The transfer of a departure that lies on the line, between two arrivals on either side of it.
    ///
    /// The angle asks for the places of both bodies alone, so it is solved by the Illinois rule before the one arc is.
    fn on_line(
        &self,
        search: &Search<'_>,
        of: (u32, Branch),
        depart: Epoch,
        (low, high): (Epoch, Epoch),
    ) -> Option<Transfer> {
        let problem = search.problem;
        let from = problem.departure_state(depart).ok()?;
        let (mut a_s, mut b_s) = (0.0, high - low);
        let (mut at_a, mut at_b) = (self.beyond_deg(search, &from, low)?, self.beyond_deg(search, &from, high)?);
        // the angle jumps by a whole turn elsewhere
        if at_a * at_b > 0.0 || (at_a - at_b).abs() > 90.0 {
            return None;
        }
        let mut root_s = a_s;
        for _ in 0..60 {
            if at_a == at_b {
                break;
            }
            root_s = (a_s * at_b - b_s * at_a) / (at_b - at_a);
            let here = self.beyond_deg(search, &from, low + root_s)?;
            if here.abs() < 1e-11 || (b_s - a_s).abs() < 1e-4 {
                break;
            }
            if here * at_b < 0.0 {
                (a_s, at_a) = (b_s, at_b);
            } else {
                at_a *= 0.5;
            }
            (b_s, at_b) = (root_s, here);
        }
        let transfer = problem.transfer(depart, low + root_s, of.0, of.1)?;
        search.masks.keep(&transfer).then_some(transfer)
    }

    /// How far beyond the line the angle to the arrival body is.
    fn beyond_deg(&self, search: &Search<'_>, from: &State, arrive: Epoch) -> Option<f64> {
        let to = search.problem.arrival_state(arrive).ok()?;
        let geometry = search.problem.geometry(from, &to).ok()?;
        Some(geometry.angle_rad().to_degrees() - self.line_deg)
    }

    /// The least of a criterion along the line; infinite where the line crosses no column.
    ///
    /// * `enough`: nothing is refined once a lower value is known
    ///
    /// Along the line the valley where the planes of both orbits meet is narrower than a cell, so the lowest column is
    /// refined by golden section.
    pub(super) fn least(&self, search: &Search<'_>, of: (u32, Branch), criterion: Criterion, enough: f64) -> f64 {
        let value = |t: &Transfer| criterion.transfer_value(t);
        let lowest = self.points.iter().min_by(|a, b| value(&a.1).total_cmp(&value(&b.1)));
        let Some((column, transfer)) = lowest else { return f64::INFINITY };
        let mut least = value(transfer);
        if least < enough {
            return least;
        }
        let (depart, arrive) = (&search.axes.depart, &search.axes.arrive);
        let column_s = depart[1] - depart[0];
        let reach_s = 4.0 * column_s.max(arrive[1] - arrive[0]);
        let around = (transfer.arrive - reach_s, transfer.arrive + reach_s);
        let value = |after_s: f64| {
            let found = self.on_line(search, of, depart[*column] + after_s, around);
            found.map_or(f64::INFINITY, |t| criterion.transfer_value(&t))
        };
        let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
        let (mut a, mut b) = (-column_s, column_s);
        for _ in 0..40 {
            let (c, d) = (b - ratio * (b - a), a + ratio * (b - a));
            let (at_c, at_d) = (value(c), value(d));
            least = least.min(at_c).min(at_d);
            if least < enough {
                return least;
            }
            if at_c < at_d { b = d } else { a = c }
        }
        least
    }
}
