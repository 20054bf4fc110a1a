//! What an export is, without any I/O.

/// The version of the format that this release writes and reads.
pub const FORMAT: u64 = 1;

/// How much there is in a newsroom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sources.
    pub sources: u64,
    /// Categories.
    pub categories: u64,
    /// Stories in any state, the trash included.
    pub articles: u64,
    /// The versions they had before the present one.
    pub revisions: u64,
}
