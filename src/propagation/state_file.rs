//! A state to fly and what acts on it, from a TOML file.

mod model;

use crate::bodies::{Body, BodyError, SOLAR_SYSTEM_BARYCENTER, SUN};
use crate::dynamics::{DynamicsError, Forces, GravityError, Steering};
use crate::ephemerides::{EarthOrientationError, Ephemerides, EphemerisError, State, icrf_of_eme2000};
use crate::numerics::vector::minus;
use crate::propagation::files::{CraftParameters, Eme2000, FrameName, in_range};
use crate::propagation::taylor::{PropagationError, Tolerance};
use crate::time::{Epoch, TimeError};
use model::{Masses, RawModel};
use serde::Deserialize;
use std::ops::Range;
use std::path::Path;
use thiserror::Error;
use toml::Spanned;

/// What a state file refuses; each names the file, the line and the cure.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The file cannot be read.
    #[error("cannot read the state file {file}: {reason}")]
    Unreadable {
        /// path
        file: String,
        /// what the system said
        reason: String,
    },
    /// The file is no TOML, or lacks a key, or has one that is not known.
    #[error("{file}:{line}: {message}")]
    NotAStateFile {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// what the reader met
        message: String,
    },
    /// The epoch is no date.
    #[error("{file}:{line}: \"epoch\": {source}")]
    Epoch {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: TimeError,
    },
    /// A body is not known.
    #[error("{file}:{line}: {source}")]
    Body {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: BodyError,
    },
    /// The axes are not those that a state is flown in.
    #[error(
        "{file}:{line}: \"frame\" is \"{frame}\": write J2000 or ICRF, which are the same here, or EME2000, the mean equator and equinox of J2000"
    )]
    Frame {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// what was written
        frame: String,
    },
    /// A number is not finite, or a gravitational parameter is not positive.
    #[error("{file}:{line}: \"{quantity}\" is {value}: {cure}")]
    Number {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// which number
        quantity: String,
        /// what was written
        value: f64,
        /// what to write
        cure: &'static str,
    },
    /// A word that stands for nothing here.
    #[error("{file}:{line}: \"{key}\" is \"{value}\": write one of {known}")]
    Choice {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// key of the model
        key: &'static str,
        /// what was written
        value: String,
        /// what may be written
        known: String,
    },
    /// A force that needs what the file does not tell.
    #[error("{file}:{line}: \"{force}\" needs \"{needs}\": {cure}")]
    Missing {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// key of the model
        force: &'static str,
        /// key that is missing
        needs: &'static str,
        /// what to write
        cure: &'static str,
    },
    /// Two keys that say different things.
    #[error("{file}:{line}: \"{key}\" is {value} kg, but line {other_line} says {other_kg} kg: write the mass once")]
    TwoMasses {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// key
        key: &'static str,
        /// what it says
        value: f64,
        /// line of the other
        other_line: usize,
        /// what the other says
        other_kg: f64,
    },
    /// A number of the craft that the model and the message of the state tell differently.
    #[error(
        "{file}:{line}: \"{key}\" is {value} in the model, but {keyword} is {other_value} in {other}: write the same in both, or leave it out of one"
    )]
    Contradicts {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// key of the model
        key: &'static str,
        /// what it says
        value: f64,
        /// path of the message
        other: String,
        /// its keyword
        keyword: &'static str,
        /// what it says
        other_value: f64,
    },
    /// A gravitational parameter of a body that the model does not have.
    #[error(
        "{file}:{line}: \"gm_km3_s2.{body}\" is given, but {body} neither pulls nor is the centre: name it among the point_masses, or take it out"
    )]
    NotInModel {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// the body as written
        body: String,
    },
    /// One body under two names.
    #[error("{file}:{line}: {body} has two numbers in \"{key}\": write one")]
    SameBody {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// name of the body
        body: String,
        /// the table
        key: &'static str,
    },
    /// A state that cannot be told from the body that it is flown about.
    #[error("{file}:{line}: {source}")]
    Ephemeris {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: EphemerisError,
    },
    /// A gravity field that cannot be had.
    #[error("{file}:{line}: {source}")]
    Gravity {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: Box<GravityError>,
    },
    /// A force whose numbers make no sense.
    #[error("{file}:{line}: {source}")]
    Force {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: DynamicsError,
    },
    /// Measured Earth orientation that cannot be read.
    #[error("{file}:{line}: {source}")]
    EarthOrientation {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: Box<EarthOrientationError>,
    },
    /// The bodies make no model.
    #[error("{file}: {source}")]
    Dynamics {
        /// path
        file: String,
        /// why
        source: DynamicsError,
    },
    /// The tolerance is out of range.
    #[error("{file}:{line}: {source}")]
    Tolerance {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// why
        source: Box<PropagationError>,
    },
}

