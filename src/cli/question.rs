//! A state and what acts on it, from the files that commands take: TOML, OPM, OEM.

use super::failure::Failure;
use crate::bodies::{Body, EARTH, JUPITER_BARYCENTER, MOON, SUN};
use crate::dynamics::{DynamicsError, Forces, PointMasses};
use crate::ephemerides::{Ephemerides, State};
use crate::propagation::Tolerance;
use crate::propagation::files::{FileKind, Oem, Opm};
use crate::propagation::state_file::{StateFile, read_model};
use crate::time::Epoch;
use std::path::Path;

/// A state and what acts on it.
pub(super) struct Question {
    pub(super) epoch: Epoch,
    pub(super) state: State,
    pub(super) forces: Forces,
    pub(super) tolerance: Tolerance,
}

impl Question {
    /// Read a state file, an OPM, or the last state of an OEM.
    ///
    /// * `file`: the state
    /// * `model`: what acts on the state of a message
    /// * `ephemerides`: the kernels
    pub(super) fn from_files(file: &Path, model: Option<&Path>, ephemerides: &Ephemerides) -> Result<Self, Failure> {
        // a file that cannot be read is told by the reader of its kind
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let mut burns = Vec::new();
        let (center, epoch, state, mass_kg) = match FileKind::of(&text) {
            FileKind::Opm => {
                let opm = Opm::read(file)?;
                burns = opm.thrust_arcs(&file.display().to_string())?;
                if let Some(impulse) = opm.impulses().next() {
                    let reason = format!(
                        "{} holds an impulse at {} TDB, and only burns that last are flown: give it a MAN_DURATION, or \
                         propagate to it and add it to the velocity",
                        file.display(),
                        impulse.ignition.iso()
                    );
                    return Err(Failure::Flag { flag: "STATE", reason });
                }
                (opm.label.center, opm.epoch, opm.state, opm.craft.mass_kg)
            }
            FileKind::Oem => {
                let oem = Oem::read(file)?;
                let Some((segment, row)) = oem.last() else {
                    let reason = format!("{} holds no state", file.display());
                    return Err(Failure::Flag { flag: "STATE", reason });
                };
                (segment.table.label.center, row.epoch, row.state, None::<f64>)
            }
            _ => {
                if model.is_some() {
                    let reason = "a TOML state has its own [model]: write it there".to_owned();
                    return Err(Failure::Flag { flag: "--model", reason });
                }
                let StateFile { epoch, state, forces, tolerance } = StateFile::read(file, ephemerides)?;
                return Ok(Self { epoch, state, forces, tolerance });
            }
        };
        let (mut forces, tolerance) = match model {
            Some(path) => read_model(path, ephemerides, center, mass_kg)?,
            None => {
                let others: Vec<Body> =
                    [SUN, EARTH, MOON, JUPITER_BARYCENTER].into_iter().filter(|body| *body != center).collect();
                let points = PointMasses::new(ephemerides, center, &others).map_err(model_of)?;
                (Forces::new(points), Tolerance::DEFAULT)
            }
        };
        if let Some(mass_kg) = mass_kg
            && !burns.is_empty()
        {
            let dry_mass_kg = forces.craft.dry_mass_kg;
            forces = forces.with_craft(mass_kg, dry_mass_kg).map_err(model_of)?;
            forces.thrust.extend(burns);
        }
        Ok(Self { epoch, state, forces, tolerance })
    }
}

fn model_of(error: DynamicsError) -> Failure {
    Failure::Flag { flag: "STATE", reason: error.to_string() }
}
