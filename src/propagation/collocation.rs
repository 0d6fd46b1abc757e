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

mod nodes;
mod solve;
mod transition;

pub use transition::Transition;

use super::taylor::{PropagationError, Stop, Tolerance};
use super::trajectory::{Piece, Trajectory};
use crate::dynamics::Forces;
use crate::dynamics::forces::Ambient;
use crate::ephemerides::{EphemerisError, State};
use crate::numerics::lanes::{self, WIDTH, Width};
use crate::numerics::vector::{Vector3, norm};
use crate::time::Epoch;
use nodes::Quadrature;
use solve::{Solve, Solved};
use std::sync::Arc;
use transition::Vary;

/// Blocks of eight nodes in a step.
const BLOCKS: usize = 2;

/// The least that the last Legendre coefficients can be told from rounding, relative to the greatest acceleration: the
/// 2n + 1 of their definition times the rounding of a node's value, with a margin.
const fn least_tail(blocks: usize) -> f64 {
    (4 * WIDTH * blocks) as f64 * f64::EPSILON
}

/// Fly a state for some time under any forces.
///
/// * `forces`: what pulls and pushes
/// * `start`: position and velocity from the model's centre, ICRF axes
/// * `epoch`: of the start
/// * `span_s`: time to go, negative for back
/// * `tolerance`: greatest of the last two Legendre coefficients of a step's acceleration, relative to the greatest
///   acceleration
/// * `stop`: whether a surface ends it
///
/// The trajectory, as far as it came, and the reason if that is not all the way.
#[must_use]
pub fn propagate(
    forces: &Forces,
    start: &State,
    epoch: Epoch,
    span_s: f64,
    tolerance: Tolerance,
    stop: Stop,
) -> (Trajectory, Result<(), PropagationError>) {
    let mut trajectory = Trajectory::new(epoch, *start);
    if let Some(quantity) = not_finite(start) {
        return (trajectory, Err(PropagationError::NotFinite { quantity }));
    }
    let mut flight = Flight::<BLOCKS>::new(forces, *start, epoch, span_s, tolerance);
    let result = flight.fly(&mut trajectory, stop);
    (trajectory, result)
}

/// The same, and how its end changes with its beginning.
///
/// * arguments as for [`propagate`]
///
/// The transition matrix reaches as far as the trajectory does; an end at a surface is taken at its fixed epoch.
#[must_use]
pub fn propagate_with_transition(
    forces: &Forces,
    start: &State,
    epoch: Epoch,
    span_s: f64,
    tolerance: Tolerance,
    stop: Stop,
) -> Varied {
    let mut trajectory = Trajectory::new(epoch, *start);
    let mut columns = Transition::start(forces);
    let mut result = Ok(());
    if let Some(quantity) = not_finite(start) {
        result = Err(PropagationError::NotFinite { quantity });
    } else {
        let mut flight = Flight::<BLOCKS>::new(forces, *start, epoch, span_s, tolerance);
        flight.columns = Some(columns);
        result = result.and(flight.fly(&mut trajectory, stop));
        columns = flight.columns.take().unwrap_or_default();
    }
    Varied { trajectory, transition: Transition::of(&columns), result }
}

/// A flight and its transition matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// the way, as far as it came
    pub trajectory: Trajectory,
    /// how its end changes with its beginning
    pub transition: Transition,
    /// why it is not all the way
    pub result: Result<(), PropagationError>,
}

fn not_finite(start: &State) -> Option<&'static str> {
    [("position", start.position_km), ("velocity", start.velocity_km_s)]
        .into_iter()
        .find(|(_, v)| !v.iter().all(|x| x.is_finite()))
        .map(|(quantity, _)| quantity)
}

/// A flight under way.
struct Flight<'a, const B: usize> {
    quadrature: Arc<Quadrature<B>>,
    forces: &'a Forces,
    epoch: Epoch,
    span_s: f64,
    direction: f64,
    tolerance: f64,
    state: State,
    /// what rounding has taken from position, velocity and time (Kahan)
    carry: State,
    after_s: f64,
    carry_s: f64,
    /// step that the tolerance allows, > 0
    free_s: f64,
    ambient: Vec<Ambient>,
    rest: Vector3,
    /// moments at which a force jumps, seconds after the epoch, ascending
    edges_s: Vec<f64>,
    /// columns of the transition matrix, when asked for
    columns: Option<Vec<[f64; 6]>>,
}

