//! A sitemap of the archive.

use crate::feeds::{texts, tree};
use crate::sitemaps::{SITEMAP, at};
use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn it_says_when_readers_saw_the_last_change() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Revised", "status": "published", "published_at": "2020-01-01T00:00:00Z",
                       "revised_at": "2020-01-05T06:07:08.009Z" });
    app.create("/api/v1/articles", &sent).await;
    let text = at(&app, "/sitemaps/2020-01.xml").await;
    let document = tree(&text);
    let url = document.root_element().first_element_child().unwrap();
    let loc = "https://api.news.example/api/v1/articles/revised";
    assert!(texts(url, (SITEMAP, "loc"))[0].starts_with(loc));
    assert_eq!(texts(url, (SITEMAP, "lastmod")), ["2020-01-05T06:07:08.009Z"]);
}

#[actix_web::test]
async fn what_is_no_name_of_one_is_not_found() {
    let app = TestApp::start().await;
    app.story("x").await;
    for name in
        ["x", "2020-01.xml", "2020-1.xml", "2020-01", "9999-12.xml", "2999-01.xml", "0000-01.xml"]
    {
        app.get(&format!("/sitemaps/{name}")).await.problem(404, "not_found");
    }
    app.get(&format!("/sitemaps/{}", "x".repeat(33))).await.problem(400, "path_invalid");
    let call = app.anonymous(Method::GET, "/sitemaps/2020-01.xml").header("accept", "text/html");
    call.send().await.problem(406, "not_acceptable");
}
