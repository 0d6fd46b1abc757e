//! A central body and others that pull from afar, all as points.

use crate::bodies::Body;
use crate::ephemerides::{Ephemerides, EphemerisError, Track};
use crate::numerics::vector::{Vector3, dot, minus, norm, plus, scale};
use crate::time::Epoch;
use thiserror::Error;

/// What a force model refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DynamicsError {
    /// A body's gravitational parameter is not known.
    #[error("the gravitational parameter of {body} is not known: give it as a number")]
    NoMass {
        /// name of the body
        body: String,
    },
    /// One body is named twice.
    #[error("{body} pulls twice: name each body once, and the centre not at all")]
    Twice {
        /// name of the body
        body: String,
    },
    /// A body that the kernels do not hold.
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
}

/// Where the acceleration of the centre itself comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Indirect {
    /// Newton's law for the same bodies that pull the spacecraft, as in GMAT, Orekit and nyx
    #[default]
    Newtonian,
}

/// A body that pulls from afar.
#[derive(Clone)]
pub struct Attractor {
    /// the body
    pub body: Body,
    /// its gravitational parameter
    pub mu_km3_s2: f64,
    /// where it is from the centre
    pub track: Track,
}

/// Point masses: the centre, and others with their direct and indirect pull.
#[derive(Clone)]
pub struct PointMasses {
    /// body at the origin
    pub center: Body,
    /// its gravitational parameter
    pub mu_km3_s2: f64,
    /// the others, in the order of the sum
    pub others: Vec<Attractor>,
    /// where the acceleration of the centre comes from
    pub indirect: Indirect,
}

impl PointMasses {
    /// A model with the gravitational parameters of DE440.
    ///
    /// * `ephemerides`: the kernels
    /// * `center`: body at the origin
    /// * `others`: bodies that pull besides, the centre not among them
    ///
    /// # Errors
    /// [`DynamicsError`] for a body without mass, named twice, or not in the kernels.
    pub fn new(ephemerides: &Ephemerides, center: Body, others: &[Body]) -> Result<Self, DynamicsError> {
        for (k, body) in others.iter().enumerate() {
            if *body == center || others[..k].contains(body) {
                return Err(DynamicsError::Twice { body: body.name.to_owned() });
            }
        }
        if let Some(body) = std::iter::once(&center).chain(others).find(|b| b.mu_km3_s2 <= 0.0) {
            return Err(DynamicsError::NoMass { body: body.name.to_owned() });
        }
        let attractor = |body: &Body| -> Result<Attractor, DynamicsError> {
            Ok(Attractor { body: *body, mu_km3_s2: body.mu_km3_s2, track: ephemerides.track(*body, center)? })
        };
        let others = others.iter().map(attractor).collect::<Result<_, _>>()?;
        Ok(Self { center, mu_km3_s2: center.mu_km3_s2, others, indirect: Indirect::default() })
    }

    /// The same model with another gravitational parameter of one body.
    ///
    /// * `body`: the centre or one of the others
    /// * `mu_km3_s2`: what to take instead of DE440's value
    #[must_use]
    pub fn with_mu(mut self, body: Body, mu_km3_s2: f64) -> Self {
        if body.naif_id == self.center.naif_id {
            self.mu_km3_s2 = mu_km3_s2;
        }
        for other in self.others.iter_mut().filter(|o| o.body.naif_id == body.naif_id) {
            other.mu_km3_s2 = mu_km3_s2;
        }
        self
    }

    /// Acceleration of a spacecraft from the centre, km/s².
    ///
    /// * `position_km`: from the centre, ICRF axes
    /// * `epoch`: inside the kernels
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`].
    pub fn acceleration_km_s2(&self, position_km: Vector3, epoch: Epoch) -> Result<Vector3, EphemerisError> {
        let r = norm(position_km);
        let mut sum = scale(position_km, -self.mu_km3_s2 / (r * r * r));
        for other in &self.others {
            let body_km = other.track.state(epoch)?.position_km;
            sum = plus(sum, third_body_km_s2(position_km, body_km, other.mu_km3_s2));
        }
        Ok(sum)
    }
}

/// Direct and indirect pull of a body from afar without the cancellation of the two, km/s².
///
/// * `position_km`: spacecraft from the centre
/// * `body_km`: the body from the centre
/// * `mu_km3_s2`: its gravitational parameter
///
/// a = −μ/|d − r|³ · (r + f(q)·d), q = r·(r − 2d)/d², f(q) = q(3 + 3q + q²)/(1 + (1 + q)^(3/2))
///
/// # Source
/// Battin, *An Introduction to the Mathematics and Methods of Astrodynamics*, revised ed., eqs. 8.61 to 8.63.
#[must_use]
pub fn third_body_km_s2(position_km: Vector3, body_km: Vector3, mu_km3_s2: f64) -> Vector3 {
    let apart_km = minus(body_km, position_km);
    let d2 = dot(body_km, body_km);
    let q = dot(position_km, minus(position_km, scale(body_km, 2.0))) / d2;
    let root = (1.0 + q).max(0.0).sqrt();
    let f = q * (3.0 + q * (3.0 + q)) / (1.0 + root * root * root);
    let apart = norm(apart_km);
    scale(plus(position_km, scale(body_km, f)), -mu_km3_s2 / (apart * apart * apart))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::{EARTH, MOON, SUN};

    #[test]
    fn law_battin_is_direct_minus_indirect() {
        let (r, d) = ([70_000.0, 12_000.0, -5000.0], [-350_000.0, 120_000.0, 60_000.0]);
        let cube = |v: Vector3| norm(v).powi(3);
        let apart = minus(d, r);
        let got = third_body_km_s2(r, d, 398_600.0);
        for k in 0..3 {
            let wanted = 398_600.0 * (apart[k] / cube(apart) - d[k] / cube(d));
            assert!((got[k] - wanted).abs() < 1e-15 * 398_600.0 / norm(d).powi(2), "{k}: {got:?} {wanted}");
        }
        // in a low orbit the difference of the two terms has lost four digits, this has not
        let low = third_body_km_s2([6778.0, 0.0, 0.0], [1.5e8, 0.0, 0.0], SUN.mu_km3_s2);
        let x: f64 = 6778.0 / 1.5e8;
        let series = SUN.mu_km3_s2 / 1.5e8_f64.powi(2) * x * (2.0 + x * (3.0 + x * (4.0 + 5.0 * x)));
        assert!((low[0] / series - 1.0).abs() < 1e-15, "{} {series}", low[0]);
    }

    #[test]
    fn refuses_models_that_make_no_sense() {
        let ephemerides = Ephemerides::embedded().expect("kernels");
        let refuse =
            |center, others: &[Body]| PointMasses::new(ephemerides, center, others).err().expect("refused").to_string();
        assert_eq!(refuse(EARTH, &[MOON, MOON]), "Moon pulls twice: name each body once, and the centre not at all");
        assert!(refuse(EARTH, &[EARTH]).starts_with("Earth pulls twice"));
        assert!(
            refuse(EARTH, &[Body::find("Eros").expect("a body")])
                .contains("gravitational parameter of Eros is not known")
        );
    }
}
