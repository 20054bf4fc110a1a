//! Somebody who is told of events: a server on a port of its own that verifies each signature and
//! answers as it was told to.

use super::TestApp;
use actix_web::rt::task::JoinHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use newswire::webhooks::{outbox, worker};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long an event may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// Flags with which a service reaches receivers on this machine, and does not take hours to try again.
pub const FLAGS: [&str; 6] = [
    "--fetch-allow",
    "127.0.0.0/8",
    "--webhook-schedule",
    "0s,100ms,200ms,300ms",
    "--webhook-timeout",
    "1s",
];

/// How a receiver answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With a status.
    Status(u16),
    /// With a status and a header.
    With(u16, &'static str, String),
    /// With a status and a body.
    Body(u16, String),
    /// Not within the time that it has.
    Hang,
}

/// What arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
    pub body: Value,
    pub at: Instant,
}

#[derive(Debug, Default)]
struct State {
    replies: VecDeque<Reply>,
    otherwise: Option<Reply>,
    arrived: Vec<Arrived>,
}

/// A receiver.
pub struct Receiver {
    pub url: String,
    state: Arc<Mutex<State>>,
    server: actix_web::dev::ServerHandle,
}

impl Receiver {
    /// One that answers 204, until it is told otherwise.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = HttpServer::new(move || {
            let shared = web::Data::from(Arc::clone(&shared));
            App::new().app_data(shared).default_service(web::to(receive))
        });
        let server = server.workers(1).disable_signals().listen(listener).expect("listen").run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url: format!("http://{address}/hook"), state, server: handle }
    }

    /// Answers so once each, and then with success.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state.lock().unwrap().replies.extend(replies);
    }

    /// Answers so from now on.
    pub fn always(&self, reply: Reply) {
        self.state.lock().unwrap().otherwise = Some(reply);
    }

    /// What has arrived so far.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.state.lock().unwrap().arrived.clone()
    }

    /// The types of what has arrived so far.
    pub fn types(&self) -> Vec<String> {
        let kind = |one: &Arrived| one.body["type"].as_str().unwrap_or_default().to_owned();
        self.arrived().iter().map(kind).collect()
    }

    /// Waits until this much has arrived.
    #[track_caller]
    pub fn until(&self, count: usize) -> impl Future<Output = Vec<Arrived>> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let deadline = Instant::now() + PATIENCE;
            while self.arrived().len() < count {
                assert!(Instant::now() < deadline, "{caller}: only {:?} arrived", self.types());
                actix_web::rt::time::sleep(Duration::from_millis(10)).await;
            }
            self.arrived()
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn receive(
    request: HttpRequest,
    bytes: web::Bytes,
    state: web::Data<Mutex<State>>,
) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let reply = {
        let mut state = state.lock().unwrap();
        state.arrived.push(Arrived {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp").parse().unwrap_or_default(),
            signature: header("webhook-signature"),
            content_type: header("content-type"),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            bytes: bytes.to_vec(),
            at: Instant::now(),
        });
        let next = state.replies.pop_front().or_else(|| state.otherwise.clone());
        next.unwrap_or(Reply::Status(204))
    };
    let status = |code: u16| HttpResponse::build(code.try_into().expect("a status"));
    match reply {
        Reply::Status(code) => status(code).finish(),
        Reply::With(code, name, value) => status(code).insert_header((name, value)).finish(),
        Reply::Body(code, text) => status(code).body(text),
        Reply::Hang => {
            actix_web::rt::time::sleep(Duration::from_secs(30)).await;
            status(204).finish()
        }
    }
}

impl Arrived {
    /// Verifies it as the standard's own library does.
    pub fn verify(&self, secret: &str) -> Result<(), String> {
        let library = standardwebhooks::Webhook::new(secret).map_err(|error| error.to_string())?;
        let mut headers = reqwest::header::HeaderMap::new();
        let timestamp = self.timestamp.to_string();
        for (name, value) in [
            ("webhook-id", &self.id),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &self.signature),
        ] {
            headers.insert(name, value.parse().expect("a header"));
        }
        library.verify(&self.bytes, &headers).map_err(|error| error.to_string())
    }
}

/// What a service does beside answering, until it is dropped.
pub struct Working(Vec<JoinHandle<()>>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl TestApp {
    /// A service that reaches receivers on this machine.
    pub async fn sending() -> Self {
        Self::with(&FLAGS).await
    }

    /// Hands events out and sends them, until the answer is dropped. What was before is not told.
    pub async fn work(&self) -> Working {
        // so that it is known where to begin
        outbox::hand_out(&self.app).await.expect("a position");
        Working(vec![
            actix_web::rt::spawn(outbox::run(self.app.clone())),
            actix_web::rt::spawn(worker::run(self.app.clone())),
        ])
    }

    /// Hands out everything that has happened. Others write beside this, and what is finished after them is
    /// told after them: so it may take a while.
    pub async fn hand_out(&self) {
        let behind = "SELECT coalesce(max(events.xid) > max(webhook_outbox.xid), false)::text
                      FROM events, webhook_outbox";
        let deadline = Instant::now() + PATIENCE;
        loop {
            outbox::hand_out(&self.app).await.expect("events to hand out");
            if self.database.rows(behind).await[0][0] == "false" {
                return;
            }
            assert!(Instant::now() < deadline, "events are left behind");
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A webhook for a receiver, with these members beside its address.
    pub async fn webhook(&self, receiver: &Receiver, members: Value) -> Value {
        let mut body = json!({ "url": receiver.url });
        for (name, value) in members.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.create("/api/v1/webhooks", &body).await
    }
}
