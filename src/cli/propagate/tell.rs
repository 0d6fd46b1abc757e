//! The answer and the files.

use super::Arguments;
use super::ask::{OutKind, Outfile, Question};
use crate::bodies::Body;
use crate::cli::failure::Failure;
use crate::dynamics::{Indirect, MuSource, Relativity};
use crate::ephemerides::State;
use crate::numerics::vector::norm;
use crate::propagation::events::{Crossing, Gap, GapReason, Occurrence};
use crate::propagation::files::{Heading, Interpolation, Label, Oem, Opm, Sampling, StateTable, TableError};
use crate::propagation::{Awaited, Ending, Leg, Trajectory};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Degree of the polynomials that a reader of our tables is told to use.
const DEGREE: usize = 11;
/// What it may be off by then: a millimetre.
const BOUND_KM: f64 = 1e-6;

/// Everything that is told.
pub(super) struct Answer<'a> {
    pub(super) question: &'a Question,
    pub(super) legs: &'a [Leg],
    pub(super) occurrences: &'a [(usize, Occurrence)],
    /// where events are zero all along or could not be followed
    pub(super) gaps: &'a [(usize, Gap)],
    /// what became of the event that the flight was to end at
    pub(super) awaited: Option<&'a Awaited>,
    pub(super) elapsed_s: f64,
    pub(super) verified: Option<Value>,
}

