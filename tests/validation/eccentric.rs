//! Opportunities of bodies on ellipses of every shape against a dense grid of all direct transfers.
//!
//! The grid knows nothing of the search: it steps through the target's orbit by equal parts of its true anomaly and its
//! time, and solves every cell by the batch.

use portolan::bodies::{EARTH, SUN, SmallBody, osculating};
use portolan::ephemerides::{Ephemerides, State};
use portolan::numerics::minima::descend;
use portolan::time::{DAY_S, Epoch, Window};
use portolan::transfers::lambert::{Batch, Branch, Pairs, Way};
use portolan::transfers::opportunities::{DatedOpportunity, Rhythm, opportunities};
use portolan::transfers::porkchop::{Criterion, PorkchopRequest, Problem};

const YEARS: &str = "2027-01-01..2034-12-31";

/// Perihelion (au), eccentricity, inclination, node, argument of perihelion (deg), a passage (Julian date).
const BODIES: [(f64, f64, f64, f64, f64, f64); 20] = [
    (1.35, 0.0, 2.0, 40.0, 0.0, 2_462_000.5),
    (0.72, 0.05, 3.4, 76.0, 55.0, 2_461_500.5),
    (1.38, 0.093, 1.85, 49.6, 286.5, 2_461_900.5),
    (0.31, 0.206, 7.0, 48.3, 29.1, 2_461_300.5),
    (1.13, 0.22, 10.8, 304.3, 178.8, 2_461_700.5),
    (0.75, 0.25, 5.0, 100.0, 200.0, 2_462_100.5),
    (0.95, 0.32, 1.6, 69.1, 162.8, 2_462_333.5),
    (1.9, 0.35, 8.0, 130.0, 20.0, 2_462_700.5),
    (0.6, 0.41, 6.0, 211.0, 74.0, 2_461_650.5),
    (1.1, 0.47, 12.0, 15.0, 300.0, 2_462_450.5),
    (0.993, 0.624, 4.0, 35.0, 150.0, 2_462_900.5),
    (0.45, 0.55, 9.0, 280.0, 40.0, 2_461_810.5),
    (1.24, 0.64, 7.0, 50.0, 12.8, 2_462_250.5),
    (1.53, 0.58, 10.6, 334.0, 186.0, 2_463_100.5),
    (0.14, 0.89, 22.2, 265.2, 322.2, 2_461_950.5),
    (0.34, 0.847, 11.8, 334.6, 186.5, 2_462_620.5),
    (1.06, 0.71, 31.9, 195.4, 172.5, 2_463_400.5),
    (0.98, 0.82, 54.9, 270.3, 206.7, 2_462_800.5),
    (0.90, 0.906, 18.0, 235.0, 172.5, 2_463_000.5),
    (0.77, 0.97, 14.0, 59.0, 111.0, 2_463_200.5),
];

fn body((q, e, i, node, peri, passage): (f64, f64, f64, f64, f64, f64), number: usize) -> SmallBody {
    let text = format!("name=Body {number}, q={q}, e={e}, i={i}, node={node}, peri={peri}, tp={passage}");
    osculating::read(&text).expect("elements")[0]
}

/// The arrival dates of the grid: no step turns the target by more than 1.5 degrees or lasts more than 60 days.
fn arrivals(problem: &Problem, span: Window) -> Vec<(Epoch, State)> {
    let mut dates = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let state = problem.arrival_state(at).expect("a state");
        let [x, y, z] = state.position_km;
        let [vx, vy, vz] = state.velocity_km_s;
        let momentum = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
        let turn_rad_s = momentum.iter().map(|h| h * h).sum::<f64>().sqrt() / (x * x + y * y + z * z);
        dates.push((at, state));
        at = at + (1.5_f64.to_radians() / turn_rad_s).min(60.0 * DAY_S);
    }
    dates
}

/// A cell that no neighbour of its type undercuts, away from half a turn.
struct Lowest {
    criterion: usize,
    depart: Epoch,
    arrive: Epoch,
    value: f64,
    /// under half a turn
    below: bool,
    /// days between the arrivals of the grid there
    step_d: f64,
}

