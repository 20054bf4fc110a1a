//! The few HTML pages: plain, without scripts, readable anywhere.

use crate::error::Code;

const STYLE: &str = include_str!("pages.css");

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
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )
}
