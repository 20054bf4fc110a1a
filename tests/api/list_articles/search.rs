//! `q`: the words of a story, as one types them into a search box.

use super::pages::both_ways;
use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::{Value, json};

async fn post(app: &TestApp, slug: &str, story: Value) {
    let mut sent = json!({ "headline": slug, "slug": slug, "status": "published" });
    sent.as_object_mut().unwrap().extend(story.as_object().cloned().unwrap());
    app.create(ARTICLES, &sent).await;
}

/// Slugs of what is found, sorted.
async fn found(app: &TestApp, q: &str) -> String {
    let q: String = url(q);
    let list = app.get(&format!("{ARTICLES}?q={q}")).await.expect(200);
    assert_eq!(list.body["approximate"], false, "{q}");
    let mut all = slugs(&list.body);
    all.sort();
    all.join(" ")
}

/// Percent-encodes everything but letters and digits.
pub(super) fn url(text: &str) -> String {
    let one = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for (slug, story) in [
        (
            "one",
            json!({ "headline": "Prime minister visits flooded valley", "body": "Boats reached Swat." }),
        ),
        (
            "two",
            json!({ "headline": "Minister resigns", "summary": "A prime reason was the storm." }),
        ),
        (
            "three",
            json!({ "headline": "Cricket", "byline": "By Ayesha Khan", "tags": ["Test match"] }),
        ),
        (
            "four",
            json!({ "headline": "Prix", "body": "<p>The <b>storm</b> &amp; the sea</p>", "body_format": "html" }),
        ),
        (
            "five",
            json!({ "headline": "Twenty-one U.S. soldiers", "authors": [{ "name": "José Ñandú" }] }),
        ),
    ] {
        post(&app, slug, story).await;
    }
    app.create(ARTICLES, &json!({ "headline": "Storm draft" })).await;
    app
}

#[actix_web::test]
async fn words_are_found_wherever_they_stand() {
    let app = newsroom().await;
    for (q, expected) in [
        ("valley", "one"),
        ("swat", "one"),
        ("SWAT boats", "one"),
        ("storm", "four two"),
        ("ayesha", "three"),
        ("test match", "three"),
        ("jose nandu", "five"),
        ("José", "five"),
        ("sea amp", ""),
        ("nowhere", ""),
        ("minister storm", "two"),
        ("US", "five"),
        ("U.S.", "five"),
        ("twenty-one", "five"),
        ("twentyone", ""),
    ] {
        assert_eq!(found(&app, q).await, expected, "{q}");
    }
}

#[actix_web::test]
async fn phrases_or_and_minus_are_understood() {
    let app = newsroom().await;
    for (q, expected) in [
        ("prime minister", "one two"),
        ("\"prime minister\"", "one"),
        ("\"minister prime\"", ""),
        ("cricket OR valley", "one three"),
        ("cricket or valley", "one three"),
        ("valley OR cricket khan", "one three"),
        ("minister -storm", "one"),
        ("minister -\"prime minister\"", "two"),
        ("storm -minister -sea", ""),
        ("-storm", ""),
        ("\"prime minister\" OR sea", "four one"),
        ("OR", ""),
        ("storm OR", "four two"),
    ] {
        assert_eq!(found(&app, q).await, expected, "{q}");
    }
}

#[actix_web::test]
async fn stop_words_and_signs_find_nothing() {
    let app = newsroom().await;
    for q in [
        "the",
        "the and of",
        "!?",
        "\"",
        "-",
        "&|!():*<->",
        "' OR ''='",
        "\u{1F600}",
        "   ",
        "-the",
    ] {
        let path = format!("{ARTICLES}?q={}&facets=tag&total=exact", url(q));
        let list = app.get(&path).await.expect(200).body;
        let expected = json!({ "items": [], "next_cursor": null, "prev_cursor": null, "total": 0,
            "total_is_exact": true, "approximate": false, "facets": { "tag": [] } });
        assert_eq!(list, expected, "{q:?}");
        let path = format!("{ARTICLES}?q={}&sort=relevance", url(q));
        assert_eq!(app.get(&path).await.expect(200).body["items"], json!([]), "{q:?}");
    }
}

