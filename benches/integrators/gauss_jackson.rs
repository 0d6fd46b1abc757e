//! Gauss and Jackson: second sums and backward differences in equal steps, one full evaluation a step.
//!
//! With x = ∇ and h·D = −ln(1 − x), a velocity is h/(−ln(1 − x)) and a position h²/ln²(1 − x) of the accelerations; a
//! factor 1 − x goes a step back, 1/(1 − x) a step ahead. The coefficients of those series are worked out in
//! fractions. After the corrector only the pull of the centre is evaluated anew, which is as stable as a second
//! evaluation and costs nothing. The start is iterated on a window about the epoch, from the Kepler orbit.
//!
//! # Source
//! Berry and Healy, "Implementation of Gauss-Jackson integration for orbit propagation", J. Astronaut. Sci. 52 (2004)
//! 331, for the method and its start; the series are derived here.

use super::pull::{Pull, add};
use portolan::ephemerides::{EphemerisError, State};
use portolan::numerics::vector::{Vector3, norm};
use portolan::propagation::{Start, kepler};

/// A fraction; orders to 14 stay far inside 128 bits.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs().max(1) } else { divisor(b, a % b) }
}

impl Fraction {
    const ZERO: Self = Self(0, 1);

    fn reduced(self) -> Self {
        let d = divisor(self.0, self.1);
        Self(self.0 / d, self.1 / d)
    }

    fn plus(self, b: Self) -> Self {
        let d = divisor(self.1, b.1);
        Self(self.0 * (b.1 / d) + b.0 * (self.1 / d), self.1 / d * b.1).reduced()
    }

    fn times(self, b: Self) -> Self {
        let (a, b) = (Self(self.0, b.1).reduced(), Self(b.0, self.1).reduced());
        Self(a.0 * b.0, a.1 * b.1)
    }

    fn value(self) -> f64 {
        self.0 as f64 / self.1 as f64
    }
}

fn product(a: &[Fraction], b: &[Fraction]) -> Vec<Fraction> {
    (0..a.len()).map(|n| (0..=n).fold(Fraction::ZERO, |sum, k| sum.plus(a[k].times(b[n - k])))).collect()
}

/// x/(−ln(1 − x)) to so many terms.
fn inverse_logarithm(terms: usize) -> Vec<Fraction> {
    let mut inverse = vec![Fraction(1, 1)];
    for n in 1..terms {
        let sum = (0..n).fold(Fraction::ZERO, |sum, k| sum.plus(inverse[k].times(Fraction(1, (n - k + 1) as i128))));
        inverse.push(Fraction(-sum.0, sum.1));
    }
    inverse
}

/// What the sums and the accelerations of the window weigh.
struct Weights {
    /// of the second sum, for a position
    second: f64,
    /// of the first sum
    first: f64,
    /// of the accelerations, the newest first
    accelerations: Vec<f64>,
}

impl Weights {
    /// * `series`: from x⁻¹ (velocity) or x⁻² (position) on
    fn new(series: &[Fraction], sums: usize) -> Self {
        let differences = &series[sums..];
        let accelerations = (0..differences.len()).map(|i| {
            let mut binomial = 1_i128;
            let mut sum = Fraction::ZERO;
            for (k, weight) in differences.iter().enumerate().skip(i) {
                if k > i {
                    binomial = binomial * k as i128 / (k - i) as i128;
                }
                sum = sum.plus(weight.times(Fraction(if i % 2 == 0 { binomial } else { -binomial }, 1)));
            }
            sum.value()
        });
        let second = if sums == 2 { series[0].value() } else { 0.0 };
        Self { second, first: series[sums - 1].value(), accelerations: accelerations.collect() }
    }

    fn of(&self, sums: &Sums, newest_first: impl Iterator<Item = Vector3>) -> Vector3 {
        let mut parts = [0.0; 3];
        for (weight, a) in self.accelerations.iter().zip(newest_first) {
            for k in 0..3 {
                parts[k] += weight * a[k];
            }
        }
        std::array::from_fn(|k| self.second * sums.second[k] + (self.first * sums.first[k] + parts[k]))
    }
}

/// The method of one order: differences up to that order.
pub(crate) struct GaussJackson {
    order: usize,
    /// velocity and position at each point of the window, the newest first
    velocity: Vec<Weights>,
    position: Vec<Weights>,
    /// position one step ahead
    ahead: Weights,
}

#[derive(Default)]
struct Sums {
    first: Vector3,
    second: Vector3,
    first_low: Vector3,
    second_low: Vector3,
}

impl Sums {
    fn push(&mut self, a: Vector3) {
        for k in 0..3 {
            add(&mut self.first[k], &mut self.first_low[k], a[k]);
            let first = self.first[k];
            add(&mut self.second[k], &mut self.second_low[k], first);
        }
    }

