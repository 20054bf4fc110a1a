//! XML as feeds have it: mostly well-formed. Whatever can be read is read; a document is never refused
//! for a fault of form. Nothing outside the document is asked for, and entities that it declares
//! itself are not expanded.

use super::entities;
pub use super::vocabulary::Vocabulary;
use super::vocabulary::{known, usual};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Elements further in are taken as empty.
const DEEPEST: usize = 200;
/// Reading ends after so many elements.
const MOST_ELEMENTS: usize = 300_000;

/// An element.
#[derive(Debug)]
pub struct Element {
    /// What it belongs to.
    pub vocabulary: Vocabulary,
    /// Its name without the prefix, in lower case.
    pub name: String,
    /// Its attributes by their names as written, in lower case.
    pub attributes: Vec<(String, String)>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// What is in an element.
#[derive(Debug)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text, its entities undone.
    Text(String),
}

impl Element {
    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The elements in it.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of that name in it.
    pub fn find(&self, vocabulary: Vocabulary, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.is(vocabulary, name))
    }

    /// Whether it is that.
    pub fn is(&self, vocabulary: Vocabulary, name: &str) -> bool {
        self.vocabulary == vocabulary && self.name == name
    }

    /// All text in it, without markup and without white space around it; none when there is none.
    pub fn text(&self) -> Option<String> {
        let mut text = String::new();
        self.collect(&mut text);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn collect(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(element) => element.collect(text),
            }
        }
    }

    /// Whether there are elements in it.
    pub fn has_markup(&self) -> bool {
        self.elements().next().is_some()
    }

    /// What is in it, as HTML.
    pub fn inner_html(&self) -> String {
        let mut html = String::new();
        self.write_children(&mut html);
        html
    }

    fn write_children(&self, html: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => {
                    html.push_str(&quick_xml::escape::minimal_escape(text.as_str()))
                }
                Node::Element(element) => element.write(html),
            }
        }
    }

    fn write(&self, html: &mut String) {
        html.push('<');
        html.push_str(&self.name);
        for (name, value) in self.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns")) {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            html.push_str(&format!(" {name}=\"{value}\""));
        }
        html.push('>');
        if !is_void(&self.name) {
            self.write_children(html);
            html.push_str(&format!("</{}>", self.name));
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Stands for `&` while a document is parsed; no document has it. So entities are undone here alone: the
/// parser looks for the end of each to the end of the document.
const AMPERSAND: char = '\u{fffe}';

/// What of HTML has no end, where it stands in a feed without being escaped. (`link` and `source` have
/// one in RSS.)
fn never_ends(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr")
}

/// Reads a document. What stands beside its outermost elements is left out.
pub fn read(text: &str) -> Vec<Element> {
    let is_text = |sign: &char| entities::is_text(*sign);
    let veil = |sign| if sign == '&' { AMPERSAND } else { sign };
    let text: String = text.chars().filter(is_text).map(veil).collect();
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut tree = Tree::default();
    // an error here is a document that ends within a tag, a comment or the like
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => tree.open(&start, false),
            Event::Empty(start) => tree.open(&start, true),
            Event::End(end) => tree.close(end.name().as_ref()),
            Event::Text(text) => tree.text(&entities::undone(&unveiled(&text.html_content()))),
            Event::CData(text) => tree.text(&unveiled(&text.html_content())),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::GeneralRef(_) => {}
        }
        if tree.elements > MOST_ELEMENTS {
            break;
        }
    }
    tree.finish()
}

fn unveiled(text: &str) -> String {
    text.replace(AMPERSAND, "&")
}

/// A document while it is read.
#[derive(Default)]
struct Tree {
    roots: Vec<Element>,
    open: Vec<Open>,
    elements: usize,
}

/// An element whose end has not come yet.
struct Open {
    /// Its name as written.
    written: String,
    element: Element,
    /// What prefixes mean in it, where it says so.
    prefixes: HashMap<String, Vocabulary>,
}

impl Tree {
    fn open(&mut self, start: &BytesStart<'_>, ended: bool) {
        self.elements += 1;
        let written = start.name().as_ref().to_owned();
        let mut attributes = Vec::new();
        let mut prefixes = HashMap::new();
        for attribute in start.html_attributes().with_checks(false).flatten() {
            let name = attribute.key.as_ref().to_ascii_lowercase();
            let value = entities::undone(&unveiled(&attribute.value));
            if let Some(prefix) = name.strip_prefix("xmlns") {
                prefixes.insert(prefix.trim_start_matches(':').to_owned(), known(prefix, &value));
            }
            attributes.push((name, value));
        }
        let lower = written.to_ascii_lowercase();
        let (prefix, name) = lower.split_once(':').unwrap_or(("", &lower));
        let vocabulary = self.vocabulary(prefix, &prefixes);
        let element =
            Element { vocabulary, name: name.to_owned(), attributes, children: Vec::new() };
        if ended || never_ends(&element.name) || self.open.len() >= DEEPEST {
            return self.add(Node::Element(element));
        }
        self.open.push(Open { written, element, prefixes });
    }

    fn vocabulary(&self, prefix: &str, own: &HashMap<String, Vocabulary>) -> Vocabulary {
        let mut scopes =
            std::iter::once(own).chain(self.open.iter().rev().map(|open| &open.prefixes));
        scopes.find_map(|scope| scope.get(prefix).copied()).unwrap_or_else(|| usual(prefix))
    }

    /// Ends the innermost element of that name and all in it; an end without a beginning is nothing.
    fn close(&mut self, written: &str) {
        if let Some(at) = self.open.iter().rposition(|open| open.written == written) {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            self.add(Node::Element(open.element));
        }
    }

    fn add(&mut self, node: Node) {
        match (self.open.last_mut(), node) {
            (Some(open), node) => open.element.children.push(node),
            (None, Node::Element(element)) => self.roots.push(element),
            (None, Node::Text(_)) => {}
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.open.last_mut() else { return };
        match open.element.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => open.element.children.push(Node::Text(text.to_owned())),
        }
    }

    fn finish(mut self) -> Vec<Element> {
        self.close_to(0);
        self.roots
    }
}
