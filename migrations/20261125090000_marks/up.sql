-- Lists where several filters meet, or a filter meets an order that no ordered index has with it: one
-- index that says every filter at once, so that stories are met in it and not in the table.

-- What a story is filtered and ordered by, as the words of a text. Dear, so that no plan works it out
-- for row after row; in a language that is not read into the statement, so that it stays dear.
CREATE FUNCTION article_marks(
    status text, trashed_at timestamptz, category_ids uuid[], tag_slugs text[], author_slugs text[], source_id uuid,
    language text, featured boolean, urgency smallint, listed_at timestamptz, updated_at timestamptz,
    expires_at timestamptz
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
BEGIN
    -- one text, taken apart at the end: much faster than arrays that grow; what is null is left out
    RETURN array_to_tsvector(string_to_array(concat_ws(E'\x01',
        CASE WHEN trashed_at IS NULL THEN status ELSE 'trashed' END,
        'l:' || lower(language),
        'u:' || 10 - coalesce(urgency, 10),
        CASE WHEN featured THEN 'featured' END,
        's:' || source_id,
        'c:' || nullif(array_to_string(category_ids, E'\x01c:'), ''),
        't:' || nullif(array_to_string(tag_slugs, E'\x01t:'), ''),
        'a:' || nullif(array_to_string(author_slugs, E'\x01a:'), ''),
        -- day, month and year
        to_char(listed_at AT TIME ZONE 'UTC', E'"pd"J\x01"pm"YYYYMM\x01"py"YYYY'),
        to_char(updated_at AT TIME ZONE 'UTC', E'"ud"J\x01"um"YYYYMM\x01"uy"YYYY'),
        to_char(expires_at AT TIME ZONE 'UTC', E'"ed"J\x01"em"YYYYMM\x01"ey"YYYY')), E'\x01'));
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
