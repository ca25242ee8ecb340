//! Runtimes that stand still, end, or take turns; with real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use didit_api::sandbox::Sandbox;
use didit_auth::{Credentials, Didit, DiditBuilder, Error, Token};
use support::{Endpoint, ID, SECRET, http};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn builder(url: &str) -> DiditBuilder {
    Didit::builder()
        .credentials(Credentials::new(ID, SECRET).unwrap())
        .auth_url(url)
        .verification_url(url)
        .deadline(millis(600))
}

/// An endpoint whose nth request, counted from 1, is answered with `token-n`
/// after a while.
fn endpoint(lifetime: u64, delay: impl Fn(usize) -> Duration + Send + Sync + 'static) -> Endpoint {
    let requests = AtomicUsize::new(0);
    Endpoint::start(move |stream| {
        let n = requests.fetch_add(1, Ordering::SeqCst) + 1;
        thread::sleep(delay(n));
        let body = format!(r#"{{"access_token": "token-{n}", "expires_in": {lifetime}}}"#);
        let _ = stream.write_all(&http("200 OK", "", body.as_bytes()));
    })
}

/// The first request is never answered.
fn silent_at_first() -> Endpoint {
    endpoint(86_400, |n| millis(if n == 1 { 3_600_000 } else { 0 }))
}

/// Begins a fetch on `runtime`, and gives it up.
fn begin(runtime: &Runtime, didit: &Didit) {
    runtime.block_on(async {
        assert!(timeout(millis(50), didit.token()).await.is_err());
    });
}

/// A call in a thread and on a runtime of its own, which has to end.
fn elsewhere(didit: &Didit) -> Result<Token, Error> {
    let didit = didit.clone();
    let call = move || {
        let call = async { timeout(Duration::from_secs(20), didit.token()).await };
        runtime().block_on(call).unwrap_or_else(|_| panic!("the call does not end"))
    };
    thread::spawn(call).join().unwrap()
}

#[test]
fn a_runtime_that_is_not_driven_holds_nobody_else() {
    let endpoint = silent_at_first();
    let didit = builder(&endpoint.url).build().unwrap();
    let idle = runtime();
    begin(&idle, &didit);
    assert_eq!(elsewhere(&didit).unwrap().expose(), "token-2");
    assert_eq!(endpoint.requests().len(), 2);
}

#[test]
fn a_thread_that_blocks_in_mid_fetch_holds_nobody_else() {
    let endpoint = silent_at_first();
    let didit = builder(&endpoint.url).build().unwrap();
    let caller = didit.clone();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (over, is_over) = std::sync::mpsc::channel::<()>();
    let worker = thread::spawn(move || {
        runtime().block_on(async {
            assert!(timeout(millis(50), caller.token()).await.is_err());
            begun.send(()).unwrap();
            is_over.recv().unwrap();
        });
    });
    has_begun.recv().unwrap();
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let didit = didit.clone();
            thread::spawn(move || elsewhere(&didit).unwrap().expose().to_owned())
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.join().unwrap(), "token-2");
    }
    over.send(()).unwrap();
    worker.join().unwrap();
    assert_eq!(endpoint.requests().len(), 2, "one request for all who wait");
}

#[test]
fn a_fetch_that_was_given_up_and_ends_late_changes_nothing() {
    let endpoint = endpoint(86_400, |_| millis(100));
    let didit = builder(&endpoint.url).build().unwrap();
    let idle = runtime();
    begin(&idle, &didit);
    let token = elsewhere(&didit).unwrap();
    assert_eq!((token.expose(), token.generation()), ("token-2", 1));
    // Its answer has been waiting for it.
    idle.block_on(async { sleep(millis(200)).await });
    let kept = didit.token_source().peek().unwrap();
    assert_eq!((kept.expose(), kept.generation()), ("token-2", 1));
    assert_eq!(endpoint.requests().len(), 2);
}

#[test]
fn a_fetch_that_was_given_up_sends_nothing_more() {
    let endpoint = silent_at_first();
    let builder = builder(&endpoint.url).deadline(Duration::from_secs(30));
    let didit = builder.timeout(millis(300)).pauses(millis(1), millis(1)).build().unwrap();
    let idle = runtime();
    begin(&idle, &didit);
    thread::sleep(millis(800));
    assert_eq!(elsewhere(&didit).unwrap().expose(), "token-2");
    // It has attempts left, and time for them.
    idle.block_on(async { sleep(millis(200)).await });
    assert_eq!(endpoint.requests().len(), 2);
}

