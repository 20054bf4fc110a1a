//! Which of the ways to read a file is the right one.

use std::path::Path;

/// A way to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A page saved from a news site as plain text
    Text,
    /// Markdown, with or without YAML front matter
    Markdown,
    /// An HTML page
    Html,
    /// One story as the API takes it, or a list of them
    Json,
}

impl Kind {
    /// By the file's name, and where that says nothing, by its content.
    pub fn of(file: &str, text: &str) -> Self {
        let extension = Path::new(file).extension().and_then(|ext| ext.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("txt" | "text") => Self::Text,
            Some("md" | "markdown" | "mdown" | "mkd") => Self::Markdown,
            Some("html" | "htm" | "xhtml" | "xht") => Self::Html,
            Some("json") => Self::Json,
            _ => Self::of_content(text),
        }
    }

    fn of_content(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let first = text.lines().next().unwrap_or_default().trim_end();
        if first == "---" || first.starts_with("# ") {
            return Self::Markdown;
        }
        if text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok() {
            return Self::Json;
        }
        let is_tag = |rest: &str| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?')
        };
        let is_address = |rest: &str| rest.starts_with("http://") || rest.starts_with("https://");
        match text.strip_prefix('<') {
            Some(rest) if is_tag(rest) && !is_address(rest) => Self::Html,
            _ => Self::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (file, text, kind) in [
            ("a.txt", "<html>", Kind::Text),
            ("a.MD", "", Kind::Markdown),
            ("a.htm", "", Kind::Html),
            ("a.json", "", Kind::Json),
            ("-", "---\ntitle: A\n---\n", Kind::Markdown),
            ("-", "# A\n", Kind::Markdown),
            ("page", "\u{feff}<!DOCTYPE html>", Kind::Html),
            ("page", "<https://x.example>\nA", Kind::Text),
            ("page", "[{}]", Kind::Json),
            ("page", "[Updated] Big news", Kind::Text),
            ("page.saved", "Home / World / A\n", Kind::Text),
            ("-", "", Kind::Text),
        ] {
            assert_eq!(Kind::of(file, text), kind, "{file} {text}");
        }
    }
}
