//! A newsroom from an export.

use crate::export_newsroom::{EXPORT, export, newsroom};
use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const RESTORE: &str = "/api/v1/restore";
const ARTICLES: &str = "/api/v1/articles";
const NDJSON: &str = "application/x-ndjson";

async fn restore(app: &TestApp, query: &str, body: impl Into<reqwest::Body>) -> Answer {
    let call = app.with_key(&app.admin, Method::POST, &format!("{RESTORE}{query}"));
    call.body(NDJSON, body).send().await
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

async fn is_empty(app: &TestApp) {
    let rows = "SELECT count(*) FROM (SELECT id FROM sources UNION ALL SELECT id FROM categories
                UNION ALL SELECT id FROM articles UNION ALL SELECT resource_id FROM slugs
                UNION ALL SELECT article_id FROM article_listings) AS all_of_them";
    assert_eq!(app.database.rows(rows).await[0][0], "0");
}

#[actix_web::test]
async fn what_was_restored_exports_to_the_same_bytes() {
    let first = newsroom().await;
    let exported = export(&first).await;
    let second = TestApp::start().await;
    let dry = restore(&second, "?dry_run=true", exported.bytes.clone()).await.expect(200);
    is_empty(&second).await;
    let restored = restore(&second, "", exported.bytes.clone()).await.expect(200);
    assert_eq!(restored.body, exported.lines().last().unwrap()["end"]);
    assert_eq!(dry.body, restored.body);
    let again = export(&second).await;
    assert!(again.bytes == exported.bytes, "byte for byte");
}

#[actix_web::test]
async fn what_was_restored_reads_like_the_original() {
    let first = newsroom().await;
    let second = TestApp::start().await;
    restore(&second, "", export(&first).await.bytes).await.expect(200);
    let story = first.get(&format!("{ARTICLES}/second")).await.expect(200).body;
    let id = story["id"].as_str().unwrap().to_owned();
    for path in [
        format!("{ARTICLES}/{id}"),
        format!("{ARTICLES}/second"),
        format!("{ARTICLES}/first"),
        format!("{ARTICLES}/wrong"),
        format!("{ARTICLES}/thrown-away"),
        format!("{ARTICLES}/purged"),
        format!("{ARTICLES}/draft"),
        format!(
            "{ARTICLES}?category=globe&tag=weather&author=ayesha-khan&source=the-agency&total=exact"
        ),
        format!("{ARTICLES}?q=original"),
        format!("{ARTICLES}?state=any"),
        "/api/v1/tags".to_owned(),
        "/api/v1/authors".to_owned(),
        "/api/v1/categories/tree".to_owned(),
        "/api/v1/categories/world".to_owned(),
        "/api/v1/sources/agency".to_owned(),
    ] {
        let read = async |app: &TestApp| match path.contains("any") {
            true => app.admin_get(&path).await,
            false => app.get(&path).await,
        };
        let (theirs, ours) = (read(&first).await, read(&second).await);
        assert_eq!(theirs.status, ours.status, "{path}");
        if theirs.status == 200 {
            assert_eq!(theirs.body, ours.body, "{path}");
            assert_eq!(theirs.header("etag"), ours.header("etag"), "{path}");
        }
        assert_eq!(theirs.header("location"), ours.header("location"), "{path}");
    }
    for path in ["", "/1", "/3", "/1/diff?to=3"] {
        let path = format!("{ARTICLES}/{id}/revisions{path}");
        let (theirs, ours) = (first.admin_get(&path).await, second.admin_get(&path).await);
        // who wrote is known by id; the name went with the keys
        let nameless =
            |answer: Answer| answer.expect(200).body.to_string().replace("\"test\"", "null");
        assert_eq!(nameless(theirs), nameless(ours), "{path}");
    }
    // it is a living newsroom
    let change = json!({ "summary": "Third" });
    let changed = second.patch(&format!("{ARTICLES}/{id}"), &change).await.expect(200).body;
    assert_eq!(changed["version"], 6);
    second.post(&format!("{ARTICLES}/thrown-away/restore"), &json!({})).await.expect(200);
    second
        .post(ARTICLES, &json!({ "headline": "New", "slug": "first" }))
        .await
        .problem(409, "slug_taken");
}

#[actix_web::test]
async fn it_takes_packed_exports() {
    let first = newsroom().await;
    let exported = export(&first).await.bytes;
    let second = TestApp::start().await;
    let call =
        second.with_key(&second.admin, Method::POST, RESTORE).header("content-encoding", "zstd");
    let packed = zstd::bulk::compress(&exported, 3).unwrap();
    call.body(NDJSON, packed).send().await.expect(200);
    assert!(export(&second).await.bytes == exported);
}

