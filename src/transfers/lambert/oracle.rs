//! The same roots by another way, for tests alone: Halley's method inside a bracket on Battin's form of the time
//! equation, one problem after the other.
//!
//! # Source
//! Battin, *An Introduction to the Mathematics and Methods of Astrodynamics*, revised ed., eq. 7.120.

use super::Branch;
use std::f64::consts::PI;

/// λ and 1 − λ² of one triangle.
pub(super) struct Oracle {
    pub(super) lambda: f64,
    pub(super) one_minus_lambda2: f64,
}

impl Oracle {
    /// 1 − λ without the cancellation near λ = 1.
    fn one_minus_lambda(&self) -> f64 {
        if self.lambda > 0.0 { self.one_minus_lambda2 / (1.0 + self.lambda) } else { 1.0 - self.lambda }
    }

    /// T(1) = ⅔(1 − λ³).
    pub(super) fn parabolic(&self) -> f64 {
        2.0 / 3.0 * self.one_minus_lambda() * (1.0 + self.lambda + self.lambda * self.lambda)
    }

    /// The root of T(x) = `time` for less than one revolution.
    pub(super) fn single_root(&self, time: f64) -> Root {
        let l = self.lambda;
        let (t1, l2) = (self.parabolic(), l * l);
        let one_minus_l5 = self.one_minus_lambda() * (1.0 + l + l2 * (1.0 + l + l2));
        // T(0) = arccos λ + λ√(1 − λ²)
        let root = self.one_minus_lambda2.sqrt();
        let t0 = root.atan2(l) + l * root;
        let start = if time >= t0 {
            (t0 / time).powf(2.0 / 3.0) - 1.0
        } else if time < t1 {
            2.5 * t1 * (t1 - time) / (time * one_minus_l5) + 1.0
        } else {
            (time / t0).powf(std::f64::consts::LN_2 / (t1 / t0).ln()) - 1.0
        };
        self.halley(start, time, 0, (-1.0, f64::INFINITY))
    }

    /// A root of T(x) = `time` with revolutions; the error is the least time there is.
    pub(super) fn multi_root(&self, time: f64, revs: u32, branch: Branch) -> Result<Root, f64> {
        let turns = f64::from(revs) * PI;
        // T has one minimum in −1 < x < 1. Newton on T′, kept between the last points with either sign.
        let (mut low, mut high, mut x) = (-1.0, 1.0, 0.0);
        for _ in 0..80 {
            let flight = self.time(x, revs);
            if flight.first < 0.0 {
                low = x;
            } else {
                high = x;
            }
            let next = x - flight.first / flight.second;
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            let moved = (next - x).abs();
            x = next;
            if moved < 1e-12 {
                break;
            }
        }
        let least = self.time(x, revs).value;
        if time < least {
            return Err(least);
        }
        // Izzo's two starts, from the asymptotes at either end
        let (guess, bounds) = match branch {
            Branch::High => (((turns + PI) / (8.0 * time)).powf(2.0 / 3.0), (-1.0, x)),
            Branch::Low | Branch::Single => ((8.0 * time / turns).powf(2.0 / 3.0), (x, 1.0)),
        };
        let start = (guess - 1.0) / (guess + 1.0);
        let start = if start > bounds.0 && start < bounds.1 { start } else { 0.5 * (bounds.0 + bounds.1) };
        Ok(self.halley(start, time, revs, bounds))
    }

