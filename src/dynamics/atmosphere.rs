//! Density of the upper air: a bare exponential, Vallado's layers, Harris and Priester's day and night.

use super::DynamicsError;
use crate::numerics::vector::{Vector3, dot, norm, scale};

/// A density model.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Atmosphere {
    /// ρ = ρ₀·e^(−(h − h₀)/H) at every altitude, about any body
    Exponential {
        /// ρ₀
        density_kg_m3: f64,
        /// h₀
        altitude_km: f64,
        /// H
        scale_km: f64,
    },
    /// the Earth's mean air in 28 exponential layers, 0 to 1000 km and on
    ///
    /// Vallado, *Fundamentals of Astrodynamics and Applications*, 4th ed., table 8-4 (US Standard Atmosphere 1976
    /// below 500 km, CIRA-72 above, mean solar activity).
    Layers,
    /// the Earth's air between night and day at mean solar activity: a table from 100 to 1000 km, and above it the density
    /// falls on from the table's last row with a scale height of 268 km
    ///
    /// Montenbruck and Gill, *Satellite Orbits*, section 3.5.2, eqs. 3.98 to 3.104, table 3.8, which ends at 1000 km; Vallado,
    /// table 8-4, last row (CIRA-72), for the scale height from there on.
    HarrisPriester {
        /// power n of the cosine of half the angle from the bulge: 2 near the equator, 6 over the poles
        exponent: f64,
    },
}

/// Most that an exponential grows to, kg/m³: osmium.
const DENSEST_KG_M3: f64 = 22_600.0;

impl Atmosphere {
    /// The model, if its numbers make sense.
    ///
    /// # Errors
    /// [`DynamicsError::BadNumber`] for a density, a scale height or an exponent that is not positive.
    pub fn checked(self) -> Result<Self, DynamicsError> {
        let positive = |quantity, value: f64| {
            if value > 0.0 && value.is_finite() { Ok(()) } else { Err(DynamicsError::BadNumber { quantity, value }) }
        };
        match self {
            Self::Exponential { density_kg_m3, altitude_km, scale_km } => {
                positive("density (kg/m3)", density_kg_m3)?;
                positive("scale height (km)", scale_km)?;
                if !altitude_km.is_finite() {
                    return Err(DynamicsError::BadNumber { quantity: "altitude (km)", value: altitude_km });
                }
            }
            Self::HarrisPriester { exponent } => positive("exponent of the Harris-Priester model", exponent)?,
            Self::Layers => {}
        }
        Ok(self)
    }

    /// Density, kg/m³; of an exponential far below its base at most that of the densest matter on the Earth.
    ///
    /// * `altitude_km`: above the ellipsoid
    /// * `position_km`, `sun_km`: spacecraft and Sun from the centre, ICRF axes; only their directions count, and
    ///   only for [`Atmosphere::HarrisPriester`]
    #[must_use]
    pub fn density_kg_m3(&self, altitude_km: f64, position_km: Vector3, sun_km: Vector3) -> f64 {
        match *self {
            Self::Exponential { density_kg_m3, altitude_km: base_km, scale_km } => {
                (density_kg_m3 * (-(altitude_km - base_km) / scale_km).exp()).min(DENSEST_KG_M3)
            }
            Self::Layers => {
                let next = LAYERS.partition_point(|[base_km, ..]| *base_km <= altitude_km).max(1);
                let [base_km, density_kg_m3, scale_km] = LAYERS[next - 1];
                density_kg_m3 * (-(altitude_km - base_km) / scale_km).exp()
            }
            Self::HarrisPriester { exponent } => harris_priester(altitude_km, position_km, sun_km, exponent),
        }
    }

    /// The number of the layer that an altitude lies in: the density is smooth within, and its slope jumps from one to the
    /// next.
    pub(crate) fn layer(&self, altitude_km: f64) -> usize {
        match self {
            Self::Exponential { .. } => 0,
            Self::Layers => LAYERS.partition_point(|[base_km, ..]| *base_km <= altitude_km).max(1),
            Self::HarrisPriester { .. } => BULGE.partition_point(|[h, ..]| *h <= altitude_km).max(1),
        }
    }
}