impl Lowest {
    /// The bottom that the cell leads down to within two cells; `None` where a slope or a bent valley leads out of them:
    /// dates that are steps apart make lowest cells of those too.
    fn bottom(mut self, problem: &Problem) -> Option<Self> {
        let criterion = Criterion::ALL[self.criterion];
        let dates = |x: f64, y: f64| (self.depart + x * DAY_S, self.arrive + 0.5 * y * self.step_d * DAY_S);
        let value = |x: f64, y: f64| {
            if x.abs().max(y.abs()) > 4.0 {
                return None;
            }
            let (depart, arrive) = dates(x, y);
            let t = problem.transfer(depart, arrive, 0, Branch::Single)?;
            let beside = (t.angle_deg < 180.0) == self.below && (t.angle_deg - 180.0).abs() > 1.5;
            beside.then(|| criterion.transfer_value(&t))
        };
        let found = descend(value, (0.0, 0.0), 1.0, 1e-3)?;
        let (depart, arrive) = dates(found.x, found.y);
        (self.depart, self.arrive, self.value) = (depart, arrive, found.value);
        Some(self)
    }
}

/// Values of the four criteria and the angle from half a turn.
type Cell = ([f64; 4], f64);

/// Of each departure the cells within the flight times, and the place of the first.
struct Dense {
    depart: Vec<Epoch>,
    arrive: Vec<Epoch>,
    rows: Vec<(usize, Vec<Cell>)>,
}

fn dense(problem: &Problem, years: Window, flights_s: (f64, f64)) -> Dense {
    let step_s = 2.0 * DAY_S;
    let count = ((years.end - years.start) / step_s).floor() as usize + 1;
    let depart: Vec<Epoch> = (0..count).map(|k| years.start + k as f64 * step_s).collect();
    let to = arrivals(problem, Window { start: years.start + flights_s.0, end: years.end + flights_s.1 });
    let axis = |k: usize| -> Vec<f64> { to.iter().map(|(_, s)| s.position_km[k]).collect() };
    let axes = [axis(0), axis(1), axis(2)];
    let none = ([f64::INFINITY; 4], 0.0);
    let mut batch = Batch::default();
    let rows = depart
        .iter()
        .map(|t| {
            let from = problem.departure_state(*t).expect("a state");
            let [x, y, z] = from.position_km;
            let [vx, vy, vz] = from.velocity_km_s;
            let pole = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
            let first = to.partition_point(|(a, _)| *a < *t + flights_s.0);
            let last = to.partition_point(|(a, _)| *a <= *t + flights_s.1);
            let tof_s: Vec<f64> = to[first..last].iter().map(|(a, _)| *a - *t).collect();
            let here = from.position_km.map(|x| vec![x; tof_s.len()]);
            let pairs = Pairs {
                r1_km: here.each_ref().map(|axis| &axis[..]),
                r2_km: axes.each_ref().map(|axis| &axis[first..last]),
                tof_s: &tof_s,
            };
            batch.solve(&pairs, SUN.mu_km3_s2, Way::About { pole }, 0, Branch::Single).expect("a batch");
            let cell = |k: usize| {
                if !batch.solved[k] {
                    return none;
                }
                let reached = &to[first + k].1;
                let off =
                    |axes: &[Vec<f64>; 3], v: [f64; 3]| (0..3).map(|n| (axes[n][k] - v[n]).powi(2)).sum::<f64>().sqrt();
                let (leave, reach) =
                    (off(&batch.v1_km_s, from.velocity_km_s), off(&batch.v2_km_s, reached.velocity_km_s));
                // from 300 km about the Earth, to a body that holds nothing
                let radius_km = EARTH.radius_km + 300.0;
                let escape2 = 2.0 * EARTH.mu_km3_s2 / radius_km;
                let dv = (leave * leave + escape2).sqrt() - (0.5 * escape2).sqrt() + reach;
                let [a, b] = [from.position_km, reached.position_km];
                let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
                let dot: f64 = (0..3).map(|n| a[n] * b[n]).sum();
                let along: f64 = (0..3).map(|n| cross[n] * pole[n]).sum::<f64>().signum();
                let sine = cross.iter().map(|c| c * c).sum::<f64>().sqrt();
                let angle = (along * sine).atan2(dot).to_degrees().rem_euclid(360.0);
                ([leave * leave, reach, leave + reach, dv], angle - 180.0)
            };
            (first, (0..tof_s.len()).map(cell).collect())
        })
        .collect();
    Dense { depart, arrive: to.iter().map(|(t, _)| *t).collect(), rows }
}

