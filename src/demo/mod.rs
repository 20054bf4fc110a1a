//! `newswire demo`: fills a server with a small made-up newsroom, through the HTTP API like any
//! other client. What is there already is left as it is, so running it again changes nothing.

mod newsroom;

use std::{collections::HashMap, io::Write};

use anyhow::{anyhow, bail};
use reqwest::StatusCode;
use serde_json::Value;

use self::newsroom::{Newsroom, Thing};
use crate::client::{Answer, Client, ClientArgs, ClientDefaults, describe_problem};

/// Fill a server with a small made-up newsroom to look at.
///
/// Makes three sources, a tree of categories and a dozen stories in nine languages: translations,
/// a featured and an urgent one, one scheduled and one draft. Running it again changes nothing.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// The server to fill.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// Runs the command.
pub async fn run(args: DemoArgs, defaults: ClientDefaults) -> anyhow::Result<()> {
    let client = Client::new(&args.client, &defaults)?;
    let newsroom = Newsroom::read()?;
    let sources = make(&client, "sources", newsroom.sources).await?;
    let categories = make(&client, "categories", newsroom.categories).await?;
    let mut stories = HashMap::new();
    writeln!(std::io::stdout(), "stories")?;
    for story in newsroom.stories {
        let external_id = story.text("external_id").to_owned();
        let input = story.into_input(&sources, &categories, &stories, chrono::Utc::now())?;
        let made = post_story(&client, &input).await?;
        writeln!(
            std::io::stdout(),
            "  {:<8} {:<10} {:<3} {}",
            made.verb,
            made.state,
            input.get("language").and_then(Value::as_str).unwrap_or("-"),
            input.get("headline").and_then(Value::as_str).unwrap_or("-"),
        )?;
        stories.insert(external_id, made.id);
    }
    writeln!(std::io::stdout(), "\ntry")?;
    for url in [
        client.address(&["articles"], &[("limit", "5")]),
        client.address(&["articles"], &[("category", "islands"), ("language", "ur")]),
        client.address(&["articles", stories.get("demo/bridge").map_or("-", String::as_str)], &[]),
    ] {
        writeln!(std::io::stdout(), "  curl '{url}'")?;
    }
    Ok(())
}

/// Makes sources or categories, in order; answers the id of each by its slug.
async fn make(
    client: &Client,
    collection: &str,
    things: Vec<Thing>,
) -> anyhow::Result<HashMap<String, String>> {
    writeln!(std::io::stdout(), "{collection}")?;
    let mut ids = HashMap::new();
    for thing in things {
        let (slug, name) = (thing.text("slug").to_owned(), thing.text("name").to_owned());
        let input = thing.with_parent(&ids)?;
        let answer = client.post(&[collection], &[], &input).await?;
        let (verb, id) = match answer.status {
            StatusCode::CREATED => ("created", answer.text("id").map(str::to_owned)),
            StatusCode::CONFLICT => ("exists", existing(client, collection, &slug, &answer).await?),
            _ => (" ", None),
        };
        let Some(id) = id else {
            bail!("{collection}: {name}: {}", describe_problem(&answer));
        };
        writeln!(std::io::stdout(), "  {verb:<8} {name}")?;
        ids.insert(slug, id);
    }
    Ok(ids)
}

/// The id of what stood in the way: the answer names it, else it is found by its slug.
async fn existing(
    client: &Client,
    collection: &str,
    slug: &str,
    answer: &Answer,
) -> anyhow::Result<Option<String>> {
    let named = answer.body.pointer("/existing/id").and_then(Value::as_str);
    if let Some(id) = named {
        return Ok(Some(id.to_owned()));
    }
    let found = client.get(&[collection, slug], &[]).await?;
    Ok(found.text("id").map(str::to_owned))
}

/// What became of a story.
struct Made {
    id: String,
    verb: &'static str,
    state: String,
}

/// Posts a story unless it is there, even in the trash.
async fn post_story(client: &Client, input: &Value) -> anyhow::Result<Made> {
    let query = [("on_conflict", "skip")];
    let answer = client.post(&["articles"], &query, input).await?;
    let verb = match answer.status {
        StatusCode::CREATED => "created",
        StatusCode::OK | StatusCode::CONFLICT => "exists",
        _ => return Err(anyhow!(describe_problem(&answer))),
    };
    let named = answer.body.pointer("/existing/id").and_then(Value::as_str);
    let Some(id) = named.or(answer.text("id")) else {
        bail!("{}", describe_problem(&answer));
    };
    Ok(Made { id: id.to_owned(), verb, state: answer.text("state").unwrap_or("-").to_owned() })
}
