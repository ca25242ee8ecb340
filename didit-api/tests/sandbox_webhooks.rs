//! The webhooks that the sandbox sends, over real sockets.

#![cfg(all(feature = "sandbox", feature = "v3", feature = "sessions_v1"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::ErrorKind;
use std::time::Duration;

use didit_api::auth::types::{GrantType, TokenRequest};
use didit_api::reqwest::Client;
use didit_api::sandbox::{Delivery, Sandbox, SandboxBuilder};
use didit_api::sessions::types::*;
use didit_api::sessions_v1::types::{CreateSessionV1Request, NewStatusV1, UpdateStatusV1Request};
use didit_api::users::types::{CreateUser, UpdateUserStatus, UserStatus};
use didit_api::webhook_destinations::types::{CreateDestination, UpdateDestination, WebhookEvent};
use didit_api::webhooks::{Verifier, VerifyErrorKind};
use didit_api::{ApiKey, Basic, Bearer, RetryPolicy, Transport};
use didit_api::{auth, sessions, sessions_v1, users, webhook_destinations};
use serde_json::{Value, json};

#[path = "support/receiver.rs"]
mod receiver;
use receiver::{CLOSES, HANGS, Receiver};

const WORKFLOW: &str = "11111111-2222-3333-4444-555555555555";
const SECRET: &str = "pLaNtEd-s3cret";
/// Nobody waits minutes for a test.
const SHORT: [Duration; 2] = [Duration::from_millis(5); 2];

fn sending_to(receiver: &Receiver) -> SandboxBuilder {
    Sandbox::builder().webhook(&receiver.url, SECRET).webhook_pauses(SHORT)
}

fn transport(sandbox: &Sandbox) -> Transport {
    let transport = Transport::builder(sandbox.url()).authorize(ApiKey::new(Sandbox::API_KEY));
    transport.retry(RetryPolicy::none()).build().unwrap()
}

fn client(sandbox: &Sandbox) -> sessions::Client {
    sessions::Client::new(transport(sandbox))
}

fn destinations(sandbox: &Sandbox) -> webhook_destinations::Client {
    webhook_destinations::Client::new(transport(sandbox))
}

async fn created(sandbox: &Sandbox, call: CreateSession) -> String {
    client(sandbox).create(call).send().await.unwrap().into_inner().session_id
}

/// A session that has come to this end, with the two webhooks of it.
async fn finished(sandbox: &Sandbox, scenario: &str) -> String {
    let id = created(sandbox, CreateSession::new(WORKFLOW)).await;
    sandbox.finish(&id, scenario);
    sandbox.webhooks_settled().await;
    id
}

/// The answer of `retrieve_decision`, as JSON.
async fn decision(sandbox: &Sandbox, id: &str) -> Value {
    let url = format!("{}/v3/session/{id}/decision/", sandbox.url());
    let call = Client::new().get(url).header("x-api-key", Sandbox::API_KEY);
    call.send().await.unwrap().json().await.unwrap()
}

/// With whole floats as integers, as the vendor sends them.
fn shortened(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 => json!(float as i64),
            _ => number.into(),
        },
        Value::Array(values) => values.into_iter().map(shortened).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, one)| (name, shortened(one))).collect()
        }
        other => other,
    }
}

fn statuses(deliveries: &[Delivery]) -> Vec<(usize, Option<u16>)> {
    deliveries.iter().map(|one| (one.attempt, one.status.clone().ok())).collect()
}

fn texts<'a>(events: &'a [Value], member: &str) -> Vec<&'a str> {
    events.iter().map(|event| event[member].as_str().unwrap()).collect()
}

/// The destination that the sandbox was given.
async fn destination(sandbox: &Sandbox, receiver: &Receiver) -> String {
    let rows = destinations(sandbox).list().send().await.unwrap().into_inner();
    let row = rows.into_iter().find(|row| row.url.as_ref() == Some(&receiver.url));
    row.unwrap().uuid.unwrap()
}

fn events(receiver: &Receiver) -> Vec<Value> {
    receiver.requests().iter().map(|request| request.json(SECRET)).collect()
}

