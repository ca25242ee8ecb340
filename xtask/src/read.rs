//! Files to [`Document`]s.

use std::fs;
use std::path::{Path, PathBuf};

use openapiv3::{OpenAPI, PathItem, ReferenceOr, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::cli::workspace;
use crate::document::{Document, child, members};
use crate::error::{Error, Finding};
use crate::{json, lint, names, yaml};

/// Every document of the folder, sorted by file name. Other files are ignored.
///
/// # Errors
///
/// The folder or a file cannot be read, there is no document, or documents are
/// not YAML or not OpenAPI 3.0: then with all faults of all documents.
pub fn folder(folder: &Path) -> Result<Vec<Document>, Error> {
    let (documents, mut findings) = every(folder)?;
    findings.retain(|finding| finding.stops);
    if findings.is_empty() { Ok(documents) } else { Err(Error::Findings(findings)) }
}

/// The documents of the folder that can be read, and the faults of the others.
///
/// # Errors
///
/// The folder or a file cannot be read, or there is no document.
pub fn every(folder: &Path) -> Result<(Vec<Document>, Vec<Finding>), Error> {
    let entries = fs::read_dir(folder).map_err(Error::io("read the folder", folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read the folder", folder))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("yaml" | "yml" | "json")) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Error::NoDocuments(folder.to_owned()));
    }
    paths.sort();
    let mut documents: Vec<Document> = Vec::new();
    let mut findings = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        match document(path, &text) {
            Ok(document) => match documents.iter().find(|other| other.name == document.name) {
                Some(other) => findings.push(Finding::in_file(
                    &document.path,
                    format!("`{}` would give the same module; rename one", other.source()),
                )),
                None => documents.push(document),
            },
            Err(found) => findings.extend(found),
        }
    }
    findings.sort();
    Ok((documents, findings))
}

/// One document from its text; `path` gives it its name.
///
/// # Errors
///
/// The fault of syntax or version, or else all faults of shape with what `lint`
/// finds beside them.
pub fn document(path: PathBuf, text: &str) -> Result<Document, Vec<Finding>> {
    let ours = is_ours(&path);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = names::snake(stem);
    if stem.is_empty() || (ours && stem != name) {
        let message = "a document's name becomes a Rust module; rename it in snake_case";
        return Err(vec![Finding::in_file(&path, message).rule("document-name")]);
    }
    // Windows editors begin a file with it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let parsed = if is_json { json::parse(text) } else { yaml::parse(text) };
    let (value, locations) = parsed.map_err(|(at, message)| {
        let fault = Finding::in_file(&path, message).rule("syntax");
        vec![Finding { line: at.line, column: at.column, ..fault }]
    })?;
    let mut document = Document { name, path, value, spec: OpenAPI::default(), locations, ours };
    // Before the shape: another version has another shape, which would hide the cause.
    let version = document.value.get("openapi");
    if !version.and_then(Value::as_str).is_some_and(|version| version.starts_with("3.0.")) {
        let (at, message) = match version {
            Some(_) => ("/openapi", "another version than OpenAPI 3.0"),
            None => ("", "no OpenAPI document"),
        };
        let finding = document.finding(at, message).rule("version");
        let why = "the generator takes 3.0.x; 3.1 and 2.0 say the same things in other words";
        return Err(vec![
            finding.why(why).write("`openapi: 3.0.3`, and the document in its words"),
        ]);
    }
    match shape::<OpenAPI>(&document.value, "") {
        Ok(spec) => {
            document.spec = spec;
            Ok(document)
        }
        Err(fault) => Err(faults_of_shape(&document, fault)),
    }
}

fn is_ours(path: &Path) -> bool {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    folder.is_some() && folder == workspace().join("openapi").canonicalize().ok()
}

/// What `lint` finds, and each fault of the model that none of its findings is about.
fn faults_of_shape(document: &Document, whole: (String, String)) -> Vec<Finding> {
    let mut findings = lint::lint(document);
    let mut faults = narrowed(&document.value);
    if faults.is_empty() {
        faults.push(whole);
    }
    for (pointer, message) in faults {
        let related = |one: &str, other: &str| {
            one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let known = findings
            .iter()
            .filter(|found| found.stops)
            .any(|found| related(&found.pointer, &pointer) || related(&pointer, &found.pointer));
        if !known {
            let why = "the generator reads OpenAPI 3.0 and nothing else";
            findings.push(document.finding(&pointer, message).rule("shape").why(why));
        }
    }
    findings.sort();
    findings
}

/// The typed model of the node at `pointer`, or a pointer to the fault in it.
fn shape<T: DeserializeOwned>(value: &Value, pointer: &str) -> Result<T, (String, String)> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let steps = error.path().iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        let pointer = steps.fold(pointer.to_owned(), |pointer, step| child(&pointer, &step));
        (pointer, format!("not OpenAPI 3.0: {}", error.inner()))
    })
}

/// The model buffers the members of `paths` and `components`, which hides where
/// in them the faults are; taken one by one they tell.
fn narrowed(value: &Value) -> Vec<(String, String)> {
    let schema = |at: String, item| shape::<ReferenceOr<Schema>>(item, &at).err();
    let mut faults: Vec<_> = members(value, "/paths")
        .filter_map(|(at, _, item)| shape::<PathItem>(item, &at).err())
        .collect();
    for (at, _, item) in members(value, "/components/schemas") {
        if let Some(fault) = schema(at.clone(), item) {
            let properties = members(value, &child(&at, "properties"));
            let inside: Vec<_> = properties.filter_map(|(at, _, item)| schema(at, item)).collect();
            faults.extend(if inside.is_empty() { vec![fault] } else { inside });
        }
    }
    faults
}
