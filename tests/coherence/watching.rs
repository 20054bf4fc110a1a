//! The connection that watches for changes is lost while the database is there.

use crate::session::{END_WATCHERS, Session, settled};
use crate::support::TestApp;
use crate::support::db::TestDb;
use serde_json::json;
use std::time::Duration;

const STORY: &str = "/api/v1/articles/rain";
const LIST: &str = "/api/v1/articles?language=en";

/// Changes the story by plain SQL and reads it at once.
async fn is_read_at_once(app: &TestApp, session: &Session, number: usize) {
    session.run(&format!("UPDATE articles SET headline = 'Rain {number}'")).await;
    let headline = format!("Rain {number}");
    assert_eq!(app.get(STORY).await.expect(200).body["headline"], headline);
    assert_eq!(app.get(LIST).await.expect(200).body["items"][0]["headline"], headline);
}

#[actix_web::test]
async fn without_it_nothing_that_is_remembered_is_used() {
    let database = TestDb::migrated().await;
    let role = format!("limited_{}", std::process::id());
    let session = Session::open(&database.url).await;
    let grants = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'x';
         GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
         GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}"
    );
    session.run(&grants).await;
    let database_of_role = TestDb::at(&database.url_as(&role, "x"));
    let app = TestApp::on(database_of_role, &["--db-connections", "1"]).await;
    let story = json!({ "headline": "Rain", "status": "published" });
    app.create("/api/v1/articles", &story).await;
    settled(&app).await;
    for path in [STORY, LIST] {
        app.get(path).await.expect(200);
    }
    // the pool's connection stays, another is refused
    session.run(&format!("ALTER ROLE {role} CONNECTION LIMIT 1")).await;
    assert_eq!(session.one(END_WATCHERS).await, "1");
    tokio::time::sleep(newswire::freshness::LEASE + Duration::from_millis(50)).await;
    for number in 0..20 {
        is_read_at_once(&app, &session, number).await;
    }
    session.run(&format!("ALTER ROLE {role} CONNECTION LIMIT -1")).await;
    settled(&app).await;
    let read = app.get(STORY).await.expect(200);
    assert_eq!(read.body["headline"], "Rain 19");
    assert_eq!(read.header("cache-status"), "");
}

#[actix_web::test]
async fn what_changed_while_it_was_away_is_known_when_it_is_back() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let session = Session::open(&app.database.url).await;
    for round in 0..20 {
        settled(&app).await;
        for path in [STORY, LIST] {
            app.get(path).await.expect(200);
        }
        session.one(END_WATCHERS).await;
        session.run(&format!("UPDATE articles SET headline = 'Rain {round}'")).await;
        settled(&app).await;
        let headline = format!("Rain {round}");
        assert_eq!(app.get(STORY).await.expect(200).body["headline"], headline);
        assert_eq!(app.get(LIST).await.expect(200).body["items"][0]["headline"], headline);
    }
}
