//! `portolan propagate`: a state under forces, forward or back, with events.

mod ask;
mod tell;

use super::answer::{Format, print, print_json};
use super::failure::{Exit, Failure};
use super::flags;
use super::output::write_atomically;
use super::question::Reading;
use crate::propagation::events::{Gap, Occurrence};
use crate::propagation::{Awaited, Ending, Integrator, JourneyError, Leg, Propagator, Start, Stop, fly_journey};
use ask::{Outfile, Question};
use std::path::PathBuf;
use std::time::Instant;

/// A state forward or back under point masses, gravity fields, sunlight, air and engines, with events
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// the state: TOML (with its [model]), CCSDS OPM, or CCSDS OEM (its last state, or that of --from)
    #[arg(value_name = "STATE")]
    state: PathBuf,
    /// how long: "30 d", "36 h", or bare seconds; negative for back
    #[arg(long = "for", value_name = "T", value_parser = flags::time_s, allow_hyphen_values = true)]
    span: f64,
    #[command(flatten)]
    reading: Reading,
    /// events to tell, by comma: periapsis, apoapsis, node, radius=KM, altitude=KM, soi=BODY, penumbra=BODY,
    /// umbra=BODY; none: not even the passage below the surface
    #[arg(long, value_name = "EVENTS", default_value = "periapsis,apoapsis")]
    events: String,
    /// end at an event, written as in --events; exit code 1 where it does not come in time
    #[arg(long, value_name = "EVENT")]
    until: Option<String>,
    /// which occurrence of that event, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1, requires = "until", value_parser = clap::value_parser!(u32).range(1..))]
    nth: u32,
    /// also write the trajectory: .csv, .oem, .bsp (SPK type 13), .parquet; or its end: .opm; may be repeated
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// rows of a table, the ends included; without it as many as the readers of an .oem or .bsp need for a millimetre, and
    /// 1001 in a .csv or .parquet
    #[arg(long, value_name = "N")]
    rows: Option<u32>,
    /// name of the spacecraft in the files; without it the one that an OPM or OEM has, or PORTOLAN
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// NAIF number of the spacecraft in a .bsp
    #[arg(long, value_name = "ID", default_value_t = -999_999, allow_hyphen_values = true)]
    naif_id: i32,
    /// go on from sphere of influence to sphere of influence, each leg about its own centre
    #[arg(long)]
    switch_center: bool,
    /// end with an error where the way meets the surface of the centre; otherwise that is an event of the answer
    #[arg(long)]
    stop_at_surface: bool,
    /// the method: collocation flies every force, taylor point masses
    #[arg(long, value_enum, default_value_t)]
    integrator: Method,
    /// also tell how the end changes with the start
    #[arg(long, conflicts_with = "switch_center")]
    transition: bool,
    /// fly it again in nyx-space and tell the difference (a build with --features nyx)
    #[arg(long, conflicts_with = "switch_center")]
    verify: bool,
    #[command(flatten)]
    kernels: flags::Kernels,
}

/// The methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Method {
    /// Gauss-Legendre collocation
    #[default]
    Collocation,
    /// Taylor series
    Taylor,
}

