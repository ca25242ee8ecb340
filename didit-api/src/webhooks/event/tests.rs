#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::Event;
use crate::webhooks::EventData;
use crate::webhooks::types::{EntityStatus, Environment, SessionKind, SessionStatus, WebhookType};

const SESSION: &str = "11111111-2222-3333-4444-555555555555";

fn read(body: &Value) -> Event {
    let body = body.to_string();
    Event::read(&HeaderMap::new(), body.as_bytes(), body.as_bytes()).unwrap()
}

/// The document's example of a schema.
fn example(schema: &str) -> Value {
    let document = include_str!("../../generated/webhooks.json");
    let document: Value = serde_json::from_str(document).unwrap();
    document["components"]["schemas"][schema]["example"].clone()
}

/// An event of the third version with these members.
fn event(webhook_type: &str, members: Value) -> Value {
    let mut event = json!({
        "event_id": "event-1",
        "webhook_type": webhook_type,
        "timestamp": 1_774_970_000,
        "created_at": 1_774_969_994,
        "application_id": "application-1",
        "environment": "live",
    });
    let Value::Object(members) = members else { panic!("no object") };
    event.as_object_mut().unwrap().extend(members);
    event
}

fn session_event(members: Value) -> Value {
    let mut event = event("status.updated", json!({ "session_id": SESSION, "status": "Approved" }));
    let Value::Object(members) = members else { panic!("no object") };
    event.as_object_mut().unwrap().extend(members);
    event
}

#[test]
fn each_type_gives_the_data_of_what_it_is_about() {
    let session = json!({ "session_id": SESSION, "status": "In Review" });
    for (webhook_type, family) in [
        ("status.updated", "Session"),
        ("data.updated", "Session"),
        ("user.status.updated", "User"),
        ("user.data.updated", "User"),
        ("business.status.updated", "Business"),
        ("business.data.updated", "Business"),
        ("activity.created", "Activity"),
        ("transaction.created", "Transaction"),
        ("transaction.status.updated", "Transaction"),
        ("travel_rule.status.updated", "TravelRule"),
        ("transaction_rule_suggestions.created", "Other"),
    ] {
        let event = read(&event(webhook_type, session.clone()));
        assert_eq!(event.webhook_type().unwrap().as_str(), webhook_type);
        assert_eq!(event.event_id(), Some("event-1"));
        assert_eq!(event.timestamp(), 1_774_970_000);
        assert_eq!(event.environment(), Some(&Environment::Live));
        assert_eq!(event.application_id(), Some("application-1"));
        assert!(!event.is_test());
        let shown = format!("{:?}", event.data());
        assert!(shown.starts_with(&format!("{family}(")), "{webhook_type}: {shown}");
    }
}

#[test]
fn the_documents_examples_are_read_as_what_they_show() {
    let event = read(&example("SessionEvent"));
    let session = event.session().unwrap();
    assert_eq!((session.session_id.as_str(), &session.status), (SESSION, &SessionStatus::Approved));
    assert_eq!(session.vendor_data.as_deref(), Some("user-123"));
    assert_eq!(session.workflow_version, Some(3));
    assert!(session.extra.is_empty());
    let EventData::User(user) = read(&example("UserEvent")).data().clone() else {
        panic!("no user")
    };
    assert_eq!(user.previous_status, Some(EntityStatus::Active));
    let business = read(&example("BusinessEvent"));
    let EventData::Business(business) = business.data() else { panic!("no business") };
    assert_eq!(business.changed_fields, Some(vec!["legal_name".to_owned()]));
    let transaction = read(&example("TransactionEvent"));
    let EventData::Transaction(transaction) = transaction.data() else { panic!("no transaction") };
    assert_eq!(transaction.amount.as_deref(), Some("0.5"));
    let transfer = read(&example("TravelRuleEvent"));
    let EventData::TravelRule(transfer) = transfer.data() else { panic!("no transfer") };
    assert_eq!(transfer.rail.as_deref(), Some("TRP"));
}

#[test]
fn an_unknown_type_keeps_its_json() {
    let body = event("passport.renewed", json!({ "passport": { "kind": 7 } }));
    let event = read(&body);
    assert_eq!(event.webhook_type(), Some(&WebhookType::Other("passport.renewed".to_owned())));
    let EventData::Other(json) = event.data() else { panic!("{event:?}") };
    assert_eq!((json, &event.json()), (&body, &body));
    assert_eq!(event.body(), body.to_string().as_bytes());
}

