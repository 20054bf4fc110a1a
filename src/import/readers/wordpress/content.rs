//! The text of a post: what WordPress makes of it when it shows it, as far as it is text.

/// Shortcodes that are taken out whatever is in them.
const BARE: [&str; 10] = [
    "gallery",
    "audio",
    "video",
    "playlist",
    "embed",
    "caption",
    "wp_caption",
    "more",
    "nextpage",
    "contact-form-7",
];
/// Elements that stand by themselves: text between them needs no paragraph.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "figure",
    "pre",
    "hr",
    "section",
    "article",
    "aside",
    "iframe",
    "form",
    "details",
];

/// HTML of a post: paragraphs where only blank lines are, captions with their pictures, no shortcodes.
pub fn to_html(content: &str) -> String {
    let content = content.replace("\r\n", "\n");
    let content = without_shortcodes(&captions(&content));
    let has_paragraphs = content.contains("<p>") || content.contains("<p ");
    let has_blocks = content.contains("<!-- wp:");
    if has_paragraphs || has_blocks { content } else { paragraphs(&content) }
}

/// `[caption ...]<img ...> words[/caption]` as a figure.
fn captions(content: &str) -> String {
    let mut done = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find("[caption") {
        let Some((open, inner)) = rest[at..].split_once(']') else { break };
        let Some((inner, after)) = inner.split_once("[/caption]") else { break };
        done.push_str(&rest[..at]);
        // the picture, with a link around it perhaps, ends with its last tag
        let cut = inner.rfind('>').map_or(0, |end| end + 1);
        let (picture, words) = inner.split_at(cut);
        let words = if words.trim().is_empty() { attribute(open, "caption") } else { words.trim() };
        done.push_str(&format!(
            "\n\n<figure>{}<figcaption>{words}</figcaption></figure>\n\n",
            picture.trim()
        ));
        rest = after;
    }
    done.push_str(rest);
    done
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let at = tag.find(&format!("{name}=\"")).map(|at| at + name.len() + 2);
    at.and_then(|at| tag[at..].split('"').next()).unwrap_or_default()
}

/// Takes shortcodes out and leaves what stands between two of them. What is in brackets otherwise is text:
/// a shortcode is one of WordPress's own, has an attribute, or has an end.
fn without_shortcodes(content: &str) -> String {
    let mut done = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('[') {
        done.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        let end = tag.find([']', '[', '\n']).filter(|end| tag.as_bytes()[*end] == b']');
        match end.map(|end| (&tag[..end], &tag[end + 1..])) {
            Some((inside, after)) if is_shortcode(inside, after, content) => rest = after,
            _ => {
                done.push('[');
                rest = tag;
            }
        }
    }
    done.push_str(rest);
    done
}

fn is_shortcode(inside: &str, after: &str, content: &str) -> bool {
    let bare = inside.trim_start_matches('/').trim_end_matches('/').trim();
    let name = bare.split_whitespace().next().unwrap_or_default();
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if name.is_empty()
        || !name.chars().all(is_name)
        || !name.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return false;
    }
    let attributes = &bare[name.len()..];
    let has_attribute =
        attributes.contains("=\"") || attributes.contains("='") || attributes.contains("=&quot;");
    let closes = inside.starts_with('/') && content.contains(&format!("[{name}"));
    BARE.contains(&name) || has_attribute || closes || after.contains(&format!("[/{name}]"))
}

/// Text with blank lines between its paragraphs, as WordPress shows it.
fn paragraphs(content: &str) -> String {
    let parts = content.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let shown = parts.map(|part| match is_block(part) {
        true => part.to_owned(),
        false => format!("<p>{}</p>", part.replace('\n', "<br>\n")),
    });
    shown.collect::<Vec<_>>().join("\n")
}

fn is_block(part: &str) -> bool {
    let Some(tag) = part.strip_prefix('<') else { return false };
    let name = tag.trim_start_matches('/');
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    BLOCKS.contains(&name.to_ascii_lowercase().as_str()) || tag.starts_with("!--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_part_paragraphs() {
        assert_eq!(
            to_html("One.\r\nTwo.\n\n<h2>Three</h2>\n\nFour."),
            "<p>One.<br>\nTwo.</p>\n<h2>Three</h2>\n<p>Four.</p>"
        );
        assert_eq!(to_html("<p>One.</p>\n\nTwo"), "<p>One.</p>\n\nTwo");
        let blocks = "<!-- wp:paragraph -->\n<p>One.</p>\n<!-- /wp:paragraph -->";
        assert_eq!(to_html(blocks), blocks);
    }

    #[test]
    fn shortcodes_go_and_words_in_brackets_stay() {
        for (before, after) in [
            ("a [gallery ids=\"1,2\"] b", "a  b"),
            ("[vc_row][vc_column width=\"1/2\"]Text[/vc_column][/vc_row]", "Text"),
            (
                "He said [sic] that [the minister] left [Updated].",
                "He said [sic] that [the minister] left [Updated].",
            ),
            ("[embed]https://x.example/v[/embed]", "https://x.example/v"),
            ("[unclosed", "[unclosed"),
            ("x[1] = [2]", "x[1] = [2]"),
        ] {
            assert_eq!(without_shortcodes(before), after);
        }
    }

    #[test]
    fn captions_stay_with_their_pictures() {
        let text = "[caption id=\"a\" width=\"3\"]<a href=\"/x\"><img src=\"/i.jpg\" /></a> Clouds over it[/caption]After";
        let expected = "<figure><a href=\"/x\"><img src=\"/i.jpg\" /></a><figcaption>Clouds over it</figcaption></figure>\n<p>After</p>";
        assert_eq!(to_html(text), expected);
        assert!(
            to_html("[caption caption=\"Old\"]<img src=\"/i.jpg\">[/caption]")
                .contains("<figcaption>Old<")
        );
    }
}
