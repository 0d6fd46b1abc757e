//! Logarithm, arc tangent and quick powers of eight numbers at once, the same bits at any width.

use super::{Mask, Packed};

/// A polynomial by Horner's rule, the lowest coefficient first.
#[inline(always)]
pub(crate) fn polynomial<P: Packed, const N: usize>(x: P, coefficients: &[f64; N]) -> P {
    let mut sum = P::splat(coefficients[N - 1]);
    let mut n = N - 1;
    while n > 0 {
        n -= 1;
        sum = sum.mul_add(x, P::splat(coefficients[n]));
    }
    sum
}

/// A polynomial by Estrin's rule in two strands: half the wait of Horner's.
#[inline(always)]
fn two_strands<P: Packed, const N: usize>(x: P, square: P, coefficients: &[f64; N]) -> P {
    let (mut even, mut odd) = (P::splat(0.0), P::splat(0.0));
    let mut n = N;
    while n > 0 {
        n -= 1;
        if n.is_multiple_of(2) {
            even = even.mul_add(square, P::splat(coefficients[n]));
        } else {
            odd = odd.mul_add(square, P::splat(coefficients[n]));
        }
    }
    odd.mul_add(x, even)
}

/// (1 − arctan(√m)/√m)/m for −0.6 ≤ m ≤ 1, with the hyperbolic arc for m < 0; relative error below 4e-16.
///
/// Rational interpolation at 20 Chebyshev points in 60 digits; it misses by 3.5e-17 before rounding.
#[inline(always)]
pub(crate) fn arc_deficit<P: Packed>(m: P) -> P {
    let square = m * m;
    two_strands(m, square, &ARC_ABOVE) / two_strands(m, square, &ARC_BELOW)
}

const ARC_ABOVE: [f64; 10] = [
    0.333_333_333_333_333_333_33,
    1.487_871_010_420_667_34,
    2.779_886_906_217_632_200_5,
    2.820_243_870_326_075_389_5,
    1.685_594_746_244_518_282_8,
    0.602_302_045_515_496_171_28,
    0.124_682_234_315_478_402_84,
    0.013_731_217_956_011_250_089,
    0.000_671_116_302_660_151_386_71,
    9.313_802_343_554_265_168_1e-6,
];
const ARC_BELOW: [f64; 11] = [
    1.0,
    5.063_613_031_262_002_019_8,
    10.949_257_108_838_669_242,
    13.193_499_339_073_903_068,
    9.695_488_818_940_432_941_8,
    4.469_378_796_527_402_617_5,
    1.280_662_654_510_012_851_2,
    0.218_245_327_242_343_533_5,
    0.020_160_135_965_618_015_435,
    0.000_838_140_268_309_231_465_34,
    0.000_010_005_362_260_696_876_591,
];

/// Angle of the point (x, y), −π to π, within 3 units in the last place.
#[inline(always)]
pub(crate) fn atan2<P: Packed>(y: P, x: P) -> P {
    let zero = P::splat(0.0);
    let (ax, ay) = (x.abs(), y.abs());
    let steep = ax.le(ay).and(ay.le(ax).not());
    let (low, high) = (P::select(steep, ax, ay), P::select(steep, ay, ax));
    // the origin itself has the angle 0
    let w = low / high.max(P::splat(f64::MIN_POSITIVE));
    let m = w * w;
    let arc = w - w * m * arc_deficit(m);
    let arc = P::select(steep, P::splat(std::f64::consts::FRAC_PI_2) - arc, arc);
    let arc = P::select(zero.le(x), arc, P::splat(std::f64::consts::PI) - arc);
    P::select(zero.le(y), arc, -arc)
}

/// Natural logarithm of a normal number > 0, within 2 units in the last place.
#[inline(always)]
pub(crate) fn ln<P: Packed>(x: P) -> P {
    let (exponent, significand) = (x.exponent(), x.significand());
    let large = P::splat(std::f64::consts::SQRT_2).le(significand);
    let one = P::splat(1.0);
    let f = P::select(large, significand * P::splat(0.5), significand);
    let e = P::select(large, exponent + one, exponent);
    let s = (f - one) / (f + one);
    let square = s * s;
    // 2·artanh(s): terms 2/(2k + 3) beyond the first
    let tail = polynomial(square, &ARTANH) * square;
    // ln 2 in two parts, the first with room for the exponent
    e * P::splat(0.693_147_180_369_123_8) + (e * P::splat(1.908_214_929_270_587_7e-10) + (s * tail + (s + s)))
}

