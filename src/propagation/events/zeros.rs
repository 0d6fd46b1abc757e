//! Zeros of a smooth function that is known down to a floor of rounding.
//!
//! On a stretch the function is written as a Chebyshev series, and the stretch is halved until the series shows that there is no
//! zero, or one at most. What is smaller than the floor has no sign: a stretch of it holds no zero, and a zero is
//! counted where the sign before such a stretch and the sign behind it differ.
//!
//! # Source
//! Boyd, "Computing zeros on a real interval through Chebyshev expansion and polynomial rootfinding", SIAM J. Numer. Anal.
//! 40 (2002) 1666, for the series and the halving; Aurentz and Trefethen, "Chopping a Chebyshev series", ACM Trans. Math.
//! Softw. 43 (2017) 33, for coefficients that are rounding and no more.

use std::sync::OnceLock;

/// Points of a series.
const POINTS: usize = 24;
/// Halvings of a step: a piece of 10⁵ s is cut to 10⁻⁴ s.
const DEEPEST: u32 = 30;
/// Halvings of a stretch on which the function is no number in places.
const DEEPEST_BROKEN: u32 = 12;
/// Halvings after which what halving does not make smaller is taken for noise: nothing that a step resolves turns 10³ times in it.
const NOISE_DEPTH: u32 = 8;
/// Last coefficients relative to the greatest of a series that is resolved.
const FINE: f64 = 1e-9;
/// What a resolved series may be wrong by, relative to its greatest coefficient.
const DOUBT: f64 = 1e-8;
/// Series that may be made to begin with, and more with each step: an ordinary step takes one to ten.
const FIRST_ALLOWANCE: usize = 4096;
const ALLOWANCE: usize = 256;

/// Why nothing is told of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    /// the function is zero to rounding
    Zero,
    /// it is noise, which nobody stated, or turns faster than can be followed
    Noise,
    /// the search was given up
    Unresolved,
    /// it is no number
    NotFinite,
}

/// What one step hands on to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// the last sign that was certain
    above: Option<bool>,
    /// series that may still be made
    allowance: usize,
    /// the sign that rounding gives an end which lies within it of zero, where that is another one than the last
    pending: Option<bool>,
}

impl Known {
    pub(super) const NOTHING: Self = Self { above: None, allowance: FIRST_ALLOWANCE, pending: None };

    /// Whether the function ends on a zero, as far as rounding lets it be seen, and rises there.
    pub(super) const fn at_end(&self) -> Option<bool> {
        self.pending
    }
}

/// A search from one end of a step to the other.
pub(super) struct Search<'a> {
    value: &'a dyn Fn(f64) -> f64,
    rounding: &'a dyn Fn() -> f64,
    known: Known,
    floor: Option<f64>,
    /// whether the floor was found in the function itself
    noisy: bool,
    /// where the stretch without a sign begins that the search is in
    lost_from: Option<f64>,
    /// zeros, each with whether the function rises from the first end to the second
    pub(super) zeros: Vec<(f64, bool)>,
    /// stretches that nothing is told of
    pub(super) blanks: Vec<(f64, f64, Blank)>,
}

/// A stretch and the series on it.
struct Stretch {
    from: f64,
    to: f64,
    samples: [f64; POINTS],
    series: [f64; POINTS],
    /// greatest sample
    size: f64,
    /// greatest of the last three coefficients
    tail: f64,
}

impl Stretch {
    fn of(value: &dyn Fn(f64) -> f64, from: f64, to: f64) -> Self {
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        let samples: [f64; POINTS] = std::array::from_fn(|k| value(middle + half * table()[1][k]));
        let series = coefficients(&samples);
        let size = samples.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let tail = series[POINTS - 3..].iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        Self { from, to, samples, series, size, tail }
    }

    /// Root mean square of the last quarter of the coefficients.
    fn level(&self) -> f64 {
        let last = &self.series[POINTS - 6..];
        (last.iter().map(|c| c * c).sum::<f64>() / last.len() as f64).sqrt()
    }
}

