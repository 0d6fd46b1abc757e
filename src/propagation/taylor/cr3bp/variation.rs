//! The variational equations: how a place changes with the start, by the series of the step just made.
//!
//! The gradient of the attraction is a symmetric matrix whose trace is zero. With x, y, z from either primary and
//! wₖ = 3μₖ·rₖ⁻⁵ it is Σ wₖ·d·dᵀ − Σ μₖ·rₖ⁻³; y and z are the same from both primaries, x but for its first
//! term, so all products but those of the powers are made once. Six columns then follow r̈ = 2ṙ×ẑ + A·r, with A's series in hand.
//!
//! # Source
//! Szebehely, *Theory of Orbits*, eqs. 10.2-1 and following, for the second derivatives.

use super::super::series::{ROOM, Row, carry, over};
use super::super::step::Tuning;
use super::lanes::Abreast;
use super::lanes::{Beside, Rows, Series};
use super::single::Single;
use crate::dynamics::cr3bp::Cr3bp;
use crate::numerics::lanes::{Kernel, Lanes, WIDTH, Width, run};

/// Columns of a transition matrix.
const COLUMNS: usize = 6;

/// Products of w·d and d: yy, zz, yz, xy, xz.
const PRODUCTS: usize = 5;

/// Entries of the symmetric matrix: xx, yy, zz, yz, xy, xz.
const ENTRIES: usize = 6;

/// Three shares of each primary.
fn weights(system: &Cr3bp) -> [f64; 2] {
    [3.0 * (1.0 - system.mass_ratio), 3.0 * system.mass_ratio]
}

/// The matrix from the products and Σ μₖ·rₖ⁻³ of one power; the zeroth has the turning frame's share too.
macro_rules! entries {
    ($products:expr, $pull:expr, $first:expr) => {{
        let [yy, zz, yz, xy, xz] = $products;
        let (yy, zz) = (yy - $pull, zz - $pull);
        let xx = -(yy + zz);
        match $first {
            Some(one) => [xx + one, yy + one, zz, yz, xy, xz],
            None => [xx, yy, zz, yz, xy, xz],
        }
    }};
}

/// The columns of one trajectory, side by side in the lanes.
pub(super) struct Variation {
    /// r⁻⁵ from the primaries
    power: [Row; ROOM],
    /// Σ wₖ
    weight: [f64; ROOM],
    /// factors of the products: y z y x x of Σ wₖ·d, and y z z y z of d
    left: [Row; ROOM],
    right: [Row; ROOM],
    matrix: [[f64; ENTRIES]; ROOM],
    /// x, y, z of each power, a column a lane
    series: [[Row; ROOM]; 3],
    /// position and velocity, and what rounding has left of them
    state: [[Row; 3]; 2],
    low: [[Row; 3]; 2],
}

impl Variation {
    pub(super) fn new() -> Box<Self> {
        let mut state = [[Row::ZERO; 3]; 2];
        for column in 0..COLUMNS {
            state[column / 3][column % 3].0[column] = 1.0;
        }
        Box::new(Self {
            power: [Row::ZERO; ROOM],
            weight: [0.0; ROOM],
            left: [Row::ZERO; ROOM],
            right: [Row::ZERO; ROOM],
            matrix: [[0.0; ENTRIES]; ROOM],
            series: [[Row::ZERO; ROOM]; 3],
            state,
            low: [[Row::ZERO; 3]; 2],
        })
    }

    /// The step that the trajectory has just made, of a length and an order.
    pub(super) fn step(&mut self, width: Width, single: &Single, h_tu: f64, order: usize) {
        run(width, VaryOne { variation: self, single, h: h_tu, order });
    }

    /// ∂(now)/∂(start)
    pub(super) fn matrix(&self) -> [[f64; COLUMNS]; COLUMNS] {
        std::array::from_fn(|row| std::array::from_fn(|column| self.state[row / 3][row % 3].0[column]))
    }
}

