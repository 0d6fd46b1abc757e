//! Recurrences for the series of a spacecraft among point masses, eight at a time.
//!
//! A slot is one attractor of one trajectory. A single trajectory puts its attractors side by side in the lanes, a
//! batch puts eight trajectories there and takes the attractors one after another. What happens in a slot is the same
//! code in both, and the sum over the attractors has one order, so both give the same bits.

use crate::ephemerides::MOST_TERMS;
use crate::numerics::lanes::{Fused, Lanes, Octet, WIDTH};

/// Highest order of a series.
pub(super) const MOST_ORDER: usize = 32;

/// Terms of a series.
pub(super) const ROOM: usize = MOST_ORDER + 1;

/// One register, laid out so that a load never straddles two lines of the cache.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub(super) struct Row(pub(super) [f64; WIDTH]);

impl Row {
    pub(super) const ZERO: Self = Self([0.0; WIDTH]);
}

/// Half of one.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(32))]
pub(super) struct HalfRow(pub(super) [f64; 4]);

impl HalfRow {
    pub(super) const ZERO: Self = Self([0.0; 4]);
}

/// What the recurrences of eight slots keep.
pub(super) struct Slots {
    /// spacecraft minus attractor, km/s^power
    apart: [[Row; ROOM]; 3],
    /// its square
    square: [Row; ROOM],
    /// square^(−3/2)
    cube: [Row; ROOM],
    /// −½/square₀
    inverse: Row,
}

impl Slots {
    pub(super) const fn new() -> Self {
        Self { apart: [[Row::ZERO; ROOM]; 3], square: [Row::ZERO; ROOM], cube: [Row::ZERO; ROOM], inverse: Row::ZERO }
    }

    /// The first coefficients, and how the bodies pull there for a unit of −μ: direct and indirect together.
    ///
    /// * `r`: the spacecraft; `d`: the bodies, both from the centre
    /// * `central`: where the slot is the centre itself, which pulls by −μ·r/r³
    ///
    /// Battin's f(q) keeps the digits that the direct and the indirect term would cancel; see
    /// [`third_body_km_s2`](crate::dynamics::point_masses::third_body_km_s2).
    #[inline(always)]
    pub(super) fn begin<L: Lanes>(&mut self, r: [L; 3], d: [L; 3], central: L::Mask) -> [L; 3] {
        let one = L::splat(1.0);
        let apart = [r[0] - d[0], r[1] - d[1], r[2] - d[2]];
        let square = dot(apart, apart);
        let inverse = one / square;
        let cube = inverse / square.sqrt();
        // q = r·(r − 2d)/d²
        let beyond = [r[0] - (d[0] + d[0]), r[1] - (d[1] + d[1]), r[2] - (d[2] + d[2])];
        let q = dot(r, beyond) / dot(d, d);
        let above = (one + q).max(L::splat(0.0));
        let three = L::splat(3.0);
        let f = q * q.mul_add(q + three, three) / (above * above.sqrt() + one);
        for axis in 0..3 {
            apart[axis].store(&mut self.apart[axis][0].0);
        }
        square.store(&mut self.square[0].0);
        cube.store(&mut self.cube[0].0);
        (L::splat(-0.5) * inverse).store(&mut self.inverse.0);
        let mut pull = r;
        for axis in 0..3 {
            pull[axis] = cube * L::select(central, r[axis], f.mul_add(d[axis], r[axis]));
        }
        pull
    }

