//! The `[model]` of a state file: what pulls and pushes.

use super::{Source, StateFileError, Told, flown_about};
use crate::bodies::{Body, SUN};
use crate::dynamics::forces::SOLAR_FLUX_W_M2;
use crate::dynamics::{
    Atmosphere, Drag, DynamicsError, Forces, GravityField, Indirect, MuSource, PointMasses, Radiation, Relativity,
    Steering, ThrustArc,
};
use crate::ephemerides::{EarthOrientationParameters, Ephemerides, Orientation};
use crate::propagation::files::{CraftParameters, in_range};
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
    area_m2: Option<f64>,
    cr: Option<f64>,
    mass_kg: Option<f64>,
    flux_w_m2: Option<f64>,
    #[serde(default)]
    shadows: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDrag {
    area_m2: Option<f64>,
    cd: Option<f64>,
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
}

/// A gravity field that was read, and where the file asks for it.
struct ReadField {
    body: Body,
    gravity: GravityField,
    orientation: Orientation,
    span: Range<usize>,
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
    /// * `center`: the body that the state is told from, and the line that says so
    /// * `told`: what the message of the state says of the craft
    pub(super) fn forces(
        self,
        source: Source<'_>,
        ephemerides: &Ephemerides,
        center: (Body, usize),
        masses: Masses,
        told: Option<&Told>,
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
        let fields = self.gravity.iter().map(|(name, raw)| read_field(source, ephemerides, name, raw));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let mut forces = Forces::new(self.points(source, ephemerides, center, &fields)?);
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
        let mass = mass(source, &masses, &self, told)?;
        let need_mass = |force: &'static str, span: Range<usize>| match mass {
            Some(_) => Ok(()),
            None => {
                let (file, line) = (source.file.to_owned(), source.line(&span));
                let cure = "write mass_kg = … beside the velocity";
                Err(StateFileError::Missing { file, line, force, needs: "mass_kg", cure })
            }
        };
        for ReadField { body, gravity, orientation, span } in fields {
            forces = forces.with_field(ephemerides, body, gravity, orientation).map_err(force(source, &span))?;
        }
        if let Some(raw) = &self.radiation {
            need_mass("radiation", raw.span())?;
            let inner = raw.get_ref();
            let of_craft = OfCraft { source, span: raw.span(), force: "radiation", told };
            let shadows = inner.shadows.iter().map(|name| source.body(ephemerides, name)).collect::<Result<_, _>>()?;
            let radiation = Radiation {
                area_m2: of_craft.number(
                    ("radiation.area_m2", "area_m2"),
                    inner.area_m2,
                    "SOLAR_RAD_AREA",
                    |craft| craft.radiation_area_m2,
                )?,
                reflectivity_coefficient: of_craft.number(
                    ("radiation.cr", "cr"),
                    inner.cr,
                    "SOLAR_RAD_COEFF",
                    |craft| craft.radiation_coefficient,
                )?,
                flux_w_m2: inner.flux_w_m2.unwrap_or(SOLAR_FLUX_W_M2),
                shadows,
            };
            forces = forces.with_radiation(ephemerides, radiation).map_err(force(source, &raw.span()))?;
        }
        if let Some(raw) = &self.drag {
            need_mass("drag", raw.span())?;
            forces = air(forces, source, ephemerides, raw, told)?;
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
        (told_from, line): (Body, usize),
        fields: &[ReadField],
    ) -> Result<PointMasses, StateFileError> {
        let file = || source.file.to_owned();
        let mut others =
            self.point_masses.iter().map(|other| source.body(ephemerides, other)).collect::<Result<Vec<_>, _>>()?;
        let center = flown_about(told_from);
        let barycentric = center != told_from;
        if barycentric {
            // the frame does not fall, and the Sun pulls as every other body: flown about the Sun, whose fall the kernel knows
            let Some(sun) = others.iter().position(|body| *body == SUN) else {
                let cure = "the barycentre itself does not pull, so name the Sun among them";
                return Err(StateFileError::Missing {
                    file: file(),
                    line,
                    force: "center",
                    needs: "point_masses",
                    cure,
                });
            };
            others.remove(sun);
        }
        let mut given: Vec<(Body, f64, MuSource)> = Vec::new();
        for (name, mu) in &self.gm_km3_s2 {
            let body = source.body(ephemerides, &Spanned::new(mu.span(), name.clone()))?;
            let value = *mu.get_ref();
            let line = source.line(&mu.span());
            if !(value > 0.0 && in_range(value)) {
                let quantity = format!("gm_km3_s2.{name}");
                return Err(source.number(&mu.span(), &quantity, value, "write a positive number, km³/s²"));
            }
            if body != center && !others.contains(&body) {
                return Err(StateFileError::NotInModel { file: file(), line, body: name.clone() });
            }
            if given.iter().any(|(other, ..)| *other == body) {
                let (body, key) = (body.name.to_owned(), "gm_km3_s2");
                return Err(StateFileError::SameBody { file: file(), line, body, key });
            }
            given.push((body, value, MuSource::Given));
        }
        for field in
            fields.iter().filter(|field| !given.iter().any(|(body, ..)| *body == field.body)).collect::<Vec<_>>()
        {
            let mu_source = MuSource::Field(field.gravity.name().to_owned());
            given.push((field.body, field.gravity.mu_km3_s2(), mu_source));
        }
        let points = PointMasses::with_sources(ephemerides, center, &others, &given)
            .map_err(|e| StateFileError::Dynamics { file: file(), source: e })?;
        let (indirect, span) = match &self.indirect {
            None if barycentric => (Indirect::Kernel, 0..0),
            None => return Ok(points),
            Some(word) => {
                let known = [("newtonian", Indirect::Newtonian), ("kernel", Indirect::Kernel)];
                (choose(source, "indirect", word.get_ref(), &word.span(), &known)?, word.span())
            }
        };
        points.with_indirect(ephemerides, indirect).map_err(force(source, &span))
    }
}

