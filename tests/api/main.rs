//! The service as its users meet it: over HTTP, on a real PostgreSQL.

mod support;

mod access_log_and_headers;
mod auth;
mod check_liveness;
mod check_readiness;
mod compression;
mod cors;
mod create_article;
mod create_category;
mod create_key;
mod create_source;
mod delete_category;
mod delete_key;
mod delete_source;
mod docs_pages;
mod every_operation;
mod find_article;
mod find_category;
mod find_category_tree;
mod find_current_key;
mod find_source;
mod key_command;
mod limits;
mod list_categories;
mod list_keys;
mod list_sources;
mod metrics;
mod migrations_and_nodes;
mod post_command;
mod replace_category;
mod replace_source;
mod update_category;
mod update_source;
