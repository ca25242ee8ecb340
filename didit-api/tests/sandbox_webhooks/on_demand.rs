//! Tests, replays, forgeries and stale ones.

use super::*;

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