struct VaryOne<'a> {
    variation: &'a mut Variation,
    single: &'a Single,
    h: f64,
    order: usize,
}

impl Kernel for VaryOne<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { variation, single, h, order: most } = self;
        let Variation { power, weight, left, right, matrix, series, state, low } = variation;
        let Single { system, position, square, cube, pull, .. } = single;
        let shares = weights(system);
        let [x0, y0, z0, ..] = position[0].0;
        let from = system.from_primaries_lu([x0, y0, z0]);
        let square0 = L::load_twice(&square[0].0);
        let power0 = L::load_twice(&cube[0].0) / square0;
        let minus_half = L::splat(-0.5) / square0;
        for axis in 0..3 {
            series[axis][0] = state[0][axis];
            series[axis][1] = state[1][axis];
        }
        for n in 0..=most - 2 {
            let powers = if n == 0 {
                power0
            } else {
                let (mut sum, mut sums) = (L::splat(0.0), L::splat(0.0));
                for j in 1..n {
                    sum = L::load_twice(&square[n - j].0).mul_add(L::load(&power[j].0), sum);
                    sums = sums + sum;
                }
                let weighted = L::splat((2 * n) as f64).mul_add(sum, L::splat(3.0) * sums);
                let all = (L::splat((5 * n) as f64) * power0).mul_add(L::load_twice(&square[n].0), weighted);
                over(all * minus_half, n)
            };
            powers.store(&mut power[n].0);
            let [large, small, ..] = powers.to_array();
            let (a, b) = (shares[0] * large, shares[1] * small);
            weight[n] = a + b;
            let mut moments = L::splat(0.0);
            for j in 1..=n {
                moments = L::splat(weight[n - j]).mul_add(L::load_twice(&position[j].0), moments);
            }
            let [x, y, z, ..] = moments.to_array();
            let u = b.mul_add(from[1][0], a.mul_add(from[0][0], x));
            let v = weight[n].mul_add(y0, y);
            let w = weight[n].mul_add(z0, z);
            left[n] = Row([v, w, v, u, u, 0.0, 0.0, 0.0]);
            let [_, y, z, ..] = position[n].0;
            right[n] = Row([y, z, z, y, z, 0.0, 0.0, 0.0]);
            let mut products = L::splat(0.0);
            for j in 0..=n {
                products = L::load(&left[n - j].0).mul_add(L::load(&right[j].0), products);
            }
            let [yy, zz, yz, xy, xz, ..] = products.to_array();
            matrix[n] = entries!([yy, zz, yz, xy, xz], pull[n], (n == 0).then_some(1.0));
            let mut sums = [[L::splat(0.0); 3]; 3];
            for j in 0..=n {
                let [xx, yy, zz, yz, xy, xz] = matrix[j];
                let r = [L::load(&series[0][n - j].0), L::load(&series[1][n - j].0), L::load(&series[2][n - j].0)];
                for (sums, row) in sums.iter_mut().zip([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]) {
                    for axis in 0..3 {
                        sums[axis] = L::splat(row[axis]).mul_add(r[axis], sums[axis]);
                    }
                }
            }
            let next = [L::load(&series[0][n + 1].0), L::load(&series[1][n + 1].0)];
            advance(sums, next, n, |axis, term: L| term.store(&mut series[axis][n + 2].0));
        }
        let h = L::splat(h);
        for axis in 0..3 {
            let increments = increments(h, most, |n| L::load(&series[axis][n].0));
            for (k, increment) in increments.into_iter().enumerate() {
                let (hi, lo) = (&mut state[k][axis].0, &mut low[k][axis].0);
                let (sum, rest) = carry(L::load(hi), L::load(lo), increment);
                sum.store(hi);
                rest.store(lo);
            }
        }
    }
}