    /// Halley's method inside a bracket on which T − `time` changes sign once.
    fn halley(&self, start: f64, time: f64, revs: u32, bounds: (f64, f64)) -> Root {
        let (mut low, mut high) = bounds;
        // T falls towards the right on every branch but the low one
        let falling = revs == 0 || low <= -1.0;
        let mut x = start;
        for iteration in 1..=64 {
            let flight = self.time(x, revs);
            let miss = flight.value - time;
            if (miss > 0.0) == falling {
                low = x;
            } else {
                high = x;
            }
            let newton = miss / flight.first;
            let halley = miss / (flight.first - 0.5 * newton * flight.second);
            let step = if halley.is_finite() && halley * newton > 0.0 { halley } else { newton };
            let mut next = x - step;
            let inside = next >= low && next <= high;
            if !inside {
                // An open upper end has no middle.
                next = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * x + 3.0 };
            }
            let moved = (next - x).abs();
            x = next;
            // one more step of a cubic method would move x by the cube of this one
            let small = 1e-6 * (1.0 + x.min(1.0)).min(x.abs().max(1e-3));
            if inside && ((moved <= small && iteration >= 2) || moved <= 1e-15 * x.abs()) {
                let last = self.time(x, revs);
                let step = (last.value - time) / last.first;
                if step.is_finite() && x - step > bounds.0 && x - step < bounds.1 {
                    x -= step;
                }
                return Root { x };
            }
        }
        Root { x }
    }

    /// Dimensionless time of flight and its first two derivatives in x.
    ///
    /// T = 2λη + ½η³Q with y = √(1 − λ²(1 − x²)), η = y − λx, S = ½(1 − λ − xη), Q = 4/3·₂F₁(3, 1; 5/2; S), and
    /// for revolutions + Nπ/(1 − x²)^(3/2). η′ = −λη/y and S′ = −η²/2y make the derivatives regular at x = 1.
    fn time(&self, x: f64, revs: u32) -> Flight {
        let (l, q2) = (self.lambda, self.one_minus_lambda2);
        let u = (1.0 - x) * (1.0 + x);
        let y = (q2 + l * l * x * x).sqrt();
        let eta = self.eta(x, y);
        let cos_psi = x * y + l * u;
        let sin2_psi = eta * eta * u;
        let s = if cos_psi > 0.0 { 0.5 * sin2_psi / (1.0 + cos_psi) } else { 0.5 * (1.0 - cos_psi) };
        let mut flight = if s.abs() < 0.08 {
            let q = hypergeometric(s);
            let eta2 = eta * eta;
            let inner = 2.0 * l * l + 1.5 * l * eta2 * q.value + 0.25 * eta2 * eta2 * q.first;
            let slope = -l * q2 / (y * y * y);
            let inner_rate =
                (-eta2 / y) * (3.0 * l * l * q.value + 1.75 * l * eta2 * q.first + 0.125 * eta2 * eta2 * q.second);
            Flight {
                value: eta * (2.0 * l + 0.5 * eta2 * q.value),
                first: -eta / y * inner,
                second: -slope * inner - eta / y * inner_rate,
            }
        } else {
            let root = u.abs().sqrt();
            let psi = if u > 0.0 { (eta * root).atan2(cos_psi) } else { (eta * root).asinh() };
            let value = (psi / root - self.x_minus_lambda_y(x, y)) / u;
            let l3 = l * l * l;
            let first = (3.0 * value * x - 2.0 + 2.0 * l3 * x / y) / u;
            let second = (3.0 * value + 5.0 * x * first + 2.0 * q2 * l3 / (y * y * y)) / u;
            Flight { value, first, second }
        };
        if revs > 0 {
            let turn = f64::from(revs) * PI / (u * u.sqrt());
            flight.value += turn;
            flight.first += 3.0 * x * turn / u;
            flight.second += 3.0 * (1.0 + 4.0 * x * x) * turn / (u * u);
        }
        flight
    }

    /// η = y − λx; as (1 − λ²)/(y + λx) where the difference would cancel.
    fn eta(&self, x: f64, y: f64) -> f64 {
        let lx = self.lambda * x;
        if lx > 0.0 { self.one_minus_lambda2 / (y + lx) } else { y - lx }
    }

    /// x − λy, likewise.
    fn x_minus_lambda_y(&self, x: f64, y: f64) -> f64 {
        let l = self.lambda;
        if l * x > 0.0 { self.one_minus_lambda2 * (x * x * (1.0 + l * l) - l * l) / (x + l * y) } else { x - l * y }
    }
}

pub(super) struct Root {
    pub(super) x: f64,
}

/// A value with its first two derivatives.
struct Flight {
    value: f64,
    first: f64,
    second: f64,
}

/// 4/3·₂F₁(3, 1; 5/2; s) and its derivatives, |s| < 0.1, to rounding.
fn hypergeometric(s: f64) -> Flight {
    // Terms (3)ₙ/(5/2)ₙ·sⁿ; 20 of them leave less than 1e-19 of the sum.
    let (mut value, mut first, mut second) = (0.0, 0.0, 0.0);
    for n in (0..20).rev() {
        second = second * s + 2.0 * first;
        first = first * s + value;
        value = value * s + SERIES[n];
    }
    Flight { value, first, second }
}

/// 4/3·(3)ₙ/(5/2)ₙ
const SERIES: [f64; 20] = {
    let mut terms = [4.0 / 3.0; 20];
    let mut n = 1;
    while n < 20 {
        let k = (n - 1) as f64;
        terms[n] = terms[n - 1] * (3.0 + k) / (2.5 + k);
        n += 1;
    }
    terms
};
