//! Why a command gives no answer, and the code that the program leaves with.

use super::answer::printable;
use super::output::OutputError;
use crate::bodies::{BodyError, ElementsError};
use crate::campaign::{CampaignError, Pointed, RunError, Spot, StackFileError, StackMistake};
use crate::costs::CostError;
use crate::ephemerides::EphemerisError;
use crate::propagation::JourneyError;
use crate::propagation::files::FileError;
use crate::propagation::state_file::StateFileError;
use crate::propagation::taylor::PropagationError;
use crate::report::{FigureError, ReportError};
use crate::transfers::departure::DepartureError;
use crate::transfers::lambert::LambertError;
use crate::transfers::launch_period::LaunchPeriodError;
use crate::transfers::mars_moons::MarsMoonError;
use crate::transfers::moon_window::MoonWindowError;
use crate::transfers::porkchop::PorkchopError;
use crate::transfers::round_trip::RoundTripError;
use crate::transfers::validation::ValidationError;
use crate::vehicles::{CatalogueError, FitError, FlightError};
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use thiserror::Error;

/// What the program's exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// the question is answered
    Done = 0,
    /// the answer is that there is no way
    Infeasible = 1,
    /// a file or a flag of the user is wrong
    Input = 2,
    /// data are missing
    DataMissing = 3,
    /// portolan itself is wrong
    Bug = 70,
}

