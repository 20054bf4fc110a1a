use super::{MAX_GROWTH, finish};
use crate::text::render::{BodyFormat, Rendered, Setting, render, render_in};

fn on(page: &str, html: &str) -> String {
    let setting = Setting { page: Some(page), embed_hosts: &[] };
    render_in(html, BodyFormat::Html, setting).html
}

#[test]
fn a_name_is_given_once() {
    let html = r#"<p id="a">1</p><p id="a">2</p><p id="story-a">3</p><p id="b">4</p>"#;
    let found = render(html, BodyFormat::Html).html;
    assert_eq!(found, r#"<p id="story-a">1</p><p>2</p><p>3</p><p id="story-b">4</p>"#);
    assert_eq!(render(&found, BodyFormat::Html).html, found);
    let table = r#"<table><tbody><tr><th id="h">A</th></tr><tr><td headers="h  story-i">1</td></tr></tbody></table>"#;
    let found = render(table, BodyFormat::Html).html;
    assert!(found.contains(r#"<th id="story-h">"#), "{found}");
    assert!(found.contains(r#"<td headers="story-h story-i">"#), "{found}");
}

#[test]
fn addresses_are_made_whole() {
    let page = "https://n.example/world/rain.html?id=1";
    for (html, whole) in [
        (r#"<a href="/about">a</a>"#, "https://n.example/about"),
        (
            r#"<a href="next.html?a=1&amp;b=2">a</a>"#,
            "https://n.example/world/next.html?a=1&amp;b=2",
        ),
        (r#"<a href="?page=2">a</a>"#, "https://n.example/world/rain.html?page=2"),
        (r#"<img src="//cdn.example/i.jpg" alt="a > b">"#, "https://cdn.example/i.jpg"),
        (r#"<img src="../i.jpg" alt="&quot;>&lt;img src=x>">"#, "https://n.example/i.jpg"),
        (r#"<video poster="p.jpg" src="v.mp4"></video>"#, "https://n.example/world/p.jpg"),
        (
            r#"<img src="a.jpg" srcset="a.jpg 1x, /b.jpg 2x">"#,
            "https://n.example/world/a.jpg 1x, https://n.example/b.jpg 2x",
        ),
        (
            "<img src=\"a.jpg\" srcset=\"/a.jpg 1x,\n  /b.jpg 2x,/c,d.jpg\t3x , /e.jpg, f.jpg\">",
            "https://n.example/a.jpg 1x, https://n.example/b.jpg 2x, https://n.example/c,d.jpg 3x, \
             https://n.example/e.jpg, https://n.example/world/f.jpg",
        ),
        (r#"<blockquote cite="said">x</blockquote>"#, "https://n.example/world/said"),
    ] {
        let found = on(page, html);
        assert!(found.contains(&format!("\"{whole}\"")), "{found}");
        // and once they are, they stay
        assert_eq!(on("https://other.example/", &found), found);
    }
    for stays in
        [r##"href="#story-note""##, r#"href="mailto:a@n.example""#, r#"href="https://o.example/x""#]
    {
        assert!(on(page, &format!("<a {stays}>a</a>")).contains(stays));
    }
    assert!(render(r#"<a href="/about">a</a>"#, BodyFormat::Html).html.contains(r#""/about""#));
    assert!(on("no address", r#"<a href="/about">a</a>"#).contains(r#""/about""#));
    let markdown =
        render_in("[a](/b)", BodyFormat::Markdown, Setting { page: Some(page), embed_hosts: &[] });
    assert!(markdown.html.contains(r#""https://n.example/b""#), "{}", markdown.html);
}

#[test]
fn pictures_that_count_readers_go_and_others_stay() {
    for counting in [
        r#"<img src="https://a.example/x.gif" width="1" height="1">"#,
        r#"<img src="https://a.example/x.gif" height=0>"#,
        r#"<img src="https://a.example/x.gif" width=" 1px" height="1px">"#,
        r#"<img src="https://pixel.wp.com/b.gif?host=n.example">"#,
        r#"<img src="http://www.facebook.com/tr?id=1&amp;ev=PageView">"#,
        r#"<img src="//sb.scorecardresearch.com/p?c1=2" alt="">"#,
        r#"<img alt="">"#,
        r#"<iframe src="https://www.googletagmanager.com/ns.html?id=x"></iframe>"#,
    ] {
        assert_eq!(
            on("https://n.example/", &format!("<p>a{counting}b</p>")),
            "<p>ab</p>",
            "{counting}"
        );
    }
    let figure = r#"<figure><img src="https://a.example/i.jpg" alt="Rain" width="800" height="1000"><figcaption>Rain &amp; wind</figcaption></figure>"#;
    assert_eq!(render(figure, BodyFormat::Html).html, figure);
}

#[test]
fn a_frame_is_a_link_unless_its_host_is_trusted() {
    let hosts = ["video.example".to_owned()];
    let with = |html: &str| -> Rendered {
        render_in(html, BodyFormat::Html, Setting { page: None, embed_hosts: &hosts })
    };
    let link = with(
        r#"<iframe src="https://maps.example/x?a=1&amp;b=2" title="A &lt;map>">old</iframe> after"#,
    );
    assert_eq!(
        link.html,
        r#"<a href="https://maps.example/x?a=1&amp;b=2" rel="noopener noreferrer">A &lt;map&gt;</a> after"#
    );
    assert_eq!(link.text, "A <map> after");
    for untrusted in [
        "http://video.example/1",
        "https://video.example.evil.example/1",
        "https://evilvideo.example/1",
        "https://u@maps.example/https://video.example/",
    ] {
        let html = with(&format!(r#"<iframe src="{untrusted}"></iframe>"#)).html;
        assert!(html.starts_with("<a href=") && !html.contains("<iframe"), "{html}");
    }
    for trusted in ["https://video.example/1", "https://player.VIDEO.example/1"] {
        let html = with(&format!(
            r#"<iframe src="{trusted}" width="560" onload="alert(1)" srcdoc="<script>alert(1)</script>" allow="camera"><b>no</b></iframe>after"#
        ));
        assert!(html.html.starts_with("<iframe src=\"https://"), "{}", html.html);
        assert!(html.html.contains(" sandbox=\"allow-scripts allow-same-origin allow-popups"));
        assert!(html.html.ends_with("></iframe>after"), "{}", html.html);
        for bad in ["onload", "srcdoc", "camera", "<b>"] {
            assert!(!html.html.contains(bad), "{}", html.html);
        }
        assert_eq!(html.text, "after");
    }
    for none in [
        "<iframe></iframe>",
        r#"<iframe src="javascript:alert(1)"></iframe>"#,
        r#"<iframe src="data:text/html,x"></iframe>"#,
        r#"<iframe src="/relative"></iframe>"#,
    ] {
        assert_eq!(with(none).html, "", "{none}");
    }
    // one that is never closed takes all that follows with it, as browsers see it
    assert_eq!(
        with(r#"<iframe src="https://video.example/1"><img src=x onerror=alert(1)>"#).text,
        ""
    );
}

#[test]
fn what_a_page_may_not_say_is_set_right() {
    for (html, tidy) in [
        ("<main id=\"m\"><p>a</p></main>", "<div id=\"story-m\"><p>a</p></div>"),
        (r#"<a href="javascript:alert(1)" hreflang="en" title="b">a</a>"#, r#"<a title="b">a</a>"#),
        (r#"<img src="https://a.example/i.jpg">"#, r#"<img src="https://a.example/i.jpg" alt="">"#),
        (
            r#"<img src="https://a.example/i.jpg" alt="b" width="50%" height="300px">"#,
            r#"<img src="https://a.example/i.jpg" alt="b" height="300">"#,
        ),
    ] {
        let found = render(html, BodyFormat::Html).html;
        assert_eq!(found, tidy);
        assert_eq!(render(&found, BodyFormat::Html).html, tidy, "once it is right, it stays");
    }
    let hosts = ["video.example".to_owned()];
    let setting = Setting { page: None, embed_hosts: &hosts };
    let frame = r#"<iframe src="https://video.example/1" width="100%" height="300"></iframe>"#;
    let kept = render_in(frame, BodyFormat::Html, setting).html;
    assert!(kept.contains(r#" title="video.example" height="300" sandbox="#), "{kept}");
}

#[test]
fn a_long_page_address_is_not_repeated_without_end() {
    let page = format!("https://w.example/{}/", "a".repeat(2000));
    let setting = Setting { page: Some(&page), embed_hosts: &[] };
    let links = "<a href=\"a\">b</a>".repeat(50_000);
    let pictures = format!("<img srcset=\"{}a\" alt=\"b\">", "a, ".repeat(100_000));
    for html in [links, pictures] {
        let most = 5 * html.len() + 2 * MAX_GROWTH.1;
        let finished = finish(html, setting);
        assert!(finished.len() < most && finished.contains(&page), "{}", finished.len());
    }
}
