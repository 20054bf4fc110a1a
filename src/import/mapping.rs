//! What stories are called here: their sources, categories and tags under other names than where they
//! come from.

use super::readers::NewCategory;
use crate::post::{Status, Story, StoryFlags, references};
use anyhow::{Context, bail};
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;

/// Flags that say what stories are called here.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct MappingArgs {
    /// Source of every story, by name, slug or id, in place of its own
    #[arg(long)]
    pub source: Option<String>,
    /// Category of every story, by name, slug or id, in place of its own
    #[arg(long)]
    pub category: Option<String>,
    /// A source, category or tag that has another name here, as in `category:Op-Ed=opinion`; an empty
    /// name leaves it out; may be repeated
    #[arg(long = "map", value_name = "KIND:OLD=NEW")]
    pub maps: Vec<String>,
    /// The same for categories, from a file: a JSON object, or lines `OLD=NEW`
    #[arg(long, value_name = "FILE")]
    pub category_map: Option<PathBuf>,
    /// Language of stories that name none, such as `en` or `ur`
    #[arg(long)]
    pub language: Option<String>,
    /// A tag for every story; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
}

/// Old names and what takes their place.
type Names = HashMap<String, String>;

/// Gives stories the names that things have here.
#[derive(Debug)]
pub struct Mapping {
    flags: StoryFlags,
    language: Option<String>,
    sources: Names,
    categories: Names,
    tags: Names,
    by_name: bool,
}

impl Mapping {
    /// Reads what the command line says. Without `create_missing` names become slugs, since the API makes
    /// nothing of a name then.
    pub fn new(
        args: &MappingArgs,
        status: Option<Status>,
        create_missing: bool,
    ) -> anyhow::Result<Self> {
        let (mut sources, mut categories, mut tags) = (Names::new(), Names::new(), Names::new());
        if let Some(path) = &args.category_map {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{}: cannot be read", path.display()))?;
            categories.extend(pairs(&text).with_context(|| path.display().to_string())?);
        }
        for map in &args.maps {
            let (kind, pair) = map.split_once(':').unwrap_or(("", map));
            let names = match kind {
                "category" => &mut categories,
                "source" => &mut sources,
                "tag" => &mut tags,
                _ => bail!("--map {map}: begin with `category:`, `source:` or `tag:`"),
            };
            let pair = pair.split_once('=').with_context(|| format!("--map {map}: no `=`"))?;
            names.insert(pair.0.trim().to_owned(), pair.1.trim().to_owned());
        }
        let flags = StoryFlags {
            source: args.source.clone(),
            category: args.category.clone(),
            status,
            tags: args.tags.clone(),
            ..StoryFlags::default()
        };
        let language = args.language.clone();
        Ok(Self { flags, language, sources, categories, tags, by_name: create_missing })
    }

    /// Of the categories that an input describes, those that stories are still filed in, below what stands
    /// in their parents' place.
    pub fn categories(&self, new: Vec<NewCategory>) -> Vec<NewCategory> {
        let wanted = |category: &NewCategory| {
            self.flags.category.is_none() && !self.categories.contains_key(&category.slug)
        };
        let placed = |mut category: NewCategory| {
            let other = category.parent.as_ref().and_then(|parent| self.categories.get(parent));
            if let Some(other) = other {
                category.parent = Some(other.clone()).filter(|parent| !parent.is_empty());
            }
            category
        };
        new.into_iter().filter(wanted).map(placed).collect()
    }

    /// Renames what a story names.
    pub fn apply(&self, story: &mut Story) {
        rename(story, "source", &self.sources);
        rename(story, "category", &self.categories);
        rename_all(story, "categories", &self.categories);
        rename_all(story, "tags", &self.tags);
        if self.flags.category.is_some() {
            story.remove("categories");
        }
        self.flags.apply(story);
        if story.text("language").is_none() {
            story.set_text("language", self.language.as_deref());
        }
        if !self.by_name {
            references::resolve(story);
        }
    }
}

fn rename(story: &mut Story, member: &str, names: &Names) {
    match story.text(member).and_then(|old| names.get(old)).map(String::as_str) {
        Some("") => story.remove(member),
        Some(new) => story.set(member, new),
        None => {}
    }
}

fn rename_all(story: &mut Story, member: &str, names: &Names) {
    let Some(Value::Array(list)) = story.get(member) else { return };
    let mut renamed: Vec<Value> = Vec::with_capacity(list.len());
    for item in list {
        let new = item.as_str().and_then(|old| names.get(old));
        let new = new.map_or_else(|| item.clone(), |new| new.as_str().into());
        if new != "" && !renamed.contains(&new) {
            renamed.push(new);
        }
    }
    story.set(member, renamed);
}

fn pairs(text: &str) -> anyhow::Result<Names> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).context("not a JSON object of texts");
    }
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (old, new) = line.rsplit_once('=').with_context(|| format!("{line}: no `=`"))?;
            Ok((old.trim().to_owned(), new.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(args: MappingArgs, create_missing: bool, story: Value) -> Value {
        let Value::Object(members) = story else { panic!("an object") };
        let mut story = Story::from_members(members);
        Mapping::new(&args, None, create_missing).unwrap().apply(&mut story);
        serde_json::to_value(&story).unwrap()
    }

    #[test]
    fn names_are_replaced_and_left_out() {
        let maps = [
            "category:Op-Ed=opinion",
            "category:Misc=",
            "source:AP=associated-press",
            "tag:old=new",
        ];
        let args = MappingArgs { maps: maps.map(str::to_owned).to_vec(), ..MappingArgs::default() };
        let story = serde_json::json!({ "source": "AP", "category": "Misc", "categories": ["Op-Ed", "Misc", "opinion"],
                                        "tags": ["old", "x"] });
        let expected = serde_json::json!({ "source": "associated-press", "categories": ["opinion"], "tags": ["new", "x"] });
        assert_eq!(mapped(args, true, story), expected);
    }

    #[test]
    fn without_making_anything_names_are_slugs() {
        let story = serde_json::json!({ "source": "Radio Pakistan", "category": "World News", "categories": ["World News", "بارش"] });
        let expected = serde_json::json!({ "source": "radio-pakistan", "category": "world-news", "categories": ["world-news", "بارش"] });
        assert_eq!(mapped(MappingArgs::default(), false, story), expected);
    }

    #[test]
    fn a_file_of_pairs() {
        assert_eq!(pairs("# mine\na = b\n\nc=d = e\n").unwrap()["c=d"], "e");
        assert_eq!(pairs("{\"a\": \"b\"}").unwrap()["a"], "b");
        assert!(pairs("a").is_err());
        let bad = MappingArgs { maps: vec!["x:a=b".into()], ..MappingArgs::default() };
        assert!(Mapping::new(&bad, None, true).is_err());
    }
}
