//! Whether an answer shows what it may.

use super::model::{LANGUAGES, Model, Register, SLOTS, Story, Time, Tree, way};
use super::reads::{Filter, Kind, Named, Read, author_of};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// One answer of a node, asked for at `began` and there at `ended`: the states that it may show.
pub struct Check {
    began: Time,
    ended: Time,
    stories: Vec<Vec<Story>>,
    sources: Vec<Vec<String>>,
    categories: Vec<Vec<String>>,
    trees: Rc<[Tree]>,
    faults: Vec<String>,
}

impl Check {
    /// Takes what it needs of the model.
    pub fn new(model: &Model, node: usize, began: Time, ended: Time) -> Self {
        fn states<S: Clone>(all: &[Register<S>], node: usize, began: Time) -> Vec<Vec<S>> {
            all.iter().map(|one| one.since(node, began).cloned().collect()).collect()
        }
        Self {
            began,
            ended,
            stories: states(&model.stories, node, began),
            sources: states(&model.sources, node, began),
            categories: states(&model.categories, node, began),
            trees: model.tree.since(node, began).copied().collect(),
            faults: Vec::new(),
        }
    }

    /// What is wrong with a body; none for a story that is not shown.
    pub fn read(mut self, read: &Read, body: Option<&Value>) -> Vec<String> {
        match (&read.kind, body) {
            (Kind::One(slot, named), body) => self.one(*slot, named, body),
            (_, None) => self.faults.push("not found".to_owned()),
            (Kind::List(filter), Some(body)) => self.list(filter, body),
            (Kind::Top, Some(body)) => self.top(body),
            (Kind::Terms, Some(body)) => self.terms(&read.path, body),
            (Kind::Suggestions(slot), Some(body)) => self.suggestions(*slot, body),
            (Kind::Categories, Some(body)) => {
                items(body).iter().for_each(|item| self.category(item));
            }
            (Kind::Category(place), Some(body)) => {
                self.told("category", &body["slug"], &format!("cat-{place}"));
                self.category(body);
            }
            (Kind::Tree, Some(body)) => self.tree(body),
            (Kind::Sources, Some(body)) => items(body).iter().for_each(|item| self.source(item)),
            (Kind::Source(place), Some(body)) => {
                self.told("source", &body["slug"], &format!("source-{place}"));
                self.source(body);
            }
        }
        self.faults
    }

    fn fault(&mut self, text: impl Into<String>) {
        self.faults.push(text.into());
    }

    fn told(&mut self, what: &str, told: &Value, should: &str) {
        if told != should {
            self.fault(format!("{what} is {told}, not {should}"));
        }
    }

    fn shows(&self, story: &Story) -> bool {
        story.may_show(self.began, self.ended)
    }

    fn hides(&self, story: &Story) -> bool {
        story.may_hide(self.began, self.ended)
    }

    fn states(&self, slot: usize) -> String {
        let state = |story: &Story| {
            let span = story.span.map(|(from, until)| {
                ((from - self.began) / 1000, until.saturating_sub(self.began) / 1000)
            });
            format!("{} {span:?}", story.count)
        };
        let states: Vec<String> = self.stories[slot].iter().map(state).collect();
        format!(
            "mark{slot:02} may be {} within {} ms",
            states.join(", "),
            (self.ended - self.began) / 1000
        )
    }

    /// A story that may or may not be shown under a condition on its state.
    fn membership(&mut self, slot: usize, shown: Option<u64>, takes: impl Fn(&Story) -> bool) {
        self.membership_by(&[Tree::default()], slot, shown, |story, _| takes(story));
    }

    /// The same, where it depends on the tree.
    fn membership_by(
        &mut self,
        trees: &[Tree],
        slot: usize,
        shown: Option<u64>,
        takes: impl Fn(&Story, &Tree) -> bool,
    ) {
        let fits = |story: &Story, tree: &Tree| match shown {
            Some(count) => story.count == count && self.shows(story) && takes(story, tree),
            None => self.hides(story) || !takes(story, tree),
        };
        let some =
            self.stories[slot].iter().any(|story| trees.iter().any(|tree| fits(story, tree)));
        if !some {
            let shown = shown.map_or("missing".to_owned(), |count| format!("shown as {count}"));
            self.fault(format!("{shown}, {}", self.states(slot)));
        }
    }

