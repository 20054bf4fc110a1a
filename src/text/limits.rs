//! What markup may cost, so that two megabytes of it cannot take minutes.
//!
//! An HTML parser must follow rules that are not linear: it scans the open
//! elements for every tag, repeats formatting that was never closed in every
//! paragraph after it, and moves misplaced content out of tables. Nothing a
//! person or a newsroom's software writes comes near these limits.

use std::borrow::Cow;
use std::cell::Cell;

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::Tracer;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{QualName, local_name, ns};

use super::meter::{Handle, Meter};

/// The most elements within one another.
pub(super) const MAX_DEPTH: usize = 256;
/// The most work, counted in elements looked at.
pub(super) const MAX_STEPS: usize = 20_000_000;
/// How much text is searched in one step.
pub(super) const BYTES_PER_STEP: usize = 32;
/// How much larger than its source the tree may be, and a little on top.
pub(super) const MAX_GROWTH: (usize, usize) = (3, 256 * 1024);
/// The most elements open at once, with the formatting that paragraphs repeat.
const MAX_OPEN: usize = 512;
/// The most attributes of one tag: the parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 128;
/// How much is parsed before looking whether it is enough.
const PIECE: usize = 64 * 1024;
/// How often its length `html` is searched for giant tags, all searches together.
const SEARCHES: usize = 64;
/// What reading one tag or one character reference counts.
const STEPS_PER_TOKEN: usize = 16;

/// `html` with every tag of too many attributes turned into text.
///
/// Looks at each place where a tag could begin, whatever stands around it, and
/// so needs no idea of comments or scripts; in those the change is not seen. Where
/// tags do not end for long and the search would come to nothing, they are text.
pub(super) fn without_giant_tags(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut repaired = String::new();
    let mut copied = 0;
    let mut left = SEARCHES * bytes.len();
    for (at, _) in html.match_indices('<') {
        if left == 0 || has_too_many_attributes(&bytes[at + 1..], &mut left) {
            repaired.push_str(&html[copied..at]);
            repaired.push_str("&lt;");
            copied = at + 1;
        }
    }
    if copied == 0 {
        return html.into();
    }
    repaired.push_str(&html[copied..]);
    repaired.into()
}

/// Whether the tag that `rest` would continue after its `<` is a giant. `left` is
/// what may still be searched, in bytes.
fn has_too_many_attributes(rest: &[u8], left: &mut usize) -> bool {
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let is_gap = |b: &u8| b.is_ascii_whitespace() || *b == b'/';
    let mut until = |from: usize, stop: &dyn Fn(&u8) -> bool| {
        let end = rest[from..].iter().position(stop).map_or(rest.len(), |n| from + n);
        *left = left.saturating_sub(end - from);
        end
    };
    let mut at = until(0, &|b| is_gap(b) || *b == b'>');
    for _ in 0..=MAX_ATTRIBUTES {
        at = until(at, &|b| !is_gap(b));
        if rest.get(at).is_none_or(|b| *b == b'>') {
            return false;
        }
        // A name may begin with `=`.
        at = until(at + 1, &|b| is_gap(b) || *b == b'>' || *b == b'=');
        let value = until(at, &|b| !b.is_ascii_whitespace());
        if rest.get(value) == Some(&b'=') {
            at = until(value + 1, &|b| !b.is_ascii_whitespace());
            at = match rest.get(at) {
                Some(quote @ (b'"' | b'\'')) => until(at + 1, &|b| b == quote) + 1,
                _ => until(at, &|b| b.is_ascii_whitespace() || *b == b'>'),
            };
            at = at.min(rest.len());
        }
    }
    true
}

/// Whether `html`, whose tags are of reasonable size, can be parsed into a tree
/// within the limits. Parses it, into nothing but counts.
pub(super) fn is_bearable(html: &str) -> bool {
    let meter = Meter::new(html.len());
    let body = meter.node(QualName::new(None, ns!(html), local_name!("div")));
    let builder = TreeBuilder::new_for_fragment(meter, body, None, TreeBuilderOpts::default());
    let guard = Guard { builder, tags: Cell::default(), open: Cell::default() };
    let input = BufferQueue::default();
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let mut rest = html;
    while !rest.is_empty() && !tokenizer.sink.is_over() {
        let piece = (PIECE..rest.len()).find(|&at| rest.is_char_boundary(at));
        let (piece, after) = rest.split_at(piece.unwrap_or(rest.len()));
        input.push_back(StrTendril::from(piece));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        rest = after;
    }
    tokenizer.end();
    !tokenizer.sink.is_over()
}

/// Stands between tokens and tree, and lets no more through once it is enough.
struct Guard {
    builder: TreeBuilder<Handle, Meter>,
    tags: Cell<usize>,
    /// Elements that are open or waiting to be repeated, when last counted.
    open: Cell<usize>,
}

impl Guard {
    fn is_over(&self) -> bool {
        self.open.get() > MAX_OPEN || self.builder.sink.is_over()
    }

    /// Counts a tag. The elements that a tag may have to be compared with are
    /// counted at every 16th: between two counts their number changes little.
    fn tag(&self, attributes: usize) {
        if self.tags.replace(self.tags.get() + 1).is_multiple_of(16) {
            let count = Count::default();
            self.builder.trace_handles(&count);
            self.open.set(count.0.get());
        }
        self.builder.sink.spend(self.open.get() * (1 + attributes));
    }
}

#[derive(Default)]
struct Count(Cell<usize>);

impl Tracer for Count {
    type Handle = Handle;

    fn trace_handle(&self, _: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        self.builder.sink.spend(STEPS_PER_TOKEN);
        if let Token::TagToken(tag) = &token {
            self.tag(tag.attrs.len());
        }
        if self.is_over() {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
