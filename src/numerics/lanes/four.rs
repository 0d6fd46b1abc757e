//! Four doubles side by side.

use super::Fused;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four doubles, from memory and back.
pub(crate) trait Four: Fused {
    /// From memory.
    fn load(from: &[f64; 4]) -> Self;
    /// To memory.
    fn store(self, to: &mut [f64; 4]);

    /// The lanes as an array.
    #[inline(always)]
    fn to_array(self) -> [f64; 4] {
        let mut array = [0.0; 4];
        self.store(&mut array);
        array
    }
}

/// Four doubles one at a time.
#[derive(Clone, Copy)]
pub(crate) struct PlainFour([f64; 4]);

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for PlainFour {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(std::array::from_fn(|k| self.0[k].$method(other.0[k])))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for PlainFour {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(|x| -x))
    }
}

impl Fused for PlainFour {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self([x; 4])
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

impl Four for PlainFour {
    #[inline(always)]
    fn load(from: &[f64; 4]) -> Self {
        Self(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f64; 4]) {
        *to = self.0;
    }
}
