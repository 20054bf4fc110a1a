-- 20 sources, and 200 categories: 10 at the top, 40 below them, 150 below those.
INSERT INTO sources (id, slug, name, url, credit, country, language, created_at, updated_at)
    SELECT ('01900000-0000-7000-a000-' || lpad(to_hex(n), 12, '0'))::uuid, 'source-' || n, 'Source ' || n,
        'https://source-' || n || '.example/', 'Source ' || n, 'GB', 'en', now(), now()
    FROM generate_series(1, 20) AS n;

WITH RECURSIVE numbered AS (
    -- names are spread over the levels: the most used ones stand anywhere
    SELECT place, 1 + (place * 77) % 200 AS n,
        CASE WHEN place >= 50 THEN 10 + (place - 50) % 40 WHEN place >= 10 THEN (place - 10) % 10 END AS above
    FROM generate_series(0, 199) AS place
), named AS (
    SELECT place, above, n, ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid AS id FROM numbered
), tree AS (
    SELECT place, n, id, NULL::uuid AS parent_id, ARRAY[id] AS path FROM named WHERE above IS NULL
    UNION ALL
    SELECT named.place, named.n, named.id, tree.id, tree.path || named.id
    FROM named JOIN tree ON tree.place = named.above
)
INSERT INTO categories (id, slug, name, parent_id, path, position, created_at, updated_at)
    SELECT id, 'category-' || n, 'Category ' || n, parent_id, path, n, now(), now() FROM tree;

INSERT INTO slugs (collection, slug, resource_id)
    SELECT 'sources', slug, id FROM sources UNION ALL SELECT 'categories', slug, id FROM categories;
