//! `If-None-Match`: the tags of what the caller already has (RFC 9110, 13.1.2).

use actix_web::http::header::{HeaderMap, IF_NONE_MATCH};

/// Whether the caller has what bears this tag. The comparison is weak: `W/` does not count. A
/// field that breaks the grammar is ignored as a whole, and the caller just gets the answer.
pub fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let mut lines = headers.get_all(IF_NONE_MATCH).peekable();
    let Some(first) = lines.next() else {
        return false;
    };
    // as almost always: the one tag, as it was given
    if first.as_bytes() == etag.as_bytes() && lines.peek().is_none() {
        return true;
    }
    if first.as_bytes().trim_ascii() == b"*" {
        return lines.peek().is_none();
    }
    let mut found = false;
    for line in std::iter::once(first).chain(lines) {
        let Some(tags) = parse(line.as_bytes()) else {
            return false;
        };
        found |= tags.contains(&opaque(etag.as_bytes()));
    }
    found
}

/// A tag without its weakness.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// The opaque tags (quotes included) of a comma-separated list, or nothing when one is malformed.
/// A tag may hold commas and backslashes, so splitting at commas would not do; empty elements are
/// allowed in every list.
fn parse(line: &[u8]) -> Option<Vec<&[u8]>> {
    let mut tags = Vec::new();
    let mut rest = line;
    loop {
        rest = after_separators(rest);
        if rest.is_empty() {
            return Some(tags);
        }
        rest = opaque(rest);
        let inside = rest.strip_prefix(b"\"")?;
        let end = inside.iter().position(|&byte| !is_etagc(byte))?;
        if inside.get(end) != Some(&b'"') {
            return None;
        }
        let (tag, after) = rest.split_at(end + 2);
        tags.push(tag);
        rest = after.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return None;
        }
    }
}

/// What follows white space and commas.
fn after_separators(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b','));
    end.map_or(&[], |end| &line[end..])
}

/// Characters of a tag: anything visible but the quote, and obsolete text.
fn is_etagc(byte: u8) -> bool {
    byte == 0x21 || (0x23..=0x7e).contains(&byte) || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_NONE_MATCH, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    #[test]
    fn lists_are_compared_weakly_and_whole() {
        let tag = "\"7-00ff-br\"";
        for (lines, expected) in [
            (&[][..], false),
            (&["*"], true),
            (&[" * "], true),
            (&["\"7-00ff-br\""], true),
            (&["W/\"7-00ff-br\""], true),
            (&["\"7-00ff\""], false),
            (&["\"a,b\", W/\"x\" ,\"7-00ff-br\""], true),
            (&[",, \"7-00ff-br\" ,"], true),
            (&["\"x\"", "\"7-00ff-br\""], true),
            (&["\"x,\"7-00ff-br\"\""], false),
            (&["7-00ff-br"], false),
            (&["\"7-00ff-br\", broken"], false),
            (&["\"7-00ff-br\"", "broken"], false),
            (&["\"7-00ff-br\" \"x\""], false),
            (&["w/\"7-00ff-br\""], false),
            (&["\"7-00ff-br"], false),
            (&["*, \"x\""], false),
            (&["\"7-00ff-br\", *"], false),
            (&["*", "\"x\""], false),
            (&[""], false),
        ] {
            let bytes: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
            assert_eq!(matches(&headers(&bytes), tag), expected, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn any_tag_is_found_in_any_list(
            before in prop::collection::vec("[!#-~]{0,12}", 0..4),
            tag in "[!#-~]{0,12}",
            weak in any::<bool>(),
        ) {
            let weak = if weak { "W/" } else { "" };
            let mut list: String = before.iter().map(|tag| format!("\"{tag}\", ")).collect();
            list.push_str(&format!("{weak}\"{tag}\""));
            let headers = headers(&[list.as_bytes()]);
            let tag = format!("\"{tag}\"");
            prop_assert!(matches(&headers, &tag));
        }

        #[test]
        fn nothing_breaks_the_parser(line in prop::collection::vec(any::<u8>(), 0..40)) {
            for tag in parse(&line).unwrap_or_default() {
                prop_assert!(tag.len() >= 2 && tag.starts_with(b"\"") && tag.ends_with(b"\""));
                prop_assert_eq!(parse(tag), Some(vec![tag]));
            }
        }
    }
}
