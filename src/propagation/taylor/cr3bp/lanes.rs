//! Many trajectories: eight or sixteen side by side, each with its own step and end.

use super::super::series::{ROOM, Row, carry, over};
use super::super::step::{Clock, Tolerance, Tuning, stuck};
use super::variation::Variations;
use super::{MOST_STEPS, RotatingEnd, RotatingError, RotatingVaried, check, landed, too_many};
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::numerics::lanes::{Both, Kernel, Lanes, Packed, WIDTH, Width, run};
use crate::propagation::limits::Pace;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where a trajectory of a batch begins and how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RotatingStart {
    /// place and speed in the turning frame
    pub state: RotatingState,
    /// time to go, negative for back
    pub span_tu: f64,
}

/// Fly many states in the restricted problem, eight at a time on every thread of the pool.
///
/// * `system`: the share of the smaller primary, and the units
/// * `starts`: any number, each with its own span
/// * `tolerance`: relative size of the last term kept
///
/// One answer a start, in the order of the starts. The bits are those of [`propagate`](super::propagate), whatever
/// flies beside and on however many threads.
#[must_use]
pub fn propagate_batch(
    system: &Cr3bp,
    starts: &[RotatingStart],
    tolerance: Tolerance,
) -> Vec<Result<RotatingEnd, RotatingError>> {
    let flown = fly_all(system, starts, (Tuning::of(tolerance), Along::Nothing), Width::best());
    flown.into_iter().map(|landed| landed.map(|landed| landed.end)).collect()
}

/// Fly many states and how their ends change with their starts: [`propagate_batch`] with the variational equations.
///
/// * `system`, `starts`, `tolerance`: as for [`propagate_batch`]
///
/// One answer a start, in the order of the starts, with the bits of
/// [`propagate_with_transition`](super::propagate_with_transition).
#[must_use]
pub fn propagate_batch_with_transition(
    system: &Cr3bp,
    starts: &[RotatingStart],
    tolerance: Tolerance,
) -> Vec<Result<RotatingVaried, RotatingError>> {
    fly_all(system, starts, (Tuning::of(tolerance), Along::Variation), Width::best())
}

/// What is flown along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    Nothing,
    Variation,
}

type Landing = (usize, Result<RotatingVaried, RotatingError>);

pub(super) fn fly_all(
    system: &Cr3bp,
    starts: &[RotatingStart],
    (tuning, along): (Tuning, Along),
    width: Width,
) -> Vec<Result<RotatingVaried, RotatingError>> {
    let workers = rayon::current_num_threads().min(starts.len().div_ceil(WIDTH));
    // no more registers abreast than there are starts for
    let two = abreast(width) == 2 && starts.len() > WIDTH * workers;
    let waiting = AtomicUsize::new(0);
    let one = |worker: &mut Worker<1>, ways: &[Rows<1>; 2]| run(width, Step { worker, ways });
    let both = |worker: &mut Worker<2>, ways: &[Rows<2>; 2]| run(width, Step { worker, ways });
    let work = |_| match along {
        Along::Variation => Worker::new(system, tuning, width).work(starts, &waiting, one, &mut *Variations::new()),
        Along::Nothing if two => Worker::new(system, tuning, width).work(starts, &waiting, both, &mut Alone),
        Along::Nothing => Worker::new(system, tuning, width).work(starts, &waiting, one, &mut Alone),
    };
    let flown: Vec<Vec<Landing>> = (0..workers).into_par_iter().map(work).collect();
    let mut answers = vec![None; starts.len()];
    for (index, end) in flown.into_iter().flatten() {
        answers[index] = Some(end);
    }
    // the list is worked off, so every place is filled
    answers.into_iter().flatten().collect()
}

/// What a lane flies.
#[derive(Clone, Copy)]
struct Flight {
    index: usize,
    span_tu: f64,
    direction: f64,
    clock: Clock,
    pace: Pace,
}

