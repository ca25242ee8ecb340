//! Time is paused, the wall clock is simulated, the endpoint is scripted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use didit_api::auth::types::TokenResponse;
use tokio::time::{sleep, timeout};

use super::*;
use crate::Credentials;
use crate::endpoint::{Asked, Endpoint};
use crate::error::Failure;
use crate::fetch::Limits;
use crate::provider::Provider;

mod decade;
mod runtimes;
mod wall;

use wall::Wall;

const DAY: u64 = 86_400;

const LIMITS: Limits = Limits {
    attempts: 3,
    request: Duration::from_secs(10),
    deadline: Duration::from_secs(30),
    first_pause: Duration::from_millis(200),
    longest_pause: Duration::from_secs(2),
    refresh_at: 0.5,
};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What the endpoint does with its nth request, counted from 1.
type Script = dyn Fn(usize, &Credentials) -> (Duration, Result<TokenResponse, Error>) + Send + Sync;

/// An endpoint that follows a script and counts.
#[derive(Clone)]
struct Scripted {
    script: Arc<Script>,
    requests: Arc<AtomicUsize>,
}

impl Endpoint for Scripted {
    fn ask<'a>(&'a self, credentials: &'a Credentials) -> Asked<'a> {
        Box::pin(async move {
            let request = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
            let (delay, answer) = (self.script)(request, credentials);
            sleep(delay).await;
            answer
        })
    }
}

