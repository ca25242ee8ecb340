//! A folder of documents to the files that are generated from them, in memory.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::error::Error;
use crate::base::finding::Finding;
use crate::base::progress::step;
use crate::base::workspace::plural;
use crate::document::read;
use crate::lint::rules;
use crate::lower::changes::{self, Change};
use crate::model::module::{Model, Module};
use crate::model::usage::Usage;
use crate::operations::{calls, module as operations};
use crate::output::file;
use crate::types::module::{print, types};

/// What one run produces; nothing is on disk yet.
#[derive(Debug, Default)]
pub struct Generated {
    /// Path below `didit-api/` to content.
    pub files: BTreeMap<String, String>,
    /// How many documents went in.
    pub documents: usize,
    /// Where the code differs from the documents: a place in them, and how.
    pub changes: Vec<(String, Change)>,
}

/// Every file that the documents of the folder `openapi` give.
///
/// # Errors
///
/// See [`Error`]; the faults of all documents come at once.
pub fn generate(openapi: &Path, draft: bool) -> Result<Generated, Error> {
    step(format!("reading {}", openapi.display()));
    let (documents, faults) = read::folder(openapi)?;
    let model = Model::of(&documents);
    checked(&model, faults, draft)?;
    let usage = Usage::of(&model);
    let mut generated = Generated { documents: model.modules.len(), ..Generated::default() };
    let mut findings = Vec::new();
    for module in &model.modules {
        match self::module(&model, module, &usage) {
            Ok(text) => generated.put("src", &format!("{}.rs", module.name()), text),
            Err(found) => findings.extend(found),
        }
        generated.put(
            "src",
            &format!("{}.json", module.name()),
            file::json(&module.document.value),
        );
        if !module.operations.is_empty() {
            let calls = file::calls(module, &print(calls::calls(module)));
            generated.put("tests", &format!("{}.rs", module.name()), calls);
        }
        let source = module.document.source();
        let changes = changes::of(module, &usage).into_iter();
        generated.changes.extend(changes.map(|change| (source.clone(), change)));
    }
    generated.put("src", "mod.rs", file::index(&model));
    generated.put("tests", "mod.rs", file::calls_index(&model));
    if findings.is_empty() { Ok(generated) } else { Err(Error::Findings(findings)) }
}

impl Generated {
    fn put(&mut self, part: &str, name: &str, text: String) {
        self.files.insert(format!("{part}/generated/{name}"), text);
    }
}

/// The code of one document.
///
/// # Errors
///
/// What the generator of types does not take.
pub fn module(
    model: &Model<'_>,
    module: &Module<'_>,
    usage: &Usage,
) -> Result<String, Vec<Finding>> {
    let calls = plural(module.operations.len(), "operation", "operations");
    step(format!("generating {}: {calls}", module.document.source()));
    let types = types(model, module, usage)?;
    let (client, builders) = operations::operations(module, &model.documents.root);
    Ok(file::module(module, usage, [&print(client), &print(builders)], &types))
}

/// That nothing is wrong with the documents.
///
/// # Errors
///
/// All that is, and `faults`, which were found before.
pub fn checked(model: &Model<'_>, faults: Vec<Finding>, draft: bool) -> Result<(), Error> {
    step("checking");
    let mut findings = faults;
    findings.extend(rules::findings(model, draft));
    findings.sort();
    if findings.is_empty() { Ok(()) } else { Err(Error::Findings(findings)) }
}
