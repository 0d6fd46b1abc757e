//! What the files and flags ask for.

use super::Arguments;
use crate::bodies::Body;
use crate::cli::failure::Failure;
pub(super) use crate::cli::question::Question;
use crate::cli::witness::verify;
use crate::ephemerides::Ephemerides;
use crate::propagation::Leg;
use crate::propagation::events::{Crossing, Event};
use serde_json::Value;
use std::path::{Path, PathBuf};

impl Question {
    pub(super) fn read(arguments: &Arguments, ephemerides: &Ephemerides) -> Result<Self, Failure> {
        Self::from_files(&arguments.state, &arguments.reading, ephemerides)
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
pub(super) fn witness(leg: &Leg, ephemerides: &Ephemerides) -> Result<Value, Failure> {
    Ok(verify(&leg.forces, ephemerides, &leg.flown.trajectory, 1)?.to_json())
}
