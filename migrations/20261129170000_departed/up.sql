-- Feeds in Atom name stories that were live and were withdrawn (RFC 6721). What becomes of those changes such
-- a feed, though it changes no list.
CREATE OR REPLACE FUNCTION articles_scopes(story articles) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN story.status = 'published' AND story.trashed_at IS NULL THEN
        ARRAY['articles', 'group:' || coalesce(story.translation_of, story.id),
              'articles/language:' || lower(story.language)]
        || CASE WHEN story.version_group IS NULL THEN '{}' ELSE ARRAY(
               SELECT 'group:' || id FROM articles WHERE version_group = story.version_group) END
        || CASE WHEN story.source_id IS NULL THEN '{}' ELSE ARRAY['articles/source:' || story.source_id] END
        || ARRAY(SELECT 'articles/category:' || id FROM unnest(story.category_ids) AS id)
    WHEN story.has_been_live AND (story.trashed_at IS NOT NULL OR story.status = 'retracted') THEN ARRAY['departed']
    ELSE '{}' END
$$;
