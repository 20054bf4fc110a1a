//! Who may import whom (docs/ARCHITECTURE.md), read off the source.

use std::path::{Path, PathBuf};

/// A source file by its path below `src/`, with its text as far as it is not a test.
struct Source {
    path: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                if name.split('/').any(|part| part == "tests" || part == "tests.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.push(Source { path: name, code: code.collect::<Vec<_>>().join("\n") });
            }
        }
    }
    found
}

const RESOURCES: [&str; 4] = ["articles", "sources", "categories", "keys"];

/// The role a file plays, by its path.
fn role(path: &str) -> &str {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    match parts.as_slice() {
        [resource, part, ..] if RESOURCES.contains(resource) => part,
        [folder, _, ..] => folder,
        [file] => file,
        [] => "",
    }
}

/// What a role must not name.
fn forbidden(role: &str) -> &'static [&'static str] {
    match role {
        "handlers" => &["diesel::", "diesel_async", "db::schema"],
        "store" => &["actix_web", "crate::http", "::views"],
        "model" => &[
            "actix_web",
            "serde::",
            "serde_json",
            "crate::http",
            "diesel",
            "crate::db",
            "::store",
            "::views",
        ],
        "views" => &["diesel", "crate::db", "actix_web", "::store"],
        "http" => &[
            "diesel",
            "crate::articles",
            "crate::sources",
            "crate::categories",
            "crate::keys",
            "crate::db",
        ],
        "db" => &[
            "actix_web",
            "crate::http",
            "crate::articles",
            "crate::sources",
            "crate::categories",
            "crate::keys",
        ],
        "text" => &["actix_web", "crate::http", "diesel", "crate::db", "serde"],
        "main" | "app" | "api" | "docs" => &["diesel::", "db::schema"],
        "error" | "access" | "ids" | "patch" | "values" | "addresses" => &[
            "actix_web",
            "crate::http",
            "diesel",
            "crate::db",
            "crate::articles",
            "crate::sources",
        ],
        // clients know the service by its HTTP API alone
        "client" | "post" | "demo" => {
            &["crate::db", "diesel", "crate::articles", "crate::sources", "crate::http"]
        }
        _ => &[],
    }
}

#[test]
fn nobody_imports_what_is_not_theirs() {
    let mut wrong = Vec::new();
    for Source { path, code } in sources() {
        for name in forbidden(role(&path)) {
            for line in code.lines().filter(|line| line.contains(name)) {
                wrong.push(format!("{path} ({}): {}", role(&path), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn resources_import_each_other_in_one_direction() {
    let allowed = [("articles", "sources"), ("articles", "categories"), ("keys", "sources")];
    let mut wrong = Vec::new();
    for Source { path, code } in sources() {
        let Some(from) = RESOURCES.into_iter().find(|name| path.starts_with(&format!("{name}/")))
        else {
            continue;
        };
        for to in RESOURCES.into_iter().filter(|to| *to != from && !allowed.contains(&(from, *to)))
        {
            let names = [format!("crate::{to}::"), format!("crate::{to};")];
            if names.iter().any(|name| code.contains(name)) {
                wrong.push(format!("{path} imports {to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn live_is_said_in_one_place() {
    let elsewhere: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.code.contains("articles.trashed_at IS NULL"))
        .map(|source| source.path)
        .collect();
    assert_eq!(elsewhere, ["articles/store/visibility.rs"]);
}