pub(super) fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let files = arguments.out.iter().map(|path| Outfile::of(path)).collect::<Result<Vec<_>, _>>()?;
    if arguments.rows.is_some_and(|rows| !(2..=10_000_000).contains(&rows)) {
        return Err(Failure::Flag { flag: "--rows", reason: "write a number from 2 to 10000000".to_owned() });
    }
    // said before anything is flown or written
    if arguments.verify && cfg!(not(feature = "nyx")) {
        return Err(Failure::NoWitness);
    }
    let ephemerides = arguments.kernels.load()?;
    let question = Question::read(arguments, &ephemerides)?;
    if let Some(talk) = question.talk() {
        eprintln!("portolan: {talk}");
    }
    let until = match &arguments.until {
        None => None,
        Some(text) => Some(ask::single_event(text, &question, &ephemerides)?),
    };
    let events = ask::events(&arguments.events, &question, &ephemerides)?;
    let stop = if arguments.stop_at_surface { Stop::AtSurface } else { Stop::Never };
    let integrator = match arguments.integrator {
        Method::Collocation => Integrator::Collocation,
        Method::Taylor if !question.forces.only_points() => {
            let reason = "Taylor series fly point masses alone: leave --integrator out".to_owned();
            return Err(Failure::Flag { flag: "--integrator", reason });
        }
        Method::Taylor if arguments.transition => {
            let reason = "the transition matrix comes with collocation: leave --integrator out".to_owned();
            return Err(Failure::Flag { flag: "--integrator", reason });
        }
        Method::Taylor => Integrator::Taylor,
    };
    let start = Start { state: question.state, epoch: question.epoch, span_s: arguments.span };
    let tolerance = question.tolerance;
    let started = Instant::now();
    let (legs, failed) = if arguments.switch_center {
        if until.is_some() {
            let reason = "a journey ends with its time: leave --switch-center or --until out".to_owned();
            return Err(Failure::Flag { flag: "--until", reason });
        }
        let journey = fly_journey(&question.forces, &ephemerides, &start, |forces| {
            Propagator::new(forces).tolerance(tolerance).stop(stop).integrator(integrator)
        });
        (journey.legs, journey.result.err())
    } else {
        let mut propagator = Propagator::new(&question.forces).tolerance(tolerance).stop(stop).integrator(integrator);
        if let Some(event) = until {
            propagator = propagator.until(event, arguments.nth);
        }
        if arguments.transition {
            propagator = propagator.with_transition();
        }
        let flown = propagator.fly(&start);
        let failed = flown.result.clone().err().map(JourneyError::from);
        (vec![Leg { forces: question.forces.clone(), start, flown }], failed)
    };
    let elapsed_s = started.elapsed().as_secs_f64();
    // a flight that never began leaves no file
    if let Some(error) = failed.as_ref().filter(|_| legs.iter().all(|leg| leg.flown.trajectory.steps() == 0)) {
        return Err(error.clone().into());
    }
    // what was flown is kept, also when it ended early
    for file in &files {
        let bytes = tell::file_bytes(file, arguments, &question, &legs)?;
        write_atomically(&file.path, &bytes)?;
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let mut occurrences: Vec<(usize, Occurrence)> = Vec::new();
    let mut gaps: Vec<(usize, Gap)> = Vec::new();
    for (number, leg) in legs.iter().enumerate() {
        let mut found = leg.flown.trajectory.passages(&events);
        if arguments.events.trim() != "none" {
            let below = surface(leg);
            found.occurrences.extend(below.0);
            found.gaps.extend(below.1);
        }
        let direction = arguments.span.signum();
        found.occurrences.sort_by(|a, b| (a.after_s * direction).total_cmp(&(b.after_s * direction)));
        occurrences.extend(found.occurrences.into_iter().map(|o| (number, o)));
        gaps.extend(found.gaps.into_iter().map(|gap| (number, gap)));
    }
    // the legs of a journey wait for events of their own
    let flown = &legs[0].flown;
    let awaited = flown.awaited.as_ref().filter(|_| arguments.until.is_some());
    let missed = awaited.filter(|_| !matches!(flown.result, Ok(Ending::Event(_))));
    for sentence in told(&legs, &gaps, missed) {
        eprintln!("portolan: {sentence}");
    }
    let verified = if arguments.verify { Some(ask::witness(&legs[0], &ephemerides)?) } else { None };
    let (question, legs, occurrences, gaps) = (&question, &legs[..], &occurrences[..], &gaps[..]);
    let answer = tell::Answer { question, legs, occurrences, gaps, awaited, elapsed_s, verified };
    match format {
        Format::Json => print_json(&answer.json())?,
        Format::Text => print(&answer.text())?,
    }
    Ok(if missed.is_some() { Exit::Infeasible } else { Exit::Done })
}

/// The first passage below the surface of the centre, through which points fly on.
fn surface(leg: &Leg) -> (Option<Occurrence>, Vec<Gap>) {
    use crate::propagation::events::{Crossing, Event};
    let center = leg.forces.points.center;
    if center.radius_km <= 0.0 {
        return (None, Vec::new());
    }
    let sense = if leg.start.span_s < 0.0 { Crossing::Rising } else { Crossing::Falling };
    let below = Event::altitude(center, 0.0, sense).named("surface");
    let found = leg.flown.trajectory.passages(&[below]);
    (found.occurrences.into_iter().next(), found.gaps)
}

/// Events that were not told, and the one that was waited for in vain, a sentence each.
fn told(legs: &[Leg], gaps: &[(usize, Gap)], missed: Option<&Awaited>) -> Vec<String> {
    let mut sentences: Vec<String> = gaps
        .iter()
        .map(|(number, gap)| match legs {
            [_] => gap.to_string(),
            _ => format!("about {}, {gap}", legs[*number].forces.points.center.name),
        })
        .collect();
    if let Some(awaited) = missed {
        sentences.extend(awaited.gaps.iter().map(|gap| format!("--until: {gap}")));
        sentences.push(format!("--until: {awaited}: the flight ends with its time, --for"));
    }
    sentences
}
