//! Where the good transfers lie, looked for on the clocks of both bodies.
//!
//! A body on a long ellipse runs through its perihelion in weeks and stands about its aphelion for years, so the dates
//! of this lattice follow what a body does: the step is a fixed part of the local free-fall time √(r³/μ). Flight times
//! are bounded by the ellipses that touch the nearest and the farthest that the bodies come to, not by mean distances.

use super::{Criterion, PorkchopError, Problem};
use crate::bodies::SUN;
use crate::ephemerides::{EphemerisError, State};
use crate::numerics::vector::{Vector3, cross, dot, minus, norm};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::lambert::{Batch, Branch, Pairs, Way};
use rayon::prelude::*;
use std::f64::consts::{PI, TAU};

/// How near a body on an ellipse comes to the Sun, and how far it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Swing {
    pub(crate) perihelion_km: f64,
    pub(crate) aphelion_km: f64,
}

impl Swing {
    /// Of the ellipse that a state from the Sun is on; `None` for a body that does not come back.
    pub(crate) fn of(state: &State) -> Option<Self> {
        let speed2 = dot(state.velocity_km_s, state.velocity_km_s);
        let sma_km = 1.0 / (2.0 / norm(state.position_km) - speed2 / SUN.mu_km3_s2);
        let momentum = cross(state.position_km, state.velocity_km_s);
        let parameter_km = dot(momentum, momentum) / SUN.mu_km3_s2;
        let ecc = (1.0 - parameter_km / sma_km).max(0.0).sqrt();
        let perihelion_km = parameter_km / (1.0 + ecc);
        let aphelion_km = 2.0 * sma_km - perihelion_km;
        (sma_km > 0.0 && perihelion_km > 0.0 && aphelion_km.is_finite()).then_some(Self { perihelion_km, aphelion_km })
    }

    pub(crate) fn sma_km(&self) -> f64 {
        0.5 * (self.perihelion_km + self.aphelion_km)
    }

    pub(crate) fn ecc(&self) -> f64 {
        (self.aphelion_km - self.perihelion_km) / (self.aphelion_km + self.perihelion_km)
    }

    pub(crate) fn period_s(&self) -> f64 {
        TAU * (self.sma_km().powi(3) / SUN.mu_km3_s2).sqrt()
    }
}

/// Half the period of the ellipse whose apsides are two distances from the Sun.
pub(crate) fn half_ellipse_s(a_km: f64, b_km: f64) -> f64 {
    PI * ((0.5 * (a_km + b_km)).powi(3) / SUN.mu_km3_s2).sqrt()
}

/// Two eccentricities that together are more than this make the season of the year as weighty as the phase of the two
/// bodies. No pair of planets comes to it.
const ECCENTRIC: f64 = 0.3;

/// The longest flight that is looked at, whatever the ellipses: a hundred years.
pub(crate) const LONGEST_FLIGHT_D: f64 = 36_525.0;

/// Flight times that two bodies are joined by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Flights {
    /// half the ellipse between both perihelia
    pub(crate) least_s: f64,
    /// half the ellipse that touches both orbits, taken as circles
    pub(crate) mean_s: f64,
    /// half the ellipse between both aphelia
    pub(crate) most_s: f64,
    /// whether one of the orbits is far from a circle
    pub(crate) eccentric: bool,
}

impl Flights {
    pub(crate) fn between(from: &Swing, to: &Swing) -> Self {
        Self {
            least_s: half_ellipse_s(from.perihelion_km, to.perihelion_km),
            mean_s: half_ellipse_s(from.sma_km(), to.sma_km()),
            most_s: half_ellipse_s(from.aphelion_km, to.aphelion_km),
            eccentric: from.ecc() + to.ecc() > ECCENTRIC,
        }
    }

    /// Some parts of the shortest and of the longest half ellipse, at most a hundred years.
    pub(crate) fn bounds_s(&self, shortest: f64, longest: f64) -> (f64, f64) {
        (shortest * self.least_s, (longest * self.most_s).min(LONGEST_FLIGHT_D * DAY_S))
    }
}