/// Coefficient n + 2 of a column from A·r's coefficient n, as nine sums, and coefficient n + 1.
#[inline(always)]
fn advance<L: Lanes>(sums: [[L; 3]; 3], next: [L; 2], n: usize, mut keep: impl FnMut(usize, L)) {
    let turn = L::splat(2.0 * (n + 1) as f64);
    let [x, y, z] = sums.map(|[a, b, c]| (a + b) + c);
    let divisor = (n + 1) * (n + 2);
    keep(0, over(turn.mul_add(next[1], x), divisor));
    keep(1, over((-turn).mul_add(next[0], y), divisor));
    keep(2, over(z, divisor));
}

/// What a step adds to a coordinate and to its velocity.
#[inline(always)]
fn increments<L: Lanes>(h: L, most: usize, term: impl Fn(usize) -> L) -> [L; 2] {
    let (mut r, mut v) = (L::splat(0.0), L::splat(0.0));
    for n in (2..=most).rev() {
        let term = term(n);
        r = r.mul_add(h, term);
        v = v.mul_add(h, term * L::splat(n as f64));
    }
    [r.mul_add(h, term(1)) * h, v * h]
}

/// The columns of eight trajectories.
pub(super) struct Variations {
    power: [[Row; ROOM]; 2],
    weight: [Row; ROOM],
    /// Σ wₖ·d
    moment: [[Row; ROOM]; 3],
    matrix: [[Row; ROOM]; ENTRIES],
    /// x, y, z of the powers of one column
    series: [[Row; ROOM]; 3],
    state: [[[Row; 3]; 2]; COLUMNS],
    low: [[[Row; 3]; 2]; COLUMNS],
}

impl Variations {
    pub(super) fn new() -> Box<Self> {
        Box::new(Self {
            power: [[Row::ZERO; ROOM]; 2],
            weight: [Row::ZERO; ROOM],
            moment: [[Row::ZERO; ROOM]; 3],
            matrix: [[Row::ZERO; ROOM]; ENTRIES],
            series: [[Row::ZERO; ROOM]; 3],
            state: [[[Row::ZERO; 3]; 2]; COLUMNS],
            low: [[[Row::ZERO; 3]; 2]; COLUMNS],
        })
    }
}

impl Beside<1> for Variations {
    fn begin(&mut self, lane: usize) {
        for column in 0..COLUMNS {
            for row in 0..COLUMNS {
                self.state[column][row / 3][row % 3].0[lane] = f64::from(u8::from(row == column));
                self.low[column][row / 3][row % 3].0[lane] = 0.0;
            }
        }
    }

    fn step(&mut self, width: Width, (system, tuning): (&Cr3bp, Tuning), series: &Series<1>, h_tu: &Rows<1>) {
        run(width, VaryAll { variations: self, system, tuning, of: series, h: &h_tu[0].0 });
    }

    fn matrix(&self, lane: usize) -> [[f64; COLUMNS]; COLUMNS] {
        std::array::from_fn(|row| std::array::from_fn(|column| self.state[column][row / 3][row % 3].0[lane]))
    }
}

struct VaryAll<'a> {
    variations: &'a mut Variations,
    system: &'a Cr3bp,
    tuning: Tuning,
    of: &'a Series<1>,
    h: &'a [f64; WIDTH],
}