impl Answer<'_> {
    fn last(&self) -> &Leg {
        &self.legs[self.legs.len() - 1]
    }

    pub(super) fn json(&self) -> Value {
        let Leg { forces, start, flown } = self.last();
        let State { position_km, velocity_km_s } = flown.trajectory.end();
        let span_s = flown.trajectory.span_s();
        let points = &forces.points;
        let (mut gm, mut gm_source): (Map<String, Value>, Map<String, Value>) = (Map::new(), Map::new());
        let others = points.others.iter().map(|other| (other.body, other.mu_km3_s2, &other.mu_source));
        for (body, mu_km3_s2, source) in
            std::iter::once((points.center, points.mu_km3_s2, &points.mu_source)).chain(others)
        {
            gm.insert(body.name.to_owned(), json!(mu_km3_s2));
            gm_source.insert(body.name.to_owned(), json!(source.to_string()));
        }
        let mut answer = json!({
            "epoch": format!("{} TDB", (start.epoch + span_s).iso()),
            "epoch_tdb_s": start.epoch.tdb_s() + span_s,
            "center": points.center.name,
            "frame": "J2000",
            "from": format!("{} TDB", self.question.epoch.iso()),
            "told_from": self.question.told_from.name,
            "told_in": self.question.told_in(),
            "position_km": position_km,
            "velocity_km_s": velocity_km_s,
            "mass_kg": forces.told_mass_kg(start.epoch, span_s),
            "model": self.model(),
            "gm_km3_s2": gm,
            "gm_source": gm_source,
            "steps": self.legs.iter().map(|leg| leg.flown.trajectory.steps()).sum::<usize>(),
            "elapsed_s": self.elapsed_s,
            "events": self.occurrences.iter().map(|(leg, o)| self.event(*leg, o)).collect::<Vec<_>>(),
            "event_gaps": self.gaps.iter().map(|(leg, gap)| self.gap(*leg, gap)).collect::<Vec<_>>(),
            "verified": self.verified,
        });
        if let Some(awaited) = self.awaited {
            answer["until"] = match &flown.result {
                Ok(Ending::Event(found)) => self.event(0, found),
                _ => Value::Null,
            };
            let gaps = awaited.gaps.iter().map(|gap| self.gap(0, gap));
            answer["until_gaps"] = gaps.collect();
        }
        if self.legs.len() > 1 {
            answer["legs"] = self
                .legs
                .iter()
                .map(|leg| {
                    json!({
                        "center": leg.forces.points.center.name,
                        "from": format!("{} TDB", leg.start.epoch.iso()),
                        "to": format!("{} TDB", (leg.start.epoch + leg.flown.trajectory.span_s()).iso()),
                    })
                })
                .collect();
        }
        if let Some(transition) = &flown.transition {
            answer["transition"] = json!({
                "state": transition.matrix,
                "mass_kg": transition.mass_coefficients,
                "thrust_n": transition.thrust_coefficients,
                "isp_s": transition.isp_coefficients,
            });
        }
        answer
    }

    fn event(&self, leg: usize, o: &Occurrence) -> Value {
        json!({
            "event": o.event,
            "body": self.legs[leg].forces.points.center.name,
            "epoch": format!("{} TDB", o.epoch.iso()),
            "after_s": o.after_s + (self.legs[leg].start.epoch - self.legs[0].start.epoch),
            "crossing": if o.crossing == Crossing::Rising { "rising" } else { "falling" },
            "radius_km": norm(o.state.position_km),
            "position_km": o.state.position_km,
            "velocity_km_s": o.state.velocity_km_s,
        })
    }

    fn gap(&self, leg: usize, gap: &Gap) -> Value {
        let since_s = self.legs[leg].start.epoch - self.legs[0].start.epoch;
        json!({
            "event": gap.event,
            "body": self.legs[leg].forces.points.center.name,
            "reason": match gap.reason {
                GapReason::Zero => "zero",
                GapReason::Noise => "noise",
                GapReason::NotFinite => "not finite",
                _ => "unresolved",
            },
            "all_along": gap.is_all_along(),
            "from_s": gap.from_s + since_s,
            "to_s": gap.to_s + since_s,
            "lasting_s": gap.lasting_s,
            "sentence": gap.to_string(),
        })
    }

    fn model(&self) -> Value {
        let forces = &self.question.forces;
        let field = |f: &crate::dynamics::Field| {
            json!({
                "body": f.body.name,
                "field": f.gravity.name(),
                "degree": f.gravity.degree(),
                "order": f.gravity.order(),
                "orientation": f.orientation.spice_name(),
            })
        };
        json!({
            "integrator": if self.taylor() { "Taylor" } else { "Gauss-Legendre collocation" },
            "tolerance": self.question.tolerance.value(),
            "point_masses": forces.points.others.iter().map(|o| o.body.name).collect::<Vec<_>>(),
            "indirect": self.indirect(),
            "gravity": forces.fields.iter().map(field).collect::<Vec<_>>(),
            "radiation": forces.radiation.as_ref().map(|r| json!({
                "area_m2": r.area_m2,
                "cr": r.reflectivity_coefficient,
                "flux_w_m2": r.flux_w_m2,
                "shadows": r.shadows.iter().map(|b| b.name).collect::<Vec<_>>(),
            })),
            "drag": forces.drag.map(|d| json!({
                "area_m2": d.area_m2,
                "cd": d.drag_coefficient,
                "atmosphere": format!("{:?}", d.atmosphere),
            })),
            "burns": forces.thrust.len(),
            "relativity": if forces.relativity == Relativity::None { "none" } else { "schwarzschild" },
        })
    }

    fn taylor(&self) -> bool {
        self.legs[0].flown.method() == crate::propagation::Integrator::Taylor
    }

    fn indirect(&self) -> &'static str {
        match self.question.forces.points.indirect {
            Indirect::Kernel => "kernel",
            _ => "newtonian",
        }
    }

    pub(super) fn text(&self) -> String {
        let first = &self.legs[0];
        let Leg { forces, start, flown } = self.last();
        let State { position_km: r, velocity_km_s: v } = flown.trajectory.end();
        let bodies: Vec<&str> = first.forces.points.others.iter().map(|o| o.body.name).collect();
        let with = if bodies.is_empty() { String::new() } else { format!(" with {}", bodies.join(", ")) };
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} to {} TDB around {}{with}, indirect terms {}",
            first.start.epoch.iso(),
            (start.epoch + flown.trajectory.span_s()).iso(),
            first.forces.points.center.name,
            if self.indirect() == "kernel" { "from the kernel" } else { "Newtonian" },
        );
        if let Some(taken) = self.question.taken_as() {
            let _ = writeln!(text, "{taken}");
        }
        for field in &self.question.forces.fields {
            let (degree, order) = (field.gravity.degree(), field.gravity.order());
            let (name, axes) = (field.gravity.name(), field.orientation.spice_name());
            let (mu_km3_s2, source) = parameter(first, field.body);
            let of = if *source == MuSource::Given { "as given" } else { "of its file" };
            let _ = writeln!(
                text,
                "field of {}: {name} {degree} x {order}, axes {axes}, GM {mu_km3_s2} km3/s2 {of}",
                field.body.name
            );
        }
        let others = [
            (self.question.forces.radiation.is_some(), "sunlight"),
            (self.question.forces.drag.is_some(), "air"),
            (!self.question.forces.thrust.is_empty(), "engines"),
            (self.question.forces.relativity != Relativity::None, "relativity"),
        ];
        let others: Vec<&str> = others.into_iter().filter(|(there, _)| *there).map(|(_, name)| name).collect();
        if !others.is_empty() {
            let _ = writeln!(text, "and {}", others.join(", "));
        }
        if self.legs.len() > 1 {
            for leg in self.legs {
                let _ = writeln!(text, "from {} TDB around {}", leg.start.epoch.iso(), leg.forces.points.center.name);
            }
        }
        let _ = writeln!(
            text,
            "r {:.9} {:.9} {:.9} km, {:.3} km from {}\nv {:.12} {:.12} {:.12} km/s",
            r[0],
            r[1],
            r[2],
            norm(r),
            forces.points.center.name,
            v[0],
            v[1],
            v[2],
        );
        if !forces.thrust.is_empty() {
            let _ = writeln!(text, "mass {:.6} kg", forces.mass_kg(start.epoch, flown.trajectory.span_s()));
        }
        for (leg, o) in self.occurrences {
            let center = self.legs[*leg].forces.points.center.name;
            let (epoch, radius) = (o.epoch.iso(), norm(o.state.position_km));
            if o.event == "surface" {
                let _ = writeln!(text, "passes below the surface of {center} at {epoch} TDB: points have none");
            } else {
                let sense = if o.crossing == Crossing::Rising { "rising" } else { "falling" };
                let _ = writeln!(text, "{epoch} TDB  {} ({sense}), {radius:.3} km from {center}", o.event);
            }
        }
        if let Some(transition) = &flown.transition {
            text.push_str("d(end)/d(start), rows x y z (km) vx vy vz (km/s):\n");
            for row in &transition.matrix {
                let cells: Vec<String> = row.iter().map(|x| format!("{x:>16.9e}")).collect();
                let _ = writeln!(text, "{}", cells.join(" "));
            }
        }
        if let Some(verified) = &self.verified {
            let number = |key: &str| verified[key].as_f64().unwrap_or(f64::NAN);
            let _ = writeln!(
                text,
                "{} ({}): {:.3e} m and {:.3e} m/s from this",
                verified["engine"].as_str().unwrap_or_default(),
                verified["scope"].as_str().unwrap_or_default(),
                1e3 * number("position_km"),
                1e3 * number("velocity_km_s"),
            );
        }
        let steps: usize = self.legs.iter().map(|leg| leg.flown.trajectory.steps()).sum();
        let _ = writeln!(text, "{steps} steps, {:.3} ms", 1e3 * self.elapsed_s);
        text
    }
}

