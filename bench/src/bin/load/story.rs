//! Story number n, the same each time: its text, its places in the lists, its search words.

use crate::random::Random;
use crate::row::Rows;
use crate::words::{self, COMMON, FEW, Language, RARE, capital};
use std::fmt::Write;

pub const SOURCES: usize = 20;
pub const CATEGORIES: usize = 200;
const TAGS: usize = 2000;
const AUTHORS: usize = 500;
const FIVE_YEARS: i64 = 5 * 365 * 24 * 3600 * 1000;
const DAY: i64 = 24 * 3600 * 1000;

/// The columns a row has, in the order of `write`.
pub const COLUMNS: &str = "id, slug, headline, summary, body, body_format, body_html, body_text, word_count, byline,
    authors, source_id, source_url, external_id, category_id, tags, language, status, published_at, expires_at,
    image, urgency, featured, has_been_live, created_at, updated_at, category_ids, tag_slugs, author_slugs,
    search_config, search, title, derived";

/// What every story is made from.
pub struct World {
    pub languages: Vec<Language>,
    pub stories: u64,
    /// The newest story's time, in milliseconds since 1970.
    pub now: i64,
    tags: Vec<String>,
    authors: Vec<String>,
    rare: Vec<String>,
    few: Vec<String>,
}

/// Words that stand in stories of every language.
pub fn names() -> Vec<String> {
    let mut names = vec!["by".to_owned(), COMMON.to_owned()];
    names.extend((0..RARE).map(words::rare_word));
    names.extend((0..FEW).map(words::few_word));
    for name in (0..TAGS).map(words::tag).chain((0..AUTHORS).map(words::author)) {
        names.extend(name.to_lowercase().split(' ').map(str::to_owned));
    }
    names.sort();
    names.dedup();
    names
}

/// An id shaped like a UUIDv7: 8 for stories, 9 for categories, a for sources.
pub fn id(kind: u8, n: u64) -> [u8; 16] {
    let mut id = [0x01, 0x90, 0, 0, 0, 0, 0x70, 0, kind << 4, 0, 0, 0, 0, 0, 0, 0];
    id[10..].copy_from_slice(&n.to_be_bytes()[2..]);
    id
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// A text in the making, with the lexemes it is found by.
struct Writer<'a> {
    language: &'a Language,
    /// lexeme << 32 | place << 16 | weight
    found: Vec<u64>,
    place: u64,
    last: u64,
    weight: u64,
}

impl<'a> Writer<'a> {
    /// What follows counts on from the last lexeme, as `||` does.
    fn part(&mut self, weight: u64) {
        self.place = self.last;
        self.weight = weight;
    }

    fn note(&mut self, lexeme: Option<u32>) {
        self.place += 1;
        if let Some(lexeme) = lexeme {
            self.last = self.place;
            self.found.push((u64::from(lexeme) << 32) | (self.place << 16) | (self.weight << 14));
        }
    }

    fn name(&mut self, text: &str) {
        for word in text.split(' ') {
            let lexeme = self.language.names.get(&word.to_lowercase()).copied().flatten();
            self.note(lexeme);
        }
    }

    fn word(&mut self, random: &mut Random) -> &'a str {
        let word = &self.language.words[random.zipf(self.language.words.len())];
        self.note(word.lexeme);
        &word.text
    }

    fn write(mut self, rows: &mut Rows, dates: &[String]) {
        self.found.sort_unstable();
        let places: Vec<u16> =
            self.found.iter().map(|key| ((key >> 16) & 0x3FFF | key & 0xC000) as u16).collect();
        let mut start = 0;
        let words = self.found.chunk_by(|a, b| a >> 32 == b >> 32).map(|same| {
            let own = &places[start..start + same.len()];
            start += same.len();
            (self.language.lexemes[(same[0] >> 32) as usize].as_str(), own)
        });
        // '#' sorts before every letter
        let none: &[u16] = &[];
        rows.vector(dates.iter().map(|date| (date.as_str(), none)).chain(words));
    }
}

impl World {
    pub fn new(languages: Vec<Language>, stories: u64, now: i64) -> Self {
        let tags = (0..TAGS).map(words::tag).collect();
        let authors = (0..AUTHORS).map(words::author).collect();
        let rare = (0..RARE).map(words::rare_word).collect();
        let few = (0..FEW).map(words::few_word).collect();
        Self { languages, stories, now, tags, authors, rare, few }
    }

