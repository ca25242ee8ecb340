//! How a session begins and comes to its decision.

use serde_json::{Map, Value, json};

use super::events::STATUS_UPDATED;
use super::scenario::Scenario;
use super::{SESSIONS, SESSIONS_V1, Service, now, text};
use crate::sandbox::records::Record;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::resources::{Call, texts};

/// In these the person has something to do.
const UNFINISHED: [&str; 4] = ["Not Started", "In Progress", "Resubmitted", "Awaiting User"];

impl Service {
    pub(super) fn create(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let body = &call.checked.body;
        let slug = body["sandbox_scenario"].as_str();
        let scenario = slug.map(|slug| named("sandbox_scenario", slug)).transpose()?;
        let is_same = |one: &&mut Record| {
            one.resource == call.resource.name
                && UNFINISHED.contains(&one.text("status"))
                && body["vendor_data"].is_string()
                && ["vendor_data", "workflow_id"]
                    .iter()
                    .all(|name| one.value.get(*name).unwrap_or(&Value::Null) == &body[*name])
        };
        if let Some(known) = self.records.all.iter_mut().find(is_same) {
            known.set("callback", body["callback"].clone());
            known.set("metadata", body["metadata"].clone());
            let known = known.value.clone();
            return Ok(call.shown(&known));
        }
        let is_business = body["expected_details"]["company_name"].is_string()
            || scenario.is_some_and(|scenario| scenario.check == "registry_checks");
        let kind = if is_business { "business" } else { "user" };
        let decision = self.decision(call.resource.name, kind);
        // What the example says of its own person is not true of this one.
        let members = decision.as_object().into_iter().flatten();
        let kept = |name: &str| ["features", "session_kind"].contains(&name);
        let mut value: Map<String, Value> = members
            .map(|(name, one)| (name.clone(), if kept(name) { one.clone() } else { Value::Null }))
            .collect();
        value.extend(body.as_object().cloned().unwrap_or_default());
        let (key, token, number) = (self.records.uuid(), self.records.token(), self.number());
        let (resource, owner) = (call.resource.name, String::new());
        let mut record = Record { resource, owner, key, value };
        let url = format!("https://verify.didit.me/session/{token}");
        for (member, text) in [
            ("session_id", record.key.as_str()),
            ("session_token", &token),
            ("session_url", &url),
            ("url", &url),
            ("status", "Not Started"),
            ("environment", "sandbox"),
            ("created_at", &now()),
        ] {
            record.value.insert(member.to_owned(), text.into());
        }
        record.set("session_number", number);
        record.set("workflow_version", 1);
        self.armed.extend(scenario.map(|_| record.key.clone()));
        let shown = call.shown(&record.value);
        self.records.all.push(record);
        Ok(shown)
    }

    /// A copy of a session of somebody else's.
    pub(super) fn import(&mut self, call: &Call<'_>) -> Option<Value> {
        let (id, number) = (self.records.uuid(), self.number());
        let (_, record) = call.create(&mut self.records);
        record.set("session_id", id.as_str());
        record.set("session_number", number);
        record.key = id;
        call.shown(&record.value)
    }

    pub(super) fn delete(&mut self, call: &Call<'_>) -> Option<Value> {
        let numbers = texts(&call.checked.body, "session_numbers");
        let meant = |one: &&Record| {
            let number = one.value.get("session_number").map(Value::to_string);
            one.text("session_kind") != "business"
                && number.is_some_and(|number| numbers.contains(&number.as_str()))
        };
        let gone: Vec<_> = self.records.of(SESSIONS, "").filter(meant).cloned().collect();
        gone.iter().for_each(|one| self.records.remove(SESSIONS, &one.key));
        call.page(vec![gone.iter().map(|one| call.row(&one.value)).collect()])
    }

    pub(super) fn list(&self, call: &Call<'_>) -> Option<Value> {
        let wanted = match call.sent("session_kind") {
            "" => vec!["user"],
            "all" => vec!["user", "business"],
            kind => vec![kind],
        };
        let rows = |kind: &str| {
            let all = self.records.of(SESSIONS, "");
            let all = all.filter(|one| one.text("session_kind") == kind);
            let all = all.filter(|one| call.wants(one, "session_kind"));
            all.map(|one| row(call, one)).collect()
        };
        call.page(wanted.into_iter().map(rows).collect())
    }

