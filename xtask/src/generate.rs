//! The pipeline: a folder of documents to the files of the generated folder, in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::commands::plural;
use crate::document::Document;
use crate::error::{Error, Finding};
use crate::lower::{Change, Draft};
use crate::tidy::{self, Module};
use crate::{check, progress, read, render};

/// What one run produces; nothing is on disk yet.
#[derive(Debug)]
pub struct Generated {
    /// File name to content.
    pub files: BTreeMap<String, String>,
    /// How many documents went in.
    pub documents: usize,
    /// What lowering changed: the document's path and the change.
    pub changes: Vec<(PathBuf, Change)>,
}

/// Every file that the documents of the folder `openapi` give.
///
/// # Errors
///
/// See [`Error`]; the faults of all documents come at once.
pub fn generate(openapi: &Path) -> Result<Generated, Error> {
    progress::step(format!("reading {}", openapi.display()));
    let documents = read::folder(openapi)?;
    let mut files = BTreeMap::new();
    let mut findings = Vec::new();
    let mut changes = Vec::new();
    for document in &documents {
        match lowered(document) {
            Ok((module, changed)) => {
                changes.extend(changed.into_iter().map(|change| (document.path.clone(), change)));
                files.insert(format!("{}.rs", document.name), module.text);
                // To free so large a tree takes as long as to print it, and the
                // process ends soon.
                std::mem::forget(module.file);
                files.insert(format!("{}.json", document.name), json(&document.value));
            }
            Err(found) => findings.extend(found),
        }
    }
    if !findings.is_empty() {
        // One document's faults in the order of its lines.
        findings.sort();
        return Err(Error::Findings(findings));
    }
    files.insert("mod.rs".to_owned(), index(&documents));
    Ok(Generated { files, documents: documents.len(), changes })
}

/// One document through check, both halves of lowering with render between
/// them, and tidy.
///
/// # Errors
///
/// What these steps find.
pub fn module(document: &Document) -> Result<Module, Vec<Finding>> {
    lowered(document).map(|(module, _)| module)
}

fn lowered(document: &Document) -> Result<(Module, Vec<Change>), Vec<Finding>> {
    let step = |doing: &str, calls: usize| {
        let calls = plural(calls, "operation", "operations");
        progress::step(format!("{doing} {}: {calls}", document.source()));
    };
    step("checking", document.spec.operations().count());
    let contract = check::check(document)?;
    let count = contract.operations.len();
    step("lowering", count);
    let mut draft = Draft::prepare(document, &contract)?;
    step("generating", count);
    let mut file = render::render(&draft)?;
    step("tidying", count);
    draft.finish(&mut file)?;
    Ok((tidy::tidy(document, &contract, file)?, draft.changes))
}

fn json(value: &Value) -> String {
    // The alternate form is the pretty one.
    format!("{value:#}\n")
}

/// `mod.rs`: the modules, and the documents for the sandbox.
fn index(documents: &[Document]) -> String {
    let mut modules = String::new();
    let mut entries = String::new();
    let mut calls = String::new();
    // The tokens of `auth` are what every other host asks for, so it is always
    // there. Documents without it are not this SDK's: no crate has features for them.
    let sdk = documents.iter().any(|document| document.name == "auth");
    for Document { name, spec, .. } in documents {
        let title = spec.info.title.lines().next().unwrap_or_default();
        let feature = match name.as_str() {
            name if sdk && name != "auth" => format!("#[cfg(feature = \"{name}\")]\n"),
            _ => String::new(),
        };
        modules += &format!("/// {title}\n{feature}pub mod {name};\n");
        let feature = feature.replace('\n', "\n    ");
        entries += &format!("    {feature}(\"{name}\", include_str!(\"{name}.json\")),\n");
        calls += &format!("    {feature}(\"{name}\", {name}::calls::CALLS),\n");
    }
    let folder = documents.first().map(|document| document.source()).unwrap_or_default();
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let marker = tidy::marker(&format!("{folder}/"));
    format!(
        "{marker}\n\n{modules}\n\
         /// The documents themselves: name and JSON text.\n\
         #[cfg(feature = \"sandbox\")]\n\
         pub const DOCUMENTS: &[(&str, &str)] = &[\n{entries}];\n\n\
         /// Their calls, as their examples make them.\n\
         #[cfg(feature = \"sandbox\")]\n\
         pub const CALLS: &[(&str, &[crate::sandbox::examples::Call])] = &[\n{calls}];\n"
    )
}
