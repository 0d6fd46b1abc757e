//! Gauss's nodes on a step, and what integrates a polynomial through them.

use crate::numerics::lanes::WIDTH;
use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// One number a node, in blocks of lanes.
pub(super) type Nodes<const B: usize> = [[f64; WIDTH]; B];

/// Gauss–Legendre collocation at 8·B nodes.
pub(super) struct Quadrature<const B: usize> {
    /// places of the nodes on a step from 0 to 1
    pub(super) places: Nodes<B>,
    /// ∫₀^place of the polynomial that is one at node j and zero at the others: row j
    pub(super) once: Vec<Nodes<B>>,
    /// the same integrated twice
    pub(super) twice: Vec<Nodes<B>>,
    /// ∫₀¹, one a node
    pub(super) once_to_end: Vec<f64>,
    /// ∫₀¹∫₀^c, one a node
    pub(super) twice_to_end: Vec<f64>,
    /// Legendre coefficients of the polynomial that is one at node j: row j
    pub(super) legendre: Vec<Nodes<B>>,
    /// monomials of Legendre's polynomial n: row n
    pub(super) monomials: Vec<Nodes<B>>,
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
        let mut nodes = Vec::with_capacity(s);
        for k in 0..s {
            // counted from the left end
            let mut x = -((k as f64 + 0.75) / (s as f64 + 0.5) * std::f64::consts::PI).cos();
            for _ in 0..8 {
                let p = legendre_values(x, s);
                let slope = s as f64 * (p[s - 1] - x * p[s]) / (1.0 - x * x);
                x -= p[s] / slope;
            }
            let p = legendre_values(x, s);
            let slope = s as f64 * (p[s - 1] - x * p[s]) / (1.0 - x * x);
            nodes.push((x, 2.0 / ((1.0 - x * x) * slope * slope)));
        }
        let blocks = |f: &dyn Fn(usize) -> f64| -> Nodes<B> {
            std::array::from_fn(|block| std::array::from_fn(|lane| f(WIDTH * block + lane)))
        };
        let values: Vec<Vec<f64>> = nodes.iter().map(|(x, _)| legendre_values(*x, s + 2)).collect();
        // integrals from −1 of P_n, once and twice, at a point with the values p
        let once_of = |p: &[f64], x: f64, n: usize| match n {
            0 => x + 1.0,
            _ => (p[n + 1] - p[n - 1]) / (2 * n + 1) as f64,
        };
        let twice_of = |p: &[f64], x: f64, n: usize| match n {
            0 => 0.5 * (x + 1.0) * (x + 1.0),
            // ∫(P₂ − P₀)/3
            1 => (once_of(p, x, 2) - once_of(p, x, 0)) / 3.0,
            _ => (once_of(p, x, n + 1) - once_of(p, x, n - 1)) / (2 * n + 1) as f64,
        };
        let coefficient = |j: usize, n: usize| 0.5 * (2 * n + 1) as f64 * nodes[j].1 * values[j][n];
        let sum = |j: usize, of: &dyn Fn(usize) -> f64| (0..s).map(|n| coefficient(j, n) * of(n)).sum::<f64>();
        let end = legendre_values(1.0, s + 2);
        Self {
            places: blocks(&|i| 0.5 * (1.0 + nodes[i].0)),
            once: (0..s).map(|j| blocks(&|i| 0.5 * sum(j, &|n| once_of(&values[i], nodes[i].0, n)))).collect(),
            twice: (0..s).map(|j| blocks(&|i| 0.25 * sum(j, &|n| twice_of(&values[i], nodes[i].0, n)))).collect(),
            once_to_end: (0..s).map(|j| 0.5 * nodes[j].1).collect(),
            twice_to_end: (0..s).map(|j| 0.25 * sum(j, &|n| twice_of(&end, 1.0, n))).collect(),
            legendre: (0..s).map(|j| blocks(&|n| coefficient(j, n))).collect(),
            monomials: {
                let rows = legendre_monomials(s);
                (0..s).map(|n| blocks(&|k| rows[n][k])).collect()
            },
        }
    }
}

/// P₀ to P_most at a point.
fn legendre_values(x: f64, most: usize) -> Vec<f64> {
    let mut p = vec![1.0, x];
    for n in 1..most {
        let k = n as f64;
        p.push(((2.0 * k + 1.0) * x * p[n] - k * p[n - 1]) / (k + 1.0));
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
            let sum: f64 = (0..s).map(|j| q.once_to_end[j] * place(j).powi(power as i32)).sum();
            assert!((sum * (power + 1) as f64 - 1.0).abs() < 4e-15, "{s} nodes, power {power}");
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
