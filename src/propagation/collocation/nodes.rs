//! Gauss's nodes on a step, and what integrates a polynomial through them.

use crate::numerics::double_double::DoubleDouble as Dd;
use crate::numerics::lanes::WIDTH;
use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// One number a node, in blocks of lanes.
pub(super) type Nodes<const B: usize> = [[f64; WIDTH]; B];

/// Gauss–Legendre collocation at 8·B nodes.
///
/// What makes a step is kept to twice the digits of a double: the rounding of a weight is the same at every step, and a
/// thousand revolutions would show it.
pub(super) struct Quadrature<const B: usize> {
    /// places of the nodes on a step from 0 to 1, and what rounding has taken from them
    pub(super) places: Nodes<B>,
    pub(super) places_low: Nodes<B>,
    /// ∫₀^place of the polynomial that is one at node j and zero at the others: row j
    pub(super) once: Vec<Nodes<B>>,
    /// the same integrated twice, and what rounding has taken from it
    pub(super) twice: Vec<Nodes<B>>,
    pub(super) twice_low: Vec<Nodes<B>>,
    /// ∫₀¹, one a node
    pub(super) once_to_end: Halves<B>,
    /// ∫₀¹∫₀^c, one a node
    pub(super) twice_to_end: Halves<B>,
    /// Legendre coefficients of the polynomial that is one at node j: row j
    pub(super) legendre: Vec<Nodes<B>>,
    /// monomials of Legendre's polynomial n: row n
    pub(super) monomials: Vec<Nodes<B>>,
}

/// Numbers of twice the digits, one a node.
pub(super) struct Halves<const B: usize> {
    pub(super) high: Nodes<B>,
    pub(super) low: Nodes<B>,
}

impl<const B: usize> Halves<B> {
    /// The nearest double of a node's number.
    pub(super) fn at(&self, node: usize) -> f64 {
        self.high[node / WIDTH][node % WIDTH]
    }
}

/// The rule of 8·B nodes, made once.
pub(super) fn quadrature<const B: usize>() -> Arc<Quadrature<B>> {
    static MADE: Mutex<Vec<Arc<dyn Any + Send + Sync>>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = made.iter().find_map(|rule| Arc::clone(rule).downcast::<Quadrature<B>>().ok()) {
        return found;
    }
    let rule = Arc::new(Quadrature::<B>::new());
    made.push(Arc::clone(&rule) as Arc<dyn Any + Send + Sync>);
    rule
}

impl<const B: usize> Quadrature<B> {
    /// Nodes, weights and matrices.
    ///
    /// The nodes are the zeros of P_s by Newton's method; ℓ_j = w_j Σ (2n + 1)/2 P_n(x_j) P_n, since Gauss's rule makes
    /// the first s polynomials orthogonal on its nodes, and ∫P_n = (P_{n+1} − P_{n−1})/(2n + 1).
    ///
    /// # Source
    /// Hairer, Lubich and Wanner, *Geometric Numerical Integration*, section II.1.3, for the methods themselves.
    pub(super) fn new() -> Self {
        let s = WIDTH * B;
        let (one, half, quarter) = (Dd::ONE, Dd::from(0.5), Dd::from(0.25));
        let mut nodes: Vec<(Dd, Dd)> = Vec::with_capacity(s);
        for k in 0..s {
            // counted from the left end
            let mut x = Dd::from(-((k as f64 + 0.75) / (s as f64 + 0.5) * std::f64::consts::PI).cos());
            let slope = |x: Dd, p: &[Dd]| whole(s) * (p[s - 1] - x * p[s]) / (one - x * x);
            for _ in 0..8 {
                let p = legendre_values(x, s);
                x = x - p[s] / slope(x, &p);
            }
            let slope = slope(x, &legendre_values(x, s));
            nodes.push((x, Dd::from(2.0) / ((one - x * x) * slope * slope)));
        }
        let pairs = |f: &dyn Fn(usize) -> Dd| {
            let part = |which: usize| -> Nodes<B> {
                std::array::from_fn(|block| std::array::from_fn(|lane| f(WIDTH * block + lane).halves()[which]))
            };
            Halves { high: part(0), low: part(1) }
        };
        let values: Vec<Vec<Dd>> = nodes.iter().map(|(x, _)| legendre_values(*x, s + 2)).collect();
        // integrals from −1 of P_n, once and twice, at a point with the values p
        let once_of = |p: &[Dd], x: Dd, n: usize| match n {
            0 => x + one,
            _ => (p[n + 1] - p[n - 1]) / whole(2 * n + 1),
        };
        let twice_of = |p: &[Dd], x: Dd, n: usize| match n {
            0 => half * (x + one) * (x + one),
            // ∫(P₂ − P₀)/3
            1 => (once_of(p, x, 2) - once_of(p, x, 0)) / whole(3),
            _ => (once_of(p, x, n + 1) - once_of(p, x, n - 1)) / whole(2 * n + 1),
        };
        let coefficients: Vec<Vec<Dd>> =
            (0..s).map(|j| (0..s).map(|n| half * whole(2 * n + 1) * nodes[j].1 * values[j][n]).collect()).collect();
        let sum = |j: usize, of: &[Dd]| coefficients[j].iter().zip(of).fold(Dd::ZERO, |sum, (c, x)| sum + *c * *x);
        let integrals = |of: &dyn Fn(&[Dd], Dd, usize) -> Dd| -> Vec<Vec<Dd>> {
            (0..s).map(|i| (0..s).map(|n| of(&values[i], nodes[i].0, n)).collect()).collect()
        };
        let (once, twice) = (integrals(&once_of), integrals(&twice_of));
        let end = legendre_values(one, s + 2);
        let twice_end: Vec<Dd> = (0..s).map(|n| twice_of(&end, one, n)).collect();
        let twice: Vec<Halves<B>> = (0..s).map(|j| pairs(&|i| quarter * sum(j, &twice[i]))).collect();
        let places = pairs(&|i| half * (one + nodes[i].0));
        Self {
            places: places.high,
            places_low: places.low,
            once: (0..s).map(|j| pairs(&|i| half * sum(j, &once[i])).high).collect(),
            twice_low: twice.iter().map(|row| row.low).collect(),
            twice: twice.into_iter().map(|row| row.high).collect(),
            once_to_end: pairs(&|j| half * nodes[j].1),
            twice_to_end: pairs(&|j| quarter * sum(j, &twice_end)),
            legendre: (0..s).map(|j| pairs(&|n| coefficients[j][n]).high).collect(),
            monomials: legendre_monomials(s)
                .into_iter()
                .map(|row| std::array::from_fn(|block| std::array::from_fn(|lane| row[WIDTH * block + lane])))
                .collect(),
        }
    }
}

