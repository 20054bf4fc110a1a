//! Readers: a thread a node, with several requests under way.

use super::Run;
use super::check::Check;
use super::model::{Dice, now};
use super::reads::Read;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::thread::JoinHandle;

/// How many ask a node at once.
const EACH: u64 = 6;
/// So many different requests are taken from what there is, again and again.
const ROUNDS: usize = 60;

/// What readers met.
#[derive(Debug, Default)]
pub struct Tally {
    pub reads: u64,
    pub not_modified: u64,
    pub checked: u64,
    pub kinds: BTreeMap<&'static str, u64>,
    pub violations: Vec<String>,
}

impl Tally {
    pub fn with(mut self, other: Tally) -> Tally {
        self.reads += other.reads;
        self.not_modified += other.not_modified;
        self.checked += other.checked;
        self.violations.extend(other.violations);
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        self
    }

    pub fn first(&self, many: usize) -> String {
        self.violations.iter().take(many).cloned().collect::<Vec<_>>().join("\n")
    }
}

/// Reads from a node until the run is over.
pub fn start(run: Arc<Run>, node: usize) -> JoinHandle<Tally> {
    let read = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let readers = (0..EACH).map(|number| reader(&run, node, number));
        let tallies = runtime.expect("a runtime").block_on(join_all(readers));
        tallies.into_iter().fold(Tally::default(), Tally::with)
    };
    std::thread::Builder::new().name(format!("readers {node}")).spawn(read).expect("a thread")
}

type Held = HashMap<String, (String, Value)>;

async fn reader(run: &Run, node: usize, number: u64) -> Tally {
    newswire::tls::prepare();
    let mut client = reqwest::Client::builder().no_proxy();
    if number.is_multiple_of(2) {
        client = client.no_gzip();
    }
    let client = client.build().expect("a client");
    let mut dice = Dice::new(100 * node as u64 + number + 1);
    let mut tally = Tally::default();
    let mut held = Held::new();
    while run.goes_on() {
        let reads = Read::all(&run.model.lock().unwrap());
        // a few at a time, so that each is asked for again while it is remembered
        let few: Vec<&Read> = (0..8).map(|_| &reads[dice.index(reads.len())]).collect();
        for _ in 0..ROUNDS {
            let read = few[dice.index(few.len())];
            one(run, node, &client, read, &mut held, &mut tally).await;
            if !run.goes_on() {
                break;
            }
        }
    }
    tally
}

async fn one(
    run: &Run,
    node: usize,
    client: &reqwest::Client,
    read: &Read,
    held: &mut Held,
    tally: &mut Tally,
) {
    let mut request = client.get(format!("{}{}", run.nodes[node], read.path));
    let old = held.get(&read.path).filter(|_| tally.reads.is_multiple_of(2));
    if let Some((tag, _)) = old {
        request = request.header("if-none-match", tag);
    }
    let began = now();
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let tag = response.headers().get("etag").and_then(|tag| tag.to_str().ok());
    let tag = tag.unwrap_or_default().to_owned();
    let bytes = response.bytes().await.expect("a body");
    let ended = now();
    tally.reads += 1;
    *tally.kinds.entry(read.name).or_default() += 1;
    let body = match status {
        200 => Some(serde_json::from_slice::<Value>(&bytes).expect("JSON")),
        304 => old.map(|(_, body)| body.clone()),
        404 | 410 => None,
        _ => {
            tally.violations.push(format!("{}: {status}", read.path));
            return;
        }
    };
    tally.not_modified += u64::from(status == 304);
    tally.checked += 1;
    let check = Check::new(&run.model.lock().unwrap(), node, began, ended);
    for fault in check.read(read, body.as_ref()) {
        let text = format!("node {node}, {}, {status}: {fault}", read.path);
        tally.violations.push(text);
    }
    if let Some(body) = body {
        held.insert(read.path.clone(), (tag, body));
    }
}
