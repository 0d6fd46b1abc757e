//! What a text becomes where it leaves: in XML and HTML, and in a cell of comma-separated values.

use crate::units::is_printable;

/// A text as the content or a quoted attribute of XML or HTML.
///
/// What XML has no way to say, or a line cannot show, becomes U+FFFD, the replacement character.
pub(crate) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            _ => escaped.push(shown(character)),
        }
    }
    escaped
}

/// A text that a figure can draw on one line.
pub(crate) fn line(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn shown(character: char) -> char {
    if is_printable(character) { character } else { char::REPLACEMENT_CHARACTER }
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell of comma-separated values: quoted where it must be (RFC 4180), and no formula.
///
/// A text that a spreadsheet would calculate has an apostrophe before it, which spreadsheets take as "this is text"; a
/// number keeps its sign.
///
/// # Source
/// RFC 4180, section 2, rules 5 to 7; OWASP, *CSV Injection*, for the six characters.
pub(crate) fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) && text.parse::<f64>().is_err() { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// What stood in a cell before [`csv_cell`] guarded it.
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

/// A name as a part of a file's name: letters, digits, `-` and `_`, and no more than fits.
pub(crate) fn file_part(name: &str) -> String {
    let one = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
    name.chars().map(one).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_a_cell_is_text_or_a_number_and_never_a_formula() {
        for (text, cell) in [
            ("-40.5", "-40.5"),
            ("+1e3", "+1e3"),
            ("plain", "plain"),
            ("", ""),
            ("1,5", "\"1,5\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("a\rb", "\"a\rb\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1+1", "'+1+1"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("\t=1", "'\t=1"),
        ] {
            assert_eq!(csv_cell(text), cell, "{text:?}");
            let read = csv::ReaderBuilder::new().has_headers(false).from_reader(cell.as_bytes()).into_records().next();
            let back =
                read.and_then(Result::ok).and_then(|record| record.get(0).map(|cell| unguarded(cell).to_owned()));
            assert_eq!(back.unwrap_or_default(), text, "{cell:?}");
        }
    }

    #[test]
    fn law_xml_has_a_way_to_say_all_that_is_left() {
        assert_eq!(xml("a<b & \"c\">"), "a&lt;b &amp; &quot;c&quot;&gt;");
        assert_eq!(xml("a\u{1b}[2J\u{ffff}b\nc"), "a\u{fffd}[2J\u{fffd}b\nc");
        assert_eq!(line("a\nb"), "a\u{fffd}b");
        assert_eq!(file_part("../../etc/passwd \u{1b}"), "______etc_passwd__");
        assert_eq!(file_part("Fracht-für-Mars 2"), "Fracht-für-Mars_2");
    }
}
