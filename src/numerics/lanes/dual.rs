//! Numbers that carry their derivatives by two variables, in lanes: a kernel written once gives its gradient.

use super::{Fused, Mask, Packed};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number and its derivatives by two variables.
///
/// # Source
/// Griewank and Walther, *Evaluating Derivatives*, 2nd ed., section 3.1: forward mode.
#[derive(Clone, Copy)]
pub(crate) struct Dual<P> {
    /// the number
    pub(crate) value: P,
    /// its derivatives
    pub(crate) by: [P; 2],
}

impl<P: Packed> Dual<P> {
    /// A number that does not depend on the variables.
    #[inline(always)]
    pub(crate) fn constant(value: P) -> Self {
        Self { value, by: [P::splat(0.0); 2] }
    }

    /// A function of it, from the function and its slope there.
    #[inline(always)]
    fn chain(self, value: P, slope: P) -> Self {
        Self { value, by: [self.by[0] * slope, self.by[1] * slope] }
    }

    #[inline(always)]
    fn choose(mask: P::Mask, yes: Self, no: Self) -> Self {
        let by = [P::select(mask, yes.by[0], no.by[0]), P::select(mask, yes.by[1], no.by[1])];
        Self { value: P::select(mask, yes.value, no.value), by }
    }
}

impl<P: Packed> Add for Dual<P> {
    type Output = Self;
    #[inline(always)]
    fn add(self, b: Self) -> Self {
        Self { value: self.value + b.value, by: [self.by[0] + b.by[0], self.by[1] + b.by[1]] }
    }
}

impl<P: Packed> Sub for Dual<P> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, b: Self) -> Self {
        Self { value: self.value - b.value, by: [self.by[0] - b.by[0], self.by[1] - b.by[1]] }
    }
}

impl<P: Packed> Mul for Dual<P> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, b: Self) -> Self {
        let by = [self.by[0].mul_add(b.value, self.value * b.by[0]), self.by[1].mul_add(b.value, self.value * b.by[1])];
        Self { value: self.value * b.value, by }
    }
}

impl<P: Packed> Div for Dual<P> {
    type Output = Self;
    #[inline(always)]
    fn div(self, b: Self) -> Self {
        let value = self.value / b.value;
        let over = P::splat(1.0) / b.value;
        let by = [(self.by[0] - value * b.by[0]) * over, (self.by[1] - value * b.by[1]) * over];
        Self { value, by }
    }
}

impl<P: Packed> Neg for Dual<P> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self { value: -self.value, by: [-self.by[0], -self.by[1]] }
    }
}

impl<P: Packed> Fused for Dual<P> {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self::constant(P::splat(x))
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        let product = self * b;
        let by = [product.by[0] + c.by[0], product.by[1] + c.by[1]];
        Self { value: self.value.mul_add(b.value, c.value), by }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let value = self.value.sqrt();
        self.chain(value, P::splat(0.5) / value)
    }
}

impl<P: Packed> Packed for Dual<P> {
    type Mask = P::Mask;

    #[inline(always)]
    fn abs(self) -> Self {
        Self::choose(P::splat(0.0).le(self.value), self, -self)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self::choose(other.value.le(self.value).not(), self, other)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::choose(self.value.le(other.value).not(), self, other)
    }
    #[inline(always)]
    fn le(self, other: Self) -> P::Mask {
        self.value.le(other.value)
    }
    #[inline(always)]
    fn select(mask: P::Mask, yes: Self, no: Self) -> Self {
        Self::choose(mask, yes, no)
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        Self::constant(self.value.exponent())
    }
    #[inline(always)]
    fn significand(self) -> Self {
        let value = self.value.significand();
        self.chain(value, value / self.value)
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self::constant(self.value.power_of_two())
    }
}
