//! The pipeline: a folder of documents to the files of the generated folder, in memory.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::document::Document;
use crate::error::{Error, Finding};
use crate::tidy::{self, Module};
use crate::{check, lower, read, render};

/// What one run produces; nothing is on disk yet.
#[derive(Debug)]
pub struct Generated {
    /// File name to content.
    pub files: BTreeMap<String, String>,
    /// How many documents went in.
    pub documents: usize,
}

/// Every file that the documents of the folder `openapi` give.
///
/// # Errors
///
/// See [`Error`]; the faults of all documents come at once.
pub fn generate(openapi: &Path) -> Result<Generated, Error> {
    let documents = read::folder(openapi)?;
    let mut files = BTreeMap::new();
    let mut findings = Vec::new();
    for document in &documents {
        match module(document) {
            Ok(module) => {
                files.insert(format!("{}.rs", document.name), module.text);
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
    Ok(Generated { files, documents: documents.len() })
}

/// One document through check, render, lower and tidy.
///
/// # Errors
///
/// What these steps find.
pub fn module(document: &Document) -> Result<Module, Vec<Finding>> {
    let contract = check::check(document)?;
    let mut file = render::render(document, &contract).map_err(|finding| vec![finding])?;
    lower::lower(document, &mut file)?;
    tidy::tidy(document, &contract, file)
}

fn json(value: &Value) -> String {
    // The alternate form is the pretty one.
    format!("{value:#}\n")
}

/// `mod.rs`: the modules, and the documents for the sandbox.
fn index(documents: &[Document]) -> String {
    let mut modules = String::new();
    let mut entries = String::new();
    for Document { name, spec, .. } in documents {
        let title = spec.info.title.lines().next().unwrap_or_default();
        // The tokens of `auth` are what every other host asks for, so it is always there.
        let feature = match name.as_str() {
            "auth" => String::new(),
            _ => format!("#[cfg(feature = \"{name}\")]\n"),
        };
        modules += &format!("/// {title}\n{feature}pub mod {name};\n");
        let feature = feature.replace('\n', "\n    ");
        entries += &format!("    {feature}(\"{name}\", include_str!(\"{name}.json\")),\n");
    }
    let folder = documents.first().map(|document| document.source()).unwrap_or_default();
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let marker = tidy::marker(&format!("{folder}/"));
    format!(
        "{marker}\n\n{modules}\n\
         /// The documents themselves: name and JSON text.\n\
         #[cfg(feature = \"sandbox\")]\n\
         pub const DOCUMENTS: &[(&str, &str)] = &[\n{entries}];\n"
    )
}
