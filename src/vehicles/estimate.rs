//! What a launcher without a curve injects: an upper stage in the rocket equation, and how wrong that is.
//!
//! m(Δv) = M₀·exp(−Δv/vₑ) − m_d, where Δv is counted from a circular parking orbit of 200 km, M₀ is the
//! mass that stands in that orbit with a full upper stage and m_d what of it is not payload. Two published
//! figures give M₀ and m_d: the two of highest energy, GTO and escape, because the LEO figure of many
//! launchers is a limit of structure and not of propellant; where there is no GTO figure, LEO and escape.
//! The exhaust speed is that of hydrogen and oxygen, the upper stage of nearly every launcher concerned.

use super::launcher::EscapeBasis;
use super::table::Verified;
use crate::bodies::EARTH;
use crate::units::G0_M_S2;

/// Altitude of the parking orbit that Δv is counted from, km.
///
/// # Source
/// The usual reference of LEO figures in launcher manuals; an assumption where a row does not say.
pub const PARKING_ALTITUDE_KM: f64 = 200.0;

/// Altitude of the apogee of a geostationary transfer orbit, km.
///
/// # Source
/// ITU-R S.1001: geostationary altitude 35 786 km.
pub const GEOSTATIONARY_ALTITUDE_KM: f64 = 35_786.0;

/// Mean distance of the Moon, km, for the C3 that a "TLI" figure stands for.
///
/// # Source
/// NASA/GSFC Moon fact sheet, semimajor axis 0.3844 × 10⁶ km.
pub const MOON_DISTANCE_KM: f64 = 384_400.0;

/// C3 that a "Mars transfer" figure stands for, km²/s².
///
/// # Source
/// An assumption: the mean least C3 of the ten windows 2026 to 2045 of `mars_windows.csv` is 9.87,
/// rounded to 10.
pub const MARS_TRANSFER_C3_KM2_S2: f64 = 10.0;

/// Greatest C3 an estimate answers for, km²/s²: beyond it the error was not measured.
pub const ESTIMATE_C3_MAX_KM2_S2: f64 = 30.0;

/// C3 of an ellipse from the parking orbit's perigee to an apogee radius, km²/s²: −2μ/(rₚ + rₐ).
pub(crate) fn c3_to_apogee_km2_s2(apogee_radius_km: f64) -> f64 {
    -2.0 * EARTH.mu_km3_s2 / (EARTH.radius_km + PARKING_ALTITUDE_KM + apogee_radius_km)
}

/// C3 of a transfer to the Moon's mean distance, −2.04 km²/s².
#[must_use]
pub fn trans_lunar_c3_km2_s2() -> f64 {
    c3_to_apogee_km2_s2(MOON_DISTANCE_KM)
}

/// C3 of a geostationary transfer orbit, −16.36 km²/s².
#[must_use]
pub fn geostationary_transfer_c3_km2_s2() -> f64 {
    c3_to_apogee_km2_s2(EARTH.radius_km + GEOSTATIONARY_ALTITUDE_KM)
}

/// Impulse from the circular parking orbit of 200 km to a C3, km/s: √(C3 + 2μ/r) − √(μ/r).
///
/// * `c3_km2_s2`: above −2μ/r, which every orbit that leaves the parking orbit is
#[must_use]
pub fn dv_from_parking_km_s(c3_km2_s2: f64) -> f64 {
    let well_km2_s2 = EARTH.mu_km3_s2 / (EARTH.radius_km + PARKING_ALTITUDE_KM);
    (c3_km2_s2 + 2.0 * well_km2_s2).sqrt() - well_km2_s2.sqrt()
}

/// Which two published figures an estimate goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pair {
    /// geostationary transfer and escape
    GtoAndEscape,
    /// low Earth orbit and escape
    LeoAndEscape,
}

/// How wrong the estimate is where the truth is known: against the curves of `launch_c3.csv`,
/// as a fraction of the curve's mass at its first point.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateError {
    /// (estimate − curve) / curve mass at its first point, the one of greatest size, with its sign
    pub worst_fraction: f64,
    /// root mean square of the same, as a fraction
    pub rms_fraction: f64,
    /// the launcher of the worst
    pub worst_launcher: String,
    /// C3 of the worst, km²/s²
    pub worst_c3_km2_s2: f64,
    /// launchers compared
    pub launchers: usize,
}

