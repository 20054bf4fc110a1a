//! XML as we write it: well-formed whatever the text, since what XML 1.0 cannot hold is left out.

use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;

/// Names and values of an element's attributes.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document in the making.
pub struct Document {
    writer: Writer<Vec<u8>>,
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

impl Document {
    /// With the declaration, and nothing else yet.
    pub fn new() -> Self {
        let mut document = Self { writer: Writer::new_with_indent(Vec::new(), b' ', 1) };
        document.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        document
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Start(start(name, attributes)));
    }

    /// Closes it.
    pub fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// An element with a text.
    pub fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.write(Event::Text(BytesText::new(&legal(text))));
        self.close(name);
    }

    /// An element with a text, where there is one.
    pub fn text_if(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, &[], text);
        }
    }

    /// An element with a text as it is, for markup within markup.
    pub fn cdata(&mut self, name: &str, text: &str) {
        self.open(name, &[]);
        // the end of a section cannot be escaped, so that it is parted between two
        for section in BytesCData::escaped(&legal(text)) {
            self.write(Event::CData(section));
        }
        self.close(name);
    }

    /// The whole.
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = self.writer.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn write(&mut self, event: Event<'_>) {
        let written = self.writer.write_event(event);
        debug_assert!(written.is_ok(), "memory takes everything");
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, &*legal(value)));
    }
    start
}

/// The text without the characters that XML 1.0 has no way to hold, not even escaped (2.2, Char).
pub fn legal(text: &str) -> Cow<'_, str> {
    let fine = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    match text.chars().all(fine) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter(|c| fine(*c)).collect()),
    }
}

/// A text of which something is left in a document; none of one that is blank there.
pub fn visible(text: &str) -> Option<&str> {
    Some(text).filter(|text| !legal(text).trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text that a parser reads out of one element, and its attribute.
    fn read(bytes: &[u8]) -> (String, String) {
        let text = std::str::from_utf8(bytes).unwrap();
        let document = roxmltree::Document::parse(text).unwrap();
        let element = document.root_element();
        let parts = element.children().filter_map(|node| node.text());
        (parts.collect(), element.attribute("y").unwrap_or_default().to_owned())
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(
            legal("a\0b\u{1}\u{b}\u{1f}c\u{fffe}\u{ffff}\t\u{85}\u{10ffff}"),
            "abc\t\u{85}\u{10ffff}"
        );
        assert!(matches!(legal("خبر 🗞"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_end_of_a_section_within_a_section_is_parted() {
        let mut document = Document::new();
        document.cdata("x", "]]>a]]>]]");
        let bytes = document.finish();
        assert_eq!(read(&bytes).0, "]]>a]]>]]");
    }

    proptest! {
        #[test]
        fn any_text_comes_out_as_it_went_in(text in "[^\r\n]*", value in "[^\t\r\n]*") {
            let mut plain = Document::new();
            plain.text("x", &[("y", &value)], &text);
            prop_assert_eq!(read(&plain.finish()), (legal(&text).into_owned(), legal(&value).into_owned()));
            let mut section = Document::new();
            section.cdata("x", &text);
            prop_assert_eq!(read(&section.finish()).0, legal(&text).into_owned());
        }
    }
}
