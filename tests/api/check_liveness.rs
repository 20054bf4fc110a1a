//! Is the process alive.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/health/live";

#[actix_web::test]
async fn it_answers_whatever_the_database_does() {
    let app = TestApp::start().await;
    let answer = app.get(PATH).await.expect(200);
    assert_eq!(answer.body, json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }));
    app.database.vanish().await;
    assert_eq!(app.get(PATH).await.expect(200).bytes, answer.bytes);
    let head = app.anonymous(Method::HEAD, PATH).send().await.expect(200);
    assert_eq!(head.header("content-length"), answer.bytes.len().to_string());
}

#[actix_web::test]
async fn a_known_answer_is_not_sent_again() {
    let app = TestApp::start().await;
    let first = app.get(PATH).await.expect(200);
    let call = app.anonymous(Method::GET, PATH).header("if-none-match", first.header("etag"));
    call.send().await.expect(304);
    app.get(&format!("{PATH}?verbose")).await.problem(400, "query_invalid");
}
