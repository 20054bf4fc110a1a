//! What the database refuses becomes the answer its constraint stands for; what it cannot do now
//! becomes 503; anything else is a fault of ours.

use crate::db::constraints;
use crate::error::{Code, Error};
use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// Messages of a server that is going down, coming up, or cutting a statement short.
const PASSING: [&str; 7] = [
    "canceling statement",
    "terminating connection",
    "the database system is",
    "too many clients",
    "remaining connection slots",
    "connection closed",
    "cannot execute",
];

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::NotFound => Error::new(Code::NotFound),
            Diesel::DatabaseError(kind, info) => {
                let known = info.constraint_name().and_then(constraints::code);
                if let Some(code) = known {
                    return Error::new(code);
                }
                let deadlock = info.message().contains("deadlock detected")
                    || info.constraint_name() == Some("articles_duplicate_of_fkey");
                if deadlock || matches!(kind, DatabaseErrorKind::SerializationFailure) {
                    return Error::deadlock(error);
                }
                let passing = matches!(
                    kind,
                    DatabaseErrorKind::ClosedConnection
                        | DatabaseErrorKind::UnableToSendCommand
                        | DatabaseErrorKind::ReadOnlyTransaction
                ) || PASSING.iter().any(|text| info.message().contains(text));
                if passing { Error::unavailable(error) } else { Error::internal(error) }
            }
            Diesel::BrokenTransactionManager => Error::unavailable(error),
            _ => Error::internal(error),
        }
    }
}
