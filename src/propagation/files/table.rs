//! A table of states: what a trajectory becomes in a file, and what a file becomes.

use super::kvn::in_range;
use super::{Label, interpolation};
use crate::ephemerides::State;
use crate::numerics::vector::{minus, norm, plus, scale};
use crate::propagation::Trajectory;
use crate::propagation::trajectory::Joint;
use crate::time::Epoch;
use crate::units::{NameError, check_name};
use thiserror::Error;

/// One state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// when
    pub epoch: Epoch,
    /// position and velocity from the table's centre, ICRF axes
    pub state: State,
}

/// How a reader is to find the states between the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// one polynomial through positions and velocities; SPK type 13
    Hermite {
        /// odd, since n rows make a polynomial of degree 2n − 1; an even one is met by the next
        degree: usize,
    },
    /// polynomials through positions, and others through velocities; SPK type 9
    Lagrange {
        /// one less than the number of rows
        degree: usize,
    },
}

impl Interpolation {
    /// Rows that a polynomial goes through.
    #[must_use]
    pub const fn window(self) -> usize {
        match self {
            Self::Hermite { degree } => degree / 2 + 1,
            Self::Lagrange { degree } => degree + 1,
        }
    }

    /// Degree of the polynomial.
    #[must_use]
    pub const fn degree(self) -> usize {
        match self {
            Self::Hermite { degree } | Self::Lagrange { degree } => degree,
        }
    }

    /// The word of an OEM.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hermite { .. } => "HERMITE",
            Self::Lagrange { .. } => "LAGRANGE",
        }
    }
}

/// Degree 11 through six rows: what [`StateTable::fitted`] writes unless asked otherwise.
impl Default for Interpolation {
    fn default() -> Self {
        Self::Hermite { degree: 11 }
    }
}

/// Where a trajectory is asked for its states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// at the start, every so many seconds, and at the end
    Every {
        /// seconds between rows, positive
        step_s: f64,
    },
    /// so many rows, evenly, the ends included
    Rows {
        /// two at least
        rows: usize,
    },
    /// where the integrator's steps meet, each step cut into equal parts: dense where the motion is fast
    Steps {
        /// parts of a step, one at least
        parts: usize,
    },
    /// as dense as the integrator's steps, but even: a step cut short by a record's end does not show, and neighbouring
    /// rows are never much closer than the next. Polynomials through rows want that.
    Graded {
        /// rows in the length of a step, one at least
        parts: usize,
    },
}

