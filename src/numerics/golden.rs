//! A minimum of a function of one variable, and of several, when it need not be smooth.

/// Where a search in one variable ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lowest {
    /// the variable
    pub x: f64,
    /// the function there
    pub value: f64,
}

/// The least value between two ends of a function with one valley, kinks allowed.
///
/// * `function`: infinite where it has no value
/// * `low`, `high`: the ends
/// * `tolerance`: width at which the search stops
///
/// # Source
/// Kiefer, Proc. Amer. Math. Soc. 4 (1953) 502: golden section.
///
/// ```
/// use portolan::numerics::golden::golden_section;
/// let found = golden_section(|x| (x - 0.3).abs(), -1.0, 2.0, 1e-9);
/// assert!((found.x - 0.3).abs() < 1e-8);
/// ```
pub fn golden_section(function: impl Fn(f64) -> f64, low: f64, high: f64, tolerance: f64) -> Lowest {
    let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = (low, high);
    let (mut c, mut d) = (b - ratio * (b - a), a + ratio * (b - a));
    let (mut at_c, mut at_d) = (function(c), function(d));
    while b - a > tolerance {
        if at_c <= at_d {
            (b, d, at_d) = (d, c, at_c);
            c = b - ratio * (b - a);
            at_c = function(c);
        } else {
            (a, c, at_c) = (c, d, at_d);
            d = a + ratio * (b - a);
            at_d = function(d);
        }
        // the two points meet when the width reaches rounding
        if c >= d {
            break;
        }
    }
    if at_c <= at_d { Lowest { x: c, value: at_c } } else { Lowest { x: d, value: at_d } }
}

/// The least value between two ends of a function that may have several valleys, or no value on some stretches: the
/// lowest of equally spaced samples, refined by golden section between its neighbours.
///
/// * `function`: infinite where it has no value
/// * `low`, `high`: the ends
/// * `samples`: intervals that are looked at, at least one
/// * `tolerance`: width at which the search stops
pub fn lowest_valley(function: impl Fn(f64) -> f64, low: f64, high: f64, samples: u32, tolerance: f64) -> Lowest {
    let width = (high - low) / f64::from(samples.max(1));
    let at = |k: u32| Lowest { x: low + width * f64::from(k), value: function(low + width * f64::from(k)) };
    let first = at(0);
    let lowest = (1..=samples.max(1)).map(at).fold(first, |a, b| if b.value < a.value { b } else { a });
    let found = golden_section(&function, (lowest.x - width).max(low), (lowest.x + width).min(high), tolerance);
    if found.value <= lowest.value { found } else { lowest }
}

/// Most steps of a search on a lattice: a function without a bottom is not followed for ever.
const MOST_STEPS: u32 = 1_000_000;

/// Where a search in several variables ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bottom<const N: usize> {
    /// the variables
    pub at: [f64; N],
    /// the function there
    pub value: f64,
}

/// A local minimum of a function with constraints: every direction of the lattice is looked along, then the steps are
/// halved.
///
/// * `function`: infinite where it has no value or a constraint is broken
/// * `start`: where it has one
/// * `step`: first length of the steps
/// * `least`: length at which the search stops, if it has not after a million steps
///
/// All 3ᴺ − 1 directions are polled, so a bound on a difference or a sum of two variables, such as a least stay between
/// two dates, does not stop it.
///
/// # Source
/// Kolda, Lewis and Torczon, SIAM Review 45 (2003) 385, section 3: compass search and its convergence.
pub fn lattice_search<const N: usize>(
    function: impl Fn(&[f64; N]) -> f64,
    start: [f64; N],
    step: f64,
    least: f64,
) -> Bottom<N> {
    let (mut at, mut value) = (start, function(&start));
    let mut step = step;
    let directions: Vec<[f64; N]> = (0..3_usize.pow(N as u32))
        .map(|code| {
            let mut rest = code;
            std::array::from_fn(|_| {
                let digit = rest % 3;
                rest /= 3;
                [0.0, 1.0, -1.0][digit]
            })
        })
        .skip(1)
        .collect();
    let mut taken = 0_u32;
    while step > least && step > 0.0 && step.is_finite() && taken < MOST_STEPS {
        let mut moved = false;
        let mut next = (at, value);
        for direction in &directions {
            let to = std::array::from_fn(|k| at[k] + step * direction[k]);
            let there = function(&to);
            if there < next.1 {
                next = (to, there);
            }
        }
        // along the way that led down, as far as it does
        while next.1 < value && taken < MOST_STEPS {
            taken += 1;
            let further = std::array::from_fn(|k| 2.0 * next.0[k] - at[k]);
            (at, value) = next;
            moved = true;
            let there = function(&further);
            if there < value {
                next = (further, there);
            }
        }
        step *= if moved { 1.0 } else { 0.5 };
    }
    Bottom { at, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_a_bound_on_a_difference_is_slid_along() {
        // the free minimum, (1, −2, 3), breaks y − x ≥ 1; on the bound x = −1, y = 0
        let bowl = |v: &[f64; 3]| {
            let [x, y, z] = *v;
            if y - x < 1.0 { f64::INFINITY } else { (x - 1.0).powi(2) + (y + 2.0).powi(2) + (z - 3.0).powi(2) }
        };
        let found = lattice_search(bowl, [-7.0, 11.0, 0.5], 1.0, 1e-9);
        for (got, wanted) in found.at.iter().zip([-1.0, 0.0, 3.0]) {
            assert!((got - wanted).abs() < 1e-6, "{:?}", found.at);
        }
        assert!((found.value - 8.0).abs() < 1e-6);
    }

    #[test]
    fn law_every_search_ends() {
        let slope = lattice_search(|v: &[f64; 2]| v[0] + v[1], [0.0, 0.0], 1.0, 1e-9);
        assert!(slope.value < -1e5 && slope.value.is_finite(), "{slope:?}");
        let bowl = |v: &[f64; 1]| (v[0] - 1.0).powi(2);
        for step in [f64::INFINITY, f64::NAN, 0.0, -1.0] {
            assert_eq!(lattice_search(bowl, [3.0], step, 1e-6).at, [3.0], "{step}");
        }
        for least in [0.0, -1.0, f64::NEG_INFINITY] {
            assert!((lattice_search(bowl, [3.0], 1.0, least).at[0] - 1.0).abs() < 1e-7, "{least}");
        }
        for (low, high, tolerance) in
            [(-1.0, 1.0, -1.0), (f64::NEG_INFINITY, 1.0, 0.0), (0.0, f64::INFINITY, 0.0), (f64::NAN, 1.0, 0.0)]
        {
            let _ = golden_section(|x| x * x, low, high, tolerance);
            let _ = golden_section(|_| 0.0, low, high, tolerance);
            let _ = lowest_valley(|_| f64::NAN, low, high, 0, tolerance);
        }
    }
}
