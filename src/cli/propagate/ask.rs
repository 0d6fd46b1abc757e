//! What the files and flags ask for.

use super::Arguments;
use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MOON, SUN};
use crate::cli::failure::Failure;
use crate::dynamics::{Forces, PointMasses};
use crate::ephemerides::{Ephemerides, State};
use crate::propagation::events::{Crossing, Event};
use crate::propagation::files::{FileKind, Oem, Opm};
use crate::propagation::state_file::{StateFile, read_model};
use crate::propagation::{Leg, Tolerance};
use crate::time::Epoch;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A state and what acts on it.
pub(super) struct Question {
    pub(super) epoch: Epoch,
    pub(super) state: State,
    pub(super) forces: Forces,
    pub(super) tolerance: Tolerance,
}

impl Question {
    pub(super) fn read(arguments: &Arguments, ephemerides: &Ephemerides) -> Result<Self, Failure> {
        // a file that cannot be read is told by the reader of its kind
        let text = std::fs::read_to_string(&arguments.state).unwrap_or_default();
        let (center, epoch, state, mass_kg) = match FileKind::of(&text) {
            FileKind::Opm => {
                let opm = Opm::read(&arguments.state)?;
                (opm.label.center, opm.epoch, opm.state, opm.craft.mass_kg)
            }
            FileKind::Oem => {
                let oem = Oem::read(&arguments.state)?;
                let Some((segment, row)) = oem.last() else {
                    let reason = format!("{} holds no state", arguments.state.display());
                    return Err(Failure::Flag { flag: "STATE", reason });
                };
                (segment.table.label.center, row.epoch, row.state, None)
            }
            _ => {
                if arguments.model.is_some() {
                    let reason = "a TOML state has its own [model]: write it there".to_owned();
                    return Err(Failure::Flag { flag: "--model", reason });
                }
                let StateFile { epoch, state, forces, tolerance } = StateFile::read(&arguments.state, ephemerides)?;
                return Ok(Self { epoch, state, forces, tolerance });
            }
        };
        let (forces, tolerance) = match &arguments.model {
            Some(path) => read_model(path, ephemerides, center, mass_kg)?,
            None => {
                let others: Vec<Body> =
                    [SUN, EARTH, MOON, JUPITER_BARYCENTER].into_iter().filter(|body| *body != center).collect();
                let points = PointMasses::new(ephemerides, center, &others)
                    .map_err(|e| Failure::Flag { flag: "STATE", reason: e.to_string() })?;
                (Forces::new(points), Tolerance::DEFAULT)
            }
        };
        Ok(Self { epoch, state, forces, tolerance })
    }
}

/// Events by comma.
pub(super) fn events(text: &str, question: &Question, ephemerides: &Ephemerides) -> Result<Vec<Event>, Failure> {
    if text.trim() == "none" {
        return Ok(Vec::new());
    }
    text.split(',').map(|one| event("--events", one.trim(), question, ephemerides)).collect()
}

/// One event.
pub(super) fn single_event(text: &str, question: &Question, ephemerides: &Ephemerides) -> Result<Event, Failure> {
    event("--until", text.trim(), question, ephemerides)
}

fn event(flag: &'static str, text: &str, question: &Question, ephemerides: &Ephemerides) -> Result<Event, Failure> {
    let center = question.forces.points.center;
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name.trim(), Some(value.trim())));
    let refuse = |reason: String| Failure::Flag { flag, reason };
    let number = || {
        let value = value.ok_or_else(|| refuse(format!("\"{name}\" needs a number of km: {name}=7000")))?;
        let km: Option<f64> = value.trim_end_matches("km").trim().parse().ok().filter(|x: &f64| x.is_finite());
        km.ok_or_else(|| refuse(format!("\"{value}\" is no number of km")))
    };
    let body = || -> Result<Body, Failure> {
        let value = value.ok_or_else(|| refuse(format!("\"{name}\" needs a body: {name}=Moon")))?;
        Body::find(value).map_err(|e| refuse(e.to_string()))
    };
    let either = Crossing::Either;
    let kernels = |e: crate::ephemerides::EphemerisError| refuse(e.to_string());
    match name {
        "periapsis" => Ok(Event::periapsis()),
        "apoapsis" => Ok(Event::apoapsis()),
        "node" => Ok(Event::node([0.0, 0.0, 1.0], either)),
        "radius" => Ok(Event::radius(number()?, either)),
        "altitude" => Ok(Event::altitude(center, number()?, either)),
        "soi" => {
            let body = body()?;
            let primary = Body::find(&body.primary.to_string()).map_err(|e| refuse(e.to_string()))?;
            Event::sphere_of_influence(ephemerides, center, body, primary, either).map_err(kernels)
        }
        "penumbra" => Event::penumbra(ephemerides, center, body()?, either).map_err(kernels),
        "umbra" => Event::umbra(ephemerides, center, body()?, either).map_err(kernels),
        _ => Err(refuse(format!(
            "no event is called \"{name}\": write periapsis, apoapsis, node, radius=KM, altitude=KM, soi=BODY, \
             penumbra=BODY, umbra=BODY"
        ))),
    }
}

/// A file to write, and what kind.
pub(super) struct Outfile {
    pub(super) path: PathBuf,
    pub(super) kind: OutKind,
}

/// The kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OutKind {
    Csv,
    Oem,
    Opm,
    Spk,
    Parquet,
}

impl Outfile {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let kind = match ending.as_str() {
            "csv" => OutKind::Csv,
            "oem" => OutKind::Oem,
            "opm" => OutKind::Opm,
            "bsp" => OutKind::Spk,
            "parquet" if cfg!(feature = "parquet") => OutKind::Parquet,
            "parquet" => {
                let reason = "this portolan was built without the feature parquet".to_owned();
                return Err(Failure::Flag { flag: "--out", reason });
            }
            _ => {
                let reason = format!(
                    "{} is no file that a trajectory can be written to: let it end in .csv, .oem, .opm, .bsp or .parquet",
                    path.display()
                );
                return Err(Failure::Flag { flag: "--out", reason });
            }
        };
        Ok(Self { path: path.to_owned(), kind })
    }
}

/// nyx's word on a leg.
#[cfg(feature = "nyx")]
pub(super) fn witness(leg: &Leg, ephemerides: &Ephemerides) -> Result<Value, Failure> {
    use crate::propagation::nyx::{ENGINE, NyxError, Options, Scope, compare};
    let trajectory = &leg.flown.trajectory;
    let ask = |scope| compare(&leg.forces, ephemerides, trajectory, 1, Options { scope, ..Options::default() });
    let (scope, differences) = match ask(Scope::Everything) {
        Err(NyxError::NoSuchForce { .. }) => ("integration alone", ask(Scope::IntegrationAlone)),
        other => ("everything", other),
    };
    let differences = differences.map_err(|e| Failure::Flag { flag: "--verify", reason: e.to_string() })?;
    let last = differences.last();
    Ok(json!({
        "engine": ENGINE,
        "scope": scope,
        "position_km": last.map(|d| d.position_km),
        "velocity_km_s": last.map(|d| d.velocity_km_s),
    }))
}

/// Without nyx there is no witness.
#[cfg(not(feature = "nyx"))]
pub(super) fn witness(_leg: &Leg, _ephemerides: &Ephemerides) -> Result<Value, Failure> {
    let reason = "this portolan was built without the feature nyx".to_owned();
    let _: Value = json!(null);
    Err(Failure::Flag { flag: "--verify", reason })
}
