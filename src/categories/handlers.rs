//! The operations on categories.

use crate::access::Caller;
use crate::app::App;
use crate::categories::model::{self, Content, Parent};
use crate::categories::store::{self, Filter};
use crate::categories::views::{
    Category, CategoryInput, CategoryPatch, CategoryPath, CategoryTree, DeleteCategory,
    ListCategories,
};
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::db::live;
use crate::db::{Turn, take_turn};
use crate::error::{Code, Error, Violation};
use crate::freshness::Scope;
use crate::http::auth::{Anyone, CategoriesWrite, Needs};
use crate::http::basis::{Facts, PurgeKey};
use crate::http::{
    Basis, Body, DryRun, Found, IdempotencyKey, IfMatch, Json, Listed, NoContent, Once, Page, Path,
    Query, Saved, Updated,
};
use crate::idempotency;
use crate::ids::CategoryId;
use actix_web::web::Data;

/// List categories
///
/// By position and name, from every level of the tree. Anybody may read them.
#[utoipa::path(get, path = "/api/v1/categories")]
pub async fn list_categories(
    app: Data<App>,
    caller: Anyone,
    query: Query<ListCategories>,
    basis: Basis,
) -> Result<Listed<Category>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut conn = app.db.read().await?;
    let mut filter = Filter { name: params.q.clone(), ..Filter::default() };
    for reference in &params.parent {
        let detail = format!("No category has the id or slug \"{reference}\".");
        let fault = Violation::query("parent", Code::UnknownCategory, detail);
        let found = store::resolve(&mut conn, reference).await?;
        filter.parents.push(found.ok_or_else(|| Error::violations(vec![fault]))?);
    }
    let slice = store::list(&mut conn, &filter, cursor, params.limit()).await?;
    let total = match params.total {
        Some(_) => Some((store::count(&mut conn, &filter).await?, true)),
        None => None,
    };
    let key = |category: &model::Category| {
        (category.content.position, category.content.name.clone(), category.id.0)
    };
    let cursors = slice.cursors(fingerprint, key)?;
    let mut facts = listed();
    let mut counts = None;
    if !params.include.is_empty() {
        facts.scopes.push(Scope::articles());
        let ids: Vec<CategoryId> = slice.rows.iter().map(|category| category.id).collect();
        let count = async |conn: &mut Conn, until| Ok((store::counts(conn, &ids).await?, until));
        let (counted, until) = live::snapshot(&mut conn, count).await?;
        (counts, facts.until) = (Some(counted), until);
    }
    basis.set(facts);
    let view = |category: model::Category| {
        let count = counts.as_ref().map(|all| all.get(&category.id).copied().unwrap_or_default());
        let view = Category::new(category, &app.addresses, &caller);
        match count {
            Some(count) => view.counted(count),
            None => view,
        }
    };
    Ok(Listed(Page::new(slice.rows.into_iter().map(view), cursors.next, cursors.prev, total)))
}

/// Read the category tree
///
/// The whole tree, nested, siblings by position and name.
#[utoipa::path(get, path = "/api/v1/categories/tree")]
pub async fn find_category_tree(
    app: Data<App>,
    _caller: Anyone,
    basis: Basis,
) -> Result<Json<CategoryTree>, Error> {
    let mut conn = app.db.read().await?;
    basis.set(listed());
    Ok(Json(CategoryTree::new(store::all(&mut conn).await?, &app.addresses)))
}

/// Create a category
///
/// The slug is made from the name when left out.
#[utoipa::path(post, path = "/api/v1/categories")]
pub async fn create_category(
    app: Data<App>,
    caller: Needs<CategoriesWrite>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: Body<CategoryInput, CategoryPatch>,
) -> Result<Once<Saved<Category>>, Error> {
    let mut content = Content::default();
    let wish = body.into_inner().apply(&mut content)?;
    let dry_run = query.params.dry_run;
    let work = idempotency::once(&app, &key, dry_run, async |conn| {
        take_turn(conn, Turn::CategoryTree).await?;
        let made = store::create(conn, wish.slug.clone(), wish.parent.clone(), &content).await?;
        Ok(Saved::made(Category::new(made, &app.addresses, &caller), dry_run))
    });
    work.await
}

