//! Calls of operations that take an API key, against a plain socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::error::Error as StdError;
use std::io::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use didit_api::Scheme;
use didit_api::runtime::Call;
use didit_auth::{Credentials, Didit, DiditBuilder, ErrorKind};
use support::{API_KEY, Endpoint, PRINTED, http, operation, unconfigured};

async fn call(didit: &Didit, security: &'static [Scheme]) -> Result<(), didit_api::Error> {
    let call = Call::new(didit.transport(), operation(security));
    call.send::<serde_json::Value>().await.map(|_| ())
}

/// The token endpoint, the API, and a builder that knows both.
fn hosts(status: &str) -> (Endpoint, Endpoint, DiditBuilder) {
    let tokens = Endpoint::answering("200 OK", "", PRINTED);
    let api = Endpoint::answering(status, "", "{}");
    let builder = Didit::builder().auth_url(&tokens.url).verification_url(&api.url);
    (tokens, api, builder)
}

/// The error and its causes, in one line.
fn told(error: &(dyn StdError + 'static)) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        told = format!("{told}: {error}");
        next = error.source();
    }
    told
}

#[tokio::test]
async fn a_key_alone_goes_with_the_call_and_no_token_is_fetched() {
    let key = Credentials::api_key("k3y").unwrap();
    let both = Credentials::new("id", "s3cret").unwrap().with_api_key("k3y").unwrap();
    let pair = Credentials::new("id", "k3y").unwrap();
    for credentials in [key, both, pair] {
        let (tokens, api, builder) = hosts("200 OK");
        call(&builder.credentials(credentials).build().unwrap(), &[API_KEY]).await.unwrap();
        let request = api.requests().remove(0).to_lowercase();
        assert!(request.starts_with("get /v3/sessions/ http/1.1\r\n"), "{request}");
        assert_eq!(request.matches("\r\nx-api-key: k3y\r\n").count(), 1, "{request}");
        assert!(!request.contains("authorization"), "{request}");
        assert_eq!((tokens.requests().len(), api.requests().len()), (0, 1));
    }
}

/// Of a process of its own, which the next test starts.
#[tokio::test]
#[ignore = "reads the environment that the next test sets"]
async fn call_as_the_environment_says() {
    match Didit::from_env() {
        Ok(didit) => call(&didit, &[API_KEY]).await.unwrap(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_key_in_the_environment_alone_is_a_whole_configuration() {
    let api = Endpoint::answering("200 OK", "", "{}");
    let mut process = unconfigured(Command::new(std::env::current_exe().unwrap()));
    process.args(["--exact", "call_as_the_environment_says", "--ignored", "--nocapture"]);
    process.env("DIDIT_VERIFICATION_URL", &api.url);

    let without = process.output().unwrap();
    let said = String::from_utf8_lossy(&[without.stdout, without.stderr].concat()).into_owned();
    assert!(!without.status.success(), "{said}");
    assert!(
        said.contains("not set: DIDIT_API_KEY, or DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET."),
        "{said}"
    );
    assert_eq!(api.requests().len(), 0);

    let with = process.env("DIDIT_API_KEY", " k3y\n").output().unwrap();
    assert!(with.status.success(), "{with:?}");
    let request = api.requests().remove(0).to_lowercase();
    assert!(request.contains("\r\nx-api-key: k3y\r\n"), "{request}");
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn a_bearer_never_goes_with_a_key() {
    let (_, api, builder) = hosts("200 OK");
    let both = Credentials::new("id", "s3cret").unwrap().with_api_key("k3y").unwrap();
    call(&builder.credentials(both).build().unwrap(), &[Scheme::Bearer]).await.unwrap();
    let request = api.requests().remove(0).to_lowercase();
    assert!(request.contains("\r\nauthorization: bearer your-cient-access-token\r\n"), "{request}");
    assert!(!request.contains("x-api-key") && !request.contains("k3y"), "{request}");
}

#[tokio::test]
async fn a_token_needs_the_pair_and_nothing_is_sent_without_it() {
    let how = "a token needs the client id and the client secret: set DIDIT_CLIENT_ID and \
               DIDIT_CLIENT_SECRET, or give `Credentials::new(…)` to the builder. An API key alone \
               serves the operations that take x-api-key";
    let (tokens, api, builder) = hosts("200 OK");
    let fixed = builder.clone().credentials(Credentials::api_key("k3y").unwrap());
    let asked = builder.credentials_from(|| async { Credentials::api_key("k3y") });
    for didit in [fixed, asked].map(|builder| builder.build().unwrap()) {
        for error in
            [didit.token().await.unwrap_err(), didit.token_source().warm_up().await.unwrap_err()]
        {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert_eq!(error.to_string(), how);
        }
        let error = told(&call(&didit, &[Scheme::Bearer]).await.unwrap_err());
        for part in ["sessions::list", "Bearer", how] {
            assert!(error.contains(part), "{error}");
        }
        // It can do what a key is for.
        call(&didit, &[API_KEY]).await.unwrap();
    }
    assert_eq!((tokens.requests().len(), api.requests().len()), (0, 2));
}

#[test]
fn with_a_key_alone_no_runtime_is_needed_to_hear_that_it_gives_no_token() {
    let didit = Didit::new(Credentials::api_key("k3y").unwrap()).unwrap();
    let mut token = std::pin::pin!(didit.token());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = token.as_mut().poll(&mut context) else {
        panic!("it waits")
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn a_scheme_that_no_setting_is_for_is_named_and_nothing_is_sent() {
    const OTHERS: [&[Scheme]; 2] =
        [&[Scheme::ApiKey { header: "Session-Token" }], &[Scheme::Basic]];
    for security in OTHERS {
        let (tokens, api, builder) = hosts("200 OK");
        let both = Credentials::new("id", "s3cret").unwrap().with_api_key("k3y").unwrap();
        let didit = builder.credentials(both).build().unwrap();
        let error = told(&call(&didit, security).await.unwrap_err());
        assert!(error.contains("sessions::list"), "{error}");
        assert!(error.contains(&security[0].to_string()), "{error}");
        assert_eq!((tokens.requests().len(), api.requests().len()), (0, 0));
    }
}

#[test]
fn without_credentials_the_builder_says_what_to_give() {
    let error = Didit::builder().build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "no credentials; give the builder `Credentials::api_key(…)` or `::new(…)`"
    );
}

#[tokio::test]
async fn a_provider_is_asked_once_for_all_calls() {
    let (_, api, builder) = hosts("200 OK");
    let questions = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&questions);
    let didit = builder
        .credentials_from(move || {
            seen.fetch_add(1, Ordering::SeqCst);
            async { Credentials::api_key("k3y") }
        })
        .build()
        .unwrap();
    for _ in 0..3 {
        call(&didit, &[API_KEY]).await.unwrap();
    }
    assert_eq!((questions.load(Ordering::SeqCst), api.requests().len()), (1, 3));
}

#[tokio::test]
async fn a_provider_that_fails_is_named_and_nothing_is_sent() {
    let (_, api, builder) = hosts("200 OK");
    let didit = builder.credentials_from(|| async { Err("the vault is shut") }).build().unwrap();
    let error = told(&call(&didit, &[API_KEY]).await.unwrap_err());
    for part in ["sessions::list", "the provider of the credentials failed", "the vault is shut"] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(api.requests().len(), 0);
}

#[tokio::test]
async fn a_fixed_key_that_is_refused_is_sent_once() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let (tokens, api, builder) = hosts(status);
        let didit = builder.credentials(Credentials::api_key("k3y").unwrap()).build().unwrap();
        let error = call(&didit, &[API_KEY]).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!((tokens.requests().len(), api.requests().len()), (0, 1));
    }
}

/// An API that refuses its first request with this, and takes all others; and a
/// builder whose provider gives these keys, the last one for ever.
fn refusing(
    status: &str,
    body: &str,
    keys: &'static [&'static str],
) -> (Endpoint, Arc<AtomicUsize>, Didit) {
    let (refusal, fine) = (http(status, "", body.as_bytes()), http("200 OK", "", b"{}"));
    let requests = AtomicUsize::new(0);
    let api = Endpoint::start(move |stream| {
        let is_first = requests.fetch_add(1, Ordering::SeqCst) == 0;
        let _ = stream.write_all(if is_first { &refusal } else { &fine });
    });
    let questions = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&questions);
    let provider = move || {
        let question = seen.fetch_add(1, Ordering::SeqCst);
        async move { Credentials::api_key(keys[question.min(keys.len() - 1)]) }
    };
    let builder = Didit::builder().credentials_from(provider);
    let didit = builder.auth_url("http://127.0.0.1:9").verification_url(&api.url).build().unwrap();
    (api, questions, didit)
}