/// Step of the dates, in local free-fall times √(r³/μ): 3.5 days at the Earth, 3.4° of a circle.
const PACE: f64 = 0.06;

/// Most dates on a side of the lattice, and most of its cells: minutes of work, gigabytes of memory.
const MOST_DATES: usize = 200_000;
const MOST_CELLS: usize = 40_000_000;

/// The time in which a body at a state moves by one step of the lattice.
fn step_s(state: &State) -> f64 {
    (PACE * (norm(state.position_km).powi(3) / SUN.mu_km3_s2).sqrt()).max(0.05 * DAY_S)
}

/// Dates on the clock of a body, from the first date of a span to its last.
///
/// * `longest_s`: a step is never longer
pub(crate) fn clock(
    state: impl Fn(Epoch) -> Result<State, EphemerisError>,
    span: Window,
    longest_s: f64,
) -> Result<Vec<(Epoch, State)>, PorkchopError> {
    let mut dates = Vec::new();
    let mut at = span.start;
    loop {
        let here = state(at)?;
        let step_s = step_s(&here).min(longest_s);
        dates.push((at, here));
        if dates.len() > MOST_DATES || step_s.is_nan() {
            return Err(PorkchopError::TooManyDates { dates: span, most: MOST_DATES });
        }
        if at >= span.end {
            return Ok(dates);
        }
        at = at + step_s;
        if at > span.end {
            at = span.end;
        }
    }
}

/// The number of each criterion, in the order of [`Criterion::ALL`]; infinite where there is no transfer.
pub(super) type Values = [f64; 4];

const NO_TRANSFER: Values = [f64::INFINITY; 4];

/// All direct transfers of one departure date.
struct Row {
    /// place of the first arrival
    first: usize,
    values: Vec<Values>,
}

/// Departures against arrivals within some flight times.
pub(crate) struct Lattice {
    pub(crate) depart: Vec<Epoch>,
    pub(crate) arrive: Vec<Epoch>,
    /// which arc of its orbit the arrival body is on, counted through all arrivals
    arc: Vec<usize>,
    /// the step of its clock at each arrival
    arrive_step_s: Vec<f64>,
    rows: Vec<Row>,
}

/// Whether the first and the last departure count as the best one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// they do: somebody asked for these dates
    Allowed,
    /// they do not: the kernels end there
    Refused,
}

/// A cell that none of its eight neighbours undercuts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Basin {
    pub(crate) criterion: Criterion,
    pub(crate) depart: Epoch,
    pub(crate) arrive: Epoch,
    /// arc of the arrival body's orbit
    pub(crate) arc: usize,
    pub(crate) values: Values,
    pub(crate) value: f64,
}

