//! The frame bias: the mean equator and equinox of J2000, which files call EME2000, against the axes of the ICRF.

use super::State;
use crate::numerics::vector::{Vector3, dot};

/// A second of arc, rad.
const ARCSEC_RAD: f64 = std::f64::consts::PI / 648_000.0;

/// Offsets of the mean pole and equinox of J2000 from the axes of the GCRS, IAU 2000: dα₀, ξ₀, η₀, rad.
///
/// IERS Conventions (2010), chapter 5: −14.6, −16.617 and −6.8192 mas.
const OFFSETS_RAD: Vector3 = [-0.014_6 * ARCSEC_RAD, -0.016_617 * ARCSEC_RAD, -0.006_819_2 * ARCSEC_RAD];

/// The matrix R₁(−η₀)·R₂(ξ₀)·R₃(dα₀) that turns ICRF axes into those of EME2000; its rows are the latter in the former.
fn matrix() -> [Vector3; 3] {
    let [alpha, xi, eta] = OFFSETS_RAD.map(|angle| angle.sin_cos());
    let ((sa, ca), (sx, cx), (se, ce)) = (alpha, xi, eta);
    [
        [cx * ca, cx * sa, -sx],
        [-ce * sa - se * sx * ca, ce * ca - se * sx * sa, -se * cx],
        [-se * sa + ce * sx * ca, se * ca + ce * sx * sa, ce * cx],
    ]
}

/// A vector of EME2000 axes in those of the ICRF.
pub(crate) fn icrf_of_eme2000(vector: Vector3) -> Vector3 {
    let [x, y, z] = matrix();
    std::array::from_fn(|k| dot([x[k], y[k], z[k]], vector))
}

/// A vector of ICRF axes in those of EME2000.
fn eme2000_of_icrf(vector: Vector3) -> Vector3 {
    matrix().map(|row| dot(row, vector))
}

impl State {
    /// The same state, told in EME2000, in ICRF axes.
    pub(crate) fn icrf_of_eme2000(self) -> Self {
        Self { position_km: icrf_of_eme2000(self.position_km), velocity_km_s: icrf_of_eme2000(self.velocity_km_s) }
    }

    /// The same state, told in ICRF axes, in EME2000.
    pub(crate) fn eme2000_of_icrf(self) -> Self {
        Self { position_km: eme2000_of_icrf(self.position_km), velocity_km_s: eme2000_of_icrf(self.velocity_km_s) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::vector::{minus, norm};

    /// ERFA's own test of its routine `bp00` (t_erfa_c.c), whose ξ₀ comes from the offset in longitude: 7e-13 rad from the
    /// rounded 16.617 mas.
    #[test]
    fn published_frame_bias_of_erfa() {
        let printed = [
            [0.999_999_999_999_994_249_8, -0.707_827_974_419_919_662_6e-7, 0.805_621_714_697_613_415_2e-7],
            [0.707_827_947_785_733_720_6e-7, 0.999_999_999_999_996_948_4, 0.330_604_145_422_213_651_7e-7],
            [-0.805_621_738_098_697_215_7e-7, -0.330_604_088_398_055_25e-7, 0.999_999_999_999_996_208_4],
        ];
        for (ours, theirs) in matrix().iter().zip(printed) {
            assert!(norm(minus(*ours, theirs)) < 1e-12, "{ours:?} {theirs:?}");
        }
    }

    /// The same from SOFA, translated: the frame bias by itself, at any date.
    #[test]
    fn agrees_with_sofa_on_the_frame_bias() {
        let (bias, _, _) = sofars::pnp::bp00(2_451_545.0, 0.0);
        for (ours, theirs) in matrix().iter().zip(bias) {
            assert!(norm(minus(*ours, theirs)) < 1e-12, "{ours:?} {theirs:?}");
        }
    }

    #[test]
    fn law_there_and_back() {
        let state = State { position_km: [-16_983.14, 21_213.56, -58_035.63], velocity_km_s: [-0.044, -0.051, 0.141] };
        let turned = state.icrf_of_eme2000();
        let back = turned.eme2000_of_icrf();
        assert!(norm(minus(back.position_km, state.position_km)) < 1e-10);
        assert!(norm(minus(back.velocity_km_s, state.velocity_km_s)) < 3e-16);
        // 0.023 arcseconds of 64 065 km at most
        let moved_km = norm(minus(turned.position_km, state.position_km));
        assert!((0.001..0.007_2).contains(&moved_km), "{moved_km}");
    }
}
