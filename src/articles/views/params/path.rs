//! Which article a path names.

use crate::http::format::Format;
use crate::http::params::PathParameters;
use crate::ids::Reference;
use serde::Deserialize;
use utoipa::IntoParams;

/// The path of one article.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ArticlePath {
    /// The id or the slug of an article.
    #[param(value_type = String, max_length = 512, example = "corridor-talks-resume")]
    pub article: Reference,
}

impl PathParameters for ArticlePath {}

/// The path of one article to read, in the format that a suffix names.
#[derive(Debug, Deserialize, IntoParams)]
pub struct StoryPath {
    /// The id or the slug of an article; behind it, if one likes, the suffix of a format.
    #[param(value_type = String, max_length = 512, example = "corridor-talks-resume")]
    pub article: Named,
}

impl PathParameters for StoryPath {}

/// A reference without the suffix of a format. What is none stays, and nothing is found by it: no id and
/// no slug holds a dot.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Named(pub Reference);

impl From<String> for Named {
    fn from(text: String) -> Self {
        match text.split_once('.') {
            Some((name, suffix)) if Format::of_suffix(suffix).is_some() => {
                Named(name.to_owned().into())
            }
            _ => Named(text.into()),
        }
    }
}

/// The path of one article by its supplier's id.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ExternalPath {
    /// The id or the slug of a source.
    #[param(value_type = String, max_length = 512, example = "radio-pakistan")]
    pub source: Reference,
    /// The supplier's own id, percent-encoded.
    #[param(min_length = 1, max_length = 512, example = "20221107-0042")]
    pub external_id: String,
}

impl PathParameters for ExternalPath {}
