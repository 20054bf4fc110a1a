//! Filters together: what a simple model of the newsroom says, by chance and both ways.

use super::ARTICLES;
use super::pages::both_ways;
use crate::support::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::cmp::Reverse;

/// Numbers by chance, the same in each run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn some<'a>(&mut self, all: &[&'a str], most: usize) -> Vec<&'a str> {
        let count = self.below(most + 1);
        let mut some: Vec<&str> = (0..count).map(|_| all[self.below(all.len())]).collect();
        some.sort_unstable();
        some.dedup();
        some
    }
}

/// Each category with its parent.
const CATEGORIES: [(&str, Option<&str>); 6] = [
    ("world", None),
    ("asia", Some("world")),
    ("pakistan", Some("asia")),
    ("europe", Some("world")),
    ("sport", None),
    ("cricket", Some("sport")),
];
const SOURCES: [&str; 3] = ["alpha", "beta", "gamma"];
const TAGS: [&str; 4] = ["rain", "flood", "talks", "vote"];
const AUTHORS: [&str; 3] = ["ann", "bo", "cy"];
const LANGUAGES: [&str; 3] = ["en", "fr", "ur"];
const WORDS: [&str; 4] = ["storm", "bridge", "market", "garden"];

#[derive(Debug)]
struct Story {
    slug: String,
    id: String,
    at: DateTime<Utc>,
    updated: String,
    categories: Vec<&'static str>,
    source: Option<&'static str>,
    tags: Vec<&'static str>,
    authors: Vec<&'static str>,
    language: &'static str,
    featured: bool,
    urgency: Option<usize>,
    words: Vec<&'static str>,
    live: bool,
}

fn is_below(category: &str, top: &str) -> bool {
    let parent =
        CATEGORIES.iter().find(|(name, _)| *name == category).and_then(|(_, parent)| *parent);
    category == top || parent.is_some_and(|parent| is_below(parent, top))
}

