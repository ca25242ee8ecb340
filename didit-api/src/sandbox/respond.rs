//! What the documents say that the answer to a request is.

use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::answer::Answer;
use super::credentials::Credentials;
use super::documents::Operation;
use super::refusal::Refusal;
use super::request::check_request;
use super::route::Route;
use crate::openapi::media::is_json;
use crate::openapi::schema::check;
use crate::openapi::security::Scheme;

/// Answers a request as its document says. A body above the limit is absent.
pub(super) fn respond(
    route: &Route<'_>,
    credentials: &mut Credentials,
    head: &Parts,
    body: Option<&[u8]>,
) -> Answer {
    match route {
        Route::Operation(operation, captures) => {
            match check_request(operation, captures, credentials, head, body) {
                Ok(()) => succeed(operation, credentials),
                Err(refusal) => refuse(operation, &refusal),
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
        Route::Nothing => bare(404, "Not found."),
    }
}

fn succeed(operation: &Operation, credentials: &mut Credentials) -> Answer {
    let status = operation.success();
    let answer = match operation.example(status) {
        Some((media, mut body, _)) => {
            let issues =
                operation.security.iter().flatten().any(|one| matches!(one, Scheme::Basic));
            if issues && body.get("access_token").is_some() {
                credentials.issue(&mut body);
            }
            render(status, media, &body)
        }
        None => Answer::status(status),
    };
    with_headers(answer, operation, status)
}

/// In the shape that the operation documents for such errors: its example, with
/// the members that name the error saying what is wrong here.
fn refuse(operation: &Operation, refusal: &Refusal) -> Answer {
    let status = operation.error(refusal.statuses);
    let Some((media, mut body, schema)) = operation.example(status) else {
        return bare(status, &refusal.text);
    };
    for member in ["error", "error_description", "detail", "message"] {
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
    let answer = with_headers(render(status, media, &body), operation, status);
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
    render(status, "application/json", &json!({ "detail": text }))
}

fn with_headers(answer: Answer, operation: &Operation, status: u16) -> Answer {
    let headers = operation.headers(status).into_iter();
    headers.fold(answer, |answer, (name, text)| answer.header(name, &text))
}

fn render(status: u16, media: &str, body: &Value) -> Answer {
    let text = body.as_str().filter(|_| !is_json(media));
    let text = text.map_or_else(|| body.to_string(), str::to_owned);
    Answer::status(status).header("content-type", media).body(text)
}
