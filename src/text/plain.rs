//! The text of an HTML body, for search, counts, feeds and anyone who wants
//! words and no markup.
//!
//! Works on the stream of tags, without a tree, so nesting costs nothing: it
//! also serves where markup is too deep to be parsed.

use std::cell::RefCell;

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::layout::Writer;

/// The readable text of `html`: a blank line between blocks, one line for each
/// list item (after "- "), table row (cells parted by tabs) and `<br>`.
pub(super) fn of_html(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let writer = RefCell::new(Writer::default());
    let tokenizer = Tokenizer::new(Words(writer), TokenizerOpts::default());
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Words(RefCell<Writer>);

impl TokenSink for Words {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                match tag.kind {
                    TagKind::StartTag => writer.start(&tag),
                    TagKind::EndTag => writer.end(&tag.name),
                }
                return match (tag.kind, &*tag.name) {
                    (TagKind::StartTag, "script") => TokenSinkResult::RawData(RawKind::ScriptData),
                    (TagKind::StartTag, "title" | "textarea") => {
                        TokenSinkResult::RawData(RawKind::Rcdata)
                    }
                    (
                        TagKind::StartTag,
                        "style" | "iframe" | "noembed" | "noframes" | "noscript" | "xmp",
                    ) => TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::CharacterTokens(text) => writer.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
