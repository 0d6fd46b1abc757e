//! Rotating frames, answered by anise; the ITRS by the IAU series.

use super::{Ephemerides, EphemerisError};
use crate::time::Epoch;
use anise::constants::frames as names;
use anise::prelude::{Almanac, Frame};

/// Axes that a vector can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Orientation {
    /// ICRF, which SPICE calls J2000
    J2000,
    /// ecliptic and mean equinox of J2000, obliquity 84 381.448 arcsec
    EclipJ2000,
    /// principal axes of the Moon, DE440: the axes of its gravity field
    MoonPa,
    /// mean Earth and rotation axes of the Moon, DE440
    MoonMe,
    /// the Moon by the IAU 2015 report; 0.03° from [`Orientation::MoonMe`]
    IauMoon,
    /// the Earth by the IAU 2015 report; up to 0.16° from ITRF93 before 2060
    IauEarth,
    /// Mars by the IAU 2015 report
    IauMars,
    /// the Earth by IAU 2006/2000A, CIO based: the axes of its gravity field. UT1 is UTC and the pole stands still,
    /// up to 13.5 arcsec (420 m) and 0.6 arcsec off, unless [`Ephemerides::with_earth_orientation`] knows better
    Itrs,
    /// the Earth by a user's high-precision kernel (`earth_latest_high_prec.bpc` and its like)
    Itrf93,
}

impl Orientation {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::J2000,
        Self::EclipJ2000,
        Self::MoonPa,
        Self::MoonMe,
        Self::IauMoon,
        Self::IauEarth,
        Self::IauMars,
        Self::Itrs,
        Self::Itrf93,
    ];

    /// The name in SPICE, which has none for the ITRS.
    #[must_use]
    pub const fn spice_name(self) -> &'static str {
        match self {
            Self::J2000 => "J2000",
            Self::EclipJ2000 => "ECLIPJ2000",
            Self::MoonPa => "MOON_PA_DE440",
            Self::MoonMe => "MOON_ME_DE440_ME421",
            Self::IauMoon => "IAU_MOON",
            Self::IauEarth => "IAU_EARTH",
            Self::IauMars => "IAU_MARS",
            Self::Itrs => "ITRS",
            Self::Itrf93 => "ITRF93",
        }
    }

    /// The frame of anise; none for what anise does not have.
    pub(crate) fn anise_frame(self) -> Option<Frame> {
        Some(match self {
            Self::J2000 => names::EARTH_J2000,
            Self::EclipJ2000 => names::EARTH_ECLIPJ2000,
            Self::MoonPa => names::MOON_PA_DE440_FRAME,
            Self::MoonMe => names::MOON_ME_DE440_ME421_FRAME,
            Self::IauMoon => names::IAU_MOON_FRAME,
            Self::IauEarth => names::IAU_EARTH_FRAME,
            Self::IauMars => names::IAU_MARS_FRAME,
            Self::Itrf93 => names::EARTH_ITRF93,
            Self::Itrs => return None,
        })
    }
}

/// A rotation: `matrix · v` is the vector `v` of the first frame in the second one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rotation {
    /// rows of the direction cosine matrix
    pub matrix: [[f64; 3]; 3],
    /// its time derivative, 1/s
    pub matrix_rate_s1: [[f64; 3]; 3],
}

impl Ephemerides {
    /// The rotation from one set of axes to another.
    ///
    /// # Errors
    /// [`EphemerisError::NoAnswer`] when the frame's kernel does not hold the epoch,
    /// [`EphemerisError::OutsideEarthOrientation`] for a date outside the user's file.
    pub fn rotation(&self, from: Orientation, to: Orientation, epoch: Epoch) -> Result<Rotation, EphemerisError> {
        if let (Some(a), Some(b)) = (from.anise_frame(), to.anise_frame()) {
            return rotate(self.almanac(), (from, a), (to, b), epoch);
        }
        let of = |one: Orientation| match one.anise_frame() {
            Some(_) => self.rotation(Orientation::J2000, one, epoch),
            None => self.axes(one)?.rotation(epoch),
        };
        let (a, b) = (of(from)?, of(to)?);
        Ok(Rotation {
            matrix: by_transpose(&b.matrix, &a.matrix),
            matrix_rate_s1: {
                let (first, second) =
                    (by_transpose(&b.matrix_rate_s1, &a.matrix), by_transpose(&b.matrix, &a.matrix_rate_s1));
                std::array::from_fn(|i| std::array::from_fn(|j| first[i][j] + second[i][j]))
            },
        })
    }
}

/// b·aᵀ
fn by_transpose(b: &[[f64; 3]; 3], a: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    std::array::from_fn(|i| std::array::from_fn(|j| b[i][0] * a[j][0] + b[i][1] * a[j][1] + b[i][2] * a[j][2]))
}

/// What anise says.
pub(super) fn rotate(
    almanac: &Almanac,
    (from, from_frame): (Orientation, Frame),
    (to, to_frame): (Orientation, Frame),
    epoch: Epoch,
) -> Result<Rotation, EphemerisError> {
    let refuse = |reason: String| EphemerisError::NoAnswer {
        what: format!("rotation {} to {}", from.spice_name(), to.spice_name()),
        epoch,
        reason,
    };
    // hifitime takes what is no number for an epoch of its own
    if !epoch.in_calendar() {
        return Err(refuse("it is asked for the years 1 to 9999".to_owned()));
    }
    let dcm = almanac.rotate(from_frame, to_frame, epoch.scaled()).map_err(|e| refuse(e.to_string()))?;
    let rows = |m: &nalgebra::Matrix3<f64>| std::array::from_fn(|i| std::array::from_fn(|j| m[(i, j)]));
    Ok(Rotation { matrix: rows(&dcm.rot_mat), matrix_rate_s1: dcm.rot_mat_dt.as_ref().map_or([[0.0; 3]; 3], rows) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_an_epoch_that_is_no_date() {
        let kernels = Ephemerides::embedded().expect("kernels");
        for tdb_s in [f64::NAN, f64::INFINITY, -1e300, 1e18] {
            for to in Orientation::ALL.into_iter().skip(1) {
                let said = kernels.rotation(Orientation::J2000, to, Epoch::from_tdb_s(tdb_s)).expect_err("refused");
                assert!(matches!(said, EphemerisError::NoAnswer { .. }), "{to:?}: {said}");
                let said = kernels.axes(to).expect("axes").matrix(Epoch::from_tdb_s(tdb_s)).map(|_| ());
                assert!(to == Orientation::EclipJ2000 || said.is_err(), "{to:?} at {tdb_s}");
            }
        }
    }
}
