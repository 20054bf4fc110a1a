//! Saving a story: the one place where references are resolved, rights are checked, the slug is
//! claimed, the body is rendered and the row is written. Spans articles, sources and categories;
//! runs inside the transaction of its caller.

mod add;
mod body;
mod duplicates;
mod known;
mod life;
mod references;
mod revert;

pub use add::New;
pub use body::Ahead;
pub use known::Known;

use crate::access::{Caller, Scope};
use crate::articles::model::{Article, Bodies, Content, State};
use crate::articles::store::{self, Stamp};
use crate::articles::views::input::{ArticlePatch, Wish};
use crate::articles::views::params::Duplicates;
use crate::db::slugs::{self, Collection};
use crate::db::{self, Conn};
use crate::error::{Code, Error, Violations};
use crate::ids::{ArticleId, KeyId};
use crate::patch::Patch;
use crate::text::render::{BodyFormat, Rendered};
use body::words_apart;
use chrono::{DateTime, Utc};

/// Who saves, and how.
#[derive(Clone, Copy, Debug)]
pub struct Save<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The language of stories that name none.
    pub language: &'a str,
    /// Whether unknown categories and sources are made from their names, if the key may.
    pub create_missing: bool,
    /// What to do with a story that says the same as an earlier one.
    pub duplicates: Duplicates,
    /// Whether a supplier's story that was purged stays away.
    pub heeds_purges: bool,
    /// Hosts whose frames bodies may have.
    pub embed_hosts: &'a [String],
    /// The body of the patch, rendered before the transaction began.
    pub ahead: Option<&'a Ahead>,
    /// What was looked up already in this transaction, where many are saved in one.
    pub known: Option<&'a Known>,
}

/// What a change starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// PUT: members left out take their defaults, but for those that keep their value.
    Defaults,
    /// PATCH: members left out stay, objects are merged.
    Current,
    /// Upsert: members left out stay, those carried are replaced whole.
    Carried,
}

impl Save<'_> {
    /// Changes a locked story. Nothing is written when nothing differs.
    pub async fn change(
        &self,
        conn: &mut Conn,
        before: Article,
        patch: ArticlePatch,
        base: Base,
    ) -> Result<Article, Error> {
        let mut content = match base {
            Base::Current | Base::Carried => before.content.clone(),
            Base::Defaults => before.content.emptied(self.language),
        };
        if base == Base::Carried {
            patch.replace_objects(&mut content);
        }
        let wish = self.fill(conn, patch, &mut content, Some(&before)).await?;
        let now = db::now(conn).await?;
        content.date(Some(&before.content), now);
        check(&content)?;
        self.put(conn, before, wish.slug, content, now).await
    }

    /// Writes checked content in the place of what a locked story has.
    async fn put(
        &self,
        conn: &mut Conn,
        before: Article,
        wished: Patch<String>,
        content: Content,
        now: DateTime<Utc>,
    ) -> Result<Article, Error> {
        let slug = self.slug(conn, before.id, wished, Some(&before.slug), &content).await?;
        if slug == before.slug && content == before.content {
            return Ok(before);
        }
        self.may_publish(Some(before.state), content.state_at(now))?;
        self.is_external_id_free(conn, &content, Some(&before)).await?;
        let rendered = match &before.bodies {
            Some(Bodies { html, text }) if same_body(&content, &before.content) => Rendered {
                html: html.clone(),
                text: text.clone(),
                word_count: u32::try_from(before.word_count).unwrap_or(0),
                words: words_apart(text).await?,
            },
            _ => self.rendered(&content).await?,
        };
        let print = self.print(&content, &rendered).await?;
        let original = self.original_of(conn, &before, &content, &print).await?;
        let (alike, stamp) = ((&print, original), self.stamp(now));
        store::update(conn, &before, &slug, &content, &rendered, alike, stamp).await?;
        reread(conn, before.id).await
    }

    fn stamp(&self, now: DateTime<Utc>) -> Stamp {
        Stamp { by: self.caller.key().map(|key| KeyId(key.id)), now }
    }

    /// Applies the patch and resolves what it names; every fault is reported at once.
    async fn fill(
        &self,
        conn: &mut Conn,
        patch: ArticlePatch,
        content: &mut Content,
        before: Option<&Article>,
    ) -> Result<Wish, Error> {
        let mut found = Violations::default();
        let wish = patch.apply(content, self.language, &mut found);
        self.resolve_source(conn, &wish, content, &mut found).await?;
        // before any fault is told: a bound key learns nothing of other sources' stories
        self.may_write(content)?;
        self.resolve(conn, &wish, content, before, &mut found).await?;
        found.finish()?;
        Ok(wish)
    }

    /// A key bound to a source writes only stories of that source.
    fn may_write(&self, content: &Content) -> Result<(), Error> {
        if self.caller.covers(content.source.map(|id| id.0)) {
            return Ok(());
        }
        Err(Error::new(Code::SourceForbidden))
    }

    /// Another story with the supplier's id is named in the refusal.
    async fn is_external_id_free(
        &self,
        conn: &mut Conn,
        content: &Content,
        before: Option<&Article>,
    ) -> Result<(), Error> {
        let Some(external_id) = &content.external_id else { return Ok(()) };
        let mine = before.is_some_and(|before| {
            before.content.source == content.source
                && before.content.external_id == content.external_id
        });
        if mine {
            return Ok(());
        }
        match store::by_external_id(conn, content.source, external_id).await? {
            None => Ok(()),
            Some(other) => Err(Error::new(Code::ExternalIdTaken).existing("articles", other.0)),
        }
    }

    /// Claims the slug. Whose it is, is told only to who may see that story.
    async fn slug(
        &self,
        conn: &mut Conn,
        id: ArticleId,
        wished: Patch<String>,
        current: Option<&str>,
        content: &Content,
    ) -> Result<String, Error> {
        let text = &content.headline;
        let error =
            match slugs::choose(conn, Collection::Articles, id.0, wished, current, text).await {
                Err(error) if error.facts().existing.is_some() => error,
                done => return done,
            };
        let holder = error.facts().existing.as_ref().map(|existing| ArticleId(existing.id));
        let holder = match holder {
            Some(id) => store::find(conn, id).await?,
            None => None,
        };
        let seen = holder.is_some_and(|story| {
            story.state == State::Live || self.caller.may_read(story.content.source.map(|id| id.0))
        });
        Err(if seen { error } else { error.anonymous() })
    }

    /// Whatever touches what the public sees or will see needs the publish scope.
    fn may_publish(&self, before: Option<State>, after: State) -> Result<(), Error> {
        if after.is_or_will_be_live() || before.is_some_and(State::is_or_will_be_live) {
            self.caller.require(Scope::ArticlesPublish)?;
        }
        Ok(())
    }
}

fn check(content: &Content) -> Result<(), Error> {
    let mut found = Violations::default();
    content.check(&mut found);
    found.finish()
}

fn same_body(one: &Content, other: &Content) -> bool {
    // the addresses in it are relative to the page
    let same_page = one.page() == other.page() || one.body_format == BodyFormat::Text;
    one.body == other.body && one.body_format == other.body_format && same_page
}

async fn reread(conn: &mut Conn, id: ArticleId) -> Result<Article, Error> {
    store::find(conn, id)
        .await?
        .ok_or_else(|| Error::internal(anyhow::anyhow!("a row just written is gone")))
}
