//! How much of the Sun a body hides: discs that overlap, as seen from the spacecraft.

use crate::numerics::vector::{Vector3, dot, minus, norm, scale};

/// The part of the Sun's disc that a body leaves in sight: 1 in full light, 0 in the umbra.
///
/// * `sun_km`, `body_km`: where the two are from the spacecraft
/// * `sun_radius_km`, `body_radius_km`: their radii
///
/// Two spheres seen from a point are discs of apparent radii a = asin(R☉/s) and b = asin(R/d), c apart; what is
/// hidden is the lens common to both. A body in front of the middle of a larger Sun hides (b/a)² of it.
///
/// # Source
/// Montenbruck and Gill, *Satellite Orbits*, section 3.4.2, eqs. 3.85 to 3.94.
#[must_use]
pub fn light_fraction(sun_km: Vector3, sun_radius_km: f64, body_km: Vector3, body_radius_km: f64) -> f64 {
    let Some(Discs { a, b, c }) = Discs::seen(sun_km, sun_radius_km, body_km, body_radius_km) else {
        return 1.0;
    };
    if c >= a + b {
        return 1.0;
    }
    if c <= b - a {
        return 0.0;
    }
    if c <= a - b {
        return 1.0 - (b / a) * (b / a);
    }
    let x = (c * c + a * a - b * b) / (2.0 * c);
    let y = (a * a - x * x).max(0.0).sqrt();
    // half the angles of the two segments from the half chord, whose digits an arccosine near one would lose
    let lens = a * a * y.atan2(x) + b * b * y.atan2(c - x) - c * y;
    (1.0 - lens / (std::f64::consts::PI * a * a)).clamp(0.0, 1.0)
}

/// How far the discs are from their four contacts: sin²(c/2) − sin²((a ± b)/2) of the apparent radii a and b and the distance c.
///
/// Outer, positive outside the penumbra; inner, positive outside the umbra (or, where the body looks smaller than the
/// Sun, outside the ring). The light is smooth between their zeros: an integrator that ends its steps there meets no kink.
///
/// Squares are smooth where angles have a kink, on the axis of the shadow and at its tip. A body beyond the
/// Sun casts no shadow: there both are positive by the part that it is farther.
#[must_use]
pub(crate) fn contacts(sun_km: Vector3, sun_radius_km: f64, body_km: Vector3, body_radius_km: f64) -> [f64; 2] {
    let (s, d) = (norm(sun_km), norm(body_km));
    // the chord between the unit vectors keeps the digits of a small angle
    let chord = minus(scale(sun_km, 1.0 / s), scale(body_km, 1.0 / d));
    let apart = 0.25 * dot(chord, chord);
    let [sin_a, sin_b] =
        [(sun_radius_km, s), (body_radius_km, d)].map(|(radius, distance)| (radius / distance).min(1.0));
    let (a2, b2) = (sin_a * sin_a, sin_b * sin_b);
    let cosines = ((1.0 - a2) * (1.0 - b2)).sqrt();
    // ½(1 − cos a·cos b), with the digits of small angles
    let both = 0.5 * (a2 + b2 - a2 * b2) / (1.0 + cosines);
    let product = 0.5 * sin_a * sin_b;
    let beyond = d / s - 1.0;
    [(apart - (both + product)).max(beyond), (apart - (both - product)).max(beyond)]
}

/// Apparent radii and distance of two discs, rad.
struct Discs {
    a: f64,
    b: f64,
    c: f64,
}

impl Discs {
    /// `None` when the body lies on the far side of the spacecraft, or beyond the Sun.
    fn seen(sun_km: Vector3, sun_radius_km: f64, body_km: Vector3, body_radius_km: f64) -> Option<Self> {
        let along = dot(sun_km, body_km);
        let (s, d) = (norm(sun_km), norm(body_km));
        // the discs are small unless the body is near: behind means more than a right angle away
        if along <= 0.0 && body_radius_km < 0.5 * d || d >= s {
            return None;
        }
        // the chord between the unit vectors keeps the digits of a small angle
        let chord = norm(minus(scale(sun_km, 1.0 / s), scale(body_km, 1.0 / d)));
        Some(Self {
            a: (sun_radius_km / s).min(1.0).asin(),
            b: (body_radius_km / d).min(1.0).asin(),
            c: 2.0 * (0.5 * chord).min(1.0).asin(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, SUN};

    fn light(x_km: f64, y_km: f64) -> f64 {
        // the spacecraft at (x, y) about the Earth, the Sun far away on −x
        let (sun, earth) = ([-1.496e8 - x_km, -y_km, 0.0], [-x_km, -y_km, 0.0]);
        light_fraction(sun, SUN.radius_km, earth, EARTH.radius_km)
    }

    #[test]
    fn law_light_goes_from_one_to_nothing() {
        assert_eq!(light(-7000.0, 0.0), 1.0);
        assert_eq!(light(7000.0, 0.0), 0.0);
        assert_eq!(light(7000.0, 7000.0), 1.0);
        // the cones: half angles (R☉ ∓ R)/s, so 1.384 million km for the umbra
        let umbra = 1.496e8 * EARTH.radius_km / (SUN.radius_km - EARTH.radius_km);
        assert_eq!(light(umbra * 0.999, 0.0), 0.0);
        assert!(light(umbra * 1.001, 0.0) > 0.0);
        let mut before = 0.0;
        for k in 0..200 {
            let now = light(42_164.0, 6150.0 + 2.5 * f64::from(k));
            assert!((before..=1.0).contains(&now), "{k}: {now} after {before}");
            before = now;
        }
        assert_eq!(before, 1.0);
        // half in sight where the Sun's centre is on the limb: the Earth's edge is all but straight
        let half = light(42_164.0, EARTH.radius_km);
        assert!((half - 0.5).abs() < 0.03, "{half}");
    }

    #[test]
    fn law_a_small_disc_hides_its_own_area() {
        let hidden = 1.0 - light_fraction([1.5e8, 0.0, 0.0], 7e5, [4e5, 0.0, 0.0], 1e3);
        let ratio = (1e3_f64 / 4e5).asin() / (7e5_f64 / 1.5e8).asin();
        assert!((hidden - ratio * ratio).abs() < 1e-15);
    }

    /// The signs of the contacts are those of the light, on both sides of the axis, of the tip and of the Sun.
    #[test]
    fn law_contacts_part_full_light_from_none() {
        let check = |x_km: f64, y_km: f64| {
            let (sun, earth) = ([-1.496e8 - x_km, -y_km, 0.0], [-x_km, -y_km, 0.0]);
            let [outer, inner] = contacts(sun, SUN.radius_km, earth, EARTH.radius_km);
            let (light, at) = (light(x_km, y_km), format!("{x_km} {y_km}: {outer:e} {inner:e}"));
            assert_eq!(light < 1.0, outer < 0.0, "{at} {light}");
            let [a, b] = [SUN.radius_km / norm(sun), EARTH.radius_km / norm(earth)].map(|x| x.min(1.0).asin());
            let ring = 1.0 - (b / a).powi(2);
            let whole = light == 0.0 || a > b && (light - ring).abs() < 1e-12;
            assert_eq!(whole && light < 1.0, inner < 0.0, "{at} {light} {ring}");
        };
        for x_km in [-4e5, -7000.0, 6500.0, 42_164.0, 4e5, 1.2e6, 1.5e6, 3e6, -2e8, -3.2e8] {
            for k in 0..400 {
                check(x_km, 0.0137 * f64::from(k * k));
            }
        }
    }
}
