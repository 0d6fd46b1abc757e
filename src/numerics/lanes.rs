//! Eight doubles side by side, and the one place that asks the machine how wide its registers are.
//!
//! A kernel is written once against [`Lanes`] and compiled three times: for AVX-512, for AVX2 with FMA, and for
//! plain doubles. Every operation is correctly rounded in each, a multiply-add is fused where the kernel says so
//! and nowhere else, so all three give the same bits. The types themselves never leave this file: a kernel reaches
//! them through [`run`], after the processor has been asked.
//!
//! `unsafe` is fenced here. It stands for two facts: [`run`] enters a function compiled for a feature that the
//! processor has just said it has, and the intrinsics of that feature are called from nowhere else.
#![allow(unsafe_code)]

mod both;
mod dual;
pub(crate) mod elementary;
mod one;
mod plain;

pub(crate) use both::Both;
pub(crate) use dual::Dual;
use plain::Plain;

use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::OnceLock;

/// `[f(0), f(1), f(2)]`, written out: in a closure the compiler would not find the clone's instructions.
macro_rules! axes {
    ($k:ident => $value:expr) => {
        [
            {
                let $k = 0;
                $value
            },
            {
                let $k = 1;
                $value
            },
            {
                let $k = 2;
                $value
            },
        ]
    };
}
pub(crate) use axes;

/// 2⁵²: a whole number added to it stands in its last bits.
const WHOLE: f64 = 4_503_599_627_370_496.0;
/// What an exponent is stored with.
const BIAS: f64 = 1023.0;
/// The bits after the point.
const SIGNIFICAND: u64 = 0x000F_FFFF_FFFF_FFFF;
/// The bits of 1.0.
const ONE: u64 = 0x3FF0_0000_0000_0000;

/// Lanes of a register, whatever its width.
pub(crate) const WIDTH: usize = 8;

/// Arithmetic on doubles side by side, however many. Every method is one correctly rounded operation a lane.
pub(crate) trait Fused:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The same number in every lane.
    fn splat(x: f64) -> Self;
    /// self·b + c, rounded once.
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// √self
    fn sqrt(self) -> Self;
}

/// What else a kernel asks for: comparisons and the parts of a number.
pub(crate) trait Packed: Fused {
    /// what a comparison gives
    type Mask: Mask;

    /// |self|
    fn abs(self) -> Self;
    /// self where it is the smaller, else other; other where one is no number.
    fn min(self, other: Self) -> Self;
    /// self where it is the greater, else other; other where one is no number.
    fn max(self, other: Self) -> Self;
    /// self ≤ other
    fn le(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// ⌊log₂|self|⌋ of a normal number.
    fn exponent(self) -> Self;
    /// self without its exponent and sign: 1 ≤ result < 2, of a normal number.
    fn significand(self) -> Self;
    /// 2^self of a whole number between −1022 and 1023.
    fn power_of_two(self) -> Self;
}

/// Eight doubles.
pub(crate) trait Lanes: Packed<Mask: Octet> {
    /// half as many, for what has no use for eight
    type Four: Four;

    /// From memory.
    fn load(from: &[f64; WIDTH]) -> Self;
    /// The same four in both halves.
    fn load_twice(from: &[f64; 4]) -> Self;
    /// To memory.
    fn store(self, to: &mut [f64; WIDTH]);

    /// The lanes as an array.
    #[inline(always)]
    fn to_array(self) -> [f64; WIDTH] {
        let mut array = [0.0; WIDTH];
        self.store(&mut array);
        array
    }
}

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

/// Truth values, one a lane.
pub(crate) trait Mask: Copy {
    /// The same in every lane.
    fn splat(truth: bool) -> Self;
    /// self ∧ other
    fn and(self, other: Self) -> Self;
    /// self ∨ other
    fn or(self, other: Self) -> Self;
    /// ¬self
    fn not(self) -> Self;
    /// whether all lanes hold
    fn all(self) -> bool;
}

/// Eight truth values.
pub(crate) trait Octet: Mask {
    /// From the low eight bits, lane 0 the lowest.
    fn from_bits(bits: u8) -> Self;
    /// One bit a lane, lane 0 the lowest.
    fn bits(self) -> u8;
}

/// How the machine is asked to do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// eight doubles a register
    Avx512,
    /// four doubles a register, two registers
    Avx2,
    /// one at a time
    Scalar,
}

impl Width {
    /// The widest that this machine has, or the one that `PORTOLAN_LANES` asks for: `avx512`, `avx2` or `scalar`.
    pub(crate) fn best() -> Self {
        static BEST: OnceLock<Width> = OnceLock::new();
        *BEST.get_or_init(|| Self::asked().ok().flatten().unwrap_or_else(|| Self::available()[0]))
    }