impl<'a, const B: usize> Flight<'a, B> {
    fn new(forces: &'a Forces, start: State, epoch: Epoch, span_s: f64, tolerance: Tolerance) -> Self {
        let radius = norm(start.position_km);
        // a fraction of the time scale of the orbit, for want of anything better
        let free_s = 0.3 * (radius * radius * radius / forces.points.mu_km3_s2).sqrt();
        let mut edges_s: Vec<f64> = forces.thrust.iter().flat_map(|arc| arc.span_s(epoch)).collect();
        edges_s.sort_by(f64::total_cmp);
        Self {
            quadrature: nodes::quadrature(),
            forces,
            epoch,
            span_s,
            direction: if span_s < 0.0 { -1.0 } else { 1.0 },
            tolerance: tolerance.value().max(least_tail(B)),
            state: start,
            carry: State::default(),
            after_s: 0.0,
            carry_s: 0.0,
            free_s,
            ambient: (0..B).map(|_| Ambient::new(forces)).collect(),
            rest: [0.0; 3],
            edges_s,
            columns: None,
        }
    }

    fn fly(&mut self, trajectory: &mut Trajectory, stop: Stop) -> Result<(), PropagationError> {
        let center = &self.forces.points.center;
        while !self.done() {
            let from = (self.state, self.after_s);
            let (piece, solved) = self.step()?;
            let lowest_s = if stop == Stop::AtSurface { piece.lowest_s() } else { piece.h_s };
            if stop == Stop::AtSurface && norm(piece.state(lowest_s).position_km) < center.radius_km {
                let (hit_s, state) = piece.crossing(center.radius_km, lowest_s);
                let epoch = self.epoch + (piece.after_s + hit_s);
                trajectory.push(piece.cut(hit_s), state);
                return Err(PropagationError::Impact {
                    body: center.name.to_owned(),
                    epoch,
                    radius_km: norm(state.position_km),
                    state,
                });
            }
            self.vary(&solved, from, piece.h_s);
            trajectory.push(piece, self.state);
        }
        Ok(())
    }

    /// The variational equations over the step just made.
    fn vary(&mut self, solved: &Solved<B>, (start, after_s): (State, f64), h_s: f64) {
        let Some(columns) = &mut self.columns else { return };
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
        (self.span_s - self.after_s) * self.direction <= 0.0
    }

    /// Seconds to the next moment at which a force jumps, or to the end.
    fn left_s(&self) -> f64 {
        let end_s = (self.span_s - self.after_s) * self.direction;
        let ahead = |edge_s: &f64| (edge_s - self.after_s) * self.direction;
        // an edge that rounding left a hair ahead is passed
        let near = 1e-9 * (1.0 + self.after_s.abs() * 1e-3);
        self.edges_s.iter().map(ahead).filter(|s| *s > near).fold(end_s, f64::min)
    }

    /// The next step.
    fn step(&mut self) -> Result<(Piece, Solved<B>), PropagationError> {
        let left_s = self.left_s();
        let mut length_s = self.free_s.min(left_s);
        // two equal steps rather than one and a crumb
        if length_s < left_s && left_s < 1.5 * length_s {
            length_s = 0.5 * left_s;
        }
        let q = Arc::clone(&self.quadrature);
        let order = (WIDTH * B - 1) as f64;
        let mut cut = false;
        loop {
            if !(length_s > 1e-9 * self.free_s.max(1e-3)) || length_s < 1e-7 && length_s < left_s {
                return Err(PropagationError::StepCollapsed {
                    epoch: self.epoch + self.after_s,
                    step_s: length_s,
                    state: self.state,
                });
            }
            let h_s = length_s * self.direction;
            self.surround(h_s).map_err(|source| PropagationError::Ephemeris { source, state: self.state })?;
            let solve = Solve {
                quadrature: &q,
                forces: self.forces,
                ambient: &self.ambient,
                start: self.state,
                h_s,
                settled: (1e-2 * self.tolerance).clamp(1e-15, 1e-12),
                rest: self.rest,
            };
            let Some(solved) = lanes::run(Width::best(), solve) else {
                length_s *= 0.5;
                self.free_s = length_s;
                continue;
            };
            let piece = self.piece(&solved, h_s);
            if !cut && let Some(contact_s) = self.contact_s(&piece, &solved) {
                // the light bends here: end the step, and go on with the old one behind it
                length_s = contact_s.abs();
                cut = true;
                continue;
            }
            let tail = tail(&solved) / solved.size;
            let stretch = 0.9 * (self.tolerance / tail.max(1e-30)).powf(1.0 / order);
            if tail > 4.0 * self.tolerance {
                length_s *= stretch.clamp(0.1, 0.8);
                self.free_s = length_s;
                continue;
            }
            if !cut {
                // a step that an end cut short says little about a free one
                let grown = length_s * stretch.min(3.0);
                self.free_s = if length_s < self.free_s * 0.999 { self.free_s.max(grown) } else { grown };
            }
            self.advance(&solved, h_s, (left_s - length_s).abs() <= 1e-12 * left_s);
            self.rest = solved.rest;
            return Ok((piece, solved));
        }
    }

