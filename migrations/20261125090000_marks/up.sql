-- Lists where several filters meet, or a filter meets an order that no ordered index has with it: one
-- index that says every filter at once, so that stories are met in it and not in the table.

CREATE FUNCTION date_marks(kind text, at timestamptz) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        kind || 'd' || floor(extract(epoch FROM at) / 86400)::bigint,
        kind || 'm' || (extract(year FROM at AT TIME ZONE 'UTC') * 12 + extract(month FROM at AT TIME ZONE 'UTC') - 1)::bigint,
        kind || 'y' || extract(year FROM at AT TIME ZONE 'UTC')::bigint
    ]
$$;

-- What a story is filtered and ordered by, as the words of a text. Dear, so that no plan works it out
-- for row after row; in a language that is not read into the statement, so that it stays dear.
CREATE FUNCTION article_marks(
    status text, trashed_at timestamptz, category_ids uuid[], tag_slugs text[], author_slugs text[], source_id uuid,
    language text, featured boolean, urgency smallint, listed_at timestamptz, updated_at timestamptz,
    expires_at timestamptz
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
BEGIN
    RETURN array_to_tsvector(
        ARRAY[CASE WHEN trashed_at IS NULL THEN status ELSE 'trashed' END,
              'l:' || lower(language), 'u:' || 10 - coalesce(urgency, 10)]
        || date_marks('p', listed_at) || date_marks('u', updated_at)
        || CASE WHEN expires_at IS NULL THEN '{}' ELSE date_marks('e', expires_at) END
        || CASE WHEN source_id IS NULL THEN '{}' ELSE ARRAY['s:' || source_id] END
        || CASE WHEN featured THEN ARRAY['featured'] ELSE '{}' END
        || ARRAY(SELECT 'c:' || id FROM unnest(category_ids) AS id)
        -- no longer than a word can be
        || ARRAY(SELECT 't:' || left(slug, 400) FROM unnest(tag_slugs) AS slug WHERE slug IS NOT NULL)
        || ARRAY(SELECT 'a:' || left(slug, 400) FROM unnest(author_slugs) AS slug WHERE slug IS NOT NULL));
END
$$;
-- filters that meet; its pending list is kept short, since every look reads it
CREATE INDEX articles_marks_idx ON articles USING gin (article_marks(
    status, trashed_at, category_ids, tag_slugs, author_slugs, source_id, language, featured, urgency, listed_at,
    updated_at, expires_at)) WITH (gin_pending_list_limit = 256);

-- Dear too: a rare language is found by its index, not looked for in the newest stories of all.
CREATE FUNCTION language_key(language text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
    RETURN lower(language);
END
$$;
DROP INDEX articles_language_listed_at_id_idx;
-- the lists of a language
CREATE INDEX articles_language_listed_at_id_idx ON articles (language_key(language), listed_at DESC, id DESC)
    WHERE status = 'published' AND trashed_at IS NULL;
-- the planner should know how frequent each mark is
ANALYZE articles;
