//! Words for every public item, and what the house does not do.

use crate::numbers::{each_item, fields, is_public, parameters, public_functions};
use crate::source::{Finding, Source, words};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprLit, ImplItemFn, Item, ItemFn, ItemMod, Lit, Macro, Meta, ReturnType, TraitItemFn, Type,
};

/// Lines of a file, tests apart. STYLE.md looks for a second story past about 600.
const LONGEST: usize = 700;
/// Lines of an example.
const LONGEST_EXAMPLE: usize = 120;

const EMPTY_NAMES: [&str; 9] = ["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "mod"];
const UNFINISHED: [&str; 4] = ["todo", "unimplemented", "dbg", "panic"];
const LINTS_KEPT: [&str; 6] = ["unwrap_used", "expect_used", "panic", "todo", "unimplemented", "dbg_macro"];
const WARRANTS: [&str; 5] = ["published_", "law_", "agrees_with_", "refuses_", "regress_"];

/// Docs, refusals, names, lengths.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut found = names(source);
    let lines = lines_without_tests(&source.text);
    if lines > LONGEST {
        found.push(
            source.finding(format!("{lines} lines without tests, more than {LONGEST}: look for the second story")),
        );
    }
    if !has_doc(&source.file.attrs) {
        found.push(source.finding("the file has no //! that says what it tells"));
    }
    each_item(&source.code.items, &mut |item| {
        for place in undocumented(item) {
            found.push(source.finding(format!("{place}: no doc")));
        }
        for (place, signature, attributes) in public_functions(item) {
            let fails = matches!(&signature.output, ReturnType::Type(_, ty) if last_name(ty) == "Result");
            if fails && !doc(attributes).contains("# Errors") {
                found.push(source.finding(format!("{place}: no # Errors, though it returns a Result")));
            }
            for (name, _) in parameters(signature).filter(|(_, ty)| is_bool(ty)) {
                found.push(source.finding(format!("{place}({name}): a bool; a choice is an enum")));
            }
        }
    });
    found.extend(body(source));
    found
}

/// Names of tests in `src` and `tests`, and no test that is left out.
pub(super) fn check_tests(source: &Source) -> Vec<Finding> {
    let mut tests = Tests { names: Vec::new(), ignored: Vec::new() };
    tests.visit_file(&source.file);
    let unwarranted = tests.names.iter().filter(|name| !WARRANTS.iter().any(|w| name.starts_with(w)));
    unwarranted
        .map(|name| source.finding(format!("test {name}: no warrant; a name begins with {}", WARRANTS.join(", "))))
        .chain(tests.ignored.iter().map(|name| source.finding(format!("test {name}: ignore hides what is true"))))
        .collect()
}

/// What an example owes its reader.
pub(super) fn check_example(source: &Source) -> Vec<Finding> {
    let mut found = body(source);
    let lines = source.text.lines().count();
    if lines > LONGEST_EXAMPLE {
        found.push(source.finding(format!("{lines} lines, more than {LONGEST_EXAMPLE}")));
    }
    if !has_doc(&source.file.attrs) {
        found.push(source.finding("no //! that states the question, the command and the answer"));
    }
    let command = format!("//! ```text\n//! $ cargo run --release --example {}\n", source.modules().join("/"));
    if !source.text.contains(&command) {
        found.push(
            source.finding("no text block in the //! with the command and what it prints, which .ci/examples compares"),
        );
    }
    found
}

fn names(source: &Source) -> Vec<Finding> {
    let modules = source.modules();
    let empty = modules.iter().filter(|name| EMPTY_NAMES.contains(&name.as_str()));
    empty.map(|name| source.finding(format!("the name {name} says nothing (and foo.rs stands beside foo/)"))).collect()
}

/// What bodies must not hold outside tests: unwrap, panics, leftovers, lints switched off.
fn body(source: &Source) -> Vec<Finding> {
    let mut body = Body { source, at: String::new(), found: Vec::new() };
    body.visit_file(&source.code);
    body.found
}

struct Body<'a> {
    source: &'a Source,
    /// function that the visitor stands in
    at: String,
    found: Vec<Finding>,
}

impl Body<'_> {
    fn find(&mut self, what: &str) {
        self.found.push(self.source.finding(format!("{}: {what}", self.at)));
    }

    fn enter(&mut self, name: &syn::Ident) -> String {
        if name.to_string().starts_with("get_") {
            self.found.push(self.source.finding(format!("{name}: a value is a noun, without get_")));
        }
        std::mem::replace(&mut self.at, name.to_string())
    }
}

