//! The made-up newsroom, and how its stories become what the API takes.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

/// All there is to make, each list in the order of making.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newsroom {
    /// Who supplies the stories.
    pub sources: Vec<Thing>,
    /// The tree; a parent stands before its children.
    pub categories: Vec<Thing>,
    /// The stories; an original stands before its translations.
    pub stories: Vec<Thing>,
}

/// The members of one resource as written down. References are slugs, and `translation_of` an
/// external id; a story's body is a list of paragraphs, and its date a number of hours from now.
#[derive(Clone, Debug, Deserialize)]
pub struct Thing(Map<String, Value>);

/// Ids on the server, by what things are called in the newsroom.
type Ids = HashMap<String, String>;

impl Newsroom {
    /// The newsroom in the binary.
    pub fn read() -> anyhow::Result<Self> {
        serde_json::from_str(include_str!("newsroom.json")).context("the demo's data")
    }
}

impl Thing {
    /// A text member, or nothing.
    pub fn text(&self, member: &str) -> &str {
        self.0.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// A source or category, its parent by id.
    pub fn with_parent(mut self, ids: &Ids) -> anyhow::Result<Value> {
        self.refer("parent", ids)?;
        Ok(Value::Object(self.0))
    }

    /// A story as the API takes it.
    pub fn into_input(
        mut self,
        sources: &Ids,
        categories: &Ids,
        stories: &Ids,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Value> {
        self.refer("source", sources)?;
        self.refer("category", categories)?;
        self.refer("categories", categories)?;
        self.refer("translation_of", stories)?;
        if let Some(Value::Array(paragraphs)) = self.0.get_mut("body") {
            let paragraphs: Vec<&str> = paragraphs.iter().filter_map(Value::as_str).collect();
            let body = paragraphs.join("\n\n");
            self.0.insert("body".into(), body.into());
        }
        let hours = self.0.shift_remove("hours_from_now");
        if let Some(hours) = hours.as_ref().and_then(Value::as_f64) {
            #[allow(clippy::cast_possible_truncation, reason = "a few days in seconds")]
            let at = now + TimeDelta::seconds((hours * 3600.0) as i64);
            let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
            self.0.insert("published_at".into(), at.into());
        }
        Ok(Value::Object(self.0))
    }

    /// Puts ids in the place of names.
    fn refer(&mut self, member: &str, ids: &Ids) -> anyhow::Result<()> {
        let id = |name: &str| {
            let id = ids.get(name).cloned();
            id.with_context(|| format!("{member} {name} is not there yet"))
        };
        match self.0.get_mut(member) {
            Some(Value::String(name)) => *name = id(name)?,
            Some(Value::Array(names)) => {
                for one in names {
                    if let Value::String(name) = one {
                        *name = id(name)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everything_refers_to_what_stands_before_it() {
        let newsroom = Newsroom::read().unwrap();
        let now = Utc::now();
        let (mut sources, mut categories, mut stories) = (Ids::new(), Ids::new(), Ids::new());
        for source in newsroom.sources {
            sources.insert(source.text("slug").to_owned(), "id".to_owned());
        }
        for category in newsroom.categories {
            let slug = category.text("slug").to_owned();
            category.with_parent(&categories).unwrap();
            assert!(categories.insert(slug, "id".to_owned()).is_none());
        }
        let (mut languages, mut scheduled, mut drafts) = (HashSet::new(), 0, 0);
        for story in newsroom.stories {
            let external_id = story.text("external_id").to_owned();
            languages.insert(story.text("language").to_owned());
            drafts += usize::from(story.text("status") == "draft");
            let input = story.into_input(&sources, &categories, &stories, now).unwrap();
            assert!(input["body"].as_str().unwrap().matches("\n\n").count() >= 2);
            assert!(input.get("hours_from_now").is_none());
            let at = input.get("published_at").and_then(Value::as_str);
            let at = at.map(|at| DateTime::parse_from_rfc3339(at).unwrap().to_utc());
            scheduled += usize::from(at.is_some_and(|at| at > now));
            assert!(stories.insert(external_id, "id".to_owned()).is_none());
        }
        assert_eq!((sources.len(), stories.len()), (3, 12));
        assert_eq!((languages.len(), scheduled, drafts), (9, 1, 1));
    }
}