#[tokio::test]
async fn a_session_that_finishes_is_told_of_twice_in_order() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let call = CreateSession::new(WORKFLOW).vendor_data("user-9").metadata(json!({ "plan": 7.0 }));
    let id = created(&sandbox, call).await;
    sandbox.webhooks_settled().await;
    assert_eq!(receiver.requests(), []);
    sandbox.finish(&id, "decline_document_expired");
    sandbox.webhooks_settled().await;

    let events = events(&receiver);
    assert_eq!(texts(&events, "status"), ["In Progress", "Declined"]);
    for event in &events {
        assert_eq!(event["webhook_type"], "status.updated");
        assert_eq!((&event["session_id"], &event["vendor_data"]), (&json!(id), &json!("user-9")));
        assert_eq!(event["workflow_id"], WORKFLOW);
        assert_eq!(
            (&event["workflow_version"], &event["metadata"]),
            (&json!(1), &json!({ "plan": 7 }))
        );
        assert_eq!(event["environment"], "sandbox");
        assert!(event["application_id"].is_string());
        assert!(event["created_at"].as_u64() <= event["timestamp"].as_u64());
    }
    assert_ne!(events[0]["event_id"], events[1]["event_id"]);
    assert_eq!(events[0].get("decision"), None);
    assert_eq!(events[0].as_object().unwrap().len(), 12);
    let whole = decision(&sandbox, &id).await;
    let told = &events[1]["decision"];
    assert!(*told == shortened(whole), "{told}");
    let document = &told["id_verifications"][0];
    assert!(document["portrait_image"].as_str().unwrap().starts_with(sandbox.url()));
    let event = receiver.requests()[1].verified(SECRET).unwrap();
    let read = event.session().unwrap().decision().unwrap().unwrap();
    assert_eq!(read.status, SessionStatus::Declined);
}

#[tokio::test]
async fn a_delivery_has_the_vendors_headers_and_its_serialisation() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let metadata = json!({ "z": 1e2, "a": "é\u{1F600}\u{7f}/\"", "m": { "k": [1.5, null] } });
    let id = created(&sandbox, CreateSession::new(WORKFLOW).metadata(metadata)).await;
    sandbox.finish(&id, "approve");
    sandbox.webhooks_settled().await;
    let request = receiver.requests().remove(0);
    assert!(request.head.starts_with("POST /webhooks HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(request.headers["user-agent"], "DiditWebhook/2.0 +https://didit.me");
    assert_eq!(request.headers["content-type"], "application/json");
    let event = request.json(SECRET);
    assert_eq!(request.headers["x-timestamp"], event["timestamp"].to_string());
    let body = String::from_utf8(request.body.clone()).unwrap();
    let text = |member: &str| event[member].as_str().unwrap();
    // What Python's `json.dumps(…, sort_keys=True, separators=(",", ":"))` writes.
    assert_eq!(
        body,
        format!(
            concat!(
                r#"{{"application_id":"{}","created_at":{},"environment":"sandbox","event_id":"{}","#,
                r#""metadata":{{"a":"\u00e9\ud83d\ude00\u007f/\"","m":{{"k":[1.5,null]}},"z":100}},"#,
                r#""session_id":"{}","status":"In Progress","timestamp":{},"vendor_data":null,"#,
                r#""webhook_type":"status.updated","workflow_id":"{}","workflow_version":1}}"#
            ),
            text("application_id"),
            event["created_at"],
            text("event_id"),
            id,
            event["timestamp"],
            WORKFLOW,
        )
    );
    // Each of the three signatures is good by itself.
    let verifier = Verifier::with_secret(SECRET).unwrap();
    verifier.verify_simple(&request.headers, &request.body).unwrap();
    for other in ["x-signature", "x-signature-v2"] {
        let mut headers = request.headers.clone();
        headers.remove(other);
        verifier.verify(&headers, &request.body).unwrap();
    }
    // What the test is shown is what was sent.
    let delivery = sandbox.deliveries().remove(0);
    assert_eq!((&delivery.url, &delivery.body), (&receiver.url, &request.body));
    assert_eq!(delivery.headers.len(), 6);
    assert!(delivery.headers.iter().all(|(name, value)| request.headers.get(name) == Some(value)));
}

#[tokio::test]
async fn a_scenario_that_plays_by_itself_is_waited_for() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).pace(Duration::from_millis(20)).start().unwrap();
    created(&sandbox, CreateSession::new(WORKFLOW).sandbox_scenario("approve")).await;
    sandbox.webhooks_settled().await;
    assert_eq!(texts(&events(&receiver), "status"), ["In Progress", "Approved"]);
}

