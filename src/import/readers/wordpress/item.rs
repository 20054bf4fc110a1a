//! One element of an export with what stands directly in it.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// A term that an item is filed under.
#[derive(Debug, Default)]
pub struct Term {
    /// `category`, `post_tag` or a taxonomy of the site's own.
    pub domain: String,
    /// Its name in addresses.
    pub nicename: String,
    /// Its name.
    pub name: String,
}

/// An item, an author or a category.
#[derive(Debug, Default)]
pub struct Item {
    texts: HashMap<String, String>,
    meta: HashMap<String, String>,
    /// What it is filed under.
    pub terms: Vec<Term>,
}

impl Item {
    /// Reads an element; what breaks off is read as far as it goes.
    pub fn read(text: &str) -> Self {
        let mut item = Self::default();
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_dangling_amp = true;
        let mut open: Vec<String> = Vec::new();
        let (mut words, mut term, mut key) = (String::new(), Term::default(), String::new());
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(start) => {
                    open.push(start.name().as_ref().to_owned());
                    words.clear();
                    if open.len() == 2 {
                        term = filed_by(&start);
                    }
                }
                Event::Text(text) => words.push_str(&text.html_content()),
                Event::CData(text) => words.push_str(&text.html_content()),
                Event::GeneralRef(name) => {
                    let written = format!("&{};", name.html_content());
                    words.push_str(&unescape(&written).unwrap_or(written.as_str().into()));
                }
                Event::End(_) => {
                    let name = open.pop().unwrap_or_default();
                    let text = std::mem::take(&mut words);
                    match (open.len(), name.as_str()) {
                        (1, "category") => {
                            item.terms.push(Term {
                                name: text.trim().to_owned(),
                                ..std::mem::take(&mut term)
                            });
                        }
                        (1, _) => drop(item.texts.entry(name).or_insert(text)),
                        (2, "wp:meta_key") => key = text,
                        (2, "wp:meta_value") => {
                            drop(item.meta.insert(std::mem::take(&mut key), text))
                        }
                        _ => {}
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        item
    }

    /// The text of an element in it, when there is any.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A note on it.
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.meta.get(key).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

fn filed_by(start: &BytesStart<'_>) -> Term {
    let mut term = Term::default();
    for attribute in start.attributes().with_checks(false).flatten() {
        let value =
            unescape(&attribute.value).map(std::borrow::Cow::into_owned).unwrap_or_default();
        match attribute.key.as_ref() {
            "domain" => term.domain = value,
            "nicename" => term.nicename = value,
            _ => {}
        }
    }
    term
}
