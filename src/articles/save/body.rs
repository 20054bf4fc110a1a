//! Bodies: rendered before the transaction where possible, and off the async workers where it takes.

use super::Save;
use crate::articles::model::Content;
use crate::articles::views::input::ArticlePatch;
use crate::error::Error;
use crate::text::likeness::Likeness;
use crate::text::render::{BodyFormat, Rendered, Setting, render_in, words};

/// Bodies above this many bytes are rendered off the async workers.
pub(super) const LARGE_BODY: usize = 16 * 1024;

/// A body rendered ahead, so that no lock is held while that takes.
#[derive(Debug)]
pub struct Ahead {
    body: String,
    format: BodyFormat,
    /// The page it was on.
    page: Option<String>,
    rendered: Rendered,
    /// The headline that came with it, and what the two are compared by.
    likeness: Option<(String, Likeness)>,
}

impl Ahead {
    /// Renders what the patch carries; frames of these hosts are kept.
    pub async fn of(patch: &ArticlePatch, embed_hosts: &[String]) -> Result<Option<Self>, Error> {
        let Some((body, format)) = patch.body() else { return Ok(None) };
        let page = patch.page();
        let rendered = render_apart(body, format, Setting { page, embed_hosts }).await?;
        let (body, page) = (body.to_owned(), page.map(str::to_owned));
        Ok(Some(Self { body, format, page, rendered, likeness: None }))
    }

    /// The same here and now: not for an async worker.
    pub fn now(patch: &ArticlePatch, embed_hosts: &[String]) -> Option<Self> {
        let (body, format) = patch.body()?;
        let page = patch.page();
        let rendered = render_in(body, format, Setting { page, embed_hosts });
        let compared =
            |headline| (String::from(headline), Likeness::new(headline, &rendered.words));
        let likeness = patch.headline().map(compared);
        let (body, page) = (body.to_owned(), page.map(str::to_owned));
        Some(Self { rendered, body, format, page, likeness })
    }

    /// What a story is compared by, if it is what was rendered.
    pub(super) fn likeness_of(&self, content: &Content) -> Option<&Likeness> {
        let (headline, likeness) = self.likeness.as_ref()?;
        let same = self.is_of(content) && *headline == content.headline;
        same.then_some(likeness)
    }

    fn is_of(&self, content: &Content) -> bool {
        self.body == content.body
            && self.format == content.body_format
            && self.page.as_deref() == content.page()
    }
}

impl Save<'_> {
    pub(super) async fn rendered(&self, content: &Content) -> Result<Rendered, Error> {
        match self.ahead {
            Some(ahead) if ahead.is_of(content) => Ok(ahead.rendered.clone()),
            _ => {
                let setting = Setting { page: content.page(), embed_hosts: self.embed_hosts };
                render_apart(&content.body, content.body_format, setting).await
            }
        }
    }
}

pub(super) async fn words_apart(text: &str) -> Result<String, Error> {
    if text.len() <= LARGE_BODY {
        return Ok(words(text));
    }
    let text = text.to_owned();
    tokio::task::spawn_blocking(move || words(&text)).await.map_err(Error::internal)
}

async fn render_apart(
    body: &str,
    format: BodyFormat,
    setting: Setting<'_>,
) -> Result<Rendered, Error> {
    if body.len() <= LARGE_BODY {
        return Ok(render_in(body, format, setting));
    }
    let (body, page) = (body.to_owned(), setting.page.map(str::to_owned));
    let embed_hosts = setting.embed_hosts.to_vec();
    let render = move || {
        let setting = Setting { page: page.as_deref(), embed_hosts: &embed_hosts };
        render_in(&body, format, setting)
    };
    tokio::task::spawn_blocking(render).await.map_err(Error::internal)
}
