//! The newsroom as a whole in the database.

pub mod columns;
pub mod export;
pub mod restore;