impl Exit {
    pub(super) const TABLE: &str =
        "Exit codes: 0 done, 1 infeasible, 2 your file or flags, 3 data missing, 70 our bug.";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command gives no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(super) enum Failure {
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    #[error(transparent)]
    Ephemeris(#[from] EphemerisError),
    #[error(transparent)]
    Porkchop(#[from] PorkchopError),
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error(transparent)]
    Elements(#[from] ElementsError),
    #[error(transparent)]
    LaunchPeriod(LaunchPeriodError),
    #[error(transparent)]
    RoundTrip(RoundTripError),
    #[error(transparent)]
    MoonWindow(MoonWindowError),
    #[error(transparent)]
    MarsMoon(#[from] MarsMoonError),
    #[error(transparent)]
    Lambert(#[from] LambertError),
    #[error(transparent)]
    Departure(#[from] DepartureError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Cost(#[from] CostError),
    #[error(transparent)]
    Run(RunError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    #[error(transparent)]
    Propagation(#[from] PropagationError),
    #[error(transparent)]
    StateTable(#[from] FileError),
    #[error(transparent)]
    Journey(JourneyError),
    #[error(transparent)]
    Validation(#[from] ValidationError),
    #[error(transparent)]
    Stack(Box<StackFileError>),
    /// A step of a flag that cannot be taken.
    #[error("step {step}: {error}")]
    Flight { step: usize, error: FlightError },
    #[error(transparent)]
    Fit(FitError),
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A flag whose value is fine by itself and wrong for this question.
    #[error("{flag}: {reason}")]
    Flag { flag: &'static str, reason: String },
    /// nyx did not come to the end of what we flew.
    #[cfg_attr(not(feature = "nyx"), expect(dead_code, reason = "without nyx nothing is witnessed"))]
    #[error("the flight has no witness: {reason}")]
    Witness { reason: String },
    /// A build without nyx.
    #[error(
        "this portolan was built without nyx-space, so nothing can fly this again: build it with `cargo build --release --features nyx`"
    )]
    NoWitness,
    /// A fixed input that does not go through.
    #[error("bench {id}: {reason}")]
    Bench { id: &'static str, reason: String },
    /// A file of cells that the system or a library does not take.
    #[error("cannot write {}: {reason}", path.display())]
    Cells { path: PathBuf, reason: String },
    #[error("cannot write the answer to stdout: {reason}")]
    Stdout { reason: String },
}

/// A figure that cannot be drawn, as a report's mistake.
impl From<FigureError> for Failure {
    fn from(error: FigureError) -> Self {
        Self::Report(error.into())
    }
}

/// A run's mistakes in the file, in dates and in bodies are those of the other commands.
impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Campaign(error) => Self::Campaign(error),
            RunError::Ephemeris(error) => Self::Ephemeris(error),
            RunError::Porkchop(error) => Self::Porkchop(error),
            RunError::Catalogue(error) => Self::Catalogue(error),
            RunError::Cost(error) => Self::Cost(error),
            other => Self::Run(other),
        }
    }
}

/// What a leg of a journey meets is what any propagation meets.
impl From<JourneyError> for Failure {
    fn from(error: JourneyError) -> Self {
        match error {
            JourneyError::Leg(error) => Self::Propagation(error),
            JourneyError::Ephemeris(error) => Self::Ephemeris(error),
            other => Self::Journey(other),
        }
    }
}

impl From<LaunchPeriodError> for Failure {
    fn from(error: LaunchPeriodError) -> Self {
        match error {
            LaunchPeriodError::Porkchop(error) => Self::Porkchop(error),
            other => Self::LaunchPeriod(other),
        }
    }
}

impl From<RoundTripError> for Failure {
    fn from(error: RoundTripError) -> Self {
        match error {
            RoundTripError::Porkchop(error) => Self::Porkchop(error),
            other => Self::RoundTrip(other),
        }
    }
}

impl From<MoonWindowError> for Failure {
    fn from(error: MoonWindowError) -> Self {
        match error {
            MoonWindowError::Ephemeris(error) => Self::Ephemeris(error),
            other => Self::MoonWindow(other),
        }
    }
}

impl Failure {
    /// The exit code of this failure.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Ephemeris(error) | Self::Porkchop(PorkchopError::Ephemeris(error)) => of_ephemerides(error),
            Self::Porkchop(PorkchopError::NoOpportunity { .. }) => Exit::Infeasible,
            Self::Lambert(error) => of_lambert(error),
            Self::Propagation(PropagationError::Ephemeris { source, .. }) => of_ephemerides(source),
            Self::Propagation(
                PropagationError::Impact { .. }
                | PropagationError::StepCollapsed { .. }
                | PropagationError::OutOfPropellant { .. },
            ) => Exit::Infeasible,
            Self::Departure(error) => of_departure(error),
            Self::NoWitness => Exit::DataMissing,
            Self::Stack(error) => of_stack(error),
            Self::Flight { error, .. } if error.is_shortage() => Exit::Infeasible,
            Self::Fit(error) => of_fit(error),
            // The tables in the program are ours; a name that is not in them is the user's.
            Self::Catalogue(error) if !matches!(error, CatalogueError::Unknown { .. }) => Exit::Bug,
            Self::Cost(CostError::Catalogue { .. }) | Self::Bench { .. } | Self::Validation(_) => Exit::Bug,
            Self::Body(_)
            | Self::Elements(_)
            | Self::LaunchPeriod(_)
            | Self::RoundTrip(_)
            | Self::MoonWindow(_)
            | Self::MarsMoon(_)
            | Self::Campaign(_)
            | Self::Porkchop(_)
            | Self::Catalogue(_)
            | Self::Cost(_)
            | Self::Run(_)
            | Self::Report(_)
            | Self::StateFile(_)
            | Self::StateTable(_)
            | Self::Journey(_)
            | Self::Propagation(_)
            | Self::Flight { .. }
            | Self::Output(_)
            | Self::Cells { .. }
            | Self::Flag { .. }
            | Self::Witness { .. }
            | Self::Stdout { .. } => Exit::Input,
        }
    }

    /// Print it to stderr: a picture on a terminal, plain lines elsewhere or under `NO_COLOR`.
    pub(super) fn print(&self) {
        let stderr = std::io::stderr();
        let plain = !stderr.is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let text = if plain { self.plain() } else { self.picture().unwrap_or_else(|| self.plain()) };
        // Nobody is left to tell when stderr is closed; the exit code still says it.
        let _ = write!(stderr.lock(), "{text}");
    }

    /// `mars.toml:14:6: no body is called "Mras"; did you mean "Mars"?` and the line itself.
    fn plain(&self) -> String {
        let mut text = format!("portolan: {self}\n");
        if let Some(spot) = self.spot() {
            let line = spot.line_and_column().line;
            text.push_str(&format!("  {line} | {}\n", spot.line_text().trim_end()));
        }
        printable(&text).into_owned()
    }

    /// The place in a file of the user's that this is about.
    fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Campaign(error) => error.spot(),
            Self::Stack(error) => error.spot(),
            _ => None,
        }
    }

    fn picture(&self) -> Option<String> {
        let pointed = match self {
            Self::Campaign(error) => Pointed::new(error)?,
            Self::Stack(error) => {
                // what is wrong stands above the line, the cure under it
                let sentence = error.mistake()?.to_string();
                let (wrong, cure) = sentence.split_once("; ").map_or((sentence.as_str(), None), |(w, c)| (w, Some(c)));
                Pointed::at(error.spot()?, wrong.to_owned(), cure.map(str::to_owned))
            }
            _ => return None,
        };
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode());
        handler.render_report(&mut text, &pointed).ok()?;
        Some(text)
    }
}

fn of_stack(error: &StackFileError) -> Exit {
    match error.mistake() {
        Some(StackMistake::Flight(error)) if error.is_shortage() => Exit::Infeasible,
        Some(StackMistake::Fit(error)) => of_fit(error),
        _ => Exit::Input,
    }
}

fn of_fit(error: &FitError) -> Exit {
    match error {
        FitError::Flight(error) if !error.is_shortage() => Exit::Input,
        FitError::Stopped { stopped } if !stopped.error.is_shortage() => Exit::Input,
        FitError::NoLimit { .. } => Exit::Input,
        _ => Exit::Infeasible,
    }
}

fn of_ephemerides(error: &EphemerisError) -> Exit {
    match error {
        // The date or the file is the user's; a body without kernel is a file that nobody gave.
        EphemerisError::OutsideKernel { .. }
        | EphemerisError::InGap { .. }
        | EphemerisError::UnreadSegment { .. }
        | EphemerisError::BadKernel { .. } => Exit::Input,
        _ => Exit::DataMissing,
    }
}

fn of_departure(error: &DepartureError) -> Exit {
    match error {
        DepartureError::Ephemeris(error)
        | DepartureError::Flight(PropagationError::Ephemeris { source: error, .. }) => of_ephemerides(error),
        DepartureError::SteepAsymptote { .. }
        | DepartureError::HighLatitude { .. }
        | DepartureError::TooWeak { .. }
        | DepartureError::NoPhasing { .. }
        | DepartureError::NoPull { .. }
        | DepartureError::NotAimed { .. }
        | DepartureError::Flight(_) => Exit::Infeasible,
        _ => Exit::Input,
    }
}

fn of_lambert(error: &LambertError) -> Exit {
    match error {
        LambertError::Parallel | LambertError::PlaneFree { .. } | LambertError::TooShort { .. } => Exit::Infeasible,
        _ => Exit::Input,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{Campaign, Known};
    use crate::time::{Epoch, Window};

    #[test]
    fn law_every_kind_of_failure_has_its_exit_code() {
        let epoch = Epoch::from_calendar(2100, 1, 1);
        let outside = EphemerisError::OutsideKernel { body: "Mars".to_owned(), epoch, start: epoch, end: epoch };
        let missing = EphemerisError::NoSuchBody { body: "NAIF -1176".to_owned(), naif_id: -1176 };
        let no_opportunity =
            PorkchopError::NoOpportunity { departure: "Earth".to_owned(), arrival: "Mars".to_owned(), after: epoch };
        for (failure, exit) in [
            (Failure::from(outside.clone()), 2),
            (Failure::from(PorkchopError::from(outside)), 2),
            (Failure::from(missing.clone()), 3),
            (Failure::from(PorkchopError::from(missing)), 3),
            (Failure::from(no_opportunity), 1),
            (Failure::from(LambertError::Parallel), 1),
            (Failure::from(LambertError::NoTime { tof_s: -1.0 }), 2),
            (Failure::Flag { flag: "--out", reason: String::new() }, 2),
        ] {
            assert_eq!(failure.exit() as i32, exit, "{failure:?}");
        }
    }

    #[test]
    fn refuses_in_plain_lines_and_in_a_picture() {
        let known = Known {
            launchers: Vec::new(),
            partners: Vec::new(),
            cost_classes: Vec::new(),
            kernels: Window::parse("2009-12-01..2060-02-01").expect("a span"),
        };
        let text = "[campaign]\nnmae = \"x\"   # what\n";
        let failure = Failure::from(Campaign::parse("mars.toml", text, &known).expect_err("misspelt"));
        assert_eq!(
            failure.plain(),
            "portolan: mars.toml:2:1: [campaign] has no key \"nmae\"; did you mean \"name\"?\n  2 | nmae = \"x\"   # what\n"
        );
        let picture = failure.picture().expect("a picture");
        assert!(picture.contains("[campaign] has no key \"nmae\"") && picture.contains("mars.toml:2:1"), "{picture}");
        assert!(Failure::from(LambertError::Parallel).picture().is_none());
    }
}
