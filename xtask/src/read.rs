//! Files to [`Document`]s.

use std::fs;
use std::path::{Path, PathBuf};

use heck::ToSnakeCase as _;
use openapiv3::{OpenAPI, PathItem, ReferenceOr, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::document::{Document, child, members};
use crate::error::{Error, Finding};
use crate::yaml;

/// Every document of the folder, sorted by file name. Other files are ignored.
///
/// # Errors
///
/// The folder or a file cannot be read, there is no document, or documents are
/// not YAML or not OpenAPI 3.0: then with all faults of all documents.
pub fn folder(folder: &Path) -> Result<Vec<Document>, Error> {
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
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { Ok(documents) } else { Err(Error::Findings(findings)) }
}

/// One document from its text; `path` gives it its name.
///
/// # Errors
///
/// The first fault of syntax, version or shape.
pub fn document(path: PathBuf, text: &str) -> Result<Document, Finding> {
    let name = module_name(&path)?;
    let (value, locations) = yaml::parse(text).map_err(|(at, message)| Finding {
        path: path.clone(),
        line: at.line,
        column: at.column,
        message,
    })?;
    let mut document = Document { name, path, value, spec: OpenAPI::default(), locations };
    // Before the shape: another version has another shape, which would hide the cause.
    match document.value.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => {}
        Some(_) => {
            return Err(
                document.finding("/openapi", "the generator takes 3.0.x; write `openapi: 3.0.3`")
            );
        }
        None => {
            return Err(document.finding("", "no OpenAPI document: write `openapi: 3.0.3` first"));
        }
    }
    document.spec = shape::<OpenAPI>(&document.value, "")
        .map_err(|fault| narrowed(&document.value).unwrap_or(fault))
        .map_err(|(pointer, message)| document.finding(&pointer, message))?;
    Ok(document)
}

fn module_name(path: &Path) -> Result<String, Finding> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if stem.to_snake_case() == stem && syn::parse_str::<syn::Ident>(stem).is_ok() && stem != "mod" {
        return Ok(stem.to_owned());
    }
    Err(Finding::in_file(path, "a document's name becomes a Rust module; rename it in snake_case"))
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
/// in them the fault is; taken one by one they tell.
fn narrowed(value: &Value) -> Option<(String, String)> {
    let schema = |at: String, item| shape::<ReferenceOr<Schema>>(item, &at).err();
    let path =
        members(value, "/paths").find_map(|(at, _, item)| shape::<PathItem>(item, &at).err());
    path.or_else(|| {
        members(value, "/components/schemas").find_map(|(at, _, item)| {
            let fault = schema(at.clone(), item)?;
            let mut properties = members(value, &child(&at, "properties"));
            let inside = properties.find_map(|(at, _, item)| schema(at, item));
            Some(inside.unwrap_or(fault))
        })
    })
}