impl<'a> Search<'a> {
    /// Search a step.
    ///
    /// * `value`: the function
    /// * `rounding`: what its values may be wrong by, asked for when it matters
    /// * `known`: what the step before handed on
    pub(super) fn new(value: &'a dyn Fn(f64) -> f64, rounding: &'a dyn Fn() -> f64, known: Known) -> Self {
        let allowance = (known.allowance + ALLOWANCE).min(FIRST_ALLOWANCE);
        Self {
            value,
            rounding,
            known: Known { allowance, pending: None, ..known },
            floor: None,
            noisy: false,
            lost_from: None,
            zeros: Vec::new(),
            blanks: Vec::new(),
        }
    }

    pub(super) fn run(&mut self, from: f64, to: f64) -> Known {
        self.visit(&Stretch::of(self.value, from, to), 0);
        if self.lost_from.is_some_and(|lost| lost != from) {
            self.wait_and_see((self.value)(to));
        }
        self.known
    }

    fn floor(&mut self) -> f64 {
        let rounding = self.rounding;
        *self.floor.get_or_insert_with(|| rounding().max(0.0))
    }

    fn visit(&mut self, stretch: &Stretch, depth: u32) {
        let Stretch { from, to, series, size, tail, .. } = stretch;
        if !stretch.samples.iter().all(|x| x.is_finite()) {
            self.visit_broken(stretch, depth);
            return;
        }
        // what is resolved so far below its size stands far above rounding; the first sign of all is looked at more closely
        if self.known.above.is_some() && *tail <= FINE * size {
            if series[0].abs() > rest(series) + DOUBT * size {
                self.pass(stretch);
                return;
            }
            if monotone(series) {
                self.cross(*from, *to);
                return;
            }
        }
        let floor = self.floor();
        if *size <= floor {
            self.lose(stretch);
            return;
        }
        let kept = std::array::from_fn(|n| if n > 0 && series[n].abs() <= floor { 0.0 } else { series[n] });
        let others = rest(&kept);
        if others == 0.0 {
            // one number but for rounding
            if kept[0].abs() > 2.0 * floor {
                self.pass(stretch);
            } else {
                self.lose(stretch);
            }
            return;
        }
        let resolved = *tail <= (FINE * size).max(floor);
        // coefficients that fall as those of a kink do sum up to this much behind the last
        let beyond = if resolved { 0.0 } else { 2.0 * POINTS as f64 * tail };
        if kept[0].abs() > others + DOUBT * size + 3.0 * floor + beyond {
            self.pass(stretch);
            return;
        }
        if resolved && monotone(&kept) {
            self.cross(*from, *to);
            return;
        }
        if depth >= DEEPEST || self.known.allowance == 0 {
            if depth < DEEPEST {
                self.blanks.push((*from, *to, Blank::Unresolved));
            }
            self.walk(stretch);
            return;
        }
        let halves = self.halve(stretch);
        if depth >= NOISE_DEPTH && !resolved && halves.iter().all(|half| half.level() >= 0.5 * stretch.level()) {
            // a coefficient of noise is √(2/N) of its samples' scatter, four of which are as good as its bound
            let scatter = stretch.level().max(tail / 3.0) * (0.5 * POINTS as f64).sqrt();
            self.floor = Some(floor.max(4.0 * scatter));
            self.noisy = true;
            self.visit(stretch, depth + 1);
            return;
        }
        for half in &halves {
            self.visit(half, depth + 1);
        }
    }

    fn halve(&mut self, stretch: &Stretch) -> [Stretch; 2] {
        let middle = 0.5 * (stretch.from + stretch.to);
        self.known.allowance = self.known.allowance.saturating_sub(2);
        [Stretch::of(self.value, stretch.from, middle), Stretch::of(self.value, middle, stretch.to)]
    }

    fn visit_broken(&mut self, stretch: &Stretch, depth: u32) {
        let nowhere = !stretch.samples.iter().any(|x| x.is_finite());
        if nowhere || depth >= DEEPEST_BROKEN || self.known.allowance == 0 {
            self.blanks.push((stretch.from, stretch.to, Blank::NotFinite));
            return;
        }
        for half in &self.halve(stretch) {
            self.visit(half, depth + 1);
        }
    }

    /// No zero here; one before, where the sign is another than it was.
    fn pass(&mut self, stretch: &Stretch) {
        let sign = stretch.series[0] > 0.0;
        if self.known.above.is_some_and(|above| above != sign) {
            if stretch.size <= self.floor() {
                self.lose(stretch);
                return;
            }
            let zero = self.before(stretch.from, sign);
            self.zeros.push((zero, sign));
        }
        self.known.above = Some(sign);
        self.lost_from = None;
    }

