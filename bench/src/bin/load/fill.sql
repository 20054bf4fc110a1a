-- What the triggers on articles write, for all stories at once; as in the migrations.
INSERT INTO slugs (collection, slug, resource_id) SELECT 'articles', slug, id FROM articles;

INSERT INTO article_categories (article_id, category_id, position)
    SELECT articles.id, filed.id, place - 1
    FROM articles, unnest(category_ids) WITH ORDINALITY AS filed (id, place);

INSERT INTO search_configurations (name) SELECT DISTINCT search_config FROM articles;

INSERT INTO article_listings (article_id, term, listed_at, expires_at, name, url)
    SELECT story.id, term, story.listed_at, story.expires_at, terms.name, terms.url
    FROM articles AS story, LATERAL (
        SELECT 'c:' || id AS term, NULL AS name, NULL AS url FROM unnest(story.category_ids) AS id
        UNION ALL
        SELECT 't:' || slug, name, NULL FROM unnest(story.tag_slugs, story.tags) AS tag (slug, name)
            WHERE slug IS NOT NULL
        UNION ALL
        SELECT 'a:' || slug, author ->> 'name', author ->> 'url'
            FROM ROWS FROM (unnest(story.author_slugs), jsonb_array_elements(story.authors)) AS author (slug, author)
            WHERE slug IS NOT NULL
    ) AS terms
    WHERE story.status = 'published' AND story.trashed_at IS NULL
    ON CONFLICT DO NOTHING;
