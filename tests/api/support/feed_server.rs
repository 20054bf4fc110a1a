//! A server of one feed, on this machine, that says what a test wants.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server of one feed.
pub struct FeedServer {
    pub url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    status: u16,
    headers: String,
    body: String,
    heard: Vec<String>,
}

impl FeedServer {
    /// One that has this feed.
    pub async fn of(body: &str) -> Self {
        let state = State { status: 200, headers: String::new(), body: body.into(), heard: vec![] };
        let state = Arc::new(Mutex::new(state));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/feed", listener.local_addr().expect("an address"));
        let shared = Arc::clone(&state);
        actix_web::rt::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 8192];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
                let answer = {
                    let mut state = shared.lock().unwrap();
                    let known = request.contains("if-none-match: \"1\"");
                    let known = known && state.headers.contains("etag: \"1\"");
                    state.heard.push(request);
                    let (status, body) =
                        if known { (304, "") } else { (state.status, state.body.as_str()) };
                    format!(
                        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n{}\r\n{body}",
                        body.len(),
                        state.headers
                    )
                };
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { url, state }
    }

    /// Says something else from now on. Headers end in CRLF each.
    pub fn says(&self, status: u16, headers: &str, body: &str) {
        let mut state = self.state.lock().unwrap();
        (state.status, state.headers, state.body) = (status, headers.into(), body.into());
    }

    /// What was asked so far, in lower case.
    pub fn heard(&self) -> Vec<String> {
        self.state.lock().unwrap().heard.clone()
    }
}

/// RSS with these items.
pub fn rss(items: &[(&str, &str, &str)]) -> String {
    let item = |(id, title, text): &(&str, &str, &str)| {
        format!(
            "<item><guid isPermaLink='false'>{id}</guid><title>{title}</title>\
             <description>{text}</description><link>https://w.example/{id}</link>\
             <pubDate>Wed, 02 Oct 2024 15:00:00 GMT</pubDate></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!("<rss version='2.0'><channel><title>W</title>{items}</channel></rss>")
}
