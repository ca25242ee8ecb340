//! What the documents say that the answer to a request is.

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::answer::Answer;
use super::document::{Operation, Route, Scheme};
use super::ledger::Ledger;
use super::schema::{Violation, check, members, resolve};
use super::texts::{fields, from_texts, pairs, split, typed};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Why a request is answered with an error.
pub(super) struct Refusal {
    /// The status, and others that say the same: a document may know only one.
    statuses: &'static [u16],
    code: &'static str,
    text: String,
}

impl Refusal {
    pub(super) const CREDENTIALS: &[u16] = &[401, 403];
    const INPUT: &[u16] = &[400, 422];
    const MEDIA: &[u16] = &[415, 400, 422];
    const SIZE: &[u16] = &[413, 400, 422];

    pub(super) fn new(
        statuses: &'static [u16],
        code: &'static str,
        text: impl Into<String>,
    ) -> Self {
        Self { statuses, code, text: text.into() }
    }

    fn bare(&self, status: u16) -> Answer {
        render(status, "application/json", &json!({ "detail": self.text }))
    }

    /// In the shape that the operation documents for such errors: its example,
    /// with the members that name the error saying what is wrong here.
    fn answer(&self, operation: &Operation) -> Answer {
        let status = operation.error(self.statuses);
        let Some((media, mut body, schema)) = operation.example(status) else {
            return self.bare(status);
        };
        for member in ["error", "error_description", "detail", "message"] {
            let Some(place) = body.get_mut(member).filter(|place| place.is_string()) else {
                continue;
            };
            let said = if member == "error" { self.code } else { &self.text };
            let example = std::mem::replace(place, said.into());
            // A code of another service, or a text without leave.
            if check(&operation.document, schema, &body, "").is_err() {
                body[member] = example;
            }
        }
        let answer = render(status, media, &body);
        let challenges = operation.security.iter().flatten().filter_map(|scheme| match scheme {
            Scheme::Basic => Some("Basic realm=\"didit\""),
            Scheme::Bearer => Some("Bearer"),
            Scheme::ApiKey(_) => None,
        });
        let challenges =
            challenges.filter(|_| status == 401).map(|text| ("www-authenticate", text));
        let documented = operation.headers(status);
        let answer = documented.fold(answer, |answer, (name, text)| answer.header(name, &text));
        challenges.fold(answer, |answer, (name, text)| answer.header(name, text))
    }
}

impl From<Violation> for Refusal {
    fn from(Violation(at, keyword): Violation) -> Self {
        let grant = at == "/grant_type" && keyword == "enum";
        let code = if grant { "unsupported_grant_type" } else { "invalid_request" };
        Self::new(Self::INPUT, code, format!("`{at}` breaks the rule `{keyword}` of its schema."))
    }
}

/// Answers a request as its document says. A body above the limit is absent.
pub(super) fn play(
    route: &Route<'_>,
    ledger: &mut Ledger,
    head: &Parts,
    body: Option<&[u8]>,
) -> Answer {
    match route {
        Route::Operation(operation, captures) => {
            match admit(operation, captures, ledger, head, body) {
                Ok(()) => succeed(operation, ledger),
                Err(refusal) => refusal.answer(operation),
            }
        }
        Route::Methods(allowed) => {
            let refusal = Refusal::new(&[], "", format!("Method \"{}\" not allowed.", head.method));
            refusal.bare(405).header("allow", allowed)
        }
        // As the vendor's framework does; a client that follows loses the body.
        Route::Slash => {
            let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Answer::status(301).header("location", &format!("{}/{query}", head.uri.path()))
        }
        Route::Nothing => Refusal::new(&[], "", "Not found.").bare(404),
    }
}

fn succeed(operation: &Operation, ledger: &mut Ledger) -> Answer {
    let status = operation.success();
    let answer = match operation.example(status) {
        Some((media, mut body, _)) => {
            let issues =
                operation.security.iter().flatten().any(|one| matches!(one, Scheme::Basic));
            if issues && body.get("access_token").is_some() {
                ledger.issue(&mut body);
            }
            render(status, media, &body)
        }
        None => Answer::status(status),
    };
    operation.headers(status).fold(answer, |answer, (name, text)| answer.header(name, &text))
}