#[actix_web::test]
async fn only_an_empty_service_is_restored_into() {
    let app = newsroom().await;
    let exported = export(&app).await.bytes;
    restore(&app, "", exported.clone()).await.problem(409, "not_empty");
    assert!(export(&app).await.bytes == exported);
    for (path, body) in
        [("sources", json!({ "name": "A" })), ("categories", json!({ "name": "A" }))]
    {
        let app = TestApp::start().await;
        app.create(&format!("/api/v1/{path}"), &body).await;
        restore(&app, "", exported.clone()).await.problem(409, "not_empty");
    }
}

#[actix_web::test]
async fn a_part_is_no_export() {
    let lines = export(&newsroom().await).await.lines();
    let app = TestApp::start().await;
    let end = lines.len() - 1;
    let mut lacking = lines.clone();
    lacking.remove(1);
    let mut newer = lines.clone();
    newer[0] = json!({ "newswire_export": 2 });
    for (part, detail) in [
        (&lines[..end], "The last line is missing: the export broke off."),
        (&lines[1..], "The first line is not the header of an export."),
        (&[], "The last line is missing: the export broke off."),
        (&[&lines[..], &lines[1..2]].concat(), "Lines follow on the end."),
        (&[&lines[..2], &lines[..]].concat(), "There is more than one header."),
        (&newer, "Its format is 2; this release reads 1."),
        (
            &[&lines[..1], &lines[end..]].concat(),
            "The last line tells other numbers than there are lines.",
        ),
    ] as [(&[Value], &str); 7]
    {
        let refused = restore(&app, "", text(part)).await.problem(422, "export_invalid");
        assert_eq!(refused.text("detail"), detail);
    }
    is_empty(&app).await;
}

#[actix_web::test]
async fn what_is_wrong_is_told_line_by_line() {
    let lines = export(&newsroom().await).await.lines();
    let app = TestApp::start().await;
    let at = |member: &str| lines.iter().position(|line| line[member].is_object()).unwrap();
    let (source, category, article, revision) =
        (at("source"), at("category"), at("article"), at("revision"));
    let unknown = "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11";
    let cases: Vec<(usize, &str, Value, &str, &str)> = vec![
        (source, "/source/name", json!(7), "/source/name", "type"),
        (source, "/source/name", json!("  "), "/source/name", "pattern"),
        (source, "/source/surprise", json!(7), "/source/surprise", "additionalProperties"),
        (source, "/source/url", json!("ftp://x.example"), "/source/url", "url_invalid"),
        (source, "/source/version", json!(0), "/source/version", "minimum"),
        (source, "/source/created_at", json!("yesterday"), "/source/created_at", "type"),
        (source, "/former_slugs", json!(["Not a slug"]), "/former_slugs/0", "slug_invalid"),
        (source, "/former_slugs", json!(7), "/former_slugs", "type"),
        (
            category,
            "/category/parent_id",
            json!(unknown),
            "/category/parent_id",
            "category_not_found",
        ),
        (category, "/category/position", json!(1_i64 << 40), "/category/position", "type"),
        (article, "/article/headline", json!("a\u{0}b"), "/article/headline", "nul_character"),
        (article, "/article/status", json!("live"), "/article/status", "enum"),
        (article, "/article/published_at", Value::Null, "/article/published_at", "required"),
        (
            article,
            "/article/expires_at",
            json!("2001-01-01T00:00:00Z"),
            "/article/expires_at",
            "expiry_too_early",
        ),
        (article, "/article/category_ids", json!([unknown]), "", "category_not_found"),
        (article, "/article/source_id", json!(unknown), "", "source_not_found"),
        (
            article,
            "/article/body_html",
            json!("<script>"),
            "/article/body_html",
            "additionalProperties",
        ),
        (article, "/article/corrections", json!([{ "text": "x" }]), "/article/corrections", "type"),
        (article, "/article/media", json!([{ "kind": "x" }]), "/article/media/0/url", "required"),
        (article, "/article", json!([]), "/article", "type"),
        (revision, "/revision/content", json!("x"), "/revision/content", "type"),
        (revision, "/revision/content/tags", json!([1]), "/revision/content/tags", "type"),
        (revision, "/revision/article_id", json!(unknown), "", "validation_failed"),
    ];
    for (line, pointer, value, place, code) in cases {
        let mut broken = lines.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        broken[line].pointer_mut(parent).unwrap()[name] = value;
        let refused = restore(&app, "", text(&broken)).await.problem(422, "lines_rejected");
        refused.fault(&format!("/{}{place}", line + 1), code);
    }
    for (line, pointer, place) in [
        (source, "/source/id", "/source/id"),
        (article, "/article/slug", "/article/slug"),
        (revision, "/revision/version", "/revision/version"),
    ] {
        let mut broken = lines.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        broken[line].pointer_mut(parent).unwrap().as_object_mut().unwrap().shift_remove(name);
        let refused = restore(&app, "", text(&broken)).await.problem(422, "lines_rejected");
        refused.fault(&format!("/{}{place}", line + 1), "required");
    }
    is_empty(&app).await;
}

