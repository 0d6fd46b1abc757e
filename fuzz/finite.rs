//! The law "no number in an answer that is not finite", held over every field of every type that can be printed.
//!
//! The derived `Debug` of a type writes all its fields, private ones too, and a number that is not finite is written as
//! a bare word `NaN` or `inf` that stands in no quotes. So one reader of that text holds the law for every type, and a
//! field that is added to a type later is held to it without a line here.

use std::fmt::Debug;

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// an answer
    Answer,
    /// a refusal: `Err` or `None`
    Refusal,
}

/// An answer has to be finite; a refusal may name the number that it refuses.
pub(crate) fn answer(what: &str, value: &impl Debug) -> Result<Told, String> {
    let text = format!("{value:?}");
    if text == "None" || text.starts_with("Err(") {
        return Ok(Told::Refusal);
    }
    match not_finite(&text) {
        None => Ok(Told::Answer),
        Some(at) => Err(format!("{what} answers with a number that is not finite: {}", around(&text, at))),
    }
}

/// As [`answer`], for a bare number or struct: it can refuse nothing, so it is held to the law where `sensible`.
pub(crate) fn bare(what: &str, sensible: bool, value: &impl Debug) -> Result<Told, String> {
    if sensible { answer(what, value) } else { Ok(Told::Refusal) }
}

/// Where the first number that is not finite stands.
fn not_finite(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
    let mut k = 0;
    while k < bytes.len() {
        match bytes[k] {
            // a string or a character in quotes; escapes take the next byte with them
            quote @ (b'"' | b'\'') => {
                k += 1;
                while k < bytes.len() && bytes[k] != quote {
                    k += if bytes[k] == b'\\' { 2 } else { 1 };
                }
                k += 1;
            }
            b if word(b) => {
                let start = k;
                while k < bytes.len() && word(bytes[k]) {
                    k += 1;
                }
                // `inf: 3.0` would be a field of that name
                if matches!(&bytes[start..k], b"NaN" | b"inf") && bytes.get(k) != Some(&b':') {
                    return Some(start);
                }
            }
            _ => k += 1,
        }
    }
    None
}

fn around(text: &str, at: usize) -> String {
    let clip = |mut k: usize| {
        while !text.is_char_boundary(k) {
            k -= 1;
        }
        k
    };
    let (from, to) = (clip(at.saturating_sub(90)), clip((at + 40).min(text.len())));
    format!("…{}…", &text[from..to])
}

/// The reader itself, tried before anything is run: it has to see what it is there to see.
pub(crate) fn check_itself() -> Result<(), String> {
    #[derive(Debug)]
    #[expect(dead_code, reason = "read through Debug")]
    struct Sample {
        inf: f64,
        v_inf_km_s: f64,
        name: &'static str,
        mark: char,
        more: Option<[f64; 2]>,
    }
    let sample =
        |x: f64| Sample { inf: 1.0, v_inf_km_s: x, name: "NaN, \"inf\" and \\", mark: '"', more: Some([x, 2.0]) };
    let wrong = |what: &str| Err(format!("the reader of answers is wrong about {what}"));
    if answer("a", &Ok::<_, String>(sample(1e308))) != Ok(Told::Answer) {
        return wrong("a finite answer");
    }
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        if answer("a", &Some(sample(bad))).is_ok() || answer("a", &bad).is_ok() || answer("a", &vec![bad]).is_ok() {
            return wrong("a number that is not finite");
        }
        if answer("a", &Err::<f64, _>(sample(bad))) != Ok(Told::Refusal) {
            return wrong("a refusal");
        }
    }
    Ok(())
}
