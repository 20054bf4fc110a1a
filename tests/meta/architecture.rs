//! Who may import whom (docs/ARCHITECTURE.md), read off the source.

mod paths;

use paths::{is_within, named};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A source file by its path below `src/`, with its text as far as it is not a test.
struct Source {
    path: String,
    code: String,
}

impl Source {
    /// Every path it names, from the root of its crate.
    fn named(&self) -> BTreeSet<String> {
        let module = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        named(&module.split('/').collect::<Vec<_>>(), &self.code)
    }
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

const RESOURCES: [&str; 10] = [
    "articles",
    "sources",
    "categories",
    "keys",
    "search",
    "events",
    "feeds",
    "sitemaps",
    "webhooks",
    "wires",
];

/// The role a file plays, by its path.
fn role(path: &str) -> &str {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    match parts.as_slice() {
        [_, part @ ("handlers" | "model" | "store" | "views"), ..] => part,
        [resource, part, ..] if RESOURCES.contains(resource) => part,
        [folder, _, ..] => folder,
        [file] => file,
        [] => "",
    }
}

/// What a role must not name.
fn forbidden(role: &str) -> &'static [&'static str] {
    match role {
        "main" | "app" | "api" | "docs" | "health" => {
            &["diesel", "diesel_async", "crate::db::schema"]
        }
        // makes the database of a private cluster
        "serve" => &["diesel", "crate::db::schema"],
        // logic that spans stores, and a command: the database through stores alone
        "save" | "upsert" | "bulk" | "command" | "reindex" | "outbox" => {
            &["actix_web", "diesel", "crate::db::schema", "crate::http"]
        }
        // sends while it takes what is next: of actix-web, its runtime
        "worker" => &["diesel", "crate::db::schema", "crate::http"],
        "handlers" => &["diesel", "diesel_async", "crate::db::schema", "crate::serve"],
        "store" => {
            &["actix_web", "crate::http", "crate::app", "crate::*::views", "crate::*::handlers"]
        }
        "model" => &[
            "actix_web",
            "serde",
            "serde_json",
            "utoipa",
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::http",
            "crate::*::store",
            "crate::*::views",
            "crate::*::handlers",
        ],
        "views" => &[
            "actix_web",
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::*::store",
            "crate::*::handlers",
        ],
        // pure functions from what goes out to the bytes of a format
        "formats" => &[
            "actix_web",
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::*::store",
            "crate::*::handlers",
        ],
        "http" => &[
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::articles",
            "crate::categories",
            "crate::health",
            "crate::idempotency",
            "crate::keys",
            "crate::sources",
        ],
        "db" => &[
            "actix_web",
            "crate::app",
            "crate::config",
            "crate::http",
            "crate::articles",
            "crate::categories",
            "crate::keys",
            "crate::sources",
        ],
        "text" => &["actix_web", "serde", "diesel", "crate::app", "crate::db", "crate::http"],
        // asks others, and knows nothing of what is asked or answered; reads what came, and asks nobody
        "outside" | "reader" => &[
            "actix_web",
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::http",
            "crate::articles",
            "crate::categories",
            "crate::keys",
            "crate::sources",
        ],
        // answers of any resource, kept through its own store
        "idempotency" => &[
            "actix_web",
            "diesel",
            "diesel_async",
            "crate::db::schema",
            "crate::articles",
            "crate::categories",
            "crate::keys",
            "crate::sources",
        ],
        // a copy of two resources, for all that show them
        "catalog" => &["actix_web", "crate::http", "crate::app", "crate::articles"],
        // words that everybody shares
        "access" | "freshness" | "addresses" | "error" | "ids" | "patch" | "values" => &[
            "actix_web",
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::http",
            "crate::articles",
            "crate::categories",
            "crate::keys",
            "crate::sources",
        ],
        // clients know the service by its HTTP API alone
        "client" | "post" | "demo" | "import" | "export" | "readers" => &[
            "diesel",
            "diesel_async",
            "crate::app",
            "crate::db",
            "crate::http",
            "crate::articles",
            "crate::categories",
            "crate::keys",
            "crate::sources",
        ],
        _ => &[],
    }
}

#[test]
fn nobody_imports_what_is_not_theirs() {
    let mut wrong = Vec::new();
    for source in sources() {
        let role = role(&source.path);
        for pattern in forbidden(role) {
            for path in source.named().iter().filter(|path| is_within(path, pattern)) {
                wrong.push(format!("{} ({role}) names {path}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn resources_import_each_other_in_one_direction() {
    let allowed = [
        ("articles", "sources"),
        ("articles", "categories"),
        ("keys", "sources"),
        ("events", "articles"),
        ("events", "sources"),
        ("events", "categories"),
        ("events", "keys"),
        ("feeds", "articles"),
        ("feeds", "sources"),
        ("feeds", "categories"),
        ("webhooks", "events"),
        ("webhooks", "sources"),
        ("webhooks", "categories"),
        ("wires", "articles"),
        ("wires", "sources"),
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(from) =
            RESOURCES.into_iter().find(|name| source.path.split(['/', '.']).next() == Some(name))
        else {
            continue;
        };
        for to in RESOURCES.into_iter().filter(|to| *to != from && !allowed.contains(&(from, *to)))
        {
            let module = format!("crate::{to}");
            for path in source.named().iter().filter(|path| is_within(path, &module)) {
                wrong.push(format!("{} names {path}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_resource_has_the_same_shape() {
    let found = sources();
    for resource in RESOURCES {
        for part in ["handlers", "model", "store", "views"] {
            let fits = |path: &str| {
                path == format!("{resource}/{part}.rs")
                    || path == format!("{resource}/{part}/mod.rs")
            };
            assert!(found.iter().any(|source| fits(&source.path)), "{resource} has no {part}");
        }
    }
}

#[test]
fn live_is_said_in_one_place() {
    let elsewhere: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.code.contains("articles.trashed_at IS NULL"))
        .map(|source| source.path)
        .collect();
    assert_eq!(elsewhere, ["db/live.rs"]);
}
