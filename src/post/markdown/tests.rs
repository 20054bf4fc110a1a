//! Tests of Markdown files.

use super::*;

fn json_of(text: &str) -> Value {
    serde_json::to_value(parse(text).unwrap()).unwrap()
}

#[test]
fn everything_in_front_matter() {
    let text = "---\ntitle: Rain, at last\ndate: 2024-03-05 10:00:00 +0500\ntags: [rain, Weather]\n\
        authors:\n  - Mira Sol\n  - name: Jo Reed\n    url: https://x.example/jo\nslug: rain\n\
        category: Weather\nsource: The Post\nlang: en\ndescription: It rained.\nstatus: Published\n\
        canonical_url: https://x.example/rain\nimage: https://x.example/r.jpg\nimage_alt: Rain\n\
        featured: true\nurgency: 2\nlayout: post\n---\n\n# Rain, At Last\n\nIt *rained*.\n";
    let expected = json!({
        "headline": "Rain, at last", "slug": "rain", "summary": "It rained.", "source": "The Post",
        "language": "en", "canonical_url": "https://x.example/rain",
        "published_at": "2024-03-05T10:00:00+05:00", "body": "It *rained*.",
        "body_format": "markdown", "status": "published", "tags": ["rain", "Weather"],
        "category": "Weather",
        "authors": [{"name": "Mira Sol"}, {"name": "Jo Reed", "url": "https://x.example/jo"}],
        "image": {"url": "https://x.example/r.jpg", "alt": "Rain"}, "featured": true, "urgency": 2,
    });
    assert_eq!(json_of(text), expected);
    assert_eq!(json_of(&text.replace('\n', "\r\n")), expected);
    assert_eq!(parse(text).unwrap().notes, ["front matter `layout` is not used"]);
}

#[test]
fn the_heading_is_the_headline() {
    for text in [
        "# Rain *at* `last`\n\nIt rained.",
        "\u{feff}\n# Rain at last #\n\nIt rained.\n",
        "Rain at last\n============\nIt rained.",
        "---\nlang: en\n---\n# Rain at [last](https://x.example)\nIt rained.",
    ] {
        let story = json_of(text);
        assert_eq!(story["headline"], "Rain at last", "{text}");
        assert_eq!(story["body"], "It rained.", "{text}");
    }
    let other = json_of("---\ntitle: A\n---\n# B\n\nC");
    assert_eq!(other["body"], "# B\n\nC", "another heading is part of the body");
    assert_eq!(json_of("# A\n\n## B\n\n---\n\nC")["body"], "## B\n\n---\n\nC");
}

#[test]
fn lists_and_drafts() {
    let story = json_of(
        "---\ntitle: 2024\ntags: a, b\ncategories: [World, Asia]\ndraft: true\nauthor: Mira\ndate: 2024-03-05\n---\n",
    );
    assert_eq!(story["headline"], "2024");
    assert_eq!(story["tags"], json!(["a", "b"]));
    assert_eq!(story["category"], "World");
    assert_eq!(story["categories"], json!(["World", "Asia"]));
    assert_eq!(story["status"], "draft");
    assert_eq!(story["authors"], json!([{"name": "Mira"}]));
    assert_eq!(story["published_at"], "2024-03-05T00:00:00Z");
    assert_eq!(json_of("---\ntitle: A\ndraft: false\n---\n")["status"], "published");
    let image = json_of("---\ntitle: A\nimage:\n  src: https://x.example/a\n  caption: B\n---\n");
    assert_eq!(image["image"], json!({"url": "https://x.example/a", "caption": "B"}));
}

#[test]
fn what_cannot_be_read_is_said() {
    for text in [
        "no heading",
        "---\ntitle: A\n",
        "---\ntitle: [\n---\n",
        "---\n- a\n---\n# B",
        "---\ntitle: [a, b]\n---\n",
        "---\ntitle: A\ndate: soon\n---\n",
        "+++\ntitle = 'A'\n+++\n",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "(---\n)?(title: )?[a-z#\n: é*`-]{0,40}(\n---\n)?.{0,20}") {
        let _ = parse(&text);
    }
}
