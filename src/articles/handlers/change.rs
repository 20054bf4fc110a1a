//! What every change of one story begins and ends with.

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
use crate::http::{IfMatch, Updated, etag};
use crate::ids::Reference;

/// A change under way.
pub struct Change<'a> {
    pub app: &'a App,
    pub save: Save<'a>,
    pub path: &'a ArticlePath,
    pub if_match: &'a IfMatch,
}

impl Change<'_> {
    /// Makes it, in the transaction of its caller.
    pub async fn make(
        &self,
        conn: &mut Conn,
        patch: &ArticlePatch,
        base: Base,
    ) -> Result<Updated<Article>, Error> {
        let caller = self.save.caller;
        let before = lock(conn, caller, &self.path.article).await?;
        if before.is_withdrawn() {
            return Err(before.gone());
        }
        writable(caller, &before)?;
        matching(conn, self.app, caller, self.if_match, &before).await?;
        let after = self.save.change(conn, before, patch.clone(), base).await?;
        view(conn, self.app, caller, after).await.map(Updated)
    }
    /// The story as it is, locked, whatever its state.
    pub async fn begin(&self, conn: &mut Conn) -> Result<model::Article, Error> {
        let caller = self.save.caller;
        let before = lock(conn, caller, &self.path.article).await?;
        writable(caller, &before)?;
        matching(conn, self.app, caller, self.if_match, &before).await?;
        Ok(before)
    }

    /// The answer that shows what became of it.
    pub async fn shown(
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
