//! A central body and others that pull from afar, all as points.

use crate::bodies::{Body, SOLAR_SYSTEM_BARYCENTER};
use crate::ephemerides::{Ephemerides, EphemerisError, Track};
use crate::numerics::lanes::WIDTH;
use crate::numerics::vector::{Vector3, dot, minus, norm, plus, scale};
use crate::time::{Epoch, Window};
use std::fmt;
use thiserror::Error;

/// What a force model refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DynamicsError {
    /// A body's gravitational parameter is not known.
    #[error(
        "the gravitational parameter of {body} is not known: write it in the [model] of a state file, gm_km3_s2 = {{ \"{body}\" = … }}"
    )]
    NoMass {
        /// name of the body
        body: String,
    },
    /// A barycentre of everything, which is a place and no mass.
    #[error("{body} is a point without mass that pulls nothing: name the Sun, and the planets that pull beside it")]
    Massless {
        /// name of the body
        body: String,
    },
    /// One body is named twice.
    #[error("{body} pulls twice: name each body once, and the centre not at all")]
    Twice {
        /// name of the body
        body: String,
    },
    /// A number out of range.
    #[error("{quantity} is {value}: write a number that is finite, and positive where nothing else makes sense")]
    BadNumber {
        /// which
        quantity: &'static str,
        /// what was given
        value: f64,
    },
    /// A gravity field of a body that does not pull.
    #[error("the field of {body} needs {body} among the point masses around {center}: name it there")]
    NotThere {
        /// body of the field
        body: String,
        /// centre of the model
        center: String,
    },
    /// A shadow of nothing.
    #[error("{body} casts no shadow: name a body that has a radius and is not the Sun")]
    NoShadow {
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
    /// the second derivative of the centre's own Chebyshev records about the solar-system barycentre: all that DE440
    /// knows, relativity and asteroids and the Earth's figure included
    Kernel,
}

/// Where a gravitational parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MuSource {
    /// DE440, as in [`crate::bodies`]
    De440,
    /// the caller, as a number
    Given,
    /// the file of a gravity field of this name
    Field(String),
}

/// `DE440`, `given`, `field earth_egm2008_70`.
impl fmt::Display for MuSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::De440 => f.write_str("DE440"),
            Self::Given => f.write_str("given"),
            Self::Field(name) => write!(f, "field {name}"),
        }
    }
}

