//! Small bodies by their osculating elements, as JPL and the Minor Planet Center print them.

use super::Body;
use crate::time::Epoch;
use crate::units::AU_KM;
use std::sync::OnceLock;

/// Heliocentric osculating elements, ecliptic and mean equinox of J2000.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elements {
    /// epoch of osculation, Julian date TDB, days
    pub epoch_jd_tdb_d: f64,
    /// semi-major axis
    pub sma_km: f64,
    /// eccentricity
    pub ecc: f64,
    /// inclination to the ecliptic
    pub inc_rad: f64,
    /// longitude of the ascending node
    pub raan_rad: f64,
    /// argument of perihelion
    pub argp_rad: f64,
    /// mean anomaly at the epoch
    pub mean_anomaly_rad: f64,
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
    Some(SmallBody {
        body: Body { naif_id, name, mu_km3_s2: 0.0, radius_km: 0.0, primary: 10 },
        elements: Elements {
            epoch_jd_tdb_d,
            sma_km,
            ecc,
            inc_rad: angle_rad()?,
            raan_rad: angle_rad()?,
            argp_rad: angle_rad()?,
            mean_anomaly_rad: angle_rad()?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_every_row_is_read() {
        assert_eq!(small_bodies().len(), 11);
        assert!(small_bodies().iter().all(|s| s.elements.ecc < 1.0 && s.elements.sma_km > 1e8));
    }
}
