//! The documents of a folder, linked: each `$ref` leads from one root.

use std::path::PathBuf;

use serde_json::Value;

use super::location::Locations;
use crate::base::finding::{Finding, Rule};
use crate::openapi::refs;

/// One file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file's stem: the Rust module, and the cargo feature.
    pub name: String,
    /// The file, as it was named to us.
    pub path: PathBuf,
    /// What the author wrote, in the author's order.
    pub value: Value,
    /// Where each node of `value` stands.
    pub locations: Locations,
}

impl Document {
    /// The file's name with its folder, `openapi/auth.yaml`: the same on every machine.
    pub fn source(&self) -> String {
        let name = |part: Option<&std::ffi::OsStr>| {
            part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let folder = self.path.parent().and_then(|folder| folder.file_name());
        format!("{}/{}", name(folder), name(self.path.file_name()))
    }
}

/// All of them.
///
/// From here on a pointer begins with the name of a document: `/auth/paths/…`.
#[derive(Debug)]
pub struct Documents {
    /// Name to document; each `$ref` in it is such a pointer.
    pub root: Value,
    /// In the order of their names.
    pub list: Vec<Document>,
    /// Those that could not be read: references to them are no fault of others.
    pub unread: Vec<String>,
}

impl Documents {
    /// Links what was read.
    pub fn link(list: Vec<Document>, unread: Vec<String>) -> Self {
        let values = list.iter().map(|one| (one.name.clone(), one.value.clone()));
        Self { root: refs::link(values), list, unread }
    }

    /// The node that `pointer` names.
    pub fn node(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// The document that `pointer` leads into.
    pub fn document(&self, pointer: &str) -> Option<&Document> {
        let name = pointer.get(1..)?.split('/').next()?;
        self.list.iter().find(|document| document.name == name)
    }

    /// A fault at the node that `pointer` names.
    pub fn finding(&self, rule: &Rule, pointer: &str, message: impl Into<String>) -> Finding {
        let Some(document) = self.document(pointer) else {
            return Finding::in_file(pointer.as_ref(), rule, message);
        };
        let inside = &pointer[1 + document.name.len()..];
        let at = document.locations.nearest(inside);
        let finding = Finding::in_file(&document.path, rule, message);
        Finding { line: at.line, column: at.column, pointer: inside.to_owned(), ..finding }
    }
}
