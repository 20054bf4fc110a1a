//! The memory for answers is bounded by its setting.

use crate::session::trusted;
use crate::support::TestApp;
use futures_util::future::join_all;
use serde_json::json;

#[actix_web::test]
async fn however_many_are_asked_for_the_answers_stay_within_the_setting() {
    let app = TestApp::with(&["--cache-mb", "1"]).await;
    let body = "A long story about rain. ".repeat(800);
    for number in 0..20 {
        let story =
            json!({ "headline": format!("Rain {number}"), "body": body, "status": "published" });
        app.create("/api/v1/articles", &story).await;
    }
    trusted(&app).await;
    let (mut most, mut answers) = (0, 0);
    for round in 0..100 {
        let asked = (0..20).map(|number| {
            let bodies = if number % 2 == 0 { "&include=body" } else { "" };
            let path =
                format!("/api/v1/articles?limit={}&tag=t{round}&tag=u{number}{bodies}", number + 1);
            let single = format!("/api/v1/articles/rain-{number}");
            let app = &app;
            async move {
                app.get(&path).await.expect(200);
                app.get(&single).await.expect(200);
            }
        });
        join_all(asked).await;
        let (bytes, count) = app.app.cache.size();
        assert!(bytes <= 1 << 20, "{bytes} bytes of answers");
        (most, answers) = (most.max(bytes), answers.max(count));
    }
    println!("at most {most} bytes in {answers} answers, of {}", 1 << 20);
    assert!(answers > 20);
}

#[actix_web::test]
async fn nothing_is_remembered_without_memory() {
    let app = TestApp::with(&["--cache-mb", "0"]).await;
    app.story("Rain").await;
    trusted(&app).await;
    app.get("/api/v1/articles").await.expect(200);
    assert_eq!(app.app.cache.size(), (0, 0));
}
