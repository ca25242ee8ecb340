//! What a document promises about its calls, in the form that the later steps use.
//!
//! Built from any document, also a faulty one: `lint` says what is wrong with it.

use std::fmt;

use serde_json::Value;

use crate::document::{Document, child, members};
use crate::lower::Change;
use crate::names;

/// The calls of one host.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The URL of the first server that is absolute, without a trailing slash; else empty.
    pub base_url: String,
    /// Every operation, in the order of the document.
    pub operations: Vec<Operation>,
    /// What the document offers and the SDK leaves out.
    pub changes: Vec<Change>,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId` as the method's name in Rust.
    pub id: String,
    /// The HTTP method in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The alternatives that the call accepts; none for a public call.
    pub security: Vec<Security>,
    /// The vendor's page; empty if the document names none.
    pub docs: String,
    /// Where the author has it from (`x-source`).
    pub source: Source,
    /// JSON pointer to the operation.
    pub pointer: String,
}

/// Provenance: what the author read, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The page.
    pub page: Option<String>,
    /// The date that the page prints.
    pub printed: Option<String>,
    /// The day on which it was read, `2026-11-24`.
    pub read: Option<String>,
    /// One of [`EVIDENCE`].
    pub evidence: Option<String>,
}

/// The classes of evidence, the strongest promise first.
pub const EVIDENCE: [&str; 4] = ["documented", "vendor_spec", "observed", "inferred"];

/// The keys of a path item that are operations.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Contract {
    /// What the document says, as far as the SDK can use it.
    pub fn of(document: &Document) -> Self {
        let root = &document.value;
        let mut changes = Vec::new();
        let base_url = base_url(root, &mut changes);
        let mut operations = Vec::new();
        for (at, path, item) in members(root, "/paths") {
            changes.extend(other_servers(&at, item, &base_url));
            for (at, method, value) in members(root, &at) {
                if METHODS.contains(&method.as_str()) {
                    changes.extend(other_servers(&at, value, &base_url));
                    operations.push(operation(root, value, at, method, path, &mut changes));
                }
            }
        }
        Self { base_url, operations, changes }
    }
}

fn base_url(root: &Value, changes: &mut Vec<Change>) -> String {
    let servers: Vec<_> = items(root.get("servers")).map(server_url).collect();
    let first = servers.iter().position(|url| is_absolute(url));
    for (index, url) in servers.iter().enumerate().filter(|(index, _)| Some(*index) != first) {
        changes.push(left_out(format!("/servers/{index}"), format!("the server `{url}`")));
    }
    first.map(|first| servers[first].trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// A path or an operation may name a server of its own; the SDK has one for all.
fn other_servers(at: &str, owner: &Value, base_url: &str) -> Option<Change> {
    let mut servers = items(owner.get("servers")).map(server_url);
    let other = servers.find(|url| url.trim_end_matches('/') != base_url)?;
    let what = format!("its own server `{other}`; the call goes where all others go");
    Some(left_out(child(at, "servers"), what))
}

/// The server's URL, its variables at their defaults.
fn server_url(server: &Value) -> String {
    let url = server.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    members(server, "/variables").fold(url, |url, (_, name, variable)| {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
        url.replace(&format!("{{{name}}}"), default)
    })
}

/// `https://host…`, without user, query, fragment or variable.
pub fn is_absolute(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let named = host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()));
    named && !url.contains(['{', '?', '#', '@', ' '])
}

fn operation(
    root: &Value,
    value: &Value,
    at: String,
    method: &str,
    path: &str,
    changes: &mut Vec<Change>,
) -> Operation {
    let text = |pointer| {
        value.pointer(pointer).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned)
    };
    let source = Source {
        page: text("/x-source/page"),
        printed: text("/x-source/printed"),
        read: text("/x-source/read"),
        evidence: text("/x-source/evidence"),
    };
    let alternatives = alternatives(root, value);
    if alternatives.contains(&Ok(None)) && alternatives.iter().any(|one| matches!(one, Ok(Some(_))))
    {
        let what = "the way to call it without credentials".to_owned();
        changes.push(left_out(format!("{at}/security"), what));
    }
    for (index, alternative) in alternatives.iter().enumerate() {
        if let Err(reason) = alternative {
            let at = format!("{at}/security/{index}");
            changes.push(left_out(at, format!("a way to authenticate: {reason}")));
        }
    }
    Operation {
        id: text("/operationId").map(|id| names::snake(&id)).unwrap_or_default(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        security: alternatives.into_iter().flatten().flatten().collect(),
        docs: text("/externalDocs/url").or_else(|| source.page.clone()).unwrap_or_default(),
        source,
        pointer: at,
    }
}

