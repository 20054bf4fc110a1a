use proptest::prelude::*;

use super::*;

mod hostile;

fn html(body: &str) -> String {
    render(body, BodyFormat::Html).html
}

fn text_of(body: &str) -> String {
    render(body, BodyFormat::Html).text
}

#[test]
fn text_becomes_paragraphs() {
    let got = render("\r\n\nOne <b>\r\n two\r\n \t\r\nthree & \"q\"\r\r", BodyFormat::Text);
    assert_eq!(got.html, "<p>One &lt;b&gt;<br>\n two</p>\n<p>three &amp; \"q\"</p>");
    assert_eq!(got.text, "One <b>\n two\n\nthree & \"q\"");
    assert_eq!(got.word_count, 5);
    let empty = render(" \n\n ", BodyFormat::Text);
    assert_eq!((empty.html.as_str(), empty.text.as_str(), empty.word_count), ("", "", 0));
}

#[test]
fn markdown_is_rendered_and_cleaned() {
    let got = render(
        "# T\n\nA *b* ~~c~~[^n] <script>x()</script>[l](javascript:x)\n\n- one\n  - two\n\n\
         |A|B|\n|-|-|\n|1|2|\n\n```\nx\n\n  y\n```\nend\n\n[^n]: Note.",
        BodyFormat::Markdown,
    );
    assert_eq!(
        got.text,
        "T\n\nA b c[1] l\n\n- one\n- two\n\nA\tB\n1\t2\n\nx\n\n  y\n\nend\n\n[1] Note."
    );
    for part in [
        "<h1>T</h1>",
        "<em>b</em>",
        "<del>c</del>",
        "<td>1</td>",
        "href=\"#story-n\"",
        "id=\"story-n\"",
    ] {
        assert!(got.html.contains(part), "{part} in {}", got.html);
    }
    assert!(!got.html.contains("javascript") && !got.html.contains("x()"));
}

#[test]
fn html_keeps_a_story() {
    for kept in [
        "<h2>H</h2><p dir=\"rtl\" lang=\"ur\">متن <strong>b</strong> <em>i</em></p>",
        "<figure><img src=\"/a.jpg\" alt=\"A\"><figcaption>C</figcaption></figure>",
        "<blockquote>q</blockquote><ul><li>a</li></ul><ol><li>b</li></ol>",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        "<picture><source srcset=\"a.webp 2x, https://e.com/b,c.webp\"><img src=\"a.jpg\" alt=\"\"></picture>",
        "<video src=\"v.mp4\" controls=\"\"></video>",
        "<a href=\"mailto:a@e.com\" rel=\"noopener noreferrer\">m</a>",
        "<a href=\"../b?c=1&amp;d\" rel=\"noopener noreferrer\">m</a>",
    ] {
        assert_eq!(html(kept), kept);
    }
}

