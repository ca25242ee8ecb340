//! An operation of the contract in the dialect.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::contract::{Contract, Foreign, NAME};
use super::ids;
use super::schemas::{Schemas, mark};
use super::yaml::COMMENT;
use crate::base::finding::{Finding, Rule};
use crate::document::location::child;
use crate::document::names::{PARAMETERS, pascal, snake};
use crate::openapi::refs::{items, members, resolve, resolve_at};
use crate::openapi::{media, parameters};

const IMPORT: Rule = Rule::dialect(
    "import",
    "the dialect has no words for it, and the call cannot be made without it",
    "the operation by hand, as far as it can be called",
);

/// The error body that all operations share.
const ERROR: &str = "auth.yaml#/components/schemas/ErrorBody";

/// The operation, its new schemas being in `schemas`; `document` is the name of
/// the one that it is written for.
///
/// # Errors
///
/// What cannot be written: located in the contract.
pub fn operation<'a>(
    contract: &'a Contract,
    foreign: &Foreign<'_>,
    document: &str,
    schemas: &mut Schemas<'a>,
) -> Result<Value, Vec<Finding>> {
    let id = ids::operation(foreign, document);
    let mut writer = Writer {
        contract,
        root: &contract.documents.root,
        at: foreign.pointer(),
        schemas,
        owner: pascal(&id),
        faults: Vec::new(),
        notes: Vec::new(),
    };
    let mut value = Map::new();
    value.insert("operationId".to_owned(), id.into());
    if let Some(docs) = foreign.value["externalDocs"]["url"].as_str() {
        value.insert("externalDocs".to_owned(), json!({ "url": docs }));
    }
    value.insert("x-source".to_owned(), json!({
        "printed": format!("sha256 {}", contract.hash), "read": contract.read, "evidence": "vendor_spec",
    }));
    if foreign.value["deprecated"] == true {
        value.insert("deprecated".to_owned(), true.into());
    }
    value.insert("security".to_owned(), writer.security(foreign));
    let parameters = writer.parameters(foreign);
    if !parameters.is_empty() {
        value.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = writer.body(foreign) {
        value.insert("requestBody".to_owned(), body);
    }
    value.insert("responses".to_owned(), writer.responses(foreign));
    if !writer.notes.is_empty() {
        value.insert(COMMENT.to_owned(), writer.notes.join("\n").into());
    }
    if writer.faults.is_empty() { Ok(value.into()) } else { Err(writer.faults) }
}

/// The contract's security schemes, by our names for them.
pub fn schemes(contract: &Contract) -> Vec<(String, Value)> {
    let plain = |scheme: &Value| match scheme["type"].as_str() {
        Some("oauth2" | "openIdConnect") => json!({ "type": "http", "scheme": "bearer" }),
        _ => members(scheme)
            .filter(|(key, _)| ["type", "scheme", "in", "name"].contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    };
    members(&contract.value()["components"]["securitySchemes"])
        .map(|(name, scheme)| (ids::scheme(name), plain(scheme)))
        .collect()
}

struct Writer<'a, 'b> {
    contract: &'a Contract,
    root: &'a Value,
    at: String,
    schemas: &'b mut Schemas<'a>,
    /// What the types of this operation are called after.
    owner: String,
    faults: Vec<Finding>,
    /// What was left out or guessed, for the author.
    notes: Vec<String>,
}

impl Writer<'_, '_> {
    fn fault(&mut self, at: &str, what: String) {
        self.faults.push(self.contract.documents.finding(&IMPORT, at, what));
    }

    fn security(&mut self, foreign: &Foreign<'_>) -> Value {
        let contract = self.contract.value();
        let schemes = &contract["components"]["securitySchemes"];
        let Some(stated) = foreign.value.get("security").or_else(|| contract.get("security"))
        else {
            // Forgotten more often than meant: the key is needed all the same.
            let key = members(schemes).find(|(_, scheme)| scheme["type"] == "apiKey");
            let key = key.map(|(name, _)| ids::scheme(name));
            self.notes.push("Check: the contract says nothing of security.".to_owned());
            return key.map_or(json!([]), |key| json!([{ key: [] }]));
        };
        let mut single = Vec::new();
        for alternative in items(stated) {
            let names: Vec<_> = members(alternative).map(|(name, _)| name).collect();
            match names.as_slice() {
                [name] if schemes.get(name.as_str()).is_some() => {
                    single.push(json!({ ids::scheme(name): [] }));
                }
                [] => {}
                _ => {
                    let names =
                        names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" and ");
                    self.notes.push(format!("Left out, of the ways to authenticate: {names}."));
                }
            }
        }
        single.into()
    }

    fn parameters(&mut self, foreign: &Foreign<'_>) -> Vec<Value> {
        let item = child(&format!("/{NAME}/paths"), foreign.path);
        let mut taken: HashSet<String> = PARAMETERS.iter().map(|name| (*name).to_owned()).collect();
        let mut written = Vec::new();
        for (at, parameter) in parameters::merged(self.root, &item, foreign.method) {
            let name = parameter["name"].as_str().unwrap_or_default();
            let place = parameter["in"].as_str().unwrap_or_default();
            let required = parameter["required"] == true || place == "path";
            let ours = place == "header"
                && ["accept", "authorization", "content-type"]
                    .contains(&name.to_lowercase().as_str());
            let fits =
                ["path", "query", "header"].contains(&place) && !ours && taken.insert(snake(name));
            if !fits && required && !ours {
                self.fault(&at, format!("the required parameter `{name}` in {place}"));
            } else if !fits {
                self.notes.push(format!("Left out: the parameter `{name}` in {place}."));
            } else {
                written.push(self.parameter(parameter, name, place, required));
            }
        }
        written
    }

    fn parameter(&mut self, parameter: &Value, name: &str, place: &str, required: bool) -> Value {
        let mut schema = self.schemas.convert(&parameter["schema"], name, &self.owner);
        mark(&mut schema, name);
        let item = schema.get("items").unwrap_or(&schema);
        let scalar = |schema: &Value| match schema["$ref"].as_str() {
            Some(target) => self.schemas.is_enum(target),
            None => schema["type"].is_string() && schema["type"] != "object",
        };
        let listed = schema.get("items").is_none() || place == "query";
        let mut schema =
            if scalar(item) && listed { schema.clone() } else { json!({ "type": "string" }) };
        // An absent one is not sent, so there is no null, and a path is not checked.
        let out: &[&str] = match place {
            "path" => &["nullable", "default", "minimum", "maximum", "minLength", "maxLength"],
            _ => &["nullable"],
        };
        let mut written = json!({ "name": name, "in": place });
        if required {
            written["required"] = true.into();
        }
        if let Some(schema) = schema.as_object_mut() {
            out.iter().for_each(|key| drop(schema.shift_remove(*key)));
            let example = schema.shift_remove("example");
            let personal = schema.shift_remove("x-personal");
            let comment = schema.shift_remove(COMMENT);
            let example = parameter.get("example").cloned().or(example);
            for (key, value) in [(COMMENT, comment), ("x-personal", personal), ("example", example)]
            {
                if let Some(value) = value {
                    written[key] = value;
                }
            }
        }
        written["schema"] = schema;
        written
    }

    fn body(&mut self, foreign: &Foreign<'_>) -> Option<Value> {
        foreign.value.get("requestBody")?;
        let (at, body) = resolve_at(self.root, &child(&self.at, "requestBody"))?;
        let content = &body["content"];
        let json = members(content).find(|(name, _)| media::is_json(name));
        let multipart = members(content).find(|(name, _)| media::is_multipart(name));
        let form = members(content).find(|(name, _)| media::is_form(name));
        let has_file = |content: &Value| {
            let schema = resolve(self.root, &content["schema"]);
            members(&schema["properties"]).any(|(_, member)| {
                let item = member.get("items").unwrap_or(member);
                resolve(self.root, item)["format"] == "binary"
            })
        };
        let file = multipart.filter(|(_, content)| has_file(content));
        let Some((name, chosen)) = file.or(json).or(multipart).or(form) else {
            let names: Vec<_> = members(content).map(|(name, _)| name.as_str()).collect();
            self.fault(&at, format!("a request body of {}", names.join(", ")));
            return None;
        };
        for (other, _) in members(content).filter(|(other, _)| *other != name) {
            self.notes.push(format!("Left out: a request body of {other}."));
        }
        let own = format!("{}Request", self.owner);
        let schema = self.schemas.convert(&chosen["schema"], &own, &own);
        let is_text = media::is_multipart(name) || media::is_form(name);
        if is_text && schema.get("$ref").is_none() {
            // It has no members, so there is nothing to send.
            self.fault(&at, format!("a request body of {name} without properties"));
        }
        let essence = media::essence(name);
        let mut written = json!({ "content": { essence.clone(): { "schema": schema } } });
        if body["required"] == true || is_text {
            written["required"] = true.into();
        }
        self.examples(&mut written["content"][&essence], chosen);
        Some(written)
    }

    fn responses(&mut self, foreign: &Foreign<'_>) -> Value {
        let mut written = Map::new();
        let responses = child(&self.at, "responses");
        for (code, _) in members(&foreign.value["responses"]) {
            let Some((_, answer)) = resolve_at(self.root, &child(&responses, code)) else {
                continue;
            };
            match code.as_bytes() {
                b"2XX" => drop(written.insert("200".to_owned(), self.response(answer, true))),
                [b'2' | b'4' | b'5', ..] => {
                    let response = self.response(answer, code.starts_with('2'));
                    written.insert(code.clone(), response);
                }
                _ => self.notes.push(format!("Left out: the answer `{code}`.")),
            }
        }
        let shapes: Vec<_> = successes(&mut written).map(|(_, it)| schemas(it)).collect();
        if shapes.windows(2).any(|pair| pair[0] != pair[1]) {
            self.notes.push("Any JSON: the contract's successes have several shapes.".to_owned());
            let open = json!({ "application/json": { "schema": {} } });
            successes(&mut written).for_each(|(_, success)| success["content"] = open.clone());
        } else if shapes.is_empty() {
            self.notes.push("Check: the contract has no success.".to_owned());
            written.insert("200".to_owned(), json!({ "description": "Done." }));
        }
        written.into()
    }

    fn response(&mut self, answer: &Value, success: bool) -> Value {
        let mut response = json!({ "description": if success { "Done." } else { "Refused." } });
        let content = members(&answer["content"]).find(|(name, _)| media::is_json(name));
        let content = content.or_else(|| members(&answer["content"]).next());
        let Some((name, content)) = content else { return response };
        let json = media::is_json(name);
        let own = format!("{}Response", self.owner);
        let schema = match (success, json, content.get("schema")) {
            (false, false, _) => return response,
            (false, true, _) => json!({ "$ref": ERROR }),
            (true, false, _) => json!({ "type": "string", "format": "binary" }),
            (true, true, Some(schema)) => self.schemas.convert(schema, &own, &own),
            (true, true, None) => json!({ COMMENT: "any JSON: the contract has no schema" }),
        };
        let name = if json { "application/json".to_owned() } else { media::essence(name) };
        let mut media = json!({ "schema": schema });
        self.examples(&mut media, content);
        response["content"] = json!({ name: media });
        response
    }

    /// The contract's examples, if it prints any.
    fn examples(&self, written: &mut Value, content: &Value) {
        let named = members(&content["examples"]).filter_map(|(name, example)| {
            let value = resolve(self.root, example).get("value")?;
            Some((name.clone(), json!({ "value": value })))
        });
        let named: Map<_, _> = named.collect();
        if let Some(example) = content.get("example") {
            written["example"] = example.clone();
        } else if !named.is_empty() {
            written["examples"] = named.into();
        }
    }
}

fn successes(written: &mut Map<String, Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    written.iter_mut().filter(|(code, _)| code.starts_with('2'))
}

/// The schema of each media type of an answer.
fn schemas(answer: &Value) -> Vec<(String, Value)> {
    let content = members(&answer["content"]);
    content.map(|(name, media)| (name.clone(), media["schema"].clone())).collect()
}
