//! The tree behind [`limits`](super::limits): one that is only counted.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{Attribute, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{AppendNode, AppendText};
use html5ever::{ExpandedName, LocalName, QualName, ns};

use super::limits::{BYTES_PER_STEP, MAX_DEPTH, MAX_GROWTH, MAX_STEPS};

/// A node of the tree.
pub(super) type Handle = Rc<Node>;
type Child = NodeOrText<Handle>;

pub(super) struct Node {
    name: QualName,
    id: usize,
}

/// Where a node is and what it carries.
#[derive(Clone, Copy, Default)]
struct Place {
    parent: Option<usize>,
    depth: usize,
    /// At least as many as there are: children that move are counted twice.
    children: usize,
    /// Characters to escape at the end of its text.
    escapes: usize,
}

/// A tree that is only counted. Adds up what `ammonia`'s own tree, whose
/// children are plain lists, would spend on the same calls.
#[derive(Default)]
pub(super) struct Meter {
    places: RefCell<Vec<Place>>,
    deepest: Cell<usize>,
    steps: Cell<usize>,
    bytes: Cell<usize>,
    most_bytes: usize,
    /// Attributes that repeated `<html>` and `<body>` tags have added.
    added: Cell<usize>,
}

impl Meter {
    /// A meter for a source of that many bytes.
    pub(super) fn new(source_bytes: usize) -> Self {
        Self {
            most_bytes: source_bytes.saturating_mul(MAX_GROWTH.0) + MAX_GROWTH.1,
            ..Self::default()
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.deepest.get() > MAX_DEPTH
            || self.steps.get() > MAX_STEPS
            || self.bytes.get() > self.most_bytes
    }

    pub(super) fn spend(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    pub(super) fn node(&self, name: QualName) -> Handle {
        let mut places = self.places.borrow_mut();
        places.push(Place::default());
        Rc::new(Node { name, id: places.len() - 1 })
    }

    fn unnamed(&self) -> Handle {
        self.node(QualName::new(None, ns!(), LocalName::from("")))
    }

    fn place(&self, parent: usize, child: &Child) {
        let places = &mut *self.places.borrow_mut();
        let depth = places[parent].depth + 1;
        places[parent].children += 1;
        match child {
            AppendNode(child) => {
                places[parent].escapes = 0;
                places[child.id].parent = Some(parent);
                places[child.id].depth = depth;
                self.deepest.set(self.deepest.get().max(depth));
            }
            AppendText(text) => {
                places[parent].escapes = self.escape(text, places[parent].escapes);
            }
        }
    }

    /// The serializer looks for the next `<` or `>` at every `&` and every
    /// character of Latin-1: long text without the former costs its square.
    fn escape(&self, text: &str, mut escapes: usize) -> usize {
        for (n, run) in text.split(['<', '>']).enumerate() {
            escapes = if n == 0 { escapes } else { 0 };
            escapes += run.bytes().filter(|b| matches!(b, b'&' | 0xC2)).count();
            self.spend(escapes.saturating_mul(run.len()) / BYTES_PER_STEP);
        }
        escapes
    }

    fn search_siblings(&self, id: usize) -> Option<usize> {
        let places = self.places.borrow();
        let parent = places[id].parent?;
        self.spend(1 + places[parent].children);
        Some(parent)
    }
}

impl TreeSink for Meter {
    type Handle = Handle;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn get_document(&self) -> Handle {
        self.unnamed()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        // Links are given a `rel`.
        let mut bytes = name.local.len() + 5 + if &*name.local == "a" { 30 } else { 0 };
        for attr in &attrs {
            bytes += attr.name.local.len() + attr.value.len() + 4;
            self.escape(&attr.value, 0);
        }
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        self.spend(1 + attrs.len());
        self.node(name)
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.unnamed()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.unnamed()
    }

    fn append(&self, parent: &Handle, child: Child) {
        self.place(parent.id, &child);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: Child) {
        if let AppendNode(child) = &child {
            self.search_siblings(child.id);
        }
        if let Some(parent) = self.search_siblings(sibling.id) {
            self.place(parent, &child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: Child) {
        let parent = self.places.borrow()[element.id].parent;
        match parent {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.search_siblings(target.id);
        self.places.borrow_mut()[target.id].parent = None;
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let places = &mut *self.places.borrow_mut();
        let moved = places[node.id].children;
        places[new_parent.id].children += moved;
        self.spend(1 + moved);
    }

    fn add_attrs_if_missing(&self, _: &Handle, attrs: Vec<Attribute>) {
        self.added.set(self.added.get() + attrs.len());
        self.spend(self.added.get());
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn finish(self) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
}
