//! Schemas of the contract in the dialect: plain where they stand, and what
//! becomes a type by a name.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::flat::{DEPTH, Kind, flat, kind};
use super::ids;
use super::yaml::COMMENT;
use crate::document::names::{self, snake};
use crate::model::words;
use crate::openapi::refs::{items, members};

/// The schemas of one run.
#[derive(Debug)]
pub struct Schemas<'a> {
    root: &'a Value,
    /// What the document that is written into has already.
    existing: &'a Value,
    /// What is to be written.
    pub named: Map<String, Value>,
    /// Names that the document has already, with another shape.
    pub taken: Vec<String>,
    /// The names that references of the contract have got.
    references: HashMap<String, String>,
    /// The names of inline ones, and of the document's own, by their shapes.
    shapes: HashMap<String, String>,
}

impl<'a> Schemas<'a> {
    /// Of the contract at `root`, beside the schemas of a document.
    pub fn new(root: &'a Value, existing: &'a Value) -> Self {
        let (named, taken) = (Map::new(), Vec::new());
        let references = HashMap::new();
        let shapes = members(existing)
            .map(|(name, schema)| (shape_of(schema).to_string(), name.clone()))
            .collect();
        Self { root, existing, named, taken, references, shapes }
    }

    /// The schema in the dialect; `key` is what it is called where it stands,
    /// `owner` the type around it.
    pub fn convert(&mut self, node: &Value, key: &str, owner: &str) -> Value {
        self.within(node, key, owner, 0)
    }

    fn within(&mut self, node: &Value, key: &str, owner: &str, depth: usize) -> Value {
        let reference = node["$ref"].as_str().map(str::to_owned);
        let target = flat(self.root, node, 0);
        if depth > DEPTH {
            return open("nested deeper than import goes");
        }
        let nullable = target["nullable"] == true || items(&target["enum"]).any(Value::is_null);
        let mut plain = match kind(&target) {
            Kind::Type => {
                let named = reference.as_deref().and_then(|it| it.rsplit_once("/schemas/"));
                let name = match named {
                    Some((_, name)) => {
                        self.referenced(&ids::schema(name), &target, reference.as_deref(), depth)
                    }
                    None => self.inline(&target, key, owner, depth),
                };
                let target = json!({ "$ref": format!("#/components/schemas/{name}") });
                return if nullable {
                    json!({ "allOf": [target], "nullable": true })
                } else {
                    target
                };
            }
            Kind::List => {
                let item = match target.get("items") {
                    Some(item) => self.within(item, &ids::singular(key), owner, depth + 1),
                    None => json!({}),
                };
                json!({ "type": "array", "items": item })
            }
            Kind::Map => {
                let mut map = json!({ "type": "object" });
                let rest = &target["additionalProperties"];
                if rest.as_object().is_some_and(|schema| !schema.is_empty()) {
                    map["additionalProperties"] =
                        self.within(rest, &ids::singular(key), owner, depth + 1);
                }
                map
            }
            Kind::Scalar(kind) => scalar(&target, kind),
            Kind::Any(why) => open(why),
        };
        for bound in ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] {
            if target[bound].is_number() && plain.get("type").is_some() {
                plain[bound] = target[bound].clone();
            }
        }
        if nullable && plain.get("type").is_some() {
            plain["nullable"] = true.into();
        }
        for shown in ["default", "example"] {
            if let Some(value) = target.get(shown).filter(|value| !value.is_null()) {
                plain[shown] = value.clone();
            }
        }
        if target["deprecated"] == true {
            plain["deprecated"] = true.into();
        }
        plain
    }

    /// Whether a reference is to an enum.
    pub fn is_enum(&self, reference: &str) -> bool {
        let name = reference.rsplit('/').next().unwrap_or_default();
        let schema = self.named.get(name).or_else(|| self.existing.get(name));
        schema.is_some_and(|schema| schema.get("enum").is_some())
    }

    /// The name of what the contract has a name for.
    fn referenced(
        &mut self,
        name: &str,
        node: &Value,
        reference: Option<&str>,
        depth: usize,
    ) -> String {
        let reference = reference.unwrap_or_default().to_owned();
        if let Some(name) = self.references.get(&reference) {
            return name.clone();
        }
        let mut own = name.to_owned();
        while self.named.contains_key(&own) {
            own += "Type";
        }
        // Before what is inside, which may refer to it.
        self.references.insert(reference, own.clone());
        self.named.insert(own.clone(), Value::Null);
        let schema = self.typed(node, &own, depth);
        if let Some(other) = self.existing.get(&own) {
            if !alike(other, &schema) {
                self.taken.push(own.clone());
            }
            self.named.shift_remove(&own);
        } else {
            self.named.insert(own.clone(), schema);
        }
        own
    }

    /// The name of an inline one: after its place, shared with those that are equal.
    fn inline(&mut self, node: &Value, key: &str, owner: &str, depth: usize) -> String {
        let short = ids::schema(key);
        let long = ids::schema(&format!("{owner} {key}"));
        let schema = self.typed(node, if key == owner { owner } else { &long }, depth);
        let shape = shape_of(&schema).to_string();
        if let Some(name) = self.shapes.get(&shape) {
            return name.clone();
        }
        let numbered = (2..).map(|number| format!("{long}{number}"));
        let mut candidates = [short, long.clone()].into_iter().chain(numbered);
        let known = |name: &String| self.existing.get(name);
        let free = |name: &String| {
            !self.named.contains_key(name) && known(name).is_none_or(|other| alike(other, &schema))
        };
        let name = candidates.find(free).unwrap_or(long);
        if known(&name).is_none() {
            self.named.insert(name.clone(), schema);
        }
        self.shapes.insert(shape, name.clone());
        name
    }

    /// What stands under a name: an object, an enum, a union.
    fn typed(&mut self, node: &Value, name: &str, depth: usize) -> Value {
        if node.get("enum").is_some() {
            let values: Vec<_> = items(&node["enum"]).filter(|value| value.is_string()).collect();
            return json!({ "type": "string", "enum": values });
        }
        if let Some(parts) = node.get("oneOf").or_else(|| node.get("anyOf")).cloned() {
            let parts: Vec<_> =
                items(&parts).map(|part| self.within(part, "variant", name, depth + 1)).collect();
            let mut discriminator =
                json!({ "propertyName": node["discriminator"]["propertyName"] });
            let mapping = members(&node["discriminator"]["mapping"]);
            let mapping: Map<_, _> = mapping
                .filter_map(|(text, to)| {
                    let name = self.references.get(to.as_str()?)?;
                    Some((text.clone(), format!("#/components/schemas/{name}").into()))
                })
                .collect();
            if !mapping.is_empty() {
                discriminator["mapping"] = mapping.into();
            }
            return json!({ "oneOf": parts, "discriminator": discriminator });
        }
        self.object(node, name, depth)
    }

    fn object(&mut self, node: &Value, name: &str, depth: usize) -> Value {
        let mut properties = Map::new();
        let mut fields =
            HashSet::from([if is_open(node) { "extra".to_owned() } else { String::new() }]);
        let mut left_out = Vec::new();
        for (key, member) in members(&node["properties"]) {
            let rust = snake(key);
            if names::PROPERTIES.contains(&rust.as_str()) || !fields.insert(rust) {
                left_out.push(key.as_str());
            } else {
                let mut plain = self.within(member, key, name, depth + 1);
                mark(&mut plain, key);
                properties.insert(key.clone(), plain);
            }
        }
        let required = items(&node["required"]).filter_map(Value::as_str);
        let required: Vec<_> = required.filter(|name| properties.contains_key(*name)).collect();
        let mut object = json!({ "type": "object" });
        if !left_out.is_empty() {
            object[COMMENT] =
                format!("Left out, for want of a name in Rust: {}.", left_out.join(", ")).into();
        }
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        object["properties"] = properties.into();
        if let Some(rest) = node.get("additionalProperties").filter(|_| is_open(node)) {
            object["additionalProperties"] = match rest {
                Value::Object(schema) if !schema.is_empty() => {
                    self.within(rest, &format!("{name} member"), name, depth + 1)
                }
                _ => true.into(),
            };
        }
        object
    }
}

