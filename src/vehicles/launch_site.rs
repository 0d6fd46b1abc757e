//! What an inclination costs from a launch site: the Earth's own speed that a launch gains or loses.

use super::estimate::PARKING_ALTITUDE_KM;
use super::launcher::Launcher;
use super::table::Verified;
use crate::bodies::EARTH;
use crate::units::{DeltaV, Mass};
use thiserror::Error;

/// Rate at which the Earth turns against the stars, rad/s.
///
/// # Source
/// IERS Conventions (2010), table 1.1: 7.292 115·10⁻⁵ rad/s.
pub const EARTH_TURNS_RAD_S: f64 = 7.292_115e-5;

/// A place that rockets rise from.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchSite {
    /// name, the key of the catalogue
    pub name: String,
    /// geodetic latitude, north positive
    pub latitude_deg: f64,
    /// longitude, east positive
    pub longitude_deg: f64,
    /// where the row comes from
    pub source: String,
    /// how far it can be trusted
    pub verified: Verified,
}

/// What a launch site refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SiteError {
    /// No launch azimuth leads there.
    #[error(
        "from latitude {latitude_deg}° no launch leads straight to an inclination of {inclination_deg}°: the least is {least_deg}°; launch there and turn the plane in orbit, or choose another site"
    )]
    BelowSite {
        /// latitude of the site
        latitude_deg: f64,
        /// inclination that was asked
        inclination_deg: f64,
        /// least inclination
        least_deg: f64,
    },
    /// An angle that is none.
    #[error("{what} of {value_deg}° is outside {range}")]
    Angle {
        /// latitude, inclination
        what: &'static str,
        /// what was given
        value_deg: f64,
        /// what may be given
        range: &'static str,
    },
    /// Too little is known of the launcher.
    #[error(
        "{launcher} has no {figure}, so what another inclination costs it cannot be estimated; give it one in a file of your own"
    )]
    NoFigure {
        /// the launcher
        launcher: String,
        /// launch site, figure to low Earth orbit, two figures for its upper stage
        figure: &'static str,
    },
}

/// Change of speed that a launch to an inclination costs beyond one due east from the same site.
///
/// * `latitude_deg`: of the site, −90 to 90
/// * `inclination_deg`: of a circular orbit of 200 km, 0 to 180
///
/// The orbit's speed v points sin β = cos i/cos φ east of north; the site moves east at w = ω·R·cos φ, so the
/// rocket gives |v − w|; due east that is v − w. The Earth is taken as a sphere, drag and steering as the same.
///
/// # Errors
/// [`SiteError::BelowSite`] for an inclination below the latitude.
///
/// ```
/// use portolan::vehicles::inclination_cost;
/// let polar = inclination_cost(5.17, 97.4)?;
/// assert_eq!(format!("{:.0}", polar.m_s()), "537");
/// # Ok::<(), portolan::vehicles::SiteError>(())
/// ```
pub fn inclination_cost(latitude_deg: f64, inclination_deg: f64) -> Result<DeltaV, SiteError> {
    if !(-90.0..=90.0).contains(&latitude_deg) {
        return Err(SiteError::Angle { what: "a latitude", value_deg: latitude_deg, range: "-90° to 90°" });
    }
    if !(0.0..=180.0).contains(&inclination_deg) {
        return Err(SiteError::Angle { what: "an inclination", value_deg: inclination_deg, range: "0° to 180°" });
    }
    let cos_latitude = latitude_deg.to_radians().cos();
    let east = inclination_deg.to_radians().cos() / cos_latitude;
    // a latitude by itself is its own due east, rounding or not
    if east.abs() > 1.0 + 1e-12 {
        let least_deg = latitude_deg.abs();
        return Err(SiteError::BelowSite { latitude_deg, inclination_deg, least_deg });
    }
    let east = east.clamp(-1.0, 1.0);
    let speed_km_s = (EARTH.mu_km3_s2 / (EARTH.radius_km + PARKING_ALTITUDE_KM)).sqrt();
    let site_km_s = EARTH_TURNS_RAD_S * EARTH.radius_km * cos_latitude;
    let north_km_s = speed_km_s * (1.0 - east * east).sqrt();
    let given_km_s = north_km_s.hypot(speed_km_s * east - site_km_s);
    Ok(DeltaV::from_km_s(given_km_s - (speed_km_s - site_km_s)))
}

impl Launcher {
    /// An estimate of what it lifts to a low orbit of some inclination from its site.
    ///
    /// * `inclination_deg`: 0 to 180
    ///
    /// Its figure to low Earth orbit, taken as due east, less what the upper stage of [`super::estimate`] loses to
    /// [`inclination_cost`]: times (M₀·exp(−Δv/vₑ) − m_d)/(M₀ − m_d). On the launchers whose figure to a
    /// sun-synchronous orbit is known, `portolan catalogue show` prints how wrong this is.
    ///
    /// # Errors
    /// [`SiteError`] without a site, a figure, or an upper stage through two figures.
    pub fn low_orbit_estimate(&self, inclination_deg: f64) -> Result<Mass, SiteError> {
        let no = |figure| SiteError::NoFigure { launcher: self.name.clone(), figure };
        let site = self.facts.site.as_ref().ok_or_else(|| no("launch site"))?;
        let leo = self.leo.ok_or_else(|| no("figure to low Earth orbit"))?;
        let estimate = self.estimate.as_ref().ok_or_else(|| no("two figures for its upper stage"))?;
        let cost = inclination_cost(site.latitude_deg, inclination_deg)?;
        let stage = &estimate.stage;
        let left = |dv_km_s: f64| stage.full_kg * (-dv_km_s / stage.exhaust_km_s).exp() - stage.spent_kg;
        Ok(leo * (left(cost.km_s()) / left(0.0)).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::*;

    #[test]
    fn law_due_east_costs_nothing_and_west_costs_twice_the_earth() {
        for latitude_deg in [0.0, 5.2, 28.5, -39.3, 62.9] {
            let due_east = inclination_cost(latitude_deg, f64::abs(latitude_deg)).expect("due east");
            assert!(due_east.m_s().abs() < 1e-3, "{latitude_deg}: {due_east}");
            let west = inclination_cost(latitude_deg, 180.0 - f64::abs(latitude_deg)).expect("due west");
            let site_m_s = 465.101 * f64::to_radians(latitude_deg).cos();
            assert!((west.m_s() - 2.0 * site_m_s).abs() < 0.01, "{latitude_deg}: {west}");
            let mut before = -1.0;
            for inclination in (latitude_deg.abs().ceil() as i32)..=(179 - latitude_deg.abs().ceil() as i32) {
                let cost = inclination_cost(latitude_deg, f64::from(inclination)).expect("a way").m_s();
                assert!(cost > before, "{latitude_deg} {inclination}");
                before = cost;
            }
        }
    }

    #[test]
    fn refuses_what_no_azimuth_reaches() {
        assert_eq!(
            inclination_cost(28.5, 5.0).expect_err("too low").to_string(),
            "from latitude 28.5° no launch leads straight to an inclination of 5°: the least is 28.5°; launch there and turn the plane in orbit, or choose another site"
        );
        assert!(matches!(inclination_cost(91.0, 95.0), Err(SiteError::Angle { .. })));
        let unsited = Catalogue::embedded().expect("the catalogue").launcher("PSLV-XL").expect("a row");
        assert_eq!(
            unsited.low_orbit_estimate(90.0).expect_err("no site").to_string(),
            "PSLV-XL has no launch site, so what another inclination costs it cannot be estimated; give it one in a file of your own"
        );
    }
}
