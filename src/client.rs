//! What the commands that talk to a server share: where it is, with which key, how a request
//! is sent and tried again, and how a refusal is told to a person.

use std::{fmt, path::Path, str::FromStr, time::Duration};

use anyhow::{Context, anyhow, bail};
use reqwest::header::{AGE, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use url::{Host, Url};

/// How often one request is tried before its failure is told.
const ATTEMPTS: u32 = 5;
/// The longest pause a server's `Retry-After` can ask of us.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long what may be of any length may take.
const ANY_LENGTH: Duration = Duration::from_secs(7 * 24 * 3600);
/// The media type of JSON lines.
const NDJSON: &str = "application/x-ndjson";

/// What the server's own settings say about where a client finds it.
#[derive(Clone, Debug)]
pub struct ClientDefaults {
    /// The listen address of the local server, such as `127.0.0.1:8080`.
    pub listen: String,
    /// The data directory, in which a local server leaves `admin.key`.
    pub data_dir: std::path::PathBuf,
}

/// Which server a command speaks to, and as whom.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ClientArgs {
    /// Base address of the server [default: the local server]
    #[arg(long, env = "NEWSWIRE_URL", hide_env_values = true, value_name = "URL")]
    pub url: Option<String>,
    /// API key [default: admin.key in the data directory, for a server on this machine]
    #[arg(long, env = "NEWSWIRE_KEY", hide_env_values = true, value_name = "KEY")]
    pub key: Option<Secret>,
}

/// An API key: usable, never printable.
#[derive(Clone)]
pub struct Secret(String);

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim().to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A connection to one server's API.
pub struct Client {
    http: reqwest::Client,
    base: Url,
    key: Option<Secret>,
}

/// What the server said, whatever the status.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The JSON body; a string when it was not JSON, null when there was none.
    pub body: Value,
    /// How old it was when it came, as a cache on the way said.
    pub age: chrono::Duration,
}

impl Answer {
    /// A text member of the body.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member).and_then(Value::as_str)
    }
}

impl Client {
    /// Settles address and key; sends nothing yet.
    pub fn new(args: &ClientArgs, defaults: &ClientDefaults) -> anyhow::Result<Self> {
        let base = match args.url.as_deref().filter(|url| !url.trim().is_empty()) {
            Some(url) => parse_base(url)?,
            None => parse_base(&format!("http://{}", reachable(&defaults.listen)))?,
        };
        let local = is_loopback(&base) || args.url.is_none();
        let key = match args.key.clone().filter(|key| !key.0.is_empty()) {
            Some(key) => Some(key),
            None if local => found_key(&defaults.data_dir)?,
            None => None,
        };
        Self::to(base, key, local)
    }

    /// A server that is not this one: nothing is taken from what is found here.
    pub fn elsewhere(url: &str, key: Option<Secret>) -> anyhow::Result<Self> {
        let base = parse_base(url)?;
        let local = is_loopback(&base);
        Self::to(base, key.filter(|key| !key.0.is_empty()), local)
    }

