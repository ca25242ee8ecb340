//! Calls that are made with the documents' own examples.
//!
//! A [`Call`] is generated for each operation. Which examples it has is read from
//! the document, so a new example is tested as soon as it stands there.

#![allow(dead_code, reason = "no test needs all")]

use std::error::Error as StdError;
use std::fmt::Debug;
use std::pin::Pin;

use reqwest::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use didit_api::{ByteStream, Error, ErrorKind, ResponseValue, Transport};

/// Reads a body into its Rust type and writes it again.
pub(crate) type RoundTrip = fn(&Value) -> serde_json::Result<Value>;

/// Makes a call through the generated client.
pub(crate) type Caller =
    fn(Transport, Example) -> Pin<Box<dyn Future<Output = Result<Outcome, String>>>>;

/// One operation.
#[derive(Debug)]
pub(crate) struct Call {
    /// Its `operationId`, in snake_case.
    pub(crate) operation: &'static str,
    /// The type of the request's body, if there is one.
    pub(crate) request: Option<RoundTrip>,
    /// The types of the answers, each by its key in the document: `200`, `4XX`.
    pub(crate) answers: &'static [(&'static str, RoundTrip)],
    /// The call itself.
    pub(crate) send: Caller,
}

/// What to call with.
#[derive(Clone, Default)]
pub(crate) struct Example {
    /// Parameters by their names in the document. The rest is not sent.
    pub(crate) parameters: Map<String, Value>,
    /// The request's body.
    pub(crate) body: Option<Value>,
}

/// The answer, decoded as the document says.
pub(crate) struct Outcome {
    /// Whether the generated client takes it for a success.
    pub(crate) success: bool,
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
}

/// See [`RoundTrip`].
pub(crate) fn round_trip<T: DeserializeOwned + Serialize + Debug>(
    body: &Value,
) -> serde_json::Result<Value> {
    let typed = T::deserialize(body)?;
    show(&typed);
    serde_json::to_value(typed)
}

/// Reads a body into a type that cannot be written as JSON, a form with files,
/// and gives the body back.
pub(crate) fn reads<T: DeserializeOwned + Debug>(body: &Value) -> serde_json::Result<Value> {
    show(&T::deserialize(body)?);
    Ok(body.clone())
}

/// Prints what a program may print, into the log: there `tests/personal.rs` looks
/// for what must not show.
pub(crate) fn show(value: &impl Debug) {
    tracing::trace!(target: "shown", "{value:?}\n{value:#?}");
}

fn show_error(error: &Error) {
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(error) = next {
        tracing::trace!(target: "shown", "{error}\n{error:#}\n{error:?}\n{error:#?}");
        next = error.source();
    }
}

/// What became of a call.
pub(crate) fn outcome<T: Debug>(
    result: Result<ResponseValue<T>, Error>,
) -> Result<Outcome, String> {
    show(&result);
    let _ = result.as_ref().map(|answer| show(&**answer)).map_err(show_error);
    let (success, response) = match &result {
        Ok(value) => (true, value.response()),
        Err(error) => match error.response() {
            Some(response) if error.kind() != ErrorKind::Malformed => (false, response),
            _ => return Err(error.to_string()),
        },
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Outcome { success, status, headers, body: response.body().to_vec() })
}

/// What became of a call whose success is a stream: the same, with all of it.
pub(crate) async fn collected(
    result: Result<ResponseValue<ByteStream>, Error>,
) -> Result<Outcome, String> {
    match result {
        Ok(answer) => {
            let status = answer.response().status().as_u16();
            let headers = answer.response().headers().clone();
            show(&answer);
            show(&*answer);
            let body = answer.into_inner().collect().await.map_err(|error| {
                show_error(&error);
                error.to_string()
            })?;
            Ok(Outcome { success: true, status, headers, body })
        }
        error => outcome(error),
    }
}

impl Example {
    /// A parameter that the call cannot be made without.
    pub(crate) fn argument<V: DeserializeOwned>(&self, name: &str) -> Result<V, String> {
        let value = self
            .parameters
            .get(name)
            .ok_or_else(|| format!("give the parameter `{name}` an example"))?;
        V::deserialize(value).map_err(|error| format!("`{name}`: {error}"))
    }

    /// A body that the call cannot be made without.
    pub(crate) fn body<V: DeserializeOwned + Debug>(&self) -> Result<V, String> {
        let value = self.body.as_ref().ok_or("give the body an example")?;
        let body = V::deserialize(value).map_err(|error| format!("the body: {error}"))?;
        show(&body);
        Ok(body)
    }

    /// Gives the parameter, if there is one of this name, to its setter.
    pub(crate) fn set<C: Debug, V: DeserializeOwned>(
        &self,
        call: C,
        name: &str,
        set: fn(C, V) -> C,
    ) -> Result<C, String> {
        if self.parameters.contains_key(name) {
            let call = set(call, self.argument(name)?);
            show(&call);
            Ok(call)
        } else {
            Ok(call)
        }
    }

    /// Gives the body, if there is one, to its setter.
    pub(crate) fn set_body<C, V: DeserializeOwned + Debug>(
        &self,
        call: C,
        set: fn(C, V) -> C,
    ) -> Result<C, String> {
        if self.body.is_some() { Ok(set(call, self.body()?)) } else { Ok(call) }
    }
}
