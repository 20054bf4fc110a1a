//! A story as plain text: headline, standfirst, byline, body, corrections, credit.

use super::{byline, credit};
use crate::articles::views::output::ArticleSummary;

/// The story, its parts apart by a blank line.
pub fn plain(story: &ArticleSummary) -> String {
    let corrections = story
        .corrections
        .iter()
        .map(|note| Some(format!("Correction, {}: {}", day(&note.corrected_at), note.text)));
    let credit = story.source.as_ref().map(|source| format!("({})", credit(source)));
    let above = [Some(story.headline.clone()), story.summary.clone(), byline(story)];
    let parts = above.into_iter().chain([story.body_text.clone()]);
    let parts = parts.chain(corrections).chain([credit]).flatten();
    let parts: Vec<String> = parts.filter(|part| !part.trim().is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// The day of a time, as it is written on the wire.
pub fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}
