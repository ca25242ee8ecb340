//! A whole fetch over loopback, against a hand-written call. README.md says
//! how to read the numbers.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use didit_auth::TokenSource;
use didit_auth::api::reqwest::{self, Client};
use serde::Deserialize;
use support::{Endpoint, ID, SECRET, is_test, median};
use tokio::runtime::{Builder, Runtime};

/// What a user would write, with the limits and the proxy setting of ours, and
/// like ours with a new connection each time.
struct HandWritten {
    client: Client,
    url: String,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u64,
}

impl HandWritten {
    fn new(endpoint: &Endpoint) -> Self {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .no_proxy()
            .pool_max_idle_per_host(0)
            // Off in a tree that does not turn them on; the tests here do.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .build();
        Self { client: client.unwrap(), url: format!("{}/auth/v2/token/", endpoint.url) }
    }

    async fn fetch(&self) -> reqwest::Result<(String, Instant)> {
        let request = self.client.post(&self.url).basic_auth(ID, Some(SECRET));
        let response = request.form(&[("grant_type", "client_credentials")]).send().await?;
        let answer: Answer = response.error_for_status()?.json().await?;
        Ok((answer.access_token, Instant::now() + Duration::from_secs(answer.expires_in)))
    }
}

struct Bench {
    endpoints: [Endpoint; 2],
    ours: TokenSource,
    by_hand: HandWritten,
}

/// In one turn.
const FETCHES: usize = 10;

impl Bench {
    fn new() -> Arc<Self> {
        let endpoints = [Endpoint::start(), Endpoint::start()];
        let (ours, by_hand) = (endpoints[0].source(), HandWritten::new(&endpoints[1]));
        Arc::new(Self { endpoints, ours, by_hand })
    }

    async fn fetch(&self, which: usize) -> Duration {
        let start = Instant::now();
        match which {
            0 => drop(self.ours.warm_up().await.unwrap()),
            _ => drop(self.by_hand.fetch().await.unwrap()),
        }
        start.elapsed()
    }

    /// A, B, B, A, A, B: a disturbance meets both. A turn is ten fetches: what is
    /// left to do for a connection after its answer runs into the next fetch,
    /// which shall mostly be one of its own.
    async fn pairs(&self, count: usize) -> [Vec<f64>; 2] {
        let mut times = [Vec::new(), Vec::new()];
        for pair in 0..count {
            for turn in [pair % 2, 1 - pair % 2] {
                let mut total = Duration::ZERO;
                for _ in 0..FETCHES {
                    total += self.fetch(turn).await;
                }
                times[turn].push(total.as_secs_f64());
            }
        }
        times
    }
}

fn runtimes() -> [(&'static str, Runtime); 3] {
    let workers = |count| Builder::new_multi_thread().worker_threads(count).enable_all().build();
    let single = Builder::new_current_thread().enable_all().build();
    [
        ("current_thread", single.unwrap()),
        ("multi_thread, 1 worker", workers(1).unwrap()),
        ("multi_thread, 2 workers", workers(2).unwrap()),
    ]
}

fn main() {
    let count = if is_test() { 2 } else { 1_000 };
    println!(
        "runtime | warm_up() / by hand, {count} interleaved pairs of {FETCHES} fetches | connections, requests"
    );
    for (name, runtime) in runtimes() {
        let bench = Bench::new();
        let task = Arc::clone(&bench);
        let times = runtime.block_on(runtime.spawn(async move {
            task.pairs(count.min(200)).await;
            task.pairs(count).await
        }));
        let [ours, by_hand] = times.unwrap().map(median);
        let [ours_seen, by_hand_seen] = [0, 1].map(|which| bench.endpoints[which].counts());
        assert_eq!(ours_seen, by_hand_seen, "connections and requests");
        println!("{name} | {:.2} | {ours_seen:?} each", ours / by_hand);
    }
}
