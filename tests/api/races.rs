//! Clients that meet: nobody's work is lost, nothing is made twice, nobody is told of a deadlock.

use crate::support::{Answer, TestApp};
use futures_util::future::{join, join_all};
use newswire::access::Scope::ArticlesWrite;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ARTICLES: &str = "/api/v1/articles";

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status.as_u16() == status).count()
}

fn different(answers: &[Answer], member: &str) -> BTreeSet<String> {
    answers.iter().map(|answer| answer.text(member)).collect()
}

async fn total(app: &TestApp) -> Value {
    let path = format!("{ARTICLES}?state=any&total=exact");
    app.admin_get(&path).await.expect(200).body["total"].clone()
}

#[actix_web::test]
async fn of_two_editors_with_one_version_exactly_one_wins() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    for round in 0..10 {
        let tag = app.admin_get(&path).await.expect(200).header("etag").to_owned();
        let edit = async |method: Method, who: &str| {
            let call = app.with_key(&app.admin, method, &path).header("if-match", &tag);
            call.json(&json!({ "headline": "Rain", "summary": format!("{who} {round}") }))
                .send()
                .await
        };
        let (one, other) = join(edit(Method::PATCH, "A"), edit(Method::PUT, "B")).await;
        let answers = [one, other];
        assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 1));
        let won = answers.iter().find(|answer| answer.status == 200).unwrap();
        let read = app.admin_get(&path).await.expect(200).body;
        assert_eq!(read["summary"], won.body["summary"]);
        assert_eq!(read["version"], round + 2);
    }
}

#[actix_web::test]
async fn editors_without_a_condition_each_make_a_version() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let edits = ["summary", "byline", "canonical_url", "source_url", "usage_terms", "external_id"];
    let edits = edits.map(|member| {
        let (app, path) = (&app, &path);
        async move { app.patch(path, &json!({ member: "https://a.example" })).await.expect(200) }
    });
    join_all(edits).await;
    let read = app.admin_get(&path).await.expect(200).body;
    assert_eq!(read["version"], 7);
    assert_eq!(
        (&read["summary"], &read["external_id"]),
        (&json!("https://a.example"), &json!("https://a.example"))
    );
}

#[actix_web::test]
async fn one_headline_sent_by_many_makes_as_many_slugs() {
    let app = TestApp::start().await;
    let posts = (0..20).map(|_| app.story("Same headline"));
    let made = join_all(posts).await;
    let slugs: BTreeSet<&str> = made.iter().map(|story| story["slug"].as_str().unwrap()).collect();
    let expected: BTreeSet<String> = (1..=20)
        .map(|n| if n == 1 { "same-headline".to_owned() } else { format!("same-headline-{n}") })
        .collect();
    assert_eq!(slugs, expected.iter().map(String::as_str).collect());
}

#[actix_web::test]
async fn one_external_id_sent_by_many_makes_one_story() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let at = "/api/v1/sources/agency/articles/1?overwrite=true";
    let puts = (0..16).map(|n| {
        let (app, body) = (&app, json!({ "headline": format!("Headline {n}") }));
        async move { app.put(at, &body).await }
    });
    let answers = join_all(puts).await;
    assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 15));
    assert_eq!(different(&answers, "id").len(), 1);
    assert_eq!(total(&app).await, 1);
    assert_eq!(app.admin_get(&at.replace("?overwrite=true", "")).await.body["version"], 16);
}

#[actix_web::test]
async fn many_posts_of_one_external_id_agree_on_the_story() {
    let app = TestApp::start().await;
    let body = json!({ "headline": "Rain", "source": "New agency", "external_id": "1" });
    for (query, created, rest) in [("skip", 1, 200), ("update", 0, 200), ("error", 0, 409)] {
        let path = format!("{ARTICLES}?create_missing=true&on_conflict={query}");
        let answers = join_all((0..12).map(|_| app.post(&path, &body))).await;
        assert_eq!(count(&answers, 201), created, "{query}");
        assert_eq!(count(&answers, rest), 12 - created, "{query}");
        for answer in answers.into_iter().filter(|answer| answer.status == 409) {
            let answer = answer.problem(409, "external_id_taken");
            assert!(answer.body["existing"]["id"].is_string(), "{:#}", answer.body);
        }
    }
    assert_eq!(total(&app).await, 1);
}