    /// The row of story `n` (from 1).
    pub fn write(&self, n: u64, rows: &mut Rows) {
        let random = &mut Random::new(0x5708, n);
        let language = &self.languages[random.zipf(self.languages.len())];
        let mut search =
            Writer { language, found: Vec::with_capacity(1000), place: 0, last: 0, weight: 3 };

        // which stories are not live is a matter of their numbers: bench/run must know
        let draft = n % 100 == 37;
        let scheduled = n % 200 == 111;
        let expired = n % 100 == 73;
        let age = (self.stories - n) as i64 * (FIVE_YEARS / self.stories as i64);
        let made = self.now - age;
        let published = (!draft).then_some(if scheduled { made + 10 * FIVE_YEARS } else { made });
        let expires = expired.then_some(made + 1);

        let common = random.percent(50);
        let common_in_headline = common && random.percent(10);
        let rare = self.rare.get(random.below(10_000));
        let every = (self.stories / (20 * FEW as u64)).max(1);
        let few = n.is_multiple_of(every).then(|| &self.few[(n / every) as usize % FEW]);

        let mut headline = String::new();
        for _ in 0..6 + random.below(6) {
            push(&mut headline, search.word(random));
        }
        if common_in_headline {
            push(&mut headline, COMMON);
            search.name(COMMON);
        }
        let headline = capital(&headline);
        let headline_words = search.found.len();
        let headline_last = search.last;

        search.part(2);
        let summary = random.percent(90).then(|| {
            let mut summary = String::new();
            for _ in 0..12 + random.below(16) {
                push(&mut summary, search.word(random));
            }
            capital(&summary) + "."
        });

        search.part(1);
        let shift = search.last - headline_last;
        let credits = search.found.len();
        let authors: Vec<&String> = match random.below(10) {
            0 => Vec::new(),
            1 | 2 => {
                let first = random.zipf(AUTHORS);
                vec![&self.authors[first], &self.authors[(first + 1) % AUTHORS]]
            }
            _ => vec![&self.authors[random.zipf(AUTHORS)]],
        };
        let byline = authors.first().map(|author| format!("By {author}"));
        let mut tags: Vec<&String> = Vec::new();
        for _ in 0..2 + random.below(5) {
            let tag = &self.tags[random.zipf(TAGS)];
            if !tags.iter().any(|other| slug(other) == slug(tag)) {
                tags.push(tag);
            }
        }
        byline.iter().for_each(|byline| search.name(byline));
        authors.iter().for_each(|author| search.name(author));
        tags.iter().for_each(|tag| search.name(tag));
        let credits = credits..search.found.len();

        search.part(0);
        let length = 1500 + random.below(2700);
        let (mut body, mut html, mut words) =
            (String::with_capacity(5000), String::with_capacity(5000), 0);
        let special = if common && !common_in_headline { Some(COMMON) } else { None };
        let mut special =
            special.into_iter().chain(rare.into_iter().chain(few).map(String::as_str));
        while body.len() < length {
            let mut paragraph = String::with_capacity(600);
            for _ in 0..2 + random.below(4) {
                let start = paragraph.len();
                for word in 0..6 + random.below(14) {
                    let text = if word == 3 { special.next() } else { None };
                    if let Some(text) = text {
                        search.name(text);
                    }
                    let text = text.unwrap_or_else(|| search.word(random));
                    if start == paragraph.len() {
                        if start > 0 {
                            paragraph.push(' ');
                        }
                        paragraph.push_str(&capital(text));
                    } else {
                        push(&mut paragraph, text);
                    }
                    words += 1;
                }
                paragraph.push('.');
            }
            if !body.is_empty() {
                body.push_str("\n\n");
                html.push('\n');
            }
            body.push_str(&paragraph);
            html.push_str("<p>");
            html.push_str(&paragraph);
            html.push_str("</p>");
        }

        // headline and credits alone, the credits counted on from the headline
        let title = {
            let mut found = search.found[..headline_words].to_vec();
            found.extend(search.found[credits].iter().map(|key| key - (shift << 16)));
            Writer { language, found, place: 0, last: 0, weight: 0 }
        };
        let dates: Vec<String> = published.map(dates).into_iter().flatten().collect();

        let source = random.zipf(SOURCES) as u64 + 1;
        let mut categories = vec![id(9, random.zipf(CATEGORIES) as u64 + 1)];
        if random.percent(50) {
            categories.push(id(9, random.zipf(CATEGORIES) as u64 + 1));
            categories.dedup();
        }
        let written: Vec<String> =
            authors.iter().map(|name| format!(r#"{{"name": "{name}", "url": null}}"#)).collect();
        let image = random.percent(30).then(|| {
            format!(
                r#"{{"url": "https://images.example/{n}.jpg", "alt": null, "caption": null, "credit": null, "width": 1200, "height": 800}}"#
            )
        });

        rows.row(33);
        rows.bytes(&id(8, n));
        rows.text(&format!("story-{n}"));
        rows.text(&headline);
        rows.maybe_text(summary.as_deref());
        rows.text(&body);
        rows.text("text");
        rows.text(&html);
        rows.text(&body);
        rows.number(words);
        rows.maybe_text(byline.as_deref());
        rows.jsonb(&format!("[{}]", written.join(",")));
        rows.bytes(&id(10, source));
        rows.text(&format!("https://source-{source}.example/stories/{n}"));
        rows.text(&n.to_string());
        rows.bytes(&categories[0]);
        rows.array(25, &tags);
        rows.text(language.tag);
        rows.text(if draft { "draft" } else { "published" });
        rows.time(published);
        rows.time(expires);
        match &image {
            Some(image) => rows.jsonb(image),
            None => rows.null(),
        }
        if random.percent(60) {
            rows.small(1 + random.below(9) as i16);
        } else {
            rows.null();
        }
        rows.truth(random.percent(2));
        rows.truth(!draft && !scheduled);
        rows.time(Some(made));
        rows.time(Some(made));
        rows.array(2950, &categories);
        rows.array(25, &tags.iter().map(|tag| slug(tag)).collect::<Vec<_>>());
        rows.array(25, &authors.iter().map(|author| slug(author)).collect::<Vec<_>>());
        rows.text(language.config);
        search.write(rows, &dates);
        title.write(rows, &[]);
        // made by the newest rules, so that nothing goes over them
        rows.small(2);
    }
}

fn push(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// The words that say when: as search_dates in the database.
fn dates(millis: i64) -> [String; 2] {
    let days = millis.div_euclid(DAY);
    // the civil date of a day (Howard Hinnant, chrono-compatible low-level date algorithms)
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day = z.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let month = (5 * (day - (365 * year + year / 4 - year / 100)) + 2) / 153;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let months = (year + era * 400 + next) * 12 + month - 1;
    let mut words = [String::new(), String::new()];
    let _ = write!(words[0], "#d{days}");
    let _ = write!(words[1], "#m{months}");
    words
}
