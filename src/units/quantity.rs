//! `"3.2 km/s"` to a number in the house unit of its dimension, or a sentence that says why not.

use super::{AU_KM, KG_PER_LB};
use std::fmt;
use thiserror::Error;

/// The dimension a quantity must have, and with it the house unit that [`parse_quantity`] answers in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dimension {
    /// km
    Length,
    /// km/s
    Speed,
    /// s
    Time,
    /// deg (angles live in degrees at the edges)
    Angle,
    /// kg
    Mass,
    /// km²/s²
    SpecificEnergy,
    /// km³/s²
    GravitationalParameter,
    /// N
    Force,
    /// millions of US dollars
    Money,
    /// a plain number; a percentage is divided by 100
    Ratio,
}

impl Dimension {
    /// Every unit that is understood, with its factor into the house unit; the first is the house unit.
    const fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Length => &[("km", 1.0), ("m", 1e-3), ("au", AU_KM)],
            Self::Speed => &[("km/s", 1.0), ("m/s", 1e-3), ("km/h", 1.0 / 3600.0)],
            Self::Time => &[
                ("s", 1.0),
                ("min", 60.0),
                ("h", 3600.0),
                ("d", 86_400.0),
                ("day", 86_400.0),
                ("days", 86_400.0),
                // Julian year
                ("yr", 31_557_600.0),
                ("year", 31_557_600.0),
                ("years", 31_557_600.0),
                ("ms", 1e-3),
            ],
            Self::Angle => &[("deg", 1.0), ("°", 1.0), ("rad", 180.0 / std::f64::consts::PI), ("arcsec", 1.0 / 3600.0)],
            Self::Mass => &[("kg", 1.0), ("t", 1e3), ("tonnes", 1e3), ("g", 1e-3), ("lb", KG_PER_LB)],
            Self::SpecificEnergy => &[("km²/s²", 1.0), ("km2/s2", 1.0), ("km^2/s^2", 1.0), ("m2/s2", 1e-6)],
            Self::GravitationalParameter => &[("km³/s²", 1.0), ("km3/s2", 1.0), ("km^3/s^2", 1.0), ("m3/s2", 1e-9)],
            Self::Force => &[("N", 1.0), ("kN", 1e3), ("mN", 1e-3)],
            Self::Money => &[("M$", 1.0), ("MUSD", 1.0), ("$", 1e-6), ("USD", 1e-6), ("k$", 1e-3), ("B$", 1e3)],
            Self::Ratio => &[("", 1.0), ("%", 0.01)],
        }
    }

    const ALL: [Self; 10] = [
        Self::Length,
        Self::Speed,
        Self::Time,
        Self::Angle,
        Self::Mass,
        Self::SpecificEnergy,
        Self::GravitationalParameter,
        Self::Force,
        Self::Money,
        Self::Ratio,
    ];
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a length",
            Self::Speed => "a speed",
            Self::Time => "a time",
            Self::Angle => "an angle",
            Self::Mass => "a mass",
            Self::SpecificEnergy => "a C3",
            Self::GravitationalParameter => "a gravitational parameter",
            Self::Force => "a force",
            Self::Money => "an amount of money",
            Self::Ratio => "a plain number",
        })
    }
}

/// Why a text is not the quantity that was asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// The text does not begin with a number.
    #[error("\"{text}\" does not begin with a number")]
    NotANumber {
        /// what was written
        text: String,
    },
    /// The number is not finite.
    #[error("\"{text}\" is not a finite number")]
    NotFinite {
        /// what was written
        text: String,
    },
    /// The unit is missing.
    #[error("\"{text}\" has no unit; {wanted} is written like \"{number} {example}\"")]
    MissingUnit {
        /// what was written
        text: String,
        /// the dimension that was asked for
        wanted: Dimension,
        /// the number as written
        number: String,
        /// a unit that fits
        example: &'static str,
    },
    /// The unit is known but measures something else.
    #[error("\"{unit}\" measures {found}, but {wanted} is asked for here (units: {accepted})")]
    WrongDimension {
        /// the unit as written
        unit: String,
        /// what it measures
        found: Dimension,
        /// the dimension that was asked for
        wanted: Dimension,
        /// units that fit
        accepted: String,
    },
    /// The unit is not known at all.
    #[error("\"{unit}\" is not a unit portolan knows; for {wanted} write one of: {accepted}")]
    UnknownUnit {
        /// the unit as written
        unit: String,
        /// the dimension that was asked for
        wanted: Dimension,
        /// units that fit
        accepted: String,
    },
}

