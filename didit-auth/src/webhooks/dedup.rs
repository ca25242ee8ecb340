//! What a store of handled events has to do.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use super::outcome::BoxError;

/// What the methods of [`Dedup`] return.
pub type DedupFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// Remembers which events were handled, and which are being handled, by the
/// [`dedup_key`](super::Event::dedup_key) of each.
///
/// [`MemoryStore`](super::MemoryStore) is one for a single process. For several it has
/// to be in a place that all of them see, such as a table with a row for each key.
pub trait Dedup: fmt::Debug + Send + Sync + 'static {
    /// Takes the lease on an event for so long, if the event was not handled and nobody
    /// has a lease on it that still runs. At once: of two that ask at the same time, one
    /// gets it. Nobody gives a lease back, it runs out.
    fn acquire<'a>(&'a self, key: &'a str, lease: Duration) -> DedupFuture<'a, LeaseState>;

    /// Notes that the event was handled, whoever has the lease by now. It has to be
    /// known for as long as the event may come again: some ten minutes for one that is
    /// replayed, and for ever for one that somebody resends from the console.
    fn complete<'a>(&'a self, key: &'a str) -> DedupFuture<'a, ()>;
}

/// What came of asking for a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// It was taken, and whoever asked handles the event.
    Acquired,
    /// Another delivery has it, for so long yet.
    Held(Duration),
    /// The event was handled.
    Completed,
}