/// The gravitational parameter of a body that has a field.
fn parameter(leg: &Leg, body: Body) -> (f64, &MuSource) {
    let points = &leg.forces.points;
    let other = points.others.iter().find(|other| other.body == body);
    other.map_or((points.mu_km3_s2, &points.mu_source), |other| (other.mu_km3_s2, &other.mu_source))
}

/// Tables good to a millimetre, cut where engines light and stop, or, where a force has a kink that no cut is made for (a layer
/// of the air), as dense as eight rows a step, whose error is then told.
fn fitted(trajectory: &Trajectory, label: &Label, interpolation: Interpolation) -> Result<Vec<StateTable>, TableError> {
    let fitted = StateTable::fitted_in_segments(trajectory, label, interpolation, BOUND_KM)?;
    let worst_km = fitted.iter().map(|f| f.position_error_km).fold(0.0, f64::max);
    if worst_km > BOUND_KM {
        let rows: usize = fitted.iter().map(|f| f.table.rows.len()).sum();
        eprintln!(
            "portolan: {rows} rows; between those around a kink of the forces polynomials are off by up to {:.2} m: --rows N for more",
            1e3 * worst_km
        );
    }
    Ok(fitted.into_iter().map(|f| f.table).collect())
}

/// A trajectory, or its end, as the bytes of a file.
pub(super) fn file_bytes(
    file: &Outfile,
    arguments: &Arguments,
    question: &Question,
    legs: &[Leg],
) -> Result<Vec<u8>, Failure> {
    let [leg] = legs else {
        let reason = "a file has one centre: leave --switch-center out, or --out".to_owned();
        return Err(Failure::Flag { flag: "--out", reason });
    };
    let trajectory = &leg.flown.trajectory;
    let mut label = Label::new("PORTOLAN", leg.forces.points.center);
    if let Some([name, id]) = &question.name {
        (label.object_name, label.object_id) = (name.clone(), id.clone());
    }
    if let Some(name) = &arguments.name {
        label.object_name.clone_from(name);
    }
    let refuse = |e: TableError| Failure::Flag { flag: "--out", reason: format!("{}: {e}", file.path.display()) };
    let heading = Heading::new(question.epoch);
    if file.kind == OutKind::Opm {
        let epoch = question.epoch + trajectory.span_s();
        let mut opm = Opm::new(heading, label, epoch, trajectory.end());
        opm.craft = question.told.craft;
        opm.craft.mass_kg = leg.forces.told_mass_kg(question.epoch, trajectory.span_s());
        if let Some(radiation) = &leg.forces.radiation {
            opm.craft.radiation_area_m2 = Some(radiation.area_m2);
            opm.craft.radiation_coefficient = Some(radiation.reflectivity_coefficient);
        }
        if let Some(drag) = &leg.forces.drag {
            opm.craft.drag_area_m2 = Some(drag.area_m2);
            opm.craft.drag_coefficient = Some(drag.drag_coefficient);
        }
        return Ok(opm.to_kvn().into_bytes());
    }
    let interpolation = Interpolation::Hermite { degree: DEGREE };
    if matches!(file.kind, OutKind::Oem | OutKind::Spk) {
        let tables = match arguments.rows {
            None => fitted(trajectory, &label, interpolation),
            Some(rows) => StateTable::sampled_in_segments(trajectory, &label, interpolation, rows as usize),
        };
        let tables = tables.map_err(refuse)?;
        return match file.kind {
            OutKind::Oem => Oem::of_segments(heading, tables).to_kvn().map(String::into_bytes).map_err(refuse),
            _ => StateTable::to_spk_in_segments(&tables, arguments.naif_id).map_err(refuse),
        };
    }
    let rows = arguments.rows.unwrap_or(1001) as usize;
    let table = StateTable::sample(trajectory, label, Sampling::Rows { rows }).map_err(refuse)?;
    match file.kind {
        #[cfg(feature = "parquet")]
        OutKind::Parquet => table.to_parquet().map_err(refuse),
        _ => table.to_csv().map(String::into_bytes).map_err(refuse),
    }
}