#[tokio::test]
async fn a_key_that_was_rotated_is_asked_for_and_the_call_sent_once_more() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let (api, questions, didit) = refusing(status, "{}", &["0ld", "n3w"]);
        call(&didit, &[API_KEY]).await.unwrap();
        let sent: Vec<_> =
            api.requests().iter().map(|one| one.contains("x-api-key: n3w")).collect();
        assert_eq!(sent, [false, true], "{status}");
        // And from then on.
        call(&didit, &[API_KEY]).await.unwrap();
        assert_eq!((questions.load(Ordering::SeqCst), api.requests().len()), (2, 3));
    }
}

#[tokio::test]
async fn a_key_that_is_the_same_is_not_sent_again() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let (api, questions, didit) = refusing(status, "{}", &["same"]);
        let error = call(&didit, &[API_KEY]).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!((questions.load(Ordering::SeqCst), api.requests().len()), (2, 1));
    }
}

#[tokio::test]
async fn what_is_about_credits_asks_nobody_for_a_key() {
    let body = r#"{"detail": "You don't have enough credits to perform this request."}"#;
    let (api, questions, didit) = refusing("403 Forbidden", body, &["0ld", "n3w"]);
    call(&didit, &[API_KEY]).await.unwrap_err();
    assert_eq!((questions.load(Ordering::SeqCst), api.requests().len()), (1, 1));
}

#[tokio::test]
async fn where_a_token_or_a_key_will_do_a_key_alone_does() {
    for security in [&[Scheme::Bearer, API_KEY], &[API_KEY, Scheme::Bearer]] {
        let (tokens, api, builder) = hosts("200 OK");
        let didit = builder.credentials(Credentials::api_key("k3y").unwrap()).build().unwrap();
        call(&didit, security).await.unwrap();
        assert!(api.requests()[0].contains("x-api-key: k3y"));
        assert_eq!(tokens.requests().len(), 0);
    }
}

#[tokio::test]
async fn a_failure_that_may_pass_is_transient_for_the_call_too() {
    let (_, _, builder) = hosts("200 OK");
    let didit = builder.credentials_from(|| async { Err("the vault is shut") }).attempts(1).build();
    let didit = didit.unwrap();
    for security in [&[API_KEY], &[Scheme::Bearer]] {
        assert!(call(&didit, security).await.unwrap_err().is_transient());
    }
    let (_, _, builder) = hosts("200 OK");
    let didit = builder.credentials(Credentials::api_key("k3y").unwrap()).build().unwrap();
    assert!(!call(&didit, &[Scheme::Bearer]).await.unwrap_err().is_transient());
}
