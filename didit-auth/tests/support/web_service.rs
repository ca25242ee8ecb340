//! What every web service that receives webhooks has to do, whatever its framework.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "a test takes it by its path")]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use didit_auth::webhooks::{self, Event, MAX_BODY, MemoryStore, Receiver, Verifier};
use http::{HeaderMap, HeaderValue};
use tokio::sync::Semaphore;

const SECRET: &str = "test-secret";

/// What the services do with an event.
#[derive(Clone)]
pub struct Handler {
    /// The events that it ran for.
    runs: Arc<Mutex<Vec<String>>>,
    /// What the event `slow` waits for.
    gate: Arc<Semaphore>,
}

impl Default for Handler {
    fn default() -> Self {
        Self { runs: Arc::default(), gate: Arc::new(Semaphore::new(0)) }
    }
}

impl Handler {
    /// Succeeds, but for the first run of `crash`, which panics, and of `fail`.
    pub async fn run(&self, event: Event) -> io::Result<()> {
        let name = event.event_id().unwrap().to_owned();
        self.runs.lock().unwrap().push(name.clone());
        match (&*name, self.count(&name)) {
            ("crash", 1) => panic!("the handler crashes, as the test wants"),
            ("fail", 1) => Err(io::Error::other("no disk")),
            ("slow", _) => self.gate.acquire().await.map(drop).map_err(io::Error::other),
            _ => Ok(()),
        }
    }

    fn count(&self, name: &str) -> usize {
        self.runs.lock().unwrap().iter().filter(|run| *run == name).count()
    }
}

/// A service that runs, and who calls it.
struct Calls {
    url: String,
    handler: Handler,
    client: reqwest::Client,
}

/// A status, and the `Retry-After` that came with it.
type Answer = (u16, Option<u64>);

impl Calls {
    async fn new(start: &impl AsyncFn(Receiver, Handler) -> String, lease: Duration) -> Self {
        let verifier = Verifier::with_secret(SECRET).unwrap();
        let receiver = Receiver::new(verifier, MemoryStore::default()).lease(lease);
        let handler = Handler::default();
        let url = start(receiver, handler.clone()).await;
        Self { url, handler, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// `None` if the connection was closed without an answer.
    async fn post(&self, headers: HeaderMap, body: Vec<u8>) -> Option<Answer> {
        let sent = self.client.post(&self.url).headers(headers).body(body).send().await;
        let answer = sent.ok()?;
        let retry_after = answer.headers().get("retry-after");
        let retry_after = retry_after.map(|value| value.to_str().unwrap().parse().unwrap());
        Some((answer.status().as_u16(), retry_after))
    }

    async fn deliver(&self, name: &str) -> Option<Answer> {
        let (headers, body) = delivery(name, SECRET, SystemTime::now());
        self.post(headers, body).await
    }

    /// Delivers until it is answered with 200, as the vendor does; gives the answers
    /// before that, each once.
    async fn deliver_until_handled(&self, name: &str) -> Vec<Option<u16>> {
        let mut others = Vec::new();
        for _ in 0..1000 {
            match self.deliver(name).await.map(|(status, _)| status) {
                Some(200) => return others,
                other if others.last() != Some(&other) => others.push(other),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        panic!("{name} is never handled: {others:?}")
    }
}

fn delivery(name: &str, secret: &str, at: SystemTime) -> (HeaderMap, Vec<u8>) {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let body = format!(
        r#"{{"event_id":"{name}","session_id":"s-1","status":"Approved","timestamp":{seconds},"webhook_type":"status.updated"}}"#
    );
    (webhooks::sign(body.as_bytes(), secret, at).unwrap(), body.into_bytes())
}

/// Starts the service twice and calls it over real sockets. `start` gives its URL.
pub async fn check(start: impl AsyncFn(Receiver, Handler) -> String) {
    let calls = Calls::new(&start, Duration::from_secs(59)).await;
    each_event_is_handled_once(&calls).await;
    what_is_not_genuine_is_refused(&calls).await;
    of_two_deliveries_at_once_one_is_handled(&calls).await;
    assert_eq!(*calls.handler.runs.lock().unwrap(), ["good", "other", "slow"]);

    let calls = Calls::new(&start, Duration::from_millis(200)).await;
    // No answer, or a 500, as the framework does it; then the lease, then the retry.
    let crash = calls.deliver_until_handled("crash").await;
    assert!(matches!(crash[..], [None | Some(500)] | [None | Some(500), Some(503)]), "{crash:?}");
    // At once: nobody waits for the end of the lease.
    assert_eq!(calls.deliver_until_handled("fail").await, [Some(500)]);
    assert_eq!(calls.deliver("fail").await, Some((200, None)));
    assert_eq!(*calls.handler.runs.lock().unwrap(), ["crash", "crash", "fail", "fail"]);
}

async fn each_event_is_handled_once(calls: &Calls) {
    for name in ["good", "good", "other", "good"] {
        assert_eq!(calls.deliver(name).await, Some((200, None)), "{name}");
    }
    // The console's button, with a header that nobody signs.
    let (mut headers, body) = delivery("test", SECRET, SystemTime::now());
    headers.insert("x-didit-test-webhook", HeaderValue::from_static("true"));
    assert_eq!(calls.post(headers, body).await, Some((200, None)));
}

async fn what_is_not_genuine_is_refused(calls: &Calls) {
    let now = SystemTime::now();
    let (headers, body) = delivery("good", SECRET, now);
    assert_eq!(calls.post(HeaderMap::new(), body).await, Some((401, None)));
    let longer = vec![b' '; MAX_BODY + 1];
    assert_eq!(calls.post(headers, longer).await, Some((413, None)));
    for (secret, at, status) in
        [("another secret", now, 401), (SECRET, now - Duration::from_secs(400), 400)]
    {
        let (headers, body) = delivery("forged", secret, at);
        assert_eq!(calls.post(headers, body).await, Some((status, None)));
    }
}

async fn of_two_deliveries_at_once_one_is_handled(calls: &Calls) {
    let second = async {
        while calls.handler.count("slow") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let (status, retry_after) = calls.deliver("slow").await.unwrap();
        calls.handler.gate.add_permits(1);
        assert_eq!(status, 503);
        assert!(retry_after.is_some_and(|seconds| (1..=59).contains(&seconds)), "{retry_after:?}");
    };
    let both = async { tokio::join!(calls.deliver("slow"), second) };
    let (first, ()) = tokio::time::timeout(Duration::from_secs(30), both).await.unwrap();
    assert_eq!(first, Some((200, None)));
    assert_eq!(calls.deliver("slow").await, Some((200, None)));
}
