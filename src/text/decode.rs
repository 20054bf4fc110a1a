//! Bytes to text. What a file says about its own encoding is often wrong, so what it says is believed
//! only as far as its bytes bear it out: a byte order mark, else UTF-8 that is valid, else the encoding
//! the file declares, else the one it was sent with, else the one its bytes look like.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_16BE, UTF_16LE};

/// How far into a file its encoding may be declared.
const HEAD: usize = 4096;

/// Decodes a file that came without a word about its encoding.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    decode_sent(bytes, None)
}

/// Decodes a file that came with a `Content-Type`, whose `charset` is one more hint.
pub fn decode_sent<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some(text) = utf_32(bytes) {
        return text.into();
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes).or_else(|| utf_16(bytes)) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    let declared = declared(bytes);
    // The one encoding in use whose every text is also valid UTF-8.
    if declared != Some(ISO_2022_JP)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.into();
    }
    let fits =
        |encoding: &&'static Encoding| encoding.is_ascii_compatible() || *encoding == ISO_2022_JP;
    for encoding in [declared, content_type.and_then(charset)].into_iter().flatten().filter(fits) {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors {
            return text;
        }
    }
    detected(bytes).decode_without_bom_handling(bytes).0
}

/// The encoding of what begins like this; none where that may be UTF-8.
pub fn other_than_utf_8(head: &[u8]) -> Option<&'static Encoding> {
    let (mut letters, mut broken) = (0, 0);
    for chunk in head.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // one that is broken, or cut at the end, makes no other encoding of it
    (broken > letters).then(|| detected(head))
}

/// A piece of a text in that encoding; none where it is none and the piece is not UTF-8.
pub fn piece<'a>(encoding: Option<&'static Encoding>, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    match encoding {
        Some(encoding) => Some(encoding.decode_without_bom_handling(bytes).0),
        None => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
    }
}

/// What the bytes look like. Every guess is one in which no byte is lost.
fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a byte order mark, by the markup it begins with.
fn utf_16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    match bytes {
        [b'<', 0, _, 0, ..] => Some((UTF_16LE, 0)),
        [0, b'<', 0, _, ..] => Some((UTF_16BE, 0)),
        _ => None,
    }
}

/// UTF-32, with a byte order mark or by the markup it begins with; no browser reads it, feeds have it.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 4]) -> u32 = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', ..] => u32::from_be_bytes,
        _ => return None,
    };
    let sign =
        |bytes: &[u8; 4]| char::from_u32(read(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER);
    let text: String = bytes.as_chunks::<4>().0.iter().map(sign).collect();
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

/// The `charset` of a `Content-Type`.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| Encoding::for_label(value.as_bytes()))?
    })
}

/// The encoding named by `<meta charset>`, `<meta http-equiv>` or an XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let in_tag = |at: usize| matches!(head[..at].rfind(['<', '>']), Some(open) if head[open..].starts_with("<meta") || head[open..].starts_with("<?xml"));
    ["charset", "encoding"]
        .iter()
        .flat_map(|word| head.match_indices(word).map(|(at, word)| (at, at + word.len())))
        .filter(|(at, _)| in_tag(*at))
        .find_map(|(_, end)| {
            let value = head[end..].trim_start().strip_prefix('=')?;
            let value =
                value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
            let end = value.find(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '>' | '/' | '?')
            });
            Encoding::for_label(&value.as_bytes()[..end.unwrap_or(value.len())])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(decode(b"\xef\xbb\xbfa\xc3\xa9"), "aé");
        assert_eq!(decode(b"\xff\xfea\0\xe9\0"), "aé");
        assert_eq!(decode("aé".as_bytes()), "aé");
        assert_eq!(decode(b"a\xe9 \x93b\x94"), "aé “b”");
        assert_eq!(
            decode(b"<meta charset=windows-1251>\xcc\xe8\xf0"),
            "<meta charset=windows-1251>Мир"
        );
        let head = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=Shift_JIS\">";
        let page = [head.as_bytes(), b"\x93\xfa\x96{"].concat();
        assert_eq!(decode(&page), format!("{head}日本"));
        assert_eq!(
            decode("<meta charset=latin1>é".as_bytes()),
            "<meta charset=latin1>é",
            "saved again as UTF-8"
        );
        let thai = b"<rss>\xca\xd3\xb9\xd1\xa1\xa7\xd2\xb9\xca\xe8\xa7\xe0\xca\xc3\xd4\xc1</rss>";
        assert_eq!(decode(thai), "<rss>สำนักงานส่งเสริม</rss>", "looks like it");
        let sent = |bytes, content_type| decode_sent(bytes, Some(content_type));
        assert_eq!(sent(b"\xcc\xe8\xf0", "text/xml; Charset=\"windows-1251\""), "Мир");
        assert_eq!(sent("Мир".as_bytes(), "text/xml; charset=windows-1251"), "Мир");
        assert_eq!(decode(b"<\0?\0\xe9\0"), "<?é");
        assert_eq!(decode(b"<\0\0\0\xe9\0\0\0"), "<é");
        assert_eq!(decode(b"\0\0\xfe\xff\0\0\0<"), "<");
        assert_eq!(decode(b"charset=koi8-r \xe9"), "charset=koi8-r é", "only in a tag");
    }
}