impl Kernel for VaryAll<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { variations, system, tuning, of, h } = self;
        let Variations { power, weight, moment, matrix, series, state, low } = variations;
        let Series { position, square, cube, pull, .. } = of;
        let most = tuning.order();
        let (zero, one) = (L::splat(0.0), L::splat(1.0));
        let shares = weights(system).map(L::splat);
        let mu = L::splat(system.mass_ratio);
        let [x0, y0, z0] = [L::get(&position[0][0]), L::get(&position[1][0]), L::get(&position[2][0])];
        let apart = [x0 + mu, (x0 - one) + mu];
        let square0 = [L::get(&square[0][0]), L::get(&square[1][0])];
        let power0 = [L::get(&cube[0][0]) / square0[0], L::get(&cube[1][0]) / square0[1]];
        let minus_half = [L::splat(-0.5) / square0[0], L::splat(-0.5) / square0[1]];
        for n in 0..=most - 2 {
            let mut powers = power0;
            if n > 0 {
                let (mut sum, mut sums) = ([zero; 2], [zero; 2]);
                for j in 1..n {
                    for k in 0..2 {
                        sum[k] = L::get(&square[k][n - j]).mul_add(L::load(&power[k][j].0), sum[k]);
                        sums[k] = sums[k] + sum[k];
                    }
                }
                for k in 0..2 {
                    let weighted = L::splat((2 * n) as f64).mul_add(sum[k], L::splat(3.0) * sums[k]);
                    let all = (L::splat((5 * n) as f64) * power0[k]).mul_add(L::get(&square[k][n]), weighted);
                    powers[k] = over(all * minus_half[k], n);
                }
            }
            powers[0].store(&mut power[0][n].0);
            powers[1].store(&mut power[1][n].0);
            let (a, b) = (shares[0] * powers[0], shares[1] * powers[1]);
            let both = a + b;
            both.store(&mut weight[n].0);
            let mut moments = [zero; 3];
            for j in 1..=n {
                let w = L::load(&weight[n - j].0);
                for axis in 0..3 {
                    moments[axis] = w.mul_add(L::get(&position[axis][j]), moments[axis]);
                }
            }
            b.mul_add(apart[1], a.mul_add(apart[0], moments[0])).store(&mut moment[0][n].0);
            both.mul_add(y0, moments[1]).store(&mut moment[1][n].0);
            both.mul_add(z0, moments[2]).store(&mut moment[2][n].0);
            let mut products = [zero; PRODUCTS];
            for j in 0..=n {
                let [u, v, w] = [&moment[0], &moment[1], &moment[2]].map(|m| L::load(&m[n - j].0));
                let (y, z) = (L::get(&position[1][j]), L::get(&position[2][j]));
                for (product, (left, right)) in products.iter_mut().zip([(v, y), (w, z), (v, z), (u, y), (u, z)]) {
                    *product = left.mul_add(right, *product);
                }
            }
            let terms = entries!(products, L::get(&pull[n]), (n == 0).then_some(one));
            for (entry, term) in matrix.iter_mut().zip(terms) {
                term.store(&mut entry[n].0);
            }
        }
        let h = L::load(h);
        for column in 0..COLUMNS {
            for axis in 0..3 {
                series[axis][0] = state[column][0][axis];
                series[axis][1] = state[column][1][axis];
            }
            for n in 0..=most - 2 {
                let mut sums = [[zero; 3]; 3];
                for j in 0..=n {
                    let r = [L::load(&series[0][n - j].0), L::load(&series[1][n - j].0), L::load(&series[2][n - j].0)];
                    let [xx, yy, zz, yz, xy, xz] = [0, 1, 2, 3, 4, 5].map(|entry: usize| L::load(&matrix[entry][j].0));
                    for (sums, row) in sums.iter_mut().zip([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]) {
                        for axis in 0..3 {
                            sums[axis] = row[axis].mul_add(r[axis], sums[axis]);
                        }
                    }
                }
                let next = [L::load(&series[0][n + 1].0), L::load(&series[1][n + 1].0)];
                advance(sums, next, n, |axis, term: L| term.store(&mut series[axis][n + 2].0));
            }
            for axis in 0..3 {
                let increments = increments(h, most, |n| L::load(&series[axis][n].0));
                for (k, increment) in increments.into_iter().enumerate() {
                    let (hi, lo) = (&mut state[column][k][axis].0, &mut low[column][k][axis].0);
                    let (sum, rest) = carry(L::load(hi), L::load(lo), increment);
                    sum.store(hi);
                    rest.store(lo);
                }
            }
        }
    }
}
