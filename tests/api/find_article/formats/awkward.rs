//! Text that would be something else in some format comes out as the text it is.

use super::{ARTICLES, FORMATS, newsroom, text};
use serde_json::{Value, json};

const TEXTS: [&str; 8] = [
    "]]> <![CDATA[ <!-- --> <b> & &amp; &#0; \" ' `",
    "</script><script>alert(1)</script></title></textarea></style><img src=x onerror=alert(1)>",
    "\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{85}\u{feff}\u{fffe}\u{ffff}\u{1fffe}",
    "\u{202e}evil\u{202c} \u{2066}isolate\u{2069} \u{200f}",
    "𝕬𝖘𝖙𝖗𝖆𝖑 🏳️‍🌈 \u{10ffff} 𠮷",
    "خبریں: راہداری — 新闻 समाचार ข่าว",
    "--- \n...\n- a: [b]\n%TAG ! x:\n\u{2028}\u{2029}",
    "{{ a }} {% b %} ${c} #{d} \\u003c \\n",
];

#[actix_web::test]
async fn it_is_the_same_text_in_every_format() {
    let app = newsroom(&[]).await;
    let long = "خبر ".repeat(175);
    for (index, awkward) in TEXTS.into_iter().chain([long.as_str()]).enumerate() {
        let slug = format!("awkward-{index}");
        let words = awkward.replace(['\u{1}', '\u{8}'], "");
        let sent = json!({
            "headline": format!("x{awkward}"), "slug": slug, "summary": awkward, "body": format!("x {words}"),
            "byline": awkward.chars().take(300).collect::<String>(), "authors": [{ "name": format!("a{}", &words.chars().take(99).collect::<String>()) }],
            "tags": [words.chars().take(99).collect::<String>() + "t"], "usage_terms": awkward, "status": "published",
            "external_id": format!("x{}", words.chars().take(400).collect::<String>()), "source": "radio-pakistan",
            "image": { "url": "https://a.example/i?a='\"<>|", "alt": awkward, "caption": awkward },
        });
        app.create(ARTICLES, &sent).await;
        let own = app.get(&format!("{ARTICLES}/{slug}")).await.expect(200).body;
        let of = |suffix: &str| format!("{ARTICLES}/{slug}.{suffix}");
        let ninjs = app.get(&of("ninjs.json")).await.expect(200).body;
        super::ninjs::check(&ninjs);
        assert_eq!(ninjs["headlines"][0]["value"], sent["headline"]);
        assert_eq!(ninjs["descriptions"][0]["value"], sent["summary"]);
        assert_eq!(ninjs["subjects"][0]["literal"], sent["tags"][0]);
        let ld = app.get(&of("jsonld")).await.expect(200).body;
        super::jsonld::check(&ld);
        assert_eq!(ld["headline"], sent["headline"]);
        assert_eq!(ld["articleBody"], own["body_text"]);
        let plain = text(&app.get(&of("txt")).await.expect(200));
        assert!(plain.starts_with(sent["headline"].as_str().unwrap()), "{plain}");
        let markdown = text(&app.get(&of("md")).await.expect(200));
        let front = markdown.strip_prefix("---\n").and_then(|rest| rest.split("\n---\n").next());
        let front: Value = serde_yaml_ng::from_str(front.expect("front matter")).unwrap();
        for member in ["headline", "summary", "byline", "external_id", "image"] {
            assert_eq!(front[member], own_or(&own, member), "{member}: {markdown}");
        }
        let page = text(&app.get(&of("html")).await.expect(200));
        super::html::check(&page);
        super::html::says(&page, &own);
        let entry = text(&app.get(&of("atom")).await.expect(200));
        super::atom::says(&entry, &own);
        assert_eq!(FORMATS.len(), 7, "a format has no check here");
    }
}

/// A member as it goes in: what is null there is left out.
fn own_or(own: &Value, member: &str) -> Value {
    match &own[member] {
        Value::Object(members) => {
            let there = members.iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        value => value.clone(),
    }
}
