//! The tree as the checks see it: files, their syntax, what was found where.

use std::fmt;
use std::path::{Path, PathBuf};
use syn::{Attribute, ImplItem, Item};

/// A Rust file.
pub(super) struct Source {
    /// path from the repository's root, with `/`
    pub(super) path: String,
    /// its text
    pub(super) text: String,
    /// its whole syntax
    pub(super) file: syn::File,
    /// its syntax without what only tests see
    pub(super) code: syn::File,
}

impl Source {
    pub(super) fn parse(path: &str, text: &str) -> Self {
        let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut code = file.clone();
        drop_tests(&mut code.items);
        Self { path: path.to_owned(), text: text.to_owned(), file, code }
    }

    pub(super) fn finding(&self, what: impl Into<String>) -> Finding {
        Finding { file: self.path.clone(), what: what.into() }
    }

    /// Names of the modules that the file stands in: `src/bodies/small.rs` is `bodies`, `small`.
    pub(super) fn modules(&self) -> Vec<String> {
        let inside = self.path.split_once('/').map_or("", |(_, rest)| rest);
        inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect()
    }
}

/// Something that does not belong.
pub(super) struct Finding {
    pub(super) file: String,
    pub(super) what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

/// The repository's root. Cargo says it at run time; a binary started by hand asks the place it was built in.
pub(super) fn repository() -> PathBuf {
    std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned()).into()
}

/// Every Rust file under some folders of the repository, in the order of their paths.
pub(super) fn rust_files(folders: &[&str]) -> Vec<Source> {
    let root = repository();
    let files = folders.iter().flat_map(|folder| files_under(&root.join(folder)));
    files
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| Source::parse(&relative(&path, &root), &std::fs::read_to_string(&path).expect("a readable file")))
        .collect()
}

/// Every file under a folder, sorted; none when there is no such folder.
pub(super) fn files_under(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("a readable folder").path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

/// A path from some root, with `/` on every system.
pub(super) fn relative(path: &Path, root: &Path) -> String {
    let inside = path.strip_prefix(root).expect("a path under its root");
    inside.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Whether an item is there for tests alone: `#[test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`.
pub(super) fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| {
        let words = a.meta.require_list().map(|l| words(&l.tokens.to_string())).unwrap_or_default();
        a.path().is_ident("test")
            || a.path().is_ident("cfg")
                && words.iter().any(|w| w == "test")
                && !words.iter().any(|w| w == "not" || w == "any")
    })
}

/// The identifiers of a text.
pub(super) fn words(text: &str) -> Vec<String> {
    let pieces = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    pieces.filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

fn drop_tests(items: &mut Vec<Item>) {
    items.retain(|item| !for_tests(attributes(item)));
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, inner)) = &mut module.content {
                    drop_tests(inner);
                }
            }
            Item::Impl(block) => block.items.retain(|member| match member {
                ImplItem::Fn(function) => !for_tests(&function.attrs),
                ImplItem::Const(constant) => !for_tests(&constant.attrs),
                _ => true,
            }),
            _ => {}
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}
