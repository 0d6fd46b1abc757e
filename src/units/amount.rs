//! Amounts in a sentence, with the digits that tell them apart.

/// Most digits of a number that mean anything in a double.
const DIGITS: i32 = 15;

/// From here on a number is told by its power of ten.
const LONG: f64 = 1e15;

/// A number as it is, by its power of ten where it would be a row of zeros.
pub(crate) fn number(value: f64) -> String {
    let short = value == 0.0 || !value.is_finite() || (1e-6..LONG).contains(&value.abs());
    if short { format!("{value}") } else { format!("{value:e}") }
}

/// A number for a sentence that sets it against another one: with so many decimals that their difference shows.
///
/// * `value`: the number
/// * `difference`: of the two, or what of the number lacks
/// * `least_decimals`: as many as the sentence has anyway
///
/// `told(500.0, 468.4, 1)` is `500.0`; a tank that is 3 g short of 1000 kg is told as `999.9970`, not as `1000.0`.
pub(crate) fn told(value: f64, difference: f64, least_decimals: usize) -> String {
    if value.abs() >= LONG {
        return number(value);
    }
    let size = |x: f64| if x == 0.0 || !x.is_finite() { None } else { Some(x.abs().log10().floor() as i32) };
    // two digits of the difference, as long as the number has as many
    let wanted = size(difference).map_or(0, |tens| 1 - tens);
    let had = size(value).map_or(DIGITS, |tens| DIGITS - 1 - tens);
    let decimals = usize::try_from(wanted.min(had.max(0))).unwrap_or(0).max(least_decimals).min(30);
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_a_number_is_no_row_of_zeros() {
        let texts = [1e303, -2.5e-9, 0.0, 950.0, 0.95, f64::NAN].map(number);
        assert_eq!(texts, ["1e303", "-2.5e-9", "0", "950", "0.95", "NaN"]);
        assert_eq!(told(1e303, 1.0, 0), "1e303");
    }

    #[test]
    fn law_two_amounts_that_differ_are_told_apart() {
        for (value, difference, text) in [
            (500.0, 468.4, "500.0"),
            (468.4, 468.4, "468.4"),
            (999.997, 0.003, "999.9970"),
            (0.003, 0.003, "0.0030"),
            (0.0, 0.0, "0.0"),
            (1e-14, 1e-14, "0.000000000000010"),
            (12.0, f64::INFINITY, "12.0"),
        ] {
            assert_eq!(told(value, difference, 1), text);
        }
        for tens in -12..6 {
            let short = 3.7 * 10_f64.powi(tens);
            for holds in [1e-3, 1.0, 250.0, 1e3, 1e6] {
                let needs = holds + short;
                if short > 1e-13 * needs {
                    assert_ne!(told(holds, short, 1), told(needs, short, 1), "{holds} and {needs}");
                }
                assert!(told(short, short, 1).replace('.', "").contains("37"), "{short}: {}", told(short, short, 1));
            }
        }
    }
}
