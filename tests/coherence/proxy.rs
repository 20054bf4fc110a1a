//! A way to the database that can be cut and mended.

use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Open,
    /// Connections end, and no new one comes to be.
    Cut,
    /// Connections stay, and nothing passes.
    Silent,
}

/// A TCP port that leads to the database.
pub struct Proxy {
    /// The address of the database by this way.
    pub url: String,
    way: watch::Sender<Way>,
}

impl Proxy {
    /// An open way to the database at `url`.
    pub async fn to(url: &str) -> Self {
        let config: Config = url.parse().expect("a database address");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let user = config.get_user().expect("a user").to_owned();
        let database = config.get_dbname().expect("a database").to_owned();
        let password =
            config.get_password().map(|text| format!(":{}", String::from_utf8_lossy(text)));
        let password = password.unwrap_or_default();
        let (way, changes) = watch::channel(Way::Open);
        let config = Arc::new(config);
        actix_web::rt::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                actix_web::rt::spawn(carry(client, config.clone(), changes.clone()));
            }
        });
        let url = format!("postgres://{user}{password}@127.0.0.1:{port}/{database}");
        Self { url, way }
    }

    /// Ends all connections and refuses new ones.
    pub fn cut(&self) {
        self.way.send_replace(Way::Cut);
    }

    /// Swallows everything from now on.
    pub fn silence(&self) {
        self.way.send_replace(Way::Silent);
    }

    /// Lets everything pass again; connections that were silenced are lost.
    pub fn mend(&self) {
        self.way.send_replace(Way::Open);
    }
}

async fn carry(mut client: TcpStream, config: Arc<Config>, mut way: watch::Receiver<Way>) {
    let now = *way.borrow();
    if now == Way::Open {
        let Some(mut server) = server(&config).await else { return };
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => return,
            _ = way.wait_for(|way| *way != Way::Open) => {}
        }
        // silence leaves both ends open
        let _ = way.wait_for(|way| *way != Way::Silent).await;
    } else if now == Way::Silent {
        let _ = way.wait_for(|way| *way != Way::Silent).await;
    }
}

/// The two ends of a connection to the database.
trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

async fn server(config: &Config) -> Option<Box<dyn Stream>> {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first()? {
        Host::Unix(path) => {
            let path = path.join(format!(".s.PGSQL.{port}"));
            Some(Box::new(UnixStream::connect(path).await.ok()?))
        }
        Host::Tcp(host) => Some(Box::new(TcpStream::connect((host.as_str(), port)).await.ok()?)),
    }
}
