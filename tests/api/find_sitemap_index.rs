//! The index of sitemaps.

use crate::sitemaps::{at, locations, stories};
use crate::support::TestApp;
use serde_json::json;

const PATH: &str = "/sitemap.xml";
const BASE: &str = "https://api.news.example";

#[actix_web::test]
async fn each_month_with_stories_has_a_sitemap() {
    let app = TestApp::start().await;
    assert!(locations(&at(&app, PATH).await).is_empty());
    for (headline, date) in [
        ("a", "2020-02-29T23:59:59.999Z"),
        ("b", "2020-03-01T00:00:00Z"),
        ("c", "2020-02-01T00:00:00Z"),
        ("d", "1999-12-31T23:00:00-02:00"),
        ("never", "2999-01-01T00:00:00Z"),
    ] {
        let sent = json!({ "headline": headline, "status": "published", "published_at": date });
        app.create("/api/v1/articles", &sent).await;
    }
    let index = locations(&at(&app, PATH).await);
    let expected =
        ["2020-03", "2020-02", "2000-01"].map(|name| format!("{BASE}/sitemaps/{name}.xml"));
    assert_eq!(index, expected);
    let mut slugs = Vec::new();
    for address in &index {
        let listed = locations(&at(&app, address.strip_prefix(BASE).unwrap()).await);
        slugs.push(
            listed
                .iter()
                .map(|url| url.rsplit("/").next().unwrap().trim_end_matches(".html").to_owned())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(slugs, [vec!["b"], vec!["c", "a"], vec!["d"]]);
}

#[actix_web::test]
async fn a_month_of_many_stories_is_parted_and_none_is_lost() {
    let app = TestApp::start().await;
    stories(&app, 20_001, "'2020-02-01T00:00:00Z'::timestamptz + (n / 7) * interval '1 second'")
        .await;
    let index = locations(&at(&app, PATH).await);
    let names = ["2020-02", "2020-02-2", "2020-02-3"];
    assert_eq!(index, names.map(|name| format!("{BASE}/sitemaps/{name}.xml")));
    let (mut all, mut sizes) = (Vec::new(), Vec::new());
    for address in &index {
        let part = locations(&at(&app, address.strip_prefix(BASE).unwrap()).await);
        sizes.push(part.len());
        all.extend(part);
    }
    assert_eq!(sizes, [10_000, 10_000, 1]);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 20_001);
    app.get("/sitemaps/2020-02-4.xml").await.problem(404, "not_found");
}
