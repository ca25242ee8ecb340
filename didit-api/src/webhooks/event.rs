//! A delivery, as its receiver sees it.

use std::fmt;
use std::sync::Arc;

use hmac_sha256::Hash;
use reqwest::header::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::event_data::EventData;
use super::signature::hex;
use crate::generated::webhooks::types::{Envelope, Environment, SessionEvent, WebhookType};
use crate::runtime::debug;

/// Set by the console's button that tries a destination.
pub(crate) const TEST_HEADER: &str = "x-didit-test-webhook";

/// A webhook that was delivered.
///
/// What is the same for all of them is here, what it says in [`data`](Self::data).
/// Nothing in its `Debug` is about a person.
///
/// ```no_run
/// use didit_api::StatusGroup;
/// use didit_api::webhooks::{Event, EventData};
///
/// fn handle(event: &Event) {
///     if event.is_test() {
///         return;
///     }
///     match event.data() {
///         EventData::Session(session) if session.status.group() == StatusGroup::Decided => {
///             println!("{}: {}", session.session_id, session.status);
///         }
///         EventData::User(user) => println!("now {:?}", user.status),
///         _ => {}
///     }
/// }
/// ```
///
/// From <https://docs.didit.me/integration/webhooks>.
#[derive(Clone)]
pub struct Event {
    body: Arc<[u8]>,
    /// The body in its canonical form.
    form: Arc<[u8]>,
    dedup_key: String,
    envelope: Envelope,
    data: EventData,
    is_test: bool,
}

impl Event {
    /// Reads a body, which is not verified here, by its canonical form: what a proxy made
    /// `100.0` of is an integer still.
    ///
    /// # Errors
    ///
    /// It is not JSON with an object at its top. The error quotes it.
    pub(super) fn read(
        headers: &HeaderMap,
        body: &[u8],
        form: &[u8],
    ) -> Result<Self, serde_json::Error> {
        let json = Value::Object(serde_json::from_slice::<Map<String, Value>>(form)?);
        let is_test = is_test(headers, &json["metadata"]);
        let envelope = Envelope::deserialize(&json)?;
        let data = EventData::read(envelope.webhook_type.as_ref(), json);
        let event_id = envelope.event_id.clone().filter(|id| !id.is_empty());
        let dedup_key = event_id.unwrap_or_else(|| hex(&Hash::hash(form)));
        Ok(Self { body: body.into(), form: form.into(), dedup_key, envelope, data, is_test })
    }

    /// Names the event, the same in each retry and each resend of it: what to tell
    /// repetitions by. `None` before the third version of webhooks; see
    /// [`dedup_key`](Self::dedup_key).
    pub fn event_id(&self) -> Option<&str> {
        self.envelope.event_id.as_deref()
    }

    /// What to tell repetitions by: the [`event_id`](Self::event_id), or else the SHA-256
    /// of what is signed, in hex. That is of the JSON in its canonical form: who writes
    /// the same JSON in other bytes, and leaves the signature that covers them away, gets
    /// the same key. Before the third version of webhooks it knows a replay; a retry
    /// whose `timestamp` is another than before is another event to it.
    pub fn dedup_key(&self) -> &str {
        &self.dedup_key
    }

    /// What it reports; a type that is not documented is
    /// [`WebhookType::Other`]. `None` in the first version of webhooks, which had
    /// only one: that the status of a session changed.
    pub fn webhook_type(&self) -> Option<&WebhookType> {
        self.envelope.webhook_type.as_ref()
    }

    /// When this delivery was signed, in seconds since the Unix epoch.
    pub fn timestamp(&self) -> i64 {
        // Without one it is not verified.
        self.envelope.timestamp.unwrap_or_default()
    }

    /// Whether the application is a real one or a sandbox. `None` before the third
    /// version of webhooks, and in some of the console's tests.
    pub fn environment(&self) -> Option<&Environment> {
        self.envelope.environment.as_ref()
    }

    /// Names the application that it is about. `None` before the third version of
    /// webhooks.
    pub fn application_id(&self) -> Option<&str> {
        self.envelope.application_id.as_deref()
    }

    /// Whether somebody tried out the destination, and nothing happened to anybody:
    /// never act on it.
    ///
    /// Either of two marks makes a test: `metadata.test_webhook` in the body, which is
    /// signed, and the header `X-Didit-Test-Webhook: true`, which is not. Whoever can
    /// change headers can make a real event a test; a test, which has both, stays one.
    /// Both were observed; no page of the vendor that was read has them.
    pub fn is_test(&self) -> bool {
        self.is_test
    }

    /// What it says.
    pub fn data(&self) -> &EventData {
        &self.data
    }

    /// What it says, if it is about a session.
    pub fn session(&self) -> Option<&SessionEvent> {
        match &self.data {
            EventData::Session(session) => Some(session),
            _ => None,
        }
    }

    /// The body as it came, which is JSON. It holds what there is about a person.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The whole body as JSON, with whatever the types leave out, floats with a whole
    /// value as integers; it is parsed anew at each call. It holds what there is about a
    /// person.
    pub fn json(&self) -> Value {
        // It was parsed once, so it can be.
        serde_json::from_slice(&self.form).unwrap_or_default()
    }
}

/// Whether either mark is there that makes a test of an event with this `metadata`.
pub(crate) fn is_test(headers: &HeaderMap, metadata: &Value) -> bool {
    let is_true = |header: &HeaderValue| header.as_bytes().eq_ignore_ascii_case(b"true");
    headers.get_all(TEST_HEADER).iter().any(is_true) || metadata["test_webhook"] == true
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(
            f,
            "Event",
            &[
                ("webhook_type", &self.envelope.webhook_type),
                ("event_id", &self.envelope.event_id),
                ("environment", &self.envelope.environment),
                ("session_id", &self.session().map(|session| &session.session_id)),
                ("is_test", &self.is_test),
            ],
        )
    }
}

#[cfg(test)]
mod tests;