/// What a table refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// The epoch lies before the first row or after the last.
    #[error("{epoch} is outside the table, which holds {start} to {end}: choose a date inside")]
    Outside {
        /// what was asked
        epoch: Epoch,
        /// first row
        start: Epoch,
        /// last row
        end: Epoch,
    },
    /// The epoch lies after one segment and before the next.
    #[error(
        "{epoch} is between two segments, of which one ends at {end} and the next begins at {start}: choose a date inside"
    )]
    Gap {
        /// what was asked
        epoch: Epoch,
        /// last date before it
        end: Epoch,
        /// first date after it
        start: Epoch,
    },
    /// A polynomial through the rows that comes to no number.
    #[error("the polynomial through the rows around {epoch} overflows: they are no orbit")]
    Overflow {
        /// what was asked
        epoch: Epoch,
    },
    /// Too few rows.
    #[error("{rows} rows are too few: {wanted} are needed")]
    TooFew {
        /// what there is
        rows: usize,
        /// what it takes
        wanted: usize,
    },
    /// A step that is not positive, or makes more rows than a file should hold.
    #[error("a step of {step_s} s over {span_s} s: write a step that makes 2 to {MOST_ROWS} rows")]
    Step {
        /// what was asked
        step_s: f64,
        /// length of the trajectory
        span_s: f64,
    },
    /// More or fewer rows than a file should hold.
    #[error("{rows} rows: write a number from 2 to {MOST_ROWS}")]
    RowCount {
        /// what was asked
        rows: usize,
    },
    /// Rows whose dates do not grow.
    #[error("row {row} of {epoch} does not come after the one before: sort the rows, each date once")]
    Order {
        /// number of the row, counted from 1
        row: usize,
        /// its date
        epoch: Epoch,
    },
    /// A state that is no number, or one beyond what files hold.
    #[error("row {row} of {epoch} holds a number that is not finite, or beyond 1e30")]
    NotFinite {
        /// number of the row, counted from 1
        row: usize,
        /// its date
        epoch: Epoch,
    },
    /// Interpolation that cannot be as good as was asked.
    #[error(
        "{rows} rows leave {reached_km:e} km of interpolation error where {bound_km:e} km are asked: ask for less, or take a higher degree"
    )]
    NotReached {
        /// rows tried at last
        rows: usize,
        /// error of the best try
        reached_km: f64,
        /// what was asked
        bound_km: f64,
    },
    /// A name that no file can hold.
    #[error("the {quantity}: {error}")]
    Name {
        /// whose
        quantity: &'static str,
        /// the character at fault
        error: NameError,
    },
    /// A date that no file can hold.
    #[error("row {row} is at {epoch}: dates are of the years 1 to 9999")]
    NoDate {
        /// from 1
        row: usize,
        /// its date
        epoch: Epoch,
    },
    /// A degree that readers do not take.
    #[error("degree {degree}: SPICE interpolates tables with degrees from {least} to {most}, odd for Hermite")]
    Degree {
        /// what was asked
        degree: usize,
        /// the least
        least: usize,
        /// the most
        most: usize,
    },
    /// The number of the spacecraft is that of its centre.
    #[error("NAIF number {naif_id} is that of the centre: give the spacecraft its own, such as -1176")]
    OwnCenter {
        /// the number
        naif_id: i32,
    },
    /// Parquet could not be written.
    #[error("cannot write Parquet: {reason}")]
    Parquet {
        /// what the writer said
        reason: String,
    },
}

/// Highest degree that CSPICE evaluates (`MAXDEG` of spk09.inc and spk13.inc).
pub(super) const MOST_DEGREE: usize = 27;

/// Highest degree of a file that is read.
pub(super) const MOST_READ: usize = 99;

/// Parts of a step from which on more of them do not help where they have not helped.
const MANY_PARTS: usize = 32;

/// The most rows that a table is sampled to.
const MOST_ROWS: usize = 10_000_000;

/// States of one spacecraft, in the order of their dates.
#[derive(Debug, Clone, PartialEq)]
pub struct StateTable {
    /// whose they are, from where
    pub label: Label,
    /// how to find the states between the rows
    pub interpolation: Interpolation,
    /// lines that travel with the table in every format: model, kernels, accuracy
    pub comments: Vec<String>,
    /// the states, dates growing
    pub rows: Vec<Row>,
}

/// A table with the error that interpolating it makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// the table
    pub table: StateTable,
    /// largest difference in position from the trajectory, at three places between each two rows
    pub position_error_km: f64,
    /// largest difference in velocity there
    pub velocity_error_km_s: f64,
}

impl StateTable {
    /// The states of a trajectory.
    ///
    /// * `trajectory`: flown forward or back; the rows are in the order of time either way
    /// * `label`: whose it is; its centre must be the one it was flown around
    /// * `sampling`: where
    ///
    /// # Errors
    /// [`TableError::Step`], [`TableError::RowCount`].
    pub fn sample(trajectory: &Trajectory, label: Label, sampling: Sampling) -> Result<Self, TableError> {
        Self::sample_between(trajectory, label, sampling, [0.0, trajectory.span_s()])
    }