/// Registers abreast in a batch without the variational equations. The sums of an order wait for one another four cycles each and
/// the processor has room for a second eight meanwhile; with narrower registers a row is two of them already.
const fn abreast(width: Width) -> usize {
    match width {
        Width::Avx512 => 2,
        Width::Avx2 | Width::Scalar => 1,
    }
}

/// Rows of G registers of eight.
pub(super) type Rows<const G: usize> = [Row; G];

/// A value of G rows in registers.
pub(super) trait Abreast<const G: usize>: Packed {
    /// From memory.
    fn get(rows: &Rows<G>) -> Self;
    /// To memory.
    fn put(self, rows: &mut Rows<G>);
}

impl<L: Lanes> Abreast<1> for L {
    #[inline(always)]
    fn get(rows: &Rows<1>) -> Self {
        Self::load(&rows[0].0)
    }
    #[inline(always)]
    fn put(self, rows: &mut Rows<1>) {
        self.store(&mut rows[0].0);
    }
}

impl<L: Lanes> Abreast<2> for Both<L> {
    #[inline(always)]
    fn get(rows: &Rows<2>) -> Self {
        Self(L::load(&rows[0].0), L::load(&rows[1].0))
    }
    #[inline(always)]
    fn put(self, rows: &mut Rows<2>) {
        self.0.store(&mut rows[0].0);
        self.1.store(&mut rows[1].0);
    }
}

/// The states and series of the trajectories in hand.
pub(super) struct Series<const G: usize> {
    states: [[Rows<G>; 3]; 2],
    low: [[Rows<G>; 3]; 2],
    pub(super) position: [[Rows<G>; ROOM]; 3],
    pub(super) square: [[Rows<G>; ROOM]; 2],
    pub(super) cube: [[Rows<G>; ROOM]; 2],
    pub(super) pull: [Rows<G>; ROOM],
}

impl<const G: usize> Series<G> {
    const EMPTY: Rows<G> = [Row::ZERO; G];

    fn new() -> Box<Self> {
        Box::new(Self {
            states: [[Self::EMPTY; 3]; 2],
            low: [[Self::EMPTY; 3]; 2],
            position: [[Self::EMPTY; ROOM]; 3],
            square: [[Self::EMPTY; ROOM]; 2],
            cube: [[Self::EMPTY; ROOM]; 2],
            pull: [Self::EMPTY; ROOM],
        })
    }

    fn begin(&mut self, lane: usize, state: &RotatingState) {
        for axis in 0..3 {
            *number(&mut self.states[0][axis], lane) = state.position_lu[axis];
            *number(&mut self.states[1][axis], lane) = state.velocity_lu_tu[axis];
            *number(&mut self.low[0][axis], lane) = 0.0;
            *number(&mut self.low[1][axis], lane) = 0.0;
        }
    }
}

/// One lane of G registers.
fn number<const G: usize>(rows: &mut Rows<G>, lane: usize) -> &mut f64 {
    &mut rows[lane / WIDTH].0[lane % WIDTH]
}

fn state_of<const G: usize>(states: &[[Rows<G>; 3]; 2], lane: usize) -> RotatingState {
    let [position, velocity] = states.map(|rows| rows.map(|row| row[lane / WIDTH].0[lane % WIDTH]));
    RotatingState { position_lu: position, velocity_lu_tu: velocity }
}

/// Some eights of trajectories.
struct Worker<const G: usize> {
    system: Cr3bp,
    tuning: Tuning,
    width: Width,
    series: Box<Series<G>>,
    flights: Vec<Option<Flight>>,
}

impl<const G: usize> Worker<G> {
    fn new(system: &Cr3bp, tuning: Tuning, width: Width) -> Self {
        Self { system: *system, tuning, width, series: Series::new(), flights: vec![None; G * WIDTH] }
    }

