//! Reading the kept token: against the floor, and against the cache that a
//! user would write. README.md says how to read the numbers.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

mod support;

use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwapOption;
use didit_auth::TokenSource;
use didit_auth::api::reqwest::header::HeaderValue;
use support::{Endpoint, is_test, median};
use tokio::runtime::Runtime;
use tokio::sync::{Barrier, Mutex};

/// Reads so many times.
type Batch = Box<dyn Fn(u64) -> Pin<Box<dyn Future<Output = ()> + Send>>>;

/// A batch that repeats an expression, in place: no call, no box per read.
macro_rules! batch {
    ($shared:ident => $read:expr) => {
        Box::new({
            let shared = Arc::new($shared);
            move |reads| {
                let $shared = Arc::clone(&shared);
                Box::pin(async move {
                    for _ in 0..reads {
                        black_box($read);
                    }
                })
            }
        })
    };
}

/// What a cached read cannot do without.
struct Kept {
    header: HeaderValue,
    until: (Instant, SystemTime),
}

impl Kept {
    fn new(header: &HeaderValue) -> ArcSwapOption<Self> {
        let day = Duration::from_secs(86_400);
        let until = (Instant::now() + day, SystemTime::now() + day);
        ArcSwapOption::from_pointee(Self { header: header.clone(), until })
    }

    fn is_usable(&self) -> bool {
        Instant::now() < self.until.0 && SystemTime::now() < self.until.1
    }
}

/// The floor of `token().await`: load, both clocks, a header to send.
fn header_floor(header: &HeaderValue) -> Batch {
    let kept = Kept::new(header);
    batch!(kept => {
        let kept = kept.load();
        kept.as_ref().filter(|kept| kept.is_usable()).map(|kept| kept.header.clone())
    })
}

fn header(source: TokenSource) -> Batch {
    batch!(source => source.token().await.unwrap().header().clone())
}

/// The floor of `peek()`: load, both clocks.
fn peek_floor(header: &HeaderValue) -> Batch {
    let kept = Kept::new(header);
    batch!(kept => {
        let kept = kept.load();
        let usable = kept.as_ref().is_some_and(|kept| kept.is_usable());
        (kept, usable).1
    })
}

fn peek(source: TokenSource) -> Batch {
    batch!(source => source.peek())
}

/// The cache that a user would write.
fn mutex(header: &HeaderValue) -> Batch {
    let until = Instant::now() + Duration::from_secs(86_400);
    let cache = Mutex::new(Some((header.to_str().unwrap().to_owned(), until)));
    batch!(cache => {
        let kept = cache.lock().await;
        let (token, until) = kept.as_ref().unwrap();
        (Instant::now() < *until).then(|| token.clone())
    })
}

/// How long each of `tasks` takes for `reads`, side by side.
fn time(runtime: &Runtime, tasks: usize, batch: &Batch, reads: u64) -> Duration {
    let start = Arc::new(Barrier::new(tasks));
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let (start, work) = (Arc::clone(&start), batch(reads));
            runtime.spawn(async move {
                start.wait().await;
                let begin = Instant::now();
                work.await;
                begin.elapsed()
            })
        })
        .collect();
    let times = running.into_iter().map(|task| runtime.block_on(task).unwrap());
    times.sum::<Duration>() / tasks as u32
}

struct Bench {
    runtime: Runtime,
    header: HeaderValue,
    source: TokenSource,
}

impl Bench {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let source = Endpoint::start().source();
        let header = runtime.block_on(source.warm_up()).unwrap().header().clone();
        Self { runtime, header, source }
    }

    /// Name, ours, theirs.
    fn pairs(&self) -> [(&'static str, Batch, Batch); 3] {
        let (header_value, source) = (&self.header, || self.source.clone());
        [
            ("token().await + header / floor", header(source()), header_floor(header_value)),
            ("peek() / floor", peek(source()), peek_floor(header_value)),
            ("Mutex cache / token().await + header", mutex(header_value), header(source())),
        ]
    }

    /// Blocks of both in turn, so that a disturbance meets both.
    fn ratio(&self, tasks: usize, pair: [&Batch; 2], rounds: usize, reads: u64) -> f64 {
        let mut ratios = Vec::new();
        for round in 0..rounds {
            let mut times = [0.0; 2];
            for turn in [round % 2, 1 - round % 2] {
                times[turn] = time(&self.runtime, tasks, pair[turn], reads).as_secs_f64();
            }
            ratios.push(times[0] / times[1]);
        }
        median(ratios)
    }
}

fn main() {
    let bench = Bench::new();
    let (rounds, reads) = if is_test() { (1, 10) } else { (301, 10_000) };
    println!("ratio, median of {rounds} interleaved pairs | 1 thread | 2 threads");
    for (name, ours, theirs) in &bench.pairs() {
        let ratio = |tasks| bench.ratio(tasks, [ours, theirs], rounds, reads);
        println!("{name} | {:.2} | {:.2}", ratio(1), ratio(2));
    }
}
