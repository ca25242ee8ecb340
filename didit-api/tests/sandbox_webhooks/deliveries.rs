//! What the API knows of what was posted.

use super::*;

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
