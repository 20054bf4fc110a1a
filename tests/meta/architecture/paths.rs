//! The paths that a source file names: its imports, groups taken apart and relative ones resolved,
//! and those written out in its code.

use std::collections::{BTreeMap, BTreeSet};

/// Every path that the code of `module` names, from the root of its crate (`crate::db::Conn`).
pub fn named(module: &[&str], code: &str) -> BTreeSet<String> {
    let (mut found, mut rest, mut aliases) = (BTreeSet::new(), String::new(), BTreeMap::new());
    let mut import: Option<String> = None;
    for line in code.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let bare = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
        match (&mut import, bare.strip_prefix("use ")) {
            (Some(text), _) => text.push_str(line),
            (None, Some(text)) => import = Some(text.to_owned()),
            (None, None) => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
        if let Some(text) = import.take_if(|text| text.ends_with(';')) {
            for path in apart(text.trim_end_matches(';')) {
                let (path, alias) = path.split_once(" as ").unwrap_or((&path, ""));
                let path = resolved(module, path.trim_end_matches("::self"));
                let own = path.rsplit("::").next().unwrap_or_default();
                let alias = if alias.is_empty() { own } else { alias };
                aliases.insert(alias.to_owned(), path.clone());
                found.insert(path);
            }
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in rest.split(|c| !is_path(c)).filter(|word| word.contains("::")) {
        let path = word.trim_matches(':');
        let (first, below) = path.split_once("::").unwrap_or((path, ""));
        found.insert(match aliases.get(first) {
            Some(import) => format!("{import}::{below}"),
            None => resolved(module, path),
        });
    }
    found
}

/// `a::{b, c::{self, d}}` as `a::b`, `a::c::self`, `a::c::d`.
fn apart(text: &str) -> Vec<String> {
    let Some((head, rest)) = text.split_once('{') else { return vec![text.trim().to_owned()] };
    let group = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut members) = (0, vec![String::new()]);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match members.last_mut() {
            Some(member) if c != ',' || depth > 0 => member.push(c),
            _ => members.push(String::new()),
        }
    }
    let members = members.iter().map(|member| member.trim()).filter(|member| !member.is_empty());
    members.flat_map(apart).map(|path| format!("{}{path}", head.trim())).collect()
}

/// `self::` and `super::` from the root of the crate.
fn resolved(module: &[&str], path: &str) -> String {
    let (mut base, mut path, mut relative) = (module.to_vec(), path, false);
    if let Some(rest) = path.strip_prefix("self::") {
        (path, relative) = (rest, true);
    }
    while let Some(rest) = path.strip_prefix("super::") {
        base.pop();
        (path, relative) = (rest, true);
    }
    match relative {
        true => ["crate"].into_iter().chain(base).chain([path]).collect::<Vec<_>>().join("::"),
        false => path.to_owned(),
    }
}

/// Whether a path is `pattern` or below it; `*` stands for any one segment.
pub fn is_within(path: &str, pattern: &str) -> bool {
    let mut segments = path.split("::");
    pattern
        .split("::")
        .all(|wanted| segments.next().is_some_and(|segment| wanted == "*" || wanted == segment))
}

#[test]
fn imports_are_taken_apart_and_resolved() {
    let code = "
        use crate::{db::{self, Conn}, sources};
        pub use super::views::Article as Wire;
        use diesel::{
            prelude::*, // everything
            pg::Pg,
        };
        fn f() -> Wire::X { db::now(); sources::store::find(crate::ids::Id(1)); super::super::a::b() }
        // crate::never::named
    ";
    let expected = [
        "crate::a::b",
        "crate::articles::views::Article",
        "crate::articles::views::Article::X",
        "crate::db",
        "crate::db::Conn",
        "crate::db::now",
        "crate::ids::Id",
        "crate::sources",
        "crate::sources::store::find",
        "diesel::pg::Pg",
        "diesel::prelude::*",
    ];
    let found = named(&["articles", "store"], code);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(is_within("crate::articles::store::list", "crate::*::store"));
    assert!(
        !is_within("diesel_async::X", "diesel") && !is_within("crate::db", "crate::db::schema")
    );
}
