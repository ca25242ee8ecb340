//! What the generated client does before and after the network.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use didit_api::auth::types::{GrantType, TokenRequest, TokenResponse};
use didit_api::reqwest::header::HeaderValue;
use didit_api::runtime::{ResponseProblem, TransportErrorKind};
use didit_api::sessions_v1::types::CreateSessionV1Request;
use didit_api::{
    Authorization, Authorize, Error, ErrorKind, Operation, ResponseValue, Retry, Scheme, Seconds,
    Secret, Transport, auth,
};
use proptest::prelude::*;

type Answer = Result<ResponseValue<TokenResponse>, Error>;

async fn call(transport: Transport) -> Answer {
    let form = TokenRequest::new(GrantType::ClientCredentials);
    auth::Client::new(transport).create_token(form).send().await
}

/// The one answer of a server that counts nothing and checks nothing.
async fn answered(raw: &'static str) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(raw.as_bytes());
    });
    let builder = Transport::builder(url).authorize(Fixed).timeout(Duration::from_secs(5));
    call(builder.response_limit(100).build().unwrap()).await
}

#[derive(Debug)]
struct Fixed;

impl Authorize for Fixed {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move {
            Ok((scheme == Scheme::Basic).then(|| HeaderValue::from_static("Basic planted")))
        })
    }
}

#[derive(Debug)]
struct Broken;

impl Authorize for Broken {
    fn authorize<'a>(&'a self, _: &'static Operation, _: Scheme) -> Authorization<'a> {
        Box::pin(async { Err("the vault is sealed".into()) })
    }
}

#[tokio::test]
async fn a_missing_credential_names_operation_and_scheme_before_any_network() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());

    let error = call(Transport::builder(&url).build().unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"auth::create_token at 127.0.0.1: not sent, it needs a credential of scheme Basic, and none was given. Give the transport's builder `Basic` by `authorize`");
    assert_eq!(error.kind(), ErrorKind::NoCredential);

    let error =
        call(Transport::builder(&url).authorize(Broken).build().unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"auth::create_token at 127.0.0.1: not sent, its credential could not be obtained");
    assert_eq!(error.source().unwrap().to_string(), "the vault is sealed");

    assert!(listener.accept().is_err(), "somebody connected");
}

/// Supplies a token, takes a rejection for worth another try, and has no other.
#[derive(Debug, Default)]
struct LastToken {
    asked: AtomicUsize,
    rejected: Mutex<Vec<HeaderValue>>,
}

#[derive(Debug)]
struct Shared(Arc<LastToken>);

impl Authorize for Shared {
    fn authorize<'a>(&'a self, _: &'static Operation, scheme: Scheme) -> Authorization<'a> {
        Box::pin(async move {
            assert_eq!(scheme, Scheme::Bearer);
            match self.0.asked.fetch_add(1, Ordering::Relaxed) {
                0 => Ok(Some(HeaderValue::from_static("Bearer planted"))),
                _ => Err("the vault is sealed".into()),
            }
        })
    }

    fn rejected(&self, _: &'static Operation, _: Scheme, credential: &HeaderValue) -> bool {
        self.0.rejected.lock().unwrap().push(credential.clone());
        true
    }
}

#[tokio::test]
async fn without_another_token_after_a_401_nothing_more_is_sent_and_the_error_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let answer = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(answer);
        listener
    });
    let tokens = Arc::new(LastToken::default());
    let transport = Transport::builder(url).authorize(Shared(Arc::clone(&tokens))).build().unwrap();
    let client = didit_api::sessions_v1::Client::new(transport);
    let error = client.create(CreateSessionV1Request::new()).send().await.unwrap_err();

    insta::assert_snapshot!(error, @"sessions_v1::create at 127.0.0.1: 401 Unauthorized, and another credential could not be obtained");
    insta::assert_snapshot!(format!("{error:?}"), @"sessions_v1::create at 127.0.0.1: 401 Unauthorized, and another credential could not be obtained: the vault is sealed");
    assert_eq!(error.source().unwrap().to_string(), "the vault is sealed");
    assert_eq!(*tokens.rejected.lock().unwrap(), ["Bearer planted"]);
    assert_eq!(tokens.asked.load(Ordering::Relaxed), 2);
    let listener = server.join().unwrap();
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody connected again");
}