fn whole(n: usize) -> Dd {
    Dd::from(n as f64)
}

/// P₀ to P_most at a point.
fn legendre_values(x: Dd, most: usize) -> Vec<Dd> {
    let mut p = vec![Dd::ONE, x];
    for n in 1..most {
        p.push((whole(2 * n + 1) * x * p[n] - whole(n) * p[n - 1]) / whole(n + 1));
    }
    p
}

/// Coefficients of P₀ to P_{count−1} by powers.
fn legendre_monomials(count: usize) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![0.0; count]; count.max(2)];
    rows[0][0] = 1.0;
    if count > 1 {
        rows[1][1] = 1.0;
    }
    for n in 1..count.saturating_sub(1) {
        let k = n as f64;
        for power in 0..count {
            let lower = if power > 0 { rows[n][power - 1] } else { 0.0 };
            rows[n + 1][power] = ((2.0 * k + 1.0) * lower - k * rows[n - 1][power]) / (k + 1.0);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const B: usize>() {
        let q = Quadrature::<B>::new();
        let s = WIDTH * B;
        let place = |i: usize| q.places[i / WIDTH][i % WIDTH];
        assert!((0..s - 1).all(|i| place(i) < place(i + 1)));
        for power in 0..s {
            // a node's value of c^power, integrated once and twice
            let p = power as i32;
            let at = |rows: &[Nodes<B>], i: usize| {
                (0..s).map(|j| rows[j][i / WIDTH][i % WIDTH] * place(j).powi(p)).sum::<f64>()
            };
            for i in 0..s {
                let once = place(i).powi(p + 1) / (p + 1) as f64;
                let twice = place(i).powi(p + 2) / ((p + 1) * (p + 2)) as f64;
                assert!((at(&q.once, i) - once).abs() < 2e-15, "{s} nodes, power {p}, node {i}");
                assert!((at(&q.twice, i) - twice).abs() < 2e-15, "{s} nodes, power {p}, node {i}");
            }
        }
        // Gauss's rule is exact to twice as many powers
        for power in 0..2 * s {
            let sum: f64 = (0..s).map(|j| q.once_to_end.at(j) * place(j).powi(power as i32)).sum();
            assert!((sum * (power + 1) as f64 - 1.0).abs() < 4e-15, "{s} nodes, power {power}");
        }
        // and to twice the digits where both halves of the weights are summed
        let both = |h: &Halves<B>, j: usize| Dd::from(h.at(j)) + Dd::from(h.low[j / WIDTH][j % WIDTH]);
        let node = |j: usize| Dd::from(place(j)) + Dd::from(q.places_low[j / WIDTH][j % WIDTH]);
        for power in 0..2 * s {
            let (mut once, mut twice) = (Dd::ZERO, Dd::ZERO);
            for j in 0..s {
                let value = (0..power).fold(Dd::ONE, |product, _| product * node(j));
                once = once + both(&q.once_to_end, j) * value;
                twice = twice + both(&q.twice_to_end, j) * value;
            }
            let miss = (once * whole(power + 1) - Dd::ONE).to_f64().abs();
            assert!(miss < 1e-27, "{s} nodes, power {power}: {miss:e}");
            // the double integral has the weight 1 − c, which costs one power
            if power + 1 < 2 * s {
                let miss = (twice * whole((power + 1) * (power + 2)) - Dd::ONE).to_f64().abs();
                assert!(miss < 1e-26, "{s} nodes, power {power}: {miss:e}");
            }
        }
        // the way to monomials and back
        let f = |x: f64| (1.3 * x).sin() + 0.2;
        let mut g = vec![0.0; s];
        for j in 0..s {
            for (n, g) in g.iter_mut().enumerate() {
                *g += q.legendre[j][n / WIDTH][n % WIDTH] * f(2.0 * place(j) - 1.0);
            }
        }
        let m: Vec<f64> = (0..s).map(|k| (0..s).map(|n| g[n] * q.monomials[n][k / WIDTH][k % WIDTH]).sum()).collect();
        for x in [-1.0, -0.3, 0.77, 1.0] {
            let got = m.iter().rev().fold(0.0, |sum, c| sum * x + c);
            let wanted: f64 = f(x);
            assert!((got - wanted).abs() < if s > 8 { 1e-13 } else { 1e-6 }, "{s} nodes at {x}: {}", got - wanted);
        }
    }

    #[test]
    fn law_polynomials_are_integrated_exactly() {
        check::<1>();
        check::<2>();
        check::<3>();
        check::<4>();
    }
}
