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

mod attempts;
mod deliveries;
mod destinations;
mod events;
mod on_demand;
#[path = "../support/receiver.rs"]
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
