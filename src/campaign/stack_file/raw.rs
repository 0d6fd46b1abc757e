//! A stack file as it stands, every value with its place.

use crate::campaign::file::{Name, Named, Scalar, Whole};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use toml::Spanned;

/// One name or several: `"lower"`, `["lower", "upper"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a list of names")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Words, E> {
                Ok(Words(vec![text.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    words.push(word);
                }
                Ok(Words(words))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

pub(super) type Names = Spanned<Words>;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) stack: Head,
    #[serde(default)]
    pub(super) stage: Named<Stage>,
    #[serde(default)]
    pub(super) load: Named<Load>,
    #[serde(default)]
    pub(super) assembly: Named<Assembly>,
    #[serde(default)]
    pub(super) step: Vec<Step>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) name: Name,
    pub(super) g0_m_s2: Option<Spanned<f64>>,
    pub(super) payload: Option<Name>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stage {
    pub(super) catalogue: Option<Name>,
    pub(super) dry: Option<Scalar>,
    pub(super) adapter: Option<Scalar>,
    pub(super) propellant: Option<Scalar>,
    pub(super) tank: Option<Scalar>,
    pub(super) kind: Option<Name>,
    pub(super) mixture_ratio: Option<Scalar>,
    pub(super) residual: Option<Scalar>,
    pub(super) reserve: Option<Scalar>,
    pub(super) boil_off: Option<Scalar>,
    pub(super) boil_off_fuel: Option<Scalar>,
    pub(super) boil_off_oxidiser: Option<Scalar>,
    #[serde(default)]
    pub(super) boil_off_at: Named<Scalar>,
    pub(super) zero_boil_off: Option<Cooler>,
    pub(super) isp: Option<Scalar>,
    pub(super) thrust: Option<Scalar>,
    pub(super) throttle: Option<Scalar>,
    pub(super) starts: Option<Whole>,
    pub(super) rcs: Option<Thrusters>,
    pub(super) feeds: Option<Name>,
    pub(super) leaves_with: Option<Name>,
    pub(super) seats: Option<Whole>,
    pub(super) cargo: Option<Scalar>,
    pub(super) inert: Option<Scalar>,
    pub(super) sizing_law: Option<Name>,
    pub(super) built_for: Option<Scalar>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cooler {
    pub(super) power_kw: Spanned<f64>,
    pub(super) mass: Scalar,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thrusters {
    pub(super) isp: Scalar,
    pub(super) thrust: Option<Scalar>,
    pub(super) propellant: Option<Scalar>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Load {
    pub(super) mass: Scalar,
    pub(super) people: Option<Whole>,
    pub(super) aboard: Name,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assembly {
    pub(super) stages: Vec<Name>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) burn: Option<Name>,
    pub(super) burn_out: Option<Name>,
    pub(super) coast: Option<Scalar>,
    pub(super) drop: Option<Names>,
    pub(super) join: Option<Names>,
    pub(super) part: Option<Names>,
    #[serde(rename = "move")]
    pub(super) moved: Option<Name>,
    pub(super) load: Option<Name>,
    pub(super) unload: Option<Name>,
    pub(super) refuel: Option<Name>,

    pub(super) dv: Option<Scalar>,
    pub(super) by: Option<Names>,
    pub(super) engine: Option<Name>,
    pub(super) firing: Option<Name>,
    pub(super) spent: Option<Name>,
    pub(super) margin: Option<Scalar>,
    pub(super) throttle: Option<Scalar>,
    pub(super) name: Option<Name>,
    pub(super) at: Option<Name>,
    pub(super) stack: Option<Name>,
    #[serde(rename = "as")]
    pub(super) named: Option<Name>,
    pub(super) to: Option<Name>,
    pub(super) mass: Option<Scalar>,
    pub(super) people: Option<Whole>,
    pub(super) lost: Option<Scalar>,
}
