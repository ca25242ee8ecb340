//! What the documents say that the answer to a request is.

use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::answer::Answer;
use super::credentials::{Credentials, SESSION_TOKEN};
use super::documents::Operation;
use super::media;
use super::refusal::Refusal;
use super::request::check_request;
use super::resources::{Call, about};
use super::route::Route;
use super::service::RESOURCES;
use super::state::State;
use super::throttle::Throttle;
use crate::openapi::media::is_json;
use crate::openapi::schema::check;
use crate::openapi::security::Scheme;

/// Answers a request as its document says, and as what was asked for before has made
/// it. A body above the limit is absent.
pub(super) fn respond(
    route: &Route<'_>,
    State { credentials, service, throttle, .. }: &mut State,
    head: &Parts,
    body: Option<&[u8]>,
) -> Answer {
    let sent = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let host = format!("http://{}", sent("host").unwrap_or_default());
    match route {
        Route::Operation(operation, captures) => {
            if let Some(headers) = throttle.as_mut().and_then(Throttle::refused) {
                let refusal =
                    Refusal::new(Refusal::THROTTLED, "throttled", "Request was throttled.");
                let answer = refuse(operation, &refusal, &host);
                return headers
                    .into_iter()
                    .fold(answer, |answer, (name, text)| answer.header(name, &text.to_string()));
            }
            let answer = check_request(operation, captures, credentials, head, body);
            let answer = answer.and_then(|checked| {
                let Some((resource, start)) = about(RESOURCES, operation) else {
                    return Ok(None);
                };
                let url = &format!("{host}{}", head.uri.path());
                let token = sent(SESSION_TOKEN).unwrap_or_default();
                let api_key = credentials.api_key().expose();
                let checked = &checked;
                service.answer(&Call { operation, resource, start, checked, url, token, api_key })
            });
            match answer {
                Ok(body) => succeed(operation, credentials, body, &host),
                Err(refusal) => refuse(operation, &refusal, &host),
            }
        }
        Route::Methods(allowed) => {
            bare(405, &format!("Method \"{}\" not allowed.", head.method)).header("allow", allowed)
        }
        // As the vendor's framework does; a client that follows loses the body.
        Route::Slash => {
            let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Answer::status(301).header("location", &format!("{}/{query}", head.uri.path()))
        }
        // What the media URLs of a decision lead to.
        Route::Nothing if head.uri.path().starts_with(media::PATH) => Answer::status(200)
            .header("content-type", "application/octet-stream")
            .body(head.uri.path()),
        Route::Nothing => bare(404, "Not found."),
    }
}

fn succeed(
    operation: &Operation,
    credentials: &mut Credentials,
    own: Option<Value>,
    host: &str,
) -> Answer {
    let status = operation.success();
    let answer = match operation.example(status) {
        Some((media, example, _)) => {
            let mut body = own.unwrap_or(example);
            let issues =
                operation.security.iter().flatten().any(|one| matches!(one, Scheme::Basic));
            if issues && body.get("access_token").is_some() {
                credentials.issue(&mut body);
            }
            render(status, media, &body, host)
        }
        None => Answer::status(status),
    };
    with_headers(answer, operation, status)
}

/// In the shape that the operation documents for such errors: its example, with
/// the members that name the error saying what is wrong here.
fn refuse(operation: &Operation, refusal: &Refusal, host: &str) -> Answer {
    let status = operation.error(refusal.statuses);
    let Some((media, mut body, schema)) = operation.example(status) else {
        return bare(status, &refusal.text);
    };
    if let Some(own) = &refusal.body {
        body.clone_from(own);
    }
    let members = ["error", "error_description", "detail", "message"].into_iter();
    for member in members.filter(|_| !refusal.text.is_empty()) {
        let Some(place) = body.get_mut(member).filter(|place| place.is_string()) else {
            continue;
        };
        let said = if member == "error" { refusal.code } else { &refusal.text };
        let example = std::mem::replace(place, said.into());
        // A code of another service, or a text without leave.
        if check(&operation.root, schema, &body).is_err() {
            body[member] = example;
        }
    }
    let answer = with_headers(render(status, media, &body, host), operation, status);
    let challenges = operation.security.iter().flatten().filter_map(|scheme| match scheme {
        Scheme::Basic => Some("Basic realm=\"didit\""),
        Scheme::Bearer => Some("Bearer"),
        Scheme::ApiKey(_) => None,
    });
    let challenges = challenges.filter(|_| status == 401);
    challenges.fold(answer, |answer, text| answer.header("www-authenticate", text))
}

/// An error that no document describes.
fn bare(status: u16, text: &str) -> Answer {
    render(status, "application/json", &json!({ "detail": text }), "")
}

fn with_headers(answer: Answer, operation: &Operation, status: u16) -> Answer {
    let headers = operation.headers(status).into_iter();
    headers.fold(answer, |answer, (name, text)| answer.header(name, &text))
}

fn render(status: u16, media_type: &str, body: &Value, host: &str) -> Answer {
    let text = body.as_str().filter(|_| !is_json(media_type));
    let text = text.map_or_else(|| body.to_string(), str::to_owned);
    Answer::status(status).header("content-type", media_type).body(media::here(&text, host))
}
