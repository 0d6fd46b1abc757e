//! The Earth's axes: IAU 2006/2000A precession-nutation, the Earth rotation angle and polar motion, by the crate
//! `sofars`, a translation of the IAU's SOFA library.
//!
//! Without measured parameters UT1 is taken to be UTC and the pole to lie at the reference pole. UT1 − UTC is kept below
//! 0.9 s by leap seconds, which is 13.5 arcsec or 420 m on the equator; polar motion stays below 0.6 arcsec or 18 m.
//! After the last leap second announced UTC is counted on without another. A user's file removes all that; what
//! remains are the daily and half-daily tides in both, 1 mas or 3 cm, which are not modelled.

use super::EphemerisError;
use super::eop::EarthOrientationParameters;
use crate::time::utc;
pub(super) use crate::time::utc::{tai_minus_utc_s, tt_minus_tdb_s};
use crate::time::{DAY_S, Epoch};
use sofars::erst::era00;
use sofars::pnp::{c2ixys, c2tcio, numat, nut80, obl80, pmat76, sp00, xys06a};
use std::sync::OnceLock;

/// Julian date of the modified Julian date 0.
const MJD_ZERO_D: f64 = 2_400_000.5;
/// Modified Julian date of J2000.
const MJD_J2000_D: f64 = 51_544.5;
/// TT − TAI
const TT_MINUS_TAI_S: f64 = 32.184;

/// Days with the same difference of TAI and UTC.
#[derive(Clone, Copy)]
struct Era {
    first_mjd: i64,
    tai_minus_utc_s: f64,
    /// TT of its first midnight, s past J2000
    start_s: f64,
}

fn tt_of_midnight_s(mjd: i64, tai_minus_utc_s: f64) -> f64 {
    (mjd as f64 - MJD_J2000_D) * DAY_S + (TT_MINUS_TAI_S + tai_minus_utc_s)
}

/// The leap seconds since 1972, the oldest first.
fn eras() -> &'static [Era] {
    static ERAS: OnceLock<Vec<Era>> = OnceLock::new();
    ERAS.get_or_init(|| {
        let with_start = |era: &utc::Era| {
            let tai_minus_utc_s = era.tai_minus_utc_s as f64;
            let start_s = tt_of_midnight_s(era.first_mjd, tai_minus_utc_s);
            Era { first_mjd: era.first_mjd, tai_minus_utc_s, start_s }
        };
        utc::eras().iter().map(with_start).collect()
    })
}

/// A day of UTC.
#[derive(Clone, Copy)]
pub(super) struct Day {
    pub(super) mjd: i64,
    /// TT of its midnight, s past J2000
    pub(super) start_s: f64,
    pub(super) tai_minus_utc_s: f64,
}

impl Day {
    /// TT of the midnight that begins a day of UTC, s past J2000; days before 1972 as if 1972's difference held.
    pub(super) fn midnight_s(mjd: i64) -> f64 {
        tt_of_midnight_s(mjd, tai_minus_utc_s(mjd).unwrap_or(10.0))
    }

    /// The day of an instant; a leap second belongs to the day that it ends. None before 1972, and beyond the calendar.
    pub(super) fn at(tdb_s: f64) -> Option<Self> {
        if !Epoch::from_tdb_s(tdb_s).in_calendar() {
            return None;
        }
        let eras = eras();
        let place = eras.iter().rposition(|era| era.start_s <= tdb_s)?;
        let era = eras[place];
        let mut days = ((tdb_s - era.start_s) / DAY_S).floor() as i64;
        if let Some(next) = eras.get(place + 1) {
            days = days.min(next.first_mjd - era.first_mjd - 1);
        }
        let start_s = era.start_s + days as f64 * DAY_S;
        Some(Self { mjd: era.first_mjd + days, start_s, tai_minus_utc_s: era.tai_minus_utc_s })
    }
}

/// The turn from ICRF axes to those of the Earth but for polar motion, and polar motion.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    /// R₃(s′ + ERA)·Q
    pub(super) matrix: [[f64; 3]; 3],
    pub(super) xp_rad: f64,
    pub(super) yp_rad: f64,
}

