//! A state and what acts on it, from the files that commands take: TOML, OPM, OEM.

use super::failure::Failure;
use super::flags;
use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MOON, SUN};
use crate::dynamics::{DynamicsError, Forces, Indirect, PointMasses};
use crate::ephemerides::{Ephemerides, State};
use crate::propagation::Tolerance;
use crate::propagation::files::{Eme2000, FileKind, FrameName, Label, Oem, Opm};
use crate::propagation::state_file::{StateFile, Told, flown_about, read_model, told_from_flown};
use crate::time::Epoch;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// How the file of a state is read.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Reading {
    /// a TOML file with [model], for an OPM or an OEM; without it the Sun, the Earth, the Moon and Jupiter pull
    #[arg(long, value_name = "MODEL.toml")]
    model: Option<PathBuf>,
    /// begin at this date of an OEM, by the file's own interpolation; without it at its last state
    #[arg(long, value_name = "DATE", value_parser = flags::date)]
    from: Option<Epoch>,
    /// what the file means by EME2000: the mean equator and equinox of J2000, which is turned by the frame bias, or the ICRF, as
    /// in files of SPICE-based tools
    #[arg(long, value_enum, value_name = "AXES", default_value_t)]
    eme2000: Axes,
}

/// What EME2000 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Axes {
    /// the mean equator and equinox of J2000, 0.023 arcseconds from the ICRF
    #[default]
    MeanEquator,
    /// the ICRF
    Icrf,
}

/// A state and what acts on it.
pub(super) struct Question {
    pub(super) epoch: Epoch,
    /// from the centre of the forces
    pub(super) state: State,
    /// the body that the file tells it from
    pub(super) told_from: Body,
    /// the axes that the file tells it in
    pub(super) frame: FrameName,
    pub(super) forces: Forces,
    pub(super) tolerance: Tolerance,
    /// what a message says of the craft
    pub(super) told: Told,
    /// name and number of the craft in a message
    pub(super) name: Option<[String; 2]>,
}

/// A state as a message tells it.
struct Message {
    label: Label,
    epoch: Epoch,
    state: State,
    told: Told,
}

impl Question {
    /// Read a state file, an OPM, or a state of an OEM.
    ///
    /// * `file`: the state
    /// * `reading`: how
    /// * `ephemerides`: the kernels
    pub(super) fn from_files(file: &Path, reading: &Reading, ephemerides: &Ephemerides) -> Result<Self, Failure> {
        // a file that cannot be read is told by the reader of its kind
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let kind = FileKind::of(&text);
        let eme2000 = match reading.eme2000 {
            Axes::MeanEquator => Eme2000::MeanEquator,
            Axes::Icrf => Eme2000::Icrf,
        };
        if reading.from.is_some() && kind != FileKind::Oem {
            let reason = format!("{} is no OEM, and its state has a date of its own: leave --from out", file.display());
            return Err(Failure::Flag { flag: "--from", reason });
        }
        let mut burns = Vec::new();
        let name = file.display().to_string();
        let Message { label, epoch, state, told } = match kind {
            FileKind::Opm => {
                let opm = Opm::read_as(file, eme2000)?;
                burns = opm.thrust_arcs(&name)?;
                if let Some(impulse) = opm.impulses().next() {
                    let reason = format!(
                        "{name} holds an impulse at {} TDB, and only burns that last are flown: give it a MAN_DURATION, or \
                         propagate to it and add it to the velocity",
                        impulse.ignition.iso()
                    );
                    return Err(Failure::Flag { flag: "STATE", reason });
                }
                Message {
                    label: opm.label,
                    epoch: opm.epoch,
                    state: opm.state,
                    told: Told { file: name, craft: opm.craft },
                }
            }
            FileKind::Oem => of_ephemeris(file, reading.from, eme2000)?,
            FileKind::Xml => {
                let reason = format!("{name} is XML: convert the message to KVN, lines of KEYWORD = value");
                return Err(Failure::Flag { flag: "STATE", reason });
            }
            FileKind::Csv => {
                let reason = format!("{name} is a table: write its last row as a TOML state, or give the .oem or .opm");
                return Err(Failure::Flag { flag: "STATE", reason });
            }
            _ => {
                if reading.model.is_some() {
                    let reason = "a TOML state has its own [model]: write it there".to_owned();
                    return Err(Failure::Flag { flag: "--model", reason });
                }
                let StateFile { epoch, state, center, frame, forces, tolerance } =
                    StateFile::read_as(file, ephemerides, eme2000)?;
                let told = Told::default();
                return Ok(Self { epoch, state, told_from: center, frame, forces, tolerance, told, name: None });
            }
        };
        let (mut forces, tolerance) = match &reading.model {
            Some(path) => read_model(path, ephemerides, label.center, &told)?,
            None => (usual_forces(ephemerides, label.center)?, Tolerance::DEFAULT),
        };
        if let (Some(mass_kg), None) = (told.craft.mass_kg, &reading.model) {
            forces = forces.with_craft(mass_kg, 0.0).map_err(model_of)?;
        }
        forces.thrust.extend(burns);
        let Label { object_name, object_id, center, frame, .. } = label;
        let state = told_from_flown(ephemerides, center, epoch, state)?;
        let name = Some([object_name, object_id]);
        Ok(Self { epoch, state, told_from: center, frame, forces, tolerance, told, name })
    }

