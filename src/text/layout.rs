//! Where lines end and paragraphs part when markup becomes plain text.

use html5ever::tokenizer::Tag;

/// Lays out text as it comes. Breaks and list marks are owed until a word
/// follows, so empty elements leave nothing behind.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    /// Newlines due before the next word, at most two.
    breaks: usize,
    /// A space, or the tab between two cells, due before the next word.
    space: Option<char>,
    /// What the next word stands right behind, such as "- " in a list item.
    mark: Option<&'static str>,
    /// How many lists, `<pre>` and unreadable elements are open.
    lists: usize,
    pre: usize,
    hidden: usize,
    /// Whether the innermost list has no item yet.
    list_is_new: bool,
    /// Inside the number of a footnote: what follows it.
    footnote: Option<Option<&'static str>>,
}

impl Writer {
    /// An element begins.
    pub(super) fn start(&mut self, tag: &Tag) {
        match &*tag.name {
            "br" => self.owe(self.breaks + 1),
            "ul" | "ol" => {
                self.list_edge();
                self.lists += 1;
                self.list_is_new = true;
            }
            "li" => {
                if !self.list_is_new {
                    self.breaks = 1;
                }
                self.list_is_new = false;
                self.mark = Some("- ");
            }
            "sup" => {
                let class = tag.attrs.iter().find(|attr| &*attr.name.local == "class");
                self.footnote = match class.map(|attr| &*attr.value) {
                    Some("footnote-reference") => Some(None),
                    Some("footnote-definition-label") => Some(Some(" ")),
                    _ => None,
                };
                if self.footnote.is_some() {
                    self.text("[");
                }
            }
            "pre" => {
                self.owe(2);
                self.pre += 1;
            }
            name if is_hidden(name) => self.hidden += 1,
            name => self.owe(breaks_around(name)),
        }
    }

    /// An element ends, or would if it had begun.
    pub(super) fn end(&mut self, name: &str) {
        match name {
            "br" => {}
            "ul" | "ol" => {
                self.lists = self.lists.saturating_sub(1);
                self.mark = None;
                self.list_is_new = false;
                self.list_edge();
            }
            "li" => {
                self.mark = None;
                self.breaks = 1;
            }
            "td" | "th" => self.space = Some('\t'),
            "sup" => {
                if let Some(mark) = self.footnote.take() {
                    self.text("]");
                    self.mark = mark;
                }
            }
            "pre" => {
                self.pre = self.pre.saturating_sub(1);
                self.out.truncate(self.out.trim_end().len());
                self.owe(2);
            }
            name if is_hidden(name) => self.hidden = self.hidden.saturating_sub(1),
            name => self.owe(breaks_around(name)),
        }
    }

    /// Text comes, entities already decoded.
    pub(super) fn text(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        for c in text.chars() {
            match c {
                _ if self.pre == 0 && c.is_whitespace() => {
                    self.space.get_or_insert(if c.is_ascii() { ' ' } else { c });
                }
                '\n' if self.breaks > 0 => {}
                _ => self.letter(c),
            }
        }
    }

    fn letter(&mut self, c: char) {
        let space = self.space.take();
        if self.out.is_empty() {
            self.breaks = 0;
        } else if self.breaks > 0 {
            self.out.push_str(&"\n\n"[..self.breaks.min(2)]);
            self.breaks = 0;
        } else if let (Some(space), None) = (space, self.mark) {
            self.out.push(space);
        }
        self.out.push_str(self.mark.take().unwrap_or_default());
        self.out.push(c);
    }

    /// At least this many newlines before the next word; none inside a mark.
    fn owe(&mut self, breaks: usize) {
        if self.mark.is_none() {
            self.breaks = self.breaks.max(breaks.min(2));
        }
    }

    /// A blank line around a list, but none around a list within a list.
    fn list_edge(&mut self) {
        if self.mark.is_none() {
            self.breaks = if self.lists == 0 { 2 } else { 1 };
        }
    }

    /// The text laid out, nothing blank around it.
    pub(super) fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        let indent = self.out.len() - self.out.trim_start().len();
        let first_line = self.out[..indent].rfind('\n').map_or(0, |at| at + 1);
        self.out.split_off(first_line)
    }
}

/// Elements whose content is not for reading, or a stand-in for one that is played.
fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "script"
            | "style"
            | "textarea"
            | "title"
            | "video"
            | "xmp"
    )
}

fn breaks_around(name: &str) -> usize {
    match name {
        "address" | "article" | "aside" | "blockquote" | "caption" | "center" | "details"
        | "div" | "dl" | "figcaption" | "figure" | "footer" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "header" | "hgroup" | "hr" | "main" | "nav" | "p" | "section" | "summary"
        | "table" => 2,
        "dd" | "dt" | "tr" => 1,
        _ => 0,
    }
}