#[actix_web::test]
async fn the_first_posts_of_one_external_id_name_the_one_that_won() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let body = json!({ "headline": "Rain", "external_id": format!("{round}") });
        let answers = join_all((0..6).map(|_| app.post(ARTICLES, &body))).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 5));
        let id = answers.iter().find(|answer| answer.status == 201).unwrap().text("id");
        for answer in answers.into_iter().filter(|answer| answer.status == 409) {
            assert_eq!(answer.problem(409, "external_id_taken").body["existing"]["id"], id);
        }
    }
    assert_eq!(total(&app).await, 5);
}

#[actix_web::test]
async fn one_slug_sent_by_many_is_given_once() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let body = json!({ "headline": "Rain", "slug": format!("rain-{round}") });
        let answers = join_all((0..4).map(|_| app.post(ARTICLES, &body))).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 3));
        let id = answers.iter().find(|answer| answer.status == 201).unwrap().text("id");
        for answer in answers.into_iter().filter(|answer| answer.status == 409) {
            assert_eq!(answer.problem(409, "slug_taken").body["existing"]["id"], id);
        }
    }
    assert_eq!(total(&app).await, 5);
}

#[actix_web::test]
async fn stories_that_swap_slugs_do_not_lock_each_other_out() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let (a, b) = (format!("a{round}"), format!("b{round}"));
        app.create(ARTICLES, &json!({ "headline": "x", "slug": a })).await;
        app.create(ARTICLES, &json!({ "headline": "x", "slug": b })).await;
        let (a, b) = (format!("{ARTICLES}/{a}"), format!("{ARTICLES}/{b}"));
        let (to_b, to_a) =
            (json!({ "slug": format!("b{round}") }), json!({ "slug": format!("a{round}") }));
        let (one, other) = join(app.patch(&a, &to_b), app.patch(&b, &to_a)).await;
        one.problem(409, "slug_taken");
        other.problem(409, "slug_taken");
    }
}

#[actix_web::test]
async fn translations_named_while_the_original_is_edited() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let (one, two) = (app.story("One").await, app.story("Two").await);
        let path = |story: &Value| format!("{ARTICLES}/{}", story["id"].as_str().unwrap());
        // each names the other as its original: one of them, at most, can be right
        let (to_two, to_one) =
            (json!({ "translation_of": two["id"] }), json!({ "translation_of": one["id"] }));
        let (path_one, path_two) = (path(&one), path(&two));
        let third = json!({ "headline": "Three", "translation_of": one["id"] });
        let pair = join(app.patch(&path_one, &to_two), app.patch(&path_two, &to_one));
        let ((a, b), c) = join(pair, app.post(ARTICLES, &third)).await;
        c.expect(201);
        let answers = [a, b];
        assert!(count(&answers, 200) <= 1, "round {round}");
        assert_eq!(count(&answers, 200) + count(&answers, 422), 2, "round {round}: {answers:#?}");
    }
}

#[actix_web::test]
async fn a_story_deleted_by_many_is_deleted_once() {
    let app = TestApp::start().await;
    let writer = app.key(&[ArticlesWrite], None).await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let path = format!("{ARTICLES}/rain");
    let deletes = (0..8).map(|_| app.with_key(&writer, Method::DELETE, &path).send());
    let answers = join_all(deletes).await;
    assert_eq!(count(&answers, 204), 8);
    assert_eq!(app.admin_get(&path).await.expect(200).body["version"], 2);
}

#[actix_web::test]
async fn of_two_hundred_editors_each_that_wins_saw_the_version_before_its_own() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let edits = (0..200).map(|number| {
        let (app, path) = (&app, &path);
        async move {
            let read = app.admin_get(path).await.expect(200);
            let (tag, seen) = (read.header("etag").to_owned(), read.body["version"].as_i64());
            let call = app.with_key(&app.admin, Method::PATCH, path).header("if-match", &tag);
            (seen, call.json(&json!({ "summary": number.to_string() })).send().await)
        }
    });
    let (mut won, mut versions) = (0, BTreeSet::new());
    for (seen, answer) in join_all(edits).await {
        if answer.status == 412 {
            continue;
        }
        let written = answer.expect(200).body["version"].as_i64();
        assert_eq!(written, seen.map(|version| version + 1));
        versions.insert(written);
        won += 1;
    }
    assert_eq!((versions.len(), won > 0), (won, true));
    // each of them is a version that can be gone back to
    let kept = app.database.rows("SELECT count(*)::text FROM article_revisions").await;
    assert_eq!(kept, [[won.to_string()]]);
}