    /// The states of a part of a trajectory, which begins and ends where steps meet.
    fn sample_between(
        trajectory: &Trajectory,
        label: Label,
        sampling: Sampling,
        [from_s, to_s]: [f64; 2],
    ) -> Result<Self, TableError> {
        let span_s = to_s - from_s;
        let evenly = |parts: usize| {
            (0..=parts).map(move |k| if k == parts { to_s } else { from_s + span_s * (k as f64 / parts as f64) })
        };
        let joints = || -> Vec<f64> {
            let inside = |s: &f64| (s - from_s) * span_s >= 0.0 && (to_s - s) * span_s >= 0.0;
            trajectory.joints_s().into_iter().filter(inside).collect()
        };
        let count = |parts: usize| {
            let rows = joints().len().saturating_sub(1).saturating_mul(parts).saturating_add(1);
            if parts == 0 || rows > MOST_ROWS { Err(TableError::RowCount { rows }) } else { Ok(()) }
        };
        let mut after_s: Vec<f64> = match sampling {
            Sampling::Every { step_s } => {
                let parts = span_s.abs() / step_s;
                if !(step_s > 0.0 && parts < MOST_ROWS as f64) {
                    return Err(TableError::Step { step_s, span_s });
                }
                let whole = (0..=parts as u64).map(|k| k as f64 * step_s * span_s.signum());
                let inner = whole.filter(|after_s| after_s.abs() < span_s.abs()).map(|after_s| from_s + after_s);
                inner.chain([to_s]).collect()
            }
            Sampling::Rows { rows } => {
                if !(2..=MOST_ROWS).contains(&rows) {
                    return Err(TableError::RowCount { rows });
                }
                evenly(rows - 1).collect()
            }
            Sampling::Steps { parts } => {
                count(parts)?;
                let joints = joints();
                let inner = joints.windows(2).flat_map(|pair| {
                    let (from, h) = (pair[0], pair[1] - pair[0]);
                    (0..parts).map(move |k| from + h * (k as f64 / parts as f64))
                });
                inner.chain([to_s]).collect()
            }
            Sampling::Graded { parts } => {
                count(parts)?;
                graded(&joints(), parts)
            }
        };
        if span_s < 0.0 {
            after_s.reverse();
        }
        let mut rows: Vec<Row> =
            after_s.into_iter().map(|after_s| row(trajectory, trajectory.epoch() + after_s)).collect();
        // neighbours closer than the clock can tell are one
        rows.dedup_by(|next, kept| next.epoch <= kept.epoch);
        for (k, row) in rows.iter().enumerate() {
            let numbers = row.state.position_km.iter().chain(&row.state.velocity_km_s);
            if !(row.epoch.tdb_s().is_finite() && numbers.into_iter().all(|x| x.is_finite())) {
                return Err(TableError::NotFinite { row: k + 1, epoch: row.epoch });
            }
        }
        Ok(Self { label, interpolation: Interpolation::default(), comments: Vec::new(), rows })
    }

    /// The fewest rows, among graded samplings, that leave no more error than asked.
    ///
    /// * `trajectory`, `label`: as for [`StateTable::sample`]
    /// * `interpolation`: what the reader will do
    /// * `bound_km`: largest error in position; a millimetre is 1e-6
    ///
    /// # Errors
    /// [`TableError::NotReached`] when no number of rows does it: near 1e-15 of the distance the digits end;
    /// [`TableError::Degree`] beyond what readers take.
    pub fn fitted(
        trajectory: &Trajectory,
        label: Label,
        interpolation: Interpolation,
        bound_km: f64,
    ) -> Result<Fitted, TableError> {
        Self::fitted_between(trajectory, label, (interpolation, bound_km), [0.0, trajectory.span_s()])
    }