/// A state and what acts on it.
#[derive(Clone)]
pub struct StateFile {
    /// when
    pub epoch: Epoch,
    /// position and velocity from the centre of the forces, ICRF axes
    pub state: State,
    /// the body that the file tells them from; the forces have the Sun as their centre where that is the solar-system barycentre
    pub center: Body,
    /// the axes that the file tells them in
    pub frame: FrameName,
    /// what pulls and pushes
    pub forces: Forces,
    /// tolerance of the integration
    pub tolerance: Tolerance,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    epoch: Spanned<String>,
    center: Spanned<String>,
    frame: Option<Spanned<String>>,
    position_km: Spanned<[f64; 3]>,
    velocity_km_s: Spanned<[f64; 3]>,
    mass_kg: Option<Spanned<f64>>,
    dry_mass_kg: Option<Spanned<f64>>,
    model: Option<RawModel>,
}

/// A text and the lines of its places.
#[derive(Clone, Copy)]
struct Source<'a> {
    file: &'a str,
    text: &'a str,
    /// folder that relative paths are read from
    folder: &'a Path,
}

impl Source<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        1 + self.text[..span.start.min(self.text.len())].matches('\n').count()
    }

    fn number(&self, span: &Range<usize>, quantity: &str, value: f64, cure: &'static str) -> StateFileError {
        let (file, line) = (self.file.to_owned(), self.line(span));
        StateFileError::Number { file, line, quantity: quantity.to_owned(), value, cure }
    }

    fn body(&self, ephemerides: &Ephemerides, name: &Spanned<String>) -> Result<Body, StateFileError> {
        ephemerides.find_body(name.get_ref()).map_err(|source| StateFileError::Body {
            file: self.file.to_owned(),
            line: self.line(&name.span()),
            source,
        })
    }

    fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, StateFileError> {
        toml::from_str(self.text).map_err(|e| StateFileError::NotAStateFile {
            file: self.file.to_owned(),
            line: self.line(&e.span().unwrap_or(0..0)),
            message: e.message().to_owned(),
        })
    }
}

impl StateFile {
    /// Read a state file; EME2000 is the mean equator and equinox of J2000.
    ///
    /// * `path`: the file; relative paths in it are read from its folder
    /// * `ephemerides`: the kernels its bodies are taken from
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn read(path: &Path, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        Self::read_as(path, ephemerides, Eme2000::default())
    }

    /// Read a state file that may mean the ICRF by EME2000.
    ///
    /// * `path`, `ephemerides`: as for [`StateFile::read`]
    /// * `eme2000`: what it means
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn read_as(path: &Path, ephemerides: &Ephemerides, eme2000: Eme2000) -> Result<Self, StateFileError> {
        let file = path.display().to_string();
        let text = read_text(path)?;
        let source = Source { file: &file, text: &text, folder: path.parent().unwrap_or(Path::new("")) };
        Self::from_source(source, ephemerides, eme2000)
    }

    /// Read the text of a state file.
    ///
    /// * `name`: what errors call the file
    /// * `text`: keys `epoch`, `center`, `frame`, `position_km`, `velocity_km_s`, where something depends on it
    ///   `mass_kg` and `dry_mass_kg`, and `[model]`: README.md tells its keys
    /// * `ephemerides`: the kernels its bodies are taken from
    ///
    /// `frame` tells the axes of the state and of the directions of burns: `J2000` (as without it) and `ICRF` are the
    /// axes of the kernels, which SPICE calls J2000; `EME2000` is the mean equator and equinox of J2000.
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn parse(name: &str, text: &str, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        Self::from_source(Source { file: name, text, folder: Path::new("") }, ephemerides, Eme2000::default())
    }

