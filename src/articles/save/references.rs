//! What a story names: its source, its categories, the story it translates.

use super::Save;
use crate::access::Scope;
use crate::articles::model::{Article, Content, State};
use crate::articles::store;
use crate::articles::views::input::Wish;
use crate::categories::{self, model::Parent};
use crate::db::{Conn, Turn, take_turn};
use crate::error::{Code, Error, Violation, Violations};
use crate::ids::{ArticleId, CategoryId, Reference, SourceId};
use crate::patch::Patch;
use crate::sources;
use crate::text::slug::slugify;

/// Names longer than this are not made into a category or a source.
const MAX_NAME_CHARS: usize = 300;

impl Save<'_> {
    /// Turns the reference to the source into an id; one that cannot be found is noted.
    pub(super) async fn resolve_source(
        &self,
        conn: &mut Conn,
        wish: &Wish,
        content: &mut Content,
        found: &mut Violations,
    ) -> Result<(), Error> {
        match &wish.source {
            Patch::Absent => {}
            Patch::Null => content.source = None,
            Patch::Value(reference) => match self.source(conn, reference).await? {
                Some(id) => content.source = Some(id),
                None => {
                    let fault = missing("source", Code::SourceNotFound, "source", reference);
                    found.push(self.explained(fault, Scope::SourcesWrite));
                }
            },
        }
        Ok(())
    }

    /// Turns the other references into ids; what cannot be found is noted.
    pub(super) async fn resolve(
        &self,
        conn: &mut Conn,
        wish: &Wish,
        content: &mut Content,
        before: Option<&Article>,
        found: &mut Violations,
    ) -> Result<(), Error> {
        self.categories(conn, wish, content, found).await?;
        match &wish.translation_of {
            Patch::Absent => Ok(()),
            Patch::Null => {
                content.translation_of = None;
                Ok(())
            }
            Patch::Value(reference) => self.original(conn, reference, content, before, found).await,
        }
    }

    pub(super) async fn find_source(
        &self,
        conn: &mut Conn,
        reference: &Reference,
    ) -> Result<Option<SourceId>, Error> {
        if let Some(id) = sources::store::resolve(conn, reference).await? {
            return Ok(Some(id));
        }
        let Some(name) = self.name(reference) else { return Ok(None) };
        if let Some(id) = sources::store::named(conn, name).await? {
            return Ok(Some(id));
        }
        match slugify(name) {
            Some(slug) => sources::store::resolve(conn, &Reference::Slug(slug)).await,
            None => Ok(None),
        }
    }

    async fn source(
        &self,
        conn: &mut Conn,
        reference: &Reference,
    ) -> Result<Option<SourceId>, Error> {
        if let Some(id) = self.known_source(conn, reference).await? {
            return Ok(Some(id));
        }
        let may = self.caller.has(Scope::SourcesWrite);
        let Some(name) = self.name(reference).filter(|_| may) else { return Ok(None) };
        // two stories that name the same new source take turns
        take_turn(conn, Turn::SourceNames).await?;
        if let Some(id) = self.known_source(conn, reference).await? {
            return Ok(Some(id));
        }
        let content = sources::model::Content { name: name.to_owned(), ..Default::default() };
        Ok(Some(sources::store::create(conn, Patch::Absent, &content).await?.id))
    }

    pub(super) async fn find_category(
        &self,
        conn: &mut Conn,
        reference: &Reference,
    ) -> Result<Option<CategoryId>, Error> {
        if let Some(id) = categories::store::resolve(conn, reference).await? {
            return Ok(Some(id));
        }
        let Some(name) = self.name(reference) else { return Ok(None) };
        if let Some(id) = categories::store::named(conn, name, None).await? {
            return Ok(Some(id));
        }
        match slugify(name) {
            Some(slug) => categories::store::resolve(conn, &Reference::Slug(slug)).await,
            None => Ok(None),
        }
    }

    async fn category(
        &self,
        conn: &mut Conn,
        reference: &Reference,
    ) -> Result<Option<CategoryId>, Error> {
        if let Some(id) = self.known_category(conn, reference).await? {
            return Ok(Some(id));
        }
        let may = self.caller.has(Scope::CategoriesWrite);
        let Some(name) = self.name(reference).filter(|_| may) else { return Ok(None) };
        take_turn(conn, Turn::CategoryTree).await?;
        if let Some(id) = self.known_category(conn, reference).await? {
            return Ok(Some(id));
        }
        let content = categories::model::Content { name: name.to_owned(), ..Default::default() };
        let made = categories::store::create(conn, Patch::Absent, Parent::Root, &content).await?;
        Ok(Some(made.id))
    }

    /// Says where `create_missing` failed for want of a scope.
    fn explained(&self, mut fault: Violation, scope: Scope) -> Violation {
        if self.create_missing && !self.caller.has(scope) {
            let text = format!(" To make it, the key lacks `{}`.", scope.as_str());
            fault.detail.push_str(&text);
        }
        fault
    }

    /// The reference read as a name, where `create_missing` allows that.
    fn name<'r>(&self, reference: &'r Reference) -> Option<&'r str> {
        let Reference::Slug(name) = reference else { return None };
        let fit = !name.trim().is_empty() && name.chars().count() <= MAX_NAME_CHARS;
        (self.create_missing && fit).then_some(name.as_str())
    }

    async fn categories(
        &self,
        conn: &mut Conn,
        wish: &Wish,
        content: &mut Content,
        found: &mut Violations,
    ) -> Result<(), Error> {
        let primary = match &wish.category {
            Patch::Absent | Patch::Null => None,
            Patch::Value(reference) => {
                let id = self.category(conn, reference).await?;
                if id.is_none() {
                    let fault = missing("category", Code::CategoryNotFound, "category", reference);
                    found.push(self.explained(fault, Scope::CategoriesWrite));
                }
                id
            }
        };
        let mut set = match &wish.categories {
            // a new primary takes the place of the old one, the others stay
            Patch::Absent if primary.is_some() => {
                content.categories.iter().skip(1).copied().collect()
            }
            Patch::Absent if wish.category == Patch::Absent => return Ok(()),
            Patch::Absent | Patch::Null => Vec::new(),
            Patch::Value(references) => {
                let mut ids = Vec::with_capacity(references.len());
                for (index, reference) in references.iter().enumerate() {
                    match self.category(conn, reference).await? {
                        Some(id) => ids.push(id),
                        None => {
                            let at = format!("/categories/{index}");
                            let fault = missing(&at, Code::CategoryNotFound, "category", reference);
                            found.push(self.explained(fault, Scope::CategoriesWrite));
                        }
                    }
                }
                ids
            }
        };
        if let Some(primary) = primary {
            set.insert(0, primary);
        }
        let mut seen = std::collections::HashSet::new();
        set.retain(|id| seen.insert(*id));
        content.categories = set;
        Ok(())
    }

    /// The story a translation goes back to: always the original, never another translation.
    async fn original(
        &self,
        conn: &mut Conn,
        reference: &Reference,
        content: &mut Content,
        before: Option<&Article>,
        found: &mut Violations,
    ) -> Result<(), Error> {
        take_turn(conn, Turn::Translations).await?;
        let target = store::resolve(conn, reference).await?;
        let known = before.and_then(|before| before.content.translation_of);
        if known.is_some() && target == known {
            // putting back what is there changes nothing, whatever became of the original
            content.translation_of = known;
            return Ok(());
        }
        let mut seen = self.visible(conn, target).await?;
        if let Some(translated) = seen.as_ref().and_then(|story| story.content.translation_of) {
            seen = self.visible(conn, Some(translated)).await?;
        }
        let Some(original) = seen else {
            found.push(missing("translation_of", Code::ArticleNotFound, "story", reference));
            return Ok(());
        };
        if let Some(before) = before {
            let own = original.id == before.id || target == Some(before.id);
            if own || store::has_translations(conn, before.id).await? {
                let detail = if own {
                    "A story cannot translate itself."
                } else {
                    "The story has translations of its own."
                };
                found.push(Violation::body("translation_of", Code::TranslationInvalid, detail));
                return Ok(());
            }
        }
        content.translation_of = Some(original.id);
        Ok(())
    }

    /// A story that the caller may see and name.
    async fn visible(
        &self,
        conn: &mut Conn,
        id: Option<ArticleId>,
    ) -> Result<Option<Article>, Error> {
        let Some(id) = id else { return Ok(None) };
        let seen = |story: &Article| {
            let readable = self.caller.may_read(story.content.source.map(|id| id.0));
            !story.is_withdrawn() && (readable || story.state == State::Live)
        };
        Ok(store::find(conn, id).await?.filter(seen))
    }
}

fn missing(pointer: &str, code: Code, kind: &str, reference: &Reference) -> Violation {
    Violation::body(pointer, code, format!("No {kind} has the id or slug \"{reference}\"."))
}
