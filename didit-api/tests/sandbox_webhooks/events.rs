//! What is said of what moves.

use super::*;

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
