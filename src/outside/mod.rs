//! The one way to anything outside: wires, pages, subscribers, hubs. An address that somebody sends
//! must not make the service ask what only it can reach (server-side request forgery).
//!
//! Every address is checked after it was looked up, and the connection is made to exactly what was
//! checked, so that a host that answers differently the second time (DNS rebinding) gains nothing.
//! Redirects are followed here, each checked like the first. Answers are held to a time and a size
//! while they come in. There is no proxy, no cookie and no credential.

mod allowed;
mod failure;
mod lookup;
#[cfg(test)]
mod tests;

pub use allowed::Allowed;
pub use failure::Failure;
pub use lookup::{Lookup, SystemLookup};

use lookup::Guarded;
use reqwest::header::{self, HeaderMap};
use reqwest::{Method, StatusCode};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::{Host, Url};

/// How often one address may point to another.
const MOST_REDIRECTS: usize = 5;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// Longer addresses are not asked, as nowhere else in the service.
const LONGEST_ADDRESS: usize = 2048;

/// How much of the outside is taken in.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take from the first lookup to the last byte, redirects included.
    pub time: Duration,
    /// How many bytes the body may have, once a content coding is undone.
    pub bytes: usize,
}

impl Default for Limits {
    /// 30 seconds and 16 MiB.
    fn default() -> Self {
        Self { time: Duration::from_secs(30), bytes: 16 << 20 }
    }
}

/// What the outside said, whatever the status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status. Only a POST can have a redirect's.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, without its content coding.
    pub body: Vec<u8>,
    /// Where it came from, after redirects.
    pub url: Url,
    /// Whether every redirect on the way was for good (301, 308), and there was one.
    pub moved: bool,
}

impl Answer {
    /// A header's value, if it is text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A client for everything outside. Clones share their connections.
#[derive(Clone)]
pub struct Outside(Arc<Inner>);

struct Inner {
    allowed: Arc<Allowed>,
    lookup: Arc<dyn Lookup>,
    /// Made when it is first needed: it reads the certificates of the system, of which a service
    /// that asks nobody may have none.
    http: OnceLock<Result<reqwest::Client, Failure>>,
}

impl Outside {
    /// A client that reaches the internet and what else is allowed.
    pub fn new(allowed: Allowed, lookup: impl Lookup) -> Self {
        let (allowed, lookup) = (Arc::new(allowed), Arc::new(lookup));
        Self(Arc::new(Inner { allowed, lookup, http: OnceLock::new() }))
    }

    fn http(&self) -> Result<reqwest::Client, Failure> {
        self.0.http.get_or_init(|| self.0.client()).clone()
    }

    /// Reads what is at an address, following redirects.
    pub async fn get(&self, url: &str, limits: &Limits) -> Result<Answer, Failure> {
        self.get_with(url, HeaderMap::new(), limits).await
    }

    /// Reads what is at an address with these headers, such as the conditions `If-None-Match` and
    /// `If-Modified-Since` (304 is an answer like others). Redirects get the same headers.
    pub async fn get_with(
        &self,
        url: &str,
        headers: HeaderMap,
        limits: &Limits,
    ) -> Result<Answer, Failure> {
        let work = self.follow(parse(url)?, headers, limits.bytes);
        tokio::time::timeout(limits.time, work).await.unwrap_or(Err(Failure::Timeout))
    }

    /// Fails when it is certain that nothing is ever asked at an address, before anybody is asked for its
    /// host.
    pub fn permits(&self, url: &str) -> Result<(), Failure> {
        self.literal(&parse(url)?)
    }

    /// Sends a body to exactly this address. A redirect is an answer like others: what was meant for
    /// one server is not given to another. Of what is answered no more than the limit is read, and the
    /// rest is left.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
        limits: &Limits,
    ) -> Result<Answer, Failure> {
        let url = parse(url)?;
        let work = async {
            let response = self.send(Method::POST, &url, headers, Some(body)).await?;
            begin(response, url.clone(), limits.bytes).await
        };
        tokio::time::timeout(limits.time, work).await.unwrap_or(Err(Failure::Timeout))
    }

    async fn follow(
        &self,
        mut url: Url,
        headers: HeaderMap,
        bytes: usize,
    ) -> Result<Answer, Failure> {
        let (mut hops, mut for_good) = (0, true);
        loop {
            let response = self.send(Method::GET, &url, headers.clone(), None).await?;
            if !is_redirect(response.status()) {
                return read(response, url, hops > 0 && for_good, bytes).await;
            }
            hops += 1;
            if hops > MOST_REDIRECTS {
                return Err(Failure::Redirects);
            }
            for_good &= matches!(response.status().as_u16(), 301 | 308);
            url = next(&url, &response)?;
        }
    }

    /// An address in numbers is checked as it is.
    fn literal(&self, url: &Url) -> Result<(), Failure> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match literal.filter(|address| !self.0.allowed.has(*address)) {
            None => Ok(()),
            Some(address) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                Err(Failure::Forbidden { host, address })
            }
        }
    }

    /// Sends one request. A name is checked when it is looked up; here is what needs no lookup.
    async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<reqwest::Response, Failure> {
        self.literal(url)?;
        let mut request = self.http()?.request(method, url.clone()).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        Ok(request.send().await?)
    }
}

impl Inner {
    fn client(&self) -> Result<reqwest::Client, Failure> {
        crate::tls::prepare();
        let (allowed, lookup) = (Arc::clone(&self.allowed), Arc::clone(&self.lookup));
        let client = reqwest::Client::builder()
            .user_agent(concat!("newswire/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Guarded { allowed, lookup }))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()?;
        Ok(client)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads.
fn next(from: &Url, response: &reqwest::Response) -> Result<Url, Failure> {
    let to = response.headers().get(header::LOCATION).ok_or(Failure::Redirects)?;
    // servers send raw UTF-8 here, whatever the standard says
    let to = String::from_utf8_lossy(to.as_bytes());
    let mut to = from.join(&to).map_err(|_| Failure::Redirects)?;
    check(&to)?;
    to.set_fragment(None);
    Ok(to)
}

fn parse(url: &str) -> Result<Url, Failure> {
    let url = Url::parse(url).map_err(|_| Failure::Address("not a web address"))?;
    check(&url).map(|()| url)
}

/// What an address must be before anybody is asked for its host.
fn check(url: &Url) -> Result<(), Failure> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Failure::Address("only http and https are asked"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::Address("an address must not carry credentials"));
    }
    match url.as_str().len() > LONGEST_ADDRESS {
        true => Err(Failure::Address("the address is too long")),
        false => Ok(()),
    }
}

/// Takes the beginning of the body in.
async fn begin(mut response: reqwest::Response, url: Url, bytes: usize) -> Result<Answer, Failure> {
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while body.len() < bytes {
        let Some(chunk) = response.chunk().await? else { break };
        let left = bytes - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(left)]);
    }
    Ok(Answer { status, headers, body, url, moved: false })
}

/// Takes the body in, and no more of it than the limit.
async fn read(
    mut response: reqwest::Response,
    url: Url,
    moved: bool,
    bytes: usize,
) -> Result<Answer, Failure> {
    let declared = response.content_length().and_then(|length| usize::try_from(length).ok());
    if declared.is_some_and(|length| length > bytes) {
        return Err(Failure::TooLarge);
    }
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = Vec::with_capacity(declared.unwrap_or_default().min(64 << 10));
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > bytes {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body, url, moved })
}
