//! A state to fly and what acts on it, from a TOML file.

mod model;

use crate::bodies::{Body, BodyError};
use crate::dynamics::{DynamicsError, Forces, GravityError};
use crate::ephemerides::{EarthOrientationError, Ephemerides, State};
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
    #[error("{file}:{line}: \"frame\" is \"{frame}\": write J2000, EME2000 or ICRF, which are the same here")]
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
    /// position and velocity from the centre, ICRF axes
    pub state: State,
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

    fn body(&self, name: &Spanned<String>) -> Result<Body, StateFileError> {
        Body::find(name.get_ref()).map_err(|source| StateFileError::Body {
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
    /// Read a state file.
    ///
    /// * `path`: the file; relative paths in it are read from its folder
    /// * `ephemerides`: the kernels its bodies are taken from
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn read(path: &Path, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        let file = path.display().to_string();
        let text = read_text(path)?;
        let source = Source { file: &file, text: &text, folder: path.parent().unwrap_or(Path::new("")) };
        Self::from_source(source, ephemerides)
    }

    /// Read the text of a state file.
    ///
    /// * `name`: what errors call the file
    /// * `text`: keys `epoch`, `center`, `frame` (J2000), `position_km`, `velocity_km_s`, where something depends on it
    ///   `mass_kg` and `dry_mass_kg`, and `[model]`: README.md tells its keys
    /// * `ephemerides`: the kernels its bodies are taken from
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn parse(name: &str, text: &str, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        Self::from_source(Source { file: name, text, folder: Path::new("") }, ephemerides)
    }

    fn from_source(source: Source<'_>, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        let raw: Raw = source.parse()?;
        let epoch = Epoch::parse(raw.epoch.get_ref()).map_err(|e| StateFileError::Epoch {
            file: source.file.to_owned(),
            line: source.line(&raw.epoch.span()),
            source: e,
        })?;
        let center = source.body(&raw.center)?;
        if let Some(frame) = raw.frame.filter(|f| !["J2000", "EME2000", "ICRF"].contains(&f.get_ref().as_str())) {
            let (file, line) = (source.file.to_owned(), source.line(&frame.span()));
            return Err(StateFileError::Frame { file, line, frame: frame.into_inner() });
        }
        for (quantity, vector) in [("position_km", &raw.position_km), ("velocity_km_s", &raw.velocity_km_s)] {
            if let Some(value) = vector.get_ref().iter().find(|v| !v.is_finite()) {
                return Err(source.number(&vector.span(), quantity, *value, "write three finite numbers"));
            }
        }
        let masses = Masses { mass_kg: raw.mass_kg, dry_mass_kg: raw.dry_mass_kg, told_mass_kg: None };
        let (forces, tolerance) = raw.model.unwrap_or_default().forces(source, ephemerides, center, masses)?;
        let state = State { position_km: raw.position_km.into_inner(), velocity_km_s: raw.velocity_km_s.into_inner() };
        Ok(Self { epoch, state, forces, tolerance })
    }
}

/// What acts on a state that another file tells: the `[model]` of a TOML file by itself.
///
/// * `path`: a TOML file with `[model]`, and `mass_kg` and `dry_mass_kg` where something depends on them
/// * `ephemerides`: the kernels its bodies are taken from
/// * `center`: the centre of the state
/// * `told_mass_kg`: what the other file says the craft weighs, where the model does not
///
/// # Errors
/// [`StateFileError`] with the first mistake and its line.
pub fn read_model(
    path: &Path,
    ephemerides: &Ephemerides,
    center: Body,
    told_mass_kg: Option<f64>,
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
    model.forces(source, ephemerides, center, Masses { mass_kg, dry_mass_kg, told_mass_kg })
}

fn read_text(path: &Path) -> Result<String, StateFileError> {
    std::fs::read_to_string(path)
        .map_err(|e| StateFileError::Unreadable { file: path.display().to_string(), reason: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::{Atmosphere, Indirect, Relativity, Steering};
    use crate::ephemerides::Orientation;

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
        assert!(with("drag = {}").starts_with("leo.toml:9: missing field"));
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
}
