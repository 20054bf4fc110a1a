//! Names of categories and sources under `--no-create`: files give names, and without
//! `create_missing` the API takes ids and slugs. A name's own slug is what it would have been made
//! with; what does not exist, the server refuses.

use super::story::Story;
use crate::text::slug::slugify;
use serde_json::Value;

/// Puts slugs in the place of names.
pub fn resolve(story: &mut Story) {
    for member in ["source", "category"] {
        if let Some(slug) = story.text(member).and_then(slugify) {
            story.set(member, slug);
        }
    }
    if let Some(Value::Array(names)) = story.get("categories") {
        let slug = |name: &Value| name.as_str().and_then(slugify).map(Value::String);
        let slugs: Vec<Value> =
            names.iter().map(|name| slug(name).unwrap_or(name.clone())).collect();
        story.set("categories", slugs);
    }
}
