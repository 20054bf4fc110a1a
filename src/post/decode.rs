//! Bytes to text: by byte order mark, as UTF-8, by the encoding a page declares, and else as
//! windows-1252, in which every byte is a sign, so that nothing is lost.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, WINDOWS_1252};

/// How far into a page its encoding may be declared.
const HEAD: usize = 4096;

/// Decodes a file.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    let declared = declared(bytes);
    // The one encoding in use whose every text is also valid UTF-8.
    if declared != Some(ISO_2022_JP)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.into();
    }
    let encoding =
        declared.filter(|encoding| encoding.is_ascii_compatible() || *encoding == ISO_2022_JP);
    if let Some(encoding) = encoding {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors {
            return text;
        }
    }
    WINDOWS_1252.decode_without_bom_handling(bytes).0
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
        assert_eq!(decode(b"charset=koi8-r \xe9"), "charset=koi8-r é", "only in a tag");
    }
}