#[test]
fn one_fetch_after_another_that_stands_still_does_not_put_a_caller_off() {
    let endpoint = endpoint(86_400, |_| millis(50));
    let didit = builder(&endpoint.url).build().unwrap();
    let other = didit.clone();
    // Whenever a fetch is overdue, another is begun and left alone.
    let idle = thread::spawn(move || {
        let mut runtimes = Vec::new();
        loop {
            let next = runtime();
            if next.block_on(async { timeout(millis(5), other.token()).await }).is_ok() {
                return;
            }
            runtimes.push(next);
        }
    });
    thread::sleep(millis(100));
    elsewhere(&didit).unwrap();
    idle.join().unwrap();
}

#[test]
fn a_call_after_a_pause_does_not_inherit_the_timeout_of_the_one_before() {
    for attempts in [1, 3] {
        for limit_of_the_fetch in [true, false] {
            let endpoint = silent_at_first();
            let builder = builder(&endpoint.url).attempts(attempts);
            let builder = if limit_of_the_fetch {
                builder
            } else {
                builder.timeout(millis(300)).deadline(Duration::from_secs(30))
            };
            let didit = builder.build().unwrap();
            let wrapper = runtime();
            begin(&wrapper, &didit);
            thread::sleep(millis(1000));
            let token = wrapper.block_on(didit.token()).unwrap();
            assert_eq!(token.expose(), "token-2", "{attempts}, {limit_of_the_fetch}");
            assert_eq!(endpoint.requests().len(), 2);
        }
    }
}

#[test]
fn a_caller_whose_runtime_is_well_gets_a_token_however_many_others_end() {
    const OTHERS: usize = 8;
    let hour = Duration::from_secs(3600);
    let endpoint = endpoint(86_400, move |n| if n <= OTHERS { hour } else { Duration::ZERO });
    let didit = builder(&endpoint.url).deadline(Duration::from_secs(10)).build().unwrap();
    // A runtime on which a fetch has begun; the one before it ends first.
    let replace = |last: Option<Runtime>| {
        let didit = didit.clone();
        let next = thread::spawn(move || {
            drop(last);
            let next = runtime();
            begin(&next, &didit);
            next
        });
        next.join().unwrap()
    };
    runtime().block_on(async {
        let mut other = replace(None);
        let mut call = pin!(didit.token());
        for _ in 1..OTHERS {
            assert!(poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await);
            other = replace(Some(other));
        }
        assert!(poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await);
        drop(thread::spawn(|| drop(other)));
        let token = timeout(Duration::from_secs(20), call).await.expect("the call ends");
        assert_eq!(token.unwrap().expose(), format!("token-{}", OTHERS + 1));
    });
}

#[test]
fn no_connection_is_left_for_a_runtime_that_did_not_open_it() {
    let sandbox = Sandbox::start().unwrap();
    let credentials = Credentials::new(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET).unwrap();
    let didit = Didit::builder()
        .credentials(credentials)
        .auth_url(sandbox.url())
        .verification_url(sandbox.url())
        .build()
        .unwrap();
    let runtimes = [runtime(), runtime(), runtime()];
    for runtime in &runtimes {
        let call = async { timeout(Duration::from_secs(5), didit.token_source().warm_up()).await };
        runtime.block_on(call).expect("no other runtime is needed").unwrap();
    }
    assert_eq!((sandbox.requests(), sandbox.connections()), (3, 3));
}

#[test]
fn a_runtime_without_timers_is_named_and_nothing_panics() {
    let endpoint = endpoint(86_400, |_| Duration::ZERO);
    let didit = builder(&endpoint.url).build().unwrap();
    let bare = Builder::new_current_thread().build().unwrap();
    let error = bare.block_on(didit.token()).unwrap_err();
    assert_eq!(error.kind(), didit_auth::ErrorKind::Runtime);
    assert!(error.to_string().contains("time"), "{error}");
    assert_eq!(elsewhere(&didit).unwrap().expose(), "token-1");
}
