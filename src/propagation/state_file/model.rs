//! The `[model]` of a state file: what pulls and pushes.

use super::{Source, StateFileError};
use crate::bodies::Body;
use crate::dynamics::forces::SOLAR_FLUX_W_M2;
use crate::dynamics::{
    Atmosphere, Drag, DynamicsError, Forces, GravityField, Indirect, PointMasses, Radiation, Relativity, Steering,
    ThrustArc,
};
use crate::ephemerides::{EarthOrientationParameters, Ephemerides, Orientation};
use crate::propagation::taylor::Tolerance;
use crate::time::Epoch;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModel {
    #[serde(default)]
    point_masses: Vec<Spanned<String>>,
    #[serde(default)]
    gm_km3_s2: BTreeMap<String, Spanned<f64>>,
    indirect: Option<Spanned<String>>,
    #[serde(default)]
    gravity: BTreeMap<String, Spanned<RawField>>,
    earth_orientation: Option<Spanned<String>>,
    radiation: Option<Spanned<RawRadiation>>,
    drag: Option<Spanned<RawDrag>>,
    #[serde(default)]
    thrust: Vec<Spanned<RawThrust>>,
    relativity: Option<Spanned<String>>,
    tolerance: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    field: String,
    degree: u16,
    order: Option<u16>,
    orientation: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRadiation {
    area_m2: f64,
    cr: f64,
    mass_kg: Option<f64>,
    flux_w_m2: Option<f64>,
    #[serde(default)]
    shadows: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDrag {
    area_m2: f64,
    cd: f64,
    mass_kg: Option<f64>,
    atmosphere: Option<String>,
    exponent: Option<f64>,
    density_kg_m3: Option<f64>,
    altitude_km: Option<f64>,
    scale_km: Option<f64>,
    orientation: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThrust {
    start: String,
    duration_s: f64,
    thrust_n: f64,
    isp_s: f64,
    steering: String,
    direction: Option<[f64; 3]>,
    rate_s1: Option<[f64; 3]>,
}

/// What the craft weighs, as the file tells it.
pub(super) struct Masses {
    pub(super) mass_kg: Option<Spanned<f64>>,
    pub(super) dry_mass_kg: Option<Spanned<f64>>,
    /// by another file
    pub(super) told_mass_kg: Option<f64>,
}

/// The axes that a body's field is fixed in, unless the file says otherwise.
fn usual_axes(body: Body) -> Option<Orientation> {
    match body.naif_id {
        399 => Some(Orientation::Itrs),
        301 => Some(Orientation::MoonPa),
        499 | 4 => Some(Orientation::IauMars),
        _ => None,
    }
}

impl RawModel {
    pub(super) fn forces(
        self,
        source: Source<'_>,
        ephemerides: &Ephemerides,
        center: Body,
        masses: Masses,
    ) -> Result<(Forces, Tolerance), StateFileError> {
        let file = || source.file.to_owned();
        let turned = match &self.earth_orientation {
            None => ephemerides.clone(),
            Some(path) => {
                let eop = EarthOrientationParameters::read(&source.folder.join(path.get_ref())).map_err(|e| {
                    let line = source.line(&path.span());
                    StateFileError::EarthOrientation { file: file(), line, source: Box::new(e) }
                })?;
                ephemerides.with_earth_orientation(eop)
            }
        };
        let ephemerides = &turned;
        let mut forces = Forces::new(self.points(source, ephemerides, center)?);
        forces = forces.with_relativity(match &self.relativity {
            None => Relativity::None,
            Some(word) => choose(
                source,
                "relativity",
                word.get_ref(),
                &word.span(),
                &[("none", Relativity::None), ("schwarzschild", Relativity::Schwarzschild)],
            )?,
        });
        let mass = mass(source, &masses, &self)?;
        let need_mass = |force: &'static str, span: Range<usize>| match mass {
            Some(_) => Ok(()),
            None => {
                let (file, line) = (source.file.to_owned(), source.line(&span));
                let cure = "write mass_kg = … beside the velocity";
                Err(StateFileError::Missing { file, line, force, needs: "mass_kg", cure })
            }
        };
        for (name, field) in &self.gravity {
            forces = field_of(forces, source, ephemerides, name, field)?;
        }
        if let Some(raw) = &self.radiation {
            need_mass("radiation", raw.span())?;
            let inner = raw.get_ref();
            let shadows = inner.shadows.iter().map(|name| source.body(name)).collect::<Result<_, _>>()?;
            let radiation = Radiation {
                area_m2: inner.area_m2,
                reflectivity_coefficient: inner.cr,
                flux_w_m2: inner.flux_w_m2.unwrap_or(SOLAR_FLUX_W_M2),
                shadows,
            };
            forces = forces.with_radiation(ephemerides, radiation).map_err(force(source, &raw.span()))?;
        }
        if let Some(raw) = &self.drag {
            need_mass("drag", raw.span())?;
            forces = air(forces, source, ephemerides, raw)?;
        }
        for raw in &self.thrust {
            need_mass("thrust", raw.span())?;
            forces = forces.with_thrust(burn(source, raw)?);
        }
        if let Some((mass_kg, span)) = mass {
            let dry_mass_kg = masses.dry_mass_kg.as_ref().map_or(0.0, |mass| *mass.get_ref());
            forces = forces.with_craft(mass_kg, dry_mass_kg).map_err(force(source, &span))?;
        }
        let tolerance = match &self.tolerance {
            None => Tolerance::DEFAULT,
            Some(value) => Tolerance::new(*value.get_ref()).map_err(|e| StateFileError::Tolerance {
                file: file(),
                line: source.line(&value.span()),
                source: Box::new(e),
            })?,
        };
        Ok((forces, tolerance))
    }

    fn points(
        &self,
        source: Source<'_>,
        ephemerides: &Ephemerides,
        center: Body,
    ) -> Result<PointMasses, StateFileError> {
        let others = self.point_masses.iter().map(|other| source.body(other)).collect::<Result<Vec<_>, _>>()?;
        let whole = |e| StateFileError::Dynamics { file: source.file.to_owned(), source: e };
        let mut points = PointMasses::new(ephemerides, center, &others).map_err(whole)?;
        for (name, mu) in &self.gm_km3_s2 {
            let body = source.body(&Spanned::new(mu.span(), name.clone()))?;
            let value = *mu.get_ref();
            if !(value > 0.0 && value.is_finite()) {
                let quantity = format!("gm_km3_s2.{name}");
                return Err(source.number(&mu.span(), &quantity, value, "write a positive number, km³/s²"));
            }
            points = points.with_mu(body, value);
        }
        let Some(word) = &self.indirect else { return Ok(points) };
        let indirect = choose(
            source,
            "indirect",
            word.get_ref(),
            &word.span(),
            &[("newtonian", Indirect::Newtonian), ("kernel", Indirect::Kernel)],
        )?;
        points.with_indirect(ephemerides, indirect).map_err(force(source, &word.span()))
    }
}

fn force(source: Source<'_>, span: &Range<usize>) -> impl FnOnce(DynamicsError) -> StateFileError {
    let (file, line) = (source.file.to_owned(), source.line(span));
    move |e| StateFileError::Force { file, line, source: e }
}

fn choose<T: Copy>(
    source: Source<'_>,
    key: &'static str,
    word: &str,
    span: &Range<usize>,
    known: &[(&str, T)],
) -> Result<T, StateFileError> {
    known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| StateFileError::Choice {
        file: source.file.to_owned(),
        line: source.line(span),
        key,
        value: word.to_owned(),
        known: known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
    })
}

/// The one mass that the file tells, and where.
fn mass(source: Source<'_>, masses: &Masses, model: &RawModel) -> Result<Option<(f64, Range<usize>)>, StateFileError> {
    let told = [
        ("mass_kg", masses.mass_kg.as_ref().map(|m| (*m.get_ref(), m.span()))),
        ("radiation.mass_kg", model.radiation.as_ref().and_then(|r| Some((r.get_ref().mass_kg?, r.span())))),
        ("drag.mass_kg", model.drag.as_ref().and_then(|d| Some((d.get_ref().mass_kg?, d.span())))),
    ];
    let mut found: Option<(f64, Range<usize>)> = None;
    for (key, told) in told {
        let Some((value, span)) = told else { continue };
        if let Some((other, at)) = &found
            && *other != value
        {
            let (file, line, other_line) = (source.file.to_owned(), source.line(&span), source.line(at));
            return Err(StateFileError::TwoMasses { file, line, key, value, other_line, other_kg: *other });
        }
        found = found.or(Some((value, span)));
    }
    Ok(found.or(masses.told_mass_kg.map(|mass_kg| (mass_kg, 0..0))))
}

fn axes_named(source: Source<'_>, name: &str, span: &Range<usize>) -> Result<Orientation, StateFileError> {
    let known = Orientation::ALL.map(|orientation| (orientation.spice_name(), orientation));
    choose(source, "orientation", name, span, &known)
}

fn field_of(
    forces: Forces,
    source: Source<'_>,
    ephemerides: &Ephemerides,
    name: &str,
    raw: &Spanned<RawField>,
) -> Result<Forces, StateFileError> {
    let span = raw.span();
    let body = source.body(&Spanned::new(span.clone(), name.to_owned()))?;
    let RawField { field, degree, order, orientation } = raw.get_ref();
    let order = order.unwrap_or(*degree);
    // a name of the program's own, or a file
    let gravity = if Path::new(field).extension().is_some() || field.contains('/') {
        GravityField::read(&source.folder.join(field), *degree, order)
    } else {
        GravityField::embedded(field, *degree, order)
    }
    .map_err(|e| StateFileError::Gravity {
        file: source.file.to_owned(),
        line: source.line(&span),
        source: Box::new(e),
    })?;
    let orientation = match (orientation, usual_axes(body)) {
        (Some(name), _) => axes_named(source, name, &span)?,
        (None, Some(usual)) => usual,
        (None, None) => {
            let (file, line) = (source.file.to_owned(), source.line(&span));
            let cure = "say which axes the field is fixed in";
            return Err(StateFileError::Missing { file, line, force: "gravity", needs: "orientation", cure });
        }
    };
    forces.with_field(ephemerides, body, gravity, orientation).map_err(force(source, &span))
}

fn air(
    forces: Forces,
    source: Source<'_>,
    ephemerides: &Ephemerides,
    raw: &Spanned<RawDrag>,
) -> Result<Forces, StateFileError> {
    let (span, inner) = (raw.span(), raw.get_ref());
    let need = |value: Option<f64>, needs: &'static str| {
        value.ok_or_else(|| StateFileError::Missing {
            file: source.file.to_owned(),
            line: source.line(&span),
            force: "drag",
            needs,
            cure: "an exponential atmosphere has density_kg_m3 at altitude_km and scale_km",
        })
    };
    #[derive(Clone, Copy)]
    enum Kind {
        HarrisPriester,
        Layers,
        Exponential,
    }
    let word = inner.atmosphere.as_deref().unwrap_or("harris-priester");
    let kind = choose(
        source,
        "atmosphere",
        word,
        &span,
        &[("harris-priester", Kind::HarrisPriester), ("layers", Kind::Layers), ("exponential", Kind::Exponential)],
    )?;
    let atmosphere = match kind {
        Kind::HarrisPriester => Atmosphere::HarrisPriester { exponent: inner.exponent.unwrap_or(4.0) },
        Kind::Layers => Atmosphere::Layers,
        Kind::Exponential => Atmosphere::Exponential {
            density_kg_m3: need(inner.density_kg_m3, "density_kg_m3")?,
            altitude_km: need(inner.altitude_km, "altitude_km")?,
            scale_km: need(inner.scale_km, "scale_km")?,
        },
    };
    let orientation = match (&inner.orientation, usual_axes(forces.points.center)) {
        (Some(name), _) => axes_named(source, name, &span)?,
        (None, Some(usual)) => usual,
        (None, None) => {
            let (file, line) = (source.file.to_owned(), source.line(&span));
            let cure = "say which axes the air turns with";
            return Err(StateFileError::Missing { file, line, force: "drag", needs: "orientation", cure });
        }
    };
    let drag = Drag { area_m2: inner.area_m2, drag_coefficient: inner.cd, atmosphere };
    forces.with_drag(ephemerides, drag, orientation).map_err(force(source, &span))
}

