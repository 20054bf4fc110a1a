use super::*;

const EXPORT: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
  <title>The Paper</title>
  <wp:author><wp:author_login><![CDATA[akhan]]></wp:author_login><wp:author_display_name><![CDATA[Ayesha Khan]]></wp:author_display_name></wp:author>
  <wp:category><wp:category_nicename>asia</wp:category_nicename><wp:category_parent>world</wp:category_parent><wp:cat_name><![CDATA[Asia & more]]></wp:cat_name></wp:category>
  <wp:category><wp:category_nicename>world</wp:category_nicename><wp:category_parent></wp:category_parent><wp:cat_name>World</wp:cat_name></wp:category>
  <item>
    <title>Rain &amp; sun: &#8216;more&#8217; &ndash; soon</title>
    <link>https://paper.example/rain</link>
    <pubDate>Tue, 05 Mar 2024 05:00:00 +0000</pubDate>
    <dc:creator><![CDATA[akhan]]></dc:creator>
    <guid isPermaLink="false">https://paper.example/?p=7</guid>
    <description></description>
    <content:encoded><![CDATA[One ]]]]><![CDATA[> two.

Three [gallery ids="1"] four.]]></content:encoded>
    <excerpt:encoded><![CDATA[<b>It</b> rained.]]></excerpt:encoded>
    <wp:post_id>7</wp:post_id>
    <wp:post_date>2024-03-05 10:00:00</wp:post_date>
    <wp:post_date_gmt>2024-03-05 05:00:00</wp:post_date_gmt>
    <wp:post_name>%d8%a8%d8%a7%d8%b1%d8%b4</wp:post_name>
    <wp:status>publish</wp:status>
    <wp:post_type>post</wp:post_type>
    <category domain="category" nicename="asia"><![CDATA[Asia & more]]></category>
    <category domain="category" nicename="uncategorized"><![CDATA[Uncategorized]]></category>
    <category domain="post_tag" nicename="weather"><![CDATA[Weather]]></category>
    <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value><![CDATA[9]]></wp:meta_value></wp:postmeta>
  </item>
  <item>
    <title>Later</title><guid>https://paper.example/?p=8</guid><wp:post_id>8</wp:post_id>
    <pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>
    <wp:post_date>2024-03-06 10:00:00</wp:post_date><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>
    <wp:status>draft</wp:status><wp:post_type>post</wp:post_type><content:encoded/>
  </item>
  <item><title>A page</title><wp:post_id>3</wp:post_id><wp:status>publish</wp:status><wp:post_type>page</wp:post_type></item>
  <item><title>Gone</title><wp:post_id>4</wp:post_id><wp:status>trash</wp:status><wp:post_type>post</wp:post_type></item>
  <item><title></title><link>https://paper.example/?a=1&b=2</link><wp:post_id>5</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type><content:encoded>Salt & pepper</content:encoded></item>
  <item>
    <title>clouds</title><wp:post_id>9</wp:post_id><wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type>
    <wp:attachment_url>https://paper.example/clouds.jpg</wp:attachment_url>
    <excerpt:encoded><![CDATA[Clouds over it]]></excerpt:encoded>
    <wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Clouds</wp:meta_value></wp:postmeta>
  </item>
</channel></rss>"#;

#[test]
fn posts_are_stories_with_all_that_belongs_to_them() {
    let read = open(Input::of_bytes(EXPORT.as_bytes().to_vec())).unwrap();
    let world = NewCategory { slug: "world".into(), name: "World".into(), parent: None };
    let asia = NewCategory {
        slug: "asia".into(),
        name: "Asia & more".into(),
        parent: Some("world".into()),
    };
    assert_eq!(read.categories, [world, asia], "parents first");
    let found: Vec<_> = read.stories.collect();
    let places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["post 7", "post 8", "post 5"]);
    let rain = serde_json::to_value(found[0].story.as_ref().unwrap()).unwrap();
    let expected = json!({
        "headline": "Rain & sun: ‘more’ – soon", "body": "<p>One ]]> two.</p>\n<p>Three  four.</p>", "body_format": "html",
        "summary": "It rained.", "source_url": "https://paper.example/rain", "external_id": "https://paper.example/?p=7",
        "slug": "بارش", "status": "published", "published_at": "2024-03-05T05:00:00Z",
        "authors": [{ "name": "Ayesha Khan" }],
        "image": { "url": "https://paper.example/clouds.jpg", "alt": "Clouds", "caption": "Clouds over it" },
        "category": "asia", "categories": ["asia"], "tags": ["Weather"]
    });
    assert_eq!(rain, expected);
    let draft = serde_json::to_value(found[1].story.as_ref().unwrap()).unwrap();
    assert_eq!((&draft["status"], draft.get("published_at")), (&json!("draft"), None));
    let untitled = found[2].story.as_ref().unwrap_err();
    assert!(untitled.reason.contains("no title"));
    assert_eq!(untitled.original["source_url"], "https://paper.example/?a=1&b=2");
    assert!(untitled.original["body"].as_str().unwrap().contains("pepper"));
}

#[test]
fn what_is_broken_is_told() {
    let cut = &EXPORT[..EXPORT.find("<wp:post_id>8").unwrap()];
    let read = open(Input::of_bytes(cut.as_bytes().to_vec()));
    assert!(read.is_ok_and(|read| read.stories.count() == 1), "what is whole is read");
    assert!(open(Input::of_bytes(b"<rss></rss>".to_vec())).is_err());
}

#[test]
fn a_ring_of_categories_is_cut() {
    let one = |slug: &str, parent: &str| NewCategory {
        slug: slug.into(),
        name: slug.into(),
        parent: Some(parent.into()),
    };
    let ordered = parents_first(vec![one("a", "b"), one("b", "a"), one("c", "none")]);
    let slugs: Vec<_> = ordered.iter().map(|category| category.slug.as_str()).collect();
    assert_eq!(slugs, ["c", "a", "b"]);
}
