//! IPTC Media Topics: the subjects that the trade files news under.

/// Where the concepts are.
const SCHEME: &str = "http://cv.iptc.org/newscodes/mediatopic/";

/// The address of a topic that is written as `medtop:11000000`.
pub fn uri(id: &str) -> Option<String> {
    id.strip_prefix("medtop:").map(|digits| format!("{SCHEME}{digits}"))
}
