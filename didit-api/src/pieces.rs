//! A content that comes piece by piece.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::fs;
use tokio::io::{AsyncRead, ReadBuf};

use crate::authorize::BoxError;

/// How much of a file is in memory, in bytes.
const PIECE: usize = 64 * 1024;

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
    pub(crate) async fn open(path: &Path) -> Result<Self, String> {
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

    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BoxError>>> {
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
