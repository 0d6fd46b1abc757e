//! A stack file: stages, crew and cargo, and the steps they fly; every value with its place.
//!
//! A mistake points at its line, and so does a step that cannot be flown: [`StackFile::refuse`].

mod mistake;
mod raw;
mod read;

pub use mistake::{StackFileError, StackMistake};

use super::error::{Source, Spot};
use crate::units::Mass;
use crate::vehicles::{Catalogue, FitError, FlightError, Step, Stopped, Vehicle};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A stack file, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct StackFile {
    /// the file and its text
    pub source: Arc<Source>,
    /// what the stack is called
    pub name: String,
    /// the vehicle at the start
    pub vehicle: Vehicle,
    /// what it flies
    pub steps: Vec<Step>,
    /// the load that counts as payload, where the file says or has but one cargo
    pub payload: Option<String>,
    /// where each step stands
    spans: Vec<Range<usize>>,
    /// where each stage stands, by name
    stages: Vec<(String, Range<usize>)>,
}

impl StackFile {
    /// Read a stack file.
    ///
    /// * `path`: the file
    /// * `catalogue`: what `catalogue = "…"` refers to
    ///
    /// # Errors
    /// [`StackFileError`] with the line, what is wrong and what cures it.
    pub fn read(path: &Path, catalogue: &Catalogue) -> Result<Self, StackFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| StackFileError::Unreadable { path: path.to_owned(), reason: e.to_string() })?;
        Self::parse(&path.display().to_string(), &text, catalogue)
    }

    /// Read the text of a stack file.
    ///
    /// * `name`: what refusals call it
    /// * `text`: TOML
    /// * `catalogue`: what `catalogue = "…"` refers to
    ///
    /// # Errors
    /// [`StackFileError::Wrong`] with the line, what is wrong and what cures it.
    pub fn parse(name: &str, text: &str, catalogue: &Catalogue) -> Result<Self, StackFileError> {
        let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
        read::read(&source, catalogue).map_err(|(span, mistake)| wrong(&source, span, mistake))
    }

    /// A step that could not be flown, as a mistake of the file.
    ///
    /// * `stopped`: what [`crate::vehicles::fly`] answered for this file's steps
    #[must_use]
    pub fn refuse(&self, stopped: &Stopped) -> StackFileError {
        let span = self.spans.get(stopped.step).cloned().unwrap_or(0..0);
        wrong(&self.source, span, StackMistake::Flight(stopped.error.clone()))
    }

    /// A search that found nothing, as a mistake of the file.
    ///
    /// * `error`: what [`crate::vehicles::largest_payload`] or [`crate::vehicles::smallest_stack`] answered
    #[must_use]
    pub fn refuse_fit(&self, error: &FitError) -> StackFileError {
        let of_stage = |name: &str| self.stages.iter().find(|(n, _)| n == name).map_or(0..0, |(_, span)| span.clone());
        match error {
            FitError::NotEvenEmpty { stopped, .. } | FitError::Stopped { stopped } => {
                let span = self.spans.get(stopped.step).cloned().unwrap_or(0..0);
                wrong(&self.source, span, StackMistake::Fit(error.clone()))
            }
            FitError::NoSize { element, .. }
            | FitError::Flight(FlightError::TankTooSmall { element, .. } | FlightError::Overfull { element, .. }) => {
                wrong(&self.source, of_stage(element), StackMistake::Fit(error.clone()))
            }
            _ => wrong(&self.source, 0..0, StackMistake::Fit(error.clone())),
        }
    }

    /// Mass of the payload at the start, or when it comes aboard.
    #[must_use]
    pub fn payload_mass(&self) -> Option<Mass> {
        let name = self.payload.as_ref()?;
        let aboard = self.vehicle.loads().iter().find(|l| l.name == *name).map(|l| l.mass);
        aboard.or_else(|| {
            self.steps.iter().find_map(|step| match step {
                Step::Load(load) if load.name == *name => Some(load.mass),
                _ => None,
            })
        })
    }
}