    /// How many stories a condition may let through: the fewest and the most.
    fn between(&self, takes: impl Fn(usize, &Story, &Tree) -> bool) -> (i64, i64) {
        let (mut least, mut most) = (0, 0);
        for (slot, states) in self.stories.iter().enumerate() {
            let mut pairs =
                states.iter().flat_map(|story| self.trees.iter().map(move |tree| (story, tree)));
            let takes = |story: &Story, tree: &Tree| takes(slot, story, tree);
            least += i64::from(
                pairs.clone().all(|(story, tree)| !self.hides(story) && takes(story, tree)),
            );
            most += i64::from(pairs.any(|(story, tree)| self.shows(story) && takes(story, tree)));
        }
        (least, most)
    }

    fn counted(&mut self, what: &str, count: &Value, takes: impl Fn(usize, &Story, &Tree) -> bool) {
        let (least, most) = self.between(takes);
        let count = count.as_i64().unwrap_or(-1);
        if count < least || count > most {
            self.fault(format!("{what}: {count}, may be {least} to {most}"));
        }
    }

    fn one(&mut self, slot: usize, named: &Named, body: Option<&Value>) {
        if let Some(body) = body {
            self.item(body);
        }
        let shown = body.and_then(|body| mark(&body["headline"])).map(|(_, count)| count);
        self.membership(slot, shown, |story| named.is(story));
    }

    /// A story as it is shown, whatever shows it.
    fn item(&mut self, item: &Value) {
        let Some((slot, count)) = mark(&item["headline"]) else {
            return self.fault(format!("a headline {}", item["headline"]));
        };
        let found = self.stories[slot].iter().find(|story| story.count == count);
        let Some(story) = found.filter(|story| self.shows(story)).cloned() else {
            return self.fault(format!("shown as {count}, {}", self.states(slot)));
        };
        let own = [format!("own {slot:02}"), format!("topic {}", story.topic)];
        let told = [
            ("source", &item["source"]["slug"], format!("source-{}", story.source)),
            ("category", &item["category"]["slug"], format!("cat-{}", story.leaf)),
            ("language", &item["language"], LANGUAGES[story.language].to_owned()),
            ("own tag", &item["tags"][0], own[0].clone()),
            ("topic", &item["tags"][1], own[1].clone()),
        ];
        for (what, told, should) in told {
            self.told(&format!("{what} of mark{slot:02} {count}"), told, &should);
        }
        self.name("source", &item["source"]);
        self.breadcrumb(item);
        self.translations(slot, &story, &item["translations"]);
        for related in item["related"].as_array().into_iter().flatten() {
            self.glimpse(&related["headline"]);
        }
    }

    /// A headline of a story that must be one it may have.
    fn glimpse(&mut self, headline: &Value) {
        match mark(headline) {
            Some((slot, count)) => {
                let fits = |story: &Story| story.count == count && self.shows(story);
                if !self.stories[slot].iter().any(fits) {
                    self.fault(format!("named as {count}, {}", self.states(slot)));
                }
            }
            None => self.fault(format!("a headline {headline}")),
        }
    }

    fn translations(&mut self, own: usize, story: &Story, shown: &Value) {
        let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
        for version in shown.as_array().into_iter().flatten() {
            if let Some((slot, count)) = mark(&version["headline"]) {
                counts.insert(slot, count);
            }
        }
        let group = |slot: usize, story: &Story| story.original.unwrap_or(slot);
        let mine = group(own, story);
        for slot in (0..SLOTS).filter(|slot| *slot != own) {
            let count = counts.get(&slot).copied();
            self.membership(slot, count, |other| group(slot, other) == mine);
        }
    }

    /// The name of a source or category that is shown with its slug.
    fn name(&mut self, kind: &str, shown: &Value) {
        let place =
            |prefix: &str| shown["slug"].as_str()?.strip_prefix(prefix)?.parse::<usize>().ok();
        let (names, place) = match kind {
            "source" => (&self.sources, place("source-")),
            _ => (&self.categories, place("cat-")),
        };
        let Some(names) = place.and_then(|place| names.get(place)) else {
            return self.fault(format!("a {kind} {shown}"));
        };
        if !names.iter().any(|name| shown["name"] == **name) {
            let text =
                format!("{kind} {} is called {}, may be {names:?}", shown["slug"], shown["name"]);
            self.fault(text);
        }
    }

