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

/// Probability of k successes or fewer in n trials.
fn at_most(k: u32, n: u32, success_probability: f64) -> f64 {
    let (p, q) = (success_probability, 1.0 - success_probability);
    if p <= 0.0 {
        return 1.0;
    }
    if q <= 0.0 {
        return if k >= n { 1.0 } else { 0.0 };
    }
    // in logarithms: q^n underflows for a few hundred flights
    let mut log_term = f64::from(n) * q.ln();
    let mut sum = log_term.exp();
    for i in 0..k {
        log_term += (f64::from(n - i) / f64::from(i + 1)).ln() + p.ln() - q.ln();
        sum += log_term.exp();
    }
    sum.min(1.0)
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