/// One comparison of an estimate with a curve.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateCheck {
    /// the launcher whose curve is known
    pub launcher: String,
    /// the figures the estimate went through
    pub pair: Pair,
    /// where it was compared, km²/s²
    pub c3_km2_s2: f64,
    /// what the estimate says, kg
    pub estimate_kg: f64,
    /// what the curve says, kg
    pub curve_kg: f64,
    /// (estimate − curve) / curve mass at its first point, a fraction
    pub error_fraction: f64,
}

/// The upper stage fitted through two figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UpperStage {
    /// M₀: mass in the parking orbit with a full stage, kg
    pub full_kg: f64,
    /// m_d: what of it is not payload, kg
    pub spent_kg: f64,
    /// vₑ: exhaust speed, km/s
    pub exhaust_km_s: f64,
    /// the figures it goes through
    pub pair: Pair,
    /// C3 of the escape figure, km²/s²
    pub escape_c3_km2_s2: f64,
}

impl UpperStage {
    /// The stage through a launcher's two figures of highest energy, or nothing without two falling figures, or where
    /// they fall so slowly that the stage would weigh nothing when it is empty.
    ///
    /// * `leo_kg`, `gto_kg`: masses to the parking orbit and to geostationary transfer, where known
    /// * `escape_kg`, `basis`: mass beyond, and what orbit it stands for
    /// * `isp_s`: specific impulse assumed for the upper stage
    #[must_use]
    pub fn through(
        leo_kg: Option<f64>,
        gto_kg: Option<f64>,
        escape_kg: Option<f64>,
        basis: EscapeBasis,
        isp_s: f64,
    ) -> Option<Self> {
        let escape_c3_km2_s2 = basis.c3_km2_s2()?;
        let high_kg = escape_kg?;
        let (pair, low_dv_km_s, low_kg) = match (gto_kg, leo_kg) {
            (Some(gto), _) => (Pair::GtoAndEscape, dv_from_parking_km_s(geostationary_transfer_c3_km2_s2()), gto),
            (None, Some(leo)) => (Pair::LeoAndEscape, 0.0, leo),
            (None, None) => return None,
        };
        if high_kg >= low_kg {
            return None;
        }
        let exhaust_km_s = isp_s * G0_M_S2 * 1e-3;
        let left = |dv_km_s: f64| (-dv_km_s / exhaust_km_s).exp();
        let high_dv_km_s = dv_from_parking_km_s(escape_c3_km2_s2);
        let full_kg = (low_kg - high_kg) / (left(low_dv_km_s) - left(high_dv_km_s));
        let spent_kg = full_kg * left(high_dv_km_s) - high_kg;
        let sensible = exhaust_km_s > 0.0 && high_kg >= 0.0 && spent_kg > 0.0 && full_kg.is_finite();
        let stage = Self { full_kg, spent_kg, exhaust_km_s, pair, escape_c3_km2_s2 };
        (sensible && stage.exhausted_c3_km2_s2().is_finite()).then_some(stage)
    }

    /// Mass injected at a C3, kg; negative where the stage cannot get there even empty.
    #[must_use]
    pub fn injected_kg(&self, c3_km2_s2: f64) -> f64 {
        self.full_kg * (-dv_from_parking_km_s(c3_km2_s2) / self.exhaust_km_s).exp() - self.spent_kg
    }

    /// C3 at which nothing is left to inject, km²/s².
    #[must_use]
    pub fn exhausted_c3_km2_s2(&self) -> f64 {
        let dv_km_s = self.exhaust_km_s * (self.full_kg / self.spent_kg).ln();
        let well_km2_s2 = EARTH.mu_km3_s2 / (EARTH.radius_km + PARKING_ALTITUDE_KM);
        (dv_km_s + well_km2_s2.sqrt()).powi(2) - 2.0 * well_km2_s2
    }
}

/// Worst and root mean square of the comparisons of one kind; `None` when there is none.
///
/// Rows from memory never count (see [`Verified::Memory`]); the caller leaves them out.
pub(crate) fn summarise(checks: &[EstimateCheck], pair: Pair) -> Option<EstimateError> {
    let of_kind: Vec<&EstimateCheck> = checks.iter().filter(|c| c.pair == pair).collect();
    let worst = of_kind.iter().copied().max_by(|a, b| a.error_fraction.abs().total_cmp(&b.error_fraction.abs()))?;
    let sum: f64 = of_kind.iter().map(|c| c.error_fraction * c.error_fraction).sum();
    let mut names: Vec<&str> = of_kind.iter().map(|c| c.launcher.as_str()).collect();
    names.dedup();
    Some(EstimateError {
        worst_fraction: worst.error_fraction,
        rms_fraction: (sum / of_kind.len() as f64).sqrt(),
        worst_launcher: worst.launcher.clone(),
        worst_c3_km2_s2: worst.c3_km2_s2,
        launchers: names.len(),
    })
}