fn wrong(source: &Arc<Source>, span: Range<usize>, mistake: StackMistake) -> StackFileError {
    let at = Box::new(Spot { source: Arc::clone(source), span });
    StackFileError::Wrong { at, mistake: Box::new(mistake) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vehicles::{Firing, Motor, fly};

    fn catalogue() -> &'static Catalogue {
        Catalogue::embedded().expect("the catalogue")
    }

    const TUG: &str = r#"[stack]
name = "tug"

[stage.lower]
dry = "1.2 t"
propellant = "9 t"
isp = "452 s"
thrust = "110 kN"
kind = "LH2/LOX"
mixture_ratio = 5.5
residual = "1 %"
boil_off = "0.05 %"
boil_off_at = { NRHO = "0.02 %" }
rcs = { isp = "220 s", propellant = "180 kg" }

[stage.lander]
catalogue = "Altair DM"
cargo = "20 t"

[load.rover]
mass = "500 kg"
aboard = "lander"

[[step]]
coast = "10 d"
at = "LEO"

[[step]]
burn = "departure"
dv = "400 m/s"
by = "lower"
margin = "2 %"

[[step]]
burn = "trim"
dv = "5 m/s"
by = ["lower"]
engine = "rcs"
"#;

    fn refusal(from: &str, to: &str) -> String {
        assert!(TUG.contains(from), "{from}");
        StackFile::parse("tug.toml", &TUG.replacen(from, to, 1), catalogue()).expect_err("a refusal").to_string()
    }

    #[test]
    fn law_a_stack_file_is_flown_as_it_is_written() {
        let file = StackFile::parse("tug.toml", TUG, catalogue()).expect("a stack");
        assert_eq!(file.payload.as_deref(), Some("rover"));
        assert_eq!(file.payload_mass(), Some(Mass::from_kg(500.0)));
        let lander = file.vehicle.element("lander").expect("from the catalogue");
        assert_eq!((lander.dry.kg(), lander.cargo_capacity.map(Mass::kg)), (12_000.0, Some(20_000.0)));
        let flight = fly(&file.vehicle, &file.steps).expect("it closes");
        assert!((flight.dv().m_s() - 413.0).abs() < 1e-9);
        assert!((flight.events[0].boiled.kg() - 9000.0 * (1.0 - 0.9995_f64.powi(10))).abs() < 1e-9);
        let Step::Burn(trim) = &file.steps[2] else { panic!("a burn") };
        assert_eq!((trim.motor, trim.firing), (Motor::Thrusters, Firing::Sequence));
        assert!((flight.events[2].draws[0].left.kg() + flight.events[2].burnt.kg() - 180.0).abs() < 1e-9);
    }

    #[test]
    fn refuses_with_file_line_and_cure() {
        for (from, to, says) in [
            (
                "isp = \"452 s\"",
                "isp = \"452 km\"",
                "tug.toml:7:7: \"isp\": \"km\" measures a length, but a time is asked for",
            ),
            ("dry = \"1.2 t\"", "dry = \"-1.2 t\"", "tug.toml:5:7: \"dry\" is -1.2 t; write 0 or more"),
            ("dry = \"1.2 t\"", "drry = \"1.2 t\"", "tug.toml:5:1: unknown field `drry`"),
            (
                "catalogue = \"Altair DM\"",
                "catalogue = \"Altair DX\"",
                "tug.toml:17:13: the catalogue has no stage \"Altair DX\"; did you mean \"Altair DM\"?",
            ),
            (
                "by = \"lower\"",
                "by = \"lowr\"",
                "tug.toml:31:6: there is no stage \"lowr\" in this file; did you mean \"lower\"?",
            ),
            (
                "aboard = \"lander\"",
                "aboard = \"landr\"",
                "tug.toml:22:10: there is no stage \"landr\" in this file; did you mean \"lander\"?",
            ),
            ("dv = \"400 m/s\"\n", "", "tug.toml:29:8: a burn needs dv: add dv = \"3.2 km/s\" to it"),
            (
                "coast = \"10 d\"",
                "coast = \"10 kg\"",
                "tug.toml:25:9: \"coast\": \"kg\" measures a mass, but a time is asked for",
            ),
            ("engine = \"rcs\"", "engine = \"big\"", "tug.toml:38:10: \"engine\" is \"big\"; write one of main, rcs"),
            (
                "burn = \"departure\"",
                "drop = \"lower\"\nburn = \"departure\"",
                "a step does one thing, this one says burn and drop; make it two",
            ),
            (
                "residual = \"1 %\"",
                "residual = \"150 %\"",
                "\"residual\" is 150 %; write a part of the whole, 0 % to 100 %",
            ),
            (
                "cargo = \"20 t\"",
                "cargo = \"100 kg\"",
                "lander has room for 100 kg of cargo, not for 500; use a larger one, or two",
            ),
            (
                "[stage.lander]",
                "feeds = \"lower\"\n\n[stage.lander]",
                "tug.toml:16:9: \"feeds\" goes round in a circle: lower to lower; let one of them end it",
            ),
            (
                "by = \"lower\"",
                "by = \"quartz\"",
                "tug.toml:31:6: there is no stage \"quartz\" in this file; there is lander, lower",
            ),
            ("isp = \"452 s\"\n", "", "stage \"lower\" has a thrust and no isp: add isp = \"450 s\" to it"),
        ] {
            let got = refusal(from, to);
            assert!(got.contains(says), "{got}\nshould contain\n{says}");
        }
        assert!(
            StackFile::parse("t.toml", "[stack]\nname = 3\n", catalogue())
                .expect_err("no text")
                .to_string()
                .starts_with("t.toml:2:8: ")
        );
        let empty =
            StackFile::parse("t.toml", "[stack]\nname = \"x\"\n", catalogue()).expect_err("no stage").to_string();
        assert_eq!(empty, "t.toml:1:1: the stack has no stage; add [stage.NAME] with its dry mass, propellant and isp");
    }

    #[test]
    fn refuses_stages_that_follow_one_another_in_a_circle() {
        let text = TUG
            .replace("catalogue = \"Altair DM\"", "catalogue = \"Altair DM\"\nleaves_with = \"lower\"")
            .replace("isp = \"452 s\"", "isp = \"452 s\"\nleaves_with = \"lander\"");
        let refusal = StackFile::parse("tug.toml", &text, catalogue()).expect_err("a circle").to_string();
        assert_eq!(
            refusal,
            "tug.toml:8:15: \"leaves_with\" goes round in a circle: lower to lander to lower; let one of them end it"
        );
        let one_way = text.replace("leaves_with = \"lander\"\n", "");
        assert!(StackFile::parse("tug.toml", &one_way, catalogue()).is_ok());
    }

    #[test]
    fn refuses_a_burn_at_its_line() {
        let file = StackFile::parse("tug.toml", &TUG.replace("400 m/s", "4 km/s"), catalogue()).expect("a stack");
        let stopped = fly(&file.vehicle, &file.steps).expect_err("too much");
        let error = file.refuse(&stopped);
        assert!(error.to_string().starts_with("tug.toml:29:8: the burn departure of 4080.0 m/s needs "), "{error}");
        assert_eq!(error.spot().expect("a place").line_text(), "burn = \"departure\"");
    }
}