    /// Coefficient `n` ≥ 1 of (r − d)/|r − d|³.
    ///
    /// * `newest`: coefficient `n` of r − d
    ///
    /// The square's products come in pairs; for its power, n·s₀·p_n = −½·Σ_{j<n} (3n − j)·s_{n−j}·p_j, whose weights
    /// are 2n and the number of partial sums that a term is in. One pass over j does for all three products, since
    /// loads are what it waits for; the newest terms come last, so that the rest need not wait for them.
    #[inline(always)]
    pub(super) fn pull<L: Lanes>(&mut self, n: usize, newest: [L; 3]) -> [L; 3] {
        let n = n.clamp(1, MOST_ORDER);
        let zero = L::splat(0.0);
        for axis in 0..3 {
            newest[axis].store(&mut self.apart[axis][n].0);
        }
        let [x, y, z] = &self.apart;
        let (mut s, mut a) = ([zero; 3], [zero; 3]);
        let (mut sum, mut sums) = (zero, zero);
        // pairs 1 ≤ j < n − j
        let pairs = (n - 1) / 2;
        {
            let near = x[1..=pairs].iter().zip(&y[1..=pairs]).zip(&z[1..=pairs]);
            let far = x[n - pairs..n].iter().zip(&y[n - pairs..n]).zip(&z[n - pairs..n]).rev();
            let powers = self.cube[1..=pairs].iter().zip(self.square[n - pairs..n].iter().rev());
            for ((near, far), (p, square)) in near.zip(far).zip(powers) {
                let near = [L::load(&near.0.0.0), L::load(&near.0.1.0), L::load(&near.1.0)];
                let far = [L::load(&far.0.0.0), L::load(&far.0.1.0), L::load(&far.1.0)];
                let p = L::load(&p.0);
                sum = L::load(&square.0).mul_add(p, sum);
                sums = sums + sum;
                for axis in 0..3 {
                    s[axis] = near[axis].mul_add(far[axis], s[axis]);
                    a[axis] = p.mul_add(far[axis], a[axis]);
                }
            }
        }
        {
            let far = x[1..n - pairs].iter().zip(&y[1..n - pairs]).zip(&z[1..n - pairs]).rev();
            let powers = self.cube[pairs + 1..n].iter().zip(self.square[1..n - pairs].iter().rev());
            for (far, (p, square)) in far.zip(powers) {
                let far = [L::load(&far.0.0.0), L::load(&far.0.1.0), L::load(&far.1.0)];
                let p = L::load(&p.0);
                sum = L::load(&square.0).mul_add(p, sum);
                sums = sums + sum;
                for axis in 0..3 {
                    a[axis] = p.mul_add(far[axis], a[axis]);
                }
            }
        }
        let first = [L::load(&x[0].0), L::load(&y[0].0), L::load(&z[0].0)];
        let half = (s[0] + s[1]) + s[2];
        let mut square = half + half;
        if n.is_multiple_of(2) {
            let middle = [L::load(&x[n / 2].0), L::load(&y[n / 2].0), L::load(&z[n / 2].0)];
            for axis in 0..3 {
                square = middle[axis].mul_add(middle[axis], square);
            }
        }
        for axis in 0..3 {
            square = (first[axis] + first[axis]).mul_add(newest[axis], square);
        }
        let p0 = L::load(&self.cube[0].0);
        let weighted = L::splat((2 * n) as f64).mul_add(sum, sums);
        let q = (L::splat((3 * n) as f64) * p0).mul_add(square, weighted);
        let p = over(q * L::load(&self.inverse.0), n);
        square.store(&mut self.square[n].0);
        p.store(&mut self.cube[n].0);
        for axis in 0..3 {
            a[axis] = p.mul_add(first[axis], p0.mul_add(newest[axis], a[axis]));
        }
        a
    }
}

/// a · b
#[inline(always)]
pub(super) fn dot<L: Lanes>(a: [L; 3], b: [L; 3]) -> L {
    a[2].mul_add(b[2], a[1].mul_add(b[1], a[0] * b[0]))
}

/// Divisors up to this are divided by to the last digit.
const EXACT: usize = 90;

/// x/divisor by a multiplication, and for the first terms one correction: a reciprocal alone leans to one side, step
/// after step, and the first terms are those whose last digits count.
#[inline(always)]
pub(super) fn over<L: Fused>(x: L, divisor: usize) -> L {
    let reciprocal = L::splat(1.0 / divisor as f64);
    let quotient = x * reciprocal;
    if divisor > EXACT {
        return quotient;
    }
    (-quotient).mul_add(L::splat(divisor as f64), x).mul_add(reciprocal, quotient)
}

