//! Links that show one story for a limited time. They are followed in `reading`.

use super::Change;
use crate::app::App;
use crate::articles::model::preview::Token;
use crate::articles::views::params::ArticlePath;
use crate::articles::views::preview::{PreviewLink, PreviewLinkInput};
use crate::db::Conn;
use crate::error::Error;
use crate::http::auth::{ArticlesWrite, Needs};
use crate::http::{Created, DryRun, IdempotencyKey, IfMatch, Once, OptionalBody, Path, Query};
use crate::idempotency;
use crate::values::rfc3339;
use actix_web::web::Data;
use chrono::TimeDelta;

/// Create a preview link
///
/// It shows this one story to whoever holds it, in any state but the trash, until it ends or the story
/// is purged. It is shown once, and only a hash of it is kept.
#[utoipa::path(post, path = "/api/v1/articles/{article}/preview-links")]
pub async fn create_preview_link(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: OptionalBody<PreviewLinkInput>,
) -> Result<Once<Created<PreviewLink>>, Error> {
    let (dry_run, lifetime) = (query.params.dry_run, TimeDelta::seconds(body.0.seconds()));
    // the story is not changed by it
    let if_match = IfMatch::Absent { required: false };
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let work = async |conn: &mut Conn| {
        let story = change.begin(conn).await?;
        let token = Token::new()?;
        let end = change.save.link(conn, &story, &token, lifetime).await?;
        let expires_at = rfc3339(end);
        if dry_run {
            return Ok(Created::DryRun(PreviewLink { url: None, token: None, expires_at }));
        }
        let url = app.addresses.preview(&story.id.to_string(), &story.slug, token.reveal());
        let token = Some(token.reveal().to_owned());
        Ok(Created::Made(PreviewLink { url: Some(url), token, expires_at }))
    };
    idempotency::once(&app, &key, dry_run, work).await
}
