//! The news sitemap.

use crate::feeds::{texts, tree};
use crate::sitemaps::{NEWS, at, locations, stories};
use crate::support::TestApp;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/sitemap-news.xml";

#[actix_web::test]
async fn stories_of_two_days_are_in_it() {
    let app = TestApp::with(&["--title", "The Wire & Co"]).await;
    let at_hours =
        |hours| (Utc::now() - TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    for (headline, hours, language) in [
        ("Fresh <news> & more", 1, "en-GB"),
        ("خبر", 47, "ur"),
        ("Old", 49, "en"),
        ("To come", -1, "en"),
    ] {
        let sent = json!({ "headline": headline, "status": "published", "language": language,
                           "published_at": at_hours(hours) });
        app.create("/api/v1/articles", &sent).await;
    }
    let text = at(&app, PATH).await;
    assert_eq!(locations(&text).len(), 2);
    let document = tree(&text);
    let news: Vec<_> =
        document.descendants().filter(|node| node.has_tag_name((NEWS, "news"))).collect();
    let titles: Vec<_> = news.iter().flat_map(|node| texts(*node, (NEWS, "title"))).collect();
    assert_eq!(titles, ["Fresh <news> & more", "خبر"]);
    for (node, (language, hours)) in news.iter().zip([("en", 1), ("ur", 47)]) {
        let publication =
            node.children().find(|node| node.has_tag_name((NEWS, "publication"))).unwrap();
        assert_eq!(texts(publication, (NEWS, "name")), ["The Wire & Co"]);
        assert_eq!(texts(publication, (NEWS, "language")), [language]);
        let date = &texts(*node, (NEWS, "publication_date"))[0];
        assert!(date.starts_with(&at_hours(hours)[..16]), "{date}");
    }
}

#[actix_web::test]
async fn an_empty_one_is_fine_and_pages_beyond_are_none() {
    let app = TestApp::start().await;
    assert!(locations(&at(&app, PATH).await).is_empty());
    assert!(locations(&at(&app, &format!("{PATH}?page=1")).await).is_empty());
    app.get(&format!("{PATH}?page=2")).await.problem(404, "not_found");
    app.get(&format!("{PATH}?page=0")).await.problem(400, "query_invalid");
    let call = app.anonymous(Method::GET, PATH).header("accept", "text/html");
    call.send().await.problem(406, "not_acceptable");
}

#[actix_web::test]
async fn more_than_a_thousand_are_parted_and_none_is_lost() {
    let app = TestApp::start().await;
    stories(&app, 1000, "now() - n * interval '1 second'").await;
    assert_eq!(locations(&at(&app, PATH).await).len(), 1000);
    app.story("One more").await;
    let index = locations(&at(&app, PATH).await);
    let base = "https://api.news.example";
    assert_eq!(index, [format!("{base}{PATH}?page=1"), format!("{base}{PATH}?page=2")]);
    let mut all = Vec::new();
    for page in &index {
        let page = locations(&at(&app, page.strip_prefix(base).unwrap()).await);
        assert!(page.len() <= 1000);
        all.extend(page);
    }
    assert!(all[0].contains("/one-more"));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 1001);
}
