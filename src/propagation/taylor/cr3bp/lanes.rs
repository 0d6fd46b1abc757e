//! Many trajectories: eight side by side, each with its own step and end.

use super::super::series::{ROOM, Row, carry, over};
use super::super::step::{Clock, Tolerance, Tuning, stuck};
use super::variation::Variations;
use super::{MOST_STEPS, RotatingEnd, RotatingError, RotatingVaried, check};
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::numerics::lanes::{Kernel, Lanes, WIDTH, Width, run};
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
    let waiting = AtomicUsize::new(0);
    let work = |_| {
        let variations = (along == Along::Variation).then(Variations::new);
        Worker::new(system, tuning, width).work(variations, starts, &waiting)
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
    steps: usize,
}

/// Eight trajectories and the room for their series.
pub(super) struct Worker {
    pub(super) system: Cr3bp,
    pub(super) tuning: Tuning,
    width: Width,
    states: [[Row; 3]; 2],
    low: [[Row; 3]; 2],
    pub(super) position: [[Row; ROOM]; 3],
    pub(super) square: [[Row; ROOM]; 2],
    pub(super) cube: [[Row; ROOM]; 2],
    pub(super) pull: [Row; ROOM],
    flights: [Option<Flight>; WIDTH],
}

impl Worker {
    fn new(system: &Cr3bp, tuning: Tuning, width: Width) -> Self {
        Self {
            system: *system,
            tuning,
            width,
            states: [[Row::ZERO; 3]; 2],
            low: [[Row::ZERO; 3]; 2],
            position: [[Row::ZERO; ROOM]; 3],
            square: [[Row::ZERO; ROOM]; 2],
            cube: [[Row::ZERO; ROOM]; 2],
            pull: [Row::ZERO; ROOM],
            flights: [None; WIDTH],
        }
    }

    fn state(&self, lane: usize) -> RotatingState {
        let [position, velocity] = self.states.map(|rows| rows.map(|row| row.0[lane]));
        RotatingState { position_lu: position, velocity_lu_tu: velocity }
    }

    fn work(
        mut self,
        mut variations: Option<Box<Variations>>,
        starts: &[RotatingStart],
        waiting: &AtomicUsize,
    ) -> Vec<Landing> {
        let mut landings = Vec::new();
        loop {
            for lane in 0..WIDTH {
                while self.flights[lane].is_none() {
                    let index = waiting.fetch_add(1, Ordering::Relaxed);
                    let Some(RotatingStart { state, span_tu }) = starts.get(index).copied() else { break };
                    let direction = if span_tu < 0.0 { -1.0 } else { 1.0 };
                    if let Err(error) = check(&self.system, &state, span_tu) {
                        landings.push((index, Err(error)));
                    } else if span_tu == 0.0 {
                        landings.push((index, Ok(RotatingVaried::at_rest(state))));
                    } else {
                        for axis in 0..3 {
                            self.states[0][axis].0[lane] = state.position_lu[axis];
                            self.states[1][axis].0[lane] = state.velocity_lu_tu[axis];
                            self.low[0][axis].0[lane] = 0.0;
                            self.low[1][axis].0[lane] = 0.0;
                        }
                        if let Some(variations) = &mut variations {
                            variations.begin(lane);
                        }
                        let clock = Clock::default();
                        self.flights[lane] = Some(Flight { index, span_tu, direction, clock, steps: 0 });
                    }
                }
            }
            if self.flights.iter().all(Option::is_none) {
                return landings;
            }
            self.step(variations.as_deref_mut(), &mut landings);
        }
    }

