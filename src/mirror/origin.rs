//! The service that is mirrored, by its HTTP API.

use crate::backup::store::columns::Table;
use crate::client::{Answer, Client, describe_problem, is_not_now};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt;
use uuid::Uuid;

/// How many of a list are read at once; each may have a body of 2 MiB.
pub const PAGE: usize = 50;
/// How long the origin may wait for something to change, in seconds.
const WAIT: &str = "25";

/// Why there is no answer to go on with.
#[derive(Debug)]
pub enum Trouble {
    /// It may be over by itself: try again.
    Passing(anyhow::Error),
    /// The origin does not know where we were: copy all of it again.
    Lost(String),
    /// Nothing but a person can help.
    Final(anyhow::Error),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Passing(error) | Trouble::Final(error) => write!(f, "{error:#}"),
            Trouble::Lost(reason) => f.write_str(reason),
        }
    }
}

/// What something looks like in the API.
pub type Shown = Map<String, Value>;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct List {
    /// What is on it.
    pub items: Vec<Shown>,
    /// Where the next one begins.
    pub next_cursor: Option<String>,
}

/// A page of changes.
#[derive(Debug, Deserialize)]
pub struct Changes {
    /// In their order.
    pub items: Vec<Change>,
    /// Where to go on.
    pub next_cursor: String,
    /// Whether there is more already.
    pub more: bool,
}

/// A change, as far as a mirror needs it.
#[derive(Debug, Deserialize)]
pub struct Change {
    /// What happened.
    pub kind: String,
    /// To an `article`, a `source` or a `category`.
    pub resource: String,
    /// Its id.
    pub id: Uuid,
    /// Whether it is seen no more.
    pub deleted: bool,
    /// The whole of it by its name, with the last of its changes on a page.
    #[serde(default)]
    pub included: Map<String, Value>,
}

/// The origin, and with which eyes it is seen.
pub struct Origin {
    client: Client,
}

impl Origin {
    /// Asks nothing yet.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Its address.
    pub fn address(&self) -> &str {
        self.client.base().as_str()
    }

    /// Whether stories are seen that are not public.
    pub async fn shows_unpublished(&self) -> Result<bool, Trouble> {
        let answer = self.ask(&["articles"], &[("state", "draft"), ("limit", "1")]).await?;
        match answer.status.as_u16() {
            200 => Ok(true),
            // without a key; a key that is not good is refused everywhere
            401 | 403 => self.list(&["articles"], &[("limit", "1")]).await.map(|_| false),
            _ => Err(refused(&answer)),
        }
    }

    /// A cursor for what changes from now on.
    pub async fn latest(&self) -> Result<String, Trouble> {
        self.read::<Changes>(&["changes"], &[("since", "latest")]).await.map(|it| it.next_cursor)
    }

    /// What has changed since a cursor; with `wait`, as soon as there is something.
    pub async fn changes(&self, since: &str, wait: bool) -> Result<Changes, Trouble> {
        let limit = PAGE.to_string();
        let mut query = vec![("since", since), ("include", "resource"), ("limit", &limit)];
        if wait {
            query.push(("wait", WAIT));
        }
        self.read(&["changes"], &query).await
    }

    /// A page of a list, which must not be older than `since` (by `Age`: it may come from a cache).
    pub async fn page(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        cursor: Option<&str>,
        since: DateTime<Utc>,
    ) -> Result<List, Trouble> {
        let limit = PAGE.to_string();
        let mut query: Vec<(&str, &str)> = query.to_vec();
        query.push(("limit", &limit));
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let asked = Utc::now();
        let answer = self.good(path, &query).await?;
        if asked - answer.age < since {
            let text = "a cache before the origin answered with what is older than the copy";
            return Err(Trouble::Passing(anyhow::anyhow!(text)));
        }
        parse(answer)
    }

    /// A list to its end.
    pub async fn all(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        since: DateTime<Utc>,
    ) -> Result<Vec<Shown>, Trouble> {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.page(path, query, cursor.as_deref(), since).await?;
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// A source or a category, if there is one.
    pub async fn find(&self, table: Table, id: Uuid) -> Result<Option<Shown>, Trouble> {
        let answer = self.ask(&[table.name(), &id.to_string()], &[]).await?;
        match answer.status.as_u16() {
            200 => parse(answer).map(Some),
            404 | 410 => Ok(None),
            _ => Err(refused(&answer)),
        }
    }

    /// Those of these stories that are seen.
    pub async fn stories(&self, ids: &[Uuid], unpublished: bool) -> Result<Vec<Shown>, Trouble> {
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let mut query = story_query(unpublished);
        query.extend(ids.iter().map(|id| ("ids", id.as_str())));
        self.list(&["articles"], &query).await.map(|list| list.items)
    }

    /// The ids of those that repeat a story, or the same one as that.
    pub async fn repeating(&self, id: Uuid) -> Result<Vec<Uuid>, Trouble> {
        let (id, mut found, mut cursor) = (id.to_string(), Vec::new(), None::<String>);
        let path = ["articles", id.as_str(), "duplicates"];
        loop {
            let mut query = vec![("limit", "100")];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let answer = self.ask(&path, &query).await?;
            let page: List = match answer.status.as_u16() {
                200 => parse(answer)?,
                404 | 410 => return Ok(found),
                _ => return Err(refused(&answer)),
            };
            found.extend(
                page.items
                    .iter()
                    .filter_map(|story| story.get("id")?.as_str()?.parse::<Uuid>().ok()),
            );
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    async fn list(&self, path: &[&str], query: &[(&str, &str)]) -> Result<List, Trouble> {
        self.read(path, query).await
    }

    async fn read<T: serde::de::DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, Trouble> {
        parse(self.good(path, query).await?)
    }

    async fn good(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, Trouble> {
        let answer = self.ask(path, query).await?;
        match answer.status.is_success() {
            true => Ok(answer),
            false => Err(refused(&answer)),
        }
    }

    /// Any answer but one that asks to come again.
    async fn ask(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, Trouble> {
        let answer = self.client.get(path, query).await.map_err(Trouble::Passing)?;
        match is_not_now(answer.status) || answer.status.is_server_error() {
            true => Err(Trouble::Passing(anyhow::anyhow!("{}", describe_problem(&answer)))),
            false => Ok(answer),
        }
    }
}

/// How stories are asked for with all that a mirror keeps.
pub fn story_query(unpublished: bool) -> Vec<(&'static str, &'static str)> {
    let mut query = vec![("include", "body")];
    if unpublished {
        query.push(("state", "any"));
    }
    query
}

fn refused(answer: &Answer) -> Trouble {
    let problem = describe_problem(answer);
    match answer.text("code") {
        Some("cursor_expired" | "cursor_invalid") => Trouble::Lost(problem),
        _ => Trouble::Final(anyhow::anyhow!("the origin refuses to answer: {problem}")),
    }
}

fn parse<T: serde::de::DeserializeOwned>(answer: Answer) -> Result<T, Trouble> {
    serde_json::from_value(answer.body).map_err(|error| {
        let error = anyhow::Error::from(error);
        Trouble::Final(error.context("the origin answers with something else than a newswire does"))
    })
}
