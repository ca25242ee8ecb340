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

use crate::file::{BoxError, Pieces};

/// How much of a file is in memory, in bytes.
const PIECE: usize = 64 * 1024;

/// Pieces that are sent one after the other. Its length is known when all of
/// theirs are. reqwest cannot clone it, so that it is never sent twice.
pub(super) struct Upload(VecDeque<Piece>);

pub(super) enum Piece {
    Bytes(Bytes),
    File {
        /// What errors name it by.
        member: String,
        pieces: Pieces,
        /// How many bytes are still to come, if that is known.
        left: Option<u64>,
    },
}

/// Opens a regular file, and says how long it is.
///
/// # Errors
///
/// What is wrong with it, without its path.
pub(super) async fn open(path: &Path) -> Result<(Pieces, u64), String> {
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
    let pieces = move |context: &mut Context<'_>| {
        buffer.resize(PIECE, 0);
        let mut unfilled = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut file).poll_read(context, &mut unfilled))?;
        let count = unfilled.filled().len();
        Poll::Ready((count > 0).then(|| Ok(buffer.split_to(count).freeze())))
    };
    Ok((Mutex::new(Box::new(pieces)), length))
}

impl Upload {
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        Self(pieces.into())
    }
}

impl Piece {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Unreadable>>> {
        let (member, pieces, left) = match self {
            Self::Bytes(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Self::Bytes(bytes) => return Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::File { member, pieces, left } => (member, pieces, left),
        };
        let pieces = pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
        let next = ready!(pieces(context)).transpose().and_then(|next| {
            let count = next.as_ref().map_or(0, Bytes::len) as u64;
            if let Some(left) = left {
                *left = left.checked_sub(count).ok_or("it is longer than its length says")?;
                if next.is_none() && *left > 0 {
                    return Err("it is shorter than its length says".into());
                }
            }
            Ok(next)
        });
        let next = next.map_err(|source| Unreadable { member: member.clone(), source });
        Poll::Ready(next.transpose())
    }

    fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File { left, .. } => *left,
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Unreadable;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unreadable>>> {
        while let Some(piece) = self.0.front_mut() {
            if let Some(next) = ready!(piece.poll_next(context)) {
                return Poll::Ready(Some(next.map(Frame::data)));
            }
            self.0.pop_front();
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.0.iter().try_fold(0u64, |sum, piece| sum.checked_add(piece.length()?));
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
