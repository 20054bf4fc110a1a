//! Slugs, current and former, of all three collections: who has which, and how one is made.
//!
//! A slug is claimed in the transaction that uses it. The primary key decides between two claims
//! that meet; the later one waits for the earlier and then sees it.

use crate::db::Conn;
use crate::db::schema::slugs;
use crate::error::{Code, Error};
use crate::text::slug::{is_reserved, slugify, with_suffix};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashSet;
use uuid::Uuid;

/// Candidates are looked up in batches of this size and its doublings.
const FIRST_BATCH: u32 = 8;
/// After so many equal slugs the id makes the next one unique at once.
const LAST_SUFFIX: u32 = 20_000;

/// The collections, by their path word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// Stories.
    Articles,
    /// Categories.
    Categories,
    /// Sources.
    Sources,
}

impl Collection {
    /// The path word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Collection::Articles => "articles",
            Collection::Categories => "categories",
            Collection::Sources => "sources",
        }
    }
}

/// Gives the slug to the resource, or fails with `slug_taken` naming who has it.
pub async fn claim(
    conn: &mut Conn,
    collection: Collection,
    slug: &str,
    id: Uuid,
) -> Result<(), Error> {
    if try_claim(conn, collection, slug, id).await? {
        return Ok(());
    }
    let error = Error::new(Code::SlugTaken).detail(format!("The slug \"{slug}\" is taken."));
    Err(match holder(conn, collection, slug).await? {
        Some(holder) => error.existing(collection.as_str(), holder),
        None => error,
    })
}

/// Makes a slug from a text and claims it; taken ones get `-2`, `-3`, ...; a text without letters
/// or digits gets one from the id.
pub async fn generate(
    conn: &mut Conn,
    collection: Collection,
    text: &str,
    id: Uuid,
) -> Result<String, Error> {
    let base = slugify(text).unwrap_or_else(|| from_id(id));
    if !is_reserved(&base) && try_claim(conn, collection, &base, id).await? {
        return Ok(base);
    }
    let (mut next, mut batch) = (2, FIRST_BATCH);
    while next < LAST_SUFFIX {
        let candidates: Vec<String> = (next..next + batch).map(|n| with_suffix(&base, n)).collect();
        let taken = taken(conn, collection, &candidates).await?;
        for candidate in candidates.into_iter().filter(|candidate| !taken.contains(candidate)) {
            if try_claim(conn, collection, &candidate, id).await? {
                return Ok(candidate);
            }
        }
        next += batch;
        batch *= 2;
    }
    let unique = from_id(id);
    claim(conn, collection, &unique, id).await.map(|()| unique)
}

/// Whose slug it is or was.
pub async fn holder(
    conn: &mut Conn,
    collection: Collection,
    slug: &str,
) -> Result<Option<Uuid>, Error> {
    let query = slugs::table.find((collection.as_str(), slug)).select(slugs::resource_id);
    Ok(query.first(conn).await.optional()?)
}

/// Frees every slug of a resource that is gone for good.
pub async fn release(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    diesel::delete(slugs::table.filter(slugs::resource_id.eq(id))).execute(conn).await?;
    Ok(())
}

fn from_id(id: Uuid) -> String {
    // the random end of the id, with a letter first so that it never looks like a number or UUID
    let hex = id.simple().to_string();
    format!("n{}", &hex[hex.len() - 12..])
}

async fn try_claim(
    conn: &mut Conn,
    collection: Collection,
    slug: &str,
    id: Uuid,
) -> Result<bool, Error> {
    let row = (
        slugs::collection.eq(collection.as_str()),
        slugs::slug.eq(slug),
        slugs::resource_id.eq(id),
    );
    let claimed = diesel::insert_into(slugs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(claimed == 1 || holder(conn, collection, slug).await? == Some(id))
}

async fn taken(
    conn: &mut Conn,
    collection: Collection,
    candidates: &[String],
) -> Result<HashSet<String>, Error> {
    let query = slugs::table
        .filter(slugs::collection.eq(collection.as_str()))
        .filter(slugs::slug.eq_any(candidates))
        .select(slugs::slug);
    Ok(query.load(conn).await?.into_iter().collect())
}
