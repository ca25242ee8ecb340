//! The rows of a list, page by page.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::future::poll_fn;
use std::hash::{Hash as _, Hasher as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use futures_core::Stream;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use super::call::Call;
use super::error::{Cause, Error};
use super::problem::ResponseProblem;
use super::response::ResponseValue;

/// The rows of a list, one by one, from the first page that the call asks for to
/// the last that there is.
///
/// A page is asked for when its first row is wanted, so that there is never more
/// than one in memory, and dropping the stream asks for no other. Each is a call of
/// its own, tried again as the call's [`retry`](crate::RetryPolicy) says. Pages are
/// counted by `limit` and `offset`, never by following the URL in `next`, which only
/// says by `null` that this page was the last. Rows that come and go between two
/// pages may be met twice or not at all.
///
/// An error ends it and names the [`offset`](Error::offset) of its page, from which
/// another stream can go on. So does a page that is empty or the same as the one
/// before, though there are said to be more.
///
/// ```
/// # #[cfg(feature = "sessions")]
/// # async fn count(client: &didit_api::sessions::Client) -> Result<usize, didit_api::Error> {
/// let mut rows = client.list().status("Approved").stream();
/// let mut found = 0;
/// while let Some(row) = rows.next().await {
///     row?;
///     found += 1;
/// }
/// # Ok(found)
/// # }
/// ```
pub struct ListStream<'a, T> {
    /// What each page's call is made from.
    call: Call<'a>,
    limit: u64,
    offset: u64,
    rows: IntoIter<T>,
    /// The call of the next page, once its first row was asked for.
    page: Option<PageCall<'a, T>>,
    /// What the page before looked like.
    before: Option<u64>,
    ended: bool,
}

type PageCall<'a, T> =
    Pin<Box<dyn Future<Output = Result<ResponseValue<Page<T>>, Error>> + Send + 'a>>;

/// An answer, as far as every list has it.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Page<T> {
    #[serde(default = "Option::default")]
    results: Option<Vec<T>>,
    next: Option<IgnoredAny>,
}

/// The rows as they came.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    results: Option<&'a RawValue>,
}

impl<'a> Call<'a> {
    /// The rows of a list: this page's, and those of all after it. Where the call
    /// says no limit, a page has `limit` rows, as the document says.
    pub fn list<T>(self, limit: u64) -> ListStream<'a, T> {
        let said = |name, usual| self.said(name).map_or(Some(usual), |text| text.parse().ok());
        let limit = said("limit", limit).filter(|limit| *limit > 0);
        let (call, limit, offset) = match limit.zip(said("offset", 0)) {
            Some((limit, offset)) => (self, limit, offset),
            None => {
                let why = "`limit` is to be 1 or more, and `offset` 0 or more";
                (self.refuse(why.to_owned()), 1, 0)
            }
        };
        let (rows, page, before) = (Vec::new().into_iter(), None, None);
        ListStream { call, limit, offset, rows, page, before, ended: false }
    }
}

impl<T: DeserializeOwned + Send + 'static> ListStream<'_, T> {
    /// The next row, or `None` after the last, and after an error.
    ///
    /// # Errors
    ///
    /// Of the call of a page; the stream has ended then.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Takes a page in; gives what is wrong with it.
    fn take(&mut self, answer: ResponseValue<Page<T>>) -> Result<(), Error> {
        let raw = answer.response().json::<Raw<'_>>().ok();
        let looks = raw.and_then(|raw| raw.results).map(|rows| {
            let mut looks = DefaultHasher::new();
            rows.get().hash(&mut looks);
            looks.finish()
        });
        let is_last = answer.next.is_none();
        let is_empty = answer.results.as_ref().is_none_or(Vec::is_empty);
        let problem = match () {
            () if is_last => None,
            () if is_empty => Some(ResponseProblem::EmptyPage),
            () if looks == self.before => Some(ResponseProblem::RepeatedPage),
            () => None,
        };
        if let Some(problem) = problem {
            let response = answer.response().clone();
            return Err(self.call.failed(Cause::Body { response, problem }));
        }
        self.before = looks;
        self.ended = is_last;
        // By what was asked for: a page may hold more rows than that.
        self.offset = self.offset.saturating_add(self.limit);
        self.rows = answer.into_inner().results.unwrap_or_default().into_iter();
        Ok(())
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for ListStream<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(row) = this.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            if this.ended {
                return Poll::Ready(None);
            }
            let (call, limit, offset) = (&this.call, this.limit, this.offset);
            let page = this.page.get_or_insert_with(|| Box::pin(call.page(limit, offset).send()));
            let answer = ready!(page.as_mut().poll(context));
            this.page = None;
            if let Err(error) = answer.and_then(|answer| this.take(answer)) {
                this.ended = true;
                return Poll::Ready(Some(Err(error.at_offset(offset))));
            }
        }
    }
}

// Nothing in it is pinned but what is in a box.
impl<T> Unpin for ListStream<'_, T> {}

impl<T> fmt::Debug for ListStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListStream")
            .field("call", &self.call)
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
