//! Adding stories: one, or many with the same few statements.

use super::{Save, check, reread};
use crate::articles::model::duplicates::Print;
use crate::articles::model::{Article, Content};
use crate::articles::store::duplicates::Asked;
use crate::articles::store::{self, NewRow, life};
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
    print: Print,
    now: DateTime<Utc>,
}

impl New {
    /// To ask for what it repeats.
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { id: self.id, content: &self.content, print: &self.print }
    }

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
        if self.heeds_purges && life::is_purged(conn, &content).await? {
            let detail = "The story with this supplier's id was removed for good.";
            return Err(Error::new(Code::StoryWithdrawn).detail(detail));
        }
        let rendered = self.rendered(&content).await?;
        let print = self.print(&content, &rendered).await?;
        Ok(New { id: ArticleId::new(), slug: wish.slug, content, rendered, print, now })
    }

    /// Claims the slugs and writes the rows. A slug that was wished and is taken fails its story only,
    /// and so does an earlier story that says the same, where such are not wanted.
    pub async fn add(
        &self,
        conn: &mut Conn,
        news: &[&New],
    ) -> Result<Vec<Result<(ArticleId, String), Error>>, Error> {
        let originals = self.originals(conn, news).await?;
        for (new, _) in news.iter().zip(&originals).filter(|(_, found)| found.is_err()) {
            must_be_new(conn, &new.content).await?;
        }
        let wanted = news.iter().zip(&originals);
        let wanted: Vec<(&New, Option<ArticleId>)> =
            wanted.filter_map(|(new, found)| Some((*new, *found.as_ref().ok()?))).collect();
        let named = self.claim(conn, &wanted).await?;
        let fit = wanted.iter().zip(&named);
        let rows: Vec<NewRow<'_>> = fit
            .filter_map(|((new, duplicate_of), slug)| {
                let New { id, content, rendered, print, now, .. } = new;
                let (slug, duplicate_of, stamp) =
                    (slug.as_ref().ok()?, *duplicate_of, self.stamp(*now));
                Some(NewRow { id: *id, slug, content, rendered, print, duplicate_of, stamp })
            })
            .collect();
        let mut unfit = wanted.iter().zip(&named).filter(|(_, slug)| slug.is_err());
        if unfit.any(|((new, _), _)| rows.iter().any(|row| row.duplicate_of == Some(new.id))) {
            // what another one was found to repeat is not added: each has to be looked at by itself
            return Err(Error::new(Code::DuplicateArticle));
        }
        store::insert(conn, &rows).await?;
        drop(rows);
        let mut named = wanted.iter().zip(named).map(|((new, _), slug)| Ok((new.id, slug?)));
        let done = originals.into_iter().filter_map(|original| match original {
            Err(error) => Some(Err(error)),
            Ok(_) => named.next(),
        });
        Ok(done.collect())
    }

    /// Claims a slug for each. One that was wished and is taken fails its story only.
    async fn claim(
        &self,
        conn: &mut Conn,
        news: &[(&New, Option<ArticleId>)],
    ) -> Result<Vec<Result<String, Error>>, Error> {
        let firsts: Vec<_> = news
            .iter()
            .map(|(new, _)| {
                (new.id.0, slugs::first_choice(&new.slug, &new.content.headline, new.id.0))
            })
            .collect();
        let claimed = slugs::claim_all(conn, Collection::Articles, &firsts).await?;
        let mut named = Vec::with_capacity(news.len());
        for ((new, _), (_, first)) in news.iter().zip(firsts) {
            let slug = match first.filter(|_| claimed.contains(&new.id.0)) {
                Some(slug) => Ok(slug),
                None => self.slug(conn, new.id, new.slug.clone(), None, &new.content).await,
            };
            named.push(match slug {
                Err(error) if error.code() == Code::SlugTaken => {
                    must_be_new(conn, &new.content).await?;
                    Err(error)
                }
                slug => Ok(slug?),
            });
        }
        Ok(named)
    }
}

/// Fails when the very story is there by now: another transaction has just posted it, and what stands in
/// the way of this one is itself.
async fn must_be_new(conn: &mut Conn, content: &Content) -> Result<(), Error> {
    let Some(external_id) = &content.external_id else { return Ok(()) };
    match store::by_external_id(conn, content.source, external_id).await? {
        Some(_) => Err(Error::new(Code::ExternalIdTaken)),
        None => Ok(()),
    }
}
