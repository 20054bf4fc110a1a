//! Fills an empty, migrated database with generated stories, the same ones each time but for the day:
//! the newest story is as old as the load.
//!
//! load STORIES DATABASE_URL
//!
//! Triggers are off and secondary indexes come last; what triggers would have written is written by
//! the statements in fill.sql. Search words are made here, from what the database says of each word,
//! and compared with its own for a sample of stories.

mod random;
mod row;
mod story;
mod words;

use futures_util::{SinkExt, pin_mut};
use row::Rows;
use std::error::Error;
use std::io::Cursor;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use story::World;
use tokio_postgres::{Client, NoTls};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Stories that one stream of rows takes at a time.
const BLOCK: u64 = 500;
const STREAMS: u64 = 2;

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute("SET session_replication_role = replica; SET work_mem = '256MB'").await?;
    Ok(client)
}

/// Every second block of stories, as rows.
async fn copy(url: String, world: Arc<World>, stream: u64) -> Result<()> {
    let client = connect(&url).await?;
    let sql = format!("COPY articles ({}) FROM STDIN (FORMAT binary)", story::COLUMNS);
    let sink = client.copy_in(&sql).await?;
    pin_mut!(sink);
    let mut header = true;
    let mut start = 1 + stream * BLOCK;
    while start <= world.stories {
        let mut rows = Rows::start(header);
        header = false;
        for n in start..(start + BLOCK).min(world.stories + 1) {
            world.write(n, &mut rows);
        }
        sink.send(Cursor::new(rows.0)).await?;
        start += STREAMS * BLOCK;
    }
    let mut rows = Rows::start(header);
    rows.end();
    sink.send(Cursor::new(rows.0)).await?;
    sink.finish().await?;
    Ok(())
}

async fn run(url: String, statements: Vec<String>) -> Result<()> {
    let client = connect(&url).await?;
    for statement in statements {
        client.batch_execute(&statement).await?;
    }
    Ok(())
}

/// Says what was done, and how long it took.
fn done(what: &str, since: &mut Instant) {
    println!("  {what}: {:.1} s", since.elapsed().as_secs_f64());
    *since = Instant::now();
}

#[tokio::main]
async fn main() -> Result<()> {
    let flags: Vec<String> = std::env::args().collect();
    let [_, stories, url] = flags.as_slice() else {
        return Err("load STORIES DATABASE_URL".into());
    };
    let stories: u64 = stories.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
    let client = connect(url).await?;
    let mut since = Instant::now();

    let languages = words::languages(&client, &story::names()).await?;
    let world = Arc::new(World::new(languages, stories, now));
    done("words", &mut since);

    // what constraints need stays
    let indexes = client
        .query(
            "SELECT indexname, indexdef FROM pg_indexes
             WHERE schemaname = 'public' AND tablename IN ('articles', 'article_categories', 'article_listings')
             AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            &[],
        )
        .await?;
    for index in &indexes {
        client.batch_execute(&format!("DROP INDEX {}", index.get::<_, String>(0))).await?;
    }
    client.batch_execute(include_str!("groups.sql")).await?;
    let streams: Vec<_> =
        (0..STREAMS).map(|stream| tokio::spawn(copy(url.clone(), world.clone(), stream))).collect();
    for stream in streams {
        stream.await??;
    }
    done("stories", &mut since);

    // the words take longer than all the rest: a connection of their own
    let (words, mut rest): (Vec<String>, Vec<String>) = indexes
        .iter()
        .map(|index| index.get::<_, String>(1))
        .partition(|sql| sql.contains(" gin "));
    rest.insert(0, include_str!("fill.sql").to_owned());
    // the texts, which lie in a table of their own
    let toast = "SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'articles'";
    let toast: String = client.query_one(toast, &[]).await?.get(0);
    for table in [&toast, "article_categories, article_listings, slugs, sources, categories"] {
        rest.push(format!("VACUUM (FREEZE) {table}"));
    }
    let words = tokio::spawn(run(url.clone(), words));
    run(url.clone(), rest).await?;
    done("lists and their indexes", &mut since);
    words.await??;
    done("index of words, beyond that", &mut since);

    client.batch_execute("VACUUM (FREEZE, PROCESS_TOAST false) articles").await?;
    client.batch_execute("ANALYZE").await?;
    client.batch_execute("CHECKPOINT").await?;
    done("vacuum, checkpoint", &mut since);

    let wrong = client.query(include_str!("check.sql"), &[]).await?;
    if let Some(row) = wrong.first() {
        let slug: String = row.get(0);
        return Err(
            format!("{slug}: search words differ from the database's ({})", wrong.len()).into()
        );
    }
    done("check", &mut since);
    Ok(())
}
