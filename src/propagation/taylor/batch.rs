//! Many trajectories: eight side by side in the lanes, each with its own epoch, step and end.
//!
//! A lane that has arrived takes the next start that waits, so the lanes stay full to the end of the list; workers on
//! other threads take from the same list. What a lane computes depends on nothing but its own start, and its operations
//! are those of [`propagate`](super::propagate): the bits are the same for any neighbours, any number of threads, and
//! alone.

mod choice;

pub(super) use choice::Abreast;
use choice::Key;

use super::series::{MOST_ORDER, ROOM, Row, Slots, carry, lanes_below, over, shift};
use super::single::smaller;
use super::step::{Clock, End, PropagationError, Tolerance, Tuning, fly_through, held, stuck};
use super::window::{Window, Windows};
use crate::dynamics::PointMasses;
use crate::ephemerides::{EphemerisError, MOST_TERMS, State};
use crate::numerics::lanes::{Kernel, Lanes, Mask, Octet, WIDTH, Width, run};
use crate::propagation::limits::{Pace, too_many};
use crate::propagation::trajectory::Seen;
use crate::time::Epoch;
use rayon::prelude::*;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Where a trajectory of a batch begins and how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchStart {
    /// position and velocity from the centre of the model, ICRF axes
    pub state: State,
    /// of the start
    pub epoch: Epoch,
    /// time to go, negative for back
    pub span_s: f64,
}

/// Fly many states among point masses, eight at a time on every thread of the pool.
///
/// * `model`: what pulls
/// * `starts`: any number, each with its own epoch and span
/// * `tolerance`: relative size of the last term kept
///
/// One answer a start, in the order of the starts: the end, or why there is none. The bits are those of
/// [`propagate`](super::propagate), whatever flies beside and on however many threads.
#[must_use]
pub fn propagate_batch(
    model: &PointMasses,
    starts: &[BatchStart],
    tolerance: Tolerance,
) -> Vec<Result<End, PropagationError>> {
    let (tuning, width) = (Tuning::of(tolerance), Width::best());
    let key = Key { width, attractors: model.others.len() + 1, order: tuning.order() };
    match key.quicker() {
        Some(abreast) => fly_all(model, starts, (tuning, abreast), width),
        None if starts.len() < LEAST_TRIED => fly_all(model, starts, (tuning, Abreast::Eight), width),
        None => {
            let (first, rest) = starts.split_at(WIDTH);
            let (second, rest) = rest.split_at(WIDTH);
            let one = tried(model, first, (tuning, Abreast::One), width);
            let eight = tried(model, second, (tuning, Abreast::Eight), width);
            let abreast = key.learn(one.step_s, eight.step_s);
            let mut ends = one.ends;
            ends.extend(eight.ends);
            ends.extend(fly_all(model, rest, (tuning, abreast), width));
            ends
        }
    }
}

/// The least batch in which both ways are tried.
const LEAST_TRIED: usize = 8 * WIDTH;

/// Some flights, and what a step of them took.
struct Tried {
    ends: Vec<Result<End, PropagationError>>,
    step_s: Option<f64>,
}

/// Some flights on this thread.
fn tried(model: &PointMasses, starts: &[BatchStart], how: (Tuning, Abreast), width: Width) -> Tried {
    let began = Instant::now();
    let landings = work(model, starts, how, width, &AtomicUsize::new(0));
    let elapsed_s = began.elapsed().as_secs_f64();
    let ends = in_order(starts.len(), vec![landings]);
    let steps: usize = ends.iter().flatten().map(|end| end.steps).sum();
    Tried { ends, step_s: (steps > 0).then(|| elapsed_s / steps as f64) }
}

/// What one worker flies.
fn work(
    model: &PointMasses,
    starts: &[BatchStart],
    (tuning, abreast): (Tuning, Abreast),
    width: Width,
    waiting: &AtomicUsize,
) -> Vec<Landing> {
    match abreast {
        Abreast::Eight => {
            Worker::new(model, starts, tuning, width).map_or_else(|e| fail(e, starts, waiting), |w| w.work(waiting))
        }
        Abreast::One => one_by_one(model, starts, (tuning, width), waiting),
    }
}

