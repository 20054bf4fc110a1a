DROP TRIGGER categories_forget ON categories;
DROP TRIGGER sources_forget ON sources;
DROP TRIGGER articles_forget ON articles;
DROP FUNCTION changes_forget();
DROP TRIGGER categories_follow ON categories;
DROP FUNCTION categories_follow();
DROP TRIGGER sources_follow ON sources;
DROP FUNCTION sources_follow();
DROP TRIGGER article_categories_follow ON article_categories;
DROP FUNCTION article_categories_follow();
DROP TRIGGER articles_follow ON articles;
DROP FUNCTION articles_follow();
DROP FUNCTION articles_scopes(articles);
DROP FUNCTION articles_list(articles);
DROP TRIGGER articles_date_search ON articles;
DROP FUNCTION articles_date_search();
DROP FUNCTION search_dates(timestamptz);
DROP TABLE changes;
DROP TABLE search_configurations;
DROP TABLE article_listings;
DROP INDEX articles_underived_idx, articles_search_idx, articles_trash_idx, articles_drafts_idx,
    articles_expires_at_idx, articles_featured_idx, articles_urgency_idx, articles_source_id_idx,
    articles_source_id_listed_at_id_idx;
ALTER TABLE articles
    ALTER COLUMN tag_keys SET DEFAULT '{}', ALTER COLUMN author_keys SET DEFAULT '{}',
    DROP COLUMN derived, DROP COLUMN title, DROP COLUMN search, DROP COLUMN search_config,
    DROP COLUMN author_slugs, DROP COLUMN tag_slugs, DROP COLUMN category_ids;
CREATE INDEX articles_source_id_listed_at_id_idx ON articles (source_id, listed_at DESC, id DESC);
CREATE INDEX articles_tag_keys_idx ON articles USING gin (tag_keys);
CREATE INDEX articles_author_keys_idx ON articles USING gin (author_keys);
