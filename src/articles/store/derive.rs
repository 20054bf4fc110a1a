//! The columns that search needs, made of the others whenever a story is written.

use crate::articles::model::Content;
use crate::db::schema::{Tsvector, articles};
use crate::db::sql::{Bind, Expr, Piece, expression};
use crate::text::search::{Budget, configuration, document};
use diesel::dsl::Eq;
use diesel::prelude::*;
use serde::Serialize;

/// The rules these columns are made by. Stories of none are gone over by [`super::reindex`].
pub const RULES: i16 = 1;

/// The columns of a story that are made from its others.
pub const DERIVED: [&str; 12] = [
    "author_keys",
    "author_slugs",
    "body_html",
    "body_text",
    "category_id",
    "derived",
    "search",
    "search_config",
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

/// Makes them of a story and the words of its body.
pub fn words(content: &Content, body: &str) -> Words {
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
