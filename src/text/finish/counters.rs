//! Who serves pictures and frames only to count readers.

use url::Url;

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

/// Whether somebody there counts readers.
pub(super) fn is_counter(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let place = format!("{bare}{}", url.path());
    COUNTERS.iter().any(|counter| is_below(host, counter))
        || COUNTING.iter().any(|beginning| place.starts_with(beginning))
}

/// Whether a host is a domain or below it.
pub(super) fn is_below(host: &str, domain: &str) -> bool {
    let domain = domain.trim();
    let above = host.len().checked_sub(domain.len()).map(|at| host.split_at(at));
    above.is_some_and(|(above, end)| {
        !domain.is_empty()
            && end.eq_ignore_ascii_case(domain)
            && (above.is_empty() || above.ends_with('.'))
    })
}
