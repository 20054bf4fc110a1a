//! The table of codes: what can go wrong, with the status and the words that go with it.

macro_rules! codes {
    ($($name:ident $status:literal $code:literal $title:literal $help:literal;)+) => {
        /// What went wrong. Each code has one status, one title and one documentation page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $title] $name),+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            /// The name used in `code` and in the address of the documentation page.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code),+ }
            }

            /// The HTTP status that goes with the code.
            pub const fn status(self) -> u16 {
                match self { $(Code::$name => $status),+ }
            }

            /// A short, constant summary (RFC 9457 `title`).
            pub const fn title(self) -> &'static str {
                match self { $(Code::$name => $title),+ }
            }

            /// What the documentation page says: when it happens and what to do.
            pub const fn help(self) -> &'static str {
                match self { $(Code::$name => $help),+ }
            }

            /// The code of that name.
            pub fn parse(name: &str) -> Option<Code> {
                match name { $($code => Some(Code::$name),)+ _ => None }
            }
        }
    };
}

codes! {
    JsonMalformed 400 "json_malformed" "The body is not JSON" "The request body could not be read as one JSON value in UTF-8. Objects must not name a member twice. Check the body near the place that `detail` names.";
    BodyInvalid 400 "body_invalid" "The body has the wrong shape" "A member is unknown or has the wrong JSON type. `errors` names each of them with a JSON pointer; the schema of the operation in the OpenAPI document says what is expected.";
    QueryInvalid 400 "query_invalid" "A query parameter is wrong" "A query parameter is unknown, repeated, or outside its type or range. `errors` names each of them. Nothing is ignored or clamped silently.";
    PathInvalid 400 "path_invalid" "A path parameter is wrong" "A part of the path is not valid percent-encoded UTF-8, holds a NUL character or is too long.";
    HeaderInvalid 400 "header_invalid" "A header is wrong" "A request header could not be understood. `errors` names it.";
    UnknownCategory 400 "unknown_category" "No such category" "A filter names a category that does not exist. Filters take the id or the slug of a category.";
    UnknownSource 400 "unknown_source" "No such source" "A filter names a source that does not exist. Filters take the id or the slug of a source.";
    CursorInvalid 400 "cursor_invalid" "The cursor cannot be read" "Cursors are opaque: send one exactly as a list gave it in `next_cursor` or `prev_cursor`.";
    CursorMismatch 400 "cursor_mismatch" "The cursor belongs to another list" "A cursor works only with the filters and the order of the list that gave it. Start again without a cursor, or send the same filters.";
    FilterIncomplete 400 "filter_incomplete" "A filter needs another one" "`external_id` is unique only within a source: send `source` with it, exactly one.";
    FilterContradiction 400 "filter_contradiction" "Filters contradict each other" "The filters can never match anything together, such as an end before its start.";
    KeyMissing 401 "key_missing" "A key is needed" "Send `Authorization: Bearer nw_...` with a key that has the scope the operation asks for.";
    KeyInvalid 401 "key_invalid" "The key is not known" "The `Authorization` header does not carry a key of this service. Check for a copying fault; a revoked or expired key answers the same.";
    ScopeMissing 403 "scope_missing" "The key lacks a scope" "The key is valid but may not do this. `detail` names the scope; an admin can make a key that has it.";
    SourceForbidden 403 "source_forbidden" "The key is bound to another source" "A key bound to one source writes only stories of that source. Leave `source` out, or use another key.";
    NotFound 404 "not_found" "Not found" "Nothing that you may see is at this address.";
    MethodNotAllowed 405 "method_not_allowed" "The method is not allowed here" "The path exists but does not take this method. The `Allow` header lists those it takes.";
    NotAcceptable 406 "not_acceptable" "No acceptable format" "The `Accept` header rules out every format of this operation; `detail` names those there are. Those below `/api/` all speak `application/json`; a story is also given in others, by `Accept` or by a suffix of its address.";
    SlugTaken 409 "slug_taken" "The slug is taken" "Another resource has this slug now, or had it before (former slugs stay reserved so that old links keep working). Send another, or leave it out to have one made.";
    NameTaken 409 "name_taken" "The name is taken" "A source's name is unique; a category's name is unique among its siblings. `existing` names the one that has it.";
    ExternalIdTaken 409 "external_id_taken" "The supplier's id is taken" "A story with this `source` and `external_id` exists: `existing` names it. Use `on_conflict=update` or `skip`, or PUT by the supplier's id.";
    DuplicateArticle 409 "duplicate_article" "An earlier story says the same" "With `duplicates=reject` a story is refused that was on the same page as an earlier one (`canonical_url`, `source_url`), or has the same text but for a few words. `existing` names that one, if the key may see it. Send `duplicates=link` to have the story name it, or `allow` to take the story as one of its own.";
    InUse 409 "in_use" "Still in use" "Stories or sub-categories still point here; `stories` and `children` say how many. Send `reassign_to` to move them in the same step.";
    KeyInUse 409 "key_in_use" "The key is the one that calls" "A key cannot revoke itself, so that the last admin key is not lost by mistake. Use another admin key.";
    TooManySecrets 409 "too_many_secrets" "Too many secrets" "A webhook has at most 10 live secrets. Delete one, or wait until one ends.";
    LastSecret 409 "last_secret" "The last secret" "Events are always signed: a webhook keeps one secret that does not end. Make a new one first; the old ones end by themselves.";
    IdempotencyInProgress 409 "idempotency_in_progress" "The same request is under way" "A request with this `Idempotency-Key` is being worked on. Send it again after the seconds in `Retry-After`.";
    EditedElsewhere 409 "edited_elsewhere" "Changed by somebody else" "Another key has changed the story since this key last wrote it. Send `overwrite=true` to replace that work on purpose.";
    StoryWithdrawn 409 "story_withdrawn" "The story was withdrawn" "The story with this supplier's id is in the trash or retracted. It is never revived by an update.";
    StateConflict 409 "state_conflict" "The story is in another state" "What was asked for does not go with the state the story is in; `detail` says which, and what to do first.";
    NotEmpty 409 "not_empty" "The service is not empty" "An export is restored into a service without sources, categories and stories. Set up a fresh one, or import the stories instead.";
    ArticleGone 410 "article_gone" "The story was withdrawn" "The story is in the trash or retracted; `tombstone` says since when and, where it was retracted, why. If it was public, drop it from caches and indexes.";
    CursorExpired 410 "cursor_expired" "The cursor is too old" "What came after the cursor is kept no longer, or the database was restored since. Begin anew: ask with `since=latest`, then read the lists.";
    VersionMismatch 412 "version_mismatch" "Changed in the meantime" "`If-Match` names another version than the current one. Read the resource again (its `ETag` and `version` are in this answer), merge, and send the change with the new tag.";
    BodyTooLarge 413 "body_too_large" "The body is too large" "A request body may have at most 4 MiB.";
    TooManyLines 413 "too_many_lines" "Too many stories for all or none" "With `mode=atomic` a request has at most 10,000 stories and 64 MiB of text. Send fewer at a time, or use `mode=best_effort` with external ids, which make it safe to send again.";
    MediaTypeUnsupported 415 "media_type_unsupported" "The content type is not supported" "Send the body as `application/json` (PATCH also takes `application/merge-patch+json`), in UTF-8 and without a content coding. A stream of stories is `application/x-ndjson`, plain or with `Content-Encoding: gzip` or `zstd`.";
    ValidationFailed 422 "validation_failed" "The content breaks a rule" "The body has the right shape, but some members break a rule. `errors` names all of them at once.";
    CategoryNotFound 422 "category_not_found" "No such category" "The body names a category that does not exist. Make it first, or send `create_missing=true` with a key that may make categories.";
    SourceNotFound 422 "source_not_found" "No such source" "The body names a source that does not exist. Make it first, or send `create_missing=true` with a key that may make sources.";
    ArticleNotFound 422 "article_not_found" "No such story" "`translation_of` names a story that does not exist or that the key may not see.";
    NulCharacter 422 "nul_character" "A text holds a NUL character" "U+0000 cannot be stored in text.";
    SlugInvalid 422 "slug_invalid" "Not a slug" "A slug has lower-case letters, marks and digits of any script in NFC, joined by single hyphens, at most 120 characters and 300 bytes; it is not shaped like a UUID and not a path word of this API.";
    LanguageInvalid 422 "language_invalid" "Not a language tag" "A language is a well-formed BCP 47 tag such as `en`, `ur` or `zh-Hant`.";
    UrlInvalid 422 "url_invalid" "Not a web address" "An address is absolute, with the scheme http or https and a host, and at most 2,048 characters.";
    AddressForbidden 422 "address_forbidden" "An address that is not asked" "The service sends nothing to private, local and reserved addresses, nor to addresses with credentials in them. The operator can allow hosts and networks (`NEWSWIRE_FETCH_ALLOW`).";
    TimeInvalid 422 "time_invalid" "Not a usable time" "A time is RFC 3339 with an offset, between the years 0001 and 9999.";
    ExpiryTooEarly 422 "expiry_too_early" "Expires before it is published" "`expires_at` must be later than `published_at`.";
    ExternalIdMismatch 422 "external_id_mismatch" "Path and body disagree" "`source` or `external_id` in the body differs from the path. Leave it out of the body.";
    TranslationInvalid 422 "translation_invalid" "Not a possible translation" "A story cannot be a translation of itself, and one that has translations cannot become a translation of another.";
    CategoryCycle 422 "category_cycle" "The tree would have a cycle" "A category cannot stand below itself.";
    CategoryTooDeep 422 "category_too_deep" "The tree would be too deep" "The category tree has at most 8 levels.";
    ReassignInvalid 400 "reassign_invalid" "Cannot move stories there" "`reassign_to` must name another existing resource of the same kind that does not stand below the deleted one.";
    KeyScopeInvalid 422 "key_scope_invalid" "Scopes that do not go together" "A key bound to a source holds no `admin`, `sources:write` or `categories:write`.";
    ExpiryInPast 422 "expiry_in_past" "The expiry has passed" "`expires_at` of a new key must be in the future.";
    TooManyCategories 422 "too_many_categories" "Too many categories" "A story has at most 10 categories, the primary one included.";
    TooManyNotes 422 "too_many_notes" "Too many notes" "`metadata` holds at most 50 names. A merge patch adds to those that are there; null takes one away.";
    TextTooLong 422 "text_too_long" "A text is too long" "The text exceeds the bytes that can be stored; `detail` says how many.";
    IdempotencyKeyReused 422 "idempotency_key_reused" "The idempotency key was used for another request" "A request with this `Idempotency-Key` was done already, and this one differs from it in its path, query, content type or body. Send a new key with each new request, and the same bytes when you repeat one.";
    LinesRejected 422 "lines_rejected" "Some of the stories cannot be saved" "With `mode=atomic`, and when an export is restored, everything is saved or nothing. `errors` names the faults; a pointer begins with the line (from 1) of a stream, with the index (from 0) in an array.";
    ExportInvalid 422 "export_invalid" "Not a whole export" "The body is not an export from its first line to its last, or one of a release that this one cannot read; `detail` says what is missing. Nothing was restored.";
    PreconditionRequired 428 "precondition_required" "If-Match is required" "This service is set up to refuse changes without `If-Match`. Read the resource, then send its `ETag`.";
    RequestTimeout 408 "request_timeout" "The request took too long to arrive" "The body did not arrive in time. Send it again.";
    Internal 500 "internal_error" "Something broke on our side" "The fault is logged under the `request_id`; report it with that id.";
    Unavailable 503 "unavailable" "Temporarily unavailable" "The database cannot be reached or is overloaded. Try again after the seconds in `Retry-After`. A write may have been saved if the connection broke at its very end: repeat it with the same `Idempotency-Key`, with an external id or with `If-Match`, so that nothing is done twice.";
}
