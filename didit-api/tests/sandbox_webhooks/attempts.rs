//! How often it is posted, and when no more.

use super::*;

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

#[test]
fn a_sandbox_that_is_dropped_waits_for_no_retry() {
    let sandbox = Sandbox::builder().webhook("http://127.0.0.1:1", SECRET).start().unwrap();
    sandbox.finish("11111111-2222-3333-4444-555555555555", "approve");
    // The pause is a minute.
    drop(sandbox);
}