    /// One zero at most.
    fn cross(&mut self, from: f64, to: f64) {
        let (first, last) = ((self.value)(from), (self.value)(to));
        let certain = |x: f64| self.floor.is_none_or(|floor| x.abs() > floor);
        if !certain(last) {
            // the end is near a zero: what comes behind it decides, or, where nothing does, rounding
            if certain(first) && self.known.above.is_none() {
                self.known.above = Some(first >= 0.0);
            }
            if self.lost_from.is_none() {
                self.lost_from = Some(to);
            }
            return;
        }
        let (seen, high) = (first >= 0.0, last >= 0.0);
        let before = self.known.above.or(certain(first).then_some(seen)).unwrap_or(high);
        if before != high {
            let zero = if seen == high { self.before(from, high) } else { bisect(self.value, from, to) };
            self.zeros.push((zero, high));
        }
        self.known.above = Some(high);
        self.lost_from = None;
    }

    /// Where the sign changes between the beginning of what has none and a point behind it.
    fn before(&self, to: f64, sign: bool) -> f64 {
        let from = self.lost_from.unwrap_or(to);
        match ((self.value)(from) >= 0.0, (self.value)(to) >= 0.0) {
            (_, last) if last != sign => to,
            (first, _) if first == sign => from,
            _ => bisect(self.value, from, to),
        }
    }

    /// A stretch below the floor.
    fn lose(&mut self, stretch: &Stretch) {
        let why = if self.noisy { Blank::Noise } else { Blank::Zero };
        self.blanks.push((stretch.from, stretch.to, why));
        if self.lost_from.is_none() {
            self.lost_from = Some(stretch.from);
        }
    }

    /// The last end of a step lies within rounding of a zero.
    fn wait_and_see(&mut self, last: f64) {
        let sign = last >= 0.0;
        self.known.pending = self.known.above.filter(|above| *above != sign).map(|_| sign);
    }

    /// Changes of sign from point to point, where no series is to be had.
    fn walk(&mut self, stretch: &Stretch) {
        let floor = self.floor();
        let (middle, half) = (0.5 * (stretch.from + stretch.to), 0.5 * (stretch.to - stretch.from));
        let inner = (0..POINTS).rev().map(|k| (middle + half * table()[1][k], stretch.samples[k]));
        let ends = [stretch.from, stretch.to].map(|x| (x, (self.value)(x)));
        let mut at = stretch.from;
        for (x, f) in std::iter::once(ends[0]).chain(inner).chain([ends[1]]) {
            if !f.is_finite() || f.abs() <= floor {
                continue;
            }
            let sign = f > 0.0;
            if self.known.above.is_some_and(|above| above != sign) {
                let zero = if ((self.value)(at) > 0.0) == sign { at } else { bisect(self.value, at, x) };
                self.zeros.push((zero, sign));
            }
            self.known.above = Some(sign);
            at = x;
        }
        self.lost_from = None;
    }
}

/// Sum of the coefficients behind the first.
fn rest(series: &[f64; POINTS]) -> f64 {
    series[1..].iter().map(|c| c.abs()).sum()
}

/// Whether the derivative keeps its sign.
fn monotone(series: &[f64; POINTS]) -> bool {
    let slopes = derivative(series);
    let bends = rest(&slopes);
    slopes[0].abs() > bends + 1e-6 * bends.max(slopes[0].abs())
}

/// T_n at the zeros of the Chebyshev polynomial of degree [`POINTS`]: row n. Row 1 is the zeros themselves.
fn table() -> &'static [[f64; POINTS]; POINTS] {
    static TABLE: OnceLock<[[f64; POINTS]; POINTS]> = OnceLock::new();
    TABLE.get_or_init(|| {
        let angle = |k: usize| std::f64::consts::PI * (k as f64 + 0.5) / POINTS as f64;
        std::array::from_fn(|n| std::array::from_fn(|k| (n as f64 * angle(k)).cos()))
    })
}

/// Chebyshev coefficients of the polynomial through the samples.
fn coefficients(samples: &[f64; POINTS]) -> [f64; POINTS] {
    std::array::from_fn(|n| {
        let sum: f64 = samples.iter().zip(&table()[n]).map(|(f, t)| f * t).sum();
        if n == 0 { sum / POINTS as f64 } else { 2.0 * sum / POINTS as f64 }
    })
}