/// Each item of the operation's `security`, or else of the document's: the
/// scheme, nothing for "without any", or why the SDK cannot send it.
pub fn alternatives(root: &Value, operation: &Value) -> Vec<Result<Option<Security>, String>> {
    items(operation.get("security").or_else(|| root.get("security")))
        .map(|alternative| {
            let mut names = alternative.as_object().into_iter().flat_map(|names| names.keys());
            match (names.next(), names.next()) {
                (None, _) => Ok(None),
                (Some(name), None) => {
                    Ok(Some(Security { name: name.clone(), scheme: scheme(root, name)? }))
                }
                (Some(_), Some(_)) => {
                    Err("two schemes at once are more than the SDK sends".to_owned())
                }
            }
        })
        .collect()
}

fn scheme(root: &Value, name: &str) -> Result<Scheme, String> {
    let declared = root.pointer(&child("/components/securitySchemes", name));
    let declared = declared.ok_or_else(|| format!("`{name}` is not declared"))?;
    let declared = crate::document::resolve(root, declared);
    let text = |key| declared.get(key).and_then(Value::as_str).unwrap_or_default();
    match (text("type"), text("scheme").to_ascii_lowercase().as_str(), text("in")) {
        ("http", "basic", _) => Ok(Scheme::Basic),
        // What these flows end in goes over the wire as a bearer token.
        ("http", "bearer", _) | ("oauth2" | "openIdConnect", ..) => Ok(Scheme::Bearer),
        ("apiKey", _, "header") => Ok(Scheme::ApiKey { header: text("name").to_ascii_lowercase() }),
        _ => Err(format!("`{name}` is no scheme that the SDK sends")),
    }
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn left_out(pointer: String, what: String) -> Change {
    Change { rule: "contract", pointer, note: format!("left out {what}") }
}

impl Operation {
    /// The lines that tell a reader of the generated docs how the call
    /// authenticates, where it is documented, and how much that proves.
    pub fn doc_lines(&self) -> Vec<String> {
        let mut schemes: Vec<_> = self.security.iter().map(Security::to_string).collect();
        if schemes.is_empty() {
            schemes.push("none".to_owned());
        }
        let mut lines = vec![format!("Authorization: {}.", schemes.join(", or "))];
        let Source { page, printed, read, evidence } = &self.source;
        let page = page.as_ref().unwrap_or(&self.docs);
        let dates = [("printed", printed), ("read", read)];
        let dates: String = dates
            .iter()
            .filter_map(|(what, date)| Some(format!(", {what} {}", date.as_ref()?)))
            .collect();
        if !page.is_empty() {
            lines.push(format!("Source: <{page}>{dates}."));
        }
        lines.extend(evidence.as_ref().map(|evidence| format!("Evidence: {evidence}.")));
        // A text of several lines would begin others.
        lines.iter().map(|line| line.replace(['\n', '\r'], " ")).collect()
    }
}

/// A security scheme by the name that the document gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// The key under `components.securitySchemes`.
    pub name: String,
    /// How it goes over the wire.
    pub scheme: Scheme,
}

/// The ways to authenticate that the runtime knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Basic …`
    Basic,
    /// `Authorization: Bearer …`
    Bearer,
    /// A header of its own.
    ApiKey {
        /// The header's name.
        header: String,
    },
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.scheme {
            Scheme::Basic => write!(f, "Basic (`{name}`)"),
            Scheme::Bearer => write!(f, "Bearer (`{name}`)"),
            Scheme::ApiKey { header } => write!(f, "API key in the header `{header}` (`{name}`)"),
        }
    }
}