    /// Everything that depends on the epochs of the nodes alone.
    fn surround(&mut self, h_s: f64) -> Result<(), EphemerisError> {
        for (ambient, places) in self.ambient.iter_mut().zip(&Arc::clone(&self.quadrature).places) {
            let after_s = places.map(|place| self.after_s + place * h_s);
            ambient.fill(self.forces, self.epoch, &after_s, self.after_s + 0.5 * h_s)?;
        }
        Ok(())
    }

    fn advance(&mut self, solved: &Solved<B>, h_s: f64, at_edge: bool) {
        let q = Arc::clone(&self.quadrature);
        for axis in 0..3 {
            let a = |j: usize| solved.acceleration[axis][j / WIDTH][j % WIDTH];
            let (mut once, mut twice) = (0.0, 0.0);
            for j in 0..WIDTH * B {
                once += q.once_to_end[j] * a(j);
                twice += q.twice_to_end[j] * a(j);
            }
            let dr = h_s * (self.state.velocity_km_s[axis] + h_s * twice);
            add(&mut self.state.position_km[axis], &mut self.carry.position_km[axis], dr);
            add(&mut self.state.velocity_km_s[axis], &mut self.carry.velocity_km_s[axis], h_s * once);
        }
        if at_edge {
            // on the edge itself, not a rounding beside it
            let left_s = self.left_s() * self.direction;
            let edge_s = self.after_s + left_s;
            (self.after_s, self.carry_s) = (edge_s, 0.0);
        } else {
            add(&mut self.after_s, &mut self.carry_s, h_s);
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
            let mut power = 1.0;
            for k in 0..s {
                // by powers of the seconds from the middle: the k-th of x is that of t over (h/2)^k
                terms[k + 2][axis] = m(k) / power / ((k + 1) * (k + 2)) as f64;
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

    /// The first contact of the Sun's disc with a body's inside a step, s after its beginning.
    fn contact_s(&self, piece: &Piece, solved: &Solved<B>) -> Option<f64> {
        self.forces.radiation.as_ref().filter(|radiation| !radiation.shadows.is_empty())?;
        let at_node = |ambient: &Ambient, block: usize, lane: usize| {
            let r = std::array::from_fn(|k| solved.position[k][block][lane]);
            self.forces.contacts_rad(&ambient.places_km(lane), r)
        };
        let q = Arc::clone(&self.quadrature);
        let mut before: Option<(f64, Vec<f64>)> = None;
        for (block, ambient) in self.ambient.iter().enumerate() {
            for lane in 0..WIDTH {
                let contacts = at_node(ambient, block, lane);
                let at_s = q.places[block][lane] * piece.h_s;
                if let Some((before_s, old)) = &before
                    && let Some(which) = (0..contacts.len()).find(|k| (old[*k] < 0.0) != (contacts[*k] < 0.0))
                {
                    return self.between(piece, which, (*before_s, old[which]), at_s);
                }
                before = Some((at_s, contacts));
            }
        }
        None
    }

    /// Bisection of one contact between two moments of a step.
    fn between(&self, piece: &Piece, which: usize, from: (f64, f64), to_s: f64) -> Option<f64> {
        let (mut near_s, mut far_s) = (from.0, to_s);
        for _ in 0..50 {
            let middle_s = 0.5 * (near_s + far_s);
            let bodies = self.forces.bodies_km(self.epoch + (self.after_s + middle_s)).ok()?;
            let contact = *self.forces.contacts_rad(&bodies, piece.state(middle_s).position_km).get(which)?;
            if (contact < 0.0) == (from.1 < 0.0) { near_s = middle_s } else { far_s = middle_s }
        }
        Some(far_s)
    }
}

/// The greatest of the last two Legendre coefficients.
fn tail<const B: usize>(solved: &Solved<B>) -> f64 {
    let last = |axis: &nodes::Nodes<B>| axis[B - 1][WIDTH - 2].abs().max(axis[B - 1][WIDTH - 1].abs());
    solved.legendre.iter().map(last).fold(0.0, f64::max)
}

/// sum += term, what rounding takes kept for the next time (Kahan).
fn add(sum: &mut f64, carry: &mut f64, term: f64) {
    let step = term - *carry;
    let next = *sum + step;
    *carry = (next - *sum) - step;
    *sum = next;
}
