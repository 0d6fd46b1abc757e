//! Gauss–Legendre collocation for force models that no recurrence pays for: gravity fields, sunlight, air, engines.
//!
//! The accelerations at 8·B nodes of a step are iterated until they stand still, eight nodes to a register. What is
//! strong but cheap (points, the oblate centre, the engine) is iterated often, what is weak but dear two or three times; the
//! places of bodies and the rotations at the nodes are worked out once a step. The polynomial through the nodes is
//! the trajectory between, its last coefficients tell how well it is resolved, and at the ends the method is of
//! twice the order of the polynomial.
//!
//! # Source
//! Bradley, Jones, Beylkin, Sandberg and Axelrad, "Bandlimited implicit Runge-Kutta integration for astrodynamics",
//! Celest. Mech. Dyn. Astron. 119 (2014) 143, for the split into cheap and dear evaluations;
//! Hairer, Lubich and Wanner, *Geometric Numerical Integration*, II.1.3 and VIII.6, for collocation and its iteration.

mod collapse;
mod contacts;
mod layers;
mod moments;
mod nodes;
mod solve;
mod transition;

pub use transition::Transition;

use super::limits::{Pace, too_many};
use super::propagator::Start;
use super::taylor::{PropagationError, Tolerance};
use super::trajectory::{Joint, Piece, Seen};
use crate::dynamics::Forces;
use crate::dynamics::forces::Ambient;
use crate::ephemerides::{EphemerisError, State};
use crate::numerics::lanes::{self, WIDTH, Width};
use crate::numerics::vector::{Vector3, norm};
use crate::time::Epoch;
use moments::Moments;
use nodes::Quadrature;
use solve::{Solve, Solved};
use std::sync::Arc;
use transition::Vary;

/// Highest degree of a gravity field that steps of sixteen nodes are best for; above it they have twenty-four.
const SMOOTH_DEGREE: u16 = 16;

/// Time within which a contact of discs is the same one, s.
const LEAST_LIGHT_S: f64 = 1e-6;

/// A step that the forces alone have made shorter than this follows nothing any more, s.
const LEAST_STEP_S: f64 = 1e-7;

/// The least that the last Legendre coefficients can be told from rounding, relative to the greatest acceleration: the
/// 2n + 1 of their definition times the rounding of a node's value, with a margin.
const fn least_tail(blocks: usize) -> f64 {
    (8 * WIDTH * blocks) as f64 * f64::EPSILON
}

/// What the rounding of the forces may make of the least tail.
const NOISE: f64 = 64.0;
/// The same in air: a last place of the radius is 1e-12 km, which over a scale height of 6 km is a thousand last places of the
/// density.
const NOISE_OF_AIR: f64 = 1024.0;

/// Step by step to the end; `see` is shown each step and the state at its end and says whether to go on.
///
/// * `settings`: the tolerance, and whether the variational equations are flown along
///
/// The tolerance is that of the greatest of the last two Legendre coefficients of a step's acceleration, relative to the
/// greatest acceleration.
pub(super) fn fly(
    forces: &Forces,
    start: &Start,
    settings: (Tolerance, bool),
    see: impl FnMut(Piece, State) -> Result<Seen, PropagationError>,
) -> (Option<Transition>, Result<(), PropagationError>) {
    if forces.fields.iter().any(|field| field.gravity.degree() > SMOOTH_DEGREE) {
        fly_in_blocks::<3>(forces, start, settings, see)
    } else {
        fly_in_blocks::<2>(forces, start, settings, see)
    }
}