/// [`over`] of one number.
#[inline(always)]
pub(super) fn over_one(x: f64, divisor: usize) -> f64 {
    let reciprocal = 1.0 / divisor as f64;
    let quotient = x * reciprocal;
    if divisor > EXACT {
        return quotient;
    }
    (-quotient).mul_add(divisor as f64, x).mul_add(reciprocal, quotient)
}

/// Three polynomials about another point: from powers of u to powers of a time t with u = at + scale·t.
///
/// * `terms`: how many coefficients count
#[inline(always)]
pub(super) fn shift<L: Lanes>(
    from: &[[Row; MOST_TERMS]; 3],
    to: &mut [[Row; MOST_TERMS]; 3],
    terms: usize,
    at: L,
    scale: L,
) {
    let last = terms.clamp(1, MOST_TERMS) - 1;
    for axis in 0..3 {
        to[axis][last] = from[axis][last];
    }
    let mut unit = L::splat(1.0);
    let mut first = 0;
    while first < last {
        // four passes of Horner's scheme in one: each takes what the one before has just made
        let passes = (last - first).min(4);
        let mut sums = [[L::load(&to[0][last].0); 4], [L::load(&to[1][last].0); 4], [L::load(&to[2][last].0); 4]];
        for power in (first..last).rev() {
            for axis in 0..3 {
                let source = if first == 0 { &from[axis][power] } else { &to[axis][power] };
                let mut above = L::load(&source.0);
                for sum in &mut sums[axis] {
                    above = sum.mul_add(at, above);
                    *sum = above;
                }
                if power < first + passes {
                    // this power is done with in the pass that began with it
                    match power - first {
                        0 => sums[axis][0],
                        1 => sums[axis][1],
                        2 => sums[axis][2],
                        _ => sums[axis][3],
                    }
                    .store(&mut to[axis][power].0);
                } else {
                    above.store(&mut to[axis][power].0);
                }
            }
        }
        first += passes;
    }
    for power in 0..=last {
        for axis in 0..3 {
            (L::load(&to[axis][power].0) * unit).store(&mut to[axis][power].0);
        }
        unit = unit * scale;
    }
}

/// hi + lo and an increment, as a rounded sum and what the rounding left.
#[inline(always)]
pub(super) fn carry<L: Fused>(hi: L, lo: L, increment: L) -> (L, L) {
    let y = increment + lo;
    let sum = hi + y;
    let back = sum - hi;
    (sum, (hi - (sum - back)) + (y - back))
}

/// [`carry`] of one number.
#[inline(always)]
pub(super) fn carry_one(hi: f64, lo: f64, increment: f64) -> (f64, f64) {
    let y = increment + lo;
    let sum = hi + y;
    let back = sum - hi;
    (sum, (hi - (sum - back)) + (y - back))
}

/// Added and taken away, it rounds a number below 2⁵¹ to a whole one.
const WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;

/// Exponent and mantissa; of what is no positive number, those of 1.
#[inline(always)]
fn parts(x: f64) -> [f64; 2] {
    let bits = if x >= f64::MIN_POSITIVE { x.to_bits() } else { 1023 << 52 };
    let exponent = (bits >> 52) as i32 - 1023;
    [f64::from(exponent), f64::from_bits(bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)]
}

/// 2^whole · fraction, or nothing where x is no positive number.
#[inline(always)]
fn joined(x: f64, whole: f64, fraction: f64) -> f64 {
    let power = fraction * f64::from_bits(((whole as i64 + 1023) as u64) << 52);
    if x >= f64::MIN_POSITIVE { power } else { 0.0 }
}

