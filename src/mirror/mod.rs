//! A mirror: `newswire mirror URL` keeps the database of this service equal to what another one, its
//! origin, shows to a key or to the public.
//!
//! The origin is known by its HTTP API alone (`origin`): its lists are copied once, then its changes are
//! followed. What it shows becomes rows as an export has them (`rows`), under the ids, times and versions of
//! the origin. Each step is one transaction that also keeps how far the mirror is (`step`, `store`), so that
//! one which is cut off at any moment goes on where it was.
//!
//! Changes tell of a resource as it is now, not as it was: what they name may be there only with a later
//! page, and what a slug named may not be gone yet. The first is asked for by itself, the second makes
//! way; and what shows something of others (language versions, stories that repeat one, terms of a
//! source) is read once more after these have changed (`mirror_wanted`).

mod apply;
pub mod command;
mod origin;
mod rows;
mod step;
mod store;
mod tree;
mod versions;
