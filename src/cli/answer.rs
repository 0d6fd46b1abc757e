//! The answer on stdout: one JSON object, or text.

use super::failure::Failure;
use serde_json::Value;
use std::io::{ErrorKind, Write};

/// How the answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Format {
    /// for people
    #[default]
    Text,
    /// one object, for scripts
    Json,
}

/// Print one JSON object.
pub(super) fn print_json(object: &Value) -> Result<(), Failure> {
    print(&format!("{object:#}\n"))
}

/// Print to stdout. A reader that has closed the pipe, as `head` does, has had enough: that is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Stdout { reason: error.to_string() }),
        _ => Ok(()),
    }
}
