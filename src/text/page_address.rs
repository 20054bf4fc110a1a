//! Whether two addresses are those of one page.

use url::Url;

/// Parameters that say where a reader came from and not what the page shows. Those that end in `*`
/// stand for all that begin so.
const TRACKING: &[&str] = &[
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "at_*",
    "campaign_id",
    "cmp",
    "cmpid",
    "dclid",
    "echobox",
    "fb_*",
    "fbclid",
    "ftag",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_*",
    "hsctatracking",
    "icid",
    "igsh",
    "igshid",
    "ito",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "mtm_*",
    "ncid",
    "ns_*",
    "ocid",
    "oly_*",
    "pk_*",
    "ref",
    "ref_src",
    "ref_url",
    "rss",
    "s_cid",
    "smid",
    "soc_src",
    "spm",
    "sr_share",
    "tblci",
    "traffic_source",
    "ttclid",
    "twclid",
    "utm_*",
    "vero_*",
    "wbraid",
    "wt_mc",
    "xtor",
    "yclid",
];

/// Documents that a folder shows by itself.
const DEFAULTS: &[&str] = &["index.html", "index.htm", "index.php", "default.aspx"];

/// The address without what may differ while the page is the same: scheme, `www.`, default port, case
/// of the host, trailing slashes, fragment, tracking parameters and the order of the others. None of
/// a home page, which shows other stories every day, or of what is no web address.
pub fn page_address(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut query: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| !is_tracking(name)).collect();
    query.sort();
    let path = path(&url);
    // pages of those who draw them in the browser
    let drawn = url.fragment().filter(|fragment| fragment.starts_with(['!', '/']));
    if path.is_empty() && query.is_empty() && drawn.is_none() {
        return None;
    }
    let mut page = host.to_owned();
    if let Some(port) = url.port() {
        page.push_str(&format!(":{port}"));
    }
    page.push_str(&path);
    let mut sign = '?';
    for (name, value) in query {
        page.push_str(&format!("{sign}{name}={value}"));
        sign = '&';
    }
    if let Some(fragment) = drawn {
        page.push_str(&format!("#{fragment}"));
    }
    Some(page)
}

/// The path, decoded, without empty segments and without the name of a folder's own document.
fn path(url: &Url) -> String {
    let decoded = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
    let mut segments: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    if segments.last().is_some_and(|last| DEFAULTS.contains(&last.to_ascii_lowercase().as_str())) {
        segments.pop();
    }
    segments.iter().flat_map(|segment| ["/", segment]).collect()
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    })
}

#[cfg(test)]
mod tests {
    use super::page_address;

    #[test]
    fn one_page_has_one_address() {
        let page = Some("n.example/world/rain?id=7&page=2".to_owned());
        for address in [
            "https://n.example/world/rain?id=7&page=2",
            "http://WWW.N.Example:80/world/rain/?page=2&id=7",
            "https://n.example:443//world/%72ain?utm_source=x&id=7&UTM_Medium=y&page=2&fbclid=z#top",
            " https://www.n.example./world/rain/index.html?id=7&page=2&gclid=1 ",
        ] {
            assert_eq!(page_address(address), page, "{address}");
        }
    }

    #[test]
    fn other_pages_have_others() {
        let addresses = [
            "https://n.example/world/rain",
            "https://n.example/world/Rain",
            "https://n.example/world/rain?id=7",
            "https://n.example:8080/world/rain",
            "https://m.n.example/world/rain",
            "https://n.example/#!/world/rain",
            "https://n.example/?p=12",
        ];
        let mut pages: Vec<String> =
            addresses.iter().map(|address| page_address(address).unwrap()).collect();
        pages.sort();
        pages.dedup();
        assert_eq!(pages.len(), addresses.len());
    }

    #[test]
    fn a_home_page_is_no_story() {
        for address in [
            "https://n.example",
            "https://www.n.example/?utm_campaign=daily#news",
            "https://n.example/index.html",
            "mailto:desk@n.example",
            "rain",
            "",
        ] {
            assert_eq!(page_address(address), None, "{address}");
        }
    }
}
