//! Stories on their way: read and mapped ahead by a thread of its own, and put together in batches.

use super::mapping::Mapping;
use super::readers::{Found, Stories};
use super::resume::Done;
use crate::post::{self, Story};
use anyhow::{anyhow, bail};
use futures_util::Stream;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::thread::JoinHandle;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many stories go together ...
const STORIES: usize = 200;
/// ... and about how many bytes.
const BYTES: usize = 1 << 20;
/// How many batches are read ahead.
const AHEAD: usize = 4;

/// A story of the input.
#[derive(Debug)]
pub struct Item {
    /// Where it is in the input.
    pub place: String,
    /// How far the input is read when it is done.
    pub end: u64,
    /// As it was read.
    pub original: Value,
    /// As it is sent, in JSON; or why it cannot be.
    pub line: Result<String, String>,
}

impl Item {
    /// How many bytes it holds, about.
    fn size(&self) -> usize {
        // what cannot be read is kept as it is
        self.line.as_ref().map_or_else(|_| self.original.to_string().len(), String::len)
    }

    /// What it is known by again.
    pub fn mark(&self) -> String {
        let digest = Sha256::digest(self.original.to_string());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Batches as they are read.
pub struct Batches {
    receiver: Receiver<Vec<Item>>,
    reader: JoinHandle<anyhow::Result<()>>,
}

impl Batches {
    /// Begins to read, past what is done with.
    pub fn start(stories: Stories, mapping: Mapping, done: &Done) -> Self {
        let (sender, receiver) = channel(AHEAD);
        let done = done.clone();
        let reader = std::thread::spawn(move || read(stories, mapping, &done, &sender));
        Self { receiver, reader }
    }

    /// One after the other. Ends with an error when the input could not be read to its end.
    pub fn into_stream(self) -> impl Stream<Item = anyhow::Result<Vec<Item>>> {
        futures_util::stream::unfold(Some(self), |batches| async move {
            let mut batches = batches?;
            match batches.receiver.recv().await {
                Some(batch) => Some((Ok(batch), Some(batches))),
                None => match batches.reader.join() {
                    Ok(read) => read.err().map(|error| (Err(error), None)),
                    Err(_) => Some((Err(anyhow!("the input could not be read any further")), None)),
                },
            }
        })
    }
}

fn read(
    mut stories: Stories,
    mapping: Mapping,
    done: &Done,
    sender: &Sender<Vec<Item>>,
) -> anyhow::Result<()> {
    let mut named = Named::default();
    for place in 1..=done.count {
        let last = stories.next().map(|found| item(found, &mapping, &mut named));
        let mark = done.last.as_ref().filter(|_| place == done.count);
        if mark.is_some_and(|mark| last.is_none_or(|item| item.mark() != *mark)) {
            bail!(
                "the input is another than when its import was cut off: import it without --resume \
                 (no story comes in twice)"
            );
        }
    }
    let mut batch = Vec::new();
    let mut bytes = 0;
    for found in stories {
        let item = item(found, &mapping, &mut named);
        bytes += item.size();
        batch.push(item);
        if batch.len() == STORIES || bytes > BYTES {
            bytes = 0;
            // nobody listens any more once the import has failed
            if sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        drop(sender.blocking_send(batch));
    }
    Ok(())
}

/// The names that stories were given for want of one of their own, and what they said.
#[derive(Default)]
struct Named(HashMap<String, u64>);

impl Named {
    /// Whether another story has the name.
    fn is_taken(&mut self, name: &str, story: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        story.hash(&mut hasher);
        let said = hasher.finish();
        *self.0.entry(name.to_owned()).or_insert(said) != said
    }
}

fn item(Found { place, end, story }: Found, mapping: &Mapping, named: &mut Named) -> Item {
    match story {
        Err(unreadable) => {
            Item { place, end, original: unreadable.original, line: Err(unreadable.reason) }
        }
        Ok(story) => {
            let original = serde_json::to_value(&story).unwrap_or_default();
            let line = ready(story, mapping, named).map_err(|error| format!("{error:#}"));
            Item { place, end, original, line }
        }
    }
}

fn ready(mut story: Story, mapping: &Mapping, named: &mut Named) -> anyhow::Result<String> {
    mapping.apply(&mut story);
    let bare =
        ["external_id", "canonical_url", "source_url"].iter().all(|it| story.text(it).is_none());
    post::identify(&mut story);
    let line = serde_json::to_string(&story)?;
    if bare && story.text("external_id").is_some_and(|name| named.is_taken(name, &line)) {
        bail!(
            "an earlier story of the input has the same source and headline, and neither has an id or an \
             address: give it an external_id"
        );
    }
    Ok(line)
}
