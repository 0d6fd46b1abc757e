//! One trajectory: the coordinates side by side, and the primaries.

use super::super::series::{HalfRow, ROOM, carry_one, over, over_one};
use super::super::single::{Stride, larger, smaller};
use super::super::step::Tuning;
use crate::dynamics::cr3bp::{Cr3bp, RotatingState};
use crate::numerics::lanes::{Four, Kernel, Lanes, Width, run};

/// A spacecraft and the room to work its series out.
pub(super) struct Single {
    pub(super) system: Cr3bp,
    /// where the spacecraft is
    pub(super) state: RotatingState,
    /// what rounding has left of it so far
    low: RotatingState,
    /// x, y, z of each power
    pub(super) position: [HalfRow; ROOM],
    /// squares of the distances from the primaries, and their powers −3/2
    pub(super) square: [HalfRow; ROOM],
    pub(super) cube: [HalfRow; ROOM],
    /// Σ μ_k·r_k⁻³
    pub(super) pull: [f64; ROOM],
}

impl Single {
    pub(super) fn new(system: &Cr3bp, start: RotatingState) -> Self {
        Self {
            system: *system,
            state: start,
            low: RotatingState::default(),
            position: [HalfRow::ZERO; ROOM],
            square: [HalfRow::ZERO; ROOM],
            cube: [HalfRow::ZERO; ROOM],
            pull: [0.0; ROOM],
        }
    }

    /// The series up to an order: rows of x, y, z, one a power.
    pub(super) fn terms(&self, order: usize) -> Vec<[f64; 3]> {
        self.position[..=order].iter().map(|row| [row.0[0], row.0[1], row.0[2]]).collect()
    }

    /// One step.
    pub(super) fn step(&mut self, width: Width, tuning: Tuning, room_tu: f64, direction: f64) -> Stride {
        run(width, Step { single: self, tuning, room: room_tu, direction })
    }
}

struct Step<'a> {
    single: &'a mut Single,
    tuning: Tuning,
    room: f64,
    direction: f64,
}

impl Kernel for Step<'_> {
    type Output = Stride;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Stride {
        self.of::<L::Four>()
    }
}

impl Step<'_> {
    #[inline(always)]
    fn of<L: Four>(self) -> Stride {
        let Self { single, tuning, room, direction } = self;
        let Single { system, state, low, position, square, cube, pull } = single;
        let most = tuning.order();
        let shares = [1.0 - system.mass_ratio, system.mass_ratio];
        let r = state.position_lu;
        let from = system.from_primaries_lu(r);
        position[0] = row3(r);
        position[1] = row3(state.velocity_lu_tu);
        let flat = r[2].mul_add(r[2], r[1] * r[1]);
        // beyond the primaries the lanes stand idle at a harmless distance
        let apart = L::load(&[from[0][0], from[1][0], 1.0, 1.0]);
        let twice_apart = apart + apart;
        let square0 = apart.mul_add(apart, L::splat(flat));
        let inverse = L::splat(1.0) / square0;
        let cube0 = inverse / square0.sqrt();
        let minus_half = L::splat(-0.5) * inverse;
        square0.store(&mut square[0].0);
        cube0.store(&mut cube[0].0);
        let threshold = tuning.epsilon() * larger(size(&position[0]), size(&position[1]));
        let about = About { shares, r, from, twice_apart, cube0, minus_half };
        orders!(0..=most - 2 => about.next(position, square, cube, pull));
        let free_s = tuning.stride_of_velocity(threshold, size(&position[most]), size(&position[most - 1]));
        let h = smaller(free_s, room) * direction;
        let (mut r, mut v) = (L::splat(0.0), L::splat(0.0));
        for (n, row) in position[2..=most].iter().enumerate().rev() {
            let term = L::load(&row.0);
            r = r.mul_add(L::splat(h), term);
            v = v.mul_add(L::splat(h), term * L::splat((n + 2) as f64));
        }
        let r = (r.mul_add(L::splat(h), L::load(&position[1].0)) * L::splat(h)).to_array();
        let v = (v * L::splat(h)).to_array();
        for axis in 0..3 {
            (state.position_lu[axis], low.position_lu[axis]) =
                carry_one(state.position_lu[axis], low.position_lu[axis], r[axis]);
            (state.velocity_lu_tu[axis], low.velocity_lu_tu[axis]) =
                carry_one(state.velocity_lu_tu[axis], low.velocity_lu_tu[axis], v[axis]);
        }
        Stride { free_s, h_s: h, order: most }
    }
}

