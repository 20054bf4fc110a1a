//! What people read: start page, document, Swagger UI, problem pages.

use crate::support::TestApp;
use newswire::error::Code;
use reqwest::Method;
use serde_json::Value;

/// What stands in `src` and `href` attributes.
fn references(html: &str) -> Vec<String> {
    let after = |name: &str| {
        html.split(&format!("{name}=\""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    [after("src"), after("href")].concat()
}

#[actix_web::test]
async fn the_documents_are_those_that_are_committed() {
    let app = TestApp::start().await;
    let json = app.get("/openapi.json").await.expect(200);
    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(json.bytes, include_bytes!("../../openapi/openapi.json"), "run `just openapi`");
    let yaml = app.get("/openapi.yaml").await.expect(200);
    assert_eq!(yaml.header("content-type"), "application/yaml");
    assert_eq!(yaml.bytes, include_bytes!("../../openapi/openapi.yaml"), "run `just openapi`");
    let call = app.anonymous(Method::GET, "/openapi.json");
    call.header("if-none-match", json.header("etag")).send().await.expect(304);
}

#[actix_web::test]
async fn swagger_ui_has_everything_with_it() {
    let app = TestApp::start().await;
    let root = app.get("/docs").await.expect(308);
    assert_eq!(root.header("location"), "/docs/");
    let page = app.get("/docs/").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    let found = references(&html);
    assert!(found.iter().any(|one| one.ends_with(".js")), "{html}");
    assert!(found.iter().any(|one| one.ends_with(".css")), "{html}");
    for reference in found {
        assert!(!reference.contains("//"), "{reference} is elsewhere");
        let path = reference.trim_start_matches("./").trim_start_matches("/docs/");
        let asset = app.get(&format!("/docs/{path}")).await.expect(200);
        let kind = asset.header("content-type");
        let expected = match path.rsplit('.').next() {
            Some("js") => "javascript",
            Some("css") => "text/css",
            _ => "image/",
        };
        assert!(kind.contains(expected), "{path}: {kind}");
        if expected == "text/css" {
            let text = String::from_utf8_lossy(&asset.bytes).into_owned();
            let outside = text.split("url(").skip(1).any(|rest| rest.starts_with("http"));
            assert!(!outside && !text.contains("@import"), "{path} loads from elsewhere");
        }
    }
    let settings = app.get("/docs/swagger-initializer.js").await.expect(200);
    let settings = String::from_utf8(settings.bytes).unwrap();
    assert!(settings.contains("\"/openapi.json\""), "{settings}");
    assert!(settings.contains("\"validatorUrl\": \"none\""), "{settings}");
    assert!(settings.contains("\"tryItOutEnabled\": true"), "{settings}");
    assert!(!settings.contains("http"), "{settings}");
    app.get("/docs/nothing.js").await.problem(404, "not_found");
    app.get("/docs/../Cargo.toml").await.problem(404, "not_found");
}

#[actix_web::test]
async fn swagger_ui_may_run_its_own_scripts_only() {
    let app = TestApp::start().await;
    let page = app.get("/docs/").await.expect(200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    for tag in html.split("<script").skip(1) {
        assert!(tag.split('>').next().unwrap_or_default().contains("src="), "an inline script");
    }
}

#[actix_web::test]
async fn each_code_has_its_page() {
    let app = TestApp::start().await;
    let list = app.get("/docs/problems").await.expect(200);
    let list = String::from_utf8(list.bytes).unwrap();
    for code in Code::ALL {
        let path = format!("/docs/problems/{}", code.as_str());
        assert!(list.contains(&format!("https://api.news.example{path}")), "{path}");
        let page = app.get(&path).await.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let html = String::from_utf8(page.bytes).unwrap();
        assert!(html.contains(code.title()), "{path}");
        assert!(html.contains(&format!("HTTP status {}", code.status())), "{path}");
        for reference in references(&html) {
            assert!(reference.starts_with("https://api.news.example/"), "{reference}");
        }
    }
    app.get("/docs/problems/none").await.problem(404, "not_found");
}

#[actix_web::test]
async fn the_type_of_a_problem_leads_to_its_page() {
    let app = TestApp::start().await;
    let problem = app.get("/api/v1/sources/none").await.problem(404, "not_found");
    let address = problem.text("type");
    let path = address.strip_prefix("https://api.news.example").expect("our own address");
    app.get(path).await.expect(200);
}

#[actix_web::test]
async fn the_start_page_is_for_people_or_programs() {
    let app = TestApp::start().await;
    let ask = async |accept: &str| {
        app.anonymous(Method::GET, "/").header("accept", accept).send().await.expect(200)
    };
    let page = ask("text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    let links = references(&html);
    assert!(links.len() >= 5, "{html}");
    let index = ask("application/json").await;
    assert_eq!(index.header("content-type"), "application/json");
    for answer in [&page, &index] {
        let vary = answer.header("vary").to_ascii_lowercase();
        assert!(vary.split(", ").any(|name| name == "accept"), "{vary}");
    }
    assert_ne!(page.header("etag"), index.header("etag"));
    let named = index.body["links"].as_object().unwrap().values();
    let named = named.filter_map(Value::as_str).map(str::to_owned);
    for link in links.into_iter().chain(named) {
        let path = link.strip_prefix("https://api.news.example").expect("our own address");
        app.get(path).await.expect(200);
    }
}

#[actix_web::test]
async fn the_start_page_shows_the_newest_public_headlines() {
    let app = TestApp::start().await;
    let ask = || async {
        let page = app.anonymous(Method::GET, "/").header("accept", "text/html").send().await;
        page.expect(200)
    };
    let text = |page: &crate::support::Answer| String::from_utf8(page.bytes.clone()).unwrap();
    let empty = ask().await;
    assert!(text(&empty).contains("None yet."));
    for headline in ["Rain & <b>sun</b><script>alert(1)</script>", "Older"] {
        app.story(headline).await;
    }
    app.create("/api/v1/articles", &serde_json::json!({ "headline": "Draft" })).await;
    let urdu = serde_json::json!({ "headline": "بارش", "slug": "urdu", "language": "ur", "status": "published" });
    app.create("/api/v1/articles", &urdu).await;
    app.delete("/api/v1/articles/older").await.expect(204);
    let page = ask().await;
    assert_ne!(page.header("etag"), empty.header("etag"));
    assert_eq!(page.header("cache-control"), "public, no-cache");
    let html = text(&page);
    assert!(html.contains("Rain &amp; &lt;b&gt;sun&lt;/b&gt;"), "{html}");
    assert!(
        !html.contains("<script") && !html.contains("Draft") && !html.contains("Older"),
        "{html}"
    );
    let link =
        "href=\"https://api.news.example/api/v1/articles/urdu.html\" lang=\"ur\" dir=\"rtl\"";
    assert!(html.contains(link), "{html}");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script"), "{policy}");
}
