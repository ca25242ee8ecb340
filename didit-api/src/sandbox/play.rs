//! What the documents say that the answer to a request is.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::answer::Answer;
use super::document::{Operation, Route, Scheme};
use super::ledger::Ledger;
use super::schema::{Violation, check, from_texts, resolve};

const FORM: &str = "application/x-www-form-urlencoded";

/// Why a request is answered with an error.
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    text: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into() }
    }

    /// In the shape that the operation documents for such errors: its example,
    /// with the members that name the error saying what is wrong here.
    fn answer(&self, operation: Option<&Operation>) -> Answer {
        let example = operation.and_then(|operation| operation.example(self.status));
        let (media, example) = example.unwrap_or(("application/json", &Value::Null));
        let mut body = example.clone();
        if body.is_null() {
            body = json!({ "detail": "" });
        }
        for member in ["error", "error_description", "detail", "message"] {
            if let Some(place) = body.get_mut(member) {
                let said = if member == "error" { self.code } else { &self.text };
                *place = said.into();
            }
        }
        render(self.status, media, &body)
    }
}

impl From<Violation> for Refusal {
    fn from(Violation(at, keyword): Violation) -> Self {
        let grant = at == "/grant_type" && keyword == "enum";
        let code = if grant { "unsupported_grant_type" } else { "invalid_request" };
        Self::new(400, code, format!("`{at}` breaks the rule `{keyword}` of its schema."))
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
                Err(refusal) if refusal.status == 401 => {
                    let schemes = operation.security.iter().flatten();
                    schemes.fold(refusal.answer(Some(operation)), |answer, scheme| match scheme {
                        Scheme::Basic => answer.header("www-authenticate", "Basic realm=\"didit\""),
                        Scheme::Bearer => answer.header("www-authenticate", "Bearer"),
                        Scheme::ApiKey(_) => answer,
                    })
                }
                Err(refusal) => refusal.answer(Some(operation)),
            }
        }
        Route::Methods(allowed) => {
            let refusal = Refusal::new(405, "", format!("Method \"{}\" not allowed.", head.method));
            refusal.answer(None).header("allow", allowed)
        }
        // As the vendor's framework does; a client that follows loses the body.
        Route::Slash => {
            let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Answer::status(301).header("location", &format!("{}/{query}", head.uri.path()))
        }
        Route::Nothing => Refusal::new(404, "", "Not found.").answer(None),
    }
}

fn succeed(operation: &Operation, ledger: &mut Ledger) -> Answer {
    let status = operation.success();
    let Some((media, example)) = operation.example(status) else {
        return Answer::status(status);
    };
    let mut body = example.clone();
    let issues = operation.security.iter().flatten().any(|one| matches!(one, Scheme::Basic));
    if issues && body.get("access_token").is_some() {
        ledger.issue(&mut body);
    }
    render(status, media, &body)
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
    let too_long = || Refusal::new(413, "invalid_request", "The body is longer than 1 MiB.");
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
    let mut query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    for parameter in &operation.parameters {
        let name = parameter["name"].as_str().unwrap_or_default();
        let headers = head.headers.get_all(name).iter();
        let path = captures.iter().filter(|(key, _)| *key == name);
        let texts: Vec<String> = match parameter["in"].as_str() {
            Some("path") => path.map(|(_, text)| text.clone()).collect(),
            Some("query") => query.remove(name).unwrap_or_default(),
            Some("header") => headers.filter_map(|text| Some(text.to_str().ok()?.into())).collect(),
            _ => continue,
        };
        let (at, schema) = (format!("/{name}"), &parameter["schema"]);
        if !texts.is_empty() {
            let value = from_texts(&operation.document, schema, &texts);
            check(&operation.document, schema, &value, &at)?;
        } else if parameter["required"] == true {
            return Err(Violation(at, "required").into());
        }
    }
    Ok(())
}

fn check_body(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let document = &operation.document;
    let wanted = resolve(document, &operation.definition["requestBody"]);
    let sent = headers.get("content-type").and_then(|value| value.to_str().ok());
    let absent = body.is_empty() && sent.is_none() && wanted["required"] != true;
    if wanted.is_null() || absent {
        return Ok(());
    }
    let media = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let media = media.to_ascii_lowercase();
    let schema = wanted["content"].get(&media).map(|content| &content["schema"]);
    let schema = schema.ok_or_else(|| {
        Refusal::new(415, "invalid_request", "The content type is not a documented one.")
    })?;
    let value = if media == FORM {
        let properties = &resolve(document, schema)["properties"];
        let member = |(name, texts): (String, Vec<String>)| {
            let value = from_texts(document, &properties[&name], &texts);
            (name, value)
        };
        pairs(body).into_iter().map(member).collect()
    } else if media.contains("json") {
        let parsed = serde_json::from_slice(body);
        parsed.map_err(|_| Refusal::new(400, "invalid_request", "The body is not JSON."))?
    } else {
        return Ok(());
    };
    Ok(check(document, schema, &value, "")?)
}

/// The names of a form or a query, each with its values.
fn pairs(encoded: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, text) in form_urlencoded::parse(encoded) {
        pairs.entry(name.into_owned()).or_default().push(text.into_owned());
    }
    pairs
}