fn fly_in_blocks<const B: usize>(
    forces: &Forces,
    start: &Start,
    settings: (Tolerance, bool),
    mut see: impl FnMut(Piece, State) -> Result<Seen, PropagationError>,
) -> (Option<Transition>, Result<(), PropagationError>) {
    let mut flight = Flight::<B>::new(forces, start, settings.0);
    let mut pace = Pace::new();
    let mut columns = settings.1.then(|| Transition::start(forces));
    let result = loop {
        if flight.done() {
            break Ok(());
        }
        let from = (flight.state, flight.after_s);
        let (piece, solved) = match flight.step() {
            Ok(step) => step,
            Err(error) => break Err(error),
        };
        let h_s = piece.h_s;
        let seen = match see(piece, flight.state) {
            Ok(seen) => seen,
            Err(error) => break Err(error),
        };
        if let Some(columns) = &mut columns {
            let varied = match seen {
                Seen::GoOn => {
                    flight.vary(&solved, from, h_s, columns);
                    Ok(())
                }
                // the step once more, as far as it counts
                Seen::End { since_s } if since_s != 0.0 => {
                    (flight.state, flight.after_s) = from;
                    flight.solve(since_s).map(|solved| {
                        if let Some(solved) = solved {
                            flight.vary(&solved, from, since_s, columns);
                        }
                    })
                }
                Seen::End { .. } => Ok(()),
            };
            if let Err(error) = varied {
                break Err(error);
            }
        }
        if let Seen::End { .. } = seen {
            break Ok(());
        }
        // a length that is tried costs as much as one that is taken
        if let Some(steps) = (0..flight.tries).find_map(|_| pace.step(|| from.1 / start.span_s)) {
            break Err(too_many(steps, start.epoch + flight.after_s, flight.state));
        }
    };
    (columns.map(|columns| Transition::of(&columns)), result)
}

/// A flight under way.
struct Flight<'a, const B: usize> {
    quadrature: Arc<Quadrature<B>>,
    forces: &'a Forces,
    epoch: Epoch,
    direction: f64,
    tolerance: f64,
    /// a tail below this may be rounding
    noisy: f64,
    /// lengths that the last step was tried with
    tries: usize,
    state: State,
    /// what rounding has left of it
    low: State,
    after_s: f64,
    /// what rounding has taken from the time (Kahan)
    carry_s: f64,
    /// step that the tolerance allows, > 0
    free_s: f64,
    ambient: Vec<Ambient>,
    rest: Vector3,
    /// moments at which a force jumps
    moments: Moments,
    /// the layer of the air in which the next step begins, when the last one has ended on its border
    layer: Option<usize>,
}

impl<'a, const B: usize> Flight<'a, B> {
    fn new(forces: &'a Forces, start: &Start, tolerance: Tolerance) -> Self {
        let moments = Moments::new(forces, start);
        let Start { state: start, epoch, span_s } = *start;
        let radius = norm(start.position_km);
        // a fraction of the time scale of the orbit, for want of anything better
        let free_s = 0.3 * (radius * radius * radius / forces.points.mu_km3_s2).sqrt();
        Self {
            quadrature: nodes::quadrature(),
            forces,
            epoch,
            direction: if span_s < 0.0 { -1.0 } else { 1.0 },
            tolerance: tolerance.value().max(least_tail(B)),
            tries: 0,
            noisy: least_tail(B) * if forces.drag.is_some() { NOISE_OF_AIR } else { NOISE },
            state: start,
            low: State::default(),
            after_s: 0.0,
            carry_s: 0.0,
            free_s,
            ambient: (0..B).map(|_| Ambient::new(forces)).collect(),
            rest: [0.0; 3],
            moments,
            layer: None,
        }
    }

    /// The variational equations over the step just made.
    fn vary(&self, solved: &Solved<B>, (start, after_s): (State, f64), h_s: f64, columns: &mut [[f64; 6]]) {
        let burnt = |places: &[f64; WIDTH]| -> Vec<[f64; WIDTH]> {
            let at = |place: f64| after_s + place * h_s;
            self.forces.thrust.iter().map(|arc| places.map(|place| arc.burnt_s(self.epoch, at(place)))).collect()
        };
        let burnt_s: Vec<_> = self.quadrature.places.iter().map(burnt).collect();
        let vary = Vary {
            quadrature: &self.quadrature,
            forces: self.forces,
            ambient: &self.ambient,
            start,
            acceleration: &solved.acceleration,
            burnt_s: &burnt_s,
            h_s,
            columns,
        };
        lanes::run(Width::best(), vary);
    }

    fn done(&self) -> bool {
        self.moments.over(self.after_s)
    }

