-- Stories whose search words are not what the database itself makes of them, in a sample.
WITH sample AS (
    SELECT * FROM articles WHERE id IN (SELECT id FROM articles ORDER BY id DESC LIMIT 500)
), expected AS (
    SELECT *,
        setweight(to_tsvector(search_config::regconfig, headline), 'A') AS a,
        setweight(to_tsvector(search_config::regconfig, coalesce(summary, '')), 'B') AS b,
        setweight(to_tsvector(search_config::regconfig,
            concat_ws(' ', byline, names, array_to_string(tags, ' '))), 'C') AS c,
        setweight(to_tsvector(search_config::regconfig, body_text), 'D') AS d,
        CASE WHEN status = 'published' THEN array_to_tsvector(search_dates(published_at)) ELSE '' END AS dates
    FROM sample, LATERAL (
        SELECT string_agg(author ->> 'name', ' ' ORDER BY place) AS names
        FROM jsonb_array_elements(authors) WITH ORDINALITY AS list (author, place)
    ) AS named
)
SELECT slug FROM expected WHERE search <> (a || b || c || d || dates) OR title <> (a || c);
