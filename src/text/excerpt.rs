//! The beginning of a text, where there is no room for all of it.

use unicode_segmentation::UnicodeSegmentation;

/// The beginning of a text, of so many characters, on one line, cut between words where the script parts them.
pub fn excerpt(text: &str, most: usize) -> String {
    let (mut cut, mut length) = (String::new(), 0);
    for word in text.split_whitespace() {
        let gap = usize::from(length > 0);
        let room = most.saturating_sub(length + gap);
        let more = word.graphemes(true).take(most + 1).count();
        if gap > 0 && (more <= room || more > most) {
            cut.push(' ');
        }
        if more > room {
            // where words are not parted, they end where the room does
            cut.extend(word.graphemes(true).take(if more > most { room } else { 0 }));
            return cut.trim_end().to_owned() + "\u{2026}";
        }
        cut.push_str(word);
        length += gap + more;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_with_a_word() {
        let of = |text: &str| excerpt(text, 300);
        assert_eq!(of("  one\n\ntwo "), "one two");
        let long = of(&"word ".repeat(100));
        assert!(long.ends_with("word\u{2026}") && long.graphemes(true).count() <= 301);
        let unparted = of(&"\u{5b57}".repeat(1000));
        assert_eq!(unparted.graphemes(true).count(), 301);
        let short_first = of(&format!("\u{77ed}\u{3002}\n\n{}", "\u{5b57}".repeat(1000)));
        assert_eq!(short_first.graphemes(true).count(), 301);
        assert_eq!(excerpt("one two", 7), "one two");
        assert_eq!(excerpt("one two", 6), "one\u{2026}");
        assert_eq!(of(" \n"), "");
    }
}
