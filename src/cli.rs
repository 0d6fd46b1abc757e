//! The program `portolan`: one file per subcommand. The answer goes to stdout, all talk to stderr.

mod answer;
mod bench;
mod bug;
mod catalogue;
mod failure;
mod figures;
mod flags;
mod flight_curves;
mod lambert;
mod launch_period;
mod mars_moons;
mod moon_window;
pub mod output;
mod pair;
mod porkchop;
mod propagate;
mod question;
mod round_trip;
mod run;
mod schema;
mod stack;
mod threads;
mod transfer;
mod validate;
mod verify;
mod windows;
mod witness;

pub use failure::Exit;

use crate::numerics::lanes::Width;
use answer::Format;
use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nlicence ", env!("CARGO_PKG_LICENSE"));

/// Orbital transfers, delta-v and space logistics: from a campaign file to dated burns, masses, money and shares.
#[derive(Debug, Parser)]
#[command(name = "portolan", version = VERSION, arg_required_else_help = true, after_help = Exit::TABLE)]
struct Portolan {
    /// how the answer is printed: text for people, json for scripts (one object)
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Porkchop(Box<porkchop::Arguments>),
    Windows(Box<windows::Arguments>),
    LaunchPeriod(Box<launch_period::Arguments>),
    RoundTrip(Box<round_trip::Arguments>),
    MoonWindow(moon_window::Arguments),
    MarsMoons(mars_moons::Arguments),
    Lambert(lambert::Arguments),
    Transfer(Box<transfer::Arguments>),
    Propagate(propagate::Arguments),
    Stack(stack::Arguments),
    Verify(verify::Arguments),
    Validate(validate::Arguments),
    Catalogue(catalogue::Arguments),
    Schema(schema::Arguments),
    Bench(bench::Arguments),
}

/// Run the program with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    bug::install();
    output::watch_signals();
    let portolan = match Portolan::try_parse() {
        Ok(portolan) => portolan,
        Err(usage) => {
            // Help and version come the same way and leave with 0; a closed pipe is not worth a word.
            let _ = usage.print();
            return if usage.use_stderr() { Exit::Input.into() } else { Exit::Done.into() };
        }
    };
    if let Err(reason) = Width::asked() {
        let failure = Failure::Flag { flag: "PORTOLAN_LANES", reason };
        failure.print();
        return failure.exit().into();
    }
    threads::bound();
    let outcome = match &portolan.command {
        Command::Run(arguments) => run::run(arguments, portolan.format),
        Command::Porkchop(arguments) => porkchop::run(arguments, portolan.format),
        Command::Windows(arguments) => windows::run(arguments, portolan.format),
        Command::LaunchPeriod(arguments) => launch_period::run(arguments, portolan.format),
        Command::RoundTrip(arguments) => round_trip::run(arguments, portolan.format),
        Command::MoonWindow(arguments) => moon_window::run(arguments, portolan.format),
        Command::MarsMoons(arguments) => mars_moons::run(arguments, portolan.format),
        Command::Lambert(arguments) => lambert::run(arguments, portolan.format),
        Command::Transfer(arguments) => transfer::run(arguments, portolan.format),
        Command::Propagate(arguments) => propagate::run(arguments, portolan.format),
        Command::Stack(arguments) => stack::run(arguments, portolan.format),
        Command::Validate(arguments) => validate::run(arguments, portolan.format),
        Command::Verify(arguments) => verify::run(arguments, portolan.format),
        Command::Catalogue(arguments) => catalogue::run(arguments, portolan.format),
        Command::Schema(_) => schema::run(),
        Command::Bench(arguments) => bench::run(arguments, portolan.format),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_the_flags_do_not_contradict_one_another() {
        <Portolan as clap::CommandFactory>::command().debug_assert();
    }
}
