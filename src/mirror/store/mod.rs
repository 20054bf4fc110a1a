//! The mirror in the database: how far it is, and the rows that make way for those of the origin.

pub mod rows;
pub mod state;
