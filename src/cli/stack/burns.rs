//! Steps from a flag and from a transfer.

use crate::cli::failure::Failure;
use crate::time::Epoch;
use crate::units::{DeltaV, Dimension, parse_quantity};
use crate::vehicles::{Burn, Motor, Step, Vehicle};
use serde_json::Value;
use std::path::Path;

const FORM: &str = "write burns as \"TLI 3150 m/s @EDS\", waits as \"3 d\" or \"at NRHO 12 h\" and drops as \"drop EDS\", with commas between";

/// `TLI 3150 m/s @EDS, 3 d, LOI 950 m/s @DM, trim 5 m/s @DM:rcs, drop DM`.
pub(super) fn parse(text: &str, vehicle: &Vehicle) -> Result<Vec<Step>, String> {
    let known = |name: &str| vehicle.element(name).map(|e| e.name.clone()).map_err(|e| e.to_string());
    let mut steps = Vec::new();
    for (k, part) in text.split(',').map(str::trim).filter(|p| !p.is_empty()).enumerate() {
        if let Some(names) = part.strip_prefix("drop ") {
            let elements = names.split('+').map(known).collect::<Result<_, _>>()?;
            steps.push(Step::Drop { elements });
            continue;
        }
        let (what, by) = part.split_once('@').map_or((part, None), |(what, by)| (what.trim(), Some(by.trim())));
        let (name, quantity) = split_quantity(what).ok_or_else(|| format!("\"{part}\" is no step; {FORM}"))?;
        if let (Ok(time_s), None) = (parse_quantity(quantity, Dimension::Time), by) {
            let place = name.strip_prefix("at ").unwrap_or("").to_owned();
            let name = if name.is_empty() { quantity } else { name };
            steps.push(Step::Coast { name: name.to_owned(), duration_d: time_s / 86_400.0, place, stack: None });
            continue;
        }
        let dv_km_s = parse_quantity(quantity, Dimension::Speed).map_err(|e| format!("\"{part}\": {e}; {FORM}"))?;
        let default = format!("burn {}", k + 1);
        let mut burn = Burn::new(if name.is_empty() { &default } else { name }, DeltaV::from_km_s(dv_km_s), &[]);
        if let Some(by) = by {
            let by = match by.rsplit_once(':') {
                Some((by, "rcs")) => {
                    burn.motor = Motor::Thrusters;
                    by
                }
                _ => by,
            };
            burn.by = by.split('+').map(known).collect::<Result<_, _>>()?;
        }
        steps.push(Step::Burn(burn));
    }
    if steps.is_empty() { Err(format!("there is no step; {FORM}")) } else { Ok(steps) }
}

/// `TLI 3150 m/s` apart: the name and the quantity.
fn split_quantity(text: &str) -> Option<(&str, &str)> {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
    let mut starts =
        text.char_indices().filter(|(i, c)| numeric(*c) && (*i == 0 || text[..*i].ends_with(char::is_whitespace)));
    let (at, _) = starts.next_back()?;
    Some((text[..at].trim(), text[at..].trim()))
}

/// The burns of a transfer, with the waits between them in the place `cruise`, flown by the lowest stages first.
pub(super) fn of_transfer(path: &Path) -> Result<Vec<Step>, Failure> {
    let refuse = |reason: String| Failure::Flag { flag: "--transfer", reason: format!("{}: {reason}", path.display()) };
    let text = std::fs::read_to_string(path).map_err(|e| refuse(e.to_string()))?;
    let object: Value = serde_json::from_str(&text).map_err(|e| refuse(format!("this is no JSON: {e}")))?;
    let burns = object["burns"].as_array().filter(|b| !b.is_empty()).ok_or_else(|| {
        refuse("it has no list \"burns\"; give what `portolan transfer --format json` prints".to_owned())
    })?;
    let mut steps = Vec::new();
    let mut last: Option<Epoch> = None;
    for (k, burn) in burns.iter().enumerate() {
        let name = burn["name"].as_str().map_or_else(|| format!("burn {}", k + 1), str::to_owned);
        let number = |key: &str| burn[key].as_f64().filter(|v| v.is_finite());
        let dv_km_s = number("dv_km_s")
            .filter(|v| *v >= 0.0)
            .ok_or_else(|| refuse(format!("the burn \"{name}\" has no \"dv_km_s\" of zero or more")))?;
        let extra_km_s = number("finite_loss_km_s").unwrap_or(0.0) + number("margin_km_s").unwrap_or(0.0);
        if let Some(text) = burn["epoch"].as_str() {
            let epoch = Epoch::parse(text).map_err(|e| refuse(format!("the burn \"{name}\": {e}")))?;
            if let Some(before) = last {
                let duration_d = (epoch - before) / 86_400.0;
                if duration_d < 0.0 {
                    return Err(refuse(format!(
                        "the burn \"{name}\" comes before the one above it; put them in order"
                    )));
                }
                let (name, place) = (format!("to {name}"), "cruise".to_owned());
                steps.push(Step::Coast { name, duration_d, place, stack: None });
            }
            last = Some(epoch);
        }
        steps.push(Step::Burn(Burn::new(&name, DeltaV::from_km_s(dv_km_s + extra_km_s), &[])));
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Mass;
    use crate::vehicles::{Element, Engine, Supply, Tank};

    fn vehicle() -> Vehicle {
        let stage = |name: &str| {
            Element::new(name, Mass::from_kg(1000.0))
                .with_engine(Engine::of_isp(320.0), Tank::of("MMH/NTO", Mass::from_kg(3000.0)))
                .with_thrusters(Engine::of_isp(220.0), Supply::Shared)
        };
        Vehicle::new().stack("s", vec![stage("EDS"), stage("Altair DM")]).expect("a stack")
    }

    #[test]
    fn law_steps_are_read_as_people_write_them() {
        let text =
            "TLI 315 m/s @eds, 3 d, at NRHO 12 h, LOI 0.095 km/s @EDS+Altair DM, 5 m/s @Altair DM:rcs, drop EDS, 9m/s";
        let steps = parse(text, &vehicle()).expect("steps");
        let Step::Burn(tli) = &steps[0] else { panic!("a burn") };
        assert_eq!((tli.name.as_str(), tli.by.clone()), ("TLI", vec!["EDS".to_owned()]));
        let Step::Coast { duration_d, place, .. } = &steps[2] else { panic!("a coast") };
        assert_eq!((*duration_d, place.as_str()), (0.5, "NRHO"));
        let Step::Burn(loi) = &steps[3] else { panic!("a burn") };
        assert_eq!(loi.by, ["EDS", "Altair DM"]);
        let Step::Burn(trim) = &steps[4] else { panic!("a burn") };
        assert_eq!((trim.name.as_str(), trim.motor), ("burn 5", Motor::Thrusters));
        assert_eq!(steps[5], Step::Drop { elements: vec!["EDS".to_owned()] });
        let Step::Burn(rest) = &steps[6] else { panic!("a burn") };
        assert!(rest.by.is_empty());
    }

    #[test]
    fn refuses_steps_that_are_none() {
        for (text, says) in [
            ("", "there is no step"),
            ("TLI", "\"TLI\" is no step"),
            ("TLI 3150 kg @EDS", "\"kg\" measures a mass, but a speed is asked for here"),
            ("TLI 3150 m/s @EDX", "there is no element called \"EDX\"; did you mean \"EDS\"?"),
            ("drop X", "there is no element called \"X\""),
        ] {
            let got = parse(text, &vehicle()).expect_err(text);
            assert!(got.contains(says), "{got}");
        }
    }
}
