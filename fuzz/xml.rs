//! Whether a text is well-formed XML, as far as a figure needs it (W3C, *XML 1.0*, 5th ed., §2).

/// Whether a character may stand in a document at all (§2.2).
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// The first thing that is wrong with a document.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if let Some(c) = text.chars().find(|c| !is_allowed(*c)) {
        return Err(format!("the character U+{:04X} stands in it", u32::from(c)));
    }
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        content(&rest[..at], open.is_empty())?;
        rest = &rest[at..];
        if let Some(inner) = rest.strip_prefix("<!--") {
            rest = inner.split_once("-->").ok_or("a comment does not end")?.1;
        } else if let Some(inner) = rest.strip_prefix("<![CDATA[") {
            rest = inner.split_once("]]>").ok_or("a CDATA section does not end")?.1;
        } else if let Some(inner) = rest.strip_prefix("<?") {
            rest = inner.split_once("?>").ok_or("an instruction does not end")?.1;
        } else if let Some(inner) = rest.strip_prefix("<!") {
            rest = inner.split_once('>').ok_or("a declaration does not end")?.1;
        } else if let Some(inner) = rest.strip_prefix("</") {
            let (name, after) = inner.split_once('>').ok_or("a closing tag does not end")?;
            match open.pop() {
                Some(opened) if opened == name.trim_end() => {}
                other => return Err(format!("</{name}> closes {other:?}")),
            }
            rest = after;
        } else {
            let (name, empty, after) = tag(&rest[1..])?;
            roots += usize::from(open.is_empty());
            if !empty {
                open.push(name);
            }
            rest = after;
        }
    }
    content(rest, open.is_empty())?;
    match (open.last(), roots) {
        (Some(name), _) => Err(format!("<{name}> stays open")),
        (None, 1) => Ok(()),
        (None, n) => Err(format!("it has {n} roots")),
    }
}

/// A tag behind its `<`: the name, whether it is empty, and what follows.
fn tag(text: &str) -> Result<(&str, bool, &str), String> {
    let length = text.find(|c: char| !(c.is_alphanumeric() || "_:.-".contains(c))).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(length);
    if name.is_empty() || name.starts_with(|c: char| c.is_numeric() || c == '-' || c == '.') {
        return Err(format!("a tag has no name: <{}", text.chars().take(20).collect::<String>()));
    }
    loop {
        let spaced = rest.starts_with(char::is_whitespace);
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((name, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((name, false, after));
        }
        let (key, value) = rest.split_once('=').ok_or_else(|| format!("<{name} does not end"))?;
        let key = key.trim();
        if !spaced || key.is_empty() || !key.chars().all(|c| c.is_alphanumeric() || "_:.-".contains(c)) {
            return Err(format!("<{name} has an attribute {key:?}"));
        }
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or("an attribute has no quotes")?;
        let (inner, after) = value[1..].split_once(quote).ok_or("an attribute does not end")?;
        if inner.contains('<') {
            return Err(format!("< stands in the attribute {key}"));
        }
        content(inner, false)?;
        rest = after;
    }
}

/// Text between tags: `&` only before an entity, and nothing at all outside the root.
fn content(text: &str, outside: bool) -> Result<(), String> {
    if outside && !text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err("text stands outside the root".to_owned());
    }
    if text.contains("]]>") {
        return Err("]]> stands in text".to_owned());
    }
    for part in text.split('&').skip(1) {
        let entity = part.split_once(';').map(|(e, _)| e).ok_or("& stands alone")?;
        let number = entity.strip_prefix('#').and_then(|n| match n.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => n.parse().ok(),
        });
        let fits = number.and_then(char::from_u32).is_some_and(is_allowed);
        if !fits && !matches!(entity, "amp" | "lt" | "gt" | "quot" | "apos") {
            return Err(format!("&{}; is no entity", entity.chars().take(20).collect::<String>()));
        }
    }
    Ok(())
}

/// The check itself on documents that are right and wrong.
pub(crate) fn check_itself() -> Result<(), String> {
    for right in ["<a/>", "<?xml version=\"1.0\"?>\n<a b='1' c=\"&lt;\">x &amp; y<b></b><!-- <z --></a>\n"] {
        check(right)?;
    }
    for wrong in [
        "",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "x<a/>",
        "<a>&</a>",
        "<a>&x;</a>",
        "<a b=1/>",
        "<a b='<'/>",
        "<a>\u{1}</a>",
        "<a>&#1;</a>",
        "<a b='1'c='2'/>",
        "< a/>",
        "<a>]]></a>",
    ] {
        if check(wrong).is_ok() {
            return Err(format!("{wrong:?} passes for XML"));
        }
    }
    Ok(())
}
