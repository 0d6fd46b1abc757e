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
    /// Clopper, Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    /// Biometrika 26 (1934) 404.
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

    /// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857,
    /// table I, method 5: Clopper-Pearson of 81/263, 15/148, 0/20 and 1/29.
    #[test]
    fn published_clopper_pearson_intervals() {
        for (good, n, low, high) in
            [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)]
        {
            let span = record(n, n - good).confidence(0.95);
            assert!((span.low_probability - low).abs() <= 5e-5, "{good}/{n}: {span:?}");
            assert!((span.high_probability - high).abs() <= 5e-5, "{good}/{n}: {span:?}");
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
        // the closed form of a record without failure: (α/2)^(1/n)
        let low = record(50, 0).confidence(0.9).low_probability;
        assert!((low - 0.05_f64.powf(1.0 / 50.0)).abs() < 1e-12, "{low}");
        assert_eq!(record(0, 0).confidence(0.95), Confidence { low_probability: 0.0, high_probability: 1.0 });
    }
}