const ARTANH: [f64; 11] = {
    let mut terms = [0.0; 11];
    let mut k = 0;
    while k < 11 {
        terms[k] = 2.0 / (2 * k + 3) as f64;
        k += 1;
    }
    terms
};

/// Binary logarithm of a normal number > 0 to 3e-6.
#[inline(always)]
pub(crate) fn rough_log2<P: Packed>(x: P) -> P {
    const TERMS: [f64; 7] = [
        2.443_438_720_204_022_6e-6,
        1.442_453_526_210_607_3,
        -0.717_312_780_264_896_87,
        0.454_508_492_199_788_75,
        -0.272_697_564_852_873_21,
        0.117_613_084_066_651_17,
        -0.024_568_534_745_299_191,
    ];
    x.exponent() + polynomial(x.significand() - P::splat(1.0), &TERMS)
}

/// 2^x to 1.2e-7 of itself; x is taken to lie between −1000 and 1000.
#[inline(always)]
pub(crate) fn rough_exp2<P: Packed>(x: P) -> P {
    const TERMS: [f64; 6] = [
        1.000_000_075_454_897_2,
        0.693_147_188_022_628_78,
        0.240_221_074_853_083_38,
        0.055_503_571_142_190_778,
        0.009_676_031_918_322_054_1,
        0.001_339_086_366_467_123_4,
    ];
    let x = x.max(P::splat(-1000.0)).min(P::splat(1000.0));
    // adding and taking away 1.5·2⁵² leaves the nearest whole number
    let shift = P::splat(6_755_399_441_055_744.0);
    let whole = (x + shift) - shift;
    polynomial(x - whole, &TERMS) * whole.power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units in the last place between two numbers.
    fn ulps(got: f64, wanted: f64) -> f64 {
        (got - wanted).abs() / (wanted.abs() * f64::EPSILON).max(f64::MIN_POSITIVE)
    }

    #[test]
    fn agrees_with_std_to_the_errors_told() {
        let mut worst = [0.0_f64; 4];
        for k in 0..200_000 {
            let share = f64::from(k) / 200_000.0;
            let angle = (2.0 * share - 1.0) * std::f64::consts::PI * 0.999_999;
            let size = 10.0_f64.powf(20.0 * share - 10.0);
            let (y, x) = (size * angle.sin(), size * angle.cos());
            worst[0] = worst[0].max(ulps(atan2(y, x), y.atan2(x)));
            let z = 1.0 + 10.0_f64.powf(16.0 * share - 6.0);
            worst[1] = worst[1].max(ulps(ln(z), z.ln()));
            worst[2] = worst[2].max((rough_log2(size) - size.log2()).abs());
            let power = 80.0 * share - 40.0;
            worst[3] = worst[3].max((rough_exp2(power) / power.exp2() - 1.0).abs());
        }
        assert!(worst[0] < 3.0 && worst[2] < 3e-6 && worst[3] < 1.2e-7, "{worst:?}");
        // near 1 the logarithm's own argument is rounded: its error is told in units of its terms
        assert!(worst[1] < 4.0, "{worst:?}");
    }

    #[test]
    fn law_the_arc_joins_circle_and_hyperbola() {
        for k in 0..1600 {
            let m = -0.6 + 1e-3 * f64::from(k);
            let w = m.abs().sqrt();
            let arc = if m < 0.0 { w.atanh() } else { w.atan() };
            // the quotient loses digits near 0, where the series has them
            let wanted = if m.abs() < 0.02 {
                (0..12).map(|n| (-m).powi(n) / f64::from(2 * n + 3)).sum()
            } else {
                (1.0 - arc / w) / m
            };
            assert!((arc_deficit(m) / wanted - 1.0).abs() < 1e-13, "{m}: {} {wanted}", arc_deficit(m));
        }
    }
}
