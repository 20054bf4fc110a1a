//! Adding stories: one, or many with the same few statements.

use super::{Save, check, reread};
use crate::articles::model::{Article, Content};
use crate::articles::store::{self, NewRow};
use crate::articles::views::input::ArticlePatch;
use crate::db::slugs::{self, Collection};
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use crate::ids::{ArticleId, SourceId};
use crate::patch::Patch;
use crate::text::render::Rendered;
use chrono::{DateTime, Utc};

/// A story that is ready to be added, but for its slug.
#[derive(Debug)]
pub struct New {
    id: ArticleId,
    slug: Patch<String>,
    content: Content,
    rendered: Rendered,
    now: DateTime<Utc>,
}

impl New {
    /// Bytes of its texts, about.
    pub fn size(&self) -> usize {
        self.content.body.len()
            + self.rendered.html.len()
            + self.rendered.text.len()
            + self.rendered.words.len()
    }
}

impl Save<'_> {
    /// Adds a story.
    pub async fn create(&self, conn: &mut Conn, patch: ArticlePatch) -> Result<Article, Error> {
        let new = self.prepare(conn, patch, None).await?;
        self.is_external_id_free(conn, &new.content, None).await?;
        for added in self.add(conn, &[&new]).await? {
            added?;
        }
        reread(conn, new.id).await
    }

    /// Does all that comes before the row: resolves what the story names, checks it and the rights
    /// to it, and renders the body. `now` is asked of the database when not given.
    pub async fn prepare(
        &self,
        conn: &mut Conn,
        patch: ArticlePatch,
        now: Option<DateTime<Utc>>,
    ) -> Result<New, Error> {
        let mut content = Content::new(self.language);
        content.source = self.caller.bound_to().map(SourceId);
        let wish = self.fill(conn, patch, &mut content, None).await?;
        let now = match now {
            Some(now) => now,
            None => db::now(conn).await?,
        };
        content.date(None, now);
        check(&content)?;
        self.may_publish(None, content.state_at(now))?;
        let rendered = self.rendered(&content).await?;
        Ok(New { id: ArticleId::new(), slug: wish.slug, content, rendered, now })
    }

    /// Claims the slugs and writes the rows. A slug that was wished and is taken fails its story only.
    pub async fn add(
        &self,
        conn: &mut Conn,
        news: &[&New],
    ) -> Result<Vec<Result<(ArticleId, String), Error>>, Error> {
        let firsts: Vec<_> = news
            .iter()
            .map(|new| (new.id.0, slugs::first_choice(&new.slug, &new.content.headline, new.id.0)))
            .collect();
        let claimed = slugs::claim_all(conn, Collection::Articles, &firsts).await?;
        let mut named = Vec::with_capacity(news.len());
        for (new, (_, first)) in news.iter().zip(firsts) {
            let slug = match first.filter(|_| claimed.contains(&new.id.0)) {
                Some(slug) => Ok(slug),
                None => self.slug(conn, new.id, new.slug.clone(), None, &new.content).await,
            };
            named.push(match slug {
                Err(error) if error.code() != Code::SlugTaken => return Err(error),
                slug => slug.map(|slug| (new.id, slug)),
            });
        }
        let rows: Vec<NewRow<'_>> = news
            .iter()
            .zip(&named)
            .filter_map(|(new, named)| {
                let New { id, content, rendered, now, .. } = new;
                let slug = named.as_ref().ok().map(|(_, slug)| slug)?;
                Some(NewRow { id: *id, slug, content, rendered, stamp: self.stamp(*now) })
            })
            .collect();
        store::insert(conn, &rows).await?;
        Ok(named)
    }
}
