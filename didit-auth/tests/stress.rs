//! Everything at once, at random, for a while: callers that give up, tokens
//! that are rejected, runtimes that come, stand still and go.
//!
//! `STRESS_SECONDS` says for how long; by default it is short.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use didit_auth::{Credentials, Didit, Token};
use support::{Endpoint, ID, SECRET, http};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

const DEADLINE: Duration = Duration::from_secs(2);
/// A caller waits for a fetch that never ends, and then for its own; the rest
/// is for a machine that is busy.
const HANG: Duration = Duration::from_secs(10);

fn millis(random: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(fastrand::u64(random))
}

/// The requests under way, as the endpoint sees them.
#[derive(Default)]
struct Requests {
    last: usize,
    /// Whether another request came while this one was being answered.
    under_way: HashMap<usize, bool>,
    at_the_same_time: usize,
}

/// Issues tokens in order, now and then fails, and watches over the requests.
fn answer(stream: &mut TcpStream, requests: &Mutex<Requests>) {
    let n = {
        let mut requests = requests.lock().unwrap();
        requests.last += 1;
        let n = requests.last;
        requests.under_way.values_mut().for_each(|overtaken| *overtaken = true);
        requests.under_way.insert(n, false);
        n
    };
    thread::sleep(millis(2..20));
    let overtaken = requests.lock().unwrap().under_way.remove(&n).unwrap();
    if overtaken && is_connected(stream) {
        requests.lock().unwrap().at_the_same_time += 1;
    }
    let lifetime = [0, 1, 2, 3600][fastrand::usize(0..4)];
    let body = format!(r#"{{"access_token": "token-{n}", "expires_in": {lifetime}}}"#);
    let bytes = match fastrand::u8(0..20) {
        0 => http("503 Busy", "Retry-After: 0\r\n", b""),
        1 => http("500 Oops", "", b""),
        2 => Vec::new(),
        3 => b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec(),
        _ => http("200 OK", "", body.as_bytes()),
    };
    let _ = stream.write_all(&bytes);
}

/// Whether whoever sent the request still waits for the answer.
fn is_connected(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let peeked = stream.peek(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

/// What one caller saw: the number that the endpoint gave to a token must grow
/// with the number that the source gave to it.
#[derive(Default)]
struct Seen(Mutex<HashMap<u64, usize>>);

impl Seen {
    fn token(&self, token: &Token) {
        let issued = token.expose().strip_prefix("token-").unwrap().parse().unwrap();
        let mut seen = self.0.lock().unwrap();
        let before = seen.insert(token.generation(), issued);
        assert!(before.is_none_or(|before| before == issued), "two tokens of one generation");
    }

    fn is_in_order(&self) -> bool {
        let mut seen: Vec<_> = self.0.lock().unwrap().iter().map(|(g, n)| (*g, *n)).collect();
        seen.sort_unstable();
        seen.is_sorted_by_key(|(_, issued)| *issued)
    }
}

async fn call(didit: &Didit, seen: &Seen, kept: &mut u64) {
    let source = didit.token_source();
    let call = async {
        match fastrand::u8(0..10) {
            0 => source.warm_up().await,
            _ => source.token().await,
        }
    };
    let patience = if fastrand::bool() { millis(0..30) } else { HANG };
    let token = match timeout(patience, call).await {
        Ok(Ok(token)) => token,
        Ok(Err(error)) => {
            assert_ne!(error.kind(), didit_auth::ErrorKind::Runtime, "{error}");
            return;
        }
        Err(_) => {
            assert!(patience < HANG, "a call hangs");
            return;
        }
    };
    seen.token(&token);
    if let Some(token) = source.peek() {
        seen.token(&token);
        assert!(token.generation() >= *kept, "an older token came back");
        *kept = token.generation();
    }
    if fastrand::u8(0..4) == 0 {
        source.reject(&token);
    }
}

/// Job after job on runtimes of one thread, which nobody drives in between.
fn jobs(didit: &Didit, seen: &Seen, end: Instant) {
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
    let (mut current, mut kept) = (runtime(), 0);
    while Instant::now() < end {
        current.block_on(call(didit, seen, &mut kept));
        match fastrand::u8(0..40) {
            0..4 => current = runtime(),
            // For longer than a fetch may do without being driven.
            4 => thread::sleep(DEADLINE / 2 + millis(0..1500)),
            5..20 => thread::sleep(millis(0..20)),
            _ => {}
        }
    }
}

/// Many callers on a runtime that is always driven.
fn service(runtime: &Runtime, didit: &Didit, seen: &Arc<Seen>, end: Instant) {
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let (didit, seen) = (didit.clone(), Arc::clone(seen));
            runtime.spawn(async move {
                let mut kept = 0;
                while Instant::now() < end {
                    call(&didit, &seen, &mut kept).await;
                    sleep(millis(0..20)).await;
                }
            })
        })
        .collect();
    for caller in callers {
        runtime.block_on(caller).unwrap();
    }
}

#[test]
fn nobody_hangs_and_nothing_comes_twice_or_out_of_order() {
    let seconds = std::env::var("STRESS_SECONDS").map_or(2, |text| text.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let requests = Arc::<Mutex<Requests>>::default();
    let watched = Arc::clone(&requests);
    let endpoint = Endpoint::start(move |stream| answer(stream, &watched));
    let quick = Duration::from_millis(5);
    let didit = Didit::builder()
        .credentials(Credentials::new(ID, SECRET).unwrap())
        .auth_url(&endpoint.url)
        .verification_url(&endpoint.url)
        .deadline(DEADLINE)
        .pauses(quick, quick)
        .build()
        .unwrap();
    let seen = Arc::new(Seen::default());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| jobs(&didit, &seen, end));
        }
        scope.spawn(|| {
            let build = || Builder::new_multi_thread().worker_threads(2).enable_all().build();
            while Instant::now() < end {
                let slice = end.min(Instant::now() + millis(200..2000));
                service(&build().unwrap(), &didit, &seen, slice);
            }
        });
    });
    let requests = requests.lock().unwrap();
    println!("{} requests, {} tokens", requests.last, seen.0.lock().unwrap().len());
    assert_eq!(requests.at_the_same_time, 0, "of {} requests", requests.last);
    assert!(seen.is_in_order());
    assert!(requests.last > 10, "{} requests are too few to mean anything", requests.last);
}
