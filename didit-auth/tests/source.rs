//! The token source against real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use didit_api::sandbox::{Answer, Sandbox};
use didit_auth::{Credentials, Didit, DiditBuilder, Error, ErrorKind, Token};
use support::Endpoint;

fn builder(url: &str) -> DiditBuilder {
    let credentials = Credentials::new(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET).unwrap();
    let quick = Duration::from_millis(20);
    Didit::builder()
        .credentials(credentials)
        .auth_url(url)
        .verification_url(url)
        .pauses(quick, quick)
}

async fn herd(didit: &Didit, callers: usize) -> Vec<Result<Token, Error>> {
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let didit = didit.clone();
            tokio::spawn(async move { didit.token().await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_callers_make_one_request_on_one_connection() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.next(Answer::honest().delay(Duration::from_millis(50)));
    let didit = builder(sandbox.url()).build().unwrap();
    assert!(herd(&didit, 10_000).await.iter().all(Result::is_ok));
    assert_eq!((sandbox.requests(), sandbox.connections()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_share_one_failure() {
    for (answer, kind, requests) in [
        (Answer::status(500), ErrorKind::Unavailable, 3),
        (Answer::status(401), ErrorKind::Rejected, 1),
        (Answer::hang(), ErrorKind::Timeout, 3),
    ] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.next(answer.always());
        let limit = Duration::from_millis(200);
        let didit = builder(sandbox.url()).timeout(limit).build().unwrap();
        for result in herd(&didit, 1000).await {
            assert_eq!(result.unwrap_err().kind(), kind);
        }
        assert_eq!(sandbox.requests(), requests, "{kind:?}");
    }
}

#[tokio::test]
async fn a_failure_that_passes_is_retried_and_one_that_does_not_is_not() {
    for (status, requests) in [(408, 2), (429, 2), (500, 2), (502, 2), (503, 2), (504, 2)] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.next(Answer::status(status));
        builder(sandbox.url()).build().unwrap().token().await.unwrap();
        assert_eq!(sandbox.requests(), requests, "{status}");
    }
    for status in [400, 401, 403, 404, 501, 505] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.next(Answer::status(status));
        builder(sandbox.url()).build().unwrap().token().await.unwrap_err();
        assert_eq!(sandbox.requests(), 1, "{status}");
    }
    let sandbox = Sandbox::start().unwrap();
    sandbox.next(Answer::drop_connection());
    builder(sandbox.url()).build().unwrap().token().await.unwrap();
    assert_eq!(sandbox.requests(), 2);
}

#[tokio::test]
async fn who_gives_up_early_leaves_the_fetch_to_the_others() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.next(Answer::honest().delay(Duration::from_millis(300)));
    let didit = builder(sandbox.url()).build().unwrap();
    let mut callers = 0;
    while tokio::time::timeout(Duration::from_millis(100), didit.token()).await.is_err() {
        callers += 1;
        assert!(callers < 50, "nobody ever gets a token");
    }
    assert_eq!(sandbox.requests(), 1);
}

#[test]
fn one_source_serves_several_runtimes() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::ZERO).start().unwrap();
    let didit = builder(sandbox.url()).build().unwrap();
    for count in 1..=3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(didit.token()).unwrap();
        assert_eq!(sandbox.count("create_token"), count);
    }
}

#[tokio::test]
async fn a_rotation_is_seen_at_once_by_a_warm_up() {
    let sandbox = Sandbox::start().unwrap();
    let secret = Arc::new(Mutex::new(Sandbox::CLIENT_SECRET.to_owned()));
    let vault = Arc::clone(&secret);
    let didit = Didit::builder()
        .credentials_from(move || {
            let credentials = Credentials::new(Sandbox::CLIENT_ID, vault.lock().unwrap().as_str());
            async move { credentials }
        })
        .auth_url(sandbox.url())
        .verification_url(sandbox.url())
        .build()
        .unwrap();
    let first = didit.token().await.unwrap();
    sandbox.set_credentials(Sandbox::CLIENT_ID, "rotated");
    assert_eq!(didit.token_source().warm_up().await.unwrap_err().status(), Some(401));
    assert_eq!(didit.token().await.unwrap().generation(), first.generation());
    *secret.lock().unwrap() = "rotated".to_owned();
    assert_eq!(didit.token_source().warm_up().await.unwrap().generation(), 2);
}

#[tokio::test]
async fn limits_beyond_every_clock_are_no_limits_and_no_panic() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.next(Answer::status(500));
    let quick = Duration::from_millis(1);
    let didit = builder(sandbox.url()).deadline(Duration::MAX).pauses(quick, Duration::MAX);
    let didit = didit.timeout(Duration::MAX).connect_timeout(Duration::MAX);
    didit.build().unwrap().token().await.unwrap();
    assert_eq!(sandbox.requests(), 2);
}

/// The error of a call that may take 300 ms, or none if it does not end.
async fn within_its_limit(url: &str) -> Error {
    let limit = Duration::from_millis(300);
    let didit = builder(url).attempts(1).timeout(2 * limit).connect_timeout(limit).build().unwrap();
    let call = tokio::time::timeout(Duration::from_secs(20), didit.token());
    call.await.unwrap_or_else(|_| panic!("the call does not end")).unwrap_err()
}

#[tokio::test]
async fn a_connect_that_hangs_ends_within_its_limit() {
    // The kernel completes TCP for whoever listens; TLS is never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let error = within_its_limit(&url).await;
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("connecting took too long"), "{error}");
}

#[tokio::test]
async fn a_drip_of_bytes_ends_within_its_limit() {
    for head in ["", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"] {
        let endpoint = Endpoint::start(move |stream| {
            let _ = stream.write_all(head.as_bytes());
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: ".iter().chain([b'x'; 600].iter()) {
                if stream.write_all(&[*byte]).is_err() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let error = within_its_limit(&endpoint.url).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}
