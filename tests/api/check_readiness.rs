//! Is the service ready.

use crate::support::TestApp;
use crate::support::db::TestDb;
use newswire::db::migrations;
use reqwest::Method;

const PATH: &str = "/health/ready";

#[actix_web::test]
async fn a_service_on_a_migrated_database_is() {
    let app = TestApp::start().await;
    let first = app.get(PATH).await.expect(200);
    assert_eq!(first.body["status"], "ok");
    let call = app.anonymous(Method::GET, PATH).header("if-none-match", first.header("etag"));
    call.send().await.expect(304);
}

#[actix_web::test]
async fn one_whose_database_is_gone_says_so() {
    let app = TestApp::start().await;
    app.get(PATH).await.expect(200);
    app.database.vanish().await;
    let refused = app.get(PATH).await.problem(503, "unavailable");
    assert!(refused.text("detail").contains("database"), "{:#}", refused.body);
    assert_eq!(refused.header("retry-after"), "2");
    app.get("/health/live").await.expect(200);
}

#[actix_web::test]
async fn one_without_its_migrations_says_so() {
    let database = TestDb::migrated().await;
    let app = TestApp::on(database, &[]).await;
    let newest = migrations::newest().unwrap();
    app.database.execute("DELETE FROM __diesel_schema_migrations").await;
    let refused = app.get(PATH).await.problem(503, "unavailable");
    assert!(refused.text("detail").contains(&newest), "{:#}", refused.body);
    app.database.execute("DROP TABLE __diesel_schema_migrations").await;
    let refused = app.get(PATH).await.problem(503, "unavailable");
    assert!(refused.text("detail").contains("schema"), "{:#}", refused.body);
}