#[tokio::test]
async fn a_decision_a_correction_and_a_resubmission_are_told_of() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let id = finished(&sandbox, "review_aml_possible_match").await;
    let client = client(&sandbox);
    let update = |update: UpdateStatus| client.update_status(&id, update).send();
    client.update_data(&id, UpdateData::new().first_name("Ana")).send().await.unwrap();
    update(UpdateStatus::new(NewStatus::Declined)).await.unwrap();
    update(UpdateStatus::new(NewStatus::Declined)).await.unwrap_err();
    let node = json!({ "node_id": "feature_ocr", "feature": "OCR" });
    let nodes: Vec<ResubmitNode> = vec![serde_json::from_value(node.clone()).unwrap()];
    update(UpdateStatus::new(NewStatus::Resubmitted).nodes_to_resubmit(nodes)).await.unwrap();
    sandbox.webhooks_settled().await;

    let events = events(&receiver);
    assert_eq!(
        texts(&events, "status"),
        ["In Progress", "In Review", "In Review", "Declined", "Resubmitted"]
    );
    let types = texts(&events, "webhook_type");
    assert_eq!(types[1..4], ["status.updated", "data.updated", "status.updated"]);
    assert_eq!(events[2]["decision"]["id_verifications"][0]["first_name"], "Ana");
    assert_eq!(events[3]["decision"]["status"], "Declined");
    assert_eq!(events[4]["resubmit_info"], json!({ "nodes_to_resubmit": [node] }));
    assert_eq!(events[4].get("decision"), None);
    assert!(events[..4].iter().all(|event| event.get("resubmit_info").is_none()));
}

#[tokio::test]
async fn a_resubmission_that_names_nothing_tells_what_was_cleared() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let id = finished(&sandbox, "review_aml_possible_match").await;
    let decision = decision(&sandbox, &id).await;
    let node = &decision["aml_screenings"][0]["node_id"];
    assert!(node.is_string());
    let update = UpdateStatus::new(NewStatus::Resubmitted);
    client(&sandbox).update_status(&id, update).send().await.unwrap();
    sandbox.webhooks_settled().await;
    let told = events(&receiver).pop().unwrap();
    assert_eq!(told["resubmit_info"], json!({ "nodes_to_resubmit": [{ "node_id": node }] }));
}

#[tokio::test]
async fn the_session_of_a_company_says_so() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let company = ExpectedDetails::new().company_name("Example Ltd");
    let call = CreateSession::new(WORKFLOW).expected_details(company);
    let id = created(&sandbox, call).await;
    sandbox.finish(&id, "decline_kyb_registry_mismatch");
    sandbox.webhooks_settled().await;
    for event in events(&receiver) {
        assert_eq!(event["session_kind"], "business");
        assert_eq!(event["business_session_id"], id);
    }
    assert!(events(&receiver)[1]["decision"]["registry_checks"].is_array());
    assert_eq!(receiver.requests().len(), 2);
}

#[tokio::test]
async fn a_session_of_the_first_version_is_told_of_in_its_form() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let basic = Basic::new(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let basic = Transport::builder(sandbox.url()).authorize(basic).build().unwrap();
    let form = TokenRequest::new(GrantType::ClientCredentials);
    let token = auth::Client::new(basic).create_token(form).send().await.unwrap().into_inner();
    let bearer = Bearer::new(token.access_token);
    let client = sessions_v1::Client::new(transport(&sandbox).authorized(bearer));
    let session = client.create(CreateSessionV1Request::new().vendor_data("user-1")).send().await;
    let id = session.unwrap().into_inner().session_id;
    sandbox.finish(&id, "approve");
    let update = |status| client.update_status(&id, UpdateStatusV1Request::new(status)).send();
    update(NewStatusV1::Declined).await.unwrap();
    update(NewStatusV1::Declined).await.unwrap();
    sandbox.webhooks_settled().await;

    let events = events(&receiver);
    assert_eq!(texts(&events, "status"), ["In Progress", "Approved", "Declined"]);
    let members = |event: &Value| -> Vec<String> {
        let mut names: Vec<_> = event.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    let always = ["created_at", "session_id", "status", "timestamp", "vendor_data"];
    assert_eq!(members(&events[0]), always);
    let decided = ["created_at", "decision", "session_id", "status", "timestamp", "vendor_data"];
    assert_eq!(members(&events[1]), decided);
    assert_eq!(
        (&events[0]["session_id"], &events[0]["vendor_data"]),
        (&json!(id), &json!("user-1"))
    );
    assert_eq!(events[2]["decision"]["status"], "Declined");
    for request in receiver.requests() {
        assert!(request.headers.contains_key("x-timestamp"));
        assert!(!request.headers.contains_key("x-signature-v2"));
        assert!(!request.headers.contains_key("x-signature-simple"));
    }
    let event = receiver.requests()[1].verified(SECRET).unwrap();
    let decision = event.session().unwrap().decision_v1().unwrap().unwrap();
    assert!(decision.kyc.is_some());
}

#[tokio::test]
async fn a_user_whose_status_changes_is_told_of() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let client = users::Client::new(transport(&sandbox));
    client.create(CreateUser::new("user-9")).send().await.unwrap();
    for _ in 0..2 {
        let update = UpdateUserStatus::new(UserStatus::Blocked);
        client.update_status("user-9", update).send().await.unwrap();
    }
    sandbox.webhooks_settled().await;
    let events = events(&receiver);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["webhook_type"], "user.status.updated");
    assert_eq!(
        (&events[0]["vendor_data"], &events[0]["status"], &events[0]["previous_status"]),
        (&json!("user-9"), &json!("BLOCKED"), &json!("ACTIVE"))
    );
}

