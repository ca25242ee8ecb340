//! Webhooks in a service of axum, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use didit_auth::webhooks::{Delivery, MemoryStore, Receiver, Verifier};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

#[path = "support/web_service.rs"]
mod web_service;
use web_service::{Handler, check};

/// Starts a service, and gives where it is.
async fn start(receiver: Receiver, handler: Handler) -> SocketAddr {
    let on_webhook = async move |delivery: Delivery| {
        delivery.handle(async |event| handler.run(event).await).await
    };
    let router = Router::new().route("/didit", post(on_webhook)).with_state(receiver);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn axum_answers_as_the_vendor_expects_and_handles_each_event_once() {
    check(async |receiver, handler| format!("http://{}/didit", start(receiver, handler).await))
        .await;
}

#[tokio::test]
async fn a_body_without_an_end_is_refused_at_the_limit() {
    let verifier = Verifier::with_secret("secret").unwrap();
    let receiver = Receiver::new(verifier, MemoryStore::default());
    let stream = TcpStream::connect(start(receiver, Handler::default()).await).await.unwrap();
    let (mut answers, mut requests) = stream.into_split();
    let write = async {
        let head = "POST /didit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        requests.write_all(head.as_bytes()).await?;
        let chunk = format!("{:x}\r\n{}\r\n", 1 << 16, " ".repeat(1 << 16));
        // What the sockets hold is more than the service reads.
        for _ in 0..1024 {
            requests.write_all(chunk.as_bytes()).await?;
        }
        Ok::<_, std::io::Error>(())
    };
    let read = async {
        let mut line = [0; 12];
        answers.read_exact(&mut line).await.map(|_| String::from_utf8_lossy(&line).into_owned())
    };
    let (written, line) = tokio::join!(write, timeout(Duration::from_secs(20), read));
    written.expect_err("64 MiB were read");
    assert_eq!(line.unwrap().unwrap(), "HTTP/1.1 413");
}