    fn work(
        mut self,
        starts: &[RotatingStart],
        waiting: &AtomicUsize,
        advance: impl Fn(&mut Self, &[Rows<G>; 2]) -> Strides<G>,
        along: &mut dyn Beside<G>,
    ) -> Vec<Landing> {
        let mut landings = Vec::new();
        loop {
            for lane in 0..self.flights.len() {
                while self.flights[lane].is_none() {
                    let index = waiting.fetch_add(1, Ordering::Relaxed);
                    let Some(RotatingStart { state, span_tu }) = starts.get(index).copied() else { break };
                    let direction = if span_tu < 0.0 { -1.0 } else { 1.0 };
                    if let Err(error) = check(&self.system, &state, span_tu) {
                        landings.push((index, Err(error)));
                    } else if span_tu == 0.0 {
                        landings.push((index, Ok(RotatingVaried::at_rest(state))));
                    } else {
                        self.series.begin(lane, &state);
                        along.begin(lane);
                        let (clock, pace) = (Clock::default(), Pace::up_to(MOST_STEPS));
                        self.flights[lane] = Some(Flight { index, span_tu, direction, clock, pace });
                    }
                }
            }
            if self.flights.iter().all(Option::is_none) {
                return landings;
            }
            self.step(&advance, along, &mut landings);
        }
    }

    /// One step of every lane, and what follows for each.
    fn step(
        &mut self,
        advance: &impl Fn(&mut Self, &[Rows<G>; 2]) -> Strides<G>,
        along: &mut dyn Beside<G>,
        landings: &mut Vec<Landing>,
    ) {
        // an empty lane stands still
        let mut ways = [[Row([1.0; WIDTH]); G], [Row::ZERO; G]];
        for (lane, flight) in self.flights.iter().enumerate() {
            let Some(flight) = flight else { continue };
            *number(&mut ways[0], lane) = (flight.span_tu - flight.clock.after_s) * flight.direction;
            *number(&mut ways[1], lane) = flight.direction;
        }
        let before = self.series.states;
        let Strides { free, h } = advance(self, &ways);
        along.step(self.width, (&self.system, self.tuning), &self.series, &h);
        for lane in 0..self.flights.len() {
            let Some(mut flight) = self.flights[lane] else { continue };
            let at = |rows: &Rows<G>| rows[lane / WIDTH].0[lane % WIDTH];
            let (left_tu, free_tu, h_tu) = (at(&ways[0]), at(&free), at(&h));
            let after_tu = flight.clock.after_s;
            if stuck(free_tu, left_tu) {
                let state = state_of(&before, lane);
                landings.push((flight.index, Err(RotatingError::StepCollapsed { after_tu, step_tu: free_tu, state })));
                self.flights[lane] = None;
                continue;
            }
            let many = flight.pace.step(|| after_tu / flight.span_tu);
            let mut arrived = left_tu <= h_tu.abs();
            if !arrived {
                flight.clock.tick(h_tu);
                arrived = (flight.span_tu - flight.clock.after_s) * flight.direction <= 0.0;
            }
            if arrived {
                let end = RotatingEnd { state: state_of(&self.series.states, lane), steps: flight.pace.steps() };
                landings.push((flight.index, landed(end, along.matrix(lane))));
            } else if let Some(steps) = many {
                landings.push((flight.index, Err(too_many(steps, after_tu, state_of(&self.series.states, lane)))));
                arrived = true;
            }
            self.flights[lane] = (!arrived).then_some(flight);
        }
    }
}

/// What is flown beside the states.
pub(super) trait Beside<const G: usize> {
    /// A trajectory begins.
    fn begin(&mut self, lane: usize);
    /// The step that all have just made.
    fn step(&mut self, width: Width, about: (&Cr3bp, Tuning), series: &Series<G>, h_tu: &Rows<G>);
    /// ∂(now)/∂(start) of a trajectory.
    fn matrix(&self, lane: usize) -> [[f64; 6]; 6];
}

/// Nothing at all.
struct Alone;

impl<const G: usize> Beside<G> for Alone {
    fn begin(&mut self, _: usize) {}
    fn step(&mut self, _: Width, _: (&Cr3bp, Tuning), _: &Series<G>, _: &Rows<G>) {}
    fn matrix(&self, _: usize) -> [[f64; 6]; 6] {
        [[0.0; 6]; 6]
    }
}

