//! Two registers side by side.

use super::{Fused, Mask, Packed};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Two of them at once: work for the processor while the first one waits for its own results.
#[derive(Clone, Copy)]
pub(crate) struct Both<P>(pub(crate) P, pub(crate) P);

macro_rules! both_operator {
    ($trait:ident, $method:ident) => {
        impl<P: Packed> $trait for Both<P> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    };
}
both_operator!(Add, add);
both_operator!(Sub, sub);
both_operator!(Mul, mul);
both_operator!(Div, div);

impl<P: Packed> Neg for Both<P> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl<P: Packed> Fused for Both<P> {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self(P::splat(x), P::splat(x))
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Self(self.0.mul_add(b.0, c.0), self.1.mul_add(b.1, c.1))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt(), self.1.sqrt())
    }
}

impl<P: Packed> Packed for Both<P> {
    type Mask = Both<P::Mask>;

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
    #[inline(always)]
    fn le(self, other: Self) -> Self::Mask {
        Both(self.0.le(other.0), self.1.le(other.1))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(P::select(mask.0, yes.0, no.0), P::select(mask.1, yes.1, no.1))
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        Self(self.0.exponent(), self.1.exponent())
    }
    #[inline(always)]
    fn significand(self) -> Self {
        Self(self.0.significand(), self.1.significand())
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.power_of_two(), self.1.power_of_two())
    }
}

impl<M: Mask> Mask for Both<M> {
    #[inline(always)]
    fn splat(truth: bool) -> Self {
        Self(M::splat(truth), M::splat(truth))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(self.0.and(other.0), self.1.and(other.1))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0), self.1.or(other.1))
    }
    #[inline(always)]
    fn not(self) -> Self {
        Self(self.0.not(), self.1.not())
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.0.all() & self.1.all()
    }
}
