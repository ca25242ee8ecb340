//! What the service says of what moved, and to whom.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::deliveries::{counted, unused};
use super::{DESTINATIONS, SESSIONS, SESSIONS_V1, Service};
use crate::openapi::refs::items;
use crate::sandbox::outbox::{Content, Target};
use crate::sandbox::records::Record;
use crate::sandbox::shown::as_shown;
use crate::secret::Secret;
use crate::webhooks::since_1970;

pub(super) const STATUS_UPDATED: &str = "status.updated";
pub(super) const DATA_UPDATED: &str = "data.updated";
pub(super) const USER_STATUS_UPDATED: &str = "user.status.updated";

/// The application that all events are about.
const APPLICATION: &str = "bbbbbbbb-1111-4222-8333-444444444444";
/// With these a session's event has the decision.
const DECIDED: [&str; 4] = ["Approved", "Declined", "In Review", "Abandoned"];

impl Service {
    /// Adds a destination to which all events go.
    ///
    /// # Errors
    ///
    /// Why there cannot be such a one.
    pub(crate) fn subscribe(&mut self, url: &str, secret: &Secret) -> Result<(), &'static str> {
        self.outbox.check(url)?;
        if secret.expose().trim().is_empty() {
            return Err("the webhook's secret is blank; give the one that the receiver has");
        }
        let key = self.records.uuid();
        let value = json!({
            "uuid": key,
            "label": "Given to the sandbox",
            "url": url,
            "enabled": true,
            "webhook_version": "v3",
            "secret_shared_key": secret,
            "subscribed_events": [STATUS_UPDATED, DATA_UPDATED, USER_STATUS_UPDATED],
            "summary": { "total_deliveries": 0, "failed_deliveries": 0 },
        });
        let value = value.as_object().cloned().unwrap_or_default();
        let (resource, owner) = (DESTINATIONS, String::new());
        let mut record = Record { resource, owner, key, value };
        unused(&mut record);
        counted(&mut record);
        self.records.all.push(record);
        Ok(())
    }

    /// Whether there is such a destination still, and it is not switched off.
    pub(crate) fn sends_to(&self, destination: &str) -> bool {
        let destination = self.records.get(DESTINATIONS, destination);
        destination.is_some_and(|one| one.value.get("enabled") == Some(&Value::Bool(true)))
    }

    /// Says that a session has changed.
    pub(super) fn tell(&mut self, webhook_type: &str, resource: &str, id: &str) {
        let session = self.records.get(resource, id);
        if let Some(event) = session.map(|record| self.about_session(record)) {
            let is_legacy = resource == SESSIONS_V1;
            let event = if is_legacy { event } else { self.envelope(webhook_type, event) };
            self.post(event, Some(webhook_type));
        }
    }

    /// Says that a user has another status.
    pub(super) fn tell_of_user(&mut self, name: &str, before: &str, after: &str) {
        let texts = [("vendor_data", name), ("status", after), ("previous_status", before)];
        let event = texts.map(|(member, text)| (member.to_owned(), text.into()));
        let event = self.envelope(USER_STATUS_UPDATED, event.into_iter().collect());
        self.post(event, Some(USER_STATUS_UPDATED));
    }

    /// Sends what the console's button for tests does.
    pub(crate) fn send_test(&mut self) {
        let value = self.decision(SESSIONS, "user").as_object().cloned().unwrap_or_default();
        let (resource, owner, key) = (SESSIONS, String::new(), String::new());
        let event = self.about_session(&Record { resource, owner, key, value });
        let mut event = self.envelope(STATUS_UPDATED, event);
        event.insert("metadata".to_owned(), json!({ "test_webhook": true }));
        event.remove("environment");
        self.post(event, None);
    }

    /// What an event says of a session, in the form of the session's own version.
    fn about_session(&self, record: &Record) -> Map<String, Value> {
        let status = record.text("status");
        let of = |name: &str| record.value.get(name).cloned().unwrap_or_default();
        let names = ["session_id", "status", "vendor_data"];
        let mut event: Map<_, _> =
            names.map(|name| (name.to_owned(), of(name))).into_iter().collect();
        if DECIDED.contains(&status) {
            let read = self.reads.iter().find(|(resource, _)| *resource == record.resource);
            let decision = read.and_then(|(_, operation)| as_shown(operation, &record.value));
            event.insert("decision".to_owned(), decision.unwrap_or_default());
        }
        if record.resource == SESSIONS_V1 {
            return event;
        }
        let mut names = vec!["workflow_id", "workflow_version", "metadata"];
        if status == "Resubmitted" {
            names.push("resubmit_info");
        }
        if record.text("session_kind") == "business" {
            names.push("session_kind");
            event.insert("business_session_id".to_owned(), of("session_id"));
        }
        event.extend(names.into_iter().map(|name| (name.to_owned(), of(name))));
        event
    }

    /// `event` with what every event of the third version has.
    fn envelope(
        &mut self,
        webhook_type: &str,
        mut event: Map<String, Value>,
    ) -> Map<String, Value> {
        let id = self.records.uuid();
        for (member, text) in [
            ("event_id", &*id),
            ("webhook_type", webhook_type),
            ("application_id", APPLICATION),
            ("environment", "sandbox"),
        ] {
            event.insert(member.to_owned(), text.into());
        }
        event
    }

    /// Has an event of this type posted to the destinations that are switched on and
    /// asked for it; a test, which has none, to all that are on, and once.
    fn post(&self, mut event: Map<String, Value>, webhook_type: Option<&str>) {
        event.insert("created_at".to_owned(), since_1970(SystemTime::now()).into());
        for one in self.records.all.iter().filter(|one| one.resource == DESTINATIONS) {
            let events = one.value.get("subscribed_events").unwrap_or(&Value::Null);
            let is_wanted =
                webhook_type.is_none_or(|wanted| items(events).any(|one| one == wanted));
            let url = one.text("url").to_owned();
            if is_wanted && self.sends_to(&one.key) && self.outbox.check(&url).is_ok() {
                let secret = one.text("secret_shared_key").into();
                let target = Target { destination: one.key.clone(), url, secret };
                self.outbox.put(target, Content::Event(event.clone()), webhook_type.is_some());
            }
        }
    }
}
