//! Writers: over HTTP on both nodes, and by plain SQL, at times in transactions that stay open.

use super::Run;
use super::model::{
    CATEGORIES, Dice, LANGUAGES, LEAVES, Model, ORIGINALS, Register, SLOTS, SOURCES, SQL, Story,
    Time, Tree, now,
};
use super::reads::author_of;
use crate::session::Session;
use crate::support::TestApp;
use actix_web::rt::task::JoinHandle;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Mutex;

const ARTICLES: &str = "/api/v1/articles";
const SECOND: Time = 1_000_000;

/// Makes the newsroom, and its model.
pub async fn newsroom(app: &TestApp) -> Model {
    let mut category_ids = Vec::new();
    let tree: Tree = [None, None, Some(0), Some(0), Some(0), Some(1), Some(2), Some(2)];
    for (place, parent) in tree.iter().enumerate() {
        let parent = parent.map(|parent| format!("cat-{parent}"));
        let body = json!({ "name": name("Category", place, 0), "slug": format!("cat-{place}"), "parent": parent });
        let made = app.create("/api/v1/categories", &body).await;
        category_ids.push(made["id"].as_str().unwrap().to_owned());
    }
    for place in 0..SOURCES {
        let body = json!({ "name": name("Source", place, 0), "slug": format!("source-{place}") });
        app.create("/api/v1/sources", &body).await;
    }
    let names = |kind, many| (0..many).map(|it| Register::new(name(kind, it, 0))).collect();
    let mut model = Model {
        stories: Vec::new(),
        sources: names("Source", SOURCES),
        categories: names("Category", CATEGORIES),
        tree: Register::new(tree),
        category_ids,
    };
    for slot in 0..SLOTS {
        let mut story = Story {
            count: 0,
            id: None,
            slug: slug(slot, 0),
            span: Some((now_ms() - (slot as Time + 1) * SECOND, Time::MAX)),
            trashed: false,
            source: slot % SOURCES,
            leaf: LEAVES.start + slot % LEAVES.len(),
            topic: slot % 4,
            language: slot % LANGUAGES.len(),
            featured: slot % 5 == 0,
            original: None,
        };
        let made = app.create(ARTICLES, &input(slot, &story, &model)).await;
        story.id = made["id"].as_str().map(str::to_owned);
        model.stories.push(Register::new(story));
    }
    model
}

fn name(kind: &str, place: usize, count: u64) -> String {
    format!("{kind} {place} name {count}")
}

fn slug(slot: usize, count: u64) -> String {
    format!("mark{slot:02}-g{count}")
}

/// To the millisecond, as times are kept.
fn now_ms() -> Time {
    now() / 1000 * 1000
}

