use serde_json::json;

use super::{SESSION, example, read, session_event};
use crate::webhooks::DecisionError;

#[test]
fn the_decision_of_the_example_is_read_without_loss() {
    let event = read(&example("SessionEvent"));
    let session = event.session().unwrap();
    let decision = session.decision().unwrap().unwrap();
    assert_eq!(decision.status.as_str(), session.status.as_str());
    assert_eq!(decision.id_verifications.as_ref().unwrap().len(), 1);
    assert_eq!(decision.warnings().count(), 0);
    assert_eq!(serde_json::to_value(&decision).unwrap(), *session.decision.as_ref().unwrap());
}

#[test]
fn no_decision_is_none() {
    for members in [json!({}), json!({ "decision": null })] {
        assert!(read(&session_event(members)).session().unwrap().decision().is_none());
    }
}

#[test]
fn a_new_member_fails_neither_the_event_nor_the_decision() {
    let decision = json!({
        "session_id": SESSION, "status": "Of Tomorrow", "palm_checks": [{ "status": "Approved" }],
    });
    let event = read(&session_event(json!({ "decision": decision })));
    let decision = event.session().unwrap().decision().unwrap().unwrap();
    assert_eq!(decision.status.as_str(), "Of Tomorrow");
}

#[test]
fn a_strange_value_fails_the_decision_and_not_the_event() {
    for decision in [json!("Ada"), json!([]), json!({ "id_verifications": "Ada" })] {
        let event = read(&session_event(json!({ "decision": decision })));
        let session = event.session().unwrap();
        assert_eq!(session.status.as_str(), "Approved");
        let error = session.decision().unwrap().unwrap_err();
        assert_eq!(error, DecisionError);
        assert!(!format!("{error} {error:?}").contains("Ada"));
        assert_eq!(session.decision, Some(decision));
    }
}

#[test]
fn a_decision_without_its_session_or_status_takes_the_events() {
    for decision in [json!({}), json!({ "session_id": null, "status": null })] {
        let event = read(&session_event(json!({ "decision": decision })));
        let decision = event.session().unwrap().decision().unwrap().unwrap();
        assert_eq!((decision.session_id.as_str(), decision.status.as_str()), (SESSION, "Approved"));
    }
    let own = json!({ "decision": { "session_id": "session-2" } });
    let event = read(&session_event(own));
    let decision = event.session().unwrap().decision().unwrap().unwrap();
    assert_eq!((decision.session_id.as_str(), decision.status.as_str()), ("session-2", "Approved"));
}

#[cfg(feature = "sessions_v1")]
#[test]
fn a_decision_of_the_first_version_has_a_type_of_its_own() {
    let decision = json!({
        "session_id": SESSION, "status": "Declined", "kyc": { "first_name": "Jane" },
    });
    let body = json!({ "session_id": SESSION, "status": "Declined", "decision": decision });
    let event = read(&body);
    let decision = event.session().unwrap().decision_v1().unwrap().unwrap();
    assert_eq!(decision.kyc.unwrap().first_name.as_deref(), Some("Jane"));
}