    pub(super) fn arm(&mut self, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
        let slug = text(&call.checked.body, "scenario");
        let record = call.record(&mut self.records)?;
        // A session of the examples is armed by whoever has the API key.
        let own = record.value.get("session_token").and_then(Value::as_str);
        if own.unwrap_or(call.api_key) != call.token {
            return Err(Refusal::documented(Refusal::UNKNOWN));
        }
        named("scenario", slug)?;
        if record.text("status") != "Not Started" {
            return Err(Refusal::input(json!({ "scenario": ["The session has begun."] })));
        }
        record.set("sandbox_scenario", slug);
        self.armed.push(record.key.clone());
        call.plain(&mut self.records)
    }

    /// Takes a session one step on in the scenario that it was given, if it is in this
    /// status still.
    pub(crate) fn play(&mut self, id: &str, status: &str) -> bool {
        let known = self.session(id).filter(|one| one.text("status") == status);
        let scenario = known.and_then(|one| Scenario::named(one.text("sandbox_scenario")));
        scenario.is_some_and(|scenario| self.advance(id, scenario, status == "In Progress"))
    }

    /// Brings a session to its next status: `In Progress`, then the scenario's, with
    /// all that was found. Says whether there is such a session.
    pub(crate) fn advance(&mut self, id: &str, scenario: &Scenario, is_done: bool) -> bool {
        let Some(known) = self.session(id) else { return false };
        let mut value = known.value.clone();
        let status = if is_done { scenario.status } else { "In Progress" };
        value.insert("status".to_owned(), status.into());
        if is_done {
            let decision = self.decision(known.resource, known.text("session_kind"));
            value.extend(scenario.found(decision.clone()));
        }
        let resource = known.resource;
        if let Some(record) = self.records.get_mut(resource, id) {
            record.value = value;
        }
        self.tell(STATUS_UPDATED, resource, id);
        true
    }

    fn session(&self, id: &str) -> Option<&Record> {
        [SESSIONS, SESSIONS_V1].into_iter().find_map(|resource| self.records.get(resource, id))
    }

    /// An example of a decision about a person or a company.
    pub(super) fn decision(&self, resource: &str, kind: &str) -> &Value {
        let reads = self.reads.iter().filter(|(name, _)| *name == resource);
        let mut all = reads.flat_map(|(_, one)| one.shown(one.success()));
        let is_meant = |one: &Value| one["session_kind"].as_str().is_none_or(|own| own == kind);
        all.find(|(_, one)| is_meant(one)).map_or(&Value::Null, |(_, one)| one)
    }

    /// The number of the next session.
    fn number(&self) -> u64 {
        let numbers =
            self.records.all.iter().filter_map(|one| one.value.get("session_number")?.as_u64());
        numbers.max().unwrap_or_default() + 1
    }
}

/// A session as a row of a list.
fn row(call: &Call<'_>, record: &Record) -> Value {
    let mut value = record.value.clone();
    let found = |name: &str| record.value.get("id_verifications")?.get(0)?.get(name).cloned();
    for (member, name) in [
        ("full_name", "full_name"),
        ("document_type", "document_type"),
        ("portrait_image", "portrait_image"),
        ("country", "issuing_state"),
    ] {
        if let (false, Some(one)) = (value.contains_key(member), found(name)) {
            value.insert(member.to_owned(), one);
        }
    }
    let status = record.text("status");
    let status = if UNFINISHED.contains(&status) { "Not Finished" } else { status };
    for feature in value.get_mut("features").and_then(Value::as_array_mut).into_iter().flatten() {
        if feature.is_string() {
            *feature = json!({ "feature": feature.take(), "status": status });
        }
    }
    call.row(&value)
}

fn named(member: &str, slug: &str) -> Result<&'static Scenario, Refusal> {
    let text = || format!("Unknown sandbox scenario: '{slug}'.");
    Scenario::named(slug).ok_or_else(|| Refusal::input(json!({ member: [text()] })))
}
