//! What a store of handled events has to do.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::error::BoxError;

/// What the methods of [`Dedup`] return.
pub type DedupFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// Remembers which events were handled, and which are being handled, by the
/// [`dedup_key`](super::Event::dedup_key) of each.
///
/// [`MemoryStore`](super::MemoryStore) is one for a single process. For several it has
/// to be in a place that all of them see, such as a table with a row for each key.
pub trait Dedup: Send + Sync + 'static {
    /// Takes the lease on an event for so long, if the event was not handled and nobody
    /// has a lease on it that still runs. At once: of two that ask at the same time, one
    /// gets it.
    fn acquire<'a>(&'a self, key: &'a str, lease: Duration) -> DedupFuture<'a, LeaseState>;

    /// Ends a lease. If the event was handled, notes that, whoever has the lease by now:
    /// it has to be known for as long as the event may come again, which is some ten
    /// minutes for one that is replayed, and for ever for one that somebody resends from
    /// the console. If it was not, which is told only while the lease runs, the next one
    /// who asks gets a lease.
    fn end<'a>(&'a self, key: &'a str, is_handled: bool) -> DedupFuture<'a, ()>;
}

impl fmt::Debug for dyn Dedup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dedup")
    }
}

/// What came of asking for a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeaseState {
    /// It was taken, and whoever asked handles the event.
    Acquired,
    /// Another delivery has it, for so long yet.
    Held(Duration),
    /// The event was handled.
    Completed,
}