    /// What `PORTOLAN_LANES` asks for, or why that cannot be.
    pub(crate) fn asked() -> Result<Option<Self>, String> {
        let Ok(word) = std::env::var("PORTOLAN_LANES") else { return Ok(None) };
        let all = Self::available();
        match all.iter().find(|width| width.word() == word) {
            Some(width) => Ok(Some(*width)),
            None if word.is_empty() => Ok(None),
            None => {
                let words: Vec<&str> = all.iter().map(|width| width.word()).collect();
                Err(format!("\"{word}\" are no registers of this machine: it has {}", words.join(", ")))
            }
        }
    }

    /// What the environment calls it.
    const fn word(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Scalar => "scalar",
        }
    }

    /// All that this machine has, the widest first; plain doubles always.
    pub(crate) fn available() -> Vec<Self> {
        let mut widths = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                widths.push(Self::Avx512);
            }
            if avx2 {
                widths.push(Self::Avx2);
            }
        }
        widths.push(Self::Scalar);
        widths
    }
}

/// Work that runs in lanes of any width.
///
/// `run` and every function that it calls with lanes in hand must be `#[inline(always)]`: a function that is not
/// part of the compiled clone does not know the clone's instructions.
pub(crate) trait Kernel {
    /// what comes out
    type Output;
    /// The work.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// Run a kernel as wide as asked, or narrower when the machine does not have that.
#[inline]
pub(crate) fn run<K: Kernel>(width: Width, kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        let has = |wanted| width == wanted && Width::available_cached().contains(&wanted);
        if has(Width::Avx512) {
            // SAFETY: the processor has just said that it has these features.
            return unsafe { x86::run_avx512(kernel) };
        }
        if has(Width::Avx2) {
            // SAFETY: the processor has just said that it has these features.
            return unsafe { x86::run_avx2(kernel) };
        }
    }
    let _ = width;
    kernel.run::<Plain<WIDTH>>()
}

