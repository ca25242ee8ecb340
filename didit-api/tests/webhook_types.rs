//! What `openapi/webhooks.yaml` says against its types, and against the document of
//! the sessions.

#![cfg(all(feature = "sessions", feature = "webhooks"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use didit_api::{StatusGroup, sessions, webhooks};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn schemas(json: &str) -> Value {
    serde_json::from_str::<Value>(json).unwrap()["components"]["schemas"].take()
}

fn webhooks() -> Value {
    schemas(include_str!("../src/generated/webhooks.json"))
}

#[test]
fn both_documents_list_the_same_statuses_which_convert_and_have_one_group() {
    let sessions = schemas(include_str!("../src/generated/sessions.json"));
    let statuses = webhooks()["SessionStatus"]["enum"].take();
    assert_eq!(sessions["SessionStatus"]["enum"], statuses);
    for text in statuses.as_array().unwrap().iter().map(|text| text.as_str().unwrap()) {
        let status = webhooks::types::SessionStatus::from(text);
        assert_ne!(status.group(), StatusGroup::Unknown, "{text}");
        let converted = sessions::types::SessionStatus::from(status.clone());
        assert_eq!(converted, sessions::types::SessionStatus::from(text));
        assert_eq!(converted.group(), status.group(), "{text}");
    }
    let new = webhooks::types::SessionStatus::from("Of Tomorrow");
    assert_eq!(sessions::types::SessionStatus::from(new).as_str(), "Of Tomorrow");
}

#[test]
fn both_documents_list_the_same_types_of_events() {
    let destinations = schemas(include_str!("../src/generated/webhook_destinations.json"));
    assert_eq!(destinations["WebhookEvent"]["enum"], webhooks()["WebhookType"]["enum"]);
}

#[test]
fn each_example_survives_its_type_without_loss() {
    fn round_trip<T: DeserializeOwned + Serialize>(json: &Value) -> Value {
        serde_json::to_value(serde_json::from_value::<T>(json.clone()).unwrap()).unwrap()
    }
    use webhooks::types::*;
    type RoundTrip = fn(&Value) -> Value;
    let round_trips: &[(&str, RoundTrip)] = &[
        ("SessionEvent", round_trip::<SessionEvent>),
        ("ResubmitInfo", round_trip::<ResubmitInfo>),
        ("UserEvent", round_trip::<UserEvent>),
        ("BusinessEvent", round_trip::<BusinessEvent>),
        ("ActivityEvent", round_trip::<ActivityEvent>),
        ("TransactionEvent", round_trip::<TransactionEvent>),
        ("TravelRuleEvent", round_trip::<TravelRuleEvent>),
    ];
    let schemas = webhooks();
    let shown = schemas.as_object().unwrap().iter();
    let shown = shown.filter(|(_, schema)| schema.get("example").is_some());
    assert_eq!(shown.clone().count(), round_trips.len());
    for (name, schema) in shown {
        let (_, round_trip) = round_trips.iter().find(|(known, _)| known == name).unwrap();
        let (before, after) = (&schema["example"], round_trip(&schema["example"]));
        // `78` of a number is `78.0` afterwards.
        let after = after.to_string().replace(".0,", ",");
        assert_eq!(before, &serde_json::from_str::<Value>(&after).unwrap(), "{name}");
    }
}
