//! Lines, bodies and clients that are not what they should be.

use super::{NDJSON, STREAM, ndjson, newsroom, numbered, post, results, stories, told};
use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[actix_web::test]
async fn a_broken_line_is_rejected_by_itself() {
    let app = newsroom().await;
    let mut body = b"{\"headline\": \"One\"}\n".to_vec();
    for broken in [
        &b"{\"headline\": "[..],
        b"[]",
        b"{\"headline\": 5}",
        b"{\"headline\": \"\xff\"}",
        b"{\"headline\": \"a\", \"headline\": \"b\"}",
        b"{\"headline\": \"a\", \"member\": 1}",
        b"{}",
        b"{\"headline\": \"a\"} {\"headline\": \"b\"}",
        b"\x00",
    ] {
        body.extend_from_slice(broken);
        body.push(b'\n');
    }
    body.extend_from_slice(b"{\"headline\": \"Eleven\"}");
    let answer = post(&app, "", body).await.expect(200);
    let (lines, summary) = told(&answer);
    assert_eq!((&summary["created"], &summary["rejected"]), (&json!(2), &json!(9)));
    assert_eq!((&lines[0]["result"], &lines[10]["result"]), (&json!("created"), &json!("created")));
    let codes: Vec<_> =
        lines[1..10].iter().map(|line| line["problem"]["code"].as_str().unwrap()).collect();
    let (json, shape) = ("json_malformed", "body_invalid");
    assert_eq!(codes, [json, shape, shape, json, json, shape, "validation_failed", json, json]);
    assert_eq!(lines[6]["problem"]["errors"][0]["pointer"], "/member");
    assert_eq!(stories(&app).await, 2);
}

#[actix_web::test]
async fn a_line_has_at_most_four_mebibytes() {
    let app = newsroom().await;
    let padded = |length: usize| {
        let story = json!({ "headline": format!("Story {length}") }).to_string();
        format!("{}{story}\n", " ".repeat(length - story.len()))
    };
    let body = [padded(4 << 20), padded((4 << 20) + 1), padded(30 << 20), padded(100)].concat();
    let answer = post(&app, "", body).await.expect(200);
    assert_eq!(results(&answer), ["1 created", "2 rejected", "3 rejected", "4 created"]);
    assert_eq!(told(&answer).0[1]["problem"]["code"], "body_too_large");
}

#[actix_web::test]
async fn a_client_that_goes_away_leaves_whole_stories() {
    let app = newsroom().await;
    let key = format!("Bearer {}", app.admin);
    let body = numbered(1700);
    let length = (body.len() * 2).to_string();
    let head = format!(
        "POST {STREAM} HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nContent-Type: {NDJSON}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let host = app.address.trim_start_matches("http://").to_owned();
    let sent = tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // in the middle of a line
        stream.write_all(&body.as_bytes()[..body.len() - 100]).unwrap();
    });
    sent.await.unwrap();
    let (mut before, begun) = (usize::MAX, std::time::Instant::now());
    let waiting = |count| count == 0 && begun.elapsed() < Duration::from_secs(60);
    while waiting(before) || before != stories(&app).await {
        before = stories(&app).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    assert!((500..=1699).contains(&before), "{before}");
    let whole = "SELECT count(*) FROM articles JOIN slugs ON resource_id = articles.id AND slugs.slug = articles.slug
                 WHERE length(body) = 440";
    assert_eq!(app.database.rows(whole).await[0][0], before.to_string());
    let rest = post(&app, "?on_conflict=skip", numbered(1700)).await.expect(200);
    assert_eq!(told(&rest).1["created"], 1700 - before);
}

