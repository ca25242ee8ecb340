//! One call of one operation: its arguments, and what becomes of it.

use std::fmt;

use percent_encoding::utf8_percent_encode;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Cause, Error};
use super::exchange::Exchange;
use super::form::Form;
use super::path_segment;
use super::random::uuid;
use super::response::{ResponseValue, Unread};
use super::stream::ByteStream;
use super::text::{UNRESERVED, form_pairs, texts};
use super::transport_error::TransportError;
use crate::operation::{Operation, Retry};
use crate::retry_policy::RetryPolicy;
use crate::secret::Secret;
use crate::transport::Transport;

/// The header by which the API recognises a call that is repeated.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A call that is being prepared; nothing is sent until one of the three
/// functions `send…`.
///
/// An argument that cannot be sent is kept as the call's error, which names the
/// argument and does not show it. `Debug` shows the operation and no argument.
pub struct Call<'a> {
    transport: &'a Transport,
    operation: &'static Operation,
    /// The template, as far as it is filled in.
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Body,
    retry: RetryPolicy,
    /// The first argument that cannot be sent.
    refused: Option<String>,
}

enum Body {
    Absent,
    Json(Vec<u8>),
    Form(Vec<(String, String)>),
    Multipart(Form),
}

impl<'a> Call<'a> {
    /// A call without arguments.
    pub fn new(transport: &'a Transport, operation: &'static Operation) -> Self {
        Self {
            transport,
            operation,
            path: operation.path.to_owned(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Body::Absent,
            retry: transport.retry(),
            refused: None,
        }
    }

    /// Puts a scalar in the place of `{name}`.
    pub fn path(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        match texts(value).as_deref() {
            Some([text]) => match path_segment::check(text) {
                Ok(()) => {
                    let encoded = utf8_percent_encode(text, UNRESERVED).to_string();
                    self.path = self.path.replace(&format!("{{{name}}}"), &encoded);
                    self
                }
                Err(why) => self.refuse(format!("`{name}` {why}")),
            },
            _ => self.refuse(format!("`{name}` cannot be written into a path")),
        }
    }

    /// One pair for a scalar, one per item for a list, none for `None`; in
    /// place of those that `name` had.
    pub fn query(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let Some(texts) = texts(value) else {
            return self.refuse(format!("`{name}` cannot be written into a query"));
        };
        self.query.retain(|(other, _)| other != name);
        self.query.extend(texts.into_iter().map(|text| (name.to_owned(), text)));
        self
    }

    /// A header, which no `Debug` shows; in place of the one that `name` had.
    /// None for `None`.
    pub fn header(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let failed = format!("this value cannot go into the header `{name}`");
        let Some((header, texts)) = HeaderName::try_from(name).ok().zip(texts(value)) else {
            return self.refuse(failed);
        };
        self.headers.remove(&header);
        match texts.as_slice() {
            [] => self,
            [text] => match HeaderValue::try_from(text) {
                Ok(mut value) => {
                    value.set_sensitive(true);
                    self.headers.insert(header, value);
                    self
                }
                Err(_) => self.refuse(failed),
            },
            _ => self.refuse(failed),
        }
    }

    /// A credential of this call's own, in a header that no `Debug` shows. Such an
    /// operation has no `security`, so that no [`Authorize`](crate::Authorize) is
    /// asked, and neither a key nor a token is sent with it.
    pub fn credential(self, header: &'static str, secret: &Secret) -> Self {
        if secret.expose().is_empty() {
            return self.refuse(format!("the credential for the header `{header}` is empty"));
        }
        self.header(header, secret)
    }

    /// How the call is tried again, in place of how the transport's calls are.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// A JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        if let Some(name) = self.empty_list(body) {
            return self.refuse(format!("`{name}` is empty: name at least one, or make no call"));
        }
        match serde_json::to_vec(body) {
            Ok(json) => {
                self.body = Body::Json(json);
                self
            }
            Err(_) => self.refuse("this body cannot be written as JSON".to_owned()),
        }
    }

    /// A form body: one pair per member, and one per item of a list.
    pub fn form(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match form_pairs(body) {
            Ok(pairs) => {
                self.body = Body::Form(pairs);
                self
            }
            Err(what) => self.refuse(format!("{what} cannot stand in a form")),
        }
    }

    /// A multipart body: files, texts and JSON. Its files are opened when the
    /// call is sent. Such a call is never sent twice.
    pub fn multipart(mut self, body: impl Into<Form>) -> Self {
        self.body = Body::Multipart(body.into());
        self
    }

    /// The first list that holds nothing and must hold something.
    fn empty_list(&self, body: &(impl Serialize + ?Sized)) -> Option<&'static str> {
        let lists = self.operation.not_empty;
        // Most operations have none.
        let body = (!lists.is_empty()).then(|| serde_json::to_value(body).ok())??;
        lists.iter().copied().find(|name| body[*name].as_array().is_some_and(Vec::is_empty))
    }

    pub(super) fn refuse(mut self, why: String) -> Self {
        self.refused.get_or_insert(why);
        self
    }

    /// What the query says under this name so far.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        let pair = self.query.iter().find(|(other, _)| other == name)?;
        Some(&pair.1)
    }

    /// The same call of one page.
    pub(super) fn page(&self, limit: u64, offset: u64) -> Self {
        let page = Self {
            transport: self.transport,
            operation: self.operation,
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            // A list is read.
            body: Body::Absent,
            retry: self.retry,
            refused: self.refused.clone(),
        };
        page.query("limit", &limit).query("offset", &offset)
    }

    pub(super) fn failed(&self, cause: Cause) -> Error {
        cause.at(self.operation, self.transport.host())
    }

    /// Sends the call, whose success is JSON.
    ///
    /// # Errors
    ///
    /// Of any [`kind`](Error::kind).
    pub async fn send<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        let (transport, operation) = (self.transport, self.operation);
        let failed = |cause: Cause| cause.at(operation, transport.host());
        let response = self.success().await?.read().await;
        let response = response.map_err(|error| failed(Cause::Transport(error)))?;
        match response.json() {
            Ok(value) => Ok(ResponseValue::new(value, response)),
            Err(problem) => Err(failed(Cause::Body { response, problem })),
        }
    }

    /// Sends the call, whose success says all by its status.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Self::send), but no body is looked into.
    pub async fn send_empty(self) -> Result<ResponseValue<()>, Error> {
        let (transport, operation) = (self.transport, self.operation);
        match self.success().await?.read().await {
            Ok(response) => Ok(ResponseValue::new((), response)),
            Err(error) => Err(Cause::Transport(error).at(operation, transport.host())),
        }
    }

    /// Sends the call, whose success is handed on as it comes.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Self::send), but what is wrong with the body is the
    /// stream's to report.
    pub async fn send_stream(self) -> Result<ResponseValue<ByteStream>, Error> {
        let (transport, operation) = (self.transport, self.operation);
        Ok(ByteStream::of(self.success().await?, operation, transport.host()))
    }

    /// The answer, if its status is a documented success.
    async fn success(self) -> Result<Unread, Error> {
        let (transport, operation, policy) = (self.transport, self.operation, self.retry);
        let failed = |cause: Cause| cause.at(operation, transport.host());
        let request = self.request().await.map_err(failed)?;
        Exchange::new(transport, operation, policy).run(request).await.map_err(failed)
    }

    async fn request(mut self) -> Result<Request, Cause> {
        if let Some(why) = self.refused {
            return Err(Cause::Argument(why));
        }
        let Operation { method, accept, .. } = self.operation;
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Cause::Argument(format!("`{method}` is no method")))?;
        if self.operation.retry == Retry::Key && !self.headers.contains_key(IDEMPOTENCY_KEY) {
            let key = HeaderValue::try_from(uuid());
            self.headers.extend(key.map(|key| (IDEMPOTENCY_KEY, key)));
        }
        let url = format!("{}{}", self.transport.base_url(), self.path);
        let request = self.transport.http().request(method, url).header(ACCEPT, *accept);
        let request = request.query(&self.query).headers(self.headers);
        let request = match self.body {
            Body::Absent => request,
            Body::Json(json) => request.header(CONTENT_TYPE, "application/json").body(json),
            Body::Form(pairs) => request.form(&pairs),
            Body::Multipart(form) => {
                let (media_type, upload) = form.open().await.map_err(Cause::Argument)?;
                request.header(CONTENT_TYPE, media_type).body(reqwest::Body::wrap(upload))
            }
        };
        request.build().map_err(|error| Cause::Transport(TransportError::new(error)))
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.operation)
    }
}
