//! Small bodies by their osculating elements, as JPL and the Minor Planet Center print them.

use super::{Body, SUN};
use crate::time::{DAY_S, Epoch};
use crate::units::AU_KM;
use std::f64::consts::TAU;
use std::sync::OnceLock;

/// Heliocentric osculating elements, ecliptic and mean equinox of J2000: an ellipse, a parabola or a hyperbola.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elements {
    /// epoch of osculation, Julian date TDB, days
    pub epoch_jd_tdb_d: f64,
    /// distance of the perihelion
    pub perihelion_km: f64,
    /// eccentricity
    pub ecc: f64,
    /// inclination to the ecliptic, over a quarter turn for a retrograde orbit
    pub inc_rad: f64,
    /// longitude of the ascending node
    pub raan_rad: f64,
    /// argument of perihelion
    pub argp_rad: f64,
    /// a passage of the perihelion, Julian date TDB, days
    pub passage_jd_tdb_d: f64,
}

impl Elements {
    /// Time between two passages of the perihelion; infinite for an orbit that does not come back.
    #[must_use]
    pub fn period_s(&self) -> f64 {
        if self.ecc >= 1.0 {
            return f64::INFINITY;
        }
        let sma_km = self.perihelion_km / (1.0 - self.ecc);
        TAU * (sma_km.powi(3) / SUN.mu_km3_s2).sqrt()
    }
}

/// The passage of the perihelion nearest to an epoch, from the mean anomaly there.
///
/// * `sma_km`: semi-major axis, negative for a hyperbola
pub(super) fn passage_jd_tdb_d(epoch_jd_tdb_d: f64, sma_km: f64, mean_anomaly_rad: f64) -> f64 {
    let rate_rad_s = (SUN.mu_km3_s2 / sma_km.abs().powi(3)).sqrt();
    let turns = if sma_km > 0.0 { (mean_anomaly_rad / TAU).round() } else { 0.0 };
    epoch_jd_tdb_d - (mean_anomaly_rad - turns * TAU) / rate_rad_s / DAY_S
}

/// A small body with its elements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmallBody {
    /// name and NAIF id; mass and radius are not known
    pub body: Body,
    /// elements at one epoch
    pub elements: Elements,
}

impl SmallBody {
    /// The day of its elements, in TDB.
    #[must_use]
    pub fn elements_date(&self) -> String {
        Epoch::from_jd_tdb(self.elements.epoch_jd_tdb_d).date()
    }
}

/// The bodies of `ephemerides/small_bodies/elements_2461200p5_derived.csv`, all at JD 2461200.5 TDB.
///
/// The file's header tells how each row was made.
#[must_use]
pub fn small_bodies() -> &'static [SmallBody] {
    static BODIES: OnceLock<Vec<SmallBody>> = OnceLock::new();
    BODIES.get_or_init(|| {
        include_str!("../../ephemerides/small_bodies/elements_2461200p5_derived.csv").lines().filter_map(row).collect()
    })
}

/// One row: name, NAIF id, epoch, a (au), e, i, node, peri, M (deg), …; `None` for the header and comments.
fn row(line: &'static str) -> Option<SmallBody> {
    let mut fields = line.split(',');
    let name = fields.next()?;
    let naif_id: i32 = fields.next()?.parse().ok()?;
    let mut number = || fields.next()?.parse::<f64>().ok();
    let epoch_jd_tdb_d = number()?;
    let sma_km = number()? * AU_KM;
    let ecc = number()?;
    let mut angle_rad = || number().map(f64::to_radians);
    let (inc_rad, raan_rad, argp_rad, mean_anomaly_rad) = (angle_rad()?, angle_rad()?, angle_rad()?, angle_rad()?);
    Some(SmallBody {
        body: Body { naif_id, name, mu_km3_s2: 0.0, radius_km: 0.0, primary: 10 },
        elements: Elements {
            epoch_jd_tdb_d,
            perihelion_km: sma_km * (1.0 - ecc),
            ecc,
            inc_rad,
            raan_rad,
            argp_rad,
            passage_jd_tdb_d: passage_jd_tdb_d(epoch_jd_tdb_d, sma_km, mean_anomaly_rad),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_every_row_is_read() {
        assert_eq!(small_bodies().len(), 11);
        assert!(small_bodies().iter().all(|s| s.elements.ecc < 1.0 && s.elements.perihelion_km > 7e7));
    }
}
