//! What cleaning by a list of allowed tags cannot do: addresses are made whole, pictures that only count
//! readers go, and what is embedded becomes a link unless its host is trusted.
//!
//! Works on cleaned markup, which the serialiser has written: every value stands between double
//! quotation marks, and a `<` that begins no tag is escaped.

use std::borrow::Cow;

use url::Url;

use super::limits::MAX_GROWTH;

/// Where a body is shown, as far as that changes what is made of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting<'a> {
    /// The page that the story was on: what its addresses are relative to.
    pub page: Option<&'a str>,
    /// Hosts whose frames are kept, with all below them.
    pub embed_hosts: &'a [String],
}

/// Attributes that hold an address.
const ADDRESSES: &[&str] = &["href", "src", "poster", "cite"];

/// Hosts, with all below them, that serve pictures only to count readers.
const COUNTERS: &[&str] = &[
    "2o7.net",
    "adnxs.com",
    "bat.bing.com",
    "chartbeat.net",
    "cloudflareinsights.com",
    "demdex.net",
    "doubleclick.net",
    "google-analytics.com",
    "googletagmanager.com",
    "hotjar.com",
    "imrworldwide.com",
    "ioam.de",
    "list-manage.com",
    "mc.yandex.ru",
    "omtrdc.net",
    "parsely.com",
    "pixel.wp.com",
    "px.ads.linkedin.com",
    "quantserve.com",
    "scorecardresearch.com",
    "statcounter.com",
    "stats.wordpress.com",
    "track.hubspot.com",
    "vgwort.de",
    "xiti.com",
];

/// Beginnings of addresses, without scheme and `www.`, that do the same on hosts that serve other things.
const COUNTING: &[&str] = &[
    "counter.yadro.ru/hit",
    "facebook.com/tr",
    "feeds.feedburner.com/~ff/",
    "feeds.feedburner.com/~r/",
    "t.co/i/adsct",
    "top-fwz1.mail.ru/counter",
    "analytics.twitter.com/",
];

/// What a kept frame may do: run its own scripts in its own origin, and open what a reader clicks.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-popups allow-presentation";

/// `html`, which was cleaned, as readers get it.
pub(super) fn finish(html: String, setting: Setting<'_>) -> String {
    let base = setting.page.and_then(|page| Url::parse(page).ok());
    let base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
    if base.is_none() && !html.contains("<i") {
        return html;
    }
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    // the address of the page may be long, and stands before each relative one
    let mut left = html.len() * MAX_GROWTH.0 + MAX_GROWTH.1;
    let mut rest = html.as_str();
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = tag_end(rest);
        let (text, after) = rest.split_at(end);
        rest = after;
        let Some(mut tag) = Tag::read(text) else {
            out.push_str(text);
            continue;
        };
        let changed = base.as_ref().is_some_and(|base| tag.complete(base, &mut left));
        match tag.name {
            "img" if tag.counts_readers() => {}
            "iframe" => {
                // what stands within is for browsers that know no frames
                let close = rest.find("</iframe>").map_or(rest.len(), |at| at + "</iframe>".len());
                rest = &rest[close..];
                out.push_str(&tag.frame(setting.embed_hosts));
            }
            _ if changed => tag.write(&mut out),
            _ => out.push_str(text),
        }
    }
    out.push_str(rest);
    out
}

/// Where the tag that `text` begins with ends.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A tag that begins an element.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Tag<'a> {
    /// Reads one; none of what ends an element, or is no tag.
    fn read(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('<')?.strip_suffix('>')?;
        let name = &inner[..inner.find(' ').unwrap_or(inner.len())];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut attributes = Vec::new();
        let mut rest = inner[name.len()..].trim_start();
        while let Some(equals) = rest.find("=\"") {
            let value = &rest[equals + 2..];
            let length = value.find('"')?;
            attributes.push((&rest[..equals], unescape(&value[..length])));
            rest = value[length + 1..].trim_start();
        }
        rest.is_empty().then_some(Self { name, attributes })
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_ref())
    }

    /// Makes its relative addresses whole, as many as fit what is left; whether there were any.
    fn complete(&mut self, base: &Url, left: &mut usize) -> bool {
        let mut changed = false;
        for (name, value) in &mut self.attributes {
            let whole = match *name {
                "srcset" => Some(candidates(value, base, left)),
                name if ADDRESSES.contains(&name) => whole(value, base, left),
                _ => None,
            };
            if let Some(whole) = whole {
                *value = whole.into();
                changed = true;
            }
        }
        changed
    }

    /// Whether it is a picture of a pixel, or of nothing, or from somebody who counts.
    fn counts_readers(&self) -> bool {
        let is_dot = |name| {
            self.get(name).is_some_and(|size| matches!(size.trim(), "0" | "1" | "0px" | "1px"))
        };
        let Some(source) = self.get("src").or_else(|| self.get("srcset")) else {
            // what it showed was no address; its words may be some
            return self.get("alt").is_none_or(|alt| alt.trim().is_empty());
        };
        is_dot("width") || is_dot("height") || is_counter(source)
    }

    /// What becomes of a frame.
    fn frame(&self, trusted: &[String]) -> String {
        let source = self.get("src").and_then(|source| Url::parse(source.trim()).ok());
        let Some(source) = source.filter(|url| matches!(url.scheme(), "http" | "https")) else {
            return String::new();
        };
        let host = source.host_str().unwrap_or_default();
        let is_trusted = trusted.iter().any(|trusted| is_below(host, trusted));
        if is_counter(source.as_str()) {
            return String::new();
        }
        let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::new();
        let mut out = String::new();
        if is_trusted && source.scheme() == "https" {
            attributes.push(("src", source.as_str().into()));
            for name in ["title", "width", "height"] {
                attributes.extend(self.get(name).map(|value| (name, value.into())));
            }
            attributes.push(("sandbox", SANDBOX.into()));
            attributes.push(("referrerpolicy", "strict-origin-when-cross-origin".into()));
            attributes.push(("loading", "lazy".into()));
            attributes.push(("allowfullscreen", "".into()));
            Tag { name: "iframe", attributes }.write(&mut out);
            out.push_str("</iframe>");
        } else {
            let label = self.get("title").map(str::trim).filter(|title| !title.is_empty());
            attributes.push(("href", source.as_str().into()));
            attributes.push(("rel", "noopener noreferrer".into()));
            Tag { name: "a", attributes }.write(&mut out);
            escape(label.unwrap_or(host), &mut out);
            out.push_str("</a>");
        }
        out
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
        out.push('>');
    }
}

