//! Names of categories and sources under `--no-create`: files give names, and without
//! `create_missing` the API takes slugs and ids. What exists is looked up; what does not is sent
//! as it is, for the server to refuse.

use serde_json::Value;

use super::story::{Story, fold};
use crate::client::Client;

/// Puts slugs in the place of names that the server knows.
pub async fn resolve(client: &Client, story: &mut Story) -> anyhow::Result<()> {
    for (member, collection) in [("source", "sources"), ("category", "categories")] {
        if let Some(name) = story.text(member)
            && let Some(slug) = find(client, collection, name).await?
        {
            story.set(member, slug);
        }
    }
    Ok(())
}

async fn find(client: &Client, collection: &str, name: &str) -> anyhow::Result<Option<String>> {
    let query = [("q", name), ("limit", "100")];
    let answer = client.get(&[collection], &query).await?;
    let items = answer.body.get("items").and_then(Value::as_array);
    Ok(items.and_then(|items| only_match(items, name)))
}

/// The slug of the one item of that slug or name; a name that two have says nothing.
fn only_match(items: &[Value], name: &str) -> Option<String> {
    let text = |item: &Value, member: &str| item.get(member)?.as_str().map(str::to_owned);
    let mut named = Vec::new();
    for item in items {
        let slug = text(item, "slug")?;
        if slug == name {
            return Some(slug);
        }
        if text(item, "name").is_some_and(|own| fold(&own) == fold(name)) {
            named.push(slug);
        }
    }
    named.pop().filter(|_| named.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_match_or_none() {
        let items = [
            json!({"slug": "general", "name": "General"}),
            json!({"slug": "asia-news", "name": "News"}),
            json!({"slug": "world-news", "name": "News"}),
        ];
        let find = |name| only_match(&items, name);
        assert_eq!(find("GENERAL").as_deref(), Some("general"));
        assert_eq!(find("asia-news").as_deref(), Some("asia-news"));
        assert_eq!(find("News"), None);
        assert_eq!(find("Sport"), None);
    }
}