/// Flights up to this have dates of least arrival speed: twenty years.
const LONGEST_SETTLED_S: f64 = 20.0 * 365.25 * DAY_S;

/// Nearer than this to half a turn a cell belongs to the ridge.
const RIDGE_DEG: f64 = 3.0;

impl Dense {
    fn cell(&self, i: usize, j: usize) -> Option<&Cell> {
        let (first, row) = self.rows.get(i)?;
        row.get(j.checked_sub(*first)?)
    }

    /// Every cell that none of the eight around it, of its type, lies below.
    fn lowest(&self) -> Vec<Lowest> {
        let mut found = Vec::new();
        for i in 1..self.depart.len() - 1 {
            let (first, row) = &self.rows[i];
            for (k, (here, angle)) in row.iter().enumerate() {
                let j = first + k;
                if !here[0].is_finite() || angle.abs() < RIDGE_DEG || j == 0 {
                    continue;
                }
                let around = (i - 1..=i + 1).flat_map(|a| (j - 1..=j + 1).map(move |b| (a, b)));
                let around: Option<Vec<&Cell>> = around.map(|(a, b)| self.cell(a, b)).collect();
                let Some(around) = around.filter(|all| {
                    all.iter().all(|(values, other)| values[0].is_finite() && other.signum() == angle.signum())
                }) else {
                    continue;
                };
                for criterion in 0..4 {
                    if around.iter().all(|(values, _)| here[criterion] <= values[criterion]) {
                        let (depart, arrive) = (self.depart[i], self.arrive[j]);
                        let step_d = (self.arrive[j] - self.arrive[j - 1]) / DAY_S;
                        let (value, below) = (here[criterion], *angle < 0.0);
                        found.push(Lowest { criterion, depart, arrive, value, below, step_d });
                    }
                }
            }
        }
        found
    }

    /// Whether a transfer beside the ridge, of the same type and departing near, lies below: among the cells, or, since
    /// the ridge has a gap of hours where the Earth crosses the target's plane, an hour apart about the cell's departure.
    fn leans_on_the_ridge(&self, problem: &Problem, cell: &Lowest, near_s: f64) -> bool {
        let criterion = Criterion::ALL[cell.criterion];
        let beside = |angle: f64| (angle < 0.0) == cell.below && (0.4..RIDGE_DEG).contains(&angle.abs());
        let near = |i: &usize| (self.depart[*i] - cell.depart).abs() <= near_s;
        let coarse = (0..self.depart.len()).filter(near).flat_map(|i| &self.rows[i].1);
        let fine = (-72..=72).flat_map(|k| {
            let depart = cell.depart + f64::from(k) * 3600.0;
            self.arrive.iter().filter_map(move |arrive| problem.transfer(depart, *arrive, 0, Branch::Single))
        });
        coarse.into_iter().any(|(values, angle)| beside(*angle) && values[cell.criterion] < cell.value)
            || fine.into_iter().any(|t| beside(t.angle_deg - 180.0) && criterion.transfer_value(&t) < cell.value)
    }
}

/// The row that an opportunity has for a lowest cell, or a better one that departs with it.
fn answered(found: &[DatedOpportunity], cell: &Lowest, near_s: f64) -> bool {
    let criterion = Criterion::ALL[cell.criterion];
    found
        .iter()
        .flat_map(|o| &o.minima)
        .filter(|m| m.criterion == criterion)
        .filter_map(|m| m.found.as_ref())
        .any(|t| (t.depart - cell.depart).abs() <= near_s && criterion.transfer_value(t) <= cell.value * (1.0 + 1e-6))
}

