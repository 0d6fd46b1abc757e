//! A floor imports only from floors above it.

use crate::source::{Finding, Source};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, Path, UseTree};

/// The floors from the ground up; each may import from those before it.
const FLOORS: [&str; 17] = [
    "units",
    "time",
    "bodies",
    "numerics",
    "ephemerides",
    "dynamics",
    "propagation",
    "staging",
    "transfers",
    "vehicles",
    "network",
    "costs",
    "partners",
    "campaign",
    "sweep",
    "report",
    "cli",
];

/// Floors that may show a mistake in its own line of a file.
const KNOW_MIETTE: [&str; 2] = ["campaign", "cli"];

/// Imports that go down the list, by any spelling, in code, tests and macros.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    match source.path.as_str() {
        "src/main.rs" => return Vec::new(),
        "src/lib.rs" => return check_map(source),
        _ => {}
    }
    let at = source.modules();
    let Some(own) = floor_index(&at[0]) else {
        return vec![source.finding(format!("{} is no floor: STYLE.md lists them", at[0]))];
    };
    let mut imports = Imports { source, own, at, found: Vec::new() };
    imports.visit_file(&source.file);
    imports.found
}

/// The map declares floors and nothing else.
fn check_map(source: &Source) -> Vec<Finding> {
    let modules = source.code.items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    });
    modules
        .filter(|name| name != "prelude" && floor_index(name).is_none())
        .map(|name| source.finding(format!("{name} is no floor: STYLE.md lists them")))
        .collect()
}

fn floor_index(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| *floor == name)
}

struct Imports<'a> {
    source: &'a Source,
    own: usize,
    /// modules that the visitor stands in
    at: Vec<String>,
    found: Vec<Finding>,
}

impl Imports<'_> {
    fn see(&mut self, path: &[String]) {
        let spelled = path.join("::");
        let mut absolute = match path.first().map(String::as_str) {
            Some("crate" | "portolan") => Vec::new(),
            Some("self" | "super") => self.at.clone(),
            Some("miette") if !KNOW_MIETTE.contains(&FLOORS[self.own]) => {
                return self.found.push(self.source.finding("knows miette, which is for campaign and cli alone"));
            }
            _ => return,
        };
        for (index, name) in path.iter().enumerate() {
            match name.as_str() {
                "crate" | "portolan" | "self" if index == 0 => {}
                "super" => drop(absolute.pop()),
                name => absolute.push(name.to_owned()),
            }
        }
        let what = match absolute.first().map(String::as_str) {
            // `pub(crate)`, `pub(super)`
            None => return,
            Some("*") => format!("{spelled} is the whole crate: name what is imported"),
            Some(floor) => match floor_index(floor) {
                Some(index) if index <= self.own => return,
                Some(_) => format!("{spelled}: {floor} is below {} in the list of floors", FLOORS[self.own]),
                None => format!("{spelled}: {floor} is no floor; import from the floor that holds it"),
            },
        };
        self.found.push(self.source.finding(what));
    }

    fn see_tree(&mut self, prefix: &[String], tree: &UseTree) {
        let with = |name: String| prefix.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.see_tree(&with(path.ident.to_string()), &path.tree),
            UseTree::Name(name) if name.ident == "self" => self.see(prefix),
            UseTree::Name(name) => self.see(&with(name.ident.to_string())),
            UseTree::Rename(name) => self.see(&with(name.ident.to_string())),
            UseTree::Glob(_) => self.see(&with("*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.see_tree(prefix, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Imports<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.at.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.at.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.see_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.see(&path.segments.iter().map(|s| s.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        for path in paths_in(&call.tokens.to_string()) {
            self.see(&path);
        }
        visit::visit_macro(self, call);
    }
}

/// The paths of two names or more in the tokens of a macro, which syn leaves as they are.
fn paths_in(tokens: &str) -> Vec<Vec<String>> {
    let plain = without_strings(tokens);
    let mut paths = Vec::new();
    let mut path: Vec<String> = Vec::new();
    for token in spaced(&plain).split_whitespace() {
        let is_name = token.chars().all(|c| c.is_alphanumeric() || c == '_');
        match (path.last().map(String::as_str), token) {
            (Some(last), "::") if last != "::" => path.push("::".to_owned()),
            (Some("::"), name) if is_name => {
                path.pop();
                path.push(name.to_owned());
            }
            _ => {
                paths.push(std::mem::take(&mut path));
                if is_name {
                    path.push(token.to_owned());
                }
            }
        }
    }
    paths.push(path);
    paths.retain(|p| p.len() > 1);
    paths
}

/// Every `::` and every mark between spaces.
fn spaced(tokens: &str) -> String {
    let mut out = String::new();
    for piece in tokens.replace("::", "\u{0}").chars() {
        match piece {
            '\u{0}' => out.push_str(" :: "),
            c if c.is_alphanumeric() || c == '_' => out.push(c),
            c => out.extend([' ', c, ' ']),
        }
    }
    out
}

/// The tokens with every string literal emptied.
fn without_strings(tokens: &str) -> String {
    let mut out = String::new();
    let mut rest = tokens;
    while let Some(start) = rest.find('"') {
        let before = &rest[..start];
        out.push_str(before);
        if before.ends_with('\'') {
            // the character literal '"'
            rest = &rest[start + 1..];
            continue;
        }
        let hashes = before.len() - before.trim_end_matches('#').len();
        let raw = before.trim_end_matches('#').ends_with('r');
        let body = &rest[start + 1..];
        let close = "\"".to_owned() + &"#".repeat(if raw { hashes } else { 0 });
        let mut end = body.find(&close);
        while let Some(at) = end.filter(|at| !raw && escaped(&body[..*at])) {
            end = body[at + 1..].find(&close).map(|next| at + 1 + next);
        }
        rest = end.map_or("", |at| &body[at + close.len()..]);
    }
    out + rest
}

/// Whether the text ends in an odd number of backslashes.
fn escaped(text: &str) -> bool {
    (text.len() - text.trim_end_matches('\\').len()) % 2 == 1
}
