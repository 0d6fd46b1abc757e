//! Multipliers of a periodic orbit, from two traces of its monodromy matrix.

/// ½(|λ| + 1/|λ|) of the largest multiplier of a monodromy matrix.
///
/// Two multipliers are 1; the others are the roots of λ⁴ + αλ³ + βλ² + αλ + 1, in pairs of λ and 1/λ, with
/// α = 2 − tr M and β = ½(α² + 2 − tr M²). The sums s = λ + 1/λ are the roots of s² + αs + β − 2.
///
/// # Source
/// Broucke, "Stability of periodic orbits in the elliptic, restricted three-body problem", AIAA J. 7 (1969) 1003.
pub(super) fn index(m: &[[f64; 6]; 6]) -> f64 {
    let trace: f64 = (0..6).map(|k| m[k][k]).sum();
    let of_square: f64 = (0..6).map(|i| (0..6).map(|j| m[i][j] * m[j][i]).sum::<f64>()).sum();
    let alpha = 2.0 - trace;
    let beta = 0.5 * (alpha * alpha + 2.0 - of_square);
    let under = alpha * alpha - 4.0 * beta + 8.0;
    if under >= 0.0 {
        let root = under.sqrt();
        // |s| ≤ 2 is a pair on the unit circle
        let most = (0.5 * (-alpha + root)).abs().max((0.5 * (-alpha - root)).abs());
        return (0.5 * most).max(1.0);
    }
    // four multipliers off both the circle and the line: λ² − sλ + 1 = 0 with a complex s
    let (re, im) = (-0.5 * alpha, 0.5 * (-under).sqrt());
    let (square_re, square_im) = (re * re - im * im - 4.0, 2.0 * re * im);
    let size = square_re.hypot(square_im);
    let (root_re, root_im) = ((0.5 * (size + square_re)).max(0.0).sqrt(), (0.5 * (size - square_re)).max(0.0).sqrt());
    let root_im = root_im.copysign(square_im);
    let one = (0.5 * (re + root_re)).hypot(0.5 * (im + root_im));
    let other = (0.5 * (re - root_re)).hypot(0.5 * (im - root_im));
    let most = one.max(other);
    0.5 * (most + 1.0 / most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Matrices with known multipliers: blocks along the diagonal.
    #[test]
    fn law_the_index_is_that_of_the_largest_multiplier() {
        let of = |blocks: [[f64; 4]; 3]| {
            let mut m = [[0.0; 6]; 6];
            for (k, [a, b, c, d]) in blocks.into_iter().enumerate() {
                (m[2 * k][2 * k], m[2 * k][2 * k + 1]) = (a, b);
                (m[2 * k + 1][2 * k], m[2 * k + 1][2 * k + 1]) = (c, d);
            }
            index(&m)
        };
        let turn = |angle: f64| [angle.cos(), angle.sin(), -angle.sin(), angle.cos()];
        let stretch = |l: f64| [l, 0.0, 0.0, 1.0 / l];
        let one = [1.0, 0.3, 0.0, 1.0];
        let cases = [
            ([one, turn(0.7), turn(2.0)], 1.0),
            ([one, stretch(4.0), turn(2.0)], 2.125),
            ([stretch(-8.0), stretch(2.0), one], 4.0625),
            ([one, stretch(1000.0), stretch(-3.0)], 500.0005),
        ];
        for (blocks, wanted) in cases {
            assert!((of(blocks) - wanted).abs() < 1e-9 * wanted, "{} {wanted}", of(blocks));
        }
        // a spiral: r·e^±iφ and its inverse
        let spiral = |r: f64, angle: f64| turn(angle).map(|x| r * x);
        let index = of([one, spiral(3.0, 1.1), spiral(1.0 / 3.0, 1.1)]);
        assert!((index - 0.5 * (3.0 + 1.0 / 3.0)).abs() < 1e-12, "{index}");
    }
}
