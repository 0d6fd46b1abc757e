//! Mutated inputs through every reader and every public function that takes numbers: no panic, no endless loop, no
//! number in an answer that is not finite, no memory without bound.
//!
//! `cargo test --release` runs some ten seconds of it. By hand:
//!
//! ```text
//! cargo test --release --test fuzz -- --inputs 10000000            # ten million, shared out by what they cost
//! cargo test --release --test fuzz -- --only oem --inputs 500000   # one target alone
//! cargo test --release --test fuzz -- --only oem --index 4711      # one input again, with what was drawn
//! cargo test --release --test fuzz -- --list                       # the targets
//! ```
//!
//! An input is a seed, a target and a number, whatever the number of threads. One that fails is made smaller and
//! printed; as a file in `fuzz/regressions` (`--keep fuzz/regressions` writes it) it is run again before all others,
//! for ever. With checks of overflow in the library's arithmetic:
//! `cargo test --release --config profile.release.package.portolan.overflow-checks=true --test fuzz`.

#![allow(clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking, in its functions too")]

mod finite;
mod memory;
mod minimise;
mod mutate;
mod run;
mod tape;
mod targets;
mod watch;
mod xml;

use std::process::ExitCode;

#[global_allocator]
static COUNTING: memory::Counting = memory::Counting;

/// Inputs of a run without `--inputs`: some ten seconds on two cores.
const FEW: u64 = 200_000;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    inputs: u64,
    seed: u64,
    only: Vec<String>,
    index: Option<u64>,
    from: u64,
    threads: usize,
    keep: Option<String>,
    list: bool,
}

fn read_arguments() -> Result<Asked, String> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(watch::MOST_WORKERS);
    let mut asked =
        Asked { inputs: FEW, seed: 1, only: Vec::new(), index: None, from: 0, threads, keep: None, list: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        let number = |text: String| text.replace('_', "").parse::<u64>().map_err(|_| format!("{text} is no number"));
        match argument.as_str() {
            "--inputs" => asked.inputs = number(value()?)?,
            "--seed" => asked.seed = number(value()?)?,
            "--index" => asked.index = Some(number(value()?)?),
            "--from" => asked.from = number(value()?)?,
            "--threads" => asked.threads = (number(value()?)? as usize).clamp(1, watch::MOST_WORKERS),
            "--only" => asked.only.push(value()?),
            "--keep" => asked.keep = Some(value()?),
            "--list" => asked.list = true,
            // what `cargo test` hands to every test program alike
            "--test-threads" | "--format" | "--color" | "--skip" | "-Z" | "--logfile" => drop(value()?),
            flag if flag.starts_with('-') => {}
            filter => asked.only.push(filter.to_owned()),
        }
    }
    Ok(asked)
}

fn main() -> ExitCode {
    let asked = match read_arguments() {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("fuzz: {why}");
            return ExitCode::from(2);
        }
    };
    if asked.list {
        for target in targets::TARGETS {
            println!("{}: test", target.name);
        }
        return ExitCode::SUCCESS;
    }
    for check in [finite::check_itself, tape::check_itself, xml::check_itself] {
        if let Err(why) = check() {
            eprintln!("fuzz: {why}");
            return ExitCode::FAILURE;
        }
    }
    run::run(&asked)
}