#[tokio::test]
async fn every_failure_keeps_its_status_and_quotes_nothing() {
    let planted = "HTTP/1.1 418 Teapot\r\nRetry-After: 3\r\nContent-Length: 7\r\n\r\nplanted";
    let error = answered(planted).await.unwrap_err();
    insta::assert_snapshot!(error, @"auth::create_token at 127.0.0.1: 418 I'm a teapot. Trying again will not help; the body may say why");
    assert_eq!(error.status().unwrap(), 418);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert_eq!(error.response().unwrap().body(), b"planted");
    assert!(!format!("{error:?} {error:#?} {:?}", error.response()).contains("planted"));

    let refused = "HTTP/1.1 401 No\r\nContent-Length: 19\r\n\r\n{\"error\":\"planted\"}";
    let error = answered(refused).await.unwrap_err();
    insta::assert_snapshot!(error, @"auth::create_token at 127.0.0.1: 401 Unauthorized. Check the credentials, and that they are this host's");
    assert_eq!(error.body().unwrap().json().unwrap()["error"], "planted");
    assert_eq!((error.kind(), error.host()), (ErrorKind::Unauthorized, "127.0.0.1"));

    let error = answered("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await.unwrap_err();
    insta::assert_snapshot!(error, @"auth::create_token at 127.0.0.1: 503 Service Unavailable. Try again later; whether it was done is unknown");

    for status in ["202 Accepted", "302 Found"] {
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 7\r\n\r\nplanted");
        let error = answered(answer.leak()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "auth::create_token at 127.0.0.1: {status}, which is not documented. Check the base URL, and for a newer version of this crate"
            )
        );
        assert!(error.kind() == ErrorKind::Malformed && !format!("{error:?}").contains("planted"));
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_decoded_says_why() {
    for (raw, problem) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "its body is empty"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "its body breaks off"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "its body is not of the documented shape (line 1, column 2)",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
            "its body is compressed, which was not asked for",
        ),
    ] {
        let error = answered(raw).await.unwrap_err();
        assert_eq!(error.problem().unwrap().to_string(), problem, "{raw}");
        assert_eq!(error.status().unwrap(), 200);
        let broke_off = problem == "its body breaks off";
        assert_eq!(error.kind() == ErrorKind::Interrupted, broke_off, "{raw}");
        assert_eq!(error.is_transient(), broke_off, "{raw}");
    }
}

#[tokio::test]
async fn no_more_than_the_limit_is_kept_of_a_body() {
    let long: &'static str =
        format!("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n{}", " ".repeat(101)).leak();
    let error = answered(long).await.unwrap_err();
    assert!(matches!(error.problem(), Some(ResponseProblem::TooLarge { limit: 100, .. })));
    assert_eq!(error.response().unwrap().body().len(), 100);
}

#[tokio::test]
async fn a_refused_connection_is_typed_and_transient() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let transport = Transport::builder(format!("http://127.0.0.1:{port}")).authorize(Fixed).build();
    let error = call(transport.unwrap()).await.unwrap_err();
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Connect);
    assert!(error.kind() == ErrorKind::Connect && error.is_transient());
}

#[test]
fn the_security_table_comes_from_the_document() {
    let [operation] = auth::Client::OPERATIONS else { panic!("one operation so far") };
    assert_eq!((operation.document, operation.id), ("auth", "create_token"));
    assert_eq!((operation.method, operation.path), ("POST", "/auth/v2/token/"));
    assert_eq!(operation.security, [Scheme::Basic]);
    assert_eq!((operation.accept, operation.success), ("application/json", [200].as_slice()));
    assert_eq!(
        (operation.retry, operation.to_string().as_str()),
        (Retry::Never, "auth::create_token")
    );
    assert_eq!(auth::Client::BASE_URL, "https://apx.didit.me");
}

#[test]
fn whatever_holds_a_secret_shows_a_placeholder() {
    let secret = Secret::from("planted");
    insta::assert_snapshot!(format!("{secret:?}"), @"Secret([redacted])");
    assert_eq!(serde_json::to_string(&secret).unwrap(), r#""planted""#);

    let json = r#"{"access_token": "planted", "expires_in": 60, "iss": "https://didit.me"}"#;
    let answer: TokenResponse = serde_json::from_str(json).unwrap();
    insta::assert_snapshot!(format!("{answer:?}"), @r#"TokenResponse { access_token: Secret([redacted]), client_id: None, exp: None, expires_in: Some(Seconds(60)), iat: None, iss: Some("https://didit.me"), organization_id: None, sub: None }"#);

    let transport = Transport::builder("https://planted@didit.me");
    assert!(!format!("{transport:?}").contains("planted"));
    let transport = Transport::builder(auth::Client::BASE_URL).authorize(Fixed).build().unwrap();
    let client = auth::Client::new(transport);
    let call = client.create_token(TokenRequest::new(GrantType::ClientCredentials));
    assert_eq!(format!("{call:?}"), "CreateToken(Call(auth::create_token))");
}

proptest! {
    #[test]
    fn seconds_are_read_from_every_spelling_of_a_whole_number(n: i32) {
        for json in [format!("{n}"), format!("{n}.0"), format!("{n}e0"), format!("\"{n}\"")] {
            let seconds: Seconds = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(seconds, Seconds(n.into()), "{}", json);
        }
    }

    #[test]
    fn seconds_never_panic(json in "[-+]?[0-9eE.\"a ]{0,24}") {
        let _ = serde_json::from_str::<Seconds>(&json);
    }
}
