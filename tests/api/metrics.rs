//! What the service counts.

use crate::support::TestApp;
use reqwest::Method;

async fn metrics(app: &TestApp) -> String {
    let answer = app.get("/metrics").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    String::from_utf8(answer.bytes).unwrap()
}

#[actix_web::test]
async fn requests_are_counted_by_route_and_status() {
    let app = TestApp::start().await;
    for name in ["one", "two", "three"] {
        app.get(&format!("/api/v1/sources/{name}")).await.expect(404);
    }
    app.get("/api/v1/sources").await.expect(200);
    app.get("/some/odd/path").await.expect(404);
    app.anonymous(Method::PUT, "/api/v1/sources").send().await.expect(405);
    app.with_key("nw_bad", Method::GET, "/api/v1/sources").send().await.expect(401);
    let text = metrics(&app).await;
    for line in [
        r#"newswire_http_requests_total{method="GET",route="/api/v1/sources/{source}",status="404"} 3"#,
        r#"newswire_http_requests_total{method="GET",route="/api/v1/sources",status="200"} 1"#,
        r#"newswire_http_requests_total{method="GET",route="/api/v1/sources",status="401"} 1"#,
        r#"newswire_http_requests_total{method="PUT",route="/api/v1/sources",status="405"} 1"#,
        r#"newswire_http_requests_total{method="GET",route="unmatched",status="404"} 1"#,
        "newswire_db_up 1",
        r#"newswire_db_pool_connections{state="max"} 8"#,
    ] {
        assert!(text.lines().any(|one| one == line), "no {line} in\n{text}");
    }
    let bucket =
        "newswire_http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/v1/sources\"";
    assert!(text.contains(bucket), "{text}");
    assert!(!text.contains("odd"), "a path that a client chose makes no series");
}

#[actix_web::test]
async fn a_database_that_is_gone_is_told() {
    let app = TestApp::start().await;
    app.database.vanish().await;
    assert!(metrics(&app).await.lines().any(|line| line == "newswire_db_up 0"));
}

#[actix_web::test]
async fn every_metric_has_help_and_type() {
    let app = TestApp::start().await;
    let text = metrics(&app).await;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        for kind in ["HELP", "TYPE"] {
            assert!(text.contains(&format!("# {kind} {family} ")), "{kind} of {name}");
        }
    }
}
