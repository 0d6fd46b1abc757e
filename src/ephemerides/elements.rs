//! Two-body motion about the Sun from osculating elements: how small bodies without a kernel move.

use super::State;
use crate::bodies::SUN;
use crate::bodies::small::Elements;
use crate::numerics::conic::{Perifocal, from_periapsis};
use crate::time::Epoch;

/// Obliquity of the SPICE frame ECLIPJ2000, rad (84 381.448 arcsec, IAU 1976).
pub(super) const OBLIQUITY_RAD: f64 = 0.409_092_804_222_328_97;

/// Heliocentric state on ICRF axes.
///
/// Planets are left out, so the error grows with the distance in time from the elements' epoch;
/// KNOWN_LIMITS.md gives it as measured on bodies with a kernel. Numbers that are no orbit give NaN, which the track
/// refuses.
pub(super) fn state(elements: &Elements, epoch: Epoch) -> State {
    let Elements { perihelion_km, ecc, inc_rad, raan_rad, argp_rad, passage_jd_tdb_d, .. } = *elements;
    let since_s = epoch - Epoch::from_jd_tdb(passage_jd_tdb_d);
    let nothing = [f64::NAN; 3];
    if !(perihelion_km > 0.0 && perihelion_km.is_finite() && ecc >= 0.0 && ecc.is_finite() && since_s.is_finite()) {
        return State { position_km: nothing, velocity_km_s: nothing };
    }
    // perifocal coordinates, then the axes P (to perihelion) and Q (in the plane, 90° ahead)
    let Perifocal { x_km, y_km, vx_km_s, vy_km_s } = from_periapsis(perihelion_km, ecc, since_s, SUN.mu_km3_s2);
    let ((so, co), (sw, cw), (si, ci)) = (raan_rad.sin_cos(), argp_rad.sin_cos(), inc_rad.sin_cos());
    let p = [co * cw - so * sw * ci, so * cw + co * sw * ci, sw * si];
    let q = [-co * sw - so * cw * ci, -so * sw + co * cw * ci, cw * si];
    let (se, ce) = OBLIQUITY_RAD.sin_cos();
    let to_icrf = |v: [f64; 3]| [v[0], ce * v[1] - se * v[2], se * v[1] + ce * v[2]];
    let ecliptic = |a: f64, b: f64| to_icrf([a * p[0] + b * q[0], a * p[1] + b * q[1], a * p[2] + b * q[2]]);
    State { position_km: ecliptic(x_km, y_km), velocity_km_s: ecliptic(vx_km_s, vy_km_s) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{Body, small_bodies};
    use crate::ephemerides::Ephemerides;
    use crate::numerics::vector::{minus, norm};

    #[test]
    fn refuses_elements_that_are_no_orbit() {
        let mut halley = small_bodies()[0];
        let epoch = Epoch::from_tdb_s(8e8);
        let sound = halley.elements;
        halley.body.naif_id = 900_000_001;
        for (perihelion_km, ecc) in [(0.0, 0.0), (-1.0, 0.5), (f64::NAN, 0.5), (1e8, -0.1), (1e8, f64::INFINITY)] {
            halley.elements = Elements { perihelion_km, ecc, ..sound };
            let kernels = Ephemerides::embedded().expect("kernels").clone().with_small_bodies(vec![halley]);
            let said = kernels.state(halley.body, SUN, epoch).expect_err("refused").to_string();
            assert!(said.contains("its kernel or its elements give no number there"), "{said}");
        }
    }

    /// At their epoch the elements are 3, 8 and 63 km from JPL's kernel; a year later what the planets do shows.
    #[test]
    fn agrees_with_the_kernel_at_the_epoch_of_the_elements() {
        for (naif_id, at_epoch_km, after_a_year_km) in
            [(2_000_001, 3.0, 1.1e5), (2_000_004, 9.0, 9e4), (2_000_016, 64.0, 5e5)]
        {
            let body = small_bodies().iter().find(|s| s.body.naif_id == naif_id).expect("a row");
            let track =
                Ephemerides::embedded().expect("kernels").track(Body::from_naif_id(naif_id), SUN).expect("a track");
            let apart_km = |days: f64| {
                let epoch = Epoch::from_jd_tdb(body.elements.epoch_jd_tdb_d + days);
                norm(minus(state(&body.elements, epoch).position_km, track.state(epoch).expect("a state").position_km))
            };
            assert!(apart_km(0.0) < at_epoch_km, "{naif_id}: {} km", apart_km(0.0));
            let later_km = apart_km(365.25).max(apart_km(-365.25));
            assert!(later_km < after_a_year_km && later_km > 0.5 * after_a_year_km, "{naif_id}: {later_km} km");
        }
    }
}
