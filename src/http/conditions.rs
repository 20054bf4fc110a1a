//! `If-Match` and `If-None-Match` on changes (RFC 9110 section 13): two editors never overwrite each other
//! silently.

use crate::error::{Code, Error, Place, Violation};
use crate::http::describe::{Argument, Description};
use crate::http::etag;
use crate::http::reply::Resource;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// Whether changes without `If-Match` are refused. Kept in the app data by the application.
#[derive(Clone, Copy, Debug)]
pub struct RequireIfMatch(pub bool);

/// The versions a change may be based on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// No condition; refused where the service requires one.
    Absent {
        /// Whether it is required.
        required: bool,
    },
    /// `*`: any version, as long as the resource exists.
    Any,
    /// One of these versions. Weak or foreign tags match nothing and are left out.
    Versions(Vec<i64>),
    /// `If-None-Match: *`: only what is not there yet.
    Missing,
}

impl IfMatch {
    /// Fails with 412 unless the current version is among those named, with 428 when none is and
    /// the service requires one.
    pub fn check(&self, current: i64) -> Result<(), Error> {
        match self {
            IfMatch::Absent { required: true } => Err(Error::new(Code::PreconditionRequired)),
            IfMatch::Versions(versions) if versions.contains(&current) => Ok(()),
            IfMatch::Versions(_) | IfMatch::Missing => {
                Err(Error::new(Code::VersionMismatch).current(current, None))
            }
            IfMatch::Any | IfMatch::Absent { required: false } => Ok(()),
        }
    }

    /// The condition on something that does not exist: any named version fails.
    pub fn check_missing(&self) -> Result<(), Error> {
        match self {
            IfMatch::Absent { .. } | IfMatch::Missing => Ok(()),
            IfMatch::Any | IfMatch::Versions(_) => Err(Error::new(Code::VersionMismatch)),
        }
    }

    /// Like [`IfMatch::check`]; a failure carries the tag of what is there now.
    pub fn check_view<T: Resource>(
        &self,
        view: impl FnOnce() -> T,
        current: i64,
    ) -> Result<(), Error> {
        self.check(current).map_err(|error| match error.code() {
            Code::VersionMismatch => {
                let view = view();
                let tag = etag::of_view(current, &view);
                error.current(current, tag)
            }
            _ => error,
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(IfMatch::Any);
        }
        let tags = entity_tags(text)?;
        let versions =
            tags.into_iter().filter(|tag| !tag.weak).filter_map(|tag| version(&tag.opaque));
        Some(IfMatch::Versions(versions.collect()))
    }
}

/// An entity tag as a client sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag {
    /// Whether it was marked `W/`.
    pub weak: bool,
    /// What stands between the quotes.
    pub opaque: String,
}

/// Reads a list of entity tags; commas within the quotes belong to the tag. None when malformed.
pub fn entity_tags(text: &str) -> Option<Vec<EntityTag>> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    loop {
        let (weak, quoted) = match rest.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (opaque, after) = quoted.strip_prefix('"')?.split_once('"')?;
        tags.push(EntityTag { weak, opaque: opaque.to_owned() });
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(tags);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// The version a tag of ours begins with: `7` and `7-0123...` both name version 7.
fn version(opaque: &str) -> Option<i64> {
    let digits = opaque.split('-').next().unwrap_or_default();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lines: Vec<_> = request.headers().get_all(header::IF_MATCH).collect();
        let mut unless = request.headers().get_all(header::IF_NONE_MATCH);
        let missing = unless.any(|line| line.as_bytes() == b"*");
        if lines.is_empty() && missing {
            return ready(Ok(IfMatch::Missing));
        }
        if lines.is_empty() && request.headers().contains_key(header::IF_UNMODIFIED_SINCE) {
            // two changes may be of one second
            let place = Place::Header("If-Unmodified-Since".into());
            let detail =
                "Send If-Match with the ETag that was read: times are too coarse.".to_owned();
            return ready(Err(Error::violations(vec![Violation {
                place,
                code: "invalid",
                detail,
            }])));
        }
        if lines.is_empty() {
            let required = request.app_data::<RequireIfMatch>().is_some_and(|setting| setting.0);
            return ready(Ok(IfMatch::Absent { required }));
        }
        let text: Option<Vec<_>> = lines.into_iter().map(|line| line.to_str().ok()).collect();
        let parsed = text.and_then(|lines| IfMatch::parse(&lines.join(", ")));
        // there, and not there: nothing is both
        let parsed = parsed.map(|read| if missing { IfMatch::Versions(Vec::new()) } else { read });
        ready(parsed.ok_or_else(|| {
            let place = Place::Header("If-Match".into());
            let detail = "Expected entity tags in double quotes, or *.".to_owned();
            Error::violations(vec![Violation { place, code: "invalid", detail }])
        }))
    }
}

/// An `If-Match` that is heeded where it is sent and never required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentIfMatch(pub IfMatch);

impl FromRequest for SentIfMatch {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = IfMatch::from_request(request, payload).into_inner();
        ready(read.map(|condition| match condition {
            IfMatch::Absent { .. } => SentIfMatch(IfMatch::Absent { required: false }),
            sent => SentIfMatch(sent),
        }))
    }
}

impl Argument for SentIfMatch {
    fn describe(description: &mut Description) {
        description.parameters(headers());
        description.fails(&[Code::HeaderInvalid, Code::VersionMismatch]);
    }
}

const IF_MATCH: &str = "The `ETag` (or `\"<version>\"`) of the representation the change is based \
                        on; if the resource has another version now, the answer is 412. `*` means \
                        any.";

const IF_NONE_MATCH: &str = "`*`: only if it is not there yet; else the answer is 412.";

impl Argument for IfMatch {
    fn describe(description: &mut Description) {
        description.parameters(headers());
        description.fails(&[
            Code::HeaderInvalid,
            Code::VersionMismatch,
            Code::PreconditionRequired,
        ]);
    }
}

fn headers() -> [Parameter; 2] {
    [header_parameter("If-Match", IF_MATCH), header_parameter("If-None-Match", IF_NONE_MATCH)]
}

/// Documents an optional request header.
pub fn header_parameter(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_any_form_of_our_tags() {
        let parsed = IfMatch::parse(r#""7", "8-0123456789abcdef-br" ,W/"9-1", "x,y""#);
        assert_eq!(parsed, Some(IfMatch::Versions(vec![7, 8])));
        assert_eq!(IfMatch::parse(" * "), Some(IfMatch::Any));
        assert_eq!(IfMatch::parse("7"), None);
        assert_eq!(IfMatch::parse(r#""7" "8""#), None);
        assert_eq!(IfMatch::parse(r#""""#), Some(IfMatch::Versions(vec![])));
    }
}
