//! Launch periods: some days in a row on each of which the launcher must do, and the worst of them made as good as it
//! can be.

use crate::ephemerides::Ephemerides;
use crate::numerics::golden::{golden_section, lowest_valley};
use crate::time::{DAY_S, Epoch, Window};
use crate::transfers::lambert::Branch;
use crate::transfers::porkchop::{Criterion, Masks, PorkchopError, PorkchopRequest, Problem, Transfer, TransferType};
use rayon::prelude::*;
use thiserror::Error;

/// What a launch period refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum LaunchPeriodError {
    /// The porkchop behind it is refused.
    #[error(transparent)]
    Porkchop(#[from] PorkchopError),
    /// The dates are no spans, or too long ones.
    #[error(
        "departures {depart} and arrivals {arrive} make no lattice: each begins before it ends, and half days of the one times two days of the other are {most} at most"
    )]
    BadDates {
        /// departure dates
        depart: Window,
        /// arrival dates
        arrive: Window,
        /// most cells
        most: u64,
    },
    /// A period has at least a day, and its departures must hold it.
    #[error("a launch period of {days} days does not fit: departures of {window_d:.1} d hold 1 to {most} launch days")]
    BadLength {
        /// launch days
        days: u32,
        /// length of the departure dates
        window_d: f64,
        /// most launch days
        most: u32,
    },
}

/// When the days of a period arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrivalDates {
    /// all on one date, so that operations at the arrival need one plan
    Fixed,
    /// each day on its own best date
    Free,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchPeriodRequest {
    /// bodies, dates, orbits, limits and revolutions; its grid is not looked at
    pub porkchop: PorkchopRequest,
    /// launch days, one a day at the same hour: the last is `days` − 1 days after the first
    pub days: u32,
    /// one arrival or many
    pub arrival: ArrivalDates,
    /// what the worst day is measured by
    pub criterion: Criterion,
}

/// The best launch period of one type of transfer.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchPeriod {
    /// type of all its transfers
    pub kind: TransferType,
    /// the transfer of each launch day
    pub days: Vec<Transfer>,
    /// what was made least
    pub criterion: Criterion,
}

impl LaunchPeriod {
    /// The day on which the criterion is worst.
    #[must_use]
    pub fn worst(&self) -> Option<&Transfer> {
        self.days.iter().max_by(|a, b| self.criterion.transfer_value(a).total_cmp(&self.criterion.transfer_value(b)))
    }

    /// The criterion on the worst day, km²/s² for C3, km/s otherwise.
    #[must_use]
    pub fn worst_value(&self) -> f64 {
        self.worst().map_or(f64::INFINITY, |t| self.criterion.transfer_value(t))
    }
}

/// The best launch period of each type, the best type first; empty when the dates hold none.
///
/// * `ephemerides`: the kernels
/// * `request`: what to look for
///
/// min over the first day t (and, when it is fixed, over the arrival a) of max over k of f(t + k, a). Both are searched
/// on a lattice of half a day and two days, and then refined by golden section on the true function. Every day of a
/// period is of one type: a period that crosses from one valley to the other would change the launch azimuth and the
/// arrival by months overnight.
///
/// # Errors
/// [`LaunchPeriodError`].
pub fn launch_periods(
    ephemerides: &Ephemerides,
    request: &LaunchPeriodRequest,
) -> Result<Vec<LaunchPeriod>, LaunchPeriodError> {
    let porkchop = &request.porkchop;
    if porkchop.max_revs > MOST_REVS {
        return Err(PorkchopError::TooManyRevs { revs: porkchop.max_revs, most: MOST_REVS }.into());
    }
    let problem = Problem::new(ephemerides, porkchop)?;
    let masks = Masks::new(&porkchop.limits, porkchop.arrival)?;
    for epoch in [porkchop.depart.start, porkchop.depart.end] {
        problem.departure_state(epoch).map_err(PorkchopError::from)?;
    }
    for epoch in [porkchop.arrive.start, porkchop.arrive.end] {
        problem.arrival_state(epoch).map_err(PorkchopError::from)?;
    }
    if porkchop.arrive.end <= porkchop.depart.start {
        return Err(PorkchopError::ArrivesFirst { depart: porkchop.depart, arrive: porkchop.arrive }.into());
    }
    let window_d = porkchop.depart.length_d();
    let cells = (window_d / DEPART_STEP_D + 1.0) * (porkchop.arrive.length_d() / ARRIVE_STEP_D + 1.0);
    if !(window_d >= 0.0 && porkchop.arrive.length_d() >= 0.0 && cells <= MOST_CELLS as f64) {
        return Err(LaunchPeriodError::BadDates { depart: porkchop.depart, arrive: porkchop.arrive, most: MOST_CELLS });
    }
    let most = window_d.floor() as u32 + 1;
    if !(1..=most).contains(&request.days) {
        return Err(LaunchPeriodError::BadLength { days: request.days, window_d, most });
    }
    let mut searches = Vec::new();
    for revs in 0..=porkchop.max_revs {
        let branches: &[Branch] = if revs == 0 { &[Branch::Single] } else { &[Branch::Low, Branch::High] };
        for half_rad in [0.0, std::f64::consts::TAU] {
            let kind = TransferType::new(revs, half_rad);
            let search = |branch: &Branch| Search { problem: &problem, masks: &masks, request, kind, branch: *branch };
            searches.extend(branches.iter().map(search));
        }
    }
    let mut periods: Vec<LaunchPeriod> = Vec::new();
    for found in searches.iter().filter_map(Search::best) {
        match periods.iter_mut().find(|p| p.kind == found.kind) {
            Some(same) if found.worst_value() < same.worst_value() => *same = found,
            Some(_) => {}
            None => periods.push(found),
        }
    }
    periods.sort_by(|a, b| a.worst_value().total_cmp(&b.worst_value()));
    Ok(periods)
}

