use super::*;

#[test]
fn formats_are_known_by_name_and_beginning() {
    for (name, head, format) in [
        ("a.ndjson", "", Format::Ndjson),
        ("a.jsonl.gz", "", Format::Ndjson),
        ("a.CSV", "", Format::Csv),
        (
            "a.xml",
            "<?xml version='1.0'?><rss xmlns:wp=\"http://wordpress.org/export/1.2/\">",
            Format::Wordpress,
        ),
        ("a.xml", "<?xml version='1.0'?>\n<rss version=\"2.0\">", Format::Feed),
        ("-", "<feed xmlns=\"http://www.w3.org/2005/Atom\">", Format::Feed),
        ("-", "<atom:feed xmlns:atom='http://www.w3.org/2005/Atom'>", Format::Feed),
        ("-", "<html><p>How to write an <rss> element</p>", Format::Page),
        (
            "https://x.example/feed",
            "{\"version\": \"https://jsonfeed.org/version/1.1\"}",
            Format::Feed,
        ),
        ("a.json", "{\"headline\":\"a\"}\n{\"headline\":\"b\"}\n", Format::Ndjson),
        ("a.json", "[{\"headline\":\"a\"}]", Format::Json),
        ("a.json", "{\n  \"headline\": \"a\"\n}", Format::Json),
        ("a.json", "{\"uri\": \"x\", \"versioncreated\": \"2020-01-01T00:00:00Z\"}", Format::Ninjs),
        ("page.html", "<!doctype html>", Format::Page),
        ("-", "# Rain\n\nIt rained.", Format::Page),
    ] {
        assert_eq!(of(name, head.as_bytes()), format, "{name} {head}");
    }
}
