//! A body that is made while it is sent.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::authorize::BoxError;
use crate::pieces::Pieces;

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
        let length = self.0.iter().try_fold(0u64, |sum, (_, next)| sum.checked_add(next.left()?));
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