/// Most dates of departure times dates of arrival of the lattice: seconds of work for each type.
const MOST_CELLS: u64 = 20_000_000;

/// Most revolutions that are looked at.
const MOST_REVS: u32 = 50;

/// Spacing of the first days and of the arrivals that are looked at before the refinement.
const DEPART_STEP_D: f64 = 0.5;
const ARRIVE_STEP_D: f64 = 2.0;

/// Lowest starts of the lattice that are refined: the Moon's pull on the Earth makes more than one valley.
const STARTS: usize = 6;

/// Width at which a date is found: 1 s moves C3 by 1e-9 of itself at most.
const DATE_D: f64 = 1e-5;

/// One type of transfer, one branch. Days are counted from the first departure and the first arrival.
struct Search<'a> {
    problem: &'a Problem,
    masks: &'a Masks,
    request: &'a LaunchPeriodRequest,
    kind: TransferType,
    branch: Branch,
}

impl Search<'_> {
    fn transfer(&self, depart_d: f64, arrive_d: f64) -> Option<Transfer> {
        let PorkchopRequest { depart, arrive, .. } = &self.request.porkchop;
        let (leave, reach) = (depart.start + depart_d * DAY_S, arrive.start + arrive_d * DAY_S);
        let t = self.problem.transfer(leave, reach, self.kind.revs(), self.branch)?;
        (t.kind == self.kind && self.masks.keep(&t)).then_some(t)
    }

    fn value(&self, depart_d: f64, arrive_d: f64) -> f64 {
        self.transfer(depart_d, arrive_d).map_or(f64::INFINITY, |t| self.request.criterion.transfer_value(&t))
    }

    fn arrivals(&self) -> (usize, f64) {
        let length_d = self.request.porkchop.arrive.length_d();
        let count = (length_d / ARRIVE_STEP_D).ceil().max(1.0) as usize;
        (count, length_d / count as f64)
    }

    /// Departures of the lattice, and how many of them make a day. The spacing divides a day.
    fn departures(&self) -> (usize, usize) {
        let per_day = (1.0 / DEPART_STEP_D).round() as usize;
        ((self.request.porkchop.depart.length_d() * per_day as f64 + 1e-9).floor() as usize + 1, per_day)
    }

    fn best(&self) -> Option<LaunchPeriod> {
        let (departs, per_day) = self.departures();
        let (arrives, arrive_step_d) = self.arrivals();
        let depart_d = |i: usize| i as f64 / per_day as f64;
        let columns: Vec<Vec<f64>> = (0..departs)
            .into_par_iter()
            .map(|i| (0..=arrives).map(|j| self.value(depart_d(i), j as f64 * arrive_step_d)).collect())
            .collect();
        let last = (self.request.days as usize - 1) * per_day;
        // the worst day of each start, for each arrival or for the best arrival of each day
        let worst = |i: usize, of: &dyn Fn(&Vec<f64>) -> f64| {
            columns[i..=i + last].iter().step_by(per_day).map(of).fold(f64::NEG_INFINITY, f64::max)
        };
        let mut starts: Vec<(f64, usize, usize)> = Vec::new();
        for i in 0..departs.saturating_sub(last) {
            match self.request.arrival {
                ArrivalDates::Fixed => {
                    starts.extend((0..=arrives).map(|j| (worst(i, &|column: &Vec<f64>| column[j]), i, j)));
                }
                ArrivalDates::Free => {
                    let least = |column: &Vec<f64>| column.iter().copied().fold(f64::INFINITY, f64::min);
                    starts.push((worst(i, &least), i, 0));
                }
            }
        }
        starts.retain(|(value, ..)| value.is_finite());
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        // of neighbours the lowest speaks for all
        let mut chosen: Vec<(usize, usize)> = Vec::new();
        for (_, i, j) in starts {
            if chosen.len() < STARTS && chosen.iter().all(|(a, b)| a.abs_diff(i) > 3 * per_day || b.abs_diff(j) > 5) {
                chosen.push((i, j));
            }
        }
        let refined = chosen.par_iter().map(|(i, j)| match self.request.arrival {
            ArrivalDates::Fixed => self.refine_fixed(depart_d(*i), *j as f64 * arrive_step_d),
            ArrivalDates::Free => self.refine_free(depart_d(*i), &columns),
        });
        let periods: Vec<Option<LaunchPeriod>> = refined.collect();
        periods.into_iter().flatten().min_by(|a, b| a.worst_value().total_cmp(&b.worst_value()))
    }

    fn last_start_d(&self) -> f64 {
        self.request.porkchop.depart.length_d() - f64::from(self.request.days - 1)
    }

    fn period(&self, start_d: f64, arrive_d: impl Fn(f64) -> f64) -> Option<LaunchPeriod> {
        let day = |k: u32| {
            let depart_d = start_d + f64::from(k);
            self.transfer(depart_d, arrive_d(depart_d))
        };
        let days = (0..self.request.days).map(day).collect::<Option<Vec<_>>>()?;
        Some(LaunchPeriod { kind: self.kind, days, criterion: self.request.criterion })
    }

    /// Start within start, arrival outside: for each arrival the best start.
    fn refine_fixed(&self, start_d: f64, arrive_d: f64) -> Option<LaunchPeriod> {
        let worst = |start_d: f64, arrive_d: f64| {
            (0..self.request.days)
                .map(|k| self.value(start_d + f64::from(k), arrive_d))
                .fold(f64::NEG_INFINITY, f64::max)
        };
        let best_start = |arrive_d: f64| {
            // the best start moves by less than the arrival does in a valley; four days either way hold it
            let (low, high) = ((start_d - 4.0).max(0.0), (start_d + 4.0).min(self.last_start_d()));
            lowest_valley(|start_d| worst(start_d, arrive_d), low, high, 32, DATE_D)
        };
        let (low, high) = (
            (arrive_d - 2.0 * ARRIVE_STEP_D).max(0.0),
            (arrive_d + 2.0 * ARRIVE_STEP_D).min(self.request.porkchop.arrive.length_d()),
        );
        let arrival = lowest_valley(|arrive_d| best_start(arrive_d).value, low, high, 16, DATE_D);
        let start = best_start(arrival.x);
        // the lattice's own point, should golden section have met a second valley
        let at = if start.value <= worst(start_d, arrive_d) { (start.x, arrival.x) } else { (start_d, arrive_d) };
        self.period(at.0, |_| at.1)
    }

    fn refine_free(&self, start_d: f64, columns: &[Vec<f64>]) -> Option<LaunchPeriod> {
        let (low, high) = ((start_d - 1.0).max(0.0), (start_d + 1.0).min(self.last_start_d()));
        let worst = |start_d: f64| {
            let days = 0..self.request.days;
            days.map(|k| self.best_arrival(start_d + f64::from(k), columns).1).fold(f64::NEG_INFINITY, f64::max)
        };
        let start = lowest_valley(worst, low, high, 16, DATE_D);
        let best_d = if start.value <= worst(start_d) { start.x } else { start_d };
        self.period(best_d, |depart_d| self.best_arrival(depart_d, columns).0)
    }

    /// The best arrival of a departure between two columns of the lattice, and the criterion there.
    fn best_arrival(&self, depart_d: f64, columns: &[Vec<f64>]) -> (f64, f64) {
        let (_, per_day) = self.departures();
        let step_d = self.arrivals().1;
        let column = &columns[((depart_d * per_day as f64).round() as usize).min(columns.len() - 1)];
        let lowest = (0..column.len()).min_by(|a, b| column[*a].total_cmp(&column[*b])).unwrap_or(0);
        let middle_d = lowest as f64 * step_d;
        let (low, high) = (
            (middle_d - 1.5 * step_d).max(0.0),
            (middle_d + 1.5 * step_d).min(self.request.porkchop.arrive.length_d()),
        );
        let found = golden_section(|arrive_d| self.value(depart_d, arrive_d), low, high, DATE_D);
        (found.x, found.value)
    }
}

