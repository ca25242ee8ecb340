//! The webhooks of a sandbox, as a test holds them.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

use super::delivery::Delivery;
use super::handle::Sandbox;
use super::outbox::{Content, Target};
use super::signed::signed;
use crate::webhooks::as_posted;

impl Sandbox {
    /// The secret that `cargo xtask sandbox --webhook` signs with, for tests that need
    /// some secret.
    pub const WEBHOOK_SECRET: &str = "sandbox-webhook-secret";

    /// The webhooks that were posted, each attempt, in the order in which they were
    /// answered; all since the start.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.lock().deliveries.clone()
    }

    /// Waits until no session is on its way by its `sandbox_scenario`, and no webhook is
    /// being posted or waits for a retry. On any runtime; it needs no timer.
    pub async fn webhooks_settled(&self) {
        let mut waiting = self.shared.lock().service.outbox.waiting();
        // The sandbox has the other end.
        waiting.wait_for(|count| *count == 0).await.ok();
    }

    /// Posts what the console's button for tests does, once, to each destination that is
    /// switched on: a signed `status.updated` with `X-Didit-Test-Webhook: true` and
    /// `metadata.test_webhook`, on which a receiver must not act. Does not wait for it,
    /// and neither do the next three.
    pub fn send_test(&self) {
        self.shared.lock().service.send_test();
    }

    /// Posts the same bytes and headers again, once, as who has recorded them might: a
    /// replay, which a receiver knows by its `event_id`.
    pub fn send_replay(&self, delivery: &Delivery) {
        self.forge(delivery, delivery.headers.clone(), delivery.body.clone());
    }

    /// Posts a delivery with another status in its body, once, under the signatures that
    /// it had. No receiver may believe it.
    pub fn send_tampered(&self, delivery: &Delivery) {
        let mut event = event(delivery);
        let is_approved = event.get("status").is_some_and(|status| status == "Approved");
        let status = if is_approved { "Declined" } else { "Approved" };
        event.insert("status".to_owned(), status.into());
        let body = as_posted(Value::Object(event).to_string().as_bytes());
        self.forge(delivery, delivery.headers.clone(), body.unwrap_or_default());
    }

    /// Posts a delivery as if it had been signed so long ago, once, with good signatures.
    /// A receiver takes none that is older than 300 s.
    pub fn send_stale(&self, delivery: &Delivery, age: Duration) {
        let first = SystemTime::UNIX_EPOCH;
        let at = SystemTime::now().checked_sub(age).unwrap_or(first).max(first);
        let signed = signed(&event(delivery), &delivery.secret, at, &self.url);
        let (headers, body) = signed.unwrap_or_default();
        self.forge(delivery, headers, body);
    }

    /// Posts what the vendor would not, so that its API does not know of it.
    fn forge(&self, delivery: &Delivery, headers: HeaderMap, body: Vec<u8>) {
        let (destination, url) = (String::new(), delivery.url.clone());
        let target = Target { destination, url, secret: delivery.secret.clone() };
        self.shared.lock().service.outbox.put(target, Content::Bytes(headers, body), false);
    }
}

fn event(delivery: &Delivery) -> Map<String, Value> {
    serde_json::from_slice(&delivery.body).unwrap_or_default()
}