#[test]
fn the_first_version_has_no_type_and_the_second_neither_id_nor_environment() {
    let first = read(&json!({
        "session_id": SESSION, "status": "Declined", "created_at": 1_737_000_000,
        "timestamp": 1_737_000_006, "vendor_data": "user-123",
        "decision": { "session_id": SESSION, "status": "Declined", "kyc": { "status": "Declined" } },
    }));
    assert_eq!((first.webhook_type(), first.event_id()), (None, None));
    assert_eq!(first.timestamp(), 1_737_000_006);
    let session = first.session().unwrap();
    assert_eq!(session.status, SessionStatus::Declined);
    assert_eq!(session.decision.as_ref().unwrap()["kyc"]["status"], "Declined");

    let second = read(&json!({
        "session_id": SESSION, "status": "In Review", "webhook_type": "data.updated",
        "created_at": 1_748_000_000, "timestamp": 1_748_000_006, "vendor_data": null,
        "workflow_id": "workflow-1", "metadata": { "plan": "gold" },
        "decision": { "id_verification": { "status": "In Review" } },
    }));
    assert_eq!(second.webhook_type(), Some(&WebhookType::DataUpdated));
    assert_eq!((second.event_id(), second.environment()), (None, None));
    let session = second.session().unwrap();
    assert_eq!(session.workflow_id.as_deref(), Some("workflow-1"));
    assert_eq!(session.metadata.as_ref().unwrap()["plan"], "gold");
    assert_eq!(session.vendor_data, None);
}

#[test]
fn members_that_are_null_or_of_another_type_read_as_absent() {
    let whole = example("SessionEvent");
    for name in whole.as_object().unwrap().keys() {
        if ["session_id", "status"].contains(&name.as_str()) {
            continue;
        }
        for strange in [Value::Null, json!({ "a": [1] }), json!(1e300), json!([[]])] {
            let mut body = whole.clone();
            body[name] = strange.clone();
            let event = read(&body);
            assert_eq!(event.json(), body);
            let indispensable = name == "webhook_type" || event.session().is_some();
            assert!(indispensable, "{name}: {strange}");
        }
    }
    let mut body = example("TransactionEvent");
    body["score"] = "high".into();
    body["amount"] = 12.into();
    let event = read(&body);
    let EventData::Transaction(transaction) = event.data() else { panic!("{event:?}") };
    assert_eq!((transaction.score, &transaction.amount), (None, &None));
}

#[test]
fn a_session_event_without_its_session_or_status_keeps_its_json() {
    for name in ["session_id", "status"] {
        for strange in [None, Some(Value::Null), Some(json!(7))] {
            let mut body = example("SessionEvent");
            match strange {
                None => drop(body.as_object_mut().unwrap().remove(name)),
                Some(strange) => body[name] = strange,
            }
            let event = read(&body);
            let EventData::Other(json) = event.data() else { panic!("{event:?}") };
            assert_eq!(*json, body);
        }
    }
}

#[test]
fn only_json_with_an_object_at_its_top_is_an_event() {
    for body in ["", "{", "[]", "null", "\"text\"", "{} x", "{\"a\": NaN}"] {
        assert!(Event::read(&HeaderMap::new(), b"{}", body.as_bytes()).is_err(), "{body}");
    }
    let nothing = Event::read(&HeaderMap::new(), b"{}", b"{}").unwrap();
    assert_eq!(nothing.event_id(), None);
    assert!(matches!(nothing.data(), EventData::Other(_)));
}

#[test]
fn either_mark_makes_a_test() {
    let body = session_event(json!({})).to_string();
    let with = |header: &'static str, body: &str| {
        let mut headers = HeaderMap::new();
        headers.append("X-Didit-Test-Webhook", HeaderValue::from_static(header));
        Event::read(&headers, body.as_bytes(), body.as_bytes()).unwrap().is_test()
    };
    assert!(with("true", &body));
    assert!(with("True", &body));
    assert!(!with("false", &body));
    assert!(!with("", &body));
    let marked = session_event(json!({ "metadata": { "test_webhook": true } }));
    assert!(read(&marked).is_test());
    assert!(with("false", &marked.to_string()));
    assert!(
        read(&event("activity.created", json!({ "metadata": { "test_webhook": true } }))).is_test()
    );
    for metadata in [json!(null), json!("test_webhook"), json!({ "test_webhook": false })] {
        assert!(!read(&session_event(json!({ "metadata": metadata }))).is_test());
    }
}

#[test]
fn what_to_repeat_and_which_kind_of_session_are_read() {
    let event = read(&session_event(json!({
        "status": "Resubmitted",
        "session_kind": "business",
        "business_session_id": "business-1",
        "resubmit_info": example("ResubmitInfo"),
    })));
    let session = event.session().unwrap();
    assert_eq!(session.session_kind, Some(SessionKind::Business));
    assert_eq!(session.business_session_id.as_deref(), Some("business-1"));
    let nodes = session.resubmit_info.as_ref().unwrap().nodes_to_resubmit.as_ref().unwrap();
    assert_eq!(nodes[0].node_id.as_deref(), Some("feature_ocr"));
    assert_eq!(nodes[0].feature.as_deref(), Some("OCR"));
    let strange = json!({ "resubmit_info": { "nodes_to_resubmit": ["feature_ocr"] } });
    let event = read(&session_event(strange));
    let info = event.session().unwrap().resubmit_info.as_ref().unwrap();
    assert!(info.nodes_to_resubmit.is_none());
}

#[cfg(feature = "sessions")]
mod decision;
mod personal;