impl Lattice {
    /// Solve the direct transfers of some departures.
    ///
    /// * `depart`: departure dates, inside the kernels
    /// * `flights_s`: shortest and longest flight
    /// * `kernel`: the dates that the arrival body's kernel holds
    /// * `to`: the arrival body's ellipse; one that is long is parted into arcs
    /// * `at_most_s`: a step between departures is never longer
    pub(crate) fn solve(
        problem: &Problem,
        depart: Window,
        flights_s: (f64, f64),
        kernel: Window,
        to: &Swing,
        at_most_s: f64,
    ) -> Result<Self, PorkchopError> {
        let departures = clock(|t| problem.departure_state(t), depart, at_most_s)?;
        let (first, last) = (depart.start + flights_s.0, depart.end + flights_s.1);
        let arrivals = Window {
            start: if first > kernel.start { first } else { kernel.start },
            end: if last < kernel.end { last } else { kernel.end },
        };
        let dates: Vec<Epoch> = departures.iter().map(|(t, _)| *t).collect();
        if arrivals.start >= arrivals.end {
            return Ok(Self {
                depart: dates,
                arrive: Vec::new(),
                arc: Vec::new(),
                arrive_step_s: Vec::new(),
                rows: Vec::new(),
            });
        }
        let arrivals = clock(|t| problem.arrival_state(t), arrivals, f64::INFINITY)?;
        let arrive: Vec<Epoch> = arrivals.iter().map(|(t, _)| *t).collect();
        // of each departure the arrivals within the flight times
        let bands: Vec<(usize, usize)> = dates
            .iter()
            .map(|t| {
                let begin = arrive.partition_point(|a| *a < *t + flights_s.0);
                let end = arrive.partition_point(|a| *a <= *t + flights_s.1);
                (begin, end.max(begin))
            })
            .collect();
        if bands.iter().map(|(begin, end)| end - begin).sum::<usize>() > MOST_CELLS {
            return Err(PorkchopError::TooManyDates { dates: depart, most: MOST_DATES });
        }
        let axes: [Vec<f64>; 3] = [0, 1, 2].map(|k| arrivals.iter().map(|(_, s)| s.position_km[k]).collect());
        let rows = departures
            .par_iter()
            .zip(&bands)
            .map_init(Batch::default, |batch, ((depart, from), (begin, end))| {
                let band = *begin..*end;
                let tof_s: Vec<f64> = arrive[band.clone()].iter().map(|a| *a - *depart).collect();
                let here = from.position_km.map(|x| vec![x; tof_s.len()]);
                let pairs = Pairs {
                    r1_km: here.each_ref().map(|axis| &axis[..]),
                    r2_km: axes.each_ref().map(|axis| &axis[band.clone()]),
                    tof_s: &tof_s,
                };
                let way = Way::About { pole: problem.pole(from) };
                let solved = batch.solve(&pairs, SUN.mu_km3_s2, way, 0, Branch::Single).is_ok();
                let value = |k: usize| {
                    if !(solved && batch.solved[k]) {
                        return NO_TRANSFER;
                    }
                    let at = |axes: &[Vec<f64>; 3]| -> Vector3 { [axes[0][k], axes[1][k], axes[2][k]] };
                    let dep_km_s = norm(minus(at(&batch.v1_km_s), from.velocity_km_s));
                    let arr_km_s = norm(minus(at(&batch.v2_km_s), arrivals[begin + k].1.velocity_km_s));
                    match problem.impulses_km_s(dep_km_s, arr_km_s) {
                        Some((leave, enter)) => [dep_km_s * dep_km_s, arr_km_s, dep_km_s + arr_km_s, leave + enter],
                        None => NO_TRANSFER,
                    }
                };
                Row { first: *begin, values: (0..tof_s.len()).map(value).collect() }
            })
            .collect();
        let states: Vec<State> = arrivals.iter().map(|(_, s)| *s).collect();
        let arrive_step_s = states.iter().map(step_s).collect();
        Ok(Self { depart: dates, arc: arcs(&states, to), arrive_step_s, arrive, rows })
    }

    fn values(&self, i: usize, j: usize) -> Option<&Values> {
        let row = self.rows.get(i)?;
        row.values.get(j.checked_sub(row.first)?)
    }

