//! Answers that are handed on as they come, over a real socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "sessions_v1")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use didit_api::runtime::ResponseProblem;
use didit_api::sessions_v1::Client;
use didit_api::{ByteStream, ErrorKind, Transport};

#[path = "support/server.rs"]
mod server;
use server::{Server, Tokens, answer};

async fn pdf(answers: &[&str]) -> ByteStream {
    let client = Client::new(Server::with(answers).transport);
    client.generate_pdf("1").send().await.unwrap().into_inner()
}

#[tokio::test]
async fn a_file_arrives_as_it_is_and_shows_nowhere() {
    let server = Server::with(&[&answer("200 OK", "planted")]);
    let client = Client::new(server.transport.clone());
    let pdf = client.generate_pdf("1").send().await.unwrap();
    assert!(!format!("{pdf:?} {:?}", *pdf).contains("planted"));
    assert_eq!(pdf.into_inner().collect().await.unwrap(), b"planted");
    let request = server.requests().remove(0);
    assert!(request.contains("accept: application/pdf, application/json\r\n"), "{request}");
}

#[tokio::test]
async fn the_transports_limit_bounds_a_stream_unless_the_caller_sets_another() {
    let long = answer("200 OK", &" ".repeat(101));
    let error = pdf(&[&long]).await.collect().await.unwrap_err();
    assert!(matches!(error.problem(), Some(ResponseProblem::TooLarge { limit: 100, .. })));
    assert_eq!(pdf(&[&long]).await.limit(101).collect().await.unwrap().len(), 101);
}

#[tokio::test]
async fn a_stream_without_announced_length_is_bounded_too() {
    let chunk = format!("32\r\n{}\r\n", " ".repeat(50));
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    let endless = format!("{head}{}0\r\n\r\n", chunk.repeat(3));
    let mut body = pdf(&[&endless]).await;
    let mut delivered = 0;
    let error = loop {
        match body.chunk().await {
            Ok(bytes) => delivered += bytes.unwrap().len(),
            Err(error) => break error,
        }
    };
    assert!(matches!(error.problem(), Some(ResponseProblem::TooLarge { limit: 100, .. })));
    assert!(delivered <= 100);
    assert!(body.chunk().await.is_err(), "an end after an error would look complete");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_however_it_was_announced() {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    for body in
        ["Content-Length: 50\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
    {
        let error = pdf(&[&format!("{head}{body}")]).await.collect().await.unwrap_err();
        assert_eq!(error.problem(), Some(ResponseProblem::Truncated));
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
}

#[tokio::test]
async fn a_compressed_stream_is_refused() {
    let zipped = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx";
    let error = pdf(&[zipped]).await.collect().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sessions_v1::generate_pdf at 127.0.0.1: 200 OK, but its body is compressed, which was \
         not asked for. Check the base URL, and for a newer version of this crate"
    );
}

#[tokio::test]
async fn a_body_that_stalls_ends_at_the_transports_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stalled = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
        stream
    });
    let transport = Transport::builder(base).authorize(Tokens::default());
    let transport = transport.timeout(Duration::from_millis(300)).build().unwrap();
    let body = Client::new(transport).generate_pdf("1").send().await.unwrap();
    let error = body.into_inner().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    drop(stalled.join());
}

#[tokio::test]
async fn an_error_of_a_streaming_call_is_typed() {
    let missing = answer("404 None", r#"{"detail": "no"}"#);
    let client = Client::new(Server::with(&[&missing]).transport);
    let error = client.generate_pdf("1").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.message().as_deref(), Some("no"));
}

#[tokio::test]
async fn a_rejected_token_is_replaced_before_the_stream_begins() {
    let server = Server::with(&[&answer("401 No", "{}"), &answer("200 OK", "file")]);
    let client = Client::new(server.transport.clone());
    let pdf = client.generate_pdf("1").send().await.unwrap();
    assert_eq!(pdf.into_inner().collect().await.unwrap(), b"file");
    let requests = server.requests();
    for (request, token) in requests.iter().zip(["Bearer t0", "Bearer t1"]) {
        assert!(request.contains(&format!("authorization: {token}\r\n")), "{request}");
    }
}
