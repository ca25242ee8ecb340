//! How often a call is sent, counted on real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use didit_api::reqwest::header::HeaderValue;
use didit_api::runtime::{Call, Form};
use didit_api::{
    ApiKey, Authorization, Authorize, Basic, Bearer, ErrorKind, File, Operation, Retry,
    RetryPolicy, Scheme, Secret, Transport,
};

#[path = "support/counter.rs"]
mod counter;
use counter::Counter;

const READ: &Operation = &Operation::new("library", "find", "GET", "/books/").success(&[204]);
const WRITE: &Operation = &Operation::new("library", "add", "POST", "/books/").success(&[204]);
const SAFE: &Operation =
    &Operation::new("library", "put", "PUT", "/books/").success(&[204]).retry(Retry::Safe);
const KEYED: &Operation =
    &Operation::new("library", "buy", "POST", "/books/").success(&[204]).retry(Retry::Key);
const SIGNED: &Operation = &Operation::new("library", "add", "POST", "/books/")
    .success(&[204])
    .security(&[Scheme::ApiKey { header: "x-api-key" }]);

const OK: &str = "204 No Content";
const BUSY: &str = "503 Busy";

/// The values of a header in each request.
fn values<'a>(requests: &'a [String], name: &str) -> Vec<Option<&'a str>> {
    let value = |request: &'a String| {
        let mut lines = request.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(header, _)| *header == name).map(|(_, value)| value)
    };
    requests.iter().map(value).collect()
}

/// What becomes of a call, and how often it was sent.
async fn sent(
    operation: &'static Operation,
    answers: &'static [&'static str],
) -> (Option<ErrorKind>, usize) {
    let server = Counter::new(answers);
    let transport = server.transport().build().unwrap();
    let result = Call::new(&transport, operation).json(&1).send_empty().await;
    (result.err().map(|error| error.kind()), server.requests().len())
}

#[tokio::test]
async fn a_read_is_sent_again_after_what_may_pass() {
    assert_eq!(sent(READ, &[BUSY, BUSY, OK]).await, (None, 3));
    assert_eq!(sent(READ, &[BUSY, BUSY, BUSY]).await, (Some(ErrorKind::Unavailable), 3));
    assert_eq!(sent(READ, &["429 Slow", OK]).await, (None, 2));
    assert_eq!(sent(READ, &["502 Bad", "504 Late", OK]).await, (None, 3));
    assert_eq!(sent(READ, &["-", OK]).await, (None, 2));
    assert_eq!(sent(READ, &["...", OK]).await, (None, 2));
    for (answer, kind) in [
        ("500 Down", ErrorKind::Unavailable),
        ("404 None", ErrorKind::NotFound),
        ("400 Bad", ErrorKind::Validation),
        ("302 Found", ErrorKind::Malformed),
    ] {
        assert_eq!(sent(READ, vec![answer, OK].leak()).await, (Some(kind), 1), "{answer}");
    }
}

#[tokio::test]
async fn a_write_is_sent_once_unless_its_document_says_that_repeating_is_safe() {
    for answer in [BUSY, "429 Slow", "-", "..."] {
        let answers = vec![answer, OK].leak();
        assert_eq!(sent(WRITE, answers).await.1, 1, "{answer}");
        assert_eq!(sent(SAFE, answers).await, (None, 2), "{answer}");
        assert_eq!(sent(KEYED, answers).await, (None, 2), "{answer}");
    }
}

#[tokio::test]
async fn a_write_that_was_not_answered_says_that_nobody_knows_whether_it_was_done() {
    let server = Counter::new(&[BUSY, "-", "...", "429 Slow", BUSY]);
    let transport = server.transport().retry(RetryPolicy::none()).build().unwrap();
    for (operation, is_unknown) in
        [(WRITE, true), (WRITE, true), (WRITE, true), (WRITE, false), (READ, false)]
    {
        let error = Call::new(&transport, operation).send_empty().await.unwrap_err();
        let shown = error.to_string();
        assert_eq!(shown.contains("; whether it was done is unknown"), is_unknown, "{shown}");
    }
}

