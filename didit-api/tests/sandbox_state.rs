//! What the sandbox remembers from one call to the next.

#![cfg(all(feature = "sandbox", feature = "v3"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use didit_api::sandbox::Sandbox;
use didit_api::sessions::types::*;
use didit_api::users::types::{CreateUser, DeleteUsers};
use didit_api::webhook_destinations::types::{CreateDestination, UpdateDestination, WebhookEvent};
use didit_api::{ApiKey, Error, RetryPolicy, StatusGroup, Transport};
use didit_api::{management, sessions, users, webhook_destinations};
use serde_json::{Value, json};

fn transport(sandbox: &Sandbox) -> Transport {
    let transport = Transport::builder(sandbox.url()).authorize(ApiKey::new(Sandbox::API_KEY));
    transport.retry(RetryPolicy::none()).build().unwrap()
}

fn client(sandbox: &Sandbox) -> sessions::Client {
    sessions::Client::new(transport(sandbox))
}

const WORKFLOW: &str = "11111111-2222-3333-4444-555555555555";

async fn created(client: &sessions::Client) -> String {
    let session = client.create(CreateSession::new(WORKFLOW)).send().await.unwrap();
    assert_eq!(session.status, SessionStatus::NotStarted);
    session.into_inner().session_id
}

async fn decision(client: &sessions::Client, id: &str) -> Decision {
    client.retrieve_decision(id).send().await.unwrap().into_inner()
}

/// The status and the body of what has to fail.
fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> (u16, Value) {
    let error = result.unwrap_err();
    let body = error.response().unwrap().body();
    (error.status().unwrap().as_u16(), serde_json::from_slice(body).unwrap())
}

#[tokio::test]
async fn every_scenario_leads_from_not_started_to_its_own_end() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    assert_eq!(Sandbox::scenarios().count(), 16);
    for scenario in Sandbox::scenarios() {
        let is_company = scenario.contains("kyb");
        let mut details = ExpectedDetails::new();
        if is_company {
            details = details.company_name("Example Ltd");
        }
        let call = CreateSession::new(WORKFLOW).expected_details(details);
        let id = client.create(call).send().await.unwrap().into_inner().session_id;

        let before = decision(&client, &id).await;
        assert_eq!(before.status, SessionStatus::NotStarted, "{scenario}");
        assert!(before.is_sandbox() && before.id_verifications.is_none(), "{scenario}");
        assert!(before.aml_screenings.is_none() && before.registry_checks.is_none());

        sandbox.finish(&id, scenario);
        let after = decision(&client, &id).await;
        let (verb, _) = scenario.split_once('_').unwrap_or((scenario, ""));
        let (status, warnings) = match verb {
            "approve" => (SessionStatus::Approved, 0),
            "decline" => (SessionStatus::Declined, 1),
            "review" => (SessionStatus::InReview, 1),
            _ => panic!("{scenario}"),
        };
        assert_eq!((&after.status, after.warnings().count()), (&status, warnings), "{scenario}");
        let json = serde_json::to_value(&after).unwrap();
        let lists = json.as_object().unwrap().values().filter_map(Value::as_array).flatten();
        let (mut good, mut bad) = (0, Vec::new());
        for check in lists.filter(|one| one["node_id"].is_string()) {
            match &check["status"] {
                status if status == "Approved" => good += 1,
                status => bad.push((status.as_str().unwrap(), &check["warnings"][0]["node_id"])),
            }
        }
        assert!(good > 1, "{scenario}");
        assert!(bad.iter().all(|(one, node)| *one == status.as_str() && node.is_string()));
        assert_eq!(bad.len(), warnings, "{scenario}: {bad:?}");
        assert_eq!(after.registry_checks.is_some(), is_company, "{scenario}");
        assert_eq!(after.id_verifications.is_some(), !is_company, "{scenario}");
        let kind = if is_company { SessionKindFilter::Business } else { SessionKindFilter::User };
        let rows = client.list().session_kind(kind).send().await.unwrap();
        let row = rows.results.iter().find(|row| row.session_id == id).unwrap();
        assert_eq!(row.status, status, "{scenario}");
        client.generate_pdf(&id).send().await.unwrap();
    }
}

