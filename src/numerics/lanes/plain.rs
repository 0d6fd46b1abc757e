//! Doubles one at a time, for machines without wide registers.

use super::{Four, Fused, Lanes, Mask, Octet, Packed, WIDTH};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Some doubles one at a time.
#[derive(Clone, Copy)]
pub(super) struct Plain<const N: usize>([f64; N]);

macro_rules! plain_operator {
    ($trait:ident, $method:ident, $operator:tt) => {
        impl<const N: usize> $trait for Plain<N> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(std::array::from_fn(|k| self.0[k] $operator other.0[k]))
            }
        }
    };
}
plain_operator!(Add, add, +);
plain_operator!(Sub, sub, -);
plain_operator!(Mul, mul, *);
plain_operator!(Div, div, /);

impl<const N: usize> Neg for Plain<N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(|x| -x))
    }
}

impl<const N: usize> Fused for Plain<N> {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self([x; N])
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Self(std::array::from_fn(|k| self.0[k].mul_add(b.0[k], c.0[k])))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.map(f64::sqrt))
    }
}

impl Packed for Plain<WIDTH> {
    type Mask = [bool; WIDTH];

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.map(f64::abs))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(std::array::from_fn(|k| Packed::min(self.0[k], other.0[k])))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(std::array::from_fn(|k| Packed::max(self.0[k], other.0[k])))
    }
    #[inline(always)]
    fn le(self, other: Self) -> Self::Mask {
        std::array::from_fn(|k| self.0[k] <= other.0[k])
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|k| if mask[k] { yes.0[k] } else { no.0[k] }))
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        Self(self.0.map(Packed::exponent))
    }
    #[inline(always)]
    fn significand(self) -> Self {
        Self(self.0.map(Packed::significand))
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.map(Packed::power_of_two))
    }
}

impl Lanes for Plain<WIDTH> {
    type Four = Plain<4>;

    #[inline(always)]
    fn load(from: &[f64; WIDTH]) -> Self {
        Self(*from)
    }
    #[inline(always)]
    fn load_twice(from: &[f64; 4]) -> Self {
        Self(std::array::from_fn(|k| from[k % 4]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f64; WIDTH]) {
        *to = self.0;
    }
}

impl Four for Plain<4> {
    #[inline(always)]
    fn load(from: &[f64; 4]) -> Self {
        Self(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f64; 4]) {
        *to = self.0;
    }
}

impl Mask for [bool; WIDTH] {
    #[inline(always)]
    fn splat(truth: bool) -> Self {
        Self::from_bits(if truth { 0xFF } else { 0 })
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.bits() == 0xFF
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        std::array::from_fn(|k| self[k] & other[k])
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        std::array::from_fn(|k| self[k] | other[k])
    }
    #[inline(always)]
    fn not(self) -> Self {
        self.map(|x| !x)
    }
}

impl Octet for [bool; WIDTH] {
    #[inline(always)]
    fn from_bits(bits: u8) -> Self {
        std::array::from_fn(|k| bits >> k & 1 == 1)
    }
    #[inline(always)]
    fn bits(self) -> u8 {
        (0..WIDTH).fold(0, |bits, k| bits | u8::from(self[k]) << k)
    }
}
