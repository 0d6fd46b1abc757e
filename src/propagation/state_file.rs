//! A state to fly and what pulls it, from a TOML file.

use crate::bodies::{Body, BodyError};
use crate::dynamics::{DynamicsError, PointMasses};
use crate::ephemerides::{Ephemerides, State};
use crate::propagation::taylor::{PropagationError, Tolerance};
use crate::time::{Epoch, TimeError};
use serde::Deserialize;
use std::collections::BTreeMap;
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
    /// The model asks for a force that is not there yet.
    #[error("{file}:{line}: \"{force}\" cannot be flown yet: take it out, point masses alone pull")]
    NotYet {
        /// path
        file: String,
        /// line, counted from 1
        line: usize,
        /// key of the model
        force: &'static str,
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

/// A state and what pulls it.
#[derive(Clone)]
pub struct StateFile {
    /// when
    pub epoch: Epoch,
    /// position and velocity from the centre, ICRF axes
    pub state: State,
    /// what pulls
    pub model: PointMasses,
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
    model: Option<RawModel>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawModel {
    #[serde(default)]
    point_masses: Vec<Spanned<String>>,
    #[serde(default)]
    gm_km3_s2: BTreeMap<String, Spanned<f64>>,
    tolerance: Option<Spanned<f64>>,
    gravity: Option<Spanned<toml::Value>>,
    radiation: Option<Spanned<toml::Value>>,
    drag: Option<Spanned<toml::Value>>,
    thrust: Option<Spanned<toml::Value>>,
}

impl StateFile {
    /// Read a state file.
    ///
    /// * `path`: the file
    /// * `ephemerides`: the kernels its bodies are taken from
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn read(path: &Path, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|e| StateFileError::Unreadable { file: file.clone(), reason: e.to_string() })?;
        Self::parse(&file, &text, ephemerides)
    }

    /// Read the text of a state file.
    ///
    /// * `name`: what errors call the file
    /// * `text`: keys `epoch`, `center`, `frame` (J2000), `position_km`, `velocity_km_s`, and in `[model]`
    ///   `point_masses` besides the centre, `gm_km3_s2` of those that differ from DE440, `tolerance`
    /// * `ephemerides`: the kernels its bodies are taken from
    ///
    /// # Errors
    /// [`StateFileError`] with the first mistake and its line.
    pub fn parse(name: &str, text: &str, ephemerides: &Ephemerides) -> Result<Self, StateFileError> {
        let file = || name.to_owned();
        let line = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
        let raw: Raw = toml::from_str(text).map_err(|e| StateFileError::NotAStateFile {
            file: file(),
            line: line(e.span().map_or(0, |s| s.start)),
            message: e.message().to_owned(),
        })?;
        let at = |span: std::ops::Range<usize>| line(span.start);
        let epoch = Epoch::parse(raw.epoch.get_ref()).map_err(|source| StateFileError::Epoch {
            file: file(),
            line: at(raw.epoch.span()),
            source,
        })?;
        let body = |name: &str, span: std::ops::Range<usize>| {
            Body::find(name).map_err(|source| StateFileError::Body { file: file(), line: at(span), source })
        };
        let center = body(raw.center.get_ref(), raw.center.span())?;
        if let Some(frame) = raw.frame.filter(|f| !["J2000", "EME2000", "ICRF"].contains(&f.get_ref().as_str())) {
            return Err(StateFileError::Frame { file: file(), line: at(frame.span()), frame: frame.into_inner() });
        }
        for (quantity, vector) in [("position_km", &raw.position_km), ("velocity_km_s", &raw.velocity_km_s)] {
            if let Some(value) = vector.get_ref().iter().find(|v| !v.is_finite()) {
                let cure = "write three finite numbers";
                let (quantity, line) = (quantity.to_owned(), at(vector.span()));
                return Err(StateFileError::Number { file: file(), line, quantity, value: *value, cure });
            }
        }
        let raw_model = raw.model.unwrap_or_default();
        let forces = [
            ("gravity", &raw_model.gravity),
            ("radiation", &raw_model.radiation),
            ("drag", &raw_model.drag),
            ("thrust", &raw_model.thrust),
        ];
        for (force, value) in forces {
            if let Some(value) = value {
                return Err(StateFileError::NotYet { file: file(), line: at(value.span()), force });
            }
        }
        let others = raw_model
            .point_masses
            .iter()
            .map(|other| body(other.get_ref(), other.span()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut model = PointMasses::new(ephemerides, center, &others)
            .map_err(|source| StateFileError::Dynamics { file: file(), source })?;
        for (named, mu) in &raw_model.gm_km3_s2 {
            let body = body(named, mu.span())?;
            let value = *mu.get_ref();
            if !(value > 0.0 && value.is_finite()) {
                let (quantity, line) = (format!("gm_km3_s2.{named}"), at(mu.span()));
                let cure = "write a positive number, km³/s²";
                return Err(StateFileError::Number { file: file(), line, quantity, value, cure });
            }
            model = model.with_mu(body, value);
        }
        let tolerance = match raw_model.tolerance {
            None => Tolerance::TIGHTEST,
            Some(value) => Tolerance::new(*value.get_ref()).map_err(|source| StateFileError::Tolerance {
                file: file(),
                line: at(value.span()),
                source: Box::new(source),
            })?,
        };
        let state = State { position_km: raw.position_km.into_inner(), velocity_km_s: raw.velocity_km_s.into_inner() };
        Ok(Self { epoch, state, model, tolerance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "epoch = \"2020-01-01T00:00:00 TAI\"\ncenter = \"Earth\"\nframe = \"J2000\"\n\
        position_km = [-2436.45, -2436.45, 6891.037]\nvelocity_km_s = [5.088611, -5.088611, 0.0]\n\
        [model]\npoint_masses = [\"Moon\", \"Sun\"]\ngm_km3_s2 = { Earth = 398600.4415 }\ntolerance = 1e-15\n";

    fn parse(text: &str) -> Result<StateFile, StateFileError> {
        StateFile::parse("leo.toml", text, Ephemerides::embedded().expect("kernels"))
    }

    #[test]
    fn law_a_file_becomes_a_model() {
        let file = parse(GOOD).expect("a state");
        assert_eq!((file.model.center.naif_id, file.model.mu_km3_s2), (399, 398_600.4415));
        assert_eq!(file.model.others.iter().map(|o| o.body.naif_id).collect::<Vec<_>>(), [301, 10]);
        assert_eq!(file.state.velocity_km_s[1], -5.088_611);
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
        assert!(refused("tolerance", "drag = {}\ntolerance").starts_with("leo.toml:9: \"drag\" cannot be flown yet"));
    }
}
