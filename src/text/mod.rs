//! Pure functions on text: what a story's words become, with no I/O and no state.
//!
//! | module | question it answers |
//! |---|---|
//! | [`decode`] | which text are these bytes? |
//! | [`slug`] | what name does this headline get in an address? |
//! | [`render`] | what do readers see of this body, as HTML and as plain text? |
//! | [`search`] | which words is this text found by, and where do they stand in it? |
//! | `finish` | which addresses, pictures and frames of cleaned markup may stay? |
//! | [`scrollable`] | how is a wide table of a body read on a small screen? |
//! | [`excerpt`] | how does this text begin, where there is room for a few lines? |
//! | [`difference`] | where do these two texts differ? |
//! | [`xml`] | how is this text written so that every parser reads it? |
//! | [`likeness`] | are these two texts the same but for a few words? |
//! | [`page_address`] | are these two addresses those of one page? |
//! | [`language`] | is this a language tag, and which way does the language run? |
//!
//! Text itself is stored exactly as sent; everything here is derived from it
//! and can be derived again. Bodies come from anywhere, so every function
//! takes any input without panicking and in time that grows with its length;
//! `limits` holds what that costs.

pub mod decode;
pub mod difference;
pub mod excerpt;
mod finish;
mod html;
pub mod language;
mod layout;
pub mod likeness;
mod limits;
mod meter;
pub mod page_address;
mod plain;
pub mod render;
pub mod scrollable;
pub mod search;
pub mod slug;
mod tag;
pub mod xml;
