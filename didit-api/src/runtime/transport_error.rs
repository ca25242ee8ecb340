//! Why no answer came.

use std::error::Error as StdError;
use std::{fmt, io};

use super::upload::Unreadable;

/// The step at which a call failed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request could not be built.
    Request,
    /// The host's name could not be resolved.
    Dns,
    /// The connection was refused, unreachable, or broke while connecting.
    Connect,
    /// Connecting took longer than the transport's connect timeout.
    ConnectTimeout,
    /// TLS failed: an untrusted certificate, or no TLS on the other side.
    Tls,
    /// The whole call took longer than the transport's timeout.
    Timeout,
    /// The connection broke before there was an answer.
    Interrupted,
    /// A [`File`](crate::File) of the request could not be read to its end, or
    /// was not as long as it said. What was sent of it is no whole request.
    File,
}

/// A call that ended without an answer. Shows no header and no query.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: reqwest::Error,
}

impl TransportError {
    pub(super) fn new(error: reqwest::Error) -> Self {
        // The URL may carry a query; the host is known to whoever configured it.
        let source = error.without_url();
        Self { kind: classify(&source), source }
    }

    /// The step that failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        use TransportErrorKind as Kind;
        !matches!(self.kind, Kind::Request | Kind::Tls | Kind::File)
    }
}

fn classify(error: &reqwest::Error) -> TransportErrorKind {
    use TransportErrorKind as Kind;
    if error.is_builder() {
        return Kind::Request;
    }
    if unreadable(error).is_some() {
        return Kind::File;
    }
    if !error.is_connect() {
        return if error.is_timeout() { Kind::Timeout } else { Kind::Interrupted };
    }
    if error.is_timeout() {
        return Kind::ConnectTimeout;
    }
    // Neither hyper nor reqwest says in types which part of connecting failed.
    let texts: Vec<String> = chain(error).map(|cause| cause.to_string().to_lowercase()).collect();
    let says =
        |words: &[&str]| texts.iter().any(|text| words.iter().any(|word| text.contains(word)));
    let io = |kinds: &[io::ErrorKind]| {
        let mut causes = chain(error).filter_map(|cause| cause.downcast_ref());
        causes.any(|cause| kinds.contains(&innermost(cause).kind()))
    };
    if says(&["dns error", "failed to lookup address"]) {
        Kind::Dns
    } else if io(&[
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
    ]) {
        // Also in the TLS handshake: a host that restarts, no host without TLS.
        Kind::Connect
    } else if io(&[io::ErrorKind::InvalidData]) || says(&["certificate", "tls", "ssl", "handshake"])
    {
        Kind::Tls
    } else {
        Kind::Connect
    }
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn unreadable(error: &reqwest::Error) -> Option<&Unreadable> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// An `io::Error` may hold another, which `source()` skips.
fn innermost(error: &io::Error) -> &io::Error {
    error.get_ref().and_then(|inner| inner.downcast_ref()).map_or(error, innermost)
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use TransportErrorKind as Kind;
        f.write_str(match self.kind {
            Kind::Request => "the request could not be built",
            Kind::Dns => {
                "the host's name could not be resolved; check the base URL and the network"
            }
            Kind::Connect => "the host could not be reached; check the base URL and the network",
            Kind::ConnectTimeout => {
                "connecting took too long; check the network, or allow more time"
            }
            Kind::Tls => {
                "no trusted TLS connection could be made; \
                 check the base URL, the system's certificates and its clock"
            }
            Kind::Timeout => "no complete answer came in time; try again, or allow more time",
            Kind::Interrupted => "the connection broke before there was an answer; try again",
            Kind::File => "a file of the request could not be read, or changed meanwhile",
        })?;
        // Its cause is the caller's own, and may hold a path.
        if let Some(file) = unreadable(&self.source) {
            return write!(f, " ({file})");
        }
        match chain(&self.source).last() {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}
