//! A body that is handed on as it comes, within a bound.

use std::fmt;

use super::error::{Cause, Error};
use super::problem::ResponseProblem;
use super::response::{Response, ResponseValue, Unread};
use super::transport_error::TransportError;
use crate::operation::Operation;

/// The body of an answer that is no JSON, such as a PDF, as it arrives.
///
/// At most as many bytes are delivered as the transport's response limit says,
/// or as [`limit`](Self::limit) does. The transport's timeout runs from the
/// start of the request to the last byte of the body: give the transport a
/// longer one for files that take longer. A body that a timeout or a broken
/// connection cuts off ends in an error, never in an early end. (HTTP/1.0
/// servers that announce no length are the exception: nobody can tell there.)
///
/// Dropping the stream closes the connection. `Debug` shows the bound, and
/// nothing of the body.
///
/// ```
/// # use didit_api::ByteStream;
/// # async fn save(mut body: ByteStream, file: &mut impl std::io::Write)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// let mut body = body.limit(64 * 1024 * 1024);
/// while let Some(bytes) = body.chunk().await? {
///     file.write_all(&bytes)?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct ByteStream {
    body: reqwest::Response,
    limit: usize,
    delivered: usize,
    state: State,
    /// For errors: what came before the body, and of whom.
    head: Response,
    operation: &'static Operation,
    host: String,
}

#[derive(Clone, Copy)]
enum State {
    Open,
    Complete,
    Failed(ResponseProblem),
}

impl ByteStream {
    /// The [`Response`] beside the stream has an empty body.
    pub(super) fn of(
        answer: Unread,
        operation: &'static Operation,
        host: &str,
    ) -> ResponseValue<Self> {
        let (head, body, limit) = answer.split();
        let (response, host) = (head.clone(), host.to_owned());
        let state = State::Open;
        let value = Self { body, limit, delivered: 0, state, head, operation, host };
        ResponseValue::new(value, response)
    }

    /// How many bytes are delivered at most, from the first one on.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// The next bytes, or `None` after the last.
    ///
    /// # Errors
    ///
    /// The body is longer than the limit, breaks off, is compressed, or takes
    /// too long. What was delivered before is then only a part of it, and each
    /// further call fails too.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match self.state {
            State::Open => {}
            State::Complete => return Ok(None),
            State::Failed(problem) => return Err(self.fail(problem)),
        }
        if let Some(problem) = self.foreseeable() {
            return Err(self.fail(problem));
        }
        match self.body.chunk().await {
            Ok(None) => {
                self.state = State::Complete;
                Ok(None)
            }
            Ok(Some(bytes)) if bytes.len() > self.limit - self.delivered => {
                Err(self.fail(ResponseProblem::TooLarge { limit: self.limit }))
            }
            Ok(Some(bytes)) => {
                self.delivered += bytes.len();
                Ok(Some(bytes.into()))
            }
            Err(error) => {
                let broken = self.fail(ResponseProblem::Truncated);
                let late = |error| Cause::Transport(TransportError::new(error));
                Err(if error.is_timeout() { self.failed(late(error)) } else { broken })
            }
        }
    }

    /// The whole body, or what is left of it.
    ///
    /// # Errors
    ///
    /// See [`chunk`](Self::chunk).
    pub async fn collect(mut self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(bytes) = self.chunk().await? {
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    }

    /// What the headers already say will go wrong, and a limit lowered below
    /// what was delivered.
    fn foreseeable(&self) -> Option<ResponseProblem> {
        // What is still to come, as far as the server announced it.
        let left = self.body.content_length().unwrap_or_default();
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        if self.head.is_compressed() {
            Some(ResponseProblem::Compressed)
        } else if self.delivered.saturating_add(left) > self.limit {
            Some(ResponseProblem::TooLarge { limit: self.limit })
        } else {
            None
        }
    }

    fn fail(&mut self, problem: ResponseProblem) -> Error {
        self.state = State::Failed(problem);
        self.failed(Cause::Body { response: self.head.clone(), problem })
    }

    pub(super) fn failed(&self, cause: Cause) -> Error {
        cause.at(self.operation, &self.host)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("limit", &self.limit).finish_non_exhaustive()
    }
}
