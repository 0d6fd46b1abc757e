//! Our model in nyx's words.

use super::NyxError;
use super::pull::Pull;
use crate::bodies::Body;
use crate::dynamics::{Forces, GravityField, Indirect, Relativity};
use crate::ephemerides::{Ephemerides, Orientation, State};
use crate::time::Epoch;
use anise::constants::frames::SUN_J2000;
use anise::constants::orientations::J2000;
use anise::prelude::{Almanac, Frame};
use anise::structure::PlanetaryDataSet;
use anise::structure::planetocentric::PlanetaryData;
use anise::structure::planetocentric::ellipsoid::Ellipsoid;
use nyx_space::cosmic::eclipse::ShadowModel;
use nyx_space::cosmic::{Mass, SRPData};
use nyx_space::dynamics::{AccelModel, ForceModel, OrbitalDynamics, SolarPressure};
use nyx_space::io::gravity::GravityFieldData;
use nyx_space::{Orbit, Spacecraft};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What nyx is handed.
pub(super) struct Models<'a>(pub(super) &'a Forces);

/// The same in nyx's types.
pub(super) struct Handed {
    pub(super) almanac: Almanac,
    pub(super) orbital: OrbitalDynamics,
    pub(super) forces: Vec<Arc<dyn ForceModel>>,
}

impl<'a> Models<'a> {
    /// The forces, if nyx has them all in the same form.
    pub(super) fn alike(forces: &'a Forces) -> Result<Self, NyxError> {
        let refuse = |what: &str, cure| Err(NyxError::NoSuchForce { what: what.to_owned(), cure });
        if forces.points.indirect != Indirect::Newtonian {
            return refuse("indirect terms from the kernel", "compare with the Newtonian ones");
        }
        if forces.relativity != Relativity::None {
            return refuse("relativity", "compare without it, or witness the integration alone");
        }
        if forces.drag.is_some() {
            // nyx takes the wind as the difference of two velocities in different axes (drag.rs), and its exponential
            // mixes metres with kilometres
            return refuse("drag with a turning atmosphere", "compare without it, or witness the integration alone");
        }
        if !forces.thrust.is_empty() {
            return refuse("thrust arcs", "compare the coasts before and after, or witness the integration alone");
        }
        Ok(Self(forces))
    }

    /// A craft at the start.
    pub(super) fn spacecraft(&self, start: &State, epoch: Epoch) -> Spacecraft {
        let [x, y, z] = start.position_km;
        let [vx, vy, vz] = start.velocity_km_s;
        let points = &self.0.points;
        let frame = Frame::new(points.center.naif_id, J2000).with_mu_km3_s2(points.mu_km3_s2);
        let light = self.0.radiation.as_ref();
        Spacecraft::builder()
            .orbit(Orbit::new(x, y, z, vx, vy, vz, epoch.scaled(), frame))
            .mass(Mass::from_dry_mass(self.0.craft.mass_kg))
            .srp(SRPData {
                area_m2: light.map_or(0.0, |l| l.area_m2),
                coeff_reflectivity: light.map_or(0.0, |l| l.reflectivity_coefficient),
            })
            .build()
    }

    /// Kernels with our constants, and the forces.
    pub(super) fn hand_over(&self, ephemerides: &Ephemerides) -> Result<Handed, NyxError> {
        let almanac = self.almanac(ephemerides)?;
        let others = self.0.points.others.iter().map(|other| other.body.naif_id).collect();
        let mut orbital = OrbitalDynamics::point_masses(others);
        for field in &self.0.fields {
            orbital.accel_models.push(nyx_field(field.body, &field.gravity, field.orientation)?);
        }
        let mut forces: Vec<Arc<dyn ForceModel>> = Vec::new();
        if let Some(light) = &self.0.radiation {
            let frame = |of: Frame| {
                almanac.frame_info(of).map_err(|e| NyxError::NotTaken {
                    what: format!("the radius of NAIF {}", of.ephemeris_id),
                    reason: e.to_string(),
                })
            };
            let shadows = light.shadows.iter().map(|body| frame(Frame::new(body.naif_id, J2000)));
            let shadow_model =
                ShadowModel { light_source: frame(SUN_J2000)?, shadow_bodies: shadows.collect::<Result<_, _>>()? };
            forces.push(Arc::new(SolarPressure { phi: light.flux_w_m2, shadow_model, estimate: false }));
        }
        Ok(Handed { almanac, orbital, forces })
    }

