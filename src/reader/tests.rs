//! What feeds become, format by format.

mod reference;

use super::*;
use serde_json::{Value, json};

fn feed(text: &str) -> Feed {
    read(text.as_bytes(), None, Url::parse("https://wire.example/feed").ok().as_ref()).unwrap()
}

fn story(text: &str) -> Value {
    Value::Object(feed(text).entries[0].story().unwrap())
}

fn rss(item: &str) -> String {
    let spaces = "xmlns:content='http://purl.org/rss/1.0/modules/content/' \
        xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'";
    format!(
        "<rss version='2.0' {spaces}><channel><title>W</title><language>en-gb</language>\
        <item>{item}</item></channel></rss>"
    )
}

#[test]
fn a_story_of_rss() {
    let item = "<title>Storm &amp;amp; flood</title><link>/2026/storm</link>\
        <guid isPermaLink='false'>tag:1</guid><description>&lt;p&gt;Short&lt;/p&gt;</description>\
        <content:encoded><![CDATA[<p>All of it.</p>]]></content:encoded>\
        <dc:creator>Jo Sand</dc:creator><dc:creator>Al Reed</dc:creator>\
        <pubDate>Wed, 02 Oct 2026 15:00:00 +0200</pubDate>\
        <category>Weather</category><category>Weather</category>\
        <enclosure url='https://wire.example/a.mp3' length='12' type='audio/mpeg'/>\
        <media:content url='https://wire.example/a.jpg' medium='image' width='640'>\
        <media:credit>Lee</media:credit></media:content>";
    let medium = |kind: &str, url: &str| {
        json!({ "url": url, "caption": null, "credit": null, "width": null, "height": null,
                "kind": kind, "media_type": null, "size_bytes": null, "duration_seconds": null })
    };
    let mut sound = medium("audio", "https://wire.example/a.mp3");
    sound["media_type"] = json!("audio/mpeg");
    sound["size_bytes"] = json!(12);
    let mut picture = medium("image", "https://wire.example/a.jpg");
    picture["width"] = json!(640);
    picture["credit"] = json!("Lee");
    assert_eq!(
        story(&rss(item)),
        json!({
            "headline": "Storm & flood",
            "external_id": "tag:1",
            "body": "<p>All of it.</p>",
            "body_format": "html",
            "summary": "Short",
            "source_url": "https://wire.example/2026/storm",
            "canonical_url": "https://wire.example/2026/storm",
            "authors": [{ "name": "Jo Sand", "url": null }, { "name": "Al Reed", "url": null }],
            "tags": ["Weather"],
            "published_at": "2026-10-02T13:00:00.000Z",
            "image": { "url": "https://wire.example/a.jpg", "caption": null, "credit": "Lee",
                       "width": 640, "height": null },
            "media": [sound, picture],
        })
    );
    assert_eq!(feed(&rss(item)).language.as_deref(), Some("en-gb"));
}

#[test]
fn a_story_of_atom() {
    let text = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/x/'>\
        <author><name>Desk</name><uri>https://a.example/desk</uri></author>\
        <entry xml:lang='fr'><id>urn:1</id><title type='html'>One &amp;lt; &lt;b&gt;two&lt;/b&gt;</title>\
        <link rel='edit' href='edit'/><link href='story'/>\
        <published>2026-01-01T00:00:00Z</published><updated>2026-01-02T00:00:00Z</updated>\
        <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>A<br/>&amp;</p></div></content>\
        <rights>Ask first</rights></entry></feed>";
    assert_eq!(
        story(text),
        json!({
            "headline": "One < two",
            "external_id": "urn:1",
            "body": "<p>A<br>&amp;</p>",
            "body_format": "html",
            "source_url": "https://a.example/x/story",
            "canonical_url": "https://a.example/x/story",
            "authors": [{ "name": "Desk", "url": "https://a.example/desk" }],
            "language": "fr",
            "published_at": "2026-01-01T00:00:00.000Z",
            "revised_at": "2026-01-02T00:00:00.000Z",
            "usage_terms": "Ask first",
        })
    );
}

#[test]
fn a_story_of_a_json_feed() {
    let text = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": "W",
        "items": [{ "id": "7", "url": "/7", "title": "AT&amp;T", "content_text": "a < b",
                    "date_published": "2026-01-01T00:00:00+02:00", "tags": ["x"],
                    "author": { "name": "Jo" }, "image": "https://w.example/i.png",
                    "attachments": [{ "url": "https://w.example/v.mp4", "mime_type": "video/mp4",
                                      "duration_in_seconds": 9 }] }],
    });
    let story = story(&text.to_string());
    assert_eq!(story["headline"], "AT&amp;T", "JSON has no entities");
    assert_eq!((&story["body"], &story["body_format"]), (&json!("a < b"), &json!("text")));
    assert_eq!(story["source_url"], "https://wire.example/7");
    assert_eq!(story["published_at"], "2025-12-31T22:00:00.000Z");
    assert_eq!(story["authors"][0]["name"], "Jo");
    assert_eq!(story["media"][0]["duration_seconds"], 9);
    for other in ["{}", "[]", "{\"items\":1}", "{"] {
        assert_eq!(read(other.as_bytes(), None, None), Err(Unreadable::Json), "{other}");
    }
}

