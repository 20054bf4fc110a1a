//! Plain text.

use super::{ARTICLES, newsroom, text};

#[actix_web::test]
async fn a_story_reads_from_headline_to_credit() {
    let app = newsroom(&[]).await;
    let answer = app.get(&format!("{ARTICLES}/talks.txt")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let expected = "Corridor talks resume\n\nIn the capital.\n\nBy Ayesha Khan\n\nThey met at noon.\n\n- One\n- Two\n\n\
                    Correction, 2026-02-02: The talks were at noon.\n\n(APP / Radio)\n";
    assert_eq!(text(&answer), expected);
    let urdu = app.get(&format!("{ARTICLES}/urdu.txt")).await.expect(200);
    assert_eq!(text(&urdu), "راہداری پر بات چیت\n");
}