fn text(time: Time) -> Option<String> {
    let time = DateTime::from_timestamp_micros(time).filter(|_| time != Time::MAX)?;
    Some(time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// A whole story as it is sent.
fn input(slot: usize, story: &Story, model: &Model) -> Value {
    let original = story.original.map(|it| model.stories[it].latest().id.clone());
    let mut body = json!({
        "headline": story.headline(slot),
        "body": "Rain and more rain, as every day.",
        "slug": story.slug,
        "status": if story.span.is_some() { "published" } else { "draft" },
        "source": format!("source-{}", story.source),
        "category": format!("cat-{}", story.leaf),
        "tags": [format!("own {slot:02}"), format!("topic {}", story.topic)],
        "authors": [{ "name": format!("Author {}", author_of(story)) }],
        "language": LANGUAGES[story.language],
        "featured": story.featured,
        "urgency": story.count % 9 + 1,
        "translation_of": original,
        "expires_at": null,
    });
    if let Some((from, until)) = story.span {
        body["published_at"] = json!(text(from));
        body["expires_at"] = json!(text(until));
    }
    body
}

/// One writer at a time for each of these.
struct Turns {
    stories: Vec<Mutex<()>>,
    sources: Vec<Mutex<()>>,
    categories: Vec<Mutex<()>>,
    tree: Mutex<()>,
}

/// A writer: what it writes through, and what it notes.
struct Writer {
    run: Arc<Run>,
    turns: Arc<Turns>,
    dice: Dice,
    by: usize,
    way: Way,
}

enum Way {
    Http(reqwest::Client, String),
    Sql(Session),
}

/// Starts the writers: two a node, two by SQL.
pub fn start(run: &Arc<Run>, one: &TestApp, two: &TestApp) -> Vec<JoinHandle<()>> {
    let locks = |many| (0..many).map(|_| Mutex::default()).collect();
    let turns = Arc::new(Turns {
        stories: locks(SLOTS),
        sources: locks(SOURCES),
        categories: locks(CATEGORIES),
        tree: Mutex::default(),
    });
    let url = one.database.url.clone();
    let keys = [one.admin.clone(), two.admin.clone()];
    (0..6)
        .map(|number| {
            let (run, turns, url, keys) = (run.clone(), turns.clone(), url.clone(), keys.clone());
            actix_web::rt::spawn(async move {
                let by = number % 3;
                let way = match by {
                    SQL => Way::Sql(Session::open(&url).await),
                    _ => {
                        let client = reqwest::Client::builder().no_proxy().build().unwrap();
                        Way::Http(client, keys[by].clone())
                    }
                };
                let dice = Dice::new(1000 + number as u64);
                Writer { run, turns, dice, by, way }.write().await;
            })
        })
        .collect()
}

impl Writer {
    async fn write(mut self) {
        while self.run.goes_on() {
            if self.run.resting.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            match self.dice.within(16) {
                0 => self.rename("sources", SOURCES).await,
                1 => self.rename("categories", CATEGORIES).await,
                2 => self.move_category().await,
                _ => self.story().await,
            }
            let pause = self.dice.within(120);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    fn done(&self) {
        let way = usize::from(self.by == SQL);
        self.run.writes[way].fetch_add(1, Ordering::Relaxed);
    }

    /// Sends something, and expects that it is done.
    async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let Way::Http(client, key) = &self.way else { unreachable!("a writer over HTTP") };
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = client.request(method, format!("{}{path}", self.run.nodes[self.by]));
        let request = request.bearer_auth(key);
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        assert!(status.is_success(), "{path}: {status} {body:#}");
        body
    }

    /// Runs statements, at times long before they are committed.
    async fn sql(&mut self, sql: &str) {
        let open = self.dice.one_in(4).then(|| self.dice.within(250));
        let Way::Sql(session) = &self.way else { unreachable!("a writer by SQL") };
        match open {
            None => session.run(sql).await,
            Some(pause) => {
                session.run(&format!("BEGIN; {sql}")).await;
                tokio::time::sleep(Duration::from_millis(pause)).await;
                session.run("COMMIT").await;
            }
        }
    }

    async fn rename(&mut self, table: &'static str, many: usize) {
        let (place, turns) = (self.dice.index(many), self.turns.clone());
        let _turn = match table {
            "sources" => turns.sources[place].lock().await,
            _ => turns.categories[place].lock().await,
        };
        let run = self.run.clone();
        let register = |model: &mut Model, change: &mut dyn FnMut(&mut Register<String>)| {
            let names = if table == "sources" { &mut model.sources } else { &mut model.categories };
            change(&mut names[place]);
        };
        let (mut new, mut version) = (String::new(), 0);
        register(&mut run.model.lock().unwrap(), &mut |names| {
            let (stem, count) = names.latest().rsplit_once(' ').unwrap();
            new = format!("{stem} {}", count.parse::<u64>().unwrap() + 1);
            version = names.begin(new.clone(), self.by);
        });
        let slug =
            if table == "sources" { format!("source-{place}") } else { format!("cat-{place}") };
        if self.by == SQL {
            self.sql(&format!("UPDATE {table} SET name = '{new}' WHERE slug = '{slug}'")).await;
        } else {
            self.send("PATCH", &format!("/api/v1/{table}/{slug}"), &json!({ "name": new })).await;
        }
        register(&mut run.model.lock().unwrap(), &mut |names| names.acknowledge(version));
        self.done();
    }

    async fn move_category(&mut self) {
        let turns = self.turns.clone();
        let _turn = turns.tree.lock().await;
        let place = 2 + self.dice.index(CATEGORIES - 2);
        let parent = self.dice.index(if place == 2 { 2 } else { 3 });
        let run = self.run.clone();
        // by SQL only what has nothing below it
        let place = if self.by == SQL { place.max(LEAVES.start) } else { place };
        let version = {
            let mut model = run.model.lock().unwrap();
            let mut tree = *model.tree.latest();
            tree[place] = Some(parent);
            model.tree.begin(tree, self.by)
        };
        if self.by == SQL {
            let sql = format!(
                "UPDATE categories SET parent_id = above.id, path = above.path || categories.id
                 FROM categories AS above WHERE above.slug = 'cat-{parent}' AND categories.slug = 'cat-{place}'"
            );
            self.sql(&sql).await;
        } else {
            let body = json!({ "parent": format!("cat-{parent}") });
            self.send("PATCH", &format!("/api/v1/categories/cat-{place}"), &body).await;
        }
        run.model.lock().unwrap().tree.acknowledge(version);
        self.done();
    }

    async fn story(&mut self) {
        let (slot, turns) = (self.dice.index(SLOTS), self.turns.clone());
        let _turn = turns.stories[slot].lock().await;
        let run = self.run.clone();
        let old = run.model.lock().unwrap().stories[slot].latest().clone();
        let new = self.next(slot, &old);
        let (version, body) = {
            let mut model = run.model.lock().unwrap();
            let body = input(slot, &new, &model);
            (model.stories[slot].begin(new.clone(), self.by), body)
        };
        let path = format!("{ARTICLES}/{}", old.id.as_deref().unwrap_or_default());
        if self.by == SQL {
            let sql = self.statement(slot, &new);
            self.sql(&sql).await;
        } else if new.trashed {
            self.send("DELETE", &path, &Value::Null).await;
        } else if old.trashed {
            let made = self.send("POST", ARTICLES, &body).await;
            let id = made["id"].as_str().map(str::to_owned);
            run.model.lock().unwrap().stories[slot].get_mut(version).id = id;
        } else {
            self.send("PATCH", &path, &body).await;
        }
        run.model.lock().unwrap().stories[slot].acknowledge(version);
        self.done();
    }

    /// What becomes of a story.
    fn next(&mut self, slot: usize, old: &Story) -> Story {
        let dice = &mut self.dice;
        let mut new = Story { count: old.count + 1, trashed: false, ..old.clone() };
        let from = now_ms() - dice.within(60) as Time * SECOND;
        let soon = |dice: &mut Dice| now_ms() + (100 + dice.within(600)) as Time * 1000;
        new.span = Some((from, Time::MAX));
        if old.trashed {
            if self.by != SQL {
                (new.id, new.slug) = (None, self::slug(slot, new.count));
            }
            return new;
        }
        match dice.within(12) {
            0 | 1 => new.span = Some((soon(dice), Time::MAX)),
            2 | 3 => new.span = Some((from, soon(dice))),
            4 => {
                let from = soon(dice);
                new.span = Some((from, from + (50 + dice.within(500)) as Time * 1000));
            }
            5 => new.span = None,
            6 if slot >= ORIGINALS => {
                // the headline stays, and with it the count, which nobody will see again
                (new.span, new.trashed) = (None, true);
            }
            _ => {}
        }
        new.source = dice.index(SOURCES);
        new.leaf = LEAVES.start + dice.index(LEAVES.len());
        if self.by != SQL && !new.trashed {
            // by SQL these would need what the service makes of them
            new.topic = dice.index(4);
            new.language = dice.index(LANGUAGES.len());
        }
        new.featured = dice.one_in(4);
        if slot >= ORIGINALS && dice.one_in(3) {
            new.original = dice.one_in(2).then(|| dice.index(ORIGINALS));
        }
        new
    }

    /// The same by SQL.
    fn statement(&self, slot: usize, story: &Story) -> String {
        let model = self.run.model.lock().unwrap();
        let time = |time: Time| text(time).map_or("NULL".to_owned(), |text| format!("'{text}'"));
        let (status, dates) = match story.span {
            Some((from, until)) => (
                "published",
                format!(", published_at = {}, expires_at = {}", time(from), time(until)),
            ),
            None => ("draft", String::new()),
        };
        let original = story.original.and_then(|it| model.stories[it].latest().id.clone());
        let original = original.map_or("NULL".to_owned(), |id| format!("'{id}'"));
        let category = &model.category_ids[story.leaf];
        format!(
            "UPDATE articles SET headline = '{}', status = '{status}'{dates}, trashed_at = {},
                 source_id = (SELECT id FROM sources WHERE slug = 'source-{}'), category_id = '{category}',
                 category_ids = ARRAY['{category}'::uuid], featured = {}, translation_of = {original},
                 version = version + 1, updated_at = clock_timestamp()
             WHERE id = '{}'",
            story.headline(slot),
            if story.trashed { "now()" } else { "NULL" },
            story.source,
            story.featured,
            story.id.as_deref().unwrap_or_default(),
        )
    }
}
