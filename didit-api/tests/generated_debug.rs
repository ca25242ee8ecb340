//! What generated types hide: no secret and nothing of a person is in a `Debug`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Debug;

use didit_api::*;
use serde_json::{Value, json};

#[path = "support/fixtures.rs"]
mod fixtures;
use fixtures::*;

use people::types::Person;
use upload::types::Scan;
use vault::types::{OpenRequest, OpenResponse};

/// Both forms of `Debug`, without anything planted.
fn shows_nothing(value: &impl Debug) -> String {
    let text = format!("{value:?} {value:#?}");
    assert!(!text.contains("planted"), "{text}");
    text
}

#[test]
fn a_secret_shows_in_no_debug_and_is_written_all_the_same() {
    let request = OpenRequest::new("planted").old_combination("planted");
    assert!(shows_nothing(&request).contains("[redacted]"));
    let json = json!({ "combination": "planted", "old_combination": "planted" });
    assert_eq!(serde_json::to_value(&request).unwrap(), json);
    let answer = json!({ "key": "planted", "reason": null, "second_key": "planted" });
    shows_nothing(&serde_json::from_value::<OpenResponse>(answer).unwrap());
}

/// A person in whom every text that nobody may see begins with `planted`.
fn person() -> Value {
    json!({
        "id": "p-1",
        "last_name": "planted-last",
        "first-name": "planted-first",
        "gender": "planted-gender",
        "aliases": ["planted-alias"],
        "address": { "city": "planted-city", "country": "Freedonia" },
        "passport": { "number": "planted-number", "address": { "city": "planted-city" } },
        "pin": "planted-pin",
        "tags": { "count": 3, "planted-tag": "planted-value" },
        "guardian": { "id": "p-2", "last_name": "planted-last", "planted": "planted" },
        "planted-member": "planted-extra",
    })
}

#[test]
fn personal_data_shows_in_no_debug_and_the_rest_does() {
    let json = person();
    let person: Person = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&person).unwrap(), json);
    let text = shows_nothing(&person);
    for shown in ["p-1", "p-2", "Freedonia", "count: Some(3)", "[personal]", "[redacted]"] {
        assert!(text.contains(shown), "no {shown} in {text}");
    }
    shows_nothing(&person.address);
    shows_nothing(&person.guardian);
    shows_nothing(&person.tags);
    assert_eq!(format!("{:?}", person.passport), "Some(Passport([personal]))");
    let transport = Transport::builder("http://127.0.0.1:9").build().unwrap();
    let client = people::Client::new(transport);
    shows_nothing(&client.find_person("planted", person).key("planted"));
    shows_nothing(&Scan::new(b"planted", "A letter").author("planted"));
}
