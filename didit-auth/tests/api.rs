//! Calls of the API that sign themselves.

#![cfg(feature = "sessions_v1")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::error::Error as _;
use std::time::Duration;

use didit_api::sandbox::{Answer, Sandbox};
use didit_api::sessions_v1::types::{CreateSessionV1Request, SessionV1};
use didit_api::{Error, ResponseValue};
use didit_auth::{Credentials, Didit, ErrorKind};
use support::{Endpoint, PRINTED, http};

const OPERATION: &str = "sessions_v1::create";

fn didit(auth: &str, verification: &str) -> Didit {
    Didit::builder()
        .credentials(Credentials::new(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET).unwrap())
        .auth_url(auth)
        .verification_url(verification)
        .build()
        .unwrap()
}

fn on(sandbox: &Sandbox) -> Didit {
    didit(sandbox.url(), sandbox.url())
}

async fn create(didit: &Didit) -> Result<ResponseValue<SessionV1>, Error> {
    let session = CreateSessionV1Request::new().callback("https://example.com/back");
    didit.sessions_v1().create(session).send().await
}

#[tokio::test]
async fn a_call_carries_the_token_and_the_documented_body_and_nothing_else() {
    let tokens = Endpoint::answering("200 OK", "", PRINTED);
    let session = r#"{"session_id": "1", "session_token": "pLaNtEd.t0ken", "url": "https://verify.didit.me/session/pLaNtEd.t0ken"}"#;
    let api = Endpoint::answering("201 Created", "", session);
    let didit = didit(&tokens.url, &format!("{}/gateway/", api.url));
    let session = create(&didit).await.unwrap();
    assert_eq!(session.session_token.as_ref().unwrap().expose(), "pLaNtEd.t0ken");
    assert!(session.url.expose().ends_with("pLaNtEd.t0ken"));
    let shown = format!("{session:?} {:?} {:?}", session.response(), session.clone().into_inner());
    assert!(!shown.contains("pLaNtEd.t0ken"), "{shown}");

    assert_eq!((tokens.requests().len(), api.requests().len()), (1, 1));
    let request = api.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"callback":"https://example.com/back"}"#);
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /gateway/v1/session/ HTTP/1.1"));
    let mut headers: Vec<String> = lines.map(str::to_lowercase).collect();
    headers.sort();
    let host = api.url.trim_start_matches("http://");
    assert_eq!(
        headers,
        [
            "accept: application/json".to_owned(),
            "authorization: bearer your-cient-access-token".to_owned(),
            "content-length: 39".to_owned(),
            "content-type: application/json".to_owned(),
            format!("host: {host}"),
            format!("user-agent: didit-auth/{}", env!("CARGO_PKG_VERSION")),
        ]
    );
}

#[tokio::test]
async fn a_revoked_token_is_replaced_and_the_call_sent_once_more() {
    let sandbox = Sandbox::start().unwrap();
    let didit = on(&sandbox);
    create(&didit).await.unwrap();
    sandbox.revoke_tokens();
    create(&didit).await.unwrap();
    assert_eq!((sandbox.tokens_issued(), sandbox.count(OPERATION)), (2, 3));
}

#[tokio::test]
async fn an_expired_token_is_refused_by_the_sandbox_too() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::ZERO).start().unwrap();
    let error = create(&on(&sandbox)).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    // The token had no life, so it is not kept, and there is another to try.
    assert_eq!((sandbox.tokens_issued(), sandbox.count(OPERATION)), (2, 2));
}

#[tokio::test]
async fn an_api_that_says_401_for_ever_costs_one_new_token_and_at_most_two_calls() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.next(Answer::status(401).on(OPERATION).always());
    let didit = on(&sandbox);
    for calls in 1..=20 {
        let error = create(&didit).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 401);
        // The first is sent twice; after that a new token is known not to help.
        assert_eq!((sandbox.tokens_issued(), sandbox.count(OPERATION)), (2, calls + 1));
    }
}

#[tokio::test]
async fn concurrent_calls_after_a_revocation_share_one_new_token() {
    let sandbox = Sandbox::start().unwrap();
    let didit = on(&sandbox);
    didit.token().await.unwrap();
    sandbox.revoke_tokens();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let didit = didit.clone();
            tokio::spawn(async move { create(&didit).await.map(|_| ()) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(sandbox.tokens_issued(), 2);
}

#[tokio::test]
async fn nothing_but_a_401_is_sent_twice() {
    for status in [400, 403, 404, 408, 429, 500, 503] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.next(Answer::status(status).header("Retry-After", "7").on(OPERATION).always());
        let error = create(&on(&sandbox)).await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!((sandbox.tokens_issued(), sandbox.count(OPERATION)), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_error_says_why() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.set_credentials("another", "pair");
    let error = create(&on(&sandbox)).await.unwrap_err();
    assert_eq!(sandbox.count(OPERATION), 0);
    assert_eq!(
        error.to_string(),
        "sessions_v1::create at 127.0.0.1: not sent, its credential could not be obtained"
    );
    let cause = error.source().unwrap().downcast_ref::<didit_auth::Error>().unwrap();
    assert_eq!((cause.kind(), cause.status()), (ErrorKind::Rejected, Some(401)));
}

#[tokio::test]
async fn no_redirect_takes_the_token_elsewhere() {
    let tokens = Endpoint::answering("200 OK", "", PRINTED);
    let elsewhere = Endpoint::answering("201 Created", "", "{}");
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        for target in [elsewhere.url.as_str(), "/v1/session"] {
            let location = format!("Location: {target}\r\n");
            let api = Endpoint::raw(http(status, &location, b""));
            let error = create(&didit(&tokens.url, &api.url)).await.unwrap_err();
            assert_eq!(error.status().unwrap().as_str(), &status[..3]);
            assert_eq!(api.requests().len(), 1);
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn the_verification_url_is_checked_like_the_other() {
    let builder = Didit::builder().credentials(Credentials::new("id", "secret").unwrap());
    let error = builder.verification_url("http://didit.example").build().unwrap_err();
    assert!(
        error.to_string().starts_with("verification_url: the base URL is plain http"),
        "{error}"
    );
}