#[tokio::test]
async fn a_failed_delivery_is_tried_twice_again_under_the_same_event_id() {
    for failure in [500, 503, 404, CLOSES] {
        let receiver = Receiver::answering(&[200, failure, failure]).await;
        let sandbox = sending_to(&receiver).start().unwrap();
        finished(&sandbox, "approve").await;
        let answered = Some(failure).filter(|status| *status != CLOSES);
        let expected = [(1, Some(200)), (1, answered), (2, answered), (3, Some(200))];
        assert_eq!(statuses(&sandbox.deliveries()), expected);
        let events = events(&receiver);
        assert_eq!(texts(&events, "status"), ["In Progress", "Approved", "Approved", "Approved"]);
        let ids = texts(&events, "event_id");
        assert!(ids[0] != ids[1] && ids[1] == ids[2] && ids[1] == ids[3], "{ids:?}");
        assert_eq!(events[1]["created_at"], events[3]["created_at"]);
    }
}

#[tokio::test]
async fn each_attempt_is_signed_at_a_time_of_its_own() {
    let receiver = Receiver::answering(&[200, 500]).await;
    let pauses = [Duration::from_millis(1_100), Duration::ZERO];
    let sandbox = sending_to(&receiver).webhook_pauses(pauses).start().unwrap();
    finished(&sandbox, "approve").await;
    let events = events(&receiver);
    assert_eq!(events.len(), 3);
    assert!(events[1]["timestamp"].as_u64() < events[2]["timestamp"].as_u64());
    assert_eq!(events[1]["event_id"], events[2]["event_id"]);
}

#[tokio::test]
async fn after_three_attempts_it_gives_up() {
    let receiver = Receiver::answering(&[500; 6]).await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!(receiver.requests().len(), 6);
    let mut attempts = statuses(&sandbox.deliveries());
    attempts.sort_unstable();
    let failed = Some(500);
    assert_eq!(
        attempts,
        [(1, failed), (1, failed), (2, failed), (2, failed), (3, failed), (3, failed)]
    );
}

