//! The order of a list, and its place in it: a sort key with the id as the tiebreak.

use crate::articles::model::Article;
use crate::articles::model::listing::{Order, Sort};
use crate::db::keyset::{self, Cursor, Direction};
use crate::db::sql::{Bind, Piece};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The sort key of a list of articles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A time and the id.
    Timed(DateTime<Utc>, Uuid),
    /// An urgency or a rank before them.
    Ranked(f32, DateTime<Utc>, Uuid),
}

impl keyset::Key for Key {
    fn is_storable(&self) -> bool {
        let (Key::Timed(time, _) | Key::Ranked(_, time, _)) = self;
        (1..=9999).contains(&time.year())
            && !matches!(self, Key::Ranked(rank, ..) if !rank.is_finite())
    }
}

/// How urgent a story is, as a number that grows with it.
const URGENCY: &str = "(10 - coalesce(articles.urgency, 10))";

impl Order {
    /// Whether a cursor's key is one of this order.
    pub fn takes(self, key: Key) -> bool {
        match (self.sort, key) {
            (Sort::Published | Sort::Updated, Key::Timed(..))
            | (Sort::Relevance, Key::Ranked(..)) => true,
            (Sort::Urgency, Key::Ranked(rank, ..)) => {
                rank.fract() == 0.0 && (0.0..=9.0).contains(&rank)
            }
            _ => false,
        }
    }

    /// The key of a row.
    pub fn key(self, article: &Article, rank: f32) -> Key {
        let (id, listed_at) = (article.id.0, article.listed_at);
        match self.sort {
            Sort::Published => Key::Timed(listed_at, id),
            Sort::Updated => Key::Timed(article.updated_at, id),
            Sort::Urgency => {
                Key::Ranked(f32::from(10 - article.content.urgency.unwrap_or(10)), listed_at, id)
            }
            Sort::Relevance => Key::Ranked(rank, listed_at, id),
        }
    }

    /// Its columns, the id last.
    fn columns(self) -> Vec<&'static str> {
        match self.sort {
            Sort::Published => vec!["articles.listed_at", "articles.id"],
            Sort::Updated => vec!["articles.updated_at", "articles.id"],
            Sort::Urgency => vec![URGENCY, "articles.listed_at", "articles.id"],
            Sort::Relevance => vec!["articles.rank", "articles.listed_at", "articles.id"],
        }
    }

    /// Whether rows are read from the smallest key up: the list's own way, or the other one for a
    /// page that lies before its cursor.
    pub fn ascends(self, direction: Option<Direction>) -> bool {
        self.reversed != (direction == Some(Direction::Prev))
    }

    /// `ORDER BY` for reading in a direction, along an index.
    pub fn by(self, direction: Option<Direction>) -> Piece {
        let way = if self.ascends(direction) { " ASC" } else { " DESC" };
        let columns: Vec<String> =
            self.columns().into_iter().map(|column| format!("{column}{way}")).collect();
        Piece::new(format!(" ORDER BY {}", columns.join(", ")))
    }

    /// `ORDER BY` of what was ranked before it was joined with its stories.
    pub fn by_rank(self, direction: Option<Direction>) -> Piece {
        let way = if self.ascends(direction) { "ASC" } else { "DESC" };
        Piece::new(format!(
            " ORDER BY found.rank {way}, articles.listed_at {way}, articles.id {way}"
        ))
    }

    /// The same, in a form that no index has: what is sorted was found by something better.
    pub fn by_sorting(self, direction: Option<Direction>) -> Piece {
        let way = if self.ascends(direction) { " ASC" } else { " DESC" };
        let disguised = |column: &str| match column {
            "articles.listed_at" | "articles.updated_at" => format!("{column} + interval '0'{way}"),
            URGENCY => format!("{URGENCY} + 0{way}"),
            column => format!("{column}{way}"),
        };
        let columns: Vec<String> = self.columns().into_iter().map(disguised).collect();
        Piece::new(format!(" ORDER BY {}", columns.join(", ")))
    }

    /// What lies beyond a cursor, as one comparison of rows.
    pub fn beyond(self, cursor: &Cursor<Key>) -> Piece {
        self.compare(&self.columns().join(", "), cursor)
    }

    /// The same of `article_listings`, which are in the order of publication.
    pub fn beyond_listing(self, cursor: &Cursor<Key>) -> Piece {
        self.compare("listing.listed_at, listing.article_id", cursor)
    }

    fn compare(self, columns: &str, cursor: &Cursor<Key>) -> Piece {
        let sign = if self.ascends(Some(cursor.direction)) { ">" } else { "<" };
        let piece = Piece::new(format!("({columns}) {sign} ("));
        let (piece, time, id) = match cursor.key {
            Key::Timed(time, id) => (piece, time, id),
            #[allow(
                clippy::cast_possible_truncation,
                reason = "an urgency is a small whole number"
            )]
            Key::Ranked(rank, time, id) if self.sort == Sort::Urgency => {
                (piece.bind(Bind::Int(rank as i64)).push("::int, "), time, id)
            }
            Key::Ranked(rank, time, id) => (piece.bind(Bind::Real(rank)).push(", "), time, id),
        };
        piece.bind(Bind::Time(time)).push(", ").bind(Bind::Uuid(id)).push(")")
    }
}
