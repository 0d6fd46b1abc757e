//! Kepler's equation for the ellipse.

/// Eccentric anomaly of a mean anomaly.
///
/// * `mean_anomaly_rad`: any finite number
/// * `ecc`: eccentricity, 0 ≤ e < 1
///
/// NaN for numbers outside these.
///
/// M = E − e·sin E, by Halley's method from Danby's start, bracketed so that it cannot run away near e = 1.
///
/// # Source
/// Danby, *Fundamentals of Celestial Mechanics*, 2nd ed., section 6.6.
///
/// ```
/// use portolan::numerics::eccentric_anomaly;
/// let e = eccentric_anomaly(1.0, 0.5);
/// assert!((e - 0.5 * e.sin() - 1.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn eccentric_anomaly(mean_anomaly_rad: f64, ecc: f64) -> f64 {
    if !(mean_anomaly_rad.is_finite() && (0.0..1.0).contains(&ecc)) {
        return f64::NAN;
    }
    let turns = (mean_anomaly_rad / std::f64::consts::TAU).round();
    let m = mean_anomaly_rad - turns * std::f64::consts::TAU;
    let (mut low, mut high) = if m >= 0.0 { (m, m + ecc) } else { (m - ecc, m) };
    let mut e = m + 0.85 * ecc * m.signum();
    for _ in 0..60 {
        let (sin, cos) = e.sin_cos();
        let f = e - ecc * sin - m;
        if f > 0.0 {
            high = high.min(e);
        } else {
            low = low.max(e);
        }
        let (f1, f2) = (1.0 - ecc * cos, ecc * sin);
        let step = f / (f1 - 0.5 * f * f2 / f1);
        let next = e - step;
        let next = if next > low && next < high { next } else { 0.5 * (low + high) };
        if (next - e).abs() <= 2.0 * f64::EPSILON * e.abs().max(f64::MIN_POSITIVE) {
            e = next;
            break;
        }
        e = next;
    }
    e + turns * std::f64::consts::TAU
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_the_equation_holds() {
        for ecc in [0.0, 1e-8, 0.1, 0.5, 0.9, 0.99, 0.999_999] {
            for k in -50..=50 {
                let m = f64::from(k) * 0.137;
                let e = eccentric_anomaly(m, ecc);
                assert!((e - ecc * e.sin() - m).abs() < 4e-15 * m.abs().max(1.0), "M {m} e {ecc}: {e}");
            }
        }
    }

    #[test]
    fn refuses_what_is_no_ellipse() {
        for (mean, ecc) in [(1.0, 1.0), (1.0, 1.5), (1.0, -0.1), (1.0, f64::NAN), (f64::NAN, 0.5), (f64::INFINITY, 0.5)]
        {
            assert!(eccentric_anomaly(mean, ecc).is_nan(), "{mean} {ecc}");
        }
        assert!(eccentric_anomaly(f64::MAX, 0.9).is_finite());
    }
}