/// A body that pulls from afar.
#[derive(Clone)]
pub struct Attractor {
    /// the body
    pub body: Body,
    /// its gravitational parameter
    pub mu_km3_s2: f64,
    /// where that comes from
    pub mu_source: MuSource,
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
    /// where that comes from
    pub mu_source: MuSource,
    /// the others, in the order of the sum
    pub others: Vec<Attractor>,
    /// where the acceleration of the centre comes from
    pub indirect: Indirect,
    /// the centre from the solar-system barycentre
    pub(crate) barycentric: Option<Track>,
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
        Self::with_sources(ephemerides, center, others, &[])
    }

    /// A model with gravitational parameters of the caller's, and those of DE440 for the bodies that are not among them: so can
    /// bodies pull whose parameter is not known here.
    ///
    /// * `ephemerides`, `center`, `others`: as for [`PointMasses::new`]
    /// * `given_mu_km3_s2`: bodies and their gravitational parameters
    ///
    /// # Errors
    /// As [`PointMasses::new`], and [`DynamicsError::BadNumber`] for a parameter that is not positive.
    ///
    /// ```
    /// use portolan::bodies::{Body, SUN};
    /// use portolan::dynamics::PointMasses;
    /// use portolan::ephemerides::Ephemerides;
    ///
    /// let eros = Body::find("Eros")?;
    /// assert!(PointMasses::new(Ephemerides::embedded()?, eros, &[SUN]).is_err());
    /// // Miller et al., Icarus 155 (2002) 3
    /// let points = PointMasses::with_given(Ephemerides::embedded()?, eros, &[SUN], &[(eros, 4.463e-4)])?;
    /// assert_eq!(points.mu_km3_s2, 4.463e-4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_given(
        ephemerides: &Ephemerides,
        center: Body,
        others: &[Body],
        given_mu_km3_s2: &[(Body, f64)],
    ) -> Result<Self, DynamicsError> {
        let given: Vec<_> = given_mu_km3_s2.iter().map(|(body, mu)| (*body, *mu, MuSource::Given)).collect();
        Self::with_sources(ephemerides, center, others, &given)
    }

    /// The same with the sources of the parameters.
    pub(crate) fn with_sources(
        ephemerides: &Ephemerides,
        center: Body,
        others: &[Body],
        given: &[(Body, f64, MuSource)],
    ) -> Result<Self, DynamicsError> {
        for (k, body) in others.iter().enumerate() {
            if *body == center || others[..k].contains(body) {
                return Err(DynamicsError::Twice { body: body.name.to_owned() });
            }
        }
        if let Some((_, value, _)) = given.iter().find(|(_, mu, _)| !(*mu > 0.0 && mu.is_finite())) {
            return Err(DynamicsError::BadNumber { quantity: "gravitational parameter (km3/s2)", value: *value });
        }
        let parameter = |body: &Body| match given.iter().find(|(other, ..)| other.naif_id == body.naif_id) {
            Some((_, mu_km3_s2, source)) => Ok((*mu_km3_s2, source.clone())),
            None if body.mu_km3_s2 > 0.0 => Ok((body.mu_km3_s2, MuSource::De440)),
            None if body.naif_id == SOLAR_SYSTEM_BARYCENTER.naif_id => {
                Err(DynamicsError::Massless { body: body.name.to_owned() })
            }
            // a body of a user's kernel is found by its number
            None => Err(DynamicsError::NoMass { body: body.name.trim_start_matches("NAIF ").to_owned() }),
        };
        let (mu_km3_s2, mu_source) = parameter(&center)?;
        let attractor = |body: &Body| -> Result<Attractor, DynamicsError> {
            let (mu_km3_s2, mu_source) = parameter(body)?;
            Ok(Attractor { body: *body, mu_km3_s2, mu_source, track: ephemerides.track(*body, center)? })
        };
        let others = others.iter().map(attractor).collect::<Result<_, _>>()?;
        let (indirect, barycentric) = (Indirect::default(), None);
        Ok(Self { center, mu_km3_s2, mu_source, others, indirect, barycentric })
    }

    /// The same model with the acceleration of the centre from elsewhere.
    ///
    /// * `ephemerides`: the kernels
    /// * `indirect`: where from
    ///
    /// # Errors
    /// [`EphemerisError`] when the kernels do not lead from the solar-system barycentre to the centre.
    pub fn with_indirect(mut self, ephemerides: &Ephemerides, indirect: Indirect) -> Result<Self, DynamicsError> {
        self.indirect = indirect;
        self.barycentric = match indirect {
            Indirect::Newtonian => None,
            Indirect::Kernel => Some(ephemerides.track(self.center, SOLAR_SYSTEM_BARYCENTER)?),
        };
        Ok(self)
    }

    /// The same bodies with another one at the origin, gravitational parameters kept.
    ///
    /// # Errors
    /// [`DynamicsError::NotThere`] for a body that is not among them, and what the kernels refuse.
    pub fn about(&self, ephemerides: &Ephemerides, center: Body) -> Result<Self, DynamicsError> {
        if center == self.center {
            return Ok(self.clone());
        }
        if !self.others.iter().any(|other| other.body == center) {
            let (body, center) = (center.name.to_owned(), self.center.name.to_owned());
            return Err(DynamicsError::NotThere { body, center });
        }
        let bodies: Vec<Body> = std::iter::once(self.center)
            .chain(self.others.iter().map(|other| other.body))
            .filter(|body| *body != center)
            .collect();
        let ours = (self.center, self.mu_km3_s2, self.mu_source.clone());
        let others = self.others.iter().map(|other| (other.body, other.mu_km3_s2, other.mu_source.clone()));
        let given: Vec<_> = std::iter::once(ours).chain(others).collect();
        Self::with_sources(ephemerides, center, &bodies, &given)?.with_indirect(ephemerides, self.indirect)
    }

    /// Whether the kernels hold every body of the model at a date.
    ///
    /// # Errors
    /// [`EphemerisError::OutsideKernel`] for the first body that they do not hold then.
    pub fn holds(&self, epoch: Epoch) -> Result<(), EphemerisError> {
        self.others.iter().map(|other| &other.track).chain(&self.barycentric).try_for_each(|track| inside(track, epoch))
    }

    /// What the kernel's acceleration of the centre adds to the Newtonian one, at eight epochs, km/s².
    pub(crate) fn indirect_difference_km_s2(
        &self,
        base: Epoch,
        after_s: &[f64; WIDTH],
        sum: &mut [[f64; WIDTH]; 3],
    ) -> Result<(), EphemerisError> {
        let Some(track) = &self.barycentric else { return Ok(()) };
        for lane in 0..WIDTH {
            let mut difference = scale(track.acceleration_km_s2(base + after_s[lane])?, -1.0);
            for other in &self.others {
                let d = other.track.state(base + after_s[lane])?.position_km;
                difference = plus(difference, scale(d, other.mu_km3_s2 / norm(d).powi(3)));
            }
            for axis in 0..3 {
                sum[axis][lane] = difference[axis];
            }
        }
        Ok(())
    }

    /// The same model with another gravitational parameter of one body.
    ///
    /// * `body`: the centre or one of the others
    /// * `mu_km3_s2`: what to take instead of DE440's value
    #[must_use]
    pub fn with_mu(mut self, body: Body, mu_km3_s2: f64) -> Self {
        for (mu, source) in self.parameters_of(body) {
            (*mu, *source) = (mu_km3_s2, MuSource::Given);
        }
        self
    }

    /// The same model with the gravitational parameter that a field's file has for its body, unless one was given.
    pub(crate) fn with_mu_of_field(mut self, body: Body, mu_km3_s2: f64, field: &str) -> Self {
        for (mu, source) in self.parameters_of(body).filter(|(_, source)| **source != MuSource::Given) {
            (*mu, *source) = (mu_km3_s2, MuSource::Field(field.to_owned()));
        }
        self
    }

    fn parameters_of(&mut self, body: Body) -> impl Iterator<Item = (&mut f64, &mut MuSource)> {
        let center = (self.center.naif_id, &mut self.mu_km3_s2, &mut self.mu_source);
        let others =
            self.others.iter_mut().map(|other| (other.body.naif_id, &mut other.mu_km3_s2, &mut other.mu_source));
        std::iter::once(center)
            .chain(others)
            .filter(move |(id, ..)| *id == body.naif_id)
            .map(|(_, mu, source)| (mu, source))
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
        let mut difference = [[0.0; WIDTH]; 3];
        self.indirect_difference_km_s2(epoch, &[0.0; WIDTH], &mut difference)?;
        Ok(plus(sum, difference.map(|axis| axis[0])))
    }
}

/// Whether a track holds a date.
pub(super) fn inside(track: &Track, epoch: Epoch) -> Result<(), EphemerisError> {
    let Window { start, end } = track.span();
    if start <= epoch && epoch <= end {
        return Ok(());
    }
    Err(EphemerisError::OutsideKernel { body: track.target().name.to_owned(), epoch, start, end })
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
        let eros = Body::find("Eros").expect("a body");
        let unknown = refuse(EARTH, &[eros]);
        assert!(unknown.starts_with("the gravitational parameter of Eros is not known: write it in"), "{unknown}");
        assert!(unknown.ends_with("gm_km3_s2 = { \"Eros\" = … }"), "{unknown}");
        let given = |mu| PointMasses::with_given(ephemerides, eros, &[SUN], &[(eros, mu)]);
        assert!(matches!(given(-1.0), Err(DynamicsError::BadNumber { .. })));
        let about = given(4.463e-4).expect("a model").about(ephemerides, SUN).expect("the same elsewhere");
        assert_eq!((about.others[0].mu_km3_s2, &about.others[0].mu_source), (4.463e-4, &MuSource::Given));
        assert_eq!((about.mu_km3_s2, &about.mu_source), (SUN.mu_km3_s2, &MuSource::De440));
    }
}