/// A number of the craft that the model tells, or the message of the state, or both alike.
struct OfCraft<'a> {
    source: Source<'a>,
    span: Range<usize>,
    force: &'static str,
    told: Option<&'a Told>,
}

impl OfCraft<'_> {
    fn number(
        &self,
        (key, short): (&'static str, &'static str),
        value: Option<f64>,
        keyword: &'static str,
        of: impl Fn(&CraftParameters) -> Option<f64>,
    ) -> Result<f64, StateFileError> {
        let (file, line) = (self.source.file.to_owned(), self.source.line(&self.span));
        let told = self.told.and_then(|told| Some((told, of(&told.craft)?)));
        match (value, told) {
            (Some(value), Some((told, other_value))) if value != other_value => {
                let other = told.file.clone();
                Err(StateFileError::Contradicts { file, line, key, value, other, keyword, other_value })
            }
            (Some(value), _) | (None, Some((_, value))) => Ok(value),
            (None, None) => {
                let cure = "write it there, or in the OPM of the state";
                Err(StateFileError::Missing { file, line, force: self.force, needs: short, cure })
            }
        }
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

/// The one mass that the file tells, or the message of the state, and where.
fn mass(
    source: Source<'_>,
    masses: &Masses,
    model: &RawModel,
    message: Option<&Told>,
) -> Result<Option<(f64, Range<usize>)>, StateFileError> {
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
        if let Some(message) = message
            && let Some(other_value) = message.craft.mass_kg.filter(|mass_kg| *mass_kg != value)
        {
            let (file, line, other) = (source.file.to_owned(), source.line(&span), message.file.clone());
            return Err(StateFileError::Contradicts { file, line, key, value, other, keyword: "MASS", other_value });
        }
        found = found.or(Some((value, span)));
    }
    Ok(found.or(message.and_then(|message| Some((message.craft.mass_kg?, 0..0)))))
}

fn axes_named(source: Source<'_>, name: &str, span: &Range<usize>) -> Result<Orientation, StateFileError> {
    let known = Orientation::ALL.map(|orientation| (orientation.spice_name(), orientation));
    choose(source, "orientation", name, span, &known)
}

fn read_field(
    source: Source<'_>,
    ephemerides: &Ephemerides,
    name: &str,
    raw: &Spanned<RawField>,
) -> Result<ReadField, StateFileError> {
    let span = raw.span();
    let body = source.body(ephemerides, &Spanned::new(span.clone(), name.to_owned()))?;
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
    Ok(ReadField { body, gravity, orientation, span })
}

fn air(
    forces: Forces,
    source: Source<'_>,
    ephemerides: &Ephemerides,
    raw: &Spanned<RawDrag>,
    told: Option<&Told>,
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
    let of_craft = OfCraft { source, span: span.clone(), force: "drag", told };
    let drag = Drag {
        area_m2: of_craft
            .number(("drag.area_m2", "area_m2"), inner.area_m2, "DRAG_AREA", |craft| craft.drag_area_m2)?,
        drag_coefficient: of_craft.number(("drag.cd", "cd"), inner.cd, "DRAG_COEFF", |craft| craft.drag_coefficient)?,
        atmosphere,
    };
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
