//! The answer of `portolan stack`, as a table and as one object.

use super::{Outcome, payload_json};
use crate::campaign::StackFile;
use crate::units::Mass;
use crate::vehicles::{Built, Event, Flight, FlightError, Step, flown_gear_ratio};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

pub(super) fn to_json(file: &StackFile, outcome: &Outcome, steps: &[Step]) -> Value {
    let mut object = match outcome {
        Outcome::Stopped(stopped) => {
            let mut object = json!({
                "name": file.name,
                "closes": false,
                "reason": stopped.error.to_string(),
                "step": stopped.step,
                "events": stopped.events.iter().map(|e| event_json(e, file.vehicle.mass())).collect::<Vec<_>>(),
            });
            if let FlightError::TankTooSmall { element, short_kg, short_m_s, holds_kg, needs_kg, .. } = &stopped.error {
                object["element"] = json!(element);
                object["holds_kg"] = json!(holds_kg);
                object["needs_kg"] = json!(needs_kg);
                object["short_kg"] = json!(short_kg);
                object["short_m_s"] = json!(short_m_s);
            }
            object
        }
        Outcome::Flown(flight) => flight_json(file, flight, None),
        Outcome::Largest { load, found } => {
            let mut object = flight_json(file, &found.flight, Some((load, found.payload)));
            let name = found.limit.step.and_then(|k| steps.get(k)).map(step_name);
            object["largest_payload"] = json!({
                "load": load,
                "mass_kg": found.payload.kg(),
                "limit": { "element": found.limit.element, "step": name, "refusal": found.limit.refusal.to_string() },
            });
            object
        }
        Outcome::Smallest(found) => {
            let mut object = flight_json(file, &found.flight, None);
            let tanks: Vec<Value> = found
                .tanks
                .iter()
                .map(|t| {
                    json!({
                        "element": t.element,
                        "propellant_kg": t.propellant.kg(),
                        "empty_kg": t.empty.kg(),
                        "built": built(t.built),
                    })
                })
                .collect();
            object["smallest_stack"] = json!({ "launch_mass_kg": found.flight.start.kg(), "tanks": tanks });
            object
        }
    };
    object["file"] = json!(file.source.name);
    object
}

fn built(built: Built) -> &'static str {
    match built {
        Built::ToMeasure => "to measure",
        Built::AsGiven => "as given",
        Built::Kept => "kept",
    }
}

fn step_name(step: &Step) -> &str {
    match step {
        Step::Burn(burn) => &burn.name,
        Step::Coast { name, .. } | Step::Part { name, .. } => name,
        Step::Load(load) => &load.name,
        Step::Drop { .. } => "drop",
        Step::Join { .. } => "join",
        Step::Move { load, .. } | Step::Unload { load } => load,
        Step::Refuel { element, .. } => element,
    }
}

fn flight_json(file: &StackFile, flight: &Flight, payload: Option<(&str, Mass)>) -> Value {
    let left: Vec<Value> = flight
        .vehicle
        .elements()
        .map(|e| {
            let usable: Mass = e.tanks().map(crate::vehicles::Tank::usable).sum();
            json!({ "element": e.name, "propellant_kg": e.propellant().kg(), "usable_kg": usable.kg() })
        })
        .collect();
    json!({
        "name": file.name,
        "closes": true,
        "start_kg": flight.start.kg(),
        "end_kg": flight.vehicle.mass().kg(),
        "dv_total_km_s": flight.dv().km_s(),
        "burnt_kg": flight.burnt().kg(),
        "boiled_kg": flight.boiled().kg(),
        "dropped_kg": flight.dropped().kg(),
        "added_kg": flight.added().kg(),
        "unaccounted_kg": flight.unaccounted().kg(),
        "payload": payload_json(file, flight, payload),
        "events": flight.events.iter().map(|e| event_json(e, flight.start)).collect::<Vec<_>>(),
        "left": left,
    })
}

fn event_json(e: &Event, start: Mass) -> Value {
    let draws: Vec<Value> = e
        .draws
        .iter()
        .map(|d| json!({ "element": d.element, "used_kg": d.used.kg(), "left_kg": d.left.kg() }))
        .collect();
    json!({
        "step": e.step,
        "kind": e.kind,
        "name": e.name,
        "stack": e.stack,
        "dv_km_s": e.dv.km_s(),
        "burnt_kg": e.burnt.kg(),
        "draws": draws,
        "boiled_kg": e.boiled.kg(),
        "dropped_kg": e.dropped.kg(),
        "dropped": e.dropped_names,
        "added_kg": e.added.kg(),
        "before_kg": e.before.kg(),
        "after_kg": e.after.kg(),
        "gear_ratio": (e.after > Mass::ZERO).then(|| start.kg() / e.after.kg()),
        "duration_s": e.duration_s,
        "acceleration_m_s2": e.acceleration_m_s2,
    })
}