    fn from_source(source: Source<'_>, ephemerides: &Ephemerides, eme2000: Eme2000) -> Result<Self, StateFileError> {
        let raw: Raw = source.parse()?;
        let epoch = Epoch::parse(raw.epoch.get_ref()).map_err(|e| StateFileError::Epoch {
            file: source.file.to_owned(),
            line: source.line(&raw.epoch.span()),
            source: e,
        })?;
        let center = source.body(ephemerides, &raw.center)?;
        let frame = match (raw.frame.as_ref().map(|frame| frame.get_ref().as_str()), eme2000) {
            (None | Some("J2000" | "ICRF"), _) => FrameName::Icrf,
            (Some("EME2000"), Eme2000::MeanEquator) => FrameName::Eme2000,
            (Some("EME2000"), Eme2000::Icrf) => FrameName::IcrfCalledEme2000,
            (Some(other), _) => {
                let line = raw.frame.as_ref().map_or(1, |frame| source.line(&frame.span()));
                return Err(StateFileError::Frame { file: source.file.to_owned(), line, frame: other.to_owned() });
            }
        };
        for (quantity, vector) in [("position_km", &raw.position_km), ("velocity_km_s", &raw.velocity_km_s)] {
            if let Some(value) = vector.get_ref().iter().find(|v| !in_range(**v)) {
                return Err(source.number(&vector.span(), quantity, *value, "write three finite numbers up to 1e30"));
            }
        }
        let masses = Masses { mass_kg: raw.mass_kg, dry_mass_kg: raw.dry_mass_kg };
        let (mut forces, tolerance) = raw.model.unwrap_or_default().forces(
            source,
            ephemerides,
            (center, source.line(&raw.center.span())),
            masses,
            None,
        )?;
        if frame == FrameName::Eme2000 {
            for arc in &mut forces.thrust {
                arc.steering = turned(arc.steering);
            }
        }
        let state = State { position_km: raw.position_km.into_inner(), velocity_km_s: raw.velocity_km_s.into_inner() };
        let state = told_from_flown(ephemerides, center, epoch, frame.read(state)).map_err(|e| {
            let (file, line) = (source.file.to_owned(), source.line(&raw.center.span()));
            StateFileError::Ephemeris { file, line, source: e }
        })?;
        Ok(Self { epoch, state, center, frame, forces, tolerance })
    }
}

/// Directions of EME2000 axes in those of the ICRF; what turns with the orbit has none.
fn turned(steering: Steering) -> Steering {
    match steering {
        Steering::Inertial { direction } => Steering::Inertial { direction: icrf_of_eme2000(direction) },
        Steering::LinearTangent { direction, rate_s1 } => {
            Steering::LinearTangent { direction: icrf_of_eme2000(direction), rate_s1: icrf_of_eme2000(rate_s1) }
        }
        other => other,
    }
}

/// The body that a state is flown about: the one it is told from, and the Sun where that is the solar-system barycentre, which
/// is a place without mass.
#[must_use]
pub fn flown_about(center: Body) -> Body {
    if center == SOLAR_SYSTEM_BARYCENTER { SUN } else { center }
}

/// A state told from a body, from the one that it is [flown about](flown_about).
///
/// * `ephemerides`: the kernels
/// * `center`: the body it is told from
/// * `epoch`: of the state
/// * `state`: ICRF axes
///
/// # Errors
/// [`EphemerisError`] where the kernels do not hold the Sun then.
pub fn told_from_flown(
    ephemerides: &Ephemerides,
    center: Body,
    epoch: Epoch,
    state: State,
) -> Result<State, EphemerisError> {
    let about = flown_about(center);
    if about == center {
        return Ok(state);
    }
    let place = ephemerides.state(about, center, epoch)?;
    Ok(State {
        position_km: minus(state.position_km, place.position_km),
        velocity_km_s: minus(state.velocity_km_s, place.velocity_km_s),
    })
}

/// What a message tells of the craft whose state it holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// path of the message
    pub file: String,
    /// mass, areas, coefficients
    pub craft: CraftParameters,
}

