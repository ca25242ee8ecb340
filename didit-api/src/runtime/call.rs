//! One call of one operation: its arguments, and what becomes of it.

use std::fmt;

use percent_encoding::utf8_percent_encode;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Error, InvalidResponse};
use super::error_body::ErrorBody;
use super::exchange::exchange;
use super::form::Form;
use super::path_segment;
use super::response::{Response, ResponseValue, Unread};
use super::stream::ByteStream;
use super::text::{UNRESERVED, form_pairs, texts};
use crate::authorize::Operation;
use crate::transport::Transport;

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

    /// A JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
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
    /// call is sent. Such a call is never sent twice: a 401 to a bearer is final.
    pub fn multipart(mut self, body: impl Into<Form>) -> Self {
        self.body = Body::Multipart(body.into());
        self
    }

    fn refuse(mut self, why: String) -> Self {
        self.refused.get_or_insert(why);
        self
    }

    /// Sends the call, whose success is JSON.
    ///
    /// # Errors
    ///
    /// Any of [`Error`].
    pub async fn send<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        let response = self.success().await?.read().await.map_err(Error::Transport)?;
        match response.json() {
            Ok(value) => Ok(ResponseValue::new(value, response)),
            Err(problem) => Err(Error::InvalidResponse(InvalidResponse { response, problem })),
        }
    }

    /// Sends the call, whose success says all by its status.
    ///
    /// # Errors
    ///
    /// Any of [`Error`] but an invalid response: no body is looked into.
    pub async fn send_empty(self) -> Result<ResponseValue<()>, Error> {
        let response = self.success().await?.read().await.map_err(Error::Transport)?;
        Ok(ResponseValue::new((), response))
    }

    /// Sends the call, whose success is handed on as it comes.
    ///
    /// # Errors
    ///
    /// Any of [`Error`] but an invalid response, which the stream reports.
    pub async fn send_stream(self) -> Result<ResponseValue<ByteStream>, Error> {
        Ok(ResponseValue::stream(self.success().await?))
    }

    /// The answer, if its status is a documented success.
    async fn success(self) -> Result<Unread, Error> {
        let (transport, operation) = (self.transport, self.operation);
        let answer = exchange(transport, operation, self.request().await?).await?;
        if operation.success.contains(&answer.status().as_u16()) {
            return Ok(answer);
        }
        let response: Response = answer.read().await.map_err(Error::Transport)?;
        let status = response.status();
        if !status.is_client_error() && !status.is_server_error() {
            return Err(Error::UnexpectedResponse(response));
        }
        let body = ErrorBody::read(response.body());
        Err(Error::ErrorResponse(ResponseValue::new(body, response)))
    }

    async fn request(self) -> Result<Request, Error> {
        if let Some(why) = self.refused {
            return Err(Error::InvalidRequest(why));
        }
        let Operation { method, accept, .. } = self.operation;
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Error::InvalidRequest(format!("`{method}` is no method")))?;
        let url = format!("{}{}", self.transport.base_url(), self.path);
        let request = self.transport.http().request(method, url).header(ACCEPT, *accept);
        let request = request.query(&self.query).headers(self.headers);
        let request = match self.body {
            Body::Absent => request,
            Body::Json(json) => request.header(CONTENT_TYPE, "application/json").body(json),
            Body::Form(pairs) => request.form(&pairs),
            Body::Multipart(form) => {
                let (media_type, upload) = form.open().await.map_err(Error::InvalidRequest)?;
                request.header(CONTENT_TYPE, media_type).body(reqwest::Body::wrap(upload))
            }
        };
        request.build().map_err(|error| Error::Transport(error.into()))
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.operation)
    }
}
