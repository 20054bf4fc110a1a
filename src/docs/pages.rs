//! The few HTML pages: plain, without scripts, readable anywhere.

use crate::error::Code;
use serde_json::{Value, json};

const STYLE: &str = "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;\
                     color:#1a1a1a;background:#fff}code{background:#f2f2f2;padding:.1em .3em}a{color:#0645ad}";

/// What is where, for programs.
pub fn index(public_url: &str) -> Value {
    json!({
        "name": "newswire",
        "version": env!("CARGO_PKG_VERSION"),
        "links": {
            "articles": format!("{public_url}/api/v1/articles"),
            "sources": format!("{public_url}/api/v1/sources"),
            "categories": format!("{public_url}/api/v1/categories"),
            "category_tree": format!("{public_url}/api/v1/categories/tree"),
            "openapi_json": format!("{public_url}/openapi.json"),
            "openapi_yaml": format!("{public_url}/openapi.yaml"),
            "docs": format!("{public_url}/docs/"),
            "problems": format!("{public_url}/docs/problems"),
            "live": format!("{public_url}/health/live"),
            "ready": format!("{public_url}/health/ready"),
            "metrics": format!("{public_url}/metrics"),
        },
    })
}

/// The start page.
pub fn start(public_url: &str) -> String {
    let link =
        |path: &str, text: &str| format!("<li><a href=\"{public_url}{path}\">{text}</a></li>");
    let links = [
        link("/docs/", "Try the API (Swagger UI)"),
        link("/openapi.json", "OpenAPI document (JSON)"),
        link("/openapi.yaml", "OpenAPI document (YAML)"),
        link("/api/v1/articles", "The newest stories"),
        link("/api/v1/categories/tree", "The category tree"),
        link("/docs/problems", "What each problem means"),
        link("/health/ready", "Is it ready?"),
    ]
    .concat();
    page("newswire", &format!("<h1>newswire</h1><p>A news content service.</p><ul>{links}</ul>"))
}

/// Every problem type.
pub fn problems(public_url: &str) -> String {
    let rows: String = Code::ALL
        .iter()
        .map(|code| {
            let (name, status, title) = (code.as_str(), code.status(), code.title());
            format!("<li>{status} <a href=\"{public_url}/docs/problems/{name}\"><code>{name}</code></a>: {title}</li>")
        })
        .collect();
    page("Problems", &format!("<h1>Problems</h1><ul>{rows}</ul>"))
}

/// One problem type.
pub fn problem(code: Code, public_url: &str) -> String {
    let (name, status, title) = (code.as_str(), code.status(), code.title());
    let help = marked(code.help());
    let body = format!(
        "<h1>{title}</h1><p>Code <code>{name}</code>, HTTP status {status}.</p><p>{help}</p>\
         <p><a href=\"{public_url}/docs/problems\">All problems</a></p>"
    );
    page(title, &body)
}

/// `x` in a text becomes code.
fn marked(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let parts = escaped.split('`').enumerate();
    parts
        .map(|(index, part)| match index % 2 {
            0 => part.to_owned(),
            _ => format!("<code>{part}</code>"),
        })
        .collect()
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
}
