//! Opaque cursors for keyset pagination: the sort key of the last item seen, the direction, and a
//! fingerprint of the list it belongs to. Versioned, so that a later deployment can still read it.

use crate::error::{Code, Error};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const VERSION: u8 = 1;
/// Longer ones were not made here.
const MAX_CHARS: usize = 4096;

/// Which way a page lies from its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// After the key, in the list's order.
    #[serde(rename = "n")]
    Next,
    /// Before the key.
    #[serde(rename = "p")]
    Prev,
}

#[derive(Serialize, Deserialize)]
struct Wire<K> {
    v: u8,
    f: u64,
    d: Direction,
    k: K,
}

/// A sort key that came back from a client: only what a row could have is taken.
pub trait Key: Serialize + DeserializeOwned {
    /// Whether the database could hold it.
    fn is_storable(&self) -> bool;
}

impl Key for String {
    fn is_storable(&self) -> bool {
        !self.contains('\0')
    }
}

impl Key for Uuid {
    fn is_storable(&self) -> bool {
        true
    }
}

impl Key for i64 {
    fn is_storable(&self) -> bool {
        true
    }
}

impl Key for (String, Uuid) {
    fn is_storable(&self) -> bool {
        !self.0.contains('\0')
    }
}

impl Key for (i32, String, Uuid) {
    fn is_storable(&self) -> bool {
        !self.1.contains('\0')
    }
}

impl Key for (DateTime<Utc>, Uuid) {
    fn is_storable(&self) -> bool {
        (1..=9999).contains(&self.0.year())
    }
}

/// Where a page starts: just after or just before an item's sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<K> {
    /// Which way to go.
    pub direction: Direction,
    /// The sort key of the item next to the page.
    pub key: K,
}

impl<K: Key> Cursor<K> {
    /// Writes the cursor, bound to the list with that fingerprint.
    pub fn encode(direction: Direction, key: K, fingerprint: u64) -> Result<String, Error> {
        let wire = Wire { v: VERSION, f: fingerprint, d: direction, k: key };
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).map_err(Error::internal)?))
    }

    /// Reads the cursor a request came with, if any.
    pub fn read(text: Option<&str>, fingerprint: u64) -> Result<Option<Self>, Error> {
        text.map(|text| Self::decode(text, fingerprint)).transpose()
    }

    /// Reads a cursor. Fails with `cursor_invalid`, or `cursor_mismatch` for another list's.
    pub fn decode(text: &str, fingerprint: u64) -> Result<Self, Error> {
        let invalid = || Error::parameter("cursor", Code::CursorInvalid);
        let mismatch = || Error::parameter("cursor", Code::CursorMismatch);
        if text.len() > MAX_CHARS {
            return Err(invalid());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let wire: Wire<K> = match serde_json::from_slice(&bytes) {
            Ok(wire) => wire,
            // another list's key may have another shape: that is a mismatch, not nonsense
            Err(_) => match serde_json::from_slice::<Wire<serde_json::Value>>(&bytes) {
                Ok(other) if other.v == VERSION && other.f != fingerprint => {
                    return Err(mismatch());
                }
                _ => return Err(invalid()),
            },
        };
        if wire.v != VERSION || !wire.k.is_storable() {
            return Err(invalid());
        }
        if wire.f != fingerprint {
            return Err(mismatch());
        }
        Ok(Self { direction: wire.d, key: wire.k })
    }
}

/// A page out of `limit + 1` rows that were read in reading direction.
#[derive(Debug)]
pub struct Slice<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// Whether there are rows after them.
    pub has_next: bool,
    /// Whether there are rows before them.
    pub has_prev: bool,
}

impl<T> Slice<T> {
    /// Cuts the surplus row and puts the rest into the list's order.
    pub fn cut(mut rows: Vec<T>, limit: usize, direction: Option<Direction>) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        match direction {
            Some(Direction::Prev) => {
                rows.reverse();
                Self { rows, has_next: true, has_prev: more }
            }
            Some(Direction::Next) => Self { rows, has_next: more, has_prev: true },
            None => Self { rows, has_next: more, has_prev: false },
        }
    }

    /// The cursors to the pages before and after this one.
    pub fn cursors<K: Key>(
        &self,
        fingerprint: u64,
        key: impl Fn(&T) -> K,
    ) -> Result<Cursors, Error> {
        let encode = |row: Option<&T>, wanted: bool, direction| match row {
            Some(row) if wanted => Cursor::encode(direction, key(row), fingerprint).map(Some),
            _ => Ok(None),
        };
        Ok(Cursors {
            prev: encode(self.rows.first(), self.has_prev, Direction::Prev)?,
            next: encode(self.rows.last(), self.has_next, Direction::Next)?,
        })
    }
}

/// The cursors around a page.
#[derive(Debug, Default)]
pub struct Cursors {
    /// To the page before it.
    pub prev: Option<String>,
    /// To the page after it.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back_for_its_list_only(position: i32, name in "[^\\x00]{0,40}", id: u128, list: u64, other: u64, back: bool) {
            let direction = if back { Direction::Prev } else { Direction::Next };
            let key = (position, name, Uuid::from_u128(id));
            let text = Cursor::encode(direction, key.clone(), list).unwrap();
            prop_assert_eq!(Cursor::decode(&text, list).unwrap(), Cursor { direction, key });
            if other != list {
                let error = Cursor::<(i32, String, Uuid)>::decode(&text, other).unwrap_err();
                prop_assert_eq!(error.code(), Code::CursorMismatch);
            }
        }

        #[test]
        fn nonsense_is_refused_without_a_panic(text in ".{0,200}") {
            if let Err(error) = Cursor::<(DateTime<Utc>, Uuid)>::decode(&text, 7) {
                prop_assert!(matches!(error.code(), Code::CursorInvalid | Code::CursorMismatch));
            }
        }
    }

    #[test]
    fn a_forged_key_that_no_row_could_have_is_refused() {
        let forged = |key: serde_json::Value| {
            let wire = Wire { v: VERSION, f: 7, d: Direction::Next, k: key };
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap())
        };
        let id = Uuid::nil();
        let name = forged(serde_json::json!(["a\u{0}b", id]));
        let time = forged(serde_json::json!(["-200000-01-01T00:00:00Z", id]));
        let by_name = Cursor::<(String, Uuid)>::decode(&name, 7).unwrap_err();
        let by_time = Cursor::<(DateTime<Utc>, Uuid)>::decode(&time, 7).unwrap_err();
        assert_eq!((by_name.code(), by_time.code()), (Code::CursorInvalid, Code::CursorInvalid));
    }
}
