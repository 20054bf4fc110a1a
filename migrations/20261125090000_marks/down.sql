DROP INDEX articles_language_listed_at_id_idx;
CREATE INDEX articles_language_listed_at_id_idx ON articles (lower(language), listed_at DESC, id DESC);
DROP FUNCTION language_key(text);
DROP INDEX articles_marks_idx;
DROP FUNCTION article_marks(
    text, timestamptz, uuid[], text[], text[], uuid, text, boolean, smallint, timestamptz, timestamptz, timestamptz);