pub(super) fn fly_all(
    model: &PointMasses,
    starts: &[BatchStart],
    how: (Tuning, Abreast),
    width: Width,
) -> Vec<Result<End, PropagationError>> {
    let shares = match how.1 {
        Abreast::Eight => starts.len().div_ceil(WIDTH),
        Abreast::One => starts.len(),
    };
    let workers = rayon::current_num_threads().min(shares);
    let waiting = AtomicUsize::new(0);
    let flown = (0..workers).into_par_iter().map(|_| work(model, starts, how, width, &waiting)).collect();
    in_order(starts.len(), flown)
}

/// The answers in the order of the starts.
fn in_order(count: usize, flown: Vec<Vec<Landing>>) -> Vec<Result<End, PropagationError>> {
    let mut answers: Vec<Option<Result<End, PropagationError>>> = vec![None; count];
    for landing in flown.into_iter().flatten() {
        answers[landing.index] = Some(landing.end);
    }
    // the list is worked off, so every place is filled
    answers.into_iter().flatten().collect()
}

/// A start and how it ended.
struct Landing {
    index: usize,
    end: Result<End, PropagationError>,
}

/// Kernels that hold no polynomial of a body fail every start.
fn fail(source: EphemerisError, starts: &[BatchStart], waiting: &AtomicUsize) -> Vec<Landing> {
    let mut landings = Vec::new();
    loop {
        let index = waiting.fetch_add(1, Ordering::Relaxed);
        let Some(start) = starts.get(index) else { return landings };
        let end = Err(PropagationError::Ephemeris { source: source.clone(), state: start.state });
        landings.push(Landing { index, end });
    }
}

/// One trajectory after another, by windows that serve them all.
fn one_by_one(
    model: &PointMasses,
    starts: &[BatchStart],
    (tuning, width): (Tuning, Width),
    waiting: &AtomicUsize,
) -> Vec<Landing> {
    let epoch = starts.first().map_or(Epoch::from_tdb_s(0.0), |start| start.epoch);
    let mut windows = match Windows::new(model, epoch, width) {
        Ok(windows) => windows,
        Err(source) => return fail(source, starts, waiting),
    };
    let mut landings = Vec::new();
    loop {
        let index = waiting.fetch_add(1, Ordering::Relaxed);
        let Some(BatchStart { state, epoch, span_s }) = starts.get(index).copied() else { return landings };
        let flight = (&state, epoch, span_s);
        let end =
            held(model, flight).and_then(|()| fly_through(&mut windows, flight, tuning, |_, _, _, _| Ok(Seen::GoOn)));
        landings.push(Landing { index, end });
    }
}

/// One attractor of eight trajectories.
struct Attractor {
    minus_mu: f64,
    /// polynomials of the windows and of the steps; where the centre's would be stands its acceleration
    about_middle: [[Row; MOST_TERMS]; 3],
    about_now: [[Row; MOST_TERMS]; 3],
    slots: Slots,
}

/// Position and velocity of eight trajectories.
#[derive(Clone, Copy)]
struct States {
    position: [Row; 3],
    velocity: [Row; 3],
}

impl States {
    const ZERO: Self = Self { position: [Row::ZERO; 3], velocity: [Row::ZERO; 3] };

    fn set(&mut self, lane: usize, state: &State) {
        for axis in 0..3 {
            self.position[axis].0[lane] = state.position_km[axis];
            self.velocity[axis].0[lane] = state.velocity_km_s[axis];
        }
    }

    fn state(&self, lane: usize) -> State {
        State {
            position_km: std::array::from_fn(|axis| self.position[axis].0[lane]),
            velocity_km_s: std::array::from_fn(|axis| self.velocity[axis].0[lane]),
        }
    }
}

/// What a lane flies.
struct Flight {
    index: usize,
    start: BatchStart,
    direction: f64,
    clock: Clock,
    window: Rc<Window>,
    pace: Pace,
}

struct Worker<'a> {
    starts: &'a [BatchStart],
    tuning: Tuning,
    width: Width,
    windows: Windows<'a>,
    terms: usize,
    attractors: Vec<Attractor>,
    states: States,
    low: States,
    position: Box<[[Row; ROOM]; 3]>,
    flights: [Option<Flight>; WIDTH],
    landings: Vec<Landing>,
}

