//! Whether a request is one that the document describes.

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::Value;

use super::credentials::Credentials;
use super::documents::Operation;
use super::multipart::{Field, fields};
use super::refusal::Refusal;
use super::texts::{from_parts, from_texts, pairs, split, typed};
use crate::openapi::media::{essence, is_form, is_json, is_multipart};
use crate::openapi::refs::{child, members, resolve};
use crate::openapi::schema::{Violation, check};

/// Checks credentials, parameters and body, in this order. A body above the
/// limit is absent.
pub(super) fn check_request(
    operation: &Operation,
    captures: &[(&str, String)],
    credentials: &Credentials,
    head: &Parts,
    body: Option<&[u8]>,
) -> Result<(), Refusal> {
    let too_long = "The body is longer than 1 MiB, or with files than 64 MiB.";
    let too_long = || Refusal::new(Refusal::SIZE, "invalid_request", too_long);
    let body = body.ok_or_else(too_long)?;
    let mut checked = Ok(());
    for schemes in &operation.security {
        checked = schemes.iter().try_for_each(|scheme| credentials.check(scheme, &head.headers));
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
    let root = &operation.root;
    let mut query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    for parameter in operation.parameters() {
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
        let kind = typed(root, schema)["type"].as_str();
        if kind == Some("object") {
            // Its members are parameters of their own.
            continue;
        }
        if texts.is_empty() {
            if parameter["required"] == true {
                let what = "no such parameter, which is required".to_owned();
                return Err(Violation { at, keyword: "required", what }.into());
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
        check(root, schema, &from_texts(root, schema, &texts))
            .map_err(|broken| Violation { at: at + &broken.at, ..broken })?;
    }
    Ok(())
}

fn check_body(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let root = &operation.root;
    let Some(documented) = operation.body() else { return Ok(()) };
    if body.is_empty() && documented["required"] != true {
        return Ok(());
    }
    let sent = headers.get("content-type").and_then(|value| value.to_str().ok());
    let sent = sent.unwrap_or_default();
    let media = essence(sent);
    let kind = media.split('/').next().unwrap_or_default();
    let fits = |wanted: &str| wanted == media || wanted == "*/*" || wanted == format!("{kind}/*");
    let content = members(&documented["content"]).find(|(wanted, _)| fits(&essence(wanted)));
    let (_, content) = content.ok_or_else(|| {
        let text = "The content type is not a documented one.";
        Refusal::new(Refusal::MEDIA, "invalid_request", text)
    })?;
    let schema = &content["schema"];
    let properties = &resolve(root, schema)["properties"];
    let invalid = |text| Refusal::new(Refusal::INPUT, "invalid_request", text);
    let value: Value = if is_multipart(&media) {
        let member = |(name, parts): (String, Vec<Field<'_>>)| {
            let value = from_parts(root, &properties[&name], &parts);
            let value = value.map_err(|broken| Violation { at: child("", &name), ..broken })?;
            Ok((name, value))
        };
        let parts = fields(sent, body).map_err(invalid)?;
        parts.into_iter().map(member).collect::<Result<_, Violation>>()?
    } else if is_form(&media) {
        let member = |(name, texts): (String, Vec<String>)| {
            let value = from_texts(root, &properties[&name], &texts);
            (name, value)
        };
        pairs(body).into_iter().map(member).collect()
    } else if is_json(&media) {
        serde_json::from_slice(body).map_err(|_| invalid("The body is not JSON."))?
    } else if kind == "text" {
        let text = std::str::from_utf8(body).map_err(|_| invalid("The body is not UTF-8."))?;
        text.into()
    } else {
        return Ok(());
    };
    Ok(check(root, schema, &value)?)
}