fn scalar(node: &Value, kind: &str) -> Value {
    let mut plain = json!({ "type": kind });
    let format = node["format"].as_str().filter(|format| !["float", "double"].contains(format));
    if let Some(format) = format {
        plain["format"] = format.into();
    }
    let values: Vec<_> = items(&node["enum"]).map(Value::to_string).collect();
    let said = [
        ("enum", values.join(", ")),
        ("pattern", node["pattern"].as_str().unwrap_or_default().to_owned()),
    ];
    let said: Vec<_> = said.iter().filter(|(_, text)| !text.is_empty()).collect();
    if !said.is_empty() {
        let said: Vec<_> = said.iter().map(|(key, text)| format!("{key} {text}")).collect();
        plain[COMMENT] = format!("The contract says {}.", said.join(", ")).into();
    }
    plain
}

fn open(why: &str) -> Value {
    json!({ COMMENT: why })
}

/// What sounds like a secret or like a person is marked, for somebody to check.
pub fn mark(plain: &mut Value, key: &str) {
    if plain.get("$ref").is_some() {
        return;
    }
    let text = plain["type"] == "string";
    if text && words::is_secret(key) && plain.get("format").is_none() {
        plain["format"] = "password".into();
        plain[COMMENT] = "Check: a secret, by its name.".into();
    } else if words::is_personal(key) && plain["type"] != "boolean" {
        plain["x-personal"] = true.into();
        plain[COMMENT] = "Check: about a person, by its name.".into();
    }
}

fn is_open(node: &Value) -> bool {
    node.get("additionalProperties").is_some_and(|rest| *rest != Value::Bool(false))
}

/// Whether both are one shape, whatever is said about it.
fn alike(one: &Value, other: &Value) -> bool {
    shape_of(one) == shape_of(other)
}

fn shape_of(node: &Value) -> Value {
    match node {
        Value::Object(object) => {
            let said = |key: &str| {
                key == COMMENT
                    || key.starts_with("x-")
                    || ["description", "example", "default", "deprecated", "format"].contains(&key)
            };
            // A property may be called so as well; then both sides lack it.
            object
                .iter()
                .filter(|(key, _)| !said(key))
                .map(|(key, value)| (key.clone(), shape_of(value)))
                .collect()
        }
        Value::Array(list) => list.iter().map(shape_of).collect(),
        other => other.clone(),
    }
}
