//! IPTC Media Topics: the subjects that the trade files news under, in every language the same.
//!
//! The names of the top-level concepts are taken from the IPTC Media Topics NewsCodes, © International Press
//! Telecommunications Council (iptc.org), licensed under CC BY 4.0. Categories may name any concept, deeper ones
//! too; what is known here are the seventeen at the top.

pub mod handlers;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// Where the concepts are.
const SCHEME: &str = "http://cv.iptc.org/newscodes/mediatopic/";
/// What stands before the digits of a concept in its short form.
const PREFIX: &str = "medtop:";
/// How many digits a concept has.
const DIGITS: usize = 8;

/// The top-level concepts: the digits and the English name.
pub const TOP: [(&str, &str); 17] = [
    ("01000000", "arts, culture, entertainment and media"),
    ("02000000", "crime, law and justice"),
    ("03000000", "disaster, accident and emergency incident"),
    ("04000000", "economy, business and finance"),
    ("05000000", "education"),
    ("06000000", "environment"),
    ("07000000", "health"),
    ("08000000", "human interest"),
    ("09000000", "labour"),
    ("10000000", "lifestyle and leisure"),
    ("11000000", "politics and government"),
    ("12000000", "religion"),
    ("13000000", "science and technology"),
    ("14000000", "society"),
    ("15000000", "sport"),
    ("16000000", "conflict, war and peace"),
    ("17000000", "weather"),
];

/// The short form of a concept: `medtop:11000000`.
pub fn id(digits: &str) -> String {
    format!("{PREFIX}{digits}")
}

/// Whether this is the short form of a concept, known here or not.
pub fn is_id(text: &str) -> bool {
    digits(text).is_some()
}

/// The address of the concept of that short form.
pub fn uri(id: &str) -> Option<String> {
    digits(id).map(|digits| format!("{SCHEME}{digits}"))
}

fn digits(id: &str) -> Option<&str> {
    let digits = id.strip_prefix(PREFIX)?;
    let fine = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    fine.then_some(digits)
}

/// The operations on topics.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("topics" => list_media_topics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concept_has_a_short_form_and_an_address() {
        assert_eq!(uri("medtop:11000000").unwrap(), format!("{SCHEME}11000000"));
        assert_eq!(uri(&id("20000639")).unwrap(), format!("{SCHEME}20000639"));
        for wrong in
            ["", "medtop:", "medtop:1100000", "medtop:110000000", "medtop:1100000x", "11000000"]
        {
            assert_eq!(uri(wrong), None, "{wrong}");
        }
        assert!(TOP.is_sorted() && TOP.iter().all(|(digits, _)| is_id(&id(digits))));
    }
}
