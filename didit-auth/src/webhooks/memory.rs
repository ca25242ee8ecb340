//! The store of handled events for one process.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::dedup::{Dedup, DedupFuture, LeaseState};

/// How long it is remembered that an event was handled.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// A [`Dedup`] in memory: for one process, and until it ends. An event that comes again
/// after a restart, or more than a day later, is handled again.
///
/// Each event takes some 100 bytes. Only what is genuine gets here.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<String, Known>>);

struct Known {
    is_handled: bool,
    /// When it is forgotten.
    until: Instant,
}

impl Dedup for MemoryStore {
    fn acquire<'a>(&'a self, key: &'a str, lease: Duration) -> DedupFuture<'a, LeaseState> {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let state = match events.get(key).filter(|known| known.until > now) {
            Some(known) if known.is_handled => LeaseState::Completed,
            Some(known) => LeaseState::Held(known.until - now),
            None => {
                if events.len() == events.capacity() {
                    events.retain(|_, known| known.until > now);
                    // The next time is as many events away.
                    let left = events.len() + 1;
                    events.reserve(left);
                }
                let taken = Known { is_handled: false, until: now + lease.min(KEEP) };
                events.insert(key.to_owned(), taken);
                LeaseState::Acquired
            }
        };
        Box::pin(ready(Ok(state)))
    }

    fn end<'a>(&'a self, key: &'a str, is_handled: bool) -> DedupFuture<'a, ()> {
        // What was not handled is forgotten at once.
        let keep = if is_handled { KEEP } else { Duration::ZERO };
        let known = Known { is_handled, until: Instant::now() + keep };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), known);
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(30);

    async fn acquire(store: &MemoryStore, key: &str) -> LeaseState {
        store.acquire(key, LEASE).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_runs_out_and_is_another_s_then() {
        let store = MemoryStore::default();
        assert_eq!(acquire(&store, "a").await, LeaseState::Acquired);
        tokio::time::advance(LEASE / 3).await;
        assert_eq!(acquire(&store, "a").await, LeaseState::Held(LEASE * 2 / 3));
        assert_eq!(acquire(&store, "b").await, LeaseState::Acquired);
        tokio::time::advance(LEASE * 2 / 3).await;
        assert_eq!(acquire(&store, "a").await, LeaseState::Acquired);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_handled_is_known_for_a_day_and_then_takes_no_memory() {
        let store = MemoryStore::default();
        for number in 0..10_000 {
            let key = number.to_string();
            assert_eq!(acquire(&store, &key).await, LeaseState::Acquired);
            store.end(&key, true).await.unwrap();
        }
        tokio::time::advance(KEEP - Duration::from_secs(1)).await;
        assert_eq!(acquire(&store, "0").await, LeaseState::Completed);
        tokio::time::advance(Duration::from_secs(1)).await;
        for number in 10_000..40_000 {
            assert_eq!(acquire(&store, &number.to_string()).await, LeaseState::Acquired);
            tokio::time::advance(LEASE).await;
        }
        // All but the one that is held have run out, and half of the room is for new ones.
        let left = store.0.lock().unwrap().len();
        assert!(left < 20_000, "{left}");
    }
}