    /// The next step.
    fn step(&mut self) -> Result<(Piece, Solved<B>), PropagationError> {
        // the kernel's acceleration of the centre jumps from record to record
        let moments::Next { left_s, at_s } = self.moments.next(self.after_s, self.forces.points.barycentric.as_ref());
        let mut length_s = self.free_s.min(left_s);
        // two equal steps rather than one and a crumb
        if length_s < left_s && left_s < 1.5 * length_s {
            length_s = 0.5 * left_s;
        }
        let order = (WIDTH * B - 1) as f64;
        let mut cut = None;
        let mut beyond = None;
        let mut last_tail = f64::INFINITY;
        self.tries = 0;
        loop {
            self.tries += 1;
            // what a moment or a border cuts short may be as short as it is
            let whole = length_s == left_s || cut == Some(length_s);
            if length_s.is_nan() || length_s < LEAST_STEP_S && !whole {
                return Err(self.collapse(length_s));
            }
            let h_s = length_s * self.direction;
            let Some(solved) = self.solve(h_s)? else {
                length_s *= 0.5;
                self.free_s = length_s;
                continue;
            };
            let piece = self.piece(&solved, h_s);
            if cut.is_none()
                && length_s > LEAST_LIGHT_S
                && let Some(bend) = self.bend(&piece, &solved)
            {
                // the forces bend here: end the step, and go on with the old one behind it
                (length_s, beyond) = bend;
                cut = Some(length_s);
                continue;
            }
            let tail = tail(&solved) / solved.size.max(self.pull_km_s2());
            let stretch = 0.9 * (self.tolerance / tail.max(1e-30)).powf(1.0 / order);
            // a tail that a shorter step does not shorten is the rounding of the forces themselves
            let noise = tail > 0.5 * last_tail && tail < self.noisy;
            last_tail = tail;
            if tail > 4.0 * self.tolerance && !noise {
                length_s *= stretch.clamp(0.1, 0.8);
                self.free_s = length_s;
                continue;
            }
            // what is below half the tolerance may be rounding, which no step makes smaller
            let stretch = if tail <= 0.5 * self.tolerance { stretch.max(1.05) } else { stretch };
            if cut.is_none() {
                // a step that an end cut short says little about a free one
                let grown = length_s * if noise { 1.0 } else { stretch.min(3.0) };
                self.free_s = if length_s < self.free_s * 0.999 { self.free_s.max(grown) } else { grown };
            }
            let bends = cut == Some(length_s);
            self.layer = beyond.filter(|_| bends);
            // on the moment itself, not a rounding beside it
            self.advance(&solved, h_s, (left_s - length_s <= 1e-12 * left_s).then_some(at_s));
            self.rest = solved.rest;
            let joint = if self.moments.is_engine(self.after_s) {
                Joint::Jump
            } else if bends {
                Joint::Bend
            } else {
                Joint::Smooth
            };
            return Ok((piece.with_joint(joint), solved));
        }
    }

    /// What an acceleration is small beside, even if it is a difference: in air, where a craft falls with weight and drag in
    /// balance, its weight.
    fn pull_km_s2(&self) -> f64 {
        let radius = norm(self.state.position_km);
        let weight = self.forces.points.mu_km3_s2 / (radius * radius);
        // nothing pulls at all far from everything
        if self.forces.drag.is_some() { weight.max(f64::MIN_POSITIVE) } else { f64::MIN_POSITIVE }
    }

    /// The accelerations of a step of that length; none when the iteration does not settle.
    fn solve(&mut self, h_s: f64) -> Result<Option<Solved<B>>, PropagationError> {
        self.surround(h_s).map_err(|source| PropagationError::Ephemeris { source, state: self.state })?;
        let solve = Solve {
            quadrature: &self.quadrature,
            forces: self.forces,
            ambient: &self.ambient,
            start: self.state,
            low: self.low,
            h_s,
            settled: (1e-2 * self.tolerance).clamp(1e-15, 1e-12),
            rest: self.rest,
        };
        Ok(lanes::run(Width::best(), solve))
    }