#[actix_web::test]
async fn nothing_that_is_typed_breaks_it() {
    let app = newsroom().await;
    let many = "storm ".repeat(80);
    let long = "x".repeat(500);
    for q in [
        "storm:*",
        "storm & sea",
        "!!storm",
        "(storm",
        "storm\\",
        "'storm",
        "storm <-> sea",
        "$1 %s {}",
        "storm\u{200d}",
        "a:b:c",
        &many,
        &long,
        "\"\"\"storm",
        "--storm",
        "- storm",
        "storm*",
        "s%_",
    ] {
        let q = url(q);
        for sort in ["", "&sort=relevance", "&sort=urgency"] {
            app.get(&format!("{ARTICLES}?q={q}{sort}&facets=category,source,language,tag,month"))
                .await
                .expect(200);
        }
    }
    for (q, code) in [("", "minLength"), (&"x".repeat(501)[..], "maxLength"), ("\0", "invalid")] {
        let answer = app.get(&format!("{ARTICLES}?q={}", url(q))).await;
        answer.problem(400, "query_invalid").fault("q", code);
    }
}

#[actix_web::test]
async fn only_what_may_be_seen_is_found() {
    let app = newsroom().await;
    app.delete(&format!("{ARTICLES}/two")).await.expect(204);
    post(&app, "later", json!({ "headline": "Storm", "published_at": "2999-01-01T00:00:00Z" }))
        .await;
    assert_eq!(found(&app, "storm").await, "four");
    let keyed = app.admin_get(&format!("{ARTICLES}?q=storm")).await.expect(200);
    assert_eq!(slugs(&keyed.body), ["four"]);
    let drafts = app.admin_get(&format!("{ARTICLES}?q=storm&state=draft")).await.expect(200);
    assert_eq!(slugs(&drafts.body), ["storm-draft"]);
    let any = app.admin_get(&format!("{ARTICLES}?q=storm&state=any&total=exact")).await.expect(200);
    assert_eq!(any.body["total"], 4);
}

#[actix_web::test]
async fn what_was_changed_is_found_by_its_new_words_only() {
    let app = newsroom().await;
    app.patch(&format!("{ARTICLES}/one"), &json!({ "headline": "Quake", "body": "Rubble." }))
        .await
        .expect(200);
    assert_eq!(found(&app, "valley").await, "");
    assert_eq!(found(&app, "swat").await, "");
    assert_eq!(found(&app, "quake rubble").await, "one");
    app.patch(&format!("{ARTICLES}/three"), &json!({ "tags": ["hockey"] })).await.expect(200);
    assert_eq!(found(&app, "match").await, "");
    assert_eq!(found(&app, "hockey").await, "three");
}

#[actix_web::test]
async fn pages_of_old_and_new_stories_meet_each_once() {
    let app = TestApp::start().await;
    let mut expected = Vec::new();
    // spread over days, months and years, so that every window is crossed
    for n in 0..40 {
        let days = [0, 1, 2, 5, 40, 70, 400, 800, 3000, 12000][n % 10] + n / 10;
        let date =
            chrono::Utc::now() - chrono::TimeDelta::days(days as i64) - chrono::TimeDelta::hours(1);
        let slug = format!("s{n}");
        post(&app, &slug, json!({ "headline": "Storm", "published_at": date.to_rfc3339() })).await;
        expected.push((date, slug));
    }
    expected.sort_by(|one, other| other.cmp(one));
    let mut expected: Vec<String> = expected.into_iter().map(|(_, slug)| slug).collect();
    for limit in [1, 3, 10, 39, 40] {
        assert_eq!(both_ways(&app, &format!("q=storm&limit={limit}")).await, expected, "{limit}");
    }
    expected.reverse();
    for limit in [1, 7, 40] {
        let met = both_ways(&app, &format!("q=storm&limit={limit}&sort=published_at")).await;
        assert_eq!(met, expected, "{limit}");
    }
}
