//! The columns that search needs, made of the others whenever a story is written.

use crate::articles::model::Content;
use crate::db::schema::{Tsvector, articles};
use crate::db::sql::{Bind, Expr, Piece, expression};
use crate::text::search::{Budget, configuration, document};
use diesel::dsl::Eq;
use diesel::prelude::*;

/// The rules these columns are made by. Stories of none are gone over by [`super::reindex`].
pub const RULES: i16 = 1;

/// Assignments of the columns.
pub type Words = (
    Eq<articles::search_config, &'static str>,
    Eq<articles::search, Expr<Tsvector>>,
    Eq<articles::title, Expr<Tsvector>>,
    Eq<articles::derived, i16>,
);

/// Makes them of a story and the words of its body, as [`crate::text::render`] counted them out.
pub fn words(content: &Content, body: &str) -> Words {
    let configuration = configuration(&content.language);
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
    let headline = words(&content.headline);
    let about = words(&about.join(" \n "));
    let summary = words(content.summary.as_deref().unwrap_or_default());
    let title = [('A', headline.clone()), ('C', about.clone())];
    let all = [('A', headline), ('B', summary), ('C', about), ('D', body.to_owned())];
    (
        articles::search_config.eq(configuration),
        articles::search.eq(vector(configuration, all)),
        articles::title.eq(vector(configuration, title)),
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
