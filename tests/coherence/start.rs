//! What a node reads before it has looked for changes the first time.

use crate::session::{Session, settled};
use crate::support::TestApp;
use crate::support::db::TestDb;
use serde_json::json;

#[actix_web::test]
async fn what_was_read_before_the_first_look_is_read_again() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let story = json!({ "headline": "Rain", "status": "published", "source": "agency" });
    app.create("/api/v1/articles", &story).await;
    let holder = Session::open(&app.database.url).await;
    holder.run("BEGIN; LOCK TABLE changes IN ACCESS EXCLUSIVE MODE").await;
    // it cannot look for changes yet, and reads all the same
    let node = TestApp::without_key(TestDb::at(&app.database.url), &[]);
    let path = "/api/v1/articles/rain";
    assert_eq!(node.get(path).await.body["source"]["name"], "Agency");
    holder.run("UPDATE sources SET name = 'Bureau'; COMMIT").await;
    settled(&node).await;
    assert_eq!(node.get(path).await.body["source"]["name"], "Bureau");
}
