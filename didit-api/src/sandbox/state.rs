//! What the test and the server share: the operations, the credentials, the
//! queue of answers and the requests that arrived.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::http::request::Parts;
use serde_json::Value;

use super::answer::Answer;
use super::credentials::Credentials;
use super::delivery::Delivery;
use super::documents::Operation;
use super::outbox::Outbox;
use super::received::Received;
use super::route::Route;
use super::service::Service;
use super::throttle::Throttle;

pub(super) struct Shared {
    pub(super) operations: Vec<Operation>,
    /// How long a session with a scenario stays in a status.
    pub(super) pace: Duration,
    pub(super) posting: Posting,
    state: Mutex<State>,
}

/// How webhooks are posted.
pub(super) struct Posting {
    /// How long one attempt may take.
    pub(super) timeout: Duration,
    /// How long to wait before each retry.
    pub(super) pauses: Vec<Duration>,
}

pub(super) struct State {
    pub(super) credentials: Credentials,
    pub(super) service: Service,
    pub(super) throttle: Option<Throttle>,
    pub(super) answers: VecDeque<Answer>,
    pub(super) connections: usize,
    pub(super) received: Vec<Received>,
    pub(super) deliveries: Vec<Delivery>,
}

impl Shared {
    pub(super) fn new(
        operations: Vec<Operation>,
        credentials: Credentials,
        throttle: Option<Throttle>,
        pace: Duration,
        posting: Posting,
        outbox: Outbox,
    ) -> Self {
        let service = Service::new(&operations, outbox);
        let state = State {
            credentials,
            service,
            throttle,
            answers: VecDeque::new(),
            connections: 0,
            received: Vec::new(),
            deliveries: Vec::new(),
        };
        Self { operations, pace, posting, state: Mutex::new(state) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The operation of this name, with its document or without.
    ///
    /// # Errors
    ///
    /// There is none, or there are several: which ones there are.
    pub(super) fn find(&self, name: &str) -> Result<&Operation, String> {
        let meant = |one: &&Operation| one.id == name || one.name() == name;
        let found: Vec<_> = self.operations.iter().filter(meant).collect();
        let names =
            |some: &[&Operation]| some.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
        match found.as_slice() {
            [one] => Ok(one),
            [] => {
                let all = names(&self.operations.iter().collect::<Vec<_>>());
                Err(format!("no document has an operation `{name}`; there are {all}"))
            }
            some => Err(format!("`{name}` is one of {}", names(some))),
        }
    }

    /// Notes a request and takes the first queued answer that is meant for it.
    /// The number is the request's.
    pub(super) fn arrived(&self, head: &Parts, route: &Route<'_>) -> (usize, Answer) {
        let operation = match route {
            Route::Operation(operation, _) => Some(*operation),
            _ => None,
        };
        let received = Received::new(head, operation);
        let mut state = self.lock();
        let meant = |one: &Answer| one.operation.is_none() || one.operation == received.operation;
        let answer = state.answers.iter_mut().find(|one| meant(one)).map(|answer| {
            answer.times = answer.times.saturating_sub(1);
            answer.clone()
        });
        state.answers.retain(|answer| answer.times > 0);
        state.received.push(received);
        (state.received.len() - 1, answer.unwrap_or_else(Answer::honest))
    }

    /// Adds to a request what its body says.
    pub(super) fn noted(&self, number: usize, body: Option<Value>) {
        if let Some(received) = self.lock().received.get_mut(number) {
            received.body = body;
        }
    }
}
