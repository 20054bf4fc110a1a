//! An input that is an address: fetched by whoever runs the import, so that no address is forbidden.

use anyhow::{Context, bail};
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;

/// The most that is read of an address.
const MOST_BYTES: usize = 32 << 20;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is at an address.
#[derive(Debug)]
pub struct Fetched {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the server says they are.
    pub content_type: Option<String>,
}

/// Fetches an input that is an address; none for a file.
pub async fn fetch(input: &str) -> anyhow::Result<Option<Fetched>> {
    if !["http://", "https://"].iter().any(|scheme| input.starts_with(scheme)) {
        return Ok(None);
    }
    crate::tls::prepare();
    let client = reqwest::Client::builder()
        .user_agent(concat!("newswire/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .timeout(PATIENCE)
        .build()
        .context("cannot set up the HTTP client")?;
    let sent = client.get(input).send().await;
    let mut response = sent.with_context(|| format!("{input}: cannot be fetched"))?;
    if !response.status().is_success() {
        bail!("{input}: the server answers {}", response.status());
    }
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.with_context(|| format!("{input}: broke off"))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_BYTES {
            bail!("{input}: more than {} MiB", MOST_BYTES >> 20);
        }
    }
    Ok(Some(Fetched { bytes, content_type }))
}
