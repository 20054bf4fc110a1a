//! JSON as it is sent. Texts are long and rarely hold anything to escape, so they are looked through many
//! bytes at once. An entity tag is made of the bytes: whatever is sent, and whatever a tag is made for, is
//! written here.

use crate::error::Error;
use serde::Serialize;

/// The bytes of an answer.
pub fn to_vec(body: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, Error> {
    sonic_rs::to_vec(body).map_err(Error::internal)
}

/// Adds the bytes of an answer to `buffer`.
pub fn append(buffer: &mut Vec<u8>, body: &(impl Serialize + ?Sized)) -> Result<(), Error> {
    sonic_rs::to_writer(buffer, body).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            // halves and eighths: serde_json reads others up to a last bit wrong
            any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
            any::<String>().prop_map(Value::from),
            "[\\x00-\\x7f]{0,100}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 40, 6, |inner| {
            let object = prop::collection::vec((any::<String>(), inner.clone()), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(Value::from),
                object.prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in any_json()) {
            let bytes = to_vec(&value).unwrap();
            prop_assert!(std::str::from_utf8(&bytes).is_ok());
            prop_assert_eq!(&serde_json::from_slice::<Value>(&bytes).unwrap(), &value);
            let mut buffer = b"data: ".to_vec();
            append(&mut buffer, &value).unwrap();
            prop_assert_eq!(&buffer[6..], &bytes);
        }
    }

    #[test]
    fn only_what_must_be_escaped_is() {
        let text = "\u{0}\u{1f}\"\\/\u{7f}\u{2028}\u{202e}\u{1f4f0}</script>\n";
        let written = String::from_utf8(to_vec(&json!([text])).unwrap()).unwrap();
        assert_eq!(written, serde_json::to_string(&json!([text])).unwrap());
    }
}
