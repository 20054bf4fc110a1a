//! Categories: the tree that gives a story its breadcrumb.
//!
//! Invariants: a name is unique among siblings; the tree has no cycle and at most eight levels;
//! `path` lists the ids from the root down to the category itself and is kept for the whole subtree
//! in the transaction that moves it; changes to the tree's shape take turns.

pub mod handlers;
pub mod model;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on categories.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("categories" =>
        list_categories [UnknownCategory],
        find_category_tree,
        create_category [SlugTaken, NameTaken, SlugInvalid, CategoryNotFound, CategoryTooDeep],
        find_category,
        replace_category [SlugTaken, NameTaken, SlugInvalid, CategoryNotFound, CategoryCycle, CategoryTooDeep],
        update_category [TooManyNotes, SlugTaken, NameTaken, SlugInvalid, CategoryNotFound, CategoryCycle, CategoryTooDeep],
        delete_category [InUse, NameTaken, ReassignInvalid, CategoryTooDeep],
    )
}
