//! Phobos and Deimos from Mars: Sinclair's theory of mean elements, for dates when no kernel holds them.

use super::State;
use crate::bodies::{Body, MARS};
use crate::numerics::vector::{Vector3, minus, scale};
use crate::time::{DAY_S, Epoch};
use std::sync::OnceLock;

/// A moon of Mars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarsMoon {
    /// the inner one
    Phobos,
    /// the outer one
    Deimos,
}

/// The published numbers of one moon; angles in degrees, rates per day unless said.
#[derive(Debug, Clone, serde::Deserialize)]
#[allow(non_snake_case, reason = "the letters of the paper")]
struct Theory {
    a_km: f64,
    e: f64,
    I: f64,
    L: Vec<Term>,
    P: Vec<Term>,
    K: Vec<Term>,
    N: Vec<Term>,
    J: Vec<Term>,
}

/// A number, or the unit of the number before it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(untagged)]
enum Term {
    Number(f64),
    Unit(String),
}

#[derive(serde::Deserialize)]
struct File {
    gm_moons_km3_s2: Gm,
    sinclair_1989: Theories,
}

#[derive(serde::Deserialize)]
struct Gm {
    phobos: f64,
    deimos: f64,
}

#[derive(serde::Deserialize)]
struct Theories {
    phobos: Theory,
    deimos: Theory,
}

/// The file in the program; `None` when it was built with a damaged one, which its own test tells.
fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    FILE.get_or_init(|| serde_json::from_str(include_str!("../../ephemerides/mars_moons/phobos_deimos.json")).ok())
        .as_ref()
}

impl MarsMoon {
    /// Both, the inner one first.
    pub const ALL: [Self; 2] = [Self::Phobos, Self::Deimos];

    /// The moon as a body: NAIF 401 or 402, the gravitational parameter of DE440's set, the largest radius.
    #[must_use]
    pub fn body(self) -> Body {
        let mu_km3_s2 = file().map_or(0.0, |f| match self {
            Self::Phobos => f.gm_moons_km3_s2.phobos,
            Self::Deimos => f.gm_moons_km3_s2.deimos,
        });
        let (naif_id, name, radius_km) = match self {
            Self::Phobos => (401, "Phobos", 13.0),
            Self::Deimos => (402, "Deimos", 7.8),
        };
        Body { naif_id, name, mu_km3_s2, radius_km, primary: MARS.naif_id }
    }

    /// Position and velocity from Mars, ICRF axes: within 30 km (Phobos) and 40 km (Deimos) of JPL's in 2024.
    ///
    /// * `epoch`: any date of a century around 2000
    ///
    /// The velocity is the slope of the positions, good to 1e-8 of itself.
    ///
    /// # Source
    /// Sinclair, Astron. Astrophys. 220 (1989) 321, equations and tables of the theory.
    #[must_use]
    pub fn state(self, epoch: Epoch) -> State {
        let at = |after_s: f64| self.position_km(epoch + after_s);
        let h_s = 30.0;
        // five-point rule: an error of (n·h)⁴/30
        let slope = minus(scale(minus(at(h_s), at(-h_s)), 8.0), minus(at(2.0 * h_s), at(-2.0 * h_s)));
        State { position_km: at(0.0), velocity_km_s: scale(slope, 1.0 / (12.0 * h_s)) }
    }

    fn position_km(self, epoch: Epoch) -> Vector3 {
        let Some(file) = file() else { return [f64::NAN; 3] };
        let theory = match self {
            Self::Phobos => &file.sinclair_1989.phobos,
            Self::Deimos => &file.sinclair_1989.deimos,
        };
        // not by way of a Julian date, which counts in steps of 40 µs
        let days = (epoch - Epoch::from_jd_tdb(2_441_266.5)) / DAY_S;
        let angle = |terms: &[Term]| polynomial_deg(terms, days).to_radians();
        let (k, p, n, j) = (angle(&theory.K), angle(&theory.P), angle(&theory.N), angle(&theory.J));
        let mut l = angle(&theory.L);
        if self == Self::Deimos {
            l += (-0.274 * (k - 43.83_f64.to_radians()).sin()).to_radians();
        }
        let eccentric = crate::numerics::eccentric_anomaly(l - p, theory.e);
        let (x, y) = (
            theory.a_km * (eccentric.cos() - theory.e),
            theory.a_km * (1.0 - theory.e * theory.e).sqrt() * eccentric.sin(),
        );
        let mut r = about_z([x, y, 0.0], p - k - n);
        r = about_z(about_x(r, theory.I.to_radians()), k);
        r = about_z(about_x(r, j), n);
        // B1950 to J2000: the transpose of R₃(1153.0407″) R₂(−1002.2611″) R₃(1152.8425″), as SPICE has it
        let arcsec = |x: f64| (x / 3600.0).to_radians();
        about_z(
            about_y(about_z(r, arcsec(1_153.040_662_003_30)), arcsec(-1_002.261_084_391_17)),
            arcsec(1_152.842_485_967_24),
        )
    }
}

