//! What was imported, put into a document: its comments and its order stay.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::yaml::{COMMENT, block};
use crate::document::documents::{Document, Documents};
use crate::document::location::{Locations, unescape};
use crate::document::yaml;
use crate::lint::rules::findings;
use crate::model::module::Model;
use crate::openapi::refs::members;

/// What is new.
#[derive(Debug, Default)]
pub struct Imported {
    /// Path, method, operation.
    pub operations: Vec<(String, String, Value)>,
    /// Name to schema.
    pub schemas: Map<String, Value>,
    /// Name to security scheme.
    pub schemes: Map<String, Value>,
}

impl Imported {
    /// Takes out the examples and defaults that the contract's own schemas refuse:
    /// what lint finds of them in a document that is `existing` and this.
    pub fn leave_out_wrong_examples(&mut self, name: &str, mut existing: Value) {
        for (path, method, operation) in &self.operations {
            existing["paths"][path][method] = operation.clone();
        }
        for (name, schema) in &self.schemas {
            existing["components"]["schemas"][name] = schema.clone();
        }
        let (path, locations) = (PathBuf::new(), Locations::default());
        let document = Document { name: name.to_owned(), path, value: existing, locations };
        let mut documents = Documents::link(vec![document], Vec::new());
        let found = findings(&Model::of(&documents), true);
        let mut value = std::mem::take(&mut documents.list[0].value);
        for finding in found.iter().filter(|found| ["example", "default"].contains(&found.rule)) {
            leave_out(&mut value, &finding.pointer);
        }
        // Where none is left.
        let found = found.iter().filter_map(|found| found.pointer.split_once("/examples/"));
        for (owner, _) in found {
            let owner = value.pointer_mut(owner).and_then(Value::as_object_mut);
            if let Some(owner) = owner {
                owner.retain(|key, value| key != "examples" || *value != json!({}));
            }
        }
        for (path, method, operation) in &mut self.operations {
            *operation = value["paths"][&*path][&*method].take();
        }
        for (name, schema) in &mut self.schemas {
            *schema = value["components"]["schemas"][name].take();
        }
    }
}

/// Takes out the example, or the default, that `pointer` leads into.
fn leave_out(mut value: &mut Value, pointer: &str) {
    let mut within = String::new();
    for step in pointer.split('/').skip(1).map(unescape) {
        let shown = ["example", "default"].contains(&step.as_str()) && within != "properties";
        if shown || within == "examples" {
            if let Some(object) = value.as_object_mut() {
                object.shift_remove(&step);
            }
            return;
        }
        let next = match value {
            Value::Array(list) => step.parse().ok().and_then(|index: usize| list.get_mut(index)),
            other => other.get_mut(&step),
        };
        let Some(next) = next else { return };
        (value, within) = (next, step);
    }
}

/// A document without operations.
pub fn header(name: &str, server: &str) -> String {
    format!(
        "# What the vendor documents of {}, in our words. The rules for this\n\
         # folder are in README.md beside this file.\n\
         openapi: 3.0.3\ninfo:\n  title: Didit {0}\n  version: \"3\"\n\
         servers:\n  - url: {server}\npaths:\ncomponents:\n  securitySchemes:\n  schemas:\n",
        name.replace('_', " ")
    )
}

/// The text with what is new at the ends of its `paths`, its schemas and its
/// security schemes.
///
/// # Errors
///
/// The text is not laid out so that a line can be put there.
pub fn insert(text: &str, new: &Imported) -> Result<String, String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (path, method, operation) in &new.operations {
        let item = Value::from_iter([(method.clone(), operation.clone())]);
        match place(&lines, &["paths", path]) {
            Some(end) => put(&mut lines, end, &block(&item, 4)),
            None => {
                let end = place(&lines, &["paths"]).ok_or("no `paths:` on a line of its own")?;
                put(&mut lines, end, &block(&Value::from_iter([(path.clone(), item)]), 2));
            }
        }
    }
    for (section, members) in [("securitySchemes", &new.schemes), ("schemas", &new.schemas)] {
        for (name, value) in members {
            let entry = Value::from_iter([(name.clone(), value.clone())]);
            let end = place(&lines, &["components", section]);
            let end = end.ok_or_else(|| format!("no `components:` with `{section}:` below"))?;
            put(&mut lines, end, &block(&entry, 4));
        }
    }
    // A key without anything below it means nothing.
    for empty in ["  schemas:", "  securitySchemes:", "components:"] {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let at = lines.iter().position(|line| line == empty);
        if let Some(at) =
            at.filter(|at| lines.get(at + 1).is_none_or(|next| indent(next) <= indent(empty)))
        {
            lines.remove(at);
        }
    }
    let written = lines.join("\n").trim_end().to_owned() + "\n";
    let before = yaml::parse(text).map(|(value, _)| value).unwrap_or_default();
    let after = yaml::parse(&written).map_err(|(at, why)| format!("line {}: {why}", at.line))?.0;
    if keeps(&before, &after) && has(&after, new) {
        Ok(written)
    } else {
        Err("it is not laid out as blocks of two spaces".to_owned())
    }
}

fn put(lines: &mut Vec<String>, at: usize, text: &str) {
    lines.splice(at..at, text.lines().map(str::to_owned));
}

/// The line after the block that `keys` lead to, each two spaces deeper.
fn place(lines: &[String], keys: &[&str]) -> Option<usize> {
    let (mut start, mut end) = (0, lines.len());
    for (depth, key) in keys.iter().enumerate() {
        let indent = 2 * depth;
        let is_key = |line: &String| {
            let name = line.get(indent..).and_then(|rest| rest.trim_end().strip_suffix(':'));
            line[..indent.min(line.len())].trim().is_empty()
                && name.is_some_and(|name| name.trim_matches(['"', '\'']) == *key)
        };
        start += 1 + lines[start..end].iter().position(is_key)?;
        let below = |line: &String| {
            let text = line.trim_start();
            text.is_empty() || text.starts_with('#') || line.len() - text.len() > indent
        };
        let block = lines[start..end].iter().take_while(|line| below(line)).count();
        let said = |line: &String| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        end = start + lines[start..start + block].iter().rposition(said).map_or(0, |last| last + 1);
    }
    Some(end)
}

/// Whether all of `before` is still there.
fn keeps(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let kept = |(key, value): (&String, &Value)| match after.get(key) {
                Some(other) => keeps(value, other),
                // Of an empty section nothing is left to keep.
                None => keeps(value, &json!({})),
            };
            before.iter().all(kept)
        }
        (Value::Null, _) => true,
        (before, after) => before == after,
    }
}

fn has(after: &Value, new: &Imported) -> bool {
    let operations = new.operations.iter().all(|(path, method, operation)| {
        after["paths"][path][method] == without_comments(operation)
    });
    let schemas = new
        .schemas
        .iter()
        .all(|(name, schema)| after["components"]["schemas"][name] == without_comments(schema));
    operations && schemas
}

fn without_comments(value: &Value) -> Value {
    match value {
        Value::Object(_) => members(value)
            .filter(|(key, _)| *key != COMMENT)
            .map(|(key, member)| (key.clone(), without_comments(member)))
            .collect(),
        Value::Array(list) => list.iter().map(without_comments).collect(),
        other => other.clone(),
    }
}