    /// One step of every lane, and what follows for each.
    fn step(&mut self, mut variations: Option<&mut Variations>, landings: &mut Vec<Landing>) {
        // an empty lane stands still
        let (mut room, mut way) = (Row([1.0; WIDTH]), Row::ZERO);
        for (lane, flight) in self.flights.iter().enumerate() {
            let Some(flight) = flight else { continue };
            room.0[lane] = (flight.span_tu - flight.clock.after_s) * flight.direction;
            way.0[lane] = flight.direction;
        }
        let before = self.states;
        let Strides { free, h } = run(self.width, Step { worker: self, room: &room, way: &way });
        if let Some(variations) = &mut variations {
            variations.step(self.width, self, &h.0);
        }
        for lane in 0..WIDTH {
            let Some(mut flight) = self.flights[lane] else { continue };
            let (left_tu, free_tu, h_tu) = (room.0[lane], free.0[lane], h.0[lane]);
            if stuck(free_tu, left_tu) {
                let [position, velocity] = before.map(|rows| rows.map(|row| row.0[lane]));
                let state = RotatingState { position_lu: position, velocity_lu_tu: velocity };
                let after_tu = flight.clock.after_s;
                landings.push((flight.index, Err(RotatingError::StepCollapsed { after_tu, step_tu: free_tu, state })));
                self.flights[lane] = None;
                continue;
            }
            flight.steps += 1;
            let mut arrived = left_tu <= h_tu.abs();
            if !arrived {
                flight.clock.tick(h_tu);
                arrived = (flight.span_tu - flight.clock.after_s) * flight.direction <= 0.0;
            }
            if arrived {
                let end = RotatingEnd { state: self.state(lane), steps: flight.steps };
                let matrix = variations.as_ref().map_or([[0.0; 6]; 6], |variations| variations.matrix(lane));
                landings.push((flight.index, Ok(RotatingVaried { end, matrix })));
            }
            if !arrived && flight.steps >= MOST_STEPS {
                let (steps, after_tu, state) = (flight.steps, flight.clock.after_s, self.state(lane));
                landings.push((flight.index, Err(RotatingError::TooManySteps { steps, after_tu, state })));
                self.flights[lane] = None;
                continue;
            }
            self.flights[lane] = (!arrived).then_some(flight);
        }
    }
}

struct Strides {
    free: Row,
    h: Row,
}

struct Step<'a> {
    worker: &'a mut Worker,
    room: &'a Row,
    way: &'a Row,
}