    /// Kernels with our constants, and our own accelerations.
    pub(super) fn hand_over_pull(&self, ephemerides: &Ephemerides, epoch: Epoch) -> Result<Handed, NyxError> {
        let pull: Arc<dyn AccelModel + Sync> = Arc::new(Pull::new(self.0.clone(), epoch));
        let orbital = OrbitalDynamics::new(vec![pull]);
        Ok(Handed { almanac: self.almanac(ephemerides)?, orbital, forces: Vec::new() })
    }

    /// The kernels, and over their constants a set with the model's own gravitational parameters.
    fn almanac(&self, ephemerides: &Ephemerides) -> Result<Almanac, NyxError> {
        let almanac = Almanac::clone(ephemerides.almanac());
        let mut constants = PlanetaryDataSet::default();
        let points = &self.0.points;
        let others = points.others.iter().map(|other| (other.body, other.mu_km3_s2));
        for (body, mu_km3_s2) in std::iter::once((points.center, points.mu_km3_s2)).chain(others) {
            let id = body.naif_id;
            let mut datum = almanac
                .get_planetary_data_from_id(id)
                .unwrap_or_else(|_| PlanetaryData { object_id: id, ..PlanetaryData::default() });
            datum.mu_km3_s2 = mu_km3_s2;
            if datum.shape.is_none() && body.radius_km > 0.0 {
                datum.shape = Some(Ellipsoid::from_sphere(body.radius_km));
            }
            constants.push(datum, Some(id), None).map_err(|e| NyxError::NotTaken {
                what: format!("the gravitational parameter of {}", body.name),
                reason: e.to_string(),
            })?;
        }
        Ok(almanac.with_planetary_data_as(constants, Some("portolan".to_owned())))
    }
}

/// The field through a file, which is the only way in; nyx takes μ and radius from the frame, not from the file.
fn nyx_field(
    body: Body,
    field: &GravityField,
    orientation: Orientation,
) -> Result<Arc<dyn AccelModel + Sync>, NyxError> {
    let refuse = |reason: String| NyxError::NotTaken { what: format!("the field {}", field.name()), reason };
    let Some(axes) = orientation.anise_frame() else {
        let cure = "write orientation = \"IAU_EARTH\", or let it witness the integration alone";
        return Err(NyxError::NoSuchForce { what: format!("a field in {} axes", orientation.spice_name()), cure });
    };
    let mut frame = Frame::new(body.naif_id, axes.orientation_id).with_mu_km3_s2(field.mu_km3_s2());
    frame.shape = Some(Ellipsoid::from_sphere(field.radius_km()));
    let file = Scratch::write(&shadr(field)).map_err(|e| refuse(e.to_string()))?;
    let (degree, order) = (usize::from(field.degree()), usize::from(field.order()));
    let data = GravityFieldData::from_shadr(&file.0, degree, order, false, frame).map_err(|e| refuse(e.to_string()))?;
    Ok(nyx_space::dynamics::GravityField::new(data))
}

/// SHADR: a head that nyx skips, then degree, order, C, S; the fewest digits that bring each double back.
fn shadr(field: &GravityField) -> String {
    let (degree, order) = (field.degree(), field.order());
    let mut text = format!("{}, {}, 0, {degree}, {order}, 1, 0, 0\n", field.radius_km(), field.mu_km3_s2());
    for n in 1..=degree {
        for m in 0..=n.min(order) {
            let [c, s] = field.normalised(n, m);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{n}, {m}, {c:e}, {s:e}");
        }
    }
    text
}

/// A file that goes when it is no longer needed.
struct Scratch(PathBuf);

impl Scratch {
    fn write(text: &str) -> std::io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("portolan-{}-{}.shadr", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let file = Self(std::env::temp_dir().join(name));
        std::fs::write(&file.0, text)?;
        Ok(file)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // what cannot be removed is left to the system's own cleaning
        let _ = std::fs::remove_file(&self.0);
    }
}
