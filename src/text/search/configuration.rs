//! Which of PostgreSQL's text search configurations fits a language.

/// Every name [`configuration`] can return; all are built into PostgreSQL 15
/// and later.
#[rustfmt::skip]
pub const CONFIGURATIONS: &[&str] = &[
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
    "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian",
    "nepali", "norwegian", "portuguese", "romanian", "russian", "serbian", "simple", "spanish",
    "swedish", "tamil", "turkish", "yiddish",
];

/// The configuration for a BCP 47 tag, by its first subtag in any case;
/// `simple`, which stems nothing and drops no stop words, for a language that
/// PostgreSQL has no stemmer for and for anything else.
pub fn configuration(language: &str) -> &'static str {
    let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "ar" | "arb" => "arabic",
        "hy" => "armenian",
        "eu" => "basque",
        "ca" => "catalan",
        "da" => "danish",
        "nl" => "dutch",
        "en" => "english",
        "fi" => "finnish",
        "fr" => "french",
        "de" => "german",
        "el" => "greek",
        "hi" => "hindi",
        "hu" => "hungarian",
        // `in` and `ji` were withdrawn long ago and are still sent.
        "id" | "in" => "indonesian",
        "ga" => "irish",
        "it" => "italian",
        "lt" => "lithuanian",
        "ne" | "npi" => "nepali",
        "no" | "nb" | "nn" => "norwegian",
        "pt" => "portuguese",
        "ro" | "mo" => "romanian",
        "ru" => "russian",
        "sr" | "sh" => "serbian",
        "es" => "spanish",
        "sv" => "swedish",
        "ta" => "tamil",
        "tr" => "turkish",
        "yi" | "ji" => "yiddish",
        _ => "simple",
    }
}
