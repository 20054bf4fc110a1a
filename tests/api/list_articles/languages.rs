//! Search by the language of each story: inflected forms, accents, scripts without spaces.

use super::search::url;
use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::json;

/// A story in each language.
const STORIES: [(&str, &str); 13] = [
    ("en", "Ministers discussed the flooding of villages"),
    ("de", "Überschwemmungen zerstören Häuser in der Stadt"),
    ("fr", "Les élections présidentielles approchent"),
    ("ru", "Министры обсудили наводнения в деревнях"),
    ("ar", "الوزراء يناقشون الفيضانات في المدينة"),
    ("hi", "मंत्रियों ने बाढ़ पर चर्चा की"),
    ("ur", "وزیر اعظم نے سیلاب کا جائزہ لیا"),
    ("ckb", "سەرۆک وەزیران لە هەولێر کۆبووەوە"),
    ("zh", "北京今日遭遇暴雨袭击"),
    ("ja", "東京で地震が発生しました"),
    ("th", "น้ำท่วมกรุงเทพมหานคร"),
    ("tr", "İstanbul'da kitaplar yakıldı"),
    ("es", "Inundación en Málaga"),
];

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for (language, headline) in STORIES {
        let sent = json!({ "headline": headline, "slug": format!("in-{language}"), "language": language,
            "status": "published" });
        app.create(ARTICLES, &sent).await;
    }
    app
}

/// Words that find the story in that language, among them inflected and unaccented forms.
const WORDS: [(&str, &[&str]); 13] = [
    ("en", &["minister discuss", "floods village", "MINISTER"]),
    ("de", &["Überschwemmung", "uberschwemmung", "Haus zerstören", "Häusern", "hausern"]),
    ("fr", &["élection présidentielle", "election presidentielle", "ELECTIONS"]),
    ("ru", &["министр", "наводнение", "деревня министры"]),
    ("ar", &["الوزراء", "مدينة", "المدينه"]),
    ("hi", &["मंत्रियों", "बाढ़ चर्चा", "मंत्री"]),
    ("ur", &["سیلاب جائزہ", "وزیر", "وزير"]),
    ("ckb", &["هەولێر", "سەرۆک وەزیران"]),
    ("zh", &["北京", "暴雨", "北京 暴雨", "遭遇暴雨", "雨"]),
    ("ja", &["東京", "地震", "東京 地震", "発生"]),
    ("th", &["น้ำท่วม", "กรุงเทพ", "น้ำท่วม กรุงเทพ"]),
    ("tr", &["kitap", "istanbul", "İSTANBUL kitaplar"]),
    ("es", &["inundacion", "inundaciones malaga", "Málaga"]),
];

