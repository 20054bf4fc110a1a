DROP TABLE article_previews, article_revisions;
DROP TRIGGER articles_keep_revision ON articles;
DROP FUNCTION articles_keep_revision, articles_content;
DROP INDEX articles_retracted_idx;
UPDATE articles SET status = 'draft' WHERE status = 'retracted';
ALTER TABLE articles
    DROP CONSTRAINT articles_retracted_at_check,
    DROP CONSTRAINT articles_status_check,
    ADD CONSTRAINT articles_status_check CHECK (status IN ('draft', 'published')),
    DROP COLUMN corrections,
    DROP COLUMN retraction_reason,
    DROP COLUMN retracted_at;
