//! Everything that accelerates a spacecraft: point masses, gravity fields, sunlight, air, engines, relativity.
//!
//! A model is put together once and evaluated at eight epochs at a time. What depends on the epoch alone (where
//! the bodies are, how they are turned, what the craft weighs) is worked out once a step, not once an iteration:
//! `Ambient`. What depends on the state is split in two: the pull of points, of the oblate centre and of the engine, which
//! is cheap and strong, and the rest, which is dear and weak.

mod ambient;
mod gradient;
mod point;
mod pull;

pub(crate) use ambient::Ambient;
pub use point::Evaluator;

use super::atmosphere::Atmosphere;
use super::gravity::GravityField;
use super::point_masses::inside;
use super::shadow::contacts;
use super::thrust::ThrustArc;
use super::{DynamicsError, PointMasses};
use crate::bodies::{Body, SUN};
use crate::ephemerides::{AxesTrack, Ephemerides, EphemerisError, Orientation, Track};
use crate::numerics::vector::Vector3;
use crate::time::Epoch;

/// Speed of light in vacuum, km/s (exact, SI).
pub const LIGHT_KM_S: f64 = 299_792.458;

/// Nominal solar irradiance at 1 au, W/m² (IAU 2015 Resolution B3).
pub const SOLAR_FLUX_W_M2: f64 = 1361.0;

/// A gravity field, the axes it turns with, and the body whose it is.
#[derive(Clone)]
pub struct Field {
    /// the body; the centre of the model or one of its attractors
    pub body: Body,
    /// the field
    pub gravity: GravityField,
    /// the axes that it is fixed in
    pub orientation: Orientation,
    axes: AxesTrack,
    track: usize,
    /// √5·C₂₀·μ·R², for the part that the inner iterations see
    oblateness: f64,
}

/// Sunlight on a sphere.
#[derive(Debug, Clone, PartialEq)]
pub struct Radiation {
    /// lit area
    pub area_m2: f64,
    /// radiation pressure coefficient: 1 absorbs all, 2 sends all back
    pub reflectivity_coefficient: f64,
    /// solar irradiance at 1 au
    pub flux_w_m2: f64,
    /// bodies that cast shadows
    pub shadows: Vec<Body>,
}

/// Air on a sphere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drag {
    /// area across the wind
    pub area_m2: f64,
    /// drag coefficient
    pub drag_coefficient: f64,
    /// density model
    pub atmosphere: Atmosphere,
}

/// Whether Newton has the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Relativity {
    /// yes
    #[default]
    None,
    /// the centre's field after Schwarzschild, IERS Conventions (2010) eq. 10.12, first term, with β = γ = 1
    Schwarzschild,
}

/// What the forces act on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Craft {
    /// mass at the epoch that the flight starts from
    pub mass_kg: f64,
    /// mass when the tanks are empty
    pub dry_mass_kg: f64,
}

/// Everything that accelerates a spacecraft.
#[derive(Clone)]
pub struct Forces {
    /// the centre and the other bodies as points
    pub points: PointMasses,
    /// gravity fields on top of them
    pub fields: Vec<Field>,
    /// sunlight
    pub radiation: Option<Radiation>,
    /// air of the centre
    pub drag: Option<Drag>,
    /// engines
    pub thrust: Vec<ThrustArc>,
    /// relativity
    pub relativity: Relativity,
    /// what it all acts on
    pub craft: Craft,
    /// whether someone told it
    craft_told: bool,
    /// every body whose place the model asks for, the attractors first
    tracks: Vec<Track>,
    sun: Option<usize>,
    shadows: Vec<usize>,
    /// axes of the centre, for the wind
    spin: Option<AxesTrack>,
}

impl Forces {
    /// Point masses alone, and a craft whose mass nothing depends on: one kilogram that nobody told.
    #[must_use]
    pub fn new(points: PointMasses) -> Self {
        let tracks = points.others.iter().map(|other| other.track.clone()).collect();
        Self {
            points,
            fields: Vec::new(),
            radiation: None,
            drag: None,
            thrust: Vec::new(),
            relativity: Relativity::None,
            craft: Craft { mass_kg: 1.0, dry_mass_kg: 0.0 },
            craft_told: false,
            tracks,
            sun: None,
            shadows: Vec::new(),
            spin: None,
        }
    }

    /// Whether point masses by Newton's law are all there is; indirect terms from the kernel are more.
    #[must_use]
    pub fn only_points(&self) -> bool {
        self.points.barycentric.is_none()
            && self.fields.is_empty()
            && self.radiation.is_none()
            && self.drag.is_none()
            && self.thrust.is_empty()
            && self.relativity == Relativity::None
    }

