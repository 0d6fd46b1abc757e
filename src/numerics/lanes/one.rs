//! A single double among the lanes: a kernel for one problem, the same bits as in a lane.

use super::{BIAS, Fused, Mask, ONE, Packed, SIGNIFICAND, WHOLE};

impl Fused for f64 {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        f64::mul_add(self, b, c)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
}

impl Packed for f64 {
    type Mask = bool;

    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn le(self, other: Self) -> bool {
        self <= other
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        f64::from_bits(self.to_bits() << 1 >> 53 | WHOLE.to_bits()) - (WHOLE + BIAS)
    }
    #[inline(always)]
    fn significand(self) -> Self {
        f64::from_bits(self.to_bits() & SIGNIFICAND | ONE)
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        f64::from_bits((self + (WHOLE + BIAS)).to_bits() << 52)
    }
}

impl Mask for bool {
    #[inline(always)]
    fn splat(truth: bool) -> Self {
        truth
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self & other
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn not(self) -> Self {
        !self
    }
    #[inline(always)]
    fn all(self) -> bool {
        self
    }
}