/// A relative address made whole; none of one that is whole, or points into the story itself, or is longer
/// than what is left.
fn whole(address: &str, base: &Url, left: &mut usize) -> Option<String> {
    let address = address.trim();
    let relative = Url::parse(address) == Err(url::ParseError::RelativeUrlWithoutBase);
    if !relative || address.starts_with('#') || base.as_str().len() + address.len() > *left {
        return None;
    }
    let whole = String::from(base.join(address).ok()?);
    *left = left.saturating_sub(whole.len());
    Some(whole)
}

/// The candidates of a `srcset` made whole.
fn candidates(list: &str, base: &Url, left: &mut usize) -> String {
    // a comma with white space after it parts them; one within an address has none
    let mut one = |candidate: &str| {
        let candidate = candidate.trim();
        let (address, size) =
            candidate.split_at(candidate.find(char::is_whitespace).unwrap_or(candidate.len()));
        format!("{}{size}", whole(address, base, left).unwrap_or_else(|| address.to_owned()))
    };
    list.split(", ").map(&mut one).collect::<Vec<_>>().join(", ")
}

fn is_counter(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let place = format!("{bare}{}", url.path());
    COUNTERS.iter().any(|counter| is_below(host, counter))
        || COUNTING.iter().any(|beginning| place.starts_with(beginning))
}

fn is_below(host: &str, domain: &str) -> bool {
    let domain = domain.trim();
    let above = host.len().checked_sub(domain.len()).map(|at| host.split_at(at));
    above.is_some_and(|(above, end)| {
        !domain.is_empty()
            && end.eq_ignore_ascii_case(domain)
            && (above.is_empty() || above.ends_with('.'))
    })
}

/// Escapes what would be markup in text, or end a value.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            c => out.push(c),
        }
    }
}

/// The value that the serialiser escaped.
fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return value.into();
    }
    let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    value.replace("&nbsp;", "\u{a0}").replace("&amp;", "&").into()
}

#[cfg(test)]
mod tests {
    use super::super::render::{BodyFormat, Rendered, Setting, render, render_in};
    use super::{MAX_GROWTH, finish};

    fn on(page: &str, html: &str) -> String {
        let setting = Setting { page: Some(page), embed_hosts: &[] };
        render_in(html, BodyFormat::Html, setting).html
    }

