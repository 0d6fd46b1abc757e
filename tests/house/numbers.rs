//! A bare public number says its unit in its name, and says it truly.

use crate::source::{Finding, Source};
use syn::{
    Fields, FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, ReturnType, Signature, TraitItem, Type,
    TypeParamBound, Visibility,
};

/// Unit suffixes. The first line is STYLE.md's; the rest are compounds of the same units, and the units of
/// source data that are named at the edges (seconds of TDB end in `_s`, a rate per second in `_s1`).
const UNITS: [&str; 40] = [
    "km", "km_s", "km2_s2", "km3_s2", "s", "d", "rad", "deg", "kg", "n", "kw", "usd", "km2_s", "km_s2", "rad_s",
    "deg_d", "rad_s2", "s1", "kg_s", "kg_d", "kg_m3", "kg_m2", "m3", "m2", "w_m2", "n_m2", "musd", "m_s", "m_s2", "m",
    "lb", "tonnes", "pounds", "year", "ns", "s2",
    // of the restricted problem of three bodies, whose units are told by its `Cr3bp`
    "lu", "tu", "lu_tu", "lu2_tu2",
];

/// Words for numbers that have no unit, each a quantity the literature writes as a plain number. The name has
/// to begin or end with one.
const PLAIN: [&str; 34] = [
    "ecc",
    "eccentricity",
    "factor",
    "fraction",
    "ratio",
    "share",
    "shares",
    "tolerance",
    "value",
    "values",
    // of vectors and matrices: direction cosines and unit vectors
    "direction",
    "axis",
    "normal",
    "pole",
    "matrix",
    "unit",
    // of quantities whose unit another argument tells
    "quantity",
    // of statistics: probabilities and what is made of them
    "probability",
    "quantile",
    "quantiles",
    "percentile",
    "correlation",
    "weight",
    "weights",
    "sigma",
    // of engineering and economics: coefficients and counts
    "coefficient",
    "coefficients",
    "efficiency",
    "discount",
    "exponent",
    "premium",
    // of stability: a size of multipliers
    "index",
    // AMCM's scale from -2.5 to 2.5
    "difficulty",
    // how far a solution may be from the optimum, relative
    "gap",
];

/// What a quantity may be measured in; it is recognised as the first or the last word before the unit.
const TRUTHS: [(&[&str], &[&str]); 18] = [
    (&["mu", "gm"], &["km3_s2"]),
    (&["c3"], &["km2_s2"]),
    (&["isp"], &["s"]),
    (&["v_inf", "vinf"], &["km_s"]),
    (&["dv", "delta_v", "velocity", "speed"], &["km_s", "m_s", "lu_tu"]),
    (&["sma", "radius", "altitude", "position", "distance"], &["km", "lu"]),
    (&["tof", "period", "duration"], &["s", "d", "tu"]),
    (&["inc", "inclination", "raan", "argp", "nu", "anomaly", "latitude", "longitude"], &["rad", "deg"]),
    (&["dla", "rla", "declination"], &["rad", "deg"]),
    (&["mass"], &["kg"]),
    (&["thrust", "force"], &["n"]),
    (&["power"], &["kw"]),
    (&["area"], &["m2"]),
    (&["density"], &["kg_m3"]),
    (&["price", "cost"], &["usd", "musd"]),
    (&["flow"], &["kg_s"]),
    (&["acceleration"], &["km_s2", "m_s2"]),
    (&["epoch"], &["s", "d"]),
];

/// Words that turn a quantity into another one: a payload's price, a rate, a count.
const OTHERWISE: [&str; 8] = ["rate", "per", "at", "of", "for", "price", "cost", "flow"];

/// Type aliases of bare numbers, over all files, so that a public one does not hide them.
pub(super) fn aliases(sources: &[Source]) -> Vec<String> {
    let mut known = Vec::new();
    for _ in 0..3 {
        for source in sources {
            each_item(&source.code.items, &mut |item| {
                if let Item::Type(alias) = item
                    && bare(&alias.ty, &known)
                    && !known.contains(&alias.ident.to_string())
                {
                    known.push(alias.ident.to_string());
                }
            });
        }
    }
    known
}

/// Bare public numbers without a unit, and units that their names give the lie.
///
/// The floor of plain mathematics, `numerics`, works on numbers of any unit: there only a lie counts.
pub(super) fn check(source: &Source, aliases: &[String]) -> Vec<Finding> {
    let mut numbers = Vec::new();
    each_item(&source.code.items, &mut |item| collect(item, aliases, &mut numbers));
    let any_unit = source.modules()[0] == "numerics";
    numbers
        .iter()
        .filter_map(|number| {
            let reason = fault(number)?;
            let half_a_unit = number.name.to_lowercase().split('_').any(is_power);
            let forgiven = any_unit && matches!(reason, Fault::NoUnit) && !half_a_unit;
            (!forgiven).then(|| source.finding(format!("{}: {reason}", number.place)))
        })
        .collect()
}

