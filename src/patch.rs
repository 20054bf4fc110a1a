//! Absent is not null (RFC 7396): a member of a merge patch is left alone, cleared, or set.

use serde::{Deserialize, Deserializer};

/// A member of a patch. Fields of this type carry `#[serde(default)]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not named: leave it alone.
    #[default]
    Absent,
    /// `null`: clear it, or give it its default.
    Null,
    /// Set it.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the member was named at all.
    pub fn is_present(&self) -> bool {
        !matches!(self, Patch::Absent)
    }

    /// What was set, if anything.
    pub fn value(&self) -> Option<&T> {
        match self {
            Patch::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Changes a member that can be empty.
    pub fn set(self, member: &mut Option<T>) {
        match self {
            Patch::Absent => {}
            Patch::Null => *member = None,
            Patch::Value(value) => *member = Some(value),
        }
    }

    /// Changes a member that has a default instead of being empty.
    pub fn set_or(self, member: &mut T, default: impl FnOnce() -> T) {
        match self {
            Patch::Absent => {}
            Patch::Null => *member = default(),
            Patch::Value(value) => *member = value,
        }
    }

    /// Changes what was set.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => Patch::Value(change(value)),
        }
    }

    /// Changes what was set, where that can fail; a failure reads as not named.
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Option<U>) -> Patch<U> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => change(value).map_or(Patch::Absent, Patch::Value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<T>::deserialize(deserializer)? {
            Some(value) => Patch::Value(value),
            None => Patch::Null,
        })
    }
}
