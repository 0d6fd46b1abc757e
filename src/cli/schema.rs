//! `portolan schema`: the JSON Schema of a campaign file.

use super::answer::print_json;
use super::failure::{Exit, Failure};

/// Print the JSON Schema of a campaign file, for editors that complete and check TOML
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run() -> Result<Exit, Failure> {
    print_json(&crate::campaign::json_schema())?;
    Ok(Exit::Done)
}
