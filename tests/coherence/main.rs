//! What is remembered is true: two nodes on one database under writers of every kind, fills that
//! race commits, outages, and the bounds of the memory.

#[path = "../api/support/mod.rs"]
mod support;

mod fills;
mod hammer;
mod memory;
mod outage;
mod proxy;
mod session;
mod stampede;
mod start;
mod watching;
