//! Stories in formats for other systems, one request a story.

use super::output::Output;
use crate::client::{Answer, Client, describe_problem};
use anyhow::{Context, anyhow, bail};
use reqwest::StatusCode;
use serde_json::Value;
use std::path::Path;

/// File names have at most 255 bytes; slugs can have more.
const LONGEST_NAME: usize = 200;

/// Writes each story as IPTC ninjs on a line.
pub async fn ninjs(client: &Client, state: &str, path: Option<&Path>) -> anyhow::Result<()> {
    let mut output = Output::open(path)?;
    let mut list = List::new(client, state);
    while let Some((id, _)) = list.next().await? {
        if let Some(item) = list.story(&id, "ninjs.json").await? {
            output.write(format!("{item}\n").as_bytes())?;
        }
    }
    output.finish()
}

/// Writes each story into a file of its own in a folder.
pub async fn markdown(client: &Client, state: &str, path: Option<&Path>) -> anyhow::Result<()> {
    let Some(folder) = path else { bail!("Markdown goes to a folder: give --output") };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut list = List::new(client, state);
    while let Some((id, slug)) = list.next().await? {
        if let Some(Value::String(text)) = list.story(&id, "md").await? {
            let file = folder.join(file_name(&slug, &id));
            std::fs::write(&file, format!("{text}\n"))
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    Ok(())
}

/// The slug, cut where it would be too long for a name.
fn file_name(slug: &str, id: &str) -> String {
    if slug.len() <= LONGEST_NAME {
        return format!("{slug}.md");
    }
    let end = (0..=LONGEST_NAME).rev().find(|at| slug.is_char_boundary(*at)).unwrap_or_default();
    format!("{}-{}.md", &slug[..end], &id[id.len().saturating_sub(12)..])
}

/// The stories in some states, page by page.
struct List<'a> {
    client: &'a Client,
    state: &'a str,
    page: std::vec::IntoIter<Value>,
    cursor: Option<String>,
    ended: bool,
}

impl<'a> List<'a> {
    fn new(client: &'a Client, state: &'a str) -> Self {
        Self { client, state, page: Vec::new().into_iter(), cursor: None, ended: false }
    }

    /// Id and slug of the next one.
    async fn next(&mut self) -> anyhow::Result<Option<(String, String)>> {
        loop {
            if let Some(story) = self.page.next() {
                let text = |name: &str| story.get(name).and_then(Value::as_str).map(str::to_owned);
                let named = text("id").zip(text("slug"));
                return named.map(Some).context("the server's list is not understood");
            }
            if self.ended {
                return Ok(None);
            }
            let mut query = vec![("state", self.state), ("limit", "100")];
            query.extend(self.cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let answer = fine(self.client.get(&["articles"], &query).await?)?;
            let items = answer.body.get("items").and_then(Value::as_array).cloned();
            self.cursor = answer.text("next_cursor").map(str::to_owned);
            self.ended = self.cursor.is_none();
            self.page = items.unwrap_or_default().into_iter();
        }
    }

    /// A story in a format; none when it went meanwhile.
    async fn story(&self, id: &str, suffix: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get(&["articles", &format!("{id}.{suffix}")], &[]).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            _ => fine(answer).map(|answer| Some(answer.body)),
        }
    }
}

fn fine(answer: Answer) -> anyhow::Result<Answer> {
    match answer.status.is_success() {
        true => Ok(answer),
        false => Err(anyhow!(describe_problem(&answer))),
    }
}
