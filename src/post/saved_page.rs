//! A page as saved from a news site: the trail of categories, the headline (once or more), the
//! paragraphs, the credit, and the page's furniture around them.
//!
//! Furniture is taken away from the start and the end only, line by line, and taking away stops
//! at the first line that may belong to the story; so nothing inside a story is ever lost.

mod breadcrumb;
mod credit;
mod lines;
mod words;

use anyhow::anyhow;

use self::breadcrumb::{is_cut, is_home, is_title_of, same_headline};
use self::credit::Credit;
use self::lines::{address, date, ends_sentence, is_chrome, is_footer, is_more_stories, trim};
use super::story::Story;

/// How many lines from the end a credit may stand, and how long the lines after it may be.
const CREDIT_WITHIN: usize = 4;
const SHORT: usize = 100;
/// The longest list of other stories that is taken for one.
const MOST_OTHER_STORIES: usize = 20;

/// The parts of a saved page.
#[derive(Debug, Default, PartialEq)]
pub struct Page {
    /// The headline, once.
    pub headline: String,
    /// The categories above the headline, from the root down.
    pub crumbs: Vec<String>,
    /// The paragraphs in order; a hard-wrapped one keeps its lines.
    pub paragraphs: Vec<String>,
    /// The supplier named by the credit line.
    pub credit: Option<String>,
    /// Where the page was.
    pub address: Option<String>,
    /// When it was published, if the page says so beyond doubt.
    pub published_at: Option<String>,
}

/// Reads a saved page as a story.
pub fn parse(text: &str) -> anyhow::Result<Story> {
    let page = read(text).ok_or_else(|| anyhow!("no headline: the page has no text"))?;
    let mut story = Story::default();
    story.set_text("headline", Some(page.headline));
    story.set("body", page.paragraphs.join("\n\n"));
    story.set("body_format", "text");
    story.set_text("category", page.crumbs.last());
    story.set_text("source", page.credit);
    story.set_text("source_url", page.address);
    story.set_text("published_at", page.published_at);
    Ok(story)
}

/// Takes a page apart; `None` when it has no text at all.
pub fn read(text: &str) -> Option<Page> {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n");
    let text = text.replace('\0', "");
    let lines: Vec<&str> = trim(&text).split('\n').map(trim).collect();
    let mut reader = Reader {
        blank_lines: lines.iter().any(|line| line.is_empty()),
        end: lines.len(),
        lines,
        start: 0,
        page: Page::default(),
    };
    reader.top()?;
    reader.bottom();
    reader.page.paragraphs = reader.paragraphs();
    Some(reader.page)
}

/// The lines not yet accounted for, `start..end`, and what the others said.
struct Reader<'a> {
    lines: Vec<&'a str>,
    blank_lines: bool,
    start: usize,
    end: usize,
    page: Page,
}

