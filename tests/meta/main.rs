//! The rules of `docs/ARCHITECTURE.md` as tests.

#[path = "../api/support/mod.rs"]
mod support;

mod architecture;
mod env_example;
mod migrations;
mod openapi;
mod rules;
