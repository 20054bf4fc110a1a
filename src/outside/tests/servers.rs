//! A resolver of the test's own, and servers on this machine.

use crate::outside::Lookup;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Hosts with their addresses; each lookup takes the next of them, the last one for good.
#[derive(Clone, Default)]
pub(super) struct Names(Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>);

impl Names {
    pub(super) fn with(self, host: &str, answers: &[&[&str]]) -> Self {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        let answers = answers.iter().rev().map(parse).collect();
        self.0.lock().unwrap().insert(host.to_owned(), answers);
        self
    }
}

impl Lookup for Names {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut names = self.0.lock().unwrap();
        let found = names.get_mut(&host).and_then(|answers| match answers.len() {
            0 | 1 => answers.first().cloned(),
            _ => answers.pop(),
        });
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such host")) })
    }
}

/// A server that gives every request the same bytes and counts connections.
pub(super) struct Server {
    pub(super) at: SocketAddr,
    asked: Arc<AtomicUsize>,
    pub(super) heard: Arc<Mutex<String>>,
}

impl Server {
    pub(super) async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        Self::on("127.0.0.1:0", answer).await
    }

    pub(super) async fn on(address: &str, answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let (answer, at) = (answer.into(), listener.local_addr().unwrap());
        let (asked, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
        let (count, log) = (Arc::clone(&asked), Arc::clone(&heard));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap_or(0);
                log.lock().unwrap().push_str(&String::from_utf8_lossy(&request[..length]));
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { at, asked, heard }
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(super) fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/feed", self.at.port())
    }
}