    /// The same with a gravity field.
    ///
    /// * `ephemerides`: the kernels
    /// * `body`: whose field; the centre or one of the attractors
    /// * `gravity`: the field; its own μ scales its harmonics, and is taken for the body's central term too, unless the model
    ///   was given one as a number
    /// * `orientation`: the axes that it is fixed in
    ///
    /// # Errors
    /// [`DynamicsError::NotThere`] for a body that pulls as no point, [`DynamicsError::Twice`] for a second field of a body,
    /// and what the axes refuse.
    pub fn with_field(
        mut self,
        ephemerides: &Ephemerides,
        body: Body,
        gravity: GravityField,
        orientation: Orientation,
    ) -> Result<Self, DynamicsError> {
        let center = self.points.center;
        if body != center && !self.points.others.iter().any(|other| other.body == body) {
            return Err(DynamicsError::NotThere { body: body.name.to_owned(), center: center.name.to_owned() });
        }
        if self.fields.iter().any(|field| field.body == body) {
            return Err(DynamicsError::Twice { body: body.name.to_owned() });
        }
        self.points = self.points.with_mu_of_field(body, gravity.mu_km3_s2(), gravity.name());
        let axes = ephemerides.axes(orientation)?;
        let track = self.track(ephemerides, body)?;
        let oblateness = if body == center {
            5.0_f64.sqrt() * gravity.c20() * gravity.mu_km3_s2() * gravity.radius_km() * gravity.radius_km()
        } else {
            0.0
        };
        self.fields.push(Field { body, gravity, orientation, axes, track, oblateness });
        Ok(self)
    }

    /// The same in sunlight.
    ///
    /// # Errors
    /// [`DynamicsError::BadNumber`] for an area, a coefficient or a flux that is negative, a shadow of a body without
    /// radius, and what the kernels refuse.
    pub fn with_radiation(mut self, ephemerides: &Ephemerides, radiation: Radiation) -> Result<Self, DynamicsError> {
        not_negative("lit area (m2)", radiation.area_m2)?;
        not_negative("radiation pressure coefficient", radiation.reflectivity_coefficient)?;
        not_negative("solar flux (W/m2)", radiation.flux_w_m2)?;
        self.sun = Some(self.track(ephemerides, SUN)?);
        self.shadows.clear();
        for body in &radiation.shadows {
            if body.radius_km <= 0.0 || *body == SUN {
                return Err(DynamicsError::NoShadow { body: body.name.to_owned() });
            }
            let track = self.track(ephemerides, *body)?;
            self.shadows.push(track);
        }
        self.radiation = Some(radiation);
        Ok(self)
    }

    /// The same in the air of the centre.
    ///
    /// * `orientation`: the axes that the air turns with
    ///
    /// # Errors
    /// [`DynamicsError::BadNumber`] for numbers out of range, and what the kernels refuse.
    pub fn with_drag(
        mut self,
        ephemerides: &Ephemerides,
        drag: Drag,
        orientation: Orientation,
    ) -> Result<Self, DynamicsError> {
        not_negative("area across the wind (m2)", drag.area_m2)?;
        not_negative("drag coefficient", drag.drag_coefficient)?;
        drag.atmosphere.checked()?;
        self.sun = Some(self.track(ephemerides, SUN)?);
        self.spin = Some(ephemerides.axes(orientation)?);
        self.drag = Some(drag);
        Ok(self)
    }

    /// The same with one more burn.
    #[must_use]
    pub fn with_thrust(mut self, arc: ThrustArc) -> Self {
        self.thrust.push(arc);
        self
    }

    /// The same with or without relativity.
    #[must_use]
    pub fn with_relativity(mut self, relativity: Relativity) -> Self {
        self.relativity = relativity;
        self
    }

    /// The same forces on another craft.
    ///
    /// * `mass_kg`: at the epoch that the flight starts from
    /// * `dry_mass_kg`: with empty tanks
    ///
    /// # Errors
    /// [`DynamicsError::BadNumber`] for a mass that is not positive or below the dry one.
    pub fn with_craft(mut self, mass_kg: f64, dry_mass_kg: f64) -> Result<Self, DynamicsError> {
        not_negative("dry mass (kg)", dry_mass_kg)?;
        if !(mass_kg > 0.0 && mass_kg.is_finite() && mass_kg >= dry_mass_kg) {
            return Err(DynamicsError::BadNumber { quantity: "mass (kg)", value: mass_kg });
        }
        self.craft = Craft { mass_kg, dry_mass_kg };
        self.craft_told = true;
        Ok(self)
    }

