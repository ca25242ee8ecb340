//! Each kind of document that the generator alone panics at, refuses, miscompiles
//! or silently changes: what it is told, or the code that it now becomes.
//!
//! A new kind is a new file in `tests/kinds/`. `didit-api` compiles the code of
//! all that become code, as one module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, json};
use xtask::document::{Document, members};
use xtask::error::Finding;
use xtask::{check, generate, lint, read};

use crate::outline;
use crate::support::{in_snapshots, snapshot_names};

fn kinds() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kinds");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.map(|path| (name(&path), fs::read_to_string(path).unwrap())).collect()
}

fn document(name: &str, text: &str) -> Result<Document, Vec<Finding>> {
    read::document(format!("kinds/{name}.yaml").into(), text)
}

/// What a maintainer is told, and the surface of the code if there is any.
fn told(name: &str, text: &str) -> String {
    let texts = |found: &[Finding]| found.iter().map(Finding::to_string).collect::<Vec<_>>();
    let document = match document(name, text) {
        Ok(document) => document,
        Err(found) => return texts(&found).join("\n"),
    };
    let mut parts = texts(&lint::all(&document));
    if let Ok(module) = generate::module(&document) {
        for operation in &check::check(&document).unwrap().operations {
            parts.push(outline::operation(&document, operation, &module.file));
        }
        parts.extend(outline::types(&module.file));
    }
    parts.join("\n")
}

#[test]
fn each_kind_is_told_where_and_why_or_becomes_code() {
    for (name, text) in kinds() {
        let told = told(&name, &text);
        assert!(!told.is_empty() && !told.contains("panicked"), "{name}: {told}");
        in_snapshots("kinds", || insta::assert_snapshot!(name, told));
    }
    assert_eq!(snapshot_names("kinds"), kinds().into_keys().collect::<Vec<_>>());
}

/// All kinds that become code, as one document.
#[test]
fn what_becomes_code_compiles() {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut schemes = Map::new();
    for (name, text) in kinds() {
        let Ok(document) = document(&name, &text) else { continue };
        if generate::module(&document).is_err() {
            continue;
        }
        let value = &document.value;
        for (at, into) in [
            ("/paths", &mut paths),
            ("/components/schemas", &mut schemas),
            ("/components/securitySchemes", &mut schemes),
        ] {
            for (_, key, member) in members(value, at) {
                assert!(into.insert(key.clone(), member.clone()).is_none(), "{name}: {key}");
            }
        }
    }
    let value = json!({
        "openapi": "3.0.3", "info": { "title": "Every kind that becomes code", "version": "1" },
        "paths": paths, "components": { "schemas": schemas, "securitySchemes": schemes },
    });
    let document = read::document("kinds/kinds.json".into(), &value.to_string()).unwrap();
    let code = generate::module(&document).unwrap().text;
    in_snapshots("compiled", || insta::assert_binary_snapshot!("kinds.rs", code.into_bytes()));
}

#[test]
fn what_the_sdk_leaves_out_is_listed() {
    for (name, said) in [
        ("server_of_its_own", "its own server `https://elsewhere.example`"),
        ("security_optional", "the way to call it without credentials"),
    ] {
        let document = document(name, &kinds()[name]).unwrap();
        let changes = check::check(&document).unwrap().changes;
        assert!(changes.iter().any(|change| change.note.contains(said)), "{changes:?}");
    }
}