#[tokio::test]
async fn what_another_attempt_would_not_change_is_not_tried_again() {
    for status in [200, 204, 301, 307, 400, 401, 410, 429] {
        let receiver = Receiver::answering(&[status; 2]).await;
        let sandbox = sending_to(&receiver).start().unwrap();
        finished(&sandbox, "approve").await;
        assert_eq!(statuses(&sandbox.deliveries()), [(1, Some(status)); 2]);
        // No redirect is followed either.
        assert_eq!(receiver.requests().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn where_nobody_listens_each_attempt_says_why() {
    let receiver = Receiver::start().await;
    let url = "http://127.0.0.1:1/webhooks";
    let sandbox = sending_to(&receiver).webhook(url, "another").start().unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!(receiver.requests().len(), 2);
    let deliveries = sandbox.deliveries();
    let failed: Vec<_> = deliveries.iter().filter(|one| one.url == url).collect();
    assert_eq!(failed.len(), 6);
    assert!(
        failed.iter().all(|one| one.status.as_ref().unwrap_err().contains("refused")),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_in_time_is_given_up() {
    let receiver = Receiver::answering(&[200, HANGS]).await;
    let sandbox = sending_to(&receiver).webhook_timeout(Duration::from_secs(1)).start().unwrap();
    finished(&sandbox, "approve").await;
    let deliveries = sandbox.deliveries();
    assert_eq!(statuses(&deliveries), [(1, Some(200)), (1, None), (2, Some(200))]);
    assert_eq!(deliveries[1].status, Err("timed out".to_owned()));
}

#[tokio::test]
async fn a_destination_that_is_created_gets_what_it_asks_for_signed_with_its_own_secret() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start().unwrap();
    let client = destinations(&sandbox);
    let call = CreateDestination::new("Mine", &receiver.url);
    let made = client.create(call.subscribed_events([WebhookEvent::StatusUpdated])).send().await;
    let made = made.unwrap().into_inner();
    let (uuid, secret) = (made.uuid.unwrap(), made.secret_shared_key.unwrap());
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    assert_eq!(secret.expose().len(), 43);
    assert!(secret.expose().chars().all(is_safe));
    let other = CreateDestination::new("Other", "http://127.0.0.1:9");
    let other = client.create(other.enabled(false)).send().await.unwrap();
    assert_ne!(other.secret_shared_key.as_ref().unwrap().expose(), secret.expose());
    let read = client.retrieve(&uuid).send().await.unwrap();
    assert_eq!(read.secret_shared_key.as_ref().unwrap().expose(), secret.expose());

    let id = finished(&sandbox, "approve").await;
    let seen = |receiver: &Receiver| -> Vec<Value> {
        receiver.requests().iter().map(|request| request.json(secret.expose())).collect()
    };
    assert_eq!(texts(&seen(&receiver), "status"), ["In Progress", "Approved"]);
    // Not what it did not ask for.
    sessions::Client::new(transport(&sandbox))
        .update_data(&id, UpdateData::new().first_name("Ana"))
        .send()
        .await
        .unwrap();
    sandbox.webhooks_settled().await;
    assert_eq!(receiver.requests().len(), 2);

    let change = UpdateDestination::new().subscribed_events([WebhookEvent::DataUpdated]);
    client.update(&uuid, change).send().await.unwrap();
    sessions::Client::new(transport(&sandbox))
        .update_data(&id, UpdateData::new().first_name("Eva"))
        .send()
        .await
        .unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!(texts(&seen(&receiver)[2..], "webhook_type"), ["data.updated"]);

    let events = [WebhookEvent::StatusUpdated];
    let change = UpdateDestination::new().enabled(false).subscribed_events(events);
    client.update(&uuid, change).send().await.unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!(receiver.requests().len(), 3);

    let second = Receiver::start().await;
    let change = UpdateDestination::new().enabled(true).url(&*second.url);
    client.update(&uuid, change).send().await.unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!((receiver.requests().len(), second.requests().len()), (3, 2));
    assert_eq!(texts(&seen(&second), "status"), ["In Progress", "Approved"]);

    client.delete(&uuid).send().await.unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!((receiver.requests().len(), second.requests().len()), (3, 2));
}

#[tokio::test]
async fn a_destination_that_names_no_event_gets_none() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start().unwrap();
    let call = CreateDestination::new("Mine", &receiver.url);
    let made = destinations(&sandbox).create(call).send().await.unwrap().into_inner();
    assert_eq!(made.subscribed_events, Some(Vec::new()));
    finished(&sandbox, "approve").await;
    assert_eq!((receiver.requests().len(), sandbox.deliveries().len()), (0, 0));
}

#[tokio::test]
async fn a_destination_that_is_deleted_is_not_tried_again() {
    let receiver = Receiver::answering(&[500; 2]).await;
    let pauses = [Duration::from_secs(2), Duration::ZERO];
    let sandbox = sending_to(&receiver).webhook_pauses(pauses).start().unwrap();
    let id = created(&sandbox, CreateSession::new(WORKFLOW)).await;
    sandbox.finish(&id, "approve");
    while sandbox.deliveries().len() < 2 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let uuid = destination(&sandbox, &receiver).await;
    destinations(&sandbox).delete(uuid).send().await.unwrap();
    sandbox.webhooks_settled().await;
    assert_eq!(receiver.requests().len(), 2);
}

#[tokio::test]
async fn other_machines_are_never_posted_to_unless_that_is_asked_for() {
    let refused = |builder: SandboxBuilder| builder.start().unwrap_err();
    for url in ["https://example.com/webhooks", "http://10.0.0.1", "http://localhost.example"] {
        let error = refused(Sandbox::builder().webhook(url, SECRET));
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("call `webhooks_anywhere`"), "{error}");
        Sandbox::builder().webhook(url, SECRET).webhooks_anywhere().start().unwrap();
    }
    for url in ["", "localhost:80", "/webhooks", "ftp://127.0.0.1/webhooks"] {
        let error = refused(Sandbox::builder().webhook(url, SECRET).webhooks_anywhere());
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}");
        assert!(error.to_string().contains("http://127.0.0.1:3000/webhooks"), "{error}");
    }
    let example = Sandbox::builder().webhook("https://yourapp.com/webhooks", SECRET);
    assert_eq!(refused(example.webhooks_anywhere()).kind(), ErrorKind::InvalidInput);
    let blank = refused(Sandbox::builder().webhook("http://127.0.0.1:9", " "));
    assert!(blank.to_string().contains("blank"), "{blank}");
    for url in ["http://127.9.9.9", "https://[::1]:3000/x?y=z", "http://localhost:3000"] {
        Sandbox::builder().webhook(url, SECRET).start().unwrap();
    }

    // Destinations of the API with such URLs are there, and nothing is sent.
    let sandbox = Sandbox::start().unwrap();
    let call = CreateDestination::new("Mine", "https://example.com/webhooks");
    let call = call.subscribed_events([WebhookEvent::StatusUpdated]);
    destinations(&sandbox).create(call).send().await.unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!(sandbox.deliveries().len(), 0);
    // The examples' not even then.
    let sandbox = Sandbox::builder().webhooks_anywhere().start().unwrap();
    finished(&sandbox, "approve").await;
    assert_eq!(sandbox.deliveries().len(), 0);
}

#[tokio::test]
async fn two_receivers_get_the_same_event_each_signed_for_itself() {
    let (first, second) = (Receiver::start().await, Receiver::start().await);
    let sandbox = sending_to(&first).webhook(&second.url, "another").start().unwrap();
    finished(&sandbox, "approve").await;
    let (ours, theirs) = (first.requests(), second.requests());
    assert_eq!((ours.len(), theirs.len()), (2, 2));
    for (one, other) in ours.iter().zip(&theirs) {
        assert_eq!(one.json(SECRET)["event_id"], other.json("another")["event_id"]);
        one.verified("another").unwrap_err();
    }
}

#[test]
fn a_sandbox_that_is_dropped_waits_for_no_retry() {
    let sandbox = Sandbox::builder().webhook("http://127.0.0.1:1", SECRET).start().unwrap();
    sandbox.finish("11111111-2222-3333-4444-555555555555", "approve");
    // The pause is a minute.
    drop(sandbox);
}

#[tokio::test]
async fn debug_shows_neither_body_nor_signature_nor_secret() {
    let receiver = Receiver::start().await;
    let url = format!("{}?token=t0ken", receiver.url);
    let builder = Sandbox::builder().webhook(&url, SECRET);
    assert!(!format!("{builder:?}").contains(SECRET));
    let sandbox = builder.start().unwrap();
    finished(&sandbox, "approve").await;
    let delivery = sandbox.deliveries().remove(0);
    let shown = format!("{delivery:?}");
    let expected =
        format!("Delivery {{ url: \"{}\", attempt: 1, status: Ok(200), .. }}", receiver.url);
    assert_eq!(shown, expected);
    assert!(!format!("{sandbox:?}").contains(SECRET));
}

#[tokio::test]
async fn a_test_event_has_both_marks_and_no_environment() {
    let receiver = Receiver::answering(&[500]).await;
    let sandbox = sending_to(&receiver).start().unwrap();
    sandbox.send_test();
    sandbox.webhooks_settled().await;
    // It is not tried again.
    let request = receiver.requests().remove(0);
    assert_eq!(statuses(&sandbox.deliveries()), [(1, Some(500))]);
    assert_eq!(request.headers["x-didit-test-webhook"], "true");
    let event = request.verified(SECRET).unwrap();
    assert!(event.is_test());
    assert_eq!(event.environment(), None);
    let json = event.json();
    assert_eq!(json["metadata"], json!({ "test_webhook": true }));
    assert_eq!(json["webhook_type"], "status.updated");
    assert_eq!(json["status"], json["decision"]["status"]);
    assert!(json["event_id"].is_string() && event.session().is_some());
    // Nothing else has the mark.
    finished(&sandbox, "approve").await;
    let last = receiver.requests().pop().unwrap();
    assert!(!last.verified(SECRET).unwrap().is_test());
    assert!(!last.headers.contains_key("x-didit-test-webhook"));
}

#[tokio::test]
async fn a_replay_is_the_same_bytes_and_headers() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    let delivery = sandbox.deliveries().remove(1);
    sandbox.send_replay(&delivery);
    sandbox.webhooks_settled().await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[1], requests[2]);
    requests[2].verified(SECRET).unwrap();
}