#[tokio::test]
async fn a_session_that_is_created_with_a_scenario_comes_to_its_end_by_itself() {
    let sandbox = Sandbox::builder().pace(Duration::from_millis(20)).start().unwrap();
    let client = client(&sandbox);
    let call = CreateSession::new(WORKFLOW).sandbox_scenario("decline_aml_hit");
    let id = client.create(call).send().await.unwrap().into_inner().session_id;
    let mut seen = Vec::new();
    while !seen.contains(&SessionStatus::Declined) {
        let status = decision(&client, &id).await.status;
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    // Under load one may pass between two questions; none comes out of turn.
    let order = [SessionStatus::NotStarted, SessionStatus::InProgress, SessionStatus::Declined];
    let places = seen.iter().map(|one| order.iter().position(|other| one == other).unwrap());
    assert!(places.is_sorted(), "{seen:?}");

    let call = CreateSession::new(WORKFLOW).sandbox_scenario("of_tomorrow");
    let (status, body) = refused(client.create(call).send().await);
    let text = "Unknown sandbox scenario: 'of_tomorrow'.";
    assert_eq!((status, body), (400, json!({ "sandbox_scenario": [text] })));
}

#[tokio::test]
async fn what_was_sent_is_what_is_read_and_nobody_elses_data_with_it() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let call = CreateSession::new(WORKFLOW).vendor_data("user-9").metadata(json!({ "plan": 7 }));
    let session = client.create(call).send().await.unwrap();
    let read = decision(&client, &session.session_id).await;
    assert_eq!(read.vendor_data.as_deref(), Some("user-9"));
    assert_eq!(read.metadata, Some(json!({ "plan": 7 })));
    assert_eq!(read.session_number, Some(session.session_number));
    assert!(read.contact_details.is_none() && read.expected_details.is_none());
    let rows = client.list().vendor_data("user-9").send().await.unwrap();
    assert_eq!(rows.results.len(), 1);
    assert!(rows.results[0].full_name.is_none());
}

#[tokio::test]
async fn an_unfinished_session_comes_back_and_a_finished_one_does_not() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let create = |callback: &str| {
        let call = CreateSession::new(WORKFLOW).vendor_data("user-9").callback(callback);
        client.create(call).send()
    };
    let first = create("https://example.com/1").await.unwrap();
    let again = create("https://example.com/2").await.unwrap();
    assert_eq!(again.session_id, first.session_id);
    let callback = decision(&client, &first.session_id).await.callback;
    assert_eq!(callback.as_deref(), Some("https://example.com/2"));
    sandbox.finish(&first.session_id, "approve");
    assert_ne!(create("https://example.com/3").await.unwrap().session_id, first.session_id);
}

#[tokio::test]
async fn sessions_are_listed_newest_first_by_filters_and_in_pages() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let before = client.list().send().await.unwrap().count;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(created(&client).await);
    }
    made.reverse();
    let page = client.list().limit(2).offset(1).send().await.unwrap();
    assert_eq!(page.count, before + 5);
    let ids = |page: &[SessionRow]| -> Vec<String> {
        page.iter().map(|row| row.session_id.clone()).collect()
    };
    assert_eq!(ids(&page.results), made[1..3]);
    let next = page.next.as_deref().unwrap();
    assert!(next.starts_with(sandbox.url()) && next.contains("limit=2&offset=3"), "{next}");

    sandbox.finish(&made[0], "approve");
    let waiting = client.list().status("Not Started,In Progress").send().await.unwrap();
    assert!(!ids(&waiting.results).contains(&made[0]));
    assert!(made[1..].iter().all(|id| ids(&waiting.results).contains(id)));
    let all = client.list().session_kind(SessionKindFilter::All).send().await.unwrap();
    assert!(all.count > before + 5);
    assert!(client.list().vendor_data("nobody").send().await.unwrap().results.is_empty());
    assert!(client.list().date_from("2999-01-01").send().await.unwrap().results.is_empty());
}