pub(super) fn to_text(file: &StackFile, outcome: &Outcome) -> String {
    let start = outcome.flight().map_or_else(|| file.vehicle.mass(), |f| f.start);
    let events = match outcome {
        Outcome::Stopped(stopped) => &stopped.events,
        Outcome::Flown(flight) => &flight.events,
        Outcome::Largest { found, .. } => &found.flight.events,
        Outcome::Smallest(found) => &found.flight.events,
    };
    let mut text = format!("{}: {} kg at the start\n{}\n", file.name, kilograms(start), table(events));
    let payload = match outcome {
        Outcome::Largest { load, found } => Some((load.clone(), found.payload)),
        _ => file.payload.clone().zip(file.payload_mass()),
    };
    if let Some(flight) = outcome.flight() {
        text.push_str(&format!(
            "closes: Δv of all burns {:.1} m/s; burnt {}, boiled off or lost {}, left behind {}, taken aboard {}, left {} kg\n",
            flight.dv().m_s(),
            kilograms(flight.burnt()),
            kilograms(flight.boiled()),
            kilograms(flight.dropped()),
            kilograms(flight.added()),
            kilograms(flight.vehicle.mass()),
        ));
        if let Some((name, mass)) = payload.filter(|(_, mass)| *mass > Mass::ZERO) {
            let gear = flown_gear_ratio(flight, mass);
            text.push_str(&format!(
                "{name} {} kg: gear ratio {gear:.3}, kilograms launched or taken aboard for each of its own\n",
                kilograms(mass)
            ));
        }
        let left: Vec<String> = flight
            .vehicle
            .elements()
            .filter(|e| e.propellant() > Mass::ZERO)
            .map(|e| format!("{} {} kg", e.name, kilograms(e.propellant())))
            .collect();
        if !left.is_empty() {
            text.push_str(&format!("propellant left: {}\n", left.join(", ")));
        }
    }
    match outcome {
        Outcome::Largest { load, found } => text.push_str(&format!(
            "largest {load}: {} kg, limited by {}\n  one kilogram more: {}\n",
            kilograms(found.payload),
            found.limit.element,
            found.limit.refusal
        )),
        Outcome::Smallest(found) => {
            text.push_str(&format!("smallest stack: {} kg\n", kilograms(found.flight.start)));
            for t in &found.tanks {
                text.push_str(&format!(
                    "  {}: {} kg of propellant, {} kg without ({})\n",
                    t.element,
                    kilograms(t.propellant),
                    kilograms(t.empty),
                    built(t.built)
                ));
            }
        }
        Outcome::Flown(_) | Outcome::Stopped(_) => {}
    }
    text
}

fn kilograms(mass: Mass) -> String {
    format!("{:.3}", mass.kg())
}

fn table(events: &[Event]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "step",
        "stack",
        "Δv m/s",
        "burnt kg",
        "left in tank kg",
        "boiled kg",
        "dropped kg",
        "before kg",
        "after kg",
        "time",
    ]);
    let some = |mass: Mass| if mass == Mass::ZERO { String::new() } else { kilograms(mass) };
    for e in events {
        let left: Vec<String> = e.draws.iter().map(|d| format!("{} {}", d.element, kilograms(d.left))).collect();
        let burns = e.kind == "burn";
        table.add_row([
            if burns { e.name.clone() } else { format!("{} {}", e.kind, e.name) },
            e.stack.clone(),
            if burns { format!("{:.3}", e.dv.m_s()) } else { String::new() },
            some(e.burnt),
            left.join("\n"),
            some(e.boiled),
            some(e.dropped),
            kilograms(e.before),
            kilograms(e.after),
            e.duration_s.filter(|s| *s > 0.0).map_or_else(String::new, time),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn time(duration_s: f64) -> String {
    if duration_s >= 86_400.0 { format!("{:.2} d", duration_s / 86_400.0) } else { format!("{duration_s:.1} s") }
}
