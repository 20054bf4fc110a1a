//! Articles: the stories themselves.
//!
//! Invariants: what the public sees is decided by one rule at query time (`store::visibility`);
//! text is kept exactly as sent, `body_html` and `body_text` are made from it; `source` and
//! `external_id` together are unique; slugs are unique and former ones stay reserved; nothing is
//! overwritten that changed since the writer read it (`If-Match`) or wrote it (`edited_elsewhere`).

pub mod bulk;
pub mod formats;
pub mod handlers;
pub mod model;
pub mod reindex;
pub mod save;
pub mod store;
pub mod upsert;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::bulk::*;
use handlers::by_external_id::*;
use handlers::corrections::*;
use handlers::duplicates::*;
use handlers::life::*;
use handlers::previews::*;
use handlers::revisions::*;
use handlers::terms::*;
use handlers::*;

/// The operations on articles.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("articles" =>
        list_articles [UnknownCategory, UnknownSource, FilterIncomplete, FilterContradiction, KeyMissing, ScopeMissing],
        create_article [
            DuplicateArticle, SourceForbidden, ExternalIdTaken, SlugTaken, NameTaken, EditedElsewhere,
            StoryWithdrawn, CategoryNotFound, SourceNotFound, ArticleNotFound, SlugInvalid, LanguageInvalid, UrlInvalid,
            TimeInvalid, ExpiryTooEarly, TranslationInvalid, TooManyCategories, TextTooLong,
        ],
        create_articles_batch [ScopeMissing, LinesRejected],
        create_articles_stream [ScopeMissing, LinesRejected, TooManyLines],
        find_article [ArticleGone],
        replace_article [
            SourceForbidden, ExternalIdTaken, SlugTaken, NameTaken, ArticleGone, CategoryNotFound, SourceNotFound,
            ArticleNotFound, SlugInvalid, LanguageInvalid, UrlInvalid, TimeInvalid, ExpiryTooEarly,
            TranslationInvalid, TooManyCategories, TextTooLong,
        ],
        update_article [
            TooManyNotes, SourceForbidden, ExternalIdTaken, SlugTaken, NameTaken, ArticleGone, CategoryNotFound, SourceNotFound,
            ArticleNotFound, SlugInvalid, LanguageInvalid, UrlInvalid, TimeInvalid, ExpiryTooEarly,
            TranslationInvalid, TooManyCategories, TextTooLong,
        ],
        delete_article [SourceForbidden],
        publish_article [SourceForbidden, StateConflict, TimeInvalid, ExpiryTooEarly],
        unpublish_article [SourceForbidden, StateConflict],
        retract_article [SourceForbidden, StateConflict],
        restore_article [SourceForbidden, StateConflict],
        purge_article [StateConflict],
        create_correction [SourceForbidden, StateConflict, TimeInvalid],
        delete_correction [SourceForbidden, StateConflict],
        create_preview_link [SourceForbidden, StateConflict],
        list_revisions [ScopeMissing, SourceForbidden],
        find_revision [ScopeMissing, SourceForbidden],
        compare_revisions [ScopeMissing, SourceForbidden],
        restore_revision [SourceForbidden, StateConflict, SlugTaken],
        list_duplicates [ArticleGone],
        list_tags, list_authors,
        find_article_input [ScopeMissing, SourceForbidden, ArticleGone],
        find_article_by_external_id [ArticleGone],
        replace_article_by_external_id [
            DuplicateArticle, SourceForbidden, ExternalIdMismatch, SlugTaken, NameTaken, EditedElsewhere, StoryWithdrawn,
            CategoryNotFound, ArticleNotFound, SlugInvalid, LanguageInvalid, UrlInvalid, TimeInvalid,
            ExpiryTooEarly, TranslationInvalid, TooManyCategories, TextTooLong,
        ],
    )
}
