//! What is sent to webhooks, and what holds for several of their operations.

mod content;
mod failures;
mod order;
mod requests;
mod sending;
