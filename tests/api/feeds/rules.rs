//! The rules that the W3C feed validator takes as errors.

use super::{at, newsroom, texts, tree};
use chrono::DateTime;
use roxmltree::Node;
use url::Url;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const QUERIES: [&str; 5] = ["", "limit=1", "category=general", "content=summary", "q=none"];

/// An address that means the same wherever the feed is read.
fn absolute(address: &str) {
    let url = Url::parse(address).unwrap_or_else(|error| panic!("{address}: {error}"));
    assert!(matches!(url.scheme(), "http" | "https"), "{address}");
}

/// The links of a feed to itself.
fn self_links(node: Node<'_, '_>) -> Vec<String> {
    let links = node.children().filter(|node| node.has_tag_name((ATOM, "link")));
    let own = links.filter(|node| node.attribute("rel") == Some("self"));
    own.map(|node| node.attribute("href").unwrap().to_owned()).collect()
}

fn once<'a, 'n: 'a>(
    node: Node<'a, '_>,
    name: impl Into<roxmltree::ExpandedName<'n, 'n>>,
) -> String {
    let mut found = texts(node, name);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn distinct(mut ids: Vec<String>) {
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id twice");
}

#[actix_web::test]
async fn rss_is_valid() {
    let app = newsroom().await;
    for query in QUERIES {
        let path = format!("/feeds/articles.rss?{query}");
        let text = at(&app, &path).await;
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
        let document = tree(&text);
        let rss = document.root_element();
        assert_eq!((rss.tag_name().name(), rss.attribute("version")), ("rss", Some("2.0")));
        let channel = rss.first_element_child().unwrap();
        for name in ["title", "link", "description"] {
            assert!(!once(channel, name).is_empty(), "{path}: {name}");
        }
        absolute(&once(channel, "link"));
        let own = format!("https://api.news.example{}", path.trim_end_matches('?'));
        assert_eq!(self_links(channel), [own]);
        for date in texts(channel, "lastBuildDate") {
            DateTime::parse_from_rfc2822(&date).unwrap();
        }
        let items: Vec<_> = channel.children().filter(|node| node.has_tag_name("item")).collect();
        assert_eq!(items.is_empty(), query == "q=none", "{path}");
        for item in &items {
            assert!(!once(*item, "title").is_empty());
            absolute(&once(*item, "link"));
            let date = once(*item, "pubDate");
            DateTime::parse_from_rfc2822(&date).unwrap();
            assert!(date.ends_with(" GMT") && date.len() == "Sat, 07 Sep 2002 00:00:01 GMT".len());
            assert!(texts(*item, "author").is_empty(), "an author would be an address of mail");
            assert!(texts(*item, "description").len() <= 1);
            for child in item.children().filter(|node| node.is_element()) {
                if let Some(url) = child.attribute("url") {
                    absolute(url);
                }
            }
            for enclosure in item.children().filter(|node| node.has_tag_name("enclosure")) {
                enclosure.attribute("length").unwrap().parse::<u64>().unwrap();
                assert!(enclosure.attribute("type").unwrap().contains('/'));
            }
        }
        distinct(items.iter().map(|item| once(*item, "guid")).collect());
    }
}

#[actix_web::test]
async fn atom_is_valid() {
    let app = newsroom().await;
    let stamp = |text: &str| {
        DateTime::parse_from_rfc3339(text).unwrap();
        assert!(text.ends_with('Z') && text.contains('T'), "{text}");
    };
    for query in QUERIES {
        let path = format!("/feeds/articles.atom?{query}");
        let text = at(&app, &path).await;
        let document = tree(&text);
        let feed = document.root_element();
        assert!(feed.has_tag_name((ATOM, "feed")));
        absolute(&once(feed, (ATOM, "id")));
        assert!(!once(feed, (ATOM, "title")).is_empty());
        stamp(&once(feed, (ATOM, "updated")));
        let own = format!("https://api.news.example{}", path.trim_end_matches('?'));
        assert_eq!(self_links(feed), [own]);
        let authors = feed.children().filter(|node| node.has_tag_name((ATOM, "author"))).count();
        assert_eq!(authors, 1, "entries may have none of their own");
        let entries: Vec<_> =
            feed.children().filter(|node| node.has_tag_name((ATOM, "entry"))).collect();
        for entry in &entries {
            assert!(!once(*entry, (ATOM, "title")).is_empty());
            stamp(&once(*entry, (ATOM, "updated")));
            stamp(&once(*entry, (ATOM, "published")));
            assert!(texts(*entry, (ATOM, "summary")).len() <= 1);
            assert!(texts(*entry, (ATOM, "content")).len() <= 1);
            let links: Vec<_> =
                entry.children().filter(|node| node.has_tag_name((ATOM, "link"))).collect();
            links.iter().for_each(|link| absolute(link.attribute("href").unwrap()));
            let alternates = links.iter().filter(|link| link.attribute("rel") == Some("alternate"));
            assert_eq!(alternates.count(), 1);
            for category in entry.children().filter(|node| node.has_tag_name((ATOM, "category"))) {
                assert!(!category.attribute("term").unwrap().is_empty());
            }
            for source in entry.children().filter(|node| node.has_tag_name((ATOM, "source"))) {
                for name in ["id", "title", "updated"] {
                    once(source, (ATOM, name));
                }
            }
        }
        distinct(entries.iter().map(|entry| once(*entry, (ATOM, "id"))).collect());
    }
}