/// A public number: where it stands, its name, and whether a whole name may be a unit (`mass.kg()`).
struct Number {
    place: String,
    name: String,
    answer: bool,
}

enum Fault {
    NoUnit,
    Lie { unit: String, truth: String },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoUnit => f.write_str("a bare number whose name has neither a unit nor a word for having none"),
            Self::Lie { unit, truth } => write!(f, "_{unit} cannot be: it is measured in {truth}"),
        }
    }
}

fn fault(number: &Number) -> Option<Fault> {
    let name = number.name.to_lowercase();
    let words: Vec<&str> = name.split('_').filter(|w| !w.is_empty()).collect();
    if words.first().is_some_and(|w| PLAIN.contains(w)) || words.last().is_some_and(|w| PLAIN.contains(w)) {
        return None;
    }
    if number.answer && UNITS.contains(&name.as_str()) {
        return None;
    }
    // `usd_per_kg`: the first unit is judged, the second must be a unit or a thing that is counted
    if let Some((above, below)) = name.rsplit_once("_per_") {
        let known = number.answer || UNITS.contains(&below) || !below.contains('_');
        return (!known || unit(above).is_none() && !UNITS.contains(&above)).then_some(Fault::NoUnit);
    }
    let Some(unit) = unit(&name) else { return Some(Fault::NoUnit) };
    let quantity = name[..name.len() - unit.len()].trim_end_matches('_');
    // `mu_km3_s`: half of a compound is no unit
    if quantity.rsplit('_').next().is_some_and(|w| w.len() > 1 && UNITS.contains(&w) || is_power(w)) {
        return Some(Fault::Lie { unit: unit.to_owned(), truth: "a unit of STYLE.md".to_owned() });
    }
    if quantity.split('_').skip(1).any(|w| OTHERWISE.contains(&w)) {
        return None;
    }
    let (_, truth) = TRUTHS.iter().find(|(names, _)| {
        names.iter().any(|n| {
            quantity == *n
                || quantity.starts_with(&format!("{n}_")) && BINDS.contains(n)
                || quantity.ends_with(&format!("_{n}"))
        })
    })?;
    (!truth.contains(&unit)).then(|| Fault::Lie { unit: unit.to_owned(), truth: truth.join(" or ") })
}

/// Quantities that bind a name from its beginning, too: `v_inf_dep`, `c3_min`. A `mass_` or `period_` may begin
/// the name of something else.
const BINDS: [&str; 12] = ["mu", "gm", "c3", "isp", "v_inf", "vinf", "dv", "delta_v", "sma", "tof", "raan", "argp"];

/// The longest unit that the name ends in.
fn unit(name: &str) -> Option<&'static str> {
    UNITS.into_iter().filter(|u| name.strip_suffix(u).is_some_and(|n| n.ends_with('_'))).max_by_key(|u| u.len())
}

/// `km3`, `s2`: a unit with its power.
fn is_power(word: &str) -> bool {
    let base = word.trim_end_matches(|c: char| c.is_ascii_digit());
    base.len() < word.len() && ["km", "m", "s", "kg"].contains(&base)
}

/// A number, or a collection of numbers, that no type of ours guards.
fn bare(ty: &Type, aliases: &[String]) -> bool {
    match ty {
        Type::Reference(t) => bare(&t.elem, aliases),
        Type::Slice(t) => bare(&t.elem, aliases),
        Type::Array(t) => bare(&t.elem, aliases),
        Type::Paren(t) => bare(&t.elem, aliases),
        Type::Group(t) => bare(&t.elem, aliases),
        Type::Tuple(t) => t.elems.iter().any(|e| bare(e, aliases)),
        Type::ImplTrait(t) => t.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(b) => b.path.segments.iter().any(|s| arguments(&s.arguments, aliases).any(|b| b)),
            _ => false,
        }),
        Type::Path(t) => t.path.segments.last().is_some_and(|segment| {
            let name = segment.ident.to_string();
            match name.as_str() {
                "f64" | "f32" => true,
                "Vec" | "Option" | "Box" | "Arc" | "Rc" | "Cow" | "VecDeque" | "Range" | "RangeInclusive" => {
                    arguments(&segment.arguments, aliases).any(|b| b)
                }
                "Result" => arguments(&segment.arguments, aliases).next().unwrap_or(false),
                "BTreeMap" | "HashMap" => arguments(&segment.arguments, aliases).last().unwrap_or(false),
                _ => aliases.contains(&name),
            }
        }),
        _ => false,
    }
}

