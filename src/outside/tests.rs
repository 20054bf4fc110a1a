//! With a resolver of the test's own, so that any host can be anywhere, and servers on this machine.

mod servers;

use super::allowed::is_global;
use super::*;
use servers::{Names, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn found(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
}

/// Reaches the loopback network but for 127.0.0.9, so that one address can be public and another not.
fn near(names: Names) -> Outside {
    Outside::new("127.0.0.0/29,::1".parse().unwrap(), names)
}

fn strict(names: Names) -> Outside {
    Outside::new(Allowed::default(), names)
}

fn small() -> Limits {
    Limits { time: Duration::from_secs(5), bytes: 1000 }
}

#[track_caller]
fn forbidden(answer: Result<Answer, Failure>) {
    assert!(matches!(answer, Err(Failure::Forbidden { .. })), "{answer:?}");
}

#[test]
fn what_is_not_on_the_internet_is_told_apart() {
    let inside = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "169.254.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2002:c0a8:101::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "5f00::1",
    ];
    for address in inside {
        assert!(!is_global(address.parse().unwrap()), "{address} passes");
    }
    let outside = [
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.0.1",
        "223.255.255.255",
        "11.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
    ];
    for address in outside {
        assert!(is_global(address.parse().unwrap()), "{address} is barred");
    }
}