struct Strides<const G: usize> {
    free: Rows<G>,
    h: Rows<G>,
}

struct Step<'a, const G: usize> {
    worker: &'a mut Worker<G>,
    /// how far each may go, and +1 or −1
    ways: &'a [Rows<G>; 2],
}

impl Kernel for Step<'_, 1> {
    type Output = Strides<1>;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Strides<1> {
        let Self { worker, ways } = self;
        let [threshold, last, before] = series::<L, 1>(&worker.system, worker.tuning, &mut worker.series);
        let free = [Row(worker.tuning.strides_of_velocity(threshold, last, before))];
        let h = go::<L, 1>(worker.tuning, &mut worker.series, &free, ways);
        Strides { free, h }
    }
}

impl Kernel for Step<'_, 2> {
    type Output = Strides<2>;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Strides<2> {
        let Self { worker, ways } = self;
        let [threshold, last, before] = series::<Both<L>, 2>(&worker.system, worker.tuning, &mut worker.series);
        let free = [
            Row(worker.tuning.strides_of_velocity(threshold.0, last.0, before.0)),
            Row(worker.tuning.strides_of_velocity(threshold.1, last.1, before.1)),
        ];
        let h = go::<Both<L>, 2>(worker.tuning, &mut worker.series, &free, ways);
        Strides { free, h }
    }
}

/// The series of a step: what its last terms may be, and the sizes of the last two.
#[inline(always)]
fn series<V: Abreast<G>, const G: usize>(system: &Cr3bp, tuning: Tuning, series: &mut Series<G>) -> [V; 3] {
    let Series { states, position, square, cube, pull, .. } = series;
    let most = tuning.order();
    let (zero, one) = (V::splat(0.0), V::splat(1.0));
    let shares = [V::splat(1.0 - system.mass_ratio), V::splat(system.mass_ratio)];
    for axis in 0..3 {
        position[axis][0] = states[0][axis];
        position[axis][1] = states[1][axis];
    }
    let [x0, y0, z0] = at::<V, G>(position, 0);
    let mu = V::splat(system.mass_ratio);
    let apart = [x0 + mu, (x0 - one) + mu];
    let flat = z0.mul_add(z0, y0 * y0);
    let square0 = [apart[0].mul_add(apart[0], flat), apart[1].mul_add(apart[1], flat)];
    let inverse = [one / square0[0], one / square0[1]];
    let cube0 = [inverse[0] / square0[0].sqrt(), inverse[1] / square0[1].sqrt()];
    let minus_half = [V::splat(-0.5) * inverse[0], V::splat(-0.5) * inverse[1]];
    for k in 0..2 {
        square0[k].put(&mut square[k][0]);
        cube0[k].put(&mut cube[k][0]);
    }
    let threshold = V::splat(tuning.epsilon()) * size::<V, G>(position, 0).max(size::<V, G>(position, 1));
    for n in 0..=most - 2 {
        let newest = at::<V, G>(position, n);
        let mut q = [zero; 3];
        if n > 0 {
            let (mut pairs, mut sum, mut sums) = ([zero; 3], [zero; 2], [zero; 2]);
            let half = (n - 1) / 2;
            // one pass for all products; its first half has the pairs 1 ≤ j < n − j too
            for j in 1..=half {
                let (far, near) = (at::<V, G>(position, n - j), at::<V, G>(position, j));
                let p = V::get(&pull[j]);
                for axis in 0..3 {
                    pairs[axis] = near[axis].mul_add(far[axis], pairs[axis]);
                    q[axis] = p.mul_add(far[axis], q[axis]);
                }
                for k in 0..2 {
                    sum[k] = V::get(&square[k][n - j]).mul_add(V::get(&cube[k][j]), sum[k]);
                    sums[k] = sums[k] + sum[k];
                }
            }
            for j in half + 1..n {
                let far = at::<V, G>(position, n - j);
                let p = V::get(&pull[j]);
                for axis in 0..3 {
                    q[axis] = p.mul_add(far[axis], q[axis]);
                }
                for k in 0..2 {
                    sum[k] = V::get(&square[k][n - j]).mul_add(V::get(&cube[k][j]), sum[k]);
                    sums[k] = sums[k] + sum[k];
                }
            }
            let half_sum = (pairs[0] + pairs[1]) + pairs[2];
            let mut shared = half_sum + half_sum;
            if n.is_multiple_of(2) {
                let middle = at::<V, G>(position, n / 2);
                for axis in 0..3 {
                    shared = middle[axis].mul_add(middle[axis], shared);
                }
            }
            shared = (y0 + y0).mul_add(newest[1], shared);
            shared = (z0 + z0).mul_add(newest[2], shared);
            for k in 0..2 {
                let s = (apart[k] + apart[k]).mul_add(newest[0], shared);
                let weighted = V::splat((2 * n) as f64).mul_add(sum[k], sums[k]);
                let c = (V::splat((3 * n) as f64) * cube0[k]).mul_add(s, weighted);
                s.put(&mut square[k][n]);
                over(c * minus_half[k], n).put(&mut cube[k][n]);
            }
        }
        let a = shares[0] * V::get(&cube[0][n]);
        let b = shares[1] * V::get(&cube[1][n]);
        let both = a + b;
        both.put(&mut pull[n]);
        if n > 0 {
            let first = V::get(&pull[0]);
            for axis in 0..3 {
                q[axis] = first.mul_add(newest[axis], q[axis]);
            }
        }
        let next = at::<V, G>(position, n + 1);
        let turn = V::splat(2.0 * (n + 1) as f64);
        let x = turn.mul_add(next[1], newest[0] - q[0]);
        let y = (-turn).mul_add(next[0], newest[1] - q[1]);
        let acceleration =
            [(-b).mul_add(apart[1], (-a).mul_add(apart[0], x)), (-both).mul_add(y0, y), (-both).mul_add(z0, -q[2])];
        for axis in 0..3 {
            over(acceleration[axis], (n + 1) * (n + 2)).put(&mut position[axis][n + 2]);
        }
    }
    [threshold, size::<V, G>(position, most), size::<V, G>(position, most - 1)]
}