impl<'a> Worker<'a> {
    fn new(
        model: &'a PointMasses,
        starts: &'a [BatchStart],
        tuning: Tuning,
        width: Width,
    ) -> Result<Self, EphemerisError> {
        let epoch = starts.first().map_or(Epoch::from_tdb_s(0.0), |start| start.epoch);
        let windows = Windows::new(model, epoch, width)?;
        let mus = std::iter::once(model.mu_km3_s2).chain(model.others.iter().map(|other| other.mu_km3_s2));
        let attractor = |mu: f64| Attractor {
            minus_mu: -mu,
            about_middle: [[Row::ZERO; MOST_TERMS]; 3],
            about_now: [[Row::ZERO; MOST_TERMS]; 3],
            slots: Slots::new(),
        };
        Ok(Self {
            starts,
            tuning,
            width,
            terms: windows.terms(),
            windows,
            attractors: mus.map(attractor).collect(),
            states: States::ZERO,
            low: States::ZERO,
            position: Box::new([[Row::ZERO; ROOM]; 3]),
            flights: std::array::from_fn(|_| None),
            landings: Vec::new(),
        })
    }

    fn work(mut self, waiting: &AtomicUsize) -> Vec<Landing> {
        loop {
            for lane in 0..WIDTH {
                while self.flights[lane].is_none() {
                    let index = waiting.fetch_add(1, Ordering::Relaxed);
                    let Some(start) = self.starts.get(index) else { break };
                    if let Err(end) = self.board(lane, index, *start) {
                        self.landings.push(Landing { index, end });
                    }
                }
            }
            if self.flights.iter().all(Option::is_none) {
                return self.landings;
            }
            self.step();
        }
    }

    /// Put a start into a lane; the answer at once when there is nothing to fly.
    fn board(&mut self, lane: usize, index: usize, start: BatchStart) -> Result<(), Result<End, PropagationError>> {
        held(self.windows.model(), (&start.state, start.epoch, start.span_s)).map_err(Err)?;
        let direction = if start.span_s < 0.0 { -1.0 } else { 1.0 };
        if start.span_s == 0.0 {
            return Err(Ok(End { state: start.state, steps: 0 }));
        }
        let window = self
            .windows
            .around(start.epoch, 0.0, direction)
            .map_err(|source| Err(PropagationError::Ephemeris { source, state: start.state }))?;
        self.look_through(lane, &window);
        self.states.set(lane, &start.state);
        self.low.set(lane, &State::default());
        self.flights[lane] =
            Some(Flight { index, start, direction, clock: Clock::default(), window, pace: Pace::new() });
        Ok(())
    }

    fn look_through(&mut self, lane: usize, window: &Window) {
        for (attractor, column) in self.attractors.iter_mut().zip(&window.columns) {
            for axis in 0..3 {
                for power in 0..self.terms {
                    attractor.about_middle[axis][power].0[lane] = column[axis][power];
                }
            }
        }
    }

    /// One step of every lane, and what follows for each.
    fn step(&mut self) {
        // an empty lane stands still and is not waited for
        let mut way =
            Ways { at: Row::ZERO, scale: Row([1.0; WIDTH]), room: Row([1.0; WIDTH]), way: Row::ZERO, busy: 0 };
        for (lane, flight) in self.flights.iter().enumerate() {
            let Some(flight) = flight else { continue };
            let Flight { start, direction, window, .. } = flight;
            let after_s = flight.clock.after_s;
            let left_s = (start.span_s - after_s) * direction;
            way.room.0[lane] = smaller(window.room_s(start.epoch, after_s, *direction), left_s);
            way.at.0[lane] = window.since_middle_s(start.epoch, after_s) / window.half_s;
            way.scale.0[lane] = 1.0 / window.half_s;
            way.way.0[lane] = *direction;
            way.busy |= 1 << lane;
        }
        let before = self.states;
        let Strides { free, h } = run(
            self.width,
            Step {
                attractors: &mut self.attractors,
                position: &mut self.position,
                states: &mut self.states,
                low: &mut self.low,
                terms: self.terms,
                tuning: self.tuning,
                ways: &way,
            },
        );
        for lane in 0..WIDTH {
            let Some(mut flight) = self.flights[lane].take() else { continue };
            let (index, span_s, epoch) = (flight.index, flight.start.span_s, flight.start.epoch);
            let after_s = flight.clock.after_s;
            let left_s = (span_s - after_s) * flight.direction;
            let (free_s, h_s) = (free.0[lane], h.0[lane]);
            let mut land = |end| self.landings.push(Landing { index, end });
            if stuck(free_s, left_s) {
                let state = before.state(lane);
                land(Err(PropagationError::StepCollapsed { epoch: epoch + after_s, step_s: free_s, state }));
                continue;
            }
            let many = flight.pace.step(|| after_s / span_s);
            let mut arrived = left_s <= h_s.abs();
            if !arrived {
                flight.clock.tick(h_s);
                arrived = (span_s - flight.clock.after_s) * flight.direction <= 0.0;
            }
            if arrived {
                land(Ok(End { state: self.states.state(lane), steps: flight.pace.steps() }));
                continue;
            }
            if let Some(steps) = many {
                land(Err(too_many(steps, epoch + after_s, self.states.state(lane))));
                continue;
            }
            let after_s = flight.clock.after_s;
            if flight.window.ends(epoch, after_s, flight.direction) {
                match self.windows.around(epoch, after_s, flight.direction) {
                    Ok(window) => {
                        self.look_through(lane, &window);
                        flight.window = window;
                    }
                    Err(source) => {
                        let state = self.states.state(lane);
                        land(Err(PropagationError::Ephemeris { source, state }));
                        continue;
                    }
                }
            }
            self.flights[lane] = Some(flight);
        }
    }
}

