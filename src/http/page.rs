//! A page of a list, and its `Link` header (RFC 8288).

use crate::http::address::Address;
use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// How many items a page has when the caller does not say.
pub const DEFAULT_LIMIT: i64 = 20;

/// Whether and how a list is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Total {
    /// Counted one by one; slow on large lists.
    Exact,
    /// The database's estimate, exact when small.
    Estimated,
}

/// What sources and categories can carry in lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountName {
    /// `article_count` and `last_published_at`.
    Counts,
}

/// What the pages of some lists have beyond those of others.
pub trait Extra: Serialize {
    /// What a page of such items is called in the document: pages that differ have different names.
    fn page_name(item: &str) -> String {
        format!("{item}Page")
    }
    /// Adds its members to the schema of a page.
    fn describe(page: ObjectBuilder) -> ObjectBuilder;
    /// The schemas that these refer to.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>);
}

/// Nothing beyond.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Plain {}

impl Extra for Plain {
    fn describe(page: ObjectBuilder) -> ObjectBuilder {
        page
    }
    fn schemas(_: &mut Vec<(String, RefOr<Schema>)>) {}
}

/// The feeds of a list.
#[derive(Clone, Copy, Debug)]
pub struct Feeds {
    /// Their paths and media types.
    pub formats: &'static [(&'static str, &'static str)],
    /// Parameters of the list that only say what is shown of it.
    pub without: &'static [&'static str],
    /// A parameter that a list may have and no feed has.
    pub unless: &'static str,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct Page<T, E = Plain> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Send it as `cursor` for the page after this one; null on the last page.
    pub next_cursor: Option<String>,
    /// Send it as `cursor` for the page before this one; null on the first page.
    pub prev_cursor: Option<String>,
    /// How many items the whole list has; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Whether `total` was counted rather than estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_is_exact: Option<bool>,
    /// Where the same list is a feed, with the media type of each, and the parameters that feeds do not
    /// take.
    #[serde(skip)]
    pub feeds: Option<Feeds>,
    /// What pages of this list have beyond others.
    #[serde(flatten)]
    pub extra: E,
}

impl<T: ToSchema, E: Extra> PartialSchema for Page<T, E> {
    fn schema() -> RefOr<Schema> {
        let cursor = |text: &str| {
            let kinds = SchemaType::from_iter([Type::String, Type::Null]);
            ObjectBuilder::new().schema_type(kinds).description(Some(text))
        };
        let total = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .description(Some("How many items the whole list has; only when `total` asks for it."));
        let exact = ObjectBuilder::new()
            .schema_type(Type::Boolean)
            .description(Some("Whether `total` was counted rather than estimated."));
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .description(Some("The items, in the list's order."));
        let page = ObjectBuilder::new()
            .description(Some("One page of a list."))
            .property("items", items)
            .property("next_cursor", cursor("Send it as `cursor` for the page after this one."))
            .property("prev_cursor", cursor("Send it as `cursor` for the page before this one."))
            .property("total", total)
            .property("total_is_exact", exact)
            .required("items")
            .required("next_cursor")
            .required("prev_cursor");
        E::describe(page).build().into()
    }
}

impl<T: ToSchema, E: Extra> ToSchema for Page<T, E> {
    fn name() -> Cow<'static, str> {
        E::page_name(&T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into(), T::schema()));
        T::schemas(schemas);
        E::schemas(schemas);
    }
}

impl<T, E: Default> Page<T, E> {
    /// A page with the cursors to the pages around it, and the total (and whether it is exact) where
    /// asked for.
    pub fn new(
        items: impl IntoIterator<Item = T>,
        next_cursor: Option<String>,
        prev_cursor: Option<String>,
        total: Option<(i64, bool)>,
    ) -> Self {
        let (total, total_is_exact) = total.unzip();
        Self {
            items: items.into_iter().collect(),
            next_cursor,
            prev_cursor,
            total,
            total_is_exact,
            feeds: None,
            extra: E::default(),
        }
    }

    /// The `Link` header for this page as the answer to `request`: the same, in whatever order the
    /// parameters came.
    pub fn links(&self, request: &HttpRequest, public_url: &str) -> String {
        let here = Address::of(request, public_url);
        let address = |cursor: Option<&str>| here.at(cursor);
        let mut links = vec![format!("<{}>; rel=\"first\"", address(None))];
        for (cursor, rel) in [(&self.prev_cursor, "prev"), (&self.next_cursor, "next")] {
            if let Some(cursor) = cursor {
                links.push(format!("<{}>; rel=\"{rel}\"", address(Some(cursor))));
            }
        }
        if let Some(feeds) = self.feeds.filter(|feeds| !here.names(feeds.unless)) {
            let link = |(path, kind): &(&str, &str)| {
                let to = here.elsewhere(path, feeds.without);
                format!("<{to}>; rel=\"alternate\"; type=\"{kind}\"")
            };
            links.extend(feeds.formats.iter().map(link));
        }
        links.join(", ")
    }
}
