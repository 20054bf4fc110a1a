//! What every change of one story begins and ends with.

use super::saving;
use crate::access::Caller;
use crate::app::App;
use crate::articles::model::{self, State};
use crate::articles::save::{Base, Save};
use crate::articles::store;
use crate::articles::views::Show;
use crate::articles::views::input::ArticlePatch;
use crate::articles::views::output::Article;
use crate::articles::views::params::ArticlePath;
use crate::db::Conn;
use crate::db::slugs::{self, Collection};
use crate::error::{Code, Error};
use crate::http::{IdempotencyKey, IfMatch, Once, Updated, etag};
use crate::idempotency;
use crate::ids::Reference;

/// A change under way.
pub struct Change<'a> {
    pub app: &'a App,
    pub save: Save<'a>,
    pub path: &'a ArticlePath,
    pub if_match: &'a IfMatch,
}

impl<'a> Change<'a> {
    /// A change by what every key may do.
    pub fn new(
        app: &'a App,
        caller: &'a Caller,
        path: &'a ArticlePath,
        if_match: &'a IfMatch,
    ) -> Self {
        Self { app, save: saving(app, caller), path, if_match }
    }

    /// Patches it, in the transaction of its caller.
    pub async fn make(
        &self,
        conn: &mut Conn,
        patch: &ArticlePatch,
        base: Base,
    ) -> Result<Updated<Article>, Error> {
        let before = lock(conn, self.save.caller, &self.path.article).await?;
        if before.is_withdrawn() {
            return Err(before.gone());
        }
        self.allow(conn, &before).await?;
        let after = self.save.change(conn, before, patch.clone(), base).await?;
        self.shown(conn, after).await
    }

    /// Does something else with it, once for an idempotency key, and shows what became of it.
    pub async fn once(
        &self,
        key: &IdempotencyKey,
        dry_run: bool,
        work: impl AsyncFn(&mut Conn, model::Article) -> Result<model::Article, Error>,
    ) -> Result<Once<Updated<Article>>, Error> {
        let all = async |conn: &mut Conn| {
            let before = self.begin(conn).await?;
            let after = work(conn, before).await?;
            self.shown(conn, after).await
        };
        idempotency::once(self.app, key, dry_run, all).await
    }

    /// The story as it is, locked, whatever its state.
    pub async fn begin(&self, conn: &mut Conn) -> Result<model::Article, Error> {
        let before = lock(conn, self.save.caller, &self.path.article).await?;
        self.allow(conn, &before).await?;
        Ok(before)
    }

    async fn allow(&self, conn: &mut Conn, before: &model::Article) -> Result<(), Error> {
        writable(self.save.caller, before)?;
        matching(conn, self.app, self.save.caller, self.if_match, before).await
    }

    async fn shown(
        &self,
        conn: &mut Conn,
        after: model::Article,
    ) -> Result<Updated<Article>, Error> {
        view(conn, self.app, self.save.caller, after).await.map(Updated)
    }
}

/// The story to be changed, locked. A withdrawn one is the caller's to judge.
pub async fn lock(
    conn: &mut Conn,
    caller: &Caller,
    reference: &Reference,
) -> Result<model::Article, Error> {
    let found = match store::resolve(conn, reference).await? {
        Some(id) => store::lock(conn, id).await?,
        None => None,
    };
    let found = found.filter(|article| visible(caller, article));
    let article = found.ok_or_else(|| Error::new(Code::NotFound))?;
    if article.is_withdrawn() { Ok(article) } else { current(reference, article) }
}

/// The one decision on a single story: the public sees what is live and what was, a key also what it
/// may read.
pub fn visible(caller: &Caller, article: &model::Article) -> bool {
    article.state == State::Live
        || article.is_gone()
        || caller.may_read(article.content.source.map(|id| id.0))
}

fn current(reference: &Reference, article: model::Article) -> Result<model::Article, Error> {
    slugs::must_be_current(Collection::Articles, reference, &article.slug).map(|()| article)
}

/// A key bound to one source changes only stories of that source.
pub fn writable(caller: &Caller, article: &model::Article) -> Result<(), Error> {
    if caller.covers(article.content.source.map(|id| id.0)) {
        return Ok(());
    }
    Err(Error::new(Code::SourceForbidden))
}

/// `If-Match` against the locked row; a failure carries the current tag.
pub async fn matching(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    if_match: &IfMatch,
    article: &model::Article,
) -> Result<(), Error> {
    let Err(error) = if_match.check(article.version) else { return Ok(()) };
    if error.code() != Code::VersionMismatch {
        return Err(error);
    }
    let view = view(conn, app, caller, article.clone()).await?;
    Err(error.current(article.version, etag::of_view(article.version, &view)))
}

/// The story with what it shows of others.
pub async fn view(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    article: model::Article,
) -> Result<Article, Error> {
    let relations = store::relations::load(conn, &article, caller).await?;
    Ok(Article::new(article, &relations, Show { addresses: &app.addresses, caller }))
}
