//! One story on its way to the server: the members of `ArticleInput` that are known, no others.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// The most tags the server takes; pages that list more are cut, people who list more are told.
const MOST_TAGS: usize = 50;
const LONGEST_TAG: usize = 100;

/// A story read from a file. Serializes to the JSON members of `ArticleInput`; a member that
/// is not known is left out, so that an update leaves it alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    members: Map<String, Value>,
    /// What the person who posts should know about how the file was read.
    pub notes: Vec<String>,
}

impl Serialize for Story {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members.serialize(serializer)
    }
}

impl Story {
    /// A story with these members, whatever they are.
    pub fn from_members(members: Map<String, Value>) -> Self {
        Self { members, notes: Vec::new() }
    }

    /// Sets a member, in place of what was there.
    pub fn set(&mut self, member: &str, value: impl Into<Value>) {
        self.members.insert(member.to_owned(), value.into());
    }

    /// Takes a member away.
    pub fn remove(&mut self, member: &str) {
        self.members.shift_remove(member);
    }

    /// Sets a text member when there is text.
    pub fn set_text(&mut self, member: &str, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            let text = text.as_ref().trim();
            if !text.is_empty() {
                self.set(member, text);
            }
        }
    }

    /// A member as it will be sent.
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.members.get(member)
    }

    /// A member that is a text with something in it.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.get(member)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// Adds tags that are not there yet. A `tags` that is not a list is left to the server.
    pub fn add_tags<T: AsRef<str>>(&mut self, tags: impl IntoIterator<Item = T>) {
        let fresh: Vec<_> = tags
            .into_iter()
            .map(|tag| tag.as_ref().trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect();
        if fresh.is_empty() {
            return;
        }
        let list = self.members.entry("tags").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            for tag in fresh {
                let known = |there: &Value| there.as_str() == Some(&tag);
                if !list.iter().any(known) {
                    list.push(tag.into());
                }
            }
        }
    }

    /// Adds the keywords a page carries, as far as they can be tags.
    pub fn add_page_tags<T: AsRef<str>>(&mut self, tags: impl IntoIterator<Item = T>) {
        self.add_tags(tags.into_iter().filter(|tag| tag.as_ref().chars().count() <= LONGEST_TAG));
        if let Some(Value::Array(list)) = self.members.get_mut("tags") {
            list.truncate(MOST_TAGS);
        }
    }
}

/// Drops what makes two spellings of one name or headline differ: case, quotes, dashes, spaces,
/// and characters without width.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\'' | '"' | '`' | '´' | '‘' | '’' | '‚' | '‛' | '“' | '”' | '„' | '‟' | '«' | '»'
            | '‹' | '›' | '「' | '」' | '『' | '』' | '＂' | '＇' => {}
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {}
            '\u{feff}' | '\u{ad}' => {}
            '‐'..='―' | '−' => folded.push('-'),
            '…' => folded.push_str("..."),
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    folded.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_members_are_sent() {
        let mut story = Story::default();
        story.set_text("headline", Some(" A "));
        story.set_text("source", Some("  "));
        story.set_text("category", None::<&str>);
        story.add_tags(["a", " ", "b"]);
        story.add_tags(["b", "c"]);
        assert_eq!(
            serde_json::to_string(&story).unwrap(),
            r#"{"headline":"A","tags":["a","b","c"]}"#
        );
    }

    #[test]
    fn folding() {
        assert_eq!(fold(" ‘One’\u{a0} \"Two\" – x… "), "one two - x...");
        assert_eq!(fold("b/w"), "b/w");
    }
}
