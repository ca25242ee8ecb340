//! What the vendor's service does that no document says in a way that a program can
//! read: `sessions` is how one comes to its decision, `scenario` to which, `reviews` what
//! people do with it, `events` what is said of it to others,
//! `deliveries` how that went.

mod deliveries;
mod events;
mod reviews;
mod scenario;
mod sessions;

use std::time::SystemTime;

use humantime::format_rfc3339_micros;
use serde_json::{Value, json};

use super::documents::Operation;
use super::outbox::{Job, Outbox};
use super::records::{Record, Records};
use super::refusal::Refusal;
use super::resources::{Call, Resource, about, texts};
use super::seeds::seeds;
use crate::openapi::refs::items;
pub(super) use scenario::Scenario;

const SESSIONS: &str = "sessions";
const SESSIONS_V1: &str = "sessions_v1";
const REVIEWS: &str = "reviews";
const USERS: &str = "users";
const DESTINATIONS: &str = "destinations";
const DELIVERIES: &str = "deliveries";

pub(super) const RESOURCES: &[Resource] = &[
    Resource::new(SESSIONS, "session_id", &["/v3/session/", "/v3/sessions/"]),
    Resource::new(SESSIONS_V1, "session_id", &["/v1/session/"]),
    Resource::new(REVIEWS, "uuid", &["/v3/sessions/{session_id}/reviews/"]).of(SESSIONS),
    Resource::new(USERS, "vendor_data", &["/v3/users/"]),
    Resource::new(DESTINATIONS, "uuid", &["/v3/webhook/destinations/"]),
    Resource::new(DELIVERIES, "uuid", &["/v3/webhook/destinations/{destination_uuid}/deliveries/"])
        .of(DESTINATIONS),
    Resource::new("workflows", "uuid", &["/v3/workflows/"]),
    Resource::new("questionnaires", "uuid", &["/v3/questionnaires/"]),
];

/// In these there are results to read, to share and to correct.
const FINISHED: [&str; 4] = ["Approved", "Declined", "In Review", "Kyc Expired"];

/// The service, and all that it remembers.
pub(super) struct Service {
    records: Records,
    /// The operations that answer with a decision, each with the resource that it is of.
    reads: Vec<(&'static str, Operation)>,
    /// An example of an entry in the reviews.
    review: Value,
    /// Sessions whose scenario is still to be played.
    pub(super) armed: Vec<String>,
    pub(super) outbox: Outbox,
    /// A delivery that is to be sent again before its request is answered.
    pub(super) resend: Option<Job>,
}

impl Service {
    pub(super) fn new(operations: &[Operation], outbox: Outbox) -> Self {
        let found = |wanted: &'static str| {
            let found = operations.iter().filter(move |one| one.id == wanted);
            found.filter_map(|one| Some((about(RESOURCES, one)?.0.name, one)))
        };
        let pages = found("list_reviews").flat_map(|(_, one)| one.shown(one.success()));
        let mut reviews = pages.map(|(_, page)| page["results"][0].clone());
        Self {
            records: seeds(operations, RESOURCES),
            reads: found("retrieve_decision").map(|(name, one)| (name, one.clone())).collect(),
            review: reviews.next().unwrap_or_default(),
            armed: Vec::new(),
            outbox,
            resend: None,
        }
    }

    /// What the answer says; nothing where it is the document's example as it is.
    ///
    /// # Errors
    ///
    /// It is refused, in the state that things are in.
    pub(super) fn answer(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let body = &call.checked.body;
        match (call.resource.name, call.operation.id.as_str()) {
            (SESSIONS | SESSIONS_V1, "create") => self.create(call),
            (SESSIONS, "import_shared") => Ok(self.import(call)),
            (SESSIONS, "arm_sandbox") => self.arm(call),
            (SESSIONS, "list") => Ok(self.list(call)),
            (SESSIONS, "delete_many") => Ok(self.delete(call)),
            (SESSIONS | SESSIONS_V1, "update_status") => self.decide(call),
            (SESSIONS, "update_data") => self.correct(call),
            (SESSIONS | SESSIONS_V1, "generate_pdf") => self.report(call),
            (SESSIONS, "share") => self.share(call),
            (REVIEWS, _) if self.is_without_reviews(call.owner()) => {
                Err(Refusal::documented(Refusal::UNKNOWN))
            }
            (REVIEWS, "create_review") => Ok(self.note(call)),
            (USERS, "create") => match text(body, "vendor_data") {
                // No path could name it.
                "" => {
                    Err(Refusal::input(json!({ "vendor_data": ["This field may not be blank."] })))
                }
                taken if self.records.get(USERS, taken).is_some() => {
                    Err(Refusal::documented(Refusal::INPUT))
                }
                _ => call.plain(&mut self.records),
            },
            (USERS, "delete_many") => {
                let named = texts(body, "vendor_data_list");
                let ids = texts(body, "didit_internal_id_list");
                let before = self.records.all.len();
                self.records.all.retain(|one| {
                    let is_named = named.contains(&one.key.as_str());
                    let is_meant = is_named || ids.contains(&one.text("didit_internal_id"));
                    one.resource != USERS || !is_meant
                });
                Ok(Some(json!({ "deleted": before - self.records.all.len() })))
            }
            (USERS, "update_status") => {
                let before = call.record(&mut self.records)?.text("status").to_owned();
                let after = text(body, "status");
                let shown = call.plain(&mut self.records)?;
                if before != after {
                    self.tell_of_user(call.key(), &before, after);
                }
                Ok(shown)
            }
            (DESTINATIONS, "create" | "update") => {
                let has_it = |one: &Record| body["url"] == one.text("url");
                let own = self.records.get(DESTINATIONS, call.key());
                if !own.is_some_and(has_it) && self.records.of(DESTINATIONS, "").any(has_it) {
                    return Err(Refusal::documented(Refusal::INPUT));
                }
                if call.operation.id == "update" {
                    let shown = call.plain(&mut self.records);
                    call.record(&mut self.records).map(deliveries::counted)?;
                    return shown;
                }
                let secret = self.records.secret();
                let (_, record) = call.create(&mut self.records);
                deliveries::unused(record);
                record.set("secret_shared_key", secret);
                // Not those of the example.
                record.set(
                    "subscribed_events",
                    items(&body["subscribed_events"]).cloned().collect::<Value>(),
                );
                deliveries::counted(record);
                Ok(call.shown(&record.value))
            }
            (DELIVERIES, "resend_delivery") => self.resend(call),
            _ => call.plain(&mut self.records),
        }
    }
}

fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body[member].as_str().unwrap_or_default()
}

fn now() -> String {
    format_rfc3339_micros(SystemTime::now()).to_string()
}