    /// The axes that the file told its state in, and what they were taken as.
    pub(super) fn told_in(&self) -> Value {
        match self.frame.taken_as() {
            None => json!({ "frame": "ICRF", "taken_as": "ICRF" }),
            Some(taken_as) => json!({ "frame": "EME2000", "taken_as": taken_as }),
        }
    }

    /// The same as a sentence, where the file does not say ICRF.
    pub(super) fn taken_as(&self) -> Option<String> {
        self.frame.taken_as().map(|taken_as| format!("EME2000 of the file taken as the {taken_as}"))
    }

    /// What is said of the reading besides the answer: a centre that is not flown about.
    pub(super) fn talk(&self) -> Option<String> {
        let center = self.forces.points.center;
        (center != self.told_from).then(|| {
            format!("{} is a point without mass: flown about {}, and told from there", self.told_from.name, center.name)
        })
    }
}

/// The state of an ephemeris at a date, or its last one.
fn of_ephemeris(file: &Path, from: Option<Epoch>, eme2000: Eme2000) -> Result<Message, Failure> {
    let oem = Oem::read_as(file, eme2000)?;
    let name = file.display().to_string();
    let (segment, epoch, state) = match from {
        Some(epoch) => {
            let found = oem.state(epoch);
            let (segment, state) =
                found.map_err(|e| Failure::Flag { flag: "--from", reason: format!("{name}: {e}") })?;
            (segment, epoch, state)
        }
        None => {
            let (segment, row) = oem.last().ok_or_else(|| {
                let reason = format!("{name} has no state that is useable: its rows are no orbit");
                Failure::Flag { flag: "STATE", reason }
            })?;
            (segment, row.epoch, row.state)
        }
    };
    let label = segment.table.label.clone();
    Ok(Message { label, epoch, state, told: Told { file: name, ..Told::default() } })
}

/// What pulls where no model says so.
fn usual_forces(ephemerides: &Ephemerides, told_from: Body) -> Result<Forces, Failure> {
    let center = flown_about(told_from);
    let others: Vec<Body> = [SUN, EARTH, MOON, JUPITER_BARYCENTER].into_iter().filter(|body| *body != center).collect();
    let mut points = PointMasses::new(ephemerides, center, &others).map_err(model_of)?;
    if center != told_from {
        points = points.with_indirect(ephemerides, Indirect::Kernel).map_err(model_of)?;
    }
    Ok(Forces::new(points))
}

fn model_of(error: DynamicsError) -> Failure {
    Failure::Flag { flag: "STATE", reason: error.to_string() }
}
