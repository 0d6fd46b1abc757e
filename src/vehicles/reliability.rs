//! What flights that went well and flights that did not say about the next one.

/// Flights of a launcher as a source counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlightRecord {
    /// flights
    pub flown: u32,
    /// of which failed
    pub failed: u32,
    /// the day up to which they are counted
    pub counted_to: String,
}

/// A span of probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// lower end
    pub low_probability: f64,
    /// upper end
    pub high_probability: f64,
}

impl FlightRecord {
    /// Part of the flights that went well; not a number without flights.
    #[must_use]
    pub fn success_fraction(&self) -> f64 {
        f64::from(self.flown.saturating_sub(self.failed)) / f64::from(self.flown)
    }

    /// The probabilities of success that the record does not contradict.
    ///
    /// * `confidence_probability`: such as 0.95; each end is off by half of the rest at most
    ///
    /// The exact interval: at the lower end so many successes or more, at the upper end so few or fewer, have the
    /// probability (1 − confidence)/2. From 0 to 1 without flights.
    ///
    /// # Source
    /// The definition of Clopper and Pearson (Biometrika 26 (1934) 404) as the manual of the R package GenBinomApps
    /// gives it (`clopper.pearson.ci`: "obtained by the definition of Clopper and Pearson", with 1 − (α/2)^(1/n) for
    /// k = 0 and (α/2)^(1/n) for k = n), read at search.r-project.org; the paper itself was not opened.
    ///
    /// ```
    /// use portolan::vehicles::FlightRecord;
    /// let record = FlightRecord { flown: 135, failed: 2, counted_to: "2022-02-04".to_owned() };
    /// let span = record.confidence(0.95);
    /// assert_eq!(format!("{:.3} {:.3}", span.low_probability, span.high_probability), "0.948 0.998");
    /// ```
    #[must_use]
    pub fn confidence(&self, confidence_probability: f64) -> Confidence {
        let (n, k) = (self.flown, self.flown.saturating_sub(self.failed));
        let tail = 0.5 * (1.0 - confidence_probability);
        // P(X ≥ k) grows with p
        let low_probability = if k == 0 { 0.0 } else { root(|p| 1.0 - at_most(k - 1, n, p) - tail) };
        let high_probability = if k == n { 1.0 } else { root(|p| tail - at_most(k, n, p)) };
        Confidence { low_probability, high_probability }
    }
}

/// Where a rising function of a probability is zero.
fn root(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Probability of k successes or fewer in n trials, by the tail that does not hold the mean: its terms fall from the
/// first on, so that their number grows with the root of n alone.
fn at_most(k: u32, n: u32, success_probability: f64) -> f64 {
    let (p, q) = (success_probability, 1.0 - success_probability);
    if p <= 0.0 || k >= n {
        return 1.0;
    }
    if q <= 0.0 {
        return 0.0;
    }
    let below = f64::from(k) < f64::from(n) * p;
    let mut at = if below { k } else { k + 1 };
    let mut term = exactly(at, n, p);
    let mut sum = term;
    while term > f64::EPSILON * 1e-3 * sum && at > 0 && at < n {
        if below {
            // from j to j − 1: j·q/((n − j + 1)·p)
            term *= f64::from(at) * q / ((f64::from(n - at) + 1.0) * p);
            at -= 1;
        } else {
            // from j to j + 1: (n − j)·p/((j + 1)·q)
            term *= f64::from(n - at) * p / ((f64::from(at) + 1.0) * q);
            at += 1;
        }
        sum += term;
    }
    if below { sum.min(1.0) } else { (1.0 - sum).max(0.0) }
}

/// Probability of k successes in n trials, to the last digits for any n.
///
/// # Source
/// The saddle-point form of the binomial distribution: Loader, *Fast and Accurate Computation of Binomial
/// Probabilities* (2000), eqs. 3 and 5, as R's `dbinom` has it.
fn exactly(k: u32, n: u32, success_probability: f64) -> f64 {
    let (p, q) = (success_probability, 1.0 - success_probability);
    let (k, rest, n) = (f64::from(k), f64::from(n - k), f64::from(n));
    if k == 0.0 {
        return (n * (-p).ln_1p()).exp();
    }
    if rest == 0.0 {
        return (n * p.ln()).exp();
    }
    let log = stirling(n) - stirling(k) - stirling(rest) - deviance(k, n * p) - deviance(rest, n * q);
    log.exp() * (n / (std::f64::consts::TAU * k * rest)).sqrt()
}

/// ln n! − ln(√(2πn)·(n/e)ⁿ): what Stirling's formula leaves, for n ≥ 1.
fn stirling(n: f64) -> f64 {
    if n <= 20.0 {
        // n! is a double without rounding up to 22!
        let factorial: f64 = (2..=n as u32).map(f64::from).product();
        return factorial.ln() - (0.5 * (std::f64::consts::TAU * n).ln() + n * n.ln() - n);
    }
    let n2 = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * n2)) / n2) / n2) / n2) / n
}