#[test]
fn an_entry_without_an_id_has_one_that_stays() {
    let by_link = story(&rss("<title>A</title><link>https://w.example/a</link>"));
    assert_eq!(by_link["external_id"], "https://w.example/a");
    let item = "<title>A</title><pubDate>Wed, 02 Oct 2026 15:00:00 GMT</pubDate>";
    let made = story(&rss(item))["external_id"].clone();
    assert!(made.as_str().unwrap().starts_with("sha256:"));
    assert_eq!(story(&rss(&format!("{item}<description>more</description>")))["external_id"], made);
    let long = format!("<title>A</title><guid>{}</guid>", "x".repeat(600));
    assert_eq!(story(&rss(&long))["external_id"].as_str().unwrap().len(), 71);
}

#[test]
fn an_entry_without_a_title_is_told_by_its_first_words() {
    let only = story(&rss("<description>First one. Then more.</description>"));
    assert_eq!(
        (&only["headline"], &only["body"]),
        (&json!("First one."), &json!("First one. Then more."))
    );
    assert_eq!(feed(&rss("<guid>1</guid>")).entries[0].story(), None);
}

#[test]
fn what_is_malformed_is_read_as_far_as_it_goes() {
    let one = |text: &str| feed(text).entries[0].story().unwrap()["headline"].clone();
    for text in [
        "\u{feff}\n junk <?xml version='1.0'?><rss><channel><item><title>a&b</title></item></channel></rss>",
        "<rss><channel><item><title>a&b</title>",
        "<rss><channel><item><title>a&b</title></channel></rss>",
        "<rss><channel><item><title>a\u{1}&b</b></title></item></item></channel></rss>",
        "<rss><channel><item><title><![CDATA[a&b]]></title></item></channel></rss",
        "<RSS><CHANNEL><ITEM><TITLE>a&amp;b</TITLE></ITEM></CHANNEL></RSS>",
        "<!DOCTYPE rss [<!ENTITY x 'y'><!ENTITY z SYSTEM 'file:///etc/passwd'>]>\
         <rss><channel><item><title>a&b</title><description>&z;</description></item></channel></rss>",
        "<rss><channel><item><title>a&b</title><x:y a=1 a='2' checked/></item></channel></rss>",
    ] {
        assert_eq!(one(text), "a&b", "{text}");
    }
    let unescaped = rss("<title>t</title><description><p>One<br>two</p> &nbsp;</description>");
    assert_eq!(story(&unescaped)["body"], "<p>One<br>two</p> \u{a0}".trim());
}

#[test]
fn what_is_no_feed_is_told_so() {
    let told = |text: &str| read(text.as_bytes(), None, None);
    assert_eq!(told("<!DOCTYPE html><html><head></head></html>"), Err(Unreadable::Page));
    for text in ["", "hello", "<kml/>", "<!-- -->", "<", "&", "<<<>>>", "\0\0"] {
        assert_eq!(told(text), Err(Unreadable::NoFeed), "{text}");
    }
}

#[test]
fn encodings_lie() {
    let latin = b"<?xml version='1.0' encoding='utf-8'?><rss><item><title>caf\xe9 cr\xe8me</title></item></rss>";
    let utf8 = "<?xml version='1.0' encoding='iso-8859-1'?><rss><item><title>café crème</title></item></rss>";
    for (bytes, content_type) in [
        (&latin[..], Some("text/xml; charset=utf-8")),
        (utf8.as_bytes(), Some("text/xml; charset=us-ascii")),
    ] {
        let feed = read(bytes, content_type, None).unwrap();
        assert_eq!(feed.entries[0].title.as_ref().unwrap().value, "café crème");
    }
}

#[test]
fn what_is_made_to_hurt_does_not() {
    let deep = format!("<rss><item><title>x</title>{}", "<a>".repeat(500_000));
    assert_eq!(feed(&deep).entries.len(), 1);
    let many = format!("<rss>{}</rss>", "<item/>".repeat(400_000));
    assert_eq!(feed(&many).entries.len(), MOST_ENTRIES);
    let entities = format!("<rss><item><title>{}</title></item></rss>", "&amp".repeat(300_000));
    assert_eq!(feed(&entities).entries.len(), 1);
    // what a feed says once is kept once
    let entries = "<entry><id>n</id><title>x</title></entry>".repeat(MOST_ENTRIES);
    let named = "x".repeat(1 << 20);
    let shared = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>{named}</name></author>{entries}</feed>"
    );
    let read = feed(&shared);
    assert_eq!(read.entries.len(), MOST_ENTRIES);
    assert!(std::sync::Arc::ptr_eq(&read.entries[0].authors, &read.entries[1].authors));
    let bomb = "<!DOCTYPE rss [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;&a;'>]>\
        <rss><item><title>&b;</title></item></rss>";
    assert_eq!(feed(bomb).entries[0].title.as_ref().unwrap().value, "&b;");
}