/// c₀ + rate·t (+ acceleration·t²), each with the unit that follows it.
fn polynomial_deg(terms: &[Term], days: f64) -> f64 {
    let mut sum = 0.0;
    for (i, term) in terms.iter().enumerate() {
        let Term::Number(number) = term else { continue };
        let power = match terms.get(i + 1) {
            Some(Term::Unit(unit)) if unit == "per day" => days,
            Some(Term::Unit(unit)) if unit == "per year" => days / 365.25,
            Some(Term::Unit(unit)) if unit == "per year^2" => (days / 365.25).powi(2),
            _ => 1.0,
        };
        sum += number * power;
    }
    sum
}

/// Turned by an angle about an axis.
fn about_z([x, y, z]: Vector3, angle: f64) -> Vector3 {
    let (s, c) = angle.sin_cos();
    [c * x - s * y, s * x + c * y, z]
}

fn about_x([x, y, z]: Vector3, angle: f64) -> Vector3 {
    let (s, c) = angle.sin_cos();
    [x, c * y - s * z, s * y + c * z]
}

fn about_y([x, y, z]: Vector3, angle: f64) -> Vector3 {
    let (s, c) = angle.sin_cos();
    [c * x + s * z, y, c * z - s * x]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::conic::from_periapsis;
    use crate::numerics::vector::norm;

    /// Osculating elements of JPL Horizons at JD 2460642.5 TDB, ecliptic of J2000: 28.6 and 39.8 km away, as the file
    /// that the theory comes from says.
    #[test]
    fn agrees_with_horizons_in_2024() {
        let text = include_str!("../../ephemerides/mars_moons/phobos_deimos.json");
        let file: serde_json::Value = serde_json::from_str(text).expect("JSON");
        for (moon, name, apart_km) in [(MarsMoon::Phobos, "phobos", 28.6), (MarsMoon::Deimos, "deimos", 39.8)] {
            let row = file["horizons_osculating_2024"][name].as_array().expect("a row");
            let [a, e, i, node, peri, m] = [0, 1, 2, 3, 4, 5].map(|k| row[k].as_f64().expect("a number"));
            let n = (MARS.mu_km3_s2 / a.powi(3)).sqrt();
            let place = from_periapsis(a * (1.0 - e), e, m.to_radians() / n, MARS.mu_km3_s2);
            let in_plane = about_z([place.x_km, place.y_km, 0.0], peri.to_radians());
            let ecliptic = about_z(about_x(in_plane, i.to_radians()), node.to_radians());
            let icrf = about_x(ecliptic, super::super::elements::OBLIQUITY_RAD);
            let ours = moon.state(Epoch::from_jd_tdb(2_460_642.5));
            let off_km = norm(minus(ours.position_km, icrf));
            assert!((off_km - apart_km).abs() < 0.5, "{name}: {off_km} km");
            let turning = about_z([place.vx_km_s, place.vy_km_s, 0.0], peri.to_radians());
            let turning = about_x(
                about_z(about_x(turning, i.to_radians()), node.to_radians()),
                super::super::elements::OBLIQUITY_RAD,
            );
            assert!(norm(minus(ours.velocity_km_s, turning)) < 0.01, "{name}");
        }
    }

    #[test]
    fn law_the_velocity_is_the_slope_of_the_positions() {
        let epoch = Epoch::from_calendar(2035, 3, 4);
        for moon in MarsMoon::ALL {
            let place = |after_s: f64| moon.state(epoch + after_s).position_km;
            let (ahead, back) = (place(3.0), place(-3.0));
            let slope = scale(minus(ahead, back), 1.0 / 6.0);
            assert!(norm(minus(slope, moon.state(epoch).velocity_km_s)) < 1e-6, "{moon:?}");
        }
    }
}
