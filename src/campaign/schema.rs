//! The keys of a campaign file: one table that checks spelling and shape, and prints the JSON Schema.

use super::error::Mistake;
use crate::bodies::edit_distance;
use crate::units::{Dimension, parse_quantity};
use serde_json::{Map, Value, json};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What may stand behind a key.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Choice(&'static [&'static str]),
    Date,
    Span,
    Size,
    Quantity(Dimension),
    Number,
    Integer,
    Names,
    /// a section with these keys
    Table(&'static [Key]),
    /// sections with these keys, each under a name that the file chooses
    Named(&'static [Key]),
}

/// Whether a key may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

/// One key of a section.
#[derive(Debug, Clone, Copy)]
struct Key {
    name: &'static str,
    kind: Kind,
    need: Need,
    /// a value as it would stand in the file
    example: &'static str,
    about: &'static str,
}

const fn must(name: &'static str, kind: Kind, example: &'static str, about: &'static str) -> Key {
    Key { name, kind, need: Need::Required, example, about }
}

const fn may(name: &'static str, kind: Kind, example: &'static str, about: &'static str) -> Key {
    Key { name, kind, need: Need::Optional, example, about }
}

pub(super) const OBJECTIVES: [&str; 3] = ["cost", "launch_mass", "cost_then_mass"];
pub(super) const NRHO_FAMILIES: [&str; 4] = ["L1 northern", "L1 southern", "L2 northern", "L2 southern"];

const CAMPAIGN: &[Key] = &[
    must("name", Kind::Text, "\"Ten tonnes to Mars orbit\"", "title of the report"),
    must("span", Kind::Span, "\"2032-06-01..2035-06-30\"", "first and last day that anything may happen (TDB)"),
    must("currency_year", Kind::Integer, "2025", "all money is in dollars of this year"),
    may("objective", Kind::Choice(&OBJECTIVES), "\"cost\"", "what the plan makes as small as it can; cost if not said"),
    may("discount", Kind::Quantity(Dimension::Ratio), "\"3 %\"", "real discount per year; none if not said"),
];

const SEARCH: &[Key] = &[
    may("size", Kind::Size, "\"400x400\"", "departures by arrivals of the grid that is searched for windows"),
    may("revs", Kind::Integer, "0", "most full revolutions around the Sun"),
];

const MARGIN: &[Key] = &[
    may("dv", Kind::Quantity(Dimension::Ratio), "\"2 %\"", "added to every burn"),
    may("dry_mass", Kind::Quantity(Dimension::Ratio), "\"20 %\"", "added to every dry mass"),
    may("launch", Kind::Quantity(Dimension::Ratio), "\"5 %\"", "part of a launcher's capacity that stays unused"),
];

const ORBIT: &[Key] = &[
    must("body", Kind::Text, "\"Mars\"", "the body that is orbited"),
    may(
        "altitude",
        Kind::Quantity(Dimension::Length),
        "\"400 km\"",
        "of a circular orbit, above the equatorial radius",
    ),
    may("periapsis_altitude", Kind::Quantity(Dimension::Length), "\"250 km\"", "of an elliptic orbit"),
    may("period", Kind::Quantity(Dimension::Time), "\"88775.244 s\"", "of an elliptic orbit"),
    may("inclination", Kind::Quantity(Dimension::Angle), "\"28.5 deg\"", "to the body's equator"),
];

const NRHO: &[Key] = &[
    must("resonance", Kind::Text, "\"9:2\"", "revolutions to synodic months"),
    must("family", Kind::Choice(&NRHO_FAMILIES), "\"L2 southern\"", "libration point and side"),
];

const NODE: &[Key] = &[
    may(
        "open",
        Kind::Span,
        "\"2028-01-01..2040-01-01\"",
        "first and last day the node can be used; always if not said",
    ),
    may("owner", Kind::Text, "\"NASA\"", "the partner whose node it is"),
    may("orbit", Kind::Table(ORBIT), "{ body = \"Earth\", altitude = \"400 km\" }", "an orbit around a body"),
    may(
        "nrho",
        Kind::Table(NRHO),
        "{ resonance = \"9:2\", family = \"L2 southern\" }",
        "a near-rectilinear halo orbit of the Moon",
    ),
];

const DEMAND: &[Key] = &[
    must("commodity", Kind::Text, "\"cargo\"", "what is wanted"),
    must("from", Kind::Text, "\"parking\"", "the node it leaves from"),
    must("node", Kind::Text, "\"mars_1sol\"", "the node it is wanted at"),
    must("mass", Kind::Quantity(Dimension::Mass), "\"10 t\"", "how much of it, packaging included"),
    must("by", Kind::Date, "\"2034-12-31\"", "last day it may arrive (TDB)"),
    may("partner", Kind::Text, "\"ESA\"", "whose demand it is; everybody's, by their shares, if not said"),
    may("craft", Kind::Text, "\"cargo_module\"", "the craft that carries it; needed when there are several"),
];

const PARTNER: &[Key] = &[
    may("launchers", Kind::Names, "[\"Ariane 64\"]", "launchers it brings, by their catalogue names"),
    must(
        "share",
        Kind::Quantity(Dimension::Ratio),
        "0.3",
        "part of the campaign it agreed to carry; all add up to one",
    ),
];

const LAUNCHER: &[Key] = &[
    may("price", Kind::Quantity(Dimension::Money), "\"120 M$ (2025)\"", "of one launch, instead of the catalogue's"),
    may("per_year", Kind::Integer, "3", "launches the campaign can buy in a calendar year"),
];

const STAGE: &[Key] = &[
    must("isp", Kind::Quantity(Dimension::Time), "\"320 s\"", "specific impulse in vacuum"),
    must("thrust", Kind::Quantity(Dimension::Force), "\"4 kN\"", "of all its engines together"),
    may("dry", Kind::Quantity(Dimension::Mass), "\"500 kg\"", "dry mass that does not depend on the load"),
    may(
        "dry_per_propellant",
        Kind::Quantity(Dimension::Ratio),
        "\"12 %\"",
        "dry mass for each mass of propellant loaded",
    ),
    may(
        "tank",
        Kind::Quantity(Dimension::Mass),
        "\"3 t\"",
        "most propellant it can load; as much as needed if not said",
    ),
    may(
        "residual",
        Kind::Quantity(Dimension::Ratio),
        "\"1.5 %\"",
        "part of the loaded propellant that cannot be burnt",
    ),
    may("carries", Kind::Text, "\"kick\"", "the stage that sits on it"),
];

const AMCM: &[Key] = &[
    must("spec", Kind::Text, "\"planetary\"", "class of spacecraft, by its name in the cost model"),
    must("difficulty", Kind::Number, "0", "-3 very easy … 0 average … 3 very hard"),
    must("block", Kind::Integer, "2", "1 a new design, 2 its second version, …"),
    must("ioc", Kind::Integer, "2033", "year it first flies"),
];

const CRAFT: &[Key] = &[
    must("stack", Kind::Names, "[\"insertion\"]", "its stages, lowest first"),
    may(
        "dry",
        Kind::Quantity(Dimension::Mass),
        "\"500 kg\"",
        "dry mass without stages that does not depend on the cargo",
    ),
    may(
        "dry_per_cargo",
        Kind::Quantity(Dimension::Ratio),
        "\"25 %\"",
        "dry mass without stages for each mass of cargo",
    ),
    may(
        "operations",
        Kind::Quantity(Dimension::Ratio),
        "\"10 %\"",
        "yearly operations as a part of the development cost",
    ),
    must(
        "amcm",
        Kind::Table(AMCM),
        "{ spec = \"planetary\", difficulty = 0, block = 2, ioc = 2033 }",
        "what the Advanced Missions Cost Model asks",
    ),
];

const FILE: &[Key] = &[
    must("campaign", Kind::Table(CAMPAIGN), "[campaign]", "what is planned, when, in which money"),
    may("search", Kind::Table(SEARCH), "[search]", "how finely windows are searched"),
    may("margin", Kind::Table(MARGIN), "[margin]", "reserves; each keeps its own line in the report"),
    may("node", Kind::Named(NODE), "[node.mars_1sol.orbit]", "where things wait"),
    may("demand", Kind::Named(DEMAND), "[demand.cargo]", "what must be where, and when"),
    may("partner", Kind::Named(PARTNER), "[partner.ESA]", "who takes part"),
    may("launcher", Kind::Named(LAUNCHER), "[launcher.\"Ariane 64\"]", "what differs from the launcher catalogue"),
    may("stage", Kind::Named(STAGE), "[stage.insertion]", "what burns propellant"),
    may("craft", Kind::Named(CRAFT), "[craft.cargo_module]", "what rides on a launch and carries the cargo"),
];

/// A mistake and the bytes it stands on.
pub(super) type Fault = (Range<usize>, Mistake);

/// Hold a parsed file against the table of keys.
pub(super) fn check_keys(root: &Spanned<DeTable<'_>>) -> Result<(), Fault> {
    check_table(root.get_ref(), FILE, &[], root.span())
}

fn check_table(table: &DeTable<'_>, keys: &[Key], path: &[&str], header: Range<usize>) -> Result<(), Fault> {
    for (name, value) in table {
        let Some(key) = keys.iter().find(|k| k.name == name.get_ref()) else {
            let names: Vec<&str> = keys.iter().map(|k| k.name).collect();
            let near = nearest(name.get_ref(), &names).map(str::to_owned);
            let mistake = Mistake::UnknownKey {
                key: name.get_ref().to_string(),
                place: place(path),
                near,
                known: names.join(", "),
            };
            return Err((name.span(), mistake));
        };
        check_value(value, key, path, name.span())?;
    }
    match keys.iter().find(|k| k.need == Need::Required && !table.contains_key(k.name)) {
        Some(missing) => {
            let example = match missing.kind {
                Kind::Table(_) if path.is_empty() => missing.example.to_owned(),
                _ => format!("{} = {}", missing.name, missing.example),
            };
            Err((header, Mistake::MissingKey { key: missing.name.to_owned(), place: place(path), example }))
        }
        None => Ok(()),
    }
}

fn check_value(value: &Spanned<DeValue<'_>>, key: &Key, path: &[&str], name: Range<usize>) -> Result<(), Fault> {
    let here = [path, &[key.name]].concat();
    match (key.kind, value.get_ref()) {
        (Kind::Table(keys), DeValue::Table(table)) => check_table(table, keys, &here, name),
        (Kind::Named(keys), DeValue::Table(entries)) => {
            for (entry_name, entry) in entries {
                let below = [here.as_slice(), &[entry_name.get_ref().as_ref()]].concat();
                let DeValue::Table(table) = entry.get_ref() else {
                    let wanted = format!("a section for each {}", key.name);
                    return Err((entry.span(), wrong_kind(key, wanted, entry.get_ref())));
                };
                check_table(table, keys, &below, entry_name.span())?;
            }
            Ok(())
        }
        (Kind::Text | Kind::Choice(_) | Kind::Span | Kind::Size, DeValue::String(_))
        | (Kind::Date, DeValue::String(_) | DeValue::Datetime(_))
        | (Kind::Quantity(_), DeValue::String(_))
        | (Kind::Quantity(Dimension::Ratio) | Kind::Number, DeValue::Integer(_) | DeValue::Float(_))
        | (Kind::Integer, DeValue::Integer(_)) => Ok(()),
        (Kind::Quantity(dimension), DeValue::Integer(_) | DeValue::Float(_)) => {
            let number = match value.get_ref() {
                DeValue::Integer(n) => n.as_str().to_owned(),
                DeValue::Float(x) => x.as_str().to_owned(),
                _ => String::new(),
            };
            match parse_quantity(&number, dimension) {
                Err(source) => Err((value.span(), Mistake::Quantity { key: key.name.to_owned(), source })),
                Ok(_) => Err((value.span(), wrong_kind(key, "a text with a unit".to_owned(), value.get_ref()))),
            }
        }
        (Kind::Names, DeValue::Array(items)) => match items.iter().find(|item| !item.get_ref().is_str()) {
            Some(odd) => Err((odd.span(), wrong_kind(key, "a list of names".to_owned(), odd.get_ref()))),
            None => Ok(()),
        },
        (kind, found) => Err((value.span(), wrong_kind(key, wanted(kind).to_owned(), found))),
    }
}

fn wrong_kind(key: &Key, wanted: String, found: &DeValue<'_>) -> Mistake {
    let found = match found {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    };
    let example = match key.kind {
        Kind::Named(_) => key.example.to_owned(),
        _ => format!("{} = {}", key.name, key.example),
    };
    Mistake::WrongKind { key: key.name.to_owned(), wanted, found: found.to_owned(), example }
}

const fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text in quotes",
        Kind::Choice(_) => "a word in quotes",
        Kind::Date => "a date in quotes",
        Kind::Span => "two dates in quotes",
        Kind::Size => "two numbers in quotes",
        Kind::Quantity(_) => "a quantity in quotes",
        Kind::Number => "a number",
        Kind::Integer => "a whole number",
        Kind::Names => "a list of names",
        Kind::Table(_) | Kind::Named(_) => "a section",
    }
}

