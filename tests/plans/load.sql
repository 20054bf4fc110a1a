-- A million stories of five years, set by set: skewed over 20 sources, 200 categories, 8 languages, 500
-- tags and 2,000 authors; of each of these one is rare. Half have the word zhalf, one in a hundred
-- zcent, some ten each zrareN.
SET session_replication_role = replica;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';

CREATE TEMP TABLE held AS
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid IN ('articles'::regclass, 'article_listings'::regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);
DO $$ DECLARE index text; BEGIN
    FOR index IN SELECT name FROM held LOOP EXECUTE 'DROP INDEX ' || index; END LOOP;
END $$;
ALTER TABLE article_listings DROP CONSTRAINT article_listings_pkey;

INSERT INTO sources (id, slug, name, created_at, updated_at)
    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'source-' || n, 'Source ' || n, now(), now()
    FROM generate_series(1, 20) AS n;
-- 8 at the top, 40 below, 152 below those
INSERT INTO categories (id, slug, name, parent_id, path, created_at, updated_at)
    SELECT way[array_upper(way, 1)], 'category-' || n, 'Category ' || n, way[array_upper(way, 1) - 1], way, now(), now()
    FROM generate_series(1, 200) AS n CROSS JOIN LATERAL (
        SELECT array_agg(('00000000-0000-7000-9000-' || lpad(step::text, 12, '0'))::uuid ORDER BY step) AS way FROM unnest(
            CASE WHEN n <= 8 THEN ARRAY[n] WHEN n <= 48 THEN ARRAY[1 + n % 8, n]
            ELSE ARRAY[1 + (9 + n % 40) % 8, 9 + n % 40, n] END) AS step) AS steps;

SELECT setseed(0.25);
BEGIN;
TRUNCATE articles CASCADE;
INSERT INTO articles (
    id, slug, headline, body, body_format, body_html, body_text, word_count, authors, author_slugs, source_id,
    source_url, external_id, category_id, category_ids, tags, tag_slugs, language, search_config, status,
    published_at, expires_at, trashed_at, urgency, featured, created_at, updated_at, search, title, derived)
SELECT (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, 'story-' || n, 'Story ' || n,
    'Text.', 'text', '<p>Text.</p>', 'Text.', 1,
    jsonb_build_array(jsonb_build_object('name', 'Author ' || author)), ARRAY['author-' || author],
    ('00000000-0000-7000-8000-' || lpad(source::text, 12, '0'))::uuid,
    'https://a.example/' || n, n::text, filed[1], filed, tags, tag_slugs,
    (ARRAY['en', 'de', 'fr', 'ar', 'ru', 'es', 'tr', 'ur'])[language],
    (ARRAY['english', 'german', 'french', 'arabic', 'russian', 'spanish', 'turkish', 'simple'])[language],
    CASE WHEN kind < 0.01 THEN 'draft' ELSE 'published' END,
    published_at,
    CASE WHEN kind BETWEEN 0.02 AND 0.03 AND n < 980000 THEN published_at + interval '30 days'
         WHEN kind BETWEEN 0.03 AND 0.04 THEN greatest(now(), published_at) + random() * interval '300 days' END,
    CASE WHEN kind BETWEEN 0.04 AND 0.045 THEN now() END,
    CASE WHEN random() < 0.5 THEN 1 + floor(9 * random()) END, random() < 0.02,
    coalesce(published_at, made_at), least(now(), coalesce(published_at, made_at))
        + CASE WHEN random() < 0.1 THEN random() * interval '3 days' ELSE interval '0' END,
    array_to_tsvector(words || CASE WHEN kind < 0.01 THEN '{}' ELSE search_dates(published_at) END),
    array_to_tsvector(words), 2
FROM (
    SELECT n, kind, made_at, source, author, language, words,
        CASE WHEN kind < 0.01 THEN NULL WHEN kind < 0.015 THEN now() + random() * interval '30 days' ELSE made_at END AS published_at,
        ARRAY(SELECT ('00000000-0000-7000-9000-' || lpad(one::text, 12, '0'))::uuid
              FROM unnest(CASE WHEN n % 100000 = 3 THEN ARRAY[200] WHEN kind > 0.7 AND one <> two THEN ARRAY[one, two] ELSE ARRAY[one] END) AS one) AS filed,
        CASE WHEN n % 25000 = 7 THEN ARRAY['Tag rare'] WHEN tag = other THEN ARRAY['Tag ' || tag] ELSE ARRAY['Tag ' || tag, 'Tag ' || other] END AS tags,
        CASE WHEN n % 25000 = 7 THEN ARRAY['tag-rare'] WHEN tag = other THEN ARRAY['tag-' || tag] ELSE ARRAY['tag-' || tag, 'tag-' || other] END AS tag_slugs
    FROM (
        SELECT n, random() AS kind,
            now() - interval '5 years' * (1 - n / 1e6) - random() * interval '3 hours' AS made_at,
            CASE WHEN n % 50000 = 1 THEN 20 ELSE 1 + floor(19 * power(random(), 2))::int END AS source,
            CASE WHEN n % 100000 = 2 THEN 0 ELSE 1 + floor(2000 * power(random(), 2))::int END AS author,
            CASE WHEN n % 20000 = 5 THEN 8 ELSE 1 + floor(7 * power(random(), 2))::int END AS language,
            1 + floor(199 * power(random(), 2))::int AS one, 1 + floor(199 * random())::int AS two,
            floor(500 * power(random(), 2))::int AS tag, floor(500 * power(random(), 3))::int AS other,
            ARRAY['story', 'w' || floor(3000 * random()), 'w' || floor(3000 * power(random(), 3)), 'zrare' || n % 100000]
                || CASE WHEN random() < 0.5 THEN ARRAY['zhalf'] ELSE '{}' END
                || CASE WHEN random() < 0.01 THEN ARRAY['zcent'] ELSE '{}' END AS words
        FROM generate_series(1, 1000000) AS n) AS drawn) AS drawn;
COMMIT;

BEGIN;
TRUNCATE article_listings;
INSERT INTO article_listings (article_id, term, listed_at, expires_at, name)
    SELECT articles.id, term, listed_at, expires_at, terms.name FROM articles CROSS JOIN LATERAL (
        SELECT 'c:' || filed AS term, NULL AS name FROM unnest(category_ids) AS filed
        UNION ALL SELECT 't:' || slug, name FROM unnest(tag_slugs, tags) AS tag (slug, name)
        UNION ALL SELECT 'a:' || author_slugs[1], authors -> 0 ->> 'name') AS terms
    WHERE status = 'published' AND trashed_at IS NULL;
COMMIT;
INSERT INTO search_configurations SELECT DISTINCT search_config FROM articles;
ALTER TABLE article_listings ADD CONSTRAINT article_listings_pkey PRIMARY KEY (article_id, term);
DO $$ DECLARE definition text; BEGIN
    FOR definition IN SELECT held.definition FROM held LOOP EXECUTE definition; END LOOP;
END $$;
VACUUM ANALYZE articles;
VACUUM ANALYZE article_listings;
