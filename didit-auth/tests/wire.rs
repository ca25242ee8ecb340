//! What goes over the wire, read from a plain socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use support::{Endpoint, ID, PRINTED, SECRET, didit, http};

fn endpoint() -> Endpoint {
    Endpoint::answering("200 OK", "Content-Type: application/json\r\n", PRINTED)
}

#[tokio::test]
async fn one_token_is_exactly_the_request_that_the_vendor_documents() {
    let endpoint = endpoint();
    didit(&endpoint.url).token().await.unwrap();

    let requests = endpoint.requests();
    assert_eq!(requests.len(), 1);
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "grant_type=client_credentials");

    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /auth/v2/token/ HTTP/1.1"));
    let mut headers: Vec<(String, &str)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(n, v)| (n.to_lowercase(), v))
        .collect();
    headers.sort();
    // Written out by hand: printf 'planted-id:pLaNtEd-s3cret' | base64
    let basic = "Basic cGxhbnRlZC1pZDpwTGFOdEVkLXMzY3JldA==";
    let host = endpoint.url.trim_start_matches("http://");
    let agent = format!("didit-auth/{}", env!("CARGO_PKG_VERSION"));
    let expected = [
        ("accept", "application/json"),
        ("authorization", basic),
        ("content-length", "29"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", host),
        ("user-agent", &agent),
    ];
    assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[tokio::test]
async fn base_urls_with_and_without_slash_and_with_a_prefix_reach_the_documented_path() {
    for (suffix, path) in [
        ("", "/auth/v2/token/"),
        ("/", "/auth/v2/token/"),
        ("/gateway/didit", "/gateway/didit/auth/v2/token/"),
        ("/gateway/didit/", "/gateway/didit/auth/v2/token/"),
    ] {
        let endpoint = endpoint();
        didit(&format!("{}{suffix}", endpoint.url)).token().await.unwrap();
        let line = format!("POST {path} HTTP/1.1\r\n");
        assert!(endpoint.requests()[0].starts_with(&line), "{suffix}: {line}");
    }
}

#[tokio::test]
async fn the_application_is_named_after_the_crate() {
    let endpoint = endpoint();
    let credentials = didit_auth::Credentials::new(ID, SECRET).unwrap();
    let didit = didit_auth::Didit::builder()
        .credentials(credentials)
        .auth_url(&endpoint.url)
        .verification_url(&endpoint.url)
        .application("shop/2.1")
        .build()
        .unwrap();
    didit.token().await.unwrap();
    let agent = format!("didit-auth/{} shop/2.1\r\n", env!("CARGO_PKG_VERSION"));
    assert!(endpoint.requests()[0].contains(&agent));
}

#[tokio::test]
async fn the_second_call_needs_no_request() {
    let endpoint = endpoint();
    let didit = didit(&endpoint.url);
    let first = didit.token().await.unwrap();
    let second = didit.clone().token().await.unwrap();
    assert_eq!(first.expose(), second.expose());
    assert_eq!(endpoint.requests().len(), 1);
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_credential_leaves_the_host() {
    let elsewhere = endpoint();
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        for target in [elsewhere.url.clone(), "/auth/v2/token".to_owned()] {
            let location = format!("Location: {target}\r\n");
            let endpoint = Endpoint::raw(http(status, &location, b""));
            let error = didit(&endpoint.url).token().await.unwrap_err();
            assert_eq!(error.kind(), didit_auth::ErrorKind::Redirected);
            assert_eq!(error.status(), status[..3].parse().ok());
            assert!(error.to_string().contains("127.0.0.1"), "{error}");
            assert!(error.to_string().contains("Check the base URL"), "{error}");
            assert_eq!(endpoint.requests().len(), 1, "{status} to {target}");
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);
}