    /// The same forces about another centre, which has to be one of the attractors; the old centre becomes one.
    ///
    /// # Errors
    /// [`DynamicsError`] as for the parts; drag stays with its own centre and cannot be moved.
    pub fn about(&self, ephemerides: &Ephemerides, center: Body) -> Result<Self, DynamicsError> {
        if center == self.points.center {
            return Ok(self.clone());
        }
        let mut moved = Self::new(self.points.about(ephemerides, center)?)
            .with_relativity(self.relativity)
            .with_craft(self.craft.mass_kg, self.craft.dry_mass_kg)?;
        moved.craft_told = self.craft_told;
        for field in &self.fields {
            moved = moved.with_field(ephemerides, field.body, field.gravity.clone(), field.orientation)?;
        }
        if let Some(radiation) = &self.radiation {
            moved = moved.with_radiation(ephemerides, radiation.clone())?;
        }
        moved.thrust.clone_from(&self.thrust);
        Ok(moved)
    }

    /// Mass some seconds after the epoch of the start, kg.
    #[must_use]
    pub fn mass_kg(&self, epoch: Epoch, after_s: f64) -> f64 {
        self.thrust.iter().fold(self.craft.mass_kg, |mass, arc| mass - arc.flow_kg_s() * arc.burnt_s(epoch, after_s))
    }

    /// The same where a mass was told ([`Forces::with_craft`]); `None` where nobody knows it.
    #[must_use]
    pub fn told_mass_kg(&self, epoch: Epoch, after_s: f64) -> Option<f64> {
        self.craft_told.then(|| self.mass_kg(epoch, after_s))
    }

    /// Acceleration at one moment, km/s²; many moments of one flight are cheaper by [`Forces::evaluator`].
    ///
    /// * `epoch`: of the start of the flight, for the mass
    /// * `after_s`: seconds since
    /// * `position_km`, `velocity_km_s`: from the centre, ICRF axes
    ///
    /// # Errors
    /// [`EphemerisError`] outside the kernels.
    pub fn acceleration_km_s2(
        &self,
        epoch: Epoch,
        after_s: f64,
        position_km: Vector3,
        velocity_km_s: Vector3,
    ) -> Result<Vector3, EphemerisError> {
        self.evaluator(epoch).acceleration_km_s2(after_s, position_km, velocity_km_s)
    }

    /// Whether the weak part is there at all.
    pub(crate) fn has_rest(&self) -> bool {
        !(self.fields.is_empty()
            && self.radiation.is_none()
            && self.drag.is_none()
            && self.relativity == Relativity::None)
    }

    /// How far the Sun's disc is from the contacts with those of the shadow bodies: two for each shadow; see [`contacts`].
    pub(crate) fn contacts(&self, bodies_km: &[Vector3], position_km: Vector3) -> Vec<f64> {
        let (Some(sun), Some(radiation)) = (self.sun, &self.radiation) else { return Vec::new() };
        let from = |track: usize| std::array::from_fn(|k| bodies_km[track][k] - position_km[k]);
        let mut all = Vec::with_capacity(2 * self.shadows.len());
        for (track, body) in self.shadows.iter().zip(&radiation.shadows) {
            all.extend(contacts(from(sun), SUN.radius_km, from(*track), body.radius_km));
        }
        all
    }

    /// Whether the kernels hold every body and every set of axes of the model at a date.
    ///
    /// # Errors
    /// [`EphemerisError`] for the first that they do not hold then.
    pub fn holds(&self, epoch: Epoch) -> Result<(), EphemerisError> {
        self.points.holds(epoch)?;
        self.tracks.iter().try_for_each(|track| inside(track, epoch))?;
        let axes = self.fields.iter().map(|field| &field.axes).chain(&self.spin);
        axes.map(|axes| axes.matrix(epoch)).try_for_each(|matrix| matrix.map(|_| ()))
    }

    /// Places of all bodies at one epoch, km from the centre.
    pub(crate) fn bodies_km(&self, epoch: Epoch) -> Result<Vec<Vector3>, EphemerisError> {
        self.tracks.iter().map(|track| track.state(epoch).map(|state| state.position_km)).collect()
    }

    /// The track of a body, found or added.
    fn track(&mut self, ephemerides: &Ephemerides, body: Body) -> Result<usize, DynamicsError> {
        if let Some(at) = self.tracks.iter().position(|track| track.target() == body) {
            return Ok(at);
        }
        self.tracks.push(ephemerides.track(body, self.points.center)?);
        Ok(self.tracks.len() - 1)
    }
}

fn not_negative(quantity: &'static str, value: f64) -> Result<(), DynamicsError> {
    if value >= 0.0 && value.is_finite() { Ok(()) } else { Err(DynamicsError::BadNumber { quantity, value }) }
}
