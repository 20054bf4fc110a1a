//! What does not arrive is sent again, and a receiver in trouble is spared.

use crate::support::TestApp;
use crate::support::receiver::{FLAGS, Receiver, Reply};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PATH: &str = "/api/v1/webhooks";

async fn with_webhook(flags: &[&str], receiver: &Receiver) -> (TestApp, String) {
    let app = TestApp::with(&[&FLAGS[..], flags].concat()).await;
    let made = app.webhook(receiver, json!({ "events": ["article.published"] })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    (app, path)
}

/// Waits until the webhook looks so.
async fn until(app: &TestApp, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found = app.admin_get(path).await.expect(200).body;
        if fits(&found) {
            return found;
        }
        assert!(Instant::now() < deadline, "{found:#}");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn every_failure_is_tried_again_under_the_same_id() {
    let receiver = Receiver::start();
    let (app, path) = with_webhook(&[], &receiver).await;
    let elsewhere = Receiver::start();
    receiver.answers([
        Reply::Status(500),
        Reply::With(307, "location", elsewhere.url.clone()),
        Reply::Hang,
    ]);
    let _working = app.work().await;
    app.story("Rain").await;
    let arrived = receiver.until(4).await;
    assert!(arrived.iter().all(|one| one.id == arrived[0].id && one.bytes == arrived[0].bytes));
    assert_eq!(elsewhere.arrived().len(), 0, "no redirect is followed");
    let delivered = format!("{path}/deliveries?status=delivered");
    let log = until(&app, &delivered, |log| log["items"] != json!([])).await;
    let statuses: Vec<_> = log["items"][0]["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["status"].clone())
        .collect();
    assert_eq!(statuses, [json!(500), json!(307), Value::Null, json!(204)]);
    let found = app.admin_get(&path).await.expect(200).body;
    assert_eq!(
        (&found["consecutive_failures"], &found["failing_since"]),
        (&json!(0), &Value::Null)
    );
}

#[actix_web::test]
async fn when_the_schedule_is_over_it_has_failed() {
    let receiver = Receiver::start();
    receiver.always(Reply::Status(404));
    let (app, path) = with_webhook(&[], &receiver).await;
    let _working = app.work().await;
    app.story("Rain").await;
    let failed = format!("{path}/deliveries?status=failed");
    let log = until(&app, &failed, |log| log["items"] != json!([])).await;
    assert_eq!(log["items"][0]["attempts"].as_array().unwrap().len(), 4);
    assert_eq!(log["items"][0]["next_attempt_at"], Value::Null);
    let found = app.admin_get(&path).await.expect(200).body;
    assert_eq!((&found["consecutive_failures"], &found["enabled"]), (&json!(4), &json!(true)));
    assert!(found["failing_since"].is_string());
    assert_eq!(receiver.arrived().len(), 4);
}

#[actix_web::test]
async fn gone_turns_it_off_until_it_is_turned_on() {
    let receiver = Receiver::start();
    receiver.answers([Reply::Status(410)]);
    let (app, path) = with_webhook(&[], &receiver).await;
    let _working = app.work().await;
    app.story("Rain").await;
    let off = until(&app, &path, |found| found["enabled"] == false).await;
    assert_eq!((&off["disabled_reason"], &off["version"]), (&json!("gone"), &json!(2)));
    assert!(off["disabled_at"].is_string());
    app.story("Unheard").await;
    app.hand_out().await;
    let on = app.patch(&path, &json!({ "enabled": true })).await.expect(200).body;
    for (name, value) in [("disabled_reason", Value::Null), ("consecutive_failures", json!(0))] {
        assert_eq!(on[name], value, "{name}");
    }
    let heard = app.story("Heard").await;
    assert_eq!(receiver.until(2).await[1].body["data"]["id"], heard["id"]);
}

#[actix_web::test]
async fn nothing_but_failures_for_long_turns_it_off() {
    let receiver = Receiver::start();
    receiver.always(Reply::Status(500));
    let (app, path) = with_webhook(&["--webhook-disable-after", "400ms"], &receiver).await;
    let _working = app.work().await;
    app.story("Rain").await;
    app.story("Sun").await;
    let off = until(&app, &path, |found| found["enabled"] == false).await;
    assert_eq!(off["disabled_reason"], "failing");
    assert!(off["consecutive_failures"].as_i64().unwrap() >= 4, "a whole schedule: {off:#}");
}

#[actix_web::test]
async fn a_receiver_says_how_long_it_is_to_be_left_alone() {
    for (status, everything) in [(503, false), (429, true)] {
        let receiver = Receiver::start();
        receiver.answers([Reply::With(status, "retry-after", "2".to_owned())]);
        let (app, path) = with_webhook(&[], &receiver).await;
        let _working = app.work().await;
        app.story("Rain").await;
        let first = receiver.until(1).await[0].clone();
        until(&app, &path, |found| found["consecutive_failures"] == 1).await;
        let found = app.admin_get(&path).await.expect(200).body;
        assert_eq!(found["resting_until"].is_string(), everything, "{status}");
        app.story("Sun").await;
        let arrived = receiver.until(3).await;
        let again = arrived.iter().filter(|one| one.id == first.id).nth(1).unwrap();
        assert!(again.at - first.at > Duration::from_millis(1900), "{:?}", again.at - first.at);
        let other = arrived.iter().find(|one| one.id != first.id).unwrap();
        let waited = other.at - first.at > Duration::from_millis(1900);
        assert_eq!(waited, everything, "{status}: {:?}", other.at - first.at);
    }
}

#[actix_web::test]
async fn a_receiver_that_hangs_holds_nobody_up() {
    let (hanging, well) = (Receiver::start(), Receiver::start());
    hanging.always(Reply::Hang);
    let (app, _) = with_webhook(&["--webhook-timeout", "15s"], &hanging).await;
    app.webhook(&well, json!({ "events": ["article.published"] })).await;
    let _working = app.work().await;
    let begun = Instant::now();
    for number in 0..40 {
        app.story(&format!("Story {number}")).await;
    }
    well.until(40).await;
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    assert!(hanging.arrived().len() <= 10, "and few wait for it");
}