/// x·ln(x/m) + m − x, without the cancellation where x and m are close.
fn deviance(x: f64, mean: f64) -> f64 {
    let apart = (x - mean) / (x + mean);
    if apart.abs() >= 0.1 {
        return x * (x / mean).ln() + mean - x;
    }
    // with v = (x − m)/(x + m): (x − m)·v + 2·x·(v³/3 + v⁵/5 + …)
    let (mut sum, mut power) = ((x - mean) * apart, 2.0 * x * apart);
    for odd in (3..60).step_by(2) {
        power *= apart * apart;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(flown: u32, failed: u32) -> FlightRecord {
        FlightRecord { flown, failed, counted_to: String::new() }
    }

    /// Two printed intervals of two programs: 5 of 10 at 95 % is 0.187086 to 0.812914 in the stored answer of
    /// `proportion_ci_clopper_pearson` of the R package cards (tests/testthat/_snaps/proportion_ci.md at commit
    /// 1242f78), and the one-sided upper limit of 5 of 100 000 at 95 % is 0.0001051275 in the manual of
    /// `clopper.pearson.ci` of GenBinomApps, which is the upper end of the two-sided interval at 90 %.
    #[test]
    fn published_clopper_pearson_intervals() {
        let half = record(10, 5).confidence(0.95);
        assert!((half.low_probability - 0.187_086).abs() <= 5e-7, "{half:?}");
        assert!((half.high_probability - 0.812_914).abs() <= 5e-7, "{half:?}");
        let rare = record(100_000, 100_000 - 5).confidence(0.90);
        assert!((rare.high_probability - 0.000_105_127_5).abs() <= 5e-11, "{rare:?}");
    }

    /// The closed ends of the same manual.
    #[test]
    fn published_ends_without_and_with_failures_alone() {
        for (n, level) in [(1, 0.9), (7, 0.95), (50, 0.9), (689, 0.99)] {
            let end = f64::powf(0.5 * (1.0 - level), 1.0 / f64::from(n));
            let (none, all) = (record(n, 0).confidence(level), record(n, n).confidence(level));
            assert!((none.low_probability - end).abs() < 1e-12 && none.high_probability == 1.0, "{n}: {none:?}");
            assert!((all.high_probability - (1.0 - end)).abs() < 1e-12 && all.low_probability == 0.0, "{n}: {all:?}");
        }
    }

    #[test]
    fn agrees_with_the_sum_of_every_term() {
        for n in [1_u32, 2, 9, 25, 48] {
            for k in 0..=n {
                for p in [1e-9, 0.003, 0.2, 0.5, 0.77, 0.999, 1.0 - 1e-12] {
                    let term = |j: u32| {
                        let ways = (0..j).fold(1.0, |c, i| c * f64::from(n - i) / f64::from(i + 1));
                        ways * f64::powi(p, j as i32) * f64::powi(1.0 - p, (n - j) as i32)
                    };
                    let wanted: f64 = (0..=k).map(term).sum();
                    let found = at_most(k, n, p);
                    assert!((found - wanted).abs() <= 1e-13, "{k} of {n} at {p}: {found} and {wanted}");
                }
            }
        }
    }

    /// As many flights as the count can hold: the interval is that of the normal law, and comes at once.
    #[test]
    fn regress_billions_of_flights_are_summed_at_once() {
        let start = std::time::Instant::now();
        let flown = u32::MAX;
        for failed in [flown / 2, flown / 10, flown - 1_000_000] {
            let (span, p) = (record(flown, failed).confidence(0.95), record(flown, failed).success_fraction());
            let half = 1.959_963_984_540_054 * (p * (1.0 - p) / f64::from(flown)).sqrt();
            let off = (span.high_probability - span.low_probability) / (2.0 * half) - 1.0;
            assert!(off.abs() < 2e-3, "{failed}: {span:?}, wider by {off}");
            assert!(span.low_probability < p && p < span.high_probability, "{failed}: {span:?}");
        }
        for failed in [0, 1, flown - 1, flown] {
            let span = record(flown, failed).confidence(0.95);
            assert!(span.low_probability <= span.high_probability, "{failed}: {span:?}");
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn law_more_flights_say_more_and_none_say_nothing() {
        let width = |n| {
            let span = record(n, 0).confidence(0.95);
            assert_eq!(span.high_probability, 1.0);
            span.high_probability - span.low_probability
        };
        assert!(width(10) > width(100) && width(100) > width(600));
        assert_eq!(record(0, 0).confidence(0.95), Confidence { low_probability: 0.0, high_probability: 1.0 });
    }
}