    /// The newest acceleration is another one.
    fn mend(&mut self, difference: Vector3) {
        for k in 0..3 {
            add(&mut self.first[k], &mut self.first_low[k], difference[k]);
            add(&mut self.second[k], &mut self.second_low[k], difference[k]);
        }
    }
}

impl GaussJackson {
    /// * `order`: even, 14 at most
    pub(crate) fn new(order: usize) -> Self {
        let inverse = inverse_logarithm(order + 3);
        let square = product(&inverse, &inverse);
        let mut back = vec![Fraction::ZERO; order + 3];
        (back[0], back[1]) = (Fraction(1, 1), Fraction(-1, 1));
        let ahead = product(&square, &vec![Fraction(1, 1); order + 3]);
        let (mut first, mut second) = (inverse, square);
        let (mut velocity, mut position) = (Vec::new(), Vec::new());
        for _ in 0..=order {
            velocity.push(Weights::new(&first[..order + 2], 1));
            position.push(Weights::new(&second, 2));
            (first, second) = (product(&first, &back), product(&second, &back));
        }
        Self { order, velocity, position, ahead: Weights::new(&ahead, 2) }
    }

    /// To the end in equal steps; more of them than half the order.
    pub(crate) fn fly(&self, pull: &mut Pull, start: &Start, steps: usize, mu: f64) -> Result<State, EphemerisError> {
        let order = self.order;
        let h = start.span_s / steps as f64;
        let (mut sums, mut ring) = self.begin(pull, start, h, mu)?;
        let mut newest = order;
        let (h2, mut state) = (h * h, start.state);
        for step in order / 2 + 1..=steps {
            let predicted = self.ahead.of(&sums, recent(&ring, newest)).map(|x| x * h2);
            state.position_km = predicted;
            let a = pull.at(step as f64 * h, &state)?;
            newest = (newest + 1) % ring.len();
            ring[newest] = a;
            sums.push(a);
            let corrected = self.position[0].of(&sums, recent(&ring, newest)).map(|x| x * h2);
            let (before, after) = (central(predicted, mu), central(corrected, mu));
            let difference = std::array::from_fn(|k| after[k] - before[k]);
            for k in 0..3 {
                ring[newest][k] += difference[k];
            }
            sums.mend(difference);
        }
        let position_km = self.position[0].of(&sums, recent(&ring, newest)).map(|x| x * h2);
        let velocity_km_s = self.velocity[0].of(&sums, recent(&ring, newest)).map(|x| x * h);
        Ok(State { position_km, velocity_km_s })
    }

    /// The window about the epoch, iterated until it stands still: sums at its last point, accelerations from the
    /// oldest on.
    fn begin(&self, pull: &mut Pull, start: &Start, h: f64, mu: f64) -> Result<(Sums, Vec<Vector3>), EphemerisError> {
        let order = self.order;
        let middle = order / 2;
        let since = |point: usize| (point as f64 - middle as f64) * h;
        let mut states: Vec<State> =
            (0..=order).map(|point| kepler::propagate(&start.state, since(point), mu).unwrap_or(start.state)).collect();
        let mut ring: Vec<Vector3> = vec![[0.0; 3]; order + 1];
        let mut sums = Sums::default();
        for _ in 0..20 {
            for (point, state) in states.iter().enumerate() {
                ring[point] = pull.at(since(point), state)?;
            }
            let here = order - middle;
            sums = Sums::default();
            let dv = self.velocity[here].of(&sums, recent(&ring, order));
            sums.first = std::array::from_fn(|k| start.state.velocity_km_s[k] / h - dv[k]);
            let dr = self.position[here].of(&sums, recent(&ring, order));
            sums.second = std::array::from_fn(|k| start.state.position_km[k] / (h * h) - dr[k]);
            let mut moved = 0.0_f64;
            for (point, state) in states.iter_mut().enumerate() {
                let new = self.position[order - point].of(&sums, recent(&ring, order)).map(|x| x * h * h);
                let apart = std::array::from_fn(|k| new[k] - state.position_km[k]);
                moved = moved.max(norm(apart) / norm(new));
                state.position_km = new;
            }
            if moved < 1e-14 {
                break;
            }
        }
        Ok((sums, ring))
    }
}

/// The accelerations of a ring from the newest back.
#[inline]
fn recent(ring: &[Vector3], newest: usize) -> impl Iterator<Item = Vector3> {
    let (late, early) = ring.split_at(newest + 1);
    late.iter().rev().chain(early.iter().rev()).copied()
}

fn central(r: Vector3, mu: f64) -> Vector3 {
    let d = norm(r);
    let size = -mu / (d * d * d);
    r.map(|x| size * x)
}
