//! Changes as server-sent events: a listener reads what it has missed for itself, then hears what the
//! node's one reader gives out. An idle one asks the database nothing, but whether its key is still good.
//!
//! It is pulled by its connection: what a slow reader does not take is not made, and when it has fallen
//! behind what the node holds it reads for itself again. It never holds up others.

use super::audience::{Reader, Seen};
use super::feed::{Batch, News};
use super::handlers::{Asked, read};
use super::model::{Cursor, Event, Position};
use super::views::Telling;
use crate::addresses::Addresses;
use crate::app::App;
use crate::error::Error;
use crate::http::json;
use crate::keys;
use actix_web::web::{Bytes, Data};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// How many changes are read and sent at once by one who has missed some.
const AT_ONCE: usize = 100;
/// How long a client that lost its connection should wait before it comes again, in milliseconds.
const RETRY: u32 = 2000;

/// One who listens.
pub struct Listener {
    app: Data<App>,
    reader: Reader,
    news: News,
    epoch: Uuid,
    position: Position,
    /// Whether there is more to read before hearing.
    behind: bool,
    /// When it is time for a sign of life.
    beat: Instant,
    /// What is to be sent first.
    first: Option<Bytes>,
}

impl Listener {
    /// Begins after `since`. What can fail fails here, before anything is sent.
    pub async fn begin(
        app: Data<App>,
        mut reader: Reader,
        since: Option<&str>,
    ) -> Result<Self, Error> {
        // before the first look, so that nothing comes in between
        let news = app.events.listen();
        let asked = Asked { since: Some(since.unwrap_or("latest")), limit: AT_ONCE, whole: false };
        let (page, epoch) = read(&app, &mut reader, asked).await?;
        let beat = Instant::now() + app.config.stream_heartbeat;
        let (position, behind) = (page.end, page.more);
        let mut listener = Self { app, reader, news, epoch, position, behind, beat, first: None };
        let frames = listener.frames(&page.seen);
        // the mark last: who is cut off before it has missed what stands above it
        let end = if frames.is_empty() { "" } else { "\n\n" };
        let mut text = format!("retry: {RETRY}{end}").into_bytes();
        text.extend(frames);
        text.extend(listener.mark().as_bytes());
        listener.first = Some(text.into());
        Ok(listener)
    }

    /// What is sent, piece by piece.
    pub fn pieces(self) -> impl Stream<Item = Result<Bytes, Error>> {
        unfold(self, |mut listener| async move {
            let piece = listener.piece().await?;
            Some((Ok(piece), listener))
        })
    }

    async fn piece(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            if Instant::now() >= self.beat {
                return self.sign_of_life().await;
            }
            if self.behind {
                let frames = self.catch_up().await?;
                if !frames.is_empty() {
                    return Some(frames);
                }
                continue;
            }
            match timeout_at(self.beat, self.news.next()).await {
                Err(_) => return self.sign_of_life().await,
                Ok(None) => return None,
                Ok(Some(Err(_))) => self.behind = true,
                Ok(Some(Ok(batch))) if batch.epoch != self.epoch => return None,
                Ok(Some(Ok(batch))) if batch.from > self.position => self.behind = true,
                Ok(Some(Ok(batch))) => {
                    self.reader.widen(&batch.seen);
                    let frames = self.heard(&batch);
                    self.position = self.position.max(batch.end);
                    if !frames.is_empty() {
                        return Some(frames);
                    }
                }
            }
        }
    }

    /// Reads what it has missed. When that fails the stream ends, and the client comes again.
    async fn catch_up(&mut self) -> Option<Bytes> {
        let since = self.cursor();
        let asked = Asked { since: Some(&since), limit: AT_ONCE, whole: false };
        let (page, epoch) = read(&self.app, &mut self.reader, asked).await.ok()?;
        self.position = page.end;
        self.behind = page.more;
        (epoch == self.epoch).then(|| self.frames(&page.seen).into())
    }

    /// A comment with the position, which moves on though nothing is sent. With a key only as long as
    /// that is good.
    async fn sign_of_life(&mut self) -> Option<Bytes> {
        self.beat = Instant::now() + self.app.config.stream_heartbeat;
        if let Some(key) = self.reader.caller.key() {
            let mut conn = self.app.db.read().await.ok()?;
            let good = keys::store::is_good(&mut conn, key.id).await.ok()?;
            good.then_some(())?;
        }
        Some(format!(": {}", self.mark()).into())
    }

    fn cursor(&self) -> String {
        Cursor { epoch: self.epoch, position: self.position }.encode()
    }

    /// Says where the listener is, without an event.
    fn mark(&self) -> String {
        format!("\nid: {}\n\n", self.cursor())
    }

    fn telling<'a>(&'a self, seen: &'a Seen) -> Telling<'a> {
        let (reader, addresses) = (&self.reader, &self.app.addresses);
        Telling { reader, seen, addresses, epoch: self.epoch }
    }

    /// Changes that were read for this one alone.
    fn frames(&self, seen: &Seen) -> Vec<u8> {
        let telling = self.telling(seen);
        seen.events.iter().flat_map(|event| frame(telling, event)).collect()
    }

    /// Changes that were read for all.
    fn heard(&self, batch: &Batch) -> Bytes {
        let wanted = |event: &Event| event.position > self.position && self.reader.takes(event);
        let events = batch.seen.events.iter();
        if self.reader.caller.key().is_some() {
            let telling = self.telling(&batch.seen);
            let frames = events.filter(|event| wanted(event)).flat_map(|one| frame(telling, one));
            return frames.collect::<Vec<u8>>().into();
        }
        let public = batch.public.get_or_init(|| public(batch, &self.app.addresses));
        let pieces = events.zip(public).filter(|(event, _)| wanted(event));
        let mut pieces = pieces.filter_map(|(_, frame)| frame.as_ref());
        match (pieces.next(), pieces.next()) {
            (None, _) => Bytes::new(),
            (Some(one), None) => one.clone(),
            (Some(one), Some(two)) => {
                let all = [one, two].into_iter().chain(pieces);
                all.flat_map(|frame| frame.iter().copied()).collect()
            }
        }
    }
}

/// What the public is told of each event.
fn public(batch: &Batch, addresses: &Addresses) -> Vec<Option<Bytes>> {
    let reader = Reader::default();
    let telling = Telling { reader: &reader, seen: &batch.seen, addresses, epoch: batch.epoch };
    let told = |event| reader.takes(event).then(|| frame(telling, event).into());
    batch.seen.events.iter().map(told).collect()
}

/// One server-sent event. JSON has no line breaks outside of strings, and none within them.
fn frame(telling: Telling<'_>, event: &Event) -> Vec<u8> {
    let change = telling.change(event);
    let mut text =
        format!("id: {}\nevent: {}\ndata: ", change.cursor, event.kind.as_str()).into_bytes();
    if json::append(&mut text, &change).is_err() {
        return Vec::new();
    }
    text.extend(b"\n\n");
    text
}
