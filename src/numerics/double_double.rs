//! Numbers of twice the digits, for tables that are made once and rounded once.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// An unevaluated sum of two doubles, about 32 digits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct DoubleDouble {
    high: f64,
    low: f64,
}

/// a + b, and what rounding took from it.
fn two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    let of_b = high - a;
    DoubleDouble { high, low: (a - (high - of_b)) + (b - of_b) }
}

/// The same where |a| ≥ |b|.
fn quick_two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    DoubleDouble { high, low: b - (high - a) }
}

impl DoubleDouble {
    pub(crate) const ZERO: Self = Self { high: 0.0, low: 0.0 };
    pub(crate) const ONE: Self = Self { high: 1.0, low: 0.0 };

    /// √self, for a positive number.
    ///
    /// # Source
    /// Karp and Markstein, ACM TOMS 23 (1997) p. 561: one Newton step on the double's root.
    pub(crate) fn sqrt(self) -> Self {
        if self.high <= 0.0 {
            return Self::ZERO;
        }
        let root = self.high.sqrt();
        let square = Self::from(root) * Self::from(root);
        quick_two_sum(root, (self - square).high / (2.0 * root))
    }

    /// The nearest double.
    pub(crate) fn to_f64(self) -> f64 {
        self.high
    }

    /// The nearest double, and the double nearest to what that leaves.
    pub(crate) const fn halves(self) -> [f64; 2] {
        [self.high, self.low]
    }
}

impl From<f64> for DoubleDouble {
    fn from(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }
}

impl Add for DoubleDouble {
    type Output = Self;
    fn add(self, b: Self) -> Self {
        let (s, t) = (two_sum(self.high, b.high), two_sum(self.low, b.low));
        let first = quick_two_sum(s.high, s.low + t.high);
        quick_two_sum(first.high, first.low + t.low)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl Mul for DoubleDouble {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        let high = self.high * b.high;
        let error = self.high.mul_add(b.high, -high);
        quick_two_sum(high, error + (self.high * b.low + self.low * b.high))
    }
}

impl Div for DoubleDouble {
    type Output = Self;
    fn div(self, b: Self) -> Self {
        let first = self.high / b.high;
        let rest = self - b * Self::from(first);
        let second = rest.high / b.high;
        let last = (rest - b * Self::from(second)).high / b.high;
        quick_two_sum(first, second) + Self::from(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_arithmetic_goes_round_to_thirty_digits() {
        let of = |x: f64| DoubleDouble::from(x);
        for (a, b) in [(3.0, 7.0), (1e10, 3e-7), (-2.5, 0.1)] {
            let (a, b) = (of(a) / of(3.0), of(b) / of(11.0));
            let small = |x: DoubleDouble, scale: f64| x.to_f64().abs() <= 1e-30 * scale.abs();
            assert!(small(a / b * b - a, a.to_f64()));
            assert!(small((a + b) - b - a, a.to_f64().abs() + b.to_f64().abs()));
            let root = (a * a).sqrt();
            assert!(small(root * root - a * a, (a * a).to_f64()));
        }
        // (1 + 2^-60)² keeps what a double has lost
        let e = 2f64.powi(-60);
        let one = DoubleDouble::ONE + of(e);
        assert_eq!((one * one - DoubleDouble::ONE).to_f64(), 2.0 * e);
    }
}