impl Reader<'_> {
    /// The next line from here on that is not blank.
    fn next(&self, from: usize) -> Option<usize> {
        (from..self.end).find(|at| !self.lines[*at].is_empty())
    }

    /// The next line from here on that is neither blank nor furniture.
    fn next_content(&self, from: usize) -> Option<usize> {
        (from..self.end).find(|at| {
            let line = self.lines[*at];
            !line.is_empty() && !is_chrome(line) && address(line).is_none() && date(line).is_none()
        })
    }

    /// Takes a line that is an address or a date for what it says.
    fn note(&mut self, line: &str) -> bool {
        if let Some(address) = address(line) {
            self.page.address.get_or_insert(address);
            return true;
        }
        date(line)
            .map(|date| self.page.published_at = self.page.published_at.take().or(date))
            .is_some()
    }

    fn top(&mut self) -> Option<()> {
        let first = self.next_content(0).or_else(|| self.next(0))?;
        for at in 0..first {
            self.note(self.lines[at]);
        }
        let line = self.lines[first];
        let after = self.next_content(first + 1);
        let next = after.map(|at| self.lines[at]);
        self.start = first + 1;
        if let Some(trail) = breadcrumb::read(line, next) {
            self.page.crumbs = trail.crumbs;
            match trail.headline {
                Some(headline) => self.page.headline = headline,
                None => self.headline_at(after?),
            }
        } else if let Some(headline) = self.upright_trail(first) {
            self.headline_at(headline);
        } else if let Some(after) = after.filter(|at| is_title_of(line, self.lines[*at])) {
            self.headline_at(after);
        } else {
            self.page.headline = line.to_owned();
        }
        while let Some(at) = self.next(self.start) {
            let line = self.lines[at];
            if same_headline(line, &self.page.headline) {
                if !is_cut(line) || is_cut(&self.page.headline) {
                    self.page.headline = line.to_owned();
                }
            } else if !self.note(line) && !is_chrome(line) {
                break;
            }
            self.start = at + 1;
        }
        Some(())
    }

    fn headline_at(&mut self, at: usize) {
        for between in self.start..at {
            self.note(self.lines[between]);
        }
        self.page.headline = self.lines[at].to_owned();
        self.start = at + 1;
    }

    /// A trail with each crumb on a line of its own, the last of them repeated as the headline.
    fn upright_trail(&mut self, first: usize) -> Option<usize> {
        if !is_home(self.lines[first]) {
            return None;
        }
        let is_sign = |line: &str| !line.chars().any(char::is_alphanumeric);
        let crumbs: Vec<usize> =
            (first + 1..self.end).filter(|at| !is_sign(self.lines[*at])).take(8).collect();
        let twice =
            crumbs.windows(2).position(|two| same_headline(self.lines[two[0]], self.lines[two[1]]));
        match twice {
            Some(headline) => {
                let name =
                    |at: &usize| trim(self.lines[*at].trim_matches(['/', '>', '»', '›', '|']));
                self.page.crumbs =
                    crumbs[..headline].iter().map(|at| name(at).to_owned()).collect();
                Some(crumbs[headline + 1])
            }
            None => crumbs.first().copied(),
        }
    }

    fn bottom(&mut self) {
        self.furniture();
        if let Some(heading) = self.other_stories() {
            self.end = heading;
            self.furniture();
        }
        if let Some((at, credit)) = self.credit() {
            self.page.credit = credit.name;
            if let Some(address) = credit.address {
                self.page.address.get_or_insert(address);
            }
            self.lines[at] = "";
            self.furniture();
        }
    }

    /// Takes furniture off the end.
    fn furniture(&mut self) {
        while let Some(at) = self.last() {
            let line = self.lines[at];
            let taken = self.stands_alone(at)
                && (is_footer(line) || same_headline(line, &self.page.headline) || self.note(line));
            if !taken {
                return;
            }
            self.end = at;
        }
    }

    fn last(&self) -> Option<usize> {
        (self.start..self.end).rev().find(|at| !self.lines[*at].is_empty())
    }

    /// Whether the line is not the last one of a hard-wrapped paragraph.
    fn stands_alone(&self, at: usize) -> bool {
        if !self.blank_lines || at == self.start {
            return true;
        }
        let before = self.lines[at - 1];
        before.is_empty()
            || ends_sentence(before)
            || is_footer(before)
            || credit::read(before).is_some()
            || address(before).is_some()
            || date(before).is_some()
    }

    /// The heading of a list of other stories at the end: nothing after it is a sentence.
    fn other_stories(&self) -> Option<usize> {
        let content = (self.start..self.end).rev();
        let content = content.filter(|at| !self.lines[*at].is_empty());
        content
            .take(MOST_OTHER_STORIES + 1)
            .take_while(|at| {
                !ends_sentence(self.lines[*at]) && self.lines[*at].chars().count() <= 160
            })
            .filter(|at| is_more_stories(self.lines[*at]) && self.stands_alone(*at))
            .last()
    }

    /// The credit near the end, a "source" before a "courtesy".
    fn credit(&self) -> Option<(usize, Credit)> {
        let is_short =
            |at: usize| self.lines[at].chars().count() <= SHORT && !ends_sentence(self.lines[at]);
        let mut found: Option<(usize, Credit)> = None;
        let content = (self.start..self.end).rev();
        let content = content.filter(|at| !self.lines[*at].is_empty());
        for at in content.take(CREDIT_WITHIN) {
            let credit = credit::read(self.lines[at]).filter(|_| self.stands_alone(at));
            match credit {
                Some(credit) if credit.is_source => return Some((at, credit)),
                Some(credit) if found.is_none() => found = Some((at, credit)),
                Some(_) => {}
                None if is_short(at) => {}
                None => break,
            }
        }
        found
    }

    /// What is left, in paragraphs.
    fn paragraphs(&self) -> Vec<String> {
        let lines = &self.lines[self.start..self.end.max(self.start)];
        let filled: Vec<&str> = lines.iter().filter(|l| !l.is_empty()).copied().collect();
        let sentences = filled.iter().filter(|line| ends_sentence(line)).count();
        let wrapped = lines.split(|line| line.is_empty()).filter(|block| !block.is_empty());
        let one_block = wrapped.clone().count() <= 1;
        let one_a_line = !self.blank_lines || one_block && sentences * 5 >= filled.len() * 3;
        match one_a_line {
            true => filled.into_iter().map(str::to_owned).collect(),
            false => wrapped.map(|block| block.join("\n")).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