#[actix_web::test]
async fn a_body_that_stops_coming_is_not_waited_for() {
    let app = TestApp::with(&["--request-timeout", "1s"]).await;
    let key = format!("Bearer {}", app.admin);
    let headers =
        [("Authorization", key.as_str()), ("Content-Type", NDJSON), ("Content-Length", "1000000")];
    let started = std::time::Instant::now();
    let answer = app.raw(Method::POST, STREAM, &headers, b"{\"headline\":").await;
    answer.problem(408, "request_timeout");
    assert!(started.elapsed().as_secs_f32() >= 1.0);
    let whole = ndjson((0..600).map(|number| json!({ "headline": format!("Story {number}") })));
    let answer = app.raw(Method::POST, STREAM, &headers, whole.as_bytes()).await.expect(200);
    let (lines, summary) = told(&answer);
    assert_eq!((lines.len(), stories(&app).await), (600, 600), "what came is saved");
    assert_eq!(summary["problem"]["code"], "request_timeout");
}

#[actix_web::test]
async fn only_json_lines_are_read_and_written() {
    let app = newsroom().await;
    let send = async |headers: &[(&str, &str)]| {
        let mut call = app.with_key(&app.admin, Method::POST, STREAM);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        call.send().await
    };
    for headers in [
        &[][..],
        &[("content-type", "application/json")],
        &[("content-type", "application/x-ndjson; charset=latin1")],
        &[("content-type", NDJSON), ("content-encoding", "br")],
        &[("content-type", NDJSON), ("content-encoding", "gzip, gzip")],
    ] {
        let refused = send(headers).await.problem(415, "media_type_unsupported");
        let coded = headers.iter().any(|(name, _)| *name == "content-encoding");
        let place = if coded { "Content-Encoding" } else { "Content-Type" };
        let refused = refused.fault(place, "media_type_unsupported");
        assert_eq!(refused.header("accept"), NDJSON);
    }
    for media in ["application/x-ndjson; charset=UTF-8", "application/jsonl", "application/ndjson"]
    {
        send(&[("content-type", media)]).await.expect(200);
    }
    for accept in [NDJSON, "application/json", "*/*", "text/html, application/x-ndjson;q=0.5"] {
        send(&[("content-type", NDJSON), ("accept", accept)]).await.expect(200);
    }
    send(&[("content-type", NDJSON), ("accept", "text/html")]).await.problem(406, "not_acceptable");
    let list = app.with_key(&app.admin, Method::GET, "/api/v1/articles").header("accept", NDJSON);
    list.send().await.problem(406, "not_acceptable");
}

#[actix_web::test]
async fn a_database_that_goes_away_ends_it_with_all_before_it_told() {
    let app = newsroom().await;
    app.database.execute(
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.headline = 'Story 700' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
             RETURN NEW; END $$;
         CREATE TRIGGER stop BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION stop()",
    ).await;
    let answer = post(&app, "", numbered(1200)).await.expect(200);
    let (lines, summary) = told(&answer);
    let saved = lines.len();
    assert_eq!(stories(&app).await, saved);
    assert!((200..=700).contains(&saved), "chunks before it have at most 500 lines: {saved}");
    assert_eq!(summary["problem"]["code"], "unavailable");
    app.database.execute("DROP TRIGGER stop ON articles").await;
    let resumed = post(&app, "?on_conflict=skip", numbered(1200)).await.expect(200);
    assert_eq!(told(&resumed).1["created"], 1200 - saved);
}

#[actix_web::test]
async fn a_fault_of_ours_in_one_line_leaves_the_others() {
    let app = newsroom().await;
    app.database
        .execute(
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.headline = 'Story 3' THEN RAISE EXCEPTION 'poison'; END IF;
             RETURN NEW; END $$;
         CREATE TRIGGER poison BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION poison()",
        )
        .await;
    let answer = post(&app, "", numbered(6)).await.expect(200);
    let expected = ["1 created", "2 created", "3 created", "4 rejected", "5 created", "6 created"];
    assert_eq!(results(&answer), expected);
    let problem = &told(&answer).0[3]["problem"];
    assert_eq!(problem["code"], "internal_error");
    assert!(!problem.to_string().contains("poison"), "{problem}");
    assert_eq!(stories(&app).await, 5);
    let claimed = "SELECT count(*) FROM slugs WHERE collection = 'articles'";
    assert_eq!(app.database.rows(claimed).await[0][0], "5");
}
