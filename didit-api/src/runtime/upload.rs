//! A body that is made while it is sent.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use tokio::fs;
use tokio::io::{AsyncRead, ReadBuf};

/// How much of a file is in memory, in bytes.
const PIECE: usize = 64 * 1024;

type BoxError = Box<dyn StdError + Send + Sync>;
type Next = dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> + Send;

/// A content that comes piece by piece.
pub(crate) struct Pieces {
    /// The lock is never waited for: it makes a stream that is not `Sync`, as
    /// most are not, part of a type that is.
    next: Mutex<Box<Next>>,
    /// How many bytes are still to come, if that is known.
    left: Option<u64>,
}

impl Pieces {
    pub(crate) fn new<F>(next: F, length: Option<u64>) -> Self
    where
        F: FnMut(&mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> + Send + 'static,
    {
        Self { next: Mutex::new(Box::new(next)), left: length }
    }

    pub(crate) fn one(content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let length = content.len() as u64;
        let mut content = Some(content);
        Self::new(move |_| Poll::Ready(content.take().map(Ok)), Some(length))
    }

    pub(crate) fn left(&self) -> Option<u64> {
        self.left
    }

    /// Opens a regular file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without its path.
    pub(super) async fn open(path: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot be opened: {}", error.kind());
        // Before it is opened: to open a pipe is to wait for its other end.
        let found = fs::metadata(path).await.map_err(failed)?;
        if !found.is_file() {
            let what = if found.is_dir() { "a folder" } else { "no regular file" };
            return Err(format!("is {what}"));
        }
        let mut file = fs::File::open(path).await.map_err(failed)?;
        let length = file.metadata().await.map_err(failed)?.len();
        let mut buffer = BytesMut::new();
        let next = move |context: &mut Context<'_>| {
            buffer.resize(PIECE, 0);
            let mut unfilled = ReadBuf::new(&mut buffer);
            ready!(Pin::new(&mut file).poll_read(context, &mut unfilled))?;
            let count = unfilled.filled().len();
            Poll::Ready((count > 0).then(|| Ok(buffer.split_to(count).freeze())))
        };
        Ok(Self::new(next, Some(length)))
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        let next = self.next.get_mut().unwrap_or_else(PoisonError::into_inner);
        let next = ready!(next(context)).transpose()?;
        let count = next.as_ref().map_or(0, Bytes::len) as u64;
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(count).ok_or("it is longer than its length says")?;
            if next.is_none() && *left > 0 {
                return Poll::Ready(Some(Err("it is shorter than its length says".into())));
            }
        }
        Poll::Ready(next.map(Ok))
    }
}

/// Contents that are sent one after the other, each with the name that errors
/// call it by. The length is known when all of theirs are. reqwest cannot clone
/// it, so that it is never sent twice.
pub(super) struct Upload(pub(super) VecDeque<(String, Pieces)>);

impl Body for Upload {
    type Data = Bytes;
    type Error = Unreadable;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unreadable>>> {
        while let Some((member, pieces)) = self.0.front_mut() {
            if let Some(next) = ready!(pieces.poll_next(context)) {
                let next = next.map_err(|source| Unreadable { member: member.clone(), source });
                return Poll::Ready(Some(next.map(Frame::data)));
            }
            self.0.pop_front();
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.0.iter().try_fold(0u64, |sum, (_, next)| sum.checked_add(next.left?));
        length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// A file failed while it was sent. Names the member of the form.
pub(super) struct Unreadable {
    member: String,
    source: BoxError,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.member)
    }
}

impl fmt::Debug for Unreadable {
    /// Without the cause, which is the caller's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Unreadable {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.source.as_ref())
    }
}
