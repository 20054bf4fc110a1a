//! What HTTP says about keeping answers, and that remembering them shows nowhere but in the time
//! they take.

mod alike;
mod codings;
mod dates;
mod policy;

use crate::support::{Answer, TestApp};
use reqwest::Method;

const ARTICLES: &str = "/api/v1/articles";

/// GET with a header.
async fn with(app: &TestApp, path: &str, name: &str, value: &str) -> Answer {
    app.anonymous(Method::GET, path).header(name, value).send().await
}