impl<'ast> Visit<'ast> for Body<'_> {
    fn visit_item_fn(&mut self, f: &'ast ItemFn) {
        let before = self.enter(&f.sig.ident);
        visit::visit_item_fn(self, f);
        self.at = before;
    }

    fn visit_impl_item_fn(&mut self, f: &'ast ImplItemFn) {
        let before = self.enter(&f.sig.ident);
        visit::visit_impl_item_fn(self, f);
        self.at = before;
    }

    fn visit_trait_item_fn(&mut self, f: &'ast TraitItemFn) {
        let before = self.enter(&f.sig.ident);
        visit::visit_trait_item_fn(self, f);
        self.at = before;
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let name = module.ident.to_string();
        if EMPTY_NAMES.contains(&name.as_str()) {
            self.found.push(self.source.finding(format!("the name {name} says nothing")));
        }
        visit::visit_item_mod(self, module);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "unwrap" && call.args.is_empty() {
            self.find("unwrap()");
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        if let Some(name) = call.path.segments.last().map(|s| s.ident.to_string())
            && UNFINISHED.contains(&name.as_str())
        {
            self.find(&format!("{name}!"));
        }
        let dense: String = call.tokens.to_string().split_whitespace().collect();
        if dense.contains(".unwrap()") {
            self.find("unwrap()");
        }
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let loosens = attribute.path().is_ident("allow") || attribute.path().is_ident("expect");
        if loosens && let Meta::List(list) = &attribute.meta {
            let named = words(&list.tokens.to_string());
            for lint in LINTS_KEPT.iter().filter(|lint| named.iter().any(|word| word == *lint)) {
                self.find(&format!("clippy::{lint} is switched off"));
            }
        }
        visit::visit_attribute(self, attribute);
    }
}

struct Tests {
    names: Vec<String>,
    ignored: Vec<String>,
}

impl<'ast> Visit<'ast> for Tests {
    fn visit_item_fn(&mut self, f: &'ast ItemFn) {
        let name = f.sig.ident.to_string();
        if f.attrs.iter().any(|a| a.path().is_ident("ignore")) {
            self.ignored.push(name.clone());
        }
        if f.attrs.iter().any(|a| a.path().is_ident("test")) {
            self.names.push(name);
        }
        visit::visit_item_fn(self, f);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        // proptest! { #[test] fn law_x(…) { … } }
        let dense = call.tokens.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        let dense = dense.replace("# [test]", "#[test]").replace("# [ test ]", "#[test]");
        for after in dense.split("#[test]").skip(1) {
            let name = after.split_once("fn ").and_then(|(_, rest)| words(rest).into_iter().next());
            self.names.extend(name);
        }
        visit::visit_macro(self, call);
    }
}

/// Public parts of an item that have no doc.
fn undocumented(item: &Item) -> Vec<String> {
    let mut bare = Vec::new();
    let mut see = |place: String, attributes: &[Attribute]| {
        if !has_doc(attributes) {
            bare.push(place);
        }
    };
    for (place, _, attributes) in public_functions(item) {
        see(place, attributes);
    }
    match item {
        Item::Struct(s) if is_public(&s.vis) => {
            see(s.ident.to_string(), &s.attrs);
            let named = fields(&s.ident.to_string(), &s.fields);
            let public = named.into_iter().filter(|(_, _, f)| f.ident.is_some() && is_public(&f.vis));
            public.for_each(|(place, _, field)| see(place, &field.attrs));
        }
        Item::Enum(e) if is_public(&e.vis) => {
            see(e.ident.to_string(), &e.attrs);
            for variant in &e.variants {
                let place = format!("{}::{}", e.ident, variant.ident);
                see(place.clone(), &variant.attrs);
                let named = fields(&place, &variant.fields).into_iter().filter(|(_, _, f)| f.ident.is_some());
                named.for_each(|(place, _, field)| see(place, &field.attrs));
            }
        }
        Item::Trait(t) if is_public(&t.vis) => see(t.ident.to_string(), &t.attrs),
        Item::Const(c) if is_public(&c.vis) => see(c.ident.to_string(), &c.attrs),
        Item::Static(c) if is_public(&c.vis) => see(c.ident.to_string(), &c.attrs),
        Item::Type(t) if is_public(&t.vis) => see(t.ident.to_string(), &t.attrs),
        // a module in a file of its own has its //! there
        Item::Mod(m) if is_public(&m.vis) && m.content.is_some() => see(m.ident.to_string(), &m.attrs),
        _ => {}
    }
    bare
}

fn has_doc(attributes: &[Attribute]) -> bool {
    !doc(attributes).trim().is_empty()
}

/// The text of the doc comments.
fn doc(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        match &attribute.meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => text += &line.value(),
                // #[doc = include_str!(…)]
                _ => text += "…",
            },
            _ => continue,
        }
        text.push('\n');
    }
    text
}

fn last_name(ty: &Type) -> String {
    crate::numbers::type_name(ty)
}

fn is_bool(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_bool(&reference.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| match &segment.arguments {
            syn::PathArguments::AngleBracketed(list) if segment.ident == "Option" => {
                list.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(inner) if is_bool(inner)))
            }
            _ => segment.ident == "bool",
        }),
        _ => false,
    }
}

/// Lines of a file outside its test modules; rustfmt puts the closing brace of a module at the left margin.
fn lines_without_tests(text: &str) -> usize {
    let (mut count, mut in_tests, mut pending) = (0, false, false);
    for line in text.lines() {
        if in_tests {
            in_tests = line != "}";
            continue;
        }
        if pending && line.starts_with("mod ") && line.ends_with('{') {
            // the attribute was counted
            (count, in_tests, pending) = (count - 1, true, false);
            continue;
        }
        pending = line == "#[cfg(test)]";
        count += 1;
    }
    count
}
