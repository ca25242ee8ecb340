//! What the sandbox remembers: JSON objects, each with a key, in the order of
//! their making.

use std::hash::{BuildHasher, RandomState};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// One of them.
#[derive(Clone)]
pub(super) struct Record {
    /// What it is one of: `sessions`.
    pub(super) resource: &'static str,
    /// The key of what it belongs to; empty for what stands by itself.
    pub(super) owner: String,
    pub(super) key: String,
    pub(super) value: Map<String, Value>,
}

impl Record {
    /// One of its texts; empty if it has none of that name.
    pub(super) fn text(&self, member: &str) -> &str {
        self.value.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn set(&mut self, member: &str, value: impl Into<Value>) {
        self.value.insert(member.to_owned(), value.into());
    }

    /// Takes the members that it does not have from another.
    pub(super) fn complete(&mut self, other: &Value) {
        for (name, member) in other.as_object().into_iter().flatten() {
            self.value.entry(name).or_insert_with(|| member.clone());
        }
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Records {
    pub(super) all: Vec<Record>,
    /// How many ids were made.
    made: u64,
}

impl Records {
    pub(super) fn get(&self, resource: &str, key: &str) -> Option<&Record> {
        self.all.iter().find(|one| one.resource == resource && one.key == key)
    }

    pub(super) fn get_mut(&mut self, resource: &str, key: &str) -> Option<&mut Record> {
        self.all.iter_mut().find(|one| one.resource == resource && one.key == key)
    }

    /// Those of a kind that belong to `owner`, the newest first.
    pub(super) fn of(&self, resource: &str, owner: &str) -> impl Iterator<Item = &Record> {
        let is_meant = move |one: &&Record| one.resource == resource && one.owner == owner;
        self.all.iter().rev().filter(is_meant)
    }

    pub(super) fn remove(&mut self, resource: &str, key: &str) {
        self.all.retain(|one| one.resource != resource || one.key != key);
    }

    /// A UUID that no other sandbox makes.
    pub(super) fn uuid(&mut self) -> String {
        let [a, b] = [self.random(), self.random()];
        let text = format!("{a:016x}{b:016x}");
        // Version 4, variant 1, as the vendor's.
        format!(
            "{}-{}-4{}-8{}-{}",
            &text[..8],
            &text[8..12],
            &text[13..16],
            &text[17..20],
            &text[20..]
        )
    }

    /// Twelve letters and digits, as a session's token is.
    pub(super) fn token(&mut self) -> String {
        format!("{:016x}", self.random()).split_off(4)
    }

    /// 43 characters that are safe in a URL, as a destination's secret is.
    pub(super) fn secret(&mut self) -> String {
        let bytes = [(); 4].map(|()| self.random().to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes.as_flattened())
    }

    fn random(&mut self) -> u64 {
        self.made += 1;
        // The hasher's keys are random.
        RandomState::new().hash_one(self.made)
    }
}

/// `example` with the members that the record has by the same name.
pub(super) fn overlay(example: &Value, record: &Map<String, Value>) -> Value {
    let mut shown = example.clone();
    for (name, member) in shown.as_object_mut().into_iter().flatten() {
        if let Some(own) = record.get(name) {
            *member = own.clone();
        }
    }
    shown
}

/// The example that agrees with the record in most members that say something; of
/// several the first.
pub(super) fn fitting<'a>(
    examples: impl IntoIterator<Item = &'a Value>,
    record: &Map<String, Value>,
) -> Option<&'a Value> {
    let agreeing = |example: &Value| {
        let members = example.as_object().into_iter().flatten();
        let said = members.filter(|(_, member)| !member.is_null());
        said.filter(|(name, member)| record.get(*name) == Some(*member)).count()
    };
    // The last of the greatest is what `max_by_key` gives.
    let examples: Vec<_> = examples.into_iter().collect();
    examples.into_iter().rev().max_by_key(|example| agreeing(example))
}
