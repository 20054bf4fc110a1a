//! The operations on topics.

use super::views::MediaTopics;
use crate::error::Error;
use crate::http::auth::Anyone;
use crate::http::basis::Facts;
use crate::http::{Basis, Json};

/// List IPTC Media Topics
///
/// The seventeen at the top, by which stories of all sources can be told apart: a category names the one it
/// belongs to as its `media_topic` (a deeper one, if it fits better), and `media_topic` filters the list of
/// articles and the feeds.
#[utoipa::path(get, path = "/api/v1/media-topics")]
pub async fn list_media_topics(_caller: Anyone, basis: Basis) -> Result<Json<MediaTopics>, Error> {
    // they change with a new release alone
    basis.set(Facts { language: Some("en".to_owned()), ..Facts::default() });
    Ok(Json(MediaTopics::all()))
}