fn render(status: u16, media: &str, body: &Value) -> Answer {
    let text = body.as_str().filter(|_| !media.contains("json"));
    let text = text.map_or_else(|| body.to_string(), str::to_owned);
    Answer::status(status).header("content-type", media).body(text)
}

fn admit(
    operation: &Operation,
    captures: &[(&str, String)],
    ledger: &Ledger,
    head: &Parts,
    body: Option<&[u8]>,
) -> Result<(), Refusal> {
    let too_long = "The body is longer than 1 MiB.";
    let too_long = || Refusal::new(Refusal::SIZE, "invalid_request", too_long);
    let body = body.ok_or_else(too_long)?;
    let mut checked = Ok(());
    for schemes in &operation.security {
        checked = schemes.iter().try_for_each(|scheme| ledger.check(scheme, &head.headers));
        if checked.is_ok() {
            break;
        }
    }
    checked?;
    check_parameters(operation, captures, head)?;
    check_body(operation, &head.headers, body)
}

fn check_parameters(
    operation: &Operation,
    captures: &[(&str, String)],
    head: &Parts,
) -> Result<(), Refusal> {
    let document = &operation.document;
    let mut query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    for parameter in &operation.parameters {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let headers = head.headers.get_all(name).iter();
        let path = captures.iter().filter(|(key, _)| *key == name);
        let mut texts: Vec<String> = match place {
            "path" => path.map(|(_, text)| text.clone()).collect(),
            "query" => query.remove(name).unwrap_or_default(),
            "header" => {
                headers.map(|text| String::from_utf8_lossy(text.as_bytes()).into()).collect()
            }
            // A cookie is nothing that the API knows.
            _ => continue,
        };
        let (at, schema) = (format!("/{name}"), &parameter["schema"]);
        let kind = typed(document, schema)["type"].as_str();
        if kind == Some("object") {
            // Its members are parameters of their own.
            continue;
        }
        if texts.is_empty() {
            if parameter["required"] == true {
                return Err(Violation(at, "required").into());
            }
            continue;
        }
        if kind == Some("array") && (place != "query" || parameter["explode"] == false) {
            let separator = match parameter["style"].as_str() {
                Some("pipeDelimited") => '|',
                Some("spaceDelimited") => ' ',
                _ => ',',
            };
            texts = split(texts, separator);
        }
        check(document, schema, &from_texts(document, schema, &texts), &at)?;
    }
    Ok(())
}

fn check_body(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let document = &operation.document;
    let wanted = resolve(document, &operation.definition["requestBody"]);
    let sent = headers.get("content-type").and_then(|value| value.to_str().ok());
    let absent = body.is_empty() && wanted["required"] != true;
    if wanted.is_null() || absent {
        return Ok(());
    }
    let media = essence(sent.unwrap_or_default());
    let kind = media.split('/').next().unwrap_or_default();
    let fits = |wanted: &str| wanted == media || wanted == "*/*" || wanted == format!("{kind}/*");
    let content = members(&wanted["content"]).find(|(wanted, _)| fits(&essence(wanted)));
    let (_, content) = content.ok_or_else(|| {
        let text = "The content type is not a documented one.";
        Refusal::new(Refusal::MEDIA, "invalid_request", text)
    })?;
    let schema = &content["schema"];
    let invalid = |text| Refusal::new(Refusal::INPUT, "invalid_request", text);
    let form = match media.as_str() {
        FORM => Some(pairs(body)),
        MULTIPART => Some(fields(sent.unwrap_or_default(), body)),
        _ => None,
    };
    let value = if let Some(form) = form {
        let properties = &resolve(document, schema)["properties"];
        let member = |(name, texts): (String, Vec<String>)| {
            let value = from_texts(document, &properties[&name], &texts);
            (name, value)
        };
        form.into_iter().map(member).collect()
    } else if media.contains("json") {
        serde_json::from_slice(body).map_err(|_| invalid("The body is not JSON."))?
    } else if kind == "text" {
        let text = std::str::from_utf8(body).map_err(|_| invalid("The body is not UTF-8."))?;
        text.into()
    } else {
        return Ok(());
    };
    Ok(check(document, schema, &value, "")?)
}

/// A media type without its parameters.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