/// Whether a row may serve as truth.
pub(crate) fn may_be_truth(verified: Verified) -> bool {
    verified != Verified::Memory
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::*;

    #[test]
    fn law_the_ladder_of_energies() {
        // two-body values worked out by hand from μ = 398 600.44 and r = 6578.14 km
        assert!((dv_from_parking_km_s(0.0) - 3.22435).abs() < 5e-6);
        assert!((dv_from_parking_km_s(10.0) - 3.66954).abs() < 5e-6);
        assert!((dv_from_parking_km_s(geostationary_transfer_c3_km2_s2()) - 2.45459).abs() < 5e-6);
        assert!((trans_lunar_c3_km2_s2() + 2.03899).abs() < 5e-6);
    }

    #[test]
    fn law_the_stage_goes_through_its_two_figures() {
        let stage = UpperStage::through(Some(21_600.0), Some(11_500.0), Some(8600.0), EscapeBasis::Escape, 452.0)
            .expect("two figures");
        assert!((stage.injected_kg(0.0) - 8600.0).abs() < 1e-8);
        assert!((stage.injected_kg(geostationary_transfer_c3_km2_s2()) - 11_500.0).abs() < 1e-8);
        assert!(stage.injected_kg(stage.exhausted_c3_km2_s2()).abs() < 1e-8);
        let leo = UpperStage::through(Some(95_000.0), None, Some(27_000.0), EscapeBasis::TransLunar, 452.0)
            .expect("two figures");
        assert_eq!(leo.pair, Pair::LeoAndEscape);
        assert!((leo.full_kg - leo.spent_kg - 95_000.0).abs() < 1e-8);
        assert!((leo.injected_kg(trans_lunar_c3_km2_s2()) - 27_000.0).abs() < 1e-8);
    }

    #[test]
    fn law_without_two_falling_figures_there_is_no_stage() {
        let through = |leo, gto, escape, basis| UpperStage::through(leo, gto, escape, basis, 452.0);
        assert_eq!(through(Some(3000.0), None, None, EscapeBasis::None), None);
        assert_eq!(through(None, None, Some(900.0), EscapeBasis::Escape), None);
        assert_eq!(through(Some(59_200.0), Some(12_100.0), Some(27_000.0), EscapeBasis::NeedsRefuelling), None);
        assert_eq!(through(None, Some(1000.0), Some(1200.0), EscapeBasis::Escape), None);
        for figure in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            assert_eq!(through(None, Some(figure), Some(900.0), EscapeBasis::Escape), None, "{figure}");
            assert_eq!(UpperStage::through(None, Some(1e3), Some(9e2), EscapeBasis::Escape, figure), None, "{figure}");
        }
    }

    #[test]
    fn refuses_figures_that_fall_slower_than_any_stage() {
        let slow = UpperStage::through(Some(30_000.0), Some(3000.0), Some(2500.0), EscapeBasis::Escape, 200.0);
        assert_eq!(slow, None, "empty it would weigh less than nothing");
    }

    /// The error is measured on six launchers; the numbers were worked out a second time outside this program.
    #[test]
    fn agrees_with_an_independent_sum_of_the_errors() {
        let catalogue = Catalogue::embedded().expect("the embedded catalogue");
        let gto = catalogue.estimate_error(Pair::GtoAndEscape).expect("launchers with a curve");
        assert_eq!(gto.launchers, 6);
        assert_eq!(gto.worst_launcher, "Falcon 9 (reusable)");
        assert!((gto.worst_fraction + 0.3721).abs() < 5e-5, "{}", gto.worst_fraction);
        assert!((gto.rms_fraction - 0.1628).abs() < 5e-5, "{}", gto.rms_fraction);
        let leo = catalogue.estimate_error(Pair::LeoAndEscape).expect("launchers with a curve");
        assert!((leo.worst_fraction - 0.3760).abs() < 5e-5, "{}", leo.worst_fraction);
        assert!((leo.rms_fraction - 0.1676).abs() < 5e-5, "{}", leo.rms_fraction);
    }
}
