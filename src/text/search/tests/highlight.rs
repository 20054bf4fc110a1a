use proptest::prelude::*;

use super::*;

fn query(q: &str) -> SearchQuery {
    SearchQuery::parse(q).expect("a query")
}

#[track_caller]
fn check(q: &str, text: &str, html: &str) {
    assert_eq!(query(q).highlight(text).as_deref(), Some(html));
}

#[test]
fn words_are_marked() {
    check(
        "rain",
        "Rain & <rains>, \"train\"",
        "<mark>Rain</mark> &amp; &lt;<mark>rains</mark>&gt;, &quot;train&quot;",
    );
    check("ministry", "The minister's", "The <mark>minister</mark>&#39;s");
    check("ete", "L'Été", "L&#39;<mark>Été</mark>");
    check("Strasse", "große Straßen", "große <mark>Straßen</mark>");
    check("المدرسه", "في المَدرسة", "في <mark>المَدرسة</mark>");
    check("US", "the U.S. aid", "the <mark>U.S</mark>. aid");
    check("किसान", "किसानों की", "<mark>किसानों</mark> की");
    for (q, text) in [("train", "rain"), ("20245", "20246"), ("un", "und"), ("a -rain", "rain")] {
        assert_eq!(query(q).highlight(text), None, "{q}");
    }
}

#[test]
fn phrases_are_marked_as_a_whole() {
    check("\"prime minister\"", "Prime, prime ministers", "Prime, <mark>prime ministers</mark>");
    check("l'eau", "l' l’eau", "l&#39; <mark>l’eau</mark>");
    check("\"a b\" c", "a b c", "<mark>a b</mark> <mark>c</mark>");
}

#[test]
fn runs_are_marked_where_they_occur() {
    check("经济", "中国经济增长", "中国<mark>经济</mark>增长");
    check("增", "中国经济增长", "中国经济<mark>增</mark>长");
    check("ニュース", "最新ﾆｭｰｽ。", "最新<mark>ﾆｭｰｽ</mark>。");
    check("กรุงเทพ", "ที่กรุงเทพฯ", "ที่<mark>กรุงเทพ</mark>ฯ");
    assert_eq!(query("国经").highlight("中国，经济"), None);
}

#[test]
fn snippets_show_the_most_terms() {
    let text =
        "One rain here. Much text that nobody asked for, then a storm and rain, and the end.";
    assert_eq!(
        query("rain storm").snippet(text, 30),
        "…a <mark>storm</mark> and <mark>rain</mark>, and the end."
    );
    assert_eq!(query("rain").snippet(text, 14), "One <mark>rain</mark> here.…");
    assert_eq!(query("absent").snippet(text, 17), "One rain here.…");
    assert_eq!(query("end").snippet(text, 12), "…and the <mark>end</mark>.");
    assert_eq!(query("x").snippet(" <a> ", 10), "&lt;a&gt;");
    assert_eq!(
        query("增长").snippet("中国的经济今年增长得很快，专家说", 6),
        "…年<mark>增长</mark>得很快…"
    );
    assert_eq!(query("x").snippet("aaaaaaaa", 3), "aaa…");
    assert_eq!(query("x").snippet("aaaaaaaa", 0), "…");
}

fn unescape(html: &str) -> String {
    let text = html.replace("<mark>", "").replace("</mark>", "");
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

proptest! {
    #[test]
    fn marks_change_nothing_else(
        text in "(\\PC|[a-c<>&'\" ]|[一丁ก็]|[\u{300}-\u{302}]){0,60}", q in "([a-c一丁ก\" ]|\\PC){1,8}", most in 0_usize..40,
    ) {
        let Some(query) = SearchQuery::parse(&q) else { return Ok(()) };
        if let Some(html) = query.highlight(&text) {
            prop_assert!(html.contains("<mark>"));
            prop_assert_eq!(unescape(&html), text.as_str());
        }
        let snippet = unescape(&query.snippet(&text, most));
        let shown = snippet.trim_start_matches('…').trim_end_matches('…');
        prop_assert!(text.contains(shown) && shown.chars().count() <= most);
    }
}