/// The number of a quantity in the house unit of its dimension.
///
/// * `text`: a number, an optional space, a unit: `"250 km"`, `"2.5t"`, `"30 %"`
/// * `dimension`: what the quantity must be
///
/// # Errors
/// [`QuantityError`] names the unit at fault and the units that fit.
///
/// ```
/// use portolan::units::{Dimension, parse_quantity};
/// assert_eq!(parse_quantity("2.5 t", Dimension::Mass)?, 2500.0);
/// assert!(parse_quantity("2.5 km", Dimension::Mass).is_err());
/// # Ok::<(), portolan::units::QuantityError>(())
/// ```
pub fn parse_quantity(text: &str, dimension: Dimension) -> Result<f64, QuantityError> {
    let trimmed = text.trim();
    let split = number_length(trimmed);
    let (number, unit) = (trimmed[..split].trim(), trimmed[split..].trim());
    let value: f64 =
        number.replace('_', "").parse().map_err(|_| QuantityError::NotANumber { text: text.to_owned() })?;
    if !value.is_finite() {
        return Err(QuantityError::NotFinite { text: text.to_owned() });
    }
    let units = dimension.units();
    if let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit) {
        // a number that can be held may be none any more in the house unit: 1e308 au
        let in_house_unit = value * factor;
        if in_house_unit.is_finite() {
            return Ok(in_house_unit);
        }
        return Err(QuantityError::NotFinite { text: text.to_owned() });
    }
    if unit.is_empty() {
        return Err(QuantityError::MissingUnit {
            text: text.to_owned(),
            wanted: dimension,
            number: number.to_owned(),
            example: units[0].0,
        });
    }
    let accepted = units.iter().map(|(name, _)| *name).filter(|n| !n.is_empty()).collect::<Vec<_>>().join(", ");
    let found = Dimension::ALL.into_iter().find(|d| d.units().iter().any(|(name, _)| *name == unit));
    Err(match found {
        Some(found) => QuantityError::WrongDimension { unit: unit.to_owned(), found, wanted: dimension, accepted },
        None => QuantityError::UnknownUnit { unit: unit.to_owned(), wanted: dimension, accepted },
    })
}

/// Bytes of the leading number; an `e` counts only before a digit or a sign, so `1 eV` is no exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let ok = match bytes[i] {
            b'0'..=b'9' | b'.' | b'_' => true,
            b'+' | b'-' => i == 0 || matches!(bytes[i - 1], b'e' | b'E'),
            b'e' | b'E' => i > 0 && bytes.get(i + 1).is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-')),
            _ => false,
        };
        if !ok {
            break;
        }
        i += 1;
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_units_scale_into_the_house_unit() {
        for (text, dimension, wanted) in [
            ("10 t", Dimension::Mass, 10_000.0),
            ("1lb", Dimension::Mass, 0.453_592_37),
            ("-3.5e2 m/s", Dimension::Speed, -0.35),
            ("88775.244 s", Dimension::Time, 88_775.244),
            ("14 d", Dimension::Time, 1_209_600.0),
            ("30 %", Dimension::Ratio, 0.3),
            ("0.25", Dimension::Ratio, 0.25),
            ("1_000 km", Dimension::Length, 1000.0),
        ] {
            let got = parse_quantity(text, dimension).expect(text);
            assert!((got - wanted).abs() <= 1e-12 * wanted.abs(), "{text}: {got} is not {wanted}");
        }
    }

    #[test]
    fn refuses_with_a_cure() {
        let message = |text, dimension| parse_quantity(text, dimension).expect_err(text).to_string();
        assert_eq!(
            message("5 km", Dimension::Mass),
            "\"km\" measures a length, but a mass is asked for here (units: kg, t, tonnes, g, lb)"
        );
        assert!(message("5 furlongs", Dimension::Length).contains("not a unit portolan knows"));
        assert!(message("five km", Dimension::Length).contains("does not begin with a number"));
        assert!(message("5", Dimension::Length).contains("written like \"5 km\""));
        assert!(message("1e999 km", Dimension::Length).contains("not a finite number"));
        assert_eq!(message("1e308 au", Dimension::Length), "\"1e308 au\" is not a finite number");
        assert!(message("-2e305 t", Dimension::Mass).contains("not a finite number"));
    }
}
