//! Topics on the wire.

use super::{TOP, id, uri};
use serde::Serialize;
use utoipa::ToSchema;

/// The top-level IPTC Media Topics.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaTopics {
    /// All of them, in the order of their ids.
    pub items: Vec<MediaTopic>,
}

/// A concept of the IPTC Media Topics (© IPTC, CC BY 4.0).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaTopic {
    /// As categories and filters take it.
    #[schema(pattern = "^medtop:[0-9]{8}$")]
    pub id: String,
    /// What names it in ninjs and JSON-LD.
    #[schema(format = "uri")]
    pub uri: String,
    /// Its name in English.
    pub name: String,
}

impl MediaTopics {
    /// All of them.
    pub fn all() -> Self {
        let topic = |(digits, name): &(&str, &str)| {
            let id = id(digits);
            Some(MediaTopic { uri: uri(&id)?, id, name: (*name).to_owned() })
        };
        Self { items: TOP.iter().filter_map(topic).collect() }
    }
}
