//! A sandbox, as a test holds it.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::{fmt, io};

use tokio::sync::oneshot;

use super::answer::Answer;
use super::received::Received;
use super::service::Scenario;
use super::state::Shared;
use crate::secret::Secret;

/// A running sandbox; dropping it closes its port and its connections.
pub struct Sandbox {
    pub(super) url: String,
    pub(super) shared: Arc<Shared>,
    /// Dropped to stop the server.
    pub(super) stop: Option<oneshot::Sender<()>>,
    pub(super) thread: Option<JoinHandle<io::Result<()>>>,
}

impl Sandbox {
    /// The client id that a sandbox accepts unless told otherwise.
    pub const CLIENT_ID: &str = "sandbox-client-id";
    /// The client secret that a sandbox accepts unless told otherwise.
    pub const CLIENT_SECRET: &str = "sandbox-client-secret";
    /// The API key that a sandbox accepts unless told otherwise: as with the
    /// vendor, it is the client secret.
    pub const API_KEY: &str = Self::CLIENT_SECRET;

    /// The base URL for every host of the documents, without a trailing slash:
    /// `http://127.0.0.1:49152`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Queues an answer. Each request takes the first one that is meant for it;
    /// when there is none, it is answered as documented.
    ///
    /// # Panics
    ///
    /// The answer is [`on`](Answer::on) an operation that no document has, or that
    /// several have: a mistake in the test, which would wait for ever.
    #[track_caller]
    pub fn next(&self, mut answer: Answer) {
        if let Some(name) = &answer.operation {
            answer.operation = Some(self.operation(name));
        }
        if answer.times > 0 {
            self.shared.lock().answers.push_back(answer);
        }
    }

    /// Fails the test while queued answers are left that no request took. One
    /// that is given [`always`](Answer::always) has to be taken once.
    ///
    /// # Panics
    ///
    /// There are such answers; the message lists them.
    #[track_caller]
    pub fn assert_consumed(&self) {
        let state = self.shared.lock();
        let left = state.answers.iter().filter(|one| !one.is_endless() || one.times == usize::MAX);
        let left: Vec<_> = left.map(|one| format!("{one:?}")).collect();
        drop(state);
        assert!(left.is_empty(), "no request took these answers: {}", left.join(", "));
    }

    /// Forgets the queued answers.
    pub fn answer_honestly(&self) {
        self.shared.lock().answers.clear();
    }

    /// Lets the person of a session come to the end of it, with the outcome that one of
    /// the vendor's scenarios has: `approve`, `decline_document_expired`, …; see
    /// [`scenarios`](Self::scenarios). The session is `In Progress` and then what the
    /// scenario says; both have happened when this returns.
    ///
    /// # Panics
    ///
    /// There is no such session, or no such scenario: a mistake in the test.
    #[track_caller]
    #[allow(clippy::panic, reason = "no request leads here, only the source of a test")]
    pub fn finish(&self, session_id: &str, scenario: &str) {
        let Some(scenario) = Scenario::named(scenario) else {
            let all: Vec<_> = Self::scenarios().collect();
            panic!("there is no scenario `{scenario}`; there are {}", all.join(", "));
        };
        for is_done in [false, true] {
            if !self.shared.lock().service.advance(session_id, scenario, is_done) {
                panic!("there is no session `{session_id}`, or no longer");
            }
        }
    }

    /// The names of the outcomes that a session can be given, by [`finish`](Self::finish)
    /// or by `sandbox_scenario`.
    pub fn scenarios() -> impl Iterator<Item = &'static str> {
        Scenario::all()
    }

    /// Replaces the credentials, as a rotation does; the API key too, unless it
    /// was given by itself. Tokens that were issued for the old ones stay good
    /// until [`revoke_tokens`](Self::revoke_tokens).
    pub fn set_credentials(&self, client_id: impl Into<String>, client_secret: impl Into<Secret>) {
        let mut state = self.shared.lock();
        state.credentials.id = client_id.into();
        state.credentials.secret = client_secret.into();
    }

    /// Replaces the API key, and nothing else.
    pub fn set_api_key(&self, key: impl Into<Secret>) {
        self.shared.lock().credentials.key = Some(key.into());
    }

    /// Makes every token issued so far invalid.
    pub fn revoke_tokens(&self) {
        self.shared.lock().credentials.tokens.clear();
    }

    /// How many tokens were issued.
    pub fn tokens_issued(&self) -> usize {
        self.shared.lock().credentials.issued
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// How many requests arrived, whatever became of them. A request counts
    /// when its head has been read.
    pub fn requests(&self) -> usize {
        self.shared.lock().received.len()
    }

    /// How many requests arrived for one operation: `create_token`, or
    /// `auth::create_token`, which is needed where several documents have one of
    /// that name. A document of your own is called `document-0`, `document-1`.
    ///
    /// # Panics
    ///
    /// No document has it, or several have: a mistake in the test, which would
    /// count nothing for ever.
    #[track_caller]
    pub fn count(&self, operation: &str) -> usize {
        let name = self.operation(operation);
        let state = self.shared.lock();
        state.received.iter().filter(|one| one.operation.as_ref() == Some(&name)).count()
    }

    #[track_caller]
    #[allow(clippy::panic, reason = "no request leads here, only the source of a test")]
    fn operation(&self, name: &str) -> String {
        match self.shared.find(name) {
            Ok(operation) => operation.name(),
            Err(why) => panic!("{why}"),
        }
    }

    /// The requests in the order of their arrival, all since the start.
    pub fn received(&self) -> Vec<Received> {
        self.shared.lock().received.clone()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.take();
        // An error means that the server is gone already.
        self.thread.take().and_then(|thread| thread.join().ok());
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .field("requests", &self.requests())
            .field("connections", &self.connections())
            .field("tokens_issued", &self.tokens_issued())
            .finish_non_exhaustive()
    }
}
