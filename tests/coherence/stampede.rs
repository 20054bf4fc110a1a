//! Many who ask for the same at once.

use crate::session::{Session, settled};
use crate::support::TestApp;
use crate::support::db::TestDb;
use futures_util::future::{join, join_all};
use reqwest::Method;
use std::time::Duration;

const MANY: usize = 50;

/// A service whose every look at a story is counted by the sequence `looks`: its user is one whose
/// rows pass a policy.
async fn counted() -> (TestDb, TestApp) {
    let database = TestDb::migrated().await;
    let role = format!("counted_{}", std::process::id());
    database
        .execute(&format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'x';
             CREATE SEQUENCE looks;
             GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
             GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role};
             ALTER TABLE articles ENABLE ROW LEVEL SECURITY;
             CREATE POLICY counted ON articles TO {role} USING (nextval('looks') > 0) WITH CHECK (true);"
        ))
        .await;
    let app = TestApp::on(TestDb::at(&database.url_as(&role, "x")), &[]).await;
    (database, app)
}

#[actix_web::test]
async fn many_who_ask_for_the_same_cold_answer_share_one_statement() {
    let (database, app) = counted().await;
    app.story("Rain").await;
    app.story("Sun").await;
    settled(&app).await;
    let session = Session::open(&database.url).await;
    let looks = async || session.one("SELECT nextval('looks')").await.parse::<i64>().unwrap();
    for (one, many) in [
        ("/api/v1/articles/rain", "/api/v1/articles/sun"),
        ("/api/v1/articles?limit=11", "/api/v1/articles?limit=12"),
        ("/api/v1/articles?q=rain&limit=11", "/api/v1/articles?q=rain&limit=12"),
    ] {
        let start = looks().await;
        app.get(one).await.expect(200);
        let single = looks().await - start;
        assert!(single > 1, "{one}: {single}");
        let start = looks().await;
        app.get(one).await.expect(200);
        assert_eq!(looks().await - start, 1, "{one} is remembered");

        // all have arrived before the first is answered
        let holder = Session::open(&database.url).await;
        holder.run("BEGIN; LOCK TABLE articles IN ACCESS EXCLUSIVE MODE").await;
        let codings = ["identity", "gzip", "br", "zstd"];
        let ask = |at: usize| {
            let headers = [("accept-encoding", codings[at % codings.len()])];
            let app = &app;
            async move { app.bytes(Method::GET, many, &headers).await }
        };
        let start = looks().await;
        let release = async {
            session.somebody_waits().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            // also fails when more than one waits
            session.somebody_waits().await;
            holder.run("COMMIT").await;
        };
        let (answers, ()) = join(join_all((0..MANY).map(ask)), release).await;
        assert!(answers.iter().all(|answer| answer.status == 200));
        assert_eq!(looks().await - start, single, "{many}: the looks of {MANY} and of one");
    }
}

#[actix_web::test]
async fn those_who_wait_go_on_when_the_first_one_leaves() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    settled(&app).await;
    let holder = Session::open(&app.database.url).await;
    let watcher = Session::open(&app.database.url).await;
    holder.run("BEGIN; LOCK TABLE articles IN ACCESS EXCLUSIVE MODE").await;
    let path = "/api/v1/articles/rain";
    let first = tokio::time::timeout(Duration::from_millis(400), app.get(path));
    let second = async {
        watcher.somebody_waits().await;
        app.get(path).await
    };
    let release = async {
        tokio::time::sleep(Duration::from_millis(800)).await;
        holder.run("COMMIT").await;
    };
    let (first, second, ()) = futures_util::future::join3(first, second, release).await;
    assert!(first.is_err(), "it left");
    second.expect(200);
}
