//! A flight of a stack as a waterfall: what is burnt, boiled off, left behind and taken aboard, step by step.

use super::{Bar, BarsView, Figure, FigureError, draw_bars};
use crate::vehicles::Flight;

/// How many times what is left a waterfall may begin with: more, and its end cannot be seen.
const TALLEST_RATIO: f64 = 30.0;

const SERIES: [&str; 5] = ["on board", "burnt", "boiled off or lost", "left behind", "taken aboard"];

/// The mass of all stacks over the steps of a flight.
///
/// * `name`: of the stack
/// * `flight`: flown to its end
/// * `provenance`: where its numbers come from
///
/// A flight that ends with a small part of what it began with, as a launch does, is drawn from where the rest can be
/// seen; the second line says so.
///
/// # Errors
/// [`FigureError`] when there is nothing to draw.
pub fn draw_waterfall(name: &str, flight: &Flight, provenance: &str) -> Result<Figure, FigureError> {
    let end_t = flight.vehicle.mass().tonnes();
    let mut before_t = vec![flight.start.tonnes()];
    for e in &flight.events {
        let last_t = before_t.last().copied().unwrap_or_default();
        before_t.push(last_t + (e.added - e.burnt - e.boiled - e.dropped).tonnes());
    }
    let first = before_t.iter().position(|t| *t <= TALLEST_RATIO * end_t.max(1e-9)).unwrap_or(0);
    let from = first.checked_sub(1).and_then(|k| flight.events.get(k));
    let mut bars =
        vec![whole(&from.map_or_else(|| "start".to_owned(), |e| format!("after {}", e.name)), before_t[first])];
    for (event, from_t) in flight.events.iter().zip(&before_t).skip(first) {
        let changes = [event.burnt, event.boiled, event.dropped].map(|m| -m.tonnes());
        let added_t = event.added.tonnes();
        let net_t = added_t + changes.iter().sum::<f64>();
        if changes.iter().all(|t| *t == 0.0) && added_t == 0.0 {
            continue;
        }
        let label = match event.kind {
            "burn" | "coast" => event.name.clone(),
            kind => format!("{kind} {}", event.name),
        };
        let note = |t: f64| format!("{} t", signed(t));
        let lost = vec![0.0, changes[0], changes[1], changes[2], 0.0];
        if added_t == 0.0 {
            bars.push(Bar { label, start_value: *from_t, part_values: lost, note: note(net_t) });
            continue;
        }
        // what comes aboard, and what of it is lost, in a bar each: one would hide the other
        let part_values = vec![0.0, 0.0, 0.0, 0.0, added_t];
        bars.push(Bar { label: label.clone(), start_value: *from_t, part_values, note: note(added_t) });
        if net_t < added_t {
            let start_value = from_t + added_t;
            bars.push(Bar {
                label: format!("lost: {label}"),
                start_value,
                part_values: lost,
                note: note(net_t - added_t),
            });
        }
    }
    bars.push(whole("left", end_t));
    // every part keeps its colour from one figure to the next, so all are there, empty or not
    for bar in &mut bars {
        bar.part_values.resize(SERIES.len(), 0.0);
    }
    let added_t = flight.added().tonnes();
    let ratio = (flight.start.tonnes() + added_t) / end_t.max(1e-9);
    let aboard = if added_t > 0.0 { format!(", {} t taken aboard", grouped(added_t)) } else { String::new() };
    let mut subtitle = format!(
        "{} t at the start{aboard}, {} t at the end ({ratio:.1} to one), Δv of all burns {:.0} m/s",
        grouped(flight.start.tonnes()),
        grouped(end_t),
        flight.dv().m_s()
    );
    if first > 0 {
        subtitle.push_str(&format!("; the first {first} steps, down to {} t, are not drawn", grouped(before_t[first])));
    }
    draw_bars(&BarsView {
        title: format!("{name}: where the mass goes"),
        subtitle,
        axis_title: "Mass of everything that still flies, t".to_owned(),
        series: SERIES.map(str::to_owned).to_vec(),
        bars,
        provenance: provenance.to_owned(),
    })
}

fn whole(label: &str, mass_t: f64) -> Bar {
    Bar { label: label.to_owned(), start_value: 0.0, part_values: vec![mass_t], note: format!("{} t", grouped(mass_t)) }
}

/// Three digits that mean something.
fn grouped(mass_t: f64) -> String {
    match mass_t.abs() {
        t if t >= 100.0 => format!("{mass_t:.1}"),
        t if t >= 1.0 => format!("{mass_t:.2}"),
        _ => format!("{mass_t:.3}"),
    }
}

fn signed(mass_t: f64) -> String {
    if mass_t < 0.0 { format!("−{}", grouped(-mass_t)) } else { format!("+{}", grouped(mass_t)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{DeltaV, Mass};
    use crate::vehicles::{Burn, Element, Engine, Step, Tank, Vehicle, fly};

    #[test]
    fn law_a_waterfall_has_a_bar_for_every_step_that_moves_mass() {
        let tug = Element::new("tug", Mass::from_kg(1000.0))
            .with_engine(Engine::of_isp(450.0), Tank::of("LH2/LOX", Mass::from_kg(9000.0)));
        let vehicle = Vehicle::new().stack("tug", vec![tug]).expect("a stack");
        let steps = [
            Step::Burn(Burn::new("departure", DeltaV::from_km_s(3.6), &["tug"])),
            Step::Refuel { element: "tug".to_owned(), sent: None, lost_fraction: 0.1 },
        ];
        let flight = fly(&vehicle, &steps).expect("it closes");
        let figure = draw_waterfall("tug", &flight, "made up").expect("a figure");
        for word in ["departure", "−5.58 t", "lost: refuel tug", "taken aboard", "10.00 t", "start", "left", "made up"]
        {
            assert!(figure.svg().contains(word), "{word}");
        }
    }
}
