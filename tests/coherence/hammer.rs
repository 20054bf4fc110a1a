//! Writers of every kind against readers of every remembered path, on two nodes.
//!
//! Certain, not probable: every write makes a state that no other has (a count in the headline or the
//! name), and the model keeps which states there were and when each was acknowledged. An answer is
//! right when it shows states that were neither over, by the bound of the node that was asked, when
//! the request was sent, nor yet to come when its answer was there.
//!
//! `NEWSWIRE_COHERENCE_SECONDS` says for how long, ten by default.

mod check;
mod model;
mod readers;
mod reads;
mod writers;

use crate::session::{END_WATCHERS, Session, settled};
use crate::support::TestApp;
use check::Check;
use model::{Model, SQL, now};
use readers::Tally;
use reads::Read;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Runs that share the machine share the time too.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn duration() -> Duration {
    let seconds = std::env::var("NEWSWIRE_COHERENCE_SECONDS").ok();
    Duration::from_secs(seconds.map_or(10, |text| text.parse().expect("a number of seconds")))
}

/// What all parts of a run share.
pub struct Run {
    /// Which states there are and were.
    pub model: Mutex<Model>,
    /// Where the nodes listen.
    pub nodes: [String; 2],
    /// Whether it is over.
    pub ended: AtomicBool,
    /// Whether writers rest, so that what is remembered grows old.
    pub resting: AtomicBool,
    /// Acknowledged writes over HTTP and by plain SQL.
    pub writes: [AtomicU64; 2],
}

impl Run {
    /// Whether it goes on.
    pub fn goes_on(&self) -> bool {
        !self.ended.load(Ordering::Relaxed)
    }
}

async fn transactions(session: &Session) -> i64 {
    let sql = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
    session.one(sql).await.parse().expect("a number")
}

async fn hammer(ends_watchers: bool) {
    let _turn = TURN.lock().await;
    let one = TestApp::start().await;
    let two = one.beside(&[]).await;
    let model = writers::newsroom(&one).await;
    let run = Arc::new(Run {
        model: Mutex::new(model),
        nodes: [one.address.clone(), two.address.clone()],
        ended: AtomicBool::new(false),
        resting: AtomicBool::new(false),
        writes: Default::default(),
    });
    settled(&two).await;
    let session = Session::open(&one.database.url).await;
    let before = transactions(&session).await;
    let readers: Vec<_> = [0, 1].map(|node| readers::start(run.clone(), node)).into();
    let writers = writers::start(&run, &one, &two);
    let end = now() + i64::try_from(duration().as_micros()).unwrap();
    let (mut ended, mut dice) = (0, model::Dice::new(7));
    while now() < end {
        tokio::time::sleep(Duration::from_millis(dice.within(1200))).await;
        run.resting.store(dice.one_in(3), Ordering::Relaxed);
        if ends_watchers {
            ended += session.one(END_WATCHERS).await.parse::<u64>().unwrap();
        }
    }
    run.resting.store(false, Ordering::Relaxed);
    run.ended.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.expect("a writer");
    }
    let wait = tokio::task::spawn_blocking(move || {
        readers.into_iter().map(|reader| reader.join().expect("a reader")).collect::<Vec<Tally>>()
    });
    let tallies = wait.await.expect("the readers");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let spent = transactions(&session).await - before;
    let total = tallies.into_iter().fold(Tally::default(), Tally::with);
    println!(
        "{:?}, watchers ended {ended} times: {} reads ({} of them 304), {} bodies checked, \
         {} writes over HTTP, {} by SQL, {spent} transactions of the database, {} violations",
        duration(),
        total.reads,
        total.not_modified,
        total.checked,
        run.writes[0].load(Ordering::Relaxed),
        run.writes[1].load(Ordering::Relaxed),
        total.violations.len(),
    );
    for (kind, count) in &total.kinds {
        println!("    {count:>8} {kind}");
    }
    assert!(total.violations.is_empty(), "{}", total.first(10));
    assert!(total.kinds.values().all(|count| *count > 0));
}

#[actix_web::test]
async fn no_reader_sees_what_is_over() {
    hammer(false).await;
}

#[actix_web::test]
async fn no_reader_sees_what_is_over_while_watchers_are_ended() {
    hammer(true).await;
}

/// Guards the check itself: what was right is wrong once something has been acknowledged.
#[actix_web::test]
async fn an_old_answer_is_noticed() {
    let app = TestApp::start().await;
    let mut model = writers::newsroom(&app).await;
    let mut stale = Vec::new();
    for read in Read::all(&model) {
        let began = now();
        let answer = app.get(&read.path).await;
        let body = (answer.status == 200).then_some(answer.body);
        let check =
            |model: &Model, began| Check::new(model, 0, began, now()).read(&read, body.as_ref());
        assert_eq!(check(&model, began), Vec::<String>::new(), "{}", read.path);
        stale.push((read.clone(), body));
    }
    // everything changes in the model alone
    for slot in 0..model.stories.len() {
        let mut story = model.stories[slot].latest().clone();
        story.count += 1;
        story.source = (story.source + 1) % model.sources.len();
        story.leaf = if story.leaf == 3 { 4 } else { 3 };
        story.topic = (story.topic + 1) % 4;
        story.language = (story.language + 1) % model::LANGUAGES.len();
        story.span = match slot % 2 {
            0 => None,
            _ => Some((now() - 5_000_000, i64::MAX)),
        };
        let version = model.stories[slot].begin(story, SQL);
        model.stories[slot].acknowledge(version);
    }
    for names in [&mut model.sources, &mut model.categories] {
        for name in names.iter_mut() {
            let version = name.begin("another".to_owned(), 0);
            name.acknowledge(version);
        }
    }
    let unnoticed: Vec<_> = stale
        .iter()
        .filter(|(read, body)| {
            let later = now() + 600_000;
            Check::new(&model, 1, later, later).read(read, body.as_ref()).is_empty()
        })
        .map(|(read, _)| read.path.clone())
        .collect();
    // what shows nothing has nothing to be wrong about
    assert!(unnoticed.len() * 10 < stale.len(), "{unnoticed:#?} of {}", stale.len());
}
