//! What is written by hand around sessions: reading a status and a decision, and
//! deleting.

#![cfg(all(feature = "sandbox", feature = "sessions"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use didit_api::sandbox::{Answer, Sandbox};
use didit_api::sessions::types::{
    ArmSandbox, CreateSession, Decision, DeleteSessions, DeletedSessions, SessionRow, SessionStatus,
};
use didit_api::{ApiKey, ErrorKind, StatusGroup, Transport, sessions};
use serde_json::{Value, json};
use std::time::Duration;

const DOCUMENT: &str = include_str!("../src/generated/sessions.json");

fn client(sandbox: &Sandbox) -> sessions::Client {
    let key = ApiKey::new(Sandbox::CLIENT_SECRET);
    sessions::Client::new(Transport::builder(sandbox.url()).authorize(key).build().unwrap())
}

#[test]
fn every_documented_status_is_of_a_known_group_and_no_other_is_decided() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let statuses = document["components"]["schemas"]["SessionStatus"]["enum"].as_array().unwrap();
    let of = |group| {
        let texts = statuses.iter().map(|status| status.as_str().unwrap());
        let of: Vec<_> = texts.filter(|text| SessionStatus::from(*text).group() == group).collect();
        of
    };
    assert_eq!(of(StatusGroup::Decided), ["Approved", "Declined"]);
    let person = ["Not Started", "In Progress", "Awaiting User", "Resubmitted"];
    assert_eq!(of(StatusGroup::WaitsForPerson), person);
    assert_eq!(of(StatusGroup::WaitsForReviewer), ["In Review"]);
    assert_eq!(of(StatusGroup::EndedWithoutDecision), ["Expired", "Kyc Expired", "Abandoned"]);
    assert_eq!(of(StatusGroup::Unknown), <[&str; 0]>::default());
    for text in ["approved", "KYC Expired", ""] {
        assert_eq!(SessionStatus::from(text).group(), StatusGroup::Unknown, "{text}");
    }
}

/// The texts of all members `risk` of all `warnings`, wherever they stand.
fn risks<'a>(node: &'a Value, found: &mut Vec<&'a str>) {
    let warnings = node["warnings"].as_array().into_iter().flatten();
    found.extend(warnings.filter_map(|warning| warning["risk"].as_str()));
    node.as_object().into_iter().flatten().for_each(|(_, member)| risks(member, found));
    node.as_array().into_iter().flatten().for_each(|item| risks(item, found));
}

#[test]
fn the_warnings_of_every_kind_of_check_come_in_one_iterator() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let checks = document["components"]["schemas"]["Decision"]["properties"].as_object().unwrap();
    let mut decision = json!({ "session_id": "s-1", "status": "Approved" });
    let mut kinds = 0;
    for (name, list) in checks {
        let item = list["items"]["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
        let item = item.and_then(|pointer| document.pointer(pointer));
        if item.is_some_and(|item| item["properties"].get("warnings").is_some()) {
            kinds += 1;
            decision[name] = json!([{ "warnings": [{ "risk": name }] }, { "warnings": null }, {}]);
        }
    }
    assert!(kinds >= 14, "{kinds}");
    let mut expected = Vec::new();
    risks(&decision, &mut expected);
    let typed: Decision = serde_json::from_value(decision.clone()).unwrap();
    let mut found: Vec<_> = typed.warnings().map(|one| one.risk.as_deref().unwrap()).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(!typed.is_sandbox());
    decision["environment"] = "sandbox".into();
    assert!(serde_json::from_value::<Decision>(decision).unwrap().is_sandbox());
}

#[test]
fn the_names_of_features_are_the_same_in_each_of_their_forms() {
    let row = json!({ "session_id": "s-1", "session_kind": "user", "status": "Approved" });
    for features in [
        json!(["NFC", "AML"]),
        json!([{ "feature": "NFC", "status": "Approved" }, { "feature": "AML" }]),
        json!([{ "feature": "NFC", "node_id": "n" }, 7, { "feature": "AML" }, { "other": "AML" }]),
    ] {
        let mut json = row.clone();
        json["features"] = features;
        let decision: Decision = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(decision.feature_names().collect::<Vec<_>>(), ["NFC", "AML"]);
        let row: SessionRow = serde_json::from_value(json).unwrap();
        assert_eq!(row.feature_names().collect::<Vec<_>>(), ["NFC", "AML"]);
    }
}