    /// Everything that depends on the epochs of the nodes alone.
    fn surround(&mut self, h_s: f64) -> Result<(), EphemerisError> {
        for (ambient, places) in self.ambient.iter_mut().zip(&Arc::clone(&self.quadrature).places) {
            let after_s = places.map(|place| self.after_s + place * h_s);
            ambient.fill(self.forces, self.epoch, &after_s, self.after_s + 0.5 * h_s)?;
        }
        Ok(())
    }

    fn advance(&mut self, solved: &Solved<B>, h_s: f64, onto_s: Option<f64>) {
        for axis in 0..3 {
            let (state, low) = (&mut self.state, &mut self.low);
            let (gain, rest) = (&solved.gain, &solved.gain_low);
            gather(
                [&mut state.position_km[axis], &mut low.position_km[axis]],
                [gain.position_km[axis], rest.position_km[axis]],
            );
            gather(
                [&mut state.velocity_km_s[axis], &mut low.velocity_km_s[axis]],
                [gain.velocity_km_s[axis], rest.velocity_km_s[axis]],
            );
        }
        match onto_s {
            Some(at_s) => (self.after_s, self.carry_s) = (at_s, 0.0),
            None => add(&mut self.after_s, &mut self.carry_s, h_s),
        }
    }

    /// The polynomial of a step.
    fn piece(&self, solved: &Solved<B>, h_s: f64) -> Piece {
        let s = WIDTH * B;
        let half_s = 0.5 * h_s;
        let mut terms = vec![[0.0; 3]; s + 2];
        for axis in 0..3 {
            let m = |k: usize| solved.monomials[axis][k / WIDTH][k % WIDTH];
            let (mut once, mut twice) = (0.0, 0.0);
            let mut power = 1.0_f64;
            for k in 0..s {
                // by powers of the seconds from the middle: the k-th of x is that of t over (h/2)^k
                // of a step so short that its powers leave the doubles, the term does nothing
                let kept = power.abs() > 1e-200;
                terms[k + 2][axis] = if kept { m(k) / power / ((k + 1) * (k + 2)) as f64 } else { 0.0 };
                power *= half_s;
            }
            for k in (0..s).rev() {
                // at the beginning, x = −1
                let sign = if k % 2 == 0 { -1.0 } else { 1.0 };
                once += sign * m(k) / (k + 1) as f64;
                twice -= sign * m(k) / ((k + 1) * (k + 2)) as f64;
            }
            let middle = self.state.velocity_km_s[axis] - half_s * once;
            terms[1][axis] = middle;
            terms[0][axis] = self.state.position_km[axis] + half_s * (middle - half_s * twice);
        }
        Piece::from_middle(self.after_s, h_s, terms)
    }

    /// The first place inside a step where the forces bend: how far it is, s, and the layer of the air that begins there.
    fn bend(&self, piece: &Piece, solved: &Solved<B>) -> Option<(f64, Option<usize>)> {
        let contact = self.contact_s(piece, solved).map(|since_s| (since_s.abs(), None));
        let left = self.layer_left(piece, solved).map(|left| (left.since_s.abs(), Some(left.layer)));
        match (contact, left) {
            (Some(contact), Some(left)) => Some(if left.0 < contact.0 { left } else { contact }),
            (contact, left) => contact.or(left),
        }
    }
}

/// The greatest of the last two Legendre coefficients.
fn tail<const B: usize>(solved: &Solved<B>) -> f64 {
    let last = |axis: &nodes::Nodes<B>| axis[B - 1][WIDTH - 2].abs().max(axis[B - 1][WIDTH - 1].abs());
    solved.legendre.iter().map(last).fold(0.0, f64::max)
}

/// A sum and what rounding has left of it, both with a term and what rounding has left of that.
fn gather([high, low]: [&mut f64; 2], [term, rest]: [f64; 2]) {
    let sum = *high + term;
    let of_term = sum - *high;
    let left = (*high - (sum - of_term)) + (term - of_term) + (*low + rest);
    *high = sum + left;
    *low = left - (*high - sum);
}

/// sum += term, what rounding takes kept for the next time (Kahan).
fn add(sum: &mut f64, carry: &mut f64, term: f64) {
    let step = term - *carry;
    let next = *sum + step;
    *carry = (next - *sum) - step;
    *sum = next;
}

#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod tests;
