//! Where the Rust types say less, or more, than the document: for `--explain`.

use serde_json::Value;

use crate::document::location::child;
use crate::model::module::Module;
use crate::model::schema::{Shape, is_required, shape, untrusted};
use crate::model::usage::Usage;
use crate::openapi::refs::members;

/// One difference between the document and the code.
#[derive(Debug, Clone)]
pub struct Change {
    /// The lowering that made it.
    pub rule: &'static str,
    /// Where: JSON pointer into the document.
    pub pointer: String,
    /// What was changed, for people.
    pub note: String,
}

/// Every difference in a document.
pub fn of(module: &Module<'_>, usage: &Usage) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |rule, pointer: &str, note: &str| {
        let pointer = pointer[1 + module.name().len()..].to_owned();
        changes.push(Change { rule, pointer, note: note.to_owned() });
    };
    for entry in untrusted(module.value) {
        let at = format!("/{}{entry}", module.name());
        add("x-untrusted-required", &at, "optional, whatever the document says");
    }
    for operation in &module.operations {
        for parameter in &operation.parameters {
            if parameter.value["x-personal"] == true {
                add("x-personal", &parameter.pointer, HIDDEN);
            }
        }
    }
    for schema in &module.schemas {
        if shape(schema.value) == Shape::Enum && usage.is_received(&schema.pointer) {
            add("open-enum", &schema.pointer, "unknown values are kept as text");
        }
        let optional = members(&schema.value["properties"])
            .filter(|(name, _)| !is_required(schema.value, name))
            .count();
        if schema.value.get("x-tolerant").is_some() {
            let note = format!("{optional} members read as absent when mistyped");
            add("x-tolerant", &schema.pointer, &note);
        }
        for at in personal(schema.value, &schema.pointer) {
            add("x-personal", &at, HIDDEN);
        }
    }
    changes
}

const HIDDEN: &str = "`Debug` prints `[personal]`";

/// The places of a schema's marks: its own, and those of its members.
fn personal(schema: &Value, at: &str) -> Vec<String> {
    let own = [(at.to_owned(), schema)];
    let extra = schema.get("additionalProperties");
    let extra = extra.map(|extra| (child(at, "additionalProperties"), extra));
    let properties = child(at, "properties");
    let members = members(&schema["properties"]).map(|(name, it)| (child(&properties, name), it));
    let all = own.into_iter().chain(extra).chain(members);
    all.filter(|(_, schema)| schema["x-personal"] == true).map(|(at, _)| at).collect()
}
