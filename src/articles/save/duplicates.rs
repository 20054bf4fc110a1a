//! What to do with a story that says the same as an earlier one.

use super::{New, Save};
use crate::articles::model::duplicates::{Original, Other, Print, language};
use crate::articles::model::{Article, Content};
use crate::articles::store::duplicates::{self, Asked};
use crate::articles::views::params::Duplicates;
use crate::db::Conn;
use crate::error::{Code, Error};
use crate::ids::ArticleId;
use crate::text::likeness::Likeness;
use crate::text::render::Rendered;
use std::collections::HashMap;

/// With so many stories of the same request that share something a story is compared, the first.
const MOST_SIBLINGS: usize = 8;

impl Save<'_> {
    /// What a story is compared by.
    pub(super) async fn print(
        &self,
        content: &Content,
        rendered: &Rendered,
    ) -> Result<Print, Error> {
        let text = match self.ahead.and_then(|ahead| ahead.likeness_of(content)) {
            Some(likeness) => likeness.clone(),
            None => likeness_apart(&content.headline, &rendered.words).await?,
        };
        Ok(Print::new(content, text))
    }

    /// The stories that these repeat, each among those that are there and those before it. With
    /// `reject` the refusal in its place.
    pub(super) async fn originals(
        &self,
        conn: &mut Conn,
        news: &[&New],
    ) -> Result<Vec<Result<Option<ArticleId>, Error>>, Error> {
        if self.duplicates == Duplicates::Allow {
            return Ok(news.iter().map(|_| Ok(None)).collect());
        }
        let asked: Vec<Asked<'_>> = news.iter().map(|new| new.asked()).collect();
        let mut there = duplicates::originals(conn, &asked, self.caller).await?;
        let mut earlier = Siblings::default();
        let mut found = Vec::with_capacity(asked.len());
        for (place, asked) in asked.iter().enumerate() {
            let original = there.remove(&place).or_else(|| earlier.find(asked));
            if original.is_none() {
                earlier.push(*asked);
            }
            found.push(self.judged(original));
        }
        Ok(found)
    }

    /// The story that a changed one repeats now. One that others repeat stays what it is.
    pub(super) async fn original_of(
        &self,
        conn: &mut Conn,
        before: &Article,
        content: &Content,
        print: &Print,
    ) -> Result<Option<ArticleId>, Error> {
        let old = &before.content;
        let same = content.headline == old.headline
            && content.body == old.body
            && content.body_format == old.body_format
            && content.language == old.language
            && content.translation_of == old.translation_of
            && content.canonical_url == old.canonical_url
            && content.source_url == old.source_url;
        if same {
            return Ok(before.duplicate_of);
        }
        if self.duplicates == Duplicates::Allow || duplicates::is_original(conn, before.id).await? {
            return Ok(None);
        }
        let asked = Asked { id: before.id, content, print };
        let found = duplicates::originals(conn, &[asked], self.caller).await?.remove(&0);
        let known = found.filter(|_| found.map(|original| original.id) == before.duplicate_of);
        match known {
            Some(original) => Ok(Some(original.id)),
            None => self.judged(found),
        }
    }

    fn judged(&self, original: Option<Original>) -> Result<Option<ArticleId>, Error> {
        match (original, self.duplicates) {
            (Some(Original { shown, .. }), Duplicates::Reject) => {
                let error = Error::new(Code::DuplicateArticle);
                Err(match shown {
                    Some(id) => error.existing("articles", id.0),
                    None => error,
                })
            }
            (original, _) => Ok(original.map(|original| original.id)),
        }
    }
}

/// Stories of the same request that repeat none, by what they are compared by.
#[derive(Default)]
struct Siblings<'a> {
    stories: Vec<Asked<'a>>,
    by_key: HashMap<i64, Vec<usize>>,
}

impl<'a> Siblings<'a> {
    fn push(&mut self, asked: Asked<'a>) {
        for key in asked.print.keys() {
            let places = self.by_key.entry(key).or_default();
            if places.len() < MOST_SIBLINGS {
                places.push(self.stories.len());
            }
        }
        self.stories.push(asked);
    }

    fn find(&self, asked: &Asked<'_>) -> Option<Original> {
        let keys = asked.print.keys();
        let mut places: Vec<usize> =
            keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        let mut others = places.iter().take(MOST_SIBLINGS).map(|place| &self.stories[*place]);
        let origin = |one: &Asked<'_>| one.content.translation_of.unwrap_or(one.id);
        let found = others.find(|other| {
            let keys = other.print.keys();
            let content = other.content;
            let compared = Other {
                headline: &content.headline,
                keys: &keys,
                sketch: &other.print.text.sketch,
            };
            language(&content.language) == language(&asked.content.language)
                && origin(other) != origin(asked)
                && asked.print.repeats(&asked.content.headline, compared).is_some()
        })?;
        Some(Original { id: found.id, shown: Some(found.id) })
    }
}

/// Long texts take their time.
async fn likeness_apart(headline: &str, words: &str) -> Result<Likeness, Error> {
    if words.len() <= super::body::LARGE_BODY {
        return Ok(Likeness::new(headline, words));
    }
    let (headline, words) = (headline.to_owned(), words.to_owned());
    let likeness = move || Likeness::new(&headline, &words);
    tokio::task::spawn_blocking(likeness).await.map_err(Error::internal)
}