    #[test]
    fn addresses_are_made_whole() {
        let page = "https://n.example/world/rain.html?id=1";
        for (html, whole) in [
            (r#"<a href="/about">a</a>"#, "https://n.example/about"),
            (
                r#"<a href="next.html?a=1&amp;b=2">a</a>"#,
                "https://n.example/world/next.html?a=1&amp;b=2",
            ),
            (r#"<a href="?page=2">a</a>"#, "https://n.example/world/rain.html?page=2"),
            (r#"<img src="//cdn.example/i.jpg" alt="a > b">"#, "https://cdn.example/i.jpg"),
            (r#"<img src="../i.jpg" alt="&quot;>&lt;img src=x>">"#, "https://n.example/i.jpg"),
            (r#"<video poster="p.jpg" src="v.mp4"></video>"#, "https://n.example/world/p.jpg"),
            (
                r#"<img src="a.jpg" srcset="a.jpg 1x, /b.jpg 2x">"#,
                "https://n.example/world/a.jpg 1x, https://n.example/b.jpg 2x",
            ),
            (r#"<blockquote cite="said">x</blockquote>"#, "https://n.example/world/said"),
        ] {
            let found = on(page, html);
            assert!(found.contains(&format!("\"{whole}\"")), "{found}");
            // and once they are, they stay
            assert_eq!(on("https://other.example/", &found), found);
        }
        for stays in [
            r##"href="#story-note""##,
            r#"href="mailto:a@n.example""#,
            r#"href="https://o.example/x""#,
        ] {
            assert!(on(page, &format!("<a {stays}>a</a>")).contains(stays));
        }
        assert!(render(r#"<a href="/about">a</a>"#, BodyFormat::Html).html.contains(r#""/about""#));
        assert!(on("no address", r#"<a href="/about">a</a>"#).contains(r#""/about""#));
        let markdown = render_in(
            "[a](/b)",
            BodyFormat::Markdown,
            Setting { page: Some(page), embed_hosts: &[] },
        );
        assert!(markdown.html.contains(r#""https://n.example/b""#), "{}", markdown.html);
    }

    #[test]
    fn pictures_that_count_readers_go_and_others_stay() {
        for counting in [
            r#"<img src="https://a.example/x.gif" width="1" height="1">"#,
            r#"<img src="https://a.example/x.gif" height=0>"#,
            r#"<img src="https://pixel.wp.com/b.gif?host=n.example">"#,
            r#"<img src="http://www.facebook.com/tr?id=1&amp;ev=PageView">"#,
            r#"<img src="//sb.scorecardresearch.com/p?c1=2" alt="">"#,
            r#"<img alt="">"#,
            r#"<iframe src="https://www.googletagmanager.com/ns.html?id=x"></iframe>"#,
        ] {
            assert_eq!(
                on("https://n.example/", &format!("<p>a{counting}b</p>")),
                "<p>ab</p>",
                "{counting}"
            );
        }
        let figure = r#"<figure><img src="https://a.example/i.jpg" alt="Rain" width="800" height="1000"><figcaption>Rain &amp; wind</figcaption></figure>"#;
        assert_eq!(render(figure, BodyFormat::Html).html, figure);
    }

    #[test]
    fn a_frame_is_a_link_unless_its_host_is_trusted() {
        let hosts = ["video.example".to_owned()];
        let with = |html: &str| -> Rendered {
            render_in(html, BodyFormat::Html, Setting { page: None, embed_hosts: &hosts })
        };
        let link = with(
            r#"<iframe src="https://maps.example/x?a=1&amp;b=2" title="A &lt;map>">old</iframe> after"#,
        );
        assert_eq!(
            link.html,
            r#"<a href="https://maps.example/x?a=1&amp;b=2" rel="noopener noreferrer">A &lt;map&gt;</a> after"#
        );
        assert_eq!(link.text, "A <map> after");
        for untrusted in [
            "http://video.example/1",
            "https://video.example.evil.example/1",
            "https://evilvideo.example/1",
            "https://u@maps.example/https://video.example/",
        ] {
            let html = with(&format!(r#"<iframe src="{untrusted}"></iframe>"#)).html;
            assert!(html.starts_with("<a href=") && !html.contains("<iframe"), "{html}");
        }
        for trusted in ["https://video.example/1", "https://player.VIDEO.example/1"] {
            let html = with(&format!(
                r#"<iframe src="{trusted}" width="560" onload="alert(1)" srcdoc="<script>alert(1)</script>" allow="camera"><b>no</b></iframe>after"#
            ));
            assert!(html.html.starts_with("<iframe src=\"https://"), "{}", html.html);
            assert!(html.html.contains(" sandbox=\"allow-scripts allow-same-origin allow-popups"));
            assert!(html.html.ends_with("></iframe>after"), "{}", html.html);
            for bad in ["onload", "srcdoc", "camera", "<b>"] {
                assert!(!html.html.contains(bad), "{}", html.html);
            }
            assert_eq!(html.text, "after");
        }
        for none in [
            "<iframe></iframe>",
            r#"<iframe src="javascript:alert(1)"></iframe>"#,
            r#"<iframe src="data:text/html,x"></iframe>"#,
            r#"<iframe src="/relative"></iframe>"#,
        ] {
            assert_eq!(with(none).html, "", "{none}");
        }
        // one that is never closed takes all that follows with it, as browsers see it
        assert_eq!(
            with(r#"<iframe src="https://video.example/1"><img src=x onerror=alert(1)>"#).text,
            ""
        );
    }

    #[test]
    fn a_long_page_address_is_not_repeated_without_end() {
        let page = format!("https://w.example/{}/", "a".repeat(2000));
        let setting = Setting { page: Some(&page), embed_hosts: &[] };
        let links = "<a href=\"a\">b</a>".repeat(50_000);
        let pictures = format!("<img srcset=\"{}a\" alt=\"b\">", "a, ".repeat(100_000));
        for html in [links, pictures] {
            let most = 5 * html.len() + 2 * MAX_GROWTH.1;
            let finished = finish(html, setting);
            assert!(finished.len() < most && finished.contains(&page), "{}", finished.len());
        }
    }
}