    fn fitted_between(
        trajectory: &Trajectory,
        label: Label,
        (interpolation, bound_km): (Interpolation, f64),
        part_s: [f64; 2],
    ) -> Result<Fitted, TableError> {
        let degree = interpolation.degree();
        if !(1..=MOST_DEGREE).contains(&degree) {
            return Err(TableError::Degree { degree, least: 1, most: MOST_DEGREE });
        }
        let mut best = TableError::NotReached { rows: 0, reached_km: f64::INFINITY, bound_km };
        let mut no_better = 0;
        for parts in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256] {
            let mut table = Self::sample_between(trajectory, label.clone(), Sampling::Graded { parts }, part_s)?;
            table.interpolation = interpolation;
            if table.rows.len() < interpolation.window() {
                continue;
            }
            let fitted = table.measured(trajectory)?;
            if fitted.position_error_km <= bound_km {
                return Ok(fitted);
            }
            let reached_km = fitted.position_error_km;
            if matches!(best, TableError::NotReached { reached_km: least, .. } if reached_km < least) {
                best = TableError::NotReached { rows: fitted.table.rows.len(), reached_km, bound_km };
                no_better = 0;
            } else if parts >= MANY_PARTS {
                // the digits end here: closer rows only magnify what they are rounded by
                no_better += 1;
                if no_better == 3 {
                    break;
                }
            }
        }
        Err(best)
    }

    /// Tables that follow one another, cut where no polynomial follows the forces: at the ends of burns, and, where a
    /// part does not reach the bound in one piece, at the edges of shadows too.
    ///
    /// * `trajectory`, `label`, `interpolation`, `bound_km`: as for [`StateTable::fitted`]
    ///
    /// Neighbours share a row, the state at the cut. A table that reaches the bound nowhere (layers of the air bend the forces
    /// as well) has eight rows a step and says its error.
    ///
    /// # Errors
    /// [`TableError::TooFew`] for a part that ends before it has rows enough for one polynomial.
    pub fn fitted_in_segments(
        trajectory: &Trajectory,
        label: &Label,
        interpolation: Interpolation,
        bound_km: f64,
    ) -> Result<Vec<Fitted>, TableError> {
        let fit = |part_s| Self::fitted_between(trajectory, label.clone(), (interpolation, bound_km), part_s);
        let bends_s = trajectory.kinks_s(Joint::Bend);
        let mut tables = Vec::new();
        for whole_s in parts_s(trajectory, &trajectory.kinks_s(Joint::Jump)) {
            match fit(whole_s) {
                Err(TableError::NotReached { .. }) => {
                    let inside = |s: &&f64| (**s - whole_s[0]) * (**s - whole_s[1]) < 0.0;
                    let cuts_s: Vec<f64> = bends_s.iter().filter(inside).copied().collect();
                    for part_s in between_s(whole_s, &cuts_s) {
                        tables.push(match fit(part_s) {
                            Err(TableError::NotReached { .. }) => {
                                let sampling = Sampling::Graded { parts: 8 };
                                let mut table = Self::sample_between(trajectory, label.clone(), sampling, part_s)?;
                                table.interpolation = interpolation;
                                table.check(interpolation.window())?;
                                table.measured(trajectory)?
                            }
                            other => other?,
                        });
                    }
                }
                other => tables.push(other?),
            }
        }
        if trajectory.span_s() < 0.0 {
            tables.reverse();
        }
        Ok(tables)
    }

    /// Tables that follow one another, cut at the ends of burns, with evenly spread rows.
    ///
    /// * `trajectory`, `label`, `interpolation`: as for [`StateTable::fitted`]
    /// * `rows`: in all, each table with its share; more where a short one would have fewer than a polynomial takes
    ///
    /// # Errors
    /// [`TableError::RowCount`].
    pub fn sampled_in_segments(
        trajectory: &Trajectory,
        label: &Label,
        interpolation: Interpolation,
        rows: usize,
    ) -> Result<Vec<Self>, TableError> {
        if !(2..=MOST_ROWS).contains(&rows) {
            return Err(TableError::RowCount { rows });
        }
        let parts = parts_s(trajectory, &trajectory.kinks_s(Joint::Jump));
        let alone = parts.len() == 1;
        let mut tables = Vec::new();
        for [from_s, to_s] in parts {
            let share = 1.0 + (rows - 1) as f64 * ((to_s - from_s) / trajectory.span_s());
            let rows = if alone { rows } else { (share.round() as usize).max(interpolation.window()) };
            let mut table = Self::sample_between(trajectory, label.clone(), Sampling::Rows { rows }, [from_s, to_s])?;
            table.interpolation = interpolation;
            tables.push(table);
        }
        if trajectory.span_s() < 0.0 {
            tables.reverse();
        }
        Ok(tables)
    }

    /// The table with its interpolation error against the trajectory it was sampled from.
    ///
    /// # Errors
    /// [`TableError::Outside`] when the trajectory is another one.
    pub fn measured(self, trajectory: &Trajectory) -> Result<Fitted, TableError> {
        let (mut position_error_km, mut velocity_error_km_s) = (0.0_f64, 0.0_f64);
        for pair in self.rows.windows(2) {
            for part in [0.15, 0.5, 0.85] {
                let epoch = pair[0].epoch + (pair[1].epoch - pair[0].epoch) * part;
                let (got, wanted) = (self.state(epoch)?, row(trajectory, epoch).state);
                let (dr_km, dv_km_s) = (
                    norm(minus(got.position_km, wanted.position_km)),
                    norm(minus(got.velocity_km_s, wanted.velocity_km_s)),
                );
                // a difference that is no number is the worst
                if dr_km.is_nan() || dr_km > position_error_km {
                    position_error_km = dr_km;
                }
                if dv_km_s.is_nan() || dv_km_s > velocity_error_km_s {
                    velocity_error_km_s = dv_km_s;
                }
            }
        }
        Ok(Fitted { table: self, position_error_km, velocity_error_km_s })
    }

    /// The state at an epoch: a row as it is, and between rows by the table's interpolation.
    ///
    /// Near the ends the rows of the polynomial are the first or the last ones; a table with fewer rows than
    /// the degree asks for is interpolated through all of them.
    ///
    /// # Errors
    /// [`TableError::Outside`], and [`TableError::Overflow`] through rows that no orbit has.
    pub fn state(&self, epoch: Epoch) -> Result<State, TableError> {
        let (Some(first), Some(last)) = (self.rows.first(), self.rows.last()) else {
            return Err(TableError::TooFew { rows: 0, wanted: 1 });
        };
        if !(first.epoch <= epoch && epoch <= last.epoch) {
            return Err(TableError::Outside { epoch, start: first.epoch, end: last.epoch });
        }
        let next = self.rows.partition_point(|row| row.epoch <= epoch);
        let at = &self.rows[next - 1];
        if at.epoch == epoch {
            return Ok(at.state);
        }
        let window = self.interpolation.window().min(self.rows.len());
        let nearer = self.rows[next].epoch - epoch < epoch - at.epoch;
        // an even window has as many rows on either side, an odd one stands on the nearest
        let before = if window.is_multiple_of(2) { next - 1 } else { next - usize::from(!nearer) };
        let from = before.saturating_sub((window - 1) / 2).min(self.rows.len() - window);
        let rows = &self.rows[from..from + window];
        let state = match self.interpolation {
            Interpolation::Hermite { .. } => interpolation::hermite(rows, epoch),
            Interpolation::Lagrange { .. } => interpolation::lagrange(rows, epoch),
        };
        let mut numbers = state.position_km.iter().chain(&state.velocity_km_s);
        if numbers.all(|value| value.is_finite()) { Ok(state) } else { Err(TableError::Overflow { epoch }) }
    }

    /// The first row.
    #[must_use]
    pub fn first(&self) -> Option<&Row> {
        self.rows.first()
    }

    /// The last row.
    #[must_use]
    pub fn last(&self) -> Option<&Row> {
        self.rows.last()
    }

    /// Whether the rows can be written: dates that grow and finite numbers.
    pub(super) fn check(&self, least: usize) -> Result<(), TableError> {
        if self.rows.len() < least {
            return Err(TableError::TooFew { rows: self.rows.len(), wanted: least });
        }
        let degree = self.interpolation.degree();
        if !(1..=MOST_READ).contains(&degree) {
            return Err(TableError::Degree { degree, least: 1, most: MOST_DEGREE });
        }
        for (quantity, name) in [("object name", &self.label.object_name), ("object number", &self.label.object_id)] {
            check_name(name).map_err(|error| TableError::Name { quantity, error })?;
        }
        for (k, row) in self.rows.iter().enumerate() {
            let numbers = row.state.position_km.iter().chain(&row.state.velocity_km_s);
            if !(row.epoch.tdb_s().is_finite() && numbers.clone().all(|x| in_range(*x))) {
                return Err(TableError::NotFinite { row: k + 1, epoch: row.epoch });
            }
            if !row.epoch.in_calendar() {
                return Err(TableError::NoDate { row: k + 1, epoch: row.epoch });
            }
            if k > 0 && row.epoch <= self.rows[k - 1].epoch {
                return Err(TableError::Order { row: k + 1, epoch: row.epoch });
            }
        }
        Ok(())
    }
}

