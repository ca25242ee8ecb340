//! What the documents show, read from them: operations, and their examples.

#![allow(dead_code, reason = "no test needs all")]

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::calls::{Call, Example};

/// A document as generated code has it: its name, its JSON text, its calls.
pub(crate) type Source = (&'static str, &'static str, &'static [Call]);

/// One operation of a document, with everything that the document shows of it.
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) basic: bool,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) requests: Vec<Value>,
    pub(crate) answers: Vec<Shape>,
}

/// One example of an answer.
pub(crate) struct Shape {
    pub(crate) key: String,
    pub(crate) media: String,
    pub(crate) body: Value,
}

impl Shape {
    /// The status to play for its key.
    pub(crate) fn status(&self) -> u16 {
        match self.key.as_str() {
            "default" => 500,
            // Not 401, which asks for another token.
            class if class.ends_with("XX") => class.replace("XX", "00").parse().unwrap(),
            status => status.parse().unwrap(),
        }
    }

    /// The body as it comes over the wire.
    pub(crate) fn wire(&self) -> String {
        let text = self.body.as_str().filter(|_| !self.media.contains("json"));
        text.map_or_else(|| self.body.to_string(), str::to_owned)
    }
}

pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) json: Value,
    pub(crate) calls: &'static [Call],
}

impl Document {
    pub(crate) fn new(&(name, json, calls): &Source) -> Self {
        Self { name: name.to_owned(), json: serde_json::from_str(json).unwrap(), calls }
    }

    pub(crate) fn call(&self, id: &str) -> &'static Call {
        let found: Vec<_> = self.calls.iter().filter(|call| call.operation == id).collect();
        let [call] = found[..] else { panic!("{}::{id} has {} calls", self.name, found.len()) };
        call
    }

    /// Within the document: what another one says is not looked at here.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let target =
            node["$ref"].as_str().and_then(|target| self.json.pointer(target.strip_prefix('#')?));
        target.map_or(node, |target| self.resolve(target))
    }

    pub(crate) fn operations(&self) -> Vec<Shown> {
        let mut shown = Vec::new();
        for item in self.json["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                let Some(responses) = operation["responses"].as_object() else { continue };
                let id = operation["operationId"].as_str().unwrap().to_owned();
                let lists = [&item["parameters"], &operation["parameters"]];
                let lists = lists.into_iter().filter_map(Value::as_array).flatten();
                let mut parameters = Map::new();
                for parameter in lists.map(|one| self.resolve(one)) {
                    let name = parameter["name"].as_str().unwrap();
                    let example = self.examples_of(parameter).into_iter().next();
                    parameters.extend(example.map(|example| (name.to_owned(), example)));
                }
                let body = self.resolve(&operation["requestBody"]);
                let requests = self.bodies(body).into_iter().map(|(_, body)| body).collect();
                let answers = responses.iter().flat_map(|(key, response)| {
                    let shape =
                        |(media, body): (String, Value)| Shape { key: key.clone(), media, body };
                    self.bodies(self.resolve(response)).into_iter().map(shape)
                });
                let schemes = operation.get("security").unwrap_or(&self.json["security"]);
                let schemes = schemes.as_array().into_iter().flatten();
                let mut names = schemes.filter_map(Value::as_object).flat_map(Map::keys);
                let declared = &self.json["components"]["securitySchemes"];
                shown.push(Shown {
                    name: format!("{}::{id}", self.name),
                    id,
                    basic: names.any(|name| declared[name]["scheme"] == "basic"),
                    parameters,
                    requests,
                    answers: answers.collect(),
                });
            }
        }
        shown
    }

    /// The examples of a request body or an answer, each with its media type.
    fn bodies(&self, owner: &Value) -> Vec<(String, Value)> {
        let content = owner["content"].as_object().into_iter().flatten();
        let bodies = content.flat_map(|(media, content)| {
            let examples = self.examples_of(content).into_iter();
            examples.map(move |example| (media.clone(), example))
        });
        bodies.collect()
    }

    fn examples_of(&self, owner: &Value) -> Vec<Value> {
        let named = owner["examples"].as_object().into_iter().flatten();
        let named = named.map(|(_, example)| self.resolve(example)["value"].clone());
        let mut examples: Vec<_> = owner.get("example").cloned().into_iter().chain(named).collect();
        if examples.is_empty() {
            examples.extend(self.resolve(&owner["schema"]).get("example").cloned());
        }
        examples
    }
}

/// Equal, but for `null` where a member may be absent, and for how a number is
/// written: `100` and `100.0` are one.
pub(crate) fn same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            let member = |of: &Map<String, Value>, key| of.get(key).cloned().unwrap_or_default();
            keys.into_iter().all(|key| same(&member(before, key), &member(after, key)))
        }
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(a, b)| same(a, b))
        }
        (Value::Number(before), Value::Number(after)) => {
            before == after
                || (before.as_f64() == after.as_f64() && (before.is_f64() || after.is_f64()))
        }
        _ => before == after,
    }
}

/// The JSON pointers to all that is in a body, and to itself.
pub(crate) fn places(body: &Value) -> Vec<String> {
    fn walk(node: &Value, at: &str, places: &mut Vec<String>) {
        places.push(at.to_owned());
        for (key, member) in node.as_object().into_iter().flatten() {
            let key = key.replace('~', "~0").replace('/', "~1");
            walk(member, &format!("{at}/{key}"), places);
        }
        for (index, item) in node.as_array().into_iter().flatten().enumerate() {
            walk(item, &format!("{at}/{index}"), places);
        }
    }
    let mut places = Vec::new();
    walk(body, "", &mut places);
    places
}

impl Shown {
    /// What to call with: each example of the body, or nothing, once.
    pub(crate) fn calls(&self) -> Vec<Example> {
        let example = |body| Example { parameters: self.parameters.clone(), body };
        match self.requests.as_slice() {
            [] => vec![example(None)],
            some => some.iter().map(|body| example(Some(body.clone()))).collect(),
        }
    }
}
