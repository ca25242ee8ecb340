//! What the test and the server share: the operations, the credentials, the
//! queue of answers and the requests that arrived.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::http::request::Parts;

use super::answer::Answer;
use super::credentials::Credentials;
use super::documents::Operation;
use super::route::Route;

pub(super) struct Shared {
    pub(super) operations: Vec<Operation>,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) credentials: Credentials,
    pub(super) answers: VecDeque<Answer>,
    pub(super) connections: usize,
    pub(super) received: Vec<Received>,
}

/// The first line of a request that the sandbox received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The method, in capitals.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The operation that both belong to, if any.
    pub operation_id: Option<String>,
}

impl Shared {
    pub(super) fn new(operations: Vec<Operation>, credentials: Credentials) -> Self {
        let (answers, received) = (VecDeque::new(), Vec::new());
        let state = Mutex::new(State { credentials, answers, connections: 0, received });
        Self { operations, state }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request and takes the first queued answer that is meant for it.
    pub(super) fn arrived(&self, head: &Parts, route: &Route<'_>) -> Answer {
        let operation_id = match route {
            Route::Operation(operation, _) => Some(operation.id.clone()),
            _ => None,
        };
        let mut state = self.lock();
        let meant = |one: &Answer| one.operation.is_none() || one.operation == operation_id;
        let answer = state.answers.iter_mut().find(|one| meant(one)).map(|answer| {
            answer.times = answer.times.saturating_sub(1);
            answer.clone()
        });
        state.answers.retain(|answer| answer.times > 0);
        let (method, path) = (head.method.to_string(), head.uri.path().to_owned());
        state.received.push(Received { method, path, operation_id });
        answer.unwrap_or_else(Answer::honest)
    }
}
