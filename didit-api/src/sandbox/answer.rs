//! An answer, by whomever it was chosen.

use std::fmt;
use std::time::Duration;

use hyper::body::Bytes;

/// How the sandbox answers a request other than as documented.
///
/// One of the first four functions says what is answered, the methods change
/// it; [`Sandbox::next`](super::Sandbox::next) takes the result. A status or a
/// header that HTTP does not allow is answered as 500 with a text that says so.
#[derive(Clone)]
pub struct Answer {
    pub(super) kind: Kind,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Bytes>,
    pub(super) delay: Duration,
    pub(super) drip: Option<Duration>,
    pub(super) truncated: bool,
    pub(super) times: usize,
    pub(super) operation: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Honest,
    Status(u16),
    Drop,
    Hang,
}

impl Answer {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            headers: Vec::new(),
            body: None,
            delay: Duration::ZERO,
            drip: None,
            truncated: false,
            times: 1,
            operation: None,
        }
    }

    /// What the document says, as if nothing had been asked for: the start for
    /// a [`delay`](Self::delay), or for a change of header or body.
    pub fn honest() -> Self {
        Self::new(Kind::Honest)
    }

    /// This status, with an empty body unless [`body`](Self::body) gives one.
    /// The request is not looked at.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// No answer: the connection is closed when the request's head is read.
    pub fn drop_connection() -> Self {
        Self::new(Kind::Drop)
    }

    /// No answer, and the connection stays open until the client or the
    /// sandbox goes away.
    pub fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    /// Sets a header. A `Content-Length` is sent as it is, true or not.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(Bytes::from(body.into()));
        self
    }

    /// Waits before answering, in real time.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends the body byte by byte, waiting so long before each.
    pub fn drip(mut self, pace: Duration) -> Self {
        self.drip = Some(pace);
        self
    }

    /// Announces the whole body, sends half of it and closes the connection.
    pub fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Answers so many requests instead of one.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Answers every request from then on.
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Whether it was made so; nobody counts so far.
    pub(super) fn is_endless(&self) -> bool {
        self.times > usize::MAX / 2
    }

    /// Waits for a request to this operation; others pass it by. Its name is
    /// written as for [`Sandbox::count`](super::Sandbox::count).
    pub fn on(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Keeps what was asked for and takes the rest from the honest answer.
    pub(super) fn complete(mut self, honest: Self) -> Self {
        self.kind = honest.kind;
        self.headers.splice(..0, honest.headers);
        self.body = self.body.or(honest.body);
        self
    }
}

impl fmt::Debug for Answer {
    /// Without headers and body: a test may have put a secret there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Answer");
        shown.field("kind", &self.kind);
        if let Some(name) = &self.operation {
            shown.field("on", name);
        }
        shown.finish_non_exhaustive()
    }
}
