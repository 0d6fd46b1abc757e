//! The series of every step, kept: the trajectory at any epoch.

use crate::ephemerides::State;
use crate::numerics::vector::{dot, norm};
use crate::time::Epoch;

/// How the forces go on where two steps meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    /// as if nothing were there
    Smooth,
    /// with a bend: light at the edge of a shadow
    Bend,
    /// with a jump: an engine lights or stops
    Jump,
}

/// What the one who is shown a step says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seen {
    GoOn,
    /// it ends so long after the beginning of the step
    End {
        since_s: f64,
    },
}

/// One step: a polynomial for the position, whose derivative is the velocity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// seconds from the trajectory's epoch to the beginning of the step
    pub(super) after_s: f64,
    /// length, negative when the way leads back
    pub(super) h_s: f64,
    /// what the powers are of: seconds since the beginning of the step and this
    origin_s: f64,
    /// rows of x, y, z, one a power
    terms: Vec<[f64; 3]>,
    /// how the forces go on at its end
    joint: Joint,
}

/// What a polynomial leaves out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Blur {
    pub(super) position_km: f64,
    pub(super) velocity_km_s: f64,
}

impl Blur {
    pub(super) const NONE: Self = Self { position_km: 0.0, velocity_km_s: 0.0 };

    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            position_km: self.position_km + other.position_km,
            velocity_km_s: self.velocity_km_s + other.velocity_km_s,
        }
    }
}

impl Piece {
    /// The series about the beginning of a step.
    pub(super) const fn from_series(after_s: f64, h_s: f64, terms: Vec<[f64; 3]>) -> Self {
        Self { after_s, h_s, origin_s: 0.0, terms, joint: Joint::Smooth }
    }

    /// A polynomial about the middle of a step.
    pub(super) const fn from_middle(after_s: f64, h_s: f64, terms: Vec<[f64; 3]>) -> Self {
        Self { after_s, h_s, origin_s: 0.5 * h_s, terms, joint: Joint::Smooth }
    }

    /// Another way of going on at its end.
    pub(super) const fn with_joint(mut self, joint: Joint) -> Self {
        self.joint = joint;
        self
    }

    /// Position and velocity some seconds after the beginning of the step.
    pub(super) fn state(&self, since_s: f64) -> State {
        let t_s = since_s - self.origin_s;
        let mut state = State::default();
        for axis in 0..3 {
            // the first two terms last, so that the small ones are summed before they meet the large
            let (mut r, mut v) = (0.0, 0.0);
            for (n, row) in self.terms.iter().enumerate().skip(2).rev() {
                r = (r + row[axis]) * t_s;
                v = (v + n as f64 * row[axis]) * t_s;
            }
            state.position_km[axis] = self.terms[0][axis] + (self.terms[1][axis] + r) * t_s;
            state.velocity_km_s[axis] = self.terms[1][axis] + v;
        }
        state
    }

    /// Where the step comes nearest to the centre, s after its beginning: at an end, or at the periapsis between.
    ///
    /// A step is a fraction of the radius of convergence, so it holds one periapsis at most.
    pub(super) fn lowest_s(&self) -> f64 {
        // along the way flown, which may lead back in time
        let climbs = |t_s: f64| {
            let State { position_km, velocity_km_s } = self.state(t_s);
            dot(position_km, velocity_km_s) * self.h_s > 0.0
        };
        match (climbs(0.0), climbs(self.h_s)) {
            (true, _) => 0.0,
            (false, false) => self.h_s,
            (false, true) => {
                let (mut falling, mut climbing) = (0.0, self.h_s);
                for _ in 0..60 {
                    let middle = 0.5 * (falling + climbing);
                    if climbs(middle) { climbing = middle } else { falling = middle }
                }
                climbing
            }
        }
    }

    /// The first moment below a radius before a moment that lies below it, s after the beginning.
    pub(super) fn crossing(&self, radius_km: f64, below_s: f64) -> (f64, State) {
        let (mut above, mut below) = (0.0, below_s);
        for _ in 0..80 {
            let middle = 0.5 * (above + below);
            if norm(self.state(middle).position_km) < radius_km { below = middle } else { above = middle }
        }
        (below, self.state(below))
    }

