//! The answer on stdout: one JSON object, or text.

use super::failure::Failure;
use crate::units::is_printable;
use serde_json::Value;
use std::borrow::Cow;
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
    write(&json_text(object))
}

/// Print to stdout, as a terminal can show it.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    write(&printable(text))
}

/// A text of lines for a terminal: what would move its cursor, change its colours or turn its direction of reading is
/// written out, `\u{1b}`.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let plain = |c: char| is_printable(c) || c == '\n' || c == '\t';
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| if plain(c) { c.to_string() } else { c.escape_unicode().to_string() });
    Cow::Owned(escaped.collect())
}

/// JSON text in which every character that a terminal would obey is escaped; outside of strings there is none.
fn json_text(object: &Value) -> String {
    let text = format!("{object:#}\n");
    if text.chars().all(|c| is_printable(c) || c == '\n') {
        return text;
    }
    text.chars()
        .map(|c| if is_printable(c) || c == '\n' { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
        .collect()
}

/// A reader that has closed the pipe, as `head` does, has had enough: that is no error.
fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Stdout { reason: error.to_string() }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn law_nothing_that_a_terminal_obeys_leaves_the_program() {
        assert_eq!(printable("a\u{1b}[2J\tb\n\u{9b}c\r"), "a\\u{1b}[2J\tb\n\\u{9b}c\\u{d}");
        assert!(matches!(printable("v∞ 3.2 km/s\n"), Cow::Borrowed(_)));
        let object = json!({ "name": "a\u{1b}[2J\u{7f}\u{9b}\u{202e}\n" });
        let text = json_text(&object);
        assert!(text.chars().all(|c| is_printable(c) || c == '\n'), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), object);
    }
}
