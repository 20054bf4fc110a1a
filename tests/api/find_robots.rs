//! The rules for robots.

use crate::support::TestApp;
use reqwest::Method;

const PATH: &str = "/robots.txt";

#[actix_web::test]
async fn what_is_public_may_be_read_and_previews_may_not() {
    let app = TestApp::start().await;
    let answer = app.get(PATH).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    let disallowed: Vec<_> =
        text.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    assert_eq!(disallowed, ["/*?preview=", "/*&preview="]);
    for name in ["sitemap.xml", "sitemap-news.xml"] {
        assert!(text.contains(&format!("Sitemap: https://api.news.example/{name}\n")));
        app.get(&format!("/{name}")).await.expect(200);
    }
    let call = app.anonymous(Method::GET, PATH).header("if-none-match", answer.header("etag"));
    call.send().await.expect(304);
    let call = app.anonymous(Method::GET, PATH).header("accept", "text/html");
    call.send().await.problem(406, "not_acceptable");
}

#[actix_web::test]
async fn a_setting_keeps_robots_out() {
    let app = TestApp::with(&["--robots", "deny"]).await;
    let answer = app.get(PATH).await.expect(200);
    assert_eq!(answer.bytes, b"User-agent: *\nDisallow: /\n");
}
