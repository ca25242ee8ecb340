//! A flight in the air: who carries it, and how its result is waited for.
//!
//! A fetch belongs to nobody, yet a task of its own would have to be woken, on
//! another worker as often as not. So whoever began it polls it, while nobody
//! else waits; when a second caller comes, or the first goes away, the rest of
//! it is spawned.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::Error;
use crate::token::Token;

pub(crate) type Outcome = Result<Token, Error>;

/// One flight, as all who wait for it see it.
#[derive(Clone)]
pub(crate) struct Airborne {
    pub(crate) id: u64,
    outcome: watch::Receiver<Option<Outcome>>,
    seat: Arc<Mutex<Seat>>,
    runtime: Handle,
}

type Craft = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Seat {
    /// The rest of the flight, and who polled it last; nothing while it is
    /// being polled, and once it is spawned or over.
    craft: Option<(Craft, Waker)>,
    /// Whether it belongs in a task of its own.
    detached: bool,
}

/// Whether the flight is still polled by the caller that began it.
enum Carried {
    Yes,
    No,
}

impl Airborne {
    /// A flight that nobody polls yet; it tells its outcome to the sender.
    pub(crate) fn new<F>(
        id: u64,
        runtime: Handle,
        fly: impl FnOnce(watch::Sender<Option<Outcome>>) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, outcome) = watch::channel(None);
        let seat =
            Seat { craft: Some((Box::pin(fly(sender)), Waker::noop().clone())), detached: false };
        Self { id, outcome, seat: Arc::new(Mutex::new(seat)), runtime }
    }

    /// Moves the rest of the flight to a task of its own. Not to be called
    /// under a lock that the end of a flight takes: a runtime that is shutting
    /// down drops the task at once.
    pub(crate) fn detach(&self) {
        let mut seat = self.seat();
        seat.detached = true;
        let craft = seat.craft.take();
        drop(seat);
        if let Some((craft, carrier)) = craft {
            self.runtime.spawn(craft);
            carrier.wake();
        }
    }

    /// Waits for the outcome; `None` if the flight was lost.
    pub(crate) async fn outcome(mut self) -> Option<Outcome> {
        self.outcome.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// The same for the caller that began the flight: polls it, too, until it
    /// is detached. Dropped, it detaches it.
    pub(crate) async fn carry(self) -> Option<Outcome> {
        struct Detach<'a>(&'a Airborne);
        impl Drop for Detach<'_> {
            fn drop(&mut self) {
                self.0.detach();
            }
        }
        let _detach = Detach(&self);
        let mut outcome = pin!(self.clone().outcome());
        // While it is carried nobody is to be woken by its outcome.
        poll_fn(|context| match self.advance(context) {
            Carried::Yes => Poll::Pending,
            Carried::No => outcome.as_mut().poll(context),
        })
        .await
    }

    fn advance(&self, context: &mut Context<'_>) -> Carried {
        let Some((mut craft, _)) = self.seat().craft.take() else { return Carried::No };
        let entered = self.runtime.enter();
        // As in a task: a panic ends the flight, not those who wait for it.
        let polled = catch_unwind(AssertUnwindSafe(|| craft.as_mut().poll(context)));
        drop(entered);
        if !matches!(polled, Ok(Poll::Pending)) {
            return Carried::No;
        }
        let mut seat = self.seat();
        if seat.detached {
            drop(seat);
            self.runtime.spawn(craft);
            return Carried::No;
        }
        seat.craft = Some((craft, context.waker().clone()));
        Carried::Yes
    }

    fn seat(&self) -> MutexGuard<'_, Seat> {
        // Nothing in there is left half done by a panic.
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
