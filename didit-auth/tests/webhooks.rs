//! Webhooks by functions alone: the secret of the environment, and what is answered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::convert::Infallible;
use std::io::Read as _;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use didit_auth::webhooks::{
    self, Dedup, DedupFuture, Event, LeaseState, MAX_BODY, MemoryStore, Outcome, Receiver,
    Verifier, VerifyErrorKind,
};
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use support::{SECRET, unconfigured};

const NOW: Duration = Duration::from_secs(1_774_970_000);
const BODY: &str =
    r#"{"event_id":"e-1","session_id":"s-1","status":"Approved","timestamp":1774970000}"#;

fn signed(body: &str) -> HeaderMap {
    webhooks::sign(body.as_bytes(), SECRET, UNIX_EPOCH + NOW).unwrap()
}

fn receiver(dedup: impl Dedup) -> Receiver {
    Receiver::new(Verifier::with_secret(SECRET).unwrap().clock(|| UNIX_EPOCH + NOW), dedup)
}

async fn ok(_: Event) -> Result<(), Infallible> {
    Ok(())
}

/// Nobody may get as far as this.
async fn never(event: Event) -> Result<(), Infallible> {
    panic!("{event:?} was handled")
}

/// Of a process of its own, which the next test starts.
#[test]
#[ignore = "reads the environment that the next test sets"]
fn verify_as_the_environment_says() {
    match webhooks::verifier_from_env() {
        Ok(verifier) => {
            let verifier = verifier.clock(|| UNIX_EPOCH + NOW);
            verifier.verify(&signed(BODY), BODY.as_bytes()).map(drop).unwrap();
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_secret_of_the_environment_is_trimmed_and_needs_no_credentials() {
    let run = |secret: Option<&str>| {
        let mut process = unconfigured(Command::new(std::env::current_exe().unwrap()));
        process.args(["--exact", "verify_as_the_environment_says", "--ignored", "--nocapture"]);
        process.envs(secret.map(|secret| ("DIDIT_WEBHOOK_SECRET", secret)));
        let output = process.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    let (is_good, said) = run(Some(&format!(" {SECRET}\r\n")));
    assert!(is_good, "{said}");
    for unusable in [None, Some(" \n")] {
        let (is_good, said) = run(unusable);
        assert!(!is_good && said.contains("not set, or blank: DIDIT_WEBHOOK_SECRET."), "{said}");
    }
    let (is_good, said) = run(Some("another"));
    assert!(!is_good && !said.contains("another"), "{said}");
}

#[tokio::test]
async fn a_refusal_is_answered_by_its_kind_and_says_nothing_of_the_delivery() {
    let receiver = receiver(MemoryStore::default());
    let old = BODY.replace("1774970000", "1774960000");
    let longer = " ".repeat(MAX_BODY + 1);
    for (headers, body, status, kind) in [
        (HeaderMap::new(), BODY, 401, VerifyErrorKind::HeaderMissing),
        (signed(&old), BODY, 401, VerifyErrorKind::NoSecretMatches),
        (signed(&old), &*old, 400, VerifyErrorKind::TooOld),
        (signed(BODY), &*longer, 413, VerifyErrorKind::TooLong),
    ] {
        let outcome = receiver.handle(&headers, body.as_bytes(), never).await;
        assert!(!format!("{outcome:?}{receiver:?}").contains(SECRET));
        let Outcome::Refused(error) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(error.kind(), kind);
        let response = http::Response::from(outcome);
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.body(), "refused; the service's log says why");
    }
}

#[tokio::test]
async fn a_test_is_handled_only_if_asked_for_and_keeps_nothing_from_being_handled() {
    let mut headers = signed(BODY);
    headers.insert("x-didit-test-webhook", HeaderValue::from_static("true"));
    let receiver = receiver(MemoryStore::default());
    let outcome = receiver.handle(&headers, BODY.as_bytes(), never).await;
    assert!(matches!(outcome, Outcome::Test), "{outcome:?}");

    let with_tests = receiver.clone().with_tests();
    for _ in 0..2 {
        let tested = async |event: Event| event.is_test().then_some(()).ok_or("no test");
        let outcome = with_tests.handle(&headers, BODY.as_bytes(), tested).await;
        assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
    }
    // The real event of that id.
    let outcome = receiver.handle(&signed(BODY), BODY.as_bytes(), ok).await;
    assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
}

#[tokio::test]
async fn an_event_without_an_id_is_told_by_what_is_signed() {
    let body = r#"{"session_id":"s-1","status":"Approved","timestamp":1774970000}"#;
    let receiver = receiver(MemoryStore::default());
    let outcome = receiver.handle(&signed(body), body.as_bytes(), ok).await;
    assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
    // Other bytes, without the signature of the bytes.
    let mut headers = signed(body);
    headers.remove("x-signature");
    let spaced = body.replace(',', " , ");
    let outcome = receiver.handle(&headers, spaced.as_bytes(), never).await;
    assert!(matches!(outcome, Outcome::Repeated), "{outcome:?}");
    let next = body.replace("Approved", "Declined");
    let outcome = receiver.handle(&signed(&next), next.as_bytes(), ok).await;
    assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_was_dropped_is_run_again_before_the_vendor_s_first_retry() {
    // Longer than the vendor waits is not to be had.
    let receiver = receiver(MemoryStore::default()).lease(Duration::from_secs(600));
    let (headers, body) = (signed(BODY), BODY.as_bytes());
    let hangs = async |_: Event| std::future::pending::<Result<(), Infallible>>().await;
    let dropped = receiver.handle(&headers, body, hangs);
    tokio::time::timeout(Duration::from_secs(1), dropped).await.unwrap_err();

    let response = http::Response::from(receiver.handle(&headers, body, never).await);
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()[RETRY_AFTER], "59");
    tokio::time::advance(Duration::from_secs(58)).await;
    let outcome = receiver.handle(&headers, body, ok).await;
    assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
}

#[tokio::test]
async fn what_failed_is_handled_by_the_next_delivery_and_its_error_is_the_caller_s() {
    let receiver = receiver(MemoryStore::default());
    let (headers, body) = (signed(BODY), BODY.as_bytes());
    let fails = async |_: Event| Err::<(), _>("no disk");
    for _ in 0..2 {
        let outcome = receiver.handle(&headers, body, fails).await;
        let Outcome::Failed(error) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(error.to_string(), "no disk");
        let response = http::Response::from(outcome);
        assert_eq!((response.status().as_u16(), &**response.body()), (500, "the handler failed"));
    }
    let outcome = receiver.handle(&headers, body, ok).await;
    assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
    assert!(matches!(receiver.handle(&headers, body, never).await, Outcome::Repeated));
}

#[tokio::test]
async fn who_fails_after_the_end_of_a_lease_takes_nothing_from_the_next_one() {
    let receiver = receiver(MemoryStore::default()).lease(Duration::from_millis(20));
    let (headers, body) = (signed(BODY), BODY.as_bytes());
    let slow = receiver.handle(&headers, body, async |_: Event| {
        tokio::time::sleep(Duration::from_millis(40)).await;
        let outcome = receiver.handle(&headers, body, ok).await;
        assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
        Err::<(), _>("too late")
    });
    assert!(matches!(slow.await, Outcome::Failed(_)));
    assert!(matches!(receiver.handle(&headers, body, never).await, Outcome::Repeated));
}

/// Fails, in one method or in both.
#[derive(Debug)]
struct Broken {
    acquires: bool,
}

impl Dedup for Broken {
    fn acquire<'a>(&'a self, _: &'a str, _: Duration) -> DedupFuture<'a, LeaseState> {
        let result = self.acquires.then_some(LeaseState::Acquired).ok_or("out of reach".into());
        Box::pin(std::future::ready(result))
    }

    fn end<'a>(&'a self, _: &'a str, _: bool) -> DedupFuture<'a, ()> {
        Box::pin(std::future::ready(Err("out of reach".into())))
    }
}

#[tokio::test]
async fn without_its_store_nothing_is_handled_and_the_vendor_tries_again() {
    let (headers, body) = (signed(BODY), BODY.as_bytes());
    let outcome = receiver(Broken { acquires: false }).handle(&headers, body, never).await;
    let Outcome::Unavailable(error) = &outcome else { panic!("{outcome:?}") };
    assert_eq!((error.to_string(), outcome.status().as_u16()), ("out of reach".to_owned(), 503));
    // What is done is done.
    let outcome = receiver(Broken { acquires: true }).handle(&headers, body, ok).await;
    assert!(matches!(outcome, Outcome::Handled), "{outcome:?}");
}

#[test]
fn a_delivery_can_be_looked_at_before_it_is_handled() {
    let receiver = Receiver::new(Verifier::with_secret(SECRET).unwrap(), MemoryStore::default());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let body = BODY.replace("1774970000", &now.to_string());
    let headers = webhooks::sign(body.as_bytes(), SECRET, SystemTime::now()).unwrap();
    let delivery = receiver.receive(&headers, body.as_bytes()).unwrap();
    assert_eq!(delivery.event().event_id(), Some("e-1"));
    assert!(!format!("{delivery:?}{receiver:?}").contains(SECRET));
}

#[tokio::test]
async fn the_log_says_what_is_no_matter_of_the_sender_and_nothing_of_a_person() {
    let (mut log, writer) = std::io::pipe().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(Arc::new(writer));
    let guard = tracing::subscriber::set_default(subscriber.finish());

    let body = BODY.replace("\"s-1\"", "\"s-1\",\"vendor_data\":\"Plantagenet\"");
    let (headers, body) = (signed(&body), body.as_bytes());
    let fails = async |_: Event| Err::<(), _>("Plantagenet has no disk");
    let working = receiver(MemoryStore::default());
    working.handle(&HeaderMap::new(), body, never).await;
    working.handle(&headers, body, fails).await;
    working.handle(&headers, body, ok).await;
    let mut test = headers.clone();
    test.insert("x-didit-test-webhook", HeaderValue::from_static("true"));
    working.handle(&test, body, never).await;
    receiver(Broken { acquires: false }).handle(&headers, body, never).await;
    receiver(Broken { acquires: true }).handle(&headers, body, ok).await;

    // The pipe ends with the last who writes.
    drop(guard);
    let mut logged = String::new();
    log.read_to_string(&mut logged).unwrap();
    let lines: Vec<_> = logged.lines().collect();
    let expected = [
        "WARN didit_auth: a webhook was refused error=the webhook is not signed (neither",
        "WARN didit_auth: the handler of a webhook failed key=\"e-1\"",
        "INFO didit_auth: a webhook is a test, and was withheld",
        "WARN didit_auth: a webhook could not be looked up key=\"e-1\" error=out of reach",
        "WARN didit_auth: a webhook was not noted key=\"e-1\" error=out of reach is_handled=true",
    ];
    assert_eq!(lines.len(), expected.len(), "{logged}");
    for (line, said) in lines.iter().zip(expected) {
        assert!(line.contains(said), "{said} in:\n{logged}");
    }
    for kept in ["Plantagenet", SECRET, headers["x-signature"].to_str().unwrap()] {
        assert!(!logged.contains(kept), "{kept} in:\n{logged}");
    }
}
