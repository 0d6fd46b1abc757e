//! `portolan stack`: the rocket equation, stage by stage, both ways.

mod burns;
mod tell;

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::figures;
use super::flags;
use crate::campaign::{StackFile, StackFileError};
use crate::report::draw_waterfall;
use crate::units::Mass;
use crate::vehicles::table::names_near;
use crate::vehicles::{
    FitError, Flight, LargestPayload, SmallestStack, Step, Stopped, fly, largest_payload, smallest_stack,
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The rocket equation, stage by stage, both ways: what is left after each burn, the largest payload, the smallest stack
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// the stack file: stages, loads, steps
    #[arg(value_name = "STACK.toml")]
    stack: PathBuf,
    /// steps instead of those in the file: "TLI 3150 m/s @EDS, 3 d, LOI 950 m/s @DM, at NRHO 12 h, trim 5 m/s @DM:rcs, drop DM"
    #[arg(long, value_name = "STEPS", conflicts_with = "transfer", allow_hyphen_values = true)]
    burns: Option<String>,
    /// the burns of a transfer and the coasts between them (boiling off as in the place "cruise"), from the JSON of
    /// `portolan transfer`
    #[arg(long, value_name = "FILE.json")]
    transfer: Option<PathBuf>,
    /// largest mass of the payload, or of the load named, with which the flight closes
    #[arg(long, value_name = "LOAD", num_args = 0..=1, conflicts_with = "smallest_stack")]
    largest_payload: Option<Option<String>>,
    /// least propellant and structure with which the flight closes
    #[arg(long)]
    smallest_stack: bool,
    /// draw where the mass goes: FILE.svg or FILE.png
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    own: flags::OwnCatalogue,
}

/// What came of it.
enum Outcome {
    Flown(Flight),
    Stopped(Box<Stopped>),
    Largest { load: String, found: LargestPayload },
    Smallest(SmallestStack),
}

impl Outcome {
    fn flight(&self) -> Option<&Flight> {
        match self {
            Self::Flown(flight) => Some(flight),
            Self::Stopped(_) => None,
            Self::Largest { found, .. } => Some(&found.flight),
            Self::Smallest(found) => Some(&found.flight),
        }
    }
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    arguments.out.as_deref().map_or(Ok(()), figures::check)?;
    let catalogue = arguments.own.load()?;
    let file = StackFile::read(&arguments.stack, &catalogue).map_err(Failure::stack)?;
    let steps = arguments.steps(&file)?;
    let own_steps = arguments.burns.is_none() && arguments.transfer.is_none();
    // steps of a flag have no line in the file
    let blame = |stopped: &Stopped| -> Failure {
        if own_steps { Failure::stack(file.refuse(stopped)) } else { Failure::stack_step(stopped) }
    };
    let outcome = if let Some(wanted) = &arguments.largest_payload {
        let load = arguments.payload(wanted.as_ref(), &file, &steps)?;
        match largest_payload(&file.vehicle, &steps, &load) {
            Ok(found) => Outcome::Largest { load, found },
            Err(error) => return Err(arguments.no_fit(&file, &error, own_steps)),
        }
    } else if arguments.smallest_stack {
        match smallest_stack(&file.vehicle, &steps) {
            Ok(found) => Outcome::Smallest(found),
            Err(error) => return Err(arguments.no_fit(&file, &error, own_steps)),
        }
    } else {
        match fly(&file.vehicle, &steps) {
            Ok(flight) => Outcome::Flown(flight),
            Err(stopped) if stopped.error.is_shortage() => Outcome::Stopped(stopped),
            Err(stopped) => return Err(blame(&stopped)),
        }
    };
    if let (Some(path), Some(flight)) = (&arguments.out, outcome.flight()) {
        let provenance = format!(
            "portolan stack {}; masses and specific impulses as that file and the catalogue state them.",
            file.source.name
        );
        let figure = draw_waterfall(&file.name, flight, &provenance)?;
        figures::write(path, &figure)?;
    }
    match format {
        Format::Json => print_json(&tell::to_json(&file, &outcome, &steps))?,
        Format::Text => print(&tell::to_text(&file, &outcome))?,
    }
    match (&outcome, format) {
        (Outcome::Stopped(stopped), Format::Text) => Err(blame(stopped)),
        (Outcome::Stopped(_), Format::Json) => Ok(Exit::Infeasible),
        _ => Ok(Exit::Done),
    }
}

impl Arguments {
    fn steps(&self, file: &StackFile) -> Result<Vec<Step>, Failure> {
        match (&self.burns, &self.transfer) {
            (Some(text), _) => {
                burns::parse(text, &file.vehicle).map_err(|reason| Failure::Flag { flag: "--burns", reason })
            }
            (None, Some(path)) => burns::of_transfer(path),
            (None, None) => Ok(file.steps.clone()),
        }
    }

    fn payload(&self, wanted: Option<&String>, file: &StackFile, steps: &[Step]) -> Result<String, Failure> {
        let taken = steps.iter().filter_map(|s| if let Step::Load(load) = s { Some(load) } else { None });
        let names: Vec<&str> = file.vehicle.loads().iter().chain(taken).map(|l| l.name.as_str()).collect();
        if let Some(asked) = wanted.filter(|w| !names.iter().any(|n| n.eq_ignore_ascii_case(w.trim()))) {
            let hint = names_near(asked, &names);
            let reason = format!("there is no load called \"{asked}\"{hint}");
            return Err(Failure::Flag { flag: "--largest-payload", reason });
        }
        wanted.or(file.payload.as_ref()).cloned().ok_or_else(|| {
            let reason = if names.is_empty() {
                "the stack carries no load; add [load.NAME] with its mass and where it is aboard".to_owned()
            } else {
                format!("which load? name one of {}, or write payload = \"…\" under [stack]", names.join(", "))
            };
            Failure::Flag { flag: "--largest-payload", reason }
        })
    }

    fn no_fit(&self, file: &StackFile, error: &FitError, own_steps: bool) -> Failure {
        if own_steps {
            return Failure::stack(file.refuse_fit(error));
        }
        if let FitError::Stopped { stopped } = error {
            return Failure::stack_step(stopped);
        }
        let at_stage = matches!(error, FitError::NoSize { .. });
        if at_stage { Failure::stack(file.refuse_fit(error)) } else { Failure::Fit(error.clone()) }
    }
}

impl Failure {
    /// A mistake in a stack file.
    fn stack(error: StackFileError) -> Self {
        Self::Stack(Box::new(error))
    }

    /// A step of a flag that cannot be taken.
    fn stack_step(stopped: &Stopped) -> Self {
        Self::Flight { step: stopped.step + 1, error: stopped.error.clone() }
    }
}

fn payload_json(file: &StackFile, flight: &Flight, payload: Option<(&str, Mass)>) -> Value {
    let own = file.payload.as_deref().zip(file.payload_mass());
    match payload.or(own) {
        Some((name, mass)) => json!({
            "name": name,
            "mass_kg": mass.kg(),
            "gear_ratio": (mass > Mass::ZERO).then(|| crate::vehicles::flown_gear_ratio(flight, mass)),
        }),
        None => Value::Null,
    }
}
