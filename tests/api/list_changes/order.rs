//! One order for every reader: late commits, pages, cursors that are too old.

use super::{PATH, follow, told};
use crate::support::TestApp;
use diesel_async::SimpleAsyncConnection;
use newswire::db::connect;
use newswire::events::store;
use serde_json::json;
use std::time::Duration;

#[actix_web::test]
async fn who_commits_late_is_never_skipped() {
    let app = TestApp::start().await;
    let since = app.get(&format!("{PATH}?since=latest")).await.expect(200).text("next_cursor");
    let mut late = connect::establish(&app.database.url).await.unwrap();
    let insert = |name: &str| {
        format!(
            "INSERT INTO sources (id, slug, name, created_at, updated_at)
             VALUES (gen_random_uuid(), '{name}', '{name}', now(), now())"
        )
    };
    late.batch_execute(&format!("BEGIN; {}", insert("late"))).await.unwrap();
    app.create("/api/v1/sources", &json!({ "name": "Early" })).await;
    // committed, but something older is under way: nothing is final yet, whoever asks
    let path = format!("{PATH}?since={since}&wait=1");
    let none = app.get(&path).await.expect(200);
    assert_eq!(none.body["items"], json!([]));
    let beyond = none.text("next_cursor");
    late.batch_execute(&format!("{}; COMMIT", insert("later"))).await.unwrap();
    for cursor in [since, beyond] {
        let items = follow(&app, None, &format!("since={cursor}"), 3).await;
        assert_eq!(
            told(&items),
            ["source.created late 1", "source.created later 1", "source.created early 1"]
        );
    }
}

#[actix_web::test]
async fn what_is_rolled_back_leaves_nothing() {
    let app = TestApp::start().await;
    let mut other = connect::establish(&app.database.url).await.unwrap();
    let insert = "BEGIN; INSERT INTO sources (id, slug, name, created_at, updated_at)
                  VALUES (gen_random_uuid(), 'none', 'None', now(), now()); ROLLBACK";
    other.batch_execute(insert).await.unwrap();
    let dry = json!({ "headline": "Never" });
    app.post("/api/v1/articles?dry_run=true", &dry).await.expect(200);
    app.create("/api/v1/sources", &json!({ "name": "One" })).await;
    assert_eq!(told(&follow(&app, None, "", 1).await), ["source.created one 1"]);
}

#[actix_web::test]
async fn pages_of_any_size_are_the_same_changes() {
    let app = TestApp::start().await;
    for n in 0..9 {
        app.story(&format!("Story {n}")).await;
    }
    let all = follow(&app, None, "", 18).await;
    for limit in [1, 2, 5, 17, 18, 19] {
        let mut found = Vec::new();
        let mut since = String::new();
        loop {
            let page = app.get(&format!("{PATH}?limit={limit}{since}")).await.expect(200);
            let items = page.body["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            found.extend(items.iter().cloned());
            since = format!("&since={}", page.text("next_cursor"));
            if page.body["more"] == false {
                break;
            }
        }
        assert_eq!(found, all, "{limit}");
    }
    // each cursor leads to what came after it
    let path = format!("{PATH}?since={}", all[9]["cursor"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200).body["items"], json!(all[10..]));
}

#[actix_web::test]
async fn what_only_follows_from_the_rest_is_no_change() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.database.execute("UPDATE articles SET derived = 0, search = ''").await;
    app.database.execute("UPDATE categories SET position = position").await;
    app.database.execute("UPDATE articles SET version = version + 1, headline = 'By hand'").await;
    let items = follow(&app, None, "", 3).await;
    assert_eq!(told(&items)[2], "article.updated rain 2");
}

#[actix_web::test]
async fn a_cursor_from_before_what_is_kept_has_expired() {
    let app = TestApp::start().await;
    let first = app.get(&format!("{PATH}?since=latest")).await.expect(200).text("next_cursor");
    app.story("Rain").await;
    let last = follow(&app, None, "", 2).await[1]["cursor"].as_str().unwrap().to_owned();
    let mut conn = app.app.db.read().await.unwrap();
    assert_eq!(store::drop_old(&mut conn, Duration::from_secs(60)).await.unwrap(), 0);
    app.database.execute("UPDATE events SET at = at - interval '2 days'").await;
    assert_eq!(store::drop_old(&mut conn, Duration::from_secs(86_400)).await.unwrap(), 2);
    app.get(&format!("{PATH}?since={first}")).await.problem(410, "cursor_expired");
    app.get(&format!("{PATH}?since={last}")).await.expect(200);
    app.story("Wind").await;
    let items = follow(&app, None, "", 2).await;
    assert_eq!(told(&items)[0], "article.created wind 1");
}

#[actix_web::test]
async fn another_cluster_or_an_emptied_table_begins_anew() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let old = follow(&app, None, "", 2).await[1]["cursor"].as_str().unwrap().to_owned();
    app.database.execute("TRUNCATE articles CASCADE").await;
    app.get(&format!("{PATH}?since={old}")).await.problem(410, "cursor_expired");
    // as after a return to a backup: the rows are of another timeline
    let old = app.get(&format!("{PATH}?since=latest")).await.expect(200).text("next_cursor");
    app.database.execute("UPDATE event_log SET cluster = 'another'").await;
    app.get(PATH).await.problem(503, "unavailable");
    let mut conn = app.app.db.read().await.unwrap();
    // the node may have done it already
    store::renew(&mut conn).await.unwrap();
    app.get(&format!("{PATH}?since={old}")).await.problem(410, "cursor_expired");
    assert_eq!(app.get(PATH).await.expect(200).body["items"], json!([]));
    app.story("Wind").await;
    assert_eq!(told(&follow(&app, None, "", 2).await)[0], "article.created wind 1");
}
