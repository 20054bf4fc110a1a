//! The columns that search and comparing need, made of the others whenever a story is written.

use crate::articles::model::Content;
use crate::articles::model::duplicates::Print;
use crate::db::schema::{Tsvector, articles};
use crate::db::sql::{Bind, Expr, Piece, expression};
use crate::text::search::{Budget, configuration, document};
use diesel::dsl::Eq;
use diesel::prelude::*;
use serde::Serialize;

/// The rules these columns are made by. Stories of earlier ones are gone over by [`super::reindex`].
pub const RULES: i16 = 2;

/// The columns of a story that are made from its others.
pub const DERIVED: [&str; 14] = [
    "author_keys",
    "author_slugs",
    "body_html",
    "body_text",
    "category_id",
    "derived",
    "likeness",
    "search",
    "search_config",
    "sketch",
    "tag_keys",
    "tag_slugs",
    "title",
    "word_count",
];

/// The members of [`Texts`] beside the columns, with their types.
pub const WORDS: &str =
    "headline_words text, summary_words text, about_words text, body_words text";

/// The columns that the database makes of them, and how.
pub fn vectors() -> [(&'static str, String); 3] {
    let weighed = |text: &str, weight: char| {
        format!("setweight(to_tsvector(search_config::regconfig, {text}), '{weight}')")
    };
    let (headline, summary) = (weighed("headline_words", 'A'), weighed("summary_words", 'B'));
    let (about, body) = (weighed("about_words", 'C'), weighed("body_words", 'D'));
    [
        ("search", format!("{headline} || {summary} || {about} || {body}")),
        ("title", format!("{headline} || {about}")),
        ("derived", RULES.to_string()),
    ]
}

/// Assignments of the columns.
pub type Words = (
    Eq<articles::search_config, &'static str>,
    Eq<articles::search, Expr<Tsvector>>,
    Eq<articles::title, Expr<Tsvector>>,
    Eq<articles::derived, i16>,
    Eq<articles::likeness, Vec<i64>>,
    Eq<articles::sketch, Option<Vec<u8>>>,
);

/// The texts that the words are made of.
#[derive(Serialize)]
pub struct Texts<'a> {
    search_config: &'static str,
    headline_words: String,
    summary_words: String,
    about_words: String,
    body_words: &'a str,
}

impl<'a> Texts<'a> {
    /// Of a story and the words of its body, as [`crate::text::render`] counted them out.
    pub fn new(content: &Content, body: &'a str) -> Self {
        let mut budget = Budget::default();
        let mut words = |text: &str| document(text, &mut budget);
        let names = content.authors.iter().map(|author| author.name.as_str());
        let about: Vec<&str> = content
            .byline
            .as_deref()
            .into_iter()
            .chain(names)
            .chain(content.tags.iter().map(String::as_str))
            .collect();
        let headline_words = words(&content.headline);
        let about_words = words(&about.join(" \n "));
        let summary_words = words(content.summary.as_deref().unwrap_or_default());
        let search_config = configuration(&content.language);
        Self { search_config, headline_words, summary_words, about_words, body_words: body }
    }
}

/// What a story is compared by, as it is sent.
#[derive(Serialize)]
pub struct Alike {
    likeness: Vec<i64>,
    /// As the database reads bytes from a text.
    sketch: Option<String>,
}

impl Alike {
    /// Of the print of a story.
    pub fn new(print: &Print) -> Self {
        let digits = |byte: &u8| {
            [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        };
        let sketch = Some(&print.text.sketch).filter(|sketch| !sketch.is_empty());
        let sketch = sketch.map(|bytes| {
            let digits = bytes.iter().flat_map(digits);
            r"\x".chars().chain(digits).collect()
        });
        Self { likeness: print.keys(), sketch }
    }
}

/// Makes them of a story, the words of its body and what it is compared by.
pub fn words(content: &Content, body: &str, print: &Print) -> Words {
    let Texts { search_config, headline_words, summary_words, about_words, body_words } =
        Texts::new(content, body);
    let title = [('A', headline_words.clone()), ('C', about_words.clone())];
    let all = [
        ('A', headline_words),
        ('B', summary_words),
        ('C', about_words),
        ('D', body_words.to_owned()),
    ];
    (
        articles::search_config.eq(search_config),
        articles::search.eq(vector(search_config, all)),
        articles::title.eq(vector(search_config, title)),
        articles::derived.eq(RULES),
        articles::likeness.eq(print.keys()),
        articles::sketch.eq(Some(print.text.sketch.clone()).filter(|sketch| !sketch.is_empty())),
    )
}

/// Weighted words, as the database reads them.
fn vector(
    configuration: &'static str,
    parts: impl IntoIterator<Item = (char, String)>,
) -> Expr<Tsvector> {
    let mut piece = Piece::new("''::tsvector");
    for (weight, words) in parts.into_iter().filter(|(_, words)| !words.is_empty()) {
        piece = piece
            .push(format!(" || setweight(to_tsvector('{configuration}', "))
            .bind(Bind::Text(words))
            .push(format!("), '{weight}')"));
    }
    expression(Piece::new("(").piece(piece).push(")"))
}
