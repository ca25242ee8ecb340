//! A document as the module that it becomes.

use serde_json::Value;

use super::operation::Operation;
use crate::document::documents::{Document, Documents};
use crate::document::location::child;
use crate::openapi::refs::members;

/// All documents.
#[derive(Debug)]
pub struct Model<'a> {
    /// What it was made from.
    pub documents: &'a Documents,
    /// In the order of their names.
    pub modules: Vec<Module<'a>>,
}

/// One document.
#[derive(Debug)]
pub struct Module<'a> {
    /// The file.
    pub document: &'a Document,
    /// The document's value, linked.
    pub value: &'a Value,
    /// The URL of its server, without a trailing slash; else empty.
    pub base_url: &'a str,
    /// In the order of the document.
    pub operations: Vec<Operation<'a>>,
    /// What has a name under `components/schemas`, in the order of the document.
    pub schemas: Vec<Named<'a>>,
}

/// A schema with a name.
#[derive(Debug)]
pub struct Named<'a> {
    /// The name, which is the Rust type's.
    pub name: &'a str,
    /// Where it stands.
    pub pointer: String,
    /// The schema.
    pub value: &'a Value,
}

/// The keys of a path item that are operations.
pub const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

impl<'a> Model<'a> {
    /// What the documents say.
    pub fn of(documents: &'a Documents) -> Self {
        let modules = documents.list.iter().map(|one| Module::of(documents, one)).collect();
        Self { documents, modules }
    }

    /// Every operation of every document.
    pub fn operations(&self) -> impl Iterator<Item = &Operation<'a>> {
        self.modules.iter().flat_map(|module| &module.operations)
    }
}

impl<'a> Module<'a> {
    fn of(documents: &'a Documents, document: &'a Document) -> Self {
        let root = &documents.root;
        let value = &root[&document.name];
        let url = value.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let paths = format!("/{}/paths", document.name);
        let mut operations = Vec::new();
        for (path, item) in members(&value["paths"]) {
            let at = child(&paths, path);
            for (method, value) in members(item) {
                if METHODS.contains(&method.as_str()) {
                    operations.push(Operation::of(root, &document.name, path, &at, method, value));
                }
            }
        }
        let at = format!("/{}/components/schemas", document.name);
        let schemas = members(&value["components"]["schemas"])
            .map(|(name, value)| Named { name, pointer: child(&at, name), value })
            .collect();
        Self { document, value, base_url: url.trim_end_matches('/'), operations, schemas }
    }

    /// The name of the module.
    pub fn name(&self) -> &'a str {
        &self.document.name
    }

    /// A text of `info`.
    pub fn info(&self, key: &str) -> &'a str {
        self.value["info"][key].as_str().unwrap_or_default()
    }
}