#[actix_web::test]
async fn each_story_is_found_without_and_with_its_language() {
    let app = newsroom().await;
    let mut missed = Vec::new();
    for (language, words) in WORDS {
        for q in words {
            for narrow in
                [String::new(), format!("&language={language}"), "&sort=relevance".to_owned()]
            {
                let list = app.get(&format!("{ARTICLES}?q={}{narrow}", url(q))).await.expect(200);
                if slugs(&list.body) != [format!("in-{language}")] {
                    missed.push(format!("{language} {q}{narrow}: {:?}", slugs(&list.body)));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Words that are in every other text: alone they find nothing.
const STOP_WORDS: [&str; 4] = ["of", "the", "der", "in"];

/// Every two words of a headline, one of them telling; of one written without spaces its halves.
fn pairs(headline: &str) -> Vec<String> {
    let mut words: Vec<String> = headline.split_whitespace().map(str::to_owned).collect();
    if let [word] = words.as_slice() {
        let letters: Vec<char> = word.chars().collect();
        words =
            letters.chunks(letters.len().div_ceil(2)).map(|half| half.iter().collect()).collect();
    }
    let mut pairs = Vec::new();
    for (place, one) in words.iter().enumerate() {
        let telling = |word: &&String| !STOP_WORDS.contains(&word.as_str());
        let others = words.iter().skip(place + 1);
        let others = others.filter(|other| telling(&one) || telling(other));
        pairs.extend(others.map(|other| format!("{other} {one}")));
    }
    pairs
}

#[actix_web::test]
async fn any_two_words_of_its_headline_find_a_story() {
    let app = newsroom().await;
    let mut missed = Vec::new();
    for (language, headline) in STORIES {
        for q in pairs(headline) {
            let list = app.get(&format!("{ARTICLES}?q={}", url(&q))).await.expect(200);
            if !slugs(&list.body).contains(&format!("in-{language}").as_str()) {
                missed.push(format!("{language} {q}: {:?}", slugs(&list.body)));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[actix_web::test]
async fn another_language_finds_nothing() {
    let app = newsroom().await;
    for (language, words) in WORDS {
        let other = if language == "en" { "fr" } else { "en" };
        let path = format!("{ARTICLES}?q={}&language={other}", url(words[0]));
        assert_eq!(slugs(&app.get(&path).await.expect(200).body), [""; 0], "{language}");
    }
    let both = format!("{ARTICLES}?q=minister&language=EN&language=ru");
    assert_eq!(slugs(&app.get(&both).await.expect(200).body), ["in-en"]);
}

#[actix_web::test]
async fn pairs_of_letters_are_cut_alike_for_storing_and_asking() {
    let app = newsroom().await;
    for (q, found) in
        [("今日", true), ("京今", true), ("日北", false), ("北日", false), ("东京", false)]
    {
        let list = app.get(&format!("{ARTICLES}?q={}&language=zh", url(q))).await.expect(200);
        assert_eq!(!slugs(&list.body).is_empty(), found, "{q}");
    }
}

#[actix_web::test]
async fn a_language_that_comes_later_is_asked_too() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}?q={}", url("Häuser"));
    assert_eq!(slugs(&app.get(&path).await.expect(200).body), [""; 0]);
    assert_eq!(slugs(&app.get(&path).await.expect(200).body), [""; 0]);
    let sent = json!({ "headline": "Viele Häusern brannten", "slug": "de", "language": "de", "status": "published" });
    app.create(ARTICLES, &sent).await;
    assert_eq!(slugs(&app.get(&path).await.expect(200).body), ["de"]);
}

#[actix_web::test]
async fn a_story_whose_language_changes_is_found_by_the_new_one() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Häuser brannten", "slug": "x", "language": "en", "status": "published" });
    app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}?language=de&q={}", url("Haus"));
    assert_eq!(slugs(&app.get(&path).await.expect(200).body), [""; 0]);
    app.patch(&format!("{ARTICLES}/x"), &json!({ "language": "de" })).await.expect(200);
    assert_eq!(slugs(&app.get(&path).await.expect(200).body), ["x"]);
}

#[actix_web::test]
async fn what_must_not_be_there_is_not_in_any_language() {
    let app = TestApp::start().await;
    for (slug, language, headline) in [
        ("rain", "en", "Rain over the valley"),
        ("sports", "en", "Rain stops sports"),
        ("ur", "ur", "وزیر اعظم نے سیلاب کا جائزہ لیا"),
        ("de", "de", "Die Überschwemmung"),
        ("film", "en", "A film that is hard to find"),
    ] {
        let sent = json!({ "headline": headline, "slug": slug, "language": language, "status": "published" });
        app.create(ARTICLES, &sent).await;
    }
    for (q, expected) in [
        ("rain -sports", vec!["rain"]),
        ("rain -sport", vec!["rain"]),
        ("rain -\"stops sports\"", vec!["rain"]),
        ("rain -die", vec!["sports", "rain"]),
        ("überschwemmung -rain OR rain -sports", vec!["de", "rain"]),
        // of "die hard" German knows one word
        ("film -\"die hard\"", vec!["film"]),
        ("film -\"hard to find\"", vec![]),
    ] {
        let found = app.get(&format!("{ARTICLES}?q={}", url(q))).await.expect(200).body;
        assert_eq!(slugs(&found), expected, "{q}");
    }
}

#[actix_web::test]
async fn korean_words_are_found_with_what_is_written_onto_them() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "서울에서 열린 정상회담은 오늘 끝났다", "slug": "summit", "language": "ko",
                       "status": "published" });
    app.create(ARTICLES, &sent).await;
    for q in ["서울", "정상회담", "서울 정상회담", "\"서울에서 열린\"", "오늘"]
    {
        let found = app.get(&format!("{ARTICLES}?q={}", url(q))).await.expect(200);
        assert_eq!(slugs(&found.body), ["summit"], "{q}");
    }
    let none = app.get(&format!("{ARTICLES}?q={}", url("회담"))).await.expect(200).body;
    assert_eq!(slugs(&none), Vec::<&str>::new(), "not from the middle");
}