impl Kernel for Step<'_> {
    type Output = Strides;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Strides {
        let Self { worker, room, way } = self;
        let Worker { system, tuning, states, low, position, square, cube, pull, .. } = worker;
        let most = tuning.order();
        let (zero, one) = (L::splat(0.0), L::splat(1.0));
        let shares = [L::splat(1.0 - system.mass_ratio), L::splat(system.mass_ratio)];
        for axis in 0..3 {
            position[axis][0] = states[0][axis];
            position[axis][1] = states[1][axis];
        }
        let [x0, y0, z0] = at::<L>(position, 0);
        let mu = L::splat(system.mass_ratio);
        let apart = [x0 + mu, (x0 - one) + mu];
        let flat = z0.mul_add(z0, y0 * y0);
        let square0 = [apart[0].mul_add(apart[0], flat), apart[1].mul_add(apart[1], flat)];
        let inverse = [one / square0[0], one / square0[1]];
        let cube0 = [inverse[0] / square0[0].sqrt(), inverse[1] / square0[1].sqrt()];
        let minus_half = [L::splat(-0.5) * inverse[0], L::splat(-0.5) * inverse[1]];
        for k in 0..2 {
            square0[k].store(&mut square[k][0].0);
            cube0[k].store(&mut cube[k][0].0);
        }
        let room = L::load(&room.0);
        let threshold = L::splat(tuning.epsilon()) * size::<L>(position, 0).max(size(position, 1));
        for n in 0..=most - 2 {
            let newest = at::<L>(position, n);
            let mut q = [zero; 3];
            if n > 0 {
                let (mut pairs, mut sum, mut sums) = ([zero; 3], [zero; 2], [zero; 2]);
                let half = (n - 1) / 2;
                // one pass for all products; its first half has the pairs 1 ≤ j < n − j too
                for j in 1..=half {
                    let (far, near) = (at::<L>(position, n - j), at::<L>(position, j));
                    let p = L::load(&pull[j].0);
                    for axis in 0..3 {
                        pairs[axis] = near[axis].mul_add(far[axis], pairs[axis]);
                        q[axis] = p.mul_add(far[axis], q[axis]);
                    }
                    for k in 0..2 {
                        sum[k] = L::load(&square[k][n - j].0).mul_add(L::load(&cube[k][j].0), sum[k]);
                        sums[k] = sums[k] + sum[k];
                    }
                }
                for j in half + 1..n {
                    let far = at::<L>(position, n - j);
                    let p = L::load(&pull[j].0);
                    for axis in 0..3 {
                        q[axis] = p.mul_add(far[axis], q[axis]);
                    }
                    for k in 0..2 {
                        sum[k] = L::load(&square[k][n - j].0).mul_add(L::load(&cube[k][j].0), sum[k]);
                        sums[k] = sums[k] + sum[k];
                    }
                }
                let half_sum = (pairs[0] + pairs[1]) + pairs[2];
                let mut shared = half_sum + half_sum;
                if n.is_multiple_of(2) {
                    let middle = at::<L>(position, n / 2);
                    for axis in 0..3 {
                        shared = middle[axis].mul_add(middle[axis], shared);
                    }
                }
                shared = (y0 + y0).mul_add(newest[1], shared);
                shared = (z0 + z0).mul_add(newest[2], shared);
                for k in 0..2 {
                    let s = (apart[k] + apart[k]).mul_add(newest[0], shared);
                    let weighted = L::splat((2 * n) as f64).mul_add(sum[k], sums[k]);
                    let c = (L::splat((3 * n) as f64) * cube0[k]).mul_add(s, weighted);
                    s.store(&mut square[k][n].0);
                    over(c * minus_half[k], n).store(&mut cube[k][n].0);
                }
            }
            let a = shares[0] * L::load(&cube[0][n].0);
            let b = shares[1] * L::load(&cube[1][n].0);
            let both = a + b;
            both.store(&mut pull[n].0);
            if n > 0 {
                let first = L::load(&pull[0].0);
                for axis in 0..3 {
                    q[axis] = first.mul_add(newest[axis], q[axis]);
                }
            }
            let next = at::<L>(position, n + 1);
            let turn = L::splat(2.0 * (n + 1) as f64);
            let x = turn.mul_add(next[1], newest[0] - q[0]);
            let y = (-turn).mul_add(next[0], newest[1] - q[1]);
            let acceleration =
                [(-b).mul_add(apart[1], (-a).mul_add(apart[0], x)), (-both).mul_add(y0, y), (-both).mul_add(z0, -q[2])];
            for axis in 0..3 {
                over(acceleration[axis], (n + 1) * (n + 2)).store(&mut position[axis][n + 2].0);
            }
        }
        let mut strides = Strides { free: Row::ZERO, h: Row::ZERO };
        strides.free = Row(tuning.strides_of_velocity(threshold, size(position, most), size(position, most - 1)));
        let h = L::load(&strides.free.0).min(room) * L::load(&way.0);
        for axis in 0..3 {
            let series = &position[axis];
            let (mut r, mut v) = (zero, zero);
            for n in (2..=most).rev() {
                let term = L::load(&series[n].0);
                r = r.mul_add(h, term);
                v = v.mul_add(h, term * L::splat(n as f64));
            }
            let increments = [r.mul_add(h, L::load(&series[1].0)) * h, v * h];
            for (k, increment) in increments.into_iter().enumerate() {
                let (hi, lo) = (&mut states[k][axis].0, &mut low[k][axis].0);
                let (sum, rest) = carry(L::load(hi), L::load(lo), increment);
                sum.store(hi);
                rest.store(lo);
            }
        }
        h.store(&mut strides.h.0);
        strides
    }
}

/// The largest coordinate of a coefficient.
#[inline(always)]
fn size<L: Lanes>(position: &[[Row; ROOM]; 3], n: usize) -> L {
    let [x, y, z] = at::<L>(position, n);
    x.abs().max(y.abs()).max(z.abs())
}

/// One coefficient of the three coordinates.
#[inline(always)]
fn at<L: Lanes>(position: &[[Row; ROOM]; 3], n: usize) -> [L; 3] {
    [L::load(&position[0][n].0), L::load(&position[1][n].0), L::load(&position[2][n].0)]
}
