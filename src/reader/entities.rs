//! Entities: those of XML, those of HTML that feeds use all the same, and characters by number.

use quick_xml::escape::resolve_html5_entity;

/// Longer names are no entities.
const LONGEST: usize = 40;

/// What `&name;` stands for.
pub fn named(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(str::to_owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    numbered(code).map(String::from)
}

/// A character by its number. As in HTML, 128 to 159 are those of windows-1252, since that is what
/// whoever wrote them had in mind.
fn numbered(code: u32) -> Option<char> {
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()
        }
        _ => char::from_u32(code).filter(|sign| is_text(*sign)),
    }
}

/// Whether a character may stand in XML 1.0.
pub fn is_text(sign: char) -> bool {
    !matches!(sign, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Text with its entities undone, once. What only looks like one stays.
pub fn undone(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        done.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, named(&rest[1..end])?))) {
            Some((end, sign)) => {
                done.push_str(&sign);
                rest = &rest[end + 1..];
            }
            None => {
                done.push('&');
                rest = &rest[1..];
            }
        }
    }
    done + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_undone_once() {
        for (text, done) in [
            ("AT&amp;T", "AT&T"),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("&eacute;&#233;&#xE9;&#XE9;", "éééé"),
            ("&#147;a&#148;&#151;", "“a”—"),
            ("a=1&b=2&copy=3", "a=1&b=2&copy=3"),
            ("&unknown; & &;&#;&#x;&#0;&#x110000;", "&unknown; & &;&#;&#x;&#0;&#x110000;"),
            ("&", "&"),
            ("日&本;", "日&本;"),
        ] {
            assert_eq!(undone(text), done, "{text}");
        }
    }
}
