//! Where it is asked for, what happened to one story arrives in order.

use crate::support::TestApp;
use crate::support::receiver::{Receiver, Reply};
use serde_json::{Value, json};

#[actix_web::test]
async fn a_later_event_waits_for_an_earlier_one_of_its_story() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let members = json!({ "ordered": true, "events": ["article.published", "article.updated"] });
    app.webhook(&receiver, members).await;
    app.work().await;
    let rain = app.story("Rain").await["id"].clone();
    for number in 1..=5 {
        let body = json!({ "headline": format!("Rain {number}") });
        app.patch("/api/v1/articles/rain", &body).await.expect(200);
    }
    app.story("Sun").await;
    receiver.answers([Reply::Status(500), Reply::Status(500), Reply::Hang]);
    let _working = app.work().await;
    let arrived = receiver.until(3 + 7).await;
    let mut versions: Vec<i64> = arrived
        .iter()
        .filter(|one| one.body["data"]["id"] == rain)
        .map(|one| one.body["data"]["version"].as_i64().unwrap())
        .collect();
    assert!(versions.is_sorted(), "{versions:?}");
    versions.dedup();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
}

#[actix_web::test]
async fn one_that_has_failed_for_good_is_waited_for_no_longer() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let members = json!({ "ordered": true, "events": ["article.published", "article.updated"] });
    app.webhook(&receiver, members).await;
    app.work().await;
    app.story("Rain").await;
    app.patch("/api/v1/articles/rain", &json!({ "summary": "Much" })).await.expect(200);
    receiver.answers((0..4).map(|_| Reply::Status(500)));
    let _working = app.work().await;
    receiver.until(5).await;
    let types: Vec<Value> = receiver.arrived().iter().map(|one| one.body["type"].clone()).collect();
    let expected = ["article.published"; 4].into_iter().chain(["article.updated"]);
    assert_eq!(types, expected.map(|kind| json!(kind)).collect::<Vec<_>>());
}
