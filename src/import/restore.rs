//! `newswire import --restore`: an export into an empty service.

use crate::client::{Client, describe_problem};
use anyhow::{Context, anyhow, bail};
use futures_util::stream::unfold;
use reqwest::{Body, StatusCode};
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use tokio::sync::mpsc::channel;

/// What is read at once.
const PIECE: usize = 256 << 10;
/// How many pieces are read ahead.
const AHEAD: usize = 4;

/// Sends an export as it is; its name's ending says how it is packed.
pub async fn run(client: &Client, path: &str, dry_run: bool) -> anyhow::Result<()> {
    let packing = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("gz") => Some("gzip"),
        Some("zst") => Some("zstd"),
        _ => None,
    };
    let body = match path {
        "-" => pieces(std::io::stdin()),
        path => pieces(File::open(path).with_context(|| format!("{path}: cannot be read"))?),
    };
    let query: &[(&str, &str)] = if dry_run { &[("dry_run", "true")] } else { &[] };
    let answer = client.upload(&["restore"], query, body, packing).await?;
    if answer.status != StatusCode::OK {
        return Err(anyhow!(describe_problem(&answer)));
    }
    let count = |name: &str| answer.body.get(name).and_then(Value::as_u64);
    let (Some(articles), Some(revisions), Some(sources), Some(categories)) =
        (count("articles"), count("revisions"), count("sources"), count("categories"))
    else {
        bail!("the server's answer is not understood");
    };
    println!(
        "{}restored: {articles} stories with {revisions} earlier versions, {sources} sources, {categories} categories",
        if dry_run { "would be " } else { "" }
    );
    Ok(())
}

/// A body that is read by a thread of its own as it is sent.
fn pieces(mut reader: impl Read + Send + 'static) -> Body {
    let (sender, receiver) = channel(AHEAD);
    std::thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = reader.read(&mut piece);
            let ended = !read.as_ref().is_ok_and(|count| *count > 0);
            let piece = read.map(|count| {
                piece.truncate(count);
                piece
            });
            // nobody listens any more once the request has failed
            if piece.as_ref().is_ok_and(Vec::is_empty)
                || sender.blocking_send(piece).is_err()
                || ended
            {
                return;
            }
        }
    });
    Body::wrap_stream(unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|piece: std::io::Result<Vec<u8>>| (piece, receiver))
    }))
}