#[tokio::test]
async fn a_tampered_delivery_has_another_status_under_the_old_signatures() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    for delivery in sandbox.deliveries() {
        sandbox.send_tampered(&delivery);
    }
    sandbox.webhooks_settled().await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 4);
    for (genuine, forged) in requests[..2].iter().zip(&requests[2..]) {
        for name in ["x-signature", "x-signature-v2", "x-signature-simple", "x-timestamp"] {
            assert_eq!(genuine.headers[name], forged.headers[name]);
        }
        let error = forged.verified(SECRET).unwrap_err();
        assert_eq!(error.kind(), VerifyErrorKind::NoSecretMatches);
        let verifier = Verifier::with_secret(SECRET).unwrap();
        let error = verifier.verify_simple(&forged.headers, &forged.body).unwrap_err();
        assert_eq!(error.kind(), VerifyErrorKind::NoSecretMatches);
    }
    let status = |at: usize| -> Value {
        let json: Value = serde_json::from_slice(&requests[at].body).unwrap();
        json["status"].clone()
    };
    assert_eq!((status(2), status(3)), (json!("Approved"), json!("Declined")));
}

#[tokio::test]
async fn a_stale_delivery_is_signed_well_and_too_old() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    let delivery = sandbox.deliveries().remove(1);
    sandbox.send_stale(&delivery, Duration::from_secs(60));
    sandbox.send_stale(&delivery, Duration::from_secs(600));
    sandbox.send_stale(&delivery, Duration::MAX);
    sandbox.webhooks_settled().await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 5);
    let recent = requests[2].json(SECRET);
    assert_eq!(recent["event_id"], requests[1].json(SECRET)["event_id"]);
    for request in &requests[3..] {
        let error = request.verified(SECRET).unwrap_err();
        assert_eq!(error.kind(), VerifyErrorKind::TooOld);
        let patient =
            Verifier::with_secret(SECRET).unwrap().tolerance(Duration::from_secs(u64::MAX));
        patient.verify(&request.headers, &request.body).unwrap();
    }
}

