//! What makes two files the same story: the supplier's id, else the page's canonical address,
//! else a hash of source and headline.

use sha2::{Digest, Sha256};
use url::Url;

use super::story::{Story, fold};

/// The longest `external_id` the server takes, in characters.
const LONGEST: usize = 512;

/// The identity under which a story is created once and updated afterwards. `None` when it has
/// none to offer: no address and no headline.
pub fn external_id(story: &Story) -> Option<String> {
    if let Some(own) = story.text("external_id") {
        return Some(own.to_owned());
    }
    let address = story.text("canonical_url").or(story.text("source_url"));
    if let Some(address) = address.map(canonical) {
        return Some(match address.chars().count() {
            0..=LONGEST => address,
            _ => hash(&["address", &address]),
        });
    }
    let headline = story.text("headline")?;
    let source = story.text("source").unwrap_or_default();
    Some(hash(&["headline", &letters(source), &fold(headline)]))
}

/// The address without what only says how a reader came to it.
fn canonical(address: &str) -> String {
    let Ok(mut url) = Url::parse(address.trim()) else {
        return address.trim().to_owned();
    };
    url.set_fragment(None);
    let is_campaign = |name: &str| name.starts_with("utm_") || matches!(name, "fbclid" | "gclid");
    if url.query_pairs().any(|(name, _)| is_campaign(&name)) {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !is_campaign(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
    }
    url.into()
}

/// A source by name and by slug is one source: only letters and digits count.
fn letters(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    let digest: String =
        hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(members: &[(&str, &str)]) -> Option<String> {
        let mut story = Story::default();
        for (member, value) in members {
            story.set(member, *value);
        }
        external_id(&story)
    }

    #[test]
    fn in_order_of_preference() {
        let all = [
            ("external_id", "a/1"),
            ("canonical_url", "https://x.example/c"),
            ("source_url", "https://x.example/s"),
            ("headline", "H"),
        ];
        assert_eq!(id(&all).as_deref(), Some("a/1"));
        assert_eq!(id(&all[1..]).as_deref(), Some("https://x.example/c"));
        assert_eq!(id(&all[2..]).as_deref(), Some("https://x.example/s"));
        assert!(id(&all[3..]).unwrap().starts_with("sha256-"));
        assert_eq!(id(&[]), None);
    }

    #[test]
    fn spelling_does_not_make_another_story() {
        let one = id(&[("source", "Radio Pakistan"), ("headline", "‘One’ two")]);
        assert_eq!(one, id(&[("source", "radio-pakistan"), ("headline", "'One'  Two")]));
        assert_ne!(one, id(&[("source", "APP"), ("headline", "‘One’ two")]));
        assert_ne!(one, id(&[("headline", "‘One’ two")]));
        let address = |text| id(&[("source_url", text)]);
        assert_eq!(
            address("https://x.example/c?id=1&utm_source=a#top"),
            address("https://x.example/c?id=1")
        );
    }

    #[test]
    fn a_long_address_still_fits() {
        let long = format!("https://x.example/{}", "a".repeat(600));
        assert!(id(&[("canonical_url", &long)]).unwrap().len() <= LONGEST);
    }
}