/// What acts on a state that another file tells: the `[model]` of a TOML file by itself.
///
/// * `path`: a TOML file with `[model]`, and `mass_kg` and `dry_mass_kg` where something depends on them
/// * `ephemerides`: the kernels its bodies are taken from
/// * `center`: the body that the state is told from; see [`flown_about`]
/// * `told`: what the other file says of the craft, which holds where the model is silent
///
/// # Errors
/// [`StateFileError`] with the first mistake and its line; [`StateFileError::Contradicts`] where the two files tell
/// different craft.
pub fn read_model(
    path: &Path,
    ephemerides: &Ephemerides,
    center: Body,
    told: &Told,
) -> Result<(Forces, Tolerance), StateFileError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct OnlyModel {
        mass_kg: Option<Spanned<f64>>,
        dry_mass_kg: Option<Spanned<f64>>,
        model: RawModel,
    }
    let file = path.display().to_string();
    let text = read_text(path)?;
    let source = Source { file: &file, text: &text, folder: path.parent().unwrap_or(Path::new("")) };
    let OnlyModel { mass_kg, dry_mass_kg, model } = source.parse()?;
    model.forces(source, ephemerides, (center, 1), Masses { mass_kg, dry_mass_kg }, Some(told))
}

fn read_text(path: &Path) -> Result<String, StateFileError> {
    std::fs::read_to_string(path)
        .map_err(|e| StateFileError::Unreadable { file: path.display().to_string(), reason: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::{Atmosphere, Indirect, Relativity};
    use crate::ephemerides::Orientation;
    use crate::numerics::vector::{norm, plus, scale};

    const GOOD: &str = "epoch = \"2020-01-01T00:00:00 TAI\"\ncenter = \"Earth\"\nframe = \"J2000\"\n\
        position_km = [-2436.45, -2436.45, 6891.037]\nvelocity_km_s = [5.088611, -5.088611, 0.0]\n\
        [model]\npoint_masses = [\"Moon\", \"Sun\"]\ngm_km3_s2 = { Earth = 398600.4415 }\ntolerance = 1e-15\n";

    fn parse(text: &str) -> Result<StateFile, StateFileError> {
        StateFile::parse("leo.toml", text, Ephemerides::embedded().expect("kernels"))
    }

    #[test]
    fn law_a_file_becomes_a_model() {
        let file = parse(GOOD).expect("a state");
        assert_eq!((file.forces.points.center.naif_id, file.forces.points.mu_km3_s2), (399, 398_600.4415));
        assert_eq!(file.forces.points.others.iter().map(|o| o.body.naif_id).collect::<Vec<_>>(), [301, 10]);
        assert_eq!(file.state.velocity_km_s[1], -5.088_611);
    }

    #[test]
    fn law_every_force_is_read() {
        let text = GOOD.replace("velocity_km_s =", "mass_kg = 300.0\ndry_mass_kg = 100.0\nvelocity_km_s =").replace(
            "tolerance",
            "indirect = \"kernel\"\nrelativity = \"schwarzschild\"\n\
             gravity = { Earth = { field = \"earth_egm2008_70\", degree = 8, order = 7 }, \
             Moon = { field = \"moon_grgm1200a_70\", degree = 4, order = 4 } }\n\
             radiation = { area_m2 = 16.0, cr = 1.8, shadows = [\"Earth\", \"Moon\"] }\n\
             drag = { area_m2 = 5.0, cd = 2.2, atmosphere = \"harris-priester\", exponent = 6 }\n\
             thrust = [{ start = \"2020-01-01T01:00:00\", duration_s = 60, thrust_n = 22.0, isp_s = 220, \
             steering = \"linear-tangent\", direction = [0, 2, 0], rate_s1 = [1e-3, 0, 0] }]\ntolerance",
        );
        let forces = parse(&text).expect("a state").forces;
        assert_eq!(forces.points.indirect, Indirect::Kernel);
        assert_eq!(forces.relativity, Relativity::Schwarzschild);
        let fields: Vec<_> = forces.fields.iter().map(|f| (f.body.name, f.orientation, f.gravity.order())).collect();
        assert_eq!(fields, [("Earth", Orientation::Itrs, 7), ("Moon", Orientation::MoonPa, 4)]);
        let radiation = forces.radiation.expect("sunlight");
        assert_eq!((radiation.area_m2, radiation.flux_w_m2, radiation.shadows.len()), (16.0, 1361.0, 2));
        assert_eq!(forces.drag.expect("air").atmosphere, Atmosphere::HarrisPriester { exponent: 6.0 });
        assert_eq!((forces.craft.mass_kg, forces.craft.dry_mass_kg), (300.0, 100.0));
        let steering = Steering::LinearTangent { direction: [0.0, 1.0, 0.0], rate_s1: [5e-4, 0.0, 0.0] };
        assert_eq!(forces.thrust[0].steering, steering);
    }

    #[test]
    fn refuses_with_the_line_and_a_cure() {
        let refused = |from: &str, to: &str| match parse(&GOOD.replace(from, to)) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{to} passed"),
        };
        assert!(
            refused("2020-01-01T00:00:00 TAI", "soon").starts_with("leo.toml:1: \"epoch\": \"soon\" is not a date")
        );
        assert_eq!(refused("\"Earth\"", "\"Erth\""), "leo.toml:2: no body is called \"Erth\"; did you mean \"Earth\"?");
        assert!(refused("J2000", "ITRF93").starts_with("leo.toml:3: \"frame\" is \"ITRF93\": write J2000"));
        assert!(refused("-2436.45, 6891", "nan, 6891").starts_with("leo.toml:4: \"position_km\" is NaN"));
        assert!(refused("velocity_km_s =", "speed =").starts_with("leo.toml:"), "a missing key");
        assert!(refused("\"Sun\"]", "\"Moon\"]").contains("Moon pulls twice"));
        assert!(refused("398600.4415", "-1").starts_with("leo.toml:8: \"gm_km3_s2.Earth\" is -1"));
        assert!(refused("1e-15", "1.0").starts_with("leo.toml:9: a tolerance is a number from"));
        let with = |line: &str| refused("tolerance", &format!("{line}\ntolerance"));
        assert!(with("drag = {}").starts_with("leo.toml:9: \"drag\" needs \"mass_kg\""));
        let drag = with("drag = { mass_kg = 5.0, cd = 2.2 }");
        assert_eq!(drag, "leo.toml:9: \"drag\" needs \"area_m2\": write it there, or in the OPM of the state");
        let drag = with("drag = { area_m2 = 1.0, cd = 2.2, atmosphere = \"layers\" }");
        assert_eq!(drag, "leo.toml:9: \"drag\" needs \"mass_kg\": write mass_kg = … beside the velocity");
        let drag = with("drag = { area_m2 = 1.0, cd = 2.2, mass_kg = 5.0, atmosphere = \"thick\" }");
        assert!(drag.starts_with("leo.toml:9: \"atmosphere\" is \"thick\": write one of harris-priester"), "{drag}");
        let field = with("gravity = { Earth = { field = \"earth_egm2008_70\", degree = 90, order = 8 } }");
        assert!(field.starts_with("leo.toml:9:") && field.contains("70"), "{field}");
        let field = with("gravity = { Mars = { field = \"mars_mro120d_70\", degree = 8, order = 8 } }");
        assert!(field.contains("needs Mars among the point masses around Earth"), "{field}");
        let light = with("radiation = { area_m2 = 1.0, cr = -1.0, mass_kg = 5.0 }");
        assert!(light.starts_with("leo.toml:9: radiation pressure coefficient is -1"), "{light}");
        let thrust = with(
            "radiation = { area_m2 = 1.0, cr = 1.0, mass_kg = 5.0 }\nthrust = [{ start = \"2020-01-01\", duration_s = 1, thrust_n = 1, isp_s = 300, steering = \"up\" }]",
        );
        assert!(thrust.starts_with("leo.toml:10: \"steering\" is \"up\""), "{thrust}");
        let two = with(
            "radiation = { area_m2 = 1.0, cr = 1.0, mass_kg = 5.0 }\ndrag = { area_m2 = 1.0, cd = 2.2, mass_kg = 6.0 }",
        );
        assert_eq!(two, "leo.toml:10: \"drag.mass_kg\" is 6 kg, but line 9 says 5 kg: write the mass once");
    }

    /// Km from a place.
    fn apart_km(state: State, position_km: [f64; 3]) -> f64 {
        norm(minus(state.position_km, position_km))
    }

    /// GMAT and Orekit take the central term from the file of the field; a number of the user's goes before it.
    #[test]
    fn law_a_field_brings_its_own_parameter() {
        let text = |gm: &str| {
            GOOD.replace(
                "gm_km3_s2 = { Earth = 398600.4415 }",
                &format!(
                    "{gm}gravity = {{ Earth = {{ field = \"earth_egm2008_70\", degree = 8 }}, \
                     Moon = {{ field = \"moon_grgm1200a_70\", degree = 4 }} }}"
                ),
            )
        };
        let by_file = parse(&text("")).expect("a state").forces;
        // the heads of the two files
        let parameters = |forces: &Forces| {
            let moon = &forces.points.others[0];
            [
                (forces.points.mu_km3_s2, forces.points.mu_source.to_string()),
                (moon.mu_km3_s2, moon.mu_source.to_string()),
            ]
        };
        let [earth, moon] = parameters(&by_file);
        assert_eq!(earth, (398_600.4415, "field earth_egm2008_70".to_owned()));
        assert_eq!(moon, (4_902.800_122_445_3, "field moon_grgm1200a_70".to_owned()));
        assert_eq!(by_file.points.others[1].mu_source.to_string(), "DE440");
        let given = parse(&text("gm_km3_s2 = { Earth = 398600.0 }\n")).expect("a state").forces;
        assert_eq!(parameters(&given), [(398_600.0, "given".to_owned()), moon.clone()]);
        assert_eq!(given.fields[0].gravity.mu_km3_s2(), 398_600.4415, "the harmonics keep theirs");
        // they move with the centre
        let kernels = Ephemerides::embedded().expect("kernels");
        let about = by_file.about(kernels, crate::bodies::MOON).expect("the same elsewhere").points;
        assert_eq!((about.mu_km3_s2, about.mu_source.to_string()), moon);
        assert_eq!((about.others[0].mu_km3_s2, about.others[0].mu_source.to_string()), earth);
        // a day in low orbit with DE440's number ends 19 m from one with the file's
        let fly = |text: &str| {
            let StateFile { epoch, state, forces, tolerance, .. } = parse(text).expect("a state");
            let flown = crate::propagation::Propagator::new(&forces)
                .tolerance(tolerance)
                .fly(&crate::propagation::Start { state, epoch, span_s: 86_400.0 });
            flown.result.expect("a day");
            flown.trajectory.end()
        };
        let end = fly(&text(""));
        assert_eq!(end, fly(&text("gm_km3_s2 = { Earth = 398600.4415 }\n")));
        let miss_m = 1e3 * apart_km(fly(&text("gm_km3_s2 = { Earth = 398600.43550702266 }\n")), end.position_km);
        assert!((15.0..25.0).contains(&miss_m), "{miss_m} m");
    }

    /// Eros by the number of the spacecraft that orbited it: Miller et al., Icarus 155 (2002) 3, 4.463e-4 km3/s2.
    #[test]
    fn law_bodies_of_unknown_mass_take_the_number_given() {
        let eros = "epoch = \"2030-01-01\"\ncenter = \"Eros\"\nposition_km = [50.0, 0.0, 0.0]\n\
            velocity_km_s = [0.0, 0.0029876, 0.0]\n[model]\ngm_km3_s2 = { Eros = 4.463e-4 }\npoint_masses = []\n";
        let StateFile { epoch, state, forces, .. } = parse(eros).expect("a state");
        let sma_km = 1.0 / (2.0 / 50.0 - 0.002_987_6_f64.powi(2) / 4.463e-4);
        let period_s = std::f64::consts::TAU * (sma_km.powi(3) / 4.463e-4).sqrt();
        let start = crate::propagation::Start { state, epoch, span_s: period_s };
        let flown = crate::propagation::Propagator::new(&forces).fly(&start);
        flown.result.expect("a revolution");
        assert!(apart_km(flown.trajectory.end(), [50.0, 0.0, 0.0]) < 1e-7, "{:?}", flown.trajectory.end());
        // and as one that pulls from afar
        let beside = GOOD.replace("\"Sun\"]", "\"Sun\", \"Eros\"]").replace("{ Earth", "{ Eros = 4.463e-4, Earth");
        assert_eq!(parse(&beside).expect("a state").forces.points.others[2].mu_km3_s2, 4.463e-4);
        let unknown = match parse(&eros.replace("gm_km3_s2 = { Eros = 4.463e-4 }\n", "")) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("an unknown mass passed"),
        };
        assert!(unknown.ends_with("gm_km3_s2 = { \"Eros\" = … }"), "the cure is the line above: {unknown}");
    }

    #[test]
    fn refuses_parameters_of_bodies_that_are_not_there() {
        let refused = |gm: &str| match parse(&GOOD.replace("{ Earth = 398600.4415 }", gm)) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{gm} passed"),
        };
        let other = refused("{ Earth = 398600.4415, Mars = 42828.0 }");
        assert!(other.starts_with("leo.toml:8: \"gm_km3_s2.Mars\" is given, but Mars neither pulls nor"), "{other}");
        let twice = refused("{ Earth = 398600.4415, 399 = 398600.0 }");
        assert_eq!(twice, "leo.toml:8: Earth has two numbers in \"gm_km3_s2\": write one");
    }

    /// A state told from the solar-system barycentre is flown in a frame that does not fall: the plain sum of all pulls, here
    /// in steps of Runge and Kutta.
    #[test]
    fn agrees_with_a_plain_sum_in_the_barycentric_frame() {
        let kernels = Ephemerides::embedded().expect("kernels");
        let text = "epoch = \"2030-01-01\"\ncenter = \"SSB\"\nposition_km = [1.3e8, 7.0e7, 3.1e7]\n\
            velocity_km_s = [-14.0, 26.0, 11.0]\n[model]\npoint_masses = [\"Sun\", \"Jupiter\", \"Venus\", \"Earth\"]\n";
        let StateFile { epoch, state, center, forces, tolerance, .. } = parse(text).expect("a state");
        assert_eq!((center, forces.points.center), (SOLAR_SYSTEM_BARYCENTER, SUN));
        let span_s = 20.0 * 86_400.0;
        let start = crate::propagation::Start { state, epoch, span_s };
        let flown = crate::propagation::Propagator::new(&forces).tolerance(tolerance).fly(&start);
        flown.result.expect("twenty days");
        let sun = kernels.state(SUN, SOLAR_SYSTEM_BARYCENTER, epoch + span_s).expect("the Sun");
        let ours_km = plus(flown.trajectory.end().position_km, sun.position_km);
        let bodies = [SUN, crate::bodies::JUPITER_BARYCENTER, crate::bodies::VENUS, crate::bodies::EARTH];
        let tracks =
            bodies.map(|body| (body.mu_km3_s2, kernels.track(body, SOLAR_SYSTEM_BARYCENTER).expect("a track")));
        let pull = |after_s: f64, r: [f64; 3]| {
            tracks.iter().fold([0.0; 3], |sum, (mu, track)| {
                let away = minus(track.state(epoch + after_s).expect("a place").position_km, r);
                plus(sum, scale(away, mu / norm(away).powi(3)))
            })
        };
        let (mut r, mut v, steps) = ([1.3e8, 7.0e7, 3.1e7], [-14.0, 26.0, 11.0], 2000);
        let h = span_s / f64::from(steps);
        for step in 0..steps {
            let t = h * f64::from(step);
            let (k1v, k1r) = (pull(t, r), v);
            let (k2v, k2r) = (pull(t + h / 2.0, plus(r, scale(k1r, h / 2.0))), plus(v, scale(k1v, h / 2.0)));
            let (k3v, k3r) = (pull(t + h / 2.0, plus(r, scale(k2r, h / 2.0))), plus(v, scale(k2v, h / 2.0)));
            let (k4v, k4r) = (pull(t + h, plus(r, scale(k3r, h))), plus(v, scale(k3v, h)));
            let mean = |a, b, c, d| scale(plus(plus(a, d), scale(plus(b, c), 2.0)), h / 6.0);
            r = plus(r, mean(k1r, k2r, k3r, k4r));
            v = plus(v, mean(k1v, k2v, k3v, k4v));
        }
        let miss_km = norm(minus(r, ours_km));
        println!("{miss_km:e} km after twenty days");
        assert!(miss_km < 1e-5, "{miss_km:e} km");
        let sunless = match parse(&text.replace("\"Sun\", ", "")) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("no Sun passed"),
        };
        assert!(sunless.starts_with("leo.toml:2: \"center\" needs \"point_masses\""), "{sunless}");
        let massless = match parse(&GOOD.replace("\"Sun\"", "\"SSB\"")) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("a place pulls"),
        };
        assert!(massless.contains("Solar System Barycenter is a point without mass that pulls nothing"), "{massless}");
    }
}
