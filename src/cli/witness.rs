//! nyx's word on a flight of ours, for the commands that ask for it.

use super::failure::Failure;
use crate::dynamics::Forces;
use crate::ephemerides::Ephemerides;
use crate::propagation::Trajectory;
use serde_json::{Value, json};

/// What nyx says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Witness {
    /// the program and its version
    pub(super) engine: &'static str,
    /// "everything", or "integration alone"
    pub(super) scope: &'static str,
    /// why the integration alone
    pub(super) reason: Option<String>,
    /// what nyx flew by itself
    pub(super) forces: Vec<String>,
    /// how far it comes from ours, one row an epoch
    pub(super) rows: Vec<Row>,
}

/// nyx less ours at one epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// seconds after the start
    pub(super) after_s: f64,
    /// length of the difference of the positions
    pub(super) position_km: f64,
    /// length of the difference of the velocities
    pub(super) velocity_km_s: f64,
}

impl Witness {
    /// The difference at the end.
    pub(super) fn end(&self) -> Option<&Row> {
        self.rows.last()
    }

    /// Who flew it again, and how far its end comes from ours.
    pub(super) fn to_json(&self) -> Value {
        let end = self.end();
        json!({
            "engine": self.engine,
            "scope": self.scope,
            "position_km": end.map(|row| row.position_km),
            "velocity_km_s": end.map(|row| row.velocity_km_s),
        })
    }
}

/// Fly the start of a trajectory again in nyx; the integration of our own forces where it has not all of them.
///
/// * `forces`: those of the trajectory
/// * `ephemerides`: the kernels that it was flown with
/// * `trajectory`: ours
/// * `parts`: equal parts of its span; a difference is told at the end of each
#[cfg(feature = "nyx")]
pub(super) fn verify(
    forces: &Forces,
    ephemerides: &Ephemerides,
    trajectory: &Trajectory,
    parts: u32,
) -> Result<Witness, Failure> {
    use crate::propagation::nyx::{ENGINE, NyxError, Options, Scope, compare};
    let ask = |scope| compare(forces, ephemerides, trajectory, parts, Options { scope, ..Options::default() });
    let (scope, reason, handed, differences) = match ask(Scope::Everything) {
        Err(error @ NyxError::NoSuchForce { .. }) => {
            let handed =
                vec![format!("{} as a point", forces.points.center.name), "accelerations of portolan".to_owned()];
            ("integration alone", Some(error.to_string()), handed, ask(Scope::IntegrationAlone))
        }
        other => ("everything", None, names(forces), other),
    };
    let rows = differences
        .map_err(|e| Failure::Witness { reason: e.to_string() })?
        .into_iter()
        .map(|d| Row { after_s: d.after_s, position_km: d.position_km, velocity_km_s: d.velocity_km_s })
        .collect();
    Ok(Witness { engine: ENGINE, scope, reason, forces: handed, rows })
}

/// Without nyx there is no witness.
#[cfg(not(feature = "nyx"))]
pub(super) fn verify(
    _forces: &Forces,
    _ephemerides: &Ephemerides,
    _trajectory: &Trajectory,
    _parts: u32,
) -> Result<Witness, Failure> {
    Err(Failure::NoWitness)
}

/// What nyx has of the forces when it has them all.
#[cfg(feature = "nyx")]
fn names(forces: &Forces) -> Vec<String> {
    let points = std::iter::once(&forces.points.center).chain(forces.points.others.iter().map(|other| &other.body));
    let mut names: Vec<String> = points.map(|body| format!("{} as a point", body.name)).collect();
    for field in &forces.fields {
        let gravity = &field.gravity;
        names.push(format!(
            "field of {}: {} {} x {}, axes {}",
            field.body.name,
            gravity.name(),
            gravity.degree(),
            gravity.order(),
            field.orientation.spice_name()
        ));
    }
    if let Some(light) = &forces.radiation {
        let shadows: Vec<&str> = light.shadows.iter().map(|body| body.name).collect();
        let shadows =
            if shadows.is_empty() { "no shadow".to_owned() } else { format!("shadows of {}", shadows.join(", ")) };
        names.push(format!("sunlight of {} W/m2, {shadows}", light.flux_w_m2));
    }
    names
}