async fn newsroom(app: &TestApp, chance: &mut Chance) -> Vec<Story> {
    for (name, parent) in CATEGORIES {
        app.create("/api/v1/categories", &json!({ "name": name, "parent": parent })).await;
    }
    for name in SOURCES {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    let names = CATEGORIES.map(|(name, _)| name);
    let mut stories = Vec::new();
    for n in 0..48 {
        let at = DateTime::from_timestamp(1_600_000_000, 0).unwrap()
            + TimeDelta::hours(chance.below(40) as i64 * 7);
        let mut story = Story {
            slug: format!("s{n}"),
            id: String::new(),
            at,
            updated: String::new(),
            categories: chance.some(&names, 3),
            source: SOURCES.get(chance.below(4)).copied(),
            tags: chance.some(&TAGS, 3),
            authors: chance.some(&AUTHORS, 2),
            language: LANGUAGES[chance.below(3)],
            featured: chance.below(3) == 0,
            urgency: Some(chance.below(10)).filter(|urgency| *urgency > 0),
            words: chance.some(&WORDS, 3),
            live: chance.below(8) > 0,
        };
        let authors: Vec<_> = story.authors.iter().map(|name| json!({ "name": name })).collect();
        let made = app.create(ARTICLES, &json!({
            "headline": format!("x{n} {}", story.words.join(" ")), "slug": story.slug, "published_at": at.to_rfc3339(),
            "categories": story.categories, "source": story.source, "tags": story.tags, "authors": authors,
            "language": story.language, "featured": story.featured, "urgency": story.urgency,
            "status": if story.live { "published" } else { "draft" },
        })).await;
        story.id = made["id"].as_str().unwrap().to_owned();
        story.updated = made["updated_at"].as_str().unwrap().to_owned();
        stories.push(story);
    }
    stories
}

type Condition = Box<dyn Fn(&Story) -> bool>;

/// A few filters by chance, as a query and as what it means.
fn filters(chance: &mut Chance, stories: &[Story]) -> (String, Vec<Condition>) {
    let (mut query, mut all) = (String::new(), Vec::<Condition>::new());
    let mut take = |name: &str, values: &[&str], condition: Condition| {
        if !values.is_empty() {
            values.iter().for_each(|value| query.push_str(&format!("&{name}={value}")));
            all.push(condition);
        }
    };
    let mut maybe = |all: &[&'static str], most: usize| match chance.below(3) {
        0 => chance.some(all, most),
        _ => Vec::new(),
    };
    let names = CATEGORIES.map(|(name, _)| name);
    let within = |story: &Story, tops: &[&str]| {
        story.categories.iter().any(|one| tops.iter().any(|top| is_below(one, top)))
    };
    let some = maybe(&names, 2);
    let out: Vec<&str> = maybe(&names, 2).into_iter().filter(|name| !some.contains(name)).collect();
    take("category", &some.clone(), Box::new(move |story| within(story, &some)));
    take("exclude_category", &out.clone(), Box::new(move |story| !within(story, &out)));
    let some = maybe(&SOURCES, 2);
    let out: Vec<&str> =
        maybe(&SOURCES, 2).into_iter().filter(|name| !some.contains(name)).collect();
    take(
        "source",
        &some.clone(),
        Box::new(move |story| story.source.is_some_and(|one| some.contains(&one))),
    );
    take(
        "exclude_source",
        &out.clone(),
        Box::new(move |story| story.source.is_none_or(|one| !out.contains(&one))),
    );
    let some = maybe(&TAGS, 2);
    take(
        "tag",
        &some.clone(),
        Box::new(move |story| story.tags.iter().any(|one| some.contains(one))),
    );
    let some = maybe(&AUTHORS, 2);
    take(
        "author",
        &some.clone(),
        Box::new(move |story| story.authors.iter().any(|one| some.contains(one))),
    );
    let some = maybe(&LANGUAGES, 2);
    take("language", &some.clone(), Box::new(move |story| some.contains(&story.language)));
    let word = maybe(&WORDS, 1);
    take(
        "q",
        &word.clone(),
        Box::new(move |story| word.iter().all(|one| story.words.contains(one))),
    );
    let featured: Vec<&str> = maybe(&["true", "false"], 1);
    take(
        "featured",
        &featured.clone(),
        Box::new(move |story| featured == [story.featured.to_string()]),
    );
    if chance.below(3) == 0 {
        let (one, other) = (chance.below(stories.len()), chance.below(stories.len()));
        let (from, to) =
            (stories[one].at.min(stories[other].at), stories[one].at.max(stories[other].at));
        if from < to {
            let text = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
            query.push_str(&format!(
                "&published_after={}&published_before={}",
                text(from),
                text(to)
            ));
            all.push(Box::new(move |story| (from..to).contains(&story.at)));
        }
    }
    if chance.below(6) == 0 {
        let from = stories[chance.below(stories.len())].updated.clone();
        query.push_str(&format!("&updated_after={from}"));
        all.push(Box::new(move |story| story.updated >= from));
    }
    (query, all)
}

#[actix_web::test]
async fn any_combination_gives_what_the_model_says() {
    let app = TestApp::start().await;
    let mut chance = Chance(7);
    let stories = newsroom(&app, &mut chance).await;
    let mut nonempty = 0;
    for round in 0..120 {
        let (query, all) = filters(&mut chance, &stories);
        let mut expected: Vec<&Story> = stories
            .iter()
            .filter(|story| story.live && all.iter().all(|condition| condition(story)))
            .collect();
        let sort =
            ["-published_at", "published_at", "-updated_at", "updated_at", "urgency", "-urgency"]
                [chance.below(6)];
        match sort.trim_start_matches('-') {
            "published_at" => expected.sort_by_key(|story| (story.at, story.id.clone())),
            "updated_at" => expected.sort_by_key(|story| (story.updated.clone(), story.id.clone())),
            _ => expected.sort_by_key(|story| {
                (Reverse(story.urgency.unwrap_or(10)), story.at, story.id.clone())
            }),
        }
        if ["-published_at", "-updated_at", "urgency"].contains(&sort) {
            expected.reverse();
        }
        let expected: Vec<&str> = expected.iter().map(|story| story.slug.as_str()).collect();
        let limit = [1, 2, 5, 100][chance.below(4)];
        let met = both_ways(&app, &format!("sort={sort}&limit={limit}{query}")).await;
        assert_eq!(met, expected, "round {round}: sort={sort}&limit={limit}{query}");
        let path = format!("{ARTICLES}?total=exact&limit=1{query}");
        assert_eq!(app.get(&path).await.expect(200).body["total"], expected.len(), "{path}");
        nonempty += usize::from(!expected.is_empty());
    }
    assert!(nonempty > 40, "{nonempty} of 120 lists have anything to compare");
}
