use serde_json::{Value, json};

use super::{example, read};

const PLANTED: &str = "Ada Planted73019";

const SCHEMAS: &[&str] = &[
    "SessionEvent",
    "UserEvent",
    "BusinessEvent",
    "ActivityEvent",
    "TransactionEvent",
    "TravelRuleEvent",
];

/// What shows: names that the vendor gave, and words of its own. Said here once
/// more, so that a mark that is missing in the document is found.
const SHOWN: &[&str] = &[
    "event_id",
    "webhook_type",
    "timestamp",
    "created_at",
    "application_id",
    "environment",
    "session_id",
    "business_session_id",
    "vendor_business_id",
    "status",
    "previous_status",
    "changed_fields",
    "session_kind",
    "workflow_id",
    "workflow_version",
    "trigger",
    "resubmit_info",
    "nodes_to_resubmit",
    "node_id",
    "feature",
    "transaction_id",
    "txn_id",
    "score",
    "severity",
    "currency",
    "direction",
    "travel_rule_status",
    "rail",
];

/// Plants somebody in all that does not show, and in a member more of each object.
fn plant(node: &mut Value) {
    match node {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let shown = SHOWN.contains(&name.as_str());
                if !shown {
                    *member = json!(PLANTED);
                } else if member.is_object() || member.is_array() {
                    plant(member);
                }
            }
            members.insert("undocumented".to_owned(), json!({ "name": PLANTED }));
        }
        Value::Array(items) => items.iter_mut().filter(|item| item.is_object()).for_each(plant),
        _ => {}
    }
}

fn assert_hidden(body: &Value) {
    assert!(body.to_string().contains(PLANTED));
    let event = read(body);
    let data = event.data();
    for shown in [format!("{event:?}"), format!("{event:#?}"), format!("{data:?} {data:#?}")] {
        assert!(!shown.contains("73019"), "{shown}");
    }
}

fn with_everything(schema: &str) -> Value {
    let mut body = example(schema);
    body["resubmit_info"] = json!({
        "nodes_to_resubmit": [{ "node_id": "feature_ocr", "feature": "OCR" }],
        "reasons": { "feature_ocr": "blurred" },
    });
    body["action_required"] = json!({ "url": "https://example.com" });
    body["changes"] = json!({ "full_name": { "previous": "Jane", "current": "Ada" } });
    body
}

#[test]
fn nobody_who_is_in_an_event_is_in_its_debug() {
    for schema in SCHEMAS {
        let mut body = with_everything(schema);
        plant(&mut body);
        assert_hidden(&body);
        // Where a member of this type belongs to the family.
        let mut changed = with_everything(schema);
        changed["changes"] = json!({ "full_name": { "previous": PLANTED } });
        changed["decision"] = json!({ "id_verifications": [{ "first_name": PLANTED }] });
        changed["metadata"] = json!({ "name": [PLANTED] });
        assert_hidden(&changed);
    }
}

#[test]
fn nobody_in_a_member_of_another_type_is_in_its_debug() {
    for schema in SCHEMAS {
        for name in example(schema).as_object().unwrap().keys() {
            // An unknown type of event shows, and so do the names of what changed.
            if ["webhook_type", "changed_fields"].contains(&name.as_str()) {
                continue;
            }
            let mut body = example(schema);
            body[name] = json!({ "name": [PLANTED] });
            assert_hidden(&body);
        }
    }
}

#[test]
fn nobody_in_an_event_of_an_unknown_type_is_in_its_debug() {
    let mut body = example("UserEvent");
    body["webhook_type"] = json!("user.renamed");
    body["full_name"] = json!(PLANTED);
    assert_hidden(&body);
}
