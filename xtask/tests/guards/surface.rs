//! The generated surface of the real documents, as outlines that a reviewer reads.

use std::collections::BTreeMap;

use xtask::{check, generate, read};

use crate::outline;
use crate::support::{in_snapshots, snapshot_names};

/// One outline per operation and per schema of every document in `openapi/`.
fn outlines() -> BTreeMap<String, String> {
    let folder = xtask::cli::workspace().join("openapi");
    let mut outlines = BTreeMap::new();
    for document in read::folder(&folder).unwrap() {
        let contract = check::check(&document).unwrap();
        let module = generate::module(&document).unwrap();
        for operation in &contract.operations {
            let name = format!("{}.{}", document.name, operation.id);
            outlines.insert(name, outline::operation(&document, operation, &module.file));
        }
        for schema in outline::schema_names(&document) {
            let name = format!("{}.{schema}", document.name);
            outlines.insert(name, outline::schema(&document, &schema, &module.file));
        }
    }
    outlines
}

#[test]
fn each_operation_and_each_schema_looks_like_its_outline_and_there_are_no_others() {
    let outlines = outlines();
    for (name, outline) in &outlines {
        in_snapshots("outline", || insta::assert_snapshot!(name.clone(), outline));
    }
    assert_eq!(snapshot_names("outline"), outlines.into_keys().collect::<Vec<_>>());
}