impl Width {
    fn available_cached() -> &'static [Self] {
        static ALL: OnceLock<Vec<Width>> = OnceLock::new();
        ALL.get_or_init(Self::available)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BIAS, Four, Fused, Kernel, Lanes, Mask, Octet, Packed, SIGNIFICAND, WHOLE, WIDTH};
    use std::arch::x86_64::*;
    use std::ops::{Add, Div, Mul, Neg, Sub};

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
    pub(super) unsafe fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
        kernel.run::<Avx512>()
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
        kernel.run::<Avx2>()
    }

    /// One register of eight.
    #[derive(Clone, Copy)]
    struct Avx512(__m512d);

    /// Two registers of four.
    #[derive(Clone, Copy)]
    struct Avx2([__m256d; 2]);

    /// One register of four: two of them start in a cycle where only one of eight does.
    #[derive(Clone, Copy)]
    pub(super) struct Quad(__m256d);

    macro_rules! operator {
        ($trait:ident, $method:ident, $wide:ident, $half:ident) => {
            impl $trait for Avx512 {
                type Output = Self;
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    // SAFETY: values of this type exist inside `run_avx512` alone.
                    Self(unsafe { $wide(self.0, other.0) })
                }
            }
            impl $trait for Avx2 {
                type Output = Self;
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    // SAFETY: values of this type exist inside `run_avx2` alone.
                    Self(unsafe { [$half(self.0[0], other.0[0]), $half(self.0[1], other.0[1])] })
                }
            }
            impl $trait for Quad {
                type Output = Self;
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    // SAFETY: values of this type exist inside `run_avx512` and `run_avx2` alone.
                    Self(unsafe { $half(self.0, other.0) })
                }
            }
        };
    }
    operator!(Add, add, _mm512_add_pd, _mm256_add_pd);
    operator!(Sub, sub, _mm512_sub_pd, _mm256_sub_pd);
    operator!(Mul, mul, _mm512_mul_pd, _mm256_mul_pd);
    operator!(Div, div, _mm512_div_pd, _mm256_div_pd);

    impl Neg for Avx512 {
        type Output = Self;
        #[inline(always)]
        fn neg(self) -> Self {
            // SAFETY: values of this type exist inside `run_avx512` alone.
            Self(unsafe { _mm512_xor_pd(self.0, _mm512_set1_pd(-0.0)) })
        }
    }

    impl Neg for Avx2 {
        type Output = Self;
        #[inline(always)]
        fn neg(self) -> Self {
            // SAFETY: values of this type exist inside `run_avx2` alone.
            let sign = unsafe { _mm256_set1_pd(-0.0) };
            Self(unsafe { [_mm256_xor_pd(self.0[0], sign), _mm256_xor_pd(self.0[1], sign)] })
        }
    }

    // SAFETY of every block below: `run_avx512` and `run_avx2` alone name these types, the processor has said that it
    // has their instructions, and loads and stores go through references to eight doubles, or four.
    impl Fused for Avx512 {
        #[inline(always)]
        fn splat(x: f64) -> Self {
            Self(unsafe { _mm512_set1_pd(x) })
        }
        #[inline(always)]
        fn mul_add(self, b: Self, c: Self) -> Self {
            Self(unsafe { _mm512_fmadd_pd(self.0, b.0, c.0) })
        }
        #[inline(always)]
        fn sqrt(self) -> Self {
            Self(unsafe { _mm512_sqrt_pd(self.0) })
        }
    }

    impl Packed for Avx512 {
        type Mask = u8;

        #[inline(always)]
        fn abs(self) -> Self {
            Self(unsafe { _mm512_abs_pd(self.0) })
        }
        #[inline(always)]
        fn min(self, other: Self) -> Self {
            Self(unsafe { _mm512_min_pd(self.0, other.0) })
        }
        #[inline(always)]
        fn max(self, other: Self) -> Self {
            Self(unsafe { _mm512_max_pd(self.0, other.0) })
        }
        #[inline(always)]
        fn le(self, other: Self) -> u8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn select(mask: u8, yes: Self, no: Self) -> Self {
            Self(unsafe { _mm512_mask_blend_pd(mask, no.0, yes.0) })
        }
        #[inline(always)]
        fn exponent(self) -> Self {
            Self(unsafe { _mm512_getexp_pd(self.0) })
        }
        #[inline(always)]
        fn significand(self) -> Self {
            Self(unsafe {
                let bits = _mm512_and_pd(self.0, _mm512_set1_pd(f64::from_bits(SIGNIFICAND)));
                _mm512_or_pd(bits, _mm512_set1_pd(1.0))
            })
        }
        #[inline(always)]
        fn power_of_two(self) -> Self {
            Self(unsafe {
                let whole = _mm512_add_pd(self.0, _mm512_set1_pd(WHOLE + BIAS));
                _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(whole)))
            })
        }
    }

    impl Lanes for Avx512 {
        type Four = Quad;

        #[inline(always)]
        fn load(from: &[f64; WIDTH]) -> Self {
            Self(unsafe { _mm512_loadu_pd(from.as_ptr()) })
        }
        #[inline(always)]
        fn load_twice(from: &[f64; 4]) -> Self {
            Self(unsafe { _mm512_broadcast_f64x4(_mm256_loadu_pd(from.as_ptr())) })
        }
        #[inline(always)]
        fn store(self, to: &mut [f64; WIDTH]) {
            unsafe { _mm512_storeu_pd(to.as_mut_ptr(), self.0) }
        }
    }

    impl Mask for u8 {
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
    }

    impl Octet for u8 {
        #[inline(always)]
        fn from_bits(bits: u8) -> Self {
            bits
        }
        #[inline(always)]
        fn bits(self) -> u8 {
            self
        }
    }

    impl Fused for Avx2 {
        #[inline(always)]
        fn splat(x: f64) -> Self {
            Self([unsafe { _mm256_set1_pd(x) }; 2])
        }
        #[inline(always)]
        fn mul_add(self, b: Self, c: Self) -> Self {
            Self(unsafe { [_mm256_fmadd_pd(self.0[0], b.0[0], c.0[0]), _mm256_fmadd_pd(self.0[1], b.0[1], c.0[1])] })
        }
        #[inline(always)]
        fn sqrt(self) -> Self {
            Self(unsafe { [_mm256_sqrt_pd(self.0[0]), _mm256_sqrt_pd(self.0[1])] })
        }
    }

    impl Packed for Avx2 {
        type Mask = Mask2;

        #[inline(always)]
        fn abs(self) -> Self {
            let sign = unsafe { _mm256_set1_pd(-0.0) };
            Self(unsafe { [_mm256_andnot_pd(sign, self.0[0]), _mm256_andnot_pd(sign, self.0[1])] })
        }
        #[inline(always)]
        fn min(self, other: Self) -> Self {
            Self(unsafe { [_mm256_min_pd(self.0[0], other.0[0]), _mm256_min_pd(self.0[1], other.0[1])] })
        }
        #[inline(always)]
        fn max(self, other: Self) -> Self {
            Self(unsafe { [_mm256_max_pd(self.0[0], other.0[0]), _mm256_max_pd(self.0[1], other.0[1])] })
        }
        #[inline(always)]
        fn le(self, other: Self) -> Mask2 {
            Mask2(unsafe {
                [_mm256_cmp_pd::<_CMP_LE_OQ>(self.0[0], other.0[0]), _mm256_cmp_pd::<_CMP_LE_OQ>(self.0[1], other.0[1])]
            })
        }
        #[inline(always)]
        fn select(mask: Mask2, yes: Self, no: Self) -> Self {
            Self(unsafe {
                [_mm256_blendv_pd(no.0[0], yes.0[0], mask.0[0]), _mm256_blendv_pd(no.0[1], yes.0[1], mask.0[1])]
            })
        }
        #[inline(always)]
        fn exponent(self) -> Self {
            Self(unsafe { [exponent(self.0[0]), exponent(self.0[1])] })
        }
        #[inline(always)]
        fn significand(self) -> Self {
            let (bits, one) = unsafe { (_mm256_set1_pd(f64::from_bits(SIGNIFICAND)), _mm256_set1_pd(1.0)) };
            Self(unsafe {
                [_mm256_or_pd(_mm256_and_pd(self.0[0], bits), one), _mm256_or_pd(_mm256_and_pd(self.0[1], bits), one)]
            })
        }
        #[inline(always)]
        fn power_of_two(self) -> Self {
            Self(unsafe { [power_of_two(self.0[0]), power_of_two(self.0[1])] })
        }
    }

    impl Lanes for Avx2 {
        type Four = Quad;

        #[inline(always)]
        fn load(from: &[f64; WIDTH]) -> Self {
            Self(unsafe { [_mm256_loadu_pd(from.as_ptr()), _mm256_loadu_pd(from.as_ptr().add(4))] })
        }
        #[inline(always)]
        fn load_twice(from: &[f64; 4]) -> Self {
            Self(unsafe { [_mm256_loadu_pd(from.as_ptr()); 2] })
        }
        #[inline(always)]
        fn store(self, to: &mut [f64; WIDTH]) {
            unsafe {
                _mm256_storeu_pd(to.as_mut_ptr(), self.0[0]);
                _mm256_storeu_pd(to.as_mut_ptr().add(4), self.0[1]);
            }
        }
    }

    impl Neg for Quad {
        type Output = Self;
        #[inline(always)]
        fn neg(self) -> Self {
            Self(unsafe { _mm256_xor_pd(self.0, _mm256_set1_pd(-0.0)) })
        }
    }

    impl Fused for Quad {
        #[inline(always)]
        fn splat(x: f64) -> Self {
            Self(unsafe { _mm256_set1_pd(x) })
        }
        #[inline(always)]
        fn mul_add(self, b: Self, c: Self) -> Self {
            Self(unsafe { _mm256_fmadd_pd(self.0, b.0, c.0) })
        }
        #[inline(always)]
        fn sqrt(self) -> Self {
            Self(unsafe { _mm256_sqrt_pd(self.0) })
        }
    }

    impl Four for Quad {
        #[inline(always)]
        fn load(from: &[f64; 4]) -> Self {
            Self(unsafe { _mm256_loadu_pd(from.as_ptr()) })
        }
        #[inline(always)]
        fn store(self, to: &mut [f64; 4]) {
            unsafe { _mm256_storeu_pd(to.as_mut_ptr(), self.0) }
        }
    }

    #[inline(always)]
    unsafe fn exponent(half: __m256d) -> __m256d {
        // SAFETY: as in the block above, the only caller.
        unsafe {
            let bits = _mm256_srli_epi64::<53>(_mm256_slli_epi64::<1>(_mm256_castpd_si256(half)));
            let whole = _mm256_or_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(WHOLE));
            _mm256_sub_pd(whole, _mm256_set1_pd(WHOLE + BIAS))
        }
    }

    #[inline(always)]
    unsafe fn power_of_two(half: __m256d) -> __m256d {
        // SAFETY: as in the block above, the only caller.
        unsafe {
            let whole = _mm256_add_pd(half, _mm256_set1_pd(WHOLE + BIAS));
            _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(whole)))
        }
    }

    /// All bits of a lane, or none.
    #[derive(Clone, Copy)]
    pub(super) struct Mask2([__m256d; 2]);

    impl Mask for Mask2 {
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
            Self(unsafe { [_mm256_and_pd(self.0[0], other.0[0]), _mm256_and_pd(self.0[1], other.0[1])] })
        }
        #[inline(always)]
        fn or(self, other: Self) -> Self {
            Self(unsafe { [_mm256_or_pd(self.0[0], other.0[0]), _mm256_or_pd(self.0[1], other.0[1])] })
        }
        #[inline(always)]
        fn not(self) -> Self {
            Self::from_bits(!self.bits())
        }
    }

    impl Octet for Mask2 {
        #[inline(always)]
        fn from_bits(bits: u8) -> Self {
            let word = |k: usize| if bits >> k & 1 == 1 { f64::from_bits(u64::MAX) } else { 0.0 };
            Self(unsafe {
                [_mm256_setr_pd(word(0), word(1), word(2), word(3)), _mm256_setr_pd(word(4), word(5), word(6), word(7))]
            })
        }
        #[inline(always)]
        fn bits(self) -> u8 {
            unsafe { (_mm256_movemask_pd(self.0[0]) | _mm256_movemask_pd(self.0[1]) << 4) as u8 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on hard numbers.
    struct All([f64; WIDTH], [f64; WIDTH], [f64; WIDTH]);

    impl Kernel for All {
        type Output = Vec<u64>;
        #[inline(always)]
        fn run<L: Lanes>(self) -> Vec<u64> {
            let (a, b, c) = (L::load(&self.0), L::load(&self.1), L::load(&self.2));
            let (less, most) = (b.le(a).not(), a.le(b));
            let wild = L::Mask::from_bits(0b1010_0110);
            let lanes = [
                a + b,
                a - b,
                a * b,
                a / b,
                -a,
                a.mul_add(b, c),
                a.abs().sqrt(),
                a.min(b),
                a.max(b),
                L::select(less, a, b),
                L::select(most.and(less.not()), a, c),
                L::select(wild.or(less), b, c),
                L::splat(0.1) * c,
                // of normal numbers and small whole ones
                L::select(b.abs().le(L::splat(1e300)).and(L::splat(1e-300).le(b.abs())), b, c.abs() + L::splat(1.5))
                    .min(L::splat(1e300))
                    .exponent(),
                (a.abs().min(L::splat(1e300)) + L::splat(1e-3)).significand(),
                a.abs().min(L::splat(7.0)).max(L::splat(3.0)).exponent().power_of_two(),
            ];
            let mut bits: Vec<u64> = lanes.iter().flat_map(|x| x.to_array().map(f64::to_bits)).collect();
            let half = |x: &[f64; WIDTH]| L::Four::load(&[x[0], x[1], x[2], x[3]]);
            let (a, b, c) = (half(&self.0), half(&self.1), half(&self.2));
            let fours = [a + b, a - b, a * b, a / b, a.mul_add(b, c), (a * a).sqrt(), L::Four::splat(0.1) * c];
            bits.extend(fours.iter().flat_map(|x| x.to_array().map(f64::to_bits)));
            bits.extend([less.bits(), most.bits(), wild.bits(), wild.not().bits()].map(u64::from));
            bits.extend([u64::from(most.all())]);
            bits
        }
    }

    #[test]
    fn law_every_width_gives_the_same_bits() {
        let hard = [0.0, -0.0, 1.0, -1.5, f64::MIN_POSITIVE, 1e-310, 1e308, f64::INFINITY, 0.1, 3.0, -7.25e-9];
        let pick = |seed: usize| std::array::from_fn(|k| hard[(seed * 7 + k * (seed % 5 + 1)) % hard.len()]);
        for seed in 0..200 {
            let inputs = || All(pick(seed), pick(seed / 3 + 1), pick(seed / 11 + 2));
            let plain = run(Width::Scalar, inputs());
            for width in Width::available() {
                let wide = run(width, inputs());
                for (k, (a, b)) in plain.iter().zip(&wide).enumerate() {
                    // the bits of "no number" are the processor's own
                    let same = a == b || (f64::from_bits(*a).is_nan() && f64::from_bits(*b).is_nan());
                    assert!(same, "{width:?}, operation {}, seed {seed}: {a:x} {b:x}", k / WIDTH);
                }
            }
        }
    }

    #[test]
    fn law_a_multiply_add_is_rounded_once() {
        struct Fused;
        impl Kernel for Fused {
            type Output = f64;
            #[inline(always)]
            fn run<L: Lanes>(self) -> f64 {
                let x = L::splat(1.0 + f64::EPSILON);
                x.mul_add(x, -L::splat(1.0 + 2.0 * f64::EPSILON)).to_array()[3]
            }
        }
        for width in Width::available() {
            assert_eq!(run(width, Fused), f64::EPSILON * f64::EPSILON, "{width:?}");
        }
    }
}
