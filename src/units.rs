//! Quantities: the newtypes whose mix-up costs a mission, and the parser of `"3.2 km/s"`.
//!
//! Inside the library lengths are km, speeds km/s, times s, angles rad, masses kg and money is
//! millions of constant-year US dollars. Bare numbers carry that unit in their name.

mod amount;
pub mod name;
pub mod quantity;

pub(crate) use amount::{number, told};
pub(crate) use name::check_line;
pub use name::{LONGEST_NAME, NameError, check_name, is_printable};
pub use quantity::{Dimension, QuantityError, parse_quantity};

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};
use thiserror::Error;

/// Standard gravity, m/s²: the constant that turns specific impulse in seconds into exhaust speed.
///
/// # Source
/// BIPM, *The International System of Units*, 9th ed. (2019), table of defining CGPM resolutions:
/// 3rd CGPM (1901), g₀ = 9.806 65 m/s² exactly.
pub const G0_M_S2: f64 = 9.806_65;

/// Kilograms in one avoirdupois pound, exact.
///
/// # Source
/// NIST SP 811 (2008), appendix B.8.
pub const KG_PER_LB: f64 = 0.453_592_37;

/// Astronomical unit, km, exact.
///
/// # Source
/// IAU 2012 resolution B2.
pub const AU_KM: f64 = 149_597_870.7;

/// What a typed quantity refuses.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum UnitError {
    /// Money of two currency years was added.
    #[error(
        "cannot add {left_musd} M$ of {left_year} and {right_musd} M$ of {right_year}: bring both to one currency year first"
    )]
    YearsDiffer {
        /// first amount, millions of USD
        left_musd: f64,
        /// currency year of the first amount
        left_year: i32,
        /// second amount, millions of USD
        right_musd: f64,
        /// currency year of the second amount
        right_year: i32,
    },
    /// A sum that no number can hold.
    #[error("{left_musd} M$ and {right_musd} M$ have no finite sum: check the amounts")]
    NotFinite {
        /// first amount, millions of USD
        left_musd: f64,
        /// second amount, millions of USD
        right_musd: f64,
    },
    /// A share lies outside 0 to 1.
    #[error("a share is a number from 0 to 1, got {value}")]
    ShareOutOfRange {
        /// the number that was offered
        value: f64,
    },
}

/// A change of speed that a burn provides.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct DeltaV(f64);

impl DeltaV {
    /// No change of speed.
    pub const ZERO: Self = Self(0.0);

    /// From km/s.
    #[must_use]
    pub const fn from_km_s(value_km_s: f64) -> Self {
        Self(value_km_s)
    }

    /// In km/s.
    #[must_use]
    pub const fn km_s(self) -> f64 {
        self.0
    }

    /// In m/s.
    #[must_use]
    pub const fn m_s(self) -> f64 {
        self.0 * 1e3
    }
}

/// A mass.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Mass(f64);

impl Mass {
    /// No mass.
    pub const ZERO: Self = Self(0.0);

    /// From kg.
    #[must_use]
    pub const fn from_kg(value_kg: f64) -> Self {
        Self(value_kg)
    }

    /// In kg.
    #[must_use]
    pub const fn kg(self) -> f64 {
        self.0
    }

    /// In metric tonnes.
    #[must_use]
    pub const fn tonnes(self) -> f64 {
        self.0 * 1e-3
    }

    /// In avoirdupois pounds.
    #[must_use]
    pub const fn pounds(self) -> f64 {
        self.0 / KG_PER_LB
    }
}

macro_rules! additive {
    ($name:ident, $unit:literal) => {
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self(0.0), Add::add)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if let Some(digits) = f.precision() {
                    write!(f, "{:.*} {}", digits, self.0, $unit)
                } else {
                    write!(f, "{} {}", self.0, $unit)
                }
            }
        }
    };
}
additive!(DeltaV, "km/s");
additive!(Mass, "kg");

/// Millions of US dollars of one currency year. Two years are never added silently.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Money {
    musd: f64,
    year: i32,
}

impl Money {
    /// An amount in millions of US dollars of `year`.
    #[must_use]
    pub const fn from_musd(amount_musd: f64, year: i32) -> Self {
        Self { musd: amount_musd, year }
    }

    /// The amount, millions of US dollars of [`Money::year`].
    #[must_use]
    pub const fn musd(self) -> f64 {
        self.musd
    }

    /// The currency year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The sum of two amounts of one currency year.
    ///
    /// # Errors
    /// [`UnitError::YearsDiffer`] when the currency years differ, [`UnitError::NotFinite`] when the sum is no number.
    pub fn try_add(self, other: Self) -> Result<Self, UnitError> {
        if self.year == other.year {
            let sum_musd = self.musd + other.musd;
            if sum_musd.is_finite() {
                return Ok(Self::from_musd(sum_musd, self.year));
            }
            Err(UnitError::NotFinite { left_musd: self.musd, right_musd: other.musd })
        } else {
            Err(UnitError::YearsDiffer {
                left_musd: self.musd,
                left_year: self.year,
                right_musd: other.musd,
                right_year: other.year,
            })
        }
    }

    /// The amount multiplied by a plain number.
    #[must_use]
    pub const fn scaled(self, factor: f64) -> Self {
        Self { musd: self.musd * factor, year: self.year }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(1);
        write!(f, "{:.*} M$ ({})", digits, self.musd, self.year)
    }
}

/// A part of a whole, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// A share from a plain number.
    ///
    /// # Errors
    /// [`UnitError::ShareOutOfRange`] outside 0 to 1, or for a NaN.
    pub fn new(value: f64) -> Result<Self, UnitError> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(UnitError::ShareOutOfRange { value }) }
    }

    /// The share as a plain number from 0 to 1.
    #[must_use]
    pub const fn fraction(self) -> f64 {
        self.0
    }
}
