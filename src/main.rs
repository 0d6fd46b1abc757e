//! The program `portolan`; its commands are in `src/cli/`.

use std::process::ExitCode;

#[cfg(feature = "cli")]
fn main() -> ExitCode {
    portolan::cli::main()
}

#[cfg(not(feature = "cli"))]
fn main() -> ExitCode {
    eprintln!("this build of portolan is the library alone: build it with the feature `cli` for the program");
    ExitCode::from(2)
}