    fn breadcrumb(&mut self, shown: &Value) {
        let crumbs = shown["breadcrumb"].as_array().cloned().unwrap_or_default();
        crumbs.iter().for_each(|crumb| self.name("category", crumb));
        let slugs: Vec<&str> = crumbs.iter().filter_map(|crumb| crumb["slug"].as_str()).collect();
        let Some(last) = slugs.last().and_then(|slug| slug.strip_prefix("cat-")?.parse().ok())
        else {
            return self.fault(format!("a breadcrumb {slugs:?}"));
        };
        let fits = |tree: &Tree| {
            let way: Vec<String> =
                way(tree, last).into_iter().map(|it| format!("cat-{it}")).collect();
            way == slugs
        };
        if !self.trees.iter().any(fits) {
            self.fault(format!("the way {slugs:?}, may be {:?}", self.trees));
        }
    }

    fn list(&mut self, filter: &Filter, body: &Value) {
        let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
        for item in items(body) {
            self.item(item);
            if let Some((slot, count)) = mark(&item["headline"])
                && counts.insert(slot, count).is_some()
            {
                self.fault(format!("mark{slot:02} twice"));
            }
        }
        let trees = self.trees.clone();
        for slot in 0..SLOTS {
            let shown = counts.get(&slot).copied();
            self.membership_by(&trees, slot, shown, |story, tree| filter.takes(slot, story, tree));
        }
        if body.get("total").is_some() {
            self.counted("total", &body["total"], |slot, story, tree| {
                filter.takes(slot, story, tree)
            });
        }
        if body["facets"].is_object() {
            self.facets(filter, &body["facets"]);
        }
    }

    fn facets(&mut self, filter: &Filter, facets: &Value) {
        let values = |name: &str| facets[name].as_array().cloned().unwrap_or_default();
        for (name, prefix) in [("category", "cat-"), ("source", "source-"), ("language", "")] {
            for value in values(name) {
                let text = value["value"].as_str().unwrap_or_default();
                let place =
                    text.strip_prefix(prefix).and_then(|text| text.parse().ok()).unwrap_or(0);
                if !prefix.is_empty() {
                    let named = serde_json::json!({ "slug": text, "name": value["name"] });
                    self.name(name, &named);
                }
                // the filter was made before the facets were counted: each by a tree of its time
                let has = |story: &Story, tree: &Tree| match name {
                    "category" => way(tree, story.leaf).contains(&place),
                    "source" => story.source == place,
                    _ => LANGUAGES[story.language] == text,
                };
                let spans: Vec<(i64, i64)> = self
                    .trees
                    .iter()
                    .map(|counted| {
                        self.between(|slot, story, tree| {
                            has(story, counted) && filter.takes(slot, story, tree)
                        })
                    })
                    .collect();
                let least = spans.iter().map(|span| span.0).min().unwrap_or(0);
                let most = spans.iter().map(|span| span.1).max().unwrap_or(0);
                let count = value["count"].as_i64().unwrap_or(-1);
                if count < least || count > most {
                    self.fault(format!("{text}: {count}, may be {least} to {most}"));
                }
            }
        }
        for value in values("tag") {
            let text = value["value"].as_str().unwrap_or_default();
            self.counted(text, &value["count"], |slot, story, tree| {
                let has = has_term(text, slot, story);
                has && filter.takes(slot, story, tree)
            });
        }
        let sum: i64 = values("month").iter().filter_map(|value| value["count"].as_i64()).sum();
        self.counted("months", &sum.into(), |slot, story, tree| filter.takes(slot, story, tree));
    }

