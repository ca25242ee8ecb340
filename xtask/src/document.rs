//! A document in memory, and where each of its nodes stands in the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::error::Finding;

/// One OpenAPI document: the file, its text as values, its typed model.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file's stem: the Rust module, and the cargo feature, of this host.
    pub name: String,
    /// The file, as it was named to us.
    pub path: PathBuf,
    /// Everything that the author wrote, in the author's order.
    pub value: Value,
    /// The same as progenitor takes it; keys that OpenAPI does not know are gone.
    pub spec: OpenAPI,
    /// Where each node of `value` stands.
    pub locations: Locations,
    /// Whether it lies in this workspace's `openapi/`, so that our own rules are asked of it.
    pub ours: bool,
}

impl Document {
    /// A fault at the node that `pointer` names.
    pub fn finding(&self, pointer: &str, message: impl Into<String>) -> Finding {
        let Location { line, column } = self.locations.nearest(pointer);
        let pointer = pointer.to_owned();
        Finding { line, column, pointer, ..Finding::in_file(&self.path, message) }
    }

    /// The file's name with its folder, `openapi/auth.yaml`: the same on every machine.
    pub fn source(&self) -> String {
        let name = |part: Option<&std::ffi::OsStr>| {
            part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let folder = self.path.parent().and_then(|folder| folder.file_name());
        format!("{}/{}", name(folder), name(self.path.file_name()))
    }
}

/// A place in a text file, both numbers counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// JSON pointer to location. A member of a mapping stands where its key does.
#[derive(Debug, Clone, Default)]
pub struct Locations(BTreeMap<String, Location>);

impl Locations {
    /// Records where the node that `pointer` names stands.
    pub fn insert(&mut self, pointer: String, location: Location) {
        self.0.insert(pointer, location);
    }

    /// Where the node stands, or else its nearest ancestor that exists.
    pub fn nearest(&self, pointer: &str) -> Location {
        let mut pointer = pointer;
        loop {
            if let Some(location) = self.0.get(pointer) {
                return *location;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return Location { line: 1, column: 1 },
            }
        }
    }
}

/// `pointer` one step deeper; RFC 6901 escapes `~` and `/`.
pub fn child(pointer: &str, key: &str) -> String {
    let mut deeper = String::with_capacity(pointer.len() + key.len() + 4);
    deeper.push_str(pointer);
    push(&mut deeper, key);
    deeper
}

/// Makes `pointer` one step deeper in place.
pub fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
}

/// The key that a step of a pointer stands for.
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The members of the object that `pointer` names: their pointers, keys and values.
pub fn members<'a>(
    value: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = (String, &'a String, &'a Value)> + use<'a> {
    let members = value.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    let pointer = pointer.to_owned();
    members.map(move |(key, member)| (child(&pointer, key), key, member))
}

/// The pointers of all members of this name, what an alias repeats included.
pub fn named(value: &Value, name: &str) -> Vec<String> {
    fn walk(value: &Value, name: &str, at: &mut String, found: &mut Vec<String>) {
        let length = at.len();
        match value {
            Value::Object(object) => {
                for (key, member) in object {
                    push(at, key);
                    walk(member, name, at, found);
                    if key == name {
                        found.push(at.clone());
                    }
                    at.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    push(at, &index.to_string());
                    walk(item, name, at, found);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, name, &mut String::new(), &mut found);
    found
}

/// The object that `value` stands for: `$ref`s into the same document are
/// followed, so many times at most, since two may point at each other.
pub fn resolve<'a>(root: &'a Value, mut value: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let target = value.get("$ref").and_then(Value::as_str);
        let Some(target) = target.and_then(|target| root.pointer(target.strip_prefix('#')?)) else {
            break;
        };
        value = target;
    }
    value
}