/// Whether each type argument is a bare number.
fn arguments<'a>(arguments: &'a PathArguments, aliases: &'a [String]) -> Box<dyn Iterator<Item = bool> + 'a> {
    let PathArguments::AngleBracketed(list) = arguments else { return Box::new(std::iter::empty()) };
    Box::new(list.args.iter().filter_map(move |argument| match argument {
        GenericArgument::Type(ty) => Some(bare(ty, aliases)),
        GenericArgument::AssocType(item) => Some(bare(&item.ty, aliases)),
        _ => None,
    }))
}

/// Calls back for every item, those in inline modules too.
pub(super) fn each_item(items: &[Item], see: &mut impl FnMut(&Item)) {
    for item in items {
        see(item);
        if let Item::Mod(module) = item
            && let Some((_, inner)) = &module.content
        {
            each_item(inner, see);
        }
    }
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The public functions of an item, each with the place it is called by and its attributes.
pub(super) fn public_functions(item: &Item) -> Vec<(String, &Signature, &[syn::Attribute])> {
    match item {
        Item::Fn(f) if is_public(&f.vis) => vec![(f.sig.ident.to_string(), &f.sig, &f.attrs)],
        Item::Impl(block) if block.trait_.is_none() => {
            let owner = type_name(&block.self_ty);
            let functions = block.items.iter().filter_map(|member| match member {
                ImplItem::Fn(f) if is_public(&f.vis) => Some(f),
                _ => None,
            });
            functions.map(|f| (format!("{owner}::{}", f.sig.ident), &f.sig, f.attrs.as_slice())).collect()
        }
        Item::Trait(t) if is_public(&t.vis) => {
            let functions = t.items.iter().filter_map(|member| match member {
                TraitItem::Fn(f) => Some(f),
                _ => None,
            });
            functions.map(|f| (format!("{}::{}", t.ident, f.sig.ident), &f.sig, f.attrs.as_slice())).collect()
        }
        _ => Vec::new(),
    }
}

/// The named arguments of a function with their types.
pub(super) fn parameters(signature: &Signature) -> impl Iterator<Item = (String, &Type)> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(match &*typed.pat {
            Pat::Ident(name) => (name.ident.to_string(), &*typed.ty),
            _ => ("_".to_owned(), &*typed.ty),
        }),
        FnArg::Receiver(_) => None,
    })
}

pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

fn collect(item: &Item, aliases: &[String], numbers: &mut Vec<Number>) {
    let mut see = |place: String, name: String, ty: &Type, answer: bool| {
        if bare(ty, aliases) {
            numbers.push(Number { place, name, answer });
        }
    };
    for (place, signature, _) in public_functions(item) {
        for (name, ty) in parameters(signature) {
            see(format!("{place}({name})"), name, ty, false);
        }
        if let ReturnType::Type(_, ty) = &signature.output {
            see(format!("{place}()"), signature.ident.to_string(), ty, true);
        }
    }
    match item {
        Item::Const(c) if is_public(&c.vis) => see(c.ident.to_string(), c.ident.to_string(), &c.ty, false),
        Item::Static(c) if is_public(&c.vis) => see(c.ident.to_string(), c.ident.to_string(), &c.ty, false),
        Item::Struct(s) if is_public(&s.vis) => {
            for (place, name, field) in fields(&s.ident.to_string(), &s.fields) {
                if is_public(&field.vis) {
                    see(place, name, &field.ty, false);
                }
            }
        }
        Item::Enum(e) if is_public(&e.vis) => {
            for variant in &e.variants {
                for (place, name, field) in fields(&format!("{}::{}", e.ident, variant.ident), &variant.fields) {
                    see(place, name, &field.ty, false);
                }
            }
        }
        Item::Impl(block) if block.trait_.is_none() => {
            let owner = type_name(&block.self_ty);
            for member in &block.items {
                if let ImplItem::Const(c) = member
                    && is_public(&c.vis)
                {
                    see(format!("{owner}::{}", c.ident), c.ident.to_string(), &c.ty, false);
                }
            }
        }
        _ => {}
    }
}

/// The fields of a struct or a variant; a field without a name has its number.
pub(super) fn fields<'a>(owner: &str, fields: &'a Fields) -> Vec<(String, String, &'a syn::Field)> {
    let named = |(index, field): (usize, &'a syn::Field)| {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        (format!("{owner}.{name}"), name, field)
    };
    fields.iter().enumerate().map(named).collect()
}