/// The epochs of the first and of the last launch day.
impl LaunchPeriod {
    /// First launch day.
    #[must_use]
    pub fn start(&self) -> Option<Epoch> {
        self.days.first().map(|t| t.depart)
    }

    /// Last launch day.
    #[must_use]
    pub fn end(&self) -> Option<Epoch> {
        self.days.last().map(|t| t.depart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, MARS};

    fn request(days: u32, arrival: ArrivalDates, criterion: Criterion) -> LaunchPeriodRequest {
        let window = |text| Window::parse(text).expect("a window");
        let porkchop =
            PorkchopRequest::new(EARTH, MARS, window("2033-02-01..2033-06-10"), window("2033-08-01..2034-05-01"));
        LaunchPeriodRequest { porkchop, days, arrival, criterion }
    }

    fn periods(request: &LaunchPeriodRequest) -> Vec<LaunchPeriod> {
        launch_periods(Ephemerides::embedded().expect("kernels"), request).expect("periods")
    }

    /// Every start and arrival of a fine lattice around the answer and of a coarse one everywhere else.
    #[test]
    fn law_a_fixed_arrival_is_the_least_of_a_brute_force_search() {
        let request = request(21, ArrivalDates::Fixed, Criterion::C3);
        let found = periods(&request);
        assert_eq!(found.len(), 2, "both types");
        let problem = Problem::new(Ephemerides::embedded().expect("kernels"), &request.porkchop).expect("a problem");
        for period in &found {
            let (start, arrive) = (period.start().expect("a day"), period.days[0].arrive);
            assert_eq!(period.days.len(), 21);
            assert!((period.end().expect("a day") - start - 20.0 * DAY_S).abs() < 1e-3);
            assert!(period.days.iter().all(|t| t.arrive == arrive && t.kind == period.kind));
            let worst = |start: Epoch, arrive: Epoch| {
                (0..21).fold(f64::NEG_INFINITY, |worst, k| {
                    let t = problem.transfer(start + f64::from(k) * DAY_S, arrive, 0, Branch::Single);
                    worst.max(t.filter(|t| t.kind == period.kind).map_or(f64::INFINITY, |t| t.c3_km2_s2))
                })
            };
            let lattice = |from: (Epoch, Epoch), (departs, arrives): (u32, u32), step_d: f64| {
                let at = |k: u32| f64::from(k) * step_d * DAY_S;
                let pairs = (0..departs).flat_map(|i| (0..arrives).map(move |j| (i, j)));
                pairs.map(|(i, j)| worst(from.0 + at(i), from.1 + at(j))).fold(f64::INFINITY, f64::min)
            };
            let PorkchopRequest { depart, arrive: arrivals, .. } = request.porkchop;
            let coarse = lattice((depart.start, arrivals.start), (110, 274), 1.0);
            let fine = lattice((start - 0.5 * DAY_S, arrive - 0.5 * DAY_S), (21, 21), 0.05);
            let value = period.worst_value();
            assert!(value <= coarse && value <= fine, "{}: {value} {coarse} {fine}", period.kind);
            assert!((fine - value).abs() < 0.02 && (coarse - value).abs() < 0.3, "{value} {fine} {coarse}");
        }
    }

    #[test]
    fn law_free_arrivals_are_no_worse_and_each_is_its_days_best() {
        let fixed = periods(&request(21, ArrivalDates::Fixed, Criterion::DeltaV));
        let request = request(21, ArrivalDates::Free, Criterion::DeltaV);
        let free = periods(&request);
        let problem = Problem::new(Ephemerides::embedded().expect("kernels"), &request.porkchop).expect("a problem");
        for period in &free {
            let other = fixed.iter().find(|p| p.kind == period.kind).expect("the same type");
            assert!(period.worst_value() <= other.worst_value());
            let value =
                |t: Option<Transfer>| t.filter(|t| t.kind == period.kind).map_or(f64::INFINITY, |t| t.dv_total_km_s);
            for day in &period.days {
                for k in 0..274 {
                    let arrive = request.porkchop.arrive.start + f64::from(k) * DAY_S;
                    let there = value(problem.transfer(day.depart, arrive, 0, Branch::Single));
                    assert!(day.dv_total_km_s <= there, "{} {}: {there}", day.depart, arrive);
                }
            }
            // a start a quarter of a day away is worse, with the best arrivals of its own days
            for shift_d in [-0.25, 0.25] {
                let worst = period.days.iter().fold(f64::NEG_INFINITY, |worst, day| {
                    let near = (-400..=400).map(|k| {
                        let arrive = day.arrive + f64::from(k) * 0.01 * DAY_S;
                        value(problem.transfer(day.depart + shift_d * DAY_S, arrive, 0, Branch::Single))
                    });
                    worst.max(near.fold(f64::INFINITY, f64::min))
                });
                assert!(worst >= period.worst_value(), "{shift_d}: {worst} {}", period.worst_value());
            }
        }
    }

    #[test]
    fn law_a_period_of_one_day_is_the_minimum_of_the_porkchop() {
        let mut request = request(1, ArrivalDates::Fixed, Criterion::C3);
        request.porkchop.size = crate::transfers::porkchop::GridSize { depart: 100, arrive: 200 };
        let solved = crate::transfers::porkchop::porkchop(Ephemerides::embedded().expect("kernels"), &request.porkchop)
            .expect("a porkchop");
        let best = solved.best(Criterion::C3).expect("a minimum");
        let found = periods(&request);
        assert!(
            (found[0].worst_value() - best.c3_km2_s2).abs() < 1e-8,
            "{} {}",
            found[0].worst_value(),
            best.c3_km2_s2
        );
    }

    #[test]
    fn refuses_a_period_that_does_not_fit() {
        let say = |days| {
            launch_periods(Ephemerides::embedded().expect("kernels"), &request(days, ArrivalDates::Free, Criterion::C3))
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(say(0), "a launch period of 0 days does not fit: departures of 129.0 d hold 1 to 130 launch days");
        assert!(say(131).contains("of 131 days does not fit"));
        let mut endless = request(21, ArrivalDates::Free, Criterion::C3);
        endless.porkchop.max_revs = u32::MAX;
        let say = |request: &LaunchPeriodRequest| {
            launch_periods(Ephemerides::embedded().expect("kernels"), request).expect_err("refused").to_string()
        };
        assert!(say(&endless).contains("ask for 50 at most"));
        // two bodies on elements have no kernel that would end
        let read = |text: &str| crate::bodies::osculating::read(text).expect("elements")[0];
        let (a, b) = (
            read("name=A, q=1.0, e=0.1, i=1, node=2, peri=3, tp=2461000.5"),
            read("name=B, q=1.4, e=0.1, i=2, node=9, peri=8, tp=2461300.5"),
        );
        let both = Ephemerides::embedded().expect("kernels").clone().with_small_bodies(vec![a, b]);
        for (start, end) in [(8e8, 3e16), (8e8, 7e8), (f64::NAN, 9e8), (8e8, f64::INFINITY)] {
            let mut request = request(21, ArrivalDates::Free, Criterion::C3);
            let span = Window { start: Epoch::from_tdb_s(start), end: Epoch::from_tdb_s(end) };
            (request.porkchop.departure, request.porkchop.arrival) = (a.body, b.body);
            (request.porkchop.depart, request.porkchop.arrive) = (span, Window { end: span.end + 4e7, ..span });
            assert!(launch_periods(&both, &request).is_err(), "{start} {end}");
        }
        let mut tight = request(21, ArrivalDates::Free, Criterion::C3);
        tight.porkchop.limits.max_c3_km2_s2 = Some(5.0);
        assert_eq!(periods(&tight), []);
    }
}