fn issued(request: usize, lifetime: u64) -> Result<TokenResponse, Error> {
    let json = format!(r#"{{"access_token": "token-{request}", "expires_in": {lifetime}}}"#);
    Ok(serde_json::from_str(&json).unwrap())
}

fn outage() -> Failure {
    let message = "scripted".to_owned();
    Failure { kind: ErrorKind::Unavailable, message, status: Some(500), ..Failure::default() }
}

fn refusal() -> Failure {
    let message = "scripted".to_owned();
    Failure { kind: ErrorKind::Rejected, message, status: Some(401), ..Failure::default() }
}

fn unavailable() -> Error {
    outage().into()
}

fn refused() -> Error {
    refusal().into()
}

/// A source, its endpoint's counter, and the wall clock that it reads.
struct Setup {
    source: TokenSource,
    requests: Arc<AtomicUsize>,
    wall: Wall,
}

impl Setup {
    fn new(
        script: impl Fn(usize) -> (Duration, Result<TokenResponse, Error>) + Send + Sync + 'static,
    ) -> Self {
        let credentials = Credentials::new("id", "secret").unwrap();
        Self::with(Provider::Fixed(credentials), move |request, _| script(request))
    }

    fn with(
        provider: Provider,
        script: impl Fn(usize, &Credentials) -> (Duration, Result<TokenResponse, Error>)
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let endpoint = Scripted { script: Arc::new(script), requests: Arc::clone(&requests) };
        let wall = Wall::new();
        let (endpoint, limits, clock) = (Box::new(endpoint), LIMITS, wall.clock());
        let source = TokenSource::new(Fetcher { endpoint, provider, limits, clock });
        Self { source, requests, wall }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    async fn text(&self) -> String {
        self.source.token().await.unwrap().expose().to_owned()
    }
}

fn asking<A, F, E>(ask: A) -> Provider
where
    A: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<Credentials, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    Provider::Asked(Arc::new(move || {
        let credentials = ask();
        Box::pin(async move { credentials.await.map_err(Into::into) })
    }))
}

async fn herd(source: &TokenSource, callers: usize) -> Vec<Result<Token, Error>> {
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.token().await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_of_an_empty_cache_make_one_request() {
    let setup = Setup::new(|n| (Duration::from_millis(50), issued(n, DAY)));
    let results = herd(&setup.source, 10_000).await;
    assert!(results.iter().all(|token| token.as_ref().unwrap().generation() == 1));
    assert_eq!(setup.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_failed_flight_and_its_attempts() {
    for (error, delay, attempts) in [
        (unavailable(), 1, 3),
        (refused(), 1, 1),
        // An attempt that hangs is cut off by its own limit.
        (Error::new(ErrorKind::Timeout, "scripted"), 10, 3),
    ] {
        let kind = error.kind();
        let setup = Setup::new(move |_| (secs(delay), Err(error.clone())));
        let results = herd(&setup.source, 1000).await;
        assert_eq!(results.len(), 1000);
        for result in results {
            let told = result.unwrap_err().kind();
            assert!(told == kind || told == ErrorKind::Timeout, "{told:?}");
        }
        assert_eq!(setup.requests(), attempts, "{kind:?}");
        // Whoever comes a moment later is told the same without a request.
        assert!(setup.source.token().await.is_err());
        assert_eq!(setup.requests(), attempts, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hung_endpoint_or_provider_ends_within_the_deadline() {
    let setup = Setup::new(|n| (secs(1_000_000), issued(n, DAY)));
    let start = Instant::now();
    let error = setup.source.token().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, secs(30)));

    let hung = asking(std::future::pending::<Result<Credentials, Error>>);
    let setup = Setup::with(hung, |n, _| (secs(0), issued(n, DAY)));
    let start = Instant::now();
    let error = setup.source.token().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, secs(30)));
    assert_eq!(setup.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_fetches_itself_after_its_deadline_though_others_begin_and_leave() {
    let setup = Setup::new(|n| (secs(0), issued(n, DAY)));
    let others = setup.source.clone();
    // Just before the last one is written off another is begun, and left alone.
    let pause = others.0.flight().stall - Duration::from_millis(1);
    tokio::spawn(async move {
        loop {
            {
                let mut flight = others.0.flight();
                let last = flight.last;
                flight.lost(last);
                flight.request(false, Instant::now());
            }
            sleep(pause).await;
        }
    });
    tokio::task::yield_now().await;
    let start = Instant::now();
    let token = timeout(secs(60), setup.source.token()).await.expect("it ends").unwrap();
    assert_eq!(token.expose(), "token-1");
    assert!(start.elapsed() <= secs(31), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn callers_with_short_budgets_get_a_token_from_a_slow_endpoint() {
    let setup = Setup::new(|n| (Duration::from_millis(300), issued(n, DAY)));
    let mut callers = 1;
    while timeout(Duration::from_millis(100), setup.source.token()).await.is_err() {
        callers += 1;
    }
    assert!(callers <= 4, "{callers}");
    assert_eq!(setup.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stale_token_is_served_at_once_and_replaced_by_one_request() {
    let setup = Setup::new(|n| (secs(1), issued(n, DAY)));
    setup.text().await;
    sleep(secs(DAY / 2)).await;
    let start = Instant::now();
    for result in herd(&setup.source, 1000).await {
        assert_eq!(result.unwrap().generation(), 1);
    }
    assert_eq!(start.elapsed(), Duration::ZERO, "no reader waits");
    sleep(secs(2)).await;
    assert_eq!(setup.source.token().await.unwrap().generation(), 2);
    assert_eq!(setup.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_half_a_life_is_seen_by_nobody_and_asks_seldom() {
    let setup = Setup::new(|n| (secs(0), if n == 1 { issued(n, DAY) } else { Err(unavailable()) }));
    setup.text().await;
    sleep(secs(DAY / 2)).await;
    for _ in 0..DAY / 2 / 10 - 6 {
        assert_eq!(setup.text().await, "token-1");
        sleep(secs(10)).await;
    }
    // After the first few, one flight of three attempts each five minutes.
    let flights = (DAY / 2 / 300 + 4) as usize;
    assert!(setup.requests() <= 1 + 3 * flights, "{}", setup.requests());
    assert!(setup.requests() > 300, "{}", setup.requests());
}

#[tokio::test(start_paused = true)]
async fn ten_reports_of_one_rejection_make_one_request() {
    let setup = Setup::new(|n| (secs(0), issued(n, DAY)));
    let token = setup.source.token().await.unwrap();
    for _ in 0..10 {
        assert!(setup.source.reject(&token), "another token is to be had");
        assert_eq!(setup.text().await, "token-2");
    }
    assert_eq!(setup.requests(), 2);
    assert_eq!(setup.source.peek().unwrap().generation(), 2, "a late report changes nothing");
}

#[tokio::test(start_paused = true)]
async fn the_token_that_is_kept_can_be_rejected_after_one_that_was_not() {
    let setup = Setup::new(|n| (secs(0), issued(n, if n == 2 { 0 } else { DAY })));
    let kept = setup.source.token().await.unwrap();
    let passing = setup.source.warm_up().await.unwrap();
    assert_eq!((passing.generation(), passing.remaining()), (2, Duration::ZERO));
    assert!(setup.source.reject(&passing), "it is not kept");
    assert_eq!(setup.source.peek().unwrap().generation(), 1);
    assert!(setup.source.reject(&kept));
    assert!(setup.source.peek().is_none());
    assert_eq!(setup.text().await, "token-3");
}

#[tokio::test(start_paused = true)]
async fn the_token_of_another_source_is_no_business_of_this_one() {
    let [ours, theirs] = [(); 2].map(|()| Setup::new(|n| (secs(0), issued(n, DAY))));
    let foreign = theirs.source.token().await.unwrap();
    assert!(!ours.source.reject(&foreign));
    let token = ours.source.token().await.unwrap();
    assert_eq!(token.generation(), foreign.generation());
    assert!(!ours.source.reject(&foreign));
    assert_eq!(ours.text().await, token.expose());
    assert_eq!(ours.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_api_that_rejects_everything_costs_one_request_in_thirty_seconds() {
    let setup = Setup::new(|n| (secs(0), issued(n, DAY)));
    for _ in 0..600 {
        let token = setup.source.token().await.unwrap();
        let before = setup.requests();
        let again = setup.source.reject(&token);
        assert_eq!(again, setup.source.peek().is_none(), "a rejected replacement is handed out");
        assert_eq!(setup.requests(), before, "rejecting starts nothing");
        sleep(secs(1)).await;
    }
    assert!(setup.requests() <= 1 + 600 / 30, "{}", setup.requests());
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_rejections_heals_when_the_server_does() {
    let setup = Setup::new(|n| (secs(0), issued(n, DAY)));
    for _ in 0..50 {
        let token = setup.source.token().await.unwrap();
        setup.source.reject(&token);
        sleep(secs(1)).await;
    }
    let token = setup.source.token().await.unwrap();
    sleep(secs(3600)).await;
    assert_eq!(setup.text().await, token.expose());
}

#[tokio::test(start_paused = true)]
async fn a_rotated_secret_is_used_without_restart() {
    let secret = Arc::new(Mutex::new("old".to_owned()));
    let vault = Arc::clone(&secret);
    let provider = asking(move || {
        let secret = vault.lock().unwrap().clone();
        async move { Credentials::new("id", secret) }
    });
    // The service has rotated already; the vault follows.
    let setup = Setup::with(provider, |n, credentials| {
        let new = credentials.are_told_by("new");
        (secs(0), if new { issued(n, DAY) } else { Err(refused()) })
    });
    assert_eq!(setup.source.token().await.unwrap_err().kind(), ErrorKind::Rejected);
    *secret.lock().unwrap() = "new".to_owned();
    sleep(secs(59)).await;
    assert!(setup.source.token().await.is_err(), "remembered for a minute");
    assert_eq!(setup.requests(), 1);
    sleep(secs(1)).await;
    assert_eq!(setup.text().await, "token-2");

    *secret.lock().unwrap() = "old".to_owned();
    assert!(setup.source.warm_up().await.is_err());
    assert_eq!(setup.text().await, "token-2", "a failed refresh displaces nothing");
    *secret.lock().unwrap() = "new".to_owned();
    assert_eq!(setup.source.warm_up().await.unwrap().expose(), "token-4", "at once");
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_does_not_settle_for_a_flight_that_began_before_it() {
    let setup = Setup::new(|n| (secs(1), issued(n, DAY)));
    let early = setup.source.clone();
    let early = tokio::spawn(async move { early.token().await });
    sleep(Duration::from_millis(500)).await;
    let late = tokio::join!(setup.source.warm_up(), setup.source.warm_up());
    assert_eq!(early.await.unwrap().unwrap().expose(), "token-1");
    assert_eq!(late.0.unwrap().expose(), "token-2");
    assert_eq!(late.1.unwrap().expose(), "token-2");
    assert_eq!(setup.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_is_asked_again_and_named() {
    let provider = asking(|| async { Err::<Credentials, _>("the vault is sealed") });
    let setup = Setup::with(provider, |n, _| (secs(0), issued(n, DAY)));
    let error = setup.source.token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the vault is sealed");
    assert_eq!(setup.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_is_a_provider_that_fails() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let panics_at_once = asking(move || {
        assert_eq!(count.fetch_add(1, Ordering::SeqCst), usize::MAX, "scripted");
        std::future::ready(Credentials::new("id", "secret"))
    });
    let count = Arc::clone(&asked);
    let panics_later = asking(move || {
        let asked = count.fetch_add(1, Ordering::SeqCst);
        async move {
            sleep(Duration::from_millis(1)).await;
            assert_eq!(asked, usize::MAX, "scripted");
            Credentials::new("id", "secret")
        }
    });
    for provider in [panics_at_once, panics_later] {
        asked.store(0, Ordering::SeqCst);
        let setup = Setup::with(provider, |n, _| (secs(0), issued(n, DAY)));
        for _ in 0..2 {
            let error = setup.source.token().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
            assert!(std::error::Error::source(&error).unwrap().to_string().contains("panicked"));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 3, "as often as one that fails");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_nobody_out_for_longer_than_its_cool_down() {
    let error = Failure { retry_after: Some(secs(3000)), ..refusal() };
    let error = Error::from(error);
    let setup =
        Setup::new(move |n| (secs(0), if n == 1 { Err(error.clone()) } else { issued(n, DAY) }));
    assert!(setup.source.token().await.is_err());
    sleep(secs(59)).await;
    assert!(setup.source.token().await.is_err());
    assert_eq!(setup.requests(), 1);
    sleep(secs(1)).await;
    assert_eq!(setup.text().await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn the_endpoints_wish_is_kept_up_to_an_hour() {
    for (asked, kept) in [(90, 90), (1_000_000, 3600)] {
        let error = Error::from(Failure { retry_after: Some(secs(asked)), ..outage() });
        let setup = Setup::new(move |n| {
            (secs(0), if n == 1 { Err(error.clone()) } else { issued(n, DAY) })
        });
        let start = Instant::now();
        assert!(setup.source.token().await.is_err());
        assert_eq!(start.elapsed(), Duration::ZERO, "a wish beyond the deadline is not waited for");
        sleep(secs(kept - 1)).await;
        assert!(setup.source.token().await.is_err());
        assert_eq!(setup.requests(), 1);
        sleep(secs(1)).await;
        assert_eq!(setup.text().await, "token-2");
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_pause_with_jitter_below_the_doubled_limit() {
    let setup = Setup::new(|_| (secs(0), Err(unavailable())));
    let start = Instant::now();
    assert!(setup.source.token().await.is_err());
    assert_eq!(setup.requests(), 3);
    assert!(start.elapsed() <= Duration::from_millis(200 + 400 + 5), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn neither_clock_alone_prolongs_a_life() {
    let fresh = async || {
        let setup = Setup::new(|n| (secs(0), issued(n, DAY)));
        setup.text().await;
        setup
    };
    let setup = fresh().await;
    setup.wall.step(-10 * DAY as i64);
    sleep(secs(DAY - 30)).await;
    assert!(setup.source.peek().is_none(), "set back, the wall clock does not prolong");

    let setup = fresh().await;
    setup.wall.step(DAY as i64 - 30);
    assert!(setup.source.peek().is_none(), "asleep, the monotonic clock does not prolong");
    assert_eq!(setup.text().await, "token-2");

    let setup = fresh().await;
    sleep(secs(DAY - 31)).await;
    let token = setup.source.peek().unwrap();
    assert_eq!(token.remaining(), secs(31));
}

#[tokio::test(start_paused = true)]
async fn life_counts_from_before_the_request_and_short_lives_stay_servable() {
    let setup = Setup::new(|n| (secs(5), issued(n, 60)));
    let token = setup.source.token().await.unwrap();
    assert_eq!((token.lifetime(), token.remaining()), (secs(60), secs(55)));
    assert!(setup.source.peek().is_some(), "the margin is half of a short life at most");
    sleep(secs(25)).await;
    assert!(setup.source.peek().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_token_without_life_serves_those_who_wait_and_nobody_else() {
    let setup = Setup::new(|n| (secs(1), issued(n, 0)));
    for result in herd(&setup.source, 100).await {
        assert_eq!(result.unwrap().expose(), "token-1");
    }
    assert!(setup.source.peek().is_none());
    assert_eq!(setup.text().await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn peeking_starts_nothing() {
    let setup = Setup::new(|n| (secs(0), issued(n, DAY)));
    assert!(setup.source.peek().is_none());
    sleep(secs(60)).await;
    assert_eq!(setup.requests(), 0);
    setup.text().await;
    sleep(secs(DAY / 2)).await;
    assert_eq!(setup.source.peek().unwrap().generation(), 1);
    sleep(secs(60)).await;
    assert_eq!(setup.requests(), 1);
}
