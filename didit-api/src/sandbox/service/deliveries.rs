//! The deliveries that the API shows, and one of them sent again.

use std::time::SystemTime;

use humantime::format_rfc3339_micros;
use serde_json::{Map, Value};

use super::{DELIVERIES, DESTINATIONS, Service, now};
use crate::openapi::refs::items;
use crate::sandbox::delivery::Delivery;
use crate::sandbox::outbox::{Content, Target};
use crate::sandbox::records::Record;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::resources::Call;

/// Gives a destination that is new the figures of one to which nothing was sent yet.
pub(super) fn unused(record: &mut Record) {
    for name in ["created_at", "updated_at"] {
        record.set(name, now());
    }
    for name in ["deliveries_count", "failed_deliveries_count", "error_rate_percentage"] {
        record.set(name, 0);
    }
    for name in ["average_response_time_ms", "last_delivery_at"] {
        record.set(name, Value::Null);
    }
}

/// Says in the list how many events a destination asks for.
pub(super) fn counted(record: &mut Record) {
    let events = record.value.get("subscribed_events").map_or(0, |events| items(events).count());
    record.set("subscribed_events_count", events);
}

impl Service {
    /// Keeps an attempt that began at this time and has ended, if it is a destination's.
    /// What the API knows of it.
    pub(crate) fn delivered(&mut self, delivery: &Delivery, at: SystemTime) -> Map<String, Value> {
        let event: Value = serde_json::from_slice(&delivery.body).unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = delivery.headers.iter();
        let headers = headers.map(|(name, value)| (titled(name.as_str()), text(value.as_bytes())));
        let headers = headers.map(|(name, value)| (name, value.into())).collect();
        let took = at.elapsed().unwrap_or_default().as_millis() as u64;
        let key = self.records.uuid();
        let value: Map<String, Value> = [
            ("uuid", key.as_str().into()),
            ("session_id", event["session_id"].clone()),
            ("request_url", delivery.url.as_str().into()),
            ("response_status", delivery.status.as_ref().ok().copied().into()),
            ("response_time_ms", delivery.status.as_ref().ok().map(|_| took).into()),
            ("webhook_type", event["webhook_type"].clone()),
            ("created_at", format_rfc3339_micros(at).to_string().into()),
            ("request_header", Value::Object(headers).to_string().into()),
            ("request_body", text(&delivery.body).into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
        if !delivery.destination.is_empty() {
            let (resource, owner) = (DELIVERIES, delivery.destination.clone());
            self.records.all.push(Record { resource, owner, key, value: value.clone() });
        }
        value
    }

    /// Posts a delivery to where it went before, signed with the secret of now. One of
    /// the documents' examples is only said to be.
    pub(super) fn resend(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let destination = self.records.get(DESTINATIONS, call.owner());
        let secret = destination.map(|one| one.text("secret_shared_key").into());
        let record = call.record(&mut self.records)?;
        let url = record.text("request_url").to_owned();
        let event = serde_json::from_str(record.text("request_body"));
        let (Some(secret), Ok(event), Ok(())) = (secret, event, self.outbox.check(&url)) else {
            return call.plain(&mut self.records);
        };
        let target = Target { destination: call.owner().to_owned(), url, secret };
        self.resend = Some(self.outbox.job(target, Content::Event(event), false));
        Ok(None)
    }
}

/// `x-signature-v2` as `X-Signature-V2`.
fn titled(name: &str) -> String {
    let mut begins = true;
    let titled = name.chars().map(|c| {
        let c = if begins { c.to_ascii_uppercase() } else { c };
        begins = c == '-';
        c
    });
    titled.collect()
}