/// The turn from ICRF axes to those of the Earth.
///
/// * `day`: day of UTC
/// * `second_s`: TDB seconds after its midnight, which begins at the number TT has there
///
/// # Source
/// IERS Conventions (2010), eq. 5.1 and sections 5.4 and 5.5: W(t)·R₃(ERA)·Q(t), CIO based. The TIO locator s′, which
/// stands between W and the angle, is added to the angle.
pub(super) fn turn(
    day: Day,
    second_s: f64,
    parameters: Option<&EarthOrientationParameters>,
) -> Result<Turn, EphemerisError> {
    let second_s = second_s + tt_minus_tdb_s(day.start_s + second_s);
    let (midnight_d, tt_d) = (MJD_ZERO_D + day.mjd as f64, (second_s + TT_MINUS_TAI_S + day.tai_minus_utc_s) / DAY_S);
    let (x, y, s) = xys06a(midnight_d, tt_d);
    let at = match parameters {
        Some(parameters) => parameters.at(day, second_s)?,
        None => super::eop::Parameters { ut1_minus_tai_s: -day.tai_minus_utc_s, ..Default::default() },
    };
    let to_intermediate = c2ixys(x + at.dx_rad, y + at.dy_rad, s);
    // the whole days and the fraction apart, for the digits of the angle
    let era = era00(midnight_d, (second_s + (at.ut1_minus_tai_s + day.tai_minus_utc_s)) / DAY_S);
    let still = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let matrix = c2tcio(&to_intermediate, era + sp00(midnight_d, tt_d), &still);
    Ok(Turn { matrix, xp_rad: at.xp_rad, yp_rad: at.yp_rad })
}

/// dX and dY from IAU 2006/2000A out of dPsi and dEps from the IAU 1976 precession and the IAU 1980 nutation, at midnight UTC.
///
/// Both pairs say where the celestial pole is; the frame bias is in dPsi and dEps, as IERS publishes them.
///
/// # Source
/// IERS Conventions (2003), section 5.4 and 5.5; the SOFA cookbook *Earth Attitude* (2021), section 5.2.
pub(super) fn dx_dy_of_iau1980_rad(mjd: i64, dpsi_rad: f64, deps_rad: f64) -> [f64; 2] {
    let tt_d = (TT_MINUS_TAI_S + tai_minus_utc_s(mjd).unwrap_or(10.0)) / DAY_S;
    let at = (MJD_ZERO_D, mjd as f64 + tt_d);
    let (psi, eps) = nut80(at.0, at.1);
    let (n, p) = (numat(obl80(at.0, at.1), psi + dpsi_rad, eps + deps_rad), pmat76(at.0, at.1));
    // the pole is the third row of N·P
    let pole = |column: usize| (0..3).map(|k| n[2][k] * p[k][column]).sum::<f64>();
    let (x, y, _) = xys06a(at.0, at.1);
    [pole(0) - x, pole(1) - y]
}

/// Polar motion R₁(−y)·R₂(−x) of a matrix, to the second power of angles that stay below 1e-5 rad.
pub(super) fn wobbled(m: &[[f64; 3]; 3], xp_rad: f64, yp_rad: f64) -> [[f64; 3]; 3] {
    let (x, y) = (xp_rad, yp_rad);
    let (x2, y2) = (0.5 * x * x, 0.5 * y * y);
    let mut out = *m;
    for j in 0..3 {
        let (a, b, c) = (m[0][j], m[1][j], m[2][j]);
        out[0][j] = a + (x * c - x2 * a);
        out[1][j] = b + (x * y * a - y * c - y2 * b);
        out[2][j] = c + (y * b - x * a - (x2 + y2) * c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_hifitime_on_time_scales() {
        // hifitime counts a leap second from 37 s before it on: not asked there
        for text in
            ["2010-03-01T12:00:00 UTC", "2016-12-31T23:59:00 UTC", "2017-01-01T00:00:01 UTC", "2033-07-14T05:06:07 UTC"]
        {
            let tdb_s = Epoch::parse(text).expect("a date").tdb_s();
            let day = Day::at(tdb_s).expect("a day");
            let scaled = Epoch::from_tdb_s(tdb_s).scaled();
            let utc = scaled.to_mjd_utc_days();
            let second_s = tdb_s - day.start_s + tt_minus_tdb_s(tdb_s);
            assert!((day.mjd as f64 + second_s / DAY_S - utc).abs() * DAY_S < 2e-6, "{text}: {} {utc}", day.mjd);
        }
        assert_eq!(tai_minus_utc_s(57_753), Some(36.0));
        assert_eq!(tai_minus_utc_s(57_754), Some(37.0));
        assert_eq!(tai_minus_utc_s(41_316), None);
    }

    #[test]
    fn law_a_leap_second_belongs_to_the_day_it_ends() {
        // 2016-12-31, MJD 57753, has 86 401 s
        let next_s = tt_of_midnight_s(57_754, 37.0);
        for (before_s, mjd) in [(1.5, 57_753), (0.5, 57_753), (0.001, 57_753), (0.0, 57_754), (-0.5, 57_754)] {
            assert_eq!(Day::at(next_s - before_s).map(|d| d.mjd), Some(mjd), "{before_s}");
        }
        assert_eq!(Day::at(next_s - 86_401.0).map(|d| d.mjd), Some(57_753));
        assert_eq!(Day::at(next_s - 86_401.001).map(|d| d.mjd), Some(57_752));
        assert!([-1e10, 1e300, f64::NAN, f64::INFINITY].iter().all(|tdb_s| Day::at(*tdb_s).is_none()));
    }
}
