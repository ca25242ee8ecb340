//! To whom it is posted.

use super::*;

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

#[tokio::test]
async fn debug_shows_neither_body_nor_signature_nor_secret() {
    let receiver = Receiver::start().await;
    let url = format!("{}?token=t0ken", receiver.url);
    let builder = Sandbox::builder().webhook(&url, SECRET);
    let shown = format!("{builder:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("t0ken"), "{shown}");
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