/// Chebyshev coefficients of the derivative.
fn derivative(series: &[f64; POINTS]) -> [f64; POINTS] {
    let mut slopes = [0.0; POINTS + 1];
    for n in (1..POINTS).rev() {
        slopes[n - 1] = slopes.get(n + 1).copied().unwrap_or(0.0) + 2.0 * n as f64 * series[n];
    }
    slopes[0] *= 0.5;
    std::array::from_fn(|n| slopes[n])
}

/// The zero between two ends of different sign, to the last bit, by the method of Ridders inside a bracket.
pub(super) fn bisect(value: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let (mut a, mut b) = (from, to);
    let (mut fa, mut fb) = (value(a), value(b));
    for _ in 0..200 {
        let middle = a + 0.5 * (b - a);
        if middle == a || middle == b || fb == 0.0 {
            break;
        }
        let fm = value(middle);
        let bend = (fm * fm - fa * fb).sqrt();
        let step = if bend > 0.0 { (middle - a) * fm * (fa - fb).signum() / bend } else { 0.0 };
        let x = (middle + step).clamp(a.min(b), a.max(b));
        let fx = value(x);
        // keep the tightest bracket of the four points
        for (point, f) in [(middle, fm), (x, fx)] {
            if (point - a) * (b - point) > 0.0 {
                if (f >= 0.0) == (fa >= 0.0) { (a, fa) = (point, f) } else { (b, fb) = (point, f) }
            }
        }
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Zeros and blanks, and how often the function was asked.
    fn search(value: impl Fn(f64) -> f64, floor: f64, ends: [f64; 2]) -> (Vec<f64>, Vec<Blank>, usize) {
        let asked = Cell::new(0);
        let counted = |x: f64| {
            asked.set(asked.get() + 1);
            value(x)
        };
        let rounding = || floor;
        let mut search = Search::new(&counted, &rounding, Known::NOTHING);
        search.run(ends[0], ends[1]);
        let zeros = search.zeros.iter().map(|(x, _)| *x).collect();
        (zeros, search.blanks.iter().map(|blank| blank.2).collect(), asked.get())
    }

    fn all(value: impl Fn(f64) -> f64, from: f64, to: f64) -> Vec<f64> {
        search(value, 0.0, [from, to]).0
    }

    /// A number from −1 to 1 that has nothing to do with its neighbours.
    fn scatter(x: f64) -> f64 {
        let mut bits = x.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (bits ^ (bits >> 32)) as f64 / u64::MAX as f64 * 2.0 - 1.0
    }

    #[test]
    fn law_no_zero_is_missed() {
        // Wilkinson's twenty
        let wilkinson = |x: f64| (1..=20).map(|k| x - f64::from(k)).product::<f64>();
        let found = all(wilkinson, 0.3, 20.7);
        assert_eq!(found.len(), 20);
        assert!(found.iter().zip(1..=20).all(|(x, k)| (x - f64::from(k)).abs() < 1e-12), "{found:?}");
        // two a micrometre apart, and two that only touch
        let pair = all(|x| (x - 0.123) * (x - 0.123 - 1e-6), 0.0, 1.0);
        assert_eq!(pair.len(), 2);
        assert!((pair[1] - pair[0] - 1e-6).abs() < 1e-11, "{pair:?}");
        assert!(all(|x| (x - 0.4) * (x - 0.4) + 1e-9, 0.0, 1.0).is_empty());
        // many turns in one step
        assert_eq!(all(|x| (300.0 * x).sin(), 0.001, 1.0).len(), 95);
        let kink = all(|x: f64| 1.0 - x.abs(), -0.5, 3.0);
        assert!(kink.len() == 1 && (kink[0] - 1.0).abs() < 1e-15, "{kink:?}");
        // a jump, and a turn that is flat to every order seen
        let jump = all(|x: f64| if x < 0.37 { -1.0 } else { 2.0 }, 0.0, 1.0);
        assert!(jump.len() == 1 && (jump[0] - 0.37).abs() < 1e-15, "{jump:?}");
        let flat = search(|x: f64| (x - 0.37).powi(9), 1e-14, [0.0, 1.0]).0;
        assert!(flat.len() == 1 && (flat[0] - 0.37).abs() < 0.05, "{flat:?}");
    }

    /// What is noise and no more has no zeros, and is known for what it is at little cost.
    #[test]
    fn law_noise_has_no_zeros() {
        let (zeros, blanks, asked) = search(|x| 1e-12 * scatter(x), 1e-12, [0.0, 1.0]);
        assert!(zeros.is_empty() && blanks == [Blank::Zero], "{zeros:?} {blanks:?}");
        assert!(asked < 100, "{asked}");
        assert_eq!(search(|_| 0.0, 0.0, [0.0, 1.0]).1, [Blank::Zero]);
        // a rounding above zero, then as much below
        let step = |x: f64| if x < 0.5 { 9e-13 } else { -9e-13 };
        assert!(search(step, 1e-12, [0.0, 1.0]).0.is_empty());
        // of which nobody said anything
        let (zeros, blanks, asked) = search(|x| 1e-12 * scatter(x), 0.0, [0.0, 1.0]);
        assert!(zeros.len() < 10 && blanks.contains(&Blank::Noise), "{} {blanks:?}", zeros.len());
        assert!(asked < 20_000, "{asked}");
    }

    /// Waves that stand above the noise are found whatever its share is, as often as they cross and no more.
    #[test]
    fn law_waves_above_the_noise_are_counted() {
        for ratio in [1e-3, 1e-6, 1e-9, 0.1, 0.2] {
            for stated in [true, false] {
                let noise = 1e-12;
                // a floor is four or more of what the noise is; unstated noise is found below a thirtieth of the wave
                let floor = if stated { noise } else { 0.0 };
                if !stated && ratio > 0.05 {
                    continue;
                }
                let wave = |x: f64| noise / ratio * (20.0 * x).sin() + noise * scatter(x);
                let (zeros, _, asked) = search(wave, floor, [0.01, 3.06]);
                assert_eq!(zeros.len(), 19, "{ratio} {stated}: {zeros:?}");
                let worst = (1..=19).zip(&zeros).map(|(k, x)| (x - f64::from(k) * std::f64::consts::PI / 20.0).abs());
                let worst = worst.fold(0.0, f64::max);
                assert!(worst < 0.1 * ratio + 1e-11, "{ratio} {stated}: {worst:e}");
                assert!(asked < 60_000, "{ratio} {stated}: {asked}");
            }
        }
    }

    /// A dip that all but touches: a pair of zeros where it goes below, none where it does not, and never many questions.
    #[test]
    fn law_a_touch_costs_little() {
        for exponent in -15..=-2 {
            for sign in [1.0, -1.0] {
                let depth = sign * 10f64.powi(exponent);
                let noise = 1e-15;
                let dip = |x: f64| (x - 0.4) * (x - 0.4) * (1.0 + 0.3 * (7.0 * x).sin()) - depth + noise * scatter(x);
                let (zeros, _, asked) = search(dip, noise, [0.0, 1.0]);
                assert!(asked < 10_000, "{depth:e}: {asked}");
                if depth.abs() > 20.0 * noise {
                    assert_eq!(zeros.len(), if depth > 0.0 { 2 } else { 0 }, "{depth:e}: {zeros:?}");
                }
            }
        }
    }

    /// What turns too often is told as such, and what signs can be seen are still told.
    #[test]
    fn law_a_bound_is_told() {
        let (_, blanks, asked) = search(|x| (1e6 * x).sin() + 0.5 * (1e5 * x).cos(), 0.0, [0.0, 1.0]);
        assert!(blanks.contains(&Blank::Noise), "{blanks:?}");
        assert!(asked < 20_000, "{asked}");
        // ninety-five points without a slope, each followed down to the last halving
        let (zeros, blanks, asked) = search(|x| (300.0 * x).sin().abs() + 1e-30, 0.0, [0.001, 1.0]);
        assert!(zeros.is_empty() && blanks.contains(&Blank::Unresolved), "{zeros:?} {blanks:?}");
        assert!(asked < 200_000, "{asked}");
        let (zeros, blanks, _) = search(|x| if x > 0.5 { f64::NAN } else { x - 0.25 }, 0.0, [0.0, 1.0]);
        assert!(zeros == [0.25] && blanks.contains(&Blank::NotFinite), "{zeros:?} {blanks:?}");
    }
}
