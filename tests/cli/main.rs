//! The program as people use it: commands, exit codes, messages, and nothing written on an error.

#![cfg(feature = "cli")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its functions too")]

mod bench;
mod catalogue;
mod degenerate;
mod general;
mod kernels;
mod lambert;
mod lanes;
mod launch_period;
mod mars_moons;
mod messages;
mod moon_window;
mod names;
mod output;
mod porkchop;
mod porkchop_html;
mod propagate;
mod propagate_edges;
mod round_trip;
mod run;
mod stack;
mod small_bodies;
mod transfer;
mod validate;
mod verify;
mod windows;

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What the program said and how it left.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Outcome {
    /// The one JSON object on stdout.
    fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).expect("one JSON object and nothing else")
    }

    /// The refusal: exit code, an empty stdout, and the sentence on stderr.
    fn refusal(&self, code: i32) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{}", self.stderr);
        self.stderr.trim()
    }
}

/// Run `portolan` in a directory.
fn portolan_in(directory: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Outcome {
        code: output.status.code().expect("an exit code"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Run `portolan`.
fn portolan(arguments: &[&str]) -> Outcome {
    portolan_in(Path::new("."), arguments)
}

/// The names in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
