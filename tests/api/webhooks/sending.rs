//! Events arrive, signed, once.

use crate::support::TestApp;
use crate::support::receiver::Receiver;
use newswire::webhooks::store;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

#[actix_web::test]
async fn what_happens_arrives_signed() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    let made = app.webhook(&receiver, json!({})).await;
    let story = app.story("Rain").await;
    let arrived = receiver.until(2).await;
    // they may overtake each other
    let types: BTreeSet<_> = receiver.types().into_iter().collect();
    assert!(types.iter().eq(["article.created", "article.published"]), "{types:?}");
    for one in &arrived {
        one.verify(made["secret"].as_str().unwrap()).unwrap();
        assert_eq!(one.body["data"]["id"], story["id"]);
        assert_eq!(one.body["data"]["version"], 1);
        assert_eq!(one.body["data"]["url"], story["url"]);
        assert!(one.bytes.len() < 20_000);
    }
    assert_ne!(arrived[0].id, arrived[1].id);
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    while app.admin_get(&path).await.body["last_delivered_at"] == Value::Null {
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn the_past_is_not_told() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    app.story("Before").await;
    let _working = app.work().await;
    app.story("Also before").await;
    app.hand_out().await;
    app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    let after = app.story("After").await;
    let arrived = receiver.until(1).await;
    assert_eq!(arrived[0].body["data"]["id"], after["id"]);
}

#[actix_web::test]
async fn of_many_nodes_one_hands_an_event_out_and_one_sends_it() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let other = app.beside(&crate::support::receiver::FLAGS).await;
    let (_one, _two) = (app.work().await, other.work().await);
    app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    for number in 0..60 {
        let node = if number % 2 == 0 { &app } else { &other };
        node.story(&format!("Story {number}")).await;
    }
    receiver.until(60).await;
    actix_web::rt::time::sleep(Duration::from_millis(700)).await;
    let arrived = receiver.arrived();
    let ids: BTreeSet<_> = arrived.iter().map(|one| &one.id).collect();
    let stories: BTreeSet<_> =
        arrived.iter().map(|one| one.body["data"]["id"].to_string()).collect();
    assert_eq!((arrived.len(), ids.len(), stories.len()), (60, 60, 60));
}

#[actix_web::test]
async fn what_a_dying_node_was_sending_is_sent_by_another() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    app.work().await;
    app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    app.story("Rain").await;
    app.hand_out().await;
    // a node takes it, and is gone
    let lease = Duration::from_secs(2);
    let take = async |conn: &mut _| store::claims::take(conn, 10, lease).await;
    let lost = app.app.db.transaction(false, take).await.unwrap();
    assert_eq!(lost.len(), 1);
    assert_eq!(app.app.db.transaction(false, take).await.unwrap().len(), 0, "it has its time");
    let _working = app.work().await;
    let arrived = receiver.until(1).await;
    assert_eq!(arrived[0].id, lost[0].id.to_string());
}

#[actix_web::test]
async fn after_the_log_was_renewed_it_begins_at_its_start() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    app.work().await;
    app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    app.database.execute("UPDATE webhook_outbox SET xid = xid + 1000000000").await;
    app.database.execute("UPDATE event_log SET epoch = gen_random_uuid()").await;
    app.story("Rain").await;
    let _working = app.work().await;
    receiver.until(1).await;
}

#[actix_web::test]
async fn what_was_not_handed_out_before_a_failover_is_handed_out_after_it() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    {
        let _working = app.work().await;
        app.story("Rain").await;
        receiver.until(1).await;
    }
    app.story("Sun").await;
    app.database.execute("UPDATE event_log SET cluster = 'another'").await;
    // the follower of events begins the new epoch
    let renewed = "SELECT cluster <> 'another' FROM event_log";
    let mut conn = app.app.db.read().await.unwrap();
    newswire::events::store::renew(&mut conn).await.unwrap();
    assert_eq!(app.database.rows(renewed).await[0][0], "t");
    let _working = app.work().await;
    let arrived = receiver.until(2).await;
    let slugs: Vec<_> = arrived.iter().map(|one| &one.body["data"]["slug"]).collect();
    assert_eq!(slugs, ["rain", "sun"], "each once");
}

#[actix_web::test]
async fn attempts_are_counted() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    receiver.answers([crate::support::receiver::Reply::Status(500)]);
    for _ in 0..3 {
        let path = format!("/api/v1/webhooks/{}/ping", made["id"].as_str().unwrap());
        app.act(&path).await.expect(200);
    }
    let text = String::from_utf8(app.get("/metrics").await.bytes).unwrap();
    for line in [
        "newswire_webhook_attempts_total{result=\"arrived\"} 2",
        "newswire_webhook_attempts_total{result=\"failed\"} 1",
    ] {
        assert!(text.lines().any(|one| one == line), "no {line} in\n{text}");
    }
}
