//! What every resource shares on the wire: routes made from the document, extractors, replies,
//! problems, and the middleware around them. Knows no resource and no SQL.

pub mod access_log;
pub mod auth;
pub mod basis;
pub mod body;
pub mod cache;
pub mod conditions;
pub mod cors;
pub mod describe;
pub mod endpoints;
pub mod etag;
pub mod format;
pub mod formatted;
pub mod idempotency_key;
pub mod items;
pub mod lines;
pub mod negotiate;
pub mod once;
pub mod optional_body;
pub mod page;
pub mod params;
pub mod problem;
pub mod reply;
pub mod representation;
pub mod request_id;
pub mod safe_headers;
pub mod schema;
pub mod spool;
pub mod strict;

pub use crate::error::Error;
pub use basis::Basis;
pub use body::Body;
pub use conditions::IfMatch;
pub use formatted::Formatted;
pub use idempotency_key::{IdempotencyKey, NoIdempotencyKey};
pub use items::Items;
pub use lines::Lines;
pub use negotiate::Asked;
pub use once::Once;
pub use optional_body::OptionalBody;
pub use page::Page;
pub use params::{DryRun, Path, Query};
pub use problem::Problems;
pub use reply::{Created, Found, Json, Listed, NoContent, Report, Saved, Updated};
pub use spool::Spool;