/// From the start to the end of a trajectory by way of some cuts.
fn parts_s(trajectory: &Trajectory, cuts_s: &[f64]) -> Vec<[f64; 2]> {
    between_s([0.0, trajectory.span_s()], cuts_s)
}

fn between_s([from_s, to_s]: [f64; 2], cuts_s: &[f64]) -> Vec<[f64; 2]> {
    let stops: Vec<f64> = [from_s].into_iter().chain(cuts_s.iter().copied()).chain([to_s]).collect();
    stops.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// Times spread so that each step's length holds `parts` of them, the lengths smoothed.
///
/// Close rows beside distant ones would make a polynomial extrapolate from the close ones, and their rounding with it.
fn graded(joints_s: &[f64], parts: usize) -> Vec<f64> {
    let lengths: Vec<f64> = joints_s.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let longest = |range: &[f64]| range.iter().copied().fold(0.0, f64::max);
    let mut smooth: Vec<f64> = (0..lengths.len())
        .map(|k| {
            let (left, right) =
                (longest(&lengths[k.saturating_sub(2)..k]), longest(&lengths[k + 1..lengths.len().min(k + 3)]));
            let around = if left > 0.0 && right > 0.0 { left.min(right) } else { left.max(right) };
            lengths[k].max(around)
        })
        .collect();
    for k in 1..smooth.len() {
        smooth[k] = smooth[k].min(1.5 * smooth[k - 1]);
    }
    for k in (1..smooth.len()).rev() {
        smooth[k - 1] = smooth[k - 1].min(1.5 * smooth[k]);
    }
    // a clock that runs evenly through each step, in units of its smoothed length
    let mut clock = vec![0.0];
    for (length, smooth) in lengths.iter().zip(&smooth) {
        clock.push(clock[clock.len() - 1] + length / smooth);
    }
    let whole = clock[clock.len() - 1];
    let rows = (whole * parts as f64).ceil().max(1.0) as usize;
    let at = |row: usize| {
        let time = whole * (row as f64 / rows as f64);
        let step = clock.partition_point(|c| *c <= time).clamp(1, lengths.len()) - 1;
        let part = (time - clock[step]) / (clock[step + 1] - clock[step]);
        joints_s[step] + (joints_s[step + 1] - joints_s[step]) * part.clamp(0.0, 1.0)
    };
    let last = joints_s[joints_s.len() - 1];
    if lengths.is_empty() { vec![last] } else { (0..rows).map(at).chain([last]).collect() }
}

/// The state at the very epoch that a file can hold, which differs from the trajectory's own clock by rounding.
fn row(trajectory: &Trajectory, epoch: Epoch) -> Row {
    let (after_s, span_s) = (epoch - trajectory.epoch(), trajectory.span_s());
    let inside_s = after_s.clamp(span_s.min(0.0), span_s.max(0.0));
    let mut state = trajectory.state(inside_s).unwrap_or_else(|| trajectory.end());
    if inside_s != after_s {
        // the end's epoch was rounded to after the end: 0.1 µs, a straight line
        state.position_km = plus(state.position_km, scale(state.velocity_km_s, after_s - inside_s));
    }
    Row { epoch, state }
}