    /// What the polynomial leaves out of position and velocity, by its last two terms.
    pub(super) fn blur(&self) -> Blur {
        let most = self.terms.len().saturating_sub(1);
        let mut blur = Blur { position_km: 0.0, velocity_km_s: 0.0 };
        for n in most.saturating_sub(1).max(2)..=most {
            let size = self.terms.get(n).map_or(0.0, |row| row.iter().fold(0.0_f64, |size, x| size.max(x.abs())));
            let degree = n as f64;
            let (position_km, velocity_km_s) = if self.origin_s == 0.0 {
                (size * self.h_s.abs().powi(n as i32), degree * size * self.h_s.abs().powi(n as i32 - 1))
            } else {
                // of the acceleration's Legendre polynomial of degree k = n − 2, whose highest power has the factor
                // (2k − 1)!!/k!, which an integral makes 2k + 1 times smaller
                let k = n - 2;
                let highest: f64 = (1..=k).map(|j| (2 * j - 1) as f64 / j as f64).product();
                let half_s = self.origin_s.abs();
                let acceleration = size * degree * (degree - 1.0) * half_s.powi(k as i32) / highest;
                let once = half_s * 2.0 / (2 * k + 1) as f64;
                (acceleration * once * once, acceleration * once)
            };
            blur.position_km = blur.position_km.max(position_km);
            blur.velocity_km_s = blur.velocity_km_s.max(velocity_km_s);
        }
        blur
    }

    /// What it leaves out of the state at its end, which the next step begins with: as much for a series; for collocation,
    /// whose ends are of twice the order, nothing to speak of.
    pub(super) fn blur_at_end(&self) -> Blur {
        if self.origin_s == 0.0 { self.blur() } else { Blur::NONE }
    }

    pub(super) fn cut(mut self, h_s: f64) -> Self {
        self.h_s = h_s;
        self
    }
}

/// A trajectory: the series of every step.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    epoch: Epoch,
    start: State,
    end: State,
    pieces: Vec<Piece>,
}

impl Trajectory {
    pub(super) const fn new(epoch: Epoch, start: State) -> Self {
        Self { epoch, start, end: start, pieces: Vec::new() }
    }

    pub(super) fn push(&mut self, piece: Piece, end: State) {
        self.pieces.push(piece);
        self.end = end;
    }

    /// End it at a moment of its last step, or a hair behind.
    pub(super) fn end_at(&mut self, after_s: f64) {
        if let Some(piece) = self.pieces.last_mut() {
            piece.h_s = after_s - piece.after_s;
            self.end = piece.state(piece.h_s);
        }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Epoch of the start.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Seconds from the start to the end, negative when the way leads back.
    #[must_use]
    pub fn span_s(&self) -> f64 {
        self.pieces.last().map_or(0.0, |piece| piece.after_s + piece.h_s)
    }

    /// State at the start.
    #[must_use]
    pub const fn start(&self) -> State {
        self.start
    }

    /// State at the end.
    #[must_use]
    pub const fn end(&self) -> State {
        self.end
    }

    /// Number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.pieces.len()
    }

    /// Seconds from the start to where the steps meet, both ends included.
    #[must_use]
    pub fn joints_s(&self) -> Vec<f64> {
        self.pieces.iter().map(|piece| piece.after_s).chain([self.span_s()]).collect()
    }

    /// Where the forces bend or jump between the ends, seconds after the start, in the order of the flight.
    pub(super) fn kinks_s(&self, least: Joint) -> Vec<f64> {
        let inner = &self.pieces[..self.pieces.len().saturating_sub(1)];
        inner.iter().filter(|piece| piece.joint >= least).map(|piece| piece.after_s + piece.h_s).collect()
    }

    /// State some seconds after the start, to the accuracy of the integration.
    ///
    /// * `after_s`: between zero and [`Trajectory::span_s`]
    ///
    /// `None` outside.
    #[must_use]
    pub fn state(&self, after_s: f64) -> Option<State> {
        let direction = if self.span_s() < 0.0 { -1.0 } else { 1.0 };
        let inside = after_s * direction >= 0.0 && (self.span_s() - after_s) * direction >= 0.0;
        if !inside {
            return None;
        }
        // the same bits as the end, which may be summed in another way than the polynomial
        if after_s == self.span_s() {
            return Some(self.end);
        }
        let next = self.pieces.partition_point(|piece| (after_s - piece.after_s) * direction >= 0.0);
        match self.pieces.get(next.saturating_sub(1)) {
            Some(piece) => Some(piece.state(after_s - piece.after_s)),
            None => Some(self.start),
        }
    }
}
