//! The beginning of a text, where there is no room for all of it.

use unicode_segmentation::UnicodeSegmentation;

/// The beginning of a text, of so many characters, on one line, cut between words where the script parts them.
pub fn excerpt(text: &str, most: usize) -> String {
    let mut cut = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let more = word.graphemes(true).take(most + 1).count();
        if length > 0 && length + 1 + more > most {
            return cut + "\u{2026}";
        }
        if length > 0 {
            cut.push(' ');
        }
        if more > most {
            cut.extend(word.graphemes(true).take(most));
            return cut + "\u{2026}";
        }
        cut.push_str(word);
        length += more + 1;
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
        assert_eq!(of(" \n"), "");
    }
}