fn place(path: &[&str]) -> String {
    if path.is_empty() { "the file".to_owned() } else { format!("[{}]", path.join(".")) }
}

/// The known word that a misspelt one is nearest to, if it is near at all.
pub(super) fn nearest<'a>(wanted: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = wanted.to_lowercase();
    let distance = |word: &str| edit_distance(&lower, &word.to_lowercase());
    known.iter().copied().min_by_key(|w| distance(w)).filter(|w| distance(w) <= 1 + lower.chars().count() / 3)
}

/// `did you mean "Mars"?`, or what is known, or nothing when nothing is.
pub(super) fn hint(wanted: &str, known: &[&str]) -> String {
    match nearest(wanted, known) {
        Some(word) => format!("did you mean \"{word}\"?"),
        None if known.is_empty() => String::new(),
        None => format!("known are {}", known.join(", ")),
    }
}

/// The JSON Schema (draft 2020-12) of a campaign file, for editors that complete and check TOML.
///
/// ```
/// let schema = portolan::campaign::json_schema();
/// assert_eq!(schema["properties"]["campaign"]["properties"]["currency_year"]["type"], "integer");
/// ```
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "portolan campaign",
    });
    if let (Value::Object(top), Value::Object(body)) = (&mut schema, table_schema(FILE)) {
        top.extend(body);
    }
    schema
}

