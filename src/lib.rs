//! newswire: a news content service in one binary.
//!
//! A request's way through the house, and who may import whom, stand in `docs/ARCHITECTURE.md`.
//! The crate is sliced by resource: [`articles`], [`sources`], [`categories`] and [`keys`] each have
//! a `model` (parsed types, no I/O), a `store` (queries), `views` (wire types) and `handlers`.
//! Around them: [`http`] (what they share on the wire), [`db`] (what they share in the database),
//! [`api`] (the document), [`app`] (state and middleware), [`error`] and [`access`] (the one error
//! type, the rules of who may do what), [`outside`] (the one way to other servers),
//! [`reader`] (feeds, from bytes to stories).
//! [`client`], [`post`], [`import`], [`export`] and [`demo`] are clients of the HTTP API.

pub mod access;
pub mod addresses;
pub mod api;
pub mod app;
pub mod articles;
pub mod backup;
pub mod catalog;
pub mod categories;
pub mod client;
pub mod config;
pub mod db;
pub mod demo;
pub mod docs;
pub mod error;
pub mod events;
pub mod export;
pub mod feeds;
pub mod freshness;
pub mod health;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod import;
pub mod keys;
pub mod logging;
pub mod metrics;
pub mod mirror;
pub mod outside;
pub mod patch;
pub mod post;
pub mod reader;
pub mod search;
pub mod serve;
pub mod sitemaps;
pub mod sources;
pub mod text;
pub mod tls;
pub mod topics;
pub mod values;
pub mod webhooks;
pub mod wires;
