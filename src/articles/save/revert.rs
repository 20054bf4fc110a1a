//! Going back to a version that a story had.

use super::life::kept;
use super::{Save, check};
use crate::articles::model::{Article, Bodies, Content};
use crate::categories;
use crate::db::{self, Conn};
use crate::error::Error;
use crate::patch::Patch;

impl Save<'_> {
    /// Writes what a locked story said then as a new version. What decides who finds it and when keeps
    /// its present value, as it does when a story is put: nothing becomes public by it, and nothing
    /// leaves the public.
    pub async fn revert(
        &self,
        conn: &mut Conn,
        before: Article,
        then: Content,
    ) -> Result<Article, Error> {
        kept(&before, "restored to an earlier version")?;
        // what it said while it was another source's is not this key's to bring back
        self.may_write(&then)?;
        let now = &before.content;
        let mut content = Content {
            status: now.status,
            published_at: now.published_at,
            expires_at: now.expires_at,
            revised_at: now.revised_at,
            source: now.source,
            external_id: now.external_id.clone(),
            translation_of: now.translation_of,
            ..then
        };
        content.categories = categories::store::existing(conn, &content.categories).await?;
        let now = db::now(conn).await?;
        content.date(Some(&before.content), now);
        check(&content)?;
        self.put(conn, before, Patch::Absent, content, now).await
    }

    /// The story of an earlier version with what is made of its body.
    pub async fn rendered_then(&self, mut then: Article) -> Result<Article, Error> {
        let rendered = self.rendered(&then.content).await?;
        then.bodies = Some(Bodies { html: rendered.html, text: rendered.text });
        Ok(then)
    }
}