#[tokio::test]
async fn what_a_test_changes_goes_to_no_other_machine() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    let mut delivery = sandbox.deliveries().remove(0);
    "https://example.com".clone_into(&mut delivery.url);
    delivery.body = b"no JSON".to_vec();
    sandbox.send_replay(&delivery);
    sandbox.send_tampered(&delivery);
    sandbox.send_stale(&delivery, Duration::ZERO);
    sandbox.webhooks_settled().await;
    let deliveries = sandbox.deliveries();
    assert_eq!((deliveries.len(), receiver.requests().len()), (5, 2));
    let refused =
        |one: &Delivery| one.status.as_ref().is_err_and(|why| why.contains("another machine"));
    assert!(deliveries[2..].iter().all(refused), "{deliveries:?}");
}

#[tokio::test]
async fn the_api_lists_the_attempts_newest_first_with_what_was_sent() {
    let receiver = Receiver::answering(&[200, 503, CLOSES]).await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let id = finished(&sandbox, "approve").await;
    let client = destinations(&sandbox);
    let uuid = destination(&sandbox, &receiver).await;
    let page = client.list_deliveries(&uuid).send().await.unwrap().into_inner();
    let rows = page.results.unwrap();
    assert_eq!(page.count, Some(4));
    let answered: Vec<_> = rows.iter().map(|row| row.response_status).collect();
    assert_eq!(answered, [Some(200), None, Some(503), Some(200)]);
    for (row, delivery) in rows.iter().rev().zip(sandbox.deliveries()) {
        let read = client.retrieve_delivery(&uuid, row.uuid.as_ref().unwrap()).send().await;
        let read = read.unwrap().into_inner();
        assert_eq!(read.session_id.as_ref(), Some(&id));
        assert_eq!(read.request_url.as_ref(), Some(&receiver.url));
        assert_eq!(read.response_status, delivery.status.ok().map(i64::from));
        assert_eq!(read.response_time_ms.is_some(), read.response_status.is_some());
        assert_eq!(read.webhook_type, Some(WebhookEvent::StatusUpdated));
        assert_eq!(read.request_body.unwrap().as_bytes(), delivery.body);
        let headers: Value = serde_json::from_str(&read.request_header.unwrap()).unwrap();
        assert_eq!(headers.as_object().unwrap().len(), 6);
        assert_eq!(headers["User-Agent"], "DiditWebhook/2.0 +https://didit.me");
        for name in
            ["Content-Type", "X-Signature", "X-Signature-V2", "X-Signature-Simple", "X-Timestamp"]
        {
            assert_eq!(headers[name], delivery.headers[name].to_str().unwrap());
        }
    }
    let none = client.list_deliveries(&uuid).date_to("2020-01-01").send().await.unwrap();
    assert_eq!(none.count, Some(0));
    // What the vendor did not send it does not know of.
    sandbox.send_replay(&sandbox.deliveries()[0]);
    sandbox.webhooks_settled().await;
    assert_eq!(client.list_deliveries(&uuid).send().await.unwrap().count, Some(4));
    // Of the examples' destination there are the examples.
    let example = client.list_deliveries(WORKFLOW).send().await.unwrap();
    assert_eq!(example.count, Some(2));
}

