//! The documents' examples as calls: what this crate's own tests are made of.
//!
//! Generated code has a [`Call`] for each operation. Which examples it has is
//! read from the document, so a new example is tested as soon as it stands there.

use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{ByteStream, Error, ResponseValue, Transport};

/// Reads a body into its Rust type and writes it again.
pub type RoundTrip = fn(&Value) -> serde_json::Result<Value>;

/// Makes a call through the generated client.
pub type Caller = fn(Transport, Example) -> Pin<Box<dyn Future<Output = Result<Outcome, String>>>>;

/// One operation.
#[derive(Debug)]
pub struct Call {
    /// `operationId`, in snake_case.
    pub operation: &'static str,
    /// The type of the request's body, if there is one.
    pub request: Option<RoundTrip>,
    /// The types of the answers, each by its key in the document: `200`, `4XX`.
    pub answers: &'static [(&'static str, RoundTrip)],
    /// The call itself.
    pub send: Caller,
}

/// What to call with.
#[derive(Clone, Default)]
pub struct Example {
    /// Parameters by their names in the document. The rest is not sent.
    pub parameters: Map<String, Value>,
    /// The request's body.
    pub body: Option<Value>,
}

/// The answer, decoded as the document says.
pub struct Outcome {
    /// Whether the generated client takes it for a success.
    pub success: bool,
    /// The status.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// Every document: its name, its JSON text, and its calls.
pub fn documents() -> impl Iterator<Item = (&'static str, &'static str, &'static [Call])> {
    let calls = crate::generated::CALLS.iter();
    let documents = crate::generated::DOCUMENTS.iter().zip(calls);
    documents.map(|((name, json), (_, calls))| (*name, *json, *calls))
}

/// See [`RoundTrip`].
///
/// # Errors
///
/// The body is not of the type.
pub fn round_trip<T: DeserializeOwned + Serialize>(body: &Value) -> serde_json::Result<Value> {
    serde_json::to_value(T::deserialize(body)?)
}

/// What became of a call.
///
/// # Errors
///
/// There was no answer, or not one that the document describes.
pub fn outcome<T, E>(result: Result<ResponseValue<T>, Error<E>>) -> Result<Outcome, String> {
    let (success, response) = match &result {
        Ok(value) => (true, value.response()),
        Err(Error::ErrorResponse(value)) => (false, value.response()),
        Err(error) => return Err(error.to_string()),
    };
    let (status, body) = (response.status().as_u16(), response.body().to_vec());
    Ok(Outcome { success, status, body })
}

/// What became of a call whose success is a stream: the same, with all of it.
///
/// # Errors
///
/// See [`outcome`]; or the stream broke.
pub async fn collected<E>(
    result: Result<ResponseValue<ByteStream>, Error<E>>,
) -> Result<Outcome, String> {
    match result {
        Ok(answer) => {
            let status = answer.response().status().as_u16();
            let body = answer.into_inner().collect().await.map_err(|error| error.to_string())?;
            Ok(Outcome { success: true, status, body })
        }
        error => outcome(error),
    }
}

impl Example {
    /// Gives the parameter, if there is one of this name, to its setter.
    ///
    /// # Errors
    ///
    /// It is not of the setter's type.
    pub fn parameter<C, V: DeserializeOwned>(
        &self,
        call: C,
        name: &str,
        set: fn(C, V) -> C,
    ) -> Result<C, String> {
        give(call, self.parameters.get(name), set).map_err(|error| format!("`{name}`: {error}"))
    }

    /// Gives the body, if there is one, to its setter.
    ///
    /// # Errors
    ///
    /// It is not of the setter's type.
    pub fn body<C, V: DeserializeOwned>(&self, call: C, set: fn(C, V) -> C) -> Result<C, String> {
        give(call, self.body.as_ref(), set).map_err(|error| format!("the body: {error}"))
    }
}

fn give<C, V: DeserializeOwned>(
    call: C,
    value: Option<&Value>,
    set: fn(C, V) -> C,
) -> serde_json::Result<C> {
    match value {
        Some(value) => Ok(set(call, V::deserialize(value)?)),
        None => Ok(call),
    }
}
