//! Slugs, current and former, of all three collections: who has which, and how one is made.
//!
//! A slug is claimed in the transaction that uses it. The primary key decides between two claims
//! that meet; the later one waits for the earlier and then sees it.

use crate::db::Conn;
use crate::db::schema::slugs;
use crate::db::sql::{Bind, Sql};
use crate::error::{Code, Error};
use crate::ids::Reference;
use crate::patch::Patch;
use crate::text::slug::{is_reserved, slugify, with_suffix};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use std::collections::HashSet;
use uuid::Uuid;

/// How often the next number is tried when others take slugs at the same time.
const TRIES: usize = 100;
/// Numbers are looked for below two to the power of this.
const DOUBLINGS: u32 = 24;
/// How many numbers one statement looks at while narrowing down.
const PROBES: u32 = 16;

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
    /// The name of the path parameter that names one of them.
    const fn parameter(self) -> &'static str {
        match self {
            Collection::Articles => "article",
            Collection::Categories => "category",
            Collection::Sources => "source",
        }
    }

    /// The path word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Collection::Articles => "articles",
            Collection::Categories => "categories",
            Collection::Sources => "sources",
        }
    }
}

/// Claims the slug a resource is to have: the one that is wished, the one it has, or one made from a
/// text. Fails with `slug_taken`, naming who has it.
pub async fn choose(
    conn: &mut Conn,
    collection: Collection,
    id: Uuid,
    wished: Patch<String>,
    current: Option<&str>,
    text: &str,
) -> Result<String, Error> {
    match (wished, current) {
        (Patch::Value(slug), _) => claim(conn, collection, &slug, id).await.map(|()| slug),
        (Patch::Absent, Some(current)) => Ok(current.to_owned()),
        _ => generate(conn, collection, text, id).await,
    }
}

/// The slug a new resource would have if nobody else had it; none when it can only be a numbered one.
pub fn first_choice(wished: &Patch<String>, text: &str, id: Uuid) -> Option<String> {
    match wished {
        Patch::Value(slug) => Some(slug.clone()),
        _ => Some(slugify(text).unwrap_or_else(|| from_id(id))).filter(|slug| !is_reserved(slug)),
    }
}

/// Claims slugs for new resources, one each; whose claims were good. Of equal ones the first is.
pub async fn claim_all(
    conn: &mut Conn,
    collection: Collection,
    wanted: &[(Uuid, Option<String>)],
) -> Result<HashSet<Uuid>, Error> {
    let wanted = wanted.iter().filter_map(|(id, slug)| Some((*id, slug.clone()?)));
    let (ids, slugs): (Vec<Uuid>, Vec<String>) = wanted.unzip();
    // in their order, so that two transactions that claim the same ones wait instead of deadlocking
    let claim = Sql::<SqlUuid>::new("INSERT INTO slugs (collection, slug, resource_id) SELECT ")
        .bind(Bind::Text(collection.as_str().to_owned()))
        .push(", slug, id FROM unnest(")
        .bind(Bind::Texts(slugs))
        .push("::text[], ")
        .bind(Bind::Uuids(ids))
        .push(
            "::uuid[]) WITH ORDINALITY AS wanted (slug, id, place) ORDER BY slug, place
             ON CONFLICT DO NOTHING RETURNING resource_id",
        );
    Ok(claim.load::<Uuid>(conn).await?.into_iter().collect())
}

/// Fails with the way to the current slug when a reference is a former one.
pub fn must_be_current(
    collection: Collection,
    reference: &Reference,
    slug: &str,
) -> Result<(), Error> {
    match reference {
        Reference::Slug(asked) if asked != slug => Err(Error::moved(collection.parameter(), slug)),
        _ => Ok(()),
    }
}

async fn claim(conn: &mut Conn, collection: Collection, slug: &str, id: Uuid) -> Result<(), Error> {
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
async fn generate(
    conn: &mut Conn,
    collection: Collection,
    text: &str,
    id: Uuid,
) -> Result<String, Error> {
    let base = slugify(text).unwrap_or_else(|| from_id(id));
    if !is_reserved(&base) && try_claim(conn, collection, &base, id).await? {
        return Ok(base);
    }
    let mut number = first_free(conn, collection, &base).await?;
    for _ in 0..TRIES {
        let candidate = with_suffix(&base, number);
        if try_claim(conn, collection, &candidate, id).await? {
            return Ok(candidate);
        }
        number += 1;
    }
    let unique = from_id(id);
    claim(conn, collection, &unique, id).await.map(|()| unique)
}

/// A number that is free after `base`: doubled until one is, then narrowed down, so that the
/// ten-thousandth equal headline costs a handful of statements.
async fn first_free(conn: &mut Conn, collection: Collection, base: &str) -> Result<u32, Error> {
    let doublings: Vec<u32> = (1..DOUBLINGS).map(|power| 1 << power).collect();
    let mut high = free_of(conn, collection, base, &doublings).await?.unwrap_or(1 << DOUBLINGS);
    let mut low = high / 2;
    while high - low > 1 {
        let step = ((high - low) / PROBES).max(1);
        let between: Vec<u32> = (low + 1..high).step_by(step as usize).collect();
        match free_of(conn, collection, base, &between).await? {
            Some(free) => {
                low = free.saturating_sub(step).max(low);
                high = free;
            }
            None => low = between.last().copied().unwrap_or(high - 1),
        }
    }
    Ok(high)
}

/// The first of these numbers whose slug is free.
async fn free_of(
    conn: &mut Conn,
    collection: Collection,
    base: &str,
    numbers: &[u32],
) -> Result<Option<u32>, Error> {
    let candidates: Vec<String> = numbers.iter().map(|n| with_suffix(base, *n)).collect();
    let query = slugs::table
        .filter(slugs::collection.eq(collection.as_str()))
        .filter(slugs::slug.eq_any(&candidates))
        .select(slugs::slug);
    let taken: HashSet<String> = query.load(conn).await?.into_iter().collect();
    let free = numbers.iter().zip(&candidates).find(|(_, candidate)| !taken.contains(*candidate));
    Ok(free.map(|(number, _)| *number))
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