#[tokio::test]
async fn a_session_is_reported_shared_corrected_and_reviewed_when_its_status_allows() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let id = created(&client).await;
    let share =
        || client.share(&id, ShareSession::new("a5f3bca2-46e2-411e-90ef-a580900a57ee")).send();
    let update = |status| client.update_status(&id, UpdateStatus::new(status)).send();
    let correct = || client.update_data(&id, UpdateData::new().first_name("Ana")).send();
    assert_eq!(refused(client.generate_pdf(&id).send().await).0, 403);
    assert_eq!(refused(share().await).0, 400);
    assert_eq!(refused(correct().await).0, 404);
    let (status, body) = refused(update(NewStatus::Approved).await);
    assert_eq!(status, 400);
    assert!(body["detail"].as_str().unwrap().ends_with("Current status: Not Started"), "{body}");

    sandbox.finish(&id, "review_aml_possible_match");
    client.generate_pdf(&id).send().await.unwrap();
    share().await.unwrap();
    assert_eq!(correct().await.unwrap().first_name.as_deref(), Some("Ana"));
    let documents = decision(&client, &id).await.id_verifications.unwrap();
    assert_eq!(documents[0].first_name.as_deref(), Some("Ana"));

    update(NewStatus::Approved).await.unwrap();
    assert_eq!(decision(&client, &id).await.status, SessionStatus::Approved);
    let (status, body) = refused(update(NewStatus::Approved).await);
    assert_eq!((status, body), (400, json!(["The new status is the same as the current status."])));
    let note = CreateReview::new().comment("Looked at it.");
    client.create_review(&id).body(note).send().await.unwrap();
    let reviews = client.list_reviews(&id).send().await.unwrap();
    let said: Vec<_> = reviews.results.iter().flatten().map(|one| one.comment.as_deref()).collect();
    assert_eq!(said, [Some("Looked at it."), None]);

    update(NewStatus::Resubmitted).await.unwrap();
    let again = decision(&client, &id).await;
    assert_eq!(again.status.group(), StatusGroup::WaitsForPerson);
    // Of what was approved nothing is to be done again.
    assert!(again.aml_screenings.is_none() && again.id_verifications.is_some());
}

#[tokio::test]
async fn a_session_of_a_company_has_no_reviews() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let company = ExpectedDetails::new().company_name("Example Ltd");
    let call = CreateSession::new(WORKFLOW).expected_details(company);
    let id = client.create(call).send().await.unwrap().into_inner().session_id;
    assert_eq!(refused(client.list_reviews(&id).send().await).0, 404);
    assert_eq!(refused(client.create_review(&id).send().await).0, 404);
}

#[tokio::test]
async fn what_is_deleted_is_gone_for_every_call() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let (id, other) = (created(&client).await, created(&client).await);
    sandbox.finish(&id, "approve");
    let gone = client.delete(&id).send().await.unwrap();
    assert_eq!(gone.session_id.as_deref(), Some(id.as_str()));
    assert_eq!(refused(client.delete(&id).send().await).0, 404);
    assert_eq!(refused(client.retrieve_decision(&id).send().await).0, 404);
    assert_eq!(refused(client.generate_pdf(&id).send().await).0, 404);
    assert_eq!(refused(client.list_reviews(&id).send().await).0, 404);

    let number = decision(&client, &other).await.session_number.unwrap();
    let numbers = [number.to_string(), "999999".to_owned()];
    let gone = client.delete_many(DeleteSessions::new(numbers)).send().await.unwrap();
    let ids: Vec<_> = gone.results.iter().flatten().map(|one| one.session_id.as_deref()).collect();
    assert_eq!(ids, [Some(other.as_str())]);
    assert_eq!(refused(client.retrieve_decision(&other).send().await).0, 404);
}

#[tokio::test]
async fn users_are_created_read_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let client = users::Client::new(transport(&sandbox));
    let create = || client.create(CreateUser::new("user-9").full_name("Ana Example")).send();
    let user = create().await.unwrap();
    assert_eq!(refused(create().await).0, 400);
    let read = client.retrieve("user-9").send().await.unwrap();
    assert_eq!(read.full_name.as_deref(), Some("Ana Example"));
    assert_eq!(read.didit_internal_id, user.didit_internal_id);
    let rows = client.list().limit(1).send().await.unwrap();
    assert_eq!(rows.results.as_ref().unwrap()[0].vendor_data.as_deref(), Some("user-9"));
    let named = DeleteUsers::new().vendor_data_list(["user-9".to_owned(), "nobody".to_owned()]);
    assert_eq!(client.delete_many(named).send().await.unwrap().deleted, Some(1));
    assert_eq!(refused(client.retrieve("user-9").send().await).0, 404);
}

