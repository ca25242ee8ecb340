//! A folder of files to documents.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::documents::{Document, Documents};
use super::location::{Location, START};
use super::names;
use super::yaml;
use crate::base::error::Error;
use crate::base::finding::{Finding, Rule};

const NAME: Rule = Rule::dialect(
    "document-name",
    "the name becomes a Rust module, and a cargo feature",
    "a file name in snake_case, of ASCII letters, digits and `_`, that is no word of Rust and \
     no module of didit-api",
);
const SYNTAX: Rule = Rule::dialect("syntax", "nothing can be read from it", "");
const VERSION: Rule = Rule::dialect(
    "version",
    "3.1 and 2.0 say the same things in other words",
    "`openapi: 3.0.3`, and the document in its words",
);

/// Every document of the folder, sorted by name, and the faults of those that
/// are none. Other files are ignored.
///
/// # Errors
///
/// The folder or a file cannot be read, or there is no document.
pub fn folder(folder: &Path) -> Result<(Documents, Vec<Finding>), Error> {
    let entries = fs::read_dir(folder).map_err(Error::io("read the folder", folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read the folder", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Error::NoDocuments(folder.to_owned()));
    }
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        // A pipe would have us wait for somebody to write into it.
        if !fs::metadata(&path).map_err(Error::io("read", &path))?.is_file() {
            return Err(Error::io("read", &path)(std::io::Error::other("it is no file")));
        }
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        texts.push((path, text));
    }
    Ok(texts_to_documents(texts))
}

/// Documents from texts; the path of each gives it its name.
pub fn texts_to_documents(texts: Vec<(PathBuf, String)>) -> (Documents, Vec<Finding>) {
    let (mut list, mut unread, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    for (path, text) in texts {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match document(&name, &path, &text) {
            Ok(document) => list.push(document),
            Err(finding) => {
                findings.push(finding);
                unread.push(name);
            }
        }
    }
    (Documents::link(list, unread), findings)
}

fn document(name: &str, path: &Path, text: &str) -> Result<Document, Finding> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let taken = names::DOCUMENTS.contains(&name);
    if taken || name != names::snake(name) || !name.chars().all(plain) {
        let message = format!("`{name}` cannot be the name of a module");
        return Err(Finding::in_file(path, &NAME, message));
    }
    let located = |rule, Location { line, column }, message: String| Finding {
        line,
        column,
        ..Finding::in_file(path, rule, message)
    };
    // Windows editors begin a file with it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (value, locations) =
        yaml::parse(text).map_err(|(at, message)| located(&SYNTAX, at, message))?;
    // Another version has another shape, of which a hundred findings would come.
    match value.get("openapi").map(Value::as_str) {
        Some(Some(version)) if version.starts_with("3.0.") => {
            Ok(Document { name: name.to_owned(), path: path.to_owned(), value, locations })
        }
        Some(_) => {
            let at = locations.nearest("/openapi");
            Err(located(&VERSION, at, "another version than OpenAPI 3.0".to_owned()))
        }
        None => Err(located(&VERSION, START, "no OpenAPI document".to_owned())),
    }
}
