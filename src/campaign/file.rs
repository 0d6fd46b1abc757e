//! A campaign file as it stands, every value with its place; [`super::check`] makes sense of it.
//!
//! Tables and externally tagged shapes only: serde loses places in untagged, internally tagged and
//! flattened ones.

use crate::units::{LONGEST_NAME, NameError, check_line, check_name};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value that people write as a text, and sometimes bare: `"3 %"`, `0.03`, `2034-12-31`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// the text between the quotes
    Text(String),
    /// a bare number or date, whose text stands in the file
    Bare,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl<'de> Visitor<'de> for Scalar {
            type Value = Written;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number or a date")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
                Ok(Written::Text(text.to_owned()))
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Written, E> {
                Ok(Written::Bare)
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Written, E> {
                Ok(Written::Bare)
            }
            // How the TOML reader hands over a date without quotes.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Written::Bare)
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

/// The first key or text of a file that is not one printable line of bounded length, and where it stands.
///
/// Every name of a file goes through here, whatever section it is in, before anything is made of it.
pub(super) fn name_fault(root: &Spanned<DeTable<'_>>) -> Option<(Range<usize>, NameError)> {
    let mut first: Option<(Range<usize>, NameError)> = None;
    let mut note = |span: Range<usize>, checked: Result<(), NameError>| {
        if let Err(error) = checked
            && first.as_ref().is_none_or(|(other, _)| span.start < other.start)
        {
            first = Some((span, error));
        }
    };
    let mut tables = vec![root.get_ref()];
    while let Some(table) = tables.pop() {
        for (key, value) in table {
            note(key.span(), check_name(key.get_ref()));
            let mut values = vec![value];
            while let Some(value) = values.pop() {
                match value.get_ref() {
                    DeValue::String(text) => note(value.span(), check_line(text, LONGEST_NAME)),
                    DeValue::Array(items) => values.extend(items.iter()),
                    DeValue::Table(below) => tables.push(below),
                    _ => {}
                }
            }
        }
    }
    first
}

pub(super) type Scalar = Spanned<Written>;
pub(super) type Name = Spanned<String>;
pub(super) type Whole = Spanned<i64>;
/// Sections under names that the file chooses.
pub(super) type Named<T> = BTreeMap<Name, T>;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) campaign: Head,
    #[serde(default)]
    pub(super) search: Search,
    #[serde(default)]
    pub(super) margin: Margin,
    #[serde(default)]
    pub(super) node: Named<Node>,
    #[serde(default)]
    pub(super) demand: Named<Demand>,
    #[serde(default)]
    pub(super) partner: Named<Partner>,
    #[serde(default)]
    pub(super) launcher: Named<Launcher>,
    #[serde(default)]
    pub(super) stage: Named<Stage>,
    #[serde(default)]
    pub(super) craft: Named<Craft>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) name: Name,
    pub(super) span: Scalar,
    pub(super) currency_year: Whole,
    pub(super) objective: Option<Name>,
    pub(super) discount: Option<Scalar>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    pub(super) size: Option<Name>,
    pub(super) revs: Option<Whole>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Margin {
    pub(super) dv: Option<Scalar>,
    pub(super) dry_mass: Option<Scalar>,
    pub(super) launch: Option<Scalar>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Node {
    pub(super) open: Option<Scalar>,
    pub(super) owner: Option<Name>,
    pub(super) orbit: Option<Orbit>,
    pub(super) nrho: Option<Nrho>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Orbit {
    pub(super) body: Name,
    pub(super) altitude: Option<Scalar>,
    pub(super) periapsis_altitude: Option<Scalar>,
    pub(super) period: Option<Scalar>,
    pub(super) inclination: Option<Scalar>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nrho {
    pub(super) resonance: Name,
    pub(super) family: Name,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demand {
    pub(super) commodity: Name,
    pub(super) from: Name,
    pub(super) node: Name,
    pub(super) mass: Scalar,
    pub(super) by: Scalar,
    pub(super) partner: Option<Name>,
    pub(super) craft: Option<Name>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Partner {
    #[serde(default)]
    pub(super) launchers: Vec<Name>,
    pub(super) share: Scalar,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Launcher {
    pub(super) price: Option<Scalar>,
    pub(super) per_year: Option<Whole>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stage {
    pub(super) isp: Scalar,
    pub(super) thrust: Scalar,
    pub(super) dry: Option<Scalar>,
    pub(super) dry_per_propellant: Option<Scalar>,
    pub(super) tank: Option<Scalar>,
    pub(super) residual: Option<Scalar>,
    pub(super) carries: Option<Name>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Craft {
    pub(super) stack: Vec<Name>,
    pub(super) dry: Option<Scalar>,
    pub(super) dry_per_cargo: Option<Scalar>,
    pub(super) operations: Option<Scalar>,
    pub(super) amcm: Amcm,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amcm {
    pub(super) spec: Name,
    pub(super) difficulty: Scalar,
    pub(super) block: Whole,
    pub(super) ioc: Whole,
}