fn harris_priester(altitude_km: f64, position_km: Vector3, sun_km: Vector3, exponent: f64) -> f64 {
    // below the table its first exponential goes on
    let next = BULGE.partition_point(|[h, ..]| *h <= altitude_km).max(1);
    let [h0, night0, day0] = BULGE[next - 1];
    let [night, day] = match BULGE.get(next) {
        Some([h1, night1, day1]) => {
            let part = (altitude_km - h0) / (h1 - h0);
            [night0 * (night1 / night0).powf(part), day0 * (day1 / day0).powf(part)]
        }
        None => {
            let [_, _, scale_km] = LAYERS[LAYERS.len() - 1];
            [night0, day0].map(|density| density * (-(altitude_km - h0) / scale_km).exp())
        }
    };
    // the bulge follows the Sun 30 degrees to the east
    let (sin, cos) = 30.0_f64.to_radians().sin_cos();
    let bulge = [sun_km[0] * cos - sun_km[1] * sin, sun_km[0] * sin + sun_km[1] * cos, sun_km[2]];
    let bulge = scale(bulge, 1.0 / norm(bulge));
    let half = (0.5 + 0.5 * dot(position_km, bulge) / norm(position_km)).max(0.0);
    // the table is in g/km³
    1e-12 * (night + (day - night) * half.powf(0.5 * exponent))
}

/// Base altitude (km), density there (kg/m³), scale height (km).
const LAYERS: [[f64; 3]; 28] = [
    [0.0, 1.225, 7.249],
    [25.0, 3.899e-2, 6.349],
    [30.0, 1.774e-2, 6.682],
    [40.0, 3.972e-3, 7.554],
    [50.0, 1.057e-3, 8.382],
    [60.0, 3.206e-4, 7.714],
    [70.0, 8.770e-5, 6.549],
    [80.0, 1.905e-5, 5.799],
    [90.0, 3.396e-6, 5.382],
    [100.0, 5.297e-7, 5.877],
    [110.0, 9.661e-8, 7.263],
    [120.0, 2.438e-8, 9.473],
    [130.0, 8.484e-9, 12.636],
    [140.0, 3.845e-9, 16.149],
    [150.0, 2.070e-9, 22.523],
    [180.0, 5.464e-10, 29.740],
    [200.0, 2.789e-10, 37.105],
    [250.0, 7.248e-11, 45.546],
    [300.0, 2.418e-11, 53.628],
    [350.0, 9.518e-12, 53.298],
    [400.0, 3.725e-12, 58.515],
    [450.0, 1.585e-12, 60.828],
    [500.0, 6.967e-13, 63.822],
    [600.0, 1.454e-13, 71.835],
    [700.0, 3.614e-14, 88.667],
    [800.0, 1.170e-14, 124.64],
    [900.0, 5.245e-15, 181.05],
    [1000.0, 3.019e-15, 268.00],
];

/// Altitude (km), density at night and in the bulge (g/km³).
const BULGE: [[f64; 3]; 50] = [
    [100.0, 497_400.0, 497_400.0],
    [120.0, 24_900.0, 24_900.0],
    [130.0, 8377.0, 8710.0],
    [140.0, 3899.0, 4059.0],
    [150.0, 2122.0, 2215.0],
    [160.0, 1263.0, 1344.0],
    [170.0, 800.8, 875.8],
    [180.0, 528.3, 601.0],
    [190.0, 361.7, 429.7],
    [200.0, 255.7, 316.2],
    [210.0, 183.9, 239.6],
    [220.0, 134.1, 185.3],
    [230.0, 99.49, 145.5],
    [240.0, 74.88, 115.7],
    [250.0, 57.09, 93.08],
    [260.0, 44.03, 75.55],
    [270.0, 34.30, 61.82],
    [280.0, 26.97, 50.95],
    [290.0, 21.39, 42.26],
    [300.0, 17.08, 35.26],
    [320.0, 10.99, 25.11],
    [340.0, 7.214, 18.19],
    [360.0, 4.824, 13.37],
    [380.0, 3.274, 9.955],
    [400.0, 2.249, 7.492],
    [420.0, 1.558, 5.684],
    [440.0, 1.091, 4.355],
    [460.0, 0.7701, 3.362],
    [480.0, 0.5474, 2.612],
    [500.0, 0.3916, 2.042],
    [520.0, 0.2819, 1.605],
    [540.0, 0.2042, 1.267],
    [560.0, 0.1488, 1.005],
    [580.0, 0.1092, 0.7997],
    [600.0, 0.080_70, 0.6390],
    [620.0, 0.060_12, 0.5123],
    [640.0, 0.045_19, 0.4121],
    [660.0, 0.034_30, 0.3325],
    [680.0, 0.026_32, 0.2691],
    [700.0, 0.020_43, 0.2185],
    [720.0, 0.016_07, 0.1779],
    [740.0, 0.012_81, 0.1452],
    [760.0, 0.010_36, 0.1190],
    [780.0, 0.008_496, 0.097_76],
    [800.0, 0.007_069, 0.080_59],
    [840.0, 0.004_680, 0.057_41],
    [880.0, 0.003_200, 0.042_10],
    [920.0, 0.002_210, 0.031_30],
    [960.0, 0.001_560, 0.023_60],
    [1000.0, 0.001_150, 0.018_10],
];

