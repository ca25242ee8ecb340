//! Time is paused, the provider is scripted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::{advance, sleep};

use super::*;
use crate::Credentials;

const LIMIT: Duration = Duration::from_secs(30);

/// Keys of a provider that does this with its nth question, counted from 1.
fn asked(
    script: impl Fn(usize) -> (Duration, Result<Credentials, Error>) + Send + Sync + 'static,
) -> (Arc<Keys>, Arc<AtomicUsize>) {
    let questions = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&questions);
    let provider = Provider::Asked(Arc::new(move || {
        let (delay, given) = script(seen.fetch_add(1, Ordering::SeqCst) + 1);
        Box::pin(async move {
            sleep(delay).await;
            Ok(given?)
        })
    }));
    (Arc::new(Keys::new(provider, LIMIT)), questions)
}

fn key(text: &str) -> Result<Credentials, Error> {
    Credentials::api_key(text)
}

fn failure() -> Result<Credentials, Error> {
    Err(Error::configuration("scripted"))
}

fn count(questions: &AtomicUsize) -> usize {
    questions.load(Ordering::SeqCst)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_asked_once_however_many_callers_wait() {
    let (keys, questions) = asked(|_| (secs(1), key("first")));
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { keys.header().await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().unwrap(), "first");
    }
    advance(secs(100_000)).await;
    assert_eq!(keys.header().await.unwrap(), "first");
    assert_eq!(count(&questions), 1);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_leaves_the_turn_to_the_next() {
    let (keys, questions) = asked(|_| (secs(2), key("first")));
    assert!(timeout(secs(1), keys.header()).await.is_err());
    assert_eq!(keys.header().await.unwrap(), "first");
    assert_eq!(count(&questions), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_rotated_is_noticed_by_one_question_for_all() {
    let (keys, questions) = asked(|n| (secs(1), key(if n == 1 { "old" } else { "new" })));
    let old = keys.header().await.unwrap();
    // Ten calls are refused, the last of them while another asks already.
    let again: Vec<_> = (0..10)
        .map(|_| {
            assert!(keys.rejected(&old));
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { keys.header().await })
        })
        .collect();
    sleep(Duration::from_millis(500)).await;
    assert!(keys.rejected(&old));
    for caller in again {
        assert_eq!(caller.await.unwrap().unwrap(), "new");
    }
    // And one that comes late.
    assert!(keys.rejected(&old));
    assert_eq!(keys.header().await.unwrap(), "new");
    assert_eq!(count(&questions), 2);
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_asked_again_at_most_once_per_minute() {
    let (keys, questions) = asked(|_| (Duration::ZERO, key("same")));
    for minute in 0..5 {
        for second in 0..60 {
            let same = keys.header().await.unwrap();
            assert_eq!(keys.rejected(&same), second == 0, "after {minute} min {second} s");
            advance(secs(1)).await;
        }
    }
    assert_eq!(count(&questions), 1 + 5);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_refused_stays_if_the_provider_fails() {
    let (keys, questions) = asked(|n| match n {
        1 => (Duration::ZERO, key("old")),
        2 => (Duration::ZERO, failure()),
        3 => (LIMIT * 2, key("late")),
        _ => (Duration::ZERO, key("new")),
    });
    let old = keys.header().await.unwrap();
    for question in 2..=3 {
        assert!(keys.rejected(&old));
        assert_eq!(keys.header().await.unwrap(), "old");
        assert!(!keys.rejected(&old));
        assert_eq!(count(&questions), question);
        advance(secs(60)).await;
    }
    assert!(keys.rejected(&old));
    assert_eq!(keys.header().await.unwrap(), "new");
}

#[tokio::test(start_paused = true)]
async fn without_any_key_the_failure_is_told_and_the_next_caller_asks_again() {
    let (keys, _) = asked(|n| match n {
        1 => (Duration::ZERO, failure()),
        2 => (LIMIT * 2, key("late")),
        _ => (Duration::ZERO, Credentials::new("id", "secret")),
    });
    for (kind, message) in [
        (ErrorKind::Credentials, "the provider of the credentials failed"),
        (ErrorKind::Timeout, "the provider of the credentials took too long"),
    ] {
        let error = keys.header().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().starts_with(message), "{error}");
    }
    assert_eq!(keys.header().await.unwrap(), "secret");
}

#[tokio::test]
async fn a_fixed_key_is_final() {
    for credentials in [key("k3y"), Credentials::new("id", "k3y")] {
        let keys = Keys::new(Provider::Fixed(credentials.unwrap()), LIMIT);
        let header = keys.header().await.unwrap();
        assert_eq!(header, "k3y");
        assert!(header.is_sensitive());
        assert!(!keys.rejected(&header));
        assert!(!format!("{keys:?}").contains("k3y"), "{keys:?}");
    }
}

#[tokio::test]
async fn debug_of_a_kept_key_does_not_show_it() {
    let (keys, _) = asked(|_| (Duration::ZERO, key("k3y")));
    keys.header().await.unwrap();
    assert!(!format!("{keys:?} {keys:#?}").contains("k3y"), "{keys:?}");
}