#[tokio::test]
async fn an_idempotency_key_is_one_for_a_call_and_another_for_the_next() {
    let server = Counter::new(&[BUSY, "-", OK, OK, BUSY, OK]);
    let transport = server.transport().build().unwrap();
    for _ in 0..2 {
        Call::new(&transport, KEYED).send_empty().await.unwrap();
    }
    let own = Call::new(&transport, KEYED).header("Idempotency-Key", "own");
    own.send_empty().await.unwrap();
    let requests = server.requests();
    let keys = values(&requests, "idempotency-key");
    assert_eq!(keys[0].unwrap().len(), 36);
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
    assert_eq!(keys[4..], [Some("own"), Some("own")]);

    let server = Counter::new(&[BUSY, OK]);
    let transport = server.transport().build().unwrap();
    Call::new(&transport, SAFE).send_empty().await.unwrap();
    assert_eq!(values(&server.requests(), "idempotency-key"), [None, None]);
}

#[tokio::test]
async fn retry_after_is_waited_for_within_the_deadline_and_never_beyond() {
    let server = Counter::new(&["503 Busy\nRetry-After: 1", OK]);
    let transport = server.transport().build().unwrap();
    let before = Instant::now();
    Call::new(&transport, READ).send_empty().await.unwrap();
    assert!(before.elapsed() >= Duration::from_secs(1));

    for after in ["61", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let answer = format!("429 Slow\nRetry-After: {after}\nX-RateLimit-Limit: 600");
        // What nobody can wait for is no reason not to try.
        let is_number = after.parse::<u64>().is_ok() || after.ends_with("GMT");
        let server = Counter::new(vec![answer.leak() as &str, OK].leak());
        let transport = server.transport().build().unwrap();
        let before = Instant::now();
        let result = Call::new(&transport, READ).send_empty().await;
        assert!(before.elapsed() < Duration::from_secs(1));
        if is_number {
            let error = result.unwrap_err();
            assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Throttled, 1));
            assert!(error.retry_after().unwrap() > Duration::from_secs(60));
            assert_eq!(error.rate_limit().unwrap().limit, Some(600));
            assert_eq!(error.rate_limit().unwrap().reset, None);
        }
    }
}

#[tokio::test]
async fn a_policy_is_the_transports_or_the_calls() {
    let server = Counter::new(&[BUSY, BUSY, BUSY, BUSY, BUSY, BUSY]);
    let transport = server.transport().build().unwrap();
    Call::new(&transport, READ).retry(RetryPolicy::none()).send_empty().await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    let transport = server.transport().retry(RetryPolicy::none()).build().unwrap();
    Call::new(&transport, READ).send_empty().await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
    let pause = Duration::from_millis(1);
    let four = RetryPolicy::default().attempts(4).longest_pause(pause);
    Call::new(&transport, READ).retry(four).send_empty().await.unwrap_err();
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn nothing_is_sent_after_the_caller_has_gone_away_between_attempts() {
    let server = Counter::new(&[BUSY, OK]);
    let retry = RetryPolicy::default().first_pause(Duration::from_millis(400));
    let transport = server.transport().retry(retry).build().unwrap();
    let call = Call::new(&transport, READ).send_empty();
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_unreachable_host_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let retry = RetryPolicy::default().first_pause(Duration::from_millis(60));
    let builder = Transport::builder(format!("http://127.0.0.1:{port}"));
    let transport = builder.retry(retry).build().unwrap();
    let before = Instant::now();
    let error = Call::new(&transport, READ).send_empty().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && error.is_transient());
    // Two pauses of at least the half of 60 and 120 ms.
    assert!(before.elapsed() >= Duration::from_millis(90));
}

#[tokio::test]
async fn a_body_with_files_is_sent_once_whatever_the_document_says() {
    let server = Counter::new(&[BUSY, OK]);
    let transport = server.transport().build().unwrap();
    let form = Form::new().file("front", File::bytes("x"));
    let error = Call::new(&transport, KEYED).multipart(form).send_empty().await.unwrap_err();
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Unavailable, 1));
}

/// Keys in their order: each rejection leads to the next.
#[derive(Debug)]
struct Keys(&'static [&'static str], AtomicUsize);

impl Authorize for Keys {
    fn authorize<'a>(&'a self, _: &'static Operation, _: Scheme) -> Authorization<'a> {
        let key = self.0[self.1.load(Ordering::Relaxed).min(self.0.len() - 1)];
        Box::pin(async move { Ok(Some(HeaderValue::from_static(key))) })
    }

    fn rejected(&self, _: &'static Operation, scheme: Scheme, credential: &HeaderValue) -> bool {
        assert_eq!(scheme, Scheme::ApiKey { header: "x-api-key" });
        assert!(credential.is_sensitive());
        self.1.fetch_add(1, Ordering::Relaxed);
        true
    }
}