#[test]
fn law_no_cell_of_a_dense_grid_beats_the_opportunities_of_an_ellipse() {
    let years = Window::parse(YEARS).expect("years");
    let (mut global, mut local, mut bottoms) = ((0, 0), (0, 0), 0);
    let mut faults = Vec::new();
    for (number, elements) in BODIES.into_iter().enumerate() {
        let small = body(elements, number);
        let ephemerides = Ephemerides::embedded().expect("kernels").clone().with_small_bodies(vec![small]);
        let request = PorkchopRequest::new(EARTH, small.body, years, years);
        let started = std::time::Instant::now();
        let found = opportunities(&ephemerides, &request).expect("opportunities").found;
        let elapsed = started.elapsed();
        for t in found.iter().flat_map(|o| &o.minima).filter_map(|m| m.found.as_ref()) {
            assert!(years.contains(t.depart), "{number}: a row departs on {}", t.depart.date());
        }
        let problem = Problem::new(&ephemerides, &request).expect("a problem");
        let middle = years.start + 0.5 * (years.end - years.start);
        let state = |t: Result<State, _>| t.expect("a state");
        let rhythm = Rhythm::new(&state(problem.departure_state(middle)), &state(problem.arrival_state(middle)));
        let apart_s = rhythm.expect("a rhythm").apart_d * DAY_S;
        // half ellipses between 1 au and the perihelion, and between 1.017 au and the aphelion
        let half_d = |a: f64, b: f64| 0.5 * 365.25 * (0.5 * (a + b)).powf(1.5);
        let (q, far) = (elements.0, elements.0 * (1.0 + elements.1) / (1.0 - elements.1));
        let flights_s = (0.26 * half_d(0.983, q) * DAY_S, (1.78 * half_d(1.0167, far)).min(36_000.0) * DAY_S);
        let grid = dense(&problem, years, flights_s);
        let lowest: Vec<Lowest> = grid.lowest().into_iter().filter_map(|cell| cell.bottom(&problem)).collect();
        bottoms += lowest.len();
        let mut told = [0.0; 4];
        for criterion in 0..4 {
            // the arrival speed of a flight of decades hardly changes with its date: such a minimum has no date that
            // Newton's method could settle on, and a porkchop has none there
            let settled = |c: &&Lowest| c.criterion != 1 || c.arrive - c.depart < LONGEST_SETTLED_S;
            let of = || lowest.iter().filter(move |c| c.criterion == criterion).filter(settled);
            // the least of all years
            let least = of().min_by(|a, b| a.value.total_cmp(&b.value));
            if let Some(least) = least {
                told[criterion] = least.value;
                if answered(&found, least, f64::INFINITY) {
                    global.0 += 1;
                } else if grid.leans_on_the_ridge(&problem, least, 1.2 * apart_s) {
                    global.1 += 1;
                } else {
                    faults.push(format!(
                        "{number} e {}: least {} of all years {:.4} departs {}, arrives {}",
                        elements.1,
                        Criterion::ALL[criterion],
                        least.value,
                        least.depart.date(),
                        least.arrive.date()
                    ));
                }
            }
            // and the least about every departure
            for cell in of() {
                // near circles the valleys of the sum speak for the other criteria
                let sought = elements.1 > 0.29 || criterion == 2;
                let inside = cell.depart - years.start > apart_s && years.end - cell.depart > apart_s;
                let deepest = of().all(|o| (o.depart - cell.depart).abs() > apart_s || o.value >= cell.value);
                if sought && inside && deepest {
                    if answered(&found, cell, 1.2 * apart_s) {
                        local.0 += 1;
                    } else if grid.leans_on_the_ridge(&problem, cell, 1.2 * apart_s) {
                        local.1 += 1;
                    } else {
                        faults.push(format!(
                            "{number} e {}: {} {:.4} departs {}, arrives {}",
                            elements.1,
                            Criterion::ALL[criterion],
                            cell.value,
                            cell.depart.date(),
                            cell.arrive.date()
                        ));
                    }
                }
            }
        }
        let best = |c: Criterion| {
            found.iter().filter_map(|o| o.best(c)).map(|t| c.transfer_value(t)).fold(f64::INFINITY, f64::min)
        };
        println!(
            "{number} q {} e {}: {} opportunities in {:.2} s, least {:?}, dense {told:?}, {} x {} cells",
            elements.0,
            elements.1,
            found.len(),
            elapsed.as_secs_f64(),
            Criterion::ALL.map(best),
            grid.depart.len(),
            grid.arrive.len()
        );
    }
    println!("{bottoms} bottoms; answered, leaning on the ridge: {global:?} of all years, {local:?} about a departure");
    // nearly all of them are there to be answered
    assert!(global.0 >= 70 && local.0 >= 300 && local.1 * 10 < local.0, "{global:?} {local:?}");
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}