#[tokio::test]
async fn a_delivery_that_is_sent_again_is_signed_anew_and_waited_for() {
    let receiver = Receiver::answering(&[400, 400, 202, 500]).await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    let client = destinations(&sandbox);
    let uuid = destination(&sandbox, &receiver).await;
    let rows = client.list_deliveries(&uuid).send().await.unwrap().into_inner().results.unwrap();
    let first = rows[0].uuid.as_ref().unwrap();
    // Even where the destination is switched off, and has another URL since.
    let change = UpdateDestination::new().enabled(false).url("http://127.0.0.1:9");
    client.update(&uuid, change).send().await.unwrap();
    for status in [202, 500] {
        let again = client.resend_delivery(&uuid, first).send().await.unwrap().into_inner();
        assert_eq!(again.response_status, Some(status));
        assert_ne!(again.uuid.as_ref(), Some(first));
        assert_eq!(again.request_url.as_ref(), Some(&receiver.url));
        let read = client.retrieve_delivery(&uuid, again.uuid.unwrap()).send().await.unwrap();
        assert_eq!(read.response_status, Some(status));
    }
    sandbox.webhooks_settled().await;
    // No retry of a resend.
    let events = events(&receiver);
    assert_eq!(events.len(), 4);
    let mut original = events[1].clone();
    for again in &events[2..] {
        assert!(original["timestamp"].as_u64() <= again["timestamp"].as_u64());
        original["timestamp"] = again["timestamp"].clone();
        assert!(original == *again);
    }
    assert_eq!(client.list_deliveries(&uuid).send().await.unwrap().count, Some(4));
}

#[tokio::test]
async fn a_receiver_may_ask_for_a_resend_before_it_answers() {
    let receiver = Receiver::answering(&[200, HANGS]).await;
    let sandbox = sending_to(&receiver).start().unwrap();
    let id = created(&sandbox, CreateSession::new(WORKFLOW)).await;
    sandbox.finish(&id, "approve");
    while receiver.requests().len() < 2 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let client = destinations(&sandbox);
    let uuid = destination(&sandbox, &receiver).await;
    let rows = client.list_deliveries(&uuid).send().await.unwrap().into_inner().results.unwrap();
    assert_eq!(rows.len(), 1);
    let again = client.resend_delivery(&uuid, rows[0].uuid.as_ref().unwrap()).send().await.unwrap();
    assert_eq!(again.response_status, Some(200));
    // The second webhook is not answered yet.
    assert_eq!(statuses(&sandbox.deliveries()), [(1, Some(200)); 2]);
}

#[tokio::test]
async fn an_example_of_a_delivery_is_only_said_to_be_sent_again() {
    let sandbox = Sandbox::start().unwrap();
    let example = "66666666-7777-8888-9999-000000000001";
    let again = destinations(&sandbox).resend_delivery(WORKFLOW, example).send().await.unwrap();
    assert!(again.response_status.is_some());
    assert_eq!(sandbox.deliveries().len(), 0);
    destinations(&sandbox).resend_delivery(WORKFLOW, WORKFLOW).send().await.unwrap_err();
}

#[tokio::test]
async fn a_destination_begins_without_deliveries_and_has_its_own_only() {
    let receiver = Receiver::start().await;
    let sandbox = sending_to(&receiver).start().unwrap();
    finished(&sandbox, "approve").await;
    let api = destinations(&sandbox);
    let url = "https://yourapp.com/webhooks/another";
    let other = api.create(CreateDestination::new("Another", url)).send().await.unwrap();
    let other = other.into_inner().uuid.unwrap();
    let row = api.list().send().await.unwrap().into_inner();
    let row = row.into_iter().find(|row| row.uuid.as_ref() == Some(&other)).unwrap();
    assert_eq!((row.deliveries_count, row.failed_deliveries_count), (Some(0), Some(0)));
    assert_eq!((row.last_delivery_at, row.subscribed_events_count), (None, Some(0)));
    assert_ne!(row.created_at, Some("2026-05-17T10:00:00Z".to_owned()), "the example's");

    let more = UpdateDestination::new().subscribed_events([WebhookEvent::StatusUpdated]);
    api.update(&other, more).send().await.unwrap();
    let rows = api.list().send().await.unwrap().into_inner();
    let counts: Vec<_> = rows.iter().map(|row| row.subscribed_events_count.unwrap()).collect();
    // Of the examples, of the test's own, and of this one.
    assert_eq!(counts[counts.len() - 2..], [3, 1]);

    let own = destination(&sandbox, &receiver).await;
    let all = api.list_deliveries(&own).send().await.unwrap().into_inner();
    let delivery = all.results.unwrap().remove(0).uuid.unwrap();
    api.retrieve_delivery(&own, &delivery).send().await.unwrap();
    let error = api.retrieve_delivery(&other, &delivery).send().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
}
