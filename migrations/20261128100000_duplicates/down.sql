CREATE OR REPLACE FUNCTION articles_content(story articles) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- long, and made from the rest
    story.body_html := '';
    story.body_text := '';
    story.search := '';
    story.title := '';
    RETURN to_jsonb(story) - ARRAY['body_html', 'body_text', 'search', 'title', 'search_config', 'derived',
        'author_keys', 'tag_keys', 'tag_slugs', 'category_id', 'has_been_live'];
END
$$;
DROP FUNCTION articles_alike(bigint[], uuid);
DROP INDEX articles_underived_idx;
CREATE INDEX articles_underived_idx ON articles (id) WHERE derived = 0;
DROP INDEX articles_likeness_idx, articles_duplicate_of_idx;
ALTER TABLE articles
    DROP CONSTRAINT articles_duplicate_of_check, DROP CONSTRAINT articles_duplicate_of_fkey,
    DROP COLUMN sketch, DROP COLUMN likeness, DROP COLUMN duplicate_of;
