//! What is asked for.

use chrono::{SecondsFormat, TimeDelta, Utc};

/// Searches that rank or count look at the newest 10,000 matches of a word, and at samples that tell
/// how far back these reach: each of the ten thousand is read up to so many times.
pub const RANKED_MOST: f64 = 100_000.0;

/// A request.
#[derive(Clone, Debug)]
pub struct Case {
    pub path: String,
    /// Whether it needs a key.
    pub keyed: bool,
}

const SORTS: [&str; 6] =
    ["-published_at", "published_at", "-updated_at", "updated_at", "urgency", "-urgency"];

fn days_ago(days: i64) -> String {
    (Utc::now() - TimeDelta::days(days)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A common and a rare value of each filter.
fn filters() -> Vec<[String; 2]> {
    let pair = |name: &str, common: &str, rare: &str| {
        [format!("{name}={common}"), format!("{name}={rare}")]
    };
    vec![
        pair("category", "category-1", "category-200"),
        pair("category", "category-9", "category-190"),
        pair("category", "category-49", "category-150"),
        pair("exclude_category", "category-1", "category-200"),
        pair("source", "source-1", "source-20"),
        ["source=source-1&source=source-2".into(), "source=source-20&source=source-19".into()],
        pair("exclude_source", "source-1", "source-20"),
        pair("tag", "tag-0", "tag-rare"),
        ["tag=tag-0&tag=tag-1".into(), "tag=tag-rare&tag=none".into()],
        pair("author", "author-1", "author-0"),
        pair("language", "en", "ur"),
        ["language=en&language=de".into(), "language=ur&language=xx".into()],
        pair("featured", "false", "true"),
        pair("published_after", &days_ago(1500), &days_ago(1)),
        pair("published_before", &days_ago(1), &days_ago(1824)),
        pair("updated_after", &days_ago(1500), &days_ago(1)),
        pair("updated_before", &days_ago(1), &days_ago(1824)),
        pair("source_url", "https://a.example/500000", "none"),
        pair("slug", "story-500000", "none"),
        ["external_id=500000&source=source-1".into(), "external_id=none&source=source-20".into()],
    ]
}

fn list(query: &str) -> Case {
    let path = format!("/api/v1/articles?{query}");
    Case { keyed: path.contains("state="), path }
}

/// Every filter with every sort.
pub fn pairs() -> Vec<Case> {
    let mut cases: Vec<Case> = SORTS.iter().map(|sort| list(&format!("sort={sort}"))).collect();
    let states = ["draft", "scheduled", "expired", "trashed", "live,scheduled", "any"];
    let states = states.iter().map(|state| format!("state={state}"));
    for value in filters().into_iter().flatten().chain(states) {
        cases.extend(SORTS.iter().map(|sort| list(&format!("{value}&sort={sort}"))));
    }
    cases
}

/// Numbers that look random, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

/// Filters that meet, two to four of them.
pub fn combinations(many: usize) -> Vec<Case> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut cases = Vec::new();
    while cases.len() < many {
        let mut left = filters();
        // what names one story leaves nothing to combine
        left.retain(|pair| !pair[1].contains("none&") && !pair[1].ends_with("=none"));
        let mut query = String::new();
        for _ in 0..2 + dice.below(3) {
            let pair = left.remove(dice.below(left.len()));
            let name = pair[0].split('=').next().unwrap_or_default().to_owned();
            query.push_str(&pair[dice.below(2)]);
            query.push('&');
            let base = name.trim_start_matches("exclude_").to_owned();
            left.retain(|pair| !pair[0].contains(&base));
            left.retain(|pair| {
                !(name.ends_with("_after") || name.ends_with("_before"))
                    || pair[0].split('_').next() != name.split('_').next()
            });
        }
        if dice.below(4) == 0 {
            query.push_str(["q=zcent&", "q=zrare7&"][dice.below(2)]);
        }
        cases.push(list(&format!("{query}sort={}", SORTS[dice.below(SORTS.len())])));
    }
    cases
}

const WORDS: [&str; 4] = ["zhalf", "zcent", "zrare7", "nowhere"];

/// Searches that show a page in an order of the stories' own.
pub fn searches() -> Vec<Case> {
    let mut cases = Vec::new();
    for word in WORDS {
        cases.extend(SORTS.iter().map(|sort| list(&format!("q={word}&sort={sort}"))));
        for filter in ["source=source-20", "category=category-1", "language=en", "tag=tag-rare"] {
            cases.push(list(&format!("q={word}&{filter}")));
        }
    }
    cases
}

/// Searches that look at the newest ten thousand matches.
pub fn ranked() -> Vec<Case> {
    let mut cases = Vec::new();
    let facets = "facets=category,source,language,tag,month";
    for word in WORDS {
        cases.push(list(&format!("q={word}&sort=relevance")));
        cases.push(list(&format!("q={word}&sort=relevance&{facets}")));
        cases.push(list(&format!("q={word}&{facets}")));
        for filter in ["source=source-20", "category=category-1", "language=ur"] {
            cases.push(list(&format!("q={word}&sort=relevance&{filter}&{facets}")));
        }
    }
    cases
}

/// What has no filter and no sort; told, not judged.
pub fn rest() -> Vec<Case> {
    let paths = [
        "articles/story-500000",
        "articles/story-500000?include=related",
        "articles?include=related",
        "articles?total=estimated",
        "articles?source=source-1&total=estimated",
        "tags",
        "tags?prefix=tag-1",
        "authors",
        "search/suggest?q=tag",
        "search/suggest?q=story+5",
        "sources?include=counts",
        "categories?include=counts",
        "categories",
        "categories/tree",
    ];
    paths.map(|path| Case { path: format!("/api/v1/{path}"), keyed: false }).into()
}