#[tokio::test]
async fn webhook_destinations_are_created_changed_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let client = webhook_destinations::Client::new(transport(&sandbox));
    let url = "https://example.com/webhooks";
    let create = || {
        let destination = CreateDestination::new("Mine", url);
        client.create(destination.subscribed_events([WebhookEvent::StatusUpdated])).send()
    };
    let made = create().await.unwrap().into_inner().uuid.unwrap();
    assert_eq!(refused(create().await).0, 400);
    let change = UpdateDestination::new().enabled(false);
    client.update(&made, change).send().await.unwrap();
    let read = client.retrieve(&made).send().await.unwrap();
    assert_eq!((read.url.as_deref(), read.enabled), (Some(url), Some(false)));
    // Its own URL is not somebody else's.
    client.update(&made, UpdateDestination::new().url(url)).send().await.unwrap();
    let example = "11111111-2222-3333-4444-555555555555";
    let own = client.retrieve(example).send().await.unwrap().into_inner().url.unwrap();
    client.update(example, UpdateDestination::new().url(own)).send().await.unwrap();
    assert_eq!(client.list().send().await.unwrap().last().unwrap().uuid, Some(made.clone()));
    client.delete(&made).send().await.unwrap();
    assert_eq!(refused(client.retrieve(&made).send().await).0, 404);
    assert_eq!(refused(client.list_deliveries(&made).send().await).0, 404);
}

#[tokio::test]
async fn it_holds_what_the_examples_name_and_nothing_else() {
    let sandbox = Sandbox::start().unwrap();
    let management = management::Client::new(transport(&sandbox));
    let workflows = management.list_workflows().send().await.unwrap();
    for workflow in workflows.results.iter().flatten() {
        management.retrieve_workflow(workflow.uuid.clone().unwrap()).send().await.unwrap();
    }
    let nobody = "99999999-2222-3333-4444-555555555555";
    assert_eq!(refused(management.retrieve_workflow(nobody).send().await).0, 404);
    let client = client(&sandbox);
    for row in client.list().send().await.unwrap().into_inner().results {
        assert_eq!(decision(&client, &row.session_id).await.status, row.status);
    }
    assert_eq!(refused(client.retrieve_decision(nobody).send().await).0, 404);
}

#[tokio::test]
async fn media_urls_lead_back_to_it() {
    let sandbox = Sandbox::start().unwrap();
    let client = client(&sandbox);
    let id = created(&client).await;
    sandbox.finish(&id, "approve");
    let documents = decision(&client, &id).await.id_verifications.unwrap();
    let picture = documents[0].portrait_image.as_deref().unwrap();
    assert!(picture.starts_with(sandbox.url()), "{picture}");
    let bytes = transport(&sandbox).download(picture).await.unwrap().collect().await.unwrap();
    assert_eq!(bytes, b"/media/portrait.jpg");
    let request = sandbox.received().pop().unwrap();
    assert_eq!((request.header("x-api-key"), request.header("authorization")), (None, None));
}

#[tokio::test]
async fn more_requests_than_the_limit_are_answered_429_until_the_time_has_passed() {
    let within = Duration::from_millis(300);
    let sandbox = Sandbox::builder().rate_limit(3, within).start().unwrap();
    let client = client(&sandbox);
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(client.list().send().await);
    }
    let error = answers.pop().unwrap().unwrap_err();
    answers.into_iter().for_each(|answer| drop(answer.unwrap()));
    assert_eq!(
        (error.status().unwrap().as_u16(), error.retry_after()),
        (429, Some(Duration::from_secs(1)))
    );
    // The document has no example of it for this call.
    let body: Value = serde_json::from_slice(error.response().unwrap().body()).unwrap();
    assert_eq!(body, json!({ "detail": "Request was throttled." }));
    let headers = error.response().unwrap().headers();
    assert_eq!(
        (headers["x-ratelimit-limit"].as_bytes(), headers["x-ratelimit-remaining"].as_bytes()),
        (&b"3"[..], &b"0"[..])
    );
    assert!(headers["x-ratelimit-reset"].to_str().unwrap().parse::<u64>().unwrap() > 1_700_000_000);
    tokio::time::sleep(within).await;
    client.list().send().await.unwrap();
}

#[tokio::test]
async fn a_wrong_key_is_answered_as_each_document_says() {
    let sandbox = Sandbox::start().unwrap();
    let transport = Transport::builder(sandbox.url()).authorize(ApiKey::new("wrong"));
    let transport = transport.build().unwrap();
    let sessions = sessions::Client::new(transport.clone());
    let (status, body) = refused(sessions.list().send().await);
    assert_eq!((status, body), (403, json!({ "detail": "The API key is missing or wrong." })));
    let destinations = webhook_destinations::Client::new(transport);
    assert_eq!(refused(destinations.list().send().await).0, 403);
}