#[test]
fn an_allow_list_takes_hosts_addresses_and_networks() {
    let parse = |text: &str| text.parse::<Allowed>();
    let allowed = parse("10.1.0.0/16, 127.0.0.1,fd00::/8, Feeds.Internal.,").unwrap();
    for address in ["10.1.2.3", "127.0.0.1", "::ffff:127.0.0.1", "fd12::1", "8.8.8.8"] {
        assert!(allowed.has(address.parse().unwrap()), "{address}");
    }
    for address in ["10.2.0.1", "127.0.0.2", "fe80::1"] {
        assert!(!allowed.has(address.parse().unwrap()), "{address}");
    }
    assert!(allowed.is_named("feeds.internal") && allowed.is_named("feeds.internal."));
    assert!(!allowed.is_named("other.internal"));
    for wrong in ["10.0.0.0/99", "http://host/", "a b"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn literal_addresses_inside_are_refused_in_any_spelling() {
    let server = Server::saying(ok("secret")).await;
    let outside = strict(Names::default());
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[64:ff9b::7f00:1]",
    ] {
        forbidden(outside.get(&server.url(host), &small()).await);
        forbidden(outside.post(&server.url(host), HeaderMap::new(), vec![1], &small()).await);
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let server = Server::saying(ok("secret")).await;
    let names = Names::default()
        .with("loopback.example", &[&["127.0.0.1"]])
        .with("private.example", &[&["10.0.0.8"]])
        .with("link.example", &[&["169.254.1.1"]])
        .with("metadata.example", &[&["169.254.169.254"]])
        .with("mapped.example", &[&["::ffff:127.0.0.1"]])
        .with("six.example", &[&["::1"]])
        .with("mixed.example", &[&["8.8.8.8", "127.0.0.1"]])
        .with("localhost", &[&["127.0.0.1"]]);
    let outside = strict(names);
    for host in [
        "loopback.example",
        "private.example",
        "link.example",
        "metadata.example",
        "mapped.example",
        "six.example",
        "mixed.example",
        "localhost",
        "LOCALHOST",
    ] {
        forbidden(outside.get(&server.url(host), &small()).await);
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn the_connection_goes_to_what_was_checked() {
    let public = Server::on("127.0.0.1:0", ok("public")).await;
    let secret = Server::on(&format!("127.0.0.9:{}", public.at.port()), ok("secret")).await;
    // the first answer is fine, the second one is inside: what a second lookup would connect to
    let names = Names::default().with("rebound.example", &[&["127.0.0.1"], &["127.0.0.9"]]);
    let outside = near(names);
    let answer = outside.get(&public.url("rebound.example"), &small()).await.unwrap();
    assert_eq!(answer.body, b"public");
    // the next connection looks it up anew, and finds that out
    forbidden(outside.get(&public.url("rebound.example"), &small()).await);
    assert_eq!((public.asked(), secret.asked()), (1, 0));
}

#[tokio::test]
async fn redirects_are_checked_like_the_first_address() {
    let secret = Server::on("127.0.0.9:0", ok("secret")).await;
    let inner = secret.url("inner.example");
    let names = Names::default()
        .with("outer.example", &[&["127.0.0.1"]])
        .with("inner.example", &[&["127.0.0.9"]]);
    let outside = near(names);
    for to in [&inner, &secret.url("127.0.0.9"), "http://169.254.169.254/latest/meta-data"] {
        let server = Server::saying(found(to)).await;
        forbidden(outside.get(&server.url("outer.example"), &small()).await);
    }
    for to in
        ["file:///etc/passwd", "ftp://outer.example/", "http://a:b@outer.example/", "gopher://x"]
    {
        let server = Server::saying(found(to)).await;
        let answer = outside.get(&server.url("outer.example"), &small()).await;
        assert!(matches!(answer, Err(Failure::Address(_))), "{to}: {answer:?}");
    }
    assert_eq!(secret.asked(), 0);
}

#[tokio::test]
async fn redirects_are_followed_so_often() {
    let last = Server::saying(ok("here")).await;
    let names = Names::default().with("a.example", &[&["127.0.0.1"]]);
    let outside = near(names);
    let mut url = last.url("a.example");
    for _ in 0..MOST_REDIRECTS {
        url = Server::saying(found(&url)).await.url("a.example");
    }
    let answer = outside.get(&url, &small()).await.unwrap();
    assert_eq!(
        (answer.body.as_slice(), answer.url.as_str()),
        (&b"here"[..], last.url("a.example").as_str())
    );
    assert!(!answer.moved);
    let more = Server::saying(found(&url)).await;
    let answer = outside.get(&more.url("a.example"), &small()).await;
    assert_eq!(answer.unwrap_err(), Failure::Redirects);
    let nowhere = Server::saying("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n").await;
    let answer = outside.get(&nowhere.url("a.example"), &small()).await;
    assert_eq!(answer.unwrap_err(), Failure::Redirects);
}

#[tokio::test]
async fn a_post_goes_to_one_server_only() {
    let other = Server::saying(ok("other")).await;
    let server = Server::saying(found(&other.url("127.0.0.1"))).await;
    let outside = near(Names::default());
    let (url, body) = (server.url("127.0.0.1"), b"told".to_vec());
    let answer = outside.post(&url, HeaderMap::new(), body, &small()).await;
    assert_eq!(answer.unwrap().status, 302);
    assert!(server.heard.lock().unwrap().ends_with("told"));
    assert_eq!(other.asked(), 0);
}

#[tokio::test]
async fn conditions_are_sent_and_304_is_an_answer() {
    let server = Server::saying("HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\n\r\n").await;
    let mut headers = HeaderMap::new();
    headers.insert(header::IF_NONE_MATCH, "\"1\"".parse().unwrap());
    let answer = near(Names::default()).get_with(&server.url("127.0.0.1"), headers, &small()).await;
    let answer = answer.unwrap();
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (304, Some("\"1\"")));
    assert!(server.heard.lock().unwrap().contains("if-none-match: \"1\""));
}

#[tokio::test]
async fn a_body_is_held_to_its_limit_declared_or_not_packed_or_not() {
    let outside = near(Names::default());
    let long = "x".repeat(1001);
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{long}");
    let mut bomb = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n".to_vec();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packer, &vec![0; 8 << 20]).unwrap();
    bomb.extend(packer.finish().unwrap());
    let lying = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 1_u64 << 60);
    for answer in [ok(&long).into_bytes(), endless.into_bytes(), bomb, lying.into_bytes()] {
        let server = Server::saying(answer).await;
        let answer = outside.get(&server.url("127.0.0.1"), &small()).await;
        assert_eq!(answer.unwrap_err(), Failure::TooLarge);
    }
    let server = Server::saying(ok(&"x".repeat(1000))).await;
    assert_eq!(outside.get(&server.url("127.0.0.1"), &small()).await.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        loop {
            // a byte now and then keeps any pause short
            tokio::time::sleep(Duration::from_millis(50)).await;
            let _ = stream.write_all(b"x").await;
        }
    });
    let limits = Limits { time: Duration::from_millis(400), ..small() };
    let answer = near(Names::default()).get(&url, &limits).await;
    assert_eq!(answer.unwrap_err(), Failure::Timeout);
}

#[tokio::test]
async fn what_cannot_be_reached_says_so() {
    let outside = near(Names::default());
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for url in [format!("http://{free}/"), "http://nowhere.example/".to_owned()] {
        let answer = outside.get(&url, &small()).await;
        assert!(matches!(answer, Err(Failure::Unreachable(_))), "{answer:?}");
    }
    for url in ["", "/x", "feed", "file:///etc/passwd", "http://u:p@8.8.8.8/", "http://u@8.8.8.8/"]
    {
        let answer = outside.get(url, &small()).await;
        assert!(matches!(answer, Err(Failure::Address(_))), "{url}: {answer:?}");
    }
}
