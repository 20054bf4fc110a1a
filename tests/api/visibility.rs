//! Who sees what: every way of reading × every state of a story × every kind of caller, against
//! the rule of the contract as it stands in `rule`, written without a look at the code.

mod feeds;
mod lists;
mod newsroom;
mod rule;
mod singles;
mod time;
mod writes;

use crate::support::{Answer, TestApp};
use reqwest::Method;
use rule::Caller;
use serde_json::Value;

const ARTICLES: &str = "/api/v1/articles";

/// Sends a request as that caller.
async fn ask(app: &TestApp, caller: &Caller, method: Method, path: &str) -> Answer {
    ask_with(app, caller, method, path, &[], None).await
}

/// Sends a request with headers and a body as that caller.
async fn ask_with(
    app: &TestApp,
    caller: &Caller,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let mut call = match &caller.key {
        Some(key) => app.with_key(key, method, path),
        None => app.anonymous(method, path),
    };
    for (name, value) in headers {
        call = call.header(name, value);
    }
    match body {
        Some(body) => call.json(body).send().await,
        None => call.send().await,
    }
}

/// An answer's body with the id of the request taken out: all that may differ between a hidden
/// story and one that never was.
fn anonymised(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.bytes).into_owned();
    text.replace(answer.header("x-request-id"), "ID")
}
