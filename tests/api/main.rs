//! The service as its users meet it: over HTTP, on a real PostgreSQL.

mod support;

mod find_article;
