//! HEAD has the headers of GET, Content-Length included, and no body.

use actix_web::{HttpServer, rt::net::TcpStream};

use super::*;

/// On a real connection, because leaving out the body is the work of the codec.
#[actix_web::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let server = HttpServer::new(service).workers(1).disable_signals();
    let server = server.bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let mut heads = Vec::new();
    for method in ["GET", "HEAD"] {
        let stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "{method} /version/8000 HTTP/1.1\r\nhost: h\r\naccept-encoding: br\r\nconnection: close\r\n\r\n"
        );
        let (mut unsent, mut answer) = (request.as_bytes(), Vec::new());
        while !unsent.is_empty() {
            stream.writable().await.unwrap();
            unsent = &unsent[stream.try_write(unsent).unwrap_or(0)..];
        }
        loop {
            stream.readable().await.unwrap();
            match stream.try_read_buf(&mut answer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("{error}"),
            }
        }
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
        let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("date:"));
        lines.sort();
        heads.push((lines, answer.len() - end));
    }
    handle.stop(false).await;
    let (get, head) = (&heads[0], &heads[1]);
    assert_eq!(get.0, head.0);
    assert!(get.0.contains(&format!("content-length: {}", get.1)), "{get:?}");
    assert_eq!(head.1, 0);
}
