//! Stories on their way: read and mapped ahead by a thread of its own, and put together in batches.

use super::mapping::Mapping;
use super::readers::{Found, Stories};
use crate::post::{self, Story};
use futures_util::Stream;
use serde_json::Value;
use tokio::sync::mpsc::{Receiver, channel};

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

/// Batches as they are read.
pub struct Batches(Receiver<Vec<Item>>);

impl Batches {
    /// Begins to read, past the first stories.
    pub fn start(stories: Stories, mapping: Mapping, skip: u64) -> Self {
        let (sender, receiver) = channel(AHEAD);
        std::thread::spawn(move || {
            let mut batch = Vec::new();
            let mut bytes = 0;
            let skip = usize::try_from(skip).unwrap_or(usize::MAX);
            for found in stories.skip(skip) {
                let item = item(found, &mapping);
                bytes += item.line.as_ref().map_or(0, String::len);
                batch.push(item);
                if batch.len() == STORIES || bytes > BYTES {
                    bytes = 0;
                    // nobody listens any more once the import has failed
                    if sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                        return;
                    }
                }
            }
            if !batch.is_empty() {
                drop(sender.blocking_send(batch));
            }
        });
        Self(receiver)
    }

    /// One after the other.
    pub fn into_stream(self) -> impl Stream<Item = Vec<Item>> {
        futures_util::stream::unfold(self.0, |mut receiver| async move {
            receiver.recv().await.map(|batch| (batch, receiver))
        })
    }
}

fn item(Found { place, end, story }: Found, mapping: &Mapping) -> Item {
    match story {
        Err(unreadable) => {
            Item { place, end, original: unreadable.original, line: Err(unreadable.reason) }
        }
        Ok(story) => {
            let original = serde_json::to_value(&story).unwrap_or_default();
            let line = ready(story, mapping).map_err(|error| format!("{error:#}"));
            Item { place, end, original, line }
        }
    }
}

fn ready(mut story: Story, mapping: &Mapping) -> anyhow::Result<String> {
    mapping.apply(&mut story);
    post::identify(&mut story);
    Ok(serde_json::to_string(&story)?)
}