/// x^(1/n) to five digits, which is what a step needs, in the same bits on every machine; 0 for what is not positive.
///
/// log₂ of the mantissa, about √2, by the series of the inverse hyperbolic tangent; 2^f by that of the exponential.
#[inline(always)]
pub(super) fn roots<L: Lanes>(x: &[f64; WIDTH], n: usize) -> [f64; WIDTH] {
    let (mut exponent, mut mantissa) = ([0.0; WIDTH], [1.0; WIDTH]);
    for lane in 0..WIDTH {
        [exponent[lane], mantissa[lane]] = parts(x[lane]);
    }
    let (m, one, root2) = (L::load(&mantissa), L::splat(1.0), L::splat(std::f64::consts::SQRT_2));
    let t = (m - root2) / (m + root2);
    let t2 = t * t;
    let inner = t2 * L::splat(1.0 / 7.0) + L::splat(0.2);
    let series = t * (one + t2 * (L::splat(1.0 / 3.0) + t2 * inner));
    let log2 = (L::load(&exponent) + L::splat(0.5)) + L::splat(2.0 * std::f64::consts::LOG2_E) * series;
    let power = (log2 * L::splat(1.0 / n as f64)).min(L::splat(1000.0)).max(L::splat(-1000.0));
    let whole = (power + L::splat(WHOLE)) - L::splat(WHOLE);
    let f = (power - whole) * L::splat(std::f64::consts::LN_2);
    let inner = L::splat(1.0 / 6.0) + f * (L::splat(1.0 / 24.0) + f * L::splat(1.0 / 120.0));
    let fraction = (one + f * (one + f * (L::splat(0.5) + f * inner))).to_array();
    let whole = whole.to_array();
    let mut roots = [0.0; WIDTH];
    for lane in 0..WIDTH {
        roots[lane] = joined(x[lane], whole[lane], fraction[lane]);
    }
    roots
}

/// [`roots`] of one number.
#[inline(always)]
pub(super) fn root(x: f64, n: usize) -> f64 {
    let [exponent, m] = parts(x);
    let t = (m - std::f64::consts::SQRT_2) / (m + std::f64::consts::SQRT_2);
    let t2 = t * t;
    let inner = t2 * (1.0 / 7.0) + 0.2;
    let series = t * (1.0 + t2 * (1.0 / 3.0 + t2 * inner));
    let log2 = (exponent + 0.5) + 2.0 * std::f64::consts::LOG2_E * series;
    let power = (log2 * (1.0 / n as f64)).clamp(-1000.0, 1000.0);
    let whole = (power + WHOLE) - WHOLE;
    let f = (power - whole) * std::f64::consts::LN_2;
    let inner = 1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0));
    let fraction = 1.0 + f * (1.0 + f * (0.5 + f * inner));
    joined(x, whole, fraction)
}

/// The lanes that are centres: none, all, or the first alone.
#[inline(always)]
pub(super) fn lanes_below<L: Lanes>(count: usize) -> L::Mask {
    L::Mask::from_bits(if count >= WIDTH { 0xFF } else { (1_u8 << count) - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::lanes::{Kernel, Width, run};

    #[test]
    fn law_a_root_is_a_root() {
        for n in [1, 2, 15, 20, 32] {
            for x in [1e-300_f64, 3.3e-16, 0.7, 1.0, 2.0, 123.456, 1e200] {
                let wanted = x.powf(1.0 / n as f64);
                assert!((root(x, n) / wanted - 1.0).abs() < 2e-5, "{x} {n}: {} {wanted}", root(x, n));
            }
        }
        let mixed = [1e-300, 3.3e-16, 0.7, 0.0, f64::NAN, f64::INFINITY, 123.456, -1.0];
        struct Roots([f64; WIDTH]);
        impl Kernel for Roots {
            type Output = [f64; WIDTH];
            #[inline(always)]
            fn run<L: Lanes>(self) -> [f64; WIDTH] {
                roots::<L>(&self.0, 17)
            }
        }
        for width in Width::available() {
            assert_eq!(run(width, Roots(mixed)), mixed.map(|x| root(x, 17)), "{width:?}");
        }
        assert_eq!(root(0.0, 5), 0.0);
        assert_eq!(root(-1.0, 5), 0.0);
        assert_eq!(root(f64::NAN, 5), 0.0);
        assert!(root(f64::INFINITY, 20) > 1e15);
    }
}