fn burn(source: Source<'_>, raw: &Spanned<RawThrust>) -> Result<ThrustArc, StateFileError> {
    let (span, inner) = (raw.span(), raw.get_ref());
    let start = Epoch::parse(&inner.start).map_err(|e| StateFileError::Epoch {
        file: source.file.to_owned(),
        line: source.line(&span),
        source: e,
    })?;
    #[derive(Clone, Copy)]
    enum Kind {
        Along,
        Against,
        Inertial,
        LinearTangent,
    }
    let kind = choose(
        source,
        "steering",
        &inner.steering,
        &span,
        &[
            ("along-velocity", Kind::Along),
            ("against-velocity", Kind::Against),
            ("inertial", Kind::Inertial),
            ("linear-tangent", Kind::LinearTangent),
        ],
    )?;
    let need = |value: Option<[f64; 3]>, needs: &'static str| {
        value.ok_or_else(|| StateFileError::Missing {
            file: source.file.to_owned(),
            line: source.line(&span),
            force: "thrust",
            needs,
            cure: "write three numbers, ICRF axes",
        })
    };
    let steering = match kind {
        Kind::Along => Steering::AlongVelocity,
        Kind::Against => Steering::AgainstVelocity,
        Kind::Inertial => Steering::Inertial { direction: need(inner.direction, "direction")? },
        Kind::LinearTangent => Steering::LinearTangent {
            direction: need(inner.direction, "direction")?,
            rate_s1: need(inner.rate_s1, "rate_s1")?,
        },
    };
    ThrustArc::new(start, inner.duration_s, inner.thrust_n, inner.isp_s, steering).map_err(force(source, &span))
}