/// What every order of a step asks for.
struct About<L> {
    shares: [f64; 2],
    r: [f64; 3],
    from: [[f64; 3]; 2],
    twice_apart: L,
    cube0: L,
    minus_half: L,
}

impl<L: Four> About<L> {
    /// The term of order N + 2 of the position from those before. N is known to the compiler, so the sums are written
    /// out: their ends are what a processor guesses wrong most.
    #[inline(always)]
    fn next<const N: usize>(
        &self,
        position: &mut [HalfRow; ROOM],
        square: &mut [HalfRow; ROOM],
        cube: &mut [HalfRow; ROOM],
        pull: &mut [f64; ROOM],
    ) {
        let Self { shares, r, from, twice_apart, cube0, minus_half } = *self;
        let n = N;
        let newest = [position[n].0[0], position[n].0[1], position[n].0[2]];
        let next = [position[n + 1].0[0], position[n + 1].0[1]];
        let mut powers = cube0;
        let mut q = [0.0; 3];
        if n > 0 {
            let (mut pairs, mut products) = (L::splat(0.0), L::splat(0.0));
            let (mut sum, mut sums) = (L::splat(0.0), L::splat(0.0));
            let half = (n - 1) / 2;
            for (near, far) in position[1..=half].iter().zip(position[n - half..n].iter().rev()) {
                pairs = L::load(&near.0).mul_add(L::load(&far.0), pairs);
            }
            for (far, p) in position[1..n].iter().rev().zip(&pull[1..n]) {
                products = L::splat(*p).mul_add(L::load(&far.0), products);
            }
            for (s, c) in square[1..n].iter().rev().zip(&cube[1..n]) {
                sum = L::load(&s.0).mul_add(L::load(&c.0), sum);
                sums = sums + sum;
            }
            // what is new comes after, number by number where the coordinates meet
            let [x, y, z, ..] = pairs.to_array();
            let half_sum = (x + y) + z;
            let mut shared = half_sum + half_sum;
            if n.is_multiple_of(2) {
                for axis in 0..3 {
                    let middle = position[n / 2].0[axis];
                    shared = middle.mul_add(middle, shared);
                }
            }
            shared = (r[1] + r[1]).mul_add(newest[1], shared);
            shared = (r[2] + r[2]).mul_add(newest[2], shared);
            let s = twice_apart.mul_add(L::splat(newest[0]), L::splat(shared));
            let weighted = L::splat((2 * n) as f64).mul_add(sum, sums);
            let c = (L::splat((3 * n) as f64) * cube0).mul_add(s, weighted);
            powers = over(c * minus_half, n);
            s.store(&mut square[n].0);
            powers.store(&mut cube[n].0);
            let [x, y, z, ..] = products.to_array();
            q = [x, y, z];
        }
        let [large, small, ..] = powers.to_array();
        let (a, b) = (shares[0] * large, shares[1] * small);
        let both = a + b;
        pull[n] = both;
        if n > 0 {
            for axis in 0..3 {
                q[axis] = pull[0].mul_add(newest[axis], q[axis]);
            }
        }
        let turn = 2.0 * (n + 1) as f64;
        let divisor = (n + 1) * (n + 2);
        // what waits longest comes last; the two x-coordinates differ in their first term alone
        let x = turn.mul_add(next[1], newest[0] - q[0]);
        let y = (-turn).mul_add(next[0], newest[1] - q[1]);
        position[n + 2] = row3([
            over_one((-b).mul_add(from[1][0], (-a).mul_add(from[0][0], x)), divisor),
            over_one((-both).mul_add(r[1], y), divisor),
            over_one((-both).mul_add(r[2], -q[2]), divisor),
        ]);
    }
}

#[inline(always)]
fn row3([x, y, z]: [f64; 3]) -> HalfRow {
    HalfRow([x, y, z, 0.0])
}

/// The largest coordinate of a coefficient.
#[inline(always)]
fn size(row: &HalfRow) -> f64 {
    larger(larger(row.0[0].abs(), row.0[1].abs()), row.0[2].abs())
}
