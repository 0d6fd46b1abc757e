//! Names as files give them: one printable line of bounded length.
//!
//! A name goes into tables, figures, pages, file names and onto terminals. Each of these has characters of its own that
//! it cannot show, or that do something there; what is printable everywhere is said here, once.

use thiserror::Error;

/// Longest name in characters.
pub const LONGEST_NAME: usize = 200;

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing of it can be seen.
    #[error("a name has at least one visible character")]
    Blank,
    /// It is longer than any line that shows it.
    #[error("a name of {length} characters is longer than {LONGEST_NAME}; shorten it")]
    TooLong {
        /// characters of it
        length: usize,
    },
    /// A character that breaks the line, moves a terminal's cursor or turns the direction of reading.
    #[error("a name is one printable line, and character {position} of this one is {character}; take it out")]
    NotPrintable {
        /// which character, from 1
        position: usize,
        /// `U+001B`
        character: String,
    },
}

/// Whether a character shows itself and does nothing else, on a terminal, in XML, and in a line of a table.
///
/// Not printable are the control characters of C0 and C1, the separators of lines and paragraphs, marks that turn the
/// direction of reading, characters without width, and what is no character.
#[must_use]
pub const fn is_printable(character: char) -> bool {
    !matches!(
        character,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
    )
}

/// Name check: whether a text is one printable line of at most [`LONGEST_NAME`] characters, and not blank.
///
/// * `text`: as written in a file
///
/// # Errors
/// [`NameError`] with the character at fault.
///
/// ```
/// use portolan::units::check_name;
/// assert!(check_name("H3-24L (four boosters)").is_ok());
/// let refusal = check_name("cargo\u{1b}[2J").unwrap_err().to_string();
/// assert_eq!(refusal, "a name is one printable line, and character 6 of this one is U+001B; take it out");
/// ```
pub fn check_name(text: &str) -> Result<(), NameError> {
    check_line(text, LONGEST_NAME)?;
    if text.trim().is_empty() { Err(NameError::Blank) } else { Ok(()) }
}

/// The same for a text that may be empty, or longer than a name: a note, a source.
///
/// * `most`: characters it may have
pub(crate) fn check_line(text: &str, most: usize) -> Result<(), NameError> {
    if let Some((at, character)) = text.chars().enumerate().find(|(_, c)| !is_printable(*c)) {
        let character = format!("U+{:04X}", u32::from(character));
        return Err(NameError::NotPrintable { position: at + 1, character });
    }
    let length = text.chars().count();
    if length > most { Err(NameError::TooLong { length }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_a_line_cannot_show() {
        for (text, character) in [
            ("a\nb", "U+000A"),
            ("a\rb", "U+000D"),
            ("a\tb", "U+0009"),
            ("a\u{1b}[31m", "U+001B"),
            ("a\u{7f}", "U+007F"),
            ("a\u{9b}2J", "U+009B"),
            ("a\u{2028}b", "U+2028"),
            ("a\u{202e}gnp.exe", "U+202E"),
            ("a\u{200b}", "U+200B"),
            ("a\u{ffff}", "U+FFFF"),
            ("a\0", "U+0000"),
        ] {
            let wanted = NameError::NotPrintable { position: 2, character: character.to_owned() };
            assert_eq!(check_name(text), Err(wanted), "{text:?}");
        }
        assert_eq!(check_name("  "), Err(NameError::Blank));
        assert_eq!(check_name(&"x".repeat(201)), Err(NameError::TooLong { length: 201 }));
        for name in ["Ariane 64", "Δv-Stufe 2", "月面基地", "=1+1", &"x".repeat(200)] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }
}