#[actix_web::test]
async fn two_hundred_puts_of_one_external_id_make_one_story() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let at = "/api/v1/sources/agency/articles/1?overwrite=true";
    let puts = (0..200).map(|n| {
        let (app, body) = (&app, json!({ "headline": format!("Headline {n}") }));
        async move { app.put(at, &body).await }
    });
    let answers = join_all(puts).await;
    assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 199));
    assert_eq!((different(&answers, "id").len(), total(&app).await), (1, json!(1)));
}

#[actix_web::test]
async fn of_a_publication_and_an_edit_of_one_version_exactly_one_wins() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let path = format!("{ARTICLES}/rain-{round}");
        app.create(ARTICLES, &json!({ "headline": "Rain", "slug": format!("rain-{round}") })).await;
        let publish = app.with_key(&app.admin, Method::POST, &format!("{path}/publish"));
        let edit = app.with_key(&app.admin, Method::PATCH, &path).json(&json!({ "summary": "x" }));
        let publish = publish.header("if-match", "\"1\"").send();
        let edit = edit.header("if-match", "\"1\"").send();
        let (publish, edit) = join(publish, edit).await;
        let (published, edited) = (publish.status == 200, edit.status == 200);
        let answers = [publish, edit];
        assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 1), "{published} {edited}");
        let read = app.admin_get(&path).await.expect(200).body;
        assert_eq!(read["state"] == "live", published);
        assert_eq!(read["summary"] == "x", edited);
        assert_eq!(read["version"], 2);
    }
}

#[actix_web::test]
async fn one_story_sent_at_once_with_the_slug_it_wishes_is_not_refused_for_its_own() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    for round in 0..10 {
        let path = format!("/api/v1/sources/agency/articles/{round}");
        let put = async |headline: &str| {
            let body = json!({ "headline": headline, "slug": format!("wished-{round}") });
            app.with_key(&app.admin, Method::PUT, &path).json(&body).send().await
        };
        let (one, other) = join(put("A"), put("B")).await;
        let answers = [one, other];
        assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 1), "{answers:?}");
        let line = |headline: &str| {
            json!({ "headline": headline, "slug": format!("line-{round}"), "source": "agency",
                    "external_id": format!("line-{round}") })
        };
        let stream = async |headline: &str| {
            let path = format!("{ARTICLES}/stream?on_conflict=update");
            let call = app.with_key(&app.admin, Method::POST, &path);
            call.body("application/x-ndjson", format!("{}\n", line(headline))).send().await
        };
        let (one, other) = join(stream("C"), stream("D")).await;
        for answer in [one, other] {
            let first = answer.expect(200).lines().remove(0);
            assert!(first["result"] == "created" || first["result"] == "updated", "{first}");
        }
    }
    assert_eq!(total(&app).await, 20);
}

#[actix_web::test]
async fn one_story_sent_at_once_is_no_duplicate_of_itself() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let line = |n: usize| {
        json!({ "headline": format!("Headline {n}"), "source": "agency", "external_id": n.to_string(),
                "source_url": format!("https://agency.example/{n}") })
        .to_string()
    };
    let stream = async |numbers: Vec<usize>| {
        let path = format!("{ARTICLES}/stream?on_conflict=update&duplicates=reject");
        let lines: String = numbers.into_iter().map(|n| line(n) + "\n").collect();
        let call = app.with_key(&app.admin, Method::POST, &path);
        call.body("application/x-ndjson", lines).send().await
    };
    let forth = stream((0..150).collect());
    let back = stream((0..150).rev().collect());
    let (one, other) = join(forth, back).await;
    for answer in [one, other] {
        let lines = answer.expect(200).lines();
        let summary = &lines.last().unwrap()["summary"];
        assert_eq!((&summary["duplicate"], &summary["rejected"]), (&json!(0), &json!(0)));
    }
    assert_eq!(total(&app).await, 150);
}