/// Where eight steps begin and how far they may go.
struct Ways {
    /// place in the window, in halves of its length
    at: Row,
    /// 1/half
    scale: Row,
    room: Row,
    /// +1 or −1
    way: Row,
    /// lanes that fly
    busy: u8,
}

struct Strides {
    free: Row,
    h: Row,
}

struct Step<'a> {
    attractors: &'a mut [Attractor],
    position: &'a mut [[Row; ROOM]; 3],
    states: &'a mut States,
    low: &'a mut States,
    terms: usize,
    tuning: Tuning,
    ways: &'a Ways,
}

impl Kernel for Step<'_> {
    type Output = Strides;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Strides {
        let Self { attractors, position, states, low, terms, tuning, ways } = self;
        let most = tuning.order().min(MOST_ORDER);
        let zero = L::splat(0.0);
        for axis in 0..3 {
            position[axis][0] = states.position[axis];
            position[axis][1] = states.velocity[axis];
        }
        let mut sum = [zero; 3];
        for (k, attractor) in attractors.iter_mut().enumerate() {
            let Attractor { minus_mu, about_middle, about_now, slots } = attractor;
            shift(about_middle, about_now, terms, L::load(&ways.at.0), L::load(&ways.scale.0));
            let central = lanes_below::<L>(if k == 0 { WIDTH } else { 0 });
            let r = at(position, 0);
            let d = if k == 0 { [zero; 3] } else { at(about_now, 0) };
            let pull = slots.begin(r, d, central);
            for axis in 0..3 {
                sum[axis] = L::splat(*minus_mu).mul_add(pull[axis], sum[axis]);
            }
        }
        for axis in 0..3 {
            (L::splat(0.5) * sum[axis]).store(&mut position[axis][2].0);
        }
        let room = L::load(&ways.room.0);
        let threshold = L::splat(tuning.of_position()) * size(position, 0);
        let mut reach = room * room;
        let mut small = (size::<L>(position, 2) * reach).le(threshold);
        let mut enough = L::Mask::from_bits(!ways.busy);
        let mut order = L::splat(most as f64);
        for n in 1..=most - 2 {
            let mut sum: [L; 3] = match attractors.first() {
                Some(center) if n < terms => at(&center.about_now, n),
                _ => [zero; 3],
            };
            for (k, attractor) in attractors.iter_mut().enumerate() {
                let Attractor { minus_mu, about_now, slots, .. } = attractor;
                let mut newest = at::<L, _>(position, n);
                if k > 0 && n < terms {
                    let d = at::<L, _>(about_now, n);
                    newest = [newest[0] - d[0], newest[1] - d[1], newest[2] - d[2]];
                }
                let pull = slots.pull(n, newest);
                for axis in 0..3 {
                    sum[axis] = L::splat(*minus_mu).mul_add(pull[axis], sum[axis]);
                }
            }
            for axis in 0..3 {
                over(sum[axis], (n + 1) * (n + 2)).store(&mut position[axis][n + 2].0);
            }
            reach = reach * room;
            let now = (size::<L>(position, n + 2) * reach).le(threshold);
            let first = small.and(now).and(enough.not());
            order = L::select(first, L::splat((n + 2) as f64), order);
            enough = enough.or(first);
            if enough.all() {
                break;
            }
            small = now;
        }
        let mut free = ways.room;
        let open = !enough.bits();
        if open != 0 {
            let bound: [f64; WIDTH] =
                tuning.strides::<L>(size(position, 0), size(position, most), size(position, most - 1));
            for lane in (0..WIDTH).filter(|lane| open >> lane & 1 == 1) {
                free.0[lane] = bound[lane];
            }
        }
        let h = L::load(&free.0).min(room) * L::load(&ways.way.0);
        for axis in 0..3 {
            let series = &position[axis];
            let (mut r, mut v) = (zero, zero);
            for n in (2..=most).rev() {
                let power = L::splat(n as f64);
                let term = L::select(power.le(order), L::load(&series[n].0), zero);
                r = r.mul_add(h, term);
                v = v.mul_add(h, term * power);
            }
            let (r, v) = (r.mul_add(h, L::load(&series[1].0)) * h, v * h);
            for (hi, lo, increment) in [
                (&mut states.position[axis], &mut low.position[axis], r),
                (&mut states.velocity[axis], &mut low.velocity[axis], v),
            ] {
                let (sum, rest) = carry(L::load(&hi.0), L::load(&lo.0), increment);
                sum.store(&mut hi.0);
                rest.store(&mut lo.0);
            }
        }
        let mut strides = Strides { free, h: Row::ZERO };
        h.store(&mut strides.h.0);
        strides
    }
}

