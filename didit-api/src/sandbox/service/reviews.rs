//! What people do with a session: they decide, note, correct, report and share it,
//! when its status allows.

use serde_json::{Map, Value, json};

use super::events::{DATA_UPDATED, STATUS_UPDATED};
use super::scenario::checks;
use super::{FINISHED, REVIEWS, SESSIONS, SESSIONS_V1, Service, now, text};
use crate::openapi::refs::items;
use crate::sandbox::records::{Record, overlay};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::resources::Call;

/// In these a status can be set.
const REVIEWABLE: [&str; 6] =
    ["Approved", "Declined", "In Review", "Kyc Expired", "Abandoned", "Resubmitted"];

impl Service {
    pub(super) fn decide(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let body = &call.checked.body;
        let is_legacy = call.resource.name == SESSIONS_V1;
        let record = call.record(&mut self.records)?;
        let (before, after) = (record.text("status").to_owned(), text(body, "new_status"));
        if before == after && !is_legacy {
            let text = "The new status is the same as the current status.";
            return Err(Refusal::input(json!([text])));
        }
        if !REVIEWABLE.contains(&before.as_str()) && !is_legacy {
            let all = REVIEWABLE.join(", ");
            let text =
                format!("Only sessions with status {all} can be updated. Current status: {before}");
            return Err(Refusal::input(json!({ "detail": text })));
        }
        record.set("status", after);
        if after == "Resubmitted" {
            let nodes = &body["nodes_to_resubmit"];
            let mut cleared = Vec::new();
            let again = |check: &Value| {
                let is_named = items(nodes).any(|node| node["node_id"] == check["node_id"]);
                is_named || nodes.is_null() && check["status"] != "Approved"
            };
            for member in record.value.values_mut() {
                let checks = checks(member);
                let repeated = || checks.iter().filter(|check| again(check));
                if repeated().next().is_some() {
                    cleared.extend(repeated().map(|one| json!({ "node_id": one["node_id"] })));
                    // A list is of one kind of step.
                    *member = Value::Null;
                }
            }
            let nodes = if nodes.is_null() { cleared.into() } else { nodes.clone() };
            record.set("resubmit_info", json!({ "nodes_to_resubmit": nodes }));
        }
        let (key, value) = (record.key.clone(), record.value.clone());
        let is_other = before != after;
        self.entry(&key, before.into(), body);
        if is_other {
            self.tell(STATUS_UPDATED, call.resource.name, &key);
        }
        Ok(call.shown(&value))
    }

    /// Writes an entry into a session's reviews.
    fn entry(&mut self, session: &str, before: Value, body: &Value) -> Map<String, Value> {
        let key = self.records.uuid();
        let mut value = self.review.as_object().cloned().unwrap_or_default();
        for (member, one) in [
            ("uuid", key.as_str().into()),
            ("previous_status", before.clone()),
            ("new_status", body["new_status"].clone()),
            ("comment", body["comment"].clone()),
            ("previous_value", json!({ "status": before })),
            ("new_value", json!({ "status": body["new_status"] })),
            ("created_at", now().into()),
        ] {
            value.insert(member.to_owned(), one);
        }
        let record =
            Record { resource: REVIEWS, owner: session.to_owned(), key, value: value.clone() };
        self.records.all.push(record);
        value
    }

    pub(super) fn correct(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let record = call.record(&mut self.records)?;
        let is_finished = FINISHED.contains(&record.text("status"));
        let document = record.value.get_mut("id_verifications").and_then(|all| all.get_mut(0));
        let document = document.and_then(Value::as_object_mut).filter(|_| is_finished);
        let document = document.ok_or_else(|| Refusal::documented(Refusal::UNKNOWN))?;
        document.extend(call.checked.body.as_object().cloned().unwrap_or_default());
        let document = document.clone();
        self.tell(DATA_UPDATED, call.resource.name, call.key());
        Ok(call.shown(&document))
    }

    pub(super) fn report(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let record = call.record(&mut self.records)?;
        let text = "There is no report before a decision.";
        let refused = || Refusal::new(&[403], "not_decided", text);
        FINISHED.contains(&record.text("status")).then_some(None).ok_or_else(refused)
    }

    pub(super) fn share(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        // Of one that has expired there is nothing to share.
        match call.record(&mut self.records)?.text("status") {
            status if FINISHED[..3].contains(&status) => call.plain(&mut self.records),
            _ => Err(Refusal::documented(Refusal::INPUT)),
        }
    }

    /// Only a session of a person has them.
    pub(super) fn is_without_reviews(&self, session: &str) -> bool {
        let session = self.records.get(SESSIONS, session);
        session.is_none_or(|session| session.text("session_kind") == "business")
    }

    pub(super) fn note(&mut self, call: &Call<'_>) -> Option<Value> {
        let mut entry = self.entry(call.owner(), Value::Null, &call.checked.body);
        entry.insert("user".to_owned(), "Unknown".into());
        call.examples().next().map(|example| overlay(example, &entry))
    }
}