#[tokio::test]
async fn a_key_that_was_rotated_is_sent_once_more_and_one_that_was_not_never() {
    const DENIED: &str = "403 No\n\n{\"detail\":\"You do not have permission.\"}";
    const CREDIT: &str = "403 No\n\n{\"error\":\"You don't have enough credits.\"}";
    for (keys, answers, kind, sent) in [
        (&["a", "b"][..], &[DENIED, OK][..], None, &["a", "b"][..]),
        (&["a", "b"], &["401 No", OK], None, &["a", "b"]),
        (&["a"], &[DENIED, OK], Some(ErrorKind::Forbidden), &["a"]),
        (&["a", "b", "c"], &[DENIED, DENIED, OK], Some(ErrorKind::Forbidden), &["a", "b"]),
        (&["a", "b"], &[CREDIT, OK], Some(ErrorKind::InsufficientCredit), &["a"]),
        (&["a", "b"], &["402 Pay", OK], Some(ErrorKind::InsufficientCredit), &["a"]),
    ] {
        let server = Counter::new(answers);
        let keys = Keys(keys, AtomicUsize::new(0));
        let transport = server.transport().authorize(keys).build().unwrap();
        let result = Call::new(&transport, SIGNED).json(&1).send_empty().await;
        assert_eq!(result.err().map(|error| error.kind()), kind, "{answers:?}");
        let sent: Vec<_> = sent.iter().map(|key| Some(*key)).collect();
        assert_eq!(values(&server.requests(), "x-api-key"), sent, "{answers:?}");
    }
    // A body with files cannot be repeated.
    let server = Counter::new(&[DENIED, OK]);
    let keys = Keys(&["a", "b"], AtomicUsize::new(0));
    let transport = server.transport().authorize(keys).build().unwrap();
    let form = Form::new().file("front", File::bytes("x"));
    Call::new(&transport, SIGNED).multipart(form).send_empty().await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn each_credential_answers_its_own_scheme_and_no_other() {
    const BASIC: &Operation =
        &Operation::new("a", "basic", "GET", "/").success(&[204]).security(&[Scheme::Basic]);
    const BEARER: &Operation =
        &Operation::new("a", "bearer", "GET", "/").success(&[204]).security(&[Scheme::Bearer]);
    let server = Counter::new(&[OK, OK, OK]);
    let signed = async |operation, transport: &Transport| {
        Call::new(transport, operation).send_empty().await.err().map(|error| error.kind())
    };
    let transport = server.transport().build().unwrap();
    let basic = transport.authorized(Basic::new("id", "a:b"));
    let bearer = transport.authorized(Bearer::new("token"));
    let key = transport.authorized(ApiKey::new("key"));
    let missing = Some(ErrorKind::NoCredential);
    assert_eq!(signed(BASIC, &basic).await, None);
    assert_eq!(signed(BEARER, &bearer).await, None);
    assert_eq!(signed(SIGNED, &key).await, None);
    assert_eq!(signed(BASIC, &bearer).await, missing);
    assert_eq!(signed(BEARER, &key).await, missing);
    assert_eq!(signed(SIGNED, &basic).await, missing);
    let requests = server.requests();
    // base64 of `id:a:b`, in small letters.
    let sent = [Some("basic awq6ytpi"), Some("bearer token"), None];
    assert_eq!(values(&requests, "authorization"), sent);
    assert_eq!(values(&requests, "x-api-key"), [None, None, Some("key")]);

    for bad in
        [transport.authorized(Basic::new("a:b", "c")), transport.authorized(Basic::new("a", "c\n"))]
    {
        let error = Call::new(&bad, BASIC).send_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
    }
    let bad = transport.authorized(ApiKey::new("planted\n"));
    let error = Call::new(&bad, SIGNED).send_empty().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Credential && !format!("{error:?}").contains("planted"));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_credential_of_the_call_goes_into_its_header_and_nobody_else_is_asked() {
    let server = Counter::new(&[OK]);
    let transport = server.transport().authorize(ApiKey::new("planted")).build().unwrap();
    let token = Secret::from("session");
    Call::new(&transport, READ).credential("session-token", &token).send_empty().await.unwrap();
    let requests = server.requests();
    assert_eq!(values(&requests, "session-token"), [Some("session")]);
    assert_eq!(values(&requests, "x-api-key"), [None]);
    for bad in ["", "planted\n"] {
        let call = Call::new(&transport, READ).credential("session-token", &Secret::from(bad));
        let error = call.send_empty().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(
            error.to_string().contains("`session-token`") && !error.to_string().contains("planted")
        );
    }
}