    /// The cells that are lowest of their neighbourhood, away from the bounds of dates and flight times.
    pub(crate) fn basins(&self) -> Vec<Basin> {
        let of_row = |i: usize| {
            let row = &self.rows[i];
            let cell = move |k: usize| {
                let j = row.first + k;
                let here = &row.values[k];
                let mut lowest = [true; 4];
                for (x, y) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)] {
                    let there = self.values((i + x).checked_sub(1)?, (j + y).checked_sub(1)?)?;
                    for (lowest, (here, there)) in lowest.iter_mut().zip(here.iter().zip(there)) {
                        // of two equal cells the first counts
                        *lowest &= if (x, y) < (1, 1) { here < there } else { here <= there };
                    }
                }
                let basin = move |n: usize| Basin {
                    criterion: Criterion::ALL[n],
                    depart: self.depart[i],
                    arrive: self.arrive[j],
                    arc: self.arc[j],
                    values: *here,
                    value: here[n],
                };
                Some((0..4).filter(move |n| lowest[*n] && here[*n].is_finite()).map(basin))
            };
            (0..row.values.len()).filter_map(cell).flatten().collect::<Vec<Basin>>()
        };
        let all: Vec<Vec<Basin>> = (0..self.rows.len()).into_par_iter().map(of_row).collect();
        all.into_iter().flatten().collect()
    }

    /// The dates of the least sum of both excess speeds, its arrival inside the flight times and the kernels.
    ///
    /// * `ends`: whether the departure may lean on the end of the span
    pub(crate) fn best(&self, ends: Ends) -> Option<(Epoch, Epoch)> {
        let sum = 2;
        let lowest = |row: &Row| {
            let inside = row.values.windows(3).enumerate().filter_map(|(k, three)| {
                let [before, here, after] = [0, 1, 2].map(|n| three[n][sum]);
                (here.is_finite() && here <= before && here <= after).then_some((here, row.first + k + 1))
            });
            inside.min_by(|a, b| a.0.total_cmp(&b.0))
        };
        let least: Vec<Option<(f64, usize)>> = self.rows.iter().map(lowest).collect();
        let value = |i: usize| least.get(i).copied().flatten().map_or(f64::INFINITY, |(value, _)| value);
        let allowed = |i: usize| match ends {
            Ends::Allowed => true,
            Ends::Refused => {
                let lower = |k: usize| value(k).is_finite() && value(i) <= value(k);
                i > 0 && lower(i - 1) && lower(i + 1)
            }
        };
        let open = (0..least.len()).filter(|i| allowed(*i)).filter_map(|i| Some((i, least[i]?)));
        let (i, (_, j)) = open.min_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
        Some((self.depart[i], self.arrive[j]))
    }

    /// The dates of an arc, and the shortest step of the body's clock on it.
    pub(crate) fn arc(&self, arc: usize) -> Option<(Window, f64)> {
        let (first, last) = (self.arc.iter().position(|a| *a == arc)?, self.arc.iter().rposition(|a| *a == arc)?);
        let step_s = self.arrive_step_s[first..=last].iter().copied().fold(f64::INFINITY, f64::min);
        Some((Window { start: self.arrive[first], end: self.arrive[last] }, step_s))
    }
}

/// Ratio of distances within an arc, at most: √8³ = 23 between the steps of its clock.
const ARC_RATIO: f64 = 8.0;

/// Which arc of its orbit a body is on at each date: a long ellipse is parted at distances of equal ratio.
fn arcs(states: &[State], to: &Swing) -> Vec<usize> {
    let ratio = (to.aphelion_km / to.perihelion_km).ln();
    let parts = (ratio / ARC_RATIO.ln()).ceil().max(1.0);
    let part = |state: &State| {
        let place = (norm(state.position_km) / to.perihelion_km).ln() / ratio.max(f64::MIN_POSITIVE);
        (place * parts).floor().max(0.0).min(parts - 1.0)
    };
    let mut arc = 0;
    let mut before = None;
    states
        .iter()
        .map(|state| {
            let here = part(state);
            if before.is_some_and(|before: f64| before != here) {
                arc += 1;
            }
            before = Some(here);
            arc
        })
        .collect()
}