#[test]
fn a_session_that_is_not_known_to_be_gone_cannot_be_overlooked() {
    let answer = |outcomes: &[Value]| {
        let item = |(at, outcome): (usize, &Value)| json!({ "session_id": at.to_string(), "face_retention_outcome": outcome });
        let results: Vec<_> = outcomes.iter().enumerate().map(item).collect();
        serde_json::from_value::<DeletedSessions>(json!({ "results": results })).unwrap()
    };
    let gone = ["deleted", "none", "retained_with_user", "ineligible_no_vendor_user"];
    let all = answer(&gone.map(Value::from));
    assert!(all.all_deleted() && all.failed().next().is_none());
    let mixed =
        answer(&[json!("deleted"), json!("failed_retryable"), json!("of tomorrow"), json!(null)]);
    assert!(!mixed.all_deleted());
    let failed: Vec<_> = mixed.failed().map(|one| one.session_id.as_deref().unwrap()).collect();
    assert_eq!(failed, ["1", "2", "3"]);
    // Numbers that belong to nothing are not among the results, but there are results.
    assert!(answer(&[]).all_deleted());
    assert!(!serde_json::from_value::<DeletedSessions>(json!({})).unwrap().all_deleted());
}

#[tokio::test]
async fn nothing_is_sent_to_delete_no_session_and_no_setter_deletes_all() {
    let sandbox = Sandbox::start().unwrap();
    let call = client(&sandbox).delete_many(DeleteSessions::new([])).send().await;
    let error = call.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`session_numbers` is empty: name at least one"), "{error}");
    assert_eq!(sandbox.requests(), 0);
    let body = serde_json::to_value(DeleteSessions::new(["1001".to_owned()])).unwrap();
    assert_eq!(body, json!({ "session_numbers": ["1001"] }));
    assert!(!DOCUMENT.contains("\"delete_all\":"));
}

#[tokio::test]
async fn a_sandbox_session_is_armed_by_its_own_token_and_nothing_else() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let session = client
        .create(CreateSession::new("11111111-2222-3333-4444-555555555555"))
        .send()
        .await
        .unwrap();
    let arm = |token: &str, scenario| {
        let call = client.arm_sandbox(&session.session_id, token, ArmSandbox::new(scenario));
        async { call.send().await.map_err(|error| error.status().unwrap().as_u16()) }
    };
    arm(session.session_token.expose(), "approve").await.unwrap();
    assert_eq!(arm(Sandbox::API_KEY, "approve").await.unwrap_err(), 404);
    assert_eq!(arm(session.session_token.expose(), "of_tomorrow").await.unwrap_err(), 400);
    let request = sandbox.received().remove(1);
    let names: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"session-token"), "{names:?}");
    assert!(!names.contains(&"x-api-key") && !names.contains(&"authorization"), "{names:?}");
}

#[tokio::test]
async fn waiting_ends_with_a_decision_a_review_an_end_or_the_deadline_and_nothing_else() {
    let id = "11111111-2222-3333-4444-555555555555";
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let say = |status: &str| {
        let body = json!({ "session_id": id, "status": status }).to_string();
        sandbox.next(Answer::honest().on("sessions::retrieve_decision").body(body));
    };
    let minute = Duration::from_secs(60);
    for status in ["Declined", "In Review", "Abandoned"] {
        say(status);
        let decision = client.wait_for_decision(id, minute).await.unwrap();
        assert_eq!(decision.status.as_str(), status);
    }
    assert_eq!(sandbox.requests(), 3);
    say("Of Tomorrow");
    say("Approved");
    assert_eq!(client.wait_for_decision(id, minute).await.unwrap().status, SessionStatus::Approved);
    assert_eq!(sandbox.requests(), 5);
    say("In Progress");
    let decision = client.wait_for_decision(id, Duration::ZERO).await.unwrap();
    assert_eq!(decision.status, SessionStatus::InProgress);
    sandbox.next(Answer::status(403).on("sessions::retrieve_decision"));
    let error = client.wait_for_decision(id, minute).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    sandbox.assert_consumed();
}