#[test]
fn html_loses_what_runs_styles_or_embeds() {
    for (body, left) in [
        ("<p onclick=x() style=a class=b>t</p>", "<p>t</p>"),
        ("<script>x</script><style>x</style><noscript><b>x</b></noscript>t", "t"),
        ("<iframe src=x>x</iframe><form><input>t<button>x</button></form>", "t"),
        ("<a href=' java\tscript:x'>t</a>", "<a>t</a>"),
        ("<img src=data:image/png;base64,AA== alt=t>", "<img alt=\"t\">"),
        ("<img srcset='javascript:x 1x' alt=t>", "<img alt=\"t\">"),
        ("<q cite=javascript:x dir=up>t</q>", "<q>t</q>"),
        ("<svg><script>x</script><text>x</text></svg>t", "t"),
        ("<math><mi>x</mi></math>t", "t"),
        ("<p id=top>t</p>", "<p id=\"story-top\">t</p>"),
        ("<b>open", "<b>open</b>"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>"),
    ] {
        assert_eq!(html(body), left, "{body}");
    }
}

#[test]
fn text_of_html() {
    for (body, text) in [
        ("<p>a\n b</p><p>c<br>d</p>", "a b\n\nc\nd"),
        ("a<div>b</div>c", "a\n\nb\n\nc"),
        ("<p>Tom &amp;amp; J&eacute;&lt;</p>", "Tom &amp; Jé<"),
        ("<p>&nbsp;</p><p>10&nbsp;000 &euro;</p><p> </p>", "10\u{A0}000 €"),
        ("<ul><li>a<li><p>b</p><p>c</p><ol><li>d</ol></ul>e", "- a\n- b\n\nc\n- d\n\ne"),
        ("<ul><li></li><li>a</li></ul>", "- a"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1\t2\n3"),
        ("<dl><dt>a<dd>b</dl>", "a\nb"),
        ("<pre>\n  a\n\n b\n</pre>c", "  a\n\n b\n\nc"),
        ("<video>Get a browser</video>x<script>y</script>", "x"),
        ("<b>w</b>o<i>rd</i><wbr>s x<sup>2</sup>", "words x2"),
        ("<br><br>a<br><br><br>b<br>", "a\n\nb"),
        ("<p>\u{3000}</p><p>\u{3000}中\u{3000}国</p>", "中\u{3000}国"),
        ("<pre> \n\n x</pre>", " x"),
        ("", ""),
    ] {
        assert_eq!(text_of(body), text, "{body}");
    }
}

#[test]
fn words_and_minutes() {
    assert_eq!(count_words("Don't panic: 3.5 km, e.g. this"), 6);
    assert_eq!(count_words("中国经济 أخبار اليوم समाचार"), 7);
    let minutes: Vec<u32> = [0, 1, 200, 201, u32::MAX].map(reading_minutes).into();
    assert_eq!(minutes, [0, 1, 1, 2, 21_474_837]);
}

/// Each of these takes minutes, gigabytes or the stack of a parser left alone.
#[test]
fn hostile_markup_keeps_its_words() {
    let numbered = |n: usize, f: &dyn Fn(usize) -> String| (0..n).map(f).collect::<String>();
    let bodies = [
        "<div>".repeat(200_000),
        "<b>".repeat(200_000),
        "<a href=x>".repeat(50_000),
        "<a><div>".repeat(50_000),
        "<blockquote><ul><li>".repeat(20_000),
        format!("<table>{}", "x<br>".repeat(50_000)),
        format!("<p><a href={}></p>{}", "x".repeat(50_000), "<p>x</p>".repeat(10_000)),
        format!("<b {}>", numbered(50_000, &|n| format!("a{n} "))),
        numbered(20_000, &|n| format!("<p><b id={n}>")),
        numbered(20_000, &|n| format!("<html a{n}>")),
        numbered(10_000, &|n| format!("<pre><a id=1><option>x<b id={n}>")),
        "&amp;".repeat(100_000),
    ];
    for body in bodies {
        let got = render(&format!("{body}<p>the end"), BodyFormat::Html);
        assert!(got.text.ends_with("the end"), "{}", &body[..20]);
        assert!(got.html.len() < 5 * body.len() + 1_000_000, "{}", &body[..20]);
    }
    // tags without an end: the time they take grows with the body, not with its square
    for (tag, count) in [("<a", 1 << 20), ("<a/b=x", 1 << 18), ("<a b=\"", 1 << 18)] {
        let got = render(&tag.repeat(count), BodyFormat::Html);
        assert!(got.html.len() < 5 * tag.len() * count, "{tag}");
    }
    let quoted = render(&"> ".repeat(50_000), BodyFormat::Markdown);
    assert_eq!(quoted.text, "");
}

#[test]
fn reasonable_markup_is_not_held_back() {
    let nested = format!("{}x{}", "<div>".repeat(200), "</div>".repeat(200));
    assert_eq!(html(&nested), nested);
    let paragraphs =
        "<p>A &amp; b <a href=\"/x\" rel=\"noopener noreferrer\">c</a></p>\n".repeat(2_000);
    assert_eq!(html(&paragraphs), paragraphs);
    let unclosed = format!("{}{}", "<b><i><u>", "<p>x".repeat(2_000));
    assert!(html(&unclosed).contains("<p>x</p>"));
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "</?(p|b|i|a|div|li|ul|table|tr|td|br|pre|svg|style|script|title|select|template|video)>",
        "<(a|img|p|source|x)( (href|src|srcset|onclick|style|id|cite)=['\"]?(javascript:x|#a|/b|https://e.com)['\"]?){0,3}/?>",
        "\\PC{0,8}",
        "[<>&\"'/=! \n\t-]{0,6}",
        Just("<![CDATA[".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_comes_leaves_safe(body in soup()) {
        for format in [BodyFormat::Html, BodyFormat::Markdown, BodyFormat::Text] {
            let got = render(&body, format);
            prop_assert_eq!(got.text.trim_matches('\n').len(), got.text.len());
            let tags = got.html.split('<').skip(1).filter_map(|tag| tag.split_once('>'));
            for (tag, _) in tags {
                let names: String = tag.split('"').step_by(2).collect();
                for bad in ["script", "style", "svg", "onclick", "template"] {
                    prop_assert!(!names.split([' ', '/', '=']).any(|n| n == bad), "{}", got.html);
                }
                for address in ["href", "src", "srcset", "cite"] {
                    let bad = format!(" {address}=\"javascript:");
                    prop_assert!(!tag.contains(&bad), "{}", got.html);
                }
            }
        }
    }

    #[test]
    fn text_survives_its_own_html(body in "[a-z<>&\"' \n]{0,200}") {
        let direct = render(&body, BodyFormat::Text);
        let squeezed: Vec<&str> = direct.text.split_whitespace().collect();
        let back = render(&direct.html, BodyFormat::Html).text;
        prop_assert_eq!(squeezed, back.split_whitespace().collect::<Vec<_>>());
    }
}