#[actix_web::test]
async fn what_does_not_fit_together_is_told() {
    let lines = export(&newsroom().await).await.lines();
    let app = TestApp::start().await;
    let at = |member: &str| lines.iter().position(|line| line[member].is_object()).unwrap();
    let (source, article) = (at("source"), at("article"));
    let end = lines.len() - 1;
    // the same story twice; a taken slug; a taken external id
    let mut twice = lines.clone();
    twice.insert(end, lines[article].clone());
    twice[end + 1]["end"]["articles"] = json!(6);
    let refused = restore(&app, "", text(&twice)).await.problem(422, "lines_rejected");
    refused.fault(&format!("/{}", end + 1), "slug_taken");
    twice[end]["article"]["slug"] = json!("another");
    twice[end]["former_slugs"] = json!([]);
    let refused = restore(&app, "", text(&twice)).await.problem(422, "lines_rejected");
    refused.fault(&format!("/{}", end + 1), "validation_failed");
    twice[end]["article"]["id"] = json!("019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11");
    let refused = restore(&app, "", text(&twice)).await.problem(422, "lines_rejected");
    refused.fault(&format!("/{}", end + 1), "external_id_taken");
    // several at once, broken lines among them
    let mut several: Vec<String> = lines.iter().map(Value::to_string).collect();
    several[source] = "{".to_owned();
    several[article] = "[]".to_owned();
    let refused = restore(&app, "", several.join("\n")).await.problem(422, "lines_rejected");
    refused
        .fault(&format!("/{}", source + 1), "json_malformed")
        .fault(&format!("/{}", article + 1), "type");
    // versions above the present one; translations of nothing
    let mut above = lines.clone();
    above[article]["article"]["version"] = json!(1);
    restore(&app, "", text(&above)).await.problem(422, "lines_rejected");
    let mut lost = lines.clone();
    lost[article]["article"]["translation_of"] = json!("019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11");
    restore(&app, "", text(&lost)).await.problem(422, "article_not_found");
    let mut lost = lines.clone();
    lost[article]["article"]["duplicate_of"] = json!("019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11");
    restore(&app, "", text(&lost)).await.problem(422, "article_not_found");
    is_empty(&app).await;
    restore(&app, "", text(&lines)).await.expect(200);
}

#[actix_web::test]
async fn an_export_of_an_earlier_release_lacks_columns() {
    let lines = export(&newsroom().await).await.lines();
    let app = TestApp::start().await;
    let mut older = lines.clone();
    for line in &mut older {
        for (member, names) in [
            ("article", ["corrections", "retraction_reason"]),
            ("source", ["metadata", "usage_terms"]),
        ] {
            if let Some(row) = line.get_mut(member).and_then(Value::as_object_mut) {
                names.iter().for_each(|name| drop(row.shift_remove(*name)));
            }
        }
    }
    restore(&app, "", text(&older)).await.expect(200);
    let story = app.get(&format!("{ARTICLES}/second")).await.expect(200).body;
    assert_eq!(story["corrections"], json!([]));
}

#[actix_web::test]
async fn other_bodies_are_refused() {
    let app = TestApp::start().await;
    let call = app.with_key(&app.admin, Method::POST, RESTORE);
    call.json(&json!({})).send().await.problem(415, "media_type_unsupported");
    let call = app.with_key(&app.admin, Method::POST, RESTORE).header("content-encoding", "gzip");
    call.body(NDJSON, "{}").send().await.problem(400, "json_malformed");
    let call = app.with_key(&app.admin, Method::POST, RESTORE).header("idempotency-key", "k");
    call.body(NDJSON, "{}").send().await.problem(400, "header_invalid");
    let bomb = zstd::bulk::compress(&vec![b'\n'; 200 << 20], 1).unwrap();
    let call = app.with_key(&app.admin, Method::POST, RESTORE).header("content-encoding", "zstd");
    call.body(NDJSON, bomb).send().await.problem(413, "body_too_large");
    let long = format!("{{\"newswire_export\":1}}\n\"{}\"\n", "x".repeat(17 << 20));
    let refused = restore(&app, "", long).await.problem(422, "lines_rejected");
    refused.fault("/2", "body_too_large");
}

#[actix_web::test]
async fn a_body_that_stops_coming_is_waited_for_so_long() {
    let app = TestApp::with(&["--request-timeout", "1s"]).await;
    let key = format!("Bearer {}", app.admin);
    let headers =
        [("authorization", key.as_str()), ("content-type", NDJSON), ("content-length", "100")];
    let answer = app.raw(Method::POST, RESTORE, &headers, b"{\"newswire_export\":1}\n").await;
    answer.problem(408, "request_timeout");
}

#[actix_web::test]
async fn only_an_admin_restores() {
    let app = TestApp::start().await;
    app.anonymous(Method::POST, RESTORE).send().await.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesWrite, Scope::SourcesWrite], None).await;
    app.with_key(&writer, Method::POST, RESTORE).send().await.problem(403, "scope_missing");
    assert_eq!(EXPORT.replace("export", "restore"), RESTORE);
}