    fn to(base: Url, key: Option<Secret>, local: bool) -> anyhow::Result<Self> {
        crate::tls::prepare();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("newswire/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(120))
            .redirect(same_method_redirects());
        if local {
            http = http.no_proxy();
        }
        let http = http.build().context("cannot set up the HTTP client")?;
        Ok(Self { http, base, key })
    }

    /// The address of a path below `/api/v1`; segments and values are encoded here.
    pub fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Fails when there is no key to write with.
    pub fn needs_key(&self) -> anyhow::Result<()> {
        if self.key.is_none() {
            bail!(
                "no API key for {}: give --key or NEWSWIRE_KEY (admin.key in the data directory is used only for a server on this machine)",
                self.base
            );
        }
        Ok(())
    }

    /// The base address of the server.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Begins to read something of any length. An answer that is not a success is read whole.
    pub async fn download(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> anyhow::Result<Result<reqwest::Response, Answer>> {
        let request = self.request(Method::GET, self.address(path, query)).timeout(ANY_LENGTH);
        let response = request.send().await.map_err(|error| self.unreached(error))?;
        match response.status().is_success() {
            true => Ok(Ok(response)),
            false => read(response).await.map(Err),
        }
    }

    /// Sends JSON lines of any length, once; `packing` is their content coding.
    pub async fn upload(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        lines: impl Into<reqwest::Body>,
        packing: Option<&str>,
    ) -> anyhow::Result<Answer> {
        self.needs_key()?;
        let mut request = self
            .request(Method::POST, self.address(path, query))
            .timeout(ANY_LENGTH)
            .header(CONTENT_TYPE, NDJSON)
            .body(lines);
        if let Some(packing) = packing {
            request = request.header(CONTENT_ENCODING, packing);
        }
        read(request.send().await.map_err(|error| self.unreached(error))?).await
    }

    fn request(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        let request = self.http.request(method, url);
        match &self.key {
            Some(key) => request.bearer_auth(&key.0),
            None => request,
        }
    }

    fn unreached(&self, error: reqwest::Error) -> anyhow::Error {
        let context = format!("cannot reach {}: is it running?", self.base);
        anyhow!(error.without_url()).context(context)
    }

    /// Sends a JSON body; needs a key.
    pub async fn post(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<Answer> {
        self.needs_key()?;
        self.send(Method::POST, self.address(path, query), Some(body)).await
    }

    /// Reads a resource.
    pub async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> anyhow::Result<Answer> {
        self.send(Method::GET, self.address(path, query), None).await
    }

    /// Sends until there is an answer other than "not now", or patience ends. Everything our
    /// commands send may be sent twice: stories carry their identity.
    async fn send(&self, method: Method, url: Url, body: Option<&Value>) -> anyhow::Result<Answer> {
        let mut pause = Duration::from_millis(300);
        for attempt in 1.. {
            let mut request = self.request(method.clone(), url.clone());
            if let Some(body) = body {
                request = request.json(body);
            }
            let wait = match request.send().await {
                Ok(response) if attempt < ATTEMPTS && is_not_now(response.status()) => {
                    retry_after(&response).unwrap_or(pause)
                }
                Ok(response) => match read(response).await {
                    Err(_) if attempt < ATTEMPTS => pause,
                    read => return read,
                },
                Err(error) if attempt < ATTEMPTS && (error.is_connect() || error.is_request()) => {
                    log::debug!("attempt {attempt} failed: {}", error.without_url());
                    pause
                }
                Err(error) => return Err(self.unreached(error)),
            };
            tokio::time::sleep(wait.min(LONGEST_PAUSE)).await;
            pause *= 2;
        }
        bail!("cannot reach {}", self.base)
    }
}

/// Tells a refusal in full: title, detail, and every fault with its place.
pub fn describe_problem(answer: &Answer) -> String {
    let title = answer
        .text("title")
        .unwrap_or_else(|| answer.status.canonical_reason().unwrap_or("refused"));
    let mut text = format!("{} {title}", answer.status.as_u16());
    let detail = answer.text("detail").or_else(|| answer.body.as_str());
    if let Some(detail) = detail.filter(|detail| !detail.is_empty()) {
        text += &format!(": {}", detail.chars().take(500).collect::<String>());
    }
    let faults = answer.body.get("errors").and_then(Value::as_array);
    for fault in faults.into_iter().flatten() {
        let part = |name: &str| fault.get(name).and_then(Value::as_str);
        let place = part("pointer").or(part("name")).unwrap_or("");
        let place = if place.is_empty() { part("in").unwrap_or("?") } else { place };
        text += &format!("\n    {place}: {}", part("detail").unwrap_or("not accepted"));
    }
    if let Some(id) = answer.text("request_id") {
        text += &format!("\n    (request {id})");
    }
    text
}

async fn read(response: reqwest::Response) -> anyhow::Result<Answer> {
    let status = response.status();
    let age = response.headers().get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    let age = age.and_then(chrono::Duration::try_seconds).unwrap_or_default();
    let bytes = response.bytes().await.map_err(|e| e.without_url())?;
    let body = match bytes.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).trim().to_owned())),
    };
    Ok(Answer { status, body, age })
}

/// Whether an answer says that the same request may succeed later.
pub fn is_not_now(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// `Retry-After` in seconds, or as a date.
fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(value).ok()?;
    (at.to_utc() - chrono::Utc::now()).to_std().ok()
}

/// Only redirects that keep method and body: after a 301 a POST would become a GET of the list.
fn same_method_redirects() -> reqwest::redirect::Policy {
    reqwest::redirect::Policy::custom(|attempt| match attempt.status().as_u16() {
        307 | 308 if attempt.previous().len() < 5 => attempt.follow(),
        _ => attempt.stop(),
    })
}

fn parse_base(text: &str) -> anyhow::Result<Url> {
    let mut url = Url::parse(text.trim())
        .with_context(|| format!("{text:?} is not an address such as http://127.0.0.1:8080"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        bail!("{text:?} is not an http or https address");
    }
    url.set_query(None);
    url.set_fragment(None);
    if let Some(base) = url.path().trim_end_matches('/').strip_suffix("/api/v1") {
        let base = base.to_owned();
        url.set_path(&base);
    }
    Ok(url)
}

/// A listen address that means "every interface" is reached on this machine's own.
fn reachable(listen: &str) -> String {
    match listen.rsplit_once(':') {
        Some(("0.0.0.0" | "", port)) => format!("127.0.0.1:{port}"),
        Some(("[::]", port)) => format!("[::1]:{port}"),
        _ => listen.to_owned(),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn found_key(data_dir: &Path) -> anyhow::Result<Option<Secret>> {
    let path = data_dir.join("admin.key");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.split_whitespace().next().map(|key| Secret(key.to_owned()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests;