/// The step itself: how far it goes with its sign.
#[inline(always)]
fn go<V: Abreast<G>, const G: usize>(
    tuning: Tuning,
    series: &mut Series<G>,
    free: &Rows<G>,
    [room, way]: &[Rows<G>; 2],
) -> Rows<G> {
    let Series { states, low, position, .. } = series;
    let h = V::get(free).min(V::get(room)) * V::get(way);
    for axis in 0..3 {
        let series = &position[axis];
        let (mut r, mut v) = (V::splat(0.0), V::splat(0.0));
        for n in (2..=tuning.order()).rev() {
            let term = V::get(&series[n]);
            r = r.mul_add(h, term);
            v = v.mul_add(h, term * V::splat(n as f64));
        }
        let increments = [r.mul_add(h, V::get(&series[1])) * h, v * h];
        for (k, increment) in increments.into_iter().enumerate() {
            let (hi, lo) = (&mut states[k][axis], &mut low[k][axis]);
            let (sum, rest) = carry(V::get(hi), V::get(lo), increment);
            sum.put(hi);
            rest.put(lo);
        }
    }
    let mut gone = [Row::ZERO; G];
    h.put(&mut gone);
    gone
}

/// The largest coordinate of a coefficient.
#[inline(always)]
fn size<V: Abreast<G>, const G: usize>(position: &[[Rows<G>; ROOM]; 3], n: usize) -> V {
    let [x, y, z] = at::<V, G>(position, n);
    x.abs().max(y.abs()).max(z.abs())
}

/// One coefficient of the three coordinates.
#[inline(always)]
fn at<V: Abreast<G>, const G: usize>(position: &[[Rows<G>; ROOM]; 3], n: usize) -> [V; 3] {
    [V::get(&position[0][n]), V::get(&position[1][n]), V::get(&position[2][n])]
}