#[cfg(test)]
mod tests {
    use super::*;

    const SUN: Vector3 = [1.5e8, 0.0, 0.0];

    #[test]
    fn published_densities_of_the_tables() {
        for [h, night, day] in &BULGE {
            let model = Atmosphere::HarrisPriester { exponent: 4.0 };
            let apex = [3_f64.sqrt() / 2.0, 0.5, 0.0];
            let at = |side: f64| model.density_kg_m3(*h, scale(apex, side * 7000.0), SUN);
            assert!((at(1.0) / (1e-12 * day) - 1.0).abs() < 1e-12, "day at {h} km");
            assert!((at(-1.0) / (1e-12 * night) - 1.0).abs() < 1e-12, "night at {h} km");
        }
        for [h, density, _] in &LAYERS {
            assert_eq!(Atmosphere::Layers.density_kg_m3(*h, [1.0; 3], SUN), *density);
        }
    }

    #[test]
    fn law_layers_join_and_air_thins_upward() {
        for pair in LAYERS.windows(2) {
            let [base, density, scale_km] = pair[0];
            let below = density * (-(pair[1][0] - base) / scale_km).exp();
            assert!((below / pair[1][1] - 1.0).abs() < 0.03, "{pair:?}: {below:e}");
        }
        let models = [Atmosphere::Layers, Atmosphere::HarrisPriester { exponent: 2.0 }];
        for model in models {
            let at = |h: f64| model.density_kg_m3(h, [0.0, 0.0, 7000.0], SUN);
            assert!((100..990).all(|h| at(f64::from(h) + 1.0) < at(f64::from(h)) * 1.001), "{model:?}");
        }
    }

    /// At every border of every table the density goes on to its last digits from below as from above; Vallado's own rows
    /// leave steps of up to 3 %.
    #[test]
    fn law_air_does_not_end() {
        let model = Atmosphere::HarrisPriester { exponent: 4.0 };
        for place in [[7000.0, 0.0, 0.0], [-5000.0, 4000.0, 3000.0], [-6000.0, -3500.0, 0.0]] {
            for [h, ..] in &BULGE {
                let [below, above] = [h - 1e-9, h + 1e-9].map(|h| model.density_kg_m3(h, place, SUN));
                assert!((above / below - 1.0).abs() < 1e-8, "{h} km: {below:e} {above:e}");
                assert_eq!(model.layer(h + 1e-9), model.layer(h - 1e-9) + usize::from(*h > 100.0), "{h} km");
            }
            let at = |h: f64| model.density_kg_m3(h, place, SUN);
            // ln 2 of the scale height halves it
            assert!((at(1000.0 + 268.0 * std::f64::consts::LN_2) / at(1000.0) - 0.5).abs() < 1e-12);
            assert!((10..400).all(|k| at(100.0 * f64::from(k) + 100.0) < at(100.0 * f64::from(k))));
        }
        assert_eq!([0.0, 24.9, 25.0, 5000.0].map(|h| Atmosphere::Layers.layer(h)), [1, 1, 2, 28]);
    }
}