fn table_schema(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|k| (k.name.to_owned(), key_schema(k))).collect();
    let required: Vec<&str> = keys.iter().filter(|k| k.need == Need::Required).map(|k| k.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn key_schema(key: &Key) -> Value {
    let mut schema = match key.kind {
        Kind::Text | Kind::Date | Kind::Span | Kind::Size => json!({ "type": "string" }),
        Kind::Quantity(Dimension::Ratio) => json!({ "type": ["number", "string"] }),
        Kind::Quantity(_) => json!({ "type": "string" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Names => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Table(keys) => table_schema(keys),
        Kind::Named(keys) => json!({ "type": "object", "additionalProperties": table_schema(keys) }),
    };
    if let Value::Object(fields) = &mut schema {
        let about = match key.kind {
            Kind::Quantity(dimension) => format!("{}; {dimension}, such as {}", key.about, key.example),
            _ => format!("{}; such as {}", key.about, key.example),
        };
        fields.insert("description".to_owned(), Value::String(about));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a document satisfies the part of JSON Schema that [`json_schema`] uses; the first path that does not.
    fn complaint(schema: &Value, document: &Value, path: &str) -> Option<String> {
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let fits = |kind: &&str| match *kind {
            "string" => document.is_string(),
            "number" => document.is_number(),
            "integer" => document.is_i64(),
            "array" => document.is_array(),
            "object" => document.is_object(),
            other => panic!("the schema uses {other}"),
        };
        if !kinds.is_empty() && !kinds.iter().any(fits) {
            return Some(format!("{path} is not {kinds:?}"));
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(document)
        {
            return Some(format!("{path} is not in {words:?}"));
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if document.get(name).is_none() {
                return Some(format!("{path} has no {name}"));
            }
        }
        if let Some(items) = document.as_array() {
            return items.iter().find_map(|item| complaint(&schema["items"], item, path));
        }
        for (name, value) in document.as_object().into_iter().flatten() {
            let below = format!("{path}.{name}");
            let child = schema["properties"].get(name).or_else(|| Some(&schema["additionalProperties"]));
            match child {
                Some(rule) if rule.is_object() => {
                    if let Some(text) = complaint(rule, value, &below) {
                        return Some(text);
                    }
                }
                _ => return Some(format!("{below} is not in the schema")),
            }
        }
        None
    }

    #[test]
    fn law_the_schema_takes_the_example_and_refuses_a_misspelling() {
        let text = include_str!("../../examples/campaigns/mars_cargo_2033.toml");
        let document: Value = toml::from_str(text).expect("the example is TOML");
        assert_eq!(complaint(&json_schema(), &document, "file"), None);
        let misspelt = text.replace("currency_year", "curency_year");
        let document: Value = toml::from_str(&misspelt).expect("still TOML");
        assert!(complaint(&json_schema(), &document, "file").is_some());
    }

    #[test]
    fn law_every_example_in_the_table_has_the_kind_it_stands_for() {
        fn walk(keys: &[Key]) {
            for key in keys {
                if let Kind::Table(below) | Kind::Named(below) = key.kind {
                    walk(below);
                }
                if key.example.starts_with('[') && !matches!(key.kind, Kind::Names) {
                    continue; // a section's header
                }
                let text = format!("{} = {}", key.name, key.example);
                let table = DeTable::parse(&text).expect(&text);
                let value = table.get_ref().get(key.name).expect(&text);
                check_value(value, key, &[], 0..0).unwrap_or_else(|(_, m)| panic!("{text}: {m}"));
                if let (Kind::Quantity(dimension), Some(quantity)) = (key.kind, value.get_ref().as_str())
                    && dimension != Dimension::Money
                {
                    parse_quantity(quantity, dimension).expect(&text);
                }
            }
        }
        walk(FILE);
    }
}
