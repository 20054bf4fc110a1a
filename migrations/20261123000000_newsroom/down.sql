DROP TABLE keys;
DROP TABLE article_categories;
DROP TABLE articles;
DROP FUNCTION articles_note_live();
DROP TABLE slugs;
DROP TABLE categories;
DROP TABLE sources;
