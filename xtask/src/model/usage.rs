//! Which schemas are sent, and which are received, by any document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::module::Model;
use crate::openapi::media;
use crate::openapi::refs::{items, members};

/// Pointers to named schemas. One may be in both.
#[derive(Debug, Default)]
pub struct Usage {
    sent: BTreeSet<String>,
    forms: BTreeSet<String>,
    received: BTreeSet<String>,
}

impl Usage {
    /// What the operations use.
    pub fn of(model: &Model<'_>) -> Self {
        let root = &model.documents.root;
        let mut usage = Self::default();
        for operation in model.operations() {
            for parameter in &operation.parameters {
                reach(root, &parameter.value["schema"], &mut usage.sent);
            }
            for content in operation.body.iter().flat_map(|body| &body.content) {
                reach(root, &content.value["schema"], &mut usage.sent);
                let form = content.value["schema"]["$ref"].as_str();
                let form = form.filter(|_| media::is_multipart(content.media));
                usage.forms.extend(form.and_then(|form| form.strip_prefix('#')).map(str::to_owned));
            }
            for content in operation.answers.iter().flat_map(|answer| &answer.content) {
                reach(root, &content.value["schema"], &mut usage.received);
            }
        }
        let unused =
            |pointer: &String| !usage.is_sent(pointer) && !usage.received.contains(pointer);
        let named = model.modules.iter().flat_map(|module| &module.schemas);
        let unused: Vec<_> = named.filter(|schema| unused(&schema.pointer)).collect();
        unused.iter().for_each(|schema| reach(root, schema.value, &mut usage.received));
        usage
    }

    /// Whether a caller makes it.
    pub fn is_sent(&self, pointer: &str) -> bool {
        self.sent.contains(pointer)
    }

    /// Whether it is a form with files.
    pub fn is_form(&self, pointer: &str) -> bool {
        self.forms.contains(pointer)
    }

    /// Whether a server makes it. What no operation uses is for reading.
    pub fn is_received(&self, pointer: &str) -> bool {
        self.received.contains(pointer) || !self.sent.contains(pointer)
    }
}

/// Whether `schema` holds what stands at `pointer`, directly or through others.
pub fn contains(root: &Value, schema: &Value, pointer: &str) -> bool {
    let mut seen = BTreeSet::new();
    reach(root, schema, &mut seen);
    seen.contains(pointer)
}

/// Adds every named schema that is reached from `schema`.
fn reach<'a>(root: &'a Value, schema: &'a Value, seen: &mut BTreeSet<String>) {
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        if let Some(target) = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#')) {
            if seen.insert(target.to_owned()) {
                open.extend(root.pointer(target));
            }
            continue;
        }
        open.extend(schema.get("items"));
        open.extend(schema.get("additionalProperties"));
        open.extend(members(&schema["properties"]).map(|(_, member)| member));
        open.extend(["allOf", "oneOf"].iter().flat_map(|key| items(&schema[*key])));
    }
}