/// The deepest of the basins of each criterion and arc within some time of departure.
///
/// * `apart_s`: of basins nearer to each other the deeper one counts
pub(crate) fn deepest(mut basins: Vec<Basin>, apart_s: f64) -> Vec<Basin> {
    basins.sort_by(|a, b| {
        let place = |basin: &Basin| (basin.criterion, basin.arc);
        place(a).cmp(&place(b)).then(a.depart.tdb_s().total_cmp(&b.depart.tdb_s()))
    });
    let rivals = |i: usize, k: usize| {
        let (a, b) = (&basins[i], &basins[k]);
        (a.criterion, a.arc) == (b.criterion, b.arc) && (b.depart - a.depart).abs() <= apart_s
    };
    let keeps = |i: usize| {
        let before = (0..i).rev().take_while(|k| rivals(i, *k)).all(|k| basins[i].value < basins[k].value);
        let after = (i + 1..basins.len()).take_while(|k| rivals(i, *k)).all(|k| basins[i].value <= basins[k].value);
        before && after
    };
    let kept: Vec<bool> = (0..basins.len()).map(keeps).collect();
    basins.into_iter().zip(kept).filter_map(|(basin, kept)| kept.then_some(basin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::conic::from_periapsis;
    use crate::units::AU_KM;

    fn state(q_km: f64, ecc: f64, after_s: f64) -> State {
        let p = from_periapsis(q_km, ecc, after_s, SUN.mu_km3_s2);
        State { position_km: [p.x_km, p.y_km, 0.0], velocity_km_s: [p.vx_km_s, p.vy_km_s, 0.0] }
    }

    #[test]
    fn law_apsides_come_from_any_state() {
        for ecc in [0.0, 0.1, 0.624, 0.97, 0.9995] {
            for days in [0.0, 40.0, 400.0, 9000.0] {
                let swing = Swing::of(&state(0.6 * AU_KM, ecc, days * DAY_S)).expect("an ellipse");
                assert!((swing.perihelion_km / AU_KM - 0.6).abs() < 1e-6, "{ecc} {days}: {swing:?}");
                assert!((swing.ecc() - ecc).abs() < 1e-6, "{ecc} {days}: {swing:?}");
            }
        }
        assert_eq!(Swing::of(&state(AU_KM, 1.2, 1e7)), None);
        assert_eq!(Swing::of(&State { position_km: [f64::NAN; 3], velocity_km_s: [0.0; 3] }), None);
    }

    /// Every step of the clock turns the body by no more than five degrees, at the perihelion of a comet too.
    #[test]
    fn law_a_clock_keeps_pace_with_its_body() {
        let (q_km, ecc) = (0.5 * AU_KM, 0.97);
        let start = Epoch::from_tdb_s(-30.0 * 365.25 * DAY_S);
        let span = Window { start, end: Epoch::from_tdb_s(30.0 * 365.25 * DAY_S) };
        let dates = clock(|t| Ok(state(q_km, ecc, t.tdb_s())), span, f64::INFINITY).expect("dates");
        assert!(dates.len() > 100 && dates.len() < 400, "{}", dates.len());
        for pair in dates.windows(2) {
            let (a, b) = (pair[0].1.position_km, pair[1].1.position_km);
            let turn = (dot(a, b) / (norm(a) * norm(b))).clamp(-1.0, 1.0).acos().to_degrees();
            assert!(turn < 5.5 && norm(b) / norm(a) < 1.15 && norm(a) / norm(b) < 1.15, "{turn} {:?}", pair[0].0);
        }
        let forever = Window { start, end: Epoch::from_tdb_s(1e6 * 365.25 * DAY_S) };
        let refused = clock(|t| Ok(state(q_km, 0.0, t.tdb_s())), forever, f64::INFINITY).expect_err("refused");
        assert!(refused.to_string().contains("take a shorter span"), "{refused}");
    }

    #[test]
    fn law_long_ellipses_are_parted_into_arcs() {
        let count = |ecc: f64| {
            let period_s = TAU * ((AU_KM / (1.0 - ecc)).powi(3) / SUN.mu_km3_s2).sqrt();
            let states: Vec<State> = (0..4000).map(|k| state(AU_KM, ecc, f64::from(k) / 4000.0 * period_s)).collect();
            let swing = Swing::of(&states[0]).expect("an ellipse");
            arcs(&states, &swing).last().copied().expect("an arc") + 1
        };
        // one; near, far, near; and two more cuts on either side
        assert_eq!((count(0.0), count(0.7), count(0.9), count(0.99)), (1, 1, 3, 5));
    }
}
