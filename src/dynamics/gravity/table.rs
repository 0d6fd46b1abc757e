//! Harmonic series laid out for streaming.
//!
//! A term of the field is R/r · (ξ + iη)^m · h(n, m), with ξ, η, ζ = R·(x, y, z)/r² and q = (R/r)². The polynomials
//! h(n, m) are those of Gegenbauer scaled so that their leading coefficient is 2^(n−m):
//!
//! h(m, m) = 1, h(n, m) = 2ζ·h(n−1, m) − β(n, m)·q·h(n−2, m), β = 4((n−1)² − m²)/(4(n−1)² − 1)
//!
//! They stay of order one, have neither root nor division, and no pole is special to them. A derivative of a term is a
//! term of the next degree and of the orders m − 1, m, m + 1, so that each component of the acceleration and of its
//! gradient is a harmonic series of its own over the same h. All of it is made in double-double and rounded once.

use crate::numerics::double_double::DoubleDouble;
use crate::numerics::lanes::WIDTH;

/// Coefficients of the cosine and the sine by degree and order, in the scaling of h.
#[derive(Clone)]
pub(super) struct Series {
    degree: usize,
    order: usize,
    /// row n of `order + 1` pairs
    terms: Vec<[DoubleDouble; 2]>,
}

/// An axis to differentiate along.
#[derive(Clone, Copy)]
pub(super) enum Axis {
    X,
    Y,
    Z,
}

impl Series {
    fn zero(degree: usize, order: usize) -> Self {
        Self { degree, order, terms: vec![[DoubleDouble::ZERO; 2]; (degree + 1) * (order + 1)] }
    }

    fn term(&mut self, n: usize, m: usize) -> &mut [DoubleDouble; 2] {
        &mut self.terms[n * (self.order + 1) + m]
    }

    fn at(&self, n: usize, m: usize) -> [DoubleDouble; 2] {
        if n <= self.degree && m <= self.order && m <= n {
            self.terms[n * (self.order + 1) + m]
        } else {
            [DoubleDouble::ZERO; 2]
        }
    }

    /// From fully normalised coefficients, degrees 1 to `degree`; the central term is left out.
    pub(super) fn from_normalised(degree: usize, order: usize, pair: impl Fn(usize, usize) -> [f64; 2]) -> Self {
        let mut series = Self::zero(degree, order);
        let whole = |x: usize| DoubleDouble::from(x as f64);
        // square of P̄(n, m) over cos^m φ · h(n, m), n = m
        let mut sectoral2 = DoubleDouble::ONE;
        for m in 0..=order.min(degree) {
            if m > 0 {
                let below = if m == 1 { 1 } else { 2 * m };
                sectoral2 = sectoral2 * whole(2 * m + 1) / whole(below);
            }
            let mut square = sectoral2;
            for n in m..=degree {
                if n > m {
                    square = square * whole(4 * n * n - 1) / whole(4 * (n * n - m * m));
                }
                if n > 0 {
                    let root = square.sqrt();
                    *series.term(n, m) = pair(n, m).map(|c| root * DoubleDouble::from(c));
                }
            }
        }
        series
    }

    /// The derivative along an axis, in units of 1/R.
    ///
    /// # Source
    /// Montenbruck and Gill, *Satellite Orbits*, eq. 3.33, in the scaling of h, where every factor is a
    /// multiple of (2n + 1)/2.
    pub(super) fn derivative(&self, axis: Axis) -> Self {
        let mut out = Self::zero(self.degree + 1, self.order + 1);
        for n in 0..=self.degree {
            let half = n as f64 + 0.5;
            for m in 0..=self.order.min(n) {
                let [c, s] = self.at(n, m);
                // x and y: the term turned by the axis, [c, s] or [s, −c]
                let turned = match axis {
                    Axis::X | Axis::Z => [c, s],
                    Axis::Y => [s, -c],
                };
                let mut add = |m: usize, factor: f64, sign: [f64; 2]| {
                    let into = out.term(n + 1, m);
                    for k in 0..2 {
                        into[k] = into[k] + turned[k] * DoubleDouble::from(factor * sign[k]);
                    }
                };
                match (axis, m) {
                    (Axis::Z, _) => add(m, -half, [1.0, 1.0]),
                    (Axis::X, 0) => add(1, -2.0 * half, [1.0, 0.0]),
                    (Axis::Y, 0) => add(1, 2.0 * half, [0.0, 1.0]),
                    (Axis::X, _) => {
                        add(m + 1, -half, [1.0, 1.0]);
                        add(m - 1, half / 4.0, [1.0, if m == 1 { 0.0 } else { 1.0 }]);
                    }
                    (Axis::Y, _) => {
                        add(m + 1, half, [1.0, 1.0]);
                        add(m - 1, half / 4.0, [1.0, if m == 1 { 0.0 } else { 1.0 }]);
                    }
                }
            }
        }
        out
    }
}

/// −β(n, m)
fn minus_beta(n: usize, m: usize) -> f64 {
    let below = n - 1;
    let over = DoubleDouble::from((4 * (below * below - m * m)) as f64);
    let under = DoubleDouble::from((4 * below * below) as f64 - 1.0);
    -(over / under).to_f64()
}

/// Some series over the same h, `COLUMNS` = 1 + twice their number: −β and the pairs of cosine and sine.
pub(super) struct Table<const COLUMNS: usize> {
    /// highest degree and order of the series
    pub(super) degree: usize,
    pub(super) order: usize,
    /// order by order, degree n = m upwards: for many points at once
    pub(super) rows: Vec<[f64; COLUMNS]>,
    /// eight orders side by side, k = n − m upwards, zeros past the end of a shorter one: for one point
    pub(super) blocks: Vec<[[f64; WIDTH]; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(super) fn new(series: &[Series]) -> Self {
        let degree = series.iter().map(|s| s.degree).max().unwrap_or(0);
        let order = series.iter().map(|s| s.order.min(s.degree)).max().unwrap_or(0);
        let row = |n: usize, m: usize| -> [f64; COLUMNS] {
            let mut row = [0.0; COLUMNS];
            if n > degree || m > order {
                return row;
            }
            // the first step up from h(m, m) has nothing two below it
            row[0] = if n > m + 1 { minus_beta(n, m) } else { 0.0 };
            for (k, one) in series.iter().enumerate() {
                let [c, s] = one.at(n, m);
                row[1 + 2 * k] = c.to_f64();
                row[2 + 2 * k] = s.to_f64();
            }
            row
        };
        let rows = (0..=order).flat_map(|m| (m..=degree).map(move |n| (n, m))).map(|(n, m)| row(n, m)).collect();
        let mut blocks = Vec::new();
        for first in (0..=order).step_by(WIDTH) {
            for k in 0..=degree - first {
                let lanes: [[f64; COLUMNS]; WIDTH] = std::array::from_fn(|j| row(first + j + k, first + j));
                blocks.push(std::array::from_fn(|column| std::array::from_fn(|j| lanes[j][column])));
            }
        }
        Self { degree, order, rows, blocks }
    }
}