    /// The newest: whatever is newer than the last of them must be among them.
    fn top(&mut self, body: &Value) {
        let shown = items(body);
        shown.iter().for_each(|item| self.item(item));
        let times: Vec<Time> =
            shown.iter().filter_map(|item| micros(&item["published_at"])).collect();
        if !times.is_sorted_by(|one, other| one >= other) {
            self.fault(format!("out of order: {times:?}"));
        }
        let there: Vec<usize> =
            shown.iter().filter_map(|item| mark(&item["headline"])).map(|it| it.0).collect();
        let last = times.last().copied().unwrap_or(0);
        for slot in (0..SLOTS).filter(|slot| !there.contains(slot)) {
            let newer = |story: &Story| story.span.is_some_and(|(from, _)| from > last);
            if self.stories[slot].iter().all(|story| !self.hides(story) && newer(story)) {
                self.fault(format!("missing among the newest, {}", self.states(slot)));
            }
        }
    }

    fn terms(&mut self, path: &str, body: &Value) {
        let mut told: BTreeMap<String, Value> = BTreeMap::new();
        for item in items(body) {
            let slug = item["slug"].as_str().unwrap_or_default().to_owned();
            told.insert(slug, item["article_count"].clone());
        }
        let all: Vec<String> = if path.contains("authors") {
            (0..2).map(|it| format!("author-{it}")).collect()
        } else if let Some((_, prefix)) = path.split_once("prefix=") {
            vec![prefix.to_owned()]
        } else {
            let own = (0..SLOTS).map(|it| format!("own-{it:02}"));
            own.chain((0..4).map(|it| format!("topic-{it}"))).collect()
        };
        for slug in all {
            let count = told.get(&slug).cloned().unwrap_or(0.into());
            self.counted(&slug, &count, |slot, story, _| has_term(&slug, slot, story));
        }
    }

    fn suggestions(&mut self, slot: usize, body: &Value) {
        let stories = items(body).iter().filter(|item| item["kind"] == "article");
        let shown = stories.filter_map(|item| mark(&item["text"])).find(|found| found.0 == slot);
        self.membership(slot, shown.map(|found| found.1), |_| true);
    }

    fn category(&mut self, item: &Value) {
        self.name("category", item);
        self.breadcrumb(item);
        let slug = item["slug"].as_str().unwrap_or_default();
        if let (Some(place), true) = (number(slug), item.get("article_count").is_some()) {
            self.counted(slug, &item["article_count"], |_, story, tree| {
                way(tree, story.leaf).contains(&place)
            });
        }
    }

    fn source(&mut self, item: &Value) {
        self.name("source", item);
        let slug = item["slug"].as_str().unwrap_or_default();
        if let (Some(place), true) = (number(slug), item.get("article_count").is_some()) {
            self.counted(slug, &item["article_count"], |_, story, _| story.source == place);
        }
    }

    fn tree(&mut self, body: &Value) {
        let mut shown: Tree = Tree::default();
        let mut open: Vec<(&Value, Option<usize>)> =
            items(body).iter().map(|it| (it, None)).collect();
        let mut count = 0;
        while let Some((node, parent)) = open.pop() {
            self.name("category", node);
            let Some(place) = node["slug"].as_str().and_then(number) else { continue };
            shown[place] = parent;
            count += 1;
            let children = node["children"].as_array().into_iter().flatten();
            open.extend(children.map(|child| (child, Some(place))));
        }
        if count != shown.len() || !self.trees.contains(&shown) {
            self.fault(format!("the tree {shown:?}, may be {:?}", self.trees));
        }
    }
}

fn has_term(slug: &str, slot: usize, story: &Story) -> bool {
    match slug.split_once('-') {
        Some(("own", own)) => own.parse() == Ok(slot),
        Some(("topic", topic)) => topic.parse() == Ok(story.topic),
        Some(("author", author)) => author.parse() == Ok(author_of(story)),
        _ => false,
    }
}

fn number(slug: &str) -> Option<usize> {
    slug.rsplit('-').next()?.parse().ok()
}

fn items(body: &Value) -> &[Value] {
    body["items"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn micros(time: &Value) -> Option<Time> {
    Some(chrono::DateTime::parse_from_rfc3339(time.as_str()?).ok()?.timestamp_micros())
}

/// The place and the count that a headline tells.
pub fn mark(headline: &Value) -> Option<(usize, u64)> {
    let mut words = headline.as_str()?.split(' ');
    let slot = words.next()?.strip_prefix("mark")?.parse().ok()?;
    let count = words.next()?.strip_prefix("count")?.parse().ok()?;
    (slot < SLOTS).then_some((slot, count))
}