/// The largest coordinate of a coefficient.
#[inline(always)]
fn size<L: Lanes>(position: &[[Row; ROOM]; 3], n: usize) -> L {
    let [x, y, z] = at::<L, _>(position, n);
    x.abs().max(y.abs()).max(z.abs())
}

/// One coefficient of the three coordinates.
#[inline(always)]
fn at<L: Lanes, const N: usize>(series: &[[Row; N]; 3], n: usize) -> [L; 3] {
    [L::load(&series[0][n].0), L::load(&series[1][n].0), L::load(&series[2][n].0)]
}

#[cfg(test)]
mod tests {
    use super::super::step::fly;
    use super::*;
    use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MARS_BARYCENTER, MERCURY, MOON, SUN, VENUS};
    use crate::ephemerides::Ephemerides;
    use crate::time::DAY_S;

    fn model(center: Body, others: &[Body]) -> PointMasses {
        PointMasses::new(Ephemerides::embedded().expect("kernels"), center, others).expect("a model")
    }

    /// Starts round CAPSTONE's, at dates and over spans of their own, some of them back in time.
    fn around_the_moon(count: u32) -> Vec<BatchStart> {
        let start = |k: u32| {
            let k = f64::from(k);
            BatchStart {
                state: State {
                    position_km: [-16_983.14 + 3.0 * k, 21_213.56 - 7.0 * k, -58_035.63 + 11.0 * k],
                    velocity_km_s: [-0.044_58 + 1e-5 * k, -0.051_37, 0.141_64],
                },
                epoch: Epoch::from_tdb_s(7.226e8 + 1e5 * k),
                span_s: (2.0 + (k * 0.77) % 5.0) * DAY_S * if k % 3.0 == 1.0 { -1.0 } else { 1.0 },
            }
        };
        (0..count).map(start).collect()
    }

    fn bits(end: &Result<End, PropagationError>) -> Vec<u64> {
        let End { state, steps } = end.as_ref().expect("an end");
        let numbers = state.position_km.iter().chain(&state.velocity_km_s);
        numbers.map(|x| x.to_bits()).chain([*steps as u64]).collect()
    }

    #[test]
    fn law_a_batch_has_the_bits_of_each_alone() {
        let sun = model(
            SUN,
            &[
                MERCURY,
                VENUS,
                EARTH,
                MOON,
                MARS_BARYCENTER,
                JUPITER_BARYCENTER,
                crate::bodies::PLUTO_BARYCENTER,
                crate::bodies::CERES,
            ],
        );
        let around_the_sun: Vec<BatchStart> = around_the_moon(11)
            .into_iter()
            .map(|start| BatchStart {
                state: State {
                    position_km: start.state.position_km.map(|x| 2e8 + 1e3 * x),
                    velocity_km_s: [-14.0, 20.0, 6.0],
                },
                span_s: 10.0 * start.span_s,
                ..start
            })
            .collect();
        for (model, starts) in [
            (model(MOON, &[EARTH, SUN]), around_the_moon(29)),
            (model(MOON, &[]), around_the_moon(9)),
            (sun, around_the_sun),
        ] {
            for tolerance in [Tolerance::TIGHTEST, Tolerance::new(1e-11).expect("a tolerance")] {
                let tuning = Tuning::of(tolerance);
                let alone: Vec<_> = starts
                    .iter()
                    .map(|s| {
                        fly(&model, (&s.state, s.epoch, s.span_s), tuning, Width::best(), |_, _, _, _| Ok(Seen::GoOn))
                    })
                    .collect();
                let reversed: Vec<BatchStart> = starts.iter().rev().copied().collect();
                for width in Width::available() {
                    let single = fly(
                        &model,
                        (&starts[1].state, starts[1].epoch, starts[1].span_s),
                        tuning,
                        width,
                        |_, _, _, _| Ok(Seen::GoOn),
                    );
                    assert_eq!(bits(&single), bits(&alone[1]), "{width:?} alone");
                    for threads in [1, 3] {
                        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
                        for abreast in [Abreast::Eight, Abreast::One] {
                            let together = pool.install(|| fly_all(&model, &starts, (tuning, abreast), width));
                            let turned = pool.install(|| fly_all(&model, &reversed, (tuning, abreast), width));
                            assert_eq!(together.len(), starts.len());
                            for (k, one) in alone.iter().enumerate() {
                                let how = format!("{width:?}, {abreast:?}, {threads} threads, {k}");
                                assert_eq!(bits(&together[k]), bits(one), "{how}");
                                assert_eq!(bits(&turned[starts.len() - 1 - k]), bits(one), "turned, {how}");
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whichever way a large batch finds to be the quicker, the first time and after it.
    #[test]
    fn law_a_batch_that_chooses_its_way_has_the_bits_of_each_alone() {
        let model = model(MOON, &[EARTH]);
        let starts = around_the_moon(70);
        let tolerance = Tolerance::new(1e-9).expect("a tolerance");
        for _ in 0..2 {
            let ends = propagate_batch(&model, &starts, tolerance);
            assert_eq!(ends.len(), starts.len());
            for (start, end) in starts.iter().zip(&ends) {
                let alone = super::super::propagate_end(&model, &start.state, start.epoch, start.span_s, tolerance);
                assert_eq!(bits(end), bits(&alone));
            }
        }
        let key = Key { width: Width::best(), attractors: 2, order: Tuning::of(tolerance).order() };
        assert!(key.quicker().is_some());
        let other = Key { attractors: 77, ..key };
        assert_eq!((other.learn(Some(2.0), Some(1.0)), other.quicker()), (Abreast::Eight, Some(Abreast::Eight)));
        let other = Key { attractors: 78, ..key };
        assert_eq!((other.learn(Some(1.0), Some(2.0)), other.quicker()), (Abreast::One, Some(Abreast::One)));
        let other = Key { attractors: 79, ..key };
        assert_eq!((other.learn(None, Some(2.0)), other.quicker()), (Abreast::Eight, None));
    }

    #[test]
    fn refuses_one_start_and_flies_the_rest() {
        let model = model(MOON, &[EARTH, SUN]);
        let mut starts = around_the_moon(12);
        starts[2].state.position_km[1] = f64::NAN;
        starts[5].epoch = Epoch::parse("2060-01-30").expect("a date");
        starts[5].span_s = 10.0 * DAY_S;
        starts[7].state.velocity_km_s = [0.0; 3];
        starts[7].state.position_km = [1800.0, 0.0, 0.0];
        starts[9].span_s = 0.0;
        starts[10].span_s = f64::NAN;
        let ends = propagate_batch(&model, &starts, Tolerance::TIGHTEST);
        assert_eq!(ends[2], Err(PropagationError::NotFinite { quantity: "position" }));
        let Err(PropagationError::Ephemeris { state, .. }) = &ends[5] else { panic!("{:?}", ends[5]) };
        assert_eq!(*state, starts[5].state, "refused before it is flown");
        assert!(matches!(ends[7], Err(PropagationError::StepCollapsed { .. })), "{:?}", ends[7]);
        assert_eq!(ends[9], Ok(End { state: starts[9].state, steps: 0 }));
        assert_eq!(ends[10], Err(PropagationError::NotFinite { quantity: "span" }));
        for k in [0, 1, 3, 4, 6, 8, 11] {
            let single = super::super::propagate_end(
                &model,
                &starts[k].state,
                starts[k].epoch,
                starts[k].span_s,
                Tolerance::TIGHTEST,
            );
            assert_eq!(bits(&ends[k]), bits(&single));
        }
        assert!(propagate_batch(&model, &[], Tolerance::TIGHTEST).is_empty());
    }
}