/// Read a category
///
/// By id or slug. A former slug answers 308 with the current address.
#[utoipa::path(get, path = "/api/v1/categories/{category}")]
pub async fn find_category(
    app: Data<App>,
    caller: Anyone,
    path: Path<CategoryPath>,
    basis: Basis,
) -> Result<Found<Category>, Error> {
    let mut conn = app.db.read().await?;
    let category = store::find(&mut conn, &path.0.category).await?;
    // those above it are shown too, and so is where it stands
    basis.set(Facts { keys: vec![PurgeKey::one("category", category.id.0)], ..listed() });
    Ok(Found(Category::new(category, &app.addresses, &caller)))
}

/// Replace a category
///
/// Members left out take their defaults (no `parent` means the top), except `slug`, which keeps its
/// value.
#[utoipa::path(put, path = "/api/v1/categories/{category}")]
pub async fn replace_category(
    app: Data<App>,
    caller: Needs<CategoriesWrite>,
    path: Path<CategoryPath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    body: Body<CategoryInput, CategoryPatch>,
) -> Result<Updated<Category>, Error> {
    let base = |_: &Content| (Content::default(), Parent::Root);
    let patch = body.into_inner();
    let change = Change { app: &app, caller: &caller, path: &path.0, if_match: &if_match };
    app.db
        .transaction(query.params.dry_run, async |conn| change.make(conn, &patch, base).await)
        .await
}

/// Change a category
///
/// A merge patch (RFC 7396): members left out stay as they are, null clears them. A new `parent`
/// moves it with everything below it.
#[utoipa::path(patch, path = "/api/v1/categories/{category}")]
pub async fn update_category(
    app: Data<App>,
    caller: Needs<CategoriesWrite>,
    path: Path<CategoryPath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Body<CategoryPatch>,
) -> Result<Once<Updated<Category>>, Error> {
    let base = |content: &Content| (content.clone(), Parent::Keep);
    let patch = body.into_inner();
    let change = Change { app: &app, caller: &caller, path: &path.0, if_match: &if_match };
    let work = async |conn: &mut Conn| change.make(conn, &patch, base).await;
    idempotency::once(&app, &key, query.params.dry_run, work).await
}

/// A change under way.
struct Change<'a> {
    app: &'a App,
    caller: &'a Caller,
    path: &'a CategoryPath,
    if_match: &'a IfMatch,
}

impl Change<'_> {
    /// Makes it, in the transaction of its caller.
    async fn make(
        &self,
        conn: &mut Conn,
        patch: &CategoryPatch,
        base: impl Fn(&Content) -> (Content, Parent),
    ) -> Result<Updated<Category>, Error> {
        let view = |category| Category::new(category, &self.app.addresses, self.caller);
        take_turn(conn, Turn::CategoryTree).await?;
        let before = store::lock(conn, &self.path.category).await?;
        self.if_match.check_view(|| view(before.clone()), before.version)?;
        let (mut content, parent) = base(&before.content);
        let wish = patch.clone().apply(&mut content)?;
        let parent = if wish.parent == Parent::Keep { parent } else { wish.parent };
        let changed = store::update(conn, before, wish.slug, parent, &content).await?;
        Ok(Updated(view(changed)))
    }
}

/// Delete a category
///
/// For good. One with stories or sub-categories is refused with their numbers, unless
/// `reassign_to` names the category that takes them over.
#[utoipa::path(delete, path = "/api/v1/categories/{category}")]
pub async fn delete_category(
    app: Data<App>,
    caller: Needs<CategoriesWrite>,
    path: Path<CategoryPath>,
    query: Query<DeleteCategory>,
    if_match: IfMatch,
) -> Result<NoContent, Error> {
    let DeleteCategory { reassign_to, dry_run } = query.params;
    let view = |category| Category::new(category, &app.addresses, &caller);
    let work = app.db.transaction(dry_run, async |conn| {
        take_turn(conn, Turn::CategoryTree).await?;
        let category = store::lock(conn, &path.0.category).await?;
        if_match.check_view(|| view(category.clone()), category.version)?;
        let target = match &reassign_to {
            None => None,
            Some(reference) => {
                let target = store::resolve(conn, reference).await?.filter(|id| *id != category.id);
                Some(target.ok_or_else(reassign_invalid)?)
            }
        };
        store::delete(conn, &category, target).await
    });
    work.await.map(|()| NoContent)
}

/// What every list of categories rests on.
fn listed() -> Facts {
    Facts {
        scopes: vec![Scope::categories()],
        keys: vec![PurgeKey::all("categories")],
        ..Facts::default()
    }
}

fn reassign_invalid() -> Error {
    let detail = "Expected the id or slug of another category.";
    Error::violations(vec![Violation::query("reassign_to", Code::ReassignInvalid, detail)])
}
