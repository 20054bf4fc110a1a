//! Tables in a box that a reader can scroll, also with the keyboard, where they are wider than the screen.

use super::tag::tag_end;
use std::borrow::Cow;

/// So many tables get a box.
const MOST: usize = 1000;

/// A cleaned body with each table in a box of its own. Boxes are numbered, so that whoever is told of them
/// can tell them apart. One with more tables than anybody reads stays as it is: boxes take more room than the
/// tags of empty tables.
pub fn scrollable(html: &str) -> Cow<'_, str> {
    if !(1..=MOST).contains(&html.matches("<table").count()) {
        return html.into();
    }
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let (mut rest, mut number) = (html, 0);
    while let Some(start) = rest.find('<') {
        let (text, markup) = rest.split_at(start);
        let (tag, after) = markup.split_at(tag_end(markup));
        rest = after;
        out.push_str(text);
        if tag == "<table>" || tag.starts_with("<table ") {
            number += 1;
            out.push_str(&before(number));
        }
        out.push_str(tag);
        if tag == "</table>" {
            out.push_str("</div>");
        }
    }
    out.push_str(rest);
    out.into()
}

/// What stands before a table.
fn before(number: u32) -> String {
    format!(r#"<div class="wide" role="region" aria-label="Table {number}" tabindex="0">"#)
}

#[cfg(test)]
mod tests {
    use super::{before, scrollable};
    use crate::text::render::{BodyFormat, render};

    #[test]
    fn tables_stand_in_a_box() {
        let body = "<p title=\"<table>\">a &lt;table&gt;</p><table summary=\"x\"><tbody><tr><td><table><tbody><tr>\
                    <td>b</td></tr></tbody></table></td></tr></tbody></table>";
        let clean = render(body, BodyFormat::Html).html;
        let boxed = scrollable(&clean);
        assert_eq!(boxed.matches("</table></div>").count(), 2);
        let bare = boxed.replace(&before(1), "").replace(&before(2), "");
        assert_eq!(bare.replace("</table></div>", "</table>"), clean);
        for same in ["", "a", "<p>a</p>", "a <"] {
            assert_eq!(scrollable(same), same);
        }
    }
}
